// SPDX-License-Identifier: GPL-2.0
/*
 * Reading sockets that others own.
 *
 * In tcp:tcp_probe the socket is locked by its owner, so a sample is coherent. For an answer to the
 * user it is looked up and read unlocked, as `ss` reads sk_meminfo: each number is true, two of
 * them may be a segment apart on a busy socket, and a quiet one agrees with `ss` exactly.
 */
#include <linux/slab.h>
#include <net/sock.h>

#include "compat/netns.h"
#include "compat/tcp.h"
#include "flow.h"
#include "socket.h"
#include "tunnel.h"

bool tunwin_socket_key(const struct sock *sk, struct tunwin_flow_key *key)
{
	const struct inet_sock *inet = inet_sk(sk);

	key->near_port = inet->inet_sport;
	key->far_port = inet->inet_dport;
	key->tunnel_id = 0;
	key->netns_cookie = tunwin_netns_cookie(sock_net(sk));
	if (!key->far_port)
		return false;

	return tunwin_tcp_addresses(sk, &key->near, &key->far);
}

/* The socket's FIN was sent and acknowledged: it is the last thing that write_seq counts. */
static bool fin_acked(const struct sock *sk)
{
	const struct tcp_sock *tp = tcp_sk(sk);

	switch (READ_ONCE(sk->sk_state)) {
	case TCP_FIN_WAIT1:
	case TCP_FIN_WAIT2:
	case TCP_CLOSING:
	case TCP_LAST_ACK:
		return READ_ONCE(tp->snd_una) == READ_ONCE(tp->write_seq);
	default:
		return false;
	}
}

/* Those of all flows. */
static atomic_t records;

bool tunwin_socket_provide(struct tunwin_flow *flow)
{
	struct tunwin_socket *s;

	if (likely(READ_ONCE(flow->socket)))
		return true;
	s = kzalloc(sizeof(*s), GFP_ATOMIC | __GFP_NOWARN);
	if (!s)
		return false;
	atomic_inc(&records);
	/* Whoever comes second has made his for nothing. */
	if (cmpxchg(&flow->socket, NULL, s))
		tunwin_socket_free(s);
	return true;
}

void tunwin_socket_free(struct tunwin_socket *socket)
{
	if (!socket)
		return;
	kfree(socket);
	atomic_dec(&records);
}

u64 tunwin_socket_memory_bytes(void)
{
	return (u64)atomic_read(&records) * sizeof(struct tunwin_socket);
}

void tunwin_socket_sample(struct tunwin_flow *flow, const struct sock *sk, int state, u64 now_ns)
{
	const struct inet_connection_sock *icsk = inet_csk(sk);
	const struct tcp_sock *tp = tcp_sk(sk);
	struct tunwin_socket *s = flow->socket;
	u32 rtt_min_us = tcp_min_rtt(tp), now_s = tunwin_recent_time(now_ns);
	u32 rcvbuf = READ_ONCE(sk->sk_rcvbuf);
	/* Kept in eighths; no sample yet is 0, for the minimum ~0. */
	u32 srtt_us = READ_ONCE(tp->srtt_us) >> 3;
	bool answered = s->answered || (state != TCP_SYN_SENT && state != TCP_CLOSE);
	bool rescaled = false;

	if (rcvbuf != s->rcvbuf)
		s->rcvbuf_ns = now_ns;
	s->rcvbuf = rcvbuf;
	s->rmem_alloc = atomic_read(&sk->sk_rmem_alloc);
	s->backlog = READ_ONCE(sk->sk_backlog.len);
	s->drops = atomic_read(&sk->sk_drops);
	s->unread = READ_ONCE(tp->rcv_nxt) - READ_ONCE(tp->copied_seq);
	s->rcv_wnd = READ_ONCE(tp->rcv_wnd);
	s->rcv_ssthresh = READ_ONCE(tp->rcv_ssthresh);
	s->window_clamp = READ_ONCE(tp->window_clamp);
	s->rcv_mss = READ_ONCE(icsk->icsk_ack.rcv_mss);
	s->snd_wnd = READ_ONCE(tp->snd_wnd);
	if (srtt_us != s->srtt_us)
		s->srtt_ns = now_ns;
	s->srtt_us = srtt_us;
	s->rtt_min_us = rtt_min_us == ~0U ? 0 : rtt_min_us;
	s->rcv_rtt_us = READ_ONCE(tp->rcv_rtt_est.rtt_us) >> 3;
	s->bytes_received = READ_ONCE(tp->bytes_received);
	s->bytes_acked = READ_ONCE(tp->bytes_acked);
	s->cookie = atomic64_read(&sk->sk_cookie);
	s->bound_ifindex = READ_ONCE(sk->sk_bound_dev_if);
	s->adv_win_scale = tunwin_tcp_adv_win_scale(sk);
	s->scaling_ratio = tunwin_tcp_scaling_ratio(sk);
	s->rcvbuf_locked = !!(sk->sk_userlocks & SOCK_RCVBUF_LOCK);
	s->mem_pressure = tcp_under_memory_pressure(sk);
	/* A socket that is closed has forgotten them (tcp_disconnect()). */
	if (state != TCP_CLOSE) {
		rescaled = s->answered != answered || s->wscale_ok != tp->rx_opt.wscale_ok ||
			   s->rcv_wscale != tp->rx_opt.rcv_wscale ||
			   s->snd_wscale != tp->rx_opt.snd_wscale;
		s->answered = answered;
		s->wscale_ok = tp->rx_opt.wscale_ok;
		s->rcv_wscale = tp->rx_opt.rcv_wscale;
		s->snd_wscale = tp->rx_opt.snd_wscale;
	}
	s->fin_acked = fin_acked(sk);
	/* Set by tcp_fin() alone; the FIN was counted with the data before it. */
	s->fin_received = sock_flag(sk, SOCK_DONE);
	/* As tcp_inq() has it: the FIN is not for the application to read. */
	if (s->unread && s->fin_received)
		s->unread--;

	tunwin_peak_add(&s->rmem_high, s->rmem_alloc, now_s);
	if (s->mem_pressure)
		s->pressure_ns = now_ns;
	if (s->rcv_wnd > s->rcv_wnd_max)
		s->rcv_wnd_max = s->rcv_wnd;
	if (!s->sample_ns || s->rcv_wnd < s->rcv_wnd_min)
		s->rcv_wnd_min = s->rcv_wnd;
	s->sample_ns = now_ns;

	if (unlikely(!flow->has_socket || rescaled)) {
		flow->has_socket = true;
		tunwin_flow_scale_learn(flow);
	}
}

