#include "../support/golden.h"
#include "../support/samples.h"

#include "base/mem.h"
#include "decomp/trace.h"
#include "frame/frame.h"
#include "import/folder.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Routes from a focus to its partners against the dense twin of each table, and against jn/vax. */

#define TOLERANCE 1e-11

/* A trace with the codes of its columns. */
typedef struct trace {
    gvc_frame *frame;
    gvc_int rows;
    const int32_t *direction, *partner, *sector, *route, *via;
    const double *value, *share;
} trace;

enum { OUT, IN };
enum { FINAL, INTER, THIRD, HOME };

static const int32_t *codes(const gvc_frame *frame, const char *name)
{
    const gvc_int j = gvc_frame_find(frame, name);

    return j < 0 ? NULL : gvc_frame_codes(frame, j);
}

static trace trace_new(gvc_ctx *ctx, gvc_model *model, const gvc_trace_opts *opts)
{
    trace t = { 0 };

    assert_ok(ctx, gvc_trace(ctx, &t.frame, model, opts));
    t.rows = gvc_frame_rows(t.frame);
    t.direction = codes(t.frame, "direction");
    t.partner = codes(t.frame, "partner");
    t.sector = codes(t.frame, "sector");
    t.route = codes(t.frame, "route");
    t.via = codes(t.frame, "via");
    t.value = gvc_frame_reals(t.frame, gvc_frame_find(t.frame, "value"));
    t.share = gvc_frame_reals(t.frame, gvc_frame_find(t.frame, "share"));
    return t;
}

static const char *unit_name(const gvc_model *model, gvc_int u)
{
    return gvc_labels_code(gvc_units_labels(gvc_model_units(model)), u);
}

/* v_i L_oo d at row i: y (n) is what the origin's rows sell. */
static double value_added(const literal *lit, gvc_int i, const double *y)
{
    double sum = 0;

    for (gvc_int j = 0; j < lit->n; j++)
        if (lit->unit[j] == lit->unit[i])
            sum += lit->L[i + j * lit->n] * y[j];
    return lit->v[i] * sum;
}

/* What every row i sells into one route to absorber l: finally, for l to finish, or through r. */
static void fill_sales(const literal *lit, double *y, int route, gvc_int l, gvc_int r)
{
    const gvc_int n = lit->n;
    double *W = literal_times(lit->B, lit->F, n, n, lit->U), *loc = literal_matrix(n, 1);

    for (gvc_int j = 0; j < n; j++)
        for (gvc_int k = 0; k < n; k++)
            if (lit->unit[k] == lit->unit[j])
                loc[j] += lit->L[j + k * n] * lit->F[k + lit->unit[k] * n];
    for (gvc_int i = 0; i < n; i++) {
        y[i] = route == FINAL ? lit->F[i + l * n] : 0;
        for (gvc_int j = 0; route != FINAL && j < n; j++) {
            const double output = route == INTER ? loc[j] : W[j + l * n] - (r == l ? loc[j] : 0);

            if (lit->unit[j] == r && lit->unit[i] != r)
                y[i] += lit->A[i + j * n] * (route == HOME ? W[j + l * n] : output);
        }
    }
    free(W);
    free(loc);
}

/* Sums over the rows of a group in one sector, as a row of the trace has them. */
static double expected(const literal *lit, gvc_int N, gvc_int o, gvc_int k, int route, gvc_int l,
                       gvc_int r)
{
    double *y = literal_matrix(lit->n, 1), sum = 0;

    fill_sales(lit, y, route, l, r);
    for (gvc_int i = k; i < lit->n; i += N)
        if (lit->unit[i] == o)
            sum += value_added(lit, i, y);
    free(y);
    return sum;
}

static void every_row_is_its_formula(void **state)
{
    for (gvc_int c = 0; c < sample_cases(); c++) {
        sample s = sample_new(*state, c, 0);
        const gvc_int focus = c % s.U;
        const gvc_trace_opts opts = { .focus = unit_name(s.model, focus) };
        trace t = trace_new(*state, s.model, &opts);

        assert_int_equal(t.rows, gvc_trace_rows(s.U, s.N, s.U - 1, 0));
        for (gvc_int i = 0; i < t.rows; i++) {
            const gvc_int o = t.direction[i] == OUT ? focus : t.partner[i];
            const gvc_int l = t.direction[i] == OUT ? t.partner[i] : focus;

            assert_int_equal(t.route[i] == HOME, o == l);
            assert_near(t.value[i], expected(s.lit, s.N, o, t.sector[i], t.route[i], l, t.via[i]),
                        TOLERANCE, s.scale);
        }
        gvc_frame_free(t.frame);
        sample_free(&s);
    }
}

