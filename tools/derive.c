// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>
#include <string.h>

#include "bdp.h"
#include "derive.h"
#include "muldiv.h"

#define PPM 1000000

struct opt_u64 tunwin_derive_ppm(struct opt_u64 a, struct opt_u64 b)
{
	if (!a.known || !b.known || !b.value)
		return (struct opt_u64){ 0 };
	return OPT_U64(tunwin_muldiv_round(a.value, PPM, b.value));
}

struct opt_u64 tunwin_derive_rtt_ns(const struct rtt *rtt)
{
	/* The packets may have shown a shorter one than the socket has seen. */
	if (rtt->near_min_ns.known && rtt->far_min_ns.known) {
		uint64_t sum_ns = rtt->near_min_ns.value + rtt->far_min_ns.value;

		if (sum_ns && (!rtt->min_ns.known || !rtt->min_ns.value ||
			       sum_ns < rtt->min_ns.value))
			return OPT_U64(sum_ns);
	}
	/*
	 * The smallest, where it is known: a ceiling is the highest rate that the window allows,
	 * and queues, which make the smoothed one longer, are not what the window is to fill.
	 */
	if (rtt->min_ns.known && rtt->min_ns.value)
		return rtt->min_ns;
	if (rtt->smoothed_ns.known && rtt->smoothed_ns.value)
		return rtt->smoothed_ns;
	return (struct opt_u64){ 0 };
}

/* The share of the time that there was something to hold back. */
static struct opt_u64 share(const struct limit *limit, struct opt_u64 ns)
{
	uint64_t busy_ns;

	if (!ns.known || !limit->unknown_ns.known)
		return (struct opt_u64){ 0 };
	busy_ns = limit->rwnd_ns.value + limit->net_ns.value + limit->sender_ns.value +
		  limit->unknown_ns.value;
	return tunwin_derive_ppm(ns, OPT_U64(busy_ns));
}

/* Fewer say nothing of a rate of loss; and from so much more on it is the size. */
#define BREAK_SEGMENTS_BELOW 100
#define BREAK_LOST_ABOVE 10
#define BREAK_TIMES 10

struct tally {
	uint64_t max_bytes, segments, lost;
};

/*
 * Two rates of loss, one of them never 0: one more that was lost would not have made the
 * difference.
 */
static bool is_break(const struct tally *below, const struct tally *above)
{
	return below->segments >= BREAK_SEGMENTS_BELOW && above->lost >= BREAK_LOST_ABOVE &&
	       above->segments >= above->lost &&
	       tunwin_muldiv(above->lost, below->segments, above->segments, 0) >=
		       BREAK_TIMES * (below->lost + 1);
}

/* @tallies: by class, the smallest first. The highest break is the one that says most. */
static struct size_break find_break(const struct tally *tallies, size_t count)
{
	struct size_break found = { { 0 }, { 0 }, { 0 } };

	for (size_t at = 1; at < count; at++) {
		struct tally below = { 0 }, above = { 0 };

		for (size_t i = 0; i < count; i++) {
			struct tally *side = i < at ? &below : &above;

			side->segments += tallies[i].segments;
			side->lost += tallies[i].lost;
		}
		if (!is_break(&below, &above))
			continue;
		found.frame_bytes = OPT_U64(tallies[at - 1].max_bytes);
		found.below_ppm = tunwin_derive_ppm(OPT_U64(below.lost), OPT_U64(below.segments));
		found.above_ppm = tunwin_derive_ppm(OPT_U64(above.lost), OPT_U64(above.segments));
	}
	return found;
}

static struct size_break break_of_direction(const struct direction *dir)
{
	struct tally tallies[MODEL_CLASSES];

	for (size_t i = 0; i < dir->size_loss_count; i++)
		tallies[i] = (struct tally){
			dir->size_loss[i].max_bytes.value, dir->size_loss[i].segments.value,
			dir->size_loss[i].retransmits.value,
		};
	return find_break(tallies, dir->size_loss_count);
}

static struct size_break break_of_traffic(const struct traffic *traffic)
{
	struct tally tallies[MODEL_CLASSES];

	for (size_t i = 0; i < traffic->class_count; i++)
		tallies[i] = (struct tally){
			traffic->classes[i].max_bytes.value, traffic->classes[i].segments.value,
			traffic->classes[i].retransmits.value,
		};
	return find_break(tallies, traffic->class_count);
}

static void derive_direction(struct direction *dir, struct opt_u64 rtt_ns)
{
	dir->size_break = break_of_direction(dir);
	dir->ratio_ppm = tunwin_derive_ppm(dir->wire_bytes, dir->truesize_bytes);
	dir->limit.rwnd_ppm = share(&dir->limit, dir->limit.rwnd_ns);
	dir->ceiling_bps = (struct opt_u64){ 0 };
	if (dir->window.now_bytes.known && rtt_ns.known)
		dir->ceiling_bps = OPT_U64(tunwin_bdp_ceiling_bps(dir->window.now_bytes.value,
								  rtt_ns.value));
}

