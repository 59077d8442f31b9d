// SPDX-License-Identifier: GPL-2.0
/*
 * The rules of kmod/sequence.c, rtt.c, edges.c and clock.c, compiled as the module compiles
 * them.
 */
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "edges.h"
#include "rtt.h"
#include "sequence.h"
#include "table.h"

#define MSS	1000
#define WINDOW	100000
#define REORDER	3000

/* ---- data and acknowledgments, as scripts ---- */

enum step_kind {
	END,
	DATA,	/* from, length, at; expected: verdict */
	ACK,	/* ack, window, rounding; expected: verdict */
};

struct step {
	enum step_kind kind;
	__s64 a, b, c;
	int verdict;
	__u32 stamp;	/* 0: none */
};

struct totals {
	__u64 retransmits, reordered, payload;
	__u32 dup_acks, retreats, implausible, outstanding;
	int holes;
};

#define NEW	TUNWIN_SEGMENT_NEW
#define GAP	TUNWIN_SEGMENT_GAP
#define AGAIN	TUNWIN_SEGMENT_RETRANSMIT
#define LATE	TUNWIN_SEGMENT_REORDERED
#define ODD	TUNWIN_SEGMENT_IMPLAUSIBLE
#define ADV	TUNWIN_ACK_ADVANCED
#define DUP	TUNWIN_ACK_DUPLICATE
#define BACK	TUNWIN_ACK_RETREATED
#define OLD	TUNWIN_ACK_OLD
#define BAD	TUNWIN_ACK_IMPLAUSIBLE

