#ifndef REPORT_PAGE_H
#define REPORT_PAGE_H

#include "report/chart.h"
#include "report/model.h"

/* The page being written, part by part. */

enum { GVC_PICTURES_MAX = 2, GVC_GRIDS_MAX = 3, GVC_FIGURES_MAX = 64 };

/** A picture kept for a file of its own. */
typedef struct gvc_kept {
    const char *name, *text;
} gvc_kept;

typedef struct gvc_page {
    gvc_report *r;
    gvc_doc *doc; /**< that of the report */
    gvc_buf out;
    gvc_kept kept[GVC_FIGURES_MAX];
    int n_kept;
    int is_open; /**< inside a section */
} gvc_page;

/** A chart with all that belongs to it. Texts are plain, they are escaped here. */
typedef struct gvc_figure {
    const char *id;       /**< unique on the page; name of the files */
    const char *title;    /**< the finding */
    const char *what;     /**< quantity, unit, variant */
    const char *measures; /**< names of the columns shown, between spaces */
    const char *text;     /**< what the picture shows, for who cannot see it */
    gvc_svg *pictures[GVC_PICTURES_MAX];
    const char *switches[GVC_PICTURES_MAX]; /**< what one chooses between: "Money", "Shares" */
    const gvc_grid *grids[GVC_GRIDS_MAX];
    int is_wide;    /**< takes the whole width */
    int shows_grid; /**< the table is open from the start */
} gvc_figure;

/** Begin part `number` ("4"), or a sub-part ("5b"); ends the part before. */
void gvc_page__part(gvc_page *page, const char *number, const char *id, const char *heading);
/** A paragraph of plain text. */
void gvc_page__say(gvc_page *page, const char *class, const char *text);
/** Write a figure; ends its pictures. */
void gvc_page__figure(gvc_page *page, const gvc_figure *figure);
/** The same for the first grid of the figure, which has no pictures and no text yet: as lines by
 * year; as bars by rank of column `col`; as bars of columns 0 and 1, money and shares, to choose
 * between. */
void gvc_page__lines(gvc_page *page, const gvc_figure *figure);
void gvc_page__ranked(gvc_page *page, gvc_int col, const gvc_figure *figure);
void gvc_page__ranked_twice(gvc_page *page, const gvc_figure *figure);
/** Begin and end a block in which figures stand side by side where there is room. */
void gvc_page__open_row(gvc_page *page);
void gvc_page__close_row(gvc_page *page);
/** Head of the document with its style; `title` plain. Its security policy allows no request and no
 * script but ours, which it names by its hash. */
void gvc_page__head(gvc_doc *doc, gvc_buf *out, const char *title);
void gvc_page__foot(gvc_doc *doc, gvc_buf *out);

/* Parts of the page, one file each. */
void gvc_part__heading(gvc_page *page);
void gvc_part__exports(gvc_page *page);
void gvc_part__terms(gvc_page *page);
void gvc_part__participation(gvc_page *page);
void gvc_part__position(gvc_page *page);
void gvc_part__digital(gvc_page *page);
void gvc_part__costs(gvc_page *page);
void gvc_part__sectors(gvc_page *page);
void gvc_part__partners(gvc_page *page);
void gvc_part__routes(gvc_page *page);
void gvc_part__smile(gvc_page *page);
void gvc_part__tiles(gvc_page *page);
void gvc_part__quality(gvc_page *page);
void gvc_part__methods(gvc_page *page);

/** Id of a measure's place in the reference. */
const char *gvc_reference__id(gvc_doc *doc, const gvc_measure *measure);
/** The reference of `n` measures: columns, formulas, papers, notes. */
void gvc_reference__write(gvc_doc *doc, gvc_buf *out, const gvc_measure *const *list, gvc_int n);
/** Write `text` to `path`, whole or not at all. */
gvc_status gvc_page__save(gvc_ctx *ctx, const char *path, int force, const gvc_buf *text);

#endif
