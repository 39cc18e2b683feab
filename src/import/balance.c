#include "import/draft_in.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/*
 * The accounts of a table as published: what an industry sells is its output, and so is what it
 * buys with its primary inputs. Real tables miss that a little; a table that misses it by much in
 * half of its industries has been read wrongly.
 */

enum { STRIP = 256, NAME = 520 };

static const double SMALL = 1e-6, LARGE = 0.05;

/* Z1 + F1, by strips of sellers, for each in the order of the buyers. */
static void sum_rows(gvc_ctx *ctx, const gvc_table *t, double *sold)
{
    const gvc_int strips = (t->n + STRIP - 1) / STRIP;

#pragma omp parallel for num_threads(gvc_ctx_threads(ctx)) schedule(dynamic)
    for (gvc_int s = 0; s < strips; s++) {
        const gvc_int i0 = s * STRIP, i1 = i0 + STRIP < t->n ? i0 + STRIP : t->n;

        for (gvc_int i = i0; i < i1; i++) {
            const double *sales = t->Zt.a + i * t->Zt.ld;
            double sum = 0.0;

            for (gvc_int j = 0; j < t->n; j++)
                sum += sales[j];
            sold[i] = sum;
        }
        for (gvc_int j = 0; j < t->FD.cols; j++)
            for (gvc_int i = i0; i < i1; i++)
                sold[i] += t->FD.a[i + j * t->FD.ld];
    }
}

/* 1'Z and how many of the flows are negative, by strips of buyers, for each in the order of the
 * sellers. Both are zero at first. */
static void sum_columns(gvc_ctx *ctx, const gvc_table *t, double *bought, gvc_int *negative)
{
    const gvc_int strips = (t->n + STRIP - 1) / STRIP;

#pragma omp parallel for num_threads(gvc_ctx_threads(ctx)) schedule(dynamic)
    for (gvc_int s = 0; s < strips; s++) {
        const gvc_int j0 = s * STRIP, j1 = j0 + STRIP < t->n ? j0 + STRIP : t->n;

        for (gvc_int i = 0; i < t->n; i++)
            for (gvc_int j = j0; j < j1; j++) {
                const double flow = t->Zt.a[j + i * t->Zt.ld];

                bought[j] += flow;
                negative[j] += flow < 0.0;
            }
    }
}

static const gvc_line *output_line(const gvc_draft *d)
{
    for (gvc_int i = 0; i < d->n_lines; i++)
        if (d->lines[i].role == GVC_LINE_OUTPUT)
            return &d->lines[i];
    return NULL;
}

static double mean_of(const double *x, gvc_int n)
{
    double sum = 0.0;

    for (gvc_int i = 0; i < n; i++)
        sum += fabs(x[i]) / (double)n;
    return sum;
}

/* Output that stands in a row and in a column is the same there, or labels were exchanged. */
static gvc_status compare_outputs(gvc_ctx *ctx, const gvc_draft *d, const gvc_line *line)
{
    const double *row = line->cells, *column = d->output_column;
    const double mean = mean_of(row, d->n);
    char name[NAME];

    for (gvc_int i = 0; d->has_output_column && i < d->n; i++) {
        const double gap = fabs(row[i] - column[i]);

        /* Negative output is refused for itself. */
        if (row[i] >= 0.0 && gap > LARGE * fmax(fabs(row[i]), fabs(column[i])) && gap > 1e-4 * mean)
            return gvc_origin__refuse(
                ctx, &d->origin, NULL,
                "output of %s is %.10g in the row %s but %.10g in the column of output; both are "
                "expected to agree: labels were exchanged, or cells were shifted",
                gvc_table__industry(d->table, i, name, NAME), row[i], line->code, column[i]);
    }
    return GVC_OK;
}

