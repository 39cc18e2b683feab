#include "hostile_in.h"

#include "zipped.h"

#include <hdf5.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "table/table.h"

/* The limit of a context, and what a reader may take: some blocks of fixed size, and per byte of
 * what it was given. Archives inflate to a thousandfold, but then the bytes are those inside. */
#define LIMIT ((gvc_int)512 << 20)
#define FIXED ((gvc_int)64 << 20)
#define PER_BYTE ((gvc_int)200)

enum { LABEL = 256 }; /* bytes of a label that a store may hold */

/* ---- promises ---- */

void hostile_fail(const gvc_ctx *ctx, const char *what)
{
    fprintf(stderr, "hostile: %s: \"%s\"\n", what, gvc_ctx_message(ctx));
    abort();
}

void hostile_check_text(const gvc_ctx *ctx, const char *text)
{
    for (const char *at = text; *at;) {
        const size_t len = strcspn(at, "\n\t");

        if (!gvc_text__is_utf8(at, (gvc_int)len))
            hostile_fail(ctx, "a text for the user holds control characters or is no UTF-8");
        at += len + (at[len] != '\0');
    }
}

static void check_log(gvc_log_level level, const char *text, void *user)
{
    (void)level;
    hostile_check_text(user, text);
}

gvc_ctx *hostile_begin(void)
{
    gvc_ctx *ctx = gvc_ctx_new();

    if (!ctx)
        abort();
    gvc_ctx_set_threads(ctx, 1);
    gvc_ctx_set_memory(ctx, LIMIT);
    gvc_ctx_set_log(ctx, check_log, ctx);
    return ctx;
}

void hostile_end(gvc_ctx *ctx, gvc_status st, size_t bytes)
{
    const gvc_int given = (gvc_int)bytes;

    if (st != GVC_OK && !*gvc_ctx_message(ctx))
        hostile_fail(ctx, "an error without a message");
    if (st != GVC_OK)
        hostile_check_text(ctx, gvc_ctx_message(ctx));
    if (gvc_ctx_memory_used(ctx) != 0)
        hostile_fail(ctx, "memory is left");
    if (H5Fget_obj_count((hid_t)H5F_OBJ_ALL, H5F_OBJ_ALL) > 0)
        hostile_fail(ctx, "something of an HDF5 file is left open");
    if (gvc_ctx_memory_peak(ctx) > FIXED + PER_BYTE * given) {
        fprintf(stderr, "hostile: %lld bytes of memory for %lld bytes of input\n",
                (long long)gvc_ctx_memory_peak(ctx), (long long)given);
        hostile_fail(ctx, "more memory than the input accounts for");
    }
    gvc_ctx_free(ctx);
}

/* ---- files ---- */

static char folder[] = "/tmp/gvc-hostile-XXXXXX";
static pid_t owner;

static void drop_folder(void)
{
    char command[64];

    snprintf(command, sizeof command, "rm -rf %s", folder);
    if (getpid() == owner && system(command) != 0)
        fprintf(stderr, "hostile: %s cannot be removed\n", folder);
}

