#include "decomp/split.h"

#include "base/mem.h"
#include "decomp/output.h"
#include "decomp/splitkeys.h"
#include "decomp/sum.h"

#include <omp.h>
#include <string.h>

/* One run. Every thread has `block` cells of a row, and sums of them. */
typedef struct run {
    const gvc_model *model;
    const gvc_measure *measure;
    const gvc_decomp *how;
    const gvc_split *split;
    const gvc_run_opts *opts;
    gvc_rowplan *plan;
    gvc_splitkeys keys;
    void *state;
    gvc_content *content; /* where a term is what it leaves */
    gvc_int block;
    double *cells, *room;
    gvc_sum *sums;
    gvc_output outputs[GVC_LEVELS_N];
    gvc_keyed keyed[GVC_LEVELS_N];
    int is_parted[GVC_LEVELS_N], n_outputs;
} run;

/* Some rows of one level while they are filled: those of sectors from ... to - 1 of one site, or
 * all. The first of them is row `first` of the level. */
typedef struct part {
    const gvc_output *out;
    const gvc_keyed *keyed;
    gvc_int first;
} part;

static int is_import(const run *x)
{
    return x->split->site == GVC_SITE_IMPORTER || x->split->site == GVC_SITE_IMPORTED_SECTORS;
}

gvc_int gvc_split__absorbers(const gvc_model *model)
{
    return gvc_model_U(model) + (gvc_model_has_disc(model) != 0);
}

/* ---- one cell of a level ---- */

/* Whether row a of a site belongs to sector k of the output; k is -1 for all. */
static int is_of(const run *x, gvc_int a, gvc_int k)
{
    return k < 0 || x->plan->sector_of[a % x->plan->N] == k;
}

/* The flow that the cell splits, exports of the row's sector or imports; each row of the table
 * times `weights` (NULL: 1). */
static double gross_of(const run *x, const gvc_site *site, gvc_int k, gvc_int r,
                       const double *weights)
{
    const gvc_view E = gvc_model_E(x->model);
    const int imports = is_import(x);
    gvc_sum sum = { 0 };

    for (gvc_int a = 0; a < (imports ? E.rows : site->n_rows); a++) {
        const gvc_int i = imports ? a : site->rows[a];
        const double flow = imports  ? E.a[i + site->s * E.ld]
                            : r >= 0 ? E.a[i + r * E.ld]
                                     : gvc_model_e(x->model)[i];

        if (is_of(x, a, k))
            gvc_sum__add(&sum, weights ? weights[i] * flow : flow);
    }
    return gvc_sum__value(&sum);
}

/* How many rows of the method a site has. */
static gvc_int rows_of(const run *x, const gvc_site *site)
{
    if (x->split->site == GVC_SITE_EXPORTER)
        return site->n_rows;
    return x->split->site == GVC_SITE_IMPORTED_SECTORS ? x->plan->N : 1;
}

/* Add up the rows of the cell: those of sector k in every member, or all of them. */
static void fill_cells(const run *x, const gvc_site *site, gvc_int k, gvc_int r, double *cells,
                       gvc_sum *sums)
{
    const gvc_int size = x->block * x->measure->n_terms, n_rows = rows_of(x, site);
    gvc_int found = 0;

    for (gvc_int a = 0; a < n_rows; a++)
        found += is_of(x, a, k);
    memset(cells, 0, (size_t)size * sizeof *cells);
    if (found > 1)
        memset(sums, 0, (size_t)size * sizeof *sums);
    for (gvc_int a = 0; a < n_rows; a++) {
        if (!is_of(x, a, k))
            continue;
        memset(cells, 0, (size_t)size * sizeof *cells);
        x->split->cells(site, x->room, a, r, cells, x->block);
        for (gvc_int c = 0; found > 1 && c < size; c++)
            gvc_sum__add(&sums[c], cells[c]);
    }
    for (gvc_int c = 0; found > 1 && c < size; c++)
        cells[c] = gvc_sum__value(&sums[c]);
}

