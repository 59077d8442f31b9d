// SPDX-License-Identifier: GPL-2.0
/* The network holds the sender back: how, and if it is this host's part of it, where. */
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "cause/causes.h"

/* One or two are nothing to speak of. */
#define LOSSES_MIN 3

/* For lately() */
#define COUNTER(member) offsetof(struct direction, member)

/* What was retransmitted of late, and long enough ago for the receiver's report to have come. */
static uint64_t answered_lately(const struct cause_facts *facts)
{
	return facts->data->retransmits_answered.known ?
		       lately(facts, COUNTER(retransmits_answered)) :
		       lately(facts, COUNTER(retransmits));
}

/* Of that, what had not arrived: the rest came twice (DSACK, RFC 2883). */
static uint64_t lost_lately(const struct cause_facts *facts)
{
	uint64_t answered = answered_lately(facts);
	uint64_t twice = lately(facts, COUNTER(dsack_dups));

	return answered > twice ? answered - twice : 0;
}

static bool came_late(const struct cause_facts *facts);

/* ---- losses by size ---- */

static bool loses_large(const struct cause_facts *facts)
{
	return facts->data->lost_size_bytes.known || has_alert(facts, ALERT_SIZE_LOSS);
}

static void large_evidence(const struct cause_facts *facts, char *text, size_t size)
{
	if (facts->data->lost_size_bytes.known)
		snprintf(text, size,
			 "segments of %s are sent again and again in vain, smaller ones are acknowledged; the MSS is %s",
			 tunwin_format_opt(UNIT_BYTES, facts->data->lost_size_bytes).s,
			 tunwin_format_opt(UNIT_BYTES, facts->data->mss_bytes).s);
	else
		snprintf(text, size,
			 "a moment ago large segments were sent again in vain, and smaller ones were acknowledged; the MSS is %s",
			 tunwin_format_opt(UNIT_BYTES, facts->data->mss_bytes).s);
}

/* IPv6 needs as much of every link (RFC 8200, 5). */
#define IPV6_MTU_MIN 1280

static struct gain large_advice(const struct cause_facts *facts, char *text, size_t size)
{
	uint64_t lost = value_of(facts->data->lost_size_bytes);
	const char *where = facts->in ? "at the far end" : "here";
	int used;

	if (!lost) {
		snprintf(text, size, "let ICMP \"too big\" pass on the way");
		return no_gain();
	}
	/* A packet that is smaller than what is lost, its headers and all. */
	used = snprintf(text, size,
			"let ICMP \"too big\" pass on the way; or clamp the MSS on a gateway: nft add rule ... tcp flags syn tcp option maxseg size set %llu; or make the tunnel's packets smaller, %s: ip link set %s mtu %llu",
			(unsigned long long)(lost > 140 ? lost - 100 : lost), where,
			facts->in ? "TUNNEL" : facts->flow->tunnel, (unsigned long long)lost);
	if (lost < IPV6_MTU_MIN)
		used += snprintf(text + used, size - (size_t)used, " (IPv6 needs %d)",
				 IPV6_MTU_MIN);
	snprintf(text + used, size - (size_t)used,
		 "; or let the sender find out: sysctl -w net.ipv4.tcp_mtu_probing=1");
	return no_gain();
}

const struct cause tunwin_cause_size_loss = {
	.code = "size-loss",
	.title = "Large segments are lost, small ones pass",
	.meaning = "Something on the way takes packets up to a size, and does not say so: an MTU whose ICMP is dropped, or buffers for large frames that have run out.",
	.remedy = "Let ICMP \"too big\" pass on the way; or clamp the MSS on a gateway (nft: tcp option maxseg size set BYTES); or ip link set TUNNEL mtu BYTES where it is sent; or net.ipv4.tcp_mtu_probing=1 at the sender.",
	.limit = LIMIT_NET,
	.confidence = CONFIDENCE_SURE,
	.applies = loses_large,
	.evidence = large_evidence,
	.advice = large_advice,
	.fields = "lost_size_bytes, mss_bytes; alert size-loss",
	.source = "RFC 2923, 2.1; RFC 8899",
};

/* ---- losses of the tunnel ---- */

static const struct traffic_errors *errors(const struct cause_facts *facts,
					   const struct tunnel *tunnel)
{
	return facts->in ? &tunnel->in.errors : &tunnel->out.errors;
}

/* Of late, where that is known, else since the tunnel was made. */
static struct traffic_errors recent_errors(const struct cause_facts *facts)
{
	const struct traffic_errors *now = errors(facts, facts->tunnel), *then;

