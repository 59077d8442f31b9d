// SPDX-License-Identifier: GPL-2.0
#include <json.h>
#include <string.h>
#include <time.h>

#include "doctor/earlier.h"
#include "field.h"
#include "print/report.h"
#include "print/tunnel.h"
#include "table.h"

#define NS_PER_S 1000000000LL

static const char *const severities[] = {
	[SEVERITY_NOTE] = "note",
	[SEVERITY_MAY_LIMIT] = "may-limit",
	[SEVERITY_LIMITS] = "limits",
	[SEVERITY_BREAKS] = "breaks",
};

/* The same for people. */
static const char *const severity_words[] = {
	[SEVERITY_NOTE] = "to know",
	[SEVERITY_MAY_LIMIT] = "may limit",
	[SEVERITY_LIMITS] = "limits",
	[SEVERITY_BREAKS] = "BREAKS",
};

static bool is_found(const struct report *report, const char *code)
{
	for (size_t i = 0; i < report->count; i++)
		if (!strcmp(report->findings[i].code, code))
			return true;
	return false;
}

/* ---- text ---- */

/* What has come and what is gone since an earlier report. */
static void print_changes(const struct output *out, const struct visit *visit,
			  const struct report *report)
{
	const char *comma = "New since then:";

	for (size_t i = 0; i < report->count; i++) {
		if (tunwin_earlier_has(visit->earlier, report->findings[i].code))
			continue;
		fprintf(out->file, "%s %s", comma, report->findings[i].code);
		comma = ",";
	}
	if (*comma == ',')
		fputs(".\n", out->file);
	comma = "Gone since then:";
	for (size_t i = 0; i < visit->earlier->count; i++) {
		if (is_found(report, visit->earlier->codes[i]))
			continue;
		fprintf(out->file, "%s %s", comma, visit->earlier->codes[i]);
		comma = ",";
	}
	if (*comma == ',')
		fputs(".\n", out->file);
}

/* A paragraph, broken at spaces. */
static void print_wrapped(const struct output *out, const char *label, const char *text)
{
	unsigned int indent = 13, width = out->width ? out->width : 100, column = indent;
	const char *word = text;

	fprintf(out->file, "   %-*s", (int)indent - 3, label);
	while (*word) {
		size_t len = strcspn(word, " ");

		if (column > indent && column + 1 + len > width) {
			fprintf(out->file, "\n%*s", (int)indent, "");
			column = indent;
		} else if (column > indent) {
			fputc(' ', out->file);
			column++;
		}
		fprintf(out->file, "%.*s", (int)len, word);
		column += (unsigned int)len;
		word += len + strspn(word + len, " ");
	}
	fputc('\n', out->file);
}

static void print_where(const struct output *out, const struct finding *finding)
{
	FILE *file = out->file;

	if (finding->in.known)
		fprintf(file, ", what %s", finding->in.value ? "comes in" : "goes out");
	if (!finding->flow_count)
		return;
	fprintf(file, ", flow%s", finding->flow_count == 1 ? "" : "s");
	for (size_t i = 0; i < finding->flow_count && i < FINDING_FLOWS; i++)
		fprintf(file, "%s %llu", i ? "," : "", (unsigned long long)finding->flows[i]);
	if (finding->flow_count > FINDING_FLOWS)
		fprintf(file, " and %zu more", finding->flow_count - FINDING_FLOWS);
}

static void print_finding(const struct output *out, const struct finding *finding, size_t number)
{
	bool bad = finding->severity >= SEVERITY_LIMITS;

	fprintf(out->file, "\n%zu. ", number);
	if (*finding->tunnel || finding->flow_count)
		fprintf(out->file, "%s%s%s: ",
			*finding->tunnel ? finding->tunnel : "Several tunnels",
			*finding->device ? " over " : "", finding->device);
	fprintf(out->file, "%s%s%s (%s)\n", bad ? tunwin_print_bad(out) : "", finding->title,
		bad ? tunwin_print_normal(out) : "", finding->code);
	fprintf(out->file, "   %s, %s", severity_words[finding->severity],
		tunwin_cause_confidence[finding->confidence]);
	print_where(out, finding);
	fputc('\n', out->file);
	print_wrapped(out, "evidence", finding->evidence);
	print_wrapped(out, "advice", finding->advice);
	if (finding->gain.bps.known)
		fprintf(out->file, "   %-10s%s, %s now\n", "gain",
			tunwin_format_rates(finding->gain.bps.value, finding->gain.max_bps.value).s,
			tunwin_format_opt(UNIT_RATE, finding->now_bps).s);
}

