// SPDX-License-Identifier: GPL-2.0
#include <linux/math64.h>
#include <linux/string.h>

#include "limit.h"
#include "window.h"

#define NSEC_PER_USEC_	1000ULL

/*
 * A round while the round trip is not known, and the shortest that a busy machine can tell
 * apart.
 */
#define ROUND_UNKNOWN_NS	(100 * 1000 * NSEC_PER_USEC_)
#define ROUND_MIN_NS		(10 * 1000 * NSEC_PER_USEC_)

/* How much later than expected a sender may answer before it counts as having waited. */
#define SLACK_MIN_NS		(5 * 1000 * NSEC_PER_USEC_)

/*
 * An acknowledgment may be delayed by so much at most, and no timer of a sender runs out sooner
 * (TCP_DELACK_MAX and TCP_RTO_MIN of Linux; RFC 9293, 3.8.6.3, and RFC 6298, 2.4, allow more).
 */
#define ACK_DELAY_NS		(200 * 1000 * NSEC_PER_USEC_)

/* A sender that has said nothing for longer is not about to say something: it is idle. */
#define IDLE_AFTER_NS		TUNWIN_NSEC_PER_SEC

/* So much is acknowledged at least when it counts that little was sent in its place. */
#define DRYING_SEGMENTS		4

/* A queue that takes so many times the shortest round trip. */
#define QUEUE_TIMES		4

/* So few rounds that show nothing are of a kind with those on either side of them. */
#define BETWEEN_ROUNDS	4

static __u64 rtt_ns(__u32 us)
{
	return us * NSEC_PER_USEC_;
}

static __u64 round_length_ns(const struct tunwin_limit_path *path)
{
	__u64 length_ns = path->rtt_us ? rtt_ns(path->rtt_us) : ROUND_UNKNOWN_NS;

	return length_ns < ROUND_MIN_NS ? ROUND_MIN_NS : length_ns;
}

/* A time, with what it may be longer now and then. */
static __u64 with_slack(__u64 ns)
{
	return ns + (ns / 8 < SLACK_MIN_NS ? SLACK_MIN_NS : ns / 8);
}

/* The time in which a sender answers that has something to send. */
static __u64 patience_ns(const struct tunwin_limit_path *path)
{
	return with_slack(rtt_ns(path->sender_wait_us ? path->sender_wait_us : path->rtt_us));
}

static __u64 later(__u64 a_ns, __u64 b_ns)
{
	return a_ns > b_ns ? a_ns : b_ns;
}

static void account(struct tunwin_limit_account *limit, enum tunwin_limit_kind kind, __u64 until_ns)
{
	if (until_ns <= limit->since_ns)
		return;
	limit->ns[kind] += until_ns - limit->since_ns;
	limit->since_ns = until_ns;
	limit->kind = kind;
}

/* With no queue on it, a path does not hold a sender whose flight stays as it is. */
static bool is_path_empty(const struct tunwin_limit_path *path)
{
	return path->rtt_min_us && path->rtt_us <= path->rtt_min_us + path->rtt_min_us / 8 + 1000;
}

/*
 * With several round trips' worth of queue on it a path carries all it can, whoever fills it: no
 * sender would be faster for having more under way.
 */
static bool is_path_full(const struct tunwin_limit_path *path)
{
	return path->rtt_min_us && path->rtt_smoothed_us / QUEUE_TIMES >= path->rtt_min_us &&
	       rtt_ns(path->rtt_smoothed_us - path->rtt_min_us) >= SLACK_MIN_NS;
}

/* The rounds that showed nothing so far are decided. */
static void settle(struct tunwin_limit_account *limit, enum tunwin_limit_kind kind)
{
	limit->ns[kind] += limit->pending_ns;
	limit->pending_ns = 0;
	limit->pending_rounds = 0;
}

/*
 * Something else than the flight shows what held this round. A few rounds before it that showed
 * nothing were not quite full, or had nothing lost, or grew to where it was shown.
 */
