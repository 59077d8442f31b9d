// SPDX-License-Identifier: GPL-2.0
#include "alarm.h"

#define NSEC_PER_SEC_	1000000000ULL

/* What is no longer so for this long is over. */
#define SOON_NS		(1 * NSEC_PER_SEC_)
#define LATER_NS	(10 * NSEC_PER_SEC_)
#define MINUTE_NS	(60 * NSEC_PER_SEC_)

/*
 * A retransmission timer runs out after 200 ms or a second and doubles each time (RFC 6298), so two
 * seconds and eight round trips are three losses of the same segment at least.
 */
#define STALL_PATIENCES	2

/**
 * tunwin_alarm_stall_ns() - how long data must be sent in vain to be worth an alert
 * @rtt_us: the round trip, 0 if unknown
 */
__u64 tunwin_alarm_stall_ns(__u32 rtt_us)
{
	return STALL_PATIENCES * tunwin_collapse_patience_ns(rtt_us);
}

/*
 * A sender that has not given up asks, or sends again, every two minutes at least (TCP_RTO_MAX).
 * One of which nothing has passed for longer has, or goes another way.
 */
#define QUIET_NS	(150 * NSEC_PER_SEC_)

/**
 * tunwin_spell_look() - has something been so for long enough, or no longer so?
 * @spell: its state; all zero before the first call
 * @so: it is so now
 * @now_ns: the time
 * @patience_ns: how long it must be so without interruption to be raised
 * @calm_ns: how long it must not be so to be cleared
 */
enum tunwin_verdict tunwin_spell_look(struct tunwin_spell *spell, bool so, __u64 now_ns,
				      __u64 patience_ns, __u64 calm_ns)
{
	if (so) {
		if (!spell->since_ns)
			spell->since_ns = now_ns;
		spell->last_ns = now_ns;
		if (spell->raised || now_ns - spell->since_ns < patience_ns ||
		    !tunwin_again_may_be(&spell->again, now_ns))
			return TUNWIN_VERDICT_SAME;
		spell->raised = true;
		return TUNWIN_VERDICT_RAISED;
	}
	if (!spell->raised) {
		spell->since_ns = 0;
		return TUNWIN_VERDICT_SAME;
	}
	if (now_ns - spell->last_ns < calm_ns)
		return TUNWIN_VERDICT_SAME;
	spell->raised = false;
	spell->since_ns = 0;
	tunwin_again_over(&spell->again, now_ns);
	return TUNWIN_VERDICT_CLEARED;
}

/* @since_ns: when it began, 0: when it was first looked at */
static struct tunwin_alarm_change judge(struct tunwin_alarm *alarm, enum tunwin_alarm_code code,
					bool so, __u64 since_ns, __u64 patience_ns, __u64 calm_ns,
					__u64 now_ns)
{
	struct tunwin_spell *spell = &alarm->spell[code];
	struct tunwin_alarm_change change = {
		.verdict = tunwin_spell_look(spell, so, now_ns, patience_ns, calm_ns),
	};

	change.since_ns = since_ns ? since_ns : spell->since_ns;
	return change;
}

static struct tunwin_alarm_change judge_window(struct tunwin_alarm *alarm,
					       const struct tunwin_alarm_look *look)
{
	struct tunwin_collapse_facts facts = {
		.now_ns = look->now_ns,
		.limited_ns = alarm->limited_ns,
		.window_bytes = look->window_bytes,
		.reference_bytes = look->peak_bytes > look->needed_bytes ? look->peak_bytes :
									   look->needed_bytes,
		.rtt_us = look->rtt_us,
		.ratio_percent = look->ratio_percent,
		.by_need = look->needed_bytes >= look->peak_bytes,
	};
	struct tunwin_alarm_change change = { .since_ns = alarm->collapse.low_ns };

	/* A window of unknown scale is no number. */
	if (look->window_known)
		change.verdict = tunwin_collapse_look(&alarm->collapse, &facts);
	return change;
}

/*
 * The time since the last look in which the window was the limit. What the account says of the
 * present round may be taken back. A window that is closed while data is under way is the limit of
 * what is sent again, whatever became of that.
 */
static __u64 limited_since(const struct tunwin_alarm *alarm, const struct tunwin_alarm_look *look)
{
	if (!alarm->look_ns || look->quiet_ns > QUIET_NS)
		return 0;
	if (look->zero_since_ns && look->outstanding)
		return look->now_ns - alarm->look_ns;
	return look->rwnd_ns > alarm->rwnd_ns ? look->rwnd_ns - alarm->rwnd_ns : 0;
}

