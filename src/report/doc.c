#include "report/doc.h"

#include <assert.h>
#include <ctype.h>
#include <math.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

struct gvc_doc_block {
    struct gvc_doc_block *next;
    max_align_t data[];
};

void gvc_doc__end(gvc_doc *doc)
{
    while (doc->blocks) {
        struct gvc_doc_block *block = doc->blocks;

        doc->blocks = block->next;
        gvc_mem__free(block);
    }
}

void gvc_doc__adopt(gvc_doc *doc, gvc_doc *from)
{
    struct gvc_doc_block **last = &from->blocks;

    while (*last)
        last = &(*last)->next;
    *last = doc->blocks;
    doc->blocks = from->blocks;
    from->blocks = NULL;
}

gvc_status gvc_doc__status(const gvc_doc *doc)
{
    return doc->failed ? GVC_ENOMEM : GVC_OK;
}

void *gvc_doc__alloc(gvc_doc *doc, gvc_int count, size_t size)
{
    const gvc_int bytes = (gvc_int)sizeof(struct gvc_doc_block) + count * (gvc_int)size;
    struct gvc_doc_block *block = doc->failed ? NULL : gvc_mem__calloc(doc->ctx, bytes, 1);

    if (!block) {
        doc->failed = 1;
        return NULL;
    }
    block->next = doc->blocks;
    doc->blocks = block;
    return block->data;
}

const char *gvc_doc__text(gvc_doc *doc, const char *fmt, ...)
{
    va_list list, again;
    char *text;
    int n;

    if (doc->failed)
        return "";
    va_start(list, fmt);
    va_copy(again, list);
    n = vsnprintf(NULL, 0, fmt, again);
    va_end(again);
    text = gvc_doc__alloc(doc, n + 1, 1);
    if (text)
        vsnprintf(text, (size_t)n + 1, fmt, list);
    va_end(list);
    return text ? text : "";
}

const char *gvc_doc__capital(gvc_doc *doc, const char *text)
{
    char *copy = gvc_doc__alloc(doc, (gvc_int)strlen(text) + 1, 1);

    if (!copy)
        return "";
    strcpy(copy, text);
    copy[0] = (char)toupper((unsigned char)copy[0]);
    return copy;
}

const char *gvc_doc__list(gvc_doc *doc, const char *const *items, gvc_int n)
{
    gvc_buf out = { 0 };
    const char *text;

    for (gvc_int i = 0; i < n; i++) {
        gvc_doc__raw(doc, &out, i == 0 ? "" : i + 1 < n ? ", " : " and ");
        gvc_doc__raw(doc, &out, items[i]);
    }
    text = gvc_doc__text(doc, "%s", gvc_buf__text(&out));
    gvc_buf__free(&out);
    return text;
}

void gvc_doc__raw(gvc_doc *doc, gvc_buf *out, const char *text)
{
    gvc_buf__puts(doc->ctx, out, text);
    doc->failed |= out->failed;
}

static const char *entity_of(char c)
{
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    default:
        return NULL;
    }
}

/* Control characters have no place in HTML and none in SVG. */
void gvc_doc__escape(gvc_doc *doc, gvc_buf *out, const char *text)
{
    while (*text) {
        size_t plain = 0;
        const char *entity = NULL;

        while (text[plain] && !(entity = entity_of(text[plain])) &&
               (unsigned char)text[plain] >= ' ' && text[plain] != 127)
            plain++;
        gvc_buf__add(doc->ctx, out, text, (gvc_int)plain);
        text += plain;
        if (*text) {
            gvc_buf__puts(doc->ctx, out, entity ? entity : " ");
            text++;
        }
    }
    doc->failed |= out->failed;
}

void gvc_doc__fill(gvc_doc *doc, gvc_buf *out, const char *text, const char *const *args)
{
    while (*text) {
        const size_t plain = strcspn(text, "$");

        gvc_buf__add(doc->ctx, out, text, (gvc_int)plain);
        text += plain;
        if (*text) {
            assert(*args);
            gvc_doc__escape(doc, out, *args++);
            text++;
        }
    }
    assert(!*args);
    doc->failed |= out->failed;
}

void gvc_doc__encode(gvc_doc *doc, gvc_buf *out, const char *text)
{
    for (; *text; text++) {
        const unsigned char c = (unsigned char)*text;

        if (isalnum(c) || strchr("-_.,:;~/", c))
            gvc_buf__add(doc->ctx, out, text, 1);
        else
            gvc_buf__printf(doc->ctx, out, "%%%02X", c);
    }
    doc->failed |= out->failed;
}

void gvc_doc__coord(gvc_doc *doc, gvc_buf *out, double value)
{
    char text[64];
    size_t n;

    snprintf(text, sizeof text, "%.2f", isfinite(value) ? value : 0.0);
    n = strlen(text);
    while (text[n - 1] == '0')
        n--;
    n -= text[n - 1] == '.';
    text[n] = 0;
    gvc_doc__raw(doc, out, strcmp(text, "-0") == 0 ? "0" : text);
}
