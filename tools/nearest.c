// SPDX-License-Identifier: GPL-2.0
#include <string.h>

#include "nearest.h"

#define WORD_MAX 31

/* How many letters to insert, remove or replace (Levenshtein); words are at most WORD_MAX long. */
static size_t distance(const char *a, const char *b)
{
	size_t row[WORD_MAX + 1];
	size_t len = strlen(b);

	for (size_t j = 0; j <= len; j++)
		row[j] = j;
	for (size_t i = 0; a[i]; i++) {
		size_t diagonal = row[0];

		row[0] = i + 1;
		for (size_t j = 1; j <= len; j++) {
			size_t best = diagonal + (a[i] != b[j - 1]);

			if (best > row[j] + 1)
				best = row[j] + 1;
			if (best > row[j - 1] + 1)
				best = row[j - 1] + 1;
			diagonal = row[j];
			row[j] = best;
		}
	}
	return row[len];
}

const char *tunwin_nearest_find(const char *word, const char *const *words, size_t count,
				size_t stride)
{
	size_t len = strlen(word);
	const char *found = NULL;
	size_t found_distance;

	if (!len || len > WORD_MAX)
		return NULL;
	/* A third of the letters may differ; the beginning of a word is always taken. */
	found_distance = 2 + len / 3;
	for (size_t i = 0; i < count; i++) {
		const char *candidate = *(const char *const *)((const char *)words + i * stride);
		size_t d;

		if (strlen(candidate) > WORD_MAX)
			continue;
		d = strncmp(word, candidate, len) ? distance(word, candidate) : 1;
		if (d < found_distance && d < strlen(candidate)) {
			found = candidate;
			found_distance = d;
		}
	}
	return found;
}
