#include "base/map.h"

#include "base/mem.h"

#include <fcntl.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* Maps that a signal handler can tell the path of; more go without. */
enum { LISTED = 64 };

struct gvc_map {
    char *start; /* of the first page */
    size_t bytes;
    const char *data;
    char *path;
    int fd;
    struct stat then; /* when it was mapped */
    int place;        /* in the list, -1: none */
};

static _Atomic(gvc_map *) list[LISTED];

static void enter(gvc_map *map)
{
    for (map->place = 0; map->place < LISTED; map->place++) {
        gvc_map *none = NULL;

        if (atomic_compare_exchange_strong(&list[map->place], &none, map))
            return;
    }
    map->place = -1;
}

static int map_pages(gvc_map *map, const char *path, gvc_int offset, gvc_int bytes)
{
    const gvc_int page = sysconf(_SC_PAGESIZE), before = offset % page;

    map->fd = open(path, O_RDONLY | O_CLOEXEC);
    if (map->fd < 0)
        return 0;
    map->bytes = (size_t)(before + bytes);
    map->start = MAP_FAILED;
    if (fstat(map->fd, &map->then) == 0 && map->then.st_size >= offset + bytes)
        map->start = mmap(NULL, map->bytes, PROT_READ, MAP_SHARED, map->fd, offset - before);
    if (map->start == MAP_FAILED) {
        close(map->fd);
        return 0;
    }
    map->data = map->start + before;
    return 1;
}

static void give_back(gvc_map *map)
{
    gvc_mem__free(map->path);
    gvc_mem__free(map);
}

gvc_status gvc_map__open(gvc_ctx *ctx, gvc_map **out, const char *path, gvc_int offset,
                         gvc_int bytes)
{
    gvc_map *map = gvc_mem__calloc(ctx, 1, sizeof *map);

    *out = NULL;
    if (!map)
        return GVC_ENOMEM;
    map->path = gvc_mem__alloc(ctx, (gvc_int)strlen(path) + 1, 1);
    if (!map->path) {
        give_back(map);
        return GVC_ENOMEM;
    }
    strcpy(map->path, path);
    if (bytes <= 0 || !map_pages(map, path, offset, bytes)) {
        give_back(map);
        return GVC_OK;
    }
    enter(map);
    *out = map;
    return GVC_OK;
}

const void *gvc_map__data(const gvc_map *map)
{
    return map->data;
}

void gvc_map__close(gvc_map *map)
{
    if (!map)
        return;
    if (map->place >= 0)
        atomic_store(&list[map->place], NULL);
    munmap(map->start, map->bytes);
    close(map->fd);
    give_back(map);
}

gvc_status gvc_map__recheck(gvc_ctx *ctx, const gvc_map *map)
{
    struct stat now;

    if (fstat(map->fd, &now) == 0 && now.st_size == map->then.st_size &&
        now.st_mtim.tv_sec == map->then.st_mtim.tv_sec &&
        now.st_mtim.tv_nsec == map->then.st_mtim.tv_nsec)
        return GVC_OK;
    return gvc_error__at(ctx, GVC_EIO, map->path, NULL,
                         "changed while it was being used; run again when nothing writes to it");
}

void gvc_map__fetch(const gvc_map *map)
{
    madvise(map->start, map->bytes, MADV_WILLNEED);
}

const char *gvc_map__path_at(const void *address)
{
    const char *at = address;

    for (int i = 0; i < LISTED; i++) {
        const gvc_map *map = atomic_load(&list[i]);

        if (map && at >= map->start && at < map->start + map->bytes)
            return map->path;
    }
    return NULL;
}
