/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Included before all else of tunwin's, when it is built to be measured: each time that it keeps bottom halves off
 * where they were on is told to tunwin_held, which remembers the longest for each place in the source.
 */
#ifndef TUNWIN_HELD_H
#define TUNWIN_HELD_H

#include <linux/spinlock.h>

/* Both with bottom halves off. */
void tunwin_held_begin(void);
void tunwin_held_end(const char *file, int line);

#define spin_lock_bh(lock)	do { (spin_lock_bh)(lock); tunwin_held_begin(); } while (0)
#define spin_unlock_bh(lock)	do { tunwin_held_end(__FILE__, __LINE__); (spin_unlock_bh)(lock); } while (0)

#undef raw_spin_lock_bh
#undef raw_spin_unlock_bh
#define raw_spin_lock_bh(lock)	do { _raw_spin_lock_bh(lock); tunwin_held_begin(); } while (0)
#define raw_spin_unlock_bh(lock) do { tunwin_held_end(__FILE__, __LINE__); _raw_spin_unlock_bh(lock); } while (0)

#endif
