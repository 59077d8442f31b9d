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

/*
 * The ring of a card against what its tunnels may send at once. A frame takes several buffers where
 * a card spreads it over them.
 */
struct buffer_demand {
	struct opt_u64 frames;			/* over 1,518 bytes that have arrived */
	struct opt_u64 frame_bytes;		/* as large frames are on the average */
	struct opt_u64 buffers_per_frame_ppm;
	struct opt_u64 truesize_per_frame;
	struct opt_u64 page_order;		/* the highest of a buffer that was looked at */
	struct opt_u64 ring;
	struct opt_u64 window_bytes;		/* of all flows of the device's tunnels */
	struct opt_u64 buffers;			/* that all of it at once would take */
	struct opt_u64 ratio_ppm;		/* these by the ring: above 1 it does not fit */
};

struct buffer_demand tunwin_buffer_demand(const struct buffer_view *view,
					  const struct buffer_device *device);

/* All of it, or what is about one device (NULL: about all). */
void tunwin_buffer_print(const struct output *out, const struct buffer_view *view,
			 const char *device);
/* Episodes in a list; or one of them whole. */
void tunwin_buffer_print_episodes(const struct output *out, const struct episode_list *list);
void tunwin_buffer_print_episode(const struct output *out, const struct episode *episode);

#endif
