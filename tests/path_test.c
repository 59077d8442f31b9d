// SPDX-License-Identifier: GPL-2.0
/* The rules of kmod/rtt.c, edges.c and clock.c: what is known of a path and of who sends on it. */
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "edges.h"
#include "rtt.h"
#include "table.h"

#define WINDOW	100000

/* ---- round trips ---- */

static void round_trips(void **state)
{
	struct tunwin_rtt rtt = { 0 };

	(void)state;
	tunwin_rtt_sent(&rtt, 1000, 0xfffffff0);
	tunwin_rtt_acked(&rtt, 999, 5);
	assert_int_equal(rtt.min_us, 0);
	tunwin_rtt_acked(&rtt, 2000, 984);
	assert_int_equal(rtt.min_us, 1000);
	assert_int_equal(rtt.smoothed_us, 1000);
	/* What was sent again tells nothing. */
	tunwin_rtt_sent(&rtt, 3000, 1000);
	tunwin_rtt_spoil(&rtt);
	tunwin_rtt_acked(&rtt, 3000, 1001);
	assert_int_equal(rtt.min_us, 1000);
	tunwin_rtt_sent(&rtt, 4000, 2000);
	tunwin_rtt_acked(&rtt, 5000, 2200);
	assert_int_equal(rtt.min_us, 200);
	assert_int_equal(rtt.smoothed_us, 900);
	/* Four are under way at a time, as far apart as lets them fill a round trip. */
	tunwin_rtt_sent(&rtt, 5100, 2300);
	tunwin_rtt_sent(&rtt, 5200, 2300 + 224);
	tunwin_rtt_sent(&rtt, 5300, 2300 + 225);
	tunwin_rtt_acked(&rtt, 5200, 2350 + 224);
	assert_int_equal(rtt.min_us, 200);
	/* What acknowledges several answers the last of them. */
	tunwin_rtt_sent(&rtt, 5400, 2800);
	tunwin_rtt_sent(&rtt, 5500, 3100);
	tunwin_rtt_acked(&rtt, 5500, 3250);
	assert_int_equal(rtt.min_us, 150);
	/* At once is not never. */
	tunwin_rtt_sent(&rtt, 6000, 3000);
	tunwin_rtt_acked(&rtt, 6000, 3000);
	assert_int_equal(rtt.min_us, 1);
}

static void echoes(void **state)
{
	struct tunwin_rtt rtt = { 0 };

	(void)state;
	tunwin_rtt_stamped(&rtt, 0xffffffff, true, 100);
	tunwin_rtt_stamped(&rtt, 0xffffffff, true, 150);
	tunwin_rtt_echoed(&rtt, 0xfffffffe, 200);
	assert_int_equal(rtt.min_us, 0);
	tunwin_rtt_echoed(&rtt, 0xffffffff, 1100);
	assert_int_equal(rtt.min_us, 1000);
	/* A later one was answered: the sender had waited. */
	tunwin_rtt_stamped(&rtt, 5, true, 2000);
	tunwin_rtt_echoed(&rtt, 7, 2001);
	assert_int_equal(rtt.min_us, 1000);
	tunwin_rtt_stamped(&rtt, 8, true, 3000);
	tunwin_rtt_echoed(&rtt, 8, 3500);
	assert_int_equal(rtt.min_us, 500);
	/* One that was skipped at first is no sample later: the first may be what is answered. */
	tunwin_rtt_stamped(&rtt, 15, true, 4000);
	tunwin_rtt_stamped(&rtt, 16, true, 4001);
	tunwin_rtt_echoed(&rtt, 15, 4900);
	tunwin_rtt_stamped(&rtt, 16, true, 4901);
	tunwin_rtt_echoed(&rtt, 16, 4910);
	assert_int_equal(rtt.min_us, 500);
	/* Several are under way; the one that is echoed tells. */
	tunwin_rtt_stamped(&rtt, 20, true, 5000);
	tunwin_rtt_stamped(&rtt, 20, true, 5400);
	tunwin_rtt_stamped(&rtt, 21, true, 5800);
	tunwin_rtt_echoed(&rtt, 20, 5490);
	assert_int_equal(rtt.min_us, 490);
	tunwin_rtt_echoed(&rtt, 21, 6280);
	assert_int_equal(rtt.min_us, 480);
	/* An end that did not wait for it may answer late, but not too soon. */
	tunwin_rtt_stamped(&rtt, 29, false, 10000);
	tunwin_rtt_echoed(&rtt, 29, 90000);
	assert_in_range(rtt.smoothed_us, 700, 1000);
	tunwin_rtt_stamped(&rtt, 30, false, 100000);
	tunwin_rtt_echoed(&rtt, 30, 100400);
	assert_int_equal(rtt.min_us, 400);
}

