/* SPDX-License-Identifier: GPL-2.0 */
/* What differs from kernel to kernel in struct softnet_data. Kbuild.include finds out which. */
#ifndef TUNWIN_COMPAT_SOFTNET_H
#define TUNWIN_COMPAT_SOFTNET_H

#include <linux/netdevice.h>

/* Packets that have found the backlog of this CPU full. */
static inline u64 tunwin_softnet_dropped(const struct softnet_data *softnet)
{
#if defined(TUNWIN_HAVE_SOFTNET_NUMA)
	return numa_drop_read((struct numa_drop_counters *)&softnet->drop_counters);
#elif defined(TUNWIN_HAVE_SOFTNET_ATOMIC)
	return (unsigned int)atomic_read(&softnet->dropped);
#else
	return READ_ONCE(softnet->dropped);
#endif
}

#endif
