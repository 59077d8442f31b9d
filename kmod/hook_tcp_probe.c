// SPDX-License-Identifier: GPL-2.0
/*
 * tcp:tcp_probe is the first statement of tcp_rcv_established(): one call for each buffer that
 * reaches an established socket, before it is processed. The socket is locked by its owner, in
 * softirq or, from the backlog, in process context with bottom halves on. skb->data is at the TCP
 * header, skb->dev may be NULL, skb->skb_iif is the interface it was last received on.
 */
#include <net/tcp.h>
#include <trace/events/tcp.h>

#include "compat/probe.h"
#include "flow.h"
#include "probe.h"
#include "socket.h"
#include "tunnel.h"

static void update(struct tunwin_flow *flow, const struct sock *sk, const struct sk_buff *skb)
{
	const struct tcphdr *tcp = (const struct tcphdr *)skb->data;
	u32 header_bytes = tcp->doff * 4;
	unsigned long flags;

	tunwin_lock(&flow->lock, flags);
	tunwin_socket_sample(flow, sk, inet_sk_state_load(sk), ktime_get_ns());
	if (skb->len > header_bytes) {
		flow->socket->received_bytes += skb->len - header_bytes;
		flow->socket->received_truesize_bytes += skb->truesize;
	}
	tunwin_unlock(&flow->lock, flags);
}

static void probe_tcp_probe(void *unused, struct sock *sk, TUNWIN_TCP_PROBE_SKB *skb)
{
	struct tunwin_flow_key key;
	struct tunwin_flow *flow;
	u32 tunnel_id;

	/* Probes are RCU readers by themselves only up to 6.18. */
	rcu_read_lock();
	tunwin_stat_hit(TUNWIN_STAT_TCP_PROBE);
	if (!tunwin_tunnel_via(sock_net(sk), skb->skb_iif, &tunnel_id) ||
	    !tunwin_socket_key(sk, &key))
		goto out;

	/*
	 * The record was made when the packet passed the tunnel; there is none if it was refused.
	 */
	key.tunnel_id = tunnel_id;
	flow = tunwin_flow_find(&key);
	if (flow && tunwin_socket_provide(flow))
		update(flow, sk, skb);
out:
	rcu_read_unlock();
}

struct tunwin_probe tunwin_hook_tcp_probe = {
	.name = "tcp:tcp_probe",
	.function = probe_tcp_probe,
	.stat = TUNWIN_STAT_TCP_PROBE,
};

/* Does not compile if the prototype is not the kernel's. */
static void __maybe_unused check_prototype(void)
{
	check_trace_callback_type_tcp_probe(probe_tcp_probe);
}
