#include "import/draft_in.h"

#include "base/file.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* A draft becomes a table: output, value added, primary inputs, where it comes from. */

/* Every industry that has a column has had its row. */
static gvc_status check_rows(gvc_ctx *ctx, gvc_draft *d)
{
    const gvc_int C = gvc_names__n(d->countries);
    gvc_int missing = 0, first = -1;

    for (gvc_int i = 0; i < C * d->N; i++)
        if (!d->row_seen[i] && gvc_draft__whole(d, i / d->N) == i / d->N) {
            first = missing++ ? first : i;
        }
    if (missing == 0)
        return GVC_OK;
    if (d->rows_may_be_missing)
        return gvc_import__warn(ctx, d->import,
                                "%lld of %lld industries have no cell at all and are taken as 0",
                                (long long)missing, (long long)d->n);
    return gvc_origin__refuse(ctx, &d->origin, NULL,
                              "%lld rows of industries found, %lld expected: %s:%s%s a column but "
                              "no row",
                              (long long)(d->n - missing), (long long)d->n,
                              gvc_names__get(d->countries, first / d->N),
                              gvc_names__get(d->sectors, first % d->N),
                              missing > 1 ? " and others have" : " has");
}

/* "row:r64", or "sum:D1+D29X39+B2A3G". */
static gvc_status name_rule(gvc_ctx *ctx, gvc_draft *d, gvc_int n_va)
{
    gvc_buf rule = { 0 };
    gvc_int k = 0;

    gvc_buf__puts(ctx, &rule, n_va > 1 ? "sum:" : "row:");
    for (gvc_int i = 0; i < d->n_lines; i++)
        if (d->lines[i].role == GVC_LINE_VA)
            gvc_buf__printf(ctx, &rule, "%s%s", k++ ? "+" : "", d->lines[i].code);
    d->table->va_rule =
        rule.failed ? NULL : gvc_arena__strdup(ctx, d->table->arena, gvc_buf__text(&rule));
    gvc_buf__free(&rule);
    return d->table->va_rule ? GVC_OK : GVC_ENOMEM;
}

static gvc_status settle_va(gvc_ctx *ctx, gvc_draft *d)
{
    gvc_table *t = d->table;
    gvc_int n_va = 0;

    for (gvc_int i = 0; i < d->n_lines; i++) {
        if (d->lines[i].role != GVC_LINE_VA)
            continue;
        n_va++;
        for (gvc_int j = 0; j < d->n; j++)
            t->VA[j] += d->lines[i].cells[j];
    }
    if (n_va == 0 || d->import->opts.residual) {
        gvc_table__residual_va(ctx, t);
        return gvc_import__note(ctx, d->import, "value added is the residual x - 1'Z%s",
                                n_va ? ", as asked" : ": the source has no row for it");
    }
    t->va_given = 1;
    return name_rule(ctx, d, n_va);
}

static gvc_status keep_primaries(gvc_ctx *ctx, gvc_draft *d)
{
    const gvc_int GK = d->G * d->K;
    gvc_table *t = d->table;
    const char **texts = gvc_mem__alloc(ctx, 2 * d->n_lines + 1, sizeof *texts);
    gvc_int P = 0;
    int with_fd = 0;
    gvc_status st = texts ? GVC_OK : GVC_ENOMEM;

    for (gvc_int i = 0; st == GVC_OK && i < d->n_lines; i++) {
        if (d->lines[i].role == GVC_LINE_OUTPUT)
            continue;
        texts[P] = d->lines[i].code;
        texts[d->n_lines + P++] = d->lines[i].name;
        for (gvc_int j = 0; j < GK && !with_fd; j++)
            with_fd = d->lines[i].cells[d->n + j] != 0.0;
    }
    if (st == GVC_OK && P > 0)
        st = gvc_table__add_primaries(ctx, t, P, texts, texts + d->n_lines, with_fd);
    gvc_mem__free(texts);
    P = 0;
    for (gvc_int i = 0; st == GVC_OK && i < d->n_lines; i++) {
        if (d->lines[i].role == GVC_LINE_OUTPUT)
            continue;
        memcpy(t->primary + P * d->n, d->lines[i].cells, (size_t)d->n * sizeof *t->primary);
        if (with_fd)
            memcpy(t->primary_fd + P * GK, d->lines[i].cells + d->n,
                   (size_t)GK * sizeof *t->primary_fd);
        P++;
    }
    return st;
}

