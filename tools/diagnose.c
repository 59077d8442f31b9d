// SPDX-License-Identifier: GPL-2.0
#include <string.h>

#include "diagnose.h"
#include "host.h"

int tunwin_diagnose_read(struct tunwin_client *client, struct surroundings *around,
			 struct tunwin_error *err)
{
	memset(around, 0, sizeof(*around));
	tunwin_host_read(&around->host);
	tunwin_link_read(&around->links);
	if (!tunwin_client_tunnels(client, &around->tunnels, err) &&
	    !tunwin_client_alerts(client, false, NULL, &around->alerts, err) &&
	    !tunwin_client_buffers(client, &around->buffers, err))
		tunwin_client_episodes(client, NULL, &around->episodes, err);
	return err->status;
}

void tunwin_diagnose_free(struct surroundings *around)
{
	tunwin_model_free_tunnels(&around->tunnels);
	tunwin_model_free_alerts(&around->alerts);
	tunwin_link_free(&around->links);
	tunwin_shortage_free_devices(&around->buffers);
	tunwin_shortage_free_episodes(&around->episodes);
}

static const struct tunnel *find_tunnel(const struct surroundings *around, uint64_t ifindex)
{
	for (size_t i = 0; i < around->tunnels.count; i++)
		if (around->tunnels.tunnels[i].ifindex.value == ifindex)
			return &around->tunnels.tunnels[i];
	return NULL;
}

const struct link *tunwin_diagnose_lower(const struct surroundings *around,
					 const struct tunnel *tunnel)
{
	const struct link *link = tunwin_link_find(&around->links, tunnel->ifindex.value);

	if (link && link->lower_elsewhere)
		return NULL;
	if (tunnel->lower_ifindex.known)
		return tunwin_link_find(&around->links, tunnel->lower_ifindex.value);
	return link && link->lower_ifindex ? tunwin_link_find(&around->links, link->lower_ifindex) :
					     NULL;
}

struct opt_u64 tunwin_diagnose_capacity(const struct surroundings *around,
					const struct tunnel *tunnel)
{
	const struct link *lower;

	if (tunnel->rate_bps.known && tunnel->rate_bps.value)
		return tunnel->rate_bps;
	lower = tunwin_diagnose_lower(around, tunnel);
	return lower ? lower->speed_bps : (struct opt_u64){ .known = false };
}

/* An MTU may also have been made smaller than it had to be. */
#define ENCAP_MAX_BYTES 120

static uint64_t encap_bytes(const struct surroundings *around, const struct tunnel *tunnel)
{
	const struct link *link = tunwin_link_find(&around->links, tunnel->ifindex.value);
	const struct link *lower = tunwin_diagnose_lower(around, tunnel);
	uint64_t bytes;

	if (!link || !lower || !link->mtu.known || !lower->mtu.known ||
	    lower->mtu.value < link->mtu.value)
		return 0;
	bytes = lower->mtu.value - link->mtu.value;
	return bytes < ENCAP_MAX_BYTES ? bytes : ENCAP_MAX_BYTES;
}

static bool is_of_flow(const struct alert *alert, const struct flow *flow, bool in)
{
	return alert->flow_id.known && alert->flow_id.value == flow->id.value &&
	       (!alert->direction.known || alert->direction.value == (in ? DIRECTION_IN :
									  DIRECTION_OUT));
}

static bool is_of_tunnel(const struct alert *alert, const struct flow *flow, bool in)
{
	return !alert->flow_id.known && alert->code.known &&
	       alert->code.value == ALERT_TUNNEL_DROP &&
	       alert->tunnel_ifindex.value == flow->tunnel_ifindex.value &&
	       alert->direction.known && alert->direction.value == (in ? DIRECTION_IN :
									  DIRECTION_OUT);
}

void tunwin_diagnose_facts(const struct surroundings *around, const struct flow *flow, bool in,
			   struct cause_facts *facts)
{
	memset(facts, 0, sizeof(*facts));
	facts->flow = flow;
	facts->data = in ? &flow->in : &flow->out;
	facts->in = in;
	facts->host = &around->host;
	/* What is now concerns no flow that is over. */
	if (flow->end_reason.known)
		return;
	facts->tunnel = find_tunnel(around, flow->tunnel_ifindex.value);
	if (facts->tunnel) {
		facts->rate_bps = facts->tunnel->rate_bps;
		facts->capacity_bps = tunwin_diagnose_capacity(around, facts->tunnel);
		facts->encap_bytes = encap_bytes(around, facts->tunnel);
	}
	for (size_t i = 0; i < around->alerts.count; i++) {
		const struct alert *alert = &around->alerts.alerts[i];

		if (alert->code.known && is_of_flow(alert, flow, in))
			facts->alerts |= 1U << alert->code.value;
		facts->tunnel_drops |= is_of_tunnel(alert, flow, in);
	}
}

static void fill(const struct surroundings *around, const struct flow *flow, bool in,
		 struct direction *data)
{
	struct cause_facts facts;
	const struct cause *cause;

	tunwin_diagnose_facts(around, flow, in, &facts);
	cause = tunwin_cause_find(&facts);
	data->has_causes = true;
	data->cause_count = 0;
	if (cause)
		data->causes[data->cause_count++] = cause->code;
}

void tunwin_diagnose_flow(const struct surroundings *around, struct flow *flow)
{
	fill(around, flow, true, &flow->in);
	fill(around, flow, false, &flow->out);
}
