// SPDX-License-Identifier: GPL-2.0
/* Settings of the host, and its counters that moved. */
#include <string.h>

#include "doctor/checks.h"

/* Settings of TCP concern the ends of connections: a host that only forwards has none. */
static bool has_sockets(const struct visit *visit)
{
	for (size_t i = 0; i < visit->flows->count; i++)
		if (visit->flows->flows[i].has_socket)
			return true;
	return false;
}

/* Of which kernel it has any effect is told by the sockets (struct socket_state). */
static void check_adv_win_scale(const struct visit *visit, struct report *report)
{
	struct finding *finding;
	int64_t scale = 0;

	for (size_t i = 0; i < visit->flows->count && !scale; i++)
		if (visit->flows->flows[i].socket.adv_win_scale.known)
			scale = visit->flows->flows[i].socket.adv_win_scale.value;
	if (scale > -2 || scale < -31)
		return;
	finding = tunwin_checks_add(report, CHECK_ADV_WIN_SCALE, SEVERITY_MAY_LIMIT,
				    CONFIDENCE_SURE);
	say(finding, "net.ipv4.tcp_adv_win_scale is %lld: of a receive buffer 1/%llu is window",
	    (long long)scale, 1ULL << -scale);
	advise(finding, "%ssysctl -w net.ipv4.tcp_adv_win_scale=1",
	       visit->around->host.in);
}

void tunwin_checks_settings(const struct visit *visit, struct report *report)
{
	const struct host *host = &visit->around->host;
	struct finding *finding;

	if (!has_sockets(visit))
		return;
	check_adv_win_scale(visit, report);
	if (is_off(host->window_scaling) && !tunwin_checks_is_told(report, "wscale")) {
		finding = tunwin_checks_add(report, CHECK_SCALING_OFF, SEVERITY_MAY_LIMIT,
					    CONFIDENCE_SURE);
		say(finding, "net.ipv4.tcp_window_scaling is 0");
		advise(finding, "%ssysctl -w net.ipv4.tcp_window_scaling=1; for new connections",
		       host->in);
	}
	if (is_off(host->sack)) {
		finding = tunwin_checks_add(report, CHECK_SACK_OFF, SEVERITY_MAY_LIMIT,
					    CONFIDENCE_SURE);
		say(finding, "net.ipv4.tcp_sack is 0");
		advise(finding, "%ssysctl -w net.ipv4.tcp_sack=1; for new connections", host->in);
	}
	if (is_off(host->timestamps)) {
		finding = tunwin_checks_add(report, CHECK_TIMESTAMPS_OFF, SEVERITY_NOTE,
					    CONFIDENCE_SURE);
		say(finding, "net.ipv4.tcp_timestamps is 0");
		advise(finding, "%ssysctl -w net.ipv4.tcp_timestamps=1; for new connections",
		       host->in);
	}
	if (is_off(host->ecn)) {
		finding = tunwin_checks_add(report, CHECK_ECN_OFF, SEVERITY_NOTE, CONFIDENCE_SURE);
		say(finding, "net.ipv4.tcp_ecn is 0");
		advise(finding, "%ssysctl -w net.ipv4.tcp_ecn=2 (agree when asked); for new connections",
		       host->in);
	}
	if (is_off(host->moderate_rcvbuf) && !tunwin_checks_is_told(report, "autotune-off")) {
		finding = tunwin_checks_add(report, CHECK_MODERATION_OFF, SEVERITY_MAY_LIMIT,
					    CONFIDENCE_SURE);
		say(finding, "net.ipv4.tcp_moderate_rcvbuf is 0");
		advise(finding, "%ssysctl -w net.ipv4.tcp_moderate_rcvbuf=1", host->in);
	}
	if (host->mem_pages.known && host->mem_pressure_pages.known &&
	    host->mem_pages.value >= host->mem_pressure_pages.value &&
	    !tunwin_checks_is_told(report, "mem-pressure")) {
		finding = tunwin_checks_add(report, CHECK_MEMORY_SHORT, SEVERITY_MAY_LIMIT,
					    CONFIDENCE_SURE);
		say(finding, "TCP uses %s pages, and pressure begins at %s",
		    tunwin_format_count(host->mem_pages.value).s,
		    tunwin_format_count(host->mem_pressure_pages.value).s);
		advise(finding, "find what holds it: ss -tm; or raise sysctl net.ipv4.tcp_mem");
	}
}

void tunwin_checks_counters(const struct visit *visit, struct report *report)
{
	struct finding *finding = NULL;
	size_t used = 0;

	for (size_t i = 0; i < COUNTERS; i++) {
		uint64_t delta = moved(visit->counters_before->value[i],
				       visit->counters->value[i]);

		/* Those of a cause that was told say it once more. */
		if (!delta || (i == COUNTER_TO_ZERO_WINDOW && report->count) ||
		    (i == COUNTER_OUT_DISCARDS && tunwin_checks_is_told(report, "local-drop")) ||
		    (i == COUNTER_MEMORY_PRESSURES &&
		     tunwin_checks_is_told(report, "mem-pressure")))
			continue;
		if (!finding) {
			finding = tunwin_checks_add(report, CHECK_COUNTERS, SEVERITY_NOTE,
						    CONFIDENCE_POSSIBLE);
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
