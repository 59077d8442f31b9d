// SPDX-License-Identifier: GPL-2.0
#include "test.h"

#include "derive.h"
#include "fixtures.h"

static void test_ceiling(void **state)
{
	struct flow flow;

	(void)state;
	/* the smallest RTT, not the smoothed one */
	fixture_flow(FLOW_GRE, &flow);
	assert_int_equal(flow.in.ceiling_bps.value, 55808000);
	/* without it the smoothed one */
	fixture_flow(FLOW_ZERO, &flow);
	assert_true(flow.in.ceiling_bps.known && flow.in.ceiling_bps.value == 0);
	/* not known without a window, nor without an RTT, nor with one of 0 */
	fixture_flow(FLOW_IPV6, &flow);
	assert_false(flow.in.ceiling_bps.known);
	fixture_flow(FLOW_GRE, &flow);
	flow.rtt = (struct rtt){ .min_ns = OPT_U64(0), .receive_ns = OPT_U64(80000000) };
	tunwin_derive_flow(&flow);
	assert_false(flow.in.ceiling_bps.known);
}

static void test_ratio(void **state)
{
	struct flow flow;

	(void)state;
	fixture_flow(FLOW_GRE, &flow);
	assert_int_equal(flow.in.ratio_ppm.value, 950000);
	fixture_flow(FLOW_SYN, &flow);
	assert_false(flow.in.ratio_ppm.known);
	assert_false(tunwin_derive_ppm(OPT_U64(5), OPT_U64(0)).known);
	assert_true(tunwin_derive_ppm(OPT_U64(UINT64_MAX), OPT_U64(1)).value == UINT64_MAX);
}

/* What the other record of a connection has otherwise. */
static void test_other(void **state)
{
	struct flow flow;

	(void)state;
	fixture_flow(FLOW_FULL, &flow);
	assert_int_equal(flow.other.in.wscale_differs.value, 0);
	assert_int_equal(flow.other.out.wscale_differs.value, 1);
	assert_int_equal(flow.other.out.window_differs.value, 1);

	/* a sixteenth is what a lost ACK may make */
	flow.other.out.wscale = flow.out.window.wscale;
	flow.other.out.max_bytes = OPT_U64(flow.out.window.max_bytes.value +
					   flow.out.window.max_bytes.value / 17);
	tunwin_derive_flow(&flow);
	assert_true(flow.other.out.wscale_differs.known);
	assert_int_equal(flow.other.out.wscale_differs.value, 0);
	assert_int_equal(flow.other.out.window_differs.value, 0);
	flow.other.out.max_bytes = OPT_U64(flow.out.window.max_bytes.value * 7 / 8);
	tunwin_derive_flow(&flow);
	assert_int_equal(flow.other.out.window_differs.value, 1);

	/* another shift is another scale */
	flow.out.window.wscale = OPT_U64(WSCALE_KNOWN);
	flow.out.window.wscale_shift = OPT_U64(7);
	flow.other.out.wscale = OPT_U64(WSCALE_KNOWN);
	flow.other.out.wscale_shift = OPT_U64(2);
	tunwin_derive_flow(&flow);
	assert_int_equal(flow.other.out.wscale_differs.value, 1);

	/* without the handshake it is not known */
	flow.other.out.wscale = OPT_U64(WSCALE_UNKNOWN);
	tunwin_derive_flow(&flow);
	assert_false(flow.other.out.wscale_differs.known);
	assert_false(flow.other.out.window_differs.known);
}

static void test_worst_first(void **state)
{
	static const uint64_t order[] = {
		1031,		/* the window is zero */
		3,		/* 98 % of the ceiling */
		17,		/* 35 % */
		42,		/* not known, 94.1 Mb/s */
		43,		/* not known, no rate */
	};
	struct flow_list list;

	(void)state;
	fixture_flows(&list);
	tunwin_derive_sort_flows(&list);
	for (size_t i = 0; i < COUNT(order); i++)
		assert_int_equal(list.flows[i].id.value, order[i]);
	tunwin_model_free_flows(&list);
}

static void test_ended_latest_first(void **state)
{
	static const uint64_t idle[] = { 75, 90061, 3, 3 };
	static const uint64_t order[] = { 3, 2, 0, 1 };
	struct flow_list list = { 0 };

	(void)state;
	for (size_t i = 0; i < COUNT(idle); i++) {
		struct flow *flow = tunwin_model_add_flow(&list);

		flow->id = OPT_U64(i);
		flow->idle_ns = OPT_U64(idle[i]);
	}
	tunwin_derive_sort_ended(&list);
	for (size_t i = 0; i < COUNT(order); i++)
		assert_int_equal(list.flows[i].id.value, order[i]);
	tunwin_model_free_flows(&list);
}

static void test_zero_window(void **state)
{
	struct flow flow;

	(void)state;
	fixture_flow(FLOW_ZERO, &flow);
	assert_true(tunwin_derive_window_is_zero(&flow, &flow.in));
	assert_false(tunwin_derive_window_is_zero(&flow, &flow.out));
	flow.state = OPT_U64(STATE_CLOSED);
	assert_false(tunwin_derive_window_is_zero(&flow, &flow.in));
	flow.state.known = false;
	assert_false(tunwin_derive_window_is_zero(&flow, &flow.in));
}

