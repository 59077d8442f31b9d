/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What follows from the numbers of the kernel: ratios, what a window allows, which flow is worst.
 * Pure functions of the model.
 */
#ifndef TUNWIN_DERIVE_H
#define TUNWIN_DERIVE_H

#include "model.h"

/* Fill in the members that model.h marks as derived. */
void tunwin_derive_flow(struct flow *flow);
void tunwin_derive_tunnel(struct tunnel *tunnel);

/* a / b in parts per million, to the nearest; not known if either is not, or b is 0 */
struct opt_u64 tunwin_derive_ppm(struct opt_u64 a, struct opt_u64 b);

/* The round trip time that ceilings are reckoned with. */
struct opt_u64 tunwin_derive_rtt_ns(const struct rtt *rtt);

/* How much of the rate that the window allows is used, in parts per million. */
struct opt_u64 tunwin_derive_use_ppm(const struct direction *dir);

/* Whether the window stands at zero while the flow is in use. */
bool tunwin_derive_window_is_zero(const struct flow *flow, const struct direction *dir);

/* The direction of a flow that is worse off; the one that a table with one line a flow shows. */
const struct direction *tunwin_derive_worse(const struct flow *flow);

/*
 * Worst first: a window that is zero now, then by use of the ceiling, flows whose use is not known
 * behind those, then by rate.
 */
void tunwin_derive_sort_flows(struct flow_list *list);

/* Of flows that have ended: the latest first. */
void tunwin_derive_sort_ended(struct flow_list *list);

/* Busiest first, by rate and then by what has been carried. */
void tunwin_derive_sort_tunnels(struct tunnel_list *list);

/*
 * Whether a tunnel is down and has carried nothing: gre0, sit0 and the like, on most hosts. Never
 * a device that the user has asked for.
 */
bool tunwin_derive_is_unused(const struct tunnel *tunnel);

/* Buffers per second that arrive through the tunnel, on all CPUs. */
uint64_t tunwin_derive_cpus_pps(const struct tunnel *tunnel);
/*
 * The CPU that nine tenths of a busy tunnel's packets arrive on, if it does not get done with them
 * (net.core.netdev_budget); NULL if there is none.
 */
const struct cpu *tunwin_derive_crowded_cpu(const struct tunnel *tunnel);

/* The payload that the kernel expects in @bytes of receive buffer (tcp_win_from_space()). */
struct opt_u64 tunwin_derive_payload_bytes(const struct socket_state *sk, struct opt_u64 bytes);

#endif
