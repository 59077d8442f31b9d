/* SPDX-License-Identifier: GPL-2.0 */
/* What the driver of a card has counted of buffers that were missing. */
#ifndef TUNWIN_CARD_H
#define TUNWIN_CARD_H

#include <linux/types.h>

#include "shortage.h"

struct net_device;
struct tunwin_buffer;

/**
 * struct tunwin_card - what a driver's counters stand at
 * @missed, @fifo, @over, @dropped: of dev_get_stats()
 * @alloc: buffers that it got no memory for, by its own counters, if @has_alloc
 * @overruns, @queue_alloc: of its queues, ~0 if it does not tell
 */
struct tunwin_card {
	u64 missed;
	u64 fifo;
	u64 over;
	u64 dropped;
	u64 alloc;
	u64 overruns;
	u64 queue_alloc;
	bool has_alloc;
};

/* As they are: a driver may read its card seldom. Process context; the device stays. */
void tunwin_card_glance(struct net_device *dev, struct tunwin_card *card);

/*
 * The driver reads its card; what it says after that, after the next reading, and after one more,
 * which is a copy where the second has told nothing new of the card's registers. RTNL. Returns
 * false if it cannot be asked, or not now.
 */
bool tunwin_card_read(struct net_device *dev,
		      struct tunwin_card card[TUNWIN_REGISTER_READINGS]);

/* Memory for what the last reading lacked it; process context, no lock. */
void tunwin_card_prepare(void);
void tunwin_card_exit(void);

#endif
