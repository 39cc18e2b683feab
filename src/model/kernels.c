#include "model/system.h"

#include "la/blas.h"

/* Each kernel reads Z once; a = Z diag(xinv) is never formed. */
enum { ROWS = 256, COLUMNS = 32 };

static gvc_int least(gvc_int a, gvc_int b)
{
    return a < b ? a : b;
}

static void import_rows(const gvc_model *m, gvc_view out, const double *y, gvc_int from, gvc_int to)
{
    const gvc_view Z = m->system->table->Z;

    for (gvc_int r = 0; r < m->U; r++)
        for (gvc_int i = from; i < to; i++)
            out.a[i + r * out.ld] = 0;
    for (gvc_int j = 0; j < m->system->n; j++) {
        const double scale = m->system->xinv[j] * y[j], *column = Z.a + j * Z.ld;
        double *sum = out.a + m->unit[j] * out.ld;

        for (gvc_int i = from; i < to; i++)
            sum[i] += scale * column[i];
    }
}

void gvc_model__by_importer(gvc_ctx *ctx, const gvc_model *m, gvc_view out, const double *y,
                            int own)
{
    const gvc_int n = m->system->n, tiles = (n + ROWS - 1) / ROWS;

#pragma omp parallel for num_threads(gvc_ctx_threads(ctx)) schedule(dynamic)
    for (gvc_int t = 0; t < tiles; t++) {
        const gvc_int from = t * ROWS, to = least(n, from + ROWS);

        import_rows(m, out, y, from, to);
        for (gvc_int i = from; i < to && !own; i++)
            out.a[i + m->unit[i] * out.ld] = 0;
    }
}

/* The rows of one country belong to one unit, so the scale is the same for all of them. */
static void bring_home(const gvc_model *m, gvc_view out, gvc_view W, gvc_int country)
{
    const gvc_view Z = m->system->table->Z;
    const gvc_int from = country * m->system->N, to = from + m->system->N, s = m->unit[from];

    for (gvc_int r = 0; r < m->U; r++)
        for (gvc_int i = from; i < to; i++)
            out.a[i + r * out.ld] = 0;
    for (gvc_int j = 0; j < m->system->n; j++) {
        const double scale = m->system->xinv[j] * W.a[j + s * W.ld], *column = Z.a + j * Z.ld;
        double *sum = out.a + m->unit[j] * out.ld;

        if (m->unit[j] == s)
            continue;
        for (gvc_int i = from; i < to; i++)
            sum[i] += scale * column[i];
    }
}

void gvc_model__homeward(gvc_ctx *ctx, const gvc_model *m, gvc_view out, gvc_view W)
{
#pragma omp parallel for num_threads(gvc_ctx_threads(ctx)) schedule(dynamic)
    for (gvc_int c = 0; c < m->system->G; c++)
        bring_home(m, out, W, c);
}

static void export_column(const gvc_model *m, gvc_view out, const double *y, gvc_int j)
{
    const gvc_system *sys = m->system;
    const double *column = sys->table->Z.a + j * sys->table->Z.ld;

    for (gvc_int s = 0; s < m->U; s++)
        out.a[j + s * out.ld] = 0;
    for (gvc_int c = 0; c < sys->G; c++) {
        const gvc_int from = c * sys->N, s = m->unit[from];
        double sum = 0;

        if (s == m->unit[j])
            continue;
        for (gvc_int i = from; i < from + sys->N; i++)
            sum += y[i] * column[i];
        out.a[j + s * out.ld] += sum * sys->xinv[j];
    }
}

void gvc_model__by_exporter(gvc_ctx *ctx, const gvc_model *m, gvc_view out, const double *y)
{
    const gvc_int n = m->system->n, tiles = (n + COLUMNS - 1) / COLUMNS;

#pragma omp parallel for num_threads(gvc_ctx_threads(ctx)) schedule(dynamic)
    for (gvc_int t = 0; t < tiles; t++)
        for (gvc_int j = t * COLUMNS; j < least(n, t * COLUMNS + COLUMNS); j++)
            export_column(m, out, y, j);
}

/* The rows of one country: all belong to one unit. */
static void buy(const gvc_model *m, int foreign, gvc_view out, gvc_view y, gvc_int country)
{
    const gvc_view Z = m->system->table->Z;
    const gvc_int from = country * m->system->N, to = from + m->system->N, s = m->unit[from];

    for (gvc_int c = 0; c < out.cols; c++)
        for (gvc_int i = from; i < to; i++)
            out.a[i + c * out.ld] = 0;
    for (gvc_int j = 0; j < m->system->n; j++) {
        const double *column = Z.a + j * Z.ld;

        if ((m->unit[j] != s) != foreign)
            continue;
        for (gvc_int c = 0; c < out.cols; c++) {
            const double scale = m->system->xinv[j] * y.a[j + c * y.ld];
            double *sum = out.a + c * out.ld;

            for (gvc_int i = from; i < to; i++)
                sum[i] += scale * column[i];
        }
    }
}

static double cost(const gvc_model *m, int foreign, const double *y, gvc_int j)
{
    const gvc_system *sys = m->system;
    const double *column = sys->table->Z.a + j * sys->table->Z.ld;
    double sum = 0;

    for (gvc_int c = 0; c < sys->G; c++) {
        const gvc_int from = c * sys->N;

        if ((m->unit[from] != m->unit[j]) != foreign)
            continue;
        for (gvc_int i = from; i < from + sys->N; i++)
            sum += y[i] * column[i];
    }
    return sum * sys->xinv[j];
}

void gvc_model__inputs(gvc_ctx *ctx, const gvc_model *m, int foreign, int transposed, gvc_view out,
                       gvc_view y)
{
    const gvc_int n = m->system->n, tiles = (n + COLUMNS - 1) / COLUMNS;

    if (transposed) {
#pragma omp parallel for num_threads(gvc_ctx_threads(ctx)) schedule(dynamic)
        for (gvc_int t = 0; t < tiles; t++)
            for (gvc_int j = t * COLUMNS; j < least(n, t * COLUMNS + COLUMNS); j++)
                for (gvc_int c = 0; c < out.cols; c++)
                    out.a[j + c * out.ld] = cost(m, foreign, y.a + c * y.ld, j);
    } else {
#pragma omp parallel for num_threads(gvc_ctx_threads(ctx)) schedule(dynamic)
        for (gvc_int c = 0; c < m->system->G; c++)
            buy(m, foreign, out, y, c);
    }
}

void gvc_model__times_A(gvc_ctx *ctx, const gvc_model *m, gvc_view out, gvc_view y)
{
    gvc_la__times(out, m->system->table->Z, m->system->xinv, y, gvc_ctx_threads(ctx));
}

void gvc_model__times_A_t(gvc_ctx *ctx, const gvc_model *m, gvc_view out, gvc_view y)
{
    gvc_la__times_t(out, m->system->table->Z, m->system->xinv, y, gvc_ctx_threads(ctx));
}
