#include "import/dta.h"
#include "import/wiod/sheet.h"

#include "base/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * WIOD 2016: Stata files, or the binary workbooks saved again as xlsx. Variables are vAUS1 .. of
 * the industries by number, then of final demand; the rows tell which industry has which number.
 */

enum { BLOCK = 32, TEXT = 200, MOST = 1000 };

static const char *const demands[] = { "CONS_h", "CONS_np", "CONS_g", "GFCF", "INVEN" };
enum { DEMANDS = sizeof demands / sizeof *demands };

static const gvc_release release = {
    .source = "WIOD",
    .release = "2016",
    .unit = "million USD",
    .currency = "USD",
    .multiplier = 1e6,
    .price_basis = "current",
    .valuation = "basic",
    .sector_scheme = "wiod16",
    .inventory = "INVEN",
    .licence = "CC BY 4.0",
    .citation = "Timmer, Los, Stehrer, de Vries (2016), An Anatomy of the Global Trade Slowdown "
                "based on the WIOD 2016 Release, GGDC Research Memorandum 162",
};

/* Variables that say what a row is. */
typedef enum key { CODE, DESCRIPTION, COUNTRY, NUMBER, YEAR, KEYS } key;

static const char *const keys[KEYS] = { "IndustryCode", "IndustryDescription", "Country", "RNr",
                                        "Year" };

typedef struct reader {
    gvc_import *import;
    gvc_origin origin;
    gvc_draft *draft;
    gvc_arena *arena;
    int only_keys;
    gvc_int column[KEYS]; /* -1: not there */
    gvc_int first, last;  /* variable of the first flow, and the last one seen */
    char label[KEYS][TEXT];
    gvc_int row;
    int year;
    const char *codes[MOST], *names[MOST]; /* of industries by number */
    gvc_int N;                             /* numbers above are final demand */
    gvc_int targets[BLOCK], m, width, bytes;
    double *cells; /* BLOCK x width */
} reader;

/* vAUS12 or AUS12: 1, with the country and the number. */
static int split_name(const char *name, char country[4], gvc_int *number)
{
    const size_t len = strlen(name);

    if (len > 4 && name[0] == 'v' && name[1] >= 'A' && name[1] <= 'Z')
        name++;
    if (strlen(name) < 4 || strlen(name) > 6 || strspn(name + 3, "0123456789") != strlen(name + 3))
        return 0;
    memcpy(country, name, 3);
    country[3] = '\0';
    *number = atoi(name + 3);
    return 1;
}

/* ---- the keys: which industry has which number, and the year ---- */

static gvc_status key_column(gvc_ctx *ctx, void *user, gvc_int j, const char *name, int is_text,
                             int *skip)
{
    reader *r = user;

    (void)ctx, (void)is_text;
    *skip = 1;
    for (int k = 0; k < KEYS; k++)
        if (strcmp(name, keys[k]) == 0) {
            r->column[k] = j;
            *skip = 0;
        }
    return GVC_OK;
}

static void keep_label(reader *r, gvc_int j, const char *text, double value)
{
    for (int k = 0; k < KEYS; k++)
        if (r->column[k] == j && text)
            snprintf(r->label[k], TEXT, "%s", text);
        else if (r->column[k] == j)
            snprintf(r->label[k], TEXT, "%.0f", value);
}

/* The row whose labels are complete. Countries repeat the numbers; they must agree. */
static gvc_status note_row(gvc_ctx *ctx, reader *r)
{
    const gvc_int number = atoi(r->label[NUMBER]);
    char place[80];

    if (strcmp(r->label[COUNTRY], "TOT") == 0)
        return GVC_OK;
    snprintf(place, sizeof place, "row %lld", (long long)r->row + 1);
    if (number < 1 || number >= MOST)
        return gvc_origin__refuse(ctx, &r->origin, place,
                                  "RNr \"%s\" found, the number of an industry expected",
                                  r->label[NUMBER]);
    if (r->codes[number] && strcmp(r->codes[number], r->label[CODE]) != 0)
        return gvc_origin__refuse(ctx, &r->origin, place,
                                  "industry %lld is %s here but %s in the rows before",
                                  (long long)number, r->label[CODE], r->codes[number]);
    if (r->codes[number])
        return GVC_OK;
    r->codes[number] = gvc_arena__strdup(ctx, r->arena, r->label[CODE]);
    r->names[number] = gvc_arena__strdup(ctx, r->arena, r->label[DESCRIPTION]);
    r->N = number > r->N ? number : r->N;
    return r->codes[number] && r->names[number] ? GVC_OK : GVC_ENOMEM;
}

