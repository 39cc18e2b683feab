#include "support.h"

#include "table/table.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

double random_uniform(uint64_t *state)
{
    uint64_t z = (*state += 0x9e3779b97f4a7c15u);

    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return (double)((z ^ (z >> 31)) >> 11) * 0x1p-53;
}

/* Where the awkward industries and the closed country stand. Each is -1 where it is not wanted or
 * the table has no room for it. */
typedef struct places {
    gvc_int empty, buyer, seller, closed;
} places;

static places choose_places(gvc_int G, gvc_int N, unsigned flags)
{
    const gvc_int n = G * N;
    places p = { -1, -1, -1, -1 };

    if (flags & RANDOM_ZERO_EMPTY && n >= 4)
        p.empty = n - 1;
    if (flags & RANDOM_ZERO_BUYER && n >= 4)
        p.buyer = 1;
    if (flags & RANDOM_ZERO_SELLER && n >= 6 && G >= 3)
        p.seller = n - N;
    if (flags & RANDOM_NO_EXPORTS && G >= 3)
        p.closed = 1;
    return p;
}

static int has_no_output(places p, gvc_int i)
{
    return i == p.empty || i == p.buyer || i == p.seller;
}

static gvc_labels *numbered(gvc_ctx *ctx, gvc_int n, const char *fmt, int with_row)
{
    char text[100][8];
    const char *codes[100];
    gvc_labels *labels = NULL;

    assert_true(n <= 100);
    for (gvc_int i = 0; i < n; i++) {
        snprintf(text[i], sizeof text[i], fmt, (int)(i % 100));
        codes[i] = with_row && n >= 3 && i == n - 1 ? "ROW" : text[i];
    }
    assert_ok(ctx, gvc_labels__new(ctx, &labels, n, codes, NULL));
    return labels;
}

static gvc_table *empty_table(gvc_ctx *ctx, gvc_int G, gvc_int N, gvc_int K)
{
    gvc_edition *edition = NULL;
    gvc_table *table = NULL;

    assert_ok(ctx, gvc_edition__new(ctx, &edition));
    edition->countries = numbered(ctx, G, "C%02d", 1);
    edition->sectors = numbered(ctx, N, "s%02d", 0);
    edition->categories = numbered(ctx, K, "f%d", 0);
    edition->inventory = K > 1 ? K - 1 : -1;
    assert_ok(ctx, gvc_table__new(ctx, &table, edition, 2011));
    gvc_edition__free(edition);
    return table;
}

/* Z' holds A' at first: what each buys sums to 0.2 to 0.7, mostly bought at home. */
static void draw_coefficients(gvc_table *t, places p, unsigned flags, uint64_t *state)
{
    for (gvc_int j = 0; j < t->n; j++) {
        double sum = 0, want;

        for (gvc_int i = 0; i < t->n; i++) {
            const int home = i / t->N == j / t->N;
            const double weight = random_uniform(state) * (home ? 1 : 0.5 / (double)t->G);
            const int none = has_no_output(p, i) || (i / t->N == p.closed && !home);

            double *a = &t->Zt.a[j + i * t->Zt.ld];

            *a = none || random_uniform(state) < 0.1 ? 0 : weight;
            sum += *a;
        }
        want = 0.2 + 0.5 * random_uniform(state);
        if (flags & RANDOM_NEGATIVE_VA && j % 7 == 2)
            want = 1.02 + 0.1 * random_uniform(state);
        if (has_no_output(p, j) && j != p.buyer)
            want = 0;
        for (gvc_int i = 0; i < t->n; i++)
            t->Zt.a[j + i * t->Zt.ld] *= sum > 0 ? want / sum : 0;
    }
}

static void draw_demand(gvc_table *t, places p, unsigned flags, uint64_t *state)
{
    for (gvc_int c = 0; c < t->G * t->K; c++)
        for (gvc_int i = 0; i < t->n; i++) {
            const gvc_int s = i / t->N, r = c / t->K;
            const double size = 100 * random_uniform(state) * (s == r ? 3 : 1);
            double *cell = &t->FD.a[i + c * t->FD.ld];

            if (has_no_output(p, i) || (s == p.closed && r != s))
                continue;
            *cell = c % t->K == 0 ? size : 0.3 * size - 20;
            /* A run on stocks that is larger than the other use: the sum over categories is < 0. */
            if (flags & RANDOM_STOCKS && c % t->K == 1 && i % 5 == 3 && r == (s + 1) % t->G)
                *cell = -1.2 * t->FD.a[i + (c - 1) * t->FD.ld];
        }
    if (p.seller >= 0) {
        const gvc_int s = p.seller / t->N;

        t->FD.a[p.seller + s * t->K * t->FD.ld] = -17;
        t->FD.a[p.seller + (s + 1) % t->G * t->K * t->FD.ld] = 17;
    }
}

