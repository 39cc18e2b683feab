#include "index/families.h"

#include "base/mem.h"
#include "index/flows.h"
#include "index/sheet.h"
#include "la/view.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* The ways to see flows P between industries, and the names of their columns. */
enum { FACE, LOOK, UNIT, VA, WAYS };

static const char *const stems[WAYS] = { "face", "look", "unit", "va" };

/* Face values, n x U: inputs of each user from each unit (sums of Z over sources), and sales of
 * each source to each unit (sums of Z over users). The other ways are made of the model's
 * quantities when they are looked at. */
typedef struct exposure {
    gvc_view in, out;
} exposure;

static void drop(void *kept)
{
    exposure *seen = kept;

    if (!seen)
        return;
    gvc_mem__free(seen->in.a);
    gvc_mem__free(seen->out.a);
    gvc_mem__free(seen);
}

static gvc_status make_room(gvc_ctx *ctx, gvc_parts *parts)
{
    exposure *seen = gvc_mem__calloc(ctx, 1, sizeof *seen);

    parts->kept = seen;
    parts->drop = drop;
    if (!seen)
        return GVC_ENOMEM;
    seen->in = gvc_mem__matrix(ctx, parts->n, parts->U);
    seen->out = gvc_mem__matrix(ctx, parts->n, parts->U);
    return seen->in.a && seen->out.a ? GVC_OK : GVC_ENOMEM;
}

/* Z by unit: with M the membership of rows in units, x^ A'M and A x^ M. */
static gvc_status compute(gvc_ctx *ctx, gvc_model *model, gvc_parts *parts)
{
    const gvc_int n = parts->n;
    double *ones = gvc_mem__alloc(ctx, n, sizeof *ones);
    double *own = gvc_mem__alloc(ctx, n, sizeof *own);
    gvc_status st = make_room(ctx, parts);

    if (st == GVC_OK && ones && own) {
        const exposure *seen = parts->kept;

        for (gvc_int i = 0; i < n; i++)
            ones[i] = 1;
        gvc_model__by_exporter(ctx, model, seen->in, ones);
        gvc_model__inputs(ctx, model, 0, 1, gvc_view__vector(own, n), gvc_view__vector(ones, n));
        for (gvc_int j = 0; j < n; j++)
            seen->in.a[j + gvc_model__unit_of_row(model, j) * seen->in.ld] = own[j];
        gvc_index__scale(ctx, seen->in, gvc_model_x(model), seen->in);
        gvc_model__sales(ctx, model, seen->out);
    } else {
        st = GVC_ENOMEM;
    }
    gvc_mem__free(ones);
    gvc_mem__free(own);
    return st;
}

/* P := B x^ M as totals of each unit, in its first row: the columns of 1_s' B x^ M. */
static void sum_customers(const gvc_model *model, gvc_view P)
{
    const gvc_view SBU = gvc_model_get(model, GVC_Q_SBU);
    const double *x = gvc_model_x(model);

    memset(P.a, 0, (size_t)(P.rows * P.cols) * sizeof *P.a);
    for (gvc_int s = 0; s < P.cols; s++) {
        const gvc_int first = gvc_index__first_row(model, s);

        for (gvc_int j = 0; j < P.rows; j++)
            P.a[first + gvc_model__unit_of_row(model, j) * P.ld] += SBU.a[j + s * SBU.ld] * x[j];
    }
}

/* P := inputs of users (side 0) or sales of sources (side 1) seen in one of the ways: column j and
 * row i of B x^ by unit are x^ B'M and B x^ M; in (B - I) x^ the industry is not its own supplier
 * or customer. Without sectors B x^ M comes from the rows of 1_s' B. */
