// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>

#include "cmd/cmd.h"
#include "print/status.h"

int tunwin_cmd_status(const struct env *env, int argc, char **argv, struct tunwin_error *err)
{
	struct tunwin_client *client;
	struct status status;

	(void)argc;
	(void)argv;
	if (tunwin_client_open(&client, err))
		return err->status;
	if (!tunwin_client_status(client, &status, err)) {
		snprintf(status.tool_version, sizeof(status.tool_version), "%s", TUNWIN_VERSION);
		tunwin_status_print(&env->out, &status);
	}
	tunwin_client_close(client);
	return err->status;
}
