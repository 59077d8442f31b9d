// SPDX-License-Identifier: GPL-2.0
/* What a larger window is said to gain, and how large it may be. */
#include <string.h>

#include "cause/causes.h"
#include "scene.h"
#include "test.h"

#define SECOND 1000000000ULL
#define MSEC 1000000ULL

static const struct row {
	const char *name;
	uint64_t watched_ns;
	uint64_t limited_ns;		/* by the window, of that */
	uint64_t bytes;			/* that came meanwhile */
	uint64_t window_bytes;
	uint64_t rtt_ns, smoothed_ns;
	uint64_t bps;			/* that twice the window is said to allow */
} rows[] = {
	{ "as fast as its round trips", SECOND, SECOND, 1250000, 100000, 80 * MSEC, 80 * MSEC,
	  20000000 },
	/* A round takes 100 ms, of which the path takes 80. */
	{ "slower than these", SECOND, SECOND, 1000000, 100000, 80 * MSEC, 80 * MSEC, 16000000 },
	{ "slower, for two seconds", 2 * SECOND, 2 * SECOND, 2000000, 100000, 80 * MSEC, 80 * MSEC,
	  16000000 },
	{ "faster, by a burst", SECOND, SECOND, 1500000, 100000, 80 * MSEC, 80 * MSEC, 20000000 },
	{ "with round trips that grow", SECOND, SECOND, 1500000, 100000, 80 * MSEC, 90 * MSEC,
	  17777778 },
	{ "with a queue", SECOND, SECOND, 1500000, 100000, 80 * MSEC, 500 * MSEC, 16000000 },
	{ "limited for half of the time", SECOND, SECOND / 2, 500000, 100000, 80 * MSEC, 80 * MSEC,
	  20000000 },
	{ "of two segments", SECOND, SECOND, 20000, 2800, 80 * MSEC, 80 * MSEC, 560000 },
	{ "watched for a moment", SECOND / 10, SECOND / 10, 1000, 100000, 80 * MSEC, 80 * MSEC,
	  20000000 },
	{ "nothing came", SECOND, SECOND, 0, 100000, 80 * MSEC, 80 * MSEC, 20000000 },
	{ "no round trip is known", SECOND, SECOND, 1250000, 100000, 0, 0, 20000000 },
};

static void test_gain(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct row *row = &rows[i];
		struct cause_facts facts = { 0 };
		struct direction before;
		struct opt_u64 bps;
		struct flow flow;

		fixture_flow(FLOW_GRE, &flow);
		flow.rtt = (struct rtt){ 0 };
		if (row->rtt_ns) {
			flow.rtt.min_ns = OPT_U64(row->rtt_ns);
			flow.rtt.smoothed_ns = OPT_U64(row->smoothed_ns);
		}
		flow.in.payload_typical_bytes = OPT_U64(1400);
		flow.in.window.recent_bytes = OPT_U64(row->window_bytes);
		flow.in.payload_bytes = OPT_U64(5000000);
		flow.in.limit.rwnd_ns = OPT_U64(9 * SECOND);
		before = flow.in;
		flow.in.payload_bytes.value += row->bytes;
		flow.in.limit.rwnd_ns.value += row->limited_ns;
		facts = (struct cause_facts){
			.flow = &flow, .data = &flow.in, .in = true, .before = &before,
			.watched_ns = row->watched_ns,
		};
		bps = tunwin_cause_rate(&facts, OPT_U64(2 * row->window_bytes), true, false);
		if (!bps.known || bps.value != row->bps)
			fail_msg("%s: %llu", row->name, (unsigned long long)bps.value);

		facts.capacity_bps = OPT_U64(row->bps / 2);
		bps = tunwin_cause_rate(&facts, OPT_U64(2 * row->window_bytes), true, true);
		assert_int_equal(bps.value, row->bps / 2 * 1400 / (1400 + 52));
		facts.encap_bytes = 24;
		bps = tunwin_cause_rate(&facts, OPT_U64(2 * row->window_bytes), true, false);
		assert_int_equal(bps.value, row->bps / 2 * 1400 / (1400 + 52 + 24 + 38));

		/* Who has not watched goes by round trips alone. */
		facts.before = NULL;
		bps = tunwin_cause_rate(&facts, OPT_U64(2 * row->window_bytes), true, false);
		assert_int_equal(bps.known, row->rtt_ns != 0);
		assert_false(tunwin_cause_rate(&facts, (struct opt_u64){ 0 }, true, false).known);
	}
}

