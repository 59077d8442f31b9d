/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Tracepoints by name. Those we need are not exported to modules, so that register_trace_…() does
 * not link; they are found by walking the kernel's own list. The type check that is lost on this
 * way is made where the probe is defined (check_trace_callback_type_…()).
 */
#ifndef TUNWIN_PROBE_H
#define TUNWIN_PROBE_H

#include "stat.h"

struct tracepoint;

/**
 * struct tunwin_probe - one probe
 * @name: "group:event", as tracefs has it
 * @function: the probe, its first argument is unused
 * @stat: its count of calls
 * @tracepoint: where it is attached, NULL if it is not
 * @error: why it is not, a negative errno
 */
struct tunwin_probe {
	const char *name;
	void *function;
	enum tunwin_stat stat;
	struct tracepoint *tracepoint;
	int error;
};

/* Attach all that can be; an absent one is told by its error. Process context. */
void tunwin_probe_attach(void);
/* Detach all; no probe runs any more when it returns. Process context. */
void tunwin_probe_detach(void);

/* The probes, NULL after the last. */
const struct tunwin_probe *tunwin_probe_get(unsigned int index);

/* Defined one to a file: hook_tcp_probe.c, hook_set_state.c, hook_kfree_skb.c, hook_dev_queue.c */
extern struct tunwin_probe tunwin_hook_tcp_probe;
extern struct tunwin_probe tunwin_hook_set_state;
extern struct tunwin_probe tunwin_hook_kfree_skb;
extern struct tunwin_probe tunwin_hook_dev_queue;

#endif
