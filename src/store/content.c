#include "store/content.h"

#include "store/h5.h"

#include <hdf5_hl.h>
#include <string.h>

enum { MOST = 1 << 20, DEEPEST = 12 };

typedef struct item {
    const char *path;
    gvc_int panel;
} item;

/* `keys` and `columns` are names, one a line. */
typedef struct panel {
    const char *path, *keys, *columns;
} panel;

/* The labels of a scale that was met. */
typedef struct scale {
    struct scale *next;
    const char *name;
    const char **labels;
    gvc_int n;
} scale;

struct gvc_content {
    gvc_h5 file;
    gvc_arena *arena;
    const char *path;
    gvc_int n, room, n_panels, panel_room;
    item *items;
    panel *panels;
    scale *scales;
    int rehearses; /* attributes of groups are read, and thrown away */
};

/* ---- the list ---- */

static gvc_status add_item(gvc_ctx *ctx, gvc_content *c, const char *path, gvc_int of)
{
    if (c->n == MOST)
        return gvc_error__at(ctx, GVC_EDATA, c->path, NULL, "more than %d arrays found", MOST);
    if (c->n == c->room) {
        const gvc_int room = c->room ? 2 * c->room : 64;
        item *more = gvc_mem__realloc(ctx, c->items, room, sizeof *more);

        if (!more)
            return GVC_ENOMEM;
        c->items = more;
        c->room = room;
    }
    c->items[c->n] = (item){ gvc_arena__strdup(ctx, c->arena, path), of };
    return c->items[c->n++].path ? GVC_OK : GVC_ENOMEM;
}

/* A group with the attribute `key` is a panel; `*number` receives its index, else -1. */
static gvc_status note_panel(gvc_ctx *ctx, gvc_content *c, hid_t group, const char *where,
                             gvc_int *number)
{
    gvc_attrs *attrs;
    gvc_status st;

    *number = -1;
    if (H5Aexists(group, "key") <= 0)
        return GVC_OK;
    if (c->n_panels == c->panel_room) {
        const gvc_int room = c->panel_room ? 2 * c->panel_room : 8;
        panel *more = gvc_mem__realloc(ctx, c->panels, room, sizeof *more);

        if (!more)
            return GVC_ENOMEM;
        c->panels = more;
        c->panel_room = room;
    }
    attrs = gvc_attrs__new(ctx);
    st = attrs ? gvc_h5__read_attrs(ctx, &c->file, group, where, attrs) : GVC_ENOMEM;
    if (st == GVC_OK && gvc_attrs__get(attrs, "key")) {
        panel *p = &c->panels[c->n_panels];

        p->path = gvc_arena__strdup(ctx, c->arena, where);
        p->keys = gvc_arena__strdup(ctx, c->arena, gvc_attrs__get(attrs, "key"));
        p->columns = gvc_arena__strdup(ctx, c->arena, gvc_attrs__get(attrs, "columns"));
        *number = c->n_panels++;
        st = p->path && p->keys && (p->columns || !gvc_attrs__get(attrs, "columns")) ? GVC_OK
                                                                                     : GVC_ENOMEM;
    }
    gvc_attrs__free(attrs);
    return st;
}

static gvc_status walk(gvc_ctx *ctx, gvc_content *c, hid_t group, const char *where, int depth);

static gvc_status try_attrs(gvc_ctx *ctx, gvc_content *c, hid_t group, const char *where)
{
    gvc_attrs *attrs = gvc_attrs__new(ctx);
    gvc_status st = attrs ? gvc_h5__read_attrs(ctx, &c->file, group, where, attrs) : GVC_ENOMEM;

    gvc_attrs__free(attrs);
    return st;
}

/* Beside its columns a panel may hold the numbers of its rows, which say nothing. */
static int is_column(const gvc_content *c, gvc_int of, const char *name)
{
    const char *line = of < 0 ? NULL : c->panels[of].columns;
    const size_t n = strlen(name);
    const int is_listed = line != NULL;

    while (line) {
        if (strncmp(line, name, n) == 0 && (line[n] == '\n' || !line[n]))
            return 1;
        line = strchr(line, '\n');
        line = line ? line + 1 : NULL;
    }
    return !is_listed;
}

/* A member that is reached by a hard link: an array is listed, a group walked through. Others, and
 * what is neither, play no part; nor do codebooks, which follow from the panels. */
