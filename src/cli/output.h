#ifndef CLI_OUTPUT_H
#define CLI_OUTPUT_H

#include "cli/analysis.h"

/** Whether the output is of the format `name`, by --format or else by its suffix. */
int cli_is_format(const cli_common *common, const char *path, const char *name);
int cli_is_h5(const cli_common *common, const char *path);
/** Whether two names lead to one file that is there. */
int cli_is_same_file(const char *a, const char *b);
/** GVC_EUSAGE where several levels would have to share one wide text table. */
gvc_status cli_check_layout(const cli_job *job, const char *path, gvc_layout layout);
/** GVC_EUSAGE where an output would replace the input, or one output the other. */
gvc_status cli_check_output(cli_app *app, const cli_source *sources, int n, const char *path,
                            const char *codebook);
/** The frames of `level` side by side; *out is NULL where there are none. */
gvc_status cli_join_level(cli_job *job, const cli_results *results, const char *level,
                          int panel_keys, gvc_frame **out);
/** Run the years of the job into the file `path`. */
gvc_status cli_write_job(cli_job *job, const char *path, gvc_layout layout, int force);

/** Write the job where it was prepared without fault, and close it either way. */
gvc_status cli_end_job(cli_job *job, gvc_status prepared, const char *path, gvc_layout layout);

#endif
