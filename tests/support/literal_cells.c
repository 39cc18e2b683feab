#include "literal_cells.h"

#include <stdlib.h>

static const struct {
    gvc_level level;
    const char *name;
} names[] = {
    { GVC_LEVEL_COUNTRY, "country" },
    { GVC_LEVEL_SECTOR, "sector" },
    { GVC_LEVEL_BILATERAL, "bilateral" },
    { GVC_LEVEL_BILATERAL_SECTOR, "bilateral_sector" },
};

static gvc_int row_of(const sample *s, gvc_level level, gvc_int i, gvc_int r)
{
    const gvc_int e = s->lit->unit[i], k = i % s->N;

    switch (level) {
    case GVC_LEVEL_COUNTRY:
        return e;
    case GVC_LEVEL_SECTOR:
        return sector_row(s->N, e, k);
    case GVC_LEVEL_BILATERAL:
        return pair_row(s->U, e, r);
    default:
        return cell_row(s->U, s->N, e, k, r);
    }
}

static void compare_level(const sample *s, const char *measure, size_t l, const double *term)
{
    const double *got = sample_column(s, measure, names[l].name);
    double *want = literal_matrix(s->n * s->U, 1);

    for (gvc_int i = 0; i < s->n; i++)
        for (gvc_int r = 0; r < s->U; r++)
            if (r != s->lit->unit[i])
                want[row_of(s, names[l].level, i, r)] += term[i + r * s->n];
    for (gvc_int i = 0; i < s->n; i++)
        for (gvc_int r = 0; r < s->U; r++)
            if (r != s->lit->unit[i]) {
                const gvc_int row = row_of(s, names[l].level, i, r);

                assert_near(got[row], want[row], 1e-11, s->scale);
            }
    free(want);
}

void literal_compare(const sample *s, const char *measure, unsigned levels, const double *term)
{
    for (size_t l = 0; l < sizeof names / sizeof names[0]; l++)
        if (levels & names[l].level)
            compare_level(s, measure, l, term);
}