static const struct script {
	const char *name;
	struct step step[12];
	struct totals totals;
} scripts[] = {
	{ "data in order", {
		{ DATA, 0, MSS, 0, NEW }, { DATA, MSS, MSS, 10, NEW },
		{ ACK, 2 * MSS, WINDOW, 0, ADV },
	  }, { .payload = 2 * MSS } },
	{ "what passed before passes again", {
		{ DATA, 0, 3 * MSS, 0, NEW }, { DATA, MSS, MSS, 10, AGAIN },
	  }, { .payload = 3 * MSS, .retransmits = 1, .outstanding = 3 * MSS } },
	{ "a hole filled at once was overtaken", {
		{ DATA, 0, MSS, 0, NEW }, { DATA, 2 * MSS, MSS, 10, NEW | GAP },
		{ DATA, MSS, MSS, 20, LATE },
	  }, { .payload = 3 * MSS, .reordered = 1, .outstanding = 3 * MSS } },
	{ "a hole filled a round trip later was sent again", {
		{ DATA, 0, MSS, 0, NEW }, { DATA, 2 * MSS, MSS, 10, NEW | GAP },
		{ DATA, MSS, MSS, 10 + REORDER, AGAIN },
	  }, { .payload = 3 * MSS, .retransmits = 1, .outstanding = 3 * MSS } },
	{ "a hole filled late by what was sent before was overtaken", {
		{ DATA, 0, MSS, 0, NEW, 7 }, { DATA, 2 * MSS, MSS, 10, NEW | GAP, 9 },
		{ DATA, MSS, MSS, 10 + 2 * REORDER, LATE, 8 },
	  }, { .payload = 3 * MSS, .reordered = 1, .outstanding = 3 * MSS } },
	{ "a hole filled at once by what was sent later was sent again", {
		{ DATA, 0, MSS, 0, NEW, 0xffffffff },
		{ DATA, 2 * MSS, MSS, 10, NEW | GAP, 0xffffffff },
		{ DATA, MSS, MSS, 20, AGAIN, 1 },
	  }, { .payload = 3 * MSS, .retransmits = 1, .outstanding = 3 * MSS } },
	{ "a hole filled by what was sent in the same tick", {
		{ DATA, 0, MSS, 0, NEW, 7 }, { DATA, 2 * MSS, MSS, 10, NEW | GAP, 7 },
		{ DATA, MSS, MSS, 20, LATE, 7 }, { DATA, 4 * MSS, MSS, 30, NEW | GAP, 7 },
		{ DATA, 3 * MSS, MSS, 30 + REORDER, LATE, 7 },
	  }, { .payload = 5 * MSS, .reordered = 2, .outstanding = 5 * MSS } },
	{ "a hole is not payload", {
		{ DATA, 0, MSS, 0, NEW }, { DATA, 3 * MSS, MSS, 10, NEW | GAP },
	  }, { .payload = 2 * MSS, .holes = 1, .outstanding = 4 * MSS } },
	{ "the middle of a hole leaves two", {
		{ DATA, 0, MSS, 0, NEW }, { DATA, 4 * MSS, MSS, 10, NEW | GAP },
		{ DATA, 2 * MSS, MSS, 20, LATE },
	  }, { .payload = 3 * MSS, .reordered = 1, .holes = 2, .outstanding = 5 * MSS } },
	{ "a hole that was acknowledged passed elsewhere", {
		{ DATA, 0, MSS, 0, NEW }, { DATA, 2 * MSS, MSS, 10, NEW | GAP },
		{ ACK, 3 * MSS, WINDOW, 0, ADV },
	  }, { .payload = 2 * MSS } },
	{ "old data merged with new", {
		{ DATA, 0, 2 * MSS, 0, NEW }, { DATA, MSS, 3 * MSS, 10, NEW | AGAIN },
	  }, { .payload = 4 * MSS, .retransmits = 1, .outstanding = 4 * MSS } },
	{ "numbers wrap", {
		{ DATA, 0xffffffff - MSS, 2 * MSS, 0, NEW }, { DATA, MSS - 1, MSS, 0, NEW },
		{ DATA, 0xffffffff - MSS, MSS, 10, AGAIN }, { ACK, 2 * MSS - 1, WINDOW, 0, ADV },
	  }, { .payload = 3 * MSS, .retransmits = 1 } },
	{ "data far beyond the right edge is no end's", {
		{ DATA, 0, MSS, 0, NEW }, { ACK, MSS, WINDOW, 0, ADV },
		{ DATA, MSS + 2 * WINDOW + 1, MSS, 10, ODD }, { DATA, MSS, MSS, 20, NEW },
	  }, { .payload = 2 * MSS, .implausible = 1, .outstanding = MSS } },
	{ "data half the space away is no end's", {
		{ DATA, 0, MSS, 0, NEW }, { DATA, 0x50000000, MSS, 10, ODD },
		{ DATA, -0x50000000LL, MSS, 10, ODD },
	  }, { .payload = MSS, .implausible = 2, .outstanding = MSS } },
	{ "an acknowledgment of what was never allowed is no end's", {
		{ DATA, 0, MSS, 0, NEW }, { ACK, MSS, WINDOW, 0, ADV },
		{ ACK, MSS + WINDOW + 1, WINDOW, 0, BAD },
	  }, { .payload = MSS, .implausible = 1 } },
	{ "data that passed elsewhere is acknowledged", {
		{ DATA, 0, MSS, 0, NEW }, { ACK, 5 * MSS, WINDOW, 0, ADV },
		{ DATA, 5 * MSS, MSS, 10, NEW },
	  }, { .payload = 2 * MSS, .outstanding = MSS } },
	{ "duplicate acknowledgments", {
		{ DATA, 0, 2 * MSS, 0, NEW }, { ACK, MSS, WINDOW, 0, ADV },
		{ ACK, MSS, WINDOW, 0, DUP }, { ACK, MSS, WINDOW, 0, DUP },
	  }, { .payload = 2 * MSS, .dup_acks = 2, .outstanding = MSS } },
	{ "a window update is no duplicate", {
		{ DATA, 0, 2 * MSS, 0, NEW }, { ACK, MSS, WINDOW, 0, ADV },
		{ ACK, MSS, 2 * WINDOW, 0, 0 },
	  }, { .payload = 2 * MSS, .outstanding = MSS } },
	{ "nothing outstanding, no duplicate", {
		{ DATA, 0, MSS, 0, NEW }, { ACK, MSS, WINDOW, 0, ADV }, { ACK, MSS, WINDOW, 0, 0 },
	  }, { .payload = MSS } },
	{ "an acknowledgment that was overtaken", {
		{ DATA, 0, 3 * MSS, 0, NEW }, { ACK, 2 * MSS, WINDOW, 0, ADV },
		{ ACK, MSS, WINDOW, 0, OLD },
	  }, { .payload = 3 * MSS, .outstanding = MSS } },
	{ "a window that shrinks", {
		{ DATA, 0, MSS, 0, NEW }, { ACK, MSS, WINDOW, 0, ADV },
		{ ACK, MSS, WINDOW / 2, 0, BACK }, { ACK, MSS, WINDOW / 2, 0, 0 },
	  }, { .payload = MSS, .retreats = 1 } },
	{ "a window that the scale rounds down", {
		{ DATA, 0, 2 * MSS, 0, NEW }, { ACK, MSS, WINDOW, 127, ADV },
		{ ACK, 2 * MSS, WINDOW - MSS - 127, 127, ADV },
	  }, { .payload = 2 * MSS } },
	{ "a window that closes as data comes does not shrink", {
		{ DATA, 0, WINDOW, 0, NEW }, { ACK, 0, WINDOW, 0, 0 }, { ACK, WINDOW, 0, 0, ADV },
	  }, { .payload = WINDOW } },
};