/* Term t of row (o, l) of the level: origins and destinations that it does not tell are summed. */
static double reduce(const run *x, const gvc_keyed *keyed, const double *cells, gvc_int o,
                     gvc_int l)
{
    const gvc_int D = x->keys.n_destinations;
    const gvc_int o_to = keyed->n_origins > 1 ? o + 1 : x->keys.n_origins;
    const gvc_int l_to = keyed->n_destinations > 1 ? l + 1 : D;
    gvc_sum sum = { 0 };

    if (keyed->n_origins == x->keys.n_origins && keyed->n_destinations == D)
        return cells[o * D + l];
    for (gvc_int p = o; p < o_to; p++)
        for (gvc_int q = l; q < l_to; q++)
            gvc_sum__add(&sum, cells[p * D + q]);
    return gvc_sum__value(&sum);
}

static void put_cell(const run *x, const gvc_site *site, const part *p, gvc_int k, gvc_int r)
{
    const gvc_int base = gvc_rowplan__row(x->plan, p->out->level, site->s, k < 0 ? 0 : k,
                                          is_import(x) ? site->s : r);
    const gvc_int n_terms = x->measure->n_terms, size = x->block * n_terms;
    double *cells = x->cells + omp_get_thread_num() * (size + n_terms + 1), *values = cells + size;
    gvc_int row = base * p->keyed->n_origins * p->keyed->n_destinations - p->first;

    if (base < 0)
        return;
    fill_cells(x, site, k, r, cells, x->sums + omp_get_thread_num() * size);
    values[n_terms] = gross_of(x, site, k, r, NULL);
    for (gvc_int o = 0; o < p->keyed->n_origins; o++)
        for (gvc_int l = 0; l < p->keyed->n_destinations; l++, row++) {
            for (gvc_int t = 0; t < n_terms; t++)
                values[t] = reduce(x, p->keyed, cells + t * x->block, o, l);
            if (x->split->whole && p->keyed->n_origins * p->keyed->n_destinations == 1)
                x->split->whole(x->content, values[n_terms],
                                gross_of(x, site, k, r, x->content->rest), values);
            gvc_splitkeys__put(p->keyed, row, site->s, k, r, o, l);
            gvc_output__put(p->out, x->measure, row, values);
        }
}

/* ---- the rows of a site ---- */

static void fill_part(gvc_ctx *ctx, const run *x, const gvc_site *site, const part *p, gvc_int from,
                      gvc_int to)
{
    const unsigned keys = gvc_level__info(p->out->level)->keys;
    const int has_pair = keys & GVC_KEY_IMPORTER && keys & GVC_KEY_EXPORTER;
    const gvc_int n_r = has_pair ? x->plan->U : 1;
    const gvc_int n_k = keys & GVC_KEY_SECTOR ? to - from : 1;

#pragma omp parallel for num_threads(gvc_ctx_threads(ctx)) schedule(dynamic)
    for (gvc_int task = 0; task < n_k * n_r; task++)
        put_cell(x, site, p, keys & GVC_KEY_SECTOR ? from + task / n_r : -1,
                 has_pair ? task % n_r : -1);
}

/* First row of a site's sectors from `from` on: that of its first pair. -1 where none is chosen. */
static gvc_int first_row(const run *x, const gvc_site *site, gvc_level level, gvc_int from)
{
    gvc_int row = -1;

    for (gvc_int r = 0; r < x->plan->U && row < 0; r++)
        row = gvc_rowplan__row(x->plan, level, site->s, from, is_import(x) ? site->s : r);
    return row;
}

/* Whether a part is one sector of a site: the sector comes before all other keys. Imports and
 * levels without a sector go out site by site. */
static int parts_by_sector(gvc_level level)
{
    const unsigned keys = gvc_level__info(level)->keys;

    return keys & GVC_KEY_SECTOR && keys & GVC_KEY_EXPORTER;
}

/* Rows of one part, not counting origins and destinations. */
static gvc_int rows_of_part(const run *x, const gvc_site *site, gvc_level level)
{
    const unsigned keys = gvc_level__info(level)->keys;
    const int has_pair = keys & GVC_KEY_IMPORTER && keys & GVC_KEY_EXPORTER;

    if (keys & GVC_KEY_SECTOR && !parts_by_sector(level))
        return x->plan->n_sectors;
    return has_pair ? x->plan->n_importers - (x->plan->importer_at[site->s] >= 0) : 1;
}

