// SPDX-License-Identifier: GPL-2.0
#include <json.h>
#include <string.h>

#include "print/aoe.h"
#include "table.h"

#define L(member, key, ...) FIELD(struct aoe_load, member, key, NULL, __VA_ARGS__)
#define T(member, key, ...) FIELD(struct aoe_target, member, key, NULL, __VA_ARGS__)
#define H(member, key, ...) FIELD(struct aoe_host, member, key, NULL, __VA_ARGS__)
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* The total has no address: its fields begin behind that. */
static const struct field load_fields[] = {
	L(addr, "addr", .kind = FIELD_STRING),
	L(outstanding, "outstanding", .unit = UNIT_COUNT),
	L(outstanding_max, "outstanding_max", .unit = UNIT_COUNT),
	L(full, "full", .kind = FIELD_BOOL),
	L(full_ns, "full_s", .unit = UNIT_AGE),
	L(requests, "requests", .unit = UNIT_COUNT),
	L(answers, "answers", .unit = UNIT_COUNT),
	L(failed, "failed", .unit = UNIT_COUNT),
	L(retransmits, "retransmits", .unit = UNIT_COUNT),
	L(same_tag, "retransmits_same_tag", .unit = UNIT_COUNT),
	L(new_tag, "retransmits_new_tag", .unit = UNIT_COUNT),
	L(unanswered, "unanswered", .unit = UNIT_COUNT),
	L(untracked, "untracked", .unit = UNIT_COUNT),
	L(unmatched, "unmatched", .unit = UNIT_COUNT),
	L(bytes, "bytes", .unit = UNIT_BYTES),
	L(bytes_per_request_ppm, "bytes_per_request", .unit = UNIT_MEAN),
	L(requests_per_s, "requests_per_s", .unit = UNIT_COUNT),
	L(rate_bps, "rate_bps", .unit = UNIT_RATE),
	L(rtt_ns, "rtt_s", .unit = UNIT_TIME),
	L(rtt_min_ns, "rtt_min_s", .unit = UNIT_TIME),
	L(rtt_max_ns, "rtt_max_s", .unit = UNIT_TIME),
	L(idle_ns, "idle_s", .unit = UNIT_AGE),
	{ 0 }
};

#define TOTAL_FIELDS	(&load_fields[1])

static const struct field target_fields[] = {
	T(name, "target", .kind = FIELD_STRING),
	T(shelf, "shelf", .unit = UNIT_COUNT),
	T(slot, "slot", .unit = UNIT_COUNT),
	T(tunnel, "tunnel", .kind = FIELD_STRING),
	T(tunnel_ifindex, "tunnel_ifindex", .unit = UNIT_COUNT),
	T(netns, "netns", .unit = UNIT_COUNT),
	T(side, "side", .kind = FIELD_WORD, .words = tunwin_target_side),
	T(addr, "addr", .kind = FIELD_STRING),
	T(age_ns, "age_s", .unit = UNIT_AGE),
	T(buffer_count, "buffer_count", .unit = UNIT_COUNT),
	T(scope, "scope", .kind = FIELD_STRING),
	T(sectors, "sectors_per_request", .unit = UNIT_COUNT),
	T(queries, "queries", .unit = UNIT_COUNT),
	T(forgotten, "initiators_forgotten", .unit = UNIT_COUNT),
	T(total, "total", .kind = FIELD_OBJECT, .sub = TOTAL_FIELDS),
	T(initiators, "initiators", .kind = FIELD_LIST, .sub = load_fields,
	  .present = offsetof(struct aoe_target, initiator_count),
	  .stride = sizeof(struct aoe_load)),
	{ 0 }
};

static const struct field host_fields[] = {
	H(targets, "targets", .unit = UNIT_COUNT),
	H(initiators, "initiators", .unit = UNIT_COUNT),
	H(targets_evicted, "targets_evicted", .unit = UNIT_COUNT),
	H(initiators_evicted, "initiators_evicted", .unit = UNIT_COUNT),
	H(refused, "refused", .unit = UNIT_COUNT),
	H(malformed, "malformed", .unit = UNIT_COUNT),
	H(memory_bytes, "memory_bytes", .unit = UNIT_BYTES),
	{ 0 }
};

static const struct table_column columns[] = {
	{ .title = "TARGET" },
	{ .title = "TUNNEL", .drop = 2 },
	{ .title = "INITIATOR" },
	{ .title = "OUTSTANDING", .right = true },
	{ .title = "HIGHEST", .right = true, .drop = 3 },
	{ .title = "FULL FOR", .right = true },
	{ .title = "REQUESTS/S", .right = true },
	{ .title = "BYTES/REQUEST", .right = true, .drop = 4 },
	{ .title = "RESENT", .right = true },
	{ .title = "ROUND TRIP", .right = true, .drop = 1 },
};

