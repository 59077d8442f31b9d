// SPDX-License-Identifier: GPL-2.0
/*
 * The tracepoints that tunwin asks, with probes that do nothing: what the calls alone cost.
 */
#include <linux/module.h>
#include <linux/tracepoint.h>
#include <net/sock.h>
#include <trace/events/skb.h>
#include <trace/events/sock.h>
#include <trace/events/tcp.h>

static void probe_tcp_probe(void *unused, struct sock *sk, struct sk_buff *skb)
{
}

static void probe_set_state(void *unused, const struct sock *sk, const int old_state,
			    const int new_state)
{
}

static void probe_kfree_skb(void *unused, struct sk_buff *skb, void *location,
			    enum skb_drop_reason reason, struct sock *rx_sk)
{
}

static struct probe {
	const char *name;
	void *function;
	struct tracepoint *tracepoint;
} probes[] = {
	{ "tcp_probe", probe_tcp_probe },
	{ "inet_sock_set_state", probe_set_state },
	{ "kfree_skb", probe_kfree_skb },
};

static void find(struct tracepoint *tracepoint, void *unused)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(probes); i++)
		if (!strcmp(tracepoint->name, probes[i].name))
			probes[i].tracepoint = tracepoint;
}

static void detach(int count)
{
	while (count--)
		tracepoint_probe_unregister(probes[count].tracepoint, probes[count].function, NULL);
	tracepoint_synchronize_unregister();
}

static int __init probes_init(void)
{
	int i, error;

	for_each_kernel_tracepoint(find, NULL);
	for (i = 0; i < ARRAY_SIZE(probes); i++) {
		error = probes[i].tracepoint ?
			tracepoint_probe_register(probes[i].tracepoint, probes[i].function, NULL) :
			-ENOENT;
		if (error) {
			detach(i);
			return error;
		}
	}
	return 0;
}

static void __exit probes_exit(void)
{
	detach(ARRAY_SIZE(probes));
}

module_init(probes_init);
module_exit(probes_exit);

MODULE_AUTHOR("The tunwin authors");
MODULE_DESCRIPTION("The probes of tunwin, without what they do");
MODULE_LICENSE("GPL");
