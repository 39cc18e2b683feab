#include "import/long.h"

#include "base/mem.h"

/* The long-run WIOD: all years in one list of cells. */

static const gvc_long_line lines[] = { { "xVA", GVC_LINE_VA }, { "xGO", GVC_LINE_OUTPUT } };

static const gvc_long_spec spec = {
    .row_country = "row_country",
    .row_item = "row_isic3",
    .col_country = "col_country",
    .col_item = "col_isic3",
    .value = "value",
    .year = "year",
    .total = "xTOT",
    .lines = lines,
    .n_lines = sizeof lines / sizeof *lines,
    .skip_row = "xII",
    .output_column = "xGO",
};

static const gvc_part *find_part(const gvc_source *source)
{
    for (gvc_int i = 0; i < source->n; i++)
        if (gvc_long__fits(&source->parts[i], &spec))
            return &source->parts[i];
    return NULL;
}

static gvc_status recognise(gvc_ctx *ctx, gvc_import *import, int *is)
{
    (void)ctx;
    *is = find_part(import->source) != NULL;
    return GVC_OK;
}

static void free_state(void *state)
{
    gvc_long__free(state);
}

static gvc_status list(gvc_ctx *ctx, gvc_import *import)
{
    const gvc_part *part = find_part(import->source);
    gvc_long *l = NULL;
    gvc_status st = part ? gvc_long__scan(ctx, &l, import, part, &spec) : GVC_OK;

    import->state = l;
    import->free_state = free_state;
    for (gvc_int i = 0; st == GVC_OK && l && i < gvc_long__n_years(l); i++)
        st = gvc_import__add(ctx, import, gvc_long__year(l, i), part);
    return st;
}

static gvc_status read(gvc_ctx *ctx, gvc_import *import, gvc_int i, gvc_table **out)
{
    static const gvc_release release = {
        .source = "WIOD",
        .release = "long-run 2022",
        .unit = "million USD",
        .currency = "USD",
        .multiplier = 1e6,
        .price_basis = "current",
        .valuation = "basic",
        .sector_scheme = "lrwiod23",
        .inventory = "xINV",
        .citation = "Woltjer, Gouma, Timmer (2021), Long-run World Input-Output Database: Version "
                    "1.1 Sources and Methods, GGDC Research Memorandum 190",
    };

    return gvc_long__read(ctx, import->state, import, i, &release, out);
}

const gvc_format gvc_format__lr = {
    .name = "lr-wiod2022",
    .title = "long-run WIOD, release of 2022 (csv)",
    .recognise = recognise,
    .list = list,
    .read = read,
};
