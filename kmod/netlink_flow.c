// SPDX-License-Identifier: GPL-2.0
#include <linux/ktime.h>
#include <linux/tunwin.h>
#include <net/ipv6.h>
#include <net/sock.h>

#include "flow.h"
#include "compat/drop.h"
#include "netlink.h"
#include "netlink_filter.h"
#include "pair.h"
#include "socket.h"
#include "suspend.h"
#include "track.h"
#include "tunnel.h"

/* How many flows a dump looks at before it lets others have the processor. */
#define DUMP_BATCH	128

/* So many looks at a socket make a mean. */
#define LOOKS_MIN	4

/*
 * Between two calls of a dump: where it stands, and what it was asked for. @refused: the filter is
 * not valid, and why is still to be told.
 */
struct dump {
	unsigned long next_id;
	struct tunwin_netlink_filter *filter;
	bool refused;
};

static struct dump *dump_of(struct netlink_callback *cb)
{
	BUILD_BUG_ON(sizeof(struct dump) > sizeof(cb->args));
	return (struct dump *)cb->args;
}

/* In this namespace, and not in the moment between its tunnel's end and its own. */
static bool is_visible(const struct tunwin_flow *flow, u64 netns_cookie)
{
	return flow->key.netns_cookie == netns_cookie &&
	       (tunwin_flow_is_history(flow) || !READ_ONCE(flow->tunnel->gone));
}

static int put_us(struct sk_buff *reply, int attr, u32 us)
{
	return us ? nla_put_u32(reply, attr, us) : 0;
}

/* Of the whole way. */
static int put_whole_rtt(struct sk_buff *reply, const struct tunwin_flow *flow, u32 min_us,
			 u32 smoothed_us)
{
	const struct tunwin_socket *socket = flow->has_socket ? flow->socket : NULL;

	/* A socket that sends is asked; of one that receives the packets tell both halves. */
	if (socket && (!smoothed_us || tunwin_socket_knows_rtt(flow)))
		smoothed_us = tunwin_socket_rtt_us(flow);
	/* A receiver's socket knows little more than the handshake; the packets may know better. */
	if (socket && socket->rtt_min_us && (!min_us || socket->rtt_min_us < min_us))
		min_us = socket->rtt_min_us;
	if (put_us(reply, TUNWIN_A_FLOW_RTT_SMOOTHED_US, smoothed_us) ||
	    put_us(reply, TUNWIN_A_FLOW_RTT_MIN_US, min_us) ||
	    put_us(reply, TUNWIN_A_FLOW_RTT_RECEIVE_US, socket ? socket->rcv_rtt_us : 0))
		return -EMSGSIZE;
	return 0;
}

static int put_rtt(struct sk_buff *reply, const struct tunwin_flow *flow)
{
	const struct tunwin_rtt *near, *far;
	struct tunwin_limit_path path;
	u32 smoothed_us = 0;

	if (!flow->detail)
		return put_whole_rtt(reply, flow, 0, 0);
	near = &flow->detail->rtt[TUNWIN_OUT];
	far = &flow->detail->rtt[TUNWIN_IN];
	tunwin_track_path(flow, TUNWIN_IN, 0, &path);
	if (near->smoothed_us && far->smoothed_us)
		smoothed_us = near->smoothed_us + far->smoothed_us;
	if (put_whole_rtt(reply, flow, path.rtt_min_us, smoothed_us) ||
	    put_us(reply, TUNWIN_A_FLOW_RTT_NEAR_MIN_US, near->min_us) ||
	    put_us(reply, TUNWIN_A_FLOW_RTT_NEAR_US, near->smoothed_us) ||
	    put_us(reply, TUNWIN_A_FLOW_RTT_FAR_MIN_US, far->min_us) ||
	    put_us(reply, TUNWIN_A_FLOW_RTT_FAR_US, far->smoothed_us))
		return -EMSGSIZE;
	return 0;
}

static int put_timestamps(struct sk_buff *reply, const struct tunwin_flow_end end[2])
{
	if (!end[TUNWIN_IN].seen || !end[TUNWIN_OUT].seen)
		return 0;
	return nla_put_u8(reply, TUNWIN_A_FLOW_TIMESTAMPS,
			  end[TUNWIN_IN].timestamps && end[TUNWIN_OUT].timestamps);
}

