// SPDX-License-Identifier: GPL-2.0
#include "cmd/cmd.h"
#include "parse.h"
#include "print/flow.h"

int tunwin_cmd_show(const struct env *env, int argc, char **argv, struct tunwin_error *err)
{
	struct surroundings around = { 0 };
	struct tunwin_client *client;
	struct flow flow;
	uint64_t id;

	(void)argc;
	if (tunwin_parse_number("flow ID", argv[0], 0, UINT32_MAX, &id, err) ||
	    tunwin_client_open(&client, err))
		return err->status;
	if (!tunwin_client_flow(client, (uint32_t)id, &flow, err) &&
	    !tunwin_diagnose_read(client, &around, err)) {
		tunwin_diagnose_flow(&around, &flow);
		tunwin_flow_print(&env->out, &around, &flow);
	}
	tunwin_diagnose_free(&around);
	tunwin_client_close(client);
	return err->status;
}
