// SPDX-License-Identifier: GPL-2.0
/* Messages of buffers and episodes as the kernel builds them, and as nobody should. */
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
	struct nl_msg *msg = nlmsg_alloc_size(32768);

	assert_non_null(msg);
	assert_non_null(genlmsg_put(msg, 0, 0, 30, 0, 0, 1, 1));
	return msg;
}

static void put_class(struct nl_msg *msg, int attr, uint32_t max_bytes, uint64_t packets)
{
	struct nlattr *nest = nla_nest_start(msg, attr);

	nla_put_u32(msg, TUNWIN_A_BUFFER_CLASS_MAX_BYTES, max_bytes);
	nla_put_u64(msg, TUNWIN_A_BUFFER_CLASS_PACKETS, packets);
	nla_put_u64(msg, TUNWIN_A_BUFFER_CLASS_PASSED, 7);
	nla_nest_end(msg, nest);
}

static void put_source(struct nl_msg *msg, int attr, uint8_t source, uint64_t packets, bool sizes)
{
	struct nlattr *nest = nla_nest_start(msg, attr);

	nla_put_u8(msg, TUNWIN_A_BUFFER_SOURCE_COUNT_SOURCE, source);
	nla_put_u64(msg, TUNWIN_A_BUFFER_SOURCE_COUNT_PACKETS, packets);
	if (packets) {
		nla_put_u64(msg, TUNWIN_A_BUFFER_SOURCE_COUNT_FIRST_NS, 75000000000);
		nla_put_u64(msg, TUNWIN_A_BUFFER_SOURCE_COUNT_LAST_NS, 12000000000);
	}
	if (sizes) {
		put_class(msg, TUNWIN_A_BUFFER_SOURCE_COUNT_CLASS, 1518, packets - 1);
		put_class(msg, TUNWIN_A_BUFFER_SOURCE_COUNT_CLASS, UINT32_MAX, 1);
	}
	nla_nest_end(msg, nest);
}

static void put_page(struct nl_msg *msg, int attr)
{
	struct nlattr *nest = nla_nest_start(msg, attr);

	nla_put_u32(msg, TUNWIN_A_PAGE_ORDER, 3);
	nla_put_u64(msg, TUNWIN_A_PAGE_FAILED, 4);
	nla_put_u64(msg, TUNWIN_A_PAGE_QUIET, 4);
	nla_nest_end(msg, nest);
}

static struct nl_msg *device_message(void)
{
	struct nl_msg *msg = new_message();

	nla_put_u32(msg, TUNWIN_A_BUFFER_ID, 5);
	nla_put_u32(msg, TUNWIN_A_BUFFER_IFINDEX, 2);
	nla_put_string(msg, TUNWIN_A_BUFFER_NAME, "eth0");
	nla_put_u8(msg, TUNWIN_A_BUFFER_ROLE, TUNWIN_BUFFER_ROLE_LOWER);
	put_source(msg, TUNWIN_A_BUFFER_SOURCE, TUNWIN_BUFFER_SOURCE_MEMORY, 3, true);
	put_source(msg, TUNWIN_A_BUFFER_SOURCE, TUNWIN_BUFFER_SOURCE_MISSED, 0, false);
	return msg;
}

static struct nl_msg *host_message(unsigned int cpus)
{
	struct nl_msg *msg = new_message();

	put_page(msg, TUNWIN_A_BUFFER_PAGE);
	for (unsigned int i = 0; i < cpus; i++) {
		struct nlattr *nest = nla_nest_start(msg, TUNWIN_A_BUFFER_CPU);

		nla_put_u32(msg, TUNWIN_A_CPU_CPU, i);
		nla_put_u64(msg, TUNWIN_A_CPU_PPS, 1000);
		nla_nest_end(msg, nest);
	}
	put_source(msg, TUNWIN_A_BUFFER_UNPLACED, TUNWIN_BUFFER_SOURCE_SOCKET, 9, false);
	nla_put_u64(msg, TUNWIN_A_BUFFER_GAPS_MISSED, 11);
	return msg;
}

static struct nl_msg *episode_message(unsigned int hits)
{
	static const uint8_t near[4] = { 10, 9, 0, 2 };
	struct nl_msg *msg = new_message();

