#include "import/draft.h"
#include "import/rows.h"

#include "base/mem.h"

#include <stdio.h>
#include <string.h>

/*
 * Eora26: matrices without labels (T, FD, VA, Q) and their labels in files of the same archive or
 * in indices.zip beside it. A row and a column of ROW hold the statistical discrepancy; they are
 * left out and told. The table does not balance. Q are emissions and other satellites.
 */

enum { LABELS = 20000, NAME = 1100 };

/* labels_T or labels_FD: country code and item of each row or column. */
typedef struct labels {
    const char **code, **item;
    gvc_int n, room;
} labels;

typedef struct reader {
    gvc_ctx *ctx;
    gvc_import *import;
    const gvc_source *own, *index; /* where the labels are */
    gvc_source *beside;            /* indices.zip, when it had to be opened */
    gvc_arena *arena;
    gvc_draft *draft;
    labels T, FD, VA, Q;
    double dropped_row, dropped_column, dropped_demand;
    gvc_int *targets, room;
} reader;

static int ends_in(const char *name, const char *suffix)
{
    const size_t n = strlen(name), len = strlen(suffix);

    return n >= len && strcmp(name + n - len, suffix) == 0;
}

/* "_T.txt" is a matrix, never its labels_T.txt, wherever that stands. */
static const gvc_part *find_part(const gvc_source *s, const char *suffix)
{
    char other[40];

    snprintf(other, sizeof other, "labels%s", suffix);
    for (gvc_int i = 0; i < s->n; i++)
        if (ends_in(s->parts[i].name, suffix) && !ends_in(s->parts[i].name, other))
            return &s->parts[i];
    return NULL;
}

/* ---- labels ---- */

static gvc_status keep(reader *r, labels *l, const char *code, const char *item)
{
    if (l->n == LABELS)
        return gvc_error__at(r->ctx, GVC_EDATA, r->index->path, NULL, "more than %d labels",
                             LABELS);
    if (l->n == l->room) {
        const gvc_int room = l->room ? 2 * l->room : 256;
        const char **codes = gvc_mem__realloc(r->ctx, l->code, room, sizeof *codes);
        const char **items = codes ? gvc_mem__realloc(r->ctx, l->item, room, sizeof *items) : NULL;

        l->code = codes ? codes : l->code;
        l->item = items ? items : l->item;
        if (!items)
            return GVC_ENOMEM;
        l->room = room;
    }
    l->code[l->n] = gvc_arena__strdup(r->ctx, r->arena, code);
    l->item[l->n] = gvc_arena__strdup(r->ctx, r->arena, item);
    return l->code[l->n] && l->item[l->n++] ? GVC_OK : GVC_ENOMEM;
}

/* The lines of `name`; code and item stand in the places given. */
static gvc_status read_labels(reader *r, labels *l, const char *name, gvc_int code, gvc_int item)
{
    const gvc_part *part = find_part(r->index, name);
    const char *const *texts;
    gvc_stream *stream;
    gvc_rows *rows = NULL;
    gvc_int n = 1;
    gvc_status st;

    if (!part)
        return gvc_error__at(r->ctx, GVC_EDATA, r->own->path, NULL,
                             "%s is missing, here and in indices.zip beside; put Eora's "
                             "indices.zip into the same folder%s",
                             name,
                             l == &r->Q ? ", or leave satellites out: --satellites none" : "");
    st = gvc_source__stream(r->ctx, &stream, r->index, part);
    if (st == GVC_OK)
        st = gvc_rows__open(r->ctx, &rows, stream, '\t');
    while (st == GVC_OK && n > 0) {
        st = gvc_rows__texts(r->ctx, rows, &texts, &n);
        if (st != GVC_OK || n == 0)
            break;
        if (n <= code || n <= item || (!*texts[item] && l != &r->Q))
            st = gvc_origin__refuse(r->ctx, gvc_rows__origin(rows), NULL,
                                    "label %lld has %lld texts, %lld expected between tabs",
                                    (long long)l->n + 1, (long long)n,
                                    (long long)(code > item ? code : item) + 1);
        else
            st = keep(r, l, texts[code], texts[item]);
    }
    gvc_rows__close(rows);
    return st;
}

static gvc_status find_labels(reader *r)
{
    const char *slash = strrchr(r->own->path, '/');
    char *path;
    gvc_status st = GVC_OK;

    r->index = r->own;
    if (!find_part(r->own, "labels_T.txt")) {
        path = gvc_arena__format(r->ctx, r->arena, "%.*sindices.zip",
                                 slash ? (int)(slash - r->own->path) + 1 : 0, r->own->path);
        if (!path)
            return GVC_ENOMEM;
        st = gvc_source__open(r->ctx, &r->beside, path, r->import->opts.scratch);
        if (st == GVC_OK)
            r->index = r->beside;
        else if (st == GVC_EIO)
            st = GVC_OK;
    }
    if (st == GVC_OK)
        st = read_labels(r, &r->T, "labels_T.txt", 1, 3);
    if (st == GVC_OK)
        st = read_labels(r, &r->FD, "labels_FD.txt", 1, 3);
    return st == GVC_OK ? read_labels(r, &r->VA, "labels_VA.txt", 0, 1) : st;
}