static enum tunwin_limit_kind interrupt(struct tunwin_limit_account *limit,
					enum tunwin_limit_kind kind)
{
	bool between = limit->kind != TUNWIN_LIMITED_IDLE &&
		       limit->pending_rounds <= BETWEEN_ROUNDS;

	settle(limit, between ? limit->kind : TUNWIN_LIMITED_UNKNOWN);
	limit->carried = TUNWIN_LIMITED_UNKNOWN;
	tunwin_flight_interrupt(&limit->flight, limit->full ? limit->flight_bytes : 0);
	return kind;
}

/*
 * The sender took its time in this round. That does not change what the flights of the rounds
 * before and after it show together, unless it was so long that the sender began anew.
 */
static enum tunwin_limit_kind pass_over(struct tunwin_limit_account *limit)
{
	if (limit->kind == TUNWIN_LIMITED_IDLE)
		return interrupt(limit, TUNWIN_LIMITED_SENDER);
	if (limit->pending_rounds <= BETWEEN_ROUNDS)
		settle(limit, limit->kind);
	return TUNWIN_LIMITED_SENDER;
}

/* The flight shows it, of this round and of those before that showed nothing. */
static enum tunwin_limit_kind decide(struct tunwin_limit_account *limit,
				     enum tunwin_limit_kind kind, enum tunwin_limit_kind carried)
{
	settle(limit, kind);
	limit->carried = carried;
	return kind;
}

static enum tunwin_limit_kind judge_flight(struct tunwin_limit_account *limit,
					   const struct tunwin_limit_path *path)
{
	__u64 flight_bytes = limit->flight_bytes;

	/*
	 * What holds the sender's rate instead of its flight lets that follow the round trip
	 * time. (A queue that the sender makes itself does not stay within these bounds.)
	 */
	if (is_path_empty(path))
		flight_bytes = div64_u64(flight_bytes * path->rtt_min_us, path->rtt_us);
	switch (tunwin_flight_round(&limit->flight, flight_bytes, path->segment_bytes)) {
	case TUNWIN_FLIGHT_DOUBLES:
		/* Slow start leaves nothing pending for long: this is one flight that differs. */
		if (limit->pending_rounds > BETWEEN_ROUNDS)
			break;
		return decide(limit, TUNWIN_LIMITED_NET, TUNWIN_LIMITED_UNKNOWN);
	case TUNWIN_FLIGHT_REDUCED:
		return decide(limit, TUNWIN_LIMITED_NET, TUNWIN_LIMITED_UNKNOWN);
	case TUNWIN_FLIGHT_GROWS:
		return decide(limit, TUNWIN_LIMITED_NET, TUNWIN_LIMITED_NET);
	case TUNWIN_FLIGHT_LEVEL:
		if (is_path_empty(path) && !is_path_full(path))
			return decide(limit, TUNWIN_LIMITED_SENDER, TUNWIN_LIMITED_SENDER);
		limit->carried = TUNWIN_LIMITED_UNKNOWN;
		break;
	case TUNWIN_FLIGHT_UNDECIDED:
		break;
	}
	if (is_path_full(path))
		return decide(limit, TUNWIN_LIMITED_NET, TUNWIN_LIMITED_UNKNOWN);
	/* While it is watched whether a loss had consequences, nothing holds on. */
	if (limit->carried && !limit->flight.watch)
		return decide(limit, limit->carried, limit->carried);
	return TUNWIN_LIMITED_UNKNOWN;
}

/*
 * What is acknowledged makes room in the congestion window: a sender that has data sends as much
 * again. (Less, for a while, when something was lost.)
 */
static bool is_drying(const struct tunwin_limit_account *limit,
		      const struct tunwin_limit_path *path)
{
	return limit->acked_bytes >= DRYING_SEGMENTS * path->segment_bytes &&
	       limit->sent_bytes < limit->acked_bytes / 2 && !limit->flight.watch;
}

