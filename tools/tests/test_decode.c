// SPDX-License-Identifier: GPL-2.0
/* Messages as the kernel builds them, and as nobody should. */
#include "hostile.h"

#include <errno.h>
#include <linux/netlink.h>
#include <linux/tunwin.h>
#include <netlink/attr.h>
#include <netlink/genl/genl.h>
#include <netlink/msg.h>

#include "decode.h"

static struct nl_msg *new_message(void)
{
	struct nl_msg *msg = nlmsg_alloc_size(16384);

	assert_non_null(msg);
	assert_non_null(genlmsg_put(msg, 0, 0, 30, 0, 0, 1, 1));
	return msg;
}

static void put_direction(struct nl_msg *msg, int attr)
{
	struct nlattr *nest = nla_nest_start(msg, attr);

	nla_put_u64(msg, TUNWIN_A_DIRECTION_WIRE_BYTES, 95);
	nla_put_u64(msg, TUNWIN_A_DIRECTION_TRUESIZE_BYTES, 100);
	nla_put_u32(msg, TUNWIN_A_DIRECTION_WINDOW_BYTES, 558080);
	nla_put_u8(msg, TUNWIN_A_DIRECTION_WSCALE, TUNWIN_WSCALE_KNOWN);
	nla_put_u8(msg, TUNWIN_A_DIRECTION_WSCALE_SHIFT, 10);
	nla_nest_end(msg, nest);
}

static struct nl_msg *flow_message(void)
{
	static const uint8_t near[4] = { 10, 9, 0, 2 };
	static const uint8_t far[4] = { 10, 9, 0, 1 };
	struct nl_msg *msg = new_message();
	struct nlattr *nest;

	nla_put_u32(msg, TUNWIN_A_FLOW_ID, 17);
	nla_put_string(msg, TUNWIN_A_FLOW_TUNNEL, "gre1");
	nla_put_string(msg, TUNWIN_A_FLOW_KIND, "gre");
	nla_put_u8(msg, TUNWIN_A_FLOW_VANTAGE, TUNWIN_VANTAGE_SOCKET);
	nla_put(msg, TUNWIN_A_FLOW_NEAR_ADDR, sizeof(near), near);
	nla_put_u16(msg, TUNWIN_A_FLOW_NEAR_PORT, 5201);
	nla_put(msg, TUNWIN_A_FLOW_FAR_ADDR, sizeof(far), far);
	nla_put_u16(msg, TUNWIN_A_FLOW_FAR_PORT, 40000);
	nla_put_u8(msg, TUNWIN_A_FLOW_STATE, TUNWIN_STATE_ESTABLISHED);
	nla_put_u64(msg, TUNWIN_A_FLOW_AGE_NS, 12345678901ULL);
	nla_put_u32(msg, TUNWIN_A_FLOW_RTT_MIN_US, 80000);
	put_direction(msg, TUNWIN_A_FLOW_IN);
	put_direction(msg, TUNWIN_A_FLOW_OUT);
	nest = nla_nest_start(msg, TUNWIN_A_FLOW_SOCKET);
	nla_put_u32(msg, TUNWIN_A_SOCKET_RCVBUF_BYTES, 3661184);
	nla_put_s32(msg, TUNWIN_A_SOCKET_ADV_WIN_SCALE, -2);
	nla_put_u8(msg, TUNWIN_A_SOCKET_RCVBUF_LOCKED, 0);
	nla_nest_end(msg, nest);
	return msg;
}

static void put_traffic(struct nl_msg *msg, int attr, unsigned int classes)
{
	struct nlattr *nest = nla_nest_start(msg, attr);

	nla_put_u64(msg, TUNWIN_A_TRAFFIC_PACKETS, 100);
	nla_put_u64(msg, TUNWIN_A_TRAFFIC_SEGMENTS, 100);
	nla_put_u64(msg, TUNWIN_A_TRAFFIC_INNER_BYTES, 150000);
	for (unsigned int i = 0; i < classes; i++) {
		struct nlattr *class = nla_nest_start(msg, TUNWIN_A_TRAFFIC_SIZE_CLASS);

		nla_put_u32(msg, TUNWIN_A_SIZE_CLASS_MAX_BYTES, i ? 0 : 256);
		nla_put_u64(msg, TUNWIN_A_SIZE_CLASS_SEGMENTS, 50);
		nla_nest_end(msg, class);
	}
	nla_nest_end(msg, nest);
}

