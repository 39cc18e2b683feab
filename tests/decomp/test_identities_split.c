#include "../support/identities.h"

#include "frame/frame.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Identities of the measures by origin and destination, and of imports. */

#define SOURCE "bm/exporter/source/"
#define SINK "bm/exporter/sink/"

static gvc_int absorbers(const sample *s)
{
    return s->U + (gvc_model_has_disc(s->model) != 0);
}

/* Sum of a split measure over the origins and destinations of one flow: origins that are the
 * exporter, others, or all; destinations all, or one. */
typedef enum whose { OWN, FOREIGN, EVERYBODYS } whose;

static double sum_flow(const sample *s, const char *measure, gvc_int e, gvc_int k, gvc_int r,
                       whose origins, gvc_int destination)
{
    const double *cells = sample_column(s, measure, "bilateral_sector_od");
    const gvc_int D = absorbers(s), first = cell_row(s->U, s->N, e, k, r) * s->U * D;
    double sum = 0;

    for (gvc_int o = 0; o < s->U; o++)
        for (gvc_int l = 0; l < D; l++)
            if ((origins == EVERYBODYS || (o == e) == (origins == OWN)) &&
                (destination < 0 || destination == l))
                sum += cells[first + o * D + l];
    return sum;
}

/* The destination of a check: all, the exporter, the importer, DISC. */
typedef enum where { ANYWHERE, HOME, IMPORTER, DISC } where;

typedef struct rule {
    const char *split;
    whose origins;
    where destination;
    const char *whole;
} rule;

static const rule rules[] = {
    { "bm/od/content", OWN, ANYWHERE, SOURCE "dc" },
    { "bm/od/content", FOREIGN, ANYWHERE, SOURCE "fc" },
    { "bm/od/gvc", EVERYBODYS, ANYWHERE, SOURCE "gvc" },
    { "bm/od/gvc", FOREIGN, ANYWHERE, SOURCE "fc" },
    { "bm/od/source/va", OWN, ANYWHERE, SOURCE "dva" },
    { "bm/od/source/va", OWN, HOME, SOURCE "ref" },
    { "bm/od/source/va", OWN, DISC, SOURCE "imbal" },
    { "bm/od/source/va", FOREIGN, ANYWHERE, SOURCE "fva" },
    { "bm/od/source/dc", OWN, ANYWHERE, SOURCE "ddc" },
    { "bm/od/source/dc", FOREIGN, ANYWHERE, SOURCE "fdc" },
    { "bm/od/sink/va", OWN, ANYWHERE, SINK "dva" },
    { "bm/od/sink/va", OWN, HOME, SINK "ref" },
    { "bm/od/sink/va", OWN, IMPORTER, SINK "vaxim" },
    { "bm/od/sink/va", OWN, DISC, SINK "imbal" },
    { "bm/od/sink/va", FOREIGN, ANYWHERE, SINK "fva" },
    { "bm/od/sink/dc", OWN, ANYWHERE, SINK "ddc" },
    { "bm/od/sink/dc", FOREIGN, ANYWHERE, SINK "fdc" },
    { "bm/od/world_source/fva", EVERYBODYS, ANYWHERE, "bm/world/source/fva" },
    { "bm/od/world_source/fdc", EVERYBODYS, ANYWHERE, "bm/world/source/fdc" },
    { "bm/od/world_sink/fva", EVERYBODYS, ANYWHERE, "bm/world/sink/fva" },
    { "bm/od/world_sink/fdc", EVERYBODYS, ANYWHERE, "bm/world/sink/fdc" },
};

static void check_rule(const sample *s, const rule *at_hand)
{
    const double *whole = sample_column(s, at_hand->whole, "bilateral_sector");

    if (at_hand->destination == DISC && absorbers(s) == s->U)
        return;
    for (gvc_int e = 0; e < s->U; e++)
        for (gvc_int k = 0; k < s->N; k++)
            for (gvc_int r = 0; r < s->U; r++) {
                const gvc_int at[] = { -1, e, r, s->U };

                if (r != e)
                    assert_near(sum_flow(s, at_hand->split, e, k, r, at_hand->origins,
                                         at[at_hand->destination]),
                                whole[cell_row(s->U, s->N, e, k, r)], TOLERANCE, s->scale);
            }
}

