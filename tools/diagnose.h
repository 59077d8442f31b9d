/* SPDX-License-Identifier: GPL-2.0 */
/* Brings together what the causes of a flow are found by (cause/cause.h). */
#ifndef TUNWIN_DIAGNOSE_H
#define TUNWIN_DIAGNOSE_H

#include "cause/cause.h"
#include "client.h"
#include "link.h"
#include "shortage.h"

/* What is the same for all flows of a network namespace. */
struct surroundings {
	struct host host;
	struct tunnel_list tunnels;
	struct alert_list alerts;	/* the active ones */
	struct link_list links;
	struct buffer_list buffers;	/* where they may run out */
	struct episode_list episodes;	/* and where they have, the oldest first */
};

/* Asks the module and the kernel; freed with tunwin_diagnose_free(), also after an error. */
int tunwin_diagnose_read(struct tunwin_client *client, struct surroundings *around,
			 struct tunwin_error *err);
void tunwin_diagnose_free(struct surroundings *around);

/* The facts of one direction. They refer to the flow and the surroundings. */
void tunwin_diagnose_facts(const struct surroundings *around, const struct flow *flow, bool in,
			   struct cause_facts *facts);

/* Fills in the causes of both directions. */
void tunwin_diagnose_flow(const struct surroundings *around, struct flow *flow);

/* What the user said that it should carry, else what the device below it can at most. */
struct opt_u64 tunwin_diagnose_capacity(const struct surroundings *around,
					const struct tunnel *tunnel);

/* The device below a tunnel; NULL if it is not known. */
const struct link *tunwin_diagnose_lower(const struct surroundings *around,
					 const struct tunnel *tunnel);

#endif
