// SPDX-License-Identifier: GPL-2.0
/* The receiver is a socket of this host, and its window is as large as something lets it be. */
#include <stdio.h>

#include "bdp.h"
#include "cause/causes.h"
#include "derive.h"
#include "muldiv.h"

#define NS_PER_S 1000000000ULL

/* Tuning goes by what arrives in a round trip, and at every one; after so many it has ended. */
#define TUNING_ROUNDS 16
#define TUNING_NS (3 * NS_PER_S)

/* What is advised while the rate is not known, and no more than this at once. */
#define TIMES_MORE 4
#define RMEM_ADVISED_MAX (1ULL << 30)

/* ---- the scale ---- */

/* The largest window that the header can express; 0 if it is not known. */
static uint64_t expressible(const struct window *window)
{
	if (is(window->wscale, WSCALE_NONE))
		return TUNWIN_BDP_UNSCALED_MAX_BYTES;
	if (is(window->wscale, WSCALE_KNOWN) && window->wscale_shift.known &&
	    window->wscale_shift.value <= TUNWIN_BDP_SHIFT_MAX)
		return TUNWIN_BDP_UNSCALED_MAX_BYTES << window->wscale_shift.value;
	return 0;
}

static bool has_scale_too_small(const struct cause_facts *facts)
{
	uint64_t largest = expressible(&facts->data->window);
	struct opt_u64 room = tunwin_cause_room_at_most(facts);
	struct opt_u64 clamp = facts->flow->socket.window_clamp_bytes;

	/* (What clamps it below that is not the scale.) */
	return tunwin_cause_is_of_size(facts) && largest && room.known && room.value > largest &&
	       (!clamp.known || nearly(clamp.value, largest)) &&
	       nearly(value_of(tunwin_cause_recent(facts)), largest);
}

static void wscale_evidence(const struct cause_facts *facts, char *text, size_t size)
{
	const struct window *window = &facts->data->window;
	struct text now = tunwin_format_opt(UNIT_BYTES, tunwin_cause_recent(facts));
	struct text room = tunwin_format_opt(UNIT_BYTES, tunwin_cause_room_at_most(facts));

	if (is(window->wscale, WSCALE_NONE))
		snprintf(text, size,
			 "the window is %s and cannot be scaled; the buffer may have room for %s",
			 now.s, room.s);
	else
		snprintf(text, size,
			 "the window is %s, all that a scale of 2^%s allows; the buffer may have room for %s",
			 now.s, tunwin_format_opt(UNIT_COUNT, window->wscale_shift).s, room.s);
}

static struct gain wscale_advice(const struct cause_facts *facts, char *text, size_t size)
{
	if (!is(facts->data->window.wscale, WSCALE_NONE))
		snprintf(text, size,
			 "open the connection anew: its scale was chosen by the largest buffer at that time (net.ipv4.tcp_rmem, net.core.rmem_max)");
	else if (facts->host && is(facts->host->window_scaling, 0))
		snprintf(text, size,
			 "%ssysctl -w net.ipv4.tcp_window_scaling=1; for new connections",
			 facts->host->in);
	else
		snprintf(text, size,
			 "the other end does not scale (its net.ipv4.tcp_window_scaling is 0), or something on the way removes the option: compare the SYN at both ends");
	return tunwin_cause_gain(facts, tunwin_cause_buffer_at_most(facts));
}

const struct cause tunwin_cause_wscale = {
	.code = "wscale",
	.title = "The window scale is too small",
	.meaning = "The window is as large as its 16 bits and their scale allow, and the buffer has more room.",
	.remedy = "sysctl -w net.ipv4.tcp_window_scaling=1 at both ends, nothing on the way that removes the option, and a new connection. That gains what the buffer allows.",
	.limit = LIMIT_RWND,
	.confidence = CONFIDENCE_SURE,
	.applies = has_scale_too_small,
	.evidence = wscale_evidence,
	.advice = wscale_advice,
	.fields = "window.wscale, window.wscale_shift, window.recent_bytes",
	.source = "RFC 7323, 2.2 and 2.3; tcp_select_initial_window()",
};

/* ---- a clamp ---- */

static bool is_clamped(const struct cause_facts *facts)
{
	struct opt_u64 clamp = facts->flow->socket.window_clamp_bytes;
	struct opt_u64 allowed = facts->flow->socket.rcv_ssthresh_bytes;
	struct opt_u64 room = tunwin_cause_room(facts);

	/*
	 * A segment or two less is what tcp_init_buffer_space() keeps back; without a scale a
	 * window is one of whole segments (__tcp_select_window()).
	 */
	return tunwin_cause_is_of_size(facts) && clamp.known && room.known &&
	       (!allowed.known || nearly(allowed.value, clamp.value)) &&
	       clamp.value * 10 <= room.value * 9 &&
	       clamp.value + 2 * value_of(facts->data->mss_bytes) < room.value &&
	       nearly(value_of(tunwin_cause_recent(facts)) + value_of(facts->data->mss_bytes),
		      clamp.value);
}

