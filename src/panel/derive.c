#include "panel/derive.h"

#include "base/mem.h"
#include "base/text.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { NAME_LENGTH = 32, LABEL_LENGTH = 80, TEXT_ROOM = 160 };

static const int32_t *ints_of(const gvc_frame *panel, const char *name)
{
    const gvc_int j = gvc_frame_find(panel, name);

    return j < 0 ? NULL : gvc_frame_ints(panel, j);
}

static const int32_t *codes_of(const gvc_frame *panel, const char *name)
{
    const gvc_int j = gvc_frame_find(panel, name);

    return j < 0 ? NULL : gvc_frame_codes(panel, j);
}

gvc_status gvc_panel__keys(gvc_ctx *ctx, gvc_panel_keys *keys, const gvc_frame *panel)
{
    *keys = (gvc_panel_keys){
        .rows = gvc_frame_rows(panel),
        .id = ints_of(panel, "id"),
        .year = ints_of(panel, "year"),
        .country = codes_of(panel, "country"),
        .sector = codes_of(panel, "sector"),
        .partner = codes_of(panel, "partner"),
        .level = codes_of(panel, "level"),
        .source = codes_of(panel, "source"),
    };
    if (!keys->id || !keys->year || !keys->country)
        return gvc_error__set(ctx, GVC_EUSAGE,
                              "this needs a finished panel, with the columns id, year and country");
    return GVC_OK;
}

gvc_int gvc_panel_keys__find(const gvc_panel_keys *keys, gvc_int row, int year)
{
    const int step = year < keys->year[row] ? -1 : 1;

    for (gvc_int i = row; i >= 0 && i < keys->rows && keys->id[i] == keys->id[row]; i += step)
        if (keys->year[i] == year)
            return i;
    return -1;
}

/* The column being made. */
typedef struct making {
    gvc_frame *panel;
    const gvc_panel_keys *keys;
    const gvc_derived *how;
    const double *in;
    const unsigned char *why;
    double *out;
    unsigned char *flags;
} making;

static void flag(making *m, gvc_int row, gvc_flag flag)
{
    m->flags[row] = (unsigned char)flag;
}

/* A missing value of the parent stays missing for the same reason. */
static void inherit(making *m, gvc_int row, gvc_int from)
{
    if (m->why && isnan(m->in[from]))
        flag(m, row, (gvc_flag)m->why[from]);
}

/* The year whose value goes into row `i`. */
static int year_of(const making *m, gvc_int i)
{
    const int year = m->keys->year[i];
    const int by = m->how->kind == GVC_DERIVED_GROWTH ? 1 : m->how->by;

    if (m->how->kind == GVC_DERIVED_BASE)
        return by;
    return year == GVC_INT_MISSING ? GVC_INT_MISSING + 1 : year - by;
}

static void fill_lag(making *m)
{
    for (gvc_int i = 0; i < m->keys->rows; i++) {
        const gvc_int from = gvc_panel_keys__find(m->keys, i, year_of(m, i));

        if (from < 0) {
            flag(m, i, GVC_FLAG_ABSENT);
            continue;
        }
        m->out[i] = m->in[from];
        inherit(m, i, from);
    }
}

static void fill_difference(making *m)
{
    fill_lag(m);
    for (gvc_int i = 0; i < m->keys->rows; i++) {
        if (!isnan(m->out[i]))
            inherit(m, i, i);
        m->out[i] = m->in[i] - m->out[i];
    }
}

static void fill_growth(making *m)
{
    fill_lag(m);
    for (gvc_int i = 0; i < m->keys->rows; i++) {
        const double before = m->out[i];

        if (isnan(before))
            continue;
        inherit(m, i, i);
        if (before > 0)
            m->out[i] = m->in[i] / before - 1;
        else
            m->out[i] = NAN;
        if (!(before > 0))
            flag(m, i, GVC_FLAG_DEN0);
    }
}

static void fill_log(making *m)
{
    for (gvc_int i = 0; i < m->keys->rows; i++) {
        inherit(m, i, i);
        if (m->in[i] > 0)
            m->out[i] = log(m->in[i]);
    }
}

/* Rows that stand for one country: not ROW, not a group, not the world. */
static void find_countries(const making *m, unsigned char *counts)
{
    const gvc_labels *labels = gvc_frame_labels(m->panel, gvc_frame_find(m->panel, "country"));
    const gvc_int level = gvc_frame_find(m->panel, "level");

    for (gvc_int i = 0; i < m->keys->rows; i++) {
        const char *code = gvc_labels_code(labels, m->keys->country[i]);
        const char *of =
            level < 0 ? gvc_frame_level(m->panel)
                      : gvc_labels_code(gvc_frame_labels(m->panel, level), m->keys->level[i]);

        counts[i] =
            strcmp(code, "ROW") != 0 && strcmp(code, "WLD") != 0 && strncmp(of, "group_", 6) != 0;
    }
}

