#include "index/sheet.h"

#include "base/mem.h"

#include <assert.h>
#include <string.h>

gvc_status gvc_sheet__new(gvc_ctx *ctx, gvc_sheet **out, const gvc_measure *measure,
                          gvc_level level, gvc_int cells)
{
    gvc_sheet *sheet = gvc_mem__calloc(ctx, 1, sizeof *sheet);
    const gvc_int n_terms = gvc_index__terms_n(measure);
    int complete;

    *out = NULL;
    if (!sheet)
        return GVC_ENOMEM;
    sheet->measure = measure;
    sheet->level = level;
    sheet->cells = cells;
    sheet->work = gvc_mem__alloc(ctx, cells, sizeof *sheet->work);
    sheet->columns = gvc_mem__calloc(ctx, n_terms, sizeof *sheet->columns);
    sheet->totals = gvc_mem__calloc(ctx, n_terms, sizeof *sheet->totals);
    sheet->scale = gvc_mem__alloc(ctx, level & GVC_LEVELS_PAIRS ? cells : 0, sizeof(double));
    complete = sheet->work && sheet->columns && sheet->totals && sheet->scale;
    for (gvc_int t = 0; t < n_terms && complete; t++) {
        if (!(gvc_index__term_levels(measure, t) & level))
            continue;
        sheet->columns[t] = gvc_mem__calloc(ctx, cells, sizeof(double));
        complete = sheet->columns[t] != NULL;
    }
    if (!complete) {
        gvc_sheet__free(sheet);
        return GVC_ENOMEM;
    }
    *out = sheet;
    return GVC_OK;
}

void gvc_sheet__free(gvc_sheet *sheet)
{
    if (!sheet)
        return;
    for (gvc_int t = 0; sheet->columns && t < gvc_index__terms_n(sheet->measure); t++)
        gvc_mem__free(sheet->columns[t]);
    gvc_mem__free(sheet->columns);
    gvc_mem__free(sheet->totals);
    gvc_mem__free(sheet->work);
    gvc_mem__free(sheet->scale);
    gvc_mem__free(sheet);
}

static void sum_totals(gvc_sheet *sheet, const gvc_parts *parts)
{
    for (gvc_int t = 0; t < gvc_index__terms_n(sheet->measure); t++) {
        double sum = 0, rest = 0;

        for (gvc_int i = 0; parts->rows[t] && i < parts->n; i++)
            gvc_index__add(&sum, &rest, parts->rows[t][i]);
        sheet->totals[t] = sum + rest;
    }
}

static void copy_couples(double *column, gvc_view couples)
{
    for (gvc_int s = 0; s < couples.rows; s++)
        for (gvc_int r = 0; r < couples.cols; r++)
            column[s * couples.cols + r] = couples.a[s + r * couples.ld];
}

void gvc_sheet__sum(gvc_ctx *ctx, gvc_sheet *sheet, const gvc_parts *parts, const gvc_shape *shape)
{
    sum_totals(sheet, parts);
    sheet->inner = sheet->level & GVC_LEVELS_PAIRS ? shape->U : shape->N;
    for (gvc_int t = 0; t < gvc_index__terms_n(sheet->measure); t++) {
        double *column = sheet->columns[t];

        if (!column || sheet->measure->terms[t].rule)
            continue;
        if (parts->units[t])
            memcpy(column, parts->units[t], (size_t)sheet->cells * sizeof *column);
        else if (parts->couples[t].a)
            copy_couples(column, parts->couples[t]);
        else if (sheet->level & GVC_LEVELS_PAIRS)
            gvc_index__sum_pairs(ctx, column, sheet->work, parts->pairs[t], shape, sheet->level);
        else
            gvc_index__sum_rows(column, sheet->work, parts->rows[t], shape, sheet->level);
    }
}

