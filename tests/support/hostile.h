#ifndef TESTS_HOSTILE_H
#define TESTS_HOSTILE_H

#include <stddef.h>
#include <stdint.h>

/*
 * Bytes that nobody vouches for, read as a source. What must hold whatever they are: an answer, no
 * memory left behind, nothing out of bounds (the sanitizers see to that).
 */

/** Open the bytes as a file and read every table in it. `format` NULL: by content. */
void hostile_import(const uint8_t *data, size_t bytes, const char *format);
/** The bytes as the sheet of a workbook that is otherwise sound; `strings` is the XML of its shared
 *  strings, NULL for a few. */
void hostile_sheet(const uint8_t *data, size_t bytes, const char *strings);

/** A changed copy of the bytes (malloc): some flipped, removed, doubled, or cut off, as `seed`
 *  says. */
uint8_t *hostile_change(const uint8_t *data, size_t bytes, uint64_t seed, size_t *changed);

#endif
