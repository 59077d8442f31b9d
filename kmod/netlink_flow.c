// SPDX-License-Identifier: GPL-2.0
#include <linux/ktime.h>
#include <linux/tunwin.h>
#include <net/ipv6.h>
#include <net/sock.h>

#include "flow.h"
#include "netlink.h"
#include "pair.h"
#include "policy.h"
#include "track.h"
#include "tunnel.h"

/* How many flows a dump looks at before it lets others have the processor. */
#define DUMP_BATCH	128

/* What a flow must be to be shown; an unset member matches all. */
struct filter {
	u64 netns_cookie;
	u32 ifindex;
	char tunnel[IFNAMSIZ];
	struct in6_addr near, far, addr;
	u8 near_bits, far_bits, addr_bits;
	bool has_near_port, has_far_port, has_port, has_vantage, has_state, has_limit;
	__be16 near_port, far_port, port;
	u8 vantage;
	u8 state;
	u8 limit;
	bool ended;
};

/*
 * Between two calls of a dump: where it stands, and what it was asked for. @refused: the filter is
 * not valid, and why is still to be told.
 */
struct dump {
	unsigned long next_id;
	struct filter *filter;
	bool refused;
};

static struct dump *dump_of(struct netlink_callback *cb)
{
	BUILD_BUG_ON(sizeof(struct dump) > sizeof(cb->args));
	return (struct dump *)cb->args;
}

/* IPv4 as ::ffff:a.b.c.d; the number of its leading bits that count goes to *bits. */
static int read_address(const struct nlattr *attr, struct in6_addr *address, u8 *bits,
			struct netlink_ext_ack *extack)
{
	switch (nla_len(attr)) {
	case sizeof(struct in_addr):
		ipv6_addr_set_v4mapped(nla_get_in_addr(attr), address);
		break;
	case sizeof(struct in6_addr):
		*address = nla_get_in6_addr(attr);
		break;
	default:
		NL_SET_ERR_MSG_ATTR(extack, attr, "an address has 4 bytes (IPv4) or 16 (IPv6)");
		return -EINVAL;
	}
	*bits = 128;
	return 0;
}

static int read_prefix(struct nlattr **attrs, struct filter *filter, struct netlink_ext_ack *extack)
{
	const struct nlattr *attr = attrs[TUNWIN_A_FLOW_PREFIX_LEN];
	bool ipv4;
	u8 length;

	if (!attr)
		return 0;
	if (!attrs[TUNWIN_A_FLOW_ADDR]) {
		NL_SET_ERR_MSG_ATTR(extack, attr, "prefix-len needs addr");
		return -EINVAL;
	}
	ipv4 = nla_len(attrs[TUNWIN_A_FLOW_ADDR]) == sizeof(struct in_addr);
	length = nla_get_u8(attr);
	if (ipv4 && length > 32) {
		NL_SET_ERR_MSG_ATTR(extack, attr, "prefix-len of an IPv4 address is at most 32");
		return -EINVAL;
	}
	filter->addr_bits = ipv4 ? 96 + length : length;
	/* Every flow has an address in ::/0. */
	return 0;
}

