// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>

#include "cmd/cmd.h"
#include "module.h"

int tunwin_cmd_load(const struct env *env, int argc, char **argv, struct tunwin_error *err)
{
	bool already;

	if (tunwin_module_load(env->values[0], argc, argv, &already, err))
		return err->status;
	if (already && argc)
		return tunwin_error_set(err, TUNWIN_EXIT_KERNEL,
					"the module is loaded already, and the parameters have no effect (see: tunwin help set)");
	if (already)
		fputs("tunwin: the module is loaded already\n", stderr);
	return 0;
}
