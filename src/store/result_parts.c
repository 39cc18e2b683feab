#include "store/result.h"

#include <libdeflate.h>
#include <math.h>

/* One part while it is written: places lo ... hi of the first axis, `size` cells each. */
typedef struct part {
    const gvc_frame *frame;
    gvc_result_axis axes[GVC_RESULT_AXES];
    int rank;
    gvc_int size, lo, hi, *cells;
    double *values;
} part;

void gvc_result__drop_parts(gvc_result_file *file)
{
    gvc_result_parts *open = &file->parts;

    for (gvc_int i = 0; i < open->n; i++)
        H5Dclose(open->ids[i]);
    gvc_mem__free(open->ids);
    gvc_mem__free(open->crcs);
    gvc_mem__free(open->columns);
    *open = (gvc_result_parts){ 0 };
}

static hid_t begin_array(gvc_ctx *ctx, gvc_result_file *file, const part *p, gvc_int column,
                         gvc_status *st)
{
    const char *name = gvc_frame_name(p->frame, column);
    const hid_t group = gvc_result__level(ctx, file, p->frame, column);
    hsize_t dims[GVC_RESULT_AXES];
    hid_t id = H5I_INVALID_HID;

    for (int k = 0; k < p->rank; k++)
        dims[k] = (hsize_t)p->axes[k].n;
    if (group >= 0 && gvc_h5__has(group, name))
        *st = gvc_error__at(ctx, GVC_EUSAGE, file->out.path, name,
                            "the same measure, level and year is written twice");
    else if (group >= 0)
        id = gvc_out__begin_reals(&file->out, group, name, p->rank, dims);
    if (group >= 0)
        H5Gclose(group);
    if (id < 0)
        return id;
    gvc_result__attach(ctx, file, id, p->axes, p->rank);
    gvc_result__describe(file, id, p->frame, column);
    return id;
}

static gvc_status begin_arrays(gvc_ctx *ctx, gvc_result_file *file, part *p)
{
    gvc_result_parts *open = &file->parts;
    const gvc_int columns = gvc_frame_columns(p->frame);
    gvc_status st = GVC_OK;

    gvc_result__drop_parts(file);
    open->ids = gvc_mem__alloc(ctx, columns, sizeof *open->ids);
    open->crcs = gvc_mem__calloc(ctx, columns, sizeof *open->crcs);
    open->columns = gvc_mem__alloc(ctx, columns, sizeof *open->columns);
    if (!open->ids || !open->crcs || !open->columns)
        return GVC_ENOMEM;
    for (int k = 0; k < p->rank; k++)
        gvc_result__name_axis(ctx, file, p->frame, &p->axes[k]);
    st = gvc_out__status(ctx, &file->out);
    for (gvc_int j = 0; st == GVC_OK && j < columns; j++) {
        if (gvc_frame_role(p->frame, j) != GVC_ROLE_VALUE ||
            gvc_frame_type(p->frame, j) != GVC_COLUMN_REAL)
            continue;
        open->ids[open->n] = begin_array(ctx, file, p, j, &st);
        if (st == GVC_OK)
            st = gvc_out__status(ctx, &file->out);
        if (st == GVC_OK)
            open->columns[open->n++] = j;
    }
    return st;
}

static void put_places(gvc_result_file *file, gvc_int i, gvc_int first, gvc_int count,
                       const part *p)
{
    gvc_result_parts *open = &file->parts;

    gvc_out__put_places(&file->out, open->ids[i], first, count, p->values);
    open->crcs[i] =
        libdeflate_crc32(open->crcs[i], p->values, (size_t)(count * p->size) * sizeof *p->values);
}

/* Places that no row belongs to are missing. */
static void fill_gap(gvc_result_file *file, gvc_int to, const part *p)
{
    gvc_result_parts *open = &file->parts;

    for (gvc_int c = 0; open->next < to && c < p->size; c++)
        p->values[c] = NAN;
    for (; open->next < to; open->next++)
        for (gvc_int i = 0; i < open->n; i++)
            put_places(file, i, open->next, 1, p);
}

static void put_rows(gvc_result_file *file, const part *p)
{
    gvc_result_parts *open = &file->parts;
    const gvc_int cells = (p->hi + 1 - p->lo) * p->size, from = p->lo * p->size;

    for (gvc_int i = 0; i < open->n; i++) {
        const double *reals = gvc_frame_reals(p->frame, open->columns[i]);

        for (gvc_int c = 0; c < cells; c++)
            p->values[c] = NAN;
        for (gvc_int row = 0; row < gvc_frame_rows(p->frame); row++)
            p->values[p->cells[row] - from] = reals[row];
        put_places(file, i, p->lo, p->hi + 1 - p->lo, p);
    }
    open->next = p->hi + 1;
}

static void end_arrays(gvc_result_file *file, const part *p)
{
    fill_gap(file, p->axes[0].n, p);
    for (gvc_int i = 0; i < file->parts.n; i++)
        gvc_out__crc_attr(&file->out, file->parts.ids[i], file->parts.crcs[i]);
    gvc_result__drop_parts(file);
}

/* Which places of the first axis the rows fill. */
static gvc_status place_rows(gvc_ctx *ctx, gvc_result_file *file, part *p, gvc_int first)
{
    const gvc_int rows = gvc_frame_rows(p->frame);
    gvc_status st = gvc_result__axes(ctx, p->frame, p->axes, &p->rank);

    if (st != GVC_OK)
        return st;
    p->size = 1;
    for (int k = 1; k < p->rank; k++)
        p->size *= p->axes[k].n;
    p->cells = gvc_mem__alloc(ctx, rows, sizeof *p->cells);
    if (!p->cells)
        return GVC_ENOMEM;
    for (gvc_int i = 0; i < rows; i++) {
        const gvc_int cell = p->rank ? gvc_result__cell(p->frame, p->axes, p->rank, i) : -1;

        if (cell < 0 || (first > 0 && cell / p->size < file->parts.next))
            return gvc_error__set(ctx, GVC_EUSAGE,
                                  "the parts of a result are not in the order of its first key");
        p->cells[i] = cell;
        p->lo = i == 0 || cell / p->size < p->lo ? cell / p->size : p->lo;
        p->hi = i == 0 || cell / p->size > p->hi ? cell / p->size : p->hi;
    }
    p->values = gvc_mem__alloc(ctx, (p->hi + 1 - p->lo) * p->size, sizeof *p->values);
    return p->values ? GVC_OK : GVC_ENOMEM;
}

static gvc_status add_locked(gvc_ctx *ctx, gvc_result_file *file, const gvc_frame *frame,
                             gvc_int first, gvc_int rows)
{
    part p = { .frame = frame };
    gvc_status st = place_rows(ctx, file, &p, first);

    if (st == GVC_OK && first == 0)
        st = begin_arrays(ctx, file, &p);
    if (st == GVC_OK) {
        fill_gap(file, p.lo, &p);
        put_rows(file, &p);
        if (first + gvc_frame_rows(frame) == rows)
            end_arrays(file, &p);
        st = gvc_out__status(ctx, &file->out);
    }
    gvc_mem__free(p.cells);
    gvc_mem__free(p.values);
    return st;
}

gvc_status gvc_result__add_part(gvc_ctx *ctx, gvc_result_file *file, const gvc_frame *frame,
                                gvc_int first, gvc_int rows)
{
    gvc_status st;

    if (gvc_frame_rows(frame) == 0)
        return GVC_OK;
    gvc_h5__lock();
    st = add_locked(ctx, file, frame, first, rows);
    gvc_h5__unlock();
    gvc_outfile__hurry(file->out.outfile);
    return st;
}
