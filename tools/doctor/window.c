// SPDX-License-Identifier: GPL-2.0
#include <string.h>

#include "bdp.h"
#include "derive.h"
#include "doctor/checks.h"

/* Does a window limit any flow? Then that has been told. */
static bool is_window_told(const struct report *report)
{
	for (size_t i = 0; i < report->count; i++) {
		const struct cause *cause = tunwin_cause_by_code(report->findings[i].code);

		if (cause && cause->limit == LIMIT_RWND)
			return true;
	}
	return false;
}

/* SO_RCVBUF has asked for as much as the host allows, or for more. */
static bool is_capped(const struct visit *visit, const struct flow *flow)
{
	uint64_t most = value_of(visit->around->host.core_rmem_max_bytes);

	return value_of(flow->socket.rcvbuf_locked) && most &&
	       value_of(flow->socket.rcvbuf_bytes) == 2 * most;
}

/* The flow with the longest round trip of those that end here, are @capped or are tuned. */
static const struct flow *longest_of(const struct visit *visit, const struct tunnel *tunnel,
				     bool capped)
{
	const struct flow *longest = NULL;
	uint64_t longest_ns = 0;

	for (size_t i = 0; i < visit->flows->count; i++) {
		const struct flow *flow = &visit->flows->flows[i];
		struct opt_u64 rtt_ns = tunwin_derive_rtt_ns(&flow->rtt);

		if (!flow->has_socket || strcmp(flow->tunnel, tunnel->name) || !rtt_ns.known ||
		    rtt_ns.value <= longest_ns ||
		    !(capped ? is_capped(visit, flow) : is_off(flow->socket.rcvbuf_locked)))
			continue;
		longest = flow;
		longest_ns = rtt_ns.value;
	}
	return longest;
}

/* Twice the rate times the round trip, if a buffer of so many bytes offers less; else 0. */
static uint64_t missing_bytes(const struct flow *flow, struct opt_u64 buffer_bytes,
			      struct opt_u64 rate_bps, struct opt_u64 *room)
{
	uint64_t needed = tunwin_bdp_needed_bytes(rate_bps.value,
						  tunwin_derive_rtt_ns(&flow->rtt).value, 2);

	*room = tunwin_derive_payload_bytes(&flow->socket, buffer_bytes);
	return room->known && room->value < needed ? needed : 0;
}

static void check_capped(const struct visit *visit, const struct tunnel *tunnel,
			 struct opt_u64 rate_bps, struct report *report)
{
	const struct flow *flow = longest_of(visit, tunnel, true);
	struct finding *finding;
	struct opt_u64 room;
	uint64_t needed;

	if (!flow || tunwin_checks_is_told(report, "rcvbuf-capped"))
		return;
	needed = missing_bytes(flow, flow->socket.rcvbuf_bytes, rate_bps, &room);
	if (!needed)
		return;
	finding = tunwin_checks_add(report, CHECK_RCVBUF_CAPPED, SEVERITY_NOTE,
				    CONFIDENCE_POSSIBLE);
	memcpy(finding->tunnel, tunnel->name, sizeof(finding->tunnel));
	say(finding, "net.core.rmem_max allows SO_RCVBUF a window of %s; %s at %s want %s",
	    tunwin_format_bytes(room.value).s, tunwin_format_rate(rate_bps.value).s,
	    tunwin_format_time(tunwin_derive_rtt_ns(&flow->rtt).value).s,
	    tunwin_format_bytes(needed).s);
	advise(finding, "let the application not set SO_RCVBUF, or raise sysctl net.core.rmem_max, when a flow is limited by its window; none is now");
}

/*
 * The rate is what the user has said, else what the device below can. What a flow is limited by now
 * has been told; this is about what would come next.
 */
void tunwin_checks_window(const struct visit *visit, const struct tunnel *tunnel,
			  struct report *report)
{
	struct opt_u64 rate_bps = tunwin_diagnose_capacity(visit->around, tunnel);
	struct finding *finding;
	const struct flow *flow;
	struct opt_u64 room;
	uint64_t needed;

	if (!value_of(rate_bps) || is_window_told(report))
		return;
	check_capped(visit, tunnel, rate_bps, report);
	flow = longest_of(visit, tunnel, false);
	if (!flow || tunwin_checks_is_told(report, "window-small"))
		return;
	needed = missing_bytes(flow, visit->around->host.rmem_max_bytes, rate_bps, &room);
	if (!needed)
		return;
	finding = tunwin_checks_add(report, CHECK_WINDOW_SMALL, SEVERITY_NOTE,
				    CONFIDENCE_POSSIBLE);
	memcpy(finding->tunnel, tunnel->name, sizeof(finding->tunnel));
	say(finding, "net.ipv4.tcp_rmem allows a window of %s; %s at %s want %s",
	    tunwin_format_bytes(room.value).s, tunwin_format_rate(rate_bps.value).s,
	    tunwin_format_time(tunwin_derive_rtt_ns(&flow->rtt).value).s,
	    tunwin_format_bytes(needed).s);
	advise(finding, "raise the last value of net.ipv4.tcp_rmem when a flow is limited by its window; none is now");
}
