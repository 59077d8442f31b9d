// SPDX-License-Identifier: GPL-2.0
#include <linux/hashtable.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/user_namespace.h>
#include <net/net_namespace.h>

#include "account.h"
#include "compat/netns.h"
#include "share.h"

/* How many accounts are looked at for one that has more than others. */
#define RICH_LOOKS	16

static struct {
	/* Protects the lists and the hash table. An account that is held is in @list and @hash. */
	spinlock_t lock;
	struct list_head list;
	/* Those with flows, or ended flows; who was looked at last comes last. */
	struct list_head turns;
	DECLARE_HASHTABLE(hash, 8);	/* by owner */
	u32 accounts;	/* but the host's */
	u32 percent;
	/* Of all accounts but the host's, each under the lock of what is counted. */
	u32 others[TUNWIN_ACCOUNT_ITEMS];
	/* Of the same, what waits to be freed. */
	atomic_t waiting[TUNWIN_ACCOUNT_WAITS];
	/* How many of these accounts have any of an item. */
	u32 users[TUNWIN_ACCOUNT_ITEMS];
	struct tunwin_account host;
} accounts;

static void begin(struct tunwin_account *account, enum tunwin_account_kind kind, u64 owner)
{
	int list;

	account->kind = kind;
	account->owner = owner;
	refcount_set(&account->refs, 1);
	for (list = 0; list < TUNWIN_ACCOUNT_LISTS; list++)
		INIT_LIST_HEAD(&account->flows[list]);
	INIT_LIST_HEAD(&account->turn);
	INIT_LIST_HEAD(&account->details);
}

static void link_account(struct tunwin_account *account)
{
	list_add_tail(&account->link, &accounts.list);
	hash_add(accounts.hash, &account->node, account->owner);
}

/* Whose namespace is it? */
static enum tunwin_account_kind kind_of(const struct net *net, u64 *owner)
{
	const struct user_namespace *space = net->user_ns;

	if (net == &init_net) {
		*owner = 0;
		return TUNWIN_ACCOUNT_KIND_HOST;
	}
	if (space == &init_user_ns) {
		*owner = tunwin_netns_cookie(net);
		return TUNWIN_ACCOUNT_KIND_NETNS;
	}
	while (space->parent != &init_user_ns)
		space = space->parent;
	if (uid_eq(space->owner, GLOBAL_ROOT_UID)) {
		*owner = space->ns.inum;
		return TUNWIN_ACCOUNT_KIND_USERNS;
	}
	*owner = __kuid_val(space->owner);
	return TUNWIN_ACCOUNT_KIND_USER;
}

/* Under the lock, or alone. */
static struct tunwin_account *find(enum tunwin_account_kind kind, u64 owner)
{
	struct tunwin_account *account;

	hash_for_each_possible(accounts.hash, account, node, owner)
		if (account->kind == kind && account->owner == owner) {
			refcount_inc(&account->refs);
			return account;
		}
	return NULL;
}

struct tunwin_account *tunwin_account_get(const struct net *net)
{
	struct tunwin_account *account, *fresh;
	enum tunwin_account_kind kind;
	u64 owner;

	kind = kind_of(net, &owner);
	fresh = kzalloc(sizeof(*fresh), GFP_KERNEL_ACCOUNT);

	spin_lock_bh(&accounts.lock);
	account = find(kind, owner);
	if (!account && fresh) {
		begin(fresh, kind, owner);
		fresh->netns_inum = kind == TUNWIN_ACCOUNT_KIND_NETNS ? net->ns.inum : 0;
		link_account(fresh);
		accounts.accounts++;
		account = fresh;
		fresh = NULL;
	}
	spin_unlock_bh(&accounts.lock);
	kfree(fresh);
	return account;
}

void tunwin_account_put(struct tunwin_account *account)
{
	bool last;

	if (!account)
		return;
	spin_lock_bh(&accounts.lock);
	last = refcount_dec_and_test(&account->refs);
	if (last) {
		list_del(&account->link);
		hash_del(&account->node);
		accounts.accounts--;
	}
	spin_unlock_bh(&accounts.lock);
	if (last)
		kfree(account);
}

struct tunwin_account *tunwin_account_next(struct tunwin_account *account)
{
	struct tunwin_account *next;

	spin_lock_bh(&accounts.lock);
	next = account ? list_next_entry(account, link) :
			 list_first_entry(&accounts.list, struct tunwin_account, link);
	if (list_entry_is_head(next, &accounts.list, link))
		next = NULL;
	else
		refcount_inc(&next->refs);
	spin_unlock_bh(&accounts.lock);
	tunwin_account_put(account);
	return next;
}

static struct tunwin_share share_of(const struct tunwin_account *account,
				    enum tunwin_account_item item, u32 limit)
{
	u32 own = READ_ONCE(account->count[item]);

	return (struct tunwin_share){
		.limit = limit,
		.percent = READ_ONCE(accounts.percent),
		.host = tunwin_account_is_host(account),
		.own = own,
		.others = READ_ONCE(accounts.others[item]),
		.accounts = READ_ONCE(accounts.users[item]) + !own,
	};
}

