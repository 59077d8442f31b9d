// SPDX-License-Identifier: GPL-2.0
/* `show`: one flow, explained. */
#include <json.h>

#include "derive.h"
#include "print/flow.h"
#include "table.h"

static const char *known_word(const char *const *words, struct opt_u64 value)
{
	return value.known ? words[value.value] : "unknown";
}

/* How long it may take until a flow that has just begun is judged. */
#define JUDGED_LATE_NS 1000000000ULL

/* Is it judged, and since its beginning? */
static void print_judged(FILE *file, const struct flow *flow)
{
	if (!flow->age_ns.known)
		return;
	if (!flow->detail_age_ns.known)
		fprintf(file,
			"  judged no, there was no room (tunwin status, tunwin set max-details)\n");
	else if (flow->detail_age_ns.value + JUDGED_LATE_NS < flow->age_ns.value)
		fprintf(file, "  judged for %s: losses, limits and round trips are of that time\n",
			tunwin_format_opt(UNIT_AGE, flow->detail_age_ns).s);
}

static void print_who(const struct output *out, const struct flow *flow)
{
	FILE *file = out->file;
	const char *near = "";

	if (flow->vantage.known)
		near = flow->vantage.value == VANTAGE_SOCKET ?
			", a socket of this host" :
			", not known to be a socket of this host";
	fprintf(file, "Flow %s in tunnel %s", tunwin_field_text(&tunwin_flow_fields[0], flow).s,
		flow->tunnel);
	if (*flow->kind)
		fprintf(file, " (%s)", flow->kind);
	fprintf(file, "\n  near   %s%s\n", tunwin_format_endpoint(&flow->near).s, near);
	fprintf(file, "  far    %s, across the tunnel\n", tunwin_format_endpoint(&flow->far).s);
	fprintf(file, "  state  %s", known_word(tunwin_model_state, flow->state));
	if (flow->end_reason.known)
		fprintf(file, "; ended %s ago after %s (%s)\n",
			tunwin_format_opt(UNIT_AGE, flow->idle_ns).s,
			tunwin_format_opt(UNIT_AGE, flow->age_ns).s,
			tunwin_model_end_reason[flow->end_reason.value]);
	else
		fprintf(file, ", first seen %s ago, last packet %s ago\n",
			tunwin_format_opt(UNIT_AGE, flow->age_ns).s,
			tunwin_format_opt(UNIT_AGE, flow->idle_ns).s);
	print_judged(file, flow);
}

static void print_rtt(const struct output *out, const struct rtt *rtt)
{
	const char *comma = "";

	fprintf(out->file, "  RTT    ");
	if (rtt->min_ns.known) {
		fprintf(out->file, "%s at least", tunwin_format_time(rtt->min_ns.value).s);
		comma = ", ";
	}
	if (rtt->smoothed_ns.known) {
		fprintf(out->file, "%s%s smoothed", comma,
			tunwin_format_time(rtt->smoothed_ns.value).s);
		comma = ", ";
	}
	if (rtt->receive_ns.known) {
		fprintf(out->file, "%s%s as its receiver sees it", comma,
			tunwin_format_time(rtt->receive_ns.value).s);
		comma = ", ";
	}
	fprintf(out->file, "%s\n", *comma ? "" : "not known");
	if (rtt->near_min_ns.known && rtt->far_min_ns.known)
		fprintf(out->file, "         of that %s to near and back, %s through the tunnel\n",
			tunwin_format_time(rtt->near_min_ns.value).s,
			tunwin_format_time(rtt->far_min_ns.value).s);
}

static void print_window_now(const struct output *out, const struct flow *flow,
			     const struct direction *dir)
{
	const struct window *window = &dir->window;
	bool zero = tunwin_derive_window_is_zero(flow, dir);

	fprintf(out->file, "  %s%s %s%s", zero ? tunwin_print_bad(out) : "",
		tunwin_format_bytes(window->now_bytes.value).s,
		flow->end_reason.known ? "at the end" : "now",
		zero ? tunwin_print_normal(out) : "");
	if (window->source.known)
		fprintf(out->file, ", read from the %s",
			tunwin_model_vantage[window->source.value]);
	if (window->wscale.known && window->wscale.value == WSCALE_NONE)
		fprintf(out->file, "; not scaled: 65,535 at most");
	else if (window->wscale_shift.known)
		fprintf(out->file, "; scaled by 2^%s",
			tunwin_format_count(window->wscale_shift.value).s);
	fputc('\n', out->file);
}

