/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The rules of ATA over Ethernet: what a frame says, and what is outstanding at a target.
 *
 * Integers and bytes in, verdict out: no kernel object, no clock, no lock, no allocation. The
 * caller holds whatever protects the target it passes, with all of its initiators. The same file is
 * compiled into the module and into the unit tests. doc/window.md explains the rules.
 */
#ifndef TUNWIN_AOE_H
#define TUNWIN_AOE_H

#include <linux/types.h>

#include "window.h"

/* Initiators of one target, requests of one initiator that are known one by one. */
#define TUNWIN_AOE_INITIATORS	16
#define TUNWIN_AOE_REQUESTS	256

/* Answered requests whose tags are remembered, in case their answer is lost beyond this host. */
#define TUNWIN_AOE_ANSWERED	32

/* The Linux driver gives a target up that has not answered for so long (aoe_deadsecs). */
#define TUNWIN_AOE_LOST_NS	(180 * TUNWIN_NSEC_PER_SEC)

#define TUNWIN_AOE_MAC_LEN	6

/* The most of a frame, from the AoE header on, that is looked at. */
#define TUNWIN_AOE_HEADER_LEN	22

/* For all shelves, for all slots of a shelf: such a request is to no target in particular. */
#define TUNWIN_AOE_SHELF_ALL	0xffff
#define TUNWIN_AOE_SLOT_ALL	0xff

enum tunwin_aoe_kind {
	TUNWIN_AOE_MALFORMED,	/* cut short, of another version, or from an address nobody has */
	TUNWIN_AOE_REQUEST,	/* an ATA command */
	TUNWIN_AOE_ANSWER,	/* to one */
	TUNWIN_AOE_QUERY,	/* for the configuration */
	TUNWIN_AOE_CONFIG,	/* the answer, or a target that tells of itself unasked */
	TUNWIN_AOE_OTHER,	/* a command that tunwin knows nothing of */
};

/**
 * struct tunwin_aoe_message - what a frame says
 * @kind: all but @source and @destination mean something only for those that have them
 * @source, @destination: Ethernet addresses
 * @shelf, @slot: of the target, also in its answers
 * @tag: chosen by the initiator, repeated in the answer
 * @failed: the answer says that the command was not done
 * @what: of a request: command, number of sectors and address on the disk in one number
 * @bytes: of a request, what it moves if it is done; 0 for commands that move none
 * @data_bytes: what is in the frame behind the headers
 * @buffer_count, @sectors: of a configuration: the Buffer Count, and sectors of one request
 */
struct tunwin_aoe_message {
	enum tunwin_aoe_kind kind;
	__u8 source[TUNWIN_AOE_MAC_LEN];
	__u8 destination[TUNWIN_AOE_MAC_LEN];
	__u16 shelf;
	__u8 slot;
	__u32 tag;
	bool failed;
	__u64 what;
	__u32 bytes;
	__u32 data_bytes;
	__u16 buffer_count;
	__u8 sectors;
};

/**
 * struct tunwin_aoe_request - one that has not been answered
 * @what: see struct tunwin_aoe_message
 * @sent_ns: when it last passed
 * @tag: its last tag
 * @bytes: what it moves
 * @again: it has passed more than once with this tag, so that nobody can tell which is answered
 */
struct tunwin_aoe_request {
	__u64 what;
	__u64 sent_ns;
	__u32 tag;
	__u32 bytes:24;
	__u32 again:1;
};

/**
 * struct tunwin_aoe_load - what a target has to do: for one initiator, or in all
 * @outstanding: requests without an answer, now
 * @outstanding_max: the most there were
 * @full_since_ns: since when as many as the Buffer Count are outstanding, 0: fewer are
 * @full_ns: time that was so, completed spells only
 * @requests: without those that were sent again
 * @answers: to them
 * @failed: answers that say so
 * @same_tag: requests sent again, with the tag that they had
 * @new_tag: requests sent again with another tag, while the one before was outstanding
 * @unanswered: requests given up: no answer for TUNWIN_AOE_LOST_NS, or the tag went to another one
 * @untracked: requests of which too many were outstanding; none of the above knows them
 * @unmatched: answers to nothing that is outstanding
 * @bytes: data moved, by answered requests
 * @rtt_ns, @rtt_min_ns, @rtt_max_ns: from a request to its answer as they pass here, smoothed as
 *	RFC 6298 does (1/8); 0: there was none
 * @last_ns: when it last sent a request or was answered
 * @request_meter: requests as bytes
 * @byte_meter: bytes
 */