/* The sum over routes and first importers of one pair and sector. */
static double pair_total(const trace *t, int direction, gvc_int partner, gvc_int k)
{
    double sum = 0;

    for (gvc_int i = 0; i < t->rows; i++)
        if (t->direction[i] == direction && t->partner[i] == partner &&
            (!t->sector || t->sector[i] == k))
            sum += t->value[i];
    return sum;
}

static void routes_add_up_to_vax(void **state)
{
    for (gvc_int c = 0; c < sample_cases(); c++) {
        sample s = sample_new(*state, c, 1);
        const double *vax = sample_column(&s, "jn/vax", "bilateral_sector");

        for (gvc_int f = 0; f < s.U; f++) {
            trace t =
                trace_new(*state, s.model, &(gvc_trace_opts){ .focus = unit_name(s.model, f) });

            for (gvc_int p = 0; p < s.U; p++)
                for (gvc_int k = 0; p != f && k < s.N; k++) {
                    assert_near(pair_total(&t, OUT, p, k), vax[cell_row(s.U, s.N, f, k, p)],
                                TOLERANCE, s.scale);
                    assert_near(pair_total(&t, IN, p, k), vax[cell_row(s.U, s.N, p, k, f)],
                                TOLERANCE, s.scale);
                }
            gvc_frame_free(t.frame);
        }
        sample_free(&s);
    }
}

/* What comes home through importer r is ref of bm, first exit, of that pair. */
static void home_adds_up_to_ref(void **state)
{
    for (gvc_int c = 0; c < sample_cases(); c++) {
        sample s = sample_new(*state, c, 1);
        const double *ref = sample_column(&s, "bm/exporter/source/ref", "bilateral");
        const gvc_int f = c % s.U;
        trace t = trace_new(*state, s.model,
                            &(gvc_trace_opts){ .focus = unit_name(s.model, f), .by_country = 1 });

        assert_null(t.sector);
        for (gvc_int i = 0; i < t.rows; i++)
            if (t.route[i] == HOME)
                assert_near(t.value[i], ref[pair_row(s.U, f, t.via[i])], TOLERANCE, s.scale);
        gvc_frame_free(t.frame);
        sample_free(&s);
    }
}

static void shares_of_a_partner_add_up_to_one(void **state)
{
    gvc_table *table = random_table(*state, 7, 4, 3, RANDOM_PLAIN);
    gvc_model *model;
    trace t;

    assert_ok(*state, gvc_model_new(*state, &model, table, NULL));
    t = trace_new(*state, model, &(gvc_trace_opts){ .focus = "C01" });
    for (gvc_int i = 0; i < t.rows; i++) {
        double sum = 0;

        for (gvc_int j = 0; j < t.rows; j++)
            if (t.direction[j] == t.direction[i] && t.partner[j] == t.partner[i])
                sum += t.share[j];
        assert_close(sum, 1, TOLERANCE);
    }
    gvc_frame_free(t.frame);
    gvc_model_free(model);
    gvc_table_free(table);
}

/* A country that sells nothing abroad has values of zero and no shares. */
static void share_of_nothing_is_missing(void **state)
{
    gvc_table *table = random_table(*state, 3, 4, 2, RANDOM_NO_EXPORTS);
    gvc_model *model;
    gvc_int missing = 0;
    trace t;

    assert_ok(*state, gvc_model_new(*state, &model, table, NULL));
    for (gvc_int u = 0; u < 4; u++) {
        t = trace_new(*state, model, &(gvc_trace_opts){ .focus = unit_name(model, u) });
        for (gvc_int i = 0; i < t.rows; i++) {
            assert_false(isnan(t.value[i]));
            missing += isnan(t.share[i]) != 0;
        }
        gvc_frame_free(t.frame);
    }
    assert_true(missing > 0);
    gvc_model_free(model);
    gvc_table_free(table);
}

/* ---- a golden table, with a group ---- */

