/* Whole processes, timed from fork to exit. */
#ifndef BENCH_PROCESS_H
#define BENCH_PROCESS_H

#include "common.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>

/* Run `words` to its end, with its output thrown away, or `instead` in a child of ours where words
 * is NULL. Returns its seconds, -1 where it fails; *cpu receives those of its threads, *bytes
 * becomes its peak memory where that is larger. */
static inline double bench_process(const char *const *words, void (*instead)(const char *),
                                   const char *argument, double *cpu, double *bytes)
{
    const double start = bench_seconds();
    struct rusage usage;
    int status;
    const pid_t child = fork();

    if (child < 0)
        return -1;
    if (child == 0) {
        if (!words) {
            instead(argument);
            _exit(0);
        }
        dup2(open("/dev/null", O_WRONLY), STDOUT_FILENO);
        execv(words[0], (char *const *)words);
        _exit(127);
    }
    if (wait4(child, &status, 0, &usage) != child || !WIFEXITED(status) ||
        WEXITSTATUS(status) != 0) {
        fputs("bench: a run fails:", stderr);
        for (int i = 0; words && words[i]; i++)
            fprintf(stderr, " %s", words[i]);
        fputc('\n', stderr);
        return -1;
    }
    *cpu = (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
           1e-6 * (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
    *bytes = fmax(*bytes, 1024.0 * (double)usage.ru_maxrss);
    return bench_seconds() - start;
}

#endif
