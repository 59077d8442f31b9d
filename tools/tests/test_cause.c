// SPDX-License-Identifier: GPL-2.0
/* The table of causes: each is found by what it is known by, and by nothing less. */
#include "test.h"

#include "cause/cause.h"
#include "derive.h"
#include "fixtures.h"

#define UNKNOWN ((struct opt_u64){ .known = false })

/* A receiver here, whose window limits what comes in; its buffer has not come to its end. */
struct scene {
	struct flow flow;
	struct host host;
	struct tunnel tunnel;
	struct cause_facts facts;
};

static void limited(struct scene *scene)
{
	struct direction *in = &scene->flow.in;
	struct socket_state *socket = &scene->flow.socket;

	memset(scene, 0, sizeof(*scene));
	fixture_flow(FLOW_GRE, &scene->flow);
	scene->host = (struct host){
		.rmem_min_bytes = OPT_U64(4096), .rmem_default_bytes = OPT_U64(131072),
		.rmem_max_bytes = OPT_U64(33564160), .moderate_rcvbuf = OPT_U64(1),
		.window_scaling = OPT_U64(1), .in = "", .mem_pages = OPT_U64(100),
		.mem_calm_pages = OPT_U64(40000), .mem_pressure_pages = OPT_U64(50000),
	};
	in->limit.now = OPT_U64(LIMIT_RWND);
	in->window.recent_bytes = in->window.now_bytes;
	in->retransmits = OPT_U64(0);
	scene->flow.rtt.smoothed_ns = OPT_U64(80000000);
	socket->rcvbuf_bytes = OPT_U64(860000);		/* room for 564,375 */
	socket->window_clamp_bytes = OPT_U64(564375);
	socket->unread_mean_bytes = OPT_U64(1000);
	socket->rmem_high_bytes = OPT_U64(100000);
	socket->rcv_ssthresh_bytes = OPT_U64(564375);
	socket->rcvbuf_age_ns = OPT_U64(500000000);
	scene->facts = (struct cause_facts){
		.flow = &scene->flow, .data = in, .in = true, .host = &scene->host,
		.tunnel = &scene->tunnel,
	};
}

static void forwarded(struct scene *scene)
{
	limited(scene);
	scene->flow.has_socket = false;
	scene->flow.vantage = OPT_U64(VANTAGE_WIRE);
}

static void lossy(struct scene *scene)
{
	limited(scene);
	scene->flow.in.limit.now = OPT_U64(LIMIT_NET);
	scene->flow.in.retransmits = OPT_U64(41);
}

static void nothing_known(struct scene *scene)
{
	limited(scene);
	scene->facts.host = NULL;
	scene->flow.socket = (struct socket_state){ .rcvbuf_bytes = UNKNOWN };
}

static void idle(struct scene *scene)
{
	limited(scene);
	scene->flow.in.limit.now = OPT_U64(LIMIT_IDLE);
}

static void not_known(struct scene *scene)
{
	limited(scene);
	scene->flow.in.limit.now = OPT_U64(LIMIT_UNKNOWN);
}

static void in_pressure(struct scene *scene)
{
	limited(scene);
	scene->flow.socket.mem_pressure = OPT_U64(1);
	scene->flow.socket.rcv_ssthresh_bytes = OPT_U64(5744);
}

static void lately_in_pressure(struct scene *scene)
{
	limited(scene);
	scene->flow.socket.pressure_age_ns = OPT_U64(3000000000);
	scene->flow.socket.rcv_ssthresh_bytes = OPT_U64(5744);
}

static void once_in_pressure(struct scene *scene)
{
	limited(scene);
	scene->flow.socket.pressure_age_ns = OPT_U64(30000000000);
	scene->flow.socket.rcv_ssthresh_bytes = OPT_U64(5744);
}

static void slow(struct scene *scene)
{
	limited(scene);
	scene->flow.socket.unread_mean_bytes = OPT_U64(300000);
}

/* At this moment much is unread, as it is when a burst has just arrived. */
static void burst(struct scene *scene)
{
	limited(scene);
	scene->flow.socket.unread_bytes = OPT_U64(500000);
	scene->flow.socket.rmem_alloc_bytes = OPT_U64(800000);
}

