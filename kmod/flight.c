// SPDX-License-Identifier: GPL-2.0
#include "flight.h"

/*
 * A congestion window that is used up grows by half a segment a round (RFC 9438, 4.3; Linux was
 * seen to take a third). To see that in flights that differ a little anyway takes half as many
 * rounds as there are segments in one.
 */
#define ROUNDS_MIN	32
#define ROUNDS_MAX	248

/* In one of so many rounds the flight may be much larger; BBR makes it so in every eighth. */
#define BUMPS_DIVISOR	16

/* Rounds until the sender has come to where it stays. */
#define SETTLE_ROUNDS	8

/*
 * Of half a segment a round the later half of n rounds has n * n / 8 segments more than the
 * earlier. With half of that the flight grows, with a quarter or less, either way, it is level.
 */
#define GROWS_DIVISOR	16
#define LEVEL_DIVISOR	32

/*
 * Each quarter of the rounds has more than the one before, by a third at least of what it would be
 * if the growth were even: a step that something else has made, as a machine that is busy for a
 * while, is between two of them, or three.
 */
#define QUARTERS	4
#define EVEN_DIVISOR	(3 * QUARTERS)

/*
 * Flights of many segments take many rounds to compare. But an eighth more than some blocks of
 * rounds ago, each higher than the one before, is growth, whatever the rest will be.
 */
#define BLOCK_ROUNDS	4
#define RISES_MIN	3

/* What flights are added up in. */
#define UNIT_BYTES	64

/*
 * Rounds after a loss, of which the later half tells whether the sender sends less for it: at first
 * more is outstanding than is under way, and who does not have to send less has caught up then.
 */
#define WATCH_ROUNDS	8

/* So many losses give a mean of the rounds between them; what @losses counts to. */
#define LOSSES_MIN	3

/* Forget what was compared. */
static void restart(struct tunwin_flight *flight)
{
	int i;

	for (i = 0; i < QUARTERS; i++)
		flight->quarter[i] = 0;
	flight->block_bytes = 0;
	flight->rises = 0;
	flight->settle = SETTLE_ROUNDS;
	flight->rounds = 0;
	flight->bumps = 0;
}

/* As far as rounds are counted. */
static __u32 segments(__u32 bytes, __u32 segment_bytes)
{
	__u32 count = bytes / segment_bytes + 1;

	return count < 0xffff ? count : 0xffff;
}

static __u32 distance(__u32 a, __u32 b)
{
	return a > b ? a - b : b - a;
}

static __u32 larger(__u32 a, __u32 b)
{
	return a > b ? a : b;
}

/* So much more than before that it is nearly doubled, as in slow start. */
static bool is_fast(__u32 bytes, __u32 before_bytes)
{
	return bytes > before_bytes + before_bytes / 2;
}

/* How many rounds to compare of flights like this one. */
static __u32 target(__u32 bytes, __u32 segment_bytes)
{
	__u32 rounds = segments(bytes, segment_bytes) / 2;

	if (rounds < ROUNDS_MIN)
		return ROUNDS_MIN;
	return rounds > ROUNDS_MAX ? ROUNDS_MAX : rounds & ~(QUARTERS - 1U);
}

/* A block of rounds is over: is it higher than the one before? */
static void close_block(struct tunwin_flight *flight)
{
	if (flight->rounds > BLOCK_ROUNDS &&
	    flight->block_bytes > flight->block_before_bytes + flight->noise_bytes / 2)
		flight->rises++;
	else
		flight->rises = 0;
	if (!flight->rises)
		flight->rise_bytes = flight->block_bytes;
	flight->block_before_bytes = flight->block_bytes;
	flight->block_bytes = 0;
}

static bool has_risen(const struct tunwin_flight *flight)
{
	return flight->rises >= RISES_MIN &&
	       flight->block_before_bytes > flight->rise_bytes +
	       larger(flight->rise_bytes / 8, 2 * flight->noise_bytes);
}

/* From quarter to quarter, each by its share of what makes it growth. */
static bool has_grown(const struct tunwin_flight *flight, __s64 growth)
{
	int i;

	for (i = 1; i < QUARTERS; i++)
		if (((__s64)flight->quarter[i] - flight->quarter[i - 1]) * EVEN_DIVISOR < growth)
			return false;
	return true;
}

static enum tunwin_flight_kind compare(struct tunwin_flight *flight, __u32 bytes,
				       __u32 segment_bytes)
{
	enum tunwin_flight_kind kind = TUNWIN_FLIGHT_UNDECIDED;
	__u64 sum = 0;
	__s64 growth, unit, noise;
	int i;

	if (flight->settle) {
		flight->settle--;
		return kind;
	}
	if (!flight->rounds) {
		flight->target = target(bytes, segment_bytes);
		flight->noise_bytes = 0;
	}
	flight->noise_bytes += ((__s32)distance(bytes, flight->before_bytes[1]) -
				(__s32)flight->noise_bytes) / 8;

	/* A sender that asks the path for more now and then is not level, whatever its mean. */
	for (i = 0; i < QUARTERS; i++)
		sum += flight->quarter[i];
	if ((__u64)bytes / UNIT_BYTES * flight->rounds > sum + sum * 3 / 16)
		flight->bumps++;
	flight->quarter[flight->rounds * QUARTERS / flight->target] += bytes / UNIT_BYTES;
	flight->block_bytes += bytes / BLOCK_ROUNDS;
	if (++flight->rounds % BLOCK_ROUNDS == 0) {
		close_block(flight);
		if (has_risen(flight)) {
			restart(flight);
			flight->settle = 0;
			return TUNWIN_FLIGHT_GROWS;
		}
	}
	if (flight->rounds < flight->target)
		return kind;

	unit = (__s64)flight->target * flight->target * segment_bytes / UNIT_BYTES;
	growth = (__s64)flight->quarter[2] + flight->quarter[3] -
		 flight->quarter[0] - flight->quarter[1];
	noise = (__s64)flight->noise_bytes * flight->target / 2 / UNIT_BYTES;
	if (growth >= unit / GROWS_DIVISOR && growth >= noise && has_grown(flight, growth))
		kind = TUNWIN_FLIGHT_GROWS;
	else if (growth <= unit / LEVEL_DIVISOR && growth >= -unit / LEVEL_DIVISOR &&
		 flight->bumps <= flight->target / BUMPS_DIVISOR)
		kind = TUNWIN_FLIGHT_LEVEL;
	restart(flight);
	flight->settle = 0;
	return kind;
}

