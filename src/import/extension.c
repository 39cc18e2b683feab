#include "import/extension.h"
#include "import/pymrio.h"
#include "import/wide.h"

#include "base/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { EXTENSIONS = 100, NAME = 1100 };

/* Its satellites are those numbered from `first` to `last` - 1 in the draft. */
typedef struct extension {
    const char *folder;
    const gvc_part *F, *unit, *F_Y;
    gvc_int first, last;
    int has_inputs;
} extension;

typedef struct reader {
    gvc_ctx *ctx;
    gvc_draft *draft;
    gvc_import *import;
    gvc_arena *arena;
    const gvc_part *inputs;
    gvc_extension_role role;
    extension list[EXTENSIONS];
    gvc_int n, cells;
} reader;

/* ---- the folders ---- */

/* Behind the folder of the system: "satellite" for satellite/F.txt; its length, 0 for any other. */
static size_t folder_of(const gvc_part *system, const gvc_part *part, const char **folder)
{
    const size_t above = strlen(system->name) - strlen("file_parameters.json");
    const char *slash;

    if (strncmp(part->name, system->name, above) != 0)
        return 0;
    *folder = part->name + above;
    slash = strchr(*folder, '/');
    return slash && strcmp(slash, "/F.txt") == 0 ? (size_t)(slash - *folder) : 0;
}

static int by_folder(const void *a, const void *b)
{
    const extension *p = a, *q = b;

    return p->has_inputs != q->has_inputs ? q->has_inputs - p->has_inputs
                                          : strcmp(p->folder, q->folder);
}

/* The one with the inputs first, then in the order of their names: archives of other years may hold
 * them in another order. */
static gvc_status find_extensions(reader *r)
{
    const gvc_source *s = r->import->source;
    const gvc_part *system = gvc_pymrio__system(s);

    for (gvc_int i = 0; system && i < s->n; i++) {
        extension *e = &r->list[r->n];
        const char *name;
        const size_t len = folder_of(system, &s->parts[i], &name);

        if (len == 0)
            continue;
        if (r->n == EXTENSIONS)
            return gvc_error__at(r->ctx, GVC_EDATA, s->path, NULL,
                                 "more than %d folders with F.txt; a system has fewer extensions",
                                 EXTENSIONS);
        e->folder = gvc_arena__copy(r->ctx, r->arena, name, (gvc_int)len);
        if (!e->folder)
            return GVC_ENOMEM;
        e->F = &s->parts[i];
        e->has_inputs = e->F == r->inputs;
        e->unit = gvc_pymrio__part(s, e->folder, "unit.txt");
        e->F_Y = gvc_pymrio__part(s, e->folder, "F_Y.txt");
        r->n++;
    }
    if (r->n > 0)
        qsort(r->list, (size_t)r->n, sizeof *r->list, by_folder);
    return GVC_OK;
}

/* ---- names and units ---- */

/* "CO2 - air" from two labels of a row; 0 where it does not fit into `text` (NAME bytes). */
static int join_labels(char *text, const char *const *labels, gvc_int n)
{
    size_t len = 0;

    for (gvc_int i = 0; i < n && len < NAME; i++)
        len += (size_t)snprintf(text + len, NAME - len, "%s%s", i ? " - " : "", labels[i]);
    return len < NAME;
}

/* A stressor that another extension has too is called by its folder. */
static gvc_status declare(reader *r, const extension *e, const char *name, const char *unit,
                          const char *place)
{
    const gvc_int found = gvc_draft__find_satellite(r->draft, name);
    char longer[2 * NAME];
    gvc_int i;

    snprintf(longer, sizeof longer, "%s: %s", e->folder, name);
    return gvc_draft__satellite(r->ctx, r->draft, found >= 0 && found < e->first ? longer : name,
                                unit, place, &i);
}

static gvc_int find(const reader *r, const extension *e, const char *name)
{
    const gvc_int found = gvc_draft__find_satellite(r->draft, name);
    char longer[2 * NAME];

    if (found < 0 || (found >= e->first && found < e->last))
        return found;
    snprintf(longer, sizeof longer, "%s: %s", e->folder, name);
    return gvc_draft__find_satellite(r->draft, longer);
}

