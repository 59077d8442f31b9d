// SPDX-License-Identifier: GPL-2.0
/* The rules of kmod/shortage.c, on cards that lose packets and are read twice a second. */
#include <string.h>

#include "random.h"
#include "shortage.h"
#include "table.h"

#define MSEC	1000000ULL
#define SECOND	1000000000ULL
#define LOOK	(SECOND / 2)

/* ---- what a counter tells ---- */

/* A card and its driver. */
struct card {
	bool keeps;		/* reading does not clear the card's register */
	__u64 card, driver;	/* what either has counted */
	__u64 lost;		/* the truth */
};

static void lose(struct card *card, __u64 packets)
{
	card->card += packets;
	card->lost += packets;
}

/* The driver reads the card. */
static __u64 read_card(struct card *card)
{
	card->driver += card->card;
	if (!card->keeps)
		card->card = 0;
	return card->driver;
}

/* We do, three times, and the driver itself before our reading of that number. */
static __u64 look_beside(struct card *card, struct tunwin_register *reg, int beside)
{
	__u64 at[TUNWIN_REGISTER_READINGS];

	for (int i = 0; i < TUNWIN_REGISTER_READINGS; i++) {
		if (i == beside)
			read_card(card);
		at[i] = read_card(card);
	}
	return tunwin_register_read(reg, at);
}

static __u64 look_at(struct card *card, struct tunwin_register *reg)
{
	return look_beside(card, reg, -1);
}

static const struct card_row {
	const char *name;
	bool keeps;
	__u64 before;		/* lost before we came */
	int early;		/* readings of others before we came */
	int readings;		/* and between two looks */
} cards[] = {
	{ "cleared by reading" },
	{ "cleared, and was busy before", .before = 1000 },
	{ "cleared, and read by others", .readings = 20 },
	{ "not cleared", .keeps = true },
	{ "not cleared, and was busy before", .keeps = true, .before = 1000 },
	{ "not cleared, and read by others", .keeps = true, .before = 7, .readings = 7 },
	{ "not cleared, and read often before", .keeps = true, .before = 6, .early = 50,
	  .readings = 3 },
	/* Seven of others and three of ours: just as many as may tell what it holds. */
	{ "not cleared, and found by ten readings", .keeps = true, .before = 1, .early = 7,
	  .readings = 20 },
};

static void counts(void **state)
{
	const struct card_row *row = *state;
	struct card card = { .keeps = row->keeps };
	struct tunwin_register reg = { 0 };
	__u64 told = 0;
	int look, i;

	random_state = 1;
	lose(&card, row->before);
	for (i = 0; i < row->early; i++)
		read_card(&card);
	assert_int_equal(look_at(&card, &reg), 0);
	card.lost = 0;
	for (look = 0; look < 1000; look++) {
		/* Now and then, and much, and nothing for long. */
		if (look % 100 < 50)
			lose(&card, random_below(look % 7 ? 3 : 5000));
		for (i = 0; i < row->readings; i++)
			read_card(&card);
		told += look_at(&card, &reg);
		assert_int_equal(told, card.lost);
	}
}

/* The driver reads its card just while we do. */
static void read_beside(void **state)
{
	struct tunwin_register reg = { 0 };
	struct card card = { .keeps = true };
	__u64 told = 0;

	(void)state;
	lose(&card, 100);
	assert_int_equal(look_at(&card, &reg), 0);
	card.lost = 0;
	for (int look = 0; look < 1000; look++) {
		if (look % 10 == 0)
			lose(&card, 1 + look % 7);
		told += look_beside(&card, &reg, look % TUNWIN_REGISTER_READINGS);
		assert_int_equal(told, card.lost);
	}
}

/* A card that keeps its register is set back, as when its ring is changed, and loses more. */
static void reset_card(void **state)
{
	struct card card = { .keeps = true };
	struct tunwin_register reg = { 0 };

	(void)state;
	lose(&card, 6);
	for (int i = 0; i < 50; i++)
		read_card(&card);
	assert_int_equal(look_at(&card, &reg), 0);
	assert_int_equal(look_at(&card, &reg), 0);
	read_card(&card);
	card.card = 0;
	assert_int_equal(look_at(&card, &reg), 0);
	lose(&card, 4);
	assert_int_equal(look_at(&card, &reg), 4);
	read_card(&card);
	card.card = 2;
	assert_int_equal(look_at(&card, &reg), 2);
	read_card(&card);
	assert_int_equal(look_at(&card, &reg), 0);
}

