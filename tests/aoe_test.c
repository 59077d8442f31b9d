// SPDX-License-Identifier: GPL-2.0
/* The rules of kmod/aoe.c: frames as they are on the wire, and the requests of initiators. */
#include <stdlib.h>
#include <string.h>

#include "aoe.h"
#include "random.h"
#include "table.h"

#define MSEC	1000000ULL
#define SECOND	TUNWIN_NSEC_PER_SEC

#define READ	0x24
#define WRITE	0x34
#define FLUSH	0xea

static const __u8 alice[6] = { 2, 0, 0, 0, 0, 0xa };
static const __u8 bob[6] = { 2, 0, 0, 0, 0, 0xb };
static const __u8 blade[6] = { 2, 0, 0, 0, 1, 2 };

/* ---- frames ---- */

static const struct frame_row {
	const char *name;
	__u8 bytes[40];
	__u32 len;
	__u32 frame_len;	/* 0: as len */
	bool forged;		/* from a group's address */
	enum tunwin_aoe_kind kind;
	bool failed;
	__u64 what;
	__u32 moves;
	__u16 buffers;
	__u8 sectors;
} frames[] = {
	{ "a read of eight sectors, padded",
	  { 0x10, 0, 0, 1, 2, 0, 1, 2, 3, 4, 0x40, 0, 8, READ, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66 },
	  22, 46, .kind = TUNWIN_AOE_REQUEST, .what = 0x2408665544332211ULL, .moves = 4096 },
	{ "a read of an address of 28 bits",
	  { 0x10, 0, 0, 1, 2, 0, 1, 2, 3, 4, 0, 0, 2, 0x20, 0x11, 0x22, 0x33, 0xe4, 0x55, 0x66 },
	  22, .kind = TUNWIN_AOE_REQUEST, .what = 0x2002000004332211ULL, .moves = 1024 },
	{ "a write of two sectors",
	  { 0x10, 0, 0, 1, 2, 0, 1, 2, 3, 4, 0x41, 0, 2, WRITE, 1 },
	  22, 22 + 1024, .kind = TUNWIN_AOE_REQUEST, .what = 0x3402000000000001ULL, .moves = 1024 },
	{ "a write of which not all is there",
	  { 0x10, 0, 0, 1, 2, 0, 1, 2, 3, 4, 0x41, 0, 255, WRITE, 1 },
	  22, 122, .kind = TUNWIN_AOE_REQUEST, .what = 0x34ff000000000001ULL, .moves = 100 },
	{ "a flush, which moves nothing",
	  { 0x10, 0, 0, 1, 2, 0, 1, 2, 3, 4, 0x40, 0, 7, FLUSH },
	  22, 46, .kind = TUNWIN_AOE_REQUEST, .what = 0xea07000000000000ULL },
	{ "what identifies a disk",
	  { 0x10, 0, 0, 1, 2, 0, 1, 2, 3, 4, 0, 0, 1, 0xec, 0, 0, 0, 0xa0 },
	  22, 46, .kind = TUNWIN_AOE_REQUEST, .what = 0xec01000000000000ULL, .moves = 512 },
	{ "an answer", { 0x18, 0, 0, 1, 2, 0, 1, 2, 3, 4, 0x40, 0, 0, 0x40 },
	  22, 22 + 1024, .kind = TUNWIN_AOE_ANSWER },
	{ "an answer with the disk's error", { 0x18, 0, 0, 1, 2, 0, 1, 2, 3, 4, 0x40, 4, 0, 0x41 },
	  22, 46, .kind = TUNWIN_AOE_ANSWER, .failed = true },
	{ "an answer with the protocol's error", { 0x1c, 3, 0, 1, 2, 0, 1, 2, 3, 4 },
	  10, .kind = TUNWIN_AOE_ANSWER, .failed = true },
	{ "the flag of an error in a request says nothing",
	  { 0x14, 0, 0, 1, 2, 0, 1, 2, 3, 4, 0x40, 0, 8, READ },
	  22, .kind = TUNWIN_AOE_REQUEST, .what = 0x2408000000000000ULL, .moves = 4096 },
	{ "a query", { 0x10, 0, 0, 1, 2, 1, 1, 2, 3, 4 }, 18, .kind = TUNWIN_AOE_QUERY },
	{ "a configuration", { 0x18, 0, 0, 1, 2, 1, 1, 2, 3, 4, 0x01, 0x10, 0x40, 0x14, 2, 0x10 },
	  18, .kind = TUNWIN_AOE_CONFIG, .buffers = 272, .sectors = 2 },
	{ "a configuration that was refused", { 0x1c, 4, 0, 1, 2, 1, 1, 2, 3, 4, 0, 16, 0, 0, 2 },
	  18, .kind = TUNWIN_AOE_CONFIG, .failed = true },
	{ "a configuration that was refused, with nothing behind",
	  { 0x1c, 4, 0, 1, 2, 1, 1, 2, 3, 4 }, 10, .kind = TUNWIN_AOE_CONFIG, .failed = true },
	{ "a configuration of version 2",
	  { 0x28, 0, 0, 1, 2, 1, 1, 2, 3, 4, 0x01, 0x10, 0x40, 0x14, 2, 0x10 },
	  18, .kind = TUNWIN_AOE_MALFORMED },
	{ "a command of a vendor, cut short", { 0x10, 0, 0, 1, 2, 0xf0, 1, 2, 3 },
	  9, .kind = TUNWIN_AOE_MALFORMED },
	{ "a frame shorter than what is read of it",
	  { 0x10, 0, 0, 1, 2, 0, 1, 2, 3, 4, 0x40, 0, 8, READ },
	  22, 21, .kind = TUNWIN_AOE_MALFORMED },
	{ "a command of a vendor", { 0x10, 0, 0, 1, 2, 0xf0, 1, 2, 3, 4 },
	  10, .kind = TUNWIN_AOE_OTHER },
	{ "a mask of addresses", { 0x10, 0, 0, 1, 2, 2, 1, 2, 3, 4 },
	  14, .kind = TUNWIN_AOE_OTHER },
	{ "a configuration without a version, as vblade sends it unasked",
	  { 0x08, 0, 0, 1, 2, 1, 1, 2, 3, 4, 0, 0x10, 0x40, 0x19, 2, 0x10 },
	  18, .kind = TUNWIN_AOE_CONFIG, .buffers = 16, .sectors = 2 },
	{ "an answer without a version", { 0x08, 0, 0, 1, 2, 0, 1, 2, 3, 4 },
	  22, .kind = TUNWIN_AOE_MALFORMED },
	{ "version 2", { 0x20, 0, 0, 1, 2, 0, 1, 2, 3, 4 }, 22, .kind = TUNWIN_AOE_MALFORMED },
	{ "nothing", { 0 }, 0, .kind = TUNWIN_AOE_MALFORMED },
	{ "half a header", { 0x10, 0, 0, 1, 2 }, 9, .kind = TUNWIN_AOE_MALFORMED },
	{ "half a request", { 0x10, 0, 0, 1, 2, 0, 1, 2, 3, 4, 0x40 },
	  21, .kind = TUNWIN_AOE_MALFORMED },
	{ "half an answer", { 0x18, 0, 0, 1, 2, 0, 1, 2, 3, 4, 0x40 },
	  21, .kind = TUNWIN_AOE_MALFORMED },
	{ "half a configuration", { 0x18, 0, 0, 1, 2, 1, 1, 2, 3, 4, 0x40 },
	  17, .kind = TUNWIN_AOE_MALFORMED },
	{ "from the address of a group", { 0x10, 0, 0, 1, 2, 0, 1, 2, 3, 4, 0x40, 0, 8, READ },
	  22, .forged = true, .kind = TUNWIN_AOE_MALFORMED },
};

