// SPDX-License-Identifier: GPL-2.0
#include <linux/ktime.h>
#include <linux/slab.h>
#include <linux/tunwin.h>
#include <net/sock.h>

#include "buffer.h"
#include "episode.h"
#include "netlink.h"
#include "page.h"
#include "policy.h"
#include "softnet.h"
#include "suspend.h"
#include "tunnel.h"
#include "watch.h"

/* Times since, where there is one. */
static int put_times(struct sk_buff *reply, int first, int last, u64 first_ns, u64 last_ns,
		     u64 now_ns)
{
	if (!first_ns)
		return 0;
	return put_u64(reply, first, now_ns - min(first_ns, now_ns)) ||
	       put_u64(reply, last, now_ns - min(last_ns, now_ns)) ? -EMSGSIZE : 0;
}

static int put_size(struct sk_buff *reply, int attr, int class, u64 packets, const u64 *passed)
{
	struct nlattr *nest;

	if (!packets && (!passed || !*passed))
		return 0;
	nest = nla_nest_start(reply, attr);
	if (!nest ||
	    nla_put_u32(reply, TUNWIN_A_BUFFER_CLASS_MAX_BYTES,
			tunwin_window_class_max_bytes[class]) ||
	    put_u64(reply, TUNWIN_A_BUFFER_CLASS_PACKETS, packets) ||
	    (passed && put_u64(reply, TUNWIN_A_BUFFER_CLASS_PASSED, *passed)))
		return -EMSGSIZE;
	nla_nest_end(reply, nest);
	return 0;
}

static int put_source(struct sk_buff *reply, int attr, enum tunwin_buffer_source source,
		      const struct tunwin_buffer_count *count, u64 now_ns)
{
	struct nlattr *nest;
	u64 packets = 0;
	int class;

	if (!count->known)
		return 0;
	for (class = 0; class < TUNWIN_SIZE_CLASSES; class++)
		packets += count->packets[class];
	nest = nla_nest_start(reply, attr);
	if (!nest ||
	    nla_put_u8(reply, TUNWIN_A_BUFFER_SOURCE_COUNT_SOURCE, source) ||
	    put_u64(reply, TUNWIN_A_BUFFER_SOURCE_COUNT_PACKETS, packets) ||
	    put_times(reply, TUNWIN_A_BUFFER_SOURCE_COUNT_FIRST_NS,
		      TUNWIN_A_BUFFER_SOURCE_COUNT_LAST_NS, count->first_ns, count->last_ns,
		      now_ns))
		return -EMSGSIZE;
	for (class = 0; source < TUNWIN_BUFFER_DROPS && class < TUNWIN_SIZE_CLASSES; class++)
		if (put_size(reply, TUNWIN_A_BUFFER_SOURCE_COUNT_CLASS, class,
			     count->packets[class], NULL))
			return -EMSGSIZE;
	nla_nest_end(reply, nest);
	return 0;
}

static int put_order(struct sk_buff *reply, int attr, unsigned int order, u64 failed,
		     const struct tunwin_page *page, u64 now_ns)
{
	struct nlattr *nest;

	if (!failed)
		return 0;
	nest = nla_nest_start(reply, attr);
	if (!nest ||
	    nla_put_u32(reply, TUNWIN_A_PAGE_ORDER, order) ||
	    put_u64(reply, TUNWIN_A_PAGE_FAILED, failed) ||
	    (page && (put_u64(reply, TUNWIN_A_PAGE_QUIET, page->quiet) ||
		      put_times(reply, TUNWIN_A_PAGE_FIRST_NS, TUNWIN_A_PAGE_LAST_NS,
				page->first_ns, page->last_ns, now_ns))))
		return -EMSGSIZE;
	nla_nest_end(reply, nest);
	return 0;
}

/* ---- the host ---- */

static int put_softnet(struct sk_buff *reply, int cpu)
{
	struct nlattr *nest = nla_nest_start(reply, TUNWIN_A_BUFFER_CPU);
	struct tunwin_softnet softnet;

	tunwin_softnet_get(cpu, &softnet);
	if (!nest ||
	    nla_put_u32(reply, TUNWIN_A_CPU_CPU, cpu) ||
	    put_u64(reply, TUNWIN_A_CPU_PROCESSED, softnet.processed) ||
	    put_u64(reply, TUNWIN_A_CPU_DROPPED, softnet.dropped) ||
	    put_u64(reply, TUNWIN_A_CPU_SQUEEZED, softnet.squeezed) ||
	    put_u64(reply, TUNWIN_A_CPU_PPS, softnet.pps) ||
	    put_u64(reply, TUNWIN_A_CPU_SQUEEZED_PER_S, softnet.squeezed_per_s))
		return -EMSGSIZE;
	nla_nest_end(reply, nest);
	return 0;
}

