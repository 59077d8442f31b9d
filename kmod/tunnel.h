/* SPDX-License-Identifier: GPL-2.0 */
/* The devices that are watched: found, named, counted. */
#ifndef TUNWIN_TUNNEL_H
#define TUNWIN_TUNNEL_H

#include <linux/netdevice.h>
#include <linux/netfilter.h>
#include <linux/refcount.h>
#include <linux/tunwin.h>

#include "account.h"
#include "alarm.h"
#include "buffer.h"
#include "recent.h"
#include "traffic.h"

/*
 * Longest kind that is kept, as in rtnetlink (MODULE_NAME_LEN is its limit, no tunnel's is near).
 */
#define TUNWIN_KIND_LEN	16

/**
 * struct tunwin_tunnel_watch - what watch_tunnel.c remembers of a tunnel from look to look
 * @collapsed_bytes, @collapsed_flows: recent bytes of the flows that have collapsed, and how many
 * @recent: bytes of the tunnel
 * @packets, @drops: of each direction so far, and dropped by the tunnel itself
 * @drop, @collapse: of the alerts that a tunnel may have, with their ids
 * @refused: alerts of it, and of its flows, that there was no room for
 * @alerted: on a list, with a reference, while it has an active alert
 */
struct tunwin_tunnel_watch {
	u64 collapsed_bytes;
	u32 collapsed_flows;
	struct tunwin_recent recent;
	u64 packets[2];
	u64 drops[2];
	struct tunwin_spell drop[2];
	struct tunwin_spell collapse;
	u32 drop_id[2];
	u32 collapse_id;
	u32 refused;
	bool begun;
	struct list_head alerted;
};

/**
 * struct tunwin_tunnel - one watched device
 * @account: who pays for it and what it carries, held
 * @id: never reused and never 0, unlike an ifindex
 * @net: the namespace; a tunnel that is not @gone keeps it for the length of an RCU section
 * @netns_cookie, @netns_inum, @ifindex: where it is; a device that moves becomes another tunnel
 * @gone: the device left; what refers to it is to be given up
 * @flows: flows in the table
 * @flows_ended: those that have left it; under the table's lock
 * @rate_bps: what it should carry, 0 if nobody has said
 * @collapse_ratio_percent: see collapse.h; both settings are read without a lock
 * @overhead_bytes: what its packets have on the wire below before the inner IP header
 * @lower_id: of itself and of the devices below (buffer.h), 0 where there is none; the worker's of
 *	      watch.c alone, as @watch is
 * @cpu: counters of the packets, by CPU; written by the hooks with bottom halves off
 * @name: follows renames; read under RTNL, the tunnels' mutex, or with a torn name accepted
 * @dev: valid while the tunnel is on the list of tunnels, whose mutex protects all from here on
 * @base, @traffic_base: the device's own counters, and those of the packets, when tunwin's began
 * @last, @last_ns, @pps, @bps: the last second's (tunnel.c: sampler)
 * @hook_error: of each direction's @hook: 0 while it is attached, else the negative errno
 */
struct tunwin_tunnel {
	struct net *net;
	struct tunwin_account *account;
	u64 netns_cookie;
	u32 netns_inum;
	u32 id;
	int ifindex;
	bool gone;
	u8 tracked_by;
	refcount_t refs;
	atomic_t flows;
	u64 flows_ended;
	u64 rate_bps;
	u32 collapse_ratio_percent;
	u32 overhead_bytes;
	u32 lower_id[1 + TUNWIN_BUFFER_LOWERS];
	struct tunwin_tunnel_watch watch;
	struct tunwin_traffic_cpu __percpu *cpu;
	char name[IFNAMSIZ];
	char kind[TUNWIN_KIND_LEN];

	struct net_device *dev;
	struct list_head list;
	u64 since_ns;
	struct rtnl_link_stats64 base;
	struct tunwin_traffic traffic_base[2];
	struct rtnl_link_stats64 last;
	u64 last_ns;
	u64 pps[2];
	u64 bps[2];
	int hook_error[2];
	struct nf_hook_ops hook[2];
	struct rcu_head rcu;
};

/* What the rest of the module does for the tunnels; given once, so that they need not know it. */
struct tunwin_tunnel_events {
	nf_hookfn *receive;
	nf_hookfn *transmit;
	void (*gone)(void);
};

/* Start to watch: all present and future devices whose kind is a tunnel's. Process context. */
int tunwin_tunnel_init(const struct tunwin_tunnel_events *events);
/* Stop; when it returns no hook runs any more. */
void tunwin_tunnel_exit(void);

void tunwin_tunnel_put(struct tunwin_tunnel *tunnel);
static inline struct tunwin_tunnel *tunwin_tunnel_hold(struct tunwin_tunnel *tunnel)
{
	refcount_inc(&tunnel->refs);
	return tunnel;
}

/* The largest frame that is usual, without its check sum: 1,518 bytes with it. */
#define TUNWIN_TUNNEL_FRAME_BYTES	1514

static inline bool tunwin_tunnel_is_jumbo(const struct tunwin_tunnel *tunnel, u32 inner_bytes)
{
	return inner_bytes + READ_ONCE(tunnel->overhead_bytes) > TUNWIN_TUNNEL_FRAME_BYTES;
}

/*
 * The tunnel that a packet of this namespace came through, by the interface it was last received
 * on; rcu_read_lock(). Returns false if no tunnel leads to that interface. *id is the tunnel's, or
 * 0 when the interface stands above one (a bridge, a VLAN, a VRF), so that any of them may be
 * meant.
 */
bool tunwin_tunnel_via(const struct net *net, int ifindex, u32 *id);

/* All below: process context, may sleep. */
int tunwin_tunnel_track(struct net *net, int ifindex, const char *name, bool on,
			struct netlink_ext_ack *extack);
/*
 * Calls each() for the tunnels of the namespace from the start'th on, until it does not return 0.
 */
int tunwin_tunnel_for_each(const struct net *net, unsigned long *start,
			   int (*each)(struct tunwin_tunnel *tunnel, void *arg), void *arg);
/* The same for those of all namespaces. */
void tunwin_tunnel_for_all(void (*each)(struct tunwin_tunnel *tunnel));
/* Calls once for the one of that ifindex or, if it is 0, of that name; -ENODEV if there is none. */
int tunwin_tunnel_with(const struct net *net, int ifindex, const char *name,
		       int (*with)(struct tunwin_tunnel *tunnel, void *arg), void *arg);
/* The device's own counters since the tunnel's began; under for_…() or with() only. */
void tunwin_tunnel_stats(struct tunwin_tunnel *tunnel, struct rtnl_link_stats64 *stats);
/* Those of the packets; under the same. */
void tunwin_tunnel_traffic(const struct tunwin_tunnel *tunnel, int direction,
			   struct tunwin_traffic *sum);
/* Start its counters anew; under for_each() or with() only. */
void tunwin_tunnel_reset(struct tunwin_tunnel *tunnel);
u32 tunwin_tunnel_total(void);
u64 tunwin_tunnel_memory_bytes(void);
/*
 * Attached on every tunnel of the namespace, or of all if it is NULL? 0 or the negative errno of
 * the last one that is not.
 */
int tunwin_tunnel_hook_error(const struct net *net, int direction);

#endif
