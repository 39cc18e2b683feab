#include "cli/output.h"

#include <json-c/json.h>
#include <math.h>
#include <string.h>
#include <unistd.h>

enum { KEYS = 2 };

/* What a run would take and give, from the table of measures and the size of the tables. */
typedef struct estimate {
    gvc_int G, N, n, K, U, widest, groups;
    double rows, values, held, bytes, arrays;
    double whole, gathered; /* values of one year with their keys, and of all years in a panel */
    double making, writing; /* bytes that a method makes its rows of, that a writer holds */
    double results;         /* bytes of all of these */
    double behind, ahead;   /* bytes of results that wait to be written, of the next year's table */
    int has_parts;          /* results go out in parts */
    int at_a_time;          /* years side by side */
    int mapped;             /* Z stays in the file */
    gvc_plan plan;
} estimate;

/* Columns of a measure at one of its levels. */
static double count_columns(const cli_pick *pick, const char *level)
{
    const gvc_int n = pick->is_whole ? gvc_measure_terms_n(pick->measure) : pick->terms.n;
    double columns = 0;

    for (gvc_int t = 0; t < n; t++) {
        const gvc_term *term = pick->is_whole ? gvc_measure_term(pick->measure, t)
                                              : cli_find_term(pick->measure, pick->terms.items[t]);

        columns += cli_csv_has(gvc_term_levels(term), level);
    }
    return columns;
}

/* Values of the sums over partners that a pick has, for each seller and group. */
static double count_pools(const cli_job *job, const estimate *e, const cli_pick *pick)
{
    double held = 0;

    for (const char *const *l = job->opts.pools; l && *l; l++)
        if (cli_csv_has(gvc_measure_levels(pick->measure), *l))
            held +=
                (double)e->n * (double)(job->opts.n_groups + 1) * (count_columns(pick, *l) + KEYS);
    return held;
}

/* Rows and values of one year, before filters, and the values that are held at a time: all of them
 * and once more what they are joined into, or where the output takes results as they come those of
 * one measure, large levels in parts. The keys of a row take as much as KEYS values. */
static void count_output(const cli_job *job, estimate *e)
{
    e->rows = (double)job->own_rows;
    e->values = 2 * e->rows;
    e->held = 5 * e->rows; /* keys, values, and the cells that they are taken from */
    for (int i = 0; i < job->picks.n; i++) {
        const cli_pick *pick = &job->picks.items[i];
        double held = count_pools(job, e, pick);

        for (const char *const *l = cli_split(job->app, gvc_measure_levels(pick->measure), ','); *l;
             l++) {
            const double rows = gvc_measures_rows(*l, e->U, e->N, e->n, e->groups);
            const double columns = count_columns(pick, *l);

            if (!cli_takes_level(job->levels, *l))
                continue;
            e->rows += rows;
            e->values += rows * columns;
            e->whole += rows * (columns + KEYS);
            e->has_parts |= rows > GVC_PART_ROWS && job->is_streamed;
            held += (rows > GVC_PART_ROWS && job->is_streamed ? GVC_PART_ROWS : rows) *
                    (columns + KEYS);
        }
        if (!job->is_streamed)
            e->held += 2 * held;
        else if (held > e->held)
            e->held = held;
    }
    if (job->keeps_years)
        e->gathered = 2 * e->values * (double)job->source.n; /* as they come, and sorted */
    e->held += e->gathered;
}

/* Rows of the largest unit and their number, where groups act as one. */
static void count_units(const cli_job *job, estimate *e)
{
    const gvc_edition *edition = job->source.edition;
    unsigned char *member = cli_alloc(job->app, (size_t)e->G);

    e->U = e->G;
    e->widest = e->N;
    for (int i = 0; i < job->n_as_one; i++) {
        const gvc_int n = gvc_group_members(job->as_one[i], edition, GVC_INT_MISSING,
                                            job->opts.group_rule, member, NULL);

        e->U -= n > 0 ? n - 1 : 0;
        e->widest = n * e->N > e->widest ? n * e->N : e->widest;
    }
}

/* Bytes of a value in print, the most that a writer holds of them at a time, and the arrays by
 * partner that a family of indices makes of the quantities. */