	if (!facts->tunnel_before)
		return *now;
	then = errors(facts, facts->tunnel_before);
	return (struct traffic_errors){
		.dropped = OPT_U64(since(now->dropped, then->dropped)),
		.sequence = OPT_U64(since(now->sequence, then->sequence)),
		.checksum = OPT_U64(since(now->checksum, then->checksum)),
		.ecn = OPT_U64(since(now->ecn, then->ecn)),
		.length = OPT_U64(since(now->length, then->length)),
		.carrier = OPT_U64(since(now->carrier, then->carrier)),
	};
}

/* What the module has alerted to; or while it was watched as much as was lost of this flow. */
static bool tunnel_drops(const struct cause_facts *facts)
{
	struct traffic_errors counts;
	uint64_t refused;

	if (facts->tunnel_drops)
		return true;
	if (!facts->tunnel || !facts->tunnel_before || !facts->before)
		return false;
	counts = recent_errors(facts);
	/* On the way out those are dropped below it (iptunnel_xmit_stats()). */
	refused = facts->in ? value_of(counts.dropped) : 0;
	refused += value_of(counts.sequence) + value_of(counts.checksum) + value_of(counts.ecn) +
		   value_of(counts.length) + value_of(counts.carrier);
	return refused >= LOSSES_MIN &&
	       refused * 2 >= since(facts->data->retransmits, facts->before->retransmits);
}

static void tunnel_evidence(const struct cause_facts *facts, char *text, size_t size)
{
	struct traffic_errors counts;

	if (!facts->tunnel) {
		snprintf(text, size, "tunnel %s drops packets", facts->flow->tunnel);
		return;
	}
	counts = recent_errors(facts);
	snprintf(text, size,
		 "tunnel %s drops packets itself, %s: sequence %s, checksum %s, ECN %s, length %s, carrier %s, dropped %s",
		 facts->flow->tunnel, facts->tunnel_before ? "while it was watched" : "so far",
		 tunwin_format_opt(UNIT_COUNT, counts.sequence).s,
		 tunwin_format_opt(UNIT_COUNT, counts.checksum).s,
		 tunwin_format_opt(UNIT_COUNT, counts.ecn).s,
		 tunwin_format_opt(UNIT_COUNT, counts.length).s,
		 tunwin_format_opt(UNIT_COUNT, counts.carrier).s,
		 tunwin_format_opt(UNIT_COUNT, counts.dropped).s);
}

static void sequence_advice(const struct flow *flow, char *text, size_t size)
{
	if (strstr(flow->kind, "erspan"))
		snprintf(text, size,
			 "packets arrive out of order, and the tunnel takes none that does: keep them on one path (erspan cannot do without numbers)");
	else
		snprintf(text, size,
			 "packets arrive out of order, and the tunnel takes none that does: ip link set %s type %s noseq (both ends)",
			 flow->tunnel, flow->kind);
}

/* By what there is most of. */
static struct gain tunnel_advice(const struct cause_facts *facts, char *text, size_t size)
{
	struct traffic_errors counts = { .errors = { .known = false } };
	uint64_t sequence, checksum, ecn, dropped, other;

	if (facts->tunnel)
		counts = recent_errors(facts);
	sequence = value_of(counts.sequence);
	checksum = value_of(counts.checksum);
	ecn = value_of(counts.ecn);
	dropped = value_of(counts.dropped);
	other = value_of(counts.length) + value_of(counts.carrier);
	if (other > sequence + checksum + ecn + dropped)
		snprintf(text, size,
			 "ip -s -s link show %s tells by which of its counters; carrier: there is no route to the other end (ip route get REMOTE)",
			 facts->flow->tunnel);
	else if (sequence && sequence >= checksum && sequence >= ecn && sequence >= dropped)
		sequence_advice(facts->flow, text, size);
	else if (checksum && checksum >= ecn && checksum >= dropped)
		snprintf(text, size,
			 "the two ends differ in whether packets have a checksum, or it is wrong: compare icsum and ocsum of ip -d link show %s at both ends",
			 facts->flow->tunnel);
	else if (ecn && ecn >= dropped)
		snprintf(text, size,
			 "something on the way sets ECN bits on packets that do not allow it: look for what rewrites the TOS of outer packets");
	else if (dropped && facts->in)
		snprintf(text, size,
			 "they may come faster than they are taken from the tunnel's queue: a larger sysctl net.core.netdev_max_backlog, which is %s, and spread them over CPUs (RPS)",
			 facts->host ? tunwin_format_opt(UNIT_COUNT, facts->host->max_backlog).s :
				       "?");
	else
		snprintf(text, size, "ip -s -s link show %s tells by which of its counters",
			 facts->flow->tunnel);
	return no_gain();
}

