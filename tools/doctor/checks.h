/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The checks of the doctor that are not of one flow. Each adds a finding if it finds something, and
 * nothing that has been told: causes of flows come first.
 */
#ifndef TUNWIN_DOCTOR_CHECKS_H
#define TUNWIN_DOCTOR_CHECKS_H

#include <stdio.h>

#include "cause/causes.h"
#include "doctor/doctor.h"

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
	CHECK_ADV_WIN_SCALE,
	CHECK_RCVBUF_CAPPED,
	CHECK_TUNNEL_ERRORS,
	CHECK_CPU_PACKETS,
	CHECKS
};

/* A new finding of a check. */
struct finding *tunwin_checks_add(struct report *report, enum check_index index,
				  enum severity severity, enum confidence confidence);

#define say(finding, ...) snprintf((finding)->evidence, CAUSE_TEXT_SIZE, __VA_ARGS__)
#define advise(finding, ...) snprintf((finding)->advice, CAUSE_TEXT_SIZE, __VA_ARGS__)

bool tunwin_checks_is_told(const struct report *report, const char *code);
/* Of this tunnel, or of several. */
bool tunwin_checks_is_told_of(const struct report *report, const char *code, const char *tunnel);
bool tunwin_checks_is_flow_told(const struct report *report, uint64_t id);

/* The setting is known, and 0. */
static inline bool is_off(struct opt_u64 setting)
{
	return setting.known && !setting.value;
}

/* How far a counter has moved. */
static inline uint64_t moved(struct opt_u64 before, struct opt_u64 now)
{
	return before.known && now.known && now.value > before.value ? now.value - before.value : 0;
}

/* settings.c */
void tunwin_checks_settings(const struct visit *visit, struct report *report);
void tunwin_checks_counters(const struct visit *visit, struct report *report);

/* window.c: the window that the host may offer, by the rate of the tunnel. */
void tunwin_checks_window(const struct visit *visit, const struct tunnel *tunnel,
			  struct report *report);

/* device.c: @link is the tunnel's device, or the one below it; NULL: there is none. */
void tunwin_checks_device(const struct visit *visit, const struct tunnel *tunnel,
			  const struct link *link, struct report *report);

/* device.c: what the tunnel itself has refused. */
void tunwin_checks_tunnel(const struct visit *visit, const struct tunnel *tunnel,
			  struct report *report);

/* flows.c: what the flows of a tunnel show together. */
void tunwin_checks_flows(const struct visit *visit, const struct tunnel *tunnel,
			 struct report *report);

/* buffers.c: devices that have none left; a tunnel whose packets are too many for one CPU. */
void tunwin_checks_buffers(const struct visit *visit, struct report *report);
void tunwin_checks_cpu(const struct tunnel *tunnel, struct report *report);

/* alerts.c: what is wrong although no flow is limited by it at this moment. */
void tunwin_checks_alerts(const struct visit *visit, struct report *report);

#endif
