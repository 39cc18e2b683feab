#ifndef IMPORT_PYMRIO_H
#define IMPORT_PYMRIO_H

#include "import/draft.h"

/* The files of a system saved by pymrio, and of EXIOBASE, which has the same form. */

/** file_parameters.json of the system in the source; NULL where there is none. */
const gvc_part *gvc_pymrio__system(const gvc_source *source);
/** The part `name` beside it, or in the folder `inside` ("" for none). */
const gvc_part *gvc_pymrio__part(const gvc_source *source, const char *inside, const char *name);
/** A text of a JSON file ("name" in metadata.json), "" where it is absent. */
gvc_status gvc_pymrio__text(gvc_ctx *ctx, const gvc_source *source, const gvc_part *part,
                            const char *name, char *text, gvc_int room);
/** Unit, currency and multiplier from unit.txt. */
gvc_status gvc_pymrio__unit(gvc_ctx *ctx, gvc_draft *draft, gvc_import *import,
                            const gvc_part *part);
/** Axes from the headers of Z and Y, settled; then their numbers. */
gvc_status gvc_pymrio__flows(gvc_ctx *ctx, gvc_draft *draft, gvc_import *import, const gvc_part *Z,
                             const gvc_part *Y);
/** Published output from x.txt, after the flows. */
gvc_status gvc_pymrio__output(gvc_ctx *ctx, gvc_draft *draft, gvc_import *import,
                              const gvc_part *part);

#endif
