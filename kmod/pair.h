/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A connection that comes by one tunnel and leaves by another has a record in each, with the ends
 * exchanged: what is near in one is far in the other. The two know each other by id, so that
 * neither keeps the other alive.
 */
#ifndef TUNWIN_PAIR_H
#define TUNWIN_PAIR_H

struct tunwin_flow;

/* Look for the other record, once the flow is confirmed; rcu_read_lock(), no lock held. */
void tunwin_pair_make(struct tunwin_flow *flow);

/* The other record, if it has not been forgotten; rcu_read_lock(). NULL if there is none. */
struct tunwin_flow *tunwin_pair_other(const struct tunwin_flow *flow);

#endif
