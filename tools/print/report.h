/* SPDX-License-Identifier: GPL-2.0 */
#ifndef TUNWIN_PRINT_REPORT_H
#define TUNWIN_PRINT_REPORT_H

#include "doctor/doctor.h"
#include "print.h"

/* The report; in JSON with the counters and devices that a later visit compares with. */
void tunwin_report_print(const struct output *out, const struct visit *visit,
			 const struct report *report);

/*
 * What an earlier visit wrote with -j: its counters and devices, what it found, and how long ago it
 * was. It must be of this network namespace, and since it was started. Returns 0 or
 * TUNWIN_EXIT_LOCAL with @err filled.
 */
int tunwin_report_read_earlier(const char *path, struct counters *counters, struct link_list *links,
			       struct earlier *earlier, uint64_t *ago_ns, struct tunwin_error *err);

#endif
