#include "index/adapt.h"
#include "index/families.h"

#include "base/mem.h"
#include "index/flows.h"
#include "la/view.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

/* Those of the table, or of other years of its store: then all values are missing. */
static const gvc_labels *satellites_of(const gvc_table *table)
{
    const gvc_labels *own = gvc_table_satellites(table);

    return own ? own : table->edition->satellites;
}

/* A satellite called fn_<f> is the income of function f; any other is a quantity of its own. */
static int is_function(const gvc_table *table, gvc_int i)
{
    return strncmp(gvc_labels_code(satellites_of(table), i), "fn_", 3) == 0;
}

static gvc_int count(const gvc_table *table)
{
    const gvc_labels *satellites = satellites_of(table);

    return satellites ? gvc_labels_n(satellites) : 0;
}

/* The satellite as labels spell it; a function without its fn_. */
static const char *title_of(const gvc_table *table, gvc_int i)
{
    const char *code = gvc_labels_code(satellites_of(table), i);

    return is_function(table, i) ? code + 3 : code;
}

/* The column `stem` of satellite i. */
static const char *name_of(char text[64], const char *stem, const gvc_parts *parts, gvc_int i)
{
    const char *const *columns = gvc_parts__found(parts);

    snprintf(text, 64, "%s%s", stem, columns[i]);
    return text;
}

/* k = q / x, and 0 where x = 0. */
static void fill_coefficients(const gvc_model *model, gvc_int i, double *k)
{
    const double *q = gvc_table_satellite(gvc_model_table(model), i);
    const double *xinv = gvc_model__xinv(model);

    for (gvc_int j = 0; j < gvc_model_n(model); j++)
        k[j] = q[j] * xinv[j];
}

/* Own and foreign (k_t B_ts) o e by exporting industry; `KB` is work, n x U. */
static gvc_status embody(gvc_ctx *ctx, gvc_model *model, gvc_view KB, const double *k, double *own,
                         double *foreign)
{
    const double *e = gvc_model_e(model);
    gvc_status st;

    memset(KB.a, 0, (size_t)(KB.ld * KB.cols) * sizeof *KB.a);
    for (gvc_int i = 0; i < KB.rows; i++)
        KB.a[i + gvc_model__unit_of_row(model, i) * KB.ld] = k[i];
    st = gvc_model__solve_t(ctx, model, KB);
    if (st != GVC_OK)
        return st;
    gvc_index__own(model, own, KB);
    if (foreign)
        gvc_index__others(model, foreign, KB);
    for (gvc_int i = 0; i < KB.rows; i++) {
        own[i] *= e[i];
        if (foreign)
            foreign[i] *= e[i];
    }
    return GVC_OK;
}

/* out[s, r] := sum over the rows of s of k (BF)_ir. */
static void fill_use(const gvc_model *model, gvc_view out, const double *k)
{
    const gvc_view BF = gvc_model_get(model, GVC_Q_BF);

    for (gvc_int r = 0; r < BF.cols; r++)
        for (gvc_int i = 0; i < BF.rows; i++)
            out.a[gvc_model__unit_of_row(model, i) + r * out.ld] += k[i] * BF.a[i + r * BF.ld];
}

static gvc_status compute_quantity(gvc_ctx *ctx, gvc_model *model, gvc_parts *parts, gvc_int i,
                                   gvc_view KB, double *k)
{
    char name[64];

    fill_coefficients(model, i, k);
    fill_use(model, gvc_parts__couples(parts, name_of(name, "sat_fd_", parts, i)), k);
    return embody(ctx, model, KB, k, gvc_parts__rows(parts, name_of(name, "sat_x_dom_", parts, i)),
                  gvc_parts__rows(parts, name_of(name, "sat_x_for_", parts, i)));
}

/* ---- functions ---- */

/* incomes[u, f] := own income of function f in the exports of unit u, U x functions. */
static gvc_status sum_incomes(gvc_ctx *ctx, gvc_model *model, gvc_view incomes, gvc_view KB,
                              double *k)
{
    const gvc_table *table = gvc_model_table(model);
    double *own = gvc_mem__alloc(ctx, KB.rows, sizeof *own);
    gvc_status st = own ? GVC_OK : GVC_ENOMEM;
    gvc_int f = 0;

    for (gvc_int i = 0; i < count(table) && st == GVC_OK; i++) {
        if (!is_function(table, i))
            continue;
        fill_coefficients(model, i, k);
        st = embody(ctx, model, KB, k, own, NULL);
        for (gvc_int j = 0; j < KB.rows && st == GVC_OK; j++)
            incomes.a[gvc_model__unit_of_row(model, j) + f * incomes.ld] += own[j];
        f++;
    }
    gvc_mem__free(own);
    return st;
}

static double sum_row(gvc_view incomes, gvc_int u)
{
    double sum = 0;

    for (gvc_int f = 0; f < incomes.cols; f++)
        sum += incomes.a[u + f * incomes.ld];
    return sum;
}

