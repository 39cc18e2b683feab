#ifndef TABLE_BUILTIN_H
#define TABLE_BUILTIN_H

#include "base/csv.h"

#include <stddef.h>

/** A reference table of src/table/data, embedded as text. The last entry has no name. */
typedef struct gvc_builtin_file {
    const char *name, *text;
    size_t bytes;
} gvc_builtin_file;

extern const gvc_builtin_file gvc_builtin__files[];

/** The file called `name` ("bri_membership"), or NULL. */
const gvc_builtin_file *gvc_builtin__find(const char *name);

enum { GVC_BUILTIN_COLUMNS = 24, GVC_BUILTIN_CELL = 256 };

/** A place in an embedded table: the names of its columns and one record. Needs no memory, so that
 *  the facts can be had without a context. */
typedef struct gvc_builtin_record {
    gvc_csv_reader reader;
    gvc_int columns;
    char head[GVC_BUILTIN_COLUMNS][GVC_BUILTIN_CELL], cells[GVC_BUILTIN_COLUMNS][GVC_BUILTIN_CELL];
} gvc_builtin_record;

/** Stand before the first record of table `name`, which must exist. */
void gvc_builtin__open(gvc_builtin_record *record, const char *name);
/** Go to the next record; 0 at the end. */
int gvc_builtin__next(gvc_builtin_record *record);
/** The cell of the column called `column`, which must exist. */
const char *gvc_builtin__cell(const gvc_builtin_record *record, const char *column);

/** ISO 3166 alpha-3 code (or ROW, XKX ...) of a country as some source spells it: ROM and ROU give
 *  ROU, RoW gives ROW, PRC gives CHN. NULL where no source knows it. */
const char *gvc_country__iso3(const char *native);
/** The code nearest to `code`, or NULL. */
const char *gvc_country__nearest(const char *code);

#endif
