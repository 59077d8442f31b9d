/* SPDX-License-Identifier: ((GPL-2.0 WITH Linux-syscall-note) OR BSD-3-Clause) */
/* generated from spec/tunwin.yaml by spec/generate, do not edit */

#ifndef _UAPI_LINUX_TUNWIN_H
#define _UAPI_LINUX_TUNWIN_H

/*
 * The receive windows of the TCP flows that cross this host's tunnels.
 *
 * A tunnel is a network device whose kind is gre, gretap, erspan, ip6gre, ip6gretap, ip6erspan,
 * ipip, sit, ip6tnl, vti, vti6, xfrm, vxlan, geneve or wireguard, or any device that was added with
 * track-set. A flow is one TCP connection as it crosses one tunnel. Its near end is on this side of
 * the tunnel, its far end is across it; "in" is what arrives through the tunnel, "out" is what
 * leaves through it.
 *
 * Requests are answered for the network namespace they are sent from, and see nothing of any other.
 * Reading needs CAP_NET_ADMIN in the user namespace that owns that network namespace; a command
 * that changes something needs it in the initial user namespace. Validation is strict: an attribute
 * that a command does not list is refused, and every refusal carries a sentence in the extended
 * ack.
 *
 * An attribute whose value is not known is absent; it is never sent as zero. Times are monotonic,
 * in the unit that the name ends with, and without those in which the host was suspended; a time of
 * day is by the clock as it is set now. Windows are bytes, after scaling.
 */

#define TUNWIN_FAMILY_NAME "tunwin"
#define TUNWIN_FAMILY_VERSION 1

/* Longest address, in bytes (an IPv6 address). */
#define TUNWIN_ADDR_MAX_LEN 16

/* Longest device name, without the terminating zero (IFNAMSIZ - 1). */
#define TUNWIN_NAME_MAX_LEN 15

/* Smallest flow table that can be asked for. */
#define TUNWIN_MAX_FLOWS_MIN 16

/* Largest flow table that can be asked for. */
#define TUNWIN_MAX_FLOWS_MAX 4194304

/* Fewest flows with details that can be asked for. */
#define TUNWIN_MAX_DETAILS_MIN 16

/* Most flows with details that can be asked for. */
#define TUNWIN_MAX_DETAILS_MAX 4194304

/* Largest history of ended flows that can be asked for. */
#define TUNWIN_MAX_HISTORY 1048576

/* Smallest share that can be asked for, in percent. */
#define TUNWIN_SHARE_MIN 1

/* Largest share that can be asked for, in percent. */
#define TUNWIN_SHARE_MAX 100

/* Longest idle timeout, in seconds (a week). */
#define TUNWIN_MAX_IDLE_S 604800

/* Smallest collapse ratio that can be asked for, in percent. */
#define TUNWIN_COLLAPSE_RATIO_MIN 1

/*
 * Largest collapse ratio that can be asked for, in percent; an alert clears above twice the ratio.
 */
#define TUNWIN_COLLAPSE_RATIO_MAX 49

/* An Ethernet address, in bytes. */
#define TUNWIN_MAC_LEN 6

/* From where a number was read. */
enum tunwin_vantage {
	/*
	 * From the packets that passed the tunnel; the near end is not known to be a socket here.
	 */
	TUNWIN_VANTAGE_WIRE,
	/* From the socket of this host that is the near end. */
	TUNWIN_VANTAGE_SOCKET,
};

/* Whose network namespaces an account is for. */
enum tunwin_account_kind {
	/* The initial network namespace. */
	TUNWIN_ACCOUNT_KIND_HOST,
	/* Another network namespace of the initial user namespace. */
	TUNWIN_ACCOUNT_KIND_NETNS,
	/*
	 * All those of the user namespaces that one user, who is not root, has made, and of those
	 * within.
	 */
	TUNWIN_ACCOUNT_KIND_USER,
	/* All those of one user namespace that root has made, and of those within. */
	TUNWIN_ACCOUNT_KIND_USERNS,
};

/* Where a flow is in its life. */
enum tunwin_state {
	/* A SYN was seen, the handshake is not complete (half open). */
	TUNWIN_STATE_SYN,
	/* Data can move, or moves. */
	TUNWIN_STATE_ESTABLISHED,
	/* At least one end has sent its FIN. */
	TUNWIN_STATE_CLOSING,
	/* Both ends have finished, the flow was reset, or its socket is gone. */
	TUNWIN_STATE_CLOSED,
};

/* What is known of the window scale (RFC 7323) that an end shifts its window by. */
enum tunwin_wscale {
	/* The handshake was not seen; the scaled window is not known. */
	TUNWIN_WSCALE_UNKNOWN,
	/* The handshake was seen and scaling was not agreed; windows are at most 65,535 bytes. */
	TUNWIN_WSCALE_NONE,
	/* The shift is known, from the handshake or from the socket. */
	TUNWIN_WSCALE_KNOWN,
};

/* What holds a direction back (doc/window.md). */
enum tunwin_limit {
	/* It cannot be told, for one because the scale of the window is not known. */
	TUNWIN_LIMIT_UNKNOWN,
	/*
	 * The receive window; the sender reached the right edge that it knew, or stood before a
	 * closed window.
	 */
	TUNWIN_LIMIT_RWND,
	/* The network, by loss, or by a congestion window that is being filled and acknowledged. */
	TUNWIN_LIMIT_NET,
	/*
	 * The sender; it let everything be acknowledged with room in the window, or keeps its
	 * flight constant.
	 */
	TUNWIN_LIMIT_SENDER,
	/* Nothing; there was no data for a second. */
	TUNWIN_LIMIT_IDLE,
};

/* Why the record of a flow ended. */
enum tunwin_end_reason {
	/* The socket closed, or both ends sent their FIN. */
	TUNWIN_END_REASON_CLOSED,
	/* An end sent a RST and nothing followed it. */
	TUNWIN_END_REASON_RESET,
	/* Nothing was seen for the idle timeout. */
	TUNWIN_END_REASON_IDLE,
	/* It was the least recently used flow of its account, whose room was needed. */
	TUNWIN_END_REASON_EVICTED,
	/* The tunnel device was removed, left the namespace, or is no longer tracked. */
	TUNWIN_END_REASON_TUNNEL_GONE,
	/* A new connection with the same addresses and ports began. */
	TUNWIN_END_REASON_REPLACED,
	/* The user asked for it (reset). */
	TUNWIN_END_REASON_RESET_REQUEST,
};

/* Why a device is watched. */
enum tunwin_tracked_by {
	/* Its kind is that of a tunnel. */
	TUNWIN_TRACKED_BY_KIND,
	/* It was added with track-set. */
	TUNWIN_TRACKED_BY_USER,
};

/* A direction of a flow. */
enum tunwin_direction_name {
	/* What arrives through the tunnel. */
	TUNWIN_DIRECTION_NAME_IN,
	/* What leaves through it. */
	TUNWIN_DIRECTION_NAME_OUT,
};

/* What an alert is about (doc/window.md). */
enum tunwin_alert_code {
	/*
	 * A window limits its flow, or is closed, and has fallen to a small part of what it was or
	 * needs to be. Of a tunnel, the windows of flows that carried most of its bytes.
	 */
	TUNWIN_ALERT_CODE_WINDOW_COLLAPSE,
	/*
	 * A window has stood at zero for a second and four round trips while its sender had data.
	 */
	TUNWIN_ALERT_CODE_ZERO_WINDOW,
	/*
	 * A right edge moved back (RFC 7323, 2.4), which takes from the sender what it may have
	 * sent already.
	 */
	TUNWIN_ALERT_CODE_WINDOW_SHRUNK,
	/*
	 * A window limits its flow, and most of the receive buffer is taken by what is not payload.
	 */
	TUNWIN_ALERT_CODE_BLOAT,
	/* A window that cannot be scaled, so at most 65,535 bytes, limits its flow. */
	TUNWIN_ALERT_CODE_WSCALE_NONE,
	/* Large segments are lost, while small ones pass. */
	TUNWIN_ALERT_CODE_SIZE_LOSS,
	/*
	 * Data is sent again and again, for two seconds and eight round trips, and nothing is
	 * acknowledged.
	 */
	TUNWIN_ALERT_CODE_STALL,
	/* The tunnel itself drops packets, that come in or that go out. */
	TUNWIN_ALERT_CODE_TUNNEL_DROP,
	/*
	 * A device that carries a tunnel's packets, or the tunnel, has no buffers left for what
	 * arrives.
	 */
	TUNWIN_ALERT_CODE_BUFFER_EXHAUSTED,
};

/* What an alert message tells. */
enum tunwin_alert_state {
	/* The alert is active. */
	TUNWIN_ALERT_STATE_RAISED,
	/* What it was about is over. */
	TUNWIN_ALERT_STATE_CLEARED,
	/* The flow or tunnel that it was about is gone. */
	TUNWIN_ALERT_STATE_ENDED,
};

/* Why a device is watched for buffers. */
enum tunwin_buffer_role {
	/* It is a tunnel. */
	TUNWIN_BUFFER_ROLE_TUNNEL,
	/* It carries the packets of a tunnel. */
	TUNWIN_BUFFER_ROLE_LOWER,
};

/* Where a buffer was missing, and who tells so (doc/window.md). */
enum tunwin_buffer_source {
	/* A CPU's backlog was full (net.core.netdev_max_backlog); drop reason CPU_BACKLOG. */
	TUNWIN_BUFFER_SOURCE_BACKLOG,
	/*
	 * The queue of a tunnel's GRO cell was full (net.core.netdev_max_backlog); drops in
	 * gro_cells_receive().
	 */
	TUNWIN_BUFFER_SOURCE_GRO_CELLS,
	/*
	 * There was no memory for the packet, or only the reserve; drop reasons NOMEM, PFMEMALLOC.
	 */
	TUNWIN_BUFFER_SOURCE_MEMORY,
	/*
	 * The receive queue or the backlog of a socket was full; drop reasons SOCKET_RCVBUFF,
	 * SOCKET_BACKLOG.
	 */
	TUNWIN_BUFFER_SOURCE_SOCKET,
	/*
	 * The receive buffer of a TCP socket, or the memory of all of TCP, was used up; drop
	 * reasons PROTO_MEM, TCP_OFO_QUEUE_PRUNE.
	 */
	TUNWIN_BUFFER_SOURCE_TCP_MEMORY,
	/* The card had no buffer in its receive ring; rx_missed_errors of the device. */
	TUNWIN_BUFFER_SOURCE_MISSED,
	/* The card's FIFO overflowed; rx_fifo_errors of the device. */
	TUNWIN_BUFFER_SOURCE_FIFO,
	/* The card or its driver was overrun; rx_over_errors of the device. */
	TUNWIN_BUFFER_SOURCE_OVER,
	/*
	 * The device's rx_dropped, whatever it counts: the driver's own drops, a full backlog,
	 * packets of a protocol that nobody takes. It makes no episode.
	 */
	TUNWIN_BUFFER_SOURCE_DROPPED,
	/*
	 * The driver got no memory for a receive buffer; its own counter, by the names that drivers
	 * use (ethtool -S).
	 */
	TUNWIN_BUFFER_SOURCE_ALLOC,
	/* Packets that found no buffer in a receive queue (netdev qstats, rx-hw-drop-overruns). */
	TUNWIN_BUFFER_SOURCE_QUEUE_OVERRUN,
	/* Receive buffers that a queue got no memory for (netdev qstats, rx-alloc-fail). */
	TUNWIN_BUFFER_SOURCE_QUEUE_ALLOC,
	/*
	 * The page pool of a receive queue got no page. The kernel does not count that (struct
	 * page_pool_alloc_stats tells how pages were got), so it is never sent: it has a name to be
	 * said to be not available.
	 */
	TUNWIN_BUFFER_SOURCE_PAGE_POOL,
};

