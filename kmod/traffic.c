// SPDX-License-Identifier: GPL-2.0
#include <linux/mm.h>
#include <linux/percpu.h>

#include "compat/lock.h"
#include "packet.h"
#include "traffic.h"

/* ---- each packet ---- */

/* What a CPU counts, to be written; bottom halves off. */
static struct tunwin_traffic_cpu *begin(struct tunwin_traffic_cpu __percpu *cpus)
{
	struct tunwin_traffic_cpu *cpu;

	tunwin_counters_begin();
	cpu = this_cpu_ptr(cpus);
	u64_stats_update_begin(&cpu->syncp);
	return cpu;
}

static void end(struct tunwin_traffic_cpu *cpu)
{
	u64_stats_update_end(&cpu->syncp);
	tunwin_counters_end();
}

void tunwin_traffic_count(struct tunwin_traffic_cpu __percpu *cpus, int direction,
			  const struct tunwin_packet *packet, bool tcp, bool unparsed)
{
	struct tunwin_traffic_cpu *cpu = begin(cpus);
	struct tunwin_traffic *traffic = &cpu->traffic[direction];
	struct tunwin_traffic_class *class;

	class = &traffic->size_class[tunwin_window_size_class(packet->segment_bytes)];
	traffic->skbs++;
	traffic->segments += packet->segments;
	traffic->inner_bytes += packet->inner_bytes;
	if (tcp)
		traffic->tcp_segments += packet->segments;
	if (unparsed)
		traffic->unparsed += packet->segments;
	class->segments += packet->segments;
	if (packet->truesize_bytes) {
		class->len_bytes += packet->len_bytes;
		class->truesize_bytes += packet->truesize_bytes;
	}
	end(cpu);
}

void tunwin_traffic_count_again(struct tunwin_traffic_cpu __percpu *cpus, int direction,
				int size_class, u32 segments)
{
	struct tunwin_traffic_cpu *cpu = begin(cpus);

	cpu->traffic[direction].size_class[size_class].retransmits += segments;
	end(cpu);
}

/* Of so many large frames on a CPU the memory of one is looked at: it costs a look at its pages. */
#define JUMBO_SAMPLE	64

/*
 * The order of pages that had to be found for a head: of the block that it was cut from, or of its
 * own size, since the slabs take that where there is nothing larger.
 */
static u64 order_of_head(const struct sk_buff *skb)
{
	if (skb->head_frag)
		return compound_order(virt_to_head_page(skb->head));
	return get_order(skb_end_offset(skb) + sizeof(struct skb_shared_info));
}

/*
 * The same for what hangs on a head. Memory of a device (devmem TCP, zero-copy receive of
 * io_uring) has no pages that could be looked at.
 */
static u64 order_of_frag(const skb_frag_t *frag)
{
	struct page *page = skb_frag_page(frag);

	return page ? compound_order(compound_head(page)) : 0;
}

static void sample_jumbo(struct tunwin_jumbo *jumbo, const struct tunwin_packet *packet,
			 const struct sk_buff *skb)
{
	const struct skb_shared_info *info = skb_shinfo(skb);
	u32 buffers = info->nr_frags + (skb_headlen(skb) > 0);
	const struct sk_buff *piece = info->frag_list;
	u64 order = order_of_head(skb);
	int left = 64, i;

	for (i = 0; i < info->nr_frags; i++)
		order = max(order, order_of_frag(&info->frags[i]));
	/* Merged ones hang one on the other. */
	for (; piece && left--; piece = piece->next) {
		buffers += skb_shinfo(piece)->nr_frags + (skb_headlen(piece) > 0);
		order = max(order, order_of_head(piece));
	}
	jumbo->sampled += packet->segments;
	jumbo->buffers += buffers;
	jumbo->page_order = max(jumbo->page_order, order);
}

void tunwin_traffic_count_jumbo(struct tunwin_traffic_cpu __percpu *cpus,
				const struct tunwin_packet *packet, u32 overhead_bytes,
				const struct sk_buff *skb)
{
	struct tunwin_traffic_cpu *cpu = begin(cpus);
	struct tunwin_jumbo *jumbo = &cpu->jumbo;
	u32 life = READ_ONCE(cpu->life);
	u64 frames;

	if (cpu->jumbo_life != life) {
		memset(jumbo, 0, sizeof(*jumbo));
		cpu->jumbo_life = life;
	}
	frames = jumbo->frames + packet->segments;
	if (!jumbo->frames || frames / JUMBO_SAMPLE != jumbo->frames / JUMBO_SAMPLE)
		sample_jumbo(jumbo, packet, skb);
	jumbo->frames = frames;
	jumbo->bytes += packet->inner_bytes + (u64)packet->segments * overhead_bytes;
	jumbo->truesize_bytes += packet->truesize_bytes;
	jumbo->max_bytes = max_t(u64, jumbo->max_bytes, packet->segment_bytes + overhead_bytes);
	end(cpu);
}

