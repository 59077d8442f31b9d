// SPDX-License-Identifier: GPL-2.0
/* The rule of kmod/collapse.c, on windows that are looked at twice a second. */
#include "collapse.h"
#include "recent.h"
#include "table.h"

#define MSEC	1000000ULL
#define SECOND	1000000000ULL
#define LOOK	(SECOND / 2)

/* A window that goes from one size to another and back, several times over. */
static const struct course {
	const char *name;
	__u32 high_bytes, low_bytes;
	__u64 low_ms, high_ms;		/* of each time; the first high is a minute */
	int times;
	__u32 limited_percent;		/* of the time at which it is low */
	__u32 rtt_us;
	__u32 needed_bytes;		/* by rate and round trip, 0 not known */
	int raised, cleared;
	__u64 raised_by_ms;		/* after its begin, of the first */
} courses[] = {
	{ "to a tenth", 1000000, 100000, 10000, 10000, 1, 100, 80000, 0, 1, 1, 2000 },
	{ "to nothing", 1000000, 0, 10000, 10000, 1, 100, 80000, 0, 1, 1, 2000 },
	{ "to a quarter", 1000000, 250000, 10000, 10000, 1, 100, 80000, 0, 1, 1, 2000 },
	{ "to a little more", 1000000, 260000, 10000, 10000, 1, 100, 80000 },
	{ "for a moment", 1000000, 0, 400, 10000, 5, 100, 80000 },
	{ "over a long round trip", 1000000, 0, 10000, 10000, 1, 100, 900000, 0, 1, 1, 5000 },
	{ "for less than four of those", 1000000, 0, 3000, 10000, 1, 100, 900000 },
	{ "of a flow that something else limits", 1000000, 10000, 60000, 10000, 1, 40, 80000 },
	{ "of a flow that it limits half of the time", 1000000, 10000, 60000, 10000, 1, 50, 80000,
	  0, 1, 1, 2000 },
	{ "of a flow that it limits mostly", 1000000, 10000, 60000, 10000, 1, 60, 80000, 0, 1, 1,
	  2000 },
	{ "and never recovers", 1000000, 10000, 600000, 0, 1, 100, 80000, 0, 1, 0, 2000 },
	{ "small from the first, and that is all", 10000, 10000, 60000, 1000, 1, 100, 80000 },
	{ "small from the first, for what is needed", 10000, 10000, 60000, 1000, 1, 100, 80000,
	  10000000, 1, 0, 2000 },
	{ "to and fro about the limit", 260000, 240000, 700, 700, 200, 100, 80000, 1000000, 0, 0 },
	{ "below it, to and fro about twice that", 450000, 100000, 3000, 600, 20, 100, 80000,
	  1000000, 1, 0, 2000 },
	{ "that matters no more", 1000000, 10000, 90000, 0, 1, 1, 80000 },
	/* At first after five seconds, then after ten, then twenty. */
	{ "again and again", 1000000, 10000, 3000, 600, 10, 100, 80000, 0, 3, 3, 2000 },
	{ "from nothing to nothing", 0, 0, 60000, 1000, 1, 100, 80000 },
};

/* One stretch of time at one size. Counts what is raised and cleared. */
struct run {
	struct tunwin_collapse collapse;
	struct tunwin_peak peak;
	struct tunwin_collapse_facts facts;
	__u32 needed_bytes;
	int raised, cleared;
	__u64 raised_ns;
};

static void pass(struct run *run, __u64 ns, __u32 limited_percent)
{
	run->facts.now_ns += ns;
	run->facts.limited_ns += ns / 100 * limited_percent;
}

static void stay(struct run *run, __u32 window_bytes, __u64 ms, __u32 limited_percent)
{
	__u64 until_ns = run->facts.now_ns + ms * MSEC, step_ns;

	run->facts.window_bytes = window_bytes;
	while (run->facts.now_ns < until_ns) {
		/* Looks come when they come, not when the window moves. */
		step_ns = LOOK - run->facts.now_ns % LOOK;
		if (run->facts.now_ns + step_ns > until_ns) {
			pass(run, until_ns - run->facts.now_ns, limited_percent);
			return;
		}
		pass(run, step_ns, limited_percent);
		tunwin_peak_add(&run->peak, window_bytes, run->facts.now_ns / SECOND);
		run->facts.reference_bytes = tunwin_peak_largest(&run->peak,
								 run->facts.now_ns / SECOND);
		if (run->facts.reference_bytes < run->needed_bytes)
			run->facts.reference_bytes = run->needed_bytes;
		switch (tunwin_collapse_look(&run->collapse, &run->facts)) {
		case TUNWIN_VERDICT_RAISED:
			if (!run->raised++)
				run->raised_ns = run->facts.now_ns;
			break;
		case TUNWIN_VERDICT_CLEARED:
			run->cleared++;
			break;
		case TUNWIN_VERDICT_SAME:
			break;
		}
		assert_true(run->raised == run->cleared || run->raised == run->cleared + 1);
	}
}

