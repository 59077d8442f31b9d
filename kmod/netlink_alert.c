// SPDX-License-Identifier: GPL-2.0
#include <linux/ktime.h>
#include <linux/slab.h>
#include <linux/tunwin.h>
#include <net/sock.h>

#include "alert.h"
#include "netlink.h"
#include "policy.h"
#include "suspend.h"

static int put_known(struct sk_buff *reply, int attr, u32 value)
{
	return value ? nla_put_u32(reply, attr, value) : 0;
}

static int put_flow(struct sk_buff *reply, const struct tunwin_alert *alert)
{
	const struct tunwin_flow_key *key = &alert->key;

	if (!alert->flow_id)
		return 0;
	if (nla_put_u32(reply, TUNWIN_A_ALERT_FLOW_ID, alert->flow_id) ||
	    tunwin_netlink_put_address(reply, TUNWIN_A_ALERT_NEAR_ADDR, &key->near) ||
	    nla_put_u16(reply, TUNWIN_A_ALERT_NEAR_PORT, ntohs(key->near_port)) ||
	    tunwin_netlink_put_address(reply, TUNWIN_A_ALERT_FAR_ADDR, &key->far) ||
	    nla_put_u16(reply, TUNWIN_A_ALERT_FAR_PORT, ntohs(key->far_port)) ||
	    nla_put_u8(reply, TUNWIN_A_ALERT_VANTAGE, alert->vantage))
		return -EMSGSIZE;
	return 0;
}

static int put_direction(struct sk_buff *reply, const struct tunwin_alert *alert)
{
	BUILD_BUG_ON(TUNWIN_IN != (int)TUNWIN_DIRECTION_NAME_IN ||
		     TUNWIN_OUT != (int)TUNWIN_DIRECTION_NAME_OUT);
	return alert->direction == TUNWIN_ALERT_BOTH ? 0 :
	       nla_put_u8(reply, TUNWIN_A_ALERT_DIRECTION, alert->direction);
}

static int put_evidence(struct sk_buff *reply, const struct tunwin_alert *alert)
{
	const struct tunwin_alert_evidence *evidence = &alert->evidence;

	if ((evidence->has_window &&
	     nla_put_u32(reply, TUNWIN_A_ALERT_WINDOW_BYTES, evidence->window_bytes)) ||
	    put_known(reply, TUNWIN_A_ALERT_REFERENCE_BYTES, evidence->reference_bytes) ||
	    put_known(reply, TUNWIN_A_ALERT_RTT_US, evidence->rtt_us) ||
	    put_known(reply, TUNWIN_A_ALERT_RATIO_PERMILLE, evidence->ratio_permille) ||
	    put_known(reply, TUNWIN_A_ALERT_SIZE_BYTES, evidence->size_bytes) ||
	    put_known(reply, TUNWIN_A_ALERT_UNHEARD, evidence->unheard) ||
	    (*evidence->device &&
	     (nla_put_string(reply, TUNWIN_A_ALERT_DEVICE, evidence->device) ||
	      nla_put_u32(reply, TUNWIN_A_ALERT_DEVICE_IFINDEX, evidence->device_ifindex) ||
	      nla_put_u32(reply, TUNWIN_A_ALERT_EPISODE, evidence->episode) ||
	      nla_put_u32(reply, TUNWIN_A_ALERT_FLOWS, evidence->flows))) ||
	    (evidence->count && put_u64(reply, TUNWIN_A_ALERT_COUNT, evidence->count)))
		return -EMSGSIZE;
	return 0;
}

static int fill(struct sk_buff *reply, const struct tunwin_alert *alert)
{
	u64 now_ns = ktime_get_ns(), event_ns = alert->cleared_ns ?: alert->raised_ns;

	if (nla_put_u32(reply, TUNWIN_A_ALERT_ID, alert->number) ||
	    put_u64(reply, TUNWIN_A_ALERT_SEQUENCE, alert->sequence) ||
	    nla_put_u8(reply, TUNWIN_A_ALERT_CODE, alert->code) ||
	    nla_put_u8(reply, TUNWIN_A_ALERT_STATE, alert->state) ||
	    nla_put_u32(reply, TUNWIN_A_ALERT_TUNNEL_IFINDEX, alert->ifindex) ||
	    nla_put_string(reply, TUNWIN_A_ALERT_TUNNEL, alert->tunnel) ||
	    put_flow(reply, alert) || put_direction(reply, alert) ||
	    put_u64(reply, TUNWIN_A_ALERT_SINCE_NS, now_ns - alert->since_ns) ||
	    put_u64(reply, TUNWIN_A_ALERT_RAISED_NS, now_ns - alert->raised_ns) ||
	    put_u64(reply, TUNWIN_A_ALERT_TIME_NS,
		    tunwin_suspend_real_ns(event_ns, alert->suspend_ms, now_ns)) ||
	    (alert->cleared_ns &&
	     put_u64(reply, TUNWIN_A_ALERT_CLEARED_NS, now_ns - alert->cleared_ns)))
		return -EMSGSIZE;
	return put_evidence(reply, alert);
}

