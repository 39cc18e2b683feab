#include "write/diff.h"

#include "base/labels.h"
#include "base/mem.h"
#include "store/content.h"

#include <string.h>

/* Two HDF5 files: dense arrays and lists of texts by their path, panels as tables of rows. */

typedef struct side {
    const char *path;
    gvc_content *content;
    gvc_labels *paths, *panels; /* to look them up */
} side;

static gvc_status list_paths(gvc_ctx *ctx, gvc_labels **out, const gvc_content *c, int panels)
{
    const gvc_int n = panels ? gvc_content__n_panels(c) : gvc_content__n(c);
    const char **paths = gvc_mem__alloc(ctx, n, sizeof *paths);
    gvc_status st = GVC_ENOMEM;

    for (gvc_int i = 0; paths && i < n; i++)
        paths[i] = panels ? gvc_content__panel_path(c, i) : gvc_content__path(c, i);
    if (paths)
        st = gvc_labels__new(ctx, out, n, paths, NULL);
    gvc_mem__free(paths);
    return st;
}

static gvc_status open_side(gvc_ctx *ctx, side *s, const char *path)
{
    gvc_status st = gvc_content__open(ctx, &s->content, path);

    s->path = path;
    if (st == GVC_OK)
        st = list_paths(ctx, &s->paths, s->content, 0);
    if (st == GVC_OK)
        st = list_paths(ctx, &s->panels, s->content, 1);
    return st;
}

static void close_side(side *s)
{
    gvc_labels__free(s->paths);
    gvc_labels__free(s->panels);
    gvc_content__close(s->content);
}

/* ---- one array ---- */

static const char *last_part(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash ? slash + 1 : path;
}

static gvc_diff_sheet dense_sheet(const side *s, gvc_int i, const gvc_content_array *array,
                                  gvc_diff_column *column)
{
    const char *path = gvc_content__path(s->content, i);
    gvc_diff_sheet sheet = { .file = s->path,
                             .where = path,
                             .rows = array->cells,
                             .n = 1,
                             .columns = column,
                             .rank = array->rank };

    *column = (gvc_diff_column){ last_part(path), 0, array->texts, array->values };
    for (int k = 0; k < array->rank; k++)
        sheet.axis[k] =
            (gvc_diff_axis){ array->axis[k].name, array->axis[k].n, array->axis[k].labels };
    return sheet;
}

static gvc_status compare_array(gvc_ctx *ctx, gvc_diff *diff, const side *a, gvc_int i,
                                const side *b, gvc_int j)
{
    gvc_content_array x = { 0 }, y = { 0 };
    gvc_diff_column of_x, of_y;
    gvc_status st = gvc_content__read(ctx, &x, a->content, i);

    if (st == GVC_OK)
        st = gvc_content__read(ctx, &y, b->content, j);
    if (st == GVC_OK) {
        const gvc_diff_sheet sx = dense_sheet(a, i, &x, &of_x), sy = dense_sheet(b, j, &y, &of_y);

        st = gvc_diff__sheets(ctx, diff, &sx, &sy);
    }
    gvc_content__clear(&x);
    gvc_content__clear(&y);
    return st;
}

/* ---- one panel ---- */

/* True when `name` is one of the lines of `list`. */
static int is_line(const char *list, const char *name)
{
    const size_t n = strlen(name);

    while (list) {
        if (strncmp(list, name, n) == 0 && (list[n] == '\n' || !list[n]))
            return 1;
        list = strchr(list, '\n');
        list = list ? list + 1 : NULL;
    }
    return 0;
}

typedef struct panel_sheet {
    gvc_diff_sheet sheet;
    gvc_content_array *arrays;
} panel_sheet;

static void close_panel(panel_sheet *p)
{
    for (gvc_int j = 0; p->arrays && j < p->sheet.n; j++)
        gvc_content__clear(&p->arrays[j]);
    gvc_mem__free(p->arrays);
    gvc_mem__free(p->sheet.columns);
}

static gvc_status add_column(gvc_ctx *ctx, panel_sheet *p, const side *s, gvc_int i,
                             const char *keys)
{
    const char *path = gvc_content__path(s->content, i);
    gvc_content_array *array = &p->arrays[p->sheet.n];
    gvc_status st = gvc_content__read(ctx, array, s->content, i);

    if (st != GVC_OK)
        return st;
    if (p->sheet.n == 0)
        p->sheet.rows = array->cells;
    p->sheet.columns[p->sheet.n++] =
        (gvc_diff_column){ last_part(path), is_line(keys, last_part(path)), array->texts,
                           array->values };
    if (array->rank != 1 || array->cells != p->sheet.rows)
        return gvc_error__at(ctx, GVC_EDATA, s->path, path,
                             "%lld entries found, %lld expected as in the other columns",
                             (long long)array->cells, (long long)p->sheet.rows);
    return GVC_OK;
}

