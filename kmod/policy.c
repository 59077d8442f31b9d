// SPDX-License-Identifier: ((GPL-2.0 WITH Linux-syscall-note) OR BSD-3-Clause)
/* generated from spec/tunwin.yaml by spec/generate, do not edit */

#include <linux/cache.h>
#include "policy.h"

/* Limits beyond the s16 of struct nla_policy; its pointer to them is not const in Linux 6.1. */
static struct netlink_range_validation tunwin_a_status_max_flows_range __ro_after_init = {
	.min = TUNWIN_MAX_FLOWS_MIN,
	.max = TUNWIN_MAX_FLOWS_MAX,
};

static struct netlink_range_validation tunwin_a_status_max_history_range __ro_after_init = {
	.min = 0,
	.max = TUNWIN_MAX_HISTORY,
};

static struct netlink_range_validation tunwin_a_status_idle_timeout_s_range __ro_after_init = {
	.min = 1,
	.max = TUNWIN_MAX_IDLE_S,
};

static struct netlink_range_validation tunwin_a_status_max_details_range __ro_after_init = {
	.min = TUNWIN_MAX_DETAILS_MIN,
	.max = TUNWIN_MAX_DETAILS_MAX,
};

const struct nla_policy tunwin_policy_flow_get[TUNWIN_FLOW_GET_MAXATTR + 1] = {
	[TUNWIN_A_FLOW_ID] = { .type = NLA_U32 },
	[TUNWIN_A_FLOW_TUNNEL_IFINDEX] = NLA_POLICY_MIN(NLA_U32, 1),
	[TUNWIN_A_FLOW_TUNNEL] = { .type = NLA_NUL_STRING, .len = TUNWIN_NAME_MAX_LEN },
	[TUNWIN_A_FLOW_VANTAGE] = NLA_POLICY_MAX(NLA_U8, TUNWIN_VANTAGE_SOCKET),
	[TUNWIN_A_FLOW_NEAR_ADDR] = NLA_POLICY_MAX(NLA_BINARY, TUNWIN_ADDR_MAX_LEN),
	[TUNWIN_A_FLOW_NEAR_PORT] = { .type = NLA_U16 },
	[TUNWIN_A_FLOW_FAR_ADDR] = NLA_POLICY_MAX(NLA_BINARY, TUNWIN_ADDR_MAX_LEN),
	[TUNWIN_A_FLOW_FAR_PORT] = { .type = NLA_U16 },
	[TUNWIN_A_FLOW_STATE] = NLA_POLICY_MAX(NLA_U8, TUNWIN_STATE_CLOSED),
	[TUNWIN_A_FLOW_ADDR] = NLA_POLICY_MAX(NLA_BINARY, TUNWIN_ADDR_MAX_LEN),
	[TUNWIN_A_FLOW_PREFIX_LEN] = NLA_POLICY_MAX(NLA_U8, 128),
	[TUNWIN_A_FLOW_PORT] = { .type = NLA_U16 },
	[TUNWIN_A_FLOW_ENDED] = { .type = NLA_FLAG },
	[TUNWIN_A_FLOW_LIMIT] = NLA_POLICY_MAX(NLA_U8, TUNWIN_LIMIT_IDLE),
};

const struct nla_policy tunwin_policy_tunnel_get[TUNWIN_TUNNEL_GET_MAXATTR + 1] = {
	[TUNWIN_A_TUNNEL_IFINDEX] = NLA_POLICY_MIN(NLA_U32, 1),
	[TUNWIN_A_TUNNEL_NAME] = { .type = NLA_NUL_STRING, .len = TUNWIN_NAME_MAX_LEN },
};

