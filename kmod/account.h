/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Who pays for a tunnel and what is remembered of its flows.
 *
 * A user who may make a user namespace may make network namespaces and tunnels in it, and send
 * whatever he likes through them. What he makes must not take from what others have. So flows,
 * details and ended flows are bounded for each account, too (share.h): for the initial network
 * namespace; for each other one of the initial user namespace; for each user who has made user
 * namespaces; and where that is root, for each of these (enum tunwin_account_kind). Of nested user
 * namespaces the outermost counts.
 */
#ifndef TUNWIN_ACCOUNT_H
#define TUNWIN_ACCOUNT_H

#include <linux/atomic.h>
#include <linux/list.h>
#include <linux/refcount.h>
#include <linux/tunwin.h>
#include <linux/types.h>

struct net;

/* What is bounded for each account. */
enum tunwin_account_item {
	TUNWIN_ACCOUNT_FLOWS,		/* in the table; under its lock, as the history */
	TUNWIN_ACCOUNT_HISTORY,
	TUNWIN_ACCOUNT_DETAILS,		/* under the lock of detail.c, as the next */
	TUNWIN_ACCOUNT_HALF_OPEN,	/* those of half-open flows */
	TUNWIN_ACCOUNT_ITEMS,
};

/* What waits for a grace period, or to be told of. */
enum tunwin_account_wait {
	TUNWIN_ACCOUNT_WAIT_FLOWS,
	TUNWIN_ACCOUNT_WAIT_DETAILS,
	TUNWIN_ACCOUNT_WAITS,
};

/* Half open, established, history (flow.h). */
#define TUNWIN_ACCOUNT_LISTS	3

/**
 * struct tunwin_account - one account
 * @kind: whose it is
 * @owner: the cookie of the network namespace, the user's number, or the inode of the user
 *	   namespace; 0 of the host. An inode number may be given again while flows of the former
 *	   user namespace are remembered; the new one goes on with its account.
 * @netns_inum: the inode of the network namespace, if it is for one
 * @refs: one of each tunnel, of each detail that waits to be freed, and of who looks at it
 * @link: in the list of all
 * @turn: in the list of those that have flows, or ended flows
 * @node: in the hash table
 * @count: what is in use, each under the lock of what is counted
 * @refused: what there was no room or no memory for
 * @evicted: flows that had to make room
 * @flows: its flows, by list; under the table's lock
 * @waiting: records of flows, and details, that wait to be freed
 * @details: in the order in which they are looked at for one to be given up; under detail.c's lock
 */
struct tunwin_account {
	enum tunwin_account_kind kind;
	u64 owner;
	u32 netns_inum;
	refcount_t refs;
	struct list_head link;
	struct list_head turn;
	struct hlist_node node;
	u32 count[TUNWIN_ACCOUNT_ITEMS];
	atomic64_t refused[TUNWIN_ACCOUNT_ITEMS];
	atomic64_t evicted;
	struct list_head flows[TUNWIN_ACCOUNT_LISTS];
	atomic_t waiting[TUNWIN_ACCOUNT_WAITS];
	struct list_head details;
};

static inline bool tunwin_account_is_host(const struct tunwin_account *account)
{
	return account->kind == TUNWIN_ACCOUNT_KIND_HOST;
}

void tunwin_account_init(u32 share_percent);

/* The account of a namespace, held; process context. NULL: no memory */
struct tunwin_account *tunwin_account_get(const struct net *net);
void tunwin_account_put(struct tunwin_account *account);
/*
 * The next one of all, held, which puts @account; NULL begins, and ends. Any context that may take
 * a BH lock.
 */
struct tunwin_account *tunwin_account_next(struct tunwin_account *account);

/* Count one more, or one less; under the lock of the item. */
void tunwin_account_add(struct tunwin_account *account, enum tunwin_account_item item);
void tunwin_account_sub(struct tunwin_account *account, enum tunwin_account_item item);
/* May it have one more, by the limit of the item? Under the lock of the item, or a guess. */
bool tunwin_account_has_room(const struct tunwin_account *account, enum tunwin_account_item item,
			     u32 limit);
/* Do others use all there is, and has it less than its share? */
bool tunwin_account_is_short(const struct tunwin_account *account,
			     enum tunwin_account_item item, u32 limit);
/*
 * One that has more than the mean and should make room for @poor then, held. Looks at a few each
 * time, the next time at others; NULL: none of them has. Under the lock of the item.
 */
struct tunwin_account *tunwin_account_rich(const struct tunwin_account *poor,
					   enum tunwin_account_item item, u32 limit);
/* Has it too much, since the limit of the item was lowered? */
bool tunwin_account_is_over(const struct tunwin_account *account, enum tunwin_account_item item,
			    u32 limit);
/* Count one more that waits, or one less; any context. */
void tunwin_account_wait(struct tunwin_account *account, enum tunwin_account_wait wait);
void tunwin_account_waited(struct tunwin_account *account, enum tunwin_account_wait wait);
/* May one more wait, of @limit? */
bool tunwin_account_may_wait(const struct tunwin_account *account, enum tunwin_account_wait wait,
			     u32 limit);
/* For who has one. */
static inline void tunwin_account_hold(struct tunwin_account *account)
{
	refcount_inc(&account->refs);
}

/* How many accounts there are. */
u32 tunwin_account_total(void);
void tunwin_account_share_set(u32 percent);
u32 tunwin_account_share(void);
u64 tunwin_account_memory_bytes(void);

#endif
