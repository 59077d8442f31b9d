// SPDX-License-Identifier: GPL-2.0
/*
 * The rules of kmod/limit.c, on flows that are played round by round: a burst passes, half a round
 * trip or more later its acknowledgments.
 *
 *	sender -- sender_rtt -- here -- the rest of the round trip -- receiver
 */
#include <string.h>

#include "limit.h"
#include "table.h"
#include "window.h"

#define MSEC	1000000ULL
#define SECOND	1000000000ULL
#define MSS	1000U
#define RTT_US	80000U

struct flow {
	struct tunwin_limit_account limit;
	struct tunwin_limit_path path;
	__u32 una, high, window_bytes;
};

static const struct play {
	const char *name;
	__u32 window_bytes;	/* TUNWIN_WINDOW_UNKNOWN: not known */
	__u32 flight_bytes;	/* that the sender puts into a round */
	__u32 growth_bytes;	/* more of it in each round */
	__u32 queue_us;		/* that stands on the path */
	__u64 pause_ms;		/* between a round's last acknowledgment and the next burst */
	int pause_every;	/* rounds, 0 each */
	int dip_every;		/* rounds, of which one has a quarter less in flight; 0 never */
	int loss_every;		/* rounds, 0 never */
	__u32 loss_bytes;	/* that it sends less after a loss */
	bool pushed;
	bool no_clock;		/* of the sender is known: it has no timestamps */
	enum tunwin_limit_kind expected;
} plays[] = {
	{ "a full window", 64000, 64000, .expected = TUNWIN_LIMITED_RWND },
	{ "a window full but for less than a segment", 64900, 64000,
	  .expected = TUNWIN_LIMITED_RWND },
	{ "a full window, with losses", 64000, 64000, .loss_every = 3,
	  .expected = TUNWIN_LIMITED_RWND },
	{ "a full window, not quite in every fifth round", 64000, 64000, .dip_every = 5,
	  .no_clock = true, .expected = TUNWIN_LIMITED_RWND },
	{ "a window of one segment", 1000, 1000, .expected = TUNWIN_LIMITED_RWND },
	{ "half a window, growing", 2000000, 100000, .growth_bytes = 1000,
	  .expected = TUNWIN_LIMITED_NET },
	{ "half a window, less of it after losses", 64000, 32000, .loss_every = 15,
	  .growth_bytes = 500, .loss_bytes = 9000, .expected = TUNWIN_LIMITED_NET },
	{ "half a window, with a loss in every round", 64000, 32000, .loss_every = 1,
	  .expected = TUNWIN_LIMITED_NET },
	{ "half a window, with losses that change nothing", 64000, 32000, .loss_every = 90,
	  .expected = TUNWIN_LIMITED_SENDER },
	{ "half a window, always the same", 64000, 32000, .expected = TUNWIN_LIMITED_SENDER },
	{ "half a window, always the same, behind a queue", 64000, 32000, .queue_us = 20000,
	  .expected = TUNWIN_LIMITED_UNKNOWN },
	{ "half a window, always the same, behind a queue that is most of the way", 64000, 32000,
	  .queue_us = 3 * RTT_US, .expected = TUNWIN_LIMITED_NET },
	{ "half a window, ended by short segments, behind such a queue", 64000, 32000,
	  .queue_us = 3 * RTT_US, .pushed = true, .expected = TUNWIN_LIMITED_SENDER },
	{ "half a window and a pause", 64000, 32000, .pause_ms = 100,
	  .expected = TUNWIN_LIMITED_SENDER },
	{ "half a window, always the same, and a pause now and then", 64000, 32000, .pause_ms = 30,
	  .pause_every = 30, .expected = TUNWIN_LIMITED_SENDER },
	{ "half a window, growing, and a pause now and then", 2000000, 100000,
	  .growth_bytes = 1000, .pause_ms = 30, .pause_every = 30,
	  .expected = TUNWIN_LIMITED_NET },
	{ "half a window, ended by short segments", 64000, 32000, .growth_bytes = 100,
	  .pushed = true, .expected = TUNWIN_LIMITED_SENDER },
	{ "long pauses", 64000, 32000, .pause_ms = 20000, .expected = TUNWIN_LIMITED_IDLE },
	{ "an unknown window", TUNWIN_WINDOW_UNKNOWN, 32000, .growth_bytes = 8000,
	  .expected = TUNWIN_LIMITED_UNKNOWN },
	{ "an unknown window, with losses", TUNWIN_WINDOW_UNKNOWN, 32000, .loss_every = 1,
	  .expected = TUNWIN_LIMITED_NET },
	{ "an unknown window and a pause", TUNWIN_WINDOW_UNKNOWN, 32000, .pause_ms = 100,
	  .expected = TUNWIN_LIMITED_SENDER },
};

