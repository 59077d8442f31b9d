/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How many retransmissions of a direction are a round trip old.
 *
 * A receiver reports data that arrives twice (DSACK, RFC 2883). The report comes a round trip after
 * the retransmission. So only of retransmissions that are older than that can be said whether they
 * were needed. They come in bursts: their age cannot be told from how many there are.
 */
#ifndef TUNWIN_ANSWERED_H
#define TUNWIN_ANSWERED_H

#include <linux/types.h>

/**
 * struct tunwin_answered - when segments of a direction were retransmitted
 *
 * Retransmissions are counted in rounds. A round begins with a retransmission, a round trip or more
 * after the round before it began.
 *
 * @last_us: the time of the last retransmission
 * @round_us: the time at which the last round began
 * @before: retransmissions before the last round
 * @earlier: those that were a round trip old when the last round began
 */
struct tunwin_answered {
	__u32 last_us;
	__u32 round_us;
	__u32 before;
	__u32 earlier;
};

void tunwin_answered_add(struct tunwin_answered *answered, __u32 before, __u32 rtt_us,
			 __u32 now_us);
__u32 tunwin_answered_count(const struct tunwin_answered *answered, __u32 total, __u32 rtt_us,
			    __u32 now_us);

#endif
