// SPDX-License-Identifier: GPL-2.0
/* The rules of kmod/sequence.c, compiled as the module compiles them. */
#include <stdlib.h>
#include <string.h>

#include "sequence_step.h"

#define DUP	TUNWIN_ACK_DUPLICATE

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
	{ "data that passed elsewhere is acknowledged three times", {
		{ DATA, 0, MSS, 0, NEW }, { ACK, 3 * MSS, WINDOW, 0, BAD },
		{ ACK, 4 * MSS, WINDOW, 0, BAD }, { ACK, 5 * MSS, WINDOW, 0, ADV },
		{ DATA, 5 * MSS, MSS, 10, NEW }, { ACK, 8 * MSS, WINDOW, 0, ADV },
	  }, { .payload = 2 * MSS, .implausible = 2 } },
	{ "what is acknowledged once did not pass elsewhere", {
		{ DATA, 0, MSS, 0, NEW }, { ACK, 3 * MSS, WINDOW, 0, BAD },
		{ ACK, 4 * MSS, WINDOW, 0, BAD }, { ACK, MSS, WINDOW, 0, ADV },
		{ ACK, 3 * MSS, WINDOW, 0, BAD }, { ACK, 4 * MSS, WINDOW, 0, BAD },
	  }, { .payload = MSS, .implausible = 4 } },
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
		{ DATA, 0, 2 * MSS, 0, NEW }, { ACK, MSS, WINDOW, 0, ADV },
		{ ACK, 2 * MSS, WINDOW / 2, 0, ADV | BACK }, { ACK, 2 * MSS, WINDOW / 2, 0, 0 },
	  }, { .payload = 2 * MSS, .retreats = 1 } },
	{ "a window that is taken back altogether", {
		{ DATA, 0, MSS, 0, NEW }, { ACK, MSS, WINDOW, 0, ADV }, { ACK, MSS, 0, 0, BACK },
	  }, { .payload = MSS, .retreats = 1 } },
	{ "an acknowledgment that an update of the window has overtaken", {
		{ DATA, 0, 2 * MSS, 0, NEW }, { ACK, 2 * MSS, 2 * WINDOW, 0, ADV },
		{ ACK, 2 * MSS, WINDOW, 0, 0 },
	  }, { .payload = 2 * MSS } },
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
							     WINDOW, true), step->verdict);
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
		assert_int_equal(tunwin_sequence_ack(&sequence, number, WINDOW,
						     0, WINDOW, true), ADV);
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
	assert_int_equal(tunwin_sequence_ack(&sequence, 101 + MSS, WINDOW, 0, WINDOW, true), ADV);
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

/* From the lowest to the highest, and none overlaps with another. */
static void check_holes(const struct tunwin_sequence *sequence)
{
	int i;

	for (i = 0; i < sequence->hole_count; i++) {
		assert_true(tunwin_sequence_before(sequence->hole[i].start, sequence->hole[i].end));
		assert_true(!i || !tunwin_sequence_before(sequence->hole[i].start,
							  sequence->hole[i - 1].end));
	}
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
					    TUNWIN_WINDOW_UNKNOWN, 127, WINDOW, random() % 2);
		}
		assert_in_range(sequence.hole_count, 0, TUNWIN_SEQUENCE_HOLES);
		check_holes(&sequence);
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
		tunwin_sequence_ack(&sequence, MSS, WINDOW, 0, WINDOW, true);
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
	tunwin_sequence_ack(&sequence, 30 * MSS, TUNWIN_WINDOW_UNKNOWN, 0, WINDOW, true);
	tunwin_sequence_ack(&sequence, 30 * MSS + 0x3fffffff, TUNWIN_WINDOW_UNKNOWN,
			    0, WINDOW, true);
	before = sequence.implausible;
	for (i = 0; i < 200; i++, n++, segment.start += MSS) {
		tunwin_sequence_data(&sequence, &segment, REORDER, 0, 1000 * n);
		tunwin_sequence_ack(&sequence, segment.start + MSS, TUNWIN_WINDOW_UNKNOWN,
				    0, WINDOW, true);
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
	tunwin_sequence_ack(&sequence, MSS, 0, 0, WINDOW, true);
	assert_int_equal(tunwin_sequence_data(&sequence, &byte, REORDER, WINDOW, 1000),
			 TUNWIN_SEGMENT_PROBE);
	assert_int_equal(tunwin_sequence_outstanding(&sequence), 0);
	assert_int_equal(tunwin_sequence_payload(&sequence), MSS);
	/* Refused, asked again, and then taken. */
	tunwin_sequence_ack(&sequence, MSS, 0, 0, WINDOW, true);
	assert_int_equal(tunwin_sequence_data(&sequence, &byte, REORDER, WINDOW, 2000),
			 TUNWIN_SEGMENT_PROBE);
	tunwin_sequence_ack(&sequence, MSS + 1, WINDOW, 0, WINDOW, true);
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

	(void)state;
	for (i = 0; i < ROWS(order); i++) {
		segment.start = order[i] * MSS;
		tunwin_sequence_data(&sequence, &segment, REORDER, 0, (__u32)i);
		check_holes(&sequence);
	}
	/* What passed between two that were joined is not told from what is missing. */
	assert_in_range(tunwin_sequence_payload(&sequence), 7 * MSS, 11 * MSS);
}

