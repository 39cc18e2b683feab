#include "write/meta.h"

#include "base/decimal.h"
#include "base/mem.h"
#include "base/text.h"
#include "frame/frame.h"
#include "write/layout.h"
#include "write/provenance.h"

#include <string.h>

#include <json-c/json.h>

/* One entry per column of a wide file, or per measure of a long one. */
typedef struct entry {
    const char *name, *label, *unit, *formula, *measure, *group, *role, *type;
} entry;

struct gvc_meta {
    gvc_layout layout;
    gvc_arena *arena;
    int begun, has_source;
    gvc_frame_kind kind;
    gvc_int rows, n, room;
    entry *entries;
    gvc_attrs *about; /* what the frames say about themselves */
};

static const char *const roles[] = { "key", "id", "value" };
static const char *const types[] = { "label", "int", "real" };

gvc_status gvc_meta__new(gvc_ctx *ctx, gvc_meta **out, gvc_layout layout)
{
    gvc_meta *meta = gvc_mem__calloc(ctx, 1, sizeof *meta);

    *out = NULL;
    if (!meta)
        return GVC_ENOMEM;
    meta->layout = layout;
    meta->arena = gvc_arena__new(ctx);
    meta->about = gvc_attrs__new(ctx);
    if (!meta->arena || !meta->about) {
        gvc_meta__free(meta);
        return GVC_ENOMEM;
    }
    *out = meta;
    return GVC_OK;
}

void gvc_meta__free(gvc_meta *meta)
{
    if (!meta)
        return;
    gvc_mem__free(meta->entries);
    gvc_attrs__free(meta->about);
    gvc_arena__free(meta->arena);
    gvc_mem__free(meta);
}

static const char *measure_of(const gvc_frame *frame, gvc_int j)
{
    const char *measure = gvc_frame_measure(frame, j);

    return *measure ? measure : gvc_frame_name(frame, j);
}

static int is_known(const gvc_meta *meta, const char *measure)
{
    for (gvc_int i = 0; i < meta->n; i++)
        if (strcmp(meta->entries[i].measure, measure) == 0)
            return 1;
    return 0;
}

static gvc_status append(gvc_ctx *ctx, gvc_meta *meta, const gvc_frame *frame, gvc_int j)
{
    const int is_value = gvc_frame_role(frame, j) == GVC_ROLE_VALUE;
    entry *e;

    if (meta->n == meta->room) {
        const gvc_int room = meta->room ? 2 * meta->room : 32;

        e = gvc_mem__realloc(ctx, meta->entries, room, sizeof *e);
        if (!e)
            return GVC_ENOMEM;
        meta->entries = e;
        meta->room = room;
    }
    e = &meta->entries[meta->n];
    e->name = gvc_arena__strdup(ctx, meta->arena, gvc_frame_name(frame, j));
    e->label = gvc_arena__strdup(ctx, meta->arena, gvc_frame_label(frame, j));
    e->unit = gvc_arena__strdup(ctx, meta->arena, gvc_frame_unit(frame, j));
    e->formula = gvc_arena__strdup(ctx, meta->arena, gvc_frame_formula(frame, j));
    e->measure = gvc_arena__strdup(ctx, meta->arena, is_value ? measure_of(frame, j) : "");
    e->group = gvc_arena__strdup(ctx, meta->arena, gvc_frame_group(frame, j));
    e->role = roles[gvc_frame_role(frame, j)];
    e->type = types[gvc_frame_type(frame, j)];
    if (!e->name || !e->label || !e->unit || !e->formula || !e->measure || !e->group)
        return GVC_ENOMEM;
    meta->n++;
    return GVC_OK;
}

gvc_status gvc_meta__add(gvc_ctx *ctx, gvc_meta *meta, const gvc_frame *frame)
{
    const int is_long = meta->layout != GVC_LAYOUT_WIDE;
    gvc_int n_values = 0;
    gvc_status st = gvc_attrs__merge(ctx, meta->about, gvc_frame__attrs_of(frame));

    for (gvc_int j = 0; st == GVC_OK && j < gvc_frame_columns(frame); j++) {
        const int is_value = gvc_frame_role(frame, j) == GVC_ROLE_VALUE;

        n_values += is_value && gvc_frame_type(frame, j) == GVC_COLUMN_REAL;
        if (is_long ? is_value && !is_known(meta, measure_of(frame, j)) : !meta->begun)
            st = append(ctx, meta, frame, j);
    }
    meta->rows += gvc_frame_rows(frame) * (is_long ? n_values : 1);
    meta->kind = gvc_frame_get_kind(frame);
    meta->has_source |= gvc_layout__has_source(frame);
    meta->begun = 1;
    return st;
}

/* ---- JSON: every helper gives up its object and says whether all went well ---- */

static int put(json_object *to, const char *name, json_object *value)
{
    return value && json_object_object_add(to, name, value) == 0;
}

static int put_text(json_object *to, const char *name, const char *text)
{
    return !text || !*text || put(to, name, json_object_new_string(text));
}

