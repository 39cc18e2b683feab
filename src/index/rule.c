#include "index/rule.h"

#include "index/sums.h"

#include <math.h>

#define NEGLIGIBLE 1e-12

double gvc_rule__divide(double part, double whole, double scale)
{
    if (!(whole > 0) || whole < NEGLIGIBLE * fabs(scale))
        return NAN;
    return part / whole;
}

static double position(double forward, double backward)
{
    if (!(forward > -1) || !(backward > -1))
        return NAN;
    return log1p(forward) - log1p(backward);
}

static double at(const double *column, gvc_int i)
{
    return column ? column[i] : 0;
}

/* Cells are s * U + r; U of them a country. */
static void balance(const gvc_rule_columns *columns, gvc_int cells, double *out)
{
    const gvc_int U = columns->inner;

    for (gvc_int i = 0; i < cells; i++)
        out[i] = columns->a[i] - columns->a[i % U * U + i / U];
}

/* Sum of every `step`-th value from `first` on, `n` of them. */
static double sum_of(const double *a, gvc_int first, gvc_int step, gvc_int n)
{
    double sum = 0, rest = 0;

    for (gvc_int k = 0; k < n; k++)
        gvc_index__add(&sum, &rest, a[first + k * step]);
    return sum + rest;
}

/* Cells are s * N + i. Balassa's index: the sector's share in the country over its share in the
 * world. */
static void advantage(const gvc_rule_columns *columns, gvc_int cells, double *out)
{
    const gvc_int N = columns->inner, U = cells / N;
    const double world = sum_of(columns->a, 0, 1, cells);
    const double output = sum_of(columns->gout, 0, 1, cells);

    for (gvc_int i = 0; i < N; i++) {
        const double share = gvc_rule__divide(sum_of(columns->a, i, N, U), world, output);

        for (gvc_int s = 0; s < U; s++) {
            const double country = sum_of(columns->a, s * N, 1, N);
            const double size = sum_of(columns->gout, s * N, 1, N);

            out[s * N + i] =
                gvc_rule__divide(gvc_rule__divide(columns->a[s * N + i], country, size), share, 1);
        }
    }
}

void gvc_rule__apply(const gvc_rule *rule, gvc_int cells, const gvc_rule_columns *columns,
                     double *out)
{
    if (rule->kind == GVC_RULE_BALANCE)
        balance(columns, cells, out);
    if (rule->kind == GVC_RULE_ADVANTAGE)
        advantage(columns, cells, out);
    for (gvc_int i = 0; i < cells; i++) {
        const double a = at(columns->a, i), b = at(columns->b, i), c = at(columns->c, i);
        const double over = at(columns->over, i), scale = at(columns->gout, i);

        switch (rule->kind) {
        case GVC_RULE_SUM:
            out[i] = a + b + c;
            break;
        case GVC_RULE_DIFFERENCE:
            out[i] = a - b;
            break;
        case GVC_RULE_RATIO:
            out[i] = gvc_rule__divide(a + b + c, over, scale);
            break;
        case GVC_RULE_TILT:
            out[i] = gvc_rule__divide(a - b, over, scale);
            break;
        case GVC_RULE_POSITION:
            out[i] = columns->over ? position(gvc_rule__divide(a, over, scale),
                                              gvc_rule__divide(b, over, scale))
                                   : position(a, b);
            break;
        case GVC_RULE_QUOTIENT:
            out[i] = gvc_rule__divide(a, b, 1);
            break;
        case GVC_RULE_FAMILY:
        case GVC_RULE_BALANCE:
        case GVC_RULE_ADVANTAGE:
            break;
        }
    }
}
