// SPDX-License-Identifier: GPL-2.0
/*
 * Netfilter's egress hook of a tunnel device: before its queueing discipline and the encapsulation.
 * Softirq or process context with bottom halves off, RCU. An Ethernet header may stand before the
 * network header. What tc redirects to the tunnel does not come here (struct
 * sk_buff.nf_skip_egress).
 */
#include "hook_tunnel.h"
#include "stat.h"
#include "wire.h"

unsigned int tunwin_hook_transmit(void *tunnel, struct sk_buff *skb,
				  const struct nf_hook_state *state)
{
	tunwin_stat_hit(TUNWIN_STAT_TRANSMIT);
	tunwin_wire_packet(tunnel, TUNWIN_OUT, skb);
	return NF_ACCEPT;
}
