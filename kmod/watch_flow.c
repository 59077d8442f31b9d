// SPDX-License-Identifier: GPL-2.0
/* The flow's lock is held only to copy what it says. */
#include <linux/ktime.h>
#include <linux/math64.h>
#include <linux/slab.h>

#include "alarm.h"
#include "alert.h"
#include "socket.h"
#include "track.h"
#include "tunnel.h"
#include "watch.h"

/* Leave the list after so long. */
#define CALM_NS		(10ULL * NSEC_PER_SEC)

/* So much memory must have arrived since the last look to tell what was in it. */
#define BLOAT_MIN_BYTES	65536

/* Of 256: a quarter. */
#define SCALING_RATIO_BLOAT	64

/* What is remembered of a direction. */
struct watched_direction {
	struct tunwin_alarm alarm;
	struct tunwin_recent recent;
	u32 alert_id[TUNWIN_ALARMS];
	/* By the clock of the packets, which wraps in 71 minutes, and by the other. */
	u32 stuck_us;
	u64 stuck_since_ns;
};

/* struct tunwin_flow.watch */
struct tunwin_watch {
	struct watched_direction direction[2];
	u64 calm_since_ns;
	u64 received_bytes;
	u64 truesize_bytes;
};

/* What a look at a flow shows; copied under its lock. */
struct look {
	struct tunwin_alarm_look alarm[2];
	u64 wire_bytes[2];
	u32 again_count[2];
	u32 stuck_us[2];
	u32 unheard[2];
	u32 stuck_bytes[2];	/* larger than any that was acknowledged, 0: it is not */
	u64 first_ns;
	bool ended;
	bool has_socket;
	u64 received_bytes;
	u64 truesize_bytes;
	u32 rmem_high;
	u32 unread_mean;
	u8 scaling_ratio;
	u32 rcvbuf;
};

/* What the tunnel's rate needs (RFC 7323, 1: rate x round trip), 0 if nobody has said. */
static u32 needed_bytes(const struct tunwin_flow *flow, u32 rtt_us)
{
	/* At most 10^15 times 2^32 by 2^23: it fits. */
	u64 bytes = mul_u64_u64_div_u64(READ_ONCE(flow->tunnel->rate_bps), rtt_us,
					8 * USEC_PER_SEC);

	return min_t(u64, bytes, U32_MAX);
}

bool tunwin_watch_is_suspect(const struct tunwin_flow *flow, enum tunwin_direction direction)
{
	const struct tunwin_window *window = &flow->direction[direction].window;
	u32 peak_bytes = tunwin_peak_largest(&flow->detail->direction[direction].peak,
					     tunwin_recent_time(flow->last_ns));
	u32 percent = READ_ONCE(flow->tunnel->collapse_ratio_percent);
	u8 shift;

	if ((u64)window->now_bytes * 100 <= (u64)peak_bytes * percent ||
	    READ_ONCE(flow->tunnel->rate_bps) ||
	    tunwin_flow_scale(flow, !direction, &shift) == TUNWIN_SCALE_NONE)
		return true;
	/* Of a receiver that is here it is also looked why. */
	return direction == TUNWIN_IN && flow->has_socket;
}

static void look_at_direction(const struct tunwin_flow *flow, enum tunwin_direction direction,
			      u64 now_ns, struct tunwin_alarm_look *look)
{
	const struct tunwin_detail_direction *data = &flow->detail->direction[direction];
	const struct tunwin_window *window = &flow->direction[direction].window;
	const struct tunwin_sequence *sequence = &data->sequence;
	struct tunwin_limit_account limit = data->limit;
	struct tunwin_limit_path path;
	enum tunwin_scale scale;
	u8 shift;

	tunwin_track_path(flow, direction, now_ns, &path);
	tunwin_limit_until(&limit, &path);
	scale = tunwin_flow_scale(flow, !direction, &shift);
	*look = (struct tunwin_alarm_look) {
		.now_ns = now_ns,
		.rwnd_ns = limit.ns[TUNWIN_LIMITED_RWND],
		.zero_since_ns = window->zero_since_ns,
		.quiet_ns = now_ns - flow->last_ns,
		.window_bytes = window->now_bytes,
		.peak_bytes = tunwin_peak_largest(&data->peak, tunwin_recent_time(now_ns)),
		.needed_bytes = needed_bytes(flow, path.rtt_min_us),
		.ratio_percent = READ_ONCE(flow->tunnel->collapse_ratio_percent),
		.rtt_us = path.rtt_min_us,
		.retreats = sequence->retreats,
		.size_loss_bytes = tunwin_sequence_size_loss(sequence),
		.window_known = scale != TUNWIN_SCALE_UNKNOWN,
		.scale_none = scale == TUNWIN_SCALE_NONE,
		.outstanding = tunwin_sequence_outstanding(sequence),
	};
}

