// SPDX-License-Identifier: GPL-2.0
/* The rules of kmod/sequence.c where they turn: at a limit, and on either side of it. */
#include <sys/mman.h>
#include <unistd.h>

#include "sequence_step.h"

/* ---- payload ---- */

static const struct election {
	const char *name;
	struct {
		__u32 bytes, count;
	} segment[5];
	__u32 typical, largest;
} elections[] = {
	{ "a draw leaves what was typical", { { 1000, 1 }, { 400, 1 } }, 1000, 1000 },
	{ "two of three are most", { { 1000, 1 }, { 1000, 1 }, { 400, 1 } }, 1000, 1000 },
	{ "merged segments have a vote each",
	  { { 400, 1 }, { 400, 2 }, { 1000, 2 }, { 1000, 2 } }, 1000, 1000 },
	{ "who wins keeps what is left of the votes",
	  { { 400, 1 }, { 1000, 3 }, { 400, 2 }, { 400, 1 } }, 400, 1000 },
	{ "many segments at once can be outvoted",
	  { { 400, 1000 }, { 1000, 64 }, { 1000, 1 } }, 1000, 1000 },
	{ "many segments one after the other can be outvoted",
	  { { 400, 64 }, { 400, 64 }, { 1000, 64 }, { 1000, 1 } }, 1000, 1000 },
	{ "who has no payload has no vote", { { 0, 1 }, { 400, 1 } }, 400, 400 },
	{ "the largest payload there is", { { 0xffff, 1 } }, 0xffff, 0xffff },
	{ "a larger payload than there is", { { 0x10005, 1 } } },
};

static void run_election(void **state)
{
	const struct election *election = *state;
	struct tunwin_sequence sequence = { 0 };
	struct tunwin_segment segment = { 0 };
	size_t i;

	for (i = 0; i < ROWS(election->segment) && election->segment[i].count; i++) {
		segment.payload_bytes = election->segment[i].bytes;
		segment.syn = !segment.payload_bytes;
		segment.length = segment.payload_bytes + segment.syn;
		segment.count = election->segment[i].count;
		assert_int_equal(tunwin_sequence_data(&sequence, &segment, REORDER, 0, 0), NEW);
		segment.start += segment.length;
	}
	assert_int_equal(sequence.payload_typical_bytes, election->typical);
	assert_int_equal(sequence.payload_max_bytes, election->largest);
}

/* Which payload is known to come through: that of a segment whose last byte was acknowledged. */
static void comes_through(void **state)
{
	struct tunwin_sequence equal = { 0 }, growing = { 0 }, shrinking = { 0 }, largest = { 0 };

	(void)state;
	/* Of equal ones the first shows it. */
	data(&equal, 0, MSS, 0);
	data(&equal, MSS, MSS, 0);
	data(&equal, 2 * MSS, MSS, 0);
	ack(&equal, MSS, WINDOW);
	assert_int_equal(equal.acked_max_bytes, MSS);
	assert_int_equal(equal.largest_bytes, 0);

	/* The large one may be stuck while the one before it comes through. */
	data(&growing, 1000, 300, 0);
	data(&growing, 1300, 1400, 0);
	ack(&growing, 1299, WINDOW);
	assert_int_equal(growing.acked_max_bytes, 0);
	ack(&growing, 1300, WINDOW);
	assert_int_equal(growing.acked_max_bytes, 300);
	assert_int_equal(growing.former_bytes, 0);
	ack(&growing, 2699, WINDOW);
	assert_int_equal(growing.acked_max_bytes, 300);
	ack(&growing, 2700, WINDOW);
	assert_int_equal(growing.acked_max_bytes, 1400);
	assert_int_equal(growing.largest_bytes, 0);

	/* A smaller one behind it says nothing of it. */
	data(&shrinking, 0, 1400, 0);
	data(&shrinking, 1400, 300, 0);
	assert_int_equal(shrinking.largest_bytes, 1400);
	assert_int_equal(shrinking.largest_end, 1400);

	data(&largest, 0, 0xffff, 0);
	ack(&largest, 0xffff, WINDOW);
	assert_int_equal(largest.acked_max_bytes, 0xffff);
}

