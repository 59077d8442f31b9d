// SPDX-License-Identifier: GPL-2.0
/*
 * A packet in one direction carries data of that direction, and acknowledges data of the other. The
 * side that sends in a direction has its index: flow->rtt[d] is the way to the sender of d and
 * back.
 */
#include <net/tcp.h>

#include "socket.h"
#include "track.h"
#include "tunnel.h"

/* What fills a hole within this time was overtaken, while the round trip is not known. */
#define REORDER_US	3000

/* Payload of a segment while nothing else is known (RFC 9293, 3.7.1). */
#define SEGMENT_BYTES	536

void tunwin_track_path(const struct tunwin_flow *flow, enum tunwin_direction direction, u64 now_ns,
		       struct tunwin_limit_path *path)
{
	const struct tunwin_detail *detail = flow->detail;
	const struct tunwin_sequence *sequence = &detail->direction[direction].sequence;
	u32 min_us[2], recent_us[2], wait_us[2];
	int side;

	for (side = 0; side < 2; side++) {
		min_us[side] = detail->rtt[side].min_us;
		recent_us[side] = tunwin_rtt_recent(&detail->rtt[side]);
		wait_us[side] = detail->rtt[side].smoothed_us;
	}
	/* The near end is here; and of the far one its socket knows as much. */
	if (flow->has_socket) {
		if (!min_us[TUNWIN_OUT]) {
			min_us[TUNWIN_OUT] = 1;
			recent_us[TUNWIN_OUT] = 1;
			wait_us[TUNWIN_OUT] = 1;
		}
		if (!min_us[TUNWIN_IN]) {
			min_us[TUNWIN_IN] = flow->socket->rtt_min_us;
			recent_us[TUNWIN_IN] = tunwin_socket_rtt_us(flow);
			wait_us[TUNWIN_IN] = recent_us[TUNWIN_IN];
		}
	}

	path->now_ns = now_ns;
	path->sender_rtt_us = recent_us[direction];
	path->sender_wait_us = wait_us[direction];
	path->rtt_us = 0;
	path->rtt_min_us = 0;
	path->rtt_smoothed_us = 0;
	if (min_us[TUNWIN_IN] && min_us[TUNWIN_OUT]) {
		path->rtt_us = recent_us[TUNWIN_IN] + recent_us[TUNWIN_OUT];
		path->rtt_min_us = min_us[TUNWIN_IN] + min_us[TUNWIN_OUT];
		path->rtt_smoothed_us = wait_us[TUNWIN_IN] + wait_us[TUNWIN_OUT];
	}
	path->tick_ns = detail->direction[direction].clock.tick_ns;
	path->segment_bytes = sequence->payload_max_bytes ?: flow->end[!direction].mss ?:
			      SEGMENT_BYTES;
}

enum tunwin_limit_kind tunwin_track_limit(const struct tunwin_flow *flow,
					  enum tunwin_direction direction, u64 now_ns,
					  struct tunwin_limit_account *limit)
{
	struct tunwin_limit_path path;

	*limit = flow->detail->direction[direction].limit;
	tunwin_track_path(flow, direction, flow->end_ns ?: now_ns, &path);
	return tunwin_limit_until(limit, &path);
}

/* @stamp: of the acknowledgment, any number if the connection has no timestamps */
static void remember_edge(struct tunwin_detail_direction *data, u32 stamp, u32 now_us,
			  const struct tunwin_limit_path *path)
{
	/* So far back will be asked, where queues are full further than the shortest tells. */
	u32 rtt_us = max(path->sender_rtt_us, path->sender_wait_us);
	struct tunwin_edge edge = {
		.us = now_us,
		.stamp = stamp,
		.una = data->sequence.una,
		.edge = data->sequence.edge,
	};

	if (data->edges && data->sequence.has_edge)
		tunwin_edges_add(data->edges, &edge, rtt_us, tunwin_limit_flight(&data->limit));
}

/*
 * Nearly all data of a transfer that goes one way acknowledges what was acknowledged before, with
 * the same window, and all that had passed: it tells of the other direction nothing that is not
 * known. Time goes on there, but nothing is waited for, so it can be accounted for later.
 */
