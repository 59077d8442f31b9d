/* SPDX-License-Identifier: GPL-2.0 */
/* Tells the listeners of flows that have ended, in process context. */
#ifndef TUNWIN_ENDED_H
#define TUNWIN_ENDED_H

#include "flow.h"

/* No more wait to be told; of the rest the numbers tell that they are missing. */
#define TUNWIN_ENDED_WAITING	8192

void tunwin_ended_init(void (*tell)(struct tunwin_flow *flow));
/* Nothing ends any more; those that wait are not told. */
void tunwin_ended_exit(void);

/* How many were not told of for lack of room. */
u64 tunwin_ended_dropped(void);

/* The flow is now in the history; any context that may take a BH lock. */
void tunwin_ended_add(struct tunwin_flow *flow);

#endif
