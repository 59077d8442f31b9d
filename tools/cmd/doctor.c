// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <string.h>
#include <time.h>

#include "cmd/cmd.h"
#include "doctor/earlier.h"
#include "parse.h"
#include "print/report.h"

#define NS_PER_S 1000000000ULL

/* So long it watches if nothing else is said. */
#define WATCH_NS NS_PER_S
#define WATCH_MAX_NS (3600 * NS_PER_S)

enum doctor_option { OPTION_SINCE, OPTION_FOR };

/* A tunnel may be called 6in4, but not 64. */
static bool is_id(const char *which)
{
	return !which[strspn(which, "0123456789")];
}

/* One flow by its number, the flows of one tunnel, or all. */
static int read_flows(struct tunwin_client *client, const char *which, struct visit *visit,
		      struct flow_list *list, struct tunwin_error *err)
{
	struct filter filter = { 0 };
	struct flow *flow;
	uint64_t id;

	memset(list, 0, sizeof(*list));
	if (!which || !is_id(which)) {
		if (which) {
			snprintf(filter.tunnel, sizeof(filter.tunnel), "%s", which);
			visit->tunnel = which;
		}
		return tunwin_client_flows(client, &filter, list, err);
	}
	if (tunwin_parse_number("flow ID", which, 0, UINT32_MAX, &id, err))
		return err->status;
	flow = tunwin_model_add_flow(list);
	if (tunwin_client_flow(client, (uint32_t)id, flow, err))
		return err->status;
	visit->tunnel = flow->tunnel;
	visit->flow_id = OPT_U64(id);
	return 0;
}

static int check_tunnel(struct tunwin_client *client, const char *name, struct tunwin_error *err)
{
	if (!name || is_id(name))
		return 0;
	if (tunwin_parse_device("tunnel", name, err))
		return err->status;
	return tunwin_client_find_tunnel(client, name, err);
}

static void watch(uint64_t ns)
{
	struct timespec rest = {
		.tv_sec = (time_t)(ns / NS_PER_S),
		.tv_nsec = (long)(ns % NS_PER_S),
	};

	while (nanosleep(&rest, &rest) && errno == EINTR)
		;
}

/* What was before: an earlier report, or what it sees now, and then it watches for a while. */
static int begin(const struct env *env, struct tunwin_client *client, const char *which,
		 struct past *past, struct visit *visit, struct tunwin_error *err)
{
	const char *since = env->values[OPTION_SINCE], *length = env->values[OPTION_FOR];

	tunwin_counters_read(&past->counters);
	tunwin_link_read(&past->links);
	visit->tunnels_before = &past->tunnels;
	if (since) {
		visit->earlier = &past->earlier;
		if (!tunwin_earlier_read(since, past, err))
			visit->watched_ns = past->ago_ns;
		return err->status;
	}
	visit->flows_before = &past->flows;
	visit->watched_ns = WATCH_NS;
	if (length && tunwin_parse_time("--for", length, &visit->watched_ns, err))
		return err->status;
	if (visit->watched_ns > WATCH_MAX_NS)
		return tunwin_error_set(err, TUNWIN_EXIT_LOCAL, "--for: an hour at most");
	if (read_flows(client, which, visit, &past->flows, err) ||
	    tunwin_client_tunnels(client, &past->tunnels, err))
		return err->status;
	watch(visit->watched_ns);
	return 0;
}

int tunwin_cmd_doctor(const struct env *env, int argc, char **argv, struct tunwin_error *err)
{
	const char *which = argc ? argv[0] : NULL;
	struct past before = { .ago_ns = 0 };
	struct surroundings around = { .host = { .in = "" } };
	struct flow_list flows = { 0 };
	struct tunwin_client *client;
	struct report report = { 0 };
	struct counters now;
	struct visit visit = {
		.flows = &flows, .around = &around, .links_before = &before.links,
		.counters_before = &before.counters, .counters = &now,
	};

	if (env->values[OPTION_SINCE] && env->values[OPTION_FOR])
		return tunwin_error_set(err, TUNWIN_EXIT_LOCAL,
					"doctor: --since and --for exclude each other");
	if (tunwin_client_open(&client, err))
		return err->status;
	if (!check_tunnel(client, which, err) &&
	    !begin(env, client, which, &before, &visit, err) &&
	    !tunwin_diagnose_read(client, &around, err) &&
	    !read_flows(client, which, &visit, &flows, err)) {
		tunwin_counters_read(&now);
		tunwin_doctor_examine(&visit, &report);
		tunwin_report_print(&env->out, &visit, &report);
	}
	tunwin_doctor_free(&report);
	tunwin_model_free_flows(&flows);
	tunwin_diagnose_free(&around);
	tunwin_model_free_flows(&before.flows);
	tunwin_model_free_tunnels(&before.tunnels);
	tunwin_link_free(&before.links);
	tunwin_client_close(client);
	return err->status;
}