static bool repeats(const struct tunwin_detail_direction *data, const struct tunwin_packet *packet,
		    u32 window_bytes)
{
	const struct tunwin_sequence *sequence = &data->sequence;
	const struct tunwin_limit_account *limit = &data->limit;

	return packet->payload_bytes && !(packet->flags & (TCPHDR_SYN | TCPHDR_FIN)) &&
	       window_bytes != TUNWIN_WINDOW_UNKNOWN &&
	       sequence->has_una && sequence->una == packet->ack &&
	       sequence->has_edge && sequence->edge == packet->ack + window_bytes &&
	       (!sequence->has_high || sequence->high == packet->ack) &&
	       !sequence->old_acks && !packet->dsack_bytes &&
	       limit->has_una && limit->una == packet->ack && !limit->round_ns &&
	       (!limit->had_data || limit->acked_ns);
}

/* The packet acknowledges data of @other, which its sender receives. */
static int track_ack(struct tunwin_flow *flow, enum tunwin_direction other,
		     const struct tunwin_packet *packet, u64 now_ns, u32 now_us)
{
	struct tunwin_detail_direction *data = &flow->detail->direction[other];
	struct tunwin_sequence *sequence = &data->sequence;
	enum tunwin_direction receiver = !other;
	u32 window_bytes = packet->window;
	u32 rounding_bytes = 0;
	struct tunwin_limit_path path __uninitialized;
	struct tunwin_limit_ack ack;
	bool bare = !packet->payload_bytes && !(packet->flags & (TCPHDR_SYN | TCPHDR_FIN)), clocked;
	u8 shift = 0;
	int verdict;

	/* The window of a SYN is not scaled (RFC 7323, 2.2). */
	if (!(packet->flags & TCPHDR_SYN)) {
		if (tunwin_flow_scale(flow, receiver, &shift) == TUNWIN_SCALE_UNKNOWN) {
			window_bytes = packet->window ? TUNWIN_WINDOW_UNKNOWN : 0;
		} else {
			window_bytes <<= shift;
			rounding_bytes = (1U << shift) - 1;
		}
	}

	if (repeats(data, packet, window_bytes))
		return 0;
	verdict = tunwin_sequence_ack(sequence, packet->ack, window_bytes, rounding_bytes,
				      flow->direction[other].window.max_bytes, bare);
	if (packet->dsack_bytes && !(verdict & TUNWIN_ACK_IMPLAUSIBLE))
		tunwin_sequence_repeated(sequence, packet->dsack_bytes);
	if (verdict & (TUNWIN_ACK_OLD | TUNWIN_ACK_IMPLAUSIBLE))
		return verdict;
	if (packet->has_timestamps)
		tunwin_sequence_answered(sequence, packet->tsval);
	tunwin_rtt_acked(&flow->detail->rtt[receiver], packet->ack, now_us);
	if (bare && packet->has_timestamps && verdict & TUNWIN_ACK_ADVANCED)
		tunwin_rtt_echoed(&flow->detail->rtt[receiver], packet->tsecr, now_us);

	tunwin_track_path(flow, other, now_ns, &path);
	remember_edge(data, packet->tsval, now_us, &path);

	/*
	 * A sender with data outstanding is clocked by this, and answers with more of it; so is one
	 * that had used its window up, of whose data nothing is outstanding at the receiver's.
	 */
	clocked = tunwin_sequence_outstanding(sequence) ||
		  (data->limit.was_full && verdict & TUNWIN_ACK_ADVANCED);
	if (bare && packet->has_timestamps)
		tunwin_rtt_stamped(&flow->detail->rtt[other], packet->tsval, clocked, now_us);

	ack.una = packet->ack;
	ack.outstanding_bytes = tunwin_sequence_outstanding(sequence);
	ack.room_bytes = TUNWIN_WINDOW_UNKNOWN;
	if (!window_bytes)
		ack.room_bytes = 0;
	else if (sequence->has_edge && sequence->has_high)
		ack.room_bytes = tunwin_sequence_before(sequence->edge, sequence->high) ? 0 :
				 sequence->edge - sequence->high;
	tunwin_limit_ack(&data->limit, &path, &ack);
	return verdict;
}

/* How the sender stood to its window, as far as it can be known here. */
static void look_back(struct tunwin_detail_direction *data, const struct tunwin_packet *packet,
		      const struct tunwin_limit_path *path, u32 now_us,
		      struct tunwin_limit_data *fact)
{
	struct tunwin_edge known __uninitialized, echoed __uninitialized;
	bool has_echoed;

