// SPDX-License-Identifier: GPL-2.0
#include <linux/string.h>

#include "aoe.h"

/* The header that all have, and what follows in ATA commands and in configurations. */
#define COMMON_LEN	10
#define ATA_LEN		12
#define TOLD_LEN	8

#define VERSION		1
#define FLAG_RESPONSE	0x08
#define FLAG_ERROR	0x04

#define COMMAND_ATA	0
#define COMMAND_CONFIG	1

#define ATA_EXTENDED	0x40	/* the address has 48 bits, not 28 */

#define ATA_READ	0x20
#define ATA_READ_EXT	0x24
#define ATA_WRITE	0x30
#define ATA_WRITE_EXT	0x34
#define ATA_IDENTIFY	0xec

/* Busy, device fault, data request, error: set in the status of what was not done. */
#define ATA_FAILED	0xa9

#define SECTOR_BYTES	512

#define MULTICAST	0x01	/* in the first byte of an address */

static __u16 read_be16(const __u8 *at)
{
	return (__u16)(at[0] << 8 | at[1]);
}

static __u32 read_be32(const __u8 *at)
{
	return (__u32)read_be16(at) << 16 | read_be16(at + 2);
}

/* The six bytes of the address, the lowest first; of 28 bits the rest is not of the address. */
static __u64 read_lba(const __u8 *at, bool extended)
{
	__u64 lba = 0;
	int i;

	for (i = 5; i >= 0; i--)
		lba = lba << 8 | at[i];
	return extended ? lba : lba & 0xfffffff;
}

static bool moves_data(__u8 command)
{
	return command == ATA_READ || command == ATA_READ_EXT || command == ATA_WRITE ||
	       command == ATA_WRITE_EXT || command == ATA_IDENTIFY;
}

static bool is_write(__u64 what)
{
	__u8 command = what >> 56;

	return command == ATA_WRITE || command == ATA_WRITE_EXT;
}

static void parse_ata(const __u8 *ata, struct tunwin_aoe_message *message)
{
	__u8 sectors = ata[2], command = ata[3];

	if (message->kind == TUNWIN_AOE_ANSWER) {
		/* Here stands the status in place of the command. */
		message->failed |= command & ATA_FAILED;
		return;
	}
	message->what = (__u64)command << 56 | (__u64)sectors << 48 |
			read_lba(ata + 4, ata[0] & ATA_EXTENDED);
	if (!moves_data(command))
		return;
	message->bytes = sectors * SECTOR_BYTES;
	if (is_write(message->what) && message->bytes > message->data_bytes)
		message->bytes = message->data_bytes;
}

/*
 * vblade leaves the version out where it tells of itself unasked, and initiators take it as it is.
 */
static bool is_known_version(const __u8 *header)
{
	return header[0] >> 4 == VERSION ||
	       (header[0] == FLAG_RESPONSE && header[5] == COMMAND_CONFIG);
}

/**
 * tunwin_aoe_parse() - what a frame says
 * @header: from the AoE header on, behind the Ethernet header and tags
 * @header_bytes: so much of it can be read, TUNWIN_AOE_HEADER_LEN at most is
 * @frame_bytes: so long the frame is from there
 * @message: filled in; the Ethernet addresses must be there already
 *
 * Who asks and who answers is told by the flag in the header alone: targets may be on either side
 * of a tunnel.
 */
void tunwin_aoe_parse(const __u8 *header, __u32 header_bytes, __u32 frame_bytes,
		      struct tunwin_aoe_message *message)
{
	__u32 wanted = COMMON_LEN;
	bool response;

	message->kind = TUNWIN_AOE_MALFORMED;
	message->what = 0;
	message->bytes = 0;
	message->data_bytes = 0;
	message->buffer_count = 0;
	message->sectors = 0;
	if (header_bytes < COMMON_LEN || frame_bytes < header_bytes || !is_known_version(header) ||
	    message->source[0] & MULTICAST)
		return;

	response = header[0] & FLAG_RESPONSE;
	message->failed = response && header[0] & FLAG_ERROR;
	message->shelf = read_be16(header + 2);
	message->slot = header[4];
	message->tag = read_be32(header + 6);
	switch (header[5]) {
	case COMMAND_ATA:
		wanted += ATA_LEN;
		/* An answer that refuses may end behind the common header. */
		if (header_bytes < wanted && !message->failed)
			return;
		message->kind = response ? TUNWIN_AOE_ANSWER : TUNWIN_AOE_REQUEST;
		if (header_bytes < wanted)
			return;
		message->data_bytes = frame_bytes - wanted;
		parse_ata(header + COMMON_LEN, message);
		break;
	case COMMAND_CONFIG:
		wanted += TOLD_LEN;
		if (header_bytes < wanted && !message->failed)
			return;
		message->kind = response ? TUNWIN_AOE_CONFIG : TUNWIN_AOE_QUERY;
		if (!response || message->failed)
			return;
		message->buffer_count = read_be16(header + COMMON_LEN);
		message->sectors = header[COMMON_LEN + 4];
		break;
	default:
		message->kind = TUNWIN_AOE_OTHER;
		break;
	}
}

