#ifndef IMPORT_NUMBER_H
#define IMPORT_NUMBER_H

/** The number at `text`, which a zero byte or any other character ends: the nearest double, as
 *  strtod in the C locale. Returns the first character not read, `text` where there is none. */
const char *gvc_number__read(const char *text, const char *end, double *value);

#endif
