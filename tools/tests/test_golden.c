// SPDX-License-Identifier: GPL-2.0
/*
 * What is printed for the fixtures, compared with tests/golden/. `make golden` writes these files
 * anew; the difference then shows in the commit what a change does to what users see.
 */
#include "test.h"

#include <json.h>

#include "derive.h"
#include "fixtures.h"
#include "print/aoe.h"
#include "print/buffer.h"
#include "print/flow.h"
#include "print/report.h"
#include "print/path.h"
#include "print/status.h"
#include "print/tunnel.h"

static void print_flows(const struct output *out)
{
	struct flow_list list;

	fixture_flows(&list);
	tunwin_derive_sort_flows(&list);
	tunwin_flow_print_list(out, &list, SIZE_MAX, false);
	if (!out->json)
		tunwin_flow_print_legend(out, false);
	tunwin_model_free_flows(&list);
}

static void print_ended(const struct output *out)
{
	struct flow_list list;

	fixture_ended(&list);
	tunwin_flow_print_list(out, &list, SIZE_MAX, true);
	if (!out->json)
		tunwin_flow_print_legend(out, true);
	tunwin_model_free_flows(&list);
}

static void print_flow(const struct output *out, enum fixture_flow which)
{
	struct flow flow;

	fixture_flow(which, &flow);
	tunwin_flow_print(out, NULL, &flow);
}

/* The case of netdev 2015, with a policer, and a buffer at its maximum, as a doctor sees them. */
static void print_doctor(const struct output *out)
{
	struct counters before = { .value = { [COUNTER_OUT_DISCARDS] = OPT_U64(100) } };
	struct counters now = { .value = { [COUNTER_OUT_DISCARDS] = OPT_U64(4100) } };
	struct surroundings around = { .host = {
		.rmem_min_bytes = OPT_U64(4096), .rmem_default_bytes = OPT_U64(131072),
		.rmem_max_bytes = OPT_U64(3661184), .moderate_rcvbuf = OPT_U64(1),
		.window_scaling = OPT_U64(1), .sack = OPT_U64(0), .in = "",
	} };
	struct link_list links = { 0 };
	struct flow_list flows = { 0 };
	struct visit visit = {
		.flows = &flows, .around = &around, .links_before = &links,
		.counters_before = &before, .counters = &now, .watched_ns = 1000000000,
	};
	struct report report;
	struct flow *flow;

	flow = tunwin_model_add_flow(&flows);
	fixture_flow(FLOW_GRE, flow);
	flow->in.has_drop = true;
	flow->in.drop = (struct drop){ .segments = OPT_U64(40), .reason = "TC_EGRESS",
				       .function = "sch_handle_egress" };
	flow = tunwin_model_add_flow(&flows);
	fixture_flow(FLOW_GRE, flow);
	flow->id = OPT_U64(18);
	flow->in.limit.now = OPT_U64(LIMIT_RWND);
	flow->socket.unread_mean_bytes = OPT_U64(0);
	fixture_tunnels(&around.tunnels);
	tunwin_doctor_examine(&visit, &report);
	tunwin_report_print(out, &visit, &report);
	tunwin_doctor_free(&report);
	tunwin_model_free_tunnels(&around.tunnels);
	tunwin_model_free_flows(&flows);
}

static void print_gre(const struct output *out)
{
	print_flow(out, FLOW_GRE);
}

static void print_full(const struct output *out)
{
	print_flow(out, FLOW_FULL);
}

static void print_zero(const struct output *out)
{
	print_flow(out, FLOW_ZERO);
}

static void print_ipv6(const struct output *out)
{
	print_flow(out, FLOW_IPV6);
}

static void print_syn(const struct output *out)
{
	print_flow(out, FLOW_SYN);
}

static void print_ended_flow(const struct output *out)
{
	struct flow_list list;

	fixture_ended(&list);
	tunwin_flow_print(out, NULL, &list.flows[0]);
	tunwin_model_free_flows(&list);
}

