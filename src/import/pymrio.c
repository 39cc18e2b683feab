#include "import/pymrio.h"
#include "import/extension.h"
#include "import/wide.h"

#include "base/mem.h"

#include <json-c/json.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

/*
 * A system that pymrio saved as text: file_parameters.json and Z, Y, perhaps x, A and unit beside
 * it, extensions in folders of their own.
 */

enum { JSON = 1 << 20, UNITS = 12 };

gvc_status gvc_pymrio__text(gvc_ctx *ctx, const gvc_source *source, const gvc_part *part,
                            const char *name, char *text, gvc_int room)
{
    gvc_stream *stream;
    char *data = NULL;
    gvc_int bytes;
    struct json_object *root, *value;
    gvc_status st = gvc_source__stream(ctx, &stream, source, part);

    *text = '\0';
    if (st == GVC_OK)
        st = gvc_stream__slurp(ctx, stream, &data, &bytes, JSON);
    gvc_stream__close(stream);
    if (st != GVC_OK)
        return st;
    root = json_tokener_parse(data);
    if (json_object_object_get_ex(root, name, &value) &&
        json_object_is_type(value, json_type_string))
        snprintf(text, (size_t)room, "%s", json_object_get_string(value));
    json_object_put(root);
    gvc_mem__free(data);
    return GVC_OK;
}

/* The part called `name` in the folder of the system, or in the folder `inside` it. */
const gvc_part *gvc_pymrio__part(const gvc_source *source, const char *inside, const char *name)
{
    const gvc_part *system = gvc_pymrio__system(source);
    char path[2400];

    if (!system)
        return NULL;
    snprintf(path, sizeof path, "%.*s%s%s%s",
             (int)(strlen(system->name) - strlen("file_parameters.json")), system->name, inside,
             *inside ? "/" : "", name);
    for (gvc_int i = 0; i < source->n; i++)
        if (strcmp(source->parts[i].name, path) == 0)
            return &source->parts[i];
    return NULL;
}

/* Its parameters: those of the fewest folders. */
const gvc_part *gvc_pymrio__system(const gvc_source *source)
{
    const gvc_part *best = NULL;
    const size_t len = strlen("file_parameters.json");

    for (gvc_int i = 0; i < source->n; i++) {
        const char *name = source->parts[i].name;
        const size_t n = strlen(name);

        if (n < len || strcmp(name + n - len, "file_parameters.json") != 0 ||
            (n > len && name[n - len - 1] != '/') || !strstr(source->parts[i].head, "IOSystem"))
            continue;
        if (!best || n < strlen(best->name))
            best = &source->parts[i];
    }
    return best;
}

/* ---- units ---- */

static gvc_status set_unit(gvc_ctx *ctx, gvc_draft *draft, gvc_import *import, const char *text)
{
    static const struct {
        const char *text, *unit, *currency, *multiplier;
    } units[] = {
        { "Mill USD", "million USD", "USD", "1000000" },
        { "M.USD", "million USD", "USD", "1000000" },
        { "Million USD", "million USD", "USD", "1000000" },
        { "mn USD", "million USD", "USD", "1000000" },
        { "USD", "USD", "USD", "1" },
        { "1000 USD", "thousand USD", "USD", "1000" },
        { "Mill EUR", "million EUR", "EUR", "1000000" },
        { "M.EUR", "million EUR", "EUR", "1000000" },
        { "Million EUR", "million EUR", "EUR", "1000000" },
        { "EUR", "EUR", "EUR", "1" },
    };
    gvc_status st;

    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        if (strcasecmp(units[i].text, text) != 0)
            continue;
        st = gvc_draft__attr(ctx, draft, "unit", units[i].unit);
        if (st == GVC_OK)
            st = gvc_draft__attr(ctx, draft, "currency", units[i].currency);
        return st == GVC_OK ? gvc_draft__attr(ctx, draft, "multiplier", units[i].multiplier) : st;
    }
    st = gvc_draft__attr(ctx, draft, "unit", text);
    return st == GVC_OK ? gvc_import__warn(ctx, import,
                                           "the unit \"%s\" is kept as it is: its currency and "
                                           "multiplier are not known",
                                           text)
                        : st;
}