/* On which side of a tunnel something is. */
enum tunwin_aoe_side {
	/* On this side of the tunnel. */
	TUNWIN_AOE_SIDE_NEAR,
	/* Across it. */
	TUNWIN_AOE_SIDE_FAR,
};

/* One flow; in requests, the filter that flows must pass (every attribute given must match). */
enum {
	/* pad. Aligns the 64-bit values that follow, has no meaning. */
	TUNWIN_A_FLOW_PAD = 1,
	/*
	 * u32. Identifies the flow until the module is unloaded; opaque. flow-get finds a flow by
	 * it.
	 */
	TUNWIN_A_FLOW_ID,
	/*
	 * u32 (at least 1). Index of the tunnel device in this namespace. As a filter, flows of
	 * this tunnel only.
	 */
	TUNWIN_A_FLOW_TUNNEL_IFINDEX,
	/*
	 * string (at most TUNWIN_NAME_MAX_LEN bytes). Name of the tunnel device (follows a rename).
	 * As a filter, flows of this tunnel only.
	 */
	TUNWIN_A_FLOW_TUNNEL,
	/* string. Kind of the tunnel device (rtnl_link_ops.kind), "" if the device has none. */
	TUNWIN_A_FLOW_KIND,
	/* u32. Inode number of the network namespace, as in `lsns -t net`. */
	TUNWIN_A_FLOW_NETNS,
	/*
	 * u8 (enum tunwin_vantage). Whether the near end is a socket of this namespace. As a
	 * filter, flows of this vantage only.
	 */
	TUNWIN_A_FLOW_VANTAGE,
	/*
	 * binary (at most TUNWIN_ADDR_MAX_LEN bytes). Address of the near end, 4 bytes (IPv4) or 16
	 * (IPv6), in network order.
	 */
	TUNWIN_A_FLOW_NEAR_ADDR,
	/* u16. TCP port of the near end, in host order. */
	TUNWIN_A_FLOW_NEAR_PORT,
	/* binary (at most TUNWIN_ADDR_MAX_LEN bytes). Address of the far end, as near-addr. */
	TUNWIN_A_FLOW_FAR_ADDR,
	/* u16. TCP port of the far end, in host order. */
	TUNWIN_A_FLOW_FAR_PORT,
	/*
	 * u8 (enum tunwin_state). Where the flow is in its life. As a filter, flows in this state
	 * only.
	 */
	TUNWIN_A_FLOW_STATE,
	/* u64. Time since the first packet was seen; for an ended flow, from there to its end. */
	TUNWIN_A_FLOW_AGE_NS,
	/* u64. Time since the last packet was seen; for an ended flow, since its end. */
	TUNWIN_A_FLOW_IDLE_NS,
	/*
	 * u32. Smoothed round trip time in microseconds (RFC 6298): the socket's while it sends
	 * (tcp_sock.srtt_us), else of the packets, both halves together; where they do not tell,
	 * the smaller of the socket's and of what it estimates as a receiver.
	 */
	TUNWIN_A_FLOW_RTT_SMOOTHED_US,
	/*
	 * u32. Smallest round trip time in microseconds: of the packets, both halves together, or
	 * of the socket in the last minutes (tcp_min_rtt()) where that is smaller.
	 */
	TUNWIN_A_FLOW_RTT_MIN_US,
	/*
	 * u32. Round trip time as the receiving side estimates it (tcp_sock.rcv_rtt_est), in
	 * microseconds.
	 */
	TUNWIN_A_FLOW_RTT_RECEIVE_US,
	/*
	 * nest of TUNWIN_A_DIRECTION_*. Data that arrives through the tunnel; its window is the one
	 * the near end advertises.
	 */
	TUNWIN_A_FLOW_IN,
	/*
	 * nest of TUNWIN_A_DIRECTION_*. Data that leaves through the tunnel; its window is the one
	 * the far end advertises.
	 */
	TUNWIN_A_FLOW_OUT,
	/* nest of TUNWIN_A_SOCKET_*. State of the near end's socket; absent at the wire vantage. */
	TUNWIN_A_FLOW_SOCKET,
	/* u8 (enum tunwin_end_reason). Why the record ended; only in records of ended flows. */
	TUNWIN_A_FLOW_END_REASON,
	/*
	 * binary (at most TUNWIN_ADDR_MAX_LEN bytes). Filter only. Flows with this address at
	 * either end; 4 or 16 bytes.
	 */
	TUNWIN_A_FLOW_ADDR,
	/*
	 * u8 (at most 128). Filter only, with addr. How many leading bits of addr must match; all
	 * of them if absent.
	 */
	TUNWIN_A_FLOW_PREFIX_LEN,
	/* u16. Filter only. Flows with this port at either end, in host order. */
	TUNWIN_A_FLOW_PORT,
	/* flag. Filter only. Dump the history of ended flows in place of the present ones. */
	TUNWIN_A_FLOW_ENDED,
	/*
	 * u32. Smallest round trip time from here to the near end and back, in microseconds, from
	 * the packets.
	 */
	TUNWIN_A_FLOW_RTT_NEAR_MIN_US,
	/* u32. The same, smoothed (1/8). */
	TUNWIN_A_FLOW_RTT_NEAR_US,
	/* u32. Smallest round trip time from here through the tunnel to the far end and back. */
	TUNWIN_A_FLOW_RTT_FAR_MIN_US,
	/* u32. The same, smoothed (1/8). */
	TUNWIN_A_FLOW_RTT_FAR_US,
	/*
	 * u8 (at most 1). 1 if both ends use timestamps (RFC 7323), else 0. Absent if no handshake
	 * was seen.
	 */
	TUNWIN_A_FLOW_TIMESTAMPS,
	/*
	 * u8 (enum tunwin_limit). As a filter in a dump, flows of which either direction is held
	 * back by this now.
	 */
	TUNWIN_A_FLOW_LIMIT,
	/*
	 * nest of TUNWIN_A_OTHER_*. The record of the same connection on its other way through this
	 * host, where it leaves the host by a tunnel as well. Its near end is this record's far
	 * end. Absent if there is none.
	 */
	TUNWIN_A_FLOW_OTHER,
	/*
	 * u64. Of the flows of this tunnel that have ended, and were not half open, the how-manieth
	 * this is, from 1 on; only of ended ones. A listener that sees a number left out has missed
	 * that event.
	 */
	TUNWIN_A_FLOW_END_SEQUENCE,
	/* u64. When it ended, in nanoseconds since 1970 (CLOCK_REALTIME); only of ended ones. */
	TUNWIN_A_FLOW_END_TIME_NS,
	/*
	 * u32. Identifies the tunnel until the module is unloaded, unlike its index and its name,
	 * which another may get; end-sequence counts from 1 for each.
	 */
	TUNWIN_A_FLOW_TUNNEL_ID,
	/*
	 * nest of TUNWIN_A_DROP_*. What this host dropped of the data that comes in, if anything.
	 */
	TUNWIN_A_FLOW_IN_DROP,
	/*
	 * nest of TUNWIN_A_DROP_*. What this host dropped of the data that goes out, if anything.
	 */
	TUNWIN_A_FLOW_OUT_DROP,
	/*
	 * u64. For how long, to its end, the flow has been judged, and not only counted; absent if
	 * it is not (max-details). Where this is less than its age, payload-bytes (of the wire
	 * vantage), retransmits and the other counts of sequence numbers, and the times of limits,
	 * are of this time alone.
	 */
	TUNWIN_A_FLOW_DETAIL_AGE_NS,

	__TUNWIN_A_FLOW_MAX,
	TUNWIN_A_FLOW_MAX = (__TUNWIN_A_FLOW_MAX - 1)
};

/*
 * What the record of a connection in one tunnel shows of its record in another: the same windows,
 * as they passed there. Where they differ, something between the two tunnels changes them.
 */
enum {
	/* u32. Id of the other record. */
	TUNWIN_A_OTHER_ID = 1,
	/* u32. Index of its tunnel device. */
	TUNWIN_A_OTHER_TUNNEL_IFINDEX,
	/* string. Name of its tunnel device. */
	TUNWIN_A_OTHER_TUNNEL,
	/*
	 * nest of TUNWIN_A_OTHER_DIRECTION_*. Of the data that is `in` of this record, and `out` of
	 * the other.
	 */
	TUNWIN_A_OTHER_IN,
	/*
	 * nest of TUNWIN_A_OTHER_DIRECTION_*. Of the data that is `out` of this record, and `in` of
	 * the other.
	 */
	TUNWIN_A_OTHER_OUT,

	__TUNWIN_A_OTHER_MAX,
	TUNWIN_A_OTHER_MAX = (__TUNWIN_A_OTHER_MAX - 1)
};

/* One direction as the other record has it; each attribute as in the set `direction`. */
enum {
	/* u32. The window last advertised, scaled; absent if unknown. */
	TUNWIN_A_OTHER_DIRECTION_WINDOW_BYTES = 1,
	/* u32. Its largest. */
	TUNWIN_A_OTHER_DIRECTION_WINDOW_MAX_BYTES,
	/* u8 (enum tunwin_wscale). Whether the scale of the window is known. */
	TUNWIN_A_OTHER_DIRECTION_WSCALE,
	/* u8. By how many bits it is shifted (RFC 7323, 2.2), if known. */
	TUNWIN_A_OTHER_DIRECTION_WSCALE_SHIFT,
	/* u32. The largest segment that the receiver's SYN allowed; absent if it did not say. */
	TUNWIN_A_OTHER_DIRECTION_MSS_BYTES,

	__TUNWIN_A_OTHER_DIRECTION_MAX,
	TUNWIN_A_OTHER_DIRECTION_MAX = (__TUNWIN_A_OTHER_DIRECTION_MAX - 1)
};

