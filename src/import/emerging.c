#include "import/draft.h"
#include "store/foreign.h"

#include "base/mem.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

/*
 * EMERGING: a MATLAB 7.3 file with z, f, va, X and lists of labels. HDF5 shows MATLAB's arrays
 * transposed, but not every file was written so: the orientation of z is the one in which sales
 * make up output.
 */

enum { BLOCK = 64 };

typedef struct reader {
    gvc_ctx *ctx;
    gvc_import *import;
    gvc_origin origin;
    gvc_foreign *mat;
    gvc_arena *arena;
    const char **countries, **sectors, **categories;
    gvc_int G, N, K, n;
    gvc_draft *draft;
} reader;

/* The HDF5 file, unpacked where it is in an archive. */
static gvc_status open_part(gvc_ctx *ctx, gvc_foreign **out, const gvc_source *s,
                            const gvc_part *part)
{
    const gvc_origin origin = gvc_source__origin(s, part);
    char shown[4400];
    const char *path;
    gvc_status st = gvc_source__path(ctx, &path, s, part);

    *out = NULL;
    snprintf(shown, sizeof shown, "%s%s%s", origin.file, origin.member ? ": " : "",
             origin.member ? origin.member : "");
    return st == GVC_OK ? gvc_foreign__open(ctx, out, path, shown) : st;
}

/* Archives and folders may hold the files of several years, and other things. */
static int is_table(const gvc_source *s, gvc_int i)
{
    const size_t len = strlen(s->parts[i].name);

    return s->parts[i].kind == GVC_KIND_HDF5 &&
           (s->n == 1 || (len > 4 && strcasecmp(s->parts[i].name + len - 4, ".mat") == 0));
}

static const gvc_part *find_table(const gvc_source *s)
{
    for (gvc_int i = 0; i < s->n; i++)
        if (is_table(s, i))
            return &s->parts[i];
    return NULL;
}

static gvc_status recognise(gvc_ctx *ctx, gvc_import *import, int *is)
{
    const gvc_part *part = find_table(import->source);
    gvc_foreign *mat = NULL;
    gvc_status st;

    if (!part)
        return GVC_OK;
    st = open_part(ctx, &mat, import->source, part);
    *is = st == GVC_OK && (gvc_foreign__has(mat, "z") || gvc_foreign__has(mat, "MRIO_Z_E"));
    gvc_foreign__close(mat);
    return st;
}

static gvc_status list(gvc_ctx *ctx, gvc_import *import)
{
    const gvc_source *s = import->source;
    gvc_status st = GVC_OK;

    for (gvc_int i = 0; st == GVC_OK && i < s->n; i++) {
        const int year = gvc_text__year(s->parts[i].name);

        if (is_table(s, i))
            st = gvc_import__add(ctx, import, year ? year : GVC_INT_MISSING, &s->parts[i]);
    }
    return st;
}

/* ---- labels ---- */

static gvc_status read_labels(reader *r)
{
    gvc_int rows = 0, columns = 0;
    gvc_status st;

    if (!gvc_foreign__has(r->mat, "z"))
        return gvc_origin__refuse(r->ctx, &r->origin, NULL,
                                  "the variant without labels (MRIO_Z_E), which is not read; take "
                                  "the file with z, f, va, X and country_list of the same year");
    st = gvc_foreign__shape(r->ctx, r->mat, "z", &rows, &columns);
    if (st == GVC_OK && rows != columns)
        st = gvc_origin__refuse(r->ctx, &r->origin, "z",
                                "%lld x %lld values found, a square matrix expected",
                                (long long)rows, (long long)columns);
    if (st == GVC_OK)
        st = gvc_foreign__texts(r->ctx, r->mat, "country_list", r->arena, &r->countries, &r->G);
    if (st == GVC_OK)
        st = gvc_foreign__texts(r->ctx, r->mat, "sector_list", r->arena, &r->sectors, &r->N);
    if (st == GVC_OK)
        st = gvc_foreign__texts(r->ctx, r->mat, "final_list", r->arena, &r->categories, &r->K);
    r->n = r->G * r->N;
    if (st == GVC_OK && rows != r->n)
        st = gvc_origin__refuse(r->ctx, &r->origin, "z",
                                "%lld rows found, %lld expected: %lld countries x %lld sectors",
                                (long long)rows, (long long)r->n, (long long)r->G, (long long)r->N);
    return st;
}

/* "1 live animals" is sector 1. */
static void cut_sector(const char *text, char code[32], const char **name)
{
    const size_t digits = strspn(text, "0123456789");

    *name = text;
    if (digits == 0 || digits > 20 || text[digits] != ' ') {
        code[0] = '\0';
        return;
    }
    snprintf(code, 32, "%.*s", (int)digits, text);
    *name = text + digits + strspn(text + digits, " ");
}

