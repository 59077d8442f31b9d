// SPDX-License-Identifier: GPL-2.0
/*
 * The rules of kmod/handshake.c, compiled as the module compiles them.
 *
 * A and B are the ends. A's numbers begin with 1000, B's with 9000, unless a row says otherwise;
 * both are also tried as the other one.
 */
#include <string.h>

#include "handshake.h"
#include "table.h"

#define A	0
#define B	1
#define NONE	TUNWIN_WSCALE_NOT_OFFERED

/* What the rule says. */
#define PART	TUNWIN_HANDSHAKE_PART
#define REFUSED	TUNWIN_HANDSHAKE_REFUSED
#define DONE	(TUNWIN_HANDSHAKE_PART | TUNWIN_HANDSHAKE_COMPLETE)
#define ANEW_A	TUNWIN_HANDSHAKE_ANEW(A)
#define ANEW_B	TUNWIN_HANDSHAKE_ANEW(B)

enum kind {
	END,
	SYN,
	SYNACK,
	ACK,	/* or data */
	BARE,	/* no SYN, no ACK */
	RST,
	RSTACK,
};

struct step {
	enum kind kind;
	int side;
	__u32 seq;
	__u32 ack;
	__u8 shift;	/* of a SYN */
	__u32 length;
	int expected;
};

#define STEPS_MAX	16

/* ANEW bits are told by sides. */
static int swapped(int verdict)
{
	int sides = verdict & (ANEW_A | ANEW_B);

	if (sides == ANEW_A || sides == ANEW_B)
		sides ^= ANEW_A | ANEW_B;
	return (verdict & ~(ANEW_A | ANEW_B)) | sides;
}

static void take(struct tunwin_handshake *handshake, const struct step *step, bool swap, int n)
{
	struct tunwin_handshake_segment segment = {
		.seq = step->seq, .ack = step->ack, .length = step->length, .shift = step->shift,
		.syn = step->kind == SYN || step->kind == SYNACK,
		.rst = step->kind == RST || step->kind == RSTACK,
		.has_ack = step->kind == SYNACK || step->kind == ACK || step->kind == RSTACK,
		.age_ms = n * 10,
	};
	int verdict = tunwin_handshake_segment(handshake, step->side ^ swap, &segment);

	if (swap)
		verdict = swapped(verdict);
	if (verdict != step->expected)
		print_error("step %d is %#x, not %#x\n", n + 1, verdict, step->expected);
	assert_int_equal(verdict, step->expected);
}

/* ---- who began with what ---- */

struct order_row {
	const char *name;
	struct step step[STEPS_MAX];
};

