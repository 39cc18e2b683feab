#include "import/wiod/sheet.h"

#include "base/mem.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { FIRST = 4, HEADER_ROWS = 20, KEPT = 3, COLUMNS = 16384, BLOCK = 32, LABEL = 300 };

/* A header row: texts by column. */
typedef struct header {
    const char **texts; /* COLUMNS */
} header;

/* A sheet being read. */
typedef struct reader {
    gvc_ctx *ctx;
    gvc_import *import;
    gvc_draft *draft; /* NULL while only the head is looked at */
    gvc_origin origin;
    gvc_wiod_head *head;
    gvc_wiod_style style;
    gvc_arena *arena;
    header rows[KEPT + 1]; /* the last header rows, the newest last */
    gvc_int columns;       /* of the table, from column E; 0 before the row of codes */
    gvc_int bytes;
    gvc_int targets[BLOCK], m, blanks;
    double *cells; /* BLOCK x columns */
    int is_complete;
    char titles[1024];
} reader;

static int is_code(const char *text)
{
    return (*text == 'c' || *text == 'F') && text[1] &&
           strspn(text + 1, "0123456789") == strlen(text + 1);
}

/* A row of codes has many of them from column E on, and nothing else there. */
static int is_code_row(const gvc_cell *cells, gvc_int n)
{
    gvc_int codes = 0;
    char text[LABEL];

    for (gvc_int i = 0; i < n; i++)
        if (cells[i].column >= FIRST)
            codes += is_code(gvc_cell__text(&cells[i], text, LABEL));
    return codes > 4;
}

/* ---- the head ---- */

static gvc_status keep_header(reader *r, const gvc_cell *cells, gvc_int n)
{
    header oldest = r->rows[0];
    char text[LABEL];

    memmove(r->rows, r->rows + 1, KEPT * sizeof *r->rows);
    r->rows[KEPT] = oldest;
    memset(oldest.texts, 0, COLUMNS * sizeof *oldest.texts);
    for (gvc_int i = 0; i < n; i++) {
        const char *copy;

        gvc_cell__text(&cells[i], text, LABEL);
        copy = gvc_arena__strdup(r->ctx, r->arena, text);
        if (!copy)
            return GVC_ENOMEM;
        oldest.texts[cells[i].column] = copy;
        if (cells[i].column == 0 && strlen(r->titles) + strlen(text) + 2 < sizeof r->titles) {
            strcat(r->titles, text);
            strcat(r->titles, "\n");
        }
    }
    return GVC_OK;
}

/* Text of the header row `back` rows above the row of codes; "" where it is empty. */
static const char *header_text(const reader *r, int back, gvc_int column)
{
    const char *text = r->rows[KEPT - back].texts[column];

    return text ? text : "";
}

static void note_head(reader *r)
{
    gvc_wiod_head *head = r->head;

    head->style = GVC_WIOD_2013;
    for (gvc_int j = FIRST; j < COLUMNS; j++) {
        if (*header_text(r, 0, j) == 'F')
            head->style = GVC_WIOD_ADB;
        if (strcmp(header_text(r, 3, j), "CONS_h") == 0)
            head->style = GVC_WIOD_2016;
    }
    head->price_basis = strcasestr(r->titles, "previous year")   ? "previous year"
                        : strcasestr(r->titles, "constant 2010") ? "constant 2010"
                                                                 : "current";
}

/* ---- columns ---- */

/* Demand follows the industries and is told by its code. */
static int is_demand(const reader *r, gvc_int j)
{
    const char *code = header_text(r, 0, j), *first = header_text(r, 3, j);

    if (r->style == GVC_WIOD_2016)
        return strncmp(first, "CONS_", 5) == 0 || strcmp(first, "GFCF") == 0 ||
               strncmp(first, "INV", 3) == 0;
    return r->style == GVC_WIOD_ADB ? *code == 'F' : atoi(code + 1) > 35;
}

/* The code under which a column is kept: of 2016 that of the first header row. */
static const char *item_of(const reader *r, gvc_int j)
{
    return r->style == GVC_WIOD_2016 ? header_text(r, 3, j) : header_text(r, 0, j);
}

