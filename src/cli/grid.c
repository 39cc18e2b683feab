#include "cli/cli.h"

#include <stdarg.h>
#include <string.h>

struct cli_grid {
    cli_app *app;
    const char *align;
    cli_list cells;
};

cli_grid *cli_grid_new(cli_app *app, const char *align)
{
    cli_grid *grid = cli_alloc(app, sizeof *grid);

    grid->app = app;
    grid->align = align;
    return grid;
}

void cli_grid_cell(cli_grid *grid, const char *fmt, ...)
{
    char text[1024];
    va_list list;

    va_start(list, fmt);
    vsnprintf(text, sizeof text, fmt, list);
    va_end(list);
    cli_list_add(grid->app, &grid->cells, cli_format(grid->app, "%s", text));
}

/* Characters of UTF-8 text; every one of them is taken to be one column wide. */
static int width(const char *text)
{
    int n = 0;

    for (; *text; text++)
        n += ((unsigned char)*text & 0xC0) != 0x80;
    return n;
}

void cli_grid_print(const cli_grid *grid, FILE *out, const char *indent)
{
    const int columns = (int)strlen(grid->align);
    int *wide = cli_alloc(grid->app, (size_t)columns * sizeof *wide);

    for (int i = 0; i < grid->cells.n; i++) {
        const int w = width(grid->cells.items[i]);

        wide[i % columns] = w > wide[i % columns] ? w : wide[i % columns];
    }
    for (int i = 0; i < grid->cells.n; i++) {
        const int j = i % columns, is_last = j == columns - 1;
        const int pad = wide[j] - width(grid->cells.items[i]);
        const int is_right = grid->align[j] == 'r';

        fprintf(out, "%s%*s%s%*s%s", j ? "  " : indent, is_right ? pad : 0, "",
                grid->cells.items[i], is_right || is_last ? 0 : pad, "", is_last ? "\n" : "");
    }
}