enum { PRINTED = 24, WRITER = 8 << 20, BY_PARTNER = 8 };

/* Bytes at the worst moment of a year with `results`. Where nothing but exports is wanted, most of
 * the model is gone when results are made. */
static double with_results(const cli_job *job, const estimate *e, double results)
{
    return cli_job_is_exports(job) ? fmax(e->plan.peak, e->plan.kept + results)
                                   : e->plan.peak + results;
}

/* What the model needs, what a method makes of it row by row, and results. */
static void count_memory(const cli_job *job, estimate *e)
{
    const gvc_measure **list = cli_alloc(job->app, (size_t)(job->picks.n + 1) * sizeof *list);
    const gvc_plan_size size = { e->G, e->N, e->K, e->U, e->widest, e->mapped };
    gvc_int terms = 0, by_partner = 0;

    for (int i = 0; i < job->picks.n; i++) {
        list[i] = job->picks.items[i].measure;
        if (gvc_measure_terms_n(list[i]) > terms)
            terms = gvc_measure_terms_n(list[i]);
        if (gvc_measure_kind(list[i]) == GVC_FRAME_INDICES)
            by_partner = BY_PARTNER;
    }
    e->plan = gvc_model_plan(&size,
                             gvc_measures_needs_at(list, job->picks.n, job->levels) |
                                 gvc_measures_needs_of_pools(list, job->picks.n, job->opts.pools) |
                                 job->own_needs,
                             (gvc_solver)job->common->solver);
    e->making =
        24 * (double)e->n * (double)(terms + 1) + 8 * (double)e->n * (double)(e->U * by_partner);
    e->writing = PRINTED * e->values < WRITER ? PRINTED * e->values : WRITER;
    e->results = 8 * e->held + e->making + e->writing;
    e->bytes = with_results(job, e, e->results);
}

/* What may be spent on going ahead: the limit, and without one half of what the machine has. */
static double allowance(const cli_job *job)
{
    const double pages = (double)sysconf(_SC_PHYS_PAGES), page = (double)sysconf(_SC_PAGESIZE);

    return job->common->memory > 0 ? (double)job->common->memory : pages * page / 2;
}

/* Writing results while the next are made, and reading the next year: where there is a second
 * thread and memory for it. */
static void plan_background(const cli_job *job, estimate *e)
{
    const double waiting = 8 * e->held, next = e->plan.table + e->plan.reading;
    const double most = allowance(job);

    if (gvc_ctx_threads(job->app->ctx) < 2)
        return;
    if (job->can_wait && e->bytes + waiting <= most)
        e->behind = waiting;
    if (job->source.n > 1 && e->bytes + e->behind + next <= most)
        e->ahead = next;
    e->bytes += e->behind + e->ahead;
}

/* Industries that keep one thread busy: a larger year gets more of them, measured with two. */
enum { SHARE = 1500 };

/* Years side by side, each by its share of the threads: their results are held whole, and as many
 * again may wait to be written. */
static void plan_years(const cli_job *job, estimate *e)
{
    const gvc_int each = e->n < 2 * SHARE ? 1 : e->n / SHARE;
    const double threads = (double)(gvc_ctx_threads(job->app->ctx) / each);
    const double whole = 8 * e->whole, year = with_results(job, e, whole + e->making);
    const double joined = (job->is_streamed ? 0 : whole) + 8 * e->gathered + e->writing;
    const double fit = (allowance(job) - joined) / (year + whole);
    const int most = (int)fmin(fmin(threads, job->source.n), fit);

    if (!job->by_years || e->has_parts || most < 2)
        return;
    e->at_a_time = most;
    e->bytes = most * year + fmin(most, job->source.n - most) * whole + joined;
    e->results = 2 * whole + e->making;
}

