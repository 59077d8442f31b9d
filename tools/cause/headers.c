// SPDX-License-Identifier: GPL-2.0
/* What headers alone can prove, wherever the receiver is; why it does so is known there. */
#include <stdio.h>

#include "bdp.h"
#include "cause/causes.h"
#include "derive.h"
#include "muldiv.h"

/* ---- a queue on the way ---- */

/* Round trips so much longer than the shortest are made by a queue. */
#define QUEUE_TIMES 2

/* A window that is closed for so much of the time that it is full is not full of a queue. */
#define CLOSED_DIVISOR 8

/* Of the time that was watched; where none was, now. */
static bool closes(const struct cause_facts *facts)
{
	const struct direction *data = facts->data, *before = facts->before;

	if (!before)
		return data->window.now_bytes.known && !data->window.now_bytes.value;
	return since(data->window.zero_ns, before->window.zero_ns) >
	       since(data->window.full_ns, before->window.full_ns) / CLOSED_DIVISOR;
}

/*
 * A window that is full because what it allows stands in a queue: of a larger one more would. Then
 * a whole window passes in each of the long round trips; of one that a slow reader leaves it does
 * not, or it closes now and then.
 */
static bool stands_in_queue(const struct cause_facts *facts)
{
	const struct rtt *rtt = &facts->flow->rtt;
	struct opt_u64 shortest = tunwin_derive_rtt_ns(rtt);

	/* (What is left of a window that was taken back is used slowly for another reason.) */
	return shortest.known && rtt->smoothed_ns.known && !closes(facts) &&
	       !has_alert(facts, ALERT_WINDOW_SHRUNK) &&
	       rtt->smoothed_ns.value >= shortest.value * QUEUE_TIMES &&
	       facts->data->ceiling_bps.known && facts->data->rate_bps.known &&
	       facts->data->rate_bps.value * QUEUE_TIMES <= facts->data->ceiling_bps.value &&
	       tunwin_muldiv_round(facts->data->rate_bps.value, rtt->smoothed_ns.value,
				   shortest.value) >= facts->data->ceiling_bps.value / 10 * 6;
}

static void queue_evidence(const struct cause_facts *facts, char *text, size_t size)
{
	snprintf(text, size,
		 "round trips take %s, the shortest took %s; without a queue the window would allow %s, and %s are used",
		 tunwin_format_opt(UNIT_TIME, facts->flow->rtt.smoothed_ns).s,
		 tunwin_format_opt(UNIT_TIME, tunwin_derive_rtt_ns(&facts->flow->rtt)).s,
		 tunwin_format_opt(UNIT_RATE, facts->data->ceiling_bps).s,
		 tunwin_format_opt(UNIT_RATE, facts->data->rate_bps).s);
}

static struct gain queue_advice(const struct cause_facts *facts, char *text, size_t size)
{
	(void)facts;
	snprintf(text, size,
		 "no larger window helps, it would only wait longer; a queue that is managed where the path is slowest (fq_codel, cake) makes room for others");
	return no_gain();
}

const struct cause tunwin_cause_queue = {
	.code = "queue",
	.title = "The window stands in a queue of the path",
	.meaning = "The sender has filled the window, and the path is too slow for it: what the window allows waits in a queue.",
	.remedy = "A queue that is managed where the path is slowest (fq_codel, cake); no larger window helps.",
	.limit = LIMIT_RWND,
	.confidence = CONFIDENCE_LIKELY,
	.applies = stands_in_queue,
	.evidence = queue_evidence,
	.advice = queue_advice,
	.fields = "rtt.min_s, rtt.smoothed_s, rate_bps, ceiling_bps",
	.source = "Gettys and Nichols, Bufferbloat (2012); RFC 7567",
};

/* ---- what two records of one connection show ---- */

static const struct other_direction *other(const struct cause_facts *facts)
{
	return facts->in ? &facts->flow->other.in : &facts->flow->other.out;
}

