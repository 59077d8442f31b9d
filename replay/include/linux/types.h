/* SPDX-License-Identifier: GPL-2.0 */
/*
 * As much of the kernel as the flow record stands on, for one thread on a host: what is atomic
 * there is a plain number here, locks are nothing, and READ_ONCE() and WRITE_ONCE() are plain accesses.
 */
#ifndef TUNWIN_REPLAY_LINUX_TYPES_H
#define TUNWIN_REPLAY_LINUX_TYPES_H

#include_next <linux/types.h>

#define BIT(n)			(1U << (n))
#define READ_ONCE(x)		(x)
#define WRITE_ONCE(x, value)	((x) = (value))
#define likely(x)		(x)
#define unlikely(x)		(x)
#define BUILD_BUG_ON(wrong)	_Static_assert(!(wrong), #wrong)
#define __percpu
#define U16_MAX			0xffff

#define NSEC_PER_USEC		1000L
#define NSEC_PER_MSEC		1000000L
#define NSEC_PER_SEC		1000000000L

typedef __s8 s8;

typedef struct { int counter; } atomic_t;
typedef struct { long counter; } atomic64_t;

static inline u64 div_u64(u64 dividend, u32 divisor)
{
	return dividend / divisor;
}

struct list_head { struct list_head *next, *prev; };
struct hlist_node { struct hlist_node *next, **pprev; };
struct rcu_head { void *next; };

#endif