/* One direction of a flow. */
enum {
	/* pad. Aligns the 64-bit values that follow, has no meaning. */
	TUNWIN_A_DIRECTION_PAD = 1,
	/*
	 * u64. TCP payload. At the socket vantage in-order bytes received (tcp_sock.bytes_received
	 * without the FIN) and bytes acknowledged (tcp_sock.bytes_acked without SYN and FIN), as
	 * `ss -i` counts them; at the wire vantage the distinct payload that passed,
	 * retransmissions left out.
	 */
	TUNWIN_A_DIRECTION_PAYLOAD_BYTES,
	/*
	 * u64. Buffers (skbs) seen on the tunnel; a merged or not yet segmented buffer counts once.
	 */
	TUNWIN_A_DIRECTION_PACKETS,
	/* u64. TCP segments in them; a merged buffer counts each (skb_shared_info.gso_segs). */
	TUNWIN_A_DIRECTION_SEGMENTS,
	/* u64. TCP payload that passed the tunnel, retransmissions included. */
	TUNWIN_A_DIRECTION_WIRE_BYTES,
	/*
	 * u64. Memory (skb->truesize) of the buffers that carried payload; wire-bytes divided by it
	 * is the ratio.
	 */
	TUNWIN_A_DIRECTION_TRUESIZE_BYTES,
	/* u64. Payload that passed per second, in bits, over the last full second or longer. */
	TUNWIN_A_DIRECTION_RATE_BPS,
	/* u32. Advertised receive window now, after scaling. Absent while the scale is unknown. */
	TUNWIN_A_DIRECTION_WINDOW_BYTES,
	/* u32. Largest window that the packets advertised. */
	TUNWIN_A_DIRECTION_WINDOW_MAX_BYTES,
	/* u32. Smallest window that the packets advertised, the SYN's left out. */
	TUNWIN_A_DIRECTION_WINDOW_MIN_BYTES,
	/*
	 * u8 (enum tunwin_vantage). Where window-bytes was read; the largest and the smallest are
	 * the packets'.
	 */
	TUNWIN_A_DIRECTION_WINDOW_SOURCE,
	/* u8 (enum tunwin_wscale). What is known of the scale of this window. */
	TUNWIN_A_DIRECTION_WSCALE,
	/* u8. The shift, 0 to 14; only where wscale is known. */
	TUNWIN_A_DIRECTION_WSCALE_SHIFT,
	/* u32. Times the advertised window went to zero. */
	TUNWIN_A_DIRECTION_ZERO_COUNT,
	/* u64. Time for which it stood at zero, the present time included. */
	TUNWIN_A_DIRECTION_ZERO_NS,
	/* u64. Segments that passed again, or that filled a gap too late to be merely reordered. */
	TUNWIN_A_DIRECTION_RETRANSMITS,
	/* u64. Segments that filled a gap within three quarters of a round trip. */
	TUNWIN_A_DIRECTION_REORDERED,
	/*
	 * u32. Acknowledgments that repeated the one before while data was outstanding (RFC 5681,
	 * 2).
	 */
	TUNWIN_A_DIRECTION_DUP_ACKS,
	/*
	 * u32. Times the right edge moved back by more than the scale rounds (RFC 7323, 2.4; a
	 * shrunk window).
	 */
	TUNWIN_A_DIRECTION_WINDOW_RETREATS,
	/* u32. Segments and acknowledgments left out because no end would have accepted them. */
	TUNWIN_A_DIRECTION_IMPLAUSIBLE,
	/* u32. Data that passed here and was not acknowledged yet. */
	TUNWIN_A_DIRECTION_IN_FLIGHT_BYTES,
	/* u32. Most that the sender had outstanding, as far as it could be told. */
	TUNWIN_A_DIRECTION_IN_FLIGHT_MAX_BYTES,
	/*
	 * u32. From the highest data that passed to the right edge; 0 if beyond it. Absent while
	 * the edge is unknown.
	 */
	TUNWIN_A_DIRECTION_GAP_BYTES,
	/*
	 * u32. Largest segment that the receiver of this direction said it takes (RFC 9293, 3.7.1).
	 */
	TUNWIN_A_DIRECTION_MSS_BYTES,
	/*
	 * u8 (at most 1). 1 if that end takes selective acknowledgments (RFC 2018), else 0. Absent
	 * if its SYN was not seen.
	 */
	TUNWIN_A_DIRECTION_SACK,
	/* u32. Largest payload of a segment. */
	TUNWIN_A_DIRECTION_PAYLOAD_MAX_BYTES,
	/* u32. Payload that most segments had, if most had the same. */
	TUNWIN_A_DIRECTION_PAYLOAD_TYPICAL_BYTES,
	/* u8 (enum tunwin_limit). What holds this direction back now. */
	TUNWIN_A_DIRECTION_LIMIT,
	/*
	 * u64. Time for which that could not be told. The five times add up to the age of the flow.
	 */
	TUNWIN_A_DIRECTION_LIMIT_UNKNOWN_NS,
	/* u64. Time for which the receive window was the limit. */
	TUNWIN_A_DIRECTION_LIMIT_RWND_NS,
	/* u64. Time for which the network was. */
	TUNWIN_A_DIRECTION_LIMIT_NET_NS,
	/* u64. Time for which the sender was. */
	TUNWIN_A_DIRECTION_LIMIT_SENDER_NS,
	/* u64. Time without data. */
	TUNWIN_A_DIRECTION_LIMIT_IDLE_NS,
	/* u64. Time of the round trips in which the sender reached the right edge that it knew. */
	TUNWIN_A_DIRECTION_FULL_NS,
	/*
	 * nest of TUNWIN_A_SIZE_LOSS_*, may repeat. Segments by size, and what of them was sent
	 * again or overtaken, one nest for each class that has had some.
	 */
	TUNWIN_A_DIRECTION_SIZE_LOSS,
	/*
	 * u8 (at most 1). 1 if the window of this direction has collapsed (alert window-collapse),
	 * or had when the flow ended, else 0.
	 */
	TUNWIN_A_DIRECTION_COLLAPSED,
	/*
	 * u32. Largest window of the minute, or a little longer, before the last packet; absent as
	 * window-bytes.
	 */
	TUNWIN_A_DIRECTION_WINDOW_RECENT_BYTES,
	/*
	 * u32. Payload of the segments that are lost now, while smaller ones pass (alert
	 * size-loss); absent if there are none.
	 */
	TUNWIN_A_DIRECTION_LOST_SIZE_BYTES,
	/*
	 * u32. Segments that the receiver says to have received twice (RFC 2883), as the sender
	 * counts them (`ss -i` dsack_dups): they were sent again without need.
	 */
	TUNWIN_A_DIRECTION_DSACK_DUPS,
	/* u32. Payload of the largest segment that was ever acknowledged; absent while none was. */
	TUNWIN_A_DIRECTION_ACKED_SIZE_BYTES,
	/*
	 * u32. Of the retransmitted segments those that were retransmitted a round trip ago or
	 * earlier: if the receiver had them already, its report (dsack-dups) has come. At most
	 * those of the last three round trips are left out.
	 */
	TUNWIN_A_DIRECTION_RETRANSMITS_ANSWERED,

	__TUNWIN_A_DIRECTION_MAX,
	TUNWIN_A_DIRECTION_MAX = (__TUNWIN_A_DIRECTION_MAX - 1)
};

/*
 * Segments with data that this host dropped after they had passed the tunnel's hook, as far as they
 * were dropped at once and not out of a queue (skb:kfree_skb).
 */
enum {
	/* pad. Aligns the 64-bit values that follow, has no meaning. */
	TUNWIN_A_DROP_PAD = 1,
	/* u64. How many. */
	TUNWIN_A_DROP_SEGMENTS,
	/*
	 * string. The kernel's name of the reason of the last one, as QDISC_DROP; only where it has
	 * one (Linux 5.17 and later).
	 */
	TUNWIN_A_DROP_REASON,
	/* string. The kernel's function that dropped the last one. */
	TUNWIN_A_DROP_FUNCTION,
	/*
	 * u32. The device that the last one had been handed to (skb->dev): what it came in by, and
	 * on its way out the tunnel until the device below takes it. Absent if that is not known,
	 * or if the device is gone.
	 */
	TUNWIN_A_DROP_IFINDEX,
	/* string. The name of that device. */
	TUNWIN_A_DROP_DEVICE,

	__TUNWIN_A_DROP_MAX,
	TUNWIN_A_DROP_MAX = (__TUNWIN_A_DROP_MAX - 1)
};

/* Segments of one class of sizes that were sent again or overtaken. */
enum {
	/* pad. Aligns the 64-bit values that follow, has no meaning. */
	TUNWIN_A_SIZE_LOSS_PAD = 1,
	/* u32. Largest frame of the class, as in size-class. */
	TUNWIN_A_SIZE_LOSS_MAX_BYTES,
	/* u64. Retransmitted segments. */
	TUNWIN_A_SIZE_LOSS_RETRANSMITS,
	/* u64. Reordered segments. */
	TUNWIN_A_SIZE_LOSS_REORDERED,
	/*
	 * u64. Segments of the class with payload that passed, those that were sent again included.
	 */
	TUNWIN_A_SIZE_LOSS_SEGMENTS,

	__TUNWIN_A_SIZE_LOSS_MAX,
	TUNWIN_A_SIZE_LOSS_MAX = (__TUNWIN_A_SIZE_LOSS_MAX - 1)
};

/*
 * The near end's socket, read when the request was answered; for a flow whose socket could not be
 * found then, as it was when a segment last arrived.
 */
