// SPDX-License-Identifier: GPL-2.0
/* Global options, and the table of commands that feeds dispatch and help. */
#include <errno.h>
#include <string.h>

#include "cmd/cmd.h"
#include "filter.h"
#include "nearest.h"
#include "netns.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define FIRST_OWN_OPTION 256	/* of a command, above all letters */

static const struct command overview = {
	.name = "",
	.run = tunwin_cmd_overview,
};

static const struct command commands[] = {
	{
		.name = "tunnels",
		.synopsis = "[NAME | all]",
		.about = "The tunnels, or one of them in full",
		.details = "Tunnels that are down and have carried nothing are listed with \"all\" only.\n"
			   "With -j all are listed always.\n",
		.max_args = 1,
		.run = tunwin_cmd_tunnels,
	}, {
		.name = "flows",
		.synopsis = "[FILTER]",
		.about = "The flows, worst first",
		.details = tunwin_filter_help,
		.max_args = CMD_ANY_ARGS,
		.run = tunwin_cmd_flows,
	}, {
		.name = "show",
		.synopsis = "ID",
		.about = "One flow, explained",
		.details = "ID is the first column of `tunwin flows`.\n",
		.min_args = 1,
		.max_args = 1,
		.run = tunwin_cmd_show,
	}, {
		.name = "doctor",
		.synopsis = "[TUNNEL | ID] [--for T | --since FILE]",
		.about = "What is wrong, by what that is known, and what to do",
		.details = "Of all flows, those of a tunnel, or one flow. Nothing is changed. Counters and devices\n"
			   "are watched for a second, or compared with what tunwin -j doctor wrote before.\n",
		.max_args = 1,
		.options = {
			{ "since", "FILE", "an earlier report (tunwin -j doctor > FILE)" },
			{ "for", "T", "watch for so long: 10s, 1m" },
		},
		.run = tunwin_cmd_doctor,
	}, {
		.name = "explain",
		.synopsis = "[CODE]",
		.about = "What a cause, a finding or an alert means, or which there are",
		.max_args = 1,
		.run = tunwin_cmd_explain,
	}, {
		.name = "alerts",
		.synopsis = "[history] [TUNNEL]",
		.about = "What is wrong now, or was before",
		.details = "An alert is raised and cleared by the module; what each means: doc/window.md.\n",
		.max_args = 2,
		.run = tunwin_cmd_alerts,
	}, {
		.name = "monitor",
		.synopsis = "",
		.about = "Alerts and flows that end, as it happens, until interrupted",
		.details = "Begins with the alerts that are active. With -j one JSON object a line; its event is\n"
			   "alert, clear (state: ended if its flow or tunnel is gone), flow-end or lost: what came\n"
			   "faster than it was read, and is forgotten, is counted.\n",
		.run = tunwin_cmd_monitor,
	}, {
		.name = "check",
		.synopsis = "[TUNNEL]",
		.about = "One line for a monitoring system; exit status 3 if an alert is active",
		.max_args = 1,
		.run = tunwin_cmd_check,
	}, {
		.name = "buffers",
		.synopsis = "[DEVICE] | history [DEVICE] | episode ID",
		.about = "Where buffers run out: by device, source and size, and since when",
		.details = "DEVICE is a tunnel, or one that carries a tunnel's packets. What a driver or this kernel\n"
			   "cannot tell is named as not available. RATIO above 1: the windows of the flows allow\n"
			   "more large frames at once than the card's ring has buffers for.\n",
		.max_args = 2,
		.run = tunwin_cmd_buffers,
	}, {
		.name = "aoe",
		.synopsis = "[TUNNEL]",
		.about = "ATA over Ethernet: requests outstanding at each target, and its Buffer Count",
		.details = "Targets are shelf.slot. Whether the Buffer Count limits each initiator or all together is\n"
			   "left open by the protocol; both are shown. Full first.\n",
		.max_args = 1,
		.run = tunwin_cmd_aoe,
	}, {
		.name = "bdp",
		.synopsis = "[--rate R] --rtt T [--mss N]",
		.about = "The window that a path needs, and what each window allows",
		.details = "R is in tc's units: 100mbit, 1gbit, 19.5mbit; a bare number is bit/s, and mbps\n"
			   "counts bytes. 10Gb/s and 2.5MB/s are understood too. T needs a unit: 70ms, 200us.\n"
			   "A window is in units of 1,024 bytes, a rate in units of 1,000 bits, to the nearest.\n"
			   "Needs neither the module nor root.\n",
		.options = {
			{ "rate", "R", "what the path can carry" },
			{ "rtt", "T", "its round trip time" },
			{ "mss", "N", "payload bytes of a segment: only whole ones fill a window" },
		},
		.run = tunwin_cmd_bdp,
	}, {
		.name = "track",
		.synopsis = "DEV [off]",
		.about = "Watch a device that is not a tunnel, or stop doing so",
		.min_args = 1,
		.max_args = 2,
		.run = tunwin_cmd_track,
	}, {
		.name = "reset",
		.synopsis = "[TUNNEL]",
		.about = "Start the counters and flows of a tunnel, or of all, anew",
		.max_args = 1,
		.run = tunwin_cmd_reset,
	}, {
		.name = "set",
		.synopsis = "[TUNNEL] SETTING VALUE...",
		.about = "Change the limits of the module, or what is expected of a tunnel",
		.details = "  max-flows N      flows that can be followed at a time, of the initial network\n"
			   "                   namespace, and of all others together\n"
			   "  max-details N    flows that are judged; the others are only counted\n"
			   "  max-history N    flows remembered after their end, 0 for none\n"
			   "  idle-timeout T   forwarded flows end when nothing is seen for this long (600s, 10m)\n"
			   "  share PERCENT    of these, what one other namespace, or one user, may take\n"
			   "What they are now: tunwin status\n\n"
			   "Of a tunnel:\n"
			   "  rate R             what it should carry (1gbit), none if nothing is known: windows\n"
			   "                     too small for that count as collapsed\n"
			   "  collapse-ratio X   a window has collapsed at so much of what it was (0.25)\n"
			   "What they are now: tunwin -j tunnels TUNNEL\n",
		.min_args = 1,
		.max_args = CMD_ANY_ARGS,
		.run = tunwin_cmd_set,
	}, {
		.name = "status",
		.synopsis = "",
		.about = "The module itself: limits, memory, where it is attached",
		.run = tunwin_cmd_status,
	}, {
		.name = "load",
		.synopsis = "[--file PATH] [NAME=VALUE...]",
		.about = "Load the kernel module, with parameters",
		.details = "If the kernel refuses it, the reason is given in words.\n",
		.max_args = CMD_ANY_ARGS,
		.options = {
			{ "file", "PATH", "this module, not the one installed for the kernel" },
		},
		.run = tunwin_cmd_load,
	}, {
		.name = "unload",
		.synopsis = "",
		.about = "Unload the kernel module",
		.run = tunwin_cmd_unload,
	}, {
		.name = "help",
		.synopsis = "[COMMAND | --man]",
		.about = "This text, or more about a command, or the manual page",
		.max_args = 1,
		.options = { { "man", NULL, "all there is to say, as a manual page: tunwin(8)" } },
		.run = tunwin_cmd_help,
	}, {
		.name = "version",
		.synopsis = "",
		.about = "The version of this tool",
		.run = tunwin_cmd_version,
	},
	{ .name = NULL },
};

