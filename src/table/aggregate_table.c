#include "table/aggregate.h"

#include "base/mem.h"
#include "base/text.h"

#include <string.h>

/* Coarser row of row i of the finer table. */
static gvc_int row_of(const gvc_aggregation *a, gvc_int i)
{
    return a->country[i / a->N] * a->M + a->sector[i % a->N];
}

static gvc_int *map_rows(gvc_ctx *ctx, const gvc_aggregation *a)
{
    gvc_int *row = gvc_mem__alloc(ctx, a->G * a->N, sizeof *row);

    for (gvc_int i = 0; row && i < a->G * a->N; i++)
        row[i] = row_of(a, i);
    return row;
}

/* The finer columns of each coarser one, ascending: column c of the new matrix is the sum of the
 * columns list[first[c]] .. of the old one. */
typedef struct columns {
    gvc_int n, *first, *list;
} columns;

static gvc_status sort_columns(gvc_ctx *ctx, columns *out, const gvc_int *to, gvc_int n_from,
                               gvc_int n_to)
{
    *out = (columns){ n_to, gvc_mem__calloc(ctx, n_to + 1, sizeof *out->first),
                      gvc_mem__alloc(ctx, n_from, sizeof *out->list) };
    if (!out->first || !out->list)
        return GVC_ENOMEM;
    for (gvc_int j = 0; j < n_from; j++)
        out->first[to[j] + 1]++;
    for (gvc_int c = 0; c < n_to; c++)
        out->first[c + 1] += out->first[c];
    for (gvc_int j = n_from; j-- > 0;)
        out->list[--out->first[to[j] + 1]] = j;
    /* Filling from behind has moved every begin to the place of the one before. */
    memmove(out->first, out->first + 1, (size_t)n_to * sizeof *out->first);
    out->first[n_to] = n_from;
    return GVC_OK;
}

static void free_columns(columns *c)
{
    gvc_mem__free(c->first);
    gvc_mem__free(c->list);
}

/* to[row, c] += from: one task per new column, which reads its old ones in order. */
static void add_up(gvc_ctx *ctx, gvc_view to, gvc_view from, const gvc_int *row, const columns *c)
{
#pragma omp parallel for num_threads(gvc_ctx_threads(ctx)) schedule(dynamic)
    for (gvc_int j = 0; j < c->n; j++)
        for (gvc_int k = c->first[j]; k < c->first[j + 1]; k++) {
            const double *column = from.a + c->list[k] * from.ld;

            for (gvc_int i = 0; i < from.rows; i++)
                to.a[row[i] + j * to.ld] += column[i];
        }
}

static gvc_status add_matrix(gvc_ctx *ctx, gvc_view to, gvc_view from, const gvc_int *row,
                             const gvc_int *column)
{
    columns c;
    gvc_status st = sort_columns(ctx, &c, column, from.cols, to.cols);

    if (st == GVC_OK)
        add_up(ctx, to, from, row, &c);
    free_columns(&c);
    return st;
}

static gvc_status add_demand(gvc_ctx *ctx, const gvc_aggregation *a, gvc_table *to,
                             const gvc_table *from, const gvc_int *row)
{
    const gvc_int K = from->K;
    gvc_int *column = gvc_mem__alloc(ctx, a->G * K, sizeof *column);
    gvc_status st = column ? GVC_OK : GVC_ENOMEM;

    for (gvc_int j = 0; st == GVC_OK && j < a->G * K; j++)
        column[j] = a->country[j / K] * K + j % K;
    if (st == GVC_OK)
        st = add_matrix(ctx, to->FD, from->FD, row, column);
    if (st == GVC_OK && to->primary_fd)
        for (gvc_int p = 0; p < gvc_labels_n(from->primaries); p++)
            for (gvc_int j = 0; j < a->G * K; j++)
                to->primary_fd[column[j] + p * to->G * K] += from->primary_fd[j + p * a->G * K];
    gvc_mem__free(column);
    return st;
}

static void add_rows(double *to, const double *from, const gvc_int *row, gvc_int n)
{
    for (gvc_int i = 0; i < n; i++)
        to[row[i]] += from[i];
}

/* ---- rows beside the table ---- */

