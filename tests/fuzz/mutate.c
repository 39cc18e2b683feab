/*
 * Changes that keep what a reader checks first: the members of a zip archive are changed inside it
 * (also those of an archive in the archive) and packed anew, and texts are changed by lines and
 * cells, elements where they are XML. Bytes are changed without regard to any form as well.
 */
#include "../support/zipped.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

size_t LLVMFuzzerMutate(uint8_t *data, size_t bytes, size_t room);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t bytes, size_t room, unsigned seed);

enum { DEPTH = 2, SLACK = 400, COLUMNS_OF = 20000 /* bytes; longer texts move too often */ };

typedef struct text {
    uint8_t *data;
    size_t n, room;
    uint64_t state;
} text;

static size_t below(uint64_t *state, size_t n)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return n ? (size_t)(*state % n) : 0;
}

/* ---- texts ---- */

typedef struct span {
    size_t from, to;
} span;

/* Put `with` in the place of a span, where there is room. */
static void replace(text *t, span s, const uint8_t *with, size_t n)
{
    const size_t old = s.to - s.from;
    uint8_t *copy;

    if (t->n - old + n > t->room)
        return;
    copy = malloc(n + 1);
    if (n)
        memcpy(copy, with, n);
    memmove(t->data + s.from + n, t->data + s.to, t->n - s.to);
    if (n)
        memcpy(t->data + s.from, copy, n);
    t->n += n - old;
    free(copy);
}

/* The piece around a place, from behind one of the `ends` to the next one, which it keeps or not.
 */
static span piece(const text *t, size_t at, const char *ends, int with_end)
{
    span s = { at, at };

    while (s.from > 0 && !strchr(ends, t->data[s.from - 1]))
        s.from--;
    while (s.to < t->n && (t->data[s.to] == 0 || !strchr(ends, t->data[s.to])))
        s.to++;
    if (with_end && s.to < t->n)
        s.to++;
    return s;
}

static const char *separators(const text *t)
{
    const size_t n = t->n < 1000 ? t->n : 1000;

    if (t->n > 0 && t->data[0] == '<')
        return ">\"";
    if (memchr(t->data, '\t', n))
        return "\t\n\r";
    return memchr(t->data, ';', n) && !memchr(t->data, ',', n) ? ";\n\r" : ",\n\r";
}

static void change_cell(text *t, const char *ends)
{
    static const char *const values[] = {
        "",
        "0",
        "-0",
        "1",
        "-1",
        "1e308",
        "-1e308",
        "1e-320",
        "1e999",
        "nan",
        "inf",
        "1.5e3",
        "2015",
        "99999999999999999999",
        "-",
        "\"",
        "\"\"",
        "x",
        "\x1b",
        " ",
        "\xc3\xa9",
        "\xff",
        "ROW",
        "CHN",
        "DEU",
        "*",
        "=",
        "A1",
        "XFD1048576",
        "2147483648",
        "\"a,b\"",
        "\"a\"\"b\"",
        "0.1000000000000000055511151231257827",
    };
    const span cell = piece(t, below(&t->state, t->n), ends, 0);

    if (below(&t->state, 2)) {
        const span from = piece(t, below(&t->state, t->n), ends, 0);

        replace(t, cell, t->data + from.from, from.to - from.from);
    } else {
        const char *v = values[below(&t->state, sizeof values / sizeof *values)];

        replace(t, cell, (const uint8_t *)v, strlen(v));
    }
}

/* Remove a line, double it, or put it in the place of another. */
static void change_line(text *t, const char *ends)
{
    const span from = piece(t, below(&t->state, t->n), ends, 1),
               to = piece(t, below(&t->state, t->n), ends, 1);

    switch (below(&t->state, 3)) {
    case 0:
        replace(t, from, NULL, 0);
        break;
    case 1:
        replace(t, (span){ to.from, to.from }, t->data + from.from, from.to - from.from);
        break;
    default:
        replace(t, to, t->data + from.from, from.to - from.from);
    }
}

