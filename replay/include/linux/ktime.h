/* SPDX-License-Identifier: GPL-2.0 */
#ifndef TUNWIN_REPLAY_LINUX_KTIME_H
#define TUNWIN_REPLAY_LINUX_KTIME_H

#include <linux/types.h>

/* When the packet passed that is being replayed. */
u64 ktime_get_ns(void);

#endif