/* A copy of just that size, so that a sanitizer sees every byte too many. */
static void parse(const __u8 *bytes, __u32 len, __u32 frame_len,
		  struct tunwin_aoe_message *message)
{
	__u8 *copy = malloc(len ? len : 1);

	assert_non_null(copy);
	memcpy(copy, bytes, len);
	tunwin_aoe_parse(copy, len, frame_len, message);
	free(copy);
}

static void parses(void **state)
{
	const struct frame_row *row = *state;
	__u32 frame_len = row->frame_len ? row->frame_len : row->len;
	struct tunwin_aoe_message message;

	memset(&message, 0xff, sizeof(message));
	memcpy(message.source, alice, sizeof(alice));
	message.source[0] |= row->forged;
	parse(row->bytes, row->len, frame_len, &message);
	assert_int_equal(message.kind, row->kind);
	if (row->kind == TUNWIN_AOE_MALFORMED)
		return;
	assert_int_equal(message.shelf, 1);
	assert_int_equal(message.slot, 2);
	assert_int_equal(message.tag, 0x01020304);
	assert_int_equal(message.failed, row->failed);
	assert_int_equal(message.what, row->what);
	assert_int_equal(message.bytes, row->moves);
	assert_int_equal(message.buffer_count, row->buffers);
	assert_int_equal(message.sectors, row->sectors);
	assert_int_equal(message.data_bytes,
			 row->len < TUNWIN_AOE_HEADER_LEN ? 0 : frame_len - TUNWIN_AOE_HEADER_LEN);
}

