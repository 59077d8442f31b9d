// SPDX-License-Identifier: GPL-2.0
/* The rules of kmod/alarm.c, on directions that are looked at twice a second. */
#include <string.h>

#include "alarm.h"
#include "random.h"
#include "table.h"

#define MSEC	1000000ULL
#define SECOND	1000000000ULL
#define LOOK	(SECOND / 2)
#define NONE	TUNWIN_ALARMS
#define NEVER	0

/* Something is wrong for a while, and then it is not. */
static const struct trouble {
	const char *name;
	enum tunwin_alarm_code code;	/* that is told; no other must be. NONE: nothing is */
	__u32 last_ms;			/* how long it is wrong */
	__u32 rwnd_percent;		/* of which the window is the limit */
	__u32 rtt_us;
	bool closed;			/* the window is */
	bool shrunk;			/* it is, once */
	bool stuck;			/* data is sent again in vain */
	bool outstanding;		/* data is not acknowledged */
	bool scale_none;
	bool window_unknown;
	__u32 window_bytes;		/* while it is wrong */
	__u32 needed_bytes;
	__u32 size_loss_bytes;
	__u32 bloat_permille;
	__u32 raised_ms, cleared_ms;	/* after its begin and its end, at most */
} troubles[] = {
	{ "a closed window", TUNWIN_ALARM_ZERO_WINDOW, 10000, 100, 20000, .closed = true,
	  .window_unknown = true, .raised_ms = 1000, .cleared_ms = 1000 },
	{ "a closed window over a long way", TUNWIN_ALARM_ZERO_WINDOW, 10000, 100, 500000,
	  .closed = true, .window_unknown = true, .raised_ms = 2000, .cleared_ms = 1000 },
	{ "a closed window, and nothing to send", NONE, 10000, 0, 20000, .closed = true },
	{ "a window closed for a moment", NONE, 900, 100, 20000, .closed = true },
	{ "a collapse", TUNWIN_ALARM_WINDOW_COLLAPSE, 10000, 100, 20000, .window_bytes = 100000,
	  .raised_ms = 2000, .cleared_ms = 2000 },
	{ "a small window that limits nothing", NONE, 10000, 0, 20000, .window_bytes = 100000 },
	{ "a small window that limits less than half of the time", NONE, 10000, 40, 20000,
	  .window_bytes = 100000 },
	{ "a window of unknown scale", NONE, 10000, 100, 20000, .window_bytes = 10,
	  .window_unknown = true },
	{ "a window too small for the rate", TUNWIN_ALARM_WINDOW_COLLAPSE, 10000, 100, 20000,
	  .window_bytes = 1000000, .needed_bytes = 10000000, .raised_ms = 2000,
	  .cleared_ms = 2000 },
	{ "a retreat", TUNWIN_ALARM_WINDOW_SHRUNK, 1000, 0, 20000, .window_bytes = 900000,
	  .shrunk = true, .raised_ms = 1000, .cleared_ms = 61000 },
	{ "bloat", TUNWIN_ALARM_BLOAT, 10000, 100, 20000, .window_bytes = 900000,
	  .bloat_permille = 100, .raised_ms = 2000, .cleared_ms = 11000 },
	{ "bloat of the least that counts", TUNWIN_ALARM_BLOAT, 10000, 100, 20000,
	  .window_bytes = 900000, .bloat_permille = TUNWIN_ALARM_BLOAT_PERMILLE,
	  .raised_ms = 2000, .cleared_ms = 11000 },
	{ "bloat that does not count yet", NONE, 10000, 100, 20000, .window_bytes = 900000,
	  .bloat_permille = TUNWIN_ALARM_BLOAT_PERMILLE + 1 },
	{ "bloat that limits nothing", NONE, 10000, 10, 20000, .window_bytes = 900000,
	  .bloat_permille = 100 },
	{ "buffers half full of payload", NONE, 10000, 100, 20000, .window_bytes = 900000,
	  .bloat_permille = 500 },
	{ "no scale", TUNWIN_ALARM_WSCALE_NONE, 10000, 100, 20000, .window_bytes = 900000,
	  .scale_none = true, .raised_ms = 2500, .cleared_ms = 11000 },
	{ "no scale, which limits half of the time", NONE, 10000, 50, 20000,
	  .window_bytes = 900000, .scale_none = true },
	{ "no scale, which limits more than half of the time", TUNWIN_ALARM_WSCALE_NONE, 10000, 51,
	  20000, .window_bytes = 900000, .scale_none = true, .raised_ms = 2500,
	  .cleared_ms = 11000 },
	{ "no scale, and no need of it", NONE, 10000, 20, 20000, .window_bytes = 900000,
	  .scale_none = true },
	{ "large segments that are lost", TUNWIN_ALARM_SIZE_LOSS, 10000, 0, 20000,
	  .window_bytes = 900000, .stuck = true, .size_loss_bytes = 1400, .raised_ms = 2000,
	  .cleared_ms = 2000 },
	{ "large segments that are lost for a moment", NONE, 900, 0, 20000,
	  .window_bytes = 900000, .stuck = true, .size_loss_bytes = 1400 },
	{ "a window that closes on what is under way", TUNWIN_ALARM_ZERO_WINDOW, 10000, 0, 20000,
	  .closed = true, .outstanding = true, .window_unknown = true, .raised_ms = 2000,
	  .cleared_ms = 2000 },
	{ "nothing arrives", TUNWIN_ALARM_STALL, 10000, 0, 20000, .window_bytes = 900000,
	  .stuck = true, .raised_ms = 2000, .cleared_ms = 1000 },
	{ "nothing arrives on a long way", TUNWIN_ALARM_STALL, 20000, 0, 900000,
	  .window_bytes = 900000, .stuck = true, .raised_ms = 8000, .cleared_ms = 2000 },
	{ "nothing arrives for a moment", NONE, 1900, 0, 20000, .window_bytes = 900000,
	  .stuck = true },
	{ "sent in vain into a closed window", TUNWIN_ALARM_ZERO_WINDOW, 10000, 100, 20000,
	  .closed = true, .window_unknown = true, .stuck = true, .raised_ms = 2000,
	  .cleared_ms = 2000 },
};

