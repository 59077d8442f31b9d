/* SPDX-License-Identifier: GPL-2.0 */
#ifndef TUNWIN_PRINT_REPORT_H
#define TUNWIN_PRINT_REPORT_H

#include "doctor/doctor.h"
#include "print.h"

/* The report; in JSON with the counters, devices and tunnels that a later visit compares with. */
void tunwin_report_print(const struct output *out, const struct visit *visit,
			 const struct report *report);

#endif
