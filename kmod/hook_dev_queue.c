// SPDX-License-Identifier: GPL-2.0
/*
 * net:net_dev_queue, for kernels without netfilter's egress hook (up to 5.15): called for each
 * packet of each device, behind tc and before the queueing discipline. Bottom halves off, RCU.
 * Which of them are a tunnel's is told by the hook of its receive path, which hangs on the device
 * itself: others cost one load.
 */
#include <trace/events/net.h>

#include "compat/hook.h"
#include "hook_tunnel.h"
#include "probe.h"

static void probe_dev_queue(void *unused, struct sk_buff *skb)
{
	void *tunnel;

	/* Preemptible on no kernel that this is used on; the dereference wants it said. */
	rcu_read_lock();
	tunnel = tunwin_hook_find(skb->dev, tunwin_hook_receive);
	if (tunnel)
		tunwin_hook_transmit(tunnel, skb, NULL);
	rcu_read_unlock();
}

struct tunwin_probe tunwin_hook_dev_queue = {
	.name = "net:net_dev_queue",
	.function = probe_dev_queue,
	.stat = TUNWIN_STAT_TRANSMIT,
};

/* Does not compile if the prototype is not the kernel's. */
static void __maybe_unused check_prototype(void)
{
	check_trace_callback_type_net_dev_queue(probe_dev_queue);
}
