/* SPDX-License-Identifier: GPL-2.0 */
/* Where buffers run out, as the module tells it; model.h says how. */
#ifndef TUNWIN_SHORTAGE_H
#define TUNWIN_SHORTAGE_H

#include "model.h"

enum buffer_role { BUFFER_TUNNEL, BUFFER_LOWER, BUFFER_ROLE_COUNT };

enum buffer_source {
	BUFFER_BACKLOG,
	BUFFER_GRO_CELLS,
	BUFFER_MEMORY,
	BUFFER_SOCKET,
	BUFFER_TCP_MEMORY,
	BUFFER_MISSED,
	BUFFER_FIFO,
	BUFFER_OVER,
	BUFFER_DROPPED,
	BUFFER_ALLOC,
	BUFFER_QUEUE_OVERRUN,
	BUFFER_QUEUE_ALLOC,
	BUFFER_PAGE_POOL,
	BUFFER_SOURCE_COUNT
};

extern const char *const tunwin_shortage_role[];
extern const char *const tunwin_shortage_source[];

/* What a source is, in words. */
struct shortage_meaning {
	const char *title;
	const char *meaning;
	const char *remedy;
	const char *source;
};

extern const struct shortage_meaning tunwin_shortage_meanings[];

#define BUFFER_PAGES 16
#define BUFFER_CPUS 1024
#define BUFFER_HITS 64

/* @max_bytes is not known for the class without an upper bound. */
struct buffer_class {
	struct opt_u64 max_bytes;
	struct opt_u64 packets;
	struct opt_u64 passed;
};

struct buffer_source_count {
	struct opt_u64 source;		/* enum buffer_source */
	struct opt_u64 packets;
	struct opt_u64 first_ns;	/* how long ago */
	struct opt_u64 last_ns;
	size_t class_count;		/* 0: sizes are not told, or there was none */
	struct buffer_class classes[MODEL_CLASSES];
};

struct page_order {
	struct opt_u64 order;
	struct opt_u64 failed;
	struct opt_u64 quiet;
	struct opt_u64 first_ns;
	struct opt_u64 last_ns;
};

struct buffer_device {
	struct opt_u64 id;
	struct opt_u64 ifindex;
	char name[MODEL_NAME_SIZE];
	struct opt_u64 netns;
	struct opt_u64 role;		/* enum buffer_role */
	struct opt_u64 episode;		/* id of the present one */
	size_t source_count;
	struct buffer_source_count sources[BUFFER_SOURCE_COUNT];
};

struct buffer_host {
	size_t page_count;
	struct page_order pages[BUFFER_PAGES];
	size_t cpu_count;
	struct cpu cpus[BUFFER_CPUS];
	size_t unplaced_count;
	struct buffer_source_count unplaced[BUFFER_SOURCE_COUNT];
	struct opt_u64 gaps_missed;
	struct opt_u64 episodes_dropped;
};

/* A flow that lost something in an episode. */
struct episode_flow {
	struct opt_u64 flow_id;
	char tunnel[MODEL_NAME_SIZE];
	struct endpoint near;
	struct endpoint far;
	struct opt_u64 lost_bytes;
	struct opt_u64 lost_segments;
	struct opt_u64 segment_bytes;
	struct opt_u64 hit_ns;		/* how long ago */
	struct opt_u64 stalled_ns;
	struct opt_u64 moved;
};

struct episode {
	struct opt_u64 id;
	struct opt_u64 ifindex;
	char device[MODEL_NAME_SIZE];
	struct opt_u64 netns;
	struct opt_u64 since_ns;
	struct opt_u64 slack_ns;
	struct opt_u64 duration_ns;
	struct opt_u64 start_time_ns;	/* since 1970 */
	struct opt_u64 over;
	struct opt_u64 packets;
	struct opt_u64 peak_pps;
	struct opt_u64 flows;
	size_t source_count;
	struct buffer_source_count sources[BUFFER_SOURCE_COUNT];
	size_t class_count;
	struct buffer_class classes[MODEL_CLASSES];
	/* With this pages says nothing. */
	struct opt_u64 pages_untold;
	size_t page_count;
	struct page_order pages[BUFFER_PAGES];
	size_t hit_count;
	struct episode_flow hits[BUFFER_HITS];
};

struct buffer_list {
	size_t count;
	size_t space;
	struct buffer_device *devices;
};

struct episode_list {
	size_t count;
	size_t space;
	struct episode *episodes;
};

/* A new, empty record at the end of the list. */
struct buffer_device *tunwin_shortage_add_device(struct buffer_list *list);
struct episode *tunwin_shortage_add_episode(struct episode_list *list);
void tunwin_shortage_free_devices(struct buffer_list *list);
void tunwin_shortage_free_episodes(struct episode_list *list);

/* NULL if there is none. */
const struct buffer_device *tunwin_shortage_find(const struct buffer_list *list, uint64_t id);
/* What the source has come to; NULL if it is not available. */
const struct buffer_source_count *tunwin_shortage_count(const struct buffer_device *device,
							enum buffer_source source);

#endif
