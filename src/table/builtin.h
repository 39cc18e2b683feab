#ifndef TABLE_BUILTIN_H
#define TABLE_BUILTIN_H

#include <stddef.h>

/** A reference table of src/table/data, embedded as text. The last entry has no name. */
typedef struct gvc_builtin_file {
    const char *name, *text;
    size_t bytes;
} gvc_builtin_file;

extern const gvc_builtin_file gvc_builtin__files[];

/** The file called `name` ("bri_membership"), or NULL. */
const gvc_builtin_file *gvc_builtin__find(const char *name);

#endif