static gvc_status declare_line(reader *r, const extension *e, const char *const *texts, gvc_int n,
                               const char *place)
{
    char name[NAME];
    gvc_line_role role;

    if (n < 2 || !join_labels(name, texts, n - 1))
        return gvc_origin__refuse(r->ctx, gvc_draft__origin(r->draft), place,
                                  "the name of a stressor and, behind a tab, its unit expected");
    if (e->has_inputs && r->role(name, &role))
        return GVC_OK;
    return declare(r, e, name, texts[n - 1], place);
}

/* Behind a header, a line of unit.txt for each stressor: its labels and its unit. */
static gvc_status read_units(reader *r, extension *e)
{
    const gvc_origin origin = gvc_source__origin(r->import->source, e->unit);
    const char *const *texts;
    gvc_stream *stream;
    gvc_rows *rows = NULL;
    gvc_int n = 1, line = 0;
    char place[80];
    gvc_status st = gvc_source__stream(r->ctx, &stream, r->import->source, e->unit);

    gvc_draft__next_file(r->draft, &origin);
    if (st == GVC_OK)
        st = gvc_rows__open(r->ctx, &rows, stream, '\t');
    while (st == GVC_OK && n > 0) {
        st = gvc_rows__texts(r->ctx, rows, &texts, &n);
        if (st == GVC_OK && n > 0 && line++ > 0)
            st = declare_line(r, e, texts, n, gvc_rows__place(line, place));
    }
    gvc_rows__close(rows);
    return st;
}

static gvc_status refuse_unit(reader *r, const extension *e, const char *place, const char *name)
{
    const gvc_origin origin = gvc_source__origin(r->import->source, e->F);

    return gvc_origin__refuse(r->ctx, &origin, place,
                              "%s%s%s has no unit: %s, where a line with its unit is expected; get "
                              "%s/unit.txt again, or leave satellites out: --satellites none",
                              name ? "\"" : "", name ? name : "this extension", name ? "\"" : "",
                              e->unit ? "it is not in unit.txt" : "there is no unit.txt beside it",
                              e->folder);
}

static gvc_status declare_extension(reader *r, extension *e)
{
    gvc_status st = GVC_OK;

    e->first = gvc_draft__satellites(r->draft);
    if (e->unit)
        st = read_units(r, e);
    else if (!e->has_inputs)
        st = refuse_unit(r, e, NULL, NULL);
    e->last = gvc_draft__satellites(r->draft);
    r->cells += e->F->bytes;
    return st;
}

/* ---- numbers ---- */

static gvc_status take_row(reader *r, const extension *e, const gvc_rows_block *b, gvc_int row,
                           const gvc_wide *w)
{
    const double *cells = b->cells + row * w->n;
    char name[NAME], place[80];
    gvc_int target;
    gvc_line_role role;

    gvc_rows__place(b->lines[row], place);
    if (!join_labels(name, b->labels + row * w->index, w->index))
        return gvc_origin__refuse(r->ctx, gvc_draft__origin(r->draft), place,
                                  "a row label of up to 256 bytes expected");
    if (e->has_inputs && r->role(name, &role)) {
        gvc_status st = gvc_draft__line(r->ctx, r->draft, role, name, NULL, 0, place, &target);

        return st == GVC_OK ? gvc_draft__put(r->ctx, r->draft, &target, 1, cells) : st;
    }
    if (gvc_import__keeps_none(r->import))
        return GVC_OK;
    target = find(r, e, name);
    return target < 0 ? refuse_unit(r, e, place, name)
                      : gvc_draft__put_satellite(r->ctx, r->draft, target, place, cells);
}

static gvc_status check_rows(reader *r, const extension *e)
{
    const gvc_int missing = gvc_draft__missing_satellite(r->draft, e->first, e->last);

    if (missing < 0)
        return GVC_OK;
    return gvc_origin__refuse(
        r->ctx, gvc_draft__origin(r->draft), NULL,
        "no row \"%s\" found, which unit.txt beside it names; the file is cut "
        "short: get it again, or leave the satellite out (--satellites)",
        gvc_draft__satellite_name(r->draft, missing));
}

