#include "write/diff.h"

#include "base/file.h"
#include "base/mem.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* ---- what was found ---- */

/* A copy with its texts in one block, which begins with `where`. */
static gvc_status keep_entry(gvc_ctx *ctx, gvc_diff_entry *to, const gvc_diff_entry *from)
{
    const char *texts[] = { from->where, from->key, from->column, from->text_a, from->text_b };
    size_t bytes = 0;
    char *block;

    for (int i = 0; i < 5; i++)
        bytes += strlen(texts[i] ? texts[i] : "") + 1;
    block = gvc_mem__alloc(ctx, (gvc_int)bytes, 1);
    *to = *from;
    to->where = block;
    if (!block)
        return GVC_ENOMEM;
    for (int i = 0; i < 5; i++) {
        const char *text = texts[i] ? texts[i] : "";

        texts[i] = block;
        block = stpcpy(block, text) + 1;
    }
    to->key = texts[1];
    to->column = texts[2];
    to->text_a = texts[3];
    to->text_b = texts[4];
    return GVC_OK;
}

static void free_entry(gvc_diff_entry *entry)
{
    gvc_mem__free((void *)entry->where);
    entry->where = NULL;
}

/* Insert by size; of equal sizes the earlier one stays ahead. */
static gvc_status keep_largest(gvc_ctx *ctx, gvc_diff *diff, const gvc_diff_entry *entry)
{
    gvc_int at = diff->n_largest;

    while (at > 0 && diff->largest[at - 1].size < entry->size)
        at--;
    if (at == diff->show)
        return GVC_OK;
    if (diff->n_largest < diff->show)
        diff->n_largest++;
    else
        free_entry(&diff->largest[diff->show - 1]);
    for (gvc_int i = diff->n_largest - 1; i > at; i--)
        diff->largest[i] = diff->largest[i - 1];
    return keep_entry(ctx, &diff->largest[at], entry);
}

gvc_status gvc_diff__note(gvc_ctx *ctx, gvc_diff *diff, gvc_diff_entry entry)
{
    gvc_status st = GVC_OK;

    diff->count[entry.kind]++;
    if (diff->n_first < diff->show)
        st = keep_entry(ctx, &diff->first[diff->n_first++], &entry);
    if (st == GVC_OK && entry.kind == GVC_DIFF_NUMBER)
        st = keep_largest(ctx, diff, &entry);
    return st;
}

gvc_status gvc_diff__only(gvc_ctx *ctx, gvc_diff *diff, gvc_diff_kind kind, const char *where,
                          const char *key, const char *column)
{
    return gvc_diff__note(
        ctx, diff,
        (gvc_diff_entry){
            .kind = kind, .where = where, .key = key, .column = column, .a = NAN, .b = NAN });
}

/* ---- two sheets ---- */

/* Entries below are wanted in words only while they are shown: keys are made late. */
static int is_wanted(const gvc_diff *diff, const gvc_diff_entry *entry)
{
    return diff->n_first < diff->show ||
           (entry->kind == GVC_DIFF_NUMBER &&
            (diff->n_largest < diff->show ||
             (diff->show > 0 && entry->size > diff->largest[diff->show - 1].size)));
}

static gvc_status note_at(gvc_ctx *ctx, gvc_diff *diff, const gvc_diff_sheet *sheet, gvc_int row,
                          gvc_diff_entry entry)
{
    gvc_buf key = { 0 };
    gvc_status st;

    if (!is_wanted(diff, &entry)) {
        diff->count[entry.kind]++;
        return GVC_OK;
    }
    entry.where = sheet->where;
    entry.key = gvc_match__key(ctx, sheet, row, &key);
    st = key.failed ? GVC_ENOMEM : gvc_diff__note(ctx, diff, entry);
    gvc_buf__free(&key);
    return st;
}

/* Equal numbers include two missing ones, and the same infinity twice. */
static int is_close(const gvc_diff *diff, double a, double b)
{
    const double larger = fmax(fabs(a), fabs(b));

    return a == b || (isnan(a) && isnan(b)) ||
           (isfinite(larger) && fabs(a - b) <= fmax(diff->abs, diff->rel * larger));
}

static gvc_status compare_reals(gvc_ctx *ctx, gvc_diff *diff, const gvc_diff_sheet *sheet,
                                gvc_int row, const char *column, double a, double b)
{
    const int is_missing = isnan(a) || isnan(b);
    const double larger = fmax(fabs(a), fabs(b));

    diff->compared++;
    if (is_close(diff, a, b))
        return GVC_OK;
    return note_at(ctx, diff, sheet, row,
                   (gvc_diff_entry){ .kind = is_missing ? GVC_DIFF_MISSING : GVC_DIFF_NUMBER,
                                     .column = column,
                                     .a = a,
                                     .b = b,
                                     .size = is_missing || isinf(larger) ? INFINITY
                                                                         : fabs(a - b) / larger });
}

