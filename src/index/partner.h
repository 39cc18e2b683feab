#ifndef INDEX_PARTNER_H
#define INDEX_PARTNER_H

/** Who the partner of a bilateral value is, by family and column; "" where nothing is known. */
const char *gvc_index__partner(const char *family, const char *column);

#endif
