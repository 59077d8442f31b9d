// SPDX-License-Identifier: GPL-2.0
#include "sequence.h"

/* The largest step between two numbers of a direction that is believed: the largest window. */
#define STEP_MAX	0x40000000U

/* A tick of the clock that timestamps are of while it is not known (Linux, FreeBSD). */
#define TICK_US		1000

/* What a busy machine adds to a tick of the clock that timestamps are of. */
#define TICK_SLACK_US	1000

/* So many in a row that contradict what is known are not the ones that are wrong. */
#define STRAYS	8
#define OLD_ACKS	64

/* How far the acknowledgment of such data may lie behind it, or such acknowledgments apart. */
#define STRAYS_UNDER_WAY	0x100000U

/* So many acknowledgments in a row of what has not passed here tell that it does so elsewhere. */
#define ELSEWHERE_ACKS		3

/* Votes do not grow beyond what a change of the path's MTU could outvote. */
#define VOTES_MAX	64

static __u32 larger(__u32 a, __u32 b)
{
	return a > b ? a : b;
}

/* @a is before @b and not impossibly far from it. */
static bool is_within(__u32 a, __u32 b)
{
	return b - a <= STEP_MAX;
}

/* A sender without an answer sends again every two minutes at least (TCP_RTO_MAX). */
#define AGAIN_MAX_US	150000000U

/* What is repeated sooner, or within a round trip, was sent before anything could be heard. */
#define AGAIN_MIN_US	100000U

/* The payload that most segments have, by majority vote (Boyer and Moore). */
static void vote(struct tunwin_sequence *sequence, const struct tunwin_segment *segment)
{
	__u32 count = segment->count < VOTES_MAX ? segment->count : VOTES_MAX;

	if (sequence->payload_typical_bytes == segment->payload_bytes) {
		sequence->votes = sequence->votes + count < VOTES_MAX ?
				  sequence->votes + count : VOTES_MAX;
	} else if (sequence->votes >= count) {
		sequence->votes -= count;
	} else {
		sequence->payload_typical_bytes = segment->payload_bytes;
		sequence->votes = count - sequence->votes;
	}
}

/* The payload that is tried on the path, and whether it comes back. */
static void note_sent(struct tunwin_sequence *sequence, const struct tunwin_segment *segment,
		      __u32 end)
{
	if (segment->payload_bytes <= sequence->largest_bytes || segment->payload_bytes > 0xffff)
		return;
	sequence->former_bytes = sequence->largest_bytes;
	sequence->former_end = sequence->largest_end;
	sequence->largest_bytes = segment->payload_bytes;
	sequence->largest_end = end;
}

/*
 * For how long the sender is silent before it has given up, or heard and has no more to send: it
 * waits twice as long each time.
 */
static __u32 unheard_limit_us(const struct tunwin_sequence *sequence)
{
	__u32 gap_us = sequence->unheard_gap_us;

	if (sequence->unheard_count < 2 || gap_us > AGAIN_MAX_US / 3)
		return AGAIN_MAX_US;
	return 2 * gap_us + gap_us / 4 + 1000000U;
}

/* Its acknowledgment has passed, but has not reached its sender. */
static void note_unheard(struct tunwin_sequence *sequence, __u32 reorder_us, __u32 now_us)
{
	__u32 gap_us = now_us - sequence->unheard_last_us;

	if (sequence->unheard_count && gap_us > unheard_limit_us(sequence))
		sequence->unheard_count = 0;
	if (!sequence->unheard_count)
		sequence->unheard_us = now_us;
	else if (gap_us < larger(AGAIN_MIN_US, reorder_us))
		return;
	sequence->unheard_gap_us = gap_us;
	sequence->unheard_last_us = now_us;
	if (sequence->unheard_count < 0xff)
		sequence->unheard_count++;
}

static void note_sent_again(struct tunwin_sequence *sequence, const struct tunwin_segment *segment,
			    __u32 reorder_us, __u32 now_us)
{
	__u32 end = segment->start + segment->length;

	/* A SYN or a FIN is no data. */
	if (!segment->payload_bytes || !sequence->has_una)
		return;
	if (!tunwin_sequence_before(sequence->una, end)) {
		note_unheard(sequence, reorder_us, now_us);
		return;
	}
	if (!sequence->again_count)
		sequence->again_us = now_us;
	if (sequence->again_count < 0xff)
		sequence->again_count++;
	/* Of several that are sent again it is the first that is in the way. */
	if (segment->payload_bytes <= sequence->acked_max_bytes ||
	    segment->payload_bytes > 0xffff ||
	    tunwin_sequence_before(sequence->una, segment->start))
		return;
	sequence->stuck_bytes = segment->payload_bytes;
	if (sequence->stuck_count < 0xff)
		sequence->stuck_count++;
}