/* Amounts can be added; a percentage or a share cannot. */
static int is_amount(const char *unit)
{
    static const char *const ratios[] = { "1", "%", "percent", "share", "shares", "ratio" };

    for (size_t i = 0; i < sizeof ratios / sizeof *ratios; i++)
        if (strcasecmp(unit, ratios[i]) == 0)
            return 0;
    return 1;
}

static gvc_status add_satellites(gvc_ctx *ctx, gvc_table *to, const gvc_table *from,
                                 const gvc_int *row)
{
    const gvc_int S = from->satellites ? gvc_labels_n(from->satellites) : 0;
    const char **codes = gvc_mem__alloc(ctx, S, sizeof *codes);
    const char **units = gvc_mem__alloc(ctx, S, sizeof *units);
    gvc_status st = codes && units ? GVC_OK : GVC_ENOMEM;
    gvc_int n = 0;

    for (gvc_int s = 0; st == GVC_OK && s < S; s++) {
        codes[n] = gvc_labels_code(from->satellites, s);
        units[n] = gvc_labels_name(from->satellites, s);
        if (is_amount(units[n]))
            n++;
        else
            gvc_log__warn(ctx, "satellite %s is left out: in %s, it cannot be added up", codes[n],
                          units[n]);
    }
    if (st == GVC_OK && n > 0)
        st = gvc_table__add_satellites(ctx, to, n, codes, units);
    for (gvc_int s = 0, t = 0; st == GVC_OK && s < S; s++)
        if (is_amount(gvc_labels_name(from->satellites, s)))
            add_rows(to->satellite + to->n * t++, from->satellite + from->n * s, row, from->n);
    gvc_mem__free(codes);
    gvc_mem__free(units);
    return st;
}

static gvc_status add_primaries(gvc_ctx *ctx, gvc_table *to, const gvc_table *from,
                                const gvc_int *row)
{
    const gvc_int P = from->primaries ? gvc_labels_n(from->primaries) : 0;
    const char **codes = gvc_mem__alloc(ctx, P, sizeof *codes);
    const char **names = gvc_mem__alloc(ctx, P, sizeof *names);
    gvc_status st = codes && names ? GVC_OK : GVC_ENOMEM;

    for (gvc_int p = 0; st == GVC_OK && p < P; p++) {
        codes[p] = gvc_labels_code(from->primaries, p);
        names[p] = gvc_labels_name(from->primaries, p);
    }
    if (st == GVC_OK && P > 0)
        st = gvc_table__add_primaries(ctx, to, P, codes, names, from->primary_fd != NULL);
    for (gvc_int p = 0; st == GVC_OK && p < P; p++)
        add_rows(to->primary + to->n * p, from->primary + from->n * p, row, from->n);
    gvc_mem__free(codes);
    gvc_mem__free(names);
    return st;
}

/* ---- trade costs ---- */

/* What industry i sells to each country: cell (i, j) of the flows is a[i * seller + j * buyer], and
 * `width` buyers are one country's. */
static void sum_sales(gvc_ctx *ctx, gvc_view sold, const double *a, gvc_int seller, gvc_int buyer,
                      gvc_int width)
{
#pragma omp parallel for num_threads(gvc_ctx_threads(ctx)) schedule(static)
    for (gvc_int i = 0; i < sold.rows; i++)
        for (gvc_int r = 0; r < sold.cols; r++) {
            double sum = 0;

            for (gvc_int j = r * width; j < (r + 1) * width; j++)
                sum += a[i * seller + j * buyer];
            sold.a[i + r * sold.ld] = sum;
        }
}

/* Means of the costs of sellers i into countries r, weighted by what is `sold` there; plain means
 * where nothing is sold or the flows have no clear sign. Costs inside a country are 0, also of a
 * country that several have become. */
