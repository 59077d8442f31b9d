// SPDX-License-Identifier: GPL-2.0
#include <json.h>

#include "bdp.h"
#include "print/path.h"
#include "table.h"

struct row {
	struct opt_u64 window_bytes;
	struct opt_u64 ceiling_bps;
	struct opt_u64 segments;		/* whole ones that fit; not known without an MSS */
	struct opt_u64 segments_ceiling_bps;	/* what those allow */
	struct opt_u64 enough;			/* for the rate; not known without one */
};

struct answer {
	struct opt_u64 rate_bps;
	struct opt_u64 rtt_ns;
	struct opt_u64 mss_bytes;
	struct opt_u64 needed_bytes;
	struct opt_u64 recommended_bytes;
	struct opt_u64 needed_segments;
	struct opt_u64 needs_scaling;
	struct opt_u64 possible;		/* with one connection */
	size_t row_count;
	struct row rows[TUNWIN_BDP_ROWS_MAX];
};

#define A(member, key, ...) FIELD(struct answer, member, key, NULL, __VA_ARGS__)
#define R(member, key, ...) FIELD(struct row, member, key, NULL, __VA_ARGS__)

static const struct field row_fields[] = {
	R(window_bytes, "window_bytes", .unit = UNIT_BYTES),
	R(ceiling_bps, "ceiling_bps", .unit = UNIT_RATE),
	R(segments, "segments", .unit = UNIT_COUNT),
	R(segments_ceiling_bps, "segments_ceiling_bps", .unit = UNIT_RATE),
	R(enough, "enough", .kind = FIELD_BOOL),
	{ 0 }
};

static const struct field answer_fields[] = {
	A(rate_bps, "rate_bps", .unit = UNIT_RATE),
	A(rtt_ns, "rtt_s", .unit = UNIT_TIME),
	A(mss_bytes, "mss_bytes", .unit = UNIT_BYTES),
	A(needed_bytes, "needed_bytes", .unit = UNIT_BYTES),
	A(recommended_bytes, "recommended_bytes", .unit = UNIT_BYTES),
	A(needed_segments, "needed_segments", .unit = UNIT_COUNT),
	A(needs_scaling, "needs_window_scaling", .kind = FIELD_BOOL),
	A(possible, "possible", .kind = FIELD_BOOL),
	A(rows, "windows", .kind = FIELD_LIST, .sub = row_fields,
	  .present = offsetof(struct answer, row_count), .stride = sizeof(struct row)),
	{ 0 }
};

static void fill_row(struct row *row, const struct answer *answer, uint64_t window)
{
	uint64_t rtt_ns = answer->rtt_ns.value;
	uint64_t segments;

	row->window_bytes = OPT_U64(window);
	row->ceiling_bps = OPT_U64(tunwin_bdp_ceiling_bps(window, rtt_ns));
	if (answer->needed_bytes.known)
		row->enough = OPT_U64(window >= answer->needed_bytes.value);
	if (!answer->mss_bytes.known)
		return;
	segments = window / answer->mss_bytes.value;
	row->segments = OPT_U64(segments);
	row->segments_ceiling_bps =
		OPT_U64(tunwin_bdp_ceiling_bps(segments * answer->mss_bytes.value, rtt_ns));
}

static void reckon(struct answer *answer, const struct path *path)
{
	uint64_t windows[TUNWIN_BDP_ROWS_MAX];
	uint64_t until = 0;

	*answer = (struct answer){
		.rate_bps = path->rate_bps,
		.rtt_ns = OPT_U64(path->rtt_ns),
		.mss_bytes = path->mss_bytes,
	};
	if (path->rate_bps.known) {
		uint64_t rate = path->rate_bps.value;
		uint64_t needed = tunwin_bdp_needed_bytes(rate, path->rtt_ns, 1);

		until = tunwin_bdp_needed_bytes(rate, path->rtt_ns, 2);
		answer->needed_bytes = OPT_U64(needed);
		answer->recommended_bytes = OPT_U64(until);
		answer->needs_scaling = OPT_U64(needed > TUNWIN_BDP_UNSCALED_MAX_BYTES);
		answer->possible = OPT_U64(needed <= TUNWIN_BDP_WINDOW_MAX_BYTES);
		if (path->mss_bytes.known)
			answer->needed_segments = OPT_U64(needed / path->mss_bytes.value +
							  !!(needed % path->mss_bytes.value));
	}
	answer->row_count = tunwin_bdp_windows(until, windows);
	for (size_t i = 0; i < answer->row_count; i++)
		fill_row(&answer->rows[i], answer, windows[i]);
}

