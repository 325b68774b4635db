// What both programs ask of the kernel about themselves and that Swift cannot call: functions with variable arguments.
#pragma once
#include <stdbool.h>

// From here on the process leaves no core file and no other process of the same user can read its memory: passwords are
// in it. The limit is passed on to child processes; the rest is not. False when the kernel refuses.
bool dts_forbid_core_dumps(void);