static void run_course(void **state)
{
	const struct course *course = *state;
	struct run run = {
		.facts = {
			.now_ns = 4000000000ULL * SECOND, .rtt_us = course->rtt_us,
			.ratio_percent = TUNWIN_COLLAPSE_RATIO_PERCENT,
		},
		.needed_bytes = course->needed_bytes,
	};
	__u64 began_ns;
	int time;

	/* The seconds come round in the middle of it. */
	run.facts.now_ns = (0x100000000ULL - 70) * SECOND;
	if (!course->needed_bytes)
		stay(&run, course->high_bytes, 60300, 0);
	began_ns = run.facts.now_ns;
	for (time = 0; time < course->times; time++) {
		stay(&run, course->low_bytes, course->low_ms, course->limited_percent);
		stay(&run, course->high_bytes, course->high_ms, course->limited_percent);
	}
	assert_int_equal(run.raised, course->raised);
	assert_int_equal(run.cleared, course->cleared);
	if (course->raised)
		assert_in_range(run.raised_ns - began_ns, SECOND, course->raised_by_ms * MSEC);
}

static void peaks(void **state)
{
	struct tunwin_peak peak = { };
	__u32 now_s = 0xfffffff0;

	(void)state;
	assert_int_equal(tunwin_peak_largest(&peak, now_s), 0);
	tunwin_peak_add(&peak, 5, now_s);
	tunwin_peak_add(&peak, 3, now_s + 1);
	assert_int_equal(tunwin_peak_largest(&peak, now_s + 1), 5);
	/* It is remembered for a minute, and no longer than a minute and a half. */
	assert_int_equal(tunwin_peak_largest(&peak, now_s + 59), 5);
	tunwin_peak_add(&peak, 3, now_s + 40);
	assert_int_equal(tunwin_peak_largest(&peak, now_s + 91), 3);
	assert_int_equal(tunwin_peak_largest(&peak, now_s + 200), 0);
}

/* Of a minute and a half all but the last of the three parts is kept, to the second. */
static void peaks_of_parts(void **state)
{
	struct tunwin_peak peak = { };
	__u32 now_s = 1000;

	(void)state;
	tunwin_peak_add(&peak, 5, now_s);
	tunwin_peak_add(&peak, 3, now_s + 30);
	assert_int_equal(tunwin_peak_largest(&peak, now_s + 89), 5);
	assert_int_equal(tunwin_peak_largest(&peak, now_s + 90), 3);
	assert_int_equal(tunwin_peak_largest(&peak, now_s + 119), 3);
	assert_int_equal(tunwin_peak_largest(&peak, now_s + 120), 0);
	/* After a silence nothing is left of any part. */
	tunwin_peak_add(&peak, 2, now_s + 60);
	assert_int_equal(tunwin_peak_largest(&peak, now_s + 60), 5);
	assert_int_equal(tunwin_peak_largest(&peak, now_s + 200), 0);
}

/* Low for four round trips, each time anew: to the nanosecond, where the looks fall so. */
static void four_round_trips(void **state)
{
	struct run run = { .facts = {
		.now_ns = 1000 * SECOND, .rtt_us = 2000000,
		.ratio_percent = TUNWIN_COLLAPSE_RATIO_PERCENT,
	} };
	int times;

	(void)state;
	stay(&run, 1000000, 60000, 0);
	for (times = 0; times < 2; times++) {
		/* The first look is what finds it low. */
		stay(&run, 10000, 500 + 7500, 100);
		assert_int_equal(run.raised, times);
		stay(&run, 10000, 500, 100);
		assert_int_equal(run.raised, times + 1);
		stay(&run, 1000000, 500, 0);
		assert_int_equal(run.cleared, times + 1);
	}
}

