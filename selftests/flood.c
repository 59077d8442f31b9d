// SPDX-License-Identifier: GPL-2.0
/*
 * flood DEVICE COUNT syn|segment SEED [SWITCH] - one packet each of so many connections that do not exist
 *
 * IPv4 TCP from any address and port to 10.98.0.1, a host that does not exist either: a SYN, or data
 * with any numbers in it. The same packets for the same seed. Prints how many the device took.
 * To the file SWITCH, if there is one, 1 is written before and 0 after.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <netinet/ip.h>
#include <netinet/tcp.h>
#include <netpacket/packet.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "checksum.h"
#include "random.h"

#define BATCH		64
#define PAYLOAD_BYTES	8
#define TARGET_ADDR	0x0a620001

struct packet {
	struct iphdr ip;
	struct tcphdr tcp;
	uint8_t payload[PAYLOAD_BYTES];
};

/* Returns its length. */
static size_t put_packet(struct packet *packet, bool syn)
{
	size_t len = sizeof(*packet) - (syn ? PAYLOAD_BYTES : 0);

	memset(packet, 0, sizeof(*packet));
	/* (Not from 0, 10 or 127, nor from 224 on, which a host does not take.) */
	packet->ip = (struct iphdr) {
		.version = 4, .ihl = 5, .ttl = 64, .protocol = IPPROTO_TCP,
		.tot_len = htons((uint16_t)len),
		.saddr = htonl((11 + random_below(100)) << 24 | random_below(1 << 24)),
		.daddr = htonl(TARGET_ADDR),
	};
	packet->ip.check = checksum((uint8_t *)&packet->ip, sizeof(packet->ip));
	packet->tcp.source = htons((uint16_t)(1 + random_below(65535)));
	packet->tcp.dest = htons((uint16_t)(1 + random_below(65535)));
	packet->tcp.seq = random_below(0xffffffff);
	packet->tcp.doff = sizeof(packet->tcp) / 4;
	packet->tcp.window = htons((uint16_t)random_below(65536));
	packet->tcp.syn = syn;
	if (!syn) {
		packet->tcp.ack = 1;
		packet->tcp.ack_seq = random_below(0xffffffff);
	}
	return len;
}

/* Returns whether it was written. */
static bool put_switch(const char *path, const char *value)
{
	FILE *file = fopen(path, "w");

	if (!file || fputs(value, file) < 0 || fclose(file)) {
		perror(path);
		return false;
	}
	return true;
}

int main(int argc, char **argv)
{
	static struct packet packets[BATCH];
	struct sockaddr_ll to = { .sll_family = AF_PACKET, .sll_protocol = htons(ETHERTYPE_IP) };
	struct mmsghdr messages[BATCH];
	struct iovec parts[BATCH];
	long left, taken = 0;
	int fd, sent, count, i;
	bool syn;

	if (argc != 5 && argc != 6) {
		fprintf(stderr, "usage: flood DEVICE COUNT syn|segment SEED [SWITCH]\n");
		return 1;
	}
	left = atol(argv[2]);
	syn = !strcmp(argv[3], "syn");
	random_state = 0x9e3779b97f4a7c15ULL * (atol(argv[4]) + 1);
	fd = socket(AF_PACKET, SOCK_DGRAM, 0);
	to.sll_ifindex = (int)if_nametoindex(argv[1]);
	if (fd < 0 || !to.sll_ifindex) {
		perror(argv[1]);
		return 1;
	}

	if (argc == 6 && !put_switch(argv[5], "1"))
		return 1;
	for (; left > 0; left -= count) {
		count = left < BATCH ? (int)left : BATCH;
		for (i = 0; i < count; i++) {
			parts[i].iov_base = &packets[i];
			parts[i].iov_len = put_packet(&packets[i], syn);
			messages[i].msg_hdr = (struct msghdr) {
				.msg_name = &to, .msg_namelen = sizeof(to),
				.msg_iov = &parts[i], .msg_iovlen = 1,
			};
		}
		/* One that is refused is left out. */
		for (i = 0; i < count; i += sent > 0 ? sent : 1) {
			sent = sendmmsg(fd, messages + i, (unsigned int)(count - i), 0);
			if (sent > 0)
				taken += sent;
		}
	}
	if (argc == 6 && !put_switch(argv[5], "0"))
		return 1;
	printf("%ld\n", taken);
	return 0;
}