static struct nl_msg *tunnel_message(unsigned int classes)
{
	struct nl_msg *msg = new_message();

	nla_put_u32(msg, TUNWIN_A_TUNNEL_IFINDEX, 7);
	nla_put_string(msg, TUNWIN_A_TUNNEL_NAME, "gre1");
	nla_put_u8(msg, TUNWIN_A_TUNNEL_UP, 1);
	put_traffic(msg, TUNWIN_A_TUNNEL_IN, classes);
	put_traffic(msg, TUNWIN_A_TUNNEL_OUT, 0);
	return msg;
}

static struct nl_msg *status_message(unsigned int hooks)
{
	struct nl_msg *msg = new_message();

	nla_put_string(msg, TUNWIN_A_STATUS_VERSION, "0.1.0");
	nla_put_u32(msg, TUNWIN_A_STATUS_FLOWS, 5);
	nla_put_u32(msg, TUNWIN_A_STATUS_IDLE_TIMEOUT_S, 600);
	for (unsigned int i = 0; i < hooks; i++) {
		struct nlattr *hook = nla_nest_start(msg, TUNWIN_A_STATUS_HOOK);

		nla_put_string(msg, TUNWIN_A_HOOK_NAME, "tcp:tcp_probe");
		nla_put_u8(msg, TUNWIN_A_HOOK_ATTACHED, 0);
		nla_put_u32(msg, TUNWIN_A_HOOK_ERRNO, ENOENT);
		nla_nest_end(msg, hook);
	}
	return msg;
}

static void put_load(struct nl_msg *msg, int attr, uint8_t last)
{
	const uint8_t addr[6] = { 2, 0, 0, 0, 0xab, last };
	struct nlattr *nest = nla_nest_start(msg, attr);

	if (last)
		nla_put(msg, TUNWIN_A_AOE_LOAD_ADDR, sizeof(addr), addr);
	nla_put_u32(msg, TUNWIN_A_AOE_LOAD_OUTSTANDING, 8);
	nla_put_u64(msg, TUNWIN_A_AOE_LOAD_ANSWERS, 10);
	nla_put_u64(msg, TUNWIN_A_AOE_LOAD_FAILED, 2);
	nla_put_u64(msg, TUNWIN_A_AOE_LOAD_SAME_TAG, 3);
	nla_put_u64(msg, TUNWIN_A_AOE_LOAD_NEW_TAG, 4);
	nla_put_u64(msg, TUNWIN_A_AOE_LOAD_BYTES, 8192);
	nla_nest_end(msg, nest);
}

static struct nl_msg *aoe_message(unsigned int initiators)
{
	const uint8_t addr[6] = { 2, 0, 0, 0, 1, 2 };
	struct nl_msg *msg = new_message();

	nla_put_u32(msg, TUNWIN_A_AOE_ID, 5);
	nla_put_string(msg, TUNWIN_A_AOE_TUNNEL, "tun0");
	nla_put_u16(msg, TUNWIN_A_AOE_SHELF, 1);
	nla_put_u8(msg, TUNWIN_A_AOE_SLOT, 2);
	nla_put(msg, TUNWIN_A_AOE_TARGET_ADDR, sizeof(addr), addr);
	nla_put_u8(msg, TUNWIN_A_AOE_SIDE, TUNWIN_AOE_SIDE_FAR);
	put_load(msg, TUNWIN_A_AOE_TOTAL, 0);
	for (unsigned int i = 0; i < initiators; i++)
		put_load(msg, TUNWIN_A_AOE_INITIATOR, (uint8_t)(1 + i));
	return msg;
}

