#include "panel/derive.h"

#include "base/mem.h"

#include <math.h>
#include <stdlib.h>

/* What sorts a row into its section. */
typedef struct place {
    int32_t year, level, source, sector, partner;
    gvc_int row;
} place;

static int order(int32_t a, int32_t b)
{
    return (a > b) - (a < b);
}

static int compare_sections(const place *a, const place *b)
{
    int by = order(a->year, b->year);

    by = by ? by : order(a->level, b->level);
    by = by ? by : order(a->source, b->source);
    by = by ? by : order(a->sector, b->sector);
    return by ? by : order(a->partner, b->partner);
}

static int compare_places(const void *a, const void *b)
{
    const place *left = a, *right = b;
    const int by = compare_sections(left, right);

    return by ? by : (left->row > right->row) - (left->row < right->row);
}

static int32_t at(const int32_t *cells, gvc_int i)
{
    return cells ? cells[i] : 0;
}

gvc_status gvc_sections__new(gvc_ctx *ctx, gvc_sections *out, const gvc_panel_keys *keys, int apart)
{
    place *places = gvc_mem__alloc(ctx, keys->rows, sizeof *places);

    out->order = gvc_mem__alloc(ctx, keys->rows, sizeof *out->order);
    out->end = gvc_mem__alloc(ctx, keys->rows, sizeof *out->end);
    if (!places || !out->order || !out->end) {
        gvc_mem__free(places);
        return GVC_ENOMEM;
    }
    for (gvc_int i = 0; i < keys->rows; i++)
        places[i] = (place){ keys->year[i],
                             at(keys->level, i),
                             at(keys->source, i),
                             apart ? at(keys->sector, i) : 0,
                             apart ? at(keys->partner, i) : 0,
                             i };
    if (keys->rows > 0)
        qsort(places, (size_t)keys->rows, sizeof *places, compare_places);
    for (gvc_int i = keys->rows - 1; i >= 0; i--) {
        const int is_last =
            i + 1 == keys->rows || compare_sections(&places[i], &places[i + 1]) != 0;

        out->order[i] = places[i].row;
        out->end[i] = is_last ? i + 1 : out->end[i + 1];
    }
    gvc_mem__free(places);
    return GVC_OK;
}

void gvc_sections__free(gvc_sections *sections)
{
    gvc_mem__free(sections->order);
    gvc_mem__free(sections->end);
}

/* A compensated sum (Neumaier). */
typedef struct sum {
    double total, rest;
    gvc_int n;
} sum;

static void add(sum *s, double value)
{
    const double total = s->total + value;

    s->rest +=
        fabs(s->total) >= fabs(value) ? (s->total - total) + value : (value - total) + s->total;
    s->total = total;
    s->n++;
}

void gvc_sections__others(const gvc_sections *sections, gvc_int rows, const double *in,
                          const unsigned char *counts, double *out)
{
    for (gvc_int first = 0, end; first < rows; first = end) {
        sum s = { 0 };

        end = sections->end[first];
        for (gvc_int i = first; i < end; i++) {
            const gvc_int row = sections->order[i];

            if ((!counts || counts[row]) && !isnan(in[row]))
                add(&s, in[row]);
        }
        for (gvc_int i = first; i < end; i++) {
            const gvc_int row = sections->order[i];
            const int is_in = (!counts || counts[row]) && !isnan(in[row]);
            const gvc_int others = s.n - is_in;

            if (others > 0)
                out[row] = (s.total - (is_in ? in[row] : 0) + s.rest) / (double)others;
        }
    }
}

static double mean_of(const sum *s)
{
    return (s->total + s->rest) / (double)s->n;
}

void gvc_sections__standard(const gvc_sections *sections, gvc_int rows, const double *in,
                            double *out)
{
    for (gvc_int first = 0, end; first < rows; first = end) {
        sum s = { 0 }, squares = { 0 };
        double mean, spread;

        end = sections->end[first];
        for (gvc_int i = first; i < end; i++)
            if (!isnan(in[sections->order[i]]))
                add(&s, in[sections->order[i]]);
        if (s.n < 2)
            continue;
        mean = mean_of(&s);
        for (gvc_int i = first; i < end; i++)
            if (!isnan(in[sections->order[i]]))
                add(&squares, (in[sections->order[i]] - mean) * (in[sections->order[i]] - mean));
        spread = sqrt((squares.total + squares.rest) / (double)(s.n - 1));
        for (gvc_int i = first; i < end && spread > 0; i++)
            out[sections->order[i]] = (in[sections->order[i]] - mean) / spread;
    }
}

static int compare_reals(const void *a, const void *b)
{
    const double left = *(const double *)a, right = *(const double *)b;

    return (left > right) - (left < right);
}

void gvc_panel__sort(double *values, gvc_int n)
{
    if (n > 0)
        qsort(values, (size_t)n, sizeof *values, compare_reals);
}

double gvc_panel__percentile(const double *sorted, gvc_int n, int p)
{
    const gvc_int at = n * p / 100;

    if (n == 0)
        return NAN;
    return n * p % 100 == 0 && at > 0 && at < n ? (sorted[at - 1] + sorted[at]) / 2 : sorted[at];
}

void gvc_sections__winsor(const gvc_sections *sections, gvc_int rows, const double *in,
                          double *work, double *out)
{
    for (gvc_int first = 0, end; first < rows; first = end) {
        gvc_int n = 0;
        double low, high;

        end = sections->end[first];
        for (gvc_int i = first; i < end; i++)
            if (!isnan(in[sections->order[i]]))
                work[n++] = in[sections->order[i]];
        gvc_panel__sort(work, n);
        low = gvc_panel__percentile(work, n, 1);
        high = gvc_panel__percentile(work, n, 99);
        for (gvc_int i = first; i < end; i++) {
            const double value = in[sections->order[i]];

            out[sections->order[i]] = value < low ? low : value > high ? high : value;
        }
    }
}
