/* SPDX-License-Identifier: GPL-2.0 */
#ifndef TUNWIN_MULDIV_H
#define TUNWIN_MULDIV_H

#include <stdint.h>

/*
 * (a * b + add) / c without loss in between; UINT64_MAX if the result is larger than that.
 * add = c / 2 rounds to the nearest, add = c - 1 rounds up. c must not be 0.
 */
static inline uint64_t tunwin_muldiv(uint64_t a, uint64_t b, uint64_t c, uint64_t add)
{
	unsigned __int128 result = ((unsigned __int128)a * b + add) / c;

	return result > UINT64_MAX ? UINT64_MAX : (uint64_t)result;
}

/* a * b / c to the nearest, halves up */
static inline uint64_t tunwin_muldiv_round(uint64_t a, uint64_t b, uint64_t c)
{
	return tunwin_muldiv(a, b, c, c / 2);
}

#endif