static int put_age(struct sk_buff *reply, int attr, u64 then_ns, u64 now_ns)
{
	return put_u64(reply, attr, now_ns > then_ns ? now_ns - then_ns : 0);
}

static int put_socket(struct sk_buff *reply, const struct tunwin_socket *s, bool fresh, u64 now_ns)
{
	struct nlattr *nest = nla_nest_start(reply, TUNWIN_A_FLOW_SOCKET);
	u32 now_s = tunwin_recent_time(now_ns);

	if (!nest ||
	    nla_put_u32(reply, TUNWIN_A_SOCKET_RCVBUF_BYTES, s->rcvbuf) ||
	    nla_put_u32(reply, TUNWIN_A_SOCKET_RMEM_ALLOC_BYTES, s->rmem_alloc) ||
	    nla_put_u32(reply, TUNWIN_A_SOCKET_BACKLOG_BYTES, s->backlog) ||
	    nla_put_u32(reply, TUNWIN_A_SOCKET_DROPS, s->drops) ||
	    nla_put_u32(reply, TUNWIN_A_SOCKET_UNREAD_BYTES, s->unread) ||
	    nla_put_u32(reply, TUNWIN_A_SOCKET_RCV_WND_BYTES, s->rcv_wnd) ||
	    nla_put_u32(reply, TUNWIN_A_SOCKET_RCV_WND_MAX_BYTES, s->rcv_wnd_max) ||
	    nla_put_u32(reply, TUNWIN_A_SOCKET_RCV_WND_MIN_BYTES, s->rcv_wnd_min) ||
	    nla_put_u32(reply, TUNWIN_A_SOCKET_RCV_SSTHRESH_BYTES, s->rcv_ssthresh) ||
	    nla_put_u32(reply, TUNWIN_A_SOCKET_WINDOW_CLAMP_BYTES, s->window_clamp) ||
	    nla_put_u32(reply, TUNWIN_A_SOCKET_RCV_MSS_BYTES, s->rcv_mss) ||
	    (s->answered && nla_put_u32(reply, TUNWIN_A_SOCKET_SND_WND_BYTES, s->snd_wnd)) ||
	    nla_put_u8(reply, TUNWIN_A_SOCKET_RCVBUF_LOCKED, s->rcvbuf_locked) ||
	    nla_put_u8(reply, TUNWIN_A_SOCKET_MEM_PRESSURE, s->mem_pressure) ||
	    put_u64(reply, TUNWIN_A_SOCKET_BYTES_RECEIVED, s->bytes_received) ||
	    put_u64(reply, TUNWIN_A_SOCKET_BYTES_ACKED, s->bytes_acked) ||
	    put_u64(reply, TUNWIN_A_SOCKET_RECEIVED_BYTES, s->received_bytes) ||
	    put_u64(reply, TUNWIN_A_SOCKET_RECEIVED_TRUESIZE_BYTES, s->received_truesize_bytes) ||
	    nla_put_u8(reply, TUNWIN_A_SOCKET_FRESH, fresh) ||
	    put_age(reply, TUNWIN_A_SOCKET_SAMPLE_AGE_NS, fresh ? now_ns : s->sample_ns, now_ns))
		return -EMSGSIZE;
	if (s->cookie && put_u64(reply, TUNWIN_A_SOCKET_COOKIE, s->cookie))
		return -EMSGSIZE;
	if (s->looks >= LOOKS_MIN &&
	    nla_put_u32(reply, TUNWIN_A_SOCKET_UNREAD_MEAN_BYTES, s->unread_mean))
		return -EMSGSIZE;
	if (nla_put_u32(reply, TUNWIN_A_SOCKET_RMEM_HIGH_BYTES,
			tunwin_peak_largest(&s->rmem_high, now_s)) ||
	    put_age(reply, TUNWIN_A_SOCKET_RCVBUF_AGE_NS, s->rcvbuf_ns, now_ns) ||
	    (s->pressure_ns &&
	     put_age(reply, TUNWIN_A_SOCKET_PRESSURE_AGE_NS, s->pressure_ns, now_ns)) ||
	    put_us(reply, TUNWIN_A_SOCKET_SRTT_US, s->srtt_us))
		return -EMSGSIZE;
	if (s->scaling_ratio) {
		if (nla_put_u8(reply, TUNWIN_A_SOCKET_SCALING_RATIO, s->scaling_ratio))
			return -EMSGSIZE;
	} else if (nla_put_s32(reply, TUNWIN_A_SOCKET_ADV_WIN_SCALE, s->adv_win_scale)) {
		return -EMSGSIZE;
	}
	nla_nest_end(reply, nest);
	return 0;
}

