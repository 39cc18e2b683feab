#ifndef STORE_RESULT_H
#define STORE_RESULT_H

#include "store/out.h"

/** A scale that stands in the root of a file of results. */
typedef struct gvc_scale {
    const char *name;
    const char *const *texts;
    gvc_int n;
    hobj_ref_t ref;
    struct along *arrays; /**< that have an axis along it */
    gvc_int n_arrays, room;
    struct gvc_scale *next;
} gvc_scale;

enum { GVC_RESULT_AXES = 5 };

/** One axis of the arrays: a key, or a country and its sector. */
typedef struct gvc_result_axis {
    gvc_int key, sector; /**< columns; sector is -1 for a single key */
    gvc_int n;
    gvc_scale *scale;
} gvc_result_axis;

/** A result of which some parts are written: one array a column, filled along its first axis. */
typedef struct gvc_result_parts {
    gvc_int n; /**< arrays that are open */
    hid_t *ids;
    uint32_t *crcs;
    gvc_int *columns; /**< of the frame */
    gvc_int next;     /**< the first place of the first axis that is not written */
} gvc_result_parts;

struct gvc_result_file {
    gvc_out out;
    gvc_scale *scales;
    gvc_arena *arena;
    gvc_result_parts parts;
};

/** The scale with these texts, made where there is none yet: `base`, or base_2 and so on where
 *  that name has other texts. NULL when memory is out or the file failed. */
gvc_scale *gvc_result__scale(gvc_ctx *ctx, gvc_result_file *file, const char *base,
                             const char *const *texts, gvc_int n);
/** Tie the axes of the array `id` to their scales. */
void gvc_result__attach(gvc_ctx *ctx, gvc_result_file *file, hid_t id, const gvc_result_axis *axes,
                        int rank);
/** Write into every scale which arrays lie along it; once, when all arrays are there. */
void gvc_result__end_scales(gvc_result_file *file);
void gvc_result__free_scales(gvc_result_file *file);
/** Open or make the groups of "a/b/c" below `loc`; closed by H5Gclose(). */
hid_t gvc_result__path(gvc_result_file *file, hid_t loc, const char *path);
/** The attributes of `frame`, on the group of its arrays. */
void gvc_result__attrs(gvc_ctx *ctx, gvc_result_file *file, hid_t group, const gvc_frame *frame);
/** Label, unit and definition of a column, on its array. */
void gvc_result__describe(gvc_result_file *file, hid_t id, const gvc_frame *frame, gvc_int column);

/** The axes of the arrays of `frame`, not yet named. */
gvc_status gvc_result__axes(gvc_ctx *ctx, const gvc_frame *frame, gvc_result_axis *axes, int *rank);
/** Make or find the scale of an axis. */
void gvc_result__name_axis(gvc_ctx *ctx, gvc_result_file *file, const gvc_frame *frame,
                           gvc_result_axis *a);
/** Where row i belongs in the array, -1 where one of its keys is unused. */
gvc_int gvc_result__cell(const gvc_frame *frame, const gvc_result_axis *axes, int rank, gvc_int i);
/** /results/<year>/<group>/<level>, with what the frame says about itself. */
hid_t gvc_result__level(gvc_ctx *ctx, gvc_result_file *file, const gvc_frame *frame,
                        gvc_int column);
/** Close the arrays of a result that parts are missing of. */
void gvc_result__drop_parts(gvc_result_file *file);

#endif