/* What limits the flows, a direction each: also those of which there is nothing to say. */
static void print_summary(const struct output *out, const struct visit *visit,
			  const struct report *report)
{
	static const int order[] = { LIMIT_RWND, LIMIT_NET, LIMIT_SENDER, LIMIT_UNKNOWN };
	const char *comma = " Limits: ";

	fprintf(out->file, "Looked at %zu flow%s%s%s.", visit->flows->count,
		visit->flows->count == 1 ? "" : "s",
		visit->earlier ? " as they are now, and at what was counted in " : " for ",
		tunwin_format_age(visit->watched_ns).s);
	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
		if (!report->limited[order[i]])
			continue;
		fprintf(out->file, "%s%s %zu", comma, tunwin_model_limit[order[i]],
			report->limited[order[i]]);
		comma = ", ";
	}
	fputc('\n', out->file);
	if (report->without_cause)
		fprintf(out->file, "Of %zu the reason is not known.\n", report->without_cause);
	if (visit->earlier)
		print_changes(out, visit, report);
	if (visit->flows->incomplete)
		fputs("The flows changed while they were listed, some may be missing.\n",
		      out->file);
	if (!report->count)
		fputs("Nothing wrong was found.\n", out->file);
	else
		fprintf(out->file, "%zu finding%s, worst first.\n", report->count,
			report->count == 1 ? "" : "s");
}

static void print_text(const struct output *out, const struct visit *visit,
		       const struct report *report)
{
	print_summary(out, visit, report);
	for (size_t i = 0; i < report->count; i++)
		print_finding(out, &report->findings[i], i + 1);
	if (report->count && out->legend)
		fputs("\nNothing was changed. More about one: tunwin explain CODE; about a flow: tunwin show ID\n",
		      out->file);
}

/* ---- JSON ---- */

#define L(member) FIELD(struct link, member, #member, NULL, .unit = UNIT_COUNT)

static const struct field link_fields[] = {
	FIELD(struct link, name, "name", NULL, .kind = FIELD_STRING),
	FIELD(struct link, speed_bps, "speed_bps", NULL, .unit = UNIT_RATE),
	FIELD(struct link, full_duplex, "full_duplex", NULL, .kind = FIELD_BOOL),
	L(mtu), L(rx_packets), L(tx_packets), L(rx_errors), L(rx_crc_errors), L(rx_dropped),
	L(rx_missed), L(tx_errors), L(tx_dropped), L(qdisc_drops),
	{ 0 }
};

static void add(struct json_object *object, const char *key, struct json_object *value)
{
	if (json_object_object_add(object, key, value))
		tunwin_error_nomem();
}

static void add_text(struct json_object *object, const char *key, const char *text)
{
	add(object, key, *text ? json_object_new_string(text) : NULL);
}

static void add_number(struct json_object *object, const char *key, struct opt_u64 number)
{
	add(object, key, number.known ? json_object_new_uint64(number.value) : NULL);
}

static void add_seconds(struct json_object *object, const char *key, uint64_t ns)
{
	add(object, key, json_object_new_double_s((double)ns / NS_PER_S,
						  tunwin_format_decimal(ns, 9).s));
}

static struct json_object *finding_json(const struct visit *visit, const struct finding *finding)
{
	struct json_object *object = json_object_new_object(), *flows = json_object_new_array();
	char id[24];

	add_text(object, "code", finding->code);
	add_text(object, "title", finding->title);
	add_text(object, "severity", severities[finding->severity]);
	add_text(object, "confidence", tunwin_cause_confidence[finding->confidence]);
	add_text(object, "tunnel", finding->tunnel);
	add_text(object, "device", finding->device);
	add_text(object, "direction", !finding->in.known ? "" : finding->in.value ? "in" : "out");
	add_number(object, "flow_count", OPT_U64(finding->flow_count));
	for (size_t i = 0; i < finding->flow_count && i < FINDING_FLOWS; i++) {
		snprintf(id, sizeof(id), "%llu", (unsigned long long)finding->flows[i]);
		json_object_array_add(flows, json_object_new_string(id));
	}
	add(object, "flows", flows);
	add_text(object, "evidence", finding->evidence);
	add_text(object, "advice", finding->advice);
	add_number(object, "now_bps", finding->now_bps);
	add_number(object, "gain_bps", finding->gain.bps);
	add_number(object, "gain_max_bps", finding->gain.max_bps);
	if (visit->earlier)
		add(object, "new",
		    json_object_new_boolean(!tunwin_earlier_has(visit->earlier, finding->code)));
	return object;
}