struct tunwin_aoe_load {
	__u32 outstanding;
	__u32 outstanding_max;
	__u64 full_since_ns;
	__u64 full_ns;
	__u64 requests;
	__u64 answers;
	__u64 failed;
	__u64 same_tag;
	__u64 new_tag;
	__u64 unanswered;
	__u64 untracked;
	__u64 unmatched;
	__u64 bytes;
	__u64 rtt_ns;
	__u64 rtt_min_ns;
	__u64 rtt_max_ns;
	__u64 last_ns;
	struct tunwin_meter request_meter;
	struct tunwin_meter byte_meter;
};

/**
 * struct tunwin_aoe_initiator - who sends requests to a target
 * @mac: by which it is known
 * @load: its part
 * @request: the outstanding ones, in no order
 * @answered_tag, @answered_what: the last that were answered, a ring
 * @answered: how many ever went into the ring
 */
struct tunwin_aoe_initiator {
	__u8 mac[TUNWIN_AOE_MAC_LEN];
	struct tunwin_aoe_load load;
	struct tunwin_aoe_request request[TUNWIN_AOE_REQUESTS];
	__u64 answered_what[TUNWIN_AOE_ANSWERED];
	__u32 answered_tag[TUNWIN_AOE_ANSWERED];
	__u32 answered;
};

/**
 * struct tunwin_aoe_target - a shelf and slot
 * @mac: address of its last answer
 * @has_answered: there was one, or a configuration
 * @buffer_count: as it was last advertised, 0: it was not seen
 * @sectors: the same, sectors of one request
 * @total: of all initiators, also of those that are forgotten
 * @queries: for its configuration, to it alone
 * @forgotten: initiators that made room for others
 * @initiators: how many there are; they come first in @initiator
 */
struct tunwin_aoe_target {
	__u8 mac[TUNWIN_AOE_MAC_LEN];
	bool has_answered;
	__u16 buffer_count;
	__u8 sectors;
	struct tunwin_aoe_load total;
	__u64 queries;
	__u64 forgotten;
	__u32 initiators;
	struct tunwin_aoe_initiator *initiator[TUNWIN_AOE_INITIATORS];
};

void tunwin_aoe_parse(const __u8 *header, __u32 header_bytes, __u32 frame_bytes,
		      struct tunwin_aoe_message *message);
struct tunwin_aoe_initiator *tunwin_aoe_find(const struct tunwin_aoe_target *target,
					     const __u8 *mac);
int tunwin_aoe_oldest(const struct tunwin_aoe_target *target);
struct tunwin_aoe_initiator *tunwin_aoe_remove(struct tunwin_aoe_target *target, int index,
					       __u64 now_ns);
void tunwin_aoe_add(struct tunwin_aoe_target *target, struct tunwin_aoe_initiator *initiator,
		    const __u8 *mac);
void tunwin_aoe_sent(struct tunwin_aoe_target *target, struct tunwin_aoe_initiator *initiator,
		     const struct tunwin_aoe_message *message, __u64 now_ns);
void tunwin_aoe_answered(struct tunwin_aoe_target *target, struct tunwin_aoe_initiator *initiator,
			 const struct tunwin_aoe_message *message, __u64 now_ns);
void tunwin_aoe_configured(struct tunwin_aoe_target *target,
			   const struct tunwin_aoe_message *message, __u64 now_ns);
void tunwin_aoe_expire(struct tunwin_aoe_target *target, __u64 now_ns);
__u64 tunwin_aoe_full_ns(const struct tunwin_aoe_load *load, __u64 now_ns);
__u64 tunwin_aoe_requests_per_s(const struct tunwin_aoe_load *load, __u64 now_ns);
__u64 tunwin_aoe_bps(const struct tunwin_aoe_load *load, __u64 now_ns);

#endif