static gvc_status average(gvc_ctx *ctx, const gvc_aggregation *a, gvc_view to, gvc_view from,
                          gvc_view sold, const gvc_int *row)
{
    gvc_view weight = gvc_mem__matrix(ctx, to.rows, to.cols);
    gvc_view plain = gvc_mem__matrix(ctx, to.rows, to.cols);
    gvc_view count = gvc_mem__matrix(ctx, to.rows, to.cols);
    gvc_status st = weight.a && plain.a && count.a ? GVC_OK : GVC_ENOMEM;

    for (gvc_int r = 0; st == GVC_OK && r < a->G; r++)
        for (gvc_int i = 0; i < from.rows; i++) {
            const gvc_int at = row[i] + a->country[r] * to.rows;
            const double tau = from.a[i + r * from.ld], amount = sold.a[i + r * sold.ld];

            if (a->country[i / a->N] == a->country[r])
                continue;
            plain.a[at] += tau;
            count.a[at] += 1;
            if (amount > 0) {
                to.a[at] += tau * amount;
                weight.a[at] += amount;
            }
        }
    for (gvc_int at = 0; st == GVC_OK && at < to.rows * to.cols; at++)
        if (count.a[at] > 0)
            to.a[at] = weight.a[at] > 0 ? to.a[at] / weight.a[at] : plain.a[at] / count.a[at];
    gvc_mem__free(weight.a);
    gvc_mem__free(plain.a);
    gvc_mem__free(count.a);
    return st;
}

static gvc_status add_tau(gvc_ctx *ctx, const gvc_aggregation *a, gvc_table *to,
                          const gvc_table *from, const gvc_int *row)
{
    gvc_view sold;
    gvc_status st;

    if (!from->tau_int.a)
        return GVC_OK;
    sold = gvc_mem__matrix(ctx, from->n, from->G);
    st = sold.a ? gvc_table__add_tau(ctx, to) : GVC_ENOMEM;
    if (st == GVC_OK) {
        sum_sales(ctx, sold, from->Zt.a, from->Zt.ld, 1, from->N);
        st = average(ctx, a, to->tau_int, from->tau_int, sold, row);
    }
    if (st == GVC_OK) {
        sum_sales(ctx, sold, from->FD.a, 1, from->FD.ld, from->K);
        st = average(ctx, a, to->tau_fin, from->tau_fin, sold, row);
    }
    gvc_mem__free(sold.a);
    return st;
}

/* ---- one year ---- */

static int same_codes(const gvc_labels *a, const gvc_labels *b)
{
    if (a == b)
        return 1;
    if (gvc_labels_n(a) != gvc_labels_n(b))
        return 0;
    for (gvc_int i = 0; i < gvc_labels_n(a); i++)
        if (strcmp(gvc_labels_code(a, i), gvc_labels_code(b, i)) != 0)
            return 0;
    return 1;
}

static gvc_status fill(gvc_ctx *ctx, const gvc_aggregation *a, gvc_table *to, const gvc_table *from,
                       const gvc_int *row)
{
    gvc_status st = add_primaries(ctx, to, from, row);

    if (st == GVC_OK)
        st = gvc_attrs__merge(ctx, to->attrs, from->attrs);
    if (st == GVC_OK)
        st = add_matrix(ctx, to->Zt, from->Zt, row, row);
    if (st == GVC_OK)
        st = add_demand(ctx, a, to, from, row);
    if (st == GVC_OK)
        st = add_satellites(ctx, to, from, row);
    if (st == GVC_OK)
        st = add_tau(ctx, a, to, from, row);
    if (st != GVC_OK)
        return st;
    add_rows(to->x, from->x, row, from->n);
    to->va_given = from->va_given;
    to->va_rule = gvc_arena__strdup(ctx, to->arena, from->va_rule);
    if (!to->va_rule)
        return GVC_ENOMEM;
    if (from->va_given)
        add_rows(to->VA, from->VA, row, from->n);
    else
        gvc_table__residual_va(ctx, to);
    return GVC_OK;
}

gvc_status gvc_aggregation_table(gvc_ctx *ctx, gvc_table **out, const gvc_aggregation *a,
                                 const gvc_table *table)
{
    const gvc_edition *edition = table->edition;
    gvc_int *row;
    gvc_status st;

    *out = NULL;
    if (!same_codes(edition->countries, a->from->countries) ||
        !same_codes(edition->sectors, a->from->sectors) ||
        !same_codes(edition->categories, a->from->categories))
        return gvc_error__set(ctx, GVC_EDATA,
                              "the table of %d has other countries, sectors or categories than the "
                              "store; aggregate its years one by one",
                              table->year);
    row = map_rows(ctx, a);
    st = row ? gvc_table__new(ctx, out, a->to, table->year) : GVC_ENOMEM;
    if (st == GVC_OK)
        st = fill(ctx, a, *out, table, row);
    gvc_mem__free(row);
    if (st != GVC_OK) {
        gvc_table_free(*out);
        *out = NULL;
    }
    return st;
}