static void print_buffers(const struct output *out)
{
	struct buffer_view view;

	fixture_buffers(&view);
	tunwin_buffer_print(out, &view, NULL);
	fixture_buffers_free(&view);
}

/* Who administrates no more than a namespace is told nothing of the whole host. */
static void print_buffers_own(const struct output *out)
{
	struct buffer_view view;

	fixture_buffers(&view);
	view.host = (struct buffer_host){ 0 };
	for (size_t i = 0; i < view.episodes.count; i++) {
		view.episodes.episodes[i].pages_untold = OPT_U64(1);
		view.episodes.episodes[i].page_count = 0;
	}
	tunwin_buffer_print(out, &view, NULL);
	if (!out->json)
		tunwin_buffer_print_episode(out, &view.episodes.episodes[0]);
	fixture_buffers_free(&view);
}

static void print_buffers_none(const struct output *out)
{
	struct buffer_view view = { 0 };

	tunwin_buffer_print(out, &view, NULL);
}

static void print_episodes(const struct output *out)
{
	struct buffer_view view;

	fixture_buffers(&view);
	tunwin_buffer_print_episodes(out, &view.episodes);
	fixture_buffers_free(&view);
}

static void print_episode(const struct output *out)
{
	struct buffer_view view;

	fixture_buffers(&view);
	tunwin_buffer_print_episode(out, &view.episodes.episodes[0]);
	fixture_buffers_free(&view);
}

static void print_aoe(const struct output *out)
{
	struct aoe_host host;
	struct aoe_list list;

	fixture_aoe(&host, &list);
	tunwin_aoe_print(out, &host, &list);
	tunwin_target_free(&list);
}

static void print_aoe_none(const struct output *out)
{
	struct aoe_host host = { .targets = OPT_U64(0) };

	tunwin_aoe_print(out, &host, &(struct aoe_list){ 0 });
}

static void print_tunnels(const struct output *out)
{
	struct tunnel_list list;

	fixture_tunnels(&list);
	tunwin_tunnel_print_list(out, &list, false);
	tunwin_tunnel_print_legend(out);
	tunwin_model_free_tunnels(&list);
}

static void print_tunnels_all(const struct output *out)
{
	struct tunnel_list list;

	fixture_tunnels(&list);
	tunwin_tunnel_print_list(out, &list, true);
	tunwin_model_free_tunnels(&list);
}

static void print_no_tunnels(const struct output *out)
{
	const struct tunnel_list none = { 0 };

	tunwin_tunnel_print_list(out, &none, false);
}

static void print_tunnel(const struct output *out)
{
	struct tunnel_list list;

	fixture_tunnels(&list);
	tunwin_tunnel_print(out, &list.tunnels[0]);
	tunwin_model_free_tunnels(&list);
}

static void print_status(const struct output *out)
{
	struct status status;

	fixture_status(&status);
	tunwin_status_print(out, &status);
}

static void print_status_own(const struct output *out)
{
	struct status status, own;

	fixture_status(&status);
	own = (struct status){
		.flows = status.flows, .tunnels = status.tunnels, .uptime_ns = status.uptime_ns,
		.max_flows = status.max_flows, .max_details = status.max_details,
		.max_history = status.max_history, .idle_timeout_ns = status.idle_timeout_ns,
		.bytes_per_flow = status.bytes_per_flow,
		.bytes_per_detail = status.bytes_per_detail,
		.alerts_active = OPT_U64(1), .alerts_history = OPT_U64(0),
		.hook_count = status.hook_count,
	};
	memcpy(own.version, status.version, sizeof(own.version));
	memcpy(own.tool_version, status.tool_version, sizeof(own.tool_version));
	memcpy(own.kernel, status.kernel, sizeof(own.kernel));
	memcpy(own.hooks, status.hooks, sizeof(own.hooks));
	for (size_t i = 0; i < own.hook_count; i++)
		own.hooks[i].hits = (struct opt_u64){ 0 };
	tunwin_status_print(out, &own);
}

static void print_aoe_own(const struct output *out)
{
	struct aoe_host host;
	struct aoe_list list;

	fixture_aoe(&host, &list);
	tunwin_aoe_print(out, &(struct aoe_host){ 0 }, &list);
	tunwin_target_free(&list);
}