static gvc_status open_panel(gvc_ctx *ctx, panel_sheet *p, const side *s, gvc_int number)
{
    const char *keys = gvc_content__panel_keys(s->content, number);
    gvc_int n = 0;
    gvc_status st = GVC_OK;

    for (gvc_int i = 0; i < gvc_content__n(s->content); i++)
        n += gvc_content__panel(s->content, i) == number;
    *p = (panel_sheet){ .sheet = { .file = s->path,
                                   .where = gvc_content__panel_path(s->content, number) } };
    p->arrays = gvc_mem__calloc(ctx, n, sizeof *p->arrays);
    p->sheet.columns = gvc_mem__calloc(ctx, n, sizeof *p->sheet.columns);
    if (!p->arrays || !p->sheet.columns)
        return GVC_ENOMEM;
    for (gvc_int i = 0; st == GVC_OK && i < gvc_content__n(s->content); i++)
        if (gvc_content__panel(s->content, i) == number)
            st = add_column(ctx, p, s, i, keys);
    return st;
}

static gvc_status compare_panel(gvc_ctx *ctx, gvc_diff *diff, const side *a, gvc_int i,
                                const side *b, gvc_int j)
{
    panel_sheet x = { 0 }, y = { 0 };
    gvc_status st = open_panel(ctx, &x, a, i);

    if (st == GVC_OK)
        st = open_panel(ctx, &y, b, j);
    if (st == GVC_OK)
        st = gvc_diff__sheets(ctx, diff, &x.sheet, &y.sheet);
    close_panel(&x);
    close_panel(&y);
    return st;
}

/* ---- two files ---- */

static gvc_status compare_panels(gvc_ctx *ctx, gvc_diff *diff, const side *a, const side *b)
{
    gvc_status st = GVC_OK;

    for (gvc_int i = 0; st == GVC_OK && i < gvc_labels_n(a->panels); i++) {
        const char *path = gvc_labels_code(a->panels, i);
        const gvc_int j = gvc_labels_find(b->panels, path);

        st = j < 0 ? gvc_diff__only(ctx, diff, GVC_DIFF_ONLY_A, path, "", "")
                   : compare_panel(ctx, diff, a, i, b, j);
    }
    for (gvc_int j = 0; st == GVC_OK && j < gvc_labels_n(b->panels); j++)
        if (gvc_labels_find(a->panels, gvc_labels_code(b->panels, j)) < 0)
            st = gvc_diff__only(ctx, diff, GVC_DIFF_ONLY_B, gvc_labels_code(b->panels, j), "", "");
    return st;
}

static gvc_status compare_arrays(gvc_ctx *ctx, gvc_diff *diff, const side *a, const side *b)
{
    const gvc_int n = gvc_labels_n(a->paths);
    gvc_status st = GVC_OK;

    for (gvc_int i = 0; st == GVC_OK && i < n; i++) {
        const char *path = gvc_labels_code(a->paths, i);
        const gvc_int j = gvc_labels_find(b->paths, path);

        if (gvc_content__panel(a->content, i) >= 0)
            continue;
        st = gvc_progress__step(ctx, "compare", (double)i / (double)n);
        if (st == GVC_OK)
            st = j < 0 ? gvc_diff__only(ctx, diff, GVC_DIFF_ONLY_A, path, "", "")
                       : compare_array(ctx, diff, a, i, b, j);
    }
    for (gvc_int j = 0; st == GVC_OK && j < gvc_labels_n(b->paths); j++)
        if (gvc_content__panel(b->content, j) < 0 &&
            gvc_labels_find(a->paths, gvc_labels_code(b->paths, j)) < 0)
            st = gvc_diff__only(ctx, diff, GVC_DIFF_ONLY_B, gvc_labels_code(b->paths, j), "", "");
    return st;
}

gvc_status gvc_diff__h5(gvc_ctx *ctx, gvc_diff *diff, const char *a, const char *b)
{
    side x = { 0 }, y = { 0 };
    gvc_status st = open_side(ctx, &x, a);

    if (st == GVC_OK)
        st = open_side(ctx, &y, b);
    if (st == GVC_OK)
        st = compare_panels(ctx, diff, &x, &y);
    if (st == GVC_OK)
        st = compare_arrays(ctx, diff, &x, &y);
    close_side(&x);
    close_side(&y);
    return st;
}
