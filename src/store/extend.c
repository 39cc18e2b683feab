#include "store/open.h"
#include "store/writer.h"

#include <stdio.h>
#include <string.h>

/* Adding years to a store: its copy is changed and renamed. */

static gvc_status match_labels(gvc_ctx *ctx, const char *path, const char *what,
                               const gvc_labels *have, const gvc_labels *come)
{
    const gvc_int n = gvc_labels_n(have), m = gvc_labels_n(come);
    char place[80];

    snprintf(place, sizeof place, "/%s", what);
    for (gvc_int i = 0; i < n; i++)
        if (gvc_labels_find(come, gvc_labels_code(have, i)) < 0)
            return gvc_error__at(ctx, GVC_EDATA, path, place,
                                 "%lld labels expected as in the store, %lld found; \"%s\" is "
                                 "missing in the new table: write it to a store of its own",
                                 (long long)n, (long long)m, gvc_labels_code(have, i));
    for (gvc_int i = 0; i < m; i++)
        if (gvc_labels_find(have, gvc_labels_code(come, i)) < 0)
            return gvc_error__at(ctx, GVC_EDATA, path, place,
                                 "%lld labels expected as in the store, %lld found; the store has "
                                 "no \"%s\": write the table to a store of its own",
                                 (long long)n, (long long)m, gvc_labels_code(come, i));
    for (gvc_int i = 0; i < n; i++)
        if (gvc_labels_find(come, gvc_labels_code(have, i)) != i)
            return gvc_error__at(ctx, GVC_EDATA, path, place,
                                 "\"%s\" stands at another place in the new table: write it to a "
                                 "store of its own",
                                 gvc_labels_code(have, i));
    return GVC_OK;
}

/* A store holds one release in one unit and at one kind of prices. */
static gvc_status match_attrs(gvc_ctx *ctx, const char *path, const gvc_edition *have,
                              const gvc_edition *come)
{
    static const char *const names[] = { "source",     "release",     "unit",     "currency",
                                         "multiplier", "price_basis", "valuation" };

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *a = gvc_edition_attr(have, names[i]), *b = gvc_edition_attr(come, names[i]);

        if (strcmp(a ? a : "", b ? b : "") != 0)
            return gvc_error__at(ctx, GVC_EDATA, path, "/",
                                 "%s is \"%s\", the new table has \"%s\": write it to a store of "
                                 "its own",
                                 names[i], a ? a : "", b ? b : "");
    }
    return GVC_OK;
}

/* A list of the root as labels, NULL where the store has none. */
static gvc_status read_scale(gvc_ctx *ctx, const gvc_store *store, const char *name,
                             const gvc_labels **out)
{
    const char **codes = NULL;
    gvc_labels *labels = NULL;
    gvc_int n = 0;
    gvc_status st;

    if (!gvc_h5__has(store->file.id, name))
        return GVC_OK;
    st = gvc_h5__read_texts(ctx, &store->file, store->file.id, "/", name, store->arena, &codes, &n);
    if (st == GVC_OK)
        st = gvc_labels__new(ctx, &labels, n, codes, NULL);
    gvc_mem__free(codes);
    *out = labels;
    return st;
}

/* Lines of the new history that the old one does not have. */
static gvc_status put_history(gvc_ctx *ctx, gvc_out *out, const char *old, const char *new)
{
    gvc_buf both = { 0 };
    gvc_status st;

    gvc_buf__puts(ctx, &both, old);
    while (*new && !both.failed) {
        const int len = (int)strcspn(new, "\n");
        char line[1300];

        snprintf(line, sizeof line, "%.*s", len, new);
        if (!strstr(gvc_buf__text(&both), line))
            gvc_buf__printf(ctx, &both, "%s%s", both.len ? "\n" : "", line);
        new += len + (new[len] == '\n');
    }
    st = both.failed ? GVC_ENOMEM : GVC_OK;
    if (st == GVC_OK && both.len > (gvc_int)strlen(old))
        gvc_out__attr(ctx, out, out->id, "history", gvc_buf__text(&both));
    gvc_buf__free(&both);
    return st == GVC_OK ? gvc_out__status(ctx, out) : st;
}

gvc_status gvc_writer__match(gvc_ctx *ctx, const char *path, const gvc_edition *have,
                             const gvc_edition *come)
{
    gvc_status st = match_labels(ctx, path, "country", have->countries, come->countries);

    if (st == GVC_OK)
        st = match_labels(ctx, path, "sector", have->sectors, come->sectors);
    if (st == GVC_OK)
        st = match_labels(ctx, path, "category", have->categories, come->categories);
    return st == GVC_OK ? match_attrs(ctx, path, have, come) : st;
}

static gvc_status match(gvc_ctx *ctx, const gvc_store *store, const gvc_edition *edition)
{
    if (store->legacy)
        return gvc_error__at(ctx, GVC_EDATA, store->path, NULL,
                             "a store of an older layout, to which nothing is added; write a "
                             "store of its own");
    return gvc_writer__match(ctx, store->path, store->edition, edition);
}

/* Under the lock; the old store is closed before its copy is opened. */
static gvc_status open_copy(gvc_ctx *ctx, gvc_store_writer *w, gvc_store *store, const char *path)
{
    gvc_status st = read_scale(ctx, store, "satellite", &w->satellites);

    if (st == GVC_OK)
        st = read_scale(ctx, store, "primary", &w->primaries);
    gvc_h5__close(&store->file);
    return st == GVC_OK ? gvc_out__reopen(ctx, &w->out, path, path, 1) : st;
}

gvc_status gvc_store_extend(gvc_ctx *ctx, gvc_store_writer **out, const char *path,
                            const gvc_edition *edition, const gvc_store_opts *opts)
{
    const char *old, *new = gvc_edition_attr(edition, "history"), *kept;
    gvc_store *store = NULL;
    gvc_store_writer *w;
    gvc_status st = gvc_writer__new(ctx, &w, path, edition, &kept);

    *out = NULL;
    if (st == GVC_OK)
        st = gvc_store__open(ctx, &store, path);
    if (st == GVC_OK)
        st = match(ctx, store, edition);
    if (st == GVC_OK) {
        old = gvc_edition_attr(store->edition, "history");
        w->is_old = 1;
        w->replace = opts && opts->force;
        gvc_h5__lock();
        st = open_copy(ctx, w, store, kept);
        if (st == GVC_OK) {
            w->out.compress = opts && opts->compress;
            st = put_history(ctx, &w->out, old ? old : "", new ? new : "");
        }
        gvc_h5__unlock();
    }
    gvc_store__close(store);
    if (st != GVC_OK) {
        gvc_store_abort(w);
        return st;
    }
    *out = w;
    return GVC_OK;
}
