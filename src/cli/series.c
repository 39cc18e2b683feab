#include "cli/series.h"

static gvc_status add_year(cli_app *app, gvc_store_writer *writer, const gvc_synth *synth, int year)
{
    gvc_table *table = NULL;
    gvc_status st = cli_check_stop(app);

    if (st == GVC_OK)
        st = gvc_synth_table(app->ctx, &table, synth, year);
    if (st == GVC_OK)
        st = gvc_store_add(app->ctx, writer, table, year);
    gvc_table_free(table);
    if (st == GVC_OK)
        cli_say(app, 1, "%d written", year);
    return st;
}

static void announce(const cli_common *common, const gvc_edition *edition, int n_years)
{
    const gvc_int G = gvc_labels_n(gvc_edition_countries(edition));
    const gvc_int N = gvc_labels_n(gvc_edition_sectors(edition)), n = G * N;
    const double array = 8.0 * (double)n * (double)n / (1024.0 * 1024 * 1024);

    if (common->plan)
        printf("tables    %d year(s): %lld countries x %lld sectors, n = %lld\n"
               "memory    about 1.1 arrays of n x n doubles, %.3g GiB\n"
               "file      about %.3g GiB\n",
               n_years, (long long)G, (long long)N, (long long)n, 1.1 * array, array * n_years);
    else
        cli_say(common->app, 1, "%d year(s), n = %lld; memory about 1.1 arrays, %.3g GiB", n_years,
                (long long)n, 1.1 * array);
}

gvc_status cli_write_series(const cli_common *common, const gvc_synth_opts *opts, const char *path,
                            const int *years, int n)
{
    cli_app *app = common->app;
    const gvc_store_opts store = { .force = common->force };
    gvc_synth *synth = NULL;
    gvc_store_writer *writer = NULL;
    gvc_status st = gvc_synth_new(app->ctx, &synth, opts);

    if (st == GVC_OK) {
        announce(common, gvc_synth_edition(synth), n);
        if (!common->plan)
            st = gvc_store_create(app->ctx, &writer, path, gvc_synth_edition(synth), &store);
    }
    for (int i = 0; st == GVC_OK && writer && i < n; i++)
        st = add_year(app, writer, synth, years[i]);
    if (st == GVC_OK && writer) {
        st = gvc_store_commit(app->ctx, writer);
        writer = NULL;
    }
    gvc_store_abort(writer);
    gvc_synth_free(synth);
    if (st == GVC_OK && !common->plan)
        cli_say(app, 0, "%s written: %d year%s of synthetic data", path, n, n == 1 ? "" : "s");
    return st;
}
