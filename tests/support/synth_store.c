#include "support.h"

#include "synth_store.h"

void synth_store(gvc_ctx *ctx, const char *path, const gvc_synth_opts *opts, int years,
                 int compress)
{
    const gvc_store_opts how = { .force = 1, .compress = compress };
    const int first = opts->first_year;
    gvc_store_writer *writer;
    gvc_synth *synth;

    assert_ok(ctx, gvc_synth_new(ctx, &synth, opts));
    assert_ok(ctx, gvc_store_create(ctx, &writer, path, gvc_synth_edition(synth), &how));
    for (int year = first; year < first + years; year++) {
        gvc_table *table;

        assert_ok(ctx, gvc_synth_table(ctx, &table, synth, year));
        assert_ok(ctx, gvc_store_add(ctx, writer, table, year));
        gvc_table_free(table);
    }
    assert_ok(ctx, gvc_store_commit(ctx, writer));
    gvc_synth_free(synth);
}
