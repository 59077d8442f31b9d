/* SPDX-License-Identifier: GPL-2.0 */
#ifndef TUNWIN_PRINT_H
#define TUNWIN_PRINT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct json_object;

/* Where and how to print. */
struct output {
	FILE *file;
	bool json;
	bool pretty;		/* JSON in indented lines */
	bool colour;
	bool legend;		/* a person reads this: say what the columns mean */
	unsigned int width;	/* columns of the terminal, 0: as many as it takes */
};

/* What is known of standard output: colour, legend, width. NO_COLOR and COLUMNS are respected. */
void tunwin_print_init(struct output *out);

/* Around what is bad; empty strings without colour. */
const char *tunwin_print_bad(const struct output *out);
const char *tunwin_print_normal(const struct output *out);

/* A whole JSON document, and the end of its line; the object is released. */
void tunwin_print_json(const struct output *out, struct json_object *obj);

/*
 * A JSON array, item by item: the objects of 100,000 flows would take a gigabyte at once. Each
 * item is released.
 */
void tunwin_print_array_begin(const struct output *out);
void tunwin_print_array_item(const struct output *out, bool first, struct json_object *obj);
void tunwin_print_array_end(const struct output *out, bool empty);

#endif
