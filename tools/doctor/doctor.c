// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cause/causes.h"
#include "derive.h"
#include "doctor/doctor.h"
#include "error.h"

struct finding *tunwin_doctor_add(struct report *report)
{
	struct finding *finding;

	if (report->count == report->space) {
		report->space = report->space ? 2 * report->space : 16;
		report->findings = reallocarray(report->findings, report->space,
						sizeof(*report->findings));
		if (!report->findings)
			tunwin_error_nomem();
	}
	finding = &report->findings[report->count++];
	memset(finding, 0, sizeof(*finding));
	return finding;
}

void tunwin_doctor_forget(struct report *report, const char *code, uint64_t flow_id)
{
	for (size_t i = 0; i < report->count; i++) {
		struct finding *finding = &report->findings[i];

		if (strcmp(finding->code, code))
			continue;
		for (size_t j = 0; j < finding->flow_count && j < FINDING_FLOWS; j++) {
			if (finding->flows[j] != flow_id)
				continue;
			memmove(&finding->flows[j], &finding->flows[j + 1],
				(FINDING_FLOWS - 1 - j) * sizeof(*finding->flows));
			finding->flow_count--;
			break;
		}
		if (!finding->flow_count)
			*finding = report->findings[--report->count];
		return;
	}
}

void tunwin_doctor_free(struct report *report)
{
	free(report->findings);
	free(report->verdicts);
	memset(report, 0, sizeof(*report));
}

static enum severity severity_of(const struct cause *cause, const struct cause_facts *facts)
{
	static const char *const breaking[] = { "size-loss", "tunnel-drop", "mem-pressure" };

	if (!strcmp(cause->code, "full") || !strcmp(cause->code, "autotune") ||
	    cause->limit == LIMIT_SENDER)
		return SEVERITY_NOTE;
	for (size_t i = 0; i < sizeof(breaking) / sizeof(breaking[0]); i++)
		if (!strcmp(cause->code, breaking[i]))
			return SEVERITY_BREAKS;
	return facts->data->window.now_bytes.known && !facts->data->window.now_bytes.value ?
	       SEVERITY_BREAKS : SEVERITY_LIMITS;
}

/* Of the same setting of the host there is one finding, whatever the tunnel. */
static bool is_of_host(const char *code)
{
	return !strcmp(code, "rmem-max") || !strcmp(code, "autotune-off") ||
	       !strcmp(code, "autotune-stuck") || !strcmp(code, "mem-pressure");
}

/* The same of another flow: one finding, for which the worst flow's numbers stand. */
static struct finding *find_same(struct report *report, const char *code, const char *tunnel,
				 bool in)
{
	for (size_t i = 0; i < report->count; i++) {
		struct finding *finding = &report->findings[i];

		if (strcmp(finding->code, code))
			continue;
		if (is_of_host(code) || (!strcmp(finding->tunnel, tunnel) && finding->in.known &&
					 finding->in.value == in))
			return finding;
	}
	return NULL;
}

/* That the window is not the limit is the answer to the question that is asked most. */
static void add_not_the_window(struct finding *finding, const struct cause *cause,
			       const struct cause_facts *facts)
{
	const struct direction *data = facts->data;
	size_t used = strlen(finding->evidence);

	if (cause->limit != LIMIT_NET || !data->ceiling_bps.known || !data->rate_bps.known ||
	    data->rate_bps.value >= data->ceiling_bps.value / 5 * 4)
		return;
	snprintf(finding->evidence + used, sizeof(finding->evidence) - used,
		 "; the window allows %s at this round trip and %s are used: it is not the limit",
		 tunwin_format_rate(data->ceiling_bps.value).s,
		 tunwin_format_rate(data->rate_bps.value).s);
}

/* In a namespace its commands must be said there, too. */
static void say_where(struct finding *finding, const struct cause_facts *facts)
{
	static const char *const commands[] = { "ip ", "tc ", "nft ", "ss ", "ethtool " };
	const char *in = facts->host ? facts->host->in : "";
	size_t used = strlen(finding->advice);

	if (!*in || strstr(finding->advice, in))
		return;
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		if (!strstr(finding->advice, commands[i]))
			continue;
		snprintf(finding->advice + used, sizeof(finding->advice) - used,
			 " (in that namespace: %s...)", in);
		return;
	}
}

static void describe(struct finding *finding, const struct cause *cause,
		     const struct cause_facts *facts)
{
	cause->evidence(facts, finding->evidence, sizeof(finding->evidence));
	finding->gain = cause->advice(facts, finding->advice, sizeof(finding->advice));
	if (finding->gain.bps.known && facts->data->rate_bps.known &&
	    finding->gain.bps.value <= facts->data->rate_bps.value)
		finding->gain = no_gain();
	say_where(finding, facts);
	add_not_the_window(finding, cause, facts);
	finding->now_bps = facts->data->rate_bps;
	finding->rtt_ns = tunwin_derive_rtt_ns(&facts->flow->rtt);
}

