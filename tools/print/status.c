// SPDX-License-Identifier: GPL-2.0
#include <json.h>
#include <string.h>

#include "print/status.h"
#include "table.h"

#define S(member, key, label, ...) FIELD(struct status, member, key, label, __VA_ARGS__)
#define A(member, key, ...) FIELD(struct account, member, key, NULL, __VA_ARGS__)
#define H(member, key, ...) FIELD(struct hook, member, key, NULL, __VA_ARGS__)

static const char *const account_kinds[ACCOUNT_KIND_COUNT + 1] = {
	[ACCOUNT_HOST] = "host",
	[ACCOUNT_NETNS] = "netns",
	[ACCOUNT_USER] = "user",
	[ACCOUNT_USERNS] = "userns",
};

static const struct field hook_fields[] = {
	H(name, "name", .kind = FIELD_STRING),
	H(attached, "attached", .kind = FIELD_BOOL),
	H(hits, "hits", .unit = UNIT_COUNT),
	H(error, "errno", .unit = UNIT_COUNT),
	H(error_text, "error", .kind = FIELD_STRING),
	{ 0 }
};

static const struct field account_fields[] = {
	A(kind, "kind", .kind = FIELD_WORD, .words = account_kinds),
	A(netns, "netns", .unit = UNIT_COUNT),
	A(uid, "uid", .unit = UNIT_COUNT),
	A(userns, "userns", .unit = UNIT_COUNT),
	A(flows, "flows", .unit = UNIT_COUNT),
	A(details, "details", .unit = UNIT_COUNT),
	A(history, "history", .unit = UNIT_COUNT),
	A(flows_refused, "flows_refused", .unit = UNIT_COUNT),
	A(details_refused, "details_refused", .unit = UNIT_COUNT),
	A(evicted, "evicted", .unit = UNIT_COUNT),
	{ 0 }
};

static const struct field status_fields[] = {
	S(version, "version", NULL, .kind = FIELD_STRING),
	S(tool_version, "tool_version", NULL, .kind = FIELD_STRING),
	S(kernel, "kernel", NULL, .kind = FIELD_STRING),
	S(uptime_ns, "uptime_s", NULL, .unit = UNIT_AGE),
	S(tunnels, "tunnels", "tunnels watched", .unit = UNIT_COUNT),
	S(flows, "flows", "flows now", .unit = UNIT_COUNT),
	S(half_open, "half_open", "half open (handshake not complete)", .unit = UNIT_COUNT),
	S(max_flows, "max_flows", "flows at most (max-flows)", .unit = UNIT_COUNT),
	S(details, "details", "flows judged, the others are counted", .unit = UNIT_COUNT),
	S(max_details, "max_details", "judged at most (max-details)", .unit = UNIT_COUNT),
	S(idle_timeout_ns, "idle_timeout_s", "idle flows end after (idle-timeout)",
	  .unit = UNIT_AGE),
	S(history, "history", "ended flows kept", .unit = UNIT_COUNT),
	S(max_history, "max_history", "kept at most (max-history)", .unit = UNIT_COUNT),
	S(share_percent, "share_percent", "percent of these for one namespace or user (share)",
	  .unit = UNIT_COUNT),
	S(created, "created", "flows created since the module was loaded", .unit = UNIT_COUNT),
	S(ended, "ended", "flows ended", .unit = UNIT_COUNT),
	S(unanswered, "unanswered", "half open to their end, not kept", .unit = UNIT_COUNT),
	S(evicted, "evicted", "flows evicted to make room for others", .unit = UNIT_COUNT),
	S(evicted_half_open, "evicted_half_open", "half open ones among them",
	  .unit = UNIT_COUNT),
	S(refused, "refused", "flows not recorded for want of room or memory", .unit = UNIT_COUNT),
	S(details_refused, "details_refused", "flows not judged from the beginning, no room",
	  .unit = UNIT_COUNT),
	S(details_withdrawn, "details_withdrawn", "flows judged no more, silent while room was short",
	  .unit = UNIT_COUNT),
	S(history_dropped, "history_dropped", "ended flows pushed out by later ones",
	  .unit = UNIT_COUNT),
	S(unparsed, "unparsed", "packets without a readable TCP header", .unit = UNIT_COUNT),
	S(watched_flows, "watched_flows", "flows looked at for alerts", .unit = UNIT_COUNT),
	S(watch_refused, "watch_refused", "flows not looked at, no room", .unit = UNIT_COUNT),
	S(ended_dropped, "ended_dropped", "ended flows not told of, no room", .unit = UNIT_COUNT),
	S(alerts_active, "alerts_active", "alerts active", .unit = UNIT_COUNT),
	S(alerts_history, "alerts_history", "alerts that are over, kept", .unit = UNIT_COUNT),
	S(alerts_raised, "alerts_raised", "alerts raised", .unit = UNIT_COUNT),
	S(alerts_refused, "alerts_refused", "alerts not raised for want of room",
	  .unit = UNIT_COUNT),
	S(alerts_dropped, "alerts_dropped", "alerts that are over, pushed out by later ones",
	  .unit = UNIT_COUNT),
	S(bytes_per_flow, "bytes_per_flow", "memory of one flow", .unit = UNIT_BYTES),
	S(bytes_per_detail, "bytes_per_detail", "and more, of one that is judged",
	  .unit = UNIT_BYTES),
	S(memory_bytes, "memory_bytes", "memory of all", .unit = UNIT_BYTES),
	S(account_total, "account_count", NULL, .unit = UNIT_COUNT),
	S(accounts, "accounts", NULL, .kind = FIELD_LIST, .sub = account_fields,
	  .present = offsetof(struct status, account_count), .stride = sizeof(struct account)),
	S(hooks, "hooks", NULL, .kind = FIELD_LIST, .sub = hook_fields,
	  .present = offsetof(struct status, hook_count), .stride = sizeof(struct hook)),
	{ .key = "cost_ns_per_packet", .kind = FIELD_NULL },
	{ 0 }
};

