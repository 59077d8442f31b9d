/* SPDX-License-Identifier: GPL-2.0 */
#ifndef TUNWIN_REPLAY_NET_SOCK_H
#define TUNWIN_REPLAY_NET_SOCK_H

struct sock;

#endif
