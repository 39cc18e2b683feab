#ifndef CLI_PANEL_H
#define CLI_PANEL_H

#include "cli/analysis.h"

/* gvc panel: what was asked (cmd_panel.c), the tables and the panel (panel_run.c), what is said of
 * it afterwards (panel_say.c). */

#define CLI_PANEL_MEASURES "kpww,activity,position" /* by default */

typedef struct cli_panel_args {
    cli_common common;
    const char *output, *codebook, *group_time, *concord, *digital;
    const cli_years *years;
    const char *const *stores, *const *measures, *const *by, *const *focus, *const *partners;
    const char *const *country, *const *partner, *const *sector;
    const char *const *lag, *const *diff, *const *log, *const *growth, *const *loo, *const *winsor,
                                                                                        *const *std;
    int base, stack_levels, no_row, own_pairs, balance, common_units, any_country, units;
    int bri_from, bri_start, with_initiator, flags, wide, layout, balanced, min_years,
        stata_reasons;
} cli_panel_args;

typedef struct cli_panel {
    cli_job job; /* job.source is the one at hand */
    const cli_panel_args *args;
    cli_source *sources;
    gvc_concordance **concordances; /* per source; NULL without --concord */
    gvc_digital **digital;          /* per source; NULL where no measure asks for it */
    int *at_a_time;                 /* per source: years side by side */
    int n_sources, has_sector;
    int is_default;                /* the measures are those by default */
    const char *finest;            /* level of the rows */
    const char *const *twin_names; /* under current: every group again as the union; NULL: none */
    gvc_group **own_groups;        /* made for this run */
    int n_own_groups, n_partners;  /* partners come first among the groups of the job */
    gvc_frame *frame, *twins;      /* the panel, and the rows of the twins */
} cli_panel;

/** Open the stores, find groups and concordances, refuse what cannot be. */
gvc_status cli_panel_open(cli_panel *p);
void cli_panel_close(cli_panel *p);
/** Compute every year of every source and make the panel. */
gvc_status cli_panel_gather(cli_panel *p);

/** panel_columns.c: refuse names that no measure asked for can have; append the columns asked for
 * to the panel. */
gvc_status cli_panel_check_columns(const cli_panel *p);
gvc_status cli_panel_add_columns(cli_panel *p);

/** On standard error: balance, and what every measure holds. */
gvc_status cli_panel_say(const cli_panel *p);

#endif
