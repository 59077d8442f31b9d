/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The rules of round trip times, as one who stands between the ends measures them: from here to one
 * end and back. Integers in, verdict out, like window.h. Times are microseconds and may wrap.
 */
#ifndef TUNWIN_RTT_H
#define TUNWIN_RTT_H

#include <linux/types.h>

/* Samples that are under way at a time, spread over a round trip. */
#define TUNWIN_RTT_MARKS	4

/* What went to an end, by the number behind the data or the timestamp, and when. */
struct tunwin_rtt_mark {
	__u32 number;
	__u32 us;
};

/**
 * struct tunwin_rtt - round trips to one end
 * @min_us: the shortest, 0 while there is none
 * @smoothed_us: as RFC 6298 smooths (1/8), 0 while there is none
 * @before_us, @since_us: the shortest of the period before this one, and of this one so far
 * @period_us: when this one began
 * @mark, @first, @count: data that was not acknowledged yet, a ring
 * @seen_stamp: the last timestamp that went there, if @has_seen_stamp
 * @stamp, @first_stamp, @stamps: timestamps that were not echoed yet, a ring
 * @clocked: a bit for each of them: the end had reason to answer it at once
 */
struct tunwin_rtt {
	__u32 min_us;
	__u32 smoothed_us;
	__u32 before_us;
	__u32 since_us;
	__u32 period_us;
	struct tunwin_rtt_mark mark[TUNWIN_RTT_MARKS];
	__u32 seen_stamp;
	struct tunwin_rtt_mark stamp[TUNWIN_RTT_MARKS];
	__u8 first;
	__u8 count;
	__u8 first_stamp;
	__u8 stamps;
	__u8 clocked;
	bool has_seen_stamp;
};

__u32 tunwin_rtt_recent(const struct tunwin_rtt *rtt);
void tunwin_rtt_sent(struct tunwin_rtt *rtt, __u32 number, __u32 now_us);
void tunwin_rtt_acked(struct tunwin_rtt *rtt, __u32 ack, __u32 now_us);
void tunwin_rtt_spoil(struct tunwin_rtt *rtt);
void tunwin_rtt_stamp_spoil(struct tunwin_rtt *rtt, __u32 stamp);
void tunwin_rtt_stamped(struct tunwin_rtt *rtt, __u32 stamp, bool clocked, __u32 now_us);
void tunwin_rtt_echoed(struct tunwin_rtt *rtt, __u32 echo, __u32 now_us);

#endif