/* The echo is of what was sent again, not of data that came after it with the same timestamp. */
static void echo_of_what_was_sent_again(void **state)
{
	struct tunwin_rtt rtt = { 0 };

	(void)state;
	tunwin_rtt_stamp_spoil(&rtt, 7);
	tunwin_rtt_stamped(&rtt, 7, false, 1400);
	tunwin_rtt_echoed(&rtt, 7, 2000);
	assert_int_equal(rtt.min_us, 0);
	/* Nor does something older in between make the same timestamp count twice. */
	tunwin_rtt_stamped(&rtt, 9, false, 3000);
	tunwin_rtt_stamp_spoil(&rtt, 8);
	tunwin_rtt_stamped(&rtt, 9, false, 3400);
	tunwin_rtt_echoed(&rtt, 9, 4000);
	assert_int_equal(rtt.min_us, 1000);
}

/* A message now and then: how long its sender was silent is no round trip. */
static void seldom(void **state)
{
	struct tunwin_rtt rtt = { 0 };
	__u32 n;

	(void)state;
	for (n = 0; n < 10; n++) {
		__u32 now_us = n * 30000000;

		tunwin_rtt_stamped(&rtt, 1000 + n, true, now_us);
		if (!n)
			tunwin_rtt_echoed(&rtt, 1000, now_us + 40000);
		/* The next data echoes the acknowledgment of half a minute ago. */
		tunwin_rtt_stamped(&rtt, 5000 + n, false, now_us + 41000);
		tunwin_rtt_echoed(&rtt, 5000 + n, now_us + 30000000);
	}
	assert_int_equal(rtt.min_us, 40000);
	assert_in_range(tunwin_rtt_recent(&rtt), 40000, 1200000);
}

/* Data that is acknowledged @us later, at @end_us. */
static void round_trip(struct tunwin_rtt *rtt, __u32 us, __u32 end_us)
{
	tunwin_rtt_sent(rtt, 1, end_us - us);
	tunwin_rtt_acked(rtt, 1, end_us);
}

/* A timestamp that an end without reason to answer at once echoes @us later, at @end_us. */
static void late_echo(struct tunwin_rtt *rtt, __u32 us, __u32 end_us)
{
	tunwin_rtt_stamped(rtt, end_us, false, end_us - us);
	tunwin_rtt_echoed(rtt, end_us, end_us);
}

static void longest_believed(void **state)
{
	struct tunwin_rtt rtt = { 0 };

	(void)state;
	round_trip(&rtt, 600000001, 700000000);
	assert_int_equal(rtt.min_us, 0);
	round_trip(&rtt, 600000000, 700000000);
	assert_int_equal(rtt.min_us, 600000000);
	/* What need not be answered at once takes no more than a second and four round trips. */
	rtt = (struct tunwin_rtt) { 0 };
	round_trip(&rtt, 40000, 40000);
	late_echo(&rtt, 1160001, 2000000);
	late_echo(&rtt, 1160001, 4000000);
	assert_int_equal(tunwin_rtt_recent(&rtt), 40000);
	late_echo(&rtt, 1160000, 6000000);
	late_echo(&rtt, 1160000, 8000000);
	assert_int_equal(tunwin_rtt_recent(&rtt), 1160000);
}