static int read_filter(struct nlattr **attrs, struct filter *filter, struct netlink_ext_ack *extack)
{
	int error;

	if (attrs[TUNWIN_A_FLOW_ID]) {
		NL_SET_ERR_MSG_ATTR(extack, attrs[TUNWIN_A_FLOW_ID],
				    "a dump takes no id; ask for the one flow without NLM_F_DUMP");
		return -EINVAL;
	}
	if (attrs[TUNWIN_A_FLOW_TUNNEL_IFINDEX])
		filter->ifindex = nla_get_u32(attrs[TUNWIN_A_FLOW_TUNNEL_IFINDEX]);
	if (attrs[TUNWIN_A_FLOW_TUNNEL]) {
		nla_strscpy(filter->tunnel, attrs[TUNWIN_A_FLOW_TUNNEL], sizeof(filter->tunnel));
		if (!*filter->tunnel) {
			NL_SET_ERR_MSG_ATTR(extack, attrs[TUNWIN_A_FLOW_TUNNEL],
					    "the name of the tunnel is empty");
			return -EINVAL;
		}
	}
	if (attrs[TUNWIN_A_FLOW_NEAR_ADDR]) {
		error = read_address(attrs[TUNWIN_A_FLOW_NEAR_ADDR], &filter->near,
				     &filter->near_bits, extack);
		if (error)
			return error;
	}
	if (attrs[TUNWIN_A_FLOW_FAR_ADDR]) {
		error = read_address(attrs[TUNWIN_A_FLOW_FAR_ADDR], &filter->far,
				     &filter->far_bits, extack);
		if (error)
			return error;
	}
	if (attrs[TUNWIN_A_FLOW_ADDR]) {
		error = read_address(attrs[TUNWIN_A_FLOW_ADDR], &filter->addr,
				     &filter->addr_bits, extack);
		if (error)
			return error;
	}
	error = read_prefix(attrs, filter, extack);
	if (error)
		return error;

	filter->has_near_port = attrs[TUNWIN_A_FLOW_NEAR_PORT];
	if (filter->has_near_port)
		filter->near_port = htons(nla_get_u16(attrs[TUNWIN_A_FLOW_NEAR_PORT]));
	filter->has_far_port = attrs[TUNWIN_A_FLOW_FAR_PORT];
	if (filter->has_far_port)
		filter->far_port = htons(nla_get_u16(attrs[TUNWIN_A_FLOW_FAR_PORT]));
	filter->has_port = attrs[TUNWIN_A_FLOW_PORT];
	if (filter->has_port)
		filter->port = htons(nla_get_u16(attrs[TUNWIN_A_FLOW_PORT]));
	filter->has_vantage = attrs[TUNWIN_A_FLOW_VANTAGE];
	if (filter->has_vantage)
		filter->vantage = nla_get_u8(attrs[TUNWIN_A_FLOW_VANTAGE]);
	filter->has_state = attrs[TUNWIN_A_FLOW_STATE];
	if (filter->has_state)
		filter->state = nla_get_u8(attrs[TUNWIN_A_FLOW_STATE]);
	filter->has_limit = attrs[TUNWIN_A_FLOW_LIMIT];
	if (filter->has_limit)
		filter->limit = nla_get_u8(attrs[TUNWIN_A_FLOW_LIMIT]);
	filter->ended = nla_get_flag(attrs[TUNWIN_A_FLOW_ENDED]);
	return 0;
}

/* In this namespace, and not in the moment between its tunnel's end and its own. */
static bool is_visible(const struct tunwin_flow *flow, u64 netns_cookie)
{
	return flow->key.netns_cookie == netns_cookie &&
	       (tunwin_flow_is_history(flow) || !READ_ONCE(flow->tunnel->gone));
}

static bool matches(const struct tunwin_flow *flow, const struct filter *filter)
{
	const struct tunwin_flow_key *key = &flow->key;

	if (tunwin_flow_is_history(flow) != filter->ended)
		return false;
	if (filter->ifindex && flow->tunnel->ifindex != filter->ifindex)
		return false;
	if (*filter->tunnel && strncmp(flow->tunnel->name, filter->tunnel, IFNAMSIZ))
		return false;
	if (filter->near_bits && !ipv6_addr_equal(&key->near, &filter->near))
		return false;
	if (filter->far_bits && !ipv6_addr_equal(&key->far, &filter->far))
		return false;
	if (filter->addr_bits && !ipv6_prefix_equal(&key->near, &filter->addr, filter->addr_bits) &&
	    !ipv6_prefix_equal(&key->far, &filter->addr, filter->addr_bits))
		return false;
	if (filter->has_near_port && key->near_port != filter->near_port)
		return false;
	if (filter->has_far_port && key->far_port != filter->far_port)
		return false;
	if (filter->has_port && key->near_port != filter->port && key->far_port != filter->port)
		return false;
	return !filter->has_state || READ_ONCE(flow->state) == filter->state;
}

static int put_address(struct sk_buff *reply, int attr, const struct in6_addr *address)
{
	if (ipv6_addr_v4mapped(address))
		return nla_put_in_addr(reply, attr, address->s6_addr32[3]);
	return nla_put_in6_addr(reply, attr, address);
}

static int put_us(struct sk_buff *reply, int attr, u32 us)
{
	return us ? nla_put_u32(reply, attr, us) : 0;
}

