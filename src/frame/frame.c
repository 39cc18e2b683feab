#include "frame/frame.h"

#include "base/labels.h"
#include "base/mem.h"
#include "base/text.h"

#include <math.h>
#include <string.h>

typedef struct column {
    gvc_column_info info;
    gvc_column_type type;
    gvc_column_role role;
    gvc_labels *labels;
    void *cells;
    unsigned char *flags; /* NULL: none */
} column;

struct gvc_frame {
    gvc_frame_kind kind;
    const char *level;
    int year;
    gvc_int rows, n, room;
    column *columns;
    gvc_arena *arena;
    gvc_attrs *attrs;
};

gvc_status gvc_frame__new(gvc_ctx *ctx, gvc_frame **out, gvc_frame_kind kind, const char *level,
                          int year, gvc_int rows)
{
    gvc_frame *frame = gvc_mem__calloc(ctx, 1, sizeof *frame);

    *out = NULL;
    if (!frame)
        return GVC_ENOMEM;
    frame->kind = kind;
    frame->year = year;
    frame->rows = rows;
    frame->arena = gvc_arena__new(ctx);
    frame->attrs = gvc_attrs__new(ctx);
    frame->level = frame->arena ? gvc_arena__strdup(ctx, frame->arena, level) : NULL;
    if (!frame->level || !frame->attrs) {
        gvc_frame_free(frame);
        return GVC_ENOMEM;
    }
    *out = frame;
    return GVC_OK;
}

void gvc_frame_free(gvc_frame *frame)
{
    if (!frame)
        return;
    for (gvc_int j = 0; j < frame->n; j++) {
        gvc_labels__free(frame->columns[j].labels);
        gvc_mem__free(frame->columns[j].cells);
        gvc_mem__free(frame->columns[j].flags);
    }
    gvc_mem__free(frame->columns);
    gvc_attrs__free(frame->attrs);
    gvc_arena__free(frame->arena);
    gvc_mem__free(frame);
}

static const char *keep(gvc_ctx *ctx, gvc_frame *frame, const char *text)
{
    return gvc_arena__strdup(ctx, frame->arena, text ? text : "");
}

/* Copy every text of `info`; 0 when memory is out. */
static int keep_info(gvc_ctx *ctx, gvc_frame *frame, gvc_column_info *to,
                     const gvc_column_info *info)
{
    const char *const from[] = { info->name,    info->label, info->unit,  info->formula,
                                 info->measure, info->group, info->paper, info->meaning,
                                 info->partner, info->range };
    const char **const kept[] = { &to->name,  &to->label, &to->unit,    &to->formula, &to->measure,
                                  &to->group, &to->paper, &to->meaning, &to->partner, &to->range };

    for (size_t i = 0; i < sizeof from / sizeof from[0]; i++) {
        *kept[i] = keep(ctx, frame, from[i]);
        if (!*kept[i])
            return 0;
    }
    return 1;
}

/* An empty column at the end, counted only once its cells are there. */
static column *append(gvc_ctx *ctx, gvc_frame *frame, const gvc_column_info *info, size_t size)
{
    column *c;

    if (frame->n == frame->room) {
        const gvc_int room = frame->room ? 2 * frame->room : 16;
        column *more = gvc_mem__realloc(ctx, frame->columns, room, sizeof *more);

        if (!more)
            return NULL;
        frame->columns = more;
        frame->room = room;
    }
    c = &frame->columns[frame->n];
    *c = (column){ 0 };
    if (!keep_info(ctx, frame, &c->info, info))
        return NULL;
    c->cells = gvc_mem__alloc(ctx, frame->rows, size);
    if (!c->cells)
        return NULL;
    frame->n++;
    return c;
}

static int32_t *add_codes(gvc_ctx *ctx, gvc_frame *frame, gvc_column_role role,
                          gvc_column_type type, const gvc_column_info *info,
                          const gvc_labels *labels)
{
    const int32_t empty = type == GVC_COLUMN_LABEL ? -1 : GVC_INT_MISSING;
    column *c = append(ctx, frame, info, sizeof(int32_t));
    int32_t *cells;

    if (!c)
        return NULL;
    c->type = type;
    c->role = role;
    c->labels = gvc_labels__share(labels);
    cells = c->cells;
    for (gvc_int i = 0; i < frame->rows; i++)
        cells[i] = empty;
    return cells;
}

