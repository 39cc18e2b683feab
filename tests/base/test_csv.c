#include "base/csv.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* The cells of a text as "a|b;c|d;": the walk must give them all, and only them. */
static int walk(const char *text, char *out)
{
    gvc_csv_reader reader = gvc_csv__begin(text, (gvc_int)strlen(text));
    gvc_csv_cell cell;
    int more;

    *out = '\0';
    while ((more = gvc_csv__next(&reader, &cell)) == 1) {
        char copy[64];

        gvc_csv__copy(&cell, copy, sizeof copy);
        sprintf(out + strlen(out), "%s%c", copy, cell.last ? ';' : '|');
    }
    return more;
}

static void cells_and_records_are_told_apart(void **state)
{
    static const char *const cases[][2] = {
        { "a,b\nc,d\n", "a|b;c|d;" },
        { "a,b\r\nc,d", "a|b;c|d;" },
        { "\xEF\xBB\xBF"
          "a,\n,b\n",
          "a|;|b;" },
        { "a,\"b,c\"\n", "a|b,c;" },
        { "\"say \"\"no\"\"\",x\n", "say \"no\"|x;" },
        { "\n\na\n\nb\n", "a;b;" },
        { "a,", "a|;" },
        { "\"\"\n", ";" },
        { "\"two\nlines\",b\n", "two\nlines|b;" },
        { "", "" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char out[128];

        assert_int_equal(walk(cases[i][0], out), 0);
        assert_string_equal(out, cases[i][1]);
    }
}

static void quotes_that_do_not_end_well_are_told(void **state)
{
    char out[128];

    (void)state;
    assert_int_equal(walk("a,\"b", out), -1);
    assert_int_equal(walk("\"a\"b,c\n", out), -1);
}

static void lines_are_counted_through_quotes(void **state)
{
    const char text[] = "a\n\"b\nc\"\nd,e\n";
    gvc_csv_reader reader = gvc_csv__begin(text, (gvc_int)strlen(text));
    gvc_csv_cell cell;

    (void)state;
    for (int i = 0; i < 4; i++)
        assert_int_equal(gvc_csv__next(&reader, &cell), 1);
    assert_int_equal(cell.line, 4);
    assert_int_equal(cell.column, 2);
}

static void copy_is_cut_to_the_room(void **state)
{
    const gvc_csv_cell cell = { .text = "abcdef", .len = 6 };
    char out[4];

    (void)state;
    assert_int_equal(gvc_csv__copy(&cell, out, sizeof out), 3);
    assert_string_equal(out, "abc");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cells_and_records_are_told_apart),
        cmocka_unit_test(quotes_that_do_not_end_well_are_told),
        cmocka_unit_test(lines_are_counted_through_quotes),
        cmocka_unit_test(copy_is_cut_to_the_room),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
