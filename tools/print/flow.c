// SPDX-License-Identifier: GPL-2.0
#include <json.h>

#include "derive.h"
#include "print/flow.h"
#include "table.h"

#define D(member, key, label, ...) FIELD(struct direction, member, key, label, __VA_ARGS__)
#define W(member, key, ...) FIELD(struct window, member, key, NULL, __VA_ARGS__)
#define S(member, key, label, ...) FIELD(struct socket_state, member, key, label, __VA_ARGS__)
#define F(member, key, ...) FIELD(struct flow, member, key, NULL, __VA_ARGS__)

static const struct field window_fields[] = {
	W(now_bytes, "now_bytes", .unit = UNIT_BYTES),
	W(max_bytes, "max_bytes", .unit = UNIT_BYTES),
	W(min_bytes, "min_bytes", .unit = UNIT_BYTES),
	W(recent_bytes, "recent_bytes", .unit = UNIT_BYTES),
	W(source, "source", .kind = FIELD_WORD, .words = tunwin_model_vantage),
	W(wscale, "wscale", .kind = FIELD_WORD, .words = tunwin_model_wscale),
	W(wscale_shift, "wscale_shift", .unit = UNIT_COUNT),
	W(zero_count, "zero_count", .unit = UNIT_COUNT),
	W(zero_ns, "zero_s", .unit = UNIT_AGE),
	W(full_ns, "full_s", .unit = UNIT_AGE),
	W(retreats, "retreats", .unit = UNIT_COUNT),
	W(gap_bytes, "gap_bytes", .unit = UNIT_BYTES),
	{ 0 }
};

#define L(member, key, ...) FIELD(struct limit, member, key, NULL, __VA_ARGS__)
static const struct field limit_fields[] = {
	L(now, "now", .kind = FIELD_WORD, .words = tunwin_model_limit),
	L(rwnd_ns, "rwnd_s", .unit = UNIT_AGE),
	L(net_ns, "net_s", .unit = UNIT_AGE),
	L(sender_ns, "sender_s", .unit = UNIT_AGE),
	L(idle_ns, "idle_s", .unit = UNIT_AGE),
	L(unknown_ns, "unknown_s", .unit = UNIT_AGE),
	L(rwnd_ppm, "rwnd_share", .unit = UNIT_RATIO),
	{ 0 }
};

static const struct field size_loss_fields[] = {
	FIELD(struct size_loss, max_bytes, "max_bytes", NULL, .unit = UNIT_BYTES),
	FIELD(struct size_loss, segments, "segments", NULL, .unit = UNIT_COUNT),
	FIELD(struct size_loss, retransmits, "retransmits", NULL, .unit = UNIT_COUNT),
	FIELD(struct size_loss, reordered, "reordered", NULL, .unit = UNIT_COUNT),
	{ 0 }
};

static const struct field drop_fields[] = {
	FIELD(struct drop, segments, "segments", "segments dropped by this host",
	      .unit = UNIT_COUNT),
	FIELD(struct drop, reason, "reason", NULL, .kind = FIELD_STRING),
	FIELD(struct drop, function, "function", NULL, .kind = FIELD_STRING),
	FIELD(struct drop, ifindex, "ifindex", NULL, .unit = UNIT_COUNT),
	FIELD(struct drop, device, "device", NULL, .kind = FIELD_STRING),
	{ 0 }
};

