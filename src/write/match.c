#include "write/diff.h"

#include "base/mem.h"

#include <math.h>
#include <string.h>

struct gvc_match {
    const gvc_diff_sheet *a, *b;
    /* Rows: the key columns of both, and the rows of b by the hash of their keys. */
    gvc_int n_keys, slots;
    const gvc_diff_column **of_a, **of_b;
    gvc_int *table;
    /* Dense: where each label of an axis of a stands in b, one axis after the other. */
    gvc_int *to[GVC_DIFF_AXES];
};

/* ---- rows ---- */

static uint64_t mix(uint64_t h, const void *bytes, size_t n)
{
    const unsigned char *at = bytes;

    for (size_t i = 0; i < n; i++)
        h = (h ^ at[i]) * 1099511628211u;
    return h;
}

static uint64_t hash_row(const gvc_diff_column *const *keys, gvc_int n, gvc_int row)
{
    uint64_t h = 14695981039346656037u;

    for (gvc_int k = 0; k < n; k++) {
        const double value = keys[k]->texts ? 0 : keys[k]->reals[row] + 0.0;

        h = keys[k]->texts ? mix(h, keys[k]->texts[row], strlen(keys[k]->texts[row]) + 1)
            : isnan(value) ? mix(h, "", 1)
                           : mix(h, &value, sizeof value);
    }
    return h ^ h >> 32;
}

static int same_keys(const gvc_match *m, const gvc_diff_column *const *keys, gvc_int row,
                     gvc_int of_b)
{
    for (gvc_int k = 0; k < m->n_keys; k++) {
        const gvc_diff_column *x = keys[k], *y = m->of_b[k];

        if (x->texts ? strcmp(x->texts[row], y->texts[of_b]) != 0
                     : x->reals[row] != y->reals[of_b] &&
                           !(isnan(x->reals[row]) && isnan(y->reals[of_b])))
            return 0;
    }
    return 1;
}

/* The slot of the row of b with these keys, or the empty one where it belongs. */
static gvc_int slot_of(const gvc_match *m, const gvc_diff_column *const *keys, gvc_int row)
{
    gvc_int s = (gvc_int)(hash_row(keys, m->n_keys, row) & (uint64_t)(m->slots - 1));

    while (m->table[s] >= 0 && !same_keys(m, keys, row, m->table[s]))
        s = (s + 1) & (m->slots - 1);
    return s;
}

static gvc_status fill_table(gvc_ctx *ctx, gvc_match *m)
{
    gvc_buf key = { 0 };
    gvc_status st = GVC_OK;

    m->slots = 16;
    while (m->slots < 2 * m->b->rows)
        m->slots *= 2;
    m->table = gvc_mem__alloc(ctx, m->slots, sizeof *m->table);
    if (!m->table)
        return GVC_ENOMEM;
    for (gvc_int s = 0; s < m->slots; s++)
        m->table[s] = -1;
    for (gvc_int i = 0; st == GVC_OK && i < m->b->rows; i++) {
        const gvc_int s = slot_of(m, m->of_b, i);

        if (m->table[s] >= 0)
            st = gvc_error__at(ctx, GVC_EDATA, m->b->file, NULL,
                               "several rows have the keys %s; unique keys are expected",
                               gvc_match__key(ctx, m->b, i, &key));
        m->table[s] = i;
    }
    gvc_buf__free(&key);
    return st;
}

static const gvc_diff_column *find_key(const gvc_diff_sheet *sheet, const char *name)
{
    for (gvc_int j = 0; j < sheet->n; j++)
        if (sheet->columns[j].is_key && strcmp(sheet->columns[j].name, name) == 0)
            return &sheet->columns[j];
    return NULL;
}

static gvc_status refuse_key(gvc_ctx *ctx, const gvc_diff_sheet *without,
                             const gvc_diff_sheet *with, const char *name)
{
    return gvc_error__at(ctx, GVC_EDATA, without->file, NULL,
                         "no key column %s, which %s has; results with the same keys are compared",
                         name, with->file);
}

static gvc_status pair_keys(gvc_ctx *ctx, gvc_match *m)
{
    m->of_a = gvc_mem__calloc(ctx, m->a->n, sizeof *m->of_a);
    m->of_b = gvc_mem__calloc(ctx, m->a->n, sizeof *m->of_b);
    if (!m->of_a || !m->of_b)
        return GVC_ENOMEM;
    for (gvc_int j = 0; j < m->a->n; j++) {
        const gvc_diff_column *c = &m->a->columns[j], *other = find_key(m->b, c->name);

        if (!c->is_key)
            continue;
        if (!other)
            return refuse_key(ctx, m->b, m->a, c->name);
        if (!other->texts != !c->texts)
            return gvc_error__at(ctx, GVC_EDATA, m->b->file, m->b->where,
                                 "key column %s holds texts in one file and numbers in the other",
                                 c->name);
        m->of_a[m->n_keys] = c;
        m->of_b[m->n_keys++] = other;
    }
    for (gvc_int j = 0; j < m->b->n; j++)
        if (m->b->columns[j].is_key && !find_key(m->a, m->b->columns[j].name))
            return refuse_key(ctx, m->a, m->b, m->b->columns[j].name);
    return m->n_keys ? fill_table(ctx, m) : GVC_OK;
}

