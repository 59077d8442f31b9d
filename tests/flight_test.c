// SPDX-License-Identifier: GPL-2.0
/* The rules of kmod/flight.c, on flights given round by round. */
#include <string.h>

#include "flight.h"
#include "random.h"
#include "table.h"

#define MSS	1000

static __s32 noise_within(__u32 limit)
{
	return (__s32)random_below(2 * limit + 1) - (__s32)limit;
}

static const struct course {
	const char *name;
	__u32 first_bytes;
	__s32 step_bytes;	/* from round to round */
	__u32 noise_percent;	/* either way */
	int bump_every;		/* rounds, in which it is a quarter more */
	int rounds;
	enum tunwin_flight_kind expected;	/* of the first round that decides */
	bool no_other;		/* nor does any later one decide otherwise */
} courses[] = {
	{ "the same", 50000, .rounds = 40, .expected = TUNWIN_FLIGHT_LEVEL },
	{ "the same, too few rounds", 50000, .rounds = 31 },
	{ "the same, small", 2000, .rounds = 40, .expected = TUNWIN_FLIGHT_LEVEL },
	{ "the same, less than a segment", 10, .rounds = 40, .expected = TUNWIN_FLIGHT_LEVEL },
	{ "the same, large", 100 * 1000 * 1000, .rounds = 258, .expected = TUNWIN_FLIGHT_LEVEL },
	{ "the largest there is", 0x40000000, .rounds = 1000, .expected = TUNWIN_FLIGHT_LEVEL },
	{ "a segment more each round", 50000, 1000, .rounds = 200,
	  .expected = TUNWIN_FLIGHT_GROWS },
	{ "a third of a segment more each round", 50000, 333, .rounds = 200,
	  .expected = TUNWIN_FLIGHT_GROWS },
	{ "a tenth of a segment more each round", 50000, 100, .rounds = 200,
	  .expected = TUNWIN_FLIGHT_LEVEL },
	{ "between level and growing", 50000, 200, .rounds = 200 },
	{ "a segment less each round", 500000, -1000, .rounds = 300 },
	{ "noise of 5 %", 100000, 0, 5, .rounds = 1000, .expected = TUNWIN_FLIGHT_LEVEL,
	  .no_other = true },
	{ "noise of 20 %, small", 25000, 0, 20, .rounds = 2000, .expected = TUNWIN_FLIGHT_LEVEL,
	  .no_other = true },
	{ "growth in noise of 5 %", 100000, 400, 5, .rounds = 200,
	  .expected = TUNWIN_FLIGHT_GROWS, .no_other = true },
	{ "a quarter more every eighth round", 50000, .bump_every = 8, .rounds = 1000 },
	{ "a quarter more once in a while", 50000, .bump_every = 40, .rounds = 100,
	  .expected = TUNWIN_FLIGHT_LEVEL },
};

static void run_course(void **state)
{
	const struct course *course = *state;
	enum tunwin_flight_kind kind, decided = TUNWIN_FLIGHT_UNDECIDED;
	struct tunwin_flight flight = { };
	__u32 bytes;
	int round;

	random_state = 1;
	for (round = 0; round < course->rounds; round++) {
		bytes = course->first_bytes + course->step_bytes * round;
		bytes += noise_within(bytes / 100 * course->noise_percent);
		if (course->bump_every && round % course->bump_every == course->bump_every - 1)
			bytes += bytes / 4;
		kind = tunwin_flight_round(&flight, bytes, MSS);
		if (kind == TUNWIN_FLIGHT_UNDECIDED)
			continue;
		if (!decided)
			decided = kind;
		if (course->no_other)
			assert_int_equal(kind, course->expected);
	}
	assert_int_equal(decided, course->expected);
}

/* How many rounds of a flight until it is decided; *kind is set to what. */
static int rounds_of(struct tunwin_flight *flight, __u32 bytes, int limit,
		     enum tunwin_flight_kind *kind)
{
	int round;

	for (round = 1; round <= limit; round++) {
		*kind = tunwin_flight_round(flight, bytes, MSS);
		if (*kind != TUNWIN_FLIGHT_UNDECIDED)
			break;
	}
	return round;
}

