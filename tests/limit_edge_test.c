// SPDX-License-Identifier: GPL-2.0
/*
 * The bounds of the rules in kmod/limit.c, on a few segments each: what is exactly at a bound, and
 * what is next to it. limit_test.c plays whole flows.
 */
#include <string.h>

#include "limit.h"
#include "table.h"
#include "window.h"

#define MSEC	1000000ULL
#define SECOND	1000000000ULL
#define MSS	1000U
#define RTT_US	80000U
#define WAIT_US	40000U
#define OPEN	64000U
/* No number that counts is 0. */
#define BASE	5000U

#define UNKNOWN	TUNWIN_LIMITED_UNKNOWN
#define RWND	TUNWIN_LIMITED_RWND
#define NET	TUNWIN_LIMITED_NET
#define SENDER	TUNWIN_LIMITED_SENDER
#define IDLE	TUNWIN_LIMITED_IDLE

#define STEPS_MAX	8

/* A row ends with NOTHING. */
enum event {
	NOTHING,
	SEND,	/* data beyond what passed, or none: the end of it again */
	ACK,	/* of all that passed, and of @bytes that pass elsewhere */
	FIN,
	PROBE,
	ROUNDS,	/* each of a burst, its acknowledgment, and the sender's part of the round trip */
	QUEUE,	/* the round trip is @bytes us from here on */
};

struct step {
	__u32 after_us;		/* the step before */
	enum event event;
	__u32 bytes;
	__u32 window_bytes;	/* that the sender knew, 0 if that is not known */
	__u32 room_bytes;	/* that an acknowledgment leaves */
	__u32 left_bytes;	/* that it does not acknowledge */
	__u32 rounds;
	__u32 stretch_us;	/* that the round trip grows each round, as do bursts */
	bool lost;
	bool pushed;
};

struct scene {
	const char *name;
	/* 0: as usual */
	__u32 rtt_us, rtt_min_us, wait_us;
	bool no_rtt;		/* is known of late */
	struct step steps[STEPS_MAX];
	__u32 read_us;		/* after the last step */
	enum tunwin_limit_kind now;
	__u64 us[TUNWIN_LIMITS];
	/* 0: not looked at */
	__u64 full_us;
	__u32 flight_bytes, flight_max_bytes;
};

struct flow {
	struct tunwin_limit_account limit;
	struct tunwin_limit_path path;
	__u32 una, high;
};

