#ifndef BASE_MEM_H
#define BASE_MEM_H

#include "base/ctx.h"

#include <stddef.h>

/*
 * All memory of the library comes from here: counted against the limit of the context, aligned to
 * 64 bytes, and never from a size that overflowed. A failure sets the message of the context, so
 * the caller only returns GVC_ENOMEM. Not for use inside parallel regions.
 */

/** The account that a context and its allocations share. */
typedef struct gvc_mem_account gvc_mem_account;

gvc_mem_account *gvc_mem__account_new(void);
/** One more owner. */
gvc_mem_account *gvc_mem__account_share(gvc_mem_account *account);
/** An owner leaves; the account ends with its last owner and allocation. */
void gvc_mem__account_leave(gvc_mem_account *account);
void gvc_mem__set_limit(gvc_mem_account *account, gvc_int bytes);
gvc_int gvc_mem__limit(const gvc_mem_account *account);
gvc_int gvc_mem__used(const gvc_mem_account *account);
gvc_int gvc_mem__peak(const gvc_mem_account *account);
gvc_mem_account *gvc_ctx__account(const gvc_ctx *ctx);

/** `count` elements of `size` bytes, uninitialised; NULL on failure. Zero elements give a valid
 * pointer. */
void *gvc_mem__alloc(gvc_ctx *ctx, gvc_int count, size_t size);
/** The same, all zero bytes. */
void *gvc_mem__calloc(gvc_ctx *ctx, gvc_int count, size_t size);
/** Grow or shrink, as realloc; NULL leaves the old block alone. */
void *gvc_mem__realloc(gvc_ctx *ctx, void *block, gvc_int count, size_t size);
void gvc_mem__free(void *block);

/** A zeroed rows x cols matrix; view.a is NULL on failure. Freed with gvc_mem__free(view.a). */
gvc_view gvc_mem__matrix(gvc_ctx *ctx, gvc_int rows, gvc_int cols);

/** GVC_ENOMEM, saying what needs how much, when `bytes` more would pass the limit. */
gvc_status gvc_mem__reserve(gvc_ctx *ctx, const char *what, double bytes);

/** Test hook: the `n`-th allocation from now fails, 0 switches it off. */
void gvc_mem__fail_after(gvc_ctx *ctx, gvc_int n);

#endif
