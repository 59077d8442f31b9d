// SPDX-License-Identifier: GPL-2.0
/*
 * netlink_fuzz COUNT SEED [USER] - sends so many requests to the family, most of them nearly right
 *
 * What there is to be sent is read from standard input, a line for each command (spec/generate --grammar):
 *
 *	COMMAND do|dump|both ID:TYPE:MAX…	what a request may carry, and after a "/" what is also in
 *						its set; MAX bytes, of strings and binaries
 *
 * A request has attributes that it may carry, with values at the edges of what they may be, or one
 * that it may not; one in ten is damaged: lengths that lie, attributes that are cut off, unknown
 * ones, unknown commands. All that comes back is read, so that each dump goes to its end, and counted.
 * After each hundred one that is right must be answered. Prints the counts, as JSON. The same
 * requests for the same seed.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "random.h"

#define COMMANDS_MAX	32
#define ATTRIBUTES_MAX	96
#define ERRORS_MAX	200
#define REQUEST_MAX	1024
#define ALIVE_EVERY	100

enum type { U8, U16, U32, U64, STRING, BINARY, FLAG, NEST };

static const char *const type_names[] = {
	[U8] = "u8", [U16] = "u16", [U32] = "u32", [U64] = "u64", [STRING] = "string",
	[BINARY] = "binary", [FLAG] = "flag", [NEST] = "nest",
};

struct attribute {
	uint16_t id;
	enum type type;
	uint32_t max_bytes;
};

struct command {
	uint8_t number;
	bool may_do, may_dump;
	struct attribute attributes[ATTRIBUTES_MAX];
	uint32_t allowed, count;
};

struct request {
	union {
		struct nlmsghdr header;
		uint8_t bytes[REQUEST_MAX];
	};
	uint32_t len;
};

static struct command commands[COMMANDS_MAX];
static uint32_t command_count;

static struct {
	unsigned long sent, refused_by_socket, acknowledged, refused, messages, dumps, others, alive;
	unsigned long errors[ERRORS_MAX];
} counts;

static int fail(const char *what)
{
	fprintf(stderr, "netlink_fuzz: %s: %s\n", what, strerror(errno));
	exit(1);
}

/* "ID:TYPE:MAX"; returns false if it is not one. */
static bool read_attribute(struct attribute *attribute, const char *word)
{
	char name[16];
	unsigned int id, max, i;

	if (sscanf(word, "%u:%15[a-z0-9]:%u", &id, name, &max) != 3)
		return false;
	for (i = 0; i <= NEST; i++) {
		if (!strcmp(name, type_names[i])) {
			*attribute = (struct attribute) { (uint16_t)id, (enum type)i, max };
			return true;
		}
	}
	return false;
}

static void read_grammar(void)
{
	char line[8192], *word, *rest;

	while (command_count < COMMANDS_MAX && fgets(line, sizeof(line), stdin)) {
		struct command *command = &commands[command_count++];
		bool allowed = true;

		command->number = (uint8_t)strtoul(strtok_r(line, " \n", &rest), NULL, 10);
		word = strtok_r(NULL, " \n", &rest);
		command->may_do = strcmp(word, "dump");
		command->may_dump = strcmp(word, "do");
		while ((word = strtok_r(NULL, " \n", &rest))) {
			if (!strcmp(word, "/")) {
				allowed = false;
				continue;
			}
			if (command->count == ATTRIBUTES_MAX ||
			    !read_attribute(&command->attributes[command->count], word)) {
				fprintf(stderr, "netlink_fuzz: not understood: %s\n", word);
				exit(1);
			}
			command->count++;
			command->allowed += allowed;
		}
	}
	if (!command_count) {
		fprintf(stderr, "netlink_fuzz: no commands on standard input\n");
		exit(1);
	}
}

/* The edges of what a number may be, small ones (an ifindex, a code), or any. */
static uint64_t number(void)
{
	static const uint64_t edges[] = {
		0, 1, 2, 15, 16, 127, 128, 255, 256, 65535, 65536, 4194304, 4194305, 0x7fffffff,
		0x80000000, 0xffffffff, 0x100000000, 0x7fffffffffffffff, 0x8000000000000000, ~0ULL,
	};

	switch (random_below(4)) {
	case 0:
		return edges[random_below(sizeof(edges) / sizeof(edges[0]))];
	case 1:
		return (uint64_t)random_below(0xffffffff) << 32 | random_below(0xffffffff);
	default:
		return random_below(64);
	}
}

/* Returns the length; there is room for 256 bytes. */
static uint32_t put_string(uint8_t *to, uint32_t max_bytes)
{
	static const char *const names[] = { "tun0", "tun1", "lo", "under0", "", "gre0", "no-such", "../x", "%s%n" };
	const char *name = names[random_below(sizeof(names) / sizeof(names[0]))];
	uint32_t len;

	if (!one_in(8)) {
		strcpy((char *)to, name);
		return (uint32_t)strlen(name) + 1;
	}
	/* As long as it may be, or longer; with an end or without. */
	len = (max_bytes ? max_bytes : 16) + random_below(4) - 1;
	if (len > 250)
		len = 250;
	memset(to, 'x', len);
	to[len - 1] = one_in(2) ? 0 : 'y';
	return len;
}

