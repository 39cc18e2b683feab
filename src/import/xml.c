#include "import/xml.h"

#include <expat.h>
#include <string.h>

enum { BLOCK = 1 << 16 };

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

static void on_start(void *user, const XML_Char *name, const XML_Char **attrs)
{
    gvc_xml *xml = user;

    xml->start(xml, local(name), attrs);
    stop_if_asked(xml);
}

static void on_end(void *user, const XML_Char *name)
{
    gvc_xml *xml = user;

    if (xml->end)
        xml->end(xml, local(name));
    stop_if_asked(xml);
}

static void on_text(void *user, const XML_Char *text, int len)
{
    gvc_xml *xml = user;

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
    if (XML_ParseBuffer(xml->parser, (int)got, !*more) == XML_STATUS_OK)
        return GVC_OK;
    if (xml->has_doctype)
        return gvc_origin__refuse(ctx, gvc_stream__origin(stream), NULL,
                                  "the XML declares a document type, which no workbook has; this "
                                  "file is damaged or hostile");
    if (xml->status != GVC_OK)
        return xml->status;
    return gvc_origin__refuse(ctx, gvc_stream__origin(stream), NULL,
                              "the XML is not well formed at line %lu (%s): the workbook is "
                              "damaged; get it again",
                              XML_GetCurrentLineNumber(xml->parser),
                              XML_ErrorString(XML_GetErrorCode(xml->parser)));
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
    xml->has_doctype = 0;
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
