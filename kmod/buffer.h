/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Where buffers may run out: the tunnels, and the devices below that carry their packets. What is
 * dropped there for want of a buffer is counted by source and by size of the packet.
 */
#ifndef TUNWIN_BUFFER_H
#define TUNWIN_BUFFER_H

#include <linux/atomic.h>
#include <linux/netdevice.h>
#include <linux/tunwin.h>

#include "shortage.h"
#include "window.h"

struct tunwin_episode;
struct tunwin_tunnel;

/* The first of enum tunwin_buffer_source are told by the drops themselves. */
#define TUNWIN_BUFFER_DROPS	(TUNWIN_BUFFER_SOURCE_TCP_MEMORY + 1)
#define TUNWIN_BUFFER_SOURCES	(TUNWIN_BUFFER_SOURCE_QUEUE_ALLOC + 1)

/* No tunnel's packets are carried by more devices: what it is bound to, and what is below. */
#define TUNWIN_BUFFER_LOWERS	7

/* So many namespaces are told of a device's shortages. */
#define TUNWIN_BUFFER_USERS	4

/* Of one source on one CPU; written in any context. */
struct tunwin_buffer_drops {
	atomic64_t packets[TUNWIN_SIZE_CLASSES];
	atomic64_t first_ns;
	atomic64_t last_ns;
};

struct tunwin_buffer_cpu {
	struct tunwin_buffer_drops source[TUNWIN_BUFFER_DROPS];
};

/**
 * struct tunwin_buffer_count - what a source has come to
 * @known: the kernel or the driver tells; if not all is 0
 * @packets: by class of size; of sources that do not tell it all in the first
 * @first_ns, @last_ns: when the first and the last was, 0: there was none
 */
struct tunwin_buffer_count {
	bool known;
	u64 packets[TUNWIN_SIZE_CLASSES];
	u64 first_ns;
	u64 last_ns;
};

/**
 * struct tunwin_buffer_user - a namespace with tunnels whose packets a device carries
 * @netns_cookie: 0: none
 * @tunnel_id, @ifindex, @tunnel: one of the tunnels
 */
struct tunwin_buffer_user {
	u64 netns_cookie;
	u32 tunnel_id;
	int ifindex;
	char tunnel[IFNAMSIZ];
};

/**
 * struct tunwin_buffer_place - what a device is for
 * @is_tunnel: it is a tunnel by its kind, and still watched
 * @carries: the packets of so many tunnels
 * @users: whose these are; of a tunnel itself the first
 */
struct tunwin_buffer_place {
	bool is_tunnel;
	u32 carries;
	struct tunwin_buffer_user users[TUNWIN_BUFFER_USERS];
};

/* As many looks, twice a second, as a card's counter may be behind, and one before them. */
#define TUNWIN_BUFFER_LOOKS	7

/**
 * struct tunwin_buffer_arrived - what had arrived through the tunnels of a device
 * @ns: when, 0 if there was no look then
 * @segments: by size; less than before when a tunnel has gone
 */
struct tunwin_buffer_arrived {
	u64 ns;
	u64 segments[TUNWIN_SIZE_CLASSES];
};

/**
 * struct tunwin_buffer - one device
 * @id: never reused and never 0
 * @net, @netns_cookie, @netns_inum, @ifindex: where it is
 * @dev: valid while it is on the list, whose mutex protects all from here on
 * @place: what it is for, as of the last time that was found out; @next_place: of the time that
 *	is under way
 * @reg, @count: of the sources that the driver counts
 * @well_ns: when the card itself was last known to have lost nothing
 * @read_ns, @unread_ns: the looks in which the card was read last, and before that, 0: in none
 * @asked_ns, @vain: when the driver was last asked to read its card, and how often in vain of late
 * @read: it has done so
 * @look_ns, @last: when it was last looked at, and what the sources had come to by then
 * @lost_ns: when a flow of its tunnels last missed something
 * @arrived: segments of its tunnels by size, as of the present look
 * @before: the same of the looks before, a ring; @looks so far
 * @shortage, @episode: the present one
 */
struct tunwin_buffer {
	struct hlist_node node;
	struct list_head list;
	u32 id;
	struct net *net;
	u64 netns_cookie;
	u32 netns_inum;
	int ifindex;
	struct tunwin_buffer_cpu __percpu *cpu;
	struct net_device *dev;
	char name[IFNAMSIZ];
	struct tunwin_buffer_place place;
	struct tunwin_buffer_place next_place;
	struct tunwin_register reg[TUNWIN_BUFFER_SOURCES];
	struct tunwin_buffer_count count[TUNWIN_BUFFER_SOURCES];
	u64 well_ns;
	u64 read_ns;
	u64 unread_ns;
	u64 asked_ns;
	u32 vain;
	bool read;
	u64 look_ns;
	u64 lost_ns;
	struct tunwin_buffer_arrived arrived;
	struct tunwin_buffer_arrived before[TUNWIN_BUFFER_LOOKS];
	u32 looks;
	u64 last[TUNWIN_BUFFER_SOURCES];
	struct tunwin_shortage shortage;
	struct tunwin_episode *episode;
	struct rcu_head rcu;
};

/*
 * The others are of buffers that could not be had, of which packets may or may not have been lost.
 */
static inline bool tunwin_buffer_is_of_packets(int source)
{
	return source != TUNWIN_BUFFER_SOURCE_ALLOC && source != TUNWIN_BUFFER_SOURCE_QUEUE_ALLOC;
}

int tunwin_buffer_init(void (*gone)(struct tunwin_buffer *buffer));
/* Nothing is dropped any more that is told here, and nobody looks. */
void tunwin_buffer_exit(void);

/*
 * A buffer is dropped; any context, rcu_read_lock(). @tunnel: the device of the tunnel it came
 * through, if that is known; compared and never followed.
 */
void tunwin_buffer_drop(const struct sk_buff *skb, unsigned long location, u32 reason,
			const struct net *net, const struct net_device *tunnel);

/* What follows is for process context. */

/*
 * Find out which devices carry the packets of each tunnel, and keep them on the list. Called for
 * each tunnel, under the tunnels' mutex, between _begin() and _end(), which lets go of those that
 * carry none any more.
 */
void tunwin_buffer_place_begin(void);
void tunwin_buffer_place(struct tunwin_tunnel *tunnel);
void tunwin_buffer_place_end(void);

/* Which of the users a namespace is, -1 if none. */
int tunwin_buffer_user_find(const struct tunwin_buffer_user *users, u64 netns_cookie);

/* Calls each() for the one of that id, if there is one. */
void tunwin_buffer_by_id(u32 id, void (*each)(struct tunwin_buffer *buffer, const void *arg),
			 const void *arg);
/*
 * Calls each() for those with an id of *start or more, until it does not return 0; under the mutex
 * of all of them.
 */
int tunwin_buffer_for_each(u32 *start, int (*each)(struct tunwin_buffer *buffer, void *arg),
			   void *arg);
/* Of for_each(): what a source has come to. */
void tunwin_buffer_count_get(const struct tunwin_buffer *buffer, enum tunwin_buffer_source source,
			     struct tunwin_buffer_count *count);
/* Drops of which it is not known where the packet came from. */
void tunwin_buffer_unplaced_get(enum tunwin_buffer_source source,
				struct tunwin_buffer_count *count);

u64 tunwin_buffer_memory_bytes(void);

#endif