static void see(gvc_ctx *ctx, const gvc_model *model, const exposure *seen, int way, int side,
                int by_sector, gvc_view P)
{
    const double *x = gvc_model_x(model);

    if (way == FACE)
        gvc_view__copy(P, side ? seen->out : seen->in);
    else if (way == VA && side)
        gvc_index__scale(ctx, P, gvc_model_v(model), gvc_model_get(model, GVC_Q_BF));
    else if (way == VA)
        gvc_index__scale(ctx, P, x, gvc_model_get(model, GVC_Q_VB));
    else if (side && by_sector)
        gvc_view__copy(P, gvc_model_get(model, GVC_Q_BXU));
    else if (side)
        sum_customers(model, P);
    else
        gvc_index__scale(ctx, P, x, gvc_model_get(model, GVC_Q_SBU));
    for (gvc_int i = 0; way == LOOK && i < P.rows; i++)
        P.a[i + gvc_model__unit_of_row(model, i) * P.ld] -= x[i];
}

/* ---- shares and concentration of one cell ---- */

static double sum_of(const double *P, gvc_int U, gvc_int without)
{
    double sum = 0, rest = 0;

    for (gvc_int r = 0; r < U; r++)
        if (r != without)
            gvc_index__add(&sum, &rest, P[r]);
    return sum + rest;
}

/* Sum of squared shares over all partners but `without`. */
static double concentration(const double *P, gvc_int U, gvc_int without, double scale)
{
    const double whole = sum_of(P, U, without);
    double sum = 0;

    for (gvc_int r = 0; r < U; r++)
        if (r != without) {
            const double share = gvc_rule__divide(P[r], whole, scale);

            sum += share * share;
        }
    return U > 1 || without < 0 ? sum : NAN;
}

/* The columns of one way and one side; NULL where the level has none. */
typedef struct columns {
    double *share, *foreign, *hhi, *hhi_all;
} columns;

static double *column(gvc_sheet *sheet, const char *side, const char *stem, const char *end)
{
    char name[32];
    gvc_int t;

    snprintf(name, sizeof name, "%s_%s%s", side, stem, end);
    t = gvc_index__term(sheet->measure, name);
    return t < 0 ? NULL : sheet->columns[t];
}

/* P holds the flows of each seller or user with all units, partner by partner. */
static void fill_cells(gvc_ctx *ctx, const columns *to, const gvc_shape *shape, const double *P,
                       const double *output, gvc_int cells)
{
    const gvc_int U = shape->U, per_unit = cells / U;

#pragma omp parallel for num_threads(gvc_ctx_threads(ctx)) schedule(static)
    for (gvc_int c = 0; c < cells; c++) {
        const double *row = P + c * U, scale = output[c];
        const gvc_int own = c / per_unit;
        const double whole = sum_of(row, U, -1);

        for (gvc_int r = 0; to->share && r < U; r++)
            to->share[c * U + r] = gvc_rule__divide(row[r], whole, scale);
        if (to->foreign)
            to->foreign[c] = gvc_rule__divide(sum_of(row, U, own), whole, scale);
        if (to->hhi)
            to->hhi[c] = concentration(row, U, own, scale);
        if (to->hhi_all)
            to->hhi_all[c] = concentration(row, U, -1, scale);
    }
}

/* Work of one level: flows by row and by cell with all partners, and output by cell. */
typedef struct cells {
    const gvc_shape *shape;
    gvc_view flows;
    gvc_level pairs, sellers;
    gvc_int n;
    double *P, *rest, *output;
} cells;

static gvc_status make_cells(gvc_ctx *ctx, cells *c, const gvc_model *model, const gvc_shape *shape,
                             gvc_level level)
{
    const int by_sector = level & (GVC_LEVEL_SECTOR | GVC_LEVEL_BILATERAL_SECTOR) ? 1 : 0;

    c->pairs = by_sector ? GVC_LEVEL_BILATERAL_SECTOR : GVC_LEVEL_BILATERAL;
    c->sellers = by_sector ? GVC_LEVEL_SECTOR : GVC_LEVEL_COUNTRY;
    c->n = gvc_index__cells(shape, c->sellers);
    c->P = gvc_mem__alloc(ctx, c->n * shape->U, sizeof *c->P);
    c->rest = gvc_mem__alloc(ctx, c->n * shape->U, sizeof *c->rest);
    c->output = gvc_mem__alloc(ctx, c->n, sizeof *c->output);
    if (!c->P || !c->rest || !c->output)
        return GVC_ENOMEM;
    gvc_index__sum_rows(c->output, c->rest, gvc_model_x(model), shape, c->sellers);
    return GVC_OK;
}