struct run {
	struct tunwin_alarm alarm;
	struct tunwin_alarm_look look;
	enum tunwin_alarm_code code;	/* the only one that may be told */
	__u64 raised_ns, cleared_ns;
	int raised;
	bool remarkable;
};

static void look(struct run *run)
{
	struct tunwin_alarm_change change[TUNWIN_ALARMS];
	int code;

	run->remarkable = tunwin_alarm_look(&run->alarm, &run->look, change);
	for (code = 0; code < TUNWIN_ALARMS; code++) {
		if (change[code].verdict == TUNWIN_VERDICT_SAME)
			continue;
		assert_int_equal(code, run->code);
		assert_int_equal(tunwin_alarm_is_raised(&run->alarm, code),
				 change[code].verdict == TUNWIN_VERDICT_RAISED);
		if (change[code].verdict == TUNWIN_VERDICT_CLEARED) {
			run->cleared_ns = run->look.now_ns;
			continue;
		}
		run->raised++;
		run->raised_ns = run->look.now_ns;
		assert_true(change[code].since_ns && change[code].since_ns <= run->look.now_ns);
	}
}

static void pass(struct run *run, __u64 ns, __u32 rwnd_percent)
{
	__u64 until_ns = run->look.now_ns + ns;

	while (run->look.now_ns + LOOK <= until_ns) {
		run->look.now_ns += LOOK;
		run->look.rwnd_ns += LOOK / 100 * rwnd_percent;
		look(run);
	}
}

static struct tunwin_alarm_look well(__u32 rtt_us)
{
	return (struct tunwin_alarm_look){
		.now_ns = 1000 * SECOND,
		.window_bytes = 1000000,
		.peak_bytes = 1000000,
		.ratio_percent = TUNWIN_COLLAPSE_RATIO_PERCENT,
		.rtt_us = rtt_us,
		.window_known = true,
	};
}

