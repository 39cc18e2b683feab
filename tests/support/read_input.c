#include "read_input.h"

#include <stddef.h>

gvc_status read_and_check(gvc_ctx *ctx, const char *path)
{
    gvc_input *input = NULL;
    gvc_table *table = NULL;
    gvc_findings *findings = NULL;
    const char *sha256;
    gvc_status st = gvc_input_open(ctx, &input, path);

    if (st == GVC_OK)
        st = gvc_input_sha256(ctx, input, &sha256);
    if (st == GVC_OK)
        st = gvc_input_table(ctx, &table, input, 0);
    if (st == GVC_OK)
        st = gvc_check(ctx, &findings, table);
    gvc_findings_free(findings);
    gvc_table_free(table);
    gvc_input_close(input);
    return st;
}
