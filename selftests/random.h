/* SPDX-License-Identifier: GPL-2.0 */
/* xorshift64: the same numbers on every machine, which rand() does not promise. */
#ifndef TUNWIN_SELFTESTS_RANDOM_H
#define TUNWIN_SELFTESTS_RANDOM_H

#include <stdbool.h>
#include <stdint.h>

/* Not 0; to be set before the first number is asked for. */
static uint64_t random_state;

static inline uint32_t random_below(uint32_t limit)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return (uint32_t)(random_state >> 32) % limit;
}

static inline bool one_in(uint32_t chance)
{
	return !random_below(chance);
}

#endif
