#include "hostile.h"
#include "zipped.h"

#include <stdlib.h>
#include <string.h>

static uint64_t next(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

static uint8_t *change_bytes(const uint8_t *data, size_t bytes, uint64_t seed, size_t *changed)
{
    static const char spice[] = "0123456789,;\t\n\r\"'<>&=./-+eE \0\xff\xef";
    uint64_t state = seed * 0x9e3779b97f4a7c15u + 1;
    uint8_t *copy = malloc(2 * bytes + 16);
    size_t n = bytes;

    memcpy(copy, data, bytes);
    for (uint64_t k = 1 + next(&state) % 4; k > 0 && n > 1; k--) {
        const size_t at = next(&state) % n, len = 1 + next(&state) % (n - at > 64 ? 64 : n - at);

        switch (next(&state) % 6) {
        case 0:
            copy[at] ^= (uint8_t)(1 << next(&state) % 8);
            break;
        case 1:
            copy[at] = (uint8_t)spice[next(&state) % (sizeof spice - 1)];
            break;
        case 2:
            memmove(copy + at, copy + at + len, n - at - len);
            n -= len;
            break;
        case 3:
            if (n + len > 2 * bytes)
                break;
            memmove(copy + at + len, copy + at, n - at);
            n += len;
            break;
        case 4:
            memset(copy + at, (int)next(&state), len);
            break;
        default:
            n = at + 1;
        }
    }
    *changed = n;
    return copy;
}

/* NULL where there is no member to change. */
static uint8_t *change_member(const uint8_t *data, size_t bytes, uint64_t seed, size_t *changed)
{
    zipped z;
    uint8_t *packed = NULL;

    zipped_unpack(&z, data, bytes);
    if (z.n > 0) {
        zipped_member *m = &z.members[seed / 2 % (uint64_t)z.n];
        uint8_t *old = m->data;

        m->data = hostile_change(old, m->bytes, seed, &m->bytes);
        free(old);
        packed = zipped_pack(&z, changed);
    }
    zipped_clear(&z);
    return packed;
}

uint8_t *hostile_change(const uint8_t *data, size_t bytes, uint64_t seed, size_t *changed)
{
    uint8_t *packed =
        seed % 2 && zipped_is(data, bytes) ? change_member(data, bytes, seed, changed) : NULL;

    return packed ? packed : change_bytes(data, bytes, seed, changed);
}
