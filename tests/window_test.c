// SPDX-License-Identifier: GPL-2.0
/* The rules of kmod/window.c, compiled as the module compiles them. */
#include "table.h"
#include "window.h"

#define SECOND	TUNWIN_NSEC_PER_SEC
#define MSEC	(SECOND / 1000)

/* ---- now, max, min ---- */

#define STEPS_MAX	8

static const struct advertise_row {
	const char *name;
	__u32 count;
	__u32 bytes[STEPS_MAX];
	__u32 now, max, min;
} advertise_rows[] = {
	{ "one window is all three", 1, { 65535 }, 65535, 65535, 65535 },
	{ "growing", 3, { 1000, 2000, 4000 }, 4000, 4000, 1000 },
	{ "shrinking", 3, { 4000, 2000, 1000 }, 1000, 4000, 1000 },
	{ "there and back", 4, { 2000, 4000, 1000, 3000 }, 3000, 4000, 1000 },
	{ "zero is a smallest", 3, { 2000, 0, 1000 }, 1000, 2000, 0 },
	{ "zero first", 2, { 0, 1000 }, 1000, 1000, 0 },
	{ "65535 << 14", 2, { 1, 65535U << 14 }, 65535U << 14, 65535U << 14, 1 },
};

static void test_advertise(void **state)
{
	const struct advertise_row *row = *state;
	struct tunwin_window window = { 0 };

	for (__u32 i = 0; i < row->count; i++)
		tunwin_window_advertise(&window, row->bytes[i], SECOND + i);
	assert_int_equal(window.now_bytes, row->now);
	assert_int_equal(window.max_bytes, row->max);
	assert_int_equal(window.min_bytes, row->min);
	assert_int_equal(window.samples, row->count);
	assert_int_equal(window.zero_count, 0);
}

/* The count must not come round to 0, which would make any window the smallest. */
static void test_advertise_saturates(void **state)
{
	struct tunwin_window window = { 0 };

	(void)state;
	tunwin_window_advertise(&window, 10, SECOND);
	for (int i = 0; i < 0x10000; i++)
		tunwin_window_advertise(&window, 1000, SECOND);
	assert_int_equal(window.samples, 0xffff);
	tunwin_window_advertise(&window, 1000, SECOND);
	assert_int_equal(window.min_bytes, 10);
}

/* A SYN's window is noted as the largest by the caller, before there is a smallest. */
static void test_advertise_after_syn(void **state)
{
	struct tunwin_window window = { .now_bytes = 64240, .max_bytes = 64240 };

	(void)state;
	tunwin_window_advertise(&window, 500, SECOND);
	assert_int_equal(window.now_bytes, 500);
	assert_int_equal(window.max_bytes, 64240);
	assert_int_equal(window.min_bytes, 500);
}

/* ---- zero window ---- */

struct zero_step {
	bool zero;
	__u64 now_ns;
};

#define SHUT(ms)	{ true, SECOND + (ms) * MSEC }
#define OPEN(ms)	{ false, SECOND + (ms) * MSEC }

static const struct zero_row {
	const char *name;
	__u32 count;
	struct zero_step step[STEPS_MAX];
	__u64 asked_ms;
	__u32 spells;
	__u64 zero_ms;
} zero_rows[] = {
	{ "never", 3, { OPEN(0), OPEN(1), OPEN(2) }, 1000, 0, 0 },
	{ "one spell", 3, { OPEN(0), SHUT(100), OPEN(350) }, 1000, 1, 250 },
	{ "a spell is counted once",
	  4, { SHUT(100), SHUT(200), SHUT(300), OPEN(400) }, 1000, 1, 300 },
	{ "two spells", 4, { SHUT(0), OPEN(10), SHUT(500), OPEN(520) }, 1000, 2, 30 },
	{ "from the first segment on", 1, { SHUT(0) }, 700, 1, 700 },
	{ "still shut counts until now",
	  4, { OPEN(0), SHUT(100), OPEN(150), SHUT(400) }, 1000, 2, 650 },
	{ "asked at the moment it shut", 1, { SHUT(100) }, 100, 1, 0 },
	{ "asked for an end before it shut", 1, { SHUT(100) }, 50, 1, 0 },
	{ "open again at once", 2, { SHUT(100), OPEN(100) }, 1000, 1, 0 },
	/* Two processors may take their time in one order and the lock in the other. */
	{ "opened by an earlier clock", 2, { SHUT(100), OPEN(99) }, 1000, 1, 0 },
	{ "a spell before that is kept",
	  4, { SHUT(10), OPEN(30), SHUT(100), OPEN(99) }, 1000, 2, 20 },
	{ "an hour", 2, { SHUT(0), OPEN(3600000) }, 3600000, 1, 3600000 },
};

