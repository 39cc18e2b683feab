#ifndef IMPORT_BOOK_H
#define IMPORT_BOOK_H

#include "import/xlsx.h"

/* The workbook around its sheets, for book.c and sheet.c. */
struct gvc_book {
    gvc_archive *archive;
    gvc_origin origin;
    gvc_arena *arena;
    const char **sheets; /* names */
    const char **ids;    /* in workbook.xml */
    gvc_int *entries;    /* members of the archive */
    gvc_int n, room;
    const char **strings; /* shared */
    gvc_int n_strings, strings_room, strings_bytes;
    int has_strings;
};

/** Fill the shared strings, once. */
gvc_status gvc_book__load_strings(gvc_ctx *ctx, gvc_book *book);

enum { GVC_BOOK_TEXT = 32767 }; /* bytes of a cell's text, Excel's own limit */

#endif
