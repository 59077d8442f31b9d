// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "model.h"

const char *const tunwin_model_vantage[VANTAGE_COUNT + 1] = {
	[VANTAGE_WIRE] = "wire",
	[VANTAGE_SOCKET] = "socket",
};

const char *const tunwin_model_state[STATE_COUNT + 1] = {
	[STATE_SYN] = "syn",
	[STATE_ESTABLISHED] = "established",
	[STATE_CLOSING] = "closing",
	[STATE_CLOSED] = "closed",
};

const char *const tunwin_model_wscale[WSCALE_COUNT + 1] = {
	[WSCALE_UNKNOWN] = "unknown",
	[WSCALE_NONE] = "none",
	[WSCALE_KNOWN] = "known",
};

const char *const tunwin_model_limit[LIMIT_COUNT + 1] = {
	[LIMIT_UNKNOWN] = "unknown",
	[LIMIT_RWND] = "rwnd",
	[LIMIT_NET] = "net",
	[LIMIT_SENDER] = "sender",
	[LIMIT_IDLE] = "idle",
};

const char *const tunwin_model_tracked_by[TRACKED_BY_COUNT + 1] = {
	[TRACKED_BY_KIND] = "kind",
	[TRACKED_BY_USER] = "user",
};

const char *const tunwin_model_end_reason[END_COUNT + 1] = {
	[END_CLOSED] = "closed",
	[END_RESET] = "reset",
	[END_IDLE] = "idle",
	[END_EVICTED] = "evicted",
	[END_TUNNEL_GONE] = "tunnel-gone",
	[END_REPLACED] = "replaced",
	[END_RESET_REQUEST] = "reset-request",
};

const char *const tunwin_model_alert_code[ALERT_COUNT + 1] = {
	[ALERT_WINDOW_COLLAPSE] = "window-collapse",
	[ALERT_ZERO_WINDOW] = "zero-window",
	[ALERT_WINDOW_SHRUNK] = "window-shrunk",
	[ALERT_BLOAT] = "bloat",
	[ALERT_WSCALE_NONE] = "wscale-none",
	[ALERT_SIZE_LOSS] = "size-loss",
	[ALERT_STALL] = "stall",
	[ALERT_TUNNEL_DROP] = "tunnel-drop",
	[ALERT_BUFFER_EXHAUSTED] = "buffer-exhausted",
};

const char *const tunwin_model_alert_state[ALERT_STATE_COUNT + 1] = {
	[ALERT_RAISED] = "raised",
	[ALERT_CLEARED] = "cleared",
	[ALERT_ENDED] = "ended",
};

const char *const tunwin_model_direction[DIRECTION_COUNT + 1] = {
	[DIRECTION_IN] = "in",
	[DIRECTION_OUT] = "out",
};

void *tunwin_model_grow(void *items, size_t count, size_t *space, size_t size)
{
	if (count < *space)
		return items;
	*space = *space ? 2 * *space : 64;
	items = reallocarray(items, *space, size);
	if (!items)
		tunwin_error_nomem();
	return items;
}

struct flow *tunwin_model_add_flow(struct flow_list *list)
{
	struct flow *flow;

	list->flows = tunwin_model_grow(list->flows, list->count, &list->space, sizeof(*flow));
	flow = &list->flows[list->count++];
	memset(flow, 0, sizeof(*flow));
	return flow;
}

struct tunnel *tunwin_model_add_tunnel(struct tunnel_list *list)
{
	struct tunnel *tunnel;

	list->tunnels = tunwin_model_grow(list->tunnels, list->count, &list->space,
					  sizeof(*tunnel));
	tunnel = &list->tunnels[list->count++];
	memset(tunnel, 0, sizeof(*tunnel));
	return tunnel;
}

struct alert *tunwin_model_add_alert(struct alert_list *list)
{
	struct alert *alert;

	list->alerts = tunwin_model_grow(list->alerts, list->count, &list->space, sizeof(*alert));
	alert = &list->alerts[list->count++];
	memset(alert, 0, sizeof(*alert));
	return alert;
}

void tunwin_model_free_flows(struct flow_list *list)
{
	free(list->flows);
	memset(list, 0, sizeof(*list));
}

void tunwin_model_free_tunnels(struct tunnel_list *list)
{
	free(list->tunnels);
	memset(list, 0, sizeof(*list));
}

void tunwin_model_free_alerts(struct alert_list *list)
{
	free(list->alerts);
	memset(list, 0, sizeof(*list));
}