/* ---- dense arrays ---- */

static gvc_int find_label(const gvc_diff_axis *axis, const char *label, gvc_int guess)
{
    if (guess < axis->n && strcmp(axis->labels[guess], label) == 0)
        return guess;
    for (gvc_int i = 0; i < axis->n; i++)
        if (strcmp(axis->labels[i], label) == 0)
            return i;
    return -1;
}

static gvc_status pair_axes(gvc_ctx *ctx, gvc_match *m)
{
    for (int k = 0; k < m->a->rank; k++) {
        const gvc_diff_axis *x = &m->a->axis[k], *y = &m->b->axis[k];

        m->to[k] = gvc_mem__alloc(ctx, x->n, sizeof *m->to[k]);
        if (!m->to[k])
            return GVC_ENOMEM;
        for (gvc_int i = 0; i < x->n; i++)
            m->to[k][i] = x->labels && y->labels ? find_label(y, x->labels[i], i)
                          : i < y->n             ? i
                                                 : -1;
    }
    return GVC_OK;
}

static gvc_int find_cell(const gvc_match *m, gvc_int row)
{
    gvc_int place = 0, step = 1;

    for (int k = m->a->rank - 1; k >= 0; k--) {
        const gvc_int at = m->to[k][row % m->a->axis[k].n];

        if (at < 0)
            return -1;
        place += at * step;
        step *= m->b->axis[k].n;
        row /= m->a->axis[k].n;
    }
    return place;
}

/* ---- both ---- */

gvc_status gvc_match__new(gvc_ctx *ctx, gvc_match **out, const gvc_diff_sheet *a,
                          const gvc_diff_sheet *b)
{
    gvc_match *m = gvc_mem__calloc(ctx, 1, sizeof *m);
    gvc_status st = m ? GVC_OK : GVC_ENOMEM;

    *out = NULL;
    if (st == GVC_OK) {
        m->a = a;
        m->b = b;
        if (a->rank != b->rank)
            st = gvc_error__at(ctx, GVC_EDATA, b->file, b->where, "%d dimensions here and %d in %s",
                               b->rank, a->rank, a->file);
        else
            st = a->rank ? pair_axes(ctx, m) : pair_keys(ctx, m);
    }
    if (st != GVC_OK) {
        gvc_match__free(m);
        return st;
    }
    *out = m;
    return GVC_OK;
}

void gvc_match__free(gvc_match *match)
{
    if (!match)
        return;
    for (int k = 0; k < GVC_DIFF_AXES; k++)
        gvc_mem__free(match->to[k]);
    gvc_mem__free(match->of_a);
    gvc_mem__free(match->of_b);
    gvc_mem__free(match->table);
    gvc_mem__free(match);
}

gvc_int gvc_match__find(const gvc_match *match, gvc_int row)
{
    if (match->a->rank)
        return find_cell(match, row);
    if (match->n_keys == 0)
        return row < match->b->rows ? row : -1;
    return match->table[slot_of(match, match->of_a, row)];
}

static void put_cell_key(gvc_ctx *ctx, const gvc_diff_sheet *sheet, gvc_int row, gvc_buf *buf)
{
    gvc_int step = sheet->rows;

    for (int k = 0; k < sheet->rank; k++) {
        const gvc_diff_axis *axis = &sheet->axis[k];
        gvc_int at;

        step /= axis->n;
        at = row / step % axis->n;
        if (k)
            gvc_buf__puts(ctx, buf, " ");
        if (axis->labels)
            gvc_buf__printf(ctx, buf, "%s=%s", axis->name, axis->labels[at]);
        else
            gvc_buf__printf(ctx, buf, "[%lld]", (long long)at + 1);
    }
}

const char *gvc_match__key(gvc_ctx *ctx, const gvc_diff_sheet *sheet, gvc_int row, gvc_buf *buf)
{
    int n = 0;

    if (sheet->rank)
        put_cell_key(ctx, sheet, row, buf);
    for (gvc_int j = 0; !sheet->rank && j < sheet->n; j++) {
        const gvc_diff_column *c = &sheet->columns[j];

        /* Unused keys of a long row are empty. */
        if (!c->is_key || (c->texts ? !*c->texts[row] : isnan(c->reals[row])))
            continue;
        gvc_buf__printf(ctx, buf, "%s%s=", n++ ? " " : "", c->name);
        if (c->texts)
            gvc_buf__puts(ctx, buf, c->texts[row]);
        else
            gvc_buf__number(ctx, buf, c->reals[row]);
    }
    if (!sheet->rank && n == 0)
        gvc_buf__printf(ctx, buf, "row %lld", (long long)row + 1);
    return gvc_buf__text(buf);
}
