#ifndef FRAME_FRAME_H
#define FRAME_FRAME_H

#include <gvc/frame.h>

#include "base/attrs.h"

/** How a column introduces itself; strings are copied, NULL stands for "". */
typedef struct gvc_column_info {
    const char *name, *label, *unit, *formula, *measure, *group;
    const char *paper, *meaning, *partner,
        *range; /* sector and partner meaning, as in the codebook */
} gvc_column_info;

/** A frame of `rows` rows without columns. `level` is copied; `year` may be GVC_INT_MISSING. */
gvc_status gvc_frame__new(gvc_ctx *ctx, gvc_frame **out, gvc_frame_kind kind, const char *level,
                          int year, gvc_int rows);

/** Append a column and return its cells to fill: codes start at -1, integers missing, reals NaN.
 *  NULL when memory is out. The labels get one more owner. */
int32_t *gvc_frame__add_label(gvc_ctx *ctx, gvc_frame *frame, gvc_column_role role,
                              const gvc_column_info *info, const gvc_labels *labels);
int32_t *gvc_frame__add_int(gvc_ctx *ctx, gvc_frame *frame, gvc_column_role role,
                            const gvc_column_info *info);
double *gvc_frame__add_real(gvc_ctx *ctx, gvc_frame *frame, const gvc_column_info *info);

/** The flags of a column to set (gvc_flag, one per row); all GVC_FLAG_NONE at the first call. NULL
 *  when memory is out. */
unsigned char *gvc_frame__add_flags(gvc_ctx *ctx, gvc_frame *frame, gvc_int column);

/** Let the codes of a label column stand for `labels`, which get one more owner. */
void gvc_frame__relabel(gvc_frame *frame, gvc_int column, const gvc_labels *labels);

/** How column `column` introduces itself; the strings belong to the frame. */
gvc_column_info gvc_frame__info(const gvc_frame *frame, gvc_int column);

/** Append column `from_column` of `from` (same number of rows) under `name` (NULL: its own). */
gvc_status gvc_frame__copy_column(gvc_ctx *ctx, gvc_frame *to, const gvc_frame *from,
                                  gvc_int from_column, const char *name);

/** A new frame with the rows of `frame` named in `rows` (n of them, in that order). */
gvc_status gvc_frame__select(gvc_ctx *ctx, gvc_frame **out, const gvc_frame *frame,
                             const gvc_int *rows, gvc_int n);

/** Let the rows of `frame` be of another level; the name is copied. */
gvc_status gvc_frame__set_level(gvc_ctx *ctx, gvc_frame *frame, const char *level);

/** The frame's own attributes, to set. */
gvc_attrs *gvc_frame__attrs(gvc_frame *frame);
const gvc_attrs *gvc_frame__attrs_of(const gvc_frame *frame);

/** Frame i of the list, which then belongs to the caller. */
gvc_frame *gvc_frames__take(gvc_frames *frames, gvc_int i);

/** Append `frame`, which then belongs to the list, also when the call fails. */
gvc_status gvc_frames__add(gvc_ctx *ctx, gvc_frames *frames, gvc_frame *frame);

#endif