static void slow_start(void **state)
{
	struct tunwin_flight flight = { };
	enum tunwin_flight_kind kind;

	(void)state;
	assert_int_equal(tunwin_flight_round(&flight, 10000, MSS), TUNWIN_FLIGHT_UNDECIDED);
	assert_int_equal(tunwin_flight_round(&flight, 20000, MSS), TUNWIN_FLIGHT_DOUBLES);
	assert_int_equal(tunwin_flight_round(&flight, 40000, MSS), TUNWIN_FLIGHT_DOUBLES);
	/* The flights that led up to where it stays are not compared with those there. */
	assert_int_equal(tunwin_flight_round(&flight, 55000, MSS), TUNWIN_FLIGHT_UNDECIDED);
	assert_int_equal(tunwin_flight_round(&flight, 60000, MSS), TUNWIN_FLIGHT_UNDECIDED);
	assert_int_equal(rounds_of(&flight, 62000, 100, &kind), 38);
	assert_int_equal(kind, TUNWIN_FLIGHT_LEVEL);
}

/* A flight of ten rounds, a loss, and what the hole held up. */
static void lose(struct tunwin_flight *flight)
{
	int round;

	for (round = 0; round < 10; round++)
		tunwin_flight_round(flight, 60000, MSS);
	tunwin_flight_loss(flight, 90000);
	tunwin_flight_loss(flight, 90000);
	assert_int_equal(tunwin_flight_round(flight, 100000, MSS), TUNWIN_FLIGHT_UNDECIDED);
}

/* A loss after which the sender sends less; what it sends then may be level for long. */
static void loss_that_reduces(void **state)
{
	struct tunwin_flight flight = { };
	enum tunwin_flight_kind kind;
	int round;

	(void)state;
	lose(&flight);
	assert_int_equal(rounds_of(&flight, 42000, 100, &kind), 7);
	assert_int_equal(kind, TUNWIN_FLIGHT_REDUCED);

	/* So many rounds as it had segments. */
	for (round = 0; round < 59; round++)
		assert_int_equal(tunwin_flight_round(&flight, 42000, MSS), TUNWIN_FLIGHT_REDUCED);
	assert_int_equal(rounds_of(&flight, 42000, 100, &kind), 40);
	assert_int_equal(kind, TUNWIN_FLIGHT_LEVEL);
}

/* More segments than rounds are counted: for long, but not for ever. */
static void loss_of_many_segments(void **state)
{
	struct tunwin_flight flight = { };
	int round;

	(void)state;
	tunwin_flight_round(&flight, 0x40000000, 1);
	tunwin_flight_round(&flight, 0x40000000, 1);
	tunwin_flight_loss(&flight, 0x40000000);
	for (round = 0; round < 0xffff + 7; round++)
		tunwin_flight_round(&flight, 0x20000000, 1);
	assert_true(flight.reduced || flight.clean_rounds == 0xffff);
	tunwin_flight_round(&flight, 0x20000000, 1);
	assert_false(flight.reduced);
}

static void loss_without_consequence(void **state)
{
	struct tunwin_flight flight = { };
	enum tunwin_flight_kind kind;

	(void)state;
	lose(&flight);
	rounds_of(&flight, 58000, 100, &kind);
	assert_int_equal(kind, TUNWIN_FLIGHT_LEVEL);
}

/* In slow start more is lost than had been seen under way. */
static void loss_in_slow_start(void **state)
{
	struct tunwin_flight flight = { };
	enum tunwin_flight_kind kind;

	(void)state;
	tunwin_flight_round(&flight, 20000, MSS);
	tunwin_flight_round(&flight, 40000, MSS);
	tunwin_flight_round(&flight, 80000, MSS);
	tunwin_flight_loss(&flight, 90000);
	tunwin_flight_round(&flight, 150000, MSS);
	assert_int_equal(rounds_of(&flight, 80000, 100, &kind), 7);
	assert_int_equal(kind, TUNWIN_FLIGHT_REDUCED);
}

/* What a busy machine makes of a level flight: a step up, or a few in a row that are larger. */
static void step(__u32 at, __u32 length, __u32 percent)
{
	struct tunwin_flight flight = { };
	__u32 round, bytes;

	for (round = 0; round < 200; round++) {
		bytes = 25000 + round % 2 * 500;
		if (round >= at && round < at + length)
			bytes += 250 * percent;
		assert_int_not_equal(tunwin_flight_round(&flight, bytes, MSS), TUNWIN_FLIGHT_GROWS);
	}
}

