// SPDX-License-Identifier: GPL-2.0
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "derive.h"
#include "fixtures.h"

#define K(v) OPT_U64(v)
#define MS(v) OPT_U64((v) * 1000000ULL)
#define S(v) OPT_U64((v) * 1000000000ULL)

static struct endpoint end(const char *addr, uint64_t port)
{
	struct endpoint e = { .port = K(port) };

	if (inet_pton(AF_INET, addr, e.addr.bytes) == 1)
		e.addr.len = 4;
	else if (inet_pton(AF_INET6, addr, e.addr.bytes) == 1)
		e.addr.len = 16;
	return e;
}

static void start(struct flow *flow, uint64_t id, const char *tunnel, const char *kind,
		  enum vantage vantage, enum flow_state state)
{
	memset(flow, 0, sizeof(*flow));
	flow->id = K(id);
	flow->tunnel_ifindex = K(7);
	snprintf(flow->tunnel, sizeof(flow->tunnel), "%s", tunnel);
	snprintf(flow->kind, sizeof(flow->kind), "%s", kind);
	flow->netns = K(4026531840);
	flow->vantage = K(vantage);
	flow->state = K(state);
	flow->in.window.source = K(vantage);
	flow->out.window.source = K(vantage);
}

static void gre(struct flow *flow)
{
	start(flow, 17, "gre1", "gre", VANTAGE_SOCKET, STATE_ESTABLISHED);
	flow->near = end("10.9.0.2", 5201);
	flow->far = end("10.9.0.1", 40000);
	flow->age_ns = MS(12345);
	flow->detail_age_ns = MS(12345);
	flow->idle_ns = MS(104);
	flow->rtt = (struct rtt){
		.min_ns = MS(80), .smoothed_ns = MS(81), .receive_ns = K(80312000),
		.near_min_ns = K(52000), .near_ns = K(71000), .far_min_ns = K(79954000),
		.far_ns = K(80100000),
	};
	flow->timestamps = K(1);
	flow->in = (struct direction){
		.payload_bytes = K(29876543), .packets = K(1733), .segments = K(20806),
		.wire_bytes = K(29876543), .truesize_bytes = K(31449000), .rate_bps = K(19500000),
		.window = {
			.now_bytes = K(558080), .max_bytes = K(558080), .min_bytes = K(64240),
			.source = K(VANTAGE_SOCKET), .wscale = K(WSCALE_KNOWN),
			.wscale_shift = K(10), .zero_count = K(0), .zero_ns = K(0),
			.full_ns = K(0), .retreats = K(0), .gap_bytes = K(367592),
		},
		.retransmits = K(41), .reordered = K(0), .dup_acks = K(0), .implausible = K(0),
		.in_flight_bytes = K(0), .in_flight_max_bytes = K(190488), .mss_bytes = K(1436),
		.sack = K(1), .payload_max_bytes = K(1424), .payload_typical_bytes = K(1424),
		.limit = {
			.now = K(LIMIT_NET), .rwnd_ns = K(0), .net_ns = MS(12000),
			.sender_ns = MS(161), .idle_ns = MS(94), .unknown_ns = MS(90),
		},
		.size_loss_count = 1,
		.size_loss = { { .max_bytes = K(1518), .retransmits = K(41), .reordered = K(0) } },
	};
	flow->out = (struct direction){
		.payload_bytes = K(37), .packets = K(9120), .segments = K(9120),
		.wire_bytes = K(37), .truesize_bytes = K(768), .rate_bps = K(0),
		.window = {
			.now_bytes = K(64256), .max_bytes = K(64256), .min_bytes = K(64256),
			.source = K(VANTAGE_SOCKET), .wscale = K(WSCALE_KNOWN),
			.wscale_shift = K(7), .zero_count = K(0), .zero_ns = K(0),
		},
		.limit = {
			.now = K(LIMIT_UNKNOWN), .rwnd_ns = K(0), .net_ns = K(0),
			.sender_ns = MS(2345), .idle_ns = MS(9000), .unknown_ns = MS(1000),
		},
	};
	flow->has_socket = true;
	flow->socket = (struct socket_state){
		.rcvbuf_bytes = K(3661184), .rmem_alloc_bytes = K(23040), .backlog_bytes = K(0),
		.drops = K(0), .unread_bytes = K(14480), .rcv_wnd_bytes = K(558080),
		.rcv_wnd_max_bytes = K(558080), .rcv_wnd_min_bytes = K(64240),
		.rcv_ssthresh_bytes = K(558080), .window_clamp_bytes = K(2402652),
		.scaling_ratio = K(168), .rcv_mss_bytes = K(1436), .snd_wnd_bytes = K(64256),
		.rcvbuf_locked = K(0), .mem_pressure = K(0), .bytes_received = K(29876543),
		.bytes_acked = K(38), .received_bytes = K(29876543),
		.received_truesize_bytes = K(31449000), .cookie = K(0x1001), .fresh = K(1),
		.sample_age_ns = K(0),
	};
}

