#ifndef IMPORT_XML_H
#define IMPORT_XML_H

#include "import/stream.h"

/* XML as it streams by. Names come without their prefix. */
typedef struct gvc_xml {
    gvc_ctx *ctx;
    gvc_status status; /* set it to stop; GVC_NO stops without an error */
    void (*start)(struct gvc_xml *xml, const char *name, const char **attrs);
    void (*end)(struct gvc_xml *xml, const char *name);
    void (*text)(struct gvc_xml *xml, const char *text, int len);
    void *parser; /* of the library, while it runs */
    int has_doctype, depth;
} gvc_xml;

/** Run the handlers over the stream. A document type, or XML that is not well formed, is GVC_EDATA
 *  in the name of the stream. */
gvc_status gvc_xml__read(gvc_ctx *ctx, gvc_xml *xml, gvc_stream *stream);
/** The value of an attribute by its name with or without prefix, NULL where it is absent. */
const char *gvc_xml__attr(const char **attrs, const char *name);

#endif