static void steps(void **state)
{
	__u32 at, length, percent;

	(void)state;
	for (percent = 5; percent <= 45; percent += 5)
		for (length = 1; length <= 200; length = length < 8 ? length + 1 : length * 2)
			for (at = 1; at < 90; at++)
				step(at, length, percent);
}

/*
 * A sender whose segments get lost at random. Its congestion window becomes 0.7 of what it was, and
 * grows by half a segment in a round in which it is used up.
 */
static const struct sender {
	const char *name;
	__u32 can_send_segments;
	__u32 lost_of_10000;
	__u32 reduced_min, reduced_max;	/* of a thousand rounds without a loss */
	__u32 level_min, level_max;	/* of a hundred thousand; it takes 32 at least */
} senders[] = {
	{ "3 % of loss", 1000, 300, 950, 1000, 0, 0 },
	{ "1 % of loss", 1000, 100, 950, 1000, 0, 0 },
	{ "0.3 % of loss", 1000, 30, 950, 1000, 0, 0 },
	{ "4 segments and 0.3 % of loss", 4, 30, 0, 50, 2500, 3125 },
	{ "8 segments and 0.1 % of loss", 8, 10, 0, 50, 2500, 3125 },
	{ "16 segments and 0.1 % of loss", 16, 10, 0, 250, 1500, 3125 },
};

static void losses_at_random(void **state)
{
	const struct sender *sender = *state;
	struct tunwin_flight flight = { };
	__u32 window_thousandths = 10000, reduced = 0, level = 0, rounds = 0;
	__u32 sent, i;

	random_state = 1;
	while (rounds < 100000) {
		bool lost = false;

		sent = window_thousandths / 1000;
		if (sent > sender->can_send_segments)
			sent = sender->can_send_segments;
		for (i = 0; i < sent; i++)
			lost |= random_below(10000) < sender->lost_of_10000;
		if (lost) {
			tunwin_flight_loss(&flight, sent * MSS);
			window_thousandths = window_thousandths / 10 * 7;
			if (window_thousandths < 2000)
				window_thousandths = 2000;
			continue;
		}
		rounds++;
		if (sent < sender->can_send_segments)
			window_thousandths += 533;
		switch (tunwin_flight_round(&flight, sent * MSS, MSS)) {
		case TUNWIN_FLIGHT_REDUCED:
			reduced++;
			break;
		case TUNWIN_FLIGHT_LEVEL:
			level++;
			break;
		default:
			break;
		}
	}
	assert_in_range(reduced / 100, sender->reduced_min, sender->reduced_max);
	assert_in_range(level, sender->level_min, sender->level_max);
}

/* Losses keep it small, until something else holds it: then they are of the past. */
static void losses_of_the_past(void **state)
{
	struct tunwin_flight flight = { };
	enum tunwin_flight_kind kind;
	int loss;

	(void)state;
	for (loss = 0; loss < 3; loss++) {
		tunwin_flight_loss(&flight, 20000);
		kind = tunwin_flight_round(&flight, 20000, MSS);
	}
	assert_int_equal(kind, TUNWIN_FLIGHT_REDUCED);
	tunwin_flight_interrupt(&flight, 20000);
	assert_int_equal(rounds_of(&flight, 20000, 100, &kind), 40);
	assert_int_equal(kind, TUNWIN_FLIGHT_LEVEL);
}

/*
 * 32 rounds, of which each quarter is level, in units of 64 bytes; every other round is larger by
 * @swing. With segments of 15 units a flight grows with 960 units more in the later half, and is
 * level with 480.
 */
static const struct halves {
	const char *name;
	__u32 quarter[4];
	__u32 swing;
	__u32 one_less;	/* in the last round */
	enum tunwin_flight_kind expected;
} halves[] = {
	{ "as much more as growth is, hardly even", { 400, 410, 450, 480 },
	  .expected = TUNWIN_FLIGHT_GROWS },
	{ "a unit less than growth is", { 400, 410, 450, 480 }, .one_less = 1 },
	{ "growth as large as the noise", { 400, 445, 490, 535 }, .swing = 94,
	  .expected = TUNWIN_FLIGHT_GROWS },
	{ "growth a unit smaller than the noise", { 400, 435, 470, 505 }, .swing = 73 },
	{ "as much more as level can be", { 400, 400, 430, 430 },
	  .expected = TUNWIN_FLIGHT_LEVEL },
	{ "more than level can be", { 400, 400, 431, 431 } },
	{ "as much less as level can be", { 430, 430, 400, 400 },
	  .expected = TUNWIN_FLIGHT_LEVEL },
	{ "less than level can be", { 431, 431, 400, 400 } },
};