/* ---- events ---- */

void tunwin_netlink_alert_deliver(const struct tunwin_alert *alert)
{
	struct sk_buff *event;
	void *header;

	event = genlmsg_new(GENLMSG_DEFAULT_SIZE, GFP_KERNEL);
	if (!event)
		return;
	header = genlmsg_put(event, 0, 0, &tunwin_netlink_family, 0, TUNWIN_CMD_ALERT_NTF);
	if (!header || fill(event, alert)) {
		nlmsg_free(event);
		return;
	}
	genlmsg_end(event, header);

	tunwin_netlink_multicast(alert->key.netns_cookie, event, TUNWIN_NETLINK_ALERTS);
}

/* ---- dumps ---- */

/* Between two calls of a dump. @refused as in netlink_flow.c. */
struct dump {
	u64 netns_cookie;
	u32 next_id;
	int refused;
	int code;
	int ifindex;
	u32 flow_id;
	char tunnel[IFNAMSIZ];
	bool history;
};

struct dumping {
	const struct dump *dump;
	struct sk_buff *reply;
	struct netlink_callback *cb;
};

static int read_filter(struct netlink_callback *cb, struct dump *dump)
{
	struct nlattr *attrs[TUNWIN_ALERT_GET_MAXATTR + 1];
	int error;

	error = genlmsg_parse(cb->nlh, &tunwin_netlink_family, attrs, TUNWIN_ALERT_GET_MAXATTR,
			      tunwin_policy_alert_get, cb->extack);
	if (error)
		return error;
	dump->code = attrs[TUNWIN_A_ALERT_CODE] ? nla_get_u8(attrs[TUNWIN_A_ALERT_CODE]) : -1;
	if (attrs[TUNWIN_A_ALERT_TUNNEL_IFINDEX])
		dump->ifindex = nla_get_u32(attrs[TUNWIN_A_ALERT_TUNNEL_IFINDEX]);
	if (attrs[TUNWIN_A_ALERT_FLOW_ID])
		dump->flow_id = nla_get_u32(attrs[TUNWIN_A_ALERT_FLOW_ID]);
	if (attrs[TUNWIN_A_ALERT_TUNNEL]) {
		tunwin_nla_strscpy(dump->tunnel, attrs[TUNWIN_A_ALERT_TUNNEL],
				   sizeof(dump->tunnel));
		if (!*dump->tunnel) {
			NL_SET_ERR_MSG_ATTR(cb->extack, attrs[TUNWIN_A_ALERT_TUNNEL],
					    "the name of the tunnel is empty");
			return -EINVAL;
		}
	}
	dump->history = nla_get_flag(attrs[TUNWIN_A_ALERT_HISTORY]);
	return 0;
}

int tunwin_netlink_alert_dump_start(struct netlink_callback *cb)
{
	struct dump *dump = kzalloc(sizeof(*dump), GFP_KERNEL);
	int error;

	if (!dump)
		return -ENOMEM;
	dump->netns_cookie = tunwin_netns_cookie(sock_net(cb->skb->sk));
	error = read_filter(cb, dump);
	/* In Linux 6.1 a family's start() has no extended ack; then the dump itself says why. */
	if (error && cb->extack) {
		kfree(dump);
		return error;
	}
	dump->refused = error;
	cb->args[0] = (long)dump;
	return 0;
}

static int dump_one(const struct tunwin_alert *alert, void *arg)
{
	const struct dumping *dumping = arg;
	const struct dump *dump = dumping->dump;
	void *header;
	int error;

	if (alert->key.netns_cookie != dump->netns_cookie ||
	    (dump->code >= 0 && alert->code != dump->code) ||
	    (dump->ifindex && alert->ifindex != dump->ifindex) ||
	    (dump->flow_id && alert->flow_id != dump->flow_id) ||
	    (*dump->tunnel && strncmp(alert->tunnel, dump->tunnel, IFNAMSIZ)))
		return 0;
	header = genlmsg_put(dumping->reply, NETLINK_CB(dumping->cb->skb).portid,
			     dumping->cb->nlh->nlmsg_seq, &tunwin_netlink_family, NLM_F_MULTI,
			     TUNWIN_CMD_ALERT_GET);
	if (!header)
		return -EMSGSIZE;
	error = fill(dumping->reply, alert);
	if (error)
		genlmsg_cancel(dumping->reply, header);
	else
		genlmsg_end(dumping->reply, header);
	return error;
}

int tunwin_netlink_alert_dump(struct sk_buff *reply, struct netlink_callback *cb)
{
	struct dump *dump = (struct dump *)cb->args[0];
	struct dumping dumping = { .dump = dump, .reply = reply, .cb = cb };
	int error;

	if (dump->refused)
		return read_filter(cb, dump);
	error = tunwin_alert_for_each(dump->history, &dump->next_id, dump_one, &dumping);
	return error && !reply->len ? error : reply->len;
}

int tunwin_netlink_alert_dump_done(struct netlink_callback *cb)
{
	kfree((struct dump *)cb->args[0]);
	return 0;
}
