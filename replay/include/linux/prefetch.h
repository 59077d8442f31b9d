/* SPDX-License-Identifier: GPL-2.0 */
#ifndef TUNWIN_REPLAY_LINUX_PREFETCH_H
#define TUNWIN_REPLAY_LINUX_PREFETCH_H

#define prefetch(address)	((void)(address))

#endif
