#include "../support/support.h"

#include "base/csv.h"
#include "base/mem.h"
#include "table/table.h"

#include <gvc/import.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * Damaged and hostile files (tests/fixtures/tables/bad). expected.csv says of each whether it is an
 * error, a warning or accepted; `answers` what the message must name.
 */

typedef struct answer {
    const char *file, *says;
} answer;

/* What was found, where: parts of the message, "" where the list above asks for no more than an
 * error that names the file. */
static const answer answers[] = {
    { "truncated_row_2018_SML.csv", "line 5: 20 cells found, 38 expected" },
    { "missing_country_2018_SML.csv", "ARG:A01_02 and others have a column but no row" },
    { "duplicate_label_2018_SML.csv", "stands a second time" },
    { "text_cell_2018_SML.csv", "line 3 (ARG_A03), column 4 (ARG_B05_06): \"" },
    { "nan_cell_2018_SML.csv", "line 3 (ARG_A03), column 4 (ARG_B05_06): \"" },
    { "overflow_cell_2018_SML.csv", "line 3 (ARG_A03), column 4 (ARG_B05_06): \"" },
    { "empty_cell_2018_SML.csv", "1 empty cell" },
    { "short_row_2018_SML.csv", "cells found, 38 expected" },
    { "wrong_row_count_2018_SML.csv", "has a column but no row" },
    { "header_only_2018_SML.csv", "" },
    { "empty_2018_SML.csv", "the file is empty" },
    { "decimal_comma_2018_SML.csv", "semicolons" },
    { "utf16_2018_SML.csv", "UTF-16" },
    { "negative_output_2018_SML.csv", "ARG:A01_02: output -" },
    { "unbalanced_2018_SML.csv", "ARG:B05_06: 6095.7645 for an output of 5095.7645" },
    { "lost_points_2018_SML.csv", "lost decimal points" },
    { "column_order_2018_SML.csv", "labels were exchanged" },
    { "unknown_suffix_2018_SML.csv", "XXXX" },
    { "latin1_countries.csv", "not UTF-8" },
    { "nul_2018_SML.csv", "zero byte" },
    { "truncated.zip", "cut short" },
    { "bad_crc.zip", "2018_SML.csv" },
    { "lying_size.zip", "declares 42949672" },
    { "ratio_bomb.zip", "no known table" },
    { "path_traversal.zip", "leads out of the archive" },
    { "no_table.zip", "no known table" },
    { "truncated.xlsx", "cut short" },
    { "entity_bomb.xlsx", "sheet WIOT_2005: the XML declares a document type" },
    { "error_cell.xlsx", "sheet WIOT_2005, cell F9: \"#DIV/0!\" found, a number expected" },
    { "no_sheet.xlsx", "sheet WIOT_2005: the XML is not well formed" },
    { "truncated.dta", "cut short" },
    { "eora_no_labels_bp_2000.zip", "labels_T.txt is missing" },
    { "eora_label_count_bp_2000.zip", "AFG:Agriculture" },
    { "icio_not_divisible.csv", "11 rows found, a multiple of the 4 countries" },
    { "icio_with_header.csv", "line 1: text found, numbers alone expected" },
};

static const char *place(char *path, const char *name)
{
    const char *tests = getenv("GVC_TESTS");

    snprintf(path, 1024, "%s/fixtures/tables/%s", tests ? tests : "tests", name);
    return path;
}

static const char *says(const char *file)
{
    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++)
        if (strcmp(answers[i].file, file) == 0)
            return answers[i].says;
    return "";
}

/* Whether the reader of the format is there ("oecd2023" is oecd-icio-2023). */
static int is_known(const char *format)
{
    char family[8];

    snprintf(family, sizeof family, "%.4s", format);
    for (gvc_int i = 0; i < gvc_import_formats_n(); i++)
        if (strncmp(gvc_import_format_name(i), family, strlen(family)) == 0)
            return 1;
    return 0;
}

/* Read every table of a source; the notes of all go to `notes`. */
static gvc_status read_all(gvc_ctx *ctx, const char *file, const char *format, char *notes)
{
    char path[1024], countries[1024];
    const int is_icio = strncmp(format, "icio-user", 9) == 0,
              is_list = strstr(format, "country list") != NULL;
    const gvc_import_opts opts = { .format = is_icio ? "icio-user" : NULL,
                                   .countries = is_list   ? place(countries, file)
                                                : is_icio ? place(countries, "user_countrylist.csv")
                                                          : NULL };
    gvc_import *import;
    gvc_status st =
        gvc_import_open(ctx, &import, is_list ? place(path, "user_table.csv") : place(path, file),
                        &opts);

    *notes = '\0';
    for (gvc_int i = 0; st == GVC_OK && i < gvc_import_n(import); i++) {
        gvc_table *table;

        st = gvc_import_table(ctx, &table, import, i, 2000);
        gvc_table_free(table);
        for (gvc_int k = 0; st == GVC_OK && k < gvc_import_notes_n(import); k++)
            if (gvc_import_note_is_warning(import, k) && strlen(notes) < 8000)
                strcat(strcat(notes, gvc_import_note(import, k)), "\n");
    }
    gvc_import_close(import);
    return st;
}

static void check(const char *file, const char *format, const char *expected)
{
    gvc_ctx *ctx = gvc_ctx_new();
    char name[300], notes[16384];
    const char *text;
    gvc_status st;

    gvc_ctx_set_threads(ctx, 2);
    snprintf(name, sizeof name, "bad/%s", file);
    st = read_all(ctx, name, format, notes);
    text = strcmp(expected, "error") == 0 ? gvc_ctx_message(ctx) : notes;
    if (strcmp(expected, "error") == 0 && st == GVC_OK)
        fail_msg("%s is read, an error expected", file);
    if (strcmp(expected, "error") != 0 && st != GVC_OK)
        fail_msg("%s: %s", file, gvc_ctx_message(ctx));
    if (strcmp(expected, "error") == 0 && !strstr(text, file))
        fail_msg("%s is not named: %s", file, text);
    if (strcmp(expected, "warning") == 0 && !*notes)
        fail_msg("%s gives no warning", file);
    if (!strstr(text, says(file)))
        fail_msg("%s: \"%s\" expected: %s", file, says(file), text);
    if (gvc_ctx_memory_peak(ctx) > 48 << 20)
        fail_msg("%s takes %lld bytes", file, (long long)gvc_ctx_memory_peak(ctx));
    assert_int_equal(gvc_ctx_memory_used(ctx), 0);
    gvc_ctx_free(ctx);
}

static void bad_files_are_answered_as_the_list_says(void **state)
{
    gvc_ctx *ctx = *state;
    char path[1024];
    gvc_csv *list;

    assert_ok(ctx, gvc_csv__read(ctx, &list, place(path, "bad/expected.csv")));
    for (gvc_int i = 0; i < gvc_csv__rows(list); i++) {
        const char *format = gvc_csv__cell(list, i, 1), *expected = gvc_csv__cell(list, i, 2);

        /* Stores are read by tests/store; two tables are a matter of the command's --year. */
        if (strcmp(format, "store") != 0 && strncmp(expected, "error unless", 12) != 0 &&
            is_known(format))
            check(gvc_csv__cell(list, i, 0), format, expected);
    }
    gvc_csv__free(list);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        context_test(bad_files_are_answered_as_the_list_says),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