typedef struct folder {
    gvc_edition *edition;
    gvc_table *table;
    gvc_model *model;
} folder;

static folder folder_open(gvc_ctx *ctx, const char *name)
{
    folder f = { 0 };

    assert_ok(ctx, gvc_folder__edition(ctx, &f.edition, golden_path(name, NULL)));
    assert_ok(ctx, gvc_folder__table(ctx, &f.table, f.edition, golden_path(name, NULL)));
    assert_ok(ctx, gvc_model_new(ctx, &f.model, f.table, NULL));
    return f;
}

static void folder_close(folder *f)
{
    gvc_model_free(f->model);
    gvc_table_free(f->table);
    gvc_edition__free(f->edition);
}

static const char *text(const trace *t, const char *column, gvc_int row)
{
    const gvc_int j = gvc_frame_find(t->frame, column);

    return gvc_labels_code(gvc_frame_labels(t->frame, j), gvc_frame_codes(t->frame, j)[row]);
}

static double total(const trace *t, const char *direction, const char *partner, const char *sector)
{
    double sum = 0;

    for (gvc_int i = 0; i < t->rows; i++)
        if (strcmp(text(t, "direction", i), direction) == 0 &&
            strcmp(text(t, "partner", i), partner) == 0 &&
            strcmp(text(t, "sector", i), sector) == 0)
            sum += t->value[i];
    return sum;
}

/* Keys of the golden rows: exporter, exporter_sector, importer, origin, destination. */
enum { EXPORTER, SECTOR, DESTINATION = 4 };

static void golden_vax_is_the_sum_of_the_routes(void **state)
{
    static const char *const tables[] = { "t3x3", "t3x3u", "t4x5", "t6x4" };

    for (int c = 0; c < 4; c++) {
        folder f = folder_open(*state, tables[c]);
        golden *g = golden_read(tables[c], "expected_exports_basic.csv");
        gvc_int found = 0;

        for (gvc_int u = 0; u < gvc_model_U(f.model); u++) {
            const char *focus = unit_name(f.model, u);
            trace t = trace_new(*state, f.model, &(gvc_trace_opts){ .focus = focus });

            for (gvc_int i = 0; i < g->n; i++) {
                const golden_row *row = &g->rows[i];
                const int out = strcmp(row->keys[EXPORTER], focus) == 0;

                if (strcmp(row->measure, "jn/vax") != 0 ||
                    strcmp(row->level, "bilateral_sector") != 0 ||
                    (!out && strcmp(row->keys[DESTINATION], focus) != 0))
                    continue;
                assert_close(total(&t, out ? "out" : "in", row->keys[out ? DESTINATION : EXPORTER],
                                   row->keys[SECTOR]),
                             row->value, 1e-10);
                found++;
            }
            gvc_frame_free(t.frame);
        }
        assert_int_equal(found, 2 * gvc_table_n(f.table) * (gvc_table_G(f.table) - 1));
        golden_free(g);
        folder_close(&f);
    }
}

/* Every row of the sum is that of its members; straight to the absorber, whoever that is. */
static void check_sums(const trace *t, const char *sum, const char *const *members)
{
    gvc_int found = 0;

    for (gvc_int i = 0; i < t->rows; i++) {
        const int direct = t->route[i] == FINAL || t->route[i] == INTER;
        double all = 0;

        if (strcmp(text(t, "partner", i), sum) != 0)
            continue;
        found++;
        for (gvc_int j = 0; j < t->rows; j++)
            if (t->direction[j] == t->direction[i] && t->sector[j] == t->sector[i] &&
                t->route[j] == t->route[i] && (direct || t->via[j] == t->via[i]) &&
                (strcmp(text(t, "partner", j), members[0]) == 0 ||
                 strcmp(text(t, "partner", j), members[1]) == 0))
                all += t->value[j];
        assert_close(t->value[i], all, TOLERANCE);
    }
    assert_true(found > 0);
}