/* ---- matrices ---- */

static int is_row(const labels *l, gvc_int i)
{
    return strcmp(l->code[i], "ROW") == 0;
}

static gvc_status declare(reader *r, const labels *l, gvc_column_kind kind)
{
    gvc_status st = GVC_OK;

    for (gvc_int j = 0; st == GVC_OK && j < l->n; j++)
        st = gvc_draft__column(r->ctx, r->draft, is_row(l, j) ? GVC_COLUMN_SKIP : kind, l->code[j],
                               l->item[j]);
    return st;
}

static gvc_status refuse_rows(reader *r, const char *place, const labels *rows)
{
    return gvc_origin__refuse(r->ctx, gvc_draft__origin(r->draft), place,
                              "more rows than the %lld labels%s", (long long)rows->n,
                              rows == &r->Q ? " of labels_Q.txt; get the archive again, or leave "
                                              "satellites out: --satellites none"
                                            : "");
}

/* Where row `row` of a matrix goes. */
static gvc_status aim(reader *r, gvc_int row, const labels *rows, int again, const char *place,
                      gvc_int *target)
{
    if (row >= rows->n)
        return refuse_rows(r, place, rows);
    *target = GVC_DRAFT_SKIP;
    if (rows == &r->VA)
        return gvc_draft__line(r->ctx, r->draft, GVC_LINE_VA, rows->item[row], NULL, 0, place,
                               target);
    if (is_row(rows, row))
        return GVC_OK;
    return gvc_draft__row_of(r->ctx, r->draft, rows->code[row], rows->item[row], place, again,
                             target);
}

/* Sums of what is left out. */
static void count_dropped(reader *r, const labels *rows, const labels *cols, gvc_int row,
                          const double *cells)
{
    for (gvc_int j = 0; rows == &r->T && j < cols->n; j++) {
        if (is_row(rows, row))
            r->dropped_row += cells[j];
        else if (is_row(cols, j))
            *(cols == &r->FD ? &r->dropped_demand : &r->dropped_column) += cells[j];
    }
}

static gvc_status take_satellites(reader *r, const gvc_rows_block *b, gvc_int first)
{
    char place[80];
    gvc_status st = GVC_OK;

    for (gvc_int i = 0; st == GVC_OK && i < b->m; i++) {
        gvc_rows__place(b->lines[i], place);
        st = first + i < r->Q.n ? gvc_draft__put_satellite(r->ctx, r->draft, first + i, place,
                                                           b->cells + i * r->T.n)
                                : refuse_rows(r, place, &r->Q);
    }
    gvc_draft__count_blanks(r->draft, b->blanks);
    return st;
}

static gvc_status take_block(reader *r, const gvc_rows_block *b, gvc_int first, const labels *rows,
                             const labels *cols, int again)
{
    char place[80];
    gvc_status st = GVC_OK;

    if (rows == &r->Q)
        return take_satellites(r, b, first);
    if (b->m > r->room) {
        gvc_int *targets = gvc_mem__realloc(r->ctx, r->targets, b->m, sizeof *targets);

        if (!targets)
            return GVC_ENOMEM;
        r->targets = targets;
        r->room = b->m;
    }
    for (gvc_int i = 0; st == GVC_OK && i < b->m; i++) {
        st = aim(r, first + i, rows, again, gvc_rows__place(b->lines[i], place), &r->targets[i]);
        if (st == GVC_OK)
            count_dropped(r, rows, cols, first + i, b->cells + i * cols->n);
    }
    gvc_draft__count_blanks(r->draft, b->blanks);
    return st == GVC_OK ? gvc_draft__put(r->ctx, r->draft, r->targets, b->m, b->cells) : st;
}

