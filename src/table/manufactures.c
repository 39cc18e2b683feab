#include "table/manufactures.h"

#include "table/builtin.h"
#include "table/scheme.h"

#include <stdio.h>
#include <string.h>

static gvc_status refuse(gvc_ctx *ctx, const char *scheme)
{
    return gvc_error__set(ctx, GVC_ELABEL,
                          "no manufacturing sectors are known for %s%s; name them by a set "
                          "manufacturing in the table's inputs",
                          scheme ? "the sector scheme " : "a table without a sector scheme",
                          scheme ? scheme : "");
}

/* Sectors of the scheme that the edition lacks are left out: it may hold a part of them. */
static gvc_int read_scheme(const gvc_edition *edition, const char *table, double *weight)
{
    gvc_builtin_record record;
    gvc_int n = 0;

    gvc_builtin__open(&record, table);
    while (gvc_builtin__next(&record)) {
        const gvc_int k = gvc_scheme__sector(&record, edition->sectors);

        if (k < 0 || strncmp(gvc_builtin__cell(&record, "group"), "mfg_", 4) != 0)
            continue;
        weight[k] = 1;
        n++;
    }
    return n;
}

gvc_status gvc_edition__manufactures(gvc_ctx *ctx, const gvc_edition *edition, double *weight)
{
    const double *own = gvc_edition_set(edition, "manufacturing");
    const char *scheme = gvc_edition_attr(edition, "sector_scheme");
    char table[64];

    if (own) {
        memcpy(weight, own, (size_t)gvc_labels_n(edition->sectors) * sizeof *own);
        return GVC_OK;
    }
    snprintf(table, sizeof table, "sectors_%s", scheme ? scheme : "");
    if (!gvc_builtin__find(table) || read_scheme(edition, table, weight) == 0)
        return refuse(ctx, scheme);
    return GVC_OK;
}
