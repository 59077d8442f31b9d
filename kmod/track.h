/* SPDX-License-Identifier: GPL-2.0 */
/* Applies the rules (sequence.h, rtt.h, edges.h, limit.h) to the packets of a flow. */
#ifndef TUNWIN_TRACK_H
#define TUNWIN_TRACK_H

#include "flow.h"
#include "packet.h"

/* What a packet was to its flow; bits. */
#define TUNWIN_TRACK_IMPLAUSIBLE	0x01	/* no end would have taken it */
#define TUNWIN_TRACK_OLD		0x02	/* its acknowledgment was overtaken */

/*
 * A packet of the flow passes in a direction, which is no RST; flow locked, softirq. Returns
 * TUNWIN_TRACK_… bits.
 */
int tunwin_track_packet(struct tunwin_flow *flow, enum tunwin_direction direction,
			const struct tunwin_packet *packet, u64 now_ns);

/* The path that the data of a direction takes; flow locked. */
void tunwin_track_path(const struct tunwin_flow *flow, enum tunwin_direction direction, u64 now_ns,
		       struct tunwin_limit_path *path);

/*
 * The account of a direction up to now, or to the end of the flow, in @limit; flow locked, and it
 * has a detail. Returns what limits the direction then.
 */
enum tunwin_limit_kind tunwin_track_limit(const struct tunwin_flow *flow,
					  enum tunwin_direction direction, u64 now_ns,
					  struct tunwin_limit_account *limit);

/*
 * Retransmissions of a direction that are a round trip old now, or at the end of the flow; flow
 * locked, and it has a detail.
 */
u32 tunwin_track_answered(const struct tunwin_flow *flow, enum tunwin_direction direction,
			  u64 now_ns);

#endif
