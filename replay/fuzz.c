// SPDX-License-Identifier: GPL-2.0
/*
 * The record of flows under libFuzzer: any packets, at any times, of a few connections.
 *
 * An input is a list of orders of ORDER_BYTES each. Most are packets of TCP that are nearly right:
 * their numbers are told from those that an end has used last. Some are followed by the bytes of a
 * whole packet. After each packet the times of every account have to add up to the time since it
 * was begun.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/if_ether.h>
#include <net/ipv6.h>
#include <net/tcp.h>

#include "table.h"
#include "track.h"

#define ORDER_BYTES	12
#define PAIRS		4
#define PACKETS_MAX	4000

/* Of an order's first byte. */
#define KIND_OUT	0x01
#define KIND_PAIR	0x06	/* which connection */
#define KIND_STAMPS	0x08
#define KIND_JUMP	0x10	/* time goes on by seconds, not by microseconds */
#define KIND_SYN_OPTIONS	0x20
#define KIND_SACK	0x40
#define KIND_RAW	0x80

struct end_state {
	u32 next;
	u32 stamp;
};

static struct end_state ends[PAIRS][2];
static u64 now_ns;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_account(struct tunwin_flow *flow, void *arg)
{
	(void)arg;
	for (int direction = 0; direction < 2; direction++) {
		u64 end_ns = flow->end_ns ?: now_ns, sum_ns = 0;
		struct tunwin_limit_account limit;

		if (tunwin_track_limit(flow, direction, now_ns, &limit) >= TUNWIN_LIMITS)
			abort();
		for (int kind = 0; kind < TUNWIN_LIMITS; kind++)
			sum_ns += limit.ns[kind];
		if (sum_ns != end_ns - flow->detail->since_ns) {
			fprintf(stderr, "flow %u, direction %d: %llu ns are accounted for, of %llu\n",
				flow->id, direction, (unsigned long long)sum_ns,
				(unsigned long long)(end_ns - flow->detail->since_ns));
			abort();
		}
	}
}

static void pass(enum tunwin_direction direction, const u8 *bytes, u32 linear, u32 len,
		 u16 protocol, u16 gso_size)
{
	static const u8 zeros[1 << 17];
	/* In memory of exactly its size, so that a sanitizer sees each byte too many. */
	u8 *copy = malloc(linear ?: 1);
	struct sk_buff skb = {
		.len = len, .data_len = len - linear, .truesize = len + 512,
		.protocol = htons(protocol), .head = copy, .data = copy, .fragment = zeros,
		.shared_info = { .gso_size = gso_size },
	};

	memcpy(copy, bytes, linear);
	table_packet(direction, &skb, now_ns);
	free(copy);
	table_for_each(check_account, NULL);
}

static u8 *put_option(u8 *to, u8 kind, u8 length, u32 first, u32 second)
{
	to[0] = kind;
	to[1] = length;
	first = htonl(first);
	second = htonl(second);
	memcpy(to + 2, &first, 4);
	memcpy(to + 6, &second, 4);
	return to + length;
}

/* @order: kind, flags, three bytes of what the number differs by, ... see the code */
static void pass_tcp(const u8 *order)
{
	struct {
		struct iphdr ip;
		struct tcphdr tcp;
		u8 options[40];
	} packet = { .ip = { .version = 4, .ihl = 5, .ttl = 64, .protocol = IPPROTO_TCP } };
	bool out = order[0] & KIND_OUT, syn = order[1] & TCPHDR_SYN;
	unsigned int pair = (order[0] & KIND_PAIR) >> 1;
	struct end_state *own = &ends[pair][out], *other = &ends[pair][!out];
	u32 payload_bytes = order[2] & 1 ? order[3] * 256 : order[3];
	u8 *option = packet.options;
	u32 header_bytes, seq, ack;

	/* How far from what is right: seldom very. */
	seq = own->next + (u32)((s8)order[4] * (order[2] & 2 ? 65536 : order[2] & 4 ? 1 : 0));
	ack = other->next + (u32)((s8)order[5] * (order[2] & 8 ? 65536 : order[2] & 16 ? 1 : 0));
	packet.ip.saddr = htonl(0x0a090000 + out);
	packet.ip.daddr = htonl(0x0a090000 + !out);
	packet.tcp.source = htons((u16)(1000 + pair * out));
	packet.tcp.dest = htons((u16)(1000 + pair * !out));
	packet.tcp.seq = htonl(seq);
	packet.tcp.ack_seq = htonl(ack);
	packet.tcp.window = htons((u16)(order[6] << 8 | order[7]));
	if (syn && order[0] & KIND_SYN_OPTIONS) {
		memcpy(option, "\2\4\5\264\4\2\3\3", 8);
		option[8] = order[8];
		option[9] = TCPOPT_NOP;
		option += 10;
	}
	if (order[0] & KIND_STAMPS) {
		own->stamp += order[9];
		memcpy(option, "\1\1", 2);
		option = put_option(option + 2, TCPOPT_TIMESTAMP, TCPOLEN_TIMESTAMP, own->stamp,
				    other->stamp - (order[2] & 32 ? order[8] : 0));
	}
	if (order[0] & KIND_SACK)
		option = put_option(option, TCPOPT_SACK, TCPOLEN_SACK_BASE + TCPOLEN_SACK_PERBLOCK,
				    ack - order[8] * 16, ack - order[8] * 16 + order[9] * 16);
	header_bytes = sizeof(packet.tcp) + (u32)(option - packet.options + 3) / 4 * 4;
	packet.tcp.doff = header_bytes / 4;
	((u8 *)&packet.tcp)[13] = order[1];
	header_bytes += sizeof(packet.ip);
	packet.ip.tot_len = htons((u16)(header_bytes + payload_bytes > 0xffff ? 0 :
					header_bytes + payload_bytes));
	/* An end goes on from what it has sent, if that was not far off. */
	if (!(order[2] & 2) || syn)
		own->next = seq + payload_bytes + syn + !!(order[1] & TCPHDR_FIN);
	pass(out ? TUNWIN_OUT : TUNWIN_IN, (const u8 *)&packet, header_bytes,
	     header_bytes + payload_bytes, ETH_P_IP, payload_bytes > 1448 ? 1448 : 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *end = data + size;
	unsigned int packets = 0;

	memset(ends, 0, sizeof(ends));
	now_ns = 1;
	while (end - data >= ORDER_BYTES && packets++ < PACKETS_MAX) {
		const uint8_t *order = data;
		u32 len;

		data += ORDER_BYTES;
		now_ns += (u64)(order[10] << 8 | order[11]) *
			  (order[0] & KIND_JUMP ? NSEC_PER_MSEC * 4 : NSEC_PER_USEC);
		if ((order[0] & KIND_RAW) == 0) {
			pass_tcp(order);
			continue;
		}
		len = order[1];
		if (len > (u32)(end - data))
			len = (u32)(end - data);
		pass(order[0] & KIND_OUT ? TUNWIN_OUT : TUNWIN_IN, data,
		     len < order[2] ? len : order[2], len, order[3] & 1 ? ETH_P_IPV6 : ETH_P_IP,
		     order[3] & 2 ? order[4] : 0);
		data += len;
	}
	table_free();
	return 0;
}