const struct command *tunwin_commands(void)
{
	return commands;
}

const struct command *tunwin_command_find(const char *name, struct tunwin_error *err)
{
	const char *nearest;

	for (const struct command *command = commands; command->name; command++)
		if (!strcmp(command->name, name))
			return command;
	nearest = tunwin_nearest_find(name, &commands[0].name, COUNT(commands) - 1,
				      sizeof(commands[0]));
	if (nearest)
		tunwin_error_set(err, TUNWIN_EXIT_LOCAL,
				 "there is no command '%s', did you mean '%s'?", name, nearest);
	else
		tunwin_error_set(err, TUNWIN_EXIT_LOCAL,
				 "there is no command '%s' (see: tunwin help)", name);
	return NULL;
}

/* What the options ask for, in place of a command or around it. */
struct request {
	struct env env;
	const char *netns;
	bool help;
	bool version;
};

/* @failed is what getopt_long() returned: ':' for a missing value, else '?'. */
static int bad_option(int failed, char **argv, struct tunwin_error *err)
{
	const char *word = argv[optind - 1];
	char letter[3] = { '-', (char)optopt, '\0' };

	if (strncmp(word, "--", 2))
		word = letter;
	if (failed == ':')
		return tunwin_error_set(err, TUNWIN_EXIT_LOCAL, "option '%s' needs a value", word);
	if (strchr(word, '=') && optopt)
		return tunwin_error_set(err, TUNWIN_EXIT_LOCAL, "option '%s' takes no value", word);
	return tunwin_error_set(err, TUNWIN_EXIT_LOCAL, "unknown option '%s' (see: tunwin help)",
				word);
}

