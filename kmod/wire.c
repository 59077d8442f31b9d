// SPDX-License-Identifier: GPL-2.0
#include <linux/ktime.h>
#include <linux/prefetch.h>
#include <net/tcp.h>

#include "aoe_table.h"
#include "compat/drop.h"
#include "gaps.h"
#include "pair.h"
#include "stat.h"
#include "track.h"
#include "tunnel.h"
#include "watch.h"
#include "wire.h"

static void make_key(struct tunwin_flow_key *key, const struct tunwin_tunnel *tunnel,
		     enum tunwin_direction direction, const struct tunwin_packet *packet)
{
	if (direction == TUNWIN_IN) {
		key->near = packet->destination;
		key->near_port = packet->destination_port;
		key->far = packet->source;
		key->far_port = packet->source_port;
	} else {
		key->near = packet->source;
		key->near_port = packet->source_port;
		key->far = packet->destination;
		key->far_port = packet->destination_port;
	}
	key->tunnel_id = tunnel->id;
	key->netns_cookie = tunnel->netns_cookie;
}

/*
 * Only what must belong to a connection begins a record: a SYN, or data. A lone ACK, FIN or RST is
 * the end of one, or a stray.
 */
static bool begins_flow(const struct tunwin_packet *packet)
{
	if (packet->flags & TCPHDR_RST)
		return false;
	if (packet->flags & TCPHDR_SYN)
		return !(packet->flags & TCPHDR_FIN);
	return packet->payload_bytes;
}

/*
 * A SYN with a new sequence number over a record that is finished, or never got further than its
 * own handshake, is the next connection. Over a living one it is a forgery or a leftover, which the
 * ends ignore (RFC 5961) and so do we. The first SYN of the other side belongs to the handshake:
 * both may open (RFC 9293, 3.5), or its answer overtook it.
 */
static bool is_next_connection(const struct tunwin_flow *flow, enum tunwin_direction direction,
			       const struct tunwin_packet *packet)
{
	u8 state = READ_ONCE(flow->state);
	bool known;

	if (likely((packet->flags & (TCPHDR_SYN | TCPHDR_ACK)) != TCPHDR_SYN))
		return false;
	/* Its own SYN, or a SYN-ACK, has told the number that this side began with. */
	known = flow->seen & TUNWIN_SEEN_SYN(direction) ||
		flow->handshake.synack & BIT(!direction);
	if (known && flow->isn[direction] == packet->seq)
		return false;
	/* A record that began without a SYN, and that nobody has answered, is nobody's yet. */
	if (!READ_ONCE(flow->confirmed) &&
	    !(flow->seen & (TUNWIN_SEEN_SYN(TUNWIN_IN) | TUNWIN_SEEN_SYN(TUNWIN_OUT))))
		return true;
	return state == TUNWIN_STATE_CLOSED || (state == TUNWIN_STATE_SYN && known);
}

/*
 * A SYN that is not of this record's handshake: of a connection that goes on, or with another
 * sequence number than that side's SYN had. The ends ignore it (RFC 5961), and what it says of
 * windows and scales is not theirs. Flow locked.
 */
static bool is_stray_syn(const struct tunwin_flow *flow, enum tunwin_direction direction,
			 const struct tunwin_packet *packet)
{
	if (!(packet->flags & TCPHDR_SYN) || !flow->seen)
		return false;
	return flow->state != TUNWIN_STATE_SYN ||
	       (flow->seen & TUNWIN_SEEN_SYN(direction) && flow->isn[direction] != packet->seq);
}

/* What a side offers with its SYN. */
static void note_offer(struct tunwin_flow *flow, enum tunwin_direction direction,
		       const struct tunwin_packet *packet)
{
	struct tunwin_flow_end *end = &flow->end[direction];

	/* What comes after the end is not a part of its life. */
	if (flow->end_ns)
		return;
	end->seen = true;
	end->mss = packet->mss;
	end->sack = packet->sack_permitted;
	end->timestamps = packet->has_timestamps;
	/* The answer that accepts ECN (RFC 3168, 6.1.1; none of RFC 9768's). */
	if (packet->flags & TCPHDR_ACK)
		flow->ecn = (packet->flags & (TCPHDR_ECE | TCPHDR_CWR)) == TCPHDR_ECE;
}

