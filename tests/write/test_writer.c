#include "../support/support.h"

#include <gvc/write.h>

#include "base/labels.h"
#include "base/mem.h"
#include "frame/frame.h"
#include "write/stream.h"

#include <dirent.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *const formats[] = { "csv", "dta", "json", "xlsx" };

enum { N_FORMATS = sizeof formats / sizeof formats[0] };

static int begin(void **state)
{
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);
    return make_folder(state);
}

static int count_files(void)
{
    DIR *dir = opendir(test_folder());
    struct dirent *entry;
    int n = 0;

    while ((entry = readdir(dir)))
        n += entry->d_name[0] != '.';
    closedir(dir);
    return n;
}

static void empty_folder(void)
{
    DIR *dir = opendir(test_folder());
    struct dirent *entry;
    char path[600];

    while ((entry = readdir(dir)))
        if (entry->d_name[0] != '.') {
            snprintf(path, sizeof path, "%s/%s", test_folder(), entry->d_name);
            unlink(path);
        }
    closedir(dir);
}

/* The bytes of a file in the folder, from malloc. */
static char *bytes_of(const char *name)
{
    FILE *in = fopen(in_folder(name), "rb");
    char *data = calloc(1, 1 << 20);

    assert_non_null(in);
    assert_true(fread(data, 1, (1 << 20) - 1, in) < (1 << 20) - 1);
    fclose(in);
    return data;
}

static void assert_bytes(const char *name, const char *want)
{
    char *has = bytes_of(name);

    assert_string_equal(has, want);
    free(has);
}

/* Two rows by sector; a code that needs quotes, an integer, values that need all digits. */
static gvc_frame *sample(gvc_ctx *ctx, int year, const char *level, const char *name)
{
    static const char *const countries[] = { "CHN", "A,\"B\"" };
    const gvc_column_info country = { .name = "country" }, n = { .name = "n" };
    const gvc_column_info value = { .name = name,
                                    .label = "A label",
                                    .unit = "share",
                                    .formula = "a/b",
                                    .measure = name,
                                    .group = "kpww" };
    gvc_labels *labels;
    gvc_frame *frame;
    double *reals;

    assert_ok(ctx, gvc_labels__new(ctx, &labels, 2, countries, NULL));
    assert_ok(ctx, gvc_frame__new(ctx, &frame, GVC_FRAME_INDICES, level, year, 3));
    memcpy(gvc_frame__add_label(ctx, frame, GVC_ROLE_KEY, &country, labels),
           (int32_t[]){ 0, 1, -1 }, 3 * sizeof(int32_t));
    memcpy(gvc_frame__add_int(ctx, frame, GVC_ROLE_ID, &n),
           (int32_t[]){ -2147483647, GVC_INT_MISSING, 0 }, 3 * sizeof(int32_t));
    reals = gvc_frame__add_real(ctx, frame, &value);
    memcpy(reals, (double[]){ 0.1 + 0.2, NAN, -0.0 }, 3 * sizeof *reals);
    gvc_labels__free(labels);
    return frame;
}

static gvc_status write_frames(gvc_ctx *ctx, const char *path, const gvc_write_opts *opts,
                               gvc_frame *const *frames, int n)
{
    gvc_writer *writer;
    gvc_status st = gvc_writer_open(ctx, &writer, path, opts);

    if (st != GVC_OK)
        return st;
    for (int i = 0; st == GVC_OK && i < n; i++)
        st = gvc_writer_add(ctx, writer, frames[i]);
    if (st == GVC_OK)
        return gvc_writer_close(ctx, writer);
    gvc_writer_abort(writer);
    return st;
}

static void wide_bytes_are_exact(void **state)
{
    gvc_ctx *ctx = *state;
    gvc_frame *frames[] = { sample(ctx, 2010, "country", "up"),
                            sample(ctx, 2011, "country", "up") };

    assert_ok(ctx, write_frames(ctx, in_folder("w.csv"), NULL, frames, 2));
    assert_bytes("w.csv", "year,country,n,up\n"
                          "2010,CHN,-2147483647,0.30000000000000004\n"
                          "2010,\"A,\"\"B\"\"\",,\n"
                          "2010,,0,0\n"
                          "2011,CHN,-2147483647,0.30000000000000004\n"
                          "2011,\"A,\"\"B\"\"\",,\n"
                          "2011,,0,0\n");
    assert_int_equal(count_files(), 1);
    empty_folder();
    gvc_frame_free(frames[0]);
    gvc_frame_free(frames[1]);
}

