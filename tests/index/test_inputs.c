#include "../support/input_tables.h"

#include "base/mem.h"
#include "table/table.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * The families that read more than the flows, satellites, digital content and trade costs, once
 * more from explicit inverses, and what must hold between their columns.
 */

#define AT(a, i, j) (a)[(i) + (j)*lit->n]

/* ---- digital ---- */

static void check_digital(const input_case *f)
{
    const literal *lit = f->lit;
    const gvc_int n = lit->n, N = f->table->N;
    const double *set = gvc_edition_set(f->table->edition, "digital");
    double *w = literal_matrix(n, 1), *wv = literal_matrix(n, 1), *ones = literal_matrix(n, 1);
    double *R = literal_matrix(n, n), *self = literal_matrix(n, 1), *vax = literal_matrix(n, 1);
    double *gross = literal_matrix(n, 1);
    double *BF = literal_times(lit->B, lit->F, n, n, lit->U);

    for (gvc_int i = 0; i < n; i++) {
        w[i] = set[i % N];
        wv[i] = w[i] * lit->v[i];
        ones[i] = 1;
        self[i] = wv[i] * AT(lit->B, i, i) * lit->e[i];
        gross[i] = w[i] * lit->e[i];
        for (gvc_int r = 0; r < lit->U; r++)
            vax[i] += r != lit->unit[i] ? wv[i] * AT(BF, i, r) : 0;
        for (gvc_int j = 0; j < n; j++)
            AT(R, i, j) = AT(lit->B, i, j) - (i == j);
    }
    input_same_rows(f, "dig_dom", input_times(input_weigh(lit, wv, lit->B, 1), lit->e, n));
    input_same_rows(f, "dig_for", input_times(input_weigh(lit, wv, lit->B, 2), lit->e, n));
    input_same_rows(f, "dig_va", input_times(input_weigh(lit, wv, lit->B, 0), lit->x, n));
    input_same_rows(f, "dig_self", self);
    input_same_rows(f, "dig_gross", gross);
    input_same_rows(f, "dig_vax", vax);
    input_same_rows(f, "dig_in_dir", input_weigh(lit, w, lit->Z, 0));
    input_same_rows(f, "dig_in_dir_for", input_weigh(lit, w, lit->Z, 2));
    input_same_rows(f, "dig_in_tot", input_times(input_weigh(lit, w, R, 0), lit->x, n));
    input_same_rows(f, "dig_in_tot_for", input_times(input_weigh(lit, w, R, 2), lit->x, n));
    input_same_rows(f, "in_dir", input_weigh(lit, ones, lit->Z, 0));
    input_same_rows(f, "in_tot", input_times(input_weigh(lit, ones, R, 0), lit->x, n));
    free(w), free(wv), free(ones), free(R), free(BF);
}

static void digital_content_by_explicit_inverses(void **state)
{
    for (unsigned seed = 1; seed <= INPUT_SEEDS; seed++) {
        input_case f = input_begin(*state, seed, "digital", 1);

        check_digital(&f);
        input_end(&f);
    }
}

/* Some sectors make no more of exports than all of them do, where value added is not negative. */
static void some_sectors_are_a_part_of_content(void **state)
{
    gvc_int some = 0;

    for (unsigned seed = 1; seed <= INPUT_SEEDS; seed++) {
        input_case f = input_begin(*state, seed, "digital,kpww", 0);
        int is_plain = 1;

        for (gvc_int i = 0; i < f.lit->n; i++)
            is_plain &= f.lit->v[i] >= 0;
        for (gvc_int i = 0; i < f.lit->n && is_plain; i++) {
            const double part = index_column(f.frames, "sector", "dig_dom")[i] +
                                index_column(f.frames, "sector", "dig_for")[i];
            const double all = index_column(f.frames, "sector", "dvx")[i] +
                               index_column(f.frames, "sector", "fv")[i];

            assert_true(part >= 0 && part <= all + 1e-12 * f.scale);
            some += part > 0 && part < all;
        }
        input_end(&f);
    }
    assert_true(some > INPUT_SEEDS);
}

