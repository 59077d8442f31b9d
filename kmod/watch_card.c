// SPDX-License-Identifier: GPL-2.0
/*
 * Asks drivers what their cards have counted, for watch_buffer.c. To read a card takes RTNL, and
 * the driver's own locks: it is done only where something hints at a shortage, less and less often
 * if there was none, and else every ten seconds.
 */
#include <linux/ktime.h>
#include <linux/rtnetlink.h>

#include "buffer.h"
#include "card.h"
#include "watch.h"

/* Asked in vain so often, a driver is asked every two seconds only. */
#define VAIN_MAX	4
#define VAIN_NS		(2ULL * NSEC_PER_SEC)

/* Of buffers that a driver did not get nothing else may tell: so often it is asked in any case. */
#define ROUTINE_NS	(10ULL * NSEC_PER_SEC)

static void take(struct tunwin_buffer *buffer, enum tunwin_buffer_source source, u64 first,
		 u64 second, u64 third, u64 now_ns)
{
	const u64 at[TUNWIN_REGISTER_READINGS] = { first, second, third };
	struct tunwin_buffer_count *count = &buffer->count[source];
	u64 events = tunwin_register_read(&buffer->reg[source], at);

	count->known = true;
	if (!events)
		return;
	count->packets[0] += events;
	if (!count->first_ns)
		count->first_ns = now_ns;
	count->last_ns = now_ns;
}

/* What the driver itself counts is of no register. */
static void take_counter(struct tunwin_buffer *buffer, enum tunwin_buffer_source source, u64 value,
			 u64 now_ns)
{
	take(buffer, source, value, value, value, now_ns);
}

/* @look_ns: when the look began in which the card was read */
static void take_all(struct tunwin_buffer *buffer,
		     const struct tunwin_card card[TUNWIN_REGISTER_READINGS], u64 look_ns)
{
	const struct tunwin_card *again = &card[2];
	u64 now_ns = ktime_get_ns();

	buffer->unread_ns = buffer->read_ns;
	buffer->read_ns = look_ns;
	take(buffer, TUNWIN_BUFFER_SOURCE_MISSED, card[0].missed, card[1].missed, card[2].missed,
	     now_ns);
	take(buffer, TUNWIN_BUFFER_SOURCE_FIFO, card[0].fifo, card[1].fifo, card[2].fifo, now_ns);
	take(buffer, TUNWIN_BUFFER_SOURCE_OVER, card[0].over, card[1].over, card[2].over, now_ns);
	take_counter(buffer, TUNWIN_BUFFER_SOURCE_DROPPED, again->dropped, now_ns);
	if (again->has_alloc)
		take_counter(buffer, TUNWIN_BUFFER_SOURCE_ALLOC, again->alloc, now_ns);
	if (again->overruns != ~0ULL)
		take_counter(buffer, TUNWIN_BUFFER_SOURCE_QUEUE_OVERRUN, again->overruns, now_ns);
	if (again->queue_alloc != ~0ULL)
		take_counter(buffer, TUNWIN_BUFFER_SOURCE_QUEUE_ALLOC, again->queue_alloc, now_ns);
}

/* Do its counters differ from what they were when they were taken? */
static bool has_moved(const struct tunwin_buffer *buffer, const struct tunwin_card *card)
{
	return card->missed != buffer->reg[TUNWIN_BUFFER_SOURCE_MISSED].last ||
	       card->fifo != buffer->reg[TUNWIN_BUFFER_SOURCE_FIFO].last ||
	       card->over != buffer->reg[TUNWIN_BUFFER_SOURCE_OVER].last ||
	       card->dropped != buffer->reg[TUNWIN_BUFFER_SOURCE_DROPPED].last;
}

static bool is_due(const struct tunwin_buffer *buffer, u64 now_ns, bool pages_failing)
{
	struct tunwin_card card;
	bool hint;

	/* What a tunnel counts by these names is something else (tunnel-drop). */
	if (buffer->place.is_tunnel)
		return false;
	tunwin_card_glance(buffer->dev, &card);
	/* What it has counted before we came is not to be found out when something happens. */
	hint = !buffer->read || has_moved(buffer, &card) || buffer->shortage.open ||
	       pages_failing || now_ns - buffer->lost_ns < TUNWIN_WATCH_LAG_NS;
	/* Pages fail rarely, and then a driver may fail to get one at any time. */
	if (hint && (pages_failing || buffer->vain < VAIN_MAX ||
		     now_ns - buffer->asked_ns >= VAIN_NS))
		return true;
	return now_ns - buffer->asked_ns >= ROUTINE_NS && netif_running(buffer->dev);
}

struct asking {
	u64 now_ns;
	bool pages_failing;
	bool due;
	bool ask;
};

static u64 events_of_card(const struct tunwin_buffer *buffer)
{
	u64 events = 0;
	int source;

	for (source = TUNWIN_BUFFER_DROPS; source < TUNWIN_BUFFER_SOURCES; source++)
		if (source != TUNWIN_BUFFER_SOURCE_DROPPED)
			events += buffer->count[source].packets[0];
	return events;
}

static int ask_card(struct tunwin_buffer *buffer, void *arg)
{
	struct asking *asking = arg;
	struct tunwin_card card[TUNWIN_REGISTER_READINGS];
	bool asked, vain;
	u64 before;

	if (!is_due(buffer, asking->now_ns, asking->pages_failing))
		return 0;
	asking->due = true;
	if (!asking->ask)
		return 1;
	asked = tunwin_card_read(buffer->dev, card);
	/* What it held before is known from the second time on, and not from glances. */
	if (asked && !buffer->read) {
		memset(buffer->reg, 0, sizeof(buffer->reg));
		take_all(buffer, card, asking->now_ns);
		asked = tunwin_card_read(buffer->dev, card);
	}
	if (!asked) {
		buffer->asked_ns = asking->now_ns;
		buffer->vain++;
		/* What glances tell says nothing of a register that has been read. */
		if (buffer->read)
			return 0;
		/* What the kernel knows without it. */
		tunwin_card_glance(buffer->dev, &card[0]);
		card[1] = card[0];
		card[2] = card[0];
		take_all(buffer, card, asking->now_ns);
		return 0;
	}
	before = events_of_card(buffer);
	take_all(buffer, card, asking->now_ns);
	vain = events_of_card(buffer) == before;
	buffer->read = true;
	buffer->asked_ns = asking->now_ns;
	buffer->vain = vain ? buffer->vain + 1 : 0;
	if (vain)
		buffer->well_ns = asking->now_ns;
	return 0;
}

/* Not waited for: if somebody else has RTNL, the next look will do. */
void tunwin_watch_card_ask(u64 now_ns, bool pages_failing)
{
	struct asking asking = { .now_ns = now_ns, .pages_failing = pages_failing };
	u32 start = 0;

	tunwin_buffer_for_each(&start, ask_card, &asking);
	if (!asking.due)
		return;
	tunwin_card_prepare();
	if (!rtnl_trylock())
		return;
	asking.ask = true;
	start = 0;
	tunwin_buffer_for_each(&start, ask_card, &asking);
	rtnl_unlock();
}