static void add_load(struct table *table, const struct aoe_target *target,
		     const struct aoe_load *load)
{
	tunwin_table_add_bad(table, load->full.known && load->full.value, "%s%s/%s",
			     tunwin_format_opt(UNIT_COUNT, load->outstanding).s,
			     load->untracked.value ? "+" : "",
			     tunwin_format_opt(UNIT_COUNT, target->buffer_count).s);
	tunwin_table_add(table, "%s", tunwin_format_opt(UNIT_COUNT, load->outstanding_max).s);
	tunwin_table_add(table, "%s", load->full_ns.known && !load->full_ns.value ? "-" :
			 tunwin_format_opt(UNIT_TIME, load->full_ns).s);
	tunwin_table_add(table, "%s", tunwin_format_opt(UNIT_COUNT, load->requests_per_s).s);
	tunwin_table_add(table, "%s",
			 tunwin_format_opt(UNIT_MEAN, load->bytes_per_request_ppm).s);
	tunwin_table_add(table, "%s", tunwin_format_opt(UNIT_COUNT, load->retransmits).s);
	tunwin_table_add(table, "%s", tunwin_format_opt(UNIT_TIME, load->rtt_ns).s);
}

static void add_target(struct table *table, const struct aoe_target *target)
{
	tunwin_table_add(table, "%s", target->name);
	tunwin_table_add(table, "%s", target->tunnel);
	tunwin_table_add(table, "all %zu%s", target->initiator_count,
			 target->forgotten.value ? "+" : "");
	add_load(table, target, &target->total);
	for (size_t i = 0; i < target->initiator_count; i++) {
		tunwin_table_add(table, "%s", "");
		tunwin_table_add(table, "%s", "");
		tunwin_table_add(table, "%s", *target->initiators[i].addr ?
				 target->initiators[i].addr : "?");
		add_load(table, target, &target->initiators[i]);
	}
}

static void print_count(const struct output *out, struct opt_u64 count, const char *text)
{
	if (count.known && count.value)
		fprintf(out->file, "%s %s\n", tunwin_format_count(count.value).s, text);
}

/* What is remarkable of a target, and has no column. */
static void print_remarks(const struct output *out, const struct aoe_target *target)
{
	const struct {
		struct opt_u64 count;
		const char *text;
	} remarks[] = {
		{ target->total.failed, "answers say that the command failed" },
		{ target->total.unanswered, "requests were never answered" },
		{ target->total.unmatched, "answers were to nothing outstanding" },
		{ target->total.untracked,
		  "requests came with 256 of their initiator outstanding: not tracked" },
		{ target->forgotten, "initiators were forgotten for newer ones" },
	};

	for (size_t i = 0; i < COUNT(remarks); i++) {
		if (!remarks[i].count.known || !remarks[i].count.value)
			continue;
		fprintf(out->file, "%s on %s: ", target->name, target->tunnel);
		print_count(out, remarks[i].count, remarks[i].text);
	}
}

static void print_host(const struct output *out, const struct aoe_host *host)
{
	if (!host->targets.known)
		fputs("\nWhat is counted for the whole host is shown with CAP_NET_ADMIN in the initial user\n"
		      "namespace only.\n", out->file);
	print_count(out, host->targets_evicted, "targets were forgotten for newer ones (of the host)");
	print_count(out, host->initiators_evicted,
		    "initiators were forgotten for newer ones (of the host)");
	print_count(out, host->refused, "frames were not recorded for want of memory (of the host)");
	print_count(out, host->malformed, "frames could not be read (of the host)");
}

static void print_legend(const struct output *out)
{
	if (!out->legend)
		return;
	fputs("\n"
	      "OUTSTANDING: requests without an answer / the Buffer Count of the target. The\n"
	      "protocol leaves open whether that limits each initiator or all together: compare\n"
	      "with both. FULL FOR: time that as many were outstanding. RESENT: with the same\n"
	      "tag or with another. ROUND TRIP: from here to the target and back. ? is not\n"
	      "known; a Buffer Count is when the target has told of itself (aoe-discover).\n",
	      out->file);
}

static void print_json(const struct output *out, const struct aoe_host *host,
		       const struct aoe_list *list)
{
	struct json_object *object = json_object_new_object();
	struct json_object *targets = json_object_new_array();

	for (size_t i = 0; i < list->count; i++)
		json_object_array_add(targets, tunwin_field_json(target_fields, &list->targets[i]));
	json_object_object_add(object, "targets", targets);
	/* Nothing of it may be told. */
	json_object_object_add(object, "host", host->targets.known ?
			       tunwin_field_json(host_fields, host) : NULL);
	tunwin_print_json(out, object);
}

void tunwin_aoe_print(const struct output *out, const struct aoe_host *host,
		      const struct aoe_list *list)
{
	struct table *table;

	if (out->json) {
		print_json(out, host, list);
		return;
	}
	if (!list->count) {
		fputs("No ATA over Ethernet target was seen through a tunnel here.\n", out->file);
		print_host(out, host);
		return;
	}
	table = tunwin_table_new(columns, COUNT(columns));
	for (size_t i = 0; i < list->count; i++)
		add_target(table, &list->targets[i]);
	tunwin_table_print(table, out, 0);
	for (size_t i = 0; i < list->count; i++)
		print_remarks(out, &list->targets[i]);
	print_host(out, host);
	print_legend(out);
}
