/* SPDX-License-Identifier: GPL-2.0 */
/* The generic netlink family; its contract is include/uapi/linux/tunwin.h. */
#ifndef TUNWIN_NETLINK_H
#define TUNWIN_NETLINK_H

#include <linux/build_bug.h>
#include <linux/tunwin.h>
#include <net/genetlink.h>

#include "compat/netlink.h"
#include "compat/netns.h"
#include "flow.h"

int tunwin_netlink_init(void);
/* No request runs any more when it returns. */
void tunwin_netlink_exit(void);

extern struct genl_family tunwin_netlink_family;

/* Its multicast groups. */
enum {
	TUNWIN_NETLINK_ALERTS,
	TUNWIN_NETLINK_FLOWS,
};

/* Every set of attributes of ours has its padding attribute first. */
static_assert(TUNWIN_A_FLOW_PAD == 1 && TUNWIN_A_DIRECTION_PAD == 1 &&
	      TUNWIN_A_SIZE_LOSS_PAD == 1 && TUNWIN_A_SOCKET_PAD == 1 &&
	      TUNWIN_A_TUNNEL_PAD == 1 && TUNWIN_A_TRAFFIC_PAD == 1 &&
	      TUNWIN_A_SIZE_CLASS_PAD == 1 && TUNWIN_A_STATUS_PAD == 1 && TUNWIN_A_HOOK_PAD == 1 &&
	      TUNWIN_A_ALERT_PAD == 1 && TUNWIN_A_DROP_PAD == 1 && TUNWIN_A_BUFFER_PAD == 1 &&
	      TUNWIN_A_BUFFER_SOURCE_COUNT_PAD == 1 && TUNWIN_A_BUFFER_CLASS_PAD == 1 &&
	      TUNWIN_A_JUMBO_PAD == 1 && TUNWIN_A_PAGE_PAD == 1 && TUNWIN_A_CPU_PAD == 1 &&
	      TUNWIN_A_EPISODE_PAD == 1 && TUNWIN_A_EPISODE_FLOW_PAD == 1);
static_assert(TUNWIN_A_AOE_PAD == 1 && TUNWIN_A_AOE_LOAD_PAD == 1);

static inline int put_u64(struct sk_buff *reply, int attr, u64 value)
{
	return nla_put_u64_64bit(reply, attr, value, 1);
}

/* What is counted for all namespaces is shown with CAP_NET_ADMIN in the initial one only. */
static inline bool tunwin_netlink_of_host(const struct sk_buff *request)
{
	return netlink_capable(request, CAP_NET_ADMIN);
}

/* netlink_flow.c */
int tunwin_netlink_flow_get(struct sk_buff *request, struct genl_info *info);
int tunwin_netlink_flow_dump_start(struct netlink_callback *cb);
int tunwin_netlink_flow_dump(struct sk_buff *reply, struct netlink_callback *cb);
int tunwin_netlink_flow_dump_done(struct netlink_callback *cb);
/* Tell the listeners of its namespace that it has ended; process context. */
void tunwin_netlink_flow_ended(struct tunwin_flow *flow);

/* netlink_account.c; process context */
/* Put what the accounts use into a status; for the host's eyes. 0, or a negative errno. */
int tunwin_netlink_put_accounts(struct sk_buff *reply);
/* So much room they take at most. */
size_t tunwin_netlink_accounts_bytes(void);

/* netlink_direction.c; flow locked */
int tunwin_netlink_direction(struct sk_buff *reply, int attr, const struct tunwin_flow *flow,
			     enum tunwin_direction direction, u64 now_ns);
/* The windows of a direction, as the record of the same connection in another tunnel shows them. */
int tunwin_netlink_other_direction(struct sk_buff *reply, int attr, const struct tunwin_flow *other,
				   enum tunwin_direction direction);
/* What holds it back now, enum tunwin_limit. */
u8 tunwin_netlink_limit(const struct tunwin_flow *flow, enum tunwin_direction direction);

/* netlink_alert.c */
int tunwin_netlink_alert_dump_start(struct netlink_callback *cb);
int tunwin_netlink_alert_dump(struct sk_buff *reply, struct netlink_callback *cb);
int tunwin_netlink_alert_dump_done(struct netlink_callback *cb);
/* To the listeners of its namespace; under the alerts' mutex. */
struct tunwin_alert;
void tunwin_netlink_alert_deliver(const struct tunwin_alert *alert);

/* netlink_tunnel.c */
int tunwin_netlink_tunnel_set(struct sk_buff *request, struct genl_info *info);
int tunwin_netlink_tunnel_get(struct sk_buff *request, struct genl_info *info);
int tunwin_netlink_tunnel_dump_start(struct netlink_callback *cb);
int tunwin_netlink_tunnel_dump(struct sk_buff *reply, struct netlink_callback *cb);
int tunwin_netlink_track_set(struct sk_buff *request, struct genl_info *info);
int tunwin_netlink_reset(struct sk_buff *request, struct genl_info *info);

/* netlink_buffer.c */
int tunwin_netlink_buffer_get(struct sk_buff *request, struct genl_info *info);
int tunwin_netlink_buffer_dump(struct sk_buff *reply, struct netlink_callback *cb);
int tunwin_netlink_episode_dump_start(struct netlink_callback *cb);
int tunwin_netlink_episode_dump(struct sk_buff *reply, struct netlink_callback *cb);

/* netlink_aoe.c */
int tunwin_netlink_aoe_get(struct sk_buff *request, struct genl_info *info);
int tunwin_netlink_aoe_dump_start(struct netlink_callback *cb);
int tunwin_netlink_aoe_dump(struct sk_buff *reply, struct netlink_callback *cb);

/* netlink_status.c */
int tunwin_netlink_status_get(struct sk_buff *request, struct genl_info *info);
int tunwin_netlink_settings_set(struct sk_buff *request, struct genl_info *info);

int tunwin_netlink_put_address(struct sk_buff *reply, int attr, const struct in6_addr *address);

/*
 * Send an event, which is freed, to the listeners of a namespace, if it is still there; process
 * context. Who misses one sees so by its number.
 */
void tunwin_netlink_multicast(u64 netns_cookie, struct sk_buff *event, unsigned int group);

/* Does anybody listen? Process context. */
bool tunwin_netlink_listens(u64 netns_cookie, unsigned int group);

/* Send one message that fill() makes in answer to a request; _sized(): of so many bytes at most. */
int tunwin_netlink_reply_sized(struct genl_info *info, u8 command, size_t bytes,
			       int (*fill)(struct sk_buff *reply, void *arg), void *arg);
int tunwin_netlink_reply(struct genl_info *info, u8 command,
			 int (*fill)(struct sk_buff *reply, void *arg), void *arg);

#endif
