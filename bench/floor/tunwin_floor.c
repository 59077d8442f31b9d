// SPDX-License-Identifier: GPL-2.0
/*
 * What nobody who looks at the flows of a tunnel can do for less: the hooks of a device, and for each TCP
 * segment one look-up in a table of connections. Nothing is done with what it finds.
 *
 *	insmod tunwin_floor.ko device=tun0 flows=1000
 *
 * It is for one device of the first namespace, and takes IPv4 only.
 */
#include <linux/ip.h>
#include <linux/module.h>
#include <linux/netdevice.h>
#include <linux/netfilter.h>
#include <linux/rhashtable.h>
#include <linux/tcp.h>
#include <net/net_namespace.h>

static char *device = "tun0";
module_param(device, charp, 0400);
MODULE_PARM_DESC(device, "whose packets are looked at");

static unsigned int flows = 65536;
module_param(flows, uint, 0400);
MODULE_PARM_DESC(flows, "connections in the table at most");

struct floor_key {
	__be32 near;
	__be32 far;
	__be16 near_port;
	__be16 far_port;
};

struct entry {
	struct rhash_head node;
	struct floor_key key;
};

static const struct rhashtable_params params = {
	.key_len = sizeof(struct floor_key),
	.key_offset = offsetof(struct entry, key),
	.head_offset = offsetof(struct entry, node),
};

static struct rhashtable table;
static struct net_device *dev;
static unsigned long found;

static void add(const struct floor_key *key)
{
	struct entry *entry;

	if (atomic_read(&table.nelems) >= flows)
		return;
	entry = kzalloc(sizeof(*entry), GFP_ATOMIC);
	if (!entry)
		return;
	entry->key = *key;
	if (rhashtable_insert_fast(&table, &entry->node, params))
		kfree(entry);
}

static void look(const struct sk_buff *skb, bool in)
{
	unsigned int offset = skb_network_offset(skb);
	const struct tcphdr *tcp;
	const struct iphdr *ip;
	struct {
		struct iphdr ip;
		struct tcphdr tcp;
	} buffer;
	struct floor_key key;

	ip = skb_header_pointer(skb, offset, sizeof(buffer.ip), &buffer.ip);
	if (!ip || ip->version != 4 || ip->protocol != IPPROTO_TCP)
		return;
	tcp = skb_header_pointer(skb, offset + ip->ihl * 4, sizeof(buffer.tcp), &buffer.tcp);
	if (!tcp)
		return;
	key.near = in ? ip->daddr : ip->saddr;
	key.far = in ? ip->saddr : ip->daddr;
	key.near_port = in ? tcp->dest : tcp->source;
	key.far_port = in ? tcp->source : tcp->dest;
	if (likely(rhashtable_lookup(&table, &key, params)))
		found++;
	else
		add(&key);
}

static unsigned int receive(void *unused, struct sk_buff *skb, const struct nf_hook_state *state)
{
	look(skb, true);
	return NF_ACCEPT;
}

static unsigned int transmit(void *unused, struct sk_buff *skb, const struct nf_hook_state *state)
{
	look(skb, false);
	return NF_ACCEPT;
}

static struct nf_hook_ops hooks[] = {
	{ .hook = receive, .pf = NFPROTO_NETDEV, .hooknum = NF_NETDEV_INGRESS },
	{ .hook = transmit, .pf = NFPROTO_NETDEV, .hooknum = NF_NETDEV_EGRESS },
};

static void forget(void *entry, void *unused)
{
	kfree(entry);
}

static int __init floor_init(void)
{
	int error;

	dev = dev_get_by_name(&init_net, device);
	if (!dev)
		return -ENODEV;
	error = rhashtable_init(&table, &params);
	if (error)
		goto no_table;
	hooks[0].dev = dev;
	hooks[1].dev = dev;
	error = nf_register_net_hooks(&init_net, hooks, ARRAY_SIZE(hooks));
	if (!error)
		return 0;
	rhashtable_destroy(&table);
no_table:
	dev_put(dev);
	return error;
}

static void __exit floor_exit(void)
{
	nf_unregister_net_hooks(&init_net, hooks, ARRAY_SIZE(hooks));
	synchronize_net();
	rhashtable_free_and_destroy(&table, forget, NULL);
	dev_put(dev);
	pr_info("found %lu\n", found);
}

module_init(floor_init);
module_exit(floor_exit);
MODULE_DESCRIPTION("One look-up for each segment, and nothing else");
MODULE_LICENSE("GPL");