static int put_rtt(struct sk_buff *reply, const struct tunwin_flow *flow)
{
	const struct tunwin_rtt *near = &flow->rtt[TUNWIN_OUT], *far = &flow->rtt[TUNWIN_IN];
	const struct tunwin_flow_end *end = flow->end;
	struct tunwin_limit_path path;
	u32 min_us, smoothed_us;

	tunwin_track_path(flow, TUNWIN_IN, 0, &path);
	min_us = path.rtt_min_us;
	smoothed_us = 0;
	if (near->smoothed_us && far->smoothed_us)
		smoothed_us = near->smoothed_us + far->smoothed_us;
	/*
	 * Of the whole way the socket is asked, where there is one; the packets tell both
	 * halves.
	 */
	if (flow->has_socket && flow->socket.srtt_us)
		smoothed_us = flow->socket.srtt_us;
	/* A receiver's socket knows little more than the handshake; the packets may know better. */
	if (flow->has_socket && flow->socket.rtt_min_us &&
	    (!min_us || flow->socket.rtt_min_us < min_us))
		min_us = flow->socket.rtt_min_us;

	if (put_us(reply, TUNWIN_A_FLOW_RTT_SMOOTHED_US, smoothed_us) ||
	    put_us(reply, TUNWIN_A_FLOW_RTT_MIN_US, min_us) ||
	    put_us(reply, TUNWIN_A_FLOW_RTT_RECEIVE_US,
		   flow->has_socket ? flow->socket.rcv_rtt_us : 0) ||
	    put_us(reply, TUNWIN_A_FLOW_RTT_NEAR_MIN_US, near->min_us) ||
	    put_us(reply, TUNWIN_A_FLOW_RTT_NEAR_US, near->smoothed_us) ||
	    put_us(reply, TUNWIN_A_FLOW_RTT_FAR_MIN_US, far->min_us) ||
	    put_us(reply, TUNWIN_A_FLOW_RTT_FAR_US, far->smoothed_us))
		return -EMSGSIZE;
	if (end[TUNWIN_IN].seen && end[TUNWIN_OUT].seen)
		return nla_put_u8(reply, TUNWIN_A_FLOW_TIMESTAMPS,
				  end[TUNWIN_IN].timestamps && end[TUNWIN_OUT].timestamps);
	return 0;
}

static int put_socket(struct sk_buff *reply, const struct tunwin_socket *s, bool fresh, u64 now_ns)
{
	struct nlattr *nest = nla_nest_start(reply, TUNWIN_A_FLOW_SOCKET);

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
	    nla_put_u32(reply, TUNWIN_A_SOCKET_SND_WND_BYTES, s->snd_wnd) ||
	    nla_put_u8(reply, TUNWIN_A_SOCKET_RCVBUF_LOCKED, s->rcvbuf_locked) ||
	    nla_put_u8(reply, TUNWIN_A_SOCKET_MEM_PRESSURE, s->mem_pressure) ||
	    put_u64(reply, TUNWIN_A_SOCKET_BYTES_RECEIVED, s->bytes_received) ||
	    put_u64(reply, TUNWIN_A_SOCKET_BYTES_ACKED, s->bytes_acked) ||
	    put_u64(reply, TUNWIN_A_SOCKET_RECEIVED_BYTES, s->received_bytes) ||
	    put_u64(reply, TUNWIN_A_SOCKET_RECEIVED_TRUESIZE_BYTES, s->received_truesize_bytes) ||
	    nla_put_u8(reply, TUNWIN_A_SOCKET_FRESH, fresh) ||
	    put_u64(reply, TUNWIN_A_SOCKET_SAMPLE_AGE_NS,
		    !fresh && now_ns > s->sample_ns ? now_ns - s->sample_ns : 0))
		return -EMSGSIZE;
	if (s->cookie && put_u64(reply, TUNWIN_A_SOCKET_COOKIE, s->cookie))
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
	bool ended = tunwin_flow_is_history(flow);
	u64 now_ns = ktime_get_ns();
	u64 age_ns = (ended ? flow->end_ns : now_ns) - flow->first_ns;
	u64 seen_ns = ended ? flow->end_ns : flow->last_ns;

	if (nla_put_u32(reply, TUNWIN_A_FLOW_ID, flow->id) ||
	    nla_put_u32(reply, TUNWIN_A_FLOW_TUNNEL_IFINDEX, tunnel->ifindex) ||
	    nla_put_string(reply, TUNWIN_A_FLOW_TUNNEL, tunnel->name) ||
	    nla_put_string(reply, TUNWIN_A_FLOW_KIND, tunnel->kind) ||
	    nla_put_u32(reply, TUNWIN_A_FLOW_NETNS, tunnel->netns_inum) ||
	    nla_put_u8(reply, TUNWIN_A_FLOW_VANTAGE,
		       flow->has_socket ? TUNWIN_VANTAGE_SOCKET : TUNWIN_VANTAGE_WIRE) ||
	    put_address(reply, TUNWIN_A_FLOW_NEAR_ADDR, &key->near) ||
	    nla_put_u16(reply, TUNWIN_A_FLOW_NEAR_PORT, ntohs(key->near_port)) ||
	    put_address(reply, TUNWIN_A_FLOW_FAR_ADDR, &key->far) ||
	    nla_put_u16(reply, TUNWIN_A_FLOW_FAR_PORT, ntohs(key->far_port)) ||
	    nla_put_u8(reply, TUNWIN_A_FLOW_STATE, flow->state) ||
	    put_u64(reply, TUNWIN_A_FLOW_AGE_NS, age_ns) ||
	    put_u64(reply, TUNWIN_A_FLOW_IDLE_NS, now_ns > seen_ns ? now_ns - seen_ns : 0) ||
	    put_rtt(reply, flow) ||
	    tunwin_netlink_direction(reply, TUNWIN_A_FLOW_IN, flow, TUNWIN_IN, now_ns) ||
	    tunwin_netlink_direction(reply, TUNWIN_A_FLOW_OUT, flow, TUNWIN_OUT, now_ns))
		return -EMSGSIZE;
	if (flow->has_socket && put_socket(reply, &flow->socket, fresh, now_ns))
		return -EMSGSIZE;
	if (ended && nla_put_u8(reply, TUNWIN_A_FLOW_END_REASON, flow->end_reason))
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

