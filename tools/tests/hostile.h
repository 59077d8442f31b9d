/* SPDX-License-Identifier: GPL-2.0 */
/* Netlink messages as nobody should build them, for a decoder to survive. */
#ifndef TUNWIN_TESTS_HOSTILE_H
#define TUNWIN_TESTS_HOSTILE_H

#include <linux/netlink.h>
#include <netlink/msg.h>

#include "test.h"

/* Each message cut off behind each of its bytes; all are freed. */
void hostile_truncated(struct nl_msg *messages[], size_t count,
		       void (*decode)(struct nlmsghdr *nlh));
/* Bytes changed at random, the same ones in every run; all are freed. */
void hostile_mutated(struct nl_msg *messages[], size_t count, unsigned int rounds,
		     void (*decode)(struct nlmsghdr *nlh));

#endif
