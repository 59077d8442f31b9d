/* SPDX-License-Identifier: GPL-2.0 */
#ifndef TUNWIN_REPLAY_LINUX_RHASHTABLE_TYPES_H
#define TUNWIN_REPLAY_LINUX_RHASHTABLE_TYPES_H

struct rhash_head { struct rhash_head *next; };

#endif
