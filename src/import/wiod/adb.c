#include "import/wiod/sheet.h"

#include <stdio.h>

static gvc_status recognise(gvc_ctx *ctx, gvc_import *import, int *is)
{
    return gvc_wiod__recognise(ctx, import, GVC_WIOD_ADB, is);
}

static gvc_status list(gvc_ctx *ctx, gvc_import *import)
{
    return gvc_wiod__list(ctx, import, GVC_WIOD_ADB);
}

static gvc_status read(gvc_ctx *ctx, gvc_import *import, gvc_int i, gvc_table **out)
{
    static const gvc_release release = {
        .source = "ADB-MRIO",
        .unit = "million USD",
        .currency = "USD",
        .multiplier = 1e6,
        .price_basis = "current",
        .valuation = "basic",
        .sector_scheme = "adb35",
        .inventory = "F5",
        .citation = "Asian Development Bank, Multiregional Input-Output Tables",
    };

    return gvc_wiod__read(ctx, import, import->items[i].part, &release, GVC_WIOD_ADB, out);
}

const gvc_format gvc_format__adb = {
    .name = "adb-mrio",
    .title = "ADB multiregional input-output tables (xlsx)",
    .recognise = recognise,
    .list = list,
    .read = read,
};
