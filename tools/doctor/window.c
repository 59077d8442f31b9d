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

/* Of what is looked at, by what its buffer is bounded. */
struct bound {
	enum check_index check;
	bool capped;
	const char *setting;
	const char *advice;
};

static void check(const struct visit *visit, const struct tunnel *tunnel, struct opt_u64 rate_bps,
		  const struct bound *bound, struct report *report)
{
	const struct flow *flow = longest_of(visit, tunnel, bound->capped);
	struct finding *finding;
	struct opt_u64 room;
	uint64_t rtt_ns, needed;

	if (!flow ||
	    tunwin_checks_is_told(report, tunwin_doctor_checks[bound->check].code))
		return;
	rtt_ns = tunwin_derive_rtt_ns(&flow->rtt).value;
	needed = tunwin_bdp_needed_bytes(rate_bps.value, rtt_ns, 2);
	room = tunwin_derive_payload_bytes(&flow->socket,
					   bound->capped ? flow->socket.rcvbuf_bytes :
							   visit->around->host.rmem_max_bytes);
	if (!room.known || room.value >= needed)
		return;
	finding = tunwin_checks_add(report, bound->check, SEVERITY_NOTE, CONFIDENCE_POSSIBLE);
	memcpy(finding->tunnel, tunnel->name, sizeof(finding->tunnel));
	say(finding, "%s allows a window of %s; %s at %s want %s", bound->setting,
	    tunwin_format_bytes(room.value).s, tunwin_format_rate(rate_bps.value).s,
	    tunwin_format_time(rtt_ns).s, tunwin_format_bytes(needed).s);
	advise(finding, "%s when a flow is limited by its window; none is now", bound->advice);
}

/*
 * Twice the rate times the round trip (Shalunov). The rate is what the user has said, else what
 * the device below can. What a flow is limited by now has been told; this is about what would come
 * next.
 */
void tunwin_checks_window(const struct visit *visit, const struct tunnel *tunnel,
			  struct report *report)
{
	static const struct bound capped = {
		CHECK_RCVBUF_CAPPED, true, "net.core.rmem_max, for SO_RCVBUF,",
		"let the application not set SO_RCVBUF, or raise sysctl net.core.rmem_max,",
	};
	static const struct bound tuned = {
		CHECK_WINDOW_SMALL, false, "net.ipv4.tcp_rmem",
		"raise the last value of net.ipv4.tcp_rmem",
	};
	struct opt_u64 rate_bps = tunwin_diagnose_capacity(visit->around, tunnel);

	if (!value_of(rate_bps) || is_window_told(report))
		return;
	check(visit, tunnel, rate_bps, &capped, report);
	check(visit, tunnel, rate_bps, &tuned, report);
}
