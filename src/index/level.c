#include "index/level.h"

#include <string.h>

static const struct {
    gvc_level level;
    const char *name;
} order[GVC_LEVELS_N] = {
    { GVC_LEVEL_WORLD, "world" },         { GVC_LEVEL_WORLD_SECTOR, "world_sector" },
    { GVC_LEVEL_GROUP_SUM, "group_sum" }, { GVC_LEVEL_GROUP_BLOCK, "group_block" },
    { GVC_LEVEL_COUNTRY, "country" },     { GVC_LEVEL_SECTOR, "sector" },
    { GVC_LEVEL_BILATERAL, "bilateral" }, { GVC_LEVEL_BILATERAL_SECTOR, "bilateral_sector" },
};

/* Every subset of the levels as a text, so that a getter can lend it without holding memory: each
 * step doubles the table, first without, then with its level. Texts begin with a comma. */
// clang-format off
#define WITH_8(text) text,
#define WITH_7(text) WITH_8(text) WITH_8(text ",bilateral_sector")
#define WITH_6(text) WITH_7(text) WITH_7(text ",bilateral")
#define WITH_5(text) WITH_6(text) WITH_6(text ",sector")
#define WITH_4(text) WITH_5(text) WITH_5(text ",country")
#define WITH_3(text) WITH_4(text) WITH_4(text ",group_block")
#define WITH_2(text) WITH_3(text) WITH_3(text ",group_sum")
#define WITH_1(text) WITH_2(text) WITH_2(text ",world_sector")
static const char *const lists[1 << GVC_LEVELS_N] = { WITH_1("") WITH_1(",world") };
// clang-format on

gvc_level gvc_index__level(gvc_int i)
{
    return order[i].level;
}

const char *gvc_index__level_name(gvc_level level)
{
    for (gvc_int i = 0; i < GVC_LEVELS_N; i++)
        if (order[i].level == level)
            return order[i].name;
    return "";
}

unsigned gvc_index__level_find(const char *name)
{
    for (gvc_int i = 0; i < GVC_LEVELS_N; i++)
        if (strcmp(order[i].name, name) == 0)
            return order[i].level;
    return 0;
}

const char *gvc_index__level_list(unsigned levels)
{
    unsigned at = 0;

    for (gvc_int i = 0; i < GVC_LEVELS_N; i++)
        at = at << 1 | ((levels & order[i].level) != 0);
    return at ? lists[at] + 1 : "";
}
