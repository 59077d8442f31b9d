// SPDX-License-Identifier: GPL-2.0
#include <linux/ktime.h>
#include <linux/tunwin.h>
#include <net/rtnetlink.h>
#include <net/sock.h>

#include "alert.h"
#include "aoe_table.h"
#include "flow.h"
#include "lower.h"
#include "netlink.h"
#include "policy.h"
#include "softnet.h"
#include "tunnel.h"

static int put_size_class(struct sk_buff *reply, u32 max_bytes,
			  const struct tunwin_traffic_class *class)
{
	struct nlattr *nest;

	if (!class->segments)
		return 0;
	nest = nla_nest_start(reply, TUNWIN_A_TRAFFIC_SIZE_CLASS);
	if (!nest ||
	    nla_put_u32(reply, TUNWIN_A_SIZE_CLASS_MAX_BYTES, max_bytes) ||
	    put_u64(reply, TUNWIN_A_SIZE_CLASS_SEGMENTS, class->segments) ||
	    put_u64(reply, TUNWIN_A_SIZE_CLASS_LEN_BYTES, class->len_bytes) ||
	    put_u64(reply, TUNWIN_A_SIZE_CLASS_TRUESIZE_BYTES, class->truesize_bytes) ||
	    put_u64(reply, TUNWIN_A_SIZE_CLASS_RETRANSMITS, class->retransmits))
		return -EMSGSIZE;
	nla_nest_end(reply, nest);
	return 0;
}

static int put_own_counters(struct sk_buff *reply, const struct tunwin_tunnel *tunnel,
			    int direction)
{
	struct tunwin_traffic traffic;
	u64 len_bytes = 0, truesize_bytes = 0;
	int class;

	tunwin_tunnel_traffic(tunnel, direction, &traffic);
	for (class = 0; class < TUNWIN_SIZE_CLASSES; class++) {
		len_bytes += traffic.size_class[class].len_bytes;
		truesize_bytes += traffic.size_class[class].truesize_bytes;
	}
	if (put_u64(reply, TUNWIN_A_TRAFFIC_SKBS, traffic.skbs) ||
	    put_u64(reply, TUNWIN_A_TRAFFIC_SEGMENTS, traffic.segments) ||
	    put_u64(reply, TUNWIN_A_TRAFFIC_INNER_BYTES, traffic.inner_bytes) ||
	    put_u64(reply, TUNWIN_A_TRAFFIC_LEN_BYTES, len_bytes) ||
	    put_u64(reply, TUNWIN_A_TRAFFIC_TRUESIZE_BYTES, truesize_bytes) ||
	    put_u64(reply, TUNWIN_A_TRAFFIC_UNPARSED, traffic.unparsed) ||
	    put_u64(reply, TUNWIN_A_TRAFFIC_TCP_SEGMENTS, traffic.tcp_segments))
		return -EMSGSIZE;
	for (class = 0; class < TUNWIN_SIZE_CLASSES; class++)
		if (put_size_class(reply, tunwin_window_class_max_bytes[class],
				   &traffic.size_class[class]))
			return -EMSGSIZE;
	return 0;
}

static int put_in(struct sk_buff *reply, const struct tunwin_tunnel *tunnel,
		  const struct rtnl_link_stats64 *stats)
{
	struct nlattr *nest = nla_nest_start(reply, TUNWIN_A_TUNNEL_IN);

	if (!nest ||
	    put_u64(reply, TUNWIN_A_TRAFFIC_PACKETS, stats->rx_packets) ||
	    put_u64(reply, TUNWIN_A_TRAFFIC_BYTES, stats->rx_bytes) ||
	    put_u64(reply, TUNWIN_A_TRAFFIC_PPS, tunnel->pps[TUNWIN_IN]) ||
	    put_u64(reply, TUNWIN_A_TRAFFIC_BPS, tunnel->bps[TUNWIN_IN]) ||
	    put_own_counters(reply, tunnel, TUNWIN_IN) ||
	    put_u64(reply, TUNWIN_A_TRAFFIC_ERRORS, stats->rx_errors) ||
	    put_u64(reply, TUNWIN_A_TRAFFIC_DROPPED, stats->rx_dropped) ||
	    put_u64(reply, TUNWIN_A_TRAFFIC_SEQUENCE_ERRORS, stats->rx_fifo_errors) ||
	    put_u64(reply, TUNWIN_A_TRAFFIC_CHECKSUM_ERRORS, stats->rx_crc_errors) ||
	    put_u64(reply, TUNWIN_A_TRAFFIC_ECN_ERRORS, stats->rx_frame_errors) ||
	    put_u64(reply, TUNWIN_A_TRAFFIC_LENGTH_ERRORS, stats->rx_length_errors))
		return -EMSGSIZE;
	nla_nest_end(reply, nest);
	return 0;
}

