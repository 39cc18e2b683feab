#include <gvc/measures.h>

#include "base/text.h"
#include "index/driver.h"

#include <string.h>

static const char *nearest_level(const char *name)
{
    const char *names[GVC_LEVELS_N];

    for (int l = 0; l < GVC_LEVELS_N; l++)
        names[l] = gvc_level__at(l)->name;
    return gvc_text__nearest(name, names, GVC_LEVELS_N);
}

static gvc_status refuse_unknown(gvc_ctx *ctx, const char *name, const gvc_measure *const *measures,
                                 gvc_int n)
{
    const char *near = nearest_level(name);
    gvc_buf known = { 0 };
    unsigned levels = 0;
    gvc_status st;

    for (gvc_int i = 0; i < n; i++)
        levels |= measures[i]->levels;
    for (int l = 0; l < GVC_LEVELS_N; l++)
        if (levels & gvc_level__at(l)->level)
            gvc_buf__printf(ctx, &known, "%s%s", known.len ? "," : "", gvc_level__at(l)->name);
    st = gvc_error__set(ctx, GVC_EUSAGE, "level \"%s\" is not known%s%s; levels are %s", name,
                        near ? ": did you mean " : "", near ? near : "", gvc_buf__text(&known));
    gvc_buf__free(&known);
    return st;
}

/* Every level that need not be named. */
#define UNNAMED (~(unsigned)GVC_LEVELS_ON_REQUEST)

/* The bits of the levels named; UNNAMED where none are. */
static gvc_status read_levels(gvc_ctx *ctx, const char *const *names, unsigned *levels,
                              const gvc_measure *const *measures, gvc_int n)
{
    *levels = names ? 0 : UNNAMED;
    for (; names && *names; names++) {
        const unsigned level = gvc_level__find(*names);

        if (!level)
            return refuse_unknown(ctx, *names, measures, n);
        *levels |= level;
    }
    return GVC_OK;
}

/* The methods and families of the kind of `measure` that have `level`; base is there anyway. */
static void list_measures(gvc_ctx *ctx, gvc_buf *text, const gvc_measure *measure, unsigned level)
{
    const char *last = "";

    for (gvc_int i = 0; i < gvc_measures_n(); i++) {
        const gvc_measure *other = gvc_measures_get(i);

        if (other->kind != measure->kind || !(other->levels & level) ||
            other == gvc_index__families[0] || strcmp(gvc_measure_method(other), last) == 0)
            continue;
        gvc_buf__printf(ctx, text, "%s%s", *last ? ", " : "", gvc_measure_method(other));
        last = gvc_measure_method(other);
    }
}

static gvc_status refuse_level(gvc_ctx *ctx, const gvc_measure *measure, gvc_level level)
{
    gvc_buf others = { 0 };
    gvc_status st;

    list_measures(ctx, &others, measure, level);
    st = gvc_error__set(ctx, GVC_EUSAGE, "%s exists at --level %s only%s%s%s%s", measure->name,
                        gvc_level__list(measure->levels), others.len ? "; for " : "",
                        others.len ? gvc_level__info(level)->name : "", others.len ? " use " : "",
                        gvc_buf__text(&others));
    gvc_buf__free(&others);
    return st;
}

static gvc_status check_levels(gvc_ctx *ctx, const gvc_measure *const *measures, gvc_int n,
                               unsigned levels)
{
    for (gvc_int i = 0; i < n; i++)
        for (int l = 0; l < GVC_LEVELS_N; l++) {
            const gvc_level level = gvc_level__at(l)->level;

            if (levels & level && !(measures[i]->levels & level))
                return refuse_level(ctx, measures[i], level);
        }
    return GVC_OK;
}

/* How many measures from `first` on are indices in a row: they share their solves and groups. */
static gvc_int count_indices(const gvc_measure *const *measures, gvc_int first, gvc_int n)
{
    gvc_int count = 0;

    while (first + count < n && measures[first + count]->kind == GVC_FRAME_INDICES)
        count++;
    return count;
}

static gvc_status refuse_nothing(gvc_ctx *ctx, const gvc_run_opts *opts)
{
    if (opts->filter.country || opts->filter.partner || opts->filter.sector)
        return gvc_error__set(ctx, GVC_ELABEL,
                              "the filters leave no row: their labels exist, but not together at "
                              "the levels asked for");
    return gvc_error__set(ctx, GVC_ELABEL,
                          "no group has members in this table: name one with --group, or add it "
                          "with gvc groups --add NAME=CODE,CODE");
}

/* One decomposition, or some indices in a row. */
static gvc_status run_some(gvc_ctx *ctx, gvc_frames *frames, gvc_model *model,
                           const gvc_measure *const *measures, gvc_int indices, unsigned levels,
                           int with_base, const gvc_run_opts *opts)
{
    if (indices > 0 && gvc_model_satellite(model))
        return gvc_error__set(ctx, GVC_EUSAGE,
                              "indices are made of value added; in place of it a satellite stands "
                              "in decompositions only");
    if (indices > 0)
        return gvc_index__run(ctx, frames, model, measures, indices, levels, with_base, opts);
    if (!((levels | gvc_level__bits(opts->pools)) & measures[0]->levels))
        return GVC_OK;
    return gvc_decomp__run(ctx, frames, model, measures[0], levels & measures[0]->levels, opts);
}

/* A sink that knows whether anything came. */
typedef struct counted {
    gvc_part_fn sink;
    void *user;
    gvc_int parts;
} counted;

static gvc_status count_part(gvc_ctx *ctx, const gvc_frame *part, gvc_int first, gvc_int rows,
                             void *user)
{
    counted *to = user;

    to->parts++;
    return to->sink(ctx, part, first, rows, to->user);
}

