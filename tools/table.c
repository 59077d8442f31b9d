// SPDX-License-Identifier: GPL-2.0
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "table.h"

#define GAP 2		/* spaces between columns */
#define CUT_MIN 11	/* the least that a column is cut to */
#define CUT_TAIL 6	/* how much of its end is kept: a port */

struct cell {
	char *text;
	bool bad;
};

struct table {
	const struct table_column *columns;
	size_t column_count;
	struct cell *cells;
	size_t cell_count;
	size_t cell_space;
};

struct table *tunwin_table_new(const struct table_column *columns, size_t count)
{
	struct table *table = calloc(1, sizeof(*table));

	if (!table)
		tunwin_error_nomem();
	table->columns = columns;
	table->column_count = count;
	return table;
}

static void add(struct table *table, bool bad, const char *fmt, va_list args)
{
	struct cell *cell;

	if (table->cell_count == table->cell_space) {
		table->cell_space = table->cell_space ? 2 * table->cell_space : 64;
		table->cells = reallocarray(table->cells, table->cell_space, sizeof(*cell));
		if (!table->cells)
			tunwin_error_nomem();
	}
	cell = &table->cells[table->cell_count++];
	cell->bad = bad;
	/* (Most cells are words that are there already, and a table may have a million of them.) */
	if (!strcmp(fmt, "%s"))
		cell->text = strdup(va_arg(args, const char *));
	else if (vasprintf(&cell->text, fmt, args) < 0)
		cell->text = NULL;
	if (!cell->text)
		tunwin_error_nomem();
}

void tunwin_table_add(struct table *table, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	add(table, false, fmt, args);
	va_end(args);
}

void tunwin_table_add_bad(struct table *table, bool bad, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	add(table, bad, fmt, args);
	va_end(args);
}

static bool has_titles(const struct table *table)
{
	for (size_t c = 0; c < table->column_count; c++)
		if (table->columns[c].title)
			return true;
	return false;
}

static void measure(const struct table *table, size_t *widths)
{
	for (size_t c = 0; c < table->column_count; c++)
		widths[c] = table->columns[c].title ? strlen(table->columns[c].title) : 0;
	for (size_t i = 0; i < table->cell_count; i++) {
		size_t len = strlen(table->cells[i].text);

		if (widths[i % table->column_count] < len)
			widths[i % table->column_count] = len;
	}
}

/* Takes a character from the widest of the columns that may be cut, while there is one. */
static void cut(const struct table *table, size_t *widths, size_t total, size_t limit)
{
	while (total > limit) {
		size_t widest = table->column_count;

		for (size_t c = 0; c < table->column_count; c++)
			if (table->columns[c].cut && widths[c] > CUT_MIN &&
			    (widest == table->column_count || widths[c] > widths[widest]))
				widest = c;
		if (widest == table->column_count)
			return;
		widths[widest]--;
		total--;
	}
}

/* Decides which columns to leave out, and which to cut, so that a line fits. */
static void choose(const struct table *table, size_t *widths, size_t limit, bool *shown)
{
	size_t total = 0;

	for (size_t c = 0; c < table->column_count; c++) {
		shown[c] = true;
		total += widths[c] + (c ? GAP : 0);
	}
	while (limit && total > limit) {
		size_t drop = table->column_count;

		for (size_t c = 0; c < table->column_count; c++)
			if (shown[c] && table->columns[c].drop &&
			    (drop == table->column_count ||
			     table->columns[c].drop > table->columns[drop].drop))
				drop = c;
		if (drop == table->column_count) {
			cut(table, widths, total, limit);
			return;
		}
		shown[drop] = false;
		total -= widths[drop] + GAP;
	}
}

static void print_spaces(FILE *file, size_t count)
{
	while (count--)
		putc_unlocked(' ', file);
}

static void print_line(const struct table *table, const struct output *out, unsigned int indent,
		       const size_t *widths, const bool *shown, const struct cell *cells)
{
	/* Spaces are owed until something follows, so that no line ends in them. */
	size_t owed = indent;

	for (size_t c = 0; c < table->column_count; c++) {
		const char *text = cells ? cells[c].text : table->columns[c].title;
		bool bad = cells && cells[c].bad;
		char shorter[128];
		size_t len;

		if (!shown[c])
			continue;
		if (!text)
			text = "";
		len = strlen(text);
		if (len > widths[c]) {
			snprintf(shorter, sizeof(shorter), "%.*s~%s",
				 (int)(widths[c] - CUT_TAIL - 1), text, text + len - CUT_TAIL);
			text = shorter;
			len = strlen(text);
		}
		if (table->columns[c].right)
			owed += widths[c] - len;
		if (len) {
			print_spaces(out->file, owed);
			if (bad)
				fputs(tunwin_print_bad(out), out->file);
			fwrite(text, 1, len, out->file);
			if (bad)
				fputs(tunwin_print_normal(out), out->file);
			owed = 0;
		}
		owed += GAP + (table->columns[c].right ? 0 : widths[c] - len);
	}
	fputc('\n', out->file);
}

void tunwin_table_print(struct table *table, const struct output *out, unsigned int indent)
{
	size_t *widths = calloc(table->column_count, sizeof(*widths));
	bool *shown = calloc(table->column_count, sizeof(*shown));
	size_t limit = out->width > indent ? out->width - indent : 0;

	if (!widths || !shown)
		tunwin_error_nomem();
	measure(table, widths);
	choose(table, widths, limit, shown);
	if (has_titles(table))
		print_line(table, out, indent, widths, shown, NULL);
	for (size_t i = 0; i + table->column_count <= table->cell_count; i += table->column_count)
		print_line(table, out, indent, widths, shown, &table->cells[i]);

	for (size_t i = 0; i < table->cell_count; i++)
		free(table->cells[i].text);
	free(table->cells);
	free(table);
	free(shown);
	free(widths);
}
