#include "report/grid.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

gvc_grid *gvc_grid__new(gvc_doc *doc, const char *name, const char *title, const char *head,
                        gvc_int rows, gvc_int cols)
{
    gvc_grid *grid = gvc_doc__alloc(doc, 1, sizeof *grid);

    if (!grid)
        return NULL;
    *grid = (gvc_grid){ name, title, head, rows, cols, .money = { 1, "" } };
    grid->entries = gvc_doc__alloc(doc, rows, sizeof *grid->entries);
    grid->fields = gvc_doc__alloc(doc, cols, sizeof *grid->fields);
    grid->cells = gvc_doc__alloc(doc, rows * cols, sizeof *grid->cells);
    if (doc->failed)
        return NULL;
    for (gvc_int i = 0; i < rows; i++)
        grid->entries[i] = (gvc_entry){ "", "", GVC_MARK_OTHER };
    for (gvc_int j = 0; j < cols; j++)
        grid->fields[j] = (gvc_field){ "", "", GVC_NUMERAL_INDEX, GVC_MARK_OTHER };
    for (gvc_int i = 0; i < rows * cols; i++)
        grid->cells[i] = NAN;
    return grid;
}

double *gvc_grid__at(const gvc_grid *grid, gvc_int row, gvc_int col)
{
    return &grid->cells[row * grid->cols + col];
}

double gvc_grid__get(const gvc_grid *grid, gvc_int row, gvc_int col)
{
    return grid->cells[row * grid->cols + col];
}

double gvc_grid__largest(const gvc_grid *grid)
{
    double largest = 0;

    for (gvc_int i = 0; i < grid->rows; i++)
        for (gvc_int j = 0; j < grid->cols; j++)
            if (grid->fields[j].form == GVC_NUMERAL_MONEY)
                largest = fmax(largest, fabs(gvc_grid__get(grid, i, j)));
    return largest;
}

static void swap_rows(const gvc_grid *grid, gvc_int a, gvc_int b)
{
    const gvc_entry entry = grid->entries[a];

    grid->entries[a] = grid->entries[b];
    grid->entries[b] = entry;
    for (gvc_int j = 0; j < grid->cols; j++) {
        const double cell = gvc_grid__get(grid, a, j);

        *gvc_grid__at(grid, a, j) = gvc_grid__get(grid, b, j);
        *gvc_grid__at(grid, b, j) = cell;
    }
}

/* Few rows: insertion keeps equal ones in order. */
void gvc_grid__sort(const gvc_grid *grid, gvc_int col)
{
    for (gvc_int i = 1; i < grid->rows; i++)
        for (gvc_int k = i; k > 0; k--) {
            const double above = gvc_grid__get(grid, k - 1, col),
                         here = gvc_grid__get(grid, k, col);

            if (isnan(here) || above >= here)
                break;
            swap_rows(grid, k - 1, k);
        }
}

void gvc_grid__cut(gvc_grid *grid, gvc_int rows)
{
    grid->rows = grid->rows < rows ? grid->rows : rows;
}

const char *gvc_grid__text(gvc_doc *doc, const gvc_grid *grid, gvc_int row, gvc_int col)
{
    return gvc_numeral__text(doc, grid->fields[col].form, gvc_grid__get(grid, row, col),
                             grid->money);
}

static int has_codes(const gvc_grid *grid)
{
    for (gvc_int i = 0; i < grid->rows; i++)
        if (*grid->entries[i].code && strcmp(grid->entries[i].code, grid->entries[i].name) != 0)
            return 1;
    return 0;
}

/* ---- the table ---- */

static void write_head(gvc_doc *doc, gvc_buf *out, const gvc_grid *grid)
{
    gvc_doc__html(doc, out, "<thead><tr><th scope=\"col\">$</th>", grid->head);
    for (gvc_int j = 0; j < grid->cols; j++) {
        const gvc_field *f = &grid->fields[j];
        const int is_named = f->form == GVC_NUMERAL_SHARE || f->form == GVC_NUMERAL_MONEY;

        gvc_doc__html(doc, out, "<th scope=\"col\">$", f->title);
        if (is_named)
            gvc_doc__html(doc, out, " <span class=\"u\">($)</span>",
                          f->form == GVC_NUMERAL_SHARE ? "%" : grid->money.name);
        gvc_doc__raw(doc, out, "</th>");
    }
    gvc_doc__raw(doc, out, "</tr></thead>\n<tbody>\n");
}

