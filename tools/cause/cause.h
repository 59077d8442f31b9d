/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Why a direction is held back: a table of causes, each with the facts by which it is known, what
 * to do and what that would gain. Pure: facts in, verdict out. What is not known makes no cause
 * apply.
 */
#ifndef TUNWIN_CAUSE_H
#define TUNWIN_CAUSE_H

#include "format.h"
#include "model.h"

/* What is known of the host on which the near end's socket is; /proc of its namespace. */
struct host {
	struct opt_u64 rmem_min_bytes;		/* net.ipv4.tcp_rmem, its three values */
	struct opt_u64 rmem_default_bytes;
	struct opt_u64 rmem_max_bytes;
	struct opt_u64 core_rmem_max_bytes;	/* net.core.rmem_max: of SO_RCVBUF */
	struct opt_u64 moderate_rcvbuf;		/* net.ipv4.tcp_moderate_rcvbuf */
	struct opt_u64 window_scaling;		/* net.ipv4.tcp_window_scaling */
	struct opt_u64 sack;			/* net.ipv4.tcp_sack */
	struct opt_u64 timestamps;		/* net.ipv4.tcp_timestamps */
	struct opt_u64 ecn;			/* net.ipv4.tcp_ecn: 0 neither asks nor agrees */
	struct opt_u64 mem_calm_pages;		/* net.ipv4.tcp_mem: pressure ends here */
	struct opt_u64 mem_pressure_pages;	/* and begins at the second */
	struct opt_u64 mem_pages;		/* in use, /proc/net/sockstat */
	struct opt_u64 max_backlog;		/* net.core.netdev_max_backlog, of the whole host */
	const char *in;				/* before a command: netns.h, prefix */
};

/* One direction of a flow, and whom it concerns. */
struct cause_facts {
	const struct flow *flow;
	const struct direction *data;
	bool in;			/* the near end is the receiver */
	const struct host *host;	/* NULL: not known */
	const struct tunnel *tunnel;	/* NULL: not known */
	struct opt_u64 rate_bps;	/* that the tunnel should carry, as the user said */
	struct opt_u64 capacity_bps;	/* the same, else what the device below can at most */
	uint64_t encap_bytes;		/* that the tunnel puts around a packet; 0: not known */
	/* The same flow and tunnel a while ago; NULL: not known, and the present tells. */
	const struct direction *before;
	const struct tunnel *tunnel_before;
	uint64_t watched_ns;		/* since @before */
	uint32_t alerts;		/* active ones, a bit for each enum alert_code */
	bool tunnel_drops;		/* alert tunnel-drop of the tunnel in this direction */
};

/*
 * The rate of payload that an advice would allow. From @bps to @max_bps: what a buffer has room
 * for is decided by the first packet of a connection, and of a tunnel's rate nobody knows whether
 * it is one of frames below or of packets in it; where neither matters they are equal.
 */
struct gain {
	struct opt_u64 bps;
	struct opt_u64 max_bps;
};

enum confidence { CONFIDENCE_POSSIBLE, CONFIDENCE_LIKELY, CONFIDENCE_SURE, CONFIDENCE_COUNT };
extern const char *const tunwin_cause_confidence[];

struct cause {
	const char *code;
	const char *title;
	const char *meaning;
	const char *remedy;		/* in general; advice() knows the numbers */
	enum limit_kind limit;		/* of which it is a cause */
	enum confidence confidence;
	bool (*applies)(const struct cause_facts *facts);
	/* By which numbers that is known: a sentence. */
	void (*evidence)(const struct cause_facts *facts, char *text, size_t size);
	/* What to do, with the command, and the rate that it would allow, if that can be told. */
	struct gain (*advice)(const struct cause_facts *facts, char *text, size_t size);
	const char *fields;		/* of the JSON, by which it is known */
	const char *source;		/* what it rests on */
};

#define CAUSE_TEXT_SIZE 512

/* All of them, in the order in which they are looked for; ends with NULL. */
extern const struct cause *const tunwin_causes[];

const struct cause *tunwin_cause_by_code(const char *code);

/*
 * What limits the direction: for most of its busy time since @before, or, of a flow that has ended,
 * of its life; else now.
 */
enum limit_kind tunwin_cause_limit(const struct cause_facts *facts);

/*
 * The cause of what limits the direction, the first of the table that applies, NULL if none is
 * known.
 */
const struct cause *tunwin_cause_find(const struct cause_facts *facts);

#endif
