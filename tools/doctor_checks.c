// SPDX-License-Identifier: GPL-2.0
/* What is not of one flow: settings of the host, the tunnels' devices, counters that moved. */
#include <stdio.h>
#include <string.h>

#include "bdp.h"
#include "cause/alert.h"
#include "cause/causes.h"
#include "derive.h"
#include "doctor.h"

enum check_index {
	CHECK_SCALING_OFF,
	CHECK_SACK_OFF,
	CHECK_MODERATION_OFF,
	CHECK_WINDOW_SMALL,
	CHECK_MEMORY_SHORT,
	CHECK_HALF_DUPLEX,
	CHECK_CRC_ERRORS,
	CHECK_DEVICE_DROPS,
	CHECK_COUNTERS,
	CHECK_NO_SACK,
	CHECK_MSS_ASYMMETRY,
	CHECK_LOPSIDED,
	CHECK_TIMESTAMPS_OFF,
	CHECK_ECN_OFF,
	CHECK_NO_WSCALE,
	CHECK_MSS_UNUSED,
	CHECKS
};

const struct check tunwin_doctor_checks[CHECKS + 1] = {
	[CHECK_SCALING_OFF] = { "scaling-off", "This host does not scale windows",
		"With net.ipv4.tcp_window_scaling=0 no window of this host's connections exceeds 65,535 bytes.",
		"RFC 7323, 2.2" },
	[CHECK_SACK_OFF] = { "sack-off", "This host does not use selective acknowledgments",
		"With net.ipv4.tcp_sack=0 a connection recovers from one loss in a round trip at most.",
		"RFC 2018; Shalunov, TCP over WAN Performance Tuning" },
	[CHECK_MODERATION_OFF] = { "moderation-off", "This host does not tune receive buffers",
		"With net.ipv4.tcp_moderate_rcvbuf=0 a buffer stays as it began, whatever the path needs.",
		"tcp_rcv_space_adjust()" },
	[CHECK_WINDOW_SMALL] = { "window-small", "The receive buffer would be too small at full rate",
		"The largest window that this host may offer is less than twice the tunnel's rate times the round trip.",
		"Shalunov, TCP over WAN Performance Tuning" },
	[CHECK_MEMORY_SHORT] = { "memory-short", "TCP uses nearly all the memory it may",
		"Beyond the second value of net.ipv4.tcp_mem the kernel holds all windows down.",
		"tcp_under_memory_pressure()" },
	[CHECK_HALF_DUPLEX] = { "half-duplex", "The device below the tunnel is half duplex",
		"The two ends of a cable disagree in their settings, or it goes to a hub: collisions are losses.",
		"Shalunov, TCP over WAN Performance Tuning; ethtool" },
	[CHECK_CRC_ERRORS] = { "crc-errors", "The device below the tunnel receives damaged frames",
		"A cable, a plug or a transceiver is bad, or the other end is half duplex; what is damaged is lost.",
		"Shalunov, TCP over WAN Performance Tuning; IF-MIB ifInErrors" },
	[CHECK_DEVICE_DROPS] = { "device-drops", "The tunnel's device, or the one below it, drops packets",
		"Its queue or its ring is full, in the time that was watched.",
		"rtnl_link_stats64; tc -s qdisc" },
	[CHECK_COUNTERS] = { "counters", "Counters of trouble have moved",
		"This host's TCP or IP has dropped or squeezed something in the time that was watched.",
		"nstat; Documentation/networking/snmp_counter.rst" },
	[CHECK_NO_SACK] = { "no-sack", "A connection that loses segments has no selective acknowledgments",
		"An end did not offer them, or something on the way removed the option: each loss costs a round trip.",
		"RFC 2018" },
	[CHECK_MSS_ASYMMETRY] = { "mss-asymmetry", "The two directions have different segment sizes",
		"One end offers a larger segment than the other: jumbo frames on one side only, or one side clamps.",
		"RFC 6691; Shalunov, GigaTCP" },
	[CHECK_LOPSIDED] = { "lopsided", "One direction of the tunnel loses much more than the other",
		"What differs between the two ways is where the losses are: the route, a policer, a duplex setting.",
		"Shalunov, TCP over WAN Performance Tuning" },
	[CHECK_TIMESTAMPS_OFF] = { "timestamps-off", "This host does not use timestamps",
		"With net.ipv4.tcp_timestamps=0 round trips are measured seldom, and old segments of a fast connection may be taken for new ones.",
		"RFC 7323, 3 and 5" },
	[CHECK_ECN_OFF] = { "ecn-off", "This host does not use explicit congestion notification",
		"With net.ipv4.tcp_ecn=0 a full queue can tell of itself by dropping only.",
		"RFC 3168" },
	[CHECK_NO_WSCALE] = { "no-wscale", "A connection cannot scale its windows",
		"Its SYNs agreed on no window scale: no window exceeds 65,535 bytes, whatever the path needs.",
		"RFC 7323, 2.2" },
	[CHECK_MSS_UNUSED] = { "mss-unused", "Segments are much smaller than the MSS that was agreed on",
		"The sender has learnt of a smaller path MTU, or it writes little at a time.",
		"RFC 6691; RFC 8201; Shalunov, GigaTCP" },
};

