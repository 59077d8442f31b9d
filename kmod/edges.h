/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a sender was allowed a while ago: a short history of the acknowledgments and right edges
 * that passed. Integers in, verdict out, like window.h. Times are microseconds and may wrap.
 */
#ifndef TUNWIN_EDGES_H
#define TUNWIN_EDGES_H

#include <linux/types.h>

/* Places in the history, for two round trips at eight to each. */
#define TUNWIN_EDGES	16
#define TUNWIN_EDGES_PER_RTT	8

/**
 * struct tunwin_edge - what an acknowledgment allowed
 * @us: when it passed
 * @una: what it acknowledged
 * @edge: its right edge
 */
struct tunwin_edge {
	__u32 us;
	__u32 una;
	__u32 edge;
};

/**
 * struct tunwin_edges - the last of them
 * @slot: a ring; each holds the last of those that passed in its time
 * @begun_us: when the time of the newest began
 * @newest: its index
 * @count: slots in use
 */
struct tunwin_edges {
	struct tunwin_edge slot[TUNWIN_EDGES];
	__u32 begun_us;
	__u8 newest;
	__u8 count;
};

void tunwin_edges_add(struct tunwin_edges *edges, const struct tunwin_edge *edge, __u32 rtt_us);
bool tunwin_edges_at(const struct tunwin_edges *edges, __u32 us, struct tunwin_edge *at);

#endif
