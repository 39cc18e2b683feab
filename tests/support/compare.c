#include "support.h"

#include <math.h>
#include <stdio.h>

void support_close(double got, double want, double rel, double scale, const char *file, int line)
{
    const double size = fmax(fmax(fabs(got), fabs(want)), fabs(scale));

    if ((isnan(got) && isnan(want)) || got == want || fabs(got - want) <= rel * size)
        return;
    print_error("got %.17g, want %.17g: off by %.3g of %.3g\n", got, want, fabs(got - want) / size,
                size);
    _fail(file, line);
}

static double largest(gvc_view m)
{
    double most = 0;

    for (gvc_int j = 0; j < m.cols; j++)
        for (gvc_int i = 0; i < m.rows; i++)
            most = fmax(most, fabs(m.a[i + j * m.ld]));
    return most;
}

void support_views(gvc_view got, gvc_view want, double rel, const char *file, int line)
{
    const double scale = largest(want);

    if (got.rows != want.rows || got.cols != want.cols || !got.a) {
        print_error("got %lld x %lld, want %lld x %lld\n", (long long)got.rows, (long long)got.cols,
                    (long long)want.rows, (long long)want.cols);
        _fail(file, line);
    }
    for (gvc_int j = 0; j < got.cols; j++)
        for (gvc_int i = 0; i < got.rows; i++) {
            const double a = got.a[i + j * got.ld], b = want.a[i + j * want.ld];

            if (!(fabs(a - b) <= rel * scale) && !(isnan(a) && isnan(b)))
                print_error("at row %lld, column %lld:\n", (long long)i, (long long)j);
            support_close(a, b, rel, scale, file, line);
        }
}

void support_ok(gvc_ctx *ctx, gvc_status status, const char *file, int line)
{
    if (status == GVC_OK)
        return;
    print_error("%s: %s\n", gvc_status_name(status), gvc_ctx_message(ctx));
    _fail(file, line);
}

int make_context(void **state)
{
    gvc_ctx *ctx = gvc_ctx_new();

    if (!ctx)
        return -1;
    gvc_ctx_set_threads(ctx, 2);
    *state = ctx;
    return 0;
}

int free_context(void **state)
{
    const long long left = gvc_ctx_memory_used(*state);

    if (left)
        print_error("%lld bytes of the library are not freed\n", left);
    gvc_ctx_free(*state);
    return left ? -1 : 0;
}