/* It was read by others before it was set back: what those readings added is not lost packets. */
static void reset_late(void **state)
{
	struct card card = { .keeps = true };
	struct tunwin_register reg = { 0 };

	(void)state;
	lose(&card, 6);
	assert_int_equal(look_at(&card, &reg), 0);
	for (int i = 0; i < 9; i++)
		read_card(&card);
	card.card = 2;
	/* Nine times six, and three times two: what ten readings of six explain. */
	assert_int_equal(look_at(&card, &reg), 2);
}

/* It loses packets all the time, also while it is read. */
static void busy_card(void **state)
{
	struct card card = { 0 };
	struct tunwin_register reg = { 0 };
	__u64 told = 0, at[TUNWIN_REGISTER_READINGS];
	int look, i;

	(void)state;
	look_at(&card, &reg);
	for (look = 0; look < 100; look++) {
		lose(&card, 50000);
		for (i = 0; i < TUNWIN_REGISTER_READINGS; i++) {
			at[i] = read_card(&card);
			lose(&card, 100);
		}
		told += tunwin_register_read(&reg, at);
	}
	/* The last hundred nobody has read. */
	assert_int_equal(told, card.lost - 100);
}

/* It loses one just while it is read, and then many. */
static void unlucky_card(void **state)
{
	struct card card = { 0 };
	struct tunwin_register reg = { 0 };
	__u64 at[TUNWIN_REGISTER_READINGS];

	(void)state;
	look_at(&card, &reg);
	at[0] = read_card(&card);
	lose(&card, 1);
	at[1] = read_card(&card);
	at[2] = read_card(&card);
	assert_int_equal(tunwin_register_read(&reg, at), 1);
	lose(&card, 5000);
	assert_int_equal(look_at(&card, &reg), 5000);
	lose(&card, 3);
	assert_int_equal(look_at(&card, &reg), 3);
}

/* It loses one between each two readings, as if it kept its register, and then many. */
static void twice_unlucky_card(void **state)
{
	struct card card = { 0 };
	struct tunwin_register reg = { 0 };
	__u64 at[TUNWIN_REGISTER_READINGS];

	(void)state;
	look_at(&card, &reg);
	for (int i = 0; i < TUNWIN_REGISTER_READINGS; i++) {
		lose(&card, i > 0);
		at[i] = read_card(&card);
	}
	assert_in_range(tunwin_register_read(&reg, at), 1, 2);
	lose(&card, 5000);
	assert_int_equal(look_at(&card, &reg), 5000);
}

/* A driver whose counters are set back, as when its queues change. */
static void set_back(void **state)
{
	static const struct {
		__u64 at, told;
	} steps[] = { { 1000, 0 }, { 1010, 10 }, { 5, 0 }, { 9, 4 } };
	struct tunwin_register reg = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(steps) / sizeof(*steps); i++) {
		const __u64 at[] = { steps[i].at, steps[i].at, steps[i].at };

		assert_int_equal(tunwin_register_read(&reg, at), steps[i].told);
	}
}

/* ---- when a shortage is ---- */

static const struct spell_row {
	const char *name;
	__u32 last_ms;		/* for so long packets are lost */
	__u32 every_ms;		/* at this distance from each other */
	__u32 stalled_ms;	/* after the last one a flow does not move */
	bool known;		/* when they are lost is known */
	int spells;		/* that are told */
	__u32 end_ms;		/* of the last loss it is told at the latest */
} spells[] = {
	{ "a single packet", 1, 1000, 0, true, 1, 11000 },
	{ "a second", 1000, 1, 0, true, 1, 11000 },
	{ "whose time is not known", 10000, 1, 0, false, 1, 11000 },
	{ "an hour", 3600000, 100, 0, true, 1, 11000 },
	{ "now and then", 60000, 5000, 0, true, 1, 11000 },
	{ "seldom", 60000, 20000, 0, true, 3, 11000 },
	{ "and a flow stands still", 60000, 20000, 40000, true, 1, 51000 },
	{ "and a flow never moves again", 1000, 10, 4000000, true, 1, 151000 },
};

