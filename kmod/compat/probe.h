/* SPDX-License-Identifier: GPL-2.0 */
/* Can a function's arguments be read where it begins? */
#ifndef TUNWIN_COMPAT_PROBE_H
#define TUNWIN_COMPAT_PROBE_H

#include <linux/kconfig.h>

#if defined(CONFIG_KPROBES) && defined(CONFIG_HAVE_FUNCTION_ARG_ACCESS_API)
#define TUNWIN_HAVE_WARN_ALLOC
#endif

#endif