enum {
	/* pad. Aligns the 64-bit values that follow, has no meaning. */
	TUNWIN_A_SOCKET_PAD = 1,
	/* u32. Receive buffer, sk->sk_rcvbuf (`ss -m` rb). */
	TUNWIN_A_SOCKET_RCVBUF_BYTES,
	/* u32. Memory in the receive queues, sk->sk_rmem_alloc (`ss -m` r). */
	TUNWIN_A_SOCKET_RMEM_ALLOC_BYTES,
	/* u32. Memory in the backlog, sk->sk_backlog.len (`ss -m` bl). */
	TUNWIN_A_SOCKET_BACKLOG_BYTES,
	/* u32. Segments the socket dropped, sk->sk_drops (`ss -m` d). */
	TUNWIN_A_SOCKET_DROPS,
	/* u32. Bytes received in order that the application has not read (rcv_nxt - copied_seq). */
	TUNWIN_A_SOCKET_UNREAD_BYTES,
	/* u32. Window last offered, tcp_sock.rcv_wnd (`ss -i` rcv_wnd). */
	TUNWIN_A_SOCKET_RCV_WND_BYTES,
	/*
	 * u32. How far the kernel now lets the window grow, tcp_sock.rcv_ssthresh (`ss -i`
	 * rcv_ssthresh).
	 */
	TUNWIN_A_SOCKET_RCV_SSTHRESH_BYTES,
	/* u32. Largest window the socket may offer, tcp_sock.window_clamp. */
	TUNWIN_A_SOCKET_WINDOW_CLAMP_BYTES,
	/*
	 * u8. Payload the kernel expects in 256 bytes of buffer, tcp_sock.scaling_ratio: window =
	 * buffer x scaling-ratio / 256. Linux 6.6 and later.
	 */
	TUNWIN_A_SOCKET_SCALING_RATIO,
	/*
	 * s32. net.ipv4.tcp_adv_win_scale of the namespace, from which older kernels take the same
	 * (tcp(7)). Before Linux 6.6.
	 */
	TUNWIN_A_SOCKET_ADV_WIN_SCALE,
	/* u32. Segment size the receiver has measured, inet_csk(sk)->icsk_ack.rcv_mss. */
	TUNWIN_A_SOCKET_RCV_MSS_BYTES,
	/* u32. Window the far end last offered, tcp_sock.snd_wnd. */
	TUNWIN_A_SOCKET_SND_WND_BYTES,
	/*
	 * u8 (at most 1). 1 if the application fixed the receive buffer (SO_RCVBUF), so that it is
	 * not tuned; else 0.
	 */
	TUNWIN_A_SOCKET_RCVBUF_LOCKED,
	/*
	 * u8 (at most 1). 1 if TCP, or this socket's memory cgroup, is short of memory
	 * (tcp_under_memory_pressure()); else 0.
	 */
	TUNWIN_A_SOCKET_MEM_PRESSURE,
	/*
	 * u64. tcp_info.tcpi_bytes_received (RFC 4898 tcpEStatsAppHCThruOctetsReceived); a received
	 * FIN counts one.
	 */
	TUNWIN_A_SOCKET_BYTES_RECEIVED,
	/*
	 * u64. tcp_info.tcpi_bytes_acked (RFC 4898 tcpEStatsAppHCThruOctetsAcked); SYN and FIN
	 * count one each.
	 */
	TUNWIN_A_SOCKET_BYTES_ACKED,
	/* u64. Payload in the buffers handed to the socket, as tcp:tcp_probe saw them. */
	TUNWIN_A_SOCKET_RECEIVED_BYTES,
	/* u64. Memory (skb->truesize) of those buffers. */
	TUNWIN_A_SOCKET_RECEIVED_TRUESIZE_BYTES,
	/* u64. sk->sk_cookie, as `ss -e` prints it (sk); absent until the kernel has made one. */
	TUNWIN_A_SOCKET_COOKIE,
	/*
	 * u8 (at most 1). 1 if the socket was read for this answer, 0 if this is the sample taken
	 * last.
	 */
	TUNWIN_A_SOCKET_FRESH,
	/* u64. How old the sample is; 0 for a fresh one. */
	TUNWIN_A_SOCKET_SAMPLE_AGE_NS,
	/* u32. Largest rcv_wnd sampled. */
	TUNWIN_A_SOCKET_RCV_WND_MAX_BYTES,
	/* u32. Smallest rcv_wnd sampled. */
	TUNWIN_A_SOCKET_RCV_WND_MIN_BYTES,
	/*
	 * u32. Mean of unread-bytes over the last seconds in which the flow was looked at, twice a
	 * second, as it is when the receive window limits what comes in: a reader that keeps up
	 * leaves little. Absent before the fourth look.
	 */
	TUNWIN_A_SOCKET_UNREAD_MEAN_BYTES,
	/* u32. The largest rmem-alloc-bytes that was seen in the last minute or a little longer. */
	TUNWIN_A_SOCKET_RMEM_HIGH_BYTES,
	/* u64. Time since rcvbuf-bytes was last seen to change. */
	TUNWIN_A_SOCKET_RCVBUF_AGE_NS,
	/*
	 * u64. Time since TCP was last seen short of memory (mem-pressure); absent if it never was.
	 */
	TUNWIN_A_SOCKET_PRESSURE_AGE_NS,
	/*
	 * u32. Smoothed round trip time in microseconds, tcp_sock.srtt_us (`ss` rtt); of a socket
	 * that has sent no data that of the handshake. Absent while there is none.
	 */
	TUNWIN_A_SOCKET_SRTT_US,

	__TUNWIN_A_SOCKET_MAX,
	TUNWIN_A_SOCKET_MAX = (__TUNWIN_A_SOCKET_MAX - 1)
};

/* One tunnel device. */
enum {
	/* pad. Aligns the 64-bit values that follow, has no meaning. */
	TUNWIN_A_TUNNEL_PAD = 1,
	/* u32 (at least 1). Index of the device in this namespace. */
	TUNWIN_A_TUNNEL_IFINDEX,
	/* string (at most TUNWIN_NAME_MAX_LEN bytes). Name of the device. */
	TUNWIN_A_TUNNEL_NAME,
	/* string. Kind of the device (rtnl_link_ops.kind), "" if it has none. */
	TUNWIN_A_TUNNEL_KIND,
	/* u32. Inode number of the network namespace. */
	TUNWIN_A_TUNNEL_NETNS,
	/* u8 (enum tunwin_tracked_by). Why the device is watched. */
	TUNWIN_A_TUNNEL_TRACKED_BY,
	/* u8 (at most 1). 1 if the device is up (IFF_UP), else 0. */
	TUNWIN_A_TUNNEL_UP,
	/*
	 * string. Name of the device the tunnel was bound to when it was made (`dev` of `ip
	 * tunnel`), if any. One in a namespace that another user namespace owns is not shown.
	 */
	TUNWIN_A_TUNNEL_LOWER,
	/* u32. Index of that device, in the namespace it lives in. */
	TUNWIN_A_TUNNEL_LOWER_IFINDEX,
	/* u32. Flows of this tunnel in the table now. */
	TUNWIN_A_TUNNEL_FLOWS,
	/* u64. Time since the tunnel's counters started, or were reset. */
	TUNWIN_A_TUNNEL_AGE_NS,
	/* nest of TUNWIN_A_TRAFFIC_*. What arrived through the tunnel. */
	TUNWIN_A_TUNNEL_IN,
	/* nest of TUNWIN_A_TRAFFIC_*. What left through the tunnel. */
	TUNWIN_A_TUNNEL_OUT,
	/*
	 * u64. The rate that the tunnel should carry, in bits per second, by which windows are
	 * measured beside what they were; in tunnel-set the new one, 10^15 at most, 0 for none.
	 * Absent if none is set.
	 */
	TUNWIN_A_TUNNEL_RATE_BPS,
	/*
	 * u32 (at least TUNWIN_COLLAPSE_RATIO_MIN, at most TUNWIN_COLLAPSE_RATIO_MAX). A window has
	 * collapsed at so much of what it was or needs to be; in tunnel-set the new value.
	 */
	TUNWIN_A_TUNNEL_COLLAPSE_RATIO_PERCENT,
	/* u32. Active alerts of the tunnel and of its flows. */
	TUNWIN_A_TUNNEL_ALERTS,
	/* u8 (at most 1). 1 if the tunnel's windows have collapsed (window-collapse), else 0. */
	TUNWIN_A_TUNNEL_COLLAPSED,
	/*
	 * nest of TUNWIN_A_CPU_*, may repeat. The CPUs on which its packets arrived, with what they
	 * had of all packets: the 64 with most of the tunnel's, in the order of their numbers.
	 */
	TUNWIN_A_TUNNEL_CPU,
	/* nest of TUNWIN_A_JUMBO_*. The large frames that have arrived; absent if none has. */
	TUNWIN_A_TUNNEL_JUMBO,
	/*
	 * u32. Ids of the devices below (buffer-get): the one that it is bound to, or that the
	 * route to its remote end leads through, and what lies below that. Absent if that is not
	 * known.
	 */
	TUNWIN_A_TUNNEL_CARRIER,
	/*
	 * u32. CPUs on which its packets arrived; of more than 64 only those with most packets are
	 * told. Absent if none did.
	 */
	TUNWIN_A_TUNNEL_CPU_COUNT,
	/*
	 * u32. Alerts of the tunnel and of its flows that were not raised for lack of room (4,096
	 * active ones of the flows of a tunnel) or memory, since it is watched.
	 */
	TUNWIN_A_TUNNEL_ALERTS_REFUSED,

	__TUNWIN_A_TUNNEL_MAX,
	TUNWIN_A_TUNNEL_MAX = (__TUNWIN_A_TUNNEL_MAX - 1)
};

/*
 * Counters of one direction of a tunnel since it is watched or was reset. Those marked [device] are
 * the device's own (`ip -s link`), the others are counted by tunwin where the tunnel hands packets
 * to the network stack and takes them from it.
 */
enum {
	/* pad. Aligns the 64-bit values that follow, has no meaning. */
	TUNWIN_A_TRAFFIC_PAD = 1,
	/* u64. [device] Packets. */
	TUNWIN_A_TRAFFIC_PACKETS,
	/* u64. [device] Bytes. */
	TUNWIN_A_TRAFFIC_BYTES,
	/* u64. [device] Packets per second, over the last second. */
	TUNWIN_A_TRAFFIC_PPS,
	/* u64. [device] Bits per second, over the last second. */
	TUNWIN_A_TRAFFIC_BPS,
	/* u64. Buffers seen; a merged (GRO) or not yet segmented (GSO) buffer counts once. */
	TUNWIN_A_TRAFFIC_SKBS,
	/*
	 * u64. Packets in them as the wire carries them, a merged buffer counting each of its
	 * segments.
	 */
	TUNWIN_A_TRAFFIC_SEGMENTS,
	/*
	 * u64. Bytes of those packets from the inner IP header on, each merged segment with its own
	 * headers.
	 */
	TUNWIN_A_TRAFFIC_INNER_BYTES,
	/*
	 * u64. Bytes in the buffers themselves, from the inner IP header on (headers of merged
	 * segments once). The stack's own bare ACKs are left out, since their truesize is a mark
	 * and not their memory.
	 */
	TUNWIN_A_TRAFFIC_LEN_BYTES,
	/* u64. Memory (skb->truesize) of those buffers; len-bytes divided by it is the ratio. */
	TUNWIN_A_TRAFFIC_TRUESIZE_BYTES,
	/*
	 * u64. Packets whose TCP header could not be read (fragments, truncated or malformed
	 * headers).
	 */
	TUNWIN_A_TRAFFIC_UNPARSED,
	/* u64. TCP segments among the segments. */
	TUNWIN_A_TRAFFIC_TCP_SEGMENTS,
	/* u64. [device] rx_errors, tx_errors. */
	TUNWIN_A_TRAFFIC_ERRORS,
	/*
	 * u64. [device] rx_dropped, tx_dropped. Received packets that found the tunnel's GRO cells
	 * full (net.core.netdev_max_backlog) are among them.
	 */
	TUNWIN_A_TRAFFIC_DROPPED,
	/* u64. [device] rx_fifo_errors: GRE packets out of sequence, with `iseq`. Received only. */
	TUNWIN_A_TRAFFIC_SEQUENCE_ERRORS,
	/*
	 * u64. [device] rx_crc_errors: the GRE checksum flag differs from `icsum`, or the sum is
	 * wrong. Received only.
	 */
	TUNWIN_A_TRAFFIC_CHECKSUM_ERRORS,
	/*
	 * u64. [device] rx_frame_errors: outer and inner ECN contradict each other (RFC 6040).
	 * Received only.
	 */
	TUNWIN_A_TRAFFIC_ECN_ERRORS,
	/*
	 * u64. [device] rx_length_errors: the packet ends before the inner header does. Received
	 * only.
	 */
	TUNWIN_A_TRAFFIC_LENGTH_ERRORS,
	/* u64. [device] tx_carrier_errors: no route to the tunnel's remote end. Sent only. */
	TUNWIN_A_TRAFFIC_CARRIER_ERRORS,
	/*
	 * u64. [device] collisions: the route to the remote end leads through the tunnel itself.
	 * Sent only.
	 */
	TUNWIN_A_TRAFFIC_COLLISIONS,
	/*
	 * nest of TUNWIN_A_SIZE_CLASS_*, may repeat. The distribution over packet sizes, one nest
	 * for each class that has counted something.
	 */
	TUNWIN_A_TRAFFIC_SIZE_CLASS,

