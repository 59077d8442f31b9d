// SPDX-License-Identifier: GPL-2.0
/* The devices of a tunnel, its own and the one below it. */
#include <stddef.h>
#include <string.h>

#include "doctor/checks.h"

static struct finding *add_device(const struct link *link, const struct tunnel *tunnel,
				  struct report *report, enum check_index index,
				  enum severity severity, enum confidence confidence)
{
	struct finding *finding = tunwin_checks_add(report, index, severity, confidence);

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

void tunwin_checks_device(const struct visit *visit, const struct tunnel *tunnel,
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
	if (!drops || tunwin_checks_is_told_of(report, "local-drop", tunnel->name))
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

#define E(member) { #member, offsetof(struct traffic_errors, member) }

static const struct {
	const char *name;
	size_t offset;
} errors[] = {
	E(sequence), E(checksum), E(ecn), E(length), E(carrier), E(collisions),
};

static void append(struct finding *finding, const char *direction, const char *name, uint64_t count)
{
	size_t used = strlen(finding->evidence);

	if (count)
		snprintf(finding->evidence + used, CAUSE_TEXT_SIZE - used, " %s %s +%s", direction,
			 name, tunwin_format_count(count).s);
}

/* Append what has moved in a direction, by kind, and what is of none. */
static void append_errors(struct finding *finding, const char *direction,
			  const struct traffic_errors *before, const struct traffic_errors *now)
{
	uint64_t all = moved(before->errors, now->errors), kinds = 0;

	for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++) {
		const void *then = (const char *)before + errors[i].offset;
		const void *at = (const char *)now + errors[i].offset;
		uint64_t delta = moved(*(const struct opt_u64 *)then, *(const struct opt_u64 *)at);

		append(finding, direction, errors[i].name, delta);
		kinds += delta;
	}
	append(finding, direction, "other", all > kinds ? all - kinds : 0);
}

/*
 * (What counts as dropped is not the tunnel's: on the way out it is dropped below, and what comes
 * in may be what nobody here wants.)
 */
void tunwin_checks_tunnel(const struct visit *visit, const struct tunnel *tunnel,
			  struct report *report)
{
	const struct tunnel *before = tunwin_doctor_tunnel_before(visit, tunnel->name);
	struct finding *finding;

	if (!before || tunwin_checks_is_told_of(report, "tunnel-drop", tunnel->name) ||
	    !(moved(before->in.errors.errors, tunnel->in.errors.errors) +
	      moved(before->out.errors.errors, tunnel->out.errors.errors)))
		return;
	finding = tunwin_checks_add(report, CHECK_TUNNEL_ERRORS, SEVERITY_NOTE, CONFIDENCE_SURE);
	memcpy(finding->tunnel, tunnel->name, sizeof(finding->tunnel));
	say(finding, "in %s:", tunwin_format_age(visit->watched_ns).s);
	append_errors(finding, "in", &before->in.errors, &tunnel->in.errors);
	append_errors(finding, "out", &before->out.errors, &tunnel->out.errors);
	advise(finding, "tunwin explain tunnel-drop, by which of them it is; ip -s -s link show %s",
	       tunnel->name);
}
