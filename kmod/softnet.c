// SPDX-License-Identifier: GPL-2.0
#include <linux/ktime.h>
#include <linux/percpu.h>

#include "compat/softnet.h"
#include "softnet.h"
#include "window.h"

/* The kernel's counters have 32 bits; ours go on. */
struct last {
	u32 processed;
	u32 dropped;
	u32 squeezed;
	u64 ns;
	struct tunwin_softnet sum;
};

static DEFINE_PER_CPU(struct last, lasts);

static void sample_cpu(int cpu, u64 now_ns, bool first)
{
	const struct softnet_data *softnet = &per_cpu(softnet_data, cpu);
	struct last *last = &per_cpu(lasts, cpu);
	u32 processed = READ_ONCE(softnet->processed);
	u32 squeezed = READ_ONCE(softnet->time_squeeze);
	u32 dropped = (u32)tunwin_softnet_dropped(softnet);
	u64 interval_ns = now_ns - last->ns;

	if (!first) {
		last->sum.processed += processed - last->processed;
		last->sum.dropped += dropped - last->dropped;
		last->sum.squeezed += squeezed - last->squeezed;
		last->sum.pps = tunwin_window_per_second(processed - last->processed, interval_ns);
		last->sum.squeezed_per_s =
			tunwin_window_per_second(squeezed - last->squeezed, interval_ns);
	}
	last->processed = processed;
	last->dropped = dropped;
	last->squeezed = squeezed;
	last->ns = now_ns;
}

void tunwin_softnet_init(void)
{
	int cpu;

	for_each_possible_cpu(cpu)
		sample_cpu(cpu, ktime_get_ns(), true);
}

void tunwin_softnet_sample(u64 now_ns)
{
	int cpu;

	for_each_possible_cpu(cpu)
		sample_cpu(cpu, now_ns, false);
}

/* A value that is read while it is written may be the one of a second ago. */
void tunwin_softnet_get(int cpu, struct tunwin_softnet *softnet)
{
	*softnet = per_cpu(lasts, cpu).sum;
}
