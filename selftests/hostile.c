// SPDX-License-Identifier: GPL-2.0
/*
 * hostile DEVICE COUNT SEED - puts packets on a device that no decent host sends
 *
 * IPv4 and IPv6 in turn, TCP most of the time, of a few connections that do not exist: sequence and
 * acknowledgment numbers that overlap, leave holes, wrap and contradict each other, in both
 * directions, timestamps that jump by half of all there are and go back, any flags,
 * options that are cut off or say they have no length, headers that say they are longer or shorter
 * than they are, fragments, extension headers, tags, and packets that end anywhere. The same
 * packets for the same seed. Prints how many the device took.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <netinet/ip6.h>
#include <netinet/tcp.h>
#include <netpacket/packet.h>
#include <net/ethernet.h>
#include <netinet/ip.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "checksum.h"
#include "random.h"

#define BATCH		64
#define PACKET_MAX	1600
#define CONNECTIONS	64
#define PORT		20000

#define ARPHRD_IP6GRE	823

/* About the present, or as far from it as can be. */
static uint32_t random_stamp(void)
{
	static const uint32_t jumps[] = { 0x7fffffff, 0x80000000, 0x80000001, 0xffffffff };

	return 1000000 + random_below(8) + (one_in(3) ? jumps[random_below(4)] : 0);
}

static size_t put_stamps(uint8_t *to)
{
	memcpy(to, "\x01\x01\x08\x0a", 4);
	memcpy(to + 4, (uint32_t []){ htonl(random_stamp()), htonl(random_stamp()) }, 8);
	return 12;
}

/* Good options, damaged ones or noise; returns their length. */
static size_t put_options(uint8_t *to)
{
	static const uint8_t good[] = { 2, 4, 5, 180, 1, 3, 3, 7, 4, 2, 1, 1, 8, 10, 0, 0, 0, 9, 0, 0, 0, 3, 1, 1 };
	size_t len = 4 * random_below(11), i;

	for (i = 0; i < len; i++)
		to[i] = one_in(3) ? random_below(256) : i < sizeof(good) ? good[i] : 1;
	return len;
}

static size_t put_tcp(uint8_t *to, uint32_t connection, bool back)
{
	struct tcphdr *tcp = (struct tcphdr *)to;
	uint32_t base = connection * 0x11111111, doff;
	size_t len = sizeof(*tcp), options;

	memset(tcp, 0, sizeof(*tcp));
	tcp->source = htons(back ? PORT : PORT + connection);
	tcp->dest = htons(back ? PORT + connection : PORT);
	tcp->seq = htonl(one_in(8) ? random_below(0xffffffff) : base + random_below(20000) - 5000);
	tcp->ack_seq = htonl(one_in(8) ? random_below(0xffffffff) : base + random_below(20000) - 5000);
	to[13] = one_in(2) ? 0x10 : random_below(256);
	tcp->window = htons(one_in(4) ? 0 : random_below(65536));
	options = one_in(2) ? put_stamps(to + len) : put_options(to + len);
	len += options;
	doff = one_in(20) ? random_below(16) : len / 4;
	to[12] = doff << 4 | (to[12] & 15);
	return len + (one_in(2) ? 0 : random_below(1000));
}

static size_t put_ip4(uint8_t *to, uint32_t connection)
{
	size_t options = one_in(8) ? 4 * random_below(11) : 0, header = 20 + options, len;
	bool back = one_in(2);

	memset(to, 0, header);
	len = header + put_tcp(to + header, connection, back);
	to[0] = (one_in(50) ? random_below(16) : 4) << 4 | (one_in(50) ? random_below(16) : header / 4);
	to[2] = len >> 8;
	to[3] = len;
	if (one_in(20)) {
		to[2] = random_below(256);
		to[3] = random_below(256);
	}
	if (one_in(20)) {
		to[6] = random_below(64);
		to[7] = random_below(256);
	}
	to[8] = 64;
	to[9] = one_in(20) ? random_below(256) : 6;
	memcpy(to + 12, (uint8_t []){ 10, 97 + back, 0, 1, 10, 98 - back, 0, 1 }, 8);
	memset(to + 20, 1, options);
	memcpy(to + 10, (uint16_t []){ checksum(to, header) }, 2);
	return len;
}

