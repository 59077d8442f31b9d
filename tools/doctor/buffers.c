// SPDX-License-Identifier: GPL-2.0
/* Devices without buffers, and tunnels whose packets are too many for one CPU. */
#include <stdarg.h>
#include <string.h>

#include "derive.h"
#include "doctor/checks.h"

/* What happened within a second of each other is one thing. */
#define SAME_NS 1000000000ULL

static const struct episode *find_episode(const struct visit *visit, struct opt_u64 id)
{
	const struct episode_list *list = &visit->around->episodes;

	for (size_t i = 0; id.known && i < list->count; i++)
		if (list->episodes[i].id.value == id.value)
			return &list->episodes[i];
	return NULL;
}

static bool is_hit(const struct episode *episode, uint64_t flow_id)
{
	for (size_t i = 0; i < episode->hit_count; i++)
		if (episode->hits[i].flow_id.value == flow_id)
			return true;
	return false;
}

static bool is_in_question(const struct visit *visit, const struct alert *alert,
			   const struct episode *episode)
{
	if (visit->flow_id.known)
		return episode && is_hit(episode, visit->flow_id.value);
	if (!visit->tunnel || !strcmp(visit->tunnel, alert->tunnel))
		return true;
	for (size_t i = 0; episode && i < episode->hit_count; i++)
		if (!strcmp(episode->hits[i].tunnel, visit->tunnel))
			return true;
	return false;
}

/* The source that has counted most; NULL if none is known. */
static const struct buffer_source_count *worst_source(const struct episode *episode)
{
	const struct buffer_source_count *worst = NULL;

	for (size_t i = 0; episode && i < episode->source_count; i++)
		if (episode->sources[i].source.known &&
		    (!worst || episode->sources[i].packets.value > worst->packets.value))
			worst = &episode->sources[i];
	return worst;
}

static void __attribute__((format(printf, 2, 3))) add(struct finding *finding, const char *fmt, ...)
{
	size_t used = strlen(finding->evidence);
	va_list args;

	va_start(args, fmt);
	vsnprintf(finding->evidence + used, CAUSE_TEXT_SIZE - used, fmt, args);
	va_end(args);
}

/* What passed while others did not. */
static void add_sizes(struct finding *finding, const struct episode *episode)
{
	uint64_t passed = 0, lost = 0;

	for (size_t i = 0; i < episode->class_count; i++) {
		const struct buffer_class *class = &episode->classes[i];

		lost += value_of(class->packets);
		if (!lost)
			passed += value_of(class->passed);
	}
	if (!lost)
		return;
	add(finding, "; flows have lost %s segments by it, and %s smaller packets passed",
	    tunwin_format_count(lost).s, tunwin_format_count(passed).s);
}

static void add_stalled(struct finding *finding, const struct episode *episode)
{
	const struct episode_flow *worst = NULL;

	for (size_t i = 0; i < episode->hit_count; i++) {
		const struct episode_flow *hit = &episode->hits[i];

		if (finding->flow_count < FINDING_FLOWS)
			finding->flows[finding->flow_count] = hit->flow_id.value;
		finding->flow_count++;
		if (is(hit->moved, 0) &&
		    (!worst || value_of(hit->stalled_ns) > value_of(worst->stalled_ns)))
			worst = hit;
	}
	if (!worst)
		return;
	add(finding, "; flow %llu has stood still for %s",
	    (unsigned long long)worst->flow_id.value,
	    tunwin_format_opt(UNIT_AGE, worst->stalled_ns).s);
	if (worst->segment_bytes.known)
		add(finding, ", its segments of %s find no buffers each time they come",
		    tunwin_format_opt(UNIT_BYTES, worst->segment_bytes).s);
}