/* ---- initiators ---- */

/**
 * tunwin_aoe_find() - the initiator of an address
 * @target: among those of which
 * @mac: the address
 *
 * Return: the initiator, NULL if there is none.
 */
struct tunwin_aoe_initiator *tunwin_aoe_find(const struct tunwin_aoe_target *target,
					     const __u8 *mac)
{
	__u32 i;

	for (i = 0; i < target->initiators; i++)
		if (!memcmp(target->initiator[i]->mac, mac, TUNWIN_AOE_MAC_LEN))
			return target->initiator[i];
	return NULL;
}

static bool goes_before(const struct tunwin_aoe_load *load, const struct tunwin_aoe_load *other)
{
	if (!load->answers != !other->answers)
		return !load->answers;
	return load->last_ns < other->last_ns;
}

/**
 * tunwin_aoe_oldest() - the initiator to forget for a new one
 * @target: among those of which
 *
 * Those that were never answered go first, so that forged requests do not push out real initiators;
 * among them, and then among the others, the one that is quiet for the longest time.
 *
 * Return: its index, or -1 if there is none.
 */
int tunwin_aoe_oldest(const struct tunwin_aoe_target *target)
{
	int oldest = -1;
	__u32 i;

	for (i = 0; i < target->initiators; i++)
		if (oldest < 0 || goes_before(&target->initiator[i]->load,
					      &target->initiator[oldest]->load))
			oldest = i;
	return oldest;
}

/* Of two processors the one that looked at the clock first may come second. */
static __u64 since(__u64 now_ns, __u64 then_ns)
{
	return now_ns > then_ns ? now_ns - then_ns : 0;
}

/* After each change of what is outstanding, or of the Buffer Count. */
static void judge(const struct tunwin_aoe_target *target, struct tunwin_aoe_load *load,
		  __u64 now_ns)
{
	bool full = target->buffer_count && load->outstanding >= target->buffer_count;

	if (full && !load->full_since_ns) {
		load->full_since_ns = now_ns;
	} else if (!full && load->full_since_ns) {
		load->full_ns += since(now_ns, load->full_since_ns);
		load->full_since_ns = 0;
	}
}

static void judge_both(struct tunwin_aoe_target *target, struct tunwin_aoe_initiator *initiator,
		       __u64 now_ns)
{
	judge(target, &initiator->load, now_ns);
	judge(target, &target->total, now_ns);
}

/**
 * tunwin_aoe_remove() - take an initiator off its target
 * @target: the target
 * @index: which of its initiators
 * @now_ns: the present
 *
 * What it has outstanding is not outstanding any more: its answers will be answers to nothing.
 *
 * Return: the initiator, for the caller to free.
 */
struct tunwin_aoe_initiator *tunwin_aoe_remove(struct tunwin_aoe_target *target, int index,
					       __u64 now_ns)
{
	struct tunwin_aoe_initiator *initiator = target->initiator[index];

	target->initiator[index] = target->initiator[--target->initiators];
	target->total.outstanding -= initiator->load.outstanding;
	target->total.unanswered += initiator->load.outstanding;
	target->forgotten++;
	judge(target, &target->total, now_ns);
	return initiator;
}

/**
 * tunwin_aoe_add() - a new initiator
 * @target: the target, which must have room for it
 * @initiator: all zero
 * @mac: its address
 */
void tunwin_aoe_add(struct tunwin_aoe_target *target, struct tunwin_aoe_initiator *initiator,
		    const __u8 *mac)
{
	memcpy(initiator->mac, mac, TUNWIN_AOE_MAC_LEN);
	target->initiator[target->initiators++] = initiator;
}

/* ---- requests ---- */

static void take_out(struct tunwin_aoe_target *target, struct tunwin_aoe_initiator *initiator,
		     struct tunwin_aoe_request *request)
{
	*request = initiator->request[--initiator->load.outstanding];
	target->total.outstanding--;
}

static void add_outstanding(struct tunwin_aoe_load *load)
{
	load->outstanding++;
	if (load->outstanding > load->outstanding_max)
		load->outstanding_max = load->outstanding;
}