/* It has got the first of an item, or given up the last: it may come on that list, or leave. */
static void change_turn(struct tunwin_account *account)
{
	bool has = account->count[TUNWIN_ACCOUNT_FLOWS] || account->count[TUNWIN_ACCOUNT_HISTORY];

	spin_lock_bh(&accounts.lock);
	if (has && list_empty(&account->turn))
		list_add_tail(&account->turn, &accounts.turns);
	else if (!has)
		list_del_init(&account->turn);
	spin_unlock_bh(&accounts.lock);
}

static bool takes_turns(enum tunwin_account_item item)
{
	return item == TUNWIN_ACCOUNT_FLOWS || item == TUNWIN_ACCOUNT_HISTORY;
}

void tunwin_account_add(struct tunwin_account *account, enum tunwin_account_item item)
{
	WRITE_ONCE(account->count[item], account->count[item] + 1);
	if (tunwin_account_is_host(account))
		return;
	WRITE_ONCE(accounts.others[item], accounts.others[item] + 1);
	if (account->count[item] > 1)
		return;
	WRITE_ONCE(accounts.users[item], accounts.users[item] + 1);
	if (takes_turns(item))
		change_turn(account);
}

void tunwin_account_sub(struct tunwin_account *account, enum tunwin_account_item item)
{
	WRITE_ONCE(account->count[item], account->count[item] - 1);
	if (tunwin_account_is_host(account))
		return;
	WRITE_ONCE(accounts.others[item], accounts.others[item] - 1);
	if (account->count[item])
		return;
	WRITE_ONCE(accounts.users[item], accounts.users[item] - 1);
	if (takes_turns(item))
		change_turn(account);
}

bool tunwin_account_has_room(const struct tunwin_account *account, enum tunwin_account_item item,
			     u32 limit)
{
	struct tunwin_share share = share_of(account, item, limit);

	return tunwin_share_has_room(&share);
}

bool tunwin_account_is_short(const struct tunwin_account *account,
			     enum tunwin_account_item item, u32 limit)
{
	struct tunwin_share share = share_of(account, item, limit);

	return tunwin_share_is_short(&share);
}

struct tunwin_account *tunwin_account_rich(const struct tunwin_account *poor,
					   enum tunwin_account_item item, u32 limit)
{
	struct tunwin_account *account, *rich = NULL;
	u32 sharers = share_of(poor, item, limit).accounts;
	int looked;

	spin_lock_bh(&accounts.lock);
	for (looked = 0; looked < RICH_LOOKS; looked++) {
		struct tunwin_share share;

		account = list_first_entry_or_null(&accounts.turns, struct tunwin_account, turn);
		if (!account)
			break;
		list_move_tail(&account->turn, &accounts.turns);
		share = share_of(account, item, limit);
		share.accounts = sharers;
		if (!tunwin_share_has_more(&share))
			continue;
		if (!rich || account->count[item] > rich->count[item])
			rich = account;
	}
	if (rich)
		refcount_inc(&rich->refs);
	spin_unlock_bh(&accounts.lock);
	return rich;
}

bool tunwin_account_is_over(const struct tunwin_account *account, enum tunwin_account_item item,
			    u32 limit)
{
	struct tunwin_share share = share_of(account, item, limit);

	return tunwin_share_is_over(&share);
}

void tunwin_account_wait(struct tunwin_account *account, enum tunwin_account_wait wait)
{
	atomic_inc(&account->waiting[wait]);
	if (!tunwin_account_is_host(account))
		atomic_inc(&accounts.waiting[wait]);
}

void tunwin_account_waited(struct tunwin_account *account, enum tunwin_account_wait wait)
{
	atomic_dec(&account->waiting[wait]);
	if (!tunwin_account_is_host(account))
		atomic_dec(&accounts.waiting[wait]);
}

bool tunwin_account_may_wait(const struct tunwin_account *account, enum tunwin_account_wait wait,
			     u32 limit)
{
	struct tunwin_share share = {
		.limit = limit,
		.percent = READ_ONCE(accounts.percent),
		.host = tunwin_account_is_host(account),
		.own = atomic_read(&account->waiting[wait]),
		.others = atomic_read(&accounts.waiting[wait]),
	};

	return tunwin_share_may_wait(&share);
}

void tunwin_account_share_set(u32 percent)
{
	WRITE_ONCE(accounts.percent, percent);
}

u32 tunwin_account_total(void)
{
	return READ_ONCE(accounts.accounts) + 1;
}

u32 tunwin_account_share(void)
{
	return READ_ONCE(accounts.percent);
}

u64 tunwin_account_memory_bytes(void)
{
	return (u64)READ_ONCE(accounts.accounts) * sizeof(struct tunwin_account);
}

void tunwin_account_init(u32 share_percent)
{
	spin_lock_init(&accounts.lock);
	INIT_LIST_HEAD(&accounts.list);
	INIT_LIST_HEAD(&accounts.turns);
	hash_init(accounts.hash);
	accounts.percent = share_percent;
	/* It stays. */
	begin(&accounts.host, TUNWIN_ACCOUNT_KIND_HOST, 0);
	link_account(&accounts.host);
}
