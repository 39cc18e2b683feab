#include <gvc/panel.h>

#include "base/labels.h"
#include "base/mem.h"
#include "base/text.h"
#include "frame/frame.h"
#include "panel/codes.h"

#include <stdlib.h>
#include <string.h>

enum { KEYS_MAX = 6 };

/* One key of the joined frame and the columns it comes from. */
typedef struct key {
    const char *name;
    gvc_codes *codes;
    gvc_labels *labels;
    int32_t **cells; /* per frame: its codes in the joined list */
} key;

/* A row of a frame: its rank among the keys, the frame and the row in it. */
typedef struct place {
    int32_t code[KEYS_MAX];
    gvc_int frame, row;
} place;

typedef struct join {
    const gvc_frame *const *frames;
    const char *const *prefixes;
    gvc_int n, n_places, rows;
    int panel_keys, n_keys;
    key keys[KEYS_MAX];
    place *places;
    gvc_int **row_of; /* per frame and joined row: the frame's row, -1 where it has none */
    gvc_frame *out;
} join;

const char *gvc_panel_level(const char *level)
{
    if (strcmp(level, "imports") == 0)
        return "country";
    return strcmp(level, "imports_sector") == 0 ? "sector" : level;
}

/* Level of the joined rows. */
static const char *joined_level(const join *j, const gvc_frame *frame)
{
    return j->panel_keys ? gvc_panel_level(gvc_frame_level(frame)) : gvc_frame_level(frame);
}

/* The name of a key in the joined frame; NULL where a panel has no place for it. Imports without an
 * exporter belong to the importer. */
static const char *joined_name(const join *j, const gvc_frame *frame, const char *name)
{
    if (!j->panel_keys)
        return name;
    if (strcmp(name, "exporter") == 0)
        return "country";
    if (strcmp(name, "exporter_sector") == 0)
        return "sector";
    if (strcmp(name, "importer") == 0)
        return gvc_frame_find(frame, "exporter") < 0 ? "country" : "partner";
    if (strcmp(name, "destination") == 0 && gvc_frame_find(frame, "importer") < 0)
        return "partner";
    if (strcmp(name, "origin") == 0 || strcmp(name, "destination") == 0)
        return NULL;
    return name;
}

static int is_key(const gvc_frame *frame, gvc_int column)
{
    return gvc_frame_role(frame, column) == GVC_ROLE_KEY;
}

/* The column of `frame` that holds the joined key `name`, or -1. */
static gvc_int find_key(const join *j, const gvc_frame *frame, const char *name)
{
    for (gvc_int c = 0; c < gvc_frame_columns(frame); c++) {
        const char *joined;

        if (!is_key(frame, c))
            continue;
        joined = joined_name(j, frame, gvc_frame_name(frame, c));
        if (joined && strcmp(joined, name) == 0)
            return c;
    }
    return -1;
}

static gvc_status find_keys(gvc_ctx *ctx, join *j, const gvc_frame *frame)
{
    j->n_keys = 0;
    for (gvc_int c = 0; c < gvc_frame_columns(frame); c++) {
        const char *name = gvc_frame_name(frame, c);

        if (!is_key(frame, c))
            continue;
        if (gvc_frame_type(frame, c) != GVC_COLUMN_LABEL || j->n_keys == KEYS_MAX)
            return gvc_error__set(ctx, GVC_EUSAGE, "a result with the key %s cannot be joined",
                                  name);
        if (!joined_name(j, frame, name))
            return gvc_error__set(ctx, GVC_EUSAGE,
                                  "a panel has no key for %s: write results by origin or "
                                  "destination with --layout long",
                                  name);
        j->keys[j->n_keys++].name = joined_name(j, frame, name);
    }
    return GVC_OK;
}

