/* SPDX-License-Identifier: GPL-2.0 */
#ifndef TUNWIN_REPLAY_LINUX_REFCOUNT_H
#define TUNWIN_REPLAY_LINUX_REFCOUNT_H

#include <stdbool.h>

typedef struct { int count; } refcount_t;

static inline void refcount_inc(refcount_t *refs)
{
	refs->count++;
}

static inline bool refcount_inc_not_zero(refcount_t *refs)
{
	return refs->count && ++refs->count;
}

#endif
