// SPDX-License-Identifier: GPL-2.0
#include "cmd/cmd.h"
#include "parse.h"
#include "print/aoe.h"

/* [TUNNEL] */
int tunwin_cmd_aoe(const struct env *env, int argc, char **argv, struct tunwin_error *err)
{
	const char *tunnel = argc ? argv[0] : NULL;
	struct tunwin_client *client;
	struct aoe_list list = { 0 };
	struct aoe_host host;

	if ((tunnel && tunwin_parse_device("tunnel", tunnel, err)) ||
	    tunwin_client_open(&client, err))
		return err->status;
	if (!tunwin_client_find_tunnel(client, tunnel, err) &&
	    !tunwin_client_aoe_host(client, &host, err) &&
	    !tunwin_client_aoe(client, tunnel, &list, err)) {
		tunwin_target_sort(&list);
		tunwin_aoe_print(&env->out, &host, &list);
	}
	tunwin_target_free(&list);
	tunwin_client_close(client);
	return err->status;
}
