// SPDX-License-Identifier: GPL-2.0
/* The rules of kmod/numbers.c, compiled as the module compiles them. */
#include "numbers.h"
#include "table.h"

#define IN	0
#define OUT	1
#define WINDOW	0x10000U
#define STEP_MAX	0x40000000U

static const __u32 windows[2] = { WINDOW, 2 * WINDOW };

static bool pass(struct tunwin_numbers *numbers, int direction, __u32 seq, __u32 length, __u32 ack)
{
	const struct tunwin_numbers_segment segment = {
		.seq = seq, .length = length, .ack = ack, .has_ack = true,
	};

	return tunwin_numbers_pass(numbers, direction, &segment, windows);
}

/* 1,000 bytes are under way in, of 5,000; nothing goes out. */
static struct tunwin_numbers begin(void)
{
	struct tunwin_numbers numbers = { 0 };

	assert_true(pass(&numbers, IN, 1000, 4000, 70000));
	assert_true(pass(&numbers, OUT, 70000, 0, 4000));
	return numbers;
}

static void test_begin(void **state)
{
	struct tunwin_numbers numbers = begin();

	(void)state;
	assert_int_equal(numbers.has_high, 3);
	assert_int_equal(numbers.has_una, 3);
	assert_int_equal(numbers.high[IN], 5000);
	assert_int_equal(numbers.una[IN], 4000);
	assert_int_equal(numbers.high[OUT], 70000);
	assert_int_equal(numbers.una[OUT], 70000);
}

/* ---- segments ---- */

static const struct pass_row {
	const char *name;
	int direction;
	__u32 seq;
	__u32 length;
	__u32 ack;
	bool expected;
	__u32 high;	/* of the direction */
	__u32 una;	/* of the other one */
} pass_rows[] = {
	{ "the next data", IN, 5000, 100, 70000, true, 5100, 70000 },
	{ "the same again", IN, 4000, 1000, 70000, true, 5000, 70000 },
	{ "old data, a window behind", IN, 4000 - WINDOW, 10, 70000, true, 5000, 70000 },
	{ "old data, further behind", IN, 3999 - WINDOW, 10, 70000, false, 5000, 70000 },
	{ "data a window ahead", IN, 5000 + WINDOW - 10, 10, 70000, true, 5000 + WINDOW, 70000 },
	{ "data further ahead", IN, 5001 + WINDOW - 10, 10, 70000, false, 5000, 70000 },
	{ "data half the space away", IN, 0x80000000, 10, 70000, false, 5000, 70000 },
	{ "the next acknowledgment", OUT, 70000, 0, 5000, true, 70000, 5000 },
	{ "an old acknowledgment, by a window", OUT, 70000, 0, 4000 - WINDOW, true, 70000, 4000 },
	{ "an older one", OUT, 70000, 0, 3999 - WINDOW, false, 70000, 4000 },
	{ "of data that passed elsewhere", OUT, 70000, 0, 5000 + WINDOW, true, 70000,
	  5000 + WINDOW },
	{ "of data that cannot have", OUT, 70000, 0, 5001 + WINDOW, false, 70000, 4000 },
	{ "each direction has its own window", OUT, 70000 + WINDOW, WINDOW, 4000, true,
	  70000 + 2 * WINDOW, 4000 },
	{ "and no more", OUT, 70000 + WINDOW, WINDOW + 1, 4000, false, 70000, 4000 },
};

static void test_pass(void **state)
{
	const struct pass_row *row = *state;
	struct tunwin_numbers numbers = begin();

	assert_int_equal(pass(&numbers, row->direction, row->seq, row->length, row->ack),
			 row->expected);
	assert_int_equal(numbers.high[row->direction], row->high);
	assert_int_equal(numbers.una[!row->direction], row->una);
}

/* What was acknowledged has passed, here or elsewhere. */
static void test_acked_passed(void **state)
{
	struct tunwin_numbers numbers = begin();

	(void)state;
	assert_true(pass(&numbers, OUT, 70000, 0, 6000));
	assert_int_equal(numbers.high[IN], 6000);
}

static void test_without_ack(void **state)
{
	const struct tunwin_numbers_segment segment = { .seq = 5000, .length = 100, .ack = 7 };
	struct tunwin_numbers numbers = begin();

	(void)state;
	assert_true(tunwin_numbers_pass(&numbers, IN, &segment, windows));
	assert_int_equal(numbers.high[IN], 5100);
	assert_int_equal(numbers.una[OUT], 70000);
}

