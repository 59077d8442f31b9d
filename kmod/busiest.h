/* SPDX-License-Identifier: GPL-2.0 */
/* Of many CPUs those that have most to do. Integers in, verdict out, like window.h. */
#ifndef TUNWIN_BUSIEST_H
#define TUNWIN_BUSIEST_H

#include <linux/types.h>

/* So many are kept: no answer has room for more. */
#define TUNWIN_BUSIEST_MAX	64

/**
 * struct tunwin_busiest_cpu - what a CPU has to do
 * @cpu: its number
 * @skbs: what it has received; by that it is judged
 * @pps: the same, in the last second
 */
struct tunwin_busiest_cpu {
	__u64 skbs;
	__u64 pps;
	__u32 cpu;
};

/**
 * struct tunwin_busiest - the CPUs that have most to do
 * @cpus: how many have received anything
 * @kept: how many of @cpu are in use, in the order in which they were added
 * @cpu: those that have received most
 */
struct tunwin_busiest {
	__u32 cpus;
	__u32 kept;
	struct tunwin_busiest_cpu cpu[TUNWIN_BUSIEST_MAX];
};

void tunwin_busiest_add(struct tunwin_busiest *busiest, const struct tunwin_busiest_cpu *cpu);

#endif
