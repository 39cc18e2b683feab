#include "../support/support.h"

#include "../support/hostile.h"
#include "base/file.h"
#include "base/mem.h"
#include "import/archive.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A short fixed run of what scripts/fuzz.sh does for hours: changed fixtures, the same ones every
 * time. Whatever comes, there is an answer and no memory is left. */

enum { CHANGES = 20 }; /* of each file of the corpus, but of none that inflates to many MiB */

typedef struct seed {
    const char *file, *format;
    int runs;
} seed;

static const seed seeds[] = {
    { "wiot05_row_apr12.xlsx", "wiod2013", 30 },
    { "ADB-MRIO62-2019_Dec2022.xlsx", NULL, 30 },
    { "WIOT2014_October16_ROW.dta", "wiod2016", 60 },
    { "lr_wiod_wiot_final_filled.csv", "lr-wiod2022", 60 },
    { "user_table.csv", "icio-user", 60 },
    { "Eora26_2015_bp.zip", "eora26", 60 },
    { "IOT_2020_ixi.zip", NULL, 30 },
    { "2016-2020_SML.zip", NULL, 60 },
    { "matrix_eu-ic-io_ind-by-ind_24ed_2021.csv", NULL, 60 },
    { "global_mrio_2015.mat", NULL, 60 },
    { "bad/text_cell_2018_SML.csv", NULL, 100 },
    { "bad/two_tables.zip", NULL, 30 },
    { "bad/huge_dims.mat", NULL, 30 },
};

static const char *place(char *path, const char *name)
{
    const char *tests = getenv("GVC_TESTS");

    snprintf(path, 1024, "%s/fixtures/tables/%s", tests ? tests : "tests", name);
    return path;
}

static void changed_files_get_an_answer(void **state)
{
    gvc_ctx *ctx = *state;

    for (size_t s = 0; s < sizeof seeds / sizeof *seeds; s++) {
        char path[1024], *data;
        gvc_int bytes;

        assert_ok(ctx, gvc_file__read(ctx, &data, &bytes, place(path, seeds[s].file), 1 << 20));
        for (int k = 0; k < seeds[s].runs; k++) {
            size_t n;
            uint8_t *changed =
                hostile_change((const uint8_t *)data, (size_t)bytes, 1000 * s + (size_t)k, &n);

            hostile_read(seeds[s].format ? seeds[s].format : "any", changed, n);
            free(changed);
        }
        gvc_mem__free(data);
    }
}

static char *member(gvc_ctx *ctx, const char *file, const char *name, gvc_int *bytes)
{
    gvc_archive *archive;
    gvc_stream *stream;
    char path[1024], *text;

    assert_ok(ctx, gvc_archive__open(ctx, &archive, place(path, file)));
    assert_ok(ctx, gvc_archive__stream(ctx, &stream, archive, gvc_archive__find(archive, name),
                                       gvc_archive__origin(archive)));
    assert_ok(ctx, gvc_stream__slurp(ctx, stream, &text, bytes, 1 << 20));
    gvc_stream__close(stream);
    gvc_archive__close(archive);
    return text;
}

static void changed_sheets_get_an_answer(void **state)
{
    static const char file[] = "wiot05_row_apr12.xlsx";
    gvc_ctx *ctx = *state;
    gvc_int bytes, strings_bytes;
    char *xml = member(ctx, file, "xl/worksheets/sheet1.xml", &bytes);
    char *strings = member(ctx, file, "xl/sharedStrings.xml", &strings_bytes);

    for (uint64_t k = 0; k < 200; k++) {
        size_t n;
        uint8_t *changed = hostile_change((const uint8_t *)xml, (size_t)bytes, k, &n);

        hostile_sheet(changed, n, strings);
        free(changed);
    }
    gvc_mem__free(xml);
    gvc_mem__free(strings);
}

/* ---- what fuzzing found, and small inputs of readers without a fixture ---- */

/* The file as it is, and some changes of it. */
static void replay(gvc_ctx *ctx, const char *reader, const char *path, uint64_t changes)
{
    char *data;
    gvc_int bytes;

    assert_ok(ctx, gvc_file__read(ctx, &data, &bytes, path, 1 << 20));
    if (!hostile_read(reader, (const uint8_t *)data, (size_t)bytes))
        fail_msg("%s: there is no reader %s", path, reader);
    for (uint64_t k = 0; k < changes; k++) {
        size_t n;
        uint8_t *changed = hostile_change((const uint8_t *)data, (size_t)bytes, k, &n);

        hostile_read(reader, changed, n);
        free(changed);
    }
    gvc_mem__free(data);
}

/* Calls `visit` for everything in the folder tests/fuzz/corpus/`below`; returns how many. */
static int for_each(gvc_ctx *ctx, const char *below,
                    void (*visit)(gvc_ctx *ctx, const char *below, const char *name))
{
    const char *tests = getenv("GVC_TESTS");
    char path[1024];
    int n = 0;
    DIR *folder;

    snprintf(path, sizeof path, "%s/fuzz/corpus/%s", tests ? tests : "tests", below);
    folder = opendir(path);
    if (!folder)
        fail_msg("%s cannot be opened", path);
    for (struct dirent *e; (e = readdir(folder));)
        if (e->d_name[0] != '.') {
            visit(ctx, below, e->d_name);
            n++;
        }
    closedir(folder);
    return n;
}

static void replay_file(gvc_ctx *ctx, const char *reader, const char *name)
{
    const char *tests = getenv("GVC_TESTS");
    char path[1024];

    snprintf(path, sizeof path, "%s/fuzz/corpus/%s/%s", tests ? tests : "tests", reader, name);
    replay(ctx, reader, path, strncmp(name, "bomb_", 5) == 0 ? 0 : CHANGES);
}

static void replay_reader(gvc_ctx *ctx, const char *below, const char *name)
{
    (void)below;
    assert_true(for_each(ctx, name, replay_file) > 0);
}

static void the_corpus_gets_an_answer(void **state)
{
    assert_true(for_each(*state, "", replay_reader) > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        context_test(changed_files_get_an_answer),
        context_test(changed_sheets_get_an_answer),
        context_test(the_corpus_gets_an_answer),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
