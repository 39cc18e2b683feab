#include "table/builtin.h"
#include "table/table.h"

#include "base/mem.h"
#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Groups as users write them: NAME=CHN,VNM or NAME=@FILE. */

enum { MEMBERS = 10000 }; /* they are compared with each other; there are some 250 countries */

static const char *line_place(gvc_int line, char text[32])
{
    snprintf(text, 32, "line %lld", (long long)line);
    return line > 0 ? text : NULL;
}

gvc_status gvc_group__code(gvc_ctx *ctx, const char **iso3, const char *code,
                           const gvc_edition *edition, const char *file, gvc_int line)
{
    const gvc_int c = edition ? gvc_edition__find_country(edition, code) : -1;
    const char *near = NULL;
    char place[32];

    *iso3 = c >= 0 ? gvc_labels_code(edition->countries, c) : gvc_country__iso3(code);
    if (*iso3)
        return GVC_OK;
    if (edition)
        near = gvc_labels__nearest(edition->countries, code);
    if (!near)
        near = gvc_country__nearest(code);
    return gvc_error__at(ctx, GVC_ELABEL, file, line_place(line, place),
                         "\"%s\" is neither a code of ISO 3166 nor a country of this table%s%s%s",
                         code, near ? "; did you mean " : "", near ? near : "", near ? "?" : "");
}

gvc_status gvc_group__year(gvc_ctx *ctx, int *year, const char *text, const char *file,
                           gvc_int line)
{
    char place[32];

    *year = 0;
    if (!*text)
        return GVC_OK;
    if (strlen(text) == 4 && strspn(text, "0123456789") == 4) {
        *year = atoi(text);
        return GVC_OK;
    }
    return gvc_error__at(ctx, GVC_EDATA, file, line_place(line, place),
                         "\"%s\" found, a year of four digits expected, or nothing where the "
                         "membership is open",
                         text);
}

static int overlap(const gvc_group_entry *a, const gvc_group_entry *b)
{
    return (a->to_year == 0 || b->from_year < a->to_year) &&
           (b->to_year == 0 || a->from_year < b->to_year);
}

gvc_status gvc_group__check(gvc_ctx *ctx, const gvc_group *group, const char *file)
{
    if (group->n > MEMBERS)
        return gvc_error__at(ctx, GVC_EDATA, file, NULL,
                             "%lld members found in group %s, at most %d expected",
                             (long long)group->n, group->name, MEMBERS);
    for (gvc_int i = 1; i < group->n; i++)
        for (gvc_int j = 0; j < i; j++)
            if (strcmp(group->members[i].iso3, group->members[j].iso3) == 0 &&
                overlap(&group->members[i], &group->members[j]))
                return gvc_error__at(ctx, GVC_EDATA, file, NULL,
                                     "%s stands twice in group %s; once is expected",
                                     group->members[i].iso3, group->name);
    return GVC_OK;
}

/* A group of its own in one block: the struct, its members, its strings. */
static gvc_status pack(gvc_ctx *ctx, gvc_group **out, const gvc_group *from)
{
    size_t bytes = sizeof *from + (size_t)from->n * sizeof *from->members + strlen(from->name) + 1;
    gvc_group *group;
    char *text;

    for (gvc_int i = 0; i < from->n; i++)
        bytes += strlen(from->members[i].iso3) + 1;
    group = gvc_mem__alloc(ctx, (gvc_int)bytes, 1);
    if (!group)
        return GVC_ENOMEM;
    *group = (gvc_group){ .n = from->n, .members = (gvc_group_entry *)(group + 1) };
    text = (char *)(group->members + from->n);
    group->name = text;
    text = stpcpy(text, from->name) + 1;
    for (gvc_int i = 0; i < from->n; i++) {
        group->members[i] = from->members[i];
        group->members[i].iso3 = text;
        text = stpcpy(text, from->members[i].iso3) + 1;
    }
    *out = group;
    return GVC_OK;
}

static gvc_status finish(gvc_ctx *ctx, gvc_group **out, const gvc_group *group, const char *file)
{
    gvc_status st = gvc_group__check(ctx, group, file);

    return st == GVC_OK ? pack(ctx, out, group) : st;
}

static gvc_int count_parts(const char *list)
{
    gvc_int n = 1;

    for (; *list; list++)
        n += *list == ',';
    return n;
}

static gvc_status parse_list(gvc_ctx *ctx, gvc_group **out, gvc_group group, char *list,
                             const gvc_edition *edition)
{
    const gvc_int n = count_parts(list);
    char **codes = gvc_mem__alloc(ctx, n, sizeof *codes);
    gvc_status st = GVC_ENOMEM;

    group.n = n;
    group.members = gvc_mem__calloc(ctx, n, sizeof *group.members);
    if (codes && group.members) {
        st = GVC_OK;
        gvc_text__split(list, codes, n);
    }
    for (gvc_int i = 0; st == GVC_OK && i < n; i++)
        st = gvc_group__code(ctx, &group.members[i].iso3, codes[i], edition, NULL, 0);
    if (st == GVC_OK)
        st = finish(ctx, out, &group, NULL);
    gvc_mem__free(codes);
    gvc_mem__free(group.members);
    return st;
}

