// SPDX-License-Identifier: GPL-2.0
/*
 * Looks twice a second at the devices where buffers may run out. That they have is told by
 * counters (watch_card.c); when, and whom it hit, by the holes that packets leave in flows. All of
 * it is the worker's of watch.c.
 */
#include <linux/ktime.h>

#include "alert.h"
#include "buffer.h"
#include "collapse.h"
#include "episode.h"
#include "flow.h"
#include "gaps.h"
#include "page.h"
#include "softnet.h"
#include "tunnel.h"
#include "watch.h"

/* Every how manieth look reads what each CPU has had to do, once a second. */
#define SAMPLE_LOOKS	2

/* Every how manieth look finds out anew which devices carry the tunnels. */
#define PLACE_LOOKS	4

/* A hole is not one of reordering when it has been open for so long, and a round trip. */
#define OPEN_NS		(200ULL * NSEC_PER_MSEC)

/* So many looks are TUNWIN_WATCH_LAG_NS, and one more. */
#define PAGE_LOOKS	6

/* So many packets, or a flow that stands still for so long, are worth an alert. */
#define ALERT_PACKETS	10
#define ALERT_STALL_NS	(2ULL * NSEC_PER_SEC)

/*
 * A flow that misses something, not known where that was lost, and the devices that carry its
 * tunnel.
 */
struct candidate {
	struct tunwin_gap gap;
	u32 segment_bytes;
	u32 lower_id[1 + TUNWIN_BUFFER_LOWERS];
};

#define CANDIDATES	1024

static struct {
	u32 looks;
	u64 gaps_missed;
	/* Page allocations that had failed by this look, and by those before. */
	u64 pages_failed[PAGE_LOOKS][TUNWIN_PAGE_ORDERS];
	bool pages_failing;
	u32 candidates;
	struct candidate candidate[CANDIDATES];
} look;

u64 tunwin_watch_buffer_gaps_missed(void)
{
	return READ_ONCE(look.gaps_missed);
}

/* ---- what flows miss ---- */

static void note_gap(const struct tunwin_gap *gap)
{
	const struct tunwin_detail *detail;
	struct candidate *candidate;
	struct tunwin_flow *flow;

	if (look.candidates == CANDIDATES) {
		WRITE_ONCE(look.gaps_missed, look.gaps_missed + 1);
		return;
	}
	rcu_read_lock();
	flow = tunwin_flow_by_id(gap->flow_id);
	detail = flow ? READ_ONCE(flow->detail) : NULL;
	if (detail && !READ_ONCE(flow->tunnel->gone)) {
		candidate = &look.candidate[look.candidates++];
		candidate->gap = *gap;
		candidate->segment_bytes =
			READ_ONCE(detail->direction[TUNWIN_IN].sequence.payload_typical_bytes);
		memcpy(candidate->lower_id, flow->tunnel->lower_id, sizeof(candidate->lower_id));
	}
	rcu_read_unlock();
}

static bool is_of(const struct candidate *candidate, const struct tunwin_buffer *buffer)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(candidate->lower_id); i++)
		if (candidate->lower_id[i] == buffer->id)
			return true;
	return false;
}

enum fate {
	FATE_OPEN,	/* it misses it still, perhaps not for long */
	FATE_LOST,
	FATE_NONE,	/* it came late, or the flow is over */
};

/* Flow locked; it has a detail. */
static enum fate fate_in(const struct tunwin_flow *flow, const struct tunwin_gap *gap, u64 now_ns,
			 bool *missing)
{
	const struct tunwin_detail *detail = flow->detail;
	const struct tunwin_detail_direction *data = &detail->direction[TUNWIN_IN];
	const struct tunwin_sequence *sequence = &data->sequence;
	u64 rtt_ns = (u64)(detail->rtt[TUNWIN_IN].smoothed_us +
			   detail->rtt[TUNWIN_OUT].smoothed_us) * NSEC_PER_USEC;

	/* Acknowledgments may take another way. */
	*missing = !flow->end_ns && sequence->hole_count &&
		   !tunwin_sequence_before(gap->start, sequence->hole[0].start) &&
		   !(data->limit.has_una && tunwin_sequence_before(gap->start, sequence->una));
	if (tunwin_sequence_total(sequence->retransmits) > gap->retransmits)
		return FATE_LOST;
	if (!*missing)
		return FATE_NONE;
	return now_ns - gap->ns >= max_t(u64, OPEN_NS, rtt_ns) ? FATE_LOST : FATE_OPEN;
}