void gvc_sheet__sum_members(gvc_sheet *sheet, const gvc_parts *parts, const gvc_shape *shape,
                            const unsigned char *member, gvc_int cell)
{
    sum_totals(sheet, parts);
    for (gvc_int t = 0; t < gvc_index__terms_n(sheet->measure); t++) {
        if (sheet->columns[t] && parts->rows[t])
            sheet->columns[t][cell] = gvc_index__sum_members(parts->rows[t], shape, member);
        if (sheet->columns[t] && parts->couples[t].a)
            sheet->columns[t][cell] = gvc_index__sum_couples(parts->couples[t], member);
    }
}

static const double *column_of(const gvc_sheet *sheet, const char *name)
{
    const gvc_int t = sheet ? gvc_index__term(sheet->measure, name) : -1;

    return t < 0 ? NULL : sheet->columns[t];
}

/* A column of the family itself, or else of the family base. */
static const double *find_column(const gvc_sheet *sheet, const gvc_sheet *base, const char *name)
{
    const double *own = name ? column_of(sheet, name) : NULL;

    return own || !name ? own : column_of(base, name);
}

static double world_total(const gvc_sheet *sheet, const gvc_sheet *base, const char *name)
{
    const gvc_int t = gvc_index__term(sheet->measure, name);

    return t >= 0 ? sheet->totals[t] : base->totals[gvc_index__term(base->measure, name)];
}

/* Each pair's cell takes the value of its seller. */
static void spread(double *out, gvc_int cells, const double *sellers, gvc_int n_sellers)
{
    const gvc_int partners = cells / n_sellers;

    for (gvc_int i = 0; i < cells; i++)
        out[i] = sellers[i / partners];
}

static void apply(const gvc_sheet *sheet, gvc_int t, const gvc_sheet *base, const gvc_sheet *seller)
{
    const gvc_rule *rule = sheet->measure->terms[t].rule;
    gvc_rule_columns columns;

    if (rule->pair && seller)
        rule = rule->pair;
    columns = (gvc_rule_columns){
        .a = find_column(sheet, base, rule->a),
        .b = find_column(sheet, base, rule->b),
        .c = find_column(sheet, base, rule->c),
        .over = find_column(sheet, base, rule->over),
        .gout = sheet->gout,
        .inner = sheet->inner,
    };
    if (seller && rule->over_seller) {
        spread(sheet->work, sheet->cells, column_of(seller, rule->over), seller->cells);
        columns.over = sheet->work;
    }
    if (rule->over_world) {
        for (gvc_int i = 0; i < sheet->cells; i++)
            sheet->work[i] = world_total(sheet, base, rule->over);
        columns.over = sheet->work;
    }
    assert(columns.a && (!rule->b || columns.b) && (!rule->c || columns.c));
    assert(columns.gout && (!rule->over || columns.over));
    gvc_rule__apply(rule, sheet->cells, &columns, sheet->columns[t]);
}

static void derive_terms(const gvc_sheet *sheet, gvc_int from, gvc_int end, const gvc_sheet *base,
                         const gvc_sheet *seller)
{
    for (gvc_int t = from; t < end; t++)
        if (sheet->columns[t] && sheet->measure->terms[t].rule &&
            sheet->measure->terms[t].rule->kind != GVC_RULE_FAMILY)
            apply(sheet, t, base, seller);
}

/* Hidden columns first: others may be made of them. */
void gvc_sheet__derive(gvc_sheet *sheet, const gvc_sheet *base, const gvc_sheet *seller)
{
    if (seller)
        spread(sheet->scale, sheet->cells, column_of(seller, "gout"), seller->cells);
    sheet->gout = seller ? sheet->scale : column_of(base, "gout");
    derive_terms(sheet, sheet->measure->n_terms, gvc_index__terms_n(sheet->measure), base, seller);
    derive_terms(sheet, 0, sheet->measure->n_terms, base, seller);
}

void gvc_sheet__drop_own(gvc_sheet *sheet)
{
    for (gvc_int t = 0; t < gvc_index__terms_n(sheet->measure); t++) {
        const gvc_rule *rule = sheet->measure->terms[t].rule;

        if (!rule || rule->kind != GVC_RULE_FAMILY)
            continue;
        gvc_mem__free(sheet->columns[t]);
        sheet->columns[t] = NULL;
    }
}
