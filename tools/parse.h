/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Words of the command line into numbers. @what names the argument in the message of a fault.
 * All return 0, or TUNWIN_EXIT_LOCAL with @err filled. What format prints, parse accepts.
 */
#ifndef TUNWIN_PARSE_H
#define TUNWIN_PARSE_H

#include "error.h"
#include "model.h"

int tunwin_parse_number(const char *what, const char *word, uint64_t min, uint64_t max,
			uint64_t *value, struct tunwin_error *err);

/*
 * tc's rates: a bare number is bit/s; bit, kbit, mbit, gbit, tbit count bits in thousands, kibit
 * and so on in 1024s; bps, kbps, mbps, ... count bytes, in either case. In the notation with a
 * slash, b is a bit and B is a byte: 19.5Mb/s, 2.4MB/s.
 */
int tunwin_parse_rate(const char *what, const char *word, uint64_t *bps,
		      struct tunwin_error *err);

/* A number and a unit: ns, us, ms, s, m, h, d. More than nothing. */
int tunwin_parse_time(const char *what, const char *word, uint64_t *ns, struct tunwin_error *err);

/* An IPv4 or IPv6 address; no names, so that a filter never waits for a name server. */
int tunwin_parse_address(const char *what, const char *word, struct address *addr,
			 struct tunwin_error *err);

/* The same with an optional /LEN; @prefix_len is not known without one. */
int tunwin_parse_prefix(const char *what, const char *word, struct address *addr,
			struct opt_u64 *prefix_len, struct tunwin_error *err);

/* A device name, as long as the kernel allows one to be. */
int tunwin_parse_device(const char *what, const char *word, struct tunwin_error *err);

/* One of @words, which end with NULL; its place in them. */
int tunwin_parse_word(const char *what, const char *word, const char *const *words,
		      uint64_t *value, struct tunwin_error *err);

#endif
