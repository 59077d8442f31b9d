// SPDX-License-Identifier: GPL-2.0
/* The sender itself: no window and no path holds it back. */
#include <stdio.h>

#include "cause/causes.h"

static bool holds_back(const struct cause_facts *facts)
{
	return facts->data->rate_bps.known;
}

static void sender_evidence(const struct cause_facts *facts, char *text, size_t size)
{
	snprintf(text, size,
		 "the flow carries %s, its window allows %s, %s were sent again of %s segments",
		 tunwin_format_opt(UNIT_RATE, facts->data->rate_bps).s,
		 tunwin_format_opt(UNIT_RATE, facts->data->ceiling_bps).s,
		 tunwin_format_opt(UNIT_COUNT, facts->data->retransmits).s,
		 tunwin_format_opt(UNIT_COUNT, facts->data->segments).s);
}

static struct gain sender_advice(const struct cause_facts *facts, char *text, size_t size)
{
	const struct endpoint *sender = facts->in ? &facts->flow->far : &facts->flow->near;

	snprintf(text, size,
		 "nothing is wrong with the window or the path. If it should be faster, ss -ti at %s tells: app_limited, the application has no more to send; sndbuf_limited, its buffer is small (net.ipv4.tcp_wmem, SO_SNDBUF); else it paces itself",
		 tunwin_format_endpoint(sender).s);
	return no_gain();
}

const struct cause tunwin_cause_sender = {
	.code = "sender",
	.title = "The sender itself holds back",
	.meaning = "It has no more to send, its send buffer is small, or it paces itself: there is room in its window, and the network takes what it sends.",
	.remedy = "None, if it has no more to send. ss -ti at the sender tells: app_limited; sndbuf_limited (net.ipv4.tcp_wmem, SO_SNDBUF); pacing_rate.",
	.limit = LIMIT_SENDER,
	.confidence = CONFIDENCE_LIKELY,
	.applies = holds_back,
	.evidence = sender_evidence,
	.advice = sender_advice,
	.fields = "limit.sender_s, rate_bps, ceiling_bps, in_flight_max_bytes",
	.source = "RFC 4898, SndLimTimeSnd; doc/window.md: Limits",
};