static bool is_rewritten(const struct cause_facts *facts)
{
	return facts->flow->has_other &&
	       (is(other(facts)->window_differs, 1) || is(other(facts)->wscale_differs, 1));
}

static void rewritten_evidence(const struct cause_facts *facts, char *text, size_t size)
{
	if (is(other(facts)->wscale_differs, 1))
		snprintf(text, size, "its scale is %s (2^%s) here and %s (2^%s) in tunnel %s",
			 tunwin_model_wscale[facts->data->window.wscale.value],
			 tunwin_format_opt(UNIT_COUNT, facts->data->window.wscale_shift).s,
			 tunwin_model_wscale[other(facts)->wscale.value],
			 tunwin_format_opt(UNIT_COUNT, other(facts)->wscale_shift).s,
			 facts->flow->other.tunnel);
	else
		snprintf(text, size, "its largest window is %s here and %s in tunnel %s",
			 tunwin_format_opt(UNIT_BYTES, facts->data->window.max_bytes).s,
			 tunwin_format_opt(UNIT_BYTES, other(facts)->max_bytes).s,
			 facts->flow->other.tunnel);
}

static struct gain rewritten_advice(const struct cause_facts *facts, char *text, size_t size)
{
	(void)facts;
	snprintf(text, size,
		 "something on this gateway changes it between the two tunnels: nft list ruleset (tcp option, tcp window), and proxies");
	return no_gain();
}

const struct cause tunwin_cause_window_rewritten = {
	.code = "window-rewritten",
	.title = "The window is changed on this gateway",
	.meaning = "The same connection has another window, or another scale, in another tunnel of this host.",
	.remedy = "Look for what changes windows between the two tunnels: nft list ruleset (tcp option, tcp window), proxies.",
	.limit = LIMIT_RWND,
	.confidence = CONFIDENCE_SURE,
	.applies = is_rewritten,
	.evidence = rewritten_evidence,
	.advice = rewritten_advice,
	.fields = "other.in, other.out: differs, wscale_differs",
	.source = "doc/window.md: Two tunnels",
};

static bool has_no_scale(const struct cause_facts *facts)
{
	const struct window *window = &facts->data->window;

	/* (The window of a SYN is not among the recent ones.) */
	return is(window->wscale, WSCALE_NONE) &&
	       nearly(value_of(window->recent_bytes), TUNWIN_BDP_UNSCALED_MAX_BYTES);
}

static void no_scale_evidence(const struct cause_facts *facts, char *text, size_t size)
{
	snprintf(text, size,
		 "the handshake agreed on no scale, and the window is %s of the 65,535 that there can be",
		 tunwin_format_opt(UNIT_BYTES, facts->data->window.recent_bytes).s);
}

static struct gain no_scale_advice(const struct cause_facts *facts, char *text, size_t size)
{
	(void)facts;
	snprintf(text, size,
		 "compare the SYN and the SYN-ACK at both ends: an end has net.ipv4.tcp_window_scaling=0, or something on the way removes the option");
	return no_gain();
}

const struct cause tunwin_cause_wscale_none = {
	.code = "wscale-none",
	.title = "The window cannot be scaled",
	.meaning = "Without the option in both SYNs a window is 65,535 bytes at most, whatever the path needs.",
	.remedy = "Compare the SYN and the SYN-ACK at both ends: an end does not scale (net.ipv4.tcp_window_scaling), or something on the way removes the option.",
	.limit = LIMIT_RWND,
	.confidence = CONFIDENCE_SURE,
	.applies = has_no_scale,
	.evidence = no_scale_evidence,
	.advice = no_scale_advice,
	.fields = "window.wscale, window.recent_bytes",
	.source = "RFC 7323, 2.2",
};

static bool has_shrunk(const struct cause_facts *facts)
{
	return has_alert(facts, ALERT_WINDOW_SHRUNK);
}