const struct check *tunwin_doctor_check_by_code(const char *code)
{
	for (const struct check *check = tunwin_doctor_checks; check->code; check++)
		if (!strcmp(check->code, code))
			return check;
	return NULL;
}

static struct finding *add(struct report *report, enum check_index index, enum severity severity,
			   enum confidence confidence)
{
	struct finding *finding = tunwin_doctor_add(report);

	finding->code = tunwin_doctor_checks[index].code;
	finding->title = tunwin_doctor_checks[index].title;
	finding->severity = severity;
	finding->confidence = confidence;
	return finding;
}

#define say(finding, ...) snprintf((finding)->evidence, CAUSE_TEXT_SIZE, __VA_ARGS__)
#define advise(finding, ...) snprintf((finding)->advice, CAUSE_TEXT_SIZE, __VA_ARGS__)

/* ---- the host's settings ---- */

static bool is_off(struct opt_u64 setting)
{
	return setting.known && !setting.value;
}

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

/* A setting that a cause of a flow has told of already is not told again. */
static bool is_told(const struct report *report, const char *code)
{
	for (size_t i = 0; i < report->count; i++)
		if (!strcmp(report->findings[i].code, code))
			return true;
	return false;
}

/* Of this tunnel, or of several. */
static bool is_told_of(const struct report *report, const char *code, const char *tunnel)
{
	for (size_t i = 0; i < report->count; i++)
		if (!strcmp(report->findings[i].code, code) &&
		    (!*report->findings[i].tunnel || !strcmp(report->findings[i].tunnel, tunnel)))
			return true;
	return false;
}

/* Settings of TCP concern the ends of connections: a host that only forwards has none. */
static bool has_sockets(const struct visit *visit)
{
	for (size_t i = 0; i < visit->flows->count; i++)
		if (visit->flows->flows[i].has_socket)
			return true;
	return false;
}

