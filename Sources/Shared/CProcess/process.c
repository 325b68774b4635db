#include "include/cprocess.h"

#include <sys/prctl.h>
#include <sys/resource.h>

bool dts_forbid_core_dumps(void) {
    // A core that is piped to a program does not heed the limit, hence the second call.
    struct rlimit none = {.rlim_cur = 0, .rlim_max = 0};
    return setrlimit(RLIMIT_CORE, &none) == 0 && prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0;
}
