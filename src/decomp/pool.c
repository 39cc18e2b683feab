#include "decomp/pool.h"

#include "base/labels.h"
#include "base/mem.h"
#include "decomp/output.h"
#include "decomp/sum.h"

#include <stdio.h>
#include <string.h>

#define SUFFIX "_pool"

enum { LEVEL_ROOM = 64 };

struct gvc_pool {
    const gvc_model *model;
    const gvc_measure *measure;
    const gvc_rowplan *plan;
    const gvc_run_opts *opts;
    gvc_int groups;        /* with the world, which comes last */
    unsigned char *member; /* groups x U */
    double *sums;          /* heads and losses of K x terms sums, for each unit and group */
};

unsigned gvc_pool__levels(const gvc_model *model, const gvc_measure *measure,
                          const gvc_run_opts *opts)
{
    const gvc_int U = gvc_model_U(model);

    if (U < 2 || U != gvc_table_G(gvc_model_table(model)))
        return 0;
    return gvc_level__bits(opts->pools) & measure->levels &
           (GVC_LEVEL_BILATERAL | GVC_LEVEL_BILATERAL_SECTOR);
}

int gvc_pool__has_made(const gvc_frame *frame)
{
    const char *level = gvc_frame_level(frame);
    const size_t n = strlen(level), k = strlen(SUFFIX);

    return n > k && strcmp(level + n - k, SUFFIX) == 0;
}

/* ---- sums ---- */

static void find_members(gvc_pool *pool)
{
    const gvc_table *table = gvc_model_table(pool->model);
    const gvc_int U = pool->plan->U;

    for (gvc_int g = 0; g + 1 < pool->groups; g++)
        gvc_group_members(pool->opts->groups[g], gvc_table_edition(table), gvc_table_year(table),
                          pool->opts->group_rule, pool->member + g * U, NULL);
    memset(pool->member + (pool->groups - 1) * U, 1, (size_t)U);
}

gvc_status gvc_pool__new(gvc_ctx *ctx, gvc_pool **out, const gvc_model *model,
                         const gvc_measure *measure, const gvc_rowplan *plan,
                         const gvc_run_opts *opts)
{
    gvc_pool *pool = gvc_mem__calloc(ctx, 1, sizeof *pool);

    *out = pool;
    if (!pool)
        return GVC_ENOMEM;
    *pool = (gvc_pool){ model, measure, plan, opts, opts->n_groups + 1, NULL, NULL };
    pool->member = gvc_mem__alloc(ctx, pool->groups * plan->U, 1);
    pool->sums = gvc_mem__calloc(ctx, 2 * plan->U * pool->groups * plan->K * measure->n_terms,
                                 sizeof *pool->sums);
    if (!pool->member || !pool->sums)
        return GVC_ENOMEM;
    find_members(pool);
    return GVC_OK;
}

void gvc_pool__free(gvc_pool *pool)
{
    if (!pool)
        return;
    gvc_mem__free(pool->member);
    gvc_mem__free(pool->sums);
    gvc_mem__free(pool);
}

/* The sums of term t for exporter s and group g, one a sector. */
static gvc_sum_list sums_of(const gvc_pool *pool, gvc_int s, gvc_int g, gvc_int t)
{
    const gvc_int K = pool->plan->K;
    double *head = pool->sums + 2 * K * ((s * pool->groups + g) * pool->measure->n_terms + t);

    return (gvc_sum_list){ head, head + K };
}

void gvc_pool__add(const gvc_pool *pool, gvc_int s, gvc_int r, gvc_view cells)
{
    for (gvc_int g = 0; g < pool->groups; g++)
        for (gvc_int t = 0; pool->member[g * pool->plan->U + r] && t < pool->measure->n_terms; t++)
            gvc_rowplan__sum_sectors(pool->plan, sums_of(pool, s, g, t), cells.a + t * cells.ld,
                                     cells.rows);
}

/* ---- frames ---- */

/* Cells of a level: exporters, sectors where it has them, groups. */
typedef struct keys {
    int32_t *exporter, *sector, *partner;
} keys;

static gvc_status name_partners(gvc_ctx *ctx, gvc_labels **out, const gvc_pool *pool)
{
    const char **codes = gvc_mem__alloc(ctx, pool->groups, sizeof *codes);
    gvc_status st;

    *out = NULL;
    if (!codes)
        return GVC_ENOMEM;
    for (gvc_int g = 0; g + 1 < pool->groups; g++)
        codes[g] = gvc_group_name(pool->opts->groups[g]);
    codes[pool->groups - 1] = "WLD";
    st = gvc_labels__new(ctx, out, pool->groups, codes, NULL);
    gvc_mem__free((void *)codes);
    return st;
}

