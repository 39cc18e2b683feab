#include "import/import.h"

#include "base/csv.h"
#include "table/builtin.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

gvc_int gvc_import_formats_n(void)
{
    gvc_int n = 0;

    while (gvc_formats[n])
        n++;
    return n;
}

const char *gvc_import_format_name(gvc_int i)
{
    return gvc_formats[i]->name;
}

const char *gvc_import_format_title(gvc_int i)
{
    return gvc_formats[i]->title;
}

static gvc_status refuse_format(gvc_ctx *ctx, const char *name)
{
    const char *names[64];
    const gvc_int n = gvc_import_formats_n() < 64 ? gvc_import_formats_n() : 64;
    gvc_buf list = { 0 };
    const char *near;
    gvc_status st;

    for (gvc_int i = 0; i < n; i++) {
        names[i] = gvc_formats[i]->name;
        gvc_buf__printf(ctx, &list, "%s%s", i ? ", " : "", names[i]);
    }
    near = gvc_text__nearest(name, names, n);
    st = near ? gvc_error__set(ctx, GVC_EUSAGE, "unknown format \"%s\"; did you mean %s?", name,
                               near)
              : gvc_error__set(ctx, GVC_EUSAGE, "unknown format \"%s\"; known are %s", name,
                               gvc_buf__text(&list));
    gvc_buf__free(&list);
    return st;
}

static gvc_status choose_format(gvc_ctx *ctx, gvc_import *import)
{
    gvc_status st = GVC_OK;
    int is = 0;

    if (import->opts.format) {
        for (gvc_int i = 0; gvc_formats[i]; i++)
            if (strcmp(gvc_formats[i]->name, import->opts.format) == 0)
                import->format = gvc_formats[i];
        return import->format ? GVC_OK : refuse_format(ctx, import->opts.format);
    }
    for (gvc_int i = 0; st == GVC_OK && !is && gvc_formats[i]; i++) {
        import->format = gvc_formats[i];
        st = import->format->recognise(ctx, import, &is);
    }
    if (st == GVC_OK && !is)
        st = gvc_import__refuse_unknown(ctx, import);
    return st;
}

/* A file of codes has the header code,iso3; a list of names has none, so its first name is where
 * the header would be. */
static gvc_status read_codes(gvc_ctx *ctx, gvc_import *import)
{
    gvc_status st = gvc_csv__read(ctx, &import->codes, import->opts.countries);

    if (st != GVC_OK)
        return st;
    import->is_list = gvc_csv__columns(import->codes) == 1;
    return import->is_list ? GVC_OK : gvc_csv__expect(ctx, import->codes, "code,iso3", 2);
}

static int by_year(const void *a, const void *b)
{
    const gvc_import_item *p = a, *q = b;

    if (p->year != q->year)
        return p->year < q->year ? -1 : 1;
    return p->part < q->part ? -1 : p->part > q->part;
}

static gvc_status check_items(gvc_ctx *ctx, gvc_import *import)
{
    if (import->n == 0)
        return gvc_error__at(ctx, GVC_EDATA, import->source->path, NULL, "%s holds no table",
                             import->format->title);
    qsort(import->items, (size_t)import->n, sizeof *import->items, by_year);
    for (gvc_int i = 1; i < import->n; i++)
        if (import->items[i].year == import->items[i - 1].year)
            return gvc_error__at(ctx, GVC_EDATA, import->source->path, NULL,
                                 "two tables of the same year: %s and %s; give one of them alone",
                                 import->items[i - 1].part->name, import->items[i].part->name);
    return GVC_OK;
}

gvc_status gvc_import_open(gvc_ctx *ctx, gvc_import **out, const char *path,
                           const gvc_import_opts *opts)
{
    gvc_import *import = gvc_mem__calloc(ctx, 1, sizeof *import);
    gvc_status st = GVC_ENOMEM;

    *out = NULL;
    if (!import)
        return GVC_ENOMEM;
    if (opts)
        import->opts = *opts;
    import->arena = gvc_arena__new(ctx);
    if (import->arena)
        st = gvc_source__open(ctx, &import->source, path, import->opts.scratch);
    if (st == GVC_OK && import->opts.countries)
        st = read_codes(ctx, import);
    if (st == GVC_OK)
        st = gvc_import__read_wanted(ctx, import);
    if (st == GVC_OK)
        st = choose_format(ctx, import);
    if (st == GVC_OK)
        st = import->format->list(ctx, import);
    if (st == GVC_OK)
        st = check_items(ctx, import);
    if (st != GVC_OK) {
        gvc_import_close(import);
        return st;
    }
    *out = import;
    return GVC_OK;
}

