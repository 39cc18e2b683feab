#include "import/draft.h"
#include "import/rows.h"
#include "import/xlsx.h"

#include "base/mem.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * GLORIA: matrices of numbers (T, Y, V), labels in the release's ReadMe, a workbook beside the
 * archive. T is in supply-use form, region by region, industries before products. Where supply is
 * diagonal, the use of products by industries is a table of products, and output its row sum.
 */

enum { LABELS = 2000, NAME = 300 };

typedef struct column {
    const char **texts;
    gvc_int n;
} column;

typedef struct reader {
    gvc_ctx *ctx;
    gvc_import *import;
    gvc_arena *arena;
    gvc_draft *draft;
    column regions, sectors, inputs, demands;
    gvc_int *targets, room;
} reader;

/* The part at basic prices of `matrix` ("_T-Results_"), of one year where it is not 0. */
static const gvc_part *find_part(const gvc_source *s, const char *matrix, int year)
{
    for (gvc_int i = 0; i < s->n; i++) {
        const char *name = s->parts[i].name, *at = strstr(name, matrix);

        if (at && strstr(at, "Markup001") && (year == 0 || gvc_text__year(name) == year))
            return &s->parts[i];
    }
    return NULL;
}

static gvc_status recognise(gvc_ctx *ctx, gvc_import *import, int *is)
{
    const gvc_part *T = find_part(import->source, "_T-Results_", 0);

    (void)ctx;
    *is = T && T->kind == GVC_KIND_TEXT && find_part(import->source, "_Y-Results_", 0) &&
          strspn(T->head, "0123456789+-.eE, ") >= strcspn(T->head, "\r\n");
    return GVC_OK;
}

static gvc_status list(gvc_ctx *ctx, gvc_import *import)
{
    gvc_status st = GVC_OK;

    for (gvc_int i = 0; st == GVC_OK && i < import->source->n; i++) {
        const gvc_part *part = &import->source->parts[i];
        const int year = gvc_text__year(part->name);

        if (strstr(part->name, "_T-Results_") && strstr(part->name, "Markup001"))
            st = gvc_import__add(ctx, import, year ? year : GVC_INT_MISSING, part);
    }
    return st;
}

/* ---- labels: columns of the workbook by their headings ---- */

typedef struct search {
    reader *r;
    const char *heading;
    column *to;
    gvc_int at; /* column of the sheet, -1 before the heading is found */
} search;

static gvc_status on_row(gvc_ctx *ctx, void *user, gvc_int row, const gvc_cell *cells, gvc_int n)
{
    search *s = user;
    char text[NAME];

    (void)row;
    for (gvc_int i = 0; i < n; i++) {
        gvc_cell__text(&cells[i], text, NAME);
        if (s->at < 0 && strcmp(text, s->heading) == 0) {
            s->at = cells[i].column;
            return GVC_OK;
        }
        if (s->at != cells[i].column || !*text)
            continue;
        if (s->to->n == LABELS)
            return gvc_error__set(ctx, GVC_EDATA, "more than %d labels under %s", LABELS,
                                  s->heading);
        s->to->texts[s->to->n] = gvc_arena__strdup(ctx, s->r->arena, text);
        if (!s->to->texts[s->to->n++])
            return GVC_ENOMEM;
    }
    return GVC_OK;
}

static gvc_status read_column(reader *r, gvc_book *book, const char *file, const char *sheet,
                              const char *heading, column *to)
{
    search s = { r, heading, to, -1 };
    gvc_status st = GVC_OK;

    to->texts = gvc_mem__alloc(r->ctx, LABELS, sizeof *to->texts);
    if (!to->texts)
        return GVC_ENOMEM;
    for (gvc_int i = 0; st == GVC_OK && i < gvc_book__n(book); i++)
        if (strcmp(gvc_book__sheet(book, i), sheet) == 0)
            st = gvc_book__read(r->ctx, book, i, on_row, &s);
    if (st == GVC_OK && to->n == 0)
        st = gvc_error__at(r->ctx, GVC_EDATA, file, sheet,
                           "no labels under the heading %s found; this is not GLORIA's ReadMe",
                           heading);
    return st;
}

