#ifndef CLI_SERIES_H
#define CLI_SERIES_H

#include "cli/cli.h"

/** Write synthetic tables of `years` into the store `path`, or say with --plan what that takes. */
gvc_status cli_write_series(const cli_common *common, const gvc_synth_opts *opts, const char *path,
                            const int *years, int n);

#endif
