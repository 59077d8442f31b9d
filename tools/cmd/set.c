// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>
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

static int parse_max_details(const char *word, struct settings *settings,
			     struct tunwin_error *err)
{
	settings->max_details.known = true;
	return tunwin_parse_number("max-details", word, MODEL_MAX_DETAILS_MIN,
				   MODEL_MAX_DETAILS_MAX, &settings->max_details.value, err);
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

static int parse_share(const char *word, struct settings *settings, struct tunwin_error *err)
{
	settings->share_percent.known = true;
	return tunwin_parse_number("share", word, MODEL_SHARE_MIN, MODEL_SHARE_MAX,
				   &settings->share_percent.value, err);
}

static const struct setting {
	const char *name;
	int (*parse)(const char *word, struct settings *settings, struct tunwin_error *err);
} known_settings[] = {
	{ "max-flows", parse_max_flows },
	{ "max-details", parse_max_details },
	{ "max-history", parse_max_history },
	{ "idle-timeout", parse_idle_timeout },
	{ "share", parse_share },
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
				"'%s' is not a setting (max-flows, max-details, max-history, idle-timeout, share)",
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

/* A fraction, 0.25, or a percentage, 25%; whole percents. */
static int parse_ratio(const char *word, struct tunnel_settings *settings,
		       struct tunwin_error *err)
{
	char *end;
	double value = strtod(word, &end);
	double percent = strcmp(end, "%") ? value * 100 : value;

	/* To the nearest; what is no number is within no bounds. */
	percent += 0.5;
	if (end == word || (*end && strcmp(end, "%")) ||
	    !(percent >= MODEL_COLLAPSE_RATIO_MIN && percent < MODEL_COLLAPSE_RATIO_MAX + 1))
		return tunwin_error_set(err, TUNWIN_EXIT_LOCAL,
					"collapse-ratio: '%s' is not within 0.01 to 0.49", word);
	settings->collapse_ratio_percent = OPT_U64((uint64_t)percent);
	return 0;
}

static int parse_tunnel_settings(int argc, char **argv, struct tunnel_settings *settings,
				 struct tunwin_error *err)
{
	uint64_t bps = 0;

	for (int i = 0; i < argc; i += 2) {
		bool is_rate = !strcmp(argv[i], "rate");

		if (!is_rate && strcmp(argv[i], "collapse-ratio"))
			return tunwin_error_set(err, TUNWIN_EXIT_LOCAL,
						"'%s' is not a setting of a tunnel (rate, collapse-ratio)",
						argv[i]);
		if (is_rate ? settings->rate_bps.known : settings->collapse_ratio_percent.known)
			return tunwin_error_set(err, TUNWIN_EXIT_LOCAL, "'%s' is given twice",
						argv[i]);
		if (i + 1 == argc)
			return tunwin_error_set(err, TUNWIN_EXIT_LOCAL, "'%s' needs a value",
						argv[i]);
		if (!is_rate) {
			if (parse_ratio(argv[i + 1], settings, err))
				return err->status;
			continue;
		}
		if (strcmp(argv[i + 1], "none") &&
		    tunwin_parse_rate("rate", argv[i + 1], &bps, err))
			return err->status;
		settings->rate_bps = OPT_U64(bps);
	}
	return 0;
}

/* Settings of a tunnel have a name before them; those of the module come in pairs. */
static int set_tunnel(int argc, char **argv, struct tunwin_error *err)
{
	struct tunnel_settings settings = { .rate_bps = { .known = false } };
	struct tunwin_client *client;

	if (tunwin_parse_device("tunnel", argv[0], err) ||
	    parse_tunnel_settings(argc - 1, argv + 1, &settings, err) ||
	    tunwin_client_open(&client, err))
		return err->status;
	tunwin_client_set_tunnel(client, argv[0], &settings, err);
	tunwin_client_close(client);
	return err->status;
}

static bool is_of_tunnel(int argc, char **argv)
{
	if (argc > 1 && (!strcmp(argv[1], "rate") || !strcmp(argv[1], "collapse-ratio")))
		return true;
	for (size_t i = 0; i < SETTINGS; i++)
		if (!strcmp(argv[0], known_settings[i].name))
			return false;
	return argc > 1 && argc % 2;
}

int tunwin_cmd_set(const struct env *env, int argc, char **argv, struct tunwin_error *err)
{
	struct settings settings = { .max_flows = { .known = false } };
	struct tunwin_client *client;

	(void)env;
	if (is_of_tunnel(argc, argv))
		return set_tunnel(argc, argv, err);
	if (parse_settings(argc, argv, &settings, err) || tunwin_client_open(&client, err))
		return err->status;
	tunwin_client_set(client, &settings, err);
	tunwin_client_close(client);
	return err->status;
}