	__TUNWIN_A_TRAFFIC_MAX,
	TUNWIN_A_TRAFFIC_MAX = (__TUNWIN_A_TRAFFIC_MAX - 1)
};

/* Packets of one class of sizes. */
enum {
	/* pad. Aligns the 64-bit values that follow, has no meaning. */
	TUNWIN_A_SIZE_CLASS_PAD = 1,
	/*
	 * u32. Largest frame of the class, as on an Ethernet (IP packet + 18 bytes), 256, 1518,
	 * 4478 or 9018; 0 for the class above.
	 */
	TUNWIN_A_SIZE_CLASS_MAX_BYTES,
	/* u64. Packets. */
	TUNWIN_A_SIZE_CLASS_SEGMENTS,
	/*
	 * u64. Bytes of the buffers that carried them, from the inner IP header on, the stack's own
	 * bare ACKs left out.
	 */
	TUNWIN_A_SIZE_CLASS_LEN_BYTES,
	/* u64. Memory of those buffers. */
	TUNWIN_A_SIZE_CLASS_TRUESIZE_BYTES,
	/* u64. TCP segments among the packets that were sent again, of all flows. */
	TUNWIN_A_SIZE_CLASS_RETRANSMITS,

	__TUNWIN_A_SIZE_CLASS_MAX,
	TUNWIN_A_SIZE_CLASS_MAX = (__TUNWIN_A_SIZE_CLASS_MAX - 1)
};

/* The module itself. */
enum {
	/* pad. Aligns the 64-bit values that follow, has no meaning. */
	TUNWIN_A_STATUS_PAD = 1,
	/* string. Version of the module. */
	TUNWIN_A_STATUS_VERSION,
	/* u32. Flows in the table, of all namespaces or of this one (status-get). */
	TUNWIN_A_STATUS_FLOWS,
	/* u32. Those of them whose handshake is not complete. */
	TUNWIN_A_STATUS_HALF_OPEN,
	/*
	 * u32 (at least TUNWIN_MAX_FLOWS_MIN, at most TUNWIN_MAX_FLOWS_MAX). Most flows of the
	 * initial network namespace, and of all others together (share-percent); in settings-set
	 * the new number. A smaller one evicts at once.
	 */
	TUNWIN_A_STATUS_MAX_FLOWS,
	/* u32. Records of ended flows that are kept, of all namespaces. */
	TUNWIN_A_STATUS_HISTORY,
	/*
	 * u32 (at most TUNWIN_MAX_HISTORY). How many records of ended flows are kept of the initial
	 * network namespace, and of all others together (share-percent); in settings-set the new
	 * number. 0 keeps none.
	 */
	TUNWIN_A_STATUS_MAX_HISTORY,
	/*
	 * u32 (at least 1, at most TUNWIN_MAX_IDLE_S). A flow of the wire vantage without packets
	 * for this long has ended; in settings-set the new value. Flows whose socket is open do not
	 * time out.
	 */
	TUNWIN_A_STATUS_IDLE_TIMEOUT_S,
	/* u64. Flows created since the module was loaded. */
	TUNWIN_A_STATUS_CREATED,
	/* u64. Flows ended since then. */
	TUNWIN_A_STATUS_ENDED,
	/*
	 * u64. Flows that had to give way to a new one, because max-flows or a share of it was in
	 * use, or that was lowered.
	 */
	TUNWIN_A_STATUS_EVICTED,
	/* u64. Those of them that were half open. */
	TUNWIN_A_STATUS_EVICTED_HALF_OPEN,
	/*
	 * u64. New flows that were not recorded: memory for them could not be had; or there was no
	 * room, as others than the initial network namespace have all of max-flows; or too many
	 * that are forgotten wait to be freed (max-flows, and 16,384 at least, each for the initial
	 * network namespace and for all others).
	 */
	TUNWIN_A_STATUS_REFUSED,
	/* u64. Records of ended flows that left the history because it was full. */
	TUNWIN_A_STATUS_HISTORY_DROPPED,
	/* u32. Memory of one flow, its places in the tables included. */
	TUNWIN_A_STATUS_BYTES_PER_FLOW,
	/*
	 * u64. Memory of all flows, of the history, of what waits to be freed and of the tunnels'
	 * counters.
	 */
	TUNWIN_A_STATUS_MEMORY_BYTES,
	/* u32. Devices watched, of all namespaces or of this one (status-get). */
	TUNWIN_A_STATUS_TUNNELS,
	/* u64. Packets whose TCP header could not be read, of all tunnels that exist. */
	TUNWIN_A_STATUS_UNPARSED,
	/* u64. Time since the module was loaded. */
	TUNWIN_A_STATUS_UPTIME_NS,
	/* nest of TUNWIN_A_HOOK_*, may repeat. Where the module is attached to the kernel. */
	TUNWIN_A_STATUS_HOOK,
	/*
	 * u32. Flows that have shown something remarkable and are looked at twice a second, for
	 * alerts.
	 */
	TUNWIN_A_STATUS_WATCHED_FLOWS,
	/*
	 * u64. How often such a flow was not looked at for lack of room (65,536 of them) or memory.
	 */
	TUNWIN_A_STATUS_WATCH_REFUSED,
	/*
	 * u64. Flows that ended and were not told of (flow-end-ntf) for lack of room, because 8,192
	 * others waited.
	 */
	TUNWIN_A_STATUS_ENDED_DROPPED,
	/* u32. Alerts that are active, of all namespaces or of this one (status-get). */
	TUNWIN_A_STATUS_ALERTS_ACTIVE,
	/*
	 * u32. Alerts that are over and remembered, of all namespaces or of this one (status-get).
	 */
	TUNWIN_A_STATUS_ALERTS_HISTORY,
	/* u64. Alerts that were raised so far. */
	TUNWIN_A_STATUS_ALERTS_RAISED,
	/*
	 * u64. Alerts that were not raised for lack of room (16,384 active ones, 15,360 of flows,
	 * 4,096 of the flows of a tunnel) or memory.
	 */
	TUNWIN_A_STATUS_ALERTS_REFUSED,
	/* u64. Alerts that are over and were forgotten for lack of room (4,096). */
	TUNWIN_A_STATUS_ALERTS_DROPPED,
	/*
	 * u32. Flows, of all namespaces, that are judged (their limits, losses and round trips),
	 * and not only counted.
	 */
	TUNWIN_A_STATUS_DETAILS,
	/*
	 * u32 (at least TUNWIN_MAX_DETAILS_MIN, at most TUNWIN_MAX_DETAILS_MAX). How many flows of
	 * the initial network namespace are judged at most, and of all others together
	 * (share-percent); in settings-set the new number. Half of them may have an incomplete
	 * handshake. Where few are left, those of flows that have been silent for a tenth of the
	 * idle timeout are withdrawn.
	 */
	TUNWIN_A_STATUS_MAX_DETAILS,
	/*
	 * u64. Flows that could not be judged from their first packet on, for lack of room or
	 * memory.
	 */
	TUNWIN_A_STATUS_DETAILS_REFUSED,
	/*
	 * u64. Flows that are not judged any more since they were silent and others needed the
	 * room.
	 */
	TUNWIN_A_STATUS_DETAILS_WITHDRAWN,
	/*
	 * u32. Memory that a flow takes in addition while it is judged, without the histories of
	 * windows.
	 */
	TUNWIN_A_STATUS_BYTES_PER_DETAIL,
	/*
	 * u64. Flows that were half open to their end. Whoever likes can make them up, so their
	 * records are not kept in the history, and nobody is told of their end.
	 */
	TUNWIN_A_STATUS_UNANSWERED,
	/*
	 * u32 (at least TUNWIN_SHARE_MIN, at most TUNWIN_SHARE_MAX). How much one account may take
	 * of max-flows, max-details and max-history. In settings-set the new number. It does not
	 * apply to the initial network namespace, which has all of each; all other accounts
	 * together may take as much again.
	 */
	TUNWIN_A_STATUS_SHARE_PERCENT,
	/*
	 * nest of TUNWIN_A_ACCOUNT_*, may repeat. Who uses the module. The initial network
	 * namespace first, then accounts that watch a tunnel, or did so for a flow that is kept; 64
	 * at most, those with the most flows first.
	 */
	TUNWIN_A_STATUS_ACCOUNT,
	/* u32. How many accounts there are. */
	TUNWIN_A_STATUS_ACCOUNT_COUNT,

	__TUNWIN_A_STATUS_MAX,
	TUNWIN_A_STATUS_MAX = (__TUNWIN_A_STATUS_MAX - 1)
};

/*
 * What one account uses, and what it was refused. It pays for the tunnels of its network
 * namespaces.
 */
enum {
	/* pad. Aligns the 64-bit values that follow, has no meaning. */
	TUNWIN_A_ACCOUNT_PAD = 1,
	/* u8 (enum tunwin_account_kind). Whose network namespaces it is for. */
	TUNWIN_A_ACCOUNT_KIND,
	/*
	 * u32. Inode number of the network namespace (kind netns), as in /proc/PID/ns/net; else
	 * absent.
	 */
	TUNWIN_A_ACCOUNT_NETNS,
	/* u32. The user, as the initial user namespace numbers users (kind user); else absent. */
	TUNWIN_A_ACCOUNT_UID,
	/*
	 * u32. Inode number of the user namespace (kind userns), as in /proc/PID/ns/user; else
	 * absent.
	 */
	TUNWIN_A_ACCOUNT_USERNS,
	/* u32. Flows in the table. */
	TUNWIN_A_ACCOUNT_FLOWS,
	/* u32. Flows that are judged. */
	TUNWIN_A_ACCOUNT_DETAILS,
	/* u32. Records of ended flows that are kept. */
	TUNWIN_A_ACCOUNT_HISTORY,
	/* u64. Flows that were not recorded for lack of room or memory. */
	TUNWIN_A_ACCOUNT_FLOWS_REFUSED,
	/*
	 * u64. Flows that could not be judged from their first packet on, for lack of room or
	 * memory.
	 */
	TUNWIN_A_ACCOUNT_DETAILS_REFUSED,
	/* u64. Flows that ended because their room was needed, or a limit was lowered. */
	TUNWIN_A_ACCOUNT_EVICTED,

	__TUNWIN_A_ACCOUNT_MAX,
	TUNWIN_A_ACCOUNT_MAX = (__TUNWIN_A_ACCOUNT_MAX - 1)
};

/* One place where the module is attached to the kernel. */
enum {
	/* pad. Aligns the 64-bit values that follow, has no meaning. */
	TUNWIN_A_HOOK_PAD = 1,
	/*
	 * string. Name, for a tracepoint "group:event", for the tunnels' own paths "tunnel:receive"
	 * and "tunnel:transmit".
	 */
	TUNWIN_A_HOOK_NAME,
	/* u8 (at most 1). 1 if attached, 0 if this kernel does not have it or refused it. */
	TUNWIN_A_HOOK_ATTACHED,
	/* u64. How often it was called. */
	TUNWIN_A_HOOK_HITS,
	/* u32. Why it is not attached, a positive errno value. */
	TUNWIN_A_HOOK_ERRNO,

