#include "cli/analysis.h"

#include <errno.h>
#include <json-c/json.h>
#include <math.h>
#include <string.h>
#include <unistd.h>

struct args {
    cli_common common;
    const char *store, *output;
    int size, runs, year;
};

#define AT(field) offsetof(struct args, field)

/* clang-format off */
static const cli_option options[] = {
    { "store", 0, CLI_WORD, "STORE", "a store or folder; without it a synthetic table is made", .at = AT(store) },
    { "size", 'n', CLI_INT, "N", "country-sectors of the synthetic table", .at = AT(size), .preset = "1400" },
    { "runs", 'r', CLI_INT, "R", "runs of each case, of which the best counts", .at = AT(runs), .preset = "3" },
    { "year", 'y', CLI_INT, "YEAR", "year of the store [the last]", .at = AT(year), .complete = "year" },
    { "output", 'o', CLI_FILE, "FILE", "write the figures as JSON too", .at = AT(output) },
    { 0 },
};
/* clang-format on */

enum { NAMES = 16 };

/* What is timed; no names: only reading. */
static const struct work {
    const char *what, *names[NAMES], *levels[4];
} works[] = {
    { "read the table", { NULL }, { NULL } },
    { "bm exporter source, country", { "bm/exporter/source" }, { "country" } },
    { "bm exporter source, pair-sector", { "bm/exporter/source" }, { "bilateral_sector" } },
    { "bm exporter sink, pair-sector", { "bm/exporter/sink" }, { "bilateral_sector" } },
    { "wwz, pair-sector", { "wwz" }, { "bilateral_sector" } },
    { "kww, country", { "kww" }, { "country" } },
    { "kpww activity position, country", { "kpww", "activity", "position" }, { "country" } },
    { "thirteen families of indices, country and sector",
      { "kpww", "kpww_wwz", "activity", "length", "position", "apl", "crossings", "bmt", "bmtout",
        "vatrade", "exposure", "fvas", "tradecost" },
      { "country", "sector" } },
};
enum { WORKS = sizeof works / sizeof works[0] };

typedef struct figure {
    gvc_seconds best;
    double arrays, planned; /* both 0 where nothing is planned or held */
} figure;

/* The bench at work; `n` is the order of the table, `array` the bytes of n x n. */
typedef struct bench {
    cli_app *app;
    const struct args *a;
    gvc_table *made; /* the synthetic table, which is not read */
    const char *name;
    gvc_int G, N, K, n;
    double array;
    gvc_seconds product, dgetrf;
    figure figures[WORKS];
} bench;

static gvc_status make_table(bench *b)
{
    const double want = b->a->size;
    const gvc_int N = (gvc_int)fmax(1, round(sqrt(want * 35.0 / 41.0)));
    const gvc_synth_opts opts = { .countries = (gvc_int)fmax(1, round(want / (double)N)),
                                  .sectors = N,
                                  .seed = 1 };
    gvc_synth *synth = NULL;
    gvc_status st = gvc_synth_new(b->app->ctx, &synth, &opts);

    if (st == GVC_OK)
        st = gvc_synth_table(b->app->ctx, &b->made, synth, 2000);
    gvc_synth_free(synth);
    b->name = "synthetic";
    return st;
}

/* A table of this context's own; the synthetic one is lent. */
static gvc_status read_table(const bench *b, gvc_ctx *ctx, gvc_table **table)
{
    gvc_input *input = NULL;
    gvc_int at = -1;
    gvc_status st;

    *table = b->made;
    if (b->made)
        return GVC_OK;
    st = gvc_input_open(ctx, &input, b->a->store);
    for (gvc_int i = 0; st == GVC_OK && i < gvc_input_n_years(input); i++)
        if (!b->a->year || gvc_input_year(input, i) == b->a->year)
            at = i;
    if (st == GVC_OK && at < 0)
        st = cli_refuse(b->app, GVC_ELABEL, "%s: there is no table of %d", b->a->store, b->a->year);
    if (st == GVC_OK)
        st = gvc_input_table(ctx, table, input, at);
    if (input)
        gvc_input_close(input);
    return st;
}

static gvc_int list_measures(const bench *b, const struct work *w, const gvc_measure ***list)
{
    gvc_int n = 0;

    *list = cli_alloc(b->app, (NAMES + 1) * sizeof **list);
    while (n < NAMES && w->names[n]) {
        (*list)[n] = gvc_measures_find(w->names[n]);
        n++;
    }
    return n;
}

