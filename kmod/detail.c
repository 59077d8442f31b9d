// SPDX-License-Identifier: GPL-2.0
#include <linux/cache.h>
#include <linux/sched.h>
#include <linux/slab.h>

#include "close.h"
#include "detail.h"
#include "flow.h"
#include "tunnel.h"

/* How many of them one call of the collector looks at. */
#define COLLECT_BATCH	4096

/* And in one hold of the lock. */
#define LOCK_BATCH	64

/* So many may wait to be freed, and an eighth of the limit more. */
#define LEAVING_MOST	2048

static struct {
	struct kmem_cache *cache;
	atomic_t edges;		/* histories of directions, struct tunwin_edges */
	atomic_t objects;	/* details, those of ended flows, too */

	/*
	 * Protects the accounts' lists and the numbers. Order: a table's lock, this, a flow's lock.
	 */
	spinlock_t lock;
	u32 max;
	u32 count;
	u64 refused;
	u64 withdrawn;
} details;

/*
 * Handshakes that are never completed get no more than half of them. A flood ends flows faster than
 * grace periods pass, so what waits for one is bounded, too.
 */
bool tunwin_detail_has_room(const struct tunwin_flow *flow)
{
	const struct tunwin_account *account = flow->tunnel->account;
	u32 max = READ_ONCE(details.max), leaving_max = LEAVING_MOST + max / 8;

	if (!READ_ONCE(flow->confirmed)) {
		if (!tunwin_account_has_room(account, TUNWIN_ACCOUNT_HALF_OPEN, max / 2))
			return false;
		leaving_max /= 2;
	}
	return tunwin_account_has_room(account, TUNWIN_ACCOUNT_DETAILS, max) &&
	       tunwin_account_may_wait(account, TUNWIN_ACCOUNT_WAIT_DETAILS, leaving_max);
}

static struct tunwin_detail *create(struct tunwin_flow *flow, u64 now_ns)
{
	struct tunwin_detail *detail;

	detail = kmem_cache_zalloc(details.cache, GFP_ATOMIC | __GFP_NOWARN);
	if (!detail)
		return NULL;
	atomic_inc(&details.objects);
	detail->flow = flow;
	detail->since_ns = now_ns;
	tunwin_limit_begin(&detail->direction[TUNWIN_IN].limit, now_ns);
	tunwin_limit_begin(&detail->direction[TUNWIN_OUT].limit, now_ns);
	return detail;
}

/* While it is counted it is of a flow that lives. */
static struct tunwin_account *account_of(const struct tunwin_detail *detail)
{
	return detail->flow->tunnel->account;
}

/* Under the lock, as the next. */
static void count(struct tunwin_detail *detail)
{
	detail->counted = true;
	detail->half_open = !READ_ONCE(detail->flow->confirmed);
	WRITE_ONCE(details.count, details.count + 1);
	tunwin_account_add(account_of(detail), TUNWIN_ACCOUNT_DETAILS);
	if (detail->half_open)
		tunwin_account_add(account_of(detail), TUNWIN_ACCOUNT_HALF_OPEN);
	list_add_tail(&detail->link, &account_of(detail)->details);
}

static void uncount(struct tunwin_detail *detail)
{
	if (!detail->counted)
		return;
	detail->counted = false;
	list_del(&detail->link);
	WRITE_ONCE(details.count, details.count - 1);
	tunwin_account_sub(account_of(detail), TUNWIN_ACCOUNT_DETAILS);
	if (detail->half_open)
		tunwin_account_sub(account_of(detail), TUNWIN_ACCOUNT_HALF_OPEN);
}

static void give(struct tunwin_flow *flow, u64 now_ns)
{
	struct tunwin_detail *detail;
	unsigned long flags;

	/* Another CPU may have been here first. */
	if (flow->detail || !tunwin_detail_has_room(flow))
		return;
	detail = create(flow, now_ns);
	if (!detail)
		return;
	tunwin_lock(&flow->lock, flags);
	/* Where it has ended nobody would take it off the list (end_flow() has been here). */
	if (!flow->end_ns && !flow->over) {
		count(detail);
		/* Who finds it without a lock finds it filled. */
		smp_store_release(&flow->detail, detail);
		if (flow->confirmed) {
			tunwin_close_resume(flow, TUNWIN_IN);
			tunwin_close_resume(flow, TUNWIN_OUT);
		}
		detail = NULL;
	}
	tunwin_unlock(&flow->lock, flags);
	tunwin_detail_free(detail);
}