static gvc_status compare_texts(gvc_ctx *ctx, gvc_diff *diff, const gvc_diff_sheet *sheet,
                                gvc_int row, const char *column, const char *a, const char *b)
{
    diff->compared++;
    if (strcmp(a, b) == 0)
        return GVC_OK;
    return note_at(ctx, diff, sheet, row,
                   (gvc_diff_entry){ .kind = GVC_DIFF_TEXT,
                                     .column = column,
                                     .a = NAN,
                                     .b = NAN,
                                     .text_a = a,
                                     .text_b = b });
}

static const gvc_diff_column *find_column(const gvc_diff_sheet *sheet, const char *name)
{
    for (gvc_int j = 0; j < sheet->n; j++)
        if (strcmp(sheet->columns[j].name, name) == 0)
            return &sheet->columns[j];
    return NULL;
}

/* The columns of both, and a note of those that one alone has. */
static gvc_status pair_columns(gvc_ctx *ctx, gvc_diff *diff, const gvc_diff_sheet *a,
                               const gvc_diff_sheet *b, const gvc_diff_column **of_b)
{
    gvc_status st = GVC_OK;

    for (gvc_int j = 0; st == GVC_OK && j < a->n; j++) {
        const gvc_diff_column *c = &a->columns[j];

        of_b[j] = c->is_key ? NULL : find_column(b, c->name);
        if (!c->is_key && !of_b[j])
            st = gvc_diff__only(ctx, diff, GVC_DIFF_ONLY_A, a->where, "", c->name);
        else if (of_b[j] && !of_b[j]->texts != !c->texts)
            st = gvc_error__at(ctx, GVC_EDATA, b->file, b->where,
                               "column %s holds %s here and %s in %s", c->name,
                               of_b[j]->texts ? "texts" : "numbers", c->texts ? "texts" : "numbers",
                               a->file);
    }
    for (gvc_int j = 0; st == GVC_OK && j < b->n; j++)
        if (!b->columns[j].is_key && !find_column(a, b->columns[j].name))
            st = gvc_diff__only(ctx, diff, GVC_DIFF_ONLY_B, b->where, "", b->columns[j].name);
    return st;
}

static gvc_status compare_row(gvc_ctx *ctx, gvc_diff *diff, const gvc_diff_sheet *a, gvc_int row,
                              const gvc_diff_column *const *of_b, gvc_int other)
{
    gvc_status st = GVC_OK;

    for (gvc_int j = 0; st == GVC_OK && j < a->n; j++) {
        const gvc_diff_column *c = &a->columns[j];

        if (!of_b[j])
            continue;
        st = c->texts
                 ? compare_texts(ctx, diff, a, row, c->name, c->texts[row], of_b[j]->texts[other])
                 : compare_reals(ctx, diff, a, row, c->name, c->reals[row], of_b[j]->reals[other]);
    }
    return st;
}

static gvc_status refuse_twice(gvc_ctx *ctx, const gvc_diff_sheet *sheet, gvc_int row)
{
    gvc_buf key = { 0 };
    gvc_status st;

    gvc_match__key(ctx, sheet, row, &key);
    st = gvc_error__at(ctx, GVC_EDATA, sheet->file, NULL,
                       "several rows have the keys %s; unique keys are expected",
                       gvc_buf__text(&key));
    gvc_buf__free(&key);
    return st;
}

static gvc_status compare_rows(gvc_ctx *ctx, gvc_diff *diff, const gvc_diff_sheet *a,
                               const gvc_diff_sheet *b, const gvc_match *match,
                               const gvc_diff_column *const *of_b, unsigned char *seen)
{
    const gvc_diff_entry only_a = { .kind = GVC_DIFF_ONLY_A, .a = NAN, .b = NAN };
    const gvc_diff_entry only_b = { .kind = GVC_DIFF_ONLY_B, .a = NAN, .b = NAN };
    gvc_status st = GVC_OK;

    for (gvc_int i = 0; st == GVC_OK && i < a->rows; i++) {
        const gvc_int other = gvc_match__find(match, i);

        if (other < 0) {
            st = note_at(ctx, diff, a, i, only_a);
        } else if (seen[other]) {
            st = refuse_twice(ctx, a, i);
        } else {
            seen[other] = 1;
            st = compare_row(ctx, diff, a, i, of_b, other);
        }
        if (st == GVC_OK && i % (1 << 20) == 0)
            st = gvc_progress__step(ctx, "compare", (double)i / (double)a->rows);
    }
    for (gvc_int i = 0; st == GVC_OK && i < b->rows; i++)
        if (!seen[i])
            st = note_at(ctx, diff, b, i, only_b);
    return st;
}

