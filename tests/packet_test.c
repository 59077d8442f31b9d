// SPDX-License-Identifier: GPL-2.0
/* Header parsing of kmod/packet.c: frames as they come, cut short, divided and forged. */
#include <linux/if_ether.h>
#include <net/ipv6.h>
#include <net/tcp.h>

#include "packet_frame.h"
#include "table.h"
#include "window.h"

#define SYN	TCPHDR_SYN
#define NONE	TUNWIN_WSCALE_NOT_OFFERED
#define OTHER	TUNWIN_PACKET_OTHER
#define TCP	TUNWIN_PACKET_TCP
#define UNPARSED	TUNWIN_PACKET_UNPARSED

#define OPTIONS(bytes)	.options = (bytes), .option_bytes = sizeof(bytes) - 1

/* Packets that are not merged: @len is from the IP header on, @payload that of TCP. */
static const struct plain_row {
	const char *name;
	struct frame_layout layout;
	enum tunwin_packet_kind kind;
	int len;
	int payload;
} plain_rows[] = {
	{ "IPv4 data", { .version = 4, .payload = 100 }, TCP, 140, 100 },
	{ "IPv4 without payload", { .version = 4 }, TCP, 40, 0 },
	{ "IPv4 with options", { .version = 4, .ip_options = 8, .payload = 10 }, TCP, 58, 10 },
	{ "IPv4 with all options there can be", { .version = 4, .ip_options = 40, .payload = 10 },
	  TCP, 90, 10 },
	{ "IPv4, TCP with timestamps",
	  { .version = 4, OPTIONS("\1\1\x8\xa" "tsvltsec"), .payload = 7 }, TCP, 59, 7 },
	{ "IPv4, all of a TCP header",
	  { .version = 4, OPTIONS("\x22\x28" "a fast open cookie, and so on: thirty8"),
	  .payload = 7 }, TCP, 87, 7 },
	{ "IPv4 with an Ethernet header",
	  { .version = 4, .mac_bytes = 14, .payload = 100 }, TCP, 140, 100 },
	{ "IPv4 padded to 60 bytes", { .version = 4, .mac_bytes = 14, .padding = 6 }, TCP, 40, 0 },
	{ "IPv4 padded, with payload", { .version = 4, .payload = 3, .padding = 3 }, TCP, 43, 3 },
	{ "IPv4 with DF", { .version = 4, .frag_off = 0x4000, .payload = 9 }, TCP, 49, 9 },
	{ "IPv4 first fragment", { .version = 4, .frag_off = IP_MF, .payload = 9 }, UNPARSED, 49 },
	{ "IPv4 later fragment", { .version = 4, .frag_off = 1, .payload = 9 }, UNPARSED, 49 },
	{ "IPv4 fragment of UDP",
	  { .version = 4, .frag_off = 1, .protocol = IPPROTO_UDP, .payload = 9 },
	  OTHER, 29 },
	{ "IPv4 ihl 4", { .version = 4, .ihl = 4, .payload = 100 }, UNPARSED, 140 },
	{ "IPv4 ihl 0", { .version = 4, .ihl = -16, .payload = 100 }, UNPARSED, 140 },
	{ "IPv4 ihl behind the end", { .version = 4, .ihl = 15 }, UNPARSED, 40 },
	{ "IPv4 total length larger than the buffer",
	  { .version = 4, .payload = 10, .missing = 1000 },
	  TCP, 50, 10 },
	{ "IPv4 total length below the headers",
	  { .version = 4, .payload = 10, .total = 39 }, UNPARSED, 39 },
	{ "IPv4 total length of the IP header",
	  { .version = 4, .payload = 10, .total = 20 }, UNPARSED, 20 },
	{ "IPv4 total length below the IP header",
	  { .version = 4, .protocol = IPPROTO_UDP, .payload = 10, .total = 19 }, UNPARSED, 30 },
	{ "IPv4 total length 0, not merged",
	  { .version = 4, .payload = 10, .total = -1 }, UNPARSED, 50 },
	{ "IPv4 UDP", { .version = 4, .protocol = IPPROTO_UDP, .payload = 20 }, OTHER, 40 },
	{ "IPv4 ICMP", { .version = 4, .protocol = IPPROTO_ICMP, .payload = 20 }, OTHER, 40 },
	{ "IPv4 ESP", { .version = 4, .protocol = IPPROTO_ESP, .payload = 20 }, OTHER, 40 },
	{ "IPv4 padded UDP", { .version = 4, .protocol = IPPROTO_UDP, .payload = 8, .padding = 18 },
	  OTHER, 28 },
	{ "doff 4", { .version = 4, .doff = 4, .payload = 100 }, UNPARSED, 140 },
	{ "doff 0", { .version = 4, .doff = -16, .payload = 100 }, UNPARSED, 140 },
	{ "doff behind the end", { .version = 4, .doff = 15, .payload = 39 }, UNPARSED, 79 },
	{ "doff up to the end", { .version = 4, .doff = 15, .payload = 40 }, TCP, 80, 0 },
	{ "doff into the padding", { .version = 4, .doff = 6, .padding = 6 }, UNPARSED, 40 },
	{ "SYN with data",
	  { .version = 4, .flags = SYN, OPTIONS("\3\3\7\1"), .payload = 500 }, TCP, 544, 500 },

	{ "IPv6 data", { .version = 6, .payload = 100 }, TCP, 160, 100 },
	{ "IPv6 without payload", { .version = 6 }, TCP, 60, 0 },
	{ "IPv6 hop-by-hop", { .version = 6, .extensions = "H", .payload = 10 }, TCP, 78, 10 },
	{ "IPv6 destination options",
	  { .version = 6, .extensions = "D", .payload = 10 }, TCP, 86, 10 },
	{ "IPv6 authentication", { .version = 6, .extensions = "A", .payload = 10 }, TCP, 94, 10 },
	{ "IPv6 all that RFC 8200 lists", { .version = 6, .extensions = "HDRfAD", .payload = 10 },
	  TCP, 158, 10 },
	{ "IPv6 eight headers are too many",
	  { .version = 6, .extensions = "DDDDDDDD" }, UNPARSED, 188 },
	{ "IPv6 seven are not", { .version = 6, .extensions = "DDDDDDD" }, TCP, 172, 0 },
	{ "IPv6 eighty", { .version = 6, .extensions =
	  "DDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDD" },
	  UNPARSED, 1340 },
	{ "IPv6 atomic fragment", { .version = 6, .extensions = "f", .payload = 10 }, TCP, 78, 10 },
	{ "IPv6 atomic fragment with reserved bits",
	  { .version = 6, .extensions = "r", .payload = 10 }, TCP, 78, 10 },
	{ "IPv6 first fragment", { .version = 6, .extensions = "F", .payload = 10 }, UNPARSED, 78 },
	{ "IPv6 later fragment", { .version = 6, .extensions = "L", .payload = 10 }, UNPARSED, 78 },
	{ "IPv6 fragment of UDP",
	  { .version = 6, .extensions = "F", .protocol = IPPROTO_UDP, .payload = 10 },
	  OTHER, 58 },
	{ "IPv6 later fragment of UDP",
	  { .version = 6, .extensions = "HL", .protocol = IPPROTO_UDP, .payload = 10 }, OTHER, 66 },
	{ "IPv6 fragment of what has options", { .version = 6, .extensions = "LD",
	  .protocol = IPPROTO_UDP, .payload = 10 }, UNPARSED, 74 },
	{ "IPv6 no next header", { .version = 6, .extensions = "N", .payload = 10 }, OTHER, 70 },
	{ "IPv6 no next header behind options", { .version = 6, .extensions = "HN", .payload = 10 },
	  OTHER, 78 },
	{ "IPv6 no next header and nothing behind", { .version = 6, .protocol = NEXTHDR_NONE },
	  OTHER, 40 },
	{ "IPv6 UDP", { .version = 6, .protocol = IPPROTO_UDP, .payload = 20 }, OTHER, 60 },
	{ "IPv6 ICMPv6", { .version = 6, .protocol = IPPROTO_ICMPV6, .payload = 20 }, OTHER, 60 },
	{ "IPv6 ESP", { .version = 6, .protocol = IPPROTO_ESP, .payload = 20 }, OTHER, 60 },
	{ "IPv6 ESP behind options", { .version = 6, .extensions = "H", .protocol = IPPROTO_ESP,
	  .payload = 20 }, OTHER, 68 },
	{ "IPv6 padded", { .version = 6, .padding = 3 }, TCP, 60, 0 },
	{ "IPv6 length larger than the buffer", { .version = 6, .payload = 10, .missing = 1000 },
	  TCP, 70, 10 },
	{ "IPv6 length below the headers",
	  { .version = 6, .payload = 10, .total = 19 }, UNPARSED, 59 },

	{ "one tag", { .version = 4, .mac_bytes = 14, .tags = 1, .payload = 10 }, TCP, 50, 10 },
	{ "two tags", { .version = 6, .mac_bytes = 14, .tags = 2, .payload = 10 }, TCP, 70, 10 },
	{ "three tags", { .version = 4, .mac_bytes = 14, .tags = 3, .payload = 10 }, OTHER, 54 },
	{ "tag and padding",
	  { .version = 4, .mac_bytes = 14, .tags = 1, .padding = 6 }, TCP, 40, 0 },
	{ "tag and UDP",
	  { .version = 4, .tags = 1, .protocol = IPPROTO_UDP, .payload = 8 }, OTHER, 28 },
	{ "ARP", { .version = 0, .payload = 28 }, OTHER, 28 },
	{ "ARP with a tag", { .version = 0, .tags = 1, .payload = 28 }, OTHER, 28 },
};

