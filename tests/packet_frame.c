// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include <linux/if_vlan.h>
#include <net/ipv6.h>
#include <net/tcp.h>

#include "packet_frame.h"
#include "table.h"

/* Longer than any header, shorter than what a test of a merged buffer could copy in the time. */
#define DIVIDED_MAX	300
/* Room before the data, as a received buffer has. */
#define HEADROOM	64

static void put(struct frame *frame, const void *bytes, int count)
{
	memcpy(frame->bytes + frame->len, bytes, count);
	frame->len += count;
}

static void put_fill(struct frame *frame, unsigned char byte, int count)
{
	memset(frame->bytes + frame->len, byte, count);
	frame->len += count;
}

static void put_tags(struct frame *frame, int count, __be16 protocol)
{
	int tag;

	frame->protocol = protocol;
	for (tag = 0; tag < count; tag++) {
		bool last = tag == count - 1;
		struct vlan_hdr header = {
			.h_vlan_TCI = htons(100 + tag),
			.h_vlan_encapsulated_proto = last ? protocol : htons(ETH_P_8021Q),
		};

		put(frame, &header, sizeof(header));
	}
	if (count)
		frame->protocol = htons(count > 1 ? ETH_P_8021AD : ETH_P_8021Q);
}

static void put_ipv4(struct frame *frame, const struct frame_layout *layout, int protocol)
{
	struct iphdr ip = {
		.version = 4,
		.ihl = layout->ihl ?: 5 + layout->ip_options / 4,
		.frag_off = htons(layout->frag_off),
		.ttl = 64,
		.protocol = protocol,
		.saddr = htonl(0x0a090001),
		.daddr = htonl(0x0a090002),
	};

	put(frame, &ip, sizeof(ip));
	/* NOP, of which an option list may be full. */
	put_fill(frame, 1, layout->ip_options);
}

static int extension_protocol(char extension)
{
	switch (extension) {
	case 'H':
		return NEXTHDR_HOP;
	case 'D':
		return NEXTHDR_DEST;
	case 'R':
		return NEXTHDR_ROUTING;
	case 'A':
		return NEXTHDR_AUTH;
	case 'f':
	case 'r':
	case 'F':
	case 'L':
		return NEXTHDR_FRAGMENT;
	case 'N':
		return NEXTHDR_NONE;
	default:
		abort();
	}
}

static void put_ipv6(struct frame *frame, const struct frame_layout *layout, int protocol)
{
	struct ipv6hdr ip = { .version = 6, .hop_limit = 64 };
	const char *extension = layout->extensions ?: "";

	ip.nexthdr = *extension ? extension_protocol(*extension) : protocol;
	ip.saddr.s6_addr[0] = 0xfd;
	ip.saddr.s6_addr[15] = 1;
	ip.daddr.s6_addr[0] = 0xfd;
	ip.daddr.s6_addr[15] = 2;
	put(frame, &ip, sizeof(ip));

	for (; *extension && *extension != 'N'; extension++) {
		unsigned char header[24] = { 0 };
		int len = 8;

		header[0] = extension[1] ? extension_protocol(extension[1]) : protocol;
		switch (*extension) {
		case 'D':
		case 'R':
			/* Sixteen bytes: the length counts eights behind the first. */
			header[1] = 1;
			len = 16;
			break;
		case 'A':
			/* Twenty-four: here it counts fours behind the first eight. */
			header[1] = 4;
			len = 24;
			break;
		case 'r':
			header[3] = 0x06;
			break;
		case 'F':
			header[3] = IP6_MF;
			break;
		case 'L':
			header[2] = 1;
			break;
		}
		put(frame, header, len);
	}
}

static void put_tcp(struct frame *frame, const struct frame_layout *layout)
{
	struct tcphdr tcp = {
		.source = htons(FAR_PORT),
		.dest = htons(NEAR_PORT),
		.seq = htonl(SEQ),
		.ack_seq = htonl(1),
		.doff = layout->doff ?: 5 + layout->option_bytes / 4,
		.window = htons(WINDOW),
	};

	((unsigned char *)&tcp)[13] = layout->flags ?: TCPHDR_ACK;
	put(frame, &tcp, sizeof(tcp));
	if (layout->option_bytes)
		put(frame, layout->options, layout->option_bytes);
}

