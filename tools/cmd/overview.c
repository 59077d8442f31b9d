// SPDX-License-Identifier: GPL-2.0
/* Without a command: what there is, and what is worst. */
#include <json.h>

#include "cmd/cmd.h"
#include "diagnose.h"
#include "print/flow.h"
#include "print/tunnel.h"

#define WORST 10

static void print_text(const struct output *out, const struct tunnel_list *tunnels,
		       const struct flow_list *flows)
{
	tunwin_tunnel_print_list(out, tunnels, false);
	if (!flows->count) {
		/* Without a tunnel all has been said. */
		if (tunnels->count)
			fputs("\nThere is no TCP flow on them now. Those that have ended: tunwin flows ended\n",
			      out->file);
		return;
	}
	fprintf(out->file, "\nFlows, worst first");
	if (flows->count > WORST)
		fprintf(out->file, " (%d of %zu; all of them: tunwin flows)", WORST, flows->count);
	fputs("\n", out->file);
	tunwin_flow_print_list(out, flows, WORST, false);
	tunwin_flow_print_legend(out, false);
}

static void print_json(const struct output *out, const struct tunnel_list *tunnels,
		       const struct flow_list *flows)
{
	struct json_object *all = json_object_new_object();
	struct json_object *array[2] = { json_object_new_array(), json_object_new_array() };

	if (!all || !array[0] || !array[1])
		tunwin_error_nomem();
	for (size_t i = 0; i < tunnels->count; i++)
		json_object_array_add(array[0], tunwin_field_json(tunwin_tunnel_fields,
								  &tunnels->tunnels[i]));
	for (size_t i = 0; i < flows->count && i < WORST; i++)
		json_object_array_add(array[1], tunwin_field_json(tunwin_flow_fields,
								  &flows->flows[i]));
	json_object_object_add(all, "tunnels", array[0]);
	json_object_object_add(all, "flows", array[1]);
	tunwin_print_json(out, all);
}

int tunwin_cmd_overview(const struct env *env, int argc, char **argv, struct tunwin_error *err)
{
	const struct filter everything = { .ended = false };
	struct surroundings around = { 0 };
	struct tunnel_list tunnels = { 0 };
	struct flow_list flows = { 0 };
	struct tunwin_client *client;

	(void)argc;
	(void)argv;
	if (tunwin_client_open(&client, err))
		return err->status;
	if (!tunwin_client_tunnels(client, &tunnels, err) &&
	    !tunwin_client_flows(client, &everything, &flows, err)) {
		if (!tunwin_diagnose_read(client, &around, err))
			for (size_t i = 0; i < flows.count && i < WORST; i++)
				tunwin_diagnose_flow(&around, &flows.flows[i]);
		if (env->out.json)
			print_json(&env->out, &tunnels, &flows);
		else
			print_text(&env->out, &tunnels, &flows);
	}
	tunwin_diagnose_free(&around);
	tunwin_model_free_flows(&flows);
	tunwin_model_free_tunnels(&tunnels);
	tunwin_client_close(client);
	return err->status;
}
