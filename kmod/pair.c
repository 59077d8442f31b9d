// SPDX-License-Identifier: GPL-2.0
#include "flow.h"
#include "pair.h"

/* The flow's key as the other record has it, in whichever tunnel. */
static void exchange(const struct tunwin_flow_key *key, struct tunwin_flow_key *exchanged)
{
	*exchanged = (struct tunwin_flow_key) {
		.near = key->far,
		.far = key->near,
		.near_port = key->far_port,
		.far_port = key->near_port,
		.netns_cookie = key->netns_cookie,
	};
}

/*
 * Whichever of the two is confirmed later finds the other. Both ids are written without a lock: a
 * reader sees an id or none, and tunwin_pair_other() checks what it finds.
 */
void tunwin_pair_make(struct tunwin_flow *flow)
{
	struct tunwin_flow_key key;
	struct tunwin_flow *other;

	exchange(&flow->key, &key);
	other = tunwin_flow_find(&key);
	if (!other || other == flow)
		return;
	WRITE_ONCE(flow->other_id, other->id);
	WRITE_ONCE(other->other_id, flow->id);
}

struct tunwin_flow *tunwin_pair_other(const struct tunwin_flow *flow)
{
	u32 id = READ_ONCE(flow->other_id);
	struct tunwin_flow_key key;
	struct tunwin_flow *other;

	other = id ? tunwin_flow_by_id(id) : NULL;
	if (!other)
		return NULL;
	/* Ids come round, after four thousand million flows. */
	exchange(&other->key, &key);
	return memcmp(&key, &flow->key, offsetof(struct tunwin_flow_key, tunnel_id)) ||
	       key.netns_cookie != flow->key.netns_cookie ? NULL : other;
}