/* What has become of a hole, and does the flow stand before it? */
static enum fate fate_of(const struct tunwin_gap *gap, u64 now_ns, bool *missing)
{
	enum fate fate = FATE_NONE;
	struct tunwin_flow *flow;
	unsigned long flags;

	*missing = false;
	rcu_read_lock();
	flow = tunwin_flow_by_id(gap->flow_id);
	if (flow) {
		tunwin_lock(&flow->lock, flags);
		if (flow->detail)
			fate = fate_in(flow, gap, now_ns, missing);
		tunwin_unlock(&flow->lock, flags);
	}
	rcu_read_unlock();
	return fate;
}

/* Those that nothing has come of are forgotten. */
static void forget_candidates(u64 now_ns)
{
	u32 from, to = 0;

	for (from = 0; from < look.candidates; from++)
		if (now_ns - look.candidate[from].gap.ns < TUNWIN_WATCH_LAG_NS)
			look.candidate[to++] = look.candidate[from];
	look.candidates = to;
}

/* ---- what has arrived meanwhile ---- */

static void add_arrivals(struct tunwin_buffer *buffer, const void *arg)
{
	const struct tunwin_traffic *traffic = arg;
	int class;

	for (class = 0; class < TUNWIN_SIZE_CLASSES; class++)
		buffer->arrived.segments[class] += traffic->size_class[class].segments;
}

static void count_arrivals(struct tunwin_tunnel *tunnel)
{
	struct tunwin_traffic traffic;
	int i;

	tunwin_traffic_sum(tunnel->cpu, TUNWIN_IN, &traffic);
	for (i = 0; i < ARRAY_SIZE(tunnel->lower_id); i++) {
		u32 id = tunnel->lower_id[i];

		/* One that is its own lower device counts once. */
		if (id && (!i || id != tunnel->lower_id[0]))
			tunwin_buffer_by_id(id, add_arrivals, &traffic);
	}
}

static int begin_arrivals(struct tunwin_buffer *buffer, void *now_ns)
{
	if (buffer->arrived.ns)
		buffer->before[buffer->looks++ % TUNWIN_BUFFER_LOOKS] = buffer->arrived;
	buffer->arrived = (struct tunwin_buffer_arrived){ .ns = *(const u64 *)now_ns };
	return 0;
}

/* The last look before a time, or the first that is remembered. */
static const struct tunwin_buffer_arrived *arrived_by(const struct tunwin_buffer *buffer, u64 ns)
{
	const struct tunwin_buffer_arrived *found = &buffer->arrived;
	u32 i;

	for (i = 0; i < TUNWIN_BUFFER_LOOKS; i++) {
		const struct tunwin_buffer_arrived *before = &buffer->before[i];

		if (before->ns && (found->ns > ns ? before->ns < found->ns :
				   before->ns > found->ns && before->ns <= ns))
			found = before;
	}
	return found;
}

/* ---- one device ---- */

static bool makes_episodes(int source)
{
	return source != TUNWIN_BUFFER_SOURCE_DROPPED;
}

