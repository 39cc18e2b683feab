#include "import/wide.h"

#include "base/mem.h"

#include <string.h>

static gvc_status keep_line(gvc_ctx *ctx, gvc_wide *w, const char ***out)
{
    const char *const *texts;
    gvc_int n = 0;
    gvc_status st = gvc_rows__texts(ctx, w->rows, &texts, &n);

    if (st == GVC_OK && w->index == 0)
        for (w->index = 1; w->index < n && !*texts[w->index];)
            w->index++;
    if (st == GVC_OK && n <= w->index)
        st = gvc_origin__refuse(ctx, gvc_rows__origin(w->rows), NULL,
                                "two header lines expected, with region and item of each column");
    /* The last column may be an empty one behind the last tab. */
    while (st == GVC_OK && n > w->index + 1 && !*texts[n - 1])
        n--;
    if (st == GVC_OK && w->n > 0 && n - w->index != w->n)
        st = gvc_origin__refuse(ctx, gvc_rows__origin(w->rows), NULL,
                                "%lld columns in the second header line, %lld in the first",
                                (long long)(n - w->index), (long long)w->n);
    if (st != GVC_OK)
        return st;
    w->n = n - w->index;
    *out = gvc_mem__calloc(ctx, w->n, sizeof **out);
    for (gvc_int j = 0; *out && j < w->n; j++) {
        (*out)[j] = gvc_arena__strdup(ctx, w->arena, texts[j + w->index]);
        if (!(*out)[j])
            return GVC_ENOMEM;
    }
    return *out ? GVC_OK : GVC_ENOMEM;
}

gvc_status gvc_wide__open(gvc_ctx *ctx, gvc_wide *w, const gvc_source *source, const gvc_part *part,
                          gvc_int index)
{
    gvc_stream *stream;
    gvc_status st;

    *w = (gvc_wide){ .index = index };
    w->arena = gvc_arena__new(ctx);
    st = w->arena ? gvc_source__stream(ctx, &stream, source, part) : GVC_ENOMEM;
    if (st == GVC_OK)
        st = gvc_rows__open(ctx, &w->rows, stream, '\t');
    if (st == GVC_OK)
        st = keep_line(ctx, w, &w->region);
    if (st == GVC_OK)
        st = keep_line(ctx, w, &w->item);
    if (st == GVC_OK)
        st = gvc_rows__skip_names(ctx, w->rows, w->index);
    if (st == GVC_OK)
        st = gvc_rows__keep_header(ctx, w->rows, w->item, w->n);
    return st == GVC_OK ? gvc_rows__shape(ctx, w->rows, w->index, w->n) : st;
}

void gvc_wide__close(gvc_wide *w)
{
    gvc_rows__close(w->rows);
    gvc_mem__free(w->region);
    gvc_mem__free(w->item);
    gvc_arena__free(w->arena);
    *w = (gvc_wide){ 0 };
}

gvc_status gvc_wide__columns(gvc_ctx *ctx, const gvc_wide *w, gvc_draft *draft,
                             gvc_column_kind kind)
{
    gvc_status st = GVC_OK;

    for (gvc_int j = 0; st == GVC_OK && j < w->n; j++)
        st = gvc_draft__column(ctx, draft, kind, w->region[j], w->item[j]);
    return st;
}

gvc_status gvc_wide__put_industries(gvc_ctx *ctx, gvc_wide *w, gvc_draft *draft, int again)
{
    gvc_rows_block b = { .m = 1 };
    gvc_int *targets = NULL;
    char place[80];
    gvc_status st = GVC_OK;

    while (st == GVC_OK) {
        gvc_int *larger;

        st = gvc_rows__next(ctx, w->rows, &b);
        if (st != GVC_OK || b.m == 0)
            break;
        larger = gvc_mem__realloc(ctx, targets, b.m, sizeof *targets);
        st = larger ? GVC_OK : GVC_ENOMEM;
        targets = larger ? larger : targets;
        for (gvc_int i = 0; st == GVC_OK && i < b.m; i++)
            st = gvc_draft__row_of(ctx, draft, b.labels[2 * i], b.labels[2 * i + 1],
                                   gvc_rows__place(b.lines[i], place), again, &targets[i]);
        if (st == GVC_OK)
            st = gvc_draft__put(ctx, draft, targets, b.m, b.cells);
        gvc_draft__count_blanks(draft, b.blanks);
    }
    gvc_mem__free(targets);
    return st;
}
