#include "hostile_in.h"

#include "base/csv.h"
#include "import/inputs.h"
#include "read_input.h"
#include "zipped.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The files that stand beside a table: each is read for a table of few countries and sectors. */

enum { YEAR = 2015 };

static gvc_synth *make_synth(gvc_ctx *ctx)
{
    const gvc_synth_opts opts = { .countries = 4, .sectors = 3, .seed = 7, .first_year = YEAR };
    gvc_synth *synth = NULL;

    if (gvc_synth_new(ctx, &synth, &opts) != GVC_OK)
        hostile_fail(ctx, "no synthetic table");
    return synth;
}

static gvc_status read_group(gvc_ctx *ctx, const uint8_t *data, size_t bytes)
{
    gvc_synth *synth = make_synth(ctx);
    const gvc_edition *edition = gvc_synth_edition(synth);
    const gvc_group_rule rule = { .time = GVC_GROUP_CURRENT };
    char definition[300];
    unsigned char member[4];
    gvc_group *group = NULL;
    gvc_status st;

    snprintf(definition, sizeof definition, "G=@%s", hostile_file("group.csv", data, bytes));
    st = gvc_group_parse(ctx, &group, definition, edition);
    if (st == GVC_OK)
        gvc_group_members(group, edition, YEAR, rule, member, NULL);
    gvc_group_free(group);
    group = NULL;
    if (st == GVC_OK && bytes < sizeof definition) {
        snprintf(definition, sizeof definition, "%.*s", (int)bytes, (const char *)data);
        st = gvc_group_parse(ctx, &group, definition, edition);
        gvc_group_free(group);
    }
    gvc_synth_free(synth);
    return st;
}

static gvc_status read_digital(gvc_ctx *ctx, const uint8_t *data, size_t bytes)
{
    gvc_synth *synth = make_synth(ctx);
    gvc_digital *digital = NULL;
    char choice[300];
    gvc_status st;

    snprintf(choice, sizeof choice, "@%s", hostile_file("digital.csv", data, bytes));
    st = gvc_digital_new(ctx, &digital, gvc_synth_edition(synth), choice);
    gvc_digital_free(digital);
    gvc_synth_free(synth);
    return st;
}

static gvc_status read_map(gvc_ctx *ctx, const uint8_t *data, size_t bytes,
                           gvc_concordance_side side)
{
    gvc_synth *synth = make_synth(ctx);
    const gvc_edition *edition = gvc_synth_edition(synth);
    gvc_concordance *map = NULL;
    gvc_aggregation *aggregation = NULL;
    gvc_table *table = NULL, *coarse = NULL;
    gvc_status st =
        gvc_concordance_read(ctx, &map, hostile_file("map.csv", data, bytes), edition, side);

    if (st == GVC_OK)
        st = gvc_aggregation_new(ctx, &aggregation, edition,
                                 side == GVC_CONCORDANCE_COUNTRIES ? map : NULL,
                                 side == GVC_CONCORDANCE_SECTORS ? map : NULL, "hostile");
    if (st == GVC_OK)
        st = gvc_synth_table(ctx, &table, synth, YEAR);
    if (st == GVC_OK)
        st = gvc_aggregation_table(ctx, &coarse, aggregation, table);
    gvc_table_free(coarse);
    gvc_table_free(table);
    gvc_aggregation_free(aggregation);
    gvc_concordance_free(map);
    gvc_synth_free(synth);
    return st;
}

static gvc_status read_countries(gvc_ctx *ctx, const uint8_t *data, size_t bytes)
{
    return read_map(ctx, data, bytes, GVC_CONCORDANCE_COUNTRIES);
}

static gvc_status read_sectors(gvc_ctx *ctx, const uint8_t *data, size_t bytes)
{
    return read_map(ctx, data, bytes, GVC_CONCORDANCE_SECTORS);
}

/* ---- inputs.csv ---- */

static gvc_status read_inputs(gvc_ctx *ctx, const uint8_t *data, size_t bytes)
{
    gvc_synth *synth = make_synth(ctx);
    const gvc_edition *old = gvc_synth_edition(synth);
    gvc_edition *edition = NULL;
    gvc_table *table = NULL;
    gvc_csv *csv = NULL;
    gvc_status st = gvc_csv__read(ctx, &csv, hostile_file("inputs.csv", data, bytes));

    if (st == GVC_OK)
        st = gvc_inputs__check(ctx, csv, 1);
    if (st == GVC_OK)
        st = gvc_edition__new(ctx, &edition);
    if (st == GVC_OK) {
        edition->countries = gvc_labels__share(old->countries);
        edition->sectors = gvc_labels__share(old->sectors);
        edition->categories = gvc_labels__share(old->categories);
        st = gvc_inputs__edition(ctx, edition, csv);
    }
    if (st == GVC_OK)
        st = gvc_synth_table(ctx, &table, synth, YEAR);
    if (st == GVC_OK)
        st = gvc_inputs__table(ctx, table, csv);
    gvc_table_free(table);
    gvc_edition__free(edition);
    gvc_csv__free(csv);
    gvc_synth_free(synth);
    return st;
}

