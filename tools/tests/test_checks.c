// SPDX-License-Identifier: GPL-2.0
/* The doctor's checks of what is not of one flow: each finds what it is for, and nothing less. */
#include "test.h"

#include "cause/alert.h"
#include "doctor/checks.h"
#include "scene.h"

/* The device below gre1, as it was and as it is. */
static struct link links_before[1], links_now[1];

/* A flow that nothing limits, over a device at which nothing is wrong. */
static void healthy(struct scene *scene)
{
	struct flow *flow = &scene->flows.flows[0];
	struct host *host = &scene->around.host;

	flow->in.limit.now = OPT_U64(LIMIT_IDLE);
	flow->out.limit.now = OPT_U64(LIMIT_IDLE);
	host->window_scaling = OPT_U64(1);
	host->sack = OPT_U64(1);
	host->timestamps = OPT_U64(1);
	host->ecn = OPT_U64(2);
	links_before[0] = (struct link){
		.ifindex = 2, .name = "eth0", .full_duplex = OPT_U64(1),
		.rx_packets = OPT_U64(1000), .rx_crc_errors = OPT_U64(7),
		.rx_missed = OPT_U64(5), .tx_dropped = OPT_U64(3), .qdisc_drops = OPT_U64(0),
	};
	links_now[0] = links_before[0];
	links_now[0].rx_packets = OPT_U64(4001000);
	scene->links = (struct link_list){ .count = 1, .links = links_before };
	scene->around.links = (struct link_list){ .count = 1, .links = links_now };
	for (size_t i = 0; i < scene->around.tunnels.count; i++)
		if (!strcmp(scene->around.tunnels.tunnels[i].name, "gre1"))
			scene->around.tunnels.tunnels[i].lower_ifindex = OPT_U64(2);
}

static struct flow *flow_of(struct scene *scene)
{
	return &scene->flows.flows[0];
}

/* The device below. */
static struct link *link_of(struct scene *scene)
{
	return &scene->around.links.links[0];
}

static void scaling_off(struct scene *scene)
{
	scene->around.host.window_scaling = OPT_U64(0);
}

static void sack_off(struct scene *scene)
{
	scene->around.host.sack = OPT_U64(0);
}

static void timestamps_off(struct scene *scene)
{
	scene->around.host.timestamps = OPT_U64(0);
}

static void ecn_off(struct scene *scene)
{
	scene->around.host.ecn = OPT_U64(0);
}

static void moderation_off(struct scene *scene)
{
	scene->around.host.moderate_rcvbuf = OPT_U64(0);
}

/* A host that forwards has no sockets whose settings would matter. */
static void only_forwards(struct scene *scene)
{
	scaling_off(scene);
	flow_of(scene)->has_socket = false;
}

static void adv_win_scale(struct scene *scene)
{
	flow_of(scene)->socket.adv_win_scale = (struct opt_s64){ true, -2 };
}

/* Half, as by default. */
static void adv_win_scale_half(struct scene *scene)
{
	flow_of(scene)->socket.adv_win_scale = (struct opt_s64){ true, -1 };
}

static void memory_short(struct scene *scene)
{
	scene->around.host.mem_pressure_pages = OPT_U64(1000);
	scene->around.host.mem_pages = OPT_U64(1000);
}

static void memory_left(struct scene *scene)
{
	memory_short(scene);
	scene->around.host.mem_pages = OPT_U64(999);
}

/* 10 Gb/s at 80 ms want 200 MB. */
static void window_small(struct scene *scene)
{
	link_of(scene)->speed_bps = OPT_U64(10000000000);
}

/* Twice 100 Mb/s times 80 ms, 2,000,000 bytes, are less than what the buffer offers. */
static void window_large_enough(struct scene *scene)
{
	link_of(scene)->speed_bps = OPT_U64(100000000);
}

static void rcvbuf_capped(struct scene *scene)
{
	window_small(scene);
	scene->around.host.core_rmem_max_bytes = OPT_U64(212992);
	flow_of(scene)->socket.rcvbuf_locked = OPT_U64(1);
	flow_of(scene)->socket.rcvbuf_bytes = OPT_U64(425984);
}

/* It asked for less than it might have. */
static void rcvbuf_chosen(struct scene *scene)
{
	rcvbuf_capped(scene);
	flow_of(scene)->socket.rcvbuf_bytes = OPT_U64(400000);
}

static void half_duplex(struct scene *scene)
{
	link_of(scene)->full_duplex = OPT_U64(0);
	link_of(scene)->speed_bps = OPT_U64(10000000);
}

static void damaged(struct scene *scene)
{
	link_of(scene)->rx_crc_errors = OPT_U64(12);
}

