// SPDX-License-Identifier: GPL-2.0
#include <net/tcp.h>

#include "close.h"
#include "open.h"
#include "socket.h"

/* What an end began with, as far as that is known. */
static void learn_end(struct tunwin_flow *flow, enum tunwin_direction direction)
{
	const struct tunwin_opening *opening;
	struct tunwin_flow_end *end = &flow->end[direction];

	if (flow->handshake.is_middle) {
		/* What it was taken for was somebody else's. */
		memset(end, 0, sizeof(*end));
		return;
	}
	opening = &flow->handshake.opening[direction][flow->handshake.decided >> direction & 1];
	end->isn = opening->isn;
	end->known = opening->known;
	end->seen = opening->seen;
	end->answered = opening->synack;
	end->mss = opening->mss;
	end->sack = opening->sack;
	end->timestamps = opening->timestamps;
	if (opening->synack)
		flow->ecn = opening->ecn;
}

/*
 * What was tracked of a side was of another number than it began with, or of somebody else: that it
 * came does not count. Flow locked.
 */
static void begin_anew(struct tunwin_flow *flow, enum tunwin_direction direction, u64 now_ns)
{
	struct tunwin_detail_direction *data;
	struct tunwin_window *window = &flow->direction[!direction].window;

	memset(window, 0, sizeof(*window));
	if (!flow->detail)
		return;
	data = &flow->detail->direction[direction];
	memset(&data->sequence, 0, sizeof(data->sequence));
	memset(&data->clock, 0, sizeof(data->clock));
	memset(&flow->detail->rtt[direction], 0, sizeof(flow->detail->rtt[direction]));
	if (data->edges)
		memset(data->edges, 0, sizeof(*data->edges));
	tunwin_limit_anew(&data->limit, now_ns);
}

/* Of an opener it is another try than the one that the record was begun by. Flow locked. */
static bool is_later(const struct tunwin_flow *flow, int verdict, enum tunwin_direction direction)
{
	const struct tunwin_opening *opening = &flow->handshake.opening[direction][1];

	return !flow->handshake.is_middle && verdict & TUNWIN_HANDSHAKE_ANEW(direction) &&
	       opening->seen && !opening->synack;
}

/* Where the data of a direction stands when both ends have heard each other; flow locked. */
static void begin_numbers(const struct tunwin_flow *flow, enum tunwin_direction direction,
			  struct tunwin_numbers *numbers)
{
	const struct tunwin_handshake *handshake = &flow->handshake;
	u32 high, una;

	if (handshake->is_middle) {
		high = handshake->middle[direction].end;
		una = handshake->middle[!direction].ack;
		if (handshake->spoke != (BIT(TUNWIN_IN) | BIT(TUNWIN_OUT)))
			return;
	} else if (flow->end[direction].known) {
		high = flow->end[direction].isn + 1;
		una = high;
	} else {
		return;
	}
	numbers->una[direction] = una;
	numbers->high[direction] = tunwin_sequence_before(high, una) ? una : high;
	numbers->has_una |= BIT(direction);
	numbers->has_high |= BIT(direction);
}

/* A FIN that passed before it was confirmed, as far as a detail knows it. Flow locked. */
static void begin_fin(const struct tunwin_flow *flow, enum tunwin_direction direction,
		      struct tunwin_numbers *numbers)
{
	const struct tunwin_sequence *sequence;

	if (!flow->detail || !(flow->seen & TUNWIN_SEEN_FIN(direction)))
		return;
	sequence = &flow->detail->direction[direction].sequence;
	if (sequence->has_high)
		tunwin_numbers_fin(numbers, direction, sequence->high, !sequence->hole_count);
}

