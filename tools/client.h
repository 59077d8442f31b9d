/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The kernel module, over generic netlink. Only client (with its halves decode and attr) knows
 * libnl and the UAPI. All functions return 0 or the exit status of the tool with @err filled:
 * TUNWIN_EXIT_KERNEL where the module is absent or the kernel refused, else TUNWIN_EXIT_LOCAL.
 */
#ifndef TUNWIN_CLIENT_H
#define TUNWIN_CLIENT_H

#include "shortage.h"
#include "error.h"
#include "filter.h"
#include "model.h"
#include "target.h"

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

/*
 * An error if there is no tunnel of that name; none if it is NULL. What is not there would look
 * healthy.
 */
int tunwin_client_find_tunnel(struct tunwin_client *client, const char *name,
			      struct tunwin_error *err);

int tunwin_client_status(struct tunwin_client *client, struct status *status,
			 struct tunwin_error *err);
int tunwin_client_set(struct tunwin_client *client, const struct settings *settings,
		      struct tunwin_error *err);
int tunwin_client_set_tunnel(struct tunwin_client *client, const char *tunnel,
			     const struct tunnel_settings *settings, struct tunwin_error *err);
int tunwin_client_track(struct tunwin_client *client, const char *device, bool off,
			struct tunwin_error *err);

/* The alerts that are active, or those that are over; of one tunnel, or of all if it is NULL. */
int tunwin_client_alerts(struct tunwin_client *client, bool history, const char *tunnel,
			 struct alert_list *list, struct tunwin_error *err);

/* Where buffers run out: the host as a whole, the devices, the episodes (@device NULL: of all). */
int tunwin_client_buffer_host(struct tunwin_client *client, struct buffer_host *host,
			      struct tunwin_error *err);
int tunwin_client_buffers(struct tunwin_client *client, struct buffer_list *list,
			  struct tunwin_error *err);
int tunwin_client_episodes(struct tunwin_client *client, const char *device,
			   struct episode_list *list, struct tunwin_error *err);

/* ATA over Ethernet: the host as a whole, and the targets (@tunnel NULL: of all tunnels). */
int tunwin_client_aoe_host(struct tunwin_client *client, struct aoe_host *host,
			   struct tunwin_error *err);
int tunwin_client_aoe(struct tunwin_client *client, const char *tunnel, struct aoe_list *list,
		      struct tunwin_error *err);

/* What has happened since the last look: alerts, and flows that have ended, each in their order. */
struct events {
	struct alert_list alerts;
	struct flow_list ended;
	bool stopped;		/* @stop_fd could be read */
	bool overrun;		/* the kernel left some out: they were not read in time */
	bool idle;		/* there was none, and it was not waited for one */
	bool gone;		/* the module was unloaded */
};

/*
 * From now on this client receives events, and answers no other request. Waits for the next ones,
 * unless it is told to @hurry, or until @stop_fd can be read; they are freed with
 * tunwin_client_free_events(), also after an error.
 */
int tunwin_client_listen(struct tunwin_client *client, struct tunwin_error *err);
int tunwin_client_next_events(struct tunwin_client *client, int stop_fd, bool hurry,
			      struct events *events, struct tunwin_error *err);
void tunwin_client_free_events(struct events *events);

/* @tunnel NULL: all of this network namespace. */
int tunwin_client_reset(struct tunwin_client *client, const char *tunnel,
			struct tunwin_error *err);

#endif
