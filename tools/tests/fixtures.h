/* SPDX-License-Identifier: GPL-2.0 */
/* Records as the kernel might send them, with all that is awkward about them. */
#ifndef TUNWIN_TESTS_FIXTURES_H
#define TUNWIN_TESTS_FIXTURES_H

#include "model.h"
#include "print/buffer.h"
#include "target.h"

enum fixture_flow {
	FLOW_GRE,	/* to a socket here: 558,080 bytes at 80 ms, and 19.5 Mb/s, as on netdev */
	FLOW_FULL,	/* forwarded, no window scaling, the window used up */
	FLOW_ZERO,	/* a socket here that is not read: the window is zero */
	FLOW_IPV6,	/* forwarded, IPv6, the handshake not seen: window and RTT not known */
	FLOW_SYN,	/* half open, one packet */
	FLOW_COUNT
};

void fixture_flow(enum fixture_flow which, struct flow *flow);

/* All of them, in the order in which a kernel might list them: not the worst first. */
void fixture_flows(struct flow_list *list);

/* Flows that have ended. */
void fixture_ended(struct flow_list *list);

/* gre1 with errors, ip6gre1, eth0 on the user's wish, gre0 and sit0 unused. */
void fixture_tunnels(struct tunnel_list *list);

/*
 * A card with a ring of 48 below gre1, as a freeze leaves it; one that was never short; and what
 * the flows and tunnels above say.
 */
void fixture_buffers(struct buffer_view *view);
void fixture_buffers_free(struct buffer_view *view);

/* Two initiators at a full target, one that never told its Buffer Count, losses of the host. */
void fixture_aoe(struct aoe_host *host, struct aoe_list *list);

void fixture_status(struct status *status);

#endif
