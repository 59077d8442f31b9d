// SPDX-License-Identifier: GPL-2.0
#include <linux/ktime.h>
#include <linux/tunwin.h>

#include "netlink.h"
#include "socket.h"
#include "track.h"

int tunwin_netlink_other_direction(struct sk_buff *reply, int attr, const struct tunwin_flow *other,
				   enum tunwin_direction direction)
{
	const struct tunwin_window *window = &other->direction[direction].window;
	const struct tunwin_flow_end *receiver = &other->end[!direction];
	struct nlattr *nest = nla_nest_start(reply, attr);
	enum tunwin_scale scale;
	u8 shift;

	scale = tunwin_flow_scale(other, !direction, &shift);
	if (!nest || nla_put_u8(reply, TUNWIN_A_OTHER_DIRECTION_WSCALE, scale))
		return -EMSGSIZE;
	if (scale == TUNWIN_SCALE_KNOWN &&
	    nla_put_u8(reply, TUNWIN_A_OTHER_DIRECTION_WSCALE_SHIFT, shift))
		return -EMSGSIZE;
	if (window->samples &&
	    (nla_put_u32(reply, TUNWIN_A_OTHER_DIRECTION_WINDOW_BYTES, window->now_bytes) ||
	     nla_put_u32(reply, TUNWIN_A_OTHER_DIRECTION_WINDOW_MAX_BYTES, window->max_bytes)))
		return -EMSGSIZE;
	if (receiver->mss &&
	    nla_put_u32(reply, TUNWIN_A_OTHER_DIRECTION_MSS_BYTES, receiver->mss))
		return -EMSGSIZE;
	nla_nest_end(reply, nest);
	return 0;
}

static int put_window(struct sk_buff *reply, const struct tunwin_flow *flow,
		      enum tunwin_direction direction)
{
	const struct tunwin_window *window = &flow->direction[direction].window;
	enum tunwin_scale scale;
	u8 shift;

	/* The window of what comes in is the near end's, which sends in the other direction. */
	scale = tunwin_flow_scale(flow, !direction, &shift);
	BUILD_BUG_ON(TUNWIN_SCALE_UNKNOWN != (int)TUNWIN_WSCALE_UNKNOWN ||
		     TUNWIN_SCALE_NONE != (int)TUNWIN_WSCALE_NONE ||
		     TUNWIN_SCALE_KNOWN != (int)TUNWIN_WSCALE_KNOWN);
	if (nla_put_u8(reply, TUNWIN_A_DIRECTION_WSCALE, scale))
		return -EMSGSIZE;
	if (scale == TUNWIN_SCALE_KNOWN &&
	    nla_put_u8(reply, TUNWIN_A_DIRECTION_WSCALE_SHIFT, shift))
		return -EMSGSIZE;

	/* snd_wnd is 0 until the SYN of the other end arrives: that is no closed window. */
	if (flow->has_socket && (direction == TUNWIN_IN || flow->socket->answered)) {
		if (nla_put_u32(reply, TUNWIN_A_DIRECTION_WINDOW_BYTES, direction == TUNWIN_IN ?
				tunwin_socket_advertised_bytes(flow) : flow->socket->snd_wnd) ||
		    nla_put_u8(reply, TUNWIN_A_DIRECTION_WINDOW_SOURCE, TUNWIN_VANTAGE_SOCKET))
			return -EMSGSIZE;
	} else if (window->samples) {
		if (nla_put_u32(reply, TUNWIN_A_DIRECTION_WINDOW_BYTES, window->now_bytes) ||
		    nla_put_u8(reply, TUNWIN_A_DIRECTION_WINDOW_SOURCE, TUNWIN_VANTAGE_WIRE))
			return -EMSGSIZE;
	}
	if (!window->samples)
		return 0;
	if (flow->detail &&
	    nla_put_u32(reply, TUNWIN_A_DIRECTION_WINDOW_RECENT_BYTES,
			tunwin_peak_largest(&flow->detail->direction[direction].peak,
					    tunwin_recent_time(flow->last_ns))))
		return -EMSGSIZE;
	if (nla_put_u32(reply, TUNWIN_A_DIRECTION_WINDOW_MAX_BYTES, window->max_bytes) ||
	    nla_put_u32(reply, TUNWIN_A_DIRECTION_WINDOW_MIN_BYTES, window->min_bytes))
		return -EMSGSIZE;
	return 0;
}

static int put_acked_size(struct sk_buff *reply, const struct tunwin_sequence *sequence)
{
	return sequence->acked_max_bytes ? nla_put_u32(reply, TUNWIN_A_DIRECTION_ACKED_SIZE_BYTES,
						       sequence->acked_max_bytes) : 0;
}

