#ifndef GVC_FRAME_H
#define GVC_FRAME_H

#include <gvc/labels.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * A result: rows with keys and values, columns that know their name, label, unit and source.
 * Keys come first. Undefined values are NaN, unused keys are -1, unknown integers GVC_INT_MISSING.
 */
typedef struct gvc_frame gvc_frame;

#define GVC_INT_MISSING INT32_MIN

/** How a column is stored. */
typedef enum gvc_column_type {
    GVC_COLUMN_LABEL, /**< int32 codes into a list of labels; -1 is empty */
    GVC_COLUMN_INT,   /**< int32; GVC_INT_MISSING is missing */
    GVC_COLUMN_REAL,  /**< double; NaN is missing */
} gvc_column_type;

/** What a column is for. */
typedef enum gvc_column_role {
    GVC_ROLE_KEY,   /**< identifies the row (year, exporter, importer ...) */
    GVC_ROLE_ID,    /**< follows from the keys (numeric codes, names, membership dummies) */
    GVC_ROLE_VALUE, /**< a result */
} gvc_column_role;

/** Measures come in two kinds with keys of their own (design: layouts of results). */
typedef enum gvc_frame_kind {
    GVC_FRAME_EXPORTS, /**< exporter exporter_sector importer origin destination */
    GVC_FRAME_INDICES, /**< country sector partner */
} gvc_frame_kind;

/** Why a cell of a value column is missing, or what is odd about one that is there. */
typedef enum gvc_flag {
    GVC_FLAG_NONE,
    GVC_FLAG_DEN0,   /**< missing: the denominator is zero, negative or negligible */
    GVC_FLAG_NOSEC,  /**< missing: the sector has no output in this country and year */
    GVC_FLAG_ABSENT, /**< missing: the table has no such country, sector or year */
    GVC_FLAG_PART,   /**< present: a group's value without the members that the table lacks */
    GVC_FLAG_NEG,    /**< present: money below zero */
    GVC_FLAG_GT1,    /**< present: a share above one */
    GVC_FLAGS_N
} gvc_flag;

/** "den0", "nosec" ...; "" for none. */
GVC_API const char *gvc_flag_name(gvc_flag flag);

GVC_API gvc_frame_kind gvc_frame_get_kind(const gvc_frame *frame);
/** Level of all rows ("bilateral_sector"); "" when a column `level` tells them apart. */
GVC_API const char *gvc_frame_level(const gvc_frame *frame);
/** Year of all rows; GVC_INT_MISSING when a column `year` tells them apart, or the table has none.
 */
GVC_API int gvc_frame_year(const gvc_frame *frame);

GVC_API gvc_int gvc_frame_rows(const gvc_frame *frame);
GVC_API gvc_int gvc_frame_columns(const gvc_frame *frame);
/** Index of the column called `name`, or -1. */
GVC_API gvc_int gvc_frame_find(const gvc_frame *frame, const char *name);

GVC_API const char *gvc_frame_name(const gvc_frame *frame, gvc_int column);
GVC_API gvc_column_type gvc_frame_type(const gvc_frame *frame, gvc_int column);
GVC_API gvc_column_role gvc_frame_role(const gvc_frame *frame, gvc_int column);
/** Label of at most 80 characters: quantity, denominator, variant, paper. */
GVC_API const char *gvc_frame_label(const gvc_frame *frame, gvc_int column);
/** "money", "share", "index", "stages", "ratio", "" for keys. Money is in the unit of the table. */
GVC_API const char *gvc_frame_unit(const gvc_frame *frame, gvc_int column);
/** Formula or definition of a value column, "" for keys. */
GVC_API const char *gvc_frame_formula(const gvc_frame *frame, gvc_int column);
/** The papers a value column comes from, "" where there is none. */
GVC_API const char *gvc_frame_paper(const gvc_frame *frame, gvc_int column);
/** What a sector stands for in a value column: "O", "X", "P", "S", or ""; what the partner does
 * ("direct importer"); the range of the values (">=0"). */
GVC_API const char *gvc_frame_sector_meaning(const gvc_frame *frame, gvc_int column);
GVC_API const char *gvc_frame_partner_meaning(const gvc_frame *frame, gvc_int column);
GVC_API const char *gvc_frame_range(const gvc_frame *frame, gvc_int column);
/** Name in long layout: "bm/exporter/source/dva", or the column's own name for an index. */
GVC_API const char *gvc_frame_measure(const gvc_frame *frame, gvc_int column);
/** Method or family: "bm/exporter/source", "kpww". */
GVC_API const char *gvc_frame_group(const gvc_frame *frame, gvc_int column);

/** The cells of a column of the type named, one per row; borrowed. */
GVC_API const int32_t *gvc_frame_codes(const gvc_frame *frame, gvc_int column);
GVC_API const int32_t *gvc_frame_ints(const gvc_frame *frame, gvc_int column);
GVC_API const double *gvc_frame_reals(const gvc_frame *frame, gvc_int column);
/** A gvc_flag per row of a value column; NULL where none of its cells has one. Borrowed. */
GVC_API const unsigned char *gvc_frame_flags(const gvc_frame *frame, gvc_int column);
/** What the codes of a label column stand for; borrowed. */
GVC_API const gvc_labels *gvc_frame_labels(const gvc_frame *frame, gvc_int column);

/** What the frame says about itself (unit, edition, membership rule ...); NULL where it says
 * nothing. */
GVC_API const char *gvc_frame_attr(const gvc_frame *frame, const char *name);

/** A copy with the keys and those value columns that `names` (NULL-terminated) lists, in the order
 * of `frame`. */
GVC_API gvc_status gvc_frame_pick(gvc_ctx *ctx, gvc_frame **out, const gvc_frame *frame,
                                  const char *const *names);

GVC_API void gvc_frame_free(gvc_frame *frame);

/** A growing list of frames, in order. The list owns them. */
typedef struct gvc_frames gvc_frames;

GVC_API gvc_status gvc_frames_new(gvc_ctx *ctx, gvc_frames **out);
GVC_API gvc_int gvc_frames_n(const gvc_frames *frames);
GVC_API const gvc_frame *gvc_frames_get(const gvc_frames *frames, gvc_int i);
/** Give every frame back. */
GVC_API void gvc_frames_free(gvc_frames *frames);

#ifdef __cplusplus
}
#endif
#endif
