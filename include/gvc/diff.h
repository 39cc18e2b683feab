#ifndef GVC_DIFF_H
#define GVC_DIFF_H

#include <gvc/ctx.h>

#ifdef __cplusplus
extern "C" {
#endif

/** How two files differ in one place. */
typedef enum gvc_diff_kind {
    GVC_DIFF_NUMBER,  /**< two numbers */
    GVC_DIFF_MISSING, /**< a number and nothing */
    GVC_DIFF_TEXT,    /**< two texts */
    GVC_DIFF_ONLY_A,  /**< a row, column or array that only the first file has */
    GVC_DIFF_ONLY_B,  /**< or only the second */
    GVC_DIFF_KINDS
} gvc_diff_kind;

typedef struct gvc_diff_opts {
    double rel;   /**< numbers are equal up to this share of the larger magnitude */
    double abs;   /**< or up to this, whichever is more */
    gvc_int show; /**< how many differences to keep of each list */
} gvc_diff_opts;

/** One difference, by label. Texts are "" where they do not apply. Borrowed from the comparison. */
typedef struct gvc_diff_entry {
    gvc_diff_kind kind;
    const char *where;  /**< path of the array in an HDF5 file */
    const char *key;    /**< "year=2011 exporter=CHN" */
    const char *column; /**< name of the column or array */
    double a, b;        /**< NaN where missing */
    const char *text_a, *text_b;
    double size; /**< |a - b| over the larger magnitude */
} gvc_diff_entry;

/** What the comparison of two files found. */
typedef struct gvc_diff gvc_diff;

/**
 * Compare two results, or two stores: CSV with CSV (wide or long), HDF5 with HDF5. Rows are matched
 * by their keys, whatever their order: the columns of text and those that are keys by name. Arrays
 * in HDF5 are matched by path and by the labels of their scales.
 *
 * @param out  receives the comparison, also where the files differ; freed with gvc_diff_free()
 * @return GVC_EUSAGE for files of two formats, GVC_EDATA where rows of one file share their keys,
 * the files have different key columns, or cannot be understood
 */
GVC_API gvc_status gvc_diff_new(gvc_ctx *ctx, gvc_diff **out, const char *a, const char *b,
                                const gvc_diff_opts *opts);

/** Values that were compared, and differences of a kind. */
GVC_API gvc_int gvc_diff_compared(const gvc_diff *diff);
GVC_API gvc_int gvc_diff_count(const gvc_diff *diff, gvc_diff_kind kind);
/** 1 where nothing differs. */
GVC_API int gvc_diff_equal(const gvc_diff *diff);

/** The first differences, in the order of the first file. */
GVC_API gvc_int gvc_diff_n_first(const gvc_diff *diff);
GVC_API const gvc_diff_entry *gvc_diff_first(const gvc_diff *diff, gvc_int i);
/** The largest differences between two numbers, largest first. */
GVC_API gvc_int gvc_diff_n_largest(const gvc_diff *diff);
GVC_API const gvc_diff_entry *gvc_diff_largest(const gvc_diff *diff, gvc_int i);

GVC_API void gvc_diff_free(gvc_diff *diff);

#ifdef __cplusplus
}
#endif
#endif
