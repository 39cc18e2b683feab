#include "import/draft_in.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The columns of a file and the axes that they make. */

enum { LARGEST = 100000, TASK = 128 };

/* The text without blanks at both ends. */
static const char *trim(const char *text, gvc_int *len)
{
    *len = (gvc_int)strlen(text);
    while (*text == ' ' || *text == '\t') {
        text++;
        --*len;
    }
    while (*len > 0 && (text[*len - 1] == ' ' || text[*len - 1] == '\t'))
        --*len;
    return text;
}

static gvc_int add_name(gvc_ctx *ctx, gvc_names *names, const char *text)
{
    gvc_int len;

    text = trim(text, &len);
    return gvc_names__add(ctx, names, text, len);
}

static gvc_int find_name(const gvc_names *names, const char *text)
{
    gvc_int len;

    text = trim(text, &len);
    return gvc_names__find(names, text, len);
}

gvc_status gvc_draft__fold(gvc_ctx *ctx, gvc_draft *d, const char *part, const char *whole)
{
    gvc_fold *folds = gvc_mem__realloc(ctx, d->folds, d->n_folds + 1, sizeof *folds);

    if (!folds)
        return GVC_ENOMEM;
    d->folds = folds;
    folds[d->n_folds] = (gvc_fold){ gvc_arena__strdup(ctx, d->arena, part),
                                    gvc_arena__strdup(ctx, d->arena, whole), -1, -1 };
    d->n_folds++;
    return folds[d->n_folds - 1].part && folds[d->n_folds - 1].whole ? GVC_OK : GVC_ENOMEM;
}

/* Numbers of the countries, which the columns have given by now. */
static gvc_status resolve_folds(gvc_ctx *ctx, gvc_draft *d)
{
    for (gvc_int i = 0; i < d->n_folds; i++) {
        d->folds[i].from = find_name(d->countries, d->folds[i].part);
        d->folds[i].to = find_name(d->countries, d->folds[i].whole);
        if (d->folds[i].to < 0)
            return gvc_origin__refuse(ctx, &d->origin, NULL,
                                      "%s is a part of %s, of which no column is found",
                                      d->folds[i].part, d->folds[i].whole);
    }
    return GVC_OK;
}

gvc_int gvc_draft__whole(const gvc_draft *d, gvc_int country)
{
    for (gvc_int i = 0; i < d->n_folds; i++)
        if (d->folds[i].from == country)
            return d->folds[i].to;
    return country;
}

static gvc_status refuse_label(gvc_ctx *ctx, const gvc_draft *d, const char *text, const char *what)
{
    const gvc_int len = (gvc_int)strlen(text);
    char place[80];

    snprintf(place, sizeof place, "column %lld", (long long)d->n_columns + 1);
    if (len == 0 || len > 256)
        return gvc_origin__refuse(ctx, &d->origin, place, "%s of 1 to 256 bytes expected, %s found",
                                  what, len ? "a longer one" : "an empty one");
    return gvc_origin__refuse(ctx, &d->origin, place,
                              "the %s is not UTF-8 text; save the file as UTF-8", what);
}

static int is_label(const char *text)
{
    gvc_int len;

    text = trim(text, &len);
    return len > 0 && len <= 256 && gvc_text__is_utf8(text, len);
}

/* Before settling a new label makes the axis longer, later it must be known. */
static gvc_status number_column(gvc_ctx *ctx, gvc_draft *d, gvc_column *column, const char *country,
                                const char *item)
{
    const int industry = column->kind == GVC_COLUMN_INDUSTRY;
    gvc_names *items = industry ? d->sectors : d->categories;
    const char *what = industry ? "a sector" : "a category of final demand";

    if (!is_label(country))
        return refuse_label(ctx, d, country, "a country");
    if (!is_label(item))
        return refuse_label(ctx, d, item, what);
    if (!d->table) {
        column->country = add_name(ctx, d->countries, country);
        column->item = add_name(ctx, items, item);
        return column->country < 0 || column->item < 0 ? GVC_ENOMEM : GVC_OK;
    }
    column->country = find_name(d->countries, country);
    column->item = find_name(items, item);
    if (column->country >= 0 && column->item >= 0)
        return GVC_OK;
    return gvc_origin__refuse(ctx, &d->origin, NULL,
                              "column %lld is of %s:%s, which the other columns do not know",
                              (long long)d->n_columns + 1, country, item);
}

gvc_status gvc_draft__column(gvc_ctx *ctx, gvc_draft *d, gvc_column_kind kind, const char *country,
                             const char *item)
{
    gvc_column column = { kind, -1, -1 };
    gvc_status st = GVC_OK;

    if (d->n_columns == 2 * LARGEST)
        return gvc_origin__refuse(ctx, &d->origin, NULL, "more than %d columns found", 2 * LARGEST);
    if (d->n_columns == d->columns_room) {
        const gvc_int room = d->columns_room ? 2 * d->columns_room : 1024;
        gvc_column *columns = gvc_mem__realloc(ctx, d->columns, room, sizeof *columns);

        if (!columns)
            return GVC_ENOMEM;
        d->columns = columns;
        d->columns_room = room;
    }
    if (kind == GVC_COLUMN_INDUSTRY || kind == GVC_COLUMN_DEMAND)
        st = number_column(ctx, d, &column, country, item);
    d->has_output_column |= kind == GVC_COLUMN_OUTPUT;
    d->columns[d->n_columns++] = column;
    return st;
}

