/* SPDX-License-Identifier: GPL-2.0 */
/* What passes a tunnel, counted by each CPU for itself. */
#ifndef TUNWIN_TRAFFIC_H
#define TUNWIN_TRAFFIC_H

#include <linux/skbuff.h>
#include <linux/u64_stats_sync.h>

#include "busiest.h"
#include "window.h"

struct tunwin_packet;

struct tunwin_traffic_class {
	u64 segments;
	u64 len_bytes;
	u64 truesize_bytes;
	u64 retransmits;
};

/* One direction of a tunnel on one CPU; what each member counts is in the UAPI header. */
struct tunwin_traffic {
	u64 skbs;
	u64 segments;
	u64 inner_bytes;
	u64 unparsed;
	u64 tcp_segments;
	struct tunwin_traffic_class size_class[TUNWIN_SIZE_CLASSES];
};

/* Large frames of one CPU, as they arrive below the tunnel; what each is, is in the UAPI header. */
struct tunwin_jumbo {
	u64 frames;
	u64 bytes;
	u64 truesize_bytes;
	u64 sampled;
	u64 buffers;
	u64 page_order;
	u64 max_bytes;
};

/**
 * struct tunwin_traffic_cpu - what a CPU counts, and what is kept about that
 * @traffic: ever since the tunnel is there; written by the CPU alone, with bottom halves off
 * @jumbo: since @jumbo_life began; the CPU alone begins it anew
 * @jumbo_life: of which life @jumbo is
 * @life: how often the counters were begun anew; whoever may do that writes this, and all below
 * @base_skbs: what had arrived by then
 * @last_skbs, @pps: what had arrived by the last sample, and in the second before
 */
struct tunwin_traffic_cpu {
	struct u64_stats_sync syncp;
	struct tunwin_traffic traffic[2];
	struct tunwin_jumbo jumbo;
	u32 jumbo_life;
	u32 life;
	u64 base_skbs;
	u64 last_skbs;
	u64 pps;
};

/* Count a packet; softirq or bottom halves off. @tcp: it is TCP; @unparsed: it may be. */
void tunwin_traffic_count(struct tunwin_traffic_cpu __percpu *cpus, int direction,
			  const struct tunwin_packet *packet, bool tcp, bool unparsed);
/* Count TCP segments that were sent again; softirq or bottom halves off. */
void tunwin_traffic_count_again(struct tunwin_traffic_cpu __percpu *cpus, int direction,
				int size_class, u32 segments);
/* Count one that is larger than Ethernet's usual frames; softirq or bottom halves off. */
void tunwin_traffic_count_jumbo(struct tunwin_traffic_cpu __percpu *cpus,
				const struct tunwin_packet *packet, u32 overhead_bytes,
				const struct sk_buff *skb);

/* All that has been counted in a direction, ever; any context. */
void tunwin_traffic_sum(const struct tunwin_traffic_cpu __percpu *cpus, int direction,
			struct tunwin_traffic *sum);

/* The rest: one at a time. Large frames since the counters were begun anew. */
void tunwin_traffic_jumbo(const struct tunwin_traffic_cpu __percpu *cpus, struct tunwin_jumbo *sum);
/* The CPUs that have received most since then, as of the last sample. */
void tunwin_traffic_busiest(const struct tunwin_traffic_cpu __percpu *cpus,
			    struct tunwin_busiest *busiest);
/* Begin anew what the two above tell. */
void tunwin_traffic_begin(struct tunwin_traffic_cpu __percpu *cpus);
/* Once a second: how much each CPU has received since the last time. */
void tunwin_traffic_sample(struct tunwin_traffic_cpu __percpu *cpus, u64 interval_ns);

/* By how much a counter moves in a second; 0 if it went back, as drivers may begin theirs anew. */
u64 tunwin_traffic_rate(u64 now, u64 last, u64 interval_ns);

#endif
