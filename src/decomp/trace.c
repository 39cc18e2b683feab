#include "decomp/trace.h"

#include "base/mem.h"
#include "base/text.h"
#include "decomp/sum.h"
#include "frame/frame.h"
#include "la/blas.h"
#include "la/view.h"

#include <math.h>
#include <string.h>

/*
 * Output of origin o that absorber l calls for is W_ol = L_oo (sum over r != o of A_or W_rl +
 * F_ol): every unit of value added of o is counted at the first border it passes, where r is known.
 */

static const char *const directions[] = { "out", "in" };
static const char *const routes[] = { "final", "inter", "third", "home" };
enum { OUT, IN, N_DIRECTIONS };
enum { FINAL, INTER, THIRD, HOME, N_ROUTES };

/* The pairs, each with the rows of its origin: N values per column, and the columns of trace.h. */
struct run {
    const gvc_model *model;
    const gvc_trace_plan *plan;
    gvc_int n_pairs, width;
    gvc_view *pairs;
    double *cells;
};

/* The columns of the frame while they are filled, and the next row. */
struct rows {
    int32_t *direction, *partner, *sector, *route, *via;
    double *value, *share;
    gvc_int at;
};

/* One pair, or the sum of some, to be printed. */
struct block {
    int direction;
    gvc_int partner; /* code of its label */
    gvc_int origin;  /* unit, -1 where there are several */
    int is_home;
    gvc_view cells;
};

unsigned gvc_trace_needs(void)
{
    return GVC_Q_BF | GVC_Q_LOC;
}

static gvc_int origin_of(const gvc_trace_plan *plan, gvc_int pair)
{
    return pair <= plan->n_partners ? plan->s : plan->partner[pair - plan->n_partners - 1];
}

static gvc_int absorber_of(const gvc_trace_plan *plan, gvc_int pair)
{
    return pair < plan->n_partners ? plan->partner[pair] : plan->s;
}

/* What a seller delivers, by buyer in `sales`, for the output of some buyers less `apart`, which
 * may be NULL. */
static double sold_for(const double *sales, const double *xinv, const double *output,
                       const double *apart, gvc_int n)
{
    double sum = 0;

#pragma omp simd reduction(+ : sum)
    for (gvc_int j = 0; j < n; j++)
        sum += sales[j] * xinv[j] * (output[j] - (apart ? apart[j] : 0));
    return sum;
}

/* Exports of o that l absorbs in the end, by first importer and route: d_or->l = A_or W_rl, in
 * which inputs that l finishes for its own final use are A_ol loc_l. */
static void split_exports(const struct run *run, gvc_int o, gvc_int l, const gvc_int *rows,
                          gvc_view cells)
{
    const gvc_model *m = run->model;
    const gvc_view Zt = gvc_table_Zt(gvc_model_table(m)), W = gvc_model_get(m, GVC_Q_BF);
    const gvc_view F = gvc_model_F(m);
    const gvc_int N = gvc_table_N(gvc_model_table(m));
    const double *loc = gvc_model_get(m, GVC_Q_LOC).a, *xinv = gvc_model__xinv(m);

    for (gvc_int a = 0; l != o && a < cells.rows; a++)
        cells.a[a + GVC_TRACE_FINAL * cells.ld] = F.a[rows[a] + l * F.ld];
    for (gvc_int a = 0; a < cells.rows; a++)
        for (gvc_int j = 0; j < gvc_model_n(m); j += N) {
            const gvc_int r = gvc_model__unit_of_row(m, j);
            const double *sales = Zt.a + j + rows[a] * Zt.ld;

            if (r == o)
                continue;
            if (r == l)
                cells.a[a + GVC_TRACE_INTER * cells.ld] +=
                    sold_for(sales, xinv + j, loc + j, NULL, N);
            cells.a[a + (GVC_TRACE_THIRD + r) * cells.ld] +=
                sold_for(sales, xinv + j, W.a + j + l * W.ld, r == l ? loc + j : NULL, N);
        }
}

