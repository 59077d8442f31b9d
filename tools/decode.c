// SPDX-License-Identifier: GPL-2.0
#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <linux/netlink.h>
#include <linux/tunwin.h>
#include <netlink/attr.h>
#include <netlink/genl/genl.h>
#include <netlink/msg.h>
#include <string.h>

#include "attr_table.h"
#include "decode.h"
#include "derive.h"

/* The model repeats these so that nothing but client has to know the UAPI. */
static_assert(ACCOUNT_HOST == (int)TUNWIN_ACCOUNT_KIND_HOST, "account");
static_assert(ACCOUNT_NETNS == (int)TUNWIN_ACCOUNT_KIND_NETNS, "account");
static_assert(ACCOUNT_USER == (int)TUNWIN_ACCOUNT_KIND_USER, "account");
static_assert(ACCOUNT_USERNS == (int)TUNWIN_ACCOUNT_KIND_USERNS, "account");
static_assert(VANTAGE_WIRE == (int)TUNWIN_VANTAGE_WIRE, "vantage");
static_assert(VANTAGE_SOCKET == (int)TUNWIN_VANTAGE_SOCKET, "vantage");
static_assert(STATE_SYN == (int)TUNWIN_STATE_SYN, "state");
static_assert(STATE_ESTABLISHED == (int)TUNWIN_STATE_ESTABLISHED, "state");
static_assert(STATE_CLOSING == (int)TUNWIN_STATE_CLOSING, "state");
static_assert(STATE_CLOSED == (int)TUNWIN_STATE_CLOSED, "state");
static_assert(WSCALE_UNKNOWN == (int)TUNWIN_WSCALE_UNKNOWN, "wscale");
static_assert(WSCALE_NONE == (int)TUNWIN_WSCALE_NONE, "wscale");
static_assert(WSCALE_KNOWN == (int)TUNWIN_WSCALE_KNOWN, "wscale");
static_assert(LIMIT_UNKNOWN == (int)TUNWIN_LIMIT_UNKNOWN, "limit");
static_assert(LIMIT_RWND == (int)TUNWIN_LIMIT_RWND, "limit");
static_assert(LIMIT_NET == (int)TUNWIN_LIMIT_NET, "limit");
static_assert(LIMIT_SENDER == (int)TUNWIN_LIMIT_SENDER, "limit");
static_assert(LIMIT_IDLE == (int)TUNWIN_LIMIT_IDLE, "limit");
static_assert(END_CLOSED == (int)TUNWIN_END_REASON_CLOSED, "end reason");
static_assert(END_RESET == (int)TUNWIN_END_REASON_RESET, "end reason");
static_assert(END_IDLE == (int)TUNWIN_END_REASON_IDLE, "end reason");
static_assert(END_EVICTED == (int)TUNWIN_END_REASON_EVICTED, "end reason");
static_assert(END_TUNNEL_GONE == (int)TUNWIN_END_REASON_TUNNEL_GONE, "end reason");
static_assert(END_REPLACED == (int)TUNWIN_END_REASON_REPLACED, "end reason");
static_assert(END_RESET_REQUEST == (int)TUNWIN_END_REASON_RESET_REQUEST, "end reason");
static_assert(TRACKED_BY_KIND == (int)TUNWIN_TRACKED_BY_KIND, "tracked by");
static_assert(TRACKED_BY_USER == (int)TUNWIN_TRACKED_BY_USER, "tracked by");
static_assert(ALERT_WINDOW_COLLAPSE == (int)TUNWIN_ALERT_CODE_WINDOW_COLLAPSE, "alert");
static_assert(ALERT_ZERO_WINDOW == (int)TUNWIN_ALERT_CODE_ZERO_WINDOW, "alert");
static_assert(ALERT_WINDOW_SHRUNK == (int)TUNWIN_ALERT_CODE_WINDOW_SHRUNK, "alert");
static_assert(ALERT_BLOAT == (int)TUNWIN_ALERT_CODE_BLOAT, "alert");
static_assert(ALERT_WSCALE_NONE == (int)TUNWIN_ALERT_CODE_WSCALE_NONE, "alert");
static_assert(ALERT_SIZE_LOSS == (int)TUNWIN_ALERT_CODE_SIZE_LOSS, "alert");
static_assert(ALERT_TUNNEL_DROP == (int)TUNWIN_ALERT_CODE_TUNNEL_DROP, "alert");
static_assert(ALERT_BUFFER_EXHAUSTED == (int)TUNWIN_ALERT_CODE_BUFFER_EXHAUSTED, "alert");
static_assert(ALERT_RAISED == (int)TUNWIN_ALERT_STATE_RAISED, "alert state");
static_assert(ALERT_CLEARED == (int)TUNWIN_ALERT_STATE_CLEARED, "alert state");
static_assert(ALERT_ENDED == (int)TUNWIN_ALERT_STATE_ENDED, "alert state");
static_assert(DIRECTION_IN == (int)TUNWIN_DIRECTION_NAME_IN, "direction");
static_assert(DIRECTION_OUT == (int)TUNWIN_DIRECTION_NAME_OUT, "direction");
static_assert(MODEL_COLLAPSE_RATIO_MIN == TUNWIN_COLLAPSE_RATIO_MIN, "collapse ratio");
static_assert(MODEL_COLLAPSE_RATIO_MAX == TUNWIN_COLLAPSE_RATIO_MAX, "collapse ratio");
static_assert(MODEL_NAME_SIZE == TUNWIN_NAME_MAX_LEN + 1, "name");
static_assert(MODEL_MAX_FLOWS_MIN == TUNWIN_MAX_FLOWS_MIN, "max-flows");
static_assert(MODEL_MAX_FLOWS_MAX == TUNWIN_MAX_FLOWS_MAX, "max-flows");
static_assert(MODEL_MAX_HISTORY == TUNWIN_MAX_HISTORY, "max-history");
static_assert(MODEL_SHARE_MIN == TUNWIN_SHARE_MIN, "share");
static_assert(MODEL_SHARE_MAX == TUNWIN_SHARE_MAX, "share");
static_assert(MODEL_MAX_IDLE_S == TUNWIN_MAX_IDLE_S, "idle-timeout");
static_assert(sizeof(((struct address *)0)->bytes) == TUNWIN_ADDR_MAX_LEN, "address");

