#include "golden.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { REPORTS_MAX = 10 };

const char *golden_path(const char *table, const char *file)
{
    static char path[4096];
    const char *tests = getenv("GVC_TESTS");

    snprintf(path, sizeof path, "%s/golden/%s%s%s", tests ? tests : "tests", table, file ? "/" : "",
             file ? file : "");
    return path;
}

static char *read_text(const char *path)
{
    FILE *f = fopen(path, "rb");
    char *text;
    long size;

    if (!f) {
        print_error("%s cannot be read\n", path);
        fail();
    }
    assert_int_equal(fseek(f, 0, SEEK_END), 0);
    size = ftell(f);
    rewind(f);
    text = malloc((size_t)size + 1);
    assert_non_null(text);
    assert_int_equal(fread(text, 1, (size_t)size, f), (size_t)size);
    text[size] = 0;
    fclose(f);
    return text;
}

/* Cut one line into fields in place; how many there are. Golden files quote nothing. */
static gvc_int cut(char *line, const char **fields, gvc_int max)
{
    gvc_int n = 0;

    line[strcspn(line, "\r")] = 0;
    for (;;) {
        char *end = strchr(line, ',');

        assert_true(n < max);
        fields[n++] = line;
        if (!end)
            return n;
        *end = 0;
        line = end + 1;
    }
}

static double read_value(const char *text)
{
    char *end;
    double value;

    if (!*text || strcmp(text, "nan") == 0)
        return NAN;
    value = strtod(text, &end);
    assert_true(*end == 0);
    return value;
}

/* The line after `line`, which is ended; NULL after the last one. */
static char *next_line(char *line)
{
    char *end = strchr(line, '\n');

    if (!end)
        return NULL;
    *end = 0;
    return end[1] ? end + 1 : NULL;
}

static void read_header(golden *g, char *line)
{
    const char *fields[GOLDEN_KEYS_MAX + 3];
    const gvc_int n = cut(line, fields, GOLDEN_KEYS_MAX + 3);

    assert_true(n > 3);
    assert_string_equal(fields[0], "measure");
    assert_string_equal(fields[1], "level");
    assert_string_equal(fields[n - 1], "value");
    g->n_keys = n - 3;
    for (gvc_int k = 0; k < g->n_keys; k++)
        g->key_names[k] = fields[2 + k];
}

static void read_row(golden *g, char *line)
{
    const char *fields[GOLDEN_KEYS_MAX + 3];
    golden_row *row = &g->rows[g->n++];

    assert_int_equal(cut(line, fields, GOLDEN_KEYS_MAX + 3), g->n_keys + 3);
    row->measure = fields[0];
    row->level = fields[1];
    for (gvc_int k = 0; k < g->n_keys; k++)
        row->keys[k] = fields[2 + k];
    row->value = read_value(fields[g->n_keys + 2]);
}

golden *golden_read(const char *table, const char *file)
{
    golden *g = calloc(1, sizeof *g);
    size_t lines = 1;
    char *line, *next;

    assert_non_null(g);
    g->text = read_text(golden_path(table, file));
    for (const char *c = g->text; *c; c++)
        lines += *c == '\n';
    g->rows = calloc(lines, sizeof *g->rows);
    assert_non_null(g->rows);
    line = g->text;
    next = next_line(line);
    read_header(g, line);
    while ((line = next)) {
        next = next_line(line);
        read_row(g, line);
    }
    return g;
}

void golden_free(golden *expected)
{
    free(expected->rows);
    free(expected->text);
    free(expected);
}

double golden_scale(const golden *expected, const char *measure, const char *level)
{
    double scale = 0;

    for (gvc_int i = 0; i < expected->n; i++)
        if (strcmp(expected->rows[i].measure, measure) == 0 &&
            strcmp(expected->rows[i].level, level) == 0)
            scale = fmax(scale, fabs(expected->rows[i].value));
    return scale;
}

