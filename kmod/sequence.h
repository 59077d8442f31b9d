/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The rules of sequence numbers: what the segments and acknowledgments that pass say of the data
 * of one direction. Integers in, verdict out, like window.h.
 */
#ifndef TUNWIN_SEQUENCE_H
#define TUNWIN_SEQUENCE_H

#include <linux/types.h>

#include "window.h"

/* How many gaps in the data that passed are remembered; more are joined. */
#define TUNWIN_SEQUENCE_HOLES	6

/*
 * How far data may be from what both ends have been heard of, in bytes, where no window is known:
 * as far as the buffers that hosts have unless they are told otherwise (tcp_rmem, tcp_wmem).
 */
#define TUNWIN_SEQUENCE_REACH	0x400000U

/**
 * struct tunwin_hole - data that did not pass although later data did
 * @start, @end: the first number of it, and the first behind it
 * @made_us: when the later data passed
 * @stamp: its timestamp
 * @answer: the timestamp of the first acknowledgment since, if @answered
 * @rough: some of it may have passed, there was no room to say which
 */
struct tunwin_hole {
	__u32 start;
	__u32 end;
	__u32 made_us;
	__u32 stamp;
	__u32 answer;
	bool answered;
	bool rough;
};

/**
 * struct tunwin_sequence - the data of one direction, as far as it passed
 * @passed_bytes: distinct payload that passed, the holes in it included
 * @high: the number behind the highest data that passed
 * @una: the highest acknowledgment of it
 * @edge: the highest right edge (acknowledgment + window) that was offered for it
 * @has_high, @has_una, @has_edge: these are known
 * @acked: @una is from an acknowledgment, and not from the first data
 * @probed: the byte behind @high has passed, as a question (TUNWIN_SEGMENT_PROBE)
 * @hole_count: entries of @hole in use, lowest first, none of which overlap
 * @votes: of @payload_typical_bytes, for tunwin_sequence_data()
 * @payload_max_bytes: largest payload of a segment
 * @payload_typical_bytes: the payload that most segments had, if most had the same
 * @stray_next, @stray_count: the number behind the last implausible data, and how many of those
 *	followed on from each other
 * @old_acks: acknowledgments in a row that are below @una, or above all that has passed, and near
 *	each other
 * @stray_ack: the last of them
 * @elsewhere: data passes elsewhere, and is acknowledged here
 * @largest_end, @largest_bytes: the number behind the first segment with the largest payload among
 *	those that wait for an acknowledgment, and that payload; 0: none waits
 * @former_end, @former_bytes: the same of the one that was the largest before it, and waits, too
 * @acked_max_bytes: largest payload of a segment that was acknowledged
 * @stuck_bytes, @stuck_count: payload of a larger one that was sent again, and how often, since
 *	anything new was acknowledged
 * @heard: an acknowledgment has come meanwhile
 * @again_us, @again_count: when what is not acknowledged was first sent again since anything new
 *	was, and how often it was
 * @unheard_us, @unheard_last_us, @unheard_gap_us, @unheard_count: when what had been acknowledged
 *	was first sent again since anything new was, when it last was, how long after the time
 *	before, and how often
 * @dup_acks: acknowledgments that repeated the one before with data outstanding (RFC 5681, 2)
 * @dsack_dups: segments that an end received twice, by its own account (RFC 2883)
 * @retreats: how often the right edge moved back, by more than the scale rounds (RFC 7323, 2.4)
 * @implausible: segments and acknowledgments that no end would have accepted, left out
 * @retransmits: segments that passed again, or filled a hole too late to be merely reordered
 * @reordered: segments that filled a hole soon
 * @segments: all that carried data, of these the others
 *
 * The last three by class of size (tunwin_window_class_max_bytes). What nearly every segment needs
 * comes first, up to @segments.
 */