/* The shortest of the second that is under way, and of the one before. */
static void recent(void **state)
{
	struct tunwin_rtt rtt = { 0 };

	(void)state;
	assert_int_equal(tunwin_rtt_recent(&rtt), 0);
	round_trip(&rtt, 3000, 1000000);
	round_trip(&rtt, 2000, 1500000);
	assert_int_equal(tunwin_rtt_recent(&rtt), 2000);
	round_trip(&rtt, 5000, 1999999);
	assert_int_equal(tunwin_rtt_recent(&rtt), 2000);
	round_trip(&rtt, 7000, 2000000);
	assert_int_equal(tunwin_rtt_recent(&rtt), 2000);
	round_trip(&rtt, 6000, 2999999);
	assert_int_equal(tunwin_rtt_recent(&rtt), 2000);
	round_trip(&rtt, 8000, 3000000);
	assert_int_equal(tunwin_rtt_recent(&rtt), 6000);
	assert_int_equal(rtt.min_us, 2000);
}

/* Of several under way each is answered by itself, wherever the ring has come to. */
static void one_by_one(void **state)
{
	struct tunwin_rtt rtt = { 0 };
	__u32 round, n;

	(void)state;
	for (round = 0; round < 8; round++) {
		__u32 begin_us = round * 50000, number = round * 10;

		for (n = 0; n < 3; n++)
			tunwin_rtt_sent(&rtt, number + n, begin_us + n * 2500);
		for (n = 0; n < 3; n++) {
			__u32 us = 8000 - (round * 3 + n) * 50;

			tunwin_rtt_acked(&rtt, number + n, begin_us + n * 2500 + us);
			assert_int_equal(rtt.min_us, us);
		}
	}
}

/* A quarter of a round trip lies between two that are noted, of data and of timestamps. */
static void quarter_apart(void **state)
{
	struct tunwin_rtt rtt = { 0 };

	(void)state;
	round_trip(&rtt, 8000, 8000);
	tunwin_rtt_sent(&rtt, 2000, 10000);
	tunwin_rtt_sent(&rtt, 3000, 11999);
	tunwin_rtt_sent(&rtt, 4000, 12000);
	tunwin_rtt_acked(&rtt, 2000, 17000);
	tunwin_rtt_acked(&rtt, 3000, 17100);
	assert_int_equal(rtt.min_us, 7000);
	tunwin_rtt_acked(&rtt, 4000, 17500);
	assert_int_equal(rtt.min_us, 5500);

	rtt = (struct tunwin_rtt) { 0 };
	round_trip(&rtt, 8000, 8000);
	tunwin_rtt_stamped(&rtt, 20, true, 10000);
	tunwin_rtt_stamped(&rtt, 30, true, 11999);
	tunwin_rtt_stamped(&rtt, 40, true, 12000);
	tunwin_rtt_echoed(&rtt, 20, 17000);
	tunwin_rtt_echoed(&rtt, 30, 17100);
	assert_int_equal(rtt.min_us, 7000);
	tunwin_rtt_echoed(&rtt, 40, 17500);
	assert_int_equal(rtt.min_us, 5500);
}

/* Timestamps that nobody echoes, as of forged packets, leave room for others. */
static void never_echoed(void **state)
{
	struct tunwin_rtt rtt = { 0 };
	__u32 n;

	(void)state;
	for (n = 0; n < 4; n++)
		tunwin_rtt_stamped(&rtt, 0x40000000 + n, true, n * 1000);
	for (n = 0; n < 20; n++) {
		tunwin_rtt_stamped(&rtt, 100 + n, true, 2000000 + n * 1100000);
		tunwin_rtt_echoed(&rtt, 100 + n, 2000000 + n * 1100000 + 5000);
	}
	assert_int_equal(rtt.min_us, 5000);
}

