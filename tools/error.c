// SPDX-License-Identifier: GPL-2.0
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "error.h"

int tunwin_error_set(struct tunwin_error *err, int status, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(err->text, sizeof(err->text), fmt, args);
	va_end(args);
	err->status = status;
	return status;
}

int tunwin_error_quiet(struct tunwin_error *err, int status)
{
	err->text[0] = '\0';
	err->status = status;
	return status;
}

void tunwin_error_nomem(void)
{
	fputs("tunwin: out of memory\n", stderr);
	exit(TUNWIN_EXIT_LOCAL);
}
