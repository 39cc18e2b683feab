#include <gvc/history.h>

#include "base/attrs.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"
#include "store/content.h"
#include "write/xlsx.h"

#include <json-c/json.h>
#include <readstat.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

/* Provenance read back: from wherever a format keeps it into one flat list of names and texts. */

enum { LARGEST_SIDE = 64 << 20, DEEPEST = 32, JSON_HEAD = 16 << 20 };

struct gvc_history {
    gvc_attrs *facts;
};

static int is_h5(const char *path)
{
    char head[8] = { 0 };
    FILE *file = fopen(path, "rb");
    const int found =
        file && fread(head, 1, 8, file) == 8 && memcmp(head, "\x89HDF\r\n\x1a\n", 8) == 0;

    if (file)
        fclose(file);
    return found;
}

static gvc_status read_h5(gvc_ctx *ctx, gvc_attrs *facts, const char *path)
{
    gvc_content *content;
    gvc_status st = gvc_content__open(ctx, &content, path);

    if (st != GVC_OK)
        return st;
    st = gvc_content__attrs(ctx, content, facts);
    gvc_content__close(content);
    return st;
}

/* ---- JSON, as meta.c writes it ---- */

static gvc_status put_value(gvc_ctx *ctx, gvc_attrs *facts, const char *name, gvc_int number,
                            json_object *value)
{
    char full[256];

    snprintf(full, sizeof full, number > 1 ? "%s_%lld" : "%s", name, (long long)number);
    return gvc_attrs__set(ctx, facts, full, json_object_get_string(value));
}

/* The plain members of an object; further inputs carry their number, as in an .h5. */
static gvc_status put_members(gvc_ctx *ctx, gvc_attrs *facts, json_object *from, gvc_int number)
{
    gvc_status st = GVC_OK;

    if (!json_object_is_type(from, json_type_object))
        return GVC_OK;
    json_object_object_foreach(from, name, value)
    {
        if (st == GVC_OK && !json_object_is_type(value, json_type_object) &&
            !json_object_is_type(value, json_type_array) && value)
            st = put_value(ctx, facts, name, number, value);
    }
    return st;
}

static gvc_status put_provenance(gvc_ctx *ctx, gvc_attrs *facts, json_object *from)
{
    json_object *inputs = NULL, *more = NULL;
    gvc_status st = put_members(ctx, facts, from, 1);

    if (json_object_object_get_ex(from, "inputs", &inputs) &&
        json_object_is_type(inputs, json_type_array))
        for (size_t i = 0; st == GVC_OK && i < json_object_array_length(inputs); i++)
            st = put_members(ctx, facts, json_object_array_get_idx(inputs, i), (gvc_int)i + 1);
    if (st == GVC_OK && json_object_object_get_ex(from, "facts", &more))
        st = put_members(ctx, facts, more, 1);
    return st;
}

static json_object *parse(const char *text, gvc_int bytes)
{
    json_tokener *tokener = json_tokener_new_ex(DEEPEST);
    json_object *root = NULL;

    if (tokener && bytes < LARGEST_SIDE)
        root = json_tokener_parse_ex(tokener, text, (int)bytes);
    json_tokener_free(tokener);
    return root;
}

static gvc_status read_side(gvc_ctx *ctx, gvc_attrs *facts, const char *side)
{
    char *text = NULL;
    gvc_int bytes = 0;
    json_object *root = NULL, *provenance = NULL;
    gvc_status st = gvc_file__read(ctx, &text, &bytes, side, LARGEST_SIDE);

    if (st != GVC_OK)
        return st;
    root = parse(text, bytes);
    if (!root || !json_object_object_get_ex(root, "provenance", &provenance) ||
        !json_object_is_type(provenance, json_type_object))
        st = gvc_error__at(ctx, GVC_EDATA, side, NULL,
                           "no JSON with a member \"provenance\", as gvc writes it");
    else
        st = put_provenance(ctx, facts, provenance);
    json_object_put(root);
    gvc_mem__free(text);
    return st;
}

/* ---- a .json of ours: the provenance stands before the rows ---- */

static gvc_status read_json(gvc_ctx *ctx, gvc_attrs *facts, const char *path)
{
    static const char end[] = ",\n  \"codebook\": [";
    char *head = gvc_mem__calloc(ctx, JSON_HEAD + 1, 1);
    json_object *root = NULL, *provenance = NULL;
    FILE *in = fopen(path, "rb");
    gvc_status st = head ? GVC_OK : GVC_ENOMEM;
    size_t n = head && in ? fread(head, 1, JSON_HEAD, in) : 0;
    char *at = n ? strstr(head, end) : NULL;

    if (in)
        fclose(in);
    if (at) {
        memcpy(at, "\n}", 3);
        root = parse(head, (gvc_int)strlen(head));
    }
    if (root && json_object_object_get_ex(root, "provenance", &provenance) &&
        json_object_is_type(provenance, json_type_object))
        st = put_provenance(ctx, facts, provenance);
    json_object_put(root);
    gvc_mem__free(head);
    return st;
}