static void note_acked(struct tunwin_sequence *sequence, __u32 ack)
{
	sequence->again_count = 0;
	sequence->stuck_count = 0;
	sequence->heard = false;
	if (sequence->former_bytes && !tunwin_sequence_before(ack, sequence->former_end)) {
		if (sequence->former_bytes > sequence->acked_max_bytes)
			sequence->acked_max_bytes = sequence->former_bytes;
		sequence->former_bytes = 0;
	}
	if (!sequence->largest_bytes || tunwin_sequence_before(ack, sequence->largest_end))
		return;
	if (sequence->largest_bytes > sequence->acked_max_bytes)
		sequence->acked_max_bytes = sequence->largest_bytes;
	sequence->largest_bytes = 0;
}

static void note_payload(struct tunwin_sequence *sequence, const struct tunwin_segment *segment)
{
	if (!segment->payload_bytes || segment->payload_bytes > 0xffff)
		return;
	if (segment->payload_bytes > sequence->payload_max_bytes)
		sequence->payload_max_bytes = segment->payload_bytes;
	vote(sequence, segment);
}

static void remove_hole(struct tunwin_sequence *sequence, int at)
{
	int i;

	sequence->hole_count--;
	for (i = at; i < sequence->hole_count; i++)
		sequence->hole[i] = sequence->hole[i + 1];
}

/* The lowest two become one, with what passed between them; nothing else lies there. */
static void join_lowest(struct tunwin_sequence *sequence)
{
	sequence->hole[1].start = sequence->hole[0].start;
	sequence->hole[1].rough = true;
	remove_hole(sequence, 0);
}

/* From @start to @end a hole is filled, and the rest on either side is missing still. */
static void split_hole(struct tunwin_sequence *sequence, int at, __u32 start, __u32 end)
{
	int i;

	if (sequence->hole_count == TUNWIN_SEQUENCE_HOLES) {
		sequence->hole[at].rough = true;
		return;
	}
	for (i = sequence->hole_count++; i > at; i--)
		sequence->hole[i] = sequence->hole[i - 1];
	sequence->hole[at].end = start;
	sequence->hole[at + 1].start = end;
}

static void add_hole(struct tunwin_sequence *sequence, __u32 start, __u32 end, __u32 now_us,
		     __u32 stamp)
{
	struct tunwin_hole *hole;

	if (sequence->hole_count == TUNWIN_SEQUENCE_HOLES)
		join_lowest(sequence);
	hole = &sequence->hole[sequence->hole_count++];
	hole->start = start;
	hole->end = end;
	hole->made_us = now_us;
	hole->stamp = stamp;
	hole->answered = false;
	hole->rough = false;
}

/*
 * Was what fills a hole overtaken by the data that made it? Then it was sent before that, which
 * timestamps tell unless both were sent in the same tick. Else the time does: the sender learns
 * of a hole no sooner than one round trip after it passed.
 */
static bool was_overtaken(const struct tunwin_segment *segment, const struct tunwin_hole *hole,
			  __u32 reorder_us, __u32 now_us)
{
	__u32 tick_us = segment->tick_us ? segment->tick_us : TICK_US;
	__u32 age_us = now_us - hole->made_us;

	if (segment->has_stamp && segment->stamp != hole->stamp)
		return tunwin_sequence_before(segment->stamp, hole->stamp);
	/* In the same tick, but before its sender had heard of anything that came behind it. */
	if (segment->has_stamp && hole->answered &&
	    tunwin_sequence_before(segment->echo, hole->answer))
		return true;
	/* Sent in the same tick, it would have come in a tick, had nothing held it up. */
	return age_us < reorder_us ||
	       (segment->has_stamp && age_us >= tick_us + TICK_SLACK_US);
}

/*
 * Take data out of the holes that it fills, up to @end. Returns true if it filled one, or a part of
 * one, and was overtaken.
 */