static const struct attr size_loss_attrs[] = {
	U32(TUNWIN_A_SIZE_LOSS_MAX_BYTES, size_loss, max_bytes),
	U64(TUNWIN_A_SIZE_LOSS_RETRANSMITS, size_loss, retransmits),
	U64(TUNWIN_A_SIZE_LOSS_REORDERED, size_loss, reordered),
	U64(TUNWIN_A_SIZE_LOSS_SEGMENTS, size_loss, segments),
	{ 0 }
};

static const struct attr direction_attrs[] = {
	U64(TUNWIN_A_DIRECTION_PAYLOAD_BYTES, direction, payload_bytes),
	U64(TUNWIN_A_DIRECTION_PACKETS, direction, packets),
	U64(TUNWIN_A_DIRECTION_SEGMENTS, direction, segments),
	U64(TUNWIN_A_DIRECTION_WIRE_BYTES, direction, wire_bytes),
	U64(TUNWIN_A_DIRECTION_TRUESIZE_BYTES, direction, truesize_bytes),
	U64(TUNWIN_A_DIRECTION_RATE_BPS, direction, rate_bps),
	U32(TUNWIN_A_DIRECTION_WINDOW_BYTES, direction, window.now_bytes),
	U32(TUNWIN_A_DIRECTION_WINDOW_MAX_BYTES, direction, window.max_bytes),
	U32(TUNWIN_A_DIRECTION_WINDOW_MIN_BYTES, direction, window.min_bytes),
	U32(TUNWIN_A_DIRECTION_WINDOW_RECENT_BYTES, direction, window.recent_bytes),
	ENUM(TUNWIN_A_DIRECTION_WINDOW_SOURCE, VANTAGE_COUNT, direction, window.source),
	ENUM(TUNWIN_A_DIRECTION_WSCALE, WSCALE_COUNT, direction, window.wscale),
	U8(TUNWIN_A_DIRECTION_WSCALE_SHIFT, direction, window.wscale_shift),
	U32(TUNWIN_A_DIRECTION_ZERO_COUNT, direction, window.zero_count),
	U64(TUNWIN_A_DIRECTION_ZERO_NS, direction, window.zero_ns),
	U64(TUNWIN_A_DIRECTION_FULL_NS, direction, window.full_ns),
	U32(TUNWIN_A_DIRECTION_WINDOW_RETREATS, direction, window.retreats),
	U32(TUNWIN_A_DIRECTION_GAP_BYTES, direction, window.gap_bytes),
	U64(TUNWIN_A_DIRECTION_RETRANSMITS, direction, retransmits),
	U32(TUNWIN_A_DIRECTION_RETRANSMITS_ANSWERED, direction, retransmits_answered),
	U64(TUNWIN_A_DIRECTION_REORDERED, direction, reordered),
	U32(TUNWIN_A_DIRECTION_DUP_ACKS, direction, dup_acks),
	U32(TUNWIN_A_DIRECTION_DSACK_DUPS, direction, dsack_dups),
	U32(TUNWIN_A_DIRECTION_IMPLAUSIBLE, direction, implausible),
	U32(TUNWIN_A_DIRECTION_IN_FLIGHT_BYTES, direction, in_flight_bytes),
	U32(TUNWIN_A_DIRECTION_IN_FLIGHT_MAX_BYTES, direction, in_flight_max_bytes),
	U32(TUNWIN_A_DIRECTION_MSS_BYTES, direction, mss_bytes),
	U8(TUNWIN_A_DIRECTION_SACK, direction, sack),
	U32(TUNWIN_A_DIRECTION_PAYLOAD_MAX_BYTES, direction, payload_max_bytes),
	U32(TUNWIN_A_DIRECTION_PAYLOAD_TYPICAL_BYTES, direction, payload_typical_bytes),
	ENUM(TUNWIN_A_DIRECTION_LIMIT, LIMIT_COUNT, direction, limit.now),
	U64(TUNWIN_A_DIRECTION_LIMIT_UNKNOWN_NS, direction, limit.unknown_ns),
	U64(TUNWIN_A_DIRECTION_LIMIT_RWND_NS, direction, limit.rwnd_ns),
	U64(TUNWIN_A_DIRECTION_LIMIT_NET_NS, direction, limit.net_ns),
	U64(TUNWIN_A_DIRECTION_LIMIT_SENDER_NS, direction, limit.sender_ns),
	U64(TUNWIN_A_DIRECTION_LIMIT_IDLE_NS, direction, limit.idle_ns),
	U8(TUNWIN_A_DIRECTION_COLLAPSED, direction, collapsed),
	U32(TUNWIN_A_DIRECTION_LOST_SIZE_BYTES, direction, lost_size_bytes),
	U32(TUNWIN_A_DIRECTION_ACKED_SIZE_BYTES, direction, acked_size_bytes),
	{ .type = TUNWIN_A_DIRECTION_SIZE_LOSS, .kind = ATTR_NESTS, .sub = size_loss_attrs,
	  AT(direction, size_loss), .size = MODEL_CLASSES, .stride = sizeof(struct size_loss),
	  .count = offsetof(struct direction, size_loss_count) },
	{ 0 }
};