const struct field tunwin_flow_direction_fields[] = {
	D(rate_bps, "rate_bps", "rate", .unit = UNIT_RATE),
	D(ceiling_bps, "ceiling_bps", NULL, .unit = UNIT_RATE),
	D(window, "window", NULL, .kind = FIELD_OBJECT, .sub = window_fields),
	D(payload_bytes, "payload_bytes", "payload", .unit = UNIT_BYTES),
	D(wire_bytes, "wire_bytes", "payload on the wire", .unit = UNIT_BYTES),
	D(packets, "packets", "packets (skbs)", .unit = UNIT_COUNT),
	D(segments, "segments", "segments in them", .unit = UNIT_COUNT),
	D(truesize_bytes, "truesize_bytes", "memory (truesize)", .unit = UNIT_BYTES),
	D(ratio_ppm, "ratio", "payload / memory", .unit = UNIT_RATIO),
	D(retransmits, "retransmits", "retransmitted segments", .unit = UNIT_COUNT),
	D(retransmits_answered, "retransmits_answered", NULL, .unit = UNIT_COUNT),
	D(reordered, "reordered", "reordered segments", .unit = UNIT_COUNT),
	D(size_loss, "size_loss", NULL, .kind = FIELD_LIST, .sub = size_loss_fields,
	  .stride = sizeof(struct size_loss),
	  .present = offsetof(struct direction, size_loss_count)),
	D(dup_acks, "dup_acks", "duplicate ACKs", .unit = UNIT_COUNT),
	D(dsack_dups, "dsack_dups", "received twice (DSACK)", .unit = UNIT_COUNT),
	D(implausible, "implausible", "implausible segments, ignored", .unit = UNIT_COUNT),
	D(in_flight_bytes, "in_flight_bytes", "in flight, as seen here", .unit = UNIT_BYTES),
	D(in_flight_max_bytes, "in_flight_max_bytes", "largest flight of the sender",
	  .unit = UNIT_BYTES),
	D(mss_bytes, "mss_bytes", "largest segment allowed (MSS)", .unit = UNIT_BYTES),
	D(sack, "sack", NULL, .kind = FIELD_BOOL),
	D(payload_max_bytes, "payload_max_bytes", "largest payload of a segment",
	  .unit = UNIT_BYTES),
	D(payload_typical_bytes, "payload_typical_bytes", "typical payload", .unit = UNIT_BYTES),
	D(limit, "limit", NULL, .kind = FIELD_OBJECT, .sub = limit_fields),
	D(causes, "causes", NULL, .kind = FIELD_WORDS,
	  .present = offsetof(struct direction, has_causes),
	  .stride = offsetof(struct direction, cause_count)),
	D(collapsed, "collapsed", NULL, .kind = FIELD_BOOL),
	D(lost_size_bytes, "lost_size_bytes", NULL, .unit = UNIT_BYTES),
	D(acked_size_bytes, "acked_size_bytes", NULL, .unit = UNIT_BYTES),
	D(size_break, "size_break", NULL, .kind = FIELD_OBJECT, .sub = tunwin_field_size_break,
	  .present = offsetof(struct direction, size_break.frame_bytes.known)),
	D(drop, "drop", NULL, .kind = FIELD_OBJECT, .sub = drop_fields,
	  .present = offsetof(struct direction, has_drop)),
	{ 0 }
};

static const struct field rtt_fields[] = {
	FIELD(struct rtt, min_ns, "min_s", NULL, .unit = UNIT_TIME),
	FIELD(struct rtt, smoothed_ns, "smoothed_s", NULL, .unit = UNIT_TIME),
	FIELD(struct rtt, receive_ns, "receive_s", NULL, .unit = UNIT_TIME),
	FIELD(struct rtt, near_min_ns, "near_min_s", NULL, .unit = UNIT_TIME),
	FIELD(struct rtt, near_ns, "near_s", NULL, .unit = UNIT_TIME),
	FIELD(struct rtt, far_min_ns, "far_min_s", NULL, .unit = UNIT_TIME),
	FIELD(struct rtt, far_ns, "far_s", NULL, .unit = UNIT_TIME),
	{ 0 }
};