/* ---- what is asked for ---- */

void tunwin_traffic_sum(const struct tunwin_traffic_cpu __percpu *cpus, int direction,
			struct tunwin_traffic *sum)
{
	u64 *total = (u64 *)sum;
	int i;

	memset(sum, 0, sizeof(*sum));
	for_each_possible_cpu(i) {
		const struct tunwin_traffic_cpu *cpu = per_cpu_ptr(cpus, i);
		struct tunwin_traffic copy;
		unsigned int start;
		size_t member;

		do {
			start = u64_stats_fetch_begin(&cpu->syncp);
			copy = cpu->traffic[direction];
		} while (u64_stats_fetch_retry(&cpu->syncp, start));

		/* All members are u64 counters. */
		for (member = 0; member < sizeof(copy) / sizeof(u64); member++)
			total[member] += ((const u64 *)&copy)[member];
	}
}

void tunwin_traffic_jumbo(const struct tunwin_traffic_cpu __percpu *cpus, struct tunwin_jumbo *sum)
{
	int i;

	memset(sum, 0, sizeof(*sum));
	for_each_possible_cpu(i) {
		const struct tunwin_traffic_cpu *cpu = per_cpu_ptr(cpus, i);
		struct tunwin_jumbo copy;
		unsigned int start;
		u32 life;

		do {
			start = u64_stats_fetch_begin(&cpu->syncp);
			copy = cpu->jumbo;
			life = cpu->jumbo_life;
		} while (u64_stats_fetch_retry(&cpu->syncp, start));
		if (life != cpu->life)
			continue;
		sum->frames += copy.frames;
		sum->bytes += copy.bytes;
		sum->truesize_bytes += copy.truesize_bytes;
		sum->sampled += copy.sampled;
		sum->buffers += copy.buffers;
		sum->page_order = max(sum->page_order, copy.page_order);
		sum->max_bytes = max(sum->max_bytes, copy.max_bytes);
	}
}

void tunwin_traffic_busiest(const struct tunwin_traffic_cpu __percpu *cpus,
			    struct tunwin_busiest *busiest)
{
	int i;

	busiest->cpus = 0;
	busiest->kept = 0;
	for_each_possible_cpu(i) {
		const struct tunwin_traffic_cpu *cpu = per_cpu_ptr(cpus, i);
		const struct tunwin_busiest_cpu share = {
			.cpu = i,
			.skbs = cpu->last_skbs - cpu->base_skbs,
			.pps = cpu->pps,
		};

		tunwin_busiest_add(busiest, &share);
	}
}

/* What a CPU has received. */
static u64 read_skbs(const struct tunwin_traffic_cpu *cpu)
{
	unsigned int start;
	u64 skbs;

	do {
		start = u64_stats_fetch_begin(&cpu->syncp);
		skbs = cpu->traffic[0].skbs;
	} while (u64_stats_fetch_retry(&cpu->syncp, start));
	return skbs;
}

void tunwin_traffic_begin(struct tunwin_traffic_cpu __percpu *cpus)
{
	int i;

	for_each_possible_cpu(i) {
		struct tunwin_traffic_cpu *cpu = per_cpu_ptr(cpus, i);

		WRITE_ONCE(cpu->life, cpu->life + 1);
		cpu->base_skbs = read_skbs(cpu);
		cpu->last_skbs = cpu->base_skbs;
		cpu->pps = 0;
	}
}

u64 tunwin_traffic_rate(u64 now, u64 last, u64 interval_ns)
{
	return now > last ? tunwin_window_per_second(now - last, interval_ns) : 0;
}

void tunwin_traffic_sample(struct tunwin_traffic_cpu __percpu *cpus, u64 interval_ns)
{
	int i;

	for_each_possible_cpu(i) {
		struct tunwin_traffic_cpu *cpu = per_cpu_ptr(cpus, i);
		u64 skbs = read_skbs(cpu);

		cpu->pps = tunwin_traffic_rate(skbs, cpu->last_skbs, interval_ns);
		cpu->last_skbs = skbs;
	}
}
