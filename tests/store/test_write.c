#include "store/store.h"

#include "../support/support.h"
#include "base/file.h"
#include "base/mem.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* A table with everything that a store can keep; random_table() gives it awkward values. */
static gvc_table *full_table(gvc_ctx *ctx, gvc_int G, gvc_int N, unsigned flags)
{
    static const char *const codes[] = { "jobs", "co2" }, *const units[] = { "thousand", "kt" };
    gvc_table *t = random_table(ctx, 7, G, N, flags);
    gvc_edition *e = (gvc_edition *)t->edition;
    double *set = gvc_edition__add_set(ctx, e, "digital");
    gvc_group *group = gvc_edition__add_group(ctx, e, "PAIR", 2);
    uint64_t seed = 11;

    set[N - 1] = 0.25;
    group->members[0] = (gvc_group_entry){ "C00", 2013, 0 };
    group->members[1] = (gvc_group_entry){ "XYZ", 0, 2019 };
    assert_ok(ctx, gvc_attrs__set(ctx, e->attrs, "multiplier", "1000000"));
    assert_ok(ctx, gvc_attrs__set(ctx, e->attrs, "unit", "million \xe2\x82\xac"));
    assert_ok(ctx, gvc_attrs__set(ctx, e->attrs, "history", "one\ntwo"));
    assert_ok(ctx, gvc_attrs__set(ctx, t->attrs, "source_file", "a b.csv"));
    assert_ok(ctx, gvc_table__add_satellites(ctx, t, 2, codes, units));
    assert_ok(ctx, gvc_table__add_tau(ctx, t));
    for (gvc_int i = 0; i < 2 * t->n; i++)
        t->satellite[i] = random_uniform(&seed);
    for (gvc_int i = 0; i < t->n * t->G; i++)
        t->tau_int.a[i] = random_uniform(&seed);
    return t;
}

static gvc_status save(gvc_ctx *ctx, const char *path, const gvc_table *t, gvc_store_opts opts)
{
    gvc_store_writer *w = NULL;
    gvc_status st = gvc_store_create(ctx, &w, path, t->edition, &opts);

    if (st == GVC_OK)
        st = gvc_store_add(ctx, w, t, 2011);
    if (st == GVC_OK)
        return gvc_store_commit(ctx, w);
    gvc_store_abort(w);
    return st;
}

static void assert_same_view(gvc_view a, gvc_view b)
{
    assert_int_equal(a.rows, b.rows);
    assert_int_equal(a.cols, b.cols);
    for (gvc_int j = 0; j < a.cols; j++)
        assert_memory_equal(a.a + j * a.ld, b.a + j * b.ld, (size_t)a.rows * sizeof *a.a);
}

static void assert_same_table(const gvc_table *a, const gvc_table *b)
{
    const size_t column = (size_t)a->n * sizeof(double);

    assert_same_view(a->Zt, b->Zt);
    assert_same_view(a->FD, b->FD);
    assert_memory_equal(a->x, b->x, column);
    assert_int_equal(a->va_given, b->va_given);
    assert_string_equal(a->va_rule, b->va_rule);
    if (a->va_given)
        assert_memory_equal(a->VA, b->VA, column);
    assert_memory_equal(a->satellite, b->satellite, 2 * column);
    assert_string_equal(gvc_labels_name(b->satellites, 1), "kt");
    assert_same_view(a->tau_int, b->tau_int);
    assert_same_view(a->tau_fin, b->tau_fin);
}

static void check_edition(const gvc_edition *e)
{
    const gvc_group *group = gvc_edition_group(e, 0);

    assert_int_equal(gvc_edition_groups_n(e), 1);
    assert_string_equal(group->name, "PAIR");
    assert_string_equal(group->members[1].iso3, "XYZ");
    assert_int_equal(group->members[0].from_year, 2013);
    assert_int_equal(group->members[1].to_year, 2019);
    assert_string_equal(gvc_edition_attr(e, "multiplier"), "1000000");
    assert_string_equal(gvc_edition_attr(e, "unit"), "million \xe2\x82\xac");
    assert_string_equal(gvc_edition_attr(e, "history"), "one\ntwo");
    assert_true(gvc_edition_set(e, "digital")[gvc_labels_n(e->sectors) - 1] == 0.25);
}

