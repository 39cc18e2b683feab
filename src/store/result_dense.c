#include "store/result.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static gvc_int n_labels(const gvc_frame *frame, gvc_int column)
{
    return gvc_labels_n(gvc_frame_labels(frame, column));
}

static int is_used(const gvc_frame *frame, gvc_int column)
{
    const int32_t *codes = gvc_frame_codes(frame, column);

    for (gvc_int i = 0; i < gvc_frame_rows(frame); i++)
        if (codes[i] >= 0)
            return 1;
    return 0;
}

/* The column of the sector that goes with a country, or -1. */
static gvc_int partner_of(const gvc_frame *frame, const char *name)
{
    gvc_int at = -1;

    if (strcmp(name, "exporter") == 0)
        at = gvc_frame_find(frame, "exporter_sector");
    else if (strcmp(name, "country") == 0)
        at = gvc_frame_find(frame, "sector");
    return at >= 0 && gvc_frame_role(frame, at) == GVC_ROLE_KEY && is_used(frame, at) ? at : -1;
}

gvc_status gvc_result__axes(gvc_ctx *ctx, const gvc_frame *frame, gvc_result_axis *axes, int *rank)
{
    gvc_int taken = -1;

    *rank = 0;
    for (gvc_int j = 0; j < gvc_frame_columns(frame); j++) {
        gvc_result_axis a = { j, -1, 0, NULL };

        if (gvc_frame_role(frame, j) != GVC_ROLE_KEY || j == taken)
            continue;
        if (gvc_frame_type(frame, j) != GVC_COLUMN_LABEL || *rank == GVC_RESULT_AXES)
            return gvc_error__set(ctx, GVC_EUSAGE,
                                  "rows told apart by %s do not fit dense arrays; write a panel",
                                  gvc_frame_name(frame, j));
        if (!is_used(frame, j))
            continue;
        a.sector = partner_of(frame, gvc_frame_name(frame, j));
        if (a.sector >= 0)
            taken = a.sector;
        a.n = n_labels(frame, j) * (a.sector >= 0 ? n_labels(frame, a.sector) : 1);
        axes[(*rank)++] = a;
    }
    return GVC_OK;
}

static const char *base_name(const gvc_frame *frame, const gvc_result_axis *a)
{
    const char *name = gvc_frame_name(frame, a->key);

    if (a->sector >= 0 || strchr(gvc_labels_code(gvc_frame_labels(frame, a->key), 0), ':'))
        return "industry";
    if (strcmp(name, "direction") == 0 || strcmp(name, "route") == 0)
        return name;
    if (gvc_labels_find(gvc_frame_labels(frame, a->key), "DISC") >= 0)
        return name;
    return strstr(name, "sector") ? "sector" : "country";
}

static gvc_int longest_code(const gvc_labels *labels)
{
    size_t most = 0;

    for (gvc_int i = 0; i < gvc_labels_n(labels); i++) {
        const size_t n = strlen(gvc_labels_code(labels, i));

        most = n > most ? n : most;
    }
    return (gvc_int)most;
}

void gvc_result__name_axis(gvc_ctx *ctx, gvc_result_file *file, const gvc_frame *frame,
                           gvc_result_axis *a)
{
    const gvc_labels *outer = gvc_frame_labels(frame, a->key);
    const gvc_labels *inner = a->sector >= 0 ? gvc_frame_labels(frame, a->sector) : NULL;
    const gvc_int m = inner ? gvc_labels_n(inner) : 1;
    const gvc_int longest = longest_code(outer) + 1 + (inner ? longest_code(inner) : 0) + 1;
    const char **texts = gvc_mem__alloc(ctx, a->n, sizeof *texts);
    char *text = gvc_mem__alloc(ctx, a->n, (size_t)longest);

    gvc_out__need(&file->out, texts);
    gvc_out__need(&file->out, text);
    for (gvc_int i = 0; !file->out.failed && i < a->n; i++) {
        char *end = stpcpy(text + i * longest, gvc_labels_code(outer, i / m));

        if (inner) {
            *end++ = ':';
            strcpy(end, gvc_labels_code(inner, i % m));
        }
        texts[i] = text + i * longest;
    }
    if (!file->out.failed)
        a->scale = gvc_result__scale(ctx, file, base_name(frame, a), texts, a->n);
    gvc_mem__free(texts);
    gvc_mem__free(text);
}