static void note_flow(struct finding *finding, const struct flow *flow)
{
	if (finding->flow_count < FINDING_FLOWS)
		finding->flows[finding->flow_count] = flow->id.value;
	finding->flow_count++;
}

static const struct flow *find_before(const struct visit *visit, const struct flow *flow)
{
	for (size_t i = 0; visit->flows_before && i < visit->flows_before->count; i++)
		if (visit->flows_before->flows[i].id.value == flow->id.value)
			return &visit->flows_before->flows[i];
	return NULL;
}

const struct tunnel *tunwin_doctor_tunnel_before(const struct visit *visit, const char *name)
{
	for (size_t i = 0; visit->tunnels_before && i < visit->tunnels_before->count; i++)
		if (!strcmp(visit->tunnels_before->tunnels[i].name, name))
			return &visit->tunnels_before->tunnels[i];
	return NULL;
}

static void examine_direction(const struct visit *visit, const struct flow *flow, bool in,
			      struct report *report)
{
	const struct flow *before = find_before(visit, flow);
	struct cause_facts facts;
	const struct cause *cause;
	struct finding *finding;
	enum limit_kind limit;

	tunwin_diagnose_facts(visit->around, flow, in, &facts);
	if (before)
		facts.before = in ? &before->in : &before->out;
	facts.watched_ns = visit->watched_ns;
	facts.tunnel_before = tunwin_doctor_tunnel_before(visit, flow->tunnel);
	limit = tunwin_cause_limit(&facts);
	report->limited[limit]++;
	cause = tunwin_cause_find(&facts);
	report->verdicts[report->verdict_count++] = (struct verdict){
		.flow_id = flow->id.value,
		.in = in,
		.limit = limit,
		.code = cause ? cause->code : NULL,
	};
	/* That nothing arrives has been told. */
	if (facts.alerts & 1U << ALERT_STALL)
		return;
	if (!cause) {
		if (limit == LIMIT_RWND || limit == LIMIT_NET)
			report->without_cause++;
		return;
	}
	finding = find_same(report, cause->code, flow->tunnel, in);
	if (!finding) {
		finding = tunwin_doctor_add(report);
		finding->code = cause->code;
		finding->title = cause->title;
		finding->severity = severity_of(cause, &facts);
		finding->confidence = cause->confidence;
		memcpy(finding->tunnel, flow->tunnel, sizeof(finding->tunnel));
		finding->in = OPT_U64(in);
		describe(finding, cause, &facts);
	} else if (strcmp(finding->tunnel, flow->tunnel)) {
		*finding->tunnel = '\0';
	}
	/* Of a setting of the host what is enough for the longest way is enough for all. */
	if (is_of_host(cause->code) &&
	    value_of(tunwin_derive_rtt_ns(&flow->rtt)) > value_of(finding->rtt_ns))
		describe(finding, cause, &facts);
	note_flow(finding, flow);
}

static const struct address *receiver(const struct alert *alert)
{
	return alert->direction.known && alert->direction.value == DIRECTION_IN ?
	       &alert->near.addr : &alert->far.addr;
}

static const struct address *sender(const struct alert *alert)
{
	return receiver(alert) == &alert->near.addr ? &alert->far.addr : &alert->near.addr;
}

/* Its acknowledgments pass here, and do not reach it, not even if it is a socket of this host. */
static void describe_unheard(struct finding *finding, const struct alert *alert)
{
	snprintf(finding->evidence, sizeof(finding->evidence),
		 "data was sent again %s times after it had been acknowledged here, for %s",
		 tunwin_format_opt(UNIT_COUNT, alert->unheard).s,
		 tunwin_format_opt(UNIT_AGE, alert->since_ns).s);
	finding->confidence = CONFIDENCE_LIKELY;
	if (is(alert->direction, DIRECTION_OUT) && is(alert->vantage, VANTAGE_SOCKET)) {
		snprintf(finding->advice, sizeof(finding->advice),
			 "its acknowledgments come out of the tunnel, and this host drops them: nft list ruleset; nstat -az TcpExtIPReversePathFilter TcpInCsumErrors");
		return;
	}
	snprintf(finding->advice, sizeof(finding->advice),
		 "its acknowledgments are lost between here and the sender: ping %s, and look at routes and filters on the way there",
		 tunwin_format_address(sender(alert)).s);
}