/* Flow locked. */
static int fill(struct sk_buff *reply, const struct tunwin_flow *flow, bool fresh)
{
	const struct tunwin_tunnel *tunnel = flow->tunnel;
	const struct tunwin_flow_key *key = &flow->key;
	/* (One that was half open is forgotten, and may still have been found.) */
	bool ended = flow->over && flow->confirmed;
	u64 now_ns = ktime_get_ns();
	u64 age_ns = (ended ? flow->end_ns : now_ns) - flow->first_ns;
	u64 seen_ns = ended ? flow->end_ns : flow->last_ns;

	if (nla_put_u32(reply, TUNWIN_A_FLOW_ID, flow->id) ||
	    nla_put_u32(reply, TUNWIN_A_FLOW_TUNNEL_IFINDEX, tunnel->ifindex) ||
	    nla_put_u32(reply, TUNWIN_A_FLOW_TUNNEL_ID, tunnel->id) ||
	    nla_put_string(reply, TUNWIN_A_FLOW_TUNNEL, tunnel->name) ||
	    nla_put_string(reply, TUNWIN_A_FLOW_KIND, tunnel->kind) ||
	    nla_put_u32(reply, TUNWIN_A_FLOW_NETNS, tunnel->netns_inum) ||
	    nla_put_u8(reply, TUNWIN_A_FLOW_VANTAGE,
		       flow->has_socket ? TUNWIN_VANTAGE_SOCKET : TUNWIN_VANTAGE_WIRE) ||
	    tunwin_netlink_put_address(reply, TUNWIN_A_FLOW_NEAR_ADDR, &key->near) ||
	    nla_put_u16(reply, TUNWIN_A_FLOW_NEAR_PORT, ntohs(key->near_port)) ||
	    tunwin_netlink_put_address(reply, TUNWIN_A_FLOW_FAR_ADDR, &key->far) ||
	    nla_put_u16(reply, TUNWIN_A_FLOW_FAR_PORT, ntohs(key->far_port)) ||
	    nla_put_u8(reply, TUNWIN_A_FLOW_STATE, flow->state) ||
	    put_u64(reply, TUNWIN_A_FLOW_AGE_NS, age_ns) ||
	    put_u64(reply, TUNWIN_A_FLOW_IDLE_NS, now_ns > seen_ns ? now_ns - seen_ns : 0) ||
	    put_rtt(reply, flow) || put_timestamps(reply, flow->end) ||
	    tunwin_netlink_direction(reply, TUNWIN_A_FLOW_IN, flow, TUNWIN_IN, now_ns) ||
	    tunwin_netlink_direction(reply, TUNWIN_A_FLOW_OUT, flow, TUNWIN_OUT, now_ns))
		return -EMSGSIZE;
	if (flow->has_socket && put_socket(reply, flow->socket, fresh, now_ns))
		return -EMSGSIZE;
	if (flow->detail && put_u64(reply, TUNWIN_A_FLOW_DETAIL_AGE_NS,
				    (ended ? flow->end_ns : now_ns) - flow->detail->since_ns))
		return -EMSGSIZE;
	if (ended && (nla_put_u8(reply, TUNWIN_A_FLOW_END_REASON, flow->end_reason) ||
		      put_u64(reply, TUNWIN_A_FLOW_END_SEQUENCE, flow->end_sequence) ||
		      put_u64(reply, TUNWIN_A_FLOW_END_TIME_NS,
			      tunwin_suspend_real_ns(flow->end_ns, flow->end_suspend_ms, now_ns))))
		return -EMSGSIZE;
	return 0;
}

