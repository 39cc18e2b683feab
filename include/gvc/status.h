#ifndef GVC_STATUS_H
#define GVC_STATUS_H

#include <gvc/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/** What every function that can fail returns. The message stands in the context (gvc/ctx.h). */
typedef enum gvc_status {
    GVC_OK = 0,
    GVC_NO,         /**< the answer is no: a check found an error, two files differ */
    GVC_EUSAGE,     /**< an argument that cannot be: unknown measure, level that does not exist */
    GVC_EIO,        /**< a file cannot be read or written */
    GVC_EDATA,      /**< the data are bad: wrong shape, NaN, duplicate label */
    GVC_ELABEL,     /**< a label is not in the table, or a group has no members */
    GVC_ESINGULAR,  /**< I - A is singular */
    GVC_ECONVERGE,  /**< an iteration did not converge to the accuracy promised */
    GVC_ENOMEM,     /**< memory, or the limit the caller set */
    GVC_ECANCELLED, /**< the progress callback asked to stop */
} gvc_status;

/** Short name of a status ("bad data"). */
GVC_API const char *gvc_status_name(gvc_status status);

/** Exit code of the command for a status: 0 1 2 3 4 5 6 6 7 130. */
GVC_API int gvc_status_exit_code(gvc_status status);

#ifdef __cplusplus
}
#endif
#endif
