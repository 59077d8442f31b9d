// SPDX-License-Identifier: GPL-2.0
#include <linux/string.h>

#include "handshake.h"
#include "sequence.h"

/*
 * The window of a SYN is not scaled (RFC 7323, 2.2), so before an end has heard more than that it
 * sends no more.
 */
#define FIRST_MAX	0xffffU

/* Where both sides answer each other so often, but not to an opening, that is what is wrong. */
#define MISFITS		8

/*
 * Where no SYN was seen: data that is under way may be as much as the largest window, but hardly in
 * both directions. Of numbers that are made up one pair in 8,000 fits so, and one in 4,000,000 if
 * both are near.
 */
#define NEAR_MAX	0x100000U
#define FAR_MAX		0x10000000U

static __u8 side_bit(int side)
{
	return 1 << side;
}

/* How far a number is from the first one behind a SYN; more than FIRST_MAX if it is no such. */
static __u32 distance(const struct tunwin_opening *opening, __u32 number)
{
	return opening->known ? number - (opening->isn + 1) : ~0U;
}

/* Which opening a number is of that comes soon after it, -1 if of none. */
static int nearest(const struct tunwin_opening *opening, __u32 number)
{
	int n = distance(&opening[1], number) < distance(&opening[0], number);

	return distance(&opening[n], number) <= FIRST_MAX ? n : -1;
}

static bool is_any_known(const struct tunwin_opening *opening)
{
	return opening[0].known || opening[1].known;
}

/* A place for a number that a side may have begun with. */
static int provide(struct tunwin_handshake *handshake, int side, __u32 isn)
{
	struct tunwin_opening *opening = handshake->opening[side];
	int n;

	for (n = 0; n < TUNWIN_OPENINGS; n++)
		if (opening[n].known && opening[n].isn == isn)
			return n;
	n = opening[0].known;
	memset(&opening[n], 0, sizeof(opening[n]));
	opening[n].isn = isn;
	opening[n].known = true;
	return n;
}

/*
 * What a SYN says, or the same again. Some ends leave options out when they send it again, which
 * takes nothing back: the other end may have had the first one. Of a SYN-ACK nobody but the ends
 * knows which one it was that counts.
 */
static void note_options(struct tunwin_opening *opening,
			 const struct tunwin_handshake_segment *segment)
{
	__u8 shift = segment->shift;

	if (shift != TUNWIN_WSCALE_NOT_OFFERED && shift > TUNWIN_WSCALE_SHIFT_MAX)
		shift = TUNWIN_WSCALE_SHIFT_MAX;
	if (!opening->seen || (segment->has_ack && !opening->synack)) {
		opening->seen = true;
		opening->synack = segment->has_ack;
		opening->mss = segment->mss;
		opening->shift = shift;
		opening->sack = segment->sack;
		opening->timestamps = segment->timestamps;
		opening->ecn = segment->has_ack && segment->ecn;
		opening->vague = false;
		return;
	}
	/* A SYN after the SYN-ACK of the same side was overtaken. */
	if (opening->synack && !segment->has_ack)
		return;
	if (shift != opening->shift) {
		if (opening->synack || (shift != TUNWIN_WSCALE_NOT_OFFERED &&
					opening->shift != TUNWIN_WSCALE_NOT_OFFERED))
			opening->vague = true;
		else if (opening->shift == TUNWIN_WSCALE_NOT_OFFERED)
			opening->shift = shift;
	}
	if (!opening->mss)
		opening->mss = segment->mss;
	opening->sack |= segment->sack;
	opening->timestamps |= segment->timestamps;
}

static int note_syn(struct tunwin_handshake *handshake, int side,
		    const struct tunwin_handshake_segment *segment)
{
	const struct tunwin_opening *other = handshake->opening[!side];
	int n, answers = 0;

	if (segment->has_ack) {
		/* Data that came with the SYN may be acknowledged with it (RFC 7413). */
		answers = nearest(other, segment->ack);
		if (answers < 0) {
			/* Of a SYN that has been seen the number is known. */
			if (other[0].seen || other[1].seen)
				return 0;
			answers = provide(handshake, !side, segment->ack - 1);
		}
	}
	n = provide(handshake, side, segment->seq);
	if (n && !segment->has_ack && !handshake->opening[side][n].seen)
		handshake->later_ms = segment->age_ms;
	note_options(&handshake->opening[side][n], segment);
	if (segment->length)
		handshake->opening[side][n].data = true;
	return n || answers ? 0 : TUNWIN_HANDSHAKE_PART;
}

