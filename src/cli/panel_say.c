#include "cli/panel.h"

#include <math.h>
#include <string.h>

/* The worst identity of all years, and of each under -v. */
static gvc_status say_identities(const cli_panel *p)
{
    char *text = NULL;
    double worst;
    const gvc_status st = gvc_panel_identities(p->job.app->ctx, &text, &worst, p->frame);

    if (st != GVC_OK)
        return st;
    for (const char *line = text; line && *line;) {
        const size_t n = strcspn(line, "\n");

        cli_say(p->job.app, 1, "%.*s", (int)n, line);
        line += n + (line[n] != 0);
    }
    if (!isnan(worst))
        cli_say(p->job.app, 0,
                "identities hold to %.1e of their largest term in every year (-v: by year)", worst);
    gvc_text_free(text);
    return GVC_OK;
}

/* The balance, a line at a time. */
static gvc_status say_balance(const cli_panel *p)
{
    char *text = NULL;
    const gvc_status st = gvc_panel_report(p->job.app->ctx, &text, p->frame);

    if (st != GVC_OK)
        return st;
    for (const char *line = text; *line;) {
        const size_t n = strcspn(line, "\n");

        if (n)
            cli_say(p->job.app, 0, "%.*s", (int)n, line);
        line += n + (line[n] != 0);
    }
    gvc_text_free(text);
    return GVC_OK;
}

static void add_number(cli_grid *grid, double value)
{
    if (isnan(value))
        cli_grid_cell(grid, ".");
    else
        cli_grid_cell(grid, "%.4g", value == 0 ? 0.0 : value);
}

/* "18 nosec, 2 den0"; what has no flag is undefined at the level, as one-sector indices are for
 * groups. */
static const char *missing_text(const cli_panel *p, const gvc_panel_stats *s)
{
    static const gvc_flag why[] = { GVC_FLAG_NOSEC, GVC_FLAG_DEN0, GVC_FLAG_ABSENT };
    gvc_int rest = s->rows - s->present;
    cli_list parts = { 0 };

    for (size_t i = 0; i < sizeof why / sizeof *why; i++) {
        if (s->flags[why[i]])
            cli_list_add(p->job.app, &parts,
                         cli_format(p->job.app, "%lld %s", (long long)s->flags[why[i]],
                                    gvc_flag_name(why[i])));
        rest -= s->flags[why[i]];
    }
    if (rest)
        cli_list_add(p->job.app, &parts, cli_format(p->job.app, "%lld undefined", (long long)rest));
    return parts.n ? cli_join(p->job.app, (const char *const *)parts.items, ", ") : "0";
}

static void add_measure(const cli_panel *p, cli_grid *grid, gvc_int j, const gvc_panel_stats *s)
{
    const int is_share = strcmp(gvc_frame_unit(p->frame, j), "share") == 0;

    cli_grid_cell(grid, "%s", gvc_frame_name(p->frame, j));
    cli_grid_cell(grid, "%lld", (long long)s->rows);
    cli_grid_cell(grid, "%s", missing_text(p, s));
    cli_grid_cell(grid, "%lld", (long long)s->negative);
    if (is_share)
        cli_grid_cell(grid, "%lld", (long long)s->above_one);
    else
        cli_grid_cell(grid, "%s", "");
    cli_grid_cell(grid, "%lld", (long long)s->complete);
    add_number(grid, s->min);
    add_number(grid, s->median);
    add_number(grid, s->max);
}

/* What every measure holds, one line each. */
static gvc_status say_measures(const cli_panel *p)
{
    static const char *const heads[] = { "measure",        "rows", "missing", "below 0", "above 1",
                                         "units complete", "min",  "median",  "max" };
    cli_grid *grid = cli_grid_new(p->job.app, "lrlrrrrrr");
    gvc_status st = GVC_OK;

    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++)
        cli_grid_cell(grid, "%s", heads[i]);
    for (gvc_int j = 0; st == GVC_OK && j < gvc_frame_columns(p->frame); j++) {
        gvc_panel_stats stats;

        if (gvc_frame_role(p->frame, j) != GVC_ROLE_VALUE)
            continue;
        st = gvc_panel_measure(p->job.app->ctx, &stats, p->frame, j);
        if (st == GVC_OK)
            add_measure(p, grid, j, &stats);
    }
    if (st == GVC_OK)
        cli_grid_print(grid, stderr, "");
    return st;
}

gvc_status cli_panel_say(const cli_panel *p)
{
    const cli_panel_args *a = p->args;
    int years = 0;
    gvc_status st;

    for (int i = 0; i < p->n_sources; i++)
        years += p->sources[i].n;
    cli_say(p->job.app, 0, "%s: %lld rows, %d table(s), %lld columns; in Stata: xtset id year",
            a->output, (long long)gvc_frame_rows(p->frame), years,
            (long long)gvc_frame_columns(p->frame));
    if (a->concord)
        cli_say(p->job.app, 0, "sectors: money summed to %s after the computation, then ratios",
                a->concord);
    st = say_balance(p);
    if (st == GVC_OK)
        st = say_identities(p);
    if (st == GVC_OK && !p->job.app->quiet)
        st = say_measures(p);
    return st;
}