static estimate estimate_job(const cli_job *job)
{
    const gvc_edition *edition = job->source.edition;
    estimate e = { .G = gvc_labels_n(gvc_edition_countries(edition)),
                   .N = gvc_labels_n(gvc_edition_sectors(edition)) };

    e.K = gvc_labels_n(gvc_edition_categories(edition));
    e.n = e.G * e.N;
    e.mapped = gvc_input_is_mapped(job->app->ctx, job->source.input);
    count_units(job, &e);
    e.groups = gvc_edition_groups_n(edition) + job->opts.n_groups;
    count_output(job, &e);
    count_memory(job, &e);
    e.at_a_time = 1;
    plan_years(job, &e);
    if (e.at_a_time == 1)
        plan_background(job, &e);
    e.arrays = e.bytes / (8 * (double)e.n * (double)e.n);
    return e;
}

/* Seconds beside the algebra: of any run, of any year, to unpack, check and prepare a cell of the
 * table, and to make and write a value of the output; measured on two cores. */
#define START_SECONDS 0.05
#define YEAR_SECONDS 0.03
#define CELL_SECONDS 2.3e-8
#define MAPPED_SECONDS 6e-9 /* nothing to unpack */
#define VALUE_SECONDS 5e-8
#define BOOK_SECONDS 3e-7 /* an .xlsx is deflated XML */

/* The order of the product that measures the machine, by few threads and by many, and how often:
 * some hundredths of a second each, as smaller ones end before the processor is at its pace. */
enum { PROBE = 1024, MANY_PROBE = 2048, FEW = 4, PROBES = 5 };

/* Expected seconds of all years, and the pace of dgemm here. */
static gvc_status expect_time(const cli_job *job, const char *path, const estimate *e,
                              double *seconds, double *flops)
{
    const double n = (double)e->n, years = (double)job->source.n;
    const double value = cli_is_format(job->common, path, "xlsx") ? BOOK_SECONDS : VALUE_SECONDS;
    const double cell = e->mapped ? MAPPED_SECONDS : CELL_SECONDS;
    const gvc_int probe = gvc_ctx_threads(job->app->ctx) > FEW ? MANY_PROBE : PROBE;
    gvc_seconds best;
    gvc_status st = gvc_machine_product(job->app->ctx, &best, probe, PROBES);

    if (st != GVC_OK)
        return st;
    *flops = 2.0 * (double)probe * (double)probe * (double)probe / best.wall;
    *seconds = START_SECONDS + years * (YEAR_SECONDS + e->plan.products * 2 * n * n * n / *flops +
                                        cell * n * n + value * e->values);
    return GVC_OK;
}

static void print_json(const cli_job *job, const estimate *e, double seconds)
{
    struct json_object *plan = json_object_new_object(), *measures = json_object_new_array();

    if (job->own_name)
        json_object_array_add(measures, json_object_new_string(job->own_name));
    for (int i = 0; i < job->picks.n; i++)
        json_object_array_add(measures, json_object_new_string(
                                            gvc_measure_name(job->picks.items[i].measure)));
    json_object_object_add(plan, "measures", measures);
    json_object_object_add(plan, "years", json_object_new_int(job->source.n));
    json_object_object_add(plan, "years_at_a_time", json_object_new_int(e->at_a_time));
    json_object_object_add(plan, "countries", json_object_new_int64(e->G));
    json_object_object_add(plan, "sectors", json_object_new_int64(e->N));
    json_object_object_add(plan, "rows", json_object_new_int64((gvc_int)(e->rows * job->source.n)));
    json_object_object_add(plan, "values",
                           json_object_new_int64((gvc_int)(e->values * job->source.n)));
    json_object_object_add(plan, "mapped", json_object_new_boolean(e->mapped));
    json_object_object_add(plan, "solver", json_object_new_string(e->plan.solver));
    json_object_object_add(plan, "products", json_object_new_double(e->plan.products));
    json_object_object_add(plan, "arrays", json_object_new_double(e->arrays));
    json_object_object_add(plan, "bytes", json_object_new_int64((gvc_int)e->bytes));
    json_object_object_add(plan, "seconds", json_object_new_double(seconds));
    printf("%s\n", json_object_to_json_string_ext(plan, JSON_C_TO_STRING_PRETTY |
                                                            JSON_C_TO_STRING_NOSLASHESCAPE));
    json_object_put(plan);
}

/* "one at a time", "4 at a time" */
static const char *say_at_a_time(const cli_job *job, const estimate *e)
{
    return e->at_a_time > 1 ? cli_format(job->app, "%d at a time", e->at_a_time) : "one at a time";
}

