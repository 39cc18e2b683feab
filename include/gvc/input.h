#ifndef GVC_INPUT_H
#define GVC_INPUT_H

#include <gvc/groups.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * What a command reads: a store (HDF5, many years) or a folder of CSV files in the golden layout
 * (one table, no year). Years are read one by one.
 */
typedef struct gvc_input gvc_input;

/**
 * Open `path`, a store or a folder, by looking at what it is. Reads labels, attributes and groups,
 * not the matrices.
 *
 * @return GVC_EIO when it cannot be opened, GVC_EDATA when it is not what it says it is
 */
GVC_API gvc_status gvc_input_open(gvc_ctx *ctx, gvc_input **out, const char *path);
GVC_API const char *gvc_input_path(const gvc_input *input);
/** "store" or "folder". */
GVC_API const char *gvc_input_kind(const gvc_input *input);
/** SHA-256 of the file, or of the folder's files in order of name; computed at the first call. */
GVC_API gvc_status gvc_input_sha256(gvc_ctx *ctx, gvc_input *input, const char **text);
/** Labels and attributes; for a store whose labels change between years, those of the root. */
GVC_API const gvc_edition *gvc_input_edition(const gvc_input *input);
GVC_API gvc_int gvc_input_n_years(const gvc_input *input);
/** Years in ascending order; GVC_INT_MISSING for a folder. */
GVC_API int gvc_input_year(const gvc_input *input, gvc_int i);
/** Whether the intermediate sales of every year stand in the file as a table has them: then they
 * are mapped into memory, not read. */
GVC_API int gvc_input_is_mapped(gvc_ctx *ctx, const gvc_input *input);
/** Read, check and hand out the table of year `i`; freed with gvc_table_free(). Several threads may
 *  do so at the same time, each with a context of its own, unless a year is being read ahead. */
GVC_API gvc_status gvc_input_table(gvc_ctx *ctx, gvc_table **out, gvc_input *input, gvc_int i);
/**
 * Start reading the table of year `i` of a store on a thread of its own, for the next call of
 * gvc_input_table(), which waits for it and tells what went wrong and what there is to log. The
 * table takes its memory at once. Nothing happens with one thread only, or while a year is being
 * read already. Until that call `input` may be asked for labels, years and checksum alone.
 */
GVC_API void gvc_input_ahead(gvc_ctx *ctx, gvc_input *input, gvc_int i);
GVC_API void gvc_input_close(gvc_input *input);

typedef struct gvc_attach_opts {
    const char *output; /**< the store to write; NULL: the one that is read */
    int force;          /**< replace inputs of the store that is read, or an output that exists */
    int only_check;     /**< write nothing */
} gvc_attach_opts;

/**
 * Put inputs into the store `path`: satellites, functions, trade costs, sets of sectors, the
 * category of inventories. `inputs` is CSV kind,country,sector,partner,value with or without a
 * column year (empty: every year); a kind that it names is replaced as a whole in the years that it
 * names, all else stays. Writes a new file and renames it.
 *
 * @param report  receives what was put in, in words; freed with gvc_text_free()
 * @return GVC_EDATA or GVC_ELABEL with the line and what was expected, GVC_EUSAGE where a kind is
 *         there already, `force` is 0 and no other store is written
 */
GVC_API gvc_status gvc_store_attach(gvc_ctx *ctx, char **report, const char *path,
                                    const char *inputs, const gvc_attach_opts *opts);

#ifdef __cplusplus
}
#endif
#endif