	__TUNWIN_A_HOOK_MAX,
	TUNWIN_A_HOOK_MAX = (__TUNWIN_A_HOOK_MAX - 1)
};

/* A device that is to be watched, or no longer. */
enum {
	/* u32 (at least 1). Index of the device in this namespace. */
	TUNWIN_A_DEVICE_IFINDEX = 1,
	/* string (at most TUNWIN_NAME_MAX_LEN bytes). Name of the device. */
	TUNWIN_A_DEVICE_NAME,
	/* flag. Stop watching it. */
	TUNWIN_A_DEVICE_OFF,

	__TUNWIN_A_DEVICE_MAX,
	TUNWIN_A_DEVICE_MAX = (__TUNWIN_A_DEVICE_MAX - 1)
};

/*
 * An alert: what is wrong, with a flow or with a tunnel, since when, and by what it was seen. In
 * requests, the filter that alerts must pass.
 */
enum {
	/* pad. Aligns the 64-bit values that follow, has no meaning. */
	TUNWIN_A_ALERT_PAD = 1,
	/*
	 * u32. Identifies the alert in this namespace until the module is unloaded; its clearing
	 * has the same. It is the lower half of the sequence of the event that raised it.
	 */
	TUNWIN_A_ALERT_ID,
	/*
	 * u64. Of the events of this namespace the how-manieth this is, from 1 on. A listener that
	 * sees a number left out has missed that event.
	 */
	TUNWIN_A_ALERT_SEQUENCE,
	/* u8 (enum tunwin_alert_code). What it is about. As a filter, alerts about this only. */
	TUNWIN_A_ALERT_CODE,
	/* u8 (enum tunwin_alert_state). Whether it is active, or how it ended. */
	TUNWIN_A_ALERT_STATE,
	/*
	 * u32 (at least 1). Index of the tunnel device. As a filter, alerts of this tunnel and of
	 * its flows only.
	 */
	TUNWIN_A_ALERT_TUNNEL_IFINDEX,
	/*
	 * string (at most TUNWIN_NAME_MAX_LEN bytes). Name of the tunnel device. As a filter,
	 * alerts of this tunnel and of its flows only.
	 */
	TUNWIN_A_ALERT_TUNNEL,
	/*
	 * u32 (at least 1). Id of the flow; absent if the alert is of the tunnel as a whole. As a
	 * filter, alerts of this flow only.
	 */
	TUNWIN_A_ALERT_FLOW_ID,
	/*
	 * binary (at most TUNWIN_ADDR_MAX_LEN bytes). Address of the flow's near end, 4 bytes
	 * (IPv4) or 16 (IPv6), in network order.
	 */
	TUNWIN_A_ALERT_NEAR_ADDR,
	/* u16. TCP port of the flow's near end, in host order. */
	TUNWIN_A_ALERT_NEAR_PORT,
	/*
	 * binary (at most TUNWIN_ADDR_MAX_LEN bytes). Address of the flow's far end, as near-addr.
	 */
	TUNWIN_A_ALERT_FAR_ADDR,
	/* u16. TCP port of the flow's far end, in host order. */
	TUNWIN_A_ALERT_FAR_PORT,
	/* u8 (enum tunwin_vantage). Whether the flow's near end is a socket of this namespace. */
	TUNWIN_A_ALERT_VANTAGE,
	/* u8 (enum tunwin_direction_name). The direction that is affected; absent if both are. */
	TUNWIN_A_ALERT_DIRECTION,
	/* u64. Time since what it is about began. */
	TUNWIN_A_ALERT_SINCE_NS,
	/* u64. Time since it was raised. */
	TUNWIN_A_ALERT_RAISED_NS,
	/* u64. Time since it was over; only where it is. */
	TUNWIN_A_ALERT_CLEARED_NS,
	/* u64. When this happened, raised or over, in nanoseconds since 1970 (CLOCK_REALTIME). */
	TUNWIN_A_ALERT_TIME_NS,
	/* u32. The window when it was raised. */
	TUNWIN_A_ALERT_WINDOW_BYTES,
	/*
	 * u32. The window that it is measured by, the largest of the last minute or what rate and
	 * round trip need.
	 */
	TUNWIN_A_ALERT_REFERENCE_BYTES,
	/* u32. The round trip when it was raised, in microseconds. */
	TUNWIN_A_ALERT_RTT_US,
	/* u32. Of bloat, payload by memory (truesize), in thousandths. */
	TUNWIN_A_ALERT_RATIO_PERMILLE,
	/*
	 * u64. Of window-shrunk how often, of size-loss and stall how often data was sent again in
	 * vain, of tunnel-drop the packets dropped, of a tunnel's window-collapse the flows that
	 * have collapsed.
	 */
	TUNWIN_A_ALERT_COUNT,
	/*
	 * u32. Of size-loss, the payload of segments that are lost. Of stall the same, if no
	 * segment as large was ever acknowledged, while smaller ones were.
	 */
	TUNWIN_A_ALERT_SIZE_BYTES,
	/* flag. Filter only. Dump the alerts that are over in place of the active ones. */
	TUNWIN_A_ALERT_HISTORY,
	/*
	 * u32. Of stall, how often data was sent again that had been acknowledged: the
	 * acknowledgments pass here and do not reach the sender. Absent if it is the data that is
	 * not acknowledged.
	 */
	TUNWIN_A_ALERT_UNHEARD,
	/*
	 * string (at most TUNWIN_NAME_MAX_LEN bytes). Of buffer-exhausted, the name of the device
	 * that has no buffers; tunnel is one that it carries, or itself.
	 */
	TUNWIN_A_ALERT_DEVICE,
	/* u32. Index of that device, in the namespace it lives in. */
	TUNWIN_A_ALERT_DEVICE_IFINDEX,
	/* u32. Of buffer-exhausted, the id of its episode (episode-get). */
	TUNWIN_A_ALERT_EPISODE,
	/* u32. Of buffer-exhausted, how many flows had lost something by the time it was raised. */
	TUNWIN_A_ALERT_FLOWS,

	__TUNWIN_A_ALERT_MAX,
	TUNWIN_A_ALERT_MAX = (__TUNWIN_A_ALERT_MAX - 1)
};

/*
 * A device where buffers may run out, a tunnel of this namespace or a device that carries the
 * packets of one; in the answer to a single request, the host as a whole.
 */
enum {
	/* pad. Aligns the 64-bit values that follow, has no meaning. */
	TUNWIN_A_BUFFER_PAD = 1,
	/* u32. Index of the device, in the namespace it lives in. */
	TUNWIN_A_BUFFER_IFINDEX,
	/* string. Name of the device. */
	TUNWIN_A_BUFFER_NAME,
	/* u32. Inode number of the network namespace it lives in. */
	TUNWIN_A_BUFFER_NETNS,
	/* u8 (enum tunwin_buffer_role). Why it is watched. */
	TUNWIN_A_BUFFER_ROLE,
	/*
	 * nest of TUNWIN_A_BUFFER_SOURCE_COUNT_*, may repeat. One for each source that this kernel
	 * and this driver can tell of; another one is not available.
	 */
	TUNWIN_A_BUFFER_SOURCE,
	/* u32. Identifies the device until the module is unloaded; a tunnel's carrier has it. */
	TUNWIN_A_BUFFER_ID,
	/* u32. Id of the present episode; absent if there is no shortage. */
	TUNWIN_A_BUFFER_EPISODE,
	/*
	 * nest of TUNWIN_A_PAGE_*, may repeat. Of the host, page allocations that failed while
	 * packets were received, one nest for each order.
	 */
	TUNWIN_A_BUFFER_PAGE,
	/*
	 * nest of TUNWIN_A_CPU_*, may repeat. Of the host, how each CPU keeps up with the packets
	 * it receives.
	 */
	TUNWIN_A_BUFFER_CPU,
	/*
	 * nest of TUNWIN_A_BUFFER_SOURCE_COUNT_*, may repeat. Of the host, drops for want of a
	 * buffer of which it is not known through which device the packet came.
	 */
	TUNWIN_A_BUFFER_UNPLACED,
	/*
	 * u64. Of the host, losses of flows that came too fast to be looked at, so that an episode
	 * may tell too few flows.
	 */
	TUNWIN_A_BUFFER_GAPS_MISSED,
	/*
	 * u64. Of the host, episodes that were forgotten for newer ones, or that there was no
	 * memory for.
	 */
	TUNWIN_A_BUFFER_EPISODES_DROPPED,

	__TUNWIN_A_BUFFER_MAX,
	TUNWIN_A_BUFFER_MAX = (__TUNWIN_A_BUFFER_MAX - 1)
};

/* What a source of drops has come to since the device is watched, or was reset. */
enum {
	/* pad. Aligns the 64-bit values that follow, has no meaning. */
	TUNWIN_A_BUFFER_SOURCE_COUNT_PAD = 1,
	/* u8 (enum tunwin_buffer_source). Which. */
	TUNWIN_A_BUFFER_SOURCE_COUNT_SOURCE,
	/*
	 * u64. Packets lost, or, of alloc and queue-alloc, buffers not had. As the kernel counts
	 * them, a merged one is one.
	 */
	TUNWIN_A_BUFFER_SOURCE_COUNT_PACKETS,
	/*
	 * nest of TUNWIN_A_BUFFER_CLASS_*, may repeat. The same by size; absent where the size is
	 * not told.
	 */
	TUNWIN_A_BUFFER_SOURCE_COUNT_CLASS,
	/* u64. Time since the first one; absent if there was none. */
	TUNWIN_A_BUFFER_SOURCE_COUNT_FIRST_NS,
	/* u64. Time since the last one. */
	TUNWIN_A_BUFFER_SOURCE_COUNT_LAST_NS,

	__TUNWIN_A_BUFFER_SOURCE_COUNT_MAX,
	TUNWIN_A_BUFFER_SOURCE_COUNT_MAX = (__TUNWIN_A_BUFFER_SOURCE_COUNT_MAX - 1)
};

/* Packets of a class of size. */
enum {
	/* pad. Aligns the 64-bit values that follow, has no meaning. */
	TUNWIN_A_BUFFER_CLASS_PAD = 1,
	/* u32. Largest frame of the class, 0 for the last, which has no bound. */
	TUNWIN_A_BUFFER_CLASS_MAX_BYTES,
	/* u64. Packets lost. */
	TUNWIN_A_BUFFER_CLASS_PACKETS,
	/*
	 * u64. In an episode, segments of the class that arrived through the tunnels meanwhile, to
	 * half a second.
	 */
	TUNWIN_A_BUFFER_CLASS_PASSED,

	__TUNWIN_A_BUFFER_CLASS_MAX,
	TUNWIN_A_BUFFER_CLASS_MAX = (__TUNWIN_A_BUFFER_CLASS_MAX - 1)
};