/* Segments are counted by their class, the first and the merged ones, too; a SYN is none. */
static void segments_by_class(void **state)
{
	struct tunwin_sequence sequence = { 0 };
	struct tunwin_segment segment = { .length = 1, .syn = true, .count = 1 };
	struct tunwin_sequence seen_late = { 0 };

	(void)state;
	tunwin_sequence_data(&sequence, &segment, REORDER, WINDOW, 0);
	assert_int_equal(sequence.segments[0], 0);
	segment = (struct tunwin_segment){
		.start = 1, .length = 3 * MSS, .payload_bytes = MSS, .count = 3, .class = 2,
	};
	tunwin_sequence_data(&sequence, &segment, REORDER, WINDOW, 0);
	tunwin_sequence_data(&sequence, &segment, REORDER, WINDOW, 10);
	assert_int_equal(sequence.segments[2], 6);

	tunwin_sequence_data(&seen_late, &segment, REORDER, WINDOW, 0);
	assert_int_equal(seen_late.segments[2], 3);
}

/* ---- holes ---- */

/* What is acknowledged of a hole passed elsewhere, the rest of it is missing still. */
static void part_of_a_hole(void **state)
{
	struct tunwin_sequence sequence = { 0 };

	(void)state;
	data(&sequence, 0, MSS, 0);
	data(&sequence, 4 * MSS, MSS, 10);
	assert_int_equal(ack(&sequence, 2 * MSS, WINDOW), ADV);
	assert_int_equal(tunwin_sequence_payload(&sequence), 2 * MSS);
	assert_int_equal(sequence.hole[0].start, 2 * MSS);
	assert_int_equal(ack(&sequence, 5 * MSS, WINDOW), ADV);
	assert_int_equal(tunwin_sequence_payload(&sequence), 2 * MSS);
	assert_int_equal(sequence.hole_count, 0);
}

/* How old a hole is counts from when it was made. */
static void age_of_a_hole(void **state)
{
	static const struct { __u32 age_us; int verdict; } rows[] = {
		{ 0, LATE }, { REORDER - 1, LATE }, { REORDER, AGAIN },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		struct tunwin_sequence sequence = { 0 };

		data(&sequence, 0, MSS, 5 * SECOND);
		data(&sequence, 2 * MSS, MSS, 5 * SECOND);
		assert_int_equal(data(&sequence, MSS, MSS, 5 * SECOND + rows[i].age_us),
				 rows[i].verdict);
	}
}

/* The bytes of a hole one by one, from the last to the first: each was overtaken. */
static void byte_by_byte(void **state)
{
	struct tunwin_sequence sequence = { 0 };
	struct tunwin_segment byte = { .length = 1, .payload_bytes = 1, .count = 1 };

	(void)state;
	tunwin_sequence_data(&sequence, &byte, REORDER, WINDOW, 0);
	byte.start = 20;
	tunwin_sequence_data(&sequence, &byte, REORDER, WINDOW, 0);
	while (--byte.start)
		assert_int_equal(tunwin_sequence_data(&sequence, &byte, REORDER, WINDOW, 1), LATE);
	assert_int_equal(sequence.reordered[0], 19);
	assert_int_equal(sequence.hole_count, 0);
	assert_int_equal(tunwin_sequence_payload(&sequence), 21);
}

/* With timestamps, all of the same tick. */
static int stamped(struct tunwin_sequence *sequence, __u32 start, __u32 echo, __u32 now_us)
{
	struct tunwin_segment segment = {
		.start = start, .length = MSS, .payload_bytes = MSS, .count = 1,
		.stamp = 7, .has_stamp = true, .echo = echo,
	};

	return tunwin_sequence_data(sequence, &segment, 300, WINDOW, now_us);
}

/* What answered one hole has not answered the next one. */
static void answers(void **state)
{
	struct tunwin_sequence sequence = { 0 };

	(void)state;
	stamped(&sequence, 0, 0, 0);
	stamped(&sequence, 2 * MSS, 0, 10);
	tunwin_sequence_answered(&sequence, 1000);
	assert_int_equal(stamped(&sequence, MSS, 999, 1010), LATE);
	stamped(&sequence, 4 * MSS, 999, 2000);
	assert_int_equal(stamped(&sequence, 3 * MSS, 999, 3000), AGAIN);
}

/* What a tick and a busy machine cannot account for was held up on the path. */
static void held_up(void **state)
{
	__u32 late;

	(void)state;
	for (late = 0; late < 2; late++) {
		struct tunwin_sequence sequence = { 0 };

		stamped(&sequence, 0, 0, 0);
		stamped(&sequence, 2 * MSS, 0, 10);
		assert_int_equal(stamped(&sequence, MSS, 0, 2009 + late), late ? LATE : AGAIN);
	}
}

