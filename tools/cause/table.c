// SPDX-License-Identifier: GPL-2.0
#include <string.h>

#include "cause/causes.h"
#include "derive.h"

/*
 * What shows that the buffer's size is not the matter comes before the causes that are about its
 * size, and what names a place before what does not. (A queue that is full below a tunnel counts as
 * the tunnel's drop, too.)
 */
const struct cause *const tunwin_causes[] = {
	&tunwin_cause_slow_reader,
	&tunwin_cause_mem_pressure,
	&tunwin_cause_bloat,
	&tunwin_cause_window_rewritten,
	&tunwin_cause_queue,
	&tunwin_cause_wscale,
	&tunwin_cause_clamp,
	&tunwin_cause_rcvbuf_locked,
	&tunwin_cause_autotune_off,
	&tunwin_cause_rmem_max,
	&tunwin_cause_autotune,
	&tunwin_cause_autotune_stuck,
	&tunwin_cause_zero_window,
	&tunwin_cause_window_shrunk,
	&tunwin_cause_wscale_none,
	&tunwin_cause_far_window,
	&tunwin_cause_size_loss,
	&tunwin_cause_local_drop,
	&tunwin_cause_tunnel_drop,
	&tunwin_cause_full,
	&tunwin_cause_reorder,
	&tunwin_cause_loss,
	&tunwin_cause_sender,
	NULL
};

const char *const tunwin_cause_confidence[CONFIDENCE_COUNT + 1] = {
	[CONFIDENCE_POSSIBLE] = "possible",
	[CONFIDENCE_LIKELY] = "likely",
	[CONFIDENCE_SURE] = "sure",
};

const struct cause *tunwin_cause_by_code(const char *code)
{
	for (const struct cause *const *cause = tunwin_causes; *cause; cause++)
		if (!strcmp((*cause)->code, code))
			return *cause;
	return NULL;
}

/* What has more than half of the busy time, from one reading of the account to another. */
static enum limit_kind most_of(const struct limit *limit, const struct limit *before)
{
	const uint64_t ns[LIMIT_COUNT] = {
		[LIMIT_UNKNOWN] = since(limit->unknown_ns, before->unknown_ns),
		[LIMIT_RWND] = since(limit->rwnd_ns, before->rwnd_ns),
		[LIMIT_NET] = since(limit->net_ns, before->net_ns),
		[LIMIT_SENDER] = since(limit->sender_ns, before->sender_ns),
	};
	uint64_t busy_ns = ns[LIMIT_UNKNOWN] + ns[LIMIT_RWND] + ns[LIMIT_NET] + ns[LIMIT_SENDER];
	uint64_t idle_ns = since(limit->idle_ns, before->idle_ns);

	if (busy_ns * 10 < busy_ns + idle_ns)
		return LIMIT_IDLE;
	for (int kind = LIMIT_RWND; kind <= LIMIT_SENDER; kind++)
		if (ns[kind] * 2 > busy_ns)
			return (enum limit_kind)kind;
	return LIMIT_UNKNOWN;
}

enum limit_kind tunwin_cause_limit(const struct cause_facts *facts)
{
	static const struct limit none = { .now = { .known = false } };
	const struct limit *limit = &facts->data->limit;

	if (facts->flow->end_reason.known)
		return most_of(limit, &none);
	if (facts->before)
		return most_of(limit, &facts->before->limit);
	return limit->now.known ? (enum limit_kind)limit->now.value : LIMIT_UNKNOWN;
}

const struct cause *tunwin_cause_find(const struct cause_facts *facts)
{
	enum limit_kind limit = tunwin_cause_limit(facts);

	for (const struct cause *const *cause = tunwin_causes; *cause; cause++)
		if ((*cause)->limit == limit && (*cause)->applies(facts))
			return *cause;
	return NULL;
}