static void run_trouble(void **state)
{
	const struct trouble *trouble = *state;
	struct run run = { .look = well(trouble->rtt_us), .code = trouble->code };
	__u64 begin_ns, end_ns;

	pass(&run, 10 * SECOND, 0);
	begin_ns = run.look.now_ns;
	run.look.window_bytes = trouble->window_bytes;
	run.look.window_known = !trouble->window_unknown;
	run.look.needed_bytes = trouble->needed_bytes;
	run.look.scale_none = trouble->scale_none;
	run.look.size_loss_bytes = trouble->size_loss_bytes;
	run.look.bloat_permille = trouble->bloat_permille;
	run.look.retreats += trouble->shrunk;
	run.look.outstanding = trouble->outstanding;
	if (trouble->closed)
		run.look.zero_since_ns = begin_ns;
	if (trouble->stuck)
		run.look.stuck_since_ns = begin_ns;
	/* What was too little to tell its bloat is no sign of anything. */
	pass(&run, trouble->last_ms * MSEC / 2, trouble->rwnd_percent);
	run.look.bloat_permille = 0;
	pass(&run, trouble->last_ms * MSEC / 2, trouble->rwnd_percent);

	begin_ns += 1;
	end_ns = run.look.now_ns;
	run.look.window_bytes = 10000000;
	run.look.window_known = true;
	run.look.scale_none = false;
	run.look.zero_since_ns = 0;
	run.look.outstanding = false;
	run.look.stuck_since_ns = 0;
	run.look.size_loss_bytes = 0;
	pass(&run, 120 * SECOND, 0);
	if (trouble->code == NONE) {
		assert_int_equal(run.raised, 0);
	} else {
		assert_int_equal(run.raised, 1);
		assert_in_range(run.raised_ns - begin_ns, 0, trouble->raised_ms * MSEC);
		assert_in_range(run.cleared_ns, end_ns, end_ns + trouble->cleared_ms * MSEC);
	}
	assert_false(run.remarkable);
}

/* Raised when it has lasted, cleared when it has been over for a while. */
static enum tunwin_verdict spell_at(struct tunwin_spell *spell, bool so, __u64 after_ns)
{
	return tunwin_spell_look(spell, so, 7 * SECOND + after_ns, SECOND, SECOND);
}

static void spells(void **state)
{
	struct tunwin_spell spell = { };

	(void)state;
	assert_int_equal(spell_at(&spell, true, 0), TUNWIN_VERDICT_SAME);
	assert_int_equal(spell_at(&spell, false, LOOK), TUNWIN_VERDICT_SAME);
	assert_int_equal(spell_at(&spell, true, SECOND), TUNWIN_VERDICT_SAME);
	assert_int_equal(spell_at(&spell, true, 2 * SECOND), TUNWIN_VERDICT_RAISED);
	assert_int_equal(spell.since_ns, 8 * SECOND);
	assert_int_equal(spell_at(&spell, true, 3 * SECOND), TUNWIN_VERDICT_SAME);
	assert_int_equal(spell_at(&spell, false, 3 * SECOND + LOOK), TUNWIN_VERDICT_SAME);
	assert_int_equal(spell_at(&spell, false, 4 * SECOND), TUNWIN_VERDICT_CLEARED);
	/* Not again at once; when it may be, at the first look that shows it. */
	assert_int_equal(tunwin_spell_look(&spell, true, 13 * SECOND, 0, SECOND),
			 TUNWIN_VERDICT_SAME);
	assert_int_equal(tunwin_spell_look(&spell, true, 20 * SECOND, 0, SECOND),
			 TUNWIN_VERDICT_RAISED);
}

/* What is so again at the first look after it was over has begun with that look. */
static void spell_after_spell(void **state)
{
	struct tunwin_spell spell = { };

	(void)state;
	assert_int_equal(spell_at(&spell, true, 0), TUNWIN_VERDICT_SAME);
	assert_int_equal(spell_at(&spell, true, SECOND), TUNWIN_VERDICT_RAISED);
	assert_int_equal(spell_at(&spell, false, 2 * SECOND), TUNWIN_VERDICT_CLEARED);
	assert_int_equal(spell_at(&spell, true, 9 * SECOND), TUNWIN_VERDICT_SAME);
	assert_int_equal(spell.since_ns, 16 * SECOND);
	assert_int_equal(spell_at(&spell, true, 10 * SECOND - 1), TUNWIN_VERDICT_SAME);
	assert_int_equal(spell_at(&spell, true, 10 * SECOND), TUNWIN_VERDICT_RAISED);
}

