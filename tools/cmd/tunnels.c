// SPDX-License-Identifier: GPL-2.0
#include <string.h>

#include "cmd/cmd.h"
#include "parse.h"
#include "print/tunnel.h"

static void show_list(const struct env *env, struct tunwin_client *client, bool all,
		      struct tunwin_error *err)
{
	struct tunnel_list list;

	if (tunwin_client_tunnels(client, &list, err))
		return;
	tunwin_tunnel_print_list(&env->out, &list, all);
	if (!env->out.json && list.count)
		tunwin_tunnel_print_legend(&env->out);
	tunwin_model_free_tunnels(&list);
}

static void show_one(const struct env *env, struct tunwin_client *client, const char *name,
		     struct tunwin_error *err)
{
	struct tunnel tunnel;

	if (!tunwin_client_tunnel(client, name, &tunnel, err))
		tunwin_tunnel_print(&env->out, &tunnel);
}

int tunwin_cmd_tunnels(const struct env *env, int argc, char **argv, struct tunwin_error *err)
{
	bool all = argc && !strcmp(argv[0], "all");
	struct tunwin_client *client;

	if (argc && tunwin_parse_device("tunnels", argv[0], err))
		return err->status;
	if (tunwin_client_open(&client, err))
		return err->status;
	if (argc && !all)
		show_one(env, client, argv[0], err);
	else
		show_list(env, client, all, err);
	tunwin_client_close(client);
	return err->status;
}
