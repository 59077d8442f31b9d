// SPDX-License-Identifier: GPL-2.0
/* The rules of kmod/sequence.c on numbers that contradict what is known. */
#include "sequence_step.h"

/* So many in a row that contradict what is known are believed. */
#define STRAYS		8
#define OLD_ACKS	64

/* Further ahead of all other data than any data may be. */
#define FAR	0x50000000

static void largest_step(void **state)
{
	struct tunwin_sequence ahead = { 0 }, behind = { 0 };

	(void)state;
	data(&ahead, 0, MSS, 0);
	assert_int_equal(data(&ahead, 0x40000001, MSS, 0), ODD);
	assert_int_equal(data(&ahead, 0x40000000, MSS, 0), NEW | GAP);

	data(&behind, 0, MSS, 0);
	assert_int_equal(data(&behind, MSS - 0x40000001, MSS, 0), ODD);
	assert_int_equal(data(&behind, MSS - 0x40000000, MSS, 0), AGAIN);
}

/* A direction of which there is something of all that can be known. */
static void know_much(struct tunwin_sequence *sequence)
{
	data(sequence, 0, 500, 0);
	ack(sequence, 500, WINDOW);
	data(sequence, 500, 1400, 0);
	data(sequence, 3000, MSS, 0);
	data(sequence, 0, 500, SECOND);
	data(sequence, 500, 1400, SECOND);
	assert_int_equal(ack(sequence, 400, WINDOW), OLD);
	assert_true(sequence->has_edge && sequence->hole_count && sequence->unheard_count &&
		    sequence->again_count && sequence->stuck_count && sequence->largest_bytes &&
		    sequence->old_acks);
}

static void assert_nothing_known(const struct tunwin_sequence *sequence)
{
	assert_false(sequence->has_high);
	assert_false(sequence->has_una);
	assert_false(sequence->has_edge);
	assert_int_equal(sequence->hole_count, 0);
	assert_false(sequence->acked || sequence->elsewhere);
	assert_int_equal(sequence->stray_count, 0);
	assert_int_equal(sequence->old_acks, 0);
	assert_int_equal(sequence->again_count, 0);
	assert_int_equal(sequence->unheard_count, 0);
	assert_int_equal(sequence->stuck_count, 0);
	assert_int_equal(sequence->largest_bytes, 0);
}

/*
 * Eight segments that follow on from each other are believed, and nothing of before then, where
 * nobody acknowledges what passes.
 */
static void strays(void **state)
{
	struct tunwin_sequence sequence = { 0 };
	int i;

	(void)state;
	data(&sequence, 0, 500, 0);
	data(&sequence, 3000, MSS, 0);
	for (i = 0; i < STRAYS; i++) {
		assert_true(sequence.has_high);
		assert_int_equal(data(&sequence, FAR + i * MSS, MSS, SECOND), ODD);
	}
	assert_nothing_known(&sequence);
	assert_int_equal(data(&sequence, FAR + i * MSS, MSS, SECOND), NEW);
	assert_int_equal(tunwin_sequence_outstanding(&sequence), MSS);
	assert_int_equal(data(&sequence, FAR + 3 * WINDOW, MSS, SECOND), NEW | GAP);
}

/* Else the other end has to acknowledge them. */
static void strays_acked(void **state)
{
	struct tunwin_sequence sequence = { 0 };
	__u32 end;
	int i;

	(void)state;
	know_much(&sequence);
	for (i = 0; i < STRAYS - 1; i++)
		assert_int_equal(data(&sequence, FAR + i * MSS, MSS, SECOND), ODD);
	end = FAR + i * MSS;
	assert_int_equal(ack(&sequence, end, WINDOW), BAD);
	for (; i < 300; i++)
		assert_int_equal(data(&sequence, FAR + i * MSS, MSS, SECOND), ODD);
	end = FAR + i * MSS;
	assert_int_equal(sequence.high, 4000);
	assert_int_equal(ack(&sequence, end + 1, WINDOW), BAD);
	assert_int_equal(ack(&sequence, end - 0x100001, WINDOW), BAD);
	assert_int_equal(ack(&sequence, 500, WINDOW), TUNWIN_ACK_DUPLICATE);
	assert_int_equal(sequence.high, 4000);
	assert_int_equal(ack(&sequence, end - 0x100000, WINDOW), ADV);
	assert_int_equal(sequence.una, end - 0x100000);
	assert_int_equal(sequence.edge, end - 0x100000 + WINDOW);
	assert_false(sequence.has_high);
	assert_int_equal(sequence.stray_count, 0);
	assert_int_equal(data(&sequence, end, MSS, SECOND), NEW);
}

