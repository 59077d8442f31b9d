// SPDX-License-Identifier: GPL-2.0
#include "share.h"

/**
 * tunwin_share_most() - how much of a limit an account may take
 * @limit: the limit
 * @percent: the share of an account that is not the host's
 * @host: the account is the host's
 *
 * Return: @limit for the host; else @percent of it, and at least one if it is not zero
 */
__u32 tunwin_share_most(__u32 limit, __u32 percent, bool host)
{
	__u32 most;

	if (host)
		return limit;
	/* Of more than 42,949,672 the product would not fit. */
	most = limit / 100 * percent + limit % 100 * percent / 100;
	return limit && !most ? 1 : most;
}

/**
 * tunwin_share_has_room() - may the account take one more?
 * @share: what is in use
 */
bool tunwin_share_has_room(const struct tunwin_share *share)
{
	if (share->own >= tunwin_share_most(share->limit, share->percent, share->host))
		return false;
	return share->host || share->others < share->limit;
}

/**
 * tunwin_share_has_more() - has the account more than the mean of those that are not the host's?
 * @share: what is in use
 *
 * If all of a limit is used up, at least one has, unless all have the same.
 */
bool tunwin_share_has_more(const struct tunwin_share *share)
{
	return !share->host && share->accounts && share->own > share->limit / share->accounts;
}

/**
 * tunwin_share_is_short() - has the account less than its share since others have all there is?
 * @share: what is in use
 *
 * Those that have more (tunwin_share_has_more()) should make room then.
 */
bool tunwin_share_is_short(const struct tunwin_share *share)
{
	return !share->host && share->others >= share->limit && !tunwin_share_has_more(share) &&
	       share->own < tunwin_share_most(share->limit, share->percent, false);
}

/* So many of an account may always wait. */
#define WAIT_FEW	64

/**
 * tunwin_share_may_wait() - may one more of the account wait to be freed?
 * @share: what waits
 *
 * What waits cannot be taken from an account for the sake of another one. So a few of each may wait
 * whatever the others have.
 */
bool tunwin_share_may_wait(const struct tunwin_share *share)
{
	if (share->own >= tunwin_share_most(share->limit, share->percent, share->host))
		return false;
	return share->host || share->others < share->limit || share->own < WAIT_FEW;
}

/**
 * tunwin_share_is_over() - has the account too much, since a limit was lowered?
 * @share: what is in use
 *
 * If no account is over, all of them are within the limit.
 */
bool tunwin_share_is_over(const struct tunwin_share *share)
{
	if (share->own > tunwin_share_most(share->limit, share->percent, share->host))
		return true;
	return share->others > share->limit && tunwin_share_has_more(share);
}