static void describe_stall(struct finding *finding, const struct alert *alert)
{
	int used;

	if (alert->unheard.known) {
		describe_unheard(finding, alert);
		return;
	}
	used = snprintf(finding->evidence, sizeof(finding->evidence),
			"data was sent again %s times, and nothing is acknowledged for %s",
			tunwin_format_opt(UNIT_COUNT, alert->count).s,
			tunwin_format_opt(UNIT_AGE, alert->since_ns).s);
	finding->confidence = CONFIDENCE_SURE;
	snprintf(finding->advice, sizeof(finding->advice),
		 "nothing arrives, or no answer comes back: ping %s, and look at routes and filters on the way",
		 tunwin_format_address(receiver(alert)).s);
	if (!alert->size_bytes.known)
		return;
	snprintf(finding->evidence + used, sizeof(finding->evidence) - (size_t)used,
		 "; no segment of %s was ever acknowledged, smaller ones were",
		 tunwin_format_opt(UNIT_BYTES, alert->size_bytes).s);
	finding->confidence = CONFIDENCE_LIKELY;
	snprintf(finding->advice, sizeof(finding->advice),
		 "it may be too large for the way (tunwin explain size-loss): ping -M do -s %llu %s tells; else nothing arrives at all",
		 (unsigned long long)alert->size_bytes.value,
		 tunwin_format_address(receiver(alert)).s);
}

static bool is_in_question(const struct visit *visit, const struct alert *alert)
{
	if (visit->flow_id.known)
		return alert->flow_id.value == visit->flow_id.value;
	return !visit->tunnel || !strcmp(visit->tunnel, alert->tunnel);
}

/* The two kinds of it are to be looked for on different ways. */
static struct finding *find_stall(const struct report *report, const char *title,
				  const char *tunnel, bool in)
{
	for (size_t i = 0; i < report->count; i++) {
		struct finding *finding = &report->findings[i];

		if (!strcmp(finding->title, title) && !strcmp(finding->tunnel, tunnel) &&
		    is(finding->in, in))
			return finding;
	}
	return NULL;
}

/* A flow may be silent because nothing arrives: no packet tells of it, but the alert does. */
static void examine_stalls(const struct visit *visit, struct report *report)
{
	for (size_t i = 0; i < visit->around->alerts.count; i++) {
		const struct alert *alert = &visit->around->alerts.alerts[i];
		bool in = alert->direction.known && alert->direction.value == DIRECTION_IN;
		struct finding *finding;
		const char *title;

		if (!alert->code.known || alert->code.value != ALERT_STALL ||
		    !is_in_question(visit, alert))
			continue;
		title = alert->unheard.known ? "Acknowledgments do not arrive" :
					       "Data is sent in vain";
		finding = find_stall(report, title, alert->tunnel, in);
		if (!finding) {
			finding = tunwin_doctor_add(report);
			finding->code = "stall";
			finding->title = title;
			finding->severity = SEVERITY_BREAKS;
			memcpy(finding->tunnel, alert->tunnel, sizeof(finding->tunnel));
			finding->in = OPT_U64(in);
			describe_stall(finding, alert);
		}
		if (finding->flow_count < FINDING_FLOWS)
			finding->flows[finding->flow_count] = alert->flow_id.value;
		finding->flow_count++;
	}
}

/* Two commands for one setting would contradict each other. */
static void settle_conflicts(struct report *report)
{
	struct finding *largest = find_same(report, "rmem-max", "", true);
	struct finding *stuck = find_same(report, "autotune-stuck", "", true);

	if (largest && stuck)
		snprintf(stuck->advice, sizeof(stuck->advice),
			 "as for rmem-max, of which this may be the same");
}

static int worse_first(const void *a, const void *b)
{
	const struct finding *x = a, *y = b;

	if (x->severity != y->severity)
		return x->severity < y->severity ? 1 : -1;
	if (x->confidence != y->confidence)
		return x->confidence < y->confidence ? 1 : -1;
	if (x->flow_count != y->flow_count)
		return x->flow_count < y->flow_count ? 1 : -1;
	return strcmp(x->code, y->code);
}

void tunwin_doctor_examine(const struct visit *visit, struct report *report)
{
	memset(report, 0, sizeof(*report));
	report->verdicts = calloc(2 * visit->flows->count + 1, sizeof(*report->verdicts));
	if (!report->verdicts)
		tunwin_error_nomem();
	examine_stalls(visit, report);
	for (size_t i = 0; i < visit->flows->count; i++) {
		examine_direction(visit, &visit->flows->flows[i], true, report);
		examine_direction(visit, &visit->flows->flows[i], false, report);
	}
	settle_conflicts(report);
	tunwin_doctor_check(visit, report);
	if (report->count)
		qsort(report->findings, report->count, sizeof(*report->findings), worse_first);
}
