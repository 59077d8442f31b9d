/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The kernel module, over generic netlink. Only client (with its halves decode and attr) knows
 * libnl and the UAPI. All functions return 0 or the exit status of the tool with @err filled:
 * TUNWIN_EXIT_KERNEL where the module is absent or the kernel refused, else TUNWIN_EXIT_LOCAL.
 */
#ifndef TUNWIN_CLIENT_H
#define TUNWIN_CLIENT_H

#include "error.h"
#include "filter.h"
#include "model.h"

struct tunwin_client;

/* Open a client in the present network namespace; it is freed with close, which takes NULL. */
int tunwin_client_open(struct tunwin_client **client, struct tunwin_error *err);
void tunwin_client_close(struct tunwin_client *client);

/* The flows that pass the filter, worst first; those that have ended latest first. */
int tunwin_client_flows(struct tunwin_client *client, const struct filter *filter,
			struct flow_list *list, struct tunwin_error *err);
int tunwin_client_flow(struct tunwin_client *client, uint32_t id, struct flow *flow,
		       struct tunwin_error *err);

/* All tunnels, busiest first, or one. */
int tunwin_client_tunnels(struct tunwin_client *client, struct tunnel_list *list,
			  struct tunwin_error *err);
int tunwin_client_tunnel(struct tunwin_client *client, const char *name, struct tunnel *tunnel,
			 struct tunwin_error *err);

int tunwin_client_status(struct tunwin_client *client, struct status *status,
			 struct tunwin_error *err);
int tunwin_client_set(struct tunwin_client *client, const struct settings *settings,
		      struct tunwin_error *err);
int tunwin_client_track(struct tunwin_client *client, const char *device, bool off,
			struct tunwin_error *err);

/* @tunnel NULL: all of this network namespace. */
int tunwin_client_reset(struct tunwin_client *client, const char *tunnel,
			struct tunwin_error *err);

#endif
