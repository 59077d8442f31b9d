// SPDX-License-Identifier: GPL-2.0
#include <json.h>
#include <string.h>
#include <time.h>

#include "cause/alert.h"
#include "cause/cause.h"
#include "field.h"
#include "format.h"
#include "print/alert.h"
#include "print/flow.h"

#define NS_PER_S 1000000000ULL

#define A(member, key, ...) FIELD(struct alert, member, key, NULL, __VA_ARGS__)

static const struct field alert_fields[] = {
	A(id, "id", .kind = FIELD_ID),
	A(sequence, "sequence", .unit = UNIT_COUNT),
	A(code, "code", .kind = FIELD_WORD, .words = tunwin_model_alert_code),
	A(state, "state", .kind = FIELD_WORD, .words = tunwin_model_alert_state),
	A(tunnel, "tunnel", .kind = FIELD_STRING),
	A(tunnel_ifindex, "tunnel_ifindex", .unit = UNIT_COUNT),
	A(flow_id, "flow", .kind = FIELD_ID),
	A(near, "near", .kind = FIELD_ENDPOINT),
	A(far, "far", .kind = FIELD_ENDPOINT),
	A(vantage, "vantage", .kind = FIELD_WORD, .words = tunwin_model_vantage),
	A(direction, "direction", .kind = FIELD_WORD, .words = tunwin_model_direction),
	A(since_ns, "since_s", .unit = UNIT_AGE),
	A(raised_ns, "raised_s", .unit = UNIT_AGE),
	A(cleared_ns, "cleared_s", .unit = UNIT_AGE),
	A(window_bytes, "window_bytes", .unit = UNIT_BYTES),
	A(reference_bytes, "reference_bytes", .unit = UNIT_BYTES),
	A(rtt_ns, "rtt_s", .unit = UNIT_TIME),
	A(ratio_ppm, "ratio", .unit = UNIT_RATIO),
	A(count, "count", .unit = UNIT_COUNT),
	A(size_bytes, "size_bytes", .unit = UNIT_BYTES),
	A(unheard, "unheard", .unit = UNIT_COUNT),
	A(device, "device", .kind = FIELD_STRING),
	A(device_ifindex, "device_ifindex", .unit = UNIT_COUNT),
	A(episode, "episode", .kind = FIELD_ID),
	A(flows, "flows", .unit = UNIT_COUNT),
	{ 0 }
};

static bool is_over(const struct alert *alert)
{
	return alert->state.value != ALERT_RAISED;
}

/* When it was raised, or when it was over. */
static struct timespec moment(const struct alert *alert)
{
	uint64_t ns = alert->time_ns.value;

	return (struct timespec){
		.tv_sec = (time_t)(ns / NS_PER_S), .tv_nsec = (long)(ns % NS_PER_S),
	};
}

static void print_time(const struct output *out, const struct timespec *time)
{
	char text[32];
	struct tm local;

	localtime_r(&time->tv_sec, &local);
	strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S", &local);
	fprintf(out->file, "%s.%03ld  ", text, time->tv_nsec / 1000000);
}

void tunwin_alert_print_sentence(const struct output *out, const struct alert *alert)
{
	char evidence[CAUSE_TEXT_SIZE];

	fprintf(out->file, "%s %s", alert->code.known ?
		tunwin_model_alert_code[alert->code.value] : "?", alert->tunnel);
	if (alert->flow_id.known) {
		fprintf(out->file, " flow %llu near %s far %s",
			(unsigned long long)alert->flow_id.value,
			tunwin_format_endpoint(&alert->near).s,
			tunwin_format_endpoint(&alert->far).s);
	}
	if (alert->direction.known)
		fprintf(out->file, " %s", tunwin_model_direction[alert->direction.value]);
	tunwin_alert_describe(alert, evidence, sizeof(evidence));
	fprintf(out->file, ": %s", evidence);
}

static void add_word(struct json_object *object, const char *key, const char *word)
{
	json_object_object_add(object, key, json_object_new_string(word));
}

/* Seconds since 1970. */
static void add_time(struct json_object *object, const struct timespec *time)
{
	uint64_t ms = (uint64_t)time->tv_sec * 1000 + (uint64_t)time->tv_nsec / 1000000;
	struct json_object *number;

	number = json_object_new_double_s((double)ms / 1000, tunwin_format_decimal(ms, 3).s);
	json_object_object_add(object, "time", number);
}