static gvc_status note_origin(gvc_ctx *ctx, gvc_draft *d)
{
    gvc_import *import = d->import;
    const char *path = import->source->path, *slash = strrchr(path, '/');
    gvc_attrs *attrs = d->table->attrs;
    char stamp[32];
    gvc_status st = GVC_OK;

    if (!import->sha256[0])
        st = gvc_source__sha256(ctx, import->source, import->sha256);
    if (st == GVC_OK)
        st = gvc_attrs__set(ctx, attrs, "source_file", slash ? slash + 1 : path);
    if (st == GVC_OK && d->origin.member)
        st = gvc_attrs__set(ctx, attrs, "source_member", d->origin.member);
    if (st == GVC_OK)
        st = gvc_attrs__set(ctx, attrs, "source_sha256", import->sha256);
    if (st == GVC_OK && gvc_clock__stamp(stamp))
        st = gvc_attrs__set(ctx, attrs, "imported_utc", stamp);
    if (st == GVC_OK)
        st = gvc_attrs__setf(ctx, attrs, "n_blank", "%lld", (long long)d->n_blank);
    if (st == GVC_OK && d->n_blank)
        st = gvc_import__warn(ctx, import, "%lld empty cell%s taken as 0", (long long)d->n_blank,
                              d->n_blank == 1 ? "" : "s");
    return st;
}

/* The attributes of the edition, complete only now. */
static gvc_status finish_edition(gvc_ctx *ctx, gvc_draft *d)
{
    gvc_status st = gvc_attrs__merge(ctx, d->edition->attrs, d->attrs);

    if (st == GVC_OK && d->history.len)
        st = gvc_attrs__set(ctx, d->edition->attrs, "history", gvc_buf__text(&d->history));
    gvc_edition__settle_inventory(d->edition);
    return st;
}

gvc_status gvc_draft__finish(gvc_ctx *ctx, gvc_draft *d, gvc_table **out)
{
    gvc_status st = check_rows(ctx, d);

    *out = NULL;
    if (st == GVC_OK)
        st = gvc_draft__settle_output(ctx, d);
    if (st == GVC_OK)
        st = settle_va(ctx, d);
    if (st == GVC_OK)
        st = keep_primaries(ctx, d);
    if (st == GVC_OK)
        st = gvc_table__validate(ctx, d->table, d->origin.file);
    if (st == GVC_OK)
        st = gvc_draft__check(ctx, d);
    if (st == GVC_OK)
        st = note_origin(ctx, d);
    if (st == GVC_OK)
        st = finish_edition(ctx, d);
    if (st != GVC_OK)
        return st;
    *out = d->table;
    d->table = NULL;
    return GVC_OK;
}

gvc_status gvc_draft__read(gvc_ctx *ctx, gvc_table **out, gvc_import *import, gvc_int i,
                           gvc_status (*fill)(gvc_ctx *ctx, gvc_draft *draft, gvc_import *import,
                                              const gvc_part *part))
{
    const gvc_part *part = import->items[i].part;
    const gvc_origin origin = gvc_source__origin(import->source, part);
    gvc_draft *draft;
    gvc_status st = gvc_draft__new(ctx, &draft, import, &origin);

    *out = NULL;
    if (st == GVC_OK)
        st = fill(ctx, draft, import, part);
    if (st == GVC_OK)
        gvc_draft__next_file(draft, &origin);
    if (st == GVC_OK)
        st = gvc_draft__finish(ctx, draft, out);
    gvc_draft__free(draft);
    return st;
}