static gvc_status declare_column(reader *r, gvc_int j)
{
    const int demand = is_demand(r, j);
    const char *item = item_of(r, j);
    gvc_status st =
        gvc_draft__column(r->ctx, r->draft, demand ? GVC_COLUMN_DEMAND : GVC_COLUMN_INDUSTRY,
                          header_text(r, 1, j), item);

    if (st != GVC_OK)
        return st;
    return demand ? gvc_draft__category_name(r->ctx, r->draft, item, header_text(r, 2, j))
                  : gvc_draft__sector_name(r->ctx, r->draft, item, header_text(r, 2, j));
}

static gvc_status start_table(reader *r, gvc_int row)
{
    gvc_int last = FIRST;
    char place[80];
    gvc_status st = GVC_OK;

    while (last < COLUMNS && *header_text(r, 0, last))
        last++;
    for (gvc_int j = last; j < COLUMNS; j++)
        if (is_code(header_text(r, 0, j)))
            return gvc_origin__refuse(r->ctx, &r->origin, gvc_cell__place(row, last, place),
                                      "empty cell in the row of codes found, a code expected");
    for (gvc_int j = FIRST; st == GVC_OK && j < last; j++)
        st = declare_column(r, j);
    if (st == GVC_OK)
        st = gvc_draft__column(r->ctx, r->draft, GVC_COLUMN_OUTPUT, NULL, NULL);
    r->columns = last - FIRST + 1;
    /* The shortest cell of XML takes some ten bytes; zeros may be left out. */
    if (st == GVC_OK)
        st = gvc_draft__settle(r->ctx, r->draft, r->bytes);
    if (st != GVC_OK)
        return st;
    r->cells = gvc_mem__calloc(r->ctx, BLOCK * r->columns, sizeof *r->cells);
    return r->cells ? GVC_OK : GVC_ENOMEM;
}

/* ---- rows ---- */

static gvc_status flush(reader *r)
{
    gvc_status st = gvc_draft__put(r->ctx, r->draft, r->targets, r->m, r->cells);

    memset(r->cells, 0, (size_t)(r->m * r->columns) * sizeof *r->cells);
    r->m = 0;
    return st;
}

static gvc_status take_cells(reader *r, gvc_int row, const gvc_cell *cells, gvc_int n)
{
    double *to = r->cells + r->m * r->columns;
    char place[80], shown[41];

    for (gvc_int i = 0; i < n; i++) {
        const gvc_int j = cells[i].column - FIRST;
        int kind;

        if (j < 0 || j >= r->columns)
            continue;
        kind = gvc_cell__number(&cells[i], &to[j]);
        if (kind < 0) {
            snprintf(shown, sizeof shown, "%s", cells[i].text);
            return gvc_origin__refuse(r->ctx, &r->origin,
                                      gvc_cell__place(row, cells[i].column, place),
                                      "\"%s\" found, a number expected", shown);
        }
        r->blanks += kind == 0;
    }
    return GVC_OK;
}

/* The summary rows; the total r60 of inputs is the only one that repeats other numbers. */
static gvc_status aim_summary(reader *r, const char *code, const char *name, const char *place,
                              gvc_int *target)
{
    static const struct {
        const char *code;
        gvc_line_role role;
    } lines[] = { { "r64", GVC_LINE_VA },
                  { "VA", GVC_LINE_VA },
                  { "r69", GVC_LINE_OUTPUT },
                  { "GO", GVC_LINE_OUTPUT } };

    *target = GVC_DRAFT_SKIP;
    if (strcmp(code, "r60") == 0 || strcmp(code, "II_fob") == 0)
        return GVC_OK;
    /* The margins are r65, trs or without a code, by release and year. */
    if (strcmp(code, "r65") == 0 || (!*code && strcasestr(name, "transport")))
        code = "trs";
    if (!*code)
        code = name;
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        if (strcmp(code, lines[i].code) == 0) {
            r->is_complete |= lines[i].role == GVC_LINE_OUTPUT;
            return gvc_draft__line(r->ctx, r->draft, lines[i].role, code, name, 0, place, target);
        }
    return gvc_draft__line(r->ctx, r->draft, GVC_LINE_PRIMARY, code, name, 0, place, target);
}

