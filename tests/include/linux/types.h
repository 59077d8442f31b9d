/* SPDX-License-Identifier: GPL-2.0 */
/* What the kernel's header has beyond the one that user space is given. */
#ifndef TUNWIN_TESTS_LINUX_TYPES_H
#define TUNWIN_TESTS_LINUX_TYPES_H

#include <stdbool.h>
#include <stddef.h>
#include_next <linux/types.h>

typedef __u8 u8;
typedef __u16 u16;
typedef __u32 u32;
typedef __u64 u64;

/* Nothing is cleared unasked, so the sanitizers see what is not written. */
#define __uninitialized

#endif
