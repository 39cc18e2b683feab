#include "index/partner.h"

#include <stddef.h>
#include <string.h>

#define IMPORTER "direct importer"
#define ORIGIN "country where the value added originates"
#define ABSORBER "final absorber"

/* The first row whose family and beginning of the name fit says it. */
static const struct {
    const char *family, *begins, *partner;
} rows[] = {
    { "base", "", IMPORTER },
    { "kpww", "iv_vs1", "re-exporting country" },
    { "kpww", "part_vs1", "re-exporting country (IV), origin of value added (FV)" },
    { "kpww", "pos_vs1", "re-exporting country (IV), origin of value added (FV)" },
    { "kpww", "fv_src", ORIGIN },
    { "kpww", "", IMPORTER },
    { "kpww_wwz", "", IMPORTER },
    { "activity", "y_", ORIGIN },
    { "activity", "gvcpt_b", ORIGIN },
    { "activity", "", IMPORTER },
    { "apl", "", "country that finishes the goods" },
    { "bmt", "", IMPORTER },
    { "vatrade", "tb_", "trading partner" },
    { "vatrade", "", ABSORBER },
    { "exposure", "fir_", "country the inputs come from" },
    { "exposure", "fmr_", "country that uses the sales" },
    { "extraction", "hem_trade", "country that loses the GDP" },
    { "extraction", "", "importer of the flow taken out" },
    { "satellite", "", ABSORBER },
    { "tradecost", "", "buyer" },
};

const char *gvc_index__partner(const char *family, const char *column)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (strcmp(rows[i].family, family) == 0 &&
            strncmp(column, rows[i].begins, strlen(rows[i].begins)) == 0)
            return rows[i].partner;
    return "";
}
