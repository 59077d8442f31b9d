// SPDX-License-Identifier: GPL-2.0
#include <linux/tunwin.h>

#include "netlink.h"
#include "policy.h"

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
};

struct genl_family tunwin_netlink_family __ro_after_init = {
	.name = TUNWIN_FAMILY_NAME,
	.version = TUNWIN_FAMILY_VERSION,
	.module = THIS_MODULE,
	.netnsok = true,
	.parallel_ops = true,
	.ops = operations,
	.n_ops = ARRAY_SIZE(operations),
};

int tunwin_netlink_reply(struct genl_info *info, u8 command,
			 int (*fill)(struct sk_buff *reply, void *arg), void *arg)
{
	struct sk_buff *reply;
	void *header;
	int error;

	reply = genlmsg_new(GENLMSG_DEFAULT_SIZE, GFP_KERNEL);
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

int tunwin_netlink_init(void)
{
	return genl_register_family(&tunwin_netlink_family);
}

void tunwin_netlink_exit(void)
{
	genl_unregister_family(&tunwin_netlink_family);
}