static void groups_have_rows_of_their_own(void **state)
{
    const char *partners[] = { "BRI", "JPN", NULL }, *members[] = { "CHN", "VNM" };
    const char *sectors[] = { "AGR", "MFG", NULL };
    const gvc_trace_opts opts = { .focus = "USA", .partners = partners, .sector = sectors };
    folder f = folder_open(*state, "t6x4");
    trace t = trace_new(*state, f.model, &opts);

    assert_int_equal(t.rows, gvc_trace_rows(6, 2, 3, 1));
    check_sums(&t, "sum:BRI", members);
    for (gvc_int i = 0; i < t.rows; i++)
        assert_true(t.via[i] >= 0 && t.partner[i] >= 0 && t.sector[i] >= 0 && t.value[i] >= 0);
    gvc_frame_free(t.frame);
    folder_close(&f);
}

static void refuse(gvc_ctx *ctx, gvc_model *model, const gvc_trace_opts *opts, gvc_status status,
                   const char *message)
{
    gvc_frame *frame;

    assert_int_equal(gvc_trace(ctx, &frame, model, opts), status);
    assert_null(frame);
    if (!strstr(gvc_ctx_message(ctx), message))
        fail_msg("\"%s\" found, \"%s\" expected", gvc_ctx_message(ctx), message);
}

static void labels_that_are_not_there_are_refused(void **state)
{
    const char *chn[] = { "CHN", NULL }, *strange[] = { "XXQ", NULL };
    folder f = folder_open(*state, "t6x4");

    refuse(*state, f.model, &(gvc_trace_opts){ .focus = "CHM" }, GVC_ELABEL, "did you mean CHN?");
    refuse(*state, f.model, &(gvc_trace_opts){ .focus = "BRI" }, GVC_EUSAGE,
           "BRI is a group of 2 countries");
    refuse(*state, f.model, &(gvc_trace_opts){ .focus = "CHN", .partners = chn }, GVC_ELABEL,
           "the focus itself");
    refuse(*state, f.model, &(gvc_trace_opts){ .focus = "CHN", .partners = strange }, GVC_ELABEL,
           "--partners");
    refuse(*state, f.model, &(gvc_trace_opts){ .focus = "CHN", .sector = strange }, GVC_ELABEL,
           "--sector");
    refuse(*state, f.model, &(gvc_trace_opts){ .focus = "CHN", .sector = strange, .by_country = 1 },
           GVC_EUSAGE, "--sector");
    folder_close(&f);
}

static void every_allocation_may_fail(void **state)
{
    const char *partners[] = { "BRI", NULL };
    const gvc_trace_opts opts = { .focus = "USA", .partners = partners };
    folder f = folder_open(*state, "t6x4");
    gvc_frame *frame = NULL;

    assert_ok(*state, gvc_model_need(*state, f.model, gvc_trace_needs()));
    for (gvc_int n = 1; !frame; n++) {
        gvc_status st;

        gvc_mem__fail_after(*state, n);
        st = gvc_trace(*state, &frame, f.model, &opts);
        gvc_mem__fail_after(*state, 0);
        assert_int_equal(st, frame ? GVC_OK : GVC_ENOMEM);
        assert_true(n < 1000);
    }
    gvc_frame_free(frame);
    folder_close(&f);
}

static void threads_do_not_change_a_bit(void **state)
{
    gvc_table *table = random_table(*state, 11, 6, 5, RANDOM_DOMINANT);
    gvc_model *model;
    trace one, four;

    assert_ok(*state, gvc_model_new(*state, &model, table, NULL));
    gvc_ctx_set_threads(*state, 1);
    one = trace_new(*state, model, &(gvc_trace_opts){ .focus = "C02" });
    gvc_ctx_set_threads(*state, 4);
    four = trace_new(*state, model, &(gvc_trace_opts){ .focus = "C02" });
    assert_memory_equal(one.value, four.value, (size_t)one.rows * sizeof *one.value);
    gvc_frame_free(one.frame);
    gvc_frame_free(four.frame);
    gvc_model_free(model);
    gvc_table_free(table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        context_test(every_row_is_its_formula),
        context_test(routes_add_up_to_vax),
        context_test(home_adds_up_to_ref),
        context_test(shares_of_a_partner_add_up_to_one),
        context_test(share_of_nothing_is_missing),
        context_test(golden_vax_is_the_sum_of_the_routes),
        context_test(groups_have_rows_of_their_own),
        context_test(labels_that_are_not_there_are_refused),
        context_test(every_allocation_may_fail),
        context_test(threads_do_not_change_a_bit),
    };

    return cmocka_run_group_tests_name("decomp_trace", tests, NULL, NULL);
}
