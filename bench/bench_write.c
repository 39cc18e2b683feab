/*
 * How fast does a panel reach a file, format by format?
 *
 * usage: bench_write FOLDER [ROWS [RUNS]]
 *
 * A panel of ROWS rows (1,000,000) with a code, a year and twenty values that need all their digits
 * is written to FOLDER. The time is that of the processor, all threads: disks differ.
 */
#include "common.h"

#include <gvc/write.h>

#include "base/labels.h"
#include "frame/frame.h"

#include <sys/stat.h>

enum { CODES = 300, VALUES = 20, YEARS = 20, NAME = 600 };

static void check(gvc_ctx *ctx, gvc_status status)
{
    if (status == GVC_OK)
        return;
    fprintf(stderr, "bench_write: %s\n", gvc_ctx_message(ctx));
    exit(3);
}

static gvc_labels *make_codes(gvc_ctx *ctx)
{
    static char text[CODES][8];
    const char *codes[CODES];
    gvc_labels *labels;

    for (int i = 0; i < CODES; i++) {
        snprintf(text[i], sizeof text[i], "C%03d", i);
        codes[i] = text[i];
    }
    check(ctx, gvc_labels__new(ctx, &labels, CODES, codes, NULL));
    return labels;
}

/* Shares and money by turns, missing where the row number says so. */
static gvc_frame *make_panel(gvc_ctx *ctx, gvc_int rows)
{
    const gvc_column_info key = { .name = "country" }, year = { .name = "year" };
    gvc_labels *labels = make_codes(ctx);
    double *numbers = bench_numbers(rows);
    int32_t *codes, *years;
    gvc_frame *frame;

    check(ctx, gvc_frame__new(ctx, &frame, GVC_FRAME_INDICES, "country", GVC_INT_MISSING, rows));
    codes = gvc_frame__add_label(ctx, frame, GVC_ROLE_KEY, &key, labels);
    years = gvc_frame__add_int(ctx, frame, GVC_ROLE_KEY, &year);
    for (gvc_int i = 0; codes && years && i < rows; i++) {
        codes[i] = (int32_t)(i / YEARS % CODES);
        years[i] = (int32_t)(2000 + i % YEARS);
    }
    for (int j = 0; j < VALUES; j++) {
        char name[16];
        const gvc_column_info info = { .name = name, .unit = j % 2 ? "share" : "money" };
        double *cells;

        snprintf(name, sizeof name, "v%d", j);
        cells = gvc_frame__add_real(ctx, frame, &info);
        check(ctx, cells ? GVC_OK : GVC_ENOMEM);
        for (gvc_int i = 0; i < rows; i++)
            if ((i + j) % 50)
                cells[i] = numbers[(i + 7919 * j) % rows] * (j % 2 ? 1 : 1e6) / 3;
    }
    gvc_labels__free(labels);
    free(numbers);
    return frame;
}

/* Processor seconds of one file; its size goes to *bytes. */
static double write_once(gvc_ctx *ctx, const char *path, const gvc_frame *frame, double *bytes)
{
    const gvc_write_opts opts = { .force = 1 };
    const double start = bench_cpu_seconds();
    gvc_writer *writer;
    struct stat info;
    double seconds;

    check(ctx, gvc_writer_open(ctx, &writer, path, &opts));
    check(ctx, gvc_writer_add(ctx, writer, frame));
    check(ctx, gvc_writer_close(ctx, writer));
    seconds = bench_cpu_seconds() - start;
    *bytes = stat(path, &info) == 0 ? (double)info.st_size : 0;
    unlink(path);
    return seconds;
}

int main(int argc, char **argv)
{
    static const char *const formats[] = { "csv", "dta", "json", "xlsx" };
    const gvc_int rows = argc > 2 ? atoi(argv[2]) : 1000000;
    const int runs = argc > 3 ? atoi(argv[3]) : 3;
    const char *commit = getenv("GVC_COMMIT");
    gvc_ctx *ctx = gvc_ctx_new();
    gvc_frame *frame;

    if (argc < 2 || rows < 1 || runs < 1 || runs > BENCH_RUNS_MAX)
        return 2;
    gvc_ctx_set_threads(ctx, bench_threads());
    frame = make_panel(ctx, rows);
    for (size_t f = 0; f < sizeof formats / sizeof *formats; f++) {
        double cpu[BENCH_RUNS_MAX], bytes = 0;
        char path[NAME];

        snprintf(path, sizeof path, "%s/out.%s", argv[1], formats[f]);
        for (int k = 0; k < runs; k++)
            cpu[k] = write_once(ctx, path, frame, &bytes);
        printf("{\"what\":\"write %s\",\"rows\":%lld,\"columns\":%d,\"threads\":%d,\"runs\":%d,"
               "\"min_cpu_s\":%.6g,\"bytes\":%.0f,\"bytes_per_cpu_s\":%.4g,\"cpu\":\"%s\","
               "\"commit\":\"%s\"}\n",
               formats[f], (long long)rows, VALUES + 2, bench_threads(), runs,
               bench_least(cpu, runs), bytes, bytes / bench_least(cpu, runs), gvc_machine_cpu(),
               commit ? commit : "unknown");
        fprintf(stderr, "write %-5s %9.3f s of cpu  %6.0f MB  %6.0f MB/s\n", formats[f],
                bench_least(cpu, runs), bytes / 1e6, bytes / 1e6 / bench_least(cpu, runs));
    }
    gvc_frame_free(frame);
    gvc_ctx_free(ctx);
    return 0;
}