static void check_addresses(const struct tunwin_packet *packet, int version)
{
	static const struct in6_addr source4 = {
		.s6_addr = { [10] = 0xff, [11] = 0xff, [12] = 10, [13] = 9, [15] = 1 } };
	static const struct in6_addr destination4 = {
		.s6_addr = { [10] = 0xff, [11] = 0xff, [12] = 10, [13] = 9, [15] = 2 } };
	static const struct in6_addr source6 = { .s6_addr = { [0] = 0xfd, [15] = 1 } };
	static const struct in6_addr destination6 = { .s6_addr = { [0] = 0xfd, [15] = 2 } };

	assert_memory_equal(&packet->source, version == 4 ? &source4 : &source6, 16);
	assert_memory_equal(&packet->destination, version == 4 ? &destination4 : &destination6, 16);
}

static void check_tcp(const struct tunwin_packet *packet, const struct frame_layout *layout)
{
	check_addresses(packet, layout->version);
	assert_int_equal(packet->source_port, htons(FAR_PORT));
	assert_int_equal(packet->destination_port, htons(NEAR_PORT));
	assert_int_equal(packet->seq, SEQ);
	assert_int_equal(packet->ack, 1);
	assert_int_equal(packet->window, WINDOW);
	assert_int_equal(packet->flags, layout->flags ?: TCPHDR_ACK);
}

