#ifndef TABLE_CONCORDANCE_H
#define TABLE_CONCORDANCE_H

#include <gvc/concordance.h>

#include "base/text.h"
#include "table/table.h"

/** A concordance being made: what becomes of each label. */
typedef struct gvc_concordance_draft {
    gvc_int n;
    const char **code,
        **name;       /* per label: code of the target (NULL: none yet), its name or NULL */
    gvc_int *order;   /* per label: the targets are sorted by it */
    gvc_arena *arena; /* holds the strings */
} gvc_concordance_draft;

/** 1 where `name` is a built-in concordance of sectors. */
int gvc_concordance__is_builtin(const char *name);
/** Fill `draft` from the built-in concordance `name`. */
gvc_status gvc_concordance__builtin(gvc_ctx *ctx, gvc_concordance_draft *draft, const char *name,
                                    const gvc_edition *edition);
/** Fill `draft` from the CSV file `path`. */
gvc_status gvc_concordance__file(gvc_ctx *ctx, gvc_concordance_draft *draft, const char *path,
                                 const gvc_edition *edition, gvc_concordance_side side);
/** The first labels that have no target, and how many there are: "c3, c4 and 5 more"; the text is
 *  in the arena of the draft. NULL where all have one. */
gvc_status gvc_concordance__missing(gvc_ctx *ctx, const char **text,
                                    const gvc_concordance_draft *draft, const gvc_labels *labels);

#endif
