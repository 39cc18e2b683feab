#ifndef DECOMP_LEVEL_H
#define DECOMP_LEVEL_H

/*
 * What one row of a result stands for. Decompositions and indices share one table of levels: its
 * order is the order of outputs, coarsest first.
 */

typedef enum gvc_level {
    GVC_LEVEL_COUNTRY = 1 << 0,
    GVC_LEVEL_SECTOR = 1 << 1,
    GVC_LEVEL_BILATERAL = 1 << 2,
    GVC_LEVEL_BILATERAL_SECTOR = 1 << 3,
    GVC_LEVEL_GROUP_SUM = 1 << 4,
    GVC_LEVEL_GROUP_BLOCK = 1 << 5,
    GVC_LEVEL_WORLD_SECTOR = 1 << 6,
    GVC_LEVEL_WORLD = 1 << 7,
    GVC_LEVEL_COUNTRY_ORIGIN = 1 << 8,
    GVC_LEVEL_SECTOR_ORIGIN = 1 << 9,
    GVC_LEVEL_BILATERAL_ORIGIN = 1 << 10,
    GVC_LEVEL_BILATERAL_SECTOR_ORIGIN = 1 << 11,
    GVC_LEVEL_COUNTRY_DESTINATION = 1 << 12,
    GVC_LEVEL_SECTOR_DESTINATION = 1 << 13,
    GVC_LEVEL_BILATERAL_DESTINATION = 1 << 14,
    GVC_LEVEL_BILATERAL_SECTOR_DESTINATION = 1 << 15,
    GVC_LEVEL_COUNTRY_OD = 1 << 16,
    GVC_LEVEL_SECTOR_OD = 1 << 17,
    GVC_LEVEL_BILATERAL_OD = 1 << 18,
    GVC_LEVEL_BILATERAL_SECTOR_OD = 1 << 19,
    GVC_LEVEL_COUNTRY_ORIGIN_SECTOR = 1 << 20,
    GVC_LEVEL_SECTOR_ORIGIN_SECTOR = 1 << 21,
    GVC_LEVEL_IMPORTS = 1 << 22,
    GVC_LEVEL_IMPORTS_ORIGIN = 1 << 23,
    GVC_LEVEL_IMPORTS_OD = 1 << 24,
    GVC_LEVEL_IMPORTS_SECTOR = 1 << 25,
    GVC_LEVEL_IMPORTS_SECTOR_ORIGIN = 1 << 26,
    GVC_LEVEL_IMPORTS_DESTINATION = 1 << 27,
    GVC_LEVEL_COUNTRY_DESTINATION_SECTOR = 1 << 28,
    GVC_LEVEL_SECTOR_PAIR = 1 << 29,
} gvc_level;

/** Levels as large as the square of the table: had by naming them, never as one of all. */
#define GVC_LEVELS_ON_REQUEST GVC_LEVEL_SECTOR_PAIR

/** The four levels of flows between exporters and importers. */
#define GVC_LEVELS_FLOWS                                                                           \
    (GVC_LEVEL_COUNTRY | GVC_LEVEL_SECTOR | GVC_LEVEL_BILATERAL | GVC_LEVEL_BILATERAL_SECTOR)
/** The same by origin of value added, by final destination, and by both. */
#define GVC_LEVELS_ORIGIN                                                                          \
    (GVC_LEVEL_COUNTRY_ORIGIN | GVC_LEVEL_SECTOR_ORIGIN | GVC_LEVEL_BILATERAL_ORIGIN |             \
     GVC_LEVEL_BILATERAL_SECTOR_ORIGIN)
#define GVC_LEVELS_DESTINATION                                                                     \
    (GVC_LEVEL_COUNTRY_DESTINATION | GVC_LEVEL_SECTOR_DESTINATION |                                \
     GVC_LEVEL_BILATERAL_DESTINATION | GVC_LEVEL_BILATERAL_SECTOR_DESTINATION)
#define GVC_LEVELS_OD                                                                              \
    (GVC_LEVEL_COUNTRY_OD | GVC_LEVEL_SECTOR_OD | GVC_LEVEL_BILATERAL_OD |                         \
     GVC_LEVEL_BILATERAL_SECTOR_OD)

/** The keys of a level. The sector is that of the exporter, or of the country of an index. */
typedef enum gvc_level_keys {
    GVC_KEY_EXPORTER = 1 << 0, /**< or the country of an index */
    GVC_KEY_SECTOR = 1 << 1,
    GVC_KEY_IMPORTER = 1 << 2, /**< or the partner */
    GVC_KEY_ORIGIN = 1 << 3,
    GVC_KEY_ORIGIN_SECTOR = 1 << 4, /**< the origin is COUNTRY:SECTOR */
    GVC_KEY_DESTINATION = 1 << 5,
    GVC_KEY_DESTINATION_SECTOR = 1 << 6, /**< the destination is COUNTRY:SECTOR */
    GVC_KEY_IMPORTER_SECTOR = 1 << 7,    /**< the partner is COUNTRY:SECTOR */
} gvc_level_keys;

typedef struct gvc_level_info {
    gvc_level level;
    const char *name;
    unsigned keys; /**< gvc_level_keys bits */
} gvc_level_info;

enum { GVC_LEVELS_N = 30 };

/** The levels in the order of outputs; `i` below GVC_LEVELS_N. */
const gvc_level_info *gvc_level__at(int i);
/** What the table says of one level. */
const gvc_level_info *gvc_level__info(gvc_level level);
/** The level called `name`, 0 where there is none. */
unsigned gvc_level__find(const char *name);
/** The bits of the levels named, NULL-terminated or NULL for none; what is no level is ignored. */
unsigned gvc_level__bits(const char *const *names);
/** The names of the levels in `levels`, comma-separated, in the order of outputs. The text is made
 * once for each set and stays. */
const char *gvc_level__list(unsigned levels);

#endif