static const struct order_row order_rows[] = {
	{ "SYN, SYN-ACK, ACK", {
		{ SYN, A, 1000, 0, 7, 0, PART }, { SYNACK, B, 9000, 1001, 8, 0, PART },
		{ ACK, A, 1001, 9001, 0, 0, DONE } } },
	{ "the ACK carries data", {
		{ SYN, A, 1000, 0, 7, 0, PART }, { SYNACK, B, 9000, 1001, 8, 0, PART },
		{ ACK, A, 1001, 9001, 0, 500, DONE } } },
	{ "the ACK was lost here, data that follows it completes it", {
		{ SYN, A, 1000, 0, 7, 0, PART }, { SYNACK, B, 9000, 1001, 8, 0, PART },
		{ ACK, A, 3001, 9001, 0, 500, DONE } } },
	{ "numbers wrap", {
		{ SYN, A, 0xffffffff, 0, 7, 0, PART }, { SYNACK, B, 0xffffffff, 0, 8, 0, PART },
		{ ACK, A, 0, 0, 0, 0, DONE } } },
	{ "an ACK that does not know the answer's number completes nothing", {
		{ SYN, A, 1000, 0, 7, 0, PART }, { SYNACK, B, 9000, 1001, 8, 0, PART },
		{ ACK, A, 1001, 9000, 0, 0, 0 }, { ACK, A, 1001, 9002, 0, 0, 0 },
		{ ACK, A, 1001, 5, 0, 100, 0 }, { ACK, A, 1001, 9001, 0, 0, DONE } } },
	{ "an ACK of another number than the opener's completes nothing", {
		{ SYN, A, 1000, 0, 7, 0, PART }, { SYNACK, B, 9000, 1001, 8, 0, PART },
		{ ACK, A, 1000, 9001, 0, 0, 0 }, { ACK, A, 1001 + 0x10000, 9001, 0, 0, 0 },
		{ ACK, A, 1001 + 0xffff, 9001, 0, 0, DONE } } },
	{ "a segment without ACK completes nothing", {
		{ SYN, A, 1000, 0, 7, 0, PART }, { SYNACK, B, 9000, 1001, 8, 0, PART },
		{ BARE, A, 1001, 9001, 0, 100, 0 }, { ACK, A, 1001, 9001, 0, 0, DONE } } },
	{ "SYN and a blind ACK, again and again, to nobody", {
		{ SYN, A, 1000, 0, 7, 0, PART }, { ACK, A, 1001, 5000, 0, 0, PART },
		{ ACK, A, 1001, 5000, 0, 100, PART }, { ACK, A, 1101, 5000, 0, 100, PART },
		{ ACK, A, 1201, 5001, 0, 100, 0 } } },
	{ "SYN and a blind ACK before the answer", {
		{ SYN, A, 1000, 0, 7, 0, PART }, { ACK, A, 1001, 5000, 0, 0, PART },
		{ SYNACK, B, 9000, 1001, 8, 0, 0 }, { ACK, A, 1001, 5000, 0, 0, PART },
		{ ACK, A, 1001, 9001, 0, 0, DONE | ANEW_B } } },
	{ "the answer alone, then its sender's data: nobody has heard it", {
		{ SYNACK, B, 9000, 1001, 8, 0, PART }, { ACK, B, 9001, 1001, 0, 100, PART },
		{ ACK, B, 9101, 1001, 0, 100, PART } } },
	{ "the SYN was missed", {
		{ SYNACK, B, 9000, 1001, 8, 0, PART }, { ACK, A, 1001, 9001, 0, 0, DONE } } },
	{ "the answer was missed", {
		{ SYN, A, 1000, 0, 7, 0, PART }, { ACK, A, 1001, 9001, 0, 0, PART },
		{ ACK, B, 9001, 1001, 0, 80, DONE } } },
	{ "the answer and the ACK were missed", {
		{ SYN, A, 1000, 0, 7, 0, PART }, { ACK, B, 9001, 1001, 0, 80, PART },
		{ ACK, A, 1001, 9081, 0, 0, DONE } } },
	{ "the answer and the ACK were missed, and nothing else", {
		{ SYN, A, 1000, 0, 7, 0, PART }, { ACK, B, 9001, 1001, 0, 80, PART },
		{ ACK, A, 1001, 9001, 0, 0, DONE } } },
	{ "the second of two servers speaks before it is acknowledged", {
		{ SYN, A, 1000, 0, 7, 0, PART }, { SYNACK, B, 9000, 1001, 8, 0, PART },
		{ SYNACK, B, 4000000, 1001, 8, 0, 0 }, { ACK, B, 4000001, 1001, 0, 80, 0 },
		{ ACK, A, 1001, 4000081, 0, 0, DONE | ANEW_B } } },
	{ "the ACK was missed, the answering side speaks first", {
		{ SYN, A, 1000, 0, 7, 0, PART }, { SYNACK, B, 9000, 1001, 8, 0, PART },
		{ ACK, B, 9001, 1001, 0, 80, PART }, { ACK, A, 1001, 9081, 0, 0, DONE } } },
	{ "two servers behind one address: the one that is acknowledged", {
		{ SYN, A, 1000, 0, 5, 517, PART }, { SYNACK, B, 9000, 1001, 8, 0, PART },
		{ SYN, A, 1000, 0, 5, 0, PART }, { SYNACK, B, 4000, 1001, 8, 0, 0 },
		{ SYNACK, B, 9000, 1001, 8, 0, PART }, { SYN, A, 1000, 0, NONE, 0, PART },
		{ SYNACK, B, 4000, 1001, 8, 0, 0 },
		{ ACK, A, 1001, 4001, 0, 517, DONE | ANEW_B } } },
	{ "of three servers the last one", {
		{ SYN, A, 1000, 0, 5, 0, PART }, { SYNACK, B, 9000, 1001, 8, 0, PART },
		{ SYNACK, B, 4000, 1001, 8, 0, 0 }, { SYNACK, B, 6000, 1001, 9, 0, 0 },
		{ ACK, A, 1001, 4001, 0, 0, 0 },
		{ ACK, A, 1001, 6001, 0, 0, DONE | ANEW_B } } },
	{ "a forged SYN does not displace the first", {
		{ SYN, A, 1000, 0, 5, 0, PART }, { SYN, A, 7777777, 0, 1, 0, 0 },
		{ SYN, A, 8888888, 0, 2, 0, 0 }, { SYNACK, B, 9000, 1001, 8, 0, PART },
		{ ACK, A, 1001, 9001, 0, 0, DONE } } },
	{ "an opener that tries again with another number", {
		{ SYN, A, 1000, 0, 5, 0, PART }, { SYN, A, 7777777, 0, 6, 0, 0 },
		{ SYNACK, B, 9000, 7777778, 8, 0, 0 },
		{ ACK, A, 7777778, 9001, 0, 0, DONE | ANEW_A } } },
	{ "a blind answer to a SYN that was seen is none", {
		{ SYN, A, 1000, 0, 5, 0, PART }, { SYNACK, B, 4000, 500001, 1, 0, 0 },
		{ SYNACK, B, 9000, 1001, 8, 0, PART }, { ACK, A, 1001, 9001, 0, 0, DONE } } },
	{ "the SYN comes after its answer", {
		{ SYNACK, B, 9000, 1001, 8, 0, PART }, { SYN, A, 1000, 0, 5, 0, PART },
		{ ACK, A, 1001, 9001, 0, 0, DONE } } },
	{ "data with the SYN is acknowledged with it (RFC 7413)", {
		{ SYN, A, 1000, 0, 5, 300, PART }, { SYNACK, B, 9000, 1301, 8, 0, PART },
		{ ACK, B, 9001, 1301, 0, 700, PART }, { ACK, A, 1301, 9701, 0, 0, DONE } } },
	{ "both open (RFC 9293, 3.5)", {
		{ SYN, A, 1000, 0, 5, 0, PART }, { SYN, B, 9000, 0, 6, 0, PART },
		{ SYNACK, A, 1000, 9001, 5, 0, PART }, { SYNACK, B, 9000, 1001, 6, 0, PART },
		{ ACK, A, 1001, 9001, 0, 0, DONE } } },
	{ "a SYN is answered by a SYN, four segments", {
		{ SYN, A, 1000, 0, NONE, 0, PART }, { SYN, B, 9000, 0, NONE, 0, PART },
		{ SYNACK, A, 1000, 9001, NONE, 0, PART }, { ACK, B, 9001, 1001, 0, 0, DONE } } },
	{ "a SYN is answered by an ACK and then a SYN, five segments", {
		{ SYN, A, 1000, 0, NONE, 0, PART }, { ACK, B, 8000, 1001, 0, 0, PART },
		{ SYN, B, 9000, 0, NONE, 0, 0 }, { SYNACK, A, 1000, 9001, NONE, 0, 0 },
		{ ACK, B, 9001, 1001, 0, 0, DONE | ANEW_B } } },
	{ "the opener is refused", {
		{ SYN, A, 1000, 0, 7, 0, PART }, { RSTACK, B, 0, 1001, 0, 0, REFUSED } } },
	{ "a RST that knows no number refuses nothing", {
		{ SYN, A, 1000, 0, 7, 0, PART }, { RSTACK, B, 0, 1000, 0, 0, 0 },
		{ RSTACK, B, 0, 1002, 0, 0, 0 }, { RST, A, 1002, 0, 0, 0, 0 },
		{ SYNACK, B, 9000, 1001, 8, 0, PART }, { RST, B, 9000, 0, 0, 0, 0 },
		{ RST, A, 1000, 0, 0, 0, 0 }, { RST, A, 1001, 0, 0, 0, REFUSED } } },
	{ "a RST after data", {
		{ SYN, A, 1000, 0, 7, 0, PART }, { SYNACK, B, 9000, 1001, 8, 0, PART },
		{ ACK, B, 9001, 1001, 0, 500, PART }, { RST, A, 1501, 0, 0, 0, 0 },
		{ RST, B, 9501, 0, 0, 0, REFUSED } } },
	{ "a RST of the side that has answered", {
		{ SYN, A, 1000, 0, 7, 0, PART }, { SYNACK, B, 9000, 1001, 8, 0, PART },
		{ RST, B, 9001, 0, 0, 0, REFUSED } } },
	{ "a RST in answer to a blind ACK", {
		{ SYN, A, 1000, 0, 7, 0, PART }, { ACK, A, 1001, 5000, 0, 0, PART },
		{ RST, B, 5000, 0, 0, 0, REFUSED } } },
	{ "no SYN was seen, both ends are heard", {
		{ ACK, A, 5000, 9000, 0, 1000, PART }, { ACK, B, 9000, 6000, 0, 0, DONE } } },
	{ "no SYN was seen, what is heard last counts", {
		{ ACK, A, 5000, 9000, 0, 1000, PART }, { ACK, A, 6000, 9000, 0, 1000, PART },
		{ ACK, B, 0x80000000, 6000, 0, 0, PART }, { ACK, A, 7000, 9000, 0, 100, PART },
		{ ACK, B, 9000, 7000, 0, 0, DONE } } },
	{ "no SYN was seen, much is under way in one direction", {
		{ ACK, A, 4000 + 0x10000000, 9000, 0, 1000, PART },
		{ ACK, B, 9000, 5000, 0, 0, DONE } } },
	{ "no SYN was seen, more is under way than there can be", {
		{ ACK, A, 4001 + 0x10000000, 9000, 0, 1000, PART },
		{ ACK, B, 9000, 5000, 0, 0, PART } } },
	{ "no SYN was seen, much has passed elsewhere", {
		{ ACK, A, 5000, 9000, 0, 1000, PART },
		{ ACK, B, 9000 + 0x10000000, 6000, 0, 0, DONE } } },
	{ "no SYN was seen, more has passed elsewhere than there can be", {
		{ ACK, A, 5000, 9000, 0, 1000, PART },
		{ ACK, B, 9001 + 0x10000000, 6000, 0, 0, PART } } },
	{ "no SYN was seen, something is under way in both directions", {
		{ ACK, A, 5000, 9000, 0, 1000, PART },
		{ ACK, B, 9000 + 0x100000, 6001 + 0x100000, 0, 0, DONE } } },
	{ "no SYN was seen, the same the other way round", {
		{ ACK, A, 5000, 9000, 0, 1000, PART },
		{ ACK, B, 9001 + 0x100000, 6000 - 0x100000, 0, 0, DONE } } },
	{ "no SYN was seen, too much for both directions", {
		{ ACK, A, 5000, 9000, 0, 1000, PART },
		{ ACK, B, 9001 + 0x100000, 6001 + 0x100000, 0, 0, PART } } },
	{ "no SYN was seen, numbers around the middle of their space", {
		{ ACK, A, 0x80000011, 9000, 0, 0, PART },
		{ ACK, B, 9000, 0x7ffffff0, 0, 0, DONE } } },
	{ "no SYN was seen, numbers that are made up", {
		{ ACK, A, 5000, 9000, 0, 1000, PART },
		{ ACK, B, 9000 + 0x200000, 6000 + 0x200000, 0, 0, PART } } },
	{ "no SYN was seen, a segment without ACK", {
		{ BARE, A, 5000, 0, 0, 1000, 0 }, { ACK, A, 5000, 9000, 0, 1000, PART },
		{ BARE, B, 9000, 6000, 0, 0, 0 }, { ACK, B, 9000, 6000, 0, 0, DONE } } },
	{ "no SYN was seen, a RST is anybody's", {
		{ ACK, A, 5000, 9000, 0, 1000, PART }, { RST, B, 9000, 0, 0, 0, 0 },
		{ RST, A, 6000, 0, 0, 0, 0 }, { RSTACK, B, 9000, 6000, 0, 0, 0 } } },
	{ "no SYN was seen, much is under way both ways, some of it is acknowledged", {
		{ ACK, A, 0x1000000, 0x7e00000, 0, 0xf0000, PART },
		{ ACK, B, 0x8000000, 0x0e00000, 0, 0xf0000, PART },
		{ ACK, A, 0x10f0000, 0x7e00000, 0, 0xf0000, PART },
		{ ACK, B, 0x80f0000, 0x0e00000, 0, 0xf0000, PART },
		{ ACK, A, 0x11e0000, 0x8000001, 0, 0xf0000, PART },
		{ ACK, B, 0x81e0000, 0x1000001, 0, 0xf0000, DONE } } },
	{ "no SYN was seen, the same with data that is missing in between", {
		{ ACK, A, 0x1000000, 0x7e00000, 0, 0xf0000, PART },
		{ ACK, B, 0x8000000, 0x0e00000, 0, 0xf0000, PART },
		{ ACK, A, 0x11f0000, 0x7e00000, 0, 0xf0000, PART },
		{ ACK, B, 0x80f0000, 0x0e00000, 0, 0xf0000, PART },
		{ ACK, A, 0x12e0000, 0x8000001, 0, 0xf0000, PART },
		{ ACK, B, 0x81e0000, 0x1000001, 0, 0xf0000, DONE } } },
	{ "no SYN was seen, what was acknowledged had not passed", {
		{ ACK, A, 0x1000000, 0x7e00000, 0, 0xf0000, PART },
		{ ACK, B, 0x8000000, 0x71000000, 0, 0xf0000, PART },
		{ ACK, A, 0x10f0000, 0x80f0001, 0, 0xf0000, PART },
		{ ACK, B, 0x8300000, 0x1000001, 0, 0xf0000, PART } } },
	{ "no SYN was seen, all that passed was acknowledged", {
		{ ACK, A, 0x1000000, 0x7e00000, 0, 0xf0000, PART },
		{ ACK, B, 0x8000000, 0x71000000, 0, 0xf0000, PART },
		{ ACK, A, 0x10f0000, 0x80f0000, 0, 0xf0000, PART },
		{ ACK, B, 0x8300000, 0x1000001, 0, 0xf0000, DONE } } },
	{ "no SYN was seen, much is under way both ways, nothing of it is acknowledged", {
		{ ACK, A, 0x1000000, 0x7e00000, 0, 0xf0000, PART },
		{ ACK, B, 0x8000000, 0x0e00000, 0, 0xf0000, PART },
		{ ACK, A, 0x10f0000, 0x7e00000, 0, 0xf0000, PART },
		{ ACK, B, 0x80f0000, 0x0e00000, 0, 0xf0000, PART },
		{ ACK, A, 0x11e0000, 0x8000000, 0, 0xf0000, PART },
		{ ACK, B, 0x81e0000, 0x1000000, 0, 0xf0000, PART },
		{ ACK, A, 0x12d0000, 0x8000000, 0, 0xf0000, PART } } },
	{ "no SYN was seen, what was acknowledged does not follow on from before", {
		{ ACK, A, 0x1000000, 0x7e00000, 0, 0xf0000, PART },
		{ ACK, A, 0x5000000, 0x7e00000, 0, 0xf0000, PART },
		{ ACK, B, 0x8000000, 0x1000001, 0, 0xf0000, PART },
		{ ACK, B, 0x80f0000, 0x1000001, 0, 0xf0000, PART },
		{ ACK, A, 0x50f0000, 0x8000001, 0, 0xf0000, PART },
		{ ACK, B, 0x81e0000, 0x5000001, 0, 0xf0000, DONE } } },
	{ "both sides answer each other otherwise: that is the connection", {
		{ SYN, A, 1000, 0, 7, 0, PART }, { SYNACK, B, 9000, 1001, 8, 0, PART },
		{ ACK, A, 500000, 700000, 0, 10, 0 }, { ACK, B, 700000, 500010, 0, 0, 0 },
		{ ACK, A, 500010, 700000, 0, 10, 0 }, { ACK, B, 700000, 500020, 0, 0, 0 },
		{ ACK, A, 500020, 700000, 0, 10, 0 }, { ACK, B, 700000, 500030, 0, 0, 0 },
		{ ACK, A, 500030, 700000, 0, 10, 0 }, { ACK, B, 700000, 500040, 0, 0, 0 },
		{ ACK, A, 500040, 700000, 0, 10, DONE | ANEW_A | ANEW_B } } },
	{ "what does not fit each other in between begins that anew", {
		{ SYN, A, 1000, 0, 7, 0, PART }, { ACK, A, 500000, 700000, 0, 10, 0 },
		{ ACK, B, 700000, 500010, 0, 0, 0 }, { ACK, A, 500010, 700000, 0, 10, 0 },
		{ ACK, B, 700000, 500020, 0, 0, 0 }, { ACK, A, 500020, 700000, 0, 10, 0 },
		{ ACK, B, 700000, 500030, 0, 0, 0 }, { ACK, A, 500030, 700000, 0, 10, 0 },
		{ ACK, B, 700000, 500040, 0, 0, 0 }, { ACK, A, 0x700000, 700000, 0, 10, 0 },
		{ ACK, B, 700000, 500050, 0, 0, 0 }, { ACK, A, 500050, 700000, 0, 10, 0 } } },
	{ "what fits in between begins that anew", {
		{ SYN, A, 1000, 0, 7, 0, PART }, { SYNACK, B, 9000, 1001, 8, 0, PART },
		{ ACK, A, 500000, 700000, 0, 10, 0 }, { ACK, B, 9001, 1001, 0, 10, PART },
		{ ACK, B, 700000, 500010, 0, 0, 0 }, { ACK, A, 500010, 700000, 0, 10, 0 },
		{ ACK, B, 700000, 500020, 0, 0, 0 }, { ACK, A, 500020, 700000, 0, 10, 0 },
		{ ACK, B, 700000, 500030, 0, 0, 0 }, { ACK, A, 500030, 700000, 0, 10, 0 },
		{ ACK, B, 700000, 500040, 0, 0, 0 }, { ACK, A, 500040, 700000, 0, 10, 0 },
		{ ACK, B, 700000, 500050, 0, 0, DONE | ANEW_A | ANEW_B } } },
	{ "what fits in between is not forgotten", {
		{ SYN, A, 1000, 0, 7, 0, PART }, { SYNACK, B, 9000, 1001, 8, 0, PART },
		{ ACK, A, 500000, 700000, 0, 10, 0 }, { ACK, B, 700000, 500010, 0, 0, 0 },
		{ ACK, A, 500010, 700000, 0, 10, 0 }, { ACK, B, 700000, 500020, 0, 0, 0 },
		{ ACK, A, 500020, 700000, 0, 10, 0 }, { ACK, B, 9001, 1001, 0, 10, PART },
		{ ACK, B, 700000, 500030, 0, 0, 0 }, { ACK, A, 500030, 700000, 0, 10, 0 },
		{ ACK, B, 700000, 500040, 0, 0, 0 }, { ACK, A, 500040, 700000, 0, 10, 0 },
		{ ACK, B, 700000, 500050, 0, 0, 0 },
		{ ACK, A, 1001, 9001, 0, 10, DONE } } },
	{ "an acknowledgment of what it has not sent completes nothing, whatever it has heard", {
		{ SYN, A, 1000, 0, 7, 0, PART }, { SYNACK, B, 9000, 1001, 8, 0, PART },
		{ ACK, B, 9001, 1001, 0, 0, PART }, { ACK, A, 1001, 9002, 0, 0, 0 },
		{ ACK, B, 9001, 1001, 0, 50, PART }, { ACK, A, 1001, 9051, 0, 0, DONE } } },
	{ "a SYN where none had been seen", {
		{ ACK, A, 5000, 9000, 0, 1000, PART }, { SYN, A, 1000, 0, 7, 0, PART },
		{ SYNACK, B, 9000, 1001, 8, 0, PART }, { ACK, A, 1001, 9001, 0, 0, DONE } } },
};