static gvc_status add_keys(gvc_ctx *ctx, const gvc_pool *pool, gvc_frame *frame, int has_sector,
                           keys *to)
{
    const gvc_decomp *how = pool->measure->how;
    const gvc_labels *units = gvc_units_labels(gvc_model_units(pool->model));
    const gvc_column_info exporter = { .name = "exporter" }, sector = { .name = "exporter_sector" },
                          partner = { .name = how->partner };
    gvc_labels *partners;
    gvc_status st = name_partners(ctx, &partners, pool);

    if (st != GVC_OK)
        return st;
    to->exporter = gvc_frame__add_label(ctx, frame, GVC_ROLE_KEY, &exporter, units);
    if (has_sector)
        to->sector = gvc_frame__add_label(ctx, frame, GVC_ROLE_KEY, &sector, pool->plan->sectors);
    to->partner = gvc_frame__add_label(ctx, frame, GVC_ROLE_KEY, &partner, partners);
    gvc_labels__free(partners);
    return to->exporter && to->partner && (to->sector || !has_sector) ? GVC_OK : GVC_ENOMEM;
}

/* Sector k of a sum, or all of them where k is negative. */
static double value_of(gvc_sum_list sums, gvc_int k, gvc_int K)
{
    gvc_sum all = { 0 };

    if (k >= 0)
        return sums.head[k] + sums.lost[k];
    for (k = 0; k < K; k++) {
        gvc_sum__add(&all, sums.head[k]);
        gvc_sum__add(&all, sums.lost[k]);
    }
    return gvc_sum__value(&all);
}

static gvc_int put_cell(const gvc_pool *pool, const gvc_output *out, const keys *to, gvc_int row,
                        gvc_int s, gvc_int k)
{
    for (gvc_int g = 0; g < pool->groups; g++, row++) {
        to->exporter[row] = (int32_t)s;
        to->partner[row] = (int32_t)g;
        if (to->sector)
            to->sector[row] = (int32_t)k;
        for (gvc_int t = 0; t < pool->measure->n_terms; t++)
            if (out->terms[t])
                out->terms[t][row] = value_of(sums_of(pool, s, g, t), k, pool->plan->K);
    }
    return row;
}

static void put_cells(const gvc_pool *pool, const gvc_output *out, const keys *to)
{
    const gvc_rowplan *plan = pool->plan;
    gvc_int row = 0;

    for (gvc_int s = 0; s < plan->U; s++) {
        if (plan->exporter_at[s] < 0)
            continue;
        if (!to->sector)
            row = put_cell(pool, out, to, row, s, -1);
        for (gvc_int k = 0; to->sector && k < plan->K; k++)
            if (plan->sector_at[k] >= 0)
                row = put_cell(pool, out, to, row, s, k);
    }
}

/* The money of the frame goes to the list; what is no sum stays behind. */
static gvc_status add_money(gvc_ctx *ctx, gvc_frames *frames, const gvc_frame *frame,
                            gvc_level level)
{
    const char **names = gvc_mem__calloc(ctx, gvc_frame_columns(frame) + 1, sizeof *names);
    char name[LEVEL_ROOM];
    gvc_frame *money = NULL;
    gvc_int n = 0;
    gvc_status st = names ? GVC_OK : GVC_ENOMEM;

    for (gvc_int c = 0; st == GVC_OK && c < gvc_frame_columns(frame); c++)
        if (strcmp(gvc_frame_unit(frame, c), "money") == 0)
            names[n++] = gvc_frame_name(frame, c);
    if (st == GVC_OK)
        st = gvc_frame_pick(ctx, &money, frame, names);
    gvc_mem__free((void *)names);
    if (st != GVC_OK || n == 0) {
        gvc_frame_free(money);
        return st;
    }
    snprintf(name, sizeof name, "%s" SUFFIX, gvc_level__info(level)->name);
    st = gvc_frame__set_level(ctx, money, name);
    if (st == GVC_OK)
        return gvc_frames__add(ctx, frames, money);
    gvc_frame_free(money);
    return st;
}

static gvc_status hand_over(gvc_ctx *ctx, gvc_frames *frames, const gvc_pool *pool, gvc_level level)
{
    const int has_sector = level == GVC_LEVEL_BILATERAL_SECTOR;
    const gvc_int rows =
        pool->plan->n_exporters * pool->groups * (has_sector ? pool->plan->n_sectors : 1);
    gvc_output out = { 0 };
    keys to = { 0 };
    gvc_status st = gvc_output__begin(ctx, &out, pool->model, pool->measure, level, rows);

    if (st == GVC_OK)
        st = add_keys(ctx, pool, out.frame, has_sector, &to);
    if (st == GVC_OK)
        st = gvc_output__add_values(ctx, &out, pool->measure, 0);
    if (st == GVC_OK) {
        put_cells(pool, &out, &to);
        st = add_money(ctx, frames, out.frame, level);
    }
    gvc_output__close(&out);
    return st;
}

gvc_status gvc_pool__hand_over(gvc_ctx *ctx, gvc_frames *frames, const gvc_pool *pool,
                               unsigned levels)
{
    gvc_status st = GVC_OK;

    for (int i = 0; st == GVC_OK && i < GVC_LEVELS_N; i++)
        if (levels & gvc_level__at(i)->level)
            st = hand_over(ctx, frames, pool, gvc_level__at(i)->level);
    return st;
}
