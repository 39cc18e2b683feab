/*
 * How long does it take to read a table of a store, against a plain read of the same bytes, packed
 * as they stand in the file?
 *
 * usage: bench_read STORE [RUNS]
 */
#include "common.h"

#include <gvc/input.h>

#include <fcntl.h>
#include <sys/stat.h>

/* Seconds to open the store, read its first year and let it go; how many years it has. */
static double read_table(gvc_ctx *ctx, const char *path, bench_case *c, gvc_int *years)
{
    const double start = bench_seconds();
    gvc_input *input = NULL;
    gvc_table *table = NULL;

    if (gvc_input_open(ctx, &input, path) != GVC_OK ||
        gvc_input_table(ctx, &table, input, 0) != GVC_OK) {
        fprintf(stderr, "bench_read: %s\n", gvc_ctx_message(ctx));
        exit(3);
    }
    c->G = gvc_table_G(table);
    c->N = gvc_table_N(table);
    *years = gvc_input_n_years(input);
    gvc_table_free(table);
    gvc_input_close(input);
    c->peak = (double)gvc_ctx_memory_peak(ctx);
    return bench_seconds() - start;
}

/* Seconds to read as many bytes as a year has in the file into memory. */
static double read_bytes(const char *path, gvc_int bytes)
{
    const double start = bench_seconds();
    const int file = open(path, O_RDONLY);
    char *all = malloc((size_t)bytes);
    gvc_int got = 0;
    ssize_t now = 1;

    while (file >= 0 && all && got < bytes && now > 0) {
        now = read(file, all + got, (size_t)(bytes - got));
        got += now;
    }
    free(all);
    close(file);
    return bench_seconds() - start;
}

int main(int argc, char **argv)
{
    const int runs = argc > 2 ? atoi(argv[2]) : 5;
    const char *path = argc > 1 ? argv[1] : "";
    const char *name = strrchr(path, '/') ? strrchr(path, '/') + 1 : path;
    bench_case table = { .what = "read a table", .table = name, .threads = bench_threads() };
    bench_case bytes = { .what = "read the bytes of a year", .table = name, .threads = 1 };
    gvc_ctx *ctx = gvc_ctx_new();
    struct stat facts;
    gvc_int years = 1;

    if (argc < 2 || !ctx || runs < 1 || runs > BENCH_RUNS_MAX || stat(path, &facts) != 0) {
        fputs("usage: bench_read STORE [RUNS]\n", stderr);
        return 2;
    }
    gvc_ctx_set_threads(ctx, table.threads);
    table.runs = bytes.runs = runs;
    for (int i = 0; i < runs; i++)
        table.seconds[i] = read_table(ctx, path, &table, &years);
    bytes.G = table.G;
    bytes.N = table.N;
    for (int i = 0; i < runs; i++)
        bytes.seconds[i] = read_bytes(path, (gvc_int)facts.st_size / years);
    table.plain = bench_minimum(&bytes);
    bench_report(&table);
    bench_report(&bytes);
    gvc_ctx_free(ctx);
    return 0;
}