static void run_halves(void **state)
{
	const struct halves *row = *state;
	struct tunwin_flight flight = { };
	enum tunwin_flight_kind kind;
	__u32 round, units;

	for (round = 0; round < 32; round++) {
		units = row->quarter[round / 8] + round % 2 * row->swing;
		if (round == 31)
			units -= row->one_less;
		kind = tunwin_flight_round(&flight, 64 * units, 15 * 64);
		if (round < 31)
			assert_int_equal(kind, TUNWIN_FLIGHT_UNDECIDED);
	}
	assert_int_equal(kind, row->expected);
}

/* Blocks of four rounds of a flight that takes long to compare, and the round that decides. */
static const struct blocks {
	const char *name;
	__u32 bytes[6];
	__u32 swing_bytes;	/* either way, by turns */
	__u32 grows_at;		/* 0: it does not */
} blocks[] = {
	{ "three rises", { 80000, 84000, 88000, 92000 }, .grows_at = 16 },
	{ "two rises, however high", { 80000, 92000, 108000, 108000, 108000, 108000 } },
	{ "three rises, by an eighth exactly, and one more", { 80000, 83200, 86400, 90000, 93000 },
	  .grows_at = 20 },
	{ "three rises after a fall", { 160000, 80000, 88000, 96000, 104000 }, .grows_at = 20 },
	{ "rises that are small for the noise", { 100000, 111000, 122000, 133000, 133000, 133000 },
	  .swing_bytes = 10000 },
};

static void run_blocks(void **state)
{
	const struct blocks *row = *state;
	struct tunwin_flight flight = { };
	__u32 round, bytes;

	for (round = 0; round < 4 * ROWS(row->bytes) && row->bytes[round / 4]; round++) {
		bytes = row->bytes[round / 4] - row->swing_bytes + round % 2 * 2 * row->swing_bytes;
		assert_int_equal(tunwin_flight_round(&flight, bytes, MSS),
				 round + 1 == row->grows_at ? TUNWIN_FLIGHT_GROWS :
				 TUNWIN_FLIGHT_UNDECIDED);
	}
	if (!row->grows_at)
		return;
	/* What comes next is compared at once, and with nothing of before. */
	assert_int_equal(round, row->grows_at);
	assert_int_equal(flight.rounds, 0);
	assert_int_equal(flight.settle, 0);
	assert_int_equal(flight.rises, 0);
	assert_int_equal(flight.quarter[0], 0);
}

/* Blocks that are equal do not rise. */
static void level_blocks(void **state)
{
	struct tunwin_flight flight = { };
	int round;

	(void)state;
	/* Without any noise. */
	tunwin_flight_interrupt(&flight, 80000);
	for (round = 0; round < 8 + 16; round++)
		tunwin_flight_round(&flight, 80000, MSS);
	assert_int_equal(flight.rounds, 16);
	assert_int_equal(flight.noise_bytes, 0);
	assert_int_equal(flight.rises, 0);
}

/* How many rounds of so many segments are compared, in quarters that are equal. */
static void rounds_compared(void **state)
{
	static const struct { __u32 segments, rounds; } rows[] = {
		{ 1, 32 }, { 64, 32 }, { 71, 32 }, { 72, 36 }, { 74, 36 }, { 79, 36 }, { 80, 40 },
		{ 495, 244 }, { 496, 248 }, { 1000, 248 },
	};
	enum tunwin_flight_kind kind;
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		struct tunwin_flight flight = { };

		assert_int_equal(rounds_of(&flight, rows[i].segments * MSS - 1, 1000, &kind),
				 rows[i].rounds);
		assert_int_equal(kind, TUNWIN_FLIGHT_LEVEL);
	}
}

