#include <gvc/digital.h>

#include "base/csv.h"
#include "base/decimal.h"
#include "base/mem.h"
#include "base/text.h"
#include "table/builtin.h"
#include "table/scheme.h"
#include "table/table.h"

#include <stdio.h>
#include <string.h>

struct gvc_digital {
    gvc_edition *edition;
    double *weight;
    gvc_buf text;
};

/* What --digital calls them, and the columns of sectors_<scheme>.csv. */
static const struct {
    const char *name, *column;
} sets[] = {
    { "narrow", "digital_narrow" },
    { "broad", "digital_broad" },
    { "strict", "ict_strict" },
};

static const char *column_of(const char *choice)
{
    for (size_t i = 0; i < sizeof sets / sizeof *sets; i++)
        if (strcmp(sets[i].name, choice) == 0)
            return sets[i].column;
    return NULL;
}

static gvc_status refuse_sector(gvc_ctx *ctx, const gvc_edition *edition, const char *file,
                                const char *place, const char *code)
{
    const char *near = gvc_labels__nearest(edition->sectors, code);

    return gvc_error__at(ctx, GVC_ELABEL, file, place, "\"%s\" is no sector of this table%s%s%s",
                         code, near ? "; did you mean " : "", near ? near : "", near ? "?" : "");
}

static gvc_status refuse_scheme(gvc_ctx *ctx, const char *scheme, const char *column)
{
    return gvc_error__set(ctx, GVC_ELABEL,
                          "no set %s is known for %s%s; name the digital sectors in the table's "
                          "inputs (kind digital) or with --digital @FILE, CSV sector,weight",
                          column, scheme ? "the sector scheme " : "a table without a sector scheme",
                          scheme ? scheme : "");
}

/* A column of sectors_<scheme>.csv, whose cells are 0 or 1. */
static gvc_status from_scheme(gvc_ctx *ctx, gvc_digital *digital, const gvc_edition *edition,
                              const char *column)
{
    const char *scheme = gvc_edition_attr(edition, "sector_scheme");
    gvc_builtin_record record;
    char name[64];
    gvc_int n = 0;

    snprintf(name, sizeof name, "sectors_%s", scheme ? scheme : "");
    if (!gvc_builtin__find(name))
        return refuse_scheme(ctx, scheme, column);
    gvc_builtin__open(&record, name);
    while (gvc_builtin__next(&record)) {
        const gvc_int k = gvc_scheme__sector(&record, edition->sectors);

        if (strcmp(gvc_builtin__cell(&record, column), "1") != 0)
            continue;
        if (k < 0)
            return refuse_sector(ctx, edition, NULL, column, gvc_builtin__cell(&record, "code"));
        digital->weight[k] = 1;
        n++;
    }
    gvc_buf__printf(ctx, &digital->text, "%s of %s", column, scheme);
    return n > 0 ? GVC_OK : refuse_scheme(ctx, scheme, column);
}

static gvc_status read_row(gvc_ctx *ctx, gvc_digital *digital, const gvc_edition *edition,
                           const gvc_csv *csv, gvc_int row)
{
    const char *code = gvc_csv__cell(csv, row, 0);
    const char *text = gvc_csv__cell(csv, row, gvc_csv__find(csv, "weight"));
    const gvc_int k = gvc_labels_find(edition->sectors, code);
    double weight = 1;
    char place[64];

    snprintf(place, sizeof place, "line %lld", (long long)gvc_csv__line(csv, row));
    if (k < 0)
        return refuse_sector(ctx, edition, gvc_csv__path(csv), place, code);
    if (*text) {
        const char *end = gvc_decimal__read(text, text + strlen(text), &weight);

        if (*end || end == text || !(weight >= 0 && weight <= 1))
            return gvc_error__at(ctx, GVC_EDATA, gvc_csv__path(csv), place,
                                 "weight \"%s\" of %s found, a number from 0 to 1 expected", text,
                                 code);
    }
    if (digital->weight[k] != 0)
        return gvc_error__at(ctx, GVC_EDATA, gvc_csv__path(csv), place, "%s stands here twice",
                             code);
    digital->weight[k] = weight;
    return GVC_OK;
}