	nla_put_u32(msg, TUNWIN_A_EPISODE_ID, 4);
	nla_put_string(msg, TUNWIN_A_EPISODE_NAME, "eth0");
	nla_put_u8(msg, TUNWIN_A_EPISODE_OVER, 0);
	nla_put_u64(msg, TUNWIN_A_EPISODE_PACKETS, 253);
	nla_put_u64(msg, TUNWIN_A_EPISODE_DURATION_NS, 63250000000);
	put_source(msg, TUNWIN_A_EPISODE_SOURCE, TUNWIN_BUFFER_SOURCE_MISSED, 253, false);
	put_class(msg, TUNWIN_A_EPISODE_CLASS, 9018, 120);
	put_page(msg, TUNWIN_A_EPISODE_PAGE);
	nla_put_u8(msg, TUNWIN_A_EPISODE_PAGES_UNTOLD, 1);
	for (unsigned int i = 0; i < hits; i++) {
		struct nlattr *nest = nla_nest_start(msg, TUNWIN_A_EPISODE_FLOW);

		nla_put_u32(msg, TUNWIN_A_EPISODE_FLOW_FLOW_ID, 17 + i);
		nla_put_string(msg, TUNWIN_A_EPISODE_FLOW_TUNNEL, "gre1");
		nla_put(msg, TUNWIN_A_EPISODE_FLOW_NEAR_ADDR, sizeof(near), near);
		nla_put_u16(msg, TUNWIN_A_EPISODE_FLOW_NEAR_PORT, 5201);
		nla_put_u64(msg, TUNWIN_A_EPISODE_FLOW_STALLED_NS, 25600000000);
		nla_put_u8(msg, TUNWIN_A_EPISODE_FLOW_MOVED, 0);
		nla_nest_end(msg, nest);
	}
	return msg;
}

static void test_device(void **state)
{
	struct nl_msg *msg = device_message();
	const struct buffer_source_count *count;
	struct buffer_device device;

	(void)state;
	assert_int_equal(tunwin_decode_buffer(nlmsg_hdr(msg), &device), 0);
	assert_int_equal(device.id.value, 5);
	assert_string_equal(device.name, "eth0");
	assert_int_equal(device.role.value, BUFFER_LOWER);
	assert_false(device.episode.known);
	count = tunwin_shortage_count(&device, BUFFER_MEMORY);
	assert_non_null(count);
	assert_int_equal(count->packets.value, 3);
	assert_int_equal(count->last_ns.value, 12000000000);
	assert_int_equal(count->class_count, 2);
	assert_int_equal(count->classes[0].max_bytes.value, 1518);
	assert_int_equal(count->classes[0].packets.value, 2);
	assert_false(count->classes[1].max_bytes.known);
	/* None is something else than not known. */
	count = tunwin_shortage_count(&device, BUFFER_MISSED);
	assert_true(count && count->packets.known && !count->packets.value);
	assert_false(count->last_ns.known);
	assert_null(tunwin_shortage_count(&device, BUFFER_ALLOC));
	nlmsg_free(msg);
}

static void test_host(void **state)
{
	struct nl_msg *msg = host_message(64);
	static struct buffer_host host;

	(void)state;
	assert_int_equal(tunwin_decode_buffer_host(nlmsg_hdr(msg), &host), 0);
	assert_int_equal(host.page_count, 1);
	assert_int_equal(host.pages[0].order.value, 3);
	assert_int_equal(host.cpu_count, 64);
	assert_int_equal(host.cpus[63].cpu.value, 63);
	assert_false(host.cpus[0].dropped.known);
	assert_int_equal(host.unplaced[0].source.value, BUFFER_SOCKET);
	assert_int_equal(host.gaps_missed.value, 11);
	nlmsg_free(msg);
}

static void test_episode(void **state)
{
	struct nl_msg *msg = episode_message(BUFFER_HITS);
	static struct episode episode;

	(void)state;
	assert_int_equal(tunwin_decode_episode(nlmsg_hdr(msg), &episode), 0);
	assert_int_equal(episode.packets.value, 253);
	assert_int_equal(episode.sources[0].source.value, BUFFER_MISSED);
	assert_int_equal(episode.classes[0].passed.value, 7);
	assert_int_equal(episode.hit_count, BUFFER_HITS);
	assert_int_equal(episode.hits[63].flow_id.value, 80);
	assert_int_equal(episode.hits[0].near.port.value, 5201);
	assert_int_equal(episode.hits[0].moved.value, 0);
	assert_true(episode.pages_untold.known);
	assert_false(episode.peak_pps.known);
	nlmsg_free(msg);

	msg = episode_message(BUFFER_HITS + 1);
	assert_int_equal(tunwin_decode_episode(nlmsg_hdr(msg), &episode), -EBADMSG);
	nlmsg_free(msg);
}

static void decode_any(struct nlmsghdr *nlh)
{
	static struct buffer_device device;
	static struct episode episode;
	static struct buffer_host host;

	tunwin_decode_buffer(nlh, &device);
	tunwin_decode_buffer_host(nlh, &host);
	tunwin_decode_episode(nlh, &episode);
}

static void test_truncated(void **state)
{
	struct nl_msg *messages[] = { device_message(), host_message(2), episode_message(2) };

	(void)state;
	hostile_truncated(messages, COUNT(messages), decode_any);
}

static void test_mutated(void **state)
{
	struct nl_msg *messages[] = { device_message(), host_message(2), episode_message(2) };

	(void)state;
	hostile_mutated(messages, COUNT(messages), 30000, decode_any);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_device),
		cmocka_unit_test(test_host),
		cmocka_unit_test(test_episode),
		cmocka_unit_test(test_truncated),
		cmocka_unit_test(test_mutated),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
