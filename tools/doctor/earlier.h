/* SPDX-License-Identifier: GPL-2.0 */
/* What an earlier visit has written with -j, to be compared with. */
#ifndef TUNWIN_DOCTOR_EARLIER_H
#define TUNWIN_DOCTOR_EARLIER_H

#include "doctor/doctor.h"

/* All that is counted, as it was before. */
struct past {
	struct earlier earlier;
	struct counters counters;
	struct link_list links;
	struct flow_list flows;		/* not in a report */
	struct tunnel_list tunnels;	/* of a report: names and errors */
	uint64_t ago_ns;
};

/*
 * Read a report. @past->links are the devices of now, whose counters become those of then. It must
 * be of this network namespace, and since the kernel was started. Returns 0 or TUNWIN_EXIT_LOCAL
 * with @err filled.
 */
int tunwin_earlier_read(const char *path, struct past *past, struct tunwin_error *err);

/* It has found that. */
bool tunwin_earlier_has(const struct earlier *earlier, const char *code);

#define EARLIER_ORIGIN_SIZE 80

/* Writes and returns @text: this start of the kernel, and this network namespace. */
const char *tunwin_earlier_origin(char text[EARLIER_ORIGIN_SIZE]);

#endif