/* As many holes as there is room for. */
static void six_holes(struct tunwin_sequence *sequence)
{
	int i;

	for (i = 0; i < TUNWIN_SEQUENCE_HOLES; i++)
		data(sequence, 2 * i * MSS, MSS, 0);
	data(sequence, (2 * i + 2) * MSS, MSS, 0);
	assert_int_equal(sequence->hole_count, TUNWIN_SEQUENCE_HOLES);
}

/* Where some may have passed, nothing is taken off; the next hole there is one like any other. */
static void rough_hole(void **state)
{
	struct tunwin_sequence sequence = { 0 };
	__u64 before;

	(void)state;
	six_holes(&sequence);
	assert_int_equal(data(&sequence, 12 * MSS, MSS, 1), LATE);
	assert_true(sequence.hole[TUNWIN_SEQUENCE_HOLES - 1].rough);
	ack(&sequence, 15 * MSS, WINDOW);
	before = tunwin_sequence_payload(&sequence);
	assert_int_equal(data(&sequence, 16 * MSS, MSS, 2), NEW | GAP);
	assert_false(sequence.hole[0].rough);
	ack(&sequence, 17 * MSS, WINDOW);
	assert_int_equal(tunwin_sequence_payload(&sequence), before + MSS);
}

/* With all holes in use nothing behind the record is read or written: no memory is there. */
static void end_of_the_record(void **state)
{
	long page = sysconf(_SC_PAGESIZE);
	struct tunwin_sequence *sequence;
	char *memory;

	(void)state;
	memory = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	assert_true(memory != MAP_FAILED);
	assert_int_equal(mprotect(memory + page, page, PROT_NONE), 0);
	sequence = (struct tunwin_sequence *)(memory + page) - 1;

	six_holes(sequence);
	tunwin_sequence_answered(sequence, 5);
	assert_true(sequence->hole[TUNWIN_SEQUENCE_HOLES - 1].answered);
	assert_int_equal(data(sequence, MSS, MSS, 1), LATE);
	assert_int_equal(sequence->hole_count, TUNWIN_SEQUENCE_HOLES - 1);
	assert_int_equal(sequence->hole[0].start, 3 * MSS);
	munmap(memory, 2 * page);
}

/* ---- what is sent again ---- */

/* What was acknowledged is sent again, at these times: how many of them belong together. */
static const struct silence {
	const char *name;
	__u32 at_us[3];
	int together;
} silences[] = {
	{ "a second time within a tenth of a second", { 1000000, 1099999 }, 1 },
	{ "a second time after a tenth of a second", { 1000000, 1100000 }, 2 },
	{ "a second time after the longest wait", { 1000000, 151000000 }, 2 },
	{ "a second time after longer than that", { 1000000, 151000001 }, 1 },
	{ "a third time after twice the wait, and some", { 1000000, 2000000, 5250000 }, 3 },
	{ "a third time later than that", { 1000000, 2000000, 5250001 }, 1 },
	{ "a third time much later", { 1000000, 2000000, 12000000 }, 1 },
	{ "a third time after twice a third of the longest", { 1000000, 51000000, 164500000 }, 3 },
	{ "a third time later than that third allows", { 1000000, 51000000, 164500001 }, 1 },
	{ "a third time after the longest wait", { 1000000, 51000001, 201000001 }, 3 },
	{ "a third time after longer than that", { 1000000, 51000001, 201000002 }, 1 },
};

static void run_silence(void **state)
{
	const struct silence *silence = *state;
	struct tunwin_sequence sequence = { 0 };
	size_t i;

	data(&sequence, 0, MSS, 0);
	ack(&sequence, MSS, WINDOW);
	for (i = 0; i < ROWS(silence->at_us) && silence->at_us[i]; i++)
		data(&sequence, 0, MSS, silence->at_us[i]);
	assert_int_equal(sequence.unheard_count, silence->together);
}

/* Three times, for as long as asked for, and for as long as the next one may take. */
static void unheard_limits(void **state)
{
	struct tunwin_sequence sequence = { 0 };
	__u32 i;

	(void)state;
	data(&sequence, 0, MSS, 0);
	ack(&sequence, MSS, WINDOW);
	for (i = 1; i <= 3; i++) {
		assert_false(tunwin_sequence_unheard(&sequence, 0, i * SECOND));
		data(&sequence, 0, MSS, i * SECOND);
	}
	assert_true(tunwin_sequence_unheard(&sequence, 2 * SECOND, 3 * SECOND));
	assert_false(tunwin_sequence_unheard(&sequence, 2 * SECOND + 1, 3 * SECOND));
	assert_true(tunwin_sequence_unheard(&sequence, 2 * SECOND, 6250000));
	assert_false(tunwin_sequence_unheard(&sequence, 2 * SECOND, 6250001));
}

