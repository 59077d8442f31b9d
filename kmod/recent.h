/* SPDX-License-Identifier: GPL-2.0 */
/* What something was like of late: its largest value, its sum. Pure, like window.h. */
#ifndef TUNWIN_RECENT_H
#define TUNWIN_RECENT_H

#include <linux/types.h>

/*
 * The time of the records below: close to a second (2^30 ns), and so no division for each packet.
 * A minute of it is 64 s.
 */
static inline __u32 tunwin_recent_time(__u64 ns)
{
	return (__u32)(ns >> 30);
}

/**
 * struct tunwin_peak - the largest of something in the last minute, or a little longer
 * @part: the largest of the present part of that time, and of the parts before it
 * @since_s: when the present part began
 */
struct tunwin_peak {
	__u32 part[3];
	__u32 since_s;
};

void tunwin_peak_add(struct tunwin_peak *peak, __u32 value, __u32 now_s);
__u32 tunwin_peak_largest(const struct tunwin_peak *peak, __u32 now_s);

/**
 * struct tunwin_recent - how much of something there was in the last minute, or a little longer
 * @part: of the present part of that time, and of the parts before it
 * @total: of all time, when it was last looked at
 * @since_s: when the present part began
 */
struct tunwin_recent {
	__u64 part[3];
	__u64 total;
	__u32 since_s;
};

void tunwin_recent_begin(struct tunwin_recent *recent, __u64 total, __u32 age_s, __u32 now_s);
void tunwin_recent_add(struct tunwin_recent *recent, __u64 total, __u32 now_s);
__u64 tunwin_recent_sum(const struct tunwin_recent *recent);

#endif
