#include "write/rows.h"

#include "base/decimal.h"
#include "base/mem.h"

#include <math.h>
#include <string.h>

enum { BLOCK_BYTES = 1 << 19, BATCH = 16, INT_MAX_TEXT = 11 };

static int make_field(gvc_ctx *ctx, gvc_arena *arena, gvc_field *out, const char *text,
                      gvc_spell_fn spell)
{
    gvc_buf spelled = { 0 };

    spell(ctx, &spelled, text);
    out->len = spelled.len;
    out->text =
        spelled.failed ? NULL : gvc_arena__copy(ctx, arena, gvc_buf__text(&spelled), spelled.len);
    gvc_buf__free(&spelled);
    return out->text != NULL;
}

static int is_constant(gvc_cell_kind kind)
{
    return kind == GVC_CELL_TEXT || kind == GVC_CELL_YEAR;
}

/* The texts of a column; the widest one is added to the width of a row. A year needs no spelling:
 * it is a number in every format. */
static int plan_column(gvc_ctx *ctx, gvc_rows *p, gvc_row_column *c, const gvc_cell *cell,
                       gvc_spell_fn spell)
{
    const gvc_int n = is_constant(cell->kind)        ? 1
                      : cell->kind == GVC_CELL_LABEL ? gvc_labels_n(cell->labels)
                                                     : 0;
    gvc_int widest = cell->kind == GVC_CELL_INT    ? INT_MAX_TEXT
                     : cell->kind == GVC_CELL_REAL ? GVC_DECIMAL_MAX
                                                   : 0;
    gvc_field *fields = gvc_mem__alloc(ctx, n, sizeof *fields);

    *c = (gvc_row_column){
        .kind = cell->kind, .fields = fields, .ints = cell->ints, .reals = cell->reals
    };
    if (!fields)
        return 0;
    for (gvc_int i = 0; i < n; i++) {
        const char *text = is_constant(cell->kind) ? cell->text : gvc_labels_code(cell->labels, i);

        if (cell->kind == GVC_CELL_YEAR || !*text)
            fields[i] = (gvc_field){ text, (gvc_int)strlen(text) };
        else if (!make_field(ctx, p->arena, &fields[i], text, spell))
            return 0;
        if (fields[i].len > widest)
            widest = fields[i].len;
    }
    p->width += widest;
    return 1;
}

gvc_status gvc_rows__plan(gvc_ctx *ctx, gvc_rows *p, const gvc_sheet_view *sheet,
                          gvc_spell_fn spell)
{
    *p = (gvc_rows){ .n = sheet->n, .rows = sheet->rows };
    p->arena = gvc_arena__new(ctx);
    p->columns = gvc_mem__calloc(ctx, sheet->n, sizeof *p->columns);
    if (!p->arena || !p->columns)
        return GVC_ENOMEM;
    for (gvc_int j = 0; j < sheet->n; j++)
        if (!plan_column(ctx, p, &p->columns[j], &sheet->cells[j], spell))
            return GVC_ENOMEM;
    return GVC_OK;
}

void gvc_rows__free(gvc_rows *p)
{
    for (gvc_int j = 0; p->columns && j < p->n; j++)
        gvc_mem__free((void *)p->columns[j].fields);
    gvc_mem__free(p->columns);
    gvc_arena__free(p->arena);
}

char *gvc_rows__put_field(char *to, const gvc_field *f)
{
    memcpy(to, f->text, (size_t)f->len);
    return to + f->len;
}

char *gvc_rows__put_int(char *to, int32_t value)
{
    char digits[INT_MAX_TEXT];
    int n = 0;
    uint32_t rest = value < 0 ? 0u - (uint32_t)value : (uint32_t)value;

    if (value < 0)
        *to++ = '-';
    do
        digits[n++] = (char)('0' + rest % 10);
    while ((rest /= 10) != 0);
    while (n > 0)
        *to++ = digits[--n];
    return to;
}

int gvc_rows__is_missing(const gvc_row_column *c, gvc_int row)
{
    switch (c->kind) {
    case GVC_CELL_TEXT:
    case GVC_CELL_YEAR:
        return c->fields[0].len == 0;
    case GVC_CELL_LABEL:
        return c->ints[row] < 0;
    case GVC_CELL_INT:
        return c->ints[row] == GVC_INT_MISSING;
    case GVC_CELL_REAL:
        return isnan(c->reals[row]);
    }
    return 1;
}

char *gvc_rows__put_cell(char *to, const gvc_row_column *c, gvc_int row)
{
    switch (c->kind) {
    case GVC_CELL_TEXT:
    case GVC_CELL_YEAR:
        return gvc_rows__put_field(to, c->fields);
    case GVC_CELL_LABEL:
        return gvc_rows__put_field(to, &c->fields[c->ints[row]]);
    case GVC_CELL_INT:
        return gvc_rows__put_int(to, c->ints[row]);
    case GVC_CELL_REAL:
        return to + gvc_decimal__write(to, c->reals[row]);
    }
    return to;
}

static gvc_int put_block(char *to, const gvc_rows *p, gvc_int first, gvc_int last,
                         gvc_put_row_fn put_row)
{
    char *start = to;

    for (gvc_int i = first; i < last; i++)
        to = put_row(to, p, i);
    return to - start;
}

gvc_status gvc_rows__print(gvc_ctx *ctx, const gvc_rows *p, gvc_put_row_fn put_row,
                           gvc_sink_fn sink, void *user)
{
    const gvc_int width = p->width > 0 ? p->width : 1;
    const gvc_int step = width < BLOCK_BYTES ? BLOCK_BYTES / width : 1;
    const gvc_int blocks = (p->rows + step - 1) / step;
    const gvc_int batch = blocks < BATCH ? blocks : BATCH;
    char *room = gvc_mem__alloc(ctx, batch * step, (size_t)width);
    gvc_int used[BATCH];
    gvc_status st = room ? GVC_OK : GVC_ENOMEM;

    for (gvc_int b = 0; st == GVC_OK && b < blocks; b += batch) {
        const gvc_int now = blocks - b < batch ? blocks - b : batch;

#pragma omp parallel for if (now > 1) num_threads(gvc_ctx_threads(ctx)) schedule(dynamic)
        for (gvc_int k = 0; k < now; k++) {
            const gvc_int first = (b + k) * step;
            const gvc_int last = first + step < p->rows ? first + step : p->rows;

            used[k] = put_block(room + k * step * width, p, first, last, put_row);
        }
        for (gvc_int k = 0; st == GVC_OK && k < now; k++)
            st = sink(ctx, user, room + k * step * width, used[k]);
        if (st == GVC_OK && blocks > batch)
            st = gvc_progress__step(ctx, "write", (double)(b + now) / (double)blocks);
    }
    gvc_mem__free(room);
    return st;
}