/* Remove or double cell number `k` of every line. */
static void change_column(text *t, const char *ends)
{
    const size_t k = below(&t->state, 12);
    const int remove = below(&t->state, 2) == 0;

    for (size_t at = 0; at < t->n;) {
        span cell = { at, at };

        for (size_t i = 0; i <= k && cell.to < t->n && t->data[cell.to] != '\n'; i++) {
            cell = piece(t, cell.to, ends, 1);
            if (cell.to > 0 && t->data[cell.to - 1] == '\n')
                break;
        }
        if (remove)
            replace(t, cell, NULL, 0);
        else
            replace(t, (span){ cell.from, cell.from }, t->data + cell.from, cell.to - cell.from);
        while (at < t->n && t->data[at] != '\n')
            at++;
        at++;
    }
}

static int is_text(const uint8_t *data, size_t n)
{
    for (size_t i = 0; i < n && i < 64; i++)
        if (data[i] < ' ' && !strchr("\n\r\t", data[i]))
            return 0;
    return n > 4;
}

static size_t change_text(uint8_t *data, size_t n, size_t room, uint64_t *state)
{
    text t = { data, n, room, *state };

    for (size_t times = 1 + below(&t.state, 3); times > 0 && t.n > 0; times--) {
        const int is_xml = t.data[0] == '<';

        switch (below(&t.state, 4)) {
        case 0:
            change_line(&t, is_xml ? ">" : "\n");
            break;
        case 1:
            if (!is_xml && t.n < COLUMNS_OF) {
                change_column(&t, separators(&t));
                break;
            }
            /* fall through */
        default:
            change_cell(&t, separators(&t));
        }
    }
    *state = t.state;
    return t.n;
}

/* ---- archives ---- */

static size_t change(uint8_t *data, size_t bytes, size_t room, uint64_t *state, int depth);

static void change_member(zipped_member *m, size_t room, uint64_t *state, int depth)
{
    uint8_t *larger = realloc(m->data, m->bytes + room + 1);

    if (!larger)
        return;
    m->data = larger;
    m->bytes = change(m->data, m->bytes, m->bytes + room, state, depth);
}

static void rename_member(zipped_member *m)
{
    size_t n = LLVMFuzzerMutate((uint8_t *)m->name, strlen(m->name), ZIPPED_NAME - 1);

    m->name[n] = '\0';
}

static void remove_member(zipped *z, int i)
{
    free(z->members[i].data);
    memmove(&z->members[i], &z->members[i + 1], (size_t)(z->n - i - 1) * sizeof *z->members);
    z->n--;
}

static size_t change_archive(uint8_t *data, size_t bytes, size_t room, uint64_t *state, int depth)
{
    static zipped levels[DEPTH + 1];
    zipped *z = &levels[depth];
    uint8_t *packed;
    size_t n;
    int i;

    zipped_unpack(z, data, bytes);
    if (z->n == 0)
        return LLVMFuzzerMutate(data, bytes, room);
    i = (int)below(state, (size_t)z->n);
    switch (below(state, 24)) {
    case 0:
        remove_member(z, i);
        break;
    case 1:
        rename_member(&z->members[i]);
        break;
    case 2:
        zipped_add(z, z->members[i].name, z->members[i].data, z->members[i].bytes);
        rename_member(&z->members[z->n - 1]);
        break;
    default:
        change_member(&z->members[i], SLACK, state, depth + 1);
    }
    packed = zipped_pack(z, &n);
    zipped_clear(z);
    if (n <= room)
        memcpy(data, packed, n);
    free(packed);
    return n <= room ? n : LLVMFuzzerMutate(data, bytes, room);
}

static size_t change(uint8_t *data, size_t bytes, size_t room, uint64_t *state, int depth)
{
    if (zipped_is(data, bytes) && depth < DEPTH && below(state, 16) > 0)
        return change_archive(data, bytes, room, state, depth);
    if (is_text(data, bytes) && below(state, 2))
        return change_text(data, bytes, room, state);
    return LLVMFuzzerMutate(data, bytes, room);
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t bytes, size_t room, unsigned seed)
{
    uint64_t state = seed * UINT64_C(0x9e3779b97f4a7c15) + 1;

    below(&state, 1);
    return change(data, bytes, room, &state, 0);
}