static void full(struct flow *flow)
{
	start(flow, 3, "gre1", "gre", VANTAGE_WIRE, STATE_ESTABLISHED);
	flow->near = end("192.168.10.20", 445);
	flow->far = end("192.168.200.101", 51515);
	flow->age_ns = S(7325);
	flow->detail_age_ns = S(7325);
	flow->idle_ns = K(2100000);
	flow->rtt.min_ns = MS(70);
	flow->in.payload_bytes = K(512);
	flow->in.rate_bps = K(1200);
	flow->in.window.wscale = K(WSCALE_NONE);
	flow->in.window.now_bytes = K(65535);
	flow->out = (struct direction){
		.payload_bytes = K(6710886400), .packets = K(4621000), .segments = K(4621000),
		.wire_bytes = K(6710886400), .truesize_bytes = K(10647296000),
		.rate_bps = K(7340000),
		.window = {
			.now_bytes = K(65535), .max_bytes = K(65535), .min_bytes = K(0),
			.source = K(VANTAGE_WIRE), .wscale = K(WSCALE_NONE), .zero_count = K(2),
			.zero_ns = MS(1450), .full_ns = S(7000), .retreats = K(1),
		},
		.retransmits = K(0), .in_flight_max_bytes = K(65535),
		.limit = {
			.now = K(LIMIT_RWND), .rwnd_ns = S(7000), .net_ns = S(25),
			.sender_ns = S(200), .idle_ns = S(100), .unknown_ns = K(0),
		},
	};
	/* Somebody between the two tunnels takes the option out of the handshake. */
	flow->has_other = true;
	flow->other = (struct other){
		.id = K(4), .tunnel_ifindex = K(8), .tunnel = "gre2",
		.in = {
			.now_bytes = K(65535), .max_bytes = K(65535), .wscale = K(WSCALE_NONE),
			.mss_bytes = K(1436),
		},
		.out = {
			.now_bytes = K(4194304), .max_bytes = K(4194304), .wscale = K(WSCALE_KNOWN),
			.wscale_shift = K(7), .mss_bytes = K(1460),
		},
	};
}

static void zero(struct flow *flow)
{
	start(flow, 1031, "gre1", "gre", VANTAGE_SOCKET, STATE_ESTABLISHED);
	flow->near = end("10.9.0.2", 8080);
	flow->far = end("10.9.0.1", 40002);
	flow->age_ns = S(190000);
	flow->detail_age_ns = S(125);
	flow->idle_ns = MS(400);
	flow->rtt = (struct rtt){ .smoothed_ns = K(250000) };
	flow->in = (struct direction){
		.payload_bytes = K(1048576), .packets = K(40), .segments = K(730),
		.wire_bytes = K(1049000), .truesize_bytes = K(4196000), .rate_bps = K(0),
		.window = {
			.now_bytes = K(0), .max_bytes = K(65536), .min_bytes = K(0),
			.source = K(VANTAGE_SOCKET), .wscale = K(WSCALE_KNOWN),
			.wscale_shift = K(7), .zero_count = K(1), .zero_ns = S(189998),
		},
	};
	flow->has_socket = true;
	flow->socket = (struct socket_state){
		.rcvbuf_bytes = K(131072), .rmem_alloc_bytes = K(129024), .backlog_bytes = K(2304),
		.unread_bytes = K(64000), .rcv_wnd_bytes = K(0), .rcv_ssthresh_bytes = K(65536),
		.window_clamp_bytes = K(65536), .rcvbuf_locked = K(1), .mem_pressure = K(1),
		.adv_win_scale = { .known = true, .value = 1 }, .fresh = K(0),
		.sample_age_ns = MS(1200), .drops = K(3),
	};
}

