#include "../support/support.h"

#include <gvc/machine.h>

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int has_wide_vectors(void)
{
#if defined(__x86_64__)
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
#else
    return 0;
#endif
}

/* What the program was started with, for OpenBLAS reads it when it is loaded. */
static void better_kernels_are_named_and_taken(void **state)
{
    const char *begun = getenv("OPENBLAS_CORETYPE"), *better = gvc_machine_better_kernels();

    (void)state;
    if (strcmp(begun, "Prescott") == 0) {
        assert_true(!better == !has_wide_vectors());
        if (better) {
            setenv("OPENBLAS_CORETYPE", better, 1);
            execl("/proc/self/exe", "test_machine", (char *)NULL);
            fail_msg("cannot start again");
        }
    }
    assert_null(better);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(better_kernels_are_named_and_taken) };

    if (!getenv("OPENBLAS_CORETYPE") && setenv("OPENBLAS_CORETYPE", "Prescott", 1) == 0)
        execl("/proc/self/exe", "test_machine", (char *)NULL);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
