#include "table/concordance.h"

#include "base/csv.h"

#include <stdio.h>
#include <string.h>

/* Maps as users write them: CSV with the header from,to[,name]. */

enum { LONGEST = 256 }; /* bytes of a label that a store may hold */

typedef struct map_file {
    const gvc_csv *csv;
    const gvc_edition *edition;
    const gvc_labels *labels;
    gvc_concordance_side side;
    gvc_int rest; /* row of `*`, -1: none */
    gvc_int unused;
    const char *first_unused;
} map_file;

static gvc_status refuse(gvc_ctx *ctx, const map_file *map, gvc_int row, const char *fmt,
                         const char *a, const char *b)
{
    char place[32], text[2 * LONGEST + 200];

    snprintf(place, sizeof place, "line %lld", (long long)gvc_csv__line(map->csv, row));
    snprintf(text, sizeof text, fmt, a, b);
    return gvc_error__at(ctx, GVC_EDATA, gvc_csv__path(map->csv), place, "%s", text);
}

static const char *to(const map_file *map, gvc_int row)
{
    return gvc_csv__cell(map->csv, row, 1);
}

static const char *given_name(const map_file *map, gvc_int row)
{
    const char *name = gvc_csv__cell(map->csv, row, gvc_csv__find(map->csv, "name"));

    return *name ? name : NULL;
}

/* A country under a code of ISO 3166 has its name there; otherwise the file's, if it gives one. */
static gvc_status assign(gvc_ctx *ctx, gvc_concordance_draft *draft, const map_file *map,
                         gvc_int row, gvc_int i)
{
    const int keep = strcmp(to(map, row), "=") == 0;
    const char *code = keep ? gvc_labels_code(map->labels, i) : to(map, row);
    const char *name = keep ? gvc_labels_name(map->labels, i) : given_name(map, row);

    if (!name && map->side == GVC_CONCORDANCE_COUNTRIES)
        name = gvc_country_name(code);
    draft->code[i] = gvc_arena__strdup(ctx, draft->arena, code);
    draft->name[i] = gvc_arena__strdup(ctx, draft->arena, name);
    return draft->code[i] && (draft->name[i] || !name) ? GVC_OK : GVC_ENOMEM;
}

static gvc_int find_label(const map_file *map, const char *code)
{
    return map->side == GVC_CONCORDANCE_COUNTRIES ? gvc_edition__find_country(map->edition, code)
                                                  : gvc_labels_find(map->labels, code);
}

static gvc_status read_row(gvc_ctx *ctx, gvc_concordance_draft *draft, map_file *map, gvc_int row)
{
    const char *from = gvc_csv__cell(map->csv, row, 0);
    gvc_int i;

    if (!*to(map, row) || strlen(to(map, row)) > LONGEST)
        return refuse(ctx, map, row, "\"%.40s\" found as the target of %.200s; a code is expected",
                      to(map, row), from);
    if (strcmp(from, "*") == 0) {
        if (map->rest >= 0)
            return refuse(ctx, map, row, "a second line for %.2s%s; one is expected", from, "");
        map->rest = row;
        return GVC_OK;
    }
    i = find_label(map, from);
    if (i < 0) {
        map->first_unused = map->unused++ ? map->first_unused : from;
        return GVC_OK;
    }
    if (draft->code[i] && strcmp(draft->code[i], to(map, row)) != 0)
        return refuse(ctx, map, row,
                      "%.200s goes to \"%.200s\" here and elsewhere on an earlier line", from,
                      to(map, row));
    return assign(ctx, draft, map, row, i);
}

static gvc_status refuse_missing(gvc_ctx *ctx, const gvc_concordance_draft *draft,
                                 const map_file *map)
{
    const char *missing;
    gvc_status st = gvc_concordance__missing(ctx, &missing, draft, map->labels);

    if (st != GVC_OK || !missing)
        return st;
    return gvc_error__at(ctx, GVC_ELABEL, gvc_csv__path(map->csv), NULL,
                         "no line for %s of the table; add them, or a last line *,CODE that takes "
                         "all the others, or *,= that keeps them",
                         missing);
}

gvc_status gvc_concordance__file(gvc_ctx *ctx, gvc_concordance_draft *draft, const char *path,
                                 const gvc_edition *edition, gvc_concordance_side side)
{
    map_file map = { .edition = edition, .side = side, .rest = -1 };
    gvc_csv *csv = NULL;
    gvc_status st = gvc_csv__read(ctx, &csv, path);

    map.csv = csv;
    map.labels = side == GVC_CONCORDANCE_COUNTRIES ? edition->countries : edition->sectors;
    if (st == GVC_OK)
        st = gvc_csv__expect(ctx, csv, "from,to,name", 2);
    for (gvc_int row = 0; st == GVC_OK && row < gvc_csv__rows(csv); row++)
        st = read_row(ctx, draft, &map, row);
    for (gvc_int i = 0; st == GVC_OK && map.rest >= 0 && i < draft->n; i++)
        if (!draft->code[i])
            st = assign(ctx, draft, &map, map.rest, i);
    if (st == GVC_OK)
        st = refuse_missing(ctx, draft, &map);
    if (st == GVC_OK && map.unused > 0)
        gvc_log__warn(ctx, "%s: %lld codes are not in the table and play no part (the first: %s)",
                      path, (long long)map.unused, map.first_unused);
    gvc_csv__free(csv);
    return st;
}
