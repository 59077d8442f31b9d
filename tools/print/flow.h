/* SPDX-License-Identifier: GPL-2.0 */
#ifndef TUNWIN_PRINT_FLOW_H
#define TUNWIN_PRINT_FLOW_H

#include "diagnose.h"
#include "field.h"

/* The record of the JSON contract, and its part for one direction. */
extern const struct field tunwin_flow_fields[];
extern const struct field tunwin_flow_direction_fields[];

/*
 * One line for each of the first @max flows of the list, which is in order, or a JSON array of
 * them. @ended: they are records of flows that have ended.
 */
void tunwin_flow_print_list(const struct output *out, const struct flow_list *list, size_t max,
			    bool ended);

/* What the columns mean, for who sees them for the first time. */
void tunwin_flow_print_legend(const struct output *out, bool ended);

/*
 * Everything about one flow, in sentences and sections, or as a JSON object. @around: for the
 * reasons of its limits; may be NULL.
 */
void tunwin_flow_print(const struct output *out, const struct surroundings *around,
		       const struct flow *flow);

#endif
