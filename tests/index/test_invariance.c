#include "../support/input_tables.h"

#include "table/table.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What every family owes: the order of countries and the unit of money do not matter, one country
 * has nothing abroad, one sector is its country. */

static const char *const every =
    "kpww,kpww_wwz,activity,length,position,apl,crossings,bmt,bmtout,vatrade,rca,exposure,fvas,"
    "extraction,income,digital,tradecost,group,satellite";

/* Country c of `to` is country order[c] of `from`, with all money times `factor`; satellites are
 * counts. */
static void fill(gvc_table *to, const gvc_table *from, const gvc_int *order, double factor)
{
    const gvc_int N = from->N, K = from->K, n = from->n;

    for (gvc_int i = 0; i < n; i++) {
        const gvc_int row = order[i / N] * N + i % N;

        to->x[i] = factor * from->x[row];
        to->VA[i] = factor * from->VA[row];
        for (gvc_int j = 0; j < n; j++)
            to->Zt.a[j + i * to->Zt.ld] =
                factor * from->Zt.a[order[j / N] * N + j % N + row * from->Zt.ld];
        for (gvc_int c = 0; c < from->G * K; c++)
            to->FD.a[i + c * to->FD.ld] =
                factor * from->FD.a[row + (order[c / K] * K + c % K) * from->FD.ld];
        for (gvc_int q = 0; q < gvc_labels_n(from->satellites); q++)
            to->satellite[i + q * n] = from->satellite[row + q * n];
        for (gvc_int r = 0; r < from->G; r++) {
            to->tau_int.a[i + r * to->tau_int.ld] =
                from->tau_int.a[row + order[r] * from->tau_int.ld];
            to->tau_fin.a[i + r * to->tau_fin.ld] =
                from->tau_fin.a[row + order[r] * from->tau_fin.ld];
        }
    }
    to->va_given = from->va_given;
}

static gvc_table *rearranged(gvc_ctx *ctx, const gvc_table *t, const gvc_int *order, double factor)
{
    static const char *const codes[] = { "jobs", "fn_rd", "co2", "fn_fab" };
    gvc_table *out = NULL;

    assert_ok(ctx, gvc_table__new(ctx, &out, t->edition, t->year));
    assert_ok(ctx, gvc_table__add_satellites(ctx, out, 4, codes, NULL));
    assert_ok(ctx, gvc_table__add_tau(ctx, out));
    fill(out, t, order, factor);
    return out;
}

/* The first two countries of the order in which they stood at first. */
static gvc_group *club_of(gvc_ctx *ctx, const gvc_table *t, const gvc_int *order)
{
    const gvc_labels *countries = gvc_edition_countries(t->edition);
    gvc_group *club = NULL;
    char text[64];
    int at = snprintf(text, sizeof text, "CLUB=");

    for (gvc_int c = 0; c < t->G; c++)
        if (order[c] < 2)
            at += snprintf(text + at, sizeof text - (size_t)at, "%s%s",
                           text[at - 1] == '=' ? "" : ",", gvc_labels_code(countries, c));
    assert_ok(ctx, gvc_group_parse(ctx, &club, text, t->edition));
    return club;
}

static gvc_frames *run_all(gvc_ctx *ctx, const gvc_table *t, const gvc_int *order)
{
    gvc_group *club = club_of(ctx, t, order);
    const gvc_group *const groups[] = { club };
    gvc_frames *frames =
        index_run_table(ctx, t, NULL, every, &(gvc_run_opts){ .groups = groups, .n_groups = 1 });

    gvc_group_free(club);
    return frames;
}

static gvc_int code(const gvc_frame *frame, const char *key, gvc_int row)
{
    const gvc_int c = gvc_frame_find(frame, key);

    return c < 0 ? -1 : gvc_frame_codes(frame, c)[row];
}

/* The row of `a` with the countries that stand in row i of `b` in the new order; the world and
 * groups have no order. */
static gvc_int origin_of(const gvc_frame *a, const gvc_frame *b, gvc_int i, const gvc_int *order)
{
    const char *level = gvc_frame_level(b);
    const int is_one = strncmp(level, "world", 5) == 0 || strncmp(level, "group", 5) == 0;
    const gvc_int s = code(b, "country", i), r = code(b, "partner", i);
    gvc_int row = 0;

    while (row < gvc_frame_rows(a) && !(code(a, "country", row) == (is_one ? s : order[s]) &&
                                        code(a, "partner", row) == (r < 0 ? r : order[r]) &&
                                        code(a, "sector", row) == code(b, "sector", i)))
        row++;
    assert_true(row < gvc_frame_rows(a));
    return row;
}

