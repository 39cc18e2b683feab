#include "index/pooled.h"

#include "base/mem.h"

#include <string.h>

/*
 * Rows whose partner is a group: what is bilateral is summed over the members, then the rules of
 * pairs are applied to the sums. The pair of a country with itself is no pair with the group.
 */

/* The sum of a column over the members of each group; cells are sellers x partners in the one and
 * sellers x groups in the other. `sectors` is how many sellers a country has. */
static void pool_column(double *out, const double *in, gvc_int sellers, gvc_int sectors,
                        const gvc_index_groups *groups)
{
    for (gvc_int s = 0; s < sellers; s++)
        for (gvc_int g = 0; g < groups->n; g++) {
            const unsigned char *member = groups->member + g * groups->G;
            double sum = 0, rest = 0;

            for (gvc_int r = 0; r < groups->G; r++)
                if (member[r] && r != s / sectors)
                    gvc_index__add(&sum, &rest, in[s * groups->G + r]);
            out[s * groups->n + g] = sum + rest;
        }
}

static int is_balance(const gvc_measure *measure, gvc_int t)
{
    return measure->terms[t].rule && measure->terms[t].rule->kind == GVC_RULE_BALANCE;
}

static void drop_column(gvc_sheet *sheet, gvc_int t)
{
    gvc_mem__free(sheet->columns[t]);
    sheet->columns[t] = NULL;
}

/* A sheet of pairs with groups, its components filled. Columns that no sum and no rule of one pair
 * gives are left out. */
static gvc_status pool(gvc_ctx *ctx, gvc_sheet **out, const gvc_sheet *sheet, gvc_int sellers,
                       gvc_int sectors, const gvc_index_groups *groups)
{
    const gvc_measure *measure = sheet->measure;
    gvc_status st = gvc_sheet__new(ctx, out, measure, sheet->level, sellers * groups->n);

    if (st != GVC_OK)
        return st;
    (*out)->inner = groups->n;
    memcpy((*out)->totals, sheet->totals,
           (size_t)gvc_index__terms_n(measure) * sizeof *sheet->totals);
    gvc_sheet__drop_own(*out);
    for (gvc_int t = 0; t < gvc_index__terms_n(measure); t++) {
        const gvc_rule *rule = measure->terms[t].rule;

        if (is_balance(measure, t))
            drop_column(*out, t);
        if (!rule && (*out)->columns[t])
            pool_column((*out)->columns[t], sheet->columns[t], sellers, sectors, groups);
    }
    return GVC_OK;
}

gvc_status gvc_index__pool(gvc_ctx *ctx, gvc_frames *frames, const gvc_index_output *output,
                           const gvc_sheet *sheet, const gvc_sheet *base, const gvc_sheet *seller)
{
    const gvc_index_groups *groups = &output->groups;
    const gvc_int sellers = seller->cells;
    const gvc_int sectors = sellers / output->shape.U;
    gvc_sheet *pooled = NULL, *pooled_base = NULL;
    gvc_status st;

    if (groups->n == 0 || output->shape.U != groups->G)
        return GVC_OK;
    st = pool(ctx, &pooled, sheet, sellers, sectors, groups);
    if (st == GVC_OK)
        st = pool(ctx, &pooled_base, base, sellers, sectors, groups);
    if (st == GVC_OK) {
        gvc_sheet__derive(pooled, pooled_base, seller);
        st = gvc_index__hand_out_pooled(ctx, frames, output, groups, pooled);
    }
    gvc_sheet__free(pooled);
    gvc_sheet__free(pooled_base);
    return st;
}

/* ---- pools: the money of pairs, straight from the components ---- */

/* Rows that are summed together, whatever the threads. */
enum { PANEL = 256 };

/* What the sums of one component go through. */
typedef struct pooling {
    const gvc_shape *shape;
    const gvc_index_groups *groups;
    gvc_level seller;  /* level of the sellers of the pairs */
    gvc_int n_sellers; /* of them */
    double *rows;      /* by row of the table */
    double *cells;     /* by seller, or U x U */
    double *rest;      /* work */
} pooling;

/* rows[i] := sum of pairs(i, r) over the members r but the country of i itself. */
static void pool_rows(gvc_ctx *ctx, const pooling *p, gvc_view pairs, const unsigned char *member)
{
    const gvc_int *unit = p->shape->unit;

#pragma omp parallel for num_threads(gvc_ctx_threads(ctx)) schedule(static)
    for (gvc_int first = 0; first < pairs.rows; first += PANEL) {
        const gvc_int end = first + PANEL < pairs.rows ? first + PANEL : pairs.rows;

        memset(p->rows + first, 0, (size_t)(end - first) * sizeof *p->rows);
        memset(p->rest + first, 0, (size_t)(end - first) * sizeof *p->rest);
        for (gvc_int r = 0; r < pairs.cols; r++)
            for (gvc_int i = first; member[r] && i < end; i++)
                if (unit[i] != r)
                    gvc_index__add(&p->rows[i], &p->rest[i], pairs.a[i + r * pairs.ld]);
        for (gvc_int i = first; i < end; i++)
            p->rows[i] += p->rest[i];
    }
}

static void pool_pairs(gvc_ctx *ctx, const pooling *p, double *column, gvc_view pairs)
{
    for (gvc_int g = 0; g < p->groups->n; g++) {
        pool_rows(ctx, p, pairs, p->groups->member + g * p->groups->G);
        gvc_index__sum_rows(p->cells, p->rest, p->rows, p->shape, p->seller);
        for (gvc_int s = 0; s < p->n_sellers; s++)
            column[s * p->groups->n + g] = p->cells[s];
    }
}