static void print_window_past(const struct output *out, const struct window *window)
{
	FILE *file = out->file;
	const char *before = "  ";

	if (window->max_bytes.known && window->min_bytes.known) {
		fprintf(file, "  largest %s, smallest %s",
			tunwin_format_bytes(window->max_bytes.value).s,
			tunwin_format_bytes(window->min_bytes.value).s);
		before = ", ";
	} else if (!window->zero_count.known) {
		return;
	}
	if (window->zero_count.known && !window->zero_count.value)
		fprintf(file, "%snever zero", before);
	else if (window->zero_count.known)
		fprintf(file, "%s%szero %s time%s for %s in all%s", before, tunwin_print_bad(out),
			tunwin_format_count(window->zero_count.value).s,
			window->zero_count.value == 1 ? "" : "s",
			tunwin_format_opt(UNIT_AGE, window->zero_ns).s, tunwin_print_normal(out));
	fputc('\n', file);
}

/* What the window allows at this RTT, and what the flow makes of it. */
static void print_ceiling(const struct output *out, const struct flow *flow,
			  const struct direction *dir)
{
	struct opt_u64 use_ppm = tunwin_derive_use_ppm(dir);
	FILE *file = out->file;

	/* Of a flow that has ended neither is a fact of the present. */
	if (flow->end_reason.known)
		return;
	if (tunwin_derive_window_is_zero(flow, dir)) {
		fputs("  nothing more may be sent until it opens\n", file);
		return;
	}
	if (dir->ceiling_bps.known)
		fprintf(file, "  at %s it allows %s\n",
			tunwin_format_opt(UNIT_TIME, tunwin_derive_rtt_ns(&flow->rtt)).s,
			tunwin_format_rate(dir->ceiling_bps.value).s);
	else if (dir->window.now_bytes.known)
		fputs("  what it allows is not known, because the round trip time is not\n", file);
	if (!dir->rate_bps.known)
		return;
	fprintf(file, "  the flow carries %s", tunwin_format_rate(dir->rate_bps.value).s);
	if (use_ppm.known)
		fprintf(file, ", %s%% of that", tunwin_format_fixed(use_ppm.value, 10000, 0).s);
	fputc('\n', file);
}

static void add_share(const struct output *out, const char **comma, struct opt_u64 ns,
		      uint64_t all_ns, const char *what)
{
	struct opt_u64 ppm = tunwin_derive_ppm(ns, OPT_U64(all_ns));

	if (!ppm.known || ppm.value < 5000)
		return;
	fprintf(out->file, "%s%s%% %s", *comma, tunwin_format_fixed(ppm.value, 10000, 0).s, what);
	*comma = ", ";
}

/* What cannot be told, of that which holds a direction back. */
static const char *what_is_unknown(const struct flow *flow, const struct direction *dir)
{
	if (tunwin_derive_window_is_zero(flow, dir))
		return "its window is closed; whether there is more to send is not known yet";
	if (dir->window.now_bytes.known && tunwin_derive_rtt_ns(&flow->rtt).known)
		return "the window does not limit it; whether network or sender is not known yet";
	return "what limits it cannot be told";
}

/* What held the direction back, now and for how much of its life. */
static void print_limit(const struct output *out, const struct flow *flow,
			const struct direction *dir)
{
	static const char *const sentences[LIMIT_COUNT] = {
		[LIMIT_RWND] = "the receive window is what limits it",
		[LIMIT_NET] = "the window does not limit it; the network does (loss, congestion window)",
		[LIMIT_SENDER] = "the window does not limit it; the sender does (no more to send, or paced)",
		[LIMIT_IDLE] = "nothing is sent",
	};
	const char *comma = "  of its life so far: ";
	const struct limit *limit = &dir->limit;
	uint64_t all_ns;

	if (!limit->now.known || !limit->unknown_ns.known)
		return;
	if (!flow->end_reason.known)
		fprintf(out->file, "  %s\n", limit->now.value == LIMIT_UNKNOWN ?
			what_is_unknown(flow, dir) : sentences[limit->now.value]);
	else
		comma = "  of its life: ";
	all_ns = limit->rwnd_ns.value + limit->net_ns.value + limit->sender_ns.value +
		 limit->idle_ns.value + limit->unknown_ns.value;
	if (limit->idle_ns.value == all_ns)
		return;
	add_share(out, &comma, limit->rwnd_ns, all_ns, "limited by the window");
	add_share(out, &comma, limit->net_ns, all_ns, "by the network");
	add_share(out, &comma, limit->sender_ns, all_ns, "by the sender");
	add_share(out, &comma, limit->idle_ns, all_ns, "idle");
	add_share(out, &comma, limit->unknown_ns, all_ns, "unknown");
	fputc('\n', out->file);
}