/* What held the round that is over, unknown if it shows nothing. */
static enum tunwin_limit_kind judge(struct tunwin_limit_account *limit,
				    const struct tunwin_limit_path *path)
{
	enum tunwin_limit_kind kind = TUNWIN_LIMITED_UNKNOWN;

	if (limit->full)
		return interrupt(limit, TUNWIN_LIMITED_RWND);
	/* Whatever was lost was repaired before the sender chose to wait. */
	if (limit->waited)
		return pass_over(limit);
	if (limit->lost || limit->recovering) {
		/* Again, before the sender can have recovered from it. */
		if (limit->flight.watch)
			settle(limit, TUNWIN_LIMITED_NET);
		tunwin_flight_loss(&limit->flight, limit->flight_bytes);
		return TUNWIN_LIMITED_NET;
	}
	if (is_drying(limit, path))
		return interrupt(limit, TUNWIN_LIMITED_SENDER);
	/* That the window was not reached cannot be told without it. */
	if (limit->window_known && path->rtt_us)
		kind = judge_flight(limit, path);
	return limit->pushed ? TUNWIN_LIMITED_SENDER : kind;
}

/*
 * Of a round in which the window was filled, the time that it was not full, by the sender's clock:
 * something else held it then, what did before, or, if that was the window too, how fast it can
 * send.
 */
static void account_filling(struct tunwin_limit_account *limit,
			    const struct tunwin_limit_path *path, __u64 until_ns)
{
	__u64 filled_ns = limit->since_ns + (__u64)limit->filling_ticks * path->tick_ns;
	enum tunwin_limit_kind kind = limit->kind;

	if (kind == TUNWIN_LIMITED_RWND || kind == TUNWIN_LIMITED_IDLE)
		kind = TUNWIN_LIMITED_SENDER;
	account(limit, kind, filled_ns < until_ns ? filled_ns : until_ns);
}

/* Account for the round up to @until_ns, and begin the next one there. */
static void close_round(struct tunwin_limit_account *limit, const struct tunwin_limit_path *path,
			__u64 until_ns)
{
	__u64 length_ns = until_ns > limit->since_ns ? until_ns - limit->since_ns : 0;
	enum tunwin_limit_kind kind = judge(limit, path);

	if (kind != TUNWIN_LIMITED_UNKNOWN) {
		if (limit->full)
			account_filling(limit, path, until_ns);
		account(limit, kind, until_ns);
	} else {
		limit->pending_ns += length_ns;
		limit->since_ns += length_ns;
		if (limit->pending_rounds < 0xffff)
			limit->pending_rounds++;
	}
	if (limit->full)
		limit->full_ns += length_ns;
	limit->full = false;
	limit->lost = false;
	limit->waited = false;
	limit->pushed = false;
	limit->filling_ticks = 0;
	limit->stamped = false;
	limit->window_known = false;
	limit->flight_bytes = 0;
	limit->sent_bytes = 0;
	limit->acked_bytes = 0;
	limit->round_ns = until_ns;
}

/* Everything is acknowledged and the window is open: it is for the sender to go on. */
static bool is_drained(const struct tunwin_limit_account *limit)
{
	return limit->acked_ns && !limit->closed;
}

/* What held it before goes on; if nothing did, it is the sender that had no more to send. */
static enum tunwin_limit_kind as_before(const struct tunwin_limit_account *limit)
{
	return limit->kind == TUNWIN_LIMITED_IDLE ? TUNWIN_LIMITED_SENDER : limit->kind;
}

/* The time in which data waited is decided: it was lost, or the answer took that long. */
static void decide_silent(struct tunwin_limit_account *limit, bool lost)
{
	limit->ns[lost ? TUNWIN_LIMITED_NET : as_before(limit)] += limit->silent_ns;
	limit->silent_ns = 0;
}

/*
 * Data is outstanding, and nothing passes. Within the time that an acknowledgment may take it is
 * for the next event to tell what that means; after it something was lost. Where no acknowledgment
 * has ever passed, they take another way, and it cannot be told.
 */