static void clamp_evidence(const struct cause_facts *facts, char *text, size_t size)
{
	snprintf(text, size,
		 "the window may not be larger than %s (window_clamp), and the buffer has room for %s",
		 tunwin_format_bytes(facts->flow->socket.window_clamp_bytes.value).s,
		 tunwin_format_opt(UNIT_BYTES, tunwin_cause_room(facts)).s);
}

static struct gain clamp_advice(const struct cause_facts *facts, char *text, size_t size)
{
	snprintf(text, size,
		 "the application sets TCP_WINDOW_CLAMP, or SO_RCVBUF after the connection is open (it must before), or a route has a window: %sip route show table all | grep window",
		 facts->host ? facts->host->in : "");
	return tunwin_cause_gain(facts, facts->flow->socket.rcvbuf_bytes);
}

const struct cause tunwin_cause_clamp = {
	.code = "clamp",
	.title = "The window is clamped",
	.meaning = "A limit of the socket or of its route keeps the window below what the buffer has room for.",
	.remedy = "Let the application set no TCP_WINDOW_CLAMP, and SO_RCVBUF only before the connection is opened; look for windows in routes (ip route show table all). That gains what the buffer allows.",
	.limit = LIMIT_RWND,
	.confidence = CONFIDENCE_LIKELY,
	.applies = is_clamped,
	.evidence = clamp_evidence,
	.advice = clamp_advice,
	.fields = "socket.window_clamp_bytes, socket.rcvbuf_bytes, window.recent_bytes",
	.source = "TCP_WINDOW_CLAMP; RTAX_WINDOW (ip route ... window)",
};

/* ---- the application's choice ---- */

static bool is_locked(const struct cause_facts *facts)
{
	return tunwin_cause_is_of_size(facts) && is(facts->flow->socket.rcvbuf_locked, 1);
}

static void locked_evidence(const struct cause_facts *facts, char *text, size_t size)
{
	snprintf(text, size,
		 "the application has set the receive buffer (SO_RCVBUF): %s, room for %s; the kernel does not tune it",
		 tunwin_format_opt(UNIT_BYTES, facts->flow->socket.rcvbuf_bytes).s,
		 tunwin_format_opt(UNIT_BYTES, tunwin_cause_room(facts)).s);
}

static struct gain locked_advice(const struct cause_facts *facts, char *text, size_t size)
{
	const struct socket_state *socket = &facts->flow->socket;
	struct opt_u64 room = tunwin_cause_room(facts), tuned = { .known = false };
	uint64_t wanted;

	if (facts->host && !is(facts->host->moderate_rcvbuf, 0))
		tuned = tunwin_cause_payload_of(facts, facts->host->rmem_max_bytes);
	if (tuned.known && tuned.value > value_of(room)) {
		snprintf(text, size,
			 "let the application not set SO_RCVBUF: the kernel then tunes the buffer up to the last value of net.ipv4.tcp_rmem, %s",
			 tunwin_format_opt(UNIT_BYTES, facts->host->rmem_max_bytes).s);
		return tunwin_cause_gain(facts, facts->host->rmem_max_bytes);
	}
	/* The kernel makes twice of it what is asked for. */
	wanted = value_of(socket->rcvbuf_bytes) * TIMES_MORE;
	if (facts->host && value_of(facts->host->core_rmem_max_bytes) >= wanted / 2)
		snprintf(text, size, "let the application set SO_RCVBUF to %llu",
			 (unsigned long long)wanted / 2);
	else
		snprintf(text, size,
			 "let the application set SO_RCVBUF to %llu, and allow that, for the whole host: sysctl -w net.core.rmem_max=%llu",
			 (unsigned long long)wanted / 2, (unsigned long long)wanted / 2);
	return tunwin_cause_gain(facts, OPT_U64(wanted));
}

const struct cause tunwin_cause_rcvbuf_locked = {
	.code = "rcvbuf-locked",
	.title = "The application has fixed the receive buffer",
	.meaning = "SO_RCVBUF turns the kernel's tuning off for this socket (SOCK_RCVBUF_LOCK).",
	.remedy = "Let the application not set SO_RCVBUF, so that the kernel tunes the buffer; or set more, as far as net.core.rmem_max allows. That gains what the larger buffer allows.",
	.limit = LIMIT_RWND,
	.confidence = CONFIDENCE_SURE,
	.applies = is_locked,
	.evidence = locked_evidence,
	.advice = locked_advice,
	.fields = "socket.rcvbuf_locked, socket.rcvbuf_bytes",
	.source = "sk_userlocks; tcp_rcv_space_adjust()",
};

