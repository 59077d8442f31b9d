// SPDX-License-Identifier: GPL-2.0
#include <linux/ktime.h>
#include <linux/prefetch.h>
#include <net/tcp.h>

#include "aoe_table.h"
#include "close.h"
#include "compat/drop.h"
#include "gaps.h"
#include "open.h"
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
 * A SYN with a new sequence number over a record that is finished is the next connection; and so is
 * one over a record that began without a SYN, and that nobody has answered. Over a living one it is
 * a forgery or a leftover, which the ends ignore (RFC 5961) and so do we; but if the other end
 * answers it with a SYN-ACK, that end has no connection any more.
 */
static bool is_next_connection(const struct tunwin_flow *flow, enum tunwin_direction direction,
			       const struct tunwin_packet *packet)
{
	if (likely(!(packet->flags & TCPHDR_SYN)))
		return false;
	if (packet->flags & TCPHDR_ACK)
		return READ_ONCE(flow->confirmed) && !flow->end_ns &&
		       flow->seen & TUNWIN_SEEN_STRAY(!direction) &&
		       packet->ack == flow->stray_isn + 1;
	if (flow->end[direction].known && flow->end[direction].isn == packet->seq)
		return false;
	if (READ_ONCE(flow->state) == TUNWIN_STATE_CLOSED)
		return true;
	return !READ_ONCE(flow->confirmed) && !flow->end[TUNWIN_IN].known &&
	       !flow->end[TUNWIN_OUT].known;
}

/* The window that the sender of this packet advertises limits the other direction; flow locked. */
static void update_window(struct tunwin_flow *flow, enum tunwin_direction direction,
			  const struct tunwin_packet *packet, u64 now_ns)
{
	struct tunwin_window *window = &flow->direction[!direction].window;
	u8 shift = 0;

	/* That of a packet without ACK means nothing. */
	if (!(packet->flags & (TCPHDR_ACK | TCPHDR_SYN)))
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

/* What is more, or less, than an acknowledgment, with data or without. */
static bool is_special(const struct tunwin_packet *packet)
{
	return (packet->flags & (TCPHDR_FIN | TCPHDR_SYN | TCPHDR_RST | TCPHDR_ACK)) != TCPHDR_ACK;
}

/*
 * A packet of what is tracked, which is no RST; flow locked. Returns true if the ends may have
 * taken it for one of theirs.
 */
static bool apply(struct tunwin_flow *flow, enum tunwin_direction direction,
		  const struct tunwin_packet *packet, u64 now_ns)
{
	int verdict = 0;

	if (likely(flow->detail))
		verdict = tunwin_track_packet(flow, direction, packet, now_ns);
	else if (flow->confirmed && !flow->end_ns && !tunwin_close_pass(flow, direction, packet))
		verdict = TUNWIN_TRACK_IMPLAUSIBLE;
	if (unlikely(verdict & TUNWIN_TRACK_IMPLAUSIBLE))
		return false;
	if (likely(!(verdict & TUNWIN_TRACK_OLD)))
		update_window(flow, direction, packet, now_ns);
	return true;
}

/* The same of a flow that begins, ends or has ended, or of a packet that has to do with that. */
static bool apply_special(struct tunwin_flow *flow, enum tunwin_direction direction,
			  const struct tunwin_packet *packet, u64 now_ns)
{
	bool fin = packet->flags & TCPHDR_FIN, next;

	/* No end takes what comes without an acknowledgment once it has heard the other. */
	if (!(packet->flags & TCPHDR_ACK))
		return false;
	if (flow->state == TUNWIN_STATE_CLOSED)
		tunwin_close_undo(flow, direction, packet);
	next = fin && tunwin_close_is_next(flow, direction, packet->seq);
	if (!apply(flow, direction, packet, now_ns))
		return false;
	if ((fin || flow->seen & TUNWIN_SEEN_FINS) && flow->state != TUNWIN_STATE_CLOSED)
		tunwin_close_fin(flow, direction, packet, next, now_ns);
	return true;
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

/* Flow locked, and confirmed. */
static void note_stray_syn(struct tunwin_flow *flow, enum tunwin_direction direction,
			   const struct tunwin_packet *packet)
{
	if (flow->end_ns || packet->flags & TCPHDR_ACK)
		return;
	flow->stray_isn = packet->seq;
	flow->seen &= ~(TUNWIN_SEEN_STRAY(TUNWIN_IN) | TUNWIN_SEEN_STRAY(TUNWIN_OUT));
	flow->seen |= TUNWIN_SEEN_STRAY(direction);
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

/* Flow locked. Returns true if the ends may have taken the packet for one of theirs. */
static bool update(struct tunwin_flow *flow, enum tunwin_direction direction,
		   const struct tunwin_packet *packet, u64 now_ns)
{
	if (likely(!is_special(packet) && flow->state == TUNWIN_STATE_ESTABLISHED &&
		   !(flow->seen & TUNWIN_SEEN_FINS)))
		return apply(flow, direction, packet, now_ns);
	if (!flow->confirmed)
		return packet->flags & TCPHDR_RST || apply(flow, direction, packet, now_ns);
	if (packet->flags & TCPHDR_SYN) {
		/* The ends say that it is none of theirs (RFC 5961, 4.2). */
		note_stray_syn(flow, direction, packet);
		return false;
	}
	if (packet->flags & TCPHDR_RST)
		return tunwin_close_reset(flow, direction, packet, now_ns);
	return apply_special(flow, direction, packet, now_ns);
}

static void update_flow(struct tunwin_flow *flow, enum tunwin_direction direction,
			const struct tunwin_packet *packet, const struct sk_buff *skb, u64 now_ns)
{
	struct tunwin_flow_direction *data = &flow->direction[direction];
	struct tunwin_edges *edges;
	struct outcome outcome = { };
	unsigned long flags;
	bool fits = true;

	fetch(flow, direction);
	edges = provide(flow, direction, packet, now_ns);
	tunwin_lock(&flow->lock, flags);
	if (edges && flow->detail && !flow->detail->direction[direction].edges && !flow->end_ns) {
		WRITE_ONCE(flow->detail->direction[direction].edges, edges);
		edges = NULL;
	}
	/* Of two CPUs the one that looked at the clock first may come here second. */
	now_ns = max(now_ns, flow->last_ns);
	data->packets++;
	data->segments += packet->segments;
	if (packet->payload_bytes) {
		data->wire_bytes += packet->payload_bytes;
		data->truesize_bytes += packet->truesize_bytes;
	}
	if (unlikely(!flow->confirmed)) {
		fits = tunwin_open_packet(flow, direction, packet, now_ns);
		outcome.confirmed = flow->confirmed;
	}
	if (likely(fits))
		fits = update(flow, direction, packet, now_ns);
	if (likely(fits)) {
		WRITE_ONCE(flow->last_ns, now_ns);
		if (likely(flow->detail))
			update_detail(flow, direction, packet, now_ns, &outcome);
	}
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
	tunwin_traffic_count(tunnel->cpu, direction, &packet, kind == TUNWIN_PACKET_TCP,
			     kind == TUNWIN_PACKET_UNPARSED);
	if (direction == TUNWIN_IN && tunwin_tunnel_is_jumbo(tunnel, packet.segment_bytes))
		tunwin_traffic_count_jumbo(tunnel->cpu, &packet, READ_ONCE(tunnel->overhead_bytes),
					   skb);
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