static void ipv6(struct flow *flow)
{
	start(flow, 42, "ip6gre1", "ip6gre", VANTAGE_WIRE, STATE_ESTABLISHED);
	flow->near = end("2001:db8:0:1::abcd", 443);
	flow->far = end("2001:db8:ffff::1", 60001);
	flow->age_ns = S(61);
	flow->detail_age_ns = S(61);
	flow->idle_ns = MS(30);
	flow->in = (struct direction){
		.payload_bytes = K(12345678), .packets = K(9000), .segments = K(9000),
		.wire_bytes = K(12345678), .truesize_bytes = K(20736000), .rate_bps = K(94100000),
		.window = {
			.source = K(VANTAGE_WIRE), .wscale = K(WSCALE_UNKNOWN), .zero_count = K(0),
			.zero_ns = K(0),
		},
	};
}

static void syn(struct flow *flow)
{
	start(flow, 43, "gre1", "", VANTAGE_WIRE, STATE_SYN);
	flow->near = end("10.9.0.2", 22);
	flow->far = end("10.9.0.77", 33333);
	flow->age_ns = MS(900);
	flow->idle_ns = MS(900);
	flow->in.packets = K(1);
	flow->in.segments = K(1);
	flow->in.payload_bytes = K(0);
}

void fixture_flow(enum fixture_flow which, struct flow *flow)
{
	static void (*const make[FLOW_COUNT])(struct flow *flow) = {
		[FLOW_GRE] = gre,
		[FLOW_FULL] = full,
		[FLOW_ZERO] = zero,
		[FLOW_IPV6] = ipv6,
		[FLOW_SYN] = syn,
	};

	make[which](flow);
	tunwin_derive_flow(flow);
}

void fixture_flows(struct flow_list *list)
{
	memset(list, 0, sizeof(*list));
	for (int i = FLOW_COUNT - 1; i >= 0; i--)
		fixture_flow((enum fixture_flow)i, tunwin_model_add_flow(list));
}

void fixture_ended(struct flow_list *list)
{
	struct flow *flow;

	memset(list, 0, sizeof(*list));
	flow = tunwin_model_add_flow(list);
	fixture_flow(FLOW_FULL, flow);
	flow->state = K(STATE_CLOSED);
	flow->end_reason = K(END_IDLE);
	flow->end_time_ns = K(1700000000500000000ULL);
	flow->idle_ns = S(75);
	flow = tunwin_model_add_flow(list);
	fixture_flow(FLOW_IPV6, flow);
	flow->state = K(STATE_CLOSED);
	flow->end_reason = K(END_TUNNEL_GONE);
	flow->idle_ns = S(90061);
}

static struct tunnel *add_tunnel(struct tunnel_list *list, uint64_t ifindex, const char *name,
				 const char *kind, const char *lower, bool up)
{
	struct tunnel *tunnel = tunwin_model_add_tunnel(list);

	tunnel->ifindex = K(ifindex);
	snprintf(tunnel->name, sizeof(tunnel->name), "%s", name);
	snprintf(tunnel->kind, sizeof(tunnel->kind), "%s", kind);
	snprintf(tunnel->lower, sizeof(tunnel->lower), "%s", lower);
	tunnel->netns = K(4026531840);
	tunnel->tracked_by = K(TRACKED_BY_KIND);
	tunnel->up = K(up);
	tunnel->flows = K(0);
	tunnel->age_ns = S(7400);
	tunnel->in.packets = K(0);
	tunnel->out.packets = K(0);
	tunnel->in.bytes = K(0);
	tunnel->out.bytes = K(0);
	tunnel->in.pps = K(0);
	tunnel->out.pps = K(0);
	tunnel->in.bps = K(0);
	tunnel->out.bps = K(0);
	tunnel->in.skbs = K(0);
	tunnel->out.skbs = K(0);
	tunnel->in.segments = K(0);
	tunnel->out.segments = K(0);
	return tunnel;
}

