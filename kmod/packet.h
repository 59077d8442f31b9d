/* SPDX-License-Identifier: GPL-2.0 */
/* What tunwin reads from the headers of a packet that passes a tunnel. */
#ifndef TUNWIN_PACKET_H
#define TUNWIN_PACKET_H

#include <linux/in6.h>
#include <linux/skbuff.h>

enum tunwin_packet_kind {
	TUNWIN_PACKET_OTHER,	/* not TCP */
	TUNWIN_PACKET_TCP,
	TUNWIN_PACKET_UNPARSED,	/* perhaps TCP, but its header cannot be read */
};

/**
 * struct tunwin_packet - one buffer, merged or not
 * @source, @destination: inner addresses, IPv4 as ::ffff:a.b.c.d
 * @source_port, @destination_port: in network order
 * @len_bytes: from the inner IP header to the end
 * @inner_bytes: the same as the wire carries it, each segment with its own headers
 * @segments: packets of the wire in it
 * @segment_bytes: length of the largest of them, from the IP header on
 * @truesize_bytes: memory it is charged with, 0 where that is not told (skb_is_tcp_pure_ack())
 * @tcp_to_end_bytes: from the TCP header to the end of the packet
 * @payload_bytes: TCP payload
 * @seq: sequence number
 * @ack: acknowledgment number; means something only with TCPHDR_ACK
 * @window: as in the header, not scaled
 * @flags: TCPHDR_FIN, …
 * @segment_payload_bytes: payload of the largest segment
 * @tsval, @tsecr: timestamps (RFC 7323), if @has_timestamps
 * @mss: of a SYN, 0 if it has none
 * @wscale_shift: of a SYN, TUNWIN_WSCALE_NOT_OFFERED if it has none
 * @sack_permitted: of a SYN
 * @dsack_bytes: data that arrived although it had before (RFC 2883), 0 if none is reported
 *
 * All behind @truesize_bytes is valid only for TUNWIN_PACKET_TCP.
 */
struct tunwin_packet {
	struct in6_addr source;
	struct in6_addr destination;
	__be16 source_port;
	__be16 destination_port;
	u32 len_bytes;
	u32 inner_bytes;
	u32 segments;
	u32 segment_bytes;
	u32 truesize_bytes;
	u32 tcp_to_end_bytes;
	u32 payload_bytes;
	u32 seq;
	u32 ack;
	u32 segment_payload_bytes;
	u32 tsval;
	u32 tsecr;
	u32 dsack_bytes;
	u16 window;
	u16 mss;
	u8 flags;
	u8 wscale_shift;
	bool has_timestamps;
	bool sack_permitted;
};

/**
 * tunwin_packet_read() - read the headers of a packet
 * @skb: the buffer, its network header set; it is not changed
 * @packet: filled in, the sizes for every kind of packet
 *
 * Bounded work, no allocation: headers are read in place or copied to the stack, so @skb may be
 * non-linear, shared, truncated or forged. Any context.
 *
 * Return: the kind.
 */
enum tunwin_packet_kind tunwin_packet_read(const struct sk_buff *skb, struct tunwin_packet *packet);

#endif
