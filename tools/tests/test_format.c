// SPDX-License-Identifier: GPL-2.0
#include "test.h"

#include "format.h"

static void test_count(void **state)
{
	(void)state;
	assert_string_equal(tunwin_format_count(0).s, "0");
	assert_string_equal(tunwin_format_count(999).s, "999");
	assert_string_equal(tunwin_format_count(1000).s, "1,000");
	assert_string_equal(tunwin_format_count(UINT64_MAX).s, "18,446,744,073,709,551,615");
}

static void test_bytes(void **state)
{
	(void)state;
	assert_string_equal(tunwin_format_bytes(0).s, "0 bytes");
	assert_string_equal(tunwin_format_bytes(1).s, "1 byte");
	assert_string_equal(tunwin_format_bytes(558080).s, "558,080 bytes");
}

static void test_size(void **state)
{
	(void)state;
	assert_string_equal(tunwin_format_size(0).s, "0");
	assert_string_equal(tunwin_format_size(1023).s, "1023");
	assert_string_equal(tunwin_format_size(1024).s, "1K");
	assert_string_equal(tunwin_format_size(1536).s, "1.5K");
	assert_string_equal(tunwin_format_size(65535).s, "64K");
	assert_string_equal(tunwin_format_size(558080).s, "545K");
	assert_string_equal(tunwin_format_size((1 << 20) - 1).s, "1M");
	assert_string_equal(tunwin_format_size(7287500).s, "6.9M");
	assert_string_equal(tunwin_format_size(UINT64_MAX).s, "16E");
}

static void test_rate(void **state)
{
	(void)state;
	assert_string_equal(tunwin_format_rate(0).s, "0 b/s");
	assert_string_equal(tunwin_format_rate(999).s, "999 b/s");
	assert_string_equal(tunwin_format_rate(1000).s, "1.0 kb/s");
	assert_string_equal(tunwin_format_rate(19500000).s, "19.5 Mb/s");
	assert_string_equal(tunwin_format_rates(999000, 19500000).s, "999.0 kb/s to 19.5 Mb/s");
	assert_string_equal(tunwin_format_rates(19500000, 19500001).s, "about 19.5 Mb/s");
	assert_string_equal(tunwin_format_rates(UINT64_MAX, 0).s, "18446744.1 Tb/s to 0 b/s");
	assert_string_equal(tunwin_format_rate(999949999).s, "999.9 Mb/s");
	/* rounds up into the next unit, not to 1000.0 of this one */
	assert_string_equal(tunwin_format_rate(999950000).s, "1.0 Gb/s");
	assert_string_equal(tunwin_format_rate(UINT64_MAX).s, "18446744.1 Tb/s");
}

static void test_time(void **state)
{
	(void)state;
	assert_string_equal(tunwin_format_time(0).s, "0 ns");
	assert_string_equal(tunwin_format_time(80312000).s, "80.3 ms");
	assert_string_equal(tunwin_format_time(250000).s, "250.0 us");
	assert_string_equal(tunwin_format_time(58300000).s, "58.3 ms");
	assert_string_equal(tunwin_format_time(999960000).s, "1.0 s");
}

static void test_age(void **state)
{
	(void)state;
	assert_string_equal(tunwin_format_age(0).s, "0.0s");
	assert_string_equal(tunwin_format_age(12345000000).s, "12.3s");
	assert_string_equal(tunwin_format_age(59999999999).s, "59.9s");
	assert_string_equal(tunwin_format_age(125000000000).s, "2m05s");
	assert_string_equal(tunwin_format_age(3599999999999).s, "59m59s");
	assert_string_equal(tunwin_format_age(11220000000000).s, "3h07m");
	assert_string_equal(tunwin_format_age(187200000000000).s, "2d04h");
}

static void test_fixed(void **state)
{
	(void)state;
	assert_string_equal(tunwin_format_fixed(710000, 1000000, 2).s, "0.71");
	assert_string_equal(tunwin_format_fixed(714999, 1000000, 2).s, "0.71");
	assert_string_equal(tunwin_format_fixed(715000, 1000000, 2).s, "0.72");
	assert_string_equal(tunwin_format_fixed(999999, 1000000, 2).s, "1.00");
	assert_string_equal(tunwin_format_fixed(1234567, 1, 0).s, "1,234,567");
}

static void test_decimal(void **state)
{
	(void)state;
	assert_string_equal(tunwin_format_decimal(58300000, 9).s, "0.0583");
	assert_string_equal(tunwin_format_decimal(12000000000, 9).s, "12.0");
	assert_string_equal(tunwin_format_decimal(1, 9).s, "0.000000001");
	assert_string_equal(tunwin_format_decimal(0, 6).s, "0.0");
	assert_string_equal(tunwin_format_decimal(UINT64_MAX, 9).s, "18446744073.709551615");
}

static void test_unknown(void **state)
{
	const struct opt_u64 unknown = { .known = false, .value = 5 };

	(void)state;
	assert_string_equal(tunwin_format_opt(UNIT_COUNT, unknown).s, "?");
	assert_string_equal(tunwin_format_opt(UNIT_RATE, unknown).s, "?");
	assert_string_equal(tunwin_format_opt(UNIT_RATE, OPT_U64(5)).s, "5 b/s");
	assert_string_equal(tunwin_format_opt(UNIT_MEAN, OPT_U64(12034000)).s, "12.0");
}

static void test_endpoint(void **state)
{
	struct endpoint end = { .addr = { 4, { 10, 9, 0, 2 } }, .port = OPT_U64(5201) };

	(void)state;
	assert_string_equal(tunwin_format_endpoint(&end).s, "10.9.0.2:5201");
	end.addr = (struct address){ 16, { 0x20, 0x01, 0x0d, 0xb8, [15] = 2 } };
	assert_string_equal(tunwin_format_endpoint(&end).s, "[2001:db8::2]:5201");
	memset(end.addr.bytes, 0xff, sizeof(end.addr.bytes));
	end.port.value = 65535;
	assert_string_equal(tunwin_format_endpoint(&end).s,
			    "[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]:65535");
	end = (struct endpoint){ .port = { .known = false } };
	assert_string_equal(tunwin_format_endpoint(&end).s, "?:?");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_count),
		cmocka_unit_test(test_bytes),
		cmocka_unit_test(test_size),
		cmocka_unit_test(test_rate),
		cmocka_unit_test(test_time),
		cmocka_unit_test(test_age),
		cmocka_unit_test(test_fixed),
		cmocka_unit_test(test_decimal),
		cmocka_unit_test(test_unknown),
		cmocka_unit_test(test_endpoint),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
