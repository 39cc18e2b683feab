#include "decomp/driver.h"

#include "base/mem.h"
#include "decomp/output.h"
#include "decomp/pool.h"
#include "decomp/sum.h"
#include "decomp/sums.h"
#include "la/view.h"

#include <omp.h>
#include <string.h>

/* What one thread works in, a unit at a time. `abreast` flows stand side by side, all of them under
 * each term. */
typedef struct room {
    double *cells;        /* widest x abreast x width; terms that no method sets are 0 */
    double *by_sector;    /* K x abreast x width: the same added up by sector */
    gvc_sum_list one;     /* K x width: a flow while that is done */
    gvc_sum_list sectors; /* K x width: all flows of the unit by sector */
    gvc_sum *unit;        /* width: all flows of the unit */
    double *values;       /* K x width: what goes into rows */
} room;

/* One run. Units run in any order, and each fills rows of its own. What no level asks for is not
 * summed. */
struct run {
    const gvc_model *model;
    const gvc_measure *measure;
    const gvc_decomp *how;
    gvc_rowplan *plan;
    void *state;
    unsigned levels;          /* of the outputs */
    int is_plain;             /* every row of a unit is one sector of its own */
    gvc_int widest, abreast;  /* rows of the largest unit; flows that are done together */
    gvc_int n_outputs, width; /* width = terms and gross exports */
    gvc_output outputs[GVC_LEVELS_N];
    gvc_pool *pool; /* sums over partners, NULL where none are wanted */
    double *rooms;  /* one a thread */
};

static gvc_int room_size(const struct run *run)
{
    const gvc_int K = run->plan->K, width = run->width;

    return width * (run->abreast * (run->widest + K) + 5 * K + 2);
}

static room room_of(const struct run *run, int thread)
{
    const gvc_int of_flow = run->width * run->plan->K;
    double *at = run->rooms + thread * room_size(run);
    room w = { .cells = at };

    w.by_sector = at + run->width * run->abreast * run->widest;
    at = w.by_sector + of_flow * run->abreast;
    w.one = (gvc_sum_list){ at, at + of_flow };
    w.sectors = (gvc_sum_list){ at + 2 * of_flow, at + 3 * of_flow };
    w.values = at + 4 * of_flow;
    w.unit = (gvc_sum *)(at + 5 * of_flow);
    return w;
}

static void read_sums(gvc_sum_list sums, gvc_int n, double *values)
{
    for (gvc_int i = 0; i < n; i++)
        values[i] = sums.head[i] + sums.lost[i];
}

static void put(const struct run *run, gvc_level level, gvc_int s, gvc_int r, const double *values)
{
    for (gvc_int i = 0; i < run->n_outputs; i++)
        if (run->outputs[i].level == level)
            gvc_output__put(&run->outputs[i], run->measure,
                            gvc_rowplan__row(run->plan, level, s, 0, r), values);
}

static void put_sectors(const struct run *run, gvc_level level, gvc_int s, gvc_flow_list flows)
{
    for (gvc_int i = 0; i < run->n_outputs; i++)
        if (run->outputs[i].level == level)
            gvc_output__put_sectors(&run->outputs[i], run->measure, run->plan, s, flows);
}

/* Add a flow to sums by sector: K x width. */
static void add_sectors(const struct run *run, gvc_view cells, gvc_sum_list sums)
{
    const gvc_rowplan *plan = run->plan;

    for (gvc_int t = 0; t < run->width; t++) {
        const gvc_sum_list of_term = { sums.head + t * plan->K, sums.lost + t * plan->K };

        gvc_rowplan__sum_sectors(plan, of_term, cells.a + t * cells.ld, cells.rows);
    }
}

/* A flow as a whole, which is a row and a part of its unit. */
static void put_total(const struct run *run, gvc_int s, gvc_int r, gvc_view cells, room w)
{
    for (gvc_int t = 0; t < run->width; t++) {
        gvc_sum total = { 0 };

        gvc_sum__add_row(&total, cells.a + t * cells.ld, NULL, cells.rows);
        gvc_sum__merge(&w.unit[t], &total);
        w.values[t] = gvc_sum__value(&total);
    }
    if (run->levels & GVC_LEVEL_BILATERAL)
        put(run, GVC_LEVEL_BILATERAL, s, r, w.values);
}