	if (!data->edges || !data->sequence.has_edge)
		return;
	if (!data->edges->count)
		remember_edge(data, packet->tsecr, now_us, path);
	/*
	 * Of two times that are cut off to microseconds one may be nearly a microsecond more than
	 * it seems, and a round trip that is shorter counts as one.
	 */
	fact->has_known = path->sender_rtt_us &&
			  tunwin_edges_at(data->edges, now_us - (path->sender_rtt_us - 1), &known);
	has_echoed = packet->has_timestamps &&
		     tunwin_edges_echoed(data->edges, packet->tsecr, &echoed);
	/* Either is the latest that it may have had; so it had the earlier. */
	if (has_echoed && (!fact->has_known || tunwin_sequence_before(echoed.una, known.una)))
		known = echoed;
	fact->has_known |= has_echoed;
	if (!fact->has_known)
		return;
	fact->known_una = known.una;
	fact->known_edge = known.edge;
}

/* A round trip as it is now: on a busy machine it is longer than the shortest. 0: not known */
static u32 round_trip_us(const struct tunwin_limit_path *path)
{
	return max(path->rtt_smoothed_us, path->rtt_us);
}

/* A retransmission comes a round trip after the hole. What fills the hole sooner was reordered. */
static u32 reorder_limit_us(u32 rtt_us)
{
	return rtt_us ? rtt_us / 4 * 3 : REORDER_US;
}

u32 tunwin_track_answered(const struct tunwin_flow *flow, enum tunwin_direction direction,
			  u64 now_ns)
{
	const struct tunwin_detail_direction *data = &flow->detail->direction[direction];
	u64 at_ns = flow->end_ns ?: now_ns;
	struct tunwin_limit_path path;

	tunwin_track_path(flow, direction, at_ns, &path);
	return tunwin_answered_count(&data->answered,
				     tunwin_sequence_total(data->sequence.retransmits),
				     round_trip_us(&path), div_u64(at_ns, NSEC_PER_USEC));
}

static void count_retransmits(struct tunwin_flow *flow, enum tunwin_direction direction,
			      const struct tunwin_segment *segment, u32 count, u32 rtt_us,
			      u32 now_us)
{
	struct tunwin_detail_direction *data = &flow->detail->direction[direction];

	tunwin_traffic_count_again(flow->tunnel->cpu, direction, segment->class, count);
	tunwin_answered_add(&data->answered,
			    tunwin_sequence_total(data->sequence.retransmits) - count, rtt_us,
			    now_us);
}