static void bloated(struct scene *scene)
{
	limited(scene);
	scene->flow.socket.received_truesize_bytes = OPT_U64(200000000);
	scene->flow.socket.rmem_high_bytes = OPT_U64(500000);
	scene->flow.socket.scaling_ratio = OPT_U64(40);
	scene->flow.socket.rcv_ssthresh_bytes = OPT_U64(120000);
	scene->host.rmem_max_bytes = scene->flow.socket.rcvbuf_bytes;
}

/* Small segments, each in the smallest buffer there is. */
static void bloated_by_small(struct scene *scene)
{
	bloated(scene);
	scene->flow.in.payload_typical_bytes = OPT_U64(100);
}

static void bloated_and_growing(struct scene *scene)
{
	bloated(scene);
	scene->flow.socket.rcv_ssthresh_bytes = OPT_U64(564375);
	scene->host.rmem_max_bytes = OPT_U64(33564160);
}

/* TCP is short of memory, and the window could not be larger anyway. */
static void pressure_that_changes_nothing(struct scene *scene)
{
	limited(scene);
	scene->flow.socket.mem_pressure = OPT_U64(1);
}

/* Before Linux 6.6, or where the kernel has not measured it: the buffer was full of it once. */
static void bloated_not_measured(struct scene *scene)
{
	bloated(scene);
	scene->flow.socket.scaling_ratio = UNKNOWN;
	scene->flow.socket.adv_win_scale = (struct opt_s64){ .known = true, .value = 1 };
	scene->flow.socket.rcv_ssthresh_bytes = OPT_U64(200000);
}

static void not_held_down(struct scene *scene)
{
	bloated_not_measured(scene);
	scene->host.rmem_max_bytes = OPT_U64(33564160);
	scene->flow.socket.rcv_ssthresh_bytes = OPT_U64(425000);
}

static void never_filled(struct scene *scene)
{
	bloated_not_measured(scene);
	scene->host.rmem_max_bytes = OPT_U64(33564160);
	scene->flow.socket.rmem_high_bytes = OPT_U64(100000);
}

static void fat_but_empty(struct scene *scene)
{
	bloated_and_growing(scene);
	scene->flow.socket.scaling_ratio = OPT_U64(168);
}

static void no_scale(struct scene *scene)
{
	limited(scene);
	scene->flow.in.window.wscale = OPT_U64(WSCALE_NONE);
	scene->flow.in.window.recent_bytes = OPT_U64(65535);
	scene->flow.in.window.max_bytes = OPT_U64(65535);
}

static void small_scale(struct scene *scene)
{
	limited(scene);
	scene->flow.in.window.wscale_shift = OPT_U64(3);
	scene->flow.in.window.recent_bytes = OPT_U64(524280);
}

static void clamped(struct scene *scene)
{
	limited(scene);
	scene->flow.socket.window_clamp_bytes = OPT_U64(100000);
	scene->flow.socket.rcv_ssthresh_bytes = OPT_U64(100000);
	scene->flow.in.window.recent_bytes = OPT_U64(99328);
}

/* A window of whole segments, as without a scale. */
static void clamped_to_segments(struct scene *scene)
{
	clamped(scene);
	scene->flow.in.window.recent_bytes = OPT_U64(94000);
}

/* It is less than the clamp for another reason. */
static void below_the_clamp(struct scene *scene)
{
	clamped(scene);
	scene->flow.socket.rcv_ssthresh_bytes = OPT_U64(16696);
}

/* The scale would allow no more than once was offered, but it is clamped below that now. */
static void clamped_below_the_scale(struct scene *scene)
{
	clamped(scene);
	scene->flow.in.window.wscale_shift = OPT_U64(1);
	scene->flow.in.window.recent_bytes = OPT_U64(131070);
}

static void clamp_not_reached(struct scene *scene)
{
	clamped(scene);
	scene->flow.in.window.recent_bytes = OPT_U64(50000);
}

static void locked(struct scene *scene)
{
	limited(scene);
	scene->flow.socket.rcvbuf_locked = OPT_U64(1);
}

static void locked_above_all(struct scene *scene)
{
	locked(scene);
	scene->host.rmem_max_bytes = OPT_U64(400000);
}

static void largest(struct scene *scene)
{
	limited(scene);
	scene->host.rmem_max_bytes = scene->flow.socket.rcvbuf_bytes;
}

static void largest_with_rate(struct scene *scene)
{
	largest(scene);
	scene->facts.rate_bps = OPT_U64(100000000);
	scene->facts.capacity_bps = scene->facts.rate_bps;
}

