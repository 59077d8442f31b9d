/* SPDX-License-Identifier: GPL-2.0 */
/* What differs from kernel to kernel in the TCP socket. Kbuild.include finds out which. */
#ifndef TUNWIN_COMPAT_TCP_H
#define TUNWIN_COMPAT_TCP_H

#include <net/inet_hashtables.h>
#include <net/inet6_hashtables.h>
#include <net/tcp.h>

/* 6.6 replaced the sysctl by a ratio that is measured for each socket (dfa2f0483360). */
#ifdef TUNWIN_HAVE_SCALING_RATIO
#define tunwin_tcp_scaling_ratio(sk)	READ_ONCE(tcp_sk(sk)->scaling_ratio)
#define tunwin_tcp_adv_win_scale(sk)	0
#else
#define tunwin_tcp_scaling_ratio(sk)	0
#define tunwin_tcp_adv_win_scale(sk)	READ_ONCE(sock_net(sk)->ipv4.sysctl_tcp_adv_win_scale)
#endif

/*
 * Where sockets are looked up: later kernels find the table by themselves. It is that of the
 * namespace where that may have its own (6.1), else the only one there is.
 */
#ifdef TUNWIN_HAVE_LOOKUP_OF_NETNS
#define TUNWIN_TCP_TABLE
#else
#define TUNWIN_TCP_TABLE	net->ipv4.tcp_death_row.hashinfo,
#endif

/* The established, or time-wait, socket of these addresses, with a reference; rcu_read_lock(). */
static inline struct sock *tunwin_tcp_lookup4(struct net *net, __be32 far, __be16 far_port,
					      __be32 near, u16 near_port, int ifindex)
{
	return __inet_lookup_established(net, TUNWIN_TCP_TABLE far, far_port, near, near_port,
					 ifindex, 0);
}

static inline struct sock *tunwin_tcp_lookup6(struct net *net, const struct in6_addr *far,
					      __be16 far_port, const struct in6_addr *near,
					      u16 near_port, int ifindex)
{
#if IS_ENABLED(CONFIG_IPV6)
	return __inet6_lookup_established(net, TUNWIN_TCP_TABLE far, far_port, near, near_port,
					  ifindex, 0);
#else
	return NULL;
#endif
}

/* The addresses of a connected socket, IPv4's mapped; false for another family. */
static inline bool tunwin_tcp_addresses(const struct sock *sk, struct in6_addr *near,
					struct in6_addr *far)
{
#if IS_ENABLED(CONFIG_IPV6)
	if (sk->sk_family == AF_INET6) {
		/* Those of a socket that speaks IPv4 are mapped already. */
		*near = sk->sk_v6_rcv_saddr;
		*far = sk->sk_v6_daddr;
		return true;
	}
#endif
	if (sk->sk_family != AF_INET)
		return false;
	ipv6_addr_set_v4mapped(inet_sk(sk)->inet_rcv_saddr, near);
	ipv6_addr_set_v4mapped(inet_sk(sk)->inet_daddr, far);
	return true;
}

#endif
