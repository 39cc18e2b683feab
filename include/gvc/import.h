#ifndef GVC_IMPORT_H
#define GVC_IMPORT_H

#include <gvc/table.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * A file, archive or folder as its publisher made it (WIOD, ADB, OECD ...), recognised by its
 * content. It holds the tables of one or many years, which are read one at a time.
 */
typedef struct gvc_import gvc_import;

typedef struct gvc_import_opts {
    const char *format;    /**< name of a format (gvc_import_format_name()); NULL: by content */
    const char *countries; /**< file with the names of the countries, or of codes and ISO codes */
    int residual;          /**< value added is x - 1'Z whatever the source publishes */
    int split;             /**< keep the parts of China and Mexico apart */
    /** Which satellites (stressors: jobs, emissions) of the source to keep, NULL-terminated: names,
     *  in which * and ? stand for any text and any letter, or @FILE with one a line; "none" alone
     *  keeps none. NULL: all. */
    const char *const *satellites;
    /** A path (the store to be written): archives and HDF5 files inside an archive are unpacked in
     *  its folder while they are read, into files without names that are gone when they are closed
     *  or the program is killed. NULL: TMPDIR, or /tmp. */
    const char *scratch;
} gvc_import_opts;

/** The formats that can be read, by name ("wiod2013") with a title ("WIOD, release of 2013"). */
GVC_API gvc_int gvc_import_formats_n(void);
GVC_API const char *gvc_import_format_name(gvc_int i);
GVC_API const char *gvc_import_format_title(gvc_int i);

/**
 * Open `path` and find out what it is and which years it holds. No table is read yet.
 *
 * @return GVC_EIO when it cannot be opened, GVC_EDATA when it is nothing that can be read
 */
GVC_API gvc_status gvc_import_open(gvc_ctx *ctx, gvc_import **out, const char *path,
                                   const gvc_import_opts *opts);
/** Name of the format that was recognised. */
GVC_API const char *gvc_import_format(const gvc_import *import);
GVC_API const char *gvc_import_title(const gvc_import *import);
/** Tables in ascending order of years; a year the source does not tell is GVC_INT_MISSING. */
GVC_API gvc_int gvc_import_n(const gvc_import *import);
GVC_API int gvc_import_year(const gvc_import *import, gvc_int i);
/**
 * Read and check table `i`. A source that tells no year gives the table `year`.
 *
 * @param out  freed with gvc_table_free()
 */
GVC_API gvc_status gvc_import_table(gvc_ctx *ctx, gvc_table **out, gvc_import *import, gvc_int i,
                                    int year);
/** What was recognised, dropped, merged, mapped and found by the last gvc_import_table(): one
 *  sentence each. */
GVC_API gvc_int gvc_import_notes_n(const gvc_import *import);
GVC_API const char *gvc_import_note(const gvc_import *import, gvc_int i);
/** 1 where note `i` is a warning: something in the table is not as it should be. */
GVC_API int gvc_import_note_is_warning(const gvc_import *import, gvc_int i);
GVC_API void gvc_import_close(gvc_import *import);

#ifdef __cplusplus
}
#endif
#endif
