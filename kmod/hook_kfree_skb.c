// SPDX-License-Identifier: GPL-2.0
/*
 * skb:kfree_skb is called for each buffer that is dropped, and by some that only mean to free one,
 * with no reference left but the caller's. Any context, interrupts on or off, under any lock:
 * nothing here takes one. skb->dev may be anything.
 */
#include <linux/skbuff.h>
#include <trace/events/skb.h>

#include "buffer.h"
#include "compat/drop.h"
#include "drop.h"
#include "probe.h"

static void probe_kfree_skb(void *unused, struct sk_buff *skb, void *location TUNWIN_DROP_ARGUMENTS)
{
	const struct net_device *tunnel = NULL;

	tunwin_stat_hit(TUNWIN_STAT_KFREE_SKB);
	/* Probes are RCU readers by themselves only up to 6.18. */
	rcu_read_lock();
	if (tunwin_drop_is_loss(TUNWIN_DROP_REASON))
		tunnel = tunwin_drop_see(skb, (unsigned long)location, TUNWIN_DROP_REASON);
	if (!TUNWIN_DROP_TELLS_SOCKET && !tunnel)
		tunnel = tunwin_drop_tunnel(skb);
	tunwin_buffer_drop(skb, (unsigned long)location, TUNWIN_DROP_REASON, TUNWIN_DROP_NET,
			   tunnel);
	rcu_read_unlock();
}

struct tunwin_probe tunwin_hook_kfree_skb = {
	.name = "skb:kfree_skb",
	.function = probe_kfree_skb,
	.stat = TUNWIN_STAT_KFREE_SKB,
};

/* Does not compile if the prototype is not the kernel's. */
static void __maybe_unused check_prototype(void)
{
	check_trace_callback_type_kfree_skb(probe_kfree_skb);
}