/* The header of a bare list is its first code: then rows begin at -1. */
static gvc_status parse_rows(gvc_ctx *ctx, gvc_group *group, const gvc_csv *csv, gvc_int first,
                             const gvc_edition *edition)
{
    const char *path = gvc_csv__path(csv);
    const gvc_int from = gvc_csv__find(csv, "from_year"), to = gvc_csv__find(csv, "to_year");
    gvc_status st = GVC_OK;

    for (gvc_int i = 0; st == GVC_OK && i < group->n; i++) {
        const gvc_int row = first + i, line = gvc_csv__line(csv, row);
        gvc_group_entry *entry = &group->members[i];

        st = gvc_group__code(ctx, &entry->iso3, gvc_csv__cell(csv, row, 0), edition, path, line);
        if (st == GVC_OK)
            st = gvc_group__year(ctx, &entry->from_year, gvc_csv__cell(csv, row, from), path, line);
        if (st == GVC_OK)
            st = gvc_group__year(ctx, &entry->to_year, gvc_csv__cell(csv, row, to), path, line);
    }
    return st;
}

static gvc_status parse_file(gvc_ctx *ctx, gvc_group **out, gvc_group group, const char *path,
                             const gvc_edition *edition)
{
    gvc_csv *csv = NULL;
    gvc_int first;
    gvc_status st = gvc_csv__read(ctx, &csv, path);

    if (st != GVC_OK)
        return st;
    first = gvc_csv__columns(csv) == 1 && gvc_csv__find(csv, "iso3") < 0 ? -1 : 0;
    group.n = gvc_csv__rows(csv) - first;
    group.members = gvc_mem__calloc(ctx, group.n, sizeof *group.members);
    st = group.members ? GVC_OK : GVC_ENOMEM;
    if (st == GVC_OK && first == 0)
        st = gvc_csv__expect(ctx, csv, "iso3,from_year,to_year", 1);
    if (st == GVC_OK && group.n == 0)
        st = gvc_error__at(ctx, GVC_EDATA, path, NULL, "no members found, one a line expected");
    if (st == GVC_OK)
        st = parse_rows(ctx, &group, csv, first, edition);
    if (st == GVC_OK)
        st = finish(ctx, out, &group, path);
    gvc_mem__free(group.members);
    gvc_csv__free(csv);
    return st;
}

static gvc_status check_name(gvc_ctx *ctx, const char *name, const gvc_edition *edition)
{
    if (gvc_country_name(name) || (edition && gvc_labels_find(edition->countries, name) >= 0))
        return gvc_error__set(ctx, GVC_EUSAGE,
                              "\"%s\" is the code of a country; a group needs another name", name);
    if (strpbrk(name, ",:@/ \t"))
        return gvc_error__set(ctx, GVC_EUSAGE,
                              "the group's name \"%s\" holds a comma, colon, slash, @ or blank",
                              name);
    return GVC_OK;
}

gvc_status gvc_group_parse(gvc_ctx *ctx, gvc_group **out, const char *definition,
                           const gvc_edition *edition)
{
    const char *equals = strchr(definition, '=');
    gvc_group group = { 0 };
    char *copy;
    gvc_status st;

    *out = NULL;
    if (!equals || equals == definition || !equals[1] || (equals[1] == '@' && !equals[2]))
        return gvc_error__set(ctx, GVC_EUSAGE,
                              "\"%s\" found, NAME=CODE,CODE,... or NAME=@FILE expected",
                              definition);
    copy = gvc_mem__alloc(ctx, (gvc_int)strlen(definition) + 1, 1);
    if (!copy)
        return GVC_ENOMEM;
    strcpy(copy, definition);
    copy[equals - definition] = '\0';
    group.name = copy;
    st = check_name(ctx, copy, edition);
    if (st == GVC_OK && equals[1] == '@')
        st = parse_file(ctx, out, group, equals + 2, edition);
    else if (st == GVC_OK)
        st = parse_list(ctx, out, group, copy + (equals - definition) + 1, edition);
    gvc_mem__free(copy);
    return st;
}

/* A copy with room for one more member; the strings are those of `group`. Freed by the caller. */
static gvc_group_entry *copy_members(gvc_ctx *ctx, const gvc_group *group)
{
    gvc_group_entry *members = gvc_mem__calloc(ctx, group->n + 1, sizeof *members);

    for (gvc_int i = 0; members && i < group->n; i++)
        members[i] = group->members[i];
    return members;
}

gvc_status gvc_group_extend(gvc_ctx *ctx, gvc_group **out, const gvc_group *group, const char *iso3,
                            int from)
{
    gvc_group longer = { .name = group->name, .n = group->n + 1 };
    gvc_status st = GVC_ENOMEM;

    *out = NULL;
    longer.members = copy_members(ctx, group);
    if (longer.members) {
        longer.members[group->n] = (gvc_group_entry){ iso3, from, 0 };
        st = finish(ctx, out, &longer, NULL);
    }
    gvc_mem__free(longer.members);
    return st;
}

static int stands_before(const gvc_group *group, gvc_int i)
{
    for (gvc_int j = 0; j < i; j++)
        if (strcmp(group->members[j].iso3, group->members[i].iso3) == 0)
            return 1;
    return 0;
}

gvc_status gvc_group_undated(gvc_ctx *ctx, gvc_group **out, const gvc_group *group,
                             const char *name)
{
    gvc_group plain = { .name = name };
    gvc_status st = GVC_ENOMEM;

    *out = NULL;
    plain.members = copy_members(ctx, group);
    for (gvc_int i = 0; plain.members && i < group->n; i++)
        if (!stands_before(group, i))
            plain.members[plain.n++] = (gvc_group_entry){ group->members[i].iso3, 0, 0 };
    if (plain.members)
        st = pack(ctx, out, &plain);
    gvc_mem__free(plain.members);
    return st;
}

void gvc_group_free(gvc_group *group)
{
    gvc_mem__free(group);
}