/* ---- a .dta of ours: every fact is a note, "name: text" ---- */

typedef struct notes {
    gvc_ctx *ctx;
    gvc_attrs *facts;
    gvc_status st;
} notes;

static int take_note(int index, const char *note, void *user)
{
    notes *all = user;
    const char *colon = strstr(note, ": ");
    char name[256];

    (void)index;
    if (!colon || colon - note >= (ptrdiff_t)sizeof name)
        return READSTAT_HANDLER_OK;
    snprintf(name, sizeof name, "%.*s", (int)(colon - note), note);
    all->st = gvc_attrs__set(all->ctx, all->facts, name, colon + 2);
    return all->st == GVC_OK ? READSTAT_HANDLER_OK : READSTAT_HANDLER_ABORT;
}

static gvc_status read_dta(gvc_ctx *ctx, gvc_attrs *facts, const char *path)
{
    notes all = { ctx, facts, GVC_OK };
    readstat_parser_t *parser = readstat_parser_init();
    readstat_error_t error = READSTAT_ERROR_MALLOC;

    if (parser) {
        readstat_set_note_handler(parser, take_note);
        readstat_set_row_limit(parser, 1);
        error = readstat_parse_dta(parser, path, &all);
        readstat_parser_free(parser);
    }
    if (all.st == GVC_OK && error != READSTAT_OK)
        return gvc_error__at(ctx, error == READSTAT_ERROR_MALLOC ? GVC_ENOMEM : GVC_EDATA, path,
                             NULL, "cannot be read: %s", readstat_error_message(error));
    return all.st;
}

static int has_suffix(const char *path, const char *suffix)
{
    const size_t n = strlen(path), m = strlen(suffix);

    return n > m && strcasecmp(path + n - m, suffix) == 0;
}

static gvc_status read_any(gvc_ctx *ctx, gvc_attrs *facts, const char *path)
{
    gvc_buf side = { 0 };
    gvc_status st;

    if (!gvc_file__exists(path))
        return gvc_error__at(ctx, GVC_EIO, path, NULL, "no such file");
    if (is_h5(path))
        return read_h5(ctx, facts, path);
    if (has_suffix(path, ".dta"))
        return read_dta(ctx, facts, path);
    if (has_suffix(path, ".xlsx"))
        return gvc_xlsx__read_about(ctx, facts, path);
    if (has_suffix(path, ".json"))
        return read_json(ctx, facts, path);
    gvc_buf__printf(ctx, &side, "%s.meta.json", path);
    if (side.failed)
        st = GVC_ENOMEM;
    else if (gvc_file__exists(gvc_buf__text(&side)))
        st = read_side(ctx, facts, gvc_buf__text(&side));
    else
        st = gvc_error__at(ctx, GVC_EDATA, path, NULL,
                           "carries no provenance, and %s is not there; it was made with "
                           "--no-provenance, by another program, or parted from it",
                           gvc_buf__text(&side));
    gvc_buf__free(&side);
    return st;
}

gvc_status gvc_history_read(gvc_ctx *ctx, gvc_history **out, const char *path)
{
    gvc_history *history = gvc_mem__calloc(ctx, 1, sizeof *history);
    gvc_status st = GVC_ENOMEM;

    *out = NULL;
    if (!history)
        return GVC_ENOMEM;
    history->facts = gvc_attrs__new(ctx);
    if (history->facts)
        st = read_any(ctx, history->facts, path);
    if (st == GVC_OK && !gvc_history_find(history, "command") &&
        !gvc_history_find(history, "history") && !gvc_history_find(history, "created_by"))
        st = gvc_error__at(ctx, GVC_EDATA, path, NULL,
                           "carries no provenance: made with --no-provenance or by another "
                           "program");
    if (st != GVC_OK) {
        gvc_history_free(history);
        return st;
    }
    *out = history;
    return GVC_OK;
}

gvc_int gvc_history_n(const gvc_history *history)
{
    return gvc_attrs__n(history->facts);
}

const char *gvc_history_name(const gvc_history *history, gvc_int i)
{
    return gvc_attrs__name(history->facts, i);
}

const char *gvc_history_text(const gvc_history *history, gvc_int i)
{
    return gvc_attrs__text(history->facts, i);
}

const char *gvc_history_find(const gvc_history *history, const char *name)
{
    return gvc_attrs__get(history->facts, name);
}

void gvc_history_free(gvc_history *history)
{
    if (!history)
        return;
    gvc_attrs__free(history->facts);
    gvc_mem__free(history);
}
