#define _GNU_SOURCE
#include "cload.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static volatile sig_atomic_t spawned_count;
static pid_t spawned[64];
static char scratch[4096];

static void become(const char *const argv[], const char *const environment[], const char *log) {
    int null = open("/dev/null", O_RDWR);
    int errors = log ? open(log, O_WRONLY | O_CREAT | O_APPEND, 0600) : null;
    dup2(null, 0);
    dup2(null, 1);
    dup2(errors, 2);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    // Whoever started us may keep signals back, and so would the child: it could not be stopped.
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    execvpe(argv[0], (char *const *)argv, (char *const *)environment);
    _exit(127);
}

pid_t cload_spawn(const char *const argv[], const char *const environment[], const char *log) {
    pid_t child = fork();
    if (child == 0) become(argv, environment, log);
    if (child > 0) {
        spawned[spawned_count % 64] = child;
        spawned_count = spawned_count + 1;
    }
    return child;
}

double cload_time(const char *const argv[], const char *const environment[]) {
    struct timespec began, ended;
    clock_gettime(CLOCK_MONOTONIC, &began);
    // A fork would copy this process's tables and be part of the figure.
    pid_t child = vfork();
    if (child < 0) return -1;
    if (child == 0) {
        int null = open("/dev/null", O_RDWR);
        dup2(null, 0);
        dup2(null, 1);
        dup2(null, 2);
        execvpe(argv[0], (char *const *)argv, (char *const *)environment);
        _exit(127);
    }
    int status = 0;
    if (waitpid(child, &status, 0) != child) return -1;
    clock_gettime(CLOCK_MONOTONIC, &ended);
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) return -1;
    return (double)(ended.tv_sec - began.tv_sec) + (double)(ended.tv_nsec - began.tv_nsec) / 1e9;
}

void cload_stay_on(int processor) {
    static cpu_set_t any;
    if (CPU_COUNT(&any) == 0) sched_getaffinity(0, sizeof any, &any);
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(processor < 0 ? 0 : processor, &one);
    sched_setaffinity(0, sizeof any, processor < 0 ? &any : &one);
}

static void interrupted(int number) {
    (void)number;
    for (int i = 0; i < spawned_count && i < 64; i++) kill(spawned[i], SIGKILL);
    execl("/bin/rm", "rm", "-rf", scratch, (char *)NULL);
    _exit(1);
}

void cload_clean_up_when_interrupted(const char *directory) {
    snprintf(scratch, sizeof scratch, "%s", directory);
    signal(SIGINT, interrupted);
    signal(SIGTERM, interrupted);
    signal(SIGPIPE, SIG_IGN);
}
