/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Requests to the family that are nearly right: made of what there is to be sent, or of another one by a change. The same
 * ones for the same random_state.
 *
 * What there is to be sent is a line for each command (spec/generate --grammar):
 *
 *	COMMAND do|dump|both ID:TYPE:MAX…	what a request may carry, and after a "/" what is also in
 *						its set; MAX bytes, of strings and binaries
 */
#ifndef TUNWIN_SELFTESTS_NETLINK_REQUEST_H
#define TUNWIN_SELFTESTS_NETLINK_REQUEST_H

#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "random.h"

#define COMMANDS_MAX	32
#define ATTRIBUTES_MAX	96
#define REQUEST_MAX	1024
#define FIRST_ATTRIBUTE	(NLMSG_HDRLEN + GENL_HDRLEN)

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

/* What is no longer than a header of netlink has no command: whoever reads it looks at len first. */
struct request {
	union {
		struct nlmsghdr header;
		uint8_t bytes[REQUEST_MAX];
	};
	uint32_t len;
};

static struct command commands[COMMANDS_MAX];
static uint32_t command_count;

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

/* Its lengths say what it is, but for some. */
static void set_lengths(struct request *request)
{
	if (one_in(50))
		request->len -= random_below(request->len - NLMSG_HDRLEN);
	request->header.nlmsg_len = request->len;
	if (one_in(50))
		request->header.nlmsg_len = one_in(2) ? random_below(0xffffffff) : random_below(request->len + 8);
}

/* One that a command may carry, or that its set has, or any. */
static void put_any_attribute(struct request *request, const struct command *command)
{
	struct attribute unknown = { (uint16_t)random_below(300), (enum type)random_below(NEST + 1), 16 };

	if (one_in(50) || !command->count)
		put_attribute(request, &unknown);
	else if (one_in(10) || !command->allowed)
		put_attribute(request, &command->attributes[random_below(command->count)]);
	else
		put_attribute(request, &command->attributes[random_below(command->allowed)]);
}

/* Its type and its number are given to it when it is sent. */
static void make_request(struct request *request)
{
	const struct command *command = &commands[random_below(command_count)];
	struct genlmsghdr *genl = (struct genlmsghdr *)(request->bytes + NLMSG_HDRLEN);
	uint32_t attributes = random_below(5);
	bool dump = command->may_dump && (!command->may_do || one_in(2));

	memset(request, 0, sizeof(*request));
	request->len = FIRST_ATTRIBUTE;
	request->header.nlmsg_flags = NLM_F_REQUEST | (one_in(8) ? 0 : NLM_F_ACK);
	if (one_in(20))
		dump = !dump;
	if (dump)
		request->header.nlmsg_flags |= NLM_F_DUMP;
	if (one_in(100))
		request->header.nlmsg_flags ^= (uint16_t)(1 << random_below(16));
	genl->cmd = (uint8_t)(one_in(100) ? random_below(256) : command->number);
	genl->version = (uint8_t)(one_in(20) ? random_below(256) : 1);
	while (attributes--)
		put_any_attribute(request, command);
	set_lengths(request);
}

/* Returns where an attribute is which a request has, or its end. */
static uint32_t find_attribute(const struct request *request)
{
	uint32_t at = FIRST_ATTRIBUTE, skip = random_below(4);

	while (at + NLA_HDRLEN <= request->len) {
		const struct nlattr *nla = (const struct nlattr *)(request->bytes + at);

		if (!skip--)
			return at;
		if (nla->nla_len < NLA_HDRLEN)
			break;
		at += NLA_ALIGN(nla->nla_len);
	}
	return request->len;
}

/* Put the bytes of another one from `from` on in the place of those from `at` on. */
static void splice(struct request *request, uint32_t at, const struct request *other, uint32_t from)
{
	uint32_t len = other->len - from;

	if (len > REQUEST_MAX - at)
		len = REQUEST_MAX - at;
	memmove(request->bytes + at, other->bytes + from, len);
	request->len = at + len;
}

/* Make one of another one, by one change to four; `other` gives what it has. */
static void change_request(struct request *request, const struct request *other)
{
	struct genlmsghdr *genl = (struct genlmsghdr *)(request->bytes + NLMSG_HDRLEN);
	uint32_t changes = 1 + random_below(4), at;
	const struct command *command;

	while (changes-- && request->len > FIRST_ATTRIBUTE) {
		command = &commands[random_below(command_count)];
		at = find_attribute(request);
		switch (random_below(7)) {
		case 0:
			request->bytes[NLMSG_HDRLEN + random_below(request->len - NLMSG_HDRLEN)] ^=
				(uint8_t)(1 << random_below(8));
			break;
		case 1:
			request->header.nlmsg_flags ^= one_in(2) ? NLM_F_DUMP : NLM_F_ACK;
			break;
		case 2:
			genl->cmd = command->number;
			break;
		case 3:
			request->len = at;
			put_any_attribute(request, command);
			break;
		case 4:
			put_any_attribute(request, command);
			break;
		case 5:
			splice(request, at, request, find_attribute(request));
			break;
		default:
			splice(request, at, other, find_attribute(other));
		}
	}
	set_lengths(request);
}

/* As a line of hexadecimal digits. */
static void write_request(const struct request *request, FILE *to)
{
	uint32_t i;

	for (i = 0; i < request->len; i++)
		fprintf(to, "%02x", request->bytes[i]);
	fputc('\n', to);
}

/* Returns false if the line is none; '#' begins a comment. */
static bool read_request(struct request *request, const char *line)
{
	unsigned int byte;

	memset(request, 0, sizeof(*request));
	while (request->len < REQUEST_MAX && sscanf(line, "%2x", &byte) == 1) {
		request->bytes[request->len++] = (uint8_t)byte;
		line += 2;
	}
	return request->len >= NLMSG_HDRLEN && (*line == '\n' || !*line);
}

#endif