/* A fact that is a number is written as one, in the shortest decimal that reads back. */
static int put_fact(json_object *to, const char *name, const char *text)
{
    const char *end = text + strlen(text);
    char decimal[GVC_DECIMAL_MAX + 1];
    double value;

    if (!*text || gvc_decimal__read(text, end, &value) != end)
        return put_text(to, name, text);
    decimal[gvc_decimal__write(decimal, value)] = '\0';
    return put(to, name, json_object_new_double_s(value, decimal));
}

static int put_attrs(json_object *to, const gvc_attrs *attrs)
{
    int ok = 1;

    for (gvc_int i = 0; ok && i < gvc_attrs__n(attrs); i++)
        ok = put_text(to, gvc_attrs__name(attrs, i), gvc_attrs__text(attrs, i));
    return ok;
}

static json_object *describe_provenance(const gvc_provenance *p)
{
    const gvc_attrs *facts = gvc_provenance__facts(p);
    json_object *about = json_object_new_object(), *inputs, *all;
    int ok = about && put_attrs(about, gvc_provenance__run(p));

    if (ok && gvc_provenance__is_synthetic(p))
        ok = put(about, "synthetic", json_object_new_boolean(1));
    inputs = json_object_new_array();
    ok = ok && put(about, "inputs", inputs);
    for (gvc_int i = 0; ok && i < gvc_provenance__n_inputs(p); i++) {
        json_object *one = json_object_new_object();

        ok = one && json_object_array_add(inputs, one) == 0 &&
             put_attrs(one, gvc_provenance__input(p, i));
    }
    all = json_object_new_object();
    ok = ok && put(about, "facts", all);
    for (gvc_int i = 0; ok && i < gvc_attrs__n(facts); i++)
        ok = put_fact(all, gvc_attrs__name(facts, i), gvc_attrs__text(facts, i));
    if (ok)
        return about;
    json_object_put(about);
    return NULL;
}

static int put_entry(json_object *to, const entry *e)
{
    json_object *one = json_object_new_object();

    return one && json_object_array_add(to, one) == 0 && put_text(one, "name", e->name) &&
           put_text(one, "role", e->role) && put_text(one, "type", e->type) &&
           put_text(one, "label", e->label) && put_text(one, "unit", e->unit) &&
           put_text(one, "formula", e->formula) && put_text(one, "measure", e->measure) &&
           put_text(one, "group", e->group);
}

static int put_long_columns(json_object *to, const gvc_meta *meta)
{
    json_object *list = json_object_new_array();
    const char *names[GVC_LONG_MAX];
    const gvc_int n = gvc_layout__long_columns(names, meta->kind, meta->layout, meta->has_source);
    int ok = put(to, "columns", list);

    for (gvc_int i = 0; ok && i < n; i++) {
        const int is_value = strcmp(names[i], "value") == 0;
        const int is_flag = strcmp(names[i], "flag") == 0;
        const entry e = { .name = names[i],
                          .role = roles[is_value  ? GVC_ROLE_VALUE
                                        : is_flag ? GVC_ROLE_ID
                                                  : GVC_ROLE_KEY],
                          .type = types[is_value                        ? GVC_COLUMN_REAL
                                        : strcmp(names[i], "year") == 0 ? GVC_COLUMN_INT
                                                                        : GVC_COLUMN_LABEL] };

        ok = put_entry(list, &e);
    }
    return ok;
}

static int describe(json_object *all, const gvc_meta *meta, const char *name,
                    const gvc_provenance *provenance)
{
    const int is_long = meta->layout != GVC_LAYOUT_WIDE;
    json_object *list = json_object_new_array(), *about = json_object_new_object();
    int ok = put_text(all, "file", name) && put_text(all, "layout", is_long ? "long" : "wide") &&
             put(all, "rows", json_object_new_int64(meta->rows)) &&
             (!provenance || put(all, "provenance", describe_provenance(provenance)));

    ok = put(all, "about", about) && ok;
    ok = ok && put_attrs(about, meta->about);
    if (is_long)
        ok = ok && put_long_columns(all, meta);
    ok = put(all, is_long ? "measures" : "columns", list) && ok;
    for (gvc_int i = 0; ok && i < meta->n; i++)
        ok = put_entry(list, &meta->entries[i]);
    return ok;
}

gvc_status gvc_meta__text(gvc_ctx *ctx, char **text, const gvc_meta *meta, const char *name,
                          const gvc_provenance *provenance)
{
    const int flags =
        JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED | JSON_C_TO_STRING_NOSLASHESCAPE;
    const gvc_status st = gvc_provenance__settle(ctx, provenance);
    json_object *all;
    const char *json = NULL;
    gvc_buf buf = { 0 };

    *text = NULL;
    if (st != GVC_OK)
        return st;
    all = json_object_new_object();
    if (all && describe(all, meta, name, provenance))
        json = json_object_to_json_string_ext(all, flags);
    if (json) {
        gvc_buf__puts(ctx, &buf, json);
        gvc_buf__puts(ctx, &buf, "\n");
    }
    json_object_put(all);
    if (!json)
        return gvc_error__set(ctx, GVC_ENOMEM, "memory is out for the side file of %s", name);
    if (buf.failed) {
        gvc_buf__free(&buf);
        return GVC_ENOMEM;
    }
    *text = buf.data;
    return GVC_OK;
}