/* The same, and the frames go to the sink. Large ones go there by themselves, in parts. */
static gvc_status run_to_sink(gvc_ctx *ctx, gvc_model *model, const gvc_measure *const *measures,
                              gvc_int indices, unsigned levels, int with_base,
                              const gvc_run_opts *opts)
{
    counted to = { opts->sink, opts->sink_user, 0 };
    gvc_run_opts counting = *opts;
    gvc_frames *frames = NULL;
    gvc_status st = gvc_frames_new(ctx, &frames);

    counting.sink = count_part;
    counting.sink_user = &to;
    counting.give = NULL; /* takes the user of the sink */
    if (st == GVC_OK)
        st = run_some(ctx, frames, model, measures, indices, levels, with_base, &counting);
    if (st == GVC_OK && indices > 0 && gvc_frames_n(frames) + to.parts == 0)
        st = refuse_nothing(ctx, opts);
    for (gvc_int f = 0; st == GVC_OK && f < gvc_frames_n(frames); f++) {
        const gvc_frame *frame = gvc_frames_get(frames, f);

        if (opts->give)
            st = opts->give(ctx, gvc_frames__take(frames, f), opts->sink_user);
        else
            st = opts->sink(ctx, frame, 0, gvc_frame_rows(frame), opts->sink_user);
    }
    gvc_frames_free(frames);
    return st;
}

static gvc_status run_all(gvc_ctx *ctx, gvc_frames *frames, gvc_model *model,
                          const gvc_measure *const *measures, gvc_int n, unsigned levels,
                          const gvc_run_opts *opts)
{
    gvc_status st = GVC_OK;
    int with_base = 1;

    for (gvc_int i = 0; i < n && st == GVC_OK;) {
        const gvc_int indices = count_indices(measures, i, n);

        if (opts->sink)
            st = run_to_sink(ctx, model, measures + i, indices, levels, with_base, opts);
        else
            st = run_some(ctx, frames, model, measures + i, indices, levels, with_base, opts);
        if (indices > 0)
            with_base = 0;
        i += indices > 0 ? indices : 1;
    }
    return st;
}

static unsigned needs_of(const gvc_measure *const *measures, gvc_int n, unsigned levels,
                         unsigned pools)
{
    unsigned needs = 0;

    for (gvc_int i = 0; i < n; i++)
        needs |= measures[i]->kind == GVC_FRAME_EXPORTS
                     ? gvc_decomp__needs(measures[i], (levels | pools) & measures[i]->levels)
                     : gvc_index__needs(measures[i], levels | gvc_index__pools(measures[i], pools));
    return needs;
}

double gvc_measures_rows(const char *level, gvc_int units, gvc_int sectors, gvc_int industries,
                         gvc_int groups)
{
    const unsigned bit = gvc_level__find(level);
    const double U = (double)units;
    unsigned keys;
    double rows = 1;

    if (!bit)
        return 0;
    if (bit & (GVC_LEVEL_GROUP_SUM | GVC_LEVEL_GROUP_BLOCK))
        return (double)groups;
    keys = gvc_level__info((gvc_level)bit)->keys;
    if (keys & GVC_KEY_IMPORTER_SECTOR)
        return U * (double)sectors * U * (double)sectors;
    if (keys & (GVC_KEY_EXPORTER | GVC_KEY_IMPORTER))
        rows *= U;
    if (keys & GVC_KEY_EXPORTER && keys & GVC_KEY_IMPORTER)
        rows *= U - 1;
    if (keys & GVC_KEY_SECTOR)
        rows *= (double)sectors;
    if (keys & GVC_KEY_ORIGIN)
        rows *= keys & GVC_KEY_ORIGIN_SECTOR ? (double)industries : U;
    if (keys & GVC_KEY_DESTINATION_SECTOR)
        return rows * (U * (double)sectors + 1);
    return keys & GVC_KEY_DESTINATION ? rows * (U + 1) : rows;
}

unsigned gvc_measures_needs_at(const gvc_measure *const *measures, gvc_int n,
                               const char *const *levels)
{
    return needs_of(measures, n, levels ? gvc_level__bits(levels) : UNNAMED, 0);
}

unsigned gvc_measures_needs_of_pools(const gvc_measure *const *measures, gvc_int n,
                                     const char *const *pools)
{
    return needs_of(measures, n, 0, gvc_level__bits(pools));
}

unsigned gvc_measures_needs(const gvc_measure *const *measures, gvc_int n)
{
    return needs_of(measures, n, UNNAMED, 0);
}

unsigned gvc_measure_needs(const gvc_measure *measure)
{
    return needs_of(&measure, 1, UNNAMED, 0);
}

gvc_status gvc_measures_run(gvc_ctx *ctx, gvc_frames *frames, gvc_model *model,
                            const gvc_measure *const *measures, gvc_int n, const gvc_run_opts *opts)
{
    static const gvc_run_opts defaults;
    const gvc_int before = frames ? gvc_frames_n(frames) : 0;
    unsigned levels;
    gvc_status st;

    if (!opts)
        opts = &defaults;
    st = read_levels(ctx, opts->levels, &levels, measures, n);
    if (st == GVC_OK && opts->levels && !opts->skip_levels)
        st = check_levels(ctx, measures, n, levels);
    if (st == GVC_OK)
        st =
            gvc_model_need(ctx, model, needs_of(measures, n, levels, gvc_level__bits(opts->pools)));
    if (st == GVC_OK)
        st = run_all(ctx, frames, model, measures, n, levels, opts);
    if (st == GVC_OK && n > 0 && !opts->sink && gvc_frames_n(frames) == before)
        st = refuse_nothing(ctx, opts);
    return st;
}