/* What the sources tell since the last look. */
static void look_at_sources(struct tunwin_buffer *buffer, struct tunwin_shortage_look *seen,
			    u64 moved[TUNWIN_BUFFER_SOURCES])
{
	u64 buffers = 0;
	int source, class;

	for (source = 0; source < TUNWIN_BUFFER_SOURCES; source++) {
		struct tunwin_buffer_count count;
		u64 packets = 0;

		tunwin_buffer_count_get(buffer, source, &count);
		for (class = 0; class < TUNWIN_SIZE_CLASSES; class++)
			packets += count.packets[class];
		moved[source] = buffer->look_ns && packets > buffer->last[source] ?
				packets - buffer->last[source] : 0;
		buffer->last[source] = packets;
		if (!moved[source] || !makes_episodes(source))
			continue;
		if (tunwin_buffer_is_of_packets(source))
			seen->packets += moved[source];
		else
			buffers += moved[source];
		/* Drops are told with their time. */
		if (source < TUNWIN_BUFFER_DROPS && count.last_ns >= seen->since_ns) {
			seen->last_ns = max(seen->last_ns, count.last_ns);
			if (count.first_ns >= seen->since_ns &&
			    (!seen->first_ns || count.first_ns < seen->first_ns))
				seen->first_ns = count.first_ns;
		}
	}
	/* A card may have counted at any time since it was last read, some looks ago. */
	if ((seen->packets || buffers) && !seen->last_ns && buffer->unread_ns)
		seen->since_ns = min(seen->since_ns, buffer->unread_ns);
	if (!seen->packets)
		seen->packets = buffers;
}

/* When flows of the device missed something, since its card was last known to be well. */
static void look_at_gaps(const struct tunwin_buffer *buffer, u64 since_ns, u64 now_ns,
			 struct tunwin_shortage_look *seen)
{
	bool missing;
	u32 i;

	for (i = 0; i < look.candidates; i++) {
		const struct candidate *candidate = &look.candidate[i];
		u64 ns = candidate->gap.ns;

		if (!is_of(candidate, buffer) || ns < since_ns ||
		    fate_of(&candidate->gap, now_ns, &missing) == FATE_NONE)
			continue;
		if (!seen->first_ns || ns < seen->first_ns)
			seen->first_ns = ns;
		seen->last_ns = max(seen->last_ns, ns);
	}
}

/* Whose it was; false if it is over. */
static bool find_flow(u32 flow_id, struct tunwin_flow_key *key, char tunnel[IFNAMSIZ])
{
	struct tunwin_flow *flow;

	rcu_read_lock();
	flow = tunwin_flow_by_id(flow_id);
	if (flow) {
		*key = flow->key;
		strscpy(tunnel, flow->tunnel->name, IFNAMSIZ);
	}
	rcu_read_unlock();
	return flow;
}

/*
 * The flow's place in the episode. It is counted for the namespace that it is of, which alone is
 * told of it. NULL if there is no room, if it is over, or if its namespace's tunnels came later.
 */
static struct tunwin_hit *hit_of(struct tunwin_episode *episode, const struct tunwin_gap *gap)
{
	u32 known = episode->hits;
	struct tunwin_flow_key key;
	struct tunwin_hit *hit;
	char tunnel[IFNAMSIZ];
	int user;

	if (!find_flow(gap->flow_id, &key, tunnel))
		return NULL;
	user = tunwin_buffer_user_find(episode->users, key.netns_cookie);
	if (user < 0)
		return NULL;
	hit = tunwin_episode_hit(episode, gap->flow_id);
	/* (Without room it is not known whether it was counted before.) */
	if (!hit || episode->hits > known)
		episode->flows[user]++;
	if (hit && !hit->first_ns) {
		hit->first_ns = gap->ns;
		hit->key = key;
		strscpy(hit->tunnel, tunnel, sizeof(hit->tunnel));
	}
	return hit;
}

static void hit(struct tunwin_episode *episode, const struct candidate *candidate)
{
	u32 segment_bytes = max(candidate->segment_bytes, 1U);
	u32 segments = DIV_ROUND_UP(candidate->gap.bytes, segment_bytes);
	struct tunwin_hit *hit;

	/* From the inner IP header on, as far as headers are usual. */
	episode->lost[tunwin_window_size_class(segment_bytes + 52)] += segments;
	hit = hit_of(episode, &candidate->gap);
	if (!hit)
		return;
	hit->lost_bytes += candidate->gap.bytes;
	hit->lost_segments += segments;
	hit->segment_bytes = candidate->segment_bytes;
	hit->last_ns = candidate->gap.ns;
	if (!hit->since_ns)
		hit->since_ns = candidate->gap.ns;
	else if (!hit->silent)
		return;
	/* It is silent no more; now it is known what it waits for. */
	hit->silent = false;
	hit->start = candidate->gap.start;
}

