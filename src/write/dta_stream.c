#include "write/dta_stream.h"

#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"

#include <stdio.h>
#include <string.h>

/*
 * The head of format 118, as documented in Stata's "help dta":
 *   <stata_dta><header><release>118</release><byteorder>LSF</byteorder><K>..</K><N>........</N>
 *   <label>..text</label><timestamp>.text</timestamp></header><map>14 offsets</map>
 *   <variable_types> <varnames> <sortlist> <formats> <value_label_names> <variable_labels>
 *   <characteristics> <data> <strls> <value_labels> </stata_dta>
 * Each part begins at an offset of the map. Numbers are in the byte order of this machine, which is
 * that of the file.
 */
enum {
    N_OFFSETS = 14,
    MAP_SORTLIST = 4,
    MAP_FORMATS = 5,
    MAP_CHARACTERISTICS = 8,
    MAP_DATA = 9,
    NAME_BYTES = 129, /* names in characteristics, with their zero */
    TEXT_MAX = 67784, /* bytes of one characteristic, with its zero */
    STAMP_ROOM = 32,
    PASS_BYTES = 1 << 20 /* data are handed on in pieces of this size */
};

struct gvc_dta_stream {
    gvc_ctx *ctx;
    gvc_stream *stream;
    gvc_status failed;
    gvc_buf head;            /* what libreadstat wrote so far, until the data begin */
    gvc_buf characteristics; /* ready for the file */
    gvc_int sorted_by[GVC_DTA_SORT_MAX], n_sorted;
    int is_through; /* the head is written */
    char *pass;
    gvc_int passing;
};

/* Where the parts of a head lie. */
typedef struct places {
    gvc_int stamp, stamp_end, map, columns;
    uint64_t offsets[N_OFFSETS];
} places;

gvc_status gvc_dta_stream__new(gvc_ctx *ctx, gvc_dta_stream **out, gvc_stream *stream)
{
    gvc_dta_stream *dta = gvc_mem__calloc(ctx, 1, sizeof *dta);

    *out = NULL;
    if (!dta)
        return GVC_ENOMEM;
    dta->ctx = ctx;
    dta->stream = stream;
    dta->pass = gvc_mem__alloc(ctx, PASS_BYTES, 1);
    if (!dta->pass) {
        gvc_dta_stream__free(dta);
        return GVC_ENOMEM;
    }
    *out = dta;
    return GVC_OK;
}

void gvc_dta_stream__free(gvc_dta_stream *dta)
{
    if (!dta)
        return;
    gvc_buf__free(&dta->head);
    gvc_buf__free(&dta->characteristics);
    gvc_mem__free(dta->pass);
    gvc_mem__free(dta);
}

gvc_status gvc_dta_stream__characteristic(gvc_ctx *ctx, gvc_dta_stream *dta, const char *owner,
                                          const char *name, const char *text)
{
    const size_t len = strlen(text) + 1;
    const uint32_t bytes = (uint32_t)(2 * NAME_BYTES + len);
    char names[2 * NAME_BYTES] = "";

    if (strlen(owner) >= NAME_BYTES || strlen(name) >= NAME_BYTES || len > TEXT_MAX)
        return gvc_error__set(ctx, GVC_EDATA,
                              "%s[%s]: %zu bytes are more than a characteristic of Stata can hold",
                              owner, name, len);
    memcpy(names, owner, strlen(owner));
    memcpy(names + NAME_BYTES, name, strlen(name));
    gvc_buf__puts(ctx, &dta->characteristics, "<ch>");
    gvc_buf__add(ctx, &dta->characteristics, (const char *)&bytes, sizeof bytes);
    gvc_buf__add(ctx, &dta->characteristics, names, sizeof names);
    gvc_buf__add(ctx, &dta->characteristics, text, (gvc_int)len);
    gvc_buf__puts(ctx, &dta->characteristics, "</ch>");
    return dta->characteristics.failed ? GVC_ENOMEM : GVC_OK;
}