/* The ring was full, the queue was. */
static void ring_full(struct scene *scene)
{
	link_of(scene)->rx_missed = OPT_U64(25);
}

static void queue_full(struct scene *scene)
{
	link_of(scene)->qdisc_drops = OPT_U64(30);
}

/* What nobody here wants, as other protocols, is counted as dropped. */
static void not_wanted(struct scene *scene)
{
	link_of(scene)->rx_dropped = OPT_U64(500);
}

static void counters_moved(struct scene *scene)
{
	static struct counters now;

	now = scene->counters;
	scene->counters.value[COUNTER_RCV_PRUNED] = OPT_U64(4);
	now.value[COUNTER_RCV_PRUNED] = OPT_U64(9);
	scene->visit.counters = &now;
}

static void no_sack(struct scene *scene)
{
	flow_of(scene)->in.sack = OPT_U64(0);
	flow_of(scene)->in.retransmits = OPT_U64(10);
}

/* One that loses nothing does not miss them. */
static void no_sack_no_loss(struct scene *scene)
{
	no_sack(scene);
	flow_of(scene)->in.retransmits = OPT_U64(9);
	flow_of(scene)->out.retransmits = OPT_U64(0);
}

static void mss_asymmetry(struct scene *scene)
{
	flow_of(scene)->in.mss_bytes = OPT_U64(8960);
	flow_of(scene)->out.mss_bytes = OPT_U64(1436);
}

/* IPv6 and IPv4, or a tunnel more: not an eighth. */
static void mss_nearly_equal(struct scene *scene)
{
	flow_of(scene)->in.mss_bytes = OPT_U64(1460);
	flow_of(scene)->out.mss_bytes = OPT_U64(1400);
}

static void no_wscale(struct scene *scene)
{
	flow_of(scene)->in.window.wscale = OPT_U64(WSCALE_NONE);
}

static void mss_unused(struct scene *scene)
{
	flow_of(scene)->in.mss_bytes = OPT_U64(1436);
	flow_of(scene)->in.payload_max_bytes = OPT_U64(1200);
}

/* Timestamps take twelve bytes of it. */
static void mss_used(struct scene *scene)
{
	mss_unused(scene);
	flow_of(scene)->in.payload_max_bytes = OPT_U64(1424);
}

/* Of as many segments in either direction. */
static void losses(struct scene *scene, uint64_t in, uint64_t out)
{
	struct flow *flow = flow_of(scene);

	flow->in.payload_bytes = OPT_U64(30000000);
	flow->out.payload_bytes = OPT_U64(30000000);
	flow->in.segments = OPT_U64(20000);
	flow->out.segments = OPT_U64(20000);
	flow->in.retransmits = OPT_U64(in);
	flow->out.retransmits = OPT_U64(out);
}

static void lopsided(struct scene *scene)
{
	losses(scene, 400, 20);
}

static void both_lossy(struct scene *scene)
{
	losses(scene, 400, 200);
}

/* gre1 as it was: six packets out of sequence less than now. */
static void tunnel_errors(struct scene *scene)
{
	static struct tunnel before;
	static struct tunnel_list list;

	for (size_t i = 0; i < scene->around.tunnels.count; i++)
		if (!strcmp(scene->around.tunnels.tunnels[i].name, "gre1"))
			before = scene->around.tunnels.tunnels[i];
	before.in.errors.errors.value -= 6;
	before.in.errors.sequence.value -= 6;
	list = (struct tunnel_list){ .count = 1, .tunnels = &before };
	scene->visit.tunnels_before = &list;
}

/* Of no kind that has a counter. */
static void tunnel_errors_other(struct scene *scene)
{
	tunnel_errors(scene);
	scene->visit.tunnels_before->tunnels[0].in.errors.errors.value -= 3;
}

/* Dropped below the tunnel, or wanted by nobody. */
static void tunnel_drops(struct scene *scene)
{
	tunnel_errors(scene);
	scene->visit.tunnels_before->tunnels[0].in.errors.errors.value += 6;
	scene->visit.tunnels_before->tunnels[0].in.errors.dropped.value = 0;
}

/* An earlier report that did not tell. */
static void tunnel_errors_unknown(struct scene *scene)
{
	tunnel_errors(scene);
	scene->visit.tunnels_before->tunnels[0].in.errors = (struct traffic_errors){
		.errors = { .known = false },
	};
}

static struct tunnel *gre1(struct scene *scene)
{
	for (size_t i = 0; i < scene->around.tunnels.count; i++)
		if (!strcmp(scene->around.tunnels.tunnels[i].name, "gre1"))
			return &scene->around.tunnels.tunnels[i];
	fail();
	return NULL;
}

