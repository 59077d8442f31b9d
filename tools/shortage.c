// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>
#include <string.h>

#include "shortage.h"
#include "error.h"

const char *const tunwin_shortage_role[BUFFER_ROLE_COUNT + 1] = {
	[BUFFER_TUNNEL] = "tunnel",
	[BUFFER_LOWER] = "lower",
};

const char *const tunwin_shortage_source[BUFFER_SOURCE_COUNT + 1] = {
	[BUFFER_BACKLOG] = "backlog",
	[BUFFER_GRO_CELLS] = "gro-cells",
	[BUFFER_MEMORY] = "memory",
	[BUFFER_SOCKET] = "socket",
	[BUFFER_TCP_MEMORY] = "tcp-memory",
	[BUFFER_MISSED] = "missed",
	[BUFFER_FIFO] = "fifo",
	[BUFFER_OVER] = "over",
	[BUFFER_DROPPED] = "dropped",
	[BUFFER_ALLOC] = "alloc",
	[BUFFER_QUEUE_OVERRUN] = "queue-overrun",
	[BUFFER_QUEUE_ALLOC] = "queue-alloc",
	[BUFFER_PAGE_POOL] = "page-pool",
};

const struct shortage_meaning tunwin_shortage_meanings[BUFFER_SOURCE_COUNT] = {
	[BUFFER_BACKLOG] = {
		"A CPU's backlog was full",
		"Packets that one CPU hands to another, or a virtual device to the stack, wait in a queue for each CPU; it was full.",
		"sysctl -w net.core.netdev_max_backlog to more; spread the packets over more CPUs (ethtool -L, RPS).",
		"enqueue_to_backlog(), drop reason CPU_BACKLOG; /proc/net/softnet_stat" },
	[BUFFER_GRO_CELLS] = {
		"The queue behind a tunnel was full",
		"Packets that a tunnel has unpacked wait in a queue for each CPU; it was full.",
		"sysctl -w net.core.netdev_max_backlog to more; spread the packets over more CPUs.",
		"gro_cells_receive(); rx_dropped of the tunnel" },
	[BUFFER_MEMORY] = {
		"There was no memory for a packet",
		"The kernel had no memory for a packet, or only the reserve that is kept for freeing more.",
		"Find what holds the memory; sysctl -w vm.min_free_kbytes to more, which is what interrupts may take from.",
		"drop reasons NOMEM and PFMEMALLOC" },
	[BUFFER_SOCKET] = {
		"A socket's receive queue was full",
		"Datagrams came faster than their application read them, or TCP segments while it held the socket.",
		"Let the application read faster, or set a larger SO_RCVBUF (net.core.rmem_max). Which it is: ss -uamn, d in skmem.",
		"SOCKET_RCVBUFF, SOCKET_BACKLOG; nstat UdpRcvbufErrors, TcpExtTCPBacklogDrop" },
	[BUFFER_TCP_MEMORY] = {
		"A TCP socket had no memory for what arrived",
		"The receive buffer of the socket, or the memory for all of TCP, was used up.",
		"If TCP as a whole is short (/proc/net/sockstat against net.ipv4.tcp_mem), give it more; else the socket holds much that is not payload (bloat).",
		"PROTO_MEM, TCP_OFO_QUEUE_PRUNE; nstat TcpExtTCPRcvQDrop, TcpExtOfoPruned" },
	[BUFFER_MISSED] = {
		"The card had no receive buffer",
		"A frame arrived and the receive ring had no buffer for it, or too few for a large one, which many cards spread over several.",
		"ethtool -G DEV rx to more; a smaller MTU; more CPU for the card's interrupts (ethtool -L, IRQ affinity).",
		"rx_missed_errors; Shalunov, GigaTCP" },
	[BUFFER_FIFO] = {
		"The card's FIFO overflowed",
		"Frames arrived faster than the card could write them to memory.",
		"Flow control (ethtool -A DEV rx on), or a card with more room.",
		"rx_fifo_errors" },
	[BUFFER_OVER] = {
		"The card was overrun",
		"Frames arrived faster than the card or its driver took them.",
		"As of missed and fifo; which of them it is depends on the driver.",
		"rx_over_errors" },
	[BUFFER_DROPPED] = {
		"The device dropped packets",
		"What the device counts as rx_dropped: drops of its driver, of a full backlog, and packets of a protocol that nobody takes. It is no shortage by itself.",
		"ip -s -s link; ethtool -S DEV; perf trace -e skb:kfree_skb.",
		"rx_dropped" },
	[BUFFER_ALLOC] = {
		"The driver got no memory for a buffer",
		"The driver could not refill its receive ring; when that is empty, frames are missed.",
		"Find what holds the memory; sysctl -w vm.min_free_kbytes to more; a smaller MTU where the driver asks for several pages in one piece.",
		"counters of the driver, as ethtool -S DEV names them: alloc_rx_buff_failed" },
	[BUFFER_QUEUE_OVERRUN] = {
		"A receive queue had no buffer",
		"A frame arrived and its receive queue had no buffer for it.",
		"ethtool -G DEV rx to more; more queues (ethtool -L).",
		"netdev qstats, rx-hw-drop-overruns" },
	[BUFFER_QUEUE_ALLOC] = {
		"A receive queue got no memory",
		"The driver could not refill a receive queue.",
		"As of alloc.",
		"netdev qstats, rx-alloc-fail" },
	[BUFFER_PAGE_POOL] = {
		"A page pool got no page",
		"Drivers that keep their receive pages in a pool refill it from it. A pool counts how its pages were got, and none that it did not get, so this is never available.",
		"Its failures are among the page allocations that failed (tunwin buffers, by order), and among missed when the ring is empty; how it fares: ethtool -S DEV (rx_pp_...).",
		"struct page_pool_alloc_stats; netdev page-pool-stats-get" },
};

struct buffer_device *tunwin_shortage_add_device(struct buffer_list *list)
{
	struct buffer_device *device;

	list->devices = tunwin_model_grow(list->devices, list->count, &list->space,
					  sizeof(*device));
	device = &list->devices[list->count++];
	memset(device, 0, sizeof(*device));
	return device;
}

struct episode *tunwin_shortage_add_episode(struct episode_list *list)
{
	struct episode *episode;

	list->episodes = tunwin_model_grow(list->episodes, list->count, &list->space,
					   sizeof(*episode));
	episode = &list->episodes[list->count++];
	memset(episode, 0, sizeof(*episode));
	return episode;
}

void tunwin_shortage_free_devices(struct buffer_list *list)
{
	free(list->devices);
	memset(list, 0, sizeof(*list));
}

void tunwin_shortage_free_episodes(struct episode_list *list)
{
	free(list->episodes);
	memset(list, 0, sizeof(*list));
}

const struct buffer_device *tunwin_shortage_find(const struct buffer_list *list, uint64_t id)
{
	for (size_t i = 0; i < list->count; i++)
		if (list->devices[i].id.value == id)
			return &list->devices[i];
	return NULL;
}

const struct buffer_source_count *tunwin_shortage_count(const struct buffer_device *device,
							enum buffer_source source)
{
	for (size_t i = 0; i < device->source_count; i++)
		if (device->sources[i].source.known && device->sources[i].source.value == source)
			return &device->sources[i];
	return NULL;
}
