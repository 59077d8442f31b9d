/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A command: one file in cmd/, one row in the table of tunwin.c. Commands do not call one another;
 * what two of them print is in print/.
 */
#ifndef TUNWIN_CMD_H
#define TUNWIN_CMD_H

#include <getopt.h>

#include "client.h"
#include "error.h"
#include "print.h"

#define CMD_OPTIONS_MAX 4

/* What a command is called with. */
struct env {
	struct output out;
	const char *values[CMD_OPTIONS_MAX];	/* of the command's options, NULL if not given */
};

/* An option of one command; it has a value. */
struct command_option {
	const char *name;
	const char *value;	/* what to call the value in the help, NULL if it has none */
	const char *about;
};

struct command {
	const char *name;
	const char *synopsis;	/* of the arguments, "" if there are none */
	const char *about;	/* in a few words */
	const char *details;	/* for `help COMMAND`, NULL or whole lines */
	unsigned int min_args;
	unsigned int max_args;
	struct command_option options[CMD_OPTIONS_MAX];
	/*
	 * Gets the arguments without the options. Returns 0 or an exit status with @err filled;
	 * @err->status is 0 on entry.
	 */
	int (*run)(const struct env *env, int argc, char **argv, struct tunwin_error *err);
};

#define CMD_ANY_ARGS 1000

/* The table, in the order of the help; it ends with a command without a name. */
const struct command *tunwin_commands(void);

/* The command of that name, or NULL with @err naming the nearest. */
const struct command *tunwin_command_find(const char *name, struct tunwin_error *err);

int tunwin_cmd_alerts(const struct env *env, int argc, char **argv, struct tunwin_error *err);
int tunwin_cmd_aoe(const struct env *env, int argc, char **argv, struct tunwin_error *err);
int tunwin_cmd_bdp(const struct env *env, int argc, char **argv, struct tunwin_error *err);
int tunwin_cmd_buffers(const struct env *env, int argc, char **argv, struct tunwin_error *err);
int tunwin_cmd_check(const struct env *env, int argc, char **argv, struct tunwin_error *err);
int tunwin_cmd_doctor(const struct env *env, int argc, char **argv, struct tunwin_error *err);
int tunwin_cmd_explain(const struct env *env, int argc, char **argv, struct tunwin_error *err);
int tunwin_cmd_flows(const struct env *env, int argc, char **argv, struct tunwin_error *err);
int tunwin_cmd_help(const struct env *env, int argc, char **argv, struct tunwin_error *err);
int tunwin_cmd_load(const struct env *env, int argc, char **argv, struct tunwin_error *err);
int tunwin_cmd_monitor(const struct env *env, int argc, char **argv, struct tunwin_error *err);
int tunwin_cmd_overview(const struct env *env, int argc, char **argv, struct tunwin_error *err);
int tunwin_cmd_reset(const struct env *env, int argc, char **argv, struct tunwin_error *err);
int tunwin_cmd_set(const struct env *env, int argc, char **argv, struct tunwin_error *err);
int tunwin_cmd_show(const struct env *env, int argc, char **argv, struct tunwin_error *err);
int tunwin_cmd_status(const struct env *env, int argc, char **argv, struct tunwin_error *err);
int tunwin_cmd_track(const struct env *env, int argc, char **argv, struct tunwin_error *err);
int tunwin_cmd_tunnels(const struct env *env, int argc, char **argv, struct tunwin_error *err);
int tunwin_cmd_unload(const struct env *env, int argc, char **argv, struct tunwin_error *err);
int tunwin_cmd_version(const struct env *env, int argc, char **argv, struct tunwin_error *err);

#endif
