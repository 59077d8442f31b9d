/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The flow table: bounded, least recently used first out, with a history of what ended.
 *
 * Whoever found a flow under rcu_read_lock() may use it until rcu_read_unlock(). What it says is
 * protected by its own lock (compat/lock.h), its places in the table by the table's.
 */
#ifndef TUNWIN_FLOW_H
#define TUNWIN_FLOW_H

#include <linux/in6.h>
#include <linux/llist.h>
#include <linux/refcount.h>
#include <linux/rhashtable-types.h>
#include <linux/tunwin.h>

#include "clock.h"
#include "compat/lock.h"
#include "drop.h"
#include "edges.h"
#include "limit.h"
#include "recent.h"
#include "rtt.h"
#include "sequence.h"
#include "socket.h"
#include "window.h"

struct tunwin_tunnel;
struct tunwin_watch;

/* Index of a direction, and of the side that sends in it: the far end sends what comes in. */
enum tunwin_direction {
	TUNWIN_IN,
	TUNWIN_OUT,
};

/**
 * struct tunwin_flow_key - which connection, through which tunnel
 * @netns_cookie: the namespace; never reused, unlike the pointer
 * @tunnel_id: the tunnel; 0 in a look-up means any
 *
 * IPv4 addresses are mapped (::ffff:a.b.c.d), as a socket that listens on both knows them.
 */
struct tunwin_flow_key {
	struct in6_addr near;
	struct in6_addr far;
	__be16 near_port;
	__be16 far_port;
	u32 tunnel_id;
	u64 netns_cookie;
};

/**
 * struct tunwin_flow_direction - data of one direction, and the window that limits it
 * @window: what the receiver of this data advertises, so it is read from the other direction's
 *	    packets
 * @peak: the largest of them in the last minute
 * @wire_bytes: payload that passed, retransmissions included
 * @truesize_bytes: memory of the buffers that carried payload
 * @clock: its sender's clock
 * @edges: what its sender was allowed a while ago, made when data comes and a window is known;
 *	   NULL before, after the end, and if there was no memory
 */
struct tunwin_flow_direction {
	u64 packets;
	u64 segments;
	u64 wire_bytes;
	u64 truesize_bytes;
	struct tunwin_meter meter;
	struct tunwin_window window;
	struct tunwin_peak peak;
	struct tunwin_sequence sequence;
	struct tunwin_limit_account limit;
	struct tunwin_clock clock;
	struct tunwin_edges *edges;
};

/**
 * struct tunwin_flow_end - what the SYN of an end offered
 * @mss: the largest segment it takes (RFC 9293, 3.7.1), 0 if it did not say
 * @seen: the SYN passed
 * @sack: it takes selective acknowledgments (RFC 2018)
 * @timestamps: it offers timestamps (RFC 7323)
 */
struct tunwin_flow_end {
	u16 mss;
	bool seen;
	bool sack;
	bool timestamps;
};

/* Which list of the table a flow is on; the first is emptied first when the table is full. */
enum tunwin_flow_list {
	TUNWIN_FLOW_HALF_OPEN,
	TUNWIN_FLOW_ESTABLISHED,
	TUNWIN_FLOW_HISTORY,
	TUNWIN_FLOW_LISTS,
	TUNWIN_FLOW_UNLINKED = TUNWIN_FLOW_LISTS,
};

/* struct tunwin_flow.seen, one bit for each direction */
#define TUNWIN_SEEN_SYN(d)	BIT(d)
#define TUNWIN_SEEN_ACK(d)	BIT(2 + (d))
#define TUNWIN_SEEN_FIN(d)	BIT(4 + (d))
#define TUNWIN_SEEN_RST		BIT(6)

/**
 * struct tunwin_flow - one TCP connection as it crosses one tunnel
 * @lock: protects all up to @socket, taken last of all locks (compat/lock.h)
 * @state: enum tunwin_state
 * @end_reason: enum tunwin_end_reason, valid once @end_ns is set
 * @seen: TUNWIN_SEEN_…
 * @confirmed: not half open: the handshake completed, or both ends were heard
 * @has_socket: the near end is a socket of the tunnel's namespace
 * @ecn: both ends use explicit congestion notification (RFC 3168)
 * @isn: sequence number of each side's SYN
 * @end: what each side offered with it
 * @rtt: round trips from here to each side
 * @other_id: the record of the same connection in another tunnel (pair.h), 0 if there was none
 * @end_ns: when the connection was over
 * @ended_node: on the list of ended.c, which holds a reference
 * @end_sequence: of the tunnel's flows that have ended, the how-manieth; 0 before
 * @closing: queued for the collector, which holds a reference, while @closing_queued
 * @watched: on the list of watch.c, which holds a reference; @watch is its worker's alone
 * @retreats_told: of each direction, those of its right edge that watch.c has looked at
 * @collapsed: of each direction; written by watch.c's worker, read without a lock
 * @drops: segments of each direction that this host has dropped (drop.h)
 * @refs: one of the table or the history, one of the collector's queue, one of watch.c's list
 * @list: enum tunwin_flow_list; with @link and @queued_ns under the table's lock
 */
