#include "base/mem.h"
#include "base/text.h"
#include "write/dta.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

/* What a .dta says beside its numbers. */

enum { DATA_LABEL_MAX = 80, NAME_ROOM = 33, PANEL_KEYS = 2 };

void gvc_dta__find_panel(gvc_dta *dta)
{
    const gvc_int id = gvc_spool__find(dta->table, "id"),
                  year = gvc_spool__find(dta->table, "year");
    int32_t last_id = INT32_MIN, last_year = INT32_MIN;

    dta->id = dta->year = -1;
    if (id < 0 || year < 0 || gvc_spool__column(dta->table, id)->kind != GVC_CELL_INT ||
        gvc_spool__column(dta->table, year)->kind != GVC_CELL_INT)
        return;
    for (gvc_int b = 0; b < gvc_spool__blocks(dta->table); b++) {
        const int32_t *ids = gvc_spool__ints(dta->table, b, id);
        const int32_t *years = gvc_spool__ints(dta->table, b, year);

        for (gvc_int i = 0; i < gvc_spool__block_rows(dta->table, b); i++) {
            if (ids[i] == GVC_INT_MISSING || years[i] == GVC_INT_MISSING || ids[i] < last_id ||
                (ids[i] == last_id && years[i] <= last_year))
                return;
            last_id = ids[i];
            last_year = years[i];
        }
    }
    dta->id = id;
    dta->year = year;
}

/* ---- value labels ---- */

/* Ids and the texts that stand beside them, both by row. */
typedef struct pair {
    const char *id, *name, *code, *set;
} pair;

static const pair pairs[] = {
    { "country_id", "country_name", "country", "country_lb" },
    { "sector_id", "sector_name", "sector", "sector_lb" },
    { "partner_id", "partner_name", "partner", "partner_lb" },
};

/* Each text once, with the id of the row where it first stands. */
static gvc_status fill_set(gvc_ctx *ctx, const gvc_dta *dta, readstat_label_set_t *set, gvc_int id,
                           gvc_int text)
{
    const gvc_labels *labels = gvc_spool__column(dta->table, text)->labels;
    unsigned char *seen = gvc_mem__calloc(ctx, gvc_labels_n(labels), 1);

    if (!seen)
        return GVC_ENOMEM;
    for (gvc_int b = 0; b < gvc_spool__blocks(dta->table); b++) {
        const int32_t *ids = gvc_spool__ints(dta->table, b, id);
        const int32_t *texts = gvc_spool__ints(dta->table, b, text);

        for (gvc_int i = 0; i < gvc_spool__block_rows(dta->table, b); i++) {
            if (texts[i] < 0 || ids[i] == GVC_INT_MISSING || seen[texts[i]])
                continue;
            seen[texts[i]] = 1;
            readstat_label_int32_value(set, ids[i], gvc_labels_name(labels, texts[i]));
        }
    }
    gvc_mem__free(seen);
    return GVC_OK;
}

static int is_kind(const gvc_spool *table, gvc_int column, gvc_cell_kind kind)
{
    return column >= 0 && gvc_spool__column(table, column)->kind == kind;
}

gvc_status gvc_dta__label_values(gvc_ctx *ctx, gvc_dta *dta)
{
    gvc_status st = GVC_OK;

    for (size_t p = 0; st == GVC_OK && p < sizeof pairs / sizeof pairs[0]; p++) {
        const gvc_int id = gvc_spool__find(dta->table, pairs[p].id);
        gvc_int text = gvc_spool__find(dta->table, pairs[p].name);
        readstat_label_set_t *set;

        if (text < 0)
            text = gvc_spool__find(dta->table, pairs[p].code);
        if (!is_kind(dta->table, id, GVC_CELL_INT) || !is_kind(dta->table, text, GVC_CELL_LABEL))
            continue;
        set = readstat_add_label_set(dta->writer, READSTAT_TYPE_INT32, pairs[p].set);
        readstat_variable_set_label_set(dta->variables[id], set);
        st = fill_set(ctx, dta, set, id, text);
    }
    return st;
}

/* ---- the data label ---- */

static void add_part(char *label, const char *part)
{
    const size_t len = strlen(label);

    if (*part && len + strlen(part) + 2 <= DATA_LABEL_MAX)
        snprintf(label + len, DATA_LABEL_MAX + 1 - len, "%s%s", len ? ", " : "", part);
}

/* The level of the rows, or all of them where a column tells them apart. */
static void add_levels(const gvc_dta *dta, char *label)
{
    const gvc_int column = gvc_spool__find(dta->table, "level");
    const gvc_labels *levels = column < 0 ? NULL : gvc_spool__column(dta->table, column)->labels;

    add_part(label, gvc_spool__level(dta->table));
    for (gvc_int i = 0; levels && i < gvc_labels_n(levels); i++)
        add_part(label, gvc_labels_code(levels, i));
}

/* Edition, years, level, version: each part whole, or left to the notes where it does not fit. */
static void make_data_label(const gvc_dta *dta, char label[DATA_LABEL_MAX + 1])
{
    const gvc_int year = gvc_spool__find(dta->table, "year");
    const gvc_spool_column *years = year < 0 ? NULL : gvc_spool__column(dta->table, year);
    const char *editions = gvc_attrs__get(dta->facts, "edition");
    const char *source = editions && strchr(editions, '+')
                             ? editions
                             : gvc_attrs__get(dta->facts, "source"); /* several, or one */
    const char *group_rows = gvc_attrs__get(dta->facts, "group_rows");
    char part[DATA_LABEL_MAX + 1];

    *label = '\0';
    add_part(label, source ? source : "");
    *part = '\0';
    if (years && years->kind == GVC_CELL_INT && years->least <= years->most)
        snprintf(part, sizeof part, years->least == years->most ? "%d" : "%d-%d", years->least,
                 years->most);
    add_part(label, part);
    add_levels(dta, label);
    snprintf(part, sizeof part, "gvckit %s", gvc_version());
    add_part(label, part);
    if (group_rows && snprintf(part, sizeof part, "group rows: %s", group_rows) < (int)sizeof part)
        add_part(label, part);
}

