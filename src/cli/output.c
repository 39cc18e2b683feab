#include "cli/output.h"

#include <string.h>
#include <sys/stat.h>

int cli_is_format(const cli_common *common, const char *path, const char *name)
{
    const char *dot = strrchr(path, '.');

    return strcasecmp(common->format ? common->format : dot ? dot + 1 : "", name) == 0;
}

int cli_is_h5(const cli_common *common, const char *path)
{
    return cli_is_format(common, path, "h5") ||
           (!common->format && cli_is_format(common, path, "hdf5"));
}

/* Groups of an .h5 and sheets of an .xlsx: one for each level. */
static int holds_levels(const cli_common *common, const char *path)
{
    return cli_is_h5(common, path) || cli_is_format(common, path, "xlsx");
}

int cli_is_same_file(const char *a, const char *b)
{
    struct stat one, other;

    return stat(a, &one) == 0 && stat(b, &other) == 0 && one.st_dev == other.st_dev &&
           one.st_ino == other.st_ino;
}

gvc_status cli_check_output(cli_app *app, const cli_source *sources, int n, const char *path,
                            const char *codebook)
{
    const char *const outputs[] = { path, codebook };

    for (int i = 0; i < n; i++)
        for (int f = 0; f < 2; f++)
            if (outputs[f] && cli_is_same_file(gvc_input_path(sources[i].input), outputs[f]))
                return cli_refuse(app, GVC_EUSAGE, "%s: is the input, which is never changed",
                                  outputs[f]);
    if (codebook && strcmp(codebook, path) == 0)
        return cli_refuse(app, GVC_EUSAGE, "--codebook %s: is the output itself", path);
    return GVC_OK;
}

/* The levels that will come out, as a list. */
static const char *const *levels_out(const cli_job *job)
{
    cli_list found = { 0 };

    for (int i = 0; i < job->picks.n; i++) {
        const char *const *levels =
            cli_split(job->app, gvc_measure_levels(job->picks.items[i].measure), ',');

        for (; *levels; levels++)
            if (cli_takes_level(job->levels, *levels) && !cli_list_has(found.items, *levels))
                cli_list_add(job->app, &found, *levels);
    }
    return found.items;
}

gvc_status cli_check_layout(const cli_job *job, const char *path, gvc_layout layout)
{
    const char *const *levels = levels_out(job);

    if (layout != GVC_LAYOUT_WIDE || holds_levels(job->common, path) || cli_list_n(levels) < 2)
        return GVC_OK;
    return cli_refuse(job->app, GVC_EUSAGE,
                      "-o %s: several levels (%s) do not fit one wide table; add --layout long, or "
                      "write to an .h5 or .xlsx",
                      path, cli_join(job->app, levels, ", "));
}

/* Columns stand in the order in which measures were asked for, base before them. */
static int rank_of(const cli_job *job, const gvc_measure *measure)
{
    for (int i = 0; i < job->picks.n; i++)
        if (job->picks.items[i].measure == measure)
            return i;
    return -1;
}

gvc_status cli_join_level(cli_job *job, const cli_results *results, const char *level,
                          int panel_keys, gvc_frame **out)
{
    const gvc_frame **frames = cli_alloc(job->app, (size_t)results->n * sizeof *frames);
    const char **prefixes = cli_alloc(job->app, (size_t)results->n * sizeof *prefixes);
    int n = 0;

    *out = NULL;
    for (int rank = -1; rank < job->picks.n; rank++)
        for (int i = 0; i < results->n; i++) {
            const char *own = gvc_frame_level(results->frames[i]);

            if (rank_of(job, results->measures[i]) != rank ||
                strcmp(panel_keys ? gvc_panel_level(own) : own, level) != 0)
                continue;
            frames[n] = results->frames[i];
            prefixes[n++] = gvc_measure_prefix(results->measures[i]);
        }
    return n ? gvc_frames_join(job->app->ctx, out, frames, prefixes, n, panel_keys) : GVC_OK;
}

/* A wide table for each level: its methods side by side. */
static gvc_status add_joined(cli_job *job, gvc_writer *writer, const cli_results *results)
{
    cli_list done = { 0 };
    gvc_status st = GVC_OK;

    for (int i = 0; st == GVC_OK && i < results->n; i++) {
        const char *level = gvc_frame_level(results->frames[i]);
        gvc_frame *joined = NULL;

        if (cli_list_has(done.items, level))
            continue;
        cli_list_add(job->app, &done, level);
        st = cli_join_level(job, results, level, 0, &joined);
        if (st == GVC_OK && joined)
            st = gvc_writer_add(job->app->ctx, writer, joined);
        gvc_frame_free(joined);
    }
    return st;
}