static void account_waiting(struct tunwin_limit_account *limit,
			    const struct tunwin_limit_path *path, __u64 until_ns)
{
	__u64 late_ns = limit->event_ns + round_length_ns(path) + ACK_DELAY_NS;
	__u64 waiting_ns = until_ns < late_ns ? until_ns : late_ns;

	if (!limit->has_una) {
		account(limit, TUNWIN_LIMITED_UNKNOWN, until_ns);
		return;
	}
	if (waiting_ns > limit->since_ns) {
		limit->silent_ns += waiting_ns - limit->since_ns;
		limit->since_ns = waiting_ns;
	}
	if (until_ns > late_ns) {
		decide_silent(limit, true);
		account(limit, TUNWIN_LIMITED_NET, until_ns);
	}
}

/*
 * Nothing has passed since the last event. While data is outstanding the network may be to blame;
 * while the window is closed it may be the window, which is for the next event to tell; else the
 * sender has nothing to send.
 */
static void account_silence(struct tunwin_limit_account *limit,
			    const struct tunwin_limit_path *path, __u64 until_ns)
{
	__u64 idle_ns;

	if (until_ns <= limit->since_ns)
		return;
	if (!limit->had_data) {
		/* Unless what is acknowledged here passes elsewhere. */
		account(limit, limit->unseen ? TUNWIN_LIMITED_UNKNOWN : TUNWIN_LIMITED_IDLE,
			until_ns);
	} else if (limit->finished && limit->acked_ns) {
		account(limit, TUNWIN_LIMITED_IDLE, until_ns);
	} else if (limit->closed) {
		if (limit->probed) {
			account(limit, TUNWIN_LIMITED_RWND, until_ns);
			return;
		}
		limit->held_ns += until_ns - limit->since_ns;
		limit->since_ns = until_ns;
	} else if (!limit->acked_ns) {
		account_waiting(limit, path, until_ns);
	} else {
		idle_ns = later(limit->acked_ns, limit->opened_ns) + IDLE_AFTER_NS;
		if (limit->since_ns < idle_ns)
			account(limit, TUNWIN_LIMITED_SENDER,
				until_ns < idle_ns ? until_ns : idle_ns);
		account(limit, TUNWIN_LIMITED_IDLE, until_ns);
	}
}

/* The time at a closed window is decided: the sender had data to send, or it had none. */
static void decide_held(struct tunwin_limit_account *limit, bool had_data)
{
	if (!limit->held_ns)
		return;
	limit->ns[had_data ? TUNWIN_LIMITED_RWND : TUNWIN_LIMITED_IDLE] += limit->held_ns;
	if (had_data)
		limit->full_ns += limit->held_ns;
	limit->held_ns = 0;
}

/*
 * Bring the account up to @until_ns, before the event of that time changes anything. A round is
 * judged when it is over; what comes after it without any event is silence.
 */
static void advance(struct tunwin_limit_account *limit, const struct tunwin_limit_path *path,
		    __u64 until_ns)
{
	__u64 length_ns = round_length_ns(path);
	__u64 end_ns;

	if (limit->round_ns) {
		if (until_ns < limit->round_ns + length_ns)
			return;
		if (until_ns <= limit->event_ns + with_slack(length_ns)) {
			close_round(limit, path, until_ns);
			return;
		}
		/* The burst is over: if by the sender's choice, that is what held it. */
		if (is_drained(limit))
			limit->waited = true;
		end_ns = later(limit->event_ns, limit->round_ns + length_ns);
		if (end_ns > until_ns)
			end_ns = until_ns;
		close_round(limit, path, end_ns);
		limit->round_ns = 0;
	}
	account_silence(limit, path, until_ns);
}

/**
 * tunwin_limit_begin() - start the account
 * @limit: all zero
 * @now_ns: the time
 */
void tunwin_limit_begin(struct tunwin_limit_account *limit, __u64 now_ns)
{
	limit->since_ns = now_ns;
	limit->kind = TUNWIN_LIMITED_IDLE;
}

/**
 * tunwin_limit_anew() - nothing that has passed was of the direction
 * @limit: the account, which keeps the time that it has accounted for
 * @now_ns: the time
 */
