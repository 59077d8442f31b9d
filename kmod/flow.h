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

#include "compat/lock.h"
#include "detail.h"
#include "handshake.h"
#include "numbers.h"
#include "window.h"

struct tunwin_socket;
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
 * @wire_bytes: payload that passed, retransmissions included
 * @truesize_bytes: memory of the buffers that carried payload
 */
struct tunwin_flow_direction {
	struct tunwin_window window;
	u64 packets;
	u64 segments;
	u64 wire_bytes;
	u64 truesize_bytes;
};

/**
 * struct tunwin_flow_end - what an end began with, or may have while the flow is half open
 * @isn: the sequence number of its SYN, if @known
 * @mss: the largest segment it takes (RFC 9293, 3.7.1), 0 if it did not say
 * @seen: its SYN or SYN-ACK passed
 * @answered: and that was a SYN-ACK
 * @sack: it takes selective acknowledgments (RFC 2018)
 * @timestamps: it offers timestamps (RFC 7323)
 */
struct tunwin_flow_end {
	u32 isn;
	u16 mss;
	u8 known:1,
	   seen:1,
	   answered:1,
	   sack:1,
	   timestamps:1;
};

/* Which list of the table a flow is on; the first is emptied first when the table is full. */
enum tunwin_flow_list {
	TUNWIN_FLOW_HALF_OPEN,
	TUNWIN_FLOW_ESTABLISHED,
	TUNWIN_FLOW_HISTORY,
	TUNWIN_FLOW_LISTS,
	TUNWIN_FLOW_UNLINKED = TUNWIN_FLOW_LISTS,
};

/* struct tunwin_flow.scale, where it is no shift */
#define TUNWIN_FLOW_SCALE_NONE		0xfe
#define TUNWIN_FLOW_SCALE_UNKNOWN	0xff

/* struct tunwin_flow.seen; of a FIN one bit for each direction */
#define TUNWIN_SEEN_FIN(d)	BIT(d)
/* Of any direction, also one that does not count yet (numbers.h). */
#define TUNWIN_SEEN_ANY_FIN	BIT(2)
#define TUNWIN_SEEN_FINS	(BIT(0) | BIT(1) | TUNWIN_SEEN_ANY_FIN)
#define TUNWIN_SEEN_RST		BIT(3)
/* A SYN of that side over a flow that lives */
#define TUNWIN_SEEN_STRAY(d)	BIT(4 + (d))

/**
 * struct tunwin_flow - one TCP connection as it crosses one tunnel
 * @lock: protects all up to @collapsed, and what @detail and @socket point to; taken last of all
 *	  locks (compat/lock.h)
 * @state: enum tunwin_state
 * @end_reason: enum tunwin_end_reason, valid once @end_ns is set
 * @seen: TUNWIN_SEEN_…
 * @confirmed: not half open: the handshake completed, or both ends were heard
 * @has_socket: the near end is a socket of the tunnel's namespace, and @socket tells of it
 * @scale: of the windows that each side advertises: how far they are shifted, or
 *	   TUNWIN_FLOW_SCALE_…; it follows from @handshake or @socket, and each packet asks for it
 * @ecn: both ends use explicit congestion notification (RFC 3168)
 * @end: what each side began with
 * @handshake: until it is @confirmed; from then on the same place has all from @numbers to @watch
 * @numbers: where its data stands while it has no detail, and its FINs
 * @detail: what it is judged by, NULL if it has none (detail.h); read under RCU, or locked
 * @socket: NULL until one is seen, never again after that
 * @other_id: the record of the same connection in another tunnel (pair.h), 0 if there was none
 * @end_ns: when the connection was over
 * @end_suspend_ms: tunwin_suspend_ms() then
 * @stray_isn: before that, the number of the last TUNWIN_SEEN_STRAY
 * @ended_node: on the list of ended.c, which holds a reference
 * @over: it has left the table
 * @end_sequence: of the tunnel's flows that have ended, the how-manieth, once it is @over
 * @closing: queued for the collector, which holds a reference, while @closing_queued
 * @watched: on the list of watch.c, which holds a reference; @watch is its worker's alone
 * @collapsed: of each direction; written by watch.c's worker, read without a lock
 * @refs: one of the table or the history, one of the collector's queue, one of watch.c's list
 * @list: enum tunwin_flow_list; with @link and @queued_ns under the table's lock
 *
 * In the order of use: the first cache line finds it, the second is every packet's, and the next
 * two have what is left of the directions; without a detail a packet needs only those four.
 */
struct tunwin_flow {
	struct rhash_head node;
	struct tunwin_flow_key key;
	struct tunwin_tunnel *tunnel;

	tunwin_lock_t lock;
	u8 state;
	u8 end_reason;
	u8 seen;
	u8 list;
	bool confirmed;
	bool has_socket;
	bool ecn;
	bool watched;
	bool over;
	bool closing_queued;
	u8 scale[2];
	u32 id;
	u32 other_id;
	u64 end_ns;
	u64 last_ns;
	struct tunwin_detail *detail;

	struct tunwin_flow_direction direction[2];
	struct tunwin_socket *socket;
	struct tunwin_flow_end end[2];
	u64 first_ns;
	union {
		struct tunwin_handshake handshake;
		struct {
			struct tunwin_numbers numbers;
			bool collapsed[2];
			struct llist_node watch_node;
			struct tunwin_watch *watch;
		};
	};

	union {
		u64 queued_ns;
		u64 end_sequence;
	};
	union {
		struct list_head link;
		struct rcu_head rcu;
	};
	struct llist_node closing;
	struct llist_node ended_node;
	refcount_t refs;
	union {
		u32 end_suspend_ms;
		u32 stray_isn;
	};
};

/* Counters of the table, since the module was loaded; each has one writer context, the lock's. */
struct tunwin_flow_counters {
	u64 created;
	u64 ended;
	u64 evicted;
	u64 evicted_half_open;
	u64 refused;
	u64 history_dropped;
	u64 unanswered;
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

void tunwin_flow_limits_get(struct tunwin_flow_limits *limits);
void tunwin_flow_limits_set(const struct tunwin_flow_limits *limits);
void tunwin_flow_counters_get(struct tunwin_flow_counters *counters);
u32 tunwin_flow_bytes(void);
u64 tunwin_flow_memory_bytes(void);

/* What is known of the scales has changed, by a SYN or by a socket; flow locked. */
void tunwin_flow_scale_learn(struct tunwin_flow *flow);

/* How far the windows that this side advertises are shifted; flow locked. */
static inline enum tunwin_scale tunwin_flow_scale(const struct tunwin_flow *flow,
						  enum tunwin_direction side, u8 *shift)
{
	u8 scale = flow->scale[side];

	if (likely(scale <= TUNWIN_WSCALE_SHIFT_MAX)) {
		*shift = scale;
		return TUNWIN_SCALE_KNOWN;
	}
	*shift = 0;
	return scale == TUNWIN_FLOW_SCALE_NONE ? TUNWIN_SCALE_NONE : TUNWIN_SCALE_UNKNOWN;
}

static inline bool tunwin_flow_is_history(const struct tunwin_flow *flow)
{
	return READ_ONCE(flow->list) == TUNWIN_FLOW_HISTORY;
}

#endif