static bool fill_holes(struct tunwin_sequence *sequence, const struct tunwin_segment *segment,
		       __u32 end, __u32 reorder_us, __u32 now_us)
{
	__u32 start = segment->start;
	bool overtaken = false;
	int i = 0;

	while (i < sequence->hole_count) {
		struct tunwin_hole *hole = &sequence->hole[i];

		if (!tunwin_sequence_before(start, hole->end) ||
		    !tunwin_sequence_before(hole->start, end)) {
			i++;
			continue;
		}
		if (was_overtaken(segment, hole, reorder_us, now_us))
			overtaken = true;

		/* What is left of it does not overlap, and the next turn passes it by. */
		if (!tunwin_sequence_before(hole->start, start)) {
			if (!tunwin_sequence_before(end, hole->end))
				remove_hole(sequence, i);
			else
				hole->start = end;
		} else if (!tunwin_sequence_before(end, hole->end)) {
			hole->end = start;
		} else {
			split_hole(sequence, i, start, end);
			return overtaken;
		}
	}
	return overtaken;
}

/*
 * Of a hole that is acknowledged up to @until the data passed elsewhere, unless it is a rough
 * one.
 */
static void uncount(struct tunwin_sequence *sequence, const struct tunwin_hole *hole, __u32 until)
{
	if (!hole->rough)
		sequence->passed_bytes -= until - hole->start;
}

/* Holes that the receiver has acknowledged are holes no more. */
static void close_holes(struct tunwin_sequence *sequence)
{
	int i = 0;

	while (i < sequence->hole_count) {
		struct tunwin_hole *hole = &sequence->hole[i];

		if (!tunwin_sequence_before(sequence->una, hole->end)) {
			uncount(sequence, hole, hole->end);
			remove_hole(sequence, i);
			continue;
		}
		if (tunwin_sequence_before(hole->start, sequence->una)) {
			uncount(sequence, hole, sequence->una);
			hole->start = sequence->una;
		}
		i++;
	}
}

/* Data that had its place below the highest: repeated, or late. */
static int old_data(struct tunwin_sequence *sequence, const struct tunwin_segment *segment,
		    __u32 end, __u32 count, __u32 reorder_us, __u32 now_us)
{
	if (fill_holes(sequence, segment, end, reorder_us, now_us)) {
		sequence->reordered[segment->class] += count;
		return TUNWIN_SEGMENT_REORDERED;
	}
	sequence->retransmits[segment->class] += count;
	note_sent_again(sequence, segment, reorder_us, now_us);
	return TUNWIN_SEGMENT_RETRANSMIT;
}

/*
 * Count the payload of a segment from a number on, which may lie before it: then there is a
 * hole.
 */
static void pass(struct tunwin_sequence *sequence, const struct tunwin_segment *segment, __u32 from)
{
	__u32 end = segment->start + segment->length;

	sequence->passed_bytes += end - from;
	if (segment->fin)
		sequence->passed_bytes--;
	if (segment->syn && !tunwin_sequence_before(segment->start, from))
		sequence->passed_bytes--;
}

/* A SYN or a FIN without payload is none. */
static void count_segments(struct tunwin_sequence *sequence, const struct tunwin_segment *segment)
{
	if (segment->payload_bytes)
		sequence->segments[segment->class] += segment->count;
}

/* Give up what is known of where the direction stands; what was counted stays. */
static void begin_anew(struct tunwin_sequence *sequence)
{
	sequence->has_high = false;
	sequence->has_una = false;
	sequence->has_edge = false;
	sequence->acked = false;
	sequence->elsewhere = false;
	/* What is still missing has not passed. */
	sequence->passed_bytes = tunwin_sequence_payload(sequence);
	sequence->hole_count = 0;
	sequence->stray_count = 0;
	sequence->old_acks = 0;
	sequence->again_count = 0;
	sequence->unheard_count = 0;
	sequence->stuck_count = 0;
	sequence->largest_bytes = 0;
}

/*
 * Segments that follow on from each other, one after the other and nothing else between, are the
 * connection; what is known of it came from elsewhere, as from one forged packet.
 */
static void note_stray(struct tunwin_sequence *sequence, const struct tunwin_segment *segment,
		       __u32 end)
{
	if (!sequence->stray_count || segment->start != sequence->stray_next)
		sequence->stray_count = 0;
	sequence->stray_next = end;
	if (sequence->stray_count < STRAYS)
		sequence->stray_count++;
	/* Where the other end acknowledges it has to acknowledge them, too, see below. */
	if (sequence->stray_count == STRAYS && !sequence->acked)
		begin_anew(sequence);
}

