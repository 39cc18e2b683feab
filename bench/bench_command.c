/*
 * How long does a whole command take, and how much memory, against what the machine can do?
 *
 * usage: bench_command GVC STORE YEAR [RUNS] [CASE...]
 *
 * Every run is a process of its own, timed from fork to exit. The unit is one n x n x n dgemm with
 * the same threads, measured before and after the commands; one dgetrf and one plain read of the
 * bytes of Z stand beside it. CASE: only the cases whose name holds one of these texts.
 */
#include "process.h"

#include <gvc/input.h>

enum { ARGUMENTS = 24, FILE_BLOCK = 1 << 22 };

typedef struct job {
    const char *name;
    int all_years;
    const char *suffix;
    const char *words[12];
} job;

/* clang-format off */
static const job jobs[] = {
    { "start-up (gvc --version)", 0, NULL, { "--version" } },
    { "decompose bm source country", 0, "csv",
      { "decompose", "--method", "bm", "--perspective", "exporter", "--approach", "source",
        "--level", "country" } },
    { "decompose bm source sector", 0, "csv",
      { "decompose", "--method", "bm", "--perspective", "exporter", "--approach", "source",
        "--level", "sector" } },
    { "decompose bm source bilateral_sector h5", 0, "h5",
      { "decompose", "--method", "bm", "--perspective", "exporter", "--approach", "source",
        "--level", "bilateral_sector" } },
    { "decompose bm sink bilateral_sector h5", 0, "h5",
      { "decompose", "--method", "bm", "--approach", "sink", "--level", "bilateral_sector" } },
    { "decompose wwz bilateral_sector h5", 0, "h5",
      { "decompose", "--method", "wwz", "--level", "bilateral_sector" } },
    { "decompose kww country h5", 0, "h5", { "decompose", "--method", "kww" } },
    { "decompose tiva bilateral_sector h5", 0, "h5",
      { "decompose", "--method", "tiva", "--level", "bilateral_sector" } },
    { "decompose all country,sector h5", 0, "h5",
      { "decompose", "--method", "all", "--level", "country,sector" } },
    { "decompose bm od source country_od h5", 0, "h5",
      { "decompose", "--method", "bm/od/source", "--level", "country_od" } },
    { "index kpww country", 0, "csv", { "index", "--set", "kpww", "--level", "country" } },
    { "index activity,position country", 0, "csv",
      { "index", "--set", "activity,position", "--level", "country" } },
    { "index all country", 0, "csv", { "index", "--set", "all", "--level", "country" } },
    { "index all country,sector", 0, "csv",
      { "index", "--set", "all", "--level", "country,sector", "--layout", "long" } },
    { "panel of all measures by country,sector", 0, "csv",
      { "panel", "--measures", "all", "--by", "country,sector" } },
    { "panel all years", 1, "csv",
      { "panel", "--measures", "kpww,activity,position", "--by", "country" } },
    { "panel all years by country,sector", 1, "csv",
      { "panel", "--measures", "kpww,activity,position", "--by", "country,sector", "--focus", "CHN",
        "--partners", "BRI" } },
};
/* clang-format on */

typedef struct setting {
    const char *gvc, *store, *one_year;
    int runs;
    bench_case frame; /* what all cases of this table have in common */
} setting;

static void fail(const char *what)
{
    fprintf(stderr, "bench_command: %s\n", what);
    exit(3);
}

/* The words of a command line; `text` holds those made here. */
static void write_words(const setting *set, const job *j, const char *words[ARGUMENTS],
                        char text[2][300])
{
    int n = 0, k = 1;

    words[n++] = set->gvc;
    words[n++] = j->words[0];
    if (j->suffix)
        words[n++] = set->store;
    while (j->words[k])
        words[n++] = j->words[k++];
    if (j->suffix) {
        snprintf(text[0], 300, "%d", set->frame.threads);
        snprintf(text[1], 300, "build/bench/out.%s", j->suffix);
        if (!j->all_years) {
            words[n++] = "--year";
            words[n++] = set->one_year;
        }
        words[n++] = "--threads";
        words[n++] = text[0];
        words[n++] = "--force";
        words[n++] = "-q";
        words[n++] = "-o";
        words[n++] = text[1];
    }
    words[n] = NULL;
}

/* Returns 0 when the command failed. */
static int time_job(const setting *set, const job *j, bench_case *c)
{
    const char *words[ARGUMENTS];
    char text[2][300];

    *c = set->frame;
    c->what = j->name;
    c->runs = set->runs;
    write_words(set, j, words, text);
    for (int i = 0; i < set->runs; i++) {
        c->seconds[i] = bench_process(words, NULL, NULL, &c->cpu[i], &c->peak);
        if (c->seconds[i] < 0.0)
            return 0;
    }
    return 1;
}

