/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Packets of flows that this host drops after they have passed a tunnel's hook: by a queueing
 * discipline, a filter, a full socket. Most are dropped in the course of the same call, on the same
 * CPU. So each CPU notes what passed last, and knows it again if it is dropped; what waits in a
 * queue first and is dropped there is not known again.
 */
#ifndef TUNWIN_DROP_H
#define TUNWIN_DROP_H

#include <linux/if.h>
#include <linux/types.h>

struct net;
struct net_device;
struct sk_buff;
struct tunwin_flow;
struct tunwin_packet;
struct tunwin_tunnel;

/**
 * struct tunwin_drops - of one direction of a flow; written without a lock, one member at a time
 * @segments: dropped so far
 * @reason: why the last one was, an enum skb_drop_reason
 * @location: and where, an address of the kernel's code
 * @device: and at which device, an address that is compared and never followed
 * @ifindex: of it, 0 if it is none of the tunnel's namespace
 */
struct tunwin_drops {
	atomic64_t segments;
	u32 reason;
	int ifindex;
	unsigned long location;
	const struct net_device *device;
};

/* A packet passes in a direction of the flow, with data that is new; bottom halves off. */
void tunwin_drop_note(const struct tunwin_flow *flow, int direction,
		      const struct tunwin_packet *packet, const struct sk_buff *skb);

/*
 * This buffer is dropped; any context, rcu_read_lock(). Returns the device of the tunnel that it
 * has just passed, NULL if it is not known again; to be compared only.
 */
const struct net_device *tunwin_drop_see(const struct sk_buff *skb, unsigned long location,
					 u32 reason);

/*
 * A packet of any kind comes in through the tunnel; bottom halves off. Only where a kernel does not
 * tell which socket drops: what has come to one has left its device behind.
 */
void tunwin_drop_note_tunnel(const struct tunwin_tunnel *tunnel, const struct sk_buff *skb);
/* The tunnel's device, if this is the last packet that came in on this CPU; to be compared only. */
const struct net_device *tunwin_drop_tunnel(const struct sk_buff *skb);

/*
 * Copy the name of the device at which the last one was dropped, if it is still there. Returns its
 * index, 0 if it is not known. rcu_read_lock(), which the namespace outlives.
 */
int tunwin_drop_device(struct net *net, struct tunwin_drops *drops, char name[IFNAMSIZ]);

#endif