static void test_aoe(void **state)
{
	struct nl_msg *msg = aoe_message(AOE_INITIATORS);
	struct aoe_target target;
	struct aoe_host host;

	(void)state;
	assert_int_equal(tunwin_decode_aoe(nlmsg_hdr(msg), &target), 0);
	assert_string_equal(target.name, "1.2");
	assert_string_equal(target.tunnel, "tun0");
	assert_string_equal(target.addr, "02:00:00:00:01:02");
	assert_int_equal(target.side.value, AOE_FAR);
	/* Not told, and so not known. */
	assert_false(target.buffer_count.known);
	assert_false(target.total.full.known);
	assert_false(target.total.rtt_ns.known);
	assert_string_equal(target.total.addr, "");
	assert_int_equal(target.total.retransmits.value, 7);
	assert_int_equal(target.total.bytes_per_request_ppm.value, 1024000000);
	assert_int_equal(target.initiator_count, AOE_INITIATORS);
	assert_string_equal(target.initiators[15].addr, "02:00:00:00:ab:10");
	assert_int_equal(target.initiators[15].outstanding.value, 8);
	nlmsg_free(msg);

	/* More initiators than there can be, an address that is none, a target without a name. */
	msg = aoe_message(AOE_INITIATORS + 1);
	assert_int_equal(tunwin_decode_aoe(nlmsg_hdr(msg), &target), -EBADMSG);
	nlmsg_free(msg);
	msg = aoe_message(1);
	nla_put(msg, TUNWIN_A_AOE_TARGET_ADDR, 5, "12345");
	assert_int_equal(tunwin_decode_aoe(nlmsg_hdr(msg), &target), -EBADMSG);
	nlmsg_free(msg);
	msg = new_message();
	assert_int_equal(tunwin_decode_aoe(nlmsg_hdr(msg), &target), -EBADMSG);
	assert_int_equal(tunwin_decode_aoe_host(nlmsg_hdr(msg), &host), 0);
	assert_false(host.targets.known);
	nlmsg_free(msg);
}

static void test_flow(void **state)
{
	struct nl_msg *msg = flow_message();
	struct flow flow;

	(void)state;
	assert_int_equal(tunwin_decode_flow(nlmsg_hdr(msg), &flow), 0);
	assert_int_equal(flow.id.value, 17);
	assert_string_equal(flow.tunnel, "gre1");
	assert_int_equal(flow.near.addr.len, 4);
	assert_int_equal(flow.near.port.value, 5201);
	assert_int_equal(flow.state.value, STATE_ESTABLISHED);
	assert_true(flow.age_ns.value == 12345678901ULL);
	assert_int_equal(flow.rtt.min_ns.value, 80000000);
	assert_int_equal(flow.in.window.now_bytes.value, 558080);
	assert_int_equal(flow.in.ceiling_bps.value, 55808000);
	assert_int_equal(flow.in.ratio_ppm.value, 950000);
	assert_true(flow.has_socket);
	assert_int_equal(flow.socket.adv_win_scale.value, -2);
	assert_true(flow.socket.rcvbuf_locked.known);
	/* what the kernel did not send is not known, not zero */
	assert_false(flow.rtt.smoothed_ns.known);
	assert_false(flow.in.rate_bps.known);
	assert_false(flow.socket.scaling_ratio.known);
	assert_false(flow.end_reason.known);
	nlmsg_free(msg);
}

static void test_tunnel(void **state)
{
	struct nl_msg *msg = tunnel_message(2);
	struct tunnel tunnel;

	(void)state;
	assert_int_equal(tunwin_decode_tunnel(nlmsg_hdr(msg), &tunnel), 0);
	assert_string_equal(tunnel.name, "gre1");
	assert_string_equal(tunnel.lower, "");
	assert_int_equal(tunnel.in.class_count, 2);
	assert_int_equal(tunnel.in.classes[0].max_bytes.value, 256);
	/* 0 says "no upper bound" */
	assert_false(tunnel.in.classes[1].max_bytes.known);
	assert_int_equal(tunnel.in.classes[1].segments.value, 50);
	assert_int_equal(tunnel.out.class_count, 0);
	assert_int_equal(tunnel.in.bytes_per_packet_ppm.value, 1500000000);
	nlmsg_free(msg);
}

static void test_status(void **state)
{
	struct nl_msg *msg = status_message(2);
	struct status status;

	(void)state;
	assert_int_equal(tunwin_decode_status(nlmsg_hdr(msg), &status), 0);
	assert_string_equal(status.version, "0.1.0");
	assert_true(status.idle_timeout_ns.value == 600000000000ULL);
	assert_int_equal(status.hook_count, 2);
	assert_string_equal(status.hooks[1].error_text, "No such file or directory");
	nlmsg_free(msg);
}

/* More of what repeats than there is room for. */
static void test_too_many(void **state)
{
	struct nl_msg *msg = tunnel_message(MODEL_CLASSES + 1);
	struct tunnel tunnel;
	struct status status;

	(void)state;
	assert_int_equal(tunwin_decode_tunnel(nlmsg_hdr(msg), &tunnel), -EBADMSG);
	nlmsg_free(msg);
	msg = status_message(MODEL_HOOKS);
	assert_int_equal(tunwin_decode_status(nlmsg_hdr(msg), &status), 0);
	nlmsg_free(msg);
	msg = status_message(MODEL_HOOKS + 1);
	assert_int_equal(tunwin_decode_status(nlmsg_hdr(msg), &status), -EBADMSG);
	nlmsg_free(msg);
}