/* Flows of the device that have missed something since it began. */
static void take_hits(struct tunwin_buffer *buffer, u64 now_ns)
{
	const struct tunwin_shortage *shortage = &buffer->shortage;
	bool missing;
	u32 i;

	for (i = 0; i < look.candidates; i++) {
		struct candidate *candidate = &look.candidate[i];

		if (!is_of(candidate, buffer) ||
		    candidate->gap.ns + shortage->slack_ns < shortage->start_ns ||
		    fate_of(&candidate->gap, now_ns, &missing) != FATE_LOST)
			continue;
		hit(buffer->episode, candidate);
		/* It is of one device only, the first that is short of buffers. */
		memset(candidate->lower_id, 0, sizeof(candidate->lower_id));
	}
}

/* Nothing may tell of it but that it is silent. */
static void look_for_silence(struct tunwin_hit *hit, const struct tunwin_shortage *shortage,
			     u64 now_ns)
{
	struct tunwin_shortage_silence facts = {
		.now_ns = now_ns, .lost_ns = hit->last_ns, .refused_ns = shortage->last_ns,
	};
	const struct tunwin_detail *detail;
	struct tunwin_flow *flow;

	rcu_read_lock();
	flow = tunwin_flow_by_id(hit->flow_id);
	detail = flow ? READ_ONCE(flow->detail) : NULL;
	if (detail && !READ_ONCE(flow->end_ns) &&
	    !(READ_ONCE(flow->seen) & TUNWIN_SEEN_FIN(TUNWIN_IN))) {
		facts.heard_ns = READ_ONCE(flow->last_ns);
		facts.rtt_us = READ_ONCE(detail->rtt[TUNWIN_IN].smoothed_us) +
			       READ_ONCE(detail->rtt[TUNWIN_OUT].smoothed_us);
		if (tunwin_shortage_is_silence(&facts)) {
			hit->since_ns = facts.heard_ns;
			hit->silent = true;
		}
	}
	rcu_read_unlock();
}

static bool is_silent(const struct tunwin_hit *hit)
{
	struct tunwin_flow *flow;
	bool silent;

	rcu_read_lock();
	flow = tunwin_flow_by_id(hit->flow_id);
	silent = flow && !READ_ONCE(flow->end_ns) && READ_ONCE(flow->last_ns) <= hit->since_ns;
	rcu_read_unlock();
	return silent;
}

static bool is_missing(const struct tunwin_hit *hit, u64 now_ns)
{
	struct tunwin_gap gap = {
		.ns = hit->since_ns, .flow_id = hit->flow_id, .start = hit->start,
	};
	bool missing;

	fate_of(&gap, now_ns, &missing);
	return missing;
}

/*
 * Have the flows moved that were hit? Returns since when the one has not that waits longest, or 0.
 */
static u64 look_at_hits(struct tunwin_episode *episode, u64 now_ns)
{
	u64 since_ns = 0;
	u32 i;

	for (i = 0; i < episode->hits; i++) {
		struct tunwin_hit *hit = &episode->hit[i];

		if (hit->since_ns &&
		    !(hit->silent ? is_silent(hit) : is_missing(hit, now_ns))) {
			hit->stalled_ns = max(hit->stalled_ns, now_ns - hit->since_ns);
			hit->since_ns = 0;
			hit->silent = false;
		}
		if (!hit->since_ns)
			look_for_silence(hit, &episode->shortage, now_ns);
		if (hit->since_ns && (!since_ns || hit->since_ns < since_ns))
			since_ns = hit->since_ns;
	}
	return since_ns;
}

