/* SPDX-License-Identifier: GPL-2.0 */
#ifndef TUNWIN_MAIN_H
#define TUNWIN_MAIN_H

#include <linux/types.h>

#ifndef TUNWIN_VERSION
#define TUNWIN_VERSION "0.1.0"
#endif

/* When the module was loaded; written once, before anything can ask. */
extern u64 tunwin_loaded_ns;

#endif
