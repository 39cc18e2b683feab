#include "../support/support.h"

#include <gvc/gvc.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/*
 * Stores with damage in random places: whatever is wrong, the answer is a status. HDF5 itself does
 * not survive all of them, so each file is tried in a child process first (gvc_ctx_set_guard()).
 * GVC_DAMAGE_RUNS and GVC_DAMAGE_SEED make it longer and other: scripts/damage_stores.sh.
 */

static const char *const originals[] = { "store_plain.h5", "store_packed.h5" };

enum { ORIGINALS = 2, RUNS = 30 };

static long setting(const char *name, long otherwise)
{
    const char *text = getenv(name);

    return text ? atol(text) : otherwise;
}

static unsigned char *read_file(const char *name, long *bytes)
{
    const char *tests = getenv("GVC_TESTS");
    char path[4096];
    unsigned char *data;
    FILE *in;

    snprintf(path, sizeof path, "%s/fixtures/%s", tests ? tests : "tests", name);
    in = fopen(path, "rb");
    assert_non_null(in);
    fseek(in, 0, SEEK_END);
    *bytes = ftell(in);
    rewind(in);
    data = malloc((size_t)*bytes);
    assert_int_equal(fread(data, 1, (size_t)*bytes, in), (size_t)*bytes);
    fclose(in);
    return data;
}

/* One to four wounds: a byte, a bit, a run of the same byte, a number that is too large. */
static long damage(unsigned char *data, long bytes, uint64_t *random)
{
    const int wounds = 1 + (int)(4 * random_uniform(random));

    for (int w = 0; w < wounds; w++) {
        const long at = (long)(random_uniform(random) * (double)(bytes - 16));
        const int kind = (int)(5 * random_uniform(random));
        const unsigned char value = (unsigned char)(256 * random_uniform(random));

        if (kind == 0)
            data[at] = value;
        else if (kind == 1)
            data[at] ^= (unsigned char)(1 << (value & 7));
        else if (kind == 2)
            memset(data + at, value, 16);
        else if (kind == 3)
            memset(data + at, 0xff, 8);
        else
            memset(data + at, value & 1 ? 0xff : 0, 1 + value % 8);
    }
    return random_uniform(random) < 0.1 ? (long)(random_uniform(random) * (double)bytes) : bytes;
}

static gvc_status read_store(gvc_ctx *ctx, const char *path)
{
    gvc_input *input;
    gvc_status st = gvc_input_open(ctx, &input, path);

    for (gvc_int i = 0; st == GVC_OK && i < gvc_input_n_years(input); i++) {
        gvc_table *table;

        st = gvc_input_table(ctx, &table, input, i);
        gvc_table_free(table);
    }
    gvc_input_close(input);
    return st;
}

static void run(gvc_ctx *ctx, const char *path, const char *original, uint64_t seed, int *refused)
{
    uint64_t random = seed;
    long bytes, kept;
    unsigned char *data = read_file(original, &bytes);
    gvc_history *history = NULL;
    gvc_status st;
    FILE *out = fopen(path, "wb");

    kept = damage(data, bytes, &random);
    assert_int_equal(fwrite(data, 1, (size_t)kept, out), (size_t)kept);
    fclose(out);
    free(data);
    st = read_store(ctx, path);
    if (st != GVC_OK && st != GVC_EDATA && st != GVC_EIO && st != GVC_ENOMEM)
        fail_msg("%s, seed %llu: status %d, %s", original, (unsigned long long)seed, (int)st,
                 gvc_ctx_message(ctx));
    *refused += st != GVC_OK;
    if (seed % 8 == 0)
        gvc_history_read(ctx, &history, path);
    gvc_history_free(history);
}

static void damaged_stores_are_answered(void **state)
{
    const long runs = setting("GVC_DAMAGE_RUNS", RUNS), seed = setting("GVC_DAMAGE_SEED", 1);
    char path[] = "/tmp/gvc-damage-XXXXXX";
    int refused = 0;

    close(mkstemp(path));
    gvc_ctx_set_guard(*state, 1);
    gvc_ctx_set_memory(*state, (gvc_int)1 << 28);
    for (int o = 0; o < ORIGINALS; o++)
        for (long i = 0; i < runs; i++)
            run(*state, path, originals[o], (uint64_t)(seed + i), &refused);
    unlink(path);
    if (getenv("GVC_DAMAGE_RUNS"))
        print_message("%ld files, %d refused\n", ORIGINALS * runs, refused);
    assert_true(refused > runs / 4);
}

/* What is whole is not refused, and costs little. */
static void whole_stores_pass(void **state)
{
    const char *tests = getenv("GVC_TESTS");
    char path[4096];

    gvc_ctx_set_guard(*state, 1);
    for (int o = 0; o < ORIGINALS; o++) {
        snprintf(path, sizeof path, "%s/fixtures/%s", tests ? tests : "tests", originals[o]);
        assert_ok(*state, read_store(*state, path));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        context_test(damaged_stores_are_answered),
        context_test(whole_stores_pass),
    };

    return cmocka_run_group_tests_name("store_damage", tests, NULL, NULL);
}
