#include "panel_sample.h"

#include "base/labels.h"
#include "base/mem.h"
#include "frame/frame.h"
#include "table/table.h"

#include <math.h>
#include <string.h>

static const char *const codes[SAMPLE_G] = { "ITA", "CHN", "ROU", "USA", "ROW" };
static const char *const sectors[] = { "c1", "c2" };

gvc_edition *sample_edition_of(gvc_ctx *ctx, gvc_int G, const char *source, const char *release)
{
    static const char *const native[SAMPLE_G] = { "ITA", "CHN", "ROM", "USA", "RoW" };
    static const char *const facts[][2] = {
        { "unit", "million USD" },
        { "currency", "USD" },
        { "multiplier", "1000000" },
        { "price_basis", "current" },
    };
    gvc_edition *edition;

    assert_ok(ctx, gvc_edition__new(ctx, &edition));
    assert_ok(ctx, gvc_labels__new(ctx, &edition->countries, G, codes, NULL));
    assert_ok(ctx, gvc_labels__new(ctx, &edition->sectors, 2, sectors, NULL));
    assert_ok(ctx, gvc_labels__new(ctx, &edition->categories, 1, sectors, NULL));
    edition->native = gvc_mem__alloc(ctx, SAMPLE_G, sizeof *native);
    memcpy(edition->native, native, sizeof native);
    for (size_t i = 0; i < sizeof facts / sizeof *facts; i++)
        assert_ok(ctx, gvc_attrs__set(ctx, edition->attrs, facts[i][0], facts[i][1]));
    assert_ok(ctx, gvc_attrs__set(ctx, edition->attrs, "source", source));
    assert_ok(ctx, gvc_attrs__set(ctx, edition->attrs, "release", release));
    return edition;
}

gvc_edition *sample_edition(gvc_ctx *ctx)
{
    return sample_edition_of(ctx, SAMPLE_G, "WIOD", "2013");
}

void sample_edition_free(gvc_edition *edition)
{
    gvc_edition__free(edition);
}

gvc_frame *sample_frame(gvc_ctx *ctx, const gvc_edition *edition, const char *level, int year,
                        int sector, int partner)
{
    const gvc_column_info up = { .name = "up",
                                 .label = "Upstreamness",
                                 .unit = "stages",
                                 .measure = "up",
                                 .group = "position" };
    const gvc_column_info gexp = { .name = "gexp",
                                   .label = "Gross exports",
                                   .unit = "money",
                                   .measure = "gexp",
                                   .group = "base" };
    const gvc_column_info of[] = { { .name = "country" },
                                   { .name = "sector" },
                                   { .name = "partner" } };
    const gvc_int G = gvc_labels_n(edition->countries);
    const gvc_int n_sectors = sector ? 2 : 1, n_partners = partner ? G : 1;
    const gvc_int rows = G * n_sectors * n_partners;
    int32_t *c, *k = NULL, *p = NULL;
    gvc_frame *frame;
    double *v, *e;

    assert_ok(ctx, gvc_frame__new(ctx, &frame, GVC_FRAME_INDICES, level, year, rows));
    c = gvc_frame__add_label(ctx, frame, GVC_ROLE_KEY, &of[0], edition->countries);
    if (sector)
        k = gvc_frame__add_label(ctx, frame, GVC_ROLE_KEY, &of[1], edition->sectors);
    if (partner)
        p = gvc_frame__add_label(ctx, frame, GVC_ROLE_KEY, &of[2], edition->countries);
    v = gvc_frame__add_real(ctx, frame, &up);
    e = gvc_frame__add_real(ctx, frame, &gexp);
    for (gvc_int i = 0; i < rows; i++) {
        c[i] = (int32_t)(i / (n_sectors * n_partners));
        if (k)
            k[i] = (int32_t)(i / n_partners % n_sectors);
        if (p)
            p[i] = (int32_t)(i % n_partners);
        v[i] = 1000.0 * year + (double)i;
        e[i] = p && p[i] == c[i] ? NAN : (double)(i + 1);
    }
    return frame;
}

void sample_add(gvc_ctx *ctx, gvc_panel *panel, gvc_frame *frame)
{
    assert_ok(ctx, gvc_panel_add(ctx, panel, frame));
    gvc_frame_free(frame);
}

static gvc_int find(const gvc_frame *frame, const char *name)
{
    const gvc_int j = gvc_frame_find(frame, name);

    if (j < 0)
        fail_msg("there is no column %s", name);
    return j;
}

const int32_t *sample_ints(const gvc_frame *frame, const char *name)
{
    return gvc_frame_ints(frame, find(frame, name));
}

const double *sample_reals(const gvc_frame *frame, const char *name)
{
    return gvc_frame_reals(frame, find(frame, name));
}

const char *sample_text(const gvc_frame *frame, const char *name, gvc_int i)
{
    const gvc_int j = find(frame, name);

    return gvc_frame_codes(frame, j)[i] < 0
               ? ""
               : gvc_labels_code(gvc_frame_labels(frame, j), gvc_frame_codes(frame, j)[i]);
}

int sample_flag(const gvc_frame *frame, const char *name, gvc_int i)
{
    const unsigned char *flags = gvc_frame_flags(frame, find(frame, name));

    return flags ? flags[i] : GVC_FLAG_NONE;
}

gvc_int sample_row(const gvc_frame *frame, const char *country, int year)
{
    for (gvc_int i = 0; i < gvc_frame_rows(frame); i++)
        if (strcmp(sample_text(frame, "country", i), country) == 0 &&
            sample_ints(frame, "year")[i] == year)
            return i;
    fail_msg("there is no row %s %d", country, year);
    return -1;
}

void sample_check(const gvc_frame *frame)
{
    const int32_t *id = sample_ints(frame, "id"), *year = sample_ints(frame, "year");

    for (gvc_int i = 1; i < gvc_frame_rows(frame); i++)
        assert_true(id[i] == id[i - 1] ? year[i] > year[i - 1] : id[i] == id[i - 1] + 1);
    assert_int_equal(id[0], 1);
    for (gvc_int j = 0; j < gvc_frame_columns(frame); j++) {
        assert_true(strlen(gvc_frame_name(frame, j)) <= 32);
        assert_true(strlen(gvc_frame_label(frame, j)) <= 80);
        assert_true(*gvc_frame_label(frame, j) != '\0');
    }
}
