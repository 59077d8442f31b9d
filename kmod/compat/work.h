/* SPDX-License-Identifier: GPL-2.0 */
/* What differs from kernel to kernel in workqueues. Kbuild.include finds out which. */
#ifndef TUNWIN_COMPAT_WORK_H
#define TUNWIN_COMPAT_WORK_H

#include <linux/workqueue.h>

/* Its workers run on any CPU. 6.17 has given it another name; later kernels warn of the old one. */
#ifdef TUNWIN_HAVE_SYSTEM_DFL_WQ
#define tunwin_work_queue	system_dfl_wq
#else
#define tunwin_work_queue	system_unbound_wq
#endif

#endif