static void tells(void **state)
{
	const struct spell_row *row = *state;
	struct tunwin_shortage shortage = { 0 };
	__u64 now_ns = 1000 * SECOND, until_ns, last_ns = 0, lost = 0, next_ns, begin_ns;
	int begun = 0, ended = 0;

	begin_ns = now_ns + 3 * SECOND + 17 * MSEC;
	next_ns = begin_ns;
	until_ns = begin_ns + row->last_ms * MSEC;
	while (now_ns < until_ns + 200 * SECOND) {
		struct tunwin_shortage_look look = {
			.since_ns = now_ns, .now_ns = now_ns + LOOK,
		};

		for (; next_ns < until_ns && next_ns <= look.now_ns;
		     next_ns += row->every_ms * MSEC) {
			look.packets++;
			last_ns = next_ns;
			if (!look.first_ns)
				look.first_ns = next_ns;
			look.last_ns = next_ns;
		}
		lost += look.packets;
		if (!row->known) {
			look.first_ns = 0;
			look.last_ns = 0;
		}
		now_ns = look.now_ns;
		look.stalled = row->stalled_ms && last_ns &&
			       now_ns < last_ns + row->stalled_ms * MSEC;
		switch (tunwin_shortage_look(&shortage, &look)) {
		case TUNWIN_SHORTAGE_BEGUN:
			begun++;
			if (begun == 1)
				assert_in_range(shortage.start_ns, begin_ns,
						begin_ns + (row->known ? 0 : LOOK));
			assert_true(shortage.start_ns - shortage.slack_ns <= begin_ns || begun > 1);
			lost = look.packets;
			break;
		case TUNWIN_SHORTAGE_ENDED:
			ended++;
			assert_int_equal(shortage.packets, lost);
			assert_in_range(shortage.last_ns, last_ns,
					last_ns + (row->known ? 0 : LOOK));
			assert_true(now_ns <= last_ns + row->end_ms * MSEC);
			break;
		case TUNWIN_SHORTAGE_SAME:
			break;
		}
	}
	assert_int_equal(begun, row->spells);
	assert_int_equal(ended, row->spells);
	assert_false(shortage.open);
}

/* The highest rate, not that of all. */
static void peak(void **state)
{
	struct tunwin_shortage shortage = { 0 };
	struct tunwin_shortage_look look = { .since_ns = SECOND, .now_ns = SECOND + LOOK };
	static const __u64 packets[] = { 10, 500, 20, ~0ULL / 4, 0, 3 };
	size_t i;

	(void)state;
	for (i = 0; i < 3; i++) {
		look.packets = packets[i];
		tunwin_shortage_look(&shortage, &look);
		look.since_ns += LOOK;
		look.now_ns += LOOK;
	}
	assert_int_equal(shortage.peak_pps, 1000);
	/* Of a moment it says nothing, and a number that is no count does no harm. */
	look.since_ns = look.now_ns - 1;
	look.packets = 100;
	tunwin_shortage_look(&shortage, &look);
	assert_int_equal(shortage.peak_pps, 1000);
	look.since_ns = look.now_ns - LOOK;
	look.packets = packets[3];
	tunwin_shortage_look(&shortage, &look);
	assert_int_equal(shortage.peak_pps, ~0ULL);
}

/* From so long a time and so many packets on, to the last one. */
static void peak_borders(void **state)
{
	struct tunwin_shortage shortage = { 0 };
	struct tunwin_shortage_look look = { .since_ns = SECOND, .packets = 100 };

	(void)state;
	look.now_ns = look.since_ns + 100 * MSEC - 1;
	tunwin_shortage_look(&shortage, &look);
	assert_int_equal(shortage.peak_pps, 0);
	look.now_ns++;
	tunwin_shortage_look(&shortage, &look);
	assert_int_equal(shortage.peak_pps, 1000);
	/* More than these times a billion have no room in 64 bits. */
	look.now_ns = look.since_ns + SECOND;
	look.packets = ~0ULL / SECOND - 1;
	tunwin_shortage_look(&shortage, &look);
	assert_int_equal(shortage.peak_pps, ~0ULL / SECOND - 1);
	look.packets++;
	tunwin_shortage_look(&shortage, &look);
	assert_int_equal(shortage.peak_pps, ~0ULL);
}