/* Four that wait are all there can be, until the oldest has waited too long. */
static void full_ring(void **state)
{
	struct tunwin_rtt rtt = { 0 };
	__u32 n;

	(void)state;
	round_trip(&rtt, 10000, 10000);
	for (n = 0; n < 4; n++)
		tunwin_rtt_stamped(&rtt, 10 + n, true, 100000 + n * 10000);
	/* A second and four round trips are not too long, a microsecond more is. */
	tunwin_rtt_stamped(&rtt, 20, true, 1140000);
	tunwin_rtt_stamped(&rtt, 21, true, 1140001);
	tunwin_rtt_echoed(&rtt, 20, 1141000);
	assert_int_equal(rtt.min_us, 10000);
	tunwin_rtt_echoed(&rtt, 21, 1145001);
	assert_int_equal(rtt.min_us, 5000);

	/* The others still wait, those that came before it and those that came after. */
	rtt = (struct tunwin_rtt) { 0 };
	tunwin_rtt_stamped(&rtt, 5, true, 0);
	tunwin_rtt_echoed(&rtt, 6, 1);
	for (n = 0; n < 4; n++)
		tunwin_rtt_stamped(&rtt, 10 + n, true, 5000 + n * 1000);
	tunwin_rtt_stamped(&rtt, 20, true, 1005001);
	tunwin_rtt_echoed(&rtt, 10, 1005002);
	assert_int_equal(rtt.min_us, 0);
	tunwin_rtt_echoed(&rtt, 11, 1005500);
	assert_int_equal(rtt.min_us, 999500);
	tunwin_rtt_echoed(&rtt, 20, 1005600);
	assert_int_equal(rtt.min_us, 599);
}

/* Who was to answer at once and did after seconds: while there is room, it is waited for. */
static void slow_answer(void **state)
{
	struct tunwin_rtt rtt = { 0 };

	(void)state;
	tunwin_rtt_stamped(&rtt, 10, true, 1000);
	tunwin_rtt_stamped(&rtt, 11, true, 2001000);
	tunwin_rtt_echoed(&rtt, 10, 2501000);
	assert_int_equal(rtt.min_us, 2500000);
}

/* ---- what a sender was allowed ---- */

static void history(void **state)
{
	struct tunwin_edges edges = { 0 };
	struct tunwin_edge edge = { 0 }, at;
	__u32 us;

	(void)state;
	assert_false(tunwin_edges_at(&edges, 0, &at));
	/* A thousand bytes a millisecond, for a second; the time wraps on the way. */
	for (us = 0; us < 1000000; us += 1000) {
		edge.us = us - 500000;
		edge.stamp = us / 1000 - 500;
		edge.una = us;
		edge.edge = us + WINDOW;
		tunwin_edges_add(&edges, &edge, 80000, 64000);
	}
	/* For a quarter more than a round trip it is as it was, to two acknowledgments. */
	for (us = 0; us < 100000; us += 777) {
		assert_true(tunwin_edges_at(&edges, edge.us - us, &at));
		assert_in_range(at.edge, edge.edge - us - 2000, edge.edge - us + 2000);
		assert_in_range(at.edge - at.una, WINDOW - 1, WINDOW + 1);
		/* And so it is by timestamps, whatever the time is by now. */
		assert_true(tunwin_edges_echoed(&edges, edge.stamp - us / 1000, &at));
		assert_in_range(at.edge, edge.edge - us - 2000, edge.edge - us + 2000);
	}
	assert_true(tunwin_edges_echoed(&edges, edge.stamp + 1, &at));
	assert_int_equal(at.edge, edge.edge);
	assert_false(tunwin_edges_echoed(&edges, edge.stamp - 400, &at));
	assert_false(tunwin_edges_at(&edges, edge.us - 400000, &at));
}

/* Acknowledgments in bursts of a window, a thousand bytes each, as a queue makes them. */
static void history_of_bursts(void **state)
{
	struct tunwin_edges edges = { 0 };
	struct tunwin_edge edge = { 0 }, at;
	__u32 us;

	(void)state;
	for (edge.una = 1000; edge.una <= 20 * 64000; edge.una += 1000) {
		edge.us = edge.una / 64000 * 80000 + edge.una / 1000 % 64 * 50;
		edge.edge = edge.una + 64000;
		tunwin_edges_add(&edges, &edge, 80000, 64000);
	}
	/* In the last burst as it was, to a sixteenth of the window. */
	for (us = 0; us < 64 * 50; us += 50) {
		__u32 una = 19 * 64000 + us / 50 * 1000;

		assert_true(tunwin_edges_at(&edges, 19 * 80000 + us, &at));
		assert_in_range(at.una, una - 4000, una + 4000);
		assert_in_range(at.edge, una + 60000, una + 68000);
	}
	/* Between two bursts nothing has moved. */
	assert_true(tunwin_edges_at(&edges, 19 * 80000 + 40000, &at));
	assert_int_equal(at.una, 20 * 64000 - 1000);
}

