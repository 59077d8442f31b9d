/* SPDX-License-Identifier: GPL-2.0 */
#ifndef TUNWIN_MODULE_H
#define TUNWIN_MODULE_H

#include <stdbool.h>

#include "error.h"

/*
 * Loads the module, from @file if that is not NULL, else the one installed for this kernel, with
 * the modules it needs. @params are "NAME=VALUE"s. @already: it was loaded before; nothing was
 * done. A refusal is explained.
 */
int tunwin_module_load(const char *file, int param_count, char **params, bool *already,
		       struct tunwin_error *err);

int tunwin_module_unload(struct tunwin_error *err);

#endif