static void long_bytes_are_exact(void **state)
{
    const gvc_write_opts opts = { .layout = GVC_LAYOUT_LONG };
    gvc_ctx *ctx = *state;
    gvc_frame *frames[] = { sample(ctx, 2010, "country", "up"),
                            sample(ctx, GVC_INT_MISSING, "world", "down") };

    assert_ok(ctx, write_frames(ctx, in_folder("l.csv"), &opts, frames, 2));
    assert_bytes("l.csv", "year,measure,level,country,sector,partner,value\n"
                          "2010,up,country,CHN,,,0.30000000000000004\n"
                          "2010,up,country,\"A,\"\"B\"\"\",,,\n"
                          "2010,up,country,,,,0\n"
                          ",down,world,CHN,,,0.30000000000000004\n"
                          ",down,world,\"A,\"\"B\"\"\",,,\n"
                          ",down,world,,,,0\n");
    empty_folder();
    gvc_frame_free(frames[0]);
    gvc_frame_free(frames[1]);
}

static void long_exports_carry_every_key(void **state)
{
    static const char *const codes[] = { "CHN", "CHN:c14" };
    static const char *const keys[] = { "exporter", "exporter_sector", "importer", "origin",
                                        "destination" };
    const gvc_write_opts opts = { .layout = GVC_LAYOUT_LONG };
    const gvc_column_info value = { .name = "dva", .measure = "bm/exporter/source/dva" };
    gvc_ctx *ctx = *state;
    gvc_labels *labels;
    gvc_frame *frame;

    assert_ok(ctx, gvc_labels__new(ctx, &labels, 2, codes, NULL));
    assert_ok(ctx, gvc_frame__new(ctx, &frame, GVC_FRAME_EXPORTS, "x", 2011, 1));
    for (int k = 0; k < 5; k++) {
        const gvc_column_info key = { .name = keys[k] };

        gvc_frame__add_label(ctx, frame, GVC_ROLE_KEY, &key, labels)[0] = k == 3;
    }
    gvc_frame__add_real(ctx, frame, &value)[0] = 2.5;
    assert_ok(ctx, write_frames(ctx, in_folder("e.csv"), &opts, &frame, 1));
    assert_bytes("e.csv", "year,measure,level,exporter,exporter_sector,importer,origin,"
                          "destination,value\n"
                          "2011,bm/exporter/source/dva,x,CHN,CHN,CHN,CHN:c14,CHN,2.5\n");
    empty_folder();
    gvc_frame_free(frame);
    gvc_labels__free(labels);
}

static void txt_is_aligned(void **state)
{
    gvc_ctx *ctx = *state;
    gvc_frame *frame = sample(ctx, 2010, "country", "up");

    assert_ok(ctx, write_frames(ctx, in_folder("t.txt"), NULL, &frame, 1));
    assert_bytes("t.txt", "year  country            n   up\n"
                          "2010  CHN      -2147483647  0.3\n"
                          "2010  A,\"B\"              .    .\n"
                          "2010                     0    0\n");
    empty_folder();
    gvc_frame_free(frame);
}

static void refuse(gvc_ctx *ctx, gvc_frame *a, gvc_frame *b, const gvc_write_opts *opts,
                   const char *says)
{
    gvc_frame *frames[] = { a, b };

    assert_int_equal(write_frames(ctx, in_folder("r.csv"), opts, frames, 2), GVC_EUSAGE);
    assert_non_null(strstr(gvc_ctx_message(ctx), says));
    assert_int_equal(count_files(), 0);
}

static void what_one_file_cannot_hold_is_refused_and_leaves_nothing(void **state)
{
    const gvc_write_opts in_long = { .layout = GVC_LAYOUT_LONG };
    gvc_ctx *ctx = *state;
    gvc_frame *a = sample(ctx, 2010, "country", "up"), *b = sample(ctx, 2010, "world", "up");
    gvc_frame *c = sample(ctx, 2010, "country", "down");
    gvc_frame *d = sample(ctx, GVC_INT_MISSING, "country", "up"), *e;

    assert_ok(ctx, gvc_frame__new(ctx, &e, GVC_FRAME_EXPORTS, "country", 2010, 1));
    refuse(ctx, a, b, NULL, "--layout long");
    refuse(ctx, a, c, NULL, "--layout long");
    refuse(ctx, a, d, NULL, "year");
    refuse(ctx, a, e, &in_long, "different keys");
    gvc_frame_free(a);
    gvc_frame_free(b);
    gvc_frame_free(c);
    gvc_frame_free(d);
    gvc_frame_free(e);
}