/* The one unit of all industries, in the last column of unit.txt. */
gvc_status gvc_pymrio__unit(gvc_ctx *ctx, gvc_draft *draft, gvc_import *import,
                            const gvc_part *part)
{
    const char *const *texts;
    char first[100] = "";
    gvc_stream *stream;
    gvc_rows *rows = NULL;
    gvc_int n = 1, line = 0;
    gvc_status st = gvc_source__stream(ctx, &stream, import->source, part);

    if (st == GVC_OK)
        st = gvc_rows__open(ctx, &rows, stream, '\t');
    while (st == GVC_OK && n > 0) {
        st = gvc_rows__texts(ctx, rows, &texts, &n);
        if (st != GVC_OK || n == 0 || line++ == 0)
            continue;
        if (*first && strcmp(first, texts[n - 1]) != 0)
            st = gvc_origin__refuse(ctx, gvc_rows__origin(rows), NULL,
                                    "the units \"%s\" and \"%.80s\" found, one unit of all "
                                    "industries expected",
                                    first, texts[n - 1]);
        else
            snprintf(first, sizeof first, "%s", texts[n - 1]);
    }
    gvc_rows__close(rows);
    return st == GVC_OK && *first ? set_unit(ctx, draft, import, first) : st;
}

/* ---- the flows ---- */

static gvc_status put_file(gvc_ctx *ctx, gvc_draft *draft, gvc_import *import, const gvc_part *part,
                           gvc_column_kind kind, int again)
{
    const gvc_origin origin = gvc_source__origin(import->source, part);
    gvc_wide w;
    gvc_status st = gvc_wide__open(ctx, &w, import->source, part, 2);

    gvc_draft__next_file(draft, &origin);
    if (st == GVC_OK)
        st = gvc_wide__columns(ctx, &w, draft, kind);
    if (st == GVC_OK)
        st = gvc_wide__put_industries(ctx, &w, draft, again);
    gvc_wide__close(&w);
    return st;
}

static gvc_status declare_file(gvc_ctx *ctx, gvc_draft *draft, gvc_import *import,
                               const gvc_part *part, gvc_column_kind kind)
{
    gvc_wide w;
    gvc_status st = gvc_wide__open(ctx, &w, import->source, part, 2);

    if (st == GVC_OK)
        st = gvc_wide__columns(ctx, &w, draft, kind);
    gvc_wide__close(&w);
    return st;
}

gvc_status gvc_pymrio__flows(gvc_ctx *ctx, gvc_draft *draft, gvc_import *import, const gvc_part *Z,
                             const gvc_part *Y)
{
    gvc_status st = declare_file(ctx, draft, import, Z, GVC_COLUMN_INDUSTRY);

    if (st == GVC_OK)
        st = declare_file(ctx, draft, import, Y, GVC_COLUMN_DEMAND);
    if (st == GVC_OK)
        st = gvc_draft__settle(ctx, draft, Z->bytes + Y->bytes);
    if (st == GVC_OK)
        st = put_file(ctx, draft, import, Z, GVC_COLUMN_INDUSTRY, 0);
    return st == GVC_OK ? put_file(ctx, draft, import, Y, GVC_COLUMN_DEMAND, 1) : st;
}

/* Output: region, sector, indout. */
gvc_status gvc_pymrio__output(gvc_ctx *ctx, gvc_draft *draft, gvc_import *import,
                              const gvc_part *part)
{
    const gvc_origin origin = gvc_source__origin(import->source, part);
    const char *const *texts;
    gvc_rows_block b = { .m = 1 };
    gvc_int n, line, row;
    gvc_stream *stream;
    gvc_rows *rows = NULL;
    char place[80];
    gvc_status st = gvc_source__stream(ctx, &stream, import->source, part);

    if (st == GVC_OK)
        st = gvc_rows__open(ctx, &rows, stream, '\t');
    if (st == GVC_OK)
        st = gvc_rows__texts(ctx, rows, &texts, &n);
    if (st == GVC_OK)
        st = gvc_rows__shape(ctx, rows, 2, 1);
    gvc_draft__next_file(draft, &origin);
    if (st == GVC_OK)
        st = gvc_draft__line(ctx, draft, GVC_LINE_OUTPUT, "x", NULL, 0, NULL, &line);
    while (st == GVC_OK && b.m > 0) {
        st = gvc_rows__next(ctx, rows, &b);
        for (gvc_int i = 0; st == GVC_OK && i < b.m; i++) {
            st = gvc_draft__row_of(ctx, draft, b.labels[2 * i], b.labels[2 * i + 1],
                                   gvc_rows__place(b.lines[i], place), 2, &row);
            if (st == GVC_OK)
                gvc_draft__add(draft, line, row, b.cells[i]);
        }
    }
    gvc_rows__close(rows);
    return st;
}

