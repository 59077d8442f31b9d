// SPDX-License-Identifier: GPL-2.0
#include "busiest.h"

/* Of several that have the least the last one. */
static __u32 find_idlest(const struct tunwin_busiest *busiest)
{
	__u32 at = 0, i;

	for (i = 1; i < busiest->kept; i++)
		if (busiest->cpu[i].skbs <= busiest->cpu[at].skbs)
			at = i;
	return at;
}

/**
 * tunwin_busiest_add() - one more CPU
 * @busiest: all zero before the first one
 * @cpu: what it has to do; one that has received nothing is left out
 *
 * Where there is no room for it the one with the least makes room, which may be this one.
 */
void tunwin_busiest_add(struct tunwin_busiest *busiest, const struct tunwin_busiest_cpu *cpu)
{
	__u32 at;

	if (!cpu->skbs)
		return;
	busiest->cpus++;
	if (busiest->kept == TUNWIN_BUSIEST_MAX) {
		at = find_idlest(busiest);
		if (cpu->skbs <= busiest->cpu[at].skbs)
			return;
		busiest->kept--;
		for (; at < busiest->kept; at++)
			busiest->cpu[at] = busiest->cpu[at + 1];
	}
	busiest->cpu[busiest->kept++] = *cpu;
}
