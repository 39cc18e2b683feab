#include <gvc/input.h>

#include "base/errand.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"
#include "import/folder.h"
#include "store/store.h"

#include <stdio.h>
#include <string.h>

/* Either `store` or `edition`, which then is that of a folder. */
struct gvc_input {
    char *path;
    gvc_store *store;
    gvc_edition *edition;
    char sha256[GVC_SHA256_TEXT];
    gvc_errand *errand; /* reads the table of year `ahead`; NULL: nothing is being read */
    gvc_int ahead;
    gvc_table *table; /* what it has read, for gvc_input_table() alone once it has ended */
};

static gvc_status open_content(gvc_ctx *ctx, gvc_input *input)
{
    if (!gvc_file__exists(input->path))
        return gvc_error__at(ctx, GVC_EIO, input->path, NULL,
                             "no such file; a store (.h5) or a folder of CSV files expected");
    if (gvc_file__is_folder(input->path))
        return gvc_folder__edition(ctx, &input->edition, input->path);
    return gvc_store__open(ctx, &input->store, input->path);
}

gvc_status gvc_input_open(gvc_ctx *ctx, gvc_input **out, const char *path)
{
    size_t len = strlen(path);
    gvc_input *input = gvc_mem__calloc(ctx, 1, sizeof *input);
    gvc_status st = GVC_ENOMEM;

    *out = NULL;
    while (len > 1 && path[len - 1] == '/')
        len--;
    if (input)
        input->path = gvc_mem__calloc(ctx, (gvc_int)len + 1, 1);
    if (input && input->path) {
        memcpy(input->path, path, len);
        st = open_content(ctx, input);
    }
    if (st != GVC_OK) {
        gvc_input_close(input);
        return st;
    }
    *out = input;
    return GVC_OK;
}

const char *gvc_input_path(const gvc_input *input)
{
    return input->path;
}

const char *gvc_input_kind(const gvc_input *input)
{
    return input->store ? "store" : "folder";
}

/* The digest of the lines that sha256sum prints for the folder's files, run in the folder. */
static gvc_status digest_folder(gvc_ctx *ctx, gvc_input *input)
{
    static const char *const names[] = { "F.csv",      "VA.csv",     "Z.csv",      "fcols.csv",
                                         "groups.csv", "inputs.csv", "labels.csv", "x.csv" };
    gvc_buf lines = { 0 }, path = { 0 };
    gvc_status st = GVC_OK;

    for (size_t i = 0; st == GVC_OK && i < sizeof names / sizeof *names; i++) {
        char digest[GVC_SHA256_TEXT];

        gvc_buf__free(&path);
        gvc_buf__printf(ctx, &path, "%s/%s", input->path, names[i]);
        if (path.failed || !gvc_file__exists(gvc_buf__text(&path)))
            continue;
        st = gvc_file__sha256(ctx, gvc_buf__text(&path), digest);
        if (st == GVC_OK)
            gvc_buf__printf(ctx, &lines, "%s  %s\n", digest, names[i]);
    }
    if (st == GVC_OK && (lines.failed || path.failed))
        st = GVC_ENOMEM;
    if (st == GVC_OK)
        gvc_digest__sha256(gvc_buf__text(&lines), lines.len, input->sha256);
    gvc_buf__free(&lines);
    gvc_buf__free(&path);
    return st;
}

gvc_status gvc_input_sha256(gvc_ctx *ctx, gvc_input *input, const char **text)
{
    gvc_status st = GVC_OK;

    if (!input->sha256[0])
        st = input->store ? gvc_file__sha256(ctx, input->path, input->sha256)
                          : digest_folder(ctx, input);
    *text = st == GVC_OK ? input->sha256 : NULL;
    return st;
}

const gvc_edition *gvc_input_edition(const gvc_input *input)
{
    return input->store ? gvc_store__edition(input->store) : input->edition;
}

gvc_int gvc_input_n_years(const gvc_input *input)
{
    return input->store ? gvc_store__n_years(input->store) : 1;
}

int gvc_input_year(const gvc_input *input, gvc_int i)
{
    return input->store ? gvc_store__year(input->store, i) : GVC_INT_MISSING;
}

int gvc_input_is_mapped(gvc_ctx *ctx, const gvc_input *input)
{
    return input->store && gvc_store__is_mapped(ctx, input->store);
}

static gvc_status read_now(gvc_ctx *ctx, gvc_table **out, gvc_input *input, gvc_int i)
{
    if (input->store)
        return gvc_store__table(ctx, out, input->store, i);
    return gvc_folder__table(ctx, out, input->edition, input->path);
}

static gvc_status read_ahead(gvc_ctx *ctx, void *user)
{
    gvc_input *input = user;

    return gvc_store__table(ctx, &input->table, input->store, input->ahead);
}

void gvc_input_ahead(gvc_ctx *ctx, gvc_input *input, gvc_int i)
{
    if (input->errand || !input->store || gvc_ctx_threads(ctx) < 2)
        return;
    input->ahead = i;
    input->errand = gvc_errand__start(ctx, read_ahead, input);
}

/* End the errand; NULL where it has read another year, or nothing. */
static gvc_table *take_ahead(gvc_ctx *ctx, gvc_input *input, gvc_int i, gvc_status *status)
{
    gvc_table *table;

    *status = gvc_errand__end(i == input->ahead ? ctx : NULL, input->errand);
    input->errand = NULL;
    table = input->table;
    input->table = NULL;
    if (i == input->ahead)
        return table;
    gvc_table_free(table);
    return NULL;
}

gvc_status gvc_input_table(gvc_ctx *ctx, gvc_table **out, gvc_input *input, gvc_int i)
{
    gvc_status st = GVC_OK;

    *out = NULL;
    if (input->errand)
        *out = take_ahead(ctx, input, i, &st);
    if (*out)
        return GVC_OK;
    /* Memory that was short beside a model may be there without it. */
    return st == GVC_OK || st == GVC_ENOMEM || i != input->ahead ? read_now(ctx, out, input, i)
                                                                 : st;
}

void gvc_input_close(gvc_input *input)
{
    gvc_status unwanted;

    if (!input)
        return;
    if (input->errand)
        gvc_table_free(take_ahead(NULL, input, input->ahead, &unwanted));
    if (input->store)
        gvc_store__close(input->store);
    gvc_edition__free(input->edition);
    gvc_mem__free(input->path);
    gvc_mem__free(input);
}