/* Timestamps are the ends' to choose: they go back, jump by half their space, stand still. */
static void forged_stamps(void **state)
{
	static const __u32 steps[] = { 0, 1, 0xffffffff, 0x7fffffff, 0x80000000, 0x80000001, 77 };
	struct tunwin_edge edge = { .us = 5 }, at;
	__u32 first, last, asked;

	(void)state;
	for (first = 0; first < ROWS(steps); first++)
		for (last = 0; last < ROWS(steps); last++)
			for (asked = 0; asked < ROWS(steps); asked++) {
				struct tunwin_edges edges = { 0 };

				edge.stamp = 1000 + steps[first];
				tunwin_edges_add(&edges, &edge, 80000, 1000);
				edge.stamp += steps[last];
				tunwin_edges_add(&edges, &edge, 80000, 1000);
				tunwin_edges_echoed(&edges, edge.stamp + steps[asked], &at);
			}
}

/* What is asked next lies near what was asked last; whatever is asked, the answer is the same. */
static void any_order(void **state)
{
	struct tunwin_edges edges = { 0 }, fresh;
	struct tunwin_edge edge = { .edge = 64000 }, at, at_fresh;
	__u64 now_us = 4ULL * 0xffff0000U;	/* either clock wraps */
	unsigned int seed = 1;

	(void)state;
	for (int i = 0; i < 20000; i++) {
		__u32 back_us = rand_r(&seed) % 400000;

		now_us += rand_r(&seed) % 9000;
		edge.us = now_us;
		edge.stamp = now_us / 4;
		edge.una += rand_r(&seed) % 3000;
		edge.edge = edge.una + 64000;
		tunwin_edges_add(&edges, &edge, 80000, 64000);
		/* One that has never been asked looks for it from where it began. */
		fresh = edges;
		memset(fresh.back, rand_r(&seed), sizeof(fresh.back));
		at = edge;
		at_fresh = edge;
		assert_int_equal(tunwin_edges_at(&edges, edge.us - back_us, &at),
				 tunwin_edges_at(&fresh, edge.us - back_us, &at_fresh));
		assert_memory_equal(&at, &at_fresh, sizeof(at));
		/* It lies between what was true before that time and what was after it. */
		assert_true((__s32)(at.una - edge.una) <= 0);
		assert_int_equal(tunwin_edges_echoed(&edges, edge.stamp - back_us / 4, &at),
				 tunwin_edges_echoed(&fresh, edge.stamp - back_us / 4, &at_fresh));
		assert_memory_equal(&at, &at_fresh, sizeof(at));
	}
}

static void first_edge(void **state)
{
	struct tunwin_edges edges = { 0 };
	struct tunwin_edge edge = { .us = 1000, .una = 1, .edge = 5000 }, at;

	(void)state;
	tunwin_edges_add(&edges, &edge, 80000, 64000);
	assert_true(tunwin_edges_at(&edges, 0, &at));
	assert_int_equal(at.edge, 5000);
	assert_true(tunwin_edges_at(&edges, 99999, &at));
	assert_int_equal(at.edge, 5000);
}

/* Two acknowledgments: as if what they allow had grown evenly between them, or not at all. */
static const struct pair {
	const char *name;
	__u32 rtt_us, flight_bytes;
	__u32 apart_us, acked_bytes;
	bool together;
} pairs[] = {
	{ "less than a quarter of a round trip apart", 80000, 64000, 19999, 1000, true },
	{ "a quarter of a round trip apart", 80000, 64000, 20000, 1000 },
	{ "just an eighth of what is under way apart", 80000, 64000, 999, 8000, true },
	{ "more than that apart", 80000, 64000, 999, 8001 },
	{ "less than half a millisecond apart, on a short way", 400, 64000, 499, 1000, true },
	{ "half a millisecond apart, on a short way", 400, 64000, 500, 1000 },
	{ "half a millisecond apart, on one just as long", 2000, 64000, 500, 1000 },
};