/* What shows the window as the limit, and what does not. */
static const struct scene windows[] = {
	{ "999 bytes from the edge is full",
	  .steps = { { 0, SEND, 2001, 3000 } },
	  .read_us = 80000, .now = RWND, .us = { [RWND] = 80000 } },
	{ "a segment from the edge is not full",
	  .steps = { { 0, SEND, 2000, 3000 } },
	  .read_us = 80000, .now = UNKNOWN, .us = { [UNKNOWN] = 80000 } },
	{ "less than a sixteenth of the window from the edge is full",
	  .steps = { { 0, SEND, 30001, 32000 } },
	  .read_us = 80000, .now = RWND, .us = { [RWND] = 80000 } },
	{ "a sixteenth of the window from the edge is not full",
	  .steps = { { 0, SEND, 30000, 32000 } },
	  .read_us = 80000, .now = UNKNOWN, .us = { [UNKNOWN] = 80000 } },
	{ "what lies beyond the edge counts as a full window",
	  .steps = { { 0, SEND, 20000, 16000 } },
	  .read_us = 10000, .now = RWND, .us = { [RWND] = 10000 },
	  .flight_bytes = 16000, .flight_max_bytes = 16000 },
	{ "a flight is the most that was outstanding in its round",
	  .steps = { { 0, SEND, 10000, OPEN }, { 10000, ACK, .left_bytes = 2000 },
		     { 10000, SEND, 0, OPEN } },
	  .read_us = 10000, .now = UNKNOWN, .us = { [UNKNOWN] = 30000 },
	  .flight_bytes = 10000, .flight_max_bytes = 10000 },
	{ "the largest flight is kept when smaller ones follow",
	  .steps = { { 0, ROUNDS, 40000, OPEN, .rounds = 1 },
		     { 0, ROUNDS, 10000, OPEN, .rounds = 3 } },
	  .now = UNKNOWN, .us = { [UNKNOWN] = 320000 },
	  .flight_bytes = 10000, .flight_max_bytes = 40000 },
	{ "the round after a full one has to show it anew",
	  .steps = { { 0, ROUNDS, OPEN, OPEN, .rounds = 1 },
		     { 0, ROUNDS, 10000, OPEN, .rounds = 1 } },
	  .now = UNKNOWN, .us = { [RWND] = 80000, [UNKNOWN] = 80000 }, .full_us = 80000 },
	{ "a full window after slow start: the time to fill it is still the network's",
	  .steps = { { 0, ROUNDS, 10000, OPEN, .rounds = 1 },
		     { 0, ROUNDS, 20000, OPEN, .rounds = 1 },
		     { 0, SEND, 30000, OPEN }, { 20000, SEND, 34000, OPEN } },
	  .read_us = 60000, .now = RWND, .us = { [NET] = 180000, [RWND] = 60000 },
	  .full_us = 80000 },
	{ "from full to full no time counts as filling",
	  .steps = { { 0, SEND, OPEN, OPEN }, { 20000, ACK, .room_bytes = OPEN },
		     { 0, SEND, OPEN, OPEN } },
	  .read_us = 60000, .now = RWND, .us = { [RWND] = 80000 }, .full_us = 80000 },
	{ "from a segment below the edge to the edge is filling",
	  .steps = { { 0, SEND, 15000, 16000 }, { 20000, SEND, 1000, 16000 } },
	  .read_us = 60000, .now = RWND, .us = { [SENDER] = 20000, [RWND] = 60000 },
	  .full_us = 80000 },
	{ "the time since the data of the round before is no filling",
	  .steps = { { 0, SEND, 10000, OPEN }, { 80000, SEND, 54000, OPEN } },
	  .read_us = 80000, .now = RWND, .us = { [UNKNOWN] = 80000, [RWND] = 80000 },
	  .full_us = 80000 },
};

