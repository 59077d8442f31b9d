// SPDX-License-Identifier: GPL-2.0
#include <linux/math64.h>

#include "recent.h"

/* Three parts of this length are at least a minute, and at most a minute and a half. */
#define PART_S	30
#define PARTS	3

/* Forget the parts that are over. */
static void roll(struct tunwin_peak *peak, __u32 now_s)
{
	while (now_s - peak->since_s >= PART_S) {
		if (now_s - peak->since_s >= PARTS * PART_S) {
			/* After so long a silence nothing is left of it. */
			peak->part[0] = 0;
			peak->part[1] = 0;
			peak->part[2] = 0;
			peak->since_s = now_s;
			return;
		}
		peak->part[2] = peak->part[1];
		peak->part[1] = peak->part[0];
		peak->part[0] = 0;
		peak->since_s += PART_S;
	}
}

/**
 * tunwin_peak_add() - note a value
 * @peak: the record; all zero before the first call
 * @value: the value
 * @now_s: the time, which may wrap
 */
void tunwin_peak_add(struct tunwin_peak *peak, __u32 value, __u32 now_s)
{
	roll(peak, now_s);
	if (value > peak->part[0])
		peak->part[0] = value;
}

/**
 * tunwin_peak_largest() - the largest value of the last minute
 * @peak: the record
 * @now_s: the time
 *
 * Return: it, 0 if there was none.
 */
__u32 tunwin_peak_largest(const struct tunwin_peak *peak, __u32 now_s)
{
	struct tunwin_peak rolled = *peak;
	__u32 largest;
	int part;

	roll(&rolled, now_s);
	largest = rolled.part[0];
	for (part = 1; part < PARTS; part++)
		if (rolled.part[part] > largest)
			largest = rolled.part[part];
	return largest;
}

/**
 * tunwin_recent_begin() - start the record
 * @recent: it
 * @total: of all time
 * @age_s: how long that is
 * @now_s: the time, which may wrap
 *
 * What was before the record began is taken to have come evenly.
 */
void tunwin_recent_begin(struct tunwin_recent *recent, __u64 total, __u32 age_s, __u32 now_s)
{
	recent->part[0] = 0;
	recent->part[1] = age_s > 2 * PART_S ? div64_u64(total, age_s) * 2 * PART_S : total;
	recent->part[2] = 0;
	recent->total = total;
	recent->since_s = now_s - now_s % PART_S;
}

/**
 * tunwin_recent_add() - note a total
 * @recent: the record
 * @total: of all time
 * @now_s: the time, which may wrap
 */
void tunwin_recent_add(struct tunwin_recent *recent, __u64 total, __u32 now_s)
{
	if (now_s - recent->since_s >= PART_S) {
		bool silent = now_s - recent->since_s >= PARTS * PART_S;

		recent->part[2] = silent ? 0 : recent->part[1];
		recent->part[1] = silent ? 0 : recent->part[0];
		recent->part[0] = 0;
		/* All records have the same parts, so that their sums can be compared. */
		recent->since_s = now_s - now_s % PART_S;
	}
	if (total > recent->total)
		recent->part[0] += total - recent->total;
	recent->total = total;
}

/**
 * tunwin_recent_sum() - of the last minute
 * @recent: the record
 */
__u64 tunwin_recent_sum(const struct tunwin_recent *recent)
{
	return recent->part[0] + recent->part[1] + recent->part[2];
}
