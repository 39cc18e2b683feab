#ifndef WRITE_DICTIONARY_H
#define WRITE_DICTIONARY_H

#include "base/labels.h"
#include "base/text.h"

/** The codes met in one column of a table, in order of appearance, and how those of the last list
 * of labels are numbered here. All zero is an empty one. */
typedef struct gvc_dictionary {
    gvc_int n, room;
    const char **codes, **names; /* in the arena */
    gvc_labels *seen;
    int32_t *map; /* of `seen` */
} gvc_dictionary;

/** The number of `code`, added when new; -1 when memory is out. */
int32_t gvc_dictionary__number(gvc_ctx *ctx, gvc_dictionary *d, gvc_arena *arena, const char *code,
                               const char *name);
/** Make d->map say the numbers of `labels`. Frames of one run share their lists, so the map is made
 * once for many. */
gvc_status gvc_dictionary__map(gvc_ctx *ctx, gvc_dictionary *d, gvc_arena *arena,
                               const gvc_labels *labels);
void gvc_dictionary__clear(gvc_dictionary *d);

#endif
