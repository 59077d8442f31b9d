/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The clock of a sender, as its timestamps tell it (RFC 7323): how long its tick is. Integers in,
 * verdict out, like window.h.
 */
#ifndef TUNWIN_CLOCK_H
#define TUNWIN_CLOCK_H

#include <linux/types.h>

/**
 * struct tunwin_clock - a sender's clock
 * @tick_ns: length of a tick, 0 while it is not known
 * @stamp, @us: a timestamp, and when it passed; both 0 before the first
 */
struct tunwin_clock {
	__u32 tick_ns;
	__u32 stamp;
	__u32 us;
};

void tunwin_clock_stamp(struct tunwin_clock *clock, __u32 stamp, __u32 now_us);

#endif