/*
 * A byte that was acknowledged long ago asks whether the other end is there (RFC 9293, 3.8.4);
 * the byte behind all that was, and behind the right edge, whether the window is still closed
 * (3.8.6.1).
 */
static bool is_probe(const struct tunwin_sequence *sequence, const struct tunwin_segment *segment)
{
	if (segment->length != 1 || segment->payload_bytes != 1 || !sequence->has_una)
		return false;
	return tunwin_sequence_before(segment->start, sequence->una) ||
	       (segment->start == sequence->una && segment->start == sequence->high &&
		sequence->has_edge && segment->start == sequence->edge);
}

/* How far numbers may be from what is known, so that one forged segment brings nothing near. */
static __u32 reach(const struct tunwin_sequence *sequence, __u32 window_max_bytes)
{
	if (sequence->has_edge && window_max_bytes)
		return larger(window_max_bytes, 0xffff);
	return sequence->acked ? TUNWIN_SEQUENCE_REACH : STEP_MAX;
}

/*
 * A sender keeps what it has not heard to be acknowledged; that cannot be further behind what has
 * been than a window. Nor can what is acknowledged.
 */
static bool is_forgotten(const struct tunwin_sequence *sequence, __u32 number,
			 __u32 window_max_bytes)
{
	return sequence->has_una && tunwin_sequence_before(number, sequence->una) &&
	       sequence->una - number > reach(sequence, window_max_bytes);
}

/* New data is further ahead than any window allows. */
static bool is_beyond(const struct tunwin_sequence *sequence, __u32 end, __u32 window_max_bytes)
{
	bool has_edge = sequence->has_edge && window_max_bytes;

	return !is_within(sequence->high, end) ||
	       tunwin_sequence_before((has_edge ? sequence->edge : sequence->high) +
				      reach(sequence, window_max_bytes), end);
}

/**
 * tunwin_sequence_data() - data passes
 * @sequence: the direction's record; all zero before the first call
 * @segment: the data; its length is not 0
 * @reorder_us: what fills a hole within this time was overtaken, later it was sent again, where
 *		timestamps do not tell
 * @window_max_bytes: the largest window offered for this data, 0 if that is not known
 * @now_us: the time, which may wrap
 *
 * A sender may repeat what it sent and may go on up to the right edge. What lies further beyond it
 * than a window, or half the number space away, no receiver takes (RFC 9293, 3.10.7.4), so it
 * may be forged and is left out.
 *
 * Return: TUNWIN_SEGMENT_… bits.
 */
int tunwin_sequence_data(struct tunwin_sequence *sequence, const struct tunwin_segment *segment,
			 __u32 reorder_us, __u32 window_max_bytes, __u32 now_us)
{
	__u32 end = segment->start + segment->length;
	__u32 old_length, old_count;
	int verdict = TUNWIN_SEGMENT_NEW;

	if (!sequence->has_high) {
		sequence->high = end;
		sequence->has_high = true;
		if (!sequence->has_una) {
			sequence->una = segment->start;
			sequence->has_una = true;
		}
		pass(sequence, segment, segment->start);
		count_segments(sequence, segment);
		note_payload(sequence, segment);
		note_sent(sequence, segment, end);
		return TUNWIN_SEGMENT_NEW;
	}

	if (tunwin_sequence_before(sequence->high, end) ?
	    is_beyond(sequence, end, window_max_bytes) :
	    !is_within(segment->start, sequence->high) ||
	    is_forgotten(sequence, segment->start, window_max_bytes)) {
		sequence->implausible += segment->count;
		note_stray(sequence, segment, end);
		return TUNWIN_SEGMENT_IMPLAUSIBLE;
	}
	sequence->stray_count = 0;

	if (is_probe(sequence, segment)) {
		if (segment->start == sequence->high)
			sequence->probed = true;
		return TUNWIN_SEGMENT_PROBE;
	}

	count_segments(sequence, segment);
	note_payload(sequence, segment);
	if (!tunwin_sequence_before(sequence->high, end))
		return old_data(sequence, segment, end, segment->count, reorder_us, now_us);

	if (tunwin_sequence_before(sequence->high, segment->start)) {
		add_hole(sequence, sequence->high, segment->start, now_us, segment->stamp);
		verdict |= TUNWIN_SEGMENT_GAP;
	} else if (segment->start != sequence->high) {
		/* Merged with new data, or with another division than before. */
		old_length = sequence->high - segment->start;
		old_count = segment->payload_bytes ?
			    (old_length + segment->payload_bytes - 1) / segment->payload_bytes : 1;
		verdict |= old_data(sequence, segment, sequence->high, old_count, reorder_us,
				    now_us);
	}
	pass(sequence, segment, sequence->high);
	note_sent(sequence, segment, end);
	/* A sender that goes on is not stuck. */
	sequence->again_count = 0;
	sequence->unheard_count = 0;
	sequence->high = end;
	return verdict;
}