/* Value added in these exports, v^ L_oo d; the members of a group are then added up by sector. */
static void follow(const struct run *run, gvc_int pair)
{
    const gvc_int o = origin_of(run->plan, pair), N = run->plan->N;
    const double *v = gvc_model_v(run->model);
    const gvc_view cells = run->pairs[pair];
    gvc_int n;
    const gvc_int *rows = gvc_model__rows_of(run->model, o, &n);

    split_exports(run, o, absorber_of(run->plan, pair), rows, cells);
    gvc_model__local_one(run->model, o, cells);
    for (gvc_int c = 0; c < cells.cols; c++)
        for (gvc_int a = 0; a < n; a++) {
            cells.a[a + c * cells.ld] *= v[rows[a]];
            if (a >= N)
                cells.a[a % N + c * cells.ld] += cells.a[a + c * cells.ld];
        }
}

static gvc_status take_room(gvc_ctx *ctx, struct run *run)
{
    gvc_int used = 0, n;

    run->pairs = gvc_mem__calloc(ctx, run->n_pairs, sizeof *run->pairs);
    if (!run->pairs)
        return GVC_ENOMEM;
    for (gvc_int p = 0; p < run->n_pairs; p++) {
        gvc_model__rows_of(run->model, origin_of(run->plan, p), &n);
        run->pairs[p] = (gvc_view){ NULL, n, run->width, n };
        used += n * run->width;
    }
    run->cells = gvc_mem__calloc(ctx, used, sizeof *run->cells);
    if (!run->cells)
        return GVC_ENOMEM;
    used = 0;
    for (gvc_int p = 0; p < run->n_pairs; p++) {
        run->pairs[p].a = run->cells + used;
        used += run->pairs[p].rows * run->width;
    }
    return GVC_OK;
}

static void follow_all(gvc_ctx *ctx, const struct run *run)
{
    const gvc_pin pin = gvc_la__pin();

#pragma omp parallel for num_threads(gvc_ctx_threads(ctx)) schedule(dynamic)
    for (gvc_int p = 0; p < run->n_pairs; p++)
        follow(run, p);
    gvc_la__unpin(pin);
}

/* ---- rows ---- */

static double sector_sum(const gvc_trace_plan *plan, gvc_view cells, gvc_int column)
{
    gvc_sum sum = { 0 };

    for (gvc_int k = 0; k < plan->N; k++)
        gvc_sum__add(&sum, cells.a[k + column * cells.ld]);
    return gvc_sum__value(&sum);
}

static void put_cell(struct rows *rows, const struct block *b, gvc_int sector, int route,
                     gvc_int via, double value, double total)
{
    const gvc_int at = rows->at++;

    rows->direction[at] = b->direction;
    rows->partner[at] = (int32_t)b->partner;
    if (rows->sector)
        rows->sector[at] = (int32_t)sector;
    rows->route[at] = route;
    rows->via[at] = (int32_t)via;
    rows->value[at] = value;
    rows->share[at] = total == 0 ? NAN : value / total;
}

/* What goes straight to the absorber has it as first importer: the focus where value added comes
 * in, else the partner. */
static void put_sector(struct rows *rows, const gvc_trace_plan *plan, const struct block *b,
                       gvc_int k, double total)
{
    const gvc_int direct = b->direction == IN ? plan->s : b->partner;

    for (gvc_int c = b->is_home ? GVC_TRACE_THIRD : 0; c < b->cells.cols; c++) {
        const int route = b->is_home ? HOME : c < GVC_TRACE_THIRD ? (int)c : THIRD;
        const gvc_int via = c < GVC_TRACE_THIRD ? direct : c - GVC_TRACE_THIRD;

        if (c >= GVC_TRACE_THIRD && via == b->origin)
            continue;
        put_cell(rows, b, k, route, via,
                 rows->sector ? b->cells.a[k + c * b->cells.ld] : sector_sum(plan, b->cells, c),
                 total);
    }
}

static void put_block(struct rows *rows, const gvc_trace_plan *plan, const struct block *b)
{
    gvc_sum total = { 0 };

    for (gvc_int c = 0; c < b->cells.cols; c++)
        gvc_sum__add(&total, sector_sum(plan, b->cells, c));
    for (gvc_int k = 0; rows->sector && k < plan->N; k++)
        if (plan->sector[k])
            put_sector(rows, plan, b, k, gvc_sum__value(&total));
    if (!rows->sector)
        put_sector(rows, plan, b, 0, gvc_sum__value(&total));
}

static void put_pair(struct rows *rows, const struct run *run, gvc_int pair)
{
    const gvc_trace_plan *plan = run->plan;
    const int direction = pair > plan->n_partners ? IN : OUT;
    const gvc_int origin = origin_of(plan, pair);
    const struct block b = { direction, direction == IN ? origin : absorber_of(plan, pair), origin,
                             pair == plan->n_partners, run->pairs[pair] };

    put_block(rows, plan, &b);
}