static void origins_and_destinations_add_up_to_the_flow(void **state)
{
    (void)state;
    for (gvc_int c = 0; c < sample_cases(); c++)
        for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++)
            check_rule(&identity_samples[c], &rules[i]);
}

/* ---- coarser levels are sums of the finest ---- */

enum { N_KEYS = 5 };
static const char *const keys[N_KEYS] = { "exporter", "exporter_sector", "importer", "origin",
                                          "destination" };

/* Where a row belongs among the keys that `coarse` tells apart. */
static gvc_int place(const gvc_frame *frame, const gvc_frame *coarse, gvc_int row)
{
    gvc_int at = 0;

    for (int k = 0; k < N_KEYS; k++) {
        const gvc_int column = gvc_frame_find(frame, keys[k]);

        if (gvc_frame_find(coarse, keys[k]) < 0)
            continue;
        at = at * gvc_labels_n(gvc_frame_labels(frame, column)) +
             gvc_frame_codes(frame, column)[row];
    }
    return at;
}

static const gvc_frame *frame_of(const sample *s, const char *group, const char *level)
{
    for (gvc_int f = 0; f < gvc_frames_n(s->frames); f++) {
        const gvc_frame *frame = gvc_frames_get(s->frames, f);

        if (strcmp(gvc_frame_level(frame), level) == 0 &&
            strcmp(gvc_frame_group(frame, gvc_frame_columns(frame) - 1), group) == 0)
            return frame;
    }
    return NULL;
}

static void check_sums(const sample *s, const gvc_frame *fine, const gvc_frame *coarse)
{
    for (gvc_int c = 0; c < gvc_frame_columns(coarse); c++) {
        const gvc_int from = gvc_frame_find(fine, gvc_frame_name(coarse, c));
        double *sums;

        if (gvc_frame_role(coarse, c) != GVC_ROLE_VALUE || from < 0)
            continue;
        sums = literal_matrix((s->U + 1) * (s->N + 1), (s->U + 1) * (s->U + 1) * (s->U + 1));
        for (gvc_int i = 0; i < gvc_frame_rows(fine); i++)
            sums[place(fine, coarse, i)] += gvc_frame_reals(fine, from)[i];
        for (gvc_int i = 0; i < gvc_frame_rows(coarse); i++)
            assert_near(gvc_frame_reals(coarse, c)[i], sums[place(coarse, coarse, i)], TOLERANCE,
                        s->scale);
        free(sums);
    }
}

static void coarser_levels_are_sums(void **state)
{
    static const struct {
        const char *group, *finest;
    } measures[] = {
        { "bm/od", "bilateral_sector_od" },
        { "bm/od/source", "bilateral_sector_od" },
        { "bm/od/sink", "bilateral_sector_od" },
        { "bm/od/world_source", "bilateral_sector_od" },
        { "bm/od/world_sink", "bilateral_sector_od" },
        { "bm/importer", "imports_od" },
        { "bm/sectimp", "imports_sector_origin" },
        { "origin", "sector_origin" },
    };

    (void)state;
    for (gvc_int c = 0; c < sample_cases(); c++)
        for (size_t m = 0; m < sizeof measures / sizeof measures[0]; m++) {
            const sample *s = &identity_samples[c];
            const gvc_frame *fine = frame_of(s, measures[m].group, measures[m].finest);
            int seen = 0;

            for (int l = 0; l < GVC_LEVELS_N; l++) {
                const gvc_level_info *level = gvc_level__at(l);
                const gvc_frame *coarse = frame_of(s, measures[m].group, level->name);

                if (!coarse || level->keys & (GVC_KEY_ORIGIN_SECTOR | GVC_KEY_DESTINATION_SECTOR))
                    continue;
                check_sums(s, fine, coarse);
                seen++;
            }
            assert_true(seen > 1);
        }
}

