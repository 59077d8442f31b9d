// SPDX-License-Identifier: GPL-2.0
#include <json.h>
#include <string.h>

#include "cmd/cmd.h"
#include "entry.h"
#include "nearest.h"

static void print_entry(const struct output *out, const struct entry *entry)
{
	FILE *file = out->file;

	fprintf(file, "%s: %s\n", entry->code, tunwin_entry_title(entry));
	if (entry->cause)
		fprintf(file, "\nA cause of the limit %s. %s\nTo do:      %s\nKnown by:   %s\nRests on:   %s\n",
			tunwin_model_limit[entry->cause->limit], entry->cause->meaning,
			entry->cause->remedy, entry->cause->fields, entry->cause->source);
	if (entry->check)
		fprintf(file, "\nThe doctor looks for it. %s\nRests on:   %s\n",
			entry->check->meaning, entry->check->source);
	if (entry->alert)
		fprintf(file, "\nAn alert. Raised when %s; cleared when %s.\n",
			entry->alert->raised, entry->alert->cleared);
	if (entry->shortage)
		fprintf(file, "\nA place where buffers run out (tunwin buffers). %s\nTo do:      %s\nRests on:   %s\n",
			entry->shortage->meaning, entry->shortage->remedy,
			entry->shortage->source);
}

static void add(struct json_object *object, const char *key, const char *text)
{
	if (json_object_object_add(object, key, text ? json_object_new_string(text) : NULL))
		tunwin_error_nomem();
}

static struct json_object *entry_json(const struct entry *entry)
{
	struct json_object *object = json_object_new_object();
	const struct cause *cause = entry->cause;
	const struct check *check = entry->check;
	const struct shortage_meaning *shortage = entry->shortage;

	add(object, "code", entry->code);
	add(object, "title", tunwin_entry_title(entry));
	add(object, "cause_of", cause ? tunwin_model_limit[cause->limit] : NULL);
	add(object, "meaning", cause ? cause->meaning : check ? check->meaning :
	    shortage ? shortage->meaning : NULL);
	add(object, "remedy", cause ? cause->remedy : shortage ? shortage->remedy : NULL);
	add(object, "fields", cause ? cause->fields : NULL);
	add(object, "source", cause ? cause->source : check ? check->source :
	    shortage ? shortage->source : NULL);
	add(object, "alert_raised", entry->alert ? entry->alert->raised : NULL);
	add(object, "alert_cleared", entry->alert ? entry->alert->cleared : NULL);
	return object;
}

static void print_all(const struct output *out, const struct entry *entries, size_t count)
{
	if (out->json)
		tunwin_print_array_begin(out);
	for (size_t i = 0; i < count; i++) {
		if (out->json)
			tunwin_print_array_item(out, !i, entry_json(&entries[i]));
		else
			fprintf(out->file, "%-17s  %s\n", entries[i].code,
				tunwin_entry_title(&entries[i]));
	}
	if (out->json)
		tunwin_print_array_end(out, !count);
}

int tunwin_cmd_explain(const struct env *env, int argc, char **argv, struct tunwin_error *err)
{
	struct entry entries[ENTRIES_MAX];
	size_t count = tunwin_entry_gather(entries);
	const char *nearest;

	if (!argc) {
		print_all(&env->out, entries, count);
		return 0;
	}
	for (size_t i = 0; i < count; i++) {
		if (strcmp(entries[i].code, argv[0]))
			continue;
		if (env->out.json)
			tunwin_print_json(&env->out, entry_json(&entries[i]));
		else
			print_entry(&env->out, &entries[i]);
		return 0;
	}
	nearest = tunwin_nearest_find(argv[0], &entries[0].code, count, sizeof(entries[0]));
	if (nearest)
		return tunwin_error_set(err, TUNWIN_EXIT_LOCAL,
					"there is nothing called '%s', did you mean '%s'?", argv[0],
					nearest);
	return tunwin_error_set(err, TUNWIN_EXIT_LOCAL,
				"there is nothing called '%s' (see: tunwin explain)", argv[0]);
}
