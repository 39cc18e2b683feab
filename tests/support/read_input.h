#ifndef TESTS_READ_INPUT_H
#define TESTS_READ_INPUT_H

#include <gvc/input.h>

/** What gvc check does with the store or folder at `path`: open it, read its first table, check it.
 */
gvc_status read_and_check(gvc_ctx *ctx, const char *path);

#endif