/*
 * Whether something between the two tunnels changes the scale or the window. The scale is known
 * where the handshake was seen, so then both records have all windows; one that was lost between
 * them should not make a difference.
 */
static void compare_other(const struct direction *dir, struct other_direction *other)
{
	const struct window *window = &dir->window;
	uint64_t larger, smaller;

	other->wscale_differs = (struct opt_u64){ 0 };
	other->window_differs = (struct opt_u64){ 0 };
	if (!window->wscale.known || window->wscale.value == WSCALE_UNKNOWN ||
	    !other->wscale.known || other->wscale.value == WSCALE_UNKNOWN)
		return;
	other->wscale_differs = OPT_U64(window->wscale.value != other->wscale.value ||
					(window->wscale.value == WSCALE_KNOWN &&
					 window->wscale_shift.value != other->wscale_shift.value));
	if (!window->max_bytes.known || !other->max_bytes.known)
		return;
	larger = window->max_bytes.value;
	smaller = other->max_bytes.value;
	if (larger < smaller) {
		larger = other->max_bytes.value;
		smaller = window->max_bytes.value;
	}
	other->window_differs = OPT_U64(larger - smaller > larger / 16);
}

void tunwin_derive_flow(struct flow *flow)
{
	struct opt_u64 rtt_ns = tunwin_derive_rtt_ns(&flow->rtt);

	/* Nothing said about the scale is a scale that is not known. */
	if (!flow->in.window.wscale.known)
		flow->in.window.wscale = OPT_U64(WSCALE_UNKNOWN);
	if (!flow->out.window.wscale.known)
		flow->out.window.wscale = OPT_U64(WSCALE_UNKNOWN);

	derive_direction(&flow->in, rtt_ns);
	derive_direction(&flow->out, rtt_ns);
	if (flow->has_other) {
		compare_other(&flow->in, &flow->other.in);
		compare_other(&flow->out, &flow->other.out);
	}
}

static void derive_traffic(struct traffic *traffic)
{
	traffic->size_break = break_of_traffic(traffic);
	traffic->ratio_ppm = tunwin_derive_ppm(traffic->len_bytes, traffic->truesize_bytes);
	traffic->segments_per_skb_ppm = tunwin_derive_ppm(traffic->segments, traffic->skbs);
	/* Of packets as the wire carries them; the device counts a merged buffer as one. */
	traffic->bytes_per_packet_ppm = tunwin_derive_ppm(traffic->inner_bytes, traffic->segments);
	for (size_t i = 0; i < traffic->class_count; i++) {
		struct size_class *class = &traffic->classes[i];

		class->ratio_ppm = tunwin_derive_ppm(class->len_bytes, class->truesize_bytes);
	}
}

void tunwin_derive_tunnel(struct tunnel *tunnel)
{
	derive_traffic(&tunnel->in);
	derive_traffic(&tunnel->out);
}

struct opt_u64 tunwin_derive_use_ppm(const struct direction *dir)
{
	return tunwin_derive_ppm(dir->rate_bps, dir->ceiling_bps);
}

bool tunwin_derive_window_is_zero(const struct flow *flow, const struct direction *dir)
{
	/* Before the handshake is complete and after the end there is no window to speak of. */
	if (!flow->state.known ||
	    (flow->state.value != STATE_ESTABLISHED && flow->state.value != STATE_CLOSING))
		return false;
	return dir->window.now_bytes.known && !dir->window.now_bytes.value;
}

/* An unknown number comes before every known one. */
static int compare(struct opt_u64 a, struct opt_u64 b)
{
	if (!a.known || !b.known)
		return a.known - b.known;
	return (a.value > b.value) - (a.value < b.value);
}

static bool is_window_limited(const struct direction *dir)
{
	return dir->limit.now.known && dir->limit.now.value == LIMIT_RWND;
}

/* Greater is worse. */
static int compare_directions(const struct flow *flow_a, const struct direction *a,
			      const struct flow *flow_b, const struct direction *b)
{
	int order = tunwin_derive_window_is_zero(flow_a, a) -
		    tunwin_derive_window_is_zero(flow_b, b);

	if (!order)
		order = is_window_limited(a) - is_window_limited(b);
	if (!order)
		order = compare(tunwin_derive_use_ppm(a), tunwin_derive_use_ppm(b));
	if (!order)
		order = compare(a->rate_bps, b->rate_bps);
	return order;
}

