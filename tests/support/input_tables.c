#include "input_tables.h"

#include "table/table.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define AT(a, i, j) (a)[(i) + (j)*lit->n]

/* A random table with two satellites, two functions, trade costs and a set of digital sectors. */
gvc_table *input_table(gvc_ctx *ctx, unsigned seed)
{
    static const char *const codes[] = { "jobs", "fn_rd", "co2", "fn_fab" };
    const gvc_int G = 2 + seed % 4, N = 1 + seed % 5;
    const unsigned flags = seed * 73 % 512;
    gvc_table *t =
        random_table(ctx, seed, G, N, G * N < 12 ? flags & ~(unsigned)RANDOM_NEGATIVE_VA : flags);
    double *set = gvc_edition__add_set(ctx, (gvc_edition *)t->edition, "digital");
    uint64_t state = seed + 100;

    assert_ok(ctx, gvc_table__add_satellites(ctx, t, 4, codes, NULL));
    assert_ok(ctx, gvc_table__add_tau(ctx, t));
    for (gvc_int k = 0; k < N; k++)
        set[k] = k % 2 ? random_uniform(&state) : k % 3 == 0;
    for (gvc_int i = 0; i < 4 * t->n; i++)
        t->satellite[i] = random_uniform(&state);
    for (gvc_int r = 0; r < G; r++)
        for (gvc_int i = 0; i < t->n; i++)
            if (i / N != r) {
                t->tau_int.a[i + r * t->tau_int.ld] = 0.05 * random_uniform(&state);
                t->tau_fin.a[i + r * t->tau_fin.ld] = 0.3 * random_uniform(&state);
            }
    return t;
}

/* Every third case has two countries that act as one. */
static gvc_units *some_units(gvc_ctx *ctx, const gvc_table *table, unsigned seed)
{
    gvc_int of[8];

    if (seed % 3 || table->G < 3)
        return NULL;
    for (gvc_int c = 0; c < table->G; c++)
        of[c] = c == 2 ? 0 : c;
    return units_from(ctx, table, of);
}

input_case input_begin(gvc_ctx *ctx, unsigned seed, const char *families, int grouped)
{
    input_case f = { .table = input_table(ctx, seed) };

    f.units = grouped ? some_units(ctx, f.table, seed) : NULL;
    f.lit = literal_new(f.table, f.units, GVC_BALANCE_KEEP);
    f.frames = index_run_table(ctx, f.table, f.units, families, NULL);
    for (gvc_int i = 0; i < f.lit->n; i++)
        f.scale += fabs(f.lit->x[i]);
    return f;
}

void input_end(input_case *f)
{
    gvc_frames_free(f->frames);
    literal_free(f->lit);
    gvc_units_free(f->units);
    gvc_table_free(f->table);
}

void input_same(const input_case *f, const char *level, const char *name, double *want, gvc_int n,
                double scale)
{
    const double *got = index_column(f->frames, level, name);

    assert_int_equal(index_rows(f->frames, level, name), n);
    for (gvc_int i = 0; i < n; i++)
        assert_near(got[i], want[i], 1e-10, scale);
    free(want);
}

/* Rows of the literal are country-major; those of level sector follow the units. With countries
 * merged only sums over all rows are compared. */
void input_same_rows(const input_case *f, const char *name, double *want)
{
    const double *got = index_column(f->frames, "country", name);

    if (!f->units)
        input_same(f, "sector", name,
                   memcpy(literal_matrix(f->lit->n, 1), want, (size_t)f->lit->n * sizeof *want),
                   f->lit->n, f->scale);
    for (gvc_int u = 0; u < f->lit->U; u++) {
        double sum = 0;

        for (gvc_int i = 0; i < f->lit->n; i++)
            sum += f->lit->unit[i] == u ? want[i] : 0;
        assert_near(got[u], sum, 1e-10, f->scale);
    }
    free(want);
}

/* out_j = sum over i of weight_i m_ij; `which`: 0 all, 1 own rows, 2 foreign rows. */
double *input_weigh(const literal *lit, const double *weight, const double *m, int which)
{
    double *out = literal_matrix(lit->n, 1);

    for (gvc_int j = 0; j < lit->n; j++)
        for (gvc_int i = 0; i < lit->n; i++) {
            const int is = lit->unit[i] == lit->unit[j] ? 1 : 2;

            out[j] += which == 0 || which == is ? weight[i] * AT(m, i, j) : 0;
        }
    return out;
}

double *input_times(double *a, const double *b, gvc_int n)
{
    for (gvc_int i = 0; i < n; i++)
        a[i] *= b[i];
    return a;
}
