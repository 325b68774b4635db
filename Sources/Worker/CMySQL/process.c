#define _GNU_SOURCE
#include "include/cmysql.h"

#include <malloc.h>
#include <pthread.h>
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

static int expected_parent;

void dts_thread_name(const char *name) { pthread_setname_np(pthread_self(), name); }

void dts_share_heaps(void) { mallopt(M_ARENA_MAX, 2); }
void dts_trim_heaps(void) { malloc_trim(0); }

// The kernel sends the signal when the parent's *thread* that spawned us ends, which need not be the parent's end.
static void parent_thread_ended(int signal) {
    (void)signal;
    if (getppid() != expected_parent) _exit(70);
}

bool dts_die_with_parent(int parent) {
    struct sigaction action = {.sa_handler = parent_thread_ended, .sa_flags = SA_RESTART};
    sigemptyset(&action.sa_mask);
    expected_parent = parent;
    sigaction(SIGRTMIN, &action, NULL);
    prctl(PR_SET_PDEATHSIG, SIGRTMIN);
    return getppid() == parent;
}
