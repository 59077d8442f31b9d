/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How much of a limit one account may take (account.h).
 *
 * The initial network namespace has the whole limit for itself. All other accounts together have as
 * much again, and one of them a part of that. So nothing that others do takes away from the host's,
 * and what there is in all is bounded by twice the limit.
 */
#ifndef TUNWIN_SHARE_H
#define TUNWIN_SHARE_H

#include <linux/types.h>

/**
 * struct tunwin_share - what is in use of a limit
 * @limit: the host's, and of all others together
 * @percent: how much of @limit one of the others may take, 1 to 100
 * @host: the account is the host's
 * @own: in use by the account
 * @others: in use by all accounts but the host's, this one included
 * @accounts: how many of those have any, or want one
 */
struct tunwin_share {
	__u32 limit;
	__u32 percent;
	bool host;
	__u32 own;
	__u32 others;
	__u32 accounts;
};

__u32 tunwin_share_most(__u32 limit, __u32 percent, bool host);
bool tunwin_share_has_room(const struct tunwin_share *share);
bool tunwin_share_has_more(const struct tunwin_share *share);
bool tunwin_share_is_short(const struct tunwin_share *share);
bool tunwin_share_may_wait(const struct tunwin_share *share);
bool tunwin_share_is_over(const struct tunwin_share *share);

#endif