static void play(const struct order_row *row, bool swap)
{
	struct tunwin_handshake handshake = { 0 };
	int n;

	for (n = 0; n < STEPS_MAX && row->step[n].kind != END; n++)
		take(&handshake, &row->step[n], swap, n);
}

static void test_order(void **state)
{
	play(*state, false);
	play(*state, true);
}

/* The later try of an opener is told with its time. */
static void test_later(void **state)
{
	static const struct step steps[] = {
		{ SYN, A, 1000, 0, 5, 0, PART }, { SYN, A, 1000, 0, 5, 0, PART },
		{ SYN, A, 50000, 0, 6, 0, 0 }, { SYN, A, 50000, 0, 6, 0, 0 },
		{ SYNACK, B, 9000, 50001, 8, 0, 0 },
		{ ACK, A, 50001, 9001, 0, 0, DONE | ANEW_A },
	};
	struct tunwin_handshake handshake = { 0 };

	(void)state;
	for (int n = 0; n < (int)ROWS(steps); n++)
		take(&handshake, &steps[n], false, n);
	assert_int_equal(handshake.later_ms, 20);
	assert_int_equal(handshake.decided, 1 << A);
	assert_int_equal(tunwin_handshake_opening(&handshake, A)->isn, 50000);
	assert_int_equal(tunwin_handshake_opening(&handshake, A)->shift, 6);
}

