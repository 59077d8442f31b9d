/* SPDX-License-Identifier: GPL-2.0 */
#ifndef TUNWIN_NEAREST_H
#define TUNWIN_NEAREST_H

#include <stddef.h>

/*
 * The one of @count words that @word was most likely meant to be, or NULL if none is like it.
 * The words lie @stride bytes apart from @words on, so that they can be members of a table.
 */
const char *tunwin_nearest_find(const char *word, const char *const *words, size_t count,
				size_t stride);

#endif