/* Those that do not follow on from each other, or between which others come, are not. */
static void strays_apart(void **state)
{
	struct tunwin_sequence apart = { 0 }, between = { 0 };
	int i;

	(void)state;
	data(&apart, 0, MSS, 0);
	data(&between, 0, MSS, 0);
	for (i = 0; i < 3 * STRAYS; i++) {
		assert_int_equal(data(&apart, FAR + 2 * i * MSS, MSS, 0), ODD);
		assert_int_equal(data(&between, FAR + i * MSS, MSS, 0), ODD);
		assert_int_equal(data(&between, (i + 1) * MSS, MSS, 0), NEW);
	}
	assert_int_equal(apart.high, MSS);
	assert_int_equal(between.implausible, 3 * STRAYS);
	assert_int_equal(tunwin_sequence_outstanding(&between), (3 * STRAYS + 1) * MSS);
}

/* If all acknowledgments are too old, the one that was not is not believed. */
static void old_acks(void **state)
{
	struct tunwin_sequence sequence = { 0 }, between = { 0 };
	int i;

	(void)state;
	know_much(&sequence);
	data(&sequence, FAR, MSS, SECOND);
	assert_int_equal(sequence.stray_count, 1);
	for (i = 1; i < OLD_ACKS; i++) {
		assert_true(sequence.has_una);
		assert_int_equal(ack(&sequence, 400, WINDOW), OLD);
	}
	assert_nothing_known(&sequence);

	/* Some that are overtaken are no reason for that, however many they become. */
	data(&between, 0, MSS, 0);
	ack(&between, MSS, WINDOW);
	for (i = 0; i < 3 * OLD_ACKS; i++) {
		if (i % (OLD_ACKS - 1) == 0)
			ack(&between, MSS, WINDOW);
		assert_int_equal(ack(&between, 400, WINDOW), OLD);
		assert_true(between.has_una);
	}
}

/* The same if all are of data that there cannot have been. */
static void far_acks(void **state)
{
	struct tunwin_sequence sequence = { 0 };
	int i;

	(void)state;
	know_much(&sequence);
	/* (It had been near another one.) */
	assert_int_equal(ack(&sequence, FAR, WINDOW), BAD);
	for (i = 1; i < OLD_ACKS; i++) {
		assert_true(sequence.has_una);
		assert_int_equal(sequence.old_acks, i);
		assert_int_equal(ack(&sequence, FAR, WINDOW), BAD);
	}
	assert_nothing_known(&sequence);
	assert_int_equal(ack(&sequence, FAR, WINDOW), ADV);
	assert_int_equal(sequence.una, FAR);
}

/* And where no edge is known. */
static void far_acks_without_edge(void **state)
{
	struct tunwin_sequence sequence = { 0 };
	int i;

	(void)state;
	data(&sequence, 0, MSS, 0);
	for (i = 0; i < OLD_ACKS; i++) {
		assert_false(sequence.elsewhere);
		assert_int_equal(ack(&sequence, FAR, TUNWIN_WINDOW_UNKNOWN), BAD);
	}
	assert_false(sequence.has_high);
}

/* That data passes elsewhere is to be shown anew as well. */
static void elsewhere_anew(void **state)
{
	struct tunwin_sequence sequence = { 0 };
	int i;

	(void)state;
	data(&sequence, 0, MSS, 0);
	ack(&sequence, 0, WINDOW);
	for (i = 0; i < 3; i++)
		ack(&sequence, 2 * MSS, WINDOW);
	assert_true(sequence.elsewhere);
	for (i = 0; i < OLD_ACKS; i++)
		ack(&sequence, FAR, WINDOW);
	assert_nothing_known(&sequence);
}

/* Those that are not near each other tell nothing, however many they are. */
static void far_acks_apart(void **state)
{
	struct tunwin_sequence sequence = { 0 };
	__u32 i;

	(void)state;
	know_much(&sequence);
	for (i = 0; i < 3 * OLD_ACKS; i++) {
		assert_int_equal(ack(&sequence, FAR + i % 2 * 0x100001, WINDOW), BAD);
		assert_int_equal(sequence.old_acks, 1);
	}
	assert_int_equal(sequence.high, 4000);
	for (i = 0; i < OLD_ACKS - 2; i++)
		assert_int_equal(ack(&sequence, FAR + i % 2 * 0x100000, WINDOW), BAD);
	assert_int_equal(sequence.old_acks, OLD_ACKS - 2);
	assert_int_equal(ack(&sequence, 500, WINDOW), TUNWIN_ACK_DUPLICATE);
	assert_int_equal(sequence.old_acks, 0);
}