const char *hostile_path(const char *name)
{
    static char path[128];

    if (!owner) {
        if (!mkdtemp(folder))
            abort();
        owner = getpid();
        atexit(drop_folder);
    }
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

const char *hostile_file(const char *name, const uint8_t *data, size_t bytes)
{
    const char *path = hostile_path(name);
    FILE *out = fopen(path, "wb");

    if (!out || fwrite(data, 1, bytes, out) != bytes || fclose(out) != 0)
        abort();
    return path;
}

/* ---- sources ---- */

static void check_labels(const gvc_ctx *ctx, const gvc_labels *labels)
{
    for (gvc_int i = 0; labels && i < gvc_labels_n(labels); i++) {
        const char *code = gvc_labels_code(labels, i), *name = gvc_labels_name(labels, i);

        if (strlen(code) > LABEL || (name && strlen(name) > LABEL))
            hostile_fail(ctx, "a label is longer than a store can hold");
        if (strpbrk(code, "\n\t") || (name && strpbrk(name, "\n\t")))
            hostile_fail(ctx, "a label is longer than a line");
        hostile_check_text(ctx, code);
        hostile_check_text(ctx, name ? name : "");
    }
}

static void check_attrs(const gvc_ctx *ctx, const gvc_attrs *attrs)
{
    for (gvc_int i = 0; i < gvc_attrs__n(attrs); i++)
        hostile_check_text(ctx, gvc_attrs__text(attrs, i));
}

/* A store keeps these texts, and refuses to be opened where they are not what it expects. */
static void check_texts(const gvc_ctx *ctx, const gvc_table *table)
{
    const gvc_edition *edition = table->edition;

    check_labels(ctx, edition->countries);
    check_labels(ctx, edition->sectors);
    check_labels(ctx, edition->categories);
    check_labels(ctx, table->primaries);
    check_labels(ctx, table->satellites);
    check_attrs(ctx, edition->attrs);
    check_attrs(ctx, table->attrs);
    for (gvc_int c = 0; c < gvc_labels_n(edition->countries); c++)
        hostile_check_text(ctx, gvc_edition_native(edition, c));
}

/* What the user is told about a table, and its check. */
static gvc_status look_at(gvc_ctx *ctx, const gvc_import *import, const gvc_table *table)
{
    gvc_findings *findings = NULL;
    gvc_status st;

    if (!table)
        hostile_fail(ctx, "read without an error, but there is no table");
    check_texts(ctx, table);
    for (gvc_int i = 0; i < gvc_import_notes_n(import); i++)
        hostile_check_text(ctx, gvc_import_note(import, i));
    st = gvc_check(ctx, &findings, table);
    for (gvc_int i = 0; st == GVC_OK && i < gvc_findings_n(findings); i++)
        hostile_check_text(ctx, gvc_findings_text(findings, i));
    gvc_findings_free(findings);
    return st;
}

static gvc_status import_source(gvc_ctx *ctx, const uint8_t *data, size_t bytes, const char *format)
{
    static const char names[] = "AUS\nCHN\nDEU\nROW\n";
    char countries[128];
    gvc_import_opts opts = { .format = format };
    gvc_import *import = NULL;
    gvc_status st;

    if (format && strcmp(format, "icio-user") == 0) {
        snprintf(countries, sizeof countries, "%s",
                 hostile_file("names", (const uint8_t *)names, sizeof names - 1));
        opts.countries = countries;
    }
    st = gvc_import_open(ctx, &import, hostile_file("table_2015", data, bytes), &opts);
    for (gvc_int i = 0; st == GVC_OK && i < gvc_import_n(import) && i < 4; i++) {
        gvc_table *table = NULL;

        st = gvc_import_table(ctx, &table, import, i, 2000);
        if (st == GVC_OK)
            st = look_at(ctx, import, table);
        gvc_table_free(table);
    }
    gvc_import_close(import);
    return st;
}

/* An archive accounts for what is inside it. */
static size_t weight(const uint8_t *data, size_t bytes)
{
    size_t sum = bytes;
    zipped z = { 0 };

    if (!zipped_is(data, bytes))
        return bytes;
    zipped_unpack(&z, data, bytes);
    for (int i = 0; i < z.n; i++)
        sum += z.members[i].bytes;
    zipped_clear(&z);
    return sum;
}

static void run_import(const uint8_t *data, size_t bytes, const char *format)
{
    gvc_ctx *ctx = hostile_begin();
    const gvc_status st = import_source(ctx, data, bytes, format);

    hostile_end(ctx, st, weight(data, bytes));
}

void hostile_sheet(const uint8_t *data, size_t n, const char *strings)
{
    static const char types[] = "<Types/>",
                      book[] =
                          "<workbook><sheets><sheet name=\"T\" r:id=\"a\"/></sheets></workbook>",
                      links[] = "<Relationships><Relationship Id=\"a\" Target=\"s.xml\"/>"
                                "</Relationships>",
                      few[] = "<sst><si><t>c1</t></si><si><t>AUS</t></si><si><r><t>r6</t></r>"
                              "<r><t>9</t></r></si></sst>";
    zipped z = { 0 };
    uint8_t *book_data;
    size_t bytes;

    strings = strings ? strings : few;
    zipped_add(&z, "[Content_Types].xml", types, strlen(types));
    zipped_add(&z, "xl/workbook.xml", book, strlen(book));
    zipped_add(&z, "xl/_rels/workbook.xml.rels", links, strlen(links));
    zipped_add(&z, "xl/sharedStrings.xml", strings, strlen(strings));
    zipped_add(&z, "xl/s.xml", data, n);
    book_data = zipped_pack(&z, &bytes);
    run_import(book_data, bytes, NULL);
    free(book_data);
    zipped_clear(&z);
}

/* ---- by name ---- */

static const char *const sources[] = { "any", "sheet" };

enum { SOURCES = sizeof sources / sizeof *sources };

const char *hostile_reader(int i)
{
    const int formats = (int)gvc_import_formats_n();
    const hostile_kind *kind = hostile_texts;

    if (i < SOURCES)
        return sources[i];
    if (i - SOURCES < formats)
        return gvc_import_format_name(i - SOURCES);
    for (i -= SOURCES + formats; i > 0 && kind->name; i--)
        kind++;
    return kind->name;
}

static int is_format(const char *reader)
{
    for (gvc_int i = 0; i < gvc_import_formats_n(); i++)
        if (strcmp(gvc_import_format_name(i), reader) == 0)
            return 1;
    return 0;
}

int hostile_read(const char *reader, const uint8_t *data, size_t bytes)
{
    for (const hostile_kind *kind = hostile_texts; kind->name; kind++) {
        gvc_ctx *ctx;

        if (strcmp(kind->name, reader) != 0)
            continue;
        ctx = hostile_begin();
        hostile_end(ctx, kind->read(ctx, data, bytes), weight(data, bytes));
        return 1;
    }
    if (strcmp(reader, "sheet") == 0)
        hostile_sheet(data, bytes, NULL);
    else if (strcmp(reader, "any") == 0 || is_format(reader))
        run_import(data, bytes, strcmp(reader, "any") == 0 ? NULL : reader);
    else
        return 0;
    return 1;
}