const struct cause tunwin_cause_tunnel_drop = {
	.code = "tunnel-drop",
	.title = "The tunnel itself drops packets",
	.meaning = "The tunnel device refuses packets for their sequence number, checksum, ECN bits or length, or has no room in its queue (GRO cells).",
	.remedy = "By what it counts: ip link set TUNNEL type gre noseq at both ends (sequence); icsum and ocsum alike at both ends (checksum); what rewrites the TOS of outer packets (ECN); net.core.netdev_max_backlog (dropped).",
	.limit = LIMIT_NET,
	.confidence = CONFIDENCE_LIKELY,
	.applies = tunnel_drops,
	.evidence = tunnel_evidence,
	.advice = tunnel_advice,
	.fields = "tunnels: in.errors, out.errors; alert tunnel-drop",
	.source = "ip_tunnel_rcv(), gro_cells_receive(), ip_tunnel_xmit()",
};

/* ---- losses of this host ---- */

/* A socket drops what it has already, or has no use for: nobody misses it. */
static bool is_useless(const char *reason)
{
	static const char *const useless[] = {
		"TCP_OLD_DATA", "TCP_OLD_SEQUENCE", "TCP_INVALID_SEQUENCE", "TCP_OLD_ACK",
		"TCP_TOO_OLD_ACK", "TCP_ACK_UNSENT_DATA", "TCP_RFC7323_PAWS", "TCP_OFOMERGE",
	};

	for (size_t i = 0; i < sizeof(useless) / sizeof(useless[0]); i++)
		if (!strcmp(reason, useless[i]))
			return true;
	return false;
}

static bool drops_here(const struct cause_facts *facts)
{
	uint64_t drops = lately(facts, COUNTER(drop.segments));

	return facts->data->has_drop && drops &&
	       value_of(facts->data->drop.segments) >= LOSSES_MIN &&
	       !is_useless(facts->data->drop.reason) && !came_late(facts) &&
	       drops * 2 >= lost_lately(facts);
}

static void drop_evidence(const struct cause_facts *facts, char *text, size_t size)
{
	const struct drop *drop = &facts->data->drop;

	snprintf(text, size,
		 "this host has dropped %s of its segments (%s were sent again), the last one%s%s in %s()%s%s",
		 tunwin_format_opt(UNIT_COUNT, drop->segments).s,
		 tunwin_format_opt(UNIT_COUNT, facts->data->retransmits).s,
		 *drop->device ? " at " : "", drop->device, drop->function,
		 *drop->reason ? ": " : "", drop->reason);
}

/* tcp_try_rmem_schedule() failed, which is seldom for want of memory of the host. */
#define FULL_BUFFER \
	"the receive buffer is full (ss -tm; see tunwin explain slow-reader, bloat): a faster reader, a larger net.ipv4.tcp_rmem or SO_RCVBUF; if memory is short, net.ipv4.tcp_mem, or memory.max of its cgroup"

/* By reason; between @advice and @more comes the name of the device, if there is any @more. */
static const struct {
	const char *reason;
	const char *advice;
	const char *more;
} drop_advices[] = {
	{ "QDISC_DROP",
	  "a queue is full, or drops on purpose: tc -s qdisc show dev ", "; a longer one, or fq" },
	{ "NETFILTER_DROP", "a rule drops it: nft list ruleset; iptables-save -c", NULL },
	{ "TC_EGRESS",
	  "a tc filter drops it, as a policer does: tc -s filter show dev ", " egress" },
	{ "TC_INGRESS",
	  "a tc filter drops it, as a policer does: tc -s filter show dev ", " ingress" },
	{ "CPU_BACKLOG",
	  "a CPU's queue is full: a larger sysctl net.core.netdev_max_backlog; RPS", NULL },
	{ "SOCKET_BACKLOG", "the receiver's socket is busy for long: ethtool -K ",
	  " gro on, a larger buffer" },
	{ "SOCKET_RCVBUFF", "the receive buffer is full: see tunwin explain slow-reader, bloat",
	  NULL },
	{ "PROTO_MEM", FULL_BUFFER, NULL },
	{ "TCP_OFO_QUEUE_PRUNE", FULL_BUFFER, NULL },
	{ "TCP_ZEROWINDOW",
	  "the sender sends beyond a closed window: see tunwin explain slow-reader, bloat", NULL },
	{ "IP_OUTNOROUTES", "there is no route: ip route get ADDRESS", NULL },
};

