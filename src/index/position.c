#include "index/families.h"

#include "base/mem.h"
#include "index/collapsed.h"
#include "index/flows.h"
#include "index/inventory.h"

#include <string.h>

/* Work arrays of n values: N and s of the correction, final use, 1'Z of the plain and corrected
 * inputs, and ones. */
typedef struct work {
    double *N, *s, *Y, *inputs, *ones;
    int has_inventories;
} work;

static gvc_status make_work(gvc_ctx *ctx, work *w, const gvc_model *model)
{
    const gvc_int n = gvc_model_n(model);

    w->N = gvc_mem__alloc(ctx, n, sizeof(double));
    w->s = gvc_mem__alloc(ctx, n, sizeof(double));
    w->Y = gvc_mem__alloc(ctx, n, sizeof(double));
    w->inputs = gvc_mem__alloc(ctx, n, sizeof(double));
    w->ones = gvc_mem__alloc(ctx, n, sizeof(double));
    if (!w->N || !w->s || !w->Y || !w->inputs || !w->ones)
        return GVC_ENOMEM;
    gvc_model__inventories(gvc_model_table(model), w->N);
    gvc_model__inventory_scale(w->s, gvc_model_x(model), w->N, n);
    gvc_index__total(w->Y, gvc_model_F(model));
    for (gvc_int i = 0; i < n; i++) {
        w->ones[i] = 1;
        w->has_inventories |= w->N[i] != 0;
    }
    return GVC_OK;
}

static void free_work(work *w)
{
    gvc_mem__free(w->N);
    gvc_mem__free(w->s);
    gvc_mem__free(w->Y);
    gvc_mem__free(w->inputs);
    gvc_mem__free(w->ones);
}

static gvc_view column(double *a, gvc_int n)
{
    return (gvc_view){ a, n, 1, n };
}

/* out := x - x o (weight' A): output less inputs whose rows are scaled by `weight`. */
static void output_less_inputs(gvc_ctx *ctx, const gvc_model *model, const work *w, double *out,
                               double *weight)
{
    const gvc_int n = gvc_model_n(model);
    const double *x = gvc_model_x(model);

    gvc_model__times_A_t(ctx, model, column(w->inputs, n), column(weight, n));
    for (gvc_int j = 0; j < n; j++)
        out[j] = x[j] - x[j] * w->inputs[j];
}

/* The same with ones: value added and taxes, which the model has unless something else stands in
 * their place. */
static void output_less_all_inputs(gvc_ctx *ctx, const gvc_model *model, const work *w, double *out)
{
    const double *x = gvc_model_x(model), *v = gvc_model_v(model), *tau = gvc_model_tau(model);

    if (gvc_model_satellite(model)) {
        output_less_inputs(ctx, model, w, out, w->ones);
        return;
    }
    for (gvc_int j = 0; j < gvc_model_n(model); j++)
        out[j] = x[j] * (v[j] + tau[j]);
}

static gvc_status fill_plain(gvc_ctx *ctx, const gvc_model *model, gvc_parts *parts, const work *w)
{
    const size_t bytes = (size_t)parts->n * sizeof(double);
    const double *x = gvc_model_x(model), *sb = gvc_model_get(model, GVC_Q_SB).a;
    double *down = gvc_parts__rows(parts, "xdown"), *down_dom = gvc_parts__rows(parts, "xdown_dom");
    double *up_dom = gvc_parts__rows(parts, "xup_dom");
    gvc_status st;

    memcpy(gvc_parts__rows(parts, "xup"), gvc_model_get(model, GVC_Q_BX).a, bytes);
    memcpy(gvc_parts__rows(parts, "fgo_n"), w->Y, bytes);
    memcpy(up_dom, x, bytes);
    memcpy(down_dom, w->ones, bytes);
    st = gvc_model__local(ctx, model, column(up_dom, parts->n));
    if (st == GVC_OK)
        st = gvc_model__local_t(ctx, model, column(down_dom, parts->n));
    for (gvc_int j = 0; j < parts->n && st == GVC_OK; j++) {
        down[j] = x[j] * sb[j];
        down_dom[j] *= x[j];
    }
    output_less_all_inputs(ctx, model, w, gvc_parts__rows(parts, "vago_n"));
    return st;
}

/* Without inventories the corrected columns are the plain ones, bit for bit. */
static void copy_plain(gvc_parts *parts)
{
    static const char *const pairs[][2] = { { "xup_inv", "xup" },
                                            { "xdown_inv", "xdown" },
                                            { "fgo_inv_n", "fgo_n" },
                                            { "vago_inv_n", "vago_n" } };

    for (size_t p = 0; p < sizeof pairs / sizeof pairs[0]; p++)
        memcpy(gvc_parts__rows(parts, pairs[p][0]), gvc_parts__rows(parts, pairs[p][1]),
               (size_t)parts->n * sizeof(double));
}

