// SPDX-License-Identifier: GPL-2.0
#include <json.h>

#include "cmd/cmd.h"

int tunwin_cmd_version(const struct env *env, int argc, char **argv, struct tunwin_error *err)
{
	struct json_object *obj;

	(void)argc;
	(void)argv;
	(void)err;
	if (!env->out.json) {
		fprintf(env->out.file, "tunwin %s\n", TUNWIN_VERSION);
		return 0;
	}
	obj = json_object_new_object();
	if (!obj ||
	    json_object_object_add(obj, "version", json_object_new_string(TUNWIN_VERSION)))
		tunwin_error_nomem();
	tunwin_print_json(&env->out, obj);
	return 0;
}
