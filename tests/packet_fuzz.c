// SPDX-License-Identifier: GPL-2.0
/* Random frames, always the same ones: good ones, damaged ones and noise. */
#include <net/ipv6.h>
#include <net/tcp.h>

#include "packet_frame.h"
#include "random.h"
#include "table.h"
#include "window.h"

#define PACKETS	200000

static void random_bytes(char *bytes, int count)
{
	int i;

	for (i = 0; i < count; i++)
		bytes[i] = one_in(2) ? random_below(5) : random_below(256);
}

static void random_layout(struct frame_layout *layout, char options[40], char extensions[12])
{
	static const char kinds[] = "HDRAfrFLN";
	static const int protocols[] = { IPPROTO_UDP, IPPROTO_ICMP, IPPROTO_ESP, NEXTHDR_NONE };
	u32 count;

	count = one_in(2) ? 0 : random_below(11);
	extensions[count] = '\0';
	while (count--)
		extensions[count] = kinds[random_below(6 + one_in(4) * 3)];
	random_bytes(options, 40);

	*layout = (struct frame_layout) {
		.version = one_in(20) ? 0 : 4 + 2 * random_below(2),
		.mac_bytes = one_in(2) ? 14 : 0,
		.tags = one_in(3) ? random_below(4) : 0,
		.ihl = one_in(20) ? random_below(16) : 0,
		.ip_options = one_in(3) ? 4 * random_below(11) : 0,
		.frag_off = one_in(20) ? random_below(0x10000) : 0,
		.extensions = extensions,
		.protocol = one_in(10) ? protocols[random_below(ROWS(protocols))] : 0,
		.doff = one_in(20) ? random_below(16) : 0,
		.flags = random_below(256),
		.options = options,
		.option_bytes = 4 * random_below(11),
		.payload = one_in(2) ? random_below(200) : 0,
		.padding = one_in(3) ? random_below(50) : 0,
		.missing = one_in(20) ? random_below(2000) : 0,
		.total = one_in(20) ? random_below(400) : 0,
		.gso_size = one_in(4) ? random_below(one_in(2) ? 100 : 0x10000) : 0,
		.gso_segs = one_in(2) ? random_below(one_in(2) ? 100 : 0x10000) : 0,
	};
}

static void damage(struct frame *frame)
{
	u32 count;

	if (one_in(4))
		frame->len = random_below(frame->len + 1);
	if (one_in(4)) {
		for (count = random_below(8); frame->len && count; count--)
			frame->bytes[random_below(frame->len)] = random_below(256);
	}
	if (one_in(50))
		random_bytes((char *)frame->bytes, frame->len);
	if (one_in(50))
		frame->network = (int)random_below(frame->len + 80) - 60;
	if (one_in(50))
		frame->protocol = random_below(0x10000);
}

static void check(const struct frame *frame, enum tunwin_packet_kind kind,
		  const struct tunwin_packet *packet)
{
	assert_int_equal(packet->truesize_bytes, frame->truesize);
	assert_in_range(packet->len_bytes, 0, frame->len);
	assert_in_range(packet->segments, 1, 0xffff);
	assert_in_range(packet->segment_bytes, 0, packet->len_bytes);
	assert_in_range(packet->inner_bytes, packet->len_bytes, 0xffffffff);
	if (packet->segments == 1)
		assert_int_equal(packet->inner_bytes, packet->len_bytes);
	if (!frame->gso_size)
		assert_int_equal(packet->segments, 1);

	if (kind != TUNWIN_PACKET_TCP) {
		assert_true(kind == TUNWIN_PACKET_OTHER || kind == TUNWIN_PACKET_UNPARSED);
		return;
	}
	assert_in_range(packet->len_bytes, 40, frame->len);
	assert_in_range(packet->payload_bytes, 0, packet->len_bytes - 40);
	if (packet->wscale_shift != TUNWIN_WSCALE_NOT_OFFERED) {
		assert_in_range(packet->wscale_shift, 0, TUNWIN_WSCALE_SHIFT_MAX);
		assert_true(packet->flags & TCPHDR_SYN);
	}
}

static void test_fuzz(void **state)
{
	u32 kinds[3] = { 0 }, scales = 0;
	static struct frame frame;
	int i;

	(void)state;
	random_state = 0x74756e77696e2121ULL;
	for (i = 0; i < PACKETS; i++) {
		char options[40], extensions[12];
		struct tunwin_packet packet, divided;
		enum tunwin_packet_kind kind;
		struct frame_layout layout;

		random_layout(&layout, options, extensions);
		frame_build(&frame, &layout);
		damage(&frame);
		kind = frame_read(&frame, frame.len, &packet);
		check(&frame, kind, &packet);
		assert_int_equal(frame_read(&frame, random_below(frame.len + 1), &divided), kind);
		assert_memory_equal(&divided, &packet, sizeof(packet));
		kinds[kind]++;
		if (kind == TUNWIN_PACKET_TCP)
			scales += packet.wscale_shift != TUNWIN_WSCALE_NOT_OFFERED;
	}
	/* Noise that is always refused would prove nothing. */
	assert_in_range(kinds[TUNWIN_PACKET_TCP], PACKETS / 5, PACKETS);
	assert_in_range(kinds[TUNWIN_PACKET_OTHER], PACKETS / 50, PACKETS);
	assert_in_range(kinds[TUNWIN_PACKET_UNPARSED], PACKETS / 20, PACKETS);
	assert_in_range(scales, PACKETS / 500, PACKETS);
}

void packet_fuzz_tests(void)
{
	table_add("fuzz", "200,000 random frames", test_fuzz, NULL);
}