static void test_worse_direction(void **state)
{
	struct flow flow;

	(void)state;
	fixture_flow(FLOW_GRE, &flow);
	assert_ptr_equal(tunwin_derive_worse(&flow), &flow.in);
	fixture_flow(FLOW_FULL, &flow);
	assert_ptr_equal(tunwin_derive_worse(&flow), &flow.out);
	/* nothing known of either: the first */
	memset(&flow, 0, sizeof(flow));
	assert_ptr_equal(tunwin_derive_worse(&flow), &flow.in);
}

static void test_unused(void **state)
{
	struct tunnel_list list;
	size_t unused = 0;

	(void)state;
	fixture_tunnels(&list);
	for (size_t i = 0; i < list.count; i++)
		unused += tunwin_derive_is_unused(&list.tunnels[i]);
	assert_int_equal(unused, 2);
	/* the user's own is shown even if it is down and idle */
	list.tunnels[0] = (struct tunnel){
		.up = OPT_U64(0), .tracked_by = OPT_U64(TRACKED_BY_USER),
	};
	assert_false(tunwin_derive_is_unused(&list.tunnels[0]));
	tunwin_model_free_tunnels(&list);
}

/* tcp_win_from_space() of Linux 6.6 and later, and of those before */
static void test_payload(void **state)
{
	struct socket_state sk = { .scaling_ratio = OPT_U64(168) };

	(void)state;
	assert_int_equal(tunwin_derive_payload_bytes(&sk, OPT_U64(3661184)).value, 2402652);
	assert_false(tunwin_derive_payload_bytes(&sk, (struct opt_u64){ 0 }).known);
	sk = (struct socket_state){ .adv_win_scale = { .known = true, .value = 1 } };
	assert_int_equal(tunwin_derive_payload_bytes(&sk, OPT_U64(131072)).value, 65536);
	sk.adv_win_scale.value = 2;
	assert_int_equal(tunwin_derive_payload_bytes(&sk, OPT_U64(131072)).value, 98304);
	sk.adv_win_scale.value = -2;
	assert_int_equal(tunwin_derive_payload_bytes(&sk, OPT_U64(131072)).value, 32768);
	sk.adv_win_scale.value = INT32_MIN;
	assert_false(tunwin_derive_payload_bytes(&sk, OPT_U64(131072)).known);
	sk.adv_win_scale.known = false;
	assert_false(tunwin_derive_payload_bytes(&sk, OPT_U64(131072)).known);
}

/* Where loss begins to depend on size. */
static void test_break(void **state)
{
	static const struct {
		uint64_t segments[3], lost[3];	/* up to 256, 1,518, 9,018 */
		uint64_t frame_bytes;		/* 0: it does not */
	} rows[] = {
		/* A ring without buffers for large frames. */
		{ { 500, 900, 4000 }, { 0, 1, 250 }, 1518 },
		/* A path MTU black hole. */
		{ { 500, 60, 0 }, { 0, 59, 0 }, 256 },
		/* Loss that asks for no size. */
		{ { 5000, 5000, 5000 }, { 50, 55, 48 }, 0 },
		{ { 100000, 100000, 100000 }, { 0, 0, 9 }, 0 },
		/* Too few to say so. */
		{ { 99, 0, 4000 }, { 0, 0, 250 }, 0 },
		{ { 500, 0, 0 }, { 20, 0, 0 }, 0 },
		{ { 0, 0, 4000 }, { 0, 0, 250 }, 0 },
		/* More lost than there were is nothing that can be. */
		{ { 500, 5, 0 }, { 0, 20, 0 }, 0 },
		/* Small ones are lost, large ones are not. */
		{ { 500, 0, 4000 }, { 100, 0, 0 }, 0 },
	};
	static const uint64_t max_bytes[] = { 256, 1518, 9018 };

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct tunnel tunnel = { .name = "gre1" };
		struct flow flow;

		fixture_flow(FLOW_FULL, &flow);
		flow.in.size_loss_count = 0;
		for (size_t j = 0; j < 3; j++) {
			if (!rows[i].segments[j])
				continue;
			flow.in.size_loss[flow.in.size_loss_count++] = (struct size_loss){
				.max_bytes = OPT_U64(max_bytes[j]),
				.segments = OPT_U64(rows[i].segments[j]),
				.retransmits = OPT_U64(rows[i].lost[j]),
			};
			tunnel.in.classes[tunnel.in.class_count++] = (struct size_class){
				.max_bytes = OPT_U64(max_bytes[j]),
				.segments = OPT_U64(rows[i].segments[j]),
				.retransmits = OPT_U64(rows[i].lost[j]),
			};
		}
		tunwin_derive_flow(&flow);
		tunwin_derive_tunnel(&tunnel);
		if (flow.in.size_break.frame_bytes.known != (rows[i].frame_bytes != 0) ||
		    flow.in.size_break.frame_bytes.value != rows[i].frame_bytes)
			fail_msg("row %zu: %llu", i + 1,
				 (unsigned long long)flow.in.size_break.frame_bytes.value);
		assert_int_equal(tunnel.in.size_break.frame_bytes.value, rows[i].frame_bytes);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ceiling),
		cmocka_unit_test(test_ratio),
		cmocka_unit_test(test_other),
		cmocka_unit_test(test_worst_first),
		cmocka_unit_test(test_ended_latest_first),
		cmocka_unit_test(test_zero_window),
		cmocka_unit_test(test_worse_direction),
		cmocka_unit_test(test_unused),
		cmocka_unit_test(test_payload),
		cmocka_unit_test(test_break),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