static gvc_status visit(gvc_ctx *ctx, gvc_content *c, hid_t group, const char *where,
                        const char *name, gvc_int of, int depth)
{
    char place[GVC_H5_PLACE];
    H5L_info_t info;
    gvc_status st = GVC_OK;
    hid_t id;

    if (H5Lget_info(group, name, &info, H5P_DEFAULT) < 0 || info.type != H5L_TYPE_HARD)
        return GVC_OK;
    gvc_h5__place(place, where, name);
    if (strcmp(place, "/results/codebook") == 0)
        return GVC_OK;
    id = H5Oopen(group, name, H5P_DEFAULT);
    if (id < 0)
        return gvc_error__at(ctx, GVC_EDATA, c->path, place, "cannot be read: damaged file");
    if (H5Iget_type(id) == H5I_GROUP)
        st = walk(ctx, c, id, place, depth + 1);
    else if (H5Iget_type(id) == H5I_DATASET && is_column(c, of, name))
        st = add_item(ctx, c, place, of);
    H5Oclose(id);
    return st;
}

static gvc_status walk(gvc_ctx *ctx, gvc_content *c, hid_t group, const char *where, int depth)
{
    const char **names = NULL;
    gvc_int n = 0, of;
    gvc_status st;

    if (depth > DEEPEST)
        return gvc_error__at(ctx, GVC_EDATA, c->path, where, "groups more than %d deep", DEEPEST);
    st = note_panel(ctx, c, group, where, &of);
    if (st == GVC_OK && c->rehearses)
        st = try_attrs(ctx, c, group, where);
    if (st == GVC_OK)
        st = gvc_h5__members(ctx, &c->file, group, where, c->arena, &names, &n);
    /* A rehearsal goes on behind what is damaged: the real reader may not look there. */
    for (gvc_int i = 0; (st == GVC_OK || c->rehearses) && i < n; i++)
        st = visit(ctx, c, group, where, names[i], of, depth);
    gvc_mem__free(names);
    return st;
}

static gvc_status walk_all(gvc_ctx *ctx, gvc_content *c)
{
    gvc_status st;
    hid_t root;

    root = H5Gopen2(c->file.id, "/", H5P_DEFAULT);
    if (root < 0)
        return gvc_error__at(ctx, GVC_EDATA, c->path, "/", "cannot be read: damaged file");
    st = walk(ctx, c, root, "/", 0);
    H5Gclose(root);
    return st;
}

static gvc_status open_locked(gvc_ctx *ctx, gvc_content *c)
{
    const gvc_status st = gvc_h5__open(ctx, &c->file, c->path);

    return st == GVC_OK ? walk_all(ctx, c) : st;
}

gvc_status gvc_content__open(gvc_ctx *ctx, gvc_content **out, const char *path)
{
    gvc_content *c = gvc_mem__calloc(ctx, 1, sizeof *c);
    gvc_status st = GVC_ENOMEM;

    *out = NULL;
    if (!c)
        return GVC_ENOMEM;
    c->file.id = H5I_INVALID_HID;
    c->arena = gvc_arena__new(ctx);
    c->path = c->arena ? gvc_arena__strdup(ctx, c->arena, path) : NULL;
    if (c->path) {
        gvc_h5__lock();
        st = gvc_content__rehearse(ctx, path);
        if (st == GVC_OK)
            st = open_locked(ctx, c);
        gvc_h5__unlock();
    }
    if (st != GVC_OK) {
        gvc_content__close(c);
        return st;
    }
    *out = c;
    return GVC_OK;
}

/* The lock is held. */
static void release(gvc_content *c)
{
    gvc_h5__close(&c->file);
    for (scale *s = c->scales, *next; s; s = next) {
        next = s->next;
        gvc_mem__free(s->labels);
        gvc_mem__free(s);
    }
    gvc_mem__free(c->items);
    gvc_mem__free(c->panels);
    gvc_arena__free(c->arena);
}

void gvc_content__close(gvc_content *c)
{
    if (!c)
        return;
    gvc_h5__lock();
    release(c);
    gvc_h5__unlock();
    gvc_mem__free(c);
}

gvc_int gvc_content__n(const gvc_content *content)
{
    return content->n;
}

const char *gvc_content__path(const gvc_content *content, gvc_int i)
{
    return content->items[i].path;
}

gvc_int gvc_content__panel(const gvc_content *content, gvc_int i)
{
    return content->items[i].panel;
}