static gvc_status read_book(reader *r, const gvc_source *source, const gvc_part *part)
{
    const gvc_origin origin = gvc_source__origin(source, part);
    const char *file = origin.file;
    gvc_book *book;
    gvc_status st = gvc_book__open(r->ctx, &book, source, part);

    if (st == GVC_OK)
        st = read_column(r, book, file, "Regions", "Region_acronyms", &r->regions);
    if (st == GVC_OK)
        st = read_column(r, book, file, "Sectors", "Sector_names", &r->sectors);
    if (st == GVC_OK)
        st = read_column(r, book, file, "Value added and final demand", "Value_added_names",
                         &r->inputs);
    if (st == GVC_OK)
        st = read_column(r, book, file, "Value added and final demand", "Final_demand_names",
                         &r->demands);
    gvc_book__close(book);
    return st;
}

/* "GLORIA_ReadMe_059.xlsx" in the folder of the source, the last one by name. */
static gvc_status find_readme(reader *r, const char **out)
{
    const char *path = r->import->source->path, *slash = strrchr(path, '/');
    const char *where =
        gvc_arena__copy(r->ctx, r->arena, slash ? path : ".", slash ? slash + 1 - path : 1);
    DIR *folder = where ? opendir(where) : NULL;
    char best[NAME] = "";

    if (!where)
        return GVC_ENOMEM;
    for (struct dirent *e; folder && (e = readdir(folder));)
        if (strncmp(e->d_name, "GLORIA_ReadMe", 13) == 0 && strstr(e->d_name, ".xlsx") &&
            strlen(e->d_name) < NAME && strcmp(e->d_name, best) > 0)
            strcpy(best, e->d_name);
    if (folder)
        closedir(folder);
    if (!*best)
        return gvc_error__at(r->ctx, GVC_EDATA, path, NULL,
                             "the labels are missing: put the GLORIA_ReadMe .xlsx of the release "
                             "into the same folder");
    *out = gvc_arena__format(r->ctx, r->arena, "%s/%s", where, best);
    return *out ? GVC_OK : GVC_ENOMEM;
}

static gvc_status read_labels(reader *r)
{
    const gvc_source *own = r->import->source;
    const char *readme = NULL;
    gvc_source *beside = NULL;
    gvc_status st;

    for (gvc_int i = 0; i < own->n; i++)
        if (own->parts[i].kind == GVC_KIND_XLSX)
            return read_book(r, own, &own->parts[i]);
    st = find_readme(r, &readme);
    if (st == GVC_OK)
        st = gvc_source__open(r->ctx, &beside, readme, r->import->opts.scratch);
    if (st == GVC_OK && (beside->n == 0 || beside->parts[0].kind != GVC_KIND_XLSX))
        st = gvc_error__at(r->ctx, GVC_EDATA, readme, NULL, "no workbook (.xlsx)");
    if (st == GVC_OK)
        st = read_book(r, beside, &beside->parts[0]);
    gvc_source__close(beside);
    return st;
}

/* ---- matrices ---- */

/* A row or column of T: its region and sector, and whether it is a product. */
static int place_of(const reader *r, gvc_int i, gvc_int *region, gvc_int *sector)
{
    const gvc_int N = r->sectors.n;

    *region = i / (2 * N);
    *sector = i % N;
    return i % (2 * N) >= N;
}

