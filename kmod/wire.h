/* SPDX-License-Identifier: GPL-2.0 */
/* The wire vantage: what a packet that passes a tunnel says of its flow. */
#ifndef TUNWIN_WIRE_H
#define TUNWIN_WIRE_H

#include "flow.h"
#include "packet.h"

/**
 * tunwin_wire_packet() - count a buffer that passes a tunnel, and its flow if it is TCP
 * @tunnel: the tunnel
 * @direction: TUNWIN_IN: it arrived; TUNWIN_OUT: it is about to leave
 * @skb: the buffer; it is not changed and not kept
 *
 * Softirq, or bottom halves off, and rcu_read_lock().
 */
void tunwin_wire_packet(struct tunwin_tunnel *tunnel, enum tunwin_direction direction,
			const struct sk_buff *skb);

#endif
