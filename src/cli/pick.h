#ifndef CLI_PICK_H
#define CLI_PICK_H

#include "cli/analysis.h"

/* What the files that choose measures share. */

int cli_is_kind(const gvc_measure *m, gvc_frame_kind kind);
void cli_pick_whole(cli_app *app, cli_picks *picks, const gvc_measure *measure);

/** Add the decompositions that answer to `name`; 0 where there is none of that name. */
int cli_pick_method(cli_app *app, cli_picks *picks, const char *name, const cli_choice *choice);
/** Long and short names of all decompositions, for hints. */
const char *const *cli_method_names(cli_app *app);

/** "origin", "destination", "od", or "" where the level tells neither. */
const char *cli_level_by(const char *level);
/** Whether a level of the measure is told apart in a way of the list ("all": in any). */
int cli_has_by(cli_app *app, const gvc_measure *m, const char *const *by);

#endif