/* ---- a target and its initiators ---- */

struct scene {
	struct tunwin_aoe_target target;
	__u64 now_ns;
};

static struct tunwin_aoe_initiator *initiator_of(struct scene *scene, const __u8 *mac)
{
	struct tunwin_aoe_initiator *initiator = tunwin_aoe_find(&scene->target, mac);

	if (initiator)
		return initiator;
	if (scene->target.initiators == TUNWIN_AOE_INITIATORS)
		free(tunwin_aoe_remove(&scene->target, tunwin_aoe_oldest(&scene->target),
				       scene->now_ns));
	initiator = calloc(1, sizeof(*initiator));
	assert_non_null(initiator);
	tunwin_aoe_add(&scene->target, initiator, mac);
	return initiator;
}

static void ask(struct scene *scene, const __u8 *mac, __u32 tag, __u64 what)
{
	struct tunwin_aoe_message message = {
		.kind = TUNWIN_AOE_REQUEST, .tag = tag, .what = what, .bytes = 1024,
	};

	memcpy(message.source, mac, 6);
	tunwin_aoe_sent(&scene->target, initiator_of(scene, mac), &message, scene->now_ns);
}

static void answer(struct scene *scene, const __u8 *mac, __u32 tag, bool failed)
{
	struct tunwin_aoe_message message = {
		.kind = TUNWIN_AOE_ANSWER, .tag = tag, .failed = failed, .data_bytes = 1024,
	};

	memcpy(message.source, blade, 6);
	memcpy(message.destination, mac, 6);
	tunwin_aoe_answered(&scene->target, tunwin_aoe_find(&scene->target, mac), &message,
			    scene->now_ns);
}

static void advertise(struct scene *scene, __u16 buffers)
{
	struct tunwin_aoe_message message = {
		.kind = TUNWIN_AOE_CONFIG, .buffer_count = buffers, .sectors = 2,
	};

	memcpy(message.source, blade, 6);
	tunwin_aoe_configured(&scene->target, &message, scene->now_ns);
}

static void leave(struct scene *scene)
{
	while (scene->target.initiators)
		free(tunwin_aoe_remove(&scene->target, 0, scene->now_ns));
	assert_int_equal(scene->target.total.outstanding, 0);
}

/* While none is forgotten, what all have to do is what each of them has. */
static void adds_up(const struct scene *scene)
{
#define AT(field)	offsetof(struct tunwin_aoe_load, field)
	static const size_t fields[] = {
		AT(requests), AT(answers), AT(failed), AT(same_tag), AT(new_tag), AT(unanswered),
		AT(untracked), AT(bytes),
	};
#undef AT
	for (size_t field = 0; field < ROWS(fields); field++) {
		__u64 sum = 0;

		for (__u32 i = 0; i < scene->target.initiators; i++)
			sum += *(__u64 *)((char *)&scene->target.initiator[i]->load +
					  fields[field]);
		assert_int_equal(sum, *(__u64 *)((char *)&scene->target.total + fields[field]));
	}
}

#define LBA(n)	((__u64)READ << 56 | 2ULL << 48 | (n))