static gvc_status check_frame(gvc_ctx *ctx, const join *j, const gvc_frame *frame)
{
    const gvc_frame *first = j->frames[0];
    int n_keys = 0;

    if (strcmp(joined_level(j, frame), joined_level(j, first)) != 0)
        return gvc_error__set(ctx, GVC_EUSAGE,
                              "results of the levels %s and %s cannot stand side by side: name one "
                              "level",
                              gvc_frame_level(first), gvc_frame_level(frame));
    if (gvc_frame_year(frame) != gvc_frame_year(first))
        return gvc_error__set(ctx, GVC_EUSAGE, "results of the years %d and %d cannot be joined",
                              gvc_frame_year(first), gvc_frame_year(frame));
    if (!j->panel_keys && gvc_frame_get_kind(frame) != gvc_frame_get_kind(first))
        return gvc_error__set(ctx, GVC_EUSAGE,
                              "decompositions of exports and indices have different keys: join "
                              "them in a panel");
    for (gvc_int c = 0; c < gvc_frame_columns(frame); c++)
        n_keys += is_key(frame, c);
    for (int k = 0; k < j->n_keys; k++)
        if (n_keys != j->n_keys || find_key(j, frame, j->keys[k].name) < 0)
            return gvc_error__set(ctx, GVC_EUSAGE,
                                  "results with different keys cannot stand side by side: one has "
                                  "%s, another lacks it or has more",
                                  j->keys[k].name);
    return GVC_OK;
}

/* The codes of one key of one frame, in the joined list. */
static gvc_status map_key(gvc_ctx *ctx, join *j, key *k, gvc_int f)
{
    const gvc_frame *frame = j->frames[f];
    const gvc_int column = find_key(j, frame, k->name), rows = gvc_frame_rows(frame);
    const gvc_labels *labels = gvc_frame_labels(frame, column);
    const int32_t *codes = gvc_frame_codes(frame, column);
    int32_t *map = gvc_mem__alloc(ctx, gvc_labels_n(labels), sizeof *map);
    gvc_status st = map ? gvc_codes__merge(ctx, k->codes, labels, map) : GVC_ENOMEM;

    if (st == GVC_OK) {
        k->cells[f] = gvc_mem__alloc(ctx, rows, sizeof **k->cells);
        if (!k->cells[f])
            st = GVC_ENOMEM;
        for (gvc_int i = 0; st == GVC_OK && i < rows; i++)
            k->cells[f][i] = codes[i] < 0 ? -1 : map[codes[i]];
    }
    gvc_mem__free(map);
    return st;
}

static gvc_status map_keys(gvc_ctx *ctx, join *j)
{
    gvc_status st = GVC_OK;

    for (int k = 0; st == GVC_OK && k < j->n_keys; k++) {
        key *one = &j->keys[k];

        st = gvc_codes__new(ctx, &one->codes);
        one->cells = st == GVC_OK ? gvc_mem__calloc(ctx, j->n, sizeof *one->cells) : NULL;
        if (st == GVC_OK && !one->cells)
            st = GVC_ENOMEM;
        for (gvc_int f = 0; st == GVC_OK && f < j->n; f++)
            st = map_key(ctx, j, one, f);
        if (st == GVC_OK)
            st = gvc_codes__labels(ctx, &one->labels, one->codes);
    }
    return st;
}

/* True when every frame has the same rows in the same order: nothing to match. */
static int same_rows(const join *j)
{
    const gvc_int rows = gvc_frame_rows(j->frames[0]);

    for (gvc_int f = 1; f < j->n; f++) {
        if (gvc_frame_rows(j->frames[f]) != rows)
            return 0;
        for (int k = 0; k < j->n_keys; k++)
            if (memcmp(j->keys[k].cells[0], j->keys[k].cells[f], (size_t)rows * sizeof(int32_t)) !=
                0)
                return 0;
    }
    return 1;
}

static int compare_keys(const place *a, const place *b)
{
    for (int k = 0; k < KEYS_MAX; k++)
        if (a->code[k] != b->code[k])
            return a->code[k] < b->code[k] ? -1 : 1;
    return 0;
}

static int compare_places(const void *a, const void *b)
{
    const place *left = a, *right = b;
    const int order = compare_keys(left, right);

    if (order)
        return order;
    if (left->frame != right->frame)
        return left->frame < right->frame ? -1 : 1;
    return left->row < right->row ? -1 : left->row > right->row;
}

