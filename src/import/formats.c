#include "import/import.h"

#include <stddef.h>

/* clang-format off */
extern const gvc_format
    gvc_format__wiod2013,
    gvc_format__wiod2016,
    gvc_format__adb,
    gvc_format__lr,
    gvc_format__oecd2016,
    gvc_format__oecd2018,
    gvc_format__oecd2021,
    gvc_format__oecd2023,
    gvc_format__oecd2025,
    gvc_format__figaro_matrix,
    gvc_format__figaro_flat,
    gvc_format__emerging,
    gvc_format__gloria,
    gvc_format__eora,
    gvc_format__exiobase,
    gvc_format__pymrio,
    gvc_format__icio,
    gvc_format__folder;

/* In the order in which they look at a source: what has the surest marks comes first. */
const gvc_format *const gvc_formats[] = {
    &gvc_format__wiod2013,
    &gvc_format__wiod2016,
    &gvc_format__adb,
    &gvc_format__lr,
    &gvc_format__oecd2016,
    &gvc_format__oecd2018,
    &gvc_format__oecd2021,
    &gvc_format__oecd2023,
    &gvc_format__oecd2025,
    &gvc_format__figaro_matrix,
    &gvc_format__figaro_flat,
    &gvc_format__emerging,
    &gvc_format__gloria,
    &gvc_format__eora,
    &gvc_format__exiobase,
    &gvc_format__pymrio,
    &gvc_format__icio,
    &gvc_format__folder,
    NULL,
};
/* clang-format on */
