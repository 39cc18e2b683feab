#include "table/table.h"

#include "base/mem.h"
#include "base/strip.h"
#include "base/text.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* Labels hold up to 256 bytes; an industry's has two of them. */
enum { NAME = 520, PLACE = 540 };

gvc_status gvc_table__begin(gvc_ctx *ctx, gvc_table **out, const gvc_edition *edition, int year)
{
    gvc_table *table = gvc_mem__calloc(ctx, 1, sizeof *table);

    *out = NULL;
    if (!table)
        return GVC_ENOMEM;
    table->edition = gvc_edition__share(edition);
    table->year = year;
    table->G = gvc_labels_n(edition->countries);
    table->N = gvc_labels_n(edition->sectors);
    table->K = gvc_labels_n(edition->categories);
    table->n = table->G * table->N;
    table->va_rule = "residual";
    table->arena = gvc_arena__new(ctx);
    table->attrs = gvc_attrs__new(ctx);
    table->x = gvc_mem__calloc(ctx, table->n, sizeof *table->x);
    table->VA = gvc_mem__calloc(ctx, table->n, sizeof *table->VA);
    if (table->arena && table->attrs && table->x && table->VA)
        table->FD = gvc_mem__matrix(ctx, table->n, table->G * table->K);
    if (!table->FD.a) {
        gvc_table_free(table);
        return GVC_ENOMEM;
    }
    *out = table;
    return GVC_OK;
}

gvc_status gvc_table__add_Zt(gvc_ctx *ctx, gvc_table *table)
{
    table->Zt = gvc_mem__matrix(ctx, table->n, table->n);
    return table->Zt.a ? GVC_OK : GVC_ENOMEM;
}

void gvc_table__lend_Zt(gvc_table *table, gvc_map *map)
{
    table->mapped = map;
    table->Zt = (gvc_view){ (double *)gvc_map__data(map), table->n, table->n, table->n };
}

void gvc_table__drop_Zt(gvc_table *table)
{
    if (table->mapped)
        gvc_map__close(table->mapped);
    else
        gvc_mem__free(table->Zt.a);
    table->mapped = NULL;
    table->Zt.a = NULL;
}

gvc_status gvc_table__new(gvc_ctx *ctx, gvc_table **out, const gvc_edition *edition, int year)
{
    gvc_status st = gvc_table__begin(ctx, out, edition, year);

    if (st == GVC_OK)
        st = gvc_table__add_Zt(ctx, *out);
    if (st != GVC_OK) {
        gvc_table_free(*out);
        *out = NULL;
    }
    return st;
}

void gvc_table_free(gvc_table *table)
{
    if (!table)
        return;
    gvc_edition__free(table->edition);
    gvc_table__drop_Zt(table);
    gvc_mem__free(table->FD.a);
    gvc_mem__free(table->x);
    gvc_mem__free(table->VA);
    gvc_labels__free(table->satellites);
    gvc_mem__free(table->satellite);
    gvc_labels__free(table->primaries);
    gvc_mem__free(table->primary);
    gvc_mem__free(table->primary_fd);
    gvc_mem__free(table->tau_int.a);
    gvc_mem__free(table->tau_fin.a);
    gvc_attrs__free(table->attrs);
    gvc_arena__free(table->arena);
    gvc_mem__free(table);
}

gvc_status gvc_table__add_satellites(gvc_ctx *ctx, gvc_table *table, gvc_int n,
                                     const char *const *codes, const char *const *units)
{
    gvc_status st = gvc_labels__new(ctx, &table->satellites, n, codes, units);
    gvc_view rows;

    if (st != GVC_OK)
        return st;
    rows = gvc_mem__matrix(ctx, table->n, n);
    table->satellite = rows.a;
    return rows.a ? GVC_OK : GVC_ENOMEM;
}

gvc_status gvc_table__add_primaries(gvc_ctx *ctx, gvc_table *table, gvc_int n,
                                    const char *const *codes, const char *const *names, int with_fd)
{
    gvc_status st = gvc_labels__new(ctx, &table->primaries, n, codes, names);

    if (st != GVC_OK)
        return st;
    table->primary = gvc_mem__calloc(ctx, table->n * n, sizeof *table->primary);
    if (table->primary && with_fd)
        table->primary_fd = gvc_mem__calloc(ctx, table->G * table->K * n, sizeof(double));
    return table->primary && (table->primary_fd || !with_fd) ? GVC_OK : GVC_ENOMEM;
}

