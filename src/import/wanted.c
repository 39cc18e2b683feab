#include "import/import.h"

#include "base/file.h"
#include "base/mem.h"

#include <fnmatch.h>
#include <stdio.h>
#include <string.h>

/* Which satellites of a source the user asks for. */

enum { LIST_BYTES = 1 << 20 };

static gvc_status add_pattern(gvc_ctx *ctx, gvc_import *import, const char *text, gvc_int len)
{
    const gvc_int n = import->n_wanted;

    /* Room for a power of two. */
    if ((n & (n - 1)) == 0) {
        const char **wanted = gvc_mem__realloc(ctx, import->wanted, n ? 2 * n : 1, sizeof *wanted);

        if (!wanted)
            return GVC_ENOMEM;
        import->wanted = wanted;
    }
    import->wanted[n] = gvc_arena__copy(ctx, import->arena, text, len);
    import->n_wanted += import->wanted[n] != NULL;
    return import->wanted[n] ? GVC_OK : GVC_ENOMEM;
}

/* One pattern a line; blank lines and blanks around it are left out. */
static gvc_status add_file(gvc_ctx *ctx, gvc_import *import, const char *path)
{
    char *text = NULL;
    gvc_int bytes;
    const gvc_int before = import->n_wanted;
    gvc_status st = gvc_file__read(ctx, &text, &bytes, path, LIST_BYTES);

    for (const char *at = text; st == GVC_OK && *at;) {
        const char *end = at + strcspn(at, "\r\n"), *next = end + strspn(end, "\r\n");

        at += strspn(at, " \t");
        while (end > at && (end[-1] == ' ' || end[-1] == '\t'))
            end--;
        if (end > at)
            st = add_pattern(ctx, import, at, end - at);
        at = next;
    }
    gvc_mem__free(text);
    if (st == GVC_OK && import->n_wanted == before)
        st = gvc_error__at(ctx, GVC_EDATA, path, NULL,
                           "empty; the name of a satellite a line expected");
    return st;
}

gvc_status gvc_import__read_wanted(gvc_ctx *ctx, gvc_import *import)
{
    const char *const *list = import->opts.satellites;
    gvc_status st = GVC_OK;

    if (!list || (list[0] && !list[1] && strcmp(list[0], "all") == 0))
        return GVC_OK;
    import->wanted = gvc_mem__alloc(ctx, 1, sizeof *import->wanted);
    if (!import->wanted)
        return GVC_ENOMEM;
    if (list[0] && !list[1] && strcmp(list[0], "none") == 0)
        return GVC_OK;
    for (; st == GVC_OK && *list; list++)
        st = **list == '@' ? add_file(ctx, import, *list + 1)
                           : add_pattern(ctx, import, *list, (gvc_int)strlen(*list));
    import->met = gvc_mem__calloc(ctx, import->n_wanted + 1, 1);
    return st == GVC_OK && !import->met ? GVC_ENOMEM : st;
}

int gvc_import__keeps_satellite(gvc_import *import, const char *name)
{
    int keeps = !import->wanted;

    for (gvc_int i = 0; i < import->n_wanted; i++)
        if (strcmp(import->wanted[i], name) == 0 ||
            fnmatch(import->wanted[i], name, FNM_NOESCAPE) == 0)
            keeps = import->met[i] = 1;
    return keeps;
}

int gvc_import__keeps_none(const gvc_import *import)
{
    return import->wanted && import->n_wanted == 0;
}

gvc_status gvc_import__check_satellites(gvc_ctx *ctx, gvc_import *import, const char *const *names,
                                        gvc_int n)
{
    const char *file = import->source->path, *near;
    gvc_int missing = 0;

    while (missing < import->n_wanted && import->met[missing])
        missing++;
    if (import->n_wanted > 0)
        memset(import->met, 0, (size_t)import->n_wanted);
    if (missing == import->n_wanted)
        return GVC_OK;
    if (n == 0)
        return gvc_error__at(ctx, GVC_ELABEL, file, NULL,
                             "the satellite \"%s\" is asked for (--satellites), but no satellites "
                             "were found here",
                             import->wanted[missing]);
    near = gvc_text__nearest(import->wanted[missing], names, n);
    return gvc_error__at(ctx, GVC_ELABEL, file, NULL,
                         "none of the %lld satellites found here is called \"%s\" (--satellites); "
                         "%s \"%s\"%s",
                         (long long)n, import->wanted[missing],
                         near ? "did you mean" : "the first is", near ? near : names[0],
                         near ? "?" : "; * stands for any text");
}

gvc_status gvc_import__pick_satellites(gvc_ctx *ctx, gvc_import *import, gvc_table *table)
{
    gvc_labels *all = table->satellites;
    double *values = table->satellite;
    const gvc_int S = gvc_labels_n(all);
    const char **texts = gvc_mem__alloc(ctx, 3 * S, sizeof *texts);
    gvc_int *from = gvc_mem__alloc(ctx, S, sizeof *from), n = 0;
    gvc_status st = texts && from ? GVC_OK : GVC_ENOMEM;

    for (gvc_int i = 0; st == GVC_OK && i < S; i++) {
        texts[i] = gvc_labels_code(all, i);
        if (!gvc_import__keeps_satellite(import, texts[i]))
            continue;
        texts[S + n] = texts[i];
        texts[2 * S + n] = gvc_labels_name(all, i);
        from[n++] = i;
    }
    if (st == GVC_OK)
        st = gvc_import__check_satellites(ctx, import, texts, S);
    if (st == GVC_OK && n < S) {
        table->satellites = NULL;
        table->satellite = NULL;
        if (n > 0)
            st = gvc_table__add_satellites(ctx, table, n, texts + S, texts + 2 * S);
        for (gvc_int k = 0; st == GVC_OK && k < n; k++)
            memcpy(table->satellite + k * table->n, values + from[k] * table->n,
                   (size_t)table->n * sizeof *values);
        gvc_labels__free(all);
        gvc_mem__free(values);
    }
    gvc_mem__free(texts);
    gvc_mem__free(from);
    return st;
}
