#ifndef CLI_ANALYSIS_H
#define CLI_ANALYSIS_H

#include "cli/cli.h"

/* What decompose, index and panel have in common: which measures, which years, one year's run. */

/** A measure that was asked for, with all its columns or only some. */
typedef struct cli_pick {
    const gvc_measure *measure;
    cli_list terms; /**< names of the columns to keep; none: all */
    int is_whole;
    const char *levels;   /**< those it has for the table of the year being run; NULL: none */
    const char *left_out; /**< why that table goes without; NULL: it does not */
    int is_told;          /**< that some table lacks what it needs */
} cli_pick;

typedef struct cli_picks {
    cli_pick *items;
    int n, room;
    int is_all; /**< "all" was said: what does not exist is skipped */
} cli_picks;

/** How a method is told apart further; NULL: as is_default() of cli/pick_methods.c says. */
typedef struct cli_choice {
    const char *const *perspectives, *const *approaches, *const *flows, *const *by;
} cli_choice;

/** --method, --perspective, --approach, --flow, --by: decompositions. */
gvc_status cli_pick_methods(cli_app *app, cli_picks *picks, const char *const *methods,
                            const cli_choice *choice);
/** --set: families and columns of indices. */
gvc_status cli_pick_indices(cli_app *app, cli_picks *picks, const char *const *names);
/** --measures: families, columns, methods and their terms (bms, kww_dva_fin). */
gvc_status cli_pick_any(cli_app *app, cli_picks *picks, const char *const *names);
/** Drop what --level leaves out, or refuse where it was named unless `skips`; `levels` NULL: every
 * level. */
gvc_status cli_check_levels(cli_app *app, cli_picks *picks, const char *const *levels, int skips);
/** What --level and --by of decompose mean: names of levels, NULL for all there are; what is not
 * named is the coarsest level. */
gvc_status cli_choose_levels(cli_app *app, const char *const **out, const cli_picks *picks,
                             const char *const *levels, const char *const *by);
/** Say where a filter of sectors (`sector` 1) or of partners leaves rows as they are, because none
 * of the levels (NULL: all there are) tells them apart. */
void cli_tell_idle_filter(cli_app *app, const char *option, const char *const *list,
                          const char *const *levels, int sector);
/** What --level of index and panel means: NULL for "all", which is every level that need not be
 *  named; with such a one beside it, the names of all of them. */
const char *const *cli_levels(cli_app *app, const char *const *levels);
/** The term of the measure that is called so, or is the template for it; it has one. */
const gvc_term *cli_find_term(const gvc_measure *m, const char *name);
/** Whether a run at `levels` (NULL: all) comes to this level. */
int cli_takes_level(const char *const *levels, const char *level);

/** An open store or folder and the years of it that were asked for. */
typedef struct cli_source {
    gvc_input *input;
    const gvc_edition *edition;
    gvc_int *years; /**< places in the input */
    int n;
    int some_years; /**< set before opening: years that are not there are no error */
} cli_source;

gvc_status cli_source_open(cli_app *app, cli_source *out, const char *path, const cli_years *years);
void cli_source_close(cli_source *source);
/** "2011", "" for a folder. */
const char *cli_year_text(cli_app *app, int year);

/** union, current or fixed:YYYY. */
gvc_status cli_read_group_time(cli_app *app, gvc_group_rule *rule, const char *text);
/** The groups called `names`, of the store or built in; NULL-terminated. */
gvc_status cli_find_groups(cli_app *app, const gvc_group *const **out, int *n,
                           const gvc_edition *edition, const char *const *names);

/** What to run in each year. */
typedef struct cli_job {
    cli_app *app;
    const cli_common *common;
    cli_source source;
    cli_picks picks;
    const char *const *levels; /**< NULL: every level of each measure */
    const gvc_group *const *as_one;
    int n_as_one;
    gvc_balance balance;
    const char *satellite; /**< in place of value added; NULL: none */
    gvc_run_opts opts;     /**< filter, shares, groups, rule */
    gvc_digital *digital;  /**< NULL where no measure asks for digital sectors, or none are known */
    int is_streamed;       /**< the output takes results as they are made, the largest in parts */
    gvc_part_fn sink;      /**< where results go instead of cli_results; NULL: there */
    gvc_give_fn give;      /**< where whole results go; NULL: to the sink as well */
    void *sink_user;
    double error_bound;
    const char *solver;
    int is_begun;                            /**< a year has been run */
    double expected_seconds, expected_bytes; /**< of the run, as announced */
    double expecting;                        /**< seconds that it took to find out */
    const char *codebook;                    /**< a further output, or NULL */
    int stata_reasons;
    /** Of a command that runs no measure of the table (trace): its name, what it asks of the model,
     *  rows a year with two values each. */
    const char *own_name;
    unsigned own_needs;
    gvc_int own_rows;
    int is_panel; /**< imports without an exporter are those of the country: its filter chooses them
                   */
    int keeps_years; /**< results of all years stand in memory until the end: panel */
    int can_wait;    /**< the output takes whole results to be written later */
    /** What goes on beside the computation where the memory is there for it, set by
     *  cli_job_announce(): bytes of results that may wait to be written, the next year's table. */
    gvc_int behind;
    int reads_ahead;
    int by_years;  /**< set before: the command runs its years by cli_job_years() */
    int at_a_time; /**< years side by side, set by cli_job_announce() */
} cli_job;

/** The frames of one year, columns picked. */
typedef struct cli_results {
    const gvc_frame **frames;
    const gvc_measure **measures;
    int n, room;
    struct cli_kept *kept; /**< what the frames live in */
} cli_results;

/** --digital, NULL where it was not given: the sectors that a run of family digital counts. */
gvc_status cli_job_digital(cli_job *job, const char *choice);
/** Set `levels` of the picks, and refuse what was named but does not exist for `table`. */
gvc_status cli_job_adapt(cli_job *job, const gvc_table *table);
/** Say once of each pick what was left out, by the picks `of` the year. */
void cli_job_tell_left_out(cli_job *job, const cli_picks *of);
/** What every job starts with, and its input and the rule of dated groups. */
void cli_begin_job(cli_job *job, const cli_common *common);
gvc_status cli_open_job(cli_job *job, const char *store, const cli_years *years,
                        const char *group_time);
/** Whether nothing but decompositions of exports is wanted. */
int cli_job_is_exports(const cli_job *job);
/** The table of the job's year i, and the next one on its way where the job reads ahead. */
gvc_status cli_job_table(cli_job *job, int i, gvc_table **table);
gvc_status cli_job_year(cli_job *job, int i, cli_results *results);
/** Receives the results of a year, lent for the call. */
typedef gvc_status (*cli_take_fn)(cli_job *job, const cli_results *results, void *user);
/** Run the years of the job's source, job->at_a_time of them side by side, and hand on what they
 *  give in the order of years. */
gvc_status cli_job_years(cli_job *job, cli_take_fn take, void *user);
void cli_results_free(cli_results *results);
/** Close the source and free what the job holds. */
void cli_job_close(cli_job *job);
/** Say how large the output `path` and the memory will be, and how long it will take: for --plan on
 *  standard output, else as log. GVC_ENOMEM where that is more than --memory allows. Decides what
 *  goes on in the background. */
gvc_status cli_job_announce(cli_job *job, const char *path);
/** Say what a run took beside what was announced of it. */
void cli_job_conclude(const cli_job *job);
/** Provenance of the job's input, groups and solver; NULL with --no-provenance. */
gvc_status cli_job_provenance(cli_job *job, gvc_provenance **out);
gvc_status cli_job_facts(cli_job *job, gvc_provenance *provenance);

#endif