static struct json_object *verdict_json(const struct verdict *verdict)
{
	struct json_object *object = json_object_new_object();
	char id[24];

	snprintf(id, sizeof(id), "%llu", (unsigned long long)verdict->flow_id);
	add_text(object, "flow", id);
	add_text(object, "direction", verdict->in ? "in" : "out");
	add_text(object, "limit", tunwin_model_limit[verdict->limit]);
	add_text(object, "cause", verdict->code ? verdict->code : "");
	return object;
}

/* What has gone wrong in it; the rest of it is in `tunwin -j tunnels`. */
static struct json_object *tunnel_json(const struct tunnel *tunnel)
{
	struct json_object *object = json_object_new_object();

	add_text(object, "name", tunnel->name);
	add(object, "in", tunwin_field_json(tunwin_tunnel_error_fields, &tunnel->in.errors));
	add(object, "out", tunwin_field_json(tunwin_tunnel_error_fields, &tunnel->out.errors));
	return object;
}

static void print_json(const struct output *out, const struct visit *visit,
		       const struct report *report)
{
	struct json_object *object = json_object_new_object();
	struct json_object *findings = json_object_new_array();
	struct json_object *counters = json_object_new_object();
	struct json_object *links = json_object_new_array();
	struct json_object *tunnels = json_object_new_array();
	struct json_object *limits = json_object_new_object();
	struct json_object *verdicts = json_object_new_array();
	char origin[EARLIER_ORIGIN_SIZE];
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	add_seconds(object, "time", (uint64_t)now.tv_sec * NS_PER_S + (uint64_t)now.tv_nsec);
	clock_gettime(CLOCK_BOOTTIME, &now);
	add_seconds(object, "since_boot_s",
		    (uint64_t)now.tv_sec * NS_PER_S + (uint64_t)now.tv_nsec);
	add_seconds(object, "watched_s", visit->watched_ns);
	add_text(object, "origin", tunwin_earlier_origin(origin));
	add_number(object, "flows", OPT_U64(visit->flows->count));
	for (int kind = 0; kind < LIMIT_COUNT; kind++)
		add_number(limits, tunwin_model_limit[kind], OPT_U64(report->limited[kind]));
	add(object, "directions_by_limit", limits);
	add_number(object, "without_cause", OPT_U64(report->without_cause));
	for (size_t i = 0; i < report->verdict_count; i++)
		json_object_array_add(verdicts, verdict_json(&report->verdicts[i]));
	add(object, "directions", verdicts);
	for (size_t i = 0; i < report->count; i++)
		json_object_array_add(findings, finding_json(visit, &report->findings[i]));
	add(object, "findings", findings);
	if (visit->earlier) {
		struct json_object *gone = json_object_new_array();
		const char *code;

		for (size_t i = 0; i < visit->earlier->count; i++) {
			code = visit->earlier->codes[i];
			if (!is_found(report, code))
				json_object_array_add(gone, json_object_new_string(code));
		}
		add(object, "gone", gone);
	}
	for (size_t i = 0; i < COUNTERS; i++)
		add_number(counters, tunwin_counters_names[i], visit->counters->value[i]);
	add(object, "counters", counters);
	for (size_t i = 0; i < visit->around->links.count; i++)
		json_object_array_add(links, tunwin_field_json(link_fields,
							       &visit->around->links.links[i]));
	add(object, "links", links);
	for (size_t i = 0; i < visit->around->tunnels.count; i++)
		json_object_array_add(tunnels, tunnel_json(&visit->around->tunnels.tunnels[i]));
	add(object, "tunnels", tunnels);
	tunwin_print_json(out, object);
}

void tunwin_report_print(const struct output *out, const struct visit *visit,
			 const struct report *report)
{
	if (out->json)
		print_json(out, visit, report);
	else
		print_text(out, visit, report);
}
