/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The flows of a capture, where the module has its table (kmod/flow.c): all of them are kept, also
 * those that have ended. The module's own sources make the records.
 */
#ifndef TUNWIN_REPLAY_TABLE_H
#define TUNWIN_REPLAY_TABLE_H

#include "flow.h"
#include "packet.h"

/* A packet has passed at this time. */
void table_packet(enum tunwin_direction direction, const struct sk_buff *skb, u64 now_ns);

/* The flow of a packet, NULL if there is none yet. */
const struct tunwin_flow *table_find(enum tunwin_direction direction,
				     const struct tunwin_packet *packet);

/* Calls each() for all flows, in the order of their ids. */
void table_for_each(void (*each)(struct tunwin_flow *flow, void *arg), void *arg);

/* The time of the last packet. */
u64 table_now_ns(void);

void table_free(void);

#endif
