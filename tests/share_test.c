// SPDX-License-Identifier: GPL-2.0
/* How much of a limit one account may take, what it must give up, and that nobody is shut out. */
#include "share.h"
#include "table.h"

static void test_most(void **state)
{
	(void)state;
	assert_int_equal(tunwin_share_most(65536, 25, true), 65536);
	assert_int_equal(tunwin_share_most(65536, 25, false), 16384);
	assert_int_equal(tunwin_share_most(65536, 100, false), 65536);
	assert_int_equal(tunwin_share_most(199, 50, false), 99);
	assert_int_equal(tunwin_share_most(4294967295U, 100, false), 4294967295U);
	assert_int_equal(tunwin_share_most(4294967295U, 99, false), 4252017622U);
	/* One at least, if there is any. */
	assert_int_equal(tunwin_share_most(16, 1, false), 1);
	assert_int_equal(tunwin_share_most(0, 50, false), 0);
	assert_int_equal(tunwin_share_most(0, 50, true), 0);
}

static const struct row {
	const char *name;
	struct tunwin_share share;
	bool room, more, over, is_short;
} rows[] = {
	{ "the host takes all of the limit", { 100, 25, true, 99, 0, 0 }, .room = true },
	{ "the host takes no more than the limit", { 100, 25, true, 100, 0, 0 } },
	{ "what others use does not count against the host", { 100, 25, true, 99, 100, 4 },
	  .room = true },
	{ "the host has too much after the limit was lowered", { 100, 25, true, 101, 0, 0 },
	  .over = true },
	{ "an account takes its share", { 100, 25, false, 24, 24, 1 }, .room = true },
	{ "an account takes no more than its share", { 100, 25, false, 25, 25, 1 } },
	{ "an account has too much after the share was lowered", { 100, 25, false, 26, 26, 1 },
	  .over = true },
	{ "all others together take the limit", { 100, 25, false, 10, 99, 8 }, .room = true },
	{ "all others together take no more", { 100, 25, false, 10, 100, 8 }, .is_short = true },
	{ "an account that has the mean is short", { 100, 25, false, 12, 100, 8 },
	  .is_short = true },
	{ "an account that has more is not", { 100, 25, false, 13, 100, 8 }, .more = true },
	{ "an account that has its share is not", { 100, 5, false, 5, 100, 8 } },
	{ "an account that has more than the mean", { 100, 25, false, 13, 98, 8 }, .room = true,
	  .more = true },
	{ "an account that has more has too much if all have", { 100, 25, false, 13, 101, 8 },
	  .more = true, .over = true },
	{ "an account that has the mean has not too much if all have",
	  { 100, 25, false, 12, 101, 8 },
	  .is_short = true },
	{ "the host is never short, and never has more", { 100, 25, true, 99, 100, 8 },
	  .room = true },
};

/* What waits to be freed, of a limit of 1,000. */
static void test_wait(void **state)
{
	struct tunwin_share share = { 1000, 25, false, 249, 999, 0 };

	(void)state;
	assert_true(tunwin_share_may_wait(&share));
	share.own = 250;
	assert_false(tunwin_share_may_wait(&share));
	share = (struct tunwin_share){ 1000, 25, false, 64, 1000, 0 };
	assert_false(tunwin_share_may_wait(&share));
	/* A few always may. */
	share.own = 63;
	assert_true(tunwin_share_may_wait(&share));
	share = (struct tunwin_share){ 1000, 25, true, 999, 5000, 0 };
	assert_true(tunwin_share_may_wait(&share));
	share.own = 1000;
	assert_false(tunwin_share_may_wait(&share));
}

static void test_row(void **state)
{
	const struct row *row = *state;

	assert_int_equal(tunwin_share_has_room(&row->share), row->room);
	assert_int_equal(tunwin_share_has_more(&row->share), row->more);
	assert_int_equal(tunwin_share_is_over(&row->share), row->over);
	assert_int_equal(tunwin_share_is_short(&row->share), row->is_short);
}

#define LIMIT		1000
#define ACCOUNTS	5

static struct tunwin_share share_of(const __u32 *own, int account)
{
	struct tunwin_share share = { LIMIT, 25, false, own[account], 0, ACCOUNTS };

	for (int i = 0; i < ACCOUNTS; i++)
		share.others += own[i];
	return share;
}

/* One more for an account, as flow.c does it. */
static void take(__u32 *own, int account)
{
	struct tunwin_share share = share_of(own, account);

	for (int i = 0; i < ACCOUNTS && tunwin_share_is_short(&share); i++) {
		struct tunwin_share other = share_of(own, i);

		own[i] -= tunwin_share_has_more(&other);
		share = share_of(own, account);
	}
	while (!tunwin_share_has_room(&share)) {
		if (!own[account])
			return;
		own[account]--;
		share = share_of(own, account);
	}
	own[account]++;
}

/* Four accounts have used up all. While they go on, ten times as fast, a fifth gets its part. */
static void test_nobody_is_shut_out(void **state)
{
	__u32 own[ACCOUNTS] = { 0 };
	int i, round;

	(void)state;
	for (round = 0; round < 300; round++)
		for (i = 0; i < 4; i++)
			take(own, i);
	assert_int_equal(share_of(own, 0).others, LIMIT);
	for (round = 0; round < 10000; round++) {
		for (i = 0; i < 4; i++)
			take(own, i);
		if (round % 10 == 0)
			take(own, 4);
		assert_true(share_of(own, 0).others <= LIMIT);
	}
	for (i = 0; i < ACCOUNTS; i++)
		assert_int_equal(own[i], LIMIT / ACCOUNTS);
}

int main(void)
{
	table_add("share", "how much of a limit an account may take", test_most, NULL);
	table_add_rows("share", test_row, rows);
	table_add("share", "how many may wait to be freed", test_wait, NULL);
	table_add("share", "nobody is shut out", test_nobody_is_shut_out, NULL);
	return table_run("share");
}
