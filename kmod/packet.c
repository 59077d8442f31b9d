// SPDX-License-Identifier: GPL-2.0
#include <linux/if_vlan.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/tcp.h>
#include <linux/udp.h>
#include <net/ipv6.h>
#include <net/tcp.h>

#include "packet.h"
#include "window.h"

/* A service tag and a customer tag (802.1ad); more are not IP to us. */
#define VLAN_TAGS_MAX	2

/* RFC 8200 knows seven kinds of extension header; each is to appear once, one of them twice. */
#define EXTENSION_HEADERS_MAX	8

/*
 * Where the network header lies, negative if not in the data, and its protocol. Received frames
 * have had their outer tag taken off; frames about to be sent may carry theirs in line.
 */
static int network_header(const struct sk_buff *skb, __be16 *protocol)
{
	int offset = skb_network_offset(skb);
	int tags;

	*protocol = skb->protocol;
	if (offset < 0 || offset > (int)skb->len)
		return -EINVAL;
	for (tags = 0; tags < VLAN_TAGS_MAX && eth_type_vlan(*protocol); tags++) {
		const struct vlan_hdr *tag;
		struct vlan_hdr buffer;

		tag = skb_header_pointer(skb, offset, sizeof(buffer), &buffer);
		if (!tag)
			return -EINVAL;
		*protocol = tag->h_vlan_encapsulated_proto;
		offset += VLAN_HLEN;
	}
	return offset;
}

/* The offset of the TCP header, 0 if it is not TCP, or negative if it cannot be found. */
static int ipv4_header(const struct sk_buff *skb, int offset, struct tunwin_packet *packet)
{
	const struct iphdr *ip;
	struct iphdr buffer __uninitialized;
	u32 total_bytes;

	ip = skb_header_pointer(skb, offset, sizeof(buffer), &buffer);
	if (!ip || ip->version != 4 || ip->ihl < 5)
		return -EINVAL;

	/* A short frame is padded; a merged one may be too long for the field. */
	total_bytes = ntohs(ip->tot_len);
	if (!skb_is_gso(skb)) {
		if (total_bytes < ip->ihl * 4)
			return -EINVAL;
		packet->len_bytes = min(total_bytes, packet->len_bytes);
	}

	if (ip->protocol != IPPROTO_TCP)
		return 0;
	if (ip_is_fragment(ip))
		return -EINVAL;

	ipv6_addr_set_v4mapped(ip->saddr, &packet->source);
	ipv6_addr_set_v4mapped(ip->daddr, &packet->destination);
	return offset + ip->ihl * 4;
}

/*
 * As ipv6_skip_exthdr(), which has no bound on the number of headers: a forged packet could hold
 * thousands. Non-negative: offset of the header of *protocol. Negative: a fragment that may be of
 * TCP, a header that is not there, or too many.
 */
static int skip_extension_headers(const struct sk_buff *skb, int offset, u8 *protocol)
{
	int headers;

	for (headers = 0; headers < EXTENSION_HEADERS_MAX; headers++) {
		const struct ipv6_opt_hdr *header;
		struct ipv6_opt_hdr buffer;

		if (*protocol == NEXTHDR_NONE || !ipv6_ext_hdr(*protocol))
			return offset;
		header = skb_header_pointer(skb, offset, sizeof(buffer), &buffer);
		if (!header)
			return -EINVAL;

		if (*protocol == NEXTHDR_FRAGMENT) {
			const struct frag_hdr *fragment;
			struct frag_hdr fragment_buffer;

			fragment = skb_header_pointer(skb, offset, sizeof(fragment_buffer),
						      &fragment_buffer);
			if (!fragment)
				return -EINVAL;
			if (fragment->frag_off & htons(IP6_OFFSET | IP6_MF)) {
				/* Of UDP, say, which is not ours even in one piece. */
				*protocol = fragment->nexthdr;
				if (*protocol != IPPROTO_TCP && !ipv6_ext_hdr(*protocol))
					return offset;
				return -EINVAL;
			}
			offset += sizeof(*fragment);
		} else if (*protocol == NEXTHDR_AUTH) {
			offset += ipv6_authlen(header);
		} else {
			offset += ipv6_optlen(header);
		}
		*protocol = header->nexthdr;
	}
	return -EINVAL;
}