static void check_settings(const struct visit *visit, struct report *report)
{
	const struct host *host = &visit->around->host;
	struct finding *finding;

	if (!has_sockets(visit))
		return;
	if (is_off(host->window_scaling) && !is_told(report, "wscale")) {
		finding = add(report, CHECK_SCALING_OFF, SEVERITY_MAY_LIMIT, CONFIDENCE_SURE);
		say(finding, "net.ipv4.tcp_window_scaling is 0");
		advise(finding, "%ssysctl -w net.ipv4.tcp_window_scaling=1; for new connections",
		       host->in);
	}
	if (is_off(host->sack)) {
		finding = add(report, CHECK_SACK_OFF, SEVERITY_MAY_LIMIT, CONFIDENCE_SURE);
		say(finding, "net.ipv4.tcp_sack is 0");
		advise(finding, "%ssysctl -w net.ipv4.tcp_sack=1; for new connections", host->in);
	}
	if (is_off(host->timestamps)) {
		finding = add(report, CHECK_TIMESTAMPS_OFF, SEVERITY_NOTE, CONFIDENCE_SURE);
		say(finding, "net.ipv4.tcp_timestamps is 0");
		advise(finding, "%ssysctl -w net.ipv4.tcp_timestamps=1; for new connections",
		       host->in);
	}
	if (is_off(host->ecn)) {
		finding = add(report, CHECK_ECN_OFF, SEVERITY_NOTE, CONFIDENCE_SURE);
		say(finding, "net.ipv4.tcp_ecn is 0");
		advise(finding, "%ssysctl -w net.ipv4.tcp_ecn=2 (agree when asked); for new connections",
		       host->in);
	}
	if (is_off(host->moderate_rcvbuf) && !is_told(report, "autotune-off")) {
		finding = add(report, CHECK_MODERATION_OFF, SEVERITY_MAY_LIMIT, CONFIDENCE_SURE);
		say(finding, "net.ipv4.tcp_moderate_rcvbuf is 0");
		advise(finding, "%ssysctl -w net.ipv4.tcp_moderate_rcvbuf=1", host->in);
	}
	if (host->mem_pages.known && host->mem_pressure_pages.known &&
	    host->mem_pages.value >= host->mem_pressure_pages.value &&
	    !is_told(report, "mem-pressure")) {
		finding = add(report, CHECK_MEMORY_SHORT, SEVERITY_MAY_LIMIT, CONFIDENCE_SURE);
		say(finding, "TCP uses %s pages, and pressure begins at %s",
		    tunwin_format_count(host->mem_pages.value).s,
		    tunwin_format_count(host->mem_pressure_pages.value).s);
		advise(finding, "find what holds it: ss -tm; or raise sysctl net.ipv4.tcp_mem");
	}
}

/*
 * Twice the rate times the round trip, of the flow with the longest one that ends here; the rate is
 * what the user has said, else what the device below can. What a flow is limited by now has been
 * told; this is about what would come next.
 */
static void check_window(const struct visit *visit, const struct tunnel *tunnel,
			 struct report *report)
{
	const struct flow *longest = NULL;
	struct opt_u64 rate_bps = tunwin_diagnose_capacity(visit->around, tunnel);
	uint64_t longest_ns = 0, needed;
	struct opt_u64 room;
	struct finding *finding;

	if (!value_of(rate_bps) || is_window_told(report) || is_told(report, "window-small"))
		return;
	for (size_t i = 0; i < visit->flows->count; i++) {
		const struct flow *flow = &visit->flows->flows[i];
		struct opt_u64 rtt_ns = tunwin_derive_rtt_ns(&flow->rtt);

		if (!flow->has_socket || strcmp(flow->tunnel, tunnel->name) || !rtt_ns.known ||
		    rtt_ns.value <= longest_ns || !is_off(flow->socket.rcvbuf_locked))
			continue;
		longest = flow;
		longest_ns = rtt_ns.value;
	}
	if (!longest)
		return;
	room = tunwin_derive_payload_bytes(&longest->socket, visit->around->host.rmem_max_bytes);
	needed = tunwin_bdp_needed_bytes(rate_bps.value, longest_ns, 2);
	if (!room.known || room.value >= needed)
		return;
	finding = add(report, CHECK_WINDOW_SMALL, SEVERITY_NOTE, CONFIDENCE_POSSIBLE);
	memcpy(finding->tunnel, tunnel->name, sizeof(finding->tunnel));
	say(finding, "net.ipv4.tcp_rmem allows a window of %s; %s at %s want %s",
	    tunwin_format_bytes(room.value).s, tunwin_format_rate(rate_bps.value).s,
	    tunwin_format_time(longest_ns).s, tunwin_format_bytes(needed).s);
	advise(finding, "raise the last value of net.ipv4.tcp_rmem when a flow is limited by its window; none is now");
}

/* ---- the device below ---- */

static uint64_t moved(struct opt_u64 before, struct opt_u64 now)
{
	return before.known && now.known && now.value > before.value ? now.value - before.value : 0;
}