static void print_needed(const struct output *out, const struct answer *answer)
{
	static const struct table_column columns[] = {
		{ .right = false }, { .right = true }, { .right = false },
	};
	struct table *table;

	fprintf(out->file, "A path of %s and %s round trip time\n",
		tunwin_format_rate(answer->rate_bps.value).s,
		tunwin_format_time(answer->rtt_ns.value).s);
	table = tunwin_table_new(columns, 3);
	tunwin_table_add(table, "needed window");
	tunwin_table_add(table, "%s", tunwin_format_bytes(answer->needed_bytes.value).s);
	tunwin_table_add(table, "rate x RTT, what the path holds");
	tunwin_table_add(table, "recommended");
	tunwin_table_add(table, "%s", tunwin_format_bytes(answer->recommended_bytes.value).s);
	tunwin_table_add(table, "2 x rate x RTT, for a fast or long path");
	if (answer->needed_segments.known) {
		tunwin_table_add(table, "in segments");
		tunwin_table_add(table, "%s", tunwin_format_count(answer->needed_segments.value).s);
		tunwin_table_add(table, "of %s under way at a time",
				 tunwin_format_bytes(answer->mss_bytes.value).s);
	}
	tunwin_table_print(table, out, 2);
	fputc('\n', out->file);
}

/* All rates of the table in one unit, with one decimal to the nearest: 1 Mb/s is 10^6 b/s. */
static struct text cell_rate(uint64_t bps, bool kilo)
{
	return tunwin_format_fixed(bps, kilo ? 1000 : 1000000, 1);
}

static struct text window_name(uint64_t window)
{
	static const char *const units[] = { "KB", "MB" };
	unsigned int unit = window >= 1 << 20;
	struct text text;

	if (window == TUNWIN_BDP_WINDOW_MAX_BYTES)
		return (struct text){ "largest" };
	snprintf(text.s, sizeof(text.s), "%llu %s",
		 (unsigned long long)(window >> (unit ? 20 : 10)), units[unit]);
	return text;
}

static void print_rows(const struct output *out, const struct answer *answer)
{
	/* Megabits, as everyone counts windows in, unless the path is so long that they are 0.0. */
	bool kilo = answer->rows[0].ceiling_bps.value < 50000;
	const struct table_column columns[] = {
		{ .title = "WINDOW", .right = true },
		{ .title = "BYTES", .right = true },
		{ .title = kilo ? "CEILING kb/s" : "CEILING Mb/s", .right = true },
		{ .title = answer->mss_bytes.known ? "SEGMENTS" : NULL, .right = true },
		{ .title = answer->mss_bytes.known ? "THEY ALLOW" : NULL, .right = true },
		{ .title = "" },
	};
	struct table *table = tunwin_table_new(columns, 6);
	bool enough = false;
	bool recommended = false;

	for (size_t i = 0; i < answer->row_count; i++) {
		const struct row *row = &answer->rows[i];
		uint64_t window = row->window_bytes.value;
		const char *mark = "";

		if (!recommended && answer->recommended_bytes.known &&
		    window >= answer->recommended_bytes.value) {
			mark = enough ? "recommended" : "enough, and recommended";
			enough = true;
			recommended = true;
		} else if (!enough && row->enough.known && row->enough.value) {
			mark = "enough";
			enough = true;
		}
		tunwin_table_add(table, "%s", window_name(window).s);
		tunwin_table_add(table, "%s", tunwin_format_count(window).s);
		tunwin_table_add(table, "%s", cell_rate(row->ceiling_bps.value, kilo).s);
		if (row->segments.known) {
			tunwin_table_add(table, "%s", tunwin_format_count(row->segments.value).s);
			tunwin_table_add(table, "%s",
					 cell_rate(row->segments_ceiling_bps.value, kilo).s);
		} else {
			tunwin_table_add(table, "%s", "");
			tunwin_table_add(table, "%s", "");
		}
		tunwin_table_add(table, "%s", mark);
	}
	tunwin_table_print(table, out, 0);
}

void tunwin_path_print(const struct output *out, const struct path *path)
{
	struct answer answer;

	reckon(&answer, path);
	if (out->json) {
		tunwin_print_json(out, tunwin_field_json(answer_fields, &answer));
		return;
	}
	if (answer.rate_bps.known)
		print_needed(out, &answer);
	fprintf(out->file, "What a window allows at %s (1 KB is 1,024 bytes, 1 Mb/s is 1,000,000 b/s)\n",
		tunwin_format_time(path->rtt_ns).s);
	print_rows(out, &answer);
	fputs("\nA window of more than 65,535 bytes needs window scaling (RFC 7323) at both ends.\n",
	      out->file);
	if (answer.possible.known && !answer.possible.value)
		fprintf(out->file,
			"%sOne connection cannot fill this path: TCP windows end at %s.%s\n",
			tunwin_print_bad(out), tunwin_format_bytes(TUNWIN_BDP_WINDOW_MAX_BYTES).s,
			tunwin_print_normal(out));
}