/* The object of JSON, with when it happened and what. */
struct json_object *tunwin_alert_json(const struct alert *alert)
{
	struct json_object *object = tunwin_field_json(alert_fields, alert);
	struct timespec time = moment(alert);

	add_word(object, "event", is_over(alert) ? "clear" : "alert");
	add_word(object, "scope", alert->flow_id.known ? "flow" : "tunnel");
	add_time(object, &time);
	return object;
}

static void print_line(const struct output *out, struct json_object *object)
{
	fprintf(out->file, "%s\n", json_object_to_json_string_ext(object, JSON_C_TO_STRING_PLAIN));
	json_object_put(object);
}

static void print_text(const struct output *out, const struct alert *alert)
{
	static const char *const words[] = { "ALERT", "clear", "ended" };
	struct timespec time = moment(alert);

	print_time(out, &time);
	fprintf(out->file, "%s%-5s%s  ", is_over(alert) ? "" : tunwin_print_bad(out),
		words[alert->state.value], is_over(alert) ? "" : tunwin_print_normal(out));
	tunwin_alert_print_sentence(out, alert);
	if (is_over(alert))
		fprintf(out->file, "; it lasted %s",
			tunwin_format_age(alert->since_ns.value - alert->cleared_ns.value).s);
	fputc('\n', out->file);
}

void tunwin_alert_print_event(const struct output *out, const struct alert *alert)
{
	if (out->json)
		print_line(out, tunwin_alert_json(alert));
	else
		print_text(out, alert);
	fflush(out->file);
}

void tunwin_alert_print_lost(const struct output *out, uint64_t count, const char *what)
{
	struct json_object *object;
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	if (!out->json) {
		print_time(out, &now);
		fprintf(out->file, "%s %s were missed: they came faster than they were read\n",
			tunwin_format_count(count).s, what);
	} else {
		object = json_object_new_object();
		add_word(object, "event", "lost");
		add_word(object, "what", what);
		json_object_object_add(object, "count", json_object_new_uint64(count));
		add_time(object, &now);
		print_line(out, object);
	}
	fflush(out->file);
}

/* What held the direction that carried more for most of its busy time. */
static void print_course(const struct output *out, const struct flow *flow)
{
	bool in = !flow->out.payload_bytes.known ||
		  (flow->in.payload_bytes.known &&
		   flow->in.payload_bytes.value >= flow->out.payload_bytes.value);
	const struct direction *data = in ? &flow->in : &flow->out;

	fprintf(out->file, "%s in %s, in %s, out %s",
		flow->end_reason.known ? tunwin_model_end_reason[flow->end_reason.value] : "?",
		tunwin_format_opt(UNIT_AGE, flow->age_ns).s,
		tunwin_format_opt(UNIT_BYTES, flow->in.payload_bytes).s,
		tunwin_format_opt(UNIT_BYTES, flow->out.payload_bytes).s);
	if (data->limit.rwnd_ppm.known)
		fprintf(out->file, "; %s limited by the window for %s%% of its busy time",
			in ? "in" : "out",
			tunwin_format_fixed(data->limit.rwnd_ppm.value, 10000, 0).s);
}

void tunwin_alert_print_flow_end(const struct output *out, const struct flow *flow)
{
	struct timespec time = {
		.tv_sec = (time_t)(flow->end_time_ns.value / NS_PER_S),
		.tv_nsec = (long)(flow->end_time_ns.value % NS_PER_S),
	};
	struct json_object *object;

	if (out->json) {
		object = tunwin_field_json(tunwin_flow_fields, flow);
		add_word(object, "event", "flow-end");
		add_word(object, "scope", "flow");
		add_time(object, &time);
		print_line(out, object);
	} else {
		print_time(out, &time);
		fprintf(out->file, "flow   %s flow %llu near %s far %s: ", flow->tunnel,
			(unsigned long long)flow->id.value, tunwin_format_endpoint(&flow->near).s,
			tunwin_format_endpoint(&flow->far).s);
		print_course(out, flow);
		fputc('\n', out->file);
	}
	fflush(out->file);
}

void tunwin_alert_print_list(const struct output *out, const struct alert_list *list)
{
	if (out->json)
		tunwin_print_array_begin(out);
	for (size_t i = 0; i < list->count; i++) {
		if (out->json)
			tunwin_print_array_item(out, !i, tunwin_alert_json(&list->alerts[i]));
		else
			print_text(out, &list->alerts[i]);
	}
	if (out->json)
		tunwin_print_array_end(out, !list->count);
}