int32_t *gvc_frame__add_label(gvc_ctx *ctx, gvc_frame *frame, gvc_column_role role,
                              const gvc_column_info *info, const gvc_labels *labels)
{
    return add_codes(ctx, frame, role, GVC_COLUMN_LABEL, info, labels);
}

int32_t *gvc_frame__add_int(gvc_ctx *ctx, gvc_frame *frame, gvc_column_role role,
                            const gvc_column_info *info)
{
    return add_codes(ctx, frame, role, GVC_COLUMN_INT, info, NULL);
}

double *gvc_frame__add_real(gvc_ctx *ctx, gvc_frame *frame, const gvc_column_info *info)
{
    column *c = append(ctx, frame, info, sizeof(double));
    double *cells;

    if (!c)
        return NULL;
    c->type = GVC_COLUMN_REAL;
    c->role = GVC_ROLE_VALUE;
    cells = c->cells;
    for (gvc_int i = 0; i < frame->rows; i++)
        cells[i] = NAN;
    return cells;
}

void gvc_frame__relabel(gvc_frame *frame, gvc_int j, const gvc_labels *labels)
{
    gvc_labels__free(frame->columns[j].labels);
    frame->columns[j].labels = gvc_labels__share(labels);
}

unsigned char *gvc_frame__add_flags(gvc_ctx *ctx, gvc_frame *frame, gvc_int j)
{
    if (!frame->columns[j].flags)
        frame->columns[j].flags = gvc_mem__calloc(ctx, frame->rows, 1);
    return frame->columns[j].flags;
}

static size_t cell_size(const column *c)
{
    return c->type == GVC_COLUMN_REAL ? sizeof(double) : sizeof(int32_t);
}

/* An empty column of the same kind as `like`, under `name` if given. */
static void *add_like(gvc_ctx *ctx, gvc_frame *frame, const column *like, const char *name)
{
    gvc_column_info info = like->info;
    column *c;

    if (name)
        info.name = name;
    c = append(ctx, frame, &info, cell_size(like));
    if (!c)
        return NULL;
    c->type = like->type;
    c->role = like->role;
    c->labels = gvc_labels__share(like->labels);
    return c->cells;
}

gvc_status gvc_frame__copy_column(gvc_ctx *ctx, gvc_frame *to, const gvc_frame *from,
                                  gvc_int from_column, const char *name)
{
    const column *c = &from->columns[from_column];
    void *cells = add_like(ctx, to, c, name);

    if (!cells)
        return GVC_ENOMEM;
    memcpy(cells, c->cells, (size_t)from->rows * cell_size(c));
    if (c->flags) {
        unsigned char *flags = gvc_frame__add_flags(ctx, to, to->n - 1);

        if (!flags)
            return GVC_ENOMEM;
        memcpy(flags, c->flags, (size_t)from->rows);
    }
    return GVC_OK;
}

/* Append the rows of column `c` that are named. */
static gvc_status select_cells(gvc_ctx *ctx, gvc_frame *to, const column *c, const gvc_int *rows,
                               gvc_int n)
{
    const size_t size = cell_size(c);
    char *cells = add_like(ctx, to, c, NULL);
    unsigned char *flags = cells && c->flags ? gvc_frame__add_flags(ctx, to, to->n - 1) : NULL;

    if (!cells || (c->flags && !flags))
        return GVC_ENOMEM;
    for (gvc_int i = 0; i < n; i++) {
        memcpy(cells + (size_t)i * size, (const char *)c->cells + (size_t)rows[i] * size, size);
        if (flags)
            flags[i] = c->flags[rows[i]];
    }
    return GVC_OK;
}

gvc_status gvc_frame__select(gvc_ctx *ctx, gvc_frame **out, const gvc_frame *frame,
                             const gvc_int *rows, gvc_int n)
{
    gvc_frame *some;
    gvc_status st = gvc_frame__new(ctx, &some, frame->kind, frame->level, frame->year, n);

    *out = NULL;
    if (st != GVC_OK)
        return st;
    st = gvc_attrs__merge(ctx, some->attrs, frame->attrs);
    for (gvc_int j = 0; st == GVC_OK && j < frame->n; j++)
        st = select_cells(ctx, some, &frame->columns[j], rows, n);
    if (st != GVC_OK) {
        gvc_frame_free(some);
        return st;
    }
    *out = some;
    return GVC_OK;
}