/*
 * What SYN, FIN and RST mean for the record; flow locked. Returns true when it is confirmed by it.
 */
static bool update_state(struct tunwin_flow *flow, enum tunwin_direction direction,
			 const struct tunwin_packet *packet, u64 now_ns)
{
	enum tunwin_direction other = !direction;
	bool both;

	if (packet->flags & TCPHDR_SYN) {
		if (!flow->seen)
			flow->state = TUNWIN_STATE_SYN;
		if (packet->flags & TCPHDR_ACK && !(flow->seen & TUNWIN_SEEN_SYN(other)))
			flow->isn[other] = packet->ack - 1;
		flow->seen |= TUNWIN_SEEN_SYN(direction);
		flow->isn[direction] = packet->seq;
		note_offer(flow, direction, packet);
		tunwin_window_syn(&flow->handshake, direction, packet->flags & TCPHDR_ACK,
				  packet->wscale_shift);
		tunwin_flow_scale_learn(flow);
		return false;
	}

	if (packet->flags & TCPHDR_RST) {
		flow->seen |= TUNWIN_SEEN_RST;
		/* A socket tells when it closes; a RST alone may be forged. */
		if (!flow->has_socket)
			tunwin_flow_close(flow, TUNWIN_END_REASON_RESET, now_ns);
		return false;
	}

	flow->seen |= TUNWIN_SEEN_ACK(direction);
	if (packet->flags & TCPHDR_FIN)
		flow->seen |= TUNWIN_SEEN_FIN(direction);

	if (flow->state == TUNWIN_STATE_CLOSED) {
		/*
		 * Data after a RST: the connection lives, the RST was not for it. (Unless the
		 * record is in the history by now, and was only found before.)
		 */
		if (flow->end_reason == TUNWIN_END_REASON_RESET && packet->payload_bytes &&
		    !flow->has_socket && !flow->end_sequence) {
			flow->state = TUNWIN_STATE_ESTABLISHED;
			flow->end_ns = 0;
			WRITE_ONCE(flow->collapsed[TUNWIN_IN], false);
			WRITE_ONCE(flow->collapsed[TUNWIN_OUT], false);
		}
		return false;
	}

	/*
	 * Half open until the opener acknowledges the SYN-ACK, or, where the handshake was missed,
	 * until both ends were heard: one packet can be forged, an answer that is no RST cannot. A
	 * socket has seen its handshake itself.
	 */
	both = flow->seen & TUNWIN_SEEN_ACK(other);
	if (flow->state == TUNWIN_STATE_SYN && (both || flow->seen & TUNWIN_SEEN_SYN(other)))
		flow->state = TUNWIN_STATE_ESTABLISHED;
	if (flow->seen & (TUNWIN_SEEN_FIN(TUNWIN_IN) | TUNWIN_SEEN_FIN(TUNWIN_OUT)))
		flow->state = TUNWIN_STATE_CLOSING;
	if (flow->seen & TUNWIN_SEEN_FIN(TUNWIN_IN) && flow->seen & TUNWIN_SEEN_FIN(TUNWIN_OUT) &&
	    !flow->has_socket)
		tunwin_flow_close(flow, TUNWIN_END_REASON_CLOSED, now_ns);

	if (flow->confirmed ||
	    !(both || flow->has_socket || flow->seen & TUNWIN_SEEN_SYN(other)))
		return false;
	flow->confirmed = true;
	return true;
}

/* The window that the sender of this packet advertises limits the other direction; flow locked. */
static void update_window(struct tunwin_flow *flow, enum tunwin_direction direction,
			  const struct tunwin_packet *packet, u64 now_ns)
{
	struct tunwin_window *window = &flow->direction[!direction].window;
	u8 shift = 0;

	/* A RST's window means nothing (RFC 9293, 3.5.2), nor does that of a packet without ACK. */
	if (packet->flags & TCPHDR_RST || !(packet->flags & (TCPHDR_ACK | TCPHDR_SYN)))
		return;

	window->last_raw = packet->window;
	if (packet->flags & TCPHDR_SYN) {
		/* Never scaled, and not the beginning of a shortage. */
		window->now_bytes = packet->window;
		if (packet->window > window->max_bytes)
			window->max_bytes = packet->window;
		return;
	}

	tunwin_window_zero(window, !packet->window, now_ns);
	switch (tunwin_flow_scale(flow, direction, &shift)) {
	case TUNWIN_SCALE_KNOWN:
	case TUNWIN_SCALE_NONE:
		tunwin_window_advertise(window, (u32)packet->window << shift, now_ns);
		if (likely(flow->detail))
			tunwin_peak_add(&flow->detail->direction[!direction].peak,
					window->now_bytes, tunwin_recent_time(now_ns));
		break;
	case TUNWIN_SCALE_UNKNOWN:
		break;
	}
}

