// SPDX-License-Identifier: GPL-2.0
/*
 * Where a flow is, and under which protection:
 *
 *   hash table	  while it is alive; looked up under RCU, by packets and by sockets
 *   index by id  from its birth until it leaves the history; walked by dumps, so that a dump sees
 *		  each flow once however the table changes meanwhile
 *   one list	  of its account (account.h): half open, established (each roughly in the order of
 *		  last use) or history
 *
 * The table's lock protects the lists and makes the three agree. It is taken when a flow is made,
 * moved or ended, never for a packet of a known flow. Order: table.lock, then xa_lock or
 * a flow's lock; never the other way round, hence a probe that closes a flow only queues it.
 */
#include <linux/ktime.h>
#include <linux/slab.h>
#include <linux/xarray.h>

#include "account.h"
#include "compat/work.h"
#include "flow_hash.h"
#include "socket.h"
#include "suspend.h"
#include "tunnel.h"

/*
 * A closed flow stays findable for a moment: the last ACK follows the FIN that closed it, and both
 * ends may repeat theirs. Without it these stragglers would look like a new flow.
 */
#define LINGER_NS	(1ULL * NSEC_PER_SEC)
#define COLLECT_EVERY	HZ
/* How many candidates an eviction looks at: bounds the work of the softirq that needs the room. */
#define EVICT_SCAN	32
/* How many give way to one. */
#define DROP_AT_ONCE	2
/*
 * How many flows are ended or forgotten in one hold of the table's lock: no packet is taken on that
 * CPU meanwhile (bench/bottom_halves).
 */
#define LOCK_BATCH	8
/* So many that are forgotten may wait to be freed, whatever the limit of flows is. */
#define FORGOTTEN_LEAST	16384
/* How many the collector looks at, at a time or of a list each second. */
#define COLLECT_BATCH	256
#define COLLECT_MAX	8192

/*
 * Who has been silent for a tenth of the idle timeout can do without a detail where they are
 * scarce; its next packets begin a new one.
 */
#define SILENT_DIVISOR		10

/* Half-open flows are given up after this: the last of the usual retries is at 63 seconds. */
#define HALF_OPEN_TIMEOUT_NS	(75ULL * NSEC_PER_SEC)

static struct {
	struct rhashtable hash;
	struct xarray index;
	u32 next_id;
	struct kmem_cache *cache;

	/* Protects the accounts' lists, the counters and the limits. */
	spinlock_t lock;
	struct tunwin_flow_counters counters;
	struct tunwin_flow_limits limits;
	atomic_t objects;	/* flows, those that wait to be freed, too */
	/* What ended flows need no more, for unlock(). */
	struct tunwin_edges *litter;

	struct llist_head closing;
	bool tunnel_gone;
	struct delayed_work collector;
	void (*ended)(struct tunwin_flow *flow);
} table;

static void free_rcu(struct rcu_head *rcu)
{
	struct tunwin_flow *flow = container_of(rcu, struct tunwin_flow, rcu);

	tunwin_detail_free(flow->detail);
	if (flow->list == TUNWIN_FLOW_UNLINKED)
		tunwin_account_waited(flow->tunnel->account, TUNWIN_ACCOUNT_WAIT_FLOWS);
	tunwin_tunnel_put(flow->tunnel);
	tunwin_socket_free(flow->socket);
	kmem_cache_free(table.cache, flow);
	atomic_dec(&table.objects);
}

void tunwin_flow_put(struct tunwin_flow *flow)
{
	if (refcount_dec_and_test(&flow->refs))
		call_rcu(&flow->rcu, free_rcu);
}

/*
 * Where flows may have ended. Memory is given back with the lock: many pages may go to the system
 * then, at once, and bottom halves wait for that no longer than for other memory.
 */
static inline void unlock(void)
	__releases(&table.lock)
{
	struct tunwin_edges *litter = table.litter;

	table.litter = NULL;
	spin_unlock_bh(&table.lock);
	tunwin_detail_litter_free(litter);
}

