/* SPDX-License-Identifier: GPL-2.0 */
#ifndef TUNWIN_PRINT_DEMAND_H
#define TUNWIN_PRINT_DEMAND_H

#include "print/buffer.h"

struct json_object;

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

struct buffer_demand tunwin_demand_of(const struct buffer_view *view,
				      const struct buffer_device *device);
struct json_object *tunwin_demand_json(const struct buffer_demand *demand);

/* A table of those that are known; nothing if none is. */
void tunwin_demand_print(const struct output *out, const struct buffer_view *view,
			 const char *name);

#endif
