#include "decomp/rowplan.h"

#include "base/mem.h"
#include "decomp/filter.h"

/* Turn flags into positions; how many are chosen. */
static gvc_int number(gvc_int *at, const unsigned char *wanted, gvc_int n)
{
    gvc_int chosen = 0;

    for (gvc_int i = 0; i < n; i++)
        at[i] = wanted[i] ? chosen++ : -1;
    return chosen;
}

static gvc_status choose(gvc_ctx *ctx, gvc_rowplan *plan, const gvc_model *model,
                         const gvc_run_opts *opts, unsigned char *wanted)
{
    const gvc_filter *filter = &opts->filter;
    gvc_status st;

    st = gvc_filter__units(ctx, wanted, model, filter->exporter, "exporter", opts->group_rule);
    if (st != GVC_OK)
        return st;
    plan->n_exporters = number(plan->exporter_at, wanted, plan->U);
    st = gvc_filter__units(ctx, wanted, model, filter->importer, "importer", opts->group_rule);
    if (st != GVC_OK)
        return st;
    plan->n_importers = number(plan->importer_at, wanted, plan->U);
    st = gvc_filter__sectors(ctx, wanted, plan->sectors, filter->sector);
    if (st != GVC_OK)
        return st;
    plan->n_sectors = number(plan->sector_at, wanted, plan->K);
    return GVC_OK;
}

/* Importers of s that are rows: the chosen ones, s itself left out. */
static gvc_int partners(const gvc_rowplan *plan, gvc_int s)
{
    return plan->n_importers - (plan->importer_at[s] >= 0);
}

static void order_rows(gvc_rowplan *plan, const gvc_model *model)
{
    const gvc_units *units = gvc_model_units(model);
    const gvc_int n = gvc_model_n(model);
    gvc_int at = 0;

    for (gvc_int i = 0; i < n; i++)
        plan->unit_of[i] = gvc_units_of(units, i / plan->N);
    for (gvc_int u = 0; u < plan->U; u++) {
        plan->first[u] = at;
        for (gvc_int i = 0; i < n; i++)
            if (plan->unit_of[i] == u)
                plan->rows[at++] = i;
    }
    plan->first[plan->U] = at;
    for (gvc_int s = 0; s < plan->U; s++) {
        plan->pairs_before[s] = plan->n_pairs;
        if (plan->exporter_at[s] >= 0)
            plan->n_pairs += partners(plan, s);
    }
}

gvc_status gvc_rowplan__new(gvc_ctx *ctx, gvc_rowplan **out, const gvc_model *model,
                            const gvc_run_opts *opts)
{
    const gvc_int U = gvc_model_U(model), N = gvc_table_N(gvc_model_table(model));
    const gvc_int n = gvc_model_n(model);
    const gvc_labels *sectors =
        opts->sectors ? gvc_concordance_targets(opts->sectors)
                      : gvc_edition_sectors(gvc_table_edition(gvc_model_table(model)));
    const gvc_int K = gvc_labels_n(sectors);
    gvc_rowplan *plan = gvc_mem__calloc(ctx, 1, sizeof *plan);
    unsigned char *wanted = gvc_mem__calloc(ctx, U + K, 1);
    gvc_int *cells = gvc_mem__calloc(ctx, 4 * U + 1 + K + N + 2 * n, sizeof *cells);
    gvc_status st = GVC_ENOMEM;

    *out = NULL;
    if (!plan || !wanted || !cells) {
        gvc_mem__free(cells);
        goto done;
    }
    plan->U = U;
    plan->N = N;
    plan->K = K;
    plan->sectors = sectors;
    plan->exporter_at = cells;
    plan->importer_at = cells + U;
    plan->pairs_before = cells + 2 * U;
    plan->first = cells + 3 * U;
    plan->sector_at = plan->first + U + 1;
    plan->sector_of = plan->sector_at + K;
    plan->unit_of = plan->sector_of + N;
    plan->rows = plan->unit_of + n;
    plan->is_whole = !opts->sectors;
    for (gvc_int k = 0; k < N; k++)
        plan->sector_of[k] = opts->sectors ? gvc_concordance_of(opts->sectors, k) : k;
    st = choose(ctx, plan, model, opts, wanted);
    if (st == GVC_OK) {
        order_rows(plan, model);
        *out = plan;
        plan = NULL;
    }
done:
    gvc_mem__free(wanted);
    gvc_rowplan__free(plan);
    return st;
}

void gvc_rowplan__free(gvc_rowplan *plan)
{
    if (plan)
        gvc_mem__free(plan->exporter_at);
    gvc_mem__free(plan);
}

gvc_int gvc_rowplan__rows(const gvc_rowplan *plan, gvc_level level)
{
    const unsigned keys = gvc_level__info(level)->keys;
    const gvc_int n_sectors = keys & GVC_KEY_SECTOR ? plan->n_sectors : 1;

    if (!(keys & GVC_KEY_EXPORTER))
        return plan->n_importers * n_sectors;
    return (keys & GVC_KEY_IMPORTER ? plan->n_pairs : plan->n_exporters) * n_sectors;
}

gvc_int gvc_rowplan__first(const gvc_rowplan *plan, gvc_level level, gvc_int s, gvc_int r,
                           gvc_int *step)
{
    const unsigned keys = gvc_level__info(level)->keys;
    const gvc_int n_sectors = keys & GVC_KEY_SECTOR ? plan->n_sectors : 1;
    const int has_pair = keys & GVC_KEY_IMPORTER;
    gvc_int at;

    *step = 1;
    if (has_pair && plan->importer_at[r] < 0)
        return -1;
    if (!(keys & GVC_KEY_EXPORTER))
        return plan->importer_at[r] * n_sectors;
    if (plan->exporter_at[s] < 0 || (has_pair && r == s))
        return -1;
    if (!has_pair)
        return plan->exporter_at[s] * n_sectors;
    *step = partners(plan, s);
    at = plan->importer_at[r] - (r > s && plan->importer_at[s] >= 0);
    return plan->pairs_before[s] * n_sectors + at;
}

gvc_int gvc_rowplan__row(const gvc_rowplan *plan, gvc_level level, gvc_int s, gvc_int k, gvc_int r)
{
    const int has_sector = gvc_level__info(level)->keys & GVC_KEY_SECTOR;
    gvc_int step;
    const gvc_int first = gvc_rowplan__first(plan, level, s, r, &step);

    if (first < 0 || !has_sector)
        return first;
    return plan->sector_at[k] < 0 ? -1 : first + plan->sector_at[k] * step;
}

void gvc_rowplan__sum_sectors(const gvc_rowplan *plan, gvc_sum_list sums, const double *column,
                              gvc_int rows)
{
    if (plan->is_whole) {
        for (gvc_int a = 0; a < rows; a += plan->N)
            gvc_sum__add_each(sums, column + a, plan->N);
        return;
    }
    for (gvc_int a = 0; a < rows; a++) {
        const gvc_int k = plan->sector_of[a % plan->N];

        gvc_sum__add_each((gvc_sum_list){ sums.head + k, sums.lost + k }, column + a, 1);
    }
}