/* Of one acknowledgment; a forged one must not count for more. */
#define REPEATED_MAX	64

/**
 * tunwin_sequence_repeated() - an end tells that data of this direction has arrived twice
 * @sequence: the data
 * @bytes: how much of it, as one acknowledgment has it
 *
 * What is sent again without need arrives twice; what was lost does not. Counted as by the sender
 * (tcp_dsack_seen()).
 */
void tunwin_sequence_repeated(struct tunwin_sequence *sequence, __u32 bytes)
{
	__u32 size = sequence->payload_max_bytes, count = 1;

	if (size && bytes > size)
		count = bytes / size + !!(bytes % size);
	sequence->dsack_dups += count < REPEATED_MAX ? count : REPEATED_MAX;
}

/* Those that are not near each other are made up. */
static void note_stray_ack(struct tunwin_sequence *sequence, __u32 ack)
{
	if (tunwin_sequence_apart(ack, sequence->stray_ack) > STRAYS_UNDER_WAY)
		sequence->old_acks = 0;
	sequence->stray_ack = ack;
	if (++sequence->old_acks == OLD_ACKS)
		begin_anew(sequence);
}

/**
 * tunwin_sequence_ack() - an acknowledgment of this direction's data passes, the other way
 * @sequence: the direction's record
 * @ack: the acknowledgment
 * @window_bytes: the window with it, scaled; TUNWIN_WINDOW_UNKNOWN if that is not known
 * @rounding_bytes: how much the scale may round away (RFC 7323, 2.4)
 * @window_max_bytes: the largest window offered for this data, 0 if that is not known
 * @bare: the segment carries nothing else
 *
 * An end takes no segment that acknowledges what is further behind than its largest window, or what
 * it has not sent (RFC 5961, 5.2).
 *
 * Return: TUNWIN_ACK_… bits.
 */
int tunwin_sequence_ack(struct tunwin_sequence *sequence, __u32 ack, __u32 window_bytes,
			__u32 rounding_bytes, __u32 window_max_bytes, bool bare)
{
	__u32 edge = ack + window_bytes;
	int verdict = 0;

	if (sequence->stray_count == STRAYS && sequence->stray_next - ack <= STRAYS_UNDER_WAY)
		begin_anew(sequence);
	if (sequence->has_una && tunwin_sequence_before(ack, sequence->una)) {
		/* A few are overtaken; if all are, the one that overtook them was none. */
		note_stray_ack(sequence, ack);
		if (is_within(ack, sequence->una) &&
		    !is_forgotten(sequence, ack, window_max_bytes))
			return TUNWIN_ACK_OLD;
		sequence->implausible++;
		return TUNWIN_ACK_IMPLAUSIBLE;
	}
	/*
	 * Data may have passed elsewhere, or before the flow was known; never half the space of
	 * it. But what one acknowledgment tells may be made up.
	 */
	if (sequence->has_high && tunwin_sequence_before(sequence->high, ack)) {
		if (!is_within(sequence->high, ack) ||
		    (sequence->has_edge ?
		     tunwin_sequence_before(sequence->edge + sequence->probed, ack) :
		     ack - sequence->high > reach(sequence, 0))) {
			note_stray_ack(sequence, ack);
			sequence->implausible++;
			return TUNWIN_ACK_IMPLAUSIBLE;
		}
		if (!sequence->elsewhere && !(sequence->probed && ack - sequence->high == 1)) {
			note_stray_ack(sequence, ack);
			if (sequence->old_acks < ELSEWHERE_ACKS) {
				sequence->implausible++;
				return TUNWIN_ACK_IMPLAUSIBLE;
			}
			sequence->elsewhere = true;
		}
		/* The byte that asked was taken. */
		if (sequence->probed && ack - sequence->high == 1)
			sequence->passed_bytes++;
		sequence->high = ack;
	}
	sequence->old_acks = 0;
	sequence->acked = true;

	if (!sequence->has_una || sequence->una != ack) {
		verdict |= TUNWIN_ACK_ADVANCED;
		sequence->una = ack;
		sequence->has_una = true;
		sequence->probed = false;
		close_holes(sequence);
		note_acked(sequence, ack);
	} else if (sequence->stuck_count) {
		sequence->heard = true;
	}
	if (window_bytes == TUNWIN_WINDOW_UNKNOWN) {
		sequence->has_edge = false;
		return verdict;
	}

	if (!(verdict & TUNWIN_ACK_ADVANCED) && bare && sequence->has_edge &&
	    edge == sequence->edge && tunwin_sequence_outstanding(sequence)) {
		sequence->dup_acks++;
		verdict |= TUNWIN_ACK_DUPLICATE;
	}
	if (sequence->has_edge && tunwin_sequence_before(edge, sequence->edge)) {
		/*
		 * One that acknowledges nothing new may have been overtaken by the update of the
		 * window that followed it; a sender takes it for that unless it closes the window
		 * (tcp_may_update_window()). If the edge is back, the next one shows it.
		 */
		if (!(verdict & TUNWIN_ACK_ADVANCED) && window_bytes)
			return verdict;
		if (sequence->edge - edge > rounding_bytes) {
			/*
			 * From here on: each further step back counts, its staying there does
			 * not.
			 */
			sequence->retreats++;
			sequence->edge = edge;
			verdict |= TUNWIN_ACK_RETREATED;
		}
		return verdict;
	}
	sequence->edge = edge;
	sequence->has_edge = true;
	return verdict;
}