/* What is promised must hold for round trips as they are. */
static void largest_and_longer(struct scene *scene)
{
	largest(scene);
	scene->flow.rtt.smoothed_ns = OPT_U64(100000000);
}

/* Segments are merged now, and may not be then: three quarters of the buffer are promised. */
static void merged_now(struct scene *scene)
{
	largest(scene);
	scene->flow.socket.scaling_ratio = OPT_U64(223);
	scene->flow.socket.window_clamp_bytes = UNKNOWN;
	scene->flow.in.window.recent_bytes = OPT_U64(749000);
}

/* The window stands in a queue of the path. */
static void queued(struct scene *scene)
{
	largest(scene);
	scene->flow.rtt.smoothed_ns = OPT_U64(240000000);
}

/* The window was taken back; what is left of it may stand in a queue or not. */
static void queued_and_shrunk(struct scene *scene)
{
	queued(scene);
	scene->flow.has_socket = false;
	scene->facts.alerts = 1U << ALERT_WINDOW_SHRUNK;
	scene->flow.in.window.retreats = OPT_U64(3);
}

/* Round trips are as long, but no window passes in each. */
static void not_queued(struct scene *scene)
{
	queued(scene);
	scene->flow.in.rate_bps = OPT_U64(5000000);
}

/* Round trips are as long, and a window passes in each, but it closes now and then. */
static void closed_not_queued(struct scene *scene)
{
	static struct direction before;

	queued(scene);
	before = scene->flow.in;
	before.limit.rwnd_ns = OPT_U64(0);
	scene->flow.in.limit.rwnd_ns = OPT_U64(4000000000);
	before.window.full_ns = OPT_U64(0);
	before.window.zero_ns = OPT_U64(0);
	scene->flow.in.window.full_ns = OPT_U64(3469552547);
	scene->flow.in.window.zero_ns = OPT_U64(3126712307);
	scene->facts.before = &before;
}

/* It was closed for long, before it was watched. */
static void closed_before(struct scene *scene)
{
	static struct direction before;

	closed_not_queued(scene);
	before = scene->flow.in;
	before.limit.rwnd_ns = OPT_U64(0);
	before.window.full_ns = OPT_U64(2469552547);
	scene->facts.before = &before;
}

/* It has not been looked at often enough: what is unread may be a slow reader's. */
static void not_looked_at(struct scene *scene)
{
	locked(scene);
	scene->flow.socket.unread_mean_bytes = UNKNOWN;
	scene->flow.socket.unread_bytes = OPT_U64(500000);
}

static void tuning_off(struct scene *scene)
{
	limited(scene);
	scene->host.moderate_rcvbuf = OPT_U64(0);
}

static void stuck(struct scene *scene)
{
	limited(scene);
	scene->flow.socket.rcvbuf_age_ns = OPT_U64(20000000000);
}

static void rewritten(struct scene *scene)
{
	forwarded(scene);
	scene->flow.has_other = true;
	scene->flow.other.in.window_differs = OPT_U64(1);
	scene->flow.other.in.max_bytes = OPT_U64(64000);
	memcpy(scene->flow.other.tunnel, "gre2", sizeof("gre2"));
}

static void forwarded_no_scale(struct scene *scene)
{
	no_scale(scene);
	scene->flow.has_socket = false;
}

static void shrunk(struct scene *scene)
{
	forwarded(scene);
	scene->facts.alerts = 1U << ALERT_WINDOW_SHRUNK;
	scene->flow.in.window.retreats = OPT_U64(3);
}

static void closed(struct scene *scene)
{
	forwarded(scene);
	scene->flow.in.window.now_bytes = OPT_U64(0);
}

static void black_hole(struct scene *scene)
{
	lossy(scene);
	scene->flow.in.lost_size_bytes = OPT_U64(1424);
}

static void tunnel_drops(struct scene *scene)
{
	lossy(scene);
	scene->facts.tunnel_drops = true;
	scene->tunnel.in.errors = (struct traffic_errors){
		.errors = OPT_U64(400), .dropped = OPT_U64(0), .sequence = OPT_U64(400),
		.checksum = OPT_U64(0), .ecn = OPT_U64(0), .length = OPT_U64(0),
		.carrier = OPT_U64(0), .collisions = OPT_U64(0),
	};
}

