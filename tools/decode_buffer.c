// SPDX-License-Identifier: GPL-2.0
#include <assert.h>
#include <errno.h>
#include <linux/tunwin.h>
#include <string.h>

#include "attr_table.h"
#include "decode.h"

static_assert(BUFFER_TUNNEL == (int)TUNWIN_BUFFER_ROLE_TUNNEL, "role");
static_assert(BUFFER_LOWER == (int)TUNWIN_BUFFER_ROLE_LOWER, "role");
static_assert(BUFFER_BACKLOG == (int)TUNWIN_BUFFER_SOURCE_BACKLOG, "source");
static_assert(BUFFER_GRO_CELLS == (int)TUNWIN_BUFFER_SOURCE_GRO_CELLS, "source");
static_assert(BUFFER_MEMORY == (int)TUNWIN_BUFFER_SOURCE_MEMORY, "source");
static_assert(BUFFER_SOCKET == (int)TUNWIN_BUFFER_SOURCE_SOCKET, "source");
static_assert(BUFFER_TCP_MEMORY == (int)TUNWIN_BUFFER_SOURCE_TCP_MEMORY, "source");
static_assert(BUFFER_MISSED == (int)TUNWIN_BUFFER_SOURCE_MISSED, "source");
static_assert(BUFFER_FIFO == (int)TUNWIN_BUFFER_SOURCE_FIFO, "source");
static_assert(BUFFER_OVER == (int)TUNWIN_BUFFER_SOURCE_OVER, "source");
static_assert(BUFFER_DROPPED == (int)TUNWIN_BUFFER_SOURCE_DROPPED, "source");
static_assert(BUFFER_ALLOC == (int)TUNWIN_BUFFER_SOURCE_ALLOC, "source");
static_assert(BUFFER_QUEUE_OVERRUN == (int)TUNWIN_BUFFER_SOURCE_QUEUE_OVERRUN, "source");
static_assert(BUFFER_PAGE_POOL == (int)TUNWIN_BUFFER_SOURCE_PAGE_POOL, "source");

static const struct attr class_attrs[] = {
	U32(TUNWIN_A_BUFFER_CLASS_MAX_BYTES, buffer_class, max_bytes),
	U64(TUNWIN_A_BUFFER_CLASS_PACKETS, buffer_class, packets),
	U64(TUNWIN_A_BUFFER_CLASS_PASSED, buffer_class, passed),
	{ 0 }
};

static const struct attr source_attrs[] = {
	ENUM(TUNWIN_A_BUFFER_SOURCE_COUNT_SOURCE, BUFFER_SOURCE_COUNT, buffer_source_count, source),
	U64(TUNWIN_A_BUFFER_SOURCE_COUNT_PACKETS, buffer_source_count, packets),
	U64(TUNWIN_A_BUFFER_SOURCE_COUNT_FIRST_NS, buffer_source_count, first_ns),
	U64(TUNWIN_A_BUFFER_SOURCE_COUNT_LAST_NS, buffer_source_count, last_ns),
	NESTS(TUNWIN_A_BUFFER_SOURCE_COUNT_CLASS, class_attrs, buffer_source_count, classes,
	      class_count),
	{ 0 }
};

static const struct attr page_attrs[] = {
	U32(TUNWIN_A_PAGE_ORDER, page_order, order),
	U64(TUNWIN_A_PAGE_FAILED, page_order, failed),
	U64(TUNWIN_A_PAGE_QUIET, page_order, quiet),
	U64(TUNWIN_A_PAGE_FIRST_NS, page_order, first_ns),
	U64(TUNWIN_A_PAGE_LAST_NS, page_order, last_ns),
	{ 0 }
};

static const struct attr device_attrs[] = {
	U32(TUNWIN_A_BUFFER_ID, buffer_device, id),
	U32(TUNWIN_A_BUFFER_IFINDEX, buffer_device, ifindex),
	STRING(TUNWIN_A_BUFFER_NAME, buffer_device, name),
	U32(TUNWIN_A_BUFFER_NETNS, buffer_device, netns),
	ENUM(TUNWIN_A_BUFFER_ROLE, BUFFER_ROLE_COUNT, buffer_device, role),
	U32(TUNWIN_A_BUFFER_EPISODE, buffer_device, episode),
	NESTS(TUNWIN_A_BUFFER_SOURCE, source_attrs, buffer_device, sources, source_count),
	{ 0 }
};

static const struct attr host_attrs[] = {
	NESTS(TUNWIN_A_BUFFER_PAGE, page_attrs, buffer_host, pages, page_count),
	NESTS(TUNWIN_A_BUFFER_CPU, tunwin_decode_cpu_attrs, buffer_host, cpus, cpu_count),
	NESTS(TUNWIN_A_BUFFER_UNPLACED, source_attrs, buffer_host, unplaced, unplaced_count),
	U64(TUNWIN_A_BUFFER_GAPS_MISSED, buffer_host, gaps_missed),
	U64(TUNWIN_A_BUFFER_EPISODES_DROPPED, buffer_host, episodes_dropped),
	{ 0 }
};