static int ipv6_header(const struct sk_buff *skb, int offset, struct tunwin_packet *packet)
{
	const struct ipv6hdr *ip;
	struct ipv6hdr buffer __uninitialized;
	u32 total_bytes;
	u8 protocol;

	ip = skb_header_pointer(skb, offset, sizeof(buffer), &buffer);
	if (!ip || ip->version != 6)
		return -EINVAL;

	total_bytes = ntohs(ip->payload_len) + sizeof(*ip);
	if (!skb_is_gso(skb) && ip->payload_len && total_bytes < packet->len_bytes)
		packet->len_bytes = total_bytes;

	packet->source = ip->saddr;
	packet->destination = ip->daddr;
	protocol = ip->nexthdr;
	offset = skip_extension_headers(skb, offset + sizeof(*ip), &protocol);
	if (offset < 0)
		return offset;
	return protocol == IPPROTO_TCP ? offset : 0;
}

/* Options lie where they like. */
static u32 read_be32(const u8 *at)
{
	return (u32)at[0] << 24 | at[1] << 16 | at[2] << 8 | at[3];
}

/*
 * The first block tells of a duplicate if it lies below the acknowledgment, or within the second
 * (RFC 2883, 4), as in tcp_check_dsack().
 */
static void read_sack(struct tunwin_packet *packet, const u8 *option)
{
	u32 start, end, outer_start, outer_end;

	if (option[1] < TCPOLEN_SACK_BASE + TCPOLEN_SACK_PERBLOCK ||
	    (option[1] - TCPOLEN_SACK_BASE) % TCPOLEN_SACK_PERBLOCK)
		return;
	start = read_be32(option + 2);
	end = read_be32(option + 6);
	if ((int)(end - start) <= 0)
		return;
	if ((int)(start - packet->ack) < 0) {
		packet->dsack_bytes = end - start;
		return;
	}
	if (option[1] < TCPOLEN_SACK_BASE + 2 * TCPOLEN_SACK_PERBLOCK)
		return;
	outer_start = read_be32(option + 10);
	outer_end = read_be32(option + 14);
	if ((int)(end - outer_end) <= 0 && (int)(start - outer_start) >= 0)
		packet->dsack_bytes = end - start;
}

static void read_option(struct tunwin_packet *packet, const u8 *option)
{
	switch (option[0]) {
	case TCPOPT_TIMESTAMP:
		if (option[1] != TCPOLEN_TIMESTAMP)
			break;
		packet->tsval = read_be32(option + 2);
		packet->tsecr = read_be32(option + 6);
		packet->has_timestamps = true;
		break;
	/*
	 * These mean something in a SYN only; what is in other segments is ignored, as by the
	 * ends.
	 */
	case TCPOPT_WINDOW:
		if (option[1] == TCPOLEN_WINDOW && packet->flags & TCPHDR_SYN)
			packet->wscale_shift = min_t(u8, option[2], TUNWIN_WSCALE_SHIFT_MAX);
		break;
	case TCPOPT_MSS:
		if (option[1] == TCPOLEN_MSS && packet->flags & TCPHDR_SYN)
			packet->mss = (u16)(option[2] << 8 | option[3]);
		break;
	case TCPOPT_SACK_PERM:
		if (option[1] == TCPOLEN_SACK_PERM && packet->flags & TCPHDR_SYN)
			packet->sack_permitted = true;
		break;
	case TCPOPT_SACK:
		if (packet->flags & TCPHDR_ACK)
			read_sack(packet, option);
		break;
	}
}

/*
 * Options come in any order and may be cut short; of two the last counts, as in
 * tcp_parse_options().
 */
static void read_options(const struct sk_buff *skb, int offset, int length,
			 struct tunwin_packet *packet)
{
	u8 buffer[MAX_TCP_OPTION_SPACE] __uninitialized;
	const u8 *option;
	int at = 0;

	packet->has_timestamps = false;
	packet->tsval = 0;
	packet->tsecr = 0;
	packet->sack_permitted = false;
	packet->dsack_bytes = 0;
	packet->mss = 0;
	packet->wscale_shift = TUNWIN_WSCALE_NOT_OFFERED;
	if (!length)
		return;
	option = skb_header_pointer(skb, offset, length, buffer);
	if (!option)
		return;

