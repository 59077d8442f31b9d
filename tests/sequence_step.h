/* SPDX-License-Identifier: GPL-2.0 */
/* What the tests of kmod/sequence.c have in common: a direction's segments, and their verdicts. */
#ifndef SEQUENCE_STEP_H
#define SEQUENCE_STEP_H

#include "sequence.h"
#include "table.h"

#define MSS	1000
#define WINDOW	100000
#define REORDER	3000
#define SECOND	1000000U

#define NEW	TUNWIN_SEGMENT_NEW
#define GAP	TUNWIN_SEGMENT_GAP
#define AGAIN	TUNWIN_SEGMENT_RETRANSMIT
#define LATE	TUNWIN_SEGMENT_REORDERED
#define ODD	TUNWIN_SEGMENT_IMPLAUSIBLE
#define ADV	TUNWIN_ACK_ADVANCED
#define BACK	TUNWIN_ACK_RETREATED
#define OLD	TUNWIN_ACK_OLD
#define BAD	TUNWIN_ACK_IMPLAUSIBLE

static inline int data(struct tunwin_sequence *sequence, __u32 start, __u32 bytes, __u32 now_us)
{
	struct tunwin_segment segment = {
		.start = start, .length = bytes, .payload_bytes = bytes, .count = 1, .class = 1,
	};

	return tunwin_sequence_data(sequence, &segment, REORDER, WINDOW, now_us);
}

static inline int ack(struct tunwin_sequence *sequence, __u32 number, __u32 window_bytes)
{
	return tunwin_sequence_ack(sequence, number, window_bytes, 0, WINDOW, true);
}

#endif
