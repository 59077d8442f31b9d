// SPDX-License-Identifier: GPL-2.0
#include <linux/types.h>
#include <net/ip6_route.h>
#include <net/ip6_tunnel.h>
#include <net/ip_tunnels.h>
#include <net/route.h>
#include <net/rtnetlink.h>

#include "lower.h"
#include "tunnel.h"

/* By what a tunnel finds its way: the private part of its device. */
enum family { OTHER, IPV4, IPV6 };

/* @header_bytes: between the inner IP header and the link's, where the device does not say */
static const struct kind {
	const char *name;
	enum family family;
	u32 header_bytes;
} kinds[] = {
	{ "gre", IPV4 }, { "gretap", IPV4 }, { "erspan", IPV4 }, { "ipip", IPV4 }, { "sit", IPV4 },
	{ "ip6gre", IPV6 }, { "ip6gretap", IPV6 }, { "ip6erspan", IPV6 }, { "ip6tnl", IPV6 },
	/* ESP with a tag of 16 bytes; vti's private part is the same, its header is not. */
	{ "vti", IPV4, 54 }, { "vti6", IPV6, 74 }, { "xfrm", OTHER, 54 },
	/* UDP over IPv4, their own header, and Ethernet. */
	{ "vxlan", OTHER, 50 }, { "geneve", OTHER, 50 }, { "wireguard", OTHER, 60 },
};

static const struct kind *kind_of(const struct tunwin_tunnel *tunnel)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(kinds); i++)
		if (!strcmp(tunnel->kind, kinds[i].name))
			return &kinds[i];
	return NULL;
}

/*
 * May a tunnel's namespace be shown a device below? One in another network namespace if the same
 * user namespace owns both: a tunnel that was made there and moved.
 */
static bool may_be_shown(const struct net_device *dev, const struct net_device *lower)
{
	return net_eq(dev_net(lower), dev_net(dev)) ||
	       dev_net(lower)->user_ns == dev_net(dev)->user_ns;
}

struct net_device *tunwin_lower_bound(const struct net_device *dev)
{
	const struct rtnl_link_ops *ops = dev->rtnl_link_ops;
	int ifindex = dev_get_iflink(dev);
	struct net_device *lower;
	struct net *net;

	if (ifindex <= 0 || ifindex == dev->ifindex)
		return NULL;
	net = ops && ops->get_link_net ? ops->get_link_net(dev) : dev_net(dev);
	lower = dev_get_by_index_rcu(net, ifindex);
	return lower && may_be_shown(dev, lower) ? lower : NULL;
}

/* Where the packets to the remote end go, from which most of the others come; held. */
static struct net_device *route_ipv4(const struct net_device *dev)
{
	const struct ip_tunnel *priv = netdev_priv(dev);
	struct flowi4 flow = {
		.daddr = priv->parms.iph.daddr,
		.saddr = priv->parms.iph.saddr,
		.flowi4_proto = priv->parms.iph.protocol,
		.flowi4_mark = priv->fwmark,
	};
	struct net_device *lower;
	struct rtable *route;

	if (!flow.daddr || ipv4_is_multicast(flow.daddr) || priv->collect_md)
		return NULL;
	route = ip_route_output_key(priv->net, &flow);
	if (IS_ERR(route))
		return NULL;
	lower = route->dst.dev;
	dev_hold(lower);
	ip_rt_put(route);
	return lower;
}

static struct net_device *route_ipv6(const struct net_device *dev)
{
	const struct ip6_tnl *priv = netdev_priv(dev);
	struct flowi6 flow = {
		.daddr = priv->parms.raddr,
		.saddr = priv->parms.laddr,
		.flowi6_proto = priv->parms.proto,
		.flowi6_mark = priv->parms.fwmark,
	};
	struct net_device *lower = NULL;
	struct dst_entry *dst;

	if (ipv6_addr_any(&flow.daddr) || priv->parms.collect_md)
		return NULL;
	dst = ip6_route_output(priv->net, NULL, &flow);
	if (!dst->error) {
		lower = dst->dev;
		dev_hold(lower);
	}
	dst_release(dst);
	return lower;
}

/* A reference to where the route leads, if there is one. */
static struct net_device *find_route(const struct tunwin_tunnel *tunnel, enum family family)
{
	struct net_device *lower = NULL;

	switch (family) {
	case IPV4:
		lower = route_ipv4(tunnel->dev);
		break;
	case IPV6:
		lower = route_ipv6(tunnel->dev);
		break;
	case OTHER:
		break;
	}
	if (lower && !may_be_shown(tunnel->dev, lower)) {
		dev_put(lower);
		return NULL;
	}
	return lower;
}

/* A reference to it, if there is one. */
static struct net_device *find_first(const struct tunwin_tunnel *tunnel)
{
	const struct kind *kind = kind_of(tunnel);
	struct net_device *lower;

	/* One that the user has named is what arrives by itself. */
	if (tunnel->tracked_by == TUNWIN_TRACKED_BY_USER) {
		dev_hold(tunnel->dev);
		return tunnel->dev;
	}
	rcu_read_lock();
	lower = tunwin_lower_bound(tunnel->dev);
	if (lower)
		dev_hold(lower);
	rcu_read_unlock();
	return lower || !kind ? lower : find_route(tunnel, kind->family);
}

struct found {
	struct net_device **lower;
	int count;
};

static int add_below(struct net_device *below, struct netdev_nested_priv *priv)
{
	struct found *found = priv->data;
	int i;

	/*
	 * What a macvlan or a VLAN stands upon may be in another namespace. It is not shown: the
	 * macvlan may be a container's, which has CAP_NET_ADMIN and is of the same user namespace.
	 */
	if (!net_eq(dev_net(below), dev_net(found->lower[0])))
		return 0;
	if (found->count == TUNWIN_BUFFER_LOWERS)
		return 1;
	for (i = 0; i < found->count; i++)
		if (found->lower[i] == below)
			return 0;
	dev_hold(below);
	found->lower[found->count++] = below;
	return 0;
}

int tunwin_lower_find(const struct tunwin_tunnel *tunnel,
		      struct net_device *lower[TUNWIN_BUFFER_LOWERS])
{
	struct found found = { .lower = lower };
	struct netdev_nested_priv priv = { .data = &found };
	struct net_device *first = find_first(tunnel);

	if (!first)
		return 0;
	lower[found.count++] = first;
	rcu_read_lock();
	netdev_walk_all_lower_dev_rcu(first, add_below, &priv);
	rcu_read_unlock();
	return found.count;
}

void tunwin_lower_put(struct net_device *lower[TUNWIN_BUFFER_LOWERS], int count)
{
	while (count--)
		dev_put(lower[count]);
}

u32 tunwin_lower_overhead_bytes(const struct tunwin_tunnel *tunnel)
{
	const struct net_device *dev = tunnel->dev;
	const struct kind *kind = kind_of(tunnel);
	u32 bytes = dev->type == ARPHRD_ETHER ? ETH_HLEN : 0;

	if (!kind)
		return bytes;
	if (kind->header_bytes)
		return ETH_HLEN + kind->header_bytes;
	switch (kind->family) {
	case IPV4:
		bytes += sizeof(struct iphdr) + ((struct ip_tunnel *)netdev_priv(dev))->hlen;
		break;
	case IPV6:
		bytes += sizeof(struct ipv6hdr) + ((struct ip6_tnl *)netdev_priv(dev))->hlen;
		break;
	case OTHER:
		break;
	}
	return bytes + ETH_HLEN;
}