static struct finding *add_device(const struct link *link, const struct tunnel *tunnel,
				  struct report *report, enum check_index index,
				  enum severity severity, enum confidence confidence)
{
	struct finding *finding = add(report, index, severity, confidence);

	memcpy(finding->tunnel, tunnel->name, sizeof(finding->tunnel));
	memcpy(finding->device, link->name, sizeof(finding->device));
	return finding;
}

/* One device may be below many tunnels. */
static bool is_device_told(const struct report *report, const struct link *link)
{
	for (size_t i = 0; i < report->count; i++)
		if (!strcmp(report->findings[i].device, link->name))
			return true;
	return false;
}

/* One of so many frames that is damaged slows a long way down. */
#define DAMAGED_DIVISOR 1000000

static void check_device(const struct visit *visit, const struct tunnel *tunnel,
			 const struct link *link, struct report *report)
{
	const struct link *before;
	uint64_t crc, drops, packets;
	struct finding *finding;

	if (!link || is_device_told(report, link))
		return;
	before = tunwin_link_find(visit->links_before, link->ifindex);
	if (is_off(link->full_duplex)) {
		finding = add_device(link, tunnel, report, CHECK_HALF_DUPLEX, SEVERITY_MAY_LIMIT,
				     CONFIDENCE_SURE);
		say(finding, "ethtool says half duplex, at %s",
		    tunwin_format_opt(UNIT_RATE, link->speed_bps).s);
		advise(finding, "autonegotiation on at both ends: ethtool -s %s autoneg on",
		       link->name);
	}
	if (!before)
		return;
	crc = moved(before->rx_crc_errors, link->rx_crc_errors);
	if (crc) {
		packets = moved(before->rx_packets, link->rx_packets);
		finding = add_device(link, tunnel, report, CHECK_CRC_ERRORS,
				     crc * DAMAGED_DIVISOR >= packets ? SEVERITY_LIMITS :
									SEVERITY_NOTE,
				     CONFIDENCE_SURE);
		say(finding, "%s frames with a wrong checksum in %s, of %s",
		    tunwin_format_count(crc).s, tunwin_format_age(visit->watched_ns).s,
		    tunwin_format_count(packets).s);
		advise(finding, "change the cable or the transceiver of %s; compare ethtool %s at both ends",
		       link->name, link->name);
	}
	/* (rx_dropped also counts what nobody here wants, as other protocols.) */
	drops = moved(before->rx_missed, link->rx_missed) +
		moved(before->tx_dropped, link->tx_dropped) +
		moved(before->qdisc_drops, link->qdisc_drops);
	/* Where the flows that it hits are known, that has been told. */
	if (!drops || is_told_of(report, "local-drop", tunnel->name))
		return;
	finding = add_device(link, tunnel, report, CHECK_DEVICE_DROPS, SEVERITY_MAY_LIMIT,
			     CONFIDENCE_LIKELY);
	say(finding, "in %s it dropped %s packets that came, for want of a free buffer, and %s that should go",
	    tunwin_format_age(visit->watched_ns).s,
	    tunwin_format_count(moved(before->rx_missed, link->rx_missed)).s,
	    tunwin_format_count(moved(before->tx_dropped, link->tx_dropped) +
				moved(before->qdisc_drops, link->qdisc_drops)).s);
	advise(finding, "tc -s qdisc show dev %s; ip -s -s link show %s; ethtool -S %s", link->name,
	       link->name, link->name);
}

/* ---- counters ---- */

static void check_counters(const struct visit *visit, struct report *report)
{
	struct finding *finding = NULL;
	size_t used = 0;

	for (size_t i = 0; i < COUNTERS; i++) {
		uint64_t delta = moved(visit->counters_before->value[i],
				       visit->counters->value[i]);

		/* Those of a cause that was told say it once more. */
		if (!delta || (i == COUNTER_TO_ZERO_WINDOW && report->count) ||
		    (i == COUNTER_OUT_DISCARDS && is_told(report, "local-drop")) ||
		    (i == COUNTER_MEMORY_PRESSURES && is_told(report, "mem-pressure")))
			continue;
		if (!finding) {
			finding = add(report, CHECK_COUNTERS, SEVERITY_NOTE, CONFIDENCE_POSSIBLE);
			advise(finding, "what each counts: Documentation/networking/snmp_counter.rst of the kernel");
			used = (size_t)say(finding, "in %s:",
					   tunwin_format_age(visit->watched_ns).s);
		}
		if (used < CAUSE_TEXT_SIZE)
			used += (size_t)snprintf(finding->evidence + used, CAUSE_TEXT_SIZE - used,
						 " %s +%s", tunwin_counters_names[i],
						 tunwin_format_count(delta).s);
	}
}

