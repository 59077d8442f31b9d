// SPDX-License-Identifier: GPL-2.0
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/xarray.h>
#include <net/net_namespace.h>

#include "alert.h"
#include "compat/netns.h"
#include "suspend.h"

static struct {
	/* Protects all of it. */
	struct mutex mutex;
	/* All by id, active and not; an id is given out once. */
	struct xarray index;
	/* How many events a namespace has had, by its cookie. */
	struct xarray sequence;
	/* By a tunnel's id, twice the number of its active alerts, and whether it has collapsed. */
	struct xarray tunnels;
	/* The active ones of a namespace, by its cookie; those that are over. */
	struct xarray active;
	struct xarray over;
	u32 next_id;
	/* Those that are over, the first to be forgotten first. */
	struct list_head history;
	struct tunwin_alert_counters counters;
	tunwin_alert_deliver_t *deliver;
} alerts;

static unsigned long count_of(struct xarray *counts, u64 netns_cookie)
{
	void *count = xa_load(counts, (unsigned long)netns_cookie);

	return count ? xa_to_value(count) : 0;
}

/* Without memory for it the number is too small. */
static void count_one(struct xarray *counts, u64 netns_cookie, bool more)
{
	unsigned long cookie = (unsigned long)netns_cookie, value = count_of(counts, netns_cookie);

	if (more)
		value++;
	else if (value)
		value--;
	if (value)
		xa_store(counts, cookie, xa_mk_value(value), GFP_KERNEL);
	else
		xa_erase(counts, cookie);
}

/*
 * Whoever may make namespaces and tunnels in them must not take all there is: a namespace that is
 * not the first has three quarters of it at most.
 */
static bool has_share(struct xarray *counts, u64 netns_cookie, u32 all)
{
	return netns_cookie == tunwin_netns_cookie(&init_net) ||
	       count_of(counts, netns_cookie) < all / 4 * 3;
}

/* One that is over. */
static void forget(struct tunwin_alert *alert)
{
	count_one(&alerts.over, alert->key.netns_cookie, false);
	xa_erase(&alerts.index, alert->id);
	list_del(&alert->link);
	alerts.counters.history--;
	kfree(alert);
}

/* The number of the next event of a namespace. Without memory for it the numbers begin anew. */
static u64 next_sequence(u64 netns_cookie)
{
	unsigned long cookie = (unsigned long)netns_cookie;
	void *last = xa_load(&alerts.sequence, cookie);
	unsigned long sequence = (last ? xa_to_value(last) : 0) + 1;

	xa_store(&alerts.sequence, cookie, xa_mk_value(sequence), GFP_KERNEL);
	return sequence;
}

static void deliver(struct tunwin_alert *alert)
{
	alert->sequence = next_sequence(alert->key.netns_cookie);
	if (alert->state == TUNWIN_ALERT_STATE_RAISED)
		alert->number = alert->sequence;
	alerts.deliver(alert);
}

/* As alerts.tunnels has it. */
static unsigned long value_of(u32 tunnel_id)
{
	void *value = xa_load(&alerts.tunnels, tunnel_id);

	return value ? xa_to_value(value) : 0;
}

/* Without memory for it the number is too small. */
static void count(const struct tunwin_alert *alert, bool active)
{
	unsigned long value = value_of(alert->key.tunnel_id);

	count_one(&alerts.active, alert->key.netns_cookie, active);
	if (active)
		value += 2;
	else if (value >= 2)
		value -= 2;
	if (!alert->flow_id && alert->code == TUNWIN_ALERT_CODE_WINDOW_COLLAPSE)
		value = (value & ~1UL) | active;
	if (value)
		xa_store(&alerts.tunnels, alert->key.tunnel_id, xa_mk_value(value), GFP_KERNEL);
	else
		xa_erase(&alerts.tunnels, alert->key.tunnel_id);
}

/* Whoever can make up flows of a tunnel must not hide what is told of others, or of the tunnel. */
static bool has_room(const struct tunwin_alert *facts)
{
	u32 most = TUNWIN_ALERTS_ACTIVE;

	if (facts->flow_id) {
		if (value_of(facts->key.tunnel_id) / 2 >= TUNWIN_ALERTS_TUNNEL)
			return false;
		most -= TUNWIN_ALERTS_RESERVED;
	}
	return alerts.counters.active < most &&
	       has_share(&alerts.active, facts->key.netns_cookie, TUNWIN_ALERTS_ACTIVE);
}

static struct tunwin_alert *add(const struct tunwin_alert *facts)
{
	struct tunwin_alert *alert;

	if (!has_room(facts))
		return NULL;
	alert = kmemdup(facts, sizeof(*facts), GFP_KERNEL);
	if (!alert)
		return NULL;
	if (xa_alloc_cyclic(&alerts.index, &alert->id, alert, xa_limit_32b, &alerts.next_id,
			    GFP_KERNEL) < 0) {
		kfree(alert);
		return NULL;
	}
	alerts.counters.active++;
	count(alert, true);
	return alert;
}

u32 tunwin_alert_raise(const struct tunwin_alert *facts, u64 now_ns, bool first)
{
	struct tunwin_alert *alert;
	u32 id = 0;

	mutex_lock(&alerts.mutex);
	alert = add(facts);
	if (alert) {
		alert->state = TUNWIN_ALERT_STATE_RAISED;
		alert->raised_ns = now_ns;
		alert->cleared_ns = 0;
		alert->suspend_ms = tunwin_suspend_ms();
		alerts.counters.raised++;
		id = alert->id;
		deliver(alert);
	} else if (first) {
		alerts.counters.refused++;
	}
	mutex_unlock(&alerts.mutex);
	return id;
}