/* The kernel has refused a socket memory while it was short: it is not the buffer that is full. */
static bool is_short_of_memory(const struct cause_facts *facts)
{
	return facts->flow->has_socket && is(facts->flow->socket.mem_pressure, 1) &&
	       !strcmp(facts->data->drop.reason, "PROTO_MEM");
}

static struct gain drop_advice(const struct cause_facts *facts, char *text, size_t size)
{
	const struct drop *drop = &facts->data->drop;

	if (is_short_of_memory(facts)) {
		snprintf(text, size,
			 "memory for TCP is used up: find what holds it (ss -tm), or raise sysctl net.ipv4.tcp_mem, or memory.max of its cgroup");
		return no_gain();
	}
	for (size_t i = 0; i < sizeof(drop_advices) / sizeof(drop_advices[0]); i++) {
		const char *more = drop_advices[i].more;

		if (strcmp(drop_advices[i].reason, drop->reason))
			continue;
		snprintf(text, size, "%s%s%s", drop_advices[i].advice,
			 !more ? "" : *drop->device ? drop->device : "DEV", more ? more : "");
		return no_gain();
	}
	snprintf(text, size,
		 "find what drops it: tc -s qdisc show, nft list ruleset, ip -s -s link show%s%s, nstat -az IpOutDiscards",
		 *drop->device ? " " : "", drop->device);
	return no_gain();
}

const struct cause tunwin_cause_local_drop = {
	.code = "local-drop",
	.title = "This host drops its packets",
	.meaning = "Packets of this flow are dropped here, by a queue, a filter or a socket, after they have passed the tunnel's hook; no window and no buffer of an end helps.",
	.remedy = "By its reason: a longer queue, or fq (QDISC_DROP); the rules (NETFILTER_DROP: nft list ruleset); filters and policers (TC_EGRESS, TC_INGRESS: tc -s filter show); net.core.netdev_max_backlog (CPU_BACKLOG).",
	.limit = LIMIT_NET,
	.confidence = CONFIDENCE_LIKELY,
	.applies = drops_here,
	.evidence = drop_evidence,
	.advice = drop_advice,
	.fields = "drop.segments, drop.device, drop.reason, drop.function, retransmits",
	.source = "skb:kfree_skb; enum skb_drop_reason",
};

/* ---- no more fits ---- */

/* So much of its rate, in percent, a tunnel carries that has no more to give. */
#define FULL_PERCENT 80

static uint64_t carried_bps(const struct cause_facts *facts)
{
	const struct traffic *traffic = facts->in ? &facts->tunnel->in : &facts->tunnel->out;

	return value_of(traffic->bps);
}

static bool is_full(const struct cause_facts *facts)
{
	return facts->tunnel && value_of(facts->capacity_bps) &&
	       carried_bps(facts) >= facts->capacity_bps.value / 100 * FULL_PERCENT;
}

static void full_evidence(const struct cause_facts *facts, char *text, size_t size)
{
	snprintf(text, size, "tunnel %s carries %s of the %s that it can", facts->flow->tunnel,
		 tunwin_format_rate(carried_bps(facts)).s,
		 tunwin_format_opt(UNIT_RATE, facts->capacity_bps).s);
}

static struct gain full_advice(const struct cause_facts *facts, char *text, size_t size)
{
	(void)facts;
	snprintf(text, size, "nothing is wrong; more needs a faster path");
	return no_gain();
}

const struct cause tunwin_cause_full = {
	.code = "full",
	.title = "The tunnel carries what it can",
	.meaning = "The flows of the tunnel use its rate: that of tunwin set TUNNEL rate, or of the device below it.",
	.remedy = "Nothing is wrong; more needs a faster path.",
	.limit = LIMIT_NET,
	.confidence = CONFIDENCE_SURE,
	.applies = is_full,
	.evidence = full_evidence,
	.advice = full_advice,
	.fields = "tunnels: in.bps, out.bps, set_rate_bps",
	.source = "doc/window.md: Causes",
};

/* ---- losses elsewhere ---- */

/* Of so many segments one that was lost is none to speak of. */
#define LOSS_DIVISOR 10000

/*
 * A sender takes back what it has done for a loss that was none, when it is told, and waits for
 * longer the next time: few such mistakes among so many segments do not hold it up.
 */
#define MISTAKES_DIVISOR 500

/*
 * Was nothing lost of what was sent again? Then it came late. After a loss, too, a sender may send
 * much again that has arrived; among that there is what was lost.
 */
