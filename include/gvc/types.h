#ifndef GVC_TYPES_H
#define GVC_TYPES_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define GVC_API __attribute__((visibility("default")))

/** Every size and index. */
typedef int64_t gvc_int;

/**
 * A column-major matrix that somebody else owns: element (i, j) is a[i + j * ld].
 * Views lent by the library are for reading; they live as long as the object that lent them.
 */
typedef struct gvc_view {
    double *a;
    gvc_int rows, cols, ld;
} gvc_view;

#ifdef __cplusplus
}
#endif
#endif