/* Under the table's lock, as are all up to the collector. */
static void count_list(const struct tunwin_flow *flow, enum tunwin_flow_list list, int more)
{
	struct tunwin_account *account = flow->tunnel->account;

	if (list == TUNWIN_FLOW_HALF_OPEN)
		table.counters.half_open += more;
	if (list != TUNWIN_FLOW_HISTORY)
		return;
	table.counters.history += more;
	if (more > 0)
		tunwin_account_add(account, TUNWIN_ACCOUNT_HISTORY);
	else
		tunwin_account_sub(account, TUNWIN_ACCOUNT_HISTORY);
}

static void unlink_flow(struct tunwin_flow *flow)
{
	/*
	 * flow->list stays until it is linked again: a dump, which takes no lock, finds it
	 * somewhere.
	 */
	count_list(flow, flow->list, -1);
	list_del(&flow->link);
}

static void link_flow(struct tunwin_flow *flow, enum tunwin_flow_list list)
{
	count_list(flow, list, 1);
	list_add_tail(&flow->link, &flow->tunnel->account->flows[list]);
	WRITE_ONCE(flow->list, list);
}

static struct tunwin_flow *first(struct tunwin_account *account, enum tunwin_flow_list list)
{
	return list_first_entry_or_null(&account->flows[list], struct tunwin_flow, link);
}

static bool is_alive(const struct tunwin_flow *flow)
{
	return flow->list == TUNWIN_FLOW_HALF_OPEN || flow->list == TUNWIN_FLOW_ESTABLISHED;
}

/* It is on no list any more, or never was, and is freed when nobody looks at it. */
static void leave(struct tunwin_flow *flow)
{
	WRITE_ONCE(flow->list, TUNWIN_FLOW_UNLINKED);
	tunwin_account_wait(flow->tunnel->account, TUNWIN_ACCOUNT_WAIT_FLOWS);
	tunwin_flow_put(flow);
}

/* Forget for good an ended flow that is on no list. */
static void forget_unlinked(struct tunwin_flow *flow)
{
	xa_erase(&table.index, flow->id);
	tunwin_detail_leave(flow->detail);
	leave(flow);
}

static void forget(struct tunwin_flow *flow)
{
	unlink_flow(flow);
	forget_unlinked(flow);
}

static bool forget_oldest(struct tunwin_account *account)
{
	struct tunwin_flow *flow = first(account, TUNWIN_FLOW_HISTORY);

	if (!flow)
		return false;
	forget(flow);
	table.counters.history_dropped++;
	return true;
}

/* Make room for one more, with @drop: in the account, or in one that has more. */
static bool make_room(struct tunwin_account *account, enum tunwin_account_item item, u32 limit,
		      bool (*drop)(struct tunwin_account *account))
{
	struct tunwin_account *rich = NULL;
	int dropped;

	if (tunwin_account_is_short(account, item, limit))
		rich = tunwin_account_rich(account, item, limit);
	if (rich)
		drop(rich);
	tunwin_account_put(rich);
	for (dropped = 0; !tunwin_account_has_room(account, item, limit); dropped++)
		if (dropped == DROP_AT_ONCE || !drop(account))
			return false;
	return true;
}

/* The first one to say so is right. Flow locked. */
static void note_end(struct tunwin_flow *flow, enum tunwin_end_reason reason, u64 now_ns)
{
	if (flow->end_ns)
		return;
	flow->end_ns = now_ns;
	flow->end_suspend_ms = tunwin_suspend_ms();
	flow->end_reason = reason;
}

