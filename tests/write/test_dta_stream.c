#include "../support/support.h"

#include "write/dta_stream.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A head as libreadstat writes it, with empty parts, then some data; returns its length. */
static size_t make_file(char *to, const char *stamp, const char *label)
{
#define PART(text)                                                                                 \
    {                                                                                              \
        text, sizeof text - 1                                                                      \
    }
    static const struct {
        const char *text;
        size_t len;
    } parts[] = {
        PART("<variable_types>tt</variable_types>"),
        PART("<varnames>nn</varnames>"),
        PART("<sortlist>\0\0\0\0\0\0</sortlist>"),
        PART("<formats>ff</formats>"),
        PART("<value_label_names>vv</value_label_names>"),
        PART("<variable_labels>ll</variable_labels>"),
        PART("<characteristics></characteristics>"),
        PART("<data>12345678</data>"),
        PART("<strls></strls>"),
        PART("<value_labels></value_labels>"),
        PART("</stata_dta>"),
    };
#undef PART
    const uint16_t columns = 2, label_len = (uint16_t)strlen(label);
    const uint64_t rows = 1;
    uint64_t map[14] = { 0 };
    char *at = to;

    at += sprintf(at, "<stata_dta><header><release>118</release><byteorder>LSF</byteorder><K>");
    memcpy(at, &columns, 2);
    at += 2 + sprintf(at + 2, "</K><N>");
    memcpy(at, &rows, 8);
    at += 8 + sprintf(at + 8, "</N><label>");
    memcpy(at, &label_len, 2);
    at += 2 + sprintf(at + 2, "%s</label><timestamp>", label);
    *at = (char)strlen(stamp);
    at += 1 + sprintf(at + 1, "%s</timestamp></header>", stamp);
    map[1] = (uint64_t)(at - to);
    map[2] = map[1] + 5 + sizeof map + 6;
    for (int i = 0; i < 11; i++)
        map[i + 3] = map[i + 2] + parts[i].len;
    at += sprintf(at, "<map>");
    memcpy(at, map, sizeof map);
    at += sizeof map + (size_t)sprintf(at + sizeof map, "</map>");
    for (int i = 0; i < 11; i++) {
        memcpy(at, parts[i].text, parts[i].len);
        at += parts[i].len;
    }
    return (size_t)(at - to);
}

/* Send `data` through in pieces of `piece` bytes; what arrives stands in `got`. */
static size_t send(gvc_ctx *ctx, const char *data, size_t len, size_t piece, char *got, size_t room)
{
    char path[] = "/tmp/gvc-dta-XXXXXX";
    const gvc_int sorted_by[] = { 1, 0 };
    gvc_dta_stream *dta;
    gvc_stream *stream;
    FILE *in;
    size_t n;

    close(mkstemp(path));
    assert_ok(ctx, gvc_stream__open(ctx, &stream, path, 1));
    assert_ok(ctx, gvc_dta_stream__new(ctx, &dta, stream));
    assert_ok(ctx, gvc_dta_stream__characteristic(ctx, dta, "_dta", "iis", "id"));
    gvc_dta_stream__sorted_by(dta, sorted_by, 2);
    for (size_t at = 0; at < len; at += piece) {
        const size_t now = len - at < piece ? len - at : piece;

        assert_int_equal(gvc_dta_stream__write(data + at, now, dta), (ssize_t)now);
    }
    assert_ok(ctx, gvc_dta_stream__finish(dta));
    gvc_dta_stream__free(dta);
    assert_ok(ctx, gvc_stream__commit(ctx, stream));
    in = fopen(path, "rb");
    n = fread(got, 1, room, in);
    fclose(in);
    unlink(path);
    return n;
}

static const char *find(const char *in, size_t n, const char *what)
{
    return memmem(in, n, what, strlen(what));
}

static void the_head_is_replaced_whatever_the_pieces(void **state)
{
    static const char *const tags[] = {
        "<stata_dta>", "<map>",          "<variable_types>", "<varnames>",        "<sortlist>",
        "<formats>",   "<value_label",   "<variable_labels", "<characteristics>", "<data>",
        "<strls>",     "<value_labels>", "</stata_dta>"
    };
    gvc_ctx *ctx = *state;
    char file[4096], got[4096], whole[4096];
    const size_t len = make_file(file, "01 Jan 2020 12:34", "a label with <map> in it");
    const size_t n = send(ctx, file, len, len, whole, sizeof whole);
    uint64_t map[14];
    const char *at;

    for (size_t piece = 1; piece < 40; piece++) {
        assert_int_equal(send(ctx, file, len, piece, got, sizeof got), n);
        assert_memory_equal(got, whole, n);
    }
    memcpy(map, find(whole, n, "</header><map>") + 14, sizeof map);
    for (int i = 0; i < 13; i++)
        assert_memory_equal(whole + map[i], tags[i], strlen(tags[i]));
    assert_int_equal(map[13], n);
    assert_memory_equal(find(whole, n, "<timestamp>") + 11, "\0</timestamp>", 13);
    at = find(whole, n, "<sortlist>");
    assert_memory_equal(at + 10, ((uint16_t[]){ 2, 1, 0 }), 6);
    at = find(whole, n, "<ch>");
    assert_memory_equal(at + 4, ((uint32_t[]){ 2 * 129 + 3 }), 4);
    assert_string_equal(at + 8, "_dta");
    assert_string_equal(at + 8 + 129, "iis");
    assert_string_equal(at + 8 + 258, "id");
    assert_non_null(find(whole, n, "<data>12345678</data>"));
}

static void the_time_is_that_of_source_date_epoch(void **state)
{
    gvc_ctx *ctx = *state;
    char file[4096], got[4096];
    const size_t len = make_file(file, "", "");
    size_t n;

    setenv("SOURCE_DATE_EPOCH", "1322571900", 1);
    n = send(ctx, file, len, 7, got, sizeof got);
    unsetenv("SOURCE_DATE_EPOCH");
    assert_memory_equal(find(got, n, "<timestamp>") + 11,
                        "\x11"
                        "29 Nov 2011 13:05<",
                        19);
}

static void another_head_is_refused(void **state)
{
    gvc_ctx *ctx = *state;
    char file[4096];
    const size_t len = make_file(file, "", "");
    gvc_dta_stream *dta;

    memcpy(strstr(file, "118"), "117", 3);
    assert_ok(ctx, gvc_dta_stream__new(ctx, &dta, NULL));
    assert_int_equal(gvc_dta_stream__write(file, len, dta), (ssize_t)len);
    assert_int_equal(gvc_dta_stream__finish(dta), GVC_EIO);
    assert_non_null(strstr(gvc_ctx_message(ctx), "format 118"));
    gvc_dta_stream__free(dta);
}

static void a_characteristic_is_never_cut(void **state)
{
    gvc_ctx *ctx = *state;
    char *text = calloc(1, 70000);
    gvc_dta_stream *dta;

    memset(text, 'x', 69999);
    assert_ok(ctx, gvc_dta_stream__new(ctx, &dta, NULL));
    assert_int_equal(gvc_dta_stream__characteristic(ctx, dta, "_dta", "note1", text), GVC_EDATA);
    text[67783] = '\0';
    assert_ok(ctx, gvc_dta_stream__characteristic(ctx, dta, "_dta", "note1", text));
    gvc_dta_stream__free(dta);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        context_test(the_head_is_replaced_whatever_the_pieces),
        context_test(the_time_is_that_of_source_date_epoch),
        context_test(another_head_is_refused),
        context_test(a_characteristic_is_never_cut),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