static void counts(void **state)
{
	struct scene scene = { .now_ns = SECOND };
	struct tunwin_aoe_load *total = &scene.target.total, *load;
	int i;

	(void)state;
	for (i = 0; i < 5; i++)
		ask(&scene, alice, i, LBA(i));
	for (i = 0; i < 3; i++)
		ask(&scene, bob, i, LBA(i));
	load = &initiator_of(&scene, alice)->load;
	assert_int_equal(load->outstanding, 5);
	assert_int_equal(total->outstanding, 8);

	/* The tag alone says nothing: it is another initiator's as well. */
	scene.now_ns += 4 * MSEC;
	answer(&scene, alice, 1, false);
	scene.now_ns += 4 * MSEC;
	answer(&scene, alice, 4, true);
	assert_int_equal(load->outstanding, 3);
	assert_int_equal(total->outstanding, 6);
	assert_int_equal(total->outstanding_max, 8);
	assert_int_equal(load->outstanding_max, 5);
	assert_int_equal(load->requests, 5);
	assert_int_equal(load->answers, 2);
	assert_int_equal(load->failed, 1);
	assert_int_equal(load->bytes, 1024);
	assert_int_equal(load->rtt_min_ns, 4 * MSEC);
	assert_int_equal(load->rtt_max_ns, 8 * MSEC);
	assert_int_equal(load->rtt_ns, 4 * MSEC - 4 * MSEC / 8 + MSEC);
	assert_memory_equal(scene.target.mac, blade, 6);

	/* Once more, and to nobody: answers to nothing. */
	answer(&scene, alice, 1, false);
	answer(&scene, blade, 1, false);
	assert_int_equal(load->unmatched, 1);
	assert_int_equal(total->unmatched, 2);
	assert_int_equal(total->outstanding, 6);
	leave(&scene);
}

static void sent_again(void **state)
{
	struct scene scene = { .now_ns = SECOND };
	struct tunwin_aoe_load *total = &scene.target.total;

	(void)state;
	/* With the same tag: no round trip can be told. */
	ask(&scene, alice, 1, LBA(1));
	scene.now_ns += SECOND;
	ask(&scene, alice, 1, LBA(1));
	scene.now_ns += MSEC;
	answer(&scene, alice, 1, false);
	assert_int_equal(total->requests, 1);
	assert_int_equal(total->same_tag, 1);
	assert_int_equal(total->rtt_ns, 0);
	/* Its answer was lost beyond this host. */
	ask(&scene, alice, 1, LBA(1));
	assert_int_equal(total->same_tag, 2);
	assert_int_equal(total->requests, 1);
	assert_int_equal(total->outstanding, 1);
	answer(&scene, alice, 1, false);
	assert_int_equal(total->rtt_ns, 0);

	/* With another tag: the first one is replaced, and the answer to it is to nothing. */
	ask(&scene, alice, 2, LBA(2));
	scene.now_ns += SECOND;
	ask(&scene, alice, 3, LBA(2));
	assert_int_equal(total->new_tag, 1);
	assert_int_equal(total->outstanding, 1);
	answer(&scene, alice, 2, false);
	assert_int_equal(total->unmatched, 1);
	assert_int_equal(total->outstanding, 1);
	scene.now_ns += MSEC;
	answer(&scene, alice, 3, false);
	assert_int_equal(total->rtt_ns, MSEC);
	assert_int_equal(total->requests, 2);
	assert_int_equal(total->outstanding, 0);

	/* Of another initiator, size or command, or when it has been answered: not again. */
	ask(&scene, alice, 4, LBA(2));
	ask(&scene, bob, 5, LBA(2));
	ask(&scene, alice, 6, LBA(2) + (1ULL << 48));
	ask(&scene, alice, 7, (__u64)WRITE << 56 | 2ULL << 48 | 2);
	assert_int_equal(total->new_tag, 1);
	assert_int_equal(total->outstanding, 4);

	/* The tag goes to another request. */
	ask(&scene, alice, 4, LBA(9));
	assert_int_equal(total->unanswered, 1);
	assert_int_equal(total->outstanding, 4);
	assert_int_equal(total->same_tag, 2);
	adds_up(&scene);
	leave(&scene);
}