/* The header of a bare list is its first sector: then rows begin at -1. */
static gvc_status from_file(gvc_ctx *ctx, gvc_digital *digital, const gvc_edition *edition,
                            const char *path)
{
    gvc_csv *csv = NULL;
    gvc_status st = gvc_csv__read(ctx, &csv, path);
    gvc_int first;

    if (st != GVC_OK)
        return st;
    first = gvc_csv__columns(csv) == 1 && gvc_csv__find(csv, "sector") < 0 ? -1 : 0;
    if (first == 0)
        st = gvc_csv__expect(ctx, csv, "sector,weight", 1);
    for (gvc_int row = first; st == GVC_OK && row < gvc_csv__rows(csv); row++)
        st = read_row(ctx, digital, edition, csv, row);
    gvc_csv__free(csv);
    gvc_buf__puts(ctx, &digital->text, path);
    return st;
}

static gvc_status choose(gvc_ctx *ctx, gvc_digital *digital, const gvc_edition *edition,
                         const char *choice)
{
    const double *own = gvc_edition_set(edition, "digital");

    if (!choice && own) {
        memcpy(digital->weight, own, (size_t)gvc_labels_n(edition->sectors) * sizeof *own);
        gvc_buf__puts(ctx, &digital->text, "the table's own set");
        return GVC_OK;
    }
    if (choice && choice[0] == '@' && choice[1])
        return from_file(ctx, digital, edition, choice + 1);
    if (choice && !column_of(choice))
        return gvc_error__set(
            ctx, GVC_EUSAGE,
            "digital sectors \"%s\" found; narrow, broad, strict or @FILE expected", choice);
    return from_scheme(ctx, digital, edition, column_of(choice ? choice : "broad"));
}

/* ": c14, c27 0.5", or where nothing is digital so. */
static void list_sectors(gvc_ctx *ctx, gvc_digital *digital, const gvc_edition *edition)
{
    const char *before = ": ";

    for (gvc_int k = 0; k < gvc_labels_n(edition->sectors); k++) {
        if (digital->weight[k] == 0)
            continue;
        gvc_buf__printf(ctx, &digital->text, "%s%s", before, gvc_labels_code(edition->sectors, k));
        before = ", ";
        if (digital->weight[k] != 1) {
            gvc_buf__puts(ctx, &digital->text, " ");
            gvc_buf__number(ctx, &digital->text, digital->weight[k]);
        }
    }
    if (*before == ':')
        gvc_buf__puts(ctx, &digital->text, ": no sector");
}

gvc_status gvc_digital_new(gvc_ctx *ctx, gvc_digital **out, const gvc_edition *edition,
                           const char *choice)
{
    gvc_digital *digital = gvc_mem__calloc(ctx, 1, sizeof *digital);
    gvc_status st = GVC_ENOMEM;

    *out = NULL;
    if (!digital)
        return GVC_ENOMEM;
    digital->edition = gvc_edition__share(edition);
    digital->weight = gvc_mem__calloc(ctx, gvc_labels_n(edition->sectors), sizeof *digital->weight);
    if (digital->weight)
        st = choose(ctx, digital, edition, choice);
    if (st == GVC_OK) {
        list_sectors(ctx, digital, edition);
        st = digital->text.failed ? GVC_ENOMEM : GVC_OK;
    }
    if (st != GVC_OK) {
        gvc_digital_free(digital);
        return st;
    }
    *out = digital;
    return GVC_OK;
}

const double *gvc_digital_weights(const gvc_digital *digital)
{
    return digital->weight;
}

int gvc_digital__fits(const gvc_digital *digital, const gvc_edition *edition)
{
    const gvc_labels *mine = digital->edition->sectors, *other = edition->sectors;

    if (gvc_labels_n(mine) != gvc_labels_n(other))
        return 0;
    for (gvc_int k = 0; k < gvc_labels_n(mine); k++)
        if (strcmp(gvc_labels_code(mine, k), gvc_labels_code(other, k)) != 0)
            return 0;
    return 1;
}

const char *gvc_digital_text(const gvc_digital *digital)
{
    return gvc_buf__text(&digital->text);
}

void gvc_digital_free(gvc_digital *digital)
{
    if (!digital)
        return;
    gvc_edition__free(digital->edition);
    gvc_mem__free(digital->weight);
    gvc_buf__free(&digital->text);
    gvc_mem__free(digital);
}
