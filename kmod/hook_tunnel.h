/* SPDX-License-Identifier: GPL-2.0 */
/* The hooks of the tunnels' receive and transmit paths (hook_receive.c, hook_transmit.c). */
#ifndef TUNWIN_HOOK_TUNNEL_H
#define TUNWIN_HOOK_TUNNEL_H

#include <linux/netfilter.h>

unsigned int tunwin_hook_receive(void *tunnel, struct sk_buff *skb,
				 const struct nf_hook_state *state);
unsigned int tunwin_hook_transmit(void *tunnel, struct sk_buff *skb,
				  const struct nf_hook_state *state);

#endif