static int put_out(struct sk_buff *reply, const struct tunwin_tunnel *tunnel,
		   const struct rtnl_link_stats64 *stats)
{
	struct nlattr *nest = nla_nest_start(reply, TUNWIN_A_TUNNEL_OUT);

	if (!nest ||
	    put_u64(reply, TUNWIN_A_TRAFFIC_PACKETS, stats->tx_packets) ||
	    put_u64(reply, TUNWIN_A_TRAFFIC_BYTES, stats->tx_bytes) ||
	    put_u64(reply, TUNWIN_A_TRAFFIC_PPS, tunnel->pps[TUNWIN_OUT]) ||
	    put_u64(reply, TUNWIN_A_TRAFFIC_BPS, tunnel->bps[TUNWIN_OUT]) ||
	    put_own_counters(reply, tunnel, TUNWIN_OUT) ||
	    put_u64(reply, TUNWIN_A_TRAFFIC_ERRORS, stats->tx_errors) ||
	    put_u64(reply, TUNWIN_A_TRAFFIC_DROPPED, stats->tx_dropped) ||
	    put_u64(reply, TUNWIN_A_TRAFFIC_CARRIER_ERRORS, stats->tx_carrier_errors) ||
	    put_u64(reply, TUNWIN_A_TRAFFIC_COLLISIONS, stats->collisions))
		return -EMSGSIZE;
	nla_nest_end(reply, nest);
	return 0;
}

/* The device that `ip tunnel … dev` names; the namespace it lives in may be another. */
static int put_lower(struct sk_buff *reply, const struct net_device *dev)
{
	const struct net_device *lower;
	int error = 0;

	rcu_read_lock();
	lower = tunwin_lower_bound(dev);
	if (lower && (nla_put_string(reply, TUNWIN_A_TUNNEL_LOWER, lower->name) ||
		      nla_put_u32(reply, TUNWIN_A_TUNNEL_LOWER_IFINDEX, lower->ifindex)))
		error = -EMSGSIZE;
	rcu_read_unlock();
	return error;
}

static int put_jumbo(struct sk_buff *reply, const struct tunwin_tunnel *tunnel)
{
	struct tunwin_jumbo jumbo;
	struct nlattr *nest;

	tunwin_traffic_jumbo(tunnel->cpu, &jumbo);
	if (!jumbo.frames)
		return 0;
	nest = nla_nest_start(reply, TUNWIN_A_TUNNEL_JUMBO);
	if (!nest ||
	    put_u64(reply, TUNWIN_A_JUMBO_FRAMES, jumbo.frames) ||
	    put_u64(reply, TUNWIN_A_JUMBO_BYTES, jumbo.bytes) ||
	    put_u64(reply, TUNWIN_A_JUMBO_TRUESIZE_BYTES, jumbo.truesize_bytes) ||
	    put_u64(reply, TUNWIN_A_JUMBO_SAMPLED, jumbo.sampled) ||
	    put_u64(reply, TUNWIN_A_JUMBO_BUFFERS, jumbo.buffers) ||
	    nla_put_u32(reply, TUNWIN_A_JUMBO_PAGE_ORDER, jumbo.page_order) ||
	    nla_put_u32(reply, TUNWIN_A_JUMBO_MAX_BYTES, jumbo.max_bytes))
		return -EMSGSIZE;
	nla_nest_end(reply, nest);
	return 0;
}

/* Those with most packets; filled under the tunnels' mutex. */
static struct tunwin_busiest busiest;

