// SPDX-License-Identifier: GPL-2.0
#include <linux/ktime.h>
#include <linux/tunwin.h>

#include "account.h"
#include "alert.h"
#include "aoe_table.h"
#include "buffer.h"
#include "compat/hook.h"
#include "ended.h"
#include "episode.h"
#include "flow.h"
#include "main.h"
#include "netlink.h"
#include "page.h"
#include "probe.h"
#include "stat.h"
#include "tunnel.h"
#include "watch.h"

/* For whom it is: one namespace, or the host. */
struct asker {
	const struct net *net;
	bool of_host;
};

static int put_hook(struct sk_buff *reply, const struct asker *asker, const char *name, int error,
		    enum tunwin_stat stat)
{
	struct nlattr *nest = nla_nest_start(reply, TUNWIN_A_STATUS_HOOK);

	if (!nest ||
	    nla_put_string(reply, TUNWIN_A_HOOK_NAME, name) ||
	    nla_put_u8(reply, TUNWIN_A_HOOK_ATTACHED, !error) ||
	    (asker->of_host && put_u64(reply, TUNWIN_A_HOOK_HITS, tunwin_stat_total(stat))) ||
	    (error && nla_put_u32(reply, TUNWIN_A_HOOK_ERRNO, -error)))
		return -EMSGSIZE;
	nla_nest_end(reply, nest);
	return 0;
}

static int put_hooks(struct sk_buff *reply, const struct asker *asker)
{
	const struct net *net = asker->of_host ? NULL : asker->net;
	const struct tunwin_probe *probe;
	unsigned int i;
	int error;

	if (put_hook(reply, asker, "tunnel:receive", tunwin_tunnel_hook_error(net, TUNWIN_IN),
		     TUNWIN_STAT_RECEIVE))
		return -EMSGSIZE;
	/* Where there is no hook for it a tracepoint does the same. */
	error = TUNWIN_HAVE_EGRESS ? tunwin_tunnel_hook_error(net, TUNWIN_OUT) :
				     tunwin_hook_dev_queue.error;
	if (put_hook(reply, asker, "tunnel:transmit", error, TUNWIN_STAT_TRANSMIT))
		return -EMSGSIZE;
	for (i = 0; (probe = tunwin_probe_get(i)); i++)
		if (put_hook(reply, asker, probe->name, probe->error, probe->stat))
			return -EMSGSIZE;
	return put_hook(reply, asker, "kprobe:warn_alloc", tunwin_page_error(),
			TUNWIN_STAT_WARN_ALLOC);
}

static int put_alerts(struct sk_buff *reply)
{
	struct tunwin_alert_counters alerts;
	struct tunwin_watch_counters watch;

	tunwin_alert_counters_get(&alerts);
	tunwin_watch_counters_get(&watch);
	if (nla_put_u32(reply, TUNWIN_A_STATUS_WATCHED_FLOWS, watch.flows) ||
	    put_u64(reply, TUNWIN_A_STATUS_WATCH_REFUSED, watch.refused) ||
	    put_u64(reply, TUNWIN_A_STATUS_ENDED_DROPPED, tunwin_ended_dropped()) ||
	    nla_put_u32(reply, TUNWIN_A_STATUS_ALERTS_ACTIVE, alerts.active) ||
	    nla_put_u32(reply, TUNWIN_A_STATUS_ALERTS_HISTORY, alerts.history) ||
	    put_u64(reply, TUNWIN_A_STATUS_ALERTS_RAISED, alerts.raised) ||
	    put_u64(reply, TUNWIN_A_STATUS_ALERTS_REFUSED, alerts.refused) ||
	    put_u64(reply, TUNWIN_A_STATUS_ALERTS_DROPPED, alerts.history_dropped))
		return -EMSGSIZE;
	return 0;
}

static int put_details(struct sk_buff *reply)
{
	struct tunwin_detail_counters counters;

	tunwin_detail_counters_get(&counters);
	if (nla_put_u32(reply, TUNWIN_A_STATUS_DETAILS, counters.details) ||
	    put_u64(reply, TUNWIN_A_STATUS_DETAILS_REFUSED, counters.refused) ||
	    put_u64(reply, TUNWIN_A_STATUS_DETAILS_WITHDRAWN, counters.withdrawn))
		return -EMSGSIZE;
	return 0;
}

/* What the module is and may take: the same for all. */
static int put_module(struct sk_buff *reply)
{
	struct tunwin_flow_limits limits;

	tunwin_flow_limits_get(&limits);
	if (nla_put_string(reply, TUNWIN_A_STATUS_VERSION, TUNWIN_VERSION) ||
	    put_u64(reply, TUNWIN_A_STATUS_UPTIME_NS, ktime_get_ns() - tunwin_loaded_ns) ||
	    nla_put_u32(reply, TUNWIN_A_STATUS_MAX_FLOWS, limits.max_flows) ||
	    nla_put_u32(reply, TUNWIN_A_STATUS_MAX_DETAILS, tunwin_detail_limit()) ||
	    nla_put_u32(reply, TUNWIN_A_STATUS_MAX_HISTORY, limits.max_history) ||
	    nla_put_u32(reply, TUNWIN_A_STATUS_IDLE_TIMEOUT_S, limits.idle_timeout_s) ||
	    nla_put_u32(reply, TUNWIN_A_STATUS_SHARE_PERCENT, tunwin_account_share()) ||
	    nla_put_u32(reply, TUNWIN_A_STATUS_BYTES_PER_FLOW, tunwin_flow_bytes()) ||
	    nla_put_u32(reply, TUNWIN_A_STATUS_BYTES_PER_DETAIL, tunwin_detail_bytes()))
		return -EMSGSIZE;
	return 0;
}