static gvc_status declare_industries(reader *r, int all)
{
    gvc_int region, sector;
    gvc_status st = GVC_OK;

    for (gvc_int j = 0; st == GVC_OK && j < 2 * r->regions.n * r->sectors.n; j++) {
        const int product = place_of(r, j, &region, &sector);

        if (!product || all)
            st =
                gvc_draft__column(r->ctx, r->draft, product ? GVC_COLUMN_SKIP : GVC_COLUMN_INDUSTRY,
                                  r->regions.texts[region], r->sectors.texts[sector]);
    }
    return st;
}

static gvc_status declare_demand(reader *r)
{
    gvc_status st = GVC_OK;

    for (gvc_int j = 0; st == GVC_OK && j < r->regions.n * r->demands.n; j++)
        st = gvc_draft__column(r->ctx, r->draft, GVC_COLUMN_DEMAND,
                               r->regions.texts[j / r->demands.n],
                               r->demands.texts[j % r->demands.n]);
    return st;
}

/* An industry supplies its own product only; anything else would need a technology assumption. */
static gvc_status check_supply(reader *r, gvc_int row, const double *cells, const char *place)
{
    gvc_int region, sector;

    for (gvc_int j = 0; j < 2 * r->regions.n * r->sectors.n; j++)
        if (place_of(r, j, &region, &sector) && cells[j] != 0.0 && j != row + r->sectors.n)
            return gvc_origin__refuse(r->ctx, gvc_draft__origin(r->draft), place,
                                      "an industry supplies %.10g of a product that is not its "
                                      "own (column %lld); tables whose supply is not diagonal are "
                                      "not read",
                                      cells[j], (long long)j + 1);
    return GVC_OK;
}

typedef enum matrix { T, Y, V } matrix;

static gvc_status aim(reader *r, matrix which, gvc_int row, const double *cells, const char *place,
                      gvc_int *target)
{
    const gvc_int rows = which == V ? r->regions.n * r->inputs.n : 2 * r->regions.n * r->sectors.n;
    gvc_int region, sector;

    *target = GVC_DRAFT_SKIP;
    if (row >= rows)
        return gvc_origin__refuse(r->ctx, gvc_draft__origin(r->draft), place,
                                  "more rows than the %lld of the labels", (long long)rows);
    if (which == V)
        return gvc_draft__line(r->ctx, r->draft, GVC_LINE_VA, r->inputs.texts[row % r->inputs.n],
                               NULL, 1, place, target);
    if (!place_of(r, row, &region, &sector))
        return which == T ? check_supply(r, row, cells, place) : GVC_OK;
    return gvc_draft__row_of(r->ctx, r->draft, r->regions.texts[region], r->sectors.texts[sector],
                             place, which == Y, target);
}

static gvc_status put_block(reader *r, matrix which, gvc_int first, const gvc_rows_block *b)
{
    const gvc_int columns = gvc_draft__columns(r->draft);
    char place[80];
    gvc_status st = GVC_OK;

    if (b->m > r->room) {
        gvc_int *targets = gvc_mem__realloc(r->ctx, r->targets, b->m, sizeof *targets);

        if (!targets)
            return GVC_ENOMEM;
        r->targets = targets;
        r->room = b->m;
    }
    for (gvc_int i = 0; st == GVC_OK && i < b->m; i++)
        st = aim(r, which, first + i, b->cells + i * columns, gvc_rows__place(b->lines[i], place),
                 &r->targets[i]);
    gvc_draft__count_blanks(r->draft, b->blanks);
    return st == GVC_OK ? gvc_draft__put(r->ctx, r->draft, r->targets, b->m, b->cells) : st;
}

