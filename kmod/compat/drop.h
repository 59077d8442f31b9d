/* SPDX-License-Identifier: GPL-2.0 */
/* What differs from kernel to kernel in skb:kfree_skb. Kbuild.include finds out which. */
#ifndef TUNWIN_COMPAT_DROP_H
#define TUNWIN_COMPAT_DROP_H

#include <linux/skbuff.h>
#include <linux/tunwin.h>
#include <net/sock.h>
#ifdef TUNWIN_HAVE_DROP_REASON
#include <net/dropreason.h>
#endif

/* Its arguments behind the location: none up to 5.16, a reason, and with 6.11 a socket. */
#if defined(TUNWIN_HAVE_DROP_CONST_SOCKET)
#define TUNWIN_DROP_ARGUMENTS	, enum skb_drop_reason reason, const struct sock *rx_sk
#elif defined(TUNWIN_HAVE_DROP_SOCKET)
#define TUNWIN_DROP_ARGUMENTS	, enum skb_drop_reason reason, struct sock *rx_sk
#endif
#if defined(TUNWIN_HAVE_DROP_SOCKET)
#define TUNWIN_DROP_REASON	reason
/* The namespace of the socket that did not take it, NULL if that is not told. */
#define TUNWIN_DROP_NET		(rx_sk ? sock_net(rx_sk) : NULL)
#define TUNWIN_DROP_TELLS_SOCKET	true
#elif defined(TUNWIN_HAVE_DROP_REASON)
#define TUNWIN_DROP_ARGUMENTS	, enum skb_drop_reason reason
#define TUNWIN_DROP_REASON	reason
#define TUNWIN_DROP_NET		NULL
#define TUNWIN_DROP_TELLS_SOCKET	false
#else
#define TUNWIN_DROP_ARGUMENTS
#define TUNWIN_DROP_REASON	0
#define TUNWIN_DROP_NET		NULL
#define TUNWIN_DROP_TELLS_SOCKET	false
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

/*
 * What of the kernel's sources of enum tunwin_buffer_source a reason is of; -1 if it is none of
 * them.
 */
static inline int tunwin_drop_source(u32 reason)
{
#ifdef TUNWIN_HAVE_DROP_BUFFERS
	switch (reason) {
	case SKB_DROP_REASON_CPU_BACKLOG:
		return TUNWIN_BUFFER_SOURCE_BACKLOG;
	case SKB_DROP_REASON_NOMEM:
#ifdef TUNWIN_HAVE_DROP_PFMEMALLOC
	case SKB_DROP_REASON_PFMEMALLOC:
#endif
		return TUNWIN_BUFFER_SOURCE_MEMORY;
	case SKB_DROP_REASON_SOCKET_RCVBUFF:
	case SKB_DROP_REASON_SOCKET_BACKLOG:
		return TUNWIN_BUFFER_SOURCE_SOCKET;
	case SKB_DROP_REASON_PROTO_MEM:
	case SKB_DROP_REASON_TCP_OFO_QUEUE_PRUNE:
		return TUNWIN_BUFFER_SOURCE_TCP_MEMORY;
	}
#endif
	return -1;
}

/* Does this kernel tell drops of that source? */
static inline bool tunwin_drop_source_known(u32 source)
{
#ifdef TUNWIN_HAVE_DROP_BUFFERS
	return source != TUNWIN_BUFFER_SOURCE_GRO_CELLS;
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
