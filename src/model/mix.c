#include "model/passes.h"

#include "la/worst.h"

#include <math.h>
#include <string.h>

/* Differences that are smaller than this, beside what they are differences of, are too much of
 * rounding; so is what directions have of their own, squared, where it is less. */
#define ROUNDING 1e-4
#define DEPENDENT 1e-6
/* Before the second pass of a round shows it. */
#define USUAL_PACE 0.1

enum { SLOTS = GVC_MIX_SLOTS };

static gvc_floats obtain(gvc_ctx *ctx, gvc_int n, gvc_int m)
{
    return (gvc_floats){ gvc_mem__calloc(ctx, n * m, sizeof(float)), n, m, n };
}

gvc_status gvc_mix__obtain(gvc_ctx *ctx, gvc_mix *mix, gvc_int n, gvc_int m)
{
    int missing;

    mix->newest = mix->aside = -1;
    mix->start.d = obtain(ctx, n, m);
    mix->start.above = obtain(ctx, n, m);
    mix->change = gvc_mem__calloc(ctx, 3 * m, sizeof *mix->change);
    mix->left = mix->change ? mix->change + m : NULL;
    mix->ahead = mix->change ? mix->left + m : NULL;
    missing = !mix->start.d.a || !mix->start.above.a || !mix->change;
    for (int k = 0; k < SLOTS && !missing; k++) {
        mix->f[k] = obtain(ctx, n, m);
        mix->g[k] = obtain(ctx, n, m);
        mix->carry[k] = obtain(ctx, n, m);
        missing = !mix->f[k].a || !mix->g[k].a || !mix->carry[k].a;
    }
    return missing ? GVC_ENOMEM : GVC_OK;
}

void gvc_mix__free(gvc_mix *mix)
{
    gvc_mem__free(mix->start.d.a);
    gvc_mem__free(mix->start.above.a);
    gvc_mem__free(mix->change);
    for (int k = 0; k < SLOTS; k++) {
        gvc_mem__free(mix->f[k].a);
        gvc_mem__free(mix->g[k].a);
        gvc_mem__free(mix->carry[k].a);
    }
}

static float *column(gvc_floats m, gvc_int c)
{
    return m.a + c * m.ld;
}

static double product(const float *a, const float *b, gvc_int n)
{
    double sum = 0;

#pragma omp simd reduction(+ : sum)
    for (gvc_int i = 0; i < n; i++)
        sum += (double)a[i] * b[i];
    return sum;
}

static double size(const float *a, gvc_int n)
{
    double sum = 0;

#pragma omp simd reduction(+ : sum)
    for (gvc_int i = 0; i < n; i++)
        sum += fabsf(a[i]);
    return sum;
}

/* old := new - old. */
static void subtract_from(float *old, const float *new, gvc_int n)
{
    for (gvc_int i = 0; i < n; i++)
        old[i] = new[i] - old[i];
}

/* Weights w of the differences that leave the smallest f - sum of w_k f_k in the 2-norm: Gauss's
 * elimination on the products of the f_k, which are made of size 1. */
static void weigh(double products[SLOTS][SLOTS + 1], int n, double *w)
{
    double scale[SLOTS];
    int used[SLOTS];

    for (int i = 0; i < n; i++)
        scale[i] = products[i][i] > 0 ? 1 / sqrt(products[i][i]) : 0;
    for (int i = 0; i < n; i++) {
        for (int j = 0; j < n; j++)
            products[i][j] *= scale[i] * scale[j];
        products[i][n] *= scale[i];
    }
    for (int k = 0; k < n; k++) {
        used[k] = products[k][k] > DEPENDENT;
        for (int i = k + 1; i < n && used[k]; i++)
            for (int j = n; j >= k; j--)
                products[i][j] -= products[i][k] / products[k][k] * products[k][j];
    }
    for (int k = n - 1; k >= 0; k--) {
        w[k] = products[k][n];
        for (int j = k + 1; j < n; j++)
            w[k] -= products[k][j] * w[j];
        w[k] = used[k] ? w[k] / products[k][k] : 0;
    }
    for (int k = 0; k < n; k++)
        w[k] *= scale[k];
}

/* ||f - sum of w_k f_k|| / ||f||, the products of the f_k with f being at hand: the weights leave
 * what is normal to all f_k. */