static gvc_status run_work(const bench *b, gvc_ctx *ctx, const struct work *w)
{
    const gvc_measure **list;
    const gvc_int n = list_measures(b, w, &list);
    const gvc_run_opts opts = { .levels = w->levels };
    const gvc_model_opts how = { .needs = gvc_measures_needs_at(list, n, w->levels),
                                 .solver = (gvc_solver)b->a->common.solver };
    gvc_table *table = NULL;
    gvc_model *model = NULL;
    gvc_frames *frames = NULL;
    gvc_status st = read_table(b, ctx, &table);

    if (st == GVC_OK && n)
        st = gvc_model_new(ctx, &model, table, &how);
    if (st == GVC_OK && n)
        st = gvc_frames_new(ctx, &frames);
    if (st == GVC_OK && n)
        st = gvc_measures_run(ctx, frames, model, list, n, &opts);
    gvc_frames_free(frames);
    gvc_model_free(model);
    if (table != b->made)
        gvc_table_free(table);
    return st;
}

/* Products that the work is planned to take. */
static double plan_work(const bench *b, const struct work *w)
{
    const gvc_measure **list;
    const gvc_int n = list_measures(b, w, &list);
    const gvc_plan_size size = { .G = b->G, .N = b->N, .K = b->K };

    return gvc_model_plan(&size, gvc_measures_needs_at(list, n, w->levels),
                          (gvc_solver)b->a->common.solver)
        .products;
}

/* Each run has a context of its own, whose peak is that of the run. */
static gvc_status time_work(bench *b, const struct work *w, figure *f)
{
    gvc_status st = cli_check_stop(b->app);

    f->best = (gvc_seconds){ INFINITY, INFINITY };
    f->planned = plan_work(b, w);
    for (int k = 0; k < b->a->runs && st == GVC_OK; k++) {
        gvc_ctx *ctx = gvc_ctx_new();
        gvc_seconds start = gvc_seconds_now(), end;

        if (!ctx)
            return cli_refuse(b->app, GVC_ENOMEM, "out of memory");
        gvc_ctx_set_threads(ctx, gvc_ctx_threads(b->app->ctx));
        gvc_ctx_set_memory(ctx, gvc_ctx_memory(b->app->ctx));
        st = run_work(b, ctx, w);
        end = gvc_seconds_now();
        f->best.wall = fmin(f->best.wall, end.wall - start.wall);
        f->best.cpu = fmin(f->best.cpu, end.cpu - start.cpu);
        f->arrays = (double)gvc_ctx_memory_peak(ctx) / b->array + (b->made ? 1 : 0);
        if (st != GVC_OK && !b->app->message)
            cli_refuse(b->app, st, "%s", gvc_ctx_message(ctx));
        gvc_ctx_free(ctx);
        if (st == GVC_OK)
            st = cli_check_stop(b->app);
    }
    return st;
}

static gvc_status look_at_table(bench *b)
{
    gvc_table *table = NULL;
    gvc_status st = b->a->store ? GVC_OK : make_table(b);

    b->name = b->a->store ? b->a->store : b->name;
    if (st == GVC_OK)
        st = read_table(b, b->app->ctx, &table);
    if (st != GVC_OK)
        return st;
    b->G = gvc_table_G(table);
    b->N = gvc_table_N(table);
    b->K = gvc_table_K(table);
    b->n = gvc_table_n(table);
    b->array = 8.0 * (double)b->n * (double)b->n;
    if (table != b->made)
        gvc_table_free(table);
    return GVC_OK;
}

static gvc_status measure(bench *b)
{
    gvc_ctx *ctx = b->app->ctx;
    gvc_status st = look_at_table(b);

    if (st == GVC_OK)
        st = gvc_machine_product(ctx, &b->product, b->n, b->a->runs);
    if (st == GVC_OK)
        st = gvc_machine_dgetrf(ctx, &b->dgetrf, b->n, b->a->runs);
    for (int i = 0; i < WORKS && st == GVC_OK; i++)
        if (works[i].names[0] || !b->made)
            st = time_work(b, &works[i], &b->figures[i]);
    return st;
}

static void add_figure(cli_grid *grid, const char *format, double value)
{
    if (value > 0)
        cli_grid_cell(grid, format, value);
    else
        cli_grid_cell(grid, "%s", "");
}

static void add_row(const bench *b, cli_grid *grid, const char *what, const figure *f)
{
    cli_grid_cell(grid, "%s", what);
    cli_grid_cell(grid, "%.4f", f->best.wall);
    cli_grid_cell(grid, "%.3f", f->best.wall / b->product.wall);
    cli_grid_cell(grid, "%.3f", f->best.cpu / b->product.cpu);
    add_figure(grid, "%.2f", f->planned);
    add_figure(grid, "%.2f", f->arrays);
}

static void print_table(const bench *b)
{
    cli_grid *grid = cli_grid_new(b->app, "lrrrrr");

    printf("%s: %lld x %lld, n = %lld; %d threads; best of %d\n%s; %s\n\n", b->name,
           (long long)b->G, (long long)b->N, (long long)b->n, gvc_ctx_threads(b->app->ctx),
           b->a->runs, gvc_machine_cpu(), gvc_machine_blas());
    cli_grid_cell(grid, "%s", "");
    cli_grid_cell(grid, "seconds");
    cli_grid_cell(grid, "dgemm");
    cli_grid_cell(grid, "of its cpu");
    cli_grid_cell(grid, "planned");
    cli_grid_cell(grid, "n x n arrays");
    add_row(b, grid, "dgemm, n x n x n", &(figure){ .best = b->product });
    add_row(b, grid, "dgetrf of LAPACK", &(figure){ .best = b->dgetrf });
    for (int i = 0; i < WORKS; i++)
        if (works[i].names[0] || !b->made)
            add_row(b, grid, works[i].what, &b->figures[i]);
    cli_grid_print(grid, stdout, "");
}

