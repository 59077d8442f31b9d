/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Bandwidth x delay: what a path needs of a window, and what a window allows on a path. Integers
 * only, rounded once, at the end.
 */
#ifndef TUNWIN_BDP_H
#define TUNWIN_BDP_H

#include <stddef.h>
#include <stdint.h>

/* The window field has 16 bits and RFC 7323 shifts it by at most 14. */
#define TUNWIN_BDP_UNSCALED_MAX_BYTES 65535ULL
/* The largest scale there is (RFC 7323, 2.3). */
#define TUNWIN_BDP_SHIFT_MAX 14
#define TUNWIN_BDP_WINDOW_MAX_BYTES (65535ULL << 14)

#define TUNWIN_BDP_WINDOW_FIRST_BYTES 8192ULL
#define TUNWIN_BDP_ROWS_MAX 18		/* 8 KB to 512 MB, and the largest there is */

/* The bytes that a path of this rate holds in @times round trips, rounded up. */
uint64_t tunwin_bdp_needed_bytes(uint64_t rate_bps, uint64_t rtt_ns, unsigned int times);

/* The highest rate that this window allows, to the nearest bit per second; @rtt_ns is not 0. */
uint64_t tunwin_bdp_ceiling_bps(uint64_t window_bytes, uint64_t rtt_ns);

/*
 * Powers of two from 8 KB to the first that is at least @until_bytes, to 2 MB at least and to the
 * largest window of TCP, just under 1 GB, at most. Returns how many it has put in @windows, which
 * has room for TUNWIN_BDP_ROWS_MAX.
 */
size_t tunwin_bdp_windows(uint64_t until_bytes, uint64_t *windows);

#endif
