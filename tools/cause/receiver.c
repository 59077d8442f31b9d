// SPDX-License-Identifier: GPL-2.0
/* The receiver is a socket of this host, and it is not the size of its buffer. */
#include <stdio.h>

#include "cause/causes.h"
#include "derive.h"

#define NS_PER_S 1000000000ULL

/* So long a time short of memory shows in the window: it grows back with what arrives. */
#define PRESSURE_NS (5 * NS_PER_S)

/* Of the room in the buffer, that of a reader that keeps up is unread for a moment only. */
#define UNREAD_DIVISOR 4

/* Payload by memory, in parts per million, as the module's alert has it. */
#define BLOAT_PPM 250000
/* The same of the kernel's own measure, which is of 256. */
#define BLOAT_SCALING_RATIO 64
/* What a segment takes that is alone in the smallest buffer that drivers have: 1 or 2 KB. */
#define SMALL_TRUESIZE 2560

/* ---- memory pressure ---- */

static bool in_pressure(const struct cause_facts *facts)
{
	const struct socket_state *socket = &facts->flow->socket;

	if (!has_receiver(facts) ||
	    (!is(socket->mem_pressure, 1) && (!socket->pressure_age_ns.known ||
					      socket->pressure_age_ns.value >= PRESSURE_NS)))
		return false;
	/* It touches a window only where that could have been larger. */
	return socket->rcv_ssthresh_bytes.known && tunwin_cause_room(facts).known &&
	       socket->rcv_ssthresh_bytes.value * 2 <= tunwin_cause_room(facts).value;
}

static bool is_host_short(const struct host *host)
{
	/* Once it has begun, pressure ends only below the first value. */
	return host && host->mem_pages.known && host->mem_calm_pages.known &&
	       host->mem_pages.value >= host->mem_calm_pages.value;
}

static void pressure_evidence(const struct cause_facts *facts, char *text, size_t size)
{
	const struct host *host = facts->host;

	if (host && host->mem_pages.known && host->mem_pressure_pages.known)
		snprintf(text, size,
			 "TCP's memory is short for this socket, and its window may not grow beyond %s; of the host's, %s pages are used, pressure begins at %s (tcp_mem)",
			 tunwin_format_opt(UNIT_BYTES, facts->flow->socket.rcv_ssthresh_bytes).s,
			 tunwin_format_count(host->mem_pages.value).s,
			 tunwin_format_count(host->mem_pressure_pages.value).s);
	else
		snprintf(text, size, "TCP's memory is short for this socket");
}

static struct gain pressure_advice(const struct cause_facts *facts, char *text, size_t size)
{
	if (is_host_short(facts->host))
		snprintf(text, size,
			 "find what holds the memory: ss -tm; or raise the three values of sysctl net.ipv4.tcp_mem");
	else
		snprintf(text, size,
			 "find what holds the memory: ss -tm; if the host has enough (net.ipv4.tcp_mem), raise memory.high and memory.max of the receiver's cgroup");
	return no_gain();
}

const struct cause tunwin_cause_mem_pressure = {
	.code = "mem-pressure",
	.title = "TCP is short of memory",
	.meaning = "The kernel holds windows down because TCP's memory, of the host or of a cgroup, is nearly used up.",
	.remedy = "Find what holds the memory (ss -tm); or raise net.ipv4.tcp_mem, or memory.high and memory.max of the receiver's cgroup.",
	.limit = LIMIT_RWND,
	.confidence = CONFIDENCE_SURE,
	.applies = in_pressure,
	.evidence = pressure_evidence,
	.advice = pressure_advice,
	.fields = "socket.mem_pressure, socket.pressure_age_s",
	.source = "tcp_under_memory_pressure(), tcp_adjust_rcv_ssthresh()",
};

/* ---- the reader ---- */

static struct opt_u64 unread(const struct cause_facts *facts)
{
	return facts->flow->socket.unread_mean_bytes;
}

static struct opt_u64 ratio_ppm(const struct cause_facts *facts)
{
	const struct socket_state *socket = &facts->flow->socket;

	return tunwin_derive_ppm(socket->received_bytes, socket->received_truesize_bytes);
}

/* What of this flow's data fits, which is less than the kernel reckons if it is small segments. */
static struct opt_u64 room_for_these(const struct cause_facts *facts)
{
	struct opt_u64 room = tunwin_cause_room(facts), ratio = ratio_ppm(facts);
	uint64_t fits;

	if (!room.known || !ratio.known)
		return room;
	fits = value_of(facts->flow->socket.rcvbuf_bytes) / 1000 * ratio.value / 1000;
	return fits < room.value ? OPT_U64(fits) : room;
}

static bool is_much(const struct cause_facts *facts, struct opt_u64 bytes)
{
	struct opt_u64 room = room_for_these(facts);

	return room.known && bytes.known && bytes.value * UNREAD_DIVISOR >= room.value;
}

static bool reads_slowly(const struct cause_facts *facts)
{
	return has_receiver(facts) && is_much(facts, unread(facts));
}

bool tunwin_cause_is_of_size(const struct cause_facts *facts)
{
	/* Before it has been looked at a few times, much that is unread may be a slow reader's. */
	return has_receiver(facts) &&
	       !is_much(facts, unread(facts).known ? unread(facts) :
						     facts->flow->socket.unread_bytes);
}

