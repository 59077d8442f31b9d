/* SPDX-License-Identifier: GPL-2.0 */
/* How each CPU keeps up with the packets that it receives, as /proc/net/softnet_stat has it. */
#ifndef TUNWIN_SOFTNET_H
#define TUNWIN_SOFTNET_H

#include <linux/types.h>

/**
 * struct tunwin_softnet - of one CPU
 * @processed, @dropped, @squeezed: since the module was loaded
 * @pps, @squeezed_per_s: of the last second
 */
struct tunwin_softnet {
	u64 processed;
	u64 dropped;
	u64 squeezed;
	u64 pps;
	u64 squeezed_per_s;
};

void tunwin_softnet_init(void);
/* Once a second; one worker alone. */
void tunwin_softnet_sample(u64 now_ns);
void tunwin_softnet_get(int cpu, struct tunwin_softnet *softnet);

#endif