static void run_script(void **state)
{
	const struct script *script = *state;
	struct tunwin_sequence sequence = { 0 };
	const struct step *step;
	int holes;

	for (step = script->step; step->kind != END; step++) {
		if (step->kind == DATA) {
			struct tunwin_segment segment = {
				.start = step->a, .length = step->b, .payload_bytes = MSS,
				.count = (step->b + MSS - 1) / MSS, .class = 1,
				.stamp = step->stamp, .has_stamp = step->stamp,
			};

			assert_int_equal(tunwin_sequence_data(&sequence, &segment, REORDER, WINDOW,
							      step->c), step->verdict);
		} else {
			assert_int_equal(tunwin_sequence_ack(&sequence, step->a, step->b, step->c,
							     true), step->verdict);
		}
	}
	holes = script->totals.holes;
	assert_int_equal(tunwin_sequence_total(sequence.retransmits), script->totals.retransmits);
	assert_int_equal(tunwin_sequence_total(sequence.reordered), script->totals.reordered);
	assert_int_equal(sequence.retransmits[1], script->totals.retransmits);
	assert_int_equal(tunwin_sequence_payload(&sequence), script->totals.payload);
	assert_int_equal(tunwin_sequence_outstanding(&sequence), script->totals.outstanding);
	assert_int_equal(sequence.dup_acks, script->totals.dup_acks);
	assert_int_equal(sequence.retreats, script->totals.retreats);
	assert_int_equal(sequence.implausible, script->totals.implausible);
	assert_int_equal(sequence.hole_count, holes);
}

/* More than 8 GiB, in segments of all places around 2^32. */
static void long_flow(void **state)
{
	struct tunwin_sequence sequence = { 0 };
	struct tunwin_segment segment = { .payload_bytes = 65535, .count = 1, .length = 65535 };
	__u32 number = 0xfffffff0;
	__u64 bytes = 0;

	(void)state;
	while (bytes < 9ULL << 30) {
		segment.start = number;
		assert_int_equal(tunwin_sequence_data(&sequence, &segment, REORDER, WINDOW, 0),
				 NEW);
		number += segment.length;
		bytes += segment.length;
		assert_int_equal(tunwin_sequence_ack(&sequence, number, WINDOW, 0, true), ADV);
	}
	assert_int_equal(tunwin_sequence_payload(&sequence), bytes);
	assert_int_equal(sequence.implausible, 0);
}

/* SYN and FIN take a number each and are not payload. */
static void syn_and_fin(void **state)
{
	struct tunwin_sequence sequence = { 0 };
	struct tunwin_segment syn = { .start = 99, .length = 1, .syn = true, .count = 1 };
	struct tunwin_segment data = { .start = 100, .length = MSS + 1, .fin = true,
				       .payload_bytes = MSS, .count = 1 };

	(void)state;
	assert_int_equal(tunwin_sequence_data(&sequence, &syn, REORDER, 0, 0), NEW);
	assert_int_equal(tunwin_sequence_data(&sequence, &data, REORDER, 0, 0), NEW);
	assert_int_equal(tunwin_sequence_payload(&sequence), MSS);
	assert_int_equal(tunwin_sequence_ack(&sequence, 101 + MSS, WINDOW, 0, true), ADV);
	assert_int_equal(tunwin_sequence_outstanding(&sequence), 0);
}

/* The typical payload is that of most segments, whatever the order. */
static void typical_payload(void **state)
{
	struct tunwin_sequence sequence = { 0 };
	struct tunwin_segment segment = { .count = 1 };
	int i;

	(void)state;
	for (i = 0; i < 1000; i++) {
		segment.payload_bytes = i % 3 ? 1428 : 100 + i % 7;
		segment.length = segment.payload_bytes;
		assert_int_equal(tunwin_sequence_data(&sequence, &segment, REORDER, 0, 0), NEW);
		segment.start += segment.length;
	}
	assert_int_equal(sequence.payload_typical_bytes, 1428);
	assert_int_equal(sequence.payload_max_bytes, 1428);
}

