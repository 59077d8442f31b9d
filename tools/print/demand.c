// SPDX-License-Identifier: GPL-2.0
/* What the windows of the flows may ask of a card's ring. */
#include <json.h>
#include <string.h>

#include "derive.h"
#include "field.h"
#include "muldiv.h"
#include "print/demand.h"
#include "table.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define PPM 1000000ULL

#define DEMAND(member, key, ...) FIELD(struct buffer_demand, member, key, NULL, __VA_ARGS__)

static const struct field demand_fields[] = {
	DEMAND(frames, "frames", .unit = UNIT_COUNT),
	DEMAND(frame_bytes, "frame_bytes", .unit = UNIT_BYTES),
	DEMAND(truesize_per_frame, "truesize_per_frame_bytes", .unit = UNIT_BYTES),
	DEMAND(page_order, "page_order", .unit = UNIT_COUNT),
	DEMAND(buffers_per_frame_ppm, "buffers_per_frame", .unit = UNIT_MEAN),
	DEMAND(ring, "rx_ring", .unit = UNIT_COUNT),
	DEMAND(window_bytes, "window_bytes", .unit = UNIT_BYTES),
	DEMAND(buffers, "buffers_of_window", .unit = UNIT_COUNT),
	DEMAND(ratio_ppm, "window_to_ring", .unit = UNIT_RATIO),
	{ 0 }
};

static bool carries(const struct tunnel *tunnel, const struct buffer_device *device)
{
	for (size_t i = 0; i < tunnel->carrier_count; i++)
		if (tunnel->carriers[i].value == device->id.value)
			return true;
	return false;
}

static const struct tunnel *tunnel_of(const struct buffer_view *view, const struct flow *flow)
{
	for (size_t i = 0; i < view->tunnels.count; i++)
		if (view->tunnels.tunnels[i].ifindex.value == flow->tunnel_ifindex.value)
			return &view->tunnels.tunnels[i];
	return NULL;
}

static uint64_t sum_windows(const struct buffer_view *view, const struct buffer_device *device)
{
	uint64_t bytes = 0;

	for (size_t i = 0; i < view->flows.count; i++) {
		const struct flow *flow = &view->flows.flows[i];
		const struct tunnel *tunnel = tunnel_of(view, flow);

		if (tunnel && carries(tunnel, device) && flow->in.window.now_bytes.known &&
		    flow->in.payload_bytes.known && flow->in.payload_bytes.value)
			bytes += flow->in.window.now_bytes.value;
	}
	return bytes;
}

struct buffer_demand tunwin_demand_of(const struct buffer_view *view,
				      const struct buffer_device *device)
{
	uint64_t frames = 0, bytes = 0, truesize = 0, sampled = 0, buffers = 0;
	const struct link *link = tunwin_link_find(&view->links, device->ifindex.value);
	struct buffer_demand demand = { 0 };

	for (size_t i = 0; i < view->tunnels.count; i++) {
		const struct tunnel *tunnel = &view->tunnels.tunnels[i];

		if (!tunnel->has_jumbo || !carries(tunnel, device))
			continue;
		frames += tunnel->jumbo.frames.value;
		bytes += tunnel->jumbo.bytes.value;
		truesize += tunnel->jumbo.truesize_bytes.value;
		sampled += tunnel->jumbo.sampled.value;
		buffers += tunnel->jumbo.buffers.value;
		if (tunnel->jumbo.sampled.value &&
		    (!demand.page_order.known ||
		     demand.page_order.value < tunnel->jumbo.page_order.value))
			demand.page_order = tunnel->jumbo.page_order;
	}
	/* One of another namespace may have the same index. */
	if (link && !strcmp(link->name, device->name))
		demand.ring = link->rx_ring;
	demand.window_bytes = OPT_U64(sum_windows(view, device));
	if (!frames)
		return demand;
	demand.frames = OPT_U64(frames);
	demand.frame_bytes = OPT_U64(bytes / frames);
	demand.truesize_per_frame = OPT_U64(truesize / frames);
	demand.buffers_per_frame_ppm = tunwin_derive_ppm(OPT_U64(buffers), OPT_U64(sampled));
	if (!demand.frame_bytes.value || !demand.buffers_per_frame_ppm.known)
		return demand;
	demand.buffers = OPT_U64(tunwin_muldiv(tunwin_muldiv(demand.window_bytes.value, PPM,
							     demand.frame_bytes.value, 0),
					       demand.buffers_per_frame_ppm.value, PPM * PPM,
					       PPM * PPM - 1));
	demand.ratio_ppm = tunwin_derive_ppm(demand.buffers, demand.ring);
	return demand;
}

struct json_object *tunwin_demand_json(const struct buffer_demand *demand)
{
	return tunwin_field_json(demand_fields, demand);
}

static const struct table_column demand_columns[] = {
	{ .title = "CARD" },
	{ .title = "FRAMES", .right = true, .drop = 3 },
	{ .title = "BYTES/FRAME", .right = true },
	{ .title = "MEMORY/FRAME", .right = true, .drop = 1 },
	{ .title = "ORDER", .right = true, .drop = 2 },
	{ .title = "BUFFERS/FRAME", .right = true },
	{ .title = "WINDOWS", .right = true },
	{ .title = "BUFFERS", .right = true },
	{ .title = "RING", .right = true },
	{ .title = "RATIO", .right = true },
};

static void add_demand(struct table *table, const struct buffer_device *device,
		       const struct buffer_demand *demand)
{
	tunwin_table_add(table, "%s", device->name);
	tunwin_table_add(table, "%s", tunwin_format_opt(UNIT_COUNT, demand->frames).s);
	tunwin_table_add(table, "%s", tunwin_format_opt(UNIT_COUNT, demand->frame_bytes).s);
	tunwin_table_add(table, "%s", tunwin_format_opt(UNIT_COUNT, demand->truesize_per_frame).s);
	tunwin_table_add(table, "%s", tunwin_format_opt(UNIT_COUNT, demand->page_order).s);
	tunwin_table_add(table, "%s",
			 tunwin_format_opt(UNIT_MEAN, demand->buffers_per_frame_ppm).s);
	tunwin_table_add(table, "%s", tunwin_format_opt(UNIT_COUNT, demand->window_bytes).s);
	tunwin_table_add(table, "%s", tunwin_format_opt(UNIT_COUNT, demand->buffers).s);
	tunwin_table_add(table, "%s", tunwin_format_opt(UNIT_COUNT, demand->ring).s);
	tunwin_table_add_bad(table, demand->ratio_ppm.known && demand->ratio_ppm.value > PPM, "%s",
			     tunwin_format_opt(UNIT_RATIO, demand->ratio_ppm).s);
}

void tunwin_demand_print(const struct output *out, const struct buffer_view *view,
			 const char *name)
{
	struct table *table = NULL;

	for (size_t i = 0; i < view->devices.count; i++) {
		const struct buffer_device *device = &view->devices.devices[i];
		struct buffer_demand demand = tunwin_demand_of(view, device);

		if (!tunwin_buffer_is_meant(device, name) || !demand.frame_bytes.known)
			continue;
		if (!table)
			table = tunwin_table_new(demand_columns, COUNT(demand_columns));
		add_demand(table, device, &demand);
	}
	if (!table)
		return;
	fputs("\nFrames over 1,518 bytes, and what the windows of the flows take at once\n",
	      out->file);
	tunwin_table_print(table, out, 2);
}