static double gib(double bytes)
{
    return bytes / (1024.0 * 1024 * 1024);
}

static void print_words(const cli_job *job, const estimate *e, double seconds, double flops)
{
    const double array = 8 * (double)e->n * (double)e->n;
    cli_list names = { 0 };

    if (job->own_name)
        cli_list_add(job->app, &names, job->own_name);
    for (int i = 0; i < job->picks.n; i++)
        cli_list_add(job->app, &names, gvc_measure_name(job->picks.items[i].measure));
    printf("tables    %d year(s), %s: %lld countries x %lld sectors, n = %lld\n", job->source.n,
           say_at_a_time(job, e), (long long)e->G, (long long)e->N, (long long)e->n);
    printf("measures  %s\n", cli_join(job->app, names.items, ", "));
    printf("output    up to %.0f rows, %.0f values (before filters)\n", e->rows * job->source.n,
           e->values * job->source.n);
    printf("memory    about %.2f arrays of n x n doubles at the peak, %.3g GiB\n", e->arrays,
           gib(e->bytes));
    printf("          %stable %.2f, solver (%s) %.2f, demand, exports and local inverses %.2f,\n"
           "          quantities %.2f, one solve or reading %.2f, results %.2f\n",
           e->at_a_time > 1 ? "each year: " : "", e->plan.table / array, e->plan.solver,
           e->plan.factors / array, e->plan.demand / array, e->plan.quantities / array,
           e->plan.work / array, e->results / array);
    if (e->mapped)
        puts("          Z, 1.00, is not counted: it stays in the file, mapped into memory");
    if (e->behind > 0 || e->ahead > 0)
        printf("          in the background: next year's table %.2f, results to be written %.2f\n",
               e->ahead / array, e->behind / array);
    printf(
        "time      about %.2g s with %d thread(s): %.2f products of two n x n matrices a year, at "
        "%.3g GF/s here\n",
        seconds, gvc_ctx_threads(job->app->ctx), e->plan.products, flops / 1e9);
}

/* A limit is held against the plan before anything is read: the account of the library would only
 * find out half-way. */
static gvc_status check_memory(const cli_job *job, const estimate *e)
{
    const gvc_int limit = job->common->memory;

    if (limit <= 0 || e->bytes <= (double)limit)
        return GVC_OK;
    return cli_refuse(job->app, GVC_ENOMEM,
                      "the run needs about %.3g GiB (%.2f arrays of n x n, n = %lld), and --memory "
                      "allows %.3g GiB; fewer measures or levels, --solver sweeps or --output to a "
                      ".csv take less (--plan tells)",
                      gib(e->bytes), e->arrays, (long long)e->n, gib((double)limit));
}

/* Before a run that tells about itself: what it is held against when it ends. */
static gvc_status expect_run(cli_job *job, const char *path, const estimate *e)
{
    double seconds, flops, began;
    gvc_status st;

    cli_say(job->app, 1, "%d year(s), %s; up to %.0f rows and %.0f values in all", job->source.n,
            say_at_a_time(job, e), e->rows * job->source.n, e->values * job->source.n);
    cli_say(job->app, 1, "memory: about %.2f arrays of %lld x %lld, %.3g GiB", e->arrays,
            (long long)e->n, (long long)e->n, gib(e->bytes));
    st = check_memory(job, e);
    if (st != GVC_OK || job->app->quiet || !job->app->verbose)
        return st;
    began = gvc_seconds_now().wall;
    st = expect_time(job, path, e, &seconds, &flops);
    if (st != GVC_OK)
        return st;
    job->expecting += gvc_seconds_now().wall - began;
    job->expected_seconds += seconds;
    job->expected_bytes = fmax(job->expected_bytes, e->bytes);
    cli_say(job->app, 1,
            "time: about %.2g s by %s: %.2f products of two n x n matrices a year, at "
            "%.3g GF/s here",
            seconds, e->plan.solver, e->plan.products, flops / 1e9);
    return GVC_OK;
}