/* ---- the kernel's tuning ---- */

/* A buffer that the kernel may tune. */
static bool is_tuned(const struct cause_facts *facts)
{
	const struct socket_state *socket = &facts->flow->socket;

	return tunwin_cause_is_of_size(facts) && facts->host && is(socket->rcvbuf_locked, 0) &&
	       socket->rcvbuf_bytes.known && facts->host->rmem_max_bytes.known;
}

static bool is_at_most(const struct cause_facts *facts)
{
	return is_tuned(facts) && nearly(facts->flow->socket.rcvbuf_bytes.value,
					 facts->host->rmem_max_bytes.value);
}

static void largest_evidence(const struct cause_facts *facts, char *text, size_t size)
{
	snprintf(text, size,
		 "the receive buffer is %s, the most that net.ipv4.tcp_rmem allows (%s), with room for %s",
		 tunwin_format_bytes(facts->flow->socket.rcvbuf_bytes.value).s,
		 tunwin_format_bytes(facts->host->rmem_max_bytes.value).s,
		 tunwin_format_opt(UNIT_BYTES, tunwin_cause_room(facts)).s);
}

/* What the tunnel's rate needs twice (Shalunov), else four times as much as now. */
static uint64_t wanted_bytes(const struct cause_facts *facts)
{
	uint64_t now_bytes = facts->host->rmem_max_bytes.value, wanted = now_bytes * TIMES_MORE;
	struct opt_u64 rtt_ns = tunwin_derive_rtt_ns(&facts->flow->rtt);
	struct opt_u64 room = tunwin_cause_payload_of(facts, facts->host->rmem_max_bytes);

	if (value_of(facts->rate_bps) && rtt_ns.known && value_of(room))
		wanted = tunwin_muldiv_round(tunwin_bdp_needed_bytes(facts->rate_bps.value,
								     rtt_ns.value, 2),
					     now_bytes, room.value);
	return wanted < RMEM_ADVISED_MAX ? wanted : RMEM_ADVISED_MAX;
}

/* If it has all that the rate needs, it is not for want of memory that its window is the limit. */
static bool is_largest(const struct cause_facts *facts)
{
	return is_at_most(facts) && wanted_bytes(facts) > facts->host->rmem_max_bytes.value;
}

struct gain tunwin_cause_advise_rmem(const struct cause_facts *facts, char *text, size_t size)
{
	const struct host *host = facts->host;
	uint64_t wanted = wanted_bytes(facts);

	snprintf(text, size, "%ssysctl -w net.ipv4.tcp_rmem=\"%llu %llu %llu\"; for new connections",
		 host->in, (unsigned long long)value_of(host->rmem_min_bytes),
		 (unsigned long long)value_of(host->rmem_default_bytes),
		 (unsigned long long)wanted);
	return tunwin_cause_gain(facts, OPT_U64(wanted));
}

const struct cause tunwin_cause_rmem_max = {
	.code = "rmem-max",
	.title = "The receive buffer is as large as it may become",
	.meaning = "The kernel has tuned it up to the maximum of net.ipv4.tcp_rmem, and the path would take more.",
	.remedy = "sysctl -w net.ipv4.tcp_rmem=\"MIN DEFAULT MAX\" with a larger MAX, room for twice the rate times the round trip (tunwin bdp); for new connections. That gains what the larger buffer allows.",
	.limit = LIMIT_RWND,
	.confidence = CONFIDENCE_SURE,
	.applies = is_largest,
	.evidence = largest_evidence,
	.advice = tunwin_cause_advise_rmem,
	.fields = "socket.rcvbuf_bytes, socket.rcvbuf_locked; net.ipv4.tcp_rmem",
	.source = "tcp_rcv_space_adjust(); Shalunov, TCP over WAN Performance Tuning",
};

static bool is_tuning_off(const struct cause_facts *facts)
{
	return is_tuned(facts) && is(facts->host->moderate_rcvbuf, 0);
}

static void off_evidence(const struct cause_facts *facts, char *text, size_t size)
{
	snprintf(text, size,
		 "the receive buffer is %s, and the kernel does not tune it (net.ipv4.tcp_moderate_rcvbuf is 0)",
		 tunwin_format_bytes(facts->flow->socket.rcvbuf_bytes.value).s);
}

static struct gain off_advice(const struct cause_facts *facts, char *text, size_t size)
{
	snprintf(text, size, "%ssysctl -w net.ipv4.tcp_moderate_rcvbuf=1", facts->host->in);
	return tunwin_cause_gain(facts, facts->host->rmem_max_bytes);
}

