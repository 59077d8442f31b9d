/* SPDX-License-Identifier: GPL-2.0 */
/* What a doctor sees: a host with some tunnels, and one flow that ends there. */
#ifndef TUNWIN_TESTS_SCENE_H
#define TUNWIN_TESTS_SCENE_H

#include "doctor/doctor.h"
#include "fixtures.h"

struct scene {
	struct counters counters;
	struct surroundings around;
	struct link_list links;
	struct flow_list flows;
	struct visit visit;
	struct report report;
};

/* Flow 18, in gre1, whose buffer is as large as it may become. Its parts may be changed. */
void scene_begin(struct scene *scene);
void scene_end(struct scene *scene);

struct alert *scene_add_alert(struct scene *scene, enum alert_code code, struct opt_u64 flow_id);

/* Findings of that code in the report. */
size_t scene_count(const struct scene *scene, const char *code);

#endif
