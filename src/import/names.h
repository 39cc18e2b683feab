#ifndef IMPORT_NAMES_H
#define IMPORT_NAMES_H

#include "base/text.h"

/** Different texts numbered in the order of their coming, found by hashing. */
typedef struct gvc_names gvc_names;

gvc_names *gvc_names__new(gvc_ctx *ctx);
void gvc_names__free(gvc_names *names);
gvc_int gvc_names__n(const gvc_names *names);
const char *gvc_names__get(const gvc_names *names, gvc_int i);
/** All of them, in order; borrowed until the next one is added. */
const char *const *gvc_names__all(const gvc_names *names);
/** Number of the text, -1 where it is not there. */
gvc_int gvc_names__find(const gvc_names *names, const char *text, gvc_int len);
/** The same, added where it is not there; -1 when memory is out. */
gvc_int gvc_names__add(gvc_ctx *ctx, gvc_names *names, const char *text, gvc_int len);

#endif
