// SPDX-License-Identifier: GPL-2.0
#include <linux/kernel.h>
#include <linux/rcupdate.h>
#include <linux/string.h>
#include <linux/tracepoint.h>

#include "compat/hook.h"
#include "probe.h"

/* The one that ends a socket's record comes first, so that no record begins that cannot end. */
static struct tunwin_probe * const probes[] = {
	&tunwin_hook_set_state,
	&tunwin_hook_tcp_probe,
	&tunwin_hook_kfree_skb,
	/* Where there is no hook for it, what leaves a tunnel is seen by this one. */
	TUNWIN_HAVE_EGRESS ? NULL : &tunwin_hook_dev_queue,
};

static void match(struct tracepoint *tracepoint, void *unused)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(probes) && probes[i]; i++) {
		const char *event = strchr(probes[i]->name, ':') + 1;

		if (!strcmp(tracepoint->name, event))
			probes[i]->tracepoint = tracepoint;
	}
}

void tunwin_probe_attach(void)
{
	size_t i;

	for_each_kernel_tracepoint(match, NULL);
	for (i = 0; i < ARRAY_SIZE(probes) && probes[i]; i++) {
		struct tunwin_probe *probe = probes[i];

		probe->error = -ENOENT;
		if (!probe->tracepoint)
			continue;
		probe->error = tracepoint_probe_register(probe->tracepoint, probe->function, NULL);
		if (probe->error)
			probe->tracepoint = NULL;
	}
}

void tunwin_probe_detach(void)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(probes) && probes[i]; i++) {
		if (probes[i]->tracepoint)
			tracepoint_probe_unregister(probes[i]->tracepoint,
						    probes[i]->function, NULL);
		probes[i]->tracepoint = NULL;
	}
	/* From 7.1 on the first waits for SRCU alone, while our probes are RCU readers, too. */
	tracepoint_synchronize_unregister();
	synchronize_rcu();
}

const struct tunwin_probe *tunwin_probe_get(unsigned int index)
{
	return index < ARRAY_SIZE(probes) ? probes[index] : NULL;
}