/* What was answered is known by its tag and what it asks for, for as many as are remembered. */
static void remembered(void **state)
{
	struct scene scene = { .now_ns = SECOND };
	struct tunwin_aoe_load *total = &scene.target.total;
	__u32 i;

	(void)state;
	ask(&scene, alice, 1, LBA(1));
	answer(&scene, alice, 1, false);
	/* Two answers to one request: the second is to nothing. */
	answer(&scene, alice, 1, false);
	assert_int_equal(total->unmatched, 1);
	assert_int_equal(initiator_of(&scene, alice)->load.unmatched, 1);
	/* All of these are other requests. */
	ask(&scene, alice, 0, 0);
	ask(&scene, alice, 1, LBA(7));
	ask(&scene, alice, 9, LBA(1));
	assert_int_equal(total->requests, 4);
	assert_int_equal(total->same_tag, 0);
	/* Asked for once more: which of the two is answered nobody can tell. */
	answer(&scene, alice, 9, false);
	ask(&scene, alice, 9, LBA(1));
	scene.now_ns += MSEC;
	answer(&scene, alice, 9, false);
	assert_int_equal(total->rtt_max_ns, 1);
	leave(&scene);

	memset(&scene.target, 0, sizeof(scene.target));
	for (i = 0; i < 3 * TUNWIN_AOE_ANSWERED; i++) {
		ask(&scene, alice, 100 + i, LBA(i));
		answer(&scene, alice, 100 + i, false);
	}
	i -= TUNWIN_AOE_ANSWERED;
	ask(&scene, alice, 100 + i, LBA(i));
	ask(&scene, alice, 100 + i + 9, LBA(i + 9));
	assert_int_equal(total->same_tag, 2);
	ask(&scene, alice, 100 + i - 1, LBA(i - 1));
	assert_int_equal(total->same_tag, 2);
	leave(&scene);
}

/* Sent again with its tag and then with a new one: to which the answer is can be told again. */
static void tag_renewed(void **state)
{
	struct scene scene = { .now_ns = SECOND };
	struct tunwin_aoe_load *total = &scene.target.total;

	(void)state;
	ask(&scene, alice, 1, LBA(1));
	ask(&scene, alice, 1, LBA(1));
	ask(&scene, alice, 2, LBA(1));
	scene.now_ns += MSEC;
	answer(&scene, alice, 2, false);
	assert_int_equal(total->rtt_ns, MSEC);

	/* The tag of one goes to another that is outstanding: there is one less. */
	advertise(&scene, 2);
	ask(&scene, alice, 11, LBA(11));
	ask(&scene, alice, 12, LBA(12));
	ask(&scene, alice, 13, LBA(12));
	assert_int_not_equal(total->full_since_ns, 0);
	ask(&scene, alice, 11, LBA(12));
	assert_int_equal(total->outstanding, 1);
	assert_int_equal(total->full_since_ns, 0);
	assert_int_equal(initiator_of(&scene, alice)->load.full_since_ns, 0);
	adds_up(&scene);
	leave(&scene);
}

/* What is read comes with the answer; what is written went with the request. */
static void moved(void **state)
{
	struct scene scene = { .now_ns = SECOND };
	struct tunwin_aoe_message message = { .kind = TUNWIN_AOE_ANSWER, .data_bytes = 100 };
	struct tunwin_aoe_load *total = &scene.target.total;

	(void)state;
	ask(&scene, alice, 0, LBA(1));
	tunwin_aoe_answered(&scene.target, initiator_of(&scene, alice), &message, scene.now_ns);
	assert_int_equal(total->bytes, 100);
	/* At once is not never. */
	assert_int_equal(total->rtt_ns, 1);
	assert_int_equal(total->rtt_min_ns, 1);
	ask(&scene, alice, 0, (__u64)WRITE << 56 | 2ULL << 48 | 2);
	tunwin_aoe_answered(&scene.target, initiator_of(&scene, alice), &message, scene.now_ns);
	assert_int_equal(total->bytes, 100 + 1024);
	adds_up(&scene);
	leave(&scene);
}

