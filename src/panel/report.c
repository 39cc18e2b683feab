#include "base/mem.h"
#include "base/text.h"
#include "panel/stack.h"

#include <math.h>

enum { LISTED = 20 };

/* What the rows of a panel say about its balance; units are runs of equal `id`. */
typedef struct balance {
    const int32_t *year, *id;
    gvc_int rows, units, years, full, entries, exits, with_gaps;
    int32_t *calendar; /* the years of the panel, ascending; `years` of them */
} balance;

static gvc_status find_years(gvc_ctx *ctx, balance *b)
{
    b->calendar = gvc_mem__alloc(ctx, b->rows, sizeof *b->calendar);
    if (!b->calendar)
        return GVC_ENOMEM;
    for (gvc_int i = 0; i < b->rows; i++) {
        gvc_int at = b->years;

        while (at > 0 && b->calendar[at - 1] > b->year[i])
            at--;
        if (at > 0 && b->calendar[at - 1] == b->year[i])
            continue;
        for (gvc_int k = b->years++; k > at; k--)
            b->calendar[k] = b->calendar[k - 1];
        b->calendar[at] = b->year[i];
    }
    return GVC_OK;
}

/* First row after the unit that begins at row `i`. */
static gvc_int end_of_unit(const balance *b, gvc_int i)
{
    const int32_t id = b->id[i];

    while (i < b->rows && b->id[i] == id)
        i++;
    return i;
}

/* Years of the panel between the first and the last of a unit that the unit lacks. */
static gvc_int count_gaps(const balance *b, gvc_int first, gvc_int last)
{
    gvc_int between = 0;

    for (gvc_int k = 0; k < b->years; k++)
        between += b->calendar[k] >= b->year[first] && b->calendar[k] <= b->year[last - 1];
    return between - (last - first);
}

static void count_units(balance *b)
{
    for (gvc_int i = 0, end; i < b->rows; i = end) {
        end = end_of_unit(b, i);
        b->units++;
        b->full += end - i == b->years;
        b->entries += b->year[i] > b->calendar[0];
        b->exits += b->year[end - 1] < b->calendar[b->years - 1];
        b->with_gaps += count_gaps(b, i, end) > 0;
    }
}

static void print_key(gvc_ctx *ctx, gvc_buf *text, const gvc_frame *panel, const char *name,
                      gvc_int row)
{
    const gvc_int column = gvc_frame_find(panel, name);

    if (column >= 0 && gvc_frame_codes(panel, column)[row] >= 0)
        gvc_buf__printf(ctx, text, "%s%s", name[0] == 'c' ? "" : ":",
                        gvc_labels_code(gvc_frame_labels(panel, column),
                                        gvc_frame_codes(panel, column)[row]));
}

static void list_gaps(gvc_ctx *ctx, gvc_buf *text, const balance *b, const gvc_frame *panel)
{
    gvc_int listed = 0;

    for (gvc_int i = 0, end; i < b->rows && listed < LISTED; i = end) {
        end = end_of_unit(b, i);
        if (count_gaps(b, i, end) == 0)
            continue;
        listed++;
        gvc_buf__puts(ctx, text, listed > 1 ? " " : "");
        print_key(ctx, text, panel, "country", i);
        print_key(ctx, text, panel, "sector", i);
        print_key(ctx, text, panel, "partner", i);
    }
    if (b->with_gaps > listed)
        gvc_buf__printf(ctx, text, " and %lld more", (long long)(b->with_gaps - listed));
}

static void print_measure(gvc_ctx *ctx, gvc_buf *text, const balance *b, const gvc_frame *panel,
                          gvc_int column)
{
    const double *values = gvc_frame_reals(panel, column);
    gvc_int present = 0, complete = 0;

    for (gvc_int i = 0, end; i < b->rows; i = end) {
        gvc_int here = 0;

        end = end_of_unit(b, i);
        for (gvc_int k = i; k < end; k++)
            here += !isnan(values[k]);
        present += here;
        complete += here == b->years;
    }
    gvc_buf__printf(ctx, text, "%s: %.1f %% of the rows present, %lld of %lld units complete\n",
                    gvc_frame_name(panel, column),
                    b->rows ? 100.0 * (double)present / (double)b->rows : 0.0, (long long)complete,
                    (long long)b->units);
}

