// SPDX-License-Identifier: GPL-2.0
#include <string.h>

#include "scene.h"

void scene_begin(struct scene *scene)
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

void scene_end(struct scene *scene)
{
	tunwin_doctor_free(&scene->report);
	tunwin_model_free_tunnels(&scene->around.tunnels);
	tunwin_model_free_flows(&scene->flows);
	tunwin_model_free_alerts(&scene->around.alerts);
	tunwin_shortage_free_episodes(&scene->around.episodes);
}

struct alert *scene_add_alert(struct scene *scene, enum alert_code code, struct opt_u64 flow_id)
{
	struct alert *alert = tunwin_model_add_alert(&scene->around.alerts);

	*alert = (struct alert){
		.code = OPT_U64(code), .state = OPT_U64(ALERT_RAISED), .flow_id = flow_id,
		.direction = OPT_U64(DIRECTION_IN), .tunnel = "gre1", .count = OPT_U64(50),
	};
	return alert;
}

size_t scene_count(const struct scene *scene, const char *code)
{
	size_t found = 0;

	for (size_t i = 0; i < scene->report.count; i++)
		found += !strcmp(scene->report.findings[i].code, code);
	return found;
}