static void a_store_gives_back_every_bit(void **state)
{
    const struct {
        gvc_int G, N;
        unsigned flags;
        int compress;
    } cases[] = {
        { 1, 1, RANDOM_PLAIN, 0 },      { 4, 3, RANDOM_AWKWARD, 0 },  { 4, 3, RANDOM_AWKWARD, 1 },
        { 20, 15, RANDOM_DOMINANT, 0 }, { 20, 15, RANDOM_STOCKS, 1 },
    };
    gvc_ctx *ctx = *state;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *path = in_folder("trip.h5");
        gvc_table *t = full_table(ctx, cases[i].G, cases[i].N, cases[i].flags), *back = NULL;
        gvc_store *store = NULL;

        assert_ok(ctx, save(ctx, path, t, (gvc_store_opts){ 1, cases[i].compress }));
        assert_ok(ctx, gvc_store__open(ctx, &store, path));
        assert_ok(ctx, gvc_store__table(ctx, &back, store, 0));
        assert_ok(ctx, gvc_store__verify(ctx, store, 0));
        assert_same_table(t, back);
        check_edition(back->edition);
        assert_string_equal(gvc_attrs__get(back->attrs, "source_file"), "a b.csv");
        gvc_table_free(back);
        gvc_store__close(store);
        gvc_table_free(t);
    }
}

static void the_same_table_makes_the_same_bytes(void **state)
{
    gvc_ctx *ctx = *state;
    gvc_table *t = full_table(ctx, 5, 4, RANDOM_AWKWARD);
    char one[GVC_SHA256_TEXT], two[GVC_SHA256_TEXT];

    for (int compress = 0; compress < 2; compress++) {
        assert_ok(ctx, save(ctx, in_folder("one.h5"), t, (gvc_store_opts){ 1, compress }));
        gvc_ctx_set_threads(ctx, 1);
        assert_ok(ctx, save(ctx, in_folder("two.h5"), t, (gvc_store_opts){ 1, compress }));
        assert_ok(ctx, gvc_file__sha256(ctx, in_folder("one.h5"), one));
        assert_ok(ctx, gvc_file__sha256(ctx, in_folder("two.h5"), two));
        assert_string_equal(one, two);
    }
    gvc_table_free(t);
}

static void an_existing_store_needs_force(void **state)
{
    gvc_ctx *ctx = *state;
    gvc_table *t = full_table(ctx, 2, 2, RANDOM_PLAIN);
    const char *path = in_folder("there.h5");

    assert_ok(ctx, save(ctx, path, t, (gvc_store_opts){ 0, 0 }));
    assert_int_equal(save(ctx, path, t, (gvc_store_opts){ 0, 0 }), GVC_EIO);
    assert_non_null(strstr(gvc_ctx_message(ctx), "--force"));
    assert_ok(ctx, save(ctx, path, t, (gvc_store_opts){ 1, 0 }));
    gvc_table_free(t);
}

static void a_writer_killed_in_the_middle_leaves_no_store(void **state)
{
    gvc_ctx *ctx = *state;
    const char *path = in_folder("killed.h5");
    gvc_table *t = full_table(ctx, 3, 3, RANDOM_PLAIN);
    const pid_t child = fork();
    int status = 0;

    assert_true(child >= 0);
    if (child == 0) {
        gvc_store_writer *w = NULL;

        gvc_ctx_set_threads(ctx, 1); /* the pool of threads does not survive the fork */
        if (gvc_store_create(ctx, &w, path, t->edition, NULL) == GVC_OK &&
            gvc_store_add(ctx, w, t, 2011) == GVC_OK)
            kill(getpid(), SIGKILL);
        _exit(1);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status));
    assert_false(gvc_file__exists(path));
    gvc_table_free(t);
}

