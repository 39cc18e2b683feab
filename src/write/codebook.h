#ifndef WRITE_CODEBOOK_H
#define WRITE_CODEBOOK_H

#include <gvc/write.h>

#include "write/spool.h"

/** One row per column of a table, in their order; the fields are these. */
typedef enum gvc_codebook_field {
    GVC_BOOK_NAME,
    GVC_BOOK_LABEL,
    GVC_BOOK_TYPE,
    GVC_BOOK_UNIT,
    GVC_BOOK_FORMULA,
    GVC_BOOK_PAPER,
    GVC_BOOK_LEVEL,
    GVC_BOOK_SECTOR_MEANING,
    GVC_BOOK_PARTNER_MEANING,
    GVC_BOOK_RANGE,
    GVC_BOOK_MISSING,
    GVC_BOOK_MISSING_DEN0,
    GVC_BOOK_MISSING_NOSEC,
    GVC_BOOK_MISSING_ABSENT,
    GVC_BOOK_MIN,
    GVC_BOOK_P1,
    GVC_BOOK_MEDIAN,
    GVC_BOOK_MEAN,
    GVC_BOOK_P99,
    GVC_BOOK_MAX,
    GVC_BOOK_FIRST_YEAR,
    GVC_BOOK_LAST_YEAR,
    GVC_BOOK_GROUP_RULE,
    GVC_BOOK_VARIANT,
    GVC_BOOK_FIELDS
} gvc_codebook_field;

typedef struct gvc_codebook gvc_codebook;

/** Describe and count the columns of a finished table. `provenance` may be NULL. */
gvc_status gvc_codebook__new(gvc_ctx *ctx, gvc_codebook **out, const gvc_spool *table,
                             const gvc_provenance *provenance);
void gvc_codebook__free(gvc_codebook *book);

gvc_int gvc_codebook__n(const gvc_codebook *book);
/** The field as text, numbers in their shortest decimals; "" where there is nothing to say. */
const char *gvc_codebook__text(const gvc_codebook *book, gvc_int row, gvc_codebook_field field);

/** Name of a field, and whether it holds numbers. */
const char *gvc_codebook__field(gvc_codebook_field field);
int gvc_codebook__is_number(gvc_codebook_field field);

#endif
