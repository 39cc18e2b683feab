#ifndef CLI_SUMMARY_H
#define CLI_SUMMARY_H

#include "cli/analysis.h"

/** Print, by year, the participation and position of the focus, the groups and their members: each
 * variant that the panel holds, named. Nothing where the panel has no country rows. */
void cli_print_summary(const cli_job *job, const gvc_frame *panel, const char *const *focus,
                       const char *path);

#endif
