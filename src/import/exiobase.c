#include "import/extension.h"
#include "import/pymrio.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

/*
 * EXIOBASE 3 has the form of a system saved by pymrio. Its primary inputs are the first rows of an
 * extension: taxes on products, then those that make value added; Z may be missing, A is there.
 */

static const char taxes[] = "Taxes less subsidies on products purchased: Total";

static const gvc_part *extension(const gvc_source *s, const char *name)
{
    const gvc_part *part = gvc_pymrio__part(s, "factor_inputs", name);

    return part ? part : gvc_pymrio__part(s, "satellite", name);
}

static gvc_status recognise(gvc_ctx *ctx, gvc_import *import, int *is)
{
    const gvc_source *s = import->source;
    const gvc_part *meta = gvc_pymrio__part(s, "", "metadata.json"),
                   *unit = extension(s, "unit.txt");

    (void)ctx;
    *is = gvc_pymrio__system(s) &&
          ((meta && strcasestr(meta->head, "exiobase")) || (unit && strstr(unit->head, taxes)));
    return GVC_OK;
}

static gvc_status list(gvc_ctx *ctx, gvc_import *import)
{
    const gvc_source *s = import->source;
    const gvc_part *Z = gvc_pymrio__part(s, "", "Z.txt");
    char path[4400];
    int year;

    if (!Z)
        Z = gvc_pymrio__part(s, "", "A.txt");
    if (!Z || !gvc_pymrio__part(s, "", "Y.txt") || !gvc_pymrio__part(s, "", "x.txt"))
        return gvc_error__at(ctx, GVC_EDATA, s->path, NULL,
                             "EXIOBASE without %s; Z.txt or A.txt, Y.txt and x.txt are expected",
                             !Z                                 ? "Z.txt and A.txt"
                             : gvc_pymrio__part(s, "", "Y.txt") ? "x.txt"
                                                                : "Y.txt");
    snprintf(path, sizeof path, "%s/%s", s->path, Z->name);
    year = gvc_text__year(path);
    return gvc_import__add(ctx, import, year ? year : GVC_INT_MISSING, Z);
}

/* Monetary rows of the extension; its stressors are no inputs of the table. */
static int role_of(const char *label, gvc_line_role *role)
{
    static const char *const va[] = { "Other net taxes on production", "Compensation of employees",
                                      "Operating surplus" };

    *role = GVC_LINE_PRIMARY;
    if (strcmp(label, taxes) == 0)
        return 1;
    for (size_t i = 0; i < sizeof va / sizeof *va; i++)
        if (strncmp(label, va[i], strlen(va[i])) == 0) {
            *role = GVC_LINE_VA;
            return 1;
        }
    return 0;
}

/* Exports inside the table are its flows: the category of demand must be empty. */
static gvc_status check_exports(gvc_ctx *ctx, gvc_import *import, const gvc_table *t)
{
    const gvc_int k = gvc_labels_find(t->edition->categories, "Exports: Total (fob)");
    double sum = 0.0;

    for (gvc_int c = 0; k >= 0 && c < t->G; c++)
        for (gvc_int i = 0; i < t->n; i++)
            sum += t->FD.a[i + (c * t->K + k) * t->FD.ld];
    return sum == 0.0 ? GVC_OK
                      : gvc_import__warn(ctx, import,
                                         "final demand \"Exports: Total (fob)\" holds %.10g, 0 "
                                         "expected: exports are counted twice",
                                         sum);
}

static gvc_status fill(gvc_ctx *ctx, gvc_draft *draft, gvc_import *import, const gvc_part *Z)
{
    static const gvc_release release = {
        .source = "EXIOBASE",
        .unit = "million EUR",
        .currency = "EUR",
        .multiplier = 1e6,
        .price_basis = "current",
        .valuation = "basic",
        .inventory = "Changes in inventories",
        .citation = "Stadler and others (2018), EXIOBASE 3, Journal of Industrial Ecology 22",
    };
    const gvc_source *s = import->source;
    const gvc_part *meta = gvc_pymrio__part(s, "", "metadata.json"),
                   *unit = gvc_pymrio__part(s, "", "unit.txt"), *F = extension(s, "F.txt");
    char version[202] = "", system[100] = "";
    gvc_status st = gvc_draft__describe(ctx, draft, &release);

    if (st == GVC_OK && meta)
        st = gvc_pymrio__text(ctx, s, meta, "version", version, 100);
    if (st == GVC_OK && meta)
        st = gvc_pymrio__text(ctx, s, meta, "system", system, sizeof system);
    strcat(version, *system && *version ? ", " : "");
    strncat(version, system, sizeof version - strlen(version) - 1);
    if (st == GVC_OK && *version)
        st = gvc_draft__attr(ctx, draft, "release", version);
    if (st == GVC_OK && unit)
        st = gvc_pymrio__unit(ctx, draft, import, unit);
    if (st == GVC_OK)
        st = gvc_pymrio__flows(ctx, draft, import, Z, gvc_pymrio__part(s, "", "Y.txt"));
    if (st == GVC_OK)
        st = gvc_pymrio__output(ctx, draft, import, gvc_pymrio__part(s, "", "x.txt"));
    if (st == GVC_OK && Z == gvc_pymrio__part(s, "", "A.txt"))
        st = gvc_draft__scale(ctx, draft);
    if (st == GVC_OK)
        st = check_exports(ctx, import, gvc_draft__table(draft));
    return st == GVC_OK ? gvc_extension__read(ctx, draft, import, F, role_of) : st;
}

static gvc_status read(gvc_ctx *ctx, gvc_import *import, gvc_int i, gvc_table **out)
{
    return gvc_draft__read(ctx, out, import, i, fill);
}

const gvc_format gvc_format__exiobase = {
    .name = "exiobase3",
    .title = "EXIOBASE 3 (txt)",
    .recognise = recognise,
    .list = list,
    .read = read,
};