static int tcp_header_bytes(const struct frame_layout *layout)
{
	return layout->doff ? layout->doff * 4 : 20 + layout->option_bytes;
}

static void test_plain(void **state)
{
	const struct plain_row *row = *state;
	struct tunwin_packet packet;
	static struct frame frame;

	frame_build(&frame, &row->layout);
	assert_int_equal(frame_read_divided(&frame, &packet), row->kind);
	assert_int_equal(packet.truesize_bytes, frame.truesize);
	assert_int_equal(packet.len_bytes, row->len);
	assert_int_equal(packet.inner_bytes, row->len);
	assert_int_equal(packet.segments, 1);
	assert_int_equal(packet.segment_bytes, row->len);
	if (row->kind != TCP)
		return;
	assert_int_equal(packet.payload_bytes, row->payload);
	assert_int_equal(packet.segment_payload_bytes, row->payload);
	assert_int_equal(packet.tcp_to_end_bytes, row->payload + tcp_header_bytes(&row->layout));
	check_tcp(&packet, &row->layout);
}

/* Cut to every length, in every division: what is there is read, what is not is not made up. */
static void test_truncated(void **state)
{
	const struct plain_row *row = *state;
	static struct frame frame;
	int full, headers;

	frame_build(&frame, &row->layout);
	full = frame.len;
	/* A header may say that it is longer than what was put there. */
	headers = frame.ip + row->len - row->payload;
	for (frame.len = 0; frame.len < full; frame.len++) {
		enum tunwin_packet_kind kind;
		struct tunwin_packet packet;
		int len;

		/* A frame that ends before its network header does not come up to here. */
		kind = frame_read_divided(&frame, &packet);
		assert_int_equal(packet.segments, 1);
		assert_int_equal(packet.inner_bytes, packet.len_bytes);
		assert_int_equal(packet.segment_bytes, packet.len_bytes);
		assert_in_range(packet.len_bytes, 0, frame.len);
		if (row->kind != TCP) {
			assert_int_not_equal(kind, TCP);
			continue;
		}
		if (frame.len < headers) {
			assert_int_equal(kind, UNPARSED);
			continue;
		}
		assert_int_equal(kind, TCP);
		len = min(frame.len - frame.ip, row->len);
		assert_int_equal(packet.len_bytes, len);
		assert_int_equal(packet.payload_bytes, len - (headers - frame.ip));
		check_tcp(&packet, &row->layout);
	}
}