void gvc_dta_stream__sorted_by(gvc_dta_stream *dta, const gvc_int *columns, gvc_int n)
{
    for (dta->n_sorted = 0; dta->n_sorted < n && dta->n_sorted < GVC_DTA_SORT_MAX; dta->n_sorted++)
        dta->sorted_by[dta->n_sorted] = columns[dta->n_sorted];
}

/* Step over the literal `tag` at *at; 0 where something else stands there or it is not yet whole.
 */
static int skip(const gvc_buf *head, gvc_int *at, const char *tag)
{
    const gvc_int len = (gvc_int)strlen(tag);

    if (*at + len > head->len || memcmp(head->data + *at, tag, (size_t)len) != 0)
        return 0;
    *at += len;
    return 1;
}

/* Read a number of `size` bytes at *at and step over it. */
static int take(const gvc_buf *head, gvc_int *at, void *number, gvc_int size)
{
    if (*at + size > head->len)
        return 0;
    memcpy(number, head->data + *at, (size_t)size);
    *at += size;
    return 1;
}

/* Find the parts in what was written so far; 0 until the map is whole. */
static int find_places(const gvc_buf *head, places *p)
{
    gvc_int at = 0;
    uint16_t columns, label;
    uint64_t rows;
    uint8_t stamp;

    if (!skip(head, &at, "<stata_dta><header><release>118</release><byteorder>") ||
        (!skip(head, &at, "LSF") && !skip(head, &at, "MSF")) ||
        !skip(head, &at, "</byteorder><K>") || !take(head, &at, &columns, sizeof columns) ||
        !skip(head, &at, "</K><N>") || !take(head, &at, &rows, sizeof rows) ||
        !skip(head, &at, "</N><label>") || !take(head, &at, &label, sizeof label))
        return 0;
    at += label;
    if (!skip(head, &at, "</label><timestamp>"))
        return 0;
    p->stamp = at;
    if (!take(head, &at, &stamp, sizeof stamp))
        return 0;
    p->stamp_end = at + stamp;
    at += stamp;
    if (!skip(head, &at, "</timestamp></header><map>"))
        return 0;
    p->map = at;
    p->columns = columns;
    return take(head, &at, p->offsets, sizeof p->offsets) && skip(head, &at, "</map>");
}

/* "29 Nov 2011 13:05" in UTC where SOURCE_DATE_EPOCH is set, nothing otherwise; after its length.
 */
static void put_stamp(gvc_ctx *ctx, gvc_buf *to)
{
    static const char months[][4] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
    char iso[STAMP_ROOM], text[STAMP_ROOM] = "";
    int year, month, day, hour, minute;
    uint8_t len;

    if (gvc_clock__stamp(iso) &&
        sscanf(iso, "%4d-%2d-%2dT%2d:%2d", &year, &month, &day, &hour, &minute) == 5)
        snprintf(text, sizeof text, "%02d %s %04d %02d:%02d", day, months[(month + 11) % 12], year,
                 hour, minute);
    len = (uint8_t)strlen(text);
    gvc_buf__add(ctx, to, (const char *)&len, 1);
    gvc_buf__add(ctx, to, text, len);
}

/* Numbers of the columns from 1, up to the zero that ends them; room for one per column. */
static void put_sortlist(gvc_ctx *ctx, gvc_buf *to, const gvc_dta_stream *dta, gvc_int columns)
{
    gvc_buf__puts(ctx, to, "<sortlist>");
    for (gvc_int i = 0; i <= columns; i++) {
        const uint16_t column = i < dta->n_sorted ? (uint16_t)(dta->sorted_by[i] + 1) : 0;

        gvc_buf__add(ctx, to, (const char *)&column, sizeof column);
    }
    gvc_buf__puts(ctx, to, "</sortlist>");
}