static struct sock *find(struct net *net, const struct tunwin_flow *flow)
{
	const struct tunwin_flow_key *key = &flow->key;
	const struct tunwin_socket *socket = READ_ONCE(flow->socket);
	int ifindex = socket && READ_ONCE(socket->bound_ifindex) ? socket->bound_ifindex :
		      flow->tunnel->ifindex;

	if (ipv6_addr_v4mapped(&key->near))
		return tunwin_tcp_lookup4(net, key->far.s6_addr32[3], key->far_port,
					  key->near.s6_addr32[3], ntohs(key->near_port), ifindex);
	return tunwin_tcp_lookup6(net, &key->far, key->far_port, &key->near,
				  ntohs(key->near_port), ifindex);
}

/*
 * A tunnel that is not gone keeps its namespace alive for this RCU section: the device leaves
 * before the namespace does, and a grace period lies between.
 */
bool tunwin_socket_refresh(struct tunwin_flow *flow)
{
	bool found = false;
	unsigned long flags;
	struct sock *sk;

	if (READ_ONCE(flow->tunnel->gone) || READ_ONCE(flow->end_ns))
		return false;

	sk = find(flow->tunnel->net, flow);
	if (!sk)
		return false;
	if (sk_fullsock(sk) && sk->sk_protocol == IPPROTO_TCP && tunwin_socket_provide(flow)) {
		tunwin_lock(&flow->lock, flags);
		tunwin_socket_sample(flow, sk, inet_sk_state_load(sk), ktime_get_ns());
		tunwin_unlock(&flow->lock, flags);
		found = true;
	}
	sock_gen_put(sk);
	return found;
}

/* Of the last eight looks, roughly. */
#define LOOKS	8

void tunwin_socket_look(struct tunwin_flow *flow)
{
	struct tunwin_socket *s;
	unsigned long flags;
	bool found;

	rcu_read_lock();
	found = tunwin_socket_refresh(flow);
	rcu_read_unlock();
	if (!found)
		return;
	tunwin_lock(&flow->lock, flags);
	s = flow->socket;
	if (s->looks)
		s->unread_mean += ((int)s->unread - (int)s->unread_mean) /
				  min_t(int, s->looks + 1, LOOKS);
	else
		s->unread_mean = s->unread;
	if (s->looks < U8_MAX)
		s->looks++;
	tunwin_unlock(&flow->lock, flags);
}

/* While the flow goes on for this and a few round trips, a sender hears of what it sent. */
#define RTT_VALID_NS	NSEC_PER_SEC

bool tunwin_socket_knows_rtt(const struct tunwin_flow *flow)
{
	const struct tunwin_socket *s = flow->socket;
	u64 valid_ns = RTT_VALID_NS + 4ULL * s->srtt_us * NSEC_PER_USEC;

	return s->srtt_us && tunwin_socket_acked_bytes(flow) &&
	       flow->last_ns <= s->srtt_ns + valid_ns;
}

u32 tunwin_socket_rtt_us(const struct tunwin_flow *flow)
{
	const struct tunwin_socket *s = flow->socket;

	/* What a receiver estimates is a round trip or more, never less. */
	if (!s->rcv_rtt_us || s->rcv_rtt_us >= s->srtt_us || tunwin_socket_knows_rtt(flow))
		return s->srtt_us;
	return s->rcv_rtt_us;
}

u32 tunwin_socket_advertised_bytes(const struct tunwin_flow *flow)
{
	const struct tunwin_socket *s = flow->socket;

	/* tcp_select_window() keeps what it would like to tell, and tells what the scale allows. */
	return min_t(u32, s->rcv_wnd, (u32)U16_MAX << (s->wscale_ok ? s->rcv_wscale : 0));
}

u64 tunwin_socket_received_bytes(const struct tunwin_flow *flow)
{
	return flow->socket->bytes_received - (flow->socket->fin_received ? 1 : 0);
}

u64 tunwin_socket_acked_bytes(const struct tunwin_flow *flow)
{
	/*
	 * tcp_ack() counts the SYN of a connection that this end opened, not that of one it
	 * accepted.
	 */
	bool opened = flow->end[TUNWIN_OUT].seen && !flow->end[TUNWIN_OUT].answered;
	u64 overhead = (opened ? 1 : 0) + (flow->socket->fin_acked ? 1 : 0);

	return flow->socket->bytes_acked > overhead ? flow->socket->bytes_acked - overhead : 0;
}