gvc_int gvc_content__n_panels(const gvc_content *content)
{
    return content->n_panels;
}

const char *gvc_content__panel_path(const gvc_content *content, gvc_int p)
{
    return content->panels[p].path;
}

const char *gvc_content__panel_keys(const gvc_content *content, gvc_int p)
{
    return content->panels[p].keys;
}

gvc_status gvc_content__attrs(gvc_ctx *ctx, const gvc_content *content, gvc_attrs *attrs)
{
    gvc_status st;

    gvc_h5__lock();
    st = gvc_h5__read_attrs(ctx, &content->file, content->file.id, "/", attrs);
    gvc_h5__unlock();
    return st;
}

/* ---- arrays ---- */

static int is_text(hid_t dataset)
{
    const hid_t type = H5Dget_type(dataset);
    const int text = type >= 0 && H5Tget_class(type) == H5T_STRING;

    if (type >= 0)
        H5Tclose(type);
    return text;
}

/* The name of the first scale of an axis, where it is a list of texts; stops there. */
static herr_t take_name(hid_t dataset, unsigned axis, hid_t found, void *user)
{
    char *name = user;

    (void)dataset;
    (void)axis;
    if (!is_text(found) || H5Iget_name(found, name, GVC_H5_PLACE) <= 0)
        name[0] = '\0';
    return 1;
}

static gvc_status find_scale(gvc_ctx *ctx, gvc_content *c, const char *name, const scale **out)
{
    scale *s;
    gvc_status st;

    for (s = c->scales; s; s = s->next)
        if (strcmp(s->name, name) == 0) {
            *out = s;
            return GVC_OK;
        }
    s = gvc_mem__calloc(ctx, 1, sizeof *s);
    *out = s;
    if (!s)
        return GVC_ENOMEM;
    s->next = c->scales;
    c->scales = s;
    s->name = gvc_arena__strdup(ctx, c->arena, name);
    if (!s->name)
        return GVC_ENOMEM;
    st = gvc_h5__read_texts(ctx, &c->file, c->file.id, "/", name + 1, c->arena, &s->labels, &s->n);
    return st;
}

static gvc_status name_axis(gvc_ctx *ctx, gvc_content *c, hid_t id, unsigned k,
                            gvc_content_axis *axis)
{
    char name[GVC_H5_PLACE] = "";
    const scale *s;
    gvc_status st;

    axis->name = "";
    if (H5DSget_num_scales(id, k) <= 0 || H5DSiterate_scales(id, k, NULL, take_name, name) < 0 ||
        name[0] != '/')
        return GVC_OK;
    st = find_scale(ctx, c, name, &s);
    if (st == GVC_OK && s->n == axis->n) {
        axis->name = strrchr(s->name, '/') + 1;
        axis->labels = s->labels;
    }
    return st;
}

static gvc_status read_numbers(gvc_ctx *ctx, gvc_content_array *out, gvc_content *c,
                               const char *path)
{
    gvc_h5_array a;
    gvc_status st = gvc_h5__open_array(ctx, &c->file, &a, c->file.id, "/", path + 1, 0);

    if (st != GVC_OK)
        return st;
    out->rank = a.rank;
    out->cells = 1;
    for (int k = 0; st == GVC_OK && k < a.rank; k++) {
        out->axis[k].n = (gvc_int)a.dims[k];
        if (__builtin_mul_overflow(out->cells, (gvc_int)a.dims[k], &out->cells))
            st = gvc_error__at(ctx, GVC_EDATA, c->path, path, "claims more cells than can be");
        if (st == GVC_OK)
            st = name_axis(ctx, c, a.id, (unsigned)k, &out->axis[k]);
    }
    if (st == GVC_OK) {
        out->values = gvc_mem__alloc(ctx, out->cells, sizeof *out->values);
        st = out->values ? gvc_h5__read_vector(ctx, &c->file, &a, out->values) : GVC_ENOMEM;
    }
    gvc_h5__close_array(&a);
    return st;
}

/* 1 for texts, 0 for anything else, -1 where it cannot be opened. */
static int kind_of(const gvc_content *c, const char *path)
{
    const hid_t id = H5Dopen2(c->file.id, path, H5P_DEFAULT);
    const int text = id < 0 ? -1 : is_text(id);

    if (id >= 0)
        H5Dclose(id);
    return text;
}