/* However often it is, the counts do not begin again. */
static void counts_stay(void **state)
{
	struct tunwin_sequence sequence = { 0 };
	__u32 i;

	(void)state;
	data(&sequence, 0, 300, 0);
	ack(&sequence, 300, WINDOW);
	data(&sequence, 300, MSS, 0);
	for (i = 1; i <= 300; i++) {
		data(&sequence, 0, 300, i * SECOND);
		data(&sequence, 300, MSS, i * SECOND);
	}
	assert_int_equal(sequence.unheard_count, 0xff);
	assert_int_equal(sequence.again_count, 0xff);
	assert_int_equal(sequence.stuck_count, 0xff);
}

/* It takes three in vain and an answer, and an answer is none to what is sent after the next. */
static void stuck(void **state)
{
	struct tunwin_sequence sequence = { 0 };
	int i;

	(void)state;
	data(&sequence, 0, 300, 0);
	ack(&sequence, 300, WINDOW);
	data(&sequence, 300, 1400, 0);
	data(&sequence, 1700, 1500, 0);
	for (i = 1; i <= 3; i++) {
		assert_int_equal(tunwin_sequence_size_loss(&sequence), 0);
		data(&sequence, 300, 1400, i * SECOND);
		/* Not the one that is in the way. */
		data(&sequence, 1700, 1500, i * SECOND);
		ack(&sequence, 300, WINDOW);
	}
	assert_int_equal(tunwin_sequence_size_loss(&sequence), 1400);
	assert_int_equal(sequence.stuck_count, 3);

	ack(&sequence, 3200, WINDOW);
	data(&sequence, 3200, 0xffff, 4 * SECOND);
	for (i = 5; i <= 7; i++)
		data(&sequence, 3200, 0xffff, i * SECOND);
	assert_int_equal(tunwin_sequence_size_loss(&sequence), 0);
	ack(&sequence, 3200, WINDOW);
	assert_int_equal(tunwin_sequence_size_loss(&sequence), 0xffff);
}

/* ---- acknowledgments ---- */

static void half_the_space_back(void **state)
{
	struct tunwin_sequence sequence = { 0 };

	(void)state;
	data(&sequence, 0, MSS, 0);
	assert_int_equal(ack(&sequence, -0x40000001U, WINDOW), BAD);
	assert_int_equal(sequence.implausible, 1);
	assert_int_equal(ack(&sequence, -0x40000000U, WINDOW), OLD);
	assert_int_equal(sequence.implausible, 1);
}

/* A FIN that comes again asks nothing, and neither does a byte with one. */
static void fin_again(void **state)
{
	struct tunwin_sequence sequence = { 0 };
	struct tunwin_segment fin = { .start = MSS, .length = 1, .fin = true, .count = 1 };
	struct tunwin_segment last = { .start = MSS - 1, .length = 2, .fin = true, .count = 1,
				       .payload_bytes = 1 };

	(void)state;
	data(&sequence, 0, MSS, 0);
	assert_int_equal(tunwin_sequence_data(&sequence, &fin, REORDER, WINDOW, 0), NEW);
	ack(&sequence, MSS + 1, WINDOW);
	assert_int_equal(tunwin_sequence_data(&sequence, &fin, REORDER, WINDOW, SECOND), AGAIN);
	assert_int_equal(tunwin_sequence_data(&sequence, &last, REORDER, WINDOW, SECOND), AGAIN);
}

/* A byte that passed elsewhere did not pass here, unless it has asked for room. */
static void byte_elsewhere(void **state)
{
	struct tunwin_sequence sequence = { 0 };

	(void)state;
	data(&sequence, 0, MSS, 0);
	ack(&sequence, 0, WINDOW);
	assert_int_equal(ack(&sequence, MSS + 1, WINDOW), BAD);
	assert_int_equal(ack(&sequence, MSS + 1, WINDOW), BAD);
	assert_int_equal(ack(&sequence, MSS + 1, WINDOW), ADV);
	assert_int_equal(tunwin_sequence_payload(&sequence), MSS);
}