/* What is counted for all namespaces together. */
static int put_host(struct sk_buff *reply)
{
	struct tunwin_flow_counters counters;

	tunwin_flow_counters_get(&counters);
	if (nla_put_u32(reply, TUNWIN_A_STATUS_FLOWS, counters.flows) ||
	    nla_put_u32(reply, TUNWIN_A_STATUS_HALF_OPEN, counters.half_open) ||
	    nla_put_u32(reply, TUNWIN_A_STATUS_HISTORY, counters.history) ||
	    put_u64(reply, TUNWIN_A_STATUS_CREATED, counters.created) ||
	    put_u64(reply, TUNWIN_A_STATUS_ENDED, counters.ended) ||
	    put_u64(reply, TUNWIN_A_STATUS_EVICTED, counters.evicted) ||
	    put_u64(reply, TUNWIN_A_STATUS_EVICTED_HALF_OPEN, counters.evicted_half_open) ||
	    put_u64(reply, TUNWIN_A_STATUS_REFUSED, counters.refused) ||
	    put_u64(reply, TUNWIN_A_STATUS_HISTORY_DROPPED, counters.history_dropped) ||
	    put_u64(reply, TUNWIN_A_STATUS_UNANSWERED, counters.unanswered) ||
	    put_u64(reply, TUNWIN_A_STATUS_MEMORY_BYTES,
		    tunwin_flow_memory_bytes() + tunwin_tunnel_memory_bytes() +
		    tunwin_account_memory_bytes() +
		    tunwin_watch_memory_bytes() + tunwin_alert_memory_bytes() +
		    tunwin_buffer_memory_bytes() + tunwin_episode_memory_bytes() +
		    tunwin_aoe_memory_bytes()) ||
	    nla_put_u32(reply, TUNWIN_A_STATUS_TUNNELS, tunwin_tunnel_total()) ||
	    put_u64(reply, TUNWIN_A_STATUS_UNPARSED, tunwin_stat_total(TUNWIN_STAT_UNPARSED)))
		return -EMSGSIZE;
	return put_details(reply) || put_alerts(reply) ? -EMSGSIZE : 0;
}

/* ---- a namespace's own ---- */

struct own {
	u32 tunnels;
	u32 flows;
};

static int add_tunnel(struct tunwin_tunnel *tunnel, void *arg)
{
	struct own *own = arg;

	own->tunnels++;
	own->flows += atomic_read(&tunnel->flows);
	return 0;
}

static int put_own(struct sk_buff *reply, const struct net *net)
{
	struct own own = { 0 };
	unsigned long start = 0;
	u32 active, over;

	tunwin_tunnel_for_each(net, &start, add_tunnel, &own);
	tunwin_alert_count_of(tunwin_netns_cookie(net), &active, &over);
	if (nla_put_u32(reply, TUNWIN_A_STATUS_TUNNELS, own.tunnels) ||
	    nla_put_u32(reply, TUNWIN_A_STATUS_FLOWS, own.flows) ||
	    nla_put_u32(reply, TUNWIN_A_STATUS_ALERTS_ACTIVE, active) ||
	    nla_put_u32(reply, TUNWIN_A_STATUS_ALERTS_HISTORY, over))
		return -EMSGSIZE;
	return 0;
}

static int fill(struct sk_buff *reply, void *arg)
{
	const struct asker *asker = arg;

	if (put_module(reply) ||
	    (asker->of_host ? put_host(reply) : put_own(reply, asker->net)) ||
	    put_hooks(reply, asker))
		return -EMSGSIZE;
	return asker->of_host ? tunwin_netlink_put_accounts(reply) : 0;
}

int tunwin_netlink_status_get(struct sk_buff *request, struct genl_info *info)
{
	struct asker asker = {
		.net = genl_info_net(info), .of_host = tunwin_netlink_of_host(request),
	};

	return tunwin_netlink_reply_sized(info, TUNWIN_CMD_STATUS_GET,
					  GENLMSG_DEFAULT_SIZE + tunwin_netlink_accounts_bytes(),
					  fill, &asker);
}

int tunwin_netlink_settings_set(struct sk_buff *request, struct genl_info *info)
{
	const struct nlattr *max_flows = info->attrs[TUNWIN_A_STATUS_MAX_FLOWS];
	const struct nlattr *max_details = info->attrs[TUNWIN_A_STATUS_MAX_DETAILS];
	const struct nlattr *max_history = info->attrs[TUNWIN_A_STATUS_MAX_HISTORY];
	const struct nlattr *idle_timeout = info->attrs[TUNWIN_A_STATUS_IDLE_TIMEOUT_S];
	const struct nlattr *share = info->attrs[TUNWIN_A_STATUS_SHARE_PERCENT];
	struct tunwin_flow_limits limits;

	if (!max_flows && !max_details && !max_history && !idle_timeout && !share) {
		NL_SET_ERR_MSG(info->extack,
			       "nothing to set: give max-flows, max-details, max-history, idle-timeout-s or share-percent");
		return -EINVAL;
	}
	/*
	 * The policy has checked the ranges. Two settings at once: the later one wins, as it would.
	 */
	if (share)
		tunwin_account_share_set(nla_get_u32(share));
	tunwin_flow_limits_get(&limits);
	if (max_flows)
		limits.max_flows = nla_get_u32(max_flows);
	if (max_history)
		limits.max_history = nla_get_u32(max_history);
	if (idle_timeout)
		limits.idle_timeout_s = nla_get_u32(idle_timeout);
	tunwin_flow_limits_set(&limits);
	if (max_details)
		tunwin_detail_limit_set(nla_get_u32(max_details));
	return 0;
}
