#include "decomp/trace.h"

#include "base/ctx.h"
#include "base/mem.h"
#include "decomp/filter.h"

#include <string.h>

/* Set the flags of the units that one name stands for; how many they are. */
static gvc_status find_units(gvc_ctx *ctx, unsigned char *wanted, gvc_int *n,
                             const gvc_model *model, const char *name, const char *what,
                             gvc_group_rule rule)
{
    const char *const list[] = { name, NULL };
    gvc_status st = gvc_filter__units(ctx, wanted, model, list, what, rule);

    *n = 0;
    for (gvc_int u = 0; st == GVC_OK && u < gvc_model_U(model); u++)
        *n += wanted[u];
    return st;
}

static gvc_status find_focus(gvc_ctx *ctx, gvc_trace_plan *plan, const gvc_model *model,
                             const gvc_trace_opts *opts, unsigned char *wanted)
{
    gvc_int n = 0;
    gvc_status st = find_units(ctx, wanted, &n, model, opts->focus, "focus", opts->group_rule);

    if (st == GVC_OK && gvc_labels_find(gvc_units_labels(gvc_model_units(model)), opts->focus) < 0)
        return gvc_error__set(ctx, GVC_EUSAGE,
                              "--focus: %s is a group of %lld countries; name one country, or make "
                              "the group one with --as-one %s",
                              opts->focus, (long long)n, opts->focus);
    for (plan->s = 0; st == GVC_OK && !wanted[plan->s];)
        plan->s++;
    return st;
}

/* The partners in table order; the focus is none of its own. */
static gvc_status find_partners(gvc_ctx *ctx, gvc_trace_plan *plan, const gvc_model *model,
                                const gvc_trace_opts *opts, unsigned char *wanted)
{
    gvc_status st =
        gvc_filter__units(ctx, wanted, model, opts->partners, "partners", opts->group_rule);

    if (st != GVC_OK)
        return st;
    for (gvc_int u = 0; u < plan->U; u++)
        if (wanted[u] && u != plan->s)
            plan->partner[plan->n_partners++] = u;
    if (plan->n_partners == 0)
        return gvc_error__set(ctx, GVC_ELABEL, "--partners: %s alone is left, the focus itself",
                              opts->focus);
    return GVC_OK;
}

static int is_group(const gvc_model *model, const char *name)
{
    return gvc_labels_find(gvc_units_labels(gvc_model_units(model)), name) < 0;
}

/* Partners that are no unit are groups: each has rows of its own. */
static gvc_status find_sums(gvc_ctx *ctx, gvc_trace_plan *plan, const gvc_model *model,
                            const gvc_trace_opts *opts, unsigned char *wanted)
{
    gvc_status st = GVC_OK;
    gvc_int n;

    for (gvc_int i = 0; st == GVC_OK && opts->partners && opts->partners[i]; i++) {
        gvc_trace_sum *sum = &plan->sums[plan->n_sums];

        if (!is_group(model, opts->partners[i]))
            continue;
        for (n = 0; n < i && strcmp(opts->partners[n], opts->partners[i]) != 0; n++)
            ;
        if (n < i)
            continue;
        st = find_units(ctx, wanted, &n, model, opts->partners[i], "partners", opts->group_rule);
        sum->name = opts->partners[i];
        sum->inside = plan->flags + plan->N + plan->n_sums * plan->U;
        for (gvc_int p = 0; p < plan->n_partners; p++)
            sum->inside[p] = wanted[plan->partner[p]];
        plan->n_sums++;
    }
    return st;
}

static gvc_status find_sectors(gvc_ctx *ctx, gvc_trace_plan *plan, const gvc_model *model,
                               const gvc_trace_opts *opts)
{
    const gvc_labels *sectors = gvc_edition_sectors(gvc_table_edition(gvc_model_table(model)));
    gvc_status st = gvc_filter__sectors(ctx, plan->sector, sectors, opts->sector);

    if (opts->by_country && opts->sector)
        return gvc_error__set(ctx, GVC_EUSAGE,
                              "--sector chooses rows of sectors, and --level country has none");
    for (gvc_int k = 0; k < plan->N; k++)
        plan->n_sectors += plan->sector[k];
    if (opts->by_country)
        plan->n_sectors = 1;
    return st;
}

gvc_status gvc_trace__plan(gvc_ctx *ctx, gvc_trace_plan *plan, const gvc_model *model,
                           const gvc_trace_opts *opts)
{
    unsigned char *wanted;
    gvc_int n = 0;
    gvc_status st;

    while (opts->partners && opts->partners[n])
        n++;
    *plan = (gvc_trace_plan){ .U = gvc_model_U(model), .N = gvc_table_N(gvc_model_table(model)) };
    plan->partner = gvc_mem__calloc(ctx, plan->U, sizeof *plan->partner);
    plan->sums = gvc_mem__calloc(ctx, n, sizeof *plan->sums);
    plan->flags = gvc_mem__calloc(ctx, plan->N + n * plan->U, 1);
    plan->sector = plan->flags;
    wanted = gvc_mem__calloc(ctx, plan->U, 1);
    st = plan->partner && plan->sums && plan->flags && wanted ? GVC_OK : GVC_ENOMEM;
    if (st == GVC_OK)
        st = find_focus(ctx, plan, model, opts, wanted);
    if (st == GVC_OK)
        st = find_partners(ctx, plan, model, opts, wanted);
    if (st == GVC_OK)
        st = find_sums(ctx, plan, model, opts, wanted);
    if (st == GVC_OK)
        st = find_sectors(ctx, plan, model, opts);
    gvc_mem__free(wanted);
    if (st != GVC_OK)
        gvc_trace__plan_clear(plan);
    return st;
}

void gvc_trace__plan_clear(gvc_trace_plan *plan)
{
    gvc_mem__free(plan->partner);
    gvc_mem__free(plan->sums);
    gvc_mem__free(plan->flags);
    *plan = (gvc_trace_plan){ 0 };
}

/* A pair has final, inter and a row for every first importer but its own origin; what comes home
 * has the latter alone; the sum over several origins may pass through any of them. */
gvc_int gvc_trace_rows(gvc_int units, gvc_int sectors, gvc_int partners, gvc_int groups)
{
    const gvc_int pair = 2 + units - 1;
    const gvc_int out = (partners + groups) * pair + units - 1;
    const gvc_int in = partners * pair + groups * (2 + units);

    return sectors * (out + in);
}

gvc_int gvc_trace__rows(const gvc_trace_plan *plan)
{
    return gvc_trace_rows(plan->U, plan->n_sectors, plan->n_partners, plan->n_sums);
}