/* One byte that asked for room excuses one acknowledgment beyond the right edge. */
static void one_byte_beyond(void **state)
{
	struct tunwin_sequence sequence = { 0 };

	(void)state;
	data(&sequence, 0, MSS, 0);
	ack(&sequence, MSS, 0);
	assert_int_equal(data(&sequence, MSS, 1, SECOND), TUNWIN_SEGMENT_PROBE);
	assert_int_equal(ack(&sequence, MSS + 1, 0), ADV);
	assert_int_equal(ack(&sequence, MSS + 2, 0), BAD);
	assert_int_equal(tunwin_sequence_payload(&sequence), MSS + 1);
}

/* What was acknowledged before any data was seen is not outstanding. */
static void acknowledged_first(void **state)
{
	struct tunwin_sequence sequence = { 0 };

	(void)state;
	assert_int_equal(ack(&sequence, 1000, WINDOW), ADV);
	data(&sequence, 500, 1000, 0);
	assert_int_equal(tunwin_sequence_outstanding(&sequence), 500);
}

/* Without a window that is known there is no right edge for data to be beyond. */
static void edge_unknown(void **state)
{
	struct tunwin_sequence sequence = { 0 };

	(void)state;
	data(&sequence, 0, MSS, 0);
	ack(&sequence, MSS, WINDOW);
	assert_int_equal(data(&sequence, 3 * WINDOW, MSS, 0), ODD);
	ack(&sequence, MSS, TUNWIN_WINDOW_UNKNOWN);
	assert_int_equal(data(&sequence, 3 * WINDOW, MSS, 0), NEW | GAP);
}

/* A right edge that moved back and stays there has moved back once. */
static void stays_back(void **state)
{
	struct tunwin_sequence sequence = { 0 };

	(void)state;
	data(&sequence, 0, MSS, 0);
	ack(&sequence, MSS, WINDOW);
	assert_int_equal(ack(&sequence, MSS, 0), BACK);
	assert_int_equal(ack(&sequence, MSS, 0), 0);
	assert_int_equal(sequence.retreats, 1);
}

/* What is given up had not passed; what had passed stays counted. */
static void missing_is_given_up(void **state)
{
	struct tunwin_sequence sequence = { 0 };
	__u32 i;

	(void)state;
	data(&sequence, 0, 1000, 0);
	assert_int_equal(data(&sequence, 50000, 1000, 0), NEW | GAP);
	assert_int_equal(tunwin_sequence_payload(&sequence), 2000);
	for (i = 0; i < 8; i++)
		assert_int_equal(data(&sequence, 0x50000000 + i * 1000, 1000, 0), ODD);
	assert_int_equal(sequence.hole_count, 0);
	assert_int_equal(tunwin_sequence_payload(&sequence), 2000);
}

int main(void)
{
	table_add_rows("sequence edge", run_election, elections);
	table_add_rows("sequence edge", run_silence, silences);
	table_add("sequence edge", "which payload comes through", comes_through, NULL);
	table_add("sequence edge", "segments by class", segments_by_class, NULL);
	table_add("sequence edge", "a part of a hole", part_of_a_hole, NULL);
	table_add("sequence edge", "the age of a hole", age_of_a_hole, NULL);
	table_add("sequence edge", "byte by byte", byte_by_byte, NULL);
	table_add("sequence edge", "an answer to a hole", answers, NULL);
	table_add("sequence edge", "held up", held_up, NULL);
	table_add("sequence edge", "a rough hole", rough_hole, NULL);
	table_add("sequence edge", "the end of the record", end_of_the_record, NULL);
	table_add("sequence edge", "unheard, at its limits", unheard_limits, NULL);
	table_add("sequence edge", "counts that stay", counts_stay, NULL);
	table_add("sequence edge", "stuck", stuck, NULL);
	table_add("sequence edge", "half the space back", half_the_space_back, NULL);
	table_add("sequence edge", "a FIN again", fin_again, NULL);
	table_add("sequence edge", "a byte that passed elsewhere", byte_elsewhere, NULL);
	table_add("sequence edge", "one byte beyond", one_byte_beyond, NULL);
	table_add("sequence edge", "acknowledged first", acknowledged_first, NULL);
	table_add("sequence edge", "an edge that is unknown", edge_unknown, NULL);
	table_add("sequence edge", "an edge that stays back", stays_back, NULL);
	table_add("sequence edge", "a hole that is given up", missing_is_given_up, NULL);
	return table_run("sequence_edge");
}
