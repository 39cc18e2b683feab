#include "../support/support.h"

#include <gvc/measures.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * Names and labels of every column that a panel can have keep to the limits of Stata: 32 and 80
 * characters, with room for a prefix (loo_) or a year behind. A template such as sat_fd_<q> takes
 * its name from the table, so it has no length of its own.
 */

static const char *const reserved[] = { "_all", "_b",     "_n",    "_N",    "_pi",
                                        "byte", "double", "float", "if",    "in",
                                        "int",  "long",   "str",   "using", "with" };

static void check_name(const char *name)
{
    assert_true(*name >= 'a' && *name <= 'z');
    assert_int_equal(strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_"), strlen(name));
    for (size_t i = 0; i < sizeof reserved / sizeof *reserved; i++)
        assert_string_not_equal(name, reserved[i]);
}

static void names_and_labels_fit(void **state)
{
    gvc_int columns = 0;

    (void)state;
    for (gvc_int i = 0; i < gvc_measures_n(); i++) {
        const gvc_measure *m = gvc_measures_get(i);
        const char *prefix = gvc_measure_prefix(m);

        for (gvc_int t = 0; t < gvc_measure_terms_n(m); t++) {
            const gvc_term *term = gvc_measure_term(m, t);
            char name[128];

            snprintf(name, sizeof name, "%s%s%s", prefix, *prefix ? "_" : "", gvc_term_name(term));
            if (strchr(name, '<'))
                continue;
            check_name(name);
            if (strlen(name) > 24 || strlen(gvc_term_label(term)) > 80)
                fail_msg("%s (%s) is too long", name, gvc_term_label(term));
            columns++;
        }
    }
    assert_true(columns > 300);
}

static const char *panel_name(const gvc_measure *m, gvc_int t, char *room, size_t size)
{
    const char *prefix = gvc_measure_prefix(m);

    snprintf(room, size, "%s%s%s", prefix, *prefix ? "_" : "",
             gvc_term_name(gvc_measure_term(m, t)));
    return room;
}

static int compare(const void *a, const void *b)
{
    return strcmp(a, b);
}

/* No two measures would be one column. */
static void names_are_unique(void **state)
{
    enum { MOST = 4096, ROOM = 64 };
    char(*names)[ROOM] = malloc(sizeof(char[MOST][ROOM]));
    gvc_int n = 0;

    (void)state;
    assert_non_null(names);
    for (gvc_int i = 0; i < gvc_measures_n(); i++)
        for (gvc_int t = 0; t < gvc_measure_terms_n(gvc_measures_get(i)) && n < MOST; t++)
            panel_name(gvc_measures_get(i), t, names[n++], ROOM);
    assert_true(n < MOST);
    qsort(names, (size_t)n, ROOM, compare);
    for (gvc_int i = 1; i < n; i++)
        if (strcmp(names[i - 1], names[i]) == 0)
            fail_msg("%s stands for two measures", names[i]);
    free(names);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_and_labels_fit),
        cmocka_unit_test(names_are_unique),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