/* What rounds that show nothing are counted for. */
static const struct scene pending[] = {
	{ "nothing is known of rounds before the first that shows something",
	  .steps = { { 0, ROUNDS, 10000, OPEN, .rounds = 1 },
		     { 0, ROUNDS, OPEN, OPEN, .rounds = 1 } },
	  .now = RWND, .us = { [UNKNOWN] = 80000, [RWND] = 80000 }, .full_us = 80000 },
	{ "four rounds between two of a kind are of that kind",
	  .steps = { { 0, ROUNDS, OPEN, OPEN, .rounds = 1 },
		     { 0, ROUNDS, 10000, OPEN, .rounds = 4 },
		     { 0, ROUNDS, OPEN, OPEN, .rounds = 1 } },
	  .now = RWND, .us = { [RWND] = 480000 }, .full_us = 160000 },
	{ "five rounds between two of a kind are unknown",
	  .steps = { { 0, ROUNDS, OPEN, OPEN, .rounds = 1 },
		     { 0, ROUNDS, 10000, OPEN, .rounds = 5 },
		     { 0, ROUNDS, OPEN, OPEN, .rounds = 1 } },
	  .now = RWND, .us = { [RWND] = 160000, [UNKNOWN] = 400000 }, .full_us = 160000 },
	{ "65536 rounds between two of a kind are not few",
	  .steps = { { 0, ROUNDS, OPEN, OPEN, .rounds = 1 },
		     { 0, ROUNDS, 10000, .rounds = 65536 },
		     { 0, ROUNDS, OPEN, OPEN, .rounds = 1 } },
	  .now = RWND, .us = { [RWND] = 160000, [UNKNOWN] = 65536 * 80000ULL } },
	{ "four rounds before one in which the sender waits are as what was before them",
	  .steps = { { 0, ROUNDS, OPEN, OPEN, .rounds = 1 },
		     { 0, ROUNDS, 10000, OPEN, .rounds = 4 },
		     { 0, SEND, 10000, OPEN }, { 40000, ACK, .room_bytes = OPEN },
		     { 60000, ROUNDS, OPEN, OPEN, .rounds = 1 } },
	  .now = RWND, .us = { [RWND] = 480000, [SENDER] = 100000 } },
	{ "five rounds before one in which the sender waits are unknown",
	  .steps = { { 0, ROUNDS, OPEN, OPEN, .rounds = 1 },
		     { 0, ROUNDS, 10000, OPEN, .rounds = 5 },
		     { 0, SEND, 10000, OPEN }, { 40000, ACK, .room_bytes = OPEN },
		     { 60000, ROUNDS, OPEN, OPEN, .rounds = 1 } },
	  .now = RWND, .us = { [RWND] = 160000, [UNKNOWN] = 400000, [SENDER] = 100000 } },
	{ "rounds between two losses are the network's",
	  .steps = { { 0, ROUNDS, 32000, OPEN, .rounds = 1, .lost = true },
		     { 0, ROUNDS, 32000, OPEN, .rounds = 3 },
		     { 0, ROUNDS, 32000, OPEN, .rounds = 1, .lost = true } },
	  .now = NET, .us = { [NET] = 400000 } },
	{ "a round that is not over counts as the one before",
	  .steps = { { 0, ROUNDS, OPEN, OPEN, .rounds = 1 }, { 0, SEND, 10000, OPEN } },
	  .read_us = 20000, .now = RWND, .us = { [RWND] = 100000 }, .full_us = 80000 },
	{ "a round that is not over and fills the window has shown it",
	  .steps = { { 0, ROUNDS, 10000, OPEN, .rounds = 1 },
		     { 0, ROUNDS, 20000, OPEN, .rounds = 1 }, { 0, SEND, OPEN, OPEN } },
	  .read_us = 20000, .now = RWND, .us = { [NET] = 160000, [RWND] = 20000 } },
	{ "a round that is not over and has a loss has shown it",
	  .steps = { { 0, ROUNDS, OPEN, OPEN, .rounds = 1 },
		     { 0, SEND, 10000, OPEN, .lost = true } },
	  .read_us = 20000, .now = NET, .us = { [RWND] = 80000, [NET] = 20000 } },
	{ "the first round is unknown while it is not over",
	  .steps = { { 0, SEND, 10000, OPEN } },
	  .read_us = 20000, .now = UNKNOWN, .us = { [UNKNOWN] = 20000 } },
};