/* Without acknowledgments a sender may be far behind what passed. */
static void test_one_way(void **state)
{
	struct tunwin_numbers numbers = { 0 };

	(void)state;
	assert_true(pass(&numbers, IN, 0x80000000, 1000, 7));
	assert_true(pass(&numbers, IN, 0x80000000 - 1000, 1000, 7));
	assert_int_equal(numbers.high[IN], 0x80000000 + 1000);
	assert_true(pass(&numbers, IN, 0x80000000 - STEP_MAX, 1000, 7));
	assert_false(pass(&numbers, IN, 0x80000000 - STEP_MAX - 1, 1000, 7));
}

/* ---- RST ---- */

static const struct continues_row {
	const char *name;
	__u32 seq;
	bool expected;
} continues_rows[] = {
	{ "what was acknowledged", 4000, true },
	{ "what is under way", 4500, true },
	{ "behind all that passed", 5000, true },
	{ "before that", 3999, false },
	{ "after that", 5001, false },
	{ "half the space away", 5000 + 0x80000000, false },
};

static void test_continues(void **state)
{
	const struct continues_row *row = *state;
	struct tunwin_numbers numbers = begin();

	assert_int_equal(tunwin_numbers_continues(&numbers, IN, row->seq), row->expected);
}

/* Without an acknowledgment nothing is believed, and what passed may be made up. */
static void test_continues_known(void **state)
{
	struct tunwin_numbers numbers = { .una = { 0, 500 }, .high = { 300, 0 } };

	(void)state;
	assert_false(tunwin_numbers_continues(&numbers, IN, 0));
	numbers.has_high = 1 << IN;
	assert_false(tunwin_numbers_continues(&numbers, IN, 300));
	numbers.has_una = 1 << OUT;
	assert_true(tunwin_numbers_continues(&numbers, OUT, 500));
	assert_false(tunwin_numbers_continues(&numbers, OUT, 0));
	assert_false(tunwin_numbers_continues(&numbers, OUT, 501));
	assert_false(tunwin_numbers_continues(&numbers, IN, 300));
}

static void test_continues_behind(void **state)
{
	struct tunwin_numbers numbers = {
		.una = { 600 }, .high = { 500 }, .has_una = 1 << IN, .has_high = 1 << IN,
	};

	(void)state;
	assert_true(tunwin_numbers_continues(&numbers, IN, 600));
	assert_false(tunwin_numbers_continues(&numbers, IN, 550));
	assert_false(tunwin_numbers_continues(&numbers, IN, 601));
}

/* ---- FIN ---- */

static void test_fin(void **state)
{
	struct tunwin_numbers numbers = begin();

	(void)state;
	assert_false(tunwin_numbers_fin_counts(&numbers, IN));
	assert_true(pass(&numbers, IN, 5000, 1, 70000));
	tunwin_numbers_fin(&numbers, IN, 5001, true);
	assert_true(tunwin_numbers_fin_counts(&numbers, IN));
	assert_false(tunwin_numbers_fin_counts(&numbers, OUT));
	assert_false(tunwin_numbers_are_closed(&numbers));

	/* The other side's acknowledges it: that is the end. */
	assert_true(pass(&numbers, OUT, 70000, 1, 5001));
	tunwin_numbers_fin(&numbers, OUT, 70001, true);
	assert_true(tunwin_numbers_are_closed(&numbers));
	/* It is repeated, and acknowledged. */
	tunwin_numbers_fin(&numbers, OUT, 70001, false);
	assert_true(tunwin_numbers_are_closed(&numbers));
	assert_true(pass(&numbers, IN, 5001, 0, 70001));
	assert_true(tunwin_numbers_are_closed(&numbers));
}

/* FINs that cross: one has to be acknowledged. */
static void test_fin_crossed(void **state)
{
	struct tunwin_numbers numbers = begin();

	(void)state;
	assert_true(pass(&numbers, IN, 5000, 1, 70000));
	tunwin_numbers_fin(&numbers, IN, 5001, true);
	assert_true(pass(&numbers, OUT, 70000, 1, 5000));
	tunwin_numbers_fin(&numbers, OUT, 70001, true);
	assert_false(tunwin_numbers_are_closed(&numbers));
	assert_true(pass(&numbers, IN, 5001, 0, 70001));
	assert_true(tunwin_numbers_are_closed(&numbers));
}

