// SPDX-License-Identifier: GPL-2.0
#include "answered.h"

/**
 * tunwin_answered_count() - how many retransmissions are a round trip old
 * @answered: of the direction
 * @total: all its retransmissions
 * @rtt_us: the round trip from sender to receiver
 * @now_us: the time; it wraps
 *
 * At most those of the last three round trips are left out. 71 minutes after the last
 * retransmission, when the time has wrapped, they are left out once more for a round trip.
 *
 * Return: a number that is never too large while round trips do not become longer
 */
__u32 tunwin_answered_count(const struct tunwin_answered *answered, __u32 total, __u32 rtt_us,
			    __u32 now_us)
{
	if (!total || now_us - answered->last_us >= rtt_us)
		return total;
	return now_us - answered->round_us >= rtt_us ? answered->before : answered->earlier;
}

/**
 * tunwin_answered_add() - segments of the direction are retransmitted
 * @answered: of the direction, zero at first
 * @before: how many were retransmitted before these; 0 for the first ones alone
 * @rtt_us: the round trip from sender to receiver
 * @now_us: the time; it wraps
 */
void tunwin_answered_add(struct tunwin_answered *answered, __u32 before, __u32 rtt_us,
			 __u32 now_us)
{
	if (!before || now_us - answered->round_us >= rtt_us) {
		answered->earlier = tunwin_answered_count(answered, before, rtt_us, now_us);
		answered->before = before;
		answered->round_us = now_us;
	}
	answered->last_us = now_us;
}