/* ---- what the flows of a tunnel show together ---- */

static void note_flow(struct finding *finding, const struct flow *flow)
{
	memcpy(finding->tunnel, flow->tunnel, sizeof(finding->tunnel));
	if (finding->flow_count < FINDING_FLOWS)
		finding->flows[finding->flow_count] = flow->id.value;
	finding->flow_count++;
}

static bool is_flow_told(const struct report *report, uint64_t id)
{
	for (size_t i = 0; i < report->count; i++)
		for (size_t j = 0; j < report->findings[i].flow_count && j < FINDING_FLOWS; j++)
			if (report->findings[i].flows[j] == id)
				return true;
	return false;
}

static struct opt_u64 ceiling_unscaled(const struct flow *flow)
{
	struct opt_u64 rtt_ns = tunwin_derive_rtt_ns(&flow->rtt);

	if (!value_of(rtt_ns))
		return no_gain();
	return OPT_U64(tunwin_bdp_ceiling_bps(TUNWIN_BDP_UNSCALED_MAX_BYTES, rtt_ns.value));
}

/* So many segments sent again are more than chance, of so many. */
#define LOSSES_MIN 10

static void check_sack(const struct visit *visit, const struct tunnel *tunnel,
		       struct report *report)
{
	struct finding *finding = NULL;

	if (is_told(report, "sack-off"))
		return;
	for (size_t i = 0; i < visit->flows->count; i++) {
		const struct flow *flow = &visit->flows->flows[i];

		if (strcmp(flow->tunnel, tunnel->name) ||
		    !((is_off(flow->in.sack) && value_of(flow->in.retransmits) >= LOSSES_MIN) ||
		      (is_off(flow->out.sack) && value_of(flow->out.retransmits) >= LOSSES_MIN)))
			continue;
		if (!finding) {
			finding = add(report, CHECK_NO_SACK, SEVERITY_MAY_LIMIT, CONFIDENCE_SURE);
			say(finding, "the receiver did not offer SACK in its SYN; %s segments were sent again",
			    tunwin_format_count(value_of(flow->in.retransmits) +
						value_of(flow->out.retransmits)).s);
			advise(finding, "sysctl net.ipv4.tcp_sack at both ends, and what changes TCP options on the way");
		}
		note_flow(finding, flow);
	}
}

/* The sizes that the two ends offer differ by more than an eighth. */
static void check_mss(const struct visit *visit, const struct tunnel *tunnel,
		      struct report *report)
{
	struct finding *finding = NULL;

	for (size_t i = 0; i < visit->flows->count; i++) {
		const struct flow *flow = &visit->flows->flows[i];
		uint64_t in = value_of(flow->in.mss_bytes), out = value_of(flow->out.mss_bytes);
		uint64_t most = in > out ? in : out, least = in > out ? out : in;

		if (strcmp(flow->tunnel, tunnel->name) || !least ||
		    (most - least) * 8 <= most)
			continue;
		if (!finding) {
			finding = add(report, CHECK_MSS_ASYMMETRY, SEVERITY_NOTE,
				      CONFIDENCE_POSSIBLE);
			say(finding, "near takes segments of %s, far of %s; the largest seen were %s in, %s out",
			    tunwin_format_bytes(in).s, tunwin_format_bytes(out).s,
			    tunwin_format_opt(UNIT_BYTES, flow->in.payload_max_bytes).s,
			    tunwin_format_opt(UNIT_BYTES, flow->out.payload_max_bytes).s);
			advise(finding, "jumbo frames all the way or nowhere; clamp the MSS in both directions");
		}
		note_flow(finding, flow);
	}
}

