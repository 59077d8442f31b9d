/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Numbers and addresses as people read them. Each function returns the text by value, so that one
 * printf() can use several: printf("%s", tunwin_format_rate(bps).s).
 *
 * Rates count in thousands (kb/s, Mb/s), as `tc` and `ip` do. Memory and windows count in 1024s
 * where they are shortened (545K), as `ls -h` does, and are exact elsewhere (558,080 bytes).
 */
#ifndef TUNWIN_FORMAT_H
#define TUNWIN_FORMAT_H

#include "model.h"

struct text {
	char s[64];
};

/* How a number is shown. In JSON the first three are integers, times are seconds. */
enum unit {
	UNIT_COUNT,	/* 12,345 */
	UNIT_BYTES,	/* 558,080 bytes */
	UNIT_RATE,	/* 19.5 Mb/s */
	UNIT_TIME,	/* nanoseconds: 80.3 ms */
	UNIT_AGE,	/* nanoseconds: 12.3s, 2m05s */
	UNIT_RATIO,	/* parts per million: 0.71 */
	UNIT_MEAN,	/* parts per million: 12.3 */
};

struct text tunwin_format_count(uint64_t value);
struct text tunwin_format_bytes(uint64_t bytes);
struct text tunwin_format_rate(uint64_t bps);
/* 12.1 Mb/s to 19.0 Mb/s; about 12.1 Mb/s, if they are the same */
struct text tunwin_format_rates(uint64_t from_bps, uint64_t to_bps);
struct text tunwin_format_time(uint64_t ns);
struct text tunwin_format_age(uint64_t ns);

/* At most five characters: 512, 1.5K, 545K, 16M */
struct text tunwin_format_size(uint64_t bytes);

/* @value / @scale to the nearest, with 0 to 6 decimals */
struct text tunwin_format_fixed(uint64_t value, uint64_t scale, unsigned int decimals);

/* @value / 10^digits exactly, without trailing zeros but with one decimal: 0.0583, 12.0 */
struct text tunwin_format_decimal(uint64_t value, unsigned int digits);

/* "?" if it is not known */
struct text tunwin_format_opt(enum unit unit, struct opt_u64 value);

struct text tunwin_format_address(const struct address *addr);
struct text tunwin_format_endpoint(const struct endpoint *end);

#endif
