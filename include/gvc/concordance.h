#ifndef GVC_CONCORDANCE_H
#define GVC_CONCORDANCE_H

#include <gvc/groups.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Which labels of an edition a concordance maps. */
typedef enum gvc_concordance_side {
    GVC_CONCORDANCE_SECTORS,
    GVC_CONCORDANCE_COUNTRIES
} gvc_concordance_side;

/** Where every sector (or country) of an edition goes in a coarser list. Immutable. */
typedef struct gvc_concordance gvc_concordance;

/**
 * Read the map called `map` for the labels of `edition`: a built-in concordance of sectors
 * ("common18", gvc_concordance_builtin()), for countries the name of a group (its members become
 * one, the others stay), or a CSV file with the header from,to[,name]. In a file the line `*,CODE`
 * takes all labels that no other line names, and `*,=` leaves those as they are.
 *
 * A built-in concordance knows several classifications: the edition's sector_scheme says which one
 * is meant, without it the one that holds all of the edition's codes.
 *
 * @param out  freed with gvc_concordance_free()
 * @return GVC_ELABEL naming the labels that have no place, GVC_EDATA with the line where the file
 *         contradicts itself, GVC_EIO where it cannot be read
 */
GVC_API gvc_status gvc_concordance_read(gvc_ctx *ctx, gvc_concordance **out, const char *map,
                                        const gvc_edition *edition, gvc_concordance_side side);

/** The coarser list: built-in ones in their own order, others in the order in which the labels of
 *  the edition first meet them. Borrowed. */
GVC_API const gvc_labels *gvc_concordance_targets(const gvc_concordance *concordance);
/** Index among the targets of label `i` of the edition. */
GVC_API gvc_int gvc_concordance_of(const gvc_concordance *concordance, gvc_int i);
/** How many labels of the edition it maps. */
GVC_API gvc_int gvc_concordance_n(const gvc_concordance *concordance);
/** What it is called: the built-in name, the group, or the path of the file. Borrowed. */
GVC_API const char *gvc_concordance_name(const gvc_concordance *concordance);
GVC_API void gvc_concordance_free(gvc_concordance *concordance);

/** Name of the `i`-th built-in concordance of sectors ("common18"), NULL past the last. */
GVC_API const char *gvc_concordance_builtin(gvc_int i);

#ifdef __cplusplus
}
#endif
#endif
