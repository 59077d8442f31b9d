/* SPDX-License-Identifier: GPL-2.0 */
/* ATA over Ethernet targets, as the module tells of them; model.h says how. */
#ifndef TUNWIN_TARGET_H
#define TUNWIN_TARGET_H

#include "model.h"

enum aoe_side { AOE_NEAR, AOE_FAR, AOE_SIDE_COUNT };

extern const char *const tunwin_target_side[];

#define AOE_MAC_SIZE 18		/* 02:00:00:00:00:01 and its terminating zero */
#define AOE_INITIATORS 16

/* What a target has to do: for one initiator, or, without an address, for all of them. */
struct aoe_load {
	char addr[AOE_MAC_SIZE];
	struct opt_u64 outstanding;
	struct opt_u64 outstanding_max;
	struct opt_u64 full;
	struct opt_u64 full_ns;
	struct opt_u64 requests;
	struct opt_u64 answers;
	struct opt_u64 failed;
	struct opt_u64 same_tag;
	struct opt_u64 new_tag;
	struct opt_u64 unanswered;
	struct opt_u64 untracked;
	struct opt_u64 unmatched;
	struct opt_u64 bytes;
	struct opt_u64 requests_per_s;
	struct opt_u64 rate_bps;
	struct opt_u64 rtt_ns;
	struct opt_u64 rtt_min_ns;
	struct opt_u64 rtt_max_ns;
	struct opt_u64 idle_ns;
	/* derived */
	struct opt_u64 retransmits;
	struct opt_u64 bytes_per_request_ppm;
};

struct aoe_target {
	struct opt_u64 id;
	char tunnel[MODEL_NAME_SIZE];
	struct opt_u64 tunnel_ifindex;
	struct opt_u64 netns;
	struct opt_u64 shelf;
	struct opt_u64 slot;
	char addr[AOE_MAC_SIZE];
	struct opt_u64 side;		/* enum aoe_side */
	struct opt_u64 buffer_count;
	struct opt_u64 sectors;
	struct opt_u64 age_ns;
	struct opt_u64 queries;
	struct opt_u64 forgotten;
	struct aoe_load total;
	size_t initiator_count;
	struct aoe_load initiators[AOE_INITIATORS];
	/* derived */
	char name[16];			/* shelf.slot */
	char scope[64];			/* of the Buffer Count, in words */
};

/* What there is of them on the host as a whole. */
struct aoe_host {
	struct opt_u64 targets;
	struct opt_u64 initiators;
	struct opt_u64 targets_evicted;
	struct opt_u64 initiators_evicted;
	struct opt_u64 refused;
	struct opt_u64 malformed;
	struct opt_u64 memory_bytes;
};

struct aoe_list {
	size_t count;
	size_t space;
	struct aoe_target *targets;
};

/* A new, empty record at the end of the list. */
struct aoe_target *tunwin_target_add(struct aoe_list *list);
void tunwin_target_free(struct aoe_list *list);

/* Fill in the members that are marked as derived. */
void tunwin_target_derive(struct aoe_target *target);

/* Those whose Buffer Count is used up first, then by requests per second, then by name. */
void tunwin_target_sort(struct aoe_list *list);

/* Are as many as the Buffer Count outstanding, of an initiator or of all? */
bool tunwin_target_is_full(const struct aoe_target *target);

#endif
