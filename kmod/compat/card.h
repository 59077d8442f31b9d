/* SPDX-License-Identifier: GPL-2.0 */
/* What differs from kernel to kernel in asking a driver for its counters. */
#ifndef TUNWIN_COMPAT_CARD_H
#define TUNWIN_COMPAT_CARD_H

#include <linux/netdevice.h>
#ifdef TUNWIN_HAVE_QUEUE_STATS
#include <net/netdev_queues.h>
#endif
#ifdef TUNWIN_HAVE_DEVICE_LOCK
#include <net/netdev_lock.h>
#endif

/* From 6.15 on a device may want its own lock to be held for that, beside RTNL. */
static inline void tunwin_card_lock(struct net_device *dev)
{
#ifdef TUNWIN_HAVE_DEVICE_LOCK
	netdev_lock_ops(dev);
#endif
}

static inline void tunwin_card_unlock(struct net_device *dev)
{
#ifdef TUNWIN_HAVE_DEVICE_LOCK
	netdev_unlock_ops(dev);
#endif
}

/*
 * The sums of all receive queues, as netdev_nl_stats_by_netdev() adds them up: ~0 is not told. RTNL
 * and the lock above. Returns false if the driver has none.
 */
static inline bool tunwin_card_queues(struct net_device *dev, u64 *overruns, u64 *alloc_failed)
{
#ifdef TUNWIN_HAVE_QUEUE_STATS
	const struct netdev_stat_ops *ops = dev->stat_ops;
	struct netdev_queue_stats_rx sum, rx;
	struct netdev_queue_stats_tx tx;
	unsigned int i;

	if (!ops || !ops->get_base_stats || !ops->get_queue_stats_rx)
		return false;
	memset(&sum, 0xff, sizeof(sum));
	memset(&tx, 0xff, sizeof(tx));
	ops->get_base_stats(dev, &sum, &tx);
	for (i = 0; i < dev->real_num_rx_queues; i++) {
		memset(&rx, 0xff, sizeof(rx));
		ops->get_queue_stats_rx(dev, i, &rx);
		if (sum.hw_drop_overruns != ~0ULL && rx.hw_drop_overruns != ~0ULL)
			sum.hw_drop_overruns += rx.hw_drop_overruns;
		if (sum.alloc_fail != ~0ULL && rx.alloc_fail != ~0ULL)
			sum.alloc_fail += rx.alloc_fail;
	}
	*overruns = sum.hw_drop_overruns;
	*alloc_failed = sum.alloc_fail;
	return *overruns != ~0ULL || *alloc_failed != ~0ULL;
#else
	return false;
#endif
}

#endif
