#include "../support/support.h"

#include "la/blas.h"
#include "la/lu.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Sizes below, at and above the tile, and not a multiple of it. */
static const gvc_int sizes[] = { 1, 2, 15, 16, 17, 40, 319, 320, 321, 700 };
enum { SIZES = sizeof sizes / sizeof *sizes, COLUMNS = 50 };

static gvc_view filled(gvc_int rows, gvc_int cols, unsigned seed)
{
    gvc_view m = { literal_matrix(rows, cols), rows, cols, rows };
    uint64_t state = seed;

    for (gvc_int k = 0; k < rows * cols; k++)
        m.a[k] = random_uniform(&state) - 0.5;
    return m;
}

static gvc_view copied(gvc_view m)
{
    gvc_view c = { literal_matrix(m.rows, m.cols), m.rows, m.cols, m.rows };

    memcpy(c.a, m.a, sizeof(double) * (size_t)(m.rows * m.cols));
    return c;
}

static gvc_view dominant(gvc_int n, unsigned seed)
{
    gvc_view m = filled(n, n, seed);

    for (gvc_int j = 0; j < n; j++) {
        double sum = 0;

        for (gvc_int i = 0; i < n; i++)
            sum += fabs(m.a[i + j * n]);
        m.a[j + j * n] = 1.25 * sum + 0.1;
    }
    return m;
}

/* The largest |b - a y| or |b - a'y|, over the size of the terms, of every seventh column. */
static double residual(gvc_view a, int transposed, gvc_view y, gvc_view b)
{
    double worst = 0;

    for (gvc_int c = 0; c < y.cols; c += 7)
        for (gvc_int i = 0; i < a.rows; i++) {
            double sum = 0, size = 0;

            for (gvc_int k = 0; k < a.rows; k++) {
                const double t = a.a[transposed ? k + i * a.ld : i + k * a.ld] * y.a[k + c * y.ld];

                sum += t;
                size += fabs(t);
            }
            worst = fmax(worst, fabs(b.a[i + c * b.ld] - sum) / fmax(size, 1e-300));
        }
    return worst;
}

static void check_solves(gvc_view a, int pivoting, double tolerance)
{
    const gvc_view f = copied(a), b = filled(a.rows, COLUMNS, 7);
    int *pivot = calloc((size_t)a.rows, sizeof *pivot);
    const gvc_lu lu = { f, pivoting ? pivot : NULL };

    assert_non_null(pivot);
    assert_int_equal(gvc_la__factorise(lu, 2), 0);
    for (int transposed = 0; transposed < 2; transposed++) {
        gvc_view y = copied(b);

        gvc_la__solve(lu, transposed, y, 2);
        assert_true(residual(a, transposed, y, b) < tolerance);
        free(y.a);
    }
    free(f.a);
    free(b.a);
    free(pivot);
}

static void solutions_of_dominant_systems_satisfy_them(void **state)
{
    (void)state;
    for (int k = 0; k < SIZES; k++) {
        gvc_view a = dominant(sizes[k], 3);

        check_solves(a, 0, 1e-14);
        check_solves(a, 1, 1e-14);
        free(a.a);
    }
}

static void invert(gvc_lu lu, double *work, int threads)
{
    gvc_la__invert_triangles(lu, work, threads);
    gvc_la__multiply_triangles(lu, work, threads);
}

/* a a^-1 is the identity; every seventh column is looked at. */
static void check_inverse(gvc_view a, int pivoting, double tolerance)
{
    const gvc_view f = copied(a);
    gvc_view ones = { literal_matrix(a.rows, a.rows), a.rows, a.rows, a.rows };
    int *pivot = calloc((size_t)a.rows, sizeof *pivot);
    double *work = calloc((size_t)gvc_la__inverse_work(a.rows), sizeof *work);
    const gvc_lu lu = { f, pivoting ? pivot : NULL };

    assert_non_null(pivot);
    assert_non_null(work);
    for (gvc_int i = 0; i < a.rows; i++)
        ones.a[i + i * a.rows] = 1;
    assert_int_equal(gvc_la__factorise(lu, 2), 0);
    invert(lu, work, 2);
    assert_true(residual(a, 0, f, ones) < tolerance);
    free(f.a);
    free(ones.a);
    free(pivot);
    free(work);
}

static void inverses_multiply_to_the_identity(void **state)
{
    (void)state;
    for (int k = 0; k < SIZES; k++) {
        gvc_view a = dominant(sizes[k], 3), zeros = filled(sizes[k], sizes[k], 5);

        check_inverse(a, 0, 1e-14);
        check_inverse(a, 1, 1e-14);
        for (gvc_int i = 0; i < a.rows; i++)
            zeros.a[i + i * a.rows] = 0;
        if (a.rows > 1)
            check_inverse(zeros, 1, 1e-11);
        free(a.a);
        free(zeros.a);
    }
}

