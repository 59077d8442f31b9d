// SPDX-License-Identifier: GPL-2.0
/*
 * flood [--from ADDRESS --ports FIRST-LAST] [--to ADDRESS --port PORT] DEVICE COUNT KIND SEED [SWITCH] - forge packets
 *
 * IPv4 TCP from any address and port, or those that are given, to 10.98.0.1, a host that does not exist either, or the one
 * that is given. All numbers are random. The same packets for the same seed. Prints how many the device took. To the
 * file SWITCH, if there is one, 1 is written before and 0 after.
 *
 * KIND		syn, segment (data), rst, fin, zero (data, and a closed window), answer (a SYN-ACK), pair (a SYN, and then an
 *		acknowledgment with data and a closed window), or mixed: each of them in turn
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <getopt.h>
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

/* Where they come from, and go to; 0: anywhere. In this host's order. */
static uint32_t from_addr, to_addr = TARGET_ADDR;
static unsigned int first_port = 1, last_port = 65535, to_port;

static const char *const kinds[] = { "syn", "segment", "rst", "fin", "zero", "answer", "pair", "mixed" };

enum kind {
	SYN,
	SEGMENT,
	RST,
	FIN,
	ZERO,
	ANSWER,
	PAIR,
	MIXED,
	KINDS,
};

/* Returns its length. @number: of the packet, from 0 on */
static size_t put_packet(struct packet *packet, enum kind kind, long number)
{
	static struct packet former;
	bool second = false, data;
	size_t len;

	if (kind == MIXED) {
		/* (Of a pair both follow each other.) */
		kind = number % 8 < PAIR ? number % 8 : PAIR;
		second = number % 8 == 7;
	} else if (kind == PAIR) {
		second = number % 2;
	}
	data = kind == SEGMENT || kind == ZERO || second;
	len = sizeof(*packet) - (data ? 0 : PAYLOAD_BYTES);

	memset(packet, 0, sizeof(*packet));
	/* (Not from 0, 10 or 127, nor from 224 on, which a host does not take.) */
	packet->ip = (struct iphdr) {
		.version = 4, .ihl = 5, .ttl = 64, .protocol = IPPROTO_TCP,
		.tot_len = htons((uint16_t)len),
		.saddr = htonl(from_addr ?: (11 + random_below(100)) << 24 | random_below(1 << 24)),
		.daddr = htonl(to_addr),
	};
	packet->tcp.source = htons((uint16_t)(first_port + random_below(last_port - first_port + 1)));
	packet->tcp.dest = htons((uint16_t)(to_port ?: 1 + random_below(65535)));
	packet->tcp.seq = random_below(0xffffffff);
	if (second) {
		packet->ip.saddr = former.ip.saddr;
		packet->tcp.source = former.tcp.source;
		packet->tcp.dest = former.tcp.dest;
		packet->tcp.seq = htonl(ntohl(former.tcp.seq) + 1);
	}
	packet->ip.check = checksum((uint8_t *)&packet->ip, sizeof(packet->ip));
	packet->tcp.doff = sizeof(packet->tcp) / 4;
	packet->tcp.window = htons((uint16_t)random_below(65536));
	packet->tcp.syn = kind == SYN || kind == ANSWER || (kind == PAIR && !second);
	packet->tcp.rst = kind == RST;
	packet->tcp.fin = kind == FIN;
	packet->tcp.ack = data || kind == FIN || kind == ANSWER;
	if (packet->tcp.ack)
		packet->tcp.ack_seq = random_below(0xffffffff);
	if (kind == ZERO || second)
		packet->tcp.window = 0;
	former = *packet;
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

static bool read_address(const char *text, uint32_t *addr)
{
	struct in_addr in;

	if (inet_pton(AF_INET, text, &in) != 1)
		return false;
	*addr = ntohl(in.s_addr);
	return true;
}

static bool read_options(int argc, char **argv)
{
	static const struct option options[] = {
		{ "from", required_argument, NULL, 'f' }, { "ports", required_argument, NULL, 'F' },
		{ "to", required_argument, NULL, 't' }, { "port", required_argument, NULL, 'T' }, { 0 },
	};
	int option;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option == 'f' && read_address(optarg, &from_addr))
			continue;
		if (option == 't' && read_address(optarg, &to_addr))
			continue;
		if (option == 'T' && sscanf(optarg, "%u", &to_port) == 1)
			continue;
		if (option == 'F' && sscanf(optarg, "%u-%u", &first_port, &last_port) == 2 &&
		    first_port <= last_port)
			continue;
		return false;
	}
	return true;
}

static int usage(void)
{
	fprintf(stderr, "usage: flood [--from ADDRESS --ports FIRST-LAST] [--to ADDRESS --port PORT] "
			"DEVICE COUNT KIND SEED [SWITCH]\n");
	return 1;
}

int main(int argc, char **argv)
{
	static struct packet packets[BATCH];
	struct sockaddr_ll to = { .sll_family = AF_PACKET, .sll_protocol = htons(ETHERTYPE_IP) };
	struct mmsghdr messages[BATCH];
	struct iovec parts[BATCH];
	long left, taken = 0, number = 0;
	int fd, sent, count, i;
	enum kind kind;

	if (!read_options(argc, argv) || (argc - optind != 4 && argc - optind != 5))
		return usage();
	argv += optind - 1;
	argc -= optind - 1;
	for (kind = SYN; kind < KINDS && strcmp(argv[3], kinds[kind]); kind++)
		;
	if (kind == KINDS)
		return usage();
	left = atol(argv[2]);
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
			parts[i].iov_len = put_packet(&packets[i], kind, number++);
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
