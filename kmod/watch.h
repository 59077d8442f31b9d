/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Looks twice a second at the flows that have shown something remarkable, and at all tunnels, and
 * raises and clears alerts by the rules of alarm.h.
 */
#ifndef TUNWIN_WATCH_H
#define TUNWIN_WATCH_H

#include "flow.h"

struct tunwin_buffer;

/* No more flows are looked at; those that should be and are not are counted. */
#define TUNWIN_WATCH_FLOWS	65536

/**
 * struct tunwin_watch_counters
 * @flows: that are looked at
 * @refused: so often one was not, for lack of room or memory
 */
struct tunwin_watch_counters {
	u32 flows;
	u64 refused;
};

void tunwin_watch_init(void);
/* Look from now on; once there are tunnels to look at. */
void tunwin_watch_start(void);
/* No packet is seen and no alert asked for any more. */
void tunwin_watch_exit(void);
/* What is remembered of the flows that are looked at. */
u64 tunwin_watch_memory_bytes(void);
void tunwin_watch_counters_get(struct tunwin_watch_counters *counters);

/* From now on look at this flow; any context, flow locked. */
void tunwin_watch_flow(struct tunwin_flow *flow);

/* watch_flow.c: its window is full; is that worth a look? Flow locked. */
bool tunwin_watch_is_suspect(const struct tunwin_flow *flow, enum tunwin_direction direction);

/* A retransmission or two is every path's; so many in vain are not. */
#define TUNWIN_WATCH_AGAIN	2

/* Where no acknowledgment has ever passed they take another way, and it cannot be told. */
static inline bool tunwin_watch_is_stuck(const struct tunwin_detail_direction *data)
{
	return data->sequence.again_count >= TUNWIN_WATCH_AGAIN && data->limit.has_una;
}

static inline bool tunwin_watch_is_unheard(const struct tunwin_detail_direction *data)
{
	return data->sequence.unheard_count >= TUNWIN_WATCH_AGAIN;
}

static inline bool tunwin_watch_is_remarkable(const struct tunwin_flow *flow,
					      enum tunwin_direction direction)
{
	const struct tunwin_detail_direction *data = &flow->detail->direction[direction];

	return flow->direction[direction].window.zero_since_ns || tunwin_watch_is_stuck(data) ||
	       tunwin_watch_is_unheard(data) ||
	       data->sequence.retreats != data->retreats_told ||
	       (data->limit.full && tunwin_watch_is_suspect(flow, direction));
}

/*
 * Is there something about the flow, which has a detail, that is worth a look? Flow locked. One
 * that is half open may be made up.
 */
static inline bool tunwin_watch_is_due(const struct tunwin_flow *flow)
{
	return !flow->watched && flow->confirmed && !flow->end_ns &&
	       (tunwin_watch_is_remarkable(flow, TUNWIN_IN) ||
		tunwin_watch_is_remarkable(flow, TUNWIN_OUT));
}

/* Of the worker; process context. */

/* watch_flow.c: returns false if the flow need not be looked at again. */
bool tunwin_watch_flow_judge(struct tunwin_flow *flow);
void tunwin_watch_flow_forget(struct tunwin_flow *flow);
u32 tunwin_watch_flow_bytes(void);

/* watch_tunnel.c: under the tunnels' mutex */
void tunwin_watch_tunnel_judge(struct tunwin_tunnel *tunnel);
/* There was no room for an alert of it, or of a flow of it. */
void tunwin_watch_tunnel_refused(struct tunwin_tunnel *tunnel);
/* So many flows of the tunnel have collapsed, which had so many bytes of late. */
void tunwin_watch_tunnel_collapsed(struct tunwin_tunnel *tunnel, u32 flows, u64 bytes);
/* What a flow misses may be found in a counter so much later: drivers read their cards by then. */
#define TUNWIN_WATCH_LAG_NS	(2500ULL * NSEC_PER_MSEC)

/* watch_card.c: ask drivers what their cards have counted. Process context, without RTNL. */
void tunwin_watch_card_ask(u64 now_ns, bool pages_failing);

/* watch_buffer.c: look at the devices where buffers may run out. */
void tunwin_watch_buffer_look(void);
/* One of them goes; under the mutex of all of them. */
void tunwin_watch_buffer_gone(struct tunwin_buffer *buffer);
/* Losses of flows that were not looked at. */
u64 tunwin_watch_buffer_gaps_missed(void);
/* End the alerts of tunnels that are gone; @all: and give all up. */
void tunwin_watch_tunnel_sweep(bool all);

#endif