static const struct attr socket_attrs[] = {
	U32(TUNWIN_A_SOCKET_RCVBUF_BYTES, socket_state, rcvbuf_bytes),
	U32(TUNWIN_A_SOCKET_RMEM_ALLOC_BYTES, socket_state, rmem_alloc_bytes),
	U32(TUNWIN_A_SOCKET_BACKLOG_BYTES, socket_state, backlog_bytes),
	U32(TUNWIN_A_SOCKET_DROPS, socket_state, drops),
	U32(TUNWIN_A_SOCKET_UNREAD_BYTES, socket_state, unread_bytes),
	U32(TUNWIN_A_SOCKET_UNREAD_MEAN_BYTES, socket_state, unread_mean_bytes),
	U32(TUNWIN_A_SOCKET_RMEM_HIGH_BYTES, socket_state, rmem_high_bytes),
	U64(TUNWIN_A_SOCKET_RCVBUF_AGE_NS, socket_state, rcvbuf_age_ns),
	U64(TUNWIN_A_SOCKET_PRESSURE_AGE_NS, socket_state, pressure_age_ns),
	NUMBER(TUNWIN_A_SOCKET_SRTT_US, 4, 1000, socket_state, srtt_ns),
	U32(TUNWIN_A_SOCKET_RCV_WND_BYTES, socket_state, rcv_wnd_bytes),
	U32(TUNWIN_A_SOCKET_RCV_WND_MAX_BYTES, socket_state, rcv_wnd_max_bytes),
	U32(TUNWIN_A_SOCKET_RCV_WND_MIN_BYTES, socket_state, rcv_wnd_min_bytes),
	U32(TUNWIN_A_SOCKET_RCV_SSTHRESH_BYTES, socket_state, rcv_ssthresh_bytes),
	U32(TUNWIN_A_SOCKET_WINDOW_CLAMP_BYTES, socket_state, window_clamp_bytes),
	U8(TUNWIN_A_SOCKET_SCALING_RATIO, socket_state, scaling_ratio),
	{ .type = TUNWIN_A_SOCKET_ADV_WIN_SCALE, .kind = ATTR_SIGNED,
	  AT(socket_state, adv_win_scale) },
	U32(TUNWIN_A_SOCKET_RCV_MSS_BYTES, socket_state, rcv_mss_bytes),
	U32(TUNWIN_A_SOCKET_SND_WND_BYTES, socket_state, snd_wnd_bytes),
	U8(TUNWIN_A_SOCKET_RCVBUF_LOCKED, socket_state, rcvbuf_locked),
	U8(TUNWIN_A_SOCKET_MEM_PRESSURE, socket_state, mem_pressure),
	U64(TUNWIN_A_SOCKET_BYTES_RECEIVED, socket_state, bytes_received),
	U64(TUNWIN_A_SOCKET_BYTES_ACKED, socket_state, bytes_acked),
	U64(TUNWIN_A_SOCKET_RECEIVED_BYTES, socket_state, received_bytes),
	U64(TUNWIN_A_SOCKET_RECEIVED_TRUESIZE_BYTES, socket_state, received_truesize_bytes),
	U64(TUNWIN_A_SOCKET_COOKIE, socket_state, cookie),
	U8(TUNWIN_A_SOCKET_FRESH, socket_state, fresh),
	U64(TUNWIN_A_SOCKET_SAMPLE_AGE_NS, socket_state, sample_age_ns),
	{ 0 }
};

