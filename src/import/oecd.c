#include "import/draft.h"
#include "import/rows.h"

#include "base/mem.h"
#include "table/builtin.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/*
 * The OECD's inter-country tables: a CSV a year, one header line, labels CHN_A01_02 split at their
 * first underscore. The codes of the sectors tell the edition. Extended tables split China and
 * Mexico: the parts follow the other countries, and CHN and MEX themselves hold zeros but for final
 * demand.
 */

enum { LABEL = 300, HEADS = 24, SECTORS = 64 };

/* What is peculiar to an edition. */
typedef struct edition {
    const char *year;         /* of the release */
    const char *table, *code; /* reference table of its sectors, and the column of their codes */
    const char *categories;   /* of final demand, between commas */
    const char *inventory;
} edition;

static const edition editions[] = {
    { "2016", "sectors_oecd34", "code", "HFCE,NPS,GGFC,GFCF,INV,DIRP", "INV" },
    { "2018", "sectors_oecd36", "code", "HFCE,NPISH,GGFC,GFCF,INVNT,P33", "INVNT" },
    { "2021", "sectors_oecd45", "code_2021_edition", "HFCE,NPISH,GGFC,GFCF,INVNT,DPABR", "INVNT" },
    { "2023", "sectors_oecd45", "code", "HFCE,NPISH,GGFC,GFCF,INVNT,DPABR", "INVNT" },
    { "2025", "sectors_oecd50", "code", "HFCE,NPISH,GGFC,GFCF,INVNT,DPABR", "INVNT" },
};

/* ---- labels ---- */

static int is_among(const char *list, const char *word)
{
    const size_t len = strlen(word);

    for (const char *at = list; at; at = strchr(at, ',')) {
        at += *at == ',';
        if (len > 0 && strncmp(at, word, len) == 0 && (at[len] == ',' || !at[len]))
            return 1;
    }
    return 0;
}

/* "CHN_A01_02" into CHN and A01_02; 0 where there is no underscore. */
static int split(const char *label, char *first, char *second)
{
    const char *at = strchr(label, '_');

    if (!at || at == label || strlen(label) >= LABEL)
        return 0;
    memcpy(first, label, (size_t)(at - label));
    first[at - label] = '\0';
    strcpy(second, at + 1);
    return 1;
}

/* Sectors of an edition with their names. */
typedef struct sectors {
    int n;
    char code[SECTORS][24], name[SECTORS][GVC_BUILTIN_CELL];
} sectors;

static gvc_status load_sectors(gvc_ctx *ctx, const edition *e, sectors **out)
{
    gvc_builtin_record *r = gvc_mem__alloc(ctx, 1, sizeof *r);
    sectors *s = gvc_mem__calloc(ctx, 1, sizeof *s);

    *out = s;
    if (!r || !s) {
        gvc_mem__free(r);
        return GVC_ENOMEM;
    }
    for (gvc_builtin__open(r, e->table); gvc_builtin__next(r) && s->n < SECTORS; s->n++) {
        snprintf(s->code[s->n], sizeof s->code[0], "%s", gvc_builtin__cell(r, e->code));
        snprintf(s->name[s->n], sizeof s->name[0], "%s", gvc_builtin__cell(r, "name"));
    }
    gvc_mem__free(r);
    return GVC_OK;
}

static int find_sector(const sectors *s, const char *code)
{
    for (int i = 0; i < s->n; i++)
        if (strcmp(s->code[i], code) == 0)
            return i;
    return -1;
}

/* ---- recognising ---- */

