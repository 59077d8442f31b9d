// SPDX-License-Identifier: GPL-2.0
/* What the flows of a tunnel show together. */
#include <string.h>

#include "bdp.h"
#include "derive.h"
#include "doctor/checks.h"

static void note_flow(struct finding *finding, const struct flow *flow)
{
	memcpy(finding->tunnel, flow->tunnel, sizeof(finding->tunnel));
	if (finding->flow_count < FINDING_FLOWS)
		finding->flows[finding->flow_count] = flow->id.value;
	finding->flow_count++;
}

static struct opt_u64 ceiling_unscaled(const struct flow *flow)
{
	struct opt_u64 rtt_ns = tunwin_derive_rtt_ns(&flow->rtt);

	if (!value_of(rtt_ns))
		return (struct opt_u64){ .known = false };
	return OPT_U64(tunwin_bdp_ceiling_bps(TUNWIN_BDP_UNSCALED_MAX_BYTES, rtt_ns.value));
}

/* So many segments sent again are more than chance, of so many. */
#define LOSSES_MIN 10

static void check_sack(const struct visit *visit, const struct tunnel *tunnel,
		       struct report *report)
{
	struct finding *finding = NULL;

	if (tunwin_checks_is_told(report, "sack-off"))
		return;
	for (size_t i = 0; i < visit->flows->count; i++) {
		const struct flow *flow = &visit->flows->flows[i];

		if (strcmp(flow->tunnel, tunnel->name) ||
		    !((is_off(flow->in.sack) && value_of(flow->in.retransmits) >= LOSSES_MIN) ||
		      (is_off(flow->out.sack) && value_of(flow->out.retransmits) >= LOSSES_MIN)))
			continue;
		if (!finding) {
			finding = tunwin_checks_add(report, CHECK_NO_SACK, SEVERITY_MAY_LIMIT,
						    CONFIDENCE_SURE);
			say(finding, "the receiver did not offer SACK in its SYN; %s segments were sent again",
			    tunwin_format_count(value_of(flow->in.retransmits) +
						value_of(flow->out.retransmits)).s);
			advise(finding, "sysctl net.ipv4.tcp_sack at both ends, and what changes TCP options on the way");
		}
		note_flow(finding, flow);
	}
}

/* The sizes that the two ends offer differ by more than an eighth. */
static void check_mss(const struct visit *visit, const struct tunnel *tunnel,
		      struct report *report)
{
	struct finding *finding = NULL;

	for (size_t i = 0; i < visit->flows->count; i++) {
		const struct flow *flow = &visit->flows->flows[i];
		uint64_t in = value_of(flow->in.mss_bytes), out = value_of(flow->out.mss_bytes);
		uint64_t most = in > out ? in : out, least = in > out ? out : in;

		if (strcmp(flow->tunnel, tunnel->name) || !least ||
		    (most - least) * 8 <= most)
			continue;
		if (!finding) {
			finding = tunwin_checks_add(report, CHECK_MSS_ASYMMETRY, SEVERITY_NOTE,
						    CONFIDENCE_POSSIBLE);
			say(finding, "near takes segments of %s, far of %s; the largest seen were %s in, %s out",
			    tunwin_format_bytes(in).s, tunwin_format_bytes(out).s,
			    tunwin_format_opt(UNIT_BYTES, flow->in.payload_max_bytes).s,
			    tunwin_format_opt(UNIT_BYTES, flow->out.payload_max_bytes).s);
			advise(finding, "jumbo frames all the way or nowhere; clamp the MSS in both directions");
		}
		note_flow(finding, flow);
	}
}

/* A window without a scale is enough for some ways; where it is the limit that has been told. */
static void check_wscale(const struct visit *visit, const struct tunnel *tunnel,
			 struct report *report)
{
	struct finding *finding = NULL;

	if (tunwin_checks_is_told(report, "scaling-off"))
		return;
	for (size_t i = 0; i < visit->flows->count; i++) {
		const struct flow *flow = &visit->flows->flows[i];

		if (strcmp(flow->tunnel, tunnel->name) ||
		    tunwin_checks_is_flow_told(report, flow->id.value) ||
		    !is(flow->in.window.wscale, WSCALE_NONE))
			continue;
		if (!finding) {
			finding = tunwin_checks_add(report, CHECK_NO_WSCALE, SEVERITY_NOTE,
						    CONFIDENCE_SURE);
			say(finding, "65,535 bytes at a round trip of %s allow %s",
			    tunwin_format_opt(UNIT_TIME, tunwin_derive_rtt_ns(&flow->rtt)).s,
			    tunwin_format_opt(UNIT_RATE, ceiling_unscaled(flow)).s);
			advise(finding, "if that is too little, compare the SYN and the SYN-ACK at both ends: an end has net.ipv4.tcp_window_scaling=0, or something on the way removes the option");
		}
		note_flow(finding, flow);
	}
}

