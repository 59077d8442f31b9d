// SPDX-License-Identifier: GPL-2.0
/*
 * A tunnel is on the list from NETDEV_REGISTER to NETDEV_UNREGISTER of its device in one namespace;
 * while it is, tunnel->dev is valid for whoever holds the mutex. The hooks get the tunnel as their
 * private pointer, so that a packet needs no look-up; they may still run, and hold it, until the
 * grace period after it left the list. The list's own reference is dropped after that.
 *
 * Order of locks: RTNL, then tunnels.mutex, then netfilter's own. The mutex is never held while
 * RTNL is waited for.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/rtnetlink.h>
#include <linux/slab.h>
#include <net/net_namespace.h>
#include <net/rtnetlink.h>

#include "compat/hook.h"
#include "compat/netns.h"
#include "compat/work.h"
#include "tunnel.h"

static const char * const tunnel_kinds[] = {
	"gre", "gretap", "erspan", "ip6gre", "ip6gretap", "ip6erspan", "ipip", "sit", "ip6tnl",
	"vti", "vti6", "xfrm", "vxlan", "geneve", "wireguard",
};

/*
 * An interface that packets of a tunnel are received on: the tunnel itself, or what stands above.
 */
struct via {
	const struct net *net;
	int ifindex;
	u32 id;
};

struct via_table {
	struct rcu_head rcu;
	u32 mask;
	struct via slot[];
};

static struct {
	/* Protects the list and what is kept about it. */
	struct mutex mutex;
	struct list_head list;
	u32 next_id;
	u32 total;
	struct tunwin_tunnel_events events;
	struct via_table __rcu *via;
	struct work_struct rebuild;
	struct delayed_work sampler;
} tunnels;

static const char *device_kind(const struct net_device *dev)
{
	return dev->rtnl_link_ops ? dev->rtnl_link_ops->kind : "";
}

static bool is_tunnel_kind(const char *kind)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(tunnel_kinds); i++)
		if (!strcmp(kind, tunnel_kinds[i]))
			return true;
	return false;
}

/* Under the mutex, as all that follows unless it says otherwise. */
static struct tunwin_tunnel *find(const struct net *net, int ifindex, const char *name)
{
	struct tunwin_tunnel *tunnel;

	list_for_each_entry(tunnel, &tunnels.list, list) {
		if (tunnel->net != net)
			continue;
		if (ifindex ? tunnel->ifindex == ifindex : !strcmp(tunnel->name, name))
			return tunnel;
	}
	return NULL;
}

static void device_stats(struct tunwin_tunnel *tunnel, struct rtnl_link_stats64 *stats)
{
	memset(stats, 0, sizeof(*stats));
	dev_get_stats(tunnel->dev, stats);
}

/* Take one structure of u64 counters from another of the same kind. */
static void subtract(void *counters, const void *base, size_t bytes)
{
	const u64 *from = base;
	u64 *to = counters;
	size_t i;

	for (i = 0; i < bytes / sizeof(u64); i++)
		to[i] -= from[i];
}

void tunwin_tunnel_stats(struct tunwin_tunnel *tunnel, struct rtnl_link_stats64 *stats)
{
	/* All members are u64 counters; include/uapi/linux/if_link.h promises as much. */
	BUILD_BUG_ON(sizeof(*stats) % sizeof(u64));
	device_stats(tunnel, stats);
	subtract(stats, &tunnel->base, sizeof(*stats));
}

void tunwin_tunnel_traffic(const struct tunwin_tunnel *tunnel, int direction,
			   struct tunwin_traffic *sum)
{
	BUILD_BUG_ON(sizeof(*sum) % sizeof(u64));
	tunwin_traffic_sum(tunnel->cpu, direction, sum);
	subtract(sum, &tunnel->traffic_base[direction], sizeof(*sum));
}