/* Those with a label are what `show` does not put in a sentence. */
static const struct field socket_fields[] = {
	S(rcvbuf_bytes, "rcvbuf_bytes", NULL, .unit = UNIT_BYTES),
	S(rmem_alloc_bytes, "rmem_alloc_bytes", NULL, .unit = UNIT_BYTES),
	S(backlog_bytes, "backlog_bytes", NULL, .unit = UNIT_BYTES),
	S(unread_bytes, "unread_bytes", NULL, .unit = UNIT_BYTES),
	S(unread_mean_bytes, "unread_mean_bytes", NULL, .unit = UNIT_BYTES),
	S(rmem_high_bytes, "rmem_high_bytes", NULL, .unit = UNIT_BYTES),
	S(rcvbuf_age_ns, "rcvbuf_age_s", NULL, .unit = UNIT_AGE),
	S(pressure_age_ns, "pressure_age_s", NULL, .unit = UNIT_AGE),
	S(srtt_ns, "srtt_s", NULL, .unit = UNIT_TIME),
	S(rcv_wnd_bytes, "rcv_wnd_bytes", NULL, .unit = UNIT_BYTES),
	S(rcv_wnd_max_bytes, "rcv_wnd_max_bytes", "largest rcv_wnd", .unit = UNIT_BYTES),
	S(rcv_wnd_min_bytes, "rcv_wnd_min_bytes", "smallest rcv_wnd", .unit = UNIT_BYTES),
	S(rcv_ssthresh_bytes, "rcv_ssthresh_bytes", NULL, .unit = UNIT_BYTES),
	S(window_clamp_bytes, "window_clamp_bytes", NULL, .unit = UNIT_BYTES),
	S(scaling_ratio, "scaling_ratio", NULL, .unit = UNIT_COUNT),
	S(adv_win_scale, "adv_win_scale", NULL, .kind = FIELD_SIGNED),
	S(rcv_mss_bytes, "rcv_mss_bytes", "segment size as received (rcv_mss)",
	  .unit = UNIT_BYTES),
	S(snd_wnd_bytes, "snd_wnd_bytes", "window that far offers (snd_wnd)", .unit = UNIT_BYTES),
	S(rcvbuf_locked, "rcvbuf_locked", NULL, .kind = FIELD_BOOL),
	S(mem_pressure, "mem_pressure", NULL, .kind = FIELD_BOOL),
	S(drops, "drops", "segments dropped by the socket", .unit = UNIT_COUNT),
	S(received_bytes, "received_bytes", "payload received (tcp_probe)", .unit = UNIT_BYTES),
	S(received_truesize_bytes, "received_truesize_bytes", "in memory (truesize)",
	  .unit = UNIT_BYTES),
	S(bytes_received, "bytes_received", "bytes_received of tcp_info", .unit = UNIT_BYTES),
	S(bytes_acked, "bytes_acked", "bytes_acked of tcp_info", .unit = UNIT_BYTES),
	S(cookie, "cookie", "cookie (sk of ss -e)", .kind = FIELD_HEX),
	S(fresh, "fresh", NULL, .kind = FIELD_BOOL),
	S(sample_age_ns, "sample_age_s", NULL, .unit = UNIT_AGE),
	{ 0 }
};

#define O(member, key, ...) FIELD(struct other_direction, member, key, NULL, __VA_ARGS__)
static const struct field other_direction_fields[] = {
	O(now_bytes, "now_bytes", .unit = UNIT_BYTES),
	O(max_bytes, "max_bytes", .unit = UNIT_BYTES),
	O(window_differs, "differs", .kind = FIELD_BOOL),
	O(wscale, "wscale", .kind = FIELD_WORD, .words = tunwin_model_wscale),
	O(wscale_shift, "wscale_shift", .unit = UNIT_COUNT),
	O(wscale_differs, "wscale_differs", .kind = FIELD_BOOL),
	O(mss_bytes, "mss_bytes", .unit = UNIT_BYTES),
	{ 0 }
};

static const struct field other_fields[] = {
	FIELD(struct other, id, "id", NULL, .kind = FIELD_ID),
	FIELD(struct other, tunnel, "tunnel", NULL, .kind = FIELD_STRING),
	FIELD(struct other, tunnel_ifindex, "tunnel_ifindex", NULL, .unit = UNIT_COUNT),
	FIELD(struct other, in, "in", NULL, .kind = FIELD_OBJECT, .sub = other_direction_fields),
	FIELD(struct other, out, "out", NULL, .kind = FIELD_OBJECT, .sub = other_direction_fields),
	{ 0 }
};

const struct field tunwin_flow_fields[] = {
	F(id, "id", .kind = FIELD_ID),
	F(tunnel, "tunnel", .kind = FIELD_STRING),
	F(tunnel_ifindex, "tunnel_ifindex", .unit = UNIT_COUNT),
	F(kind, "kind", .kind = FIELD_STRING),
	F(netns, "netns", .unit = UNIT_COUNT),
	F(vantage, "vantage", .kind = FIELD_WORD, .words = tunwin_model_vantage),
	F(near, "near", .kind = FIELD_ENDPOINT),
	F(far, "far", .kind = FIELD_ENDPOINT),
	F(state, "state", .kind = FIELD_WORD, .words = tunwin_model_state),
	F(age_ns, "age_s", .unit = UNIT_AGE),
	F(detail_age_ns, "judged_s", .unit = UNIT_AGE),
	F(idle_ns, "idle_s", .unit = UNIT_AGE),
	F(end_reason, "end_reason", .kind = FIELD_WORD, .words = tunwin_model_end_reason),
	F(end_time_ns, "end_time", .unit = UNIT_AGE),
	F(end_sequence, "end_sequence", .unit = UNIT_COUNT),
	F(rtt, "rtt", .kind = FIELD_OBJECT, .sub = rtt_fields),
	F(timestamps, "timestamps", .kind = FIELD_BOOL),
	F(in, "in", .kind = FIELD_OBJECT, .sub = tunwin_flow_direction_fields),
	F(out, "out", .kind = FIELD_OBJECT, .sub = tunwin_flow_direction_fields),
	F(socket, "socket", .kind = FIELD_OBJECT, .sub = socket_fields,
	  .present = offsetof(struct flow, has_socket)),
	F(other, "other", .kind = FIELD_OBJECT, .sub = other_fields,
	  .present = offsetof(struct flow, has_other)),
	{ 0 }
};