/* No answer has room for more CPUs. */
#define CPUS_MAX	1024

static int fill_host(struct sk_buff *reply, void *request)
{
	struct tunwin_buffer_count count;
	u64 now_ns = ktime_get_ns();
	struct tunwin_page page;
	unsigned int order;
	int source, cpu;

	if (!tunwin_netlink_of_host(request))
		return 0;
	for (order = 0; !tunwin_page_error() && order < TUNWIN_PAGE_ORDERS; order++) {
		tunwin_page_get(order, &page);
		if (put_order(reply, TUNWIN_A_BUFFER_PAGE, order, page.failed, &page, now_ns))
			return -EMSGSIZE;
	}
	for_each_online_cpu(cpu)
		if (cpu < CPUS_MAX && put_softnet(reply, cpu))
			return -EMSGSIZE;
	for (source = 0; source < TUNWIN_BUFFER_DROPS; source++) {
		tunwin_buffer_unplaced_get(source, &count);
		if (count.first_ns &&
		    put_source(reply, TUNWIN_A_BUFFER_UNPLACED, source, &count, now_ns))
			return -EMSGSIZE;
	}
	if (put_u64(reply, TUNWIN_A_BUFFER_GAPS_MISSED, tunwin_watch_buffer_gaps_missed()) ||
	    put_u64(reply, TUNWIN_A_BUFFER_EPISODES_DROPPED, tunwin_episode_dropped()))
		return -EMSGSIZE;
	return 0;
}

int tunwin_netlink_buffer_get(struct sk_buff *request, struct genl_info *info)
{
	return tunwin_netlink_reply_sized(info, TUNWIN_CMD_BUFFER_GET,
					  GENLMSG_DEFAULT_SIZE + num_online_cpus() * 128,
					  fill_host, request);
}

/* ---- devices ---- */

/* Between two calls of a dump. */
struct dumping {
	struct sk_buff *reply;
	struct netlink_callback *cb;
	u64 netns_cookie;
	bool of_host;
	int ifindex;
	const char *name;
};

static int fill_device(struct sk_buff *reply, struct tunwin_buffer *buffer)
{
	bool is_tunnel = buffer->place.is_tunnel;
	u64 now_ns = ktime_get_ns();
	int source;

	if (nla_put_u32(reply, TUNWIN_A_BUFFER_ID, buffer->id) ||
	    nla_put_u32(reply, TUNWIN_A_BUFFER_IFINDEX, buffer->ifindex) ||
	    nla_put_string(reply, TUNWIN_A_BUFFER_NAME, buffer->name) ||
	    nla_put_u32(reply, TUNWIN_A_BUFFER_NETNS, buffer->netns_inum) ||
	    nla_put_u8(reply, TUNWIN_A_BUFFER_ROLE,
		       is_tunnel ? TUNWIN_BUFFER_ROLE_TUNNEL : TUNWIN_BUFFER_ROLE_LOWER))
		return -EMSGSIZE;
	for (source = 0; source < TUNWIN_BUFFER_SOURCES; source++) {
		struct tunwin_buffer_count count;

		tunwin_buffer_count_get(buffer, source, &count);
		/* Sockets and GRO cells are above the tunnel. */
		if (!is_tunnel && (source == TUNWIN_BUFFER_SOURCE_GRO_CELLS ||
				   source == TUNWIN_BUFFER_SOURCE_SOCKET ||
				   source == TUNWIN_BUFFER_SOURCE_TCP_MEMORY))
			continue;
		if (put_source(reply, TUNWIN_A_BUFFER_SOURCE, source, &count, now_ns))
			return -EMSGSIZE;
	}
	if (buffer->episode && nla_put_u32(reply, TUNWIN_A_BUFFER_EPISODE, buffer->episode->id))
		return -EMSGSIZE;
	return 0;
}

static void *put_header(const struct dumping *dumping, u8 command)
{
	return genlmsg_put(dumping->reply, NETLINK_CB(dumping->cb->skb).portid,
			   dumping->cb->nlh->nlmsg_seq, &tunwin_netlink_family, NLM_F_MULTI,
			   command);
}

static int dump_device(struct tunwin_buffer *buffer, void *arg)
{
	const struct dumping *dumping = arg;
	void *header;

	/* Devices are those of a namespace whose tunnels they carry, wherever they live. */
	if (tunwin_buffer_user_find(buffer->place.users, dumping->netns_cookie) < 0)
		return 0;
	header = put_header(dumping, TUNWIN_CMD_BUFFER_GET);
	if (!header)
		return -EMSGSIZE;
	if (fill_device(dumping->reply, buffer)) {
		genlmsg_cancel(dumping->reply, header);
		return -EMSGSIZE;
	}
	genlmsg_end(dumping->reply, header);
	return 0;
}

