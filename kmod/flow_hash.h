/* SPDX-License-Identifier: GPL-2.0 */
/* How the table finds a flow by its key; for flow.c alone. */
#ifndef TUNWIN_FLOW_HASH_H
#define TUNWIN_FLOW_HASH_H

#include <linux/jhash.h>
#include <linux/rhashtable.h>
#include <net/ipv6.h>

#include "flow.h"

/* The tunnel is left out, so that a socket, which does not know it, finds the same bucket. */
static u32 hash_key(const struct tunwin_flow_key *key, u32 seed)
{
	BUILD_BUG_ON(offsetof(struct tunwin_flow_key, tunnel_id) != 36);
	seed ^= (u32)key->netns_cookie;
	/* The other words of mapped addresses are always the same. */
	if (ipv6_addr_v4mapped(&key->near))
		return jhash_3words((__force u32)key->near.s6_addr32[3],
				    (__force u32)key->far.s6_addr32[3],
				    (__force u32)key->near_port << 16 | (__force u32)key->far_port,
				    seed);
	return jhash2((const u32 *)key, 9, seed);
}

static u32 hash_lookup(const void *key, u32 len, u32 seed)
{
	return hash_key(key, seed);
}

static u32 hash_flow(const void *flow, u32 len, u32 seed)
{
	return hash_key(&((const struct tunwin_flow *)flow)->key, seed);
}

static int compare(struct rhashtable_compare_arg *arg, const void *object)
{
	const struct tunwin_flow_key *a = arg->key;
	const struct tunwin_flow_key *b = &((const struct tunwin_flow *)object)->key;

	if (a->tunnel_id && a->tunnel_id != b->tunnel_id)
		return 1;
	/* For every packet, and so few words: no call. */
	return a->netns_cookie != b->netns_cookie || a->near_port != b->near_port ||
	       a->far_port != b->far_port || !ipv6_addr_equal(&a->near, &b->near) ||
	       !ipv6_addr_equal(&a->far, &b->far);
}

static const struct rhashtable_params hash_params = {
	.head_offset = offsetof(struct tunwin_flow, node),
	.key_len = sizeof(struct tunwin_flow_key),
	.hashfn = hash_lookup,
	.obj_hashfn = hash_flow,
	.obj_cmpfn = compare,
	.automatic_shrinking = true,
};

#endif
