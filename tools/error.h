/* SPDX-License-Identifier: GPL-2.0 */
#ifndef TUNWIN_ERROR_H
#define TUNWIN_ERROR_H

/* Exit statuses. */
enum {
	TUNWIN_EXIT_FINE = 0,
	TUNWIN_EXIT_LOCAL = 1,		/* wrong usage, or an error on this side of the kernel */
	TUNWIN_EXIT_KERNEL = 2,		/* the module is absent, or the kernel refused */
	TUNWIN_EXIT_ALERT = 3,		/* `tunwin check`: an alert is active */
};

/* What went wrong, in one line and without the leading "tunwin: ". */
struct tunwin_error {
	int status;
	char text[512];
};

/* Fills @err and returns @status, so that a caller can return the call. */
int tunwin_error_set(struct tunwin_error *err, int status, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* An exit status of which all has been said on standard output. */
int tunwin_error_quiet(struct tunwin_error *err, int status);

/* There is nothing useful left to do without memory; says so and exits. */
__attribute__((noreturn)) void tunwin_error_nomem(void);

#endif
