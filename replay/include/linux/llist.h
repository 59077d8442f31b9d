/* SPDX-License-Identifier: GPL-2.0 */
#ifndef TUNWIN_REPLAY_LINUX_LLIST_H
#define TUNWIN_REPLAY_LINUX_LLIST_H

struct llist_node { struct llist_node *next; };

#endif