static gvc_status take_row(reader *r, gvc_int row, const gvc_cell *cells, gvc_int n)
{
    char labels[FIRST][LABEL] = { "", "", "", "" }, place[80];
    const char *code;
    gvc_int target;
    gvc_status st;

    for (gvc_int i = 0; i < n && cells[i].column < FIRST; i++)
        gvc_cell__text(&cells[i], labels[cells[i].column], LABEL);
    if (r->is_complete || (!*labels[1] && !*labels[2] && !*labels[3]))
        return GVC_OK;
    snprintf(place, sizeof place, "row %lld", (long long)row);
    code = r->style == GVC_WIOD_2016 ? labels[0] : labels[3];
    if (strcasecmp(labels[2], "TOT") == 0 || !*labels[2])
        st = aim_summary(r, code, labels[1], place, &target);
    else
        st = gvc_draft__row(r->ctx, r->draft, labels[2], code, place, &target);
    if (st != GVC_OK || target == GVC_DRAFT_SKIP)
        return st;
    r->targets[r->m] = target;
    st = take_cells(r, row, cells, n);
    r->m++;
    return st == GVC_OK && r->m == BLOCK ? flush(r) : st;
}

static gvc_status on_row(gvc_ctx *ctx, void *user, gvc_int row, const gvc_cell *cells, gvc_int n)
{
    reader *r = user;
    gvc_status st;

    (void)ctx;
    if (r->columns > 0)
        return take_row(r, row, cells, n);
    if (row > HEADER_ROWS)
        return GVC_NO;
    st = keep_header(r, cells, n);
    if (st != GVC_OK || !is_code_row(cells, n))
        return st;
    note_head(r);
    return r->draft ? start_table(r, row) : GVC_NO;
}

/* ---- sheets ---- */

static gvc_status make_room(gvc_ctx *ctx, reader *r)
{
    r->ctx = ctx;
    r->arena = gvc_arena__new(ctx);
    for (int i = 0; i <= KEPT; i++) {
        r->rows[i].texts = gvc_mem__calloc(ctx, COLUMNS, sizeof *r->rows[i].texts);
        if (!r->rows[i].texts)
            return GVC_ENOMEM;
    }
    return r->arena ? GVC_OK : GVC_ENOMEM;
}

static void free_room(reader *r)
{
    for (int i = 0; i <= KEPT; i++)
        gvc_mem__free(r->rows[i].texts);
    gvc_mem__free(r->cells);
    gvc_arena__free(r->arena);
}

/* The first sheet that is not the legend. */
static gvc_int table_sheet(const gvc_book *book)
{
    for (gvc_int i = 0; i < gvc_book__n(book); i++)
        if (strcasecmp(gvc_book__sheet(book, i), "legend") != 0)
            return i;
    return -1;
}

/* WIOT05_ROW_Apr12: the century is not written. */
static int short_year(const char *name)
{
    const char *at = strcasestr(name, "wiot");
    int year;

    if (!at || !isdigit((unsigned char)at[4]) || !isdigit((unsigned char)at[5]) ||
        isdigit((unsigned char)at[6]))
        return 0;
    year = 10 * (at[4] - '0') + (at[5] - '0');
    return year < 90 ? 2000 + year : 1900 + year;
}

/* The title ends in the year; ADB's constant prices name another year there. */
static int find_year(const char *titles, const char *sheet, const char *name)
{
    char title[200];
    int year;

    snprintf(title, sizeof title, "%.*s", (int)strcspn(titles, "\n"), titles);
    year = strcasestr(title, "price") ? 0 : gvc_text__year(title);
    if (!year)
        year = gvc_text__year(sheet);
    if (!year)
        year = short_year(name);
    if (!year)
        year = gvc_text__year(name);
    return year ? year : GVC_INT_MISSING;
}

