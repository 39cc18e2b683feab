#include "table/findings.h"

#include "base/mem.h"
#include "base/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { TEXT = 4096 };

typedef struct finding {
    gvc_severity severity;
    const char *rule, *text;
    gvc_int count;
} finding;

struct gvc_findings {
    gvc_int n, room;
    finding *list;
    gvc_arena *arena;
};

gvc_status gvc_findings__new(gvc_ctx *ctx, gvc_findings **out)
{
    gvc_findings *findings = gvc_mem__calloc(ctx, 1, sizeof *findings);

    *out = NULL;
    if (!findings)
        return GVC_ENOMEM;
    findings->arena = gvc_arena__new(ctx);
    if (!findings->arena) {
        gvc_findings_free(findings);
        return GVC_ENOMEM;
    }
    *out = findings;
    return GVC_OK;
}

gvc_status gvc_findings__add(gvc_ctx *ctx, gvc_findings *findings, gvc_severity severity,
                             const char *rule, gvc_int count, const char *fmt, ...)
{
    char text[TEXT];
    const char *copy;
    va_list args;

    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    if (findings->n == findings->room) {
        const gvc_int room = findings->room ? 2 * findings->room : 16;
        finding *list = gvc_mem__realloc(ctx, findings->list, room, sizeof *list);

        if (!list)
            return GVC_ENOMEM;
        findings->list = list;
        findings->room = room;
    }
    copy = gvc_arena__strdup(ctx, findings->arena, text);
    if (!copy)
        return GVC_ENOMEM;
    findings->list[findings->n++] = (finding){ severity, rule, copy, count };
    return GVC_OK;
}

void gvc_findings__sort(gvc_findings *findings)
{
    for (gvc_int i = 1; i < findings->n; i++) {
        const finding moved = findings->list[i];
        gvc_int at = i;

        for (; at > 0 && findings->list[at - 1].severity < moved.severity; at--)
            findings->list[at] = findings->list[at - 1];
        findings->list[at] = moved;
    }
}

gvc_int gvc_findings_n(const gvc_findings *findings)
{
    return findings->n;
}

gvc_severity gvc_findings_severity(const gvc_findings *findings, gvc_int i)
{
    return findings->list[i].severity;
}

const char *gvc_findings_rule(const gvc_findings *findings, gvc_int i)
{
    return findings->list[i].rule;
}

const char *gvc_findings_text(const gvc_findings *findings, gvc_int i)
{
    return findings->list[i].text;
}

gvc_int gvc_findings_count(const gvc_findings *findings, gvc_int i)
{
    return findings->list[i].count;
}

void gvc_findings_free(gvc_findings *findings)
{
    if (!findings)
        return;
    gvc_mem__free(findings->list);
    gvc_arena__free(findings->arena);
    gvc_mem__free(findings);
}
