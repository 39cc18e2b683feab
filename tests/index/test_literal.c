#include "../support/index_values.h"

#include <stdlib.h>

/* The components again, from explicit inverses and the formulas as they are written. */

enum { CASES = 24 };

static double at(const double *a, const literal *lit, gvc_int i, gvc_int j)
{
    return a[i + j * lit->n];
}

/* Compare one column of level sector with literal values; rounding is of the size of output. */
static void same(const gvc_frames *frames, const char *name, double *want, gvc_int n)
{
    const double *got = index_column(frames, "sector", name);
    double scale = *index_column(frames, "world", "gout");

    assert_int_equal(index_rows(frames, "sector", name), n);
    for (gvc_int i = 0; i < n; i++)
        scale += want[i] < 0 ? -want[i] : want[i];
    for (gvc_int i = 0; i < n; i++)
        assert_near(got[i], want[i], 1e-11, scale);
    free(want);
}

/* sum over t in `kind` of (BF)_jt: 0 the own unit of j, 1 unit s, 2 neither. */
static double absorbed(const literal *lit, const double *BF, gvc_int j, gvc_int s, int kind)
{
    double sum = 0;

    for (gvc_int t = 0; t < lit->U; t++) {
        const int is = t == lit->unit[j] ? 0 : t == s ? 1 : 2;

        if (is == kind)
            sum += at(BF, lit, j, t);
    }
    return sum;
}

/* flow_i = sum over foreign j of a_ij (what j's output for absorber `kind` is). */
static double *flow(const literal *lit, const double *BF, int kind)
{
    double *out = literal_matrix(lit->n, 1);

    for (gvc_int i = 0; i < lit->n; i++)
        for (gvc_int j = 0; j < lit->n; j++)
            if (lit->unit[i] != lit->unit[j])
                out[i] += at(lit->A, lit, i, j) * absorbed(lit, BF, j, lit->unit[i], kind);
    return out;
}

static double *own_content(const literal *lit)
{
    double *out = literal_matrix(lit->n, 1);

    for (gvc_int j = 0; j < lit->n; j++)
        for (gvc_int i = 0; i < lit->n; i++)
            if (lit->unit[i] == lit->unit[j])
                out[j] += lit->v[i] * at(lit->B, lit, i, j);
    return out;
}

static double *times(const double *a, const double *b, gvc_int n)
{
    double *out = literal_matrix(n, 1);

    for (gvc_int i = 0; i < n; i++)
        out[i] = a[i] * b[i];
    return out;
}

static double *final_exports(const literal *lit)
{
    double *out = literal_matrix(lit->n, 1);

    for (gvc_int i = 0; i < lit->n; i++)
        for (gvc_int r = 0; r < lit->U; r++)
            out[i] += r != lit->unit[i] ? at(lit->F, lit, i, r) : 0;
    return out;
}

/* v^_s sum over p != s of B_sp (E_p* - less E_ps). */
static double *content_of_others(const literal *lit, int less)
{
    double *out = literal_matrix(lit->n, 1);

    for (gvc_int i = 0; i < lit->n; i++)
        for (gvc_int j = 0; j < lit->n; j++)
            if (lit->unit[i] != lit->unit[j])
                out[i] += lit->v[i] * at(lit->B, lit, i, j) *
                          (lit->e[j] - less * at(lit->E, lit, j, lit->unit[i]));
    return out;
}

static double *by_origin(const literal *lit, const double *third)
{
    double *out = literal_matrix(lit->n, 1);

    for (gvc_int i = 0; i < lit->n; i++)
        for (gvc_int j = 0; j < lit->n; j++)
            if (lit->unit[i] == lit->unit[j])
                out[i] += lit->v[i] * at(lit->B, lit, i, j) * third[j];
    return out;
}

/* v B, from everywhere. */
static double *content(const literal *lit)
{
    return literal_times(lit->v, lit->B, 1, lit->n, lit->n);
}