/* Shade of a cell between the smallest and the largest of its column, 0 to 1. */
static double shade(const gvc_grid *grid, gvc_int row, gvc_int col)
{
    double low = INFINITY, high = -INFINITY;

    for (gvc_int i = 0; i < grid->rows; i++) {
        low = fmin(low, gvc_grid__get(grid, i, col));
        high = fmax(high, gvc_grid__get(grid, i, col));
    }
    return high > low ? (gvc_grid__get(grid, row, col) - low) / (high - low) : 0;
}

static void write_cell(gvc_doc *doc, gvc_buf *out, const gvc_grid *grid, gvc_int row, gvc_int col)
{
    const double value = gvc_grid__get(grid, row, col);

    if (isnan(value)) {
        gvc_doc__raw(doc, out, "<td>n/a</td>");
        return;
    }
    gvc_buf__printf(doc->ctx, out, "<td data-v=\"%.6g\"", value);
    if (grid->is_heat)
        gvc_buf__printf(doc->ctx, out, " style=\"--h:%.2f\"", shade(grid, row, col));
    gvc_doc__html(doc, out, ">$</td>",
                  gvc_numeral__cell(doc, grid->fields[col].form, value, grid->money));
}

void gvc_grid__table(gvc_doc *doc, gvc_buf *out, const gvc_grid *grid)
{
    static const char *const classes[] = { "", "member", "world", "group", "focus" };
    const int codes = has_codes(grid);

    gvc_doc__html(doc, out,
                  "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"$\">"
                  "<table class=\"$\"><caption>$</caption>\n",
                  grid->title, grid->is_heat ? "sort heat" : "sort", grid->title);
    write_head(doc, out, grid);
    for (gvc_int i = 0; i < grid->rows; i++) {
        const gvc_entry *e = &grid->entries[i];

        if (e->mark == GVC_MARK_OTHER)
            gvc_doc__html(doc, out, "<tr><th scope=\"row\">$", e->name);
        else
            gvc_doc__html(doc, out, "<tr class=\"$\"><th scope=\"row\">$", classes[e->mark],
                          e->name);
        if (codes && *e->code)
            gvc_doc__html(doc, out, " <span class=\"u\">$</span>", e->code);
        gvc_doc__raw(doc, out, "</th>");
        for (gvc_int j = 0; j < grid->cols; j++)
            write_cell(doc, out, grid, i, j);
        gvc_doc__raw(doc, out, "</tr>\n");
    }
    gvc_doc__raw(doc, out, "</tbody></table></div>\n");
}

/* ---- the file of data ---- */

/* After RFC 4180; a leading sign that a spreadsheet would run as a formula is kept a text. */
static void write_text(gvc_doc *doc, gvc_buf *out, const char *text)
{
    const int is_formula = *text && strchr("=+-@\t", *text) != NULL;

    if (!is_formula && !strpbrk(text, ",\"\r\n")) {
        gvc_doc__raw(doc, out, text);
        return;
    }
    gvc_doc__raw(doc, out, is_formula ? "\"'" : "\"");
    for (; *text; text++) {
        gvc_buf__add(doc->ctx, out, text, 1);
        if (*text == '"')
            gvc_doc__raw(doc, out, "\"");
    }
    gvc_doc__raw(doc, out, "\"");
}

void gvc_grid__csv(gvc_doc *doc, gvc_buf *out, const gvc_grid *grid)
{
    gvc_doc__raw(doc, out, "code,name");
    for (gvc_int j = 0; j < grid->cols; j++) {
        gvc_doc__raw(doc, out, ",");
        write_text(doc, out, grid->fields[j].name);
    }
    gvc_doc__raw(doc, out, "\n");
    for (gvc_int i = 0; i < grid->rows; i++) {
        write_text(doc, out, grid->entries[i].code);
        gvc_doc__raw(doc, out, ",");
        write_text(doc, out, grid->entries[i].name);
        for (gvc_int j = 0; j < grid->cols; j++) {
            gvc_doc__raw(doc, out, ",");
            if (!isnan(gvc_grid__get(grid, i, j)))
                gvc_buf__number(doc->ctx, out, gvc_grid__get(grid, i, j));
        }
        gvc_doc__raw(doc, out, "\n");
    }
}