/* @of_host: with what the CPUs had to do for the devices of all namespaces */
static int put_cpus(struct sk_buff *reply, const struct tunwin_tunnel *tunnel, bool of_host)
{
	u32 i;

	tunwin_traffic_busiest(tunnel->cpu, &busiest);
	for (i = 0; i < busiest.kept; i++) {
		const struct tunwin_busiest_cpu *cpu = &busiest.cpu[i];
		struct tunwin_softnet softnet;
		struct nlattr *nest;

		tunwin_softnet_get(cpu->cpu, &softnet);
		nest = nla_nest_start(reply, TUNWIN_A_TUNNEL_CPU);
		if (!nest ||
		    nla_put_u32(reply, TUNWIN_A_CPU_CPU, cpu->cpu) ||
		    (of_host &&
		     (put_u64(reply, TUNWIN_A_CPU_PPS, softnet.pps) ||
		      put_u64(reply, TUNWIN_A_CPU_SQUEEZED_PER_S, softnet.squeezed_per_s))) ||
		    put_u64(reply, TUNWIN_A_CPU_IN_SKBS, cpu->skbs) ||
		    put_u64(reply, TUNWIN_A_CPU_IN_PPS, cpu->pps))
			return -EMSGSIZE;
		nla_nest_end(reply, nest);
	}
	if (busiest.cpus && nla_put_u32(reply, TUNWIN_A_TUNNEL_CPU_COUNT, busiest.cpus))
		return -EMSGSIZE;
	return 0;
}

static int put_carriers(struct sk_buff *reply, const struct tunwin_tunnel *tunnel)
{
	int i;

	for (i = 1; i < ARRAY_SIZE(tunnel->lower_id); i++) {
		u32 id = READ_ONCE(tunnel->lower_id[i]);

		if (id && nla_put_u32(reply, TUNWIN_A_TUNNEL_CARRIER, id))
			return -EMSGSIZE;
	}
	return 0;
}

/* What a tunnel takes at most, a CPU of which takes 80. */
#define TUNNEL_BYTES	(GENLMSG_DEFAULT_SIZE + TUNWIN_BUSIEST_MAX * 96)

static int fill(struct sk_buff *reply, struct tunwin_tunnel *tunnel, bool of_host)
{
	struct rtnl_link_stats64 stats;
	bool collapsed;

	tunwin_tunnel_stats(tunnel, &stats);
	if (nla_put_u32(reply, TUNWIN_A_TUNNEL_IFINDEX, tunnel->ifindex) ||
	    nla_put_string(reply, TUNWIN_A_TUNNEL_NAME, tunnel->name) ||
	    nla_put_string(reply, TUNWIN_A_TUNNEL_KIND, tunnel->kind) ||
	    nla_put_u32(reply, TUNWIN_A_TUNNEL_NETNS, tunnel->netns_inum) ||
	    nla_put_u8(reply, TUNWIN_A_TUNNEL_TRACKED_BY, tunnel->tracked_by) ||
	    nla_put_u8(reply, TUNWIN_A_TUNNEL_UP, !!(READ_ONCE(tunnel->dev->flags) & IFF_UP)) ||
	    put_lower(reply, tunnel->dev) ||
	    nla_put_u32(reply, TUNWIN_A_TUNNEL_FLOWS, atomic_read(&tunnel->flows)) ||
	    put_u64(reply, TUNWIN_A_TUNNEL_AGE_NS, ktime_get_ns() - tunnel->since_ns) ||
	    put_in(reply, tunnel, &stats) ||
	    put_out(reply, tunnel, &stats) ||
	    (tunnel->rate_bps && put_u64(reply, TUNWIN_A_TUNNEL_RATE_BPS, tunnel->rate_bps)) ||
	    nla_put_u32(reply, TUNWIN_A_TUNNEL_COLLAPSE_RATIO_PERCENT,
			tunnel->collapse_ratio_percent) ||
	    nla_put_u32(reply, TUNWIN_A_TUNNEL_ALERTS,
			tunwin_alert_count(tunnel->id, &collapsed)) ||
	    nla_put_u8(reply, TUNWIN_A_TUNNEL_COLLAPSED, collapsed) ||
	    nla_put_u32(reply, TUNWIN_A_TUNNEL_ALERTS_REFUSED, READ_ONCE(tunnel->watch.refused)) ||
	    put_cpus(reply, tunnel, of_host) || put_jumbo(reply, tunnel) ||
	    put_carriers(reply, tunnel))
		return -EMSGSIZE;
	return 0;
}

/* A device in a request, and in the answer being made to it. */
struct target {
	struct net *net;
	int ifindex;
	char name[IFNAMSIZ];
};