static void look_at_pages(struct tunwin_episode *episode, bool begins)
{
	unsigned int order;

	for (order = 0; order < TUNWIN_PAGE_ORDERS; order++) {
		if (begins)
			episode->failed_at[order] = look.pages_failed[PAGE_LOOKS - 1][order];
		episode->failed[order] = look.pages_failed[0][order] - episode->failed_at[order];
	}
}

static void count_pages(void)
{
	struct tunwin_page page;
	unsigned int order;

	memmove(&look.pages_failed[1], &look.pages_failed[0],
		(PAGE_LOOKS - 1) * sizeof(look.pages_failed[0]));
	for (order = 0; order < TUNWIN_PAGE_ORDERS; order++) {
		tunwin_page_get(order, &page);
		look.pages_failed[0][order] = page.failed;
	}
	/* Of late, as a driver may not be asked at once. */
	look.pages_failing = memcmp(look.pages_failed[0], look.pages_failed[PAGE_LOOKS - 1],
				    sizeof(look.pages_failed[0]));
}

static void look_at_arrivals(struct tunwin_buffer *buffer, bool begins)
{
	struct tunwin_episode *episode = buffer->episode;
	/* When it may have begun at the earliest. */
	u64 since_ns = buffer->shortage.start_ns - buffer->shortage.slack_ns;
	int class;

	if (begins)
		memcpy(episode->passed_at, arrived_by(buffer, since_ns)->segments,
		       sizeof(episode->passed_at));
	for (class = 0; class < TUNWIN_SIZE_CLASSES; class++)
		if (buffer->arrived.segments[class] > episode->passed_at[class])
			episode->passed[class] =
				buffer->arrived.segments[class] - episode->passed_at[class];
}

/* ---- alerts ---- */

/* @i: which of the users is told */
static u32 raise(const struct tunwin_buffer *buffer, int i, u64 now_ns, bool first)
{
	const struct tunwin_episode *episode = buffer->episode;
	const struct tunwin_buffer_user *user = &episode->users[i];
	struct tunwin_alert alert = {
		.key = { .tunnel_id = user->tunnel_id, .netns_cookie = user->netns_cookie },
		.code = TUNWIN_ALERT_CODE_BUFFER_EXHAUSTED,
		.direction = TUNWIN_IN,
		.ifindex = user->ifindex,
		.since_ns = episode->shortage.start_ns,
		.evidence = {
			.count = episode->shortage.packets,
			.device_ifindex = buffer->ifindex,
			.episode = episode->id,
			.flows = episode->flows[i],
		},
	};

	strscpy(alert.tunnel, user->tunnel, sizeof(alert.tunnel));
	strscpy(alert.evidence.device, buffer->name, sizeof(alert.evidence.device));
	return tunwin_alert_raise(&alert, now_ns, first);
}

static void raise_alerts(struct tunwin_buffer *buffer, u64 now_ns)
{
	struct tunwin_episode *episode = buffer->episode;
	int i;

	for (i = 0; i < TUNWIN_BUFFER_USERS; i++) {
		/* (One that there was no room for is tried again.) */
		if (!episode->users[i].netns_cookie || episode->alert_id[i])
			continue;
		episode->alert_id[i] = raise(buffer, i, now_ns, !episode->alerted);
	}
	episode->alerted = true;
}

static void clear_alerts(struct tunwin_episode *episode, enum tunwin_alert_state state, u64 now_ns)
{
	int i;

	for (i = 0; i < TUNWIN_BUFFER_USERS; i++)
		tunwin_alert_clear(episode->alert_id[i], state, now_ns);
}

/* A socket whose queue is full is its reader's, and no shortage of the host. */
static bool is_worth_an_alert(const struct tunwin_episode *episode, u64 stalled_since_ns,
			      u64 now_ns)
{
	u64 packets = episode->shortage.packets - episode->packets[TUNWIN_BUFFER_SOURCE_SOCKET];

	return packets >= ALERT_PACKETS ||
	       (packets && stalled_since_ns && now_ns - stalled_since_ns >= ALERT_STALL_NS);
}