static const struct attr other_direction_attrs[] = {
	U32(TUNWIN_A_OTHER_DIRECTION_WINDOW_BYTES, other_direction, now_bytes),
	U32(TUNWIN_A_OTHER_DIRECTION_WINDOW_MAX_BYTES, other_direction, max_bytes),
	ENUM(TUNWIN_A_OTHER_DIRECTION_WSCALE, WSCALE_COUNT, other_direction, wscale),
	U8(TUNWIN_A_OTHER_DIRECTION_WSCALE_SHIFT, other_direction, wscale_shift),
	U32(TUNWIN_A_OTHER_DIRECTION_MSS_BYTES, other_direction, mss_bytes),
	{ 0 }
};

static const struct attr other_attrs[] = {
	U32(TUNWIN_A_OTHER_ID, other, id),
	U32(TUNWIN_A_OTHER_TUNNEL_IFINDEX, other, tunnel_ifindex),
	STRING(TUNWIN_A_OTHER_TUNNEL, other, tunnel),
	NEST(TUNWIN_A_OTHER_IN, other_direction_attrs, other, in),
	NEST(TUNWIN_A_OTHER_OUT, other_direction_attrs, other, out),
	{ 0 }
};

static const struct attr drop_attrs[] = {
	U64(TUNWIN_A_DROP_SEGMENTS, drop, segments),
	STRING(TUNWIN_A_DROP_REASON, drop, reason),
	STRING(TUNWIN_A_DROP_FUNCTION, drop, function),
	U32(TUNWIN_A_DROP_IFINDEX, drop, ifindex),
	STRING(TUNWIN_A_DROP_DEVICE, drop, device),
	{ 0 }
};

static const struct attr flow_attrs[] = {
	U32(TUNWIN_A_FLOW_ID, flow, id),
	U32(TUNWIN_A_FLOW_TUNNEL_IFINDEX, flow, tunnel_ifindex),
	STRING(TUNWIN_A_FLOW_TUNNEL, flow, tunnel),
	STRING(TUNWIN_A_FLOW_KIND, flow, kind),
	U32(TUNWIN_A_FLOW_NETNS, flow, netns),
	ENUM(TUNWIN_A_FLOW_VANTAGE, VANTAGE_COUNT, flow, vantage),
	ADDRESS(TUNWIN_A_FLOW_NEAR_ADDR, flow, near.addr),
	U16(TUNWIN_A_FLOW_NEAR_PORT, flow, near.port),
	ADDRESS(TUNWIN_A_FLOW_FAR_ADDR, flow, far.addr),
	U16(TUNWIN_A_FLOW_FAR_PORT, flow, far.port),
	ENUM(TUNWIN_A_FLOW_STATE, STATE_COUNT, flow, state),
	U64(TUNWIN_A_FLOW_AGE_NS, flow, age_ns),
	U64(TUNWIN_A_FLOW_DETAIL_AGE_NS, flow, detail_age_ns),
	U64(TUNWIN_A_FLOW_IDLE_NS, flow, idle_ns),
	NUMBER(TUNWIN_A_FLOW_RTT_SMOOTHED_US, 4, 1000, flow, rtt.smoothed_ns),
	NUMBER(TUNWIN_A_FLOW_RTT_MIN_US, 4, 1000, flow, rtt.min_ns),
	NUMBER(TUNWIN_A_FLOW_RTT_RECEIVE_US, 4, 1000, flow, rtt.receive_ns),
	NUMBER(TUNWIN_A_FLOW_RTT_NEAR_MIN_US, 4, 1000, flow, rtt.near_min_ns),
	NUMBER(TUNWIN_A_FLOW_RTT_NEAR_US, 4, 1000, flow, rtt.near_ns),
	NUMBER(TUNWIN_A_FLOW_RTT_FAR_MIN_US, 4, 1000, flow, rtt.far_min_ns),
	NUMBER(TUNWIN_A_FLOW_RTT_FAR_US, 4, 1000, flow, rtt.far_ns),
	U8(TUNWIN_A_FLOW_TIMESTAMPS, flow, timestamps),
	NEST(TUNWIN_A_FLOW_IN, direction_attrs, flow, in),
	NEST(TUNWIN_A_FLOW_OUT, direction_attrs, flow, out),
	NEST(TUNWIN_A_FLOW_SOCKET, socket_attrs, flow, socket,
	     .count = offsetof(struct flow, has_socket)),
	ENUM(TUNWIN_A_FLOW_END_REASON, END_COUNT, flow, end_reason),
	U64(TUNWIN_A_FLOW_END_SEQUENCE, flow, end_sequence),
	U64(TUNWIN_A_FLOW_END_TIME_NS, flow, end_time_ns),
	U32(TUNWIN_A_FLOW_TUNNEL_ID, flow, tunnel_id),
	NEST(TUNWIN_A_FLOW_IN_DROP, drop_attrs, flow, in.drop,
	     .count = offsetof(struct flow, in.has_drop)),
	NEST(TUNWIN_A_FLOW_OUT_DROP, drop_attrs, flow, out.drop,
	     .count = offsetof(struct flow, out.has_drop)),
	NEST(TUNWIN_A_FLOW_OTHER, other_attrs, flow, other,
	     .count = offsetof(struct flow, has_other)),
	{ 0 }
};

