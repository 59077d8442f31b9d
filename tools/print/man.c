// SPDX-License-Identifier: GPL-2.0
/* man(7) */
#include <string.h>

#include "entry.h"
#include "print/man.h"

static void put_text(FILE *file, const char *text)
{
	bool begin = true;

	for (; *text; text++) {
		if (begin && (*text == '.' || *text == '\''))
			fputs("\\&", file);
		if (*text == '\\')
			fputs("\\e", file);
		else if (*text == '-')
			fputs("\\-", file);
		else
			fputc(*text, file);
		begin = *text == '\n';
	}
}

static void put_line(FILE *file, const char *request, const char *text)
{
	fputs(request, file);
	put_text(file, text);
	fputc('\n', file);
}

static void put_command(FILE *file, const struct command *command)
{
	fputs(".TP\n.B ", file);
	put_text(file, command->name);
	if (*command->synopsis) {
		fputc(' ', file);
		put_text(file, command->synopsis);
	}
	fputc('\n', file);
	put_text(file, command->about);
	fputs(".\n", file);
	for (size_t i = 0; i < CMD_OPTIONS_MAX && command->options[i].name; i++) {
		fputs(".RS\n.TP\n.B \\-\\-", file);
		put_text(file, command->options[i].name);
		put_line(file, " ", command->options[i].value ? command->options[i].value : "");
		put_text(file, command->options[i].about);
		fputs("\n.RE\n", file);
	}
	if (command->details) {
		fputs(".IP\n", file);
		put_text(file, command->details);
	}
}

static void put_cause(FILE *file, const struct entry *entry)
{
	const struct cause *cause = entry->cause;

	fputs(".TP\n", file);
	put_line(file, ".B ", entry->code);
	fprintf(file, "(%s) ", tunwin_model_limit[cause->limit]);
	put_text(file, cause->title);
	fputs(".\n", file);
	put_line(file, "", cause->meaning);
	put_line(file, ".IP\n.I To do:\n", cause->remedy);
	put_line(file, ".IP\n.I Known by:\n", cause->fields);
	put_line(file, ".IP\n.I Rests on:\n", cause->source);
}

static void put_alert(FILE *file, const struct entry *entry)
{
	fputs(".TP\n", file);
	put_line(file, ".B ", entry->code);
	put_text(file, entry->alert->title);
	fputs(".\nRaised when ", file);
	put_text(file, entry->alert->raised);
	fputs("; cleared when ", file);
	put_text(file, entry->alert->cleared);
	fputs(".\n", file);
}

static void put_finding(FILE *file, const char *code, const char *title, const char *meaning)
{
	fputs(".TP\n", file);
	put_line(file, ".B ", code);
	put_text(file, title);
	fputs(".\n", file);
	put_line(file, "", meaning);
}

static void put_check(FILE *file, const struct entry *entry)
{
	put_finding(file, entry->code, entry->check->title, entry->check->meaning);
	put_line(file, ".IP\n.I Rests on:\n", entry->check->source);
}

static void put_shortage(FILE *file, const struct entry *entry)
{
	put_finding(file, entry->code, entry->shortage->title, entry->shortage->meaning);
	put_line(file, ".IP\n.I To do:\n", entry->shortage->remedy);
	put_line(file, ".IP\n.I Rests on:\n", entry->shortage->source);
}

static void put_entries(FILE *file)
{
	struct entry entries[ENTRIES_MAX];
	size_t count = tunwin_entry_gather(entries);

	fputs(".SH CAUSES\nWhy a direction is limited as it is. The same is printed by\n"
	      ".BR \"tunwin explain\" .\n", file);
	for (size_t i = 0; i < count; i++)
		if (entries[i].cause)
			put_cause(file, &entries[i]);
	fputs(".SH ALERTS\nSent to listeners as they are raised and cleared\n"
	      ".RB ( \"tunwin monitor\" ).\n", file);
	for (size_t i = 0; i < count; i++)
		if (entries[i].alert)
			put_alert(file, &entries[i]);
	fputs(".SH FINDINGS\nWhat\n.B tunwin doctor\nlooks for beside the causes.\n", file);
	for (size_t i = 0; i < count; i++)
		if (entries[i].check)
			put_check(file, &entries[i]);
	fputs(".SH BUFFERS\nThe places where buffers run out\n.RB ( \"tunwin buffers\" ).\n", file);
	for (size_t i = 0; i < count; i++)
		if (entries[i].shortage)
			put_shortage(file, &entries[i]);
}

void tunwin_man_print(FILE *file, const struct command *commands)
{
	fputs(".\\\" made by: tunwin help --man\n"
	      ".TH TUNWIN 8 \"\" \"tunwin " TUNWIN_VERSION "\" \"System Administration\"\n"
	      ".SH NAME\n"
	      "tunwin \\- receive windows of the TCP flows that cross tunnels\n"
	      ".SH SYNOPSIS\n"
	      ".B tunwin\n"
	      "[\\fIOPTION\\fR...] [\\fICOMMAND\\fR [\\fIARGUMENT\\fR...]]\n"
	      ".SH DESCRIPTION\n"
	      "Shows what the kernel module\n"
	      ".B tunwin\n"
	      "knows of the TCP flows that cross this host's tunnels: their receive windows, what limits\n"
	      "each direction, and why. Without a command: the tunnels and the worst flows.\n"
	      ".SH OPTIONS\n"
	      ".TP\n.BR \\-j \", \" \\-\\-json\nPrint JSON, in bytes, seconds and bits per second; unknown is null.\n"
	      ".TP\n.BR \\-p \", \" \\-\\-pretty\nPrint JSON in indented lines.\n"
	      ".TP\n.BR \\-n \", \" \\-\\-netns \" NETNS\"\nLook into this network namespace: a name, a path or a process.\n"
	      ".SH COMMANDS\n", file);
	for (const struct command *command = commands; command->name; command++)
		put_command(file, command);
	put_entries(file);
	fputs(".SH EXIT STATUS\n"
	      ".TP\n0\nfine\n"
	      ".TP\n1\nwrong usage, or a local error\n"
	      ".TP\n2\nthe module is not loaded, or the kernel refused\n"
	      ".TP\n3\nan alert is active\n.RB ( \"tunwin check\" )\n"
	      ".SH SEE ALSO\n"
	      ".BR ss (8),\n.BR ip (8),\n.BR nstat (8),\n.BR ethtool (8)\n", file);
}
