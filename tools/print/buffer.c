// SPDX-License-Identifier: GPL-2.0
#include <json.h>
#include <string.h>
#include <time.h>

#include "derive.h"
#include "field.h"
#include "muldiv.h"
#include "print/buffer.h"
#include "print/demand.h"
#include "table.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define NS_PER_S 1000000000ULL
#define PPM 1000000ULL

#define CLASS(member, key) \
	FIELD(struct buffer_class, member, key, NULL, .unit = UNIT_COUNT)
#define SOURCE(member, key, ...) FIELD(struct buffer_source_count, member, key, NULL, __VA_ARGS__)
#define PAGE(member, key, ...) FIELD(struct page_order, member, key, NULL, __VA_ARGS__)
#define CPU(member) FIELD(struct cpu, member, #member, NULL, .unit = UNIT_COUNT)
#define DEVICE(member, key, ...) FIELD(struct buffer_device, member, key, NULL, __VA_ARGS__)
#define HOST(member, key, ...) FIELD(struct buffer_host, member, key, NULL, __VA_ARGS__)
#define HIT(member, key, ...) FIELD(struct episode_flow, member, key, NULL, __VA_ARGS__)
#define EPISODE(member, key, ...) FIELD(struct episode, member, key, NULL, __VA_ARGS__)
#define LIST(type, counter, fields, item) \
	.kind = FIELD_LIST, .sub = (fields), .present = offsetof(type, counter), \
	.stride = sizeof(item)

static const struct field class_fields[] = {
	CLASS(max_bytes, "max_bytes"),
	CLASS(packets, "packets"),
	{ 0 }
};

static const struct field episode_class_fields[] = {
	CLASS(max_bytes, "max_bytes"),
	CLASS(packets, "lost"),
	CLASS(passed, "passed"),
	{ 0 }
};

static const struct field source_fields[] = {
	SOURCE(source, "source", .kind = FIELD_WORD, .words = tunwin_shortage_source),
	SOURCE(packets, "packets", .unit = UNIT_COUNT),
	SOURCE(first_ns, "first_s", .unit = UNIT_AGE),
	SOURCE(last_ns, "last_s", .unit = UNIT_AGE),
	SOURCE(classes, "size_classes",
	       LIST(struct buffer_source_count, class_count, class_fields, struct buffer_class)),
	{ 0 }
};

static const struct field episode_source_fields[] = {
	SOURCE(source, "source", .kind = FIELD_WORD, .words = tunwin_shortage_source),
	SOURCE(packets, "packets", .unit = UNIT_COUNT),
	{ 0 }
};

static const struct field page_fields[] = {
	PAGE(order, "order", .unit = UNIT_COUNT),
	PAGE(failed, "failed", .unit = UNIT_COUNT),
	PAGE(quiet, "quiet", .unit = UNIT_COUNT),
	PAGE(first_ns, "first_s", .unit = UNIT_AGE),
	PAGE(last_ns, "last_s", .unit = UNIT_AGE),
	{ 0 }
};

static const struct field cpu_fields[] = {
	CPU(cpu), CPU(processed), CPU(dropped), CPU(squeezed), CPU(pps), CPU(squeezed_per_s), { 0 }
};

static const struct field device_fields[] = {
	DEVICE(name, "device", .kind = FIELD_STRING),
	DEVICE(ifindex, "ifindex", .unit = UNIT_COUNT),
	DEVICE(netns, "netns", .unit = UNIT_COUNT),
	DEVICE(role, "role", .kind = FIELD_WORD, .words = tunwin_shortage_role),
	DEVICE(episode, "episode", .kind = FIELD_ID),
	DEVICE(sources, "sources",
	       LIST(struct buffer_device, source_count, source_fields, struct buffer_source_count)),
	{ 0 }
};