static gvc_status read_matrix(reader *r, matrix which, const gvc_part *part)
{
    const gvc_origin origin = gvc_source__origin(r->import->source, part);
    const gvc_int want = which == V ? r->regions.n * r->inputs.n : 2 * r->regions.n * r->sectors.n;
    gvc_rows_block b = { .m = 1 };
    gvc_stream *stream;
    gvc_rows *rows = NULL;
    gvc_int row = 0;
    gvc_status st;

    gvc_draft__next_file(r->draft, &origin);
    st = which == Y ? declare_demand(r) : declare_industries(r, 1);
    if (st == GVC_OK)
        st = gvc_source__stream(r->ctx, &stream, r->import->source, part);
    if (st == GVC_OK)
        st = gvc_rows__open(r->ctx, &rows, stream, ',');
    if (st == GVC_OK)
        st = gvc_rows__shape(r->ctx, rows, 0, gvc_draft__columns(r->draft));
    while (st == GVC_OK && b.m > 0) {
        st = gvc_rows__next(r->ctx, rows, &b);
        if (st == GVC_OK && b.m > 0)
            st = put_block(r, which, row, &b);
        row += b.m;
    }
    if (st == GVC_OK && row != want)
        st = gvc_origin__refuse(r->ctx, &origin, NULL,
                                "%lld rows found, %lld expected by the labels of the ReadMe",
                                (long long)row, (long long)want);
    gvc_rows__close(rows);
    return st;
}

static gvc_status fill(reader *r, const gvc_part *part)
{
    static const gvc_release release = {
        .source = "GLORIA",
        .unit = "thousand USD",
        .currency = "USD",
        .multiplier = 1e3,
        .price_basis = "current",
        .valuation = "basic",
        .inventory = "Changes in inventories P.52",
        .licence = "non-commercial use",
        .citation = "Lenzen and others (2022), Implementing the material footprint to measure "
                    "progress towards Sustainable Development Goals 8 and 12, Nature "
                    "Sustainability 5",
    };
    const int year = gvc_text__year(part->name);
    const gvc_part *parts[] = { part, find_part(r->import->source, "_Y-Results_", year),
                                find_part(r->import->source, "_V-Results_", year) };
    gvc_status st = gvc_draft__describe(r->ctx, r->draft, &release);

    if (st == GVC_OK && (!parts[Y] || !parts[V]))
        return gvc_error__at(r->ctx, GVC_EDATA, r->import->source->path, NULL,
                             "no %s-Results of Markup001 beside T-Results", parts[Y] ? "V" : "Y");
    if (st == GVC_OK)
        st = read_labels(r);
    if (st == GVC_OK)
        st = declare_industries(r, 0);
    if (st == GVC_OK)
        st = declare_demand(r);
    if (st == GVC_OK)
        st = gvc_draft__settle(r->ctx, r->draft, part->bytes + parts[Y]->bytes);
    for (matrix m = T; st == GVC_OK && m <= V; m++)
        st = read_matrix(r, m, parts[m]);
    return st == GVC_OK ? gvc_draft__history(r->ctx, r->draft,
                                             "product-by-product table from supply and use: supply "
                                             "is diagonal, so the use of products is the table")
                        : st;
}

static gvc_status read(gvc_ctx *ctx, gvc_import *import, gvc_int i, gvc_table **out)
{
    const gvc_origin origin = { import->source->path, NULL };
    reader r = { .ctx = ctx, .import = import };
    gvc_status st;

    *out = NULL;
    r.arena = gvc_arena__new(ctx);
    st = r.arena ? gvc_draft__new(ctx, &r.draft, import, &origin) : GVC_ENOMEM;
    if (st == GVC_OK)
        st = fill(&r, import->items[i].part);
    if (st == GVC_OK)
        st = gvc_draft__finish(ctx, r.draft, out);
    gvc_draft__free(r.draft);
    gvc_mem__free(r.regions.texts);
    gvc_mem__free(r.sectors.texts);
    gvc_mem__free(r.inputs.texts);
    gvc_mem__free(r.demands.texts);
    gvc_mem__free(r.targets);
    gvc_arena__free(r.arena);
    return st;
}

const gvc_format gvc_format__gloria = {
    .name = "gloria",
    .title = "GLORIA (csv, with its ReadMe beside)",
    .recognise = recognise,
    .list = list,
    .read = read,
};
