/* SPDX-License-Identifier: GPL-2.0 */
/* What differs from kernel to kernel in network namespaces. Kbuild.include finds out which. */
#ifndef TUNWIN_COMPAT_NETNS_H
#define TUNWIN_COMPAT_NETNS_H

#include <linux/ktime.h>
#include <net/net_namespace.h>

/*
 * A number that no other namespace has, nor will have when this one is gone. Up to 5.11 the kernel
 * gives it when it is first asked for, which a module cannot; so it is given here, from those that
 * the kernel does not come to. Any context.
 */
#ifdef TUNWIN_HAVE_NETNS_COOKIE
static inline u64 tunwin_netns_cookie(const struct net *net)
{
	return net->net_cookie;
}
#else
static inline u64 tunwin_netns_cookie(const struct net *net)
{
	atomic64_t *cookie = (atomic64_t *)&net->net_cookie;
	u64 fresh;

	if (!atomic64_read(cookie)) {
		/* The inode's number is given again, but not in the same microsecond. */
		fresh = 1ULL << 63 | (u64)net->ns.inum << 31 |
			(ktime_get_ns() >> 10 & 0x7fffffff);
		atomic64_cmpxchg(cookie, 0, fresh);
	}
	return atomic64_read(cookie);
}
#endif

#endif