/* Hidden reliance is what look-through finds beyond the face. */
static void fill_hidden(gvc_sheet *sheet)
{
    const double *look = column(sheet, "fir", "look", ""), *face = column(sheet, "fir", "face", "");
    double *hidden = column(sheet, "fir", "hidden", "");

    for (gvc_int c = 0; hidden && c < sheet->cells; c++)
        hidden[c] = look[c] - face[c];
}

static void fill_way(gvc_ctx *ctx, const gvc_model *model, const gvc_parts *parts, gvc_sheet *sheet,
                     const cells *c, int way, int side)
{
    const char *name = side ? "fmr" : "fir";
    const columns to = {
        column(sheet, name, stems[way], ""),
        column(sheet, name, stems[way], "_for"),
        column(sheet, name, stems[way], "_hhi"),
        column(sheet, name, stems[way], "_hhi_all"),
    };

    see(ctx, model, parts->kept, way, side, c->sellers == GVC_LEVEL_SECTOR, c->flows);
    gvc_index__sum_pairs(ctx, c->P, c->rest, c->flows, c->shape, c->pairs);
    fill_cells(ctx, &to, c->shape, c->P, c->output, c->n);
}

static gvc_status fill(gvc_ctx *ctx, gvc_model *model, const gvc_parts *parts,
                       const gvc_shape *shape, gvc_sheet *sheet)
{
    cells c = { .shape = shape, .flows = gvc_mem__matrix(ctx, parts->n, parts->U) };
    gvc_status st = c.flows.a ? make_cells(ctx, &c, model, shape, sheet->level) : GVC_ENOMEM;

    for (int way = 0; way < WAYS && st == GVC_OK; way++)
        for (int side = 0; side < 2; side++)
            fill_way(ctx, model, parts, sheet, &c, way, side);
    fill_hidden(sheet);
    gvc_mem__free(c.flows.a);
    gvc_mem__free(c.P);
    gvc_mem__free(c.rest);
    gvc_mem__free(c.output);
    return st;
}

static const char *const own_pairs[] = {
    "fir_face", "fmr_face", "fir_look", "fmr_look", "fir_unit",
    "fmr_unit", "fir_va",   "fmr_va",   NULL,
};

static const gvc_family family = {
    .compute = compute, .own_pairs = own_pairs, .fill = fill, .any_sectors = 1
};

#define ROWS (GVC_LEVEL_COUNTRY | GVC_LEVEL_SECTOR)