static gvc_status hand_part(gvc_ctx *ctx, const run *x, const gvc_site *site, gvc_level level,
                            gvc_int from, gvc_int to)
{
    gvc_output out = { 0 };
    gvc_keyed keyed = gvc_splitkeys__of(&x->keys, level);
    const gvc_int cells = keyed.n_origins * keyed.n_destinations;
    const gvc_int base = first_row(x, site, level, from), rows = rows_of_part(x, site, level);
    const part p = { &out, &keyed, base * cells };
    gvc_status st;

    if (base < 0 || rows == 0)
        return GVC_OK;
    st = gvc_output__begin(ctx, &out, x->model, x->measure, level, rows * cells);
    if (st == GVC_OK)
        st = gvc_splitkeys__add(ctx, &keyed, &x->keys, out.frame);
    if (st == GVC_OK)
        st = gvc_output__add_values(ctx, &out, x->measure, x->opts->shares);
    if (st == GVC_OK) {
        fill_part(ctx, x, site, &p, from, to);
        st = gvc_output__flag(ctx, &out, x->measure, x->model, x->plan);
    }
    if (st == GVC_OK)
        st = x->opts->sink(ctx, out.frame, p.first, gvc_rowplan__rows(x->plan, level) * cells,
                           x->opts->sink_user);
    gvc_output__close(&out);
    return st;
}

static gvc_status run_level(gvc_ctx *ctx, const run *x, const gvc_site *site, int i)
{
    const gvc_output *out = &x->outputs[i];
    const part whole = { out, &x->keyed[i], 0 };
    gvc_status st = GVC_OK;

    if (!x->is_parted[i]) {
        fill_part(ctx, x, site, &whole, 0, x->plan->K);
        return GVC_OK;
    }
    if (!parts_by_sector(out->level))
        return hand_part(ctx, x, site, out->level, 0, x->plan->K);
    for (gvc_int k = 0; k < x->plan->K && st == GVC_OK; k++)
        st = hand_part(ctx, x, site, out->level, k, k + 1);
    return st;
}

/* One site of level `only`, or where that is -1 of all levels that are held whole. */
static gvc_status run_site(gvc_ctx *ctx, const run *x, gvc_int s, int only)
{
    const gvc_rowplan *plan = x->plan;
    const gvc_site site = {
        x->model,     x->state, s, plan->first[s + 1] - plan->first[s], plan->rows + plan->first[s],
        plan->unit_of
    };
    gvc_status st = gvc_progress__step(ctx, x->measure->name, (double)s / (double)plan->U);

    if (st == GVC_OK && x->split->enter)
        x->split->enter(ctx, &site, x->room);
    for (int i = 0; i < x->n_outputs && st == GVC_OK; i++)
        if (only < 0 ? !x->is_parted[i] : i == only)
            st = run_level(ctx, x, &site, i);
    return st;
}

static gvc_status run_sites(gvc_ctx *ctx, const run *x, int only)
{
    const gvc_int *at = is_import(x) ? x->plan->importer_at : x->plan->exporter_at;
    gvc_status st = GVC_OK;

    for (gvc_int s = 0; st == GVC_OK && s < x->plan->U; s++)
        if (at[s] >= 0)
            st = run_site(ctx, x, s, only);
    return st;
}

static gvc_status hand_over(gvc_ctx *ctx, run *x, gvc_frames *frames)
{
    gvc_status st = GVC_OK;

    for (int i = 0; st == GVC_OK && i < x->n_outputs; i++) {
        gvc_frame *frame = x->outputs[i].frame;

        if (!frame)
            continue;
        st = gvc_output__flag(ctx, &x->outputs[i], x->measure, x->model, x->plan);
        if (st != GVC_OK)
            break;
        x->outputs[i].frame = NULL;
        st = gvc_frames__add(ctx, frames, frame);
    }
    return st;
}

static int has_whole(const run *x)
{
    for (int i = 0; i < x->n_outputs; i++)
        if (!x->is_parted[i])
            return 1;
    return 0;
}

/* Parts of one level come with nothing between them, so every such level goes over the sites. */
static gvc_status run_parts(gvc_ctx *ctx, const run *x)
{
    gvc_status st = GVC_OK;

    for (int i = 0; st == GVC_OK && i < x->n_outputs; i++)
        if (x->is_parted[i])
            st = run_sites(ctx, x, i);
    return st;
}