/* Frames of more than 1,518 bytes, as the device below the tunnel receives them. */
enum {
	/* pad. Aligns the 64-bit values that follow, has no meaning. */
	TUNWIN_A_JUMBO_PAD = 1,
	/* u64. How many arrived. */
	TUNWIN_A_JUMBO_FRAMES,
	/* u64. Their bytes, with the tunnel's header and the link's. */
	TUNWIN_A_JUMBO_BYTES,
	/* u64. The memory (skb->truesize) that they were charged with. */
	TUNWIN_A_JUMBO_TRUESIZE_BYTES,
	/* u64. Of so many of them the memory was looked at. */
	TUNWIN_A_JUMBO_SAMPLED,
	/* u64. In so many pieces the data of those lay, each a buffer of its own. */
	TUNWIN_A_JUMBO_BUFFERS,
	/* u32. The highest order of the pages that it lay in (2^order pages of 4 KB). */
	TUNWIN_A_JUMBO_PAGE_ORDER,
	/* u32. The largest frame. */
	TUNWIN_A_JUMBO_MAX_BYTES,

	__TUNWIN_A_JUMBO_MAX,
	TUNWIN_A_JUMBO_MAX = (__TUNWIN_A_JUMBO_MAX - 1)
};

/* Page allocations of an order that failed while packets were received. */
enum {
	/* pad. Aligns the 64-bit values that follow, has no meaning. */
	TUNWIN_A_PAGE_PAD = 1,
	/* u32. Of 2^order pages that lie together. */
	TUNWIN_A_PAGE_ORDER,
	/* u64. How many failed, in softirq, where receive buffers are made. */
	TUNWIN_A_PAGE_FAILED,
	/*
	 * u64. Those among them of which the kernel was asked not to warn (__GFP_NOWARN); most have
	 * a second try.
	 */
	TUNWIN_A_PAGE_QUIET,
	/* u64. Time since the first one. */
	TUNWIN_A_PAGE_FIRST_NS,
	/* u64. Time since the last one. */
	TUNWIN_A_PAGE_LAST_NS,

	__TUNWIN_A_PAGE_MAX,
	TUNWIN_A_PAGE_MAX = (__TUNWIN_A_PAGE_MAX - 1)
};

/*
 * A CPU that receives packets; softnet_data, as /proc/net/softnet_stat has it, since the module was
 * loaded.
 */
enum {
	/* pad. Aligns the 64-bit values that follow, has no meaning. */
	TUNWIN_A_CPU_PAD = 1,
	/* u32. Its number. */
	TUNWIN_A_CPU_CPU,
	/* u64. Packets that it has taken from cards and queues, of all devices. */
	TUNWIN_A_CPU_PROCESSED,
	/* u64. Packets that found its backlog full. */
	TUNWIN_A_CPU_DROPPED,
	/*
	 * u64. How often it had to stop with packets left, for want of time (time_squeeze,
	 * net.core.netdev_budget).
	 */
	TUNWIN_A_CPU_SQUEEZED,
	/*
	 * u64. Packets per second in the last second, of all devices. Absent, as squeezed-per-s,
	 * without CAP_NET_ADMIN in the initial user namespace.
	 */
	TUNWIN_A_CPU_PPS,
	/* u64. How often it was squeezed in the last second. */
	TUNWIN_A_CPU_SQUEEZED_PER_S,
	/* u64. Of a tunnel, buffers that arrived on this CPU, merged ones as one. */
	TUNWIN_A_CPU_IN_SKBS,
	/* u64. The same, in the last second. */
	TUNWIN_A_CPU_IN_PPS,

	__TUNWIN_A_CPU_MAX,
	TUNWIN_A_CPU_MAX = (__TUNWIN_A_CPU_MAX - 1)
};

/* A shortage of buffers, from the first packet that found none to the last. */
enum {
	/* pad. Aligns the 64-bit values that follow, has no meaning. */
	TUNWIN_A_EPISODE_PAD = 1,
	/* u32. Identifies it until the module is unloaded; later ones have higher numbers. */
	TUNWIN_A_EPISODE_ID,
	/* u32 (at least 1). Index of the device. As a filter, episodes of this device only. */
	TUNWIN_A_EPISODE_IFINDEX,
	/*
	 * string (at most TUNWIN_NAME_MAX_LEN bytes). Name of the device. As a filter, episodes of
	 * this device only.
	 */
	TUNWIN_A_EPISODE_NAME,
	/* u32. Inode number of the network namespace the device lives in. */
	TUNWIN_A_EPISODE_NETNS,
	/*
	 * nest of TUNWIN_A_BUFFER_SOURCE_COUNT_*, may repeat. By which sources it was seen, and how
	 * much of it.
	 */
	TUNWIN_A_EPISODE_SOURCE,
	/* u64. Time since it began. */
	TUNWIN_A_EPISODE_SINCE_NS,
	/* u64. It may have begun so much earlier; 0 if a flow noticed. */
	TUNWIN_A_EPISODE_SLACK_NS,
	/* u64. From its first loss to its last, so far. */
	TUNWIN_A_EPISODE_DURATION_NS,
	/* u64. When it began, in nanoseconds since 1970 (CLOCK_REALTIME). */
	TUNWIN_A_EPISODE_START_TIME_NS,
	/* u8 (at most 1). 1 if it is over, 0 while it goes on. */
	TUNWIN_A_EPISODE_OVER,
	/* u64. Packets lost, by the device's counters. */
	TUNWIN_A_EPISODE_PACKETS,
	/* u64. The highest rate of that, between two looks of half a second. */
	TUNWIN_A_EPISODE_PEAK_PPS,
	/*
	 * nest of TUNWIN_A_BUFFER_CLASS_*, may repeat. Segments of each size that flows missed, and
	 * that passed meanwhile, of all tunnels of the device, whichever namespace they are of.
	 */
	TUNWIN_A_EPISODE_CLASS,
	/*
	 * nest of TUNWIN_A_PAGE_*, may repeat. Page allocations that failed meanwhile while packets
	 * were received, of the whole host; see pages-untold.
	 */
	TUNWIN_A_EPISODE_PAGE,
	/* u32. Flows of this namespace that lost something. */
	TUNWIN_A_EPISODE_FLOWS,
	/*
	 * nest of TUNWIN_A_EPISODE_FLOW_*, may repeat. Those of them that are kept, of all
	 * namespaces' flows the first 64 that were hit, the first hit first.
	 */
	TUNWIN_A_EPISODE_FLOW,
	/*
	 * u8 (at most 1). 1 if the requester has no CAP_NET_ADMIN in the initial user namespace:
	 * then there is no page, whether or not allocations failed. Absent otherwise.
	 */
	TUNWIN_A_EPISODE_PAGES_UNTOLD,

	__TUNWIN_A_EPISODE_MAX,
	TUNWIN_A_EPISODE_MAX = (__TUNWIN_A_EPISODE_MAX - 1)
};

/* A flow that lost something in an episode. */
enum {
	/* pad. Aligns the 64-bit values that follow, has no meaning. */
	TUNWIN_A_EPISODE_FLOW_PAD = 1,
	/* u32. Id of the flow, which may have ended since. */
	TUNWIN_A_EPISODE_FLOW_FLOW_ID,
	/* string. Name of its tunnel. */
	TUNWIN_A_EPISODE_FLOW_TUNNEL,
	/*
	 * binary (at most TUNWIN_ADDR_MAX_LEN bytes). Address of the flow's near end, 4 bytes
	 * (IPv4) or 16 (IPv6), in network order.
	 */
	TUNWIN_A_EPISODE_FLOW_NEAR_ADDR,
	/* u16. TCP port of the flow's near end, in host order. */
	TUNWIN_A_EPISODE_FLOW_NEAR_PORT,
	/*
	 * binary (at most TUNWIN_ADDR_MAX_LEN bytes). Address of the flow's far end, as near-addr.
	 */
	TUNWIN_A_EPISODE_FLOW_FAR_ADDR,
	/* u16. TCP port of the flow's far end, in host order. */
	TUNWIN_A_EPISODE_FLOW_FAR_PORT,
	/* u64. Payload that was missing when later data came. */
	TUNWIN_A_EPISODE_FLOW_LOST_BYTES,
	/* u64. The same in segments of the size that it sends. */
	TUNWIN_A_EPISODE_FLOW_LOST_SEGMENTS,
	/* u32. Payload of these. */
	TUNWIN_A_EPISODE_FLOW_SEGMENT_BYTES,
	/* u64. Time since it first missed something. */
	TUNWIN_A_EPISODE_FLOW_HIT_NS,
	/*
	 * u64. How long it took from there, or takes so far, until what it first missed had come:
	 * the longest of such times.
	 */
	TUNWIN_A_EPISODE_FLOW_STALLED_NS,
	/* u8 (at most 1). 1 if it has moved since, 0 if it stands still. */
	TUNWIN_A_EPISODE_FLOW_MOVED,

	__TUNWIN_A_EPISODE_FLOW_MAX,
	TUNWIN_A_EPISODE_FLOW_MAX = (__TUNWIN_A_EPISODE_FLOW_MAX - 1)
};

/*
 * An ATA over Ethernet target as it is seen through one tunnel, or, where it says so, what there is
 * of them.
 */
enum {
	/* pad. Aligns the 64-bit values that follow, has no meaning. */
	TUNWIN_A_AOE_PAD = 1,
	/* u32. Identifies it as long as it is remembered; later ones have higher numbers. */
	TUNWIN_A_AOE_ID,
	/*
	 * u32 (at least 1). Index of the tunnel's device. As a filter, targets of this tunnel only.
	 */
	TUNWIN_A_AOE_TUNNEL_IFINDEX,
	/*
	 * string (at most TUNWIN_NAME_MAX_LEN bytes). Name of the tunnel. As a filter, targets of
	 * this tunnel only.
	 */
	TUNWIN_A_AOE_TUNNEL,
	/* u32. Inode number of the network namespace that the tunnel is in. */
	TUNWIN_A_AOE_NETNS,
	/* u16. Shelf of the target (major address). */
	TUNWIN_A_AOE_SHELF,
	/* u8. Slot in the shelf (minor address). */
	TUNWIN_A_AOE_SLOT,
	/*
	 * binary (at most TUNWIN_MAC_LEN bytes). Ethernet address of its last answer; absent if it
	 * has not answered. A target may have several.
	 */
	TUNWIN_A_AOE_TARGET_ADDR,
	/* u8 (enum tunwin_aoe_side). On which side of the tunnel it is. */
	TUNWIN_A_AOE_SIDE,
	/*
	 * u32. Its Buffer Count as last advertised: messages that it can queue. The protocol leaves
	 * open whether that is for each initiator or for all of them. Absent if no configuration
	 * that says it has passed.
	 */
	TUNWIN_A_AOE_BUFFER_COUNT,
	/* u32. Sectors of 512 bytes that it takes in one request; absent as buffer-count. */
	TUNWIN_A_AOE_SECTORS,
	/* u64. Time since it was first seen. */
	TUNWIN_A_AOE_AGE_NS,
	/* u64. Queries for its configuration that were addressed to it alone. */
	TUNWIN_A_AOE_QUERIES,
	/* nest of TUNWIN_A_AOE_LOAD_*. All initiators together, also those that are forgotten. */
	TUNWIN_A_AOE_TOTAL,
	/* nest of TUNWIN_A_AOE_LOAD_*, may repeat. One initiator, at most 16. */
	TUNWIN_A_AOE_INITIATOR,
	/* u64. Initiators that were forgotten for newer ones. */
	TUNWIN_A_AOE_FORGOTTEN,
	/* u32. Of the host, targets that are remembered, at most 1,024. */
	TUNWIN_A_AOE_TARGETS,
	/* u32. Of the host, initiators that are remembered, at most 2,048. */
	TUNWIN_A_AOE_INITIATORS,
	/* u64. Of the host, targets that were forgotten for newer ones. */
	TUNWIN_A_AOE_TARGETS_EVICTED,
	/* u64. Of the host, initiators that were forgotten for newer ones. */
	TUNWIN_A_AOE_INITIATORS_EVICTED,
	/*
	 * u64. Of the host, frames whose target or initiator was not recorded, for want of memory.
	 */
	TUNWIN_A_AOE_REFUSED,
	/*
	 * u64. Of the host, frames that say nothing, being cut short, of another version of the
	 * protocol, or forged.
	 */
	TUNWIN_A_AOE_MALFORMED,
	/* u64. Of the host, memory that targets and initiators take. */
	TUNWIN_A_AOE_MEMORY_BYTES,

