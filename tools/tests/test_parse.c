// SPDX-License-Identifier: GPL-2.0
#include "test.h"

#include "format.h"
#include "nearest.h"
#include "parse.h"

struct number_row {
	const char *word;
	uint64_t value;		/* 0: refused */
};

static void test_rate(void **state)
{
	static const struct number_row rows[] = {
		{ "1", 1 },
		{ "1bit", 1 },
		{ "1kbit", 1000 },
		{ "1Kbit", 1000 },
		{ "1kibit", 1024 },
		{ "100mbit", 100000000 },
		{ "19.5mbit", 19500000 },
		{ "1gbit", 1000000000 },
		{ "1Gbit", 1000000000 },
		{ "1tbit", 1000000000000 },
		{ "1gibit", 1073741824 },
		{ "1bps", 8 },
		{ "1mbps", 8000000 },
		{ "1MBps", 8000000 },
		{ "1mibps", 8388608 },
		{ "10Gb/s", 10000000000 },
		{ "19.5 Mb/s", 19500000 },
		{ "2.5MB/s", 20000000 },
		{ ".5kbit", 500 },
		{ "0.3bit", 0 },
		{ "0", 0 },
		{ "", 0 },
		{ "-1", 0 },
		{ "+1", 0 },
		{ "1e9", 0 },
		{ "0x10", 0 },
		{ "inf", 0 },
		{ "nan", 0 },
		{ "1gb", 0 },
		{ "1g", 0 },
		{ "1.2.3mbit", 0 },
		{ "1mbit ", 0 },
		{ "1ibit", 0 },
		{ "1234567890123456789", 0 },
		{ "999999999999999999tbit", 0 },
		{ ".", 0 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct tunwin_error err = { .status = 0 };
		uint64_t bps = 0;
		int failed = tunwin_parse_rate("--rate", rows[i].word, &bps, &err);

		if (rows[i].value ? failed || bps != rows[i].value : !failed)
			fail_msg("%s: %d, %llu (%s)", rows[i].word, failed,
				 (unsigned long long)bps, err.text);
		if (failed)
			assert_non_null(strstr(err.text, "--rate"));
	}
}

static void test_time(void **state)
{
	static const struct number_row rows[] = {
		{ "1ns", 1 },
		{ "200us", 200000 },
		{ "58.3ms", 58300000 },
		{ "70ms", 70000000 },
		{ "0.07s", 70000000 },
		{ "80.3 ms", 80300000 },
		{ "10m", 600000000000 },
		{ "1h", 3600000000000 },
		{ "7d", 604800000000000 },
		{ "70", 0 },
		{ "0ms", 0 },
		{ "0.1ns", 0 },
		{ "70 ms ", 0 },
		{ "70mss", 0 },
		{ "-70ms", 0 },
		{ "", 0 },
		{ "999999999999999999d", 0 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct tunwin_error err = { .status = 0 };
		uint64_t ns = 0;
		int failed = tunwin_parse_time("--rtt", rows[i].word, &ns, &err);

		if (rows[i].value ? failed || ns != rows[i].value : !failed)
			fail_msg("%s: %d, %llu (%s)", rows[i].word, failed, (unsigned long long)ns,
				 err.text);
	}
}

static void test_number(void **state)
{
	static const char *const bad[] = {
		"", " 5", "5 ", "5.0", "5.", "-5", "+5", "0x5", "5a", "16", "1", "99999999999999999999",
	};
	struct tunwin_error err;
	uint64_t value;

	(void)state;
	assert_int_equal(tunwin_parse_number("n", "2", 2, 15, &value, &err), 0);
	assert_int_equal(value, 2);
	assert_int_equal(tunwin_parse_number("n", "015", 2, 15, &value, &err), 0);
	assert_int_equal(value, 15);
	for (size_t i = 0; i < COUNT(bad); i++)
		if (tunwin_parse_number("n", bad[i], 2, 15, &value, &err) != TUNWIN_EXIT_LOCAL)
			fail_msg("'%s' was taken", bad[i]);
}

static void test_prefix(void **state)
{
	static const char *const bad[] = {
		"10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1", "10.0.0.0/8/8", "/8", "2001:db8::/129",
		"2001:db8::g", "localhost", "10.0.0", "",
		"1111:1111:1111:1111:1111:1111:1111:1111:1111:1111:1111:1111:1111:1111/64",
	};
	struct tunwin_error err;
	struct address addr;
	struct opt_u64 len;

	(void)state;
	assert_int_equal(tunwin_parse_prefix("host", "10.0.0.0/8", &addr, &len, &err), 0);
	assert_int_equal(addr.len, 4);
	assert_true(len.known && len.value == 8);
	assert_int_equal(tunwin_parse_prefix("host", "0.0.0.0/0", &addr, &len, &err), 0);
	assert_true(len.known && len.value == 0);
	assert_int_equal(tunwin_parse_prefix("host", "2001:db8::/128", &addr, &len, &err), 0);
	assert_int_equal(addr.len, 16);
	assert_true(len.known && len.value == 128);
	assert_int_equal(tunwin_parse_prefix("host", "2001:db8::1", &addr, &len, &err), 0);
	assert_false(len.known);
	for (size_t i = 0; i < COUNT(bad); i++)
		if (!tunwin_parse_prefix("host", bad[i], &addr, &len, &err))
			fail_msg("'%s' was taken", bad[i]);
}

static void test_device(void **state)
{
	struct tunwin_error err;

	(void)state;
	assert_int_equal(tunwin_parse_device("track", "eth0", &err), 0);
	assert_int_equal(tunwin_parse_device("track", "fifteen-letters", &err), 0);
	assert_int_equal(tunwin_parse_device("track", "sixteen--letters", &err),
			 TUNWIN_EXIT_LOCAL);
	assert_int_equal(tunwin_parse_device("track", "", &err), TUNWIN_EXIT_LOCAL);
}

/* What the tool prints can be given back to it. */
static void test_round_trip(void **state)
{
	static const uint64_t values[] = { 1, 999, 1000, 19500000, 1000000000, 40000000000 };
	struct tunwin_error err;

	(void)state;
	for (size_t i = 0; i < COUNT(values); i++) {
		uint64_t value;

		assert_int_equal(tunwin_parse_rate("r", tunwin_format_rate(values[i]).s, &value,
						   &err), 0);
		assert_int_equal(value, values[i]);
		assert_int_equal(tunwin_parse_time("t", tunwin_format_time(values[i]).s, &value,
						   &err), 0);
		assert_int_equal(value, values[i]);
	}
}

static void test_nearest(void **state)
{
	static const char *const words[] = { "tunnels", "flows", "show", "set", "reset" };
	const size_t stride = sizeof(words[0]);

	(void)state;
	assert_string_equal(tunwin_nearest_find("flwos", words, 5, stride), "flows");
	assert_string_equal(tunwin_nearest_find("tun", words, 5, stride), "tunnels");
	assert_string_equal(tunwin_nearest_find("tunels", words, 5, stride), "tunnels");
	assert_string_equal(tunwin_nearest_find("flow", words, 5, stride), "flows");
	assert_null(tunwin_nearest_find("", words, 5, stride));
	assert_null(tunwin_nearest_find("xyzzy", words, 5, stride));
	assert_null(tunwin_nearest_find("a-word-that-is-much-too-long-for-any-of-them", words, 5,
					stride));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rate),
		cmocka_unit_test(test_time),
		cmocka_unit_test(test_number),
		cmocka_unit_test(test_prefix),
		cmocka_unit_test(test_device),
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_nearest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