static void a_group_is_added_and_redefined_on_demand_only(void **state)
{
    gvc_ctx *ctx = *state;
    const char *path = in_folder("groups.h5");
    gvc_table *t = full_table(ctx, 3, 2, RANDOM_PLAIN), *back = NULL;
    gvc_group_entry members[] = { { "C01", 0, 0 } };
    const gvc_group more = { "MORE", "", 1, members }, pair = { "PAIR", "", 1, members };
    gvc_store *store = NULL;

    assert_ok(ctx, save(ctx, path, t, (gvc_store_opts){ 1, 0 }));
    assert_ok(ctx, gvc_store_add_group(ctx, path, &more, 0));
    assert_int_equal(gvc_store_add_group(ctx, path, &pair, 0), GVC_EUSAGE);
    assert_ok(ctx, gvc_store_add_group(ctx, path, &pair, 1));
    assert_ok(ctx, gvc_store__open(ctx, &store, path));
    assert_int_equal(gvc_edition_groups_n(gvc_store__edition(store)), 2);
    assert_string_equal(gvc_edition_group(gvc_store__edition(store), 0)->name, "MORE");
    assert_int_equal(gvc_edition_group(gvc_store__edition(store), 1)->n, 1);
    assert_ok(ctx, gvc_store__table(ctx, &back, store, 0));
    assert_same_table(t, back);
    gvc_table_free(back);
    gvc_store__close(store);
    gvc_table_free(t);
}

static void h5py_reads_labels_scales_and_orientation(void **state)
{
    gvc_ctx *ctx = *state;
    const char *tests = getenv("GVC_TESTS"), *path = in_folder("python.h5");
    gvc_table *t;
    char command[9000];

    if (system("/usr/bin/python3 -c 'import h5py' 2>/dev/null") != 0) {
        print_message("h5py is not installed: skipped\n");
        skip();
    }
    t = full_table(ctx, 4, 3, RANDOM_AWKWARD);
    assert_ok(ctx, save(ctx, path, t, (gvc_store_opts){ 1, 0 }));
    snprintf(command, sizeof command, "/usr/bin/python3 %s/store/read_store.py %s %a",
             tests ? tests : "tests", path, t->Zt.a[2 + 1 * t->Zt.ld]);
    assert_int_equal(system(command), 0);
    gvc_table_free(t);
}

static void every_failing_allocation_is_reported(void **state)
{
    gvc_ctx *ctx = *state;
    gvc_table *t = full_table(ctx, 2, 2, RANDOM_PLAIN);
    gvc_status st = GVC_ENOMEM;
    gvc_int n = 0;

    for (; st != GVC_OK && n < 1000; n++) {
        gvc_mem__fail_after(ctx, n + 1);
        st = save(ctx, in_folder("memory.h5"), t, (gvc_store_opts){ 0, 1 });
        assert_true(st == GVC_OK || st == GVC_ENOMEM);
        assert_int_equal(gvc_file__exists(in_folder("memory.h5")), st == GVC_OK);
    }
    gvc_mem__fail_after(ctx, 0);
    assert_true(n > 20 && n < 1000);
    gvc_table_free(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        context_test(a_store_gives_back_every_bit),
        context_test(the_same_table_makes_the_same_bytes),
        context_test(an_existing_store_needs_force),
        context_test(a_writer_killed_in_the_middle_leaves_no_store),
        context_test(a_group_is_added_and_redefined_on_demand_only),
        context_test(h5py_reads_labels_scales_and_orientation),
        context_test(every_failing_allocation_is_reported),
    };

    return cmocka_run_group_tests(tests, make_folder, drop_folder);
}
