// SPDX-License-Identifier: GPL-2.0
#include <linux/tunwin.h>
#include <net/ipv6.h>

#include "compat/netlink.h"
#include "netlink.h"
#include "policy.h"

/* Of a request that carries no attributes: without a policy 5.10 looks at none, and takes all. */
static const struct nla_policy nothing[] = {
	[1] = { .type = NLA_REJECT },
};

/*
 * Reading is for who administrates the namespace that is read, changing for who administrates the
 * host: the table and its limits are one for all namespaces.
 */
static const struct genl_ops operations[] = {
	{
		.cmd = TUNWIN_CMD_FLOW_GET,
		.flags = GENL_UNS_ADMIN_PERM,
		.policy = tunwin_policy_flow_get,
		.maxattr = TUNWIN_FLOW_GET_MAXATTR,
		.doit = tunwin_netlink_flow_get,
		.start = tunwin_netlink_flow_dump_start,
		.dumpit = tunwin_netlink_flow_dump,
		.done = tunwin_netlink_flow_dump_done,
	},
	{
		.cmd = TUNWIN_CMD_TUNNEL_GET,
		.flags = GENL_UNS_ADMIN_PERM,
		.policy = tunwin_policy_tunnel_get,
		.maxattr = TUNWIN_TUNNEL_GET_MAXATTR,
		.doit = tunwin_netlink_tunnel_get,
		.start = tunwin_netlink_tunnel_dump_start,
		.dumpit = tunwin_netlink_tunnel_dump,
	},
	{
		.cmd = TUNWIN_CMD_STATUS_GET,
		.flags = GENL_UNS_ADMIN_PERM,
		.policy = nothing,
		.maxattr = ARRAY_SIZE(nothing) - 1,
		.doit = tunwin_netlink_status_get,
	},
	{
		.cmd = TUNWIN_CMD_SETTINGS_SET,
		.flags = GENL_ADMIN_PERM,
		.policy = tunwin_policy_settings_set,
		.maxattr = TUNWIN_SETTINGS_SET_MAXATTR,
		.doit = tunwin_netlink_settings_set,
	},
	{
		.cmd = TUNWIN_CMD_TRACK_SET,
		.flags = GENL_ADMIN_PERM,
		.policy = tunwin_policy_track_set,
		.maxattr = TUNWIN_TRACK_SET_MAXATTR,
		.doit = tunwin_netlink_track_set,
	},
	{
		.cmd = TUNWIN_CMD_RESET,
		.flags = GENL_ADMIN_PERM,
		.policy = tunwin_policy_reset,
		.maxattr = TUNWIN_RESET_MAXATTR,
		.doit = tunwin_netlink_reset,
	},
	{
		.cmd = TUNWIN_CMD_TUNNEL_SET,
		.flags = GENL_ADMIN_PERM,
		.policy = tunwin_policy_tunnel_set,
		.maxattr = TUNWIN_TUNNEL_SET_MAXATTR,
		.doit = tunwin_netlink_tunnel_set,
	},
	{
		.cmd = TUNWIN_CMD_ALERT_GET,
		.flags = GENL_UNS_ADMIN_PERM,
		.policy = tunwin_policy_alert_get,
		.maxattr = TUNWIN_ALERT_GET_MAXATTR,
		.start = tunwin_netlink_alert_dump_start,
		.dumpit = tunwin_netlink_alert_dump,
		.done = tunwin_netlink_alert_dump_done,
	},
	{
		.cmd = TUNWIN_CMD_BUFFER_GET,
		.flags = GENL_UNS_ADMIN_PERM,
		.policy = nothing,
		.maxattr = ARRAY_SIZE(nothing) - 1,
		.doit = tunwin_netlink_buffer_get,
		.dumpit = tunwin_netlink_buffer_dump,
	},
	{
		.cmd = TUNWIN_CMD_EPISODE_GET,
		.flags = GENL_UNS_ADMIN_PERM,
		.policy = tunwin_policy_episode_get,
		.maxattr = TUNWIN_EPISODE_GET_MAXATTR,
		.start = tunwin_netlink_episode_dump_start,
		.dumpit = tunwin_netlink_episode_dump,
	},
	{
		.cmd = TUNWIN_CMD_AOE_GET,
		.flags = GENL_UNS_ADMIN_PERM,
		.policy = tunwin_policy_aoe_get,
		.maxattr = TUNWIN_AOE_GET_MAXATTR,
		.doit = tunwin_netlink_aoe_get,
		.start = tunwin_netlink_aoe_dump_start,
		.dumpit = tunwin_netlink_aoe_dump,
	},
};