static int begins(const char *text, const char *prefix)
{
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

/* The column of `measure` in the frame, -1 where it is not there. */
static gvc_int find_measure(const gvc_frame *frame, const char *measure)
{
    for (gvc_int c = 0; c < gvc_frame_columns(frame); c++)
        if (gvc_frame_role(frame, c) == GVC_ROLE_VALUE &&
            strcmp(gvc_frame_measure(frame, c), measure) == 0)
            return c;
    return -1;
}

/* The label of key `name` in the row, "" where the frame has no such key. */
static const char *key_of(const gvc_frame *frame, const char *name, gvc_int row)
{
    const gvc_int c = gvc_frame_find(frame, name);
    int32_t code;

    if (c < 0 || gvc_frame_type(frame, c) != GVC_COLUMN_LABEL)
        return "";
    code = gvc_frame_codes(frame, c)[row];
    return code < 0 ? "" : gvc_labels_code(gvc_frame_labels(frame, c), code);
}

static int row_has(const golden *g, const golden_row *want, const gvc_frame *frame, gvc_int row)
{
    for (gvc_int k = 0; k < g->n_keys; k++)
        if (strcmp(key_of(frame, g->key_names[k], row), want->keys[k]) != 0)
            return 0;
    return 1;
}

/* Where the expected row stands. Rows come in nearly the same order, so the search begins after
 * the row found last. */
static int find_cell(const golden *g, const golden_row *want, const gvc_frames *frames,
                     gvc_int *start, double *value)
{
    for (gvc_int f = 0; f < gvc_frames_n(frames); f++) {
        const gvc_frame *frame = gvc_frames_get(frames, f);
        const gvc_int rows = gvc_frame_rows(frame);
        gvc_int column;

        if (strcmp(gvc_frame_level(frame), want->level) != 0 ||
            (column = find_measure(frame, want->measure)) < 0)
            continue;
        for (gvc_int tried = 0; tried < rows; tried++) {
            const gvc_int row = (*start + tried) % rows;

            if (row_has(g, want, frame, row)) {
                *start = row;
                *value = gvc_frame_reals(frame, column)[row];
                return 1;
            }
        }
    }
    return 0;
}

static void report(const golden *g, const golden_row *want)
{
    print_error("%s, %s", want->measure, want->level);
    for (gvc_int k = 0; k < g->n_keys; k++)
        if (want->keys[k][0])
            print_error(" %s=%s", g->key_names[k], want->keys[k]);
}

static int agrees(double got, double want, double rel, double scale)
{
    if (isnan(want) || isnan(got))
        return isnan(want) && isnan(got);
    return fabs(got - want) <= rel * fmax(fabs(want), scale);
}

gvc_int golden_differences(const golden *expected, const gvc_frames *frames, const char *prefix,
                           double rel, double scale, gvc_int reports)
{
    gvc_int bad = 0, start = 0;

    for (gvc_int i = 0; i < expected->n; i++) {
        const golden_row *want = &expected->rows[i];
        double got = 0;
        int found;

        if (!begins(want->measure, prefix))
            continue;
        found = find_cell(expected, want, frames, &start, &got);
        if (found && agrees(got, want->value, rel, scale))
            continue;
        if (bad++ >= reports)
            continue;
        report(expected, want);
        if (found)
            print_error(": got %.17g, want %.17g\n", got, want->value);
        else
            print_error(": not there\n");
    }
    return bad;
}

gvc_int golden_compare(const golden *expected, const gvc_frames *frames, const char *prefix,
                       double rel, double scale)
{
    const gvc_int bad = golden_differences(expected, frames, prefix, rel, scale, REPORTS_MAX);
    gvc_int compared = 0;

    for (gvc_int i = 0; i < expected->n; i++)
        compared += begins(expected->rows[i].measure, prefix);
    if (bad) {
        print_error("%lld of %lld rows differ\n", (long long)bad, (long long)compared);
        fail();
    }
    return compared;
}

gvc_int golden_cells(const gvc_frames *frames, const char *prefix)
{
    gvc_int cells = 0;

    for (gvc_int f = 0; f < gvc_frames_n(frames); f++) {
        const gvc_frame *frame = gvc_frames_get(frames, f);

        for (gvc_int c = 0; c < gvc_frame_columns(frame); c++)
            if (gvc_frame_role(frame, c) == GVC_ROLE_VALUE &&
                begins(gvc_frame_measure(frame, c), prefix))
                cells += gvc_frame_rows(frame);
    }
    return cells;
}