static const struct attr size_class_attrs[] = {
	U32(TUNWIN_A_SIZE_CLASS_MAX_BYTES, size_class, max_bytes),
	U64(TUNWIN_A_SIZE_CLASS_SEGMENTS, size_class, segments),
	U64(TUNWIN_A_SIZE_CLASS_LEN_BYTES, size_class, len_bytes),
	U64(TUNWIN_A_SIZE_CLASS_TRUESIZE_BYTES, size_class, truesize_bytes),
	U64(TUNWIN_A_SIZE_CLASS_RETRANSMITS, size_class, retransmits),
	{ 0 }
};

static const struct attr traffic_attrs[] = {
	U64(TUNWIN_A_TRAFFIC_PACKETS, traffic, packets),
	U64(TUNWIN_A_TRAFFIC_BYTES, traffic, bytes),
	U64(TUNWIN_A_TRAFFIC_PPS, traffic, pps),
	U64(TUNWIN_A_TRAFFIC_BPS, traffic, bps),
	U64(TUNWIN_A_TRAFFIC_SKBS, traffic, skbs),
	U64(TUNWIN_A_TRAFFIC_SEGMENTS, traffic, segments),
	U64(TUNWIN_A_TRAFFIC_INNER_BYTES, traffic, inner_bytes),
	U64(TUNWIN_A_TRAFFIC_LEN_BYTES, traffic, len_bytes),
	U64(TUNWIN_A_TRAFFIC_TRUESIZE_BYTES, traffic, truesize_bytes),
	U64(TUNWIN_A_TRAFFIC_UNPARSED, traffic, unparsed),
	U64(TUNWIN_A_TRAFFIC_TCP_SEGMENTS, traffic, tcp_segments),
	U64(TUNWIN_A_TRAFFIC_ERRORS, traffic, errors.errors),
	U64(TUNWIN_A_TRAFFIC_DROPPED, traffic, errors.dropped),
	U64(TUNWIN_A_TRAFFIC_SEQUENCE_ERRORS, traffic, errors.sequence),
	U64(TUNWIN_A_TRAFFIC_CHECKSUM_ERRORS, traffic, errors.checksum),
	U64(TUNWIN_A_TRAFFIC_ECN_ERRORS, traffic, errors.ecn),
	U64(TUNWIN_A_TRAFFIC_LENGTH_ERRORS, traffic, errors.length),
	U64(TUNWIN_A_TRAFFIC_CARRIER_ERRORS, traffic, errors.carrier),
	U64(TUNWIN_A_TRAFFIC_COLLISIONS, traffic, errors.collisions),
	{ .type = TUNWIN_A_TRAFFIC_SIZE_CLASS, .kind = ATTR_NESTS, .sub = size_class_attrs,
	  AT(traffic, classes), .size = MODEL_CLASSES, .stride = sizeof(struct size_class),
	  .count = offsetof(struct traffic, class_count) },
	{ 0 }
};

static const struct attr jumbo_attrs[] = {
	U64(TUNWIN_A_JUMBO_FRAMES, jumbo, frames),
	U64(TUNWIN_A_JUMBO_BYTES, jumbo, bytes),
	U64(TUNWIN_A_JUMBO_TRUESIZE_BYTES, jumbo, truesize_bytes),
	U64(TUNWIN_A_JUMBO_SAMPLED, jumbo, sampled),
	U64(TUNWIN_A_JUMBO_BUFFERS, jumbo, buffers),
	U32(TUNWIN_A_JUMBO_PAGE_ORDER, jumbo, page_order),
	U32(TUNWIN_A_JUMBO_MAX_BYTES, jumbo, max_bytes),
	{ 0 }
};

const struct attr tunwin_decode_cpu_attrs[] = {
	U32(TUNWIN_A_CPU_CPU, cpu, cpu),
	U64(TUNWIN_A_CPU_PROCESSED, cpu, processed),
	U64(TUNWIN_A_CPU_DROPPED, cpu, dropped),
	U64(TUNWIN_A_CPU_SQUEEZED, cpu, squeezed),
	U64(TUNWIN_A_CPU_PPS, cpu, pps),
	U64(TUNWIN_A_CPU_SQUEEZED_PER_S, cpu, squeezed_per_s),
	U64(TUNWIN_A_CPU_IN_SKBS, cpu, in_skbs),
	U64(TUNWIN_A_CPU_IN_PPS, cpu, in_pps),
	{ 0 }
};

