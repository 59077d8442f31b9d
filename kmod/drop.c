// SPDX-License-Identifier: GPL-2.0
#include <linux/netdevice.h>
#include <linux/percpu.h>
#include <linux/skbuff.h>
#include <linux/tcp.h>

#include "drop.h"
#include "flow.h"
#include "packet.h"
#include "tunnel.h"

/*
 * What passed last on this CPU. Another context of the same CPU, as on a preemptible kernel, may
 * write it meanwhile; so it is the numbers in the packet's own header that decide.
 */
struct passed {
	const struct sk_buff *skb;
	u32 flow_id;
	u32 tcp_to_end_bytes;	/* from the TCP header to the end of the packet */
	u32 len_bytes;		/* of the buffer */
	u32 segments;
	int iif;		/* the interface it was last received on, 0: it is from here */
	u8 direction;
	/* The beginning of its TCP header. */
	__be16 source_port;
	__be16 destination_port;
	__be32 seq;
	/* The last packet of any kind that came in, its tunnel's device and the index of that. */
	const struct sk_buff *came;
	const struct net_device *came_by;
	int came_iif;
};

static DEFINE_PER_CPU(struct passed, last_passed);

void tunwin_drop_note(const struct tunwin_flow *flow, int direction,
		      const struct tunwin_packet *packet, const struct sk_buff *skb)
{
	struct passed *passed;

	tunwin_counters_begin();
	passed = this_cpu_ptr(&last_passed);
	passed->flow_id = flow->id;
	passed->tcp_to_end_bytes = packet->tcp_to_end_bytes;
	passed->len_bytes = skb->len;
	passed->segments = packet->segments;
	passed->iif = skb->skb_iif;
	passed->direction = direction;
	passed->source_port = packet->source_port;
	passed->destination_port = packet->destination_port;
	passed->seq = htonl(packet->seq);
	WRITE_ONCE(passed->skb, skb);
	tunwin_counters_end();
}

void tunwin_drop_note_tunnel(const struct tunwin_tunnel *tunnel, const struct sk_buff *skb)
{
	struct passed *passed;

	tunwin_counters_begin();
	passed = this_cpu_ptr(&last_passed);
	passed->came_by = READ_ONCE(tunnel->dev);
	passed->came_iif = tunnel->ifindex;
	WRITE_ONCE(passed->came, skb);
	tunwin_counters_end();
}

const struct net_device *tunwin_drop_tunnel(const struct sk_buff *skb)
{
	const struct passed *passed = raw_cpu_ptr(&last_passed);

	/* The buffer may be another packet's by now, which came by another interface. */
	return READ_ONCE(passed->came) == skb && skb->skb_iif == READ_ONCE(passed->came_iif) ?
	       READ_ONCE(passed->came_by) : NULL;
}

/* An Ethernet header and a tag; no tunnel's own is as short. */
#define LINK_HEADER_MAX	18

/*
 * Encapsulation makes the interface 0 (skb_scrub_packet()). Another one has received it since: on a
 * machine that plays several hosts, whose namespaces hand buffers to each other, one of those.
 */
static bool is_here(const struct passed *passed, const struct sk_buff *skb)
{
	return !skb->skb_iif || (skb->skb_iif == passed->iif &&
				 skb->len <= passed->len_bytes + LINK_HEADER_MAX);
}

/*
 * Headers have been put before it or taken from it since; the end is where it was. What was taken
 * lies before skb->data, where it was read when it passed.
 */
static bool is_same(const struct passed *passed, const struct sk_buff *skb)
{
	int offset = (int)skb->len - (int)passed->tcp_to_end_bytes;
	struct {
		__be16 source_port;
		__be16 destination_port;
		__be32 seq;
	} buffer, *header;

	if (offset < -(int)skb_headroom(skb))
		return false;
	header = skb_header_pointer(skb, offset, sizeof(buffer), &buffer);
	return header && header->source_port == passed->source_port &&
	       header->destination_port == passed->destination_port && header->seq == passed->seq;
}

/* Another context may have written some of it meanwhile. */
static bool is_of(const struct tunwin_flow *flow, const struct passed *passed)
{
	__be16 near_port = passed->source_port, far_port = passed->destination_port;

	if (READ_ONCE(passed->direction) == TUNWIN_IN)
		swap(near_port, far_port);
	return flow->key.near_port == near_port && flow->key.far_port == far_port;
}

/* Among more devices it is not looked for: this is done where packets are dropped. */
#define DEVICES_MAX	1024

/*
 * skb->dev, as it is left when packets are dropped, may lead anywhere; so it is only compared with
 * the devices that there are. Once, since it is nearly always the same. rcu_read_lock()
 */
static void note_device(const struct tunwin_flow *flow, struct tunwin_drops *drops,
			const struct net_device *device)
{
	const struct net_device *other;
	int ifindex = 0, left = DEVICES_MAX;

	if (READ_ONCE(drops->device) == device || READ_ONCE(flow->tunnel->gone))
		return;
	for_each_netdev_rcu(flow->tunnel->net, other) {
		if (other == device)
			ifindex = READ_ONCE(other->ifindex);
		if (ifindex || !--left)
			break;
	}
	WRITE_ONCE(drops->ifindex, ifindex);
	WRITE_ONCE(drops->device, device);
}

int tunwin_drop_device(struct net *net, struct tunwin_drops *drops, char name[IFNAMSIZ])
{
	const struct net_device *device = READ_ONCE(drops->device);
	int ifindex = READ_ONCE(drops->ifindex);
	const struct net_device *there = ifindex ? dev_get_by_index_rcu(net, ifindex) : NULL;

	/* Another one may have its place since, or its index. */
	if (!there || there != device) {
		WRITE_ONCE(drops->device, NULL);
		return 0;
	}
	strscpy(name, there->name, IFNAMSIZ);
	return ifindex;
}

const struct net_device *tunwin_drop_see(const struct sk_buff *skb, unsigned long location,
					 u32 reason)
{
	/* Preemptible from 7.1 on: whichever CPU it is, what it has noted is compared. */
	struct passed *passed = raw_cpu_ptr(&last_passed);
	struct tunwin_detail *detail;
	struct tunwin_drops *drops;
	struct tunwin_flow *flow;

	if (likely(READ_ONCE(passed->skb) != skb) || !is_here(passed, skb) || !is_same(passed, skb))
		return NULL;
	WRITE_ONCE(passed->skb, NULL);
	flow = tunwin_flow_by_id(READ_ONCE(passed->flow_id));
	if (!flow || !is_of(flow, passed))
		return NULL;
	detail = READ_ONCE(flow->detail);
	if (!detail)
		return READ_ONCE(flow->tunnel->dev);
	drops = &detail->direction[READ_ONCE(passed->direction) & 1].drops;
	atomic64_add(READ_ONCE(passed->segments), &drops->segments);
	WRITE_ONCE(drops->reason, reason);
	WRITE_ONCE(drops->location, location);
	note_device(flow, drops, skb->dev);
	return READ_ONCE(flow->tunnel->dev);
}