/* The latest of several tries has nothing of the one before it. */
static void test_latest(void **state)
{
	struct tunwin_handshake_segment syn = {
		.seq = 1000, .syn = true, .shift = NONE, .mss = 1400, .sack = true,
		.timestamps = true, .length = 100,
	};
	struct tunwin_handshake handshake = { 0 };
	const struct tunwin_opening *opening = &handshake.opening[A][1];

	(void)state;
	tunwin_handshake_segment(&handshake, A, &syn);
	syn.seq = 500000;
	tunwin_handshake_segment(&handshake, A, &syn);
	assert_true(opening->sack && opening->timestamps && opening->data);
	assert_int_equal(opening->mss, 1400);
	syn = (struct tunwin_handshake_segment){ .seq = 900000, .syn = true, .shift = 3 };
	tunwin_handshake_segment(&handshake, A, &syn);
	assert_int_equal(opening->isn, 900000);
	assert_int_equal(opening->mss, 0);
	assert_int_equal(opening->shift, 3);
	assert_false(opening->sack || opening->timestamps || opening->data || opening->vague);
}

/* Segments of one side alone give up nothing, nor do those without ACK. */
static void test_one_sided(void **state)
{
	static const struct step syn = { SYN, A, 1000, 0, 5, 0, PART };
	static const struct step strays[] = {
		{ ACK, A, 500000, 700000, 0, 10, 0 }, { BARE, A, 1001, 0, 0, 10, 0 },
		{ BARE, B, 9001, 0, 0, 10, 0 },
	};
	struct tunwin_handshake handshake = { 0 };
	int n;

	(void)state;
	take(&handshake, &syn, false, 0);
	for (n = 0; n < 100; n++)
		take(&handshake, &strays[n % 3], false, n);
	assert_false(handshake.is_middle);
	assert_int_equal(handshake.misfits, 0);
}

