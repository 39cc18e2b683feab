#include "index/rule.h"

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

void gvc_rule__apply(const gvc_rule *rule, gvc_int cells, const gvc_rule_columns *columns,
                     double *out)
{
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
            break;
        }
    }
}