gvc_status gvc_diff__sheets(gvc_ctx *ctx, gvc_diff *diff, const gvc_diff_sheet *a,
                            const gvc_diff_sheet *b)
{
    const gvc_diff_column **of_b = gvc_mem__calloc(ctx, a->n, sizeof *of_b);
    unsigned char *seen = gvc_mem__calloc(ctx, b->rows, 1);
    gvc_match *match = NULL;
    gvc_status st = of_b && seen ? GVC_OK : GVC_ENOMEM;

    if (st == GVC_OK)
        st = pair_columns(ctx, diff, a, b, of_b);
    if (st == GVC_OK)
        st = gvc_match__new(ctx, &match, a, b);
    if (st == GVC_OK)
        st = compare_rows(ctx, diff, a, b, match, of_b, seen);
    gvc_match__free(match);
    gvc_mem__free(of_b);
    gvc_mem__free(seen);
    return st;
}

/* ---- two files ---- */

/* 1 for HDF5, 0 for text. */
static gvc_status look_at(gvc_ctx *ctx, const char *path, int *is_h5)
{
    static const char signature[] = "\x89HDF\r\n\x1a\n";
    char head[512] = { 0 };
    FILE *file = gvc_file__is_folder(path) ? NULL : fopen(path, "rb");
    size_t n;

    if (!file)
        return gvc_error__at(ctx, GVC_EIO, path, NULL, "%s",
                             gvc_file__is_folder(path)
                                 ? "a folder; import it with gvc import FOLDER -o STORE"
                             : gvc_file__exists(path) ? "cannot be opened"
                                                      : "no such file");
    n = fread(head, 1, sizeof head, file);
    fclose(file);
    *is_h5 = n >= 8 && memcmp(head, signature, 8) == 0;
    if (!*is_h5 && memchr(head, 0, n))
        return gvc_error__at(ctx, GVC_EDATA, path, NULL,
                             "neither CSV nor HDF5; write the results to compare as .csv or .h5");
    return GVC_OK;
}

static gvc_status compare_files(gvc_ctx *ctx, gvc_diff *diff, const char *a, const char *b)
{
    int a_is_h5 = 0, b_is_h5 = 0;
    gvc_status st = look_at(ctx, a, &a_is_h5);

    if (st == GVC_OK)
        st = look_at(ctx, b, &b_is_h5);
    if (st != GVC_OK)
        return st;
    if (a_is_h5 != b_is_h5)
        return gvc_error__set(ctx, GVC_EUSAGE,
                              "%s is %s and %s is %s; files of one format are "
                              "compared",
                              a, a_is_h5 ? "HDF5" : "CSV", b, b_is_h5 ? "HDF5" : "CSV");
    return a_is_h5 ? gvc_diff__h5(ctx, diff, a, b) : gvc_diff__csv(ctx, diff, a, b);
}

gvc_status gvc_diff_new(gvc_ctx *ctx, gvc_diff **out, const char *a, const char *b,
                        const gvc_diff_opts *opts)
{
    static const gvc_diff_opts defaults = { .show = 10 };
    gvc_diff *diff = gvc_mem__calloc(ctx, 1, sizeof *diff);
    gvc_status st = GVC_ENOMEM;

    *out = NULL;
    if (!diff)
        return GVC_ENOMEM;
    if (!opts)
        opts = &defaults;
    diff->rel = opts->rel;
    diff->abs = opts->abs;
    diff->show = opts->show;
    diff->first = gvc_mem__calloc(ctx, diff->show, sizeof *diff->first);
    diff->largest = gvc_mem__calloc(ctx, diff->show, sizeof *diff->largest);
    if (diff->first && diff->largest)
        st = compare_files(ctx, diff, a, b);
    if (st != GVC_OK) {
        gvc_diff_free(diff);
        return st;
    }
    *out = diff;
    return GVC_OK;
}

gvc_int gvc_diff_compared(const gvc_diff *diff)
{
    return diff->compared;
}

gvc_int gvc_diff_count(const gvc_diff *diff, gvc_diff_kind kind)
{
    return diff->count[kind];
}

int gvc_diff_equal(const gvc_diff *diff)
{
    for (int k = 0; k < GVC_DIFF_KINDS; k++)
        if (diff->count[k])
            return 0;
    return 1;
}

gvc_int gvc_diff_n_first(const gvc_diff *diff)
{
    return diff->n_first;
}

const gvc_diff_entry *gvc_diff_first(const gvc_diff *diff, gvc_int i)
{
    return &diff->first[i];
}

gvc_int gvc_diff_n_largest(const gvc_diff *diff)
{
    return diff->n_largest;
}

const gvc_diff_entry *gvc_diff_largest(const gvc_diff *diff, gvc_int i)
{
    return &diff->largest[i];
}

void gvc_diff_free(gvc_diff *diff)
{
    if (!diff)
        return;
    for (gvc_int i = 0; i < diff->n_first; i++)
        free_entry(&diff->first[i]);
    for (gvc_int i = 0; i < diff->n_largest; i++)
        free_entry(&diff->largest[i]);
    gvc_mem__free(diff->first);
    gvc_mem__free(diff->largest);
    gvc_mem__free(diff);
}
