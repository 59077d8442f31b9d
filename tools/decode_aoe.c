// SPDX-License-Identifier: GPL-2.0
#include <assert.h>
#include <errno.h>
#include <linux/tunwin.h>
#include <string.h>

#include "attr_table.h"
#include "decode.h"

static_assert(AOE_NEAR == (int)TUNWIN_AOE_SIDE_NEAR, "side");
static_assert(AOE_FAR == (int)TUNWIN_AOE_SIDE_FAR, "side");

static const struct attr load_attrs[] = {
	MAC(TUNWIN_A_AOE_LOAD_ADDR, aoe_load, addr),
	U32(TUNWIN_A_AOE_LOAD_OUTSTANDING, aoe_load, outstanding),
	U32(TUNWIN_A_AOE_LOAD_OUTSTANDING_MAX, aoe_load, outstanding_max),
	U8(TUNWIN_A_AOE_LOAD_FULL, aoe_load, full),
	U64(TUNWIN_A_AOE_LOAD_FULL_NS, aoe_load, full_ns),
	U64(TUNWIN_A_AOE_LOAD_REQUESTS, aoe_load, requests),
	U64(TUNWIN_A_AOE_LOAD_ANSWERS, aoe_load, answers),
	U64(TUNWIN_A_AOE_LOAD_FAILED, aoe_load, failed),
	U64(TUNWIN_A_AOE_LOAD_SAME_TAG, aoe_load, same_tag),
	U64(TUNWIN_A_AOE_LOAD_NEW_TAG, aoe_load, new_tag),
	U64(TUNWIN_A_AOE_LOAD_UNANSWERED, aoe_load, unanswered),
	U64(TUNWIN_A_AOE_LOAD_UNTRACKED, aoe_load, untracked),
	U64(TUNWIN_A_AOE_LOAD_UNMATCHED, aoe_load, unmatched),
	U64(TUNWIN_A_AOE_LOAD_BYTES, aoe_load, bytes),
	U64(TUNWIN_A_AOE_LOAD_REQUESTS_PER_S, aoe_load, requests_per_s),
	U64(TUNWIN_A_AOE_LOAD_RATE_BPS, aoe_load, rate_bps),
	U64(TUNWIN_A_AOE_LOAD_RTT_NS, aoe_load, rtt_ns),
	U64(TUNWIN_A_AOE_LOAD_RTT_MIN_NS, aoe_load, rtt_min_ns),
	U64(TUNWIN_A_AOE_LOAD_RTT_MAX_NS, aoe_load, rtt_max_ns),
	U64(TUNWIN_A_AOE_LOAD_IDLE_NS, aoe_load, idle_ns),
	{ 0 }
};

static const struct attr target_attrs[] = {
	U32(TUNWIN_A_AOE_ID, aoe_target, id),
	U32(TUNWIN_A_AOE_TUNNEL_IFINDEX, aoe_target, tunnel_ifindex),
	STRING(TUNWIN_A_AOE_TUNNEL, aoe_target, tunnel),
	U32(TUNWIN_A_AOE_NETNS, aoe_target, netns),
	U16(TUNWIN_A_AOE_SHELF, aoe_target, shelf),
	U8(TUNWIN_A_AOE_SLOT, aoe_target, slot),
	MAC(TUNWIN_A_AOE_TARGET_ADDR, aoe_target, addr),
	ENUM(TUNWIN_A_AOE_SIDE, AOE_SIDE_COUNT, aoe_target, side),
	U32(TUNWIN_A_AOE_BUFFER_COUNT, aoe_target, buffer_count),
	U32(TUNWIN_A_AOE_SECTORS, aoe_target, sectors),
	U64(TUNWIN_A_AOE_AGE_NS, aoe_target, age_ns),
	U64(TUNWIN_A_AOE_QUERIES, aoe_target, queries),
	U64(TUNWIN_A_AOE_FORGOTTEN, aoe_target, forgotten),
	NEST(TUNWIN_A_AOE_TOTAL, load_attrs, aoe_target, total),
	NESTS(TUNWIN_A_AOE_INITIATOR, load_attrs, aoe_target, initiators, initiator_count),
	{ 0 }
};

static const struct attr host_attrs[] = {
	U32(TUNWIN_A_AOE_TARGETS, aoe_host, targets),
	U32(TUNWIN_A_AOE_INITIATORS, aoe_host, initiators),
	U64(TUNWIN_A_AOE_TARGETS_EVICTED, aoe_host, targets_evicted),
	U64(TUNWIN_A_AOE_INITIATORS_EVICTED, aoe_host, initiators_evicted),
	U64(TUNWIN_A_AOE_REFUSED, aoe_host, refused),
	U64(TUNWIN_A_AOE_MALFORMED, aoe_host, malformed),
	U64(TUNWIN_A_AOE_MEMORY_BYTES, aoe_host, memory_bytes),
	{ 0 }
};

int tunwin_decode_aoe(struct nlmsghdr *nlh, struct aoe_target *target)
{
	int err;

	memset(target, 0, sizeof(*target));
	err = tunwin_decode_message(nlh, target_attrs, target);
	if (err)
		return err;
	tunwin_target_derive(target);
	return target->shelf.known && target->slot.known && *target->tunnel ? 0 : -EBADMSG;
}

int tunwin_decode_aoe_host(struct nlmsghdr *nlh, struct aoe_host *host)
{
	memset(host, 0, sizeof(*host));
	return tunwin_decode_message(nlh, host_attrs, host);
}
