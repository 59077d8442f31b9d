// SPDX-License-Identifier: GPL-2.0
/* What is looked for that is not of one flow, and what a finding is made of. */
#include <string.h>

#include "derive.h"
#include "doctor/checks.h"

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
	[CHECK_ADV_WIN_SCALE] = { "adv-win-scale", "Little of a receive buffer becomes a window",
		"With net.ipv4.tcp_adv_win_scale at -2 or less a window is a quarter of its buffer at most, or less; half is the default (Linux before 6.6).",
		"tcp_win_from_space(); Documentation/networking/ip-sysctl.rst" },
	[CHECK_RCVBUF_CAPPED] = { "rcvbuf-capped", "Applications may not set a receive buffer that is large enough",
		"What SO_RCVBUF sets is at most twice net.core.rmem_max, and the kernel does not tune it any more.",
		"sock_setsockopt(); Documentation/admin-guide/sysctl/net.rst" },
	[CHECK_TUNNEL_ERRORS] = { "tunnel-errors", "The tunnel has refused packets",
		"The tunnel device has counted errors in the time that was watched: packets that it has dropped, whatever the flows made of that.",
		"ip_tunnel_rcv(), ip_tunnel_xmit(); ip -s -s link" },
	[CHECK_CPU_PACKETS] = { "cpu-packets", "The tunnel's packets are too many for one CPU",
		"Nearly all that arrives through the tunnel is handled by one CPU, which has to stop with packets left: it is packets per second that limit the tunnel, not bits.",
		"net_rx_action(): time_squeeze; Documentation/networking/scaling.rst" },
};

const struct check *tunwin_doctor_check_by_code(const char *code)
{
	for (const struct check *check = tunwin_doctor_checks; check->code; check++)
		if (!strcmp(check->code, code))
			return check;
	return NULL;
}

struct finding *tunwin_checks_add(struct report *report, enum check_index index,
				  enum severity severity, enum confidence confidence)
{
	struct finding *finding = tunwin_doctor_add(report);

	finding->code = tunwin_doctor_checks[index].code;
	finding->title = tunwin_doctor_checks[index].title;
	finding->severity = severity;
	finding->confidence = confidence;
	return finding;
}

/* A setting that a cause of a flow has told of already is not told again. */
bool tunwin_checks_is_told(const struct report *report, const char *code)
{
	for (size_t i = 0; i < report->count; i++)
		if (!strcmp(report->findings[i].code, code))
			return true;
	return false;
}

/* Of this tunnel, or of several. */
bool tunwin_checks_is_told_of(const struct report *report, const char *code, const char *tunnel)
{
	for (size_t i = 0; i < report->count; i++)
		if (!strcmp(report->findings[i].code, code) &&
		    (!*report->findings[i].tunnel || !strcmp(report->findings[i].tunnel, tunnel)))
			return true;
	return false;
}

bool tunwin_checks_is_flow_told(const struct report *report, uint64_t id)
{
	for (size_t i = 0; i < report->count; i++)
		for (size_t j = 0; j < report->findings[i].flow_count && j < FINDING_FLOWS; j++)
			if (report->findings[i].flows[j] == id)
				return true;
	return false;
}

void tunwin_doctor_check(const struct visit *visit, struct report *report)
{
	tunwin_checks_buffers(visit, report);
	tunwin_checks_alerts(visit, report);
	tunwin_checks_settings(visit, report);
	for (size_t i = 0; i < visit->around->tunnels.count; i++) {
		const struct tunnel *tunnel = &visit->around->tunnels.tunnels[i];
		const struct link *link;

		if (tunwin_derive_is_unused(tunnel) ||
		    (visit->tunnel && strcmp(visit->tunnel, tunnel->name)))
			continue;
		tunwin_checks_window(visit, tunnel, report);
		link = tunwin_diagnose_lower(visit->around, tunnel);
		tunwin_checks_device(visit, tunnel, link, report);
		link = tunwin_link_find(&visit->around->links, tunnel->ifindex.value);
		tunwin_checks_device(visit, tunnel, link, report);
		tunwin_checks_tunnel(visit, tunnel, report);
		tunwin_checks_cpu(tunnel, report);
		tunwin_checks_flows(visit, tunnel, report);
	}
	tunwin_checks_counters(visit, report);
}
