#include "panel/derive.h"

#include "base/mem.h"
#include "base/text.h"

#include <math.h>
#include <string.h>

/*
 * Sums that hold in every row whatever the table: what is left of them is rounding, and anything
 * else is an error of the program. Names are measures; those of a decomposition stand behind the
 * group and a slash. The parts of exports of family bmt are not here: exports of an industry
 * without output have no known content there.
 */
enum { PARTS = 8 };

typedef struct identity {
    const char *group, *total, *parts[PARTS];
} identity;

// clang-format off
static const identity identities[] = {
    { "kpww", "dvx", { "dv1", "dv2", "dv3", "dv4", "dv_disc" } },
    { "activity", "v_total", { "v_d", "v_rt", "v_gvc" } },
    { "activity", "va", { "v_total", "v_disc" } },
    { "activity", "y_total", { "y_d", "y_rt", "y_gvc" } },
    { "bmtout", "gout", { "domx", "tradx", "gvcx", "outx_tax", "outx_disc" } },
    { "bm/", "gexp", { "dc", "fc", "resid" } },
    { "bm/", "gexp", { "davax", "gvc", "resid" } },
    { "bm/", "dva", { "vax", "ref", "imbal" } },
    { "bm/", "fc", { "fva", "fdc" } },
    { "kww", "gexp", { "dva", "ddc", "fva_fin", "fva_int", "fdc", "resid" } },
    { "wwz", "gexp", { "dva", "pdc", "fva", "resid" } },
    { "tiva", "exgr_dva", { "exgr_ddc", "exgr_idc", "exgr_rim" } },
    { "tiva", "exgr", { "exgr_int", "exgr_fnl" } },
};
// clang-format on

/* An identity that the panel can check: where its columns stand. */
typedef struct check {
    const identity *what;
    gvc_int total, parts[PARTS], n;
} check;

/* What is left of the sums in one year, relative to the size of their terms. */
typedef struct worst {
    int32_t year;
    double residual;
    gvc_int row;
    const check *of;
} worst;

static int is_group(const char *group, const char *wanted)
{
    const size_t n = strlen(wanted);

    return wanted[n - 1] == '/' ? strncmp(group, wanted, n) == 0 : strcmp(group, wanted) == 0;
}

/* The column of `name` in the group that column `like` belongs to, or in base money; -1: none. */
static gvc_int find_measure(const gvc_frame *panel, gvc_int like, const char *name)
{
    const char *group = gvc_frame_group(panel, like);
    const size_t n = strlen(group);

    for (gvc_int j = 0; j < gvc_frame_columns(panel); j++) {
        const char *measure = gvc_frame_measure(panel, j);

        if (!gvc_frame_reals(panel, j))
            continue;
        if (strcmp(gvc_frame_group(panel, j), group) == 0 &&
            (strcmp(measure, name) == 0 || (strncmp(measure, group, n) == 0 && measure[n] == '/' &&
                                            strcmp(measure + n + 1, name) == 0)))
            return j;
    }
    if (strchr(gvc_frame_measure(panel, like), '/'))
        return -1;
    for (gvc_int j = 0; j < gvc_frame_columns(panel); j++)
        if (strcmp(gvc_frame_group(panel, j), "base") == 0 &&
            strcmp(gvc_frame_measure(panel, j), name) == 0)
            return j;
    return -1;
}

/* Whether the group of column `like` has all columns of the identity. */
static int can_check(check *c, const gvc_frame *panel, gvc_int like, const identity *what)
{
    *c = (check){ .what = what, .total = find_measure(panel, like, what->total) };
    for (; c->n < PARTS && what->parts[c->n]; c->n++) {
        c->parts[c->n] = find_measure(panel, like, what->parts[c->n]);
        if (c->parts[c->n] < 0)
            return 0;
    }
    return c->total >= 0;
}

/* The first column of each group of the panel stands for it. */
static int is_first(const gvc_frame *panel, gvc_int j)
{
    for (gvc_int k = 0; k < j; k++)
        if (gvc_frame_reals(panel, k) &&
            strcmp(gvc_frame_group(panel, k), gvc_frame_group(panel, j)) == 0)
            return 0;
    return gvc_frame_reals(panel, j) != NULL;
}

