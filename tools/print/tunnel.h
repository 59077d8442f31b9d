/* SPDX-License-Identifier: GPL-2.0 */
#ifndef TUNWIN_PRINT_TUNNEL_H
#define TUNWIN_PRINT_TUNNEL_H

#include "field.h"

/* The record of the JSON contract. */
extern const struct field tunwin_tunnel_fields[];
/* Of it, struct traffic_errors. */
extern const struct field tunwin_tunnel_error_fields[];

/*
 * Two lines a tunnel, in and out, and a line for each kind of error that has occurred; tunnels
 * that are down and unused only if @all, else the last line counts them. As JSON an array of all.
 */
void tunwin_tunnel_print_list(const struct output *out, const struct tunnel_list *list, bool all);

/* What the columns mean, for who sees them for the first time. */
void tunwin_tunnel_print_legend(const struct output *out);

/* Everything about one tunnel, or a JSON array of it alone. */
void tunwin_tunnel_print(const struct output *out, const struct tunnel *tunnel);

#endif
