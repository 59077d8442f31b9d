// SPDX-License-Identifier: GPL-2.0
/*
 * A network device for the tests, card0, that says of its receive queues and of its link what it is
 * told to: no card that is emulated has more than one queue, tells the kernel's statistics of
 * queues, is half duplex or receives damaged frames.
 *
 * What is sent on it goes nowhere. Counters are parameters, which can be written at any time; ~0 is,
 * as for the kernel, that the driver does not tell this one.
 */
#include <linux/etherdevice.h>
#include <linux/ethtool.h>
#include <linux/module.h>
#include <linux/netdevice.h>
#ifdef TUNWIN_HAVE_QUEUE_STATS
#include <net/netdev_queues.h>
#endif

#define QUEUES	2

/* Queues that are gone (the base), and each queue: frames without a buffer, buffers without a page. */
static unsigned long overruns[1 + QUEUES];
module_param_array(overruns, ulong, NULL, 0644);
static unsigned long alloc_failed[1 + QUEUES];
module_param_array(alloc_failed, ulong, NULL, 0644);

/* What ethtool -S shows of each queue. */
static unsigned long ethtool_alloc_failed[QUEUES];
module_param_array(ethtool_alloc_failed, ulong, NULL, 0644);

/* What ip -s link shows. */
static unsigned long missed;
module_param(missed, ulong, 0644);
static unsigned long crc_errors;
module_param(crc_errors, ulong, 0644);

/* What ethtool shows: Mb/s, and DUPLEX_HALF, DUPLEX_FULL or DUPLEX_UNKNOWN. */
static unsigned int speed_mbps = 1000;
module_param(speed_mbps, uint, 0644);
static unsigned int duplex = DUPLEX_FULL;
module_param(duplex, uint, 0644);

static struct net_device *card;

static netdev_tx_t transmit(struct sk_buff *skb, struct net_device *dev)
{
	dev_kfree_skb_any(skb);
	return NETDEV_TX_OK;
}

static void get_stats(struct net_device *dev, struct rtnl_link_stats64 *stats)
{
	stats->rx_missed_errors = READ_ONCE(missed);
	stats->rx_crc_errors = READ_ONCE(crc_errors);
	stats->rx_errors = stats->rx_missed_errors + stats->rx_crc_errors;
}

static const struct net_device_ops device_ops = {
	.ndo_start_xmit		= transmit,
	.ndo_get_stats64	= get_stats,
	.ndo_set_mac_address	= eth_mac_addr,
	.ndo_validate_addr	= eth_validate_addr,
};

static int get_sset_count(struct net_device *dev, int set)
{
	return set == ETH_SS_STATS ? QUEUES : -EOPNOTSUPP;
}

static void get_strings(struct net_device *dev, u32 set, u8 *strings)
{
	int i;

	for (i = 0; set == ETH_SS_STATS && i < QUEUES; i++)
		snprintf(strings + i * ETH_GSTRING_LEN, ETH_GSTRING_LEN,
			 "rx_queue_%d_alloc_failed", i);
}

static void get_ethtool_stats(struct net_device *dev, struct ethtool_stats *stats, u64 *values)
{
	int i;

	for (i = 0; i < QUEUES; i++)
		values[i] = READ_ONCE(ethtool_alloc_failed[i]);
}

static int get_link_ksettings(struct net_device *dev, struct ethtool_link_ksettings *settings)
{
	settings->base.speed = READ_ONCE(speed_mbps);
	settings->base.duplex = READ_ONCE(duplex);
	return 0;
}

static const struct ethtool_ops ethtool_ops = {
	.get_link		= ethtool_op_get_link,
	.get_sset_count		= get_sset_count,
	.get_strings		= get_strings,
	.get_ethtool_stats	= get_ethtool_stats,
	.get_link_ksettings	= get_link_ksettings,
};

#ifdef TUNWIN_HAVE_QUEUE_STATS
static void get_base_stats(struct net_device *dev, struct netdev_queue_stats_rx *rx,
			   struct netdev_queue_stats_tx *tx)
{
	rx->hw_drop_overruns = (long)READ_ONCE(overruns[0]);
	rx->alloc_fail = (long)READ_ONCE(alloc_failed[0]);
}

static void get_queue_stats_rx(struct net_device *dev, int queue, struct netdev_queue_stats_rx *rx)
{
	rx->hw_drop_overruns = (long)READ_ONCE(overruns[1 + queue]);
	rx->alloc_fail = (long)READ_ONCE(alloc_failed[1 + queue]);
}

static void get_queue_stats_tx(struct net_device *dev, int queue, struct netdev_queue_stats_tx *tx)
{
}

static const struct netdev_stat_ops stat_ops = {
	.get_base_stats		= get_base_stats,
	.get_queue_stats_rx	= get_queue_stats_rx,
	.get_queue_stats_tx	= get_queue_stats_tx,
};
#endif

static bool has_queue_stats = IS_ENABLED(TUNWIN_HAVE_QUEUE_STATS);
module_param(has_queue_stats, bool, 0444);
MODULE_PARM_DESC(has_queue_stats, "does this kernel ask for statistics of queues? (not to be set)");

static int __init card_init(void)
{
	int error;

	card = alloc_netdev_mqs(0, "card%d", NET_NAME_ENUM, ether_setup, 1, QUEUES);
	if (!card)
		return -ENOMEM;
	card->netdev_ops = &device_ops;
	card->ethtool_ops = &ethtool_ops;
#ifdef TUNWIN_HAVE_QUEUE_STATS
	card->stat_ops = &stat_ops;
#endif
	eth_hw_addr_random(card);
	error = register_netdev(card);
	if (error)
		free_netdev(card);
	return error;
}

static void __exit card_exit(void)
{
	unregister_netdev(card);
	free_netdev(card);
}

module_init(card_init);
module_exit(card_exit);
MODULE_DESCRIPTION("A network device that counts what the tests tell it");
MODULE_LICENSE("GPL");
