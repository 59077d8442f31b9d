/* SPDX-License-Identifier: GPL-2.0 */
/* Frames for the tests of kmod/packet.c, and buffers that end where memory does. */
#ifndef TUNWIN_TESTS_PACKET_FRAME_H
#define TUNWIN_TESTS_PACKET_FRAME_H

#include "packet.h"

#define FRAME_MAX	70000

#define NEAR_PORT	5201
#define FAR_PORT	40000
#define SEQ		0x89abcdef
#define WINDOW		0xfedc

/**
 * struct frame_layout - what a frame is made of; what is 0 is as usual
 * @version: 4 or 6; 0 for neither, an ARP packet
 * @mac_bytes: an Ethernet header before the network header, as on transmit
 * @tags: VLAN tags in line, the first of them a service tag if there are several
 * @ihl: IPv4 header length as it says, in words, -16 for 0; @ip_options: bytes of options there are
 * @frag_off: IPv4 flags and fragment offset
 * @extensions: IPv6 extension headers: H(op-by-hop), D(estination), R(outing), A(uthentication),
 *	atomic f(ragment), the same with r(eserved bits), first F(ragment), L(ater fragment),
 *	N(o next header)
 * @protocol: instead of TCP
 * @doff: TCP header length as it says, in words, -16 for 0
 * @options, @option_bytes: TCP options as they are, a multiple of 4 unless @doff is given
 * @payload: bytes behind the headers
 * @padding: bytes behind the packet, not counted in its length
 * @missing: bytes that the packet's length counts and the buffer has not got
 * @total: the packet's length as it says, if it is not computed; -1 for 0
 */
struct frame_layout {
	int version;
	int mac_bytes;
	int tags;
	int ihl;
	int ip_options;
	int frag_off;
	const char *extensions;
	int protocol;
	int doff;
	int flags;
	const char *options;
	int option_bytes;
	int payload;
	int padding;
	int missing;
	int total;
	int gso_size;
	int gso_segs;
};

/**
 * struct frame - a frame, and how it is handed over
 * @network: offset of the network header, of the first tag if there are tags
 * @ip: offset of the IP header
 * @header_end: offset behind all headers
 */
struct frame {
	unsigned char bytes[FRAME_MAX];
	int len;
	int network;
	int ip;
	int header_end;
	int truesize;
	int gso_size;
	int gso_segs;
	__be16 protocol;
};

void frame_build(struct frame *frame, const struct frame_layout *layout);

/*
 * Read the frame out of a buffer whose linear part has @linear bytes and the rest in a fragment.
 * Behind either part is memory that cannot be read. What @packet is not told is 0xa5.
 */
enum tunwin_packet_kind frame_read(const struct frame *frame, int linear,
				   struct tunwin_packet *packet);

/* The same for all ways to divide the buffer among its first bytes; they must agree. */
enum tunwin_packet_kind frame_read_divided(const struct frame *frame, struct tunwin_packet *packet);

void packet_fuzz_tests(void);

#endif