/* What is given up leaves nothing behind. */
static void test_given_up(void **state)
{
	static const struct step steps[] = {
		{ SYN, A, 1000, 0, 5, 0, PART }, { SYNACK, B, 9000, 1001, 8, 0, PART },
		{ ACK, B, 9001, 1001, 0, 10, PART },
	};
	static const struct step strays[] = {
		{ ACK, A, 500000, 700000, 0, 10, 0 }, { ACK, B, 700020, 500010, 0, 5, 0 },
	};
	static const struct step last = { ACK, A, 500000, 700000, 0, 10, DONE | ANEW_A | ANEW_B };
	struct tunwin_handshake handshake = { 0 };
	int n;

	(void)state;
	for (n = 0; n < (int)ROWS(steps); n++)
		take(&handshake, &steps[n], false, n);
	for (n = 0; n < 8; n++)
		take(&handshake, &strays[n % 2], false, n);
	assert_int_equal(handshake.misfits, 7);
	take(&handshake, &last, false, n);
	assert_true(handshake.is_middle);
	assert_int_equal(handshake.misfits, 0);
	assert_null(tunwin_handshake_opening(&handshake, A));
	assert_int_equal(handshake.middle[A].end, 500010);
	assert_int_equal(handshake.middle[A].ack, 700000);
	assert_int_equal(handshake.middle[B].end, 700025);
	assert_int_equal(handshake.middle[B].ack, 500010);
	assert_int_equal(handshake.spoke, 3);
}