/* Money is compared to the output of the world: what is 0 but for rounding has no size of its own.
 */
static void same_columns(const gvc_frame *a, const gvc_frame *b, const gvc_int *order,
                         double factor, double output)
{
    const gvc_int rows = gvc_frame_rows(a);

    assert_int_equal(gvc_frame_rows(b), rows);
    for (gvc_int c = 0; c < gvc_frame_columns(a); c++) {
        const int is_money = strncmp(gvc_frame_unit(a, c), "money", 5) == 0;
        const double scale = is_money ? 0.1 * factor * output : 1;

        if (gvc_frame_role(a, c) != GVC_ROLE_VALUE)
            continue;
        for (gvc_int i = 0; i < rows; i++)
            assert_near(gvc_frame_reals(b, c)[i],
                        (is_money ? factor : 1) * gvc_frame_reals(a, c)[origin_of(a, b, i, order)],
                        1e-9, scale);
    }
}

static void compare(gvc_ctx *ctx, const gvc_table *table, const gvc_int *order, double factor)
{
    static const gvc_int as_it_is[] = { 0, 1, 2, 3, 4 };
    gvc_table *other = rearranged(ctx, table, order, factor);
    gvc_frames *a = run_all(ctx, table, as_it_is), *b = run_all(ctx, other, order);

    assert_int_equal(gvc_frames_n(a), gvc_frames_n(b));
    for (gvc_int f = 0; f < gvc_frames_n(a); f++)
        same_columns(gvc_frames_get(a, f), gvc_frames_get(b, f), order, factor,
                     *index_column(a, "world", "gout"));
    gvc_frames_free(a);
    gvc_frames_free(b);
    gvc_table_free(other);
}

static gvc_table *whole_table(gvc_ctx *ctx, unsigned seed)
{
    gvc_table *table = input_table(ctx, seed);
    double *made = gvc_edition__add_set(ctx, table->edition, "manufacturing");

    for (gvc_int k = 0; k < table->N; k++)
        made[k] = k % 2 == 0;
    return table;
}

static void the_order_of_countries_does_not_matter(void **state)
{
    for (unsigned seed = 1; seed <= 8; seed++) {
        gvc_table *table = whole_table(*state, seed);
        gvc_int order[5];

        for (gvc_int c = 0; c < table->G; c++)
            order[c] = (c + 1 + seed % 2) % table->G;
        compare(*state, table, order, 1);
        gvc_table_free(table);
    }
}

static void the_unit_of_money_does_not_matter(void **state)
{
    static const gvc_int as_it_is[] = { 0, 1, 2, 3, 4 };

    for (unsigned seed = 1; seed <= 8; seed++) {
        gvc_table *table = whole_table(*state, seed);

        compare(*state, table, as_it_is, seed % 2 ? 2 : 1e-6);
        gvc_table_free(table);
    }
}

/* ---- one country, one sector ---- */

static gvc_table *with_inputs(gvc_ctx *ctx, gvc_table *table)
{
    static const char *const codes[] = { "jobs", "fn_rd", "co2", "fn_fab" };
    double *set = gvc_edition__add_set(ctx, table->edition, "digital"), *made;

    set[0] = 1;
    made = gvc_edition__add_set(ctx, table->edition, "manufacturing");
    made[0] = 1;
    assert_ok(ctx, gvc_table__add_satellites(ctx, table, 4, codes, NULL));
    assert_ok(ctx, gvc_table__add_tau(ctx, table));
    for (gvc_int i = 0; i < 4 * table->n; i++)
        table->satellite[i] = 1 + (double)i;
    return table;
}

/* What a country without others has; words of columns, or their beginnings before a star. */
static int is_at_home(const char *name)
{
    static const char *const home[] = {
        "gout", "va", "yfin", "v_d", "v_d_sh", "v_total", "y_d", "y_d_sh", "y_total", "xv", "xv_d",
        "plv", "plv_d", "xy", "xy_d", "ply", "ply_d", "ps", "xup", "xdown", "xup_dom", "xdown_dom",
        "xup_inv", "xdown_inv", "up", "down", "up_dom", "down_dom", "up_inv", "down_inv", "up_col",
        "down_col", "up_inv_col", "down_inv_col", "fgo*", "vago*", "apl*", "x_dom", "domx",
        "domx_sh", "gvc_inc", "gvc_inc_sh", "dig_in_dir", "dig_in_tot", "in_dir", "in_tot",
        "dig_va", "dig_va_sh", "dig_serv_dir", "dig_serv_tot", "dig_dir_coef", "dig_tot_coef",
        "sat_fd_jobs", "sat_fd_co2",
        /* shares of a country in itself */
        "fir_face", "fir_look", "fir_unit", "fir_va", "fmr_face", "fmr_look", "fmr_unit", "fmr_va",
        "fir_face_hhi_all", "fir_look_hhi_all", "fir_unit_hhi_all", "fir_va_hhi_all",
        "fmr_face_hhi_all", "fmr_look_hhi_all", "fmr_unit_hhi_all", "fmr_va_hhi_all"
    };

    for (size_t k = 0; k < sizeof home / sizeof home[0]; k++) {
        const size_t n = strcspn(home[k], "*");

        if (home[k][n] ? strncmp(home[k], name, n) == 0 : strcmp(home[k], name) == 0)
            return 1;
    }
    return 0;
}