static const struct field host_fields[] = {
	HOST(pages, "page_failures",
	     LIST(struct buffer_host, page_count, page_fields, struct page_order)),
	HOST(cpus, "cpus", LIST(struct buffer_host, cpu_count, cpu_fields, struct cpu)),
	HOST(unplaced, "unplaced",
	     LIST(struct buffer_host, unplaced_count, source_fields, struct buffer_source_count)),
	HOST(gaps_missed, "gaps_missed", .unit = UNIT_COUNT),
	HOST(episodes_dropped, "episodes_dropped", .unit = UNIT_COUNT),
	{ 0 }
};

static const struct field hit_fields[] = {
	HIT(flow_id, "flow", .kind = FIELD_ID),
	HIT(tunnel, "tunnel", .kind = FIELD_STRING),
	HIT(near, "near", .kind = FIELD_ENDPOINT),
	HIT(far, "far", .kind = FIELD_ENDPOINT),
	HIT(lost_bytes, "lost_bytes", .unit = UNIT_BYTES),
	HIT(lost_segments, "lost_segments", .unit = UNIT_COUNT),
	HIT(segment_bytes, "segment_bytes", .unit = UNIT_BYTES),
	HIT(hit_ns, "hit_s", .unit = UNIT_AGE),
	HIT(stalled_ns, "stalled_s", .unit = UNIT_AGE),
	HIT(moved, "moved", .kind = FIELD_BOOL),
	{ 0 }
};

static const struct field episode_fields[] = {
	EPISODE(id, "id", .kind = FIELD_ID),
	EPISODE(device, "device", .kind = FIELD_STRING),
	EPISODE(ifindex, "ifindex", .unit = UNIT_COUNT),
	EPISODE(netns, "netns", .unit = UNIT_COUNT),
	EPISODE(over, "over", .kind = FIELD_BOOL),
	EPISODE(start_time_ns, "time", .unit = UNIT_AGE),
	EPISODE(since_ns, "since_s", .unit = UNIT_AGE),
	EPISODE(slack_ns, "slack_s", .unit = UNIT_AGE),
	EPISODE(duration_ns, "duration_s", .unit = UNIT_AGE),
	EPISODE(packets, "packets", .unit = UNIT_COUNT),
	EPISODE(peak_pps, "peak_pps", .unit = UNIT_COUNT),
	EPISODE(sources, "sources",
		LIST(struct episode, source_count, episode_source_fields,
		     struct buffer_source_count)),
	EPISODE(classes, "size_classes",
		LIST(struct episode, class_count, episode_class_fields, struct buffer_class)),
	EPISODE(pages, "page_failures",
		LIST(struct episode, page_count, page_fields, struct page_order)),
	EPISODE(flows, "flow_count", .unit = UNIT_COUNT),
	EPISODE(hits, "flows", LIST(struct episode, hit_count, hit_fields, struct episode_flow)),
	{ 0 }
};

/* ---- JSON ---- */

/* What a device below a tunnel might tell: sockets and GRO cells are above it. */
static bool is_of_lower(size_t source)
{
	return source != BUFFER_GRO_CELLS && source != BUFFER_SOCKET && source != BUFFER_TCP_MEMORY;
}

/* Of what is not told there is no number; so it is named. */
static struct json_object *missing_json(const struct buffer_device *device)
{
	struct json_object *array = json_object_new_array();

	for (size_t source = 0; source < BUFFER_SOURCE_COUNT; source++) {
		const char *word = tunwin_shortage_source[source];

		if ((is_of_lower(source) || device->role.value == BUFFER_TUNNEL) &&
		    !tunwin_shortage_count(device, (enum buffer_source)source))
			json_object_array_add(array, json_object_new_string(word));
	}
	return array;
}

/* Where sizes are not told there is no list, which is something else than an empty one. */
static void drop_sizes(const struct buffer_device *device, struct json_object *object)
{
	struct json_object *sources = json_object_object_get(object, "sources");

	for (size_t i = 0; i < device->source_count; i++)
		if (device->sources[i].source.value >= BUFFER_MISSED)
			json_object_object_add(json_object_array_get_idx(sources, i),
					       "size_classes", NULL);
}