/* By ifindex or by name, one of the two; neither leaves ifindex 0 and the name empty. */
static int read_device(struct genl_info *info, const struct nlattr *by_index,
		       const struct nlattr *by_name, struct target *target)
{
	target->net = genl_info_net(info);
	target->ifindex = 0;
	target->name[0] = '\0';

	if (by_index && by_name) {
		NL_SET_ERR_MSG_ATTR(info->extack, by_name,
				    "name a device by ifindex or by name, not by both");
		return -EINVAL;
	}
	if (by_index) {
		target->ifindex = nla_get_u32(by_index);
		if (target->ifindex <= 0) {
			NL_SET_ERR_MSG_ATTR(info->extack, by_index,
					    "no device has such an ifindex");
			return -EINVAL;
		}
	}
	if (by_name) {
		tunwin_nla_strscpy(target->name, by_name, sizeof(target->name));
		if (!target->name[0]) {
			NL_SET_ERR_MSG_ATTR(info->extack, by_name,
					    "the name of the device is empty");
			return -EINVAL;
		}
	}
	return 0;
}

static int require_device(struct genl_info *info, const struct nlattr *by_index,
			  const struct nlattr *by_name, struct target *target)
{
	if (!by_index && !by_name) {
		NL_SET_ERR_MSG(info->extack, "the device is missing: give its ifindex or its name");
		return -EINVAL;
	}
	return read_device(info, by_index, by_name, target);
}

#define NOT_WATCHED	"no such tunnel in this network namespace, or it is not watched"

/* One that is asked for. */
struct one {
	struct target target;
	bool of_host;
	struct sk_buff *reply;
};

static int fill_found(struct tunwin_tunnel *tunnel, void *arg)
{
	const struct one *one = arg;

	return fill(one->reply, tunnel, one->of_host);
}

static int fill_device(struct sk_buff *reply, void *arg)
{
	struct one *one = arg;

	one->reply = reply;
	return tunwin_tunnel_with(one->target.net, one->target.ifindex, one->target.name,
				  fill_found, one);
}

int tunwin_netlink_tunnel_get(struct sk_buff *request, struct genl_info *info)
{
	struct one one = { .of_host = tunwin_netlink_of_host(request) };
	int error;

	error = require_device(info, info->attrs[TUNWIN_A_TUNNEL_IFINDEX],
			       info->attrs[TUNWIN_A_TUNNEL_NAME], &one.target);
	if (error)
		return error;
	error = tunwin_netlink_reply_sized(info, TUNWIN_CMD_TUNNEL_GET, TUNNEL_BYTES, fill_device,
					   &one);
	if (error == -ENODEV)
		NL_SET_ERR_MSG(info->extack, NOT_WATCHED);
	return error;
}

static int refuse_attributes(struct netlink_callback *cb)
{
	if (nlmsg_attrlen(cb->nlh, GENL_HDRLEN) <= 0)
		return 0;
	NL_SET_ERR_MSG(cb->extack, "a dump of tunnels takes no attributes");
	return -EINVAL;
}

int tunwin_netlink_tunnel_dump_start(struct netlink_callback *cb)
{
	/* One that does not fit would be the end of the dump. */
	cb->min_dump_alloc = TUNNEL_BYTES;
	cb->args[1] = tunwin_netlink_of_host(cb->skb);
	/* In Linux 6.1 a family's start() has no extended ack; then the dump itself says why. */
	return cb->extack ? refuse_attributes(cb) : 0;
}

struct dump {
	struct sk_buff *reply;
	struct netlink_callback *cb;
};

static int dump_one(struct tunwin_tunnel *tunnel, void *arg)
{
	const struct dump *dump = arg;
	void *header;
	int error;

	header = genlmsg_put(dump->reply, NETLINK_CB(dump->cb->skb).portid,
			     dump->cb->nlh->nlmsg_seq, &tunwin_netlink_family, NLM_F_MULTI,
			     TUNWIN_CMD_TUNNEL_GET);
	if (!header)
		return -EMSGSIZE;
	error = fill(dump->reply, tunnel, dump->cb->args[1]);
	if (error)
		genlmsg_cancel(dump->reply, header);
	else
		genlmsg_end(dump->reply, header);
	return error;
}

int tunwin_netlink_tunnel_dump(struct sk_buff *reply, struct netlink_callback *cb)
{
	struct dump dump = { .reply = reply, .cb = cb };
	int error;

	error = refuse_attributes(cb);
	if (error)
		return error;
	/* args[0] is the id that comes next. */
	error = tunwin_tunnel_for_each(sock_net(cb->skb->sk), (unsigned long *)&cb->args[0],
				       dump_one, &dump);
	return error && !reply->len ? error : reply->len;
}

