#include "import/draft.h"
#include "import/long.h"
#include "import/rows.h"

#include "base/mem.h"

#include <stdio.h>
#include <string.h>

/*
 * Eurostat's FIGARO tables, as a matrix or as a list of cells. Labels are AR_A01 (industries) or
 * AR_CPA_A01 (products), W2_D1 for the primary inputs, whose order changes between editions. There
 * is no output: it is the sum of each row.
 */

enum { LABEL = 300 };

static const char *const demands[] = { "P3_S13", "P3_S14", "P3_S15", "P51G", "P5M" };
static const char *const demand_names[] = { "Final consumption expenditure by government",
                                            "Final consumption expenditure by households",
                                            "Final consumption expenditure by NPISH",
                                            "Gross fixed capital formation",
                                            "Changes in inventories and valuables" };
static const gvc_long_line lines[] = { { "D1", GVC_LINE_VA },
                                       { "D29X39", GVC_LINE_VA },
                                       { "B2A3G", GVC_LINE_VA } };

enum { DEMANDS = sizeof demands / sizeof *demands, LINES = sizeof lines / sizeof *lines };

static const gvc_long_spec spec = {
    .row_country = "refArea",
    .row_item = "rowIi",
    .col_country = "counterpartArea",
    .col_item = "colIi",
    .value = "obsValue",
    .total = "W2",
    .lines = lines,
    .n_lines = LINES,
};

/* "24ed" in the name of the file, as "edition 2024"; products or industries by the labels. */
static gvc_release release_of(const gvc_part *part, int products, char text[80])
{
    const char *at = strstr(part->name, "ed_");
    const int has = at && at - part->name >= 2;

    snprintf(text, 80, "%s%.2s%s%s", has ? "edition 20" : "", has ? at - 2 : "", has ? ", " : "",
             products ? "product by product" : "industry by industry");
    return (gvc_release){
        .source = "FIGARO",
        .release = text,
        .unit = "million EUR",
        .currency = "EUR",
        .multiplier = 1e6,
        .price_basis = "current",
        .valuation = "basic",
        .sector_scheme = products ? NULL : "figaro64",
        .inventory = "P5M",
        .licence = "reuse with attribution (Eurostat)",
        .citation = "Eurostat, FIGARO inter-country input-output tables",
    };
}

static gvc_status name_demands(gvc_ctx *ctx, gvc_draft *draft)
{
    gvc_status st = GVC_OK;

    for (int k = 0; st == GVC_OK && k < DEMANDS; k++)
        st = gvc_draft__category_name(ctx, draft, demands[k], demand_names[k]);
    return st;
}

static int is_demand(const char *item)
{
    for (int k = 0; k < DEMANDS; k++)
        if (strcmp(item, demands[k]) == 0)
            return 1;
    return 0;
}

static int split(const char *label, char *country, const char **item)
{
    const char *at = strchr(label, '_');

    if (!at || at == label || at - label >= LABEL || !at[1])
        return 0;
    memcpy(country, label, (size_t)(at - label));
    country[at - label] = '\0';
    *item = at + 1;
    return 1;
}

/* ---- the matrix ---- */

