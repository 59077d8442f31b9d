/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What is remembered of a flow to judge it: where its data and acknowledgments stand, its round
 * trips, what held it. It is several times as large as the flow's record, and bounded by itself: a
 * gateway may see a million connections, of which few move at a time.
 *
 * A flow has its detail from its first packet on if there is room, else from when there is; while
 * it has none nothing of this is known. That of flows which have been silent for a while is given
 * to others when it is scarce.
 */
#ifndef TUNWIN_DETAIL_H
#define TUNWIN_DETAIL_H

#include <linux/list.h>
#include <linux/types.h>

#include "answered.h"
#include "clock.h"
#include "drop.h"
#include "edges.h"
#include "limit.h"
#include "recent.h"
#include "rtt.h"
#include "sequence.h"
#include "window.h"

struct tunwin_account;
struct tunwin_flow;

/**
 * struct tunwin_detail_direction - of the data of one direction
 * @meter: its rate
 * @peak: the largest window in the last minute
 * @answered: which of its retransmissions are a round trip old
 * @clock: its sender's clock
 * @edges: what its sender was allowed a while ago, made when data comes and a window is known;
 *	   NULL before, after the end, and if there was no memory
 * @retreats_told: those of its right edge that watch.c has looked at
 * @drops: segments that this host has dropped (drop.h), the only ones written without a lock
 */
struct tunwin_detail_direction {
	struct tunwin_sequence sequence;
	struct tunwin_limit_account limit;
	struct tunwin_meter meter;
	struct tunwin_peak peak;
	struct tunwin_clock clock;
	struct tunwin_answered answered;
	u32 retreats_told;
	struct tunwin_edges *edges;
	struct tunwin_drops drops;
};

/**
 * struct tunwin_detail - of a flow, whose lock protects it
 * @rtt: round trips from here to each side
 * @since_ns: everything here counts from then on
 * @flow: whose it is
 * @link: in the order in which they are looked at for one to be given up, under a lock of detail.c
 * @counted: it is on that list, and counts as one of max_details
 * @half_open: and as one of a flow that was half open
 * @account: who pays for it while it waits to be freed, held; NULL before: nobody finds it any
 *	     more, and it is freed when nobody looks at it
 */
struct tunwin_detail {
	struct tunwin_detail_direction direction[2];
	struct tunwin_rtt rtt[2];
	u64 since_ns;
	struct tunwin_flow *flow;
	struct list_head link;
	struct tunwin_account *account;
	bool counted;
	bool half_open;
	struct rcu_head rcu;
};

/**
 * struct tunwin_detail_counters - since the module was loaded
 * @details: in use by flows that have not ended
 * @refused: flows that had none at their first packet
 * @withdrawn: taken from flows that had been silent
 */
struct tunwin_detail_counters {
	u32 details;
	u64 refused;
	u64 withdrawn;
};

int tunwin_detail_init(u32 max_details);
/* All flows are freed, and the RCU callbacks of that have run. */
void tunwin_detail_exit(void);

void tunwin_detail_limit_set(u32 max_details);
u32 tunwin_detail_limit(void);
void tunwin_detail_counters_get(struct tunwin_detail_counters *counters);
u32 tunwin_detail_bytes(void);
u64 tunwin_detail_memory_bytes(void);

/* May a flow that has none expect one? Any context. */
bool tunwin_detail_has_room(const struct tunwin_flow *flow);
/* Give the flow one if there is room; bottom halves off, flow held or found and not locked. */
void tunwin_detail_give(struct tunwin_flow *flow, u64 now_ns);
/* A new flow, which nobody knows yet, starts; bottom halves off. */
void tunwin_detail_begin(struct tunwin_flow *flow, u64 now_ns);
/* It is no longer half open; bottom halves off, not locked. */
void tunwin_detail_confirm(struct tunwin_flow *flow, u64 now_ns);
/*
 * The flow has ended: it keeps its detail, which does not count any more. Not locked. What it does
 * not keep is added to @litter, to be freed where no lock is held.
 */
void tunwin_detail_retire(struct tunwin_flow *flow, struct tunwin_edges **litter);
void tunwin_detail_litter_free(struct tunwin_edges *litter);
/* The flow that it is of is forgotten, and freed as soon as no reader is left. */
void tunwin_detail_leave(struct tunwin_detail *detail);
/* The flow is freed; no reader is left. */
void tunwin_detail_free(struct tunwin_detail *detail);
/* Where they are scarce take some from flows that have been silent so long; process context. */
void tunwin_detail_collect(u64 silent_ns, u64 now_ns);

/* A history for a direction, counted; softirq, not locked. NULL if there is no memory for it. */
struct tunwin_edges *tunwin_detail_edges_new(void);
void tunwin_detail_edges_free(struct tunwin_edges *edges);

#endif