static gvc_status fill_corrected(gvc_ctx *ctx, gvc_model *model, gvc_parts *parts, const work *w)
{
    const double *x = gvc_model_x(model);
    double *up = gvc_parts__rows(parts, "xup_inv"), *down = gvc_parts__rows(parts, "xdown_inv");
    double *use = gvc_parts__rows(parts, "fgo_inv_n");
    const size_t bytes = (size_t)parts->n * sizeof *up;
    gvc_status st;

    memcpy(up, gvc_model_get(model, GVC_Q_BX).a, bytes);
    memcpy(down, gvc_model_get(model, GVC_Q_SB).a, bytes);
    /* Rows first: the model's rows were solved last, and what that took still stands. */
    st = gvc_index__solve_corrected(ctx, model, w->s, 1, w->ones, down);
    if (st == GVC_OK)
        st = gvc_index__solve_corrected(ctx, model, w->s, 0, x, up);
    if (st != GVC_OK)
        return st;
    for (gvc_int i = 0; i < parts->n; i++) {
        down[i] *= x[i];
        use[i] = w->s[i] * (w->Y[i] - w->N[i]);
    }
    output_less_inputs(ctx, model, w, gvc_parts__rows(parts, "vago_inv_n"), w->s);
    return GVC_OK;
}

/* None of these depends on where borders are. */
static void copy_corrected(gvc_parts *parts)
{
    static const char *const names[] = { "xup_inv", "xdown_inv", "fgo_inv_n", "vago_inv_n" };

    for (size_t k = 0; k < sizeof names / sizeof names[0]; k++)
        memcpy(gvc_parts__rows(parts, names[k]), gvc_parts__rows(parts->other, names[k]),
               (size_t)parts->n * sizeof(double));
}

static void log_missing_category(gvc_ctx *ctx, const gvc_model *model)
{
    if (gvc_edition_inventory(gvc_table_edition(gvc_model_table(model))) < 0)
        gvc_log__info(ctx, "position: the table names no category of changes in inventories, so "
                           "the corrected columns equal the plain ones");
}

static gvc_status fill_rest(gvc_ctx *ctx, gvc_model *model, gvc_parts *parts, const work *w)
{
    gvc_status st = GVC_OK;

    if (w->has_inventories)
        st = fill_corrected(ctx, model, parts, w);
    else
        copy_plain(parts);
    log_missing_category(ctx, model);
    return st == GVC_OK ? gvc_index__fill_collapsed(ctx, model, parts, w->N, w->Y) : st;
}

static gvc_status compute(gvc_ctx *ctx, gvc_model *model, gvc_parts *parts)
{
    work w = { 0 };
    gvc_status st = make_work(ctx, &w, model);

    if (st == GVC_OK)
        st = fill_plain(ctx, model, parts, &w);
    if (st == GVC_OK && parts->other)
        copy_corrected(parts);
    else if (st == GVC_OK)
        st = fill_rest(ctx, model, parts, &w);
    free_work(&w);
    return st;
}

static const gvc_family family = { .compute = compute };