static gvc_status refuse_hole(gvc_ctx *ctx, const gvc_draft *d, gvc_column_kind kind, gvc_int c,
                              gvc_int k, int times)
{
    const gvc_names *items = kind == GVC_COLUMN_INDUSTRY ? d->sectors : d->categories;

    return gvc_origin__refuse(ctx, &d->origin, NULL,
                              "%s column %s:%s %s, one expected; every country has the same %s",
                              times ? "the" : "no", gvc_names__get(d->countries, c),
                              gvc_names__get(items, k), times ? "stands twice" : "found",
                              kind == GVC_COLUMN_INDUSTRY ? "sectors"
                                                          : "categories of final demand");
}

/* Each country that has columns of this kind has each item once. A part of a split country may
 * leave out demand altogether. */
static gvc_status check_columns(gvc_ctx *ctx, const gvc_draft *d, gvc_column_kind kind)
{
    const int industry = kind == GVC_COLUMN_INDUSTRY;
    const gvc_int m = gvc_names__n(industry ? d->sectors : d->categories);
    const gvc_int C = gvc_names__n(d->countries);
    unsigned char *seen = gvc_mem__calloc(ctx, C * m + 1, 1);
    unsigned char *any = gvc_mem__calloc(ctx, C, 1);
    gvc_status st = seen && any ? GVC_OK : GVC_ENOMEM;

    for (gvc_int j = 0; st == GVC_OK && j < d->n_columns; j++) {
        const gvc_column *column = &d->columns[j];

        if (column->kind != kind)
            continue;
        if (seen[column->country * m + column->item]++)
            st = refuse_hole(ctx, d, kind, column->country, column->item, 1);
        any[column->country] = 1;
    }
    for (gvc_int c = 0; st == GVC_OK && c < C; c++) {
        if (!any[c] && (gvc_draft__whole(d, c) != c || (!industry && d->demand_may_be_missing)))
            continue;
        for (gvc_int k = 0; st == GVC_OK && k < m; k++)
            if (!seen[c * m + k])
                st = refuse_hole(ctx, d, kind, c, k, 0);
    }
    gvc_mem__free(seen);
    gvc_mem__free(any);
    return st;
}

/* The sizes before anything of their product is allocated. */
static gvc_status check_sizes(gvc_ctx *ctx, const gvc_draft *d, gvc_int cells)
{
    const gvc_int C = gvc_names__n(d->countries), N = gvc_names__n(d->sectors),
                  K = gvc_names__n(d->categories);
    gvc_int industries = 0, demands = 0;

    for (gvc_int j = 0; j < d->n_columns; j++) {
        industries += d->columns[j].kind == GVC_COLUMN_INDUSTRY;
        demands += d->columns[j].kind == GVC_COLUMN_DEMAND;
    }
    if (industries == 0)
        return gvc_origin__refuse(ctx, &d->origin, NULL, "no column of an industry found");
    if (demands == 0)
        return gvc_origin__refuse(ctx, &d->origin, NULL, "no column of final demand found");
    if (C * N > 2 * industries + 1000 || C * K > 2 * demands + 1000)
        return gvc_origin__refuse(
            ctx, &d->origin, NULL,
            "%lld countries, %lld sectors and %lld categories of final demand in %lld columns "
            "found; every country is expected to have all sectors and categories",
            (long long)C, (long long)N, (long long)K, (long long)d->n_columns);
    if (industries > LARGEST)
        return gvc_origin__refuse(ctx, &d->origin, NULL,
                                  "%lld industries found, at most %d expected",
                                  (long long)industries, LARGEST);
    if ((double)industries * (double)d->n_columns > (double)cells)
        return gvc_origin__refuse(ctx, &d->origin, NULL,
                                  "%lld columns found; so short a file cannot have a row for each "
                                  "of the %lld industries: it is cut short",
                                  (long long)d->n_columns, (long long)industries);
    return GVC_OK;
}

gvc_status gvc_draft__settle(gvc_ctx *ctx, gvc_draft *d, gvc_int cells)
{
    const gvc_int C = gvc_names__n(d->countries);
    gvc_status st = check_sizes(ctx, d, cells);

    if (st == GVC_OK)
        st = resolve_folds(ctx, d);
    if (st == GVC_OK)
        st = check_columns(ctx, d, GVC_COLUMN_INDUSTRY);
    if (st == GVC_OK)
        st = check_columns(ctx, d, GVC_COLUMN_DEMAND);
    if (st != GVC_OK)
        return st;
    d->place = gvc_mem__alloc(ctx, C, sizeof *d->place);
    if (!d->place)
        return GVC_ENOMEM;
    for (gvc_int c = 0; c < C; c++)
        if (gvc_draft__whole(d, c) == c)
            d->place[c] = d->G++;
    for (gvc_int c = 0; c < C; c++)
        d->place[c] = d->place[gvc_draft__whole(d, c)];
    return gvc_draft__make_table(ctx, d);
}

