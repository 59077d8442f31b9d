/* SPDX-License-Identifier: GPL-2.0 */
/* What the module's alerts mean (kmod/alarm.c, watch_tunnel.c), for people. */
#ifndef TUNWIN_CAUSE_ALERT_H
#define TUNWIN_CAUSE_ALERT_H

#include "model.h"

struct alert_meaning {
	const char *title;
	const char *raised;	/* when it is */
	const char *cleared;
};

/* By which numbers it is known: a sentence. */
void tunwin_alert_describe(const struct alert *alert, char *text, size_t size);

extern const struct alert_meaning tunwin_alert_meanings[ALERT_COUNT];

#endif