/* What flights show from round to round. */
static const struct scene flights[] = {
	{ "slow start after four rounds that show nothing",
	  .steps = { { 0, ROUNDS, 10000, OPEN, .rounds = 4 },
		     { 0, ROUNDS, 20000, OPEN, .rounds = 1 } },
	  .now = NET, .us = { [NET] = 400000 } },
	{ "after five rounds one large flight is no slow start",
	  .steps = { { 0, ROUNDS, 10000, OPEN, .rounds = 5 },
		     { 0, ROUNDS, 20000, OPEN, .rounds = 1 } },
	  .now = UNKNOWN, .us = { [UNKNOWN] = 480000 } },
	{ "slow start from flights that were larger once",
	  .steps = { { 0, ROUNDS, 40000, OPEN, .rounds = 1 },
		     { 0, ROUNDS, 10000, OPEN, .rounds = 2 },
		     { 0, ROUNDS, 20000, OPEN, .rounds = 1 } },
	  .now = NET, .us = { [NET] = 320000 } },
	{ "a flight as large as the window that was full before it is no slow start",
	  .steps = { { 0, ROUNDS, 10000, OPEN, .rounds = 1 },
		     { 0, ROUNDS, OPEN, OPEN, .rounds = 1 },
		     { 0, ROUNDS, 59000, OPEN, .rounds = 1 } },
	  .now = UNKNOWN, .us = { [UNKNOWN] = 160000, [RWND] = 80000 } },
	{ "what level flights have shown ends with a full window",
	  .steps = { { 0, ROUNDS, 32000, OPEN, .rounds = 45 },
		     { 0, ROUNDS, OPEN, OPEN, .rounds = 1 },
		     { 0, ROUNDS, 32000, OPEN, .rounds = 2 } },
	  .now = UNKNOWN,
	  .us = { [SENDER] = 3600000, [RWND] = 80000, [UNKNOWN] = 160000 } },
	{ "what level flights have shown ends when a queue keeps them level",
	  .steps = { { 0, ROUNDS, 32000, OPEN, .rounds = 40 }, { 0, QUEUE, 100000 },
		     { 0, ROUNDS, 32000, OPEN, .rounds = 50 } },
	  .now = UNKNOWN, .us = { [SENDER] = 5560000, [UNKNOWN] = 2640000 } },
	{ "flights that follow the round trip are level",
	  .steps = { { 0, ROUNDS, 64000, 200000, .rounds = 40, .stretch_us = 250 } },
	  .now = SENDER, .us = { [SENDER] = 3395000 } },
	{ "level flights, a round trip an eighth and 1 ms longer than the shortest",
	  .rtt_us = 91000,
	  .steps = { { 0, ROUNDS, 32000, OPEN, .rounds = 40 } },
	  .now = SENDER, .us = { [SENDER] = 3640000 } },
	{ "level flights, a round trip still longer by 1 us",
	  .rtt_us = 91001,
	  .steps = { { 0, ROUNDS, 32000, OPEN, .rounds = 40 } },
	  .now = UNKNOWN, .us = { [UNKNOWN] = 3640040 } },
	{ "a queue of 5 ms on a path of 1 ms",
	  .rtt_us = 6000, .rtt_min_us = 1000, .steps = { { 0, SEND, 10000, OPEN } },
	  .read_us = 10000, .now = NET, .us = { [NET] = 10000 } },
	{ "a queue of less than 5 ms on a path of 1 ms",
	  .rtt_us = 5999, .rtt_min_us = 1000, .steps = { { 0, SEND, 10000, OPEN } },
	  .read_us = 10000, .now = UNKNOWN, .us = { [UNKNOWN] = 10000 } },
	{ "four times the shortest round trip, which is 5 ms with the path itself",
	  .rtt_us = 5000, .rtt_min_us = 1250, .steps = { { 0, SEND, 10000, OPEN } },
	  .read_us = 10000, .now = UNKNOWN, .us = { [UNKNOWN] = 10000 } },
	{ "a long queue shows nothing while the window is not known",
	  .rtt_us = 6000, .rtt_min_us = 1000,
	  .steps = { { 0, SEND, 10000, OPEN }, { 10000, SEND, 10000 } },
	  .read_us = 10000, .now = UNKNOWN, .us = { [NET] = 10000, [UNKNOWN] = 10000 } },
	{ "a long queue shows nothing while the round trip of late is not known",
	  .rtt_us = 6000, .rtt_min_us = 1000, .no_rtt = true,
	  .steps = { { 0, SEND, 10000, OPEN } },
	  .read_us = 100000, .now = UNKNOWN, .us = { [UNKNOWN] = 100000 } },
	{ "four segments are acknowledged, and less than half of that is sent",
	  .steps = { { 0, ACK, .room_bytes = OPEN }, { 0, SEND, 10000, OPEN },
		     { 90000, ACK, .room_bytes = OPEN, .left_bytes = 6000 },
		     { 1000, SEND, 1000, OPEN },
		     { 80000, ACK, .room_bytes = OPEN, .left_bytes = 7000 } },
	  .now = SENDER, .us = { [UNKNOWN] = 90000, [SENDER] = 81000 } },
	{ "four segments are acknowledged, and half of that is sent",
	  .steps = { { 0, ACK, .room_bytes = OPEN }, { 0, SEND, 10000, OPEN },
		     { 90000, ACK, .room_bytes = OPEN, .left_bytes = 6000 },
		     { 1000, SEND, 2000, OPEN },
		     { 80000, ACK, .room_bytes = OPEN, .left_bytes = 8000 } },
	  .now = UNKNOWN, .us = { [UNKNOWN] = 171000 } },
	{ "three segments are acknowledged, and less than half of that is sent",
	  .steps = { { 0, ACK, .room_bytes = OPEN }, { 0, SEND, 10000, OPEN },
		     { 90000, ACK, .room_bytes = OPEN, .left_bytes = 7000 },
		     { 1000, SEND, 1000, OPEN },
		     { 80000, ACK, .room_bytes = OPEN, .left_bytes = 8000 } },
	  .now = UNKNOWN, .us = { [UNKNOWN] = 171000 } },
};

