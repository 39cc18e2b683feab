#include "write/codebook.h"

#include "base/labels.h"
#include "base/mem.h"
#include "base/quantile.h"
#include "base/text.h"
#include "write/provenance.h"

#include <math.h>
#include <string.h>

struct gvc_codebook {
    gvc_arena *arena;
    gvc_int n;
    const char *(*rows)[GVC_BOOK_FIELDS];
};

static const char *const names[GVC_BOOK_FIELDS] = {
    "name",
    "label",
    "type",
    "unit",
    "formula",
    "paper",
    "level",
    "sector_meaning",
    "partner_meaning",
    "range",
    "missing",
    "missing_den0",
    "missing_nosec",
    "missing_absent",
    "min",
    "p1",
    "median",
    "mean",
    "p99",
    "max",
    "first_year",
    "last_year",
    "group_rule",
    "variant",
};

const char *gvc_codebook__field(gvc_codebook_field field)
{
    return names[field];
}

int gvc_codebook__is_number(gvc_codebook_field field)
{
    return field >= GVC_BOOK_MISSING && field <= GVC_BOOK_LAST_YEAR;
}

void gvc_codebook__free(gvc_codebook *book)
{
    if (!book)
        return;
    gvc_mem__free(book->rows);
    gvc_arena__free(book->arena);
    gvc_mem__free(book);
}

gvc_int gvc_codebook__n(const gvc_codebook *book)
{
    return book->n;
}

const char *gvc_codebook__text(const gvc_codebook *book, gvc_int row, gvc_codebook_field field)
{
    return book->rows[row][field];
}

/* What is counted while a column is read; `values` are the cells that are there. */
typedef struct counts {
    double *values;
    gvc_int n, missing, by_flag[GVC_FLAGS_N];
    int32_t first, last;
    unsigned char *levels; /* by code of the column `level`: some cell is there; NULL without one */
} counts;

/* What the rows of one block are: years and levels, NULL where the table has no such column. */
typedef struct rows_are {
    const int32_t *years, *levels;
} rows_are;

static void note_row(counts *c, const rows_are *are, gvc_int i)
{
    if (c->levels && are->levels[i] >= 0)
        c->levels[are->levels[i]] = 1;
    if (!are->years || are->years[i] == GVC_INT_MISSING)
        return;
    c->first = are->years[i] < c->first ? are->years[i] : c->first;
    c->last = are->years[i] > c->last ? are->years[i] : c->last;
}

/* Read one block of one column. */
static void count_block(counts *c, const gvc_spool *table, gvc_int block, gvc_int j,
                        const rows_are *are)
{
    const gvc_cell_kind kind = gvc_spool__column(table, j)->kind;
    const gvc_int rows = gvc_spool__block_rows(table, block);
    const unsigned char *flags = gvc_spool__flags(table, block, j);
    const int32_t *ints = gvc_spool__ints(table, block, j);
    const double *reals = gvc_spool__reals(table, block, j);

    for (gvc_int i = 0; i < rows; i++) {
        const int is_missing = kind == GVC_CELL_REAL    ? isnan(reals[i])
                               : kind == GVC_CELL_LABEL ? ints[i] < 0
                                                        : ints[i] == GVC_INT_MISSING;

        if (is_missing) {
            c->missing++;
            c->by_flag[flags && flags[i] < GVC_FLAGS_N ? flags[i] : GVC_FLAG_NONE]++;
            continue;
        }
        c->values[c->n++] = kind == GVC_CELL_REAL ? reals[i] : (double)ints[i];
        note_row(c, are, i);
    }
}

/* The sum carries what each addition lost (Neumaier). */
static double mean_of(const double *values, gvc_int n)
{
    double sum = 0, lost = 0;

    for (gvc_int i = 0; i < n; i++) {
        const double next = sum + values[i];

        lost += fabs(sum) >= fabs(values[i]) ? (sum - next) + values[i] : (values[i] - next) + sum;
        sum = next;
    }
    return (sum + lost) / (double)n;
}

static const char *number(gvc_ctx *ctx, gvc_codebook *book, double value)
{
    gvc_buf buf = { 0 };
    const char *text;

    gvc_buf__number(ctx, &buf, value);
    text = buf.failed ? NULL : gvc_arena__strdup(ctx, book->arena, buf.data);
    gvc_buf__free(&buf);
    return text;
}