static double sum_column(gvc_view incomes, gvc_int f)
{
    double sum = 0;

    for (gvc_int u = 0; u < incomes.rows; u++)
        sum += incomes.a[u + f * incomes.ld];
    return sum;
}

/* Shares of functions, and those over the share of the function in the world. */
static void fill_functions(const gvc_model *model, gvc_parts *parts, gvc_view incomes)
{
    const gvc_table *table = gvc_model_table(model);
    double world = 0;
    gvc_int f = 0;

    for (gvc_int u = 0; u < incomes.rows; u++)
        world += sum_row(incomes, u);
    for (gvc_int i = 0; i < count(table); i++) {
        char name[64];
        double *share, *special, there;

        if (!is_function(table, i))
            continue;
        share = gvc_parts__units(parts, name_of(name, "fn_sh_", parts, i));
        special = gvc_parts__units(parts, name_of(name, "fn_spec_", parts, i));
        there = gvc_rule__divide(sum_column(incomes, f), world, 0);
        for (gvc_int u = 0; u < incomes.rows; u++) {
            share[u] = gvc_rule__divide(incomes.a[u + f * incomes.ld], sum_row(incomes, u), 0);
            special[u] = gvc_rule__divide(share[u], there, 0);
        }
        f++;
    }
}

static gvc_int count_functions(const gvc_table *table)
{
    gvc_int n = 0;

    for (gvc_int i = 0; i < count(table); i++)
        n += is_function(table, i);
    return n;
}

static gvc_status compute(gvc_ctx *ctx, gvc_model *model, gvc_parts *parts)
{
    const gvc_table *table = gvc_model_table(model);
    gvc_view KB, incomes;
    double *k;
    gvc_status st;

    gvc_parts__forget(parts);
    if (!gvc_table_satellites(table))
        return GVC_OK;
    KB = gvc_mem__matrix(ctx, parts->n, parts->U);
    incomes = gvc_mem__matrix(ctx, parts->U, count_functions(table));
    k = gvc_mem__alloc(ctx, parts->n, sizeof *k);
    st = KB.a && incomes.a && k ? GVC_OK : GVC_ENOMEM;
    for (gvc_int i = 0; i < count(table) && st == GVC_OK; i++)
        if (!is_function(table, i))
            st = compute_quantity(ctx, model, parts, i, KB, k);
    if (st == GVC_OK)
        st = sum_incomes(ctx, model, incomes, KB, k);
    if (st == GVC_OK)
        fill_functions(model, parts, incomes);
    gvc_mem__free(KB.a);
    gvc_mem__free(incomes.a);
    gvc_mem__free(k);
    return st;
}

/* ---- the columns of one table ---- */

#define ROWS (GVC_LEVEL_COUNTRY | GVC_LEVEL_SECTOR)

// clang-format off
static const gvc_term terms[] = {
    { "sat_x_dom_<q>", "Own <q> embodied in exports", "quantity",
      "(k_s B_ss) o e, k = <q>/x", "X", "", ROWS, NULL },
    { "sat_x_for_<q>", "Foreign <q> embodied in exports", "quantity",
      "(sum_{t!=s} k_t B_ts) o e, k = <q>/x", "X", "", ROWS, NULL },
    { "sat_fd_<q>", "<q> for final demand of partner", "quantity",
      "k^ (BF)_sr, k = <q>/x", "O", "", GVC_LEVEL_BILATERAL, NULL },
    { "fn_sh_<f>", "Share of function <f> in own function income in exports", "share",
      "sat_x_dom of fn_<f> over that of all functions", "", "[0,1]", GVC_LEVEL_COUNTRY, NULL },
    { "fn_spec_<f>", "Functional specialisation, <f>", "index",
      "fn_sh_<f> over its value for the world", "", ">=0", GVC_LEVEL_COUNTRY, NULL },
};
// clang-format on

enum { FD = 2, OF_QUANTITY = 3, OF_FUNCTION = 2, LETTERS = 22 };

/* "employment_people_low" from "Employment people: Low-skilled male": a name of letters, digits and
 * _ stays; what publishers write becomes one, as long as Stata takes behind sat_x_dom_. */
static void make_column(char text[LETTERS + 1], const char *title)
{
    size_t n = 0;

    while (isalnum((unsigned char)title[n]) || title[n] == '_')
        n++;
    if (!title[n] && n <= LETTERS) {
        strcpy(text, title);
        return;
    }
    for (n = 0; *title && n < LETTERS; title++) {
        const unsigned char c = (unsigned char)*title;

        if (isalnum(c))
            text[n++] = (char)tolower(c);
        else if (n > 0 && text[n - 1] != '_')
            text[n++] = '_';
    }
    while (n > 0 && text[n - 1] == '_')
        n--;
    text[n] = '\0';
}

