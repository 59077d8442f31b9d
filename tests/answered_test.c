// SPDX-License-Identifier: GPL-2.0
/* How many retransmissions are a round trip old, by when each happened. */
#include "answered.h"
#include "table.h"

#define RTT_US	80000

/* Those that happened a round trip ago or earlier. */
static u32 old_ones(const u32 *at_us, u32 count, u32 age_us, u32 now_us)
{
	u32 old = 0, i;

	for (i = 0; i < count; i++)
		old += now_us - at_us[i] >= age_us;
	return old;
}

/* A burst counts when all of it is a round trip old. */
static void test_burst(void **state)
{
	struct tunwin_answered answered = { };
	u32 i;

	(void)state;
	assert_int_equal(tunwin_answered_count(&answered, 0, RTT_US, 1000), 0);
	for (i = 0; i < 97; i++)
		tunwin_answered_add(&answered, i, RTT_US, 1000 + i);
	assert_int_equal(tunwin_answered_count(&answered, 97, RTT_US, 1096), 0);
	assert_int_equal(tunwin_answered_count(&answered, 97, RTT_US, 1096 + RTT_US - 1), 0);
	assert_int_equal(tunwin_answered_count(&answered, 97, RTT_US, 1096 + RTT_US), 97);
}

/* A second burst does not change what is said of the first. */
static void test_second_burst(void **state)
{
	struct tunwin_answered answered = { };
	u32 second_us = 5 * RTT_US, i;

	(void)state;
	for (i = 0; i < 770; i++)
		tunwin_answered_add(&answered, i, RTT_US, i);
	for (; i < 867; i++)
		tunwin_answered_add(&answered, i, RTT_US, second_us + i);
	assert_int_equal(tunwin_answered_count(&answered, 867, RTT_US, second_us + 867), 770);
	assert_int_equal(tunwin_answered_count(&answered, 867, RTT_US, 2 * second_us), 867);
}

/*
 * Retransmissions every 100 us to 20 ms, with pauses: what is counted is never too new, and
 * nothing that is three round trips old is left out. The time wraps meanwhile.
 */
static void test_stream(void **state)
{
	static u32 at_us[5000];
	struct tunwin_answered answered = { };
	u32 now_us = -1000000, random = 1, i, counted;

	(void)state;
	for (i = 0; i < 5000; i++) {
		random = random * 1664525 + 1013904223;
		now_us += 100 + (random >> 16) % (i % 50 ? 20000 : 300000);
		if (i) {
			counted = tunwin_answered_count(&answered, i, RTT_US, now_us);
			assert_true(counted <= old_ones(at_us, i, RTT_US, now_us));
			assert_true(counted >= old_ones(at_us, i, 3 * RTT_US, now_us));
		}
		at_us[i] = now_us;
		tunwin_answered_add(&answered, i, RTT_US, now_us);
	}
}

/* One retransmission every eighth of a round trip: a round has eight. */
static void test_rounds(void **state)
{
	struct tunwin_answered answered = { };
	u32 i;

	(void)state;
	for (i = 0; i < 24; i++)
		tunwin_answered_add(&answered, i, RTT_US, i * (RTT_US / 8));
	assert_int_equal(tunwin_answered_count(&answered, i, RTT_US, 3 * RTT_US - 1), 8);
	assert_int_equal(tunwin_answered_count(&answered, i, RTT_US, 3 * RTT_US), 16);
	assert_int_equal(tunwin_answered_count(&answered, i, RTT_US, RTT_US / 8 * 30), 16);
	assert_int_equal(tunwin_answered_count(&answered, i, RTT_US, RTT_US / 8 * 31), 24);
}

/* The clock of a machine that has just started: a round begins at the time 0, too. */
static void test_time_zero(void **state)
{
	struct tunwin_answered answered = { };

	(void)state;
	tunwin_answered_add(&answered, 0, RTT_US, 10);
	tunwin_answered_add(&answered, 3, RTT_US, 10 + RTT_US - 1);
	assert_int_equal(tunwin_answered_count(&answered, 4, RTT_US, 10 + RTT_US), 0);
	tunwin_answered_add(&answered, 4, RTT_US, 10 + RTT_US);
	assert_int_equal(tunwin_answered_count(&answered, 5, RTT_US, 10 + 2 * RTT_US - 1), 0);
	assert_int_equal(tunwin_answered_count(&answered, 5, RTT_US, 10 + 2 * RTT_US), 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_burst),
		cmocka_unit_test(test_second_burst),
		cmocka_unit_test(test_stream),
		cmocka_unit_test(test_rounds),
		cmocka_unit_test(test_time_zero),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
