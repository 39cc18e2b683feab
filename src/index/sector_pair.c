#include "index/sector_pair.h"

#include "base/labels.h"
#include "base/mem.h"

#include <math.h>
#include <string.h>

/* One run. Sellers and partners are cells of level sector. */
typedef struct run {
    gvc_model *model;
    const gvc_measure *measure;
    const gvc_sector_pair *how;
    const gvc_index_output *output;
    gvc_labels *partners;      /* COUNTRY:SECTOR of every cell */
    double *gout;              /* of every cell */
    gvc_int *rows, *first;     /* rows of the table by cell; those of cell c begin at first[c] */
    gvc_int *seller, *partner; /* the cells that the filters keep */
    gvc_int cells, n_sellers, n_partners;
    gvc_int *component, n_components; /* terms that are summed */
    gvc_view *panel;                  /* n x GVC_PAIR_PANEL a component */
    gvc_int at;                       /* which panel of `rows` these hold, -1: none */
    double *sum, *rest;               /* of one seller: n_partners a component */
} run;

/* A frame while it is filled. */
typedef struct part {
    gvc_frame *frame;
    int32_t *country, *sector, *partner;
    double **values; /* by term of the measure, NULL where it has no column */
} part;

/* ---- cells and their rows ---- */

static void sort_rows(run *r)
{
    const gvc_shape *shape = &r->output->shape;
    gvc_int *first = r->first;

    for (gvc_int i = 0; i < shape->n; i++)
        first[gvc_index__cell_of_row(shape, GVC_LEVEL_SECTOR, i) + 1]++;
    for (gvc_int c = 0; c < r->cells; c++)
        first[c + 1] += first[c];
    /* first[c + 1], the end of cell c, goes down to its beginning. */
    for (gvc_int i = shape->n - 1; i >= 0; i--)
        r->rows[--first[gvc_index__cell_of_row(shape, GVC_LEVEL_SECTOR, i) + 1]] = i;
    memmove(first, first + 1, (size_t)r->cells * sizeof *first);
    first[r->cells] = shape->n;
}

static void choose_cells(run *r)
{
    const gvc_selection *selection = &r->output->selection;
    const gvc_shape *shape = &r->output->shape;

    r->n_sellers = gvc_index__select(selection, shape, GVC_LEVEL_SECTOR, r->cells, 1, r->seller);
    for (gvc_int c = 0; c < r->cells; c++)
        if (!selection->partner || selection->partner[c / shape->N])
            r->partner[r->n_partners++] = c;
}

static int is_here(const run *r, gvc_int t)
{
    return (gvc_index__term_levels(r->measure, t) & GVC_LEVEL_SECTOR_PAIR) != 0;
}

static gvc_status take_room(gvc_ctx *ctx, run *r)
{
    const gvc_int n = r->output->shape.n, n_terms = gvc_index__terms_n(r->measure);

    r->gout = gvc_mem__alloc(ctx, 2 * r->cells, sizeof *r->gout);
    r->rows = gvc_mem__alloc(ctx, n, sizeof *r->rows);
    r->first = gvc_mem__calloc(ctx, r->cells + 1, sizeof *r->first);
    r->seller = gvc_mem__alloc(ctx, r->cells, sizeof *r->seller);
    r->partner = gvc_mem__alloc(ctx, r->cells, sizeof *r->partner);
    r->component = gvc_mem__alloc(ctx, n_terms, sizeof *r->component);
    r->panel = gvc_mem__calloc(ctx, n_terms, sizeof *r->panel);
    if (!r->gout || !r->rows || !r->first || !r->seller || !r->partner || !r->component ||
        !r->panel)
        return GVC_ENOMEM;
    for (gvc_int t = 0; t < n_terms; t++)
        if (is_here(r, t) && !r->measure->terms[t].rule)
            r->component[r->n_components++] = t;
    for (gvc_int q = 0; q < r->n_components; q++) {
        r->panel[q] = gvc_mem__matrix(ctx, n, GVC_PAIR_PANEL);
        if (!r->panel[q].a)
            return GVC_ENOMEM;
    }
    r->sum = gvc_mem__alloc(ctx, 2 * r->cells * r->n_components, sizeof *r->sum);
    return r->sum ? GVC_OK : GVC_ENOMEM;
}

static gvc_status begin(gvc_ctx *ctx, run *r)
{
    const gvc_shape *shape = &r->output->shape;
    gvc_status st;

    r->cells = gvc_index__cells(shape, GVC_LEVEL_SECTOR);
    r->at = -1;
    st = take_room(ctx, r);
    if (st == GVC_OK)
        st = gvc_labels__pairs(ctx, &r->partners, gvc_units_labels(gvc_model_units(r->model)),
                               gvc_index__sectors(r->model, shape->sectors), NULL);
    if (st != GVC_OK)
        return st;
    sort_rows(r);
    choose_cells(r);
    r->rest = r->sum + r->n_partners * r->n_components;
    gvc_index__sum_rows(r->gout, r->gout + r->cells, gvc_model_x(r->model), shape,
                        GVC_LEVEL_SECTOR);
    return GVC_OK;
}

