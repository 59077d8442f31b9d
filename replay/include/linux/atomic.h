/* SPDX-License-Identifier: GPL-2.0 */
#ifndef TUNWIN_REPLAY_LINUX_ATOMIC_H
#define TUNWIN_REPLAY_LINUX_ATOMIC_H

#include <linux/types.h>

#endif
