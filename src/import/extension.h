#ifndef IMPORT_EXTENSION_H
#define IMPORT_EXTENSION_H

#include "import/draft.h"

/*
 * The extensions of a system in pymrio's form: folders beside its flows ("satellite", "impacts",
 * "emissions"), each with F.txt, a row for each stressor over all industries, and unit.txt, which
 * names the stressors with their units.
 */

/** Whether row `label` is an input of the table, and of which kind. */
typedef int (*gvc_extension_role)(const char *label, gvc_line_role *role);

/**
 * After the flows: rows of `inputs` (F.txt of one extension, may be NULL) that have a role become
 * primary inputs; all others, and those of all other extensions, satellites, as --satellites asks.
 */
gvc_status gvc_extension__read(gvc_ctx *ctx, gvc_draft *draft, gvc_import *import,
                               const gvc_part *inputs, gvc_extension_role role);

#endif
