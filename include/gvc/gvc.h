#ifndef GVC_GVC_H
#define GVC_GVC_H

/** The whole public API of gvckit: global value chain analysis of multi-region input-output tables.
 */

#include <gvc/aggregate.h>
#include <gvc/concordance.h>
#include <gvc/crew.h>
#include <gvc/ctx.h>
#include <gvc/diff.h>
#include <gvc/digital.h>
#include <gvc/frame.h>
#include <gvc/groups.h>
#include <gvc/history.h>
#include <gvc/import.h>
#include <gvc/input.h>
#include <gvc/labels.h>
#include <gvc/machine.h>
#include <gvc/measures.h>
#include <gvc/model.h>
#include <gvc/panel.h>
#include <gvc/report.h>
#include <gvc/status.h>
#include <gvc/store.h>
#include <gvc/synth.h>
#include <gvc/table.h>
#include <gvc/trace.h>
#include <gvc/types.h>
#include <gvc/write.h>

#endif
