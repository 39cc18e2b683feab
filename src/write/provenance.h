#ifndef WRITE_PROVENANCE_H
#define WRITE_PROVENANCE_H

#include <gvc/write.h>

#include "base/attrs.h"

/** True when an input is marked synthetic; false for NULL. */
int gvc_provenance__is_synthetic(const gvc_provenance *provenance);
/** Wait for the checksums; GVC_EIO where an input can no longer be read. Before the inputs are
 * asked for; NULL is allowed. */
gvc_status gvc_provenance__settle(gvc_ctx *ctx, const gvc_provenance *provenance);
/** Everything as flat names and texts, for formats that keep attributes. */
gvc_status gvc_provenance__flatten(gvc_ctx *ctx, gvc_attrs *to, const gvc_provenance *provenance);

const gvc_attrs *gvc_provenance__facts(const gvc_provenance *provenance);
gvc_int gvc_provenance__n_inputs(const gvc_provenance *provenance);
const gvc_attrs *gvc_provenance__input(const gvc_provenance *provenance, gvc_int i);
/** Version, command and, where SOURCE_DATE_EPOCH is set, the time. */
const gvc_attrs *gvc_provenance__run(const gvc_provenance *provenance);

#endif