/* Each sector of some flows. */
static void put_flows(const struct run *run, gvc_int s, gvc_flow_list flows, room w)
{
    const gvc_int K = run->plan->K;
    const gvc_flow_list sums = { .importers = flows.importers,
                                 .n = flows.n,
                                 .step = K,
                                 .cells = { w.by_sector, K, run->width, K * run->abreast } };

    for (gvc_int f = 0; f < flows.n && !run->is_plain; f++) {
        const gvc_view to = gvc_flow_list__cells(sums, f);

        memset(w.one.head, 0, 2 * (size_t)(K * run->width) * sizeof *w.one.head);
        add_sectors(run, gvc_flow_list__cells(flows, f), w.one);
        for (gvc_int t = 0; t < run->width; t++)
            read_sums((gvc_sum_list){ w.one.head + t * K, w.one.lost + t * K }, K,
                      to.a + t * to.ld);
    }
    put_sectors(run, GVC_LEVEL_BILATERAL_SECTOR, s, run->is_plain ? flows : sums);
}

static void put_sums(const struct run *run, const gvc_site *site, room w)
{
    const gvc_int K = run->plan->K;

    if (run->levels & GVC_LEVEL_COUNTRY) {
        for (gvc_int t = 0; t < run->width; t++)
            w.values[t] = gvc_sum__value(&w.unit[t]);
        if (run->how->unit)
            run->how->unit(site, w.values);
        put(run, GVC_LEVEL_COUNTRY, site->s, 0, w.values);
    }
    if (run->levels & GVC_LEVEL_SECTOR) {
        read_sums(w.sectors, K * run->width, w.values);
        put_sectors(run, GVC_LEVEL_SECTOR, site->s,
                    (gvc_flow_list){ .n = 1, .cells = { w.values, K, run->width, K } });
    }
}

/* The terms of the flow to r and gross exports behind them. Rows that follow each other in the
 * table are filled together. */
static void fill_flow(const struct run *run, const gvc_site *site, gvc_int r, gvc_view cells)
{
    const gvc_view E = gvc_model_E(run->model);
    gvc_int n;

    for (gvc_int a = 0; a < site->n_rows; a += n) {
        const gvc_int first = site->rows[a];

        for (n = 1; a + n < site->n_rows && site->rows[a + n] == first + n; n++)
            ;
        run->how->flow(site, first, r, gvc_view__part(cells, a, 0, n, cells.cols));
        memcpy(cells.a + a + (run->width - 1) * cells.ld, gvc_decomp__at(E, first, r),
               (size_t)n * sizeof *cells.a);
    }
}

/* Some flows of the unit. */
static void run_flows(const struct run *run, const gvc_site *site, gvc_flow_list flows, room w)
{
    for (gvc_int f = 0; f < flows.n; f++) {
        const gvc_view cells = gvc_flow_list__cells(flows, f);

        fill_flow(run, site, flows.importers[f], cells);
        if (run->levels & GVC_LEVEL_SECTOR)
            add_sectors(run, cells, w.sectors);
        if (run->levels & (GVC_LEVEL_COUNTRY | GVC_LEVEL_BILATERAL))
            put_total(run, site->s, flows.importers[f], cells, w);
        if (run->pool)
            gvc_pool__add(run->pool, site->s, flows.importers[f], cells);
    }
    if (run->levels & GVC_LEVEL_BILATERAL_SECTOR)
        put_flows(run, site->s, flows, w);
}

static void run_pairs(const struct run *run, const gvc_site *site, room w)
{
    gvc_int importers[GVC_OUTPUT_FLOWS];
    gvc_flow_list flows = {
        .importers = importers,
        .step = run->widest,
        .cells = { w.cells, site->n_rows, run->width, run->widest * run->abreast },
    };

    memset(w.sectors.head, 0, 2 * (size_t)(run->plan->K * run->width) * sizeof *w.sectors.head);
    memset(w.unit, 0, (size_t)run->width * sizeof *w.unit);
    for (gvc_int r = 0; r < run->plan->U; r++) {
        if (r != site->s)
            importers[flows.n++] = r;
        if (flows.n == run->abreast || (flows.n > 0 && r == run->plan->U - 1)) {
            run_flows(run, site, flows, w);
            flows.n = 0;
        }
    }
    put_sums(run, site, w);
}