static void print_hooks(const struct output *out, const struct status *status)
{
	static const struct table_column columns[] = {
		{ .title = "HOOK" },
		{ .title = "ATTACHED" },
		{ .title = "HITS", .right = true },
		{ .title = "" },
	};
	struct table *table = tunwin_table_new(columns, 4);

	for (size_t i = 0; i < status->hook_count; i++) {
		const struct hook *hook = &status->hooks[i];
		bool missing = hook->attached.known && !hook->attached.value;

		tunwin_table_add(table, "%s", hook->name);
		tunwin_table_add_bad(table, missing, "%s",
				     tunwin_field_text(&hook_fields[1], hook).s);
		tunwin_table_add(table, "%s", tunwin_format_opt(UNIT_COUNT, hook->hits).s);
		tunwin_table_add(table, "%s", hook->error_text);
	}
	fputc('\n', out->file);
	tunwin_table_print(table, out, 0);
}

/* What a number of it stands for; the host needs none. */
static struct opt_u64 owner_of(const struct account *account)
{
	if (account->netns.known)
		return account->netns;
	return account->uid.known ? account->uid : account->userns;
}

static void print_accounts(const struct output *out, const struct status *status)
{
	static const struct table_column columns[] = {
		{ .title = "ACCOUNT" },
		{ .title = "FLOWS", .right = true },
		{ .title = "JUDGED", .right = true },
		{ .title = "ENDED", .right = true },
		{ .title = "EVICTED", .right = true },
		{ .title = "REFUSED", .right = true },
		{ .title = "NOT JUDGED", .right = true },
	};
	struct table *table = tunwin_table_new(columns, 7);

	for (size_t i = 0; i < status->account_count; i++) {
		const struct account *account = &status->accounts[i];
		const struct opt_u64 counts[] = {
			account->flows, account->details, account->history, account->evicted,
			account->flows_refused, account->details_refused,
		};

		if (owner_of(account).known)
			tunwin_table_add(table, "%s %llu", account_kinds[account->kind.value],
					 (unsigned long long)owner_of(account).value);
		else
			tunwin_table_add(table, "%s", account_kinds[account->kind.value]);
		for (size_t k = 0; k < sizeof(counts) / sizeof(counts[0]); k++)
			tunwin_table_add(table, "%s", tunwin_format_opt(UNIT_COUNT, counts[k]).s);
	}
	fputc('\n', out->file);
	tunwin_table_print(table, out, 0);
	if (status->account_total.value > status->account_count)
		fprintf(out->file, "These are the ones with the most flows of %s accounts.\n",
			tunwin_format_opt(UNIT_COUNT, status->account_total).s);
}

void tunwin_status_print(const struct output *out, const struct status *status)
{
	const void *records[] = { status };

	if (out->json) {
		tunwin_print_json(out, tunwin_field_json(status_fields, status));
		return;
	}
	fprintf(out->file, "tunwin module %s, loaded %s ago, in Linux %s\n", status->version,
		tunwin_format_opt(UNIT_AGE, status->uptime_ns).s, status->kernel);
	if (strcmp(status->version, status->tool_version))
		fprintf(out->file, "this tool is of another version, %s\n", status->tool_version);
	fputc('\n', out->file);
	tunwin_field_print(out, 0, status_fields, NULL, records, 1);
	if (!status->created.known)
		fputs("\nThese are of this network namespace. What is counted for the whole host is shown\n"
		      "with CAP_NET_ADMIN in the initial user namespace only.\n", out->file);
	if (status->account_count)
		print_accounts(out, status);
	if (status->hook_count)
		print_hooks(out, status);
}