static bool was_answered(const struct tunwin_aoe_initiator *initiator,
			 const struct tunwin_aoe_message *message)
{
	__u32 count = initiator->answered, i;

	if (count > TUNWIN_AOE_ANSWERED)
		count = TUNWIN_AOE_ANSWERED;
	for (i = 0; i < count; i++)
		if (initiator->answered_tag[i] == message->tag &&
		    initiator->answered_what[i] == message->what)
			return true;
	return false;
}

static struct tunwin_aoe_request *find_tag(struct tunwin_aoe_initiator *initiator, __u32 tag)
{
	__u32 i;

	for (i = 0; i < initiator->load.outstanding; i++)
		if (initiator->request[i].tag == tag)
			return &initiator->request[i];
	return NULL;
}

static struct tunwin_aoe_request *find_what(struct tunwin_aoe_initiator *initiator, __u64 what)
{
	__u32 i;

	for (i = 0; i < initiator->load.outstanding; i++)
		if (initiator->request[i].what == what)
			return &initiator->request[i];
	return NULL;
}

/* Outstanding already? Then it is not one more. */
static bool is_repeat(struct tunwin_aoe_target *target, struct tunwin_aoe_initiator *initiator,
		      const struct tunwin_aoe_message *message, __u64 now_ns)
{
	struct tunwin_aoe_request *request = find_tag(initiator, message->tag);

	if (request && request->what != message->what) {
		/* The tag has gone to another request: nobody waits for the first one any more. */
		take_out(target, initiator, request);
		initiator->load.unanswered++;
		target->total.unanswered++;
		request = NULL;
	}
	if (request) {
		request->again = true;
		request->sent_ns = now_ns;
		initiator->load.same_tag++;
		target->total.same_tag++;
		return true;
	}
	request = find_what(initiator, message->what);
	if (!request)
		return false;
	request->tag = message->tag;
	request->again = false;
	request->sent_ns = now_ns;
	initiator->load.new_tag++;
	target->total.new_tag++;
	return true;
}

static void count_request(struct tunwin_aoe_load *load, __u64 now_ns)
{
	load->requests++;
	tunwin_window_meter_add(&load->request_meter, 1, now_ns);
}

/**
 * tunwin_aoe_sent() - a request passes
 * @target: to which
 * @initiator: from which
 * @message: the request
 * @now_ns: the present
 */
void tunwin_aoe_sent(struct tunwin_aoe_target *target, struct tunwin_aoe_initiator *initiator,
		     const struct tunwin_aoe_message *message, __u64 now_ns)
{
	struct tunwin_aoe_request *request;
	bool again;

	initiator->load.last_ns = now_ns;
	target->total.last_ns = now_ns;
	if (is_repeat(target, initiator, message, now_ns)) {
		/* The tag of one may have been another's. */
		judge_both(target, initiator, now_ns);
		return;
	}
	/* Its answer came by here and was lost after that. */
	again = was_answered(initiator, message);
	if (again) {
		initiator->load.same_tag++;
		target->total.same_tag++;
	} else {
		count_request(&initiator->load, now_ns);
		count_request(&target->total, now_ns);
	}
	if (initiator->load.outstanding == TUNWIN_AOE_REQUESTS) {
		initiator->load.untracked++;
		target->total.untracked++;
		return;
	}
	request = &initiator->request[initiator->load.outstanding];
	request->what = message->what;
	request->sent_ns = now_ns;
	request->tag = message->tag;
	request->bytes = message->bytes;
	request->again = again;
	add_outstanding(&initiator->load);
	add_outstanding(&target->total);
	judge_both(target, initiator, now_ns);
}

static void count_answer(struct tunwin_aoe_load *load, const struct tunwin_aoe_request *request,
			 const struct tunwin_aoe_message *message, __u64 now_ns)
{
	__u64 rtt_ns = since(now_ns, request->sent_ns);
	__u32 bytes = request->bytes;

	load->answers++;
	if (message->failed) {
		load->failed++;
	} else {
		/* What is read comes with the answer, or does not. */
		if (!is_write(request->what) && bytes > message->data_bytes)
			bytes = message->data_bytes;
		load->bytes += bytes;
		tunwin_window_meter_add(&load->byte_meter, bytes, now_ns);
	}
	/* Sent twice with one tag: to which of them this is the answer cannot be told. */
	if (request->again)
		return;
	if (!rtt_ns)
		rtt_ns = 1;
	load->rtt_ns = load->rtt_ns ? load->rtt_ns - load->rtt_ns / 8 + rtt_ns / 8 : rtt_ns;
	if (!load->rtt_min_ns || rtt_ns < load->rtt_min_ns)
		load->rtt_min_ns = rtt_ns;
	if (rtt_ns > load->rtt_max_ns)
		load->rtt_max_ns = rtt_ns;
}

