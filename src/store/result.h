#ifndef STORE_RESULT_H
#define STORE_RESULT_H

#include "store/out.h"

/** A scale that stands in the root of a file of results. */
typedef struct gvc_scale {
    const char *name;
    const char *const *texts;
    gvc_int n;
    struct gvc_scale *next;
} gvc_scale;

struct gvc_result_file {
    gvc_out out;
    gvc_scale *scales;
    gvc_arena *arena;
};

/** The scale with these texts, made where there is none yet: `base`, or base_2 and so on where
 *  that name has other texts. NULL when memory is out or the file failed. */
const char *gvc_result__scale(gvc_ctx *ctx, gvc_result_file *file, const char *base,
                              const char *const *texts, gvc_int n);
/** Open or make the groups of "a/b/c" below `loc`; closed by H5Gclose(). */
hid_t gvc_result__path(gvc_result_file *file, hid_t loc, const char *path);
/** The attributes of `frame`, on the group of its arrays. */
void gvc_result__attrs(gvc_ctx *ctx, gvc_result_file *file, hid_t group, const gvc_frame *frame);
/** Label, unit and definition of a column, on its array. */
void gvc_result__describe(gvc_result_file *file, hid_t id, const gvc_frame *frame, gvc_int column);

#endif