/* ---- window scale option ---- */

static const struct option_row {
	const char *name;
	const char *options;
	int option_bytes;
	int expected;
	int flags;
	int doff;
} option_rows[] = {
#define ROW(name, options, ...)	{ name, options, sizeof(options) - 1, __VA_ARGS__ }
	ROW("none at all", "", NONE),
	ROW("alone", "\3\3\7\0", 7),
	ROW("behind a NOP", "\1\3\3\7", 7),
	ROW("as Linux sends it", "\2\4\5\xb4\4\2\x8\xa" "tsvltsec" "\1\3\3\7", 7),
	ROW("as Windows sends it", "\2\4\5\xb4\1\3\3\x8\1\1\4\2", 8),
	ROW("first", "\3\3\xa\2\4\5\xb4\1", 10),
	ROW("last byte of the header", "\2\4\5\xb4\4\2\1\1\1\3\3\2", 2),
	ROW("behind nothing but NOP",
	    "\1\1\1\1\1\1\1\1\1\1\1\1\1\1\1\1\1\1\1\1\1\1\1\1\1\1\1\1\1\1\1\1\1\1\1\1\1\3\3\6", 6),
	ROW("shift 0 is an offer", "\3\3\0\1", 0),
	ROW("14", "\3\3\xe\1", 14),
	ROW("15 is taken as 14", "\3\3\xf\1", 14),
	ROW("255 is taken as 14, not as missing", "\3\3\xff\1", 14),
	ROW("not there", "\2\4\5\xb4\4\2\1\1", NONE),
	ROW("behind the end of the list", "\0\3\3\7", NONE),
	ROW("behind an end that looks like an option", "\0\2\3\3\7\1\1\1", NONE),
	ROW("cut short behind its kind", "\1\1\1\3", NONE),
	ROW("cut short behind its length", "\1\1\3\3", NONE),
	ROW("with a length of 2", "\3\2\7\1", NONE),
	ROW("with a length of 4", "\3\4\7\1", NONE),
	ROW("with a length of 4, then a good one", "\3\4\7\1\3\3\5\1", 5),
	ROW("length 0 ends the list", "\2\0\3\3\7\1\1\1", NONE),
	ROW("length 1 ends the list", "\2\1\3\3\7\1\1\1", NONE),
	ROW("an option longer than the rest", "\x8\x9\3\3\7\1\1\1", NONE),
	ROW("an option as long as the rest", "\x8\x8\3\3\7\1\1\1", NONE),
	ROW("an unknown option of length 255", "\xfd\xff\3\3\7\1\1\1", NONE),
	ROW("an unknown option", "\xfd\2\3\3\7\1\1\1", 7),
	ROW("inside another option", "\xfd\x5\3\3\7\1\1\1", NONE),
	ROW("in data that doff leaves out", "\1\1\1\1\3\3\7\1", NONE, 0, 6),
	ROW("of a SYN-ACK", "\3\3\7\0", 7, SYN | TCPHDR_ACK),
	ROW("of a segment that is no SYN", "\3\3\7\0", NONE, TCPHDR_ACK),
#undef ROW
};