int tunwin_netlink_buffer_dump(struct sk_buff *reply, struct netlink_callback *cb)
{
	struct dumping dumping = {
		.reply = reply, .cb = cb,
		.netns_cookie = tunwin_netns_cookie(sock_net(cb->skb->sk)),
	};
	/* args[0] is the id that comes next. */
	u32 start = cb->args[0];
	int error;

	error = tunwin_buffer_for_each(&start, dump_device, &dumping);
	cb->args[0] = start;
	return error && !reply->len ? error : reply->len;
}

/* ---- episodes ---- */

static int put_hit(struct sk_buff *reply, const struct tunwin_hit *hit, u64 now_ns)
{
	const struct tunwin_flow_key *key = &hit->key;
	struct nlattr *nest = nla_nest_start(reply, TUNWIN_A_EPISODE_FLOW);
	u64 stalled_ns = hit->stalled_ns;

	if (hit->since_ns)
		stalled_ns = max(stalled_ns, now_ns - min(hit->since_ns, now_ns));
	if (!nest ||
	    nla_put_u32(reply, TUNWIN_A_EPISODE_FLOW_FLOW_ID, hit->flow_id) ||
	    nla_put_string(reply, TUNWIN_A_EPISODE_FLOW_TUNNEL, hit->tunnel) ||
	    tunwin_netlink_put_address(reply, TUNWIN_A_EPISODE_FLOW_NEAR_ADDR, &key->near) ||
	    nla_put_u16(reply, TUNWIN_A_EPISODE_FLOW_NEAR_PORT, ntohs(key->near_port)) ||
	    tunwin_netlink_put_address(reply, TUNWIN_A_EPISODE_FLOW_FAR_ADDR, &key->far) ||
	    nla_put_u16(reply, TUNWIN_A_EPISODE_FLOW_FAR_PORT, ntohs(key->far_port)) ||
	    put_u64(reply, TUNWIN_A_EPISODE_FLOW_LOST_BYTES, hit->lost_bytes) ||
	    put_u64(reply, TUNWIN_A_EPISODE_FLOW_LOST_SEGMENTS, hit->lost_segments) ||
	    nla_put_u32(reply, TUNWIN_A_EPISODE_FLOW_SEGMENT_BYTES, hit->segment_bytes) ||
	    put_u64(reply, TUNWIN_A_EPISODE_FLOW_HIT_NS, now_ns - min(hit->first_ns, now_ns)) ||
	    put_u64(reply, TUNWIN_A_EPISODE_FLOW_STALLED_NS, stalled_ns) ||
	    nla_put_u8(reply, TUNWIN_A_EPISODE_FLOW_MOVED, !hit->since_ns))
		return -EMSGSIZE;
	nla_nest_end(reply, nest);
	return 0;
}

/* @of_host: with the pages that could not be had, which are the whole host's */
static int fill_sources(struct sk_buff *reply, const struct tunwin_episode *episode, bool of_host)
{
	int source, class;
	unsigned int order;

	for (source = 0; source < TUNWIN_BUFFER_SOURCES; source++) {
		struct nlattr *nest;

		if (!episode->packets[source])
			continue;
		nest = nla_nest_start(reply, TUNWIN_A_EPISODE_SOURCE);
		if (!nest ||
		    nla_put_u8(reply, TUNWIN_A_BUFFER_SOURCE_COUNT_SOURCE, source) ||
		    put_u64(reply, TUNWIN_A_BUFFER_SOURCE_COUNT_PACKETS, episode->packets[source]))
			return -EMSGSIZE;
		nla_nest_end(reply, nest);
	}
	for (class = 0; class < TUNWIN_SIZE_CLASSES; class++)
		if (put_size(reply, TUNWIN_A_EPISODE_CLASS, class, episode->lost[class],
			     &episode->passed[class]))
			return -EMSGSIZE;
	if (!of_host)
		return nla_put_u8(reply, TUNWIN_A_EPISODE_PAGES_UNTOLD, 1);
	for (order = 0; order < TUNWIN_PAGE_ORDERS; order++)
		if (put_order(reply, TUNWIN_A_EPISODE_PAGE, order, episode->failed[order], NULL, 0))
			return -EMSGSIZE;
	return 0;
}

