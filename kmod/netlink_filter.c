// SPDX-License-Identifier: GPL-2.0
#include <linux/tunwin.h>
#include <net/ipv6.h>

#include "netlink.h"
#include "netlink_filter.h"
#include "policy.h"
#include "tunnel.h"

/* IPv4 as ::ffff:a.b.c.d; the number of its leading bits that count goes to *bits. */
static int read_address(const struct nlattr *attr, struct in6_addr *address, u8 *bits,
			struct netlink_ext_ack *extack)
{
	switch (nla_len(attr)) {
	case sizeof(struct in_addr):
		ipv6_addr_set_v4mapped(nla_get_in_addr(attr), address);
		break;
	case sizeof(struct in6_addr):
		*address = nla_get_in6_addr(attr);
		break;
	default:
		NL_SET_ERR_MSG_ATTR(extack, attr, "an address has 4 bytes (IPv4) or 16 (IPv6)");
		return -EINVAL;
	}
	*bits = 128;
	return 0;
}

static int read_prefix(struct nlattr **attrs, struct tunwin_netlink_filter *filter,
		       struct netlink_ext_ack *extack)
{
	const struct nlattr *attr = attrs[TUNWIN_A_FLOW_PREFIX_LEN];
	bool ipv4;
	u8 length;

	if (!attr)
		return 0;
	if (!attrs[TUNWIN_A_FLOW_ADDR]) {
		NL_SET_ERR_MSG_ATTR(extack, attr, "prefix-len needs addr");
		return -EINVAL;
	}
	ipv4 = nla_len(attrs[TUNWIN_A_FLOW_ADDR]) == sizeof(struct in_addr);
	length = nla_get_u8(attr);
	if (ipv4 && length > 32) {
		NL_SET_ERR_MSG_ATTR(extack, attr, "prefix-len of an IPv4 address is at most 32");
		return -EINVAL;
	}
	filter->addr_bits = ipv4 ? 96 + length : length;
	/* Every flow has an address in ::/0. */
	return 0;
}

static int read_filter(struct nlattr **attrs, struct tunwin_netlink_filter *filter,
		       struct netlink_ext_ack *extack)
{
	int error;

	if (attrs[TUNWIN_A_FLOW_ID]) {
		NL_SET_ERR_MSG_ATTR(extack, attrs[TUNWIN_A_FLOW_ID],
				    "a dump takes no id; ask for the one flow without NLM_F_DUMP");
		return -EINVAL;
	}
	if (attrs[TUNWIN_A_FLOW_TUNNEL_IFINDEX])
		filter->ifindex = nla_get_u32(attrs[TUNWIN_A_FLOW_TUNNEL_IFINDEX]);
	if (attrs[TUNWIN_A_FLOW_TUNNEL]) {
		tunwin_nla_strscpy(filter->tunnel, attrs[TUNWIN_A_FLOW_TUNNEL],
				   sizeof(filter->tunnel));
		if (!*filter->tunnel) {
			NL_SET_ERR_MSG_ATTR(extack, attrs[TUNWIN_A_FLOW_TUNNEL],
					    "the name of the tunnel is empty");
			return -EINVAL;
		}
	}
	if (attrs[TUNWIN_A_FLOW_NEAR_ADDR]) {
		error = read_address(attrs[TUNWIN_A_FLOW_NEAR_ADDR], &filter->near,
				     &filter->near_bits, extack);
		if (error)
			return error;
	}
	if (attrs[TUNWIN_A_FLOW_FAR_ADDR]) {
		error = read_address(attrs[TUNWIN_A_FLOW_FAR_ADDR], &filter->far,
				     &filter->far_bits, extack);
		if (error)
			return error;
	}
	if (attrs[TUNWIN_A_FLOW_ADDR]) {
		error = read_address(attrs[TUNWIN_A_FLOW_ADDR], &filter->addr,
				     &filter->addr_bits, extack);
		if (error)
			return error;
	}
	error = read_prefix(attrs, filter, extack);
	if (error)
		return error;

