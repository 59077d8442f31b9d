// SPDX-License-Identifier: GPL-2.0
/* In the way of a Nagios plugin: one line, performance data behind a bar, and the exit status. */
#include <json.h>

#include "cmd/cmd.h"
#include "parse.h"
#include "print/alert.h"

static void print_performance(const struct output *out, const struct alert_list *list)
{
	size_t counts[ALERT_COUNT] = { 0 };

	for (size_t i = 0; i < list->count; i++)
		if (list->alerts[i].code.known)
			counts[list->alerts[i].code.value]++;
	fprintf(out->file, " | alerts=%zu", list->count);
	for (int code = 0; code < ALERT_COUNT; code++)
		fprintf(out->file, " %s=%zu", tunwin_model_alert_code[code], counts[code]);
	fputc('\n', out->file);
}

/* The one that has lasted longest stands for all. */
static const struct alert *oldest(const struct alert_list *list)
{
	const struct alert *found = &list->alerts[0];

	for (size_t i = 1; i < list->count; i++)
		if (list->alerts[i].since_ns.value > found->since_ns.value)
			found = &list->alerts[i];
	return found;
}

static void print_json(const struct output *out, const struct alert_list *list)
{
	struct json_object *object = json_object_new_object(), *alerts = json_object_new_array();

	if (!object || !alerts)
		tunwin_error_nomem();
	for (size_t i = 0; i < list->count; i++)
		json_object_array_add(alerts, tunwin_alert_json(&list->alerts[i]));
	json_object_object_add(object, "status",
			       json_object_new_string(list->count ? "alert" : "ok"));
	json_object_object_add(object, "count", json_object_new_uint64(list->count));
	json_object_object_add(object, "alerts", alerts);
	tunwin_print_json(out, object);
}

static void print_text(const struct output *out, const struct alert_list *list)
{
	fprintf(out->file, "TUNWIN %s", list->count ? "ALERT - " : "OK - no alert is active");
	if (list->count)
		tunwin_alert_print_sentence(out, oldest(list));
	if (list->count > 1)
		fprintf(out->file, "; and %zu more", list->count - 1);
	print_performance(out, list);
}

int tunwin_cmd_check(const struct env *env, int argc, char **argv, struct tunwin_error *err)
{
	const char *name = argc ? argv[0] : NULL;
	struct tunwin_client *client;
	struct alert_list list;

	if (tunwin_client_open(&client, err)) {
		/* A monitoring system shows what is on stdout. */
		if (!env->out.json)
			fprintf(env->out.file, "TUNWIN UNKNOWN - %s\n", err->text);
		return err->status;
	}
	if ((!name || !tunwin_parse_device("tunnel", name, err)) &&
	    !tunwin_client_find_tunnel(client, name, err) &&
	    !tunwin_client_alerts(client, false, name, &list, err)) {
		if (env->out.json)
			print_json(&env->out, &list);
		else
			print_text(&env->out, &list);
		if (list.count)
			tunwin_error_quiet(err, TUNWIN_EXIT_ALERT);
		tunwin_model_free_alerts(&list);
	}
	tunwin_client_close(client);
	return err->status;
}
