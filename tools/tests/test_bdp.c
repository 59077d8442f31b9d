// SPDX-License-Identifier: GPL-2.0
#include "test.h"

#include "bdp.h"
#include "format.h"

/* Shalunov, "TCP over WAN Performance Tuning", RTT = 70 ms, theoretical max throughput in Mb/s */
static void test_shalunov_table(void **state)
{
	static const char *const mbps[] = {
		"0.9", "1.9", "3.7", "7.5", "15.0", "30.0", "59.9", "119.8", "239.7",
	};
	uint64_t windows[TUNWIN_BDP_ROWS_MAX];

	(void)state;
	assert_int_equal(tunwin_bdp_windows(0, windows), COUNT(mbps));
	for (size_t i = 0; i < COUNT(mbps); i++) {
		uint64_t bps = tunwin_bdp_ceiling_bps(windows[i], 70000000);

		assert_string_equal(tunwin_format_fixed(bps, 1000000, 1).s, mbps[i]);
	}
}

/* Shalunov, "GigaTCP": 1 Gb/s and 58.3 ms, "a link that can hold 7,287,500 bytes" */
static void test_gigatcp(void **state)
{
	(void)state;
	assert_int_equal(tunwin_bdp_needed_bytes(1000000000, 58300000, 1), 7287500);
	assert_int_equal(tunwin_bdp_needed_bytes(1000000000, 58300000, 2), 14575000);
}

/* netdev 2015: 558,080 bytes per 80 ms would allow 56 Mb/s */
static void test_netdev(void **state)
{
	(void)state;
	assert_int_equal(tunwin_bdp_ceiling_bps(558080, 80000000), 55808000);
}

static void test_rounding(void **state)
{
	(void)state;
	/* one bit in flight needs a byte; twice that is still less than two */
	assert_int_equal(tunwin_bdp_needed_bytes(1, 1000000000, 1), 1);
	assert_int_equal(tunwin_bdp_needed_bytes(1, 1000000000, 2), 1);
	assert_int_equal(tunwin_bdp_needed_bytes(8, 1000000000, 1), 1);
	assert_int_equal(tunwin_bdp_needed_bytes(9, 1000000000, 1), 2);
	assert_int_equal(tunwin_bdp_ceiling_bps(0, 1), 0);
	assert_int_equal(tunwin_bdp_ceiling_bps(1, 3), 2666666667);
}

static void test_extremes(void **state)
{
	(void)state;
	assert_true(tunwin_bdp_needed_bytes(UINT64_MAX, UINT64_MAX, 1) == UINT64_MAX);
	assert_true(tunwin_bdp_needed_bytes(UINT64_MAX, UINT64_MAX, 2) == UINT64_MAX);
	assert_true(tunwin_bdp_ceiling_bps(UINT64_MAX, 1) == UINT64_MAX);
}

static void test_windows(void **state)
{
	uint64_t windows[TUNWIN_BDP_ROWS_MAX];
	size_t count;

	(void)state;
	count = tunwin_bdp_windows(7287500, windows);
	assert_int_equal(windows[count - 1], 8388608);
	count = tunwin_bdp_windows(8388608, windows);
	assert_int_equal(windows[count - 1], 8388608);
	count = tunwin_bdp_windows(8388609, windows);
	assert_int_equal(windows[count - 1], 16777216);
	count = tunwin_bdp_windows(UINT64_MAX, windows);
	assert_int_equal(count, TUNWIN_BDP_ROWS_MAX);
	assert_int_equal(windows[count - 2], 512 << 20);
	assert_int_equal(windows[count - 1], 1073725440);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_shalunov_table),
		cmocka_unit_test(test_gigatcp),
		cmocka_unit_test(test_netdev),
		cmocka_unit_test(test_rounding),
		cmocka_unit_test(test_extremes),
		cmocka_unit_test(test_windows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