static int put_size_loss(struct sk_buff *reply, const struct tunwin_sequence *sequence)
{
	struct nlattr *nest;
	int class;

	for (class = 0; class < TUNWIN_SIZE_CLASSES; class++) {
		if (!sequence->segments[class] && !sequence->retransmits[class] &&
		    !sequence->reordered[class])
			continue;
		nest = nla_nest_start(reply, TUNWIN_A_DIRECTION_SIZE_LOSS);
		if (!nest ||
		    nla_put_u32(reply, TUNWIN_A_SIZE_LOSS_MAX_BYTES,
				tunwin_window_class_max_bytes[class]) ||
		    put_u64(reply, TUNWIN_A_SIZE_LOSS_RETRANSMITS, sequence->retransmits[class]) ||
		    put_u64(reply, TUNWIN_A_SIZE_LOSS_REORDERED, sequence->reordered[class]) ||
		    put_u64(reply, TUNWIN_A_SIZE_LOSS_SEGMENTS, sequence->segments[class]))
			return -EMSGSIZE;
		nla_nest_end(reply, nest);
	}
	return 0;
}

static int put_sequence(struct sk_buff *reply, const struct tunwin_flow *flow,
			enum tunwin_direction direction, u64 now_ns)
{
	const struct tunwin_detail_direction *data = &flow->detail->direction[direction];
	const struct tunwin_sequence *sequence = &data->sequence;
	u32 gap_bytes = 0, lost_bytes = tunwin_sequence_size_loss(sequence);

	if (put_u64(reply, TUNWIN_A_DIRECTION_RETRANSMITS,
		    tunwin_sequence_total(sequence->retransmits)) ||
	    nla_put_u32(reply, TUNWIN_A_DIRECTION_RETRANSMITS_ANSWERED,
			tunwin_track_answered(flow, direction, now_ns)) ||
	    put_u64(reply, TUNWIN_A_DIRECTION_REORDERED,
		    tunwin_sequence_total(sequence->reordered)) ||
	    nla_put_u32(reply, TUNWIN_A_DIRECTION_DUP_ACKS, sequence->dup_acks) ||
	    nla_put_u32(reply, TUNWIN_A_DIRECTION_DSACK_DUPS, sequence->dsack_dups) ||
	    nla_put_u32(reply, TUNWIN_A_DIRECTION_WINDOW_RETREATS, sequence->retreats) ||
	    nla_put_u32(reply, TUNWIN_A_DIRECTION_IMPLAUSIBLE, sequence->implausible) ||
	    nla_put_u32(reply, TUNWIN_A_DIRECTION_IN_FLIGHT_BYTES,
			tunwin_sequence_outstanding(sequence)) ||
	    put_size_loss(reply, sequence) || put_acked_size(reply, sequence))
		return -EMSGSIZE;
	if (data->limit.flight_max_bytes &&
	    nla_put_u32(reply, TUNWIN_A_DIRECTION_IN_FLIGHT_MAX_BYTES,
			data->limit.flight_max_bytes))
		return -EMSGSIZE;
	if (lost_bytes && nla_put_u32(reply, TUNWIN_A_DIRECTION_LOST_SIZE_BYTES, lost_bytes))
		return -EMSGSIZE;
	if (sequence->has_edge && sequence->has_high) {
		if (tunwin_sequence_before(sequence->high, sequence->edge))
			gap_bytes = sequence->edge - sequence->high;
		if (nla_put_u32(reply, TUNWIN_A_DIRECTION_GAP_BYTES, gap_bytes))
			return -EMSGSIZE;
	}
	if (sequence->payload_max_bytes &&
	    (nla_put_u32(reply, TUNWIN_A_DIRECTION_PAYLOAD_MAX_BYTES,
			 sequence->payload_max_bytes) ||
	     nla_put_u32(reply, TUNWIN_A_DIRECTION_PAYLOAD_TYPICAL_BYTES,
			 sequence->payload_typical_bytes)))
		return -EMSGSIZE;
	return 0;
}

/* What the end that receives this data has offered in its SYN. */
static int put_offer(struct sk_buff *reply, const struct tunwin_flow_end *receiver)
{
	if (receiver->mss && nla_put_u32(reply, TUNWIN_A_DIRECTION_MSS_BYTES, receiver->mss))
		return -EMSGSIZE;
	if (receiver->seen && nla_put_u8(reply, TUNWIN_A_DIRECTION_SACK, receiver->sack))
		return -EMSGSIZE;
	return 0;
}

u8 tunwin_netlink_limit(const struct tunwin_flow *flow, enum tunwin_direction direction)
{
	struct tunwin_limit_account limit;

	if (!flow->detail)
		return TUNWIN_LIMIT_UNKNOWN;
	return tunwin_track_limit(flow, direction, ktime_get_ns(), &limit);
}