/* ---- the format ---- */

/* What a row of the primary inputs is, by the names that pymrio's own parsers give. */
static int role_of(const char *label, gvc_line_role *role)
{
    static const char *const va[] = { "VA",  "VALU",        "r64",
                                      "xVA", "Value added", "Value added at basic prices" };

    *role = GVC_LINE_PRIMARY;
    for (size_t i = 0; i < sizeof va / sizeof *va; i++)
        if (strcasecmp(label, va[i]) == 0)
            *role = GVC_LINE_VA;
    return 1;
}

static gvc_status recognise(gvc_ctx *ctx, gvc_import *import, int *is)
{
    (void)ctx;
    *is = gvc_pymrio__system(import->source) != NULL;
    return GVC_OK;
}

static gvc_status list(gvc_ctx *ctx, gvc_import *import)
{
    const gvc_source *s = import->source;
    const gvc_part *Z = gvc_pymrio__part(s, "", "Z.txt");

    if (!Z && (gvc_pymrio__part(s, "", "Z.parquet") || gvc_pymrio__part(s, "", "Z.pkl")))
        return gvc_error__at(ctx, GVC_EDATA, s->path, NULL,
                             "saved as %s, which is not read; save it once more as text: "
                             "save_all(..., table_format='txt')",
                             gvc_pymrio__part(s, "", "Z.pkl") ? "pickle" : "parquet");
    if (!Z || !gvc_pymrio__part(s, "", "Y.txt"))
        return gvc_error__at(ctx, GVC_EDATA, s->path, NULL,
                             "a system of pymrio without %s; both Z.txt and Y.txt are expected",
                             Z ? "Y.txt" : "Z.txt");
    return gvc_import__add(ctx, import, GVC_INT_MISSING, Z);
}

static gvc_status describe(gvc_ctx *ctx, gvc_draft *draft, gvc_import *import)
{
    static const gvc_release release = { .price_basis = "current" };
    const gvc_part *meta = gvc_pymrio__part(import->source, "", "metadata.json");
    char name[200] = "", version[200] = "";
    gvc_status st = gvc_draft__describe(ctx, draft, &release);

    if (st == GVC_OK && meta)
        st = gvc_pymrio__text(ctx, import->source, meta, "name", name, sizeof name);
    if (st == GVC_OK && meta)
        st = gvc_pymrio__text(ctx, import->source, meta, "version", version, sizeof version);
    if (st == GVC_OK)
        st = gvc_draft__attr(ctx, draft, "source", *name ? name : "pymrio");
    return st == GVC_OK && *version ? gvc_draft__attr(ctx, draft, "release", version) : st;
}

static gvc_status fill(gvc_ctx *ctx, gvc_draft *draft, gvc_import *import, const gvc_part *part)
{
    static const char *const folders[] = { "factor_inputs", "value_added", "VA", "primary_inputs" };
    const gvc_source *s = import->source;
    const gvc_part *unit = gvc_pymrio__part(s, "", "unit.txt"),
                   *x = gvc_pymrio__part(s, "", "x.txt"), *F = NULL;
    gvc_status st = describe(ctx, draft, import);

    (void)part;
    if (st == GVC_OK && unit)
        st = gvc_pymrio__unit(ctx, draft, import, unit);
    if (st == GVC_OK)
        st = gvc_pymrio__flows(ctx, draft, import, gvc_pymrio__part(s, "", "Z.txt"),
                               gvc_pymrio__part(s, "", "Y.txt"));
    if (st == GVC_OK && x)
        st = gvc_pymrio__output(ctx, draft, import, x);
    for (size_t i = 0; !F && i < sizeof folders / sizeof *folders; i++)
        F = gvc_pymrio__part(s, folders[i], "F.txt");
    return st == GVC_OK ? gvc_extension__read(ctx, draft, import, F, role_of) : st;
}

static gvc_status read(gvc_ctx *ctx, gvc_import *import, gvc_int i, gvc_table **out)
{
    return gvc_draft__read(ctx, out, import, i, fill);
}

const gvc_format gvc_format__pymrio = {
    .name = "pymrio-folder",
    .title = "system saved by pymrio (txt)",
    .recognise = recognise,
    .list = list,
    .read = read,
};