/* Since when has it sent in vain? */
static void look_at_repeats(struct tunwin_detail_direction *data, enum tunwin_direction direction,
			    u64 now_ns, struct look *look)
{
	struct tunwin_sequence *sequence = &data->sequence;
	u32 now_us = div_u64(now_ns, NSEC_PER_USEC);
	u32 span_us = div_u64(tunwin_alarm_stall_ns(look->alarm[direction].rtt_us), NSEC_PER_USEC);

	look->again_count[direction] = sequence->again_count;
	look->stuck_us[direction] = sequence->again_us;
	if (tunwin_sequence_unheard(sequence, span_us, now_us)) {
		look->unheard[direction] = sequence->unheard_count;
		look->stuck_us[direction] = sequence->unheard_us;
	} else if (!tunwin_watch_is_stuck(data)) {
		return;
	}
	look->alarm[direction].stuck_since_ns =
		now_ns - (u64)(now_us - look->stuck_us[direction]) * NSEC_PER_USEC;
}

static void look_at(struct tunwin_flow *flow, struct look *look)
{
	const struct tunwin_socket *socket;
	u64 now_ns = ktime_get_ns();
	unsigned long flags;
	int direction;

	tunwin_lock(&flow->lock, flags);
	socket = flow->has_socket ? flow->socket : NULL;
	/* Another CPU's clock may be ahead. */
	now_ns = max(now_ns, flow->last_ns);
	look->ended = flow->end_ns;
	look->first_ns = flow->first_ns;
	look->has_socket = flow->has_socket;
	if (socket) {
		look->received_bytes = socket->received_bytes;
		look->truesize_bytes = socket->received_truesize_bytes;
		look->rmem_high = tunwin_peak_largest(&socket->rmem_high,
						      tunwin_recent_time(now_ns));
		look->scaling_ratio = socket->scaling_ratio;
		look->unread_mean = socket->unread_mean;
		look->rcvbuf = socket->rcvbuf;
	}
	for (direction = 0; direction < 2; direction++) {
		struct tunwin_detail_direction *data = &flow->detail->direction[direction];

		look_at_direction(flow, direction, now_ns, &look->alarm[direction]);
		look_at_repeats(data, direction, now_ns, look);
		look->wire_bytes[direction] = flow->direction[direction].wire_bytes;
		look->stuck_bytes[direction] = data->sequence.stuck_count &&
			data->sequence.acked_max_bytes ? data->sequence.stuck_bytes : 0;
		data->retreats_told = data->sequence.retreats;
	}
	tunwin_unlock(&flow->lock, flags);
}

