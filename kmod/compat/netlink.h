/* SPDX-License-Identifier: GPL-2.0 */
/* What differs from kernel to kernel in generic netlink. Kbuild.include finds out which. */
#ifndef TUNWIN_COMPAT_NETLINK_H
#define TUNWIN_COMPAT_NETLINK_H

#include <net/genetlink.h>

/* Who may listen to a multicast group: before it was told, everybody might. */
#ifdef TUNWIN_HAVE_MCAST_ADMIN
#define TUNWIN_MCGRP_ADMIN	.flags = GENL_MCAST_CAP_NET_ADMIN
#else
#define TUNWIN_MCGRP_ADMIN
#endif

/* 5.11 and later (872f690341948). */
#ifdef TUNWIN_HAVE_NLA_STRSCPY
#define tunwin_nla_strscpy(to, nla, size)	nla_strscpy(to, nla, size)
#else
#define tunwin_nla_strscpy(to, nla, size)	nla_strlcpy(to, nla, size)
#endif

#endif
