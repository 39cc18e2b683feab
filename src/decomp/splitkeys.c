#include "decomp/splitkeys.h"

#include "base/labels.h"
#include "base/mem.h"
#include "decomp/bought.h"

/* The units, and DISC behind them where the table has a discrepancy. */
static gvc_status name_absorbers(gvc_ctx *ctx, gvc_splitkeys *keys, gvc_int n)
{
    const gvc_int U = gvc_labels_n(keys->units);
    const char **codes = gvc_mem__alloc(ctx, 2 * n, sizeof *codes);
    const char **names = codes + n;
    gvc_status st;

    if (!codes)
        return GVC_ENOMEM;
    for (gvc_int u = 0; u < n; u++) {
        codes[u] = u < U ? gvc_labels_code(keys->units, u) : "DISC";
        names[u] = u < U ? gvc_labels_name(keys->units, u) : "Row discrepancy";
    }
    st = gvc_labels__new(ctx, &keys->destinations, n, codes, names);
    gvc_mem__free(codes);
    return st;
}

static gvc_int count(const gvc_model *model, gvc_axis axis)
{
    if (axis == GVC_AXIS_UNITS)
        return gvc_model_U(model);
    return axis == GVC_AXIS_ROWS ? gvc_model_n(model) : 1;
}

gvc_status gvc_splitkeys__new(gvc_ctx *ctx, gvc_splitkeys *out, const gvc_model *model,
                              const gvc_split *split, const gvc_rowplan *plan)
{
    const gvc_edition *edition = gvc_table_edition(gvc_model_table(model));
    const gvc_labels *sectors = gvc_edition_sectors(edition);
    gvc_status st = GVC_OK;

    *out = (gvc_splitkeys){
        .split = split,
        .units = gvc_units_labels(gvc_model_units(model)),
        .sectors = plan->sectors,
        .n_origins = count(model, split->origins),
        .n_destinations = count(model, split->destinations),
    };
    if (split->destinations == GVC_AXIS_ABSORBERS) {
        out->n_destinations = gvc_split__absorbers(model);
        st = name_absorbers(ctx, out, out->n_destinations);
    } else if (split->destinations == GVC_AXIS_BOUGHT) {
        out->n_destinations = gvc_bought__pairs(model);
        st = gvc_labels__pairs(ctx, &out->destinations, out->units, sectors,
                               gvc_model_has_disc(model) ? "DISC" : NULL);
    }
    if (st == GVC_OK && split->origins == GVC_AXIS_ROWS)
        st = gvc_labels__pairs(ctx, &out->origins, gvc_edition_countries(edition), sectors, NULL);
    return st;
}

void gvc_splitkeys__clear(gvc_splitkeys *keys)
{
    gvc_labels__free(keys->origins);
    gvc_labels__free(keys->destinations);
}

gvc_keyed gvc_splitkeys__of(const gvc_splitkeys *keys, gvc_level level)
{
    const unsigned has = gvc_level__info(level)->keys;

    return (gvc_keyed){
        .split = keys->split,
        .level = level,
        .n_origins = has & GVC_KEY_ORIGIN ? keys->n_origins : 1,
        .n_destinations = has & GVC_KEY_DESTINATION ? keys->n_destinations : 1,
    };
}

gvc_status gvc_splitkeys__add(gvc_ctx *ctx, gvc_keyed *keyed, const gvc_splitkeys *keys,
                              gvc_frame *frame)
{
    const struct {
        unsigned key;
        int32_t **column;
        const gvc_labels *labels;
        gvc_column_info info;
    } columns[] = {
        { GVC_KEY_EXPORTER,
          &keyed->exporter,
          keys->units,
          { .name = "exporter", .label = "Exporting country or group" } },
        { GVC_KEY_SECTOR,
          &keyed->sector,
          keys->sectors,
          { .name = "exporter_sector", .label = "Sector of the exporter" } },
        { GVC_KEY_IMPORTER,
          &keyed->importer,
          keys->units,
          { .name = "importer", .label = "Direct importer, country or group" } },
        { GVC_KEY_ORIGIN,
          &keyed->origin,
          keys->origins ? keys->origins : keys->units,
          { .name = "origin",
            .label = "Country, group or industry where value added originates" } },
        { GVC_KEY_DESTINATION,
          &keyed->destination,
          keys->destinations ? keys->destinations : keys->units,
          { .name = "destination",
            .label = keys->split->destinations == GVC_AXIS_BOUGHT
                         ? "Country or group of final absorption, and product bought"
                         : "Country or group of final absorption" } },
    };

    /* Rows of imports have the importer before the sector. */
    static const int exports[] = { 0, 1, 2, 3, 4 }, imports[] = { 2, 1, 3, 4 };
    const unsigned has = gvc_level__info(keyed->level)->keys;
    const int is_export = (has & GVC_KEY_EXPORTER) != 0;

    for (int i = 0; i < (is_export ? 5 : 4); i++) {
        const int c = is_export ? exports[i] : imports[i];

        if (!(has & columns[c].key))
            continue;
        *columns[c].column =
            gvc_frame__add_label(ctx, frame, GVC_ROLE_KEY, &columns[c].info, columns[c].labels);
        if (!*columns[c].column)
            return GVC_ENOMEM;
    }
    return GVC_OK;
}

static gvc_int code_of(gvc_axis axis, gvc_int at, gvc_int site, gvc_int r)
{
    if (axis == GVC_AXIS_EXPORTER)
        return site;
    return axis == GVC_AXIS_IMPORTER ? r : at;
}

void gvc_splitkeys__put(const gvc_keyed *keyed, gvc_int row, gvc_int site, gvc_int k, gvc_int r,
                        gvc_int o, gvc_int l)
{
    const gvc_int importer = keyed->exporter ? r : site;

    if (keyed->exporter)
        keyed->exporter[row] = (int32_t)site;
    if (keyed->sector)
        keyed->sector[row] = (int32_t)k;
    if (keyed->importer)
        keyed->importer[row] = (int32_t)importer;
    if (keyed->origin)
        keyed->origin[row] = (int32_t)code_of(keyed->split->origins, o, site, importer);
    if (keyed->destination)
        keyed->destination[row] = (int32_t)code_of(keyed->split->destinations, l, site, importer);
}