/* rcu_read_lock(), no flow locked: the other's lock is taken, and never both. */
static int put_other(struct sk_buff *reply, const struct tunwin_flow *flow)
{
	struct tunwin_flow *other = tunwin_pair_other(flow);
	unsigned long flags;
	struct nlattr *nest;
	int error;

	if (!other)
		return 0;
	nest = nla_nest_start(reply, TUNWIN_A_FLOW_OTHER);
	if (!nest ||
	    nla_put_u32(reply, TUNWIN_A_OTHER_ID, other->id) ||
	    nla_put_u32(reply, TUNWIN_A_OTHER_TUNNEL_IFINDEX, other->tunnel->ifindex) ||
	    nla_put_string(reply, TUNWIN_A_OTHER_TUNNEL, other->tunnel->name))
		return -EMSGSIZE;
	tunwin_lock(&other->lock, flags);
	error = tunwin_netlink_other_direction(reply, TUNWIN_A_OTHER_IN, other, TUNWIN_OUT);
	if (!error)
		error = tunwin_netlink_other_direction(reply, TUNWIN_A_OTHER_OUT, other, TUNWIN_IN);
	tunwin_unlock(&other->lock, flags);
	if (!error)
		nla_nest_end(reply, nest);
	return error;
}

/* rcu_read_lock(), no flow locked: the name of a function takes long to find. */
static int put_drops(struct sk_buff *reply, int attr, const struct tunwin_flow *flow,
		     struct tunwin_drops *drops)
{
	unsigned long location = READ_ONCE(drops->location);
	u64 segments = atomic64_read(&drops->segments);
	struct nlattr *nest;
	const char *reason;
	char function[64], device[IFNAMSIZ];
	int ifindex = 0;

	if (!segments || !location)
		return 0;
	/* A number in place of a name is for nobody to see. */
	snprintf(function, sizeof(function), "%ps", (void *)location);
	reason = tunwin_drop_reason_name(READ_ONCE(drops->reason));
	if (!READ_ONCE(flow->tunnel->gone))
		ifindex = tunwin_drop_device(flow->tunnel->net, drops, device);
	nest = nla_nest_start(reply, attr);
	if (!nest || put_u64(reply, TUNWIN_A_DROP_SEGMENTS, segments) ||
	    (reason && nla_put_string(reply, TUNWIN_A_DROP_REASON, reason)) ||
	    (!strstarts(function, "0x") &&
	     nla_put_string(reply, TUNWIN_A_DROP_FUNCTION, function)) ||
	    (ifindex && (nla_put_u32(reply, TUNWIN_A_DROP_IFINDEX, ifindex) ||
			 nla_put_string(reply, TUNWIN_A_DROP_DEVICE, device))))
		return -EMSGSIZE;
	nla_nest_end(reply, nest);
	return 0;
}

/* rcu_read_lock() */
static int fill_flow(struct sk_buff *reply, struct tunwin_flow *flow, bool fresh)
{
	struct tunwin_detail *detail = READ_ONCE(flow->detail);
	unsigned long flags;
	int error;

	error = put_other(reply, flow);
	if (error)
		return error;
	if (detail && (put_drops(reply, TUNWIN_A_FLOW_IN_DROP, flow,
				 &detail->direction[TUNWIN_IN].drops) ||
		       put_drops(reply, TUNWIN_A_FLOW_OUT_DROP, flow,
				 &detail->direction[TUNWIN_OUT].drops)))
		return -EMSGSIZE;
	tunwin_lock(&flow->lock, flags);
	error = fill(reply, flow, fresh);
	tunwin_unlock(&flow->lock, flags);
	return error;
}

struct one {
	u32 id;
	u64 netns_cookie;
};

static int fill_one(struct sk_buff *reply, void *arg)
{
	const struct one *one = arg;
	struct tunwin_flow *flow;
	int error = -ENOENT;

	rcu_read_lock();
	flow = tunwin_flow_by_id(one->id);
	if (flow && is_visible(flow, one->netns_cookie))
		error = fill_flow(reply, flow, tunwin_socket_refresh(flow));
	rcu_read_unlock();
	return error;
}

