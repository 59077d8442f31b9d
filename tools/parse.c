// SPDX-License-Identifier: GPL-2.0
#include <arpa/inet.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "format.h"
#include "muldiv.h"
#include "parse.h"

#define DIGITS_MAX 18	/* of a number, so that it fits 64 bits whatever it is */

/* A decimal number as written: digits / 10^decimals, and what follows it. */
struct decimal {
	uint64_t digits;
	uint64_t divisor;
	const char *suffix;
};

/* No sign, no exponent, no "inf": strtod() takes too much and rounds. */
static bool read_decimal(const char *word, struct decimal *d)
{
	unsigned int count = 0;
	bool point = false;

	d->digits = 0;
	d->divisor = 1;
	for (; (*word >= '0' && *word <= '9') || (*word == '.' && !point); word++) {
		if (*word == '.') {
			point = true;
			continue;
		}
		if (++count > DIGITS_MAX)
			return false;
		d->digits = d->digits * 10 + (uint64_t)(*word - '0');
		if (point)
			d->divisor *= 10;
	}
	if (*word == ' ')
		word++;
	d->suffix = word;
	return count > 0;
}

int tunwin_parse_number(const char *what, const char *word, uint64_t min, uint64_t max,
			uint64_t *value, struct tunwin_error *err)
{
	struct decimal d;

	if (!read_decimal(word, &d) || *d.suffix || d.divisor != 1 ||
	    strspn(word, "0123456789") != strlen(word))
		return tunwin_error_set(err, TUNWIN_EXIT_LOCAL, "%s: '%s' is not a number", what,
					word);
	if (d.digits < min || d.digits > max)
		return tunwin_error_set(err, TUNWIN_EXIT_LOCAL, "%s: %s is not from %s to %s", what,
					tunwin_format_count(d.digits).s, tunwin_format_count(min).s,
					tunwin_format_count(max).s);
	*value = d.digits;
	return 0;
}

/* Bits in one unit of @suffix, 0 if it is none. */
static uint64_t rate_unit_bits(const char *suffix)
{
	static const char prefixes[] = "kmgt";
	uint64_t bits = 1;

	if (!*suffix)
		return 1;
	for (unsigned int i = 0; prefixes[i]; i++) {
		unsigned int base = 1000;
		const char *unit = suffix + 1;

		if ((*suffix | 0x20) != prefixes[i])
			continue;
		if ((*unit | 0x20) == 'i') {
			base = 1024;
			unit++;
		}
		for (unsigned int j = 0; j <= i; j++)
			bits *= base;
		suffix = unit;
		break;
	}
	if (!strcasecmp(suffix, "bit") || !strcmp(suffix, "b/s") || !strcasecmp(suffix, "bit/s"))
		return bits;
	if (!strcasecmp(suffix, "bps") || !strcmp(suffix, "B/s"))
		return bits * 8;
	return 0;
}

int tunwin_parse_rate(const char *what, const char *word, uint64_t *bps,
		      struct tunwin_error *err)
{
	struct decimal d;
	uint64_t unit;

	if (!read_decimal(word, &d))
		return tunwin_error_set(err, TUNWIN_EXIT_LOCAL,
					"%s: '%s' is not a rate (such as 100mbit or 1gbit)", what,
					word);
	unit = rate_unit_bits(d.suffix);
	if (!unit)
		return tunwin_error_set(err, TUNWIN_EXIT_LOCAL,
					"%s: '%s' has no known unit (bit, kbit, mbit, gbit, Mb/s, ...)",
					what, word);
	*bps = tunwin_muldiv_round(d.digits, unit, d.divisor);
	if (!*bps || *bps == UINT64_MAX)
		return tunwin_error_set(err, TUNWIN_EXIT_LOCAL, "%s: '%s' is too %s", what, word,
					*bps ? "large" : "small");
	return 0;
}