static void test_option(void **state)
{
	const struct option_row *row = *state;
	struct frame_layout layout = {
		.flags = row->flags ?: SYN,
		.options = row->options,
		.option_bytes = row->option_bytes,
		.doff = row->doff,
	};
	struct tunwin_packet packet;
	static struct frame frame;

	for (layout.version = 4; layout.version <= 6; layout.version += 2) {
		for (layout.payload = 0; layout.payload <= 8; layout.payload += 8) {
			frame_build(&frame, &layout);
			assert_int_equal(frame_read_divided(&frame, &packet), TCP);
			assert_int_equal(packet.wscale_shift, row->expected);
			assert_int_equal(packet.flags, layout.flags);
		}
	}
}

/* What an acknowledgment of 1 tells of data that came twice. */
static const struct option_row sack_rows[] = {
#define ROW(name, options, ...)	{ name, options, sizeof(options) - 1, __VA_ARGS__ }
#define BLOCK(a, b)	"\0\0" a "\0\0" b
	ROW("no SACK", "\1\1\x8\xa" "tsvltsec", 0, TCPHDR_ACK),
	ROW("a block above the acknowledgment", "\1\1\5\xa" BLOCK("\1\0", "\2\0"), 0, TCPHDR_ACK),
	ROW("a block from it on", "\1\1\5\xa" BLOCK("\0\1", "\1\0"), 0, TCPHDR_ACK),
	ROW("a block below it", "\1\1\5\xa" "\xff\xff\xff\0\0\0\0\0", 256, TCPHDR_ACK),
	ROW("a block below it, and another",
	    "\1\1\5\x12" "\xff\xff\xfe\0\xff\xff\xff\0" BLOCK("\1\0", "\2\0"), 256, TCPHDR_ACK),
	ROW("a block within the second",
	    "\1\1\5\x12" BLOCK("\1\0", "\1\x80") BLOCK("\1\0", "\2\0"), 128, TCPHDR_ACK),
	ROW("a block below it, of one byte", "\1\1\5\xa" BLOCK("\0\0", "\0\1"), 1, TCPHDR_ACK),
	ROW("a block at the beginning of the second",
	    "\1\1\5\x12" BLOCK("\1\0", "\1\1") BLOCK("\1\0", "\2\0"), 1, TCPHDR_ACK),
	ROW("a block at the end of the second",
	    "\1\1\5\x12" BLOCK("\1\x80", "\2\0") BLOCK("\1\0", "\2\0"), 128, TCPHDR_ACK),
	ROW("a block that is the second",
	    "\1\1\5\x12" BLOCK("\1\0", "\2\0") BLOCK("\1\0", "\2\0"), 256, TCPHDR_ACK),
	ROW("a block that begins before the second",
	    "\1\1\5\x12" BLOCK("\0\x80", "\1\x80") BLOCK("\1\0", "\2\0"), 0, TCPHDR_ACK),
	ROW("a block that ends behind the second",
	    "\1\1\5\x12" BLOCK("\1\x80", "\2\1") BLOCK("\1\0", "\2\0"), 0, TCPHDR_ACK),
	ROW("two blocks side by side",
	    "\1\1\5\x12" BLOCK("\3\0", "\4\0") BLOCK("\1\0", "\2\0"), 0, TCPHDR_ACK),
	ROW("a block that is empty", "\1\1\5\xa" BLOCK("\0\0", "\0\0"), 0, TCPHDR_ACK),
	ROW("a block that ends before it begins", "\1\1\5\xa" "\0\0\0\0\xff\xff\xff\0", 0,
	    TCPHDR_ACK),
	ROW("cut short", "\1\1\5\x9" "\xff\xff\xff\0\0\0\0\0", 0, TCPHDR_ACK),
	ROW("a length of no whole blocks", "\5\xb" "\xff\xff\xff\0\0\0\0\0\1\1", 0, TCPHDR_ACK),
	ROW("no block at all", "\1\1\5\2", 0, TCPHDR_ACK),
	ROW("of a segment that acknowledges nothing", "\1\1\5\xa" "\xff\xff\xff\0\0\0\0\0", 0,
	    TCPHDR_PSH),
#undef BLOCK
#undef ROW
};