/* Rounding leaves outputs a little below nothing, of which no coefficient can be made. */
static gvc_status clear_rounding(gvc_ctx *ctx, gvc_draft *d)
{
    double *x = d->table->x;
    const double mean = mean_of(x, d->n);
    double least = 0.0;
    gvc_int cleared = 0;

    for (gvc_int i = 0; i < d->n; i++)
        if (x[i] < 0.0 && x[i] > -SMALL * mean) {
            least = fmin(least, x[i]);
            x[i] = 0.0;
            cleared++;
        }
    if (cleared == 0)
        return GVC_OK;
    return gvc_draft__history(ctx, d, "output between %.3g and 0 taken as 0 in %lld industr%s",
                              least, (long long)cleared, cleared == 1 ? "y" : "ies");
}

gvc_status gvc_draft__scale(gvc_ctx *ctx, gvc_draft *d)
{
    const gvc_line *line = output_line(d);
    const gvc_view Zt = d->table->Zt;

    if (!line)
        return gvc_origin__refuse(ctx, &d->origin, NULL,
                                  "coefficients without output: no flows can be made of them");
#pragma omp parallel for num_threads(gvc_ctx_threads(ctx)) schedule(static)
    for (gvc_int i = 0; i < d->n; i++)
        for (gvc_int j = 0; j < d->n; j++)
            Zt.a[j + i * Zt.ld] *= line->cells[j];
    return gvc_draft__history(ctx, d,
                              "flows are coefficients (A) times output: the source has no "
                              "Z");
}

gvc_status gvc_draft__settle_output(gvc_ctx *ctx, gvc_draft *d)
{
    const gvc_line *line = output_line(d);
    double *x = d->table->x;
    gvc_status st = GVC_OK;

    if (line) {
        memcpy(x, line->cells, (size_t)d->n * sizeof *x);
        st = compare_outputs(ctx, d, line);
    } else if (d->has_output_column) {
        memcpy(x, d->output_column, (size_t)d->n * sizeof *x);
    } else {
        sum_rows(ctx, d->table, x);
        st = gvc_import__note(ctx, d->import,
                              "output is the sum of each row: the source has none of its own");
    }
    return st == GVC_OK ? clear_rounding(ctx, d) : st;
}

/* Where sums are off output. */
typedef struct gaps {
    gvc_int small, large, active, worst;
    double max_abs, max_rel;
} gaps;

static gaps find_gaps(const gvc_table *t, const double *sums)
{
    gaps g = { .worst = -1 };

    for (gvc_int i = 0; i < t->n; i++) {
        const double gap = fabs(sums[i] - t->x[i]);
        const double rel = gap > 0.0 ? gap / fmax(fabs(t->x[i]), fabs(sums[i])) : 0.0;

        g.active += t->x[i] != 0.0 || sums[i] != 0.0;
        g.small += rel > SMALL;
        g.large += rel > LARGE;
        g.max_rel = fmax(g.max_rel, rel);
        if (gap > g.max_abs) {
            g.max_abs = gap;
            g.worst = i;
        }
    }
    return g;
}

static gvc_status judge(gvc_ctx *ctx, gvc_draft *d, const gaps *g, const double *sums, int rows)
{
    const char *what = rows ? "rows (sales to industries and final demand)"
                            : "columns (purchases and primary inputs)";
    char name[NAME];

    if (g->small == 0)
        return GVC_OK;
    gvc_table__industry(d->table, g->worst, name, NAME);
    if (2 * g->large > g->active && (rows || !d->may_be_unbalanced))
        return gvc_origin__refuse(
            ctx, &d->origin, NULL,
            "the %s differ from output by more than 5 %% in %lld of %lld industries, by most in "
            "%s: %.10g for an output of %.10g; such a table has lost decimal points, is "
            "transposed, or has shifted columns: get the file from its publisher again",
            what, (long long)g->large, (long long)g->active, name, sums[g->worst],
            d->table->x[g->worst]);
    return gvc_import__warn(ctx, d->import,
                            "the %s differ from output by more than 1e-6 of it in %lld of %lld "
                            "industries, by most in %s: %.10g for an output of %.10g",
                            what, (long long)g->small, (long long)g->active, name, sums[g->worst],
                            d->table->x[g->worst]);
}

