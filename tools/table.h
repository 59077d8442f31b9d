/* SPDX-License-Identifier: GPL-2.0 */
/* Text in aligned columns. */
#ifndef TUNWIN_TABLE_H
#define TUNWIN_TABLE_H

#include "print.h"

struct table_column {
	const char *title;
	bool right;		/* align to the right: numbers */
	/*
	 * Where the terminal is too narrow the column with the highest number is left out first;
	 * one with 0 is always shown.
	 */
	unsigned int drop;
	/* If that is not enough, this one's text may be cut in the middle. */
	bool cut;
};

struct table;

/* @columns must outlive the table. */
struct table *tunwin_table_new(const struct table_column *columns, size_t count);

/* The next cell, from left to right and then from the top. */
void tunwin_table_add(struct table *table, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* The same, marked as bad if @bad. */
void tunwin_table_add_bad(struct table *table, bool bad, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* Prints the table, with a line of titles if there are any, and frees it. */
void tunwin_table_print(struct table *table, const struct output *out, unsigned int indent);

#endif