/* Abroad there is nothing: money is 0, what is read against exports is missing or 0. At home all is
 * defined. */
static void one_country_has_nothing_abroad(void **state)
{
    gvc_table *table = with_inputs(*state, random_table(*state, 5, 1, 4, RANDOM_PLAIN));
    gvc_frames *frames = index_run_table(*state, table, NULL, every, NULL);
    const double dust = 1e-12 * *index_column(frames, "world", "gout");
    gvc_int seen[2] = { 0 };

    for (gvc_int f = 0; f < gvc_frames_n(frames); f++) {
        const gvc_frame *frame = gvc_frames_get(frames, f);

        for (gvc_int c = 0; c < gvc_frame_columns(frame); c++) {
            const char *name = gvc_frame_name(frame, c);
            const int is_home = is_at_home(name);

            if (gvc_frame_role(frame, c) != GVC_ROLE_VALUE)
                continue;
            for (gvc_int i = 0; i < gvc_frame_rows(frame); i++) {
                const double value = gvc_frame_reals(frame, c)[i];
                const int is_money = strncmp(gvc_frame_unit(frame, c), "money", 5) == 0;

                if (is_home ? !isfinite(value) : fabs(value) > dust || (is_money && isnan(value)))
                    print_error("%s, level %s, row %d: %g\n", name, gvc_frame_level(frame), (int)i,
                                value);
                assert_true(is_home ? isfinite(value)
                                    : fabs(value) <= dust || (!is_money && isnan(value)));
                seen[is_home]++;
            }
        }
    }
    assert_true(seen[0] > 500 && seen[1] > 200);
    gvc_frames_free(frames);
    gvc_table_free(table);
}

static const gvc_frame *frame_of(const gvc_frames *frames, const char *level, const char *name)
{
    for (gvc_int f = 0; f < gvc_frames_n(frames); f++)
        if (strcmp(gvc_frame_level(gvc_frames_get(frames, f)), level) == 0 &&
            gvc_frame_find(gvc_frames_get(frames, f), name) >= 0)
            return gvc_frames_get(frames, f);
    return NULL;
}

/* With one sector a country-sector is its country, in every column that has both levels. */
static void one_sector_is_its_country(void **state)
{
    static const char *const pairs[][2] = { { "country", "sector" },
                                            { "bilateral", "bilateral_sector" },
                                            { "world", "world_sector" } };
    gvc_table *table = with_inputs(*state, random_table(*state, 8, 4, 1, RANDOM_STOCKS));
    gvc_frames *frames = index_run_table(*state, table, NULL, every, NULL);
    gvc_int compared = 0;

    for (gvc_int f = 0; f < gvc_frames_n(frames); f++)
        for (int p = 0; p < 3; p++) {
            const gvc_frame *frame = gvc_frames_get(frames, f);

            if (strcmp(gvc_frame_level(frame), pairs[p][0]) != 0)
                continue;
            for (gvc_int c = 0; c < gvc_frame_columns(frame); c++) {
                const char *name = gvc_frame_name(frame, c);
                const gvc_frame *fine = frame_of(frames, pairs[p][1], name);

                if (!fine || gvc_frame_role(frame, c) != GVC_ROLE_VALUE)
                    continue;
                assert_int_equal(gvc_frame_rows(fine), gvc_frame_rows(frame));
                for (gvc_int i = 0; i < gvc_frame_rows(frame); i++)
                    assert_near(gvc_frame_reals(frame, c)[i],
                                index_column(frames, pairs[p][1], name)[i], 1e-12, 1);
                compared++;
            }
        }
    assert_true(compared > 200);
    gvc_frames_free(frames);
    gvc_table_free(table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        context_test(the_order_of_countries_does_not_matter),
        context_test(the_unit_of_money_does_not_matter),
        context_test(one_country_has_nothing_abroad),
        context_test(one_sector_is_its_country),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
