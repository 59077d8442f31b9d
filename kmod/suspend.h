/* SPDX-License-Identifier: GPL-2.0 */
/*
 * All that is measured goes by CLOCK_MONOTONIC, which stands while the host is suspended. So what
 * time of day it was when something happened follows from how long ago that was by this clock, and
 * from how long the host has been suspended since.
 */
#ifndef TUNWIN_SUSPEND_H
#define TUNWIN_SUSPEND_H

#include <linux/math64.h>
#include <linux/timekeeping.h>

/*
 * How long the host has been suspended since it was started, modulo 2^32 ms: to be kept with what
 * happens. It never decreases; what two clocks say one after the other would. Any context but an
 * NMI, as for ktime_get_ns().
 */
static inline u32 tunwin_suspend_ms(void)
{
	return div_u64(ktime_to_ns(ktime_mono_to_any(0, TK_OFFS_BOOT)), NSEC_PER_MSEC);
}

/*
 * The time of day, by the clock as it is set now, when something happened: at @event_ns, when the
 * host had been suspended for @event_suspend_ms; it is @now_ns. Between the two it was suspended
 * for less than 49 days.
 */
static inline u64 tunwin_suspend_real_ns(u64 event_ns, u32 event_suspend_ms, u64 now_ns)
{
	u32 suspend_ms = tunwin_suspend_ms() - event_suspend_ms;

	return ktime_get_real_ns() - (now_ns - event_ns) - suspend_ms * (u64)NSEC_PER_MSEC;
}

#endif
