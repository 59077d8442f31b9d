// SPDX-License-Identifier: GPL-2.0
#include <linux/sched.h>

#include "compat/work.h"
#include "ended.h"

/* So long it is waited for others that end meanwhile. */
#define GATHER	(HZ / 20)

static struct {
	struct llist_head list;		/* each with a reference */
	atomic_t waiting;
	atomic64_t dropped;
	struct delayed_work worker;
	void (*tell)(struct tunwin_flow *flow);
} ended;

void tunwin_ended_add(struct tunwin_flow *flow)
{
	if (atomic_inc_return(&ended.waiting) > TUNWIN_ENDED_WAITING) {
		atomic_dec(&ended.waiting);
		atomic64_inc(&ended.dropped);
		return;
	}
	tunwin_flow_hold(flow);
	if (llist_add(&flow->ended_node, &ended.list))
		queue_delayed_work(tunwin_work_queue, &ended.worker, GATHER);
}

static void work(struct work_struct *unused)
{
	struct llist_node *list = llist_reverse_order(llist_del_all(&ended.list));
	struct tunwin_flow *flow, *next;

	llist_for_each_entry_safe(flow, next, list, ended_node) {
		ended.tell(flow);
		atomic_dec(&ended.waiting);
		tunwin_flow_put(flow);
		cond_resched();
	}
}

void tunwin_ended_init(void (*tell)(struct tunwin_flow *flow))
{
	init_llist_head(&ended.list);
	atomic_set(&ended.waiting, 0);
	atomic64_set(&ended.dropped, 0);
	ended.tell = tell;
	INIT_DELAYED_WORK(&ended.worker, work);
}

void tunwin_ended_exit(void)
{
	struct tunwin_flow *flow, *next;

	cancel_delayed_work_sync(&ended.worker);
	llist_for_each_entry_safe(flow, next, llist_del_all(&ended.list), ended_node)
		tunwin_flow_put(flow);
}

u64 tunwin_ended_dropped(void)
{
	return atomic64_read(&ended.dropped);
}
