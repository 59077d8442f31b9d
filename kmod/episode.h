/* SPDX-License-Identifier: GPL-2.0 */
/* The shortages of buffers, those that go on and the last ones that are over. */
#ifndef TUNWIN_EPISODE_H
#define TUNWIN_EPISODE_H

#include <linux/if.h>
#include <linux/list.h>

#include "buffer.h"
#include "flow.h"
#include "page.h"

/* So many that are over are kept; and so many of the flows that one has hit. */
#define TUNWIN_EPISODES		256
#define TUNWIN_EPISODE_HITS	64

/**
 * struct tunwin_hit - a flow that lost something
 * @flow_id, @key: whose it was
 * @tunnel: the name of its tunnel
 * @lost_bytes, @lost_segments, @segment_bytes: what was missing when later data came
 * @start: the first number of what it misses, or missed last
 * @silent: nothing at all has come since @since_ns, while buffers were still short
 * @first_ns, @last_ns: when it first and last missed something
 * @since_ns: since when it misses what it misses now, 0 if it has moved
 * @stalled_ns: the longest of such times that are over
 */
struct tunwin_hit {
	struct tunwin_flow_key key;
	char tunnel[IFNAMSIZ];
	u32 flow_id;
	u32 start;
	u32 segment_bytes;
	bool silent;
	u64 lost_bytes;
	u64 lost_segments;
	u64 first_ns;
	u64 last_ns;
	u64 since_ns;
	u64 stalled_ns;
};

/**
 * struct tunwin_episode - one shortage
 * @id: never reused and never 0
 * @users: the namespaces that it is shown in
 * @alert_id, @alerted: of its alert in each of them; there is one, or should be
 * @shortage: when it was, and how much of it
 * @suspend_ms: tunwin_suspend_ms() when it began
 * @packets: by source
 * @lost, @passed: segments by size, that flows missed and that arrived meanwhile
 * @failed: page allocations of each order while packets were received, meanwhile
 * @flows: that lost something, of each of the users
 * @hits: so many of these flows are in @hit, which has @room
 * @passed_at, @failed_at: what these had come to when it began
 */
struct tunwin_episode {
	struct list_head list;
	u32 id;
	int ifindex;
	u32 netns_inum;
	char name[IFNAMSIZ];
	struct tunwin_buffer_user users[TUNWIN_BUFFER_USERS];
	u32 alert_id[TUNWIN_BUFFER_USERS];
	bool alerted;
	u32 suspend_ms;
	struct tunwin_shortage shortage;
	u64 packets[TUNWIN_BUFFER_SOURCES];
	u64 lost[TUNWIN_SIZE_CLASSES];
	u64 passed[TUNWIN_SIZE_CLASSES];
	u64 passed_at[TUNWIN_SIZE_CLASSES];
	u64 failed[TUNWIN_PAGE_ORDERS];
	u64 failed_at[TUNWIN_PAGE_ORDERS];
	u32 flows[TUNWIN_BUFFER_USERS];
	u32 hits;
	u32 room;
	struct tunwin_hit *hit;
};

void tunwin_episode_init(void);
/* Nobody looks or asks any more. */
void tunwin_episode_exit(void);

/* A new one of a device; NULL without memory for it. Process context, as all that follows. */
struct tunwin_episode *tunwin_episode_begin(const struct tunwin_buffer *buffer);
/* It is over; it may be forgotten from now on. */
void tunwin_episode_end(struct tunwin_episode *episode);

/* What it says is read and written between these. */
void tunwin_episode_lock(void);
void tunwin_episode_unlock(void);

/* The flow's place in it, a new one if there is room; NULL if there is none. Locked. */
struct tunwin_hit *tunwin_episode_hit(struct tunwin_episode *episode, u32 flow_id);

/* Calls each() for those from the id *start on, until it does not return 0. */
int tunwin_episode_for_each(u32 *start,
			    int (*each)(const struct tunwin_episode *episode, void *arg),
			    void *arg);

/* Packets lost in it, of all sources that tell of packets. */
u64 tunwin_episode_packets(const struct tunwin_episode *episode);
/* Those that were forgotten for newer ones. */
u64 tunwin_episode_dropped(void);
u64 tunwin_episode_memory_bytes(void);

#endif
