/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The rules of a shortage of buffers: what a card's counter tells, when a shortage begins and when
 * it is over. doc/window.md gives their reasons. Integers in, verdict out, like window.h.
 */
#ifndef TUNWIN_SHORTAGE_H
#define TUNWIN_SHORTAGE_H

#include <linux/types.h>

/**
 * struct tunwin_register - a counter of a driver, which adds up what it reads from its card
 * @last: what it stood at after the last reading
 * @held: what the card's own register still held after the last reading: 0 if reading clears it
 * @keeps: reading does not clear it
 * @begun: it has been read before
 */
struct tunwin_register {
	__u64 last;
	__u64 held;
	bool keeps;
	bool begun;
};

/* So often a counter is read at once. */
#define TUNWIN_REGISTER_READINGS	3

__u64 tunwin_register_read(struct tunwin_register *reg,
			   const __u64 at[TUNWIN_REGISTER_READINGS]);

enum tunwin_shortage_verdict {
	TUNWIN_SHORTAGE_SAME,
	TUNWIN_SHORTAGE_BEGUN,
	TUNWIN_SHORTAGE_ENDED,
};

/**
 * struct tunwin_shortage - one device's, present or last
 * @start_ns: when the first packet was lost for want of a buffer
 * @slack_ns: or so much earlier, as far as is known
 * @last_ns: when the last one was
 * @packets: lost so far
 * @peak_pps: the highest rate of losses between two looks
 * @open: it is not over
 */
struct tunwin_shortage {
	__u64 start_ns;
	__u64 slack_ns;
	__u64 last_ns;
	__u64 packets;
	__u64 peak_pps;
	bool open;
};

/**
 * struct tunwin_shortage_look - what has happened between two looks at a device
 * @since_ns, @now_ns: the two looks
 * @packets: lost for want of a buffer
 * @first_ns, @last_ns: when the first and the last of them were, or were missed by a flow; 0: that
 *	is not known
 * @stalled: a flow that lost some has not moved since
 */
struct tunwin_shortage_look {
	__u64 since_ns;
	__u64 now_ns;
	__u64 packets;
	__u64 first_ns;
	__u64 last_ns;
	bool stalled;
};

enum tunwin_shortage_verdict tunwin_shortage_look(struct tunwin_shortage *shortage,
						  const struct tunwin_shortage_look *look);

/**
 * struct tunwin_shortage_silence - a flow that has lost some, and may stand still since
 * @now_ns: the time
 * @heard_ns: when its last packet came
 * @lost_ns: when the last one was that it is known to have lost
 * @refused_ns: when a packet, whosever, found no buffer last
 * @rtt_us: its round trip, 0 if unknown
 */
struct tunwin_shortage_silence {
	__u64 now_ns;
	__u64 heard_ns;
	__u64 lost_ns;
	__u64 refused_ns;
	__u32 rtt_us;
};

bool tunwin_shortage_is_silence(const struct tunwin_shortage_silence *facts);

#endif
