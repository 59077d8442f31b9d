// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <string.h>

#include "cause/alert.h"
#include "format.h"

#define PATIENCE "for a second and four round trips, whichever is longer"

/* kmod/alarm.c */
#define QUIET ", or no packet of the flow has passed for two and a half minutes"

const struct alert_meaning tunwin_alert_meanings[ALERT_COUNT] = {
	[ALERT_WINDOW_COLLAPSE] = {
		"A window has collapsed",
		"the window is at most a quarter (collapse-ratio) of the largest of the last minute, or of the tunnel's rate times the round trip, "
		PATIENCE ", and limits the flow; of a tunnel: flows that carried most of its bytes have collapsed",
		"it is larger than twice that, or has not limited the flow for a minute" },
	[ALERT_ZERO_WINDOW] = {
		"A window is closed, and its sender has data",
		"the window is zero " PATIENCE ", and the sender asks whether it opens",
		"it has been open for a second" QUIET },
	[ALERT_WINDOW_SHRUNK] = {
		"A receiver takes back what it has offered",
		"the right edge of the window moves back, by more than its scale rounds",
		"it has not for a minute" },
	[ALERT_BLOAT] = {
		"A receive buffer is full of memory, not of payload",
		"the window limits the flow " PATIENCE ", and at most a quarter of the memory of what arrives is payload",
		"neither has been so for ten seconds" },
	[ALERT_WSCALE_NONE] = {
		"A window that cannot be scaled is the limit",
		"the handshake agreed on no window scale, and the window limits the flow " PATIENCE,
		"it has not limited it for ten seconds" },
	[ALERT_SIZE_LOSS] = {
		"Large segments are lost, small ones pass",
		"a segment larger than any that was ever acknowledged is sent again three times in vain, and the other end is heard",
		"it is acknowledged" QUIET },
	[ALERT_STALL] = {
		"Data is sent in vain",
		"the same data is sent again for two seconds and eight round trips, whichever is longer, and nothing is acknowledged; or it was, and no acknowledgment reaches its sender",
		"something is, or the sender goes on" QUIET },
	[ALERT_TUNNEL_DROP] = {
		"The tunnel itself drops packets",
		"ten packets in half a second, and one of a thousand, are counted as errors or drops of the tunnel device",
		"that has not been so for ten seconds" },
	[ALERT_BUFFER_EXHAUSTED] = {
		"There are no buffers for what arrives",
		"a device below the tunnel, or the tunnel itself, has lost ten packets for want of a buffer, or a flow that lost some has stood still for two seconds",
		"none was lost for ten seconds, and the flows that lost some have moved" },
};

static void describe_code(const struct alert *alert, char *text, size_t size)
{
	switch (alert->code.known ? alert->code.value : ALERT_COUNT) {
	case ALERT_WINDOW_COLLAPSE:
		if (!alert->flow_id.known)
			snprintf(text, size, "%s flows that carried most of it have collapsed",
				 tunwin_format_opt(UNIT_COUNT, alert->count).s);
		else
			snprintf(text, size, "the window is %s where it was, or needs to be, %s",
				 tunwin_format_opt(UNIT_BYTES, alert->window_bytes).s,
				 tunwin_format_opt(UNIT_BYTES, alert->reference_bytes).s);
		break;
	case ALERT_ZERO_WINDOW:
		snprintf(text, size, "the window is closed, and its sender has data");
		break;
	case ALERT_WINDOW_SHRUNK:
		snprintf(text, size, "the right edge of the window moved back, %s times so far",
			 tunwin_format_opt(UNIT_COUNT, alert->count).s);
		break;
	case ALERT_BLOAT:
		snprintf(text, size, "of the receive buffer's memory %s is payload",
			 tunwin_format_opt(UNIT_RATIO, alert->ratio_ppm).s);
		break;
	case ALERT_WSCALE_NONE:
		snprintf(text, size, "the window of %s cannot be scaled, and is the limit",
			 tunwin_format_opt(UNIT_BYTES, alert->window_bytes).s);
		break;
	case ALERT_SIZE_LOSS:
		snprintf(text, size, "segments of %s and more are lost, smaller ones pass",
			 tunwin_format_opt(UNIT_BYTES, alert->size_bytes).s);
		break;
	case ALERT_STALL:
		snprintf(text, size, alert->unheard.known ?
			 "data was sent again %s times after it had been acknowledged" :
			 "data was sent again %s times and nothing is acknowledged",
			 tunwin_format_opt(UNIT_COUNT, alert->count).s);
		break;
	case ALERT_TUNNEL_DROP:
		snprintf(text, size, "%s packets were dropped by the tunnel itself",
			 tunwin_format_opt(UNIT_COUNT, alert->count).s);
		break;
	case ALERT_BUFFER_EXHAUSTED:
		snprintf(text, size, "%s had no buffers for %s packets, %s flows have lost some; tunwin buffers episode %s",
			 *alert->device ? alert->device : "?",
			 tunwin_format_opt(UNIT_COUNT, alert->count).s,
			 tunwin_format_opt(UNIT_COUNT, alert->flows).s,
			 tunwin_format_opt(UNIT_COUNT, alert->episode).s);
		break;
	default:
		snprintf(text, size, "an alert that this version does not know");
		break;
	}
}

void tunwin_alert_describe(const struct alert *alert, char *text, size_t size)
{
	size_t used;

	describe_code(alert, text, size);
	used = strlen(text);
	if (alert->rtt_ns.known)
		snprintf(text + used, size - used, "; round trip %s",
			 tunwin_format_opt(UNIT_TIME, alert->rtt_ns).s);
}
