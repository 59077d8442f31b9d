// SPDX-License-Identifier: GPL-2.0
#include <net/tcp.h>

#include "close.h"

void tunwin_close_numbers(const struct tunwin_flow *flow, struct tunwin_numbers *numbers)
{
	enum tunwin_direction direction;

	*numbers = flow->numbers;
	if (!flow->detail)
		return;
	for (direction = TUNWIN_IN; direction <= TUNWIN_OUT; direction++) {
		const struct tunwin_sequence *sequence =
			&flow->detail->direction[direction].sequence;

		if (!sequence->has_una || !sequence->acked)
			continue;
		numbers->una[direction] = sequence->una;
		numbers->has_una |= BIT(direction);
		numbers->high[direction] = sequence->has_high ? sequence->high : sequence->una;
		numbers->has_high |= BIT(direction);
	}
}

void tunwin_close_resume(const struct tunwin_flow *flow, enum tunwin_direction direction)
{
	struct tunwin_sequence *sequence = &flow->detail->direction[direction].sequence;
	const struct tunwin_numbers *numbers = &flow->numbers;

	if (numbers->has_high & BIT(direction)) {
		sequence->high = numbers->high[direction];
		sequence->has_high = true;
	}
	if (numbers->has_una & BIT(direction)) {
		sequence->una = numbers->una[direction];
		sequence->has_una = true;
		sequence->acked = true;
	}
}

bool tunwin_close_is_next(const struct tunwin_flow *flow, enum tunwin_direction direction, u32 seq)
{
	struct tunwin_numbers numbers;

	tunwin_close_numbers(flow, &numbers);
	return tunwin_numbers_continues(&numbers, direction, seq);
}

bool tunwin_close_reset(struct tunwin_flow *flow, enum tunwin_direction direction,
			const struct tunwin_packet *packet, u64 now_ns)
{
	if (flow->end_ns)
		return true;
	if (!tunwin_close_is_next(flow, direction, packet->seq)) {
		if (flow->detail)
			flow->detail->direction[direction].sequence.implausible++;
		return false;
	}
	flow->seen |= TUNWIN_SEEN_RST;
	/* A socket tells when it closes; a RST alone may be forged. */
	if (!flow->has_socket)
		tunwin_flow_close(flow, TUNWIN_END_REASON_RESET, now_ns);
	return true;
}

void tunwin_close_undo(struct tunwin_flow *flow, enum tunwin_direction direction,
		       const struct tunwin_packet *packet)
{
	if (flow->end_reason != TUNWIN_END_REASON_RESET ||
	    !packet->payload_bytes || flow->has_socket || flow->over)
		return;
	if (!tunwin_close_is_next(flow, direction, packet->seq))
		return;
	flow->state = TUNWIN_STATE_ESTABLISHED;
	flow->end_ns = 0;
	WRITE_ONCE(flow->collapsed[TUNWIN_IN], false);
	WRITE_ONCE(flow->collapsed[TUNWIN_OUT], false);
}

void tunwin_close_fin(struct tunwin_flow *flow, enum tunwin_direction direction,
		      const struct tunwin_packet *packet, bool next, u64 now_ns)
{
	struct tunwin_numbers numbers;

	tunwin_close_numbers(flow, &numbers);
	if (packet->flags & TCPHDR_FIN)
		tunwin_numbers_fin(&numbers, direction, packet->seq + packet->payload_bytes + 1,
				   next);
	memcpy(flow->numbers.fin, numbers.fin, sizeof(numbers.fin));
	flow->numbers.has_fin = numbers.has_fin;
	flow->numbers.fin_next = numbers.fin_next;

	flow->seen = (flow->seen & ~TUNWIN_SEEN_FINS) | (numbers.has_fin ? TUNWIN_SEEN_ANY_FIN : 0);
	flow->state = TUNWIN_STATE_ESTABLISHED;
	for (direction = TUNWIN_IN; direction <= TUNWIN_OUT; direction++) {
		if (!tunwin_numbers_fin_counts(&numbers, direction))
			continue;
		flow->seen |= TUNWIN_SEEN_FIN(direction);
		flow->state = TUNWIN_STATE_CLOSING;
	}
	if (tunwin_numbers_are_closed(&numbers) && !flow->has_socket)
		tunwin_flow_close(flow, TUNWIN_END_REASON_CLOSED, now_ns);
}

bool tunwin_close_pass(struct tunwin_flow *flow, enum tunwin_direction direction,
		       const struct tunwin_packet *packet)
{
	struct tunwin_numbers_segment segment = {
		.seq = packet->seq,
		.ack = packet->ack,
		.length = packet->payload_bytes + !!(packet->flags & TCPHDR_FIN),
		.has_ack = packet->flags & TCPHDR_ACK,
	};
	u32 window_bytes[2];
	int side;

	for (side = 0; side < 2; side++) {
		u8 shift;

		window_bytes[side] = TUNWIN_SEQUENCE_REACH;
		if (tunwin_flow_scale(flow, !side, &shift) != TUNWIN_SCALE_UNKNOWN)
			window_bytes[side] = max_t(u32, flow->direction[side].window.max_bytes,
						   U16_MAX);
	}
	return tunwin_numbers_pass(&flow->numbers, direction, &segment, window_bytes);
}