void tunwin_detail_give(struct tunwin_flow *flow, u64 now_ns)
{
	spin_lock_bh(&details.lock);
	give(flow, now_ns);
	spin_unlock_bh(&details.lock);
}

void tunwin_detail_begin(struct tunwin_flow *flow, u64 now_ns)
{
	spin_lock_bh(&details.lock);
	give(flow, now_ns);
	if (!flow->detail) {
		details.refused++;
		atomic64_inc(&flow->tunnel->account->refused[TUNWIN_ACCOUNT_DETAILS]);
	}
	spin_unlock_bh(&details.lock);
}

void tunwin_detail_confirm(struct tunwin_flow *flow, u64 now_ns)
{
	struct tunwin_detail *detail;

	spin_lock_bh(&details.lock);
	/* Only under this lock it is given or taken. */
	detail = flow->detail;
	if (!detail) {
		give(flow, now_ns);
	} else if (detail->counted && detail->half_open) {
		detail->half_open = false;
		tunwin_account_sub(account_of(detail), TUNWIN_ACCOUNT_HALF_OPEN);
	}
	spin_unlock_bh(&details.lock);
}

/* Nobody knows it any more, so where the next one lies is written over it. */
static void litter_add(struct tunwin_edges **litter, struct tunwin_edges *edges)
{
	if (!edges)
		return;
	*(struct tunwin_edges **)edges = *litter;
	*litter = edges;
}

void tunwin_detail_litter_free(struct tunwin_edges *litter)
{
	while (litter) {
		struct tunwin_edges *next = *(struct tunwin_edges **)litter;

		tunwin_detail_edges_free(litter);
		litter = next;
	}
}

void tunwin_detail_retire(struct tunwin_flow *flow, struct tunwin_edges **litter)
{
	struct tunwin_edges *edges[2] = { };
	struct tunwin_detail *detail;
	unsigned long flags;
	int direction;

	spin_lock_bh(&details.lock);
	detail = flow->detail;
	if (detail) {
		uncount(detail);
		/* What its senders were allowed nobody asks again. */
		tunwin_lock(&flow->lock, flags);
		for (direction = 0; direction < 2; direction++) {
			edges[direction] = detail->direction[direction].edges;
			WRITE_ONCE(detail->direction[direction].edges, NULL);
		}
		tunwin_unlock(&flow->lock, flags);
	}
	spin_unlock_bh(&details.lock);
	litter_add(litter, edges[TUNWIN_IN]);
	litter_add(litter, edges[TUNWIN_OUT]);
}

void tunwin_detail_leave(struct tunwin_detail *detail)
{
	if (!detail)
		return;
	detail->account = account_of(detail);
	tunwin_account_hold(detail->account);
	tunwin_account_wait(detail->account, TUNWIN_ACCOUNT_WAIT_DETAILS);
}

static void destroy(struct tunwin_detail *detail)
{
	if (detail->account) {
		tunwin_account_waited(detail->account, TUNWIN_ACCOUNT_WAIT_DETAILS);
		tunwin_account_put(detail->account);
	}
	tunwin_detail_edges_free(detail->direction[TUNWIN_IN].edges);
	tunwin_detail_edges_free(detail->direction[TUNWIN_OUT].edges);
	kmem_cache_free(details.cache, detail);
	atomic_dec(&details.objects);
}

void tunwin_detail_free(struct tunwin_detail *detail)
{
	if (!detail)
		return;
	/* As of a flow that was refused, which has never ended. */
	if (detail->counted) {
		spin_lock_bh(&details.lock);
		uncount(detail);
		spin_unlock_bh(&details.lock);
	}
	destroy(detail);
}

static void destroy_rcu(struct rcu_head *rcu)
{
	destroy(container_of(rcu, struct tunwin_detail, rcu));
}

