/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Applies the rules of the end (numbers.h) to the packets of a flow that is confirmed, and locked
 * in all that follows. Softirq.
 */
#ifndef TUNWIN_CLOSE_H
#define TUNWIN_CLOSE_H

#include "flow.h"
#include "packet.h"

/* Where the data of the flow stands, by its detail if it has one. */
void tunwin_close_numbers(const struct tunwin_flow *flow, struct tunwin_numbers *numbers);

/* It has a detail now that knows nothing of this direction yet: data goes on where it stands. */
void tunwin_close_resume(const struct tunwin_flow *flow, enum tunwin_direction direction);

/* Is a number of this direction's data the one that its receiver expects? */
bool tunwin_close_is_next(const struct tunwin_flow *flow, enum tunwin_direction direction, u32 seq);

/* A packet without SYN and RST of a flow that has no detail; false: no end would take it. */
bool tunwin_close_pass(struct tunwin_flow *flow, enum tunwin_direction direction,
		       const struct tunwin_packet *packet);

/* A RST; false: its receiver would not believe it. The flow is closed by it if it has no socket. */
bool tunwin_close_reset(struct tunwin_flow *flow, enum tunwin_direction direction,
			const struct tunwin_packet *packet, u64 now_ns);

/*
 * A packet without RST of a flow that is closed. Data that goes on where it stood opens it again
 * if a RST had closed it, which was not for it then. (Unless the record is in the history by now,
 * and was only found before.)
 */
void tunwin_close_undo(struct tunwin_flow *flow, enum tunwin_direction direction,
		       const struct tunwin_packet *packet);

/*
 * A packet that is a FIN, or follows one, has been tracked; the flow is closed if both ends have
 * ended what they send, and it has no socket.
 * @next: it is a FIN, and nothing was missing before it
 */
void tunwin_close_fin(struct tunwin_flow *flow, enum tunwin_direction direction,
		      const struct tunwin_packet *packet, bool next, u64 now_ns);

#endif