/* The first one, or the namespace's own first one if it has its share. */
static void make_room(u64 netns_cookie)
{
	bool own = !has_share(&alerts.over, netns_cookie, TUNWIN_ALERTS_HISTORY);
	struct tunwin_alert *alert;

	count_one(&alerts.over, netns_cookie, true);
	if (!own && alerts.counters.history <= TUNWIN_ALERTS_HISTORY)
		return;
	list_for_each_entry(alert, &alerts.history, link)
		if (!own || alert->key.netns_cookie == netns_cookie) {
			forget(alert);
			alerts.counters.history_dropped++;
			return;
		}
}

static void end(struct tunwin_alert *alert, enum tunwin_alert_state state, u64 now_ns)
{
	alert->state = state;
	alert->cleared_ns = now_ns;
	alert->suspend_ms = tunwin_suspend_ms();
	alerts.counters.active--;
	count(alert, false);
	alerts.counters.history++;
	list_add_tail(&alert->link, &alerts.history);
	deliver(alert);
	make_room(alert->key.netns_cookie);
}

void tunwin_alert_clear(u32 id, enum tunwin_alert_state state, u64 now_ns)
{
	struct tunwin_alert *alert;

	if (!id)
		return;
	mutex_lock(&alerts.mutex);
	alert = xa_load(&alerts.index, id);
	if (alert && !alert->cleared_ns)
		end(alert, state, now_ns);
	mutex_unlock(&alerts.mutex);
}

static bool is_there(unsigned long cookie)
{
	bool there = false;
	struct net *net;

	rcu_read_lock();
	for_each_net_rcu(net)
		there |= (unsigned long)tunwin_netns_cookie(net) == cookie;
	rcu_read_unlock();
	return there;
}

void tunwin_alert_prune(void)
{
	unsigned long cookie, id;
	struct tunwin_alert *alert;
	bool gone = false;
	void *sequence;

	mutex_lock(&alerts.mutex);
	xa_for_each(&alerts.sequence, cookie, sequence) {
		if (is_there(cookie))
			continue;
		xa_erase(&alerts.sequence, cookie);
		gone = true;
		cond_resched();
	}
	if (gone)
		xa_for_each(&alerts.index, id, alert) {
			cookie = (unsigned long)alert->key.netns_cookie;
			if (alert->cleared_ns && !xa_load(&alerts.sequence, cookie))
				forget(alert);
		}
	mutex_unlock(&alerts.mutex);
}

int tunwin_alert_for_each(bool history, u32 *start,
			  int (*each)(const struct tunwin_alert *alert, void *arg), void *arg)
{
	struct tunwin_alert *alert;
	unsigned long id = *start;
	int error = 0;

	mutex_lock(&alerts.mutex);
	for (alert = xa_find(&alerts.index, &id, ULONG_MAX, XA_PRESENT); alert;
	     alert = xa_find_after(&alerts.index, &id, ULONG_MAX, XA_PRESENT)) {
		*start = id;
		if (!alert->cleared_ns == history)
			continue;
		error = each(alert, arg);
		if (error)
			break;
	}
	if (!alert)
		*start = U32_MAX;
	mutex_unlock(&alerts.mutex);
	return error;
}

u32 tunwin_alert_count(u32 tunnel_id, bool *collapsed)
{
	unsigned long value;

	mutex_lock(&alerts.mutex);
	value = value_of(tunnel_id);
	mutex_unlock(&alerts.mutex);
	*collapsed = value & 1;
	return value / 2;
}

void tunwin_alert_count_of(u64 netns_cookie, u32 *active, u32 *over)
{
	mutex_lock(&alerts.mutex);
	*active = count_of(&alerts.active, netns_cookie);
	*over = count_of(&alerts.over, netns_cookie);
	mutex_unlock(&alerts.mutex);
}

u64 tunwin_alert_memory_bytes(void)
{
	u64 count;

	mutex_lock(&alerts.mutex);
	count = alerts.counters.active + alerts.counters.history;
	mutex_unlock(&alerts.mutex);
	return count * sizeof(struct tunwin_alert);
}

void tunwin_alert_counters_get(struct tunwin_alert_counters *counters)
{
	mutex_lock(&alerts.mutex);
	*counters = alerts.counters;
	mutex_unlock(&alerts.mutex);
}

void tunwin_alert_init(tunwin_alert_deliver_t *deliver)
{
	mutex_init(&alerts.mutex);
	xa_init_flags(&alerts.index, XA_FLAGS_ALLOC1);
	xa_init(&alerts.sequence);
	xa_init(&alerts.tunnels);
	xa_init(&alerts.active);
	xa_init(&alerts.over);
	INIT_LIST_HEAD(&alerts.history);
	alerts.next_id = 1;
	alerts.deliver = deliver;
}

/* Nobody raises, clears or asks any more. */
void tunwin_alert_exit(void)
{
	struct tunwin_alert *alert;
	unsigned long id;

	xa_for_each(&alerts.index, id, alert)
		kfree(alert);
	xa_destroy(&alerts.index);
	xa_destroy(&alerts.sequence);
	xa_destroy(&alerts.tunnels);
	xa_destroy(&alerts.active);
	xa_destroy(&alerts.over);
}
