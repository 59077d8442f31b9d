// SPDX-License-Identifier: GPL-2.0
/* Loss and reordering are told apart by what was sent again, overtaken, and received twice. */
#include "cause/cause.h"
#include "fixtures.h"
#include "test.h"

static const struct row {
	uint64_t segments, retransmits, retransmits_answered, reordered, dsack_dups, dup_acks;
	const char *code;	/* NULL: none */
	bool receiver;		/* is here */
} rows[] = {
	/* As measured behind netem's reorder, at near and at far. */
	{ 20466, 5473, 5473, 12320, 5468, 5414, "reorder", false },
	{ 20732, 5492, 5492, 0, 5484, 5470, "reorder", false },
	{ 10878, 871, 871, 9213, 871, 1254, "reorder", false },
	{ 3263, 63, 63, 2462, 63, 203, "reorder", false },
	/* As measured on Linux 6.12, with fewer acknowledgments, and while a burst is under way. */
	{ 207030, 67775, 67775, 0, 67339, 26986, "reorder", false },
	{ 2548, 219, 205, 0, 205, 244, "reorder", false },
	/*
	 * As measured on Linux 7.2: of a burst of 97 nothing has been reported yet. A round trip
	 * later nothing has been, either: these are lost.
	 */
	{ 61331, 867, 770, 0, 770, 3747, "reorder", false },
	{ 61331, 867, 867, 0, 770, 3747, "loss", false },
	/* Lost, and nobody can know it yet. */
	{ 7277, 40, 4, 0, 4, 182, NULL, false },
	/* As measured where two processors share the packets of a flow, and nothing is wrong. */
	{ 7277, 4, 4, 321, 4, 182, NULL, false },
	{ 7282, 4, 4, 0, 4, 167, NULL, false },
	{ 3751, 3, 3, 133, 3, 69, NULL, false },
	{ 11590, 3, 3, 518, 3, 250, NULL, false },
	/* The same, but they were lost. */
	{ 7277, 40, 40, 321, 4, 182, "loss", false },
	{ 7277, 4, 4, 0, 0, 12, "loss", false },
	/* As measured behind netem's loss of 0.3 %; what came twice was sent again at once. */
	{ 20212, 467, 467, 0, 420, 346, "loss", true },
	{ 20212, 467, 467, 0, 420, 346, "loss", false },
	/* Nearly all of it was such a mistake. */
	{ 20212, 867, 867, 0, 840, 692, "loss", true },
	{ 20466, 5473, 5473, 12320, 5468, 5414, "reorder", true },
	/* Mistakes alone, of a sender whose round trip has become longer. */
	{ 20000, 300, 300, 0, 300, 0, NULL, false },
	/* A receiver that does not tell what came twice. */
	{ 20000, 300, 300, 2000, 0, 700, "reorder", false },
	{ 20000, 3, 3, 2000, 0, 700, NULL, false },
	{ 7277, 4, 4, 321, 0, 182, NULL, false },
};

static void test_reorder(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct row *row = &rows[i];
		struct cause_facts facts;
		const struct cause *cause;
		struct flow flow;

		fixture_flow(FLOW_FULL, &flow);
		flow.has_socket = row->receiver;
		flow.in.limit.now = OPT_U64(LIMIT_NET);
		flow.in.segments = OPT_U64(row->segments);
		flow.in.retransmits = OPT_U64(row->retransmits);
		flow.in.retransmits_answered = OPT_U64(row->retransmits_answered);
		flow.in.reordered = OPT_U64(row->reordered);
		flow.in.dsack_dups = OPT_U64(row->dsack_dups);
		flow.in.dup_acks = OPT_U64(row->dup_acks);
		facts = (struct cause_facts){ .flow = &flow, .data = &flow.in, .in = true };
		cause = tunwin_cause_find(&facts);
		if (!row->code != !cause || (cause && strcmp(cause->code, row->code)))
			fail_msg("row %zu: %s", i + 1, cause ? cause->code : "nothing");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reorder),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
