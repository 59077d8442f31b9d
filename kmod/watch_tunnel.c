// SPDX-License-Identifier: GPL-2.0
#include <linux/ktime.h>

#include "alarm.h"
#include "alert.h"
#include "tunnel.h"
#include "watch.h"

/* So many packets dropped between two looks, and so many of a thousand, are worth an alert. */
#define DROPS_MIN	10
#define DROPS_PERMILLE	1

/* What is no longer so for this long is over. */
#define DROPS_CALM_NS		(10ULL * NSEC_PER_SEC)
#define COLLAPSE_CALM_NS	(1ULL * NSEC_PER_SEC)

/* Tunnels that have an active alert of their own, each with a reference; the worker's alone. */
static LIST_HEAD(alerted);

void tunwin_watch_tunnel_refused(struct tunwin_tunnel *tunnel)
{
	WRITE_ONCE(tunnel->watch.refused, tunnel->watch.refused + 1);
}

static u32 raise(struct tunwin_tunnel *tunnel, u8 code, u8 direction, u64 now_ns, u64 count,
		 bool first)
{
	struct tunwin_alert alert = {
		.key = { .tunnel_id = tunnel->id, .netns_cookie = tunnel->netns_cookie },
		.code = code,
		.direction = direction,
		.ifindex = tunnel->ifindex,
		.since_ns = now_ns,
		.evidence = { .count = count },
	};
	u32 id;

	strscpy(alert.tunnel, tunnel->name, sizeof(alert.tunnel));
	id = tunwin_alert_raise(&alert, now_ns, first);
	if (!id && first)
		tunwin_watch_tunnel_refused(tunnel);
	if (id && list_empty(&tunnel->watch.alerted))
		list_add(&tunwin_tunnel_hold(tunnel)->watch.alerted, &alerted);
	return id;
}

static void decide(struct tunwin_tunnel *tunnel, u8 code, u8 direction, u32 *id,
		   const struct tunwin_spell *spell, enum tunwin_verdict verdict, u64 now_ns,
		   u64 count)
{
	/* One that there was no room for is tried again. */
	if (verdict == TUNWIN_VERDICT_RAISED || (!*id && spell->raised)) {
		*id = raise(tunnel, code, direction, now_ns, count,
			    verdict == TUNWIN_VERDICT_RAISED);
	} else if (verdict == TUNWIN_VERDICT_CLEARED) {
		tunwin_alert_clear(*id, TUNWIN_ALERT_STATE_CLEARED, now_ns);
		*id = 0;
	}
}

/* A reset of the tunnel, or of its device, sets the counters back. */
static u64 moved(u64 *last, u64 now)
{
	s64 delta = now - *last;

	*last = now;
	return delta > 0 ? delta : 0;
}

static void judge_drops(struct tunwin_tunnel *tunnel, enum tunwin_direction direction,
			u64 all_packets, u64 all_drops, u64 now_ns)
{
	struct tunwin_tunnel_watch *watched = &tunnel->watch;
	u64 packets = moved(&watched->packets[direction], all_packets);
	u64 drops = moved(&watched->drops[direction], all_drops);
	bool dropping = watched->begun && drops >= DROPS_MIN &&
			drops >= div_u64(packets, 1000) * DROPS_PERMILLE;

	decide(tunnel, TUNWIN_ALERT_CODE_TUNNEL_DROP, direction, &watched->drop_id[direction],
	       &watched->drop[direction],
	       tunwin_spell_look(&watched->drop[direction], dropping, now_ns, 0, DROPS_CALM_NS),
	       now_ns, drops);
}

void tunwin_watch_tunnel_judge(struct tunwin_tunnel *tunnel)
{
	struct tunwin_tunnel_watch *watched = &tunnel->watch;
	struct rtnl_link_stats64 stats;
	u64 now_ns = ktime_get_ns(), bytes;
	bool collapsed;

	tunwin_tunnel_stats(tunnel, &stats);
	if (!watched->begun) {
		INIT_LIST_HEAD(&watched->alerted);
		tunwin_recent_begin(&watched->recent, stats.rx_bytes + stats.tx_bytes,
				    tunwin_recent_time(now_ns - tunnel->since_ns),
				    tunwin_recent_time(now_ns));
	}
	judge_drops(tunnel, TUNWIN_IN, stats.rx_packets, stats.rx_errors + stats.rx_dropped,
		    now_ns);
	/* (tx_dropped is what was dropped below the tunnel, iptunnel_xmit_stats().) */
	judge_drops(tunnel, TUNWIN_OUT, stats.tx_packets, stats.tx_errors, now_ns);
	watched->begun = true;

	bytes = stats.rx_bytes + stats.tx_bytes;
	if ((s64)bytes >= 0)
		tunwin_recent_add(&watched->recent, bytes, tunwin_recent_time(now_ns));
	bytes = tunwin_recent_sum(&watched->recent);
	/* Most of what went through the tunnel was theirs; then, more than a third still is. */
	collapsed = watched->collapsed_flows &&
		    (watched->collapsed_bytes * 2 > bytes ||
		     (watched->collapse.raised && watched->collapsed_bytes * 3 > bytes));
	decide(tunnel, TUNWIN_ALERT_CODE_WINDOW_COLLAPSE, TUNWIN_ALERT_BOTH, &watched->collapse_id,
	       &watched->collapse,
	       /* Their flows have been patient. */
	       tunwin_spell_look(&watched->collapse, collapsed, now_ns, 0, COLLAPSE_CALM_NS),
	       now_ns, watched->collapsed_flows);
	watched->collapsed_bytes = 0;
	watched->collapsed_flows = 0;
}

void tunwin_watch_tunnel_collapsed(struct tunwin_tunnel *tunnel, u32 flows, u64 bytes)
{
	tunnel->watch.collapsed_bytes += bytes;
	tunnel->watch.collapsed_flows += flows;
}

static bool has_alert(const struct tunwin_tunnel_watch *watched)
{
	return watched->drop_id[TUNWIN_IN] || watched->drop_id[TUNWIN_OUT] || watched->collapse_id;
}

static void end_alerts(const struct tunwin_tunnel_watch *watched)
{
	u64 now_ns = ktime_get_ns();

	tunwin_alert_clear(watched->drop_id[TUNWIN_IN], TUNWIN_ALERT_STATE_ENDED, now_ns);
	tunwin_alert_clear(watched->drop_id[TUNWIN_OUT], TUNWIN_ALERT_STATE_ENDED, now_ns);
	tunwin_alert_clear(watched->collapse_id, TUNWIN_ALERT_STATE_ENDED, now_ns);
}

void tunwin_watch_tunnel_sweep(bool all)
{
	struct tunwin_tunnel *tunnel, *next;

	list_for_each_entry_safe(tunnel, next, &alerted, watch.alerted) {
		if (READ_ONCE(tunnel->gone))
			end_alerts(&tunnel->watch);
		else if (!all && has_alert(&tunnel->watch))
			continue;
		list_del_init(&tunnel->watch.alerted);
		tunwin_tunnel_put(tunnel);
	}
}
