#ifndef CLI_SUMMARY_H
#define CLI_SUMMARY_H

#include "cli/analysis.h"

/** Print, by year, the participation and position of the focus, the groups and their members: each
 * variant that the panel holds, named. Nothing where the panel has no country rows. `twins` (may be
 * NULL) holds each group G once more as G_UNION, all who were ever members: it is printed beside
 * the members of the year. */
void cli_print_summary(const cli_job *job, const gvc_frame *panel, const gvc_frame *twins,
                       const char *const *focus, const char *path);

#endif