/*
 * What is behind the lock waits for it, and it waits for its own line: where many flows are, memory
 * is asked at once for all that will be needed, and not for one line after the other.
 */
static void fetch(const struct tunwin_flow *flow, enum tunwin_direction direction)
{
	const struct tunwin_detail *detail = READ_ONCE(flow->detail);
	const struct tunwin_detail_direction *data;

	prefetch(&flow->direction[direction].packets);
	prefetch(&flow->direction[!direction].window);
	if (unlikely(!detail))
		return;
	data = &detail->direction[direction];
	prefetch(&data->sequence);
	prefetch(&data->sequence.segments);
	prefetch(&data->limit);
	prefetch(&data->limit.una);
	prefetch(&data->edges);
	prefetch(&detail->direction[!direction].sequence);
	prefetch(&detail->rtt[TUNWIN_IN]);
	prefetch(&detail->rtt[TUNWIN_OUT]);
}

/*
 * Before the lock, which is a raw one: what the packet needs memory for. Of a race two histories
 * may be made, one of them for nothing, or none, and then next time. rcu_read_lock(), for the
 * detail.
 */
static struct tunwin_edges *provide(struct tunwin_flow *flow, enum tunwin_direction direction,
				    const struct tunwin_packet *packet, u64 now_ns)
{
	const struct tunwin_detail *detail = READ_ONCE(flow->detail);
	const struct tunwin_detail_direction *data;

	if (unlikely(!detail)) {
		if (tunwin_detail_has_room(flow))
			tunwin_detail_give(flow, now_ns);
		return NULL;
	}
	data = &detail->direction[direction];
	if (likely(!packet->payload_bytes || READ_ONCE(data->edges) || !data->sequence.has_edge))
		return NULL;
	return tunwin_detail_edges_new();
}

/* Data that its receiver has not acknowledged: if it is dropped it must be sent again. */
static bool is_wanted(const struct tunwin_sequence *sequence, const struct tunwin_packet *packet)
{
	return packet->payload_bytes &&
	       (!sequence->has_una ||
		tunwin_sequence_before(sequence->una, packet->seq + packet->payload_bytes));
}

/*
 * Has this packet left a hole before it? Then it is the last one. Flow locked.
 */
static bool leaves_gap(const struct tunwin_flow *flow, const struct tunwin_sequence *sequence,
		       const struct tunwin_packet *packet, u64 now_ns, struct tunwin_gap *gap)
{
	const struct tunwin_hole *hole;

	if (likely(!sequence->hole_count))
		return false;
	hole = &sequence->hole[sequence->hole_count - 1];
	if (hole->end != packet->seq || hole->made_us != (u32)div_u64(now_ns, NSEC_PER_USEC))
		return false;
	gap->ns = now_ns;
	gap->flow_id = flow->id;
	gap->start = hole->start;
	gap->bytes = hole->end - hole->start;
	gap->retransmits = tunwin_sequence_total(sequence->retransmits);
	return true;
}

/* What came of a packet, for when the lock is given back. */
struct outcome {
	struct tunwin_gap gap;
	bool gapped;
	bool wanted;
	bool confirmed;
};

/* Flow locked. */
static void update_detail(struct tunwin_flow *flow, enum tunwin_direction direction,
			  const struct tunwin_packet *packet, u64 now_ns, struct outcome *outcome)
{
	struct tunwin_detail_direction *data = &flow->detail->direction[direction];

	if (packet->payload_bytes) {
		tunwin_window_meter_add(&data->meter, packet->payload_bytes, now_ns);
		outcome->wanted = is_wanted(&data->sequence, packet);
		if (direction == TUNWIN_IN)
			outcome->gapped = leaves_gap(flow, &data->sequence, packet, now_ns,
						     &outcome->gap);
	}
	if (unlikely(tunwin_watch_is_due(flow)))
		tunwin_watch_flow(flow);
}