static void test_zero(void **state)
{
	const struct zero_row *row = *state;
	struct tunwin_window window = { 0 };

	for (__u32 i = 0; i < row->count; i++)
		tunwin_window_zero(&window, row->step[i].zero, row->step[i].now_ns);
	assert_int_equal(window.zero_count, row->spells);
	assert_int_equal(tunwin_window_zero_ns(&window, SECOND + row->asked_ms * MSEC),
			 row->zero_ms * MSEC);
	/* Asking changes nothing. */
	assert_int_equal(tunwin_window_zero_ns(&window, SECOND + row->asked_ms * MSEC),
			 row->zero_ms * MSEC);
}

/* ---- rates ---- */

static const struct per_second_row {
	const char *name;
	__u64 count, interval_ns, expected;
} per_second_rows[] = {
	{ "no time", 1000, 0, 0 },
	{ "under a microsecond", 1000, 999, 0 },
	{ "a microsecond", 3, 1000, 3000000 },
	{ "nothing", 0, SECOND, 0 },
	{ "a second", 12345, SECOND, 12345 },
	{ "half a second", 100, SECOND / 2, 200 },
	{ "rounded down", 10, 3 * SECOND, 3 },
	{ "a day", 86400, 86400 * SECOND, 1 },
	{ "400 Gb/s for 40 s", 400000000000ULL * 40, 40 * SECOND, 400000000000ULL },
	{ "400 Gb/s for a day", 400000000000ULL * 86400, 86400 * SECOND, 400000000000ULL },
	{ "the largest whose product fits", 18446744073709ULL, SECOND, 18446744073709ULL },
	{ "the next larger", 18446744073710ULL, SECOND, 18446744000000ULL },
	{ "2^64 - 1 in 2^40 microseconds", ~0ULL, (1ULL << 40) * 1000, 16777215000000ULL },
	{ "too much for 64 bits is the largest", ~0ULL, SECOND, 18446744073709000000ULL },
	{ "far too much as well", ~0ULL, 1000, ~0ULL },
	{ "the longest time", 1, ~0ULL, 0 },
};

static void test_per_second(void **state)
{
	const struct per_second_row *row = *state;

	assert_int_equal(tunwin_window_per_second(row->count, row->interval_ns), row->expected);
}

/**
 * struct meter_step - the same again and again
 * @count: how often
 * @bytes: so much each time
 * @first_ms: the first time
 * @every_us: and then in these distances
 */
struct meter_step {
	__u32 count;
	__u32 bytes;
	__u64 first_ms;
	__u64 every_us;
};

static const struct meter_row {
	const char *name;
	struct meter_step step[3];
	__u64 asked_ms;
	__u64 bps;
} meter_rows[] = {
	{ "nothing yet", { }, 0, 0 },
	{ "two packets make no gigabit", { { 2, 1500, 0, 1 } }, 0, 24000 },
	{ "first second: what has passed", { { 10, 1250, 0, 10000 } }, 999, 100000 },
	{ "a second: what passed in it", { { 10, 1250, 0, 10000 } }, 1000, 100000 },
	{ "decays from the end of its second on", { { 10, 1250, 0, 10000 } }, 1600, 62500 },
	{ "decays", { { 10, 1250, 0, 10000 } }, 4000, 25000 },
	{ "decays on", { { 10, 1250, 0, 10000 } }, 100000, 1000 },
	{ "decays to zero", { { 1, 1250, 0, 0 } }, 20000000, 0 },
	/* 1000 packets a second: the period ends with the first packet at or behind its second. */
	{ "a steady 10 Mb/s", { { 5500, 1250, 0, 1000 } }, 5499, 10000000 },
	{ "the last whole period while one is young",
	  { { 1000, 1250, 0, 1000 }, { 500, 125, 1000, 1000 } },
	  1499, 10000000 },
	{ "the present period as soon as it is a second long",
	  { { 1000, 1250, 0, 1000 }, { 500, 125, 1000, 1000 } }, 2000, 500000 },
	{ "a gap counts into the period it ends", { { 10, 1250, 0, 10000 }, { 1, 1250, 10000, 0 } },
	  10000, 10000 },
	{ "after the gap the next period", { { 10, 1250, 0, 10000 }, { 2000, 1250, 10000, 1000 } },
	  11999, 10000000 },
	{ "a gap so long that its rate is 0: what has passed since",
	  { { 1, 1, 0, 0 }, { 3, 1000, 100000000, 1000 } }, 100000002, 24000 },
	{ "asked by an earlier clock", { { 3, 1000, 5, 1 } }, 0, 24000 },
	{ "counted by an earlier clock",
	  { { 1000, 1250, 1000, 1000 }, { 1, 1250, 2000, 0 }, { 100, 1250, 1999, 0 } },
	  2500, 10000000 },
	/* 763 merged buffers of 65535 bytes each millisecond. */
	{ "400 Gb/s", { { 3000000, 65535, 0, 1 } }, 2999, 524280000000ULL },
	{ "400 Gb/s, then silence", { { 763000, 65535, 0, 1 } }, 1000, 763000ULL * 65535 * 8 },
	{ "2^32 bytes in a period", { { 4, 0xffffffff, 0, 1 } }, 1000, 4 * 0xffffffffULL * 8 },
};