static void end_episode(struct tunwin_buffer *buffer, enum tunwin_alert_state state)
{
	clear_alerts(buffer->episode, state, ktime_get_ns());
	tunwin_episode_end(buffer->episode);
	buffer->episode = NULL;
}

void tunwin_watch_buffer_gone(struct tunwin_buffer *buffer)
{
	if (buffer->episode)
		end_episode(buffer, TUNWIN_ALERT_STATE_ENDED);
}

static int look_at(struct tunwin_buffer *buffer, void *unused)
{
	u64 moved[TUNWIN_BUFFER_SOURCES], now_ns = ktime_get_ns(), stalled_since_ns = 0;
	struct tunwin_shortage_look seen = { .since_ns = buffer->look_ns, .now_ns = now_ns };
	/* A counter that has moved may have been behind. */
	u64 since_ns = max_t(u64, buffer->look_ns, TUNWIN_WATCH_LAG_NS) - TUNWIN_WATCH_LAG_NS;
	enum tunwin_shortage_verdict verdict;
	int source;

	look_at_sources(buffer, &seen, moved);
	if (seen.packets && !seen.last_ns)
		look_at_gaps(buffer, max(buffer->well_ns, since_ns), now_ns, &seen);
	if (buffer->episode) {
		tunwin_episode_lock();
		take_hits(buffer, now_ns);
		stalled_since_ns = look_at_hits(buffer->episode, now_ns);
		tunwin_episode_unlock();
	}
	seen.stalled = stalled_since_ns;
	verdict = tunwin_shortage_look(&buffer->shortage, &seen);
	buffer->look_ns = now_ns;
	if (verdict == TUNWIN_SHORTAGE_BEGUN)
		buffer->episode = tunwin_episode_begin(buffer);
	if (!buffer->episode)
		return 0;

	tunwin_episode_lock();
	for (source = 0; source < TUNWIN_BUFFER_SOURCES; source++)
		if (makes_episodes(source))
			buffer->episode->packets[source] += moved[source];
	if (seen.packets || seen.stalled) {
		look_at_pages(buffer->episode, verdict == TUNWIN_SHORTAGE_BEGUN);
		look_at_arrivals(buffer, verdict == TUNWIN_SHORTAGE_BEGUN);
	}
	if (verdict == TUNWIN_SHORTAGE_BEGUN)
		take_hits(buffer, now_ns);
	buffer->episode->shortage = buffer->shortage;
	tunwin_episode_unlock();

	if (is_worth_an_alert(buffer->episode, stalled_since_ns, now_ns))
		raise_alerts(buffer, now_ns);
	if (verdict == TUNWIN_SHORTAGE_ENDED)
		end_episode(buffer, TUNWIN_ALERT_STATE_CLEARED);
	return 0;
}

/* The last time that a flow of the device missed something. */
static int note_lost(struct tunwin_buffer *buffer, void *unused)
{
	u32 i;

	for (i = 0; i < look.candidates; i++)
		if (is_of(&look.candidate[i], buffer))
			buffer->lost_ns = max(buffer->lost_ns, look.candidate[i].gap.ns);
	return 0;
}

void tunwin_watch_buffer_look(void)
{
	u64 now_ns = ktime_get_ns();
	u32 start = 0;

	if (look.looks % SAMPLE_LOOKS == 0)
		tunwin_softnet_sample(now_ns);
	if (look.looks++ % PLACE_LOOKS == 0) {
		tunwin_buffer_place_begin();
		tunwin_tunnel_for_all(tunwin_buffer_place);
		tunwin_buffer_place_end();
	}
	WRITE_ONCE(look.gaps_missed, look.gaps_missed + tunwin_gaps_read(note_gap));
	if (look.candidates)
		tunwin_buffer_for_each(&start, note_lost, NULL);
	count_pages();
	tunwin_watch_card_ask(now_ns, look.pages_failing);
	start = 0;
	tunwin_buffer_for_each(&start, begin_arrivals, &now_ns);
	tunwin_tunnel_for_all(count_arrivals);
	start = 0;
	tunwin_buffer_for_each(&start, look_at, NULL);
	forget_candidates(now_ns);
}