/* Whether a satellite before i, of the same kind, is called so. */
static int is_taken(const gvc_table *table, const char *const *columns, gvc_int i, const char *text)
{
    for (gvc_int before = 0; before < i; before++)
        if (is_function(table, before) == is_function(table, i) &&
            strcmp(columns[before], text) == 0)
            return 1;
    return 0;
}

/* What every satellite is called in columns: different names; a number ends those cut to the same
 * letters. */
static const char **name_columns(gvc_ctx *ctx, gvc_arena *arena, const gvc_table *table)
{
    const gvc_int S = count(table);
    const char **columns = gvc_mem__alloc(ctx, S, sizeof *columns);

    for (gvc_int i = 0; columns && i < S; i++) {
        char text[LETTERS + 1], end[LETTERS];
        size_t len;

        make_column(text, title_of(table, i));
        len = strlen(text);
        for (int copy = 2; is_taken(table, columns, i, text); copy++) {
            const size_t tail = (size_t)snprintf(end, sizeof end, "_%d", copy);

            strcpy(text + (len + tail > LETTERS ? LETTERS - tail : len), end);
        }
        columns[i] = gvc_arena__strdup(ctx, arena, text);
        if (!columns[i]) {
            gvc_mem__free(columns);
            return NULL;
        }
    }
    return columns;
}

/* The terms of satellite i, from `at` on; *n receives how many they are. */
static gvc_status adapt_one(gvc_ctx *ctx, gvc_adapted *out, const gvc_table *table, gvc_int i,
                            gvc_term *at, gvc_int *n)
{
    const gvc_term *from = is_function(table, i) ? terms + OF_QUANTITY : terms;
    const char *const *columns = out->found;
    gvc_status st = GVC_OK;

    *n = is_function(table, i) ? OF_FUNCTION : OF_QUANTITY;
    for (gvc_int t = 0; t < *n && st == GVC_OK; t++) {
        st = gvc_adapted__term(ctx, out, &at[t], &from[t], title_of(table, i));
        at[t].name = gvc_arena__format(ctx, out->arena, "%.*s%s", (int)strcspn(from[t].name, "<"),
                                       from[t].name, columns[i]);
        if (!at[t].name)
            return GVC_ENOMEM;
    }
    return st;
}

static gvc_status adapt(gvc_ctx *ctx, gvc_adapted *out, const gvc_table *table,
                        const gvc_run_opts *opts)
{
    const gvc_int S = count(table), functions = count_functions(table);
    gvc_term *at = NULL;
    gvc_int n, pairs = 0;
    gvc_status st = GVC_OK;

    (void)opts;
    if (S == 0)
        return gvc_error__set(ctx, GVC_ELABEL,
                              "satellite: the table has no satellites (jobs, CO2, functions); add "
                              "them with gvc attach");
    at = gvc_adapted__terms(ctx, out, OF_QUANTITY * (S - functions) + OF_FUNCTION * functions);
    out->own_pairs = gvc_mem__calloc(ctx, S + 1, sizeof *out->own_pairs);
    out->found = name_columns(ctx, out->arena, table);
    out->drop = gvc_mem__free;
    if (!at || !out->own_pairs || !out->found)
        return GVC_ENOMEM;
    for (gvc_int i = 0; i < S && st == GVC_OK; i++, at += n) {
        st = adapt_one(ctx, out, table, i, at, &n);
        if (!is_function(table, i))
            out->own_pairs[pairs++] = at[FD].name;
    }
    out->family.own_pairs = out->own_pairs;
    out->known = gvc_table_satellites(table) ? GVC_KNOWN : 0;
    gvc_adapted__settle_levels(out);
    return st;
}

static const gvc_family family = { .compute = compute, .adapt = adapt };

const gvc_measure gvc_index__satellite = {
    .name = "satellite",
    .method = "satellite",
    .kind = GVC_FRAME_INDICES,
    .title =
        "Jobs, emissions and other satellites in exports and final demand; functions in exports",
    .paper = "Timmer et al. 2013, 2014; Timmer, Miroudot, de Vries 2019",
    .notes =
        "<q> stands for every satellite of the table, <f> for every function (satellites called fn_<f>, "
        "incomes that add up to value added or less). They come with the table or by gvc attach: CSV "
        "kind,country,sector,partner,value with a level, not a coefficient, for every country and sector. "
        "--set sat_fd_co2 takes one column. In the name of a column a satellite keeps letters, digits and _, up to "
        "22 of them; its label has the name in full.\n"
        "sat_fd_<q> of all partners, own included, add up to <q> less what row discrepancies use. fn_sh_<f> "
        "add up to 1.",
    .levels = GVC_LEVEL_COUNTRY | GVC_LEVEL_SECTOR | GVC_LEVEL_BILATERAL,
    .needs = GVC_Q_BF | GVC_Q_MORE,
    .terms = terms,
    .n_terms = sizeof terms / sizeof terms[0],
    .how = &family,
};
