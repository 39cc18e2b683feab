#include "import/draft_in.h"

#include <stdio.h>
#include <string.h>

/* Satellites of a table being put together: named first, then filled row by row. */

gvc_int gvc_draft__satellites(const gvc_draft *d)
{
    return gvc_names__n(d->satellites.names);
}

gvc_int gvc_draft__find_satellite(const gvc_draft *d, const char *name)
{
    return gvc_names__find(d->satellites.names, name, (gvc_int)strlen(name));
}

const char *gvc_draft__satellite_name(const gvc_draft *d, gvc_int i)
{
    return gvc_names__get(d->satellites.names, i);
}

int gvc_draft__keeps_satellite(const gvc_draft *d, gvc_int i)
{
    return d->satellites.row[i] >= 0;
}

static gvc_status make_room(gvc_ctx *ctx, gvc_satellites *s, gvc_int i)
{
    const gvc_int room = i < s->room ? s->room : 2 * i + 64;
    const char **units = gvc_mem__realloc(ctx, s->units, room, sizeof *units);
    gvc_int *row = units ? gvc_mem__realloc(ctx, s->row, room, sizeof *row) : NULL;
    unsigned char *seen = row ? gvc_mem__realloc(ctx, s->seen, room, 1) : NULL;

    s->units = units ? units : s->units;
    s->row = row ? row : s->row;
    s->seen = seen ? seen : s->seen;
    s->room = seen ? room : s->room;
    return seen ? GVC_OK : GVC_ENOMEM;
}

gvc_status gvc_draft__satellite(gvc_ctx *ctx, gvc_draft *d, const char *name, const char *unit,
                                const char *place, gvc_int *i)
{
    gvc_satellites *s = &d->satellites;
    const gvc_int n = gvc_names__n(s->names), len = (gvc_int)strlen(name);

    if (len == 0 || len > 256 || !gvc_text__is_utf8(name, len) || strlen(unit) > 256 ||
        !gvc_text__is_utf8(unit, (gvc_int)strlen(unit)))
        return gvc_origin__refuse(
            ctx, &d->origin, place,
            "name and unit of a satellite are expected to be UTF-8 text of up "
            "to 256 bytes");
    if (gvc_names__find(s->names, name, len) >= 0)
        return gvc_origin__refuse(ctx, &d->origin, place,
                                  "the satellite \"%s\" stands a second time, once is expected",
                                  name);
    if (n >= s->room && make_room(ctx, s, n) != GVC_OK)
        return GVC_ENOMEM;
    *i = gvc_names__add(ctx, s->names, name, len);
    s->units[n] = gvc_arena__strdup(ctx, d->arena, unit);
    s->row[n] = gvc_import__keeps_satellite(d->import, name) ? s->n_kept++ : -1;
    s->seen[n] = 0;
    return *i == n && s->units[n] ? GVC_OK : GVC_ENOMEM;
}

gvc_status gvc_draft__settle_satellites(gvc_ctx *ctx, gvc_draft *d, gvc_int cells)
{
    const gvc_satellites *s = &d->satellites;
    const gvc_int S = gvc_names__n(s->names);
    const char **texts;
    gvc_status st = gvc_import__check_satellites(ctx, d->import, gvc_names__all(s->names), S);

    if (st != GVC_OK || s->n_kept == 0)
        return st;
    if ((double)s->n_kept * (double)d->n > (double)cells)
        return gvc_origin__refuse(ctx, &d->origin, NULL,
                                  "%lld satellites named; so short a file cannot have a row of "
                                  "%lld industries for each: it is cut short",
                                  (long long)s->n_kept, (long long)d->n);
    st = gvc_mem__reserve(ctx, "the satellites", 8.0 * (double)s->n_kept * (double)d->n);
    if (st != GVC_OK)
        return st;
    texts = gvc_mem__alloc(ctx, 2 * s->n_kept, sizeof *texts);
    if (!texts)
        return GVC_ENOMEM;
    for (gvc_int i = 0; i < S; i++)
        if (s->row[i] >= 0) {
            texts[s->row[i]] = gvc_names__get(s->names, i);
            texts[s->n_kept + s->row[i]] = s->units[i];
        }
    st = gvc_table__add_satellites(ctx, d->table, s->n_kept, texts, texts + s->n_kept);
    gvc_mem__free(texts);
    return st;
}

gvc_status gvc_draft__put_satellite(gvc_ctx *ctx, gvc_draft *d, gvc_int i, const char *place,
                                    const double *cells)
{
    const gvc_int row = d->satellites.row[i];
    double *values;
    gvc_status st = d->target ? GVC_OK : gvc_draft__aim(ctx, d);

    if (st == GVC_OK && d->satellites.seen[i])
        return gvc_origin__refuse(ctx, &d->origin, place,
                                  "the row \"%s\" stands a second time, once is expected",
                                  gvc_names__get(d->satellites.names, i));
    d->satellites.seen[i] = 1;
    if (st != GVC_OK || row < 0)
        return st;
    values = d->table->satellite + row * d->n;
    for (gvc_int j = 0; j < d->n_columns; j++)
        if (d->target[j] >= 0 && d->target[j] < d->n)
            values[d->target[j]] += cells[j];
    return gvc_progress__step(ctx, "reading satellites",
                              (double)(row + 1) / (double)d->satellites.n_kept);
}

gvc_int gvc_draft__missing_satellite(const gvc_draft *d, gvc_int first, gvc_int last)
{
    for (gvc_int i = first; i < last; i++)
        if (d->satellites.row[i] >= 0 && !d->satellites.seen[i])
            return i;
    return -1;
}