static void test_sack(void **state)
{
	const struct option_row *row = *state;
	struct frame_layout layout = {
		.version = 4,
		.flags = row->flags,
		.options = row->options,
		.option_bytes = row->option_bytes,
	};
	struct tunwin_packet packet;
	static struct frame frame;

	frame_build(&frame, &layout);
	assert_int_equal(frame_read_divided(&frame, &packet), TCP);
	assert_int_equal(packet.dsack_bytes, row->expected);
}

/* ---- timestamps, and what a SYN offers besides ---- */

#define TIMESTAMPS	"\x8\xa" "\xf1\2\3\4" "\xe1\6\7\x8"
#define TSVAL	0xf1020304
#define TSECR	0xe1060708

static const struct offer_row {
	const char *name;
	const char *options;
	int option_bytes;
	int flags;
	bool timestamps;
	u16 mss;
	bool sack_permitted;
} offer_rows[] = {
#define ROW(name, options, ...)	{ name, options, sizeof(options) - 1, __VA_ARGS__ }
	ROW("none at all", "", SYN),
	ROW("as Linux sends it", "\2\4\5\xb4\4\2" TIMESTAMPS "\1\3\3\7", SYN,
	    .timestamps = true, .mss = 1460, .sack_permitted = true),
	ROW("none of it", "\1\3\3\7", SYN),
	ROW("timestamps alone", "\1\1" TIMESTAMPS, TCPHDR_ACK, .timestamps = true),
	ROW("timestamps alone, at the front", TIMESTAMPS "\1\1", TCPHDR_ACK, .timestamps = true),
	ROW("timestamps, and more behind", "\1\1" TIMESTAMPS "\4\2\1\1", SYN,
	    .timestamps = true, .sack_permitted = true),
	ROW("timestamps that are too short", "\x8\x8" "tsvlts" "\1\1\1\1", TCPHDR_ACK),
	ROW("timestamps that are too long", "\x8\xc" "tsvltsec" "\1\1", TCPHDR_ACK),
	ROW("timestamps that are cut short", "\1\1\x8\xa" "tsvl", TCPHDR_ACK),
	ROW("of a segment that is no SYN", "\2\4\5\xb4\4\2\1\1", TCPHDR_ACK),
	ROW("of two segment sizes the last", "\2\4\5\xb4\2\4\2\x18", SYN, .mss = 536),
	ROW("a segment size of three bytes", "\2\3\5\1", SYN),
	ROW("a segment size of one byte more", "\2\5\5\xb4\0\1\1\1", SYN),
	ROW("SACK with a byte too many", "\4\3\0\1", SYN),
#undef ROW
};

static void test_offer(void **state)
{
	const struct offer_row *row = *state;
	struct frame_layout layout = {
		.version = 4,
		.flags = row->flags,
		.options = row->options,
		.option_bytes = row->option_bytes,
	};
	struct tunwin_packet packet;
	static struct frame frame;

	frame_build(&frame, &layout);
	assert_int_equal(frame_read_divided(&frame, &packet), TCP);
	assert_int_equal(packet.has_timestamps, row->timestamps);
	assert_int_equal(packet.tsval, row->timestamps ? TSVAL : 0);
	assert_int_equal(packet.tsecr, row->timestamps ? TSECR : 0);
	assert_int_equal(packet.mss, row->mss);
	assert_int_equal(packet.sack_permitted, row->sack_permitted);
}

/* ---- merged buffers ---- */