/* A store of two years, made once: what is attached to it is only checked. */
static const char *store(void)
{
    static char path[128];
    gvc_ctx *ctx;
    gvc_synth *synth;
    gvc_store_writer *writer;
    gvc_table *table;

    if (*path)
        return path;
    snprintf(path, sizeof path, "%s", hostile_path("store.h5"));
    ctx = hostile_begin();
    synth = make_synth(ctx);
    if (gvc_store_create(ctx, &writer, path, gvc_synth_edition(synth), NULL) != GVC_OK)
        hostile_fail(ctx, "no store");
    for (int year = YEAR; year < YEAR + 2; year++) {
        if (gvc_synth_table(ctx, &table, synth, year) != GVC_OK ||
            gvc_store_add(ctx, writer, table, year) != GVC_OK)
            hostile_fail(ctx, "no store");
        gvc_table_free(table);
    }
    if (gvc_store_commit(ctx, writer) != GVC_OK)
        hostile_fail(ctx, "no store");
    gvc_synth_free(synth);
    gvc_ctx_free(ctx);
    return path;
}

static gvc_status attach(gvc_ctx *ctx, const uint8_t *data, size_t bytes)
{
    const gvc_attach_opts opts = { .only_check = 1 };
    char *report = NULL;
    gvc_status st =
        gvc_store_attach(ctx, &report, store(), hostile_file("inputs.csv", data, bytes), &opts);

    if (st == GVC_OK)
        hostile_check_text(ctx, report);
    gvc_text_free(report);
    return st;
}

/* ---- results ---- */

static gvc_status read_results(gvc_ctx *ctx, const uint8_t *data, size_t bytes)
{
    static const char sound[] = "year,exporter,dva,fva\n2015,CHN,1,2\n2015,DEU,3,\n2015,ROW,,0.5\n";
    const gvc_diff_opts opts = { .rel = 1e-9, .show = 5 };
    char other[300];
    gvc_diff *diff = NULL;
    gvc_status st;

    snprintf(other, sizeof other, "%s",
             hostile_file("sound.csv", (const uint8_t *)sound, sizeof sound - 1));
    st = gvc_diff_new(ctx, &diff, hostile_file("results.csv", data, bytes), other, &opts);
    gvc_diff_free(diff);
    return st;
}

static gvc_status read_history(gvc_ctx *ctx, const uint8_t *data, size_t bytes)
{
    gvc_history *history = NULL;
    gvc_status st;

    hostile_file("results.csv.meta.json", data, bytes);
    hostile_file("results.csv", data, 0);
    st = gvc_history_read(ctx, &history, hostile_path("results.csv"));
    gvc_history_free(history);
    return st;
}

static gvc_status read_json(gvc_ctx *ctx, const uint8_t *data, size_t bytes)
{
    gvc_history *history = NULL;
    gvc_status st = gvc_history_read(ctx, &history, hostile_file("results.json", data, bytes));

    gvc_history_free(history);
    return st;
}

/* ---- sources ---- */

static gvc_status read_codes(gvc_ctx *ctx, const uint8_t *data, size_t bytes)
{
    static const char user[] = "1,2,3,4,9,6,7,8\n7,8,9,1,2,3,4,5\n"
                               "4,5,6,7,8,9,1,2\n3,2,1,1,2,3,4,5\n";
    char codes[300];
    gvc_import *import = NULL;
    gvc_table *table = NULL;
    gvc_import_opts opts = { .format = "icio-user" };
    gvc_status st;

    snprintf(codes, sizeof codes, "%s", hostile_file("codes.csv", data, bytes));
    opts.countries = codes;
    st = gvc_import_open(ctx, &import,
                         hostile_file("user.csv", (const uint8_t *)user, sizeof user - 1), &opts);
    if (st == GVC_OK)
        st = gvc_import_table(ctx, &table, import, 0, YEAR);
    gvc_table_free(table);
    gvc_import_close(import);
    return st;
}

/* A folder is made of the members whose names are those of files, and goes again. */
static gvc_status read_folder(gvc_ctx *ctx, const uint8_t *data, size_t bytes)
{
    static const char *const names[] = { "labels.csv", "fcols.csv", "Z.csv",      "F.csv",
                                         "x.csv",      "VA.csv",    "groups.csv", "inputs.csv" };
    zipped z = { 0 };
    gvc_status st;

    zipped_unpack(&z, data, bytes);
    for (size_t k = 0; k < sizeof names / sizeof *names; k++)
        for (int i = 0; i < z.n; i++)
            if (strcmp(z.members[i].name, names[k]) == 0)
                hostile_file(names[k], z.members[i].data, z.members[i].bytes);
    zipped_clear(&z);
    st = read_and_check(ctx, hostile_path(""));
    for (size_t k = 0; k < sizeof names / sizeof *names; k++)
        unlink(hostile_path(names[k]));
    return st;
}

const hostile_kind hostile_texts[] = {
    { "group", read_group },     { "digital", read_digital }, { "countries", read_countries },
    { "sectors", read_sectors }, { "inputs", read_inputs },   { "attach", attach },
    { "results", read_results }, { "history", read_history }, { "json", read_json },
    { "codes", read_codes },     { "folder", read_folder },   { NULL, NULL },
};