/* One that has not limited its flow since it was raised matters for a minute from then. */
static void a_minute(void **state)
{
	struct run run = { .facts = {
		.now_ns = 1000 * SECOND, .rtt_us = 80000,
		.ratio_percent = TUNWIN_COLLAPSE_RATIO_PERCENT,
	} };

	(void)state;
	stay(&run, 1000000, 60000, 0);
	stay(&run, 10000, 1500, 100);
	assert_int_equal(run.raised, 1);
	assert_int_equal(run.raised_ns, run.facts.now_ns);
	stay(&run, 10000, 59500, 0);
	assert_int_equal(run.cleared, 0);
	stay(&run, 10000, 500, 0);
	assert_int_equal(run.cleared, 1);
}

/* What it once fell from is forgotten with the first look at which it has recovered from that. */
static void recovered_at_rest(void **state)
{
	struct run run = { .facts = {
		.now_ns = 1000 * SECOND, .rtt_us = 80000,
		.ratio_percent = TUNWIN_COLLAPSE_RATIO_PERCENT,
	} };

	(void)state;
	stay(&run, 1000000, 60000, 0);
	stay(&run, 10000, 5000, 100);
	stay(&run, 10000, 350000, 0);
	assert_int_equal(run.raised, 1);
	assert_int_equal(run.cleared, 1);
	stay(&run, 600000, 1000, 100);
	/* A fifth of that, but a third of what it recovered to. */
	stay(&run, 200000, 60000, 100);
	assert_int_equal(run.raised, 1);
}

/* Again after five seconds, and after twice as long each time; forgotten after four times that. */
static void again(void **state)
{
	static const __u32 waits_s[] = { 5, 10, 20, 40, 80, 80 };
	struct tunwin_again record = { };
	__u64 now_ns = 1000 * SECOND, wait_ns;
	unsigned int i;

	(void)state;
	assert_true(tunwin_again_may_be(&record, now_ns));
	assert_false(tunwin_again_is_fresh(&record, now_ns));
	for (i = 0; i < ROWS(waits_s); i++) {
		wait_ns = waits_s[i] * SECOND;
		tunwin_again_over(&record, now_ns);
		assert_false(tunwin_again_may_be(&record, now_ns + wait_ns - 1));
		assert_true(tunwin_again_may_be(&record, now_ns + wait_ns));
		assert_true(tunwin_again_is_fresh(&record, now_ns + 4 * wait_ns - 1));
		assert_false(tunwin_again_is_fresh(&record, now_ns + 4 * wait_ns));
		now_ns += wait_ns;
	}
	now_ns += 3 * wait_ns - 1;
	tunwin_again_over(&record, now_ns);
	assert_false(tunwin_again_may_be(&record, now_ns + wait_ns - 1));
	/* Over again when it was forgotten: the first time. */
	now_ns += 4 * wait_ns;
	tunwin_again_over(&record, now_ns);
	assert_false(tunwin_again_may_be(&record, now_ns + 5 * SECOND - 1));
	assert_true(tunwin_again_may_be(&record, now_ns + 5 * SECOND));
}

/* Once its flow rests the collapse matters no longer; it does again when the flow goes on. */
static void rest(void **state)
{
	struct run run = { .facts = {
		.now_ns = 1000 * SECOND, .rtt_us = 80000,
		.ratio_percent = TUNWIN_COLLAPSE_RATIO_PERCENT,
	} };

	(void)state;
	stay(&run, 1000000, 60000, 0);
	stay(&run, 10000, 5000, 100);
	assert_int_equal(run.raised, 1);
	stay(&run, 10000, 50000, 0);
	assert_int_equal(run.cleared, 0);
	stay(&run, 10000, 300000, 0);
	assert_int_equal(run.cleared, 1);
	stay(&run, 10000, 5000, 100);
	assert_int_equal(run.raised, 2);
	stay(&run, 600000, 1000, 100);
	assert_int_equal(run.cleared, 2);
	/* Now it has been over, and half of that is no collapse. */
	stay(&run, 260000, 600000, 100);
	assert_int_equal(run.raised, 2);
}

