#include "write/xlsx.h"

#include "base/mem.h"
#include "write/rows.h"

#include <string.h>

/* Rows of a sheet: <row r="2"><c r="A2"><v>1.5</v></c><c r="B2" t="inlineStr">...</c></row>. */

/* Room for the marks around a cell, around a row, and for the longest column; the longest text of a
 * cell that Excel takes is 32767 characters. */
enum { CELL_MARKS = 64, ROW_MARKS = 48, LETTERS = 4, NUMBER_ROOM = 24, TEXT_MAX = 32000 };

/* "A", "Z", "AA", ... */
static int put_letters(char *to, gvc_int column)
{
    char turned[LETTERS];
    int n = 0, len;

    for (gvc_int c = column; c >= 0; c = c / 26 - 1)
        turned[n++] = (char)('A' + c % 26);
    for (len = 0; n > 0; len++)
        to[len] = turned[--n];
    return len;
}

/* The element of a text; spaces at its ends are kept only where this is said. */
static void spell(gvc_ctx *ctx, gvc_buf *to, const char *text)
{
    const size_t len = strlen(text);
    const int keeps = len > 0 && (strchr(" \n\t", text[0]) || strchr(" \n\t", text[len - 1]));

    gvc_buf__puts(ctx, to, keeps ? "<t xml:space=\"preserve\">" : "<t>");
    for (; *text; text++) {
        if (*text == '&')
            gvc_buf__puts(ctx, to, "&amp;");
        else if (*text == '<')
            gvc_buf__puts(ctx, to, "&lt;");
        else if (*text == '>')
            gvc_buf__puts(ctx, to, "&gt;");
        else
            gvc_buf__add(ctx, to, text, 1);
    }
    gvc_buf__puts(ctx, to, "</t>");
}

static char *put(char *to, const char *text)
{
    const size_t len = strlen(text);

    memcpy(to, text, len);
    return to + len;
}

/* The number of the row, which the cells repeat. */
static int print_number(char *to, gvc_int number)
{
    return (int)(gvc_rows__put_int(to, (int32_t)number) - to);
}

static char *put_row(char *to, const gvc_rows *rows, gvc_int row)
{
    char number[NUMBER_ROOM];
    const int digits = print_number(number, rows->first + row + 1);

    number[digits] = '\0';
    to = put(put(put(to, "<row r=\""), number), "\">");
    for (gvc_int j = 0; j < rows->n; j++) {
        const gvc_row_column *c = &rows->columns[j];

        if (gvc_rows__is_missing(c, row))
            continue;
        to = put(gvc_rows__put_field(put(to, "<c r=\""), &c->before), number);
        to = put(to, c->kind == GVC_CELL_LABEL ? "\" t=\"inlineStr\"><is>" : "\"><v>");
        to = gvc_rows__put_cell(to, c, row);
        to = put(to, c->kind == GVC_CELL_LABEL ? "</is></c>" : "</v></c>");
    }
    return put(to, "</row>");
}

static gvc_status name_columns(gvc_ctx *ctx, gvc_rows *rows)
{
    for (gvc_int j = 0; j < rows->n; j++) {
        char letters[LETTERS];
        gvc_field *before = &rows->columns[j].before;

        before->len = put_letters(letters, j);
        before->text = gvc_arena__copy(ctx, rows->arena, letters, before->len);
        if (!before->text)
            return GVC_ENOMEM;
        rows->width += CELL_MARKS;
    }
    rows->width += ROW_MARKS;
    return GVC_OK;
}

