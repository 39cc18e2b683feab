#include "index/adapt.h"
#include "index/families.h"

#include "base/mem.h"
#include "index/flows.h"
#include "la/view.h"

#include <string.h>

/* With w the weight of each row in the set D and v_D = w o v, by country c of origin (n x G):
 * VD[j, c] = sum_{i in c} v_D,i B_ij and WD[j, c] = sum_{i in c} w_i B_ij; and the diagonal of B in
 * the rows of D. None of it depends on which countries act as one. */
typedef struct contents {
    gvc_view VD, WD;
    double *both; /* what the two stand in */
    double *weight, *diagonal;
} contents;

static void drop(void *kept)
{
    contents *c = kept;

    if (!c)
        return;
    gvc_mem__free(c->both);
    gvc_mem__free(c->weight);
    gvc_mem__free(c->diagonal);
    gvc_mem__free(c);
}

static gvc_int N_of(const gvc_model *model)
{
    return gvc_table_N(gvc_model_table(model));
}

/* ---- what does not depend on borders ---- */

static gvc_status solve_contents(gvc_ctx *ctx, gvc_model *model, contents *c)
{
    const gvc_int n = gvc_model_n(model), N = N_of(model), G = n / N;
    const double *v = gvc_model_v(model);
    const gvc_view both = gvc_mem__matrix(ctx, n, 2 * G);

    if (!both.a)
        return GVC_ENOMEM;
    c->both = both.a;
    c->VD = gvc_view__cols(both, 0, G);
    c->WD = gvc_view__cols(both, G, G);
    for (gvc_int i = 0; i < n; i++) {
        c->VD.a[i + i / N * c->VD.ld] = c->weight[i] * v[i];
        c->WD.a[i + i / N * c->WD.ld] = c->weight[i];
    }
    return gvc_model__solve_t(ctx, model, both);
}

enum { PANEL = 128 }; /* columns of B at once */

/* Only the columns of D are solved for: few sectors are digital. */
static gvc_status solve_diagonal(gvc_ctx *ctx, gvc_model *model, contents *c)
{
    const gvc_int n = gvc_model_n(model);
    const gvc_view panel = gvc_mem__matrix(ctx, n, PANEL);
    gvc_int at[PANEL], cols = 0;
    gvc_status st = panel.a ? GVC_OK : GVC_ENOMEM;

    for (gvc_int i = 0; i < n && st == GVC_OK; i++) {
        if (c->weight[i] != 0) {
            panel.a[i + cols * panel.ld] = 1;
            at[cols++] = i;
        }
        if (cols < PANEL && (i < n - 1 || cols == 0))
            continue;
        st = gvc_model__solve(ctx, model, gvc_view__cols(panel, 0, cols));
        for (gvc_int k = 0; k < cols; k++)
            c->diagonal[at[k]] = panel.a[at[k] + k * panel.ld];
        memset(panel.a, 0, (size_t)(panel.ld * cols) * sizeof *panel.a);
        cols = 0;
    }
    gvc_mem__free(panel.a);
    return st;
}

static gvc_status make_contents(gvc_ctx *ctx, gvc_model *model, gvc_parts *parts)
{
    const double *weight = gvc_digital_weights(gvc_parts__found(parts));
    contents *c;
    gvc_status st;

    if (parts->other) {
        parts->kept = parts->other->kept;
        return GVC_OK;
    }
    c = gvc_mem__calloc(ctx, 1, sizeof *c);
    parts->kept = c;
    parts->drop = drop;
    if (!c)
        return GVC_ENOMEM;
    c->weight = gvc_mem__alloc(ctx, parts->n, sizeof *c->weight);
    c->diagonal = gvc_mem__calloc(ctx, parts->n, sizeof *c->diagonal);
    if (!c->weight || !c->diagonal)
        return GVC_ENOMEM;
    for (gvc_int i = 0; i < parts->n; i++)
        c->weight[i] = weight[i % N_of(model)];
    st = solve_contents(ctx, model, c);
    return st == GVC_OK ? solve_diagonal(ctx, model, c) : st;
}