static const struct attr hit_attrs[] = {
	U32(TUNWIN_A_EPISODE_FLOW_FLOW_ID, episode_flow, flow_id),
	STRING(TUNWIN_A_EPISODE_FLOW_TUNNEL, episode_flow, tunnel),
	ADDRESS(TUNWIN_A_EPISODE_FLOW_NEAR_ADDR, episode_flow, near.addr),
	U16(TUNWIN_A_EPISODE_FLOW_NEAR_PORT, episode_flow, near.port),
	ADDRESS(TUNWIN_A_EPISODE_FLOW_FAR_ADDR, episode_flow, far.addr),
	U16(TUNWIN_A_EPISODE_FLOW_FAR_PORT, episode_flow, far.port),
	U64(TUNWIN_A_EPISODE_FLOW_LOST_BYTES, episode_flow, lost_bytes),
	U64(TUNWIN_A_EPISODE_FLOW_LOST_SEGMENTS, episode_flow, lost_segments),
	U32(TUNWIN_A_EPISODE_FLOW_SEGMENT_BYTES, episode_flow, segment_bytes),
	U64(TUNWIN_A_EPISODE_FLOW_HIT_NS, episode_flow, hit_ns),
	U64(TUNWIN_A_EPISODE_FLOW_STALLED_NS, episode_flow, stalled_ns),
	U8(TUNWIN_A_EPISODE_FLOW_MOVED, episode_flow, moved),
	{ 0 }
};

static const struct attr episode_attrs[] = {
	U32(TUNWIN_A_EPISODE_ID, episode, id),
	U32(TUNWIN_A_EPISODE_IFINDEX, episode, ifindex),
	STRING(TUNWIN_A_EPISODE_NAME, episode, device),
	U32(TUNWIN_A_EPISODE_NETNS, episode, netns),
	U64(TUNWIN_A_EPISODE_SINCE_NS, episode, since_ns),
	U64(TUNWIN_A_EPISODE_SLACK_NS, episode, slack_ns),
	U64(TUNWIN_A_EPISODE_DURATION_NS, episode, duration_ns),
	U64(TUNWIN_A_EPISODE_START_TIME_NS, episode, start_time_ns),
	U8(TUNWIN_A_EPISODE_OVER, episode, over),
	U64(TUNWIN_A_EPISODE_PACKETS, episode, packets),
	U64(TUNWIN_A_EPISODE_PEAK_PPS, episode, peak_pps),
	U32(TUNWIN_A_EPISODE_FLOWS, episode, flows),
	NESTS(TUNWIN_A_EPISODE_SOURCE, source_attrs, episode, sources, source_count),
	NESTS(TUNWIN_A_EPISODE_CLASS, class_attrs, episode, classes, class_count),
	U8(TUNWIN_A_EPISODE_PAGES_UNTOLD, episode, pages_untold),
	NESTS(TUNWIN_A_EPISODE_PAGE, page_attrs, episode, pages, page_count),
	NESTS(TUNWIN_A_EPISODE_FLOW, hit_attrs, episode, hits, hit_count),
	{ 0 }
};

/* Of the class without an upper bound the kernel says the largest number, or 0. */
static void close_classes(struct buffer_class *classes, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (!classes[i].max_bytes.value || classes[i].max_bytes.value == UINT32_MAX)
			classes[i].max_bytes.known = false;
}

static void close_sources(struct buffer_source_count *sources, size_t count)
{
	for (size_t i = 0; i < count; i++)
		close_classes(sources[i].classes, sources[i].class_count);
}

int tunwin_decode_buffer(struct nlmsghdr *nlh, struct buffer_device *device)
{
	int err;

	memset(device, 0, sizeof(*device));
	err = tunwin_decode_message(nlh, device_attrs, device);
	if (err)
		return err;
	close_sources(device->sources, device->source_count);
	return device->id.known && *device->name ? 0 : -EBADMSG;
}

int tunwin_decode_buffer_host(struct nlmsghdr *nlh, struct buffer_host *host)
{
	int err;

	memset(host, 0, sizeof(*host));
	err = tunwin_decode_message(nlh, host_attrs, host);
	if (!err)
		close_sources(host->unplaced, host->unplaced_count);
	return err;
}

int tunwin_decode_episode(struct nlmsghdr *nlh, struct episode *episode)
{
	int err;

	memset(episode, 0, sizeof(*episode));
	err = tunwin_decode_message(nlh, episode_attrs, episode);
	if (err)
		return err;
	close_classes(episode->classes, episode->class_count);
	return episode->id.known && *episode->device ? 0 : -EBADMSG;
}
