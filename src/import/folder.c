#include "import/folder.h"
#include "import/inputs.h"
#include "import/numbers.h"

#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"
#include "table/builtin.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    PATH = 4096,
    LARGEST = 100000,
    NAME = 255,   /* letters of a group in a store */
    GROUPS = 1000 /* they are looked for one by one */
};

/* Name a file of the folder; GVC_EIO where the name is too long. */
static gvc_status name_file(gvc_ctx *ctx, char *path, const char *folder, const char *name)
{
    if (snprintf(path, PATH, "%s/%s", folder, name) < PATH)
        return GVC_OK;
    return gvc_error__at(ctx, GVC_EIO, folder, NULL, "the path is too long");
}

static gvc_status check_files(gvc_ctx *ctx, const char *folder)
{
    static const char *const needed[] = { "labels.csv", "fcols.csv", "Z.csv", "F.csv", "x.csv" };
    char path[PATH];

    for (size_t i = 0; i < sizeof needed / sizeof *needed; i++) {
        gvc_status st = name_file(ctx, path, folder, needed[i]);

        if (st != GVC_OK)
            return st;
        if (!gvc_file__exists(path))
            return gvc_error__at(ctx, GVC_EIO, path, NULL,
                                 "not found; a folder of CSV files holds labels.csv, fcols.csv, "
                                 "Z.csv, F.csv and x.csv");
    }
    return GVC_OK;
}

static const char *line_place(const gvc_csv *csv, gvc_int row, char text[32])
{
    snprintf(text, 32, "line %lld", (long long)gvc_csv__line(csv, row));
    return text;
}

/* labels.csv and fcols.csv have one form: position, country, item; country-major, the same items
 * in the same order for every country. */
enum { POSITION, OUTER, INNER };

static gvc_status check_position(gvc_ctx *ctx, const gvc_csv *csv, gvc_int row)
{
    const char *text = gvc_csv__cell(csv, row, POSITION);
    char want[32], place[32];

    snprintf(want, sizeof want, "%lld", (long long)row);
    if (strcmp(text, want) == 0)
        return GVC_OK;
    return gvc_error__at(ctx, GVC_EDATA, gvc_csv__path(csv), line_place(csv, row, place),
                         "number %s found, %s expected; rows are numbered from 0 in order", text,
                         want);
}

static gvc_status check_order(gvc_ctx *ctx, const gvc_csv *csv, gvc_int row, gvc_int inner)
{
    const char *outer = gvc_csv__cell(csv, row - row % inner, OUTER);
    const char *item = gvc_csv__cell(csv, row % inner, INNER);
    char place[32];

    if (strcmp(gvc_csv__cell(csv, row, OUTER), outer) == 0 &&
        strcmp(gvc_csv__cell(csv, row, INNER), item) == 0)
        return GVC_OK;
    return gvc_error__at(ctx, GVC_EDATA, gvc_csv__path(csv), line_place(csv, row, place),
                         "%s:%s found, %s:%s expected; rows stand country by country, with the "
                         "same entries in the same order",
                         gvc_csv__cell(csv, row, OUTER), gvc_csv__cell(csv, row, INNER), outer,
                         item);
}

/* Says which label stands twice; gvc_labels__new(), which is fast, knows only that one does. */
static gvc_status refuse_twins(gvc_ctx *ctx, const gvc_csv *csv, gvc_int column, gvc_int step,
                               gvc_int n)
{
    char place[32];

    for (gvc_int i = 1; i < n; i++)
        for (gvc_int j = 0; j < i; j++) {
            const char *code = gvc_csv__cell(csv, i * step, column);

            if (strcmp(gvc_csv__cell(csv, j * step, column), code) == 0)
                return gvc_error__at(ctx, GVC_EDATA, gvc_csv__path(csv),
                                     line_place(csv, i * step, place),
                                     "\"%s\" stands a second time, first at line %lld", code,
                                     (long long)gvc_csv__line(csv, j * step));
        }
    return GVC_EDATA;
}

/* Labels in `column` at rows 0, step, 2 step ...: present, well-formed and different. */
static gvc_status check_labels(gvc_ctx *ctx, const gvc_csv *csv, gvc_int column, gvc_int step,
                               gvc_int n)
{
    const char **codes = gvc_mem__alloc(ctx, n, sizeof *codes);
    gvc_status st = codes ? GVC_OK : GVC_ENOMEM;
    gvc_labels *labels = NULL;
    char place[32];

    for (gvc_int i = 0; st == GVC_OK && i < n; i++) {
        codes[i] = gvc_csv__cell(csv, i * step, column);
        if (!*codes[i] || strlen(codes[i]) > 256)
            st = gvc_error__at(ctx, GVC_EDATA, gvc_csv__path(csv), line_place(csv, i * step, place),
                               "a label of 1 to 256 bytes expected, %s found",
                               *codes[i] ? "a longer one" : "an empty one");
    }
    if (st == GVC_OK) {
        st = gvc_labels__new(ctx, &labels, n, codes, NULL);
        if (st == GVC_EDATA)
            st = refuse_twins(ctx, csv, column, step, n);
    }
    gvc_labels__free(labels);
    gvc_mem__free(codes);
    return st;
}