static gvc_status declare(reader *r)
{
    char code[32];
    const char *name;
    gvc_status st = GVC_OK;

    for (gvc_int c = 0; st == GVC_OK && c < r->G; c++) {
        for (gvc_int k = 0; st == GVC_OK && k < r->N; k++) {
            cut_sector(r->sectors[k], code, &name);
            st = gvc_draft__column(r->ctx, r->draft, GVC_COLUMN_INDUSTRY, r->countries[c],
                                   *code ? code : name);
            if (st == GVC_OK && c == 0)
                st = gvc_draft__sector_name(r->ctx, r->draft, *code ? code : name, name);
        }
        for (gvc_int k = 0; st == GVC_OK && k < r->K; k++)
            st = gvc_draft__column(r->ctx, r->draft, GVC_COLUMN_DEMAND, r->countries[c],
                                   r->categories[k]);
    }
    return st == GVC_OK ? gvc_draft__settle(r->ctx, r->draft, INT64_MAX) : st;
}

/* ---- matrices ---- */

/* A vector of the file, whichever way it lies, as a line of the table. */
static gvc_status read_line(reader *r, const char *name, gvc_line_role role)
{
    double *values = gvc_mem__alloc(r->ctx, r->n, sizeof *values);
    gvc_int rows, columns, target;
    gvc_status st = values ? gvc_foreign__shape(r->ctx, r->mat, name, &rows, &columns) : GVC_ENOMEM;

    if (st == GVC_OK && rows * columns != r->n)
        st = gvc_origin__refuse(r->ctx, &r->origin, name,
                                "%lld x %lld values found, %lld expected as in z", (long long)rows,
                                (long long)columns, (long long)r->n);
    if (st == GVC_OK)
        st = gvc_foreign__read(r->ctx, r->mat, name, rows, columns, values);
    if (st == GVC_OK)
        st = gvc_draft__line(r->ctx, r->draft, role, name, NULL, 0, name, &target);
    for (gvc_int j = 0; st == GVC_OK && j < r->n; j++)
        gvc_draft__add(r->draft, target, j, values[j]);
    gvc_mem__free(values);
    return st;
}

/* Rows of the file are columns of MATLAB: the very order of our columns of demand. */
static gvc_status read_demand(reader *r, gvc_view FD)
{
    gvc_int rows, columns;
    double *values;
    gvc_status st = gvc_foreign__shape(r->ctx, r->mat, "f", &rows, &columns);

    if (st != GVC_OK)
        return st;
    if (rows == FD.cols && columns == FD.rows)
        return gvc_foreign__read(r->ctx, r->mat, "f", rows, columns, FD.a);
    if (rows != FD.rows || columns != FD.cols)
        return gvc_origin__refuse(r->ctx, &r->origin, "f",
                                  "%lld x %lld values found, %lld x %lld expected: z has %lld "
                                  "rows, final_list %lld categories for each of %lld countries",
                                  (long long)rows, (long long)columns, (long long)FD.cols,
                                  (long long)FD.rows, (long long)r->n, (long long)r->K,
                                  (long long)r->G);
    values = gvc_mem__alloc(r->ctx, rows * columns, sizeof *values);
    if (!values)
        return GVC_ENOMEM;
    st = gvc_foreign__read(r->ctx, r->mat, "f", rows, columns, values);
    for (gvc_int i = 0; st == GVC_OK && i < rows; i++)
        for (gvc_int j = 0; j < columns; j++)
            FD.a[i + j * FD.ld] = values[i * columns + j];
    gvc_mem__free(values);
    return st;
}

/* In place, by pairs of square blocks. */
static void transpose(gvc_ctx *ctx, gvc_view z)
{
#pragma omp parallel for num_threads(gvc_ctx_threads(ctx)) schedule(dynamic)
    for (gvc_int j0 = 0; j0 < z.cols; j0 += BLOCK)
        for (gvc_int i0 = j0; i0 < z.rows; i0 += BLOCK)
            for (gvc_int j = j0; j < j0 + BLOCK && j < z.cols; j++)
                for (gvc_int i = i0 > j ? i0 : j + 1; i < i0 + BLOCK && i < z.rows; i++) {
                    const double upper = z.a[j + i * z.ld];

                    z.a[j + i * z.ld] = z.a[i + j * z.ld];
                    z.a[i + j * z.ld] = upper;
                }
}

/* Sum over industries of |sales + demand - X|, where z lies as MATLAB has it, by columns of buyers,
 * and where it lies the other way round. */
