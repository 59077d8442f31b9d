/* SPDX-License-Identifier: GPL-2.0 */
/* What differs from kernel to kernel in what can be probed. */
#ifndef TUNWIN_COMPAT_PROBE_H
#define TUNWIN_COMPAT_PROBE_H

#include <linux/kconfig.h>

/* Can a function's arguments be read where it begins? */
#if defined(CONFIG_KPROBES) && defined(CONFIG_HAVE_FUNCTION_ARG_ACCESS_API)
#define TUNWIN_HAVE_WARN_ALLOC
#endif

/* The buffer that tcp:tcp_probe tells. */
#ifdef TUNWIN_HAVE_TCP_PROBE_CONST
#define TUNWIN_TCP_PROBE_SKB	const struct sk_buff
#else
#define TUNWIN_TCP_PROBE_SKB	struct sk_buff
#endif

#endif