/* No alert, but while it was watched it refused as many as were sent again. */
static void tunnel_dropped(struct scene *scene)
{
	static struct tunnel before;
	static struct direction data;

	tunnel_drops(scene);
	before = scene->tunnel;
	before.in.errors.sequence = OPT_U64(391);
	data = scene->flow.in;
	data.retransmits = OPT_U64(25);
	scene->facts.tunnel_drops = false;
	scene->facts.tunnel_before = &before;
	scene->facts.before = &data;
	scene->flow.in.limit.net_ns = OPT_U64(data.limit.net_ns.value + 1000000000);
}

static void tunnel_dropped_less(struct scene *scene)
{
	tunnel_dropped(scene);
	scene->flow.in.retransmits = OPT_U64(50);
}

/* Below the tunnel, not by it. */
static void dropped_below(struct scene *scene)
{
	static struct direction data;
	static struct tunnel before;

	tunnel_dropped(scene);
	before = *scene->facts.tunnel_before;
	before.out.errors = (struct traffic_errors){ .dropped = OPT_U64(0) };
	scene->tunnel.out.errors = (struct traffic_errors){ .dropped = OPT_U64(50) };
	data = *scene->facts.before;
	scene->flow.out = scene->flow.in;
	scene->facts.tunnel_before = &before;
	scene->facts.before = &data;
	scene->facts.data = &scene->flow.out;
	scene->facts.in = false;
}

static void dropped_here(struct scene *scene)
{
	lossy(scene);
	scene->flow.in.has_drop = true;
	scene->flow.in.drop = (struct drop){ .segments = OPT_U64(40), .reason = "QDISC_DROP",
					     .function = "__dev_queue_xmit" };
}

static void dropped_at_device(struct scene *scene)
{
	dropped_here(scene);
	scene->flow.in.drop.ifindex = OPT_U64(3);
	memcpy(scene->flow.in.drop.device, "eth1", sizeof("eth1"));
}

static void policed(struct scene *scene)
{
	dropped_at_device(scene);
	memcpy(scene->flow.in.drop.reason, "TC_EGRESS", sizeof("TC_EGRESS"));
}

static void no_memory_here(struct scene *scene)
{
	dropped_at_device(scene);
	memcpy(scene->flow.in.drop.reason, "PROTO_MEM", sizeof("PROTO_MEM"));
}

static void no_memory_at_all(struct scene *scene)
{
	no_memory_here(scene);
	scene->flow.has_socket = true;
	scene->flow.socket.mem_pressure = OPT_U64(1);
}

static void one_dropped_here(struct scene *scene)
{
	dropped_here(scene);
	scene->flow.in.drop.segments = OPT_U64(3);
}

static void full(struct scene *scene)
{
	lossy(scene);
	scene->facts.capacity_bps = OPT_U64(100000000);
	scene->tunnel.in.bps = OPT_U64(95000000);
}

static void overtaken(struct scene *scene)
{
	lossy(scene);
	scene->flow.in.retransmits = OPT_U64(50);
	scene->flow.in.reordered = OPT_U64(2000);
}

/* Nobody minds. */
static void overtaken_for_nothing(struct scene *scene)
{
	overtaken(scene);
	scene->flow.in.retransmits = OPT_U64(0);
}

/* Nothing was seen out of order, and all that was sent again had arrived. */
static void overtaken_elsewhere(struct scene *scene)
{
	lossy(scene);
	scene->flow.has_socket = false;
	scene->flow.in.dup_acks = OPT_U64(200);
	scene->flow.in.retransmits = OPT_U64(60);
	scene->flow.in.dsack_dups = OPT_U64(58);
}

/* Much was overtaken, and yet most of what was sent again was wanted. */
static void overtaken_and_lost(struct scene *scene)
{
	overtaken(scene);
	scene->flow.in.retransmits = OPT_U64(137);
	scene->flow.in.reordered = OPT_U64(647);
	scene->flow.in.dsack_dups = OPT_U64(16);
}

static void half_of_it_lost(struct scene *scene)
{
	overtaken_elsewhere(scene);
	scene->flow.in.dsack_dups = OPT_U64(20);
}

/* The end had it already. */
static void dropped_for_nothing(struct scene *scene)
{
	dropped_here(scene);
	memcpy(scene->flow.in.drop.reason, "TCP_OLD_DATA", sizeof("TCP_OLD_DATA"));
}

static void one_lost(struct scene *scene)
{
	lossy(scene);
	scene->flow.in.retransmits = OPT_U64(1);
}