static gvc_status key_cell(gvc_ctx *ctx, void *user, gvc_int row, gvc_int j, const char *text,
                           double value)
{
    reader *r = user;
    gvc_status st = GVC_OK;

    if (row != r->row)
        st = note_row(ctx, r);
    r->row = row;
    keep_label(r, j, text, value);
    if (r->only_keys && j >= r->column[YEAR])
        return GVC_NO;
    return st;
}

static gvc_status read_keys(gvc_ctx *ctx, reader *r, const gvc_part *part, int only_first)
{
    static const gvc_dta_handlers handlers = { key_column, key_cell };
    gvc_status st;

    for (int k = 0; k < KEYS; k++) {
        r->column[k] = -1;
        r->label[k][0] = '\0';
    }
    r->row = 0;
    r->only_keys = only_first;
    st = gvc_dta__read(ctx, r->import->source, part, &handlers, r);
    if (st == GVC_OK && !only_first)
        st = note_row(ctx, r);
    r->year = gvc_text__year(r->label[YEAR]);
    return st;
}

/* ---- the flows ---- */

static gvc_status flow_column(gvc_ctx *ctx, void *user, gvc_int j, const char *name, int is_text,
                              int *skip)
{
    reader *r = user;
    char country[4];
    gvc_int number;
    gvc_status st;

    *skip = 0;
    for (int k = 0; k < KEYS; k++)
        if (r->column[k] == j)
            return GVC_OK;
    if (is_text || j != r->last + 1)
        return gvc_origin__refuse(ctx, &r->origin, NULL,
                                  "variable %s found, flows (vAUS1 ..) and TOT expected behind %s",
                                  name, keys[YEAR]);
    r->last = j;
    if (strcmp(name, "TOT") == 0)
        return gvc_draft__column(ctx, r->draft, GVC_COLUMN_OUTPUT, NULL, NULL);
    if (!split_name(name, country, &number) || number < 1 || number > r->N + DEMANDS)
        return gvc_origin__refuse(ctx, &r->origin, NULL,
                                  "variable %s found, a country with a number up to %lld expected",
                                  name, (long long)r->N + DEMANDS);
    if (number > r->N)
        return gvc_draft__column(ctx, r->draft, GVC_COLUMN_DEMAND, country,
                                 demands[number - r->N - 1]);
    if (!r->codes[number])
        return gvc_origin__refuse(ctx, &r->origin, NULL, "variable %s has no row", name);
    st = gvc_draft__column(ctx, r->draft, GVC_COLUMN_INDUSTRY, country, r->codes[number]);
    return st == GVC_OK ? gvc_draft__sector_name(ctx, r->draft, r->codes[number], r->names[number])
                        : st;
}

static gvc_status flush(gvc_ctx *ctx, reader *r)
{
    gvc_status st = gvc_draft__put(ctx, r->draft, r->targets, r->m, r->cells);

    r->m = 0;
    return st;
}

/* Where the row goes, known when its labels are. */
static gvc_status aim_row(gvc_ctx *ctx, reader *r, gvc_int row)
{
    const char *code = r->label[CODE];
    const gvc_line_role role = strcmp(code, "VA") == 0   ? GVC_LINE_VA
                               : strcmp(code, "GO") == 0 ? GVC_LINE_OUTPUT
                                                         : GVC_LINE_PRIMARY;
    char place[80];

    snprintf(place, sizeof place, "row %lld", (long long)row + 1);
    r->targets[r->m] = GVC_DRAFT_SKIP;
    if (strcmp(r->label[COUNTRY], "TOT") != 0)
        return gvc_draft__row(ctx, r->draft, r->label[COUNTRY], code, place, &r->targets[r->m]);
    if (strcmp(code, "II_fob") == 0)
        return GVC_OK;
    return gvc_draft__line(ctx, r->draft, role, code, r->label[DESCRIPTION], 0, place,
                           &r->targets[r->m]);
}

static gvc_status begin_flows(gvc_ctx *ctx, reader *r, gvc_int bytes)
{
    gvc_status st = gvc_draft__settle(ctx, r->draft, bytes);

    r->width = gvc_draft__columns(r->draft);
    if (st == GVC_OK)
        r->cells = gvc_mem__alloc(ctx, BLOCK * r->width, sizeof *r->cells);
    return st == GVC_OK && !r->cells ? GVC_ENOMEM : st;
}