/* All content when every sector is in the set. */
static void all_sectors_are_all_content(void **state)
{
    for (unsigned seed = 1; seed <= INPUT_SEEDS; seed++) {
        gvc_table *table = input_table(*state, seed);
        double *set = (double *)gvc_edition_set(table->edition, "digital");
        gvc_frames *frames;
        const double *dom, *foreign, *dvx, *fv, *total, *direct;
        gvc_int n;

        for (gvc_int k = 0; k < table->N; k++)
            set[k] = 1;
        frames = index_run_table(*state, table, NULL, "digital,kpww", NULL);
        n = index_rows(frames, "sector", "dig_dom");
        dom = index_column(frames, "sector", "dig_dom");
        foreign = index_column(frames, "sector", "dig_for");
        dvx = index_column(frames, "sector", "dvx");
        fv = index_column(frames, "sector", "fv");
        total = index_column(frames, "sector", "dig_serv_tot");
        direct = index_column(frames, "sector", "dig_serv_dir");
        for (gvc_int i = 0; i < n; i++) {
            assert_near(dom[i], dvx[i], 1e-12, 1);
            assert_near(foreign[i], fv[i], 1e-12, 1);
            assert_true(isnan(total[i]) || fabs(total[i] - 1) < 1e-9);
            assert_true(isnan(direct[i]) || fabs(direct[i] - 1) < 1e-12);
        }
        gvc_frames_free(frames);
        gvc_table_free(table);
    }
}

/* ---- satellites ---- */

static void check_satellite(const input_case *f, const char *code, gvc_int which)
{
    const literal *lit = f->lit;
    const gvc_int n = lit->n, U = lit->U;
    const double *q = gvc_table_satellite(f->table, which);
    double *k = literal_matrix(n, 1), *fd = literal_matrix(U, U);
    double *BF = literal_times(lit->B, lit->F, n, n, U);
    char name[64];

    for (gvc_int i = 0; i < n; i++) {
        k[i] = lit->x[i] != 0 ? q[i] / lit->x[i] : 0;
        for (gvc_int r = 0; r < U; r++)
            fd[lit->unit[i] * U + r] += k[i] * AT(BF, i, r);
    }
    snprintf(name, sizeof name, "sat_x_dom_%s", code);
    input_same_rows(f, name, input_times(input_weigh(lit, k, lit->B, 1), lit->e, n));
    snprintf(name, sizeof name, "sat_x_for_%s", code);
    input_same_rows(f, name, input_times(input_weigh(lit, k, lit->B, 2), lit->e, n));
    snprintf(name, sizeof name, "sat_fd_%s", code);
    input_same(f, "bilateral", name, fd, U * U, f->scale);
    free(k), free(BF);
}

/* sum over r of sat_fd_sr = sum over s of q - k o Bu. */
static void check_use(const input_case *f)
{
    const literal *lit = f->lit;
    const double *fd = index_column(f->frames, "bilateral", "sat_fd_jobs");
    const double *q = gvc_table_satellite(f->table, 0);
    double *Bu = literal_times(lit->B, lit->u, lit->n, lit->n, 1);

    for (gvc_int s = 0; s < lit->U; s++) {
        double sum = 0, want = 0;

        for (gvc_int r = 0; r < lit->U; r++)
            sum += fd[s * lit->U + r];
        for (gvc_int i = 0; i < lit->n; i++)
            if (lit->unit[i] == s && lit->x[i] != 0)
                want += q[i] - q[i] / lit->x[i] * Bu[i];
        assert_near(sum, want, 1e-10, 1);
    }
    free(Bu);
}

static void check_functions(const input_case *f)
{
    const double *rd = index_column(f->frames, "country", "fn_sh_rd");
    const double *fab = index_column(f->frames, "country", "fn_sh_fab");
    const double *special = index_column(f->frames, "country", "fn_spec_rd");
    const double *special_fab = index_column(f->frames, "country", "fn_spec_fab");

    for (gvc_int u = 0; u < f->lit->U; u++) {
        assert_int_equal(isnan(rd[u]), isnan(fab[u]));
        if (isnan(rd[u]))
            continue;
        assert_near(rd[u] + fab[u], 1, 1e-12, 1);
        /* world shares add up to 1 as well */
        assert_near(rd[u] / special[u] + fab[u] / special_fab[u], 1, 1e-12, 1);
    }
}