static bool is_one_conversation(const struct tunwin_handshake_segment *segment, __u32 other_end,
				__u32 other_ack, __u32 far)
{
	__u32 sent = tunwin_sequence_apart(segment->seq, other_ack);
	__u32 heard = tunwin_sequence_apart(segment->ack, other_end);

	return (sent <= NEAR_MAX && heard <= far) || (sent <= far && heard <= NEAR_MAX);
}

/* Where no SYN was seen: what both sides send has to be of one conversation. */
static int note_middle(struct tunwin_handshake *handshake, int side,
		       const struct tunwin_handshake_segment *segment)
{
	struct tunwin_middle *own = &handshake->middle[side];
	const struct tunwin_middle *other = &handshake->middle[!side];

	if (!segment->has_ack)
		return 0;
	if (!(handshake->spoke & side_bit(side)) ||
	    tunwin_sequence_apart(segment->seq, own->end) > NEAR_MAX)
		own->first = segment->seq;
	own->end = segment->seq + segment->length;
	own->ack = segment->ack;
	handshake->spoke |= side_bit(side);
	if (!(handshake->spoke & side_bit(!side)))
		return TUNWIN_HANDSHAKE_PART;
	/* (What has passed nobody else can acknowledge.) */
	if (segment->ack - other->first - 1 < other->end - other->first)
		handshake->acked |= side_bit(!side);
	if (handshake->acked == (side_bit(0) | side_bit(1)) ||
	    is_one_conversation(segment, other->end, other->ack, FAR_MAX))
		return TUNWIN_HANDSHAKE_PART | TUNWIN_HANDSHAKE_COMPLETE;
	return TUNWIN_HANDSHAKE_PART;
}

static void begin_middle(struct tunwin_handshake *handshake)
{
	memset(handshake, 0, sizeof(*handshake));
	handshake->is_middle = true;
}

/*
 * Something that fits to no opening. From one side alone it may be made up; where both sides answer
 * each other the openings were not theirs.
 */
static int note_misfit(struct tunwin_handshake *handshake, int side,
		       const struct tunwin_handshake_segment *segment)
{
	struct tunwin_middle other = { .end = handshake->stray_end, .ack = handshake->stray_ack };

	if (!segment->has_ack)
		return 0;
	if (handshake->has_stray && handshake->stray_side != side) {
		if (is_one_conversation(segment, other.end, other.ack, NEAR_MAX))
			handshake->misfits++;
		else
			handshake->misfits = 0;
	}
	handshake->has_stray = true;
	handshake->stray_side = side;
	handshake->stray_end = segment->seq + segment->length;
	handshake->stray_ack = segment->ack;
	if (handshake->misfits < MISFITS)
		return 0;
	begin_middle(handshake);
	handshake->middle[!side] = other;
	handshake->middle[side].end = segment->seq + segment->length;
	handshake->middle[side].ack = segment->ack;
	handshake->spoke = side_bit(0) | side_bit(1);
	return TUNWIN_HANDSHAKE_PART | TUNWIN_HANDSHAKE_COMPLETE | TUNWIN_HANDSHAKE_ANEW(0) |
	       TUNWIN_HANDSHAKE_ANEW(1);
}

/* Which of a side's openings a segment of the other one acknowledges, -1: none. */
static int acknowledged(const struct tunwin_handshake *handshake, int side, __u32 ack)
{
	const struct tunwin_opening *opening = handshake->opening[side];
	int n = nearest(opening, ack);

	/* Before it has sent data its SYN is all there is. */
	if (n >= 0 && distance(&opening[n], ack) && !opening[n].data &&
	    !(handshake->said & side_bit(side)))
		return -1;
	return n;
}

static int note_other(struct tunwin_handshake *handshake, int side,
		      const struct tunwin_handshake_segment *segment)
{
	struct tunwin_opening *own = handshake->opening[side];
	struct tunwin_opening *other = handshake->opening[!side];
	bool own_known = is_any_known(own), other_known = is_any_known(other);
	bool complete;
	int n, m, verdict = 0;

	n = nearest(own, segment->seq);
	m = acknowledged(handshake, !side, segment->ack);
	if (!segment->has_ack || (own_known && n < 0) || (other_known && m < 0))
		return note_misfit(handshake, side, segment);
	if (!own_known)
		n = provide(handshake, side, segment->seq - 1);
	if (!other_known)
		m = provide(handshake, !side, segment->ack - 1);
	handshake->misfits = 0;
	handshake->has_stray = false;

	/*
	 * It knows what the other side began with, which it can only have heard. Of a side that
	 * was never heard here that proves nothing, and from the side that has answered it is no
	 * acknowledgment of its answer.
	 */
	complete = handshake->spoke & side_bit(!side) ||
		   (other_known && other[m].seen && (!own[n].synack || other[m].synack));
	handshake->spoke |= side_bit(side);
	if (segment->length)
		handshake->said |= side_bit(side);
	if (!own_known || !complete)
		return n || m ? 0 : TUNWIN_HANDSHAKE_PART;
	handshake->decided = n << side | m << !side;
	if (n)
		verdict |= TUNWIN_HANDSHAKE_ANEW(side);
	if (m)
		verdict |= TUNWIN_HANDSHAKE_ANEW(!side);
	return verdict | TUNWIN_HANDSHAKE_PART | TUNWIN_HANDSHAKE_COMPLETE;
}

