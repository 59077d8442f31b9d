/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the kernel module knows, as plain data: no netlink, no JSON, no text. client fills it,
 * derive completes it, print shows it. Times are nanoseconds, whatever the kernel sends them in.
 */
#ifndef TUNWIN_MODEL_H
#define TUNWIN_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A number that may not be known. Unknown is not zero: null in JSON, "?" in text. */
struct opt_u64 {
	bool known;
	uint64_t value;
};

struct opt_s64 {
	bool known;
	int64_t value;
};

#define OPT_U64(v) ((struct opt_u64){ .known = true, .value = (v) })

enum vantage { VANTAGE_WIRE, VANTAGE_SOCKET, VANTAGE_COUNT };
enum flow_state { STATE_SYN, STATE_ESTABLISHED, STATE_CLOSING, STATE_CLOSED, STATE_COUNT };
enum wscale { WSCALE_UNKNOWN, WSCALE_NONE, WSCALE_KNOWN, WSCALE_COUNT };
enum account_kind {
	ACCOUNT_HOST,
	ACCOUNT_NETNS,
	ACCOUNT_USER,
	ACCOUNT_USERNS,
	ACCOUNT_KIND_COUNT
};

enum limit_kind {
	LIMIT_UNKNOWN,
	LIMIT_RWND,
	LIMIT_NET,
	LIMIT_SENDER,
	LIMIT_IDLE,
	LIMIT_COUNT
};

enum tracked_by { TRACKED_BY_KIND, TRACKED_BY_USER, TRACKED_BY_COUNT };
enum end_reason {
	END_CLOSED,
	END_RESET,
	END_IDLE,
	END_EVICTED,
	END_TUNNEL_GONE,
	END_REPLACED,
	END_RESET_REQUEST,
	END_COUNT
};

enum alert_code {
	ALERT_WINDOW_COLLAPSE,
	ALERT_ZERO_WINDOW,
	ALERT_WINDOW_SHRUNK,
	ALERT_BLOAT,
	ALERT_WSCALE_NONE,
	ALERT_SIZE_LOSS,
	ALERT_STALL,
	ALERT_TUNNEL_DROP,
	ALERT_BUFFER_EXHAUSTED,
	ALERT_COUNT
};

enum alert_state { ALERT_RAISED, ALERT_CLEARED, ALERT_ENDED, ALERT_STATE_COUNT };
enum direction_name { DIRECTION_IN, DIRECTION_OUT, DIRECTION_COUNT };

/* The words for them, in JSON and on the command line; each ends with NULL. */
extern const char *const tunwin_model_vantage[];
extern const char *const tunwin_model_state[];
extern const char *const tunwin_model_wscale[];
extern const char *const tunwin_model_limit[];
extern const char *const tunwin_model_tracked_by[];
extern const char *const tunwin_model_end_reason[];
extern const char *const tunwin_model_alert_code[];
extern const char *const tunwin_model_alert_state[];
extern const char *const tunwin_model_direction[];

#define MODEL_NAME_SIZE 16	/* a device name with its terminating zero (IFNAMSIZ) */
#define MODEL_KIND_SIZE 32
#define MODEL_CLASSES 16
#define MODEL_HOOKS 64
#define MODEL_ACCOUNTS 64
#define MODEL_TUNNEL_CPUS 64
#define MODEL_CARRIERS 8

struct address {
	uint8_t len;		/* 4, 16, or 0 if not known */
	uint8_t bytes[16];
};

struct endpoint {
	struct address addr;
	struct opt_u64 port;
};

/* The receive window that limits a direction. */
struct window {
	struct opt_u64 now_bytes;
	struct opt_u64 max_bytes;
	struct opt_u64 min_bytes;
	struct opt_u64 recent_bytes;	/* the largest of the last minute */
	struct opt_u64 source;		/* enum vantage */
	struct opt_u64 wscale;		/* enum wscale */
	struct opt_u64 wscale_shift;
	struct opt_u64 zero_count;
	struct opt_u64 zero_ns;
	struct opt_u64 full_ns;
	struct opt_u64 retreats;
	struct opt_u64 gap_bytes;
};

/* For how long a direction was held back by what. */
struct limit {
	struct opt_u64 now;		/* enum limit_kind */
	struct opt_u64 rwnd_ns;
	struct opt_u64 net_ns;
	struct opt_u64 sender_ns;
	struct opt_u64 idle_ns;
	struct opt_u64 unknown_ns;
	/* derived: of the time that it was not idle */
	struct opt_u64 rwnd_ppm;
};

/* Segments of one class of sizes; max_bytes is not known for the class without an upper bound. */
/*
 * Where loss begins to depend on size: frames of more than @frame_bytes are sent again ten times as
 * often as others. Not known where too few of either have passed to say so.
 */