	__TUNWIN_A_AOE_MAX,
	TUNWIN_A_AOE_MAX = (__TUNWIN_A_AOE_MAX - 1)
};

/*
 * What a target has to do for one initiator, or in all. A request is an ATA command; it is
 * outstanding from when it passes until its answer does. Queries for configurations and other
 * commands are not counted.
 */
enum {
	/* pad. Aligns the 64-bit values that follow, has no meaning. */
	TUNWIN_A_AOE_LOAD_PAD = 1,
	/*
	 * binary (at most TUNWIN_MAC_LEN bytes). Ethernet address of the initiator; absent for the
	 * total.
	 */
	TUNWIN_A_AOE_LOAD_ADDR,
	/* u32. Requests without an answer, now. */
	TUNWIN_A_AOE_LOAD_OUTSTANDING,
	/* u32. The most there were. */
	TUNWIN_A_AOE_LOAD_OUTSTANDING_MAX,
	/*
	 * u8 (at most 1). 1 if as many as the Buffer Count or more are outstanding, 0 if there are
	 * fewer; absent if it is not known.
	 */
	TUNWIN_A_AOE_LOAD_FULL,
	/* u64. Time that this was so; absent if the Buffer Count is not known. */
	TUNWIN_A_AOE_LOAD_FULL_NS,
	/* u64. Requests, without those that were sent again. */
	TUNWIN_A_AOE_LOAD_REQUESTS,
	/* u64. Answers to requests. */
	TUNWIN_A_AOE_LOAD_ANSWERS,
	/* u64. Those among them that say that the command failed. */
	TUNWIN_A_AOE_LOAD_FAILED,
	/* u64. Requests sent again with the tag that they had. */
	TUNWIN_A_AOE_LOAD_SAME_TAG,
	/*
	 * u64. Requests sent again with another tag: the same command, address on the disk and
	 * number of sectors, while the one before was outstanding, which it replaces.
	 */
	TUNWIN_A_AOE_LOAD_NEW_TAG,
	/*
	 * u64. Requests given up, without an answer for 180 seconds or because another request has
	 * taken their tag.
	 */
	TUNWIN_A_AOE_LOAD_UNANSWERED,
	/*
	 * u64. Requests that passed while 256 of the initiator were outstanding. They are not in
	 * outstanding, and their answers are in unmatched.
	 */
	TUNWIN_A_AOE_LOAD_UNTRACKED,
	/* u64. Answers to nothing that is outstanding. */
	TUNWIN_A_AOE_LOAD_UNMATCHED,
	/* u64. Data that was read and written, by requests that were answered. */
	TUNWIN_A_AOE_LOAD_BYTES,
	/* u64. Requests per second, in the last second. */
	TUNWIN_A_AOE_LOAD_REQUESTS_PER_S,
	/* u64. Data in bits per second, in the last second. */
	TUNWIN_A_AOE_LOAD_RATE_BPS,
	/*
	 * u64. From a request to its answer as they pass this host, smoothed (1/8); absent if there
	 * was none. Not of requests that were sent again with the same tag.
	 */
	TUNWIN_A_AOE_LOAD_RTT_NS,
	/* u64. The shortest. */
	TUNWIN_A_AOE_LOAD_RTT_MIN_NS,
	/* u64. The longest. */
	TUNWIN_A_AOE_LOAD_RTT_MAX_NS,
	/* u64. Time since the last request or answer. */
	TUNWIN_A_AOE_LOAD_IDLE_NS,

	__TUNWIN_A_AOE_LOAD_MAX,
	TUNWIN_A_AOE_LOAD_MAX = (__TUNWIN_A_AOE_LOAD_MAX - 1)
};

enum tunwin_cmd {
	/*
	 * Get the flow with the given id, also when it has ended (ENOENT: no such flow in this
	 * namespace), or dump the flows of this namespace that pass the filter.
	 *
	 * Request (do): TUNWIN_A_FLOW_ID.
	 *
	 * Request (dump): TUNWIN_A_FLOW_TUNNEL_IFINDEX, TUNWIN_A_FLOW_TUNNEL,
	 * TUNWIN_A_FLOW_VANTAGE, TUNWIN_A_FLOW_NEAR_ADDR, TUNWIN_A_FLOW_NEAR_PORT,
	 * TUNWIN_A_FLOW_FAR_ADDR, TUNWIN_A_FLOW_FAR_PORT, TUNWIN_A_FLOW_STATE, TUNWIN_A_FLOW_ADDR,
	 * TUNWIN_A_FLOW_PREFIX_LEN, TUNWIN_A_FLOW_PORT, TUNWIN_A_FLOW_ENDED, TUNWIN_A_FLOW_LIMIT.
	 */
	TUNWIN_CMD_FLOW_GET = 1,
	/*
	 * Get one tunnel by ifindex or name (ENODEV: no such device in this namespace, or not
	 * watched), or dump all of this namespace.
	 *
	 * Request (do): TUNWIN_A_TUNNEL_IFINDEX, TUNWIN_A_TUNNEL_NAME.
	 *
	 * Request (dump): no attributes.
	 */
	TUNWIN_CMD_TUNNEL_GET,
	/*
	 * Get the state of the module. The counters are of the whole host; they name no flow.
	 * Without CAP_NET_ADMIN in the initial user namespace there are only the version, the
	 * uptime, the limits, bytes-per-flow and bytes-per-detail, which hooks are attached, and,
	 * of this namespace alone, tunnels, flows, alerts-active and alerts-history.
	 *
	 * Request (do): no attributes.
	 */
	TUNWIN_CMD_STATUS_GET,
	/*
	 * Change one or more settings. All are checked before any is changed.
	 *
	 * Request (do): TUNWIN_A_STATUS_MAX_FLOWS, TUNWIN_A_STATUS_MAX_HISTORY,
	 * TUNWIN_A_STATUS_IDLE_TIMEOUT_S, TUNWIN_A_STATUS_MAX_DETAILS,
	 * TUNWIN_A_STATUS_SHARE_PERCENT.
	 *
	 * Needs CAP_NET_ADMIN in the initial user namespace.
	 */
	TUNWIN_CMD_SETTINGS_SET,
	/*
	 * Watch a device that is not a tunnel by kind, or stop (ENODEV: no such device; EEXIST: it
	 * is watched already; EOPNOTSUPP: it is a tunnel by kind, which are always watched; ENOENT:
	 * it was not watched).
	 *
	 * Request (do): TUNWIN_A_DEVICE_IFINDEX, TUNWIN_A_DEVICE_NAME, TUNWIN_A_DEVICE_OFF.
	 *
	 * Needs CAP_NET_ADMIN in the initial user namespace.
	 */
	TUNWIN_CMD_TRACK_SET,
	/*
	 * Start the counters of one tunnel anew, or of all tunnels of this namespace, and end the
	 * records of their flows; connections that go on are recorded afresh. The history of this
	 * namespace is emptied when no tunnel is named.
	 *
	 * Request (do): TUNWIN_A_DEVICE_IFINDEX, TUNWIN_A_DEVICE_NAME.
	 *
	 * Needs CAP_NET_ADMIN in the initial user namespace.
	 */
	TUNWIN_CMD_RESET,
	/*
	 * Change settings of one tunnel (ENODEV: no such device in this namespace, or not watched).
	 * All are checked before any is changed.
	 *
	 * Request (do): TUNWIN_A_TUNNEL_IFINDEX, TUNWIN_A_TUNNEL_NAME, TUNWIN_A_TUNNEL_RATE_BPS,
	 * TUNWIN_A_TUNNEL_COLLAPSE_RATIO_PERCENT.
	 *
	 * Needs CAP_NET_ADMIN in the initial user namespace.
	 */
	TUNWIN_CMD_TUNNEL_SET,
	/*
	 * A flow has ended.
	 *
	 * Sent to the multicast group TUNWIN_MCGRP_FLOWS.
	 */
	TUNWIN_CMD_FLOW_END_NTF,
	/*
	 * Dump the active alerts of this namespace, or those that are over as far as they are kept,
	 * oldest first.
	 *
	 * Request (dump): TUNWIN_A_ALERT_CODE, TUNWIN_A_ALERT_TUNNEL_IFINDEX,
	 * TUNWIN_A_ALERT_TUNNEL, TUNWIN_A_ALERT_FLOW_ID, TUNWIN_A_ALERT_HISTORY.
	 */
	TUNWIN_CMD_ALERT_GET,
	/*
	 * An alert was raised, or is over.
	 *
	 * Sent to the multicast group TUNWIN_MCGRP_ALERTS.
	 */
	TUNWIN_CMD_ALERT_NTF,
	/*
	 * Get what concerns the host as a whole, which is empty without CAP_NET_ADMIN in the
	 * initial user namespace, or dump the devices where buffers of this namespace's tunnels may
	 * run out.
	 *
	 * Request (do): no attributes.
	 *
	 * Request (dump): no attributes.
	 */
	TUNWIN_CMD_BUFFER_GET,
	/*
	 * Dump the episodes that concern this namespace's tunnels, present ones and the last 256
	 * that are over, oldest first.
	 *
	 * Request (dump): TUNWIN_A_EPISODE_IFINDEX, TUNWIN_A_EPISODE_NAME.
	 */
	TUNWIN_CMD_EPISODE_GET,
	/*
	 * Get what there is of ATA over Ethernet on the host as a whole, which is empty without
	 * CAP_NET_ADMIN in the initial user namespace, or dump the targets that were seen through
	 * the tunnels of this namespace, oldest first.
	 *
	 * Request (do): no attributes.
	 *
	 * Request (dump): TUNWIN_A_AOE_TUNNEL_IFINDEX, TUNWIN_A_AOE_TUNNEL.
	 */
	TUNWIN_CMD_AOE_GET,

	__TUNWIN_CMD_MAX,
	TUNWIN_CMD_MAX = (__TUNWIN_CMD_MAX - 1)
};

/* A multicast group; to it go TUNWIN_CMD_ALERT_NTF. */
#define TUNWIN_MCGRP_ALERTS "alerts"

/* A multicast group; to it go TUNWIN_CMD_FLOW_END_NTF. */
#define TUNWIN_MCGRP_FLOWS "flows"

#endif /* _UAPI_LINUX_TUNWIN_H */
