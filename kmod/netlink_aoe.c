// SPDX-License-Identifier: GPL-2.0
#include <linux/ktime.h>
#include <linux/slab.h>
#include <linux/tunwin.h>
#include <net/sock.h>

#include "aoe_table.h"
#include "netlink.h"
#include "policy.h"

/* A target with all its initiators takes a quarter of this. */
#define DUMP_BYTES	32768

static int put_rtt(struct sk_buff *reply, const struct tunwin_aoe_load *load)
{
	if (!load->rtt_ns)
		return 0;
	if (put_u64(reply, TUNWIN_A_AOE_LOAD_RTT_NS, load->rtt_ns) ||
	    put_u64(reply, TUNWIN_A_AOE_LOAD_RTT_MIN_NS, load->rtt_min_ns) ||
	    put_u64(reply, TUNWIN_A_AOE_LOAD_RTT_MAX_NS, load->rtt_max_ns))
		return -EMSGSIZE;
	return 0;
}

/* @mac: of the initiator, NULL for all of them */
static int put_load(struct sk_buff *reply, int attr, const struct tunwin_aoe_target *target,
		    const u8 *mac, const struct tunwin_aoe_load *load, u64 now_ns)
{
	struct nlattr *nest = nla_nest_start(reply, attr);

	if (!nest ||
	    (mac && nla_put(reply, TUNWIN_A_AOE_LOAD_ADDR, ETH_ALEN, mac)) ||
	    nla_put_u32(reply, TUNWIN_A_AOE_LOAD_OUTSTANDING, load->outstanding) ||
	    nla_put_u32(reply, TUNWIN_A_AOE_LOAD_OUTSTANDING_MAX, load->outstanding_max) ||
	    (target->buffer_count &&
	     (nla_put_u8(reply, TUNWIN_A_AOE_LOAD_FULL, load->full_since_ns != 0) ||
	      put_u64(reply, TUNWIN_A_AOE_LOAD_FULL_NS, tunwin_aoe_full_ns(load, now_ns)))) ||
	    put_u64(reply, TUNWIN_A_AOE_LOAD_REQUESTS, load->requests) ||
	    put_u64(reply, TUNWIN_A_AOE_LOAD_ANSWERS, load->answers) ||
	    put_u64(reply, TUNWIN_A_AOE_LOAD_FAILED, load->failed) ||
	    put_u64(reply, TUNWIN_A_AOE_LOAD_SAME_TAG, load->same_tag) ||
	    put_u64(reply, TUNWIN_A_AOE_LOAD_NEW_TAG, load->new_tag) ||
	    put_u64(reply, TUNWIN_A_AOE_LOAD_UNANSWERED, load->unanswered) ||
	    put_u64(reply, TUNWIN_A_AOE_LOAD_UNTRACKED, load->untracked) ||
	    put_u64(reply, TUNWIN_A_AOE_LOAD_UNMATCHED, load->unmatched) ||
	    put_u64(reply, TUNWIN_A_AOE_LOAD_BYTES, load->bytes) ||
	    put_u64(reply, TUNWIN_A_AOE_LOAD_REQUESTS_PER_S,
		    tunwin_aoe_requests_per_s(load, now_ns)) ||
	    put_u64(reply, TUNWIN_A_AOE_LOAD_RATE_BPS, tunwin_aoe_bps(load, now_ns)) ||
	    put_rtt(reply, load) ||
	    put_u64(reply, TUNWIN_A_AOE_LOAD_IDLE_NS, now_ns - min(load->last_ns, now_ns)))
		return -EMSGSIZE;
	nla_nest_end(reply, nest);
	return 0;
}

static int fill(struct sk_buff *reply, const struct tunwin_aoe_view *view, u32 id)
{
	const struct tunwin_aoe_target *target = &view->target;
	u64 now_ns = ktime_get_ns();
	u8 side;
	u32 i;

	side = view->direction == TUNWIN_OUT ? TUNWIN_AOE_SIDE_FAR : TUNWIN_AOE_SIDE_NEAR;
	if (nla_put_u32(reply, TUNWIN_A_AOE_ID, id) ||
	    nla_put_u32(reply, TUNWIN_A_AOE_TUNNEL_IFINDEX, view->ifindex) ||
	    nla_put_string(reply, TUNWIN_A_AOE_TUNNEL, view->tunnel) ||
	    nla_put_u32(reply, TUNWIN_A_AOE_NETNS, view->netns_inum) ||
	    nla_put_u16(reply, TUNWIN_A_AOE_SHELF, view->shelf) ||
	    nla_put_u8(reply, TUNWIN_A_AOE_SLOT, view->slot) ||
	    (target->has_answered &&
	     nla_put(reply, TUNWIN_A_AOE_TARGET_ADDR, ETH_ALEN, target->mac)) ||
	    nla_put_u8(reply, TUNWIN_A_AOE_SIDE, side) ||
	    (target->buffer_count &&
	     (nla_put_u32(reply, TUNWIN_A_AOE_BUFFER_COUNT, target->buffer_count) ||
	      nla_put_u32(reply, TUNWIN_A_AOE_SECTORS, target->sectors))) ||
	    put_u64(reply, TUNWIN_A_AOE_AGE_NS, now_ns - min(view->first_ns, now_ns)) ||
	    put_u64(reply, TUNWIN_A_AOE_QUERIES, target->queries) ||
	    put_u64(reply, TUNWIN_A_AOE_FORGOTTEN, target->forgotten) ||
	    put_load(reply, TUNWIN_A_AOE_TOTAL, target, NULL, &target->total, now_ns))
		return -EMSGSIZE;
	for (i = 0; i < target->initiators; i++)
		if (put_load(reply, TUNWIN_A_AOE_INITIATOR, target, view->initiator[i].mac,
			     &view->initiator[i].load, now_ns))
			return -EMSGSIZE;
	return 0;
}