struct tunwin_flow {
	struct rhash_head node;
	struct tunwin_flow_key key;
	struct tunwin_tunnel *tunnel;

	tunwin_lock_t lock;
	u8 state;
	u8 end_reason;
	u8 seen;
	bool confirmed;
	bool has_socket;
	bool ecn;
	bool watched;
	u8 list;
	u32 id;
	u32 other_id;
	struct tunwin_handshake handshake;
	u32 isn[2];
	struct tunwin_flow_end end[2];
	struct tunwin_rtt rtt[2];
	u64 first_ns;
	u64 last_ns;
	u64 end_ns;
	struct tunwin_flow_direction direction[2];
	struct tunwin_socket socket;

	struct list_head link;
	u64 queued_ns;
	struct llist_node closing;
	bool closing_queued;
	struct llist_node watch_node;
	struct llist_node ended_node;
	u64 end_sequence;
	struct tunwin_watch *watch;
	u32 retreats_told[2];
	bool collapsed[2];
	struct tunwin_drops drops[2];
	refcount_t refs;
	struct rcu_head rcu;
};

/* Counters of the table, since the module was loaded; each has one writer context, the lock's. */
struct tunwin_flow_counters {
	u64 created;
	u64 ended;
	u64 evicted;
	u64 evicted_half_open;
	u64 refused;
	u64 history_dropped;
	u32 flows;
	u32 half_open;
	u32 history;
};

struct tunwin_flow_limits {
	u32 max_flows;
	u32 max_history;
	u32 idle_timeout_s;
};

/* @ended: called for each flow that has ended, under the table's lock */
int tunwin_flow_init(const struct tunwin_flow_limits *limits,
		     void (*ended)(struct tunwin_flow *flow));
/* Nothing is collected any more. */
void tunwin_flow_stop(void);
void tunwin_flow_exit(void);

/* Under rcu_read_lock(), any context that may take a BH lock. */
struct tunwin_flow *tunwin_flow_find(const struct tunwin_flow_key *key);
/* The same, and makes the flow if there is none; softirq. NULL: refused, and counted. */
struct tunwin_flow *tunwin_flow_get(const struct tunwin_flow_key *key,
				    struct tunwin_tunnel *tunnel, u64 now_ns);
/* The connection is over; any context, flow locked. It stays in the table for a moment. */
void tunwin_flow_close(struct tunwin_flow *flow, enum tunwin_end_reason reason, u64 now_ns);
/* Out of the table and into the history, at once; not locked. */
void tunwin_flow_end(struct tunwin_flow *flow, enum tunwin_end_reason reason, u64 now_ns);
/* No longer half open; softirq, not locked. */
void tunwin_flow_confirm(struct tunwin_flow *flow);

/* For who has one, or holds the table's lock while the flow is in it. */
static inline void tunwin_flow_hold(struct tunwin_flow *flow)
{
	refcount_inc(&flow->refs);
}

/* For who has only found it, under RCU: false if it is on its way out. */
static inline bool tunwin_flow_hold_found(struct tunwin_flow *flow)
{
	return refcount_inc_not_zero(&flow->refs);
}

void tunwin_flow_put(struct tunwin_flow *flow);

/* The flow with the next id at or after *id, ended ones included; rcu_read_lock(). */
struct tunwin_flow *tunwin_flow_next(unsigned long *id);
struct tunwin_flow *tunwin_flow_by_id(u32 id);

/* Process context: end every flow that match() accepts; forget also the matching history. */
void tunwin_flow_end_matching(bool (*match)(const struct tunwin_flow *flow, const void *arg),
			      const void *arg, enum tunwin_end_reason reason, bool forget);
/* A tunnel went away: end its flows soon. */
void tunwin_flow_collect(void);

/* A history for a direction, counted; softirq, not locked. NULL if there is no memory for it. */
struct tunwin_edges *tunwin_flow_edges_new(void);
void tunwin_flow_edges_free(struct tunwin_edges *edges);

void tunwin_flow_limits_get(struct tunwin_flow_limits *limits);
void tunwin_flow_limits_set(const struct tunwin_flow_limits *limits);
void tunwin_flow_counters_get(struct tunwin_flow_counters *counters);
u32 tunwin_flow_bytes(void);
u64 tunwin_flow_memory_bytes(void);

/* How far the windows that this side advertises are shifted; flow locked. */
enum tunwin_scale tunwin_flow_scale(const struct tunwin_flow *flow, enum tunwin_direction side,
				    u8 *shift);

static inline bool tunwin_flow_is_history(const struct tunwin_flow *flow)
{
	return READ_ONCE(flow->list) == TUNWIN_FLOW_HISTORY;
}

#endif