static void busy(struct tunnel *tunnel)
{
	tunnel->flows = K(3);
	tunnel->lower_ifindex = K(2);
	tunnel->in = (struct traffic){
		.packets = K(1790), .bytes = K(30165000), .pps = K(142), .bps = K(20300000),
		.skbs = K(1790), .segments = K(21540), .inner_bytes = K(31200123),
		.len_bytes = K(30165000), .truesize_bytes = K(32220000), .unparsed = K(4),
		.tcp_segments = K(20900),
		.errors = {
			.errors = K(13), .dropped = K(1), .sequence = K(12), .checksum = K(0),
			.ecn = K(0), .length = K(0),
		},
		.class_count = 3,
		.classes = {
			{ K(256), K(540), K(38880), K(414720), K(0), { 0 } },
			{ K(1518), K(20990), K(30026120), K(31700000), K(41), { 0 } },
			{ { 0 }, K(10), K(100000), K(105280), { 0 }, { 0 } },
		},
	};
	tunnel->out = (struct traffic){
		.packets = K(9125), .bytes = K(474500), .pps = K(720), .bps = K(300000),
		.skbs = K(9125), .segments = K(9125), .inner_bytes = K(474500),
		.len_bytes = K(474500), .truesize_bytes = K(7008000), .unparsed = K(0),
		.tcp_segments = K(9125),
		.errors = {
			.errors = K(0), .dropped = K(0), .carrier = K(1500), .collisions = K(0),
		},
		.class_count = 1,
		.classes = { { K(256), K(9125), K(474500), K(7008000), K(0), { 0 } } },
	};
	tunnel->has_jumbo = true;
	tunnel->jumbo = (struct jumbo){
		.frames = K(10), .bytes = K(100380), .truesize_bytes = K(105280),
		.sampled = K(1), .buffers = K(3), .page_order = K(0), .max_bytes = K(10038),
	};
	tunnel->cpu_count = 2;
	tunnel->all_cpus = K(5);
	tunnel->alerts_refused = K(17);
	tunnel->cpus[0] = (struct cpu){ .cpu = K(0), .pps = K(310), .squeezed_per_s = K(0),
					.in_skbs = K(90), .in_pps = K(2) };
	tunnel->cpus[1] = (struct cpu){ .cpu = K(3), .pps = K(620), .squeezed_per_s = K(4),
					.in_skbs = K(1700), .in_pps = K(140) };
}

void fixture_tunnels(struct tunnel_list *list)
{
	struct tunnel *tunnel;

	memset(list, 0, sizeof(*list));
	add_tunnel(list, 3, "gre0", "gre", "", false);
	add_tunnel(list, 4, "sit0", "sit", "", false);
	tunnel = add_tunnel(list, 2, "eth0", "", "", true);
	tunnel->tracked_by = K(TRACKED_BY_USER);
	tunnel->in.packets = K(1);
	tunnel->in.bytes = K(60);
	add_tunnel(list, 8, "ip6gre1", "ip6gre", "", false)->out.packets = K(5);
	busy(add_tunnel(list, 7, "gre1", "gre", "eth0", true));
	for (size_t i = 0; i < list->count; i++)
		tunwin_derive_tunnel(&list->tunnels[i]);
	tunwin_derive_sort_tunnels(list);
}

static void add_source(struct buffer_device *device, enum buffer_source source, uint64_t packets)
{
	struct buffer_source_count *count = &device->sources[device->source_count++];

	count->source = K(source);
	count->packets = K(packets);
	if (!packets)
		return;
	count->first_ns = S(75);
	count->last_ns = S(12);
	if (source >= BUFFER_MISSED)
		return;
	count->class_count = 2;
	count->classes[0] = (struct buffer_class){ K(1518), K(packets - 1), { 0 } };
	count->classes[1] = (struct buffer_class){ { 0 }, K(1), { 0 } };
}

static struct buffer_device *add_buffer(struct buffer_view *view, uint64_t id, const char *name,
					enum buffer_role role)
{
	struct buffer_device *device = tunwin_shortage_add_device(&view->devices);

	*device = (struct buffer_device){
		.id = K(id), .ifindex = K(id), .netns = K(4026531840), .role = K(role),
	};
	snprintf(device->name, sizeof(device->name), "%s", name);
	return device;
}

static void add_episode(struct buffer_view *view, uint64_t id, bool over)
{
	struct episode *episode = tunwin_shortage_add_episode(&view->episodes);

	*episode = (struct episode){
		.id = K(id), .ifindex = K(2), .device = "eth0", .netns = K(4026531840),
		.since_ns = S(75), .slack_ns = over ? K(480000000) : K(0),
		.duration_ns = K(63250000000), .start_time_ns = K(1446537600123456789),
		.over = K(over), .packets = K(253), .peak_pps = K(140), .flows = K(over ? 70 : 1),
		.source_count = 2,
		.sources = { { K(BUFFER_MISSED), K(253), { 0 }, { 0 }, 0, { { { 0 } } } },
			     { K(BUFFER_ALLOC), K(7), { 0 }, { 0 }, 0, { { { 0 } } } } },
		.class_count = 2,
		.classes = { { K(256), K(0), K(63) }, { K(9018), K(253), K(12000) } },
		.page_count = 1,
		.pages = { { K(0), K(7), { 0 }, { 0 }, { 0 } } },
		.hit_count = 1,
	};
	episode->hits[0] = (struct episode_flow){
		.flow_id = K(17), .tunnel = "gre1",
		.near = { { 4, { 10, 9, 0, 2 } }, K(5201) },
		.far = { { 4, { 10, 9, 0, 1 } }, K(40000) },
		.lost_bytes = K(2263844), .lost_segments = K(253), .segment_bytes = K(8948),
		.hit_ns = S(75), .stalled_ns = K(25600000000), .moved = K(over),
	};
}