/* Whatever comes: counters add up and nothing is read or written outside (sanitizers look). */
static void anything(void **state)
{
	struct tunwin_sequence sequence = { 0 };
	__u64 segments = 0, other = 0;
	int i;

	(void)state;
	srandom(1);
	for (i = 0; i < 500000; i++) {
		struct tunwin_segment segment = {
			.start = i % 5 ? sequence.high + random() % 20000 - 10000 : random() << 1,
			.length = 1 + random() % 9000, .count = 1, .class = random() % 5,
			.payload_bytes = 1448,
		};
		int verdict;

		if (random() % 2) {
			verdict = tunwin_sequence_data(&sequence, &segment, REORDER, random() % 3 ?
						       WINDOW : 0, i);
			segments++;
			other += !(verdict & (AGAIN | LATE));
		} else {
			tunwin_sequence_ack(&sequence, sequence.high + random() % 30000 - 20000,
					    random() % 100 ? random() % WINDOW :
					    TUNWIN_WINDOW_UNKNOWN, 127, random() % 2);
		}
		assert_in_range(sequence.hole_count, 0, TUNWIN_SEQUENCE_HOLES);
	}
	assert_in_range(segments - other, 1, tunwin_sequence_total(sequence.retransmits) +
			tunwin_sequence_total(sequence.reordered));
}

/* In the tick of a slow clock there is time to send again; in that of a fast one there is none. */
static void slow_clock(void **state)
{
	static const __u32 ticks_us[] = { 0, 1000, 10000 };
	static const int verdicts[] = { LATE, LATE, AGAIN };
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(ticks_us); i++) {
		struct tunwin_sequence sequence = { 0 };
		struct tunwin_segment segment = { .length = MSS, .count = 1, .payload_bytes = MSS,
						  .stamp = 7, .has_stamp = true,
						  .tick_us = ticks_us[i] };

		tunwin_sequence_data(&sequence, &segment, REORDER, WINDOW, 0);
		segment.start = 2 * MSS;
		tunwin_sequence_data(&sequence, &segment, REORDER, WINDOW, 10);
		segment.start = MSS;
		assert_int_equal(tunwin_sequence_data(&sequence, &segment, REORDER, WINDOW, 4010),
				 verdicts[i]);
	}
}

/* What was sent before its sender can have heard of the hole was overtaken, however late it is. */
static void heard_of_it(void **state)
{
	int heard;

	(void)state;
	for (heard = 0; heard < 2; heard++) {
		struct tunwin_sequence sequence = { 0 };
		struct tunwin_segment segment = { .length = MSS, .count = 1, .payload_bytes = MSS,
						  .stamp = 7, .echo = 0xfffffff0,
						  .has_stamp = true };

		tunwin_sequence_data(&sequence, &segment, 300, WINDOW, 0);
		segment.start = 2 * MSS;
		tunwin_sequence_data(&sequence, &segment, 300, WINDOW, 10);
		tunwin_sequence_ack(&sequence, MSS, WINDOW, 0, true);
		tunwin_sequence_answered(&sequence, 5);
		tunwin_sequence_answered(&sequence, 6);
		segment.start = MSS;
		if (heard)
			segment.echo = 5;
		assert_int_equal(tunwin_sequence_data(&sequence, &segment, 300, WINDOW, 1010),
				 heard ? AGAIN : LATE);
	}
}

/* One forged packet, as bad as it can be, does not spoil the rest of a connection. */
static void found_again(void **state)
{
	struct tunwin_sequence sequence = { 0 };
	struct tunwin_segment segment = { .length = MSS, .count = 1, .payload_bytes = MSS };
	__u64 before;
	int i, n = 0;

	(void)state;
	segment.start = 0x90000000;
	tunwin_sequence_data(&sequence, &segment, REORDER, 0, 0);
	for (segment.start = 0; n < 30; n++, segment.start += MSS)
		tunwin_sequence_data(&sequence, &segment, REORDER, 0, 1000 * n);
	assert_int_equal(sequence.high, 30 * MSS);
	assert_int_equal(sequence.implausible, 8);
	assert_int_equal(tunwin_sequence_payload(&sequence), 23 * MSS);

	/* The same of an acknowledgment. */
	tunwin_sequence_ack(&sequence, 30 * MSS, TUNWIN_WINDOW_UNKNOWN, 0, true);
	tunwin_sequence_ack(&sequence, 30 * MSS + 0x3fffffff, TUNWIN_WINDOW_UNKNOWN, 0, true);
	before = sequence.implausible;
	for (i = 0; i < 200; i++, n++, segment.start += MSS) {
		tunwin_sequence_data(&sequence, &segment, REORDER, 0, 1000 * n);
		tunwin_sequence_ack(&sequence, segment.start + MSS, TUNWIN_WINDOW_UNKNOWN, 0, true);
	}
	assert_int_equal(sequence.una, segment.start);
	assert_int_equal(sequence.high, segment.start);
	assert_int_equal(sequence.implausible, before);
}

