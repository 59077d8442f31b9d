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
		edges->newest = edges->count && edges->newest + 1 < TUNWIN_EDGES ?
				edges->newest + 1 : 0;
		edges->slot[edges->newest].first = *edge;
		/* The other slots are one further back than they were. */
		edges->back[TUNWIN_EDGES_BY_TIME]++;
		edges->back[TUNWIN_EDGES_BY_STAMP]++;
		if (edges->count < TUNWIN_EDGES)
			edges->count++;
	}
	edges->slot[edges->newest].last = *edge;
}

/* Most divisions are of small numbers, and those take a third of the time. */
static __u32 share(__u64 product, __u32 whole)
{
	return product >> 32 ? div64_u64(product, whole) : (__u32)product / whole;
}

/* Between two numbers, as far as @part is of @whole, at most all of it; they may wrap. */
static __u32 between(__u32 from, __u32 to, __u32 part, __u32 whole)
{
	__s32 step = to - from;

	if (!step)
		return from;
	return step < 0 ? from - share((__u64)-(__s64)step * part, whole) :
			  from + share((__u64)step * part, whole);
}

static __u32 when(const struct tunwin_edge *edge, enum tunwin_edges_key key)
{
	return key == TUNWIN_EDGES_BY_STAMP ? edge->stamp : edge->us;
}

/* So far behind the newest, which is less than there are. */
static int slot_index(const struct tunwin_edges *edges, int back)
{
	return back <= edges->newest ? edges->newest - back : edges->newest + TUNWIN_EDGES - back;
}

/* How far back the latest slot lies that begins at that time or before; the oldest if none does. */
static int seek(const struct tunwin_edges *edges, enum tunwin_edges_key key, __u32 asked)
{
	int back = edges->back[key] < edges->count ? edges->back[key] : edges->count - 1;

	/* Rarely more than a step, as both times go on. */
	while (back > 0 &&
	       !is_before(asked, when(&edges->slot[slot_index(edges, back - 1)].first, key)))
		back--;
	while (back < edges->count - 1 &&
	       is_before(asked, when(&edges->slot[slot_index(edges, back)].first, key)))
		back++;
	return back;
}

static bool find(struct tunwin_edges *edges, enum tunwin_edges_key key, __u32 asked,
		 struct tunwin_edge *at)
{
	const struct tunwin_edge *first, *last;
	__u32 from, to;
	int back, slot;

	if (!edges->count)
		return false;
	back = seek(edges, key, asked);
	edges->back[key] = back;
	slot = slot_index(edges, back);
	first = &edges->slot[slot].first;
	last = &edges->slot[slot].last;
	from = when(first, key);
	to = when(last, key);
	if (is_before(asked, from)) {
		/* Before all that there ever were. */
		*at = *first;
		return edges->count < TUNWIN_EDGES;
	}
	/* Whoever made these timestamps, no clock did. */
	if (is_before(to, from))
		return false;
	/* From its last to the first of the next nothing has passed. */
	if (!is_before(asked, to)) {
		*at = *last;
		return true;
	}
	/* To the end of the tick: of those with one timestamp it may have had all. */
	*at = *first;
	at->una = between(first->una, last->una, asked + 1 - from, to + 1 - from);
	at->edge = between(first->edge, last->edge, asked + 1 - from, to + 1 - from);
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
bool tunwin_edges_at(struct tunwin_edges *edges, __u32 us, struct tunwin_edge *at)
{
	return find(edges, TUNWIN_EDGES_BY_TIME, us, at);
}

/**
 * tunwin_edges_echoed() - what the sender was allowed when it had seen a timestamp
 * @edges: the history, of a connection with timestamps
 * @echo: the timestamp, as the sender echoes it (RFC 7323, TSecr)
 * @at: set to it, as tunwin_edges_at() does
 *
 * Return: false if it is not known any more.
 */
bool tunwin_edges_echoed(struct tunwin_edges *edges, __u32 echo, struct tunwin_edge *at)
{
	return find(edges, TUNWIN_EDGES_BY_STAMP, echo, at);
}
