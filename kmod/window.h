/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The rules of tunwin: what a window, a scale, a rate and a size class is.
 *
 * Integers in, verdict out: no kernel object, no clock, no lock. The caller holds whatever protects
 * the record it passes. The same file is compiled into the module and into the unit tests.
 * doc/window.md explains each rule with its reasons.
 */
#ifndef TUNWIN_WINDOW_H
#define TUNWIN_WINDOW_H

#include <linux/types.h>

/* RFC 7323, 2.3: a larger shift is taken as 14. */
#define TUNWIN_WSCALE_SHIFT_MAX	14
/* The end did not send the option. */
#define TUNWIN_WSCALE_NOT_OFFERED	0xff

/* In place of a window, scaled; the largest real one is 65,535 << 14. */
#define TUNWIN_WINDOW_UNKNOWN	0xffffffffU

#define TUNWIN_NSEC_PER_SEC	1000000000ULL

/* The values of enum tunwin_wscale in the UAPI; window.c must not depend on it. */
enum tunwin_scale {
	TUNWIN_SCALE_UNKNOWN,
	TUNWIN_SCALE_NONE,
	TUNWIN_SCALE_KNOWN,
};

/**
 * struct tunwin_window - the windows one end has advertised
 * @now_bytes: the last one
 * @max_bytes: the largest
 * @min_bytes: the smallest, valid when @samples is not 0
 * @samples: how many were recorded, saturating
 * @zero_count: how often it went to zero
 * @zero_since_ns: when it last went to zero, 0 while it is open
 * @zero_ns: time it stood at zero, completed spells only
 */
struct tunwin_window {
	__u32 now_bytes;
	__u32 max_bytes;
	__u32 min_bytes;
	__u16 samples;
	__u16 last_raw;
	__u32 zero_count;
	__u64 zero_since_ns;
	__u64 zero_ns;
};

/**
 * struct tunwin_meter - a rate, measured over periods of at least a second
 * @since_ns: when the present period began
 * @bytes: bytes counted in it
 * @rate_bps: bits per second of the last complete period
 */
struct tunwin_meter {
	__u64 since_ns;
	__u64 bytes;
	__u64 rate_bps;
};

/* Frame sizes as GigaTCP's switches knew them; the last class has no limit. */
#define TUNWIN_SIZE_CLASSES	5
extern const __u32 tunwin_window_class_max_bytes[TUNWIN_SIZE_CLASSES];

void tunwin_window_advertise(struct tunwin_window *window, __u32 bytes, __u64 now_ns);
void tunwin_window_zero(struct tunwin_window *window, bool zero, __u64 now_ns);
__u64 tunwin_window_zero_ns(const struct tunwin_window *window, __u64 now_ns);
void tunwin_window_meter_add(struct tunwin_meter *meter, __u32 bytes, __u64 now_ns);
__u64 tunwin_window_meter_bps(const struct tunwin_meter *meter, __u64 now_ns);
int tunwin_window_size_class(__u32 packet_bytes);
__u64 tunwin_window_per_second(__u64 count, __u64 interval_ns);

#endif