static int is_matrix(const gvc_part *part)
{
    const char *at = part->head + (strncmp(part->head, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0);

    at += *at == '"';
    return part->kind == GVC_KIND_TEXT && strncmp(at, "rowLabels", 9) == 0;
}

typedef struct reader {
    gvc_ctx *ctx;
    gvc_draft *draft;
    gvc_rows *rows;
    gvc_origin origin;
    gvc_int *targets, room;
} reader;

static gvc_status read_header(reader *r, const gvc_part *part)
{
    const char *const *texts, *item;
    char country[LABEL], place[80], text[80];
    gvc_release release;
    gvc_int n = 0;
    gvc_status st = gvc_rows__texts(r->ctx, r->rows, &texts, &n);

    if (st == GVC_OK)
        st = gvc_rows__keep_header(r->ctx, r->rows, texts, n);
    for (gvc_int j = 1; st == GVC_OK && j < n; j++) {
        snprintf(place, sizeof place, "line 1, column %lld", (long long)j + 1);
        if (split(texts[j], country, &item))
            st = gvc_draft__column(r->ctx, r->draft,
                                   is_demand(item) ? GVC_COLUMN_DEMAND : GVC_COLUMN_INDUSTRY,
                                   country, item);
        else
            st = gvc_origin__refuse(r->ctx, &r->origin, place,
                                    "\"%.60s\" found, a country and an industry expected, as in "
                                    "AR_A01",
                                    texts[j]);
    }
    if (st != GVC_OK)
        return st;
    release = release_of(part, n > 1 && strstr(texts[1], "_CPA_"), text);
    st = gvc_draft__describe(r->ctx, r->draft, &release);
    if (st == GVC_OK)
        st = name_demands(r->ctx, r->draft);
    if (st == GVC_OK)
        st = gvc_draft__settle(r->ctx, r->draft, part->bytes / 2);
    return st == GVC_OK ? gvc_rows__shape(r->ctx, r->rows, 1, n - 1) : st;
}

static gvc_status aim_row(reader *r, const char *label, const char *place, gvc_int *target)
{
    char country[LABEL];
    const char *item;
    gvc_line_role role = GVC_LINE_PRIMARY;

    if (!split(label, country, &item))
        return gvc_origin__refuse(r->ctx, &r->origin, place,
                                  "the row \"%.60s\" found, a country and an industry expected, or "
                                  "W2 and a primary input",
                                  label);
    if (strcmp(country, spec.total) != 0)
        return gvc_draft__row(r->ctx, r->draft, country, item, place, target);
    for (int i = 0; i < LINES; i++)
        if (strcmp(item, lines[i].code) == 0)
            role = lines[i].role;
    return gvc_draft__line(r->ctx, r->draft, role, item, item, 0, place, target);
}

static gvc_status read_rows(reader *r)
{
    gvc_rows_block b = { .m = 1 };
    char place[80];
    gvc_status st = GVC_OK;

    while (st == GVC_OK) {
        st = gvc_rows__next(r->ctx, r->rows, &b);
        if (st != GVC_OK || b.m == 0)
            return st;
        if (b.m > r->room) {
            gvc_int *targets = gvc_mem__realloc(r->ctx, r->targets, b.m, sizeof *targets);

            if (!targets)
                return GVC_ENOMEM;
            r->targets = targets;
            r->room = b.m;
        }
        for (gvc_int i = 0; st == GVC_OK && i < b.m; i++)
            st = aim_row(r, b.labels[i], gvc_rows__place(b.lines[i], place), &r->targets[i]);
        gvc_draft__count_blanks(r->draft, b.blanks);
        if (st == GVC_OK)
            st = gvc_draft__put(r->ctx, r->draft, r->targets, b.m, b.cells);
    }
    return st;
}

static gvc_status read_matrix(gvc_ctx *ctx, gvc_import *import, gvc_int i, gvc_table **out)
{
    const gvc_part *part = import->items[i].part;
    reader r = { .ctx = ctx, .origin = gvc_source__origin(import->source, part) };
    gvc_stream *stream;
    gvc_status st = gvc_draft__new(ctx, &r.draft, import, &r.origin);

    *out = NULL;
    if (st == GVC_OK)
        st = gvc_source__stream(ctx, &stream, import->source, part);
    if (st == GVC_OK)
        st = gvc_rows__open(ctx, &r.rows, stream, ',');
    if (st == GVC_OK)
        st = read_header(&r, part);
    if (st == GVC_OK)
        st = read_rows(&r);
    if (st == GVC_OK)
        st = gvc_draft__finish(ctx, r.draft, out);
    gvc_rows__close(r.rows);
    gvc_draft__free(r.draft);
    gvc_mem__free(r.targets);
    return st;
}

/* ---- the formats ---- */

static int is_flat(const gvc_part *part)
{
    return gvc_long__fits(part, &spec);
}

static gvc_status list_parts(gvc_ctx *ctx, gvc_import *import, int (*fits)(const gvc_part *))
{
    gvc_status st = GVC_OK;

    for (gvc_int i = 0; st == GVC_OK && i < import->source->n; i++) {
        const gvc_part *part = &import->source->parts[i];
        const int year = gvc_text__year(part->name);

        if (fits(part))
            st = gvc_import__add(ctx, import, year ? year : GVC_INT_MISSING, part);
    }
    return st;
}

static int has_part(const gvc_import *import, int (*fits)(const gvc_part *))
{
    for (gvc_int i = 0; i < import->source->n; i++)
        if (fits(&import->source->parts[i]))
            return 1;
    return 0;
}

static gvc_status recognise_matrix(gvc_ctx *ctx, gvc_import *import, int *is)
{
    (void)ctx;
    *is = has_part(import, is_matrix);
    return GVC_OK;
}

static gvc_status list_matrix(gvc_ctx *ctx, gvc_import *import)
{
    return list_parts(ctx, import, is_matrix);
}

static gvc_status recognise_flat(gvc_ctx *ctx, gvc_import *import, int *is)
{
    (void)ctx;
    *is = has_part(import, is_flat);
    return GVC_OK;
}

static gvc_status list_flat(gvc_ctx *ctx, gvc_import *import)
{
    return list_parts(ctx, import, is_flat);
}

static gvc_status read_flat(gvc_ctx *ctx, gvc_import *import, gvc_int i, gvc_table **out)
{
    const gvc_part *part = import->items[i].part;
    char text[80];
    const gvc_release release = release_of(part, strstr(part->head, "CPA_") != NULL, text);
    gvc_long *l;
    gvc_status st = gvc_long__scan(ctx, &l, import, part, &spec);

    *out = NULL;
    if (st == GVC_OK)
        st = gvc_long__read(ctx, l, import, 0, &release, out);
    gvc_long__free(l);
    return st;
}

const gvc_format gvc_format__figaro_matrix = {
    "figaro-matrix", "FIGARO, matrix (csv)", recognise_matrix, list_matrix, read_matrix,
};

const gvc_format gvc_format__figaro_flat = {
    "figaro-flat", "FIGARO, list of cells (csv)", recognise_flat, list_flat, read_flat,
};