/* What a buffer had room for while segments were merged is not promised. */
static void test_room(void **state)
{
	struct host host = {
		.moderate_rcvbuf = OPT_U64(1), .rmem_max_bytes = OPT_U64(524288),
	};
	struct cause_facts facts = { .host = &host };
	struct flow flow;

	(void)state;
	fixture_flow(FLOW_GRE, &flow);
	facts.flow = &flow;
	facts.data = &flow.in;
	flow.socket.rcvbuf_locked = OPT_U64(0);
	flow.socket.rcvbuf_bytes = OPT_U64(524288);
	flow.socket.scaling_ratio = OPT_U64(240);
	assert_int_equal(tunwin_cause_room(&facts).value, 491520);
	assert_int_equal(tunwin_cause_room_at_most(&facts).value, 393216);
	flow.socket.scaling_ratio = OPT_U64(128);
	assert_int_equal(tunwin_cause_room_at_most(&facts).value, 262144);
	/* It may yet be made larger. */
	flow.socket.rcvbuf_bytes = OPT_U64(131072);
	assert_int_equal(tunwin_cause_room(&facts).value, 65536);
	assert_int_equal(tunwin_cause_room_at_most(&facts).value, 262144);
}

/* The first packet of the next connection decides how much payload its buffer has room for. */
static const struct lottery_row {
	const char *name;
	uint64_t ratio, mss_bytes;	/* 0: not known */
	int64_t adv_win_scale;		/* where there is no ratio */
	uint64_t least_bytes, most_bytes;	/* of 1 MB */
} lottery_rows[] = {
	{ "one segment", 152, 1396, 0, 622592, 983040 },
	{ "one segment, in a buffer of 2 KB", 168, 1448, 0, 688128, 983040 },
	{ "two that were merged", 190, 1396, 0, 621312, 983040 },
	{ "many", 240, 1396, 0, 621312, 983040 },
	{ "a jumbo frame", 200, 8948, 0, 786432, 786432 },
	{ "pieces in buffers of their own", 30, 1396, 0, 122880, 122880 },
	{ "nothing received yet", 128, 0, 0, 524288, 524288 },
	{ "a kernel that does not measure", 0, 1396, 1, 524288, 524288 },
	{ "the same, with more for payload", 0, 1396, 3, 786432, 786432 },
};

static void test_lottery(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(lottery_rows); i++) {
		const struct lottery_row *row = &lottery_rows[i];
		struct cause_facts facts = { 0 };
		struct flow flow;
		struct gain gain;

		fixture_flow(FLOW_GRE, &flow);
		/* A byte in a second is eight bits in one. */
		flow.rtt = (struct rtt){ .min_ns = OPT_U64(SECOND) };
		flow.socket.scaling_ratio = (struct opt_u64){ row->ratio != 0, row->ratio };
		flow.socket.rcv_mss_bytes = (struct opt_u64){ row->mss_bytes != 0, row->mss_bytes };
		flow.socket.adv_win_scale = (struct opt_s64){ true, row->adv_win_scale };
		facts.flow = &flow;
		facts.data = &flow.in;
		gain = tunwin_cause_ceiling(&facts, OPT_U64(1048576));
		if (gain.bps.value != row->least_bytes * 8 ||
		    gain.max_bps.value != row->most_bytes * 8)
			fail_msg("%s: %llu to %llu", row->name,
				 (unsigned long long)gain.bps.value / 8,
				 (unsigned long long)gain.max_bps.value / 8);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_gain),
		cmocka_unit_test(test_room),
		cmocka_unit_test(test_lottery),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
