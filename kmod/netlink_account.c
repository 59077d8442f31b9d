// SPDX-License-Identifier: GPL-2.0
/* What accounts use, as a part of the status. */
#include <linux/slab.h>
#include <linux/tunwin.h>

#include "account.h"
#include "netlink.h"

/* At most so many accounts are told; each takes at most 100 bytes. */
#define TOLD_MAX	64

/* A copy, for who holds no lock: the numbers may be a moment apart. */
struct told {
	enum tunwin_account_kind kind;
	u32 number;
	u32 count[TUNWIN_ACCOUNT_ITEMS];
	u64 flows_refused;
	u64 details_refused;
	u64 evicted;
};

struct told_list {
	u32 count;
	struct told told[TOLD_MAX];
};

static void copy(struct told *told, const struct tunwin_account *account)
{
	int item;

	told->kind = account->kind;
	told->number = account->kind == TUNWIN_ACCOUNT_KIND_NETNS ? account->netns_inum :
								    account->owner;
	for (item = 0; item < TUNWIN_ACCOUNT_ITEMS; item++)
		told->count[item] = READ_ONCE(account->count[item]);
	told->flows_refused = atomic64_read(&account->refused[TUNWIN_ACCOUNT_FLOWS]);
	told->details_refused = atomic64_read(&account->refused[TUNWIN_ACCOUNT_DETAILS]);
	told->evicted = atomic64_read(&account->evicted);
}

/* The host's comes first, then those with the most flows. */
static bool comes_before(const struct told *a, const struct told *b)
{
	if (a->kind == TUNWIN_ACCOUNT_KIND_HOST || b->kind == TUNWIN_ACCOUNT_KIND_HOST)
		return a->kind == TUNWIN_ACCOUNT_KIND_HOST;
	return a->count[TUNWIN_ACCOUNT_FLOWS] > b->count[TUNWIN_ACCOUNT_FLOWS];
}

static void add(struct told_list *list, const struct tunwin_account *account)
{
	u32 at = list->count;
	struct told told;

	copy(&told, account);
	while (at && comes_before(&told, &list->told[at - 1]))
		at--;
	if (at == TOLD_MAX)
		return;
	if (list->count < TOLD_MAX)
		list->count++;
	memmove(&list->told[at + 1], &list->told[at], (list->count - 1 - at) * sizeof(told));
	list->told[at] = told;
}

static int put_owner(struct sk_buff *reply, const struct told *told)
{
	switch (told->kind) {
	case TUNWIN_ACCOUNT_KIND_NETNS:
		return nla_put_u32(reply, TUNWIN_A_ACCOUNT_NETNS, told->number);
	case TUNWIN_ACCOUNT_KIND_USER:
		return nla_put_u32(reply, TUNWIN_A_ACCOUNT_UID, told->number);
	case TUNWIN_ACCOUNT_KIND_USERNS:
		return nla_put_u32(reply, TUNWIN_A_ACCOUNT_USERNS, told->number);
	default:
		return 0;
	}
}

static int put_account(struct sk_buff *reply, const struct told *told)
{
	struct nlattr *nest = nla_nest_start(reply, TUNWIN_A_STATUS_ACCOUNT);

	if (!nest ||
	    nla_put_u8(reply, TUNWIN_A_ACCOUNT_KIND, told->kind) ||
	    put_owner(reply, told) ||
	    nla_put_u32(reply, TUNWIN_A_ACCOUNT_FLOWS, told->count[TUNWIN_ACCOUNT_FLOWS]) ||
	    nla_put_u32(reply, TUNWIN_A_ACCOUNT_DETAILS, told->count[TUNWIN_ACCOUNT_DETAILS]) ||
	    nla_put_u32(reply, TUNWIN_A_ACCOUNT_HISTORY, told->count[TUNWIN_ACCOUNT_HISTORY]) ||
	    put_u64(reply, TUNWIN_A_ACCOUNT_FLOWS_REFUSED, told->flows_refused) ||
	    put_u64(reply, TUNWIN_A_ACCOUNT_DETAILS_REFUSED, told->details_refused) ||
	    put_u64(reply, TUNWIN_A_ACCOUNT_EVICTED, told->evicted))
		return -EMSGSIZE;
	nla_nest_end(reply, nest);
	return 0;
}

size_t tunwin_netlink_accounts_bytes(void)
{
	return TOLD_MAX * 100;
}

int tunwin_netlink_put_accounts(struct sk_buff *reply)
{
	struct tunwin_account *account = NULL;
	struct told_list *list;
	int error = 0;
	u32 i;

	list = kvzalloc(sizeof(*list), GFP_KERNEL);
	if (!list)
		return -ENOMEM;
	while ((account = tunwin_account_next(account)))
		add(list, account);
	for (i = 0; !error && i < list->count; i++)
		error = put_account(reply, &list->told[i]);
	kvfree(list);
	if (!error)
		error = nla_put_u32(reply, TUNWIN_A_STATUS_ACCOUNT_COUNT, tunwin_account_total());
	return error;
}