static uint32_t put_value(uint8_t *to, const struct attribute *attribute)
{
	static const uint8_t sizes[] = { [U8] = 1, [U16] = 2, [U32] = 4, [U64] = 8 };
	uint32_t len = 0, i;
	uint64_t value;

	switch (attribute->type) {
	case U8:
	case U16:
	case U32:
	case U64:
		value = number();
		len = sizes[attribute->type];
		memcpy(to, &value, sizeof(value));
		break;
	case STRING:
		len = put_string(to, attribute->max_bytes);
		break;
	case BINARY:
		len = one_in(2) ? 4 : one_in(2) ? 16 : random_below(attribute->max_bytes + 4);
		for (i = 0; i < len; i++)
			to[i] = (uint8_t)(one_in(2) ? 0 : random_below(256));
		break;
	case NEST:
		len = 4 * random_below(8);
		for (i = 0; i < len; i++)
			to[i] = (uint8_t)random_below(i % 4 ? 16 : 256);
		break;
	case FLAG:
		break;
	}
	if (one_in(12))
		len = random_below(41);
	return len;
}

static void put_attribute(struct request *request, const struct attribute *attribute)
{
	struct nlattr *nla = (struct nlattr *)(request->bytes + request->len);
	uint8_t value[512] = { 0 };
	uint32_t len = put_value(value, attribute);

	if (request->len + NLA_HDRLEN + len + 8 > REQUEST_MAX)
		return;
	memcpy((uint8_t *)nla + NLA_HDRLEN, value, len);
	nla->nla_type = attribute->id;
	nla->nla_len = (uint16_t)(NLA_HDRLEN + len);
	if (attribute->type == NEST || one_in(40))
		nla->nla_type |= one_in(4) ? NLA_F_NET_BYTEORDER : NLA_F_NESTED;
	if (one_in(50))
		nla->nla_len = (uint16_t)(one_in(2) ? random_below(8) : random_below(65536));
	request->len += NLA_ALIGN(NLA_HDRLEN + len);
}

static void make_request(struct request *request, uint16_t family, uint32_t sequence)
{
	const struct command *command = &commands[random_below(command_count)];
	struct genlmsghdr *genl = (struct genlmsghdr *)(request->bytes + NLMSG_HDRLEN);
	uint32_t attributes = random_below(5);
	bool dump = command->may_dump && (!command->may_do || one_in(2));

	memset(request, 0, sizeof(*request));
	request->len = NLMSG_HDRLEN + GENL_HDRLEN;
	request->header.nlmsg_type = family;
	request->header.nlmsg_flags = NLM_F_REQUEST | (one_in(8) ? 0 : NLM_F_ACK);
	request->header.nlmsg_seq = sequence;
	if (one_in(20))
		dump = !dump;
	if (dump)
		request->header.nlmsg_flags |= NLM_F_DUMP;
	if (one_in(100))
		request->header.nlmsg_flags ^= (uint16_t)(1 << random_below(16));
	genl->cmd = (uint8_t)(one_in(100) ? random_below(256) : command->number);
	genl->version = (uint8_t)(one_in(20) ? random_below(256) : 1);
	while (attributes--) {
		struct attribute unknown = { (uint16_t)random_below(300), (enum type)random_below(NEST + 1), 16 };

		if (one_in(50) || !command->count)
			put_attribute(request, &unknown);
		else if (one_in(10) || !command->allowed)
			put_attribute(request, &command->attributes[random_below(command->count)]);
		else
			put_attribute(request, &command->attributes[random_below(command->allowed)]);
	}
	if (one_in(50))
		request->len -= random_below(request->len - NLMSG_HDRLEN);
	request->header.nlmsg_len = request->len;
	if (one_in(50))
		request->header.nlmsg_len = one_in(2) ? random_below(0xffffffff) : random_below(request->len + 8);
}

/* Read until nothing is left; returns whether this one was acknowledged or answered. */
static bool drain(int fd, uint16_t family, uint32_t sequence)
{
	static uint8_t buffer[1 << 16];
	bool answered = false;

	for (;;) {
		ssize_t got = recv(fd, buffer, sizeof(buffer), MSG_DONTWAIT);
		const struct nlmsghdr *header = (const struct nlmsghdr *)buffer;
		int left = (int)got;

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0 && (errno == EAGAIN || errno == ENOBUFS))
			return answered;
		if (got < 0)
			fail("recv");
		for (; NLMSG_OK(header, (unsigned int)left); header = NLMSG_NEXT(header, left)) {
			struct nlmsgerr to = { .msg.nlmsg_type = family };
			int error = 0;

			answered |= header->nlmsg_seq == sequence;
			if (header->nlmsg_type == NLMSG_ERROR)
				memcpy(&to, NLMSG_DATA(header), sizeof(to));
			/* What is behind a request that says it is shorter than it is may be a request to anybody. */
			if (to.msg.nlmsg_type != family) {
				counts.others++;
				continue;
			}
			if (header->nlmsg_type == NLMSG_ERROR || header->nlmsg_type == NLMSG_DONE)
				memcpy(&error, NLMSG_DATA(header), sizeof(error));
			else
				counts.messages++;
			if (error) {
				counts.refused++;
				counts.errors[-error > 0 && -error < ERRORS_MAX ? -error : 0]++;
			} else if (header->nlmsg_type == NLMSG_ERROR) {
				counts.acknowledged++;
			} else if (header->nlmsg_type == NLMSG_DONE) {
				counts.dumps++;
			}
		}
	}
}

