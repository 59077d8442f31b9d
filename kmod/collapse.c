// SPDX-License-Identifier: GPL-2.0
#include "collapse.h"

#define NSEC_PER_USEC_	1000ULL
#define NSEC_PER_SEC_	1000000000ULL

/*
 * What comes and goes is reported again after five seconds, and after twice as long each time, up
 * to a minute or two; when it has been away for that long it begins anew.
 */
#define AGAIN_NS	(5 * NSEC_PER_SEC_)
#define AGAIN_TIMES	5

/* One that has not limited its flow for so long matters no longer. */
#define FORGOTTEN_NS	(60 * NSEC_PER_SEC_)

/* Low for so many round trips, and so long at least: a burst of losses is repaired by then. */
#define ROUNDS	4
#define LOW_MIN_NS	NSEC_PER_SEC_

/**
 * tunwin_again_may_be() - may something that was over be reported again?
 * @again: its record; all zero before the first time
 * @now_ns: the time
 */
bool tunwin_again_may_be(const struct tunwin_again *again, __u64 now_ns)
{
	return !again->times || now_ns - again->cleared_ns >= AGAIN_NS << (again->times - 1);
}

/**
 * tunwin_again_is_fresh() - must it be remembered that something has come and gone?
 * @again: its record
 * @now_ns: the time
 */
bool tunwin_again_is_fresh(const struct tunwin_again *again, __u64 now_ns)
{
	return again->times && now_ns - again->cleared_ns < 2 * (AGAIN_NS << again->times);
}

/**
 * tunwin_again_over() - it is over
 * @again: its record
 * @now_ns: the time
 */
void tunwin_again_over(struct tunwin_again *again, __u64 now_ns)
{
	if (again->times && now_ns - again->cleared_ns >= 2 * (AGAIN_NS << AGAIN_TIMES))
		again->times = 0;
	again->cleared_ns = now_ns;
	if (again->times < AGAIN_TIMES)
		again->times++;
}

static bool is_below(__u32 bytes, __u32 reference_bytes, __u32 percent)
{
	return (__u64)bytes * 100 <= (__u64)reference_bytes * percent;
}

/**
 * tunwin_collapse_patience_ns() - how long something must be so before it is worth an alert
 * @rtt_us: the round trip, 0 if unknown
 */
__u64 tunwin_collapse_patience_ns(__u32 rtt_us)
{
	__u64 rounds_ns = rtt_us * NSEC_PER_USEC_ * ROUNDS;

	return rounds_ns < LOW_MIN_NS ? LOW_MIN_NS : rounds_ns;
}

static enum tunwin_verdict clear(struct tunwin_collapse *collapse, __u32 former_bytes,
				 __u64 now_ns)
{
	collapse->reference_bytes = 0;
	collapse->by_need = false;
	collapse->former_bytes = former_bytes;
	collapse->low_ns = 0;
	tunwin_again_over(&collapse->again, now_ns);
	return TUNWIN_VERDICT_CLEARED;
}

/* It has collapsed: is that over? */
static enum tunwin_verdict look_again(struct tunwin_collapse *collapse,
				      const struct tunwin_collapse_facts *facts)
{
	/* The user may have changed his mind about the rate. */
	if (collapse->by_need) {
		if (!facts->reference_bytes)
			return clear(collapse, 0, facts->now_ns);
		collapse->reference_bytes = facts->reference_bytes;
	}
	if (!is_below(facts->window_bytes, collapse->reference_bytes, 2 * facts->ratio_percent))
		return clear(collapse, 0, facts->now_ns);
	if (facts->limited_ns != collapse->limited_ns) {
		collapse->limited_ns = facts->limited_ns;
		collapse->low_ns = facts->now_ns;
	}
	if (facts->now_ns - collapse->low_ns >= FORGOTTEN_NS)
		return clear(collapse, collapse->by_need ? 0 : collapse->reference_bytes,
			     facts->now_ns);
	return TUNWIN_VERDICT_SAME;
}

/**
 * tunwin_collapse_look() - has the window collapsed, or recovered?
 * @collapse: the direction's state; all zero before the first call
 * @facts: what is seen now
 *
 * To be called about twice a second while the window is low, and until it has recovered.
 *
 * A window that is small because little arrives is none that limits the flow, and therefore not
 * collapsed, however small; so it must have limited the flow for half of the time that it was low,
 * and it matters no longer when it has not for a minute. What it has collapsed from is kept until
 * it recovers: otherwise, a minute later, the little window would be all that it ever was.
 */
enum tunwin_verdict tunwin_collapse_look(struct tunwin_collapse *collapse,
					 const struct tunwin_collapse_facts *facts)
{
	__u32 reference_bytes = facts->reference_bytes;
	__u64 low_ns, limited_ns;

	if (collapse->reference_bytes)
		return look_again(collapse, facts);

	if (!is_below(facts->window_bytes, collapse->former_bytes, 2 * facts->ratio_percent))
		collapse->former_bytes = 0;
	if (reference_bytes < collapse->former_bytes)
		reference_bytes = collapse->former_bytes;
	if (!reference_bytes ||
	    !is_below(facts->window_bytes, reference_bytes, facts->ratio_percent)) {
		collapse->low_ns = 0;
		return TUNWIN_VERDICT_SAME;
	}
	if (!collapse->low_ns) {
		collapse->low_ns = facts->now_ns;
		collapse->limited_ns = facts->limited_ns;
		return TUNWIN_VERDICT_SAME;
	}
	low_ns = facts->now_ns - collapse->low_ns;
	limited_ns = facts->limited_ns - collapse->limited_ns;
	if (low_ns < tunwin_collapse_patience_ns(facts->rtt_us))
		return TUNWIN_VERDICT_SAME;
	if (limited_ns < low_ns / 2) {
		/* From here on anew, or the time at rest would outweigh what comes. */
		collapse->low_ns = facts->now_ns;
		collapse->limited_ns = facts->limited_ns;
		return TUNWIN_VERDICT_SAME;
	}
	if (!tunwin_again_may_be(&collapse->again, facts->now_ns))
		return TUNWIN_VERDICT_SAME;
	collapse->reference_bytes = reference_bytes;
	collapse->by_need = facts->by_need && reference_bytes == facts->reference_bytes;
	collapse->low_ns = facts->now_ns;
	collapse->limited_ns = facts->limited_ns;
	return TUNWIN_VERDICT_RAISED;
}
