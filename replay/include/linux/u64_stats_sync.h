/* SPDX-License-Identifier: GPL-2.0 */
#ifndef TUNWIN_REPLAY_LINUX_U64_STATS_SYNC_H
#define TUNWIN_REPLAY_LINUX_U64_STATS_SYNC_H

struct u64_stats_sync { int seq; };

#endif