static void bad_paths_are_refused(void **state)
{
    const gvc_write_opts h5 = { .format = "h5" }, odd = { .format = "pdf" };
    gvc_ctx *ctx = *state;
    gvc_frame *frame = sample(ctx, 2010, "country", "up");
    gvc_writer *writer;

    assert_int_equal(gvc_writer_open(ctx, &writer, in_folder("x"), NULL), GVC_EUSAGE);
    assert_non_null(strstr(gvc_ctx_message(ctx), "csv,dta,h5,json,txt,xlsx"));
    assert_int_equal(gvc_writer_open(ctx, &writer, in_folder("x.pdf"), NULL), GVC_EUSAGE);
    assert_int_equal(gvc_writer_open(ctx, &writer, in_folder("x.csv"), &odd), GVC_EUSAGE);
    assert_int_equal(gvc_writer_open(ctx, &writer, "-", &h5), GVC_EUSAGE);
    assert_int_equal(gvc_writer_open(ctx, &writer, in_folder("no/x.csv"), NULL), GVC_EIO);
    assert_ok(ctx, gvc_writer_open(ctx, &writer, in_folder("x.csv"), NULL));
    assert_int_equal(gvc_writer_close(ctx, writer), GVC_EUSAGE);
    assert_int_equal(count_files(), 0);
    assert_ok(ctx, write_frames(ctx, in_folder("x.csv"), NULL, &frame, 1));
    assert_int_equal(gvc_writer_open(ctx, &writer, in_folder("x.csv"), NULL), GVC_EIO);
    assert_non_null(strstr(gvc_ctx_message(ctx), "--force"));
    empty_folder();
    gvc_frame_free(frame);
}

static void a_full_device_and_a_closed_pipe_are_reported(void **state)
{
    gvc_ctx *ctx = *state;
    gvc_frame *frame = sample(ctx, 2010, "country", "up");
    int ends[2], out = dup(STDOUT_FILENO);
    gvc_status st;

    assert_int_equal(write_frames(ctx, "/dev/full", NULL, &frame, 1), GVC_EIO);
    assert_non_null(strstr(gvc_ctx_message(ctx), "No space left"));
    assert_int_equal(pipe(ends), 0);
    close(ends[0]);
    fflush(stdout);
    dup2(ends[1], STDOUT_FILENO);
    st = write_frames(ctx, "-", NULL, &frame, 1);
    dup2(out, STDOUT_FILENO);
    close(out);
    close(ends[1]);
    assert_int_equal(st, GVC_EIO);
    assert_non_null(strstr(gvc_ctx_message(ctx), "standard output"));
    gvc_frame_free(frame);
}

static gvc_frame *big(gvc_ctx *ctx, gvc_int rows, gvc_int columns)
{
    const char *const codes[] = { "CHN" };
    const gvc_column_info key = { .name = "country" };
    uint64_t seed = 7;
    gvc_labels *labels;
    gvc_frame *frame;

    assert_ok(ctx, gvc_labels__new(ctx, &labels, 1, codes, NULL));
    assert_ok(ctx, gvc_frame__new(ctx, &frame, GVC_FRAME_INDICES, "country", 2011, rows));
    assert_non_null(gvc_frame__add_label(ctx, frame, GVC_ROLE_KEY, &key, labels));
    for (gvc_int j = 0; j < columns; j++) {
        char name[16];
        const gvc_column_info value = { .name = name };
        double *reals;

        snprintf(name, sizeof name, "v%d", (int)j);
        reals = gvc_frame__add_real(ctx, frame, &value);
        for (gvc_int i = 0; i < rows; i++)
            reals[i] = (random_uniform(&seed) - 0.5) * pow(10, 40 * random_uniform(&seed) - 20);
    }
    gvc_labels__free(labels);
    return frame;
}