/* What was lost, and until when. */
static const struct scene losses[] = {
	{ "until all that had passed at the loss is acknowledged it is not repaired",
	  .steps = { { 0, SEND, 10000, OPEN, .lost = true }, { 80000, SEND, 1000, OPEN },
		     { 1000, ACK, .room_bytes = OPEN, .left_bytes = 1001 },
		     { 80000, SEND, 1000, OPEN } },
	  .now = NET, .us = { [NET] = 161000 } },
	{ "with all that had passed at the loss acknowledged it is repaired",
	  .steps = { { 0, SEND, 10000, OPEN, .lost = true }, { 80000, SEND, 1000, OPEN },
		     { 1000, ACK, .room_bytes = OPEN, .left_bytes = 1000 },
		     { 80000, SEND, 1000, OPEN } },
	  .now = UNKNOWN, .us = { [NET] = 80000, [UNKNOWN] = 81000 } },
	{ "200 ms after the round trip an acknowledgment may still be delayed",
	  .steps = { { 0, ACK, .room_bytes = OPEN }, { 0, SEND, OPEN, OPEN } },
	  .read_us = 280000, .now = RWND, .us = { [RWND] = 280000 }, .full_us = 80000 },
	{ "after more than 200 ms beyond the round trip something was lost",
	  .steps = { { 0, ACK, .room_bytes = OPEN }, { 0, SEND, OPEN, OPEN } },
	  .read_us = 280001, .now = NET, .us = { [RWND] = 80000, [NET] = 200001 },
	  .full_us = 80000 },
	{ "an answer that came late leaves what held the sender before",
	  .steps = { { 0, ACK, .room_bytes = OPEN }, { 0, SEND, OPEN, OPEN },
		     { 200000, ACK, .room_bytes = OPEN, .left_bytes = 32000 } },
	  .now = RWND, .us = { [RWND] = 200000 } },
	{ "a late answer to the first data: the sender had no more",
	  .steps = { { 0, ACK, .room_bytes = OPEN }, { 0, SEND, 10000, OPEN },
		     { 200000, ACK, .room_bytes = OPEN } },
	  .read_us = 100000, .now = SENDER, .us = { [UNKNOWN] = 80000, [SENDER] = 220000 } },
	{ "what was acknowledged before a loss shows was not held by it",
	  .steps = { { 0, ACK, .room_bytes = OPEN }, { 0, SEND, OPEN, OPEN },
		     { 200000, ACK, .room_bytes = OPEN, .left_bytes = 32000 },
		     { 50000, SEND, .lost = true } },
	  .read_us = 10000, .now = NET, .us = { [RWND] = 200000, [NET] = 60000 } },
	{ "an acknowledgment of nothing new does not end the wait for what was lost",
	  .steps = { { 0, ACK, .room_bytes = OPEN }, { 0, SEND, OPEN, OPEN },
		     { 200000, ACK, .room_bytes = OPEN, .left_bytes = OPEN },
		     { 50000, SEND, .lost = true } },
	  .read_us = 10000, .now = NET, .us = { [RWND] = 80000, [NET] = 180000 } },
	{ "the last byte is not acknowledged",
	  .steps = { { 0, ACK, .room_bytes = OPEN }, { 0, SEND, 10000, OPEN },
		     { 40000, ACK, .room_bytes = OPEN, .left_bytes = 1 } },
	  .read_us = 5000000, .now = NET, .us = { [UNKNOWN] = 80000, [NET] = 4960000 } },
	{ "no acknowledgment ever passes",
	  .steps = { { 0, SEND, 10000, OPEN } },
	  .read_us = 1000000, .now = UNKNOWN, .us = { [UNKNOWN] = 1000000 } },
};