static const struct attr tunnel_attrs[] = {
	U32(TUNWIN_A_TUNNEL_IFINDEX, tunnel, ifindex),
	STRING(TUNWIN_A_TUNNEL_NAME, tunnel, name),
	STRING(TUNWIN_A_TUNNEL_KIND, tunnel, kind),
	U32(TUNWIN_A_TUNNEL_NETNS, tunnel, netns),
	ENUM(TUNWIN_A_TUNNEL_TRACKED_BY, TRACKED_BY_COUNT, tunnel, tracked_by),
	U8(TUNWIN_A_TUNNEL_UP, tunnel, up),
	STRING(TUNWIN_A_TUNNEL_LOWER, tunnel, lower),
	U32(TUNWIN_A_TUNNEL_LOWER_IFINDEX, tunnel, lower_ifindex),
	U32(TUNWIN_A_TUNNEL_FLOWS, tunnel, flows),
	U64(TUNWIN_A_TUNNEL_AGE_NS, tunnel, age_ns),
	U64(TUNWIN_A_TUNNEL_RATE_BPS, tunnel, rate_bps),
	NUMBER(TUNWIN_A_TUNNEL_COLLAPSE_RATIO_PERCENT, 4, 10000, tunnel, collapse_ratio_ppm),
	U32(TUNWIN_A_TUNNEL_ALERTS, tunnel, alerts),
	U8(TUNWIN_A_TUNNEL_COLLAPSED, tunnel, collapsed),
	NEST(TUNWIN_A_TUNNEL_IN, traffic_attrs, tunnel, in),
	NEST(TUNWIN_A_TUNNEL_OUT, traffic_attrs, tunnel, out),
	NEST(TUNWIN_A_TUNNEL_JUMBO, jumbo_attrs, tunnel, jumbo,
	     .count = offsetof(struct tunnel, has_jumbo)),
	NESTS(TUNWIN_A_TUNNEL_CPU, tunwin_decode_cpu_attrs, tunnel, cpus, cpu_count),
	U32(TUNWIN_A_TUNNEL_CPU_COUNT, tunnel, all_cpus),
	U32(TUNWIN_A_TUNNEL_ALERTS_REFUSED, tunnel, alerts_refused),
	U32S(TUNWIN_A_TUNNEL_CARRIER, tunnel, carriers, carrier_count),
	{ 0 }
};

static const struct attr alert_attrs[] = {
	U32(TUNWIN_A_ALERT_ID, alert, id),
	U64(TUNWIN_A_ALERT_SEQUENCE, alert, sequence),
	ENUM(TUNWIN_A_ALERT_CODE, ALERT_COUNT, alert, code),
	ENUM(TUNWIN_A_ALERT_STATE, ALERT_STATE_COUNT, alert, state),
	U32(TUNWIN_A_ALERT_TUNNEL_IFINDEX, alert, tunnel_ifindex),
	STRING(TUNWIN_A_ALERT_TUNNEL, alert, tunnel),
	U32(TUNWIN_A_ALERT_FLOW_ID, alert, flow_id),
	ADDRESS(TUNWIN_A_ALERT_NEAR_ADDR, alert, near.addr),
	U16(TUNWIN_A_ALERT_NEAR_PORT, alert, near.port),
	ADDRESS(TUNWIN_A_ALERT_FAR_ADDR, alert, far.addr),
	U16(TUNWIN_A_ALERT_FAR_PORT, alert, far.port),
	ENUM(TUNWIN_A_ALERT_VANTAGE, VANTAGE_COUNT, alert, vantage),
	ENUM(TUNWIN_A_ALERT_DIRECTION, DIRECTION_COUNT, alert, direction),
	U64(TUNWIN_A_ALERT_SINCE_NS, alert, since_ns),
	U64(TUNWIN_A_ALERT_RAISED_NS, alert, raised_ns),
	U64(TUNWIN_A_ALERT_CLEARED_NS, alert, cleared_ns),
	U64(TUNWIN_A_ALERT_TIME_NS, alert, time_ns),
	U32(TUNWIN_A_ALERT_WINDOW_BYTES, alert, window_bytes),
	U32(TUNWIN_A_ALERT_REFERENCE_BYTES, alert, reference_bytes),
	NUMBER(TUNWIN_A_ALERT_RTT_US, 4, 1000, alert, rtt_ns),
	NUMBER(TUNWIN_A_ALERT_RATIO_PERMILLE, 4, 1000, alert, ratio_ppm),
	U64(TUNWIN_A_ALERT_COUNT, alert, count),
	U32(TUNWIN_A_ALERT_SIZE_BYTES, alert, size_bytes),
	U32(TUNWIN_A_ALERT_UNHEARD, alert, unheard),
	STRING(TUNWIN_A_ALERT_DEVICE, alert, device),
	U32(TUNWIN_A_ALERT_DEVICE_IFINDEX, alert, device_ifindex),
	U32(TUNWIN_A_ALERT_EPISODE, alert, episode),
	U32(TUNWIN_A_ALERT_FLOWS, alert, flows),
	{ 0 }
};

