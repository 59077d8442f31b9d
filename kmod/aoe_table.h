/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The ATA over Ethernet targets that were seen through tunnels; aoe.h has the rules. A shelf and
 * slot is a target of its own in each tunnel.
 */
#ifndef TUNWIN_AOE_TABLE_H
#define TUNWIN_AOE_TABLE_H

#include <linux/if_ether.h>
#include <linux/if_vlan.h>
#include <linux/netdevice.h>
#include <linux/skbuff.h>

#include "aoe.h"

struct tunwin_tunnel;

/* Targets of all tunnels, and initiators of all targets; with them some 16 MB are in use. */
#define TUNWIN_AOE_TARGETS_MAX		1024
#define TUNWIN_AOE_INITIATORS_MAX	2048

/**
 * struct tunwin_aoe_counters - the table as a whole
 * @targets, @initiators: in it now
 * @targets_evicted, @initiators_evicted: that made room for others
 * @refused: requests that were not recorded, for want of memory
 * @malformed: frames that say nothing: cut short, of another version, forged
 */
struct tunwin_aoe_counters {
	u32 targets;
	u32 initiators;
	u64 targets_evicted;
	u64 initiators_evicted;
	u64 refused;
	u64 malformed;
};

/* An initiator, as it is shown. */
struct tunwin_aoe_initiator_view {
	u8 mac[ETH_ALEN];
	struct tunwin_aoe_load load;
};

/**
 * struct tunwin_aoe_view - a target, as it is shown
 * @ifindex, @tunnel, @netns_inum: where it was seen
 * @shelf, @slot: its name
 * @first_ns: when it was first seen
 * @direction: of the requests to it, enum tunwin_direction; it is on the side that they go to
 * @target: as it is, but for @target.initiator, which is not to be followed
 * @initiator: @target.initiators of them
 */
struct tunwin_aoe_view {
	int ifindex;
	u32 netns_inum;
	char tunnel[IFNAMSIZ];
	u16 shelf;
	u8 slot;
	u8 direction;
	u64 first_ns;
	struct tunwin_aoe_target target;
	struct tunwin_aoe_initiator_view initiator[TUNWIN_AOE_INITIATORS];
};

void tunwin_aoe_init(void);
/* No packet comes any more, and no request. */
void tunwin_aoe_exit(void);

void tunwin_aoe_packet(struct tunwin_tunnel *tunnel, int direction, const struct sk_buff *skb);

/* May it be an AoE frame? A tag may stand before it in a frame that is sent. */
static inline bool tunwin_aoe_is(const struct sk_buff *skb)
{
	return unlikely(skb->protocol == htons(ETH_P_AOE) || eth_type_vlan(skb->protocol));
}

/* What belongs to tunnels that are gone is to be given up; any context. */
void tunwin_aoe_collect(void);

/* What follows is for process context. */

/* Forget the targets of a namespace, or, if @tunnel_id is not 0, of one of its tunnels. */
void tunwin_aoe_reset(u64 netns_cookie, u32 tunnel_id);

/*
 * The first target of the namespace with an id of *id or more, and of that tunnel if one is given
 * by @ifindex (0: any) or @tunnel (empty: any); *id becomes its. Returns false if there is none.
 */
bool tunwin_aoe_next(u64 netns_cookie, int ifindex, const char *tunnel, u32 *id,
		     struct tunwin_aoe_view *view);

void tunwin_aoe_counters_get(struct tunwin_aoe_counters *counters);
u64 tunwin_aoe_memory_bytes(void);

#endif