static void end_flow(struct tunwin_flow *flow, enum tunwin_end_reason reason, u64 now_ns)
{
	struct tunwin_account *account = flow->tunnel->account;
	unsigned long flags;
	bool answered;

	if (!is_alive(flow))
		return;

	rhashtable_remove_fast(&table.hash, &flow->node, hash_params);
	unlink_flow(flow);
	atomic_dec(&flow->tunnel->flows);
	tunwin_account_sub(account, TUNWIN_ACCOUNT_FLOWS);
	table.counters.flows--;
	table.counters.ended++;

	tunwin_lock(&flow->lock, flags);
	note_end(flow, reason, now_ns);
	flow->state = TUNWIN_STATE_CLOSED;
	flow->over = true;
	answered = flow->confirmed;
	if (answered)
		flow->end_sequence = ++flow->tunnel->flows_ended;
	tunwin_unlock(&flow->lock, flags);
	tunwin_detail_retire(flow, &table.litter);

	/* Of what anybody can make up nothing is kept or told: it would hide the others. */
	if (!answered) {
		table.counters.unanswered++;
		forget_unlinked(flow);
		return;
	}
	table.ended(flow);
	if (make_room(account, TUNWIN_ACCOUNT_HISTORY, table.limits.max_history, forget_oldest)) {
		link_flow(flow, TUNWIN_FLOW_HISTORY);
	} else {
		table.counters.history_dropped++;
		forget_unlinked(flow);
	}
}

/*
 * The least recently used of an account's list, by second chance: packets stamp the flow, not the
 * list, so a flow that was used since it was queued goes to the tail in place of being taken.
 */
static struct tunwin_flow *least_recently_used(struct tunwin_account *account,
					       enum tunwin_flow_list list)
{
	struct tunwin_flow *flow, *oldest = NULL;
	u64 oldest_ns = U64_MAX;
	int scanned;

	for (scanned = 0; scanned < EVICT_SCAN; scanned++) {
		u64 last_ns;

		flow = first(account, list);
		if (!flow)
			break;
		last_ns = READ_ONCE(flow->last_ns);
		if (last_ns <= flow->queued_ns)
			return flow;
		flow->queued_ns = last_ns;
		list_move_tail(&flow->link, &account->flows[list]);
		if (last_ns < oldest_ns) {
			oldest_ns = last_ns;
			oldest = flow;
		}
	}
	return oldest;
}

/* One of the account makes room. */
static bool evict(struct tunwin_account *account)
{
	struct tunwin_flow *flow = least_recently_used(account, TUNWIN_FLOW_HALF_OPEN);

	if (flow)
		table.counters.evicted_half_open++;
	else
		flow = least_recently_used(account, TUNWIN_FLOW_ESTABLISHED);
	if (!flow)
		return false;

	table.counters.evicted++;
	atomic64_inc(&account->evicted);
	end_flow(flow, TUNWIN_END_REASON_EVICTED, ktime_get_ns());
	return true;
}

struct tunwin_flow *tunwin_flow_find(const struct tunwin_flow_key *key)
{
	return rhashtable_lookup(&table.hash, key, hash_params);
}

/*
 * Flows that are forgotten wait for a grace period, and before that for being told of. A flood ends
 * flows faster than grace periods pass, so no more of them may wait than may live.
 */
static bool is_crowded(const struct tunwin_account *account)
{
	u32 limit = max_t(u32, table.limits.max_flows, FORGOTTEN_LEAST);

	return !tunwin_account_may_wait(account, TUNWIN_ACCOUNT_WAIT_FLOWS, limit);
}

static struct tunwin_flow *create(const struct tunwin_flow_key *key, struct tunwin_tunnel *tunnel,
				  u64 now_ns)
{
	struct tunwin_account *account = tunnel->account;
	struct tunwin_flow *flow, *other;

	if (unlikely(is_crowded(account)) ||
	    !make_room(account, TUNWIN_ACCOUNT_FLOWS, table.limits.max_flows, evict))
		goto refused;
	flow = kmem_cache_zalloc(table.cache, GFP_ATOMIC | __GFP_NOWARN);
	if (!flow)
		goto refused;
	atomic_inc(&table.objects);

	flow->key = *key;
	flow->first_ns = now_ns;
	flow->last_ns = now_ns;
	flow->queued_ns = now_ns;
	flow->state = TUNWIN_STATE_ESTABLISHED;
	flow->list = TUNWIN_FLOW_UNLINKED;
	tunwin_flow_scale_learn(flow);
	tunwin_lock_init(&flow->lock);
	refcount_set(&flow->refs, 1);
	flow->tunnel = tunwin_tunnel_hold(tunnel);

	other = rhashtable_lookup_get_insert_key(&table.hash, key, &flow->node, hash_params);
	if (!IS_ERR_OR_NULL(other)) {
		leave(flow);
		return other;
	}
	if (other)
		goto free;
	/* Last, so that no dump sees a flow that is then refused. */
	if (xa_alloc_cyclic(&table.index, &flow->id, flow, xa_limit_32b, &table.next_id,
			    GFP_ATOMIC | __GFP_NOWARN) < 0) {
		rhashtable_remove_fast(&table.hash, &flow->node, hash_params);
		goto free;
	}

	link_flow(flow, TUNWIN_FLOW_HALF_OPEN);
	atomic_inc(&tunnel->flows);
	tunwin_account_add(account, TUNWIN_ACCOUNT_FLOWS);
	table.counters.flows++;
	table.counters.created++;
	tunwin_detail_begin(flow, now_ns);
	return flow;

free:
	leave(flow);
refused:
	table.counters.refused++;
	atomic64_inc(&account->refused[TUNWIN_ACCOUNT_FLOWS]);
	return NULL;
}