/* ---- window scale ---- */

struct scale_expected {
	enum tunwin_scale scale;
	__u8 shift;
};

#define UNKNOWN	{ TUNWIN_SCALE_UNKNOWN, 0 }
#define NOSCALE	{ TUNWIN_SCALE_NONE, 0 }
#define KNOWN(shift)	{ TUNWIN_SCALE_KNOWN, shift }

/* Everything that the two ends can have sent, of each the first one that says something. */
static const struct scale_row {
	const char *name;
	struct {
		enum kind kind;
		__u8 shift;
	} end[2];
	struct scale_expected expected[2];
} scale_rows[] = {
	{ "handshake missed", { { END }, { END } }, { UNKNOWN, UNKNOWN } },
	{ "SYN 7 alone: the answer may refuse", { { SYN, 7 }, { END } }, { UNKNOWN, UNKNOWN } },
	{ "SYN without alone: no answer can offer",
	  { { SYN, NONE }, { END } }, { NOSCALE, NOSCALE } },
	{ "SYN-ACK 9 alone: answers an offer of unknown size", { { END }, { SYNACK, 9 } },
	  { UNKNOWN, KNOWN(9) } },
	{ "SYN-ACK without alone: refuses",
	  { { END }, { SYNACK, NONE } }, { NOSCALE, NOSCALE } },
	{ "SYN 7, SYN-ACK 9", { { SYN, 7 }, { SYNACK, 9 } }, { KNOWN(7), KNOWN(9) } },
	{ "SYN 7, SYN-ACK without", { { SYN, 7 }, { SYNACK, NONE } }, { NOSCALE, NOSCALE } },
	{ "SYN without, SYN-ACK without",
	  { { SYN, NONE }, { SYNACK, NONE } }, { NOSCALE, NOSCALE } },
	{ "SYN without, SYN-ACK 9: it answers one that was missed",
	  { { SYN, NONE }, { SYNACK, 9 } }, { UNKNOWN, KNOWN(9) } },
	{ "both SYN (simultaneous open)", { { SYN, 7 }, { SYN, 9 } }, { KNOWN(7), KNOWN(9) } },
	{ "both SYN, one without", { { SYN, 7 }, { SYN, NONE } }, { NOSCALE, NOSCALE } },
	{ "both SYN, both without", { { SYN, NONE }, { SYN, NONE } }, { NOSCALE, NOSCALE } },
	{ "both SYN-ACK (simultaneous open)",
	  { { SYNACK, 7 }, { SYNACK, 9 } }, { KNOWN(7), KNOWN(9) } },
	{ "both SYN-ACK, one without", { { SYNACK, 7 }, { SYNACK, NONE } }, { NOSCALE, NOSCALE } },
	{ "both SYN-ACK, both without",
	  { { SYNACK, NONE }, { SYNACK, NONE } }, { NOSCALE, NOSCALE } },
	{ "shift 0 is an offer", { { SYN, 0 }, { SYNACK, 0 } }, { KNOWN(0), KNOWN(0) } },
	{ "shift 0 against 14", { { SYN, 0 }, { SYNACK, 14 } }, { KNOWN(0), KNOWN(14) } },
	{ "shift 15 is taken as 14", { { SYN, 15 }, { SYNACK, 14 } }, { KNOWN(14), KNOWN(14) } },
	{ "shift 254 is taken as 14", { { SYN, 254 }, { SYNACK, 15 } }, { KNOWN(14), KNOWN(14) } },
	{ "SYN-ACK 15 alone", { { END }, { SYNACK, 15 } }, { UNKNOWN, KNOWN(14) } },
};

