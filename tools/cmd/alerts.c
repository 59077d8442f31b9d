// SPDX-License-Identifier: GPL-2.0
#include <string.h>

#include "cmd/cmd.h"
#include "parse.h"
#include "print/alert.h"

/* [history] [TUNNEL] */
static int parse(int argc, char **argv, bool *history, const char **tunnel,
		 struct tunwin_error *err)
{
	*history = argc && !strcmp(argv[0], "history");
	argc -= *history;
	argv += *history;
	*tunnel = argc ? argv[0] : NULL;
	if (argc > 1)
		return tunwin_error_set(err, TUNWIN_EXIT_LOCAL,
					"alerts: unexpected argument '%s' (see: tunwin help alerts)",
					argv[1]);
	return argc ? tunwin_parse_device("tunnel", *tunnel, err) : 0;
}

int tunwin_cmd_alerts(const struct env *env, int argc, char **argv, struct tunwin_error *err)
{
	struct tunwin_client *client;
	struct alert_list list;
	const char *tunnel;
	bool history;

	if (parse(argc, argv, &history, &tunnel, err) || tunwin_client_open(&client, err))
		return err->status;
	/* (Of a tunnel that has gone alerts are remembered.) */
	if ((history || !tunwin_client_find_tunnel(client, tunnel, err)) &&
	    !tunwin_client_alerts(client, history, tunnel, &list, err)) {
		tunwin_alert_print_list(&env->out, &list);
		if (!env->out.json && !list.count)
			fputs(history ? "No alert that is over is remembered here.\n" :
			      "No alert is active. Those that are over: tunwin alerts history\n",
			      env->out.file);
		tunwin_model_free_alerts(&list);
	}
	tunwin_client_close(client);
	return err->status;
}