/* How long a sender may take, and what its silence is. */
static const struct scene waits[] = {
	{ "the sender answers as late as it may",
	  .steps = { { 0, SEND, 10000, OPEN }, { 40000, ACK, .room_bytes = OPEN },
		     { 45000, SEND, 10000, OPEN } },
	  .now = UNKNOWN, .us = { [UNKNOWN] = 85000 } },
	{ "the sender answers 1 us later than it may",
	  .steps = { { 0, SEND, 10000, OPEN }, { 40000, ACK, .room_bytes = OPEN },
		     { 45001, SEND, 10000, OPEN } },
	  .now = SENDER, .us = { [SENDER] = 85001 } },
	{ "a sender 16 ms away may take 5 ms longer",
	  .wait_us = 16000,
	  .steps = { { 0, SEND, 10000, OPEN }, { 60000, ACK, .room_bytes = OPEN },
		     { 21000, SEND, 10000, OPEN } },
	  .now = UNKNOWN, .us = { [UNKNOWN] = 81000 } },
	{ "a round may take an eighth longer",
	  .steps = { { 0, SEND, OPEN, OPEN }, { 90000, SEND, 0, OPEN } },
	  .read_us = 1000, .now = RWND, .us = { [RWND] = 91000 }, .full_us = 91000 },
	{ "a round that takes longer than an eighth more has ended before",
	  .steps = { { 0, SEND, OPEN, OPEN }, { 90001, SEND, 0, OPEN } },
	  .read_us = 1000, .now = RWND, .us = { [RWND] = 81000, [UNKNOWN] = 10001 },
	  .full_us = 81000 },
	{ "a short segment that is pushed ends its own round only",
	  .steps = { { 0, SEND, 2500, OPEN, .pushed = true },
		     { 85000, ACK, .room_bytes = OPEN, .left_bytes = 1500 },
		     { 85000, ACK, .room_bytes = OPEN, .left_bytes = 1000 } },
	  .now = UNKNOWN, .us = { [SENDER] = 85000, [UNKNOWN] = 85000 } },
	{ "a second after the last acknowledgment the sender is idle, whatever else passes",
	  .steps = { { 0, SEND, 10000, OPEN }, { 40000, ACK, .room_bytes = OPEN },
		     { 500000, ACK, .room_bytes = OPEN } },
	  .read_us = 1000000, .now = IDLE, .us = { [SENDER] = 1040000, [IDLE] = 500000 } },
	{ "a FIN passes in the round that it ends",
	  .steps = { { 0, SEND, OPEN, OPEN }, { 40000, ACK, .room_bytes = OPEN },
		     { 45000, FIN } },
	  .read_us = 1000, .now = RWND, .us = { [RWND] = 86000 }, .full_us = 85000 },
	{ "the first acknowledgment tells nothing of data elsewhere",
	  .steps = { { 0, ACK, 5000, .room_bytes = OPEN } },
	  .read_us = 5000000, .now = IDLE, .us = { [IDLE] = 5000000 } },
	{ "the acknowledgment of a SYN or a FIN tells nothing of data elsewhere",
	  .steps = { { 0, ACK, .room_bytes = OPEN }, { 1000000, ACK, 1, .room_bytes = OPEN } },
	  .read_us = 5000000, .now = IDLE, .us = { [IDLE] = 6000000 } },
	{ "the acknowledgment of two bytes tells of data elsewhere",
	  .steps = { { 0, ACK, .room_bytes = OPEN }, { 1000000, ACK, 2, .room_bytes = OPEN } },
	  .read_us = 5000000, .now = UNKNOWN,
	  .us = { [IDLE] = 1000000, [UNKNOWN] = 5000000 } },
};

