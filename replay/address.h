/* SPDX-License-Identifier: GPL-2.0 */
/* Addresses as people write them; as bytes they are those of struct in6_addr, IPv4 mapped. */
#ifndef TUNWIN_REPLAY_ADDRESS_H
#define TUNWIN_REPLAY_ADDRESS_H

#include <stdbool.h>

#define ADDRESS_NETS_MAX	16
#define ADDRESS_TEXT_SIZE	64

struct address_nets {
	unsigned int count;
	struct {
		unsigned char bytes[16];
		unsigned int prefix_len;
	} net[ADDRESS_NETS_MAX];
};

/* Add "ADDRESS" or "ADDRESS/LENGTH"; false if it is none, and @why, of 256 bytes, says so. */
bool address_add(struct address_nets *nets, const char *word, char *why);
bool address_is_within(const struct address_nets *nets, const void *address);
void address_text(const void *address, char text[ADDRESS_TEXT_SIZE]);

#endif
