#ifndef GVC_WRITE_H
#define GVC_WRITE_H

#include <gvc/frame.h>
#include <gvc/input.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Where a result comes from: version, command line, input edition and checksum, groups, history.
 */
typedef struct gvc_provenance gvc_provenance;

/** `command` is the command line with its defaults filled in. */
GVC_API gvc_status gvc_provenance_new(gvc_ctx *ctx, gvc_provenance **out, const char *command);
/** Add path, edition, unit, price basis, SHA-256 and history of an input; synthetic data are
 * marked. The SHA-256 of a store is taken by a thread of its own where ctx has more than one. */
GVC_API gvc_status gvc_provenance_input(gvc_ctx *ctx, gvc_provenance *provenance, gvc_input *input);
/** Add a fact ("group BRI", "solver", "certified error bound"). */
GVC_API gvc_status gvc_provenance_add(gvc_ctx *ctx, gvc_provenance *provenance, const char *name,
                                      const char *text);
GVC_API void gvc_provenance_free(gvc_provenance *provenance);

typedef enum gvc_layout {
    GVC_LAYOUT_WIDE,
    GVC_LAYOUT_LONG,
    GVC_LAYOUT_LONG_FLAGS, /**< long, and a column `flag`: why a value is missing or odd */
} gvc_layout;

typedef struct gvc_write_opts {
    const char *format; /**< of gvc_write_formats(); NULL: by the suffix of the path, csv for "-" */
    gvc_layout layout;
    int force; /**< replace an existing file */
    const gvc_provenance
        *provenance; /**< NULL: none is written; otherwise as it stands at the close */
    const char
        *panel; /**< h5: write wide frames as /results/panel/<panel> instead of dense arrays */
    const char *codebook; /**< NULL, or a further file (.csv, .md) that describes every column */
    int stata_reasons;    /**< dta: .a .b .c for undefined, no output, not in the table */
    gvc_int behind; /**< bytes of frames that may wait to be written by a thread of its own while
                       the caller makes the next ones (gvc_writer_give()); 0: none */
} gvc_write_opts;

/** An output being written: frames in, one file out, whole or not at all. "-" is standard output.
 */
typedef struct gvc_writer gvc_writer;

/** Formats by suffix; comma-separated list for messages. */
GVC_API const char *gvc_write_formats(void);

GVC_API gvc_status gvc_writer_open(gvc_ctx *ctx, gvc_writer **out, const char *path,
                                   const gvc_write_opts *opts);
/**
 * Append a frame. Wide CSV: all frames must have the same columns and one level (GVC_EUSAGE
 * otherwise, saying
 * --layout long or .h5); a frame with a year of its own gets the column `year` first. Long: any
 * frames of one kind. h5: dense arrays, any frames.
 */
GVC_API gvc_status gvc_writer_add(gvc_ctx *ctx, gvc_writer *writer, const gvc_frame *frame);
/** The same with a frame that belongs to the writer from now on, also when the call fails. With
 * `behind` it may be written later: what goes wrong is then told by a later call,
 * gvc_writer_close() at the latest. The file is the same, byte for byte. */
GVC_API gvc_status gvc_writer_give(gvc_ctx *ctx, gvc_writer *writer, gvc_frame *frame);
/** 1 where the format takes results in parts: csv and h5 do. */
GVC_API int gvc_writer_takes_parts(const gvc_writer *writer);
/** Append rows `first` and on of a result of `rows` rows that is too large to hold (gvc_part_fn of
 * gvc/measures.h); parts of one result come in order, with nothing between them. GVC_EUSAGE where
 * the format needs the result whole. */
GVC_API gvc_status gvc_writer_add_part(gvc_ctx *ctx, gvc_writer *writer, const gvc_frame *part,
                                       gvc_int first, gvc_int rows);
/** Finish, write the side file with the provenance (x.csv.meta.json), rename, free. */
GVC_API gvc_status gvc_writer_close(gvc_ctx *ctx, gvc_writer *writer);
/** Drop the output, free. NULL is allowed. */
GVC_API void gvc_writer_abort(gvc_writer *writer);

#ifdef __cplusplus
}
#endif
#endif