static void begin(struct flow *flow, __u32 sender_rtt_us)
{
	memset(flow, 0, sizeof(*flow));
	flow->path = (struct tunwin_limit_path){
		.now_ns = SECOND, .rtt_us = RTT_US, .rtt_min_us = RTT_US,
		.sender_rtt_us = sender_rtt_us, .sender_wait_us = sender_rtt_us,
		.tick_ns = MSEC, .segment_bytes = MSS,
	};
	tunwin_limit_begin(&flow->limit, flow->path.now_ns);
}

static void burst(struct flow *flow, const struct play *play, __u32 bytes, bool lost)
{
	struct tunwin_limit_data data = {
		.known_una = flow->una, .known_edge = flow->una + play->window_bytes,
		.has_known = play->window_bytes != TUNWIN_WINDOW_UNKNOWN,
	};
	__u32 left;

	for (left = bytes; left; left -= left < MSS ? left : MSS) {
		flow->high += left < MSS ? left : MSS;
		data.end = flow->high;
		data.stamp = flow->path.now_ns / MSEC;
		data.fresh_bytes = left < MSS ? left : MSS;
		data.lost = lost;
		data.pushed = play->pushed && left <= MSS;
		tunwin_limit_data(&flow->limit, &flow->path, &data);
		flow->path.now_ns += MSEC / 100;
	}
}

static void acknowledge(struct flow *flow, const struct play *play)
{
	struct tunwin_limit_ack ack = { .room_bytes = play->window_bytes };

	flow->una = flow->high;
	ack.una = flow->una;
	tunwin_limit_ack(&flow->limit, &flow->path, &ack);
}

/* Is @round one of every so many? */
static bool is_due(int round, int every)
{
	return every && round % every == every - 1;
}

static __u64 total(const struct tunwin_limit_account *limit)
{
	__u64 sum = 0;
	int kind;

	for (kind = 0; kind < TUNWIN_LIMITS; kind++)
		sum += limit->ns[kind];
	return sum;
}

/* One play, seen from where @sender_rtt_us is the way to the sender and back. */
static void play_from(const struct play *play, __u32 sender_rtt_us)
{
	struct tunwin_limit_account read;
	struct flow flow;
	__u32 bytes = play->flight_bytes;
	__u64 busy_ns;
	int round;

	begin(&flow, sender_rtt_us);
	if (play->no_clock)
		flow.path.tick_ns = 0;
	flow.path.rtt_us += play->queue_us;
	flow.path.rtt_smoothed_us = flow.path.rtt_us;
	for (round = 0; round < 300; round++) {
		bool lost = is_due(round, play->loss_every);
		__u64 start_ns = flow.path.now_ns;

		burst(&flow, play, is_due(round, play->dip_every) ? bytes / 4 * 3 : bytes, lost);
		bytes += play->growth_bytes;
		if (lost)
			bytes -= play->loss_bytes;
		/*
		 * The receiver is so far away, and what is left of the round is the sender's
		 * way.
		 */
		if (flow.path.now_ns < start_ns + (RTT_US - sender_rtt_us) * 1000ULL)
			flow.path.now_ns = start_ns + (RTT_US - sender_rtt_us) * 1000ULL;
		acknowledge(&flow, play);
		flow.path.now_ns += sender_rtt_us * 1000ULL;
		if (!play->pause_every || is_due(round, play->pause_every))
			flow.path.now_ns += play->pause_ms * MSEC;
	}
	read = flow.limit;
	tunwin_limit_until(&read, &flow.path);
	busy_ns = total(&read);
	assert_int_equal(busy_ns, flow.path.now_ns - SECOND);
	/* What is expected has nine tenths of the time, or of what is not its beginning. */
	if (read.ns[play->expected] < busy_ns * 9 / 10)
		fail_msg("from %u us: unknown %llu rwnd %llu net %llu sender %llu idle %llu ms",
			 sender_rtt_us, read.ns[0] / MSEC, read.ns[1] / MSEC, read.ns[2] / MSEC,
			 read.ns[3] / MSEC, read.ns[4] / MSEC);
}