static void end(run *r)
{
    for (gvc_int q = 0; q < r->n_components; q++)
        gvc_mem__free(r->panel[q].a);
    gvc_labels__free(r->partners);
    gvc_mem__free(r->gout);
    gvc_mem__free(r->rows);
    gvc_mem__free(r->first);
    gvc_mem__free(r->seller);
    gvc_mem__free(r->partner);
    gvc_mem__free(r->component);
    gvc_mem__free(r->panel);
    gvc_mem__free(r->sum);
}

/* ---- values ---- */

/* The panel that holds place `at` of the sorted rows. */
static gvc_status reach(gvc_ctx *ctx, run *r, gvc_int at)
{
    const gvc_int n = r->output->shape.n, panel = at / GVC_PAIR_PANEL;
    const gvc_int first = panel * GVC_PAIR_PANEL;
    gvc_status st;

    if (panel == r->at)
        return GVC_OK;
    st = gvc_progress__step(ctx, r->measure->name, (double)first / (double)n);
    if (st != GVC_OK)
        return st;
    r->at = panel;
    for (gvc_int q = 0; q < r->n_components; q++)
        r->panel[q].cols = n - first < GVC_PAIR_PANEL ? n - first : GVC_PAIR_PANEL;
    return r->how->fill(ctx, r->model, r->rows + first, r->panel);
}

/* Add the row of a seller to the sums: column `c` of the panel. */
static void add_row(gvc_ctx *ctx, const run *r, gvc_int c)
{
#pragma omp parallel for num_threads(gvc_ctx_threads(ctx)) schedule(static)
    for (gvc_int p = 0; p < r->n_partners; p++)
        for (gvc_int k = r->first[r->partner[p]]; k < r->first[r->partner[p] + 1]; k++)
            for (gvc_int q = 0; q < r->n_components; q++) {
                const gvc_view panel = r->panel[q];
                const gvc_int to = q * r->n_partners + p;

                gvc_index__add(&r->sum[to], &r->rest[to], panel.a[r->rows[k] + c * panel.ld]);
            }
}

static gvc_status sum_seller(gvc_ctx *ctx, run *r, gvc_int seller)
{
    const gvc_int n = r->n_partners * r->n_components;
    gvc_status st = GVC_OK;

    memset(r->sum, 0, (size_t)(2 * n) * sizeof *r->sum);
    for (gvc_int at = r->first[seller]; at < r->first[seller + 1] && st == GVC_OK; at++) {
        st = reach(ctx, r, at);
        if (st == GVC_OK)
            add_row(ctx, r, at % GVC_PAIR_PANEL);
    }
    for (gvc_int i = 0; i < n; i++)
        r->sum[i] += r->rest[i];
    return st;
}

/* The sums of the component called `name`, NULL where there is none. */
static const double *sums_of(const run *r, const char *name)
{
    for (gvc_int q = 0; name && q < r->n_components; q++)
        if (strcmp(r->measure->terms[r->component[q]].name, name) == 0)
            return r->sum + q * r->n_partners;
    return NULL;
}

/* ---- frames ---- */

static gvc_status add_keys(gvc_ctx *ctx, const run *r, part *p)
{
    const gvc_column_info of_country = { .name = "country" }, of_sector = { .name = "sector" };
    const gvc_column_info of_partner = { .name = "partner" };
    const gvc_labels *units = gvc_units_labels(gvc_model_units(r->model));
    const gvc_labels *sectors = gvc_index__sectors(r->model, r->output->shape.sectors);

    p->country = gvc_frame__add_label(ctx, p->frame, GVC_ROLE_KEY, &of_country, units);
    p->sector = gvc_frame__add_label(ctx, p->frame, GVC_ROLE_KEY, &of_sector, sectors);
    p->partner = gvc_frame__add_label(ctx, p->frame, GVC_ROLE_KEY, &of_partner, r->partners);
    return p->country && p->sector && p->partner ? GVC_OK : GVC_ENOMEM;
}

static gvc_status add_columns(gvc_ctx *ctx, const run *r, part *p)
{
    for (gvc_int t = 0; t < r->measure->n_terms; t++) {
        const gvc_column_info info = gvc_index__column(r->measure, t, GVC_LEVEL_SECTOR_PAIR);

        if (!is_here(r, t))
            continue;
        p->values[t] = gvc_frame__add_real(ctx, p->frame, &info);
        if (!p->values[t])
            return GVC_ENOMEM;
    }
    return GVC_OK;
}