gvc_status gvc_wiod__head(gvc_ctx *ctx, const gvc_source *source, const gvc_part *part,
                          gvc_wiod_head *head)
{
    reader r = { .head = head };
    gvc_book *book = NULL;
    gvc_status st = gvc_book__open(ctx, &book, source, part);

    *head = (gvc_wiod_head){ .year = GVC_INT_MISSING };
    if (st == GVC_OK)
        st = make_room(ctx, &r);
    if (st == GVC_OK) {
        head->sheet = table_sheet(book);
        if (head->sheet >= 0)
            st = gvc_book__read(ctx, book, head->sheet, on_row, &r);
    }
    if (st == GVC_OK && head->style != GVC_WIOD_NONE)
        head->year = find_year(r.titles, gvc_book__sheet(book, head->sheet), part->name);
    free_room(&r);
    gvc_book__close(book);
    return st;
}

gvc_status gvc_wiod__recognise(gvc_ctx *ctx, const gvc_import *import, gvc_wiod_style style,
                               int *is)
{
    const gvc_source *s = import->source;
    gvc_wiod_head head;

    for (gvc_int i = 0; i < s->n; i++)
        if (s->parts[i].kind == GVC_KIND_XLSX) {
            gvc_status st = gvc_wiod__head(ctx, s, &s->parts[i], &head);

            *is = st == GVC_OK && head.style == style;
            return st;
        }
    return GVC_OK;
}

gvc_status gvc_wiod__list(gvc_ctx *ctx, gvc_import *import, gvc_wiod_style style)
{
    const gvc_source *s = import->source;
    gvc_wiod_head head;
    gvc_status st = GVC_OK;

    for (gvc_int i = 0; st == GVC_OK && i < s->n; i++) {
        if (s->parts[i].kind != GVC_KIND_XLSX)
            continue;
        st = gvc_wiod__head(ctx, s, &s->parts[i], &head);
        if (st == GVC_OK && head.style == style)
            st = gvc_import__add(ctx, import, head.year, &s->parts[i]);
    }
    return st;
}

static gvc_status read_table(gvc_ctx *ctx, reader *r, gvc_book *book, gvc_table **out)
{
    gvc_status st = gvc_book__read(ctx, book, r->head->sheet, on_row, r);

    if (st == GVC_OK && r->columns == 0)
        st =
            gvc_origin__refuse(ctx, &r->origin, NULL,
                               "no row of codes (c1, c2 ...) among the first %d rows", HEADER_ROWS);
    if (st == GVC_OK)
        st = flush(r);
    if (st == GVC_OK && !r->is_complete)
        st = gvc_origin__refuse(ctx, &r->origin, NULL,
                                "the row of output (r69, GO) is missing: the sheet is cut short");
    gvc_draft__count_blanks(r->draft, r->blanks);
    if (st == GVC_OK && strcmp(r->head->price_basis, "current") != 0)
        st = gvc_draft__attr(ctx, r->draft, "price_basis", r->head->price_basis);
    return st == GVC_OK ? gvc_draft__finish(ctx, r->draft, out) : st;
}

gvc_status gvc_wiod__read(gvc_ctx *ctx, gvc_import *import, const gvc_part *part,
                          const gvc_release *release, gvc_wiod_style style, gvc_table **out)
{
    gvc_wiod_head head = { 0 };
    reader r = { .import = import, .head = &head, .style = style };
    gvc_book *book = NULL;
    gvc_status st = gvc_book__open(ctx, &book, import->source, part);

    *out = NULL;
    if (st == GVC_OK)
        st = make_room(ctx, &r);
    if (st == GVC_OK) {
        head.sheet = table_sheet(book);
        r.bytes = gvc_book__bytes(book, head.sheet);
        r.origin = gvc_source__origin(import->source, part);
        r.origin.member =
            gvc_arena__format(ctx, import->arena, "%s%ssheet %s",
                              r.origin.member ? r.origin.member : "", r.origin.member ? ", " : "",
                              gvc_book__sheet(book, head.sheet));
        st = r.origin.member ? gvc_draft__new(ctx, &r.draft, import, &r.origin) : GVC_ENOMEM;
    }
    if (st == GVC_OK)
        st = gvc_draft__describe(ctx, r.draft, release);
    if (st == GVC_OK)
        st = read_table(ctx, &r, book, out);
    gvc_draft__free(r.draft);
    free_room(&r);
    gvc_book__close(book);
    return st;
}
