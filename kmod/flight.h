/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The rules of how a sender's flight moves from round to round: what it tells of a congestion
 * window that nobody but the sender knows. doc/window.md gives their reasons.
 */
#ifndef TUNWIN_FLIGHT_H
#define TUNWIN_FLIGHT_H

#include <linux/types.h>

/* What a flight tells of its sender. */
enum tunwin_flight_kind {
	TUNWIN_FLIGHT_UNDECIDED,
	TUNWIN_FLIGHT_DOUBLES,	/* or nearly: slow start */
	TUNWIN_FLIGHT_GROWS,	/* as a congestion window grows that is used up */
	TUNWIN_FLIGHT_LEVEL,	/* as none does: something else holds the sender */
	TUNWIN_FLIGHT_REDUCED,	/* losses made it smaller, and it cannot have regrown yet */
};

/**
 * struct tunwin_flight - the flights of a direction's last rounds
 * @quarter: sums of those that are compared, from the earliest quarter to the latest, in units
 * @block_bytes: mean of those of this block of rounds, as far as it goes
 * @block_before_bytes: of the block before
 * @rise_bytes: of the last block that was not higher than the one before it
 * @before_bytes: of the last two rounds before a loss, the last one first
 * @loss_bytes: about what it was when something was lost
 * @watch_bytes: sum of the rounds since
 * @typical_bytes: mean of the last ones, with those in which something was lost
 * @gap_rounds: since something was lost
 * @gap_mean: mean of that in eighths, from one loss to the next
 * @clean_rounds: since it was reduced
 * @noise_bytes: how far they are from each other, one from the next
 * @settle: rounds that are left until flights are compared
 * @rounds, @target: how many are in @quarter, and how many it takes
 * @rises: how many blocks in a row have been higher than the one before
 * @bumps: how many of them were much larger than the others
 * @losses: how often something was lost, as far as that matters
 * @watch: rounds that are left until it is decided whether a loss reduced it
 * @reduced: it did
 * @lossy: in the last round something was lost, or repaired
 */
struct tunwin_flight {
	__u32 quarter[4];
	__u32 block_bytes;
	__u32 block_before_bytes;
	__u32 rise_bytes;
	__u32 before_bytes[2];
	__u32 noise_bytes;
	__u32 loss_bytes;
	__u32 watch_bytes;
	__u32 typical_bytes;
	__u16 gap_rounds;
	__u16 gap_mean;
	__u16 clean_rounds;
	__u8 settle;
	__u8 rounds;
	__u8 target;
	__u8 bumps;
	__u8 rises;
	__u8 losses:2,
	     watch:4,
	     reduced:1,
	     lossy:1;
};

void tunwin_flight_interrupt(struct tunwin_flight *flight, __u32 bytes);
void tunwin_flight_loss(struct tunwin_flight *flight, __u32 bytes);
enum tunwin_flight_kind tunwin_flight_round(struct tunwin_flight *flight, __u32 bytes,
					    __u32 segment_bytes);

#endif
