/* SPDX-License-Identifier: GPL-2.0 */
/* Tests that are rows of tables: each row is a test of its own and is reported by its name. */
#ifndef TUNWIN_TESTS_TABLE_H
#define TUNWIN_TESTS_TABLE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#define ROWS(table)	(sizeof(table) / sizeof((table)[0]))

/* Add a test: @function finds @row in *state. */
void table_add(const char *group, const char *name, CMUnitTestFunction function, const void *row);

/* Add one for each row; the rows' first member is their name. */
#define table_add_rows(group, function, table)							\
	do {											\
		for (size_t row_ = 0; row_ < ROWS(table); row_++)				\
			table_add(group, (table)[row_].name, function, &(table)[row_]);		\
	} while (0)

/* Run what was added. Returns the number of failures. */
int table_run(const char *name);

#endif
