/* SPDX-License-Identifier: GPL-2.0 */
#ifndef TUNWIN_PRINT_STATUS_H
#define TUNWIN_PRINT_STATUS_H

#include "field.h"

/* The state of the module, as text or as a JSON object. */
void tunwin_status_print(const struct output *out, const struct status *status);

#endif