static void fill_places(join *j)
{
    place *at = j->places;

    for (gvc_int f = 0; f < j->n; f++)
        for (gvc_int i = 0; i < gvc_frame_rows(j->frames[f]); i++, at++) {
            *at = (place){ .frame = f, .row = i };
            for (int k = 0; k < j->n_keys; k++)
                at->code[k] = j->keys[k].cells[f][i];
        }
    qsort(j->places, (size_t)j->n_places, sizeof *j->places, compare_places);
}

static gvc_status refuse_twice(gvc_ctx *ctx, const join *j, const place *p)
{
    gvc_buf where = { 0 };
    gvc_status st;

    for (int k = 0; k < j->n_keys; k++)
        gvc_buf__printf(ctx, &where, "%s%s", k ? " " : "",
                        p->code[k] < 0 ? "-" : gvc_labels_code(j->keys[k].labels, p->code[k]));
    st = gvc_error__set(ctx, GVC_EDATA, "the row %s stands twice in one result",
                        gvc_buf__text(&where));
    gvc_buf__free(&where);
    return st;
}

/* Equal keys become one row; row_of says where each frame has it. */
static gvc_status match_places(gvc_ctx *ctx, join *j)
{
    for (gvc_int f = 0; f < j->n; f++) {
        j->row_of[f] = gvc_mem__alloc(ctx, j->n_places, sizeof **j->row_of);
        if (!j->row_of[f])
            return GVC_ENOMEM;
        for (gvc_int i = 0; i < j->n_places; i++)
            j->row_of[f][i] = -1;
    }
    j->rows = 0;
    for (gvc_int i = 0; i < j->n_places; i++) {
        const place *p = &j->places[i];

        if (j->rows == 0 || compare_keys(&j->places[j->rows - 1], p) != 0)
            j->places[j->rows++] = *p;
        else if (j->row_of[p->frame][j->rows - 1] >= 0)
            return refuse_twice(ctx, j, p);
        j->row_of[p->frame][j->rows - 1] = p->row;
    }
    return GVC_OK;
}

static gvc_status add_keys(gvc_ctx *ctx, join *j, int identical)
{
    for (int k = 0; k < j->n_keys; k++) {
        const gvc_int column = find_key(j, j->frames[0], j->keys[k].name);
        const gvc_column_info info = {
            .name = j->keys[k].name,
            .label = gvc_frame_label(j->frames[0], column),
        };
        int32_t *cells = gvc_frame__add_label(ctx, j->out, GVC_ROLE_KEY, &info, j->keys[k].labels);

        if (!cells)
            return GVC_ENOMEM;
        for (gvc_int i = 0; i < j->rows; i++)
            cells[i] = identical ? j->keys[k].cells[0][i] : j->places[i].code[k];
    }
    return GVC_OK;
}

static int is_same_column(const gvc_frame *a, gvc_int i, const gvc_frame *b, gvc_int j)
{
    return strcmp(gvc_frame_measure(a, i), gvc_frame_measure(b, j)) == 0 &&
           gvc_frame_type(a, i) == gvc_frame_type(b, j);
}

static gvc_status copy_values(gvc_ctx *ctx, join *j, gvc_int f, gvc_int column, const char *name)
{
    const gvc_frame *from = j->frames[f];
    gvc_column_info info = gvc_frame__info(from, column);
    const double *values = gvc_frame_reals(from, column);
    const unsigned char *why = gvc_frame_flags(from, column);
    unsigned char *flags = NULL;
    double *cells;

    info.name = name;
    cells = gvc_frame__add_real(ctx, j->out, &info);
    if (cells && why)
        flags = gvc_frame__add_flags(ctx, j->out, gvc_frame_columns(j->out) - 1);
    if (!cells || (why && !flags))
        return GVC_ENOMEM;
    for (gvc_int i = 0; i < j->rows; i++) {
        if (j->row_of[f][i] < 0)
            continue;
        cells[i] = values[j->row_of[f][i]];
        if (flags)
            flags[i] = why[j->row_of[f][i]];
    }
    return GVC_OK;
}

