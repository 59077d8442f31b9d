// SPDX-License-Identifier: GPL-2.0
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/ktime.h>
#include <linux/module.h>
#include <linux/tunwin.h>

#include "account.h"
#include "alert.h"
#include "aoe_table.h"
#include "buffer.h"
#include "card.h"
#include "detail.h"
#include "ended.h"
#include "episode.h"
#include "flow.h"
#include "gaps.h"
#include "hook_tunnel.h"
#include "main.h"
#include "netlink.h"
#include "page.h"
#include "probe.h"
#include "softnet.h"
#include "tunnel.h"
#include "watch.h"

static unsigned int max_flows = 65536;
module_param(max_flows, uint, 0444);
MODULE_PARM_DESC(max_flows, "Flows in the table (16 to 4194304)");

static unsigned int max_details = 65536;
module_param(max_details, uint, 0444);
MODULE_PARM_DESC(max_details, "Flows that are judged, the others are counted only (16 to 4194304)");

static unsigned int max_history = 1024;
module_param(max_history, uint, 0444);
MODULE_PARM_DESC(max_history, "Records of ended flows that are kept (0 to 1048576)");

static unsigned int idle_timeout_s = 600;
module_param(idle_timeout_s, uint, 0444);
MODULE_PARM_DESC(idle_timeout_s, "Seconds without packets after which a forwarded flow has ended (1 to 604800)");

static unsigned int share = 25;
module_param(share, uint, 0444);
MODULE_PARM_DESC(share, "Percent of each limit that one other network namespace, or one user's, may take (1 to 100)");

u64 tunwin_loaded_ns;

/* In softirq: what belongs to it is given up by workers. */
static void tunnel_gone(void)
{
	tunwin_flow_collect();
	tunwin_aoe_collect();
}

static const struct tunwin_tunnel_events events = {
	.receive = tunwin_hook_receive,
	.transmit = tunwin_hook_transmit,
	.gone = tunnel_gone,
};

static int __init check_parameters(void)
{
	if (max_flows < TUNWIN_MAX_FLOWS_MIN || max_flows > TUNWIN_MAX_FLOWS_MAX) {
		pr_err("max_flows=%u is not within %d to %d\n", max_flows, TUNWIN_MAX_FLOWS_MIN,
		       TUNWIN_MAX_FLOWS_MAX);
		return -EINVAL;
	}
	if (max_details < TUNWIN_MAX_DETAILS_MIN || max_details > TUNWIN_MAX_DETAILS_MAX) {
		pr_err("max_details=%u is not within %d to %d\n", max_details,
		       TUNWIN_MAX_DETAILS_MIN, TUNWIN_MAX_DETAILS_MAX);
		return -EINVAL;
	}
	if (max_history > TUNWIN_MAX_HISTORY) {
		pr_err("max_history=%u is not within 0 to %d\n", max_history, TUNWIN_MAX_HISTORY);
		return -EINVAL;
	}
	if (!idle_timeout_s || idle_timeout_s > TUNWIN_MAX_IDLE_S) {
		pr_err("idle_timeout_s=%u is not within 1 to %d\n", idle_timeout_s,
		       TUNWIN_MAX_IDLE_S);
		return -EINVAL;
	}
	if (share < TUNWIN_SHARE_MIN || share > TUNWIN_SHARE_MAX) {
		pr_err("share=%u is not within %d to %d\n", share, TUNWIN_SHARE_MIN,
		       TUNWIN_SHARE_MAX);
		return -EINVAL;
	}
	return 0;
}

static int __init tunwin_init(void)
{
	struct tunwin_flow_limits limits;
	int error;

	error = check_parameters();
	if (error)
		return error;
	limits.max_flows = max_flows;
	limits.max_history = max_history;
	limits.idle_timeout_s = idle_timeout_s;
	tunwin_loaded_ns = ktime_get_ns();

	tunwin_account_init(share);
	tunwin_episode_init();
	tunwin_softnet_init();
	error = tunwin_gaps_init();
	if (error)
		return error;
	error = tunwin_buffer_init(tunwin_watch_buffer_gone);
	if (error)
		goto err_buffer;
	tunwin_ended_init(tunwin_netlink_flow_ended);
	error = tunwin_detail_init(max_details);
	if (error)
		goto err_init;
	error = tunwin_flow_init(&limits, tunwin_ended_add);
	if (error)
		goto err_detail;
	tunwin_alert_init(tunwin_netlink_alert_deliver);
	tunwin_watch_init();
	tunwin_aoe_init();
	tunwin_page_attach();
	/* Before the tunnels: a socket that closes must find the record that a packet made. */
	tunwin_probe_attach();
	error = tunwin_tunnel_init(&events);
	if (error)
		goto err_tunnel;
	error = tunwin_netlink_init();
	if (error)
		goto err_netlink;
	tunwin_watch_start();
	return 0;

err_netlink:
	tunwin_probe_detach();
	tunwin_tunnel_exit();
	goto err_flow;
err_tunnel:
	tunwin_probe_detach();
err_flow:
	tunwin_page_detach();
	tunwin_aoe_exit();
	tunwin_flow_stop();
	tunwin_watch_exit();
	tunwin_ended_exit();
	tunwin_flow_exit();
	tunwin_alert_exit();
err_detail:
	tunwin_detail_exit();
err_init:
	tunwin_buffer_exit();
err_buffer:
	tunwin_gaps_exit();
	return error;
}

/*
 * 1. No request comes in, and none is under way.
 * 2. No probe runs: detached, and both kinds of grace period are over. They read what the
 *    tunnels own.
 * 3. No device is watched and no packet seen: the hooks are off, and a grace period is over.
 * 4. No flow ends any more: the collector is stopped. The targets of AoE are freed, as nothing
 *    finds them without a packet or a request.
 * 5. Nothing is looked at for alerts, and no flow is held for that, or to be told of.
 * 6. Nobody can find a flow now: all are freed, and the RCU callbacks that free them have run,
 *    which end in this module's code.
 */
static void __exit tunwin_exit(void)
{
	tunwin_netlink_exit();
	tunwin_probe_detach();
	tunwin_page_detach();
	tunwin_tunnel_exit();
	tunwin_aoe_exit();
	tunwin_flow_stop();
	tunwin_watch_exit();
	tunwin_buffer_exit();
	tunwin_gaps_exit();
	tunwin_card_exit();
	tunwin_episode_exit();
	tunwin_ended_exit();
	tunwin_flow_exit();
	tunwin_detail_exit();
	tunwin_alert_exit();
}

module_init(tunwin_init);
module_exit(tunwin_exit);

MODULE_AUTHOR("The tunwin authors");
MODULE_DESCRIPTION("TCP receive windows of the flows that cross this host's tunnels");
MODULE_LICENSE("GPL");
MODULE_VERSION(TUNWIN_VERSION);