/* A closed window is asked about with a byte beyond it (RFC 9293, 3.8.6.1). */
static void byte_beyond(void **state)
{
	struct tunwin_sequence sequence = { 0 };
	struct tunwin_segment data = { .length = MSS, .count = 1, .payload_bytes = MSS };
	struct tunwin_segment byte = { .start = MSS, .length = 1, .count = 1, .payload_bytes = 1 };

	(void)state;
	tunwin_sequence_data(&sequence, &data, REORDER, WINDOW, 0);
	tunwin_sequence_ack(&sequence, MSS, 0, 0, true);
	assert_int_equal(tunwin_sequence_data(&sequence, &byte, REORDER, WINDOW, 1000),
			 TUNWIN_SEGMENT_PROBE);
	assert_int_equal(tunwin_sequence_outstanding(&sequence), 0);
	assert_int_equal(tunwin_sequence_payload(&sequence), MSS);
	/* Refused, asked again, and then taken. */
	tunwin_sequence_ack(&sequence, MSS, 0, 0, true);
	assert_int_equal(tunwin_sequence_data(&sequence, &byte, REORDER, WINDOW, 2000),
			 TUNWIN_SEGMENT_PROBE);
	tunwin_sequence_ack(&sequence, MSS + 1, WINDOW, 0, true);
	assert_int_equal(tunwin_sequence_payload(&sequence), MSS + 1);
	assert_int_equal(tunwin_sequence_total(sequence.retransmits), 0);
	/* With room in the window a byte is data. */
	byte.start = MSS + 1;
	assert_int_equal(tunwin_sequence_data(&sequence, &byte, REORDER, WINDOW, 3000),
			 TUNWIN_SEGMENT_NEW);
}

/* Holes that were split and joined never turn round. */
static void joined_holes(void **state)
{
	static const __u32 order[] = { 0, 4, 6, 2, 1, 8, 10, 12, 14, 16, 18 };
	struct tunwin_sequence sequence = { 0 };
	struct tunwin_segment segment = { .length = MSS, .count = 1, .payload_bytes = MSS };
	size_t i;
	int hole;

	(void)state;
	for (i = 0; i < ROWS(order); i++) {
		segment.start = order[i] * MSS;
		tunwin_sequence_data(&sequence, &segment, REORDER, 0, (__u32)i);
		for (hole = 0; hole < sequence.hole_count; hole++)
			assert_true(tunwin_sequence_before(sequence.hole[hole].start,
							   sequence.hole[hole].end));
	}
	/* What passed between two that were joined is not told from what is missing. */
	assert_in_range(tunwin_sequence_payload(&sequence), 7 * MSS, 11 * MSS);
}

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

int main(void)
{
	table_add_rows("sequence", run_script, scripts);
	table_add("sequence", "more than 8 GiB", long_flow, NULL);
	table_add("sequence", "SYN and FIN", syn_and_fin, NULL);
	table_add("sequence", "the typical payload", typical_payload, NULL);
	table_add("sequence", "a slow clock", slow_clock, NULL);
	table_add("sequence", "heard of it", heard_of_it, NULL);
	table_add("sequence", "found again", found_again, NULL);
	table_add("sequence", "a byte beyond a closed window", byte_beyond, NULL);
	table_add("sequence", "joined holes", joined_holes, NULL);
	table_add("sequence", "anything at all", anything, NULL);
	table_add("rtt", "data and acknowledgments", round_trips, NULL);
	table_add("rtt", "timestamps and echoes", echoes, NULL);
	table_add("rtt", "the echo of what was sent again", echo_of_what_was_sent_again, NULL);
	table_add("rtt", "seldom", seldom, NULL);
	table_add("rtt", "never echoed", never_echoed, NULL);
	table_add("edges", "a steady flow", history, NULL);
	table_add("edges", "a flow in bursts", history_of_bursts, NULL);
	table_add("edges", "forged timestamps", forged_stamps, NULL);
	table_add("edges", "the first of all", first_edge, NULL);
	table_add_rows("clock", ticks, tickings);
	table_add("clock", "another one", another_clock, NULL);
	return table_run("sequence");
}