struct size_break {
	struct opt_u64 frame_bytes;
	struct opt_u64 below_ppm;
	struct opt_u64 above_ppm;
};

struct size_loss {
	struct opt_u64 segments;
	struct opt_u64 max_bytes;
	struct opt_u64 retransmits;
	struct opt_u64 reordered;
};

/* What this host has dropped of a direction's segments. */
struct drop {
	struct opt_u64 segments;
	char reason[32];
	char function[64];
	struct opt_u64 ifindex;
	char device[16];
};

#define MODEL_CAUSES 4

struct direction {
	struct opt_u64 payload_bytes;
	struct opt_u64 packets;
	struct opt_u64 segments;
	struct opt_u64 wire_bytes;
	struct opt_u64 truesize_bytes;
	struct opt_u64 rate_bps;
	struct window window;
	struct opt_u64 retransmits;
	struct opt_u64 retransmits_answered;	/* those of a round trip ago or earlier */
	struct opt_u64 reordered;
	struct opt_u64 dup_acks;
	struct opt_u64 dsack_dups;
	struct opt_u64 implausible;
	struct opt_u64 in_flight_bytes;
	struct opt_u64 in_flight_max_bytes;
	struct opt_u64 mss_bytes;
	struct opt_u64 sack;
	struct opt_u64 payload_max_bytes;
	struct opt_u64 payload_typical_bytes;
	struct limit limit;
	size_t size_loss_count;
	struct size_loss size_loss[MODEL_CLASSES];
	struct opt_u64 lost_size_bytes;
	struct opt_u64 acked_size_bytes;
	struct size_break size_break;	/* derived */
	struct opt_u64 collapsed;
	bool has_drop;
	struct drop drop;
	/* Why it is limited, codes of cause.h, if that was looked for; filled by diagnose. */
	bool has_causes;
	size_t cause_count;
	const char *causes[MODEL_CAUSES];
	/* derived */
	struct opt_u64 ceiling_bps;
	struct opt_u64 ratio_ppm;
};

struct rtt {
	struct opt_u64 min_ns;
	struct opt_u64 smoothed_ns;
	struct opt_u64 receive_ns;
	struct opt_u64 near_min_ns;
	struct opt_u64 near_ns;
	struct opt_u64 far_min_ns;
	struct opt_u64 far_ns;
};

struct socket_state {
	struct opt_u64 rcvbuf_bytes;
	struct opt_u64 rmem_alloc_bytes;
	struct opt_u64 backlog_bytes;
	struct opt_u64 drops;
	struct opt_u64 unread_bytes;
	struct opt_u64 unread_mean_bytes;
	struct opt_u64 rmem_high_bytes;
	struct opt_u64 rcvbuf_age_ns;
	struct opt_u64 pressure_age_ns;
	struct opt_u64 srtt_ns;
	struct opt_u64 rcv_wnd_bytes;
	struct opt_u64 rcv_wnd_max_bytes;
	struct opt_u64 rcv_wnd_min_bytes;
	struct opt_u64 rcv_ssthresh_bytes;
	struct opt_u64 window_clamp_bytes;
	struct opt_u64 scaling_ratio;
	struct opt_s64 adv_win_scale;
	struct opt_u64 rcv_mss_bytes;
	struct opt_u64 snd_wnd_bytes;
	struct opt_u64 rcvbuf_locked;
	struct opt_u64 mem_pressure;
	struct opt_u64 bytes_received;
	struct opt_u64 bytes_acked;
	struct opt_u64 received_bytes;
	struct opt_u64 received_truesize_bytes;
	struct opt_u64 cookie;
	struct opt_u64 fresh;
	struct opt_u64 sample_age_ns;
};

/* A direction's window as another record of the same connection has it. */
struct other_direction {
	struct opt_u64 now_bytes;
	struct opt_u64 max_bytes;
	struct opt_u64 wscale;		/* enum wscale */
	struct opt_u64 wscale_shift;
	struct opt_u64 mss_bytes;
	/* derived: 1 if it is not what this record has */
	struct opt_u64 wscale_differs;
	struct opt_u64 window_differs;
};

/* The record of the same connection where it leaves this host, by a tunnel as well. */
struct other {
	struct opt_u64 id;
	struct opt_u64 tunnel_ifindex;
	char tunnel[MODEL_NAME_SIZE];
	struct other_direction in;	/* of the data that is in of this record */
	struct other_direction out;
};

