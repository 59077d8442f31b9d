// SPDX-License-Identifier: GPL-2.0
#include "rtt.h"
#include "sequence.h"

/* Longer is not believed: the times wrap, and an end that slept is not a path. */
#define SAMPLE_MAX_US	(600U * 1000000)

/* Of a path whose queues fill and empty, how long the shortest round trip is believed. */
#define PERIOD_US	1000000U

static __u32 shorter(__u32 a_us, __u32 b_us)
{
	return a_us < b_us ? a_us : b_us;
}

static void sample(struct tunwin_rtt *rtt, __u32 us, __u32 now_us, bool clocked)
{
	if (us > SAMPLE_MAX_US)
		return;
	/* An end that had no reason to answer at once has taken its time. */
	if (!clocked && us > PERIOD_US + 4ULL * rtt->min_us)
		return;
	if (!us)
		us = 1;
	if (!rtt->since_us || now_us - rtt->period_us >= PERIOD_US) {
		rtt->before_us = rtt->since_us;
		rtt->since_us = us;
		rtt->period_us = now_us;
	}
	rtt->since_us = shorter(rtt->since_us, us);
	if (!rtt->min_us || us < rtt->min_us)
		rtt->min_us = us;
	if (!rtt->smoothed_us)
		rtt->smoothed_us = us;
	else if (clocked)
		rtt->smoothed_us += ((__s32)us - (__s32)rtt->smoothed_us) / 8;
	if (!rtt->smoothed_us)
		rtt->smoothed_us = 1;
}

/**
 * tunwin_rtt_recent() - the shortest round trip of the last second or two
 * @rtt: the round trips to the end
 *
 * Unlike the smoothed one it takes in what an end answered that need not have answered at once: of
 * many answers the soonest was at once.
 *
 * Return: it, 0 if there was none ever.
 */
__u32 tunwin_rtt_recent(const struct tunwin_rtt *rtt)
{
	return rtt->before_us ? shorter(rtt->before_us, rtt->since_us) : rtt->since_us;
}

/**
 * tunwin_rtt_sent() - data goes to the end
 * @rtt: the round trips to it; all zero before the first call
 * @number: the number behind the data
 * @now_us: the time
 */
void tunwin_rtt_sent(struct tunwin_rtt *rtt, __u32 number, __u32 now_us)
{
	__u32 newest = (rtt->first + rtt->count + TUNWIN_RTT_MARKS - 1) % TUNWIN_RTT_MARKS;

	if (rtt->count == TUNWIN_RTT_MARKS ||
	    (rtt->count && now_us - rtt->mark[newest].us < rtt->smoothed_us / TUNWIN_RTT_MARKS))
		return;
	newest = (newest + 1) % TUNWIN_RTT_MARKS;
	rtt->mark[newest].number = number;
	rtt->mark[newest].us = now_us;
	rtt->count++;
}

/**
 * tunwin_rtt_acked() - an acknowledgment comes from the end
 * @rtt: the round trips to it
 * @ack: the acknowledgment
 * @now_us: the time
 */
void tunwin_rtt_acked(struct tunwin_rtt *rtt, __u32 ack, __u32 now_us)
{
	const struct tunwin_rtt_mark *last = NULL;

	while (rtt->count && !tunwin_sequence_before(ack, rtt->mark[rtt->first].number)) {
		last = &rtt->mark[rtt->first];
		rtt->first = (rtt->first + 1) % TUNWIN_RTT_MARKS;
		rtt->count--;
	}
	/* It answers the last of what it acknowledges, and had waited for that. */
	if (last)
		sample(rtt, now_us - last->us, now_us, true);
}

/**
 * tunwin_rtt_spoil() - the acknowledgment that comes next may be of something else
 * @rtt: the round trips to the end
 *
 * To be called when data is sent again, or leaves a hole that delays the acknowledgment of what
 * comes behind it (Karn's rule, RFC 6298, 3).
 */
void tunwin_rtt_spoil(struct tunwin_rtt *rtt)
{
	rtt->count = 0;
}

/**
 * tunwin_rtt_stamp_spoil() - a timestamp goes to an end with data that passes again
 * @rtt: the round trips to it
 * @stamp: the timestamp
 *
 * It may be the one that is echoed, before what passes with the same timestamp later.
 */
void tunwin_rtt_stamp_spoil(struct tunwin_rtt *rtt, __u32 stamp)
{
	rtt->seen_stamp = stamp;
	rtt->has_seen_stamp = true;
}

/**
 * tunwin_rtt_stamped() - a timestamp goes to an end
 * @rtt: the round trips to it
 * @stamp: the timestamp (RFC 7323, TSval)
 * @clocked: it has reason to send at once: it waits for acknowledgments
 * @now_us: the time
 *
 * An end that receives data echoes its timestamp in the acknowledgment, also when some of it was
 * lost. An end that sends data is clocked by acknowledgments: what it sends next echoes the
 * timestamp of the one that let it. One that was not waiting may take its time, so then the
 * sample counts for the minimum alone. Of several with the same timestamp the first counts, so a
 * sample is at most one tick of the other end's clock too long and never too short.
 */
void tunwin_rtt_stamped(struct tunwin_rtt *rtt, __u32 stamp, bool clocked, __u32 now_us)
{
	__u32 newest = (rtt->first_stamp + rtt->stamps + TUNWIN_RTT_MARKS - 1) % TUNWIN_RTT_MARKS;
	bool again = (rtt->has_seen_stamp && rtt->seen_stamp == stamp) ||
		     (rtt->stamps && rtt->stamp[newest].number == stamp);

	tunwin_rtt_stamp_spoil(rtt, stamp);
	/* One that is never echoed does not stand in the way of others. */
	if (rtt->stamps == TUNWIN_RTT_MARKS &&
	    now_us - rtt->stamp[rtt->first_stamp].us > PERIOD_US + 4 * rtt->smoothed_us) {
		rtt->first_stamp = (rtt->first_stamp + 1) % TUNWIN_RTT_MARKS;
		rtt->stamps--;
	}
	/* The first that has it may be what is answered. */
	if (again || rtt->stamps == TUNWIN_RTT_MARKS ||
	    (rtt->stamps &&
	     now_us - rtt->stamp[newest].us < rtt->smoothed_us / TUNWIN_RTT_MARKS))
		return;
	newest = (newest + 1) % TUNWIN_RTT_MARKS;
	rtt->stamp[newest].number = stamp;
	rtt->stamp[newest].us = now_us;
	rtt->clocked &= ~(1U << newest);
	rtt->clocked |= clocked << newest;
	rtt->stamps++;
}

/**
 * tunwin_rtt_echoed() - a timestamp is echoed by new data from the end
 * @rtt: the round trips to it
 * @echo: the timestamp (RFC 7323, TSecr)
 * @now_us: the time
 *
 * A later echo than the one that is waited for tells nothing: the end had no reason to send before.
 */
void tunwin_rtt_echoed(struct tunwin_rtt *rtt, __u32 echo, __u32 now_us)
{
	while (rtt->stamps && !tunwin_sequence_before(echo, rtt->stamp[rtt->first_stamp].number)) {
		const struct tunwin_rtt_mark *stamp = &rtt->stamp[rtt->first_stamp];

		if (echo == stamp->number)
			sample(rtt, now_us - stamp->us, now_us,
			       rtt->clocked & 1U << rtt->first_stamp);
		rtt->first_stamp = (rtt->first_stamp + 1) % TUNWIN_RTT_MARKS;
		rtt->stamps--;
	}
}
