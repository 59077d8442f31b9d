/* SPDX-License-Identifier: GPL-2.0 */
#ifndef TUNWIN_PRINT_ALERT_H
#define TUNWIN_PRINT_ALERT_H

#include "model.h"
#include "print.h"

struct json_object;

/* The words for an alert, without a time: window-collapse gre1 flow 7 …: the evidence. */
void tunwin_alert_print_sentence(const struct output *out, const struct alert *alert);

/* What has happened with the alert, with the time of it, on one line, of JSON too, and flushed. */
void tunwin_alert_print_event(const struct output *out, const struct alert *alert);

/* Events that the listener has missed, "alerts" or "ended flows". */
void tunwin_alert_print_lost(const struct output *out, uint64_t count, const char *what);

/* A flow has ended: what it was, on one line; in JSON all of it. */
void tunwin_alert_print_flow_end(const struct output *out, const struct flow *flow);

/* Alerts of a list, one a line, or as a JSON array. */
void tunwin_alert_print_list(const struct output *out, const struct alert_list *list);

/* An alert as an event of JSON. */
struct json_object *tunwin_alert_json(const struct alert *alert);

#endif
