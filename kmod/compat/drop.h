/* SPDX-License-Identifier: GPL-2.0 */
/* What differs from kernel to kernel in skb:kfree_skb. Kbuild.include finds out which. */
#ifndef TUNWIN_COMPAT_DROP_H
#define TUNWIN_COMPAT_DROP_H

#include <linux/skbuff.h>
#ifdef TUNWIN_HAVE_DROP_REASON
#include <net/dropreason.h>
#endif

/* Its arguments behind the location: none up to 5.16, a reason, and with 6.11 a socket. */
#if defined(TUNWIN_HAVE_DROP_SOCKET)
#define TUNWIN_DROP_ARGUMENTS	, enum skb_drop_reason reason, struct sock *rx_sk
#define TUNWIN_DROP_REASON	reason
#elif defined(TUNWIN_HAVE_DROP_REASON)
#define TUNWIN_DROP_ARGUMENTS	, enum skb_drop_reason reason
#define TUNWIN_DROP_REASON	reason
#else
#define TUNWIN_DROP_ARGUMENTS
#define TUNWIN_DROP_REASON	0
#endif

/*
 * Was this a loss? Many drivers free in the same way what they have sent, without a reason; so they
 * do on kernels that know none. And what a receiver has already is no loss when it comes again.
 */
static inline bool tunwin_drop_is_loss(u32 reason)
{
#ifdef TUNWIN_HAVE_DROP_TCP
	return reason > SKB_DROP_REASON_NOT_SPECIFIED && reason != SKB_DROP_REASON_TCP_OLD_DATA &&
	       reason != SKB_DROP_REASON_TCP_OFOMERGE && reason != SKB_DROP_REASON_TCP_OVERWINDOW;
#elif defined(TUNWIN_HAVE_DROP_REASON)
	return reason > SKB_DROP_REASON_NOT_SPECIFIED;
#else
	return false;
#endif
}

/* The kernel's name of a reason, "QDISC_DROP"; NULL if it has none. rcu_read_lock(). */
static inline const char *tunwin_drop_reason_name(u32 reason)
{
#if defined(TUNWIN_HAVE_DROP_SUBSYS)
	const struct drop_reason_list *list;
	u32 subsys = reason >> SKB_DROP_REASON_SUBSYS_SHIFT;

	if (subsys >= SKB_DROP_REASON_SUBSYS_NUM)
		return NULL;
	list = rcu_dereference(drop_reasons_by_subsys[subsys]);
	reason &= ~SKB_DROP_REASON_SUBSYS_MASK;
	return list && reason < list->n_reasons ? list->reasons[reason] : NULL;
#elif defined(TUNWIN_HAVE_DROP_NAMES)
	return reason < SKB_DROP_REASON_MAX ? drop_reasons[reason] : NULL;
#else
	return NULL;
#endif
}

#endif
