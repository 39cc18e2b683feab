#include "write/xlsx.h"

#include "base/mem.h"

#include <expat.h>
#include <minizip/unzip.h>
#include <stdio.h>
#include <string.h>

/* The sheet "about" is the last one of a workbook of ours: rows of a name and a text. */

enum { NAME_ROOM = 64, SHEETS_MAX = 64, PART_MAX = 1 << 24 };

typedef struct reader {
    gvc_ctx *ctx;
    gvc_attrs *facts;
    gvc_status st;
    gvc_buf name, text; /* cells A and B of the row */
    int column;         /* 0, 1; others are not read */
    int in_text, rows;
    int is_ours; /* the heading is name, value */
} reader;

static void begin_element(void *user, const XML_Char *name, const XML_Char **attributes)
{
    reader *r = user;

    if (strcmp(name, "c") == 0) {
        r->column = -1;
        for (; attributes && attributes[0]; attributes += 2)
            if (strcmp(attributes[0], "r") == 0)
                r->column = attributes[1][0] - 'A';
    }
    r->in_text = strcmp(name, "t") == 0;
}

static void take_text(void *user, const XML_Char *text, int len)
{
    reader *r = user;

    if (r->in_text && (r->column == 0 || r->column == 1))
        gvc_buf__add(r->ctx, r->column == 0 ? &r->name : &r->text, text, len);
}

/* A text too long for one cell goes on in the next row, under the same name. */
static gvc_status keep_fact(reader *r)
{
    const char *name = gvc_buf__text(&r->name), *before = gvc_attrs__get(r->facts, name);
    gvc_buf all = { 0 };
    gvc_status st = GVC_ENOMEM;

    gvc_buf__puts(r->ctx, &all, before ? before : "");
    gvc_buf__puts(r->ctx, &all, gvc_buf__text(&r->text));
    if (!all.failed && !r->name.failed && !r->text.failed)
        st = gvc_attrs__set(r->ctx, r->facts, name, gvc_buf__text(&all));
    gvc_buf__free(&all);
    return st;
}

static void end_element(void *user, const XML_Char *name)
{
    reader *r = user;

    r->in_text = 0;
    if (strcmp(name, "row") != 0)
        return;
    if (r->rows++ == 0)
        r->is_ours = strcmp(gvc_buf__text(&r->name), "name") == 0 &&
                     strcmp(gvc_buf__text(&r->text), "value") == 0;
    else if (r->is_ours && r->st == GVC_OK && r->name.len > 0)
        r->st = keep_fact(r);
    gvc_buf__free(&r->name);
    gvc_buf__free(&r->text);
}

/* Make the last sheet the current part; 0 where there is none. */
static int find_last_sheet(unzFile book)
{
    char name[NAME_ROOM];
    int last = 0;

    for (int i = 1; i <= SHEETS_MAX; i++) {
        snprintf(name, sizeof name, "xl/worksheets/sheet%d.xml", i);
        if (unzLocateFile(book, name, 1) == UNZ_OK)
            last = i;
    }
    snprintf(name, sizeof name, "xl/worksheets/sheet%d.xml", last);
    return last && unzLocateFile(book, name, 1) == UNZ_OK;
}

static int parse_part(reader *r, unzFile book)
{
    XML_Parser parser = XML_ParserCreate("UTF-8");
    char piece[8192];
    gvc_int total = 0;
    int got = 0, ok = parser && unzOpenCurrentFile(book) == UNZ_OK;

    if (parser) {
        XML_SetUserData(parser, r);
        XML_SetElementHandler(parser, begin_element, end_element);
        XML_SetCharacterDataHandler(parser, take_text);
    }
    while (ok && (got = unzReadCurrentFile(book, piece, sizeof piece)) > 0) {
        total += got;
        ok = total <= PART_MAX && XML_Parse(parser, piece, got, 0) == XML_STATUS_OK;
    }
    ok = ok && got == 0 && XML_Parse(parser, piece, 0, 1) == XML_STATUS_OK;
    unzCloseCurrentFile(book);
    if (parser)
        XML_ParserFree(parser);
    return ok;
}

gvc_status gvc_xlsx__read_about(gvc_ctx *ctx, gvc_attrs *facts, const char *path)
{
    reader r = { .ctx = ctx, .facts = facts };
    unzFile book = unzOpen64(path);
    const int found = book && find_last_sheet(book) && parse_part(&r, book);

    if (book)
        unzClose(book);
    gvc_buf__free(&r.name);
    gvc_buf__free(&r.text);
    if (r.st != GVC_OK)
        return r.st;
    if (!found)
        return gvc_error__at(ctx, GVC_EDATA, path, NULL, "cannot be read as a workbook");
    return GVC_OK;
}
