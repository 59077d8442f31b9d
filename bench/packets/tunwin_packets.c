// SPDX-License-Identifier: GPL-2.0
/*
 * Hands TCP segments to network devices as if they had just arrived there, as fast as they are taken, and
 * tells how long that took. For measuring what a packet costs, on one CPU that never idles.
 *
 *	echo "gre under0 lan0 1000 150 2" > /proc/tunwin_packets
 *	cat /proc/tunwin_packets	nanoseconds, packets, and picoseconds for one as it usually is
 *
 * gre: a segment of data of each of 1,000 connections arrives at under0, inside GRE from 198.18.0.2 to 198.18.0.1, from
 * 10.128.0.0/9 to 10.0.0.1; then what acknowledges it arrives at lan0, from 10.0.0.1. That 150 times, the 2nd
 * segment first; the 0th is a SYN. Each packet is of another connection than the one before, in an order that no cache
 * foresees. tcp: the same from 11.0.0.0/8, without GRE.
 */
#include <linux/etherdevice.h>
#include <linux/ip.h>
#include <linux/module.h>
#include <linux/netdevice.h>
#include <linux/nsproxy.h>
#include <linux/proc_fs.h>
#include <linux/seq_file.h>
#include <linux/sort.h>
#include <linux/uaccess.h>
#include <linux/vmalloc.h>
#include <net/gre.h>
#include <net/ip.h>
#include <net/net_namespace.h>
#include <net/tcp.h>

#define PAYLOAD		1348
#define BATCH		64
#define BATCHES_MAX	65536
#define FLOWS_MAX	(1U << 23)
#define ROUNDS_MAX	(1U << 20)
#define STAMP_WORDS	3

struct load {
	/* Where data arrives, and what acknowledges it. */
	struct net_device *dev[2];
	bool tunnelled;
	u32 flows;
	u32 rounds;
	u32 begin;
};

static u64 took_packets;
static u64 took_ns;
/* Of a batch, of data and of what acknowledges it: the machine may have been somewhere else in a few of them. */
static u32 *batch_ns[2];
static u32 batches[2];
static DEFINE_MUTEX(mutex);

struct inner {
	struct iphdr ip;
	struct tcphdr tcp;
	__be32 stamp[STAMP_WORDS];
};

struct outer {
	struct iphdr ip;
	struct gre_base_hdr gre;
};

static void fill_ip(struct iphdr *ip, u8 protocol, u32 from, u32 to, unsigned int length)
{
	*ip = (struct iphdr){
		.version = 4, .ihl = 5, .ttl = 64, .protocol = protocol, .tot_len = htons(length),
		.frag_off = htons(IP_DF), .saddr = htonl(from), .daddr = htonl(to),
	};
	ip->check = ip_fast_csum(ip, ip->ihl);
}

/* @nth: of the packets of this connection. 0 is the SYN. @back: what acknowledges it */
static void fill_inner(struct inner *inner, u32 far, u32 nth, bool back)
{
	u32 near = 0x0a000001, payload = nth && !back ? PAYLOAD : 0;
	u32 next = nth ? 1 + nth * PAYLOAD : 1, stamp = ktime_to_ms(ktime_get());
	struct tcphdr *tcp = &inner->tcp;

	fill_ip(&inner->ip, IPPROTO_TCP, back ? near : far, back ? far : near, sizeof(*inner) + payload);
	*tcp = (struct tcphdr){
		.source = htons(back ? 5001 : 40000), .dest = htons(back ? 40000 : 5001),
		.doff = (sizeof(*tcp) + sizeof(inner->stamp)) / 4, .window = htons(60000),
		.syn = !nth, .ack = nth || back,
	};
	if (back) {
		tcp->seq = htonl(nth ? 1 : 0);
		tcp->ack_seq = htonl(next);
	} else {
		tcp->seq = htonl(nth ? next - PAYLOAD : 0);
		tcp->ack_seq = htonl(nth ? 1 : 0);
	}
	inner->stamp[0] = htonl((TCPOPT_NOP << 24) | (TCPOPT_NOP << 16) | (TCPOPT_TIMESTAMP << 8) |
				TCPOLEN_TIMESTAMP);
	inner->stamp[1] = htonl(stamp);
	inner->stamp[2] = htonl(nth || back ? stamp - 5 : 0);
}

static struct sk_buff *packet_new(const struct load *load, u32 flow, u32 nth, bool back)
{
	unsigned int outer_bytes = load->tunnelled && !back ? sizeof(struct outer) : 0;
	unsigned int length = outer_bytes + sizeof(struct inner) + (nth && !back ? PAYLOAD : 0);
	struct net_device *dev = load->dev[back];
	struct sk_buff *skb = netdev_alloc_skb_ip_align(dev, ETH_HLEN + length);
	struct ethhdr *eth;
	struct outer *outer;