/* Rows of COUNTRY:SECTOR add up to the country's unit. */
static void check_industries(const sample *s, const char *measure, const char *fine,
                             const char *coarse, gvc_int rows)
{
    const double *cells = sample_column(s, measure, fine);
    const double *sums = sample_column(s, measure, coarse);

    for (gvc_int e = 0; e < rows; e++)
        for (gvc_int o = 0; o < s->U; o++) {
            double sum = 0;

            for (gvc_int i = 0; i < s->n; i++)
                if (s->lit->unit[i] == o)
                    sum += cells[e * s->n + i];
            assert_near(sums[e * s->U + o], sum, TOLERANCE, s->scale);
        }
}

static void origin_sectors_add_up_to_their_country(void **state)
{
    static const char *const measures[] = { "bm/od/content", "bm/od/source/va", "bm/od/source/dc" };

    (void)state;
    for (gvc_int c = 0; c < sample_cases(); c++) {
        const sample *s = &identity_samples[c];

        for (int m = 0; m < 3; m++)
            check_industries(s, measures[m], "country_origin_sector", "country_origin", s->U);
        check_industries(s, "origin/vbe", "sector_origin_sector", "sector_origin", s->U * s->N);
    }
}

/* Products bought add up to what their buyer absorbs; DISC buys none and is the same. */
static void check_products(const sample *s, const char *measure)
{
    const double *cells = sample_column(s, measure, "country_destination_sector");
    const double *sums = sample_column(s, measure, "country_destination");
    const gvc_int D = absorbers(s), places = s->U * s->N + D - s->U;

    for (gvc_int e = 0; e < s->U; e++)
        for (gvc_int l = 0; l < D; l++) {
            double sum = 0;

            for (gvc_int p = 0; p < (l < s->U ? s->N : 1); p++)
                sum += cells[e * places + l * s->N + p];
            assert_near(sums[e * D + l], sum, TOLERANCE, s->scale);
        }
}

static void products_add_up_to_their_destination(void **state)
{
    static const char *const measures[] = { "bm/od/content", "bm/od/source/va", "bm/od/source/dc" };

    (void)state;
    for (gvc_int c = 0; c < sample_cases(); c++)
        for (int m = 0; m < 3; m++)
            check_products(&identity_samples[c], measures[m]);
}

/* ---- origin and ns ---- */

static void origins_of_exports_are_their_content(void **state)
{
    (void)state;
    for (gvc_int c = 0; c < sample_cases(); c++) {
        const sample *s = &identity_samples[c];
        const double *vbe = sample_column(s, "origin/vbe", "country_origin");

        for (gvc_int e = 0; e < s->U; e++) {
            double foreign = 0, elsewhere = 0;

            for (gvc_int o = 0; o < s->U; o++) {
                foreign += o == e ? 0 : vbe[e * s->U + o];
                elsewhere += o == e ? 0 : vbe[o * s->U + e];
            }
            assert_near(foreign, sample_column(s, "vs/vs", "country")[e], TOLERANCE, s->scale);
            assert_near(elsewhere, sample_column(s, "vs/vs1", "country")[e], TOLERANCE, s->scale);
            assert_near(vbe[e * s->U + e], sample_column(s, SOURCE "dc", "country")[e], TOLERANCE,
                        s->scale);
        }
    }
}

/* V_o (B F)_ol, less V_o L_oo F_oo at home, from the dense twin. */
static double absorbed(const sample *s, gvc_int o, gvc_int l)
{
    const literal *lit = s->lit;
    double sum = 0;

    for (gvc_int i = 0; i < s->n; i++) {
        if (lit->unit[i] != o)
            continue;
        for (gvc_int j = 0; j < s->n; j++)
            sum += lit->v[i] * (lit->B[i + j * s->n] - (l == o ? lit->L[i + j * s->n] : 0)) *
                   lit->F[j + l * s->n];
    }
    return sum;
}