static void satellites_by_explicit_inverses(void **state)
{
    for (unsigned seed = 1; seed <= INPUT_SEEDS; seed++) {
        input_case f = input_begin(*state, seed, "satellite", 1);

        check_satellite(&f, "jobs", 0);
        check_satellite(&f, "co2", 2);
        check_use(&f);
        check_functions(&f);
        input_end(&f);
    }
}

/* ---- trade costs ---- */

static double *costly(const literal *lit, const gvc_table *table, double one)
{
    double *out = literal_matrix(lit->n, lit->n);

    for (gvc_int j = 0; j < lit->n; j++)
        for (gvc_int i = 0; i < lit->n; i++)
            AT(out, i, j) =
                (one + table->tau_int.a[i + j / table->N * table->tau_int.ld]) * AT(lit->A, i, j);
    return out;
}

static void check_costs(const input_case *f)
{
    const literal *lit = f->lit;
    const gvc_int n = lit->n, G = f->table->G, N = f->table->N;
    double *TA = costly(lit, f->table, 0), *more = costly(lit, f->table, 1);
    double *C = literal_leontief(more, NULL, n), *ones = literal_matrix(n, 1);
    double *first, *cum, *p, *p0 = input_weigh(lit, lit->v, lit->B, 0);
    double *deliv = literal_matrix(n * (G - 1), 1), *rise = literal_matrix(n, 1);
    const double *pidx = index_column(f->frames, "country", "tc_pidx");
    gvc_int row = 0;

    for (gvc_int i = 0; i < n; i++)
        ones[i] = 1;
    first = input_weigh(lit, ones, TA, 0);
    cum = input_weigh(lit, first, lit->B, 0);
    p = input_weigh(lit, lit->v, C, 0);
    for (gvc_int j = 0; j < n; j++) {
        rise[j] = p[j] - p0[j];
        for (gvc_int r = 0; r < G; r++)
            if (r != j / N)
                deliv[row++] = cum[j] + f->table->tau_fin.a[j + r * f->table->tau_fin.ld];
    }
    for (gvc_int r = 0; r < G; r++) {
        double before = 0, after = 0;

        for (gvc_int i = 0; i < n; i++) {
            before += AT(lit->F, i, r);
            after += (p0[i] != 0 ? p[i] / p0[i] : 1) *
                     (1 + f->table->tau_fin.a[i + r * f->table->tau_fin.ld]) * AT(lit->F, i, r);
        }
        if (before > 0)
            assert_near(pidx[r], after / before - 1, 1e-10, 1);
    }
    input_same(f, "bilateral_sector", "tc_deliv", deliv, n * (G - 1), 1);
    input_same(f, "sector", "tc_price", rise, n, 1);
    input_same(f, "sector", "tc_cum", cum, n, 1);
    free(TA), free(more), free(C), free(ones), free(first), free(p), free(p0);
}

static void trade_costs_by_explicit_inverses(void **state)
{
    for (unsigned seed = 1; seed <= INPUT_SEEDS; seed++) {
        input_case f = input_begin(*state, seed, "tradecost", 0);

        check_costs(&f);
        input_end(&f);
    }
}

/* Without costs all is 0; a cost that is the same at every border costs tau at each crossing. */
static void costs_follow_crossings(void **state)
{
    static const char *const rows[] = { "tc_cum", "tc_price" };

    for (unsigned seed = 1; seed <= INPUT_SEEDS; seed++)
        for (int uniform = 0; uniform < 2; uniform++) {
            gvc_table *t = input_table(*state, seed);
            const double *crossings, *cum;
            gvc_frames *frames;

            for (gvc_int r = 0; r < t->G; r++)
                for (gvc_int i = 0; i < t->n; i++) {
                    t->tau_int.a[i + r * t->tau_int.ld] = uniform && i / t->N != r ? 0.03 : 0;
                    t->tau_fin.a[i + r * t->tau_fin.ld] = 0;
                }
            frames = index_run_table(*state, t, NULL, "tradecost", NULL);
            crossings = index_column(frames, "sector", "tc_crossings");
            cum = index_column(frames, "sector", "tc_cum");
            for (gvc_int i = 0; i < t->n; i++)
                assert_near(cum[i], uniform ? 0.03 * crossings[i] : 0, 1e-12, 1);
            for (int c = 0; c < 2 && !uniform; c++)
                for (gvc_int i = 0; i < t->n; i++)
                    assert_near(index_column(frames, "sector", rows[c])[i], 0, 1e-12, 1);
            for (gvc_int r = 0; r < t->G && !uniform; r++)
                assert_true(isnan(index_column(frames, "country", "tc_pidx")[r]) ||
                            fabs(index_column(frames, "country", "tc_pidx")[r]) < 1e-12);
            gvc_frames_free(frames);
            gvc_table_free(t);
        }
}