/* A column that stands already is the same one when it is the same measure; the first is kept. */
static gvc_status add_column(gvc_ctx *ctx, join *j, gvc_int f, gvc_int column, int identical)
{
    const gvc_frame *from = j->frames[f];
    const char *prefix = j->prefixes && j->prefixes[f] ? j->prefixes[f] : "";
    gvc_buf name = { 0 };
    gvc_int there;
    gvc_status st = GVC_OK;

    gvc_buf__printf(ctx, &name, "%s%s%s", prefix, *prefix ? "_" : "", gvc_frame_name(from, column));
    if (name.failed)
        return GVC_ENOMEM;
    there = gvc_frame_find(j->out, name.data);
    if (there >= 0 && !is_same_column(j->out, there, from, column))
        st = gvc_error__set(ctx, GVC_EUSAGE,
                            "two measures, %s and %s, would both be the column %s: write them to "
                            "two files, or use --layout long",
                            gvc_frame_measure(j->out, there), gvc_frame_measure(from, column),
                            name.data);
    else if (there < 0 && identical)
        st = gvc_frame__copy_column(ctx, j->out, from, column, name.data);
    else if (there < 0)
        st = copy_values(ctx, j, f, column, name.data);
    gvc_buf__free(&name);
    return st;
}

static gvc_status build(gvc_ctx *ctx, join *j)
{
    const gvc_frame *first = j->frames[0];
    const int identical = same_rows(j);
    const gvc_frame_kind kind = j->panel_keys ? GVC_FRAME_INDICES : gvc_frame_get_kind(first);
    gvc_status st = GVC_OK;

    j->rows = gvc_frame_rows(first);
    if (!identical) {
        fill_places(j);
        st = match_places(ctx, j);
    }
    if (st == GVC_OK)
        st = gvc_frame__new(ctx, &j->out, kind, joined_level(j, first), gvc_frame_year(first),
                            j->rows);
    if (st == GVC_OK)
        st = add_keys(ctx, j, identical);
    for (gvc_int f = 0; st == GVC_OK && f < j->n; f++) {
        st = gvc_attrs__merge(ctx, gvc_frame__attrs(j->out), gvc_frame__attrs_of(j->frames[f]));
        for (gvc_int c = 0; st == GVC_OK && c < gvc_frame_columns(j->frames[f]); c++)
            if (gvc_frame_role(j->frames[f], c) == GVC_ROLE_VALUE)
                st = add_column(ctx, j, f, c, identical);
    }
    return st;
}

static void free_join(join *j)
{
    for (int k = 0; k < KEYS_MAX; k++) {
        for (gvc_int f = 0; j->keys[k].cells && f < j->n; f++)
            gvc_mem__free(j->keys[k].cells[f]);
        gvc_mem__free(j->keys[k].cells);
        gvc_labels__free(j->keys[k].labels);
        gvc_codes__free(j->keys[k].codes);
    }
    for (gvc_int f = 0; j->row_of && f < j->n; f++)
        gvc_mem__free(j->row_of[f]);
    gvc_mem__free(j->row_of);
    gvc_mem__free(j->places);
}

gvc_status gvc_frames_join(gvc_ctx *ctx, gvc_frame **out, const gvc_frame *const *frames,
                           const char *const *prefixes, gvc_int n, int panel_keys)
{
    join j = { .frames = frames, .prefixes = prefixes, .n = n, .panel_keys = panel_keys };
    gvc_status st;

    *out = NULL;
    if (n == 0)
        return gvc_error__set(ctx, GVC_EUSAGE, "there is no result to join");
    st = find_keys(ctx, &j, frames[0]);
    for (gvc_int f = 0; st == GVC_OK && f < n; f++) {
        st = check_frame(ctx, &j, frames[f]);
        j.n_places += gvc_frame_rows(frames[f]);
    }
    if (st == GVC_OK)
        st = map_keys(ctx, &j);
    if (st == GVC_OK) {
        j.places = gvc_mem__alloc(ctx, j.n_places, sizeof *j.places);
        j.row_of = gvc_mem__calloc(ctx, n, sizeof *j.row_of);
        st = j.places && j.row_of ? build(ctx, &j) : GVC_ENOMEM;
    }
    free_join(&j);
    if (st != GVC_OK) {
        gvc_frame_free(j.out);
        return st;
    }
    *out = j.out;
    return GVC_OK;
}
