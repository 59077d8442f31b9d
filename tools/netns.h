/* SPDX-License-Identifier: GPL-2.0 */
#ifndef TUNWIN_NETNS_H
#define TUNWIN_NETNS_H

#include "error.h"

/*
 * Moves this process into a network namespace: a name as of `ip netns`, the path of a namespace,
 * or the number of a process. Sockets opened from then on belong to it.
 */
int tunwin_netns_enter(const char *netns, struct tunwin_error *err);

/* What to put before a command so that it acts there, with a space; "" if none was entered. */
const char *tunwin_netns_prefix(void);

#endif
