#ifndef GVC_HISTORY_H
#define GVC_HISTORY_H

#include <gvc/ctx.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * What a file says about how it came to be: facts in order, each a name and a text. Of a result the
 * version (created_by), the command line (command), every input with its checksum and its own
 * history (table_file, table_sha256, history; _2 and on for further ones), groups, solver and error
 * bound; of a store its attributes.
 */
typedef struct gvc_history gvc_history;

/**
 * Read the provenance of `path`: from the attributes of an .h5, the notes of a .dta, the sheet
 * "about" of an .xlsx, the head of a .json, or the side file `path`.meta.json of another text
 * format.
 *
 * @return GVC_EIO where the file is not there, GVC_EDATA where it carries no provenance
 */
GVC_API gvc_status gvc_history_read(gvc_ctx *ctx, gvc_history **out, const char *path);
GVC_API gvc_int gvc_history_n(const gvc_history *history);
GVC_API const char *gvc_history_name(const gvc_history *history, gvc_int i);
/** May have several lines. */
GVC_API const char *gvc_history_text(const gvc_history *history, gvc_int i);
/** The text of `name`, or NULL. */
GVC_API const char *gvc_history_find(const gvc_history *history, const char *name);
GVC_API void gvc_history_free(gvc_history *history);

#ifdef __cplusplus
}
#endif
#endif