static double share_left(double square, const double *f_products, const double *w, int n)
{
    double left = square;

    for (int k = 0; k < n; k++)
        left -= w[k] * f_products[k];
    return square > 0 ? sqrt(fmax(left / square, ROUNDING * ROUNDING)) : 0;
}

/* to := from - sum of w_k differences_k. */
static void mix_column(gvc_floats to, gvc_floats from, const gvc_floats *differences,
                       const int *slot, const double *w, int n, gvc_int c)
{
    float *out = column(to, c);

    memcpy(out, column(from, c), sizeof *out * (size_t)to.rows);
    for (int k = 0; k < n; k++) {
        const float *d = column(differences[slot[k]], c), weight = (float)w[k];

        for (gvc_int i = 0; i < to.rows && weight != 0; i++)
            out[i] -= weight * d[i];
    }
}

/* What mixing leaves of a change is the change of a point that the outcome is one pass ahead of, so
 * the outcome is as far off as that times the pace of a pass, which the next change shows. */
static void expect(const gvc_mix *mix, gvc_int c, double share)
{
    const double pace = mix->newest < 0    ? USUAL_PACE
                        : mix->left[c] > 0 ? fmin(1, mix->change[c] / mix->left[c])
                                           : 0;

    mix->left[c] = mix->change[c] * share;
    mix->ahead[c] = mix->left[c] * pace;
}

/* What stands in slot `now` is the outcome of a pass that began at d. */
static void end_pass(const gvc_mix *mix, int now, const int *slot, int n, gvc_int c)
{
    const gvc_int rows = mix->start.d.rows;
    const double of_g = size(column(mix->g[now], c), rows);
    double products[SLOTS][SLOTS + 1], f_products[SLOTS], w[SLOTS];
    float *f = column(mix->f[now], c);

    memcpy(f, column(mix->start.d, c), sizeof *f * (size_t)rows);
    subtract_from(f, column(mix->g[now], c), rows);
    mix->change[c] = of_g > 0 ? size(f, rows) / of_g : 0;
    if (mix->newest >= 0) {
        float *old = column(mix->f[mix->newest], c);

        subtract_from(old, f, rows);
        if (size(old, rows) < ROUNDING * of_g)
            memset(old, 0, sizeof *old * (size_t)rows);
        subtract_from(column(mix->g[mix->newest], c), column(mix->g[now], c), rows);
        subtract_from(column(mix->carry[mix->newest], c), column(mix->carry[now], c), rows);
    }
    for (int i = 0; i < n; i++) {
        const float *fi = column(mix->f[slot[i]], c);

        for (int j = 0; j <= i; j++)
            products[i][j] = products[j][i] = product(fi, column(mix->f[slot[j]], c), rows);
        products[i][n] = f_products[i] = product(fi, f, rows);
    }
    weigh(products, n, w);
    expect(mix, c, share_left(product(f, f, rows), f_products, w, n));
    mix_column(mix->start.d, mix->g[now], mix->g, slot, w, n, c);
    mix_column(mix->start.above, mix->carry[now], mix->carry, slot, w, n, c);
}

double gvc_mix__step(gvc_ctx *ctx, gvc_mix *mix, const gvc_passes *p, int finely, double *ahead)
{
    const int now = (mix->last + 1) % SLOTS, begins = mix->newest < 0;
    const gvc_int cols = mix->start.d.cols;
    int slot[SLOTS], n = 0;

    mix->last = now;
    mix->kept[now] = 0;
    if (!begins)
        mix->kept[mix->newest] = 1;
    for (int k = 0; k < SLOTS; k++)
        if (mix->kept[k])
            slot[n++] = k;
    gvc_passes__run(ctx, p, begins ? NULL : &mix->start, finely, mix->g[now], mix->carry[now]);
#pragma omp parallel for num_threads(gvc_ctx_threads(ctx)) schedule(dynamic)
    for (gvc_int c = 0; c < cols; c++) {
        if (begins)
            memset(column(mix->start.d, c), 0, sizeof(float) * (size_t)mix->start.d.rows);
        end_pass(mix, now, slot, n, c);
    }
    mix->newest = now;
    if (mix->aside >= 0)
        mix->change[mix->aside] = mix->ahead[mix->aside] = 0;
    *ahead = gvc_la__worst(mix->ahead, cols);
    return gvc_la__worst(mix->change, cols);
}