static gvc_status read_locked(gvc_ctx *ctx, gvc_content_array *out, gvc_content *c, gvc_int i)
{
    const char *path = c->items[i].path;
    const int text = kind_of(c, path);
    gvc_status st;

    if (text < 0)
        return gvc_error__at(ctx, GVC_EDATA, c->path, path, "cannot be read: damaged file");
    if (!text)
        return read_numbers(ctx, out, c, path);
    out->rank = 1;
    out->axis[0].name = "";
    st = gvc_h5__read_texts(ctx, &c->file, c->file.id, "/", path + 1, c->arena, &out->texts,
                            &out->cells);
    out->axis[0].n = out->cells;
    return st;
}

gvc_status gvc_content__read(gvc_ctx *ctx, gvc_content_array *out, gvc_content *content, gvc_int i)
{
    gvc_status st;

    *out = (gvc_content_array){ 0 };
    gvc_h5__lock();
    st = read_locked(ctx, out, content, i);
    gvc_h5__unlock();
    if (st != GVC_OK)
        gvc_content__clear(out);
    return st;
}

void gvc_content__clear(gvc_content_array *array)
{
    gvc_mem__free(array->values);
    gvc_mem__free(array->texts);
    *array = (gvc_content_array){ 0 };
}

/* ---- the rehearsal ---- */

enum { SMALL = 1 << 16, LOOKED_AT = 1 << 12, FIRST = 1 << 12 };

/* Where the chunks of a matrix are: its index is what may be damaged, the rest is bytes. */
static void look_up_chunks(const gvc_h5_array *a)
{
    hsize_t size, at[GVC_H5_RANK] = { 0 };
    int n = 0;

    if (a->layout != H5D_CHUNKED || a->rank != 2)
        return;
    for (; at[0] < a->dims[0] && n < LOOKED_AT; at[0] += a->chunk[0])
        for (at[1] = 0; at[1] < a->dims[1] && n < LOOKED_AT; at[1] += a->chunk[1], n++)
            H5Dget_chunk_storage_size(a->id, at, &size);
}

static void try_numbers(gvc_ctx *ctx, gvc_content *c, const char *path)
{
    gvc_content_axis axis = { 0 };
    gvc_h5_array a;
    gvc_int cells = 1;
    double *values;

    if (gvc_h5__open_array(ctx, &c->file, &a, c->file.id, "/", path + 1, 0) != GVC_OK)
        return;
    for (int k = 0; k < a.rank; k++) {
        name_axis(ctx, c, a.id, (unsigned)k, &axis);
        if (__builtin_mul_overflow(cells, (gvc_int)a.dims[k], &cells))
            cells = INT64_MAX;
    }
    values = cells <= SMALL ? gvc_mem__alloc(ctx, cells, sizeof *values) : NULL;
    if (values)
        gvc_h5__read_vector(ctx, &c->file, &a, values);
    else
        look_up_chunks(&a);
    gvc_mem__free(values);
    gvc_h5__close_array(&a);
}

static void try_item(gvc_ctx *ctx, gvc_content *c, gvc_int i)
{
    const char *path = c->items[i].path, **texts = NULL;
    const hid_t id = H5Dopen2(c->file.id, path, H5P_DEFAULT);
    gvc_attrs *attrs = gvc_attrs__new(ctx);
    gvc_int n;

    if (id >= 0 && attrs) {
        gvc_h5__read_attrs(ctx, &c->file, id, path, attrs);
        if (is_text(id))
            gvc_h5__read_texts(ctx, &c->file, c->file.id, "/", path + 1, c->arena, &texts, &n);
        else
            try_numbers(ctx, c, path);
    }
    gvc_mem__free(texts);
    gvc_attrs__free(attrs);
    if (id >= 0)
        H5Dclose(id);
}

void gvc_content__try(gvc_ctx *ctx, const char *path)
{
    gvc_content c = { .path = path, .rehearses = 1, .arena = gvc_arena__new(ctx) };

    c.file.id = H5I_INVALID_HID;
    if (c.arena)
        open_locked(ctx, &c);
    for (gvc_int i = 0; i < c.n && i < FIRST; i++)
        try_item(ctx, &c, i);
    /* Attributes once more: what was read in between changes the heaps that they come from. */
    if (c.file.id >= 0)
        walk_all(ctx, &c);
    release(&c);
}