int tunwin_netlink_flow_get(struct sk_buff *request, struct genl_info *info)
{
	struct one one = { .netns_cookie = tunwin_netns_cookie(genl_info_net(info)) };
	int attr, error;

	for (attr = 1; attr <= TUNWIN_A_FLOW_MAX; attr++) {
		if (!info->attrs[attr] || attr == TUNWIN_A_FLOW_ID)
			continue;
		NL_SET_ERR_MSG_ATTR(info->extack, info->attrs[attr],
				    "one flow is asked for by its id alone; filters are for dumps");
		return -EINVAL;
	}
	if (!info->attrs[TUNWIN_A_FLOW_ID]) {
		NL_SET_ERR_MSG(info->extack, "the id of the flow is missing");
		return -EINVAL;
	}

	one.id = nla_get_u32(info->attrs[TUNWIN_A_FLOW_ID]);
	error = tunwin_netlink_reply(info, TUNWIN_CMD_FLOW_GET, fill_one, &one);
	if (error == -ENOENT)
		NL_SET_ERR_MSG(info->extack, "no flow has this id in this network namespace");
	return error;
}

int tunwin_netlink_flow_dump_start(struct netlink_callback *cb)
{
	struct dump *dump = dump_of(cb);
	struct tunwin_netlink_filter *filter;
	int error;

	filter = kzalloc(sizeof(*filter), GFP_KERNEL);
	if (!filter)
		return -ENOMEM;
	filter->netns_cookie = tunwin_netns_cookie(sock_net(cb->skb->sk));
	error = tunwin_netlink_filter_parse(cb, filter);
	/* In Linux 6.1 a family's start() has no extended ack; then the dump itself says why. */
	if (error && cb->extack) {
		kfree(filter);
		return error;
	}
	dump->filter = filter;
	dump->refused = error;
	return 0;
}

/* A whole message or nothing; rcu_read_lock(). */
static int dump_one(struct sk_buff *reply, struct netlink_callback *cb, struct tunwin_flow *flow,
		    const struct tunwin_netlink_filter *filter)
{
	bool fresh = tunwin_socket_refresh(flow);
	void *header;
	int error;

	if (!tunwin_netlink_filter_matches_now(flow, filter))
		return 0;

	header = genlmsg_put(reply, NETLINK_CB(cb->skb).portid, cb->nlh->nlmsg_seq,
			     &tunwin_netlink_family, NLM_F_MULTI, TUNWIN_CMD_FLOW_GET);
	if (!header)
		return -EMSGSIZE;
	error = fill_flow(reply, flow, fresh);
	if (error)
		genlmsg_cancel(reply, header);
	else
		genlmsg_end(reply, header);
	return error;
}

int tunwin_netlink_flow_dump(struct sk_buff *reply, struct netlink_callback *cb)
{
	struct dump *dump = dump_of(cb);
	bool more = true;
	int error = 0;

	if (dump->refused)
		return tunwin_netlink_filter_parse(cb, dump->filter);

	/* Ids only rise: flows that come and go meanwhile neither repeat nor hide others. */
	while (more && !error) {
		int batch;

		rcu_read_lock();
		for (batch = 0; batch < DUMP_BATCH; batch++) {
			struct tunwin_flow *flow = tunwin_flow_next(&dump->next_id);

			more = flow;
			if (!flow)
				break;
			if (is_visible(flow, dump->filter->netns_cookie) &&
			    tunwin_netlink_filter_matches(flow, dump->filter))
				error = dump_one(reply, cb, flow, dump->filter);
			if (error)
				break;
			dump->next_id++;
		}
		rcu_read_unlock();
		cond_resched();
	}
	/* The message is full: the next call goes on with the flow that did not fit. */
	return error && !reply->len ? error : reply->len;
}

int tunwin_netlink_flow_dump_done(struct netlink_callback *cb)
{
	kfree(dump_of(cb)->filter);
	return 0;
}

/* ---- events ---- */

void tunwin_netlink_flow_ended(struct tunwin_flow *flow)
{
	struct sk_buff *event;
	void *header;
	int error;

	if (!tunwin_netlink_listens(flow->key.netns_cookie, TUNWIN_NETLINK_FLOWS))
		return;
	event = genlmsg_new(GENLMSG_DEFAULT_SIZE, GFP_KERNEL);
	if (!event)
		return;
	header = genlmsg_put(event, 0, 0, &tunwin_netlink_family, 0, TUNWIN_CMD_FLOW_END_NTF);
	rcu_read_lock();
	error = header ? fill_flow(event, flow, false) : -EMSGSIZE;
	rcu_read_unlock();
	if (error) {
		nlmsg_free(event);
		return;
	}
	genlmsg_end(event, header);
	tunwin_netlink_multicast(flow->key.netns_cookie, event, TUNWIN_NETLINK_FLOWS);
}
