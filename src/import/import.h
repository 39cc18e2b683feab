#ifndef IMPORT_IMPORT_H
#define IMPORT_IMPORT_H

#include <gvc/import.h>

#include "import/source.h"
#include "table/table.h"

/*
 * A format is one file and a row in formats.c: it recognises a source by its content, lists the
 * tables in it, and reads one of them (with the help of import/draft.h).
 */
typedef struct gvc_format {
    const char *name, *title;
    /** Whether the source is of this format, as far as its parts' heads tell. A damaged source
     *  that is certainly of this format is an error. */
    gvc_status (*recognise)(gvc_ctx *ctx, gvc_import *import, int *is);
    /** Call gvc_import__add() for every table. */
    gvc_status (*list)(gvc_ctx *ctx, gvc_import *import);
    gvc_status (*read)(gvc_ctx *ctx, gvc_import *import, gvc_int i, gvc_table **out);
} gvc_format;

extern const gvc_format *const gvc_formats[]; /* NULL-terminated */

typedef struct gvc_import_item {
    int year; /* GVC_INT_MISSING where the source does not tell */
    const gvc_part *part;
} gvc_import_item;

struct gvc_import {
    gvc_source *source;
    const gvc_format *format;
    gvc_import_opts opts;
    gvc_import_item *items;
    gvc_int n, room;
    int year; /* of the table being read, given by the user where the source has none */
    const char **notes;
    unsigned char *warnings;
    gvc_int n_notes, notes_room;
    char sha256[65];
    int is_list;           /* opts.countries lists names only */
    struct gvc_csv *codes; /* of opts.countries; NULL: none */
    const char **wanted;   /* patterns of opts.satellites; NULL: all satellites are kept */
    unsigned char *met;    /* whether the table being read has one of that pattern */
    gvc_int n_wanted;
    void *state; /* of the format, from listing to the end */
    void (*free_state)(void *state);
    gvc_arena *arena;
};

/** A table of the source. */
gvc_status gvc_import__add(gvc_ctx *ctx, gvc_import *import, int year, const gvc_part *part);
/** A sentence for the user about the table being read. */
gvc_status gvc_import__note(gvc_ctx *ctx, gvc_import *import, const char *fmt, ...)
    GVC_PRINTF(3, 4);
/** The same about something that is not as it should be. */
gvc_status gvc_import__warn(gvc_ctx *ctx, gvc_import *import, const char *fmt, ...)
    GVC_PRINTF(3, 4);
/** Code of a country under which the table keeps it: by --countries, by the reference table, or as
 *  the source has it. `*known` (may be NULL) tells whether anybody knows it. */
const char *gvc_import__iso3(const gvc_import *import, const char *native, int *known);
/** Read the patterns of opts.satellites and of the files they name, once. */
gvc_status gvc_import__read_wanted(gvc_ctx *ctx, gvc_import *import);
/** Whether the satellite is one of those asked for. */
int gvc_import__keeps_satellite(gvc_import *import, const char *name);
/** Whether the user wants none at all, so that their files need not even be there. */
int gvc_import__keeps_none(const gvc_import *import);
/** GVC_ELABEL where a satellite was asked for that is none of the `n` names of the table. */
gvc_status gvc_import__check_satellites(gvc_ctx *ctx, gvc_import *import, const char *const *names,
                                        gvc_int n);
/** Cut the satellites of a table that has them all down to those asked for. */
gvc_status gvc_import__pick_satellites(gvc_ctx *ctx, gvc_import *import, gvc_table *table);
/** GVC_EDATA: nothing in the source can be read; says what it seems to be and what to do. */
gvc_status gvc_import__refuse_unknown(gvc_ctx *ctx, const gvc_import *import);

#endif
