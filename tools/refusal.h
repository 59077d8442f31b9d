/* SPDX-License-Identifier: GPL-2.0 */
/* Why the kernel refused a module, in words: a pure function of what can be known about it. */
#ifndef TUNWIN_REFUSAL_H
#define TUNWIN_REFUSAL_H

#include <stdbool.h>
#include <stddef.h>

struct refusal {
	int error;			/* a positive errno value */
	bool unload;			/* it was to be unloaded, not loaded */
	const char *vermagic;		/* of the module, "" if not known */
	const char *release;		/* of the kernel, as `uname -r` */
	const char *said;		/* what the kernel logged about it, "" if not known */
	bool privileged;		/* CAP_SYS_MODULE may well be there (root) */
	bool modules_disabled;		/* kernel.modules_disabled */
	bool locked_down;		/* kernel_lockdown(7) */
};

/* Writes a sentence without a full stop. */
void tunwin_refusal_explain(const struct refusal *refusal, char *text, size_t size);

#endif