static void set_total(struct frame *frame, const struct frame_layout *layout)
{
	int total = frame->len - frame->ip + layout->missing;
	__be16 field;

	if (layout->version == 6)
		total -= sizeof(struct ipv6hdr);
	if (layout->total)
		total = max(layout->total, 0);
	/* What has more than the field can say is merged. */
	field = htons(total > 0xffff ? 0 : total);
	if (layout->version == 6)
		memcpy(frame->bytes + frame->ip + offsetof(struct ipv6hdr, payload_len), &field, 2);
	else
		memcpy(frame->bytes + frame->ip + offsetof(struct iphdr, tot_len), &field, 2);
}

void frame_build(struct frame *frame, const struct frame_layout *layout)
{
	static const int ethertypes[] = { [0] = ETH_P_ARP, [4] = ETH_P_IP, [6] = ETH_P_IPV6 };
	int protocol = layout->protocol ?: IPPROTO_TCP;

	frame->len = 0;
	put_fill(frame, 0xee, layout->mac_bytes);
	frame->network = frame->len;
	put_tags(frame, layout->tags, htons(ethertypes[layout->version]));
	frame->ip = frame->len;
	if (layout->version == 4)
		put_ipv4(frame, layout, protocol);
	else if (layout->version == 6)
		put_ipv6(frame, layout, protocol);
	if (layout->version && protocol == IPPROTO_TCP)
		put_tcp(frame, layout);
	frame->header_end = frame->len;
	put_fill(frame, 0x55, layout->payload);
	if (layout->version)
		set_total(frame, layout);
	put_fill(frame, 0, layout->padding);

	frame->truesize = frame->len + 768;
	frame->gso_size = layout->gso_size;
	frame->gso_segs = layout->gso_segs;
}

/*
 * Copy bytes to where the next one is not there, so that reading on is a fault in any build: the
 * address sanitizer alone would not know where a buffer of the kernel ends.
 */
static unsigned char *place(int region, const unsigned char *bytes, int count)
{
	static unsigned char *end[2];

	if (!end[region]) {
		size_t page = sysconf(_SC_PAGESIZE);
		size_t size = (FRAME_MAX + HEADROOM + page) / page * page;
		unsigned char *memory;

		memory = mmap(NULL, size + page, PROT_READ | PROT_WRITE,
			      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		if (memory == MAP_FAILED || mprotect(memory + size, page, PROT_NONE))
			abort();
		end[region] = memory + size;
	}
	return memcpy(end[region] - count, bytes, count);
}

enum tunwin_packet_kind frame_read(const struct frame *frame, int linear,
				   struct tunwin_packet *packet)
{
	struct sk_buff skb = {
		.len = frame->len,
		.data_len = frame->len - linear,
		.truesize = frame->truesize,
		.protocol = frame->protocol,
		.network_header = HEADROOM + frame->network,
		.data = place(0, frame->bytes, linear),
		.fragment = place(1, frame->bytes + linear, frame->len - linear),
		.shared_info = { frame->gso_size, frame->gso_segs },
	};
	struct sk_buff before;
	enum tunwin_packet_kind kind;

	skb.head = skb.data - HEADROOM;
	before = skb;
	memset(packet, 0xa5, sizeof(*packet));
	kind = tunwin_packet_read(&skb, packet);

	assert_memory_equal(&skb, &before, sizeof(skb));
	assert_memory_equal(skb.data, frame->bytes, linear);
	assert_memory_equal(skb.fragment, frame->bytes + linear, frame->len - linear);
	return kind;
}

enum tunwin_packet_kind frame_read_divided(const struct frame *frame, struct tunwin_packet *packet)
{
	enum tunwin_packet_kind kind = frame_read(frame, frame->len, packet);
	int linear;

	for (linear = 0; linear < frame->len && linear < DIVIDED_MAX; linear++) {
		struct tunwin_packet divided;

		assert_int_equal(frame_read(frame, linear, &divided), kind);
		assert_memory_equal(&divided, packet, sizeof(divided));
	}
	return kind;
}
