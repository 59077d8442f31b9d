// SPDX-License-Identifier: GPL-2.0
#include "stat.h"

DEFINE_PER_CPU(struct tunwin_stat_cpu, tunwin_stat_cpu);

u64 tunwin_stat_total(enum tunwin_stat stat)
{
	u64 total = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		total += READ_ONCE(per_cpu(tunwin_stat_cpu.count[stat], cpu));
	return total;
}