/* Each of these alone is worth another look, before any of them has lasted for long enough. */
static const struct sight {
	const char *name;
	__u32 rwnd_percent;
	bool closed, stuck, calm;
	__u32 size_loss_bytes;
} sights[] = {
	{ "nothing", .calm = true },
	{ "a window that is the limit", .rwnd_percent = 100 },
	{ "a window that is the limit for half of the time", .rwnd_percent = 50, .calm = true },
	{ "a closed window", .closed = true },
	{ "data sent in vain", .stuck = true },
	{ "large segments that are lost", .size_loss_bytes = 1400 },
};

static void run_sight(void **state)
{
	const struct sight *sight = *state;
	struct run run = { .look = well(20000), .code = NONE };

	pass(&run, 10 * SECOND, 0);
	assert_false(run.remarkable);
	run.look.zero_since_ns = sight->closed ? run.look.now_ns : 0;
	run.look.stuck_since_ns = sight->stuck ? run.look.now_ns : 0;
	run.look.size_loss_bytes = sight->size_loss_bytes;
	pass(&run, LOOK, sight->rwnd_percent);
	assert_int_equal(run.remarkable, !sight->calm);
	run.look.zero_since_ns = 0;
	run.look.stuck_since_ns = 0;
	run.look.size_loss_bytes = 0;
	pass(&run, LOOK, 0);
	assert_false(run.remarkable);
}

/* A flow with a collapsed window rests: to be looked at until that is over, and is forgotten. */
static void rest_after_collapse(void **state)
{
	struct run run = { .look = well(20000), .code = TUNWIN_ALARM_WINDOW_COLLAPSE };
	__u64 rest_ns;

	(void)state;
	pass(&run, 10 * SECOND, 0);
	run.look.window_bytes = 100000;
	pass(&run, 5 * SECOND, 100);
	assert_int_equal(run.raised, 1);
	rest_ns = run.look.now_ns;
	while (!run.cleared_ns) {
		pass(&run, LOOK, 0);
		assert_true(run.remarkable);
	}
	assert_int_equal(run.cleared_ns - rest_ns, 60 * SECOND);
	while (run.look.now_ns < run.cleared_ns + 20 * SECOND - LOOK) {
		pass(&run, LOOK, 0);
		assert_true(run.remarkable);
	}
	pass(&run, LOOK, 0);
	assert_false(run.remarkable);
	assert_int_equal(run.raised, 1);
}

/*
 * A window that collapses from just what the rate needs is too small for the rate, and no longer
 * when the rate is lower; one that collapses from more is measured by what it was.
 */
static void need_and_peak(void **state)
{
	__u32 less_bytes;

	(void)state;
	for (less_bytes = 0; less_bytes < 2; less_bytes++) {
		struct run run = { .look = well(20000), .code = TUNWIN_ALARM_WINDOW_COLLAPSE };

		run.look.needed_bytes = run.look.peak_bytes - less_bytes;
		pass(&run, 10 * SECOND, 0);
		run.look.window_bytes = 100000;
		pass(&run, 5 * SECOND, 100);
		assert_int_equal(run.raised, 1);
		/* A minute later the small window is all that there was of late. */
		run.look.peak_bytes = 100000;
		run.look.needed_bytes = 150000;
		pass(&run, 5 * SECOND, 100);
		assert_int_equal(!run.cleared_ns, less_bytes);
	}
}

/* A small window that is closed for a moment has been the limit for that moment, and no longer. */
static void closed_for_a_moment(void **state)
{
	struct run run = { .look = well(500000), .code = NONE };

	(void)state;
	pass(&run, 10 * SECOND, 0);
	run.look.window_bytes = 100000;
	pass(&run, LOOK, 0);
	run.look.zero_since_ns = run.look.now_ns;
	run.look.outstanding = true;
	pass(&run, LOOK, 0);
	run.look.zero_since_ns = 0;
	pass(&run, 20 * SECOND, 0);
	assert_int_equal(run.raised, 0);
}