/* Whether the first labels of the header are countries of three letters with sectors of `s`. */
static int fits(const gvc_part *part, const sectors *s)
{
    const char *at = part->head, *end = part->head + strcspn(part->head, "\r\n");
    char cell[LABEL], country[LABEL], code[LABEL];
    int seen = 0;

    if (part->kind != GVC_KIND_TEXT)
        return 0;
    at += strncmp(at, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
    for (at = memchr(at, ',', (size_t)(end - at)); at && at < end && seen < HEADS; seen++) {
        const char *from = at + 1, *comma = memchr(from, ',', (size_t)(end - from));
        size_t len = (size_t)((comma ? comma : end) - from);

        /* The head may end inside a label. */
        if (!comma && seen > 0 && part->head[part->n_head - 1] != '\n')
            break;
        while (len > 0 && (*from == '"' || *from == ' ')) {
            from++;
            len--;
        }
        while (len > 0 && (from[len - 1] == '"' || from[len - 1] == ' '))
            len--;
        if (len == 0 || len >= LABEL)
            return 0;
        memcpy(cell, from, len);
        cell[len] = '\0';
        if (!split(cell, country, code) || strlen(country) != 3)
            return 0;
        if (find_sector(s, code) < 0)
            return seen >= 3;
        at = comma;
    }
    return seen > 0;
}

static gvc_status recognise_edition(gvc_ctx *ctx, const gvc_import *import, const edition *e,
                                    int *is)
{
    sectors *s;
    gvc_status st = load_sectors(ctx, e, &s);

    for (gvc_int i = 0; st == GVC_OK && !*is && i < import->source->n; i++)
        *is = fits(&import->source->parts[i], s);
    gvc_mem__free(s);
    return st;
}

static gvc_status list_edition(gvc_ctx *ctx, gvc_import *import, const edition *e)
{
    sectors *s;
    gvc_status st = load_sectors(ctx, e, &s);

    for (gvc_int i = 0; st == GVC_OK && i < import->source->n; i++) {
        const gvc_part *part = &import->source->parts[i];
        const int year = gvc_text__year(part->name);

        if (fits(part, s) || (import->opts.format && import->source->n == 1))
            st = gvc_import__add(ctx, import, year ? year : GVC_INT_MISSING, part);
    }
    gvc_mem__free(s);
    return st;
}

/* ---- reading ---- */

typedef struct reader {
    gvc_ctx *ctx;
    gvc_import *import;
    const edition *e;
    sectors *sectors;
    gvc_draft *draft;
    gvc_rows *rows;
    gvc_origin origin;
    int is_extended, has_taxes_inside;
    gvc_int *targets;
} reader;

/* CN1 .. CN4 and MX1 .. MX3 are parts; the whole, or NULL. */
static const char *whole_of(const char *country)
{
    if (strlen(country) != 3 || !isdigit((unsigned char)country[2]))
        return NULL;
    return strncmp(country, "CN", 2) == 0 ? "CHN" : strncmp(country, "MX", 2) == 0 ? "MEX" : NULL;
}

/* Before the columns: parts that are there are folded, in the order of the file. */
static gvc_status fold_parts(reader *r, const char *const *texts, gvc_int n)
{
    char country[LABEL], code[LABEL], done[200] = "", merged[2][100] = { "", "" };
    gvc_status st = GVC_OK;

    for (gvc_int j = 1; st == GVC_OK && j < n; j++) {
        const char *whole = split(texts[j], country, code) ? whole_of(country) : NULL;
        char *list = whole ? merged[strcmp(whole, "MEX") == 0] : NULL;

        if (!whole || is_among(done, country) || strlen(done) > 100)
            continue;
        r->is_extended = 1;
        strcat(strcat(done, *done ? "," : ""), country);
        strcat(strcat(list, *list ? ", " : ""), country);
        if (!r->import->opts.split)
            st = gvc_draft__fold(r->ctx, r->draft, country, whole);
    }
    for (int k = 0; st == GVC_OK && k < 2 && !r->import->opts.split; k++)
        if (*merged[k])
            st = gvc_draft__history(r->ctx, r->draft, "merged %s into %s", merged[k],
                                    k ? "MEX" : "CHN");
    return st;
}

static gvc_status refuse_column(reader *r, gvc_int j, const char *text)
{
    char place[80];

    snprintf(place, sizeof place, "line 1, column %lld", (long long)j + 1);
    return gvc_origin__refuse(r->ctx, &r->origin, place,
                              "\"%.60s\" is neither an industry nor final demand of the edition of "
                              "%s: CCC_SECTOR, CCC_%s expected",
                              text, r->e->year, r->e->categories);
}

static gvc_status declare_column(reader *r, gvc_int j, const char *text)
{
    char first[LABEL], second[LABEL];
    int k;
    gvc_status st;

    if (strcmp(text, "OUT") == 0 || strcmp(text, "TOTAL") == 0)
        return gvc_draft__column(r->ctx, r->draft, GVC_COLUMN_OUTPUT, NULL, NULL);
    if (strcmp(text, "DISC") == 0)
        return gvc_draft__column(r->ctx, r->draft, GVC_COLUMN_SKIP, NULL, NULL);
    if (!split(text, first, second))
        return refuse_column(r, j, text);
    /* In the edition of 2016 the category stands first. */
    if (is_among(r->e->categories, first))
        return gvc_draft__column(r->ctx, r->draft, GVC_COLUMN_DEMAND, second, first);
    if (is_among(r->e->categories, second))
        return gvc_draft__column(r->ctx, r->draft, GVC_COLUMN_DEMAND, first, second);
    k = find_sector(r->sectors, second);
    if (k < 0)
        return refuse_column(r, j, text);
    st = gvc_draft__column(r->ctx, r->draft, GVC_COLUMN_INDUSTRY, first, second);
    return st == GVC_OK ? gvc_draft__sector_name(r->ctx, r->draft, second, r->sectors->name[k])
                        : st;
}

static gvc_status read_header(reader *r, gvc_int bytes)
{
    const char *const *texts;
    gvc_int n = 0;
    gvc_status st = gvc_rows__texts(r->ctx, r->rows, &texts, &n);

    if (st == GVC_OK && n == 0)
        return gvc_origin__refuse(r->ctx, &r->origin, NULL, "the file is empty");
    if (st == GVC_OK)
        st = gvc_rows__keep_header(r->ctx, r->rows, texts, n);
    if (st == GVC_OK)
        st = fold_parts(r, texts, n);
    for (gvc_int j = 1; st == GVC_OK && j < n; j++)
        st = declare_column(r, j, texts[j]);
    if (st == GVC_OK && r->import->opts.split)
        gvc_draft__demand_may_be_missing(r->draft);
    if (st == GVC_OK)
        st = gvc_draft__settle(r->ctx, r->draft, bytes / 2);
    return st == GVC_OK ? gvc_rows__shape(r->ctx, r->rows, 1, n - 1) : st;
}

/* Rows below the industries: taxes (one row, or one a country), value added, output. */
static gvc_status aim_row(reader *r, const char *label, const char *place, gvc_int *target)
{
    char first[LABEL], second[LABEL];
    const int two = split(label, first, second);

    if (strcmp(label, "TLS") == 0 || strcmp(label, "TAXSUB") == 0)
        return gvc_draft__line(r->ctx, r->draft, GVC_LINE_PRIMARY, "TLS",
                               "Taxes less subsidies on products", 0, place, target);
    if (two && (strcmp(second, "TAXSUB") == 0 || strcmp(second, "TLS") == 0))
        return gvc_draft__line(r->ctx, r->draft, GVC_LINE_PRIMARY, "TLS",
                               "Taxes less subsidies on products", 1, place, target);
    if (is_among("VA,VALU,VA+TAXSUB", label)) {
        r->has_taxes_inside = strcmp(label, "VA+TAXSUB") == 0;
        return gvc_draft__line(r->ctx, r->draft, GVC_LINE_VA, label, "Value added", 0, place,
                               target);
    }
    if (is_among("OUT,OUTPUT", label))
        return gvc_draft__line(r->ctx, r->draft, GVC_LINE_OUTPUT, label, "Output", 0, place,
                               target);
    if (!two)
        return gvc_origin__refuse(r->ctx, &r->origin, place,
                                  "the row \"%.60s\" is neither an industry nor one of TLS, VA, "
                                  "OUT",
                                  label);
    return gvc_draft__row(r->ctx, r->draft, first, second, place, target);
}

static gvc_status read_rows(reader *r)
{
    gvc_rows_block b = { .m = 1 };
    gvc_int room = 0;
    char place[80];
    gvc_status st = GVC_OK;

    while (st == GVC_OK) {
        st = gvc_rows__next(r->ctx, r->rows, &b);
        if (st != GVC_OK || b.m == 0)
            return st;
        if (b.m > room) {
            gvc_int *targets = gvc_mem__realloc(r->ctx, r->targets, b.m, sizeof *targets);

            if (!targets)
                return GVC_ENOMEM;
            r->targets = targets;
            room = b.m;
        }
        for (gvc_int i = 0; st == GVC_OK && i < b.m; i++)
            st = aim_row(r, b.labels[i], gvc_rows__place(b.lines[i], place), &r->targets[i]);
        gvc_draft__count_blanks(r->draft, b.blanks);
        if (st == GVC_OK)
            st = gvc_draft__put(r->ctx, r->draft, r->targets, b.m, b.cells);
    }
    return st;
}

static gvc_status describe(reader *r)
{
    const gvc_release release = {
        .source = "OECD-ICIO",
        .unit = "million USD",
        .currency = "USD",
        .multiplier = 1e6,
        .price_basis = "current",
        .valuation = "basic",
        .inventory = r->e->inventory,
        .sector_scheme = r->e->table + strlen("sectors_"),
        .citation = "OECD, Inter-Country Input-Output Tables",
    };
    char text[80];
    gvc_status st = gvc_draft__describe(r->ctx, r->draft, &release);

    snprintf(text, sizeof text, "%s%s%s", r->e->year, r->is_extended ? ", extended" : ", small",
             r->is_extended && r->import->opts.split ? ", China and Mexico split" : "");
    return st == GVC_OK ? gvc_draft__attr(r->ctx, r->draft, "release", text) : st;
}

static gvc_status fill(reader *r, const gvc_part *part)
{
    gvc_stream *stream;
    gvc_status st = gvc_source__stream(r->ctx, &stream, r->import->source, part);

    if (st == GVC_OK)
        st = gvc_rows__open(r->ctx, &r->rows, stream, ',');
    if (st == GVC_OK)
        st = read_header(r, part->bytes);
    if (st == GVC_OK)
        st = describe(r);
    if (st == GVC_OK)
        st = read_rows(r);
    if (st == GVC_OK && r->has_taxes_inside)
        st = gvc_import__note(r->ctx, r->import,
                              "value added holds taxes less subsidies on products: the edition of "
                              "2016 publishes only their sum");
    return st;
}

static gvc_status read_edition(gvc_ctx *ctx, gvc_import *import, gvc_int i, const edition *e,
                               gvc_table **out)
{
    const gvc_part *part = import->items[i].part;
    reader r = { .ctx = ctx, .import = import, .e = e };
    gvc_status st = load_sectors(ctx, e, &r.sectors);

    *out = NULL;
    r.origin = gvc_source__origin(import->source, part);
    if (st == GVC_OK)
        st = gvc_draft__new(ctx, &r.draft, import, &r.origin);
    if (st == GVC_OK)
        st = fill(&r, part);
    if (st == GVC_OK)
        st = gvc_draft__finish(ctx, r.draft, out);
    gvc_rows__close(r.rows);
    gvc_draft__free(r.draft);
    gvc_mem__free(r.targets);
    gvc_mem__free(r.sectors);
    return st;
}

/* ---- the formats: one for each edition, told apart by the end of their names ---- */

static const edition *edition_of(const gvc_import *import)
{
    const char *name = import->format->name;
    size_t k = 0;

    while (strcmp(editions[k].year, name + strlen(name) - 4) != 0)
        k++;
    return &editions[k];
}

static gvc_status recognise(gvc_ctx *ctx, gvc_import *import, int *is)
{
    return recognise_edition(ctx, import, edition_of(import), is);
}

static gvc_status list(gvc_ctx *ctx, gvc_import *import)
{
    return list_edition(ctx, import, edition_of(import));
}

static gvc_status read(gvc_ctx *ctx, gvc_import *import, gvc_int i, gvc_table **out)
{
    return read_edition(ctx, import, i, edition_of(import), out);
}

const gvc_format gvc_format__oecd2016 = {
    "oecd-icio-2016", "OECD inter-country tables, edition of 2016 (csv)", recognise, list, read,
};
const gvc_format gvc_format__oecd2018 = {
    "oecd-icio-2018", "OECD inter-country tables, edition of 2018 (csv)", recognise, list, read,
};
const gvc_format gvc_format__oecd2021 = {
    "oecd-icio-2021", "OECD inter-country tables, edition of 2021 (csv)", recognise, list, read,
};
const gvc_format gvc_format__oecd2023 = {
    "oecd-icio-2023", "OECD inter-country tables, edition of 2023 (csv)", recognise, list, read,
};
const gvc_format gvc_format__oecd2025 = {
    "oecd-icio-2025", "OECD inter-country tables, edition of 2025 (csv)", recognise, list, read,
};
