// SPDX-License-Identifier: GPL-2.0
/* The doctor's report: worst first, nothing twice, nothing left out that an alert tells. */
#include "test.h"

#include "cause/cause.h"
#include "doctor.h"
#include "fixtures.h"

struct scene {
	struct counters counters;
	struct surroundings around;
	struct link_list links;
	struct flow_list flows;
	struct visit visit;
	struct report report;
};

/* A flow whose buffer is as large as it may become. */
static void begin(struct scene *scene)
{
	struct flow *flow;

	memset(scene, 0, sizeof(*scene));
	scene->around.host = (struct host){
		.rmem_min_bytes = OPT_U64(4096), .rmem_default_bytes = OPT_U64(131072),
		.rmem_max_bytes = OPT_U64(3661184), .moderate_rcvbuf = OPT_U64(1), .in = "",
	};
	scene->visit = (struct visit){
		.flows = &scene->flows, .around = &scene->around, .links_before = &scene->links,
		.counters_before = &scene->counters, .counters = &scene->counters,
		.watched_ns = 1000000000,
	};
	flow = tunwin_model_add_flow(&scene->flows);
	fixture_flow(FLOW_GRE, flow);
	flow->id = OPT_U64(18);
	flow->in.limit.now = OPT_U64(LIMIT_RWND);
	flow->in.retransmits = OPT_U64(0);
	flow->socket.unread_mean_bytes = OPT_U64(0);
	fixture_tunnels(&scene->around.tunnels);
}

static void end(struct scene *scene)
{
	tunwin_doctor_free(&scene->report);
	tunwin_model_free_tunnels(&scene->around.tunnels);
	tunwin_model_free_flows(&scene->flows);
	tunwin_model_free_alerts(&scene->around.alerts);
}

static struct alert *add_alert(struct scene *scene, enum alert_code code, struct opt_u64 flow_id)
{
	struct alert *alert = tunwin_model_add_alert(&scene->around.alerts);

	*alert = (struct alert){
		.code = OPT_U64(code), .state = OPT_U64(ALERT_RAISED), .flow_id = flow_id,
		.direction = OPT_U64(DIRECTION_IN), .tunnel = "gre1", .count = OPT_U64(50),
	};
	return alert;
}

static size_t count(const struct scene *scene, const char *code)
{
	size_t found = 0;

	for (size_t i = 0; i < scene->report.count; i++)
		found += !strcmp(scene->report.findings[i].code, code);
	return found;
}

/* Each direction has a verdict, also that of which there is nothing to say. */
static void test_verdicts(void **state)
{
	struct scene scene;

	(void)state;
	begin(&scene);
	tunwin_doctor_examine(&scene.visit, &scene.report);
	assert_int_equal(scene.report.verdict_count, 2);
	assert_int_equal(scene.report.verdicts[0].flow_id, 18);
	assert_true(scene.report.verdicts[0].in);
	assert_int_equal(scene.report.verdicts[0].limit, LIMIT_RWND);
	assert_string_equal(scene.report.verdicts[0].code, "rmem-max");
	assert_false(scene.report.verdicts[1].in);
	assert_int_equal(count(&scene, "rmem-max"), 1);
	end(&scene);
}

/* A tunnel that drops is told of although no flow is held back by it; it breaks, so it is first. */
static void test_tunnel_alert(void **state)
{
	static const struct opt_u64 none = { .known = false };
	struct scene scene;

	(void)state;
	begin(&scene);
	add_alert(&scene, ALERT_TUNNEL_DROP, none);
	tunwin_doctor_examine(&scene.visit, &scene.report);
	assert_int_equal(count(&scene, "tunnel-drop"), 1);
	assert_string_equal(scene.report.findings[0].code, "tunnel-drop");
	assert_non_null(strstr(scene.report.findings[0].evidence, "50 packets"));
	assert_true(*scene.report.findings[0].advice);
	end(&scene);
}

/* An alert of a flow of which the reason is told says nothing new; one of another flow does. */
static void test_flow_alert(void **state)
{
	struct scene scene;

	(void)state;
	begin(&scene);
	add_alert(&scene, ALERT_WINDOW_COLLAPSE, OPT_U64(18));
	add_alert(&scene, ALERT_ZERO_WINDOW, OPT_U64(77));
	tunwin_doctor_examine(&scene.visit, &scene.report);
	assert_int_equal(count(&scene, "window-collapse"), 0);
	assert_int_equal(count(&scene, "zero-window"), 1);
	end(&scene);

	/* Asked for one flow or tunnel only what concerns it is told. */
	begin(&scene);
	add_alert(&scene, ALERT_ZERO_WINDOW, OPT_U64(77));
	scene.visit.flow_id = OPT_U64(18);
	tunwin_doctor_examine(&scene.visit, &scene.report);
	assert_int_equal(count(&scene, "zero-window"), 0);
	end(&scene);
}

/* A connection in which nothing arrives is told of once, by the alert. */
static void test_stall(void **state)
{
	struct scene scene;

	(void)state;
	begin(&scene);
	scene.flows.flows[0].in.limit.now = OPT_U64(LIMIT_NET);
	scene.flows.flows[0].in.retransmits = OPT_U64(41);
	add_alert(&scene, ALERT_STALL, OPT_U64(18));
	tunwin_doctor_examine(&scene.visit, &scene.report);
	assert_int_equal(count(&scene, "stall"), 1);
	assert_int_equal(count(&scene, "loss"), 0);
	end(&scene);
}

static bool has_gain(const struct scene *scene)
{
	for (size_t i = 0; i < scene->report.count; i++)
		if (scene->report.findings[i].gain_bps.known)
			return true;
	return false;
}

/* A gain that is none is not promised. */
static void test_no_gain(void **state)
{
	struct scene scene;

	(void)state;
	begin(&scene);
	tunwin_doctor_examine(&scene.visit, &scene.report);
	assert_true(has_gain(&scene));
	end(&scene);

	begin(&scene);
	for (size_t i = 0; i < scene.around.tunnels.count; i++)
		scene.around.tunnels.tunnels[i].rate_bps = OPT_U64(10000000);
	/* (Of twice that at this round trip it would have enough.) */
	scene.flows.flows[0].rtt = (struct rtt){ .min_ns = OPT_U64(8000000000) };
	tunwin_doctor_examine(&scene.visit, &scene.report);
	assert_int_equal(count(&scene, "rmem-max"), 1);
	assert_false(has_gain(&scene));
	end(&scene);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_verdicts),
		cmocka_unit_test(test_tunnel_alert),
		cmocka_unit_test(test_flow_alert),
		cmocka_unit_test(test_stall),
		cmocka_unit_test(test_no_gain),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
