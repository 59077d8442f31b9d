/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which flows to show, in the words of ss and tcpdump. The kernel does the filtering, but for the
 * cause, which it does not know; this is what it is asked.
 */
#ifndef TUNWIN_FILTER_H
#define TUNWIN_FILTER_H

#include "error.h"
#include "model.h"

struct filter {
	char tunnel[MODEL_NAME_SIZE];	/* empty: any */
	struct address host;		/* len 0: any */
	struct opt_u64 host_prefix_len;
	struct address near_addr;
	struct address far_addr;
	struct opt_u64 port;
	struct opt_u64 near_port;
	struct opt_u64 far_port;
	struct opt_u64 state;		/* enum flow_state */
	struct opt_u64 vantage;		/* enum vantage */
	struct opt_u64 limit;		/* enum limit_kind */
	const char *cause;		/* a code of cause/cause.h; NULL: any. Not of the kernel. */
	bool ended;			/* the flows that have ended in place of those there are */
};

/* The grammar, for help. */
extern const char tunwin_filter_help[];

/* Returns 0, or TUNWIN_EXIT_LOCAL with @err naming the word that is wrong. */
int tunwin_filter_parse(int argc, char **argv, struct filter *filter, struct tunwin_error *err);

#endif