static struct json_object *figure_json(const bench *b, const char *what, const figure *f)
{
    struct json_object *o = json_object_new_object();

    json_object_object_add(o, "what", json_object_new_string(what));
    json_object_object_add(o, "seconds", json_object_new_double(f->best.wall));
    json_object_object_add(o, "cpu_seconds", json_object_new_double(f->best.cpu));
    json_object_object_add(o, "dgemm", json_object_new_double(f->best.wall / b->product.wall));
    json_object_object_add(o, "cpu_dgemm", json_object_new_double(f->best.cpu / b->product.cpu));
    if (f->planned > 0)
        json_object_object_add(o, "planned_dgemm", json_object_new_double(f->planned));
    if (f->arrays > 0)
        json_object_object_add(o, "peak_arrays", json_object_new_double(f->arrays));
    return o;
}

static const char *as_json(const bench *b)
{
    struct json_object *o = json_object_new_object(), *list = json_object_new_array();
    const char *text;

    json_object_object_add(o, "version", json_object_new_string(gvc_version()));
    json_object_object_add(o, "table", json_object_new_string(b->name));
    json_object_object_add(o, "countries", json_object_new_int64(b->G));
    json_object_object_add(o, "sectors", json_object_new_int64(b->N));
    json_object_object_add(o, "n", json_object_new_int64(b->n));
    json_object_object_add(o, "threads", json_object_new_int(gvc_ctx_threads(b->app->ctx)));
    json_object_object_add(o, "runs", json_object_new_int(b->a->runs));
    json_object_object_add(o, "blas", json_object_new_string(gvc_machine_blas()));
    json_object_object_add(o, "cpu", json_object_new_string(gvc_machine_cpu()));
    json_object_array_add(list,
                          figure_json(b, "dgemm, n x n x n", &(figure){ .best = b->product }));
    json_object_array_add(list, figure_json(b, "dgetrf of LAPACK", &(figure){ .best = b->dgetrf }));
    for (int i = 0; i < WORKS; i++)
        if (works[i].names[0] || !b->made)
            json_object_array_add(list, figure_json(b, works[i].what, &b->figures[i]));
    json_object_object_add(o, "cases", list);
    text = cli_format(b->app, "%s\n",
                      json_object_to_json_string_ext(o, JSON_C_TO_STRING_PRETTY |
                                                            JSON_C_TO_STRING_NOSLASHESCAPE));
    json_object_put(o);
    return text;
}

/* Whole or not at all: under another name first. */
static gvc_status write_text(const bench *b, const char *path, const char *text)
{
    const char *part = cli_format(b->app, "%s.part", path);
    FILE *f = fopen(part, "w");
    int failed = !f || fputs(text, f) == EOF;

    failed |= f && fclose(f) != 0;
    if (!failed && rename(part, path) == 0)
        return GVC_OK;
    cli_refuse(b->app, GVC_EIO, "%s: cannot be written: %s", path, strerror(errno));
    remove(part);
    return GVC_EIO;
}

static gvc_status run(gvc_ctx *ctx, const void *parsed)
{
    const struct args *a = parsed;
    bench b = { .app = a->common.app, .a = a };
    gvc_status st;

    (void)ctx;
    if (a->size < 1 || a->runs < 1)
        return cli_refuse(b.app, GVC_EUSAGE, "--size and --runs are 1 or more");
    if (a->output && !a->common.force && access(a->output, F_OK) == 0)
        return cli_refuse(b.app, GVC_EIO, "%s exists; add --force to replace it", a->output);
    st = measure(&b);
    if (st == GVC_OK) {
        if (a->common.json)
            fputs(as_json(&b), stdout);
        else
            print_table(&b);
        if (a->output)
            st = write_text(&b, a->output, as_json(&b));
    }
    gvc_table_free(b.made);
    return st;
}

const cli_command cmd_bench = {
    .name = "bench",
    .group = "Samples",
    .summary = "time decompositions in units of what this machine can do",
    .example = "gvc bench demo.h5 --runs 1",
    .details =
        "Every case is one year's run from the table to the finished results, without writing them; its "
        "time stands beside that of one product of two matrices of the table's size (dgemm) with the same "
        "threads, measured in the same run, the products that --plan expects of its algebra alone, and its "
        "memory in arrays of that size. So tables, machines and "
        "programs can be compared; a machine with other work shows it in the seconds before it shows it in "
        "the processor time.",
    .options = options,
    .args_size = sizeof(struct args),
    .run = run,
};