void gvc_import_close(gvc_import *import)
{
    if (!import)
        return;
    if (import->free_state)
        import->free_state(import->state);
    gvc_source__close(import->source);
    gvc_csv__free(import->codes);
    gvc_mem__free(import->items);
    gvc_mem__free(import->wanted);
    gvc_mem__free(import->met);
    gvc_mem__free(import->notes);
    gvc_mem__free(import->warnings);
    gvc_arena__free(import->arena);
    gvc_mem__free(import);
}

gvc_status gvc_import__add(gvc_ctx *ctx, gvc_import *import, int year, const gvc_part *part)
{
    if (import->n == import->room) {
        const gvc_int room = import->room ? 2 * import->room : 16;
        gvc_import_item *items = gvc_mem__realloc(ctx, import->items, room, sizeof *items);

        if (!items)
            return GVC_ENOMEM;
        import->items = items;
        import->room = room;
    }
    import->items[import->n++] = (gvc_import_item){ year, part };
    return GVC_OK;
}

static gvc_status keep_note(gvc_ctx *ctx, gvc_import *import, int is_warning, const char *text)
{
    char *note;

    if (import->n_notes == import->notes_room) {
        const gvc_int room = import->notes_room ? 2 * import->notes_room : 16;
        const char **notes = gvc_mem__realloc(ctx, import->notes, room, sizeof *notes);
        unsigned char *warnings = notes ? gvc_mem__realloc(ctx, import->warnings, room, 1) : NULL;

        import->notes = notes ? notes : import->notes;
        import->warnings = warnings ? warnings : import->warnings;
        if (!warnings)
            return GVC_ENOMEM;
        import->notes_room = room;
    }
    note = gvc_arena__strdup(ctx, import->arena, text);
    if (!note)
        return GVC_ENOMEM;
    gvc_text__clean(note);
    import->notes[import->n_notes] = note;
    import->warnings[import->n_notes++] = (unsigned char)is_warning;
    return GVC_OK;
}

gvc_status gvc_import__note(gvc_ctx *ctx, gvc_import *import, const char *fmt, ...)
{
    char text[1600];
    va_list args;

    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    return keep_note(ctx, import, 0, text);
}

gvc_status gvc_import__warn(gvc_ctx *ctx, gvc_import *import, const char *fmt, ...)
{
    char text[1600];
    va_list args;

    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    return keep_note(ctx, import, 1, text);
}

const char *gvc_import__iso3(const gvc_import *import, const char *native, int *known)
{
    const char *iso3 = NULL;

    for (gvc_int i = 0;
         import->codes && !import->is_list && !iso3 && i < gvc_csv__rows(import->codes); i++)
        if (strcmp(gvc_csv__cell(import->codes, i, 0), native) == 0)
            iso3 = gvc_csv__cell(import->codes, i, 1);
    if (!iso3)
        iso3 = gvc_country__iso3(native);
    if (known)
        *known = iso3 != NULL;
    return iso3 ? iso3 : native;
}

const char *gvc_import_format(const gvc_import *import)
{
    return import->format->name;
}

const char *gvc_import_title(const gvc_import *import)
{
    return import->format->title;
}

gvc_int gvc_import_n(const gvc_import *import)
{
    return import->n;
}

int gvc_import_year(const gvc_import *import, gvc_int i)
{
    return import->items[i].year;
}

gvc_status gvc_import_table(gvc_ctx *ctx, gvc_table **out, gvc_import *import, gvc_int i, int year)
{
    const int own = import->items[i].year;
    gvc_status st;

    import->n_notes = 0;
    import->year = own == GVC_INT_MISSING ? year : own;
    *out = NULL;
    st = import->sha256[0] ? GVC_OK : gvc_source__start_sha256(ctx, import->source);
    if (st == GVC_OK)
        st = import->format->read(ctx, import, i, out);
    if (st == GVC_OK && !(*out)->satellites)
        st = gvc_import__check_satellites(ctx, import, NULL, 0);
    if (st != GVC_OK) {
        gvc_table_free(*out);
        *out = NULL;
    }
    return st;
}

gvc_int gvc_import_notes_n(const gvc_import *import)
{
    return import->n_notes;
}

const char *gvc_import_note(const gvc_import *import, gvc_int i)
{
    return import->notes[i];
}

int gvc_import_note_is_warning(const gvc_import *import, gvc_int i)
{
    return import->warnings[i];
}
