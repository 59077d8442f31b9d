// SPDX-License-Identifier: GPL-2.0
/* The doctor's report: worst first, nothing twice, nothing left out that an alert tells. */
#include "test.h"

#include "scene.h"

/* Each direction has a verdict, also that of which there is nothing to say. */
static void test_verdicts(void **state)
{
	struct scene scene;

	(void)state;
	scene_begin(&scene);
	tunwin_doctor_examine(&scene.visit, &scene.report);
	assert_int_equal(scene.report.verdict_count, 2);
	assert_int_equal(scene.report.verdicts[0].flow_id, 18);
	assert_true(scene.report.verdicts[0].in);
	assert_int_equal(scene.report.verdicts[0].limit, LIMIT_RWND);
	assert_string_equal(scene.report.verdicts[0].code, "rmem-max");
	assert_false(scene.report.verdicts[1].in);
	assert_int_equal(scene_count(&scene, "rmem-max"), 1);
	scene_end(&scene);
}

/* A tunnel that drops is told of although no flow is held back by it; it breaks, so it is first. */
static void test_tunnel_alert(void **state)
{
	static const struct opt_u64 none = { .known = false };
	struct scene scene;

	(void)state;
	scene_begin(&scene);
	scene_add_alert(&scene, ALERT_TUNNEL_DROP, none);
	tunwin_doctor_examine(&scene.visit, &scene.report);
	assert_int_equal(scene_count(&scene, "tunnel-drop"), 1);
	assert_string_equal(scene.report.findings[0].code, "tunnel-drop");
	assert_non_null(strstr(scene.report.findings[0].evidence, "50 packets"));
	assert_true(*scene.report.findings[0].advice);
	scene_end(&scene);
}

/* An alert of a flow of which the reason is told says nothing new; one of another flow does. */
static void test_flow_alert(void **state)
{
	struct scene scene;

	(void)state;
	scene_begin(&scene);
	scene_add_alert(&scene, ALERT_WINDOW_COLLAPSE, OPT_U64(18));
	scene_add_alert(&scene, ALERT_ZERO_WINDOW, OPT_U64(77));
	tunwin_doctor_examine(&scene.visit, &scene.report);
	assert_int_equal(scene_count(&scene, "window-collapse"), 0);
	assert_int_equal(scene_count(&scene, "zero-window"), 1);
	scene_end(&scene);

	/* Asked for one flow or tunnel only what concerns it is told. */
	scene_begin(&scene);
	scene_add_alert(&scene, ALERT_ZERO_WINDOW, OPT_U64(77));
	scene.visit.flow_id = OPT_U64(18);
	tunwin_doctor_examine(&scene.visit, &scene.report);
	assert_int_equal(scene_count(&scene, "zero-window"), 0);
	scene_end(&scene);
}

/* A connection in which nothing arrives is told of once, by the alert. */
static void test_stall(void **state)
{
	struct scene scene;

	(void)state;
	scene_begin(&scene);
	scene.flows.flows[0].in.limit.now = OPT_U64(LIMIT_NET);
	scene.flows.flows[0].in.retransmits = OPT_U64(41);
	scene_add_alert(&scene, ALERT_STALL, OPT_U64(18));
	tunwin_doctor_examine(&scene.visit, &scene.report);
	assert_int_equal(scene_count(&scene, "stall"), 1);
	assert_int_equal(scene_count(&scene, "loss"), 0);
	scene_end(&scene);
}

static bool has_gain(const struct scene *scene)
{
	for (size_t i = 0; i < scene->report.count; i++)
		if (scene->report.findings[i].gain.bps.known)
			return true;
	return false;
}

/* Where the acknowledgments are lost, it is the way to the sender that is to be looked at. */
static void test_stall_unheard(void **state)
{
	struct scene scene;
	struct alert *alert;

	(void)state;
	scene_begin(&scene);
	alert = scene_add_alert(&scene, ALERT_STALL, OPT_U64(18));
	alert->near = scene.flows.flows[0].near;
	alert->far = scene.flows.flows[0].far;
	alert->unheard = OPT_U64(6);
	tunwin_doctor_examine(&scene.visit, &scene.report);
	assert_int_equal(scene_count(&scene, "stall"), 1);
	assert_string_equal(scene.report.findings[0].code, "stall");
	assert_non_null(strstr(scene.report.findings[0].evidence,
			       "6 times after it had been acknowledged"));
	assert_non_null(strstr(scene.report.findings[0].advice, "ping 10.9.0.1"));
	scene_end(&scene);

	/* What comes out of the tunnel and does not reach a socket here is dropped here. */
	scene_begin(&scene);
	alert = scene_add_alert(&scene, ALERT_STALL, OPT_U64(18));
	alert->unheard = OPT_U64(6);
	alert->vantage = OPT_U64(VANTAGE_SOCKET);
	alert->direction = OPT_U64(DIRECTION_OUT);
	tunwin_doctor_examine(&scene.visit, &scene.report);
	assert_non_null(strstr(scene.report.findings[0].advice, "this host drops them"));
	scene_end(&scene);

	/* Of one tunnel, both kinds. */
	scene_begin(&scene);
	scene_add_alert(&scene, ALERT_STALL, OPT_U64(18))->unheard = OPT_U64(6);
	scene_add_alert(&scene, ALERT_STALL, OPT_U64(19));
	scene_add_alert(&scene, ALERT_STALL, OPT_U64(20));
	tunwin_doctor_examine(&scene.visit, &scene.report);
	assert_int_equal(scene_count(&scene, "stall"), 2);
	assert_int_equal(scene.report.findings[0].flow_count +
			 scene.report.findings[1].flow_count, 3);
	scene_end(&scene);
}

/* A gain that is none is not promised. */
static void test_no_gain(void **state)
{
	struct scene scene;

	(void)state;
	scene_begin(&scene);
	tunwin_doctor_examine(&scene.visit, &scene.report);
	assert_true(has_gain(&scene));
	scene_end(&scene);

	scene_begin(&scene);
	for (size_t i = 0; i < scene.around.tunnels.count; i++)
		scene.around.tunnels.tunnels[i].rate_bps = OPT_U64(10000000);
	/* (Of twice that at this round trip it would have enough.) */
	scene.flows.flows[0].rtt = (struct rtt){ .min_ns = OPT_U64(8000000000) };
	tunwin_doctor_examine(&scene.visit, &scene.report);
	assert_int_equal(scene_count(&scene, "rmem-max"), 1);
	assert_false(has_gain(&scene));
	scene_end(&scene);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_verdicts),
		cmocka_unit_test(test_tunnel_alert),
		cmocka_unit_test(test_flow_alert),
		cmocka_unit_test(test_stall),
		cmocka_unit_test(test_stall_unheard),
		cmocka_unit_test(test_no_gain),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