/* A window without a scale is enough for some ways; where it is the limit that has been told. */
static void check_wscale(const struct visit *visit, const struct tunnel *tunnel,
			 struct report *report)
{
	struct finding *finding = NULL;

	if (is_told(report, "scaling-off"))
		return;
	for (size_t i = 0; i < visit->flows->count; i++) {
		const struct flow *flow = &visit->flows->flows[i];

		if (strcmp(flow->tunnel, tunnel->name) || is_flow_told(report, flow->id.value) ||
		    !is(flow->in.window.wscale, WSCALE_NONE))
			continue;
		if (!finding) {
			finding = add(report, CHECK_NO_WSCALE, SEVERITY_NOTE, CONFIDENCE_SURE);
			say(finding, "65,535 bytes at a round trip of %s allow %s",
			    tunwin_format_opt(UNIT_TIME, tunwin_derive_rtt_ns(&flow->rtt)).s,
			    tunwin_format_opt(UNIT_RATE, ceiling_unscaled(flow)).s);
			advise(finding, "if that is too little, compare the SYN and the SYN-ACK at both ends: an end has net.ipv4.tcp_window_scaling=0, or something on the way removes the option");
		}
		note_flow(finding, flow);
	}
}

/* So many segments, and none that is larger. */
#define SEGMENTS_MIN 1000

static bool uses_less(const struct direction *data)
{
	/* (Timestamps take twelve bytes of it.) */
	return value_of(data->segments) >= SEGMENTS_MIN && value_of(data->mss_bytes) &&
	       value_of(data->payload_max_bytes) * 8 < data->mss_bytes.value * 7;
}

static void check_mss_used(const struct visit *visit, const struct tunnel *tunnel,
			   struct report *report)
{
	struct finding *finding = NULL;

	for (size_t i = 0; i < visit->flows->count; i++) {
		const struct flow *flow = &visit->flows->flows[i];
		bool in = value_of(flow->in.payload_bytes) > value_of(flow->out.payload_bytes);
		const struct direction *data = in ? &flow->in : &flow->out;

		if (strcmp(flow->tunnel, tunnel->name) || !uses_less(data))
			continue;
		if (!finding) {
			finding = add(report, CHECK_MSS_UNUSED, SEVERITY_NOTE, CONFIDENCE_POSSIBLE);
			say(finding, "an MSS of %s was agreed on %s, and of %s segments none was larger than %s",
			    tunwin_format_opt(UNIT_BYTES, data->mss_bytes).s, in ? "in" : "out",
			    tunwin_format_opt(UNIT_COUNT, data->segments).s,
			    tunwin_format_opt(UNIT_BYTES, data->payload_max_bytes).s);
			advise(finding, "if it writes more than that at a time: ip route get ADDRESS at the sender shows the MTU that it has learnt, ss -ti its mss and pmtu");
		}
		note_flow(finding, flow);
	}
}

struct losses {
	uint64_t segments;
	uint64_t again;
};

static bool is_much_worse(const struct losses *worse, const struct losses *better)
{
	/* Ten times the rate, and both had enough to lose. */
	return worse->again >= LOSSES_MIN && better->segments >= 1000 &&
	       (double)worse->again * (double)better->segments >
	       10.0 * (double)(better->again + 1) * (double)worse->segments;
}

static void check_lopsided(const struct visit *visit, const struct tunnel *tunnel,
			   struct report *report)
{
	struct losses in = { 0 }, out = { 0 };
	struct finding *finding;