gvc_status gvc_frame__set_level(gvc_ctx *ctx, gvc_frame *frame, const char *level)
{
    frame->level = gvc_arena__strdup(ctx, frame->arena, level);
    return frame->level ? GVC_OK : GVC_ENOMEM;
}

gvc_attrs *gvc_frame__attrs(gvc_frame *frame)
{
    return frame->attrs;
}

const gvc_attrs *gvc_frame__attrs_of(const gvc_frame *frame)
{
    return frame->attrs;
}

gvc_frame_kind gvc_frame_get_kind(const gvc_frame *frame)
{
    return frame->kind;
}

const char *gvc_frame_level(const gvc_frame *frame)
{
    return frame->level;
}

int gvc_frame_year(const gvc_frame *frame)
{
    return frame->year;
}

gvc_int gvc_frame_rows(const gvc_frame *frame)
{
    return frame->rows;
}

gvc_int gvc_frame_columns(const gvc_frame *frame)
{
    return frame->n;
}

gvc_int gvc_frame_find(const gvc_frame *frame, const char *name)
{
    for (gvc_int j = 0; j < frame->n; j++)
        if (strcmp(frame->columns[j].info.name, name) == 0)
            return j;
    return -1;
}

const char *gvc_frame_name(const gvc_frame *frame, gvc_int j)
{
    return frame->columns[j].info.name;
}

gvc_column_type gvc_frame_type(const gvc_frame *frame, gvc_int j)
{
    return frame->columns[j].type;
}

gvc_column_role gvc_frame_role(const gvc_frame *frame, gvc_int j)
{
    return frame->columns[j].role;
}

const char *gvc_frame_label(const gvc_frame *frame, gvc_int j)
{
    return frame->columns[j].info.label;
}

const char *gvc_frame_unit(const gvc_frame *frame, gvc_int j)
{
    return frame->columns[j].info.unit;
}

const char *gvc_frame_formula(const gvc_frame *frame, gvc_int j)
{
    return frame->columns[j].info.formula;
}

const char *gvc_frame_paper(const gvc_frame *frame, gvc_int j)
{
    return frame->columns[j].info.paper;
}

const char *gvc_frame_sector_meaning(const gvc_frame *frame, gvc_int j)
{
    return frame->columns[j].info.meaning;
}

const char *gvc_frame_partner_meaning(const gvc_frame *frame, gvc_int j)
{
    return frame->columns[j].info.partner;
}

const char *gvc_frame_range(const gvc_frame *frame, gvc_int j)
{
    return frame->columns[j].info.range;
}

gvc_column_info gvc_frame__info(const gvc_frame *frame, gvc_int j)
{
    return frame->columns[j].info;
}

const char *gvc_frame_measure(const gvc_frame *frame, gvc_int j)
{
    return frame->columns[j].info.measure;
}

const char *gvc_frame_group(const gvc_frame *frame, gvc_int j)
{
    return frame->columns[j].info.group;
}

const int32_t *gvc_frame_codes(const gvc_frame *frame, gvc_int j)
{
    return frame->columns[j].type == GVC_COLUMN_LABEL ? frame->columns[j].cells : NULL;
}

const int32_t *gvc_frame_ints(const gvc_frame *frame, gvc_int j)
{
    return frame->columns[j].type == GVC_COLUMN_INT ? frame->columns[j].cells : NULL;
}

const double *gvc_frame_reals(const gvc_frame *frame, gvc_int j)
{
    return frame->columns[j].type == GVC_COLUMN_REAL ? frame->columns[j].cells : NULL;
}

const unsigned char *gvc_frame_flags(const gvc_frame *frame, gvc_int j)
{
    return frame->columns[j].flags;
}

const char *gvc_flag_name(gvc_flag flag)
{
    static const char *const names[GVC_FLAGS_N] = {
        "", "den0", "nosec", "absent", "part", "neg", "gt1",
    };

    return names[flag];
}

const gvc_labels *gvc_frame_labels(const gvc_frame *frame, gvc_int j)
{
    return frame->columns[j].labels;
}

const char *gvc_frame_attr(const gvc_frame *frame, const char *name)
{
    return gvc_attrs__get(frame->attrs, name);
}
