/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The rules of the beginning: which SYN and which SYN-ACK a connection was made of, and whether it
 * was made at all. Integers in, verdict out, like window.h.
 *
 * Segments can be forged by whoever knows the addresses and the ports. What he cannot know is the
 * number that an end answers with, so what decides is an acknowledgment of that number by the end
 * that it went to. Where no SYN was seen, the numbers of both ends have to fit each other.
 */
#ifndef TUNWIN_HANDSHAKE_H
#define TUNWIN_HANDSHAKE_H

#include <linux/types.h>

#include "window.h"

/* Of each side the first number that it may have begun with, and the latest other one. */
#define TUNWIN_OPENINGS	2

/**
 * struct tunwin_opening - what a side may have begun with
 * @isn: the number of its SYN
 * @mss: the largest segment that it takes (RFC 9293, 3.7.1), 0 if it did not say
 * @shift: the scale that it offered, or TUNWIN_WSCALE_NOT_OFFERED
 * @known: @isn is, be it from the other side
 * @seen: the SYN or SYN-ACK passed; all else here is valid
 * @synack: it was a SYN-ACK
 * @sack: it takes selective acknowledgments (RFC 2018)
 * @timestamps: it offered timestamps (RFC 7323)
 * @ecn: its SYN-ACK accepted congestion notification (RFC 3168, 6.1.1; none of RFC 9768's)
 * @vague: it was sent again with another scale
 * @data: data came with it (RFC 7413)
 */
struct tunwin_opening {
	__u32 isn;
	__u16 mss;
	__u8 shift;
	__u8 known:1,
	     seen:1,
	     synack:1,
	     sack:1,
	     timestamps:1,
	     ecn:1,
	     vague:1,
	     data:1;
};

/**
 * struct tunwin_middle - of a side, where a record began without a SYN
 * @first: the number of the first segment of those that follow on from each other
 * @end: the number behind the last one
 * @ack: what it acknowledged
 */
struct tunwin_middle {
	__u32 first;
	__u32 end;
	__u32 ack;
};

/**
 * struct tunwin_handshake - of a connection that is half open; all zero before its first segment
 * @opening: of each side
 * @middle: the same place, if @is_middle
 * @later_ms: when the latest SYN of an opener that is @opening[][1] was first seen, see
 *	      struct tunwin_handshake_segment
 * @stray_end, @stray_ack: of the last segment that fitted to no opening, as in struct tunwin_middle
 * @misfits: how often in a row such ones of both sides fitted each other
 * @spoke: bit for each side: something else than SYN, SYN-ACK and RST came from it, and fitted
 * @said: the same, and it was data
 * @acked: bit for each side, if @is_middle: data of it that passed was acknowledged
 * @is_middle: no SYN has been seen, or what came fitted to none
 * @has_stray, @stray_side: there is a stray, and who sent it
 * @decided: bit for each side: it began with its second opening; 0 while that is open
 */
struct tunwin_handshake {
	union {
		struct tunwin_opening opening[2][TUNWIN_OPENINGS];
		struct tunwin_middle middle[2];
	};
	__u32 later_ms;
	__u32 stray_end;
	__u32 stray_ack;
	__u8 misfits;
	__u8 spoke:2,
	     said:2,
	     acked:2,
	     is_middle:1,
	     has_stray:1;
	__u8 stray_side;
	__u8 decided;
};

/**
 * struct tunwin_handshake_segment - a segment of a connection that is half open
 * @seq, @ack: its numbers; @ack is valid if @has_ack
 * @length: payload
 * @age_ms: time since the record was begun
 * @syn, @rst, @has_ack: its flags
 * @mss, @shift, @sack, @timestamps, @ecn: of a SYN, as in struct tunwin_opening
 */
struct tunwin_handshake_segment {
	__u32 seq;
	__u32 ack;
	__u32 length;
	__u32 age_ms;
	__u16 mss;
	__u8 shift;
	bool syn;
	bool rst;
	bool has_ack;
	bool sack;
	bool timestamps;
	bool ecn;
};

/* What a segment is to the connection; bits. None: it is not of it, or of another opening. */
#define TUNWIN_HANDSHAKE_PART		0x01	/* of the first openings, as far as is known */
#define TUNWIN_HANDSHAKE_COMPLETE	0x02	/* both ends have heard each other */
#define TUNWIN_HANDSHAKE_REFUSED	0x04	/* an end wants none */
#define TUNWIN_HANDSHAKE_ANEW(side)	(0x08 << (side))	/* not this side's first opening */

int tunwin_handshake_segment(struct tunwin_handshake *handshake, int side,
			     const struct tunwin_handshake_segment *segment);
enum tunwin_scale tunwin_handshake_scale(const struct tunwin_handshake *handshake, int side,
					 __u8 *shift);
const struct tunwin_opening *tunwin_handshake_opening(const struct tunwin_handshake *handshake,
						      int side);

#endif