/* Take it from its flow if that can do without; under the list's lock. */
static bool withdraw(struct tunwin_detail *detail, u64 silent_ns, u64 now_ns)
{
	struct tunwin_flow *flow = detail->flow;
	unsigned long flags;
	bool can;

	if (now_ns < READ_ONCE(flow->last_ns) + silent_ns)
		return false;
	tunwin_lock(&flow->lock, flags);
	/* An alert rests on it. */
	can = !flow->watched && now_ns >= flow->last_ns + silent_ns;
	if (can) {
		/* It goes without; of one that is half open it is not known. */
		if (flow->confirmed)
			tunwin_close_numbers(flow, &flow->numbers);
		WRITE_ONCE(flow->detail, NULL);
	}
	tunwin_unlock(&flow->lock, flags);
	if (!can)
		return false;
	uncount(detail);
	details.withdrawn++;
	tunwin_detail_leave(detail);
	/* Who notes a drop, or asks for it without the lock, may have found it still. */
	call_rcu(&detail->rcu, destroy_rcu);
	return true;
}

/*
 * An eighth is kept free for those that come. Where others use up the rest, an account that has
 * less than the mean gives up none.
 */
static bool is_scarce(const struct tunwin_account *account)
{
	u32 limit = details.max - details.max / 8 + 1;

	return !tunwin_account_has_room(account, TUNWIN_ACCOUNT_DETAILS, limit) &&
	       !tunwin_account_is_short(account, TUNWIN_ACCOUNT_DETAILS, limit);
}

static void collect_of(struct tunwin_account *account, u64 silent_ns, u64 now_ns)
{
	u32 left = min_t(u32, READ_ONCE(account->count[TUNWIN_ACCOUNT_DETAILS]), COLLECT_BATCH);
	struct tunwin_detail *detail;
	int batch;

	while (left) {
		spin_lock_bh(&details.lock);
		for (batch = 0; left && batch < LOCK_BATCH; batch++, left--) {
			detail = list_first_entry_or_null(&account->details, struct tunwin_detail,
							  link);
			if (!detail || !is_scarce(account))
				left = 1;
			else if (!withdraw(detail, silent_ns, now_ns))
				list_move_tail(&detail->link, &account->details);
		}
		spin_unlock_bh(&details.lock);
		cond_resched();
	}
}

void tunwin_detail_collect(u64 silent_ns, u64 now_ns)
{
	struct tunwin_account *account = NULL;

	while ((account = tunwin_account_next(account)))
		collect_of(account, silent_ns, now_ns);
}

struct tunwin_edges *tunwin_detail_edges_new(void)
{
	struct tunwin_edges *edges = kzalloc(sizeof(*edges), GFP_ATOMIC | __GFP_NOWARN);

	if (edges)
		atomic_inc(&details.edges);
	return edges;
}

void tunwin_detail_edges_free(struct tunwin_edges *edges)
{
	if (!edges)
		return;
	kfree(edges);
	atomic_dec(&details.edges);
}

void tunwin_detail_limit_set(u32 max_details)
{
	spin_lock_bh(&details.lock);
	/* Who has one keeps it until it is silent. */
	WRITE_ONCE(details.max, max_details);
	spin_unlock_bh(&details.lock);
}

u32 tunwin_detail_limit(void)
{
	return READ_ONCE(details.max);
}

void tunwin_detail_counters_get(struct tunwin_detail_counters *counters)
{
	spin_lock_bh(&details.lock);
	counters->details = details.count;
	counters->refused = details.refused;
	counters->withdrawn = details.withdrawn;
	spin_unlock_bh(&details.lock);
}

u32 tunwin_detail_bytes(void)
{
	return ALIGN(kmem_cache_size(details.cache), cache_line_size());
}

u64 tunwin_detail_memory_bytes(void)
{
	return (u64)atomic_read(&details.objects) * tunwin_detail_bytes() +
	       (u64)atomic_read(&details.edges) * sizeof(struct tunwin_edges);
}

int tunwin_detail_init(u32 max_details)
{
	spin_lock_init(&details.lock);
	atomic_set(&details.edges, 0);
	atomic_set(&details.objects, 0);
	details.max = max_details;
	details.cache = kmem_cache_create("tunwin_detail", sizeof(struct tunwin_detail), 0,
					  SLAB_HWCACHE_ALIGN, NULL);
	return details.cache ? 0 : -ENOMEM;
}

void tunwin_detail_exit(void)
{
	kmem_cache_destroy(details.cache);
}
