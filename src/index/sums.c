#include "index/sums.h"

#include <math.h>
#include <string.h>

/* Partners that are summed side by side: their cells stand next to each other. */
enum { ABREAST = 16 };

gvc_int gvc_index__cells(const gvc_shape *shape, gvc_level level)
{
    switch (level) {
    case GVC_LEVEL_COUNTRY:
        return shape->U;
    case GVC_LEVEL_SECTOR:
        return shape->U * shape->N;
    case GVC_LEVEL_BILATERAL:
        return shape->U * shape->U;
    case GVC_LEVEL_BILATERAL_SECTOR:
        return shape->U * shape->N * shape->U;
    case GVC_LEVEL_WORLD_SECTOR:
        return shape->N;
    case GVC_LEVEL_WORLD:
        return 1;
    default:
        return 0;
    }
}

gvc_int gvc_index__cell_of_row(const gvc_shape *shape, gvc_level level, gvc_int i)
{
    gvc_int k = i % shape->table_N;

    if (shape->sectors)
        k = gvc_concordance_of(shape->sectors, k);
    switch (level) {
    case GVC_LEVEL_COUNTRY:
    case GVC_LEVEL_BILATERAL:
        return shape->unit[i];
    case GVC_LEVEL_SECTOR:
    case GVC_LEVEL_BILATERAL_SECTOR:
        return shape->unit[i] * shape->N + k;
    case GVC_LEVEL_WORLD_SECTOR:
        return k;
    default:
        return 0;
    }
}

gvc_cell_keys gvc_index__cell_keys(const gvc_shape *shape, gvc_level level, gvc_int cell)
{
    const gvc_int U = shape->U, N = shape->N;

    switch (level) {
    case GVC_LEVEL_SECTOR:
        return (gvc_cell_keys){ cell / N, cell % N, -1 };
    case GVC_LEVEL_BILATERAL:
        return (gvc_cell_keys){ cell / U, -1, cell % U };
    case GVC_LEVEL_BILATERAL_SECTOR:
        return (gvc_cell_keys){ cell / U / N, cell / U % N, cell % U };
    case GVC_LEVEL_WORLD_SECTOR:
        return (gvc_cell_keys){ 0, cell, -1 };
    default:
        return (gvc_cell_keys){ cell, -1, -1 };
    }
}

void gvc_index__add(double *sum, double *rest, double value)
{
    const double total = *sum + value;

    *rest += fabs(*sum) >= fabs(value) ? (*sum - total) + value : (value - total) + *sum;
    *sum = total;
}

static void settle(double *sum, const double *rest, gvc_int n)
{
    for (gvc_int i = 0; i < n; i++)
        sum[i] += rest[i];
}

void gvc_index__sum_columns(double *out, double *rest, gvc_view pairs)
{
    memset(out, 0, (size_t)pairs.rows * sizeof *out);
    memset(rest, 0, (size_t)pairs.rows * sizeof *rest);
    for (gvc_int r = 0; r < pairs.cols; r++)
        for (gvc_int i = 0; i < pairs.rows; i++)
            gvc_index__add(&out[i], &rest[i], pairs.a[i + r * pairs.ld]);
    settle(out, rest, pairs.rows);
}

void gvc_index__sum_rows(double *out, double *rest, const double *rows, const gvc_shape *shape,
                         gvc_level level)
{
    const gvc_int cells = gvc_index__cells(shape, level);

    memset(out, 0, (size_t)cells * sizeof *out);
    memset(rest, 0, (size_t)cells * sizeof *rest);
    for (gvc_int i = 0; i < shape->n; i++) {
        const gvc_int cell = gvc_index__cell_of_row(shape, level, i);

        gvc_index__add(&out[cell], &rest[cell], rows[i]);
    }
    settle(out, rest, cells);
}

void gvc_index__sum_pairs(gvc_ctx *ctx, double *out, double *rest, gvc_view pairs,
                          const gvc_shape *shape, gvc_level level)
{
    const gvc_int cells = gvc_index__cells(shape, level), U = shape->U;

    memset(out, 0, (size_t)cells * sizeof *out);
    memset(rest, 0, (size_t)cells * sizeof *rest);
#pragma omp parallel for num_threads(gvc_ctx_threads(ctx)) schedule(dynamic)
    for (gvc_int first = 0; first < U; first += ABREAST)
        for (gvc_int i = 0; i < shape->n; i++) {
            const gvc_int cell = gvc_index__cell_of_row(shape, level, i) * U;

            for (gvc_int r = first; r < U && r < first + ABREAST; r++)
                gvc_index__add(&out[cell + r], &rest[cell + r], pairs.a[i + r * pairs.ld]);
        }
    settle(out, rest, cells);
}

double gvc_index__sum_members(const double *rows, const gvc_shape *shape,
                              const unsigned char *member)
{
    double sum = 0, rest = 0;

    for (gvc_int i = 0; i < shape->n; i++)
        if (member[shape->unit[i]])
            gvc_index__add(&sum, &rest, rows[i]);
    return sum + rest;
}

double gvc_index__sum_couples(gvc_view couples, const unsigned char *member)
{
    double sum = 0, rest = 0;

    for (gvc_int s = 0; s < couples.rows; s++)
        for (gvc_int r = 0; member[s] && r < couples.cols; r++)
            if (member[r])
                gvc_index__add(&sum, &rest, couples.a[s + r * couples.ld]);
    return sum + rest;
}