static void run_play(void **state)
{
	play_from(*state, 100);
	play_from(*state, RTT_US / 2);
	play_from(*state, RTT_US - 100);
}

/* A window that is closed: the time is the window's only if the sender had data. */
static void closed_window(void **state)
{
	const struct play play = { .window_bytes = 10000 }, closed = { 0 };
	struct tunwin_limit_account read;
	struct flow flow;

	(void)state;
	begin(&flow, RTT_US / 2);
	burst(&flow, &play, 10000, false);
	acknowledge(&flow, &closed);
	flow.path.now_ns += 10 * SECOND;
	read = flow.limit;
	assert_int_equal(tunwin_limit_until(&read, &flow.path), TUNWIN_LIMITED_UNKNOWN);
	assert_in_range(read.ns[TUNWIN_LIMITED_UNKNOWN], 9 * SECOND, 10 * SECOND);

	/* A probe tells that it has. */
	tunwin_limit_probe(&flow.limit, &flow.path);
	read = flow.limit;
	assert_int_equal(tunwin_limit_until(&read, &flow.path), TUNWIN_LIMITED_RWND);
	assert_in_range(read.ns[TUNWIN_LIMITED_RWND], 9 * SECOND, 11 * SECOND);
	assert_int_equal(total(&read), flow.path.now_ns - SECOND);

	/* So does data as soon as it opens. */
	begin(&flow, RTT_US / 2);
	burst(&flow, &play, 10000, false);
	acknowledge(&flow, &closed);
	flow.path.now_ns += 10 * SECOND;
	acknowledge(&flow, &play);
	flow.path.now_ns += RTT_US / 2 * 1000ULL;
	burst(&flow, &play, 10000, false);
	assert_in_range(flow.limit.ns[TUNWIN_LIMITED_RWND], 9 * SECOND, 11 * SECOND);

	/* Data much later tells that there was none. */
	begin(&flow, RTT_US / 2);
	burst(&flow, &play, 10000, false);
	acknowledge(&flow, &closed);
	flow.path.now_ns += 10 * SECOND;
	acknowledge(&flow, &play);
	flow.path.now_ns += 5 * SECOND;
	burst(&flow, &play, 10000, false);
	assert_in_range(flow.limit.ns[TUNWIN_LIMITED_RWND], 0, SECOND);
	assert_in_range(flow.limit.ns[TUNWIN_LIMITED_IDLE], 13 * SECOND, 15 * SECOND);
}

/*
 * A sender that takes half of the round trip to fill the window. Here its data passes at once,
 * behind a queue; the timestamps tell.
 */
static void slow_filling(void **state)
{
	const struct play play = { .window_bytes = 40000 };
	struct tunwin_limit_account read;
	struct flow flow;
	int round, part;

	(void)state;
	begin(&flow, RTT_US - 100);
	for (round = 0; round < 100; round++) {
		__u64 sent_ns = flow.path.now_ns;

		for (part = 0; part < 40; part++) {
			struct tunwin_limit_data data = {
				.known_una = flow.una, .known_edge = flow.una + 40000,
				.has_known = true, .fresh_bytes = MSS,
				.end = flow.high += MSS,
				.stamp = sent_ns / MSEC + part,
			};

			tunwin_limit_data(&flow.limit, &flow.path, &data);
		}
		flow.path.now_ns += 100 * 1000;
		acknowledge(&flow, &play);
		flow.path.now_ns = sent_ns + RTT_US * 1000ULL;
	}
	read = flow.limit;
	tunwin_limit_until(&read, &flow.path);
	/* A sixteenth of the window less is full. */
	assert_in_range(read.ns[TUNWIN_LIMITED_RWND], total(&read) / 2, total(&read) * 6 / 10);
	assert_in_range(read.ns[TUNWIN_LIMITED_SENDER], total(&read) * 4 / 10, total(&read) / 2);
	assert_in_range(read.full_ns, total(&read) * 95 / 100, total(&read));
}