static gvc_status fill_sections(gvc_ctx *ctx, making *m)
{
    const gvc_int rows = m->keys->rows;
    const int others = m->how->kind == GVC_DERIVED_OTHERS;
    unsigned char *counts = gvc_mem__alloc(ctx, rows, 1);
    double *work = gvc_mem__alloc(ctx, rows, sizeof *work);
    gvc_sections s = { 0 };
    gvc_status st = counts && work ? gvc_sections__new(ctx, &s, m->keys, others) : GVC_ENOMEM;

    if (st == GVC_OK && others) {
        find_countries(m, counts);
        gvc_sections__others(&s, rows, m->in, counts, m->out);
    } else if (st == GVC_OK && m->how->kind == GVC_DERIVED_STANDARD) {
        gvc_sections__standard(&s, rows, m->in, m->out);
    } else if (st == GVC_OK) {
        gvc_sections__winsor(&s, rows, m->in, work, m->out);
    }
    for (gvc_int i = 0; st == GVC_OK && !others && i < rows; i++)
        inherit(m, i, i);
    gvc_sections__free(&s);
    gvc_mem__free(counts);
    gvc_mem__free(work);
    return st;
}

static gvc_status fill(gvc_ctx *ctx, making *m)
{
    switch (m->how->kind) {
    case GVC_DERIVED_LAG:
    case GVC_DERIVED_BASE:
        fill_lag(m);
        return GVC_OK;
    case GVC_DERIVED_DIFFERENCE:
        fill_difference(m);
        return GVC_OK;
    case GVC_DERIVED_GROWTH:
        fill_growth(m);
        return GVC_OK;
    case GVC_DERIVED_LOG:
        fill_log(m);
        return GVC_OK;
    case GVC_DERIVED_OTHERS:
    case GVC_DERIVED_WINSOR:
    case GVC_DERIVED_STANDARD:
        break;
    }
    return fill_sections(ctx, m);
}

/* How a kind is called: prefixes of the name and of the label, with `by` behind them where it
 * counts, and the unit (NULL: the parent's). */
static const struct {
    const char *name, *label, *unit;
    int name_has_by, label_has_by;
} kinds[] = {
    [GVC_DERIVED_LAG] = { "l", "Lag", NULL, 1, 1 },
    [GVC_DERIVED_DIFFERENCE] = { "d", "Diff", NULL, 1, 1 },
    [GVC_DERIVED_LOG] = { "ln", "ln", "log", 0, 0 },
    [GVC_DERIVED_GROWTH] = { "g", "Growth", "ratio", 0, 0 },
    [GVC_DERIVED_BASE] = { "b", "In", NULL, 0, 1 },
    [GVC_DERIVED_OTHERS] = { "loo", "Others", NULL, 0, 0 },
    [GVC_DERIVED_WINSOR] = { "w1", "Wins. 1%", NULL, 0, 0 },
    [GVC_DERIVED_STANDARD] = { "z", "Std.", "sd", 0, 0 },
};

typedef struct texts {
    char name[TEXT_ROOM], label[TEXT_ROOM], formula[TEXT_ROOM];
} texts;

static void print_formula(char *to, const gvc_derived *how, const char *parent)
{
    switch (how->kind) {
    case GVC_DERIVED_LAG:
        snprintf(to, TEXT_ROOM, "%s(year-%d)", parent, how->by);
        return;
    case GVC_DERIVED_DIFFERENCE:
        snprintf(to, TEXT_ROOM, "%s - %s(year-%d)", parent, parent, how->by);
        return;
    case GVC_DERIVED_LOG:
        snprintf(to, TEXT_ROOM, "ln(%s)", parent);
        return;
    case GVC_DERIVED_GROWTH:
        snprintf(to, TEXT_ROOM, "%s / %s(year-1) - 1", parent, parent);
        return;
    case GVC_DERIVED_BASE:
        snprintf(to, TEXT_ROOM, "%s(%d)", parent, how->by);
        return;
    case GVC_DERIVED_OTHERS:
        snprintf(to, TEXT_ROOM, "mean of %s over the other countries of the year", parent);
        return;
    case GVC_DERIVED_WINSOR:
        snprintf(to, TEXT_ROOM, "%s within its percentiles 1 and 99 of the year", parent);
        return;
    case GVC_DERIVED_STANDARD:
        snprintf(to, TEXT_ROOM, "(%s - mean) / sd, both of the year", parent);
        return;
    }
}