static void send_request(int fd, struct request *request)
{
	if (send(fd, request->bytes, request->len, 0) < 0)
		counts.refused_by_socket++;
	else
		counts.sent++;
}

/* A request for the state of the module, or for the number of the family. */
static void make_right(struct request *request, uint16_t type, uint8_t command, uint32_t sequence)
{
	memset(request, 0, sizeof(*request));
	request->len = NLMSG_HDRLEN + GENL_HDRLEN;
	request->header.nlmsg_type = type;
	request->header.nlmsg_flags = NLM_F_REQUEST;
	request->header.nlmsg_seq = sequence;
	*(struct genlmsghdr *)(request->bytes + NLMSG_HDRLEN) =
		(struct genlmsghdr) { .cmd = command, .version = 1 };
	if (type == GENL_ID_CTRL) {
		static const struct nlattr name = { NLA_HDRLEN + sizeof("tunwin"), CTRL_ATTR_FAMILY_NAME };

		memcpy(request->bytes + request->len, &name, sizeof(name));
		memcpy(request->bytes + request->len + NLA_HDRLEN, "tunwin", sizeof("tunwin"));
		request->len += NLA_ALIGN(name.nla_len);
	}
	request->header.nlmsg_len = request->len;
}

static uint16_t find_family(int fd)
{
	uint8_t reply[8192];
	struct request request;
	const struct nlattr *nla;
	ssize_t got, at;

	make_right(&request, GENL_ID_CTRL, CTRL_CMD_GETFAMILY, 1);
	if (send(fd, request.bytes, request.len, 0) < 0)
		fail("send");
	got = recv(fd, reply, sizeof(reply), 0);
	for (at = NLMSG_HDRLEN + GENL_HDRLEN; at + NLA_HDRLEN <= got; at += NLA_ALIGN(nla->nla_len)) {
		nla = (const struct nlattr *)(reply + at);
		if (nla->nla_type == CTRL_ATTR_FAMILY_ID)
			return *(const uint16_t *)((const uint8_t *)nla + NLA_HDRLEN);
		if (nla->nla_len < NLA_HDRLEN)
			break;
	}
	fprintf(stderr, "netlink_fuzz: there is no family tunwin\n");
	exit(1);
}

int main(int argc, char **argv)
{
	struct request request;
	uint32_t sequence, i;
	uint16_t family;
	long count;
	int fd;

	if (argc != 3 && argc != 4) {
		fprintf(stderr, "usage: netlink_fuzz COUNT SEED [USER] < GRAMMAR\n");
		return 1;
	}
	read_grammar();
	count = atol(argv[1]);
	random_state = 0x9e3779b97f4a7c15ULL * (atol(argv[2]) + 1);
	if (argc == 4 && setresuid((uid_t)atoi(argv[3]), (uid_t)atoi(argv[3]), (uid_t)atoi(argv[3])))
		fail("setresuid");
	fd = socket(AF_NETLINK, SOCK_RAW, NETLINK_GENERIC);
	if (fd < 0)
		fail("socket");
	family = find_family(fd);
	for (sequence = 2; count > 0; count--, sequence++) {
		make_request(&request, family, sequence);
		send_request(fd, &request);
		drain(fd, family, sequence);
		if (count % ALIVE_EVERY != 1)
			continue;
		make_right(&request, family, 3, ++sequence);
		if (send(fd, request.bytes, request.len, 0) < 0 || !drain(fd, family, sequence)) {
			fprintf(stderr, "netlink_fuzz: no answer to a right request, %ld before the end\n", count);
			return 1;
		}
		counts.alive++;
	}
	printf("{\"sent\": %lu, \"refused_by_socket\": %lu, \"acknowledged\": %lu, \"refused\": %lu, "
	       "\"dumps\": %lu, \"messages\": %lu, \"others\": %lu, \"alive\": %lu, \"errors\": {",
	       counts.sent, counts.refused_by_socket, counts.acknowledged, counts.refused,
	       counts.dumps, counts.messages, counts.others, counts.alive);
	for (i = 0, count = 0; i < ERRORS_MAX; i++) {
		if (counts.errors[i])
			printf("%s\"%s\": %lu", count++ ? ", " : "", i ? strerrorname_np((int)i) : "?", counts.errors[i]);
	}
	printf("}}\n");
	return 0;
}