static void values_read_back_to_the_same_bits_for_every_thread_count(void **state)
{
    gvc_ctx *ctx = *state;
    gvc_frame *frame = big(ctx, 30000, 3);
    const gvc_write_opts opts = { .force = 1 };
    char first[65], line[256];

    for (int threads = 1; threads <= 3; threads++) {
        FILE *in;
        char *at;
        unsigned long sum = 5381;

        gvc_ctx_set_threads(ctx, threads);
        assert_ok(ctx, write_frames(ctx, in_folder("b.csv"), &opts, &frame, 1));
        in = fopen(in_folder("b.csv"), "r");
        assert_non_null(fgets(line, sizeof line, in));
        for (gvc_int i = 0; i < gvc_frame_rows(frame); i++) {
            assert_non_null(fgets(line, sizeof line, in));
            for (at = line; *at; at++)
                sum = 33 * sum + (unsigned char)*at;
            at = line;
            for (gvc_int j = 1; j <= 3; j++) {
                at = j == 1 ? line + strlen("2011,,") : strchr(at, ',') + 1;
                assert_true(strtod(at, NULL) == gvc_frame_reals(frame, j)[i]);
            }
        }
        assert_null(fgets(line, sizeof line, in));
        fclose(in);
        snprintf(line, sizeof line, "%lu", sum);
        if (threads == 1)
            memcpy(first, line, strlen(line) + 1);
        assert_string_equal(line, first);
    }
    empty_folder();
    gvc_frame_free(frame);
}

static void the_side_file_tells_where_the_numbers_come_from(void **state)
{
    gvc_ctx *ctx = *state;
    gvc_frame *frame = sample(ctx, 2010, "country", "up");
    gvc_write_opts opts = { 0 };
    gvc_provenance *provenance;
    char *text;

    unsetenv("SOURCE_DATE_EPOCH");
    assert_ok(ctx, gvc_provenance_new(ctx, &provenance, "gvc index x.h5 -o p.csv"));
    opts.provenance = provenance;
    assert_ok(ctx, gvc_provenance_add(ctx, provenance, "bound", "1.50e-13"));
    assert_ok(ctx, gvc_provenance_add(ctx, provenance, "solver", "LU"));
    assert_ok(ctx, write_frames(ctx, in_folder("p.csv"), &opts, &frame, 1));
    text = bytes_of("p.csv.meta.json");
    assert_non_null(strstr(text, "\"file\": \"p.csv\""));
    assert_non_null(strstr(text, "\"command\": \"gvc index x.h5 -o p.csv\""));
    assert_non_null(strstr(text, "\"bound\": 1.5e-13"));
    assert_non_null(strstr(text, "\"solver\": \"LU\""));
    assert_non_null(strstr(text, "\"formula\": \"a/b\""));
    assert_null(strstr(text, "created\":"));
    free(text);
    assert_int_equal(count_files(), 2);
    gvc_provenance_free(provenance);
    empty_folder();
    gvc_frame_free(frame);
}

/* A limit on the size of files fails in mid-write, as a full disk does. */
static void a_file_that_cannot_grow_leaves_nothing(void **state)
{
    gvc_ctx *ctx = *state;
    gvc_frame *frame = big(ctx, 30000, 3);
    struct rlimit old, small;
    gvc_status st;

    assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
    small = old;
    small.rlim_cur = 100000;
    for (int f = 0; f < N_FORMATS; f++) {
        char name[16];

        snprintf(name, sizeof name, "z.%s", formats[f]);
        setrlimit(RLIMIT_FSIZE, &small);
        st = write_frames(ctx, in_folder(name), NULL, &frame, 1);
        setrlimit(RLIMIT_FSIZE, &old);
        assert_int_equal(st, GVC_EIO);
        assert_int_equal(count_files(), 0);
    }
    gvc_frame_free(frame);
}

