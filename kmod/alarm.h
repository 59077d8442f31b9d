/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The rules of what about a direction of a flow is worth an alert: doc/window.md gives their
 * reasons. Integers in, verdicts out, like window.h.
 */
#ifndef TUNWIN_ALARM_H
#define TUNWIN_ALARM_H

#include "collapse.h"

/* The first values of enum tunwin_alert_code in the UAPI; alarm.c must not depend on it. */
enum tunwin_alarm_code {
	TUNWIN_ALARM_WINDOW_COLLAPSE,
	TUNWIN_ALARM_ZERO_WINDOW,
	TUNWIN_ALARM_WINDOW_SHRUNK,
	TUNWIN_ALARM_BLOAT,
	TUNWIN_ALARM_WSCALE_NONE,
	TUNWIN_ALARM_SIZE_LOSS,
	TUNWIN_ALARM_STALL,
	TUNWIN_ALARMS,
};

/**
 * struct tunwin_spell - how long something has been so, or no longer so
 * @since_ns: since when it has been so, 0 if it is not
 * @last_ns: when it was last so
 * @again: of the times that it was over
 * @raised: it has been reported
 */
struct tunwin_spell {
	__u64 since_ns;
	__u64 last_ns;
	struct tunwin_again again;
	bool raised;
};

enum tunwin_verdict tunwin_spell_look(struct tunwin_spell *spell, bool so, __u64 now_ns,
				      __u64 patience_ns, __u64 calm_ns);

/**
 * struct tunwin_alarm - what is remembered of a direction from look to look
 * @collapse: of its window
 * @spell: of the other codes
 * @look_ns: when it was last looked at, 0 before the first time
 * @rwnd_ns, @retreats: as they were then
 * @limited_ns: the time that the window has limited the direction, as far as it was looked at
 * @bloat_permille: the last that was known
 */
struct tunwin_alarm {
	struct tunwin_collapse collapse;
	struct tunwin_spell spell[TUNWIN_ALARMS];
	__u64 look_ns;
	__u64 rwnd_ns;
	__u64 limited_ns;
	__u32 retreats;
	__u32 bloat_permille;
};

/**
 * struct tunwin_alarm_look - what a look at the direction shows
 * @now_ns: when
 * @rwnd_ns: the time that the window has limited it so far (limit.h)
 * @zero_since_ns: since when the window is closed, 0 if it is not
 * @quiet_ns: since when no packet of the flow has passed
 * @stuck_since_ns: since when data is sent again in vain, 0 if it is not
 * @window_bytes: the window, if @window_known
 * @peak_bytes: the largest of the last minute
 * @needed_bytes: what the tunnel's rate needs, 0 if nobody has said
 * @ratio_percent: so much of either is low
 * @rtt_us: the round trip, 0 if unknown
 * @retreats: how often the right edge moved back
 * @size_loss_bytes: payload of segments that are lost where smaller ones pass, 0: none
 * @bloat_permille: payload by memory of what has arrived of late in a receive buffer that is half
 *		    full, 0 if unknown
 * @scale_none: the window cannot be scaled
 * @outstanding: data has passed that is not acknowledged
 */
struct tunwin_alarm_look {
	__u64 now_ns;
	__u64 rwnd_ns;
	__u64 zero_since_ns;
	__u64 stuck_since_ns;
	__u64 quiet_ns;
	__u32 window_bytes;
	__u32 peak_bytes;
	__u32 needed_bytes;
	__u32 ratio_percent;
	__u32 rtt_us;
	__u32 retreats;
	__u32 size_loss_bytes;
	__u32 bloat_permille;
	bool window_known;
	bool scale_none;
	bool outstanding;
};

/**
 * struct tunwin_alarm_change - what is new about one code
 * @verdict: whether it is to be raised or cleared
 * @since_ns: if raised, when what it is about began
 */
struct tunwin_alarm_change {
	enum tunwin_verdict verdict;
	__u64 since_ns;
};

/* Of this or less of payload in a thousand of memory a receive buffer is bloated. */
#define TUNWIN_ALARM_BLOAT_PERMILLE	250

__u64 tunwin_alarm_stall_ns(__u32 rtt_us);
bool tunwin_alarm_is_raised(const struct tunwin_alarm *alarm, enum tunwin_alarm_code code);
bool tunwin_alarm_look(struct tunwin_alarm *alarm, const struct tunwin_alarm_look *seen,
		       struct tunwin_alarm_change change[TUNWIN_ALARMS]);

#endif