static void run_unit(const struct run *run, const gvc_site *site, room w)
{
    const double *e = gvc_model_e(run->model);
    gvc_sum exports = { 0 };

    for (gvc_int a = 0; a < site->n_rows; a++)
        gvc_sum__add(&exports, e[site->rows[a]]);
    memset(w.values, 0, (size_t)run->width * sizeof *w.values);
    run->how->unit(site, w.values);
    w.values[run->width - 1] = gvc_sum__value(&exports);
    put(run, GVC_LEVEL_COUNTRY, site->s, 0, w.values);
}

static void run_units(gvc_ctx *ctx, const struct run *run)
{
    const gvc_rowplan *plan = run->plan;

#pragma omp parallel for num_threads(gvc_ctx_threads(ctx)) schedule(dynamic)
    for (gvc_int s = 0; s < plan->U; s++) {
        const gvc_site site = { run->model,
                                run->state,
                                s,
                                plan->first[s + 1] - plan->first[s],
                                plan->rows + plan->first[s],
                                plan->unit_of };

        if (plan->exporter_at[s] < 0)
            continue;
        if (run->how->flow)
            run_pairs(run, &site, room_of(run, omp_get_thread_num()));
        else
            run_unit(run, &site, room_of(run, omp_get_thread_num()));
    }
}

static gvc_status open_outputs(gvc_ctx *ctx, struct run *run, unsigned levels, int shares)
{
    gvc_status st = GVC_OK;

    for (int i = 0; st == GVC_OK && i < GVC_LEVELS_N; i++) {
        const gvc_level level = gvc_level__at(i)->level;

        if (!(levels & run->measure->levels & level))
            continue;
        if (run->plan->U > 1 && gvc_rowplan__rows(run->plan, level) == 0)
            return gvc_error__set(ctx, GVC_ELABEL,
                                  "%s: the filters leave no row; the only importer chosen is the "
                                  "exporter itself",
                                  run->measure->name);
        run->levels |= level;
        st = gvc_output__open(ctx, &run->outputs[run->n_outputs++], run->model, run->measure, level,
                              run->plan, shares);
    }
    return st;
}

static gvc_status take_room(gvc_ctx *ctx, struct run *run)
{
    const gvc_rowplan *plan = run->plan;

    run->is_plain = plan->is_whole && plan->U * plan->N == gvc_model_n(run->model);
    if (run->how->flow)
        run->abreast = plan->U < GVC_OUTPUT_FLOWS ? plan->U : GVC_OUTPUT_FLOWS;
    for (gvc_int s = 0; s < plan->U; s++)
        if (plan->first[s + 1] - plan->first[s] > run->widest)
            run->widest = plan->first[s + 1] - plan->first[s];
    run->rooms = gvc_mem__calloc(ctx, gvc_ctx_threads(ctx) * room_size(run), sizeof *run->rooms);
    return run->rooms ? GVC_OK : GVC_ENOMEM;
}

static gvc_status hand_over(gvc_ctx *ctx, struct run *run, gvc_frames *frames)
{
    gvc_status st = GVC_OK;

    for (gvc_int i = 0; st == GVC_OK && i < run->n_outputs; i++) {
        gvc_frame *frame = run->outputs[i].frame;

        st = gvc_output__flag(ctx, &run->outputs[i], run->measure, run->model, run->plan);
        if (st != GVC_OK)
            break;
        run->outputs[i].frame = NULL;
        st = gvc_frames__add(ctx, frames, frame);
    }
    return st;
}

static void give_back(struct run *run)
{
    if (run->how->release)
        run->how->release(run->state);
    for (gvc_int i = 0; i < run->n_outputs; i++)
        gvc_output__close(&run->outputs[i]);
    gvc_mem__free(run->rooms);
    gvc_pool__free(run->pool);
    gvc_rowplan__free(run->plan);
}

unsigned gvc_decomp__served(const gvc_measure *measure, const gvc_decomp *how, unsigned levels)
{
    return levels & (how->levels ? how->levels : measure->levels);
}

unsigned gvc_decomp__needs(const gvc_measure *measure, unsigned levels)
{
    unsigned needs = measure->needs;

    for (const gvc_decomp *how = measure->how; how; how = how->other)
        if (gvc_decomp__served(measure, how, levels))
            needs |= how->needs;
    return needs;
}

