// SPDX-License-Identifier: GPL-2.0
#include <json.h>
#include <string.h>

#include "derive.h"
#include "print/tunnel.h"
#include "table.h"

#define T(member, key, label, ...) FIELD(struct tunnel, member, key, label, __VA_ARGS__)
#define R(member, key, label, ...) FIELD(struct traffic, member, key, label, __VA_ARGS__)
#define C(member, key, label, ...) FIELD(struct size_class, member, key, label, __VA_ARGS__)
#define E(member, label) \
	FIELD(struct traffic_errors, member, #member, label, .unit = UNIT_COUNT)
#define NOT_YET(k) { .key = (k), .kind = FIELD_NULL }
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* The labels follow a number: "12 packets out of sequence". */
const struct field tunwin_tunnel_error_fields[] = {
	E(errors, "with errors of any kind"),
	E(dropped, "dropped"),
	E(sequence, "out of sequence (GRE sequence numbers, iseq)"),
	E(checksum, "with a wrong or missing checksum (GRE, icsum)"),
	E(ecn, "with outer and inner ECN marks that contradict each other"),
	E(length, "shorter than their inner header"),
	E(carrier, "without a route to the remote end of the tunnel"),
	E(collisions, "routed back into the tunnel itself"),
	{ 0 }
};

static const struct field class_fields[] = {
	C(max_bytes, "max_bytes", NULL, .unit = UNIT_BYTES),
	C(segments, "segments", NULL, .unit = UNIT_COUNT),
	C(len_bytes, "len_bytes", NULL, .unit = UNIT_BYTES),
	C(truesize_bytes, "truesize_bytes", NULL, .unit = UNIT_BYTES),
	C(retransmits, "retransmits", NULL, .unit = UNIT_COUNT),
	C(ratio_ppm, "ratio", NULL, .unit = UNIT_RATIO),
	{ 0 }
};

static const struct field traffic_fields[] = {
	R(bps, "bps", "rate now", .unit = UNIT_RATE),
	R(pps, "pps", "packets per second, of the device", .unit = UNIT_COUNT),
	R(packets, "packets", "packets, of the device", .unit = UNIT_COUNT),
	R(bytes, "bytes", "bytes, of the device", .unit = UNIT_COUNT),
	R(skbs, "skbs", "buffers (skbs)", .unit = UNIT_COUNT),
	R(segments, "segments", "packets on the wire in them", .unit = UNIT_COUNT),
	R(segments_per_skb_ppm, "segments_per_skb", "packets per buffer (GRO, GSO)",
	  .unit = UNIT_MEAN),
	R(tcp_segments, "tcp_segments", "TCP segments among them", .unit = UNIT_COUNT),
	R(inner_bytes, "inner_bytes", "bytes of those packets", .unit = UNIT_COUNT),
	R(bytes_per_packet_ppm, "bytes_per_packet", "bytes per packet on the wire",
	  .unit = UNIT_MEAN),
	R(len_bytes, "len_bytes", "bytes in the buffers", .unit = UNIT_COUNT),
	R(truesize_bytes, "truesize_bytes", "memory of the buffers (truesize)", .unit = UNIT_COUNT),
	R(ratio_ppm, "ratio", "bytes / memory", .unit = UNIT_RATIO),
	R(unparsed, "unparsed", "without a readable TCP header", .unit = UNIT_COUNT),
	R(errors, "errors", NULL, .kind = FIELD_OBJECT, .sub = tunwin_tunnel_error_fields),
	R(classes, "size_classes", NULL, .kind = FIELD_LIST, .sub = class_fields,
	  .present = offsetof(struct traffic, class_count), .stride = sizeof(struct size_class)),
	R(size_break, "size_break", NULL, .kind = FIELD_OBJECT, .sub = tunwin_field_size_break,
	  .present = offsetof(struct traffic, size_break.frame_bytes.known)),
	{ 0 }
};

#define J(member) FIELD(struct jumbo, member, #member, NULL, .unit = UNIT_COUNT)
#define P(member, key) FIELD(struct cpu, member, key, NULL, .unit = UNIT_COUNT)

static const struct field jumbo_fields[] = {
	J(frames), J(bytes), J(truesize_bytes), J(max_bytes), J(page_order), { 0 }
};

static const struct field cpu_fields[] = {
	P(cpu, "cpu"),
	P(in_skbs, "skbs"),
	P(in_pps, "skbs_per_s"),
	P(pps, "cpu_packets_per_s"),
	P(squeezed_per_s, "cpu_squeezed_per_s"),
	{ 0 }
};

const struct field tunwin_tunnel_fields[] = {
	T(name, "tunnel", NULL, .kind = FIELD_STRING),
	T(ifindex, "ifindex", NULL, .unit = UNIT_COUNT),
	T(kind, "kind", NULL, .kind = FIELD_STRING),
	T(netns, "netns", NULL, .unit = UNIT_COUNT),
	T(tracked_by, "tracked_by", NULL, .kind = FIELD_WORD, .words = tunwin_model_tracked_by),
	T(up, "up", NULL, .kind = FIELD_BOOL),
	T(lower, "lower", NULL, .kind = FIELD_STRING),
	T(lower_ifindex, "lower_ifindex", NULL, .unit = UNIT_COUNT),
	T(flows, "flows", NULL, .unit = UNIT_COUNT),
	T(age_ns, "age_s", NULL, .unit = UNIT_AGE),
	T(in, "in", NULL, .kind = FIELD_OBJECT, .sub = traffic_fields),
	T(out, "out", NULL, .kind = FIELD_OBJECT, .sub = traffic_fields),
	T(jumbo, "jumbo", NULL, .kind = FIELD_OBJECT, .sub = jumbo_fields,
	  .present = offsetof(struct tunnel, has_jumbo)),
	T(cpus, "cpus", NULL, .kind = FIELD_LIST, .sub = cpu_fields,
	  .present = offsetof(struct tunnel, cpu_count), .stride = sizeof(struct cpu)),
	T(all_cpus, "cpu_count", NULL, .unit = UNIT_COUNT),
	T(rate_bps, "set_rate_bps", NULL, .unit = UNIT_RATE),
	T(collapse_ratio_ppm, "collapse_ratio", NULL, .unit = UNIT_RATIO),
	T(collapsed, "collapsed", NULL, .kind = FIELD_BOOL),
	T(alerts, "alerts", NULL, .unit = UNIT_COUNT),
	T(alerts_refused, "alerts_refused", NULL, .unit = UNIT_COUNT),
	{ 0 }
};

static const struct table_column list_columns[] = {
	{ .title = "TUNNEL" },
	{ .title = "KIND", .drop = 2 },
	{ .title = "LOWER", .drop = 3 },
	{ .title = "FLOWS", .right = true },
	{ .title = "DIR" },
	{ .title = "RATE", .right = true },
	{ .title = "SKBS/S", .right = true },
	{ .title = "PACKETS", .right = true },
	{ .title = "BYTES/PACKET", .right = true, .drop = 4 },
	{ .title = "PACKETS/SKB", .right = true, .drop = 1 },
	{ .title = "RATIO", .right = true },
};

static void add_direction(struct table *table, const char *name, const struct traffic *traffic)
{
	tunwin_table_add(table, "%s", name);
	tunwin_table_add(table, "%s", tunwin_format_opt(UNIT_RATE, traffic->bps).s);
	tunwin_table_add(table, "%s", tunwin_format_opt(UNIT_COUNT, traffic->pps).s);
	tunwin_table_add(table, "%s", tunwin_format_opt(UNIT_COUNT, traffic->segments).s);
	tunwin_table_add(table, "%s",
			 tunwin_format_opt(UNIT_MEAN, traffic->bytes_per_packet_ppm).s);
	tunwin_table_add(table, "%s",
			 tunwin_format_opt(UNIT_MEAN, traffic->segments_per_skb_ppm).s);
	tunwin_table_add(table, "%s", tunwin_format_opt(UNIT_RATIO, traffic->ratio_ppm).s);
}

static void add_tunnel(struct table *table, const struct tunnel *tunnel)
{
	bool down = tunnel->up.known && !tunnel->up.value;

	tunwin_table_add_bad(table, down, "%s%s", tunnel->name, down ? " (down)" : "");
	tunwin_table_add(table, "%s", *tunnel->kind ? tunnel->kind : "-");
	tunwin_table_add(table, "%s", *tunnel->lower ? tunnel->lower : "-");
	tunwin_table_add(table, "%s", tunwin_format_opt(UNIT_COUNT, tunnel->flows).s);
	add_direction(table, "in", &tunnel->in);
	for (unsigned int i = 0; i < 4; i++)
		tunwin_table_add(table, "%s", "");
	add_direction(table, "out", &tunnel->out);
}

/* The errors that have occurred, one a line; @prefix says where. */
static bool print_errors(const struct output *out, const char *prefix,
			 const struct traffic_errors *errors)
{
	bool any = false;

	for (const struct field *field = tunwin_tunnel_error_fields; field->key; field++) {
		const char *at = (const char *)errors + field->offset;
		const struct opt_u64 *count = (const void *)at;

		if (!count->known || !count->value)
			continue;
		fprintf(out->file, "%s%s%s packet%s %s%s\n", prefix, tunwin_print_bad(out),
			tunwin_format_count(count->value).s, count->value == 1 ? "" : "s",
			field->label, tunwin_print_normal(out));
		any = true;
	}
	return any;
}

static void print_list_errors(const struct output *out, const struct tunnel *tunnel)
{
	char prefix[MODEL_NAME_SIZE + 32];

	snprintf(prefix, sizeof(prefix), "%s in: ", tunnel->name);
	print_errors(out, prefix, &tunnel->in.errors);
	snprintf(prefix, sizeof(prefix), "%s out: ", tunnel->name);
	print_errors(out, prefix, &tunnel->out.errors);
}

static void print_list_json(const struct output *out, const struct tunnel_list *list)
{
	tunwin_print_array_begin(out);
	for (size_t i = 0; i < list->count; i++)
		tunwin_print_array_item(out, !i, tunwin_field_json(tunwin_tunnel_fields,
								   &list->tunnels[i]));
	tunwin_print_array_end(out, !list->count);
}

void tunwin_tunnel_print_list(const struct output *out, const struct tunnel_list *list, bool all)
{
	size_t hidden = 0;
	struct table *table;

	if (out->json) {
		print_list_json(out, list);
		return;
	}
	for (size_t i = 0; i < list->count; i++)
		hidden += !all && tunwin_derive_is_unused(&list->tunnels[i]);
	if (hidden < list->count) {
		table = tunwin_table_new(list_columns, COUNT(list_columns));
		for (size_t i = 0; i < list->count; i++)
			if (all || !tunwin_derive_is_unused(&list->tunnels[i]))
				add_tunnel(table, &list->tunnels[i]);
		tunwin_table_print(table, out, 0);
		for (size_t i = 0; i < list->count; i++)
			print_list_errors(out, &list->tunnels[i]);
	} else {
		fputs("There is no tunnel in use in this network namespace. tunwin watches devices of\n"
		      "the kinds gre, gretap, erspan, ip6gre, ip6gretap, ip6erspan, ipip, sit, ip6tnl,\n"
		      "vti, vti6, xfrm, vxlan, geneve and wireguard, and others with: tunwin track DEV\n",
		      out->file);
	}
	if (hidden)
		fprintf(out->file, "%s%zu more %s down and unused (tunwin tunnels all)\n",
			hidden < list->count ? "\n" : "", hidden,
			hidden == 1 ? "tunnel is" : "tunnels are");
}

void tunwin_tunnel_print_legend(const struct output *out)
{
	if (!out->legend)
		return;
	fputs("\n"
	      "DIR in is what arrives through the tunnel, out what leaves through it. PACKETS\n"
	      "are those on the wire; an SKB is a buffer of the kernel and may hold several\n"
	      "(GRO, GSO). RATIO is bytes / memory of the SKBs, 1 is best. ? is not known.\n"
	      "One tunnel in full: tunwin tunnels NAME\n",
	      out->file);
}

static void print_classes(const struct output *out, const char *title,
			  const struct traffic *traffic)
{
	static const struct table_column columns[] = {
		{ .title = "FRAME SIZE" },
		{ .title = "PACKETS", .right = true },
		{ .title = "SHARE", .right = true },
		{ .title = "BYTES", .right = true },
		{ .title = "MEMORY", .right = true },
		{ .title = "RATIO", .right = true },
		{ .title = "SENT AGAIN", .right = true },
	};
	struct table *table;
	uint64_t total = 0;

	for (size_t i = 0; i < traffic->class_count; i++)
		total += traffic->classes[i].segments.value;
	fprintf(out->file, "\n%s\n", title);
	table = tunwin_table_new(columns, COUNT(columns));
	for (size_t i = 0; i < traffic->class_count; i++) {
		const struct size_class *class = &traffic->classes[i];
		struct opt_u64 share = tunwin_derive_ppm(class->segments, OPT_U64(total));

		if (class->max_bytes.known)
			tunwin_table_add(table, "up to %s",
					 tunwin_format_count(class->max_bytes.value).s);
		else
			tunwin_table_add(table, "larger");
		tunwin_table_add(table, "%s", tunwin_format_opt(UNIT_COUNT, class->segments).s);
		tunwin_table_add(table, "%s%s", share.known ?
				 tunwin_format_fixed(share.value, 10000, 1).s : "?",
				 share.known ? "%" : "");
		tunwin_table_add(table, "%s", tunwin_format_opt(UNIT_COUNT, class->len_bytes).s);
		tunwin_table_add(table, "%s",
				 tunwin_format_opt(UNIT_COUNT, class->truesize_bytes).s);
		tunwin_table_add(table, "%s", tunwin_format_opt(UNIT_RATIO, class->ratio_ppm).s);
		tunwin_table_add(table, "%s", tunwin_format_opt(UNIT_COUNT, class->retransmits).s);
	}
	tunwin_table_print(table, out, 2);
	if (traffic->size_break.frame_bytes.known)
		fprintf(out->file, "  %sof frames over %s bytes %s%% are sent again, of others %s%%%s\n",
			tunwin_print_bad(out),
			tunwin_format_opt(UNIT_COUNT, traffic->size_break.frame_bytes).s,
			tunwin_format_fixed(traffic->size_break.above_ppm.value, 10000, 2).s,
			tunwin_format_fixed(traffic->size_break.below_ppm.value, 10000, 2).s,
			tunwin_print_normal(out));
}

/* Where packets and not bits are the limit it is one CPU's (net_rx_action()). */
static void print_cpus(const struct output *out, const struct tunnel *tunnel)
{
	static const struct table_column columns[] = {
		{ .title = "CPU" },
		{ .title = "SKBS", .right = true },
		{ .title = "SKBS/S", .right = true },
		{ .title = "SHARE", .right = true },
		{ .title = "ALL PACKETS/S", .right = true },
		{ .title = "SQUEEZED/S", .right = true },
	};
	const struct cpu *crowded = tunwin_derive_crowded_cpu(tunnel);
	struct opt_u64 pps = OPT_U64(tunwin_derive_cpus_pps(tunnel));
	struct table *table = tunwin_table_new(columns, COUNT(columns));

	for (size_t i = 0; i < tunnel->cpu_count; i++) {
		const struct cpu *cpu = &tunnel->cpus[i];
		struct opt_u64 share = tunwin_derive_ppm(cpu->in_pps, pps);

		tunwin_table_add_bad(table, cpu == crowded, "%s",
				     tunwin_format_opt(UNIT_COUNT, cpu->cpu).s);
		tunwin_table_add(table, "%s", tunwin_format_opt(UNIT_COUNT, cpu->in_skbs).s);
		tunwin_table_add(table, "%s", tunwin_format_opt(UNIT_COUNT, cpu->in_pps).s);
		tunwin_table_add(table, "%s%s", share.known ?
				 tunwin_format_fixed(share.value, 10000, 1).s : "-",
				 share.known ? "%" : "");
		tunwin_table_add(table, "%s", tunwin_format_opt(UNIT_COUNT, cpu->pps).s);
		tunwin_table_add_bad(table, cpu == crowded, "%s",
				     tunwin_format_opt(UNIT_COUNT, cpu->squeezed_per_s).s);
	}
	fputs("\nCPUs in\n", out->file);
	tunwin_table_print(table, out, 2);
	if (tunnel->all_cpus.value > tunnel->cpu_count)
		fprintf(out->file, "  and %s CPUs with fewer\n",
			tunwin_format_opt(UNIT_COUNT,
					  OPT_U64(tunnel->all_cpus.value - tunnel->cpu_count)).s);
}

static void print_tunnel_errors(const struct output *out, const struct tunnel *tunnel)
{
	bool any;

	fputs("\nErrors\n", out->file);
	any = print_errors(out, "  in   ", &tunnel->in.errors);
	any |= print_errors(out, "  out  ", &tunnel->out.errors);
	if (!any)
		fputs("  none\n", out->file);
}

void tunwin_tunnel_print(const struct output *out, const struct tunnel *tunnel)
{
	static const char *const titles[] = { "in", "out" };
	const void *traffic[] = { &tunnel->in, &tunnel->out };

	if (out->json) {
		tunwin_print_array_begin(out);
		tunwin_print_array_item(out, true, tunwin_field_json(tunwin_tunnel_fields, tunnel));
		tunwin_print_array_end(out, false);
		return;
	}
	fprintf(out->file, "Tunnel %s%s%s%s", tunnel->name, *tunnel->kind ? " (" : "",
		tunnel->kind, *tunnel->kind ? ")" : "");
	if (tunnel->up.known)
		fprintf(out->file, tunnel->up.value ? ", up" : ", down");
	if (*tunnel->lower)
		fprintf(out->file, ", over %s", tunnel->lower);
	if (tunnel->tracked_by.known && tunnel->tracked_by.value == TRACKED_BY_USER)
		fprintf(out->file, ", watched at the user's wish (tunwin track)");
	fprintf(out->file, "\n%s TCP flows now; counted for %s\n\n",
		tunwin_format_opt(UNIT_COUNT, tunnel->flows).s,
		tunwin_format_opt(UNIT_AGE, tunnel->age_ns).s);
	if (tunnel->alerts_refused.value)
		fprintf(out->file, "%s%s alerts were not raised for lack of room%s\n\n",
			tunwin_print_bad(out),
			tunwin_format_opt(UNIT_COUNT, tunnel->alerts_refused).s,
			tunwin_print_normal(out));
	tunwin_field_print(out, 2, traffic_fields, titles, traffic, 2);
	print_tunnel_errors(out, tunnel);
	if (tunnel->cpu_count)
		print_cpus(out, tunnel);
	if (tunnel->in.class_count)
		print_classes(out, "Sizes in", &tunnel->in);
	if (tunnel->out.class_count)
		print_classes(out, "Sizes out", &tunnel->out);
}