/* When a target and an initiator were heard of, and that the target is there. */
static void heard(void **state)
{
	struct scene scene = { .now_ns = SECOND };
	struct tunwin_aoe_message query = { .kind = TUNWIN_AOE_QUERY };
	struct tunwin_aoe_load *total = &scene.target.total, *load;

	(void)state;
	ask(&scene, alice, 1, LBA(1));
	load = &initiator_of(&scene, alice)->load;
	assert_int_equal(load->last_ns, SECOND);
	assert_int_equal(total->last_ns, SECOND);
	assert_false(scene.target.has_answered);
	scene.now_ns++;
	tunwin_aoe_configured(&scene.target, &query, scene.now_ns);
	assert_int_equal(total->last_ns, SECOND + 1);
	assert_int_equal(scene.target.queries, 1);
	assert_false(scene.target.has_answered);
	scene.now_ns++;
	answer(&scene, alice, 1, false);
	assert_int_equal(load->last_ns, SECOND + 2);
	assert_int_equal(total->last_ns, SECOND + 2);
	assert_true(scene.target.has_answered);
	leave(&scene);

	memset(&scene.target, 0, sizeof(scene.target));
	advertise(&scene, 8);
	assert_true(scene.target.has_answered);
	assert_memory_equal(scene.target.mac, blade, 6);
	assert_int_equal(scene.target.buffer_count, 8);
	assert_int_equal(scene.target.sectors, 2);
}

static void becomes_full(void **state)
{
	struct scene scene = { .now_ns = SECOND };
	struct tunwin_aoe_load *total = &scene.target.total;
	int i;

	(void)state;
	for (i = 0; i < 4; i++) {
		ask(&scene, alice, i, LBA(i));
		ask(&scene, bob, i, LBA(i));
	}
	scene.now_ns += SECOND;
	assert_int_equal(tunwin_aoe_full_ns(total, scene.now_ns), 0);
	/* None is as good as not known. */
	advertise(&scene, 0);
	assert_int_equal(total->full_since_ns, 0);

	advertise(&scene, 8);
	scene.now_ns += SECOND;
	assert_int_equal(tunwin_aoe_full_ns(total, scene.now_ns), SECOND);
	assert_int_equal(initiator_of(&scene, bob)->load.full_since_ns, 0);
	answer(&scene, alice, 0, false);
	scene.now_ns += SECOND;
	assert_int_equal(tunwin_aoe_full_ns(total, scene.now_ns), SECOND);
	/* It has fewer now. */
	advertise(&scene, 4);
	scene.now_ns += SECOND;
	assert_int_equal(tunwin_aoe_full_ns(total, scene.now_ns), 2 * SECOND);
	assert_int_equal(tunwin_aoe_full_ns(&initiator_of(&scene, bob)->load, scene.now_ns),
			 SECOND);
	assert_int_equal(initiator_of(&scene, alice)->load.full_since_ns, 0);
	/* Who is forgotten holds nothing any more. */
	free(tunwin_aoe_remove(&scene.target, 1, scene.now_ns));
	assert_int_equal(total->outstanding, 3);
	assert_int_equal(total->full_since_ns, 0);
	assert_int_equal(total->unanswered, 4);
	leave(&scene);
}

static void too_many(void **state)
{
	struct scene scene = { .now_ns = SECOND };
	struct tunwin_aoe_load *total = &scene.target.total;
	int i;

	(void)state;
	for (i = 0; i < TUNWIN_AOE_REQUESTS + 7; i++)
		ask(&scene, alice, i, LBA(i));
	assert_int_equal(total->outstanding, TUNWIN_AOE_REQUESTS);
	assert_int_equal(total->untracked, 7);
	assert_int_equal(total->requests, TUNWIN_AOE_REQUESTS + 7);
	adds_up(&scene);
	for (i = 0; i < TUNWIN_AOE_REQUESTS + 7; i++)
		answer(&scene, alice, i, false);
	assert_int_equal(total->outstanding, 0);
	assert_int_equal(total->unmatched, 7);
	assert_int_equal(total->answers, TUNWIN_AOE_REQUESTS);
	leave(&scene);
}