static struct json_object *device_json(const struct buffer_view *view,
				       const struct buffer_device *device)
{
	struct buffer_demand demand = tunwin_demand_of(view, device);
	struct json_object *object = tunwin_field_json(device_fields, device);

	drop_sizes(device, object);
	json_object_object_add(object, "not_available", missing_json(device));
	json_object_object_add(object, "demand", tunwin_demand_json(&demand));
	return object;
}

/* Of the whole host nothing may be told, which is something else than that nothing failed. */
static bool is_host_told(const struct buffer_host *host)
{
	return host->gaps_missed.known;
}

static struct json_object *episode_json(const struct episode *episode)
{
	struct json_object *object = tunwin_field_json(episode_fields, episode);

	if (episode->pages_untold.known)
		json_object_object_add(object, "page_failures", NULL);
	return object;
}

static struct json_object *episodes_json(const struct episode_list *list)
{
	struct json_object *array = json_object_new_array();

	for (size_t i = 0; i < list->count; i++)
		json_object_array_add(array, episode_json(&list->episodes[i]));
	return array;
}

static void print_json(const struct output *out, const struct buffer_view *view,
		       const char *device)
{
	struct json_object *object = json_object_new_object(), *array = json_object_new_array();

	for (size_t i = 0; i < view->devices.count; i++)
		if (!device || !strcmp(view->devices.devices[i].name, device))
			json_object_array_add(array,
					      device_json(view, &view->devices.devices[i]));
	json_object_object_add(object, "devices", array);
	json_object_object_add(object, "host", is_host_told(&view->host) ?
			       tunwin_field_json(host_fields, &view->host) : NULL);
	json_object_object_add(object, "episodes", episodes_json(&view->episodes));
	tunwin_print_json(out, object);
}

/* ---- text ---- */

struct class_name {
	char s[80];
};

static struct class_name class_name(const struct buffer_class *class)
{
	struct class_name name = { "larger" };

	if (class->max_bytes.known)
		snprintf(name.s, sizeof(name.s), "up to %s",
			 tunwin_format_count(class->max_bytes.value).s);
	return name;
}

/* "up to 256: 3, up to 9,018: 5" */
static void add_classes(struct table *table, const struct buffer_source_count *count)
{
	char text[256] = "";
	size_t used = 0;

	if (!count->class_count)
		snprintf(text, sizeof(text), "%s",
			 count->source.value < BUFFER_MISSED ? "-" : "sizes are not told");
	for (size_t i = 0; i < count->class_count && used < sizeof(text); i++) {
		const struct buffer_class *class = &count->classes[i];

		used += (size_t)snprintf(text + used, sizeof(text) - used, "%s%s: %s",
					 i ? ", " : "", class_name(class).s,
					 tunwin_format_opt(UNIT_COUNT, class->packets).s);
	}
	tunwin_table_add(table, "%s", text);
}

static const struct table_column source_columns[] = {
	{ .title = "DEVICE" },
	{ .title = "ROLE", .drop = 2 },
	{ .title = "SOURCE" },
	{ .title = "PACKETS", .right = true },
	{ .title = "FIRST", .right = true, .drop = 1 },
	{ .title = "LAST", .right = true },
	{ .title = "BY SIZE", .cut = true },
};

static void add_ago(struct table *table, struct opt_u64 ns)
{
	tunwin_table_add(table, "%s%s", ns.known ? tunwin_format_age(ns.value).s : "-",
			 ns.known ? " ago" : "");
}

static void add_device(struct table *table, const struct buffer_device *device)
{
	const char *role = device->role.known ? tunwin_shortage_role[device->role.value] : "?";
	bool first = true;

	for (size_t i = 0; i < device->source_count; i++) {
		const struct buffer_source_count *count = &device->sources[i];

		if (!count->source.known || !count->packets.value)
			continue;
		tunwin_table_add_bad(table, device->episode.known && first, "%s",
				     first ? device->name : "");
		tunwin_table_add(table, "%s", first ? role : "");
		tunwin_table_add(table, "%s", tunwin_shortage_source[count->source.value]);
		tunwin_table_add(table, "%s", tunwin_format_opt(UNIT_COUNT, count->packets).s);
		add_ago(table, count->first_ns);
		add_ago(table, count->last_ns);
		add_classes(table, count);
		first = false;
	}
	if (!first)
		return;
	tunwin_table_add(table, "%s", device->name);
	tunwin_table_add(table, "%s", role);
	tunwin_table_add(table, "-");
	tunwin_table_add(table, "0");
	for (size_t i = 0; i < 3; i++)
		tunwin_table_add(table, "-");
}

