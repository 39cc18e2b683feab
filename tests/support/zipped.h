#ifndef TESTS_ZIPPED_H
#define TESTS_ZIPPED_H

#include <stddef.h>
#include <stdint.h>

/*
 * Zip archives in memory, for tests that change what is inside them: unpacked into members, and
 * packed anew with checksums that are right, so that a reader comes to see the change.
 */

enum { ZIPPED_MEMBERS = 64, ZIPPED_NAME = 200, ZIPPED_LARGEST = 1 << 20 };

typedef struct zipped_member {
    char name[ZIPPED_NAME];
    uint8_t *data; /* malloc */
    size_t bytes;
} zipped_member;

typedef struct zipped {
    zipped_member members[ZIPPED_MEMBERS];
    int n;
} zipped;

/** Whether the bytes begin as an archive does. */
int zipped_is(const uint8_t *data, size_t bytes);
/** The members, as far as they can be had: at most ZIPPED_MEMBERS, none above ZIPPED_LARGEST. */
void zipped_unpack(zipped *out, const uint8_t *data, size_t bytes);
/** Add a member with a copy of `data`; nothing happens where there is no room. */
void zipped_add(zipped *z, const char *name, const void *data, size_t bytes);
/** An archive (malloc) whose members are stored as they are. */
uint8_t *zipped_pack(const zipped *z, size_t *bytes);
void zipped_clear(zipped *z);

#endif
