#include "write/provenance.h"

#include "base/digest.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

/* The checksum of a store is taken while the run goes on, and is waited for when somebody asks. */
typedef struct provenance_input {
    gvc_attrs *attrs;
    gvc_digest *digest; /* NULL where the checksum is among the attributes */
} provenance_input;

struct gvc_provenance {
    gvc_attrs *run, *facts;
    gvc_int n_inputs, room;
    provenance_input *inputs;
};

/* What an edition says about itself and a reader of the result needs to know. */
static const char *const kept[] = {
    "source",    "release",       "unit",    "currency", "multiplier", "price_basis",
    "valuation", "sector_scheme", "licence", "citation", "history",    "synthetic",
};

gvc_status gvc_provenance_new(gvc_ctx *ctx, gvc_provenance **out, const char *command)
{
    gvc_provenance *p = gvc_mem__calloc(ctx, 1, sizeof *p);
    char stamp[32];
    gvc_status st = GVC_ENOMEM;

    *out = NULL;
    if (!p)
        return GVC_ENOMEM;
    p->run = gvc_attrs__new(ctx);
    p->facts = gvc_attrs__new(ctx);
    if (p->run && p->facts)
        st = gvc_attrs__setf(ctx, p->run, "created_by", "gvckit %s", gvc_version());
    if (st == GVC_OK)
        st = gvc_attrs__set(ctx, p->run, "command", command);
    if (st == GVC_OK)
        st = gvc_attrs__set(ctx, p->run, "created", gvc_clock__stamp(stamp));
    if (st != GVC_OK) {
        gvc_provenance_free(p);
        return st;
    }
    *out = p;
    return GVC_OK;
}

static void free_input(provenance_input *input)
{
    gvc_attrs__free(input->attrs);
    gvc_digest__free(input->digest);
}

void gvc_provenance_free(gvc_provenance *p)
{
    if (!p)
        return;
    for (gvc_int i = 0; i < p->n_inputs; i++)
        free_input(&p->inputs[i]);
    gvc_mem__free(p->inputs);
    gvc_attrs__free(p->run);
    gvc_attrs__free(p->facts);
    gvc_mem__free(p);
}

static provenance_input *append_input(gvc_ctx *ctx, gvc_provenance *p)
{
    provenance_input *last;

    if (p->n_inputs == p->room) {
        const gvc_int room = p->room ? 2 * p->room : 4;
        provenance_input *inputs = gvc_mem__realloc(ctx, p->inputs, room, sizeof *inputs);

        if (!inputs)
            return NULL;
        p->inputs = inputs;
        p->room = room;
    }
    last = &p->inputs[p->n_inputs];
    *last = (provenance_input){ gvc_attrs__new(ctx), NULL };
    if (!last->attrs)
        return NULL;
    p->n_inputs++;
    return last;
}

/* The checksum has its place among the attributes from the start. */
static gvc_status begin_sha256(gvc_ctx *ctx, provenance_input *to, gvc_input *input)
{
    const char *sha256 = "";
    gvc_status st;

    if (strcmp(gvc_input_kind(input), "store") == 0)
        st = gvc_digest__start(ctx, &to->digest, gvc_input_path(input));
    else
        st = gvc_input_sha256(ctx, input, &sha256);
    return st == GVC_OK ? gvc_attrs__set(ctx, to->attrs, "table_sha256", sha256) : st;
}

gvc_status gvc_provenance_input(gvc_ctx *ctx, gvc_provenance *p, gvc_input *input)
{
    const gvc_edition *edition = gvc_input_edition(input);
    provenance_input *to = append_input(ctx, p);
    gvc_status st = GVC_ENOMEM;

    if (to)
        st = gvc_attrs__set(ctx, to->attrs, "table_file", gvc_input_path(input));
    if (st == GVC_OK)
        st = gvc_attrs__set(ctx, to->attrs, "table_kind", gvc_input_kind(input));
    if (st == GVC_OK)
        st = begin_sha256(ctx, to, input);
    for (size_t i = 0; st == GVC_OK && i < sizeof kept / sizeof kept[0]; i++)
        st = gvc_attrs__set(ctx, to->attrs, kept[i], gvc_edition_attr(edition, kept[i]));
    return st;
}

gvc_status gvc_provenance__settle(gvc_ctx *ctx, const gvc_provenance *p)
{
    gvc_status st = GVC_OK;

    for (gvc_int i = 0; st == GVC_OK && p && i < p->n_inputs; i++) {
        const char *sha256;

        if (!p->inputs[i].digest)
            continue;
        st = gvc_digest__wait(ctx, p->inputs[i].digest, &sha256);
        if (st == GVC_OK)
            st = gvc_attrs__set(ctx, p->inputs[i].attrs, "table_sha256", sha256);
    }
    return st;
}

gvc_status gvc_provenance_add(gvc_ctx *ctx, gvc_provenance *p, const char *name, const char *text)
{
    return gvc_attrs__set(ctx, p->facts, name, text);
}

/* The attribute is a text like any other: "0", "no" and "false" deny it. */
static int is_yes(const char *text)
{
    return text && *text && strcmp(text, "0") != 0 && strcmp(text, "no") != 0 &&
           strcmp(text, "false") != 0;
}

int gvc_provenance__is_synthetic(const gvc_provenance *p)
{
    for (gvc_int i = 0; p && i < p->n_inputs; i++)
        if (is_yes(gvc_attrs__get(p->inputs[i].attrs, "synthetic")))
            return 1;
    return 0;
}

/* Names of the second input and later ones carry its number. */
static gvc_status flatten_input(gvc_ctx *ctx, gvc_attrs *to, const gvc_attrs *input, gvc_int number)
{
    gvc_status st = GVC_OK;

    if (number == 1)
        return gvc_attrs__merge(ctx, to, input);
    for (gvc_int i = 0; st == GVC_OK && i < gvc_attrs__n(input); i++) {
        gvc_buf name = { 0 };

        gvc_buf__printf(ctx, &name, "%s_%lld", gvc_attrs__name(input, i), (long long)number);
        st = name.failed ? GVC_ENOMEM
                         : gvc_attrs__set(ctx, to, name.data, gvc_attrs__text(input, i));
        gvc_buf__free(&name);
    }
    return st;
}

gvc_status gvc_provenance__flatten(gvc_ctx *ctx, gvc_attrs *to, const gvc_provenance *p)
{
    gvc_status st = gvc_provenance__settle(ctx, p);

    if (st == GVC_OK)
        st = gvc_attrs__merge(ctx, to, p->run);
    for (gvc_int i = 0; st == GVC_OK && i < p->n_inputs; i++)
        st = flatten_input(ctx, to, p->inputs[i].attrs, i + 1);
    if (st == GVC_OK)
        st = gvc_attrs__merge(ctx, to, p->facts);
    return st;
}

const gvc_attrs *gvc_provenance__facts(const gvc_provenance *p)
{
    return p->facts;
}

gvc_int gvc_provenance__n_inputs(const gvc_provenance *p)
{
    return p->n_inputs;
}

const gvc_attrs *gvc_provenance__input(const gvc_provenance *p, gvc_int i)
{
    return p->inputs[i].attrs;
}

const gvc_attrs *gvc_provenance__run(const gvc_provenance *p)
{
    return p->run;
}
