#ifndef WRITE_DTA_H
#define WRITE_DTA_H

#include "write/dta_stream.h"
#include "write/gather.h"

#include <readstat.h>

/* One .dta being written. */
typedef struct gvc_dta {
    const gvc_write_opts *opts;
    const char *path;
    const gvc_spool *table;
    const gvc_codebook *book;
    gvc_attrs *facts; /* provenance and what the frames say */
    gvc_dta_stream *stream;
    readstat_writer_t *writer;
    readstat_variable_t **variables;
    gvc_int id, year; /* columns of a panel that is sorted by them, -1 otherwise */
} gvc_dta;

/** Data label, notes, characteristics of the data and of every column. */
gvc_status gvc_dta__tell(gvc_ctx *ctx, gvc_dta *dta);
/** Value labels of country_id, sector_id and partner_id, attached to their variables. */
gvc_status gvc_dta__label_values(gvc_ctx *ctx, gvc_dta *dta);
/** Find id and year when the rows are sorted by both and no pair stands twice. */
void gvc_dta__find_panel(gvc_dta *dta);

#endif
