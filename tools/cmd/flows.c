// SPDX-License-Identifier: GPL-2.0
#include <stdint.h>
#include <string.h>

#include "cmd/cmd.h"
#include "diagnose.h"
#include "print/flow.h"

/* Why there is nothing to see, and what to do about it. */
static void print_none(const struct output *out, const struct filter *filter, bool filtered)
{
	if (filter->ended)
		fputs("No flow that has ended is remembered here, or none that matches.\n"
		      "The flows there are now: tunwin flows\n", out->file);
	else if (filtered)
		fputs("No flow matches. All flows there are: tunwin flows; those that have ended:\n"
		      "tunwin flows ended\n", out->file);
	else
		fputs("There is no TCP flow on the tunnels of this network namespace. A flow is listed\n"
		      "from its first packet on. What is watched: tunwin tunnels; another network\n"
		      "namespace: tunwin -n NETNS flows; flows that have ended: tunwin flows ended\n",
		      out->file);
}

static bool has_cause(const struct direction *data, const char *code)
{
	for (size_t i = 0; i < data->cause_count; i++)
		if (!strcmp(data->causes[i], code))
			return true;
	return false;
}

/* Why each is limited is reckoned here, so the filter's cause is, too. */
static int add_causes(struct tunwin_client *client, const struct filter *filter,
		      struct flow_list *list, struct tunwin_error *err)
{
	struct surroundings around;
	size_t kept = 0;

	if (!tunwin_diagnose_read(client, &around, err)) {
		for (size_t i = 0; i < list->count; i++) {
			struct flow *flow = &list->flows[i];

			tunwin_diagnose_flow(&around, flow);
			if (!filter->cause || has_cause(&flow->in, filter->cause) ||
			    has_cause(&flow->out, filter->cause))
				list->flows[kept++] = *flow;
		}
		list->count = kept;
	}
	tunwin_diagnose_free(&around);
	return err->status;
}

int tunwin_cmd_flows(const struct env *env, int argc, char **argv, struct tunwin_error *err)
{
	struct tunwin_client *client;
	struct flow_list list = { 0 };
	struct filter filter;

	if (tunwin_filter_parse(argc, argv, &filter, err) || tunwin_client_open(&client, err))
		return err->status;
	if (!tunwin_client_flows(client, &filter, &list, err) &&
	    !add_causes(client, &filter, &list, err)) {
		tunwin_flow_print_list(&env->out, &list, SIZE_MAX, filter.ended);
		if (!env->out.json && !list.count)
			print_none(&env->out, &filter, argc > 0);
		else if (!env->out.json)
			tunwin_flow_print_legend(&env->out, filter.ended);
		if (list.incomplete)
			fputs("tunwin: the flows changed while they were listed, some may be missing\n",
			      stderr);
	}
	tunwin_model_free_flows(&list);
	tunwin_client_close(client);
	return err->status;
}