/* Both ends have heard each other; flow locked. */
static void confirm(struct tunwin_flow *flow, int verdict, u64 now_ns)
{
	struct tunwin_numbers numbers = { };
	enum tunwin_direction direction;

	if (is_later(flow, verdict, TUNWIN_IN) || is_later(flow, verdict, TUNWIN_OUT))
		flow->first_ns = min(now_ns, flow->first_ns + flow->handshake.later_ms *
						      (u64)NSEC_PER_MSEC);
	for (direction = TUNWIN_IN; direction <= TUNWIN_OUT; direction++) {
		if (verdict & TUNWIN_HANDSHAKE_ANEW(direction))
			begin_anew(flow, direction, now_ns);
		learn_end(flow, direction);
		begin_numbers(flow, direction, &numbers);
		if (!(verdict & TUNWIN_HANDSHAKE_ANEW(direction)))
			begin_fin(flow, direction, &numbers);
	}
	tunwin_flow_scale_learn(flow);

	/* In the handshake's place. */
	memset(&flow->handshake, 0, sizeof(flow->handshake));
	flow->numbers = numbers;
	flow->collapsed[TUNWIN_IN] = false;
	flow->collapsed[TUNWIN_OUT] = false;
	flow->watch = NULL;
	for (direction = TUNWIN_IN; direction <= TUNWIN_OUT; direction++)
		if (flow->detail && verdict & TUNWIN_HANDSHAKE_ANEW(direction))
			tunwin_close_resume(flow, direction);
	flow->seen &= ~TUNWIN_SEEN_FINS;
	if (numbers.has_fin)
		flow->seen |= TUNWIN_SEEN_ANY_FIN;
	WRITE_ONCE(flow->confirmed, true);
	if (flow->state == TUNWIN_STATE_SYN)
		flow->state = TUNWIN_STATE_ESTABLISHED;
}

bool tunwin_open_packet(struct tunwin_flow *flow, enum tunwin_direction direction,
			const struct tunwin_packet *packet, u64 now_ns)
{
	struct tunwin_handshake_segment segment = {
		.seq = packet->seq,
		.ack = packet->ack,
		.length = packet->payload_bytes,
		.age_ms = div_u64(now_ns - flow->first_ns, NSEC_PER_MSEC),
		.mss = packet->mss,
		.shift = packet->wscale_shift,
		.syn = packet->flags & TCPHDR_SYN,
		.rst = packet->flags & TCPHDR_RST,
		.has_ack = packet->flags & TCPHDR_ACK,
		.sack = packet->sack_permitted,
		.timestamps = packet->has_timestamps,
		.ecn = (packet->flags & (TCPHDR_ECE | TCPHDR_CWR)) == TCPHDR_ECE,
	};
	int verdict;

	/* What comes after the end is not a part of its life. */
	if (flow->end_ns)
		return false;
	verdict = tunwin_handshake_segment(&flow->handshake, direction, &segment);
	if (verdict & TUNWIN_HANDSHAKE_REFUSED) {
		flow->seen |= TUNWIN_SEEN_RST;
		/* A socket tells when it closes; a RST alone may be forged. */
		if (!flow->has_socket)
			tunwin_flow_close(flow, TUNWIN_END_REASON_RESET, now_ns);
		return true;
	}
	if (segment.rst)
		return false;
	/* A socket has seen its handshake itself. */
	if (!segment.syn && segment.has_ack && flow->has_socket && flow->socket->answered)
		verdict |= TUNWIN_HANDSHAKE_COMPLETE;
	if (verdict & TUNWIN_HANDSHAKE_COMPLETE) {
		confirm(flow, verdict, now_ns);
		return true;
	}
	if (segment.syn) {
		flow->state = TUNWIN_STATE_SYN;
		learn_end(flow, TUNWIN_IN);
		learn_end(flow, TUNWIN_OUT);
		tunwin_flow_scale_learn(flow);
	}
	if (verdict & TUNWIN_HANDSHAKE_PART && packet->flags & TCPHDR_FIN)
		flow->seen |= TUNWIN_SEEN_FIN(direction);
	return verdict & TUNWIN_HANDSHAKE_PART;
}
