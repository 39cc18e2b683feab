#ifndef GVC_REPORT_H
#define GVC_REPORT_H

#include <gvc/digital.h>
#include <gvc/model.h>
#include <gvc/write.h>

#ifdef __cplusplus
extern "C" {
#endif

/** What a report is about. All-zero is not enough: a focus and a group are needed. */
typedef struct gvc_report_opts {
    const char *focus;      /**< code of the country asked about ("CHN") */
    const gvc_group *group; /**< its partners; must have members in the table */
    gvc_group_rule group_rule;
    gvc_balance balance;
    gvc_solver solver;
    const gvc_int *years; /**< places in the input (gvc_input_year), ascending; NULL: all */
    gvc_int n_years;
    const gvc_digital
        *digital; /**< the digital sectors; NULL: gvc_digital_new() without a choice */
    /** NULL: the page has none. Solver and error bound are added to it. */
    gvc_provenance *provenance;
    const char *command; /**< the line that remakes the page; NULL: it is left out */
    int force;           /**< replace files that exist */
    const char *figures; /**< folder that receives every picture as a file of its own; or NULL */
    int reads_ahead;     /**< read the next year while one is computed: memory for two tables */
    int at_a_time;       /**< years to run side by side, each in memory of its own; 0: one */
} gvc_report_opts;

/**
 * Write one HTML page about `opts->focus` and its partners: participation, position, sectors,
 * partners, routes, digital inputs, trade costs, quality of the data, methods. Every year is read
 * and run once. The page needs no network and no script; the same input gives the same bytes.
 *
 * @param path  the page; it appears whole or not at all
 * @return GVC_ELABEL when the focus or the group is not in the table
 */
GVC_API gvc_status gvc_report_write(gvc_ctx *ctx, gvc_input *input, const char *path,
                                    const gvc_report_opts *opts);

/** Names of the measures that a report runs, NULL-terminated; those that a table has no inputs for
 * are left out of its page. */
GVC_API const char *const *gvc_report_measures(void);

/** Write one HTML page with all measures: terms, formulas, units, levels, papers, notes. */
GVC_API gvc_status gvc_report_methods(gvc_ctx *ctx, const char *path, int force);

#ifdef __cplusplus
}
#endif
#endif