/* ---- notes and characteristics ---- */

/* A name of Stata from the name of a fact: "gvc_" and letters, digits, underscores; 0 where it
 * would be too long. */
static int name_fact(char name[NAME_ROOM], const char *fact)
{
    if (snprintf(name, NAME_ROOM, "gvc_%s", fact) >= NAME_ROOM)
        return 0;
    for (char *at = name; *at; at++)
        if (!isalnum((unsigned char)*at))
            *at = '_';
    return 1;
}

static gvc_status tell_fact(gvc_ctx *ctx, gvc_dta *dta, const char *name, const char *text,
                            int number)
{
    char key[NAME_ROOM], note[NAME_ROOM];
    gvc_buf line = { 0 };
    gvc_status st = GVC_ENOMEM;

    gvc_buf__printf(ctx, &line, "%s: %s", name, text);
    snprintf(note, sizeof note, "note%d", number);
    if (!line.failed)
        st = gvc_dta_stream__characteristic(ctx, dta->stream, "_dta", note, line.data);
    gvc_buf__free(&line);
    if (st == GVC_OK && name_fact(key, name))
        st = gvc_dta_stream__characteristic(ctx, dta->stream, "_dta", key, text);
    return st;
}

static gvc_status tell_facts(gvc_ctx *ctx, gvc_dta *dta)
{
    const gvc_int n = gvc_attrs__n(dta->facts);
    char count[NAME_ROOM];
    gvc_status st = GVC_OK;

    snprintf(count, sizeof count, "%lld", (long long)n);
    if (n > 0)
        st = gvc_dta_stream__characteristic(ctx, dta->stream, "_dta", "note0", count);
    for (gvc_int i = 0; st == GVC_OK && i < n; i++)
        st = tell_fact(ctx, dta, gvc_attrs__name(dta->facts, i), gvc_attrs__text(dta->facts, i),
                       (int)i + 1);
    return st;
}

/* What `xtset id year` would leave behind, so that Stata knows the panel without being told. */
static gvc_status tell_panel(gvc_ctx *ctx, gvc_dta *dta)
{
    static const char *const told[][2] = {
        { "_TStvar", "year" }, { "_TSpanel", "id" }, { "_TSdelta", "+1.0000000000000X+000" },
        { "_TSitrvl", "1" },   { "tis", "year" },    { "iis", "id" },
    };
    const gvc_int keys[PANEL_KEYS] = { dta->id, dta->year };
    gvc_status st = GVC_OK;

    if (dta->id < 0)
        return GVC_OK;
    gvc_dta_stream__sorted_by(dta->stream, keys, PANEL_KEYS);
    for (size_t i = 0; st == GVC_OK && i < sizeof told / sizeof told[0]; i++)
        st = gvc_dta_stream__characteristic(ctx, dta->stream, "_dta", told[i][0], told[i][1]);
    return st;
}

static gvc_status tell_note(gvc_ctx *ctx, gvc_dta *dta, const char *column, const char *what,
                            const char *text, int *number)
{
    char name[NAME_ROOM];
    gvc_buf line = { 0 };
    gvc_status st = GVC_ENOMEM;

    if (!*text)
        return GVC_OK;
    gvc_buf__printf(ctx, &line, "%s: %s", what, text);
    snprintf(name, sizeof name, "note%d", ++*number);
    if (!line.failed)
        st = gvc_dta_stream__characteristic(ctx, dta->stream, column, name, line.data);
    gvc_buf__free(&line);
    return st;
}

/* The row of the codebook: formula and paper as notes, every field as a characteristic. */
static gvc_status tell_column(gvc_ctx *ctx, gvc_dta *dta, gvc_int j)
{
    const gvc_column_info *info = &gvc_spool__column(dta->table, j)->info;
    char count[NAME_ROOM];
    int notes = 0;
    gvc_status st = GVC_OK;

    if (*info->measure)
        st = gvc_dta_stream__characteristic(ctx, dta->stream, info->name, "measure", info->measure);
    for (int f = GVC_BOOK_UNIT; st == GVC_OK && f < GVC_BOOK_FIELDS; f++)
        if (*gvc_codebook__text(dta->book, j, (gvc_codebook_field)f))
            st = gvc_dta_stream__characteristic(
                ctx, dta->stream, info->name, gvc_codebook__field((gvc_codebook_field)f),
                gvc_codebook__text(dta->book, j, (gvc_codebook_field)f));
    if (st == GVC_OK)
        st = tell_note(ctx, dta, info->name, "Formula", info->formula, &notes);
    if (st == GVC_OK)
        st = tell_note(ctx, dta, info->name, "Source", info->paper, &notes);
    snprintf(count, sizeof count, "%d", notes);
    if (st == GVC_OK && notes > 0)
        st = gvc_dta_stream__characteristic(ctx, dta->stream, info->name, "note0", count);
    return st;
}

gvc_status gvc_dta__tell(gvc_ctx *ctx, gvc_dta *dta)
{
    char label[DATA_LABEL_MAX + 1];
    gvc_status st = tell_facts(ctx, dta);

    make_data_label(dta, label);
    readstat_writer_set_file_label(dta->writer, label);
    if (st == GVC_OK)
        st = tell_panel(ctx, dta);
    for (gvc_int j = 0; st == GVC_OK && j < gvc_spool__n(dta->table); j++)
        st = tell_column(ctx, dta, j);
    return st;
}