static void print_texts(texts *t, const gvc_derived *how, const gvc_column_info *parent)
{
    char by[2][16] = { "", "" };

    if (kinds[how->kind].name_has_by)
        snprintf(by[0], sizeof by[0], "%d", how->by);
    if (kinds[how->kind].label_has_by)
        snprintf(by[1], sizeof by[1], " %d", how->by);
    snprintf(t->name, TEXT_ROOM, "%s%s_%s", kinds[how->kind].name, by[0], parent->name);
    snprintf(t->label, TEXT_ROOM, "%s%s: %s", kinds[how->kind].label, by[1], parent->label);
    if (strlen(t->label) > LABEL_LENGTH) /* never cut: the parent's label stands with the parent */
        snprintf(t->label, TEXT_ROOM, "%s%s: %s", kinds[how->kind].label, by[1], parent->name);
    print_formula(t->formula, how, parent->name);
}

static gvc_status fill_column(gvc_ctx *ctx, making *m, gvc_int parent, const gvc_column_info *info)
{
    const gvc_int at = gvc_frame_columns(m->panel);
    int any = 0;
    gvc_status st;

    m->out = gvc_frame__add_real(ctx, m->panel, info);
    m->flags = gvc_mem__calloc(ctx, m->keys->rows, 1);
    m->in = gvc_frame_reals(m->panel, parent);
    m->why = gvc_frame_flags(m->panel, parent);
    st = m->out && m->flags ? fill(ctx, m) : GVC_ENOMEM;
    for (gvc_int i = 0; st == GVC_OK && i < m->keys->rows; i++)
        any |= m->flags[i];
    if (st == GVC_OK && any) {
        unsigned char *flags = gvc_frame__add_flags(ctx, m->panel, at);

        st = flags ? GVC_OK : GVC_ENOMEM;
        if (flags)
            memcpy(flags, m->flags, (size_t)m->keys->rows);
    }
    gvc_mem__free(m->flags);
    return st;
}

static gvc_status derive(gvc_ctx *ctx, making *m, gvc_int parent)
{
    gvc_column_info info = gvc_frame__info(m->panel, parent);
    texts t;

    print_texts(&t, m->how, &info);
    if (gvc_frame_find(m->panel, t.name) >= 0)
        return GVC_OK;
    if (strlen(t.name) > NAME_LENGTH && !m->how->names) {
        gvc_log__warn(ctx, "no column %s: the name has more than %d characters", t.name,
                      NAME_LENGTH);
        return GVC_OK;
    }
    if (strlen(t.name) > NAME_LENGTH)
        return gvc_error__set(ctx, GVC_EUSAGE,
                              "the column %s would have a name of more than %d characters", t.name,
                              NAME_LENGTH);
    info.name = info.measure = t.name;
    info.label = t.label;
    info.formula = t.formula;
    info.range = "";
    if (kinds[m->how->kind].unit)
        info.unit = kinds[m->how->kind].unit;
    return fill_column(ctx, m, parent, &info);
}

static int is_measure(const gvc_frame *panel, gvc_int j)
{
    return gvc_frame_role(panel, j) == GVC_ROLE_VALUE && gvc_frame_reals(panel, j);
}

/* Which of the first n columns the list `how` means, flagged in `wanted`. */
static gvc_status choose(gvc_ctx *ctx, const making *m, gvc_int n, unsigned char *wanted)
{
    memset(wanted, 0, (size_t)n);
    for (gvc_int j = 0; j < n && !m->how->names; j++)
        wanted[j] = is_measure(m->panel, j) &&
                    (m->how->with_base || strcmp(gvc_frame_group(m->panel, j), "base") != 0);
    for (const char *const *name = m->how->names; name && *name; name++) {
        const gvc_int j = gvc_frame_find(m->panel, *name);

        if (j < 0 || j >= n || !is_measure(m->panel, j))
            return gvc_error__set(ctx, GVC_EUSAGE,
                                  "the panel has no measure \"%s\" to make a column %s_... of; "
                                  "name it with --measures too",
                                  *name, kinds[m->how->kind].name);
        wanted[j] = 1;
    }
    return GVC_OK;
}

gvc_status gvc_panel_derive(gvc_ctx *ctx, gvc_frame *panel, const gvc_derived *list, gvc_int n)
{
    const gvc_int columns = gvc_frame_columns(panel);
    unsigned char *wanted = gvc_mem__alloc(ctx, columns, 1);
    gvc_panel_keys keys;
    gvc_status st = wanted ? gvc_panel__keys(ctx, &keys, panel) : GVC_ENOMEM;

    for (gvc_int i = 0; st == GVC_OK && i < n; i++) {
        making m = { .panel = panel, .keys = &keys, .how = &list[i] };

        st = choose(ctx, &m, columns, wanted);
        for (gvc_int j = 0; st == GVC_OK && j < columns; j++)
            if (wanted[j])
                st = derive(ctx, &m, j);
    }
    gvc_mem__free(wanted);
    return st;
}