static u32 raise(const struct tunwin_flow *flow, const struct look *look,
		 enum tunwin_direction direction, enum tunwin_alarm_code code, u64 since_ns,
		 const struct watched_direction *watched, bool first)
{
	const struct tunwin_alarm_look *alarm = &look->alarm[direction];
	struct tunwin_alert alert = {
		.flow_id = flow->id,
		.key = flow->key,
		.code = code,
		.direction = direction,
		.vantage = look->has_socket ? TUNWIN_VANTAGE_SOCKET : TUNWIN_VANTAGE_WIRE,
		.ifindex = flow->tunnel->ifindex,
		.since_ns = since_ns,
		.evidence = {
			.window_bytes = alarm->zero_since_ns ? 0 : alarm->window_bytes,
			.has_window = alarm->window_known || alarm->zero_since_ns,
			.rtt_us = alarm->rtt_us,
		},
	};
	u32 id;

	BUILD_BUG_ON(TUNWIN_ALARM_WINDOW_COLLAPSE != (int)TUNWIN_ALERT_CODE_WINDOW_COLLAPSE ||
		     TUNWIN_ALARM_ZERO_WINDOW != (int)TUNWIN_ALERT_CODE_ZERO_WINDOW ||
		     TUNWIN_ALARM_WINDOW_SHRUNK != (int)TUNWIN_ALERT_CODE_WINDOW_SHRUNK ||
		     TUNWIN_ALARM_BLOAT != (int)TUNWIN_ALERT_CODE_BLOAT ||
		     TUNWIN_ALARM_WSCALE_NONE != (int)TUNWIN_ALERT_CODE_WSCALE_NONE ||
		     TUNWIN_ALARM_SIZE_LOSS != (int)TUNWIN_ALERT_CODE_SIZE_LOSS ||
		     TUNWIN_ALARM_STALL != (int)TUNWIN_ALERT_CODE_STALL);
	switch (code) {
	case TUNWIN_ALARM_WINDOW_COLLAPSE:
		alert.evidence.reference_bytes = watched->alarm.collapse.reference_bytes;
		break;
	case TUNWIN_ALARM_WINDOW_SHRUNK:
		alert.evidence.count = alarm->retreats;
		break;
	case TUNWIN_ALARM_BLOAT:
		alert.evidence.ratio_permille = watched->alarm.bloat_permille;
		break;
	case TUNWIN_ALARM_SIZE_LOSS:
		alert.evidence.size_bytes = alarm->size_loss_bytes;
		alert.evidence.count = look->again_count[direction];
		break;
	case TUNWIN_ALARM_STALL:
		alert.evidence.count = look->unheard[direction] ?: look->again_count[direction];
		alert.evidence.size_bytes = look->stuck_bytes[direction];
		alert.evidence.unheard = look->unheard[direction];
		break;
	default:
		break;
	}
	strscpy(alert.tunnel, flow->tunnel->name, sizeof(alert.tunnel));
	id = tunwin_alert_raise(&alert, alarm->now_ns, first);
	if (!id && first)
		tunwin_watch_tunnel_refused(flow->tunnel);
	return id;
}

/* What has begun more than 71 minutes ago has not begun since. */
static void remember_stuck(struct watched_direction *watched, u32 stuck_us, u64 *since_ns)
{
	if (*since_ns && watched->stuck_since_ns && watched->stuck_us == stuck_us)
		*since_ns = watched->stuck_since_ns;
	watched->stuck_since_ns = *since_ns;
	watched->stuck_us = stuck_us;
}

/* Returns whether there is anything remarkable about it. */
static bool judge_direction(struct tunwin_flow *flow, enum tunwin_direction direction,
			    struct look *look)
{
	struct watched_direction *watched = &flow->watch->direction[direction];
	struct tunwin_alarm_look *alarm = &look->alarm[direction];
	struct tunwin_alarm_change change[TUNWIN_ALARMS];
	bool remarkable;
	int code;

	remember_stuck(watched, look->stuck_us[direction], &alarm->stuck_since_ns);
	remarkable = tunwin_alarm_look(&watched->alarm, alarm, change);
	for (code = 0; code < TUNWIN_ALARMS; code++) {
		u32 *id = &watched->alert_id[code];

		switch (change[code].verdict) {
		case TUNWIN_VERDICT_RAISED:
			tunwin_alert_clear(*id, TUNWIN_ALERT_STATE_CLEARED, alarm->now_ns);
			*id = raise(flow, look, direction, code, change[code].since_ns, watched,
				    true);
			break;
		case TUNWIN_VERDICT_CLEARED:
			tunwin_alert_clear(*id, TUNWIN_ALERT_STATE_CLEARED, alarm->now_ns);
			*id = 0;
			break;
		case TUNWIN_VERDICT_SAME:
			/* There was no room for it. */
			if (!*id && tunwin_alarm_is_raised(&watched->alarm, code))
				*id = raise(flow, look, direction, code,
					    change[code].since_ns ?: alarm->now_ns, watched, false);
			break;
		}
	}

	tunwin_recent_add(&watched->recent, look->wire_bytes[direction],
			  tunwin_recent_time(alarm->now_ns));
	WRITE_ONCE(flow->collapsed[direction], watched->alarm.collapse.reference_bytes);
	return remarkable;
}

/* What the tunnel's own alert goes by. */
static void count_collapsed(const struct tunwin_flow *flow)
{
	u64 bytes = 0;
	int direction;

	for (direction = 0; direction < 2; direction++) {
		const struct watched_direction *watched = &flow->watch->direction[direction];

		if (watched->alarm.collapse.reference_bytes)
			bytes += tunwin_recent_sum(&watched->recent);
	}
	if (flow->collapsed[TUNWIN_IN] || flow->collapsed[TUNWIN_OUT])
		tunwin_watch_tunnel_collapsed(flow->tunnel, 1, bytes);
}

