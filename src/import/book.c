#include "import/book.h"
#include "import/xml.h"

#include <stdio.h>
#include <string.h>

enum {
    SHEETS = 1000,
    STRINGS = 32 << 20, /* bytes of all shared strings: labels alone are far fewer */
    UNLINKED = -2,      /* a sheet whose member nothing has named yet */
};

/* ---- xl/workbook.xml: names and ids of the sheets ---- */

typedef struct listing {
    gvc_xml xml;
    gvc_book *book;
} listing;

static gvc_status add_sheet(gvc_ctx *ctx, gvc_book *book, const char *name, const char *id)
{
    if (book->n == book->room) {
        const gvc_int room = book->room ? 2 * book->room : 8;
        const char **sheets = gvc_mem__realloc(ctx, book->sheets, room, sizeof *sheets);
        const char **ids = sheets ? gvc_mem__realloc(ctx, book->ids, room, sizeof *ids) : NULL;
        gvc_int *entries = ids ? gvc_mem__realloc(ctx, book->entries, room, sizeof *entries) : NULL;

        book->sheets = sheets ? sheets : book->sheets;
        book->ids = ids ? ids : book->ids;
        book->entries = entries ? entries : book->entries;
        if (!entries)
            return GVC_ENOMEM;
        book->room = room;
    }
    book->sheets[book->n] = gvc_arena__strdup(ctx, book->arena, name);
    book->ids[book->n] = gvc_arena__strdup(ctx, book->arena, id);
    book->entries[book->n] = UNLINKED;
    return book->sheets[book->n] && book->ids[book->n++] ? GVC_OK : GVC_ENOMEM;
}

static void start_workbook(gvc_xml *xml, const char *name, const char **attrs)
{
    gvc_book *book = ((listing *)xml)->book;
    const char *title = gvc_xml__attr(attrs, "name"), *id = gvc_xml__attr(attrs, "id");

    if (strcmp(name, "sheet") != 0 || !title || !id || strlen(title) > 256)
        return;
    xml->status = book->n < SHEETS ? add_sheet(xml->ctx, book, title, id) : GVC_NO;
}

/* ---- xl/_rels/workbook.xml.rels: the member of each id ---- */

static void start_relations(gvc_xml *xml, const char *name, const char **attrs)
{
    gvc_book *book = ((listing *)xml)->book;
    const char *id = gvc_xml__attr(attrs, "Id"), *target = gvc_xml__attr(attrs, "Target");
    char path[1200];

    if (strcmp(name, "Relationship") != 0 || !id || !target)
        return;
    if (*target == '/')
        snprintf(path, sizeof path, "%s", target + 1);
    else
        snprintf(path, sizeof path, "xl/%s", target);
    for (gvc_int i = 0; i < book->n; i++)
        if (book->entries[i] == UNLINKED && strcmp(book->ids[i], id) == 0)
            book->entries[i] = gvc_archive__find(book->archive, path);
}

static gvc_status read_listing(gvc_ctx *ctx, gvc_book *book, const char *member,
                               void (*start)(gvc_xml *, const char *, const char **))
{
    listing l = { .xml = { .start = start }, .book = book };
    const gvc_int i = gvc_archive__find(book->archive, member);
    gvc_stream *stream;
    gvc_status st;

    if (i < 0)
        return gvc_origin__refuse(ctx, &book->origin, NULL,
                                  "a workbook without %s; it is damaged: get it again", member);
    st = gvc_archive__stream(ctx, &stream, book->archive, i, &book->origin);
    if (st == GVC_OK)
        st = gvc_xml__read(ctx, &l.xml, stream);
    gvc_stream__close(stream);
    return st;
}

/* ---- xl/sharedStrings.xml ---- */

typedef struct strings {
    gvc_xml xml;
    gvc_book *book;
    gvc_buf text;
    int in_item, in_text, in_phonetic;
} strings;

static void start_strings(gvc_xml *xml, const char *name, const char **attrs)
{
    strings *s = (strings *)xml;

    (void)attrs;
    if (strcmp(name, "si") == 0) {
        s->in_item = 1;
        s->text.len = 0;
    } else if (strcmp(name, "rPh") == 0) {
        s->in_phonetic = 1;
    } else if (strcmp(name, "t") == 0) {
        s->in_text = s->in_item && !s->in_phonetic;
    }
}