	for (size_t i = 0; i < visit->flows->count; i++) {
		const struct flow *flow = &visit->flows->flows[i];

		if (strcmp(flow->tunnel, tunnel->name))
			continue;
		/* Only what was full size can be compared: acknowledgments are seldom lost. */
		if (value_of(flow->in.payload_bytes) > 1000000) {
			in.segments += value_of(flow->in.segments);
			in.again += value_of(flow->in.retransmits);
		}
		if (value_of(flow->out.payload_bytes) > 1000000) {
			out.segments += value_of(flow->out.segments);
			out.again += value_of(flow->out.retransmits);
		}
	}
	if (!is_much_worse(&in, &out) && !is_much_worse(&out, &in))
		return;
	finding = add(report, CHECK_LOPSIDED, SEVERITY_NOTE, CONFIDENCE_LIKELY);
	memcpy(finding->tunnel, tunnel->name, sizeof(finding->tunnel));
	say(finding, "sent again: %s of %s segments in, %s of %s out",
	    tunwin_format_count(in.again).s, tunwin_format_count(in.segments).s,
	    tunwin_format_count(out.again).s, tunwin_format_count(out.segments).s);
	advise(finding, "compare the two ways: routes, policers, and the duplex setting of each link");
}

/* ---- what the module has alerted to ---- */

static bool is_in_question(const struct visit *visit, const struct alert *alert)
{
	if (visit->flow_id.known)
		return alert->flow_id.value == visit->flow_id.value;
	return !visit->tunnel || !strcmp(visit->tunnel, alert->tunnel);
}

/* A flow of which anything is told is told of; a tunnel's drops are by their name. */
static bool is_alert_told(const struct report *report, const struct alert *alert)
{
	if (alert->flow_id.known)
		return is_flow_told(report, alert->flow_id.value) ||
		       is_told_of(report, tunwin_model_alert_code[alert->code.value],
				  alert->tunnel);
	return alert->code.value == ALERT_WINDOW_COLLAPSE ||
	       is_told_of(report, tunwin_model_alert_code[alert->code.value], alert->tunnel);
}

/* What is wrong although no flow is limited by it at this moment. */
static void check_alerts(const struct visit *visit, struct report *report)
{
	for (size_t i = 0; i < visit->around->alerts.count; i++) {
		const struct alert *alert = &visit->around->alerts.alerts[i];
		const struct cause *cause;
		struct finding *finding;

		if (!alert->code.known || alert->code.value >= ALERT_COUNT ||
		    alert->code.value == ALERT_STALL || !is_in_question(visit, alert) ||
		    is_alert_told(report, alert))
			continue;
		cause = tunwin_cause_by_code(tunwin_model_alert_code[alert->code.value]);
		finding = tunwin_doctor_add(report);
		finding->code = tunwin_model_alert_code[alert->code.value];
		finding->title = tunwin_alert_meanings[alert->code.value].title;
		finding->severity = alert->flow_id.known ? SEVERITY_LIMITS : SEVERITY_BREAKS;
		finding->confidence = CONFIDENCE_SURE;
		memcpy(finding->tunnel, alert->tunnel, sizeof(finding->tunnel));
		if (alert->direction.known)
			finding->in = OPT_U64(alert->direction.value == DIRECTION_IN);
		if (alert->flow_id.known)
			finding->flows[finding->flow_count++] = alert->flow_id.value;
		tunwin_alert_describe(alert, finding->evidence, sizeof(finding->evidence));
		advise(finding, "%s", cause ? cause->remedy : "see its flow: tunwin show ID, tunwin doctor ID");
	}
}

void tunwin_doctor_check(const struct visit *visit, struct report *report)
{
	check_alerts(visit, report);
	check_settings(visit, report);
	for (size_t i = 0; i < visit->around->tunnels.count; i++) {
		const struct tunnel *tunnel = &visit->around->tunnels.tunnels[i];

		if (tunwin_derive_is_unused(tunnel) ||
		    (visit->tunnel && strcmp(visit->tunnel, tunnel->name)))
			continue;
		check_window(visit, tunnel, report);
		check_device(visit, tunnel, tunwin_diagnose_lower(visit->around, tunnel), report);
		check_device(visit, tunnel,
			     tunwin_link_find(&visit->around->links, tunnel->ifindex.value),
			     report);
		check_sack(visit, tunnel, report);
		check_wscale(visit, tunnel, report);
		check_mss(visit, tunnel, report);
		check_mss_used(visit, tunnel, report);
		check_lopsided(visit, tunnel, report);
	}
	check_counters(visit, report);
}
