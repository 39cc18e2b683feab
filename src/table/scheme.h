#ifndef TABLE_SCHEME_H
#define TABLE_SCHEME_H

#include "table/builtin.h"

#include "base/labels.h"

/*
 * The sectors of a scheme are a reference table, sectors_<scheme>, with their codes in the column
 * code. Where the same sectors had other codes in an edition before, those stand in a column
 * code_<edition> beside it: OECD's A01_02 was 01T02 in 2021.
 */

/** The sector of `sectors` that the record is about, by its code or an older one; -1: none. */
gvc_int gvc_scheme__sector(const gvc_builtin_record *record, const gvc_labels *sectors);
/** The same for the sector that the scheme calls `code` today. */
gvc_int gvc_scheme__find(const char *scheme, const char *code, const gvc_labels *sectors);

#endif