/**
 * tunwin_aoe_answered() - an answer passes
 * @target: from which
 * @initiator: to which, NULL: none that is known
 * @message: the answer
 * @now_ns: the present
 */
void tunwin_aoe_answered(struct tunwin_aoe_target *target, struct tunwin_aoe_initiator *initiator,
			 const struct tunwin_aoe_message *message, __u64 now_ns)
{
	struct tunwin_aoe_request *request;
	__u32 slot;

	memcpy(target->mac, message->source, TUNWIN_AOE_MAC_LEN);
	target->has_answered = true;
	target->total.last_ns = now_ns;
	request = initiator ? find_tag(initiator, message->tag) : NULL;
	if (initiator)
		initiator->load.last_ns = now_ns;
	if (!request) {
		target->total.unmatched++;
		if (initiator)
			initiator->load.unmatched++;
		return;
	}
	count_answer(&initiator->load, request, message, now_ns);
	count_answer(&target->total, request, message, now_ns);
	slot = initiator->answered % TUNWIN_AOE_ANSWERED;
	initiator->answered_tag[slot] = request->tag;
	initiator->answered_what[slot] = request->what;
	initiator->answered++;
	/* What has been filled stays filled when the number starts anew. */
	if (initiator->answered >= 2 * TUNWIN_AOE_ANSWERED)
		initiator->answered -= TUNWIN_AOE_ANSWERED;
	take_out(target, initiator, request);
	judge_both(target, initiator, now_ns);
}

/**
 * tunwin_aoe_configured() - a target tells of itself, or is asked to
 * @target: which
 * @message: the query or the configuration
 * @now_ns: the present
 *
 * A target of no buffers could do nothing: such a count says as little as none.
 */
void tunwin_aoe_configured(struct tunwin_aoe_target *target,
			   const struct tunwin_aoe_message *message, __u64 now_ns)
{
	__u32 i;

	target->total.last_ns = now_ns;
	if (message->kind == TUNWIN_AOE_QUERY) {
		target->queries++;
		return;
	}
	memcpy(target->mac, message->source, TUNWIN_AOE_MAC_LEN);
	target->has_answered = true;
	if (!message->buffer_count)
		return;
	target->buffer_count = message->buffer_count;
	target->sectors = message->sectors;
	judge(target, &target->total, now_ns);
	for (i = 0; i < target->initiators; i++)
		judge(target, &target->initiator[i]->load, now_ns);
}

/**
 * tunwin_aoe_expire() - give up requests that are not answered
 * @target: of all of its initiators
 * @now_ns: the present
 */
void tunwin_aoe_expire(struct tunwin_aoe_target *target, __u64 now_ns)
{
	__u32 i, at;

	for (i = 0; i < target->initiators; i++) {
		struct tunwin_aoe_initiator *initiator = target->initiator[i];

		at = 0;
		while (at < initiator->load.outstanding) {
			struct tunwin_aoe_request *request = &initiator->request[at];

			if (since(now_ns, request->sent_ns) < TUNWIN_AOE_LOST_NS) {
				at++;
				continue;
			}
			take_out(target, initiator, request);
			initiator->load.unanswered++;
			target->total.unanswered++;
		}
		judge_both(target, initiator, now_ns);
	}
}

/**
 * tunwin_aoe_full_ns() - how long as many as the Buffer Count were outstanding, until now
 * @load: of an initiator, or of all
 * @now_ns: the present
 */
__u64 tunwin_aoe_full_ns(const struct tunwin_aoe_load *load, __u64 now_ns)
{
	return load->full_ns + (load->full_since_ns ? since(now_ns, load->full_since_ns) : 0);
}

/**
 * tunwin_aoe_requests_per_s() - requests per second, of the last second
 * @load: of an initiator, or of all
 * @now_ns: the present
 */
__u64 tunwin_aoe_requests_per_s(const struct tunwin_aoe_load *load, __u64 now_ns)
{
	return tunwin_window_meter_bps(&load->request_meter, now_ns) / 8;
}

/**
 * tunwin_aoe_bps() - bits per second of data, of the last second
 * @load: of an initiator, or of all
 * @now_ns: the present
 */
__u64 tunwin_aoe_bps(const struct tunwin_aoe_load *load, __u64 now_ns)
{
	return tunwin_window_meter_bps(&load->byte_meter, now_ns);
}
