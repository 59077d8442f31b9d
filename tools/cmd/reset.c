// SPDX-License-Identifier: GPL-2.0
#include "cmd/cmd.h"
#include "parse.h"

int tunwin_cmd_reset(const struct env *env, int argc, char **argv, struct tunwin_error *err)
{
	struct tunwin_client *client;

	(void)env;
	if (argc && tunwin_parse_device("reset", argv[0], err))
		return err->status;
	if (tunwin_client_open(&client, err))
		return err->status;
	tunwin_client_reset(client, argc ? argv[0] : NULL, err);
	tunwin_client_close(client);
	return err->status;
}