bool tunwin_buffer_is_meant(const struct buffer_device *device, const char *name)
{
	return !name || !strcmp(device->name, name);
}

static void print_sources(const struct output *out, const struct buffer_view *view,
			  const char *name)
{
	struct table *table = tunwin_table_new(source_columns, COUNT(source_columns));

	for (size_t i = 0; i < view->devices.count; i++)
		if (tunwin_buffer_is_meant(&view->devices.devices[i], name))
			add_device(table, &view->devices.devices[i]);
	tunwin_table_print(table, out, 0);
}

static void print_missing(const struct output *out, const struct buffer_device *device)
{
	size_t column = 0;

	for (size_t source = 0; source < BUFFER_SOURCE_COUNT; source++) {
		const char *word = tunwin_shortage_source[source];

		if (!is_of_lower(source) ||
		    tunwin_shortage_count(device, (enum buffer_source)source))
			continue;
		if (!column)
			column = (size_t)fprintf(out->file, "%s: not available here:",
						 device->name);
		if (out->width && column + strlen(word) + 2 > out->width)
			column = (size_t)fprintf(out->file, "\n ") - 1;
		column += (size_t)fprintf(out->file, " %s", word);
	}
	if (column)
		fputc('\n', out->file);
}

static void print_pages(const struct output *out, const struct page_order *pages, size_t count,
			const char *title)
{
	if (!count)
		return;
	fprintf(out->file, "\n%s\n", title);
	for (size_t i = 0; i < count; i++) {
		fprintf(out->file, "  order %s: %s",
			tunwin_format_opt(UNIT_COUNT, pages[i].order).s,
			tunwin_format_opt(UNIT_COUNT, pages[i].failed).s);
		if (pages[i].quiet.known)
			fprintf(out->file, ", %s of them without a warning",
				tunwin_format_opt(UNIT_COUNT, pages[i].quiet).s);
		if (pages[i].last_ns.known)
			fprintf(out->file, "; the last %s ago",
				tunwin_format_opt(UNIT_AGE, pages[i].last_ns).s);
		fputc('\n', out->file);
	}
}

static void print_untold(const struct output *out)
{
	fputs("\nWhether page allocations failed is shown with CAP_NET_ADMIN in the initial user\n"
	      "namespace only.\n", out->file);
}

static const struct table_column episode_columns[] = {
	{ .title = "EPISODE" },
	{ .title = "DEVICE" },
	{ .title = "BEGAN" },
	{ .title = "LASTED", .right = true },
	{ .title = "PACKETS", .right = true },
	{ .title = "PEAK/S", .right = true, .drop = 1 },
	{ .title = "FLOWS", .right = true },
	{ .title = "SOURCES", .cut = true },
};

static struct text begun(const struct episode *episode, bool exactly)
{
	time_t seconds = (time_t)(episode->start_time_ns.value / NS_PER_S);
	struct text text;
	struct tm local;
	size_t used;

	localtime_r(&seconds, &local);
	used = strftime(text.s, sizeof(text.s), "%Y-%m-%d %H:%M:%S", &local);
	if (exactly)
		snprintf(text.s + used, sizeof(text.s) - used, ".%03u",
			 (unsigned int)(episode->start_time_ns.value % NS_PER_S / 1000000));
	return text;
}