/* Why it cannot be said what the window is; a guess would be worse. */
static void print_window_unknown(const struct output *out, const struct flow *flow,
				 const struct window *window)
{
	const char *why = "no segment with a window was seen";

	if (flow->state.known && flow->state.value == STATE_SYN)
		why = "the handshake is not complete";
	else if (window->wscale.known && window->wscale.value == WSCALE_UNKNOWN)
		why = "without the handshake the scale of the window field is not known";
	fprintf(out->file, "  not known: %s\n", why);
}

/* What became of the window between here and the other tunnel that the connection takes. */
static void print_other(const struct output *out, const struct flow *flow,
			const struct other_direction *other)
{
	const char *bad = tunwin_print_bad(out), *normal = tunwin_print_normal(out);
	FILE *file = out->file;

	if (other->wscale_differs.known && other->wscale_differs.value) {
		fprintf(file, "  %sin tunnel %s it is ", bad, flow->other.tunnel);
		if (other->wscale.value == WSCALE_KNOWN)
			fprintf(file, "scaled by 2^%s",
				tunwin_format_opt(UNIT_COUNT, other->wscale_shift).s);
		else
			fputs("not scaled", file);
		fprintf(file, "%s: it is changed between them\n", normal);
	}
	if (other->window_differs.known && other->window_differs.value)
		fprintf(file, "  %sin tunnel %s its largest is %s%s: it is changed between them\n",
			bad, flow->other.tunnel, tunwin_format_opt(UNIT_BYTES, other->max_bytes).s,
			normal);
}

/* Why it is limited, by what that is known, and what to do. */
static void print_cause(const struct output *out, const struct surroundings *around,
			const struct flow *flow, const struct direction *dir)
{
	char text[CAUSE_TEXT_SIZE] = "";
	struct cause_facts facts;
	const struct cause *cause;
	struct gain gain;

	if (!around)
		return;
	tunwin_diagnose_facts(around, flow, dir == &flow->in, &facts);
	cause = tunwin_cause_find(&facts);
	if (!cause)
		return;
	cause->evidence(&facts, text, sizeof(text));
	fprintf(out->file, "  why: %s (%s): %s\n", cause->title, cause->code, text);
	gain = cause->advice(&facts, text, sizeof(text));
	fprintf(out->file, "  try: %s\n", text);
	if (gain.bps.known)
		fprintf(out->file, "  which would allow %s\n",
			tunwin_format_rates(gain.bps.value, gain.max_bps.value).s);
}

static void print_break(const struct output *out, const struct size_break *at)
{
	if (at->frame_bytes.known)
		fprintf(out->file, "  %sof frames over %s bytes %s%% are sent again, of others %s%%%s\n",
			tunwin_print_bad(out), tunwin_format_opt(UNIT_COUNT, at->frame_bytes).s,
			tunwin_format_fixed(at->above_ppm.value, 10000, 2).s,
			tunwin_format_fixed(at->below_ppm.value, 10000, 2).s,
			tunwin_print_normal(out));
}

static void print_direction(const struct output *out, const struct surroundings *around,
			    const struct flow *flow, const struct direction *dir,
			    const struct other_direction *other, const char *title)
{
	const struct window *window = &dir->window;

	fprintf(out->file, "\n%s\n", title);
	if (window->now_bytes.known)
		print_window_now(out, flow, dir);
	else
		print_window_unknown(out, flow, window);
	print_window_past(out, window);
	if (flow->has_other)
		print_other(out, flow, other);
	print_ceiling(out, flow, dir);
	print_limit(out, flow, dir);
	print_cause(out, around, flow, dir);
	print_break(out, &dir->size_break);
}

static void add_step(struct table *table, struct opt_u64 bytes, const char *what,
		     const char *remark)
{
	if (!bytes.known)
		return;
	tunwin_table_add(table, "%s", tunwin_format_count(bytes.value).s);
	tunwin_table_add(table, "%s%s", what, remark);
}

