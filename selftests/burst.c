// SPDX-License-Identifier: GPL-2.0
/*
 * burst DEVICE COUNT syn|syn-ack|shrink - one packet, or two, of each of so many connections
 *
 * From 10.97.0.1 port 80, the far end, to 10.98.0.1 and up, and back: the SYN and what follows go out
 * of the near end's tunnel, the SYN-ACK out of the far end's. The last packet of a connection takes
 * back most of the window that the one before has offered.
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

#define FAR_ADDR	0x0a610001
#define NEAR_ADDR	0x0a620001
#define FAR_PORT	80
#define NEAR_PORTS	16384
#define NEAR_PORT	1024
#define NEAR_SEQ	1000
#define FAR_SEQ		5000

struct packet {
	struct iphdr ip;
	struct tcphdr tcp;
	uint8_t options[8];	/* a maximum of 1,360 bytes, a scale of 2^0 */
};

static void send_packet(int fd, const struct sockaddr_ll *to, unsigned int number, int from_near,
			struct tcphdr tcp, uint16_t window)
{
	static const uint8_t options[8] = { 2, 4, 5, 80, 3, 3, 0, 1 };
	uint32_t near_addr = NEAR_ADDR + number / NEAR_PORTS;
	uint16_t near_port = NEAR_PORT + number % NEAR_PORTS;
	size_t len = sizeof(struct iphdr) + sizeof(struct tcphdr);
	struct packet packet;

	memset(&packet, 0, sizeof(packet));
	if (tcp.syn) {
		memcpy(packet.options, options, sizeof(options));
		len += sizeof(options);
	}
	packet.ip = (struct iphdr){
		.version = 4, .ihl = 5, .ttl = 64, .protocol = IPPROTO_TCP,
		.tot_len = htons((uint16_t)len),
		.saddr = htonl(from_near ? near_addr : FAR_ADDR),
		.daddr = htonl(from_near ? FAR_ADDR : near_addr),
	};
	packet.ip.check = checksum((const uint8_t *)&packet.ip, sizeof(packet.ip));
	packet.tcp = tcp;
	packet.tcp.source = htons(from_near ? near_port : FAR_PORT);
	packet.tcp.dest = htons(from_near ? FAR_PORT : near_port);
	packet.tcp.doff = (uint16_t)((len - sizeof(struct iphdr)) / 4);
	packet.tcp.window = htons(window);
	if (sendto(fd, &packet, len, 0, (const struct sockaddr *)to, sizeof(*to)) != (ssize_t)len) {
		perror("burst");
		exit(1);
	}
}

int main(int argc, char **argv)
{
	struct sockaddr_ll to = { .sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_IP) };
	const struct tcphdr syn = { .syn = 1, .seq = htonl(NEAR_SEQ) };
	const struct tcphdr synack = {
		.syn = 1, .ack = 1, .seq = htonl(FAR_SEQ), .ack_seq = htonl(NEAR_SEQ + 1),
	};
	const struct tcphdr ack = {
		.ack = 1, .seq = htonl(NEAR_SEQ + 1), .ack_seq = htonl(FAR_SEQ + 1),
	};
	unsigned int count, i;
	int fd;

	if (argc != 4) {
		fprintf(stderr, "usage: burst DEVICE COUNT syn|syn-ack|shrink\n");
		return 1;
	}
	count = (unsigned int)atoi(argv[2]);
	to.sll_ifindex = (int)if_nametoindex(argv[1]);
	fd = socket(AF_PACKET, SOCK_DGRAM, 0);
	if (fd < 0 || !to.sll_ifindex) {
		perror("burst");
		return 1;
	}
	for (i = 0; i < count; i++) {
		if (!strcmp(argv[3], "syn")) {
			send_packet(fd, &to, i, 1, syn, 60000);
		} else if (!strcmp(argv[3], "syn-ack")) {
			send_packet(fd, &to, i, 0, synack, 60000);
		} else {
			send_packet(fd, &to, i, 1, ack, 60000);
			send_packet(fd, &to, i, 1, ack, 0);
		}
	}
	return 0;
}