static void run_pair(void **state)
{
	const struct pair *pair = *state;
	const struct tunwin_edge first = { .us = 7, .stamp = 70, .una = 1000, .edge = 65000 };
	struct tunwin_edge edge = first, at;
	struct tunwin_edges edges = { 0 };

	tunwin_edges_add(&edges, &edge, pair->rtt_us, pair->flight_bytes);
	edge.us += pair->apart_us;
	edge.stamp++;
	edge.una += pair->acked_bytes;
	edge.edge += pair->acked_bytes;
	tunwin_edges_add(&edges, &edge, pair->rtt_us, pair->flight_bytes);
	/* Half of the time is over when half of what is between them has come. */
	assert_true(tunwin_edges_at(&edges, 7 + (pair->apart_us - 1) / 2, &at));
	if (pair->together) {
		assert_int_equal(at.una, first.una + pair->acked_bytes / 2);
		assert_int_equal(at.edge, first.edge + pair->acked_bytes / 2);
		assert_int_equal(at.us, first.us);
		assert_int_equal(at.stamp, first.stamp);
	} else {
		assert_memory_equal(&at, &first, sizeof(at));
	}
	assert_true(tunwin_edges_at(&edges, edge.us, &at));
	assert_memory_equal(&at, &edge, sizeof(at));
}

/* A right edge that moves back does so evenly, too. */
static void edge_moves_back(void **state)
{
	struct tunwin_edges edges = { 0 };
	struct tunwin_edge edge = { .us = 1000, .una = 1000, .edge = 65000 }, at;

	(void)state;
	tunwin_edges_add(&edges, &edge, 80000, 64000);
	edge.us += 999;
	edge.una += 4000;
	edge.edge -= 2000;
	tunwin_edges_add(&edges, &edge, 80000, 64000);
	assert_true(tunwin_edges_at(&edges, 1000 + 249, &at));
	assert_int_equal(at.una, 2000);
	assert_int_equal(at.edge, 64500);
	assert_true(tunwin_edges_at(&edges, 1000 + 749, &at));
	assert_int_equal(at.una, 4000);
	assert_int_equal(at.edge, 63500);
}

/* Of those with one timestamp the sender that echoes it may have had all. */
static void to_the_end_of_the_tick(void **state)
{
	struct tunwin_edges edges = { 0 };
	struct tunwin_edge edge = { .stamp = 10, .una = 1000, .edge = 65000 }, at;
	__u32 tick;

	(void)state;
	tunwin_edges_add(&edges, &edge, 80000, 64000);
	edge.stamp += 3;
	edge.una += 4000;
	edge.edge += 8000;
	tunwin_edges_add(&edges, &edge, 80000, 64000);
	for (tick = 0; tick < 4; tick++) {
		assert_true(tunwin_edges_echoed(&edges, 10 + tick, &at));
		assert_int_equal(at.una, 1000 + (tick + 1) * 1000);
		assert_int_equal(at.edge, 65000 + (tick + 1) * 2000);
	}
}

/* Timestamps that go back are no clock's, and tell nothing. */
static void stamps_go_back(void **state)
{
	struct tunwin_edges edges = { 0 };
	struct tunwin_edge edge = { .stamp = 1000 }, at;

	(void)state;
	tunwin_edges_add(&edges, &edge, 80000, 64000);
	edge.stamp = 999;
	tunwin_edges_add(&edges, &edge, 80000, 64000);
	assert_false(tunwin_edges_echoed(&edges, 1000, &at));
}