/* A round is over, whatever was in it. */
static void note_round(struct tunwin_flight *flight, __u32 bytes)
{
	if (!flight->typical_bytes)
		flight->typical_bytes = bytes;
	flight->typical_bytes += ((__s32)bytes - (__s32)flight->typical_bytes) / 8;
	if (flight->gap_rounds < 0xfff)
		flight->gap_rounds++;
}

/* Something was lost: how long after the loss before, what comes of one loss being one. */
static void note_gap(struct tunwin_flight *flight)
{
	__s32 gap = flight->gap_rounds * 8;

	if (flight->lossy)
		return;
	if (flight->losses < 2)
		flight->gap_mean = gap;
	else
		flight->gap_mean += (gap - flight->gap_mean) / 4;
	if (flight->losses < LOSSES_MIN)
		flight->losses++;
	flight->gap_rounds = 0;
	flight->lossy = true;
}

/*
 * Under steady losses a congestion window is about the square root of one and a half times the
 * segments from one loss to the next (RFC 9438, 4.3): the rounds between them are two thirds of its
 * segments. Where they are no more than one and a half times the segments of a flight, the
 * congestion window cannot be much larger than that. Single flights of a few segments do not show
 * it: they differ by as much as a loss takes.
 */
static bool is_kept_small(const struct tunwin_flight *flight, __u32 segment_bytes)
{
	__u32 gap = larger(flight->gap_rounds * 8, flight->gap_mean);

	return flight->losses == LOSSES_MIN &&
	       gap / 8 * 2 <= 3 * segments(flight->typical_bytes, segment_bytes);
}

/**
 * tunwin_flight_interrupt() - something else than the congestion window held a round
 * @flight: the direction's flights
 * @bytes: the most that was outstanding in it, 0 if the next round has no reason to be like it
 */
void tunwin_flight_interrupt(struct tunwin_flight *flight, __u32 bytes)
{
	restart(flight);
	/* What was lost before tells nothing of what is sent from here on. */
	flight->losses = 0;
	flight->before_bytes[0] = bytes;
	flight->before_bytes[1] = bytes;
}

/**
 * tunwin_flight_loss() - a round in which something was lost, or in which that was repaired
 * @flight: the direction's flights
 * @bytes: the most that was outstanding in it, with what the hole held up
 */
void tunwin_flight_loss(struct tunwin_flight *flight, __u32 bytes)
{
	const __u32 *before = flight->before_bytes;

	note_round(flight, bytes);
	note_gap(flight);
	/* In slow start more is on its way than was before, and at least half as much again. */
	if (!flight->watch) {
		flight->loss_bytes = before[0] / 2 + before[1] / 2;
		if (is_fast(before[0], before[1]))
			flight->loss_bytes = before[0] + before[0] / 2 > bytes ?
					     before[0] + before[0] / 2 : bytes;
	}
	flight->watch = WATCH_ROUNDS;
	flight->watch_bytes = 0;
	flight->clean_rounds = 0;
}

/**
 * tunwin_flight_round() - a round in which nothing was lost is over
 * @flight: the direction's flights; all zero before the first call
 * @bytes: the most that was outstanding in it
 * @segment_bytes: payload of a full segment, not 0
 *
 * Return: what this round tells, together with those before it.
 */
enum tunwin_flight_kind tunwin_flight_round(struct tunwin_flight *flight, __u32 bytes,
					    __u32 segment_bytes)
{
	const __u32 *before = flight->before_bytes;
	/* Of flights that stay about the same one may well be larger. */
	bool fast = before[0] && flight->rounds < SETTLE_ROUNDS &&
		    is_fast(bytes, before[0] > before[1] ? before[0] : before[1]);

	note_round(flight, bytes);
	flight->lossy = false;
	/*
	 * A loss that does not make the sender send less was not what held it: its congestion
	 * window is far away.
	 */
	if (flight->watch) {
		if (flight->watch <= WATCH_ROUNDS / 2)
			flight->watch_bytes += bytes / (WATCH_ROUNDS / 2);
		/* CUBIC makes it 0.7 of what it was, Reno half. */
		if (!--flight->watch && flight->watch_bytes < flight->loss_bytes / 10 * 9)
			flight->reduced = true;
	} else {
		flight->before_bytes[1] = flight->before_bytes[0];
		flight->before_bytes[0] = bytes;
	}

	/*
	 * By half a segment a round from 0.7 of what it was, it is past that when so many
	 * rounds have passed as it had segments, and CUBIC's plateau is over.
	 */
	if (flight->reduced &&
	    ++flight->clean_rounds >= segments(flight->loss_bytes, segment_bytes))
		flight->reduced = false;
	if (flight->reduced || is_kept_small(flight, segment_bytes)) {
		restart(flight);
		return TUNWIN_FLIGHT_REDUCED;
	}
	if (fast && !flight->watch) {
		restart(flight);
		return TUNWIN_FLIGHT_DOUBLES;
	}
	return compare(flight, bytes, segment_bytes);
}
