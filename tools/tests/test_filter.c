// SPDX-License-Identifier: GPL-2.0
#include "test.h"

#include "filter.h"

#define WORDS_MAX 24

/* Splits @line in place of a shell. */
static int parse(const char *line, struct filter *filter, struct tunwin_error *err)
{
	char copy[256];
	char *argv[WORDS_MAX];
	char *rest = copy;
	char *word;
	int argc = 0;

	memset(err, 0, sizeof(*err));
	snprintf(copy, sizeof(copy), "%s", line);
	while ((word = strsep(&rest, " ")))
		if (*word && argc < WORDS_MAX)
			argv[argc++] = word;
	return tunwin_filter_parse(argc, argv, filter, err);
}

static void test_all_words(void **state)
{
	struct tunwin_error err;
	struct filter f;

	(void)state;
	assert_int_equal(parse("tunnel gre1 and host 10.0.0.0/8 near 10.9.0.2 far 2001:db8::1 "
			       "and port 22 near-port 1 and far-port 65535 state established "
			       "vantage socket and ended", &f, &err), 0);
	assert_string_equal(f.tunnel, "gre1");
	assert_int_equal(f.host.len, 4);
	assert_int_equal(f.host_prefix_len.value, 8);
	assert_int_equal(f.near_addr.len, 4);
	assert_int_equal(f.near_addr.bytes[3], 2);
	assert_int_equal(f.far_addr.len, 16);
	assert_int_equal(f.port.value, 22);
	assert_int_equal(f.near_port.value, 1);
	assert_int_equal(f.far_port.value, 65535);
	assert_int_equal(f.state.value, STATE_ESTABLISHED);
	assert_int_equal(f.vantage.value, VANTAGE_SOCKET);
	assert_true(f.ended);
}

static void test_empty(void **state)
{
	struct tunwin_error err;
	struct filter f;

	(void)state;
	assert_int_equal(parse("", &f, &err), 0);
	assert_string_equal(f.tunnel, "");
	assert_int_equal(f.host.len, 0);
	assert_false(f.port.known);
	assert_false(f.state.known);
	assert_false(f.vantage.known);
	assert_false(f.ended);
}

/* Values that are 0 in the kernel's numbering are still asked for. */
static void test_zero_values(void **state)
{
	struct tunwin_error err;
	struct filter f;

	(void)state;
	assert_int_equal(parse("state syn vantage wire host ::/0", &f, &err), 0);
	assert_true(f.state.known && f.state.value == STATE_SYN);
	assert_true(f.vantage.known && f.vantage.value == VANTAGE_WIRE);
	assert_true(f.host_prefix_len.known && f.host_prefix_len.value == 0);
	assert_int_equal(f.host.len, 16);
}

static void test_faults(void **state)
{
	static const struct {
		const char *line;
		const char *fault;
	} rows[] = {
		{ "gre1", "'gre1' is not a word of the filter" },
		{ "prot 5", "did you mean 'port'?" },
		{ "tunnel", "'tunnel' needs a value" },
		{ "tunnel averyveryverylongname", "tunnel: 'averyveryverylongname'" },
		{ "port 5 port 6", "'port' is given twice" },
		{ "ended ended", "'ended' is given twice" },
		{ "port 0", "port: 0 is not from 1 to 65,535" },
		{ "port 65536", "port: 65,536 is not from 1 to 65,535" },
		{ "near-port http", "near-port: 'http' is not a number" },
		{ "host example.com", "host: 'example.com' is not an IPv4 or IPv6 address" },
		{ "host 10.0.0.0/33", "prefix length: 33 is not from 0 to 32" },
		{ "near 10.0.0.0/8", "near: '10.0.0.0/8' is a prefix" },
		{ "state open", "state: 'open' is not one of syn, established, closing, closed" },
		{ "vantage both", "vantage: 'both' is not one of wire, socket" },
		{ "and port 5", "'and' must stand between" },
		{ "port 5 and", "'and' must stand between" },
		{ "port 5 and and ended", "'and' must stand between" },
		{ "port 5 or port 6", "'or' is not a word of the filter" },
	};
	struct tunwin_error err;
	struct filter f;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		if (parse(rows[i].line, &f, &err) != TUNWIN_EXIT_LOCAL)
			fail_msg("'%s' was taken", rows[i].line);
		if (!strstr(err.text, rows[i].fault))
			fail_msg("'%s': %s", rows[i].line, err.text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_all_words),
		cmocka_unit_test(test_empty),
		cmocka_unit_test(test_zero_values),
		cmocka_unit_test(test_faults),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