/* What is too small for a rate that somebody set is not when he sets another, or none. */
static void another_mind(void **state)
{
	static const __u32 needs[] = { 0, 800000 };
	unsigned int i;

	(void)state;
	for (i = 0; i < 2; i++) {
		struct run run = { .facts = {
			.now_ns = 1000 * SECOND, .rtt_us = 80000, .by_need = true,
			.ratio_percent = TUNWIN_COLLAPSE_RATIO_PERCENT,
		} };

		run.needed_bytes = 1000000000;
		stay(&run, 1000000, 5000, 100);
		assert_int_equal(run.raised, 1);
		run.needed_bytes = needs[i];
		stay(&run, 1000000, 1000, 100);
		assert_int_equal(run.cleared, 1);
		stay(&run, 1000000, 60000, 100);
		assert_int_equal(run.raised, 1);
	}
}

static void recent(void **state)
{
	struct tunwin_recent record;
	__u32 now_s = 0xffffffe0, i;

	(void)state;
	/* Of an hour's bytes a minute's are recent, of a young one's all. */
	tunwin_recent_begin(&record, 3600000, 3600, now_s);
	assert_int_equal(tunwin_recent_sum(&record), 60000);
	tunwin_recent_begin(&record, 1000000, 30, now_s);
	assert_int_equal(tunwin_recent_sum(&record), 1000000);
	for (i = 0; i < 300; i++)
		tunwin_recent_add(&record, 1000000 + i * 100ULL, now_s + i);
	assert_in_range(tunwin_recent_sum(&record), 60 * 100, 91 * 100);
	tunwin_recent_add(&record, 2000000, now_s + 1000);
	assert_in_range(tunwin_recent_sum(&record), 900000, 1000000);
}

/* A young record's total is all recent, to the age of a minute. */
static void recent_begins(void **state)
{
	struct tunwin_recent record = { };

	(void)state;
	tunwin_recent_begin(&record, 1000001, 60, 1000);
	assert_int_equal(tunwin_recent_sum(&record), 1000001);
	tunwin_recent_add(&record, 1000501, 1001);
	assert_int_equal(tunwin_recent_sum(&record), 1000501);
	tunwin_recent_begin(&record, 6100001, 61, 1001);
	assert_int_equal(tunwin_recent_sum(&record), 6000000);
}

/* Whenever records begin and are added to, of the same time they have the same sum. */
static void recent_parts(void **state)
{
	/* What there is in all, from then on; and what of it is recent. */
	static const struct {
		__u32 now_s, total, sum;
	} steps[] = {
		{ 1019, 100, 100 },
		{ 1020, 300, 300 },
		{ 1025, 700, 700 },
		{ 1049, 1500, 1500 },
		{ 1055, 3100, 3100 },
		{ 1079, 6300, 6300 },
		/* A fourth part begins, the first is forgotten. */
		{ 1080, 12700, 12600 },
		{ 1109, 25500, 25400 },
		{ 1110, 51100, 49600 },
		{ 1139, 102300, 100800 },
		/* After three parts without a look all of them are. */
		{ 1200, 204700, 102400 },
		{ 1289, 204701, 102401 },
	};
	static const __u32 begins_s[] = { 990, 1001, 1019 };
	unsigned int begin, step;

	(void)state;
	for (begin = 0; begin < ROWS(begins_s); begin++) {
		struct tunwin_recent record = { };

		tunwin_recent_begin(&record, 0, 0, begins_s[begin]);
		for (step = 0; step < ROWS(steps); step++) {
			tunwin_recent_add(&record, steps[step].total, steps[step].now_s);
			assert_int_equal(tunwin_recent_sum(&record), steps[step].sum);
		}
	}
}

int main(void)
{
	table_add("peak", "the last minute", peaks, NULL);
	table_add("peak", "parts of it", peaks_of_parts, NULL);
	table_add("recent", "the last minute", recent, NULL);
	table_add("recent", "the first minute", recent_begins, NULL);
	table_add("recent", "parts of it", recent_parts, NULL);
	table_add("again", "later each time", again, NULL);
	table_add_rows("collapse", run_course, courses);
	table_add("collapse", "a rest", rest, NULL);
	table_add("collapse", "four round trips", four_round_trips, NULL);
	table_add("collapse", "a minute at rest", a_minute, NULL);
	table_add("collapse", "recovered at rest", recovered_at_rest, NULL);
	table_add("collapse", "another mind", another_mind, NULL);
	return table_run("collapse");
}