/* Acknowledgments make room, and the sender leaves it: it has no more. */
static void room_that_is_left(void **state)
{
	const struct play play = { .window_bytes = 1000000 };
	struct tunwin_limit_ack ack = { .room_bytes = 1000000 };
	struct tunwin_limit_account read;
	struct flow flow;
	int part;

	(void)state;
	begin(&flow, 100);
	burst(&flow, &play, 100000, false);
	for (part = 1; part < 20; part++) {
		flow.path.now_ns += RTT_US / 4 * 1000ULL;
		ack.una = part * 5000;
		ack.outstanding_bytes = 100000 - ack.una;
		tunwin_limit_ack(&flow.limit, &flow.path, &ack);
	}
	read = flow.limit;
	tunwin_limit_until(&read, &flow.path);
	assert_in_range(read.ns[TUNWIN_LIMITED_SENDER], total(&read) / 2, total(&read));
}

/* Questions that are answered late, as with a delayed ACK: nothing is lost. */
static void late_answers(void **state)
{
	const struct play play = { .window_bytes = 64000 };
	struct tunwin_limit_account read;
	struct flow flow;
	int round;

	(void)state;
	begin(&flow, 100);
	flow.path.rtt_us = 1000;
	flow.path.rtt_min_us = 1000;
	acknowledge(&flow, &play);
	for (round = 0; round < 100; round++) {
		burst(&flow, &play, 300, false);
		flow.path.now_ns += 30 * MSEC;
		acknowledge(&flow, &play);
		flow.path.now_ns += 2 * MSEC;
	}
	read = flow.limit;
	tunwin_limit_until(&read, &flow.path);
	assert_int_equal(read.ns[TUNWIN_LIMITED_NET], 0);
	assert_int_equal(total(&read), flow.path.now_ns - SECOND);
}

/* The same silence, ended by the data that was lost, or by nothing at all. */
static void lost_in_silence(void **state)
{
	const struct play play = { .window_bytes = 64000 };
	struct tunwin_limit_data again = { .lost = true };
	struct tunwin_limit_account read;
	struct flow flow;

	(void)state;
	begin(&flow, 100);
	acknowledge(&flow, &play);
	burst(&flow, &play, 10000, false);
	flow.path.now_ns += 250 * MSEC;
	again.end = flow.high;
	tunwin_limit_data(&flow.limit, &flow.path, &again);
	assert_in_range(flow.limit.ns[TUNWIN_LIMITED_NET], 160 * MSEC, 250 * MSEC);

	begin(&flow, 100);
	acknowledge(&flow, &play);
	burst(&flow, &play, 10000, false);
	flow.path.now_ns += 5 * SECOND;
	read = flow.limit;
	assert_int_equal(tunwin_limit_until(&read, &flow.path), TUNWIN_LIMITED_NET);
	assert_in_range(read.ns[TUNWIN_LIMITED_NET], 4 * SECOND, 5 * SECOND);
}