static void print_bdp_70ms(const struct output *out)
{
	tunwin_path_print(out, &(struct path){ .rtt_ns = 70000000 });
}

static void print_bdp_gigatcp(const struct output *out)
{
	tunwin_path_print(out, &(struct path){
		.rate_bps = OPT_U64(1000000000), .rtt_ns = 58300000,
	});
}

static void print_bdp_mss(const struct output *out)
{
	tunwin_path_print(out, &(struct path){
		.rate_bps = OPT_U64(10000000000), .rtt_ns = 2000000000,
		.mss_bytes = OPT_U64(8948),
	});
}

static const struct golden {
	const char *file;
	void (*print)(const struct output *out);
	struct output out;
} goldens[] = {
	{ "flows.txt", print_flows, { .width = 0 } },
	{ "flows-80.txt", print_flows, { .width = 80, .legend = true } },
	{ "flows-120.txt", print_flows, { .width = 120 } },
	{ "flows-colour.txt", print_flows, { .colour = true } },
	{ "flows.json", print_flows, { .json = true, .pretty = true } },
	{ "flows-ended.txt", print_ended, { .legend = true } },
	{ "flows-ended.json", print_ended, { .json = true } },
	{ "show-socket.txt", print_gre, { .width = 80 } },
	{ "show-socket.json", print_gre, { .json = true, .pretty = true } },
	{ "show-wire.txt", print_full, { .width = 80 } },
	{ "show-zero.txt", print_zero, { .width = 80 } },
	{ "doctor.txt", print_doctor, { .width = 80 } },
	{ "show-unknown.txt", print_ipv6, { .width = 80 } },
	{ "show-syn.txt", print_syn, { .width = 80 } },
	{ "show-syn.json", print_syn, { .json = true, .pretty = true } },
	{ "show-ended.txt", print_ended_flow, { .width = 80 } },
	{ "tunnels.txt", print_tunnels, { .width = 120 } },
	{ "tunnels-80.txt", print_tunnels, { .width = 80, .legend = true } },
	{ "tunnels-all.txt", print_tunnels_all, { .width = 0 } },
	{ "tunnels-none.txt", print_no_tunnels, { .width = 0 } },
	{ "tunnels-none.json", print_no_tunnels, { .json = true, .pretty = true } },
	{ "tunnels.json", print_tunnels, { .json = true, .pretty = true } },
	{ "tunnel.txt", print_tunnel, { .width = 80 } },
	{ "buffers.txt", print_buffers, { .width = 120, .legend = true } },
	{ "buffers-80.txt", print_buffers, { .width = 80 } },
	{ "buffers.json", print_buffers, { .json = true, .pretty = true } },
	{ "buffers-own.txt", print_buffers_own, { .width = 120 } },
	{ "buffers-own.json", print_buffers_own, { .json = true, .pretty = true } },
	{ "buffers-none.txt", print_buffers_none, { .width = 80 } },
	{ "episodes.txt", print_episodes, { .width = 120 } },
	{ "episode.txt", print_episode, { .width = 120 } },
	{ "episode.json", print_episode, { .json = true, .pretty = true } },
	{ "aoe.txt", print_aoe, { .width = 120, .legend = true } },
	{ "aoe-80.txt", print_aoe, { .width = 80 } },
	{ "aoe.json", print_aoe, { .json = true, .pretty = true } },
	{ "aoe-own.txt", print_aoe_own, { .width = 120 } },
	{ "aoe-own.json", print_aoe_own, { .json = true, .pretty = true } },
	{ "aoe-none.txt", print_aoe_none, { .width = 80 } },
	{ "status.txt", print_status, { .width = 80 } },
	{ "status.json", print_status, { .json = true, .pretty = true } },
	{ "status-own.txt", print_status_own, { .width = 80 } },
	{ "status-own.json", print_status_own, { .json = true, .pretty = true } },
	{ "bdp-70ms.txt", print_bdp_70ms, { .width = 80 } },
	{ "bdp-gigatcp.txt", print_bdp_gigatcp, { .width = 80 } },
	{ "bdp-gigatcp.json", print_bdp_gigatcp, { .json = true, .pretty = true } },
	{ "bdp-mss.txt", print_bdp_mss, { .width = 80 } },
};

