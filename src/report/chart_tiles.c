#include "report/chart.h"

#include "base/csv.h"
#include "report/assets.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The map has at most this many columns and rows; what it lacks stands in rows below. */
enum { SIDE = 64, WIDE = 15 };

typedef struct tile {
    int column, row; /* -1: not on the map */
} tile;

static tile find_tile(const char *code)
{
    const gvc_asset *asset = gvc_assets__find("tiles");
    gvc_csv_reader reader = gvc_csv__begin(asset->text, (gvc_int)asset->bytes);
    gvc_csv_cell cell;
    tile found = { -1, -1 };
    int is_here = 0;

    while (gvc_csv__next(&reader, &cell) == 1) {
        char text[16];

        gvc_csv__copy(&cell, text, sizeof text);
        if (cell.column == 1)
            is_here = cell.line > 1 && strcmp(text, code) == 0;
        else if (is_here && cell.column == 2)
            found.column = atoi(text);
        else if (is_here)
            found.row = atoi(text);
    }
    return found;
}

/* Which places along one side are taken, and their new numbers without the empty ones. */
static int close_gaps(tile *tiles, gvc_int n, int is_row)
{
    int taken[SIDE] = { 0 }, number[SIDE], count = 0;

    for (gvc_int i = 0; i < n; i++)
        if (tiles[i].column >= 0)
            taken[is_row ? tiles[i].row : tiles[i].column] = 1;
    for (int p = 0; p < SIDE; p++)
        number[p] = taken[p] ? count++ : -1;
    for (gvc_int i = 0; i < n; i++)
        if (tiles[i].column >= 0) {
            int *place = is_row ? &tiles[i].row : &tiles[i].column;

            *place = number[*place];
        }
    return count;
}

static int can_join(const tile *tiles, gvc_int n, int column)
{
    for (gvc_int i = 0; i < n; i++)
        for (gvc_int j = 0; j < n; j++)
            if (tiles[i].column == column && tiles[j].column == column + 1 &&
                tiles[i].row == tiles[j].row)
                return 0;
    return 1;
}

/* Neighbouring columns that share no row become one, until the map is narrow enough to read. */
static int join_columns(tile *tiles, gvc_int n, int columns)
{
    for (int c = 0; c + 1 < columns && columns > WIDE; c++)
        if (can_join(tiles, n, c)) {
            for (gvc_int i = 0; i < n; i++)
                tiles[i].column -= tiles[i].column > c;
            columns--;
        }
    return columns;
}

/* Countries that the map does not know (the rest of the world) come in rows of their own. */
static int add_unknown(tile *tiles, gvc_int n, int columns, int rows)
{
    int place = 0;

    for (gvc_int i = 0; i < n; i++)
        if (tiles[i].column < 0) {
            tiles[i] = (tile){ place % columns, rows + place / columns };
            place++;
        }
    return rows + (place + columns - 1) / columns;
}

static int level_of(const gvc_grid *grid, gvc_int row)
{
    double high = 0;

    for (gvc_int i = 0; i < grid->rows; i++)
        if (grid->entries[i].mark != GVC_MARK_FOCUS)
            high = fmax(high, gvc_grid__get(grid, i, 0));
    return high > 0 ? (int)fmax(0, fmin(8, lround(8 * gvc_grid__get(grid, row, 0) / high))) : 0;
}

static void draw_tile(gvc_svg *svg, const gvc_grid *grid, gvc_int i, double x, double y,
                      double side)
{
    const gvc_entry *e = &grid->entries[i];
    const int is_missing = isnan(gvc_grid__get(grid, i, 0));

    gvc_svg__open(svg, "m",
                  gvc_doc__text(svg->doc, "%s: %s", e->name, gvc_grid__text(svg->doc, grid, i, 0)));
    gvc_svg__rect(svg,
                  e->mark == GVC_MARK_FOCUS ? "tile focus"
                  : is_missing              ? "tile"
                               : gvc_doc__text(svg->doc, "tile heat s%d", level_of(grid, i)),
                  x, y, side - 2, side - 2);
    if (e->mark == GVC_MARK_MEMBER)
        gvc_svg__rect(svg, "ring", x + 1, y + 1, side - 4, side - 4);
    gvc_svg__text(svg, e->mark == GVC_MARK_FOCUS ? "cell inverse" : "cell", x + side / 2 - 1,
                  y + side / 2 - 2, "middle", e->code);
    if (e->mark != GVC_MARK_FOCUS)
        gvc_svg__text(svg, "cell small", x + side / 2 - 1, y + side / 2 + 9, "middle",
                      gvc_numeral__cell(svg->doc, grid->fields[0].form, gvc_grid__get(grid, i, 0),
                                        grid->money));
    gvc_svg__close(svg);
}

void gvc_chart__tiles(gvc_doc *doc, gvc_svg *svg, const char *id, const gvc_grid *grid)
{
    tile *tiles = gvc_doc__alloc(doc, grid->rows, sizeof *tiles);
    int columns, rows;
    double side;

    gvc_svg__begin(doc, svg, id, GVC_CHART_WIDTH, 40);
    if (!tiles)
        return;
    for (gvc_int i = 0; i < grid->rows; i++)
        tiles[i] = find_tile(grid->entries[i].code);
    columns = close_gaps(tiles, grid->rows, 0);
    rows = close_gaps(tiles, grid->rows, 1);
    columns = join_columns(tiles, grid->rows, columns);
    columns = columns < 6 ? 6 : columns;
    rows = add_unknown(tiles, grid->rows, columns, rows);
    side = fmax(30, (GVC_CHART_WIDTH - 4.0) / columns);
    svg->width = fmax(GVC_CHART_WIDTH, side * columns + 4);
    svg->height = side * rows + 6;
    for (gvc_int i = 0; i < grid->rows; i++)
        draw_tile(svg, grid, i, 2 + side * tiles[i].column, 2 + side * tiles[i].row, side);
}