gvc_status cli_job_announce(cli_job *job, const char *path)
{
    const estimate e = estimate_job(job);
    double seconds = 0, flops = 0;
    gvc_status st;

    job->behind = (gvc_int)e.behind;
    job->reads_ahead = e.ahead > 0;
    job->at_a_time = e.at_a_time;
    if (!job->common->plan)
        return expect_run(job, path, &e);
    st = expect_time(job, path, &e, &seconds, &flops);
    if (st != GVC_OK)
        return st;
    if (job->common->json)
        print_json(job, &e, seconds);
    else
        print_words(job, &e, seconds, flops);
    return GVC_OK;
}

void cli_job_conclude(const cli_job *job)
{
    const double bytes = (double)gvc_ctx_memory_peak(job->app->ctx);

    cli_say(job->app, 1,
            "measured: %.2f s (about %.2g expected), %.3g GiB at the peak (about %.3g expected)",
            gvc_seconds_now().wall - job->app->start - job->expecting, job->expected_seconds,
            gib(bytes), gib(job->expected_bytes));
}

/* ---- provenance ---- */

static const char *describe_group(const cli_job *job, const gvc_group *group)
{
    static const char *const times[] = { "all who were ever members", "members of each year",
                                         "members of" };
    const gvc_group_rule rule = job->opts.group_rule;
    const gvc_labels *countries = gvc_edition_countries(job->source.edition);
    cli_list here = { 0 };

    for (gvc_int i = 0; i < gvc_group_n(group); i++)
        if (gvc_labels_find(countries, gvc_group_member(group, i)) >= 0)
            cli_list_add(job->app, &here, gvc_group_member(group, i));
    return cli_format(job->app, "%s%s%s; %d of %lld in the table: %s", times[rule.time],
                      rule.time == GVC_GROUP_FIXED ? " " : "",
                      rule.time == GVC_GROUP_FIXED ? cli_format(job->app, "%d", rule.year) : "",
                      here.n, (long long)gvc_group_n(group), cli_join(job->app, here.items, ","));
}

gvc_status cli_job_provenance(cli_job *job, gvc_provenance **out)
{
    static const char *const balances[] = { "keep", "absorb", "rowsum" };
    gvc_ctx *ctx = job->app->ctx;
    gvc_status st;

    *out = NULL;
    if (job->common->no_provenance)
        return GVC_OK;
    st = gvc_provenance_new(ctx, out, job->common->line);
    if (st == GVC_OK)
        st = gvc_provenance_input(ctx, *out, job->source.input);
    if (st == GVC_OK)
        st = gvc_provenance_add(ctx, *out, "balance", balances[job->balance]);
    if (st == GVC_OK && job->satellite)
        st = gvc_provenance_add(ctx, *out, "in place of value added", job->satellite);
    for (gvc_int i = 0; st == GVC_OK && i < job->opts.n_sums; i++)
        st = gvc_provenance_add(ctx, *out,
                                cli_format(job->app, "sum: %s", gvc_group_name(job->opts.sums[i])),
                                describe_group(job, job->opts.sums[i]));
    for (int i = 0; st == GVC_OK && i < job->n_as_one; i++)
        st = gvc_provenance_add(ctx, *out,
                                cli_format(job->app, "as one: %s", gvc_group_name(job->as_one[i])),
                                describe_group(job, job->as_one[i]));
    if (st == GVC_OK && job->digital)
        st = gvc_provenance_add(ctx, *out, "digital sectors", gvc_digital_text(job->digital));
    for (gvc_int i = 0; st == GVC_OK && i < job->opts.n_groups; i++)
        st = gvc_provenance_add(
            ctx, *out, cli_format(job->app, "group %s", gvc_group_name(job->opts.groups[i])),
            describe_group(job, job->opts.groups[i]));
    return st;
}

gvc_status cli_job_facts(cli_job *job, gvc_provenance *provenance)
{
    gvc_ctx *ctx = job->app->ctx;
    gvc_status st = GVC_OK;

    if (!provenance)
        return st;
    if (job->solver)
        st = gvc_provenance_add(ctx, provenance, "solver", job->solver);
    if (st == GVC_OK)
        st = gvc_provenance_add(ctx, provenance, "certified error bound",
                                cli_format(job->app, "%.1e", job->error_bound));
    return st;
}
