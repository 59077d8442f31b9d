// SPDX-License-Identifier: GPL-2.0
#include "cmd/cmd.h"
#include "print/man.h"
#include "table.h"

enum help_option { OPTION_MAN };

static void print_command(const struct output *out, const struct command *command)
{
	static const struct table_column columns[] = { { .title = NULL }, { .title = NULL } };
	struct table *table;

	fprintf(out->file, "Usage: tunwin %s%s%s", command->name, *command->synopsis ? " " : "",
		command->synopsis);
	fprintf(out->file, "\n\n%s.\n", command->about);
	if (command->options[0].name) {
		fputc('\n', out->file);
		table = tunwin_table_new(columns, 2);
		for (size_t i = 0; i < CMD_OPTIONS_MAX && command->options[i].name; i++) {
			tunwin_table_add(table, "--%s%s%s", command->options[i].name,
					 command->options[i].value ? " " : "",
					 command->options[i].value ? command->options[i].value : "");
			tunwin_table_add(table, "%s", command->options[i].about);
		}
		tunwin_table_print(table, out, 2);
	}
	if (command->details)
		fprintf(out->file, "\n%s", command->details);
}

static void print_all(const struct output *out)
{
	static const struct table_column columns[] = { { .title = NULL }, { .title = NULL } };
	struct table *table = tunwin_table_new(columns, 2);

	fputs("Usage: tunwin [OPTION...] [COMMAND [ARGUMENT...]]\n\n"
	      "Shows the receive windows of the TCP flows that cross this host's tunnels.\n"
	      "Without a command: the tunnels and the worst flows.\n\n"
	      "Commands\n", out->file);
	for (const struct command *command = tunwin_commands(); command->name; command++) {
		tunwin_table_add(table, "%s %s", command->name, command->synopsis);
		tunwin_table_add(table, "%s", command->about);
	}
	tunwin_table_print(table, out, 2);
	fputs("\nOptions\n"
	      "  -j, --json         print JSON, in bytes, seconds and bits per second; unknown is null\n"
	      "  -p, --pretty       print JSON in indented lines\n"
	      "  -n, --netns NETNS  look into this network namespace: a name, a path or a process\n"
	      "  -h, --help         this text\n"
	      "  -V, --version      the version of this tool\n"
	      "\nExit status: 0 fine, 1 wrong usage or a local error, 2 the module is not loaded or the\n"
	      "kernel refused, 3 an alert is active (check).\n", out->file);
}

int tunwin_cmd_help(const struct env *env, int argc, char **argv, struct tunwin_error *err)
{
	const struct command *command;

	if (env->values[OPTION_MAN]) {
		tunwin_man_print(env->out.file, tunwin_commands());
		return 0;
	}
	if (!argc) {
		print_all(&env->out);
		return 0;
	}
	command = tunwin_command_find(argv[0], err);
	if (!command)
		return err->status;
	print_command(&env->out, command);
	return 0;
}