/* A window that moved back several times is told once; a minute later it is over, and forgotten. */
static void retreats(void **state)
{
	struct run run = { .look = well(20000), .code = TUNWIN_ALARM_WINDOW_SHRUNK };

	(void)state;
	run.look.retreats = 10;
	pass(&run, LOOK, 0);
	assert_int_equal(run.raised, 1);
	pass(&run, 60 * SECOND - LOOK, 0);
	assert_int_equal(run.cleared_ns, 0);
	pass(&run, LOOK, 0);
	assert_int_equal(run.cleared_ns, run.look.now_ns);
	pass(&run, 20 * SECOND - LOOK, 0);
	assert_true(run.remarkable);
	pass(&run, LOOK, 0);
	assert_false(run.remarkable);
	assert_int_equal(run.raised, 1);
}

/* A reader that stops and goes on, for ten minutes, is told every now and then. */
static void to_and_fro(void **state)
{
	struct run run = { .look = well(20000), .code = TUNWIN_ALARM_ZERO_WINDOW };
	int times;

	(void)state;
	run.look.window_known = false;
	for (times = 0; times < 150; times++) {
		run.look.zero_since_ns = run.look.now_ns + 1;
		pass(&run, 2 * SECOND, 100);
		run.look.zero_since_ns = 0;
		pass(&run, 2 * SECOND, 0);
	}
	assert_in_range(run.raised, 1, 600 / 5);
}

/*
 * The same with a rest of thirteen seconds each time: so long as it goes on it is remembered, by
 * whoever asks for it only as long as it is remarkable.
 */
static void now_and_then(void **state)
{
	struct run run = { .look = well(20000), .code = TUNWIN_ALARM_ZERO_WINDOW };
	int times;

	(void)state;
	run.look.window_known = false;
	for (times = 0; times < 40; times++) {
		run.look.zero_since_ns = run.look.now_ns + 1;
		pass(&run, 2 * SECOND, 100);
		run.look.zero_since_ns = 0;
		pass(&run, 13 * SECOND, 0);
		assert_true(run.remarkable);
	}
	/* Twice, and then after ten seconds more, twenty, forty, eighty, and so on. */
	assert_in_range(run.raised, 4, 15);
	pass(&run, 360 * SECOND, 0);
	assert_false(run.remarkable);
}

/* A window that is small for the tunnel's rate, and limits nothing, need not be looked at. */
static void small_and_idle(void **state)
{
	struct run run = { .look = well(20000), .code = NONE };
	int looks;

	(void)state;
	run.look.needed_bytes = 100000000;
	for (looks = 0; looks < 100; looks++) {
		pass(&run, LOOK, 0);
		assert_false(run.remarkable);
	}
}

/*
 * An hour of what goes well: a flow at a time that lasts a second to five minutes, whose window
 * grows, moves by a half, now and then is the limit, is closed for less than a second, or has a
 * loss that is repaired by the third time.
 */
static void an_hour(void **state)
{
	struct run run = { .code = NONE };
	__u64 now_ns = SECOND, end_ns = 0;
	__u32 largest_bytes = 0;

	(void)state;
	random_state = 4711;
	for (; now_ns < 3600 * SECOND; now_ns += LOOK) {
		if (now_ns >= end_ns) {
			memset(&run, 0, sizeof(run));
			run.code = NONE;
			run.look = well(100 + random_below(200000));
			end_ns = now_ns + (1 + random_below(300)) * SECOND;
			largest_bytes = 65536 + random_below(16000000);
			run.look.peak_bytes = 65536;
			run.look.bloat_permille = 300 + random_below(700);
		}
		run.look.now_ns = now_ns;
		if (run.look.peak_bytes < largest_bytes)
			run.look.peak_bytes += run.look.peak_bytes / 8;
		run.look.window_bytes = run.look.peak_bytes / 2 +
					random_below(run.look.peak_bytes / 2);
		if (one_in(4))
			run.look.rwnd_ns += random_below(LOOK);
		run.look.zero_since_ns = one_in(20) ? now_ns - random_below(900 * MSEC) : 0;
		if (run.look.zero_since_ns)
			run.look.window_bytes = 0;
		run.look.stuck_since_ns = one_in(50) ? now_ns - random_below(1800 * MSEC) : 0;
		look(&run);
	}
}

