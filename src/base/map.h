#ifndef BASE_MAP_H
#define BASE_MAP_H

#include "base/held.h"

/*
 * Parts of files, mapped into memory to be read: nothing is copied, and what the machine needs for
 * other things it may drop and read again. Where the file shrinks, or its disk fails, reading ends
 * in SIGBUS.
 */
typedef struct gvc_map gvc_map;

/** Map `bytes` from `offset` on of `held`, which gets one more owner; *out is NULL where the system
 * does not. Not counted as memory. */
gvc_status gvc_map__open(gvc_ctx *ctx, gvc_map **out, gvc_held *held, gvc_int offset,
                         gvc_int bytes);
const void *gvc_map__data(const gvc_map *map);
const gvc_held *gvc_map__held(const gvc_map *map);
/** NULL is allowed. */
void gvc_map__close(gvc_map *map);
/** Have the system read what is not in memory yet, in the background. */
void gvc_map__fetch(const gvc_map *map);

/** The path of the file of which a mapped part holds `address`, NULL: none. Safe in the handler of
 * a signal that reading there has raised. */
const char *gvc_map__path_at(const void *address);

#endif
