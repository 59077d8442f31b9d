/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The rule of when a window has collapsed: doc/window.md gives its reasons. Integers in, verdict
 * out, like window.h.
 */
#ifndef TUNWIN_COLLAPSE_H
#define TUNWIN_COLLAPSE_H

#include <linux/types.h>

/* Of the reference, in percent, if the user says nothing else. */
#define TUNWIN_COLLAPSE_RATIO_PERCENT	25

enum tunwin_verdict {
	TUNWIN_VERDICT_SAME,
	TUNWIN_VERDICT_RAISED,
	TUNWIN_VERDICT_CLEARED,
};

/**
 * struct tunwin_again - how often something has come and gone
 * @cleared_ns: when it was last reported as over
 * @times: how often it was, of late
 */
struct tunwin_again {
	__u64 cleared_ns;
	__u8 times;
};

bool tunwin_again_is_fresh(const struct tunwin_again *again, __u64 now_ns);
bool tunwin_again_may_be(const struct tunwin_again *again, __u64 now_ns);
void tunwin_again_over(struct tunwin_again *again, __u64 now_ns);

/**
 * struct tunwin_collapse - where a direction's window stands
 * @low_ns: since when it has been low, 0 if it is not; of one that has collapsed, when it was last
 *	    seen to limit the direction
 * @limited_ns: the time that the window had limited the direction by then
 * @again: of collapses that were over
 * @reference_bytes: what it has collapsed from, 0 while it has not
 * @by_need: that is what the tunnel's rate needs, and changes with it
 * @former_bytes: the same of a collapse that has ceased to matter, while the window is still low
 */
struct tunwin_collapse {
	__u64 low_ns;
	__u64 limited_ns;
	struct tunwin_again again;
	__u32 reference_bytes;
	__u32 former_bytes;
	bool by_need;
};

/**
 * struct tunwin_collapse_facts - what a look at the direction shows
 * @now_ns: when
 * @limited_ns: the time that the window has limited it so far; it never goes back
 * @window_bytes: the window
 * @reference_bytes: what it was in the last minute, or needs to be; 0 if neither is known
 * @by_need: it is what is needed
 * @rtt_us: the round trip, 0 if unknown
 * @ratio_percent: so much of the reference is low
 */
struct tunwin_collapse_facts {
	__u64 now_ns;
	__u64 limited_ns;
	__u32 window_bytes;
	__u32 reference_bytes;
	__u32 rtt_us;
	__u32 ratio_percent;
	bool by_need;
};

enum tunwin_verdict tunwin_collapse_look(struct tunwin_collapse *collapse,
					 const struct tunwin_collapse_facts *facts);
__u64 tunwin_collapse_patience_ns(__u32 rtt_us);

#endif
