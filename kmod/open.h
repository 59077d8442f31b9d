/* SPDX-License-Identifier: GPL-2.0 */
/* Applies the rules of the beginning (handshake.h) to the packets of a flow that is half open. */
#ifndef TUNWIN_OPEN_H
#define TUNWIN_OPEN_H

#include "flow.h"
#include "packet.h"

/**
 * tunwin_open_packet() - a packet of a flow that is half open passes
 * @flow: the flow, locked; it is confirmed if both ends have heard each other now, and closed if
 *	  one of them wants no connection
 * @direction: of the packet
 * @packet: its headers
 * @now_ns: the time
 *
 * Softirq.
 *
 * Return: whether the packet belongs to what is tracked of the flow.
 */
bool tunwin_open_packet(struct tunwin_flow *flow, enum tunwin_direction direction,
			const struct tunwin_packet *packet, u64 now_ns);

#endif