static char *render(const struct golden *golden)
{
	struct output out = golden->out;
	char *text = NULL;
	size_t size = 0;

	out.file = open_memstream(&text, &size);
	assert_non_null(out.file);
	golden->print(&out);
	fclose(out.file);
	return text;
}

static char *read_golden(const char *name)
{
	char path[128];
	char *text = NULL;
	size_t size = 0;
	FILE *file;

	snprintf(path, sizeof(path), "tests/golden/%s", name);
	file = fopen(path, "r");
	if (!file)
		return NULL;
	if (getdelim(&text, &size, '\0', file) < 0) {
		free(text);
		text = NULL;
	}
	fclose(file);
	return text;
}

static void write_golden(const char *name, const char *text)
{
	char path[128];
	FILE *file;

	snprintf(path, sizeof(path), "tests/golden/%s", name);
	file = fopen(path, "w");
	assert_non_null(file);
	fputs(text, file);
	assert_int_equal(fclose(file), 0);
}

static void test_golden(void **state)
{
	const struct golden *golden = *state;
	char *text = render(golden);
	char *expected;

	if (getenv("UPDATE_GOLDEN"))
		write_golden(golden->file, text);
	expected = read_golden(golden->file);
	if (!expected || strcmp(text, expected))
		fail_msg("%s differs; this is printed now:\n%s", golden->file, text);
	free(expected);
	free(text);
}

/* A line that ends in spaces shows as wrong in every terminal and diff. */
static void test_no_trailing_spaces(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(goldens); i++) {
		char *text = render(&goldens[i]);

		if (strstr(text, " \n"))
			fail_msg("%s has lines that end in a space", goldens[i].file);
		free(text);
	}
}

/* Nothing is wider than the terminal, whatever the addresses are. */
static void test_fits_the_width(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(goldens); i++) {
		char *text = render(&goldens[i]);
		char *rest = text;
		char *line;

		while (goldens[i].out.width && (line = strsep(&rest, "\n")))
			if (strlen(line) > goldens[i].out.width)
				fail_msg("%s has a line that is too long: %s", goldens[i].file,
					 line);
		free(text);
	}
}

static struct json_object *parse_json(void (*print)(const struct output *out), bool pretty)
{
	const struct golden golden = { "", print, { .json = true, .pretty = pretty } };
	char *text = render(&golden);
	struct json_object *obj = json_tokener_parse(text);

	assert_non_null(obj);
	free(text);
	return obj;
}

/* Pretty or not, it is the same document. */
static void test_pretty_is_the_same(void **state)
{
	static void (*const prints[])(const struct output *out) = {
		print_flows, print_ended, print_gre, print_tunnels, print_no_tunnels, print_status,
		print_bdp_gigatcp, print_aoe,
	};

	(void)state;
	for (size_t i = 0; i < COUNT(prints); i++) {
		struct json_object *plain = parse_json(prints[i], false);
		struct json_object *pretty = parse_json(prints[i], true);

		assert_true(json_object_equal(plain, pretty));
		json_object_put(plain);
		json_object_put(pretty);
	}
}

/* "a.b" of @obj exists, be it null. */
static bool has_path(struct json_object *obj, const char *path)
{
	char copy[128];
	char *rest = copy;
	char *key;

	snprintf(copy, sizeof(copy), "%s", path);
	while ((key = strsep(&rest, ".")))
		if (!json_object_object_get_ex(obj, key, &obj))
			return false;
	return true;
}