struct tunwin_flow *tunwin_flow_get(const struct tunwin_flow_key *key,
				    struct tunwin_tunnel *tunnel, u64 now_ns)
{
	struct tunwin_flow *flow = tunwin_flow_find(key);

	if (likely(flow))
		return flow;

	spin_lock_bh(&table.lock);
	/* Its hooks are being removed: what they still see is nobody's. */
	if (!READ_ONCE(tunnel->gone))
		flow = create(key, tunnel, now_ns);
	unlock();
	return flow;
}

void tunwin_flow_confirm(struct tunwin_flow *flow)
{
	spin_lock_bh(&table.lock);
	if (flow->list == TUNWIN_FLOW_HALF_OPEN) {
		unlink_flow(flow);
		flow->queued_ns = READ_ONCE(flow->last_ns);
		link_flow(flow, TUNWIN_FLOW_ESTABLISHED);
	}
	spin_unlock_bh(&table.lock);
	tunwin_detail_confirm(flow, READ_ONCE(flow->last_ns));
}

void tunwin_flow_close(struct tunwin_flow *flow, enum tunwin_end_reason reason, u64 now_ns)
{
	flow->state = TUNWIN_STATE_CLOSED;
	note_end(flow, reason, now_ns);
	if (!flow->closing_queued && tunwin_flow_hold_found(flow)) {
		flow->closing_queued = true;
		llist_add(&flow->closing, &table.closing);
	}
}

void tunwin_flow_end(struct tunwin_flow *flow, enum tunwin_end_reason reason, u64 now_ns)
{
	spin_lock_bh(&table.lock);
	end_flow(flow, reason, now_ns);
	unlock();
}

struct tunwin_flow *tunwin_flow_next(unsigned long *id)
{
	return xa_find(&table.index, id, ULONG_MAX, XA_PRESENT);
}

struct tunwin_flow *tunwin_flow_by_id(u32 id)
{
	return xa_load(&table.index, id);
}

void tunwin_flow_end_matching(bool (*match)(const struct tunwin_flow *flow, const void *arg),
			      const void *arg, enum tunwin_end_reason reason, bool forget_too)
{
	unsigned long id = 0;
	bool more = true;

	while (more) {
		u64 now_ns = ktime_get_ns();
		int batch;

		rcu_read_lock();
		for (batch = 0; batch < COLLECT_BATCH; batch++, id++) {
			struct tunwin_flow *flow = tunwin_flow_next(&id);

			more = flow;
			if (!flow)
				break;
			if (!match(flow, arg))
				continue;
			spin_lock_bh(&table.lock);
			end_flow(flow, reason, now_ns);
			if (forget_too && flow->list == TUNWIN_FLOW_HISTORY)
				forget(flow);
			unlock();
		}
		rcu_read_unlock();
		cond_resched();
	}
}

