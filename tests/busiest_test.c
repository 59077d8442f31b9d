// SPDX-License-Identifier: GPL-2.0
/* The rules of kmod/busiest.c, compiled as the module compiles them. */
#include "busiest.h"
#include "table.h"

#define MAX	TUNWIN_BUSIEST_MAX

static void add(struct tunwin_busiest *busiest, __u32 number, __u64 skbs)
{
	const struct tunwin_busiest_cpu cpu = { .cpu = number, .skbs = skbs, .pps = number + 7 };

	tunwin_busiest_add(busiest, &cpu);
}

static void test_all_have_room(void **state)
{
	struct tunwin_busiest busiest = { 0 };
	__u32 i;

	(void)state;
	for (i = 0; i < 2 * MAX; i++)
		add(&busiest, i, i % 2 ? 1000 - i : 0);
	assert_int_equal(busiest.cpus, MAX);
	assert_int_equal(busiest.kept, MAX);
	for (i = 0; i < MAX; i++) {
		assert_int_equal(busiest.cpu[i].cpu, 2 * i + 1);
		assert_int_equal(busiest.cpu[i].skbs, 1000 - (2 * i + 1));
		assert_int_equal(busiest.cpu[i].pps, 2 * i + 8);
	}
}

/* Of 256 CPUs, of which the last ones have most to do, or the first ones. */
static void test_most(void **state)
{
	struct tunwin_busiest rising = { 0 }, falling = { 0 };
	__u32 i;

	(void)state;
	for (i = 0; i < 256; i++) {
		add(&rising, i, 1 + i);
		add(&falling, i, 1000 - i);
	}
	assert_int_equal(rising.cpus, 256);
	assert_int_equal(falling.cpus, 256);
	assert_int_equal(rising.kept, MAX);
	assert_int_equal(falling.kept, MAX);
	for (i = 0; i < MAX; i++) {
		assert_int_equal(rising.cpu[i].cpu, 256 - MAX + i);
		assert_int_equal(falling.cpu[i].cpu, i);
	}
}

/* One in the midst goes; among equals the last one, and none for one that has no more. */
static void test_least_goes(void **state)
{
	struct tunwin_busiest busiest = { 0 };
	__u32 i;

	(void)state;
	for (i = 0; i < MAX; i++)
		add(&busiest, i, i == 20 || i == 30 ? 5 : 100);
	add(&busiest, 100, 5);
	assert_int_equal(busiest.cpus, MAX + 1);
	assert_int_equal(busiest.cpu[30].cpu, 30);
	assert_int_equal(busiest.cpu[MAX - 1].cpu, MAX - 1);

	add(&busiest, 101, 6);
	assert_int_equal(busiest.kept, MAX);
	assert_int_equal(busiest.cpu[20].cpu, 20);
	assert_int_equal(busiest.cpu[29].cpu, 29);
	assert_int_equal(busiest.cpu[30].cpu, 31);
	assert_int_equal(busiest.cpu[MAX - 2].cpu, MAX - 1);
	assert_int_equal(busiest.cpu[MAX - 1].cpu, 101);

	add(&busiest, 102, 7);
	assert_int_equal(busiest.cpu[20].cpu, 21);
	add(&busiest, 103, 6);
	assert_int_equal(busiest.cpu[MAX - 1].cpu, 102);
}

int main(void)
{
	table_add("busiest", "all that have received anything", test_all_have_room, NULL);
	table_add("busiest", "of more than there is room for those with most", test_most, NULL);
	table_add("busiest", "the one with the least makes room", test_least_goes, NULL);
	return table_run("busiest");
}