static void reader_evidence(const struct cause_facts *facts, char *text, size_t size)
{
	snprintf(text, size,
		 "over the last seconds %s had arrived and were not read, of %s that fit",
		 tunwin_format_bytes(unread(facts).value).s,
		 tunwin_format_bytes(tunwin_cause_room(facts).value).s);
}

static struct gain reader_advice(const struct cause_facts *facts, char *text, size_t size)
{
	snprintf(text, size,
		 "the receiving application must read faster; no setting of the kernel helps. Which it is: ss -tpn");
	return tunwin_cause_ceiling(facts, tunwin_cause_buffer_at_most(facts));
}

const struct cause tunwin_cause_slow_reader = {
	.code = "slow-reader",
	.title = "The application reads too slowly",
	.meaning = "What has arrived waits in the receive buffer; the window is what is left of it.",
	.remedy = "Let the receiving application read faster; no setting of the kernel helps. That gains what a whole buffer allows.",
	.limit = LIMIT_RWND,
	.confidence = CONFIDENCE_SURE,
	.applies = reads_slowly,
	.evidence = reader_evidence,
	.advice = reader_advice,
	.fields = "socket.unread_mean_bytes, socket.rcvbuf_bytes",
	.source = "tcp_select_window(): free space; RFC 9293, 3.8.6",
};

/* ---- what the memory holds ---- */

/* The buffer was full of it once, and the window does not grow back (tcp_grow_window()). */
static bool is_held_down(const struct cause_facts *facts)
{
	const struct socket_state *socket = &facts->flow->socket;
	struct opt_u64 room = tunwin_cause_room(facts);

	return socket->rcv_ssthresh_bytes.known && room.known &&
	       socket->rcv_ssthresh_bytes.value * 2 <= room.value &&
	       value_of(socket->rmem_high_bytes) * 2 >= value_of(socket->rcvbuf_bytes);
}

/* A kernel that measures it makes the window smaller for it, and the buffer larger. */
static bool is_measured(const struct cause_facts *facts)
{
	const struct socket_state *socket = &facts->flow->socket;

	return socket->scaling_ratio.known && socket->scaling_ratio.value <= BLOAT_SCALING_RATIO &&
	       (is(socket->rcvbuf_locked, 1) ||
		(facts->host && facts->host->rmem_max_bytes.known &&
		 nearly(value_of(socket->rcvbuf_bytes), facts->host->rmem_max_bytes.value)));
}

static bool is_bloated(const struct cause_facts *facts)
{
	struct opt_u64 ratio = ratio_ppm(facts);

	return tunwin_cause_is_of_size(facts) && ratio.known && ratio.value <= BLOAT_PPM &&
	       (is_held_down(facts) || is_measured(facts));
}

/* The memory of one segment. */
static uint64_t truesize_of_one(const struct cause_facts *facts)
{
	uint64_t typical = value_of(facts->data->payload_typical_bytes);
	struct opt_u64 ratio = ratio_ppm(facts);

	return ratio.known && ratio.value ? typical * 1000000 / ratio.value : 0;
}

static void bloat_evidence(const struct cause_facts *facts, char *text, size_t size)
{
	const struct socket_state *socket = &facts->flow->socket;

	snprintf(text, size,
		 "of the memory of what arrives %s is payload, %s of %s; the window may be %s of the %s that the buffer has room for",
		 tunwin_format_fixed(ratio_ppm(facts).value, 1000000, 2).s,
		 tunwin_format_opt(UNIT_BYTES, facts->data->payload_typical_bytes).s,
		 tunwin_format_bytes(truesize_of_one(facts)).s,
		 tunwin_format_opt(UNIT_BYTES, socket->rcv_ssthresh_bytes).s,
		 tunwin_format_opt(UNIT_BYTES, tunwin_cause_room(facts)).s);
}

static struct gain bloat_advice(const struct cause_facts *facts, char *text, size_t size)
{
	if (facts->data->payload_typical_bytes.known && truesize_of_one(facts) <= SMALL_TRUESIZE)
		snprintf(text, size,
			 "the segments are small, and the MSS is %s: let the sender write more at once (larger writes, TCP_CORK), and look for what keeps its MSS small (TCP_MAXSEG, its MTU)",
			 tunwin_format_opt(UNIT_BYTES, facts->data->mss_bytes).s);
	else
		snprintf(text, size,
			 "if packets arrive in fragments (nstat -az IpReasmOKs Ip6ReasmOKs), raise the MTU on the way of the tunnel, or lower that of the tunnel; else the driver gives small frames large buffers: ethtool -K DEV gro on, a smaller MTU, or another driver");
	return no_gain();
}

const struct cause tunwin_cause_bloat = {
	.code = "bloat",
	.title = "The receive buffer holds little payload",
	.meaning = "Buffers are charged by the memory they take (truesize), and what arrives takes much more than its payload.",
	.remedy = "Let a sender of small pieces write more at once (TCP_CORK); where packets of the tunnel are fragmented, raise the MTU on its way, or lower the tunnel's; where frames are large, ethtool -K DEV gro on, or a smaller MTU. A larger buffer holds little more.",
	.limit = LIMIT_RWND,
	.confidence = CONFIDENCE_LIKELY,
	.applies = is_bloated,
	.evidence = bloat_evidence,
	.advice = bloat_advice,
	.fields = "socket.received_bytes, socket.received_truesize_bytes, socket.rmem_high_bytes, socket.rcv_ssthresh_bytes, socket.scaling_ratio",
	.source = "sk_rmem_alloc counts skb->truesize; tcp_grow_window(), tcp_clamp_window(); scaling_ratio",
};