/* Split the rows into n_outer countries of n_inner items, or say where the order breaks. */
static gvc_status split_labels(gvc_ctx *ctx, const gvc_csv *csv, gvc_int *n_outer, gvc_int *n_inner)
{
    const gvc_int rows = gvc_csv__rows(csv);
    gvc_int inner = 0;
    gvc_status st = GVC_OK;

    if (rows == 0)
        return gvc_error__at(ctx, GVC_EDATA, gvc_csv__path(csv), NULL,
                             "no rows below the header, at least one expected");
    while (inner < rows &&
           strcmp(gvc_csv__cell(csv, inner, OUTER), gvc_csv__cell(csv, 0, OUTER)) == 0)
        inner++;
    st = check_labels(ctx, csv, INNER, 1, inner);
    for (gvc_int row = 0; st == GVC_OK && row < rows; row++) {
        st = check_position(ctx, csv, row);
        if (st == GVC_OK)
            st = check_order(ctx, csv, row, inner);
    }
    if (st == GVC_OK && rows % inner != 0)
        st = gvc_error__at(ctx, GVC_EDATA, gvc_csv__path(csv), NULL,
                           "%lld rows found for %s, %lld expected as for %s",
                           (long long)(rows % inner), gvc_csv__cell(csv, rows - 1, OUTER),
                           (long long)inner, gvc_csv__cell(csv, 0, OUTER));
    if (st == GVC_OK)
        st = check_labels(ctx, csv, OUTER, inner, rows / inner);
    *n_outer = rows / inner;
    *n_inner = inner;
    return st;
}

static gvc_status take_items(gvc_ctx *ctx, gvc_labels **out, const gvc_csv *csv, gvc_int n)
{
    const char **codes = gvc_mem__alloc(ctx, n, sizeof *codes);
    gvc_status st = GVC_ENOMEM;

    for (gvc_int i = 0; codes && i < n; i++)
        codes[i] = gvc_csv__cell(csv, i, INNER);
    if (codes)
        st = gvc_labels__new(ctx, out, n, codes, NULL);
    gvc_mem__free(codes);
    return st;
}

/* Countries under their ISO codes, with the folder's own spelling kept. */
static gvc_status take_countries(gvc_ctx *ctx, gvc_edition *edition, const gvc_csv *csv, gvc_int G,
                                 gvc_int N)
{
    const char **codes = gvc_mem__calloc(ctx, 2 * G, sizeof *codes);
    gvc_status st = GVC_OK;

    edition->native = gvc_mem__calloc(ctx, G, sizeof *edition->native);
    if (!codes || !edition->native)
        st = GVC_ENOMEM;
    for (gvc_int c = 0; st == GVC_OK && c < G; c++) {
        const char *native = gvc_csv__cell(csv, c * N, OUTER), *iso3 = gvc_country__iso3(native);

        codes[c] = iso3 ? iso3 : native;
        codes[G + c] = gvc_country_name(codes[c]);
        edition->native[c] = gvc_arena__strdup(ctx, edition->arena, native);
        if (!edition->native[c])
            st = GVC_ENOMEM;
    }
    if (st == GVC_OK)
        st = gvc_labels__new(ctx, &edition->countries, G, codes, codes + G);
    gvc_mem__free(codes);
    return st;
}

static gvc_status read_labels(gvc_ctx *ctx, gvc_edition *edition, const char *folder)
{
    char path[PATH];
    gvc_csv *csv = NULL;
    gvc_int G, N;
    gvc_status st = name_file(ctx, path, folder, "labels.csv");

    if (st == GVC_OK)
        st = gvc_csv__read(ctx, &csv, path);
    if (st == GVC_OK)
        st = gvc_csv__expect(ctx, csv, "row,country,sector", 3);
    if (st == GVC_OK && gvc_csv__rows(csv) > LARGEST)
        st = gvc_error__at(ctx, GVC_EDATA, path, NULL, "%lld rows found, at most %d expected",
                           (long long)gvc_csv__rows(csv), LARGEST);
    if (st == GVC_OK)
        st = split_labels(ctx, csv, &G, &N);
    if (st == GVC_OK)
        st = take_items(ctx, &edition->sectors, csv, N);
    if (st == GVC_OK)
        st = take_countries(ctx, edition, csv, G, N);
    gvc_csv__free(csv);
    return st;
}