/*
 * A table shows one direction of each flow, the worse one, from DIR to RATIO; what it adds about
 * the other is its rate.
 */
static const struct table_column present_columns[] = {
	{ .title = "ID", .right = true },
	{ .title = "TUNNEL", .drop = 2 },
	{ .title = "NEAR", .cut = true },
	{ .title = "FAR", .cut = true },
	{ .title = "STATE", .drop = 7 },
	{ .title = "VANTAGE", .drop = 8 },
	{ .title = "DIR" },
	{ .title = "RATE", .right = true },
	{ .title = "WINDOW", .right = true },
	{ .title = "RTT", .right = true },
	{ .title = "CEILING", .right = true, .drop = 1 },
	{ .title = "USED", .right = true, .drop = 3 },
	{ .title = "LIMIT" },
	{ .title = "CAUSE", .drop = 4 },
	{ .title = "RATIO", .right = true, .drop = 5 },
	{ .title = "OTHER DIR", .right = true, .drop = 6 },
};

static const struct table_column ended_columns[] = {
	{ .title = "ID", .right = true },
	{ .title = "TUNNEL", .drop = 1 },
	{ .title = "NEAR", .cut = true },
	{ .title = "FAR", .cut = true },
	{ .title = "ENDED", .right = true },
	{ .title = "WHY" },
	{ .title = "LIVED", .right = true },
	{ .title = "VANTAGE", .drop = 6 },
	{ .title = "IN", .right = true },
	{ .title = "OUT", .right = true },
	{ .title = "MAX WINDOW", .right = true, .drop = 2 },
	{ .title = "ZEROS", .right = true, .drop = 5 },
	{ .title = "RTT", .right = true, .drop = 3 },
	{ .title = "RATIO", .right = true, .drop = 4 },
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const char *word(const char *const *words, struct opt_u64 value)
{
	return value.known ? words[value.value] : "?";
}

static struct text size(struct opt_u64 bytes)
{
	return bytes.known ? tunwin_format_size(bytes.value) : (struct text){ "?" };
}

static void add_who(struct table *table, const struct flow *flow)
{
	tunwin_table_add(table, "%s", tunwin_field_text(&tunwin_flow_fields[0], flow).s);
	tunwin_table_add(table, "%s", flow->tunnel);
	tunwin_table_add(table, "%s", tunwin_format_endpoint(&flow->near).s);
	tunwin_table_add(table, "%s", tunwin_format_endpoint(&flow->far).s);
}

static void add_present(struct table *table, const struct flow *flow)
{
	const struct direction *dir = tunwin_derive_worse(flow);
	const struct direction *other = dir == &flow->in ? &flow->out : &flow->in;
	struct opt_u64 use_ppm = tunwin_derive_use_ppm(dir);
	struct opt_u64 rtt_ns = tunwin_derive_rtt_ns(&flow->rtt);

	add_who(table, flow);
	tunwin_table_add(table, "%s", word(tunwin_model_state, flow->state));
	tunwin_table_add(table, "%s", word(tunwin_model_vantage, flow->vantage));
	tunwin_table_add(table, "%s", dir == &flow->in ? "in" : "out");
	tunwin_table_add(table, "%s", tunwin_format_opt(UNIT_RATE, dir->rate_bps).s);
	tunwin_table_add_bad(table, tunwin_derive_window_is_zero(flow, dir), "%s",
			     size(dir->window.now_bytes).s);
	tunwin_table_add(table, "%s", tunwin_format_opt(UNIT_TIME, rtt_ns).s);
	tunwin_table_add(table, "%s", tunwin_format_opt(UNIT_RATE, dir->ceiling_bps).s);
	if (use_ppm.known)
		tunwin_table_add(table, "%s%%", tunwin_format_fixed(use_ppm.value, 10000, 0).s);
	else
		tunwin_table_add(table, "?");
	tunwin_table_add_bad(table, dir->limit.now.known && dir->limit.now.value == LIMIT_RWND,
			     "%s", word(tunwin_model_limit, dir->limit.now));
	tunwin_table_add(table, "%s", dir->cause_count ? dir->causes[0] : "-");
	tunwin_table_add(table, "%s", tunwin_format_opt(UNIT_RATIO, dir->ratio_ppm).s);
	tunwin_table_add(table, "%s", tunwin_format_opt(UNIT_RATE, other->rate_bps).s);
}

/* Of a flow that has ended the direction that carried more is shown. */
static void add_ended(struct table *table, const struct flow *flow)
{
	bool out = flow->out.payload_bytes.known &&
		   (!flow->in.payload_bytes.known ||
		    flow->out.payload_bytes.value > flow->in.payload_bytes.value);
	const struct direction *dir = out ? &flow->out : &flow->in;
	struct opt_u64 rtt_ns = tunwin_derive_rtt_ns(&flow->rtt);

	add_who(table, flow);
	tunwin_table_add(table, "%s ago", tunwin_format_opt(UNIT_AGE, flow->idle_ns).s);
	tunwin_table_add(table, "%s", word(tunwin_model_end_reason, flow->end_reason));
	tunwin_table_add(table, "%s", tunwin_format_opt(UNIT_AGE, flow->age_ns).s);
	tunwin_table_add(table, "%s", word(tunwin_model_vantage, flow->vantage));
	tunwin_table_add(table, "%s", size(flow->in.payload_bytes).s);
	tunwin_table_add(table, "%s", size(flow->out.payload_bytes).s);
	tunwin_table_add(table, "%s", size(dir->window.max_bytes).s);
	tunwin_table_add_bad(table, dir->window.zero_count.known && dir->window.zero_count.value,
			     "%s", tunwin_format_opt(UNIT_COUNT, dir->window.zero_count).s);
	tunwin_table_add(table, "%s", tunwin_format_opt(UNIT_TIME, rtt_ns).s);
	tunwin_table_add(table, "%s", tunwin_format_opt(UNIT_RATIO, dir->ratio_ppm).s);
}

void tunwin_flow_print_list(const struct output *out, const struct flow_list *list, size_t max,
			    bool ended)
{
	size_t count = list->count < max ? list->count : max;
	struct table *table;

	if (out->json) {
		tunwin_print_array_begin(out);
		for (size_t i = 0; i < count; i++)
			tunwin_print_array_item(out, !i, tunwin_field_json(tunwin_flow_fields,
									   &list->flows[i]));
		tunwin_print_array_end(out, !count);
		return;
	}
	if (!count)
		return;
	table = ended ? tunwin_table_new(ended_columns, COUNT(ended_columns)) :
			tunwin_table_new(present_columns, COUNT(present_columns));
	for (size_t i = 0; i < count; i++) {
		if (ended)
			add_ended(table, &list->flows[i]);
		else
			add_present(table, &list->flows[i]);
	}
	tunwin_table_print(table, out, 0);
}

void tunwin_flow_print_legend(const struct output *out, bool ended)
{
	if (!out->legend)
		return;
	if (ended)
		fputs("\n"
		      "NEAR is on this side of the tunnel, FAR across it; IN and OUT are payload bytes.\n"
		      "MAX WINDOW, ZEROS (times it was zero) and RATIO (payload / memory) are of the\n"
		      "direction that carried more. ? is not known. One flow in full: tunwin show ID\n",
		      out->file);
	else
		fputs("\n"
		      "NEAR is on this side of the tunnel, FAR across it. DIR is the direction that\n"
		      "the numbers are of: in is far to near, out is near to far. WINDOW is what its\n"
		      "receiver offers now, CEILING the highest rate that this allows at this RTT, USED\n"
		      "how much of it is used. LIMIT is what holds the flow back: rwnd is the receive\n"
		      "window, net the network, sender the sender; CAUSE is why: tunwin explain CODE.\n"
		      "RATIO is payload / memory of the packets, 1 is best. ? is not known. One flow in\n"
		      "full: tunwin show ID\n",
		      out->file);
}
