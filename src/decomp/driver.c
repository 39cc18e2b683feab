#include "decomp/driver.h"

#include "base/mem.h"
#include "decomp/output.h"
#include "decomp/sum.h"
#include "decomp/sums.h"

#include <string.h>

/* One run. `cells` holds, for every row of the table, the terms of the flow at hand and the gross
 * exports after them. Each unit works in its own part of everything, so units run in any order.
 * What no level asks for is not summed. */
struct run {
    const gvc_model *model;
    const gvc_measure *measure;
    const gvc_decomp *how;
    gvc_rowplan *plan;
    void *state;
    unsigned levels;          /* of the outputs */
    int is_plain;             /* every row of a unit is one sector of its own */
    gvc_int n_outputs, width; /* width = terms and gross exports */
    gvc_output outputs[GVC_LEVELS_N];
    double *cells;   /* n x width */
    double *sectors; /* heads and losses of K x width sums for each unit: its flows by sector */
    double *flow;    /* the same of the flow at hand; NULL where each sum has one cell */
    double *totals;  /* for each unit 2 times width sums: all its flows, the one at hand */
    double *values;  /* for each unit K x width, and twice width: what goes into rows */
};

static gvc_sum_list sums_of(double *sums, gvc_int s, gvc_int n)
{
    return (gvc_sum_list){ sums + 2 * s * n, sums + (2 * s + 1) * n };
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

static void put_sectors(const struct run *run, gvc_level level, gvc_int s, gvc_int r,
                        gvc_view values)
{
    for (gvc_int i = 0; i < run->n_outputs; i++)
        if (run->outputs[i].level == level)
            gvc_output__put_sectors(&run->outputs[i], run->measure, run->plan, s, r, values);
}

/* Add the flow at hand to sums by sector: K x width. */
static void add_sectors(const struct run *run, gvc_view cells, gvc_sum_list sums)
{
    const gvc_rowplan *plan = run->plan;

    for (gvc_int t = 0; t < run->width; t++) {
        const gvc_sum_list of_term = { sums.head + t * plan->K, sums.lost + t * plan->K };
        const double *column = cells.a + t * cells.ld;

        if (plan->is_whole)
            for (gvc_int a = 0; a < cells.rows; a += plan->N)
                gvc_sum__add_each(of_term, column + a, plan->N);
        else
            for (gvc_int a = 0; a < cells.rows; a++) {
                const gvc_int k = plan->sector_of[a % plan->N];

                gvc_sum__add_each((gvc_sum_list){ of_term.head + k, of_term.lost + k }, column + a,
                                  1);
            }
    }
}

/* Add the flow at hand to the sums of its terms: those of the unit, and its own. */
static void add_totals(const struct run *run, gvc_int s, gvc_view cells)
{
    const gvc_sum_list unit = sums_of(run->totals, 2 * s, run->width),
                       flow = sums_of(run->totals, 2 * s + 1, run->width);
    double *row = run->values + (s + 1) * (run->plan->K + 2) * run->width - run->width;

    memset(flow.head, 0, 2 * (size_t)run->width * sizeof *flow.head);
    for (gvc_int a = 0; a < cells.rows; a++) {
        for (gvc_int t = 0; t < run->width; t++)
            row[t] = cells.a[a + t * cells.ld];
        if (run->levels & GVC_LEVEL_COUNTRY)
            gvc_sum__add_each(unit, row, run->width);
        if (run->levels & GVC_LEVEL_BILATERAL)
            gvc_sum__add_each(flow, row, run->width);
    }
}

static double *values_of(const struct run *run, gvc_int s)
{
    return run->values + s * (run->plan->K + 2) * run->width;
}

/* The flow at hand as a whole, and each of its sectors. */
static void put_flow(const struct run *run, const gvc_site *site, gvc_int r, gvc_view cells)
{
    const gvc_int K = run->plan->K, s = site->s;
    double *values = values_of(run, s);

    if (run->levels & GVC_LEVEL_BILATERAL) {
        read_sums(sums_of(run->totals, 2 * s + 1, run->width), run->width, values);
        put(run, GVC_LEVEL_BILATERAL, s, r, values);
    }
    if (!(run->levels & GVC_LEVEL_BILATERAL_SECTOR))
        return;
    if (!run->is_plain) {
        const gvc_sum_list flow = sums_of(run->flow, s, K * run->width);

        memset(flow.head, 0, 2 * (size_t)(K * run->width) * sizeof *flow.head);
        add_sectors(run, cells, flow);
        read_sums(flow, K * run->width, values);
        cells = (gvc_view){ values, K, run->width, K };
    }
    put_sectors(run, GVC_LEVEL_BILATERAL_SECTOR, s, r, cells);
}

static void put_sums(const struct run *run, const gvc_site *site)
{
    const gvc_int s = site->s, K = run->plan->K;
    double *values = values_of(run, s);

    if (run->levels & GVC_LEVEL_COUNTRY) {
        read_sums(sums_of(run->totals, 2 * s, run->width), run->width, values);
        if (run->how->unit)
            run->how->unit(site, values);
        put(run, GVC_LEVEL_COUNTRY, s, 0, values);
    }
    if (run->levels & GVC_LEVEL_SECTOR) {
        read_sums(sums_of(run->sectors, s, K * run->width), K * run->width, values);
        put_sectors(run, GVC_LEVEL_SECTOR, s, 0, (gvc_view){ values, K, run->width, K });
    }
}

static int has_flows(const gvc_decomp *how)
{
    return how->pair || how->row;
}

static void fill_flow(const gvc_decomp *how, const gvc_site *site, gvc_int r, gvc_view cells)
{
    if (how->pair) {
        how->pair(site, r, cells);
        return;
    }
    for (gvc_int a = 0; a < site->n_rows; a++)
        how->row(site, site->rows[a], r, cells.a + a, cells.ld);
}

static void run_pairs(const struct run *run, const gvc_site *site)
{
    const gvc_view E = gvc_model_E(run->model);
    const gvc_view cells = { run->cells + run->plan->first[site->s] * run->width, site->n_rows,
                             run->width, site->n_rows };

    for (gvc_int r = 0; r < run->plan->U; r++) {
        if (r == site->s)
            continue;
        fill_flow(run->how, site, r, cells);
        for (gvc_int a = 0; a < site->n_rows; a++)
            cells.a[a + (run->width - 1) * cells.ld] = E.a[site->rows[a] + r * E.ld];
        if (run->levels & GVC_LEVEL_SECTOR)
            add_sectors(run, cells, sums_of(run->sectors, site->s, run->plan->K * run->width));
        if (run->levels & (GVC_LEVEL_COUNTRY | GVC_LEVEL_BILATERAL))
            add_totals(run, site->s, cells);
        put_flow(run, site, r, cells);
    }
    put_sums(run, site);
}

static void run_unit(const struct run *run, const gvc_site *site)
{
    const double *e = gvc_model_e(run->model);
    double *values = values_of(run, site->s);
    gvc_sum exports = { 0 };

    for (gvc_int a = 0; a < site->n_rows; a++)
        gvc_sum__add(&exports, e[site->rows[a]]);
    run->how->unit(site, values);
    values[run->width - 1] = gvc_sum__value(&exports);
    put(run, GVC_LEVEL_COUNTRY, site->s, 0, values);
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
        if (has_flows(run->how))
            run_pairs(run, &site);
        else
            run_unit(run, &site);
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
    const gvc_int n = gvc_model_n(run->model), U = run->plan->U, K = run->plan->K;

    run->is_plain = run->plan->is_whole && U * run->plan->N == n;
    run->values = gvc_mem__calloc(ctx, U * (K + 2) * run->width, sizeof *run->values);
    if (!run->values)
        return GVC_ENOMEM;
    if (!has_flows(run->how))
        return GVC_OK;
    run->cells = gvc_mem__calloc(ctx, n * run->width, sizeof *run->cells);
    run->sectors = gvc_mem__calloc(ctx, 2 * U * K * run->width, sizeof *run->sectors);
    run->flow = gvc_mem__calloc(ctx, run->is_plain ? 0 : 2 * U * K * run->width, sizeof *run->flow);
    run->totals = gvc_mem__calloc(ctx, 4 * U * run->width, sizeof *run->totals);
    return run->cells && run->sectors && run->flow && run->totals ? GVC_OK : GVC_ENOMEM;
}

static gvc_status hand_over(gvc_ctx *ctx, struct run *run, gvc_frames *frames)
{
    gvc_status st = GVC_OK;

    for (gvc_int i = 0; st == GVC_OK && i < run->n_outputs; i++) {
        gvc_frame *frame = run->outputs[i].frame;

        st = gvc_output__flag(ctx, &run->outputs[i], run->model, run->plan);
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
    gvc_mem__free(run->cells);
    gvc_mem__free(run->values);
    gvc_mem__free(run->sectors);
    gvc_mem__free(run->flow);
    gvc_mem__free(run->totals);
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
    struct run run = { .model = model, .measure = measure, .how = how };
    gvc_status st;

    run.width = measure->n_terms + 1;
    st = gvc_rowplan__new(ctx, &run.plan, model, opts);
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
    give_back(&run);
    return st;
}

static gvc_status run_ways(gvc_ctx *ctx, gvc_frames *frames, gvc_model *model,
                           const gvc_measure *measure, unsigned levels, const gvc_run_opts *opts)
{
    gvc_status st = GVC_OK;

    for (const gvc_decomp *how = measure->how; how && st == GVC_OK; how = how->other) {
        const unsigned served = gvc_decomp__served(measure, how, levels);

        if (served && how->split)
            st = gvc_split__run(ctx, frames, model, measure, how, served, opts);
        else if (served)
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
    st = gvc_model_need(ctx, model, gvc_decomp__needs(measure, levels));
    if (st != GVC_OK)
        return st;
    return opts->n_sums > 0 || (opts->group_rows && opts->n_groups > 0)
               ? run_with_sums(ctx, frames, model, measure, levels, opts)
               : run_ways(ctx, frames, model, measure, levels, opts);
}
