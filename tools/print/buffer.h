/* SPDX-License-Identifier: GPL-2.0 */
#ifndef TUNWIN_PRINT_BUFFER_H
#define TUNWIN_PRINT_BUFFER_H

#include "shortage.h"
#include "link.h"
#include "print.h"

/* What a report of buffers is made of. */
struct buffer_view {
	struct buffer_host host;
	struct buffer_list devices;
	struct episode_list episodes;
	struct tunnel_list tunnels;
	struct flow_list flows;
	struct link_list links;
};

/* Is this the device that was asked for, or were all? */
bool tunwin_buffer_is_meant(const struct buffer_device *device, const char *name);

/* All of it, or what is about one device (NULL: about all). */
void tunwin_buffer_print(const struct output *out, const struct buffer_view *view,
			 const char *device);
/* Episodes in a list; or one of them whole. */
void tunwin_buffer_print_episodes(const struct output *out, const struct episode_list *list);
void tunwin_buffer_print_episode(const struct output *out, const struct episode *episode);

#endif
