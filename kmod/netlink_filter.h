/* SPDX-License-Identifier: GPL-2.0 */
/* Which flows a dump shows. */
#ifndef TUNWIN_NETLINK_FILTER_H
#define TUNWIN_NETLINK_FILTER_H

#include <linux/netlink.h>

#include "flow.h"

/* What a flow must be to be shown; an unset member matches all. */
struct tunwin_netlink_filter {
	u64 netns_cookie;
	u32 ifindex;
	char tunnel[IFNAMSIZ];
	struct in6_addr near, far, addr;
	u8 near_bits, far_bits, addr_bits;
	bool has_near_port, has_far_port, has_port, has_vantage, has_state, has_limit;
	__be16 near_port, far_port, port;
	u8 vantage;
	u8 state;
	u8 limit;
	bool ended;
};

/* Read what the request asks for; 0 or a negative errno, which the extended ack explains. */
int tunwin_netlink_filter_parse(struct netlink_callback *cb, struct tunwin_netlink_filter *filter);

/* By what does not change, or hardly; rcu_read_lock(). */
bool tunwin_netlink_filter_matches(const struct tunwin_flow *flow,
				   const struct tunwin_netlink_filter *filter);
/* By what it is now; after tunwin_socket_refresh(), no flow locked. */
bool tunwin_netlink_filter_matches_now(struct tunwin_flow *flow,
				       const struct tunwin_netlink_filter *filter);

#endif
