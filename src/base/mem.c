#include "base/mem.h"

#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#ifdef __has_feature
#if __has_feature(address_sanitizer)
#define __SANITIZE_ADDRESS__ 1 /* as gcc says it */
#endif
#endif
#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/asan_interface.h>
#define FORBID(from, bytes) __asan_poison_memory_region(from, bytes)
#define ALLOW(from, bytes) __asan_unpoison_memory_region(from, bytes)
#else
#define FORBID(from, bytes) ((void)(from), (void)(bytes))
#define ALLOW(from, bytes) ((void)(from), (void)(bytes))
#endif

#define ALIGN 64
/* Blocks of this size and more ask for large pages. */
#define HUGE_FROM ((size_t)8 << 20)

struct gvc_mem_account {
    atomic_llong used, peak, blocks; /* blocks counts the owners too */
    atomic_llong limit, fail_in;
};

/* Stands in the 64 bytes before each block. */
typedef struct header {
    void *raw;
    gvc_int bytes;
    gvc_mem_account *account;
} header;

gvc_mem_account *gvc_mem__account_new(void)
{
    gvc_mem_account *account = calloc(1, sizeof *account);

    if (account)
        atomic_store(&account->blocks, 1);
    return account;
}

gvc_mem_account *gvc_mem__account_share(gvc_mem_account *account)
{
    atomic_fetch_add(&account->blocks, 1);
    return account;
}

static void release(gvc_mem_account *account)
{
    if (atomic_fetch_sub(&account->blocks, 1) == 1)
        free(account);
}

void gvc_mem__account_leave(gvc_mem_account *account)
{
    if (account)
        release(account);
}

void gvc_mem__set_limit(gvc_mem_account *account, gvc_int bytes)
{
    atomic_store(&account->limit, bytes);
}

gvc_int gvc_mem__limit(const gvc_mem_account *account)
{
    return atomic_load(&account->limit);
}

gvc_int gvc_mem__used(const gvc_mem_account *account)
{
    return atomic_load(&account->used);
}

gvc_int gvc_mem__peak(const gvc_mem_account *account)
{
    return atomic_load(&account->peak);
}

static header *header_of(void *block)
{
    return (header *)((char *)block - ALIGN);
}

static int overflows(gvc_int count, size_t size, gvc_int *bytes)
{
    return count < 0 || __builtin_mul_overflow(count, (gvc_int)size, bytes) ||
           *bytes > INT64_MAX / 2;
}

static int should_fail(gvc_mem_account *account)
{
    return atomic_load(&account->fail_in) > 0 && atomic_fetch_sub(&account->fail_in, 1) == 1;
}

static gvc_status refuse(gvc_ctx *ctx, const char *what, double bytes)
{
    const gvc_mem_account *account = gvc_ctx__account(ctx);
    const double gib = 1 << 30;

    if (gvc_mem__limit(account) > 0)
        return gvc_error__set(
            ctx, GVC_ENOMEM,
            "no memory for %s: %.3g GiB more, with %.3g of the limit of %.3g GiB in use", what,
            bytes / gib, (double)gvc_mem__used(account) / gib,
            (double)gvc_mem__limit(account) / gib);
    return gvc_error__set(ctx, GVC_ENOMEM, "out of memory: %s takes %.3g GiB more, %.3g are in use",
                          what, bytes / gib, (double)gvc_mem__used(account) / gib);
}

/* Large arrays are touched once and whole: with large pages the kernel clears them in a fraction of
 * the time. It is a wish, whose refusal changes nothing. */
static void use_huge_pages(char *raw, size_t bytes)
{
    const uintptr_t page = (uintptr_t)1 << 21, first = ((uintptr_t)raw + page - 1) & ~(page - 1),
                    end = ((uintptr_t)raw + bytes) & ~(page - 1);

    if (bytes >= HUGE_FROM && end > first)
        madvise((void *)first, end - first, MADV_HUGEPAGE);
}

/* Bytes that the alignment leaves behind a block. The address sanitizer takes them for a part of it
 * unless it is told that nobody may touch them. */