static void pool_couples(const pooling *p, double *column, gvc_view couples)
{
    for (gvc_int s = 0; s < couples.rows; s++)
        for (gvc_int r = 0; r < couples.cols; r++)
            p->cells[s * couples.cols + r] = couples.a[s + r * couples.ld];
    pool_column(column, p->cells, couples.rows, 1, p->groups);
}

/* What a country has with the members less what they have with it. */
static void pool_balance(gvc_ctx *ctx, const pooling *p, double *column, gvc_view pairs)
{
    const gvc_int U = p->shape->U;

    gvc_index__sum_pairs(ctx, p->cells, p->rest, pairs, p->shape, GVC_LEVEL_BILATERAL);
    for (gvc_int s = 0; s < U; s++)
        for (gvc_int r = 0; r < s; r++) {
            const double balance = p->cells[s * U + r] - p->cells[r * U + s];

            p->cells[s * U + r] = balance;
            p->cells[r * U + s] = -balance;
        }
    pool_column(column, p->cells, U, 1, p->groups);
}

int gvc_index__is_pooled(const gvc_measure *measure, gvc_int t, unsigned levels)
{
    const gvc_rule *rule = measure->terms[t].rule;

    return gvc_index__term_levels(measure, t) & levels &&
           strcmp(measure->terms[t].unit, "money") == 0 && (!rule || rule->kind != GVC_RULE_FAMILY);
}

/* The pooled components of a family, and what follows from them by rules of one pair. */
static gvc_status pool_parts(gvc_ctx *ctx, gvc_sheet **out, const pooling *p,
                             const gvc_parts *parts, gvc_level level)
{
    const gvc_measure *measure = parts->measure;
    gvc_status st = gvc_sheet__new(ctx, out, measure, level, p->n_sellers * p->groups->n);

    if (st != GVC_OK)
        return st;
    (*out)->inner = p->groups->n;
    for (gvc_int t = 0; t < gvc_index__terms_n(measure); t++) {
        double *column = (*out)->columns[t];

        if (is_balance(measure, t) ||
            (t < measure->n_terms && !gvc_index__is_pooled(measure, t, level)))
            drop_column(*out, t);
        else if (column && !measure->terms[t].rule && parts->couples[t].a)
            pool_couples(p, column, parts->couples[t]);
        else if (column && !measure->terms[t].rule)
            pool_pairs(ctx, p, column, parts->pairs[t]);
    }
    return GVC_OK;
}

/* Balances, which no rule of one pair gives. */
static gvc_status add_balances(gvc_ctx *ctx, const pooling *p, gvc_sheet *sheet,
                               const gvc_parts *parts, const gvc_parts *base_parts)
{
    const gvc_measure *measure = parts->measure;

    for (gvc_int t = 0; t < measure->n_terms; t++) {
        const char *of = is_balance(measure, t) ? measure->terms[t].rule->a : NULL;

        if (!of || !gvc_index__is_pooled(measure, t, sheet->level))
            continue;
        sheet->columns[t] = gvc_mem__alloc(ctx, sheet->cells, sizeof(double));
        if (!sheet->columns[t])
            return GVC_ENOMEM;
        pool_balance(ctx, p, sheet->columns[t],
                     gvc_parts__pairs(gvc_index__term(measure, of) < 0 ? base_parts : parts, of));
    }
    return GVC_OK;
}

static gvc_status take_room(gvc_ctx *ctx, pooling *p)
{
    const gvc_int couples = p->shape->U * p->shape->U;
    const gvc_int most = couples > p->n_sellers ? couples : p->n_sellers;

    p->rows = gvc_mem__alloc(ctx, p->shape->n, sizeof *p->rows);
    p->cells = gvc_mem__alloc(ctx, most, sizeof *p->cells);
    p->rest = gvc_mem__alloc(ctx, most > p->shape->n ? most : p->shape->n, sizeof *p->rest);
    return p->rows && p->cells && p->rest ? GVC_OK : GVC_ENOMEM;
}

gvc_status gvc_index__pool_parts(gvc_ctx *ctx, gvc_frames *frames, const gvc_index_output *output,
                                 const gvc_parts *parts, const gvc_parts *base_parts,
                                 const gvc_sheet *seller, gvc_level level)
{
    pooling p = { &output->shape, &output->pools, seller->level, seller->cells, NULL, NULL, NULL };
    gvc_sheet *sheet = NULL, *base = NULL;
    gvc_status st = take_room(ctx, &p);

    if (st == GVC_OK)
        st = pool_parts(ctx, &sheet, &p, parts, level);
    if (st == GVC_OK)
        st = pool_parts(ctx, &base, &p, base_parts, level);
    if (st == GVC_OK) {
        gvc_sheet__derive(sheet, base, seller);
        st = add_balances(ctx, &p, sheet, parts, base_parts);
    }
    if (st == GVC_OK)
        st = gvc_index__hand_out_pooled(ctx, frames, output, &output->pools, sheet);
    gvc_sheet__free(sheet);
    gvc_sheet__free(base);
    gvc_mem__free(p.rows);
    gvc_mem__free(p.cells);
    gvc_mem__free(p.rest);
    return st;
}