/* Data of so many segments, from the one at a place on. */
static void some_data(struct tunwin_sequence *sequence, int at, int count, __u32 now_us)
{
	struct tunwin_segment segment = {
		.start = at * MSS, .length = count * MSS, .count = count, .payload_bytes = MSS,
	};

	tunwin_sequence_data(sequence, &segment, REORDER, 0, now_us);
}

/*
 * Segments get lost in runs, and come again in any pieces and order while others get lost: once all
 * is acknowledged, none of what passed is missing from the count.
 */
static void all_found(void **state)
{
	enum { SEGMENTS = 64 };
	int round, at, count;

	(void)state;
	srandom(1);
	for (round = 0; round < 20000; round++) {
		struct tunwin_sequence sequence = { 0 };
		bool missing[SEGMENTS] = { false };
		int high = 0, lost = 0;
		__u32 now_us = 0;

		while (high < SEGMENTS || lost) {
			if (high < SEGMENTS && random() % 2) {
				count = 1 + random() % (1 + round % 8);
				if (count > SEGMENTS - high)
					count = SEGMENTS - high;
				/* Nothing is known before the first, and behind the last. */
				if (high && high + count < SEGMENTS && random() % 2) {
					memset(&missing[high], true, count);
					lost += count;
				} else {
					some_data(&sequence, high, count, now_us++);
				}
				high += count;
			}
			at = random() % SEGMENTS;
			for (count = 0; at + count < high && missing[at + count]; count++) {
				missing[at + count] = false;
				lost--;
				if (random() % 8 == 0) {
					count++;
					break;
				}
			}
			if (count)
				some_data(&sequence, at, count, now_us++);
		}
		tunwin_sequence_ack(&sequence, SEGMENTS * MSS, WINDOW, 0, WINDOW, true);
		assert_int_equal(tunwin_sequence_payload(&sequence), SEGMENTS * MSS);
	}
}

/* What counts as sent in vain: data, not acknowledged, of a sender that does not go on. */
static void in_vain(void **state)
{
	struct tunwin_sequence sequence = { 0 };
	struct tunwin_segment syn = { .start = 999, .length = 1, .syn = true, .count = 1 };
	struct tunwin_segment data = { .start = 1000, .length = MSS, .count = 1,
				       .payload_bytes = MSS, .class = 1 };
	struct tunwin_segment next = { .start = 1000 + MSS, .length = MSS, .count = 1,
				       .payload_bytes = MSS, .class = 1 };

	(void)state;
	tunwin_sequence_data(&sequence, &syn, REORDER, WINDOW, 0);
	tunwin_sequence_data(&sequence, &syn, REORDER, WINDOW, 1000000);
	tunwin_sequence_data(&sequence, &syn, REORDER, WINDOW, 3000000);
	assert_int_equal(sequence.again_count, 0);
	tunwin_sequence_ack(&sequence, 1000, WINDOW, 0, WINDOW, true);

	tunwin_sequence_data(&sequence, &data, REORDER, WINDOW, 4000000);
	assert_int_equal(sequence.again_count, 0);
	tunwin_sequence_data(&sequence, &data, REORDER, WINDOW, 5000000);
	tunwin_sequence_data(&sequence, &data, REORDER, WINDOW, 7000000);
	assert_int_equal(sequence.again_count, 2);
	assert_int_equal(sequence.again_us, 5000000);
	tunwin_sequence_data(&sequence, &next, REORDER, WINDOW, 8000000);
	assert_int_equal(sequence.again_count, 0);
	tunwin_sequence_data(&sequence, &data, REORDER, WINDOW, 9000000);
	assert_int_equal(sequence.again_count, 1);
	tunwin_sequence_ack(&sequence, 1000 + 2 * MSS, WINDOW, 0, WINDOW, true);
	assert_int_equal(sequence.again_count, 0);
	/* For nothing, but not in vain. */
	tunwin_sequence_data(&sequence, &data, REORDER, WINDOW, 10000000);
	assert_int_equal(sequence.again_count, 0);
}