const struct nla_policy tunwin_policy_settings_set[TUNWIN_SETTINGS_SET_MAXATTR + 1] = {
	[TUNWIN_A_STATUS_MAX_FLOWS] =
		NLA_POLICY_FULL_RANGE(NLA_U32, &tunwin_a_status_max_flows_range),
	[TUNWIN_A_STATUS_MAX_HISTORY] =
		NLA_POLICY_FULL_RANGE(NLA_U32, &tunwin_a_status_max_history_range),
	[TUNWIN_A_STATUS_IDLE_TIMEOUT_S] =
		NLA_POLICY_FULL_RANGE(NLA_U32, &tunwin_a_status_idle_timeout_s_range),
	[TUNWIN_A_STATUS_MAX_DETAILS] =
		NLA_POLICY_FULL_RANGE(NLA_U32, &tunwin_a_status_max_details_range),
	[TUNWIN_A_STATUS_SHARE_PERCENT] =
		NLA_POLICY_RANGE(NLA_U32, TUNWIN_SHARE_MIN, TUNWIN_SHARE_MAX),
};

const struct nla_policy tunwin_policy_track_set[TUNWIN_TRACK_SET_MAXATTR + 1] = {
	[TUNWIN_A_DEVICE_IFINDEX] = NLA_POLICY_MIN(NLA_U32, 1),
	[TUNWIN_A_DEVICE_NAME] = { .type = NLA_NUL_STRING, .len = TUNWIN_NAME_MAX_LEN },
	[TUNWIN_A_DEVICE_OFF] = { .type = NLA_FLAG },
};

const struct nla_policy tunwin_policy_reset[TUNWIN_RESET_MAXATTR + 1] = {
	[TUNWIN_A_DEVICE_IFINDEX] = NLA_POLICY_MIN(NLA_U32, 1),
	[TUNWIN_A_DEVICE_NAME] = { .type = NLA_NUL_STRING, .len = TUNWIN_NAME_MAX_LEN },
};

const struct nla_policy tunwin_policy_tunnel_set[TUNWIN_TUNNEL_SET_MAXATTR + 1] = {
	[TUNWIN_A_TUNNEL_IFINDEX] = NLA_POLICY_MIN(NLA_U32, 1),
	[TUNWIN_A_TUNNEL_NAME] = { .type = NLA_NUL_STRING, .len = TUNWIN_NAME_MAX_LEN },
	[TUNWIN_A_TUNNEL_RATE_BPS] = { .type = NLA_U64 },
	[TUNWIN_A_TUNNEL_COLLAPSE_RATIO_PERCENT] =
		NLA_POLICY_RANGE(NLA_U32, TUNWIN_COLLAPSE_RATIO_MIN, TUNWIN_COLLAPSE_RATIO_MAX),
};

const struct nla_policy tunwin_policy_alert_get[TUNWIN_ALERT_GET_MAXATTR + 1] = {
	[TUNWIN_A_ALERT_CODE] = NLA_POLICY_MAX(NLA_U8, TUNWIN_ALERT_CODE_BUFFER_EXHAUSTED),
	[TUNWIN_A_ALERT_TUNNEL_IFINDEX] = NLA_POLICY_MIN(NLA_U32, 1),
	[TUNWIN_A_ALERT_TUNNEL] = { .type = NLA_NUL_STRING, .len = TUNWIN_NAME_MAX_LEN },
	[TUNWIN_A_ALERT_FLOW_ID] = NLA_POLICY_MIN(NLA_U32, 1),
	[TUNWIN_A_ALERT_HISTORY] = { .type = NLA_FLAG },
};

const struct nla_policy tunwin_policy_episode_get[TUNWIN_EPISODE_GET_MAXATTR + 1] = {
	[TUNWIN_A_EPISODE_IFINDEX] = NLA_POLICY_MIN(NLA_U32, 1),
	[TUNWIN_A_EPISODE_NAME] = { .type = NLA_NUL_STRING, .len = TUNWIN_NAME_MAX_LEN },
};

const struct nla_policy tunwin_policy_aoe_get[TUNWIN_AOE_GET_MAXATTR + 1] = {
	[TUNWIN_A_AOE_TUNNEL_IFINDEX] = NLA_POLICY_MIN(NLA_U32, 1),
	[TUNWIN_A_AOE_TUNNEL] = { .type = NLA_NUL_STRING, .len = TUNWIN_NAME_MAX_LEN },
};
