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
	return table_run("flight");
}