static gvc_status run_way(gvc_ctx *ctx, gvc_frames *frames, gvc_model *model,
                          const gvc_measure *measure, const gvc_decomp *how, unsigned levels,
                          const gvc_run_opts *opts)
{
    const unsigned pools = gvc_decomp__served(measure, how, gvc_pool__levels(model, measure, opts));
    struct run run = { .model = model, .measure = measure, .how = how };
    gvc_status st;

    run.width = measure->n_terms + 1;
    st = gvc_rowplan__new(ctx, &run.plan, model, opts);
    if (st == GVC_OK && pools)
        st = gvc_pool__new(ctx, &run.pool, model, measure, run.plan, opts);
    if (st == GVC_OK)
        st = open_outputs(ctx, &run, levels, opts->shares);
    if (st == GVC_OK)
        st = take_room(ctx, &run);
    if (st == GVC_OK && how->prepare)
        st = how->prepare(ctx, &run.state, model);
    if (st == GVC_OK)
        st = gvc_progress__step(ctx, measure->name, 0);
    if (st == GVC_OK) {
        run_units(ctx, &run);
        st = hand_over(ctx, &run, frames);
    }
    if (st == GVC_OK && pools)
        st = gvc_pool__hand_over(ctx, frames, run.pool, pools);
    give_back(&run);
    return st;
}

static gvc_status run_ways(gvc_ctx *ctx, gvc_frames *frames, gvc_model *model,
                           const gvc_measure *measure, unsigned levels, const gvc_run_opts *opts)
{
    gvc_status st = GVC_OK;

    for (const gvc_decomp *how = measure->how; how && st == GVC_OK; how = how->other) {
        const unsigned served = gvc_decomp__served(measure, how, levels);
        const unsigned pools =
            gvc_decomp__served(measure, how, gvc_pool__levels(model, measure, opts));

        if (served && how->split)
            st = gvc_split__run(ctx, frames, model, measure, how, served, opts);
        else if (served || (pools && !how->split))
            st = run_way(ctx, frames, model, measure, how, served, opts);
    }
    return st;
}

/* Sums are over all members, so everybody is computed, and the filters choose rows after that. */
static gvc_status run_with_sums(gvc_ctx *ctx, gvc_frames *frames, gvc_model *model,
                                const gvc_measure *measure, unsigned levels,
                                const gvc_run_opts *opts)
{
    gvc_run_opts everybody = *opts;
    gvc_frames *all = NULL;
    gvc_status st = gvc_frames_new(ctx, &all);

    everybody.sink = NULL;
    everybody.filter.exporter = everybody.filter.importer = NULL;
    if (st == GVC_OK)
        st = run_ways(ctx, all, model, measure, levels, &everybody);
    for (gvc_int f = 0; st == GVC_OK && f < gvc_frames_n(all); f++) {
        const gvc_frame *frame = gvc_frames_get(all, f);

        if (gvc_pool__has_made(frame))
            st = gvc_frames__add(ctx, frames, gvc_frames__take(all, f));
        else
            st = opts->n_sums > 0 ? gvc_sums__append(ctx, frames, frame, model, measure, opts)
                                  : gvc_sums__beside(ctx, frames, frame, model, measure, opts);
    }
    gvc_frames_free(all);
    return st;
}

gvc_status gvc_decomp__run(gvc_ctx *ctx, gvc_frames *frames, gvc_model *model,
                           const gvc_measure *measure, unsigned levels, const gvc_run_opts *opts)
{
    gvc_status st;

    if (opts->shares && gvc_model_satellite(model))
        return gvc_error__set(ctx, GVC_EUSAGE,
                              "%s is no part of exports, so it has no shares in them",
                              gvc_model_satellite(model));
    st =
        gvc_model_need(ctx, model,
                       gvc_decomp__needs(measure, levels | gvc_pool__levels(model, measure, opts)));
    if (st != GVC_OK)
        return st;
    return opts->n_sums > 0 || (opts->group_rows && opts->n_groups > 0)
               ? run_with_sums(ctx, frames, model, measure, levels, opts)
               : run_ways(ctx, frames, model, measure, levels, opts);
}