static void exchange_gives_the_inverse(void **state)
{
    (void)state;
    for (int k = 0; k < SIZES; k++) {
        gvc_view a = dominant(sizes[k], 3), inverse = copied(a);
        gvc_view ones = { literal_matrix(a.rows, a.rows), a.rows, a.rows, a.rows };
        double *work = calloc((size_t)gvc_la__exchange_work(a.rows), sizeof *work);

        assert_non_null(work);
        for (gvc_int i = 0; i < a.rows; i++)
            ones.a[i + i * a.rows] = 1;
        assert_int_equal(gvc_la__exchange(inverse, work, 2), 0);
        assert_true(residual(a, 0, inverse, ones) < 1e-14);
        free(a.a);
        free(inverse.a);
        free(ones.a);
        free(work);
    }
}

static void exchange_names_a_singular_row(void **state)
{
    static const gvc_int at[] = { 0, 159, 160, 270, 299 };
    double *work = calloc((size_t)gvc_la__exchange_work(300), sizeof *work);

    (void)state;
    assert_non_null(work);
    for (size_t k = 0; k < sizeof at / sizeof *at; k++) {
        gvc_view a = dominant(300, 3);

        for (gvc_int i = 0; i < 300; i++)
            a.a[i + at[k] * a.ld] = 0;
        assert_int_equal(gvc_la__exchange(a, work, 2), at[k] + 1);
        free(a.a);
    }
    free(work);
}

static void zeros_on_the_diagonal_are_pivoted_away(void **state)
{
    (void)state;
    for (int k = 1; k < SIZES; k++) {
        gvc_view a = filled(sizes[k], sizes[k], 5);

        for (gvc_int i = 0; i < a.rows; i++)
            a.a[i + i * a.ld] = 0;
        check_solves(a, 1, 1e-11);
        free(a.a);
    }
}

static void a_singular_matrix_names_its_column(void **state)
{
    (void)state;
    for (int pivoting = 0; pivoting < 2; pivoting++) {
        gvc_view a = dominant(300, 3);
        int *pivot = calloc(300, sizeof *pivot);

        for (gvc_int i = 0; i < 300; i++)
            a.a[i + 270 * a.ld] = 0;
        assert_int_equal(gvc_la__factorise((gvc_lu){ a, pivoting ? pivot : NULL }, 2), 271);
        free(a.a);
        free(pivot);
    }
}

enum { N = 700, RESULTS = 5 };

/* The factors, a solution, a transposed solution and the inverse, from the factors and without. */
static void compute(gvc_view a, int pivoting, int threads, gvc_view results[RESULTS])
{
    int *pivot = calloc(N, sizeof *pivot);
    double *work = calloc((size_t)gvc_la__inverse_work(N), sizeof *work);
    gvc_lu lu;

    results[0] = copied(a);
    results[1] = filled(N, COLUMNS, 2);
    results[2] = filled(N, COLUMNS, 2);
    lu = (gvc_lu){ results[0], pivoting ? pivot : NULL };
    assert_int_equal(gvc_la__factorise(lu, threads), 0);
    gvc_la__solve(lu, 0, results[1], threads);
    gvc_la__solve(lu, 1, results[2], threads);
    results[3] = copied(results[0]);
    invert((gvc_lu){ results[3], lu.pivot }, work, threads);
    free(work);
    work = calloc((size_t)gvc_la__exchange_work(N), sizeof *work);
    results[4] = copied(a);
    assert_int_equal(gvc_la__exchange(results[4], work, threads), 0);
    free(work);
    free(pivot);
}

static void bits_do_not_depend_on_the_thread_count(void **state)
{
    static const int threads[] = { 2, 5 };
    gvc_view a = dominant(N, 11);

    (void)state;
    for (int pivoting = 0; pivoting < 2; pivoting++) {
        gvc_view alone[RESULTS], many[RESULTS];

        compute(a, pivoting, 1, alone);
        for (int t = 0; t < 2; t++) {
            compute(a, pivoting, threads[t], many);
            for (int k = 0; k < RESULTS; k++) {
                assert_memory_equal(many[k].a, alone[k].a,
                                    sizeof(double) * (size_t)(N * many[k].cols));
                free(many[k].a);
            }
        }
        for (int k = 0; k < RESULTS; k++)
            free(alone[k].a);
    }
    free(a.a);
}

