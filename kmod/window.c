// SPDX-License-Identifier: GPL-2.0
#include <linux/math64.h>

#include "window.h"

/* An Ethernet header and its checksum: what a frame is longer than the IP packet in it. */
#define FRAME_OVERHEAD_BYTES	18

/* The largest number that a million times fits into 64 bits. */
#define PRODUCT_MAX	(~0ULL / 1000000)

const __u32 tunwin_window_class_max_bytes[TUNWIN_SIZE_CLASSES] = { 256, 1518, 4478, 9018, 0 };

/**
 * tunwin_window_advertise() - record a window, scaled
 * @window: the record
 * @bytes: the window
 * @now_ns: when it passed
 */
void tunwin_window_advertise(struct tunwin_window *window, __u32 bytes, __u64 now_ns)
{
	window->now_bytes = bytes;
	if (bytes > window->max_bytes)
		window->max_bytes = bytes;
	if (!window->samples || bytes < window->min_bytes)
		window->min_bytes = bytes;
	if (window->samples < 0xffff)
		window->samples++;
}

/**
 * tunwin_window_zero() - record whether the window is closed
 * @window: the record
 * @zero: it is; zero is zero at any scale, so this is known even where the scale is not
 * @now_ns: when it passed
 */
void tunwin_window_zero(struct tunwin_window *window, bool zero, __u64 now_ns)
{
	if (zero && !window->zero_since_ns) {
		window->zero_count++;
		window->zero_since_ns = now_ns;
	} else if (!zero && window->zero_since_ns) {
		/* Two processors may take their time in one order and the lock in the other. */
		if (now_ns > window->zero_since_ns)
			window->zero_ns += now_ns - window->zero_since_ns;
		window->zero_since_ns = 0;
	}
}

/**
 * tunwin_window_zero_ns() - how long the window stood at zero, until now
 * @window: the record
 * @now_ns: the present, or the end of the flow
 */
__u64 tunwin_window_zero_ns(const struct tunwin_window *window, __u64 now_ns)
{
	__u64 zero_ns = window->zero_ns;

	if (window->zero_since_ns && now_ns > window->zero_since_ns)
		zero_ns += now_ns - window->zero_since_ns;
	return zero_ns;
}

/**
 * tunwin_window_per_second() - a rate per second
 * @count: what was counted
 * @interval_ns: in which time; 0 gives 0
 *
 * Microseconds keep the product within 64 bits up to 2^44 units, which is more than any link moves
 * in the seconds that an interval lasts. Beyond, the last six digits are given up, and what has no
 * room in 64 bits is the largest number.
 */
__u64 tunwin_window_per_second(__u64 count, __u64 interval_ns)
{
	__u64 interval_us = div64_u64(interval_ns, 1000);

	if (!interval_us)
		return 0;
	if (count <= PRODUCT_MAX)
		return div64_u64(count * 1000000, interval_us);
	count = div64_u64(count, interval_us);
	return count <= PRODUCT_MAX ? count * 1000000 : ~0ULL;
}

/**
 * tunwin_window_meter_add() - count bytes towards a rate
 * @meter: the meter; all zero before the first call
 * @bytes: bytes that passed
 * @now_ns: when they passed
 */
void tunwin_window_meter_add(struct tunwin_meter *meter, __u32 bytes, __u64 now_ns)
{
	if (!meter->since_ns)
		meter->since_ns = now_ns;

	/* A caller whose time is older than the period's belongs to it all the same. */
	if (now_ns > meter->since_ns && now_ns - meter->since_ns >= TUNWIN_NSEC_PER_SEC) {
		meter->rate_bps = tunwin_window_per_second(meter->bytes * 8,
							   now_ns - meter->since_ns);
		meter->since_ns = now_ns;
		meter->bytes = 0;
	}
	meter->bytes += bytes;
}

/**
 * tunwin_window_meter_bps() - the rate now, in bits per second
 * @meter: the meter
 * @now_ns: the present
 *
 * A period that has lasted a second tells by itself; a younger one is too short to be judged, so
 * the one before it is reported. Hence a rate falls to zero when nothing passes any more. In the
 * first second of all it is what has passed so far, so that two packets do not make a gigabit.
 */
__u64 tunwin_window_meter_bps(const struct tunwin_meter *meter, __u64 now_ns)
{
	__u64 period_ns = now_ns > meter->since_ns ? now_ns - meter->since_ns : 0;

	if (!meter->since_ns)
		return 0;
	if (period_ns >= TUNWIN_NSEC_PER_SEC)
		return tunwin_window_per_second(meter->bytes * 8, period_ns);
	if (meter->rate_bps)
		return meter->rate_bps;
	return meter->bytes * 8;
}

/**
 * tunwin_window_size_class() - the class of a packet's size
 * @packet_bytes: the packet's length from its IP header on
 *
 * Return: index into tunwin_window_class_max_bytes.
 */
int tunwin_window_size_class(__u32 packet_bytes)
{
	int class;

	for (class = 0; class < TUNWIN_SIZE_CLASSES - 1; class++) {
		if (packet_bytes <= tunwin_window_class_max_bytes[class] - FRAME_OVERHEAD_BYTES)
			break;
	}
	return class;
}