/* In all, (v B) o e, also where value added is not the residual. */
static double *from_others(const literal *lit, const double *own)
{
    double *all = content(lit);

    for (gvc_int i = 0; i < lit->n; i++)
        all[i] = (all[i] - own[i]) * lit->e[i];
    return all;
}

static void check_kpww(const gvc_frames *frames, const literal *lit)
{
    const gvc_int n = lit->n;
    double *BF = literal_times(lit->B, lit->F, n, n, lit->U), *own = own_content(lit);
    double *ends[] = { final_exports(lit), flow(lit, BF, 0), flow(lit, BF, 2), flow(lit, BF, 1) };
    static const char *const names[] = { "dv1", "dv2", "dv3", "dv4" };

    for (int k = 0; k < 4; k++)
        same(frames, names[k], times(own, ends[k], n), n);
    same(frames, "dvx", times(own, lit->e, n), n);
    same(frames, "fv", from_others(lit, own), n);
    same(frames, "iv_kpww_o", by_origin(lit, ends[2]), n);
    same(frames, "iv_vs1", content_of_others(lit, 0), n);
    same(frames, "iv_vs1x", content_of_others(lit, 1), n);
    for (int k = 0; k < 4; k++)
        free(ends[k]);
    free(BF);
    free(own);
}

/* v^ L y. */
static double *behind(const literal *lit, double *y)
{
    double *Ly = literal_times(lit->L, y, lit->n, lit->n, 1);
    double *out = times(lit->v, Ly, lit->n);

    free(Ly);
    free(y);
    return out;
}

/* Own final use, and A^F y. */
static double *at_home(const literal *lit)
{
    double *out = literal_matrix(lit->n, 1);

    for (gvc_int i = 0; i < lit->n; i++)
        out[i] = at(lit->F, lit, i, lit->unit[i]);
    return out;
}

static double *foreign(const literal *lit, double *y)
{
    double *out = literal_matrix(lit->n, 1);

    for (gvc_int i = 0; i < lit->n; i++)
        for (gvc_int j = 0; j < lit->n; j++)
            out[i] += lit->unit[i] != lit->unit[j] ? at(lit->A, lit, i, j) * y[j] : 0;
    free(y);
    return out;
}

static double *local(const literal *lit, double *y)
{
    double *out = literal_times(lit->L, y, lit->n, lit->n, 1);

    free(y);
    return out;
}

static void check_forward(const gvc_frames *frames, const literal *lit)
{
    const gvc_int n = lit->n;
    double *BF = literal_times(lit->B, lit->F, n, n, lit->U), *X = literal_matrix(n, 1);

    for (gvc_int i = 0; i < n; i++)
        for (gvc_int r = 0; r < lit->U; r++)
            X[i] += at(BF, lit, i, r);
    same(frames, "v_d", behind(lit, at_home(lit)), n);
    same(frames, "v_rt", behind(lit, final_exports(lit)), n);
    same(frames, "v_gvc_s", behind(lit, foreign(lit, local(lit, at_home(lit)))), n);
    same(frames, "v_gvc_c_home", behind(lit, flow(lit, BF, 1)), n);
    same(frames, "v_gvc_c_third", behind(lit, flow(lit, BF, 2)), n);
    same(frames, "v_total", times(lit->v, X, n), n);
    same(frames, "v_gvc", behind(lit, foreign(lit, X)), n);
    free(BF);
}

/* (v A^F-chain M) o y with M = L or B: sum over origins of c = v L A^F, by explicit products. */
static double *finished(const literal *lit, const double *M, double *y, int own_only)
{
    const gvc_int n = lit->n;
    double *out = literal_matrix(n, 1);

    for (gvc_int s = 0; s < lit->U; s++) {
        double *c = literal_matrix(1, n), *cM;

        for (gvc_int j = 0; j < n; j++)
            for (gvc_int i = 0; i < n; i++)
                for (gvc_int h = 0; h < n && lit->unit[i] == s && lit->unit[j] != s; h++)
                    if (lit->unit[h] == s)
                        c[j] += lit->v[h] * at(lit->L, lit, h, i) * at(lit->A, lit, i, j);
        cM = literal_times(c, M, 1, n, n);
        for (gvc_int j = 0; j < n; j++)
            out[j] += !own_only || lit->unit[j] == s ? cM[j] * y[j] : 0;
        free(c);
        free(cM);
    }
    free(y);
    return out;
}