static void test_meter(void **state)
{
	const struct meter_row *row = *state;
	struct tunwin_meter meter = { 0 };

	for (size_t i = 0; i < ROWS(row->step); i++) {
		const struct meter_step *step = &row->step[i];

		for (__u32 n = 0; n < step->count; n++)
			tunwin_window_meter_add(&meter, step->bytes,
						SECOND + step->first_ms * MSEC +
						n * step->every_us * (MSEC / 1000));
	}
	assert_int_equal(tunwin_window_meter_bps(&meter, SECOND + row->asked_ms * MSEC), row->bps);
}

/* The clock may stand anywhere, as in the first second after the start. */
static void test_meter_early(void **state)
{
	struct tunwin_meter meter = { 0 };

	(void)state;
	tunwin_window_meter_add(&meter, 1500, MSEC);
	assert_int_equal(tunwin_window_meter_bps(&meter, 2 * MSEC), 12000);
}

/* Bytes are not lost where a period ends: all periods together hold all that was added. */
static void test_meter_total(void **state)
{
	struct tunwin_meter meter = { 0 };
	__u64 since_ns = 0, total = 0;

	(void)state;
	for (__u64 i = 0; i < 10000; i++) {
		struct tunwin_meter before = meter;

		tunwin_window_meter_add(&meter, 1000, SECOND + i * MSEC);
		if (meter.since_ns != since_ns)
			total += before.bytes;
		since_ns = meter.since_ns;
	}
	assert_int_equal(total + meter.bytes, 10000 * 1000);
}

/* ---- size classes ---- */

/* Packets are 18 bytes shorter than the frames that the classes are named by. */
static const struct size_row {
	const char *name;
	__u32 packet_bytes;
	int class;
} size_rows[] = {
	{ "nothing", 0, 0 },
	{ "an acknowledgment", 40, 0 },
	{ "frame of 255", 237, 0 },
	{ "frame of 256", 238, 0 },
	{ "frame of 257", 239, 1 },
	{ "frame of 1517", 1499, 1 },
	{ "frame of 1518", 1500, 1 },
	{ "frame of 1519", 1501, 2 },
	{ "frame of 4477", 4459, 2 },
	{ "frame of 4478", 4460, 2 },
	{ "frame of 4479", 4461, 3 },
	{ "frame of 9017", 8999, 3 },
	{ "frame of 9018", 9000, 3 },
	{ "frame of 9019", 9001, 4 },
	{ "64 KiB", 65535, 4 },
	{ "the largest number", 0xffffffff, 4 },
	{ "the largest whose frame has a length", 0xffffffff - 18, 4 },
};

static void test_size(void **state)
{
	const struct size_row *row = *state;

	assert_int_equal(tunwin_window_size_class(row->packet_bytes), row->class);
}

/* What users are shown as the borders is what the classes go by. */
static void test_size_borders(void **state)
{
	int class;

	(void)state;
	for (class = 0; class < TUNWIN_SIZE_CLASSES - 1; class++) {
		__u32 max = tunwin_window_class_max_bytes[class] - 18;

		assert_int_equal(tunwin_window_size_class(max), class);
		assert_int_equal(tunwin_window_size_class(max + 1), class + 1);
	}
	assert_int_equal(tunwin_window_class_max_bytes[class], 0);
}

int main(void)
{
	table_add_rows("advertise", test_advertise, advertise_rows);
	table_add("advertise", "the count saturates", test_advertise_saturates, NULL);
	table_add("advertise", "after a SYN", test_advertise_after_syn, NULL);
	table_add_rows("zero", test_zero, zero_rows);
	table_add_rows("per second", test_per_second, per_second_rows);
	table_add_rows("meter", test_meter, meter_rows);
	table_add("meter", "in the clock's first second", test_meter_early, NULL);
	table_add("meter", "periods hold all bytes", test_meter_total, NULL);
	table_add_rows("size class", test_size, size_rows);
	table_add("size class", "borders as shown", test_size_borders, NULL);
	return table_run("window");
}
