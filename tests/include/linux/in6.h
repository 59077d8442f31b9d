/* SPDX-License-Identifier: GPL-2.0 */
#ifndef TUNWIN_TESTS_LINUX_IN6_H
#define TUNWIN_TESTS_LINUX_IN6_H

#include <linux/types.h>
#include <linux/in.h>
#include_next <linux/in6.h>

#endif
