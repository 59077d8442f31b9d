// SPDX-License-Identifier: GPL-2.0
/*
 * Netfilter's ingress hook of a tunnel device: after decapsulation, GRO cells and taps, before
 * bridge, VLAN and IP see the packet. Softirq, RCU. The network header is set, the Ethernet header
 * of a gretap and an outer VLAN tag are off. Only packets of this device come here, so all other
 * devices pay one test of a pointer.
 */
#include "hook_tunnel.h"
#include "stat.h"
#include "wire.h"

unsigned int tunwin_hook_receive(void *tunnel, struct sk_buff *skb,
				 const struct nf_hook_state *state)
{
	tunwin_stat_hit(TUNWIN_STAT_RECEIVE);
	tunwin_wire_packet(tunnel, TUNWIN_IN, skb);
	return NF_ACCEPT;
}