/* A block, of rows that lie apart, and products, against the inverse as a whole. */
static void triangles_give_blocks_of_the_inverse(void **state)
{
    enum { APART = 7, EACH = N / APART };
    gvc_view a = dominant(N, 13), whole = copied(a), halves, y = filled(N, COLUMNS, 4), by_whole,
             out;
    double *work = calloc((size_t)gvc_la__inverse_work(N), sizeof *work);
    double *block_work = calloc((size_t)gvc_la__block_work(EACH), sizeof *block_work);
    gvc_view block = { literal_matrix(EACH, EACH), EACH, EACH, EACH };
    gvc_int rows[EACH];

    (void)state;
    assert_int_equal(gvc_la__factorise((gvc_lu){ whole, NULL }, 2), 0);
    halves = copied(whole);
    invert((gvc_lu){ whole, NULL }, work, 2);
    gvc_la__invert_triangles((gvc_lu){ halves, NULL }, work, 2);
    for (gvc_int first = 0; first < APART; first += APART - 1) {
        const gvc_pin pin = gvc_la__pin();

        for (gvc_int i = 0; i < EACH; i++)
            rows[i] = first + i * APART;
        gvc_la__block_of_triangles(block, (gvc_lu){ halves, NULL }, rows, block_work);
        gvc_la__unpin(pin);
        for (gvc_int j = 0; j < EACH; j++)
            for (gvc_int i = 0; i < EACH; i++)
                assert_true(fabs(block.a[i + j * EACH] - whole.a[rows[i] + rows[j] * N]) <
                            1e-14 * fabs(whole.a[rows[j] + rows[j] * N]));
    }
    by_whole = copied(y);
    out = copied(y);
    gvc_la__times_t(by_whole, NULL, whole, NULL, y, 2);
    gvc_la__times_triangles_t(out, (gvc_lu){ halves, NULL }, y, 2);
    for (gvc_int k = 0; k < N * COLUMNS; k++)
        assert_true(fabs(out.a[k] - by_whole.a[k]) < 1e-13 * fabs(whole.a[0]));
    free(a.a);
    free(whole.a);
    free(halves.a);
    free(y.a);
    free(by_whole.a);
    free(out.a);
    free(work);
    free(block_work);
    free(block.a);
}

/* diag(d) y, in place. */
static void scale_rows(gvc_view y, const double *d)
{
    for (gvc_int c = 0; c < y.cols; c++)
        for (gvc_int i = 0; i < y.rows; i++)
            y.a[i + c * y.ld] *= d[i];
}

/* diag(left) a diag(right) y, NULL for ones. */
static gvc_view literal_product(const double *left, gvc_view a, const double *right, gvc_view y)
{
    gvc_view scaled = copied(y), product;

    if (right)
        scale_rows(scaled, right);
    product =
        (gvc_view){ literal_times(a.a, scaled.a, a.rows, a.cols, y.cols), a.rows, y.cols, a.rows };
    if (left)
        scale_rows(product, left);
    free(scaled.a);
    return product;
}

/* Products with a and with its transpose `turned`, both scaled on either side, on both, or not. */
static void check_products(gvc_view a, gvc_view turned)
{
    gvc_view by_rows = filled(a.rows, 1, 5), by_cols = filled(a.cols, 1, 6);
    gvc_view y_of_cols = filled(a.cols, COLUMNS, 4), out_of_rows = filled(a.rows, COLUMNS, 8);
    gvc_view y_of_rows = filled(a.rows, COLUMNS, 9), out_of_cols = filled(a.cols, COLUMNS, 7);

    for (int sides = 0; sides < 4; sides++) {
        const double *rows = sides == 1 || sides == 3 ? by_rows.a : NULL;
        const double *cols = sides == 2 || sides == 3 ? by_cols.a : NULL;
        gvc_view want = literal_product(rows, a, cols, y_of_cols);

        gvc_la__times(out_of_rows, rows, a, cols, y_of_cols, 2);
        assert_views_near(out_of_rows, want, 1e-13);
        free(want.a);
        want = literal_product(cols, turned, rows, y_of_rows);
        gvc_la__times_t(out_of_cols, cols, a, rows, y_of_rows, 2);
        assert_views_near(out_of_cols, want, 1e-13);
        free(want.a);
    }
    free(by_rows.a);
    free(by_cols.a);
    free(y_of_cols.a);
    free(out_of_rows.a);
    free(y_of_rows.a);
    free(out_of_cols.a);
}

static void products_are_the_literal_ones(void **state)
{
    (void)state;
    for (int k = 0; k < SIZES; k++)
        for (int half = 0; half < 2; half++) {
            const gvc_int n = sizes[k], m = half ? (n + 1) / 2 : n;
            gvc_view a = filled(n, m, 3), turned = { literal_transpose(a.a, n, m), m, n, m };

            check_products(a, turned);
            free(a.a);
            free(turned.a);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(solutions_of_dominant_systems_satisfy_them),
        cmocka_unit_test(inverses_multiply_to_the_identity),
        cmocka_unit_test(exchange_gives_the_inverse),
        cmocka_unit_test(exchange_names_a_singular_row),
        cmocka_unit_test(zeros_on_the_diagonal_are_pivoted_away),
        cmocka_unit_test(a_singular_matrix_names_its_column),
        cmocka_unit_test(bits_do_not_depend_on_the_thread_count),
        cmocka_unit_test(triangles_give_blocks_of_the_inverse),
        cmocka_unit_test(products_are_the_literal_ones),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
