#include "index/sheet.h"

#include "base/mem.h"

#include <assert.h>
#include <string.h>

gvc_status gvc_sheet__new(gvc_ctx *ctx, gvc_sheet **out, const gvc_measure *measure,
                          gvc_level level, gvc_int cells)
{
    gvc_sheet *sheet = gvc_mem__calloc(ctx, 1, sizeof *sheet);
    int complete;

    *out = NULL;
    if (!sheet)
        return GVC_ENOMEM;
    sheet->measure = measure;
    sheet->level = level;
    sheet->cells = cells;
    sheet->work = gvc_mem__alloc(ctx, cells, sizeof *sheet->work);
    sheet->columns = gvc_mem__calloc(ctx, measure->n_terms, sizeof *sheet->columns);
    sheet->scale = gvc_mem__alloc(ctx, level & GVC_LEVELS_PAIRS ? cells : 0, sizeof(double));
    complete = sheet->work && sheet->columns && sheet->scale;
    for (gvc_int t = 0; t < measure->n_terms && complete; t++) {
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
    for (gvc_int t = 0; sheet->columns && t < sheet->measure->n_terms; t++)
        gvc_mem__free(sheet->columns[t]);
    gvc_mem__free(sheet->columns);
    gvc_mem__free(sheet->work);
    gvc_mem__free(sheet->scale);
    gvc_mem__free(sheet);
}

void gvc_sheet__sum(gvc_ctx *ctx, gvc_sheet *sheet, const gvc_parts *parts, const gvc_shape *shape)
{
    for (gvc_int t = 0; t < sheet->measure->n_terms; t++) {
        double *column = sheet->columns[t];

        if (!column || sheet->measure->terms[t].rule)
            continue;
        if (parts->units[t])
            memcpy(column, parts->units[t], (size_t)sheet->cells * sizeof *column);
        else if (sheet->level & GVC_LEVELS_PAIRS)
            gvc_index__sum_pairs(ctx, column, sheet->work, parts->pairs[t], shape, sheet->level);
        else
            gvc_index__sum_rows(column, sheet->work, parts->rows[t], shape, sheet->level);
    }
}

void gvc_sheet__sum_members(gvc_sheet *sheet, const gvc_parts *parts, const gvc_shape *shape,
                            const unsigned char *member, gvc_int cell)
{
    for (gvc_int t = 0; t < sheet->measure->n_terms; t++)
        if (sheet->columns[t] && parts->rows[t])
            sheet->columns[t][cell] = gvc_index__sum_members(parts->rows[t], shape, member);
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
    };
    if (seller && rule->over_seller) {
        spread(sheet->work, sheet->cells, column_of(seller, rule->over), seller->cells);
        columns.over = sheet->work;
    }
    assert(columns.a && (!rule->b || columns.b) && (!rule->c || columns.c));
    assert(columns.gout && (!rule->over || columns.over));
    gvc_rule__apply(rule, sheet->cells, &columns, sheet->columns[t]);
}

void gvc_sheet__derive(gvc_sheet *sheet, const gvc_sheet *base, const gvc_sheet *seller)
{
    if (seller)
        spread(sheet->scale, sheet->cells, column_of(seller, "gout"), seller->cells);
    sheet->gout = seller ? sheet->scale : column_of(base, "gout");
    for (gvc_int t = 0; t < sheet->measure->n_terms; t++)
        if (sheet->columns[t] && sheet->measure->terms[t].rule &&
            sheet->measure->terms[t].rule->kind != GVC_RULE_FAMILY)
            apply(sheet, t, base, seller);
}