static gvc_status measure(reader *r, gvc_view z, gvc_view FD, const double *X, double *as_is,
                          double *turned)
{
    double *sums = gvc_mem__calloc(r->ctx, 3 * r->n, sizeof *sums);
    double *rows = sums, *columns = sums + r->n, *demand = sums + 2 * r->n;

    *as_is = *turned = 0.0;
    if (!sums)
        return GVC_ENOMEM;
    for (gvc_int j = 0; j < FD.cols; j++)
        for (gvc_int i = 0; i < r->n; i++)
            demand[i] += FD.a[i + j * FD.ld];
    for (gvc_int j = 0; j < r->n; j++)
        for (gvc_int i = 0; i < r->n; i++) {
            rows[i] += z.a[i + j * z.ld];
            columns[j] += z.a[i + j * z.ld];
        }
    for (gvc_int i = 0; i < r->n; i++) {
        *as_is += fabs(rows[i] + demand[i] - X[i]);
        *turned += fabs(columns[i] + demand[i] - X[i]);
    }
    gvc_mem__free(sums);
    return GVC_OK;
}

/* Zt holds z as it lies in the file; MATLAB's order is that of Z, not of Z'. */
static gvc_status orient(reader *r, gvc_view Zt, gvc_view FD)
{
    double *X = gvc_mem__alloc(r->ctx, r->n, sizeof *X), as_is, turned, output = 0.0;
    gvc_int rows = 0, columns = 0;
    gvc_status st = X ? gvc_foreign__shape(r->ctx, r->mat, "X", &rows, &columns) : GVC_ENOMEM;

    if (st == GVC_OK)
        st = gvc_foreign__read(r->ctx, r->mat, "X", rows, columns, X);
    if (st == GVC_OK)
        st = measure(r, Zt, FD, X, &as_is, &turned);
    for (gvc_int i = 0; st == GVC_OK && i < r->n; i++)
        output += fabs(X[i]);
    gvc_mem__free(X);
    if (st != GVC_OK)
        return st;
    if (!(fmin(as_is, turned) <= 0.05 * output))
        return gvc_origin__refuse(r->ctx, &r->origin, "z",
                                  "sales and final demand are off X by %.3g in all as z lies and "
                                  "by %.3g transposed, of an output of %.3g: neither way balances",
                                  as_is, turned, output);
    if (turned < as_is)
        return gvc_import__note(r->ctx, r->import,
                                "z lies transposed against MATLAB's own order, as the balance "
                                "shows");
    transpose(r->ctx, Zt);
    return GVC_OK;
}

static gvc_status fill(reader *r)
{
    static const gvc_release release = {
        .source = "EMERGING",
        .unit = "million USD",
        .currency = "USD",
        .multiplier = 1e6,
        .price_basis = "current",
        .valuation = "basic",
        .licence = "CC BY 4.0",
        .citation = "Huo and others (2022), Full-scale, near real-time multi-regional input-output "
                    "table for the global emerging economies (EMERGING), Journal of Industrial "
                    "Ecology 26",
    };
    gvc_table *t;
    gvc_int target;
    gvc_status st = gvc_draft__describe(r->ctx, r->draft, &release);

    if (st == GVC_OK)
        st = read_labels(r);
    if (st == GVC_OK)
        st = declare(r);
    if (st == GVC_OK)
        st = read_line(r, "X", GVC_LINE_OUTPUT);
    if (st == GVC_OK)
        st = read_line(r, "va", GVC_LINE_VA);
    if (st != GVC_OK)
        return st;
    t = gvc_draft__table(r->draft);
    st = read_demand(r, t->FD);
    if (st == GVC_OK)
        st = gvc_foreign__read(r->ctx, r->mat, "z", r->n, r->n, t->Zt.a);
    for (gvc_int i = 0; st == GVC_OK && i < r->n; i++)
        st = gvc_draft__row(r->ctx, r->draft, gvc_edition_native(t->edition, i / r->N),
                            gvc_labels_code(t->edition->sectors, i % r->N), NULL, &target);
    return st == GVC_OK ? orient(r, t->Zt, t->FD) : st;
}

static gvc_status read(gvc_ctx *ctx, gvc_import *import, gvc_int i, gvc_table **out)
{
    const gvc_part *part = import->items[i].part;
    reader r = { .ctx = ctx, .import = import, .origin = gvc_source__origin(import->source, part) };
    gvc_status st;

    *out = NULL;
    r.arena = gvc_arena__new(ctx);
    st = r.arena ? open_part(ctx, &r.mat, import->source, part) : GVC_ENOMEM;
    if (st == GVC_OK)
        st = gvc_draft__new(ctx, &r.draft, import, &r.origin);
    if (st == GVC_OK)
        st = fill(&r);
    if (st == GVC_OK)
        st = gvc_draft__finish(ctx, r.draft, out);
    gvc_draft__free(r.draft);
    gvc_foreign__close(r.mat);
    gvc_mem__free(r.countries);
    gvc_mem__free(r.sectors);
    gvc_mem__free(r.categories);
    gvc_arena__free(r.arena);
    return st;
}

const gvc_format gvc_format__emerging = {
    .name = "emerging-mat73",
    .title = "EMERGING (mat 7.3)",
    .recognise = recognise,
    .list = list,
    .read = read,
};
