// SPDX-License-Identifier: GPL-2.0
#include <arpa/inet.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "format.h"
#include "muldiv.h"

#define NS_PER_S UINT64_C(1000000000)

struct scale {
	uint64_t size;
	const char *unit;
};

static struct text __attribute__((format(printf, 1, 2))) text(const char *fmt, ...)
{
	struct text result;
	va_list args;

	va_start(args, fmt);
	vsnprintf(result.s, sizeof(result.s), fmt, args);
	va_end(args);
	return result;
}

struct text tunwin_format_count(uint64_t value)
{
	struct text result;
	char digits[24];
	int len = snprintf(digits, sizeof(digits), "%" PRIu64, value);
	char *to = result.s;

	for (int i = 0; i < len; i++) {
		if (i && (len - i) % 3 == 0)
			*to++ = ',';
		*to++ = digits[i];
	}
	*to = '\0';
	return result;
}

struct text tunwin_format_bytes(uint64_t bytes)
{
	return text("%s byte%s", tunwin_format_count(bytes).s, bytes == 1 ? "" : "s");
}

/* One decimal, save for the smallest unit, which has no parts. */
static struct text scaled(uint64_t value, const struct scale *scales, unsigned int count)
{
	unsigned int i = 0;
	uint64_t tenths;

	/* A value that would be rounded to 1000.0 of one unit is 1.0 of the next. */
	while (i + 1 < count && tunwin_muldiv_round(value, 10, scales[i].size) >= 10000)
		i++;
	if (!i)
		return text("%" PRIu64 " %s", value, scales[0].unit);
	tenths = tunwin_muldiv_round(value, 10, scales[i].size);
	return text("%" PRIu64 ".%" PRIu64 " %s", tenths / 10, tenths % 10, scales[i].unit);
}

struct text tunwin_format_rate(uint64_t bps)
{
	static const struct scale scales[] = {
		{ 1, "b/s" },
		{ 1000, "kb/s" },
		{ 1000000, "Mb/s" },
		{ 1000000000, "Gb/s" },
		{ 1000000000000, "Tb/s" },
	};

	return scaled(bps, scales, sizeof(scales) / sizeof(scales[0]));
}

struct text tunwin_format_rates(uint64_t from_bps, uint64_t to_bps)
{
	struct text text, from = tunwin_format_rate(from_bps), to = tunwin_format_rate(to_bps);

	if (strcmp(from.s, to.s))
		snprintf(text.s, sizeof(text.s), "%.24s to %.24s", from.s, to.s);
	else
		snprintf(text.s, sizeof(text.s), "about %.24s", from.s);
	return text;
}

struct text tunwin_format_time(uint64_t ns)
{
	static const struct scale scales[] = {
		{ 1, "ns" },
		{ 1000, "us" },
		{ 1000000, "ms" },
		{ 1000000000, "s" },
	};

	return scaled(ns, scales, sizeof(scales) / sizeof(scales[0]));
}

struct text tunwin_format_age(uint64_t ns)
{
	uint64_t s = ns / NS_PER_S;

	if (s < 60)
		return text("%" PRIu64 ".%" PRIu64 "s", s, ns % NS_PER_S / (NS_PER_S / 10));
	if (s < 3600)
		return text("%" PRIu64 "m%02" PRIu64 "s", s / 60, s % 60);
	if (s < 86400)
		return text("%" PRIu64 "h%02" PRIu64 "m", s / 3600, s / 60 % 60);
	return text("%" PRIu64 "d%02" PRIu64 "h", s / 86400, s / 3600 % 24);
}

struct text tunwin_format_size(uint64_t bytes)
{
	static const char units[] = { 'K', 'M', 'G', 'T', 'P', 'E' };
	uint64_t size = 1024;
	uint64_t tenths;
	unsigned int i = 0;

	if (bytes < 1024)
		return text("%" PRIu64, bytes);
	while (i + 1 < sizeof(units) && tunwin_muldiv_round(bytes, 1, size) >= 1024) {
		size *= 1024;
		i++;
	}
	tenths = tunwin_muldiv_round(bytes, 10, size);
	if (tenths < 100 && tenths % 10)
		return text("%" PRIu64 ".%" PRIu64 "%c", tenths / 10, tenths % 10, units[i]);
	return text("%" PRIu64 "%c", tunwin_muldiv_round(bytes, 1, size), units[i]);
}

struct text tunwin_format_fixed(uint64_t value, uint64_t scale, unsigned int decimals)
{
	uint64_t pow = 1;
	uint64_t rounded;

	for (unsigned int i = 0; i < decimals; i++)
		pow *= 10;
	rounded = tunwin_muldiv_round(value, pow, scale);
	if (!decimals)
		return tunwin_format_count(rounded);
	return text("%s.%0*" PRIu64, tunwin_format_count(rounded / pow).s, (int)decimals,
		    rounded % pow);
}

struct text tunwin_format_decimal(uint64_t value, unsigned int digits)
{
	uint64_t pow = 1;
	uint64_t part;

	for (unsigned int i = 0; i < digits; i++)
		pow *= 10;
	part = value % pow;
	while (digits > 1 && part % 10 == 0) {
		part /= 10;
		digits--;
	}
	return text("%" PRIu64 ".%0*" PRIu64, value / pow, (int)digits, part);
}

struct text tunwin_format_opt(enum unit unit, struct opt_u64 value)
{
	if (!value.known)
		return (struct text){ "?" };
	switch (unit) {
	case UNIT_COUNT:
		return tunwin_format_count(value.value);
	case UNIT_BYTES:
		return tunwin_format_bytes(value.value);
	case UNIT_RATE:
		return tunwin_format_rate(value.value);
	case UNIT_TIME:
		return tunwin_format_time(value.value);
	case UNIT_AGE:
		return tunwin_format_age(value.value);
	case UNIT_RATIO:
		return tunwin_format_fixed(value.value, 1000000, 2);
	case UNIT_MEAN:
		return tunwin_format_fixed(value.value, 1000000, 1);
	}
	return (struct text){ "?" };
}

struct text tunwin_format_address(const struct address *addr)
{
	struct text result = { "?" };

	if (addr->len == 4)
		inet_ntop(AF_INET, addr->bytes, result.s, sizeof(result.s));
	else if (addr->len == 16)
		inet_ntop(AF_INET6, addr->bytes, result.s, sizeof(result.s));
	return result;
}

struct text tunwin_format_endpoint(const struct endpoint *end)
{
	struct text addr = tunwin_format_address(&end->addr);
	struct text port = { "?" };

	if (end->port.known)
		port = text("%" PRIu64, end->port.value);
	return text(end->addr.len == 16 ? "[%s]:%s" : "%s:%s", addr.s, port.s);
}