gvc_status gvc_draft__find_column(gvc_ctx *ctx, const gvc_draft *d, gvc_column_kind kind,
                                  const char *country, const char *item, const char *place,
                                  gvc_int *column)
{
    const int industry = kind == GVC_COLUMN_INDUSTRY;
    const gvc_int c = find_name(d->countries, country);
    const gvc_int k = find_name(industry ? d->sectors : d->categories, item);

    if (c < 0 || k < 0)
        return gvc_origin__refuse(ctx, &d->origin, place, "there is no column %s:%s", country,
                                  item);
    *column = industry ? d->place[c] * d->N + k : d->n + d->place[c] * d->K + k;
    return GVC_OK;
}

gvc_status gvc_draft__row_of(gvc_ctx *ctx, gvc_draft *d, const char *country, const char *sector,
                             const char *place, int again, gvc_int *target)
{
    const gvc_int c = find_name(d->countries, country), k = find_name(d->sectors, sector);

    if (c < 0 || k < 0)
        return gvc_origin__refuse(ctx, &d->origin, place,
                                  "the row %s:%s has no column; rows and columns are expected to "
                                  "name the same industries",
                                  country, sector);
    if (d->row_seen[c * d->N + k] == 1 + again)
        return gvc_origin__refuse(ctx, &d->origin, place,
                                  "the row %s:%s stands a second time, once is expected", country,
                                  sector);
    d->row_seen[c * d->N + k]++;
    *target = d->place[c] * d->N + k;
    return GVC_OK;
}

gvc_status gvc_draft__row(gvc_ctx *ctx, gvc_draft *d, const char *country, const char *sector,
                          const char *place, gvc_int *target)
{
    return gvc_draft__row_of(ctx, d, country, sector, place, 0, target);
}

/* ---- where the columns of a file go ---- */

static gvc_int target_of(const gvc_draft *d, const gvc_column *column)
{
    switch (column->kind) {
    case GVC_COLUMN_INDUSTRY:
        return d->place[column->country] * d->N + column->item;
    case GVC_COLUMN_DEMAND:
        return d->n + d->place[column->country] * d->K + column->item;
    case GVC_COLUMN_OUTPUT:
        return d->width - 1;
    default:
        return GVC_DRAFT_SKIP;
    }
}

typedef struct pair {
    gvc_int target, column;
} pair;

static int by_target(const void *a, const void *b)
{
    const pair *p = a, *q = b;

    if (p->target != q->target)
        return p->target < q->target ? -1 : 1;
    return p->column < q->column ? -1 : 1;
}

/* Tasks of some columns each; columns that are added up stay in one, in the order of the file. */
static void cut_tasks(gvc_draft *d, gvc_int kept)
{
    d->n_tasks = 0;
    for (gvc_int at = 0; at < kept;) {
        d->task[d->n_tasks++] = at;
        at = at + TASK < kept ? at + TASK : kept;
        while (at < kept && d->target[d->order[at]] == d->target[d->order[at - 1]])
            at++;
    }
    d->task[d->n_tasks] = kept;
}

gvc_status gvc_draft__aim(gvc_ctx *ctx, gvc_draft *d)
{
    const gvc_int m = d->n_columns;
    pair *pairs = gvc_mem__alloc(ctx, m, sizeof *pairs);
    gvc_int kept = 0;

    d->target = gvc_mem__alloc(ctx, m, sizeof *d->target);
    d->order = gvc_mem__alloc(ctx, m, sizeof *d->order);
    d->task = gvc_mem__alloc(ctx, m + 1, sizeof *d->task);
    if (!pairs || !d->target || !d->order || !d->task) {
        gvc_mem__free(pairs);
        return GVC_ENOMEM;
    }
    for (gvc_int j = 0; j < m; j++) {
        d->target[j] = target_of(d, &d->columns[j]);
        if (d->target[j] >= 0)
            pairs[kept++] = (pair){ d->target[j], j };
    }
    qsort(pairs, (size_t)kept, sizeof *pairs, by_target);
    for (gvc_int i = 0; i < kept; i++)
        d->order[i] = pairs[i].column;
    gvc_mem__free(pairs);
    cut_tasks(d, kept);
    return GVC_OK;
}

void gvc_draft__next_file(gvc_draft *d, const gvc_origin *origin)
{
    gvc_mem__free(d->target);
    gvc_mem__free(d->order);
    gvc_mem__free(d->task);
    d->target = d->order = d->task = NULL;
    d->n_tasks = d->n_columns = 0;
    d->origin = *origin;
}

gvc_int gvc_draft__columns(const gvc_draft *d)
{
    return d->n_columns;
}

const gvc_origin *gvc_draft__origin(const gvc_draft *d)
{
    return &d->origin;
}
