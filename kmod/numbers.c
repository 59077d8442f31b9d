// SPDX-License-Identifier: GPL-2.0
#include "numbers.h"
#include "sequence.h"

/* The largest step between two numbers of a direction that is believed: the largest window. */
#define STEP_MAX	0x40000000U

static __u8 bit(int direction)
{
	return 1 << direction;
}

/* A segment may lie behind what was acknowledged by a window, and ahead of others by a window. */
static bool is_data_plausible(const struct tunwin_numbers *numbers, int direction,
			      const struct tunwin_numbers_segment *segment, __u32 window_bytes)
{
	__u32 end = segment->seq + segment->length;
	__u32 una = numbers->una[direction], high = numbers->high[direction];

	if (numbers->has_una & bit(direction) && tunwin_sequence_before(segment->seq, una) &&
	    una - segment->seq > window_bytes)
		return false;
	if (!(numbers->has_high & bit(direction)))
		return true;
	return tunwin_sequence_before(high, end) ? end - high <= window_bytes :
						   high - end <= STEP_MAX;
}

static bool is_ack_plausible(const struct tunwin_numbers *numbers, int direction, __u32 ack,
			     __u32 window_bytes)
{
	if (numbers->has_una & bit(direction) &&
	    tunwin_sequence_before(ack, numbers->una[direction]))
		return numbers->una[direction] - ack <= window_bytes;
	/* Data may have passed elsewhere. */
	if (numbers->has_high & bit(direction) &&
	    tunwin_sequence_before(numbers->high[direction], ack))
		return ack - numbers->high[direction] <= window_bytes;
	return true;
}

static void advance_high(struct tunwin_numbers *numbers, int direction, __u32 to)
{
	if (numbers->has_high & bit(direction) &&
	    !tunwin_sequence_before(numbers->high[direction], to))
		return;
	numbers->high[direction] = to;
	numbers->has_high |= bit(direction);
}

static void acknowledge(struct tunwin_numbers *numbers, int direction, __u32 ack)
{
	if (numbers->has_una & bit(direction) &&
	    !tunwin_sequence_before(numbers->una[direction], ack))
		return;
	numbers->una[direction] = ack;
	numbers->has_una |= bit(direction);
	/* It has passed, here or elsewhere. */
	advance_high(numbers, direction, ack);
}

/**
 * tunwin_numbers_pass() - a segment passes
 * @numbers: what is known; all zero at first
 * @direction: in which it passes
 * @segment: no SYN and no RST
 * @window_bytes: the largest window that each direction has been offered
 *
 * Return: the ends may have taken it for a segment of theirs.
 */
bool tunwin_numbers_pass(struct tunwin_numbers *numbers, int direction,
			 const struct tunwin_numbers_segment *segment, const __u32 *window_bytes)
{
	int other = !direction;

	if (!is_data_plausible(numbers, direction, segment, window_bytes[direction]) ||
	    (segment->has_ack &&
	     !is_ack_plausible(numbers, other, segment->ack, window_bytes[other])))
		return false;
	advance_high(numbers, direction, segment->seq + segment->length);
	if (segment->has_ack)
		acknowledge(numbers, other, segment->ack);
	return true;
}

/**
 * tunwin_numbers_continues() - is a number the one that the receiver expects?
 * @numbers: what is known
 * @direction: of its data
 * @seq: the number
 *
 * It expects one between what it has acknowledged and what has passed here, as some of that may not
 * have reached it. Of a direction of which no acknowledgment is known no number is believed.
 */
bool tunwin_numbers_continues(const struct tunwin_numbers *numbers, int direction, __u32 seq)
{
	__u32 from = numbers->una[direction];
	__u32 to = numbers->has_high & bit(direction) ? numbers->high[direction] : from;

	if (!(numbers->has_una & bit(direction)))
		return false;
	if (tunwin_sequence_before(to, from))
		to = from;
	return seq - from <= to - from;
}

/**
 * tunwin_numbers_fin() - a FIN passes that may be the connection's
 * @numbers: what is known
 * @direction: in which it passes
 * @end: the number behind it
 * @next: nothing was missing before it, see tunwin_numbers_continues()
 */
void tunwin_numbers_fin(struct tunwin_numbers *numbers, int direction, __u32 end, bool next)
{
	bool again = numbers->has_fin & bit(direction) && numbers->fin[direction] == end;

	/* One that lies behind what was acknowledged is none, or has been seen. */
	if (numbers->has_una & bit(direction) &&
	    tunwin_sequence_before(end, numbers->una[direction]))
		return;
	numbers->fin[direction] = end;
	numbers->has_fin |= bit(direction);
	if (next)
		numbers->fin_next |= bit(direction);
	else if (!again)
		numbers->fin_next &= ~bit(direction);
}

static bool is_acked(const struct tunwin_numbers *numbers, int direction)
{
	return numbers->has_una & bit(direction) &&
	       numbers->una[direction] == numbers->fin[direction];
}

/**
 * tunwin_numbers_fin_counts() - has a side ended what it sends?
 * @numbers: what is known
 * @direction: of its data
 *
 * Behind a FIN there is no data; and one that left something out may be made up until it is
 * acknowledged.
 */
bool tunwin_numbers_fin_counts(const struct tunwin_numbers *numbers, int direction)
{
	__u32 fin = numbers->fin[direction];

	if (!(numbers->has_fin & bit(direction)))
		return false;
	if (numbers->has_high & bit(direction) &&
	    tunwin_sequence_before(fin, numbers->high[direction]))
		return false;
	if (numbers->has_una & bit(direction) &&
	    tunwin_sequence_before(fin, numbers->una[direction]))
		return false;
	return numbers->fin_next & bit(direction) || is_acked(numbers, direction);
}

/**
 * tunwin_numbers_are_closed() - is the connection over?
 * @numbers: what is known
 *
 * Both sides have ended what they send, and one of them has heard so from the other. (The last
 * acknowledgment need not come.)
 */
bool tunwin_numbers_are_closed(const struct tunwin_numbers *numbers)
{
	return tunwin_numbers_fin_counts(numbers, 0) && tunwin_numbers_fin_counts(numbers, 1) &&
	       (is_acked(numbers, 0) || is_acked(numbers, 1));
}
