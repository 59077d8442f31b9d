/* SPDX-License-Identifier: GPL-2.0 */
#ifndef TUNWIN_TESTS_LINUX_STRING_H
#define TUNWIN_TESTS_LINUX_STRING_H

#include <string.h>

#endif