/* Two rounds of 32 may be much larger, three are a sender that asks for more. */
static void larger_rounds(void **state)
{
	static const int at[] = { 6, 20, 27 };
	enum tunwin_flight_kind kind;
	int count, round, i;

	(void)state;
	for (count = 1; count <= 3; count++) {
		struct tunwin_flight flight = { };

		for (round = 0; round < 32; round++) {
			__u32 bytes = 32000;

			for (i = 0; i < count; i++)
				if (round == at[i])
					bytes = 40000;
			kind = tunwin_flight_round(&flight, bytes, MSS);
		}
		assert_int_equal(kind, count < 3 ? TUNWIN_FLIGHT_LEVEL : TUNWIN_FLIGHT_UNDECIDED);
	}
}

/* Half as much again is not nearly doubled yet; and later than in the first rounds it is chance. */
static void nearly_doubled(void **state)
{
	struct tunwin_flight flight = { }, late;
	int round;

	(void)state;
	tunwin_flight_round(&flight, 10000, MSS);
	assert_int_equal(tunwin_flight_round(&flight, 15000, MSS), TUNWIN_FLIGHT_UNDECIDED);
	assert_int_equal(tunwin_flight_round(&flight, 22501, MSS), TUNWIN_FLIGHT_DOUBLES);

	memset(&flight, 0, sizeof(flight));
	for (round = 0; round < 7; round++)
		tunwin_flight_round(&flight, 10000, MSS);
	late = flight;
	assert_int_equal(tunwin_flight_round(&flight, 20000, MSS), TUNWIN_FLIGHT_DOUBLES);
	tunwin_flight_round(&late, 10000, MSS);
	assert_int_equal(tunwin_flight_round(&late, 20000, MSS), TUNWIN_FLIGHT_UNDECIDED);
}

/* What is compared next has a noise of its own. */
static void noise_of_before(void **state)
{
	struct tunwin_flight flight = { };
	int round;

	(void)state;
	for (round = 0; round < 32; round++)
		tunwin_flight_round(&flight, 20000 + round % 2 * 1000, MSS);
	assert_int_equal(flight.rounds, 0);
	assert_in_range(flight.noise_bytes, 900, 1100);
	tunwin_flight_round(&flight, 21000, MSS);
	assert_int_equal(flight.noise_bytes, 0);
}

/* Something else held it: nothing of before is compared with what comes. */
static void interrupted(void **state)
{
	struct tunwin_flight flight = { };
	int round;

	(void)state;
	for (round = 0; round < 15; round++)
		tunwin_flight_round(&flight, 80000 + round / 4 * 1600, MSS);
	assert_true(flight.rises && flight.block_bytes && flight.rounds && flight.quarter[0]);
	tunwin_flight_interrupt(&flight, 50000);
	assert_int_equal(flight.rises, 0);
	assert_int_equal(flight.block_bytes, 0);
	assert_int_equal(flight.rounds, 0);
	assert_int_equal(flight.quarter[0], 0);
	assert_int_equal(flight.settle, 8);
	/* But what was outstanding last is what the next round is like. */
	assert_int_equal(flight.before_bytes[0], 50000);
	assert_int_equal(flight.before_bytes[1], 50000);
	assert_int_equal(tunwin_flight_round(&flight, 75001, MSS), TUNWIN_FLIGHT_DOUBLES);
}