/* ---- the host ---- */

static int fill_host(struct sk_buff *reply, void *request)
{
	struct tunwin_aoe_counters counters;

	if (!tunwin_netlink_of_host(request))
		return 0;
	tunwin_aoe_counters_get(&counters);
	if (nla_put_u32(reply, TUNWIN_A_AOE_TARGETS, counters.targets) ||
	    nla_put_u32(reply, TUNWIN_A_AOE_INITIATORS, counters.initiators) ||
	    put_u64(reply, TUNWIN_A_AOE_TARGETS_EVICTED, counters.targets_evicted) ||
	    put_u64(reply, TUNWIN_A_AOE_INITIATORS_EVICTED, counters.initiators_evicted) ||
	    put_u64(reply, TUNWIN_A_AOE_REFUSED, counters.refused) ||
	    put_u64(reply, TUNWIN_A_AOE_MALFORMED, counters.malformed) ||
	    put_u64(reply, TUNWIN_A_AOE_MEMORY_BYTES, tunwin_aoe_memory_bytes()))
		return -EMSGSIZE;
	return 0;
}

int tunwin_netlink_aoe_get(struct sk_buff *request, struct genl_info *info)
{
	if (info->attrs[TUNWIN_A_AOE_TUNNEL] || info->attrs[TUNWIN_A_AOE_TUNNEL_IFINDEX]) {
		NL_SET_ERR_MSG(info->extack, "a tunnel is for a dump; these are of the whole host");
		return -EINVAL;
	}
	return tunwin_netlink_reply(info, TUNWIN_CMD_AOE_GET, fill_host, request);
}

/* ---- dumps ---- */

struct filter {
	int ifindex;
	char tunnel[IFNAMSIZ];
};

static int read_filter(struct netlink_callback *cb, struct filter *filter)
{
	struct nlattr *attrs[TUNWIN_AOE_GET_MAXATTR + 1];
	int error;

	memset(filter, 0, sizeof(*filter));
	error = genlmsg_parse(cb->nlh, &tunwin_netlink_family, attrs, TUNWIN_AOE_GET_MAXATTR,
			      tunwin_policy_aoe_get, cb->extack);
	if (error)
		return error;
	if (attrs[TUNWIN_A_AOE_TUNNEL_IFINDEX])
		filter->ifindex = nla_get_u32(attrs[TUNWIN_A_AOE_TUNNEL_IFINDEX]);
	if (!attrs[TUNWIN_A_AOE_TUNNEL])
		return 0;
	tunwin_nla_strscpy(filter->tunnel, attrs[TUNWIN_A_AOE_TUNNEL], sizeof(filter->tunnel));
	if (!*filter->tunnel) {
		NL_SET_ERR_MSG_ATTR(cb->extack, attrs[TUNWIN_A_AOE_TUNNEL],
				    "the name of the tunnel is empty");
		return -EINVAL;
	}
	return 0;
}

int tunwin_netlink_aoe_dump_start(struct netlink_callback *cb)
{
	cb->min_dump_alloc = DUMP_BYTES;
	return 0;
}

static int put_target(struct sk_buff *reply, struct netlink_callback *cb,
		      const struct tunwin_aoe_view *view, u32 id)
{
	void *header;

	header = genlmsg_put(reply, NETLINK_CB(cb->skb).portid, cb->nlh->nlmsg_seq,
			     &tunwin_netlink_family, NLM_F_MULTI, TUNWIN_CMD_AOE_GET);
	if (!header)
		return -EMSGSIZE;
	if (fill(reply, view, id)) {
		genlmsg_cancel(reply, header);
		return -EMSGSIZE;
	}
	genlmsg_end(reply, header);
	return 0;
}

/* The filter is read with each part of the answer: it is a name and a number. */
int tunwin_netlink_aoe_dump(struct sk_buff *reply, struct netlink_callback *cb)
{
	u64 netns_cookie = tunwin_netns_cookie(sock_net(cb->skb->sk));
	struct tunwin_aoe_view *view;
	struct filter filter;
	u32 id = cb->args[0];
	int error;

	error = read_filter(cb, &filter);
	if (error)
		return error;
	/* Too large for the stack. */
	view = kmalloc(sizeof(*view), GFP_KERNEL);
	if (!view)
		return -ENOMEM;
	while (!error && tunwin_aoe_next(netns_cookie, filter.ifindex, filter.tunnel, &id, view)) {
		error = put_target(reply, cb, view, id);
		if (!error)
			id++;
	}
	kfree(view);
	cb->args[0] = id;
	return error && !reply->len ? error : reply->len;
}