const struct cause tunwin_cause_autotune_off = {
	.code = "autotune-off",
	.title = "The kernel does not tune receive buffers",
	.meaning = "With net.ipv4.tcp_moderate_rcvbuf=0 a buffer stays as it began.",
	.remedy = "sysctl -w net.ipv4.tcp_moderate_rcvbuf=1. That gains what the last value of net.ipv4.tcp_rmem allows.",
	.limit = LIMIT_RWND,
	.confidence = CONFIDENCE_SURE,
	.applies = is_tuning_off,
	.evidence = off_evidence,
	.advice = off_advice,
	.fields = "socket.rcvbuf_bytes, socket.rcvbuf_locked; net.ipv4.tcp_moderate_rcvbuf",
	.source = "tcp_rcv_space_adjust()",
};

/* The buffer is not as large as it may become; is it about to be larger? */
static bool has_grown(const struct cause_facts *facts)
{
	struct opt_u64 age_ns = facts->flow->socket.rcvbuf_age_ns;
	uint64_t rounds_ns = value_of(tunwin_derive_rtt_ns(&facts->flow->rtt)) * TUNING_ROUNDS;

	return age_ns.known && age_ns.value < (rounds_ns > TUNING_NS ? rounds_ns : TUNING_NS);
}

static bool is_growing(const struct cause_facts *facts)
{
	return is_tuned(facts) && !is_at_most(facts) && has_grown(facts);
}

static bool is_stuck(const struct cause_facts *facts)
{
	return is_tuned(facts) && !is_at_most(facts) && !has_grown(facts);
}

static void tuned_evidence(const struct cause_facts *facts, char *text, size_t size)
{
	snprintf(text, size, "the receive buffer is %s of the %s that it may become, as it has been for %s",
		 tunwin_format_bytes(facts->flow->socket.rcvbuf_bytes.value).s,
		 tunwin_format_bytes(facts->host->rmem_max_bytes.value).s,
		 tunwin_format_opt(UNIT_AGE, facts->flow->socket.rcvbuf_age_ns).s);
}

static struct gain growing_advice(const struct cause_facts *facts, char *text, size_t size)
{
	(void)facts;
	snprintf(text, size,
		 "wait: it grows with what arrives, up to twofold in a round trip; there is nothing to set");
	return no_gain();
}

const struct cause tunwin_cause_autotune = {
	.code = "autotune",
	.title = "The window is still growing",
	.meaning = "The kernel tunes the buffer by what has arrived in a round trip; it has not come to its end.",
	.remedy = "Wait: it grows with what arrives; there is nothing to set.",
	.limit = LIMIT_RWND,
	.confidence = CONFIDENCE_SURE,
	.applies = is_growing,
	.evidence = tuned_evidence,
	.advice = growing_advice,
	.fields = "socket.rcvbuf_bytes, socket.rcvbuf_age_s; net.ipv4.tcp_rmem",
	.source = "tcp_rcv_space_adjust() (dynamic right-sizing)",
};

static struct gain stuck_advice(const struct cause_facts *facts, char *text, size_t size)
{
	const struct host *host = facts->host;
	uint64_t most = value_of(host->rmem_max_bytes);
	uint64_t wanted = value_of(facts->flow->socket.rcvbuf_bytes) * TIMES_MORE;

	/* Each socket of the host begins with it: no more than is of use. */
	if (wanted > most)
		wanted = most;
	snprintf(text, size,
		 "begin with a larger buffer: for this service SO_RCVBUF %llu, or for all %ssysctl -w net.ipv4.tcp_rmem=\"%llu %llu %llu\"; for new connections. Equal MTUs at both ends and Linux 6.12 or later do without",
		 (unsigned long long)wanted / 2, host->in,
		 (unsigned long long)value_of(host->rmem_min_bytes), (unsigned long long)wanted,
		 (unsigned long long)most);
	return tunwin_cause_gain(facts, OPT_U64(wanted));
}

const struct cause tunwin_cause_autotune_stuck = {
	.code = "autotune-stuck",
	.title = "The window has stopped growing",
	.meaning = "The window is the limit, the kernel may make the buffer larger, and it does not.",
	.remedy = "Begin with a larger buffer: the second value of net.ipv4.tcp_rmem. That gains what its last value allows.",
	.limit = LIMIT_RWND,
	.confidence = CONFIDENCE_LIKELY,
	.applies = is_stuck,
	.evidence = tuned_evidence,
	.advice = stuck_advice,
	.fields = "socket.rcvbuf_bytes, socket.rcvbuf_age_s; net.ipv4.tcp_rmem",
	.source = "tcp_rcv_space_adjust(), tcp_grow_window(); Linux f5da7c45188e, a337531b942b",
};