static gvc_status read_matrix(reader *r, const char *suffix, const labels *rows, const labels *cols,
                              int again)
{
    const gvc_part *part = find_part(r->own, suffix);
    gvc_rows_block b = { .m = 1 };
    gvc_stream *stream;
    gvc_rows *lines = NULL;
    gvc_origin origin;
    gvc_int row = 0;
    gvc_status st;

    if (!part)
        return gvc_error__at(r->ctx, GVC_EDATA, r->own->path, NULL, "no member ends in %s", suffix);
    origin = gvc_source__origin(r->own, part);
    gvc_draft__next_file(r->draft, &origin);
    st = declare(r, cols, cols == &r->FD ? GVC_COLUMN_DEMAND : GVC_COLUMN_INDUSTRY);
    if (st == GVC_OK)
        st = gvc_source__stream(r->ctx, &stream, r->own, part);
    if (st == GVC_OK)
        st = gvc_rows__open(r->ctx, &lines, stream, '\t');
    if (st == GVC_OK)
        st = gvc_rows__shape(r->ctx, lines, 0, cols->n);
    while (st == GVC_OK && b.m > 0) {
        st = gvc_rows__next(r->ctx, lines, &b);
        if (st == GVC_OK && b.m > 0)
            st = take_block(r, &b, row, rows, cols, again);
        row += b.m;
    }
    if (st == GVC_OK && row != rows->n)
        st = gvc_origin__refuse(r->ctx, &origin, NULL,
                                "%lld rows found, %lld expected: one for each label",
                                (long long)row, (long long)rows->n);
    gvc_rows__close(lines);
    return st;
}

/* ---- satellites ---- */

/* What stands in the last parentheses: "Gg" of "Total CO2 emissions (Gg) from EDGAR". */
static int find_unit(const char *text, char *unit)
{
    const char *open = strrchr(text, '('), *close = open ? strchr(open, ')') : NULL;

    snprintf(unit, NAME, "%.*s", close ? (int)(close - open) - 1 : 0, close ? open + 1 : "");
    return *unit != '\0';
}

/* A label that stands twice is told apart by a number. */
static gvc_status declare_satellites(reader *r)
{
    char name[NAME], unit[NAME], first[NAME] = "", place[80];
    const gvc_part *part = find_part(r->index, "labels_Q.txt");
    const gvc_origin origin = gvc_source__origin(r->index, part);
    gvc_int without_unit = 0, i;
    gvc_status st = GVC_OK;

    gvc_draft__next_file(r->draft, &origin);
    for (gvc_int k = 0; st == GVC_OK && k < r->Q.n; k++) {
        const char *code = r->Q.code[k], *item = r->Q.item[k];

        snprintf(name, NAME, "%.500s%s%.500s", code, *item ? " - " : "", item);
        for (int copy = 2; gvc_draft__find_satellite(r->draft, name) >= 0; copy++)
            snprintf(name, NAME, "%.500s%s%.500s (%d)", code, *item ? " - " : "", item, copy);
        if (!find_unit(code, unit) && without_unit++ == 0)
            snprintf(first, NAME, "%s", name);
        st = gvc_draft__satellite(r->ctx, r->draft, name, unit, gvc_rows__place(k + 1, place), &i);
    }
    if (st == GVC_OK && without_unit)
        st = gvc_import__warn(r->ctx, r->import,
                              "%lld satellites have no unit in parentheses, the first of them is "
                              "%.300s; their unit stays empty",
                              (long long)without_unit, first);
    return st;
}

static gvc_status note_satellites(reader *r)
{
    gvc_int kept = 0;
    gvc_status st;

    for (gvc_int i = 0; i < r->Q.n; i++)
        kept += gvc_draft__keeps_satellite(r->draft, i);
    st = gvc_import__note(r->ctx, r->import, "satellites kept: %lld of %lld", (long long)kept,
                          (long long)r->Q.n);
    if (st == GVC_OK && kept && find_part(r->own, "_QY.txt"))
        st = gvc_import__note(r->ctx, r->import,
                              "what final demand itself uses or emits (QY) is left out: satellites "
                              "are those of industries");
    return st;
}

/* Q.txt, where it is there: a row for each label over the columns of T. */
static gvc_status read_satellites(reader *r)
{
    const gvc_part *Q = find_part(r->own, "_Q.txt");
    gvc_status st;

    if (!Q || gvc_import__keeps_none(r->import))
        return GVC_OK;
    st = read_labels(r, &r->Q, "labels_Q.txt", 0, 1);
    if (st == GVC_OK)
        st = declare_satellites(r);
    if (st == GVC_OK)
        st = gvc_draft__settle_satellites(r->ctx, r->draft, Q->bytes);
    if (st == GVC_OK)
        st = read_matrix(r, "_Q.txt", &r->Q, &r->T, 0);
    return st == GVC_OK ? note_satellites(r) : st;
}

/* ---- the table ---- */

/* Thousand dollars of the 2010s make a world of 6e10 to 9e10. */
static gvc_status check_unit(reader *r, const gvc_table *t)
{
    double world = 0.0;

    for (gvc_int i = 0; i < t->n; i++)
        world += t->VA[i];
    if (t->G <= 150 || (world > 1e10 && world < 3e11))
        return GVC_OK;
    return gvc_import__warn(r->ctx, r->import,
                            "world value added is %.3g, between 1e10 and 3e11 expected of "
                            "thousands of dollars: look at the unit",
                            world);
}