gvc_status gvc_xlsx__table_rows(gvc_ctx *ctx, const gvc_spool *table, gvc_xlsx_sink sink, void *to)
{
    gvc_cell *cells = gvc_mem__calloc(ctx, gvc_spool__n(table), sizeof *cells);
    gvc_status st = cells ? GVC_OK : GVC_ENOMEM;
    gvc_int first = 1; /* below the heading */

    for (gvc_int b = 0; st == GVC_OK && b < gvc_spool__blocks(table); b++) {
        const gvc_sheet_view sheet = gvc_spool__sheet(table, b, cells);
        gvc_rows rows;

        st = gvc_rows__plan(ctx, &rows, &sheet, spell);
        rows.first = first;
        if (st == GVC_OK)
            st = name_columns(ctx, &rows);
        if (st == GVC_OK)
            st = gvc_rows__print(ctx, &rows, put_row, sink, to);
        gvc_rows__free(&rows);
        first += sheet.rows;
    }
    gvc_mem__free(cells);
    return st;
}

/* ---- small sheets ---- */

static void put_cell(gvc_ctx *ctx, gvc_buf *to, gvc_int row, gvc_int column, const char *text,
                     int is_number)
{
    char letters[LETTERS + 1] = "";

    if (!*text)
        return;
    letters[put_letters(letters, column)] = '\0';
    gvc_buf__printf(ctx, to, "<c r=\"%s%lld\"", letters, (long long)row + 1);
    gvc_buf__puts(ctx, to, is_number ? "><v>" : " t=\"inlineStr\"><is>");
    if (is_number)
        gvc_buf__puts(ctx, to, text);
    else
        spell(ctx, to, text);
    gvc_buf__puts(ctx, to, is_number ? "</v></c>" : "</is></c>");
}

static gvc_status hand_on(gvc_ctx *ctx, gvc_buf *text, gvc_xlsx_sink sink, void *to)
{
    const gvc_status st = text->failed ? GVC_ENOMEM : sink(ctx, to, gvc_buf__text(text), text->len);

    gvc_buf__free(text);
    return st;
}

gvc_status gvc_xlsx__codebook_rows(gvc_ctx *ctx, const gvc_codebook *book, gvc_int *row,
                                   gvc_xlsx_sink sink, void *to)
{
    gvc_buf text = { 0 };

    for (gvc_int j = 0; j < gvc_codebook__n(book); j++, ++*row) {
        gvc_buf__printf(ctx, &text, "<row r=\"%lld\">", (long long)*row + 1);
        for (int f = 0; f < GVC_BOOK_FIELDS; f++)
            put_cell(ctx, &text, *row, f, gvc_codebook__text(book, j, (gvc_codebook_field)f),
                     gvc_codebook__is_number((gvc_codebook_field)f));
        gvc_buf__puts(ctx, &text, "</row>");
    }
    return hand_on(ctx, &text, sink, to);
}

/* Bytes of the next piece of a text that one cell holds, ending between two characters. */
static gvc_int piece_of(const char *text)
{
    gvc_int len = (gvc_int)strlen(text);

    if (len <= TEXT_MAX)
        return len;
    for (len = TEXT_MAX; len > 1 && ((unsigned char)text[len] & 0xC0) == 0x80; len--)
        ;
    return len;
}

gvc_status gvc_xlsx__about_rows(gvc_ctx *ctx, const gvc_attrs *facts, gvc_xlsx_sink sink, void *to)
{
    gvc_arena *arena = gvc_arena__new(ctx);
    gvc_buf text = { 0 };
    gvc_int row = 1;

    for (gvc_int i = 0; arena && i < gvc_attrs__n(facts); i++) {
        const char *rest = gvc_attrs__text(facts, i);

        do {
            const gvc_int len = piece_of(rest);
            const char *piece = gvc_arena__copy(ctx, arena, rest, len);

            gvc_buf__printf(ctx, &text, "<row r=\"%lld\">", (long long)row + 1);
            put_cell(ctx, &text, row, 0, gvc_attrs__name(facts, i), 0);
            put_cell(ctx, &text, row++, 1, piece ? piece : "", 0);
            gvc_buf__puts(ctx, &text, "</row>");
            text.failed |= !piece;
            rest += len;
        } while (*rest);
    }
    text.failed |= !arena;
    gvc_arena__free(arena);
    return hand_on(ctx, &text, sink, to);
}