/* It is over when nothing was lost for ten seconds, or while a flow stands still for 150. */
static void end_borders(void **state)
{
	(void)state;
	for (int stalled = 0; stalled < 2; stalled++) {
		struct tunwin_shortage shortage = { 0 };
		struct tunwin_shortage_look look = {
			.since_ns = SECOND, .now_ns = 2 * SECOND, .packets = 1,
			.first_ns = 1500 * MSEC, .last_ns = 1700 * MSEC,
		};

		assert_int_equal(tunwin_shortage_look(&shortage, &look), TUNWIN_SHORTAGE_BEGUN);
		look = (struct tunwin_shortage_look) {
			.since_ns = look.now_ns, .stalled = stalled,
			.now_ns = 1700 * MSEC + (stalled ? 150 : 10) * SECOND - 1,
		};
		assert_int_equal(tunwin_shortage_look(&shortage, &look), TUNWIN_SHORTAGE_SAME);
		look.now_ns++;
		assert_int_equal(tunwin_shortage_look(&shortage, &look), TUNWIN_SHORTAGE_ENDED);
	}
}

/* ---- a flow that has lost some, and of which nothing comes ---- */

static const struct silence_row {
	const char *name;
	__u32 lost_ms;		/* before now; since then */
	__u32 heard_ms;
	__u32 refused_ms;
	__u32 rtt_ms;
	bool stands_still;
} silences[] = {
	{ "everything is lost", 3000, 2900, 100, 10, true },
	{ "and was for a minute", 60000, 59000, 100, 10, true },
	{ "only just", 300, 150, 10, 10, false },
	{ "not longer than two round trips", 2000, 1000, 10, 600, false },
	{ "longer than two round trips", 2000, 1000, 10, 400, true },
	{ "of unknown round trip", 2000, 300, 10, 0, true },
	{ "no buffer was missing since", 3000, 1000, 1001, 10, false },
	{ "it went on for long after what it lost", 10000, 5000, 100, 10, false },
	{ "it lost some after its last packet", 1000, 2000, 500, 10, true },
	{ "for a fifth of a second", 300, 200, 10, 10, false },
	{ "for longer than a fifth of a second", 300, 201, 10, 10, true },
	{ "for two round trips", 2000, 1000, 10, 500, false },
	{ "a buffer was missing when its last packet came", 2000, 1000, 1000, 10, false },
	{ "a buffer was missing just after that", 2000, 1000, 999, 10, true },
	{ "it went on for two and a half seconds", 5000, 2500, 100, 10, false },
	{ "it went on for almost as long", 5000, 2501, 100, 10, true },
};

static void silent(void **state)
{
	const struct silence_row *row = *state;
	__u64 now_ns = 1000 * SECOND;
	struct tunwin_shortage_silence facts = {
		.now_ns = now_ns,
		.lost_ns = now_ns - row->lost_ms * MSEC,
		.heard_ns = now_ns - row->heard_ms * MSEC,
		.refused_ns = now_ns - row->refused_ms * MSEC,
		.rtt_us = row->rtt_ms * 1000,
	};

	assert_int_equal(tunwin_shortage_is_silence(&facts), row->stands_still);
}

int main(void)
{
	table_add_rows("counter", counts, cards);
	table_add("counter", "of a card that its driver reads beside us", read_beside, NULL);
	table_add("counter", "of a card that loses all the time", busy_card, NULL);
	table_add("counter", "of a card that loses one while it is read", unlucky_card, NULL);
	table_add("counter", "of a card that loses one at each reading", twice_unlucky_card, NULL);
	table_add("counter", "of a card that is set back", reset_card, NULL);
	table_add("counter", "of a card that is set back after others read it", reset_late, NULL);
	table_add("counter", "that is set back", set_back, NULL);
	table_add_rows("shortage", tells, spells);
	table_add("shortage", "the highest rate", peak, NULL);
	table_add("shortage", "what makes a rate", peak_borders, NULL);
	table_add("shortage", "when it is over, to the nanosecond", end_borders, NULL);
	table_add_rows("silence", silent, silences);
	return table_run("shortage");
}
