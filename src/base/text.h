#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include "base/mem.h"

/* ---- arena: many short strings that end together ---- */

typedef struct gvc_arena gvc_arena;

gvc_arena *gvc_arena__new(gvc_ctx *ctx);
void gvc_arena__free(gvc_arena *arena);
/** A copy of the first `len` bytes of `text`, zero-terminated; NULL on failure. */
char *gvc_arena__copy(gvc_ctx *ctx, gvc_arena *arena, const char *text, gvc_int len);
/** A copy of a whole string; NULL gives NULL without an error. */
char *gvc_arena__strdup(gvc_ctx *ctx, gvc_arena *arena, const char *text);
char *gvc_arena__format(gvc_ctx *ctx, gvc_arena *arena, const char *fmt, ...) GVC_PRINTF(3, 4);

/* ---- buffer: a text that grows; after a failure it stays as it was and `failed` is set ---- */

typedef struct gvc_buf {
    char *data; /* zero-terminated, or NULL while empty */
    gvc_int len, room;
    int failed;
} gvc_buf;

void gvc_buf__add(gvc_ctx *ctx, gvc_buf *buf, const char *text, gvc_int len);
void gvc_buf__puts(gvc_ctx *ctx, gvc_buf *buf, const char *text);
void gvc_buf__printf(gvc_ctx *ctx, gvc_buf *buf, const char *fmt, ...) GVC_PRINTF(3, 4);
/** The shortest decimal of `value` (base/decimal.h). */
void gvc_buf__number(gvc_ctx *ctx, gvc_buf *buf, double value);
/** The text, "" while empty. */
const char *gvc_buf__text(const gvc_buf *buf);
void gvc_buf__free(gvc_buf *buf);

/* ---- nearest names, for messages ---- */

/** Edit distance without regard to case. */
gvc_int gvc_text__distance(const char *a, const char *b);
/** The name nearest to `word` among `n` (NULL where none is near enough to be meant). */
const char *gvc_text__nearest(const char *word, const char *const *names, gvc_int n);

/** Split a comma-separated list in place; pointers go to `parts` (room for `max`); returns how many
 * there are, which may be more than `max`. Spaces around parts are dropped; empty parts are kept.
 */
gvc_int gvc_text__split(char *list, char **parts, gvc_int max);

/** True when `text` is well-formed UTF-8 without control characters. */
int gvc_text__is_utf8(const char *text, gvc_int len);

/** Make a text from outside fit to be shown and kept: what is neither UTF-8 nor a newline or tab,
 *  and control characters, become question marks; a character that was cut off at the end goes. */
void gvc_text__clean(char *text);

#endif
