#include "base/trial.h"

#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <poll.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#if defined(__SANITIZE_ADDRESS__)
static const int is_sanitized = 1;
#else
static const int is_sanitized = 0;
#endif

/* Seconds on the clock for each of the processor's: a busy machine or a slow disk is no damage. */
enum { PATIENCE = 15 };

static void limit(int what, rlim_t value)
{
    const struct rlimit both = { value, value };

    setrlimit(what, &both);
}

static rlim_t bytes_in_use(void)
{
    struct rlimit now;
    long long pages = 0;
    char text[64] = "";
    const int fd = open("/proc/self/statm", O_RDONLY);

    if (fd >= 0) {
        if (read(fd, text, sizeof text - 1) > 0)
            for (const char *at = text; *at >= '0' && *at <= '9'; at++)
                pages = 10 * pages + (*at - '0');
        close(fd);
    }
    if (pages > 0)
        return (rlim_t)pages * (rlim_t)sysconf(_SC_PAGESIZE);
    return getrlimit(RLIMIT_AS, &now) == 0 && now.rlim_cur != RLIM_INFINITY ? now.rlim_cur : 0;
}

/* In the child: nobody else's handlers, no core file, no words. The sanitizers reserve terabytes of
 * address space, so that cannot be limited there. */
static void withdraw(gvc_ctx *ctx, int seconds, gvc_int bytes)
{
    static const int deadly[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGXCPU, SIGTERM };
    const int nowhere = open("/dev/null", O_WRONLY);
    const rlim_t used = is_sanitized ? 0 : bytes_in_use();

    for (size_t i = 0; i < sizeof deadly / sizeof *deadly; i++)
        signal(deadly[i], SIG_DFL);
    if (nowhere >= 0)
        dup2(nowhere, STDERR_FILENO);
    /* Blocks on pages of their own: who reads beyond one is found out more often. */
    mallopt(M_MMAP_THRESHOLD, 1024);
    mallopt(M_PERTURB, 0xa5);
    gvc_ctx_set_log(ctx, NULL, NULL);
    gvc_ctx_set_progress(ctx, NULL, NULL);
    limit(RLIMIT_CORE, 0);
    limit(RLIMIT_CPU, (rlim_t)seconds);
    if (used > 0)
        limit(RLIMIT_AS, used + (rlim_t)bytes);
}

/* The child holds the other end: it closes by itself however the child ends. 1 where a word came,
 * 0 where none did, -1 where time is up. */
static int wait_for_word(int fd, int seconds, char *word)
{
    struct pollfd in = { .fd = fd, .events = POLLIN };
    const double until = gvc_clock__seconds() + seconds;

    for (;;) {
        const double left = until - gvc_clock__seconds();
        const int ready = left > 0 ? poll(&in, 1, (int)(1000 * left) + 1) : 0;

        if (ready == 0)
            return -1;
        if (ready > 0)
            return read(fd, word, 1) == 1;
        if (errno != EINTR)
            return 0;
    }
}

static void try_work(gvc_ctx *ctx, int (*work)(gvc_ctx *ctx, void *user), void *user, int seconds,
                     gvc_int bytes, int fd)
{
    char word;

    withdraw(ctx, seconds, bytes);
    word = (char)work(ctx, user);
    _exit(write(fd, &word, 1) != 1);
}

gvc_trial gvc_trial__run(gvc_ctx *ctx, int (*work)(gvc_ctx *ctx, void *user), void *user,
                         int seconds, gvc_int bytes)
{
    int ends[2], got;
    char word = 0;
    pid_t child;

    if (!gvc_ctx__guard(ctx) || pipe2(ends, O_CLOEXEC) != 0)
        return GVC_TRIAL_UNTRIED;
    child = fork();
    if (child == 0)
        try_work(ctx, work, user, seconds, bytes, ends[1]);
    close(ends[1]);
    got = child < 0 ? 0 : wait_for_word(ends[0], PATIENCE * seconds, &word);
    close(ends[0]);
    if (child < 0)
        return GVC_TRIAL_UNTRIED;
    if (got < 0)
        kill(child, SIGKILL);
    while (waitpid(child, &ends[0], 0) < 0 && errno == EINTR)
        ;
    if (got > 0)
        return word ? GVC_TRIAL_GREEDY : GVC_TRIAL_ENDED;
    return got < 0 || (WIFSIGNALED(ends[0]) && WTERMSIG(ends[0]) == SIGXCPU) ? GVC_TRIAL_ENDLESS
                                                                             : GVC_TRIAL_CRASHED;
}