static double residual_of(const check *c, const gvc_frame *panel, gvc_int row)
{
    const double total = gvc_frame_reals(panel, c->total)[row];
    double rest = total, size = fabs(total);

    for (gvc_int i = 0; i < c->n; i++) {
        const double part = gvc_frame_reals(panel, c->parts[i])[row];

        rest -= part;
        size = fmax(size, fabs(part));
    }
    return size > 0 ? fabs(rest) / size : 0;
}

static worst *find_year(worst *years, gvc_int *n, int32_t year)
{
    gvc_int at = 0;

    while (at < *n && years[at].year != year)
        at++;
    if (at == *n)
        years[(*n)++] = (worst){ .year = year };
    return &years[at];
}

static void check_rows(worst *years, gvc_int *n, const check *c, const gvc_frame *panel,
                       const gvc_panel_keys *keys)
{
    for (gvc_int i = 0; i < keys->rows; i++) {
        const double residual = residual_of(c, panel, i);
        worst *w = find_year(years, n, keys->year[i]);

        if (residual > w->residual || (!w->of && !isnan(residual)))
            *w = (worst){ keys->year[i], residual, i, c };
    }
}

static void print_key(gvc_ctx *ctx, gvc_buf *text, const gvc_frame *panel, const char *name,
                      gvc_int row)
{
    const gvc_int j = gvc_frame_find(panel, name);

    if (j >= 0 && gvc_frame_codes(panel, j)[row] >= 0)
        gvc_buf__printf(ctx, text, " %s",
                        gvc_labels_code(gvc_frame_labels(panel, j),
                                        gvc_frame_codes(panel, j)[row]));
}

static void print_year(gvc_ctx *ctx, gvc_buf *text, const gvc_frame *panel, const worst *w)
{
    if (w->year != GVC_INT_MISSING)
        gvc_buf__printf(ctx, text, "%d: ", w->year);
    gvc_buf__printf(ctx, text, "worst identity residual %.1e: %s =", w->residual,
                    gvc_frame_name(panel, w->of->total));
    for (gvc_int i = 0; i < w->of->n; i++)
        gvc_buf__printf(ctx, text, "%s %s", i ? " +" : "", gvc_frame_name(panel, w->of->parts[i]));
    gvc_buf__puts(ctx, text, " at");
    print_key(ctx, text, panel, "country", w->row);
    print_key(ctx, text, panel, "sector", w->row);
    print_key(ctx, text, panel, "partner", w->row);
    gvc_buf__puts(ctx, text, "\n");
}

/* Every identity that some group of the panel has whole. */
static gvc_int list_checks(check *out, const gvc_frame *panel)
{
    gvc_int n = 0;

    for (gvc_int j = 0; j < gvc_frame_columns(panel); j++)
        for (size_t i = 0; is_first(panel, j) && i < sizeof identities / sizeof *identities; i++)
            if (is_group(gvc_frame_group(panel, j), identities[i].group) &&
                can_check(&out[n], panel, j, &identities[i]))
                n++;
    return n;
}

gvc_status gvc_panel_identities(gvc_ctx *ctx, char **text, double *worst_of_all,
                                const gvc_frame *panel)
{
    const gvc_int most =
        gvc_frame_columns(panel) * (gvc_int)(sizeof identities / sizeof *identities);
    check *checks = gvc_mem__alloc(ctx, most, sizeof *checks);
    worst *years = gvc_mem__alloc(ctx, gvc_frame_rows(panel), sizeof *years);
    gvc_panel_keys keys;
    gvc_buf buf = { 0 };
    gvc_int n_checks, n = 0;
    gvc_status st = checks && years ? gvc_panel__keys(ctx, &keys, panel) : GVC_ENOMEM;

    *text = NULL;
    *worst_of_all = NAN;
    n_checks = st == GVC_OK ? list_checks(checks, panel) : 0;
    for (gvc_int c = 0; c < n_checks; c++)
        check_rows(years, &n, &checks[c], panel, &keys);
    gvc_buf__puts(ctx, &buf, "");
    for (gvc_int y = 0; y < n; y++) {
        if (!years[y].of)
            continue;
        print_year(ctx, &buf, panel, &years[y]);
        *worst_of_all = fmax(years[y].residual, isnan(*worst_of_all) ? 0 : *worst_of_all);
    }
    gvc_mem__free(checks);
    gvc_mem__free(years);
    if (st == GVC_OK && buf.failed)
        st = GVC_ENOMEM;
    if (st != GVC_OK) {
        gvc_buf__free(&buf);
        return st;
    }
    *text = buf.data;
    return GVC_OK;
}
