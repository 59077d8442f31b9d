// SPDX-License-Identifier: GPL-2.0
#include "bdp.h"
#include "muldiv.h"

#define BITS_NS 8000000000ULL	/* bits per byte x nanoseconds per second */

uint64_t tunwin_bdp_needed_bytes(uint64_t rate_bps, uint64_t rtt_ns, unsigned int times)
{
	unsigned __int128 path = (unsigned __int128)rate_bps * rtt_ns;

	/* times is 1 or 2: what does not fit 128 bits then does not fit the result either */
	if (path / BITS_NS > UINT64_MAX / 4)
		return UINT64_MAX;
	return (uint64_t)((path * times + BITS_NS - 1) / BITS_NS);
}

uint64_t tunwin_bdp_ceiling_bps(uint64_t window_bytes, uint64_t rtt_ns)
{
	return tunwin_muldiv_round(window_bytes, BITS_NS, rtt_ns);
}

size_t tunwin_bdp_windows(uint64_t until_bytes, uint64_t *windows)
{
	const uint64_t at_least = 2 << 20;
	uint64_t window = TUNWIN_BDP_WINDOW_FIRST_BYTES;
	size_t count = 0;

	for (; count < TUNWIN_BDP_ROWS_MAX; window *= 2) {
		windows[count++] = window < TUNWIN_BDP_WINDOW_MAX_BYTES ?
				   window : TUNWIN_BDP_WINDOW_MAX_BYTES;
		if (window >= at_least && window >= until_bytes)
			break;
	}
	return count;
}