static int put_limit(struct sk_buff *reply, const struct tunwin_flow *flow,
		     enum tunwin_direction direction, u64 now_ns)
{
	static const int attrs[TUNWIN_LIMITS] = {
		[TUNWIN_LIMITED_UNKNOWN] = TUNWIN_A_DIRECTION_LIMIT_UNKNOWN_NS,
		[TUNWIN_LIMITED_RWND] = TUNWIN_A_DIRECTION_LIMIT_RWND_NS,
		[TUNWIN_LIMITED_NET] = TUNWIN_A_DIRECTION_LIMIT_NET_NS,
		[TUNWIN_LIMITED_SENDER] = TUNWIN_A_DIRECTION_LIMIT_SENDER_NS,
		[TUNWIN_LIMITED_IDLE] = TUNWIN_A_DIRECTION_LIMIT_IDLE_NS,
	};
	struct tunwin_limit_account limit;
	int kind;

	BUILD_BUG_ON(TUNWIN_LIMITED_UNKNOWN != (int)TUNWIN_LIMIT_UNKNOWN ||
		     TUNWIN_LIMITED_RWND != (int)TUNWIN_LIMIT_RWND ||
		     TUNWIN_LIMITED_NET != (int)TUNWIN_LIMIT_NET ||
		     TUNWIN_LIMITED_SENDER != (int)TUNWIN_LIMIT_SENDER ||
		     TUNWIN_LIMITED_IDLE != (int)TUNWIN_LIMIT_IDLE);
	if (nla_put_u8(reply, TUNWIN_A_DIRECTION_LIMIT,
		       tunwin_track_limit(flow, direction, now_ns, &limit)))
		return -EMSGSIZE;
	for (kind = 0; kind < TUNWIN_LIMITS; kind++)
		if (put_u64(reply, attrs[kind], limit.ns[kind]))
			return -EMSGSIZE;
	return put_u64(reply, TUNWIN_A_DIRECTION_FULL_NS, limit.full_ns);
}

/* What only the detail tells; its rate is of the last second or so. */
static int put_detail(struct sk_buff *reply, const struct tunwin_flow *flow,
		      enum tunwin_direction direction, u64 now_ns)
{
	const struct tunwin_detail_direction *data;

	if (!flow->detail)
		return nla_put_u8(reply, TUNWIN_A_DIRECTION_LIMIT, TUNWIN_LIMIT_UNKNOWN);
	data = &flow->detail->direction[direction];
	if (put_u64(reply, TUNWIN_A_DIRECTION_RATE_BPS,
		    tunwin_window_meter_bps(&data->meter, now_ns)) ||
	    put_sequence(reply, flow, direction, now_ns) ||
	    put_limit(reply, flow, direction, now_ns))
		return -EMSGSIZE;
	return 0;
}

/* A socket counts from the beginning, tunwin since it has a detail. */
static int put_payload(struct sk_buff *reply, const struct tunwin_flow *flow,
		       enum tunwin_direction direction)
{
	u64 payload_bytes;

	if (flow->has_socket)
		payload_bytes = direction == TUNWIN_IN ? tunwin_socket_received_bytes(flow) :
							 tunwin_socket_acked_bytes(flow);
	else if (flow->detail)
		payload_bytes =
			tunwin_sequence_payload(&flow->detail->direction[direction].sequence);
	else
		return 0;
	return put_u64(reply, TUNWIN_A_DIRECTION_PAYLOAD_BYTES, payload_bytes);
}

int tunwin_netlink_direction(struct sk_buff *reply, int attr, const struct tunwin_flow *flow,
			     enum tunwin_direction direction, u64 now_ns)
{
	const struct tunwin_flow_direction *data = &flow->direction[direction];
	struct nlattr *nest;

	nest = nla_nest_start(reply, attr);
	if (!nest || put_payload(reply, flow, direction) ||
	    put_u64(reply, TUNWIN_A_DIRECTION_PACKETS, data->packets) ||
	    put_u64(reply, TUNWIN_A_DIRECTION_SEGMENTS, data->segments) ||
	    put_u64(reply, TUNWIN_A_DIRECTION_WIRE_BYTES, data->wire_bytes) ||
	    put_u64(reply, TUNWIN_A_DIRECTION_TRUESIZE_BYTES, data->truesize_bytes) ||
	    nla_put_u32(reply, TUNWIN_A_DIRECTION_ZERO_COUNT, data->window.zero_count) ||
	    put_u64(reply, TUNWIN_A_DIRECTION_ZERO_NS,
		    tunwin_window_zero_ns(&data->window, flow->end_ns ?: now_ns)) ||
	    put_window(reply, flow, direction) ||
	    put_offer(reply, &flow->end[!direction]) ||
	    put_detail(reply, flow, direction, now_ns) ||
	    nla_put_u8(reply, TUNWIN_A_DIRECTION_COLLAPSED,
		       flow->confirmed && READ_ONCE(flow->collapsed[direction])))
		return -EMSGSIZE;
	nla_nest_end(reply, nest);
	return 0;
}