/* ---- components ---- */

/* own[j] := the columns of `from` whose countries belong to the unit of row j; others the rest. */
static void split(const gvc_model *model, gvc_view from, double *own, double *others)
{
    const gvc_int N = N_of(model);

    memset(own, 0, (size_t)from.rows * sizeof *own);
    memset(others, 0, (size_t)from.rows * sizeof *others);
    for (gvc_int c = 0; c < from.cols; c++) {
        const gvc_int unit = gvc_model__unit_of_row(model, c * N);

        for (gvc_int j = 0; j < from.rows; j++)
            *(gvc_model__unit_of_row(model, j) == unit ? &own[j] : &others[j]) +=
                from.a[j + c * from.ld];
    }
}

static void multiply(double *out, const double *by, gvc_int n)
{
    for (gvc_int i = 0; i < n; i++)
        out[i] *= by[i];
}

/* Digital value added in exports and in output, and what is direct in it. */
static void fill_value_added(const gvc_model *model, const gvc_parts *parts)
{
    const contents *c = parts->kept;
    const double *v = gvc_model_v(model), *e = gvc_model_e(model), *x = gvc_model_x(model);
    double *own = gvc_parts__rows(parts, "dig_dom"), *others = gvc_parts__rows(parts, "dig_for");
    double *self = gvc_parts__rows(parts, "dig_self"), *all = gvc_parts__rows(parts, "dig_va");
    double *gross = gvc_parts__rows(parts, "dig_gross"), *vax = gvc_parts__rows(parts, "dig_vax");

    split(model, c->VD, own, others);
    gvc_index__others(model, vax, gvc_model_get(model, GVC_Q_BF));
    for (gvc_int i = 0; i < parts->n; i++) {
        all[i] = (own[i] + others[i]) * x[i];
        own[i] *= e[i];
        others[i] *= e[i];
        gross[i] = c->weight[i] * e[i];
        self[i] = v[i] * c->diagonal[i] * gross[i];
        vax[i] *= c->weight[i] * v[i];
    }
}

/* Digital inputs, direct and of all rounds: 1_D'Z and 1_D'(B - I) x^. */
static void fill_inputs(gvc_ctx *ctx, const gvc_model *model, const gvc_parts *parts)
{
    const contents *c = parts->kept;
    const gvc_int n = parts->n;
    const double *x = gvc_model_x(model);
    double *direct = gvc_parts__rows(parts, "dig_in_dir");
    double *abroad = gvc_parts__rows(parts, "dig_in_dir_for");
    double *total = gvc_parts__rows(parts, "dig_in_tot");
    double *total_abroad = gvc_parts__rows(parts, "dig_in_tot_for");

    gvc_model__inputs(ctx, model, 1, 1, gvc_view__vector(abroad, n),
                      gvc_view__vector(c->weight, n));
    gvc_model__times_A_t(ctx, model, gvc_view__vector(direct, n), gvc_view__vector(c->weight, n));
    split(model, c->WD, total, total_abroad);
    for (gvc_int j = 0; j < n; j++)
        total[j] += total_abroad[j] - c->weight[j];
    multiply(direct, x, n);
    multiply(abroad, x, n);
    multiply(total, x, n);
    multiply(total_abroad, x, n);
}

static gvc_status fill_all_inputs(gvc_ctx *ctx, const gvc_model *model, const gvc_parts *parts)
{
    const gvc_int n = parts->n;
    const double *all = gvc_model_get(model, GVC_Q_SB).a, *x = gvc_model_x(model);
    double *direct = gvc_parts__rows(parts, "in_dir"), *total = gvc_parts__rows(parts, "in_tot");
    double *ones = gvc_mem__alloc(ctx, n, sizeof *ones);

    if (!ones)
        return GVC_ENOMEM;
    for (gvc_int j = 0; j < n; j++) {
        ones[j] = 1;
        total[j] = (all[j] - 1) * x[j];
    }
    gvc_model__times_A_t(ctx, model, gvc_view__vector(direct, n), gvc_view__vector(ones, n));
    multiply(direct, x, n);
    gvc_mem__free(ones);
    return GVC_OK;
}

