// SPDX-License-Identifier: GPL-2.0
#include "hostile.h"

/* In memory of exactly its size, so that a sanitizer or valgrind sees every byte too many. */
static struct nlmsghdr *exact_copy(const struct nlmsghdr *nlh, size_t len)
{
	struct nlmsghdr *copy = malloc(len);

	assert_non_null(copy);
	memcpy(copy, nlh, len);
	copy->nlmsg_len = (uint32_t)len;
	return copy;
}

void hostile_truncated(struct nl_msg *messages[], size_t count,
		       void (*decode)(struct nlmsghdr *nlh))
{
	for (size_t m = 0; m < count; m++) {
		struct nlmsghdr *nlh = nlmsg_hdr(messages[m]);

		for (size_t len = NLMSG_HDRLEN; len <= nlh->nlmsg_len; len++) {
			struct nlmsghdr *copy = exact_copy(nlh, len);

			decode(copy);
			free(copy);
		}
		nlmsg_free(messages[m]);
	}
}

void hostile_mutated(struct nl_msg *messages[], size_t count, unsigned int rounds,
		     void (*decode)(struct nlmsghdr *nlh))
{
	uint32_t seed = 1;

	for (unsigned int round = 0; round < rounds; round++) {
		struct nlmsghdr *nlh = nlmsg_hdr(messages[round % count]);
		struct nlmsghdr *copy = exact_copy(nlh, nlh->nlmsg_len);
		uint8_t *bytes = (uint8_t *)copy;

		for (unsigned int i = 0; i <= round % 8; i++) {
			seed = seed * 1664525 + 1013904223;
			bytes[NLMSG_HDRLEN + (seed >> 8) % (nlh->nlmsg_len - NLMSG_HDRLEN)] =
				(uint8_t)(seed >> 24);
		}
		decode(copy);
		free(copy);
	}
	for (size_t m = 0; m < count; m++)
		nlmsg_free(messages[m]);
}