// clang-format off
static const gvc_term terms[] = {
    { "fir_face", "Input reliance on partner, face value", "share",
      "sum_{i in r} P_ij / sum_i P_ij, P = Z", "", "[0,1]", GVC_LEVELS_PAIRS, RULE_FAMILY },
    { "fir_face_for", "Foreign input reliance, face value", "share",
      "sum_{r!=s} fir_face", "", "[0,1]", ROWS, RULE_FAMILY },
    { "fir_face_hhi", "Concentration of foreign input sources, face value", "index",
      "sum_{r!=s} (fir_face / fir_face_for)^2", "", "(0,1]", ROWS, RULE_FAMILY },
    { "fir_face_hhi_all", "Concentration of input sources, home included, face value", "index",
      "sum_r fir_face^2", "", "(0,1]", GVC_LEVEL_COUNTRY, RULE_FAMILY },
    { "fmr_face", "Market reliance on partner, face value", "share",
      "sum_{j in r} P_ij / sum_j P_ij, P = Z", "", "[0,1]", GVC_LEVELS_PAIRS, RULE_FAMILY },
    { "fmr_face_for", "Foreign market reliance, face value", "share",
      "sum_{r!=s} fmr_face", "", "[0,1]", ROWS, RULE_FAMILY },
    { "fmr_face_hhi", "Concentration of foreign markets, face value", "index",
      "sum_{r!=s} (fmr_face / fmr_face_for)^2", "", "(0,1]", ROWS, RULE_FAMILY },
    { "fmr_face_hhi_all", "Concentration of markets, home included, face value", "index",
      "sum_r fmr_face^2", "", "(0,1]", GVC_LEVEL_COUNTRY, RULE_FAMILY },
    { "fir_look", "Input reliance on partner, look-through", "share",
      "sum_{i in r} P_ij / sum_i P_ij, P = (B - I) x^", "", "[0,1]", GVC_LEVELS_PAIRS, RULE_FAMILY },
    { "fir_look_for", "Foreign input reliance, look-through", "share",
      "sum_{r!=s} fir_look", "", "[0,1]", ROWS, RULE_FAMILY },
    { "fir_look_hhi", "Concentration of foreign input sources, look-through", "index",
      "sum_{r!=s} (fir_look / fir_look_for)^2", "", "(0,1]", ROWS, RULE_FAMILY },
    { "fir_look_hhi_all", "Concentration of input sources, home included, look-through", "index",
      "sum_r fir_look^2", "", "(0,1]", GVC_LEVEL_COUNTRY, RULE_FAMILY },
    { "fmr_look", "Market reliance on partner, look-through", "share",
      "sum_{j in r} P_ij / sum_j P_ij, P = (B - I) x^", "", "[0,1]", GVC_LEVELS_PAIRS, RULE_FAMILY },
    { "fmr_look_for", "Foreign market reliance, look-through", "share",
      "sum_{r!=s} fmr_look", "", "[0,1]", ROWS, RULE_FAMILY },
    { "fmr_look_hhi", "Concentration of foreign markets, look-through", "index",
      "sum_{r!=s} (fmr_look / fmr_look_for)^2", "", "(0,1]", ROWS, RULE_FAMILY },
    { "fmr_look_hhi_all", "Concentration of markets, home included, look-through", "index",
      "sum_r fmr_look^2", "", "(0,1]", GVC_LEVEL_COUNTRY, RULE_FAMILY },
    { "fir_unit", "Input reliance on partner, look-through, own unit counted", "share",
      "sum_{i in r} P_ij / sum_i P_ij, P = B x^", "", "[0,1]", GVC_LEVELS_PAIRS, RULE_FAMILY },
    { "fir_unit_for", "Foreign input reliance, look-through, own unit counted", "share",
      "sum_{r!=s} fir_unit", "", "[0,1]", ROWS, RULE_FAMILY },
    { "fir_unit_hhi", "Concentration of foreign input sources, look-through, own unit counted", "index",
      "sum_{r!=s} (fir_unit / fir_unit_for)^2", "", "(0,1]", ROWS, RULE_FAMILY },
    { "fir_unit_hhi_all", "Concentration of input sources, home included, look-through, own unit counted", "index",
      "sum_r fir_unit^2", "", "(0,1]", GVC_LEVEL_COUNTRY, RULE_FAMILY },
    { "fmr_unit", "Market reliance on partner, look-through, own unit counted", "share",
      "sum_{j in r} P_ij / sum_j P_ij, P = B x^", "", "[0,1]", GVC_LEVELS_PAIRS, RULE_FAMILY },
    { "fmr_unit_for", "Foreign market reliance, look-through, own unit counted", "share",
      "sum_{r!=s} fmr_unit", "", "[0,1]", ROWS, RULE_FAMILY },
    { "fmr_unit_hhi", "Concentration of foreign markets, look-through, own unit counted", "index",
      "sum_{r!=s} (fmr_unit / fmr_unit_for)^2", "", "(0,1]", ROWS, RULE_FAMILY },
    { "fmr_unit_hhi_all", "Concentration of markets, home included, look-through, own unit counted", "index",
      "sum_r fmr_unit^2", "", "(0,1]", GVC_LEVEL_COUNTRY, RULE_FAMILY },
    { "fir_va", "Input reliance on partner, value added", "share",
      "sum_{i in r} P_ij / sum_i P_ij, P = v^ B x^", "", "[0,1]", GVC_LEVELS_PAIRS, RULE_FAMILY },
    { "fir_va_for", "Foreign input reliance, value added", "share",
      "sum_{r!=s} fir_va", "", "[0,1]", ROWS, RULE_FAMILY },
    { "fir_va_hhi", "Concentration of foreign input sources, value added", "index",
      "sum_{r!=s} (fir_va / fir_va_for)^2", "", "(0,1]", ROWS, RULE_FAMILY },
    { "fir_va_hhi_all", "Concentration of input sources, home included, value added", "index",
      "sum_r fir_va^2", "", "(0,1]", GVC_LEVEL_COUNTRY, RULE_FAMILY },
    { "fmr_va", "Market reliance on partner, value added", "share",
      "(v^ BF)_ir / sum_r (v^ BF)_ir", "", "[0,1]", GVC_LEVELS_PAIRS, RULE_FAMILY },
    { "fmr_va_for", "Foreign market reliance, value added", "share",
      "sum_{r!=s} fmr_va", "", "[0,1]", ROWS, RULE_FAMILY },
    { "fmr_va_hhi", "Concentration of foreign markets, value added", "index",
      "sum_{r!=s} (fmr_va / fmr_va_for)^2", "", "(0,1]", ROWS, RULE_FAMILY },
    { "fmr_va_hhi_all", "Concentration of markets, home included, value added", "index",
      "sum_r fmr_va^2", "", "(0,1]", GVC_LEVEL_COUNTRY, RULE_FAMILY },
    { "fir_hidden", "Hidden input reliance: look-through less face value", "share",
      "fir_look - fir_face", "", "", GVC_LEVEL_BILATERAL, RULE_FAMILY },
};
// clang-format on

