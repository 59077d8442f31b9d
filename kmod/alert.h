/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The alerts: those that are active and, as far as there is room, those that are over. Process
 * context; one mutex protects all of it.
 */
#ifndef TUNWIN_ALERT_H
#define TUNWIN_ALERT_H

#include <linux/if.h>
#include <linux/list.h>
#include <linux/tunwin.h>

#include "flow.h"

/* No more are active or kept than this; what is refused or forgotten is counted. */
#define TUNWIN_ALERTS_ACTIVE	16384
#define TUNWIN_ALERTS_HISTORY	4096

/* Of the flows of one tunnel, and what is kept from all flows, for tunnels and devices. */
#define TUNWIN_ALERTS_TUNNEL	4096
#define TUNWIN_ALERTS_RESERVED	1024

/* In place of a direction: the alert is of both, or of a tunnel. */
#define TUNWIN_ALERT_BOTH	0xff

/**
 * struct tunwin_alert_evidence - by what it was seen; a member that does not apply is 0
 * @has_window: @window_bytes is known, also if it is 0
 *
 * Each other member is what the attribute of its name says.
 */
struct tunwin_alert_evidence {
	bool has_window;
	u32 window_bytes;
	u32 reference_bytes;
	u32 rtt_us;
	u32 ratio_permille;
	u32 size_bytes;
	u32 unheard;
	u64 count;
	int device_ifindex;
	u32 episode;
	u32 flows;
	char device[IFNAMSIZ];
};

/**
 * struct tunwin_alert - something is wrong, or was
 * @id: in the index of all namespaces' alerts, never 0
 * @number: what its namespace is told in place of that: the lower half of the
 *	@sequence of the event that raised it
 * @flow_id: 0 if it is of the tunnel
 * @key: the flow's; of a tunnel's only the tunnel and the namespace
 * @code, @state: enum tunwin_alert_code, enum tunwin_alert_state
 * @direction: enum tunwin_direction or TUNWIN_ALERT_BOTH
 * @sequence: of the namespace's events
 * @since_ns: when what it is about began
 * @cleared_ns: 0 while it is active
 * @suspend_ms: tunwin_suspend_ms() when it was raised or, if it is over, cleared
 */
struct tunwin_alert {
	u32 id;
	u32 flow_id;
	struct tunwin_flow_key key;
	u8 code;
	u8 state;
	u8 direction;
	u8 vantage;
	int ifindex;
	char tunnel[IFNAMSIZ];
	u64 sequence;
	u64 since_ns;
	u64 raised_ns;
	u64 cleared_ns;
	u32 suspend_ms;
	u32 number;
	struct tunwin_alert_evidence evidence;
	struct list_head link;
};

struct tunwin_alert_counters {
	u64 raised;
	u64 refused;
	u64 history_dropped;
	u32 active;
	u32 history;
};

/* What is done with each alert that is raised or cleared; under the mutex, so it must not wait. */
typedef void tunwin_alert_deliver_t(const struct tunwin_alert *alert);

void tunwin_alert_init(tunwin_alert_deliver_t *deliver);
void tunwin_alert_exit(void);

/*
 * Raise an alert: all but its id, number, state, sequence and raised_ns is the caller's.
 * Returns its id, 0 if there is no room or no memory for it, which is counted the @first time.
 */
u32 tunwin_alert_raise(const struct tunwin_alert *alert, u64 now_ns, bool first);
/* It is over. An id that is not active, as 0, is none. */
void tunwin_alert_clear(u32 id, enum tunwin_alert_state state, u64 now_ns);
/* Forget the alerts of namespaces that are gone: nobody can ask for them. */
void tunwin_alert_prune(void);

/* Calls each() for those from the id *start on, in that order, until it does not return 0. */
int tunwin_alert_for_each(bool history, u32 *start,
			  int (*each)(const struct tunwin_alert *alert, void *arg), void *arg);
/* Active alerts of a tunnel and of its flows; *collapsed: its windows have (window-collapse). */
u32 tunwin_alert_count(u32 tunnel_id, bool *collapsed);
/* A namespace's own: those that are active, and those that are over and kept. */
void tunwin_alert_count_of(u64 netns_cookie, u32 *active, u32 *over);
u64 tunwin_alert_memory_bytes(void);
void tunwin_alert_counters_get(struct tunwin_alert_counters *counters);

#endif
