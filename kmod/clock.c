// SPDX-License-Identifier: GPL-2.0
#include <linux/math64.h>

#include "clock.h"

/* Long enough that what round trips vary by is a small part of it, at first and later. */
#define FIRST_US	200000U
#define AGAIN_US	4000000U

/* A tick is a second at most and a microsecond at least (RFC 7323, 5.4, is stricter). */
#define TICK_MIN_NS	500U
#define TICK_MAX_NS	1000000000ULL

/* After a silence that is as long as numbers take to come round nothing can be told. */
static bool is_plausible(const struct tunwin_clock *clock, __u64 tick_ns)
{
	if (tick_ns < TICK_MIN_NS || tick_ns > TICK_MAX_NS)
		return false;
	return !clock->tick_ns ||
	       (tick_ns > clock->tick_ns / 2 && tick_ns / 2 < clock->tick_ns);
}

static void begin(struct tunwin_clock *clock, __u32 stamp, __u32 now_us)
{
	clock->stamp = stamp;
	clock->us = now_us;
}

/**
 * tunwin_clock_stamp() - new data passes
 * @clock: its sender's clock; all zero before the first call
 * @stamp: its timestamp (TSval)
 * @now_us: the time, which may wrap
 */
void tunwin_clock_stamp(struct tunwin_clock *clock, __u32 stamp, __u32 now_us)
{
	__u32 elapsed_us = now_us - clock->us, ticks = stamp - clock->stamp;
	__u64 tick_ns;

	if (!clock->stamp && !clock->us) {
		begin(clock, stamp, now_us);
		return;
	}
	if (elapsed_us < (clock->tick_ns ? AGAIN_US : FIRST_US) || !ticks)
		return;
	tick_ns = div64_u64(elapsed_us * 1000ULL, ticks);
	if (clock->tick_ns || !is_plausible(clock, tick_ns))
		begin(clock, stamp, now_us);
	clock->tick_ns = is_plausible(clock, tick_ns) ? (__u32)tick_ns : 0;
}