/* End the flows that were closed a while ago. */
static void collect_closed(u64 now_ns)
{
	struct llist_node *closed = llist_del_all(&table.closing);
	struct tunwin_flow *flow, *next;

	llist_for_each_entry_safe(flow, next, closed, closing) {
		unsigned long flags;
		bool reopened, over;

		tunwin_lock(&flow->lock, flags);
		reopened = !flow->end_ns;
		/* It may have closed after this pass began. */
		over = !reopened && (s64)(now_ns - flow->end_ns) >= (s64)LINGER_NS;
		if (reopened || over)
			flow->closing_queued = false;
		else
			llist_add(&flow->closing, &table.closing);
		tunwin_unlock(&flow->lock, flags);

		if (over)
			tunwin_flow_end(flow, flow->end_reason, now_ns);
		if (reopened || over)
			tunwin_flow_put(flow);
		cond_resched();
	}
}

/*
 * The list is about in the order of last use, so the first flow that is young enough ends the
 * search: returns false then. rcu_read_lock(), for the sockets.
 * @asked: how many sockets were asked whether they are open, of COLLECT_BATCH at most
 */
static bool collect_few(struct tunwin_account *account, enum tunwin_flow_list list, u64 timeout_ns,
			u64 now_ns, int *asked)
{
	bool more = true;
	int batch;

	spin_lock_bh(&table.lock);
	for (batch = 0; more && batch < LOCK_BATCH; batch++) {
		struct tunwin_flow *flow;
		u64 last_ns;

		flow = first(account, list);
		if (!flow) {
			more = false;
			break;
		}
		last_ns = READ_ONCE(flow->last_ns);
		if (last_ns > flow->queued_ns) {
			flow->queued_ns = last_ns;
			list_move_tail(&flow->link, &account->flows[list]);
			continue;
		}
		if (now_ns < last_ns + timeout_ns) {
			more = false;
			break;
		}
		if (READ_ONCE(flow->has_socket) && tunwin_socket_refresh(flow)) {
			/*
			 * Idle, but its socket is open. It must not stand before those to be looked
			 * at.
			 */
			list_move_tail(&flow->link, &account->flows[list]);
			more = ++*asked < COLLECT_BATCH;
			continue;
		}
		end_flow(flow, TUNWIN_END_REASON_IDLE, now_ns);
	}
	unlock();
	return more;
}

static void collect_idle(struct tunwin_account *account, enum tunwin_flow_list list, u64 timeout_ns,
			 u64 now_ns)
{
	int left = COLLECT_MAX / LOCK_BATCH, asked = 0;
	bool more = true;

	while (more && left--) {
		rcu_read_lock();
		more = collect_few(account, list, timeout_ns, now_ns, &asked);
		rcu_read_unlock();
		cond_resched();
	}
}

static bool tunnel_is_gone(const struct tunwin_flow *flow, const void *arg)
{
	return READ_ONCE(flow->tunnel->gone);
}

static void collect(struct work_struct *work)
{
	struct tunwin_account *account = NULL;
	u64 now_ns = ktime_get_ns();

	if (xchg(&table.tunnel_gone, false)) {
		/* Who saw the tunnel before it was gone puts his flow into the index first. */
		spin_lock_bh(&table.lock);
		spin_unlock_bh(&table.lock);
		tunwin_flow_end_matching(tunnel_is_gone, NULL, TUNWIN_END_REASON_TUNNEL_GONE,
					 false);
	}
	collect_closed(now_ns);
	while ((account = tunwin_account_next(account))) {
		collect_idle(account, TUNWIN_FLOW_HALF_OPEN, HALF_OPEN_TIMEOUT_NS, now_ns);
		collect_idle(account, TUNWIN_FLOW_ESTABLISHED,
			     (u64)table.limits.idle_timeout_s * NSEC_PER_SEC, now_ns);
	}
	tunwin_detail_collect(table.limits.idle_timeout_s * (u64)(NSEC_PER_SEC / SILENT_DIVISOR),
			      now_ns);
	queue_delayed_work(tunwin_work_queue, &table.collector, COLLECT_EVERY);
}

void tunwin_flow_collect(void)
{
	WRITE_ONCE(table.tunnel_gone, true);
	mod_delayed_work(tunwin_work_queue, &table.collector, 0);
}

void tunwin_flow_limits_get(struct tunwin_flow_limits *limits)
{
	spin_lock_bh(&table.lock);
	*limits = table.limits;
	spin_unlock_bh(&table.lock);
}

