// SPDX-License-Identifier: GPL-2.0
/*
 * What the module's record of flows asks the rest of the module for. Nothing is bounded, nothing is
 * looked at for alerts, and no socket is known: a capture has none.
 */
#include <errno.h>
#include <stdlib.h>

#include <linux/ktime.h>

#include "aoe_table.h"
#include "gaps.h"
#include "pair.h"
#include "socket.h"
#include "stat.h"
#include "table.h"
#include "tunnel.h"
#include "watch.h"
#include "wire.h"

struct tunwin_stat_cpu tunwin_stat_cpu;

/* As if all had passed one tunnel. */
static struct tunwin_tunnel tunnel = { .id = 1, .name = "capture" };
static struct tunwin_flow **flows;
static u32 flow_count;
static u64 present_ns;

u64 ktime_get_ns(void)
{
	return present_ns;
}

u64 table_now_ns(void)
{
	return present_ns;
}

void table_packet(enum tunwin_direction direction, const struct sk_buff *skb, u64 now_ns)
{
	/* (A capture of several queues may have a few in another order.) */
	if (now_ns > present_ns)
		present_ns = now_ns;
	tunwin_wire_packet(&tunnel, direction, skb);
}

void table_for_each(void (*each)(struct tunwin_flow *flow, void *arg), void *arg)
{
	for (u32 i = 0; i < flow_count; i++)
		each(flows[i], arg);
}

static void free_detail(struct tunwin_detail *detail)
{
	tunwin_detail_edges_free(detail->direction[TUNWIN_IN].edges);
	tunwin_detail_edges_free(detail->direction[TUNWIN_OUT].edges);
	free(detail);
}

void table_free(void)
{
	for (u32 i = 0; i < flow_count; i++) {
		free_detail(flows[i]->detail);
		free(flows[i]);
	}
	free(flows);
	flows = NULL;
	flow_count = 0;
	present_ns = 0;
}

static bool is_of(const struct tunwin_flow *flow, const struct tunwin_flow_key *key)
{
	return flow->list != TUNWIN_FLOW_HISTORY && flow->key.near_port == key->near_port &&
	       flow->key.far_port == key->far_port &&
	       !memcmp(&flow->key.near, &key->near, sizeof(key->near)) &&
	       !memcmp(&flow->key.far, &key->far, sizeof(key->far));
}

const struct tunwin_flow *table_find(enum tunwin_direction direction,
				     const struct tunwin_packet *packet)
{
	bool in = direction == TUNWIN_IN;
	struct tunwin_flow_key key = {
		.near = in ? packet->destination : packet->source,
		.far = in ? packet->source : packet->destination,
		.near_port = in ? packet->destination_port : packet->source_port,
		.far_port = in ? packet->source_port : packet->destination_port,
	};

	return tunwin_flow_find(&key);
}

/* ---- the flow table ---- */

struct tunwin_flow *tunwin_flow_find(const struct tunwin_flow_key *key)
{
	/* The latest first: who goes on is among those. */
	for (u32 i = flow_count; i > 0; i--)
		if (is_of(flows[i - 1], key))
			return flows[i - 1];
	return NULL;
}

static void *allocate(size_t size)
{
	void *memory = calloc(1, size);

	if (!memory)
		abort();
	return memory;
}

struct tunwin_flow *tunwin_flow_get(const struct tunwin_flow_key *key,
				    struct tunwin_tunnel *of, u64 now_ns)
{
	struct tunwin_flow *flow = allocate(sizeof(*flow));