static gvc_status compute(gvc_ctx *ctx, gvc_model *model, gvc_parts *parts)
{
    gvc_status st = make_contents(ctx, model, parts);

    if (st == GVC_OK) {
        fill_value_added(model, parts);
        fill_inputs(ctx, model, parts);
    }
    return st == GVC_OK ? fill_all_inputs(ctx, model, parts) : st;
}

/* ---- the sectors that count ---- */

static void drop_set(void *found)
{
    gvc_digital_free(found);
}

/* Every column says in its formula which sectors it counts. */
static gvc_status say_set(gvc_ctx *ctx, gvc_adapted *out, const gvc_digital *set)
{
    const gvc_term *from = out->measure.terms;
    const gvc_int n = out->measure.n_terms;
    gvc_term *terms = gvc_adapted__terms(ctx, out, n);

    for (gvc_int t = 0; terms && t < n; t++) {
        terms[t] = from[t];
        if (strncmp(from[t].name, "dig", 3) == 0)
            terms[t].formula = gvc_arena__format(ctx, out->arena, "%s; D = %s", from[t].formula,
                                                 gvc_digital_text(set));
        if (!terms[t].formula)
            return GVC_ENOMEM;
    }
    return terms ? GVC_OK : GVC_ENOMEM;
}

static gvc_status adapt(gvc_ctx *ctx, gvc_adapted *out, const gvc_table *table,
                        const gvc_run_opts *opts)
{
    gvc_digital *own = NULL;
    gvc_status st = GVC_OK;

    if (opts->digital && !gvc_digital__fits(opts->digital, gvc_table_edition(table)))
        return gvc_error__set(ctx, GVC_ELABEL,
                              "digital: the set is one of other sectors than those of this table");
    if (!opts->digital) {
        st = gvc_digital_new(ctx, &own, gvc_table_edition(table), NULL);
        if (st != GVC_OK)
            return st;
        out->drop = drop_set;
    }
    out->found = own ? own : (gvc_digital *)opts->digital;
    return say_set(ctx, out, out->found);
}

static const gvc_family family = { .compute = compute, .adapt = adapt };