/* Where the last answer lay is known, so that the next one is found without a search. */
static void near_the_last_answer(void **state)
{
	const __u32 oldest_us = (100 - TUNWIN_EDGES) * 20000;
	struct tunwin_edges edges = { 0 };
	struct tunwin_edge edge = { 0 }, at;
	int i;

	(void)state;
	for (i = 0; i < 10; i++) {
		edge.us = i * 20000;
		edge.stamp = i * 20;
		tunwin_edges_add(&edges, &edge, 80000, 64000);
	}
	assert_int_equal(edges.count, 10);
	assert_true(tunwin_edges_at(&edges, 6 * 20000, &at));
	assert_int_equal(edges.back[TUNWIN_EDGES_BY_TIME], 3);
	assert_true(tunwin_edges_echoed(&edges, 4 * 20, &at));
	assert_int_equal(edges.back[TUNWIN_EDGES_BY_STAMP], 5);
	/* The slot is the same, and one further back with each that is new. */
	for (; i < 12; i++) {
		edge.us = i * 20000;
		edge.stamp = i * 20;
		tunwin_edges_add(&edges, &edge, 80000, 64000);
	}
	assert_int_equal(edges.back[TUNWIN_EDGES_BY_TIME], 5);
	assert_int_equal(edges.back[TUNWIN_EDGES_BY_STAMP], 7);
	/* There are no more slots than that, however long it goes on. */
	for (; i < 100; i++) {
		edge.us = i * 20000;
		edge.stamp = i * 20;
		tunwin_edges_add(&edges, &edge, 80000, 64000);
	}
	assert_int_equal(edges.count, TUNWIN_EDGES);
	assert_true(tunwin_edges_at(&edges, oldest_us, &at));
	assert_int_equal(at.us, oldest_us);
	assert_false(tunwin_edges_at(&edges, oldest_us - 1, &at));
}

/* ---- the sender's clock ---- */

static const struct ticking {
	const char *name;
	__u32 tick_ns, first_stamp, jitter_us;
} tickings[] = {
	{ "a millisecond", 1000000, 0xffffff00, 0 },
	{ "a millisecond, over a path with queues", 1000000, 5, 19000 },
	{ "ten milliseconds", 10000000, 0x7ffffff0, 0 },
	{ "a microsecond", 1000, 0xfffff000, 5000 },
};

/* Within a tenth from the first on, and a hundredth after some seconds; numbers come round. */
static void ticks(void **state)
{
	const struct ticking *ticking = *state;
	struct tunwin_clock clock = { 0 };
	__u64 us, passed_us = 0;

	for (us = 0; us < 7000000000ULL; us += us < 10000000 ? 7919 : 700000003) {
		__u32 stamp = ticking->first_stamp + us * 1000 / ticking->tick_ns;
		__u64 off = us < 8100000 ? 9 : 90;

		if (passed_us < us + (us / 7919 % 3 ? ticking->jitter_us : 0))
			passed_us = us + (us / 7919 % 3 ? ticking->jitter_us : 0);
		tunwin_clock_stamp(&clock, stamp, passed_us);
		if (us < 210000 || us > 10000000)
			continue;
		assert_in_range(clock.tick_ns, ticking->tick_ns - ticking->tick_ns / off,
				ticking->tick_ns + ticking->tick_ns / off);
	}
}

/* An end that is replaced by another, with another clock, is found out. */
static void another_clock(void **state)
{
	struct tunwin_clock clock = { 0 };
	__u32 ms;

	(void)state;
	for (ms = 0; ms < 20000; ms += 50)
		tunwin_clock_stamp(&clock, 1000 + ms, ms * 1000);
	assert_int_equal(clock.tick_ns, 1000000);
	for (; ms < 60000; ms += 50)
		tunwin_clock_stamp(&clock, 77 + ms / 10, ms * 1000);
	assert_int_equal(clock.tick_ns, 10000000);
	/* One that stands still, or runs backwards, tells nothing. */
	for (; ms < 90000; ms += 50)
		tunwin_clock_stamp(&clock, 1000000 - ms, ms * 1000);
	assert_int_equal(clock.tick_ns, 0);
}

