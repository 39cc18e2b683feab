#include "import/wiod/sheet.h"

static const gvc_release release = {
    .source = "WIOD",
    .release = "2013",
    .unit = "million USD",
    .currency = "USD",
    .multiplier = 1e6,
    .price_basis = "current",
    .valuation = "basic",
    .sector_scheme = "wiod13",
    .inventory = "c42",
    .licence = "CC BY 4.0",
    .citation =
        "Timmer, Dietzenbacher, Los, Stehrer, de Vries (2015), An Illustrated User Guide to "
        "the World Input-Output Database, Review of International Economics 23",
};

static gvc_status recognise(gvc_ctx *ctx, gvc_import *import, int *is)
{
    return gvc_wiod__recognise(ctx, import, GVC_WIOD_2013, is);
}

static gvc_status list(gvc_ctx *ctx, gvc_import *import)
{
    return gvc_wiod__list(ctx, import, GVC_WIOD_2013);
}

static gvc_status read(gvc_ctx *ctx, gvc_import *import, gvc_int i, gvc_table **out)
{
    return gvc_wiod__read(ctx, import, import->items[i].part, &release, GVC_WIOD_2013, out);
}

const gvc_format gvc_format__wiod2013 = {
    .name = "wiod2013",
    .title = "WIOD, release of 2013 (xlsx)",
    .recognise = recognise,
    .list = list,
    .read = read,
};
