#ifndef IMPORT_DRAFT_IN_H
#define IMPORT_DRAFT_IN_H

#include "import/draft.h"
#include "import/names.h"

/* The insides of a draft, for axes.c, draft.c, satellites.c and finish.c. */

typedef struct gvc_column {
    gvc_column_kind kind;
    gvc_int country, item;
} gvc_column;

typedef struct gvc_line {
    const char *code, *name;
    gvc_line_role role;
    double *cells; /* by target column */
} gvc_line;

/* A country that is part of another one; their numbers once the columns are known. */
typedef struct gvc_fold {
    const char *part, *whole;
    gvc_int from, to;
} gvc_fold;

/* Names by the number of their code; NULL where the source has none. */
typedef struct gvc_titles {
    const char **texts;
    gvc_int room;
} gvc_titles;

/* What industries use or emit: all that the source has, and their rows in the table. */
typedef struct gvc_satellites {
    gvc_names *names;
    const char **units;
    gvc_int *row; /* -1: nobody asked for it */
    unsigned char *seen;
    gvc_int room, n_kept;
} gvc_satellites;

struct gvc_draft {
    gvc_import *import;
    gvc_origin origin;
    gvc_arena *arena;
    gvc_attrs *attrs; /* of the edition to be */
    gvc_buf history;

    gvc_names *countries, *sectors, *categories; /* as the source spells them */
    gvc_titles sector_titles, category_titles;
    gvc_int n_folds;
    gvc_fold *folds;

    gvc_column *columns;
    gvc_int n_columns, columns_room;
    gvc_int *target; /* where each column goes; NULL until it is asked for */
    gvc_int *order;  /* columns by target, those without left out */
    gvc_int *task;   /* n_tasks + 1 places in order; no target stands in two tasks */
    gvc_int n_tasks;

    /* After settling. Target columns: n industries, G * K of demand, one of output. */
    gvc_int G, N, K, n, width;
    gvc_int *place; /* by country of the source: its place in the table */
    unsigned char *row_seen;
    int rows_may_be_missing, may_be_unbalanced, demand_may_be_missing, has_output_column;
    double *output_column; /* n */
    gvc_line *lines;
    gvc_int n_lines, lines_room;
    gvc_satellites satellites;
    gvc_int n_blank, n_rows;
    gvc_edition *edition;
    gvc_table *table;
};

/** Labels, attributes and the table with its memory, once the axes are known. */
gvc_status gvc_draft__make_table(gvc_ctx *ctx, gvc_draft *draft);
/** Find out where the columns of the file go. */
gvc_status gvc_draft__aim(gvc_ctx *ctx, gvc_draft *draft);
/** The country that `country` is part of, itself where it is none. */
gvc_int gvc_draft__whole(const gvc_draft *draft, gvc_int country);
/** Output as published, or the row sums. */
gvc_status gvc_draft__settle_output(gvc_ctx *ctx, gvc_draft *draft);
/** Compare sums with output; notes and refusals. */
gvc_status gvc_draft__check(gvc_ctx *ctx, gvc_draft *draft);

#endif