static void time_factorisation(const setting *set, bench_case *c)
{
    const gvc_int n = c->G * c->N;
    double *a = bench_numbers(n * n), *copy = bench_numbers(n * n);
    lapack_int *pivot = malloc((size_t)n * sizeof *pivot);

    if (!pivot)
        fail("out of memory");
    bench_dominate(a, n);
    c->what = "dgetrf of OpenBLAS";
    c->runs = set->runs;
    openblas_set_num_threads(c->threads);
    for (int i = 0; i < c->runs; i++) {
        double start, cpu;

        memcpy(copy, a, (size_t)(n * n) * sizeof *a);
        start = bench_seconds();
        cpu = bench_cpu_seconds();
        LAPACKE_dgetrf(LAPACK_COL_MAJOR, (lapack_int)n, (lapack_int)n, copy, (lapack_int)n, pivot);
        c->seconds[i] = bench_seconds() - start;
        c->cpu[i] = bench_cpu_seconds() - cpu;
    }
    openblas_set_num_threads(1);
    free(a);
    free(copy);
    free(pivot);
}

/* As many bytes as Z has, from the start of the store (less where the store is compressed). */
static void time_read(const setting *set, bench_case *c)
{
    const gvc_int n = c->G * c->N, bytes = 8 * n * n;
    char *block = malloc(FILE_BLOCK);

    if (!block)
        fail("out of memory");
    c->what = "plain read of the bytes of Z";
    c->runs = set->runs;
    for (int i = 0; i < c->runs; i++) {
        const double start = bench_seconds();
        const int file = open(set->store, O_RDONLY);
        gvc_int left = bytes;
        ssize_t got = 1;

        while (file >= 0 && left > 0 && got > 0) {
            got = read(file, block, left < FILE_BLOCK ? (size_t)left : FILE_BLOCK);
            left -= got;
        }
        close(file);
        c->seconds[i] = bench_seconds() - start;
    }
    free(block);
}

static void look_at_store(setting *set)
{
    gvc_ctx *ctx = gvc_ctx_new();
    gvc_input *input = NULL;

    if (!ctx || gvc_input_open(ctx, &input, set->store) != GVC_OK)
        fail(ctx ? gvc_ctx_message(ctx) : "out of memory");
    set->frame.G = gvc_labels_n(gvc_edition_countries(gvc_input_edition(input)));
    set->frame.N = gvc_labels_n(gvc_edition_sectors(gvc_input_edition(input)));
    gvc_input_close(input);
    gvc_ctx_free(ctx);
}

static int is_wanted(const char *name, char **wanted, int n)
{
    for (int i = 0; i < n; i++)
        if (strstr(name, wanted[i]))
            return 1;
    return n == 0;
}

int main(int argc, char **argv)
{
    enum { JOBS = sizeof jobs / sizeof *jobs };
    static bench_case units[4], machine[2], cases[JOBS];
    setting set = { .runs = argc > 4 ? atoi(argv[4]) : 5 };
    int failed = 0, done[JOBS] = { 0 };
    double gemm, gemm_cpu;

    if (argc < 4 || set.runs < 1 || set.runs > BENCH_RUNS_MAX)
        fail("usage: bench_command GVC STORE YEAR [RUNS] [CASE...]");
    set.gvc = argv[1];
    set.store = argv[2];
    set.one_year = argv[3];
    set.frame.threads = bench_threads();
    look_at_store(&set);
    set.frame.table = strrchr(set.store, '/') ? strrchr(set.store, '/') + 1 : set.store;
    for (int i = 0; i < 4; i++) {
        units[i] = set.frame;
        units[i].what = i % 2 ? "dgemm of OpenBLAS's threads" : "dgemm by columns, our threads";
        machine[i % 2] = set.frame;
    }
    gemm = bench_unit(&units[0], &units[1], set.runs);
    gemm_cpu = bench_unit_cpu(&units[0], &units[1]);
    for (int i = 0; i < JOBS; i++)
        if (is_wanted(jobs[i].name, argv + 5, argc > 5 ? argc - 5 : 0)) {
            done[i] = time_job(&set, &jobs[i], &cases[i]);
            failed |= !done[i];
        }
    time_factorisation(&set, &machine[0]);
    time_read(&set, &machine[1]);
    gemm = fmin(gemm, bench_unit(&units[2], &units[3], set.runs));
    gemm_cpu = fmin(gemm_cpu, bench_unit_cpu(&units[2], &units[3]));
    for (int i = 0; i < 4 + 2 + JOBS; i++) {
        bench_case *c = i < 4 ? &units[i] : i < 6 ? &machine[i - 4] : &cases[i - 6];

        c->gemm = gemm;
        c->gemm_cpu = gemm_cpu;
        if (i < 6 || done[i - 6])
            bench_report(c);
    }
    return failed;
}