	if (!skb)
		return NULL;
	eth = skb_put(skb, ETH_HLEN);
	ether_addr_copy(eth->h_dest, dev->dev_addr);
	eth_zero_addr(eth->h_source);
	eth->h_proto = htons(ETH_P_IP);
	if (outer_bytes) {
		outer = skb_put(skb, outer_bytes);
		fill_ip(&outer->ip, IPPROTO_GRE, 0xc6120002, 0xc6120001, length);
		outer->gre = (struct gre_base_hdr){ .protocol = htons(ETH_P_IP) };
	}
	fill_inner(skb_put(skb, sizeof(struct inner)), (load->tunnelled ? 0x0a800000 : 0x0b000000) + flow, nth,
		   back);
	/* The payload is what happens to be there. */
	skb_put(skb, length - outer_bytes - sizeof(struct inner));
	/* A card has looked at the checksums. */
	skb->ip_summed = CHECKSUM_UNNECESSARY;
	skb->csum_level = 1;
	skb->protocol = eth_type_trans(skb, dev);
	return skb;
}

/* Which connection the next packet is of: all of them in turn, far from each other. (The step is a prime.) */
static u32 next_flow(const struct load *load, u32 flow)
{
	return ((u64)flow + 2654435761U) % load->flows;
}

static int batch(const struct load *load, u32 count, u32 *flow, u32 nth, bool back)
{
	struct sk_buff *skbs[BATCH];
	u64 start_ns, ns;
	u32 i;

	for (i = 0; i < count; i++) {
		skbs[i] = packet_new(load, *flow, nth, back);
		if (!skbs[i]) {
			while (i--)
				kfree_skb(skbs[i]);
			return -ENOMEM;
		}
		*flow = next_flow(load, *flow);
	}
	start_ns = ktime_get_ns();
	local_bh_disable();
	for (i = 0; i < count; i++)
		netif_receive_skb(skbs[i]);
	/* What the tunnel has queued is done here. */
	local_bh_enable();
	/* So is what a process does with it. */
	cond_resched();
	ns = ktime_get_ns() - start_ns;
	took_ns += ns;
	took_packets += count;
	if (count == BATCH && batches[back] < BATCHES_MAX)
		batch_ns[back][batches[back]++] = min_t(u64, ns, U32_MAX);
	return signal_pending(current) ? -EINTR : 0;
}

static int run(const struct load *load)
{
	u32 flow = 0, sent, count, i;
	int error;

	took_ns = 0;
	took_packets = 0;
	batches[0] = 0;
	batches[1] = 0;
	for (i = 0; i < 2 * load->rounds; i++)
		for (sent = 0; sent < load->flows; sent += count) {
			count = min_t(u32, BATCH, load->flows - sent);
			error = batch(load, count, &flow, load->begin + i / 2, i % 2);
			if (error)
				return error;
		}
	return 0;
}

static ssize_t packets_write(struct file *file, const char __user *buffer, size_t size, loff_t *offset)
{
	struct net *net = current->nsproxy->net_ns;
	char line[128], kind[8], name[2][IFNAMSIZ];
	struct load load = { };
	int error;

	if (size >= sizeof(line))
		return -EINVAL;
	if (copy_from_user(line, buffer, size))
		return -EFAULT;
	line[size] = '\0';
	if (sscanf(line, "%7s %15s %15s %u %u %u", kind, name[0], name[1], &load.flows, &load.rounds,
		   &load.begin) != 6 || !load.flows || load.flows > FLOWS_MAX || load.rounds > ROUNDS_MAX)
		return -EINVAL;
	load.tunnelled = !strcmp(kind, "gre");
	if (!load.tunnelled && strcmp(kind, "tcp"))
		return -EINVAL;
	load.dev[0] = dev_get_by_name(net, name[0]);
	load.dev[1] = dev_get_by_name(net, name[1]);
	error = -ENODEV;
	if (load.dev[0] && load.dev[1]) {
		mutex_lock(&mutex);
		error = run(&load);
		mutex_unlock(&mutex);
	}
	dev_put(load.dev[0]);
	dev_put(load.dev[1]);
	return error ? error : size;
}

static int compare(const void *a, const void *b)
{
	u32 x = *(const u32 *)a, y = *(const u32 *)b;

	return x < y ? -1 : x > y;
}

static u32 median(int back)
{
	sort(batch_ns[back], batches[back], sizeof(u32), compare, NULL);
	return batches[back] ? batch_ns[back][batches[back] / 2] : 0;
}

static int packets_show(struct seq_file *file, void *unused)
{
	mutex_lock(&mutex);
	seq_printf(file, "%llu %llu %llu\n", took_ns, took_packets,
		   ((u64)median(0) + median(1)) * 1000 / BATCH / 2);
	mutex_unlock(&mutex);
	return 0;
}

static int packets_open(struct inode *inode, struct file *file)
{
	return single_open(file, packets_show, NULL);
}

static const struct proc_ops packets_ops = {
	.proc_open = packets_open,
	.proc_read = seq_read,
	.proc_write = packets_write,
	.proc_lseek = seq_lseek,
	.proc_release = single_release,
};

static int __init packets_init(void)
{
	batch_ns[0] = vmalloc(2 * BATCHES_MAX * sizeof(u32));
	if (!batch_ns[0])
		return -ENOMEM;
	batch_ns[1] = batch_ns[0] + BATCHES_MAX;
	return proc_create("tunwin_packets", 0600, NULL, &packets_ops) ? 0 : -ENOMEM;
}

static void __exit packets_exit(void)
{
	remove_proc_entry("tunwin_packets", NULL);
	vfree(batch_ns[0]);
}

module_init(packets_init);
module_exit(packets_exit);
MODULE_DESCRIPTION("Packets for measuring what one costs");
MODULE_LICENSE("GPL");