static gvc_status flow_cell(gvc_ctx *ctx, void *user, gvc_int row, gvc_int j, const char *text,
                            double value)
{
    reader *r = user;
    gvc_status st = GVC_OK;

    if (!r->cells)
        st = begin_flows(ctx, r, r->bytes);
    if (st != GVC_OK)
        return st;
    if (j < r->first) {
        keep_label(r, j, text, value);
        return GVC_OK;
    }
    if (j == r->first)
        st = aim_row(ctx, r, row);
    r->cells[r->m * r->width + j - r->first] = value;
    if (st == GVC_OK && j == r->last && ++r->m == BLOCK)
        st = flush(ctx, r);
    return st;
}

static gvc_status check_keys(gvc_ctx *ctx, reader *r)
{
    r->first = 0;
    for (int k = 0; k < KEYS; k++) {
        if (r->column[k] < 0)
            return gvc_origin__refuse(ctx, &r->origin, NULL, "the variable %s is missing", keys[k]);
        r->first = r->column[k] + 1 > r->first ? r->column[k] + 1 : r->first;
    }
    r->last = r->first - 1;
    return GVC_OK;
}

static gvc_status read_dta(gvc_ctx *ctx, gvc_import *import, const gvc_part *part, gvc_table **out)
{
    static const gvc_dta_handlers handlers = { flow_column, flow_cell };
    reader r = { .import = import,
                 .origin = gvc_source__origin(import->source, part),
                 .bytes = part->bytes };
    gvc_status st;

    r.arena = gvc_arena__new(ctx);
    st = r.arena ? gvc_draft__new(ctx, &r.draft, import, &r.origin) : GVC_ENOMEM;
    if (st == GVC_OK)
        st = gvc_draft__describe(ctx, r.draft, &release);
    if (st == GVC_OK)
        st = read_keys(ctx, &r, part, 0);
    if (st == GVC_OK)
        st = check_keys(ctx, &r);
    if (st == GVC_OK)
        st = gvc_dta__read(ctx, import->source, part, &handlers, &r);
    if (st == GVC_OK && !r.cells)
        st = gvc_origin__refuse(ctx, &r.origin, NULL, "no rows found");
    if (st == GVC_OK)
        st = flush(ctx, &r);
    if (st == GVC_OK)
        st = gvc_draft__finish(ctx, r.draft, out);
    gvc_mem__free(r.cells);
    gvc_draft__free(r.draft);
    gvc_arena__free(r.arena);
    return st;
}

/* ---- the format ---- */

static gvc_status recognise(gvc_ctx *ctx, gvc_import *import, int *is)
{
    const gvc_source *s = import->source;
    reader r = { .import = import };

    for (gvc_int i = 0; i < s->n; i++)
        if (s->parts[i].kind == GVC_KIND_DTA) {
            gvc_status st = read_keys(ctx, &r, &s->parts[i], 1);

            *is = st == GVC_OK && r.column[CODE] >= 0 && r.column[NUMBER] >= 0 &&
                  r.column[COUNTRY] >= 0;
            return st;
        }
    return gvc_wiod__recognise(ctx, import, GVC_WIOD_2016, is);
}

static gvc_status list(gvc_ctx *ctx, gvc_import *import)
{
    const gvc_source *s = import->source;
    gvc_status st = gvc_wiod__list(ctx, import, GVC_WIOD_2016);

    for (gvc_int i = 0; st == GVC_OK && i < s->n; i++) {
        reader r = { .import = import, .origin = gvc_source__origin(s, &s->parts[i]) };

        if (s->parts[i].kind != GVC_KIND_DTA)
            continue;
        st = read_keys(ctx, &r, &s->parts[i], 1);
        if (st == GVC_OK)
            st = gvc_import__add(ctx, import, r.year ? r.year : GVC_INT_MISSING, &s->parts[i]);
    }
    return st;
}

static gvc_status read(gvc_ctx *ctx, gvc_import *import, gvc_int i, gvc_table **out)
{
    const gvc_part *part = import->items[i].part;

    *out = NULL;
    if (part->kind == GVC_KIND_DTA)
        return read_dta(ctx, import, part, out);
    return gvc_wiod__read(ctx, import, part, &release, GVC_WIOD_2016, out);
}

const gvc_format gvc_format__wiod2016 = {
    .name = "wiod2016",
    .title = "WIOD, release of 2016 (dta, or xlsb saved as xlsx)",
    .recognise = recognise,
    .list = list,
    .read = read,
};