/* One CPU has it all, and does not get done with it. */
static void crowded(struct scene *scene)
{
	struct tunnel *tunnel = gre1(scene);

	tunnel->cpu_count = 2;
	tunnel->cpus[0] = (struct cpu){ .cpu = OPT_U64(1), .in_pps = OPT_U64(300) };
	tunnel->cpus[1] = (struct cpu){
		.cpu = OPT_U64(3), .in_pps = OPT_U64(81000), .squeezed_per_s = OPT_U64(35),
	};
}

static void shared_out(struct scene *scene)
{
	crowded(scene);
	gre1(scene)->cpus[0].in_pps = OPT_U64(40000);
}

static void has_time(struct scene *scene)
{
	crowded(scene);
	gre1(scene)->cpus[1].squeezed_per_s = OPT_U64(2);
}

/* The card below has no buffers for large frames. */
static void exhausted(struct scene *scene)
{
	struct alert *alert = scene_add_alert(scene, ALERT_BUFFER_EXHAUSTED,
					      (struct opt_u64){ 0 });
	struct episode *episode;

	snprintf(alert->device, sizeof(alert->device), "eth0");
	alert->since_ns = OPT_U64(30000000000);
	alert->episode = OPT_U64(4);
	episode = tunwin_shortage_add_episode(&scene->around.episodes);
	episode->id = OPT_U64(4);
	episode->packets = OPT_U64(253);
	episode->source_count = 1;
	episode->sources[0].source = OPT_U64(BUFFER_MISSED);
	episode->sources[0].packets = OPT_U64(253);
	episode->class_count = 2;
	episode->classes[0] = (struct buffer_class){
		OPT_U64(256), OPT_U64(0), OPT_U64(63),
	};
	episode->classes[1] = (struct buffer_class){
		OPT_U64(9018), OPT_U64(120), OPT_U64(7000),
	};
	episode->hit_count = 1;
	episode->hits[0].flow_id = OPT_U64(18);
	episode->hits[0].stalled_ns = OPT_U64(12800000000);
	episode->hits[0].moved = OPT_U64(0);
}

/* Its flow is known to lose large segments, too. */
static void exhausted_by_size(struct scene *scene)
{
	struct alert *alert;

	exhausted(scene);
	flow_of(scene)->in.limit.now = OPT_U64(LIMIT_NET);
	flow_of(scene)->in.lost_size_bytes = OPT_U64(8948);
	alert = scene_add_alert(scene, ALERT_SIZE_LOSS, OPT_U64(18));
	alert->since_ns = OPT_U64(29500000000);
	alert->size_bytes = OPT_U64(8948);
}

/* A path MTU black hole: every buffer is there. */
static void black_hole(struct scene *scene)
{
	flow_of(scene)->in.limit.now = OPT_U64(LIMIT_NET);
	flow_of(scene)->in.lost_size_bytes = OPT_U64(1400);
	scene_add_alert(scene, ALERT_SIZE_LOSS, OPT_U64(18))->size_bytes = OPT_U64(1400);
}