gvc_status gvc_table__add_tau(gvc_ctx *ctx, gvc_table *table)
{
    table->tau_int = gvc_mem__matrix(ctx, table->n, table->G);
    if (!table->tau_int.a)
        return GVC_ENOMEM;
    table->tau_fin = gvc_mem__matrix(ctx, table->n, table->G);
    return table->tau_fin.a ? GVC_OK : GVC_ENOMEM;
}

void gvc_table__residual_va(gvc_ctx *ctx, gvc_table *table)
{
    const gvc_int n = table->n, strip = gvc_strip(n, gvc_ctx_threads(ctx));
    const gvc_view Zt = table->Zt;
    double *bought = table->VA;

    table->va_given = 0;
    table->va_rule = "residual";
#pragma omp parallel for num_threads(gvc_ctx_threads(ctx)) schedule(dynamic)
    for (gvc_int from = 0; from < n; from += strip) {
        const gvc_int end = from + strip < n ? from + strip : n;

        memset(bought + from, 0, (size_t)(end - from) * sizeof *bought);
        for (gvc_int i = 0; i < n; i++) {
            const double *sales = Zt.a + i * Zt.ld;

#pragma omp simd
            for (gvc_int j = from; j < end; j++)
                bought[j] += sales[j];
        }
        for (gvc_int j = from; j < end; j++)
            table->VA[j] = table->x[j] - bought[j];
    }
}

const char *gvc_table__industry(const gvc_table *table, gvc_int i, char *text, gvc_int room)
{
    const gvc_edition *edition = table->edition;

    snprintf(text, (size_t)room, "%s:%s", gvc_labels_code(edition->countries, i / table->N),
             gvc_labels_code(edition->sectors, i % table->N));
    return text;
}

/* How many cells of a view are not finite; the first one in column order goes to *at. */
static gvc_int count_bad(gvc_ctx *ctx, gvc_view view, gvc_int *at)
{
    gvc_int bad = 0;

#pragma omp parallel for num_threads(gvc_ctx_threads(ctx)) schedule(static) reduction(+ : bad)
    for (gvc_int j = 0; j < view.cols; j++)
        for (gvc_int i = 0; i < view.rows; i++)
            bad += !isfinite(view.a[i + j * view.ld]);
    *at = 0;
    if (bad > 0)
        while (isfinite(view.a[*at % view.rows + *at / view.rows * view.ld]))
            ++*at;
    return bad;
}

/* What the columns of an array stand for; those of Z' are sellers, and its rows buyers. */
typedef enum columns { NO_COLUMNS, SELLERS, DEMAND, COUNTRIES } columns;

static void describe_column(const gvc_table *table, columns kind, gvc_int j, char *text)
{
    const gvc_edition *edition = table->edition;
    char industry[NAME];

    if (kind == SELLERS)
        snprintf(text, PLACE, "%s", gvc_table__industry(table, j, industry, NAME));
    else if (kind == DEMAND)
        snprintf(text, PLACE, " to %s:%s", gvc_labels_code(edition->countries, j / table->K),
                 gvc_labels_code(edition->categories, j % table->K));
    else if (kind == COUNTRIES)
        snprintf(text, PLACE, " to %s", gvc_labels_code(edition->countries, j));
    else
        text[0] = '\0';
}

static gvc_status refuse_bad(gvc_ctx *ctx, const gvc_table *table, const char *file,
                             const char *array, gvc_view view, columns kind)
{
    gvc_int at, bad;
    char row[NAME], column[PLACE], place[NAME + PLACE + 40];

    if (!view.a)
        return GVC_OK;
    bad = count_bad(ctx, view, &at);
    if (bad == 0)
        return GVC_OK;
    gvc_table__industry(table, at % view.rows, row, NAME);
    describe_column(table, kind, at / view.rows, column);
    if (kind == SELLERS)
        snprintf(place, sizeof place, "%s, %s to %s", array, column, row);
    else
        snprintf(place, sizeof place, "%s, %s%s", array, row, column);
    return gvc_error__at(ctx, GVC_EDATA, file, place,
                         "%s found, a finite number expected (%lld such cell%s in %s); write 0 "
                         "where there is no flow",
                         isnan(view.a[at % view.rows + at / view.rows * view.ld]) ? "nan" : "inf",
                         (long long)bad, bad == 1 ? "" : "s", array);
}