// clang-format off
static const gvc_term terms[] = {
    { "xup", "Gross output x upstreamness", "money x stages",
      "B x", "S", "", GVC_LEVELS_ROWS, NULL },
    { "xdown", "Gross output x downstreamness", "money x stages",
      "x o (1'B)", "S", "", GVC_LEVELS_ROWS, NULL },
    { "xup_dom", "Gross output x domestic upstreamness", "money x stages",
      "L x", "S", "", GVC_LEVELS_ROWS, NULL },
    { "xdown_dom", "Gross output x domestic downstreamness", "money x stages",
      "x o (1'L)", "S", "", GVC_LEVELS_ROWS, NULL },
    { "xup_inv", "Gross output x upstreamness, inventory-corrected", "money x stages",
      "(I - s^A)^-1 x", "S", "", GVC_LEVELS_ROWS, NULL },
    { "xdown_inv", "Gross output x downstreamness, inventory-corrected", "money x stages",
      "x o 1'(I - s^A)^-1", "S", "", GVC_LEVELS_ROWS, NULL },
    { "fgo_n", "Final use of own output", "money",
      "Y", "S", "", GVC_LEVELS_ROWS, NULL },
    { "vago_n", "Output less intermediate inputs", "money",
      "x - 1'Z", "S", "", GVC_LEVELS_ROWS, NULL },
    { "fgo_inv_n", "Final use, inventory-corrected", "money",
      "s o (Y - N)", "S", "", GVC_LEVELS_ROWS, NULL },
    { "vago_inv_n", "Output less inputs, inventory-corrected", "money",
      "x - 1'(s^Z)", "S", "", GVC_LEVELS_ROWS, NULL },
    { "up", "Upstreamness (output upstreamness OU)", "stages",
      "xup/gout", "S", ">=1", GVC_LEVELS_ROWS, RULE_SHARE("xup", "gout") },
    { "down", "Downstreamness (input downstreamness ID)", "stages",
      "xdown/gout", "S", ">=1", GVC_LEVELS_ROWS, RULE_SHARE("xdown", "gout") },
    { "up_dom", "Upstreamness within the domestic chain", "stages",
      "xup_dom/gout", "S", ">=1", GVC_LEVELS_ROWS, RULE_SHARE("xup_dom", "gout") },
    { "down_dom", "Downstreamness within the domestic chain", "stages",
      "xdown_dom/gout", "S", ">=1",
      GVC_LEVELS_ROWS, RULE_SHARE("xdown_dom", "gout") },
    { "up_for", "Upstreamness added by foreign stages", "stages",
      "up - up_dom", "S", ">=0",
      GVC_LEVELS_ROWS, RULE_DIFFERENCE("up", "up_dom") },
    { "down_for", "Downstreamness added by foreign stages", "stages",
      "down - down_dom", "S", ">=0",
      GVC_LEVELS_ROWS, RULE_DIFFERENCE("down", "down_dom") },
    { "up_inv", "Upstreamness, inventory-corrected", "stages",
      "xup_inv/gout", "S", ">=1", GVC_LEVELS_ROWS, RULE_SHARE("xup_inv", "gout") },
    { "down_inv", "Downstreamness, inventory-corrected", "stages",
      "xdown_inv/gout", "S", ">=1",
      GVC_LEVELS_ROWS, RULE_SHARE("xdown_inv", "gout") },
    { "up_col", "Upstreamness of the one-sector country table", "stages",
      "", "S", ">=1", GVC_LEVEL_COUNTRY, NULL },
    { "down_col", "Downstreamness of the one-sector country table", "stages",
      "", "S", ">=1", GVC_LEVEL_COUNTRY, NULL },
    { "up_inv_col", "Upstreamness, one-sector table, inventory-corrected", "stages",
      "", "S", ">=1", GVC_LEVEL_COUNTRY, NULL },
    { "down_inv_col", "Downstreamness, one-sector table, inventory-corrected", "stages",
      "", "S", ">=1", GVC_LEVEL_COUNTRY, NULL },
    { "fgo", "Final-use share of gross output", "share",
      "fgo_n/gout", "S", "[0,1]", GVC_LEVELS_ROWS, RULE_SHARE("fgo_n", "gout") },
    { "vago", "Value-added share of gross output", "share",
      "vago_n/gout", "S", "[0,1]", GVC_LEVELS_ROWS, RULE_SHARE("vago_n", "gout") },
    { "fgo_inv", "Final-use share of output, inventory-corrected", "share",
      "fgo_inv_n/gout", "S", "[0,1]",
      GVC_LEVELS_ROWS, RULE_SHARE("fgo_inv_n", "gout") },
    { "vago_inv", "Value-added share of output, inventory-corrected", "share",
      "vago_inv_n/gout", "S", "[0,1]",
      GVC_LEVELS_ROWS, RULE_SHARE("vago_inv_n", "gout") },
    { "fgo_inv_col", "Final-use share, one-sector table, corrected", "share",
      "", "S", "[0,1]", GVC_LEVEL_COUNTRY, NULL },
    { "vago_inv_col", "Value-added share, one-sector table, corrected", "share",
      "", "S", "[0,1]", GVC_LEVEL_COUNTRY, NULL },
};
// clang-format on

const gvc_measure gvc_index__position = {
    .name = "position",
    .method = "position",
    .kind = GVC_FRAME_INDICES,
    .title = "Upstreamness, downstreamness, final-use and value-added shares of output",
    .paper = "Fally 2012; Antras, Chor, Fally, Hillberry 2012; Antras, Chor 2018 (NBER 24185); "
             "Miller, Temurshoev 2017",
    .notes =
        "up is the output-weighted number of stages to final use, down the number of stages behind a "
        "unit of output; both are 1 or more where value added and final use are not negative. "
        "Aggregates are weighted by gross output, and over the world up and down are equal in a balanced "
        "table. A sector without output has no value.\n"
        "_inv corrects for changes in inventories N: rows of Z and F scaled by s = x/(x - N), x "
        "unchanged, s = 1 where x = 0 or x <= N. Without an inventory category it equals the plain "
        "column. _col is the same on the table of countries (one sector each); N is then summed "
        "before s is formed.",
    .levels = GVC_LEVELS_ROWS,
    .needs = GVC_Q_BX | GVC_Q_SB | GVC_Q_MORE, /* the steps of the inventory correction */
    .terms = terms,
    .n_terms = sizeof terms / sizeof terms[0],
    .how = &family,
};