void tunwin_tunnel_reset(struct tunwin_tunnel *tunnel)
{
	int direction;

	/*
	 * What CPUs write they go on writing; from now on it is counted from here. The two bases
	 * are a moment apart, and packets may pass between them.
	 */
	for (direction = 0; direction < 2; direction++)
		tunwin_traffic_sum(tunnel->cpu, direction, &tunnel->traffic_base[direction]);
	tunwin_traffic_begin(tunnel->cpu);
	device_stats(tunnel, &tunnel->base);
	tunnel->last = tunnel->base;
	tunnel->since_ns = ktime_get_ns();
	tunnel->last_ns = tunnel->since_ns;
}

static void attach(struct tunwin_tunnel *tunnel, int direction)
{
	struct nf_hook_ops *hook = &tunnel->hook[direction];

	hook->pf = NFPROTO_NETDEV;
	hook->dev = tunnel->dev;
	hook->priv = tunnel;
	hook->priority = INT_MIN;
	if (direction == 0) {
		hook->hook = tunnels.events.receive;
		hook->hooknum = NF_NETDEV_INGRESS;
	} else {
		hook->hook = tunnels.events.transmit;
		hook->hooknum = TUNWIN_HOOKNUM_EGRESS;
	}
	tunnel->hook_error[direction] = -EOPNOTSUPP;
	if (direction == 0 ? TUNWIN_HAVE_INGRESS : TUNWIN_HAVE_EGRESS)
		tunnel->hook_error[direction] = nf_register_net_hook(tunnel->net, hook);
}

static void release_rcu(struct rcu_head *rcu)
{
	struct tunwin_tunnel *tunnel = container_of(rcu, struct tunwin_tunnel, rcu);

	free_percpu(tunnel->cpu);
	tunwin_account_put(tunnel->account);
	kfree(tunnel);
}

void tunwin_tunnel_put(struct tunwin_tunnel *tunnel)
{
	if (refcount_dec_and_test(&tunnel->refs))
		call_rcu(&tunnel->rcu, release_rcu);
}

/* No hook has the tunnel any more, so nothing comes that would refer to it. */
static void leave_rcu(struct rcu_head *rcu)
{
	tunnels.events.gone();
	tunwin_tunnel_put(container_of(rcu, struct tunwin_tunnel, rcu));
}

/* RTNL is held, so that the device stays. */
static int add(struct net_device *dev, enum tunwin_tracked_by tracked_by)
{
	struct tunwin_tunnel *tunnel;
	int direction;

	/* Charged to who makes the device, or loads the module. */
	tunnel = kzalloc(sizeof(*tunnel), GFP_KERNEL_ACCOUNT);
	if (!tunnel)
		return -ENOMEM;
	tunnel->account = tunwin_account_get(dev_net(dev));
	tunnel->cpu = __netdev_alloc_pcpu_stats(struct tunwin_traffic_cpu, GFP_KERNEL_ACCOUNT);
	if (!tunnel->account || !tunnel->cpu) {
		free_percpu(tunnel->cpu);
		tunwin_account_put(tunnel->account);
		kfree(tunnel);
		return -ENOMEM;
	}

	tunnel->collapse_ratio_percent = TUNWIN_COLLAPSE_RATIO_PERCENT;
	tunnel->net = dev_net(dev);
	tunnel->netns_cookie = tunwin_netns_cookie(tunnel->net);
	tunnel->netns_inum = tunnel->net->ns.inum;
	tunnel->ifindex = dev->ifindex;
	tunnel->tracked_by = tracked_by;
	tunnel->dev = dev;
	refcount_set(&tunnel->refs, 1);
	strscpy(tunnel->name, dev->name, sizeof(tunnel->name));
	strscpy(tunnel->kind, device_kind(dev), sizeof(tunnel->kind));

	if (!++tunnels.next_id)
		tunnels.next_id++;
	tunnel->id = tunnels.next_id;
	tunwin_tunnel_reset(tunnel);
	list_add_tail(&tunnel->list, &tunnels.list);
	tunnels.total++;
	for (direction = 0; direction < 2; direction++)
		attach(tunnel, direction);
	schedule_work(&tunnels.rebuild);
	return 0;
}

