#include "index/pooled.h"

#include "base/mem.h"

#include <string.h>

/*
 * Rows whose partner is a group: what is bilateral is summed over the members, then the rules of
 * pairs are applied to the sums. The pair of a country with itself is no pair with the group.
 */

/* The sum of a column over the members of each group; cells are sellers x partners in the one and
 * sellers x groups in the other. `sectors` is how many sellers a country has. */
static void pool_column(double *out, const double *in, gvc_int sellers, gvc_int sectors,
                        const gvc_index_groups *groups)
{
    for (gvc_int s = 0; s < sellers; s++)
        for (gvc_int g = 0; g < groups->n; g++) {
            const unsigned char *member = groups->member + g * groups->G;
            double sum = 0, rest = 0;

            for (gvc_int r = 0; r < groups->G; r++)
                if (member[r] && r != s / sectors)
                    gvc_index__add(&sum, &rest, in[s * groups->G + r]);
            out[s * groups->n + g] = sum + rest;
        }
}

/* A sheet of pairs with groups, its components filled. Columns that no sum and no rule of one pair
 * gives are left out. */
static gvc_status pool(gvc_ctx *ctx, gvc_sheet **out, const gvc_sheet *sheet, gvc_int sellers,
                       gvc_int sectors, const gvc_index_groups *groups)
{
    const gvc_measure *measure = sheet->measure;
    gvc_status st = gvc_sheet__new(ctx, out, measure, sheet->level, sellers * groups->n);

    if (st != GVC_OK)
        return st;
    (*out)->inner = groups->n;
    memcpy((*out)->totals, sheet->totals,
           (size_t)gvc_index__terms_n(measure) * sizeof *sheet->totals);
    gvc_sheet__drop_own(*out);
    for (gvc_int t = 0; t < gvc_index__terms_n(measure); t++) {
        const gvc_rule *rule = measure->terms[t].rule;

        if (rule && rule->kind == GVC_RULE_BALANCE) {
            gvc_mem__free((*out)->columns[t]);
            (*out)->columns[t] = NULL;
        }
        if (!rule && (*out)->columns[t])
            pool_column((*out)->columns[t], sheet->columns[t], sellers, sectors, groups);
    }
    return GVC_OK;
}

gvc_status gvc_index__pool(gvc_ctx *ctx, gvc_frames *frames, const gvc_index_output *output,
                           const gvc_sheet *sheet, const gvc_sheet *base, const gvc_sheet *seller)
{
    const gvc_index_groups *groups = &output->groups;
    const gvc_int sellers = seller->cells;
    const gvc_int sectors = sellers / output->shape.U;
    gvc_sheet *pooled = NULL, *pooled_base = NULL;
    gvc_status st;

    if (groups->n == 0 || output->shape.U != groups->G)
        return GVC_OK;
    st = pool(ctx, &pooled, sheet, sellers, sectors, groups);
    if (st == GVC_OK)
        st = pool(ctx, &pooled_base, base, sellers, sectors, groups);
    if (st == GVC_OK) {
        gvc_sheet__derive(pooled, pooled_base, seller);
        st = gvc_index__hand_out_pooled(ctx, frames, output, pooled);
    }
    gvc_sheet__free(pooled);
    gvc_sheet__free(pooled_base);
    return st;
}