static const struct genl_multicast_group groups[] = {
	[TUNWIN_NETLINK_ALERTS] = { .name = TUNWIN_MCGRP_ALERTS, TUNWIN_MCGRP_ADMIN },
	[TUNWIN_NETLINK_FLOWS] = { .name = TUNWIN_MCGRP_FLOWS, TUNWIN_MCGRP_ADMIN },
};

struct genl_family tunwin_netlink_family __ro_after_init = {
	.name = TUNWIN_FAMILY_NAME,
	.version = TUNWIN_FAMILY_VERSION,
	.module = THIS_MODULE,
	.netnsok = true,
	.parallel_ops = true,
	.ops = operations,
	.n_ops = ARRAY_SIZE(operations),
	.mcgrps = groups,
	.n_mcgrps = ARRAY_SIZE(groups),
};

/* IPv4 as 4 bytes. */
int tunwin_netlink_put_address(struct sk_buff *reply, int attr, const struct in6_addr *address)
{
	if (ipv6_addr_v4mapped(address))
		return nla_put_in_addr(reply, attr, address->s6_addr32[3]);
	return nla_put_in6_addr(reply, attr, address);
}

int tunwin_netlink_reply_sized(struct genl_info *info, u8 command, size_t bytes,
			       int (*fill)(struct sk_buff *reply, void *arg), void *arg)
{
	struct sk_buff *reply;
	void *header;
	int error;

	reply = genlmsg_new(bytes, GFP_KERNEL);
	if (!reply)
		return -ENOMEM;
	header = genlmsg_put_reply(reply, info, &tunwin_netlink_family, 0, command);
	error = header ? fill(reply, arg) : -EMSGSIZE;
	if (error) {
		nlmsg_free(reply);
		return error;
	}
	genlmsg_end(reply, header);
	return genlmsg_reply(reply, info);
}

int tunwin_netlink_reply(struct genl_info *info, u8 command,
			 int (*fill)(struct sk_buff *reply, void *arg), void *arg)
{
	return tunwin_netlink_reply_sized(info, command, GENLMSG_DEFAULT_SIZE, fill, arg);
}

/* Read under RCU; without the family its groups may be another's. */
static bool registered;

/* The namespace, if it is there and somebody in it listens; rcu_read_lock(). */
static struct net *find_listeners(u64 netns_cookie, unsigned int group)
{
	struct net *net;

	if (!READ_ONCE(registered))
		return NULL;
	for_each_net_rcu(net)
		if (tunwin_netns_cookie(net) == netns_cookie)
			return genl_has_listeners(&tunwin_netlink_family, net, group) ? net : NULL;
	return NULL;
}

bool tunwin_netlink_listens(u64 netns_cookie, unsigned int group)
{
	bool listens;

	rcu_read_lock();
	listens = find_listeners(netns_cookie, group);
	rcu_read_unlock();
	return listens;
}

void tunwin_netlink_multicast(u64 netns_cookie, struct sk_buff *event, unsigned int group)
{
	struct net *net;

	rcu_read_lock();
	net = find_listeners(netns_cookie, group);
	if (net)
		genlmsg_multicast_netns(&tunwin_netlink_family, net, event, 0, group, GFP_ATOMIC);
	else
		nlmsg_free(event);
	rcu_read_unlock();
}

int tunwin_netlink_init(void)
{
	int error = genl_register_family(&tunwin_netlink_family);

	WRITE_ONCE(registered, !error);
	return error;
}

void tunwin_netlink_exit(void)
{
	WRITE_ONCE(registered, false);
	synchronize_rcu();
	genl_unregister_family(&tunwin_netlink_family);
}