	flows = reallocarray(flows, flow_count + 1, sizeof(*flows));
	if (!flows)
		abort();
	flows[flow_count++] = flow;
	flow->id = flow_count;
	flow->key = *key;
	flow->tunnel = of;
	flow->first_ns = now_ns;
	flow->last_ns = now_ns;
	flow->state = TUNWIN_STATE_ESTABLISHED;
	tunwin_flow_scale_learn(flow);
	flow->detail = allocate(sizeof(*flow->detail));
	flow->detail->flow = flow;
	flow->detail->since_ns = now_ns;
	tunwin_limit_begin(&flow->detail->direction[TUNWIN_IN].limit, now_ns);
	tunwin_limit_begin(&flow->detail->direction[TUNWIN_OUT].limit, now_ns);
	return flow;
}

static void note_end(struct tunwin_flow *flow, enum tunwin_end_reason reason, u64 now_ns)
{
	if (flow->end_ns)
		return;
	flow->end_ns = now_ns;
	flow->end_reason = reason;
}

void tunwin_flow_close(struct tunwin_flow *flow, enum tunwin_end_reason reason, u64 now_ns)
{
	flow->state = TUNWIN_STATE_CLOSED;
	note_end(flow, reason, now_ns);
}

void tunwin_flow_end(struct tunwin_flow *flow, enum tunwin_end_reason reason, u64 now_ns)
{
	note_end(flow, reason, now_ns);
	flow->list = TUNWIN_FLOW_HISTORY;
}

void tunwin_flow_confirm(struct tunwin_flow *flow)
{
	if (flow->list == TUNWIN_FLOW_HALF_OPEN)
		flow->list = TUNWIN_FLOW_ESTABLISHED;
}

/* ---- what a flow is judged by ---- */

bool tunwin_detail_has_room(const struct tunwin_flow *flow)
{
	(void)flow;
	return false;
}

void tunwin_detail_give(struct tunwin_flow *flow, u64 now_ns)
{
	(void)flow;
	(void)now_ns;
}

struct tunwin_edges *tunwin_detail_edges_new(void)
{
	return allocate(sizeof(struct tunwin_edges));
}

void tunwin_detail_edges_free(struct tunwin_edges *edges)
{
	free(edges);
}

/* ---- what a capture does not tell, or nobody asks for ---- */

u32 tunwin_socket_rtt_us(const struct tunwin_flow *flow)
{
	(void)flow;
	return 0;
}

void tunwin_watch_flow(struct tunwin_flow *flow)
{
	(void)flow;
}

bool tunwin_watch_is_suspect(const struct tunwin_flow *flow, enum tunwin_direction direction)
{
	(void)flow;
	(void)direction;
	return false;
}

void tunwin_traffic_count(struct tunwin_traffic_cpu *cpus, int direction,
			  const struct tunwin_packet *packet, bool tcp, bool unparsed)
{
	(void)cpus;
	(void)direction;
	(void)packet;
	(void)tcp;
	(void)unparsed;
}

void tunwin_traffic_count_again(struct tunwin_traffic_cpu *cpus, int direction, int size_class,
				u32 segments)
{
	(void)cpus;
	(void)direction;
	(void)size_class;
	(void)segments;
}

void tunwin_traffic_count_jumbo(struct tunwin_traffic_cpu *cpus, const struct tunwin_packet *packet,
				u32 overhead_bytes, const struct sk_buff *skb)
{
	(void)cpus;
	(void)packet;
	(void)overhead_bytes;
	(void)skb;
}

void tunwin_drop_note(const struct tunwin_flow *flow, int direction,
		      const struct tunwin_packet *packet, const struct sk_buff *skb)
{
	(void)flow;
	(void)direction;
	(void)packet;
	(void)skb;
}

void tunwin_drop_note_tunnel(const struct tunwin_tunnel *of, const struct sk_buff *skb)
{
	(void)of;
	(void)skb;
}

void tunwin_gaps_add(const struct tunwin_gap *gap)
{
	(void)gap;
}

void tunwin_pair_make(struct tunwin_flow *flow)
{
	(void)flow;
}

void tunwin_aoe_packet(struct tunwin_tunnel *of, int direction, const struct sk_buff *skb)
{
	(void)of;
	(void)direction;
	(void)skb;
}