/* A flow with one attribute added or replaced. */
static int decode_with(int attr, int len, const void *data)
{
	struct nl_msg *msg = flow_message();
	struct flow flow;
	int failed;

	nla_put(msg, attr, len, data);
	failed = tunwin_decode_flow(nlmsg_hdr(msg), &flow);
	nlmsg_free(msg);
	return failed;
}

static void test_wrong_lengths(void **state)
{
	static const uint8_t zeros[64];

	(void)state;
	for (int len = 0; len <= 32; len++) {
		assert_int_equal(decode_with(TUNWIN_A_FLOW_ID, len, zeros),
				 len == 4 ? 0 : -EBADMSG);
		assert_int_equal(decode_with(TUNWIN_A_FLOW_NEAR_PORT, len, zeros),
				 len == 2 ? 0 : -EBADMSG);
		assert_int_equal(decode_with(TUNWIN_A_FLOW_STATE, len, zeros),
				 len == 1 ? 0 : -EBADMSG);
		assert_int_equal(decode_with(TUNWIN_A_FLOW_AGE_NS, len, zeros),
				 len == 8 ? 0 : -EBADMSG);
		/* 16 would do, were the other end's not 4 */
		assert_int_equal(decode_with(TUNWIN_A_FLOW_NEAR_ADDR, len, zeros),
				 len == 4 ? 0 : -EBADMSG);
		/* unknown attributes are passed over, whatever they are */
		assert_int_equal(decode_with(TUNWIN_A_FLOW_MAX + 1, len, zeros), 0);
		assert_int_equal(decode_with(TUNWIN_A_FLOW_PAD, len, zeros), 0);
	}
}

/* From a newer module than this tool: not known, and not an index out of bounds. */
static void test_unknown_enum(void **state)
{
	struct nl_msg *msg = flow_message();
	struct flow flow;

	(void)state;
	nla_put_u8(msg, TUNWIN_A_FLOW_STATE, STATE_COUNT);
	nla_put_u8(msg, TUNWIN_A_FLOW_VANTAGE, 255);
	nla_put_u8(msg, TUNWIN_A_FLOW_END_REASON, END_COUNT);
	assert_int_equal(tunwin_decode_flow(nlmsg_hdr(msg), &flow), 0);
	assert_false(flow.state.known);
	assert_false(flow.vantage.known);
	assert_false(flow.end_reason.known);
	nlmsg_free(msg);
}

static void test_strings(void **state)
{
	struct nl_msg *msg = flow_message();
	char longer[200];
	struct flow flow;

	(void)state;
	/* no terminating zero, escape sequences, longer than there is room */
	nla_put(msg, TUNWIN_A_FLOW_TUNNEL, 6, "\033[31m\xff");
	memset(longer, 'x', sizeof(longer));
	nla_put(msg, TUNWIN_A_FLOW_KIND, sizeof(longer), longer);
	assert_int_equal(tunwin_decode_flow(nlmsg_hdr(msg), &flow), 0);
	assert_string_equal(flow.tunnel, "?[31m?");
	assert_int_equal(strlen(flow.kind), MODEL_KIND_SIZE - 1);
	nlmsg_free(msg);
	msg = flow_message();
	nla_put(msg, TUNWIN_A_FLOW_TUNNEL, 0, "");
	assert_int_equal(tunwin_decode_flow(nlmsg_hdr(msg), &flow), 0);
	assert_string_equal(flow.tunnel, "");
	nlmsg_free(msg);
}

static void test_nothing_in_it(void **state)
{
	struct nl_msg *msg = new_message();
	struct tunnel tunnel;
	struct status status;
	struct flow flow;

	(void)state;
	assert_int_equal(tunwin_decode_flow(nlmsg_hdr(msg), &flow), -EBADMSG);
	assert_int_equal(tunwin_decode_tunnel(nlmsg_hdr(msg), &tunnel), -EBADMSG);
	assert_int_equal(tunwin_decode_status(nlmsg_hdr(msg), &status), 0);
	assert_string_equal(status.version, "");
	assert_false(status.flows.known);
	nlmsg_free(msg);
}