/*
 * Takes the options out of @argv, whose first word is a command, or the program if @command is
 * NULL; in that case it stops at the first word that is none. Returns the index of the first
 * argument, or -1 with @err filled.
 */
static int parse_options(const struct command *command, int argc, char **argv,
			 struct request *request, struct tunwin_error *err)
{
	struct option options[5 + CMD_OPTIONS_MAX + 1] = {
		{ "json", no_argument, NULL, 'j' },
		{ "pretty", no_argument, NULL, 'p' },
		{ "netns", required_argument, NULL, 'n' },
		{ "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'V' },
	};
	int option;

	for (int i = 0; command && i < CMD_OPTIONS_MAX && command->options[i].name; i++)
		options[5 + i] = (struct option){
			.name = command->options[i].name,
			.has_arg = command->options[i].value ? required_argument : no_argument,
			.val = FIRST_OWN_OPTION + i,
		};
	opterr = 0;
	optind = 0;	/* glibc: start anew */
	while ((option = getopt_long(argc, argv, command ? ":jpn:hV" : "+:jpn:hV", options,
				     NULL)) != -1) {
		switch (option) {
		case 'p':
			request->env.out.pretty = true;
			/* fall through */
		case 'j':
			request->env.out.json = true;
			break;
		case 'n':
			request->netns = optarg;
			break;
		case 'h':
			request->help = true;
			break;
		case 'V':
			request->version = true;
			break;
		case '?':
		case ':':
			bad_option(option, argv, err);
			return -1;
		default:
			request->env.values[option - FIRST_OWN_OPTION] = optarg ? optarg : "";
			break;
		}
	}
	return optind;
}

static int check_count(const struct command *command, int argc, char **argv,
		       struct tunwin_error *err)
{
	if ((unsigned int)argc < command->min_args)
		return tunwin_error_set(err, TUNWIN_EXIT_LOCAL,
					"%s needs more arguments: tunwin %s %s", command->name,
					command->name, command->synopsis);
	if ((unsigned int)argc > command->max_args)
		return tunwin_error_set(err, TUNWIN_EXIT_LOCAL,
					"%s: unexpected argument '%s' (see: tunwin help %s)",
					command->name, argv[command->max_args], command->name);
	return 0;
}

static int run(int argc, char **argv, struct request *request, struct tunwin_error *err)
{
	const struct command *command = &overview;
	char *help_args[1];
	int first = parse_options(NULL, argc, argv, request, err);

	if (first < 0)
		return err->status;
	argc -= first;
	argv += first;
	if (argc) {
		command = tunwin_command_find(argv[0], err);
		if (!command)
			return err->status;
		first = parse_options(command, argc, argv, request, err);
		if (first < 0)
			return err->status;
		argc -= first;
		argv += first;
	}
	if (request->version)
		return tunwin_cmd_version(&request->env, 0, NULL, err);
	if (request->help) {
		help_args[0] = (char *)command->name;
		return tunwin_cmd_help(&request->env, *command->name ? 1 : 0, help_args, err);
	}
	if (check_count(command, argc, argv, err))
		return err->status;
	if (request->netns && tunwin_netns_enter(request->netns, err))
		return err->status;
	return command->run(&request->env, argc, argv, err);
}

int main(int argc, char **argv)
{
	struct request request = { .netns = NULL };
	struct tunwin_error err = { .status = TUNWIN_EXIT_FINE };

	tunwin_print_init(&request.env.out);
	run(argc, argv, &request, &err);
	if ((!err.status || !*err.text) && (fflush(stdout) || ferror(stdout)))
		tunwin_error_set(&err, TUNWIN_EXIT_LOCAL, "cannot write: %s", strerror(errno));
	if (err.status && *err.text)
		fprintf(stderr, "tunwin: %s\n", err.text);
	return err.status;
}