/* Where row i belongs in the array, -1 where one of its keys is unused. */
gvc_int gvc_result__cell(const gvc_frame *frame, const gvc_result_axis *axes, int rank, gvc_int i)
{
    gvc_int at = 0;

    for (int k = 0; k < rank; k++) {
        gvc_int code = gvc_frame_codes(frame, axes[k].key)[i];

        if (code < 0)
            return -1;
        if (axes[k].sector >= 0) {
            const gvc_int sector = gvc_frame_codes(frame, axes[k].sector)[i];

            if (sector < 0)
                return -1;
            code = code * n_labels(frame, axes[k].sector) + sector;
        }
        at = at * axes[k].n + code;
    }
    return at;
}

/* Rows that follow each other in the frame and in the arrays. */
typedef struct stretch {
    gvc_int row, cell, n;
} stretch;

/* A frame on its way into arrays. */
typedef struct dense {
    const gvc_frame *frame;
    gvc_result_axis axes[GVC_RESULT_AXES];
    int rank;
    gvc_int n; /* cells of an array */
    stretch *stretches;
    gvc_int n_stretches;
    double *values; /* n; missing where no row belongs, in every column */
} dense;

/* Where each row belongs, in `cells`; returns 0 where a key of a row is unused. */
static int find_cells(const dense *d, gvc_int *cells)
{
    const gvc_int rows = gvc_frame_rows(d->frame);
    int32_t least = 0;

    memset(cells, 0, (size_t)rows * sizeof *cells);
    for (int k = 0; k < d->rank; k++) {
        const gvc_int keys[] = { d->axes[k].key, d->axes[k].sector };

        for (int e = 0; e < 2 && keys[e] >= 0; e++) {
            const int32_t *codes = gvc_frame_codes(d->frame, keys[e]);
            const gvc_int n = n_labels(d->frame, keys[e]);

            for (gvc_int i = 0; i < rows; i++) {
                cells[i] = cells[i] * n + codes[i];
                least = codes[i] < least ? codes[i] : least;
            }
        }
    }
    return least >= 0;
}

static void find_stretches(dense *d, const gvc_int *cells)
{
    for (gvc_int i = 0; i < gvc_frame_rows(d->frame); i++) {
        if (i == 0 || cells[i] != cells[i - 1] + 1)
            d->stretches[d->n_stretches++] = (stretch){ i, cells[i], 0 };
        d->stretches[d->n_stretches - 1].n++;
    }
}

static gvc_status place_rows(gvc_ctx *ctx, dense *d)
{
    const gvc_int rows = gvc_frame_rows(d->frame);
    gvc_int *cells;
    int known;

    if (d->rank == 0 && rows > 1)
        return gvc_error__set(ctx, GVC_EUSAGE, "rows without keys do not fit dense arrays");
    cells = gvc_mem__alloc(ctx, rows, sizeof *cells);
    d->stretches = cells ? gvc_mem__alloc(ctx, rows, sizeof *d->stretches) : NULL;
    d->values = d->stretches ? gvc_mem__alloc(ctx, d->n, sizeof *d->values) : NULL;
    if (!d->values) {
        gvc_mem__free(cells);
        return GVC_ENOMEM;
    }
    known = find_cells(d, cells);
    if (known)
        find_stretches(d, cells);
    gvc_mem__free(cells);
    if (!known)
        return gvc_error__set(ctx, GVC_EUSAGE,
                              "rows of several levels do not fit dense arrays; write a panel");
    for (gvc_int i = 0; i < d->n; i++)
        d->values[i] = NAN;
    return GVC_OK;
}

static void fill_values(const dense *d, const double *reals)
{
    for (gvc_int k = 0; k < d->n_stretches; k++) {
        const stretch s = d->stretches[k];

        for (gvc_int i = 0; i < s.n; i++)
            d->values[s.cell + i] = reals[s.row + i] + 0.0; /* -0 + 0 is 0 */
    }
}