static void h5_carries_facts_added_after_the_opening(void **state)
{
    gvc_ctx *ctx = *state;
    gvc_frame *frame = sample(ctx, 2010, "country", "up");
    gvc_write_opts opts = { .panel = "p" };
    gvc_provenance *provenance;
    gvc_writer *writer;
    FILE *in;
    char data[65536];
    size_t n;

    assert_ok(ctx, gvc_provenance_new(ctx, &provenance, "gvc panel"));
    opts.provenance = provenance;
    assert_ok(ctx, gvc_writer_open(ctx, &writer, in_folder("f.h5"), &opts));
    assert_ok(ctx, gvc_writer_add(ctx, writer, frame));
    assert_ok(ctx, gvc_provenance_add(ctx, provenance, "bound", "unmistakable"));
    assert_ok(ctx, gvc_writer_close(ctx, writer));
    in = fopen(in_folder("f.h5"), "rb");
    assert_non_null(in);
    n = fread(data, 1, sizeof data, in);
    fclose(in);
    assert_non_null(memmem(data, n, "unmistakable", 12));
    assert_int_equal(count_files(), 1);
    empty_folder();
    gvc_provenance_free(provenance);
    gvc_frame_free(frame);
}

static void kill_writer(gvc_ctx *ctx, const gvc_frame *frame, const char *name)
{
    int status;
    const pid_t child = fork();

    if (child == 0) {
        gvc_writer *writer;

        gvc_ctx_set_threads(ctx, 1); /* the threads of the parent do not live in its child */
        if (gvc_writer_open(ctx, &writer, in_folder(name), NULL) == GVC_OK &&
            gvc_writer_add(ctx, writer, frame) == GVC_OK)
            raise(SIGKILL);
        _exit(1);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status));
    assert_int_equal(access(in_folder(name), F_OK), -1);
    empty_folder();
}

static void a_killed_writer_leaves_no_output(void **state)
{
    gvc_ctx *ctx = *state;
    gvc_frame *frame = sample(ctx, 2010, "country", "up");

    for (int f = 0; f < N_FORMATS; f++) {
        char name[16];

        snprintf(name, sizeof name, "k.%s", formats[f]);
        kill_writer(ctx, frame, name);
    }
    gvc_frame_free(frame);
}

/* Let the first, second, ... allocation fail until none does; returns how many that took. */
static int fail_allocations(gvc_ctx *ctx, gvc_frame *frame, const char *name)
{
    char book[600], path[600];
    const gvc_int before = gvc_ctx_memory_used(ctx);
    gvc_write_opts opts = { .codebook = book };
    gvc_status st = GVC_ENOMEM;
    int n = 0;

    snprintf(book, sizeof book, "%s", in_folder("book.md"));
    snprintf(path, sizeof path, "%s", in_folder(name));
    while (st == GVC_ENOMEM && n < 2000) {
        gvc_provenance *provenance = NULL;

        gvc_mem__fail_after(ctx, ++n);
        st = gvc_provenance_new(ctx, &provenance, "gvc");
        opts.provenance = provenance;
        if (st == GVC_OK)
            st = write_frames(ctx, path, &opts, &frame, 1);
        gvc_mem__fail_after(ctx, 0);
        gvc_provenance_free(provenance);
        if (st != GVC_OK) {
            assert_int_equal(gvc_ctx_memory_used(ctx), before);
            assert_int_equal(access(path, F_OK), -1);
            assert_int_equal(access(book, F_OK), -1);
            empty_folder();
        }
    }
    assert_int_equal(st, GVC_OK);
    empty_folder();
    return n;
}

static void a_failed_allocation_leaves_nothing(void **state)
{
    gvc_ctx *ctx = *state;
    gvc_frame *frame = sample(ctx, 2010, "country", "up");

    for (int f = 0; f < N_FORMATS; f++) {
        char name[16];

        snprintf(name, sizeof name, "m.%s", formats[f]);
        assert_true(fail_allocations(ctx, frame, name) > 20);
    }
    gvc_frame_free(frame);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        context_test(wide_bytes_are_exact),
        context_test(long_bytes_are_exact),
        context_test(long_exports_carry_every_key),
        context_test(txt_is_aligned),
        context_test(what_one_file_cannot_hold_is_refused_and_leaves_nothing),
        context_test(bad_paths_are_refused),
        context_test(a_full_device_and_a_closed_pipe_are_reported),
        context_test(values_read_back_to_the_same_bits_for_every_thread_count),
        context_test(the_side_file_tells_where_the_numbers_come_from),
        context_test(a_file_that_cannot_grow_leaves_nothing),
        context_test(h5_carries_facts_added_after_the_opening),
        context_test(a_killed_writer_leaves_no_output),
        context_test(a_failed_allocation_leaves_nothing),
    };

    return cmocka_run_group_tests(tests, begin, drop_folder);
}