static void remove(struct tunwin_tunnel *tunnel)
{
	int direction;

	for (direction = 0; direction < 2; direction++)
		if (!tunnel->hook_error[direction])
			nf_unregister_net_hook(tunnel->net, &tunnel->hook[direction]);

	WRITE_ONCE(tunnel->gone, true);
	list_del(&tunnel->list);
	tunnels.total--;
	tunnel->dev = NULL;
	schedule_work(&tunnels.rebuild);
	call_rcu(&tunnel->rcu, leave_rcu);
}

static int device_event(struct notifier_block *block, unsigned long event, void *info)
{
	struct net_device *dev = netdev_notifier_info_to_dev(info);
	struct tunwin_tunnel *tunnel;

	switch (event) {
	case NETDEV_REGISTER:
	case NETDEV_UNREGISTER:
	case NETDEV_CHANGENAME:
	case NETDEV_CHANGEUPPER:
		break;
	default:
		return NOTIFY_DONE;
	}

	mutex_lock(&tunnels.mutex);
	tunnel = find(dev_net(dev), dev->ifindex, NULL);
	switch (event) {
	case NETDEV_REGISTER:
		if (!tunnel && is_tunnel_kind(device_kind(dev)) &&
		    add(dev, TUNWIN_TRACKED_BY_KIND))
			pr_warn("no memory to watch %s\n", dev->name);
		break;
	case NETDEV_UNREGISTER:
		if (tunnel)
			remove(tunnel);
		break;
	case NETDEV_CHANGENAME:
		if (tunnel)
			strscpy(tunnel->name, dev->name, sizeof(tunnel->name));
		break;
	case NETDEV_CHANGEUPPER:
		/* The device below may be the tunnel, or what already stands above one. */
		if (!list_empty(&tunnels.list))
			schedule_work(&tunnels.rebuild);
		break;
	}
	mutex_unlock(&tunnels.mutex);
	return NOTIFY_DONE;
}

static struct notifier_block device_notifier = {
	.notifier_call = device_event,
};

/* ---- by which interfaces sockets receive what came through a tunnel ---- */

static u32 via_hash(const struct net *net, int ifindex)
{
	return hash_ptr(net, 32) ^ (u32)ifindex * 0x9e3779b1U;
}

static struct via *via_slot(struct via_table *table, const struct net *net, int ifindex)
{
	u32 at = via_hash(net, ifindex);
	struct via *via;

	/* The table is at most half full, so there is an end. */
	for (;; at++) {
		via = &table->slot[at & table->mask];
		if (!via->net || (via->net == net && via->ifindex == ifindex))
			return via;
	}
}

struct via_walk {
	struct via_table *table;
	u32 entries;
};

static int via_add(struct via_walk *walk, const struct net *net, int ifindex, u32 id)
{
	struct via *via;

	/* The topology grew while it was walked: another rebuild is on its way. */
	if (walk->table && walk->entries * 2 > walk->table->mask)
		return -ENOSPC;
	walk->entries++;
	if (!walk->table)
		return 0;

	via = via_slot(walk->table, net, ifindex);
	if (!via->net) {
		via->net = net;
		via->ifindex = ifindex;
		via->id = id;
	} else if (id) {
		/* A tunnel upon a tunnel: what it receives itself is its own. */
		via->id = id;
	}
	return 0;
}

static int via_add_upper(struct net_device *upper, struct netdev_nested_priv *priv)
{
	return via_add(priv->data, dev_net(upper), upper->ifindex, 0);
}

static u32 via_walk(struct via_table *table)
{
	struct via_walk walk = { .table = table };
	struct netdev_nested_priv priv = { .data = &walk };
	struct tunwin_tunnel *tunnel;

	rcu_read_lock();
	list_for_each_entry(tunnel, &tunnels.list, list) {
		via_add(&walk, tunnel->net, tunnel->ifindex, tunnel->id);
		netdev_walk_all_upper_dev_rcu(tunnel->dev, via_add_upper, &priv);
	}
	rcu_read_unlock();
	return walk.entries;
}