static const struct attr hook_attrs[] = {
	STRING(TUNWIN_A_HOOK_NAME, hook, name),
	U8(TUNWIN_A_HOOK_ATTACHED, hook, attached),
	U64(TUNWIN_A_HOOK_HITS, hook, hits),
	U32(TUNWIN_A_HOOK_ERRNO, hook, error),
	{ 0 }
};

static const struct attr account_attrs[] = {
	ENUM(TUNWIN_A_ACCOUNT_KIND, ACCOUNT_KIND_COUNT, account, kind),
	U32(TUNWIN_A_ACCOUNT_NETNS, account, netns),
	U32(TUNWIN_A_ACCOUNT_UID, account, uid),
	U32(TUNWIN_A_ACCOUNT_USERNS, account, userns),
	U32(TUNWIN_A_ACCOUNT_FLOWS, account, flows),
	U32(TUNWIN_A_ACCOUNT_DETAILS, account, details),
	U32(TUNWIN_A_ACCOUNT_HISTORY, account, history),
	U64(TUNWIN_A_ACCOUNT_FLOWS_REFUSED, account, flows_refused),
	U64(TUNWIN_A_ACCOUNT_DETAILS_REFUSED, account, details_refused),
	U64(TUNWIN_A_ACCOUNT_EVICTED, account, evicted),
	{ 0 }
};

static const struct attr status_attrs[] = {
	STRING(TUNWIN_A_STATUS_VERSION, status, version),
	U32(TUNWIN_A_STATUS_FLOWS, status, flows),
	U32(TUNWIN_A_STATUS_HALF_OPEN, status, half_open),
	U32(TUNWIN_A_STATUS_MAX_FLOWS, status, max_flows),
	U32(TUNWIN_A_STATUS_HISTORY, status, history),
	U32(TUNWIN_A_STATUS_MAX_HISTORY, status, max_history),
	NUMBER(TUNWIN_A_STATUS_IDLE_TIMEOUT_S, 4, 1000000000, status, idle_timeout_ns),
	U64(TUNWIN_A_STATUS_CREATED, status, created),
	U64(TUNWIN_A_STATUS_ENDED, status, ended),
	U64(TUNWIN_A_STATUS_EVICTED, status, evicted),
	U64(TUNWIN_A_STATUS_EVICTED_HALF_OPEN, status, evicted_half_open),
	U64(TUNWIN_A_STATUS_REFUSED, status, refused),
	U64(TUNWIN_A_STATUS_HISTORY_DROPPED, status, history_dropped),
	U64(TUNWIN_A_STATUS_UNANSWERED, status, unanswered),
	U32(TUNWIN_A_STATUS_BYTES_PER_FLOW, status, bytes_per_flow),
	U64(TUNWIN_A_STATUS_MEMORY_BYTES, status, memory_bytes),
	U32(TUNWIN_A_STATUS_TUNNELS, status, tunnels),
	U64(TUNWIN_A_STATUS_UNPARSED, status, unparsed),
	U64(TUNWIN_A_STATUS_UPTIME_NS, status, uptime_ns),
	U32(TUNWIN_A_STATUS_WATCHED_FLOWS, status, watched_flows),
	U64(TUNWIN_A_STATUS_WATCH_REFUSED, status, watch_refused),
	U64(TUNWIN_A_STATUS_ENDED_DROPPED, status, ended_dropped),
	U32(TUNWIN_A_STATUS_ALERTS_ACTIVE, status, alerts_active),
	U32(TUNWIN_A_STATUS_ALERTS_HISTORY, status, alerts_history),
	U64(TUNWIN_A_STATUS_ALERTS_RAISED, status, alerts_raised),
	U64(TUNWIN_A_STATUS_ALERTS_REFUSED, status, alerts_refused),
	U64(TUNWIN_A_STATUS_ALERTS_DROPPED, status, alerts_dropped),
	U32(TUNWIN_A_STATUS_DETAILS, status, details),
	U32(TUNWIN_A_STATUS_MAX_DETAILS, status, max_details),
	U64(TUNWIN_A_STATUS_DETAILS_REFUSED, status, details_refused),
	U64(TUNWIN_A_STATUS_DETAILS_WITHDRAWN, status, details_withdrawn),
	U32(TUNWIN_A_STATUS_BYTES_PER_DETAIL, status, bytes_per_detail),
	U32(TUNWIN_A_STATUS_SHARE_PERCENT, status, share_percent),
	U32(TUNWIN_A_STATUS_ACCOUNT_COUNT, status, account_total),
	{ .type = TUNWIN_A_STATUS_ACCOUNT, .kind = ATTR_NESTS, .sub = account_attrs,
	  AT(status, accounts), .size = MODEL_ACCOUNTS, .stride = sizeof(struct account),
	  .count = offsetof(struct status, account_count) },
	{ .type = TUNWIN_A_STATUS_HOOK, .kind = ATTR_NESTS, .sub = hook_attrs,
	  AT(status, hooks), .size = MODEL_HOOKS, .stride = sizeof(struct hook),
	  .count = offsetof(struct status, hook_count) },
	{ 0 }
};