/* What Z leaves of output is finite only where all of Z is. */
static int shows_flows_finite(const gvc_table *table)
{
    int finite = !table->va_given;

    for (gvc_int j = 0; finite && j < table->n; j++)
        finite = isfinite(table->VA[j]);
    return finite;
}

static gvc_status refuse_negative_output(gvc_ctx *ctx, const gvc_table *table, const char *file)
{
    gvc_int first = -1, count = 0;
    char industry[NAME], place[PLACE];

    for (gvc_int i = table->n - 1; i >= 0; i--)
        if (table->x[i] < 0.0) {
            first = i;
            count++;
        }
    if (first < 0)
        return GVC_OK;
    snprintf(place, sizeof place, "x, %s", gvc_table__industry(table, first, industry, NAME));
    return gvc_error__at(ctx, GVC_EDATA, file, place,
                         "output %.17g found, 0 or more expected (%lld industr%s with negative "
                         "output); no input coefficient exists there",
                         table->x[first], (long long)count, count == 1 ? "y" : "ies");
}

gvc_status gvc_table__validate(gvc_ctx *ctx, const gvc_table *table, const char *file)
{
    const gvc_int n = table->n;
    const gvc_view x = { table->x, n, 1, n }, VA = { table->VA, n, 1, n };
    const gvc_view satellite = { table->satellite, n,
                                 table->satellites ? gvc_labels_n(table->satellites) : 0, n };
    const gvc_view primary = { table->primary, n,
                               table->primaries ? gvc_labels_n(table->primaries) : 0, n };
    gvc_status st = refuse_bad(ctx, table, file, "x", x, NO_COLUMNS);

    if (st == GVC_OK && !shows_flows_finite(table))
        st = refuse_bad(ctx, table, file, "Z", table->Zt, SELLERS);
    if (st == GVC_OK)
        st = refuse_bad(ctx, table, file, "FD", table->FD, DEMAND);
    if (st == GVC_OK)
        st = refuse_bad(ctx, table, file, "VA", VA, NO_COLUMNS);
    if (st == GVC_OK)
        st = refuse_bad(ctx, table, file, "satellite", satellite, NO_COLUMNS);
    if (st == GVC_OK)
        st = refuse_bad(ctx, table, file, "primary", primary, NO_COLUMNS);
    if (st == GVC_OK)
        st = refuse_bad(ctx, table, file, "tau_int", table->tau_int, COUNTRIES);
    if (st == GVC_OK)
        st = refuse_bad(ctx, table, file, "tau_fin", table->tau_fin, COUNTRIES);
    return st == GVC_OK ? refuse_negative_output(ctx, table, file) : st;
}

const gvc_edition *gvc_table_edition(const gvc_table *table)
{
    return table->edition;
}

int gvc_table_year(const gvc_table *table)
{
    return table->year;
}

gvc_int gvc_table_G(const gvc_table *table)
{
    return table->G;
}

gvc_int gvc_table_N(const gvc_table *table)
{
    return table->N;
}

gvc_int gvc_table_K(const gvc_table *table)
{
    return table->K;
}

gvc_int gvc_table_n(const gvc_table *table)
{
    return table->n;
}

gvc_view gvc_table_Zt(const gvc_table *table)
{
    return table->Zt;
}

gvc_status gvc_table_recheck(gvc_ctx *ctx, const gvc_table *table)
{
    return table->mapped ? gvc_held__recheck(ctx, gvc_map__held(table->mapped)) : GVC_OK;
}

const char *gvc_table_file_at(const void *address)
{
    return gvc_map__path_at(address);
}

gvc_view gvc_table_FD(const gvc_table *table)
{
    return table->FD;
}

const double *gvc_table_x(const gvc_table *table)
{
    return table->x;
}

const double *gvc_table_VA(const gvc_table *table)
{
    return table->va_given ? table->VA : NULL;
}

const char *gvc_table_va_rule(const gvc_table *table)
{
    return table->va_rule;
}

const gvc_labels *gvc_table_satellites(const gvc_table *table)
{
    return table->satellites;
}

const double *gvc_table_satellite(const gvc_table *table, gvc_int i)
{
    return table->satellite + i * table->n;
}

gvc_view gvc_table_tau_int(const gvc_table *table)
{
    return table->tau_int;
}

gvc_view gvc_table_tau_fin(const gvc_table *table)
{
    return table->tau_fin;
}
