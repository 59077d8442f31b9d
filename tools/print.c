// SPDX-License-Identifier: GPL-2.0
#include <json.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "error.h"
#include "print.h"

static unsigned int terminal_width(void)
{
	const char *columns = getenv("COLUMNS");
	struct winsize size;

	if (columns && atoi(columns) > 0)
		return (unsigned int)atoi(columns);
	if (!ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) && size.ws_col)
		return size.ws_col;
	return 80;
}

void tunwin_print_init(struct output *out)
{
	const char *no_color = getenv("NO_COLOR");
	const char *term = getenv("TERM");
	bool terminal = isatty(STDOUT_FILENO);

	out->file = stdout;
	out->legend = terminal;
	out->width = terminal ? terminal_width() : 0;
	out->colour = terminal && !(no_color && *no_color) && !(term && !strcmp(term, "dumb"));
}

const char *tunwin_print_bad(const struct output *out)
{
	return out->colour ? "\033[31m" : "";
}

const char *tunwin_print_normal(const struct output *out)
{
	return out->colour ? "\033[0m" : "";
}

static void print_object(const struct output *out, struct json_object *obj)
{
	int flags = JSON_C_TO_STRING_NOSLASHESCAPE;
	const char *text;

	if (out->pretty)
		flags |= JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED;
	text = json_object_to_json_string_ext(obj, flags);
	if (!text)
		tunwin_error_nomem();
	fputs(text, out->file);
	json_object_put(obj);
}

void tunwin_print_json(const struct output *out, struct json_object *obj)
{
	print_object(out, obj);
	fputc('\n', out->file);
}

void tunwin_print_array_begin(const struct output *out)
{
	fputc('[', out->file);
}

void tunwin_print_array_item(const struct output *out, bool first, struct json_object *obj)
{
	if (!first)
		fputc(',', out->file);
	if (out->pretty)
		fputc('\n', out->file);
	print_object(out, obj);
}

void tunwin_print_array_end(const struct output *out, bool empty)
{
	fputs(out->pretty && !empty ? "\n]\n" : "]\n", out->file);
}