const struct direction *tunwin_derive_worse(const struct flow *flow)
{
	int order = compare_directions(flow, &flow->in, flow, &flow->out);

	/* Both idle: the one that carried more, of which there is more to say. */
	if (!order)
		order = compare(flow->in.payload_bytes, flow->out.payload_bytes);
	return order < 0 ? &flow->out : &flow->in;
}

static int compare_flows(const void *a, const void *b)
{
	const struct flow *flow_a = a;
	const struct flow *flow_b = b;
	int order = compare_directions(flow_b, tunwin_derive_worse(flow_b), flow_a,
				       tunwin_derive_worse(flow_a));

	/* qsort() is not stable; the same flows are to be shown in the same order */
	return order ? order : compare(flow_a->id, flow_b->id);
}

void tunwin_derive_sort_flows(struct flow_list *list)
{
	if (list->count)
		qsort(list->flows, list->count, sizeof(*list->flows), compare_flows);
}

static int compare_ended(const void *a, const void *b)
{
	const struct flow *flow_a = a;
	const struct flow *flow_b = b;
	int order = compare(flow_a->idle_ns, flow_b->idle_ns);

	/* idle is since the end; of two that ended together the later one has the higher number */
	return order ? order : compare(flow_b->id, flow_a->id);
}

void tunwin_derive_sort_ended(struct flow_list *list)
{
	if (list->count)
		qsort(list->flows, list->count, sizeof(*list->flows), compare_ended);
}

static uint64_t sum(struct opt_u64 a, struct opt_u64 b)
{
	uint64_t total = a.known ? a.value : 0;

	if (b.known && __builtin_add_overflow(total, b.value, &total))
		total = UINT64_MAX;
	return total;
}

static int compare_tunnels(const void *a, const void *b)
{
	const struct tunnel *tunnel_a = a;
	const struct tunnel *tunnel_b = b;
	uint64_t value_a = sum(tunnel_a->in.bps, tunnel_a->out.bps);
	uint64_t value_b = sum(tunnel_b->in.bps, tunnel_b->out.bps);

	if (value_a == value_b) {
		value_a = sum(tunnel_a->in.bytes, tunnel_a->out.bytes);
		value_b = sum(tunnel_b->in.bytes, tunnel_b->out.bytes);
	}
	if (value_a == value_b)
		return compare(tunnel_a->ifindex, tunnel_b->ifindex);
	return value_a < value_b ? 1 : -1;
}

void tunwin_derive_sort_tunnels(struct tunnel_list *list)
{
	if (list->count)
		qsort(list->tunnels, list->count, sizeof(*list->tunnels), compare_tunnels);
}

bool tunwin_derive_is_unused(const struct tunnel *tunnel)
{
	if (tunnel->tracked_by.known && tunnel->tracked_by.value == TRACKED_BY_USER)
		return false;
	return tunnel->up.known && !tunnel->up.value &&
	       !sum(tunnel->in.packets, tunnel->out.packets) &&
	       !sum(tunnel->in.segments, tunnel->out.segments);
}

uint64_t tunwin_derive_cpus_pps(const struct tunnel *tunnel)
{
	uint64_t pps = 0;

	for (size_t i = 0; i < tunnel->cpu_count; i++)
		pps += tunnel->cpus[i].in_pps.value;
	return pps;
}

/* Fewer are no load, and one squeeze may be anybody's. */
#define CROWD_PPS 1000
#define CROWD_SQUEEZES 10

const struct cpu *tunwin_derive_crowded_cpu(const struct tunnel *tunnel)
{
	uint64_t pps = tunwin_derive_cpus_pps(tunnel);

	for (size_t i = 0; i < tunnel->cpu_count; i++) {
		const struct cpu *cpu = &tunnel->cpus[i];

		if (pps >= CROWD_PPS && cpu->in_pps.value >= pps / 10 * 9 &&
		    cpu->squeezed_per_s.value >= CROWD_SQUEEZES)
			return cpu;
	}
	return NULL;
}

struct opt_u64 tunwin_derive_payload_bytes(const struct socket_state *sk, struct opt_u64 bytes)
{
	struct opt_u64 unknown = { 0 };
	int64_t scale = sk->adv_win_scale.value;

	if (!bytes.known)
		return unknown;
	if (sk->scaling_ratio.known)
		return OPT_U64(tunwin_muldiv(bytes.value, sk->scaling_ratio.value, 256, 0));
	/* Before Linux 6.6; the sysctl is from -31 to 31. */
	if (!sk->adv_win_scale.known || scale < -31 || scale > 31)
		return unknown;
	if (scale <= 0)
		return OPT_U64(bytes.value >> -scale);
	return OPT_U64(bytes.value - (bytes.value >> scale));
}