static void check_contract(void (*print)(const struct output *out), const char *const *paths,
			   size_t count)
{
	struct json_object *all = parse_json(print, false);

	if (json_object_is_type(all, json_type_object)) {
		for (size_t p = 0; p < count; p++)
			if (!has_path(all, paths[p]))
				fail_msg("%s is missing", paths[p]);
	} else {
		for (size_t i = 0; i < json_object_array_length(all); i++)
			for (size_t p = 0; p < count; p++)
				if (!has_path(json_object_array_get_idx(all, i), paths[p]))
					fail_msg("%s is missing", paths[p]);
	}
	json_object_put(all);
}

/* The keys that the JSON contract promises. */
static void test_contract_flows(void **state)
{
	static const char *const paths[] = {
		"id", "tunnel", "kind", "netns", "vantage", "near.addr", "near.port", "far.addr",
		"far.port", "state", "age_s", "idle_s", "rtt.min_s", "rtt.smoothed_s",
		"rtt.near_min_s", "rtt.far_min_s", "in.payload_bytes", "in.packets", "in.segments",
		"in.retransmits", "in.rate_bps", "in.window.now_bytes", "in.window.max_bytes",
		"in.window.min_bytes", "in.window.source", "in.window.wscale",
		"in.window.wscale_shift", "in.window.zero_count", "in.window.zero_s",
		"in.window.full_s", "in.in_flight_max_bytes", "in.ceiling_bps", "in.ratio",
		"in.limit", "in.causes", "in.collapsed", "out.payload_bytes", "out.limit",
		"out.window.now_bytes", "out.ceiling_bps", "socket",
	};

	(void)state;
	check_contract(print_flows, paths, COUNT(paths));
	check_contract(print_ended, paths, COUNT(paths));
}

static void test_contract_socket(void **state)
{
	static const char *const paths[] = {
		"socket.rcvbuf_bytes", "socket.rmem_alloc_bytes", "socket.unread_bytes",
		"socket.rcv_ssthresh_bytes", "socket.window_clamp_bytes", "socket.scaling_ratio",
		"socket.rcv_mss_bytes", "socket.rcvbuf_locked", "socket.mem_pressure",
	};

	(void)state;
	check_contract(print_gre, paths, COUNT(paths));
}

static void test_contract_tunnels(void **state)
{
	static const char *const paths[] = {
		"tunnel", "kind", "netns", "lower", "flows", "in.packets", "in.bytes",
		"in.truesize_bytes", "in.ratio", "in.pps", "in.bps", "in.segments_per_skb",
		"in.inner_bytes", "in.bytes_per_packet", "in.unparsed", "in.errors.dropped",
		"in.size_classes", "out.packets", "out.errors.carrier", "collapsed", "alerts",
	};

	(void)state;
	check_contract(print_tunnels, paths, COUNT(paths));
}

static void test_contract_status(void **state)
{
	static const char *const paths[] = {
		"version", "kernel", "flows", "max_flows", "evicted", "refused", "bytes_per_flow",
		"memory_bytes", "hooks", "cost_ns_per_packet", "half_open", "history",
		"max_history", "created", "ended", "idle_timeout_s", "uptime_s", "details",
		"max_details", "details_refused", "details_withdrawn", "bytes_per_detail",
	};

	(void)state;
	check_contract(print_status, paths, COUNT(paths));
}

int main(void)
{
	static const struct CMUnitTest others[] = {
		cmocka_unit_test(test_no_trailing_spaces),
		cmocka_unit_test(test_fits_the_width),
		cmocka_unit_test(test_pretty_is_the_same),
		cmocka_unit_test(test_contract_flows),
		cmocka_unit_test(test_contract_socket),
		cmocka_unit_test(test_contract_tunnels),
		cmocka_unit_test(test_contract_status),
	};
	struct CMUnitTest tests[COUNT(goldens) + COUNT(others)];

	/* Times of the clock are shown as they are here. */
	setenv("TZ", "UTC", 1);

	for (size_t i = 0; i < COUNT(goldens); i++)
		tests[i] = (struct CMUnitTest){
			.name = goldens[i].file,
			.test_func = test_golden,
			.initial_state = (void *)&goldens[i],
		};
	memcpy(&tests[COUNT(goldens)], others, sizeof(others));
	return cmocka_run_group_tests(tests, NULL, NULL);
}
