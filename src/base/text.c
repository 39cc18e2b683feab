#include "base/text.h"
#include "base/decimal.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { CHUNK = 16384, NAME = 64 };

typedef struct chunk {
    struct chunk *next;
    gvc_int used, room;
    char data[];
} chunk;

struct gvc_arena {
    chunk *first;
};

gvc_arena *gvc_arena__new(gvc_ctx *ctx)
{
    return gvc_mem__calloc(ctx, 1, sizeof(gvc_arena));
}

void gvc_arena__free(gvc_arena *arena)
{
    if (!arena)
        return;
    for (chunk *c = arena->first, *next; c; c = next) {
        next = c->next;
        gvc_mem__free(c);
    }
    gvc_mem__free(arena);
}

char *gvc_arena__copy(gvc_ctx *ctx, gvc_arena *arena, const char *text, gvc_int len)
{
    chunk *c = arena->first;
    char *copy;

    if (!c || c->room - c->used < len + 1) {
        const gvc_int room = len + 1 > CHUNK ? len + 1 : CHUNK;

        c = gvc_mem__alloc(ctx, (gvc_int)sizeof *c + room, 1);
        if (!c)
            return NULL;
        *c = (chunk){ arena->first, 0, room };
        arena->first = c;
    }
    copy = c->data + c->used;
    memcpy(copy, text, (size_t)len);
    copy[len] = '\0';
    c->used += len + 1;
    return copy;
}

char *gvc_arena__strdup(gvc_ctx *ctx, gvc_arena *arena, const char *text)
{
    return text ? gvc_arena__copy(ctx, arena, text, (gvc_int)strlen(text)) : NULL;
}

char *gvc_arena__format(gvc_ctx *ctx, gvc_arena *arena, const char *fmt, ...)
{
    gvc_buf buf = { 0 };
    va_list args;
    char small[1];
    char *copy = NULL;
    int len;

    va_start(args, fmt);
    len = vsnprintf(small, sizeof small, fmt, args);
    va_end(args);
    buf.data = len < 0 ? NULL : gvc_mem__alloc(ctx, (gvc_int)len + 1, 1);
    if (!buf.data)
        return NULL;
    va_start(args, fmt);
    vsnprintf(buf.data, (size_t)len + 1, fmt, args);
    va_end(args);
    copy = gvc_arena__copy(ctx, arena, buf.data, len);
    gvc_buf__free(&buf);
    return copy;
}

static int make_room(gvc_ctx *ctx, gvc_buf *buf, gvc_int more)
{
    gvc_int room = buf->room ? buf->room : 256;
    char *data;

    if (buf->failed)
        return 0;
    if (buf->len + more + 1 <= buf->room)
        return 1;
    while (room < buf->len + more + 1)
        room *= 2;
    data = gvc_mem__realloc(ctx, buf->data, room, 1);
    if (!data) {
        buf->failed = 1;
        return 0;
    }
    buf->data = data;
    buf->room = room;
    return 1;
}

void gvc_buf__add(gvc_ctx *ctx, gvc_buf *buf, const char *text, gvc_int len)
{
    if (!make_room(ctx, buf, len))
        return;
    memcpy(buf->data + buf->len, text, (size_t)len);
    buf->len += len;
    buf->data[buf->len] = '\0';
}

void gvc_buf__puts(gvc_ctx *ctx, gvc_buf *buf, const char *text)
{
    gvc_buf__add(ctx, buf, text, (gvc_int)strlen(text));
}

void gvc_buf__printf(gvc_ctx *ctx, gvc_buf *buf, const char *fmt, ...)
{
    va_list args;
    int len;

    va_start(args, fmt);
    len = vsnprintf(NULL, 0, fmt, args);
    va_end(args);
    if (len < 0 || !make_room(ctx, buf, len))
        return;
    va_start(args, fmt);
    vsnprintf(buf->data + buf->len, (size_t)len + 1, fmt, args);
    va_end(args);
    buf->len += len;
}

void gvc_buf__number(gvc_ctx *ctx, gvc_buf *buf, double value)
{
    if (!make_room(ctx, buf, GVC_DECIMAL_MAX))
        return;
    buf->len += (gvc_int)gvc_decimal__write(buf->data + buf->len, value);
    buf->data[buf->len] = '\0';
}

const char *gvc_buf__text(const gvc_buf *buf)
{
    return buf->data ? buf->data : "";
}

void gvc_buf__free(gvc_buf *buf)
{
    gvc_mem__free(buf->data);
    *buf = (gvc_buf){ 0 };
}