static void every_unit_of_value_added_is_booked_once(void **state)
{
    (void)state;
    for (gvc_int c = 0; c < sample_cases(); c++) {
        const sample *s = &identity_samples[c];
        const double *source = sample_column(s, "ns/source", "bilateral_od");
        const double *sink = sample_column(s, "ns/sink", "bilateral_od");

        for (gvc_int o = 0; o < s->U; o++)
            for (gvc_int l = 0; l < s->U; l++) {
                double first = 0, last = 0;

                for (gvc_int e = 0; e < s->U; e++)
                    for (gvc_int r = 0; r < s->U; r++) {
                        if (e == r)
                            continue;
                        first += e == o ? source[pair_row(s->U, e, r) * s->U + l] : 0;
                        last += r == l ? sink[pair_row(s->U, e, r) * s->U + o] : 0;
                    }
                assert_near(first, absorbed(s, o, l), TOLERANCE, s->scale);
                assert_near(last, absorbed(s, o, l), TOLERANCE, s->scale);
            }
    }
}

typedef struct lost {
    double amount[2]; /* by ns/source and ns/sink */
    int said[2];
} lost;

static void hear_lost(gvc_log_level level, const char *text, void *user)
{
    lost *l = user;
    const char *number = strstr(text, "the row discrepancy absorbs ");
    const int sink = strncmp(text, "ns/sink", 7) == 0;

    (void)level;
    if (!number)
        return;
    l->amount[sink] = strtod(number + strlen("the row discrepancy absorbs "), NULL);
    l->said[sink]++;
}

/* What has no row is said, and closes the sum over all own value added in exports. */
static void what_the_discrepancy_absorbs_is_said(void **state)
{
    for (gvc_int c = 0; c < sample_cases(); c++) {
        const sample *s = &identity_samples[c];
        const double *sink = sample_column(s, "ns/sink", "bilateral_od");
        double booked = 0, crossing = 0;
        gvc_frames *frames = NULL;
        lost l = { { 0 }, { 0 } };

        assert_ok(*state, gvc_frames_new(*state, &frames));
        gvc_ctx_set_log(*state, hear_lost, &l);
        for (int k = 0; k < 2; k++)
            assert_ok(*state, gvc_decomp__run(*state, frames, s->model,
                                              gvc_measures_find(k ? "ns/sink" : "ns/source"),
                                              GVC_LEVEL_BILATERAL_OD, &(gvc_run_opts){ 0 }));
        gvc_ctx_set_log(*state, NULL, NULL);
        gvc_frames_free(frames);
        for (gvc_int i = 0; i < s->U * (s->U - 1) * s->U; i++)
            booked += sink[i];
        for (gvc_int i = 0; i < s->n; i++)
            for (gvc_int k = 0; k < s->n; k++)
                crossing += s->lit->v[k] * s->lit->L[k + i * s->n] * s->lit->e[i];
        for (int k = 0; k < 2; k++) {
            assert_int_equal(l.said[k], gvc_model_has_disc(s->model));
            assert_near(booked + l.amount[k], crossing, 1e-9, s->scale * (double)s->n);
        }
    }
}

/* ---- imports ---- */

/* What the exports of everybody to r hold of o: their content by origin. */
static double content_of_imports(const sample *s, gvc_int r, gvc_int o)
{
    const double *content = sample_column(s, "bm/od/content", "bilateral_origin");
    double sum = 0;

    for (gvc_int e = 0; e < s->U; e++)
        sum += e == r ? 0 : content[pair_row(s->U, e, r) * s->U + o];
    return sum;
}

static double gross_imports(const sample *s, gvc_int r, gvc_int k)
{
    double sum = 0;

    for (gvc_int i = 0; i < s->n; i++)
        if (k < 0 || i % s->N == k)
            sum += s->lit->E[i + r * s->n];
    return sum;
}