/* The new head: what is kept is copied part by part, and each part notes where it begins. */
static void build_head(const gvc_dta_stream *dta, gvc_buf *to, places *p)
{
    gvc_ctx *ctx = dta->ctx;
    const char *old = dta->head.data;
    uint64_t offsets[N_OFFSETS] = { 0 };
    gvc_int map;

    gvc_buf__add(ctx, to, old, p->stamp);
    put_stamp(ctx, to);
    gvc_buf__add(ctx, to, old + p->stamp_end, p->map - p->stamp_end);
    map = to->len;
    offsets[1] = (uint64_t)map - strlen("<map>");
    gvc_buf__add(ctx, to, old + p->map, (gvc_int)p->offsets[2] - p->map);
    for (int part = 2; part < MAP_DATA; part++) {
        const uint64_t from = p->offsets[part], next = p->offsets[part + 1];

        offsets[part] = (uint64_t)to->len;
        if (part == MAP_SORTLIST) {
            put_sortlist(ctx, to, dta, p->columns);
        } else if (part == MAP_CHARACTERISTICS) {
            gvc_buf__puts(ctx, to, "<characteristics>");
            gvc_buf__add(ctx, to, gvc_buf__text(&dta->characteristics), dta->characteristics.len);
            gvc_buf__puts(ctx, to, "</characteristics>");
        } else {
            gvc_buf__add(ctx, to, old + from, (gvc_int)(next - from));
        }
    }
    for (int part = MAP_DATA; part < N_OFFSETS; part++)
        offsets[part] = p->offsets[part] + (uint64_t)to->len - p->offsets[MAP_DATA];
    if (!to->failed)
        memcpy(to->data + map, offsets, sizeof offsets);
}

static gvc_status flush(gvc_dta_stream *dta)
{
    const gvc_int bytes = dta->passing;

    dta->passing = 0;
    return gvc_stream__write(dta->ctx, dta->stream, dta->pass, bytes);
}

static gvc_status pass(gvc_dta_stream *dta, const char *data, gvc_int len)
{
    gvc_status st = GVC_OK;

    while (st == GVC_OK && len > 0) {
        const gvc_int room = PASS_BYTES - dta->passing, now = len < room ? len : room;

        memcpy(dta->pass + dta->passing, data, (size_t)now);
        dta->passing += now;
        data += now;
        len -= now;
        if (dta->passing == PASS_BYTES)
            st = flush(dta);
    }
    return st;
}

/* Offsets must rise within what is there, or this is not the head that libreadstat 1.1 writes. */
static int is_sound(const places *p)
{
    for (int i = 2; i < MAP_DATA; i++)
        if (p->offsets[i] >= p->offsets[i + 1])
            return 0;
    return (uint64_t)p->map < p->offsets[2];
}

/* Hold back until the data begin, then write the new head and what came after the old one. */
static gvc_status hold(gvc_dta_stream *dta, const char *data, gvc_int len)
{
    gvc_buf head = { 0 };
    places p;
    gvc_int begun;
    gvc_status st;

    gvc_buf__add(dta->ctx, &dta->head, data, len);
    if (dta->head.failed)
        return GVC_ENOMEM;
    if (!find_places(&dta->head, &p) || p.offsets[MAP_DATA] > (uint64_t)dta->head.len)
        return GVC_OK;
    if (!is_sound(&p))
        return gvc_error__set(dta->ctx, GVC_EIO, "libreadstat wrote a head of unknown form");
    begun = (gvc_int)p.offsets[MAP_DATA];
    build_head(dta, &head, &p);
    st = head.failed ? GVC_ENOMEM : pass(dta, head.data, head.len);
    if (st == GVC_OK)
        st = pass(dta, dta->head.data + begun, dta->head.len - begun);
    gvc_buf__free(&head);
    gvc_buf__free(&dta->head);
    dta->is_through = 1;
    return st;
}

ssize_t gvc_dta_stream__write(const void *data, size_t len, void *user)
{
    gvc_dta_stream *dta = user;

    if (dta->failed == GVC_OK)
        dta->failed =
            dta->is_through ? pass(dta, data, (gvc_int)len) : hold(dta, data, (gvc_int)len);
    return dta->failed == GVC_OK ? (ssize_t)len : -1;
}

gvc_status gvc_dta_stream__finish(gvc_dta_stream *dta)
{
    if (dta->failed == GVC_OK && !dta->is_through)
        dta->failed = gvc_error__set(dta->ctx, GVC_EIO, "libreadstat wrote no head of format 118");
    if (dta->failed == GVC_OK)
        dta->failed = flush(dta);
    return dta->failed;
}
