/* SPDX-License-Identifier: ((GPL-2.0 WITH Linux-syscall-note) OR BSD-3-Clause) */
/* generated from spec/tunwin.yaml by spec/generate, do not edit */

#ifndef TUNWIN_POLICY_H
#define TUNWIN_POLICY_H

#include <linux/tunwin.h>
#include <net/netlink.h>

/*
 * Which attributes a request may carry. struct genl_ops has one policy for a command's do and dump,
 * so a policy here accepts what either of them may carry; where the two differ, the handlers refuse
 * what belongs to the other one. They refuse lengths of addresses other than 4 and 16, too. Strict
 * validation refuses all that a policy does not name; for a command without a policy genetlink
 * refuses every attribute (genl_op_fill_in_reject_policy()).
 *
 *   flow-get      do    id
 *                 dump  tunnel-ifindex, tunnel, vantage, near-addr, near-port, far-addr,
 *                       far-port, state, addr, prefix-len, port, ended, limit
 *   tunnel-get    do    ifindex, name
 *                 dump  -
 *   status-get    do    -
 *   settings-set  do    max-flows, max-history, idle-timeout-s, max-details, share-percent
 *   track-set     do    ifindex, name, off
 *   reset         do    ifindex, name
 *   tunnel-set    do    ifindex, name, rate-bps, collapse-ratio-percent
 *   alert-get     dump  code, tunnel-ifindex, tunnel, flow-id, history
 *   buffer-get    do    -
 *                 dump  -
 *   episode-get   dump  ifindex, name
 *   aoe-get       do    -
 *                 dump  tunnel-ifindex, tunnel
 */

#define TUNWIN_FLOW_GET_MAXATTR TUNWIN_A_FLOW_MAX
#define TUNWIN_TUNNEL_GET_MAXATTR TUNWIN_A_TUNNEL_MAX
#define TUNWIN_SETTINGS_SET_MAXATTR TUNWIN_A_STATUS_MAX
#define TUNWIN_TRACK_SET_MAXATTR TUNWIN_A_DEVICE_MAX
#define TUNWIN_RESET_MAXATTR TUNWIN_A_DEVICE_MAX
#define TUNWIN_TUNNEL_SET_MAXATTR TUNWIN_A_TUNNEL_MAX
#define TUNWIN_ALERT_GET_MAXATTR TUNWIN_A_ALERT_MAX
#define TUNWIN_EPISODE_GET_MAXATTR TUNWIN_A_EPISODE_MAX
#define TUNWIN_AOE_GET_MAXATTR TUNWIN_A_AOE_MAX

extern const struct nla_policy tunwin_policy_flow_get[TUNWIN_FLOW_GET_MAXATTR + 1];
extern const struct nla_policy tunwin_policy_tunnel_get[TUNWIN_TUNNEL_GET_MAXATTR + 1];
extern const struct nla_policy tunwin_policy_settings_set[TUNWIN_SETTINGS_SET_MAXATTR + 1];
extern const struct nla_policy tunwin_policy_track_set[TUNWIN_TRACK_SET_MAXATTR + 1];
extern const struct nla_policy tunwin_policy_reset[TUNWIN_RESET_MAXATTR + 1];
extern const struct nla_policy tunwin_policy_tunnel_set[TUNWIN_TUNNEL_SET_MAXATTR + 1];
extern const struct nla_policy tunwin_policy_alert_get[TUNWIN_ALERT_GET_MAXATTR + 1];
extern const struct nla_policy tunwin_policy_episode_get[TUNWIN_EPISODE_GET_MAXATTR + 1];
extern const struct nla_policy tunwin_policy_aoe_get[TUNWIN_AOE_GET_MAXATTR + 1];

#endif /* TUNWIN_POLICY_H */