/* The rows of one seller, from row `at` of the frame on. */
static void put_seller(const run *r, const part *p, gvc_int seller, gvc_int at)
{
    const gvc_int N = r->output->shape.N;

    for (gvc_int k = 0; k < r->n_partners; k++) {
        p->country[at + k] = (int32_t)(seller / N);
        p->sector[at + k] = (int32_t)(seller % N);
        p->partner[at + k] = (int32_t)r->partner[k];
    }
    for (gvc_int t = 0; t < r->measure->n_terms; t++) {
        const gvc_rule *rule = r->measure->terms[t].rule;

        if (p->values[t] && rule) {
            const gvc_rule_columns columns = { .a = sums_of(r, rule->a),
                                               .b = sums_of(r, rule->b),
                                               .c = sums_of(r, rule->c),
                                               .over = sums_of(r, rule->over) };

            gvc_rule__apply(rule, r->n_partners, &columns, p->values[t] + at);
        } else if (p->values[t]) {
            memcpy(p->values[t] + at, sums_of(r, r->measure->terms[t].name),
                   (size_t)r->n_partners * sizeof(double));
        }
    }
}

/* Why a value is missing: one of both has no output, or nothing goes from one to the other. */
static gvc_status flag_missing(gvc_ctx *ctx, const run *r, const part *p, gvc_int from)
{
    for (gvc_int t = 0, column = 3; t < r->measure->n_terms; t++) {
        unsigned char *flags = NULL;

        if (!p->values[t])
            continue;
        for (gvc_int i = 0; i < gvc_frame_rows(p->frame); i++) {
            const gvc_int seller = r->seller[from + i / r->n_partners];
            const gvc_int partner = r->partner[i % r->n_partners];

            if (!isnan(p->values[t][i]))
                continue;
            if (!flags)
                flags = gvc_frame__add_flags(ctx, p->frame, column);
            if (!flags)
                return GVC_ENOMEM;
            flags[i] =
                r->gout[seller] == 0 || r->gout[partner] == 0 ? GVC_FLAG_NOSEC : GVC_FLAG_DEN0;
        }
        column++;
    }
    return GVC_OK;
}

static gvc_status fill_part(gvc_ctx *ctx, run *r, part *p, gvc_int from, gvc_int n)
{
    gvc_status st = gvc_frame__new(ctx, &p->frame, GVC_FRAME_INDICES,
                                   gvc_level__info(GVC_LEVEL_SECTOR_PAIR)->name,
                                   gvc_table_year(gvc_model_table(r->model)), n * r->n_partners);

    if (st == GVC_OK)
        st = add_keys(ctx, r, p);
    if (st == GVC_OK)
        st = add_columns(ctx, r, p);
    for (gvc_int s = 0; st == GVC_OK && s < n; s++) {
        st = sum_seller(ctx, r, r->seller[from + s]);
        if (st == GVC_OK)
            put_seller(r, p, r->seller[from + s], s * r->n_partners);
    }
    return st == GVC_OK ? flag_missing(ctx, r, p, from) : st;
}

/* The frame of `n` sellers from the `from`-th on. */
static gvc_status make_part(gvc_ctx *ctx, run *r, gvc_frame **out, gvc_int from, gvc_int n)
{
    part p = { .values = gvc_mem__calloc(ctx, r->measure->n_terms, sizeof *p.values) };
    const gvc_status st = p.values ? fill_part(ctx, r, &p, from, n) : GVC_ENOMEM;

    gvc_mem__free(p.values);
    *out = p.frame;
    return st;
}

static gvc_status hand_on(gvc_ctx *ctx, run *r, gvc_frames *frames, const gvc_run_opts *opts)
{
    const gvc_int limit = opts->part_rows > 0 ? opts->part_rows : GVC_PART_ROWS;
    const gvc_int rows = r->n_sellers * r->n_partners;
    const int is_parted = opts->sink && rows > limit;
    const gvc_int at_once = !is_parted              ? r->n_sellers
                            : r->n_partners < limit ? limit / r->n_partners
                                                    : 1;
    gvc_status st = GVC_OK;

    for (gvc_int from = 0; rows > 0 && from < r->n_sellers && st == GVC_OK; from += at_once) {
        const gvc_int left = r->n_sellers - from;
        gvc_frame *frame = NULL;

        st = make_part(ctx, r, &frame, from, left < at_once ? left : at_once);
        if (st == GVC_OK && !is_parted)
            return gvc_frames__add(ctx, frames, frame);
        if (st == GVC_OK)
            st = opts->sink(ctx, frame, from * r->n_partners, rows, opts->sink_user);
        gvc_frame_free(frame);
    }
    return st;
}

gvc_status gvc_index__sector_pairs(gvc_ctx *ctx, gvc_frames *frames, const gvc_index_output *output,
                                   gvc_model *model, const gvc_measure *measure,
                                   const gvc_run_opts *opts)
{
    const gvc_family *family = measure->how;
    run r = { .model = model, .measure = measure, .how = family->sector_pair, .output = output };
    gvc_status st = gvc_model_need(ctx, model, r.how->needs);

    if (st == GVC_OK)
        st = begin(ctx, &r);
    if (st == GVC_OK)
        st = hand_on(ctx, &r, frames, opts);
    end(&r);
    return st;
}