static void say(struct tunwin_handshake *handshake, int side, enum kind kind, __u8 shift)
{
	struct tunwin_handshake_segment segment = {
		.seq = side ? 9000 : 1000, .ack = side ? 1001 : 9001, .shift = shift, .syn = true,
		.has_ack = kind == SYNACK,
	};

	if (kind != END)
		tunwin_handshake_segment(handshake, side, &segment);
}

static void expect_scale(const struct tunwin_handshake *handshake, int side,
			 enum tunwin_scale scale, __u8 expected)
{
	__u8 shift = 0;

	assert_int_equal(tunwin_handshake_scale(handshake, side, &shift), scale);
	assert_int_equal(shift, expected);
}

static void check_scale(const struct scale_row *row, bool swap)
{
	struct tunwin_handshake handshake = { 0 };
	int side;

	for (side = 0; side < 2; side++)
		say(&handshake, side, row->end[side ^ swap].kind, row->end[side ^ swap].shift);
	for (side = 0; side < 2; side++)
		expect_scale(&handshake, side, row->expected[side ^ swap].scale,
			     row->expected[side ^ swap].shift);
}

static void test_scale(void **state)
{
	check_scale(*state, false);
	check_scale(*state, true);
}

/* Some ends leave the option out when they send their SYN again. */
static void test_scale_again(void **state)
{
	struct tunwin_handshake handshake = { 0 };

	(void)state;
	say(&handshake, A, SYN, 7);
	say(&handshake, A, SYN, NONE);
	say(&handshake, B, SYNACK, 6);
	expect_scale(&handshake, A, TUNWIN_SCALE_KNOWN, 7);
	expect_scale(&handshake, B, TUNWIN_SCALE_KNOWN, 6);
}

static void test_scale_added(void **state)
{
	struct tunwin_handshake handshake = { 0 };

	(void)state;
	say(&handshake, A, SYN, NONE);
	say(&handshake, A, SYN, 7);
	say(&handshake, B, SYNACK, 6);
	expect_scale(&handshake, A, TUNWIN_SCALE_KNOWN, 7);
}

static void test_scale_changed(void **state)
{
	struct tunwin_handshake handshake = { 0 };

	(void)state;
	say(&handshake, A, SYN, 7);
	say(&handshake, A, SYN, 5);
	say(&handshake, B, SYNACK, 6);
	expect_scale(&handshake, A, TUNWIN_SCALE_UNKNOWN, 0);
	expect_scale(&handshake, B, TUNWIN_SCALE_KNOWN, 6);
}