void fixture_buffers(struct buffer_view *view)
{
	struct buffer_device *device;
	struct tunnel *tunnel;
	struct link *link;

	memset(view, 0, sizeof(*view));
	device = add_buffer(view, 2, "eth0", BUFFER_LOWER);
	device->episode = K(4);
	add_source(device, BUFFER_BACKLOG, 0);
	add_source(device, BUFFER_MEMORY, 3);
	add_source(device, BUFFER_MISSED, 253);
	add_source(device, BUFFER_FIFO, 0);
	add_source(device, BUFFER_OVER, 0);
	add_source(device, BUFFER_DROPPED, 0);
	add_source(device, BUFFER_ALLOC, 7);
	device = add_buffer(view, 7, "gre1", BUFFER_TUNNEL);
	add_source(device, BUFFER_BACKLOG, 0);
	add_source(device, BUFFER_GRO_CELLS, 1);
	add_source(device, BUFFER_SOCKET, 0);
	add_source(device, BUFFER_TCP_MEMORY, 12);
	add_source(add_buffer(view, 9, "eth9", BUFFER_LOWER), BUFFER_BACKLOG, 0);

	view->host = (struct buffer_host){
		.page_count = 2,
		.pages = { { K(0), K(7), K(0), S(75), S(12) }, { K(3), K(4), K(4), S(80), S(13) } },
		.cpu_count = 1,
		.cpus = { { K(0), K(123456), K(0), K(12), K(5000), K(1), { 0 }, { 0 } } },
		.gaps_missed = K(0), .episodes_dropped = K(0),
	};
	add_episode(view, 3, true);
	add_episode(view, 4, false);

	tunnel = add_tunnel(&view->tunnels, 7, "gre1", "gre", "", true);
	tunnel->carrier_count = 1;
	tunnel->carriers[0] = K(2);
	tunnel->has_jumbo = true;
	tunnel->jumbo = (struct jumbo){
		.frames = K(12000), .bytes = K(108168000), .truesize_bytes = K(147456000),
		.sampled = K(188), .buffers = K(564), .page_order = K(0), .max_bytes = K(9014),
	};
	fixture_flow(FLOW_GRE, tunwin_model_add_flow(&view->flows));

	view->links.links = calloc(1, sizeof(*link));
	view->links.count = 1;
	link = view->links.links;
	link->ifindex = 2;
	snprintf(link->name, sizeof(link->name), "eth0");
	link->rx_ring = K(48);
}

void fixture_buffers_free(struct buffer_view *view)
{
	tunwin_shortage_free_devices(&view->devices);
	tunwin_shortage_free_episodes(&view->episodes);
	tunwin_model_free_tunnels(&view->tunnels);
	tunwin_model_free_flows(&view->flows);
	tunwin_link_free(&view->links);
}

void fixture_status(struct status *status)
{
	*status = (struct status){
		.version = "0.1.0", .kernel = "6.12.117+deb12-amd64", .tool_version = "0.1.0",
		.flows = K(5), .half_open = K(1), .max_flows = K(65536), .history = K(2),
		.max_history = K(4096), .idle_timeout_ns = S(600), .created = K(7), .ended = K(2),
		.evicted = K(0), .evicted_half_open = K(0), .refused = K(0),
		.history_dropped = K(0), .unanswered = K(0), .bytes_per_flow = K(512),
		.memory_bytes = K(12288),
		.tunnels = K(5), .unparsed = K(4), .uptime_ns = S(7401),
		.details = K(4), .max_details = K(65536), .details_refused = K(1),
		.details_withdrawn = K(0), .bytes_per_detail = K(1536),
		.share_percent = K(25), .account_total = K(70), .account_count = 4,
		.accounts = {
			{ .kind = K(ACCOUNT_USER), .uid = K(1000), .flows = K(16384),
			  .details = K(16384), .history = K(256), .flows_refused = K(12),
			  .details_refused = K(345678), .evicted = K(1234567) },
			{ .kind = K(ACCOUNT_HOST), .flows = K(5), .details = K(4), .history = K(2),
			  .flows_refused = K(0), .details_refused = K(1), .evicted = K(0) },
			{ .kind = K(ACCOUNT_NETNS), .netns = K(4026532181), .flows = K(1) },
			{ .kind = K(ACCOUNT_USERNS), .userns = K(4026532190), .flows = K(0) },
		},
		.hook_count = 3,
		.hooks = {
			{ "tcp:tcp_probe", K(1), K(20806), { 0 }, "" },
			{ "tunnel:receive", K(1), K(1790), { 0 }, "" },
			{ "tcp:tcp_rcvbuf_grow", K(0), K(0), K(2), "No such file or directory" },
		},
	};
}

