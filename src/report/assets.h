#ifndef REPORT_ASSETS_H
#define REPORT_ASSETS_H

#include <stddef.h>

/** A file of src/report/data, embedded as text. The last entry has no name. */
typedef struct gvc_asset {
    const char *name, *text;
    size_t bytes;
} gvc_asset;

extern const gvc_asset gvc_assets__files[];

/** The text of the file called `name` ("page.css"), which must exist. */
const gvc_asset *gvc_assets__find(const char *name);

#endif
