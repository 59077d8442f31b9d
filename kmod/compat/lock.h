/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The lock of one flow. It is taken in softirq, in process context and in tracepoint probes, which
 * run with preemption off up to 6.12, so it may never sleep: a raw lock. With PREEMPT_RT bottom
 * halves cannot be disabled where preemption is off, hence interrupts are.
 */
#ifndef TUNWIN_COMPAT_LOCK_H
#define TUNWIN_COMPAT_LOCK_H

#include <linux/spinlock.h>

typedef raw_spinlock_t tunwin_lock_t;

#define tunwin_lock_init(lock)	raw_spin_lock_init(lock)

#ifdef CONFIG_PREEMPT_RT
#define tunwin_lock(lock, flags)	raw_spin_lock_irqsave(lock, flags)
#define tunwin_unlock(lock, flags)	raw_spin_unlock_irqrestore(lock, flags)
#else
#define tunwin_lock(lock, flags)	do { (flags) = 0; raw_spin_lock_bh(lock); } while (0)
#define tunwin_unlock(lock, flags)	do { (void)(flags); raw_spin_unlock_bh(lock); } while (0)
#endif

/*
 * Around what a CPU counts for itself in softirq. With PREEMPT_RT those run in threads, which from
 * 6.18 on may preempt each other (PREEMPT_RT_NEEDS_BH_LOCK).
 */
#ifdef CONFIG_PREEMPT_RT
#define tunwin_counters_begin()	preempt_disable()
#define tunwin_counters_end()	preempt_enable()
#else
#define tunwin_counters_begin()	do { } while (0)
#define tunwin_counters_end()	do { } while (0)
#endif

#endif
