/* SPDX-License-Identifier: GPL-2.0 */
#ifndef TUNWIN_TESTS_LINUX_IPV6_H
#define TUNWIN_TESTS_LINUX_IPV6_H

#include_next <linux/ipv6.h>

#define ipv6_optlen(header)	(((header)->hdrlen + 1) << 3)
#define ipv6_authlen(header)	(((header)->hdrlen + 2) << 2)

#endif
