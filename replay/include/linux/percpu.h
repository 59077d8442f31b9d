/* SPDX-License-Identifier: GPL-2.0 */
#ifndef TUNWIN_REPLAY_LINUX_PERCPU_H
#define TUNWIN_REPLAY_LINUX_PERCPU_H

#define DECLARE_PER_CPU(type, name)	extern type name
#define this_cpu_inc(count)		((count)++)

#endif