/* The same segment again, @count times, the first after @wait_us, each @times as late as before. */
static __u32 again(struct tunwin_sequence *sequence, int count, __u32 wait_us, int times,
		   __u32 now_us)
{
	for (; count; count--, wait_us *= times)
		some_data(sequence, 0, 1, now_us += wait_us);
	return now_us;
}

/*
 * What was acknowledged is sent again, each time after twice as long: its sender does not hear of
 * it. Several at once are a sender that was mistaken; and one that goes on has heard.
 */
static void unheard(void **state)
{
	struct tunwin_sequence sequence = { 0 };
	struct tunwin_segment byte = { .start = MSS - 1, .length = 1, .count = 1,
				       .payload_bytes = 1 };
	__u32 now_us, i;

	(void)state;
	some_data(&sequence, 0, 1, 0);
	tunwin_sequence_ack(&sequence, MSS, WINDOW, 0, WINDOW, true);
	now_us = again(&sequence, 3, 300000, 2, 0);
	assert_true(tunwin_sequence_unheard(&sequence, 1800000, now_us));
	assert_false(tunwin_sequence_unheard(&sequence, 2000000, now_us));
	now_us = again(&sequence, 5, 2400000, 2, now_us);
	assert_true(tunwin_sequence_unheard(&sequence, 2000000, now_us));
	assert_int_equal(sequence.unheard_us, 300000);
	assert_int_equal(sequence.unheard_count, 8);
	assert_int_equal(sequence.again_count, 0);

	/* The last came after 38.4 s, so the next is due in 76.8. */
	assert_true(tunwin_sequence_unheard(&sequence, 2000000, now_us + 80000000));
	assert_false(tunwin_sequence_unheard(&sequence, 2000000, now_us + 90000000));
	assert_int_equal(sequence.unheard_count, 0);

	/* One that waits for long when it is first seen. */
	now_us = again(&sequence, 3, 120000000, 1, now_us + 90000000);
	assert_true(tunwin_sequence_unheard(&sequence, 2000000, now_us));

	now_us = again(&sequence, 5, 600000, 1, now_us + 200000000);
	assert_true(tunwin_sequence_unheard(&sequence, 2000000, now_us));
	some_data(&sequence, 1, 1, now_us);
	assert_false(tunwin_sequence_unheard(&sequence, 0, now_us));

	/* At once, and never again; now and then; a byte that asks if the other end is there. */
	tunwin_sequence_ack(&sequence, 2 * MSS, WINDOW, 0, WINDOW, true);
	now_us = again(&sequence, 20, 1000, 1, now_us);
	assert_int_equal(sequence.unheard_count, 1);
	assert_false(tunwin_sequence_unheard(&sequence, 0, now_us + 3000000));
	now_us = again(&sequence, 9, 200000000, 1, now_us);
	assert_int_equal(sequence.unheard_count, 1);
	for (i = 0; i < 9; i++)
		tunwin_sequence_data(&sequence, &byte, REORDER, WINDOW, now_us += 1000000);
	assert_false(tunwin_sequence_unheard(&sequence, 0, now_us));
}

/* After each other. */
static const struct tunwin_segment small_one = {
	.start = 1000, .length = 300, .count = 1, .payload_bytes = 300, .class = 1,
};

static const struct tunwin_segment large_one = {
	.start = 1300, .length = 1400, .count = 1, .payload_bytes = 1400, .class = 1,
};