static gvc_status keep_string(gvc_ctx *ctx, gvc_book *book, const gvc_buf *text)
{
    book->strings_bytes += text->len + 1 + (gvc_int)sizeof(char *);
    if (book->strings_bytes > STRINGS)
        return gvc_origin__refuse(ctx, &book->origin, "shared strings",
                                  "more than %d MiB of text, which no table needs; this workbook "
                                  "is damaged or hostile",
                                  STRINGS >> 20);
    if (book->n_strings == book->strings_room) {
        const gvc_int room = book->strings_room ? 2 * book->strings_room : 1024;
        const char **larger = gvc_mem__realloc(ctx, book->strings, room, sizeof *larger);

        if (!larger)
            return GVC_ENOMEM;
        book->strings = larger;
        book->strings_room = room;
    }
    book->strings[book->n_strings] =
        gvc_arena__copy(ctx, book->arena, text->len ? text->data : "", text->len);
    return book->strings[book->n_strings++] ? GVC_OK : GVC_ENOMEM;
}

static void end_strings(gvc_xml *xml, const char *name)
{
    strings *s = (strings *)xml;

    if (strcmp(name, "t") == 0) {
        s->in_text = 0;
    } else if (strcmp(name, "rPh") == 0) {
        s->in_phonetic = 0;
    } else if (strcmp(name, "si") == 0) {
        s->in_item = 0;
        xml->status = s->text.failed ? GVC_ENOMEM : keep_string(xml->ctx, s->book, &s->text);
    }
}

static void text_strings(gvc_xml *xml, const char *text, int len)
{
    strings *s = (strings *)xml;

    if (s->in_text && s->text.len + len <= GVC_BOOK_TEXT)
        gvc_buf__add(xml->ctx, &s->text, text, len);
}

gvc_status gvc_book__load_strings(gvc_ctx *ctx, gvc_book *book)
{
    strings s = { .xml = { .start = start_strings, .end = end_strings, .text = text_strings },
                  .book = book };
    const gvc_int i = gvc_archive__find(book->archive, "xl/sharedStrings.xml");
    gvc_stream *stream;
    gvc_status st = GVC_OK;

    if (book->has_strings || i < 0)
        return GVC_OK;
    book->has_strings = 1;
    st = gvc_archive__stream(ctx, &stream, book->archive, i, &book->origin);
    if (st == GVC_OK)
        st = gvc_xml__read(ctx, &s.xml, stream);
    gvc_stream__close(stream);
    gvc_buf__free(&s.text);
    return st;
}

/* ---- the workbook ---- */

static gvc_status look_inside(gvc_ctx *ctx, gvc_book *book)
{
    gvc_status st;

    if (gvc_archive__find(book->archive, "xl/workbook.bin") >= 0)
        return gvc_origin__refuse(ctx, &book->origin, NULL,
                                  "an Excel binary workbook (.xlsb), which is not read; of WIOD "
                                  "2016 take the Stata file (.dta) of the same year, otherwise "
                                  "save it as .xlsx");
    st = read_listing(ctx, book, "xl/workbook.xml", start_workbook);
    return st == GVC_OK ? read_listing(ctx, book, "xl/_rels/workbook.xml.rels", start_relations)
                        : st;
}

gvc_status gvc_book__open(gvc_ctx *ctx, gvc_book **out, const gvc_source *source,
                          const gvc_part *part)
{
    gvc_book *book = gvc_mem__calloc(ctx, 1, sizeof *book);
    gvc_status st = GVC_ENOMEM;

    *out = NULL;
    if (!book)
        return GVC_ENOMEM;
    book->origin = gvc_source__origin(source, part);
    book->arena = gvc_arena__new(ctx);
    if (book->arena)
        st = gvc_source__archive(ctx, &book->archive, source, part);
    if (st == GVC_OK)
        st = look_inside(ctx, book);
    if (st != GVC_OK) {
        gvc_book__close(book);
        return st;
    }
    *out = book;
    return GVC_OK;
}

void gvc_book__close(gvc_book *book)
{
    if (!book)
        return;
    gvc_archive__close(book->archive);
    gvc_mem__free(book->sheets);
    gvc_mem__free(book->ids);
    gvc_mem__free(book->entries);
    gvc_mem__free(book->strings);
    gvc_arena__free(book->arena);
    gvc_mem__free(book);
}

gvc_int gvc_book__n(const gvc_book *book)
{
    return book->n;
}

const char *gvc_book__sheet(const gvc_book *book, gvc_int i)
{
    return book->sheets[i];
}

gvc_int gvc_book__bytes(const gvc_book *book, gvc_int i)
{
    return book->entries[i] < 0 ? 0 : gvc_archive__bytes(book->archive, book->entries[i]);
}
