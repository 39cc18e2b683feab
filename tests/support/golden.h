#ifndef TESTS_GOLDEN_H
#define TESTS_GOLDEN_H

#include "support.h"

#include <gvc/frame.h>

/*
 * Expected results in long layout: measure,level,KEYS...,value. A missing value is written nan or
 * left empty and is NaN here. Files stand in tests/golden/TABLE (GVC_TESTS names the tests folder).
 */
enum { GOLDEN_KEYS_MAX = 6 };

typedef struct golden_row {
    const char *measure, *level;
    const char *keys[GOLDEN_KEYS_MAX]; /* "" where the level does not use the key */
    double value;
} golden_row;

typedef struct golden {
    gvc_int n, n_keys;
    const char *key_names[GOLDEN_KEYS_MAX];
    golden_row *rows;
    char *text; /* what every string points into */
} golden;

/** Path of a golden table or of one of its files (NULL: the folder), in a buffer of its own that
 * the next call overwrites. */
const char *golden_path(const char *table, const char *file);
/** Read tests/golden/TABLE/FILE; the test fails when it cannot. */
golden *golden_read(const char *table, const char *file);
void golden_free(golden *expected);

/** The largest value of `measure` at `level`: golden_scale(g, "bm/exporter/source/gexp",
 * "bilateral_sector") is the largest gross export flow. 0 where there is none. */
double golden_scale(const golden *expected, const char *measure, const char *level);

/**
 * Every expected row whose measure begins with `prefix` ("" for all) must stand in `frames`, equal
 * up to `rel`, or up to `rel` times `scale`. Missing equals missing only. Prints what differs and
 * fails the test; gives the number of rows compared.
 */
gvc_int golden_compare(const golden *expected, const gvc_frames *frames, const char *prefix,
                       double rel, double scale);

/** How many of these rows differ; the first `reports` are printed. */
gvc_int golden_differences(const golden *expected, const gvc_frames *frames, const char *prefix,
                           double rel, double scale, gvc_int reports);

/** Cells of value columns of `frames` whose measure begins with `prefix`: equal to the number of
 * expected rows where nothing is printed that is not expected. */
gvc_int golden_cells(const gvc_frames *frames, const char *prefix);

#endif
