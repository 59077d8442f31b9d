// SPDX-License-Identifier: GPL-2.0
/*
 * dev_get_stats() has what the driver knows; some drivers, e1000 for one, ask their card only every
 * two seconds, or when ethtool asks them. ethtool's own counters have the names that each driver
 * gives them; of interest are the receive buffers that it got no memory for.
 *
 * What is read goes to memory that was got before: where memory is short, and under RTNL, is no
 * place to wait for it. One worker reads, so there is one such place.
 */
#include <linux/ctype.h>
#include <linux/ethtool.h>
#include <linux/mm.h>
#include <linux/netdevice.h>
#include <linux/pm_runtime.h>
#include <linux/rtnetlink.h>
#include <linux/string.h>

#include "card.h"
#include "compat/card.h"

/* No driver's card of that many counters is looked at. */
#define COUNTERS_MAX	16384

static struct {
	u32 size;
	u32 wanted;
	u64 *value;
	u8 *name;
} room;

void tunwin_card_prepare(void)
{
	u64 *value;
	u8 *name;

	if (room.wanted <= room.size)
		return;
	value = kvmalloc_array(room.wanted, sizeof(*value), GFP_KERNEL);
	name = kvmalloc_array(room.wanted, ETH_GSTRING_LEN, GFP_KERNEL);
	if (!value || !name) {
		kvfree(value);
		kvfree(name);
		return;
	}
	kvfree(room.value);
	kvfree(room.name);
	room.value = value;
	room.name = name;
	room.size = room.wanted;
}

void tunwin_card_exit(void)
{
	kvfree(room.value);
	kvfree(room.name);
}

void tunwin_card_glance(struct net_device *dev, struct tunwin_card *card)
{
	struct rtnl_link_stats64 stats = { };

	dev_get_stats(dev, &stats);
	*card = (struct tunwin_card){
		.missed = stats.rx_missed_errors,
		.fifo = stats.rx_fifo_errors,
		.over = stats.rx_over_errors,
		.dropped = stats.rx_dropped,
		.overruns = ~0ULL,
		.queue_alloc = ~0ULL,
	};
}

/* "alloc_rx_buff_failed", "rx_queue_0_alloc_failed", "rx_buff_alloc_err", … */
static bool is_alloc(const char *name)
{
	return strstr(name, "alloc") && (strstr(name, "fail") || strstr(name, "err")) &&
	       !strstr(name, "tx_") && !strstr(name, "xdp") && !strstr(name, "tls");
}

/* A driver may have the sum beside those of its queues, which have numbers. */
static bool has_digit(const char *name)
{
	for (; *name; name++)
		if (isdigit(*name))
			return true;
	return false;
}

static void add_up(u32 count, struct tunwin_card *card)
{
	u64 sum = 0, of_queues = 0;
	bool has_sum = false, has_queues = false;
	u32 i;

	for (i = 0; i < count; i++) {
		char *name = (char *)room.name + i * ETH_GSTRING_LEN;

		name[ETH_GSTRING_LEN - 1] = '\0';
		if (!is_alloc(name))
			continue;
		if (has_digit(name)) {
			of_queues += room.value[i];
			has_queues = true;
		} else {
			sum += room.value[i];
			has_sum = true;
		}
	}
	card->alloc = has_sum ? sum : of_queues;
	card->has_alloc = has_sum || has_queues;
}

static void read_once(struct net_device *dev, u32 count, struct tunwin_card *card)
{
	const struct ethtool_ops *ops = dev->ethtool_ops;
	struct ethtool_stats stats = { .cmd = ETHTOOL_GSTATS, .n_stats = count };
	u64 overruns, queue_alloc;

	memset(room.value, 0, count * sizeof(*room.value));
	if (count)
		ops->get_ethtool_stats(dev, &stats, room.value);
	tunwin_card_glance(dev, card);
	add_up(count, card);
	if (tunwin_card_queues(dev, &overruns, &queue_alloc)) {
		card->overruns = overruns;
		card->queue_alloc = queue_alloc;
	}
}

/* How many counters, with their names; negative if they cannot be read now. */
static int names_get(struct net_device *dev)
{
	const struct ethtool_ops *ops = dev->ethtool_ops;
	int count;

	if (!ops || !ops->get_sset_count || !ops->get_strings || !ops->get_ethtool_stats)
		return 0;
	count = ops->get_sset_count(dev, ETH_SS_STATS);
	if (count <= 0 || count > COUNTERS_MAX)
		return 0;
	if ((u32)count > room.size) {
		room.wanted = count;
		return -ENOMEM;
	}
	memset(room.name, 0, (size_t)count * ETH_GSTRING_LEN);
	ops->get_strings(dev, ETH_SS_STATS, room.name);
	return count;
}

static bool has_registers_moved(const struct tunwin_card *from, const struct tunwin_card *to)
{
	return from->missed != to->missed || from->fifo != to->fifo || from->over != to->over;
}

bool tunwin_card_read(struct net_device *dev, struct tunwin_card card[TUNWIN_REGISTER_READINGS])
{
	const struct ethtool_ops *ops = dev->ethtool_ops;
	bool done = false;
	int count;

	ASSERT_RTNL();
	/* Without a carrier drivers do not read their cards (e1000). */
	if (!netif_device_present(dev) || !netif_running(dev) || !netif_carrier_ok(dev))
		return false;
	/* As ethtool does before it asks. */
	if (dev->dev.parent)
		pm_runtime_get_sync(dev->dev.parent);
	tunwin_card_lock(dev);
	if (!ops || !ops->begin || ops->begin(dev) >= 0) {
		count = names_get(dev);
		if (count >= 0) {
			read_once(dev, count, &card[0]);
			read_once(dev, count, &card[1]);
			card[2] = card[1];
			/* The driver may have been at it itself. */
			if (has_registers_moved(&card[0], &card[1]))
				read_once(dev, count, &card[2]);
			done = true;
		}
		if (ops && ops->complete)
			ops->complete(dev);
	}
	tunwin_card_unlock(dev);
	if (dev->dev.parent)
		pm_runtime_put(dev->dev.parent);
	return done;
}
