#ifndef REPORT_DOC_H
#define REPORT_DOC_H

#include "base/text.h"

/*
 * What writing a page needs: memory for short texts that end with the page, and a failure that
 * sticks, so that drawing functions need not return one. Texts of files are hostile: they reach the
 * page only through gvc_doc__html(), which escapes every argument.
 */

typedef struct gvc_doc {
    gvc_ctx *ctx;
    struct gvc_doc_block *blocks; /* everything gvc_doc__alloc() gave */
    int failed;                   /* memory ran out; the message stands in the context */
} gvc_doc;

/** Give back all memory of the document. */
void gvc_doc__end(gvc_doc *doc);
/** Take over all memory of another document. */
void gvc_doc__adopt(gvc_doc *doc, gvc_doc *from);
/** GVC_ENOMEM when anything failed so far. */
gvc_status gvc_doc__status(const gvc_doc *doc);

/** Zeroed memory that lives as long as the document; NULL once something failed. */
void *gvc_doc__alloc(gvc_doc *doc, gvc_int count, size_t size);
/** A formatted text that lives as long as the document; "" once something failed. */
const char *gvc_doc__text(gvc_doc *doc, const char *fmt, ...) GVC_PRINTF(2, 3);
/** The same text with a capital first letter. */
const char *gvc_doc__capital(gvc_doc *doc, const char *text);
/** "a, b and c" */
const char *gvc_doc__list(gvc_doc *doc, const char *const *items, gvc_int n);

/** Append our own text as it stands. */
void gvc_doc__raw(gvc_doc *doc, gvc_buf *out, const char *text);
/** Append `text` escaped for HTML, for SVG and for attributes in double quotes. */
void gvc_doc__escape(gvc_doc *doc, gvc_buf *out, const char *text);
/** Append the template `text`, each `$` of it replaced by the next argument, escaped. */
void gvc_doc__fill(gvc_doc *doc, gvc_buf *out, const char *text, const char *const *args);
#define gvc_doc__html(doc, out, text, ...)                                                         \
    gvc_doc__fill(doc, out, text, (const char *const[]){ __VA_ARGS__, NULL })
/** Append `text` percent-encoded for a data: address. */
void gvc_doc__encode(gvc_doc *doc, gvc_buf *out, const char *text);
/** Append a coordinate or length with at most two decimals. */
void gvc_doc__coord(gvc_doc *doc, gvc_buf *out, double value);

#endif