/* Windows that are closed. */
static const struct scene closed[] = {
	{ "room for a segment is an open window",
	  .steps = { { 0, SEND, 10000, OPEN }, { 40000, ACK, .room_bytes = MSS } },
	  .read_us = 500000, .now = SENDER, .us = { [SENDER] = 540000 } },
	{ "room for less than a segment is a closed window",
	  .steps = { { 0, SEND, 10000, OPEN }, { 40000, ACK, .room_bytes = MSS - 1 } },
	  .read_us = 500000, .now = UNKNOWN, .us = { [UNKNOWN] = 540000 } },
	{ "a probe decides the time before it, and the window was full in that",
	  .steps = { { 0, SEND, OPEN, OPEN }, { 40000, ACK }, { 460000, PROBE } },
	  .now = RWND, .us = { [RWND] = 500000 }, .full_us = 500000 },
	{ "a probe decides the time after it",
	  .steps = { { 0, SEND, 10000 }, { 40000, ACK }, { 460000, PROBE } },
	  .read_us = 5000000, .now = RWND, .us = { [UNKNOWN] = 80000, [RWND] = 5420000 } },
	{ "a probe does not lengthen the round before it",
	  .steps = { { 0, SEND, 10000 }, { 10000, ACK }, { 50000, PROBE } },
	  .read_us = 60000, .now = RWND, .us = { [UNKNOWN] = 80000, [RWND] = 40000 } },
	{ "a probe decides nothing of a window that is closed again after data",
	  .steps = { { 0, SEND, 10000 }, { 40000, ACK }, { 460000, PROBE },
		     { 40000, ACK, .room_bytes = OPEN }, { 40000, SEND, 10000 },
		     { 40000, ACK } },
	  .read_us = 5000000, .now = UNKNOWN,
	  .us = { [UNKNOWN] = 5120000, [RWND] = 460000, [SENDER] = 40000 } },
	{ "data that was sent into less than a segment of room is lost",
	  .steps = { { 0, ACK, .room_bytes = OPEN }, { 0, SEND, 10000, OPEN },
		     { 40000, ACK, .room_bytes = 500 }, { 40000, SEND, 500, 500 } },
	  .read_us = 5000000, .now = NET,
	  .us = { [UNKNOWN] = 80000, [RWND] = 80000, [NET] = 4920000 } },
};

static void pass(struct flow *flow, const struct step *step, __u32 bytes)
{
	struct tunwin_limit_data data = {
		.end = flow->high + bytes,
		.has_known = step->window_bytes != 0,
		.known_una = flow->una,
		.known_edge = flow->una + step->window_bytes,
		.stamp = flow->path.now_ns / MSEC,
		.fresh_bytes = bytes,
		.lost = step->lost,
		.pushed = step->pushed,
	};

	flow->high += bytes;
	tunwin_limit_data(&flow->limit, &flow->path, &data);
}

static void acknowledge(struct flow *flow, __u32 left_bytes, __u32 room_bytes)
{
	struct tunwin_limit_ack ack = {
		.outstanding_bytes = left_bytes, .room_bytes = room_bytes,
	};

	flow->una = flow->high - left_bytes;
	ack.una = flow->una;
	tunwin_limit_ack(&flow->limit, &flow->path, &ack);
}

static void pass_rounds(struct flow *flow, const struct step *step)
{
	__u32 i;

	for (i = 0; i < step->rounds; i++) {
		__u32 rtt_us = flow->path.rtt_us + (i ? step->stretch_us : 0);
		__u32 bytes = step->bytes;

		if (step->stretch_us)
			bytes = (__u64)bytes * rtt_us / flow->path.rtt_min_us;
		/* Before the round trip changes: the burst ends the round before. */
		pass(flow, step, bytes);
		flow->path.rtt_us = rtt_us;
		flow->path.now_ns += (rtt_us - flow->path.sender_wait_us) * 1000ULL;
		acknowledge(flow, 0, OPEN);
		flow->path.now_ns += flow->path.sender_wait_us * 1000ULL;
	}
}

