/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The rules of what holds a direction back, and for how long: doc/window.md gives their reasons.
 * Integers in, verdict out, like window.h.
 */
#ifndef TUNWIN_LIMIT_H
#define TUNWIN_LIMIT_H

#include <linux/types.h>

#include "flight.h"

/* The values of enum tunwin_limit in the UAPI; limit.c must not depend on it. */
enum tunwin_limit_kind {
	TUNWIN_LIMITED_UNKNOWN,
	TUNWIN_LIMITED_RWND,
	TUNWIN_LIMITED_NET,
	TUNWIN_LIMITED_SENDER,
	TUNWIN_LIMITED_IDLE,
	TUNWIN_LIMITS,
};

/**
 * struct tunwin_limit_account - what held a direction back so far
 * @ns: the time each limit had; they add up to the time from tunwin_limit_begin() to @since_ns
 * @full_ns: time of the rounds in which the sender reached the right edge that it knew
 * @held_ns: time before @since_ns, not in @ns yet, in which the window was closed: it was the limit
 *	     if the sender turns out to have had data
 * @silent_ns: the same, in which data waited for its acknowledgment: the network held it if the
 *	       data turns out to be lost
 * @since_ns: time is accounted up to here
 * @round_ns: when the round that goes on began, 0 between bursts
 * @event_ns: when the last segment or acknowledgment passed
 * @acked_ns: when all that had passed was acknowledged, 0 while there is data outstanding
 * @opened_ns: when a window that was closed opened, 0 if it did not since data passed
 * @una: the highest acknowledgment
 * @recover: the highest data when something was lost
 * @stamp: the timestamp of the last data in this round, if @stamped
 * @was_full: the last data reached the right edge
 * @filling_ticks: of this round, by the sender's clock, while its last data had not reached that
 * @sent_bytes, @acked_bytes: new data, and data acknowledged, in this round
 * @flight_bytes: most that the sender had outstanding in this round
 * @flight_max_bytes: and in any
 * @pending_ns: time before @since_ns, not in @ns yet, of rounds that showed nothing
 * @pending_rounds: how many
 * @flight: how the flight moved in the rounds before
 * @kind: what held the last round that showed it
 * @carried: what the flight has decided, which holds until something else is shown, or unknown
 *
 * What nearly every segment needs comes first, up to @window_known; the rest is of each round.
 */
struct tunwin_limit_account {
	__u64 held_ns;
	__u64 silent_ns;
	__u64 since_ns;
	__u64 round_ns;
	__u64 event_ns;
	__u64 acked_ns;
	__u64 opened_ns;
	__u32 recover;
	__u32 una;
	__u32 stamp;
	__u32 filling_ticks;
	__u32 sent_bytes;
	__u32 acked_bytes;
	__u32 flight_bytes;
	__u32 flight_max_bytes;
	__u16 pending_rounds;
	__u8 kind;
	__u8 carried;
	__u16 had_data:1,
	     has_una:1,
	     unseen:1,
	     closed:1,
	     finished:1,
	     probed:1,
	     stamped:1,
	     was_full:1,
	     recovering:1,
	     full:1,
	     lost:1,
	     waited:1,
	     pushed:1,
	     window_known:1;
	__u64 pending_ns;
	__u64 full_ns;
	__u64 ns[TUNWIN_LIMITS];
	struct tunwin_flight flight;
};

/**
 * struct tunwin_limit_path - what is known of the path when an event is judged
 * @now_ns: the time of the event
 * @rtt_us: the whole round trip of late, 0 if unknown
 * @rtt_min_us: its shortest
 * @rtt_smoothed_us: what it is with the queues on it, 0 if unknown
 * @sender_rtt_us: the part of it from here to the sender and back
 * @sender_wait_us: the same of those answers that the sender had reason to give at once
 * @tick_ns: a tick of the clock that the sender's timestamps are of, 0 if unknown
 * @segment_bytes: payload of a full segment
 */
struct tunwin_limit_path {
	__u64 now_ns;
	__u32 rtt_us;
	__u32 rtt_min_us;
	__u32 rtt_smoothed_us;
	__u32 sender_rtt_us;
	__u32 sender_wait_us;
	__u32 tick_ns;
	__u32 segment_bytes;
};

/**
 * struct tunwin_limit_data - a segment with data
 * @end: the number behind it
 * @has_known: what the sender knew when it sent this can be told:
 * @known_una, @known_edge: what was acknowledged, and the right edge
 * @stamp: its timestamp, if the path's tick is known
 * @fresh_bytes: of it, data that had not passed before
 * @lost: it shows that something was lost
 * @pushed: it ends with a short segment that is pushed: its sender had no more at that time
 */
struct tunwin_limit_data {
	__u32 end;
	__u32 known_una;
	__u32 known_edge;
	bool has_known;
	__u32 stamp;
	__u32 fresh_bytes;
	bool lost;
	bool pushed;
};

/**
 * struct tunwin_limit_ack - an acknowledgment of the direction's data
 * @una: what it acknowledges
 * @outstanding_bytes: what passed and is not acknowledged, after it
 * @room_bytes: what the sender may send beyond what passed, TUNWIN_WINDOW_UNKNOWN if unknown
 */
struct tunwin_limit_ack {
	__u32 una;
	__u32 outstanding_bytes;
	__u32 room_bytes;
};

/* The most that the sender has had outstanding, in this round or the one before. */
static inline __u32 tunwin_limit_flight(const struct tunwin_limit_account *limit)
{
	__u32 before_bytes = limit->flight.before_bytes[0];

	return limit->flight_bytes > before_bytes ? limit->flight_bytes : before_bytes;
}

void tunwin_limit_begin(struct tunwin_limit_account *limit, __u64 now_ns);
void tunwin_limit_anew(struct tunwin_limit_account *limit, __u64 now_ns);
void tunwin_limit_data(struct tunwin_limit_account *limit, const struct tunwin_limit_path *path,
		       const struct tunwin_limit_data *data);
void tunwin_limit_ack(struct tunwin_limit_account *limit, const struct tunwin_limit_path *path,
		      const struct tunwin_limit_ack *ack);
void tunwin_limit_fin(struct tunwin_limit_account *limit, const struct tunwin_limit_path *path);
void tunwin_limit_probe(struct tunwin_limit_account *limit, const struct tunwin_limit_path *path);
void tunwin_limit_syn_again(struct tunwin_limit_account *limit,
			    const struct tunwin_limit_path *path);
enum tunwin_limit_kind tunwin_limit_until(struct tunwin_limit_account *limit,
					  const struct tunwin_limit_path *path);

#endif