/*
 * The last that was seen was a closed window, or data sent in vain; from then on the flow goes
 * another way. What cannot be known any more is not told any more.
 */
static void elsewhere(void **state)
{
	struct run closed = { .look = well(20000), .code = TUNWIN_ALARM_ZERO_WINDOW };
	struct run vain = { .look = well(20000), .code = TUNWIN_ALARM_STALL };
	int i;

	(void)state;
	closed.look.zero_since_ns = closed.look.now_ns;
	closed.look.outstanding = true;
	closed.look.window_known = false;
	vain.look.stuck_since_ns = vain.look.now_ns;
	for (i = 0; i < 600; i++) {
		pass(&closed, LOOK, 0);
		pass(&vain, LOOK, 0);
		closed.look.quiet_ns += LOOK;
		vain.look.quiet_ns += LOOK;
	}
	assert_int_equal(closed.raised, 1);
	assert_in_range(closed.cleared_ns, 1120 * SECOND, 1155 * SECOND);
	assert_int_equal(vain.raised, 1);
	assert_in_range(vain.cleared_ns, 1120 * SECOND, 1155 * SECOND);
	assert_false(closed.remarkable || vain.remarkable);

	/* The account goes on to say that the window is the limit. */
	closed = (struct run){ .look = well(20000), .code = TUNWIN_ALARM_WINDOW_COLLAPSE };
	pass(&closed, 10 * SECOND, 0);
	closed.look.window_bytes = 1000;
	for (i = 0; i < 600; i++) {
		pass(&closed, LOOK, 100);
		closed.look.quiet_ns += LOOK;
	}
	assert_int_equal(closed.raised, 1);
	assert_in_range(closed.cleared_ns, 1160 * SECOND, 1225 * SECOND);
	assert_false(closed.remarkable);
}

/* What was so when the last packet passed is so for two and a half minutes, and unknown then. */
static const struct silence {
	const char *name;
	enum tunwin_alarm_code code;
	bool closed, stuck;
	__u32 size_loss_bytes;
} silences[] = {
	{ "a closed window", TUNWIN_ALARM_ZERO_WINDOW, .closed = true },
	{ "data sent in vain", TUNWIN_ALARM_STALL, .stuck = true },
	{ "large segments that are lost", TUNWIN_ALARM_SIZE_LOSS, .size_loss_bytes = 1400 },
};

static void run_silence(void **state)
{
	const struct silence *silence = *state;
	__u64 more_ns;

	for (more_ns = 0; more_ns < 2; more_ns++) {
		struct run run = { .look = well(20000), .code = more_ns ? NONE : silence->code };

		pass(&run, 10 * SECOND, 0);
		run.look.quiet_ns = 150 * SECOND + more_ns;
		run.look.zero_since_ns = silence->closed ? run.look.now_ns : 0;
		run.look.outstanding = silence->closed;
		run.look.stuck_since_ns = silence->stuck ? run.look.now_ns : 0;
		run.look.size_loss_bytes = silence->size_loss_bytes;
		pass(&run, 3 * SECOND, 0);
		assert_int_equal(run.raised, !more_ns);
		assert_int_equal(run.remarkable, !more_ns);
	}
}

int main(void)
{
	table_add("spell", "raised and cleared", spells, NULL);
	table_add("spell", "one after another", spell_after_spell, NULL);
	table_add_rows("alarm", run_trouble, troubles);
	table_add_rows("another look", run_sight, sights);
	table_add_rows("silence", run_silence, silences);
	table_add("alarm", "a rest after a collapse", rest_after_collapse, NULL);
	table_add("alarm", "what is needed, and what was", need_and_peak, NULL);
	table_add("alarm", "closed for a moment", closed_for_a_moment, NULL);
	table_add("alarm", "retreats", retreats, NULL);
	table_add("alarm", "to and fro", to_and_fro, NULL);
	table_add("alarm", "now and then", now_and_then, NULL);
	table_add("alarm", "small and idle", small_and_idle, NULL);
	table_add("alarm", "elsewhere", elsewhere, NULL);
	table_add("alarm", "an hour of what goes well", an_hour, NULL);
	return table_run("alarm");
}