/* Only half of the connection passes: its data, or what acknowledges data that passes elsewhere. */
static void half_of_it(void **state)
{
	const struct play play = { .window_bytes = TUNWIN_WINDOW_UNKNOWN };
	struct tunwin_limit_account read;
	struct flow flow;
	int round;

	(void)state;
	begin(&flow, 100);
	for (round = 0; round < 10; round++) {
		burst(&flow, &play, 10000, false);
		flow.path.now_ns += SECOND;
	}
	read = flow.limit;
	tunwin_limit_until(&read, &flow.path);
	assert_int_equal(read.ns[TUNWIN_LIMITED_NET], 0);
	assert_in_range(read.ns[TUNWIN_LIMITED_UNKNOWN], 8 * SECOND, 11 * SECOND);

	begin(&flow, 100);
	for (round = 0; round < 10; round++) {
		flow.high += 10000;
		acknowledge(&flow, &play);
		flow.path.now_ns += SECOND;
	}
	read = flow.limit;
	assert_int_equal(tunwin_limit_until(&read, &flow.path), TUNWIN_LIMITED_UNKNOWN);
	assert_in_range(read.ns[TUNWIN_LIMITED_UNKNOWN], 8 * SECOND, 11 * SECOND);
}

/* Who has said that it is done is not slow, nor was it in the moment before. */
static void done(void **state)
{
	const struct play play = { .window_bytes = 64000 };
	struct tunwin_limit_account read;
	struct flow flow;

	(void)state;
	begin(&flow, RTT_US / 2);
	burst(&flow, &play, 10000, false);
	acknowledge(&flow, &play);
	flow.path.now_ns += SECOND / 2;
	read = flow.limit;
	tunwin_limit_until(&read, &flow.path);
	assert_in_range(read.ns[TUNWIN_LIMITED_SENDER], SECOND / 3, SECOND * 2 / 3);
	tunwin_limit_fin(&flow.limit, &flow.path);
	flow.path.now_ns += SECOND / 2;
	read = flow.limit;
	assert_int_equal(tunwin_limit_until(&read, &flow.path), TUNWIN_LIMITED_IDLE);
	assert_in_range(read.ns[TUNWIN_LIMITED_SENDER], 0, RTT_US * 1000ULL);
	assert_int_equal(total(&read), flow.path.now_ns - SECOND);
}

static void never_any_data(void **state)
{
	struct tunwin_limit_account read;
	struct flow flow;

	(void)state;
	begin(&flow, 0);
	flow.path.now_ns += 5 * SECOND;
	read = flow.limit;
	assert_int_equal(tunwin_limit_until(&read, &flow.path), TUNWIN_LIMITED_IDLE);
	assert_int_equal(read.ns[TUNWIN_LIMITED_IDLE], 5 * SECOND);
}

/* Both ends wait while a SYN is lost; once there was data, one that comes again is a stray. */
static void syn_again(void **state)
{
	const struct play play = { .window_bytes = 64000 };
	struct tunwin_limit_account read;
	struct flow flow;

	(void)state;
	begin(&flow, 0);
	flow.path.now_ns += SECOND;
	tunwin_limit_syn_again(&flow.limit, &flow.path);
	flow.path.now_ns += SECOND / 10;
	read = flow.limit;
	assert_int_equal(tunwin_limit_until(&read, &flow.path), TUNWIN_LIMITED_IDLE);
	assert_int_equal(read.ns[TUNWIN_LIMITED_NET], SECOND);
	assert_int_equal(read.ns[TUNWIN_LIMITED_IDLE], SECOND / 10);

	burst(&flow, &play, 10000, false);
	acknowledge(&flow, &play);
	flow.path.now_ns += 20 * SECOND;
	tunwin_limit_syn_again(&flow.limit, &flow.path);
	tunwin_limit_until(&flow.limit, &flow.path);
	assert_in_range(flow.limit.ns[TUNWIN_LIMITED_NET], SECOND, SECOND + SECOND / 2);
}

int main(void)
{
	table_add_rows("limit", run_play, plays);
	table_add("limit", "a closed window", closed_window, NULL);
	table_add("limit", "a window that is filled slowly", slow_filling, NULL);
	table_add("limit", "room that is left", room_that_is_left, NULL);
	table_add("limit", "late answers", late_answers, NULL);
	table_add("limit", "lost in silence", lost_in_silence, NULL);
	table_add("limit", "half of it", half_of_it, NULL);
	table_add("limit", "done", done, NULL);
	table_add("limit", "never any data", never_any_data, NULL);
	table_add("limit", "a SYN again", syn_again, NULL);
	return table_run("limit");
}
