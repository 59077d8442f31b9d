/* SPDX-License-Identifier: GPL-2.0 */
/* What tunwin reads from a TCP socket of this host. */
#ifndef TUNWIN_SOCKET_H
#define TUNWIN_SOCKET_H

#include <linux/types.h>

#include "recent.h"

struct sock;
struct tunwin_flow;
struct tunwin_flow_key;

/**
 * struct tunwin_socket - a sample of a socket, and what was gathered from earlier ones
 * @sample_ns: when it was taken, 0 for never
 * @adv_win_scale: net.ipv4.tcp_adv_win_scale, where the kernel has no scaling ratio
 * @scaling_ratio: 0 where the kernel has none
 * @rcvbuf_ns: when @rcvbuf was last seen to change
 * @srtt_ns: when @srtt_us was: a socket that only receives has measured the handshake, and no more
 * @pressure_ns: when TCP was last seen short of memory, 0 for never
 * @unread_mean: of @unread in the last seconds, at times that have nothing to do with what arrives
 *		 (tunwin_socket_look()); @looks: how often, up to 255
 * @rmem_high: the largest @rmem_alloc of the last minute
 * @answered: the SYN of the other end has reached this socket; until then @wscale_ok and @snd_wnd
 *	are 0, which says nothing of that end
 * @fin_acked, @fin_received: the FINs are among @bytes_acked and @bytes_received
 * @received_bytes, @received_truesize_bytes: payload and memory of what tcp_probe saw arrive
 *
 * The other members are the kernel's, by its names; see the UAPI header.
 */
struct tunwin_socket {
	u64 sample_ns;
	u64 bytes_received;
	u64 bytes_acked;
	u64 cookie;
	u64 received_bytes;
	u64 received_truesize_bytes;
	u64 rcvbuf_ns;
	u64 srtt_ns;
	u64 pressure_ns;
	struct tunwin_peak rmem_high;
	u32 rcvbuf;
	u32 rmem_alloc;
	u32 backlog;
	u32 drops;
	u32 unread;
	u32 unread_mean;
	u32 rcv_wnd;
	u32 rcv_wnd_max;
	u32 rcv_wnd_min;
	u32 rcv_ssthresh;
	u32 window_clamp;
	u32 rcv_mss;
	u32 snd_wnd;
	u32 srtt_us;
	u32 rtt_min_us;
	u32 rcv_rtt_us;
	int bound_ifindex;
	s8 adv_win_scale;
	u8 scaling_ratio;
	u8 rcv_wscale;
	u8 snd_wscale;
	u8 looks;
	u8 answered:1,
	   wscale_ok:1,
	   rcvbuf_locked:1,
	   mem_pressure:1,
	   fin_acked:1,
	   fin_received:1;
};

/*
 * The key of the flows a connected socket belongs to, its tunnel left open; false if it has none.
 */
bool tunwin_socket_key(const struct sock *sk, struct tunwin_flow_key *key);

/*
 * A record for samples of the flow's socket, if it has none yet; any context, not locked, the flow
 * found under RCU or held. False if there is no memory for it.
 */
bool tunwin_socket_provide(struct tunwin_flow *flow);
/* The flow is freed; no reader is left. */
void tunwin_socket_free(struct tunwin_socket *socket);
u64 tunwin_socket_memory_bytes(void);

/*
 * Take a sample into the flow's record, which it has; flow locked. The socket need not be. @state:
 * of the socket (TCP_…), by inet_sk_state_load(), or what it is about to be in.
 */
void tunwin_socket_sample(struct tunwin_flow *flow, const struct sock *sk, int state, u64 now_ns);

/*
 * Take a sample from the flow's socket if it can be found; rcu_read_lock(), flow not locked.
 * True if it was found and read.
 */
bool tunwin_socket_refresh(struct tunwin_flow *flow);

/* The same, to see how much is unread now and then. */
void tunwin_socket_look(struct tunwin_flow *flow);

/*
 * Does the smoothed round trip of the flow's socket tell of the present? Not of one that sends
 * nothing: its is the handshake's, which may have waited for a neighbour's address. Flow locked.
 */
bool tunwin_socket_knows_rtt(const struct tunwin_flow *flow);

/* The smoothed round trip by all the socket knows, 0 if that is nothing; flow locked. */
u32 tunwin_socket_rtt_us(const struct tunwin_flow *flow);

/* The window that the socket's last segment told; flow locked. */
u32 tunwin_socket_advertised_bytes(const struct tunwin_flow *flow);

/* Payload received and acknowledged, without SYN and FIN; flow locked. */
u64 tunwin_socket_received_bytes(const struct tunwin_flow *flow);
u64 tunwin_socket_acked_bytes(const struct tunwin_flow *flow);

#endif
