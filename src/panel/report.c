#include "base/mem.h"
#include "base/text.h"
#include "panel/calendar.h"
#include "panel/stack.h"

enum { LISTED = 20 };

/* What the rows of a panel say about its balance; units are runs of equal `id`, and what they
 * should have is every year of their source. */
typedef struct balance {
    gvc_panel_keys keys;
    gvc_calendar calendar;
    gvc_int rows, units, years, cells, full, entries, exits, with_gaps;
    int32_t first, last; /* years */
} balance;

static void count_years(balance *b)
{
    const gvc_calendar *c = &b->calendar;

    for (gvc_int i = 0; i < c->n; i++) {
        int is_new = 1;

        for (gvc_int k = 0; k < i; k++)
            is_new &= c->spans[k].year != c->spans[i].year;
        b->years += is_new;
        b->first = i == 0 || c->spans[i].year < b->first ? c->spans[i].year : b->first;
        b->last = i == 0 || c->spans[i].year > b->last ? c->spans[i].year : b->last;
    }
}

/* First row after the unit that begins at row `i`. */
static gvc_int end_of_unit(const balance *b, gvc_int i)
{
    const int32_t id = b->keys.id[i];

    while (i < b->rows && b->keys.id[i] == id)
        i++;
    return i;
}

static int32_t source_of(const balance *b, gvc_int row)
{
    return b->keys.source ? b->keys.source[row] : 0;
}

/* Years of the source between the first and the last of a unit that the unit lacks. */
static gvc_int count_gaps(const balance *b, gvc_int first, gvc_int last)
{
    const int32_t source = source_of(b, first);
    const int32_t *year = b->keys.year;
    gvc_int between = 0;

    for (gvc_int k = gvc_calendar__first(&b->calendar, source);
         k < gvc_calendar__end(&b->calendar, source); k++)
        between +=
            b->calendar.spans[k].year >= year[first] && b->calendar.spans[k].year <= year[last - 1];
    return between - (last - first);
}

static void count_units(balance *b)
{
    for (gvc_int i = 0, end; i < b->rows; i = end) {
        const gvc_int first = gvc_calendar__first(&b->calendar, source_of(b, i));
        const gvc_int last = gvc_calendar__end(&b->calendar, source_of(b, i)) - 1;

        end = end_of_unit(b, i);
        b->units++;
        b->cells += last - first + 1;
        b->full += end - i == last - first + 1;
        b->entries += b->keys.year[i] > b->calendar.spans[first].year;
        b->exits += b->keys.year[end - 1] < b->calendar.spans[last].year;
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
        print_key(ctx, text, panel, "source", i);
    }
    if (b->with_gaps > listed)
        gvc_buf__printf(ctx, text, " and %lld more", (long long)(b->with_gaps - listed));
}

static void print_balance(gvc_ctx *ctx, gvc_buf *text, const balance *b, const gvc_frame *panel)
{
    gvc_buf__printf(ctx, text, "units %lld, years %lld", (long long)b->units, (long long)b->years);
    if (b->years > 0 && b->first != GVC_INT_MISSING)
        gvc_buf__printf(ctx, text, " (%d to %d)", b->first, b->last);
    gvc_buf__printf(ctx, text, ", cells %lld, present %lld\n", (long long)b->cells,
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
}

static gvc_status begin(gvc_ctx *ctx, balance *b, const gvc_frame *panel)
{
    gvc_status st;

    *b = (balance){ .rows = gvc_frame_rows(panel) };
    st = gvc_panel__keys(ctx, &b->keys, panel);
    if (st == GVC_OK)
        st = gvc_calendar__of_panel(ctx, &b->calendar, &b->keys);
    if (st == GVC_OK) {
        count_years(b);
        count_units(b);
    }
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
        { "balance_units", b.units },         { "balance_years", b.years },
        { "balance_cells", b.cells },         { "balance_cells_present", b.rows },
        { "balance_units_complete", b.full }, { "balance_units_entering", b.entries },
        { "balance_units_leaving", b.exits }, { "balance_units_with_gaps", b.with_gaps },
    };

    for (size_t i = 0; st == GVC_OK && i < sizeof numbers / sizeof *numbers; i++)
        st = gvc_attrs__setf(ctx, attrs, numbers[i].name, "%lld", (long long)numbers[i].value);
    if (st == GVC_OK && b.with_gaps > 0) {
        list_gaps(ctx, &gaps, &b, panel);
        st = gaps.failed ? GVC_ENOMEM
                         : gvc_attrs__set(ctx, attrs, "balance_gaps", gvc_buf__text(&gaps));
    }
    gvc_buf__free(&gaps);
    gvc_calendar__free(&b.calendar);
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
    gvc_calendar__free(&b.calendar);
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