static void take(struct flow *flow, const struct step *step)
{
	flow->path.now_ns += step->after_us * 1000ULL;
	switch (step->event) {
	case SEND:
		pass(flow, step, step->bytes);
		break;
	case ACK:
		flow->high += step->bytes;
		acknowledge(flow, step->left_bytes, step->room_bytes);
		break;
	case FIN:
		tunwin_limit_fin(&flow->limit, &flow->path);
		break;
	case PROBE:
		tunwin_limit_probe(&flow->limit, &flow->path);
		break;
	case ROUNDS:
		pass_rounds(flow, step);
		break;
	case QUEUE:
		flow->path.rtt_us = step->bytes;
		break;
	case NOTHING:
		break;
	}
}

static void begin(struct flow *flow, const struct scene *scene)
{
	__u32 rtt_us = scene->rtt_us ? scene->rtt_us : RTT_US;

	memset(flow, 0, sizeof(*flow));
	flow->una = BASE;
	flow->high = BASE;
	flow->path = (struct tunwin_limit_path){
		.now_ns = SECOND,
		.rtt_us = scene->no_rtt ? 0 : rtt_us,
		.rtt_min_us = scene->rtt_min_us ? scene->rtt_min_us : RTT_US,
		.rtt_smoothed_us = rtt_us,
		.sender_rtt_us = WAIT_US,
		.sender_wait_us = scene->wait_us ? scene->wait_us : WAIT_US,
		.tick_ns = MSEC,
		.segment_bytes = MSS,
	};
	tunwin_limit_begin(&flow->limit, flow->path.now_ns);
}

static void run_scene(void **state)
{
	const struct scene *scene = *state;
	struct tunwin_limit_account read;
	enum tunwin_limit_kind now;
	struct flow flow;
	int kind, i;

	begin(&flow, scene);
	for (i = 0; i < STEPS_MAX; i++)
		take(&flow, &scene->steps[i]);
	flow.path.now_ns += scene->read_us * 1000ULL;

	read = flow.limit;
	now = tunwin_limit_until(&read, &flow.path);
	for (kind = 0; kind < TUNWIN_LIMITS; kind++)
		if (read.ns[kind] != scene->us[kind] * 1000)
			fail_msg("us: unknown %llu rwnd %llu net %llu sender %llu idle %llu",
				 read.ns[0] / 1000, read.ns[1] / 1000, read.ns[2] / 1000,
				 read.ns[3] / 1000, read.ns[4] / 1000);
	assert_int_equal(now, scene->now);
	if (scene->full_us)
		assert_int_equal(read.full_ns, scene->full_us * 1000);
	if (scene->flight_bytes)
		assert_int_equal(tunwin_limit_flight(&flow.limit), scene->flight_bytes);
	if (scene->flight_max_bytes)
		assert_int_equal(flow.limit.flight_max_bytes, scene->flight_max_bytes);

	/* No time is counted twice when it is read twice. */
	tunwin_limit_until(&read, &flow.path);
	for (kind = 0; kind < TUNWIN_LIMITS; kind++)
		assert_int_equal(read.ns[kind], scene->us[kind] * 1000);
}

/* Once an acknowledgment is overdue all of the wait is decided, whatever follows. */
static void overdue(void **state)
{
	static const struct scene scene = {
		.steps = { { 0, ACK, .room_bytes = OPEN }, { 0, SEND, OPEN, OPEN },
			   { 280001, FIN } },
	};
	struct flow flow;
	int i;

	(void)state;
	begin(&flow, &scene);
	for (i = 0; i < STEPS_MAX; i++)
		take(&flow, &scene.steps[i]);
	assert_int_equal(flow.limit.ns[RWND], 80 * MSEC);
	assert_int_equal(flow.limit.ns[NET], 200 * MSEC + 1000);
	assert_int_equal(flow.limit.silent_ns, 0);
}

int main(void)
{
	table_add_rows("limit", run_scene, windows);
	table_add_rows("limit", run_scene, pending);
	table_add_rows("limit", run_scene, flights);
	table_add_rows("limit", run_scene, losses);
	table_add_rows("limit", run_scene, waits);
	table_add_rows("limit", run_scene, closed);
	table_add("limit", "an acknowledgment that is overdue", overdue, NULL);
	return table_run("limit_edge");
}