/* ---- the run ---- */

/* A level that goes out in parts has no frame of its own. */
static gvc_status open_level(gvc_ctx *ctx, run *x, gvc_level level)
{
    const gvc_int limit = x->opts->part_rows > 0 ? x->opts->part_rows : GVC_PART_ROWS;
    const gvc_keyed keyed = gvc_splitkeys__of(&x->keys, level);
    const gvc_int rows = gvc_rowplan__rows(x->plan, level) * keyed.n_origins * keyed.n_destinations;
    const int i = x->n_outputs++;
    gvc_status st;

    x->keyed[i] = keyed;
    x->outputs[i].level = level;
    x->is_parted[i] = x->opts->sink && rows > limit;
    if (rows == 0 && x->plan->U > 1)
        return gvc_error__set(ctx, GVC_ELABEL,
                              "%s: the filters leave no row; the only importer chosen is the "
                              "exporter itself",
                              x->measure->name);
    if (x->is_parted[i])
        return GVC_OK;
    st = gvc_output__begin(ctx, &x->outputs[i], x->model, x->measure, level, rows);
    if (st == GVC_OK)
        st = gvc_splitkeys__add(ctx, &x->keyed[i], &x->keys, x->outputs[i].frame);
    return st == GVC_OK ? gvc_output__add_values(ctx, &x->outputs[i], x->measure, x->opts->shares)
                        : st;
}

static gvc_status open_run(gvc_ctx *ctx, run *x, unsigned levels)
{
    const gvc_int threads = gvc_ctx_threads(ctx), n_terms = x->measure->n_terms;
    gvc_status st = gvc_rowplan__new(ctx, &x->plan, x->model, x->opts);

    if (st == GVC_OK)
        st = gvc_splitkeys__new(ctx, &x->keys, x->model, x->split, x->plan);
    for (int i = 0; st == GVC_OK && i < GVC_LEVELS_N; i++)
        if (levels & gvc_level__at(i)->level)
            st = open_level(ctx, x, gvc_level__at(i)->level);
    if (st != GVC_OK)
        return st;
    x->block = x->keys.n_origins * x->keys.n_destinations;
    x->cells = gvc_mem__alloc(ctx, threads * (x->block * n_terms + n_terms + 1), sizeof *x->cells);
    x->sums = gvc_mem__alloc(ctx, threads * x->block * n_terms, sizeof *x->sums);
    x->room = gvc_mem__calloc(ctx, x->split->room ? x->split->room(x->model) : 0, sizeof *x->room);
    return x->cells && x->sums && x->room ? GVC_OK : GVC_ENOMEM;
}

static gvc_status prepare_content(gvc_ctx *ctx, run *x)
{
    void *content = NULL;
    const gvc_status st = gvc_content__prepare(ctx, &content, x->model);

    x->content = content;
    return st;
}

static void close_run(run *x)
{
    gvc_content__release(x->content);
    if (x->how->release)
        x->how->release(x->state);
    for (int i = 0; i < x->n_outputs; i++)
        gvc_output__close(&x->outputs[i]);
    gvc_mem__free(x->cells);
    gvc_mem__free(x->sums);
    gvc_mem__free(x->room);
    gvc_splitkeys__clear(&x->keys);
    gvc_rowplan__free(x->plan);
}

gvc_status gvc_split__run(gvc_ctx *ctx, gvc_frames *frames, const gvc_model *model,
                          const gvc_measure *measure, const gvc_decomp *how, unsigned levels,
                          const gvc_run_opts *opts)
{
    run x = { .model = model, .measure = measure, .how = how, .split = how->split, .opts = opts };
    gvc_status st = open_run(ctx, &x, levels);

    if (st == GVC_OK && how->prepare)
        st = how->prepare(ctx, &x.state, model);
    if (st == GVC_OK && x.split->whole)
        st = prepare_content(ctx, &x);
    if (st == GVC_OK && has_whole(&x))
        st = run_sites(ctx, &x, -1);
    if (st == GVC_OK)
        st = hand_over(ctx, &x, frames);
    if (st == GVC_OK)
        st = run_parts(ctx, &x);
    close_run(&x);
    return st;
}
