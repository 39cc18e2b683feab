#include "table/scheme.h"

#include <stdio.h>
#include <string.h>

static int is_older_code(const char *column)
{
    return strncmp(column, "code_", 5) == 0;
}

gvc_int gvc_scheme__sector(const gvc_builtin_record *record, const gvc_labels *sectors)
{
    gvc_int k = gvc_labels_find(sectors, gvc_builtin__cell(record, "code"));

    for (gvc_int c = 0; k < 0 && c < record->columns; c++)
        if (is_older_code(record->head[c]))
            k = gvc_labels_find(sectors, record->cells[c]);
    return k;
}

gvc_int gvc_scheme__find(const char *scheme, const char *code, const gvc_labels *sectors)
{
    const gvc_int k = gvc_labels_find(sectors, code);
    gvc_builtin_record record;
    char table[64];
    int has_older = 0;

    snprintf(table, sizeof table, "sectors_%s", scheme);
    if (k >= 0 || !gvc_builtin__find(table))
        return k;
    gvc_builtin__open(&record, table);
    for (gvc_int c = 0; c < record.columns; c++)
        has_older |= is_older_code(record.head[c]);
    while (has_older && gvc_builtin__next(&record))
        if (strcmp(gvc_builtin__cell(&record, "code"), code) == 0)
            return gvc_scheme__sector(&record, sectors);
    return -1;
}