struct flow {
	struct opt_u64 id;
	struct opt_u64 tunnel_ifindex;
	char tunnel[MODEL_NAME_SIZE];
	char kind[MODEL_KIND_SIZE];
	struct opt_u64 netns;
	struct opt_u64 vantage;		/* enum vantage */
	struct endpoint near;
	struct endpoint far;
	struct opt_u64 state;		/* enum flow_state */
	struct opt_u64 age_ns;
	struct opt_u64 detail_age_ns;
	struct opt_u64 idle_ns;
	struct rtt rtt;
	struct opt_u64 timestamps;
	struct direction in;
	struct direction out;
	bool has_socket;
	struct socket_state socket;
	bool has_other;
	struct other other;
	struct opt_u64 end_reason;	/* enum end_reason, of a flow that has ended */
	struct opt_u64 end_sequence;	/* of its tunnel's, the how-manieth that ended */
	struct opt_u64 end_time_ns;	/* since 1970 */
	struct opt_u64 tunnel_id;
};

/* Packets of one class of sizes; max_bytes is not known for the class without an upper bound. */
struct size_class {
	struct opt_u64 max_bytes;
	struct opt_u64 segments;
	struct opt_u64 len_bytes;
	struct opt_u64 truesize_bytes;
	struct opt_u64 retransmits;
	/* derived */
	struct opt_u64 ratio_ppm;
};

struct traffic_errors {
	struct opt_u64 errors;
	struct opt_u64 dropped;
	struct opt_u64 sequence;
	struct opt_u64 checksum;
	struct opt_u64 ecn;
	struct opt_u64 length;
	struct opt_u64 carrier;
	struct opt_u64 collisions;
};

struct traffic {
	struct opt_u64 packets;
	struct opt_u64 bytes;
	struct opt_u64 pps;
	struct opt_u64 bps;
	struct opt_u64 skbs;
	struct opt_u64 segments;
	struct opt_u64 inner_bytes;
	struct opt_u64 len_bytes;
	struct opt_u64 truesize_bytes;
	struct opt_u64 unparsed;
	struct opt_u64 tcp_segments;
	struct traffic_errors errors;
	size_t class_count;
	struct size_class classes[MODEL_CLASSES];
	/* derived */
	struct opt_u64 ratio_ppm;
	struct opt_u64 segments_per_skb_ppm;
	struct opt_u64 bytes_per_packet_ppm;
	struct size_break size_break;
};

/* Frames larger than Ethernet's usual ones, as they arrive below the tunnel. */
struct jumbo {
	struct opt_u64 frames;
	struct opt_u64 bytes;
	struct opt_u64 truesize_bytes;
	struct opt_u64 sampled;
	struct opt_u64 buffers;
	struct opt_u64 page_order;
	struct opt_u64 max_bytes;
};

/* A CPU that receives packets; of a tunnel with what it has of the tunnel's. */
struct cpu {
	struct opt_u64 cpu;
	struct opt_u64 processed;
	struct opt_u64 dropped;
	struct opt_u64 squeezed;
	struct opt_u64 pps;
	struct opt_u64 squeezed_per_s;
	struct opt_u64 in_skbs;
	struct opt_u64 in_pps;
};

struct tunnel {
	struct opt_u64 ifindex;
	char name[MODEL_NAME_SIZE];
	char kind[MODEL_KIND_SIZE];
	struct opt_u64 netns;
	struct opt_u64 tracked_by;	/* enum tracked_by */
	struct opt_u64 up;
	char lower[MODEL_NAME_SIZE];
	struct opt_u64 lower_ifindex;
	struct opt_u64 flows;
	struct opt_u64 age_ns;
	struct opt_u64 rate_bps;	/* that it should carry */
	struct opt_u64 collapse_ratio_ppm;
	struct opt_u64 alerts;
	struct opt_u64 alerts_refused;
	struct opt_u64 collapsed;
	struct traffic in;
	struct traffic out;
	bool has_jumbo;
	struct jumbo jumbo;
	size_t cpu_count;
	struct cpu cpus[MODEL_TUNNEL_CPUS];
	struct opt_u64 all_cpus;	/* how many there are, those that are left out included */
	size_t carrier_count;
	struct opt_u64 carriers[MODEL_CARRIERS];	/* ids of struct buffer_device */
};

struct alert {
	struct opt_u64 id;
	struct opt_u64 sequence;
	struct opt_u64 code;		/* enum alert_code */
	struct opt_u64 state;		/* enum alert_state */
	struct opt_u64 tunnel_ifindex;
	char tunnel[MODEL_NAME_SIZE];
	struct opt_u64 flow_id;		/* not known: it is of the tunnel */
	struct endpoint near;
	struct endpoint far;
	struct opt_u64 vantage;		/* enum vantage */
	struct opt_u64 direction;	/* enum direction_name */
	/* How long ago. */
	struct opt_u64 since_ns;
	struct opt_u64 raised_ns;
	struct opt_u64 cleared_ns;
	struct opt_u64 time_ns;		/* of what happened last, since 1970 */
	/* By what it was seen. */
	struct opt_u64 window_bytes;
	struct opt_u64 reference_bytes;
	struct opt_u64 rtt_ns;
	struct opt_u64 ratio_ppm;
	struct opt_u64 count;
	struct opt_u64 size_bytes;
	struct opt_u64 unheard;		/* times that acknowledged data was sent again */
	char device[MODEL_NAME_SIZE];	/* that has no buffers */
	struct opt_u64 device_ifindex;
	struct opt_u64 episode;
	struct opt_u64 flows;		/* that have lost something for it */
};