static void put_counts(gvc_ctx *ctx, gvc_codebook *book, const char **row, const counts *c,
                       int has_flags)
{
    row[GVC_BOOK_MISSING] = number(ctx, book, (double)c->missing);
    if (has_flags) {
        row[GVC_BOOK_MISSING_DEN0] = number(ctx, book, (double)c->by_flag[GVC_FLAG_DEN0]);
        row[GVC_BOOK_MISSING_NOSEC] = number(ctx, book, (double)c->by_flag[GVC_FLAG_NOSEC]);
        row[GVC_BOOK_MISSING_ABSENT] = number(ctx, book, (double)c->by_flag[GVC_FLAG_ABSENT]);
    }
    if (c->first <= c->last) {
        row[GVC_BOOK_FIRST_YEAR] = number(ctx, book, c->first);
        row[GVC_BOOK_LAST_YEAR] = number(ctx, book, c->last);
    }
}

static void put_statistics(gvc_ctx *ctx, gvc_codebook *book, const char **row, const counts *c)
{
    row[GVC_BOOK_MEAN] = number(ctx, book, mean_of(c->values, c->n));
    row[GVC_BOOK_MIN] = number(ctx, book, gvc_quantile__take(c->values, c->n, 0));
    row[GVC_BOOK_P1] = number(ctx, book, gvc_quantile__take(c->values, c->n, 0.01));
    row[GVC_BOOK_MEDIAN] = number(ctx, book, gvc_quantile__take(c->values, c->n, 0.5));
    row[GVC_BOOK_P99] = number(ctx, book, gvc_quantile__take(c->values, c->n, 0.99));
    row[GVC_BOOK_MAX] = number(ctx, book, gvc_quantile__take(c->values, c->n, 1));
}

/* The column called `name` where it is of this kind, or -1. */
static gvc_int find_kind(const gvc_spool *table, const char *name, gvc_cell_kind kind)
{
    const gvc_int column = gvc_spool__find(table, name);

    return column >= 0 && gvc_spool__column(table, column)->kind == kind ? column : -1;
}

/* The levels at which some cell of the column is there; "" where none is. */
static const char *list_levels(gvc_ctx *ctx, gvc_codebook *book, const gvc_labels *levels,
                               const unsigned char *has)
{
    gvc_buf buf = { 0 };
    const char *text;

    for (gvc_int i = 0; i < gvc_labels_n(levels); i++)
        if (has[i])
            gvc_buf__printf(ctx, &buf, "%s%s", buf.len ? " " : "", gvc_labels_code(levels, i));
    text = buf.failed ? NULL : gvc_arena__strdup(ctx, book->arena, gvc_buf__text(&buf));
    gvc_buf__free(&buf);
    return text;
}

static gvc_status count_column(gvc_ctx *ctx, gvc_codebook *book, const gvc_spool *table, gvc_int j,
                               double *room)
{
    const gvc_spool_column *column = gvc_spool__column(table, j);
    const gvc_int year = find_kind(table, "year", GVC_CELL_INT);
    const gvc_int level = find_kind(table, "level", GVC_CELL_LABEL);
    const gvc_labels *levels = level < 0 ? NULL : gvc_spool__column(table, level)->labels;
    counts c = { .values = room, .first = INT32_MAX, .last = INT32_MIN };

    if (levels)
        c.levels = gvc_mem__calloc(ctx, gvc_labels_n(levels), 1);
    if (levels && !c.levels)
        return GVC_ENOMEM;
    for (gvc_int b = 0; b < gvc_spool__blocks(table); b++) {
        const rows_are are = { year < 0 ? NULL : gvc_spool__ints(table, b, year),
                               level < 0 ? NULL : gvc_spool__ints(table, b, level) };

        count_block(&c, table, b, j, &are);
    }
    put_counts(ctx, book, book->rows[j], &c, column->has_flags);
    if (c.n > 0 && column->kind != GVC_CELL_LABEL)
        put_statistics(ctx, book, book->rows[j], &c);
    if (levels)
        book->rows[j][GVC_BOOK_LEVEL] = list_levels(ctx, book, levels, c.levels);
    gvc_mem__free(c.levels);
    return GVC_OK;
}

/* What every column has in common. */
typedef struct common {
    const char *unit, *rule, *variant;
} common;

/* Options that change numbers, as the run and the frames name them. */
static const char *variant_of(gvc_ctx *ctx, gvc_codebook *book, const gvc_attrs *facts)
{
    static const char *const options[] = { "balance", "digital", "satellite", "concord",
                                           "variant" };
    gvc_buf buf = { 0 };
    const char *text;

    for (size_t i = 0; i < sizeof options / sizeof options[0]; i++)
        if (gvc_attrs__get(facts, options[i]))
            gvc_buf__printf(ctx, &buf, "%s%s %s", buf.len ? ", " : "", options[i],
                            gvc_attrs__get(facts, options[i]));
    text = buf.failed ? NULL : gvc_arena__strdup(ctx, book->arena, gvc_buf__text(&buf));
    gvc_buf__free(&buf);
    return text;
}