/* rcu_read_lock() */
static int fill_flow(struct sk_buff *reply, struct tunwin_flow *flow, bool fresh)
{
	unsigned long flags;
	int error;

	error = put_other(reply, flow);
	if (error)
		return error;
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
	struct one one = { .netns_cookie = genl_info_net(info)->net_cookie };
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

static int parse_filter(struct netlink_callback *cb, struct filter *filter)
{
	struct nlattr **attrs;
	int error;

	attrs = kcalloc(TUNWIN_FLOW_GET_MAXATTR + 1, sizeof(*attrs), GFP_KERNEL);
	if (!attrs)
		return -ENOMEM;
	error = genlmsg_parse(cb->nlh, &tunwin_netlink_family, attrs, TUNWIN_FLOW_GET_MAXATTR,
			      tunwin_policy_flow_get, cb->extack);
	if (!error)
		error = read_filter(attrs, filter, cb->extack);
	kfree(attrs);
	return error;
}

int tunwin_netlink_flow_dump_start(struct netlink_callback *cb)
{
	struct dump *dump = dump_of(cb);
	struct filter *filter;
	int error;

	filter = kzalloc(sizeof(*filter), GFP_KERNEL);
	if (!filter)
		return -ENOMEM;
	filter->netns_cookie = sock_net(cb->skb->sk)->net_cookie;
	error = parse_filter(cb, filter);
	/* In Linux 6.1 a family's start() has no extended ack; then the dump itself says why. */
	if (error && cb->extack) {
		kfree(filter);
		return error;
	}
	dump->filter = filter;
	dump->refused = error;
	return 0;
}

static bool is_limited_by(struct tunwin_flow *flow, u8 limit)
{
	unsigned long flags;
	bool is;

	tunwin_lock(&flow->lock, flags);
	is = tunwin_netlink_limit(flow, TUNWIN_IN) == limit ||
	     tunwin_netlink_limit(flow, TUNWIN_OUT) == limit;
	tunwin_unlock(&flow->lock, flags);
	return is;
}

/* A whole message or nothing; rcu_read_lock(). */
static int dump_one(struct sk_buff *reply, struct netlink_callback *cb, struct tunwin_flow *flow,
		    const struct filter *filter)
{
	bool fresh = tunwin_socket_refresh(flow);
	void *header;
	int error;

	if (filter->has_vantage &&
	    READ_ONCE(flow->has_socket) != (filter->vantage == TUNWIN_VANTAGE_SOCKET))
		return 0;
	if (filter->has_limit && !is_limited_by(flow, filter->limit))
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
		return parse_filter(cb, dump->filter);

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
			    matches(flow, dump->filter))
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
