/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which flows have missed something of late: a note of each hole that a packet left in the data
 * that comes in. Packets write them, one worker reads them.
 */
#ifndef TUNWIN_GAPS_H
#define TUNWIN_GAPS_H

#include <linux/types.h>

/**
 * struct tunwin_gap - one hole
 * @ns: when the packet behind it passed
 * @flow_id: whose it is
 * @start: the first number of it
 * @bytes: payload that is missing
 * @retransmits: segments of the direction that had been sent again before
 */
struct tunwin_gap {
	u64 ns;
	u32 flow_id;
	u32 start;
	u32 bytes;
	u32 retransmits;
};

int tunwin_gaps_init(void);
/* No packet is seen any more. */
void tunwin_gaps_exit(void);

/* Note one; softirq or bottom halves off. The oldest is overwritten. */
void tunwin_gaps_add(const struct tunwin_gap *gap);
/*
 * Calls each() for those since the last call, in the order of each CPU; the worker alone. Returns
 * how many were overwritten before they could be read.
 */
u64 tunwin_gaps_read(void (*each)(const struct tunwin_gap *gap));

#endif