/* Payload by memory of what has arrived since the last look, 0 if that was too little to tell. */
static u32 bloat_permille(struct tunwin_watch *watched, const struct look *look)
{
	u64 bytes = look->received_bytes - watched->received_bytes;
	u64 truesize_bytes = look->truesize_bytes - watched->truesize_bytes;
	u32 permille;

	if (!look->has_socket || truesize_bytes < BLOAT_MIN_BYTES)
		return 0;
	watched->received_bytes = look->received_bytes;
	watched->truesize_bytes = look->truesize_bytes;
	/*
	 * A kernel that measures it makes the window smaller for it, if it sees it: of the pieces
	 * of a packet it may not. Else the buffer fills with it, and little of it is window.
	 */
	if (!(look->scaling_ratio && look->scaling_ratio <= SCALING_RATIO_BLOAT) &&
	    (look->rmem_high < look->rcvbuf / 2 ||
	     look->alarm[TUNWIN_IN].window_bytes > look->rcvbuf / 4))
		return 1000;
	permille = max_t(u64, div64_u64(bytes * 1000, truesize_bytes), 1);
	/* What is unread, with its memory, is a slow reader's. */
	if (div_u64((u64)look->unread_mean * 1000, permille) >= look->rcvbuf / 4)
		return 1000;
	return permille;
}

static struct tunwin_watch *begin(const struct look *look)
{
	struct tunwin_watch *watched = kzalloc(sizeof(*watched), GFP_KERNEL);
	u64 now_ns = look->alarm[TUNWIN_IN].now_ns;
	int direction;

	if (!watched)
		return NULL;
	for (direction = 0; direction < 2; direction++)
		tunwin_recent_begin(&watched->direction[direction].recent,
				    look->wire_bytes[direction],
				    tunwin_recent_time(now_ns - look->first_ns),
				    tunwin_recent_time(now_ns));
	watched->received_bytes = look->received_bytes;
	watched->truesize_bytes = look->truesize_bytes;
	watched->calm_since_ns = now_ns;
	return watched;
}

static void end_alerts(struct tunwin_watch *watched, u64 now_ns)
{
	int direction, code;

	for (direction = 0; direction < 2; direction++)
		for (code = 0; code < TUNWIN_ALARMS; code++)
			tunwin_alert_clear(watched->direction[direction].alert_id[code],
					   TUNWIN_ALERT_STATE_ENDED, now_ns);
}

bool tunwin_watch_flow_judge(struct tunwin_flow *flow)
{
	struct look look = { };
	u32 told[2];
	bool remarkable;
	u64 now_ns;

	if (READ_ONCE(flow->has_socket))
		tunwin_socket_look(flow);
	/* A flow that is watched keeps its detail. */
	told[TUNWIN_IN] = flow->detail->direction[TUNWIN_IN].retreats_told;
	told[TUNWIN_OUT] = flow->detail->direction[TUNWIN_OUT].retreats_told;
	look_at(flow, &look);
	now_ns = look.alarm[TUNWIN_IN].now_ns;
	if (!flow->watch) {
		flow->watch = begin(&look);
		if (!flow->watch)
			return false;
		/* What was told before the flow left the list is not told again. */
		flow->watch->direction[TUNWIN_IN].alarm.retreats = told[TUNWIN_IN];
		flow->watch->direction[TUNWIN_OUT].alarm.retreats = told[TUNWIN_OUT];
	}
	if (look.ended || READ_ONCE(flow->tunnel->gone)) {
		end_alerts(flow->watch, now_ns);
		return false;
	}

	look.alarm[TUNWIN_IN].bloat_permille = bloat_permille(flow->watch, &look);
	remarkable = judge_direction(flow, TUNWIN_IN, &look);
	remarkable |= judge_direction(flow, TUNWIN_OUT, &look);
	count_collapsed(flow);
	if (remarkable)
		flow->watch->calm_since_ns = now_ns;
	return now_ns - flow->watch->calm_since_ns < CALM_NS;
}

void tunwin_watch_flow_forget(struct tunwin_flow *flow)
{
	kfree(flow->watch);
	flow->watch = NULL;
}

u32 tunwin_watch_flow_bytes(void)
{
	return sizeof(struct tunwin_watch);
}