/**
 * tunwin_alarm_is_raised() - is it so, by the last look?
 * @alarm: the direction's state
 * @code: what
 */
bool tunwin_alarm_is_raised(const struct tunwin_alarm *alarm, enum tunwin_alarm_code code)
{
	return code == TUNWIN_ALARM_WINDOW_COLLAPSE ? alarm->collapse.reference_bytes :
						      alarm->spell[code].raised;
}

/* What was so when the last packet passed, and is not known to be so any more, is left out. */
static struct tunwin_alarm_look still_so(const struct tunwin_alarm_look *look)
{
	struct tunwin_alarm_look still = *look;

	if (look->quiet_ns > QUIET_NS) {
		still.zero_since_ns = 0;
		still.stuck_since_ns = 0;
		still.size_loss_bytes = 0;
	}
	return still;
}

/**
 * tunwin_alarm_look() - what about this direction is worth an alert, or no longer?
 * @alarm: the direction's state; all zero before the first call
 * @seen: what is seen now
 * @change: filled in, by code
 *
 * To be called about twice a second from when something is remarkable until nothing is.
 *
 * Return: whether anything is remarkable, so that it must be looked at again.
 */
bool tunwin_alarm_look(struct tunwin_alarm *alarm, const struct tunwin_alarm_look *seen,
		       struct tunwin_alarm_change change[TUNWIN_ALARMS])
{
	const struct tunwin_alarm_look still = still_so(seen), *look = &still;
	__u64 patience_ns = tunwin_collapse_patience_ns(look->rtt_us), now_ns = look->now_ns;
	__u64 limited_ns = limited_since(alarm, look);
	bool limited = alarm->look_ns && limited_ns > (now_ns - alarm->look_ns) / 2;
	bool shrunk = look->retreats != alarm->retreats;
	bool closed = look->zero_since_ns && now_ns - look->zero_since_ns >= patience_ns;
	/* Into a closed window it is sent in vain for that. */
	bool stuck = look->stuck_since_ns && !look->zero_since_ns &&
		     now_ns - look->stuck_since_ns >= tunwin_alarm_stall_ns(look->rtt_us);
	bool remarkable = limited || shrunk || look->zero_since_ns || look->stuck_since_ns ||
			  look->size_loss_bytes || alarm->collapse.reference_bytes ||
			  (alarm->collapse.low_ns &&
			   alarm->collapse.limited_ns != alarm->limited_ns) ||
			  tunwin_again_is_fresh(&alarm->collapse.again, now_ns);
	int code;

	alarm->limited_ns += limited_ns;
	if (look->bloat_permille)
		alarm->bloat_permille = look->bloat_permille;
	change[TUNWIN_ALARM_WINDOW_COLLAPSE] = judge_window(alarm, look);
	change[TUNWIN_ALARM_ZERO_WINDOW] =
		judge(alarm, TUNWIN_ALARM_ZERO_WINDOW, closed && limited, look->zero_since_ns, 0,
		      SOON_NS, now_ns);
	change[TUNWIN_ALARM_WINDOW_SHRUNK] =
		judge(alarm, TUNWIN_ALARM_WINDOW_SHRUNK, shrunk, 0, 0, MINUTE_NS, now_ns);
	change[TUNWIN_ALARM_BLOAT] =
		judge(alarm, TUNWIN_ALARM_BLOAT, limited && alarm->bloat_permille &&
		      alarm->bloat_permille <= TUNWIN_ALARM_BLOAT_PERMILLE, 0, patience_ns,
		      LATER_NS, now_ns);
	change[TUNWIN_ALARM_WSCALE_NONE] =
		judge(alarm, TUNWIN_ALARM_WSCALE_NONE, limited && look->scale_none, 0, patience_ns,
		      LATER_NS, now_ns);
	change[TUNWIN_ALARM_SIZE_LOSS] =
		judge(alarm, TUNWIN_ALARM_SIZE_LOSS, look->size_loss_bytes, look->stuck_since_ns,
		      patience_ns, SOON_NS, now_ns);
	/* What is lost for its size is told by that name. */
	change[TUNWIN_ALARM_STALL] =
		judge(alarm, TUNWIN_ALARM_STALL, stuck && !look->size_loss_bytes,
		      look->stuck_since_ns, 0, SOON_NS, now_ns);

	for (code = 0; code < TUNWIN_ALARMS; code++)
		remarkable |= alarm->spell[code].raised ||
			      tunwin_again_is_fresh(&alarm->spell[code].again, now_ns);
	alarm->look_ns = now_ns;
	alarm->rwnd_ns = look->rwnd_ns;
	alarm->retreats = look->retreats;
	return remarkable;
}
