// SPDX-License-Identifier: GPL-2.0
#include <string.h>

#include "cmd/cmd.h"
#include "nearest.h"
#include "parse.h"

#define NS_PER_S 1000000000

static int parse_max_flows(const char *word, struct settings *settings, struct tunwin_error *err)
{
	settings->max_flows.known = true;
	return tunwin_parse_number("max-flows", word, MODEL_MAX_FLOWS_MIN, MODEL_MAX_FLOWS_MAX,
				   &settings->max_flows.value, err);
}

static int parse_max_history(const char *word, struct settings *settings,
			     struct tunwin_error *err)
{
	settings->max_history.known = true;
	return tunwin_parse_number("max-history", word, 0, MODEL_MAX_HISTORY,
				   &settings->max_history.value, err);
}

static int parse_idle_timeout(const char *word, struct settings *settings,
			      struct tunwin_error *err)
{
	uint64_t ns;

	if (tunwin_parse_time("idle-timeout", word, &ns, err))
		return err->status;
	if (ns % NS_PER_S)
		return tunwin_error_set(err, TUNWIN_EXIT_LOCAL,
					"idle-timeout: '%s' is not a whole number of seconds",
					word);
	if (ns / NS_PER_S > MODEL_MAX_IDLE_S)
		return tunwin_error_set(err, TUNWIN_EXIT_LOCAL,
					"idle-timeout: '%s' is more than a week", word);
	settings->idle_timeout_s = OPT_U64(ns / NS_PER_S);
	return 0;
}

static const struct setting {
	const char *name;
	int (*parse)(const char *word, struct settings *settings, struct tunwin_error *err);
} known_settings[] = {
	{ "max-flows", parse_max_flows },
	{ "max-history", parse_max_history },
	{ "idle-timeout", parse_idle_timeout },
};

#define SETTINGS (sizeof(known_settings) / sizeof(known_settings[0]))

static int unknown_setting(const char *word, struct tunwin_error *err)
{
	const char *nearest = tunwin_nearest_find(word, &known_settings[0].name, SETTINGS,
						  sizeof(known_settings[0]));

	if (nearest)
		return tunwin_error_set(err, TUNWIN_EXIT_LOCAL,
					"'%s' is not a setting, did you mean '%s'?", word, nearest);
	return tunwin_error_set(err, TUNWIN_EXIT_LOCAL,
				"'%s' is not a setting (max-flows, max-history, idle-timeout)",
				word);
}

static int parse_settings(int argc, char **argv, struct settings *settings,
			  struct tunwin_error *err)
{
	bool given[SETTINGS] = { false };

	for (int i = 0; i < argc; i += 2) {
		size_t k = 0;

		while (k < SETTINGS && strcmp(argv[i], known_settings[k].name))
			k++;
		if (k == SETTINGS)
			return unknown_setting(argv[i], err);
		if (given[k])
			return tunwin_error_set(err, TUNWIN_EXIT_LOCAL, "'%s' is given twice",
						argv[i]);
		given[k] = true;
		if (i + 1 == argc)
			return tunwin_error_set(err, TUNWIN_EXIT_LOCAL, "'%s' needs a value",
						argv[i]);
		if (known_settings[k].parse(argv[i + 1], settings, err))
			return err->status;
	}
	return 0;
}

int tunwin_cmd_set(const struct env *env, int argc, char **argv, struct tunwin_error *err)
{
	struct settings settings = { .max_flows = { .known = false } };
	struct tunwin_client *client;

	(void)env;
	if (parse_settings(argc, argv, &settings, err) || tunwin_client_open(&client, err))
		return err->status;
	tunwin_client_set(client, &settings, err);
	tunwin_client_close(client);
	return err->status;
}