static void given_up(void **state)
{
	struct scene scene = { .now_ns = SECOND };
	struct tunwin_aoe_load *total = &scene.target.total;

	(void)state;
	advertise(&scene, 2);
	ask(&scene, alice, 1, LBA(1));
	ask(&scene, alice, 2, LBA(2));
	scene.now_ns += TUNWIN_AOE_LOST_NS - 1;
	tunwin_aoe_expire(&scene.target, scene.now_ns);
	assert_int_equal(total->outstanding, 2);
	ask(&scene, alice, 2, LBA(2));
	scene.now_ns += SECOND;
	tunwin_aoe_expire(&scene.target, scene.now_ns);
	assert_int_equal(total->outstanding, 1);
	assert_int_equal(total->unanswered, 1);
	assert_int_equal(total->full_since_ns, 0);
	scene.now_ns += TUNWIN_AOE_LOST_NS - SECOND - 1;
	tunwin_aoe_expire(&scene.target, scene.now_ns);
	assert_int_equal(total->outstanding, 1);
	scene.now_ns++;
	tunwin_aoe_expire(&scene.target, scene.now_ns);
	assert_int_equal(total->outstanding, 0);
	adds_up(&scene);

	/* Those that are young do not hide an old one, of the same initiator or another. */
	ask(&scene, bob, 1, LBA(1));
	ask(&scene, bob, 2, LBA(2));
	scene.now_ns += TUNWIN_AOE_LOST_NS;
	ask(&scene, bob, 1, LBA(1));
	ask(&scene, alice, 3, LBA(3));
	ask(&scene, alice, 4, LBA(4));
	tunwin_aoe_expire(&scene.target, scene.now_ns);
	assert_int_equal(initiator_of(&scene, alice)->load.outstanding, 2);
	assert_int_equal(initiator_of(&scene, bob)->load.outstanding, 1);
	adds_up(&scene);
	leave(&scene);
}

/* Those that were never answered go first, the quiet ones before the others. */
static void forgets(void **state)
{
	struct scene scene = { .now_ns = SECOND };
	__u8 mac[6] = { 2 };
	int i;

	(void)state;
	ask(&scene, alice, 1, LBA(1));
	answer(&scene, alice, 1, false);
	for (i = 0; i < 100; i++) {
		scene.now_ns += MSEC;
		mac[5] = 100 + i;
		ask(&scene, mac, 1, LBA(1));
	}
	assert_int_equal(scene.target.initiators, TUNWIN_AOE_INITIATORS);
	assert_int_equal(scene.target.forgotten, 101 - TUNWIN_AOE_INITIATORS);
	assert_non_null(tunwin_aoe_find(&scene.target, alice));
	mac[5] = 199;
	assert_non_null(tunwin_aoe_find(&scene.target, mac));
	mac[5] = 100 + 100 - TUNWIN_AOE_INITIATORS;
	assert_null(tunwin_aoe_find(&scene.target, mac));
	/* All have answers now: the quietest one goes. */
	for (i = 0; i < TUNWIN_AOE_INITIATORS; i++)
		answer(&scene, scene.target.initiator[i]->mac, 1, false);
	for (i = 1; i < TUNWIN_AOE_INITIATORS; i++)
		scene.target.initiator[i]->load.last_ns += i;
	assert_int_equal(tunwin_aoe_oldest(&scene.target), 0);
	leave(&scene);
	assert_int_equal(tunwin_aoe_oldest(&scene.target), -1);
}

static void rates(void **state)
{
	struct scene scene = { .now_ns = SECOND };
	struct tunwin_aoe_load *total = &scene.target.total;
	int i;

	(void)state;
	for (i = 0; i < 3000; i++) {
		ask(&scene, alice, i, LBA(i));
		scene.now_ns += MSEC;
		answer(&scene, alice, i, false);
	}
	assert_in_range(tunwin_aoe_requests_per_s(total, scene.now_ns), 999, 1001);
	assert_in_range(tunwin_aoe_bps(total, scene.now_ns), 8 * 1023000, 8 * 1025000);
	scene.now_ns += 60 * SECOND;
	assert_in_range(tunwin_aoe_requests_per_s(total, scene.now_ns), 0, 20);
	leave(&scene);
}

/* ---- noise ---- */

