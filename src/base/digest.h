#ifndef BASE_DIGEST_H
#define BASE_DIGEST_H

#include "base/ctx.h"

/** Hex digits of a SHA-256 and the zero after them. */
enum { GVC_SHA256_TEXT = 65 };

/** SHA-256 of bytes in memory. */
void gvc_digest__sha256(const void *data, gvc_int bytes, char text[GVC_SHA256_TEXT]);
/** SHA-256 of a file, as sha256sum prints it. GVC_EIO where it cannot be read. */
gvc_status gvc_file__sha256(gvc_ctx *ctx, const char *path, char text[GVC_SHA256_TEXT]);

/**
 * SHA-256 of a file, taken by a thread of its own while the caller goes on; where ctx has one
 * thread, by whoever waits for it.
 */
typedef struct gvc_digest gvc_digest;

gvc_status gvc_digest__start(gvc_ctx *ctx, gvc_digest **out, const char *path);
/** Wait until it is there; text is borrowed. GVC_EIO where the file cannot be read. Not for two
 * threads at once. */
gvc_status gvc_digest__wait(gvc_ctx *ctx, gvc_digest *digest, const char **text);
/** Stop it where it is under way, free. NULL is allowed. */
void gvc_digest__free(gvc_digest *digest);

#endif
