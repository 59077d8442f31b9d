// SPDX-License-Identifier: GPL-2.0
/*
 * Let a device receive a large packet whose payload lies in the memory of a card, which has no
 * pages (devmem TCP, zero-copy receive of io_uring): no card that is emulated does that.
 *
 * echo tun0 > parameters/receive, in the device's namespace: one TCP segment of IOV_PAYLOAD bytes
 * over IPv4, from 10.95.0.1 port 40000 to 10.95.0.2 port 80.
 */
#include <linux/bottom_half.h>
#include <linux/ip.h>
#include <linux/module.h>
#include <linux/netdevice.h>
#include <linux/nsproxy.h>
#include <linux/skbuff.h>
#include <linux/tcp.h>
#include <net/checksum.h>
#include <net/ip.h>
#include <net/net_namespace.h>

#ifdef TUNWIN_HAVE_NET_IOV
#include <net/netmem.h>

#define IOV_PAYLOAD	8000

/* It is never looked at. */
static struct net_iov iov;

static struct sk_buff *make(struct net_device *dev)
{
	const u32 header_bytes = sizeof(struct iphdr) + sizeof(struct tcphdr);
	struct sk_buff *skb = alloc_skb(header_bytes, GFP_KERNEL);
	struct tcphdr *tcp;
	struct iphdr *ip;

	if (!skb)
		return NULL;
	ip = skb_put_zero(skb, header_bytes);
	ip->version = 4;
	ip->ihl = 5;
	ip->ttl = 64;
	ip->protocol = IPPROTO_TCP;
	ip->tot_len = htons(header_bytes + IOV_PAYLOAD);
	ip->saddr = htonl(0x0a5f0001);
	ip->daddr = htonl(0x0a5f0002);
	ip_send_check(ip);
	tcp = (struct tcphdr *)(ip + 1);
	tcp->source = htons(40000);
	tcp->dest = htons(80);
	tcp->seq = htonl(1000);
	tcp->ack_seq = htonl(2000);
	tcp->doff = 5;
	tcp->ack = 1;
	tcp->window = htons(1000);

	skb_add_rx_frag_netmem(skb, 0, net_iov_to_netmem(&iov), 0, IOV_PAYLOAD, IOV_PAYLOAD);
	skb->dev = dev;
	skb->skb_iif = dev->ifindex;
	skb->protocol = htons(ETH_P_IP);
	skb->pkt_type = PACKET_HOST;
	skb_reset_mac_header(skb);
	skb_reset_network_header(skb);
	return skb;
}

static int receive(const char *name)
{
	struct net_device *dev = dev_get_by_name(current->nsproxy->net_ns, name);
	struct sk_buff *skb;
	int error = 0;

	if (!dev)
		return -ENODEV;
	skb = make(dev);
	if (!skb) {
		dev_put(dev);
		return -ENOMEM;
	}
	/* Ours is the last reference: the stack gives up its own, and the iov, before it returns. */
	skb_get(skb);
	local_bh_disable();
	netif_receive_skb(skb);
	local_bh_enable();
	if (WARN_ON(refcount_read(&skb->users) != 1 || skb_cloned(skb)))
		error = -EBUSY;
	skb_shinfo(skb)->nr_frags = 0;
	skb->len -= IOV_PAYLOAD;
	skb->data_len -= IOV_PAYLOAD;
	kfree_skb(skb);
	dev_put(dev);
	return error;
}
#else
static int receive(const char *name)
{
	return -EOPNOTSUPP;
}
#endif

static int receive_set(const char *text, const struct kernel_param *param)
{
	char name[IFNAMSIZ];

	strscpy(name, text, sizeof(name));
	return receive(strim(name));
}

static const struct kernel_param_ops receive_ops = {
	.set = receive_set,
};
module_param_cb(receive, &receive_ops, NULL, 0200);
MODULE_PARM_DESC(receive, "the device that receives a segment, of the writer's namespace");

static int __init iov_init(void)
{
	return 0;
}

static void __exit iov_exit(void)
{
}

module_init(iov_init);
module_exit(iov_exit);
MODULE_DESCRIPTION("Lets a device receive what has no pages, for the tests");
MODULE_LICENSE("GPL");