int tunwin_decode_message(struct nlmsghdr *nlh, const struct attr *set, void *record)
{
	struct genlmsghdr *genl;

	if (!genlmsg_valid_hdr(nlh, 0))
		return -EBADMSG;
	genl = genlmsg_hdr(nlh);
	return tunwin_attr_decode(set, genlmsg_attrdata(genl, 0), genlmsg_attrlen(genl, 0), record);
}

/* 0 says that the class has no upper bound. */
static void close_classes(struct direction *dir)
{
	for (size_t i = 0; i < dir->size_loss_count; i++)
		if (!dir->size_loss[i].max_bytes.value)
			dir->size_loss[i].max_bytes.known = false;
}

int tunwin_decode_flow(struct nlmsghdr *nlh, struct flow *flow)
{
	int err;

	memset(flow, 0, sizeof(*flow));
	err = tunwin_decode_message(nlh, flow_attrs, flow);
	if (err)
		return err;
	if (!flow->id.known || !flow->near.addr.len || flow->near.addr.len != flow->far.addr.len)
		return -EBADMSG;
	close_classes(&flow->in);
	close_classes(&flow->out);
	tunwin_derive_flow(flow);
	return 0;
}

/* 0 says that the class has no upper bound. */
static void drop_open_end(struct traffic *traffic)
{
	for (size_t i = 0; i < traffic->class_count; i++)
		if (!traffic->classes[i].max_bytes.value)
			traffic->classes[i].max_bytes.known = false;
}

int tunwin_decode_tunnel(struct nlmsghdr *nlh, struct tunnel *tunnel)
{
	int err;

	memset(tunnel, 0, sizeof(*tunnel));
	err = tunwin_decode_message(nlh, tunnel_attrs, tunnel);
	if (err)
		return err;
	if (!tunnel->ifindex.known || !*tunnel->name)
		return -EBADMSG;
	drop_open_end(&tunnel->in);
	drop_open_end(&tunnel->out);
	tunwin_derive_tunnel(tunnel);
	return 0;
}

int tunwin_decode_alert(struct nlmsghdr *nlh, struct alert *alert)
{
	int err;

	memset(alert, 0, sizeof(*alert));
	err = tunwin_decode_message(nlh, alert_attrs, alert);
	if (err)
		return err;
	return alert->id.known && alert->state.known && *alert->tunnel ? 0 : -EBADMSG;
}

int tunwin_decode_status(struct nlmsghdr *nlh, struct status *status)
{
	int err;

	memset(status, 0, sizeof(*status));
	err = tunwin_decode_message(nlh, status_attrs, status);
	if (err)
		return err;
	for (size_t i = 0; i < status->hook_count; i++) {
		struct hook *hook = &status->hooks[i];
		const char *text;

		if (!hook->error.known || !hook->error.value || hook->error.value > INT_MAX)
			continue;
		text = strerror((int)hook->error.value);
		tunwin_attr_copy_text(hook->error_text, sizeof(hook->error_text), text,
				      strlen(text));
	}
	return 0;
}

int tunwin_decode_error(struct nlmsghdr *nlh, char *sentence, size_t size)
{
	struct nlmsgerr *report = nlmsg_data(nlh);
	int len = nlmsg_datalen(nlh);
	struct nlattr *nla;
	int skip = sizeof(int);
	int error;
	int rest;

	*sentence = '\0';
	if (nlh->nlmsg_type == NLMSG_ERROR) {
		if (len < (int)sizeof(*report))
			return EBADMSG;
		/* The request comes back too, whole unless NETLINK_CAP_ACK cut it to its header. */
		skip = sizeof(*report);
		if (!(nlh->nlmsg_flags & NLM_F_CAPPED) && report->error) {
			if (report->msg.nlmsg_len < NLMSG_HDRLEN ||
			    report->msg.nlmsg_len - NLMSG_HDRLEN > (uint32_t)(len - skip))
				return EBADMSG;
			skip += NLMSG_ALIGN(report->msg.nlmsg_len - NLMSG_HDRLEN);
		}
	} else if (len < skip) {
		/* A dump that ended well need not say so. */
		return 0;
	}
	memcpy(&error, nlmsg_data(nlh), sizeof(error));
	if (error == INT_MIN || error > 0)
		return EBADMSG;
	if ((nlh->nlmsg_flags & NLM_F_ACK_TLVS) && skip < len)
		nla_for_each_attr(nla, (struct nlattr *)((char *)report + skip), len - skip, rest)
			if (nla_type(nla) == NLMSGERR_ATTR_MSG)
				tunwin_attr_copy_text(sentence, size, nla_data(nla),
						      (size_t)nla_len(nla));
	return -error;
}