static gvc_int min3(gvc_int a, gvc_int b, gvc_int c)
{
    const gvc_int least = a < b ? a : b;

    return least < c ? least : c;
}

gvc_int gvc_text__distance(const char *a, const char *b)
{
    gvc_int row[NAME + 1];
    const gvc_int la = (gvc_int)strlen(a), lb = (gvc_int)strlen(b);

    if (la > NAME || lb > NAME)
        return la > lb ? la : lb;
    for (gvc_int j = 0; j <= lb; j++)
        row[j] = j;
    for (gvc_int i = 1; i <= la; i++) {
        gvc_int corner = row[0];

        row[0] = i;
        for (gvc_int j = 1; j <= lb; j++) {
            const gvc_int above = row[j];
            const int same = tolower((unsigned char)a[i - 1]) == tolower((unsigned char)b[j - 1]);

            row[j] = min3(above + 1, row[j - 1] + 1, corner + !same);
            corner = above;
        }
    }
    return row[lb];
}

const char *gvc_text__nearest(const char *word, const char *const *names, gvc_int n)
{
    const gvc_int len = (gvc_int)strlen(word);
    const char *best = NULL;
    gvc_int least = len > 5 ? 3 : len > 2 ? 2 : 1;

    for (gvc_int i = 0; i < n; i++) {
        const gvc_int d = gvc_text__distance(word, names[i]);

        if (d < least || (d == least && !best)) {
            least = d;
            best = names[i];
        }
    }
    return best;
}

gvc_int gvc_text__split(char *list, char **parts, gvc_int max)
{
    gvc_int n = 0;

    for (char *at = list; at; n++) {
        char *comma = strchr(at, ','), *end = comma ? comma : at + strlen(at);

        while (isspace((unsigned char)*at))
            at++;
        while (end > at && isspace((unsigned char)end[-1]))
            end--;
        *end = '\0';
        if (n < max)
            parts[n] = at;
        at = comma ? comma + 1 : NULL;
    }
    return n;
}

/* Length of the well-formed sequence at `s`, 0 where there is none. */
static gvc_int sequence(const unsigned char *s, gvc_int left)
{
    const gvc_int len = s[0] < 0x80   ? 1
                        : s[0] < 0xC2 ? 0
                        : s[0] < 0xE0 ? 2
                        : s[0] < 0xF0 ? 3
                        : s[0] < 0xF5 ? 4
                                      : 0;

    if (len == 0 || len > left)
        return 0;
    for (gvc_int i = 1; i < len; i++)
        if ((s[i] & 0xC0) != 0x80)
            return 0;
    if ((s[0] == 0xE0 && s[1] < 0xA0) || (s[0] == 0xED && s[1] > 0x9F) ||
        (s[0] == 0xF0 && s[1] < 0x90) || (s[0] == 0xF4 && s[1] > 0x8F))
        return 0;
    return len;
}

/* Length of the character at `s`, 0 where it is none, or one that steers a terminal: those below
 * the space and U+007F to U+009F. */
static gvc_int character(const unsigned char *s, gvc_int left)
{
    if (s[0] < 0x20 || s[0] == 0x7F || (s[0] == 0xC2 && left > 1 && s[1] < 0xA0))
        return 0;
    return sequence(s, left);
}

int gvc_text__is_utf8(const char *text, gvc_int len)
{
    const unsigned char *s = (const unsigned char *)text;

    for (gvc_int i = 0, step; i < len; i += step) {
        step = character(s + i, len - i);
        if (step == 0)
            return 0;
    }
    return 1;
}

/* Whether the text ends inside a character that has begun well, as one cut to a length does. */
static int is_cut(const unsigned char *s, gvc_int left)
{
    const gvc_int len = s[0] < 0xC2 ? 0 : s[0] < 0xE0 ? 2 : s[0] < 0xF0 ? 3 : s[0] < 0xF5 ? 4 : 0;

    for (gvc_int i = 1; i < left; i++)
        if ((s[i] & 0xC0) != 0x80)
            return 0;
    return left < len;
}

void gvc_text__clean(char *text)
{
    unsigned char *s = (unsigned char *)text;
    const gvc_int len = (gvc_int)strlen(text);

    for (gvc_int i = 0, step; i < len; i += step) {
        step = s[i] == '\n' || s[i] == '\t' ? 1 : character(s + i, len - i);
        if (step > 0)
            continue;
        if (is_cut(s + i, len - i)) {
            s[i] = '\0';
            return;
        }
        s[i] = '?';
        step = 1;
    }
}
