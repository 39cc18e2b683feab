#include "../support/samples.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/*
 * Perimeters by origin and destination the slow way: the inverse of A with the sales of the
 * perimeter struck out, built for each exporter, importer and product.
 */

enum { EVERY_SECTOR = -1 };

#define BOUGHT "country_destination_sector"

static gvc_int absorbers(const sample *s)
{
    return s->U + (gvc_model_has_disc(s->model) != 0);
}

/* B with sales struck out: of `seller` to everybody else, or where that is -1 of everybody (one
 * sector of theirs, or all) to `buyer`. */
static double *struck_out(const sample *s, gvc_int seller, gvc_int buyer, gvc_int sector)
{
    const literal *lit = s->lit;
    unsigned char *keep = calloc((size_t)(s->n * s->n), 1);
    double *inverse;

    for (gvc_int j = 0; j < s->n; j++)
        for (gvc_int i = 0; i < s->n; i++) {
            const int leaves = lit->unit[i] != lit->unit[j];
            const int is_cut =
                seller >= 0 ? leaves && lit->unit[i] == seller
                            : leaves && lit->unit[j] == buyer && (sector < 0 || i % s->N == sector);

            keep[i + j * s->n] = !is_cut;
        }
    inverse = literal_leontief(lit->A, keep, s->n);
    free(keep);
    return inverse;
}

/* Value added of unit o in one unit of product j. */
static double origin(const sample *s, const double *inverse, gvc_int o, gvc_int j)
{
    double sum = 0;

    for (gvc_int i = 0; i < s->n; i++)
        if (s->lit->unit[i] == o)
            sum += s->lit->v[i] * inverse[i + j * s->n];
    return sum;
}

/* Output by absorber, n x absorbers, of the system `inverse`; final sales abroad of `cut` (-1: of
 * nobody) do not count. */
static double *outputs(const sample *s, const double *inverse, gvc_int cut)
{
    const literal *lit = s->lit;
    const gvc_int D = absorbers(s);
    double *F = literal_matrix(s->n, D), *W;

    for (gvc_int l = 0; l < D; l++)
        for (gvc_int i = 0; i < s->n; i++) {
            const int is_cut = l < s->U && lit->unit[i] == cut && l != cut;

            F[i + l * s->n] = is_cut ? 0 : l < s->U ? lit->F[i + l * s->n] : lit->u[i];
        }
    W = literal_times(inverse, F, s->n, s->n, D);
    free(F);
    return W;
}

/* Sales of row i to r that l absorbs. */
static double flow(const sample *s, const double *W, gvc_int i, gvc_int r, gvc_int l)
{
    const literal *lit = s->lit;
    double sum = l == r ? lit->F[i + l * s->n] : 0;

    for (gvc_int j = 0; j < s->n; j++)
        if (lit->unit[j] == r)
            sum += lit->A[i + j * s->n] * W[j + l * s->n];
    return sum;
}

/* One exporter: its `inverse` without the perimeter, flows of all and flows at their last exit. */
static void check_exporter(const sample *s, gvc_int e, const double *W)
{
    const literal *lit = s->lit;
    const gvc_int D = absorbers(s);
    double *once = struck_out(s, e, -1, EVERY_SECTOR), *last = outputs(s, once, e);
    const double *content = sample_column(s, "bm/od/content", "bilateral_sector_od");
    const double *source = sample_column(s, "bm/od/source/va", "bilateral_sector_od");
    const double *sink = sample_column(s, "bm/od/sink/va", "bilateral_sector_od");

    for (gvc_int k = 0; k < s->N; k++)
        for (gvc_int r = 0; r < s->U; r++)
            for (gvc_int o = 0; r != e && o < s->U; o++)
                for (gvc_int l = 0; l < D; l++) {
                    const gvc_int at = (cell_row(s->U, s->N, e, k, r) * s->U + o) * D + l;
                    double all = 0, first = 0, end = 0;

                    for (gvc_int i = k; i < s->n; i += s->N) {
                        if (lit->unit[i] != e)
                            continue;
                        all += origin(s, lit->B, o, i) * flow(s, W, i, r, l);
                        first += origin(s, once, o, i) * flow(s, W, i, r, l);
                        end += origin(s, lit->B, o, i) * flow(s, last, i, r, l);
                    }
                    assert_near(content[at], all, 1e-10, s->scale);
                    assert_near(source[at], first, 1e-10, s->scale);
                    assert_near(sink[at], end, 1e-10, s->scale);
                }
    free(once);
    free(last);
}