static void put_column(gvc_ctx *ctx, gvc_result_file *file, hid_t group, const dense *d,
                       gvc_int column)
{
    hsize_t dims[GVC_RESULT_AXES] = { 1 };
    hid_t id;

    for (int k = 0; k < d->rank; k++)
        dims[k] = (hsize_t)d->axes[k].n;
    fill_values(d, gvc_frame_reals(d->frame, column));
    id = gvc_out__reals(&file->out, group, gvc_frame_name(d->frame, column), d->values,
                        d->rank ? d->rank : 1, dims);
    if (id < 0)
        return;
    gvc_result__attach(ctx, file, id, d->axes, d->rank);
    gvc_result__describe(file, id, d->frame, column);
    H5Dclose(id);
}

/* /results/<year>/<group>/<level>, with what the frame says about itself. */
hid_t gvc_result__level(gvc_ctx *ctx, gvc_result_file *file, const gvc_frame *frame, gvc_int column)
{
    const int year = gvc_frame_year(frame);
    const char *method = gvc_frame_group(frame, column), *level = gvc_frame_level(frame);
    char path[GVC_H5_PLACE];
    hid_t group;

    snprintf(path, sizeof path, "results/%d/%s/%s", year == GVC_INT_MISSING ? 0 : year,
             *method ? method : "measures", *level ? level : "rows");
    group = gvc_result__path(file, file->out.id, path);
    if (group >= 0) {
        gvc_result__attrs(ctx, file, group, frame);
        gvc_out__text_attr(&file->out, group, "method", method);
    }
    return group;
}

static int is_value(const gvc_frame *frame, gvc_int column)
{
    return gvc_frame_role(frame, column) == GVC_ROLE_VALUE &&
           gvc_frame_type(frame, column) == GVC_COLUMN_REAL;
}

/* Columns of one measure stand side by side, and its group is opened once for them. */
static gvc_status put_columns(gvc_ctx *ctx, gvc_result_file *file, const dense *d)
{
    const char *measure = NULL;
    hid_t group = H5I_INVALID_HID;
    gvc_status st = GVC_OK;

    for (gvc_int j = 0; st == GVC_OK && j < gvc_frame_columns(d->frame); j++) {
        const char *name = gvc_frame_name(d->frame, j);

        if (!is_value(d->frame, j))
            continue;
        if (!measure || strcmp(measure, gvc_frame_group(d->frame, j)) != 0) {
            if (group >= 0)
                H5Gclose(group);
            group = gvc_result__level(ctx, file, d->frame, j);
            measure = gvc_frame_group(d->frame, j);
        }
        if (group >= 0 && gvc_h5__has(group, name))
            st = gvc_error__at(ctx, GVC_EUSAGE, file->out.path, name,
                               "the same measure, level and year is written twice");
        else if (group >= 0)
            put_column(ctx, file, group, d, j);
        if (st == GVC_OK)
            st = gvc_out__status(ctx, &file->out);
    }
    if (group >= 0)
        H5Gclose(group);
    return st;
}

static gvc_status add_locked(gvc_ctx *ctx, gvc_result_file *file, const gvc_frame *frame)
{
    dense d = { .frame = frame, .n = 1 };
    gvc_status st = gvc_result__axes(ctx, frame, d.axes, &d.rank);

    for (int k = 0; st == GVC_OK && k < d.rank; k++)
        d.n *= d.axes[k].n;
    if (st == GVC_OK)
        st = place_rows(ctx, &d);
    for (int k = 0; st == GVC_OK && k < d.rank; k++) {
        gvc_result__name_axis(ctx, file, frame, &d.axes[k]);
        st = gvc_out__status(ctx, &file->out);
    }
    if (st == GVC_OK)
        st = put_columns(ctx, file, &d);
    gvc_mem__free(d.stretches);
    gvc_mem__free(d.values);
    return st;
}

gvc_status gvc_result__add_dense(gvc_ctx *ctx, gvc_result_file *file, const gvc_frame *frame)
{
    gvc_status st;

    gvc_h5__lock();
    st = add_locked(ctx, file, frame);
    gvc_h5__unlock();
    gvc_outfile__hurry(file->out.outfile);
    return st;
}
