#include "table/builtin.h"
#include "table/concordance.h"
#include "table/scheme.h"

#include <stdlib.h>
#include <string.h>

/* Concordances that come with the library: files concordance_<name> with the columns
 * classification, code and, for the target, either common18 and common18_name or common_order and
 * common_isic. */

static const char prefix[] = "concordance_";

enum { PREFIX = sizeof prefix - 1 };

const char *gvc_concordance_builtin(gvc_int i)
{
    for (const gvc_builtin_file *f = gvc_builtin__files; f->name; f++)
        if (strncmp(f->name, prefix, PREFIX) == 0 && i-- == 0)
            return f->name + PREFIX;
    return NULL;
}

int gvc_concordance__is_builtin(const char *name)
{
    for (gvc_int i = 0; gvc_concordance_builtin(i); i++)
        if (strcmp(gvc_concordance_builtin(i), name) == 0)
            return 1;
    return 0;
}

/* One concordance as a place to read from. */
typedef struct source {
    char file[64];
    int is_common18;
    gvc_builtin_record record;
} source;

static void rewind_source(source *s, const char *name)
{
    strcpy(s->file, prefix);
    strncat(s->file, name, sizeof s->file - PREFIX - 1);
    s->is_common18 = strcmp(name, "common18") == 0;
    gvc_builtin__open(&s->record, s->file);
}

static const char *target_code(const source *s)
{
    return gvc_builtin__cell(&s->record, s->is_common18 ? "common18" : "common_isic");
}

/* The groups of common18 have their order in a table of their own; their number is small. */
static gvc_int target_order(const source *s)
{
    gvc_builtin_record record;

    if (!s->is_common18)
        return atoi(gvc_builtin__cell(&s->record, "common_order"));
    for (gvc_builtin__open(&record, "common18"); gvc_builtin__next(&record);)
        if (strcmp(gvc_builtin__cell(&record, "code"), target_code(s)) == 0)
            return atoi(gvc_builtin__cell(&record, "order"));
    return 0;
}

static gvc_status assign(gvc_ctx *ctx, gvc_concordance_draft *draft, const source *s, gvc_int i)
{
    draft->code[i] = gvc_arena__strdup(ctx, draft->arena, target_code(s));
    draft->order[i] = target_order(s);
    if (draft->code[i] && s->is_common18)
        draft->name[i] =
            gvc_arena__strdup(ctx, draft->arena, gvc_builtin__cell(&s->record, "common18_name"));
    return draft->code[i] && (draft->name[i] || !s->is_common18) ? GVC_OK : GVC_ENOMEM;
}

/* Fill from the rows of one classification; with `classification` NULL, from the targets
 * themselves: a table that is already in the common sectors stays as it is. */
static gvc_status try_classification(gvc_ctx *ctx, gvc_concordance_draft *draft, source *s,
                                     const char *name, const char *classification,
                                     const gvc_labels *sectors)
{
    gvc_status st = GVC_OK;

    memset(draft->code, 0, (size_t)draft->n * sizeof *draft->code);
    for (rewind_source(s, name); st == GVC_OK && gvc_builtin__next(&s->record);) {
        const char *code = target_code(s);
        gvc_int i;

        if (classification) {
            if (strcmp(gvc_builtin__cell(&s->record, "classification"), classification) != 0)
                continue;
            code = gvc_builtin__cell(&s->record, "code");
        }
        i = classification ? gvc_scheme__find(classification, code, sectors)
                           : gvc_labels_find(sectors, code);
        if (i >= 0)
            st = assign(ctx, draft, s, i);
    }
    return st;
}

static int is_whole(const gvc_concordance_draft *draft)
{
    for (gvc_int i = 0; i < draft->n; i++)
        if (!draft->code[i])
            return 0;
    return 1;
}

static int knows(source *s, const char *name, const char *classification)
{
    for (rewind_source(s, name); gvc_builtin__next(&s->record);)
        if (strcmp(gvc_builtin__cell(&s->record, "classification"), classification) == 0)
            return 1;
    return 0;
}

/* Without a scheme, the first classification that holds all sectors. Classifications that share
 * every code of a table (WIOD 2013 and ADB) agree on where they go. */
static gvc_status search(gvc_ctx *ctx, gvc_concordance_draft *draft, source *s, const char *name,
                         const gvc_labels *sectors)
{
    char classification[GVC_BUILTIN_CELL] = "";
    gvc_status st = try_classification(ctx, draft, s, name, NULL, sectors);
    gvc_builtin_record walk;

    rewind_source(s, name);
    walk = s->record;
    while (st == GVC_OK && !is_whole(draft) && gvc_builtin__next(&walk)) {
        if (strcmp(gvc_builtin__cell(&walk, "classification"), classification) == 0)
            continue;
        strcpy(classification, gvc_builtin__cell(&walk, "classification"));
        st = try_classification(ctx, draft, s, name, classification, sectors);
    }
    return st;
}

gvc_status gvc_concordance__builtin(gvc_ctx *ctx, gvc_concordance_draft *draft, const char *name,
                                    const gvc_edition *edition)
{
    const char *scheme = gvc_edition_attr(edition, "sector_scheme");
    const gvc_labels *sectors = edition->sectors;
    source *s = gvc_mem__alloc(ctx, 1, sizeof *s);
    const char *missing = NULL;
    gvc_status st = GVC_ENOMEM;

    if (!s)
        return GVC_ENOMEM;
    scheme = scheme && knows(s, name, scheme) ? scheme : NULL;
    if (scheme)
        st = try_classification(ctx, draft, s, name, scheme, sectors);
    else
        st = search(ctx, draft, s, name, sectors);
    if (st == GVC_OK)
        st = gvc_concordance__missing(ctx, &missing, draft, sectors);
    if (st == GVC_OK && missing && scheme)
        st = gvc_error__set(ctx, GVC_ELABEL,
                            "concordance %s has no place for %s under %s; give a CSV file from,to",
                            name, missing, scheme);
    else if (st == GVC_OK && missing)
        st = gvc_error__set(ctx, GVC_ELABEL,
                            "concordance %s knows no classification with all the sectors of the "
                            "table (%s ...); give a CSV file from,to",
                            name, gvc_labels_code(sectors, 0));
    gvc_mem__free(s);
    return st;
}
