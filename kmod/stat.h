/* SPDX-License-Identifier: GPL-2.0 */
/* How often each hook was called; per CPU, unlike everything else never reset. */
#ifndef TUNWIN_STAT_H
#define TUNWIN_STAT_H

#include <linux/percpu.h>

enum tunwin_stat {
	TUNWIN_STAT_RECEIVE,
	TUNWIN_STAT_TRANSMIT,
	TUNWIN_STAT_TCP_PROBE,
	TUNWIN_STAT_SET_STATE,
	TUNWIN_STAT_KFREE_SKB,
	TUNWIN_STAT_WARN_ALLOC,
	TUNWIN_STAT_UNPARSED,
	TUNWIN_STATS,
};

struct tunwin_stat_cpu {
	unsigned long count[TUNWIN_STATS];
};

DECLARE_PER_CPU(struct tunwin_stat_cpu, tunwin_stat_cpu);

/* Any context: this_cpu_inc() is one instruction, or brings its own protection. */
#define tunwin_stat_hit(stat)	this_cpu_inc(tunwin_stat_cpu.count[stat])

u64 tunwin_stat_total(enum tunwin_stat stat);

#endif
