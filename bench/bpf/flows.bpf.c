// SPDX-License-Identifier: GPL-2.0
/*
 * What one would write in place of tunwin's socket vantage: for each flow, at each segment that reaches its socket,
 * the numbers that tunwin takes from there. Loaded and attached by flows.c.
 */
#define SEC(name)	__attribute__((section(name), used))
#define __uint(name, value)	int (*name)[value]
#define __type(name, type)	type *name
#define BPF_MAP_TYPE_HASH	1
#define BPF_NOEXIST		1

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long long u64;

struct tcp_sock;

static void *(*bpf_map_lookup_elem)(void *map, const void *key) = (void *)1;
static long (*bpf_map_update_elem)(void *map, const void *key, const void *value, u64 flags) = (void *)2;
static u64 (*bpf_ktime_get_ns)(void) = (void *)5;
static struct tcp_sock *(*bpf_skc_to_tcp_sock)(void *sk) = (void *)137;

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

typedef struct {
	int counter;
} atomic_t;

struct sock_common {
	u32 skc_daddr;
	u32 skc_rcv_saddr;
	u16 skc_dport;
	u16 skc_num;
};

struct sock {
	struct sock_common __sk_common;
	struct {
		atomic_t rmem_alloc;
		int len;
	} sk_backlog;
	int sk_rcvbuf;
	atomic_t sk_drops;
};

struct inet_connection_sock;

struct tcp_sock {
	u32 rcv_nxt;
	u32 copied_seq;
	u32 rcv_wnd;
	u32 rcv_ssthresh;
	u32 window_clamp;
	u32 snd_wnd;
	u32 srtt_us;
	u64 bytes_received;
	u64 bytes_acked;
};

struct sk_buff {
	u32 len;
	u32 truesize;
};

#pragma clang attribute pop

struct key {
	u32 near;
	u32 far;
	u16 near_port;
	u16 far_port;
};

struct flow {
	u64 sample_ns;
	u64 segments;
	u64 bytes;
	u64 truesize_bytes;
	u64 bytes_received;
	u64 bytes_acked;
	u32 rcvbuf;
	u32 rmem_alloc;
	u32 rmem_high;
	u32 backlog;
	u32 drops;
	u32 unread;
	u32 rcv_wnd;
	u32 rcv_wnd_max;
	u32 rcv_wnd_min;
	u32 rcv_ssthresh;
	u32 window_clamp;
	u32 snd_wnd;
	u32 srtt_us;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 65536);
	__type(key, struct key);
	__type(value, struct flow);
} flows SEC(".maps");

SEC("tp_btf/tcp_probe")
int segment(u64 *context)
{
	struct sock *sk = (void *)context[0];
	struct sk_buff *skb = (void *)context[1];
	struct key key = {
		.near = sk->__sk_common.skc_rcv_saddr,
		.far = sk->__sk_common.skc_daddr,
		.near_port = sk->__sk_common.skc_num,
		.far_port = sk->__sk_common.skc_dport,
	};
	struct flow *flow = bpf_map_lookup_elem(&flows, &key);
	struct tcp_sock *tp = bpf_skc_to_tcp_sock(sk);

	if (!tp)
		return 0;
	if (!flow) {
		struct flow fresh = { .rcv_wnd_min = ~0U };

		bpf_map_update_elem(&flows, &key, &fresh, BPF_NOEXIST);
		flow = bpf_map_lookup_elem(&flows, &key);
		if (!flow)
			return 0;
	}
	flow->sample_ns = bpf_ktime_get_ns();
	flow->segments++;
	flow->bytes += skb->len;
	flow->truesize_bytes += skb->truesize;
	flow->bytes_received = tp->bytes_received;
	flow->bytes_acked = tp->bytes_acked;
	flow->rcvbuf = sk->sk_rcvbuf;
	flow->rmem_alloc = sk->sk_backlog.rmem_alloc.counter;
	if (flow->rmem_alloc > flow->rmem_high)
		flow->rmem_high = flow->rmem_alloc;
	flow->backlog = sk->sk_backlog.len;
	flow->drops = sk->sk_drops.counter;
	flow->unread = tp->rcv_nxt - tp->copied_seq;
	flow->rcv_wnd = tp->rcv_wnd;
	if (flow->rcv_wnd > flow->rcv_wnd_max)
		flow->rcv_wnd_max = flow->rcv_wnd;
	if (flow->rcv_wnd < flow->rcv_wnd_min)
		flow->rcv_wnd_min = flow->rcv_wnd;
	flow->rcv_ssthresh = tp->rcv_ssthresh;
	flow->window_clamp = tp->window_clamp;
	flow->snd_wnd = tp->snd_wnd;
	flow->srtt_us = tp->srtt_us >> 3;
	return 0;
}

char tunwin_license[] SEC("license") = "GPL";