/* The members of a group added up; `first` is the pair of the first partner. */
static void put_sum(struct rows *rows, const struct run *run, gvc_int number, int direction,
                    gvc_view cells)
{
    const gvc_trace_plan *plan = run->plan;
    const gvc_int first = direction == IN ? plan->n_partners + 1 : 0;
    const struct block b = { direction, plan->U + number, direction == IN ? -1 : plan->s, 0,
                             cells };

    memset(cells.a, 0, (size_t)(cells.rows * cells.cols) * sizeof *cells.a);
    for (gvc_int p = 0; p < plan->n_partners; p++) {
        const gvc_view from = run->pairs[first + p];

        for (gvc_int c = 0; plan->sums[number].inside[p] && c < cells.cols; c++)
            for (gvc_int k = 0; k < plan->N; k++)
                cells.a[k + c * cells.ld] += from.a[k + c * from.ld];
    }
    put_block(rows, plan, &b);
}

static gvc_status put_all(gvc_ctx *ctx, struct rows *rows, const struct run *run)
{
    const gvc_trace_plan *plan = run->plan;
    const gvc_view cells = gvc_mem__matrix(ctx, plan->N, run->width);

    if (!cells.a)
        return GVC_ENOMEM;
    for (gvc_int p = 0; p < plan->n_partners; p++)
        put_pair(rows, run, p);
    for (gvc_int i = 0; i < plan->n_sums; i++)
        put_sum(rows, run, i, OUT, cells);
    for (gvc_int p = plan->n_partners; p < run->n_pairs; p++)
        put_pair(rows, run, p);
    for (gvc_int i = 0; i < plan->n_sums; i++)
        put_sum(rows, run, i, IN, cells);
    gvc_mem__free(cells.a);
    return GVC_OK;
}

/* ---- the frame ---- */

/* The units, and the sums of groups after them. */
static gvc_status label_partners(gvc_ctx *ctx, gvc_labels **out, const gvc_trace_plan *plan,
                                 const gvc_labels *units)
{
    const char **codes = gvc_mem__calloc(ctx, plan->U + plan->n_sums, sizeof *codes);
    gvc_arena *arena = gvc_arena__new(ctx);
    gvc_status st = codes && arena ? GVC_OK : GVC_ENOMEM;

    for (gvc_int u = 0; st == GVC_OK && u < plan->U; u++)
        codes[u] = gvc_labels_code(units, u);
    for (gvc_int i = 0; st == GVC_OK && i < plan->n_sums; i++) {
        codes[plan->U + i] = gvc_arena__format(ctx, arena, "sum:%s", plan->sums[i].name);
        st = codes[plan->U + i] ? GVC_OK : GVC_ENOMEM;
    }
    if (st == GVC_OK)
        st = gvc_labels__new(ctx, out, plan->U + plan->n_sums, codes, NULL);
    gvc_mem__free(codes);
    gvc_arena__free(arena);
    return st;
}

static gvc_status add_keys(gvc_ctx *ctx, gvc_frame *frame, struct rows *rows,
                           const gvc_labels *sectors, const gvc_labels *partners)
{
    const gvc_column_info direction = { .name = "direction",
                                        .label = "out: of the focus; in: of the partner" };
    const gvc_column_info partner = {
        .name = "partner", .label = "Partner of the focus; the focus itself where it comes home"
    };
    const gvc_column_info sector = { .name = "sector",
                                     .label = "Sector in which the value added originates" };
    const gvc_column_info route = { .name = "route",
                                    .label =
                                        "final, inter (finished by the absorber), third, home" };
    const gvc_column_info via = { .name = "via", .label = "First importer" };
    gvc_labels *both = NULL, *ways = NULL;
    gvc_status st = gvc_labels__new(ctx, &both, N_DIRECTIONS, directions, NULL);

    if (st == GVC_OK)
        st = gvc_labels__new(ctx, &ways, N_ROUTES, routes, NULL);
    if (st == GVC_OK) {
        rows->direction = gvc_frame__add_label(ctx, frame, GVC_ROLE_KEY, &direction, both);
        rows->partner = gvc_frame__add_label(ctx, frame, GVC_ROLE_KEY, &partner, partners);
        if (sectors)
            rows->sector = gvc_frame__add_label(ctx, frame, GVC_ROLE_KEY, &sector, sectors);
        rows->route = gvc_frame__add_label(ctx, frame, GVC_ROLE_KEY, &route, ways);
        rows->via = gvc_frame__add_label(ctx, frame, GVC_ROLE_KEY, &via, partners);
        if (!rows->direction || !rows->partner || (sectors && !rows->sector) || !rows->route ||
            !rows->via)
            st = GVC_ENOMEM;
    }
    gvc_labels__free(both);
    gvc_labels__free(ways);
    return st;
}