static const struct merged_row {
	const char *name;
	struct frame_layout layout;
	enum tunwin_packet_kind kind;
	u32 payload, segments, segment_bytes, inner_bytes;
} merged_rows[] = {
	{ "IPv4, ten whole segments",
	  { .version = 4, .payload = 14480, .gso_size = 1448, .gso_segs = 10,
	    OPTIONS("\1\1\x8\xa" "tsvltsec") }, TCP, 14480, 10, 1500, 15000 },
	{ "IPv4, the last one short",
	  { .version = 4, .payload = 1449, .gso_size = 1448, .gso_segs = 2 },
	  TCP, 1449, 2, 1488, 1529 },
	{ "IPv6", { .version = 6, .payload = 14280, .gso_size = 1428, .gso_segs = 10 },
	  TCP, 14280, 10, 1488, 14880 },
	{ "IPv6 with options repeats them", { .version = 6, .extensions = "D", .payload = 2000,
	  .gso_size = 1000, .gso_segs = 2 }, TCP, 2000, 2, 1076, 2152 },
	{ "without a count", { .version = 4, .payload = 14480, .gso_size = 1448 },
	  TCP, 14480, 10, 1488, 14880 },
	{ "without a count, the last one short",
	  { .version = 4, .payload = 14481, .gso_size = 1448 },
	  TCP, 14481, 11, 1488, 14921 },
	{ "without a count or payload", { .version = 4, .gso_size = 1448 }, TCP, 0, 1, 40, 40 },
	{ "one segment", { .version = 4, .payload = 1000, .gso_size = 1448, .gso_segs = 1 },
	  TCP, 1000, 1, 1040, 1040 },
	{ "behind a tag",
	  { .version = 4, .mac_bytes = 14, .tags = 1, .payload = 2000, .gso_size = 1000,
	  .gso_segs = 2 }, TCP, 2000, 2, 1040, 2080 },
	{ "IPv4 longer than its length can say",
	  { .version = 4, .payload = 66000, .gso_size = 1000, .gso_segs = 66 },
	  TCP, 66000, 66, 1040, 68640 },
	{ "IPv6 longer than its length can say",
	  { .version = 6, .payload = 66000, .gso_size = 1000, .gso_segs = 66 },
	  TCP, 66000, 66, 1060, 69960 },
	{ "IPv4 length is not believed",
	  { .version = 4, .payload = 2000, .gso_size = 1000, .gso_segs = 2,
	  .total = 1040 }, TCP, 2000, 2, 1040, 2080 },
	{ "IPv6 length is not believed",
	  { .version = 6, .payload = 2000, .gso_size = 1000, .gso_segs = 2,
	  .total = 1020 }, TCP, 2000, 2, 1060, 2120 },
	/* Not TCP: the bytes behind the IP header are a UDP header and its payload. */
	{ "IPv4 UDP",
	  { .version = 4, .protocol = IPPROTO_UDP, .payload = 8 + 2400, .gso_size = 1200,
	  .gso_segs = 2 }, OTHER, 0, 2, 1228, 2456 },
	{ "IPv6 UDP",
	  { .version = 6, .protocol = IPPROTO_UDP, .payload = 8 + 2400, .gso_size = 1200,
	  .gso_segs = 2 }, OTHER, 0, 2, 1248, 2496 },
	{ "IPv6 UDP without a count", { .version = 6, .protocol = IPPROTO_UDP, .payload = 8 + 2400,
	  .gso_size = 1200 }, OTHER, 0, 2, 1248, 2496 },
	{ "unparsed", { .version = 4, .doff = 4, .payload = 2000, .gso_size = 1000, .gso_segs = 2 },
	  UNPARSED, 0, 2, 1000, 2040 },
};