/* Is it the same thing by another name: the large segments of these flows, in the same second? */
static void join_size_loss(const struct visit *visit, const struct alert *alert,
			   const struct episode *episode, struct report *report,
			   struct finding *finding)
{
	for (size_t i = 0; i < visit->around->alerts.count; i++) {
		const struct alert *other = &visit->around->alerts.alerts[i];
		uint64_t apart_ns = other->since_ns.value > alert->since_ns.value ?
				    other->since_ns.value - alert->since_ns.value :
				    alert->since_ns.value - other->since_ns.value;

		if (!is(other->code, ALERT_SIZE_LOSS) || !other->flow_id.known ||
		    (apart_ns > SAME_NS && !(episode && is_hit(episode, other->flow_id.value))))
			continue;
		add(finding, "; segments of %s of flow %llu are lost for it (size-loss)",
		    tunwin_format_opt(UNIT_BYTES, other->size_bytes).s,
		    (unsigned long long)other->flow_id.value);
		tunwin_doctor_forget(report, "size-loss", other->flow_id.value);
	}
}

static void tell(const struct visit *visit, const struct alert *alert,
		 const struct episode *episode, struct report *report)
{
	const struct buffer_source_count *source = worst_source(episode);
	struct opt_u64 packets = episode ? episode->packets : alert->count;
	struct finding finding = {
		.code = tunwin_model_alert_code[ALERT_BUFFER_EXHAUSTED],
		.title = "There are no buffers for what arrives",
		.severity = SEVERITY_BREAKS,
		.confidence = CONFIDENCE_SURE,
		.in = OPT_U64(1),
	};

	memcpy(finding.tunnel, alert->tunnel, sizeof(finding.tunnel));
	memcpy(finding.device, alert->device, sizeof(finding.device));
	say(&finding, "for %s %s has ", tunwin_format_opt(UNIT_AGE, alert->since_ns).s,
	    *alert->device ? alert->device : "?");
	/* Of buffers that it did not get it may have had others left. */
	if (is(packets, 0) && source)
		add(&finding, "not got %s of the buffers that it wanted",
		    tunwin_format_opt(UNIT_COUNT, source->packets).s);
	else
		add(&finding, "had no buffers for %s packets",
		    tunwin_format_opt(UNIT_COUNT, packets).s);
	if (source)
		add(&finding, " (%s)", tunwin_shortage_source[source->source.value]);
	if (episode) {
		add_sizes(&finding, episode);
		add_stalled(&finding, episode);
	}
	join_size_loss(visit, alert, episode, report, &finding);
	advise(&finding, "%s", source ? tunwin_shortage_meanings[source->source.value].remedy :
	       "tunwin buffers tells which");
	*tunwin_doctor_add(report) = finding;
}

void tunwin_checks_buffers(const struct visit *visit, struct report *report)
{
	for (size_t i = 0; i < visit->around->alerts.count; i++) {
		const struct alert *alert = &visit->around->alerts.alerts[i];
		const struct episode *episode = find_episode(visit, alert->episode);

		if (is(alert->code, ALERT_BUFFER_EXHAUSTED) &&
		    is_in_question(visit, alert, episode))
			tell(visit, alert, episode, report);
	}
}

void tunwin_checks_cpu(const struct tunnel *tunnel, struct report *report)
{
	const struct cpu *cpu = tunwin_derive_crowded_cpu(tunnel);
	struct finding *finding;

	if (!cpu)
		return;
	finding = tunwin_checks_add(report, CHECK_CPU_PACKETS, SEVERITY_MAY_LIMIT,
				    CONFIDENCE_LIKELY);
	memcpy(finding->tunnel, tunnel->name, sizeof(finding->tunnel));
	finding->in = OPT_U64(1);
	say(finding, "CPU %s takes %s of the %s buffers per second that arrive through it, and had to stop %s times in the last second with packets left (time_squeeze)",
	    tunwin_format_opt(UNIT_COUNT, cpu->cpu).s, tunwin_format_opt(UNIT_COUNT, cpu->in_pps).s,
	    tunwin_format_count(tunwin_derive_cpus_pps(tunnel)).s,
	    tunwin_format_opt(UNIT_COUNT, cpu->squeezed_per_s).s);
	advise(finding, "spread the tunnel's packets over more CPUs: RPS of the device below (/sys/class/net/DEV/queues/rx-0/rps_cpus), several tunnels, or UDP encapsulation (FOU), which cards spread by port; larger packets; net.core.netdev_budget_usecs");
}
