// SPDX-License-Identifier: GPL-2.0
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "address.h"

/* ::ffff:0:0/96 */
static const unsigned char mapped[12] = { [10] = 0xff, [11] = 0xff };

bool address_add(struct address_nets *nets, const char *word, char *why)
{
	unsigned long length, most = 128;
	unsigned char bytes[16];
	char text[64], *slash, *end;

	if (nets->count == ADDRESS_NETS_MAX) {
		snprintf(why, 256, "more than %d of them", ADDRESS_NETS_MAX);
		return false;
	}
	snprintf(text, sizeof(text), "%s", word);
	slash = strchr(text, '/');
	if (slash)
		*slash++ = '\0';
	if (inet_pton(AF_INET, text, bytes + 12) == 1) {
		memcpy(bytes, mapped, sizeof(mapped));
		most = 32;
	} else if (inet_pton(AF_INET6, text, bytes) != 1) {
		snprintf(why, 256, "'%.200s' is not an address", word);
		return false;
	}
	length = slash ? strtoul(slash, &end, 10) : most;
	if (slash && (*slash < '0' || *slash > '9' || *end || length > most)) {
		snprintf(why, 256, "'%.200s': a length is from 0 to %lu", word, most);
		return false;
	}
	memcpy(nets->net[nets->count].bytes, bytes, sizeof(bytes));
	nets->net[nets->count].prefix_len = (unsigned int)(128 - most + length);
	nets->count++;
	return true;
}

bool address_is_within(const struct address_nets *nets, const void *address)
{
	const unsigned char *bytes = address;

	for (unsigned int i = 0; i < nets->count; i++) {
		unsigned int whole = nets->net[i].prefix_len / 8, bits = nets->net[i].prefix_len % 8;
		const unsigned char *net = nets->net[i].bytes;

		if (!memcmp(bytes, net, whole) &&
		    (!bits || !((bytes[whole] ^ net[whole]) >> (8 - bits))))
			return true;
	}
	return false;
}

void address_text(const void *address, char text[ADDRESS_TEXT_SIZE])
{
	if (!memcmp(address, mapped, sizeof(mapped)))
		inet_ntop(AF_INET, (const char *)address + 12, text, ADDRESS_TEXT_SIZE);
	else
		inet_ntop(AF_INET6, address, text, ADDRESS_TEXT_SIZE);
}