static double *final_use(const literal *lit)
{
    double *out = at_home(lit), *abroad = final_exports(lit);

    for (gvc_int i = 0; i < lit->n; i++)
        out[i] += abroad[i];
    free(abroad);
    return out;
}

static void check_backward(const gvc_frames *frames, const literal *lit)
{
    double *vB = content(lit), *Y = final_use(lit);

    same(frames, "y_gvc_s", finished(lit, lit->L, at_home(lit), 0), lit->n);
    same(frames, "y_gvc", finished(lit, lit->B, final_use(lit), 0), lit->n);
    same(frames, "y_gvc_c_own", finished(lit, lit->B, final_use(lit), 1), lit->n);
    same(frames, "y_total", times(vB, Y, lit->n), lit->n);
    free(vB);
    free(Y);
}

/* Inventories by producer, summed over destinations, straight from the table. */
static double *correction(const literal *lit, const gvc_table *table)
{
    const gvc_view FD = gvc_table_FD(table);
    const gvc_int k = gvc_edition_inventory(gvc_table_edition(table));
    double *s = literal_matrix(lit->n, 1);

    for (gvc_int i = 0; i < lit->n; i++) {
        double N = 0;

        for (gvc_int c = 0; c < gvc_table_G(table) && k >= 0; c++)
            N += FD.a[i + (c * gvc_table_K(table) + k) * FD.ld];
        s[i] = lit->x[i] != 0 && lit->x[i] > N ? lit->x[i] / (lit->x[i] - N) : 1;
    }
    return s;
}

static void check_position(const gvc_frames *frames, const literal *lit, const gvc_table *table)
{
    const gvc_int n = lit->n;
    double *s = correction(lit, table), *sA = literal_matrix(n, n), *inverse, *down;

    for (gvc_int j = 0; j < n; j++)
        for (gvc_int i = 0; i < n; i++)
            sA[i + j * n] = s[i] * at(lit->A, lit, i, j);
    inverse = literal_leontief(sA, NULL, n);
    down = literal_matrix(n, 1);
    for (gvc_int j = 0; j < n; j++)
        for (gvc_int i = 0; i < n; i++)
            down[j] += inverse[i + j * n] * lit->x[j];
    same(frames, "xup", literal_times(lit->B, lit->x, n, n, 1), n);
    same(frames, "xup_dom", literal_times(lit->L, lit->x, n, n, 1), n);
    same(frames, "xup_inv", literal_times(inverse, lit->x, n, n, 1), n);
    same(frames, "xdown_inv", down, n);
    free(s);
    free(sA);
    free(inverse);
}

/* Tables of all sorts, the awkward ones among them. */
static gvc_table *table_of_case(gvc_ctx *ctx, unsigned c)
{
    return random_table(ctx, c, 1 + c % 5, 1 + (c / 5) % 4, c < 4 ? RANDOM_PLAIN : c * 37 % 512);
}

static void components_equal_explicit_inverses(void **state)
{
    for (unsigned c = 0; c < CASES; c++) {
        gvc_table *table = table_of_case(*state, c);
        literal *lit = literal_new(table, NULL, GVC_BALANCE_KEEP);
        gvc_frames *frames = index_run_table(*state, table, NULL, "kpww,activity,position", NULL);

        check_kpww(frames, lit);
        check_forward(frames, lit);
        check_backward(frames, lit);
        check_position(frames, lit, table);
        gvc_frames_free(frames);
        literal_free(lit);
        gvc_table_free(table);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = { context_test(components_equal_explicit_inverses) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
