// SPDX-License-Identifier: GPL-2.0
/* What would fit into another buffer, and how fast another window would be. */
#include "bdp.h"
#include "cause/causes.h"
#include "derive.h"
#include "muldiv.h"

#define NS_PER_S 1000000000ULL

/* In thousandths: it was the limit for nearly all of the time. */
#define ALL_PERMILLE 900

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
	struct opt_u64 bytes = tunwin_derive_payload_bytes(&facts->flow->socket,
							   buffer_bytes);

	if (bytes.known && bytes.value > buffer_bytes.value / 4 * 3)
		bytes.value = buffer_bytes.value / 4 * 3;
	return bytes;
}

struct opt_u64 tunwin_cause_room_at_most(const struct cause_facts *facts)
{
	const struct socket_state *socket = &facts->flow->socket;
	struct opt_u64 room = tunwin_cause_payload_of(facts, socket->rcvbuf_bytes), tuned;

	if (!facts->host || !is(socket->rcvbuf_locked, 0) || is(facts->host->moderate_rcvbuf, 0))
		return room;
	tuned = tunwin_cause_payload_of(facts, facts->host->rmem_max_bytes);
	return tuned.known && (!room.known || tuned.value > room.value) ? tuned : room;
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

static struct opt_u64 rate_bps(const struct cause_facts *facts, struct opt_u64 window_bytes,
			       uint64_t ns)
{
	uint64_t bps;

	if (!window_bytes.known || !ns)
		return no_gain();
	bps = tunwin_bdp_ceiling_bps(window_bytes.value, ns);
	if (value_of(facts->capacity_bps) && bps > facts->capacity_bps.value)
		bps = facts->capacity_bps.value;
	return OPT_U64(bps);
}

struct opt_u64 tunwin_cause_ceiling(const struct cause_facts *facts, struct opt_u64 window_bytes)
{
	return rate_bps(facts, window_bytes, rtt_as_it_is(facts));
}

struct opt_u64 tunwin_cause_gain(const struct cause_facts *facts, struct opt_u64 window_bytes)
{
	uint64_t rtt_ns = rtt_as_it_is(facts), ns = round_ns(facts);

	/* A rate of a second or two is not exact to the round. */
	return rate_bps(facts, window_bytes, ns > rtt_ns ? ns : rtt_ns);
}