/* "missed 253, alloc 7" */
static void name_sources(const struct episode *episode, char *text, size_t size)
{
	size_t used = 0;

	*text = '\0';
	for (size_t i = 0; i < episode->source_count && used < size; i++) {
		const struct buffer_source_count *count = &episode->sources[i];

		used += (size_t)snprintf(text + used, size - used, "%s%s %s", i ? ", " : "",
					 count->source.known ?
						 tunwin_shortage_source[count->source.value] : "?",
					 tunwin_format_opt(UNIT_COUNT, count->packets).s);
	}
}

static bool goes_on(const struct episode *episode)
{
	return episode->over.known && !episode->over.value;
}

static void print_episode_table(const struct output *out, const struct episode_list *list,
				const char *device, size_t most)
{
	struct table *table = tunwin_table_new(episode_columns, COUNT(episode_columns));
	char sources[256];
	size_t shown = 0;

	/* The latest first. */
	for (size_t i = list->count; i-- && shown < most;) {
		const struct episode *episode = &list->episodes[i];

		if (device && strcmp(episode->device, device))
			continue;
		shown++;
		tunwin_table_add(table, "%llu", (unsigned long long)episode->id.value);
		tunwin_table_add(table, "%s", episode->device);
		tunwin_table_add(table, "%s", begun(episode, false).s);
		tunwin_table_add_bad(table, goes_on(episode), "%s%s",
				     tunwin_format_opt(UNIT_TIME, episode->duration_ns).s,
				     goes_on(episode) ? " so far" : "");
		tunwin_table_add(table, "%s", tunwin_format_opt(UNIT_COUNT, episode->packets).s);
		tunwin_table_add(table, "%s", tunwin_format_opt(UNIT_COUNT, episode->peak_pps).s);
		tunwin_table_add(table, "%s", tunwin_format_opt(UNIT_COUNT, episode->flows).s);
		name_sources(episode, sources, sizeof(sources));
		tunwin_table_add(table, "%s", sources);
	}
	tunwin_table_print(table, out, 0);
}

void tunwin_buffer_print_episodes(const struct output *out, const struct episode_list *list)
{
	if (out->json)
		tunwin_print_json(out, episodes_json(list));
	else if (list->count)
		print_episode_table(out, list, NULL, list->count);
	else
		fputs("No shortage of buffers is remembered here.\n", out->file);
}

static void print_episode_classes(const struct output *out, const struct episode *episode)
{
	static const struct table_column columns[] = {
		{ .title = "SIZE" },
		{ .title = "MISSED BY FLOWS", .right = true },
		{ .title = "PASSED MEANWHILE", .right = true },
	};
	struct table *table;

	if (!episode->class_count)
		return;
	table = tunwin_table_new(columns, COUNT(columns));
	for (size_t i = 0; i < episode->class_count; i++) {
		const struct buffer_class *class = &episode->classes[i];

		tunwin_table_add(table, "%s", class_name(class).s);
		tunwin_table_add(table, "%s", tunwin_format_opt(UNIT_COUNT, class->packets).s);
		tunwin_table_add(table, "%s", tunwin_format_opt(UNIT_COUNT, class->passed).s);
	}
	fputc('\n', out->file);
	tunwin_table_print(table, out, 2);
}

static void print_hits(const struct output *out, const struct episode *episode)
{
	static const struct table_column columns[] = {
		{ .title = "FLOW" },
		{ .title = "TUNNEL" },
		{ .title = "NEAR" },
		{ .title = "FAR" },
		{ .title = "LOST", .right = true },
		{ .title = "OF", .right = true },
		{ .title = "STOOD STILL", .right = true },
	};
	struct table *table;

	if (!episode->hit_count)
		return;
	table = tunwin_table_new(columns, COUNT(columns));
	for (size_t i = 0; i < episode->hit_count; i++) {
		const struct episode_flow *hit = &episode->hits[i];
		bool stands = hit->moved.known && !hit->moved.value;

		tunwin_table_add(table, "%llu", (unsigned long long)hit->flow_id.value);
		tunwin_table_add(table, "%s", hit->tunnel);
		tunwin_table_add(table, "%s", tunwin_format_endpoint(&hit->near).s);
		tunwin_table_add(table, "%s", tunwin_format_endpoint(&hit->far).s);
		tunwin_table_add(table, "%s segments",
				 tunwin_format_opt(UNIT_COUNT, hit->lost_segments).s);
		tunwin_table_add(table, "%s", tunwin_format_opt(UNIT_BYTES, hit->segment_bytes).s);
		tunwin_table_add_bad(table, stands, "%s%s",
				     tunwin_format_opt(UNIT_TIME, hit->stalled_ns).s,
				     stands ? ", still" : "");
	}
	fputc('\n', out->file);
	tunwin_table_print(table, out, 2);
	if (episode->flows.known && episode->flows.value > episode->hit_count)
		fprintf(out->file, "  and %s more flows\n",
			tunwin_format_count(episode->flows.value - episode->hit_count).s);
}

