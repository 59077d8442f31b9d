// SPDX-License-Identifier: GPL-2.0
#include "cmd/cmd.h"
#include "module.h"

int tunwin_cmd_unload(const struct env *env, int argc, char **argv, struct tunwin_error *err)
{
	(void)env;
	(void)argc;
	(void)argv;
	return tunwin_module_unload(err);
}