static void describe(gvc_ctx *ctx, gvc_codebook *book, const gvc_spool *table, gvc_int j,
                     const common *all)
{
    static const char *const types[] = {
        [GVC_CELL_LABEL] = "text", [GVC_CELL_INT] = "integer", [GVC_CELL_REAL] = "real"
    };
    const gvc_spool_column *c = gvc_spool__column(table, j);
    const int is_money = strcmp(c->info.unit, "money") == 0 && all->unit;
    const char **row = book->rows[j];

    row[GVC_BOOK_NAME] = gvc_arena__strdup(ctx, book->arena, c->info.name);
    row[GVC_BOOK_LABEL] = gvc_arena__strdup(ctx, book->arena, c->info.label);
    row[GVC_BOOK_TYPE] = types[c->kind];
    row[GVC_BOOK_UNIT] = is_money ? gvc_arena__format(ctx, book->arena, "money, %s", all->unit)
                                  : gvc_arena__strdup(ctx, book->arena, c->info.unit);
    row[GVC_BOOK_FORMULA] = gvc_arena__strdup(ctx, book->arena, c->info.formula);
    row[GVC_BOOK_PAPER] = gvc_arena__strdup(ctx, book->arena, c->info.paper);
    row[GVC_BOOK_LEVEL] = gvc_arena__strdup(ctx, book->arena, gvc_spool__level(table));
    row[GVC_BOOK_SECTOR_MEANING] = gvc_arena__strdup(ctx, book->arena, c->info.meaning);
    row[GVC_BOOK_PARTNER_MEANING] = gvc_arena__strdup(ctx, book->arena, c->info.partner);
    row[GVC_BOOK_RANGE] = gvc_arena__strdup(ctx, book->arena, c->info.range);
    if (c->role != GVC_ROLE_KEY)
        row[GVC_BOOK_GROUP_RULE] = all->rule;
    if (c->role == GVC_ROLE_VALUE)
        row[GVC_BOOK_VARIANT] = all->variant;
}

static gvc_status fill(gvc_ctx *ctx, gvc_codebook *book, const gvc_spool *table,
                       const gvc_attrs *facts)
{
    const gvc_int rows = gvc_spool__rows(table);
    const char *rule = gvc_attrs__get(facts, "group_rule");
    common all = { gvc_attrs__get(facts, "unit"), rule ? rule : "", NULL };
    double *room = gvc_mem__alloc(ctx, rows, sizeof *room);
    gvc_status st = GVC_OK;

    all.rule = gvc_arena__strdup(ctx, book->arena, all.rule);
    all.variant = variant_of(ctx, book, facts);
    if (!room)
        st = GVC_ENOMEM;
    for (gvc_int j = 0; st == GVC_OK && j < book->n; j++) {
        for (int f = 0; f < GVC_BOOK_FIELDS; f++)
            book->rows[j][f] = "";
        describe(ctx, book, table, j, &all);
        st = count_column(ctx, book, table, j, room);
    }
    for (gvc_int j = 0; st == GVC_OK && j < book->n; j++)
        for (int f = 0; f < GVC_BOOK_FIELDS; f++)
            if (!book->rows[j][f])
                st = GVC_ENOMEM;
    gvc_mem__free(room);
    return st;
}

gvc_status gvc_codebook__new(gvc_ctx *ctx, gvc_codebook **out, const gvc_spool *table,
                             const gvc_provenance *provenance)
{
    gvc_codebook *book = gvc_mem__calloc(ctx, 1, sizeof *book);
    gvc_attrs *facts = gvc_attrs__new(ctx);
    gvc_status st = book && facts ? GVC_OK : GVC_ENOMEM;

    *out = NULL;
    if (st == GVC_OK && provenance)
        st = gvc_provenance__flatten(ctx, facts, provenance);
    if (st == GVC_OK)
        st = gvc_attrs__merge(ctx, facts, gvc_spool__attrs(table));
    if (st == GVC_OK) {
        book->n = gvc_spool__n(table);
        book->arena = gvc_arena__new(ctx);
        book->rows = gvc_mem__calloc(ctx, book->n, sizeof *book->rows);
        st = book->arena && book->rows ? fill(ctx, book, table, facts) : GVC_ENOMEM;
    }
    gvc_attrs__free(facts);
    if (st != GVC_OK) {
        gvc_codebook__free(book);
        return st;
    }
    *out = book;
    return GVC_OK;
}