struct hook {
	char name[64];
	struct opt_u64 attached;
	struct opt_u64 hits;
	struct opt_u64 error;		/* a positive errno value */
	/* derived */
	char error_text[64];
};

/* Who uses the module. */
struct account {
	struct opt_u64 kind;		/* enum account_kind */
	struct opt_u64 netns;
	struct opt_u64 uid;
	struct opt_u64 userns;
	struct opt_u64 flows;
	struct opt_u64 details;
	struct opt_u64 history;
	struct opt_u64 flows_refused;
	struct opt_u64 details_refused;
	struct opt_u64 evicted;
};

struct status {
	char version[32];
	char kernel[65];		/* of this host, as `uname -r` */
	char tool_version[32];
	struct opt_u64 flows;
	struct opt_u64 half_open;
	struct opt_u64 max_flows;
	struct opt_u64 history;
	struct opt_u64 max_history;
	struct opt_u64 idle_timeout_ns;
	struct opt_u64 created;
	struct opt_u64 ended;
	struct opt_u64 evicted;
	struct opt_u64 evicted_half_open;
	struct opt_u64 refused;
	struct opt_u64 history_dropped;
	struct opt_u64 unanswered;
	struct opt_u64 bytes_per_flow;
	struct opt_u64 memory_bytes;
	struct opt_u64 tunnels;
	struct opt_u64 unparsed;
	struct opt_u64 uptime_ns;
	struct opt_u64 watched_flows;
	struct opt_u64 watch_refused;
	struct opt_u64 ended_dropped;
	struct opt_u64 alerts_active;
	struct opt_u64 alerts_history;
	struct opt_u64 alerts_raised;
	struct opt_u64 alerts_refused;
	struct opt_u64 alerts_dropped;
	struct opt_u64 details;
	struct opt_u64 max_details;
	struct opt_u64 details_refused;
	struct opt_u64 details_withdrawn;
	struct opt_u64 bytes_per_detail;
	struct opt_u64 share_percent;
	struct opt_u64 account_total;
	size_t account_count;
	struct account accounts[MODEL_ACCOUNTS];
	size_t hook_count;
	struct hook hooks[MODEL_HOOKS];
};

/* What the kernel takes. */
#define MODEL_MAX_FLOWS_MIN 16
#define MODEL_MAX_FLOWS_MAX 4194304
#define MODEL_MAX_DETAILS_MIN 16
#define MODEL_MAX_DETAILS_MAX 4194304
#define MODEL_MAX_HISTORY 1048576
#define MODEL_MAX_IDLE_S 604800
#define MODEL_SHARE_MIN 1	/* percent */
#define MODEL_SHARE_MAX 100

struct settings {
	struct opt_u64 max_flows;
	struct opt_u64 max_history;
	struct opt_u64 idle_timeout_s;
	struct opt_u64 max_details;
	struct opt_u64 share_percent;
};

#define MODEL_COLLAPSE_RATIO_MIN 1	/* percent */
#define MODEL_COLLAPSE_RATIO_MAX 49

struct tunnel_settings {
	struct opt_u64 rate_bps;
	struct opt_u64 collapse_ratio_percent;
};

struct flow_list {
	size_t count;
	size_t space;
	struct flow *flows;
	bool incomplete;	/* the table changed while it was read, a flow may be missing */
};

struct tunnel_list {
	size_t count;
	size_t space;
	struct tunnel *tunnels;
};

struct alert_list {
	size_t count;
	size_t space;
	struct alert *alerts;
};

/* Makes room for one more item of @size bytes. */
void *tunwin_model_grow(void *items, size_t count, size_t *space, size_t size);

/* A new, empty record at the end of the list. */
struct flow *tunwin_model_add_flow(struct flow_list *list);
struct tunnel *tunwin_model_add_tunnel(struct tunnel_list *list);
struct alert *tunwin_model_add_alert(struct alert_list *list);

void tunwin_model_free_flows(struct flow_list *list);
void tunwin_model_free_tunnels(struct tunnel_list *list);
void tunwin_model_free_alerts(struct alert_list *list);

#endif