static void check(const struct scene *scene)
{
	const struct tunwin_aoe_load *total = &scene->target.total;
	__u32 outstanding = 0, i;

	for (i = 0; i < scene->target.initiators; i++) {
		const struct tunwin_aoe_load *load = &scene->target.initiator[i]->load;

		assert_in_range(load->outstanding, 0, TUNWIN_AOE_REQUESTS);
		assert_in_range(load->outstanding, 0, load->outstanding_max);
		outstanding += load->outstanding;
		if (scene->target.buffer_count)
			assert_int_equal(load->full_since_ns != 0,
					 load->outstanding >= scene->target.buffer_count);
	}
	assert_int_equal(total->outstanding, outstanding);
	/* Each request has been answered, given up, not tracked, or is outstanding. */
	assert_true(total->requests + total->same_tag >=
		    total->answers + total->outstanding);
}

static void random_frame(__u8 *bytes)
{
	int i;

	for (i = 0; i < TUNWIN_AOE_HEADER_LEN; i++)
		bytes[i] = one_in(8) ? random_below(256) : 0;
	bytes[0] = one_in(20) ? random_below(256) : 0x10 | (one_in(2) ? 0x08 : 0);
	if (one_in(20))
		bytes[0] |= 0x04;
	bytes[5] = one_in(10) ? random_below(256) : one_in(20);
	bytes[9] = random_below(one_in(2) ? 8 : 256);
	bytes[13] = one_in(2) ? READ : WRITE;
	bytes[14] = random_below(one_in(2) ? 8 : 256);
}

static void fuzz(void **state)
{
	struct scene scene = { .now_ns = SECOND };
	__u32 kinds[6] = { 0 };
	int i;

	(void)state;
	random_state = 0x616f652121ULL;
	for (i = 0; i < 300000; i++) {
		struct tunwin_aoe_message message = { .source = { 2 }, .destination = { 2 } };
		__u32 len = one_in(10) ? random_below(23) : TUNWIN_AOE_HEADER_LEN;
		__u8 bytes[TUNWIN_AOE_HEADER_LEN];

		random_frame(bytes);
		message.source[5] = random_below(one_in(100) ? 256 : 12);
		message.destination[5] = random_below(12);
		parse(bytes, len, len + random_below(2000), &message);
		kinds[message.kind]++;
		scene.now_ns += random_below(MSEC);
		if (one_in(50))
			scene.now_ns -= MSEC / 2;
		if (one_in(5000))
			scene.now_ns += TUNWIN_AOE_LOST_NS;

		switch (message.kind) {
		case TUNWIN_AOE_REQUEST:
			tunwin_aoe_sent(&scene.target, initiator_of(&scene, message.source),
					&message, scene.now_ns);
			break;
		case TUNWIN_AOE_ANSWER:
			tunwin_aoe_answered(&scene.target,
					    tunwin_aoe_find(&scene.target, message.destination),
					    &message, scene.now_ns);
			break;
		case TUNWIN_AOE_QUERY:
		case TUNWIN_AOE_CONFIG:
			tunwin_aoe_configured(&scene.target, &message, scene.now_ns);
			break;
		default:
			break;
		}
		if (one_in(1000))
			tunwin_aoe_expire(&scene.target, scene.now_ns);
		check(&scene);
	}
	/* Noise that is always refused would prove nothing. */
	for (i = 0; i < 6; i++)
		assert_in_range(kinds[i], 300, 300000);
	assert_in_range(scene.target.total.answers, 3000, 300000);
	assert_in_range(scene.target.total.new_tag, 300, 300000);
	assert_in_range(scene.target.total.same_tag, 30, 300000);
	assert_in_range(scene.target.forgotten, 30, 300000);
	leave(&scene);
}

int main(void)
{
	table_add_rows("frame", parses, frames);
	table_add("target", "what is outstanding", counts, NULL);
	table_add("target", "what is sent again", sent_again, NULL);
	table_add("target", "what was answered", remembered, NULL);
	table_add("target", "a tag that is renewed", tag_renewed, NULL);
	table_add("target", "what is moved", moved, NULL);
	table_add("target", "when it was heard of", heard, NULL);
	table_add("target", "a full Buffer Count", becomes_full, NULL);
	table_add("target", "more than are tracked", too_many, NULL);
	table_add("target", "what is given up", given_up, NULL);
	table_add("target", "more initiators than are kept", forgets, NULL);
	table_add("target", "rates", rates, NULL);
	table_add("fuzz", "300,000 random frames", fuzz, NULL);
	return table_run("aoe");
}