/* ---- sectors of a concordance ---- */

/* Sectors 0 and 1 become A, the others B. */
static gvc_concordance *two_sectors(gvc_ctx *ctx, const gvc_table *table)
{
    char path[] = "/tmp/gvc_inputs_XXXXXX";
    FILE *out = fdopen(mkstemp(path), "w");
    gvc_concordance *to = NULL;

    assert_non_null(out);
    fputs("from,to\n", out);
    for (gvc_int k = 0; k < table->N; k++)
        fprintf(out, "%s,%s\n", gvc_labels_code(table->edition->sectors, k), k < 2 ? "A" : "B");
    assert_int_equal(fclose(out), 0);
    assert_ok(ctx, gvc_concordance_read(ctx, &to, path, table->edition, GVC_CONCORDANCE_SECTORS));
    remove(path);
    return to;
}

/* value of (s, target k[, r]): averages weighted by exports, to everybody or to the partner. */
static void check_average(const input_case *c, const gvc_frames *common, const char *level,
                          const char *name, int by_pair)
{
    const literal *lit = c->lit;
    const double *own = index_column(c->frames, level, name);
    const double *got = index_column(common, level, name);
    const gvc_int N = c->table->N, U = lit->U, partners = by_pair ? U - 1 : 1;

    for (gvc_int cell = 0; cell < U * 2 * partners; cell++) {
        const gvc_int s = cell / (2 * partners), k = cell / partners % 2, p = cell % partners;
        const gvc_int r = p + (p >= s);
        double sum = 0, weight = 0;

        for (gvc_int j = k ? 2 : 0; j < (k ? N : 2); j++) {
            const gvc_int i = s * N + j;
            const double e = by_pair ? AT(lit->E, i, r) : lit->e[i];

            sum += own[i * partners + p] * e;
            weight += e;
        }
        if (weight > 1e-9 * c->scale)
            assert_near(got[cell], sum / weight, 1e-9, 1);
    }
}

static void sectors_of_a_concordance_are_averages_of_costs(void **state)
{
    for (unsigned seed = 2; seed <= INPUT_SEEDS; seed++) {
        input_case c = input_begin(*state, seed, "tradecost", 0);
        gvc_run_opts opts = { 0 };
        gvc_frames *common;

        if (c.table->N > 2) {
            opts.sectors = two_sectors(*state, c.table);
            common = index_run_table(*state, c.table, NULL, "tradecost,exposure", &opts);
            check_average(&c, common, "sector", "tc_cum", 0);
            check_average(&c, common, "sector", "tc_crossings", 0);
            check_average(&c, common, "bilateral_sector", "tc_deliv", 1);
            assert_int_equal(index_rows(common, "bilateral_sector", "fir_look"),
                             c.lit->U * c.lit->U * 2);
            for (gvc_int i = 0; i < c.lit->U * 2; i++) {
                const double *look = index_column(common, "bilateral_sector", "fir_look");
                double sum = 0;

                for (gvc_int r = 0; r < c.lit->U; r++)
                    sum += look[i * c.lit->U + r];
                assert_true(isnan(sum) || fabs(sum - 1) < 1e-10);
            }
            gvc_frames_free(common);
            gvc_concordance_free((gvc_concordance *)opts.sectors);
        }
        input_end(&c);
    }
}

/* ---- what is not there, and what cannot be ---- */