static size_t slack(const header *h, const void *block)
{
    return (size_t)((const char *)h->raw + 2 * ALIGN - (const char *)block);
}

/* Count `bytes` as used; 0 where that would pass the limit. Counting comes first, as other threads
 * may ask at the same time. */
static int book(gvc_mem_account *account, gvc_int bytes)
{
    const long long used = atomic_fetch_add(&account->used, bytes) + bytes;
    const gvc_int limit = gvc_mem__limit(account);

    if (limit <= 0 || used <= limit)
        return 1;
    atomic_fetch_sub(&account->used, bytes);
    return 0;
}

static void note_peak(gvc_mem_account *account)
{
    const long long used = atomic_load(&account->used);
    long long peak = atomic_load(&account->peak);

    while (used > peak && !atomic_compare_exchange_weak(&account->peak, &peak, used))
        ;
}

static void *obtain(gvc_ctx *ctx, gvc_int count, size_t size, int zero)
{
    gvc_mem_account *account = gvc_ctx__account(ctx);
    gvc_int bytes = 0;
    char *raw, *block;
    header *h;

    if (overflows(count, size, &bytes)) {
        refuse(ctx, "an array", (double)count * (double)size);
        return NULL;
    }
    if (should_fail(account) || !book(account, bytes)) {
        refuse(ctx, "an array", (double)bytes);
        return NULL;
    }
    raw = zero ? calloc(1, (size_t)bytes + 2 * ALIGN) : malloc((size_t)bytes + 2 * ALIGN);
    if (!raw) {
        atomic_fetch_sub(&account->used, bytes);
        refuse(ctx, "an array", (double)bytes);
        return NULL;
    }
    use_huge_pages(raw, (size_t)bytes);
    block = (char *)(((uintptr_t)raw + 2 * ALIGN - 1) & ~(uintptr_t)(ALIGN - 1));
    h = header_of(block);
    *h = (header){ raw, bytes, account };
    FORBID(block + bytes, slack(h, block));
    atomic_fetch_add(&account->blocks, 1);
    note_peak(account);
    return block;
}

void *gvc_mem__alloc(gvc_ctx *ctx, gvc_int count, size_t size)
{
    return obtain(ctx, count, size, 0);
}

void *gvc_mem__calloc(gvc_ctx *ctx, gvc_int count, size_t size)
{
    return obtain(ctx, count, size, 1);
}

void *gvc_mem__realloc(gvc_ctx *ctx, void *block, gvc_int count, size_t size)
{
    void *fresh = gvc_mem__alloc(ctx, count, size);
    gvc_int bytes;

    if (!fresh || !block)
        return fresh;
    bytes = count * (gvc_int)size;
    memcpy(fresh, block,
           (size_t)(bytes < header_of(block)->bytes ? bytes : header_of(block)->bytes));
    gvc_mem__free(block);
    return fresh;
}

void gvc_mem__free(void *block)
{
    header h;

    if (!block)
        return;
    h = *header_of(block);
    ALLOW((char *)block + h.bytes, slack(&h, block));
    atomic_fetch_sub(&h.account->used, h.bytes);
    free(h.raw);
    release(h.account);
}

gvc_view gvc_mem__matrix(gvc_ctx *ctx, gvc_int rows, gvc_int cols)
{
    gvc_int cells;

    if (__builtin_mul_overflow(rows, cols, &cells))
        cells = -1;
    return (gvc_view){ gvc_mem__calloc(ctx, cells, sizeof(double)), rows, cols,
                       rows > 0 ? rows : 1 };
}

gvc_status gvc_mem__reserve(gvc_ctx *ctx, const char *what, double bytes)
{
    const gvc_mem_account *account = gvc_ctx__account(ctx);
    const gvc_int limit = gvc_mem__limit(account);

    if (limit > 0 && (double)gvc_mem__used(account) + bytes > (double)limit)
        return refuse(ctx, what, bytes);
    return GVC_OK;
}

void gvc_mem__fail_after(gvc_ctx *ctx, gvc_int n)
{
    atomic_store(&gvc_ctx__account(ctx)->fail_in, n);
}