/* The countries of fcols.csv must be those of labels.csv, in their order. */
static gvc_status match_countries(gvc_ctx *ctx, const gvc_edition *edition, const gvc_csv *csv,
                                  gvc_int found, gvc_int K)
{
    const gvc_int G = gvc_labels_n(edition->countries);
    char place[32];

    for (gvc_int c = 0; c < G && c < found; c++)
        if (strcmp(gvc_csv__cell(csv, c * K, OUTER), edition->native[c]) != 0)
            return gvc_error__at(ctx, GVC_EDATA, gvc_csv__path(csv), line_place(csv, c * K, place),
                                 "country %s found, %s expected as in labels.csv",
                                 gvc_csv__cell(csv, c * K, OUTER), edition->native[c]);
    if (found == G)
        return GVC_OK;
    return gvc_error__at(ctx, GVC_EDATA, gvc_csv__path(csv), NULL,
                         "%lld countries found, %lld expected as in labels.csv", (long long)found,
                         (long long)G);
}

static gvc_status read_categories(gvc_ctx *ctx, gvc_edition *edition, const char *folder)
{
    char path[PATH];
    gvc_csv *csv = NULL;
    gvc_int found, K;
    gvc_status st = name_file(ctx, path, folder, "fcols.csv");

    if (st == GVC_OK)
        st = gvc_csv__read(ctx, &csv, path);
    if (st == GVC_OK)
        st = gvc_csv__expect(ctx, csv, "col,country,category", 3);
    if (st == GVC_OK)
        st = split_labels(ctx, csv, &found, &K);
    if (st == GVC_OK)
        st = match_countries(ctx, edition, csv, found, K);
    if (st == GVC_OK)
        st = take_items(ctx, &edition->categories, csv, K);
    gvc_csv__free(csv);
    return st;
}

static gvc_group *find_group(const gvc_edition *edition, const char *name)
{
    for (gvc_int i = 0; i < edition->n_groups; i++)
        if (strcmp(edition->groups[i].name, name) == 0)
            return &edition->groups[i];
    return NULL;
}

/* A group begins with room for all the rows that bear its name; n counts those read so far. */
static gvc_status begin_group(gvc_ctx *ctx, gvc_group **out, gvc_edition *edition,
                              const gvc_csv *csv, gvc_int row)
{
    const char *name = gvc_csv__cell(csv, row, 0);
    gvc_int n = 0;
    char place[32];

    if (!*name || strlen(name) > NAME || strchr(name, '/') || strcmp(name, ".") == 0 ||
        gvc_labels_find(edition->countries, name) >= 0)
        return gvc_error__at(ctx, GVC_EDATA, gvc_csv__path(csv), line_place(csv, row, place),
                             "\"%.300s\" found, the name of a group expected, which no country "
                             "has, in at most %d letters without a slash",
                             name, NAME);
    if (edition->n_groups == GROUPS)
        return gvc_error__at(ctx, GVC_EDATA, gvc_csv__path(csv), line_place(csv, row, place),
                             "one group more than the %d that are read", GROUPS);
    for (gvc_int r = row; r < gvc_csv__rows(csv); r++)
        n += strcmp(gvc_csv__cell(csv, r, 0), name) == 0;
    *out = gvc_edition__add_group(ctx, edition, name, n);
    if (!*out)
        return GVC_ENOMEM;
    (*out)->n = 0;
    return GVC_OK;
}

static gvc_status read_member(gvc_ctx *ctx, gvc_edition *edition, const gvc_csv *csv, gvc_int row)
{
    const char *path = gvc_csv__path(csv), *iso3;
    const gvc_int from = gvc_csv__find(csv, "from_year"), to = gvc_csv__find(csv, "to_year");
    const gvc_int line = gvc_csv__line(csv, row);
    gvc_group *group = find_group(edition, gvc_csv__cell(csv, row, 0));
    gvc_group_entry *entry;
    gvc_status st = group ? GVC_OK : begin_group(ctx, &group, edition, csv, row);

    if (st == GVC_OK)
        st = gvc_group__code(ctx, &iso3, gvc_csv__cell(csv, row, 1), edition, path, line);
    if (st != GVC_OK)
        return st;
    entry = &group->members[group->n++];
    entry->iso3 = gvc_arena__strdup(ctx, edition->arena, iso3);
    if (!entry->iso3)
        return GVC_ENOMEM;
    st = gvc_group__year(ctx, &entry->from_year, gvc_csv__cell(csv, row, from), path, line);
    return st == GVC_OK
               ? gvc_group__year(ctx, &entry->to_year, gvc_csv__cell(csv, row, to), path, line)
               : st;
}

