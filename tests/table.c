// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <stdlib.h>

#include "table.h"

#define TESTS_MAX	400

static struct CMUnitTest tests[TESTS_MAX];
static char names[TESTS_MAX][120];
static size_t tests_count;

void table_add(const char *group, const char *name, CMUnitTestFunction function, const void *row)
{
	if (tests_count == TESTS_MAX)
		abort();
	snprintf(names[tests_count], sizeof(names[0]), "%s: %s", group, name);
	tests[tests_count] = (struct CMUnitTest) {
		.name = names[tests_count],
		.test_func = function,
		.initial_state = (void *)row,
	};
	tests_count++;
}

int table_run(const char *name)
{
	/* The macro without the underscore takes the size of an array, and ours grows. */
	return _cmocka_run_group_tests(name, tests, tests_count, NULL, NULL);
}