static size_t put_ip6(uint8_t *to, uint32_t connection)
{
	static const uint8_t kinds[] = { 0, 60, 43, 44, 51, 135, 59, 50 };
	uint8_t *next = to + 6;
	size_t header = 40, len;
	uint32_t chain = one_in(4) ? random_below(10) : 0;
	bool back = one_in(2);

	memset(to, 0, 40);
	to[0] = 0x60;
	to[7] = 64;
	memcpy(to + (back ? 24 : 8), "\xfd\x97", 2);
	to[23] = 1;
	memcpy(to + (back ? 8 : 24), "\xfd\x98", 2);
	to[39] = 1;
	while (chain--) {
		size_t words = one_in(4) ? random_below(3) : 0, i;

		*next = kinds[random_below(one_in(4) ? 8 : 4)];
		next = to + header;
		for (i = 0; i < 8 * (words + 1); i++)
			to[header + i] = one_in(4) ? random_below(256) : 0;
		to[header + 1] = one_in(10) ? random_below(256) : words;
		header += 8 * (words + 1);
	}
	*next = one_in(20) ? random_below(256) : 6;
	len = header - 40 + put_tcp(to + header, connection, back);
	to[4] = len >> 8;
	to[5] = len;
	if (one_in(20))
		to[4] = random_below(256);
	return len + 40;
}

/* Make a packet; returns its length, and sets its protocol. */
static size_t put_packet(uint8_t *to, bool ethernet, bool six, uint16_t *protocol)
{
	uint8_t *start = to;
	size_t len;

	*protocol = six ? ETHERTYPE_IPV6 : ETHERTYPE_IP;
	if (ethernet) {
		memset(to, 2, 12);
		to += 12;
		while (one_in(4) && to < start + 24) {
			memcpy(to, "\x81\x00\x00\x07", 4);
			to += 4;
		}
		to[0] = *protocol >> 8;
		to[1] = (uint8_t)*protocol;
		to += 2;
	}
	len = to - start + (six ? put_ip6 : put_ip4)(to, random_below(CONNECTIONS));
	return one_in(10) ? (ethernet ? 14 : 1) + random_below(len) : len;
}

int main(int argc, char **argv)
{
	static uint8_t packets[BATCH][PACKET_MAX];
	struct mmsghdr messages[BATCH];
	struct sockaddr_ll to[BATCH];
	struct iovec parts[BATCH];
	struct ifreq request = { 0 };
	long left, taken = 0;
	int fd, device, sent, i;
	bool ethernet, raw;

	if (argc != 4) {
		fprintf(stderr, "usage: hostile DEVICE COUNT SEED\n");
		return 1;
	}
	left = atol(argv[2]);
	random_state = 0x9e3779b97f4a7c15ULL * (atol(argv[3]) + 1);
	fd = socket(AF_PACKET, SOCK_DGRAM, 0);
	snprintf(request.ifr_name, sizeof(request.ifr_name), "%s", argv[1]);
	if (fd < 0 || ioctl(fd, SIOCGIFHWADDR, &request)) {
		perror(argv[1]);
		return 1;
	}
	device = if_nametoindex(argv[1]);
	ethernet = request.ifr_hwaddr.sa_family == ARPHRD_ETHER;
	/* These tunnels want a header of their own, or the packet as it is. */
	raw = ethernet || request.ifr_hwaddr.sa_family == ARPHRD_IP6GRE ||
	      request.ifr_hwaddr.sa_family == ARPHRD_TUNNEL6;
	if (raw) {
		close(fd);
		fd = socket(AF_PACKET, SOCK_RAW, 0);
	}

	for (; left > 0; left -= BATCH) {
		for (i = 0; i < BATCH; i++) {
			uint16_t protocol;

			parts[i].iov_base = packets[i];
			parts[i].iov_len = put_packet(packets[i], ethernet, one_in(2), &protocol);
			to[i] = (struct sockaddr_ll) {
				.sll_family = AF_PACKET, .sll_protocol = htons(protocol),
				.sll_ifindex = device,
			};
			messages[i].msg_hdr = (struct msghdr) {
				.msg_name = &to[i], .msg_namelen = sizeof(to[i]),
				.msg_iov = &parts[i], .msg_iovlen = 1,
			};
		}
		/* One that is refused is left out. */
		for (i = 0; i < BATCH; i += sent > 0 ? sent : 1) {
			sent = sendmmsg(fd, messages + i, BATCH - i, 0);
			if (sent > 0)
				taken += sent;
		}
	}
	printf("%ld\n", taken);
	return 0;
}