/* Drop some of what an account has over its limits; is there more? */
static bool trim(struct tunwin_account *account)
{
	const struct tunwin_flow_limits *limits = &table.limits;
	bool more = true;
	int batch;

	spin_lock_bh(&table.lock);
	for (batch = 0; more && batch < LOCK_BATCH; batch++)
		/* What is evicted needs room in the history. */
		more = (tunwin_account_is_over(account, TUNWIN_ACCOUNT_HISTORY,
					       limits->max_history) &&
			forget_oldest(account)) ||
		       (tunwin_account_is_over(account, TUNWIN_ACCOUNT_FLOWS, limits->max_flows) &&
			evict(account));
	unlock();
	return more;
}

void tunwin_flow_limits_set(const struct tunwin_flow_limits *limits)
{
	struct tunwin_account *account = NULL;

	spin_lock_bh(&table.lock);
	table.limits = *limits;
	spin_unlock_bh(&table.lock);

	while ((account = tunwin_account_next(account)))
		while (trim(account))
			cond_resched();
}

void tunwin_flow_counters_get(struct tunwin_flow_counters *counters)
{
	spin_lock_bh(&table.lock);
	*counters = table.counters;
	spin_unlock_bh(&table.lock);
}

/* The object, its bucket (at most 4/3 of them are in use, tables double), its slot in the index. */
u32 tunwin_flow_bytes(void)
{
	return ALIGN(kmem_cache_size(table.cache), cache_line_size()) + 2 * sizeof(void *) +
	       DIV_ROUND_UP(sizeof(struct xa_node), XA_CHUNK_SIZE);
}

u64 tunwin_flow_memory_bytes(void)
{
	return (u64)atomic_read(&table.objects) * tunwin_flow_bytes() +
	       tunwin_detail_memory_bytes() + tunwin_socket_memory_bytes();
}

int tunwin_flow_init(const struct tunwin_flow_limits *limits,
		     void (*ended)(struct tunwin_flow *flow))
{
	int error;

	/* Six cache lines; a lock to be debugged is larger. */
	BUILD_BUG_ON((int)TUNWIN_FLOW_LISTS != TUNWIN_ACCOUNT_LISTS);
	BUILD_BUG_ON(sizeof(tunwin_lock_t) <= sizeof(u32) && sizeof(struct tunwin_flow) > 384);

	spin_lock_init(&table.lock);
	init_llist_head(&table.closing);
	table.limits = *limits;
	table.ended = ended;
	table.next_id = 1;
	xa_init_flags(&table.index, XA_FLAGS_ALLOC1);
	INIT_DELAYED_WORK(&table.collector, collect);

	table.cache = kmem_cache_create("tunwin_flow", sizeof(struct tunwin_flow), 0,
					SLAB_HWCACHE_ALIGN, NULL);
	if (!table.cache)
		return -ENOMEM;

	error = rhashtable_init(&table.hash, &hash_params);
	if (error) {
		kmem_cache_destroy(table.cache);
		return error;
	}
	queue_delayed_work(tunwin_work_queue, &table.collector, COLLECT_EVERY);
	return 0;
}

void tunwin_flow_stop(void)
{
	cancel_delayed_work_sync(&table.collector);
}

/* No hook and no probe runs any more: nobody looks a flow up, nobody closes one. */
void tunwin_flow_exit(void)
{
	struct tunwin_flow *flow;
	struct llist_node *closed;
	unsigned long id;

	/* First of all: its own worker may be moving flows to a larger table. */
	rhashtable_destroy(&table.hash);

	closed = llist_del_all(&table.closing);
	while (closed) {
		flow = llist_entry(closed, struct tunwin_flow, closing);
		closed = closed->next;
		tunwin_flow_put(flow);
	}
	xa_for_each(&table.index, id, flow)
		tunwin_flow_put(flow);
	/* The RCU callbacks that are under way use the cache, and end in this module's code. */
	rcu_barrier();
	/* They have put the tunnels, which has queued theirs. */
	rcu_barrier();

	xa_destroy(&table.index);
	kmem_cache_destroy(table.cache);
}