	/* Of a connection with timestamps nearly all segments have them, and nothing else. */
	if (length == TCPOLEN_TSTAMP_ALIGNED &&
	    read_be32(option) == (TCPOPT_NOP << 24 | TCPOPT_NOP << 16 | TCPOPT_TIMESTAMP << 8 |
				  TCPOLEN_TIMESTAMP)) {
		read_option(packet, option + 2);
		return;
	}

	while (at < length && option[at] != TCPOPT_EOL) {
		if (option[at] == TCPOPT_NOP) {
			at++;
			continue;
		}
		if (at + 1 >= length || option[at + 1] < 2 || at + option[at + 1] > length)
			break;
		read_option(packet, option + at);
		at += option[at + 1];
	}
}

static void count_segments(const struct sk_buff *skb, struct tunwin_packet *packet,
			   u32 header_bytes)
{
	const struct skb_shared_info *shared = skb_shinfo(skb);
	u32 body_bytes = packet->len_bytes - min(header_bytes, packet->len_bytes);

	packet->segments = 1;
	packet->segment_bytes = packet->len_bytes;
	if (shared->gso_size) {
		packet->segments = shared->gso_segs;
		/* Packets from a guest or a socket with a virtio header carry no count. */
		if (!packet->segments)
			packet->segments = max_t(u32, 1,
						 DIV_ROUND_UP(body_bytes, shared->gso_size));
		packet->segment_bytes = min(header_bytes + shared->gso_size, packet->len_bytes);
	}
	packet->inner_bytes = packet->len_bytes + (packet->segments - 1) * header_bytes;
}

enum tunwin_packet_kind tunwin_packet_read(const struct sk_buff *skb, struct tunwin_packet *packet)
{
	enum tunwin_packet_kind kind = TUNWIN_PACKET_OTHER;
	const struct tcphdr *tcp;
	struct tcphdr buffer __uninitialized;
	u32 header_bytes = 0;
	__be16 protocol;
	int network;
	int offset;

	/* The stack marks its own bare ACKs by a truesize of 2, which is not their memory. */
	packet->truesize_bytes = skb_is_tcp_pure_ack(skb) ? 0 : skb->truesize;
	network = network_header(skb, &protocol);
	packet->len_bytes = skb->len - max(network, 0);

	if (network < 0)
		offset = network;
	else if (protocol == htons(ETH_P_IP))
		offset = ipv4_header(skb, network, packet);
	else if (protocol == htons(ETH_P_IPV6))
		offset = ipv6_header(skb, network, packet);
	else
		offset = 0;
	if (offset < 0) {
		kind = TUNWIN_PACKET_UNPARSED;
		goto out;
	}
	if (!offset) {
		/* UDP in the main: its header is the one that a merged packet repeats. */
		header_bytes = sizeof(struct udphdr);
		header_bytes += protocol == htons(ETH_P_IPV6) ? sizeof(struct ipv6hdr) :
								sizeof(struct iphdr);
		goto out;
	}

	tcp = skb_header_pointer(skb, offset, sizeof(buffer), &buffer);
	if (!tcp || tcp->doff < 5 ||
	    offset - network + tcp->doff * 4 > packet->len_bytes) {
		kind = TUNWIN_PACKET_UNPARSED;
		goto out;
	}

	kind = TUNWIN_PACKET_TCP;
	header_bytes = offset - network + tcp->doff * 4;
	packet->tcp_to_end_bytes = packet->len_bytes - (offset - network);
	packet->payload_bytes = packet->len_bytes - header_bytes;
	packet->source_port = tcp->source;
	packet->destination_port = tcp->dest;
	packet->seq = ntohl(tcp->seq);
	packet->ack = ntohl(tcp->ack_seq);
	packet->window = ntohs(tcp->window);
	packet->flags = tcp_flag_byte(tcp);
	packet->segment_payload_bytes = packet->payload_bytes;
	if (skb_shinfo(skb)->gso_size && skb_shinfo(skb)->gso_size < packet->payload_bytes)
		packet->segment_payload_bytes = skb_shinfo(skb)->gso_size;
	read_options(skb, offset + sizeof(*tcp), tcp->doff * 4 - sizeof(*tcp), packet);
out:
	count_segments(skb, packet, header_bytes);
	return kind;
}
