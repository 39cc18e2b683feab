#ifndef GVC_LABELS_H
#define GVC_LABELS_H

#include <gvc/ctx.h>

#ifdef __cplusplus
extern "C" {
#endif

/** An ordered list of unique codes with names: the countries, sectors or groups that a key can
 * take. */
typedef struct gvc_labels gvc_labels;

GVC_API gvc_int gvc_labels_n(const gvc_labels *labels);
/** Code of entry `i` ("CHN", "c14"); borrowed. */
GVC_API const char *gvc_labels_code(const gvc_labels *labels, gvc_int i);
/** Name of entry `i` ("China"), or its code where it has none; borrowed. */
GVC_API const char *gvc_labels_name(const gvc_labels *labels, gvc_int i);
/** Index of `code`, spelled exactly, or -1. */
GVC_API gvc_int gvc_labels_find(const gvc_labels *labels, const char *code);

#ifdef __cplusplus
}
#endif
#endif