static void decode_any(struct nlmsghdr *nlh)
{
	static struct tunnel tunnel;
	static struct aoe_target target;
	static struct status status;
	static struct aoe_host host;
	static struct flow flow;
	char sentence[64];

	tunwin_decode_flow(nlh, &flow);
	tunwin_decode_tunnel(nlh, &tunnel);
	tunwin_decode_status(nlh, &status);
	tunwin_decode_aoe(nlh, &target);
	tunwin_decode_aoe_host(nlh, &host);
	nlh->nlmsg_type = NLMSG_ERROR;
	tunwin_decode_error(nlh, sentence, sizeof(sentence));
	nlh->nlmsg_type = NLMSG_DONE;
	tunwin_decode_error(nlh, sentence, sizeof(sentence));
}

static void test_truncated(void **state)
{
	struct nl_msg *messages[] = {
		flow_message(), tunnel_message(3), status_message(3), aoe_message(2),
	};

	(void)state;
	hostile_truncated(messages, COUNT(messages), decode_any);
}

static void test_mutated(void **state)
{
	struct nl_msg *messages[] = {
		flow_message(), tunnel_message(3), status_message(3), aoe_message(2),
	};

	(void)state;
	hostile_mutated(messages, COUNT(messages), 60000, decode_any);
}

/* An NLMSG_ERROR as the kernel makes it (netlink_ack()). */
static struct nl_msg *error_message(int error, bool capped, const char *sentence)
{
	struct nl_msg *msg = nlmsg_alloc_simple(NLMSG_ERROR, 0);
	struct nlmsgerr report = { .error = error };

	assert_non_null(msg);
	report.msg.nlmsg_len = NLMSG_HDRLEN + 8;
	nlmsg_append(msg, &report, sizeof(report), NLMSG_ALIGNTO);
	if (capped)
		nlmsg_hdr(msg)->nlmsg_flags |= NLM_F_CAPPED;
	else
		nlmsg_append(msg, "request", 8, NLMSG_ALIGNTO);
	if (sentence) {
		nlmsg_hdr(msg)->nlmsg_flags |= NLM_F_ACK_TLVS;
		nla_put_u32(msg, NLMSGERR_ATTR_OFFS, 20);
		nla_put_string(msg, NLMSGERR_ATTR_MSG, sentence);
	}
	return msg;
}

static void check_error(struct nl_msg *msg, int error, const char *expected)
{
	char sentence[64];

	assert_int_equal(tunwin_decode_error(nlmsg_hdr(msg), sentence, sizeof(sentence)), error);
	assert_string_equal(sentence, expected);
	nlmsg_free(msg);
}

static void test_errors(void **state)
{
	struct nl_msg *msg;
	int error = -EIO;

	(void)state;
	check_error(error_message(-ENODEV, true, "no such tunnel"), ENODEV, "no such tunnel");
	check_error(error_message(-ENODEV, false, "no such tunnel"), ENODEV, "no such tunnel");
	check_error(error_message(-EPERM, true, NULL), EPERM, "");
	check_error(error_message(-EPERM, false, NULL), EPERM, "");
	check_error(error_message(-EINVAL, true, "\033[2Jgone\n"), EINVAL, "?[2Jgone?");
	check_error(error_message(INT32_MIN, true, NULL), EBADMSG, "");
	check_error(error_message(5, true, NULL), EBADMSG, "");

	/* the end of a dump that failed half way, and of one that did not */
	msg = nlmsg_alloc_simple(NLMSG_DONE, 0);
	nlmsg_append(msg, &error, sizeof(error), NLMSG_ALIGNTO);
	nlmsg_hdr(msg)->nlmsg_flags |= NLM_F_ACK_TLVS;
	nla_put_string(msg, NLMSGERR_ATTR_MSG, "half way");
	check_error(msg, EIO, "half way");
	check_error(nlmsg_alloc_simple(NLMSG_DONE, 0), 0, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_flow),
		cmocka_unit_test(test_tunnel),
		cmocka_unit_test(test_status),
		cmocka_unit_test(test_aoe),
		cmocka_unit_test(test_too_many),
		cmocka_unit_test(test_wrong_lengths),
		cmocka_unit_test(test_unknown_enum),
		cmocka_unit_test(test_strings),
		cmocka_unit_test(test_nothing_in_it),
		cmocka_unit_test(test_truncated),
		cmocka_unit_test(test_mutated),
		cmocka_unit_test(test_errors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