static gvc_status read_rows(reader *r, const extension *e)
{
    const gvc_origin origin = gvc_source__origin(r->import->source, e->F);
    gvc_rows_block b = { .m = 1 };
    gvc_wide w;
    gvc_status st = gvc_wide__open(r->ctx, &w, r->import->source, e->F, 0);

    gvc_draft__next_file(r->draft, &origin);
    if (st == GVC_OK)
        st = gvc_wide__columns(r->ctx, &w, r->draft, GVC_COLUMN_INDUSTRY);
    while (st == GVC_OK && b.m > 0) {
        st = gvc_rows__next(r->ctx, w.rows, &b);
        for (gvc_int i = 0; st == GVC_OK && i < b.m; i++)
            st = take_row(r, e, &b, i, &w);
        gvc_draft__count_blanks(r->draft, b.blanks);
    }
    gvc_wide__close(&w);
    return st == GVC_OK ? check_rows(r, e) : st;
}

static int keeps_any(const reader *r, const extension *e)
{
    for (gvc_int i = e->first; i < e->last; i++)
        if (gvc_draft__keeps_satellite(r->draft, i))
            return 1;
    return 0;
}

/* ---- all of them ---- */

static gvc_status note_kept(reader *r)
{
    gvc_buf folders = { 0 };
    gvc_int kept = 0;
    int leaves_demand = 0;
    gvc_status st;

    for (gvc_int k = 0; k < r->n; k++) {
        const extension *e = &r->list[k];
        gvc_int own = 0;

        for (gvc_int i = e->first; i < e->last; i++)
            own += gvc_draft__keeps_satellite(r->draft, i);
        if (own == 0)
            continue;
        gvc_buf__printf(r->ctx, &folders, "%s %lld of %lld in %s", kept ? "," : "", (long long)own,
                        (long long)(e->last - e->first), e->folder);
        kept += own;
        leaves_demand |= e->F_Y != NULL;
    }
    st = folders.failed ? GVC_ENOMEM : GVC_OK;
    if (st == GVC_OK && kept)
        st = gvc_import__note(r->ctx, r->import, "satellites kept:%s", gvc_buf__text(&folders));
    if (st == GVC_OK && leaves_demand)
        st = gvc_import__note(r->ctx, r->import,
                              "what final demand itself uses or emits (F_Y.txt) is left out: "
                              "satellites are those of industries");
    gvc_buf__free(&folders);
    return st;
}

static gvc_status read_all(reader *r)
{
    gvc_status st = find_extensions(r);

    for (gvc_int k = 0; st == GVC_OK && k < r->n && !gvc_import__keeps_none(r->import); k++)
        st = declare_extension(r, &r->list[k]);
    if (st == GVC_OK)
        st = gvc_draft__settle_satellites(r->ctx, r->draft, r->cells);
    for (gvc_int k = 0; st == GVC_OK && k < r->n; k++)
        if (r->list[k].has_inputs || keeps_any(r, &r->list[k]))
            st = read_rows(r, &r->list[k]);
    return st == GVC_OK ? note_kept(r) : st;
}

gvc_status gvc_extension__read(gvc_ctx *ctx, gvc_draft *draft, gvc_import *import,
                               const gvc_part *inputs, gvc_extension_role role)
{
    reader *r = gvc_mem__calloc(ctx, 1, sizeof *r);
    gvc_status st = r ? GVC_OK : GVC_ENOMEM;

    if (st == GVC_OK) {
        r->ctx = ctx;
        r->draft = draft;
        r->import = import;
        r->inputs = inputs;
        r->role = role;
        r->arena = gvc_arena__new(ctx);
        st = r->arena ? read_all(r) : GVC_ENOMEM;
        gvc_arena__free(r->arena);
    }
    gvc_mem__free(r);
    return st;
}
