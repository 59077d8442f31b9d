/* SPDX-License-Identifier: GPL-2.0 */
#ifndef TUNWIN_PRINT_MAN_H
#define TUNWIN_PRINT_MAN_H

#include "cmd/cmd.h"

/* The manual page, tunwin(8), from the tables of commands, causes, checks and alerts. */
void tunwin_man_print(FILE *file, const struct command *commands);

#endif