static void update_flow(struct tunwin_flow *flow, enum tunwin_direction direction,
			const struct tunwin_packet *packet, const struct sk_buff *skb, u64 now_ns)
{
	struct tunwin_flow_direction *data = &flow->direction[direction];
	struct tunwin_edges *edges;
	struct outcome outcome = { };
	unsigned long flags;
	bool plausible;

	fetch(flow, direction);
	edges = provide(flow, direction, packet, now_ns);
	tunwin_lock(&flow->lock, flags);
	if (edges && flow->detail && !flow->detail->direction[direction].edges && !flow->end_ns) {
		WRITE_ONCE(flow->detail->direction[direction].edges, edges);
		edges = NULL;
	}
	/* Of two CPUs the one that looked at the clock first may come here second. */
	now_ns = max(now_ns, flow->last_ns);
	WRITE_ONCE(flow->last_ns, now_ns);
	data->packets++;
	data->segments += packet->segments;
	if (packet->payload_bytes) {
		data->wire_bytes += packet->payload_bytes;
		data->truesize_bytes += packet->truesize_bytes;
	}
	if (likely(!is_stray_syn(flow, direction, packet))) {
		outcome.confirmed = update_state(flow, direction, packet, now_ns);
		/* The window of what no end would accept is none. */
		plausible = !flow->detail || tunwin_track_packet(flow, direction, packet, now_ns);
		if (likely(plausible))
			update_window(flow, direction, packet, now_ns);
	}
	if (likely(flow->detail))
		update_detail(flow, direction, packet, now_ns, &outcome);
	tunwin_unlock(&flow->lock, flags);

	tunwin_detail_edges_free(edges);
	if (unlikely(outcome.gapped))
		tunwin_gaps_add(&outcome.gap);
	if (outcome.wanted)
		tunwin_drop_note(flow, direction, packet, skb);
	if (unlikely(outcome.confirmed)) {
		tunwin_flow_confirm(flow);
		tunwin_pair_make(flow);
	}
}

void tunwin_wire_packet(struct tunwin_tunnel *tunnel, enum tunwin_direction direction,
			const struct sk_buff *skb)
{
	/* Kernels that clear what is on the stack would do it each time; all of it is written. */
	struct tunwin_packet packet __uninitialized;
	struct tunwin_flow_key key __uninitialized;
	enum tunwin_packet_kind kind;
	struct tunwin_flow *flow;
	u64 now_ns;

	kind = tunwin_packet_read(skb, &packet);
	tunwin_tunnel_count(tunnel, direction, &packet, kind == TUNWIN_PACKET_TCP,
			    kind == TUNWIN_PACKET_UNPARSED);
	if (direction == TUNWIN_IN && tunwin_tunnel_is_jumbo(tunnel, packet.segment_bytes))
		tunwin_tunnel_count_jumbo(tunnel, &packet, skb);
	if (!TUNWIN_DROP_TELLS_SOCKET && direction == TUNWIN_IN)
		tunwin_drop_note_tunnel(tunnel, skb);
	if (kind == TUNWIN_PACKET_UNPARSED)
		tunwin_stat_hit(TUNWIN_STAT_UNPARSED);
	if (kind != TUNWIN_PACKET_TCP) {
		if (tunwin_aoe_is(skb))
			tunwin_aoe_packet(tunnel, direction, skb);
		return;
	}

	now_ns = ktime_get_ns();
	make_key(&key, tunnel, direction, &packet);
	flow = tunwin_flow_find(&key);
	if (flow && unlikely(is_next_connection(flow, direction, &packet))) {
		tunwin_flow_end(flow, TUNWIN_END_REASON_REPLACED, now_ns);
		flow = NULL;
	}
	if (unlikely(!flow)) {
		if (!begins_flow(&packet))
			return;
		flow = tunwin_flow_get(&key, tunnel, now_ns);
		if (!flow)
			return;
	}
	update_flow(flow, direction, &packet, skb, now_ns);
}
