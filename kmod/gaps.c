// SPDX-License-Identifier: GPL-2.0
#include <linux/percpu.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "compat/lock.h"
#include "gaps.h"

/* Of one CPU between two looks of the worker. */
#define GAPS	256

/* @lock: only packets that leave a hole take it, and the worker twice a second. */
struct ring {
	tunwin_lock_t lock;
	u64 added;
	struct tunwin_gap gap[GAPS];
};

static struct ring __percpu *rings;
/* The worker's. */
static struct tunwin_gap *copied;
static u64 __percpu *seen;

void tunwin_gaps_add(const struct tunwin_gap *gap)
{
	struct ring *ring = this_cpu_ptr(rings);
	unsigned long flags;

	tunwin_lock(&ring->lock, flags);
	ring->gap[ring->added++ % GAPS] = *gap;
	tunwin_unlock(&ring->lock, flags);
}

/* Copy what is new, the oldest first; returns how many, and how many there were. */
static u32 copy(struct ring *ring, u64 *from, u64 *added)
{
	unsigned long flags;
	u32 count = 0;
	u64 at;

	tunwin_lock(&ring->lock, flags);
	*added = ring->added - *from;
	for (at = ring->added - min_t(u64, *added, GAPS); at < ring->added; at++)
		copied[count++] = ring->gap[at % GAPS];
	*from = ring->added;
	tunwin_unlock(&ring->lock, flags);
	return count;
}

u64 tunwin_gaps_read(void (*each)(const struct tunwin_gap *gap))
{
	u64 missed = 0, added;
	u32 count, i;
	int cpu;

	for_each_possible_cpu(cpu) {
		count = copy(per_cpu_ptr(rings, cpu), per_cpu_ptr(seen, cpu), &added);
		missed += added - count;
		for (i = 0; i < count; i++)
			each(&copied[i]);
		cond_resched();
	}
	return missed;
}

int tunwin_gaps_init(void)
{
	int cpu;

	rings = alloc_percpu(struct ring);
	seen = alloc_percpu(u64);
	copied = kmalloc_array(GAPS, sizeof(*copied), GFP_KERNEL);
	if (!rings || !seen || !copied) {
		tunwin_gaps_exit();
		return -ENOMEM;
	}
	for_each_possible_cpu(cpu)
		tunwin_lock_init(&per_cpu_ptr(rings, cpu)->lock);
	return 0;
}

void tunwin_gaps_exit(void)
{
	free_percpu(rings);
	free_percpu(seen);
	kfree(copied);
}