void tunwin_limit_anew(struct tunwin_limit_account *limit, __u64 now_ns)
{
	struct tunwin_limit_account fresh = { };
	__u64 open_ns = limit->held_ns + limit->silent_ns + limit->pending_ns;

	memcpy(fresh.ns, limit->ns, sizeof(fresh.ns));
	fresh.ns[TUNWIN_LIMITED_IDLE] += open_ns;
	if (now_ns > limit->since_ns)
		fresh.ns[TUNWIN_LIMITED_IDLE] += now_ns - limit->since_ns;
	tunwin_limit_begin(&fresh, now_ns > limit->since_ns ? now_ns : limit->since_ns);
	*limit = fresh;
}

/* How the sender stood to what it was allowed when it sent this. */
static void compare_window(struct tunwin_limit_account *limit, const struct tunwin_limit_path *path,
			   const struct tunwin_limit_data *data)
{
	__u32 window_bytes = data->known_edge - data->known_una;
	__s32 flight_bytes = data->end - data->known_una;
	__s32 gap_bytes = data->known_edge - data->end;
	__u32 tolerance = window_bytes / 16;

	/* Beyond the edge it cannot be: it knew of a later acknowledgment than was thought. */
	if (gap_bytes < 0)
		flight_bytes = window_bytes;
	if (flight_bytes > 0 && (__u32)flight_bytes > limit->flight_bytes)
		limit->flight_bytes = flight_bytes;
	if (limit->flight_bytes > limit->flight_max_bytes)
		limit->flight_max_bytes = limit->flight_bytes;

	limit->window_known = true;
	if (tolerance < path->segment_bytes)
		tolerance = path->segment_bytes;
	if (gap_bytes < (__s32)tolerance)
		limit->full = true;
	/* What comes late, or again, does not take the sender from the edge. */
	if (data->fresh_bytes)
		limit->was_full = gap_bytes < (__s32)tolerance;
}

/* What was sent before this in the round had not filled the window: it was not full since. */
static void count_filling(struct tunwin_limit_account *limit, const struct tunwin_limit_path *path,
			  const struct tunwin_limit_data *data)
{
	__s32 ticks = data->stamp - limit->stamp;

	if (limit->stamped && !limit->was_full && ticks > 0)
		limit->filling_ticks += ticks;
	limit->stamped = path->tick_ns != 0;
	limit->stamp = data->stamp;
}

/**
 * tunwin_limit_data() - data passes
 * @limit: the direction's account
 * @path: what is known of the path
 * @data: the data
 */
void tunwin_limit_data(struct tunwin_limit_account *limit, const struct tunwin_limit_path *path,
		       const struct tunwin_limit_data *data)
{
	__u64 free_ns = later(limit->acked_ns, limit->opened_ns);
	bool at_once = path->now_ns <= free_ns + patience_ns(path);

	/* That it could have gone on is a fact of the round that ends here. */
	if (limit->round_ns && data->fresh_bytes && is_drained(limit) && !at_once)
		limit->waited = true;
	advance(limit, path, path->now_ns);
	/* What was sent as soon as it could be had been waiting for the window. */
	decide_held(limit, at_once || limit->probed);
	decide_silent(limit, data->lost);
	if (!limit->round_ns)
		limit->round_ns = path->now_ns;

	limit->event_ns = path->now_ns;
	limit->had_data = true;
	if (data->fresh_bytes) {
		count_filling(limit, path, data);
		limit->sent_bytes += data->fresh_bytes;
		limit->pushed = data->pushed;
		limit->acked_ns = 0;
		limit->opened_ns = 0;
		limit->closed = false;
		limit->probed = false;
	}
	if (data->lost) {
		limit->lost = true;
		limit->recovering = true;
		limit->recover = data->end;
	}
	if (data->has_known)
		compare_window(limit, path, data);
}

/**
 * tunwin_limit_ack() - an acknowledgment of the direction's data passes
 * @limit: the direction's account
 * @path: what is known of the path
 * @ack: the acknowledgment
 */