static gvc_status add_values(gvc_ctx *ctx, gvc_frame *frame, struct rows *rows)
{
    const gvc_column_info value = {
        .name = "value",
        .label = "Value added by route from origin to absorption",
        .unit = "money",
        .formula = "v^ L_oo d_or->l",
        .measure = "trace/value",
        .group = "trace",
    };
    const gvc_column_info share = {
        .name = "share",
        .label = "Share in the value added of its direction and partner",
        .unit = "share",
        .formula = "value / sum of value over sectors, routes, via",
        .measure = "trace/share",
        .group = "trace",
    };

    rows->value = gvc_frame__add_real(ctx, frame, &value);
    rows->share = gvc_frame__add_real(ctx, frame, &share);
    return rows->value && rows->share ? GVC_OK : GVC_ENOMEM;
}

static gvc_status add_attrs(gvc_ctx *ctx, gvc_frame *frame, const gvc_edition *edition,
                            const char *focus)
{
    static const char *const kept[] = { "unit", "currency", "price_basis", "synthetic" };
    gvc_status st = gvc_attrs__set(ctx, gvc_frame__attrs(frame), "focus", focus);

    for (size_t i = 0; st == GVC_OK && i < sizeof kept / sizeof kept[0]; i++)
        if (gvc_edition_attr(edition, kept[i]))
            st = gvc_attrs__set(ctx, gvc_frame__attrs(frame), kept[i],
                                gvc_edition_attr(edition, kept[i]));
    return st;
}

static gvc_status open_frame(gvc_ctx *ctx, gvc_frame **out, struct rows *rows,
                             const gvc_model *model, const gvc_trace_plan *plan, int by_country)
{
    const gvc_table *table = gvc_model_table(model);
    const gvc_labels *units = gvc_units_labels(gvc_model_units(model));
    const gvc_edition *edition = gvc_table_edition(table);
    gvc_labels *partners = NULL;
    gvc_status st = gvc_frame__new(ctx, out, GVC_FRAME_INDICES, by_country ? "country" : "sector",
                                   gvc_table_year(table), gvc_trace__rows(plan));

    if (st == GVC_OK)
        st = add_attrs(ctx, *out, edition, gvc_labels_code(units, plan->s));
    if (st == GVC_OK)
        st = label_partners(ctx, &partners, plan, units);
    if (st == GVC_OK)
        st = add_keys(ctx, *out, rows, by_country ? NULL : gvc_edition_sectors(edition), partners);
    if (st == GVC_OK)
        st = add_values(ctx, *out, rows);
    gvc_labels__free(partners);
    return st;
}

gvc_status gvc_trace(gvc_ctx *ctx, gvc_frame **out, gvc_model *model, const gvc_trace_opts *opts)
{
    gvc_trace_plan plan;
    struct run run = { .model = model, .plan = &plan };
    struct rows rows = { 0 };
    gvc_frame *frame = NULL;
    gvc_status st = gvc_trace__plan(ctx, &plan, model, opts);

    *out = NULL;
    if (st != GVC_OK)
        return st;
    run.n_pairs = 2 * plan.n_partners + 1;
    run.width = GVC_TRACE_THIRD + plan.U;
    st = gvc_model_need(ctx, model, gvc_trace_needs());
    if (st == GVC_OK)
        st = open_frame(ctx, &frame, &rows, model, &plan, opts->by_country);
    if (st == GVC_OK)
        st = take_room(ctx, &run);
    if (st == GVC_OK)
        st = gvc_progress__step(ctx, "trace", 0);
    if (st == GVC_OK) {
        follow_all(ctx, &run);
        st = put_all(ctx, &rows, &run);
    }
    gvc_mem__free(run.cells);
    gvc_mem__free(run.pairs);
    gvc_trace__plan_clear(&plan);
    if (st != GVC_OK) {
        gvc_frame_free(frame);
        return st;
    }
    *out = frame;
    return GVC_OK;
}
