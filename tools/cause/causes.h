/* SPDX-License-Identifier: GPL-2.0 */
/* The causes by name, for the table, and what their rules share. */
#ifndef TUNWIN_CAUSES_H
#define TUNWIN_CAUSES_H

#include "cause/cause.h"

/* A window so near to what it could be at most is as large as that. */
static inline bool nearly(uint64_t value, uint64_t most)
{
	return value * 20 >= most * 19;
}

static inline bool is(struct opt_u64 value, uint64_t what)
{
	return value.known && value.value == what;
}

static inline uint64_t value_of(struct opt_u64 value)
{
	return value.known ? value.value : 0;
}

/* How much a counter has moved; all of it if it was not known before. */
static inline uint64_t since(struct opt_u64 now, struct opt_u64 before)
{
	return value_of(now) > value_of(before) ? value_of(now) - value_of(before) : 0;
}

/* So long nothing was lost: losses of before say nothing of the present any more. */
#define QUIET_NS 10000000000ULL

/*
 * What a counter of the direction (offsetof) has counted of late: while it was watched, if that was
 * long; else in all, since what is dropped or lost is sent again later.
 */
static inline uint64_t lately(const struct cause_facts *facts, size_t counter)
{
	struct opt_u64 now = *(const struct opt_u64 *)((const char *)facts->data + counter);
	struct opt_u64 before = now;

	if (facts->before)
		before = *(const struct opt_u64 *)((const char *)facts->before + counter);
	return facts->before && facts->watched_ns >= QUIET_NS ? since(now, before) : value_of(now);
}

static inline struct gain no_gain(void)
{
	return (struct gain){ .bps.known = false };
}

static inline bool has_alert(const struct cause_facts *facts, enum alert_code code)
{
	return facts->alerts & 1U << code;
}

/* What of the receiver is known: it is the near end, and has a socket here. */
static inline bool has_receiver(const struct cause_facts *facts)
{
	return facts->in && facts->flow->has_socket && facts->data->window.now_bytes.known;
}

/* receiver.c: the receiver is a socket of this host. */
extern const struct cause tunwin_cause_mem_pressure;
extern const struct cause tunwin_cause_slow_reader;
extern const struct cause tunwin_cause_bloat;
/* buffer.c: the same, and it is the size of its buffer or window. */
extern const struct cause tunwin_cause_wscale;
extern const struct cause tunwin_cause_clamp;
extern const struct cause tunwin_cause_rcvbuf_locked;
extern const struct cause tunwin_cause_rmem_max;
extern const struct cause tunwin_cause_autotune_off;
extern const struct cause tunwin_cause_autotune;
extern const struct cause tunwin_cause_autotune_stuck;
/* headers.c: wherever the receiver is, the headers prove it. */
extern const struct cause tunwin_cause_queue;
extern const struct cause tunwin_cause_window_rewritten;
extern const struct cause tunwin_cause_wscale_none;
extern const struct cause tunwin_cause_window_shrunk;
extern const struct cause tunwin_cause_zero_window;
extern const struct cause tunwin_cause_far_window;
/* network.c */
extern const struct cause tunwin_cause_full;
extern const struct cause tunwin_cause_size_loss;
extern const struct cause tunwin_cause_tunnel_drop;
extern const struct cause tunwin_cause_local_drop;
extern const struct cause tunwin_cause_reorder;
extern const struct cause tunwin_cause_loss;

/* sender.c */
extern const struct cause tunwin_cause_sender;

/* receiver.c: it is known that the reader keeps up, so that it is a matter of sizes. */
bool tunwin_cause_is_of_size(const struct cause_facts *facts);
/* buffer.c: what to write into net.ipv4.tcp_rmem, and the rate that it would allow. */
struct gain tunwin_cause_advise_rmem(const struct cause_facts *facts, char *text, size_t size);

/* gain.c */

/* The payload that fits into the receive buffer as it is, and as it may become. */
struct opt_u64 tunwin_cause_room(const struct cause_facts *facts);
struct opt_u64 tunwin_cause_room_at_most(const struct cause_facts *facts);
/* The buffer as it may become. */
struct opt_u64 tunwin_cause_buffer_at_most(const struct cause_facts *facts);
/* The payload that fits into a buffer of so many bytes, to be promised. */
struct opt_u64 tunwin_cause_payload_of(const struct cause_facts *facts,
				       struct opt_u64 buffer_bytes);
/* The largest window of the last minute. */
struct opt_u64 tunwin_cause_recent(const struct cause_facts *facts);
/*
 * The rate of payload that a window would allow over this path, no more than the tunnel carries if
 * its rate is one of frames below it, or, @at_most, of packets in it; @limited: a window is the
 * limit already, so that it shows how long a round really takes.
 */
struct opt_u64 tunwin_cause_rate(const struct cause_facts *facts, struct opt_u64 window_bytes,
				 bool limited, bool at_most);
/* The rate that a buffer would allow where the window is the limit already, and where it is not. */
struct gain tunwin_cause_gain(const struct cause_facts *facts, struct opt_u64 buffer_bytes);
struct gain tunwin_cause_ceiling(const struct cause_facts *facts, struct opt_u64 buffer_bytes);

#endif
