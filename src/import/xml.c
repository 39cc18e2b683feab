#include "import/xml.h"

#include <expat.h>
#include <string.h>

enum {
    BLOCK = 1 << 16,
    DEPTH = 100,      /* of elements in elements; a sheet has five */
    TOKEN = 16 << 20, /* bytes of a tag or comment, which the parser holds whole */
};

/* Most elements of a sheet are c and v: one letter, no prefix. */
static const char *local(const char *name)
{
    const char *colon = *name && name[1] ? strchr(name, ':') : NULL;

    return colon ? colon + 1 : name;
}

const char *gvc_xml__attr(const char **attrs, const char *name)
{
    for (; *attrs; attrs += 2)
        if (strcmp(local(*attrs), name) == 0)
            return attrs[1];
    return NULL;
}

static void stop_if_asked(gvc_xml *xml)
{
    if (xml->status != GVC_OK)
        XML_StopParser(xml->parser, XML_FALSE);
}

/* The parser still calls for the end of an empty element whose start has stopped it. */
static int has_stopped(const gvc_xml *xml)
{
    return xml->status != GVC_OK || xml->has_doctype || xml->depth > DEPTH;
}

static void on_start(void *user, const XML_Char *name, const XML_Char **attrs)
{
    gvc_xml *xml = user;

    if (has_stopped(xml))
        return;
    if (++xml->depth > DEPTH) {
        XML_StopParser(xml->parser, XML_FALSE);
        return;
    }
    xml->start(xml, local(name), attrs);
    stop_if_asked(xml);
}

static void on_end(void *user, const XML_Char *name)
{
    gvc_xml *xml = user;

    if (has_stopped(xml))
        return;
    xml->depth--;
    if (xml->end)
        xml->end(xml, local(name));
    stop_if_asked(xml);
}

static void on_text(void *user, const XML_Char *text, int len)
{
    gvc_xml *xml = user;

    if (has_stopped(xml))
        return;
    if (xml->text)
        xml->text(xml, text, len);
    stop_if_asked(xml);
}

/* Entities are declared in a document type; no workbook has one, and without it none can grow. */
static void on_doctype(void *user, const XML_Char *name, const XML_Char *system,
                       const XML_Char *public, int has_subset)
{
    gvc_xml *xml = user;

    (void)name, (void)system, (void)public, (void)has_subset;
    xml->has_doctype = 1;
    XML_StopParser(xml->parser, XML_FALSE);
}

/* Why the parser has stopped. */
static gvc_status refuse(gvc_ctx *ctx, const gvc_xml *xml, const gvc_stream *stream)
{
    if (xml->has_doctype)
        return gvc_origin__refuse(ctx, gvc_stream__origin(stream), NULL,
                                  "the XML declares a document type, which no workbook has; this "
                                  "file is damaged or hostile");
    if (xml->depth > DEPTH)
        return gvc_origin__refuse(ctx, gvc_stream__origin(stream), NULL,
                                  "the XML has more than %d elements inside each other, which no "
                                  "workbook has; this file is damaged or hostile",
                                  DEPTH);
    if (xml->status != GVC_OK)
        return xml->status;
    return gvc_origin__refuse(ctx, gvc_stream__origin(stream), NULL,
                              "the XML is not well formed at line %lu (%s): the workbook is "
                              "damaged; get it again",
                              XML_GetCurrentLineNumber(xml->parser),
                              XML_ErrorString(XML_GetErrorCode(xml->parser)));
}

static gvc_status feed(gvc_ctx *ctx, gvc_xml *xml, gvc_stream *stream, int *more)
{
    void *block = XML_GetBuffer(xml->parser, BLOCK);
    gvc_int got = 0;
    gvc_status st;

    if (!block)
        return gvc_error__set(ctx, GVC_ENOMEM, "out of memory while reading XML");
    st = gvc_stream__read(ctx, stream, block, BLOCK, &got);
    if (st != GVC_OK)
        return st;
    *more = got == BLOCK;
    if (XML_ParseBuffer(xml->parser, (int)got, !*more) != XML_STATUS_OK)
        return refuse(ctx, xml, stream);
    if (gvc_stream__at(stream) - XML_GetCurrentByteIndex(xml->parser) > TOKEN)
        return gvc_origin__refuse(ctx, gvc_stream__origin(stream), NULL,
                                  "a tag or comment of the XML is longer than %d MiB, as in no "
                                  "workbook; this file is damaged or hostile",
                                  TOKEN >> 20);
    return GVC_OK;
}

gvc_status gvc_xml__read(gvc_ctx *ctx, gvc_xml *xml, gvc_stream *stream)
{
    XML_Parser parser = XML_ParserCreate(NULL);
    gvc_status st = GVC_OK;
    int more = 1;

    if (!parser)
        return gvc_error__set(ctx, GVC_ENOMEM, "out of memory while reading XML");
    xml->ctx = ctx;
    xml->parser = parser;
    xml->status = GVC_OK;
    xml->has_doctype = xml->depth = 0;
    XML_SetUserData(parser, xml);
    XML_SetElementHandler(parser, on_start, on_end);
    XML_SetCharacterDataHandler(parser, on_text);
    XML_SetStartDoctypeDeclHandler(parser, on_doctype);
    while (st == GVC_OK && more)
        st = feed(ctx, xml, stream, &more);
    XML_ParserFree(parser);
    xml->parser = NULL;
    return st == GVC_NO ? GVC_OK : st;
}
