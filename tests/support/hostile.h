#ifndef TESTS_HOSTILE_H
#define TESTS_HOSTILE_H

#include <stddef.h>
#include <stdint.h>

/*
 * Bytes that nobody vouches for, read as one of our inputs. What must hold whatever they are: an
 * answer, with a message of plain text where it is an error; no memory left behind, and none taken
 * that the bytes do not account for; nothing out of bounds (the sanitizers see to that). What does
 * not hold ends the program with the reason.
 */

/**
 * Read the bytes as `reader` does:
 *   any, or a format of gvc_import_format_name()   a source to import
 *   sheet                                          the sheet of a workbook that is otherwise sound
 *   folder                                         a zip of the files of a folder of plain CSV
 *   codes                                          the file of `gvc import --countries`
 *   group, digital, countries, sectors             the files of these options, and lists of codes
 *   inputs, attach                                 inputs.csv, checked alone or put into a store
 *   results, history, json                         a CSV to compare, the provenance beside one,
 *                                                  and that at the head of a .json
 *
 * @return 0 where there is no such reader
 */
int hostile_read(const char *reader, const uint8_t *data, size_t bytes);
/** Name of the i-th reader, NULL past the last. */
const char *hostile_reader(int i);

/** The bytes as the sheet of a workbook that is otherwise sound; `strings` is the XML of its shared
 *  strings, NULL for a few. */
void hostile_sheet(const uint8_t *data, size_t bytes, const char *strings);

/** A changed copy of the bytes (malloc): some flipped, removed, doubled, or cut off, as `seed`
 *  says. With an odd seed an archive changes inside one of its members and is packed anew. */
uint8_t *hostile_change(const uint8_t *data, size_t bytes, uint64_t seed, size_t *changed);

#endif