static void via_rebuild(struct work_struct *work)
{
	struct via_table *table, *old;
	u32 size;

	mutex_lock(&tunnels.mutex);
	size = roundup_pow_of_two(2 * via_walk(NULL) + 16);
	table = kvzalloc(struct_size(table, slot, size), GFP_KERNEL);
	if (table) {
		table->mask = size - 1;
		via_walk(table);
		old = rcu_replace_pointer(tunnels.via, table, lockdep_is_held(&tunnels.mutex));
	}
	mutex_unlock(&tunnels.mutex);

	if (!table) {
		pr_warn_ratelimited("no memory for %u interfaces; sockets behind new tunnels are not recognised\n",
				    size);
		return;
	}
	if (old) {
		synchronize_rcu();
		kvfree(old);
	}
}

bool tunwin_tunnel_via(const struct net *net, int ifindex, u32 *id)
{
	struct via_table *table = rcu_dereference(tunnels.via);
	const struct via *via;

	if (!table)
		return false;
	via = via_slot(table, net, ifindex);
	*id = via->id;
	return via->net;
}

/* ---- counters ---- */

static void sample(struct work_struct *work)
{
	struct tunwin_tunnel *tunnel;

	mutex_lock(&tunnels.mutex);
	list_for_each_entry(tunnel, &tunnels.list, list) {
		const struct rtnl_link_stats64 *last = &tunnel->last;
		struct rtnl_link_stats64 now;
		u64 now_ns, interval_ns;

		device_stats(tunnel, &now);
		now_ns = ktime_get_ns();
		interval_ns = now_ns - tunnel->last_ns;
		tunnel->pps[0] = tunwin_traffic_rate(now.rx_packets, last->rx_packets, interval_ns);
		tunnel->bps[0] = tunwin_traffic_rate(now.rx_bytes * 8, last->rx_bytes * 8,
						     interval_ns);
		tunnel->pps[1] = tunwin_traffic_rate(now.tx_packets, last->tx_packets, interval_ns);
		tunnel->bps[1] = tunwin_traffic_rate(now.tx_bytes * 8, last->tx_bytes * 8,
						     interval_ns);
		tunnel->last = now;
		tunnel->last_ns = now_ns;
		tunwin_traffic_sample(tunnel->cpu, interval_ns);
	}
	mutex_unlock(&tunnels.mutex);
	queue_delayed_work(tunwin_work_queue, &tunnels.sampler, HZ);
}

/* ---- on request ---- */

int tunwin_tunnel_track(struct net *net, int ifindex, const char *name, bool on,
			struct netlink_ext_ack *extack)
{
	struct tunwin_tunnel *tunnel;
	struct net_device *dev;
	int error = 0;

	rtnl_lock();
	dev = ifindex ? __dev_get_by_index(net, ifindex) : __dev_get_by_name(net, name);
	if (!dev) {
		NL_SET_ERR_MSG(extack, "no such device in this network namespace");
		rtnl_unlock();
		return -ENODEV;
	}

	mutex_lock(&tunnels.mutex);
	tunnel = find(net, dev->ifindex, NULL);
	if (is_tunnel_kind(device_kind(dev))) {
		NL_SET_ERR_MSG(extack,
			       "this device is a tunnel by its kind; those are always watched");
		error = -EOPNOTSUPP;
	} else if (on && tunnel) {
		NL_SET_ERR_MSG(extack, "this device is watched already");
		error = -EEXIST;
	} else if (on) {
		error = add(dev, TUNWIN_TRACKED_BY_USER);
		if (error)
			NL_SET_ERR_MSG(extack, "no memory to watch this device");
	} else if (!tunnel) {
		NL_SET_ERR_MSG(extack, "this device was not watched");
		error = -ENOENT;
	} else {
		remove(tunnel);
	}
	mutex_unlock(&tunnels.mutex);
	rtnl_unlock();
	return error;
}

