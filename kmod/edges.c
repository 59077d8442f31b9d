// SPDX-License-Identifier: GPL-2.0
#include <linux/math64.h>

#include "edges.h"

/* Below this the clocks of a busy machine say nothing. */
#define SPACING_MIN_US	500

static bool is_before(__u32 a_us, __u32 b_us)
{
	return (__s32)(a_us - b_us) < 0;
}

/* Has the newest slot no room for this: would it tell too little of what lies between? */
static bool is_over(const struct tunwin_edges *edges, const struct tunwin_edge *edge,
		    __u32 rtt_us, __u32 flight_bytes)
{
	const struct tunwin_edge *first = &edges->slot[edges->newest].first;
	__u32 spacing_us = rtt_us / TUNWIN_EDGES_PER_RTT;

	if (spacing_us < SPACING_MIN_US)
		spacing_us = SPACING_MIN_US;
	return edge->us - first->us >= spacing_us ||
	       edge->una - first->una > flight_bytes / TUNWIN_EDGES_PER_FLIGHT;
}

/**
 * tunwin_edges_add() - an acknowledgment passes on its way to the sender
 * @edges: the history; all zero before the first call
 * @edge: what it allows
 * @rtt_us: how far back will be asked for, the round trip from here to the sender
 * @flight_bytes: the most that the sender has under way of late
 */
void tunwin_edges_add(struct tunwin_edges *edges, const struct tunwin_edge *edge, __u32 rtt_us,
		      __u32 flight_bytes)
{
	if (!edges->count || is_over(edges, edge, rtt_us, flight_bytes)) {
		edges->newest = edges->count ? (edges->newest + 1) % TUNWIN_EDGES : 0;
		edges->slot[edges->newest].first = *edge;
		if (edges->count < TUNWIN_EDGES)
			edges->count++;
	}
	edges->slot[edges->newest].last = *edge;
}

/* Between two numbers, as far as @part is of @whole; they may wrap. */
static __u32 between(__u32 from, __u32 to, __u32 part, __u32 whole)
{
	__s32 step = to - from;
	__u64 size = step < 0 ? -(__s64)step : step;

	size = div64_u64(size * part, whole);
	return step < 0 ? from - (__u32)size : from + (__u32)size;
}

static __u32 when(const struct tunwin_edge *edge, bool by_stamp)
{
	return by_stamp ? edge->stamp : edge->us;
}

static bool find(const struct tunwin_edges *edges, bool by_stamp, __u32 asked,
		 struct tunwin_edge *at)
{
	const struct tunwin_edge *first = NULL, *last;
	__u32 from, to;
	int i;

	for (i = 0; i < edges->count; i++) {
		first = &edges->slot[(edges->newest + TUNWIN_EDGES - i) % TUNWIN_EDGES].first;
		last = &edges->slot[(edges->newest + TUNWIN_EDGES - i) % TUNWIN_EDGES].last;
		from = when(first, by_stamp);
		to = when(last, by_stamp);
		/* Whoever made these timestamps, no clock did. */
		if (is_before(to, from))
			continue;
		/* From its last to the first of the next nothing has passed. */
		if (!is_before(asked, to)) {
			*at = *last;
			return true;
		}
		if (is_before(asked, from))
			continue;
		/* To the end of the tick: of those with one timestamp it may have had all. */
		*at = *first;
		at->una = between(first->una, last->una, asked + 1 - from, to + 1 - from);
		at->edge = between(first->edge, last->edge, asked + 1 - from, to + 1 - from);
		return true;
	}
	if (!first || edges->count == TUNWIN_EDGES || !is_before(asked, when(first, by_stamp)))
		return false;
	*at = *first;
	return true;
}

/**
 * tunwin_edges_at() - what the sender was allowed at a time
 * @edges: the history
 * @us: the time
 * @at: set to it; within the time of a slot as if it had grown evenly
 *
 * A time before the first entry that ever was is answered with that: the sender cannot have known
 * less.
 *
 * Return: false if it is not known any more.
 */
bool tunwin_edges_at(const struct tunwin_edges *edges, __u32 us, struct tunwin_edge *at)
{
	return find(edges, false, us, at);
}

/**
 * tunwin_edges_echoed() - what the sender was allowed when it had seen a timestamp
 * @edges: the history, of a connection with timestamps
 * @echo: the timestamp, as the sender echoes it (RFC 7323, TSecr)
 * @at: set to it, as tunwin_edges_at() does
 *
 * Return: false if it is not known any more.
 */
bool tunwin_edges_echoed(const struct tunwin_edges *edges, __u32 echo, struct tunwin_edge *at)
{
	return find(edges, true, echo, at);
}