/* What is seen of a clock, one after the other, and what its tick is by then. */
static const struct clocked {
	const char *name;
	struct {
		__u32 us, ticks, tick_ns;
	} seen[4];
} clockeds[] = {
	{ "known after a fifth of a second", {
		{ 199999, 200, 0 }, { 200000, 200, 1000000 } } },
	{ "measured from the first on, as soon as that is four seconds", {
		{ 200000, 190, 1052631 }, { 3999999, 4000, 1052631 },
		{ 4000000, 4000, 1000000 } } },
	{ "measured anew every four seconds", {
		{ 200000, 200, 1000000 }, { 4000000, 4000, 1000000 }, { 7999999, 6500, 1000000 },
		{ 8000000, 6500, 1600000 } } },
	{ "no timestamps that move", { { 200000, 0, 0 }, { 400000, 0, 0 } } },
	{ "measured anew from where it was none", {
		{ 200000, 0x80000000, 0 }, { 399999, 0x80000000 + 200, 0 },
		{ 400000, 0x80000000 + 200, 1000000 } } },
	{ "the shortest tick", { { 200000, 400000, 500 } } },
	{ "shorter than that", { { 200000, 400001, 0 } } },
	{ "the longest tick", { { 1000000, 1, 1000000000 } } },
	{ "longer than that", { { 1000001, 1, 0 } } },
	{ "half as long all at once", { { 200000, 200, 1000000 }, { 4000000, 8000, 0 } } },
	{ "a little more than that", { { 200000, 200, 1000000 }, { 4000008, 8000, 500001 } } },
	{ "twice as long all at once", { { 200000, 200, 1000000 }, { 4000000, 2000, 0 } } },
	{ "a little less than that", { { 200000, 200, 1000000 }, { 5999997, 3000, 1999999 } } },
	/* What is found out to be none is measured from there on. */
	{ "another one", {
		{ 200000, 200, 1000000 }, { 4000000, 400, 0 }, { 4199999, 420, 0 },
		{ 4200000, 420, 10000000 } } },
};

static void run_clocked(void **state)
{
	const struct clocked *clocked = *state;
	struct tunwin_clock clock = { 0 };
	unsigned int i;

	/* Time and timestamps come round on the way. */
	tunwin_clock_stamp(&clock, 0xffffff9c, 0xffff0000);
	for (i = 0; i < ROWS(clocked->seen) && clocked->seen[i].us; i++) {
		tunwin_clock_stamp(&clock, 0xffffff9c + clocked->seen[i].ticks,
				   0xffff0000 + clocked->seen[i].us);
		assert_int_equal(clock.tick_ns, clocked->seen[i].tick_ns);
	}
}

int main(void)
{
	table_add("rtt", "data and acknowledgments", round_trips, NULL);
	table_add("rtt", "timestamps and echoes", echoes, NULL);
	table_add("rtt", "the echo of what was sent again", echo_of_what_was_sent_again, NULL);
	table_add("rtt", "seldom", seldom, NULL);
	table_add("rtt", "never echoed", never_echoed, NULL);
	table_add("rtt", "the longest that is believed", longest_believed, NULL);
	table_add("rtt", "of the last second or two", recent, NULL);
	table_add("rtt", "several under way", one_by_one, NULL);
	table_add("rtt", "a quarter of a round trip apart", quarter_apart, NULL);
	table_add("rtt", "as many as can wait", full_ring, NULL);
	table_add("rtt", "a slow answer", slow_answer, NULL);
	table_add("edges", "a steady flow", history, NULL);
	table_add("edges", "a flow in bursts", history_of_bursts, NULL);
	table_add("edges", "forged timestamps", forged_stamps, NULL);
	table_add("edges", "asked in any order", any_order, NULL);
	table_add("edges", "the first of all", first_edge, NULL);
	table_add_rows("edges", run_pair, pairs);
	table_add("edges", "a right edge that moves back", edge_moves_back, NULL);
	table_add("edges", "to the end of the tick", to_the_end_of_the_tick, NULL);
	table_add("edges", "timestamps that go back", stamps_go_back, NULL);
	table_add("edges", "near the last answer", near_the_last_answer, NULL);
	table_add_rows("clock", ticks, tickings);
	table_add("clock", "another one", another_clock, NULL);
	table_add_rows("clock", run_clocked, clockeds);
	return table_run("path");
}