/* It was lossy, and for ten seconds nothing was sent again. */
static void lossy_before(struct scene *scene)
{
	static struct direction data;

	lossy(scene);
	data = scene->flow.in;
	scene->facts.before = &data;
	scene->facts.watched_ns = 10000000000;
	scene->flow.in.limit.net_ns = OPT_U64(data.limit.net_ns.value + 10000000000);
}

/* In a second, nothing; that is too short a time to say so. */
static void lossy_still(struct scene *scene)
{
	lossy_before(scene);
	scene->facts.watched_ns = 1000000000;
}

static void not_filled(struct scene *scene)
{
	limited(scene);
	scene->flow.in.limit.now = OPT_U64(LIMIT_SENDER);
}

static void was_limited(struct scene *scene)
{
	largest(scene);
	scene->flow.end_reason = OPT_U64(END_CLOSED);
	scene->flow.in.limit = (struct limit){
		.now = OPT_U64(LIMIT_IDLE), .rwnd_ns = OPT_U64(9), .net_ns = OPT_U64(1),
		.sender_ns = OPT_U64(1), .idle_ns = OPT_U64(90), .unknown_ns = OPT_U64(1),
	};
}

static const struct row {
	void (*make)(struct scene *scene);
	const char *code;		/* NULL: no cause */
	const char *advice;		/* a part of it */
	uint64_t gain_bps;		/* 0: not told */
} rows[] = {
	{ limited, "autotune", "wait", 0 },
	{ idle, NULL, NULL, 0 },
	{ not_known, NULL, NULL, 0 },
	{ nothing_known, NULL, NULL, 0 },
	{ in_pressure, "mem-pressure", "cgroup", 0 },
	{ lately_in_pressure, "mem-pressure", "cgroup", 0 },
	{ once_in_pressure, "autotune", "wait", 0 },
	/* As if the reader took all: what the buffer may become, 22,026,480 bytes in 80 ms. */
	{ slow, "slow-reader", "application", 2202648000 },
	{ burst, "autotune", "wait", 0 },
	{ bloated, "bloat", "gro on", 0 },
	{ bloated_and_growing, "autotune", "wait", 0 },
	{ pressure_that_changes_nothing, "autotune", "wait", 0 },
	{ queued, "queue", "no larger window", 0 },
	{ queued_and_shrunk, "window-shrunk", "tcp_shrink_window", 0 },
	{ not_queued, "rmem-max", "\"4096 131072 3440000\"", 180600000 },
	{ closed_not_queued, "rmem-max", "\"4096 131072 3440000\"", 180600000 },
	{ closed_before, "queue", "no larger window", 0 },
	{ not_looked_at, NULL, NULL, 0 },
	{ bloated_by_small, "bloat", "write more at once", 0 },
	{ bloated_not_measured, "bloat", "IpReasmOKs", 0 },
	{ not_held_down, "autotune", "wait", 0 },
	{ never_filled, "autotune", "wait", 0 },
	{ fat_but_empty, "autotune", "wait", 0 },
	{ no_scale, "wscale", "the other end does not scale", 2202648000 },
	{ small_scale, "wscale", "anew", 2202648000 },
	{ clamped, "clamp", "TCP_WINDOW_CLAMP", 56437500 },
	{ clamped_to_segments, "clamp", "TCP_WINDOW_CLAMP", 56437500 },
	{ clamped_below_the_scale, "clamp", "TCP_WINDOW_CLAMP", 56437500 },
	{ below_the_clamp, "autotune", "wait", 0 },
	{ clamp_not_reached, "autotune", "wait", 0 },
	{ locked, "rcvbuf-locked", "not set SO_RCVBUF", 2202648000 },
	{ locked_above_all, "rcvbuf-locked", "SO_RCVBUF to 1720000", 225750000 },
	{ largest, "rmem-max", "\"4096 131072 3440000\"", 225750000 },
	{ largest_and_longer, "rmem-max", "\"4096 131072 3440000\"", 180600000 },
	{ merged_now, "rmem-max", "\"4096 131072 3440000\"", 206170200 },
	{ largest_with_rate, "rmem-max", "\"4096 131072 3047619\"", 94055482 },
	{ tuning_off, "autotune-off", "moderate_rcvbuf=1", 2202648000 },
	{ stuck, "autotune-stuck", "for this service SO_RCVBUF 1720000", 225750000 },
	{ rewritten, "window-rewritten", "nft", 0 },
	{ forwarded_no_scale, "wscale-none", "compare the SYN", 0 },
	{ shrunk, "window-shrunk", "tcp_shrink_window", 0 },
	{ closed, "zero-window", "10.9.0.2:5201", 0 },
	{ forwarded, "far-window", "10.9.0.2:5201", 0 },
	{ black_hole, "size-loss", "ICMP", 0 },
	{ tunnel_drops, "tunnel-drop", "type gre noseq", 0 },
	{ tunnel_dropped, "tunnel-drop", "type gre noseq", 0 },
	{ tunnel_dropped_less, "loss", "no window helps", 0 },
	{ dropped_below, "loss", "no window helps", 0 },
	{ dropped_here, "local-drop", "tc -s qdisc", 0 },
	{ dropped_here, "local-drop", "show dev DEV; a longer one", 0 },
	{ dropped_at_device, "local-drop", "tc -s qdisc show dev eth1;", 0 },
	{ policed, "local-drop", "tc -s filter show dev eth1 egress", 0 },
	{ no_memory_here, "local-drop", "the receive buffer is full", 0 },
	{ no_memory_at_all, "local-drop", "memory for TCP is used up", 0 },
	{ one_dropped_here, "loss", "no window helps", 0 },
	{ full, "full", "nothing is wrong", 0 },
	{ overtaken, "reorder", "one path", 0 },
	{ overtaken_for_nothing, NULL, NULL, 0 },
	{ overtaken_elsewhere, "reorder", "one path", 0 },
	{ overtaken_and_lost, "loss", "no window helps", 0 },
	{ half_of_it_lost, "loss", "no window helps", 0 },
	{ dropped_for_nothing, "loss", "no window helps", 0 },
	{ lossy, "loss", "no window helps", 0 },
	{ one_lost, NULL, NULL, 0 },
	{ lossy_before, NULL, NULL, 0 },
	{ lossy_still, "loss", "no window helps", 0 },
	{ not_filled, "sender", "sndbuf_limited", 0 },
	{ was_limited, "rmem-max", "sysctl", 225750000 },
};