static void check_importer(const sample *s, gvc_int r, const double *W)
{
    const gvc_int D = absorbers(s);
    double *once = struck_out(s, -1, r, EVERY_SECTOR);
    const double *va = sample_column(s, "bm/importer/va", "imports_od");

    for (gvc_int o = 0; o < s->U; o++)
        for (gvc_int l = 0; l < D; l++) {
            double sum = 0;

            for (gvc_int i = 0; i < s->n; i++)
                if (s->lit->unit[i] != r)
                    sum += origin(s, once, o, i) * flow(s, W, i, r, l);
            assert_near(va[(r * s->U + o) * D + l], sum, 1e-10, s->scale);
        }
    free(once);
}

static void check_product(const sample *s, gvc_int r, gvc_int k)
{
    double *once = struck_out(s, -1, r, k);
    const double *va = sample_column(s, "bm/sectimp/va", "imports_sector_origin");

    for (gvc_int o = 0; o < s->U; o++) {
        double sum = 0;

        for (gvc_int i = k; i < s->n; i += s->N)
            if (s->lit->unit[i] != r)
                sum += origin(s, once, o, i) * s->lit->E[i + r * s->n];
        assert_near(va[(r * s->N + k) * s->U + o], sum, 1e-10, s->scale);
    }
    free(once);
}

/* ---- by the product finally bought ---- */

/* Output that absorber l calls for by buying product p, from whoever makes it; what the discrepancy
 * takes is no product. */
static double *outputs_for(const sample *s, gvc_int l, gvc_int p)
{
    double *bought = literal_matrix(s->n, 1), *W;

    for (gvc_int i = 0; i < s->n; i++)
        if (l == s->U)
            bought[i] = s->lit->u[i];
        else if (i % s->N == p)
            bought[i] = s->lit->F[i + l * s->n];
    W = literal_times(s->lit->B, bought, s->n, s->n, 1);
    free(bought);
    return W;
}

/* Exports of row i that end in product p bought by l. */
static double exported(const sample *s, const double *W, gvc_int i, gvc_int l, gvc_int p)
{
    const literal *lit = s->lit;
    double sum = l < s->U && l != lit->unit[i] && i % s->N == p ? lit->F[i + l * s->n] : 0;

    for (gvc_int j = 0; j < s->n; j++)
        if (lit->unit[j] != lit->unit[i])
            sum += lit->A[i + j * s->n] * W[j];
    return sum;
}

/* Value added of everybody in one unit of product j. */
static double everybodys(const sample *s, const double *inverse, gvc_int j)
{
    double sum = 0;

    for (gvc_int o = 0; o < s->U; o++)
        sum += origin(s, inverse, o, j);
    return sum;
}

static void check_bought(const sample *s, gvc_int l, gvc_int p, double *const *once)
{
    const gvc_int places = s->U * s->N + absorbers(s) - s->U;
    double *W = outputs_for(s, l, p);

    for (gvc_int e = 0; e < s->U; e++) {
        const gvc_int at = e * places + l * s->N + p;
        double all = 0, first = 0;

        for (gvc_int i = 0; i < s->n; i++)
            if (s->lit->unit[i] == e) {
                all += everybodys(s, s->lit->B, i) * exported(s, W, i, l, p);
                first += everybodys(s, once[e], i) * exported(s, W, i, l, p);
            }
        assert_near(sample_column(s, "bm/od/content", BOUGHT)[at], all, 1e-10, s->scale);
        assert_near(sample_column(s, "bm/od/source/va", BOUGHT)[at], first, 1e-10, s->scale);
        assert_near(sample_column(s, "bm/od/source/dc", BOUGHT)[at], all - first, 1e-10, s->scale);
    }
    free(W);
}

static void products_are_those_that_absorbers_buy(void **state)
{
    for (gvc_int c = 0; c < sample_cases(); c++) {
        sample s = sample_new(*state, c, 1);
        double *once[6];

        assert_in_range(s.U, 1, 6);
        for (gvc_int e = 0; e < s.U; e++)
            once[e] = struck_out(&s, e, -1, EVERY_SECTOR);
        for (gvc_int l = 0; l < s.U; l++)
            for (gvc_int p = 0; p < s.N; p++)
                check_bought(&s, l, p, once);
        if (absorbers(&s) > s.U)
            check_bought(&s, s.U, 0, once);
        for (gvc_int e = 0; e < s.U; e++)
            free(once[e]);
        sample_free(&s);
    }
}

static void perimeters_are_those_of_the_struck_out_inverse(void **state)
{
    for (gvc_int c = 0; c < sample_cases(); c++) {
        sample s = sample_new(*state, c, 1);
        double *W = outputs(&s, s.lit->B, -1);

        for (gvc_int u = 0; u < s.U; u++) {
            check_exporter(&s, u, W);
            check_importer(&s, u, W);
            for (gvc_int k = 0; k < s.N; k++)
                check_product(&s, u, k);
        }
        free(W);
        sample_free(&s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        context_test(perimeters_are_those_of_the_struck_out_inverse),
        context_test(products_are_those_that_absorbers_buy),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