static bool came_late(const struct cause_facts *facts)
{
	uint64_t reordered = lately(facts, COUNTER(reordered));
	uint64_t again = lately(facts, COUNTER(retransmits));
	uint64_t answered = answered_lately(facts);
	uint64_t twice = lately(facts, COUNTER(dsack_dups));

	/* A sender that sends nothing again for it does not mind. */
	if (!again || value_of(facts->data->retransmits) < LOSSES_MIN)
		return false;
	/* Where the receiver is, what comes late is seen to come late. */
	if (twice && facts->in && facts->flow->has_socket && reordered * 2 < twice)
		return false;
	/* What is sent again because it came late arrives twice; what was lost does not. */
	if (twice)
		return twice * 4 >= answered * 3 &&
		       lost_lately(facts) < answered / 20 + LOSSES_MIN &&
		       (lately(facts, COUNTER(dup_acks)) * 4 >= again || reordered > again);
	/* A receiver that says nothing of that may be one that cannot (RFC 2883). */
	return reordered * 100 > lately(facts, COUNTER(segments)) && reordered > 4 * again;
}

static bool is_reordered(const struct cause_facts *facts)
{
	return came_late(facts) &&
	       answered_lately(facts) * MISTAKES_DIVISOR >= lately(facts, COUNTER(segments));
}

static void reorder_evidence(const struct cause_facts *facts, char *text, size_t size)
{
	int used;

	used = snprintf(text, size,
			"%s of %s segments were overtaken by later ones before they came here; %s were sent again",
			tunwin_format_opt(UNIT_COUNT, facts->data->reordered).s,
			tunwin_format_opt(UNIT_COUNT, facts->data->segments).s,
			tunwin_format_opt(UNIT_COUNT, facts->data->retransmits).s);
	if (value_of(facts->data->dsack_dups))
		snprintf(text + used, size - (size_t)used,
			 ", and %s came twice (DSACK): they were not lost",
			 tunwin_format_opt(UNIT_COUNT, facts->data->dsack_dups).s);
}

static struct gain reorder_advice(const struct cause_facts *facts, char *text, size_t size)
{
	(void)facts;
	snprintf(text, size,
		 "keep the packets of a flow on one path and in one queue: no balancing by packet, no round robin in a bond");
	return no_gain();
}

const struct cause tunwin_cause_reorder = {
	.code = "reorder",
	.title = "Segments overtake each other",
	.meaning = "A sender takes that for loss, and sends less.",
	.remedy = "Keep the packets of a flow on one path and in one queue: no balancing by packet, no round robin in a bond.",
	.limit = LIMIT_NET,
	.confidence = CONFIDENCE_LIKELY,
	.applies = is_reordered,
	.evidence = reorder_evidence,
	.advice = reorder_advice,
	.fields = "reordered, segments, retransmits, retransmits_answered, dsack_dups",
	.source = "RFC 4737; RFC 8985; RFC 2883",
};

static bool is_lossy(const struct cause_facts *facts)
{
	uint64_t lost = lost_lately(facts);

	return lost && value_of(facts->data->retransmits) >= LOSSES_MIN && !came_late(facts) &&
	       lost * LOSS_DIVISOR >= lately(facts, COUNTER(segments));
}

static void loss_evidence(const struct cause_facts *facts, char *text, size_t size)
{
	int used;

	used = snprintf(text, size, "of %s segments %s were sent again",
			tunwin_format_opt(UNIT_COUNT, facts->data->segments).s,
			tunwin_format_opt(UNIT_COUNT, facts->data->retransmits).s);
	if (value_of(facts->data->dsack_dups))
		snprintf(text + used, size - (size_t)used, ", and %s came twice (DSACK)",
			 tunwin_format_opt(UNIT_COUNT, facts->data->dsack_dups).s);
}

static struct gain loss_advice(const struct cause_facts *facts, char *text, size_t size)
{
	(void)facts;
	snprintf(text, size,
		 "find where packets are lost: ip -s -s link and tc -s qdisc of each device on the way, nstat -az IpOutDiscards on the sender; no window helps");
	return no_gain();
}

const struct cause tunwin_cause_loss = {
	.code = "loss",
	.title = "Segments are lost",
	.meaning = "A sender halves what it has under way for a loss, or takes 0.7 of it (CUBIC); the longer the round trip, the longer it takes to come back.",
	.remedy = "Find where they are lost: ip -s -s link and tc -s qdisc of each device on the way, nstat -az IpOutDiscards at the sender; no window helps.",
	.limit = LIMIT_NET,
	.confidence = CONFIDENCE_LIKELY,
	.applies = is_lossy,
	.evidence = loss_evidence,
	.advice = loss_advice,
	.fields = "retransmits, retransmits_answered, dsack_dups, segments",
	.source = "RFC 5681, 3.2; RFC 9438, 4.6; Mathis et al. 1997",
};