static void test_merged(void **state)
{
	const struct merged_row *row = *state;
	struct tunwin_packet packet;
	static struct frame frame;

	frame_build(&frame, &row->layout);
	assert_int_equal(frame_read_divided(&frame, &packet), row->kind);
	assert_int_equal(packet.len_bytes, frame.len - frame.ip);
	assert_int_equal(packet.segments, row->segments);
	assert_int_equal(packet.segment_bytes, row->segment_bytes);
	assert_int_equal(packet.inner_bytes, row->inner_bytes);
	if (row->kind != TCP)
		return;
	assert_int_equal(packet.payload_bytes, row->payload);
	assert_int_equal(packet.segment_payload_bytes,
			 min(row->payload, (u32)row->layout.gso_size));
	assert_int_equal(packet.tcp_to_end_bytes, row->payload + tcp_header_bytes(&row->layout));
	check_tcp(&packet, &row->layout);
}

/* ---- where the network header is ---- */

/* A version that is not what the protocol says. */
static void test_version(void **state)
{
	struct tunwin_packet packet;
	static struct frame frame;

	(void)state;
	frame_build(&frame, &(struct frame_layout) { .version = 4, .payload = 100 });
	frame.protocol = htons(ETH_P_IPV6);
	assert_int_equal(frame_read_divided(&frame, &packet), UNPARSED);
	frame_build(&frame, &(struct frame_layout) { .version = 4, .payload = 100 });
	frame.bytes[0] = 0x65;
	assert_int_equal(frame_read_divided(&frame, &packet), UNPARSED);
	frame_build(&frame, &(struct frame_layout) { .version = 6, .payload = 100 });
	frame.protocol = htons(ETH_P_IP);
	assert_int_equal(frame_read_divided(&frame, &packet), UNPARSED);
}

/* Before the data or behind its end: what lies at the start of the data is not taken for it. */
static void test_network_outside(void **state)
{
	struct tunwin_packet packet;
	static struct frame frame;
	int tags;

	(void)state;
	for (tags = 0; tags < 3; tags++) {
		const struct frame_layout layout = { .version = 4, .payload = 100, .tags = tags };

		frame_build(&frame, &layout);
		frame.network = -8;
		assert_int_equal(frame_read_divided(&frame, &packet), UNPARSED);
		assert_int_equal(packet.len_bytes, frame.len);
		frame.network = frame.len + 1;
		assert_int_equal(frame_read_divided(&frame, &packet), UNPARSED);
		assert_int_equal(packet.len_bytes, frame.len);
	}
}

/* At the end of the data: nothing lies behind it, which is the packet's length. */
static void test_network_at_end(void **state)
{
	struct tunwin_packet packet;
	static struct frame frame;

	(void)state;
	frame_build(&frame, &(struct frame_layout) { .version = 4, .payload = 100 });
	frame.network = frame.len;
	assert_int_equal(frame_read_divided(&frame, &packet), UNPARSED);
	assert_int_equal(packet.len_bytes, 0);
	frame_build(&frame, &(struct frame_layout) { .version = 0, .payload = 28 });
	frame.network = frame.len;
	assert_int_equal(frame_read_divided(&frame, &packet), OTHER);
	assert_int_equal(packet.len_bytes, 0);
}

/* The stack's own acknowledgments hide what their buffer weighs. */
static void test_pure_ack(void **state)
{
	struct tunwin_packet packet;
	static struct frame frame;

	(void)state;
	frame_build(&frame, &(struct frame_layout) { .version = 4 });
	frame.truesize = 2;
	assert_int_equal(frame_read_divided(&frame, &packet), TCP);
	assert_int_equal(packet.truesize_bytes, 0);
	assert_int_equal(packet.payload_bytes, 0);
}

int main(void)
{
	table_add_rows("read", test_plain, plain_rows);
	table_add_rows("truncated", test_truncated, plain_rows);
	table_add_rows("window scale", test_option, option_rows);
	table_add_rows("SACK", test_sack, sack_rows);
	table_add_rows("options", test_offer, offer_rows);
	table_add_rows("merged", test_merged, merged_rows);
	table_add("read", "version and protocol differ", test_version, NULL);
	table_add("read", "network header outside the data", test_network_outside, NULL);
	table_add("read", "network header at the end of the data", test_network_at_end, NULL);
	table_add("read", "size of the stack's own acknowledgment", test_pure_ack, NULL);
	packet_fuzz_tests();
	return table_run("packet");
}