/* @user: which of its users asks: flows are shown to their own namespace only */
static int fill_episode(struct sk_buff *reply, const struct tunwin_episode *episode, int user,
			bool of_host)
{
	u64 netns_cookie = episode->users[user].netns_cookie;
	const struct tunwin_shortage *shortage = &episode->shortage;
	u64 now_ns = ktime_get_ns(), since_ns = now_ns - min(shortage->start_ns, now_ns);
	u32 i;

	if (nla_put_u32(reply, TUNWIN_A_EPISODE_ID, episode->id) ||
	    nla_put_u32(reply, TUNWIN_A_EPISODE_IFINDEX, episode->ifindex) ||
	    nla_put_string(reply, TUNWIN_A_EPISODE_NAME, episode->name) ||
	    nla_put_u32(reply, TUNWIN_A_EPISODE_NETNS, episode->netns_inum) ||
	    put_u64(reply, TUNWIN_A_EPISODE_SINCE_NS, since_ns) ||
	    put_u64(reply, TUNWIN_A_EPISODE_SLACK_NS, shortage->slack_ns) ||
	    put_u64(reply, TUNWIN_A_EPISODE_DURATION_NS,
		    shortage->last_ns - min(shortage->start_ns, shortage->last_ns)) ||
	    put_u64(reply, TUNWIN_A_EPISODE_START_TIME_NS,
		    tunwin_suspend_real_ns(now_ns - since_ns, episode->suspend_ms, now_ns)) ||
	    nla_put_u8(reply, TUNWIN_A_EPISODE_OVER, !shortage->open) ||
	    put_u64(reply, TUNWIN_A_EPISODE_PACKETS, tunwin_episode_packets(episode)) ||
	    put_u64(reply, TUNWIN_A_EPISODE_PEAK_PPS, shortage->peak_pps) ||
	    fill_sources(reply, episode, of_host) ||
	    nla_put_u32(reply, TUNWIN_A_EPISODE_FLOWS, episode->flows[user]))
		return -EMSGSIZE;
	for (i = 0; i < episode->hits; i++)
		if (episode->hit[i].key.netns_cookie == netns_cookie &&
		    put_hit(reply, &episode->hit[i], now_ns))
			return -EMSGSIZE;
	return 0;
}

static int dump_episode(const struct tunwin_episode *episode, void *arg)
{
	const struct dumping *dumping = arg;
	int user = tunwin_buffer_user_find(episode->users, dumping->netns_cookie);
	void *header;

	if (user < 0 ||
	    (dumping->ifindex && dumping->ifindex != episode->ifindex) ||
	    (dumping->name && strcmp(dumping->name, episode->name)))
		return 0;
	header = put_header(dumping, TUNWIN_CMD_EPISODE_GET);
	if (!header)
		return -EMSGSIZE;
	if (fill_episode(dumping->reply, episode, user, dumping->of_host)) {
		genlmsg_cancel(dumping->reply, header);
		return -EMSGSIZE;
	}
	genlmsg_end(dumping->reply, header);
	return 0;
}

/* An episode with all its flows takes a quarter of this. */
#define EPISODE_DUMP_BYTES	32768

int tunwin_netlink_episode_dump_start(struct netlink_callback *cb)
{
	cb->min_dump_alloc = EPISODE_DUMP_BYTES;
	cb->args[1] = tunwin_netlink_of_host(cb->skb);
	return 0;
}

/* The filter is read with each part of the answer: it is a name and a number. */
int tunwin_netlink_episode_dump(struct sk_buff *reply, struct netlink_callback *cb)
{
	struct dumping dumping = {
		.reply = reply, .cb = cb,
		.netns_cookie = tunwin_netns_cookie(sock_net(cb->skb->sk)),
		.of_host = cb->args[1],
	};
	struct nlattr *attrs[TUNWIN_EPISODE_GET_MAXATTR + 1];
	char name[IFNAMSIZ];
	u32 start = cb->args[0];
	int error;

	error = genlmsg_parse(cb->nlh, &tunwin_netlink_family, attrs, TUNWIN_EPISODE_GET_MAXATTR,
			      tunwin_policy_episode_get, cb->extack);
	if (error)
		return error;
	if (attrs[TUNWIN_A_EPISODE_IFINDEX])
		dumping.ifindex = nla_get_u32(attrs[TUNWIN_A_EPISODE_IFINDEX]);
	if (attrs[TUNWIN_A_EPISODE_NAME]) {
		tunwin_nla_strscpy(name, attrs[TUNWIN_A_EPISODE_NAME], sizeof(name));
		if (!*name) {
			NL_SET_ERR_MSG_ATTR(cb->extack, attrs[TUNWIN_A_EPISODE_NAME],
					    "the name of the device is empty");
			return -EINVAL;
		}
		dumping.name = name;
	}
	error = tunwin_episode_for_each(&start, dump_episode, &dumping);
	cb->args[0] = start;
	return error && !reply->len ? error : reply->len;
}
