#include "table/builtin.h"

#include <string.h>

const gvc_builtin_file *gvc_builtin__find(const char *name)
{
    for (const gvc_builtin_file *f = gvc_builtin__files; f->name; f++)
        if (strcmp(f->name, name) == 0)
            return f;
    return NULL;
}