/**
 * tunwin_sequence_answered() - an acknowledgment with a timestamp passes, the other way
 * @sequence: the direction's record
 * @stamp: the timestamp (TSval)
 *
 * From it, or from a later one, the sender learns of the holes that there are; what it sends again
 * for that echoes this timestamp.
 */
void tunwin_sequence_answered(struct tunwin_sequence *sequence, __u32 stamp)
{
	int i;

	for (i = 0; i < sequence->hole_count; i++) {
		if (sequence->hole[i].answered)
			continue;
		sequence->hole[i].answered = true;
		sequence->hole[i].answer = stamp;
	}
}

/**
 * tunwin_sequence_payload() - distinct payload that passed
 * @sequence: the direction's record
 */
__u64 tunwin_sequence_payload(const struct tunwin_sequence *sequence)
{
	__u64 missing = 0;
	int i;

	for (i = 0; i < sequence->hole_count; i++)
		missing += sequence->hole[i].end - sequence->hole[i].start;
	return sequence->passed_bytes > missing ? sequence->passed_bytes - missing : 0;
}

/* So often in vain is more than bad luck. */
#define STUCK_COUNT	3

/**
 * tunwin_sequence_unheard() - does the sender send again and again what has been acknowledged?
 * @sequence: the direction's record; what is too long ago is forgotten
 * @span_us: for so long at least, from the first time to the last
 * @now_us: the time, which may wrap
 *
 * Then the acknowledgments pass here and do not reach it. What is sent again at once and never
 * again was sent because it seemed to be lost.
 */
bool tunwin_sequence_unheard(struct tunwin_sequence *sequence, __u32 span_us, __u32 now_us)
{
	if (now_us - sequence->unheard_last_us > unheard_limit_us(sequence))
		sequence->unheard_count = 0;
	return sequence->unheard_count >= STUCK_COUNT &&
	       sequence->unheard_last_us - sequence->unheard_us >= span_us;
}

/**
 * tunwin_sequence_size_loss() - are large segments lost, while small ones pass?
 * @sequence: the direction's record
 *
 * They are if a segment larger than any that was ever acknowledged is sent again and again in vain
 * although smaller ones were acknowledged, and the other end is still heard: what answers has
 * received something.
 *
 * Return: its payload, 0 if not.
 */
__u32 tunwin_sequence_size_loss(const struct tunwin_sequence *sequence)
{
	return sequence->stuck_count >= STUCK_COUNT && sequence->heard &&
	       sequence->acked_max_bytes ? sequence->stuck_bytes : 0;
}

/**
 * tunwin_sequence_total() - the sum over all classes of size
 * @by_class: the counts
 */
__u64 tunwin_sequence_total(const __u32 *by_class)
{
	__u64 total = 0;
	int class;

	for (class = 0; class < TUNWIN_SIZE_CLASSES; class++)
		total += by_class[class];
	return total;
}