/* Counts of what is lawful but strange. */
static gvc_status note_oddities(gvc_ctx *ctx, gvc_draft *d, const double *bought,
                                const gvc_int *negative)
{
    const gvc_table *t = d->table;
    gvc_int flows = 0, values = 0, idle = 0, buyers = 0, first = -1;
    char name[NAME];
    gvc_status st = GVC_OK;

    for (gvc_int j = 0; j < t->n; j++) {
        first = flows == 0 && negative[j] ? j : first;
        flows += negative[j];
        values += t->VA[j] < 0.0;
        idle += t->x[j] == 0.0;
        buyers += t->x[j] == 0.0 && bought[j] != 0.0;
    }
    if (flows)
        st = gvc_import__warn(ctx, d->import,
                              "%lld negative flow%s between industries, the first bought by %s",
                              (long long)flows, flows == 1 ? "" : "s",
                              gvc_table__industry(t, first, name, NAME));
    if (st == GVC_OK && values)
        st = gvc_import__warn(ctx, d->import, "negative value added in %lld of %lld industries",
                              (long long)values, (long long)t->n);
    if (st == GVC_OK && idle)
        st = gvc_import__note(ctx, d->import, "%lld of %lld industries have no output",
                              (long long)idle, (long long)t->n);
    if (st == GVC_OK && buyers)
        st = gvc_import__warn(ctx, d->import, "%lld industries without output buy inputs",
                              (long long)buyers);
    return st;
}

/* All primary inputs are added to what industries buy. */
static void add_primaries(const gvc_draft *d, double *bought)
{
    for (gvc_int i = 0; i < d->n_lines; i++)
        for (gvc_int j = 0; d->lines[i].role != GVC_LINE_OUTPUT && j < d->n; j++)
            bought[j] += d->lines[i].cells[j];
}

static gvc_status compare_sums(gvc_ctx *ctx, gvc_draft *d, double *sold, double *bought,
                               gvc_int *negative)
{
    gvc_attrs *attrs = d->table->attrs;
    gaps rows, columns = { 0 };
    gvc_status st;

    sum_rows(ctx, d->table, sold);
    sum_columns(ctx, d->table, bought, negative);
    st = note_oddities(ctx, d, bought, negative);
    rows = find_gaps(d->table, sold);
    if (st == GVC_OK)
        st = judge(ctx, d, &rows, sold, 1);
    if (st == GVC_OK && d->table->va_given) {
        add_primaries(d, bought);
        columns = find_gaps(d->table, bought);
        st = judge(ctx, d, &columns, bought, 0);
    }
    if (st == GVC_OK)
        st = gvc_attrs__setf(ctx, attrs, "balance_max_abs", "%.17g",
                             fmax(rows.max_abs, columns.max_abs));
    if (st == GVC_OK)
        st = gvc_attrs__setf(ctx, attrs, "balance_max_rel", "%.17g",
                             fmax(rows.max_rel, columns.max_rel));
    if (st == GVC_OK && rows.small + columns.small == 0)
        st = gvc_import__note(ctx, d->import, "rows%s balance: within %.1e of output",
                              d->table->va_given ? " and columns" : "",
                              fmax(rows.max_rel, columns.max_rel));
    return st;
}

gvc_status gvc_draft__check(gvc_ctx *ctx, gvc_draft *d)
{
    double *sums = gvc_mem__calloc(ctx, 2 * d->n, sizeof *sums);
    gvc_int *negative = gvc_mem__calloc(ctx, d->n, sizeof *negative);
    gvc_status st = GVC_ENOMEM;

    if (sums && negative)
        st = compare_sums(ctx, d, sums, sums + d->n, negative);
    gvc_mem__free(sums);
    gvc_mem__free(negative);
    return st;
}
