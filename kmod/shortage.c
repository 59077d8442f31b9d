// SPDX-License-Identifier: GPL-2.0
#include <linux/math64.h>

#include "shortage.h"

#define NSEC_PER_SEC_	1000000000ULL

/*
 * What comes again within this time is the same shortage: it is longer than a sender with a full
 * window takes to fill the buffers again, and than drivers take to read their cards.
 */
#define CALM_NS		(10 * NSEC_PER_SEC_)

/* A sender that has not given up sends again every two minutes at least (TCP_RTO_MAX). */
#define STALLED_MAX_NS	(150 * NSEC_PER_SEC_)

/* A flow is silent that is for so long, and for two round trips; */
#define SILENCE_NS	(NSEC_PER_SEC_ / 5)

/* and it is because of what it has lost if that was no longer before. */
#define LOST_NS		(5 * NSEC_PER_SEC_ / 2)

/*
 * Of so many readings the counter may tell what a card holds: our own, and the driver's and a
 * person's between.
 */
#define READINGS_ALL	10

static __u64 smaller(__u64 a, __u64 b)
{
	return a < b ? a : b;
}

static __u64 step(__u64 from, __u64 to)
{
	return to > from ? to - from : 0;
}

/**
 * tunwin_register_read() - how much has a counter counted since it was read last?
 * @reg: what is remembered of it; all zero before the first call
 * @at: what it stands at, and at once after that, and once more; if the second is as the first, the
 *	third may be a copy
 *
 * A driver adds to its counter what it reads from its card, whose register is cleared by that. That
 * of some cards is not, emulated ones for one, so that each reading, whoever makes it, adds all
 * that was ever counted: the counter grows without end. Two readings with nothing between tell such
 * a card, since then the second one adds as much as the first, and what it adds is the true count.
 * The driver may read its card itself in between, and its reading adds as much again: of three
 * readings the two count that have less between them. (A card that loses packets at this very
 * moment adds a little to the next reading as well, but of what it lost in between a small part.)
 * What the register held at the first reading is from before; when it holds less than it did, the
 * card was set back, or does not keep it after all, if much more has come than readings of what it
 * held explain.
 *
 * Return: the events since, 0 the first time.
 */
__u64 tunwin_register_read(struct tunwin_register *reg, const __u64 at[TUNWIN_REGISTER_READINGS])
{
	bool later = step(at[1], at[2]) < step(at[0], at[1]);
	__u64 moved = at[0] >= reg->last ? step(reg->last, at[2]) : 0;
	__u64 held = step(at[later], at[later + 1]);
	bool keeps = held && (reg->keeps ? held >= reg->held : moved <= held * READINGS_ALL);
	__u64 events = moved;

	if (keeps)
		events = held > reg->held ? held - reg->held : 0;
	else if (reg->keeps && moved <= reg->held * READINGS_ALL)
		events = held;
	/* A counter that was set back begins anew. */
	if (!reg->begun || at[0] < reg->last)
		events = 0;
	reg->last = at[2];
	reg->held = keeps || reg->keeps || !reg->begun ? held : 0;
	reg->keeps = keeps;
	reg->begun = true;
	return events;
}

static void begin(struct tunwin_shortage *shortage, const struct tunwin_shortage_look *look)
{
	*shortage = (struct tunwin_shortage){
		.start_ns = look->first_ns ? look->first_ns : look->now_ns,
		.slack_ns = look->first_ns ? 0 : look->now_ns - look->since_ns,
		.open = true,
	};
}

static void add(struct tunwin_shortage *shortage, const struct tunwin_shortage_look *look)
{
	__u64 interval_ns = look->now_ns - look->since_ns, pps = 0;

	/* A rate over a moment says nothing. */
	if (interval_ns >= NSEC_PER_SEC_ / 10)
		pps = look->packets >= ~0ULL / NSEC_PER_SEC_ ? ~0ULL :
		      div64_u64(look->packets * NSEC_PER_SEC_, interval_ns);
	if (pps > shortage->peak_pps)
		shortage->peak_pps = pps;
	shortage->packets += look->packets;
	shortage->last_ns = look->last_ns ? look->last_ns : look->now_ns;
}

/**
 * tunwin_shortage_look() - has a shortage begun, or is it over?
 * @shortage: the device's; all zero before the first call
 * @look: what has happened since the last look
 *
 * It begins with the first packet that finds no buffer, and has ended with the last one. That it
 * was the last one is known when there was none for ten seconds and every flow that lost some has
 * moved since: a sender whose segments are lost again and again waits twice as long each time, and
 * so long nothing is lost, although nothing is better.
 *
 * Return: what is new. After TUNWIN_SHORTAGE_ENDED @shortage tells of the one that is over until
 * the next look.
 */
enum tunwin_shortage_verdict tunwin_shortage_look(struct tunwin_shortage *shortage,
						  const struct tunwin_shortage_look *look)
{
	__u64 calm_ns = look->stalled ? STALLED_MAX_NS : CALM_NS;

	if (look->packets) {
		bool new = !shortage->open;

		if (new)
			begin(shortage, look);
		add(shortage, look);
		return new ? TUNWIN_SHORTAGE_BEGUN : TUNWIN_SHORTAGE_SAME;
	}
	if (!shortage->open ||
	    look->now_ns - smaller(look->now_ns, shortage->last_ns) < calm_ns)
		return TUNWIN_SHORTAGE_SAME;
	shortage->open = false;
	return TUNWIN_SHORTAGE_ENDED;
}

/**
 * tunwin_shortage_is_silence() - does a flow stand still since its last packet?
 * @facts: of the flow and of its device
 *
 * Where everything is lost no hole tells of it. A flow that has just lost some, and of which
 * nothing came any more while buffers were still short, is taken to stand still. One that was
 * heard of after the last packet that found no buffer has nothing to wait for.
 */
bool tunwin_shortage_is_silence(const struct tunwin_shortage_silence *facts)
{
	__u64 patience_ns = 2000ULL * facts->rtt_us;

	if (patience_ns < SILENCE_NS)
		patience_ns = SILENCE_NS;
	return facts->now_ns > facts->heard_ns + patience_ns &&
	       facts->refused_ns > facts->heard_ns && facts->heard_ns < facts->lost_ns + LOST_NS;
}