static const struct {
	void (*make)(struct scene *scene);
	const char *code;
	bool found;
	const char *says;		/* a part of evidence or advice */
} rows[] = {
	{ scaling_off, "scaling-off", true, "sysctl -w net.ipv4.tcp_window_scaling=1" },
	{ only_forwards, "scaling-off", false, NULL },
	{ sack_off, "sack-off", true, "sysctl -w net.ipv4.tcp_sack=1" },
	{ timestamps_off, "timestamps-off", true, "sysctl -w net.ipv4.tcp_timestamps=1" },
	{ ecn_off, "ecn-off", true, "sysctl -w net.ipv4.tcp_ecn=2" },
	{ moderation_off, "moderation-off", true, "sysctl -w net.ipv4.tcp_moderate_rcvbuf=1" },
	{ adv_win_scale, "adv-win-scale", true, "1/4 is window" },
	{ adv_win_scale_half, "adv-win-scale", false, NULL },
	{ memory_short, "memory-short", true, "pressure begins at 1,000" },
	{ memory_left, "memory-short", false, NULL },
	{ window_small, "window-small", true, "10.0 Gb/s at 80.0 ms want 200,000,000" },
	{ window_large_enough, "window-small", false, NULL },
	{ rcvbuf_capped, "rcvbuf-capped", true, "net.core.rmem_max" },
	{ rcvbuf_capped, "window-small", false, NULL },
	{ rcvbuf_chosen, "rcvbuf-capped", false, NULL },
	{ half_duplex, "half-duplex", true, "ethtool -s eth0 autoneg on" },
	{ damaged, "crc-errors", true, "5 frames with a wrong checksum in 1.0s, of 4,000,000" },
	{ ring_full, "device-drops", true, "20 packets that came" },
	{ queue_full, "device-drops", true, "30 that should go" },
	{ not_wanted, "device-drops", false, NULL },
	{ counters_moved, "counters", true, "TcpExtRcvPruned +5" },
	{ tunnel_errors, "tunnel-errors", true, "in 1.0s: in sequence +6" },
	{ tunnel_errors_other, "tunnel-errors", true, "in other +3" },
	{ tunnel_drops, "tunnel-errors", false, NULL },
	{ tunnel_errors_unknown, "tunnel-errors", false, NULL },
	{ no_sack, "no-sack", true, "tcp_sack at both ends" },
	{ no_sack_no_loss, "no-sack", false, NULL },
	{ mss_asymmetry, "mss-asymmetry", true, "near takes segments of 8,960" },
	{ mss_nearly_equal, "mss-asymmetry", false, NULL },
	{ no_wscale, "no-wscale", true, "tcp_window_scaling=0" },
	{ mss_unused, "mss-unused", true, "none was larger than 1,200" },
	{ mss_used, "mss-unused", false, NULL },
	{ lopsided, "lopsided", true, "400 of 20,000 segments in, 20 of 20,000 out" },
	{ both_lossy, "lopsided", false, NULL },
	{ crowded, "cpu-packets", true, "CPU 3 takes 81,000 of the 81,300" },
	{ shared_out, "cpu-packets", false, NULL },
	{ has_time, "cpu-packets", false, NULL },
	{ exhausted, "buffer-exhausted", true,
	  "for 30.0s eth0 has had no buffers for 253 packets (missed); flows have lost 120" },
	{ exhausted, "buffer-exhausted", true,
	  "and 63 smaller packets passed; flow 18 has stood still for 12.8s" },
	{ exhausted, "buffer-exhausted", true, "ethtool -G DEV rx" },
	{ exhausted_by_size, "buffer-exhausted", true, "segments of 8,948 bytes of flow 18" },
	{ exhausted_by_size, "size-loss", false, NULL },
	{ black_hole, "size-loss", true, "ICMP" },
	{ black_hole, "buffer-exhausted", false, NULL },
};

static const struct finding *find(const struct scene *scene, const char *code)
{
	for (size_t i = 0; i < scene->report.count; i++)
		if (!strcmp(scene->report.findings[i].code, code))
			return &scene->report.findings[i];
	return NULL;
}

/* The lists of links are not of the heap. */
static void examine(struct scene *scene, void (*make)(struct scene *scene))
{
	scene_begin(scene);
	healthy(scene);
	if (make)
		make(scene);
	tunwin_doctor_examine(&scene->visit, &scene->report);
}

static void test_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct finding *finding;
		struct scene scene;

		examine(&scene, rows[i].make);
		finding = find(&scene, rows[i].code);
		if (!finding != !rows[i].found)
			fail_msg("row %zu: %s is %sfound", i, rows[i].code, finding ? "" : "not ");
		if (finding && !strstr(finding->evidence, rows[i].says) &&
		    !strstr(finding->advice, rows[i].says))
			fail_msg("row %zu: \"%s\" is not in: %s; %s", i, rows[i].says,
				 finding->evidence, finding->advice);
		scene_end(&scene);
	}
}

static void test_healthy(void **state)
{
	struct scene scene;

	(void)state;
	examine(&scene, NULL);
	if (scene.report.count)
		fail_msg("%s is found", scene.report.findings[0].code);
	scene_end(&scene);
}

/* No check without a test. */
static void test_all(void **state)
{
	(void)state;
	for (const struct check *check = tunwin_doctor_checks; check->code; check++) {
		bool tested = false;

		assert_true(tunwin_doctor_check_by_code(check->code) == check && *check->title &&
			    *check->meaning && *check->source);
		for (size_t i = 0; i < COUNT(rows); i++)
			tested |= rows[i].found && !strcmp(rows[i].code, check->code);
		if (!tested)
			fail_msg("%s has no test", check->code);
	}
}

/* No alert without a meaning. */
static void test_alerts(void **state)
{
	(void)state;
	for (int code = 0; code < ALERT_COUNT; code++)
		assert_true(*tunwin_alert_meanings[code].title &&
			    *tunwin_alert_meanings[code].raised &&
			    *tunwin_alert_meanings[code].cleared);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_healthy),
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_all),
		cmocka_unit_test(test_alerts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
