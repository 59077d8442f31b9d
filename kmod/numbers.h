/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The rules of the end: does a RST or a FIN belong to the connection? Integers in, verdict out,
 * like window.h.
 *
 * Both can be forged by whoever knows the addresses and the ports. An end believes a RST that has
 * the number which it expects (RFC 5961, 3.2), and acknowledges a FIN when all before it has come.
 */
#ifndef TUNWIN_NUMBERS_H
#define TUNWIN_NUMBERS_H

#include <linux/types.h>

/**
 * struct tunwin_numbers - where the data of both directions stands
 * @high: of each direction, the number behind the highest data that passed
 * @una: the highest acknowledgment of it
 * @fin: the number behind the FIN
 * @has_high, @has_una, @has_fin: bit for each direction: this is known
 * @fin_next: bit for each direction: nothing was missing before the FIN
 */
struct tunwin_numbers {
	__u32 high[2];
	__u32 una[2];
	__u32 fin[2];
	__u8 has_high:2,
	     has_una:2,
	     has_fin:2,
	     fin_next:2;
};

/**
 * struct tunwin_numbers_segment - a segment of a connection
 * @seq, @ack: its numbers; @ack is valid if @has_ack
 * @length: numbers that it takes, of payload and FIN
 */
struct tunwin_numbers_segment {
	__u32 seq;
	__u32 ack;
	__u32 length;
	bool has_ack;
};

bool tunwin_numbers_pass(struct tunwin_numbers *numbers, int direction,
			 const struct tunwin_numbers_segment *segment, const __u32 *window_bytes);
bool tunwin_numbers_continues(const struct tunwin_numbers *numbers, int direction, __u32 seq);
void tunwin_numbers_fin(struct tunwin_numbers *numbers, int direction, __u32 end, bool next);
bool tunwin_numbers_fin_counts(const struct tunwin_numbers *numbers, int direction);
bool tunwin_numbers_are_closed(const struct tunwin_numbers *numbers);

#endif