static uint64_t time_unit_ns(const char *suffix)
{
	static const struct {
		const char *suffix;
		uint64_t ns;
	} units[] = {
		{ "ns", 1 },
		{ "us", 1000 },
		{ "usec", 1000 },
		{ "ms", 1000000 },
		{ "msec", 1000000 },
		{ "s", 1000000000 },
		{ "sec", 1000000000 },
		{ "m", 60000000000 },
		{ "min", 60000000000 },
		{ "h", 3600000000000 },
		{ "d", 86400000000000 },
	};

	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (!strcmp(suffix, units[i].suffix))
			return units[i].ns;
	return 0;
}

int tunwin_parse_time(const char *what, const char *word, uint64_t *ns, struct tunwin_error *err)
{
	struct decimal d;
	uint64_t unit;

	if (!read_decimal(word, &d))
		return tunwin_error_set(err, TUNWIN_EXIT_LOCAL,
					"%s: '%s' is not a time (such as 70ms or 10m)", what, word);
	unit = time_unit_ns(d.suffix);
	if (!unit)
		return tunwin_error_set(err, TUNWIN_EXIT_LOCAL,
					"%s: '%s' %s (ns, us, ms, s, m, h, d)", what, word,
					*d.suffix ? "has no known unit" : "needs a unit");
	*ns = tunwin_muldiv_round(d.digits, unit, d.divisor);
	if (!*ns || *ns == UINT64_MAX)
		return tunwin_error_set(err, TUNWIN_EXIT_LOCAL, "%s: '%s' is too %s", what, word,
					*ns ? "large" : "small");
	return 0;
}

static bool read_address(const char *word, struct address *addr)
{
	memset(addr, 0, sizeof(*addr));
	if (inet_pton(AF_INET, word, addr->bytes) == 1)
		addr->len = 4;
	else if (inet_pton(AF_INET6, word, addr->bytes) == 1)
		addr->len = 16;
	return addr->len;
}

int tunwin_parse_address(const char *what, const char *word, struct address *addr,
			 struct tunwin_error *err)
{
	if (read_address(word, addr))
		return 0;
	return tunwin_error_set(err, TUNWIN_EXIT_LOCAL, "%s: '%s' is not an IPv4 or IPv6 address",
				what, word);
}

int tunwin_parse_prefix(const char *what, const char *word, struct address *addr,
			struct opt_u64 *prefix_len, struct tunwin_error *err)
{
	const char *slash = strchr(word, '/');
	char part[INET6_ADDRSTRLEN];
	uint64_t len;

	*prefix_len = (struct opt_u64){ 0 };
	if (!slash)
		return tunwin_parse_address(what, word, addr, err);
	snprintf(part, sizeof(part), "%.*s", (int)(slash - word), word);
	if ((size_t)(slash - word) >= sizeof(part) || !read_address(part, addr))
		return tunwin_error_set(err, TUNWIN_EXIT_LOCAL,
					"%s: '%s' is not an address with a prefix length", what,
					word);
	if (tunwin_parse_number("prefix length", slash + 1, 0, addr->len * 8U, &len, err))
		return err->status;
	*prefix_len = OPT_U64(len);
	return 0;
}

int tunwin_parse_device(const char *what, const char *word, struct tunwin_error *err)
{
	if (*word && strlen(word) < MODEL_NAME_SIZE)
		return 0;
	return tunwin_error_set(err, TUNWIN_EXIT_LOCAL,
				"%s: '%s' is not a device name (1 to %d characters)", what, word,
				MODEL_NAME_SIZE - 1);
}

int tunwin_parse_word(const char *what, const char *word, const char *const *words,
		      uint64_t *value, struct tunwin_error *err)
{
	char list[128] = "";

	for (size_t i = 0; words[i]; i++) {
		size_t len = strlen(list);

		if (!strcmp(word, words[i])) {
			*value = i;
			return 0;
		}
		snprintf(list + len, sizeof(list) - len, "%s%s", i ? ", " : "", words[i]);
	}
	return tunwin_error_set(err, TUNWIN_EXIT_LOCAL, "%s: '%s' is not one of %s", what, word,
				list);
}
