#include "decomp/level.h"

#include <assert.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

// clang-format off
#define EXPORTER GVC_KEY_EXPORTER
#define SECTOR GVC_KEY_SECTOR
#define IMPORTER GVC_KEY_IMPORTER
#define ORIGIN GVC_KEY_ORIGIN
#define DESTINATION GVC_KEY_DESTINATION

static const gvc_level_info levels_in_order[GVC_LEVELS_N] = {
    { GVC_LEVEL_WORLD, "world", 0 },
    { GVC_LEVEL_WORLD_SECTOR, "world_sector", SECTOR },
    { GVC_LEVEL_GROUP_SUM, "group_sum", EXPORTER },
    { GVC_LEVEL_GROUP_BLOCK, "group_block", EXPORTER },
    { GVC_LEVEL_COUNTRY, "country", EXPORTER },
    { GVC_LEVEL_SECTOR, "sector", EXPORTER | SECTOR },
    { GVC_LEVEL_BILATERAL, "bilateral", EXPORTER | IMPORTER },
    { GVC_LEVEL_BILATERAL_SECTOR, "bilateral_sector", EXPORTER | SECTOR | IMPORTER },
    { GVC_LEVEL_SECTOR_PAIR, "sector_pair",
        EXPORTER | SECTOR | IMPORTER | GVC_KEY_IMPORTER_SECTOR },
    { GVC_LEVEL_COUNTRY_ORIGIN, "country_origin", EXPORTER | ORIGIN },
    { GVC_LEVEL_SECTOR_ORIGIN, "sector_origin", EXPORTER | SECTOR | ORIGIN },
    { GVC_LEVEL_BILATERAL_ORIGIN, "bilateral_origin", EXPORTER | IMPORTER | ORIGIN },
    { GVC_LEVEL_BILATERAL_SECTOR_ORIGIN, "bilateral_sector_origin",
        EXPORTER | SECTOR | IMPORTER | ORIGIN },
    { GVC_LEVEL_COUNTRY_DESTINATION, "country_destination", EXPORTER | DESTINATION },
    { GVC_LEVEL_SECTOR_DESTINATION, "sector_destination", EXPORTER | SECTOR | DESTINATION },
    { GVC_LEVEL_BILATERAL_DESTINATION, "bilateral_destination", EXPORTER | IMPORTER | DESTINATION },
    { GVC_LEVEL_BILATERAL_SECTOR_DESTINATION, "bilateral_sector_destination",
        EXPORTER | SECTOR | IMPORTER | DESTINATION },
    { GVC_LEVEL_COUNTRY_OD, "country_od", EXPORTER | ORIGIN | DESTINATION },
    { GVC_LEVEL_SECTOR_OD, "sector_od", EXPORTER | SECTOR | ORIGIN | DESTINATION },
    { GVC_LEVEL_BILATERAL_OD, "bilateral_od", EXPORTER | IMPORTER | ORIGIN | DESTINATION },
    { GVC_LEVEL_BILATERAL_SECTOR_OD, "bilateral_sector_od",
        EXPORTER | SECTOR | IMPORTER | ORIGIN | DESTINATION },
    { GVC_LEVEL_COUNTRY_ORIGIN_SECTOR, "country_origin_sector",
        EXPORTER | ORIGIN | GVC_KEY_ORIGIN_SECTOR },
    { GVC_LEVEL_COUNTRY_DESTINATION_SECTOR, "country_destination_sector",
        EXPORTER | DESTINATION | GVC_KEY_DESTINATION_SECTOR },
    { GVC_LEVEL_SECTOR_ORIGIN_SECTOR, "sector_origin_sector",
        EXPORTER | SECTOR | ORIGIN | GVC_KEY_ORIGIN_SECTOR },
    { GVC_LEVEL_IMPORTS, "imports", IMPORTER },
    { GVC_LEVEL_IMPORTS_SECTOR, "imports_sector", IMPORTER | SECTOR },
    { GVC_LEVEL_IMPORTS_ORIGIN, "imports_origin", IMPORTER | ORIGIN },
    { GVC_LEVEL_IMPORTS_SECTOR_ORIGIN, "imports_sector_origin", IMPORTER | SECTOR | ORIGIN },
    { GVC_LEVEL_IMPORTS_DESTINATION, "imports_destination", IMPORTER | DESTINATION },
    { GVC_LEVEL_IMPORTS_OD, "imports_od", IMPORTER | ORIGIN | DESTINATION },
};
// clang-format on

/* All names with their commas are shorter than LIST_MAX. The sets that occur are those of measures
 * and terms, which are few and constant. */
enum { LISTS_MAX = 128, LIST_MAX = 640 };

const gvc_level_info *gvc_level__at(int i)
{
    return &levels_in_order[i];
}

const gvc_level_info *gvc_level__info(gvc_level level)
{
    int i = 0;

    while (levels_in_order[i].level != level)
        i++;
    return &levels_in_order[i];
}

unsigned gvc_level__find(const char *name)
{
    for (int i = 0; i < GVC_LEVELS_N; i++)
        if (strcmp(levels_in_order[i].name, name) == 0)
            return levels_in_order[i].level;
    return 0;
}

unsigned gvc_level__bits(const char *const *names)
{
    unsigned bits = 0;

    for (; names && *names; names++)
        bits |= gvc_level__find(*names);
    return bits;
}

static void write_list(char *text, unsigned levels)
{
    int at = 0;

    text[0] = '\0';
    for (int i = 0; i < GVC_LEVELS_N; i++)
        if (levels & levels_in_order[i].level)
            at += snprintf(text + at, LIST_MAX - (size_t)at, "%s%s", at ? "," : "",
                           levels_in_order[i].name);
}

const char *gvc_level__list(unsigned levels)
{
    static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    static struct {
        unsigned levels;
        char text[LIST_MAX];
    } lists[LISTS_MAX];
    static int n_lists;
    int at = 0;

    levels &= (1u << GVC_LEVELS_N) - 1;
    pthread_mutex_lock(&lock);
    while (at < n_lists && lists[at].levels != levels)
        at++;
    assert(at < LISTS_MAX);
    if (at == n_lists && at < LISTS_MAX) {
        lists[at].levels = levels;
        write_list(lists[at].text, levels);
        n_lists++;
    }
    pthread_mutex_unlock(&lock);
    return at < LISTS_MAX ? lists[at].text : "";
}