const gvc_measure gvc_index__exposure = {
    .name = "exposure",
    .method = "exposure",
    .kind = GVC_FRAME_INDICES,
    .title =
        "Reliance on foreign inputs and markets, at face value and looked through, and its concentration",
    .paper =
        "Baldwin, Freeman, Theodorakopoulos 2022 (NBER 30525), 2023 (BPEA); Imbs, Pauwels 2025",
    .notes =
        "fir_: the share of the inputs of a user that comes from the partner; fmr_: the share of the sales of "
        "a source that goes to users in the partner. Own pairs are rows, so that shares add up to 1. _for is "
        "all of it that is foreign. Four ways to see the flows: face, purchases Z; look, all inputs behind "
        "them, (B - I) x^; unit, the same with the user's own output counted, B x^; va, value added, "
        "v^ B x^ for inputs and v^ B F for markets.\n"
        "US manufacturing 2011 in WIOD 2013: foreign share 0.225 at face value, 0.347 looked through, 0.20 "
        "with the unit counted.\n"
        "_hhi is the sum of squared shares in the foreign part alone, _hhi_all that of all shares, home "
        "included. fir_hidden = fir_look - fir_face. Flows are summed first, shares follow.",
    .levels = GVC_LEVELS_PAIRS | GVC_LEVEL_COUNTRY | GVC_LEVEL_SECTOR,
    .needs = GVC_Q_VB | GVC_Q_BF | GVC_Q_SBU,
    .needs_of_sectors = GVC_Q_BXU,
    .terms = terms,
    .n_terms = sizeof terms / sizeof terms[0],
    .how = &family,
};