static void test_fin_early(void **state)
{
	struct tunwin_numbers numbers = begin();

	(void)state;
	assert_true(pass(&numbers, IN, 6000, 1, 70000));
	tunwin_numbers_fin(&numbers, IN, 6001, false);
	assert_false(tunwin_numbers_fin_counts(&numbers, IN));
	assert_true(pass(&numbers, OUT, 70000, 0, 6000));
	assert_false(tunwin_numbers_fin_counts(&numbers, IN));
	assert_true(pass(&numbers, OUT, 70000, 0, 6001));
	assert_true(tunwin_numbers_fin_counts(&numbers, IN));
}

static void test_fin_forged(void **state)
{
	struct tunwin_numbers numbers = begin();

	(void)state;
	/* In the middle of what is yet to come. */
	assert_true(pass(&numbers, IN, 6000, 1, 70000));
	tunwin_numbers_fin(&numbers, IN, 6001, false);
	assert_true(pass(&numbers, IN, 5000, 4000, 70000));
	assert_true(pass(&numbers, OUT, 70000, 0, 9000));
	assert_false(tunwin_numbers_fin_counts(&numbers, IN));
	/* Long ago. */
	tunwin_numbers_fin(&numbers, IN, 8999, true);
	assert_false(tunwin_numbers_fin_counts(&numbers, IN));
	assert_int_equal(numbers.fin[IN], 6001);
	tunwin_numbers_fin(&numbers, IN, 9000, true);
	assert_true(tunwin_numbers_fin_counts(&numbers, IN));
}

/* It was all there is, but another one is not. */
static void test_fin_moved(void **state)
{
	struct tunwin_numbers numbers = begin();

	(void)state;
	tunwin_numbers_fin(&numbers, IN, 5000, true);
	assert_true(tunwin_numbers_fin_counts(&numbers, IN));
	tunwin_numbers_fin(&numbers, IN, 5200, false);
	assert_false(tunwin_numbers_fin_counts(&numbers, IN));
}

static void test_fin_then_data(void **state)
{
	struct tunwin_numbers numbers = begin();

	(void)state;
	assert_true(pass(&numbers, IN, 5000, 1, 70000));
	tunwin_numbers_fin(&numbers, IN, 5001, true);
	assert_true(pass(&numbers, IN, 5000, 500, 70000));
	assert_false(tunwin_numbers_fin_counts(&numbers, IN));
}

static void test_fin_unacknowledged(void **state)
{
	struct tunwin_numbers numbers = { .fin = { 500 }, .has_fin = 1 << IN, .una = { 500 } };

	(void)state;
	assert_false(tunwin_numbers_fin_counts(&numbers, IN));
	numbers.has_una = 1 << IN;
	assert_true(tunwin_numbers_fin_counts(&numbers, IN));
	numbers.una[IN] = 501;
	assert_false(tunwin_numbers_fin_counts(&numbers, IN));
}

int main(void)
{
	table_add("segments", "the first of both directions", test_begin, NULL);
	table_add_rows("segments", test_pass, pass_rows);
	table_add("segments", "what is acknowledged has passed", test_acked_passed, NULL);
	table_add("segments", "one without ACK", test_without_ack, NULL);
	table_add("segments", "of one direction alone", test_one_way, NULL);
	table_add_rows("RST", test_continues, continues_rows);
	table_add("RST", "where less is known", test_continues_known, NULL);
	table_add("RST", "data that passed elsewhere", test_continues_behind, NULL);
	table_add("FIN", "of both sides, one after the other", test_fin, NULL);
	table_add("FIN", "of both sides at once", test_fin_crossed, NULL);
	table_add("FIN", "before data that is missing", test_fin_early, NULL);
	table_add("FIN", "in the middle of data", test_fin_forged, NULL);
	table_add("FIN", "another one later", test_fin_moved, NULL);
	table_add("FIN", "data comes behind it", test_fin_then_data, NULL);
	table_add("FIN", "an acknowledgment proves it", test_fin_unacknowledged, NULL);
	return table_run("numbers");
}