/*
 * From the receive buffer down to the window, in the steps in which the kernel takes it
 * (tcp_space() and __tcp_select_window()), so that one sees where the bytes go.
 */
static void print_buffer(const struct output *out, const struct socket_state *sk)
{
	static const struct table_column columns[] = { { .right = true }, { .right = false } };
	struct opt_u64 queued = { 0 };
	struct opt_u64 left = { 0 };
	char share[48] = "";
	struct table *table;

	if (sk->rmem_alloc_bytes.known)
		queued = OPT_U64(sk->rmem_alloc_bytes.value +
				 (sk->backlog_bytes.known ? sk->backlog_bytes.value : 0));
	if (sk->rcvbuf_bytes.known && queued.known)
		left = OPT_U64(sk->rcvbuf_bytes.value > queued.value ?
			       sk->rcvbuf_bytes.value - queued.value : 0);
	if (sk->scaling_ratio.known)
		snprintf(share, sizeof(share), " (scaling_ratio %u/256)",
			 (unsigned int)sk->scaling_ratio.value);
	else if (sk->adv_win_scale.known)
		snprintf(share, sizeof(share), " (tcp_adv_win_scale %lld)",
			 (long long)sk->adv_win_scale.value);

	fprintf(out->file, "\nWhere the receive buffer of near goes");
	if (sk->fresh.known && !sk->fresh.value)
		fprintf(out->file, ", as it was %s ago",
			tunwin_format_opt(UNIT_AGE, sk->sample_age_ns).s);
	fputs(" (bytes)\n", out->file);

	table = tunwin_table_new(columns, 2);
	add_step(table, sk->rcvbuf_bytes, "of memory is the receive buffer",
		 !sk->rcvbuf_locked.known ? "" :
		 sk->rcvbuf_locked.value ? ", fixed by the application (SO_RCVBUF)" :
					   ", tuned by the kernel");
	add_step(table, queued, "of it is taken by data in the queues", "");
	add_step(table, tunwin_derive_payload_bytes(sk, left),
		 "of payload are expected to fit in the rest", share);
	add_step(table, sk->window_clamp_bytes, "is the largest window allowed (window_clamp)", "");
	add_step(table, sk->rcv_ssthresh_bytes,
		 "is how far the window may grow for now (rcv_ssthresh)", "");
	add_step(table, sk->rcv_wnd_bytes, "is the window offered (rcv_wnd)", "");
	add_step(table, sk->unread_bytes, "have arrived and wait for the application to read them",
		 "");
	tunwin_table_print(table, out, 2);
	if (sk->mem_pressure.known && sk->mem_pressure.value)
		fprintf(out->file, "  %sTCP is short of memory (memory pressure)%s\n",
			tunwin_print_bad(out), tunwin_print_normal(out));
}

static const struct field *socket_fields(void)
{
	const struct field *field = tunwin_flow_fields;

	while (field->offset != offsetof(struct flow, socket))
		field++;
	return field->sub;
}

void tunwin_flow_print(const struct output *out, const struct surroundings *around,
		       const struct flow *flow)
{
	static const char *const titles[] = { "in", "out" };
	const void *directions[] = { &flow->in, &flow->out };
	const void *socket[] = { &flow->socket };

	if (out->json) {
		tunwin_print_json(out, tunwin_field_json(tunwin_flow_fields, flow));
		return;
	}
	print_who(out, flow);
	if (flow->has_other)
		fprintf(out->file, "  other  flow %s in tunnel %s is the same connection\n",
			tunwin_format_opt(UNIT_COUNT, flow->other.id).s, flow->other.tunnel);
	print_rtt(out, &flow->rtt);
	print_direction(out, around, flow, &flow->in, &flow->other.in,
			"In, far to near: the window that near offers");
	print_direction(out, around, flow, &flow->out, &flow->other.out,
			"Out, near to far: the window that far offers");
	if (flow->has_socket) {
		print_buffer(out, &flow->socket);
		fputs("\nThe socket of near\n", out->file);
		tunwin_field_print(out, 2, socket_fields(), NULL, socket, 1);
	}
	fputs("\nCounters\n", out->file);
	tunwin_field_print(out, 2, tunwin_flow_direction_fields, titles, directions, 2);
}
