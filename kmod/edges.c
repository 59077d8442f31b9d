// SPDX-License-Identifier: GPL-2.0
#include <linux/math64.h>

#include "edges.h"

/* Below this the clocks of a busy machine say nothing. */
#define SPACING_MIN_US	500

static bool is_before(__u32 a_us, __u32 b_us)
{
	return (__s32)(a_us - b_us) < 0;
}

/**
 * tunwin_edges_add() - an acknowledgment passes on its way to the sender
 * @edges: the history; all zero before the first call
 * @edge: what it allows
 * @rtt_us: how far back will be asked for, the round trip from here to the sender
 */
void tunwin_edges_add(struct tunwin_edges *edges, const struct tunwin_edge *edge, __u32 rtt_us)
{
	__u32 spacing_us = rtt_us / TUNWIN_EDGES_PER_RTT;

	if (spacing_us < SPACING_MIN_US)
		spacing_us = SPACING_MIN_US;
	if (!edges->count || edge->us - edges->begun_us >= spacing_us) {
		edges->newest = edges->count ? (edges->newest + 1) % TUNWIN_EDGES : 0;
		edges->begun_us = edge->us;
		if (edges->count < TUNWIN_EDGES)
			edges->count++;
	}
	edges->slot[edges->newest] = *edge;
}

/* Between two numbers, as far as @part is of @whole; they may wrap. */
static __u32 between(__u32 from, __u32 to, __u32 part, __u32 whole)
{
	__s32 step = to - from;
	__u64 size = step < 0 ? -(__s64)step : step;

	size = div64_u64(size * part, whole);
	return step < 0 ? from - (__u32)size : from + (__u32)size;
}

/**
 * tunwin_edges_at() - what the sender was allowed at a time
 * @edges: the history
 * @us: the time
 * @at: set to it; between two entries as if it had grown evenly
 *
 * A time before the first entry that ever was is answered with that: the sender cannot have known
 * less.
 *
 * Return: false if it is not known any more.
 */
bool tunwin_edges_at(const struct tunwin_edges *edges, __u32 us, struct tunwin_edge *at)
{
	const struct tunwin_edge *later = NULL;
	int i;

	for (i = 0; i < edges->count; i++) {
		const struct tunwin_edge *slot;

		slot = &edges->slot[(edges->newest + TUNWIN_EDGES - i) % TUNWIN_EDGES];
		if (is_before(us, slot->us)) {
			later = slot;
			continue;
		}
		*at = *slot;
		if (later && later->us != slot->us) {
			__u32 part = us - slot->us, whole = later->us - slot->us;

			at->una = between(slot->una, later->una, part, whole);
			at->edge = between(slot->edge, later->edge, part, whole);
		}
		at->us = us;
		return true;
	}
	if (!later || edges->count == TUNWIN_EDGES)
		return false;
	*at = *later;
	return true;
}
