/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a sender was allowed a while ago: a short history of the acknowledgments and right edges
 * that passed. Integers in, verdict out, like window.h. Times are microseconds and may wrap.
 *
 * Which of them the sender had when it sent something is told by the time that its answer takes, as
 * long as answers take no longer than usual; and by the timestamp that it echoes (RFC 7323), as
 * finely as the other end's clock ticks. Either is the latest that it may have had.
 */
#ifndef TUNWIN_EDGES_H
#define TUNWIN_EDGES_H

#include <linux/types.h>

/*
 * Places in the history, for more than one round trip: one lasts a quarter of that, or until an
 * eighth of what is under way is acknowledged. All of them together are half a kilobyte.
 */
#define TUNWIN_EDGES	15
#define TUNWIN_EDGES_PER_RTT	4
#define TUNWIN_EDGES_PER_FLIGHT	8

/**
 * struct tunwin_edge - what an acknowledgment allowed
 * @us: when it passed
 * @stamp: its timestamp, if the connection has them
 * @una: what it acknowledged
 * @edge: its right edge
 */
struct tunwin_edge {
	__u32 us;
	__u32 stamp;
	__u32 una;
	__u32 edge;
};

/**
 * struct tunwin_edges - the last of them
 * @slot: a ring; each holds the first and the last of those that passed in its time
 * @newest: the index of the newest
 * @count: slots in use
 * @back: how far behind the newest the answers lay last, by time and by timestamp; what is asked
 *	  next lies in the same slot, or a little later
 */
struct tunwin_edges {
	struct {
		struct tunwin_edge first;
		struct tunwin_edge last;
	} slot[TUNWIN_EDGES];
	__u8 newest;
	__u8 count;
	__u8 back[2];
};

/* What @back tells of. */
enum tunwin_edges_key {
	TUNWIN_EDGES_BY_TIME,
	TUNWIN_EDGES_BY_STAMP,
};

void tunwin_edges_add(struct tunwin_edges *edges, const struct tunwin_edge *edge, __u32 rtt_us,
		      __u32 flight_bytes);
bool tunwin_edges_at(struct tunwin_edges *edges, __u32 us, struct tunwin_edge *at);
bool tunwin_edges_echoed(struct tunwin_edges *edges, __u32 echo, struct tunwin_edge *at);

#endif
