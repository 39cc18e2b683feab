#ifndef TABLE_FINDINGS_H
#define TABLE_FINDINGS_H

#include <gvc/table.h>

#include "base/ctx.h"

gvc_status gvc_findings__new(gvc_ctx *ctx, gvc_findings **out);
/** Append a finding; `rule` is a literal, the text is composed. */
gvc_status gvc_findings__add(gvc_ctx *ctx, gvc_findings *findings, gvc_severity severity,
                             const char *rule, gvc_int count, const char *fmt, ...)
    GVC_PRINTF(6, 7);
/** Gravest first; equally grave ones stay in the order of their making. */
void gvc_findings__sort(gvc_findings *findings);

#endif