static gvc_status run_alone(gvc_ctx *ctx, const gvc_table *table, const char *name)
{
    const gvc_measure *measure = gvc_measures_find(name);
    gvc_model *model = NULL;
    gvc_frames *frames = NULL;
    gvc_status st;

    assert_ok(ctx, gvc_model_new(ctx, &model, table, NULL));
    assert_ok(ctx, gvc_frames_new(ctx, &frames));
    st = gvc_measures_run(ctx, frames, model, &measure, 1, NULL);
    gvc_frames_free(frames);
    gvc_model_free(model);
    return st;
}

static void a_table_without_inputs_is_refused_in_words(void **state)
{
    gvc_table *table = random_table(*state, 1, 3, 2, RANDOM_PLAIN);
    gvc_frames *frames;

    assert_int_equal(run_alone(*state, table, "satellite"), GVC_ELABEL);
    assert_non_null(strstr(gvc_ctx_message(*state), "the table has no satellites"));
    assert_int_equal(run_alone(*state, table, "digital"), GVC_ELABEL);
    assert_non_null(strstr(gvc_ctx_message(*state), "no set digital_broad is known"));
    frames = index_run_table(*state, table, NULL, "tradecost", NULL);
    assert_int_equal(index_rows(frames, "sector", "tc_crossings"), 6);
    assert_int_equal(gvc_frame_find(index_frame(frames, "sector", "tc_crossings"), "tc_cum"), -1);
    gvc_frames_free(frames);
    gvc_table_free(table);
}

/* Costs on costs converge up to a radius of 1 and are refused above, where the largest column is
 * that of the country-sector whose inputs were made dear. */
static void costs_without_end_are_refused(void **state)
{
    gvc_table *table = random_table(*state, 5, 3, 3, RANDOM_PLAIN);
    char name[64];

    assert_ok(*state, gvc_table__add_tau(*state, table));
    for (gvc_int i = 0; i < table->n; i++)
        if (i / table->N != 1)
            table->tau_int.a[i + table->tau_int.ld] = 1e3;
    assert_int_equal(run_alone(*state, table, "tradecost"), GVC_ESINGULAR);
    gvc_table__industry(table, table->N, name, sizeof name);
    name[strcspn(name, ":") + 1] = 0;
    assert_non_null(strstr(gvc_ctx_message(*state), name));
    for (gvc_int i = 0; i < table->n; i++)
        table->tau_int.a[i + table->tau_int.ld] = 0.01;
    assert_int_equal(run_alone(*state, table, "tradecost"), GVC_OK);
    gvc_table_free(table);
}

static void failing_memory_leaves_nothing_behind(void **state)
{
    static const char *const names[] = { "satellite", "exposure", "extraction", "digital",
                                         "tradecost" };
    const gvc_measure *measures[5];
    gvc_table *table = input_table(*state, 5);
    gvc_model *model = NULL;
    gvc_frames *frames = NULL;
    gvc_status st = GVC_ENOMEM;

    for (int m = 0; m < 5; m++)
        measures[m] = gvc_measures_find(names[m]);
    assert_ok(*state, gvc_model_new(*state, &model, table, NULL));
    assert_ok(*state, gvc_model_need(*state, model, gvc_measures_needs(measures, 5)));
    for (gvc_int n = 1; st == GVC_ENOMEM; n += 1 + n / 32) {
        gvc_frames_free(frames);
        frames = NULL;
        assert_ok(*state, gvc_frames_new(*state, &frames));
        gvc_mem__fail_after(*state, n);
        st = gvc_measures_run(*state, frames, model, measures, 5, NULL);
        gvc_mem__fail_after(*state, 0);
        assert_true(n < 50000);
    }
    assert_ok(*state, st);
    gvc_frames_free(frames);
    gvc_model_free(model);
    gvc_table_free(table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        context_test(digital_content_by_explicit_inverses),
        context_test(some_sectors_are_a_part_of_content),
        context_test(all_sectors_are_all_content),
        context_test(satellites_by_explicit_inverses),
        context_test(trade_costs_by_explicit_inverses),
        context_test(costs_follow_crossings),
        context_test(sectors_of_a_concordance_are_averages_of_costs),
        context_test(a_table_without_inputs_is_refused_in_words),
        context_test(costs_without_end_are_refused),
        context_test(failing_memory_leaves_nothing_behind),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