/* So many segments, and none that is larger. */
#define SEGMENTS_MIN 1000

static bool uses_less(const struct direction *data)
{
	/* (Timestamps take twelve bytes of it.) */
	return value_of(data->segments) >= SEGMENTS_MIN && value_of(data->mss_bytes) &&
	       value_of(data->payload_max_bytes) * 8 < data->mss_bytes.value * 7;
}

static void check_mss_used(const struct visit *visit, const struct tunnel *tunnel,
			   struct report *report)
{
	struct finding *finding = NULL;

	for (size_t i = 0; i < visit->flows->count; i++) {
		const struct flow *flow = &visit->flows->flows[i];
		bool in = value_of(flow->in.payload_bytes) > value_of(flow->out.payload_bytes);
		const struct direction *data = in ? &flow->in : &flow->out;

		if (strcmp(flow->tunnel, tunnel->name) || !uses_less(data))
			continue;
		if (!finding) {
			finding = tunwin_checks_add(report, CHECK_MSS_UNUSED, SEVERITY_NOTE,
						    CONFIDENCE_POSSIBLE);
			say(finding, "an MSS of %s was agreed on %s, and of %s segments none was larger than %s",
			    tunwin_format_opt(UNIT_BYTES, data->mss_bytes).s, in ? "in" : "out",
			    tunwin_format_opt(UNIT_COUNT, data->segments).s,
			    tunwin_format_opt(UNIT_BYTES, data->payload_max_bytes).s);
			advise(finding, "if it writes more than that at a time: ip route get ADDRESS at the sender shows the MTU that it has learnt, ss -ti its mss and pmtu");
		}
		note_flow(finding, flow);
	}
}

struct losses {
	uint64_t segments;
	uint64_t again;
};

static bool is_much_worse(const struct losses *worse, const struct losses *better)
{
	/* Ten times the rate, and both had enough to lose. */
	return worse->again >= LOSSES_MIN && better->segments >= 1000 &&
	       (double)worse->again * (double)better->segments >
	       10.0 * (double)(better->again + 1) * (double)worse->segments;
}

static void check_lopsided(const struct visit *visit, const struct tunnel *tunnel,
			   struct report *report)
{
	struct losses in = { 0 }, out = { 0 };
	struct finding *finding;

	for (size_t i = 0; i < visit->flows->count; i++) {
		const struct flow *flow = &visit->flows->flows[i];

		if (strcmp(flow->tunnel, tunnel->name))
			continue;
		/* Only what was full size can be compared: acknowledgments are seldom lost. */
		if (value_of(flow->in.payload_bytes) > 1000000) {
			in.segments += value_of(flow->in.segments);
			in.again += value_of(flow->in.retransmits);
		}
		if (value_of(flow->out.payload_bytes) > 1000000) {
			out.segments += value_of(flow->out.segments);
			out.again += value_of(flow->out.retransmits);
		}
	}
	if (!is_much_worse(&in, &out) && !is_much_worse(&out, &in))
		return;
	finding = tunwin_checks_add(report, CHECK_LOPSIDED, SEVERITY_NOTE, CONFIDENCE_LIKELY);
	memcpy(finding->tunnel, tunnel->name, sizeof(finding->tunnel));
	say(finding, "sent again: %s of %s segments in, %s of %s out",
	    tunwin_format_count(in.again).s, tunwin_format_count(in.segments).s,
	    tunwin_format_count(out.again).s, tunwin_format_count(out.segments).s);
	advise(finding, "compare the two ways: routes, policers, and the duplex setting of each link");
}

void tunwin_checks_flows(const struct visit *visit, const struct tunnel *tunnel,
			 struct report *report)
{
	check_sack(visit, tunnel, report);
	check_wscale(visit, tunnel, report);
	check_mss(visit, tunnel, report);
	check_mss_used(visit, tunnel, report);
	check_lopsided(visit, tunnel, report);
}