#define ROWS COUNT(rows)

static void test_find(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS; i++) {
		char evidence[CAUSE_TEXT_SIZE] = "", advice[CAUSE_TEXT_SIZE] = "";
		const struct cause *cause;
		struct gain gain;
		struct scene scene;

		rows[i].make(&scene);
		cause = tunwin_cause_find(&scene.facts);
		if (!rows[i].code) {
			assert_null(cause);
			continue;
		}
		if (!cause || strcmp(cause->code, rows[i].code))
			fail_msg("row %zu: %s, not %s", i + 1, cause ? cause->code : "nothing",
				 rows[i].code);
		cause->evidence(&scene.facts, evidence, sizeof(evidence));
		gain = cause->advice(&scene.facts, advice, sizeof(advice));
		if (!*evidence || strchr(evidence, '?'))
			fail_msg("%s: evidence: %s", cause->code, evidence);
		assert_true(strlen(evidence) < CAUSE_TEXT_SIZE - 1);
		assert_true(strlen(advice) < CAUSE_TEXT_SIZE - 1);
		if (!strstr(advice, rows[i].advice))
			fail_msg("%s: advice: %s", cause->code, advice);
		if (gain.bps.known != (rows[i].gain_bps != 0) ||
		    (gain.bps.known && gain.bps.value != rows[i].gain_bps))
			fail_msg("%s: gain: %llu", cause->code, (unsigned long long)gain.bps.value);
		assert_true(!gain.bps.known || gain.max_bps.value >= gain.bps.value);
	}
}

/* Every entry is whole, has its own code, and a row above shows it. */
static void test_table(void **state)
{
	(void)state;
	for (const struct cause *const *cause = tunwin_causes; *cause; cause++) {
		bool shown = false;

		assert_true(tunwin_cause_by_code((*cause)->code) == *cause);
		assert_true(*(*cause)->title && *(*cause)->meaning && *(*cause)->remedy &&
			    *(*cause)->fields &&
			    *(*cause)->source);
		assert_true((*cause)->limit == LIMIT_RWND || (*cause)->limit == LIMIT_NET ||
			    (*cause)->limit == LIMIT_SENDER);
		for (size_t i = 0; i < ROWS; i++)
			shown |= rows[i].code && !strcmp(rows[i].code, (*cause)->code);
		if (!shown)
			fail_msg("no row shows %s", (*cause)->code);
	}
	assert_null(tunwin_cause_by_code("no-such-cause"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_find),
		cmocka_unit_test(test_table),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