/* What it was when something was lost, if nobody had seen the most of it yet. */
static void lost_in_slow_start(void **state)
{
	static const struct { __u32 bytes, loss_bytes; } rows[] = {
		{ 90000, 120000 }, { 130000, 130000 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		struct tunwin_flight flight = { };

		tunwin_flight_round(&flight, 40000, MSS);
		tunwin_flight_round(&flight, 80000, MSS);
		tunwin_flight_loss(&flight, rows[i].bytes);
		assert_int_equal(flight.loss_bytes, rows[i].loss_bytes);
	}
}

/* Nine tenths of what it was is no less; it takes a little less than that. */
static void nine_tenths(void **state)
{
	enum tunwin_flight_kind kind;
	__u32 less;

	(void)state;
	for (less = 0; less < 2; less++) {
		struct tunwin_flight flight = { };

		lose(&flight);
		assert_int_equal(rounds_of(&flight, 54000 - 4 * less, 7, &kind), less ? 7 : 8);
		assert_int_equal(kind, less ? TUNWIN_FLIGHT_REDUCED : TUNWIN_FLIGHT_UNDECIDED);
	}
}

/* The mean of the last flights, of those too in which something was lost. */
static void typical_flight(void **state)
{
	struct tunwin_flight flight = { };

	(void)state;
	tunwin_flight_round(&flight, 8000, MSS);
	assert_int_equal(flight.typical_bytes, 8000);
	tunwin_flight_loss(&flight, 16000);
	assert_int_equal(flight.typical_bytes, 9000);
	tunwin_flight_round(&flight, 1000, MSS);
	assert_int_equal(flight.typical_bytes, 8000);
}

/* A loss after so many rounds, of which it is the last. */
static void lose_after(struct tunwin_flight *flight, int rounds)
{
	while (--rounds)
		tunwin_flight_round(flight, 20000, MSS);
	tunwin_flight_loss(flight, 20000);
}

/* How far losses are from each other: the first two are no mean yet. */
static void rounds_between_losses(void **state)
{
	struct tunwin_flight flight = { };
	int round;

	(void)state;
	lose_after(&flight, 5);
	assert_int_equal(flight.gap_mean, 5 * 8);
	lose_after(&flight, 10);
	assert_int_equal(flight.gap_mean, 10 * 8);
	/* What is lost, or repaired, in the next round is the same loss. */
	tunwin_flight_loss(&flight, 20000);
	assert_int_equal(flight.losses, 2);
	assert_int_equal(flight.gap_mean, 10 * 8);
	lose_after(&flight, 29);
	assert_int_equal(flight.losses, 3);
	assert_int_equal(flight.gap_mean, 10 * 8 + (30 - 10) * 8 / 4);
	lose_after(&flight, 15);
	assert_int_equal(flight.gap_mean, 15 * 8);

	/* However long ago it is, that is not forgotten. */
	for (round = 0; round < 5000; round++)
		tunwin_flight_round(&flight, 20000, MSS);
	assert_int_equal(flight.gap_rounds, 0xfff);
}

/* Losses kept it small until there are one and a half times its segments since the last one. */
static void kept_small(void **state)
{
	struct tunwin_flight flight = { };
	int loss, round;

	(void)state;
	for (loss = 0; loss < 3; loss++) {
		tunwin_flight_loss(&flight, 19500);
		tunwin_flight_round(&flight, 19500, MSS);
	}
	for (round = 2; round <= 30; round++)
		assert_int_equal(tunwin_flight_round(&flight, 19500, MSS), TUNWIN_FLIGHT_REDUCED);
	assert_int_equal(tunwin_flight_round(&flight, 19500, MSS), TUNWIN_FLIGHT_UNDECIDED);
}

int main(void)
{
	table_add_rows("flight", losses_at_random, senders);
	table_add_rows("flight", run_course, courses);
	table_add("flight", "steps", steps, NULL);
	table_add("flight", "slow start", slow_start, NULL);
	table_add("flight", "a loss that reduces it", loss_that_reduces, NULL);
	table_add("flight", "a loss of many segments", loss_of_many_segments, NULL);
	table_add("flight", "a loss without consequence", loss_without_consequence, NULL);
	table_add("flight", "losses of the past", losses_of_the_past, NULL);
	table_add("flight", "a loss in slow start", loss_in_slow_start, NULL);
	table_add_rows("flight", run_halves, halves);
	table_add_rows("flight", run_blocks, blocks);
	table_add("flight", "blocks that are level", level_blocks, NULL);
	table_add("flight", "how many rounds are compared", rounds_compared, NULL);
	table_add("flight", "a few rounds that are larger", larger_rounds, NULL);
	table_add("flight", "nearly doubled", nearly_doubled, NULL);
	table_add("flight", "the noise of before", noise_of_before, NULL);
	table_add("flight", "interrupted", interrupted, NULL);
	table_add("flight", "the flight at a loss in slow start", lost_in_slow_start, NULL);
	table_add("flight", "nine tenths", nine_tenths, NULL);
	table_add("flight", "a typical flight", typical_flight, NULL);
	table_add("flight", "rounds between losses", rounds_between_losses, NULL);
	table_add("flight", "kept small by losses", kept_small, NULL);
	return table_run("flight");
}
