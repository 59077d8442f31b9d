/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Whatever tunwin says by a code: causes, what the doctor looks for, alerts, where buffers run out.
 */
#ifndef TUNWIN_ENTRY_H
#define TUNWIN_ENTRY_H

#include "cause/alert.h"
#include "cause/cause.h"
#include "doctor/doctor.h"
#include "shortage.h"

/* All that goes by one code: a cause and an alert may have the same. NULL: there is none of it. */
struct entry {
	const char *code;
	const struct cause *cause;
	const struct check *check;
	const struct alert_meaning *alert;
	const struct shortage_meaning *shortage;
};

#define ENTRIES_MAX 128

/* Fills @entries, an array of ENTRIES_MAX; returns how many there are. */
size_t tunwin_entry_gather(struct entry *entries);

const char *tunwin_entry_title(const struct entry *entry);

#endif
