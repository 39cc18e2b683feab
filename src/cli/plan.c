#include "cli/analysis.h"

#include <json-c/json.h>
#include <string.h>

/* What a run would take and give, from the table of measures and the size of the tables. */
typedef struct estimate {
    gvc_int G, N, n, K, U, groups;
    double rows, values, held, bytes, arrays;
} estimate;

/* Rows and values of one year, before filters, and the values that are held at a time: all of them,
 * or where the output takes results as they come those of one measure, large levels in parts. */
static void count_output(const cli_job *job, estimate *e)
{
    for (int i = 0; i < job->picks.n; i++) {
        const cli_pick *pick = &job->picks.items[i];
        const gvc_int columns = pick->is_whole ? gvc_measure_terms_n(pick->measure) : pick->terms.n;
        double held = 0;

        for (const char *const *l = cli_split(job->app, gvc_measure_levels(pick->measure), ','); *l;
             l++) {
            const double rows = gvc_measures_rows(*l, e->U, e->N, e->n, e->groups);

            if (job->levels && !cli_list_has(job->levels, *l))
                continue;
            e->rows += rows;
            e->values += rows * (double)columns;
            held +=
                (rows > GVC_PART_ROWS && job->is_streamed ? GVC_PART_ROWS : rows) * (double)columns;
        }
        if (!job->is_streamed)
            e->held += held;
        else if (held > e->held)
            e->held = held;
    }
}

/* Cells of a quantity: see the table in src/model/recipes.c. */
static double cells_of(unsigned quantity, const estimate *e)
{
    static const unsigned wide = GVC_Q_VB | GVC_Q_BF | GVC_Q_BEX | GVC_Q_BE | GVC_Q_ALOC |
                                 GVC_Q_AREX | GVC_Q_AOWN | GVC_Q_AHOME | GVC_Q_ABU | GVC_Q_BHOME |
                                 GVC_Q_BABROAD | GVC_Q_BMADE | GVC_Q_SBU | GVC_Q_BONE | GVC_Q_BXU;
    const double n = (double)e->n;

    if (quantity & GVC_Q_B)
        return n * n;
    if (quantity & GVC_Q_BDIAG)
        return n * (double)e->N;
    return quantity & wide ? n * (double)e->U : n;
}

/* The table (Z and final demand), the factors, the local inverses, the quantities asked for, what
 * the largest family or method makes of them (some fourteen arrays by partner), and results. */
static void count_memory(const cli_job *job, estimate *e)
{
    const gvc_measure **list = cli_alloc(job->app, (size_t)(job->picks.n + 1) * sizeof *list);
    const double n = (double)e->n, U = (double)e->U;
    double cells = 2 * n * n + n * (double)(e->G * e->K) + 14 * n * U + n * (double)e->N + e->held;
    unsigned needs;

    for (int i = 0; i < job->picks.n; i++)
        list[i] = job->picks.items[i].measure;
    needs = gvc_measures_needs_at(list, job->picks.n, job->levels);
    for (unsigned bit = 1; bit && bit <= needs; bit <<= 1)
        if (needs & bit)
            cells += cells_of(bit, e);
    e->bytes = 8 * cells;
    e->arrays = cells / (n * n);
}

static estimate estimate_job(const cli_job *job)
{
    const gvc_edition *edition = job->source.edition;
    estimate e = { .G = gvc_labels_n(gvc_edition_countries(edition)),
                   .N = gvc_labels_n(gvc_edition_sectors(edition)) };

    e.K = gvc_labels_n(gvc_edition_categories(edition));
    e.n = e.G * e.N;
    e.U = e.G;
    e.groups = gvc_edition_groups_n(edition) + job->opts.n_groups;
    count_output(job, &e);
    count_memory(job, &e);
    return e;
}

static void print_json(const cli_job *job, const estimate *e)
{
    struct json_object *plan = json_object_new_object(), *measures = json_object_new_array();

    for (int i = 0; i < job->picks.n; i++)
        json_object_array_add(measures, json_object_new_string(
                                            gvc_measure_name(job->picks.items[i].measure)));
    json_object_object_add(plan, "measures", measures);
    json_object_object_add(plan, "years", json_object_new_int(job->source.n));
    json_object_object_add(plan, "countries", json_object_new_int64(e->G));
    json_object_object_add(plan, "sectors", json_object_new_int64(e->N));
    json_object_object_add(plan, "rows", json_object_new_int64((gvc_int)(e->rows * job->source.n)));
    json_object_object_add(plan, "values",
                           json_object_new_int64((gvc_int)(e->values * job->source.n)));
    json_object_object_add(plan, "arrays", json_object_new_double(e->arrays));
    json_object_object_add(plan, "bytes", json_object_new_int64((gvc_int)e->bytes));
    printf("%s\n", json_object_to_json_string_ext(plan, JSON_C_TO_STRING_PRETTY |
                                                            JSON_C_TO_STRING_NOSLASHESCAPE));
    json_object_put(plan);
}

void cli_job_announce(const cli_job *job)
{
    const estimate e = estimate_job(job);
    const double gib = e.bytes / (1024.0 * 1024 * 1024);
    cli_list names = { 0 };

    if (!job->common->plan) {
        cli_say(job->app, 1, "%d year(s), one at a time; up to %.0f rows and %.0f values in all",
                job->source.n, e.rows * job->source.n, e.values * job->source.n);
        cli_say(job->app, 1, "memory: about %.2f arrays of %lld x %lld, %.3g GiB", e.arrays,
                (long long)e.n, (long long)e.n, gib);
        return;
    }
    if (job->common->json) {
        print_json(job, &e);
        return;
    }
    for (int i = 0; i < job->picks.n; i++)
        cli_list_add(job->app, &names, gvc_measure_name(job->picks.items[i].measure));
    printf("tables    %d year(s), one at a time: %lld countries x %lld sectors, n = %lld\n",
           job->source.n, (long long)e.G, (long long)e.N, (long long)e.n);
    printf("measures  %s\n", cli_join(job->app, names.items, ", "));
    printf("output    up to %.0f rows, %.0f values (before filters)\n", e.rows * job->source.n,
           e.values * job->source.n);
    printf("memory    about %.2f arrays of n x n doubles at the peak, %.3g GiB\n", e.arrays, gib);
    printf(
        "          table 1, factors 1, final demand, quantities, local inverses and results %.2f\n",
        e.arrays - 2);
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