// clang-format off
static const gvc_term terms[] = {
    { "dig_dom", "Own digital VA in exports", "money",
      "(v_D,s B_ss) o e", "X", "", GVC_LEVELS_ROWS, NULL },
    { "dig_for", "Foreign digital VA in exports", "money",
      "(sum_{t!=s} v_D,t B_ts) o e", "X", "", GVC_LEVELS_ROWS, NULL },
    { "dig_self", "Digital exports: own-sector VA", "money",
      "v_i B_ii e_i, i in D", "X", "", GVC_LEVELS_ROWS, NULL },
    { "dig_gross", "Gross exports of digital sectors", "money",
      "e_i, i in D", "X", "", GVC_LEVELS_ROWS, NULL },
    { "dig_in_dir", "Direct digital inputs", "money",
      "1_D'Z", "S", "", GVC_LEVELS_ROWS, NULL },
    { "dig_in_dir_for", "Direct digital inputs, foreign", "money",
      "1_D'Z, foreign rows", "S", "", GVC_LEVELS_ROWS, NULL },
    { "dig_in_tot", "Complete digital inputs", "money",
      "1_D'(B-I)x^", "S", "", GVC_LEVELS_ROWS, NULL },
    { "dig_in_tot_for", "Complete digital inputs, foreign", "money",
      "1_D'(B-I)x^, foreign rows", "S", "", GVC_LEVELS_ROWS, NULL },
    { "in_dir", "Direct inputs", "money",
      "1'Z", "S", "", GVC_LEVELS_ROWS, NULL },
    { "in_tot", "Complete inputs", "money",
      "1'(B-I)x^", "S", "", GVC_LEVELS_ROWS, NULL },
    { "dig_va", "Digital VA embodied in output", "money",
      "(v_D B) o x", "S", "", GVC_LEVELS_ROWS, NULL },
    { "dig_vax", "Digital VA absorbed abroad", "money",
      "v_D^ sum_{r!=s} (BF)_sr", "O", "", GVC_LEVELS_ROWS, NULL },
    { "dig_x_sh", "Digital VA share of exports", "share",
      "(dig_dom+dig_for)/gexp", "", "[0,1]",
      GVC_LEVELS_ROWS, RULE_SHARE_OF_TWO("dig_dom", "dig_for", "gexp") },
    { "dig_x_dom_sh", "Own digital VA share of exports", "share",
      "dig_dom/gexp", "", "[0,1]", GVC_LEVELS_ROWS, RULE_SHARE("dig_dom", "gexp") },
    { "dig_x_for_sh", "Foreign digital VA share of exports", "share",
      "dig_for/gexp", "", "[0,1]", GVC_LEVELS_ROWS, RULE_SHARE("dig_for", "gexp") },
    { "dig_serv_dir", "Digital share of direct inputs", "share",
      "dig_in_dir/in_dir", "", "[0,1]", GVC_LEVELS_ROWS, RULE_SHARE("dig_in_dir", "in_dir") },
    { "dig_serv_tot", "Digital share of complete inputs (digital servitization)", "share",
      "dig_in_tot/in_tot", "", "[0,1]", GVC_LEVELS_ROWS, RULE_SHARE("dig_in_tot", "in_tot") },
    { "dig_dep_for", "Foreign share of complete digital inputs", "share",
      "dig_in_tot_for/dig_in_tot", "", "[0,1]",
      GVC_LEVELS_ROWS, RULE_SHARE("dig_in_tot_for", "dig_in_tot") },
    { "dig_va_sh", "Digital VA per unit of output", "share",
      "dig_va/gout", "", "[0,1]", GVC_LEVELS_ROWS, RULE_SHARE("dig_va", "gout") },
    { "dig_dir_coef", "Direct digital input coefficient", "ratio",
      "dig_in_dir/gout", "", ">=0", GVC_LEVELS_ROWS, RULE_SHARE("dig_in_dir", "gout") },
    { "dig_tot_coef", "Complete digital input coefficient", "ratio",
      "dig_in_tot/gout", "", ">=0", GVC_LEVELS_ROWS, RULE_SHARE("dig_in_tot", "gout") },
};
// clang-format on

const gvc_measure gvc_index__digital = {
    .name = "digital",
    .method = "digital",
    .kind = GVC_FRAME_INDICES,
    .title = "Digital content of exports, digital inputs and dependence on foreign ones",
    .paper = "Koopman, Wang, Wei 2014; Timmer et al. 2014",
    .notes =
        "D is the set of digital sectors, v_D value added there and 0 elsewhere. Papers differ in D, so the "
        "set in use stands in the formula of every column and in the provenance. It is the table's own set "
        "(kind digital of inputs.csv, or of gvc attach) or else digital_broad of the sector scheme; "
        "--digital narrow, broad or strict takes another column of the scheme, --digital @FILE a CSV "
        "sector,weight with weights from 0 to 1 (the share of digital products), which then stand for "
        "membership.\n"
        "dig_dom + dig_for - dig_self is indirect digital value added. dig_dir_coef and dig_tot_coef are the "
        "direct and complete coefficients, dig_serv_dir and dig_serv_tot digital servitization.",
    .levels = GVC_LEVELS_ROWS,
    .needs = GVC_Q_BF | GVC_Q_SB | GVC_Q_MORE,
    .terms = terms,
    .n_terms = sizeof terms / sizeof terms[0],
    .how = &family,
};