/* Large segments that never arrive, small ones that do, and what else may look like it. */
static void size_loss(void **state)
{
	struct tunwin_sequence sequence = { 0 };
	struct tunwin_segment small = small_one, large = large_one;
	int i;

	(void)state;
	tunwin_sequence_data(&sequence, &small, 1000, WINDOW, 0);
	tunwin_sequence_ack(&sequence, 1300, WINDOW, 0, WINDOW, true);
	tunwin_sequence_data(&sequence, &large, 1000, WINDOW, 100000);
	for (i = 1; i <= 5; i++) {
		assert_int_equal(tunwin_sequence_size_loss(&sequence), 0);
		tunwin_sequence_data(&sequence, &large, 1000, WINDOW, 100000 << i);
	}
	/* Silence may be an outage; an answer that acknowledges nothing new is none. */
	assert_int_equal(tunwin_sequence_size_loss(&sequence), 0);
	tunwin_sequence_ack(&sequence, 1300, WINDOW, 0, WINDOW, true);
	assert_int_equal(tunwin_sequence_size_loss(&sequence), 1400);

	/* It came through: it was no question of size, now or later. */
	tunwin_sequence_ack(&sequence, 2700, WINDOW, 0, WINDOW, true);
	assert_int_equal(tunwin_sequence_size_loss(&sequence), 0);
	large.start = 2700;
	for (i = 0; i < 9; i++)
		tunwin_sequence_data(&sequence, &large, 1000, WINDOW, 9000000 + i * 1000000);
	tunwin_sequence_ack(&sequence, 2700, WINDOW, 0, WINDOW, true);
	assert_int_equal(tunwin_sequence_size_loss(&sequence), 0);
}

/* The small one is acknowledged when the large one is under way already. */
static void size_loss_far_away(void **state)
{
	struct tunwin_sequence sequence = { 0 };
	struct tunwin_segment small = small_one, large = large_one;
	int i;

	(void)state;
	tunwin_sequence_data(&sequence, &small, 1000, WINDOW, 0);
	tunwin_sequence_data(&sequence, &large, 1000, WINDOW, 10);
	tunwin_sequence_ack(&sequence, 1300, WINDOW, 0, WINDOW, true);
	for (i = 1; i <= 5; i++)
		tunwin_sequence_data(&sequence, &large, 1000, WINDOW, 100000 << i);
	tunwin_sequence_ack(&sequence, 1300, WINDOW, 0, WINDOW, true);
	assert_int_equal(tunwin_sequence_size_loss(&sequence), 1400);
}

/* Counted as segments, as the sender does. */
static void came_twice(void **state)
{
	static const struct { __u32 bytes, count; } rows[] = {
		{ 1, 1 }, { MSS, 1 }, { MSS + 1, 2 }, { 3 * MSS, 3 }, { 0x7fffffff, 64 },
	};
	struct tunwin_sequence sequence = { 0 };

	(void)state;
	tunwin_sequence_repeated(&sequence, 3 * MSS);
	assert_int_equal(sequence.dsack_dups, 1);	/* of what size is not known */
	for (unsigned int i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		sequence.payload_max_bytes = MSS;
		sequence.dsack_dups = 0;
		tunwin_sequence_repeated(&sequence, rows[i].bytes);
		assert_int_equal(sequence.dsack_dups, rows[i].count);
	}
}

int main(void)
{
	table_add_rows("sequence", run_script, scripts);
	table_add("sequence", "more than 8 GiB", long_flow, NULL);
	table_add("sequence", "SYN and FIN", syn_and_fin, NULL);
	table_add("sequence", "the typical payload", typical_payload, NULL);
	table_add("sequence", "a slow clock", slow_clock, NULL);
	table_add("sequence", "heard of it", heard_of_it, NULL);
	table_add("sequence", "sent in vain", in_vain, NULL);
	table_add("sequence", "sent again though acknowledged", unheard, NULL);
	table_add("sequence", "loss by size", size_loss, NULL);
	table_add("sequence", "found again", found_again, NULL);
	table_add("sequence", "a byte beyond a closed window", byte_beyond, NULL);
	table_add("sequence", "joined holes", joined_holes, NULL);
	table_add("sequence", "all found", all_found, NULL);
	table_add("sequence", "loss by size, far away", size_loss_far_away, NULL);
	table_add("sequence", "came twice", came_twice, NULL);
	table_add("sequence", "anything at all", anything, NULL);
	return table_run("sequence");
}