/* x = A x + F 1 + what the buyer without output takes, solved literally. 0 where an industry that
 * should make something would not. */
static int settle_output(gvc_table *t, places p)
{
    double *a = literal_matrix(t->n, t->n), *demand = literal_matrix(t->n, 1), *b, *x;
    int sound = 1;

    for (gvc_int j = 0; j < t->n; j++)
        for (gvc_int i = 0; i < t->n; i++) {
            if (j == p.buyer)
                demand[i] += t->Zt.a[j + i * t->Zt.ld] * 100;
            else
                a[i + j * t->n] = t->Zt.a[j + i * t->Zt.ld];
        }
    for (gvc_int c = 0; c < t->G * t->K; c++)
        for (gvc_int i = 0; i < t->n; i++)
            demand[i] += t->FD.a[i + c * t->FD.ld];
    b = literal_leontief(a, NULL, t->n);
    x = literal_times(b, demand, t->n, t->n, 1);
    for (gvc_int j = 0; j < t->n; j++) {
        t->x[j] = has_no_output(p, j) ? 0 : x[j];
        sound &= x[j] > 0 || has_no_output(p, j);
        for (gvc_int i = 0; i < t->n; i++)
            t->Zt.a[j + i * t->Zt.ld] *= j == p.buyer ? 100 : t->x[j];
    }
    free(a);
    free(demand);
    free(b);
    free(x);
    return sound;
}

gvc_table *random_table(gvc_ctx *ctx, unsigned seed, gvc_int G, gvc_int N, unsigned flags)
{
    uint64_t state = seed * 1000003u + (uint64_t)(G * 1009 + N);
    const places p = choose_places(G, N, flags);
    gvc_table *t = empty_table(ctx, G, N, flags & RANDOM_STOCKS ? 2 : 1);

    /* Where few industries must feed a losing one, some draws leave nothing for final use. */
    for (int tries = 0; tries == 0 || !settle_output(t, p); tries++) {
        assert_true(tries < 20);
        draw_coefficients(t, p, tries < 10 ? flags : flags & ~RANDOM_NEGATIVE_VA, &state);
        draw_demand(t, p, flags, &state);
    }
    if (flags & RANDOM_UNBALANCED)
        for (gvc_int i = 0; i < t->n; i++)
            t->x[i] *= i % 3 == 0 ? 1 : 1 + 0.02 * (random_uniform(&state) - 0.5);
    gvc_table__residual_va(ctx, t);
    if (flags & RANDOM_VA_GIVEN) {
        for (gvc_int i = 0; i < t->n; i++)
            t->VA[i] = t->x[i] > 0 ? t->VA[i] * (0.9 + 0.15 * random_uniform(&state)) : 0;
        t->va_given = 1;
        t->va_rule = "row:va";
    }
    return t;
}

gvc_units *units_from(gvc_ctx *ctx, const gvc_table *table, const gvc_int *of)
{
    const gvc_int G = gvc_table_G(table);
    const gvc_labels *countries = gvc_edition_countries(gvc_table_edition(table));
    gvc_group_entry entry[100];
    gvc_group group[100];
    const gvc_group *list[100];
    gvc_int n_groups = 0, n_entries = 0;
    char name[100][16];
    gvc_units *units = NULL;

    assert_true(G <= 100);
    for (gvc_int c = 0; c < G; c++) {
        gvc_group *g = &group[n_groups];
        gvc_int earlier = 0;

        for (gvc_int d = 0; d < c; d++)
            earlier += of[d] == of[c];
        if (earlier)
            continue;
        snprintf(name[n_groups], sizeof name[0], "U%lld", (long long)of[c]);
        *g = (gvc_group){ name[n_groups], "", 0, entry + n_entries };
        for (gvc_int d = c; d < G; d++)
            if (of[d] == of[c])
                g->members[g->n++] = (gvc_group_entry){ gvc_labels_code(countries, d), 0, 0 };
        n_entries += g->n;
        list[n_groups++] = g;
    }
    assert_ok(ctx, gvc_units_group(ctx, &units, gvc_table_edition(table), list, n_groups, 2011,
                                   (gvc_group_rule){ GVC_GROUP_UNION, 0 }));
    return units;
}