static void add_aoe_initiator(struct aoe_target *target, const char *addr, uint64_t outstanding,
			      uint64_t resent)
{
	struct aoe_load *load = &target->initiators[target->initiator_count++];

	*load = (struct aoe_load){
		.outstanding = K(outstanding), .outstanding_max = K(outstanding + 2),
		.full = K(0), .full_ns = K(0), .requests = K(50000), .answers = K(49990),
		.failed = K(0), .same_tag = K(resent), .new_tag = K(1), .unanswered = K(0),
		.untracked = K(0), .unmatched = K(0), .bytes = K(51189760),
		.requests_per_s = K(9500), .rate_bps = K(77824000), .rtt_ns = K(843000),
		.rtt_min_ns = K(210000), .rtt_max_ns = K(12300000), .idle_ns = K(100000000),
	};
	snprintf(load->addr, sizeof(load->addr), "%s", addr);
}

void fixture_aoe(struct aoe_host *host, struct aoe_list *list)
{
	struct aoe_target *target;

	*host = (struct aoe_host){
		.targets = K(2), .initiators = K(3), .targets_evicted = K(0),
		.initiators_evicted = K(4), .refused = K(0), .malformed = K(3),
		.memory_bytes = K(24576),
	};
	memset(list, 0, sizeof(*list));
	/* Told by one request: all that is not known. */
	target = tunwin_target_add(list);
	*target = (struct aoe_target){
		.id = K(1), .tunnel = "gretap2", .tunnel_ifindex = K(9), .netns = K(4026531840),
		.shelf = K(65534), .slot = K(254), .side = K(AOE_NEAR), .age_ns = S(3),
		.queries = K(0), .forgotten = K(0),
	};
	target->total = (struct aoe_load){
		.outstanding = K(1), .outstanding_max = K(1), .requests = K(1), .answers = K(0),
		.failed = K(0), .same_tag = K(0), .new_tag = K(0), .unanswered = K(0),
		.untracked = K(0), .unmatched = K(0), .bytes = K(0), .requests_per_s = K(0),
		.rate_bps = K(0), .idle_ns = S(3),
	};
	target->initiators[target->initiator_count++] = target->total;
	snprintf(target->initiators[0].addr, AOE_MAC_SIZE, "02:00:00:00:00:0c");

	target = tunwin_target_add(list);
	*target = (struct aoe_target){
		.id = K(2), .tunnel = "gretap1", .tunnel_ifindex = K(8), .netns = K(4026531840),
		.shelf = K(1), .slot = K(2), .addr = "02:00:00:00:01:02", .side = K(AOE_FAR),
		.buffer_count = K(16), .sectors = K(2), .age_ns = S(75), .queries = K(2),
		.forgotten = K(4),
	};
	add_aoe_initiator(target, "02:00:00:00:00:0a", 10, 12);
	add_aoe_initiator(target, "02:00:00:00:00:0b", 6, 0);
	target->total = target->initiators[0];
	*target->total.addr = '\0';
	target->total.outstanding = K(16);
	target->total.outstanding_max = K(18);
	target->total.full = K(1);
	target->total.full_ns = K(4200000000);
	target->total.requests = K(100000);
	target->total.answers = K(99980);
	target->total.failed = K(7);
	target->total.unmatched = K(12);
	target->total.bytes = K(102379520);
	target->total.requests_per_s = K(19000);
	for (size_t i = 0; i < list->count; i++)
		tunwin_target_derive(&list->targets[i]);
	tunwin_target_sort(list);
}