static void print_balance(gvc_ctx *ctx, gvc_buf *text, const balance *b, const gvc_frame *panel)
{
    const gvc_int cells = b->units * b->years;

    gvc_buf__printf(ctx, text, "units %lld, years %lld", (long long)b->units, (long long)b->years);
    if (b->years > 0 && b->calendar[0] != GVC_INT_MISSING)
        gvc_buf__printf(ctx, text, " (%d to %d)", b->calendar[0], b->calendar[b->years - 1]);
    gvc_buf__printf(ctx, text, ", cells %lld, present %lld\n", (long long)cells,
                    (long long)b->rows);
    gvc_buf__printf(ctx, text, "units with all years %lld: %s\n", (long long)b->full,
                    b->full == b->units ? "strongly balanced" : "not balanced");
    gvc_buf__printf(ctx, text, "entering late %lld, leaving early %lld, with internal gaps %lld\n",
                    (long long)b->entries, (long long)b->exits, (long long)b->with_gaps);
    if (b->with_gaps > 0) {
        gvc_buf__puts(ctx, text, "units with gaps: ");
        list_gaps(ctx, text, b, panel);
        gvc_buf__puts(ctx, text, "\n");
    }
    for (gvc_int j = 0; j < gvc_frame_columns(panel); j++)
        if (gvc_frame_role(panel, j) == GVC_ROLE_VALUE &&
            gvc_frame_type(panel, j) == GVC_COLUMN_REAL)
            print_measure(ctx, text, b, panel, j);
}

static gvc_status begin(gvc_ctx *ctx, balance *b, const gvc_frame *panel)
{
    const gvc_int year = gvc_frame_find(panel, "year"), id = gvc_frame_find(panel, "id");
    gvc_status st;

    *b = (balance){ .rows = gvc_frame_rows(panel) };
    if (year < 0 || id < 0)
        return gvc_error__set(ctx, GVC_EUSAGE,
                              "a balance report needs a finished panel with the columns year, id");
    b->year = gvc_frame_ints(panel, year);
    b->id = gvc_frame_ints(panel, id);
    st = find_years(ctx, b);
    if (st == GVC_OK)
        count_units(b);
    return st;
}

gvc_status gvc_panel__note_balance(gvc_ctx *ctx, gvc_frame *panel)
{
    gvc_attrs *attrs = gvc_frame__attrs(panel);
    balance b;
    gvc_buf gaps = { 0 };
    gvc_status st = begin(ctx, &b, panel);
    const struct {
        const char *name;
        gvc_int value;
    } numbers[] = {
        { "balance_units", b.units },           { "balance_years", b.years },
        { "balance_cells", b.units * b.years }, { "balance_cells_present", b.rows },
        { "balance_units_complete", b.full },   { "balance_units_entering", b.entries },
        { "balance_units_leaving", b.exits },   { "balance_units_with_gaps", b.with_gaps },
    };

    for (size_t i = 0; st == GVC_OK && i < sizeof numbers / sizeof *numbers; i++)
        st = gvc_attrs__setf(ctx, attrs, numbers[i].name, "%lld", (long long)numbers[i].value);
    if (st == GVC_OK && b.with_gaps > 0) {
        list_gaps(ctx, &gaps, &b, panel);
        st = gaps.failed ? GVC_ENOMEM
                         : gvc_attrs__set(ctx, attrs, "balance_gaps", gvc_buf__text(&gaps));
    }
    gvc_buf__free(&gaps);
    gvc_mem__free(b.calendar);
    return st;
}

gvc_status gvc_panel_report(gvc_ctx *ctx, char **text, const gvc_frame *panel)
{
    balance b;
    gvc_buf buf = { 0 };
    gvc_status st = begin(ctx, &b, panel);

    *text = NULL;
    if (st == GVC_OK) {
        print_balance(ctx, &buf, &b, panel);
        st = buf.failed ? GVC_ENOMEM : GVC_OK;
    }
    gvc_mem__free(b.calendar);
    if (st != GVC_OK) {
        gvc_buf__free(&buf);
        return st;
    }
    *text = buf.data;
    return GVC_OK;
}

void gvc_text_free(char *text)
{
    gvc_mem__free(text);
}