	filter->has_near_port = attrs[TUNWIN_A_FLOW_NEAR_PORT];
	if (filter->has_near_port)
		filter->near_port = htons(nla_get_u16(attrs[TUNWIN_A_FLOW_NEAR_PORT]));
	filter->has_far_port = attrs[TUNWIN_A_FLOW_FAR_PORT];
	if (filter->has_far_port)
		filter->far_port = htons(nla_get_u16(attrs[TUNWIN_A_FLOW_FAR_PORT]));
	filter->has_port = attrs[TUNWIN_A_FLOW_PORT];
	if (filter->has_port)
		filter->port = htons(nla_get_u16(attrs[TUNWIN_A_FLOW_PORT]));
	filter->has_vantage = attrs[TUNWIN_A_FLOW_VANTAGE];
	if (filter->has_vantage)
		filter->vantage = nla_get_u8(attrs[TUNWIN_A_FLOW_VANTAGE]);
	filter->has_state = attrs[TUNWIN_A_FLOW_STATE];
	if (filter->has_state)
		filter->state = nla_get_u8(attrs[TUNWIN_A_FLOW_STATE]);
	filter->has_limit = attrs[TUNWIN_A_FLOW_LIMIT];
	if (filter->has_limit)
		filter->limit = nla_get_u8(attrs[TUNWIN_A_FLOW_LIMIT]);
	filter->ended = nla_get_flag(attrs[TUNWIN_A_FLOW_ENDED]);
	return 0;
}

int tunwin_netlink_filter_parse(struct netlink_callback *cb, struct tunwin_netlink_filter *filter)
{
	struct nlattr **attrs;
	int error;

	attrs = kcalloc(TUNWIN_FLOW_GET_MAXATTR + 1, sizeof(*attrs), GFP_KERNEL);
	if (!attrs)
		return -ENOMEM;
	error = genlmsg_parse(cb->nlh, &tunwin_netlink_family, attrs, TUNWIN_FLOW_GET_MAXATTR,
			      tunwin_policy_flow_get, cb->extack);
	if (!error)
		error = read_filter(attrs, filter, cb->extack);
	kfree(attrs);
	return error;
}

bool tunwin_netlink_filter_matches(const struct tunwin_flow *flow,
				   const struct tunwin_netlink_filter *filter)
{
	const struct tunwin_flow_key *key = &flow->key;

	if (tunwin_flow_is_history(flow) != filter->ended)
		return false;
	if (filter->ifindex && flow->tunnel->ifindex != filter->ifindex)
		return false;
	if (*filter->tunnel && strncmp(flow->tunnel->name, filter->tunnel, IFNAMSIZ))
		return false;
	if (filter->near_bits && !ipv6_addr_equal(&key->near, &filter->near))
		return false;
	if (filter->far_bits && !ipv6_addr_equal(&key->far, &filter->far))
		return false;
	if (filter->addr_bits && !ipv6_prefix_equal(&key->near, &filter->addr, filter->addr_bits) &&
	    !ipv6_prefix_equal(&key->far, &filter->addr, filter->addr_bits))
		return false;
	if (filter->has_near_port && key->near_port != filter->near_port)
		return false;
	if (filter->has_far_port && key->far_port != filter->far_port)
		return false;
	if (filter->has_port && key->near_port != filter->port && key->far_port != filter->port)
		return false;
	return !filter->has_state || READ_ONCE(flow->state) == filter->state;
}

static bool is_limited_by(struct tunwin_flow *flow, u8 limit)
{
	unsigned long flags;
	bool is;

	tunwin_lock(&flow->lock, flags);
	is = tunwin_netlink_limit(flow, TUNWIN_IN) == limit ||
	     tunwin_netlink_limit(flow, TUNWIN_OUT) == limit;
	tunwin_unlock(&flow->lock, flags);
	return is;
}

bool tunwin_netlink_filter_matches_now(struct tunwin_flow *flow,
				       const struct tunwin_netlink_filter *filter)
{
	if (filter->has_vantage &&
	    READ_ONCE(flow->has_socket) != (filter->vantage == TUNWIN_VANTAGE_SOCKET))
		return false;
	return !filter->has_limit || is_limited_by(flow, filter->limit);
}
