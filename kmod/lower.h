/* SPDX-License-Identifier: GPL-2.0 */
/* Which devices carry the packets of a tunnel. */
#ifndef TUNWIN_LOWER_H
#define TUNWIN_LOWER_H

#include <linux/netdevice.h>

#include "buffer.h"

struct tunwin_tunnel;

/*
 * The device that the tunnel is bound to, or that the route to its remote end leads through, and
 * what lies below that in the same namespace (the cards of a bond, of a VLAN, of a bridge). Each
 * is held. Returns how many; 0 if it is not known, as of a tunnel with many remote ends, or if it
 * is in a namespace that another user namespace owns. The tunnels' mutex; may not sleep.
 */
int tunwin_lower_find(const struct tunwin_tunnel *tunnel,
		      struct net_device *lower[TUNWIN_BUFFER_LOWERS]);
void tunwin_lower_put(struct net_device *lower[TUNWIN_BUFFER_LOWERS], int count);

/*
 * What a packet of the tunnel has on the wire below before its inner IP header: the headers of the
 * link, of the outer IP and of the tunnel.
 */
u32 tunwin_lower_overhead_bytes(const struct tunwin_tunnel *tunnel);

/*
 * The device that it is bound to, NULL if to none, or to one in a namespace that another user
 * namespace owns; rcu_read_lock().
 */
struct net_device *tunwin_lower_bound(const struct net_device *dev);

#endif
