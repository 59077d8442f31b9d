/* SPDX-License-Identifier: GPL-2.0 */
#ifndef TUNWIN_TESTS_TEST_H
#define TUNWIN_TESTS_TEST_H

/* cmocka.h needs these, and in this order. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

#endif