static bool is_some(struct opt_u64 value)
{
	return value.known && value.value;
}

void tunwin_buffer_print_episode(const struct output *out, const struct episode *episode)
{
	char sources[256];

	if (out->json) {
		tunwin_print_json(out, episode_json(episode));
		return;
	}
	name_sources(episode, sources, sizeof(sources));
	fprintf(out->file, "Episode %llu: %s had no buffers for what arrived\n",
		(unsigned long long)episode->id.value, episode->device);
	fprintf(out->file, "  began      %s%s%s%s\n", begun(episode, true).s,
		episode->slack_ns.value ? ", or up to " : "",
		episode->slack_ns.value ? tunwin_format_time(episode->slack_ns.value).s : "",
		episode->slack_ns.value ? " earlier" : "");
	fprintf(out->file, "  lasted     %s%s\n",
		tunwin_format_opt(UNIT_TIME, episode->duration_ns).s,
		goes_on(episode) ? " so far" : "");
	/* Of buffers that could not be had, without a packet lost, the rate is no packets'. */
	fprintf(out->file, "  lost       %s packets%s%s%s\n",
		tunwin_format_opt(UNIT_COUNT, episode->packets).s,
		is_some(episode->packets) ? ", " : "",
		is_some(episode->packets) ?
			tunwin_format_opt(UNIT_COUNT, episode->peak_pps).s : "",
		is_some(episode->packets) ? " per second at its worst" : "");
	fprintf(out->file, "  by source  %s\n", sources);
	fprintf(out->file, "  flows      %s\n", tunwin_format_opt(UNIT_COUNT, episode->flows).s);
	print_episode_classes(out, episode);
	print_hits(out, episode);
	print_pages(out, episode->pages, episode->page_count,
		    "Page allocations that failed meanwhile, while packets were received");
	if (episode->pages_untold.known)
		print_untold(out);
}

#define EPISODES_SHOWN 5

static void print_legend(const struct output *out)
{
	if (!out->legend)
		return;
	fputs("\nWhat a SOURCE is: tunwin explain SOURCE. RATIO above 1: more buffers than there are.\n"
	      "One episode in full: tunwin buffers episode ID\n", out->file);
}

void tunwin_buffer_print(const struct output *out, const struct buffer_view *view,
			 const char *device)
{
	if (out->json) {
		print_json(out, view, device);
		return;
	}
	if (!view->devices.count) {
		fputs("There is no tunnel in this network namespace whose buffers could run out.\n",
		      out->file);
		return;
	}
	print_sources(out, view, device);
	for (size_t i = 0; i < view->devices.count; i++)
		if (tunwin_buffer_is_meant(&view->devices.devices[i], device) &&
		    view->devices.devices[i].role.value == BUFFER_LOWER)
			print_missing(out, &view->devices.devices[i]);
	tunwin_demand_print(out, view, device);
	print_pages(out, view->host.pages, view->host.page_count,
		    "Page allocations that failed on this host while packets were received");
	if (!is_host_told(&view->host))
		print_untold(out);
	if (view->episodes.count) {
		fputs("\nShortages, the latest first\n", out->file);
		print_episode_table(out, &view->episodes, device, EPISODES_SHOWN);
	}
	print_legend(out);
}
