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
	  .window_unknown = true, .raised_ms = 2000, .cleared_ms = 2000 },
	{ "a closed window over a long way", TUNWIN_ALARM_ZERO_WINDOW, 10000, 100, 500000,
	  .closed = true, .window_unknown = true, .raised_ms = 4000, .cleared_ms = 4000 },
	{ "a closed window, and nothing to send", NONE, 10000, 0, 20000, .closed = true },
	{ "a window closed for a moment", NONE, 900, 100, 20000, .closed = true },
	{ "a collapse", TUNWIN_ALARM_WINDOW_COLLAPSE, 10000, 100, 20000, .window_bytes = 100000,
	  .raised_ms = 2000, .cleared_ms = 2000 },
	{ "a small window that limits nothing", NONE, 10000, 0, 20000, .window_bytes = 100000 },
	{ "a window of unknown scale", NONE, 10000, 100, 20000, .window_bytes = 10,
	  .window_unknown = true },
	{ "a window too small for the rate", TUNWIN_ALARM_WINDOW_COLLAPSE, 10000, 100, 20000,
	  .window_bytes = 1000000, .needed_bytes = 10000000, .raised_ms = 2000,
	  .cleared_ms = 2000 },
	{ "a retreat", TUNWIN_ALARM_WINDOW_SHRUNK, 1000, 0, 20000, .window_bytes = 900000,
	  .shrunk = true, .raised_ms = 1000, .cleared_ms = 61000 },
	{ "bloat", TUNWIN_ALARM_BLOAT, 10000, 100, 20000, .window_bytes = 900000,
	  .bloat_permille = 100, .raised_ms = 2000, .cleared_ms = 11000 },
	{ "bloat that limits nothing", NONE, 10000, 10, 20000, .window_bytes = 900000,
	  .bloat_permille = 100 },
	{ "buffers half full of payload", NONE, 10000, 100, 20000, .window_bytes = 900000,
	  .bloat_permille = 500 },
	{ "no scale", TUNWIN_ALARM_WSCALE_NONE, 10000, 100, 20000, .window_bytes = 900000,
	  .scale_none = true, .raised_ms = 2500, .cleared_ms = 11000 },
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
	  .stuck = true, .raised_ms = 2500, .cleared_ms = 2000 },
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

int main(void)
{
	table_add("spell", "raised and cleared", spells, NULL);
	table_add_rows("alarm", run_trouble, troubles);
	table_add("alarm", "to and fro", to_and_fro, NULL);
	table_add("alarm", "now and then", now_and_then, NULL);
	table_add("alarm", "small and idle", small_and_idle, NULL);
	table_add("alarm", "elsewhere", elsewhere, NULL);
	table_add("alarm", "an hour of what goes well", an_hour, NULL);
	return table_run("alarm");
}
