#include "store/store.h"

#include "../support/support.h"
#include "base/file.h"
#include "base/labels.h"
#include "base/mem.h"

#include <hdf5.h>
#include <hdf5_hl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *const countries[] = { "CHN", "USA" }, *const sectors[] = { "a", "b", "c" };

/* Exporter and sector against importer, without own pairs. */
static gvc_frame *bilateral(gvc_ctx *ctx)
{
    const gvc_column_info exporter = { .name = "exporter" }, sector = { .name = "exporter_sector" },
                          importer = { .name = "importer" },
                          value = { .name = "dva",
                                    .label = "domestic value added",
                                    .unit = "money",
                                    .formula = "v B E",
                                    .measure = "bm/exporter/source/dva",
                                    .group = "bm/exporter/source" };
    gvc_labels *G = NULL, *N = NULL;
    gvc_frame *frame = NULL;
    int32_t *r, *k, *s;
    double *dva;

    assert_ok(ctx, gvc_labels__new(ctx, &G, 2, countries, NULL));
    assert_ok(ctx, gvc_labels__new(ctx, &N, 3, sectors, NULL));
    assert_ok(ctx, gvc_frame__new(ctx, &frame, GVC_FRAME_EXPORTS, "bilateral_sector", 2011, 6));
    r = gvc_frame__add_label(ctx, frame, GVC_ROLE_KEY, &exporter, G);
    k = gvc_frame__add_label(ctx, frame, GVC_ROLE_KEY, &sector, N);
    s = gvc_frame__add_label(ctx, frame, GVC_ROLE_KEY, &importer, G);
    dva = gvc_frame__add_real(ctx, frame, &value);
    for (int i = 0; i < 6; i++) {
        r[i] = i / 3;
        k[i] = i % 3;
        s[i] = 1 - i / 3;
        dva[i] = 10 + i;
    }
    gvc_labels__free(G);
    gvc_labels__free(N);
    return frame;
}

static void dense_arrays_stand_over_industries_and_importers(void **state)
{
    gvc_ctx *ctx = *state;
    gvc_frame *frame = bilateral(ctx);
    gvc_result_file *file = NULL;
    double got[6][2];
    hid_t id, set;

    assert_ok(ctx, gvc_result__create(ctx, &file, in_folder("dense.h5"), 1, NULL));
    assert_ok(ctx, gvc_result__add_dense(ctx, file, frame));
    assert_int_equal(gvc_result__add_dense(ctx, file, frame), GVC_EUSAGE);
    assert_ok(ctx, gvc_result__commit(ctx, file));
    id = H5Fopen(in_folder("dense.h5"), H5F_ACC_RDONLY, H5P_DEFAULT);
    set = H5Dopen2(id, "/results/2011/bm/exporter/source/bilateral_sector/dva", H5P_DEFAULT);
    assert_true(set >= 0);
    assert_int_equal(H5Dget_storage_size(set), sizeof got);
    assert_true(H5Dread(set, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, got) >= 0);
    for (int i = 0; i < 6; i++) {
        assert_true(isnan(got[i][i / 3]));
        assert_true(got[i][1 - i / 3] == 10 + i);
    }
    assert_true(H5Aexists(set, "definition") > 0);
    H5Dclose(set);
    H5Fclose(id);
    unlink(in_folder("dense.h5"));
    gvc_frame_free(frame);
}

static void a_panel_has_one_dataset_per_column(void **state)
{
    gvc_ctx *ctx = *state;
    gvc_frame *frame = bilateral(ctx);
    gvc_result_file *file = NULL;
    gvc_store *store = NULL;
    double got[6];
    hid_t id, set;

    assert_ok(ctx, gvc_result__create(ctx, &file, in_folder("panel.h5"), 1, NULL));
    assert_ok(ctx, gvc_result__add_panel(ctx, file, frame, "p"));
    assert_ok(ctx, gvc_result__commit(ctx, file));
    id = H5Fopen(in_folder("panel.h5"), H5F_ACC_RDONLY, H5P_DEFAULT);
    set = H5Dopen2(id, "/results/panel/p/dva", H5P_DEFAULT);
    assert_true(H5Dread(set, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, got) >= 0);
    assert_true(got[5] == 15);
    assert_true(H5Lexists(id, "/results/panel/p/exporter_sector", H5P_DEFAULT) > 0);
    H5Dclose(set);
    H5Fclose(id);
    assert_int_equal(gvc_store__open(ctx, &store, in_folder("panel.h5")), GVC_EDATA);
    assert_non_null(strstr(gvc_ctx_message(ctx), "holds results, not tables"));
    unlink(in_folder("panel.h5"));
    gvc_frame_free(frame);
}

/* More arrays along a scale than a list in an old object header has room for (4,094). */
static void a_scale_knows_thousands_of_arrays(void **state)
{
    enum { MANY = 4200 };
    gvc_ctx *ctx = *state;
    gvc_frame *frame = bilateral(ctx);
    gvc_result_file *file = NULL;
    char name[32];
    gvc_column_info value = { .name = name, .group = "many" };
    hid_t id, scale, attr, space, set;

    for (int i = 0; i < MANY; i++) {
        snprintf(name, sizeof name, "v%d", i);
        assert_non_null(gvc_frame__add_real(ctx, frame, &value));
    }
    assert_ok(ctx, gvc_result__create(ctx, &file, in_folder("many.h5"), 1, NULL));
    assert_ok(ctx, gvc_result__add_dense(ctx, file, frame));
    assert_ok(ctx, gvc_result__commit(ctx, file));
    id = H5Fopen(in_folder("many.h5"), H5F_ACC_RDONLY, H5P_DEFAULT);
    scale = H5Dopen2(id, "/country", H5P_DEFAULT);
    attr = H5Aopen(scale, "REFERENCE_LIST", H5P_DEFAULT);
    space = H5Aget_space(attr);
    assert_int_equal(H5Sget_simple_extent_npoints(space), MANY + 1);
    set = H5Dopen2(id, "/results/2011/many/bilateral_sector/v4199", H5P_DEFAULT);
    assert_int_equal(H5DSis_attached(set, scale, 1), 1);
    assert_int_equal(H5DSis_attached(set, scale, 0), 0);
    assert_int_equal(H5DSget_num_scales(set, 0), 1);
    H5Sclose(space);
    H5Aclose(attr);
    H5Dclose(set);
    H5Dclose(scale);
    H5Fclose(id);
    unlink(in_folder("many.h5"));
    gvc_frame_free(frame);
}

static void an_aborted_result_leaves_nothing(void **state)
{
    gvc_ctx *ctx = *state;
    gvc_frame *frame = bilateral(ctx);
    gvc_result_file *file = NULL;

    assert_ok(ctx, gvc_result__create(ctx, &file, in_folder("gone.h5"), 0, NULL));
    assert_ok(ctx, gvc_result__add_dense(ctx, file, frame));
    gvc_result__abort(file);
    assert_false(gvc_file__exists(in_folder("gone.h5")));
    gvc_frame_free(frame);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        context_test(dense_arrays_stand_over_industries_and_importers),
        context_test(a_panel_has_one_dataset_per_column),
        context_test(a_scale_knows_thousands_of_arrays),
        context_test(an_aborted_result_leaves_nothing),
    };

    return cmocka_run_group_tests(tests, make_folder, drop_folder);
}