/*
 * A RST has the number that comes next, or acknowledges a SYN (RFC 9293, 3.5.2). Where no SYN was
 * seen it could be anybody's.
 */
static bool refuses(const struct tunwin_handshake *handshake, int side,
		    const struct tunwin_handshake_segment *segment)
{
	const struct tunwin_opening *own = handshake->opening[side];
	int n = nearest(own, segment->seq);

	if (handshake->is_middle)
		return false;
	if (segment->has_ack && acknowledged(handshake, !side, segment->ack) >= 0)
		return true;
	return n >= 0 && (!distance(&own[n], segment->seq) || handshake->said & side_bit(side));
}

/**
 * tunwin_handshake_segment() - a segment of a connection that is half open passes
 * @handshake: what is known so far
 * @side: who sent it, 0 or 1
 * @segment: the segment
 *
 * Return: TUNWIN_HANDSHAKE_… bits.
 */
int tunwin_handshake_segment(struct tunwin_handshake *handshake, int side,
			     const struct tunwin_handshake_segment *segment)
{
	if (segment->rst)
		return refuses(handshake, side, segment) ? TUNWIN_HANDSHAKE_REFUSED : 0;
	if (segment->syn) {
		if (handshake->is_middle)
			memset(handshake, 0, sizeof(*handshake));
		return note_syn(handshake, side, segment);
	}
	if (!handshake->is_middle && !is_any_known(handshake->opening[0]) &&
	    !is_any_known(handshake->opening[1]))
		begin_middle(handshake);
	if (handshake->is_middle)
		return note_middle(handshake, side, segment);
	return note_other(handshake, side, segment);
}

/**
 * tunwin_handshake_opening() - what a side began with
 * @handshake: what is known
 * @side: the side
 *
 * Return: the opening that was decided for, before that the first one; NULL if its SYN did not
 * pass.
 */
const struct tunwin_opening *tunwin_handshake_opening(const struct tunwin_handshake *handshake,
						      int side)
{
	const struct tunwin_opening *opening;

	if (handshake->is_middle)
		return NULL;
	opening = &handshake->opening[side][handshake->decided >> side & 1];
	return opening->seen ? opening : NULL;
}

static bool is_offering(const struct tunwin_opening *opening)
{
	return opening->shift != TUNWIN_WSCALE_NOT_OFFERED;
}

/**
 * tunwin_handshake_scale() - how far a side shifts the windows that it advertises
 * @handshake: what is known
 * @side: the side that advertises
 * @shift: set to the shift when the scale is known
 *
 * RFC 7323, 2.2: the option counts only if both SYNs carried it, and a SYN-ACK may carry it only in
 * answer to one. So a SYN-ACK decides whether there is scaling, also where the SYN that it answers
 * was missed, while a SYN alone decides nothing: its answer may still refuse.
 *
 * Return: unknown, none or known.
 */
enum tunwin_scale tunwin_handshake_scale(const struct tunwin_handshake *handshake, int side,
					 __u8 *shift)
{
	const struct tunwin_opening *own = tunwin_handshake_opening(handshake, side);
	const struct tunwin_opening *other = tunwin_handshake_opening(handshake, !side);
	bool refused, granted;

	/* (A SYN that changes what it offers has offered something.) */
	if ((own && own->vague) || (other && other->vague && other->synack))
		return TUNWIN_SCALE_UNKNOWN;
	granted = (own && own->synack) || (other && other->synack);
	if (granted)
		refused = (own && own->synack && !is_offering(own)) ||
			  (other && other->synack && !is_offering(other));
	else
		refused = (own && !is_offering(own)) || (other && !is_offering(other));
	if (refused)
		return TUNWIN_SCALE_NONE;
	/* (Of two SYNs that cross, each answers the other.) */
	if (!own || !is_offering(own) || (!own->synack && !other))
		return TUNWIN_SCALE_UNKNOWN;
	*shift = own->shift;
	return TUNWIN_SCALE_KNOWN;
}