static void imports_hold_the_content_of_the_exports_to_them(void **state)
{
    (void)state;
    for (gvc_int c = 0; c < sample_cases(); c++) {
        const sample *s = &identity_samples[c];
        const double *va = sample_column(s, "bm/importer/va", "imports_origin");
        const double *dc = sample_column(s, "bm/importer/dc", "imports_origin");
        const double *product_va = sample_column(s, "bm/sectimp/va", "imports_sector_origin");
        const double *product_dc = sample_column(s, "bm/sectimp/dc", "imports_sector_origin");

        for (gvc_int r = 0; r < s->U; r++)
            for (gvc_int o = 0; o < s->U; o++) {
                double products = 0;

                for (gvc_int k = 0; k < s->N; k++)
                    products += product_va[(r * s->N + k) * s->U + o] +
                                product_dc[(r * s->N + k) * s->U + o];
                assert_near(va[r * s->U + o] + dc[r * s->U + o], content_of_imports(s, r, o),
                            TOLERANCE, s->scale);
                assert_near(products, content_of_imports(s, r, o), TOLERANCE, s->scale);
            }
    }
}

/* gimp is recorded imports; resid is the taxes inside, tau B on them. */
static void imports_close_with_their_residual(void **state)
{
    (void)state;
    for (gvc_int c = 0; c < sample_cases(); c++) {
        const sample *s = &identity_samples[c];
        double *tau = identity_tau(s->lit), *rho = identity_row_times(s->lit, tau, s->lit->B);

        for (gvc_int r = 0; r < s->U; r++) {
            double taxes = 0;

            for (gvc_int k = 0; k < s->N; k++) {
                double own = 0;

                for (gvc_int i = k; i < s->n; i += s->N)
                    own += rho[i] * s->lit->E[i + r * s->n];
                taxes += own;
                assert_near(sample_column(s, "bm/sectimp/gimp", "imports_sector")[r * s->N + k],
                            gross_imports(s, r, k), TOLERANCE, s->scale);
                assert_near(sample_column(s, "bm/sectimp/resid", "imports_sector")[r * s->N + k],
                            own, TOLERANCE, s->scale);
            }
            assert_near(sample_column(s, "bm/importer/gimp", "imports")[r], gross_imports(s, r, -1),
                        TOLERANCE, s->scale);
            assert_near(sample_column(s, "bm/importer/resid", "imports")[r], taxes, TOLERANCE,
                        s->scale);
        }
        free(tau);
        free(rho);
    }
}

/* Perimeters of flows that are all of s to r are the same, however they are called. */
static void extraction_of_a_pair_is_its_own_perimeter(void **state)
{
    (void)state;
    for (gvc_int c = 0; c < sample_cases(); c++) {
        const sample *s = &identity_samples[c];

        for (gvc_int i = 0; i < s->U * (s->U - 1); i++)
            assert_near(sample_column(s, "ltdv/dva", "bilateral")[i],
                        sample_column(s, "bm/bilateral/dva", "bilateral")[i], TOLERANCE, s->scale);
        if (s->U == 2)
            for (gvc_int r = 0; r < 2; r++)
                assert_near(sample_column(s, "bm/importer/va", "imports_origin")[r * 2 + 1 - r],
                            sample_column(s, SOURCE "dva", "country")[1 - r], TOLERANCE, s->scale);
    }
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(origins_and_destinations_add_up_to_the_flow),
        cmocka_unit_test(coarser_levels_are_sums),
        cmocka_unit_test(origin_sectors_add_up_to_their_country),
        cmocka_unit_test(products_add_up_to_their_destination),
        cmocka_unit_test(origins_of_exports_are_their_content),
        cmocka_unit_test(every_unit_of_value_added_is_booked_once),
        context_test(what_the_discrepancy_absorbs_is_said),
        cmocka_unit_test(imports_hold_the_content_of_the_exports_to_them),
        cmocka_unit_test(imports_close_with_their_residual),
        cmocka_unit_test(extraction_of_a_pair_is_its_own_perimeter),
    };

    if (argc > 1 && strcmp(argv[1], "list") == 0)
        return identity_list();
    return cmocka_run_group_tests(tests, identity_make, identity_free);
}
