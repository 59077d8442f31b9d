// SPDX-License-Identifier: GPL-2.0
/* What would fit into another buffer, and how fast another window would be. */
#include "bdp.h"
#include "cause/causes.h"
#include "derive.h"
#include "muldiv.h"

#define NS_PER_S 1000000000ULL

/* In thousandths: it was the limit for nearly all of the time. */
#define ALL_PERMILLE 900

/* Memory of a segment in a buffer of its own beside its payload: struct sk_buff, headers. */
#define SEGMENT_OVERHEAD 960

/* Of a window of fewer segments than this each acknowledgment may be a delayed one. */
#define SEGMENTS 4

struct opt_u64 tunwin_cause_room(const struct cause_facts *facts)
{
	const struct socket_state *socket = &facts->flow->socket;

	return tunwin_derive_payload_bytes(socket, socket->rcvbuf_bytes);
}

/*
 * What a buffer of so many bytes may hold, to be promised: of segments in buffers of 2 KB that is
 * three quarters of it; where the kernel has measured more, segments were merged, as they will not
 * always be.
 */
struct opt_u64 tunwin_cause_payload_of(const struct cause_facts *facts,
				       struct opt_u64 buffer_bytes)
{
	const struct socket_state *socket = &facts->flow->socket;
	struct opt_u64 bytes = tunwin_derive_payload_bytes(socket, buffer_bytes);

	if (bytes.known && bytes.value > buffer_bytes.value / 4 * 3)
		bytes.value = buffer_bytes.value / 4 * 3;
	return bytes;
}

struct opt_u64 tunwin_cause_buffer_at_most(const struct cause_facts *facts)
{
	const struct socket_state *socket = &facts->flow->socket;
	struct opt_u64 bytes = socket->rcvbuf_bytes;

	if (!facts->host || !is(socket->rcvbuf_locked, 0) || is(facts->host->moderate_rcvbuf, 0))
		return bytes;
	if (value_of(facts->host->rmem_max_bytes) > value_of(bytes))
		bytes = facts->host->rmem_max_bytes;
	return bytes;
}

struct opt_u64 tunwin_cause_room_at_most(const struct cause_facts *facts)
{
	return tunwin_cause_payload_of(facts, tunwin_cause_buffer_at_most(facts));
}

/* The largest window of the last minute, which is less now if data has just arrived. */
struct opt_u64 tunwin_cause_recent(const struct cause_facts *facts)
{
	const struct window *window = &facts->data->window;

	return window->recent_bytes.known ? window->recent_bytes : window->now_bytes;
}

/* Longer round trips than by so much are of more than the path. */
static uint64_t a_quarter_more(uint64_t ns)
{
	return ns + ns / 4;
}

/*
 * Round trips as they are, not the best one: what is promised must come true. (Much longer ones are
 * of delayed acknowledgments, or of a queue, which more data changes.)
 */
static uint64_t rtt_as_it_is(const struct cause_facts *facts)
{
	const struct rtt *rtt = &facts->flow->rtt;
	struct opt_u64 rtt_ns = tunwin_derive_rtt_ns(rtt);

	if (!rtt_ns.known || value_of(rtt->smoothed_ns) <= rtt_ns.value)
		return value_of(rtt_ns);
	return rtt->smoothed_ns.value < a_quarter_more(rtt_ns.value) ? rtt->smoothed_ns.value :
								       a_quarter_more(rtt_ns.value);
}

static uint64_t moved(struct opt_u64 before, struct opt_u64 now)
{
	return before.known && now.known && now.value > before.value ? now.value - before.value : 0;
}

/*
 * The time in which a window went there and came back while it was watched, and was the limit: a
 * round trip, and what the ends take for their part, which no acknowledgment shows. 0 if that is
 * not known.
 */
static uint64_t round_ns(const struct cause_facts *facts)
{
	const struct direction *data = facts->data, *before = facts->before;
	uint64_t window_bytes = value_of(tunwin_cause_recent(facts)), bytes;

	if (!before || facts->watched_ns < NS_PER_S ||
	    window_bytes < SEGMENTS * value_of(data->payload_typical_bytes) ||
	    moved(before->limit.rwnd_ns, data->limit.rwnd_ns) / ALL_PERMILLE <
		    facts->watched_ns / 1000)
		return 0;
	bytes = moved(before->payload_bytes, data->payload_bytes);
	return bytes ? tunwin_muldiv(window_bytes, facts->watched_ns, bytes, 0) : 0;
}