static gvc_status read_groups(gvc_ctx *ctx, gvc_edition *edition, const char *folder)
{
    char path[PATH];
    gvc_csv *csv = NULL;
    gvc_status st = name_file(ctx, path, folder, "groups.csv");

    if (st != GVC_OK || !gvc_file__exists(path))
        return st;
    st = gvc_csv__read(ctx, &csv, path);
    if (st == GVC_OK)
        st = gvc_csv__expect(ctx, csv, "group,country,from_year,to_year", 2);
    for (gvc_int row = 0; st == GVC_OK && row < gvc_csv__rows(csv); row++)
        st = read_member(ctx, edition, csv, row);
    for (gvc_int i = 0; st == GVC_OK && i < edition->n_groups; i++)
        st = gvc_group__check(ctx, &edition->groups[i], path);
    gvc_csv__free(csv);
    return st;
}

/* inputs.csv, or NULL where the folder has none. */
static gvc_status open_inputs(gvc_ctx *ctx, gvc_csv **out, const char *folder)
{
    char path[PATH];
    gvc_status st = name_file(ctx, path, folder, "inputs.csv");

    *out = NULL;
    if (st != GVC_OK || !gvc_file__exists(path))
        return st;
    st = gvc_csv__read(ctx, out, path);
    return st == GVC_OK ? gvc_inputs__check(ctx, *out, 0) : st;
}

gvc_status gvc_folder__edition(gvc_ctx *ctx, gvc_edition **out, const char *path)
{
    gvc_edition *edition = NULL;
    gvc_csv *inputs = NULL;
    gvc_status st = check_files(ctx, path);

    *out = NULL;
    if (st == GVC_OK)
        st = gvc_edition__new(ctx, &edition);
    if (st == GVC_OK)
        st = read_labels(ctx, edition, path);
    if (st == GVC_OK)
        st = read_categories(ctx, edition, path);
    if (st == GVC_OK)
        st = read_groups(ctx, edition, path);
    if (st == GVC_OK)
        st = open_inputs(ctx, &inputs, path);
    if (st == GVC_OK && inputs)
        st = gvc_inputs__edition(ctx, edition, inputs);
    gvc_csv__free(inputs);
    if (st != GVC_OK) {
        gvc_edition__free(edition);
        return st;
    }
    *out = edition;
    return GVC_OK;
}

static gvc_status read_matrix(gvc_ctx *ctx, const char *folder, const char *name, gvc_view view)
{
    char path[PATH];
    gvc_status st = name_file(ctx, path, folder, name);

    return st == GVC_OK ? gvc_numbers__read(ctx, path, view) : st;
}

/* The file of Z is measured before n x n cells are taken: labels.csv alone is not believed. */
static gvc_status read_flows(gvc_ctx *ctx, gvc_table **table, const gvc_edition *edition,
                             const char *folder)
{
    const gvc_int n = gvc_labels_n(edition->countries) * gvc_labels_n(edition->sectors);
    char path[PATH];
    gvc_numbers *Z = NULL;
    gvc_status st = name_file(ctx, path, folder, "Z.csv");

    if (st == GVC_OK)
        st = gvc_numbers__open(ctx, &Z, path, n, n);
    if (st == GVC_OK)
        st = gvc_table__new(ctx, table, edition, GVC_INT_MISSING);
    if (st == GVC_OK)
        st = gvc_numbers__fill_t(ctx, Z, (*table)->Zt);
    gvc_numbers__free(Z);
    return st == GVC_OK ? read_matrix(ctx, folder, "F.csv", (*table)->FD) : st;
}

static gvc_status read_value_added(gvc_ctx *ctx, gvc_table *table, const char *folder)
{
    char path[PATH];
    gvc_status st = name_file(ctx, path, folder, "VA.csv");

    if (st != GVC_OK)
        return st;
    if (!gvc_file__exists(path)) {
        gvc_table__residual_va(ctx, table);
        return GVC_OK;
    }
    table->va_given = 1;
    table->va_rule = "row:VA";
    return gvc_numbers__read(ctx, path, (gvc_view){ table->VA, table->n, 1, table->n });
}

gvc_status gvc_folder__table(gvc_ctx *ctx, gvc_table **out, const gvc_edition *edition,
                             const char *path)
{
    gvc_table *table = NULL;
    gvc_csv *inputs = NULL;
    gvc_status st = read_flows(ctx, &table, edition, path);

    *out = NULL;
    if (st == GVC_OK)
        st = read_matrix(ctx, path, "x.csv", (gvc_view){ table->x, table->n, 1, table->n });
    if (st == GVC_OK)
        st = read_value_added(ctx, table, path);
    if (st == GVC_OK)
        st = open_inputs(ctx, &inputs, path);
    if (st == GVC_OK && inputs)
        st = gvc_inputs__table(ctx, table, inputs);
    gvc_csv__free(inputs);
    if (st == GVC_OK)
        st = gvc_table__validate(ctx, table, path);
    if (st != GVC_OK) {
        gvc_table_free(table);
        return st;
    }
    *out = table;
    return GVC_OK;
}