/* No sender keeps what is so long acknowledged, where the windows are known. */
static void long_acknowledged(void **state)
{
	struct tunwin_sequence sequence = { 0 };

	(void)state;
	data(&sequence, 1000000, MSS, 0);
	assert_int_equal(data(&sequence, 1000000 - 2 * WINDOW, MSS, 0), AGAIN);
	ack(&sequence, 1000000 + MSS, WINDOW);
	assert_int_equal(data(&sequence, 1000000 + MSS - WINDOW, MSS, 0), AGAIN);
	assert_int_equal(data(&sequence, 1000000 + MSS - WINDOW - 1, MSS, 0), ODD);
	assert_int_equal(sequence.implausible, 1);
	ack(&sequence, 1000000 + MSS, TUNWIN_WINDOW_UNKNOWN);
	assert_int_equal(data(&sequence, 1000000 + MSS - WINDOW - 1, MSS, 0), AGAIN);
}

/* Nor does an end take what acknowledges so little. */
static void long_overtaken(void **state)
{
	struct tunwin_sequence sequence = { 0 };

	(void)state;
	data(&sequence, 1000000, MSS, 0);
	ack(&sequence, 1000000 + MSS, WINDOW);
	assert_int_equal(ack(&sequence, 1000000 + MSS - WINDOW, WINDOW), OLD);
	assert_int_equal(sequence.implausible, 0);
	assert_int_equal(ack(&sequence, 1000000 + MSS - WINDOW - 1, WINDOW), BAD);
	assert_int_equal(sequence.implausible, 1);
	assert_int_equal(sequence.old_acks, 2);
	ack(&sequence, 1000000 + MSS, TUNWIN_WINDOW_UNKNOWN);
	assert_int_equal(ack(&sequence, 1000000 + MSS - WINDOW - 1, WINDOW), OLD);
}

#define REACH	TUNWIN_SEQUENCE_REACH

/* Where no window is known all is believed at first, and what is near once both ends were heard. */
static void reach(void **state)
{
	struct tunwin_sequence sequence = { 0 };

	(void)state;
	data(&sequence, 0, MSS, 0);
	assert_int_equal(data(&sequence, FAR / 2, MSS, 0), NEW | GAP);
	ack(&sequence, FAR / 2 + MSS, TUNWIN_WINDOW_UNKNOWN);
	assert_int_equal(data(&sequence, FAR / 2 + REACH + 1, MSS, 0), ODD);
	assert_int_equal(data(&sequence, FAR / 2 + REACH, MSS, 0), NEW | GAP);
	assert_int_equal(data(&sequence, FAR / 2 + MSS - REACH - 1, MSS, 0), ODD);
	assert_int_equal(data(&sequence, FAR / 2 + MSS - REACH, MSS, 0), AGAIN);
	assert_int_equal(ack(&sequence, FAR / 2 + MSS - REACH - 1, TUNWIN_WINDOW_UNKNOWN), BAD);
	assert_int_equal(ack(&sequence, FAR / 2 + MSS - REACH, TUNWIN_WINDOW_UNKNOWN), OLD);
	assert_int_equal(sequence.implausible, 3);
}

/* The same of acknowledgments of what has not passed, which three in a row have to tell. */
static void reach_of_acks(void **state)
{
	static const struct { __u32 ahead; int third; } rows[] = {
		{ REACH, ADV }, { REACH + 1, BAD },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ROWS(rows); i++) {
		struct tunwin_sequence sequence = { 0 };
		__u32 number = MSS + rows[i].ahead;

		data(&sequence, 0, MSS, 0);
		ack(&sequence, MSS, TUNWIN_WINDOW_UNKNOWN);
		assert_int_equal(ack(&sequence, number, TUNWIN_WINDOW_UNKNOWN), BAD);
		assert_int_equal(ack(&sequence, number, TUNWIN_WINDOW_UNKNOWN), BAD);
		assert_int_equal(ack(&sequence, number, TUNWIN_WINDOW_UNKNOWN), rows[i].third);
	}
}

int main(void)
{
	table_add("sequence stray", "the largest step", largest_step, NULL);
	table_add("sequence stray", "strays", strays, NULL);
	table_add("sequence stray", "strays that are acknowledged", strays_acked, NULL);
	table_add("sequence stray", "acknowledgments too far ahead", far_acks, NULL);
	table_add("sequence stray", "far acknowledgments, no edge", far_acks_without_edge, NULL);
	table_add("sequence stray", "data elsewhere, and anew", elsewhere_anew, NULL);
	table_add("sequence stray", "acknowledgments far ahead, anywhere", far_acks_apart, NULL);
	table_add("sequence stray", "strays that do not follow on", strays_apart, NULL);
	table_add("sequence stray", "old acknowledgments", old_acks, NULL);
	table_add("sequence stray", "data that was acknowledged long ago", long_acknowledged, NULL);
	table_add("sequence stray", "data far away, no window", reach, NULL);
	table_add("sequence stray", "acknowledgments far ahead, no window", reach_of_acks, NULL);
	table_add("sequence stray", "acknowledgments of long before", long_overtaken, NULL);
	return table_run("sequence_stray");
}
