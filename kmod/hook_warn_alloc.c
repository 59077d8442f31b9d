// SPDX-License-Identifier: GPL-2.0
/*
 * warn_alloc() is called for each page allocation that has failed for good, before it looks whether
 * a warning is wanted, so that those with __GFP_NOWARN come by as well; when nothing fails it is
 * never called, and costs nothing. (The tracepoint kmem:mm_page_alloc tells the same at the price
 * of a call for each page that is had.) Its fourth argument is the order, where the third is this
 * format:
 */
#define FORMAT	"page allocation failure: order:%u"

/*
 * Any context in which memory may be asked for; a probe, so nothing here sleeps, asks for memory or
 * takes a lock.
 */
#include <linux/atomic.h>
#include <linux/gfp.h>
#include <linux/kprobes.h>
#include <linux/mm.h>
#include <linux/percpu.h>
#include <linux/preempt.h>
#include <linux/ptrace.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <linux/timekeeping.h>

#include "compat/probe.h"
#include "page.h"
#include "stat.h"

struct order {
	atomic64_t failed;
	atomic64_t quiet;
	atomic64_t first_ns;
	atomic64_t last_ns;
};

static DEFINE_PER_CPU(struct order, orders[TUNWIN_PAGE_ORDERS]);

#ifdef TUNWIN_HAVE_WARN_ALLOC

/* Its arguments are taken by their places. */
static_assert(__same_type(warn_alloc,
			  void (gfp_t flags, nodemask_t *nodes, const char *format, ...)));

/*
 * Where drivers make their receive buffers: in softirq, or in the thread that a card's has become.
 */
static bool is_receiving(void)
{
	return in_serving_softirq() || (in_softirq() && current->flags & PF_KTHREAD);
}

static int probe_warn_alloc(struct kprobe *probe, struct pt_regs *regs)
{
	gfp_t flags = (__force gfp_t)regs_get_kernel_argument(regs, 0);
	const char *format = (const char *)regs_get_kernel_argument(regs, 2);
	unsigned int at = (unsigned int)regs_get_kernel_argument(regs, 3);
	struct order *order;
	u64 now_ns;

	tunwin_stat_hit(TUNWIN_STAT_WARN_ALLOC);
	if (!is_receiving() || !format || strncmp(format, FORMAT, sizeof(FORMAT) - 1))
		return 0;
	order = raw_cpu_ptr(&orders[min_t(unsigned int, at, TUNWIN_PAGE_ORDERS - 1)]);
	now_ns = ktime_get_mono_fast_ns();
	atomic64_inc(&order->failed);
	if (flags & __GFP_NOWARN)
		atomic64_inc(&order->quiet);
	atomic64_cmpxchg(&order->first_ns, 0, now_ns);
	atomic64_set(&order->last_ns, now_ns);
	return 0;
}

static struct kprobe probe = {
	.symbol_name = "warn_alloc",
	.pre_handler = probe_warn_alloc,
};

static int error = -ENOENT;

void tunwin_page_attach(void)
{
	error = register_kprobe(&probe);
}

void tunwin_page_detach(void)
{
	if (!error)
		unregister_kprobe(&probe);
	error = -ENOENT;
}

int tunwin_page_error(void)
{
	return error;
}

#else

void tunwin_page_attach(void)
{
}

void tunwin_page_detach(void)
{
}

int tunwin_page_error(void)
{
	return -EOPNOTSUPP;
}

#endif

void tunwin_page_get(unsigned int at, struct tunwin_page *page)
{
	int cpu;

	memset(page, 0, sizeof(*page));
	for_each_possible_cpu(cpu) {
		const struct order *order = &per_cpu(orders[at], cpu);
		u64 first_ns = atomic64_read(&order->first_ns);

		page->failed += atomic64_read(&order->failed);
		page->quiet += atomic64_read(&order->quiet);
		if (first_ns && (!page->first_ns || first_ns < page->first_ns))
			page->first_ns = first_ns;
		page->last_ns = max_t(u64, page->last_ns, atomic64_read(&order->last_ns));
	}
}