static void test_answer_changed(void **state)
{
	struct tunwin_handshake handshake = { 0 };

	(void)state;
	say(&handshake, A, SYN, 7);
	say(&handshake, B, SYNACK, 6);
	say(&handshake, B, SYNACK, 6);
	expect_scale(&handshake, B, TUNWIN_SCALE_KNOWN, 6);
	say(&handshake, B, SYNACK, NONE);
	expect_scale(&handshake, A, TUNWIN_SCALE_UNKNOWN, 0);
	expect_scale(&handshake, B, TUNWIN_SCALE_UNKNOWN, 0);
}

/* An end that sent its SYN and, meeting the other's, its SYN-ACK. */
static void test_scale_crossed(void **state)
{
	struct tunwin_handshake handshake = { 0 };

	(void)state;
	say(&handshake, B, SYN, 9);
	expect_scale(&handshake, B, TUNWIN_SCALE_UNKNOWN, 0);
	say(&handshake, B, SYNACK, 9);
	expect_scale(&handshake, B, TUNWIN_SCALE_KNOWN, 9);
	expect_scale(&handshake, A, TUNWIN_SCALE_UNKNOWN, 0);
	/* A SYN-ACK says what counts, whatever the SYNs said. */
	memset(&handshake, 0, sizeof(handshake));
	say(&handshake, B, SYN, 9);
	say(&handshake, B, SYN, 4);
	expect_scale(&handshake, B, TUNWIN_SCALE_UNKNOWN, 0);
	say(&handshake, B, SYNACK, 9);
	expect_scale(&handshake, B, TUNWIN_SCALE_KNOWN, 9);
	/* What was overtaken says nothing. */
	say(&handshake, B, SYN, 3);
	expect_scale(&handshake, B, TUNWIN_SCALE_KNOWN, 9);
}

/* ---- other options ---- */

static void test_options(void **state)
{
	struct tunwin_handshake_segment syn = {
		.seq = 1000, .syn = true, .shift = NONE, .mss = 1400, .sack = true,
	};
	struct tunwin_handshake_segment answer = {
		.seq = 9000, .ack = 1001, .has_ack = true, .syn = true, .shift = NONE, .mss = 1300,
		.timestamps = true, .ecn = true,
	};
	struct tunwin_handshake handshake = { 0 };
	const struct tunwin_opening *opening;

	(void)state;
	assert_null(tunwin_handshake_opening(&handshake, A));
	syn.mss = 0;
	syn.sack = false;
	tunwin_handshake_segment(&handshake, A, &syn);
	syn.mss = 1400;
	syn.sack = true;
	tunwin_handshake_segment(&handshake, A, &syn);
	syn.mss = 0;
	syn.sack = false;
	syn.timestamps = true;
	tunwin_handshake_segment(&handshake, A, &syn);
	opening = tunwin_handshake_opening(&handshake, A);
	assert_int_equal(opening->isn, 1000);
	assert_int_equal(opening->mss, 1400);
	assert_true(opening->sack && opening->timestamps && !opening->ecn && !opening->synack);
	assert_null(tunwin_handshake_opening(&handshake, B));

	tunwin_handshake_segment(&handshake, B, &answer);
	answer.seq = 4000;
	answer.mss = 1200;
	answer.ecn = false;
	tunwin_handshake_segment(&handshake, B, &answer);
	opening = tunwin_handshake_opening(&handshake, B);
	assert_int_equal(opening->mss, 1300);
	assert_true(!opening->sack && opening->timestamps && opening->ecn && opening->synack);
	take(&handshake, &(struct step){ ACK, A, 1001, 4001, 0, 0, DONE | ANEW_B }, false, 0);
	opening = tunwin_handshake_opening(&handshake, B);
	assert_int_equal(opening->isn, 4000);
	assert_int_equal(opening->mss, 1200);
	assert_false(opening->ecn);
}

/* Of a side whose SYN did not pass only the number is known. */
static void test_unseen(void **state)
{
	struct tunwin_handshake handshake = { 0 };

	(void)state;
	say(&handshake, B, SYNACK, 9);
	assert_null(tunwin_handshake_opening(&handshake, A));
	assert_true(handshake.opening[A][0].known);
	assert_int_equal(handshake.opening[A][0].isn, 1000);
}

int main(void)
{
	table_add_rows("handshake", test_order, order_rows);
	table_add("handshake", "an opener's later try, and when it was", test_later, NULL);
	table_add("handshake", "a later try, and one after that", test_latest, NULL);
	table_add("handshake", "numbers that are given up", test_given_up, NULL);
	table_add("handshake", "what comes from one side gives up nothing", test_one_sided, NULL);
	table_add_rows("scale", test_scale, scale_rows);
	table_add("scale", "a SYN without the option takes nothing back", test_scale_again, NULL);
	table_add("scale", "a SYN that adds the option offers it", test_scale_added, NULL);
	table_add("scale", "a SYN that offers another scale: unknown", test_scale_changed, NULL);
	table_add("scale", "a SYN-ACK that takes the option back: unknown", test_answer_changed,
		  NULL);
	table_add("scale", "SYN, then SYN-ACK of the same end", test_scale_crossed, NULL);
	table_add("options", "of the SYN and SYN-ACK that count", test_options, NULL);
	table_add("options", "of an end whose SYN was missed", test_unseen, NULL);
	return table_run("handshake");
}