struct tunwin_sequence {
	__u64 passed_bytes;
	__u32 high;
	__u32 una;
	__u32 edge;
	__u8 has_high:1,
	     has_una:1,
	     has_edge:1,
	     probed:1,
	     acked:1,
	     elsewhere:1;
	__u8 hole_count;
	__u16 votes;
	__u16 payload_max_bytes;
	__u16 payload_typical_bytes;
	__u32 stray_next;
	__u32 stray_ack;
	__u8 stray_count;
	__u8 old_acks;
	__u16 largest_bytes;
	__u32 largest_end;
	__u32 former_end;
	__u16 former_bytes;
	__u16 acked_max_bytes;
	__u16 stuck_bytes;
	__u8 stuck_count;
	bool heard;
	__u8 again_count;
	__u8 unheard_count;
	__u64 segments[TUNWIN_SIZE_CLASSES];
	__u32 again_us;
	__u32 unheard_us;
	__u32 unheard_last_us;
	__u32 unheard_gap_us;
	__u32 dup_acks;
	__u32 dsack_dups;
	__u32 retreats;
	__u32 implausible;
	__u32 retransmits[TUNWIN_SIZE_CLASSES];
	__u32 reordered[TUNWIN_SIZE_CLASSES];
	struct tunwin_hole hole[TUNWIN_SEQUENCE_HOLES];
};

/**
 * struct tunwin_segment - data that passes, merged or not
 * @start: its first number; a SYN counts as one, and so does a FIN
 * @length: numbers that it takes
 * @tick_us: how long a tick of the sender's clock is, 0 if that is not known
 * @stamp: when it was sent, by the sender's clock (RFC 7323, TSval), if @has_stamp
 * @echo: the timestamp that it echoes (TSecr)
 * @syn, @fin: one of them is not payload, the first or the last
 * @count: segments in it
 * @payload_bytes: payload of the largest of them
 * @class: their class of size
 */
struct tunwin_segment {
	__u32 start;
	__u32 length;
	__u32 count;
	__u32 payload_bytes;
	__u32 stamp;
	__u32 echo;
	__u32 tick_us;
	int class;
	bool has_stamp;
	bool syn;
	bool fin;
};

/* What a segment was, or an acknowledgment; bits. */
#define TUNWIN_SEGMENT_NEW		0x01	/* it carried data that had not passed before */
#define TUNWIN_SEGMENT_GAP		0x02	/* it left a hole before it */
#define TUNWIN_SEGMENT_RETRANSMIT	0x04
#define TUNWIN_SEGMENT_REORDERED	0x08
#define TUNWIN_SEGMENT_PROBE		0x10	/* of a closed window, or of the other end */
#define TUNWIN_SEGMENT_IMPLAUSIBLE	0x20

#define TUNWIN_ACK_ADVANCED		0x01	/* it acknowledged something new */
#define TUNWIN_ACK_DUPLICATE		0x02
#define TUNWIN_ACK_RETREATED		0x04	/* the right edge moved back */
#define TUNWIN_ACK_OLD			0x08	/* it was overtaken by a later one */
#define TUNWIN_ACK_IMPLAUSIBLE		0x10

/* @a is before @b, in a space of numbers that wraps (RFC 9293, 3.4). */
static inline bool tunwin_sequence_before(__u32 a, __u32 b)
{
	return (__s32)(a - b) < 0;
}

/* How far they are from each other. */
static inline __u32 tunwin_sequence_apart(__u32 a, __u32 b)
{
	return a - b < b - a ? a - b : b - a;
}

int tunwin_sequence_data(struct tunwin_sequence *sequence, const struct tunwin_segment *segment,
			 __u32 reorder_us, __u32 window_max_bytes, __u32 now_us);
int tunwin_sequence_ack(struct tunwin_sequence *sequence, __u32 ack, __u32 window_bytes,
			__u32 rounding_bytes, __u32 window_max_bytes, bool bare);

void tunwin_sequence_repeated(struct tunwin_sequence *sequence, __u32 bytes);
void tunwin_sequence_answered(struct tunwin_sequence *sequence, __u32 stamp);

/* Data that passed and is not acknowledged yet. */
static inline __u32 tunwin_sequence_outstanding(const struct tunwin_sequence *sequence)
{
	if (!sequence->has_high || !sequence->has_una ||
	    tunwin_sequence_before(sequence->high, sequence->una))
		return 0;
	return sequence->high - sequence->una;
}

__u64 tunwin_sequence_payload(const struct tunwin_sequence *sequence);
bool tunwin_sequence_unheard(struct tunwin_sequence *sequence, __u32 span_us, __u32 now_us);
__u32 tunwin_sequence_size_loss(const struct tunwin_sequence *sequence);
__u64 tunwin_sequence_total(const __u32 *by_class);

#endif
