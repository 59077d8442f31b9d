// SPDX-License-Identifier: GPL-2.0
/*
 * sock:inet_sock_set_state tells when a connection is there and when its socket is done with it.
 * It is called before the state is stored, for other protocols and for listeners, too; the socket's
 * owner calls it, in any context that may change a socket.
 */
#include <net/tcp_states.h>
#include <trace/events/sock.h>

#include "flow.h"
#include "probe.h"
#include "socket.h"

static void probe_set_state(void *unused, const struct sock *sk, const int old_state,
			    const int new_state)
{
	struct tunwin_flow_key key;
	struct tunwin_flow *flow;
	unsigned long flags;
	bool has_record;
	u64 now_ns;

	if (new_state != TCP_ESTABLISHED && new_state != TCP_CLOSE)
		return;
	if (sk->sk_protocol != IPPROTO_TCP || old_state == TCP_LISTEN)
		return;
	/*
	 * When two CPUs receive the first segments of a connection, each makes a socket of it,
	 * and the one that comes second is closed at birth (inet_ehash_nolisten()). The connection
	 * goes on.
	 */
	if (old_state == TCP_SYN_RECV && new_state == TCP_CLOSE)
		return;

	rcu_read_lock();
	tunwin_stat_hit(TUNWIN_STAT_SET_STATE);
	if (!tunwin_socket_key(sk, &key))
		goto out;
	flow = tunwin_flow_find(&key);
	if (!flow)
		goto out;

	now_ns = ktime_get_ns();
	has_record = tunwin_socket_provide(flow);
	tunwin_lock(&flow->lock, flags);
	/* The socket has its old state still. One that is established has heard the other end. */
	if (has_record)
		tunwin_socket_sample(flow, sk, new_state == TCP_ESTABLISHED ? new_state : old_state,
				     now_ns);
	if (new_state == TCP_CLOSE)
		tunwin_flow_close(flow, flow->seen & TUNWIN_SEEN_RST ? TUNWIN_END_REASON_RESET :
				  TUNWIN_END_REASON_CLOSED, now_ns);
	tunwin_unlock(&flow->lock, flags);
out:
	rcu_read_unlock();
}

struct tunwin_probe tunwin_hook_set_state = {
	.name = "sock:inet_sock_set_state",
	.function = probe_set_state,
	.stat = TUNWIN_STAT_SET_STATE,
};

/* Does not compile if the prototype is not the kernel's. */
static void __maybe_unused check_prototype(void)
{
	check_trace_callback_type_inet_sock_set_state(probe_set_state);
}
