/* SPDX-License-Identifier: GPL-2.0 */
#ifndef TUNWIN_PRINT_AOE_H
#define TUNWIN_PRINT_AOE_H

#include "target.h"
#include "field.h"

/* The targets with their initiators, and what was not recorded, as text or as a JSON object. */
void tunwin_aoe_print(const struct output *out, const struct aoe_host *host,
		      const struct aoe_list *list);

#endif
