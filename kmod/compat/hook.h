/* SPDX-License-Identifier: GPL-2.0 */
/* Which of the two netfilter hooks of a device this kernel has. */
#ifndef TUNWIN_COMPAT_HOOK_H
#define TUNWIN_COMPAT_HOOK_H

#include <linux/netdevice.h>
#include <linux/netfilter.h>
#include <linux/rcupdate.h>

#ifdef CONFIG_NETFILTER_INGRESS
#define TUNWIN_HAVE_INGRESS	1
#else
#define TUNWIN_HAVE_INGRESS	0
#endif

/* 5.16 and later (42df6e1d221d). */
#ifdef CONFIG_NETFILTER_EGRESS
#define TUNWIN_HAVE_EGRESS	1
#define TUNWIN_HOOKNUM_EGRESS	NF_NETDEV_EGRESS
#else
#define TUNWIN_HAVE_EGRESS	0
#define TUNWIN_HOOKNUM_EGRESS	NF_NETDEV_NUMHOOKS
#endif

/*
 * What a hook of a device's receive path was registered with, NULL if the device has no such hook;
 * rcu_read_lock(). Where there is an egress hook nobody asks.
 */
static inline void *tunwin_hook_find(const struct net_device *dev, nf_hookfn *function)
{
#if TUNWIN_HAVE_INGRESS && !TUNWIN_HAVE_EGRESS
	const struct nf_hook_entries *entries = rcu_dereference(dev->nf_hooks_ingress);
	unsigned int i;

	for (i = 0; entries && i < entries->num_hook_entries; i++)
		if (entries->hooks[i].hook == function)
			return entries->hooks[i].priv;
#endif
	return NULL;
}

#endif