static gvc_status note_dropped(reader *r)
{
    if (r->dropped_row == 0.0 && r->dropped_column == 0.0 && r->dropped_demand == 0.0)
        return GVC_OK;
    return gvc_draft__history(r->ctx, r->draft,
                              "left out the statistical discrepancy ROW: a row of %.10g, a column "
                              "of %.10g, final demand of %.10g",
                              r->dropped_row, r->dropped_column, r->dropped_demand);
}

static gvc_status fill(reader *r, const gvc_part *part)
{
    static const gvc_release release = {
        .source = "Eora26",
        .unit = "thousand USD",
        .currency = "USD",
        .multiplier = 1e3,
        .price_basis = "current",
        .valuation = "basic",
        .sector_scheme = "eora26",
        .inventory = "Changes in inventories P.52",
        .licence = "academic use, no redistribution",
        .citation = "Lenzen, Moran, Kanemoto, Geschke (2013), Building Eora, Economic Systems "
                    "Research 25",
    };
    gvc_status st = gvc_draft__describe(r->ctx, r->draft, &release);

    if (st == GVC_OK && strstr(part->name, "_pp_"))
        st = gvc_draft__attr(r->ctx, r->draft, "valuation", "purchasers");
    if (st == GVC_OK)
        st = find_labels(r);
    if (st == GVC_OK)
        st = declare(r, &r->T, GVC_COLUMN_INDUSTRY);
    if (st == GVC_OK)
        st = declare(r, &r->FD, GVC_COLUMN_DEMAND);
    if (st == GVC_OK)
        st = gvc_draft__settle(r->ctx, r->draft, 2 * part->bytes);
    gvc_draft__may_be_unbalanced(r->draft);
    if (st == GVC_OK)
        st = read_matrix(r, "_T.txt", &r->T, &r->T, 0);
    if (st == GVC_OK)
        st = read_matrix(r, "_FD.txt", &r->T, &r->FD, 1);
    if (st == GVC_OK)
        st = read_matrix(r, "_VA.txt", &r->VA, &r->T, 0);
    if (st == GVC_OK)
        st = read_satellites(r);
    return st == GVC_OK ? note_dropped(r) : st;
}

static gvc_status read(gvc_ctx *ctx, gvc_import *import, gvc_int i, gvc_table **out)
{
    const gvc_origin origin = gvc_source__origin(import->source, import->items[i].part);
    reader r = { .ctx = ctx, .import = import, .own = import->source };
    gvc_status st;

    *out = NULL;
    r.arena = gvc_arena__new(ctx);
    st = r.arena ? gvc_draft__new(ctx, &r.draft, import, &origin) : GVC_ENOMEM;
    if (st == GVC_OK)
        st = fill(&r, import->items[i].part);
    if (st == GVC_OK)
        gvc_draft__next_file(r.draft, &origin);
    if (st == GVC_OK)
        st = gvc_draft__finish(ctx, r.draft, out);
    if (st == GVC_OK)
        st = check_unit(&r, *out);
    if (st != GVC_OK) {
        gvc_table_free(*out);
        *out = NULL;
    }
    gvc_draft__free(r.draft);
    gvc_source__close(r.beside);
    gvc_mem__free(r.T.code);
    gvc_mem__free(r.T.item);
    gvc_mem__free(r.FD.code);
    gvc_mem__free(r.FD.item);
    gvc_mem__free(r.VA.code);
    gvc_mem__free(r.VA.item);
    gvc_mem__free(r.Q.code);
    gvc_mem__free(r.Q.item);
    gvc_mem__free(r.targets);
    gvc_arena__free(r.arena);
    return st;
}

/* The matrices hold numbers only, between tabs; their part is told by the end of the name. */
static gvc_status recognise(gvc_ctx *ctx, gvc_import *import, int *is)
{
    const gvc_part *T = find_part(import->source, "_T.txt");

    (void)ctx;
    *is = T && find_part(import->source, "_FD.txt") && find_part(import->source, "_VA.txt") &&
          memchr(T->head, '\t', (size_t)T->n_head) &&
          strspn(T->head, "0123456789+-.eE\t ") >= strcspn(T->head, "\r\n");
    return GVC_OK;
}

static gvc_status list(gvc_ctx *ctx, gvc_import *import)
{
    const gvc_part *T = find_part(import->source, "_T.txt");
    const int year = T ? gvc_text__year(T->name) : 0;

    return T ? gvc_import__add(ctx, import, year ? year : GVC_INT_MISSING, T) : GVC_OK;
}

const gvc_format gvc_format__eora = {
    .name = "eora26",
    .title = "Eora26 (txt)",
    .recognise = recognise,
    .list = list,
    .read = read,
};