static void shrunk_evidence(const struct cause_facts *facts, char *text, size_t size)
{
	snprintf(text, size, "the right edge moved back %s times, the last time within a minute",
		 tunwin_format_opt(UNIT_COUNT, facts->data->window.retreats).s);
}

static struct gain shrunk_advice(const struct cause_facts *facts, char *text, size_t size)
{
	(void)facts;
	snprintf(text, size,
		 "at the receiver: sysctl -w net.ipv4.tcp_shrink_window=0, if it is Linux and that is 1; else it is its TCP, or something that rewrites windows");
	return no_gain();
}

const struct cause tunwin_cause_window_shrunk = {
	.code = "window-shrunk",
	.title = "The window shrinks",
	.meaning = "A receiver takes back what it has offered; a sender may have used it already.",
	.remedy = "At the receiver sysctl -w net.ipv4.tcp_shrink_window=0, if it is Linux and that is 1; else look for what rewrites windows.",
	.limit = LIMIT_RWND,
	.confidence = CONFIDENCE_SURE,
	.applies = has_shrunk,
	.evidence = shrunk_evidence,
	.advice = shrunk_advice,
	.fields = "window.retreats; alert window-shrunk",
	.source = "RFC 7323, 2.4; RFC 9293, 3.8.6",
};

static bool is_closed(const struct cause_facts *facts)
{
	const struct window *window = &facts->data->window;
	uint64_t rwnd_ns = value_of(facts->data->limit.rwnd_ns);

	return is(window->now_bytes, 0) || (rwnd_ns && value_of(window->zero_ns) * 2 >= rwnd_ns);
}

static void closed_evidence(const struct cause_facts *facts, char *text, size_t size)
{
	const struct window *window = &facts->data->window;

	snprintf(text, size, "the window was closed %s times, for %s in all",
		 tunwin_format_opt(UNIT_COUNT, window->zero_count).s,
		 tunwin_format_opt(UNIT_AGE, window->zero_ns).s);
}

static struct gain remote_advice(const struct cause_facts *facts, char *text, size_t size)
{
	const struct endpoint *receiver = facts->in ? &facts->flow->near : &facts->flow->far;

	snprintf(text, size, "look at the receiver, %s; why it does so is known there: ss -tim, tunwin doctor",
		 tunwin_format_endpoint(receiver).s);
	return no_gain();
}

const struct cause tunwin_cause_zero_window = {
	.code = "zero-window",
	.title = "The receiver closes its window",
	.meaning = "It takes nothing more until its application has read.",
	.remedy = "Look at the receiver; why it does so is known there: ss -tim, tunwin doctor.",
	.limit = LIMIT_RWND,
	.confidence = CONFIDENCE_SURE,
	.applies = is_closed,
	.evidence = closed_evidence,
	.advice = remote_advice,
	.fields = "window.now_bytes, window.zero_count, window.zero_s",
	.source = "RFC 9293, 3.8.6.1",
};

static bool is_elsewhere(const struct cause_facts *facts)
{
	return !has_receiver(facts);
}

static void elsewhere_evidence(const struct cause_facts *facts, char *text, size_t size)
{
	snprintf(text, size, "the window is %s, and its receiver is not a socket of this host",
		 tunwin_format_opt(UNIT_BYTES, facts->data->window.now_bytes).s);
}

const struct cause tunwin_cause_far_window = {
	.code = "far-window",
	.title = "The window of a receiver elsewhere",
	.meaning = "The headers show that the window is the limit, and not why it is no larger.",
	.remedy = "Look at the receiver; why it is no larger is known there: ss -tim, tunwin doctor.",
	.limit = LIMIT_RWND,
	.confidence = CONFIDENCE_SURE,
	.applies = is_elsewhere,
	.evidence = elsewhere_evidence,
	.advice = remote_advice,
	.fields = "window.now_bytes, limit.rwnd_share",
	.source = "doc/window.md: Limits",
};