static gvc_status write_part(gvc_ctx *ctx, const gvc_frame *part, gvc_int first, gvc_int rows,
                             void *user)
{
    return gvc_writer_add_part(ctx, user, part, first, rows);
}

static gvc_status write_whole(gvc_ctx *ctx, gvc_frame *frame, void *user)
{
    return gvc_writer_give(ctx, user, frame);
}

/* One measure alone is never joined. To an index its base is joined, but at levels that base does
 * not have. */
static int is_alone(const cli_job *job)
{
    int is_bare = job->levels != NULL;

    for (const char *const *l = job->levels; l && *l; l++)
        is_bare &= gvc_level_is_on_request(*l);
    return job->picks.n == 1 &&
           (is_bare || gvc_measure_kind(job->picks.items[0].measure) == GVC_FRAME_EXPORTS);
}

/* Results that need not be joined go out as they are made where the format takes them so. */
static int can_stream(const cli_job *job, const char *path, int is_joined)
{
    const char *dot = strrchr(path, '.');
    const char *format = job->common->format ? job->common->format : dot ? dot + 1 : "csv";

    return (!is_joined || is_alone(job)) && job->opts.n_sums == 0 &&
           (cli_is_h5(job->common, path) || strcmp(format, "csv") == 0 || strcmp(path, "-") == 0);
}

/* Where the years of a job go. */
typedef struct output {
    gvc_writer *writer;
    int is_joined;
} output;

static gvc_status add_year(cli_job *job, const cli_results *results, void *user)
{
    const output *out = user;
    gvc_status st = GVC_OK;

    if (out->is_joined && results->n > 1)
        return add_joined(job, out->writer, results);
    for (int f = 0; st == GVC_OK && f < results->n; f++)
        st = gvc_writer_add(job->app->ctx, out->writer, results->frames[f]);
    return st;
}

static gvc_status write_years(cli_job *job, gvc_writer *writer, int is_joined)
{
    output out = { writer, is_joined };

    if (job->is_streamed && gvc_writer_takes_parts(writer)) {
        job->sink = write_part;
        job->give = write_whole;
        job->sink_user = writer;
    }
    return cli_job_years(job, add_year, &out);
}

gvc_status cli_write_job(cli_job *job, const char *path, gvc_layout layout, int force)
{
    gvc_ctx *ctx = job->app->ctx;
    gvc_provenance *provenance = NULL;
    gvc_writer *writer = NULL;
    const int is_joined = layout == GVC_LAYOUT_WIDE && !cli_is_h5(job->common, path);
    gvc_status st = cli_check_layout(job, path, layout);

    if (st == GVC_OK)
        st = cli_check_output(job->app, &job->source, 1, path, job->codebook);
    if (st != GVC_OK)
        return st;
    job->is_streamed = can_stream(job, path, is_joined);
    job->by_years = 1;
    job->can_wait = job->is_streamed && !job->codebook && cli_is_h5(job->common, path);
    st = cli_job_announce(job, path);
    if (st != GVC_OK || job->common->plan)
        return st;
    st = cli_job_provenance(job, &provenance);
    if (st == GVC_OK) {
        const gvc_write_opts opts = { .format = job->common->format,
                                      .layout = layout,
                                      .force = force,
                                      .provenance = provenance,
                                      .codebook = job->codebook,
                                      .stata_reasons = job->stata_reasons,
                                      .behind = job->behind };

        job->app->feeds_stdout = strcmp(path, "-") == 0;
        st = gvc_writer_open(ctx, &writer, path, &opts);
    }
    if (st == GVC_OK)
        st = write_years(job, writer, is_joined);
    if (st == GVC_OK)
        st = cli_job_facts(job, provenance);
    if (st == GVC_OK) {
        st = gvc_writer_close(ctx, writer);
        writer = NULL;
    }
    gvc_writer_abort(writer);
    gvc_provenance_free(provenance);
    if (st == GVC_OK && strcmp(path, "-") != 0)
        cli_say(job->app, 0, "%s written", path);
    if (st == GVC_OK)
        cli_job_conclude(job);
    return st;
}

gvc_status cli_end_job(cli_job *job, gvc_status prepared, const char *path, gvc_layout layout)
{
    gvc_status st = prepared;

    if (st == GVC_OK)
        st = cli_write_job(job, path, layout, job->common->force);
    cli_job_close(job);
    return st;
}