static int track_data(struct tunwin_flow *flow, enum tunwin_direction direction,
		      const struct tunwin_packet *packet, u64 now_ns, u32 now_us)
{
	struct tunwin_detail_direction *data = &flow->detail->direction[direction];
	struct tunwin_rtt *rtt = &flow->detail->rtt[!direction];
	struct tunwin_limit_data fact = { };
	struct tunwin_limit_path path __uninitialized;
	struct tunwin_segment segment = {
		.start = packet->seq,
		.length = packet->payload_bytes,
		.syn = packet->flags & TCPHDR_SYN,
		.fin = packet->flags & TCPHDR_FIN,
		.count = packet->segments,
		.payload_bytes = packet->segment_payload_bytes,
		.class = tunwin_window_size_class(packet->segment_bytes),
		.stamp = packet->tsval,
		.echo = packet->tsecr,
		.tick_us = data->clock.tick_ns / NSEC_PER_USEC,
		.has_stamp = packet->has_timestamps,
	};
	u32 rtt_us, reorder_us, high, again;
	int verdict;

	segment.length += segment.syn + segment.fin;
	fact.end = segment.start + segment.length;
	fact.stamp = packet->tsval;
	tunwin_track_path(flow, direction, now_ns, &path);
	rtt_us = round_trip_us(&path);
	reorder_us = reorder_limit_us(rtt_us);
	high = data->sequence.has_high ? data->sequence.high : segment.start;
	again = data->sequence.retransmits[segment.class];
	verdict = tunwin_sequence_data(&data->sequence, &segment, reorder_us,
				       flow->direction[direction].window.max_bytes, now_us);
	if (verdict & TUNWIN_SEGMENT_IMPLAUSIBLE)
		return verdict;
	if (verdict & TUNWIN_SEGMENT_RETRANSMIT)
		count_retransmits(flow, direction, &segment,
				  data->sequence.retransmits[segment.class] - again, rtt_us,
				  now_us);
	if (packet->has_timestamps && !(verdict & TUNWIN_SEGMENT_NEW))
		tunwin_rtt_stamp_spoil(rtt, packet->tsval);
	if (verdict & TUNWIN_SEGMENT_PROBE) {
		tunwin_limit_probe(&data->limit, &path);
		return verdict;
	}

	/* Behind a hole nothing is acknowledged until the hole is filled. */
	if (verdict != TUNWIN_SEGMENT_NEW || data->sequence.hole_count)
		tunwin_rtt_spoil(rtt);
	else
		tunwin_rtt_sent(rtt, fact.end, now_us);
	if (verdict & TUNWIN_SEGMENT_NEW && packet->has_timestamps)
		tunwin_rtt_echoed(&flow->detail->rtt[direction], packet->tsecr, now_us);
	/* Of what was lost, and acknowledged late, timestamps tell what numbers cannot. */
	if (verdict & TUNWIN_SEGMENT_NEW && packet->has_timestamps) {
		tunwin_rtt_stamped(rtt, packet->tsval, false, now_us);
		tunwin_clock_stamp(&data->clock, packet->tsval, now_us);
	}

	if (segment.syn && verdict & TUNWIN_SEGMENT_RETRANSMIT &&
	    flow->state == TUNWIN_STATE_SYN) {
		tunwin_limit_syn_again(&flow->detail->direction[TUNWIN_IN].limit, &path);
		tunwin_limit_syn_again(&flow->detail->direction[TUNWIN_OUT].limit, &path);
	}
	if (!packet->payload_bytes) {
		if (segment.fin)
			tunwin_limit_fin(&data->limit, &path);
		return verdict;
	}
	if (verdict & TUNWIN_SEGMENT_NEW)
		fact.fresh_bytes = data->sequence.high - high;
	/* A hole may yet be filled by what was overtaken. */
	fact.lost = verdict & TUNWIN_SEGMENT_RETRANSMIT ||
		    (flow->ecn && packet->flags & TCPHDR_CWR) ||
		    (data->sequence.hole_count &&
		     now_us - data->sequence.hole[0].made_us >= reorder_us);
	fact.pushed = packet->flags & TCPHDR_PSH &&
		      (packet->segment_payload_bytes < data->sequence.payload_max_bytes ||
		       packet->payload_bytes % packet->segment_payload_bytes);
	look_back(data, packet, &path, now_us, &fact);
	tunwin_limit_data(&data->limit, &path, &fact);
	if (segment.fin)
		tunwin_limit_fin(&data->limit, &path);
	return verdict;
}

/*
 * An empty segment just below what is acknowledged asks for an answer (RFC 9293, 3.8.4,
 * 3.8.6.1).
 */
static void track_probe(struct tunwin_flow *flow, enum tunwin_direction direction,
			const struct tunwin_packet *packet, u64 now_ns)
{
	struct tunwin_detail_direction *data = &flow->detail->direction[direction];
	struct tunwin_limit_path path __uninitialized;

	if (!data->sequence.has_high || packet->seq + 1 != data->sequence.high)
		return;
	tunwin_track_path(flow, direction, now_ns, &path);
	tunwin_limit_probe(&data->limit, &path);
}

int tunwin_track_packet(struct tunwin_flow *flow, enum tunwin_direction direction,
			const struct tunwin_packet *packet, u64 now_ns)
{
	u32 now_us = div_u64(now_ns, NSEC_PER_USEC);
	int ack = 0, data = 0, verdict = 0;

	/* What comes after the end is not a part of its life. */
	if (flow->end_ns)
		return 0;
	if (packet->flags & TCPHDR_ACK)
		ack = track_ack(flow, !direction, packet, now_ns, now_us);
	/* With it the data is refused. */
	if (unlikely(ack & TUNWIN_ACK_IMPLAUSIBLE))
		return TUNWIN_TRACK_IMPLAUSIBLE;
	if (packet->payload_bytes || packet->flags & (TCPHDR_SYN | TCPHDR_FIN))
		data = track_data(flow, direction, packet, now_ns, now_us);
	else
		track_probe(flow, direction, packet, now_ns);
	if (data & TUNWIN_SEGMENT_IMPLAUSIBLE)
		verdict |= TUNWIN_TRACK_IMPLAUSIBLE;
	if (ack & TUNWIN_ACK_OLD)
		verdict |= TUNWIN_TRACK_OLD;
	return verdict;
}
