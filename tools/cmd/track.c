// SPDX-License-Identifier: GPL-2.0
#include <string.h>

#include "cmd/cmd.h"
#include "parse.h"

int tunwin_cmd_track(const struct env *env, int argc, char **argv, struct tunwin_error *err)
{
	struct tunwin_client *client;

	(void)env;
	if (tunwin_parse_device("track", argv[0], err))
		return err->status;
	if (argc > 1 && strcmp(argv[1], "off"))
		return tunwin_error_set(err, TUNWIN_EXIT_LOCAL,
					"track: '%s' is not 'off' (tunwin track DEV [off])",
					argv[1]);
	if (tunwin_client_open(&client, err))
		return err->status;
	tunwin_client_track(client, argv[0], argc > 1, err);
	tunwin_client_close(client);
	return err->status;
}
