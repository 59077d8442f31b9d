/* SPDX-License-Identifier: GPL-2.0 */
/* The counters of TCP and IP of the present network namespace that tell of trouble (nstat). */
#ifndef TUNWIN_COUNTERS_H
#define TUNWIN_COUNTERS_H

#include "model.h"

enum counter {
	COUNTER_OUT_DISCARDS,
	COUNTER_REASM_FAILS,
	COUNTER_PRUNE_CALLED,
	COUNTER_RCV_PRUNED,
	COUNTER_OFO_PRUNED,
	COUNTER_RCV_COLLAPSED,
	COUNTER_BACKLOG_DROP,
	COUNTER_RCVQ_DROP,
	COUNTER_ZERO_WINDOW_DROP,
	COUNTER_TO_ZERO_WINDOW,
	COUNTER_MEMORY_PRESSURES,
	COUNTER_LISTEN_OVERFLOWS,
	COUNTER_OFO_DROP,
	COUNTER_IP6_OUT_DISCARDS,
	COUNTER_IP6_REASM_FAILS,
	COUNTERS
};

struct counters {
	struct opt_u64 value[COUNTERS];
};

/* As nstat calls them. */
extern const char *const tunwin_counters_names[COUNTERS + 1];

/* What this kernel does not have is not known. */
void tunwin_counters_read(struct counters *counters);

#endif
