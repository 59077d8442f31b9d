// SPDX-License-Identifier: GPL-2.0
#include <string.h>

#include "entry.h"

static struct entry *entry_of(struct entry *entries, size_t *count, const char *code)
{
	for (size_t i = 0; i < *count; i++)
		if (!strcmp(entries[i].code, code))
			return &entries[i];
	entries[*count] = (struct entry){ .code = code };
	return &entries[(*count)++];
}

size_t tunwin_entry_gather(struct entry *entries)
{
	size_t count = 0;

	for (const struct cause *const *cause = tunwin_causes; *cause; cause++)
		entry_of(entries, &count, (*cause)->code)->cause = *cause;
	for (int code = 0; code < ALERT_COUNT; code++)
		entry_of(entries, &count, tunwin_model_alert_code[code])->alert =
			&tunwin_alert_meanings[code];
	for (int source = 0; source < BUFFER_SOURCE_COUNT; source++)
		entry_of(entries, &count, tunwin_shortage_source[source])->shortage =
			&tunwin_shortage_meanings[source];
	for (const struct check *check = tunwin_doctor_checks; check->code; check++)
		entry_of(entries, &count, check->code)->check = check;
	return count;
}

const char *tunwin_entry_title(const struct entry *entry)
{
	return entry->cause ? entry->cause->title :
	       entry->check ? entry->check->title :
	       entry->alert ? entry->alert->title : entry->shortage->title;
}
