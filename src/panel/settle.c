#include "panel/calendar.h"
#include "panel/stack.h"

#include "base/mem.h"
#include "base/text.h"

#include <string.h>

enum { LISTED = 20 };

static gvc_status make_calendar(gvc_ctx *ctx, gvc_calendar *c, const gvc_stack *stack)
{
    gvc_status st = GVC_OK;

    for (gvc_int i = 0; st == GVC_OK && i < stack->rows; i++)
        st = gvc_calendar__add(ctx, c, stack->row[i].tag, stack->row[i].year);
    gvc_calendar__sort(c);
    return st;
}

static const char *code_of(const gvc_codes *codes, int32_t at)
{
    return at < 0 ? NULL : gvc_codes__code(codes, at);
}

static void print_unit(gvc_ctx *ctx, gvc_buf *text, const gvc_stack *stack, const gvc_stack_row *r)
{
    const char *sector = code_of(stack->sectors, r->sector);
    const char *partner = code_of(stack->countries, r->partner);

    gvc_buf__printf(ctx, text, " %s%s%s%s%s", gvc_codes__code(stack->countries, r->country),
                    sector ? ":" : "", sector ? sector : "", partner ? ":" : "",
                    partner ? partner : "");
}

/* True where `a` and `b` are one unit but for the edition. */
static int same_but_edition(const gvc_stack_row *a, const gvc_stack_row *b)
{
    return a->country == b->country && a->sector == b->sector && a->partner == b->partner &&
           a->level == b->level;
}

/* Keep the runs of rows that have at least `least` of them, where runs are units, or units in all
 * editions. Names of the first runs dropped go to `text`; returns how many there were. */
static gvc_int keep_long(gvc_ctx *ctx, gvc_stack *stack, gvc_int least, int over_editions,
                         gvc_buf *text)
{
    gvc_int kept = 0, dropped = 0;

    for (gvc_int i = 0, end; i < stack->rows; i = end) {
        for (end = i + 1; end < stack->rows; end++)
            if (over_editions ? !same_but_edition(&stack->row[i], &stack->row[end])
                              : !gvc_stack__same_unit(&stack->row[i], &stack->row[end]))
                break;
        if (end - i >= least) {
            memmove(&stack->row[kept], &stack->row[i], (size_t)(end - i) * sizeof *stack->row);
            kept += end - i;
        } else if (dropped++ < LISTED) {
            print_unit(ctx, text, stack, &stack->row[i]);
        }
    }
    stack->rows = kept;
    return dropped;
}

static gvc_status drop_short(gvc_ctx *ctx, gvc_stack *stack, gvc_int least, int over_editions)
{
    gvc_buf names = { 0 };
    const gvc_int dropped = keep_long(ctx, stack, least, over_editions, &names);
    gvc_status st = GVC_OK;

    if (stack->rows == 0)
        st = gvc_error__set(ctx, GVC_ELABEL, "no unit has %lld years%s, so the panel is empty",
                            (long long)least, over_editions ? " over all sources" : "");
    else if (dropped && over_editions)
        gvc_log__warn(ctx, "left out for want of a year or a source: %lld units:%s%s",
                      (long long)dropped, gvc_buf__text(&names), dropped > LISTED ? " ..." : "");
    else if (dropped)
        gvc_log__warn(ctx, "left out with fewer than %lld years: %lld units:%s%s", (long long)least,
                      (long long)dropped, gvc_buf__text(&names), dropped > LISTED ? " ..." : "");
    gvc_buf__free(&names);
    return st;
}

/* Copy the unit of rows [first, end) to `out` with a row for every year of its edition. */
static gvc_int fill_unit(gvc_stack_row *out, const gvc_stack *stack, gvc_int first, gvc_int end,
                         const gvc_calendar *c)
{
    const int32_t tag = stack->row[first].tag;
    gvc_int n = 0;

    for (gvc_int at = gvc_calendar__first(c, tag); at < gvc_calendar__end(c, tag); at++, n++) {
        if (first < end && stack->row[first].year == c->spans[at].year) {
            out[n] = stack->row[first++];
            continue;
        }
        out[n] = stack->row[end - 1];
        out[n].frame = -1;
        out[n].year = c->spans[at].year;
    }
    return n;
}

static gvc_status fill_rectangle(gvc_ctx *ctx, gvc_stack *stack, const gvc_calendar *c)
{
    gvc_stack_row *rows;
    gvc_int units = 0, n = 0;

    for (gvc_int i = 0; i < stack->rows; i = gvc_stack__unit_end(stack, i))
        units++;
    rows = gvc_mem__alloc(ctx, units * c->n, sizeof *rows);
    if (!rows)
        return GVC_ENOMEM;
    for (gvc_int i = 0, end; i < stack->rows; i = end) {
        end = gvc_stack__unit_end(stack, i);
        n += fill_unit(rows + n, stack, i, end, c);
    }
    gvc_mem__free(stack->row);
    stack->row = rows;
    stack->rows = n;
    return GVC_OK;
}

gvc_status gvc_stack__settle_rows(gvc_ctx *ctx, gvc_stack *stack)
{
    const gvc_panel_opts *opts = &stack->panel->opts;
    gvc_calendar c = { 0 };
    gvc_status st = GVC_OK;

    if (!opts->common && !opts->balanced && !opts->min_years)
        return GVC_OK;
    st = make_calendar(ctx, &c, stack);
    if (st == GVC_OK && opts->common)
        st = drop_short(ctx, stack, c.n, 1);
    if (st == GVC_OK && opts->min_years)
        st = drop_short(ctx, stack, opts->min_years, 0);
    if (st == GVC_OK && opts->balanced)
        st = fill_rectangle(ctx, stack, &c);
    gvc_calendar__free(&c);
    return st;
}