/* Headers of a segment, and nothing around them. */
static uint64_t header_bytes(const struct cause_facts *facts)
{
	uint64_t ip = facts->flow->near.addr.len == 16 ? 40 : 20;

	return ip + 20 + (is(facts->flow->timestamps, 1) ? 12 : 0);
}

/*
 * How much payload the tunnel's rate has room for, in segments as they are: if it is a rate of what
 * is in the tunnel, or, with so many bytes around each packet, of what is below it.
 */
static struct opt_u64 payload_bps(const struct cause_facts *facts, uint64_t around_bytes)
{
	uint64_t payload = value_of(facts->data->payload_typical_bytes);

	if (!payload)
		payload = value_of(facts->data->mss_bytes);
	if (!value_of(facts->capacity_bps) || !payload)
		return facts->capacity_bps;
	return OPT_U64(tunwin_muldiv(facts->capacity_bps.value, payload,
				     payload + header_bytes(facts) + around_bytes, 0));
}

/* Of a frame beside its payload: preamble, header, FCS and the gap behind it (IEEE 802.3). */
#define ETHERNET_BYTES 38

struct opt_u64 tunwin_cause_rate(const struct cause_facts *facts, struct opt_u64 window_bytes,
				 bool limited, bool at_most)
{
	uint64_t rtt_ns = rtt_as_it_is(facts), ns = limited ? round_ns(facts) : 0, bps;
	struct opt_u64 room_bps;

	/* A rate of a second or two is not exact to the round. */
	if (ns < rtt_ns)
		ns = rtt_ns;
	if (!window_bytes.known || !ns)
		return (struct opt_u64){ .known = false };
	bps = tunwin_bdp_ceiling_bps(window_bytes.value, ns);
	room_bps = payload_bps(facts, at_most ? 0 : facts->encap_bytes + ETHERNET_BYTES);
	if (value_of(room_bps) && bps > room_bps.value)
		bps = room_bps.value;
	return OPT_U64(bps);
}

/*
 * Linux from 6.6 on measures once how much payload a buffer holds, by the first packet with a full
 * segment (tcp_measure_rcv_mss()): that of the next connection may hold one, or many that were
 * merged. Unless there is less payload in memory than one segment has.
 */
static void windows(const struct cause_facts *facts, struct opt_u64 buffer_bytes,
		    struct opt_u64 *least, struct opt_u64 *most)
{
	const struct socket_state *socket = &facts->flow->socket;
	uint64_t segment = value_of(socket->rcv_mss_bytes), one;

	*least = tunwin_cause_payload_of(facts, buffer_bytes);
	*most = *least;
	if (!least->known || !socket->scaling_ratio.known || !segment)
		return;
	one = tunwin_muldiv(buffer_bytes.value, segment, segment + SEGMENT_OVERHEAD, 0);
	if (!nearly(least->value, one))
		return;
	*most = OPT_U64(buffer_bytes.value / 16 * 15);
	/* (Drivers differ by as much for one segment.) */
	if (one < least->value / 8 * 7)
		*least = OPT_U64(one);
}

static struct gain gain_of(const struct cause_facts *facts, struct opt_u64 buffer_bytes,
			   bool limited)
{
	struct opt_u64 least, most;

	windows(facts, buffer_bytes, &least, &most);
	return (struct gain){
		.bps = tunwin_cause_rate(facts, least, limited, false),
		.max_bps = tunwin_cause_rate(facts, most, limited, true),
	};
}

struct gain tunwin_cause_gain(const struct cause_facts *facts, struct opt_u64 buffer_bytes)
{
	return gain_of(facts, buffer_bytes, true);
}

struct gain tunwin_cause_ceiling(const struct cause_facts *facts, struct opt_u64 buffer_bytes)
{
	return gain_of(facts, buffer_bytes, false);
}
