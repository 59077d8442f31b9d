// SPDX-License-Identifier: GPL-2.0
/*
 * A flow comes on the list by a packet, with a reference, and leaves it when nothing has been
 * remarkable for a while and none of its alerts is active. What is remembered between two looks is
 * the worker's alone, so it needs no lock.
 */
#include <linux/sched.h>

#include "alert.h"
#include "compat/work.h"
#include "socket.h"
#include "tunnel.h"
#include "watch.h"

#define LOOK_EVERY	(HZ / 2)

/* How often namespaces are looked for that are gone. */
#define PRUNE_LOOKS	120

static struct {
	struct llist_head list;
	struct delayed_work worker;
	atomic_t flows;
	atomic64_t refused;
	u32 looks;
} watch;

void tunwin_watch_flow(struct tunwin_flow *flow)
{
	if (atomic_inc_return(&watch.flows) > TUNWIN_WATCH_FLOWS) {
		atomic_dec(&watch.flows);
		atomic64_inc(&watch.refused);
		return;
	}
	if (!tunwin_flow_hold_found(flow)) {
		atomic_dec(&watch.flows);
		return;
	}
	flow->watched = true;
	llist_add(&flow->watch_node, &watch.list);
}

/* Off the list; what comes next brings it back. */
static void let_go(struct tunwin_flow *flow)
{
	unsigned long flags;

	tunwin_watch_flow_forget(flow);
	tunwin_lock(&flow->lock, flags);
	flow->watched = false;
	if (flow->has_socket)
		flow->socket->looks = 0;
	tunwin_unlock(&flow->lock, flags);
	atomic_dec(&watch.flows);
	tunwin_flow_put(flow);
}

static void work(struct work_struct *unused)
{
	struct llist_node *list = llist_del_all(&watch.list);
	struct tunwin_flow *flow, *next;

	llist_for_each_entry_safe(flow, next, list, watch_node) {
		if (tunwin_watch_flow_judge(flow)) {
			llist_add(&flow->watch_node, &watch.list);
		} else {
			if (!flow->watch)
				atomic64_inc(&watch.refused);
			let_go(flow);
		}
		cond_resched();
	}
	tunwin_tunnel_for_all(tunwin_watch_tunnel_judge);
	tunwin_watch_tunnel_sweep(false);
	tunwin_watch_buffer_look();
	if (++watch.looks % PRUNE_LOOKS == 0)
		tunwin_alert_prune();
	queue_delayed_work(tunwin_work_queue, &watch.worker, LOOK_EVERY);
}

void tunwin_watch_init(void)
{
	init_llist_head(&watch.list);
	atomic_set(&watch.flows, 0);
	atomic64_set(&watch.refused, 0);
	INIT_DELAYED_WORK(&watch.worker, work);
}

void tunwin_watch_start(void)
{
	queue_delayed_work(tunwin_work_queue, &watch.worker, LOOK_EVERY);
}

void tunwin_watch_exit(void)
{
	struct llist_node *list;
	struct tunwin_flow *flow, *next;

	cancel_delayed_work_sync(&watch.worker);
	list = llist_del_all(&watch.list);
	llist_for_each_entry_safe(flow, next, list, watch_node)
		let_go(flow);
	tunwin_watch_tunnel_sweep(true);
}

void tunwin_watch_counters_get(struct tunwin_watch_counters *counters)
{
	counters->flows = atomic_read(&watch.flows);
	counters->refused = atomic64_read(&watch.refused);
}

u64 tunwin_watch_memory_bytes(void)
{
	return (u64)atomic_read(&watch.flows) * tunwin_watch_flow_bytes();
}
