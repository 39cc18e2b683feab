#ifndef WRITE_DTA_STREAM_H
#define WRITE_DTA_STREAM_H

#include "write/stream.h"

#include <stddef.h>
#include <sys/types.h>

/*
 * Between libreadstat and the file: it writes a .dta of format 118 well but for three things of its
 * head. The time stamp is the local time of day, the list of the columns that the rows are sorted
 * by is empty, and there are no characteristics but notes. So the head is held back until it is
 * complete, these three parts are put in its place, and the offsets in its <map> follow. What
 * comes after the head passes through.
 */
typedef struct gvc_dta_stream gvc_dta_stream;

/** `stream` is borrowed. */
gvc_status gvc_dta_stream__new(gvc_ctx *ctx, gvc_dta_stream **out, gvc_stream *stream);
void gvc_dta_stream__free(gvc_dta_stream *dta);

/** Add the characteristic owner[name]; the owner is "_dta" or a column. Before the first byte. */
gvc_status gvc_dta_stream__characteristic(gvc_ctx *ctx, gvc_dta_stream *dta, const char *owner,
                                          const char *name, const char *text);
/** Columns (from 0) that the rows are sorted by, at most GVC_DTA_SORT_MAX. Before the first byte.
 */
enum { GVC_DTA_SORT_MAX = 4 };
void gvc_dta_stream__sorted_by(gvc_dta_stream *dta, const gvc_int *columns, gvc_int n);

/** What readstat_set_data_writer() takes; `dta` is the user context. */
ssize_t gvc_dta_stream__write(const void *data, size_t len, void *dta);
/** Everything is written: flush. Also says why an earlier write failed. */
gvc_status gvc_dta_stream__finish(gvc_dta_stream *dta);

#endif
