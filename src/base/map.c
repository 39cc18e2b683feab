#include "base/map.h"

#include "base/mem.h"

#include <stdatomic.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

struct gvc_map {
    char *start; /* of the first page */
    size_t bytes;
    const char *data;
    gvc_held *held;
    int place; /* in the list, -1: none */
};

/* Maps that a signal handler can tell the path of; more go without. A place is taken once it has a
 * start, which comes last and goes first. */
enum { LISTED = 64 };

static struct {
    atomic_flag taken;
    atomic_uintptr_t start;
    _Atomic(size_t) bytes;
    const char *path;
} list[LISTED];

static void enter(gvc_map *map)
{
    map->place = -1;
    for (int i = 0; i < LISTED && map->place < 0; i++)
        if (!atomic_flag_test_and_set(&list[i].taken))
            map->place = i;
    if (map->place < 0)
        return;
    list[map->place].path = gvc_held__path(map->held);
    atomic_store(&list[map->place].bytes, map->bytes);
    atomic_store(&list[map->place].start, (uintptr_t)map->start);
}

static void leave(const gvc_map *map)
{
    if (map->place < 0)
        return;
    atomic_store(&list[map->place].start, 0);
    atomic_flag_clear(&list[map->place].taken);
}

static int map_pages(gvc_map *map, gvc_int offset, gvc_int bytes)
{
    const gvc_int page = sysconf(_SC_PAGESIZE), before = offset % page;

    if (bytes <= 0 || gvc_held__bytes(map->held) < offset + bytes)
        return 0;
    map->bytes = (size_t)(before + bytes);
    map->start =
        mmap(NULL, map->bytes, PROT_READ, MAP_SHARED, gvc_held__fd(map->held), offset - before);
    if (map->start == MAP_FAILED)
        return 0;
    map->data = map->start + before;
    return 1;
}

gvc_status gvc_map__open(gvc_ctx *ctx, gvc_map **out, gvc_held *held, gvc_int offset, gvc_int bytes)
{
    gvc_map *map = gvc_mem__calloc(ctx, 1, sizeof *map);

    *out = NULL;
    if (!map)
        return GVC_ENOMEM;
    map->held = held;
    if (!map_pages(map, offset, bytes)) {
        gvc_mem__free(map);
        return GVC_OK;
    }
    gvc_held__share(held);
    enter(map);
    *out = map;
    return GVC_OK;
}

const void *gvc_map__data(const gvc_map *map)
{
    return map->data;
}

const gvc_held *gvc_map__held(const gvc_map *map)
{
    return map->held;
}

void gvc_map__close(gvc_map *map)
{
    if (!map)
        return;
    leave(map);
    munmap(map->start, map->bytes);
    gvc_held__leave(map->held);
    gvc_mem__free(map);
}

void gvc_map__fetch(const gvc_map *map)
{
    madvise(map->start, map->bytes, MADV_WILLNEED);
}

const char *gvc_map__path_at(const void *address)
{
    const uintptr_t at = (uintptr_t)address;

    for (int i = 0; i < LISTED; i++) {
        const uintptr_t start = atomic_load(&list[i].start);

        if (start && at >= start && at - start < atomic_load(&list[i].bytes))
            return list[i].path;
    }
    return NULL;
}