int tunwin_netlink_track_set(struct sk_buff *request, struct genl_info *info)
{
	struct target target;
	int error;

	error = require_device(info, info->attrs[TUNWIN_A_DEVICE_IFINDEX],
			       info->attrs[TUNWIN_A_DEVICE_NAME], &target);
	if (error)
		return error;
	return tunwin_tunnel_track(target.net, target.ifindex, target.name,
				   !nla_get_flag(info->attrs[TUNWIN_A_DEVICE_OFF]), info->extack);
}

/* So that it can be reckoned with: no tunnel carries more for a while. */
#define RATE_MAX_BPS	1000000000000000ULL

struct settings {
	const struct nlattr *rate_bps;
	const struct nlattr *collapse_ratio_percent;
};

/* The watch reads them without a lock, one at a time. */
static int change_settings(struct tunwin_tunnel *tunnel, void *arg)
{
	const struct settings *settings = arg;

	if (settings->rate_bps)
		WRITE_ONCE(tunnel->rate_bps, nla_get_u64(settings->rate_bps));
	if (settings->collapse_ratio_percent)
		WRITE_ONCE(tunnel->collapse_ratio_percent,
			   nla_get_u32(settings->collapse_ratio_percent));
	return 0;
}

int tunwin_netlink_tunnel_set(struct sk_buff *request, struct genl_info *info)
{
	struct settings settings = {
		.rate_bps = info->attrs[TUNWIN_A_TUNNEL_RATE_BPS],
		.collapse_ratio_percent = info->attrs[TUNWIN_A_TUNNEL_COLLAPSE_RATIO_PERCENT],
	};
	struct target target;
	int error;

	error = require_device(info, info->attrs[TUNWIN_A_TUNNEL_IFINDEX],
			       info->attrs[TUNWIN_A_TUNNEL_NAME], &target);
	if (error)
		return error;
	if (!settings.rate_bps && !settings.collapse_ratio_percent) {
		NL_SET_ERR_MSG(info->extack, "no setting is given");
		return -EINVAL;
	}
	if (settings.rate_bps && nla_get_u64(settings.rate_bps) > RATE_MAX_BPS) {
		NL_SET_ERR_MSG_ATTR(info->extack, settings.rate_bps,
				    "the rate is more than a petabit per second");
		return -ERANGE;
	}
	error = tunwin_tunnel_with(target.net, target.ifindex, target.name, change_settings,
				   &settings);
	if (error == -ENODEV)
		NL_SET_ERR_MSG(info->extack, NOT_WATCHED);
	return error;
}

/* The flows of a tunnel (id), or of a whole namespace with its history (id 0). */
struct scope {
	u64 netns_cookie;
	u32 tunnel_id;
};

static bool in_scope(const struct tunwin_flow *flow, const void *arg)
{
	const struct scope *scope = arg;

	return flow->key.netns_cookie == scope->netns_cookie &&
	       (!scope->tunnel_id || flow->key.tunnel_id == scope->tunnel_id);
}

static int reset_one(struct tunwin_tunnel *tunnel, void *arg)
{
	struct scope *scope = arg;

	scope->tunnel_id = tunnel->id;
	tunwin_tunnel_reset(tunnel);
	return 0;
}

static int reset_each(struct tunwin_tunnel *tunnel, void *unused)
{
	tunwin_tunnel_reset(tunnel);
	return 0;
}

int tunwin_netlink_reset(struct sk_buff *request, struct genl_info *info)
{
	struct scope scope = { .netns_cookie = tunwin_netns_cookie(genl_info_net(info)) };
	unsigned long start = 0;
	struct target target;
	int error;

	error = read_device(info, info->attrs[TUNWIN_A_DEVICE_IFINDEX],
			    info->attrs[TUNWIN_A_DEVICE_NAME], &target);
	if (error)
		return error;

	if (target.ifindex || target.name[0])
		error = tunwin_tunnel_with(target.net, target.ifindex, target.name, reset_one,
					   &scope);
	else
		error = tunwin_tunnel_for_each(target.net, &start, reset_each, NULL);
	if (error) {
		NL_SET_ERR_MSG(info->extack, NOT_WATCHED);
		return error;
	}
	tunwin_aoe_reset(scope.netns_cookie, scope.tunnel_id);
	tunwin_flow_end_matching(in_scope, &scope, TUNWIN_END_REASON_RESET_REQUEST,
				 !scope.tunnel_id);
	return 0;
}
