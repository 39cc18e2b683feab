#include "../support/support.h"
#include "../support/synth_store.h"

#include <fcntl.h>
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

/*
 * --plan against the kernel's count: what a command holds at its worst moment, less what the
 * program holds for a table of next to nothing. A store that is not compressed is mapped: the
 * kernel counts its pages where they were touched, the plan does not, as they are no one's to give
 * back. Skipped under the sanitizers, whose memory is their own.
 */

#if defined(__SANITIZE_ADDRESS__)
enum { SANITIZED = 1 };
#else
enum { SANITIZED = 0 };
#endif

enum { ARGS = 24, G = 40, N = 32, YEARS = 2 };
/* Bytes of Z. */
#define ARRAY (8.0 * (G * N) * (G * N))

/* Run gvc with the words of `line`, %s being the store; its output goes to `output`. Gives the most
 * bytes it held. */
static double run(const char *line, const char *store, const char *output)
{
    char words[512], path[64], *args[ARGS] = { getenv("GVC") };
    struct rusage usage;
    int n = 1, status;
    pid_t child;

    snprintf(path, sizeof path, "%s/%s", test_folder(), store);
    snprintf(words, sizeof words, line, path);
    for (char *word = strtok(words, " "); word && n < ARGS - 1; word = strtok(NULL, " "))
        args[n++] = word;
    child = fork();
    if (child == 0) {
        dup2(open(output, O_WRONLY | O_CREAT | O_TRUNC, 0600), STDOUT_FILENO);
        execv(args[0], args);
        _exit(127);
    }
    assert_true(wait4(child, &status, 0, &usage) == child);
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
        fail_msg("gvc %s: status %d", line, status);
    return 1024.0 * (double)usage.ru_maxrss;
}

static double planned(const char *line, const char *store)
{
    char with_plan[512], path[64];
    json_object *root, *bytes;
    double value;

    snprintf(with_plan, sizeof with_plan, "%s --plan --json", line);
    snprintf(path, sizeof path, "%s/plan.json", test_folder());
    run(with_plan, store, path);
    root = json_object_from_file(path);
    assert_true(json_object_object_get_ex(root, "bytes", &bytes));
    value = json_object_get_double(bytes);
    json_object_put(root);
    return value;
}

static void make_synth(const char *name, int countries, int sectors, int compress)
{
    const gvc_synth_opts opts = { .countries = countries, .sectors = sectors, .first_year = 2000 };
    gvc_ctx *ctx = gvc_ctx_new();
    char path[64];

    snprintf(path, sizeof path, "%s/%s", test_folder(), name);
    synth_store(ctx, path, &opts, YEARS, compress);
    gvc_ctx_free(ctx);
}

static int make_stores(void **state)
{
    /* Arrays of a size that matters go back to the system when they are freed; so do these. */
    if (!getenv("GVC") || make_folder(state) != 0 ||
        setenv("MALLOC_MMAP_THRESHOLD_", "1000000", 1) != 0)
        return -1;
    make_synth("large.h5", G, N, 1);
    make_synth("mapped.h5", G, N, 0);
    make_synth("small.h5", 3, 2, 1);
    return 0;
}

static void memory_held_is_memory_planned(void **state)
{
    static const char *const lines[] = {
        "decompose %s -q -o - --threads 2 --method bm",
        "decompose %s -q -o - --threads 2 --method bm --level bilateral_sector",
        "decompose %s -q -o - --threads 2 --method wwz --level bilateral_sector",
        "decompose %s -q -o - --threads 2 --method bm --perspective bilateral",
        "index %s -q -o - --threads 2 --set kpww,position",
        "index %s -q -o - --threads 2 --set apl --level sector_pair",
        "panel %s -q -o - --threads 2 --measures kpww,bms --by country,sector",
        "trace %s -q -o - --threads 2 --focus CHN",
    };

    (void)state;
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        const double base = run(lines[i], "small.h5", "/dev/null");
        const double held = run(lines[i], "large.h5", "/dev/null") - base;
        const double plan = planned(lines[i], "large.h5"), mapped = planned(lines[i], "mapped.h5");
        const double touched = run(lines[i], "mapped.h5", "/dev/null") - base;

        /* 13 MB are one array; the allocator and the packing of dgemm take their part. */
        if (held > 1.2 * plan || plan > 1.5 * held)
            fail_msg("gvc %s: %.1f MB held, %.1f MB planned", lines[i], held / 1e6, plan / 1e6);
        if (mapped > plan - 0.9 * ARRAY || touched > 1.2 * (mapped + YEARS * ARRAY))
            fail_msg("gvc %s: %.1f MB held, %.1f MB planned beside what is mapped", lines[i],
                     touched / 1e6, mapped / 1e6);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(memory_held_is_memory_planned) };

    if (SANITIZED) {
        puts("the sanitizers have memory of their own");
        return 77;
    }
    return cmocka_run_group_tests_name("cli_memory", tests, make_stores, drop_folder);
}
