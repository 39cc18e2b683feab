#include "table/builtin.h"

#include <assert.h>
#include <string.h>

const gvc_builtin_file *gvc_builtin__find(const char *name)
{
    for (const gvc_builtin_file *f = gvc_builtin__files; f->name; f++)
        if (strcmp(f->name, name) == 0)
            return f;
    return NULL;
}

static int read_cells(gvc_builtin_record *r, char cells[][GVC_BUILTIN_CELL])
{
    gvc_csv_cell cell = { 0 };

    while (!cell.last) {
        if (gvc_csv__next(&r->reader, &cell) != 1 || cell.column > GVC_BUILTIN_COLUMNS)
            return 0;
        assert(cell.len < GVC_BUILTIN_CELL);
        gvc_csv__copy(&cell, cells[cell.column - 1], GVC_BUILTIN_CELL);
    }
    r->columns = cell.column;
    return 1;
}

void gvc_builtin__open(gvc_builtin_record *record, const char *name)
{
    const gvc_builtin_file *file = gvc_builtin__find(name);

    assert(file);
    record->reader = gvc_csv__begin(file->text, (gvc_int)file->bytes);
    read_cells(record, record->head);
}

int gvc_builtin__next(gvc_builtin_record *record)
{
    return read_cells(record, record->cells);
}

const char *gvc_builtin__cell(const gvc_builtin_record *record, const char *column)
{
    for (gvc_int j = 0; j < record->columns; j++)
        if (strcmp(record->head[j], column) == 0)
            return record->cells[j];
    assert(!"no such column");
    return "";
}
