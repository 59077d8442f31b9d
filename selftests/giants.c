// SPDX-License-Identifier: GPL-2.0
/*
 * giants DEVICE COUNT BYTES SEGMENT - packets of one connection, each of which stands for very many
 *
 * IPv4 TCP from 10.98.0.1 port 80 to 10.97.0.1 port 1024, with so many bytes of payload in segments of
 * so many bytes, which the device is to cut them into (struct virtio_net_hdr). What leaves goes
 * nowhere: the caller drops it behind the place where it is counted.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_packet.h>
#include <linux/virtio_net.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <netinet/ip.h>
#include <netinet/tcp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "checksum.h"

#define PAYLOAD_MAX	65000

int main(int argc, char **argv)
{
	static struct {
		struct virtio_net_hdr virtio;
		struct iphdr ip;
		struct tcphdr tcp;
		uint8_t payload[PAYLOAD_MAX];
	} __attribute__((packed)) packet;
	struct sockaddr_ll to = { .sll_family = AF_PACKET, .sll_protocol = htons(ETHERTYPE_IP) };
	const size_t headers = offsetof(typeof(packet), payload);
	uint32_t bytes, seq = 1;
	struct iphdr ip;
	int fd, one = 1;
	long count;

	if (argc != 5 || atol(argv[3]) > PAYLOAD_MAX) {
		fprintf(stderr, "usage: giants DEVICE COUNT BYTES SEGMENT\n");
		return 1;
	}
	count = atol(argv[2]);
	bytes = (uint32_t)atol(argv[3]);
	packet.virtio = (struct virtio_net_hdr) {
		.flags = VIRTIO_NET_HDR_F_NEEDS_CSUM, .gso_type = VIRTIO_NET_HDR_GSO_TCPV4,
		.hdr_len = sizeof(packet.ip) + sizeof(packet.tcp), .gso_size = (uint16_t)atoi(argv[4]),
		.csum_start = sizeof(packet.ip), .csum_offset = offsetof(struct tcphdr, check),
	};
	ip = (struct iphdr) {
		.version = 4, .ihl = 5, .ttl = 64, .protocol = IPPROTO_TCP,
		.tot_len = htons((uint16_t)(sizeof(packet.ip) + sizeof(packet.tcp) + bytes)),
		.saddr = htonl(0x0a620001), .daddr = htonl(0x0a610001),
	};
	ip.check = checksum((uint8_t *)&ip, sizeof(ip));
	packet.ip = ip;
	packet.tcp = (struct tcphdr) {
		.source = htons(80), .dest = htons(1024), .doff = sizeof(packet.tcp) / 4,
		.ack = 1, .ack_seq = htonl(1), .window = htons(1000),
	};

	fd = socket(AF_PACKET, SOCK_RAW, 0);
	to.sll_ifindex = (int)if_nametoindex(argv[1]);
	if (fd < 0 || !to.sll_ifindex ||
	    setsockopt(fd, SOL_PACKET, PACKET_VNET_HDR, &one, sizeof(one))) {
		perror(argv[1]);
		return 1;
	}
	while (count--) {
		packet.tcp.seq = htonl(seq);
		/* (A drop behind the count is told as a want of buffers.) */
		if (sendto(fd, &packet, headers + bytes, 0, (struct sockaddr *)&to, sizeof(to)) < 0 &&
		    errno != ENOBUFS) {
			perror("sendto");
			return 1;
		}
		seq += bytes;
	}
	return 0;
}
