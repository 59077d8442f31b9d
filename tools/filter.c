// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <string.h>

#include "cause/cause.h"
#include "filter.h"
#include "nearest.h"
#include "parse.h"

const char tunwin_filter_help[] =
	"FILTER is any of these, in any order; a flow must match all that are given:\n"
	"  tunnel NAME            flows of this tunnel\n"
	"  host ADDR[/LEN]        either end has this address, or one of this prefix\n"
	"  near ADDR, far ADDR    the end on this side of the tunnel, the end across it\n"
	"  port N                 either end has this port\n"
	"  near-port N, far-port N\n"
	"  state STATE            syn, established, closing or closed\n"
	"  vantage VANTAGE        socket (the near end is a socket here) or wire (forwarded)\n"
	"  limit LIMIT            rwnd, net, sender, idle or unknown, of either direction\n"
	"  cause CODE             why it is limited, of either direction (codes: tunwin explain)\n"
	"  ended                  the flows that have ended, the latest first\n"
	"The word \"and\" may stand between them.\n";

typedef int (*parse_fn)(const char *what, const char *word, struct filter *filter,
			struct tunwin_error *err);

static int parse_tunnel(const char *what, const char *word, struct filter *filter,
			struct tunwin_error *err)
{
	if (tunwin_parse_device(what, word, err))
		return err->status;
	snprintf(filter->tunnel, sizeof(filter->tunnel), "%s", word);
	return 0;
}

static int parse_host(const char *what, const char *word, struct filter *filter,
		      struct tunwin_error *err)
{
	return tunwin_parse_prefix(what, word, &filter->host, &filter->host_prefix_len, err);
}

/* The kernel matches these two whole; a prefix would need host. */
static int parse_end(const char *what, const char *word, struct address *addr,
		     struct tunwin_error *err)
{
	if (strchr(word, '/'))
		return tunwin_error_set(err, TUNWIN_EXIT_LOCAL,
					"%s: '%s' is a prefix; %s takes one address (host takes a prefix)",
					what, word, what);
	return tunwin_parse_address(what, word, addr, err);
}

static int parse_near(const char *what, const char *word, struct filter *filter,
		      struct tunwin_error *err)
{
	return parse_end(what, word, &filter->near_addr, err);
}

static int parse_far(const char *what, const char *word, struct filter *filter,
		     struct tunwin_error *err)
{
	return parse_end(what, word, &filter->far_addr, err);
}

static int parse_a_port(const char *what, const char *word, struct opt_u64 *port,
			struct tunwin_error *err)
{
	uint64_t value;

	if (tunwin_parse_number(what, word, 1, 65535, &value, err))
		return err->status;
	*port = OPT_U64(value);
	return 0;
}

static int parse_port(const char *what, const char *word, struct filter *filter,
		      struct tunwin_error *err)
{
	return parse_a_port(what, word, &filter->port, err);
}

static int parse_near_port(const char *what, const char *word, struct filter *filter,
			   struct tunwin_error *err)
{
	return parse_a_port(what, word, &filter->near_port, err);
}

static int parse_far_port(const char *what, const char *word, struct filter *filter,
			  struct tunwin_error *err)
{
	return parse_a_port(what, word, &filter->far_port, err);
}

static int parse_state(const char *what, const char *word, struct filter *filter,
		       struct tunwin_error *err)
{
	uint64_t value;

	if (tunwin_parse_word(what, word, tunwin_model_state, &value, err))
		return err->status;
	filter->state = OPT_U64(value);
	return 0;
}

static int parse_vantage(const char *what, const char *word, struct filter *filter,
			 struct tunwin_error *err)
{
	uint64_t value;

	if (tunwin_parse_word(what, word, tunwin_model_vantage, &value, err))
		return err->status;
	filter->vantage = OPT_U64(value);
	return 0;
}

static int parse_limit(const char *what, const char *word, struct filter *filter,
		       struct tunwin_error *err)
{
	uint64_t value;

	if (tunwin_parse_word(what, word, tunwin_model_limit, &value, err))
		return err->status;
	filter->limit = OPT_U64(value);
	return 0;
}

static int parse_cause(const char *what, const char *word, struct filter *filter,
		       struct tunwin_error *err)
{
	const struct cause *cause = tunwin_cause_by_code(word);

	if (!cause)
		return tunwin_error_set(err, TUNWIN_EXIT_LOCAL,
					"%s: there is no '%s' (see: tunwin explain)", what, word);
	filter->cause = cause->code;
	return 0;
}

/* In the order of the help; ended is the one without a value. */
static const struct keyword {
	const char *word;
	parse_fn parse;
} keywords[] = {
	{ "tunnel", parse_tunnel },
	{ "host", parse_host },
	{ "near", parse_near },
	{ "far", parse_far },
	{ "port", parse_port },
	{ "near-port", parse_near_port },
	{ "far-port", parse_far_port },
	{ "state", parse_state },
	{ "vantage", parse_vantage },
	{ "limit", parse_limit },
	{ "cause", parse_cause },
	{ "ended", NULL },
};

#define KEYWORDS (sizeof(keywords) / sizeof(keywords[0]))

static int unknown_word(const char *word, struct tunwin_error *err)
{
	const char *nearest = tunwin_nearest_find(word, &keywords[0].word, KEYWORDS,
						  sizeof(keywords[0]));

	if (nearest)
		return tunwin_error_set(err, TUNWIN_EXIT_LOCAL,
					"'%s' is not a word of the filter, did you mean '%s'?",
					word, nearest);
	return tunwin_error_set(err, TUNWIN_EXIT_LOCAL,
				"'%s' is not a word of the filter (see: tunwin help flows)", word);
}

int tunwin_filter_parse(int argc, char **argv, struct filter *filter, struct tunwin_error *err)
{
	bool given[KEYWORDS] = { false };

	memset(filter, 0, sizeof(*filter));
	for (int i = 0; i < argc; i++) {
		size_t k = 0;

		if (!strcmp(argv[i], "and")) {
			if (!i || i + 1 == argc || !strcmp(argv[i - 1], "and"))
				return tunwin_error_set(err, TUNWIN_EXIT_LOCAL,
							"'and' must stand between two conditions");
			continue;
		}
		while (k < KEYWORDS && strcmp(argv[i], keywords[k].word))
			k++;
		if (k == KEYWORDS)
			return unknown_word(argv[i], err);
		if (given[k])
			return tunwin_error_set(err, TUNWIN_EXIT_LOCAL, "'%s' is given twice",
						argv[i]);
		given[k] = true;
		if (!keywords[k].parse) {
			filter->ended = true;
			continue;
		}
		if (++i == argc)
			return tunwin_error_set(err, TUNWIN_EXIT_LOCAL, "'%s' needs a value",
						keywords[k].word);
		if (keywords[k].parse(keywords[k].word, argv[i], filter, err))
			return err->status;
	}
	return 0;
}
