/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The doctor's procedure (Shalunov, TCP over WAN Performance Tuning): what is seen of the flows,
 * the tunnels, the devices below and the host, in a report that is worst first and says nothing
 * twice. Pure: what was read goes in.
 */
#ifndef TUNWIN_DOCTOR_H
#define TUNWIN_DOCTOR_H

#include "counters.h"
#include "diagnose.h"

/* What an earlier report has found, by codes. */
#define EARLIER_CODES 64
#define EARLIER_CODE_SIZE 32

struct earlier {
	size_t count;
	char codes[EARLIER_CODES][EARLIER_CODE_SIZE];
};

/* What was read, at the begin and at the end of the time that is judged. */
struct visit {
	const struct flow_list *flows;		/* those in question */
	const struct flow_list *flows_before;	/* NULL: only the present is known */
	const struct tunnel_list *tunnels_before;
	const struct surroundings *around;	/* at the end */
	const struct link_list *links_before;
	const struct counters *counters_before;
	const struct counters *counters;
	uint64_t watched_ns;
	const struct earlier *earlier;		/* NULL: no report of before */
	const char *tunnel;			/* NULL: all */
	struct opt_u64 flow_id;			/* of one flow only */
};

/* How bad it is. */
enum severity { SEVERITY_NOTE, SEVERITY_MAY_LIMIT, SEVERITY_LIMITS, SEVERITY_BREAKS };

#define FINDING_FLOWS 8

struct finding {
	const char *code;
	const char *title;
	enum severity severity;
	enum confidence confidence;
	char tunnel[MODEL_NAME_SIZE];		/* empty: of the host */
	char device[MODEL_NAME_SIZE];		/* empty: of no device */
	/* The flows, as many as there is room for, worst first; all are counted. */
	size_t flow_count;
	uint64_t flows[FINDING_FLOWS];
	struct opt_u64 in;			/* 1: of what comes in, 0: out */
	char evidence[CAUSE_TEXT_SIZE];
	char advice[CAUSE_TEXT_SIZE];
	struct opt_u64 now_bps;
	struct gain gain;			/* the rate that the advice would allow */
	struct opt_u64 rtt_ns;			/* of the flow whose numbers these are */
};

/* What was found of one direction of a flow. */
struct verdict {
	uint64_t flow_id;
	bool in;
	enum limit_kind limit;
	const char *code;			/* of the cause, NULL if none is known */
};

struct report {
	size_t count;
	size_t space;
	struct finding *findings;
	struct verdict *verdicts;		/* two for each flow of the visit */
	size_t verdict_count;
	/* Directions by what limits them, and those of rwnd and net for which no cause is known. */
	size_t limited[LIMIT_COUNT];
	size_t without_cause;
};

void tunwin_doctor_examine(const struct visit *visit, struct report *report);
void tunwin_doctor_free(struct report *report);

/* The tunnel as it was before, NULL if that is not known. */
const struct tunnel *tunwin_doctor_tunnel_before(const struct visit *visit, const char *name);

/* A new, empty finding. */
struct finding *tunwin_doctor_add(struct report *report);
/*
 * A flow is told of elsewhere: take it out of the finding, and that out of the report if it is the
 * last.
 */
void tunwin_doctor_forget(struct report *report, const char *code, uint64_t flow_id);

/* checks.c: what is not of one flow. */
void tunwin_doctor_check(const struct visit *visit, struct report *report);

/* What is looked for beside the causes of flows; ends with one without a code. */
struct check {
	const char *code;
	const char *title;
	const char *meaning;
	const char *source;
};

extern const struct check tunwin_doctor_checks[];
const struct check *tunwin_doctor_check_by_code(const char *code);

#endif