int tunwin_tunnel_for_each(const struct net *net, unsigned long *start,
			   int (*each)(struct tunwin_tunnel *tunnel, void *arg), void *arg)
{
	struct tunwin_tunnel *tunnel;
	int error = 0;

	mutex_lock(&tunnels.mutex);
	/* Ids rise along the list, so *start is found again though tunnels went in between. */
	list_for_each_entry(tunnel, &tunnels.list, list) {
		if (tunnel->net != net || tunnel->id < *start)
			continue;
		error = each(tunnel, arg);
		if (error)
			break;
		*start = tunnel->id + 1UL;
	}
	mutex_unlock(&tunnels.mutex);
	return error;
}

void tunwin_tunnel_for_all(void (*each)(struct tunwin_tunnel *tunnel))
{
	struct tunwin_tunnel *tunnel;

	mutex_lock(&tunnels.mutex);
	list_for_each_entry(tunnel, &tunnels.list, list)
		each(tunnel);
	mutex_unlock(&tunnels.mutex);
}

int tunwin_tunnel_with(const struct net *net, int ifindex, const char *name,
		       int (*with)(struct tunwin_tunnel *tunnel, void *arg), void *arg)
{
	struct tunwin_tunnel *tunnel;
	int error = -ENODEV;

	mutex_lock(&tunnels.mutex);
	tunnel = find(net, ifindex, name);
	if (tunnel)
		error = with(tunnel, arg);
	mutex_unlock(&tunnels.mutex);
	return error;
}

u32 tunwin_tunnel_total(void)
{
	return READ_ONCE(tunnels.total);
}

u64 tunwin_tunnel_memory_bytes(void)
{
	u64 cpus_bytes = num_possible_cpus() * sizeof(struct tunwin_traffic_cpu);

	return tunwin_tunnel_total() * (sizeof(struct tunwin_tunnel) + cpus_bytes);
}

int tunwin_tunnel_hook_error(const struct net *net, int direction)
{
	struct tunwin_tunnel *tunnel;
	int error = 0;

	if (!(direction == 0 ? TUNWIN_HAVE_INGRESS : TUNWIN_HAVE_EGRESS))
		return -EOPNOTSUPP;
	mutex_lock(&tunnels.mutex);
	list_for_each_entry(tunnel, &tunnels.list, list)
		if ((!net || tunnel->net == net) && tunnel->hook_error[direction])
			error = tunnel->hook_error[direction];
	mutex_unlock(&tunnels.mutex);
	return error;
}

int tunwin_tunnel_init(const struct tunwin_tunnel_events *events)
{
	int error;

	mutex_init(&tunnels.mutex);
	INIT_LIST_HEAD(&tunnels.list);
	INIT_WORK(&tunnels.rebuild, via_rebuild);
	INIT_DELAYED_WORK(&tunnels.sampler, sample);
	tunnels.events = *events;

	/* Replays NETDEV_REGISTER for the devices of every namespace. */
	error = register_netdevice_notifier(&device_notifier);
	if (error)
		return error;
	queue_delayed_work(tunwin_work_queue, &tunnels.sampler, HZ);
	return 0;
}

void tunwin_tunnel_exit(void)
{
	struct tunwin_tunnel *tunnel, *next;

	cancel_delayed_work_sync(&tunnels.sampler);
	/*
	 * Replays NETDEV_UNREGISTER, which takes every tunnel off; the loop is for what it may
	 * miss.
	 */
	unregister_netdevice_notifier(&device_notifier);
	rtnl_lock();
	mutex_lock(&tunnels.mutex);
	list_for_each_entry_safe(tunnel, next, &tunnels.list, list)
		remove(tunnel);
	mutex_unlock(&tunnels.mutex);
	rtnl_unlock();
	cancel_work_sync(&tunnels.rebuild);
	/* Hooks that were under way, and what is told when they are over. */
	synchronize_net();
	rcu_barrier();
	kvfree(rcu_dereference_protected(tunnels.via, 1));
}
