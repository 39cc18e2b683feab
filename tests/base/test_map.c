#include "base/map.h"

#include "../support/support.h"
#include "base/mem.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Parts of files in memory: what they hold, whose they are, and that a change of the file is seen.
 */

enum { BYTES = 20000, FROM = 8200 };

static const char *make_file(void)
{
    static char path[64];
    FILE *file;

    snprintf(path, sizeof path, "%s/values", test_folder());
    file = fopen(path, "wb");
    assert_non_null(file);
    for (int i = 0; i < BYTES; i++)
        putc(i % 251, file);
    fclose(file);
    return path;
}

/* The map is the only owner of the file. */
static gvc_map *map(gvc_ctx *ctx, const char *path)
{
    gvc_held *held;
    gvc_map *out;

    assert_ok(ctx, gvc_held__open(ctx, &held, path));
    assert_ok(ctx, gvc_map__open(ctx, &out, held, FROM, BYTES - FROM));
    gvc_held__leave(held);
    assert_non_null(out);
    return out;
}

static void a_part_begins_anywhere(void **state)
{
    gvc_map *one = map(*state, make_file());
    const unsigned char *bytes = gvc_map__data(one);

    for (int i = 0; i < BYTES - FROM; i++)
        assert_int_equal(bytes[i], (FROM + i) % 251);
    gvc_map__fetch(one);
    gvc_map__close(one);
    gvc_map__close(NULL);
    assert_int_equal(gvc_ctx_memory_used(*state), 0);
}

static void an_address_tells_its_file(void **state)
{
    const char *path = make_file();
    gvc_map *one = map(*state, path);
    const char *bytes = gvc_map__data(one);

    assert_string_equal(gvc_map__path_at(bytes), path);
    assert_string_equal(gvc_map__path_at(bytes + BYTES - FROM - 1), path);
    assert_null(gvc_map__path_at(bytes + BYTES - FROM));
    assert_null(gvc_map__path_at(&one));
    gvc_map__close(one);
    assert_null(gvc_map__path_at(bytes));
}

/* Beyond those that fit into the list they work, without a name. */
static void there_may_be_many(void **state)
{
    enum { MANY = 100 };
    const char *path = make_file();
    gvc_map *all[MANY];
    int named = 0;

    for (int k = 0; k < MANY; k++) {
        all[k] = map(*state, path);
        named += gvc_map__path_at(gvc_map__data(all[k])) != NULL;
        assert_int_equal(*(const unsigned char *)gvc_map__data(all[k]), FROM % 251);
    }
    assert_true(named > 10);
    for (int k = 0; k < MANY; k++)
        gvc_map__close(all[k]);
}

static void a_change_is_seen(void **state)
{
    const char *path = make_file();
    gvc_map *one = map(*state, path);
    const gvc_held *held = gvc_map__held(one);
    FILE *file;

    assert_string_equal(gvc_held__path(held), path);
    assert_int_equal(gvc_held__bytes(held), BYTES);
    assert_true(gvc_held__has_name(held));
    assert_ok(*state, gvc_held__recheck(*state, held));
    usleep(20000); /* the clock of the file system */
    file = fopen(path, "r+b");
    fputc(1, file);
    fclose(file);
    assert_int_equal(gvc_held__recheck(*state, held), GVC_EIO);
    gvc_map__close(one);

    one = map(*state, path);
    assert_int_equal(truncate(path, FROM), 0);
    assert_int_equal(gvc_held__recheck(*state, gvc_map__held(one)), GVC_EIO);
    gvc_map__close(one);
}

static void another_file_of_the_name_is_none_of_ours(void **state)
{
    const char *path = make_file();
    gvc_map *one = map(*state, path);
    const unsigned char *bytes = gvc_map__data(one);

    assert_int_equal(remove(path), 0);
    assert_false(gvc_held__has_name(gvc_map__held(one)));
    make_file();
    assert_false(gvc_held__has_name(gvc_map__held(one)));
    assert_ok(*state, gvc_held__recheck(*state, gvc_map__held(one)));
    assert_int_equal(bytes[1], (FROM + 1) % 251);
    gvc_map__close(one);
}

static void what_is_not_there_is_not_mapped(void **state)
{
    const char *path = make_file();
    gvc_held *held;
    gvc_map *one;

    assert_int_equal(gvc_held__open(*state, &held, "no such file"), GVC_EIO);
    assert_null(held);
    for (int n = 1; n < 3; n++) {
        gvc_mem__fail_after(*state, n);
        assert_int_equal(gvc_held__open(*state, &held, path), GVC_ENOMEM);
    }
    gvc_mem__fail_after(*state, 0);
    assert_ok(*state, gvc_held__open(*state, &held, path));
    assert_ok(*state, gvc_map__open(*state, &one, held, FROM, BYTES));
    assert_null(one);
    assert_ok(*state, gvc_map__open(*state, &one, held, FROM, 0));
    assert_null(one);
    gvc_mem__fail_after(*state, 1);
    assert_int_equal(gvc_map__open(*state, &one, held, 0, 8), GVC_ENOMEM);
    assert_null(one);
    gvc_mem__fail_after(*state, 0);
    gvc_held__leave(held);
    gvc_held__leave(NULL);
    assert_int_equal(gvc_ctx_memory_used(*state), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        context_test(a_part_begins_anywhere),
        context_test(an_address_tells_its_file),
        context_test(there_may_be_many),
        context_test(a_change_is_seen),
        context_test(another_file_of_the_name_is_none_of_ours),
        context_test(what_is_not_there_is_not_mapped),
    };

    return cmocka_run_group_tests(tests, make_folder, drop_folder);
}