void tunwin_limit_ack(struct tunwin_limit_account *limit, const struct tunwin_limit_path *path,
		      const struct tunwin_limit_ack *ack)
{
	bool closed = ack->room_bytes < path->segment_bytes && !ack->outstanding_bytes;

	advance(limit, path, path->now_ns);
	limit->event_ns = path->now_ns;
	if (limit->has_una && (__s32)(ack->una - limit->una) > 0) {
		if (limit->had_data) {
			limit->acked_bytes += ack->una - limit->una;
			decide_silent(limit, false);
		} else if (ack->una - limit->una > 1) {
			limit->unseen = true;	/* more than a SYN or a FIN */
		}
	}
	limit->una = ack->una;
	limit->has_una = true;
	if (!limit->had_data)
		return;
	if (limit->recovering && (__s32)(ack->una - limit->recover) >= 0)
		limit->recovering = false;
	if (!ack->outstanding_bytes && !limit->acked_ns)
		limit->acked_ns = path->now_ns;
	if (limit->closed && !closed)
		limit->opened_ns = path->now_ns;
	limit->closed = closed;
}

/**
 * tunwin_limit_fin() - the sender says that it has sent everything
 * @limit: the direction's account
 * @path: what is known of the path
 *
 * After tunwin_limit_data() if there is data in the same segment. Since all of that is acknowledged
 * the sender has not been slow, it was done.
 */
void tunwin_limit_fin(struct tunwin_limit_account *limit, const struct tunwin_limit_path *path)
{
	limit->finished = true;
	advance(limit, path, path->now_ns);
}

/**
 * tunwin_limit_probe() - the sender asks whether the window is still closed (RFC 9293, 3.8.6.1)
 * @limit: the direction's account
 * @path: what is known of the path
 *
 * It does so only if it has data to send.
 */
void tunwin_limit_probe(struct tunwin_limit_account *limit, const struct tunwin_limit_path *path)
{
	advance(limit, path, path->now_ns);
	if (!limit->closed)
		return;
	limit->probed = true;
	decide_held(limit, true);
}

/**
 * tunwin_limit_syn_again() - a SYN passes again before the handshake is complete
 * @limit: the account of either direction
 * @path: what is known of the path
 *
 * The one before was lost, or its answer was; both ends have waited for it.
 */
void tunwin_limit_syn_again(struct tunwin_limit_account *limit,
			    const struct tunwin_limit_path *path)
{
	if (!limit->had_data)
		account(limit, TUNWIN_LIMITED_NET, path->now_ns);
}

/**
 * tunwin_limit_until() - the account up to now, to be read
 * @limit: a copy of the direction's account, which is changed
 * @path: what is known of the path; its now_ns is the present
 *
 * Time at a closed window of which it is not known whether the sender had data counts as unknown.
 *
 * Return: what holds the direction now.
 */
enum tunwin_limit_kind tunwin_limit_until(struct tunwin_limit_account *limit,
					  const struct tunwin_limit_path *path)
{
	/* The round that goes on is judged by what it has shown so far, or like those before it. */
	if (!limit->round_ns || path->now_ns >= limit->round_ns + round_length_ns(path))
		advance(limit, path, path->now_ns);
	else if (limit->full || limit->lost || limit->kind == TUNWIN_LIMITED_IDLE)
		close_round(limit, path, path->now_ns);
	else
		account(limit, limit->pending_rounds ? TUNWIN_LIMITED_UNKNOWN : limit->kind,
			path->now_ns);

	/* Of rounds that showed nothing; of what came after them it is known. */
	if (limit->pending_ns && limit->round_ns)
		limit->kind = TUNWIN_LIMITED_UNKNOWN;
	settle(limit, TUNWIN_LIMITED_UNKNOWN);
	decide_silent(limit, false);
	limit->ns[TUNWIN_LIMITED_UNKNOWN] += limit->held_ns;
	if (limit->held_ns)
		limit->kind = TUNWIN_LIMITED_UNKNOWN;
	limit->held_ns = 0;
	return limit->kind;
}
