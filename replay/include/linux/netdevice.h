/* SPDX-License-Identifier: GPL-2.0 */
#ifndef TUNWIN_REPLAY_LINUX_NETDEVICE_H
#define TUNWIN_REPLAY_LINUX_NETDEVICE_H

#include <linux/if.h>
#include <linux/if_link.h>
#include <linux/types.h>

struct net;
struct net_device;
struct netlink_ext_ack;

#endif
